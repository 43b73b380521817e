"""Where the table is in a sheet: the header under banners, merged cells, columns filled down.

What was done to find it is said in ``RawTable.notes``; cells are never moved or changed beyond that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from partnership_analysis.errors import SourceError, listed
from partnership_analysis.sources.cells import MISSING, NUMBER, SPAN, TEXT, Cells
from partnership_analysis.sources.raw import Book, Grid, Labels, RawTable, label_of
from partnership_analysis.sources.recognise import ends_of_groups
from partnership_analysis.sources.values import folded
from partnership_analysis.wording import count_of, shortened

_SEARCHED = 200
"""Rows from the top in which a header is looked for."""

_TALLEST = 3
"""Rows that a header may have."""


_DAY = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([T ].*)?")
_AMOUNT = re.compile(r"[^\W\d]{0,3}[^\w]*\d[\d\W]*([^\W\d]{1,3}|hours?|mins?|minutes?|h ?\d+ ?m(in)?)?[\W]*")
"""A figure, with a currency before it or a currency or unit after it."""


def table(book: Book, sheet: str, wanted: Labels = frozenset(), fill_down: Sequence[str] = ()) -> RawTable:
    """Read the table of a sheet, the fast way where that is exact.

    Parameters
    ----------
    book : Book
        An open file.
    sheet : str
        One of its sheets, hidden or not; ``""`` where the file has only one table.
    wanted : frozenset of str
        Folded labels by which the header is known.
    fill_down : sequence of str
        Labels of columns in which a blank cell means the one above it.

    Raises
    ------
    SourceError
        If there is no such sheet, or nothing in it.
    """
    quick = None if fill_down else book.typed(sheet, wanted)
    return found(book.grid(sheet), wanted, fill_down) if quick is None else quick


def found(grid: Grid, wanted: Labels = frozenset(), fill_down: Sequence[str] = ()) -> RawTable:
    """The table in a grid of cells.

    The header is the row, or the two or three rows on one another, with the most of the labels wanted, the
    first of equals; without any, the first row with two cells or more.

    Examples
    --------
    >>> cells = ["Report of 2025", None, "Date", "2025-07-14"], [None, None, "Partner", "Acme"]
    >>> grid = Grid("a.xlsx", "Log", tuple(map(pd.Series, cells)))
    >>> made = found(grid, frozenset({"date", "partner"}))
    >>> made.labels, made.rows.tolist(), made.notes
    (('Date', 'Partner'), [4], ('1 row above the header is not read: Report of 2025',))
    """
    head = header(grid, wanted)
    body = tuple(column.iloc[head.last + 1 :].reset_index(drop=True) for column in grid.columns)
    start = grid.first_row + head.last + 1
    rows = np.arange(start, start + len(grid) - head.last - 1)
    raw = RawTable(grid.file, grid.sheet, head.labels, body, rows, notes=_banner_note(grid, head.first))
    raw = replace(raw, epoch_1904=grid.epoch_1904)
    return _fill_named(_fill_merged(raw, grid, head.last + 1), fill_down)


@dataclass(frozen=True)
class Header:
    """The rows of a grid, from 0, that are its header, and the labels that they give."""

    first: int
    last: int
    labels: tuple[str, ...]


def header(grid: Grid, wanted: Labels) -> Header:
    """Find the header.

    Raises
    ------
    SourceError
        If every cell is blank.
    """
    texts = _texts(grid)
    filled = [sum(map(bool, row)) for row in texts]
    if not any(filled):
        raise SourceError(f"{grid.place} is empty: there is no header row and no row under it.")
    best, score = _first_of(filled), min(len(wanted), 2) - 1
    keys = [[folded(text) for text in row] for row in texts] if wanted else []
    # A row more must add a label: else a title above the header would join it.
    for height in range(_TALLEST if wanted else 0):
        for first in range(len(texts) - height):
            known = len(wanted.intersection(_joined(keys[first : first + height + 1])))
            if known > score:
                best, score = (first, first + height), known
    labels = _distinct(_joined(texts[best[0] : best[1] + 1]), grid, best[0])
    return Header(*best, labels)


def banner(grid: Grid, first: int) -> tuple[str, ...]:
    """The texts in the rows above a header, each once, in order.

    >>> banner(Grid("a.xls", "Report", (pd.Series(["Slips of 2025-08", "From"]),)), 1)
    ('Slips of 2025-08',)
    """
    texts = (label_of(column.iloc[row]) for row in range(first) for column in grid.columns)
    return tuple(dict.fromkeys(text for text in texts if text))


def _texts(grid: Grid) -> list[list[str]]:
    heads = [column.iloc[:_SEARCHED].tolist() for column in grid.columns]
    searched = [[label_of(cell) for cell in row] for row in zip(*heads, strict=True)]
    # A table may start far down; what matters then is its first row.
    if len(grid) > _SEARCHED and not any(any(row) for row in searched):
        filled = np.zeros(len(grid), dtype=bool)
        for column in grid.columns:
            filled |= ~Cells.of(column).missing
        if filled.any():
            start = int(np.flatnonzero(filled)[0])
            more = [column.iloc[_SEARCHED : start + _SEARCHED].tolist() for column in grid.columns]
            searched += [[label_of(cell) for cell in row] for row in zip(*more, strict=True)]
    return searched


def _first_of(filled: list[int]) -> tuple[int, int]:
    several = next((row for row, count in enumerate(filled) if count > 1), None)
    row = next(row for row, count in enumerate(filled) if count) if several is None else several
    return row, row


def _joined(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """One label a column: the lowest that there is."""
    return tuple(next((text for text in reversed(column) if text), "") for column in zip(*rows, strict=True))


def _distinct(labels: tuple[str, ...], grid: Grid, first: int) -> tuple[str, ...]:
    """Labels that repeat get the heading that is merged above them: two ``Count`` under Given and Received."""
    again = {key for key, times in Counter(map(folded, labels)).items() if key and times > 1}
    if not again:
        return labels
    above: dict[int, str] = {}
    for top, left, bottom, right in grid.merged:
        if bottom in (first, first - 1) and right > left:
            heading = label_of(grid.columns[left].iloc[top])
            above |= dict.fromkeys(range(left, right + 1), heading)
    return tuple(
        f"{above[place]} {label}" if folded(label) in again and above.get(place, label) != label else label
        for place, label in enumerate(labels)
    )


def _banner_note(grid: Grid, first: int) -> tuple[str, ...]:
    texts = banner(grid, first)
    if not texts:
        return ()
    size = sum(any(label_of(column.iloc[row]) for column in grid.columns) for row in range(first))
    verb = "is" if size == 1 else "are"
    shown = listed([shortened(text, 60) for text in texts], limit=3)
    return (f"{count_of(size, 'row')} above the header {verb} not read: {shown}",)


def _fill_merged(raw: RawTable, grid: Grid, start: int) -> RawTable:
    """Cells merged down a column all say what the first says; but an amount is there once."""
    columns, touched = list(raw.columns), Counter[int]()
    for top, left, bottom, _ in grid.merged:
        top, bottom = top - start, bottom - start
        if top < 0 or bottom <= top or left >= len(columns):
            continue
        value = columns[left].iloc[top]
        if not _goes_on(columns[left].iloc[top : top + 1]):
            continue
        if not touched[left]:
            columns[left] = columns[left].astype(object)
        columns[left].iloc[top + 1 : bottom + 1] = value
        touched[left] += bottom - top
    notes = tuple(
        f"`{raw.labels[place]}`: {count_of(size, 'merged cell')} read as the one above"
        for place, size in sorted(touched.items())
    )
    return replace(raw, columns=tuple(columns), notes=raw.notes + notes) if notes else raw


def _goes_on(cell: pd.Series) -> bool:
    """Whether a merged cell says something of each of its rows: a name or a day, not an amount or a time spent."""
    cells = Cells.of(cell)
    if cells.kinds[0] != TEXT:
        return bool(cells.kinds[0] not in (MISSING, NUMBER, SPAN))
    text = cells.words[cells.codes[0]].as_py()
    return bool(_DAY.fullmatch(text)) or not _AMOUNT.fullmatch(text)


def _fill_named(raw: RawTable, labels: Sequence[str]) -> RawTable:
    """Blank cells of the columns named take the value above, but not in blank rows, totals and footers."""
    keys = set(map(folded, labels))
    places = [place for place, label in enumerate(raw.labels) if folded(label) in keys]
    if not places or not len(raw):
        return raw
    cells = [Cells.of(column) for column in raw.columns]
    ends = ends_of_groups(cells, len(raw))
    others = np.zeros(len(raw), dtype=np.int64)
    for place, part in enumerate(cells):
        others += ~part.missing if place not in places else 0
    rows, columns, notes = np.arange(len(raw)), list(raw.columns), []
    for place in places:
        stated = ~cells[place].missing & ~ends
        last = np.maximum.accumulate(np.where(stated, rows, -1))
        # A total ends its group, but not the groups around it: a blank cell under it belongs to nobody.
        inner = np.zeros(len(raw), dtype=bool)
        for other in places:
            inner |= ~cells[other].missing if other > place else False
        ended = np.maximum.accumulate(np.where(ends & ~inner, rows, -1))
        filled = cells[place].missing & ~ends & (others > 1) & (last > ended)
        if filled.any():
            above = columns[place].astype(object).iloc[np.maximum(last, 0)].reset_index(drop=True)
            columns[place] = columns[place].astype(object).mask(filled, above)
            notes.append(
                f"`{raw.labels[place]}`: {count_of(int(filled.sum()), 'blank cell')} read as the one above"
            )
    return replace(raw, columns=tuple(columns), notes=(*raw.notes, *notes))
