"""What a file may ask of the machine, looked at before anything is made of it.

A workbook of a few kilobytes can unpack to gigabytes, or name one cell at ``A1`` and one at ``XFD1048576``
and so ask for seventeen billion. The libraries that read cells end the whole process then, which nothing can
catch; so every file is measured first, in pieces, and refused in one sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from partnership_analysis.errors import SourceError
from partnership_analysis.settings import Limits

LONGEST_TEXT = 131_070
"""Bytes of the longest text that an old workbook can state: 65,535 letters of two."""
MB = 1_000_000
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
"""The last row and column of a sheet; a cell beyond exists in no spreadsheet program."""

ERROR_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""Errors as the binary formats number them."""

SAVE_AGAIN = "open it in a spreadsheet program and save it as .xlsx."


@dataclass(eq=False)
class Extent:
    """What a sheet holds by its own marks, before its cells are read.

    Parameters
    ----------
    top, left, bottom, right : int
        The corners of the cells that hold something, from 0, inclusive; ``bottom`` is -1 where none does.
    overrides : dict of (row, column) to value
        Cells that the reading library loses: errors, which it gives as empty, and what it leaves as text.
    merged : list of (top, left, bottom, right)
        Merged cells where the library does not tell.
    shared : Counter
        How often cells repeat each of the texts that a workbook stores once, by its number, where these are counted.
    filled : int, optional
        Cells that hold something, where the sheet is written in the one way that most programs use and none of
        its cells is merged.
    """

    top: int = MAX_ROWS
    left: int = MAX_COLUMNS
    bottom: int = -1
    right: int = -1
    overrides: dict[tuple[int, int], Any] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    shared: Counter[int] = field(default_factory=Counter)
    filled: int | None = None

    def add(self, row: int, column: int, height: int = 1, width: int = 1) -> None:
        """A cell, or a block of equal cells, that holds something."""
        self.top, self.left = min(self.top, row), min(self.left, column)
        self.bottom, self.right = max(self.bottom, row + height - 1), max(self.right, column + width - 1)

    @property
    def cells(self) -> int:
        """Cells from the first to the last, blank ones included.

        >>> extent = Extent()
        >>> extent.add(0, 0)
        >>> extent.add(9, 2)
        >>> extent.cells
        30
        """
        return max(0, self.bottom - self.top + 1) * max(0, self.right - self.left + 1)

    def check(self, name: str, limits: Limits) -> None:
        """Refuse a sheet that reaches too far.

        Raises
        ------
        SourceError
            If it has cells where no sheet has any, or more cells than the limit.
        """
        if self.bottom >= MAX_ROWS or self.right >= MAX_COLUMNS:
            raise SourceError(
                f"{name} is a damaged workbook (a cell beyond the last row or column of a sheet): {SAVE_AGAIN}"
            )
        if self.cells > limits.cells:
            too_many_cells(name, self.cells, limits)


def too_many_cells(name: str, cells: int, limits: Limits) -> NoReturn:
    """The refusal of a sheet that reaches too far."""
    raise SourceError(
        f"{name} has a sheet of {cells:,} cells from its first to its last, blank ones included, and settings "
        f"allow {limits.cells:,} (`limits.cells`): delete the stray cells far from the table, or raise the limit."
    )


def check_size(name: str, size: int, limits: Limits) -> None:
    """Refuse a file that is too large to be read at all."""
    if size > limits.file_mb * MB:
        raise SourceError(
            f"{name} has {size / MB:,.0f} MB and settings allow {limits.file_mb:,.0f} (`limits.file_mb`): "
            f"save a smaller part of it, or raise the limit."
        )


def too_large(name: str, limits: Limits) -> NoReturn:
    """The refusal of an archive that unpacks to too much."""
    raise SourceError(
        f"{name} unpacks to more than settings allow ({limits.unpacked_mb:,.0f} MB, `limits.unpacked_mb`; "
        f"{limits.ratio:,.0f} times its size, `limits.ratio`): if you trust it, raise the limit, else throw it away."
    )


def check_shared(extents: Iterable[Extent], lengths: Sequence[int], name: str, limits: Limits) -> None:
    """Refuse a few long texts that very many cells repeat: they are stored once and read many times.

    A text whose length is not known is taken to be as long as any.

    Raises
    ------
    SourceError
        If the texts of all cells together are larger than a workbook may unpack to.
    """
    total = sum(
        times * (lengths[place] if place < len(lengths) else LONGEST_TEXT)
        for extent in extents
        for place, times in extent.shared.items()
    )
    if total > limits.unpacked_mb * MB:
        too_large(name, limits)


def damaged(name: str, why: str) -> NoReturn:
    """The refusal of a workbook that is not whole, or not what it says."""
    raise SourceError(f"{name} is a damaged or incomplete workbook ({why}): {SAVE_AGAIN}")
