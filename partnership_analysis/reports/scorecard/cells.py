"""What a cell of a sheet holds, and texts that any spreadsheet program can read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

MOST_UNITS = 32_767
"""UTF-16 units that a cell holds."""

_NOT_XML = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True)
class Live:
    """A formula and the value that it has now, for programs that do not calculate. An unknown value is empty."""

    formula: str
    value: Any


@dataclass(frozen=True)
class Spark:
    """A small picture of a range of cells, the last of them marked, with room for the most that they hold."""

    range: str
    most: float


Cell = str | float | dt.date | Live | Spark | None
"""None is unknown."""


def readable(text: str) -> str:
    r"""A text that fits a cell: one line, no character that XML forbids, cut where a cell ends.

    >>> readable("a\x00b\nc"), len(readable("x" * 40_000))
    ('a�b c', 32767)
    """
    text = re.sub(r"[\r\n\t\v\f\x85]+", " ", text)
    text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    units = text.encode("utf-16-le")
    if len(units) // 2 <= MOST_UNITS:
        return text
    return units[: (MOST_UNITS - 1) * 2].decode("utf-16-le", "ignore") + "…"


def cells_of(column: Iterable[Any]) -> list[Cell]:
    """The cells of a frame's column: plain numbers, texts and days; nothing where it is unknown.

    >>> cells_of(pd.array([1.5, None], dtype="Float64")), cells_of(pd.to_datetime(["2025-09-30"]))
    ([1.5, None], [datetime.date(2025, 9, 30)])
    """
    return [_cell(value) for value in column]


def _cell(value: Any) -> Cell:
    if pd.isna(value):
        return None
    if isinstance(value, (bool, np.bool_, str)):
        return value if isinstance(value, str) else "yes" if value else "no"
    if isinstance(value, dt.date):
        return dt.date(value.year, value.month, value.day)
    whole = value if isinstance(value, int) else float(value)
    return int(whole) if isinstance(whole, float) and whole.is_integer() else whole


def plain(value: Any) -> Any:
    """The value of a formula as a workbook keeps it: empty text for what is unknown."""
    found = _cell(value)
    if isinstance(found, dt.date):
        return (found - dt.date(1899, 12, 30)).days
    return "" if found is None else readable(found) if isinstance(found, str) else found
