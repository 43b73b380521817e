"""A web page that holds one table, as programs write it that call it ``.xls``."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
from bs4 import BeautifulSoup, NavigableString, Tag

from partnership_analysis.errors import SourceError
from partnership_analysis.settings import Limits
from partnership_analysis.sources.raw import Grid, Labels, RawTable, label_of
from partnership_analysis.sources.readers.safety import MB, Extent

_LARGEST = 20 * MB
_WIDEST, _TALLEST = 1_000, 65_534
"""What HTML lets a cell span."""

_BETWEEN = ("table", "thead", "tbody", "tfoot", "tr")
_INSTEAD = "open it in the program that made it and save it as .xlsx or .csv."


class WebPage:
    """The one table of a web page; every cell is a text.

    Parameters
    ----------
    path : Path
    limits : Limits

    Raises
    ------
    SourceError
        If it holds no table, several, or one inside another.
    """

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        """Find the table."""
        self.path, self.sheets, self.hidden = path, [""], list[str]()
        data = path.read_bytes()
        if len(data) > _LARGEST:
            raise SourceError(
                f"{path.name} is a web page of {len(data) / MB:,.0f} MB, too large to be read: {_INSTEAD}"
            )
        tables = [
            table
            for table in BeautifulSoup(_decoded(data), "html.parser").find_all("table")
            if isinstance(table, Tag) and len(table.find_all("td", limit=2)) > 1
        ]
        if len(tables) != 1:
            what = f"with {len(tables)} tables" if tables else "without a table"
            raise SourceError(
                f"{path.name} is a web page {what}, and only one with one table can be read: {_INSTEAD}"
            )
        if tables[0].find("table"):
            raise SourceError(f"{path.name} is a web page with a table inside another: {_INSTEAD}")
        self._grid = _grid(tables[0], path.name, limits or Limits())

    def grid(self, sheet: str) -> Grid:
        """All cells."""
        return self._grid

    def typed(self, sheet: str, wanted: Labels) -> RawTable | None:
        """Nothing: there is no fast way."""
        return None


def _decoded(data: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    named = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", data[:4096])
    for encoding in (named[1].decode() if named else "utf-8", "utf-8"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def _grid(table: Tag, name: str, limits: Limits) -> Grid:
    cells: dict[tuple[int, int], str] = {}
    taken: dict[int, int] = {}
    merged = []
    extent = Extent()
    for row, line in enumerate(_lines(table)):
        column = 0
        for cell, text in line:
            while taken.get(column, 0) > row:
                column += 1
            across, down = _span(cell, "colspan", _WIDEST), _span(cell, "rowspan", _TALLEST)
            cells[row, column] = text
            if label_of(text):
                extent.add(row, column)
            if across * down > 1:
                merged.append((row, column, row + down - 1, column + across - 1))
            taken |= dict.fromkeys(range(column, column + across), row + down)
            column += across
            extent.check(name, limits)
    width = extent.right + 1
    columns = [np.full(extent.bottom + 1, "", dtype=object) for _ in range(width)]
    for (row, column), text in cells.items():
        if row <= extent.bottom and column < width:
            columns[column][row] = text
    inside = tuple(
        (top, left, min(bottom, extent.bottom), min(right, width - 1))
        for top, left, bottom, right in merged
        if top <= extent.bottom and left < width
    )
    return Grid(name, "", tuple(pd.Series(column, copy=False) for column in columns), merged=inside)


def _lines(table: Tag) -> list[list[tuple[Tag, str]]]:
    """The cells of each row with their texts, in one pass: rows and cells need not be closed."""
    lines: list[list[tuple[Tag, list[str]]]] = []
    for each in table.descendants:
        if isinstance(each, Tag):
            if each.name == "tr":
                lines.append([])
            elif each.name in ("td", "th") and lines:
                lines[-1].append((each, []))
            elif each.name == "br" and lines and lines[-1]:
                lines[-1][-1][1].append("\n")
        elif type(each) is NavigableString and lines and lines[-1] and _inside_cell(each):
            lines[-1][-1][1].append(each)
    return [[(cell, "".join(parts).replace("\u00a0", " ").strip()) for cell, parts in line] for line in lines]


def _inside_cell(text: NavigableString) -> bool:
    return text.parent is not None and text.parent.name not in _BETWEEN


def _span(cell: Tag, name: str, most: int) -> int:
    text = str(cell.get(name, "1")).strip()
    return max(1, min(int(text[:6]), most)) if text.isdecimal() else 1
