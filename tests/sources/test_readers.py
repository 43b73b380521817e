"""Files: what they are, and their cells."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from partnership_analysis.errors import SourceError
from partnership_analysis.sources import delimited, files, parquet
from partnership_analysis.sources.raw import RawTable, from_rows
from partnership_analysis.sources.workbook import Workbook

MESSY = Path(__file__).parents[3] / "shared/data/messy"
needs_messy = pytest.mark.skipif(not MESSY.is_dir(), reason="shared/data is not beside the repository")


def grid(raw: RawTable) -> list[list[object]]:
    return [list(raw.labels), *[[column.iloc[row] for column in raw.columns] for row in range(len(raw))]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separated_values_of_every_make(tmp_path: Path, separator: str, encoding: str, end: str) -> None:
    path = tmp_path / "a.csv"
    rows = ["name", "note"], ["Café", f'"x{separator}y"'], ["", "n/a"]
    path.write_bytes(end.join(separator.join(row) for row in rows).encode(encoding))
    raw = files.read_single(path)
    assert grid(raw) == [["name", "note"], ["Café", f"x{separator}y"], ["", "n/a"]]
    assert raw.rows.tolist() == [2, 3]


def test_rows_of_unequal_length_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('\na,b\n1\n\n1,2,3\n"two\nlines",4\n')
    raw = delimited.read(path)
    assert raw.labels == ("a", "b", "")
    assert raw.rows.tolist() == [3, 4, 5, 6]
    assert grid(raw)[1:] == [["1", "", ""], ["", "", ""], ["1", "2", "3"], ["two\nlines", "4", ""]]


FIELD = st.text(alphabet="ab,;\"\n\r \t'é", max_size=5)


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(FIELD, min_size=width, max_size=width))))
def test_the_fast_reader_agrees_with_the_slow(rows: list[list[str]]) -> None:
    text = "\n".join(",".join('"' + field.replace('"', '""') + '"' for field in row) for row in rows) + "\n"
    fast = delimited._fast(text, ",") if rows else None
    if fast is not None:
        slow = from_rows([["h"] * len(fast), *delimited._slow(text, ",")], "a.csv")
        assert [column.tolist() for column in fast] == [column.tolist() for column in slow.columns]


@given(st.text(alphabet='ab,;" \n', max_size=30))
def test_the_fast_reader_agrees_with_the_slow_on_rubbish(text: str) -> None:
    if text.strip():
        fast = delimited._fast(text, ",")
        if fast is not None:
            slow = from_rows([["h"] * len(fast), *delimited._slow(text, ",")], "a.csv")
            assert [column.tolist() for column in fast] == [column.tolist() for column in slow.columns]


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.csv", b"", "a.csv is empty: it has no bytes at all."),
        ("a.csv", b"\n \n", "a.csv is empty: there is no header row"),
        ("a.csv", b"\xff\xfe\x00", "a.csv begins as utf-16 text but is damaged"),
        ("a.csv", b"ab\x00\x01\x02", "neither a spreadsheet that can be read here nor text"),
        ("a.xls", b"<html><table>", "a.xls is a web page, not a table"),
        ("a.xls", b'<?xml version="1.0"?>', "a.xls is an XML file"),
        ("a.csv", b"%PDF-1.7", "a.csv is a PDF"),
        ("a.xlsx", b"PK\x03\x04rubbish", "a.xlsx is a damaged or incomplete workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rubbish", "a.xls cannot be read as a workbook"),
        ("a.parquet", b"PAR1rubbish", "a.parquet is a damaged Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_it_is(
    tmp_path: Path, name: str, data: bytes, problem: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError) as caught:
        if files.content(path) == "workbook":
            Workbook(path)
        else:
            files.read_single(path)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_archive_is_no_workbook(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("Index/Document.iwa", "x")
    with pytest.raises(SourceError, match="a ZIP archive but no workbook"):
        files.content(tmp_path / "a.xlsx")


def test_a_workbook_keeps_types_and_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("interactions")
    sheet.write_row(2, 1, ["a", "b"])
    sheet.write_row(4, 1, ["x", 2.5])
    sheet.write_boolean(5, 1, True)
    sheet.write_blank(9, 1, None, book.add_format({"bold": True}))
    book.add_worksheet("secret").hide()
    book.close()
    opened = Workbook(path)
    assert (opened.sheets, opened.hidden) == (["interactions"], ["secret"])
    raw = opened.read("interactions")
    assert raw.labels == ("a", "b")
    assert raw.rows.tolist() == [4, 5, 6]
    assert grid(raw)[1:] == [["", ""], ["x", 2.5], [True, ""]]
    with pytest.raises(SourceError, match=r"a.xlsx, sheet secret is empty"):
        opened.read("secret")
    with pytest.raises(SourceError, match="has no sheet 'other'"):
        opened.read("other")


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
    raw = parquet.read(tmp_path / "a.parquet")
    assert raw.rows.tolist() == [2, 3]
    from partnership_analysis.sources.cells import DAY, MISSING, NUMBER, TEXT, TRUTH, Cells

    kinds = [Cells.of(column).kinds.tolist() for column in raw.columns]
    assert kinds == [[kind, MISSING] for kind in (TEXT, NUMBER, DAY, DAY, TRUTH)]


@needs_messy
@pytest.mark.parametrize("path", sorted(MESSY.glob("*")), ids=lambda path: path.name)
def test_every_messy_file_is_read_or_refused(path: Path) -> None:
    try:
        book = Workbook(path) if files.content(path) == "workbook" else None
        raws = [book.read(sheet) for sheet in book.sheets] if book else [files.read_single(path)]
    except SourceError as error:
        assert "\n" not in str(error)
    else:
        assert all(len(column) == len(raw) for raw in raws for column in raw.columns)


def test_bytes_without_a_letter_show_as_a_mark() -> None:
    assert delimited.decoded(b"a\x81", "a.csv") == "a\ufffd"


def test_a_cell_of_megabytes_and_many_blank_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n" * 100 + 'a,b\n"' + "x" * 1_000_000 + '",2\n')
    raw = delimited.read(path)
    assert raw.rows.tolist() == [102]
    assert len(raw.columns[0].iloc[0]) == 1_000_000
