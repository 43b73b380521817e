"""A table as a file holds it: labels, columns of cells, the spreadsheet number of each row."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class Grid:
    """The cells of a sheet before anybody knows which row is its header.

    Parameters
    ----------
    file, sheet : str
        Where it was found; ``sheet`` is empty for a file that has none.
    columns : tuple of Series
        All cells, of any dtype; all of one length, index 0 to n - 1. Blank rows at the end are cut off.
    first_row, first_column : int
        The spreadsheet's numbers (from 1) of the first row and column here.
    merged : tuple of (top, left, bottom, right)
        Merged cells by their places here, from 0, all inclusive; the value is in the first.
    epoch_1904 : bool
        Whether numbers that are days count from 1904, as in workbooks of old Macs.
    """

    file: str
    sheet: str
    columns: tuple[pd.Series, ...]
    first_row: int = 1
    first_column: int = 1
    merged: tuple[tuple[int, int, int, int], ...] = ()
    epoch_1904: bool = False

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @property
    def place(self) -> str:
        """The source in a message."""
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file


class Book(Protocol):
    """A file of one or more tables, open for reading.

    A file that holds one table without a name (separated values, Parquet) has the one sheet ``""``.
    """

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def sheets(self) -> list[str]:
        """Sheets that somebody who opens the file sees, in order."""

    @property
    def hidden(self) -> list[str]:
        """Sheets that are hidden; they are read only by name."""

    def grid(self, sheet: str) -> Grid:
        """All cells of a sheet, exactly."""

    def typed(self, sheet: str, wanted: Labels) -> RawTable | None:
        """The table of a sheet the fast way, cell for cell what :meth:`grid` gives.

        Nothing where that is not sure: the first row is not the header wanted, or a column mixes types.
        """


Labels = frozenset[str]
"""Folded labels (``values.folded``) by which a header is known; empty: the first row that is not blank."""


@dataclass(frozen=True, eq=False)
class RawTable:
    """Cells that nobody has interpreted yet.

    Parameters
    ----------
    file, sheet : str
        Where it was found; ``sheet`` is empty for a file that has none.
    labels : tuple of str
        Header cells, trimmed, otherwise as found.
    columns : tuple of Series
        The cells under each label, of any dtype; all of one length, index 0 to n - 1.
    rows : ndarray of int64
        The number of each row as a spreadsheet shows it (the header included, from 1).
    origins : dict of str to str
        Where a mapping renamed labels: what the file calls them.
    source : RawTable, optional
        Where a mapping made this table: the table as the file holds it, row for row.
    notes : tuple of str
        What was done to find the table in its sheet: whole sentences for the ledger.
    epoch_1904 : bool
        Whether numbers that are days count from 1904; a table made of another has it in its ``source``.
    """

    file: str
    sheet: str
    labels: tuple[str, ...]
    columns: tuple[pd.Series, ...]
    rows: np.ndarray
    origins: dict[str, str] = field(default_factory=dict)
    source: RawTable | None = None
    notes: tuple[str, ...] = ()
    epoch_1904: bool = False

    @property
    def place(self) -> str:
        """The source in a message.

        >>> RawTable("a.xlsx", "interactions", (), (), np.array([])).place
        'a.xlsx, sheet interactions'
        """
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, label: str) -> pd.Series | None:
        """The cells under an exact label, if it is there."""
        return self.columns[self.labels.index(label)] if label in self.labels else None


def from_frame(frame: pd.DataFrame, file: str, sheet: str = "", first_row: int = 1) -> RawTable:
    """A frame in memory as a raw table; its cells are shared, not copied, and never written to.

    >>> from_frame(pd.DataFrame({"a": [1, 2]}), "<frame>").rows.tolist()
    [1, 2]
    """
    columns = tuple(frame.iloc[:, place].reset_index(drop=True) for place in range(frame.shape[1]))
    labels = tuple("" if _is_missing(label) else str(label).strip() for label in frame.columns)
    return RawTable(file, sheet, labels, columns, np.arange(first_row, first_row + len(frame)))


def label_of(cell: Any) -> str:
    """A header cell as text."""
    return "" if _is_missing(cell) else " ".join(str(cell).split())


def _is_missing(cell: Any) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and cell != cell)
