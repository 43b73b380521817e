"""Python objects sorted by type, as the cells of a workbook come, and their numbers and times as arrays."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

MISSING, TEXT, NUMBER, TRUTH, DAY, OTHER, SPAN = range(7)
"""Kinds of cells; see :class:`partnership_analysis.sources.cells.Cells`."""

EXACT = 2**53
"""From here on a float no longer tells whole numbers apart."""

HOUR = np.timedelta64(3_600_000_000, "us")


def sorted_by_type(values: np.ndarray) -> np.ndarray:
    """The kind of each cell by its type alone (int8).

    >>> sorted_by_type(np.array(["a", 1, None, True], dtype=object)).tolist()
    [1, 2, 0, 3]
    """
    types = list(map(type, values))
    kind_of = {cell_type: _kind(cell_type) for cell_type in set(types)}
    return np.fromiter(map(kind_of.__getitem__, types), np.int8, len(values))


def _kind(cell_type: type) -> int:
    if cell_type in (type(None), type(pd.NA), type(pd.NaT)):
        return MISSING
    for kind, types in (
        (TEXT, str),
        (SPAN, (dt.timedelta, np.timedelta64, dt.time)),
        (TRUTH, (bool, np.bool_)),
        (NUMBER, (int, float, np.integer, np.floating, Decimal)),
        (DAY, (dt.date, np.datetime64)),
    ):
        if issubclass(cell_type, types):
            return kind
    return OTHER


def numbers_of(values: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Numbers and hours; marks in ``kinds`` what is none, or too large for a float."""
    numbers = np.full(len(values), np.nan)
    spans = np.flatnonzero(kinds == SPAN)
    if len(spans):
        numbers[spans] = [_hours(value) for value in values[spans]]
        kinds[spans[np.isnan(numbers[spans])]] = MISSING
    numeric = np.flatnonzero((kinds == NUMBER) | (kinds == TRUTH))
    numbers[numeric], huge = _floats(values[numeric])
    kinds[numeric[huge]] = OTHER
    numbers[numeric[huge]] = np.nan
    kinds[(kinds == NUMBER) & np.isnan(numbers)] = MISSING
    return numbers


def times_of(values: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Dates with their time of day, zone dropped; marks in ``kinds`` what is none."""
    times = np.full(len(values), "NaT", dtype="datetime64[us]")
    daily = np.flatnonzero(kinds == DAY)
    times[daily] = np.array([_naive(value) for value in values[daily]], dtype="datetime64[us]")
    kinds[daily[np.isnat(times[daily])]] = MISSING
    return times


def _hours(value: Any) -> float:
    if isinstance(value, dt.time):
        # A cell that shows a clock: hours and minutes since midnight.
        seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
        return seconds / 3600
    return float(np.timedelta64(value).astype("timedelta64[us]") / HOUR)


def _floats(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers as floats, and which are whole numbers that a float cannot hold."""
    try:
        floats = values.astype(np.float64)
    except (OverflowError, ValueError, TypeError):
        floats = np.array([_float(value) for value in values])
    huge = np.abs(floats) >= EXACT
    if huge.any():
        huge &= np.array([not isinstance(value, float | np.floating) for value in values])
    return floats, huge


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


def _naive(value: Any) -> Any:
    return value.replace(tzinfo=None) if getattr(value, "tzinfo", None) is not None else value
