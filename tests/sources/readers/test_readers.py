"""Files: the content says what they are, and a file that cannot be read gets one helpful sentence."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from partnership_analysis.errors import SourceError
from partnership_analysis.sources.readers import files, parquet
from partnership_analysis.sources.readers.delimited import Delimited
from partnership_analysis.sources.readers.parquet import Parquet
from partnership_analysis.sources.readers.workbook import Workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD, SAVE, UNPACK = "copy its table into a spreadsheet", "save it as .xlsx or .csv", "unpack it first"


@pytest.mark.parametrize(
    ("name", "data", "what", "advice"),
    [
        ("a.csv", b"", "a.csv is empty: it has no bytes at all.", ""),
        ("a.csv", b"\n \n", "a.csv is empty: there is no header row", ""),
        ("a.csv", b"\xff\xfe\x00", "a.csv begins as utf-16 text but is damaged", "export it again"),
        ("a.csv", b"ab\x00\x01\x02", "neither a spreadsheet that can be read here nor text", SAVE),
        (
            "a.xls",
            b"ask the sender",
            "a.xls is no workbook, only one line of text (ask the sender)",
            "ask for it",
        ),
        ("a.xls", b"<html><p>hello</p>", "a.xls is a web page without a table", SAVE),
        ("a.xls", b'<?xml version="1.0"?><rss/>', "a.xls is an XML file", SAVE),
        ("a.xml", "<?xml version='1.0'?><rss/>".encode("utf-16"), "a.xml is an XML file", SAVE),
        (
            "a.fods",
            b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">',
            "a.fods is a flat OpenDocument file",
            SAVE,
        ),
        ("a.csv", b"%PDF-1.7", "a.csv is a PDF", WORD),
        ("a.doc", b"{\\rtf1 hello}", "a.doc is a text document (RTF)", WORD),
        ("a.slk", b"ID;PWXL;N;E\r\nC;Y1;X1;K1", "a.slk is a SYLK sheet", SAVE),
        ("a.xls", b'TABLE\r\n0,1\r\n"EXCEL"\r\n', "a.xls is a DIF sheet", SAVE),
        ("a.mht", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "a.mht is a web archive", "Excel"),
        ("a.json", b'[\n {"partner": 1}]', "a.json is JSON", "turn it into .csv"),
        ("a.json", b'{"partner": 1}', "a.json is JSON", "turn it into .csv"),
        ("a.vcf", b"BEGIN:VCARD\r\n", "a.vcf is a contact card", "export the contacts as .csv"),
        ("a.ics", b"BEGIN:VCALENDAR\r\n", "a.ics is a calendar", "import a.ics --as calendar"),
        ("a.xlsx.gz", b"\x1f\x8b\x08", "is a gzip archive", UNPACK),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive", UNPACK),
        ("a.xlsx", b"\x89PNG\r\n", "a.xlsx is a picture (PNG)", "type its table"),
        ("a.db", b"SQLite format 3\x00", "a.db is a database (SQLite)", "export the table from it as .csv"),
        ("a.mdb", b"\x00\x01\x00\x00Standard Jet DB", "a.mdb is a database (Access)", "export the table"),
        ("a.xls", b"\x09\x04\x06\x00\x00\x00\x10\x00", "a.xls is a workbook of Excel 4", SAVE),
        ("a.xlsx", b"PK\x03\x04rubbish", "a.xlsx is a damaged or incomplete workbook", "save it again"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "a.zip is an empty ZIP archive", "again"),
        ("a.xls", OLE + b"rubbish", "a.xls is a damaged or incomplete workbook (it is too small)", ".xlsx"),
        ("a.xls", OLE + bytes(2000), "a.xls is a damaged or incomplete workbook", ".xlsx"),
        ("a.parquet", b"PAR1rubbish", "a.parquet is a damaged Parquet file", "write it again"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_it_is(
    tmp_path: Path, name: str, data: bytes, what: str, advice: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError) as caught:
        book = files.opened(path)
        book.grid(book.sheets[0])
    assert what in str(caught.value)
    assert advice in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("Index/Document.iwa", "a Numbers workbook"),
        ("report.numbers/Index.zip", "a Numbers workbook"),
        ("word/document.xml", "a text document (Word)"),
        ("ppt/presentation.xml", "a presentation"),
        ("photos/holiday.jpg", "a ZIP archive but no workbook"),
    ],
)
def test_an_archive_is_no_workbook(tmp_path: Path, inside: str, what: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml" if "/" not in inside else inside, "x")
    with pytest.raises(SourceError) as caught:
        files.opened(tmp_path / "a.xlsx")
    assert what in str(caught.value)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"a\.xlsx cannot be opened: No such file"):
        files.opened(tmp_path / "a.xlsx")
    with pytest.raises(SourceError, match="is a folder: give one of the files in it"):
        files.opened(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b")
    (tmp_path / "a.csv").chmod(0)
    with pytest.raises(SourceError, match=r"a\.csv cannot be opened: Permission denied"):
        files.opened(tmp_path / "a.csv")


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.csv"))
    book.add_worksheet("a").write_row(0, 0, ["Partner", "Count"])
    book.close()
    (tmp_path / "a.xlsx").write_text("Partner,Count\nAcme,1\n")
    pd.DataFrame({"Partner": ["Acme"]}).to_parquet(tmp_path / "a.txt")
    (tmp_path / "a.xls").write_text("[Partner],Count\nAcme,1\n")
    opened = {name: files.opened(tmp_path / name) for name in ("a.csv", "a.xlsx", "a.txt", "a.xls")}
    kinds = {name: type(book) for name, book in opened.items()}
    assert kinds == {"a.csv": Workbook, "a.xlsx": Delimited, "a.txt": Parquet, "a.xls": Delimited}
    assert all(book.path == tmp_path / name for name, book in opened.items())


def test_parquet_keeps_types(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "text": pd.Series(["a", None], dtype="category"),
            "whole": pd.Series([1, None], dtype="Int64"),
            "day": pd.to_datetime(["2025-01-01", None]).date,
            "stamp": pd.to_datetime(["2025-01-01", None]),
            "yes": pd.Series([True, None], dtype="boolean"),
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    raw = parquet.Parquet(tmp_path / "a.parquet").typed("")
    assert raw.rows.tolist() == [2, 3]
    from partnership_analysis.sources.cells import DAY, MISSING, NUMBER, TEXT, TRUTH, Cells

    kinds = [Cells.of(column).kinds.tolist() for column in raw.columns]
    assert kinds == [[kind, MISSING] for kind in (TEXT, NUMBER, DAY, DAY, TRUTH)]
