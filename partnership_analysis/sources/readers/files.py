"""What kind of file it is: the content decides, the name never does."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Literal

from partnership_analysis.errors import SourceError
from partnership_analysis.settings import Limits
from partnership_analysis.sources.raw import Book
from partnership_analysis.sources.readers import delimited, parquet, spreadsheetml
from partnership_analysis.sources.readers.safety import check_size
from partnership_analysis.sources.readers.spreadsheetml import SpreadsheetML
from partnership_analysis.sources.readers.workbook import Workbook
from partnership_analysis.wording import shortened

_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
SUFFIXES = (*_WORKBOOKS, ".xml", ".htm", ".html", ".csv", ".tsv", ".txt", ".parquet")
Content = Literal["workbook", "spreadsheetml", "webpage", "parquet", "delimited"]

_ADVICE = "open it in the program that made it and save it as .xlsx or .csv."
_UNPACK = "unpack it first and give what is in it."
_EXPORT = "export the table from it as .csv."
_HEAD = 16_384

# First bytes, what they mean, and what to do.
_SIGNS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ", "an xz archive", _UNPACK),
    (b"PK\x05\x06", "an empty ZIP archive", "save the workbook again."),
    (b"%PDF", "a PDF", "copy its table into a spreadsheet and save that as .xlsx."),
    (b"{\\rtf", "a text document (RTF)", "copy its table into a spreadsheet and save that as .xlsx."),
    (b"\x89PNG", "a picture (PNG)", "type its table into a spreadsheet."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "type its table into a spreadsheet."),
    (b"GIF8", "a picture (GIF)", "type its table into a spreadsheet."),
    (b"II*\x00", "a picture (TIFF)", "type its table into a spreadsheet."),
    (b"SQLite format 3", "a database (SQLite)", _EXPORT),
    (b"\x00\x01\x00\x00Standard", "a database (Access)", _EXPORT),
    (b"ARROW1", "an Arrow file", "write it as Parquet or .csv."),
    (b"ORC", "an ORC file", "write it as Parquet or .csv."),
    (b"\x09\x00\x04\x00", "a workbook of Excel 2", _ADVICE),
    (b"\x09\x02\x06\x00", "a workbook of Excel 3", _ADVICE),
    (b"\x09\x04\x06\x00", "a workbook of Excel 4", _ADVICE),
    (b"\x00\x00\x02\x00", "a Lotus 1-2-3 sheet", _ADVICE),
    (b"ID;P", "a SYLK sheet (.slk)", _ADVICE),
)

_TEXTS: tuple[tuple[str, str, str], ...] = (
    (r"TABLE\s+0,1\b", "a DIF sheet", _ADVICE),
    (r"MIME-Version:", "a web archive (.mht)", "open it in Excel and save it as .xlsx."),
    (r"BEGIN:VCARD", "a contact card", "export the contacts as .csv."),
    (r'(\{\s*["}]|\[\s*[\[{])', "JSON", "turn it into .csv or .xlsx first."),
)

_INSIDE: tuple[tuple[str, str, str], ...] = (
    (r"word/", "a text document (Word)", "copy its table into a spreadsheet and save that as .xlsx."),
    (r"ppt/", "a presentation (PowerPoint)", "copy its table into a spreadsheet and save that as .xlsx."),
    (
        r"(.*/)?index(/|\.zip$)",
        "a Numbers workbook or another iWork document",
        "open it in Numbers and choose File, Export To, Excel.",
    ),
)


def opened(path: Path, limits: Limits | None = None) -> Book:
    """Open a file for reading.

    Parameters
    ----------
    path : Path
    limits : Limits, optional
        What the file may ask of the machine.

    Raises
    ------
    SourceError
        If it is missing, damaged, too large, or of a kind that cannot be read; one sentence says what it is
        and how to save it so that it can be read.
    """
    limits = limits or Limits()
    kind = content(path)
    check_size(path.name, path.stat().st_size, limits)
    if kind == "workbook":
        return Workbook(path, limits)
    if kind == "spreadsheetml":
        return SpreadsheetML(path, limits)
    if kind == "webpage":
        # Beautiful Soup is slow to import, and few files are web pages.
        from partnership_analysis.sources.readers.webpage import WebPage

        return WebPage(path, limits)
    return parquet.Parquet(path) if kind == "parquet" else delimited.Delimited(path)


def content(path: Path) -> Content:
    """Tell what a file is by its first bytes.

    Raises
    ------
    SourceError
        If it is missing, empty or of a kind that cannot be read.
    """
    if path.is_dir():
        raise SourceError(f"{path.name} is a folder: give one of the files in it.")
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be opened: {error.strerror}.") from None
    if not head:
        raise SourceError(f"{path.name} is empty: it has no bytes at all.")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "workbook"
    if head.startswith(b"PK\x03\x04"):
        _check_zip(path)
        return "workbook"
    for sign, what, advice in _SIGNS:
        if head.startswith(sign):
            raise _refused(path, what, advice)
    return _text_content(path, _text(head).lstrip())


def _text(head: bytes) -> str:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return head.decode(encoding, "replace").lstrip("\ufeff")


def _text_content(path: Path, text: str) -> Content:
    for pattern, what, advice in _TEXTS:
        if re.match(pattern, text, re.IGNORECASE):
            raise _refused(path, what, advice)
    if re.match(r"BEGIN:VCALENDAR", text, re.IGNORECASE):
        raise SourceError(
            f"{path.name} is a calendar: `partnership-analysis import {path.name} --as calendar` reads its meetings."
        )
    if re.match(r"<(!doctype\s+html|html|head|body|table|meta|div|style)\b", text, re.IGNORECASE):
        return "webpage"
    if re.match(r"<(\?xml|!--|!doctype|[\w:]+[\s>])", text, re.IGNORECASE):
        if spreadsheetml.NAMESPACE in text and re.search(r"<(\w+:)?Workbook\b", text):
            return "spreadsheetml"
        if re.search(r"<html\b", text, re.IGNORECASE):
            return "webpage"
        flat = "urn:oasis:names:tc:opendocument" in text
        raise _refused(path, "a flat OpenDocument file (.fods)" if flat else "an XML file", _ADVICE)
    if path.suffix.lower() in _WORKBOOKS and len(text) < _HEAD and len(text.splitlines()) < 2:
        raise SourceError(
            f"{path.name} is no workbook, only one line of text ({shortened(text.strip(), 60)}): ask for it again."
        )
    return "delimited"


def _refused(path: Path, what: str, advice: str) -> SourceError:
    return SourceError(f"{path.name} is {what}, not a table that can be read here: {advice}")


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lstrip("/").replace("\\", "/").lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, IndexError):
        raise SourceError(
            f"{path.name} is a damaged or incomplete workbook: save it again as .xlsx."
        ) from None
    for pattern, what, advice in _INSIDE:
        if any(re.match(pattern, name) for name in names):
            raise _refused(path, what, advice)
    if not any(name.startswith("xl/") or name in ("content.xml", "[content_types].xml") for name in names):
        raise SourceError(f"{path.name} is a ZIP archive but no workbook: {_ADVICE}")
