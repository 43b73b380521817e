"""How far the sheets of an ``.ods`` workbook reach, and what the reading library does not tell of them.

A cell or row can stand for a million equal ones; what they come to is counted before they are made.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from partnership_analysis.settings import Limits
from partnership_analysis.sources.readers.safety import (
    MAX_COLUMNS,
    MAX_ROWS,
    MB,
    Extent,
    too_large,
    too_many_cells,
)
from partnership_analysis.sources.readers.sheetxml import first_piece, parse

_CELL = ("table:table-cell", "table:covered-table-cell")
_LENGTH = re.compile(r"(-)?P(?:(\d{1,6})D)?T?(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d+))?S)?$")


@dataclass(eq=False)
class _Sheets:
    """Follows rows, cells and texts as the parser meets them."""

    name: str
    limits: Limits
    extents: list[Extent] = field(default_factory=list)
    row: int = 0
    column: int = 0
    cell: dict[str, str] | None = None
    text: list[str] = field(default_factory=list)
    found: list[tuple[int, int, dict[str, str], str]] = field(default_factory=list)
    repeats: int = 1
    letters: float = 0
    paragraphs: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.extents.append(Extent())
            self.row = 0
        elif tag == "table:table-row":
            self.repeats = _count(attributes, "table:number-rows-repeated", MAX_ROWS)
            self.column, self.found = 0, []
        elif tag in _CELL:
            self.cell, self.text, self.paragraphs = attributes, [], 0
        elif tag == "text:p" and self.cell is not None:
            self.paragraphs += 1

    def data(self, text: str) -> None:
        if self.cell is not None and self.paragraphs:
            self.text.append(text)

    def end(self, tag: str) -> None:
        if tag in _CELL and self.cell is not None:
            width = _count(self.cell, "table:number-columns-repeated", MAX_COLUMNS)
            text = "".join(self.text)
            if "office:value-type" in self.cell or text:
                self.found.append((self.column, width, self.cell, text))
            self.column = min(self.column + width, MAX_COLUMNS)
            self.cell = None
        elif tag == "table:table-row" and self.extents:
            self._row()
            self.row = min(self.row + self.repeats, MAX_ROWS)

    def _row(self) -> None:
        extent = self.extents[-1]
        for column, width, cell, text in self.found:
            extent.add(self.row, column, self.repeats, width)
            self.letters += len(text) * width * self.repeats
            value = _lost(cell, text)
            if value is not None and width * self.repeats < 10_000:
                for row in range(self.row, self.row + self.repeats):
                    extent.overrides.update(
                        dict.fromkeys(((row, at) for at in range(column, column + width)), value)
                    )
            across = _count(cell, "table:number-columns-spanned", MAX_COLUMNS)
            down = _count(cell, "table:number-rows-spanned", MAX_ROWS)
            if across * down > 1:
                extent.merged.append((self.row, column, self.row + down - 1, column + across - 1))
        total = sum(each.cells for each in self.extents)
        if total > self.limits.cells:
            too_many_cells(self.name, total, self.limits)
        if self.letters > self.limits.unpacked_mb * MB:
            too_large(self.name, self.limits)


def extents(pieces: Iterable[bytes], name: str, limits: Limits) -> list[Extent]:
    """The extent of every sheet in ``content.xml``, in its order.

    Raises
    ------
    SourceError
        If the part is damaged or declares entities, or its sheets have more cells than the limit.
    """
    sheets = _Sheets(name, limits)
    _, pieces = first_piece(pieces, name)
    parse(pieces, name, sheets.start, sheets.end, sheets.data)
    return sheets.extents


def _count(attributes: dict[str, str], key: str, most: int) -> int:
    text = attributes.get(key, "1")
    return min(int(text[:10]), most) if text.isdecimal() else 1


def _lost(cell: dict[str, str], text: str) -> Any:
    """What the reading library makes nothing or a text of: errors, lengths of time, texts without a type."""
    if cell.get("calcext:value-type") == "error" or (
        text.startswith(("#", "Err:")) and _is_formula_error(cell)
    ):
        return text or "#VALUE!"
    if cell.get("office:value-type") == "time":
        return length_of_time(cell.get("office:time-value", ""))
    return text if "office:value-type" not in cell and text else None


def _is_formula_error(cell: dict[str, str]) -> bool:
    return "table:formula" in cell and cell.get("office:string-value") == ""


def length_of_time(text: str) -> dt.timedelta | None:
    """A length of time of a day or more; a shorter one is a time of day for all that the file says.

    >>> length_of_time("PT40H30M00S")
    datetime.timedelta(days=1, seconds=59400)
    """
    found = _LENGTH.match(text)
    if not found:
        return None
    sign, days, hours, minutes, seconds, fraction = found.groups()
    value = dt.timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "0")[:6].ljust(6, "0")),
    )
    return -value if sign else value if value >= dt.timedelta(days=1) else None
