"""Rows as a person writes them, as the raw table that a reader makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from partnership_analysis.sources.raw import RawTable, label_of


def from_rows(rows: Sequence[Sequence[Any]], file: str, sheet: str = "") -> RawTable:
    """A raw table whose header is the first of the rows, which may differ in length."""
    width = max(map(len, rows))
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    columns = tuple(pd.Series(list(cells), dtype=object) for cells in zip(*full[1:], strict=True))
    return RawTable(file, sheet, tuple(map(label_of, full[0])), columns, np.arange(2, 1 + len(rows)))
