"""SpreadsheetML 2003: the XML that referral groups and accounting programs export, often named ``.xls``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import pandas as pd
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from partnership_analysis.errors import SourceError, listed
from partnership_analysis.settings import Limits
from partnership_analysis.sources.raw import Grid, Labels, RawTable, label_of
from partnership_analysis.sources.readers.safety import MAX_COLUMNS, MAX_ROWS, Extent, damaged

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_S = f"{{{NAMESPACE}}}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_DEEPEST = 100

_FIRST_DAY, _LEAP = dt.datetime(1899, 12, 31), dt.datetime(1900, 3, 1)
"""Day 0, and the day from which the count is one too high: the format knows a 29 February 1900."""


@dataclass(eq=False)
class _Sheet:
    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    extent: Extent = field(default_factory=Extent)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


class SpreadsheetML:
    """An open file of SpreadsheetML 2003.

    Parameters
    ----------
    path : Path
    limits : Limits

    Raises
    ------
    SourceError
        If it is damaged, declares entities, or holds more cells than the limit.
    """

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        """Read every sheet."""
        self.path = path
        try:
            with path.open("rb") as file:
                self._sheets = _Reader(path.name, limits or Limits()).read(file)
        except DefusedXmlException:
            damaged(path.name, "it declares entities, as no spreadsheet program does")
        except (ParseError, ValueError, LookupError) as error:
            damaged(path.name, f"its XML ends or breaks: {str(error)[:100]}")

    @property
    def sheets(self) -> list[str]:
        """Sheets that somebody who opens the file sees, in order."""
        return [sheet.name for sheet in self._sheets if not sheet.hidden]

    @property
    def hidden(self) -> list[str]:
        """Sheets that are hidden."""
        return [sheet.name for sheet in self._sheets if sheet.hidden]

    def grid(self, sheet: str) -> Grid:
        """All cells of a sheet, with their types.

        Raises
        ------
        SourceError
            If there is no such sheet.
        """
        found = next((each for each in self._sheets if each.name == sheet), None)
        if found is None:
            raise SourceError(f"{self.path.name} has no sheet {sheet!r}. It has: {listed(self.sheets)}.")
        extent = found.extent
        if not extent.cells:
            return Grid(self.path.name, sheet, ())
        columns = [
            np.full(extent.bottom - extent.top + 1, "", dtype=object)
            for _ in range(extent.left, extent.right + 1)
        ]
        for (row, column), value in found.cells.items():
            columns[column - extent.left][row - extent.top] = value
        merged = tuple(
            (
                top - extent.top,
                left - extent.left,
                min(bottom, extent.bottom) - extent.top,
                min(right, extent.right) - extent.left,
            )
            for top, left, bottom, right in found.merged
        )
        series = tuple(pd.Series(column, copy=False) for column in columns)
        return Grid(self.path.name, sheet, series, extent.top + 1, extent.left + 1, merged)

    def typed(self, sheet: str, wanted: Labels) -> RawTable | None:
        """Nothing: there is no fast way."""
        return None


class _Reader:
    """Follows sheets, rows and cells, which say only where they leave something out."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.sheets: list[_Sheet] = []
        self.lengths: set[str] = set()
        self.row = self.column = 0

    def read(self, file: Any) -> list[_Sheet]:
        depth = 0
        above: list[Element] = []
        for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                depth += 1
                if depth > _DEEPEST:
                    damaged(self.name, "its XML is nested deeper than any spreadsheet's")
                above.append(element)
                self._begin(element)
                continue
            depth -= 1
            above.pop()
            self._end(element, above)
        return self.sheets

    def _begin(self, element: Element) -> None:
        if element.tag == f"{_S}Worksheet":
            self.sheets.append(_Sheet(element.get(f"{_S}Name", f"Sheet{len(self.sheets) + 1}")))
            self.row = -1
        elif element.tag == f"{_S}Row":
            self.row = _index(element, self.row + 1)
            self.column = -1

    def _end(self, element: Element, above: list[Element]) -> None:
        if element.tag == f"{_S}Cell" and self.sheets:
            self._cell(element)
        elif element.tag == f"{_S}Row":
            self.row += _whole(element, "Span")
        elif element.tag == f"{_EXCEL}Visible" and self.sheets:
            self.sheets[-1].hidden = (element.text or "").strip() in ("SheetHidden", "SheetVeryHidden")
        elif element.tag == f"{_S}Style":
            form = element.find(f"{_S}NumberFormat")
            if form is not None and form.get(f"{_S}Format", "").startswith("["):
                self.lengths.add(element.get(f"{_S}ID", ""))
        if element.tag in (f"{_S}Cell", f"{_S}Row", f"{_S}Table", f"{_S}Style") and above:
            # What was read is let go, so that memory does not grow with the file.
            above[-1].remove(element)

    def _cell(self, element: Element) -> None:
        self.column = _index(element, self.column + 1)
        sheet, across, down = self.sheets[-1], _whole(element, "MergeAcross"), _whole(element, "MergeDown")
        data = element.find(f"{_S}Data")
        is_length = element.get(f"{_S}StyleID", "") in self.lengths
        value = "" if data is None else _value(data, is_length)
        if value != "":
            sheet.cells[self.row, self.column] = value
            if label_of(value):
                sheet.extent.add(self.row, self.column)
                sheet.extent.check(self.name, self.limits)
            if across or down:
                sheet.merged.append((self.row, self.column, self.row + down, self.column + across))
        self.column += across


def _index(element: Element, following: int) -> int:
    text = element.get(f"{_S}Index", "")
    if not text.isdecimal():
        return following
    return min(int(text[:10]), max(MAX_ROWS, MAX_COLUMNS) + 1) - 1


def _whole(element: Element, name: str) -> int:
    text = element.get(f"{_S}{name}", "")
    return min(int(text[:10]), MAX_ROWS) if text.isdecimal() else 0


def _value(data: Element, is_length: bool) -> Any:
    # Rich text is HTML inside the cell.
    text = "".join(data.itertext())
    kind = data.get(f"{_S}Type", "String")
    try:
        if kind == "Number":
            return float(text)
        if kind == "Boolean":
            return {"1": True, "0": False, "true": True, "false": False}[text.strip().lower()]
        if kind == "DateTime":
            return _moment(dt.datetime.fromisoformat(text.strip()), is_length)
    except (ValueError, KeyError, OverflowError):
        # The file says that it is a number and holds none: the text is what there is.
        return text
    return text


def _moment(value: dt.datetime, is_length: bool) -> Any:
    """A date with or without a time, a time of day, or a length of time, which all are written as a date.

    >>> _moment(dt.datetime(1900, 1, 1, 16, 30), True)
    datetime.timedelta(days=1, seconds=59400)
    """
    if is_length:
        return value - _FIRST_DAY + dt.timedelta(days=int(value >= _LEAP))
    if value < _FIRST_DAY + dt.timedelta(days=1) and value >= _FIRST_DAY:
        return value.time()
    return value
