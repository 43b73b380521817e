"""Times counted since 1970 (UTC) in seconds, milli-, micro- or nanoseconds, exact at any size."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa

from partnership_analysis.sources.words import that_match

PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
UNIT_WORDS = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
_SINCE, _UNTIL = (int(np.datetime64(day, "s").astype(np.int64)) for day in ("1980-01-01", "2101-01-01"))

_DIGITS = r"^(\d{1,18}|[1-8]\d{18})$"
_NUMBER = r"^[+-]?\d{1,25}([.,]\d{1,40})?([eE][+-]?\d{1,3})?$"
_LARGEST = 2**63 - 1


def counts(words: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The whole number that each text counts (fractions are dropped), and which texts are numbers.

    >>> values, known = counts(pa.array(["1598856466", "1.59885646632248E+018", "soon"], pa.large_string()))
    >>> values.tolist(), known.tolist()
    ([1598856466, 1598856466322480000, 0], [True, True, False])
    """
    values = np.zeros(len(words), dtype=np.int64)
    known = that_match(words, _DIGITS)
    values[known] = words.filter(pa.array(known)).cast(pa.int64()).to_numpy(zero_copy_only=False)
    for place in np.flatnonzero(~known & that_match(words, _NUMBER)).tolist():
        number = _whole(words[place].as_py())
        if number is not None:
            values[place], known[place] = number, True
    return values, known


def _whole(text: str) -> int | None:
    try:
        number = Decimal(text.replace(",", ".")) // 1
        return int(number) if abs(number) <= _LARGEST else None
    except InvalidOperation:
        # Too large to have a whole part of a sensible length.
        return None


def unit_of(values: np.ndarray) -> np.ndarray:
    """The unit in which each number is a time from 1980 to 2100 (its place in ``PER_SECOND``), -1 for none.

    The ranges of the four do not meet, nor does one meet Excel's days or dates written as 20250714.

    >>> unit_of(np.array([1598856466, 1598856466322480000, 45442.5])).tolist()
    [0, 3, -1]
    """
    units = np.full(len(values), -1, dtype=np.int8)
    for place, factor in enumerate(PER_SECOND.values()):
        units[(values >= _SINCE * factor) & (values < _UNTIL * factor)] = place
    return units


def stamps(values: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Numbers in their units as times (``datetime64[s]``), NaT where there is no unit."""
    factors = np.array([*PER_SECOND.values(), 1], dtype=np.int64)[units]
    whole = np.where(units < 0, 0, values)
    seconds = np.floor_divide(whole, factors).astype(np.int64)
    return np.where(units < 0, np.datetime64("NaT"), seconds.astype("datetime64[s]"))
