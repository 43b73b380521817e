"""Workbooks (xlsx, xlsm, xlsb, xls, ods): cells with their types, and large sheets the fast way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from partnership_analysis.errors import SourceError, listed
from partnership_analysis.settings import Limits
from partnership_analysis.sources.raw import Grid, Labels, RawTable, label_of
from partnership_analysis.sources.readers import fast
from partnership_analysis.sources.readers.measure import Listed, Measured, measured
from partnership_analysis.sources.readers.sheetxml import first_filled_row

_BLOCK = 10_000
"""Rows that are turned into columns at a time."""


@dataclass(eq=False)
class Workbook:
    """An open workbook, measured before it was opened.

    Parameters
    ----------
    path : Path
    limits : Limits
    fast_bytes : int
        Size, unpacked, from which on a sheet is read the fast way where that is exact.
    """

    path: Path
    limits: Limits = field(default_factory=Limits)
    fast_bytes: int = 1_000_000
    _measured: Measured = field(init=False, repr=False)
    _listing: list[Listed] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Measure it and list its sheets, or say why it cannot be opened."""
        self._measured = measured(self.path, self.limits)
        self._listing = self._measured.listing or [
            Listed(
                sheet.name, sheet.visible == SheetVisibleEnum.Visible, sheet.typ == SheetTypeEnum.WorkSheet
            )
            for sheet in self._book.sheets_metadata
        ]

    @cached_property
    def _book(self) -> CalamineWorkbook:
        """Opened only where it is needed: all texts of the workbook are read then."""
        with _refusals(self.path.name):
            return CalamineWorkbook.from_path(self.path)

    @property
    def sheets(self) -> list[str]:
        """Visible worksheets in order."""
        return [sheet.name for sheet in self._listing if sheet.worksheet and sheet.visible]

    @property
    def hidden(self) -> list[str]:
        """Worksheets that a reader of the workbook does not see."""
        return [sheet.name for sheet in self._listing if sheet.worksheet and sheet.name not in self.sheets]

    def _place(self, sheet: str) -> int:
        if sheet not in (*self.sheets, *self.hidden):
            raise SourceError(f"{self.path.name} has no sheet {sheet!r}. It has: {listed(self.sheets)}.")
        return [each.name for each in self._listing].index(sheet)

    def grid(self, sheet: str) -> Grid:
        """All cells of a sheet, exactly: errors as their text, lengths of time as such.

        Raises
        ------
        SourceError
            If there is no such sheet, or it is damaged.
        """
        place, book = self._place(sheet), self._book
        with _refusals(self.path.name):
            opened = book.get_sheet_by_index(place)
            columns = _columns(opened)
            merged = opened.merged_cell_ranges or []
        top, left = opened.start or (0, 0)
        extent = self._measured.extent(place)
        for (row, column), value in (extent.overrides | self._measured.errors(place)).items():
            if 0 <= row - top < opened.height and 0 <= column - left < opened.width:
                columns[column - left][row - top] = value
        size = _last_filled(columns)
        boxes = [(*first, *last) for first, last in merged] if self._measured.kind != "ods" else extent.merged
        return Grid(
            self.path.name,
            sheet,
            tuple(pd.Series(column[:size], copy=False) for column in columns) if size else (),
            top + 1,
            left + 1,
            tuple(_within(boxes, top, left, size, len(columns))),
            self._measured.epoch_1904,
        )

    def typed(self, sheet: str, wanted: Labels) -> RawTable | None:
        """The table of a large sheet the fast way, or nothing where that is not sure to be exact."""
        place = self._place(sheet)
        part = self._measured.part(place)
        names = [each.name for each in self._listing]
        filled = self._measured.extent(place).filled
        if part is None or filled is None or names.count(sheet) > 1:
            return None
        if part.size < self.fast_bytes or first_filled_row(part.pieces()) != 1:
            return None
        with _refusals(self.path.name):
            table = fast.table(self.path, sheet, filled, wanted)
        return None if table is None else replace(table, epoch_1904=self._measured.epoch_1904)


def _columns(sheet: CalamineSheet) -> list[np.ndarray]:
    """The cells of a sheet by column, filled block by block."""
    columns = [np.empty(sheet.height, dtype=object) for _ in range(sheet.width)]
    if not columns:
        return columns
    # The library gives the blank rows above, but not the blank columns before.
    rows = islice(sheet.iter_rows(), (sheet.start or (0, 0))[0], None)
    at = 0
    while block := list(islice(rows, _BLOCK)):
        for column, cells in zip(columns, zip(*block, strict=True), strict=True):
            column[at : at + len(block)] = cells
        at += len(block)
    return columns


def _last_filled(columns: list[np.ndarray]) -> int:
    size = len(columns[0]) if columns else 0
    while size and not any(label_of(column[size - 1]) for column in columns):
        size -= 1
    return size


def _within(
    boxes: list[Any], top: int, left: int, height: int, width: int
) -> Iterator[tuple[int, int, int, int]]:
    """Merged cells by their places in a grid; what lies outside is cut off."""
    for box_top, box_left, box_bottom, box_right in boxes:
        box = (
            max(box_top - top, 0),
            max(box_left - left, 0),
            min(box_bottom - top, height - 1),
            min(box_right - left, width - 1),
        )
        if box[0] <= box[2] and box[1] <= box[3] and box[:2] != box[2:]:
            yield box


@contextmanager
def _refusals(name: str) -> Iterator[None]:
    try:
        yield
    except PasswordError:
        raise SourceError(f"{name} is protected by a password: save a copy without one.") from None
    except (CalamineError, OSError, ValueError) as error:
        detail = re.sub(r"\s+", " ", str(error)).strip()[:200] or type(error).__name__
        raise SourceError(
            f"{name} cannot be read as a workbook ({detail}): open it in a spreadsheet program and save it as .xlsx."
        ) from None
    except BaseException as error:
        # calamine's own crash (a Rust panic) is no Exception; it says that the file is damaged.
        if type(error).__name__ != "PanicException":
            raise
        raise SourceError(
            f"{name} is a damaged workbook: open it in a spreadsheet program and save it as .xlsx."
        ) from None
