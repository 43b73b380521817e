"""What kind of file it is: the content decides, the name only helps."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from partnership_analysis.errors import SourceError
from partnership_analysis.sources import delimited, parquet
from partnership_analysis.sources.raw import RawTable

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt", ".parquet")
Content = Literal["workbook", "parquet", "delimited"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ADVICE = "open it in the program that made it and save it as .xlsx or .csv."


def content(path: Path) -> Content:
    """Tell a workbook, a Parquet file and separated values apart by the first bytes.

    Raises
    ------
    SourceError
        If the file is empty, unreadable or of a kind that cannot be read; one sentence says what it is.
    """
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be opened: {error.strerror}.") from None
    if not head:
        raise SourceError(f"{path.name} is empty: it has no bytes at all.")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_OLE):
        return "workbook"
    if head.startswith(b"PK\x03\x04"):
        _check_zip(path)
        return "workbook"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, kind in (
        (b"<!doctype html", "a web page"),
        (b"<html", "a web page"),
        (b"<?xml", "an XML file"),
        (b"%pdf", "a PDF"),
        (b"{\\rtf", "a text document (RTF)"),
        (b"begin:vcalendar", "a calendar"),
        (b"id;p", "an SLK sheet"),
    ):
        if text.startswith(mark):
            raise SourceError(f"{path.name} is {kind}, not a table that can be read here: {_ADVICE}")
    return "delimited"


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise SourceError(
            f"{path.name} is a damaged or incomplete workbook: save it again as .xlsx."
        ) from None
    if not any(name.lower().startswith("xl/") or name == "content.xml" for name in map(_unslashed, names)):
        raise SourceError(f"{path.name} is a ZIP archive but no workbook: {_ADVICE}")


def _unslashed(name: str) -> str:
    return name.lstrip("/").replace("\\", "/")


def read_single(path: Path) -> RawTable:
    """Read a file that holds one table: separated values or Parquet."""
    return parquet.read(path) if content(path) == "parquet" else delimited.read(path)
