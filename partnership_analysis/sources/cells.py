"""The cells of one column, sorted by what they are, so that each sort is read at once.

A column read from a workbook mixes texts, numbers, dates and empty cells. Reading it cell by cell is what
makes loading slow; comparing it value by value loses the difference between ``1`` and ``True``. So cells are
sorted by type first, and distinct texts are read once.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

MISSING, TEXT, NUMBER, TRUTH, DAY, OTHER = range(6)

MISSING_WORDS = (
    *("", "-", "–", "—", "n/a", "none", "null", "<na>"),
    *("#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!"),
)
"""Texts that mean that there is nothing, in any case."""

EXACT = 2**53
"""From here on a float no longer tells whole numbers apart."""


@dataclass(frozen=True, eq=False)
class Cells:
    """A column of n cells.

    Parameters
    ----------
    kinds : ndarray of int8, shape (n,)
        ``MISSING``, ``TEXT``, ``NUMBER``, ``TRUTH`` (yes or no), ``DAY`` or ``OTHER``.
    codes : ndarray of int64, shape (n,)
        Place in ``words`` of each ``TEXT`` and ``OTHER`` cell; -1 elsewhere.
    words : pyarrow large_string array
        The different texts, trimmed.
    numbers : ndarray of float64, shape (n,)
        The ``NUMBER`` and ``TRUTH`` cells (1 is true); NaN elsewhere.
    days : ndarray of datetime64[D], shape (n,)
        The ``DAY`` cells, time of day and zone dropped; NaT elsewhere.
    """

    kinds: np.ndarray
    codes: np.ndarray
    words: pa.Array
    numbers: np.ndarray
    days: np.ndarray

    @classmethod
    def of(cls, column: pd.Series) -> Cells:
        """Sort a column's cells.

        >>> Cells.of(pd.Series(["a", 1, None, True, " - "])).kinds.tolist()
        [1, 2, 0, 3, 0]
        """
        dtype = column.dtype
        if isinstance(dtype, pd.CategoricalDtype):
            column = column.astype(dtype.categories.dtype)
            dtype = column.dtype
        if isinstance(dtype, pd.StringDtype):
            return _from_texts(column)
        if pd.api.types.is_bool_dtype(dtype):
            return _from_numbers(column, TRUTH)
        if pd.api.types.is_integer_dtype(dtype) or pd.api.types.is_float_dtype(dtype):
            numbers = _from_numbers(column, NUMBER)
            if not np.any(np.abs(numbers.numbers) >= EXACT):
                return numbers
        if isinstance(dtype, np.dtype | pd.DatetimeTZDtype) and dtype.kind == "M":
            return _from_dates(column)
        return _from_objects(column.astype(object).to_numpy(dtype=object))

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def missing(self) -> np.ndarray:
        """Which cells hold nothing."""
        return np.asarray(self.kinds == MISSING)

    def coded(self) -> tuple[np.ndarray, pa.Array]:
        """Every cell as text: place in the texts (-1 for none), and the texts, which may repeat."""
        codes, words = self.codes.copy(), [self.words]
        known = len(self.words)
        for kind, values in ((NUMBER, self.numbers), (TRUTH, self.numbers), (DAY, self.days)):
            mask = self.kinds == kind
            if mask.any():
                distinct, inverse = np.unique(values[mask], return_inverse=True)
                codes[mask] = known + inverse
                known += len(distinct)
                words.append(pa.array([_SHOW[kind](value) for value in distinct], pa.large_string()))
        return codes, pa.concat_arrays(words)

    def texts(self, places: np.ndarray) -> pd.Series:
        """The cells at some places as text, as the ledger shows them; missing where there is nothing."""
        codes, words = self.coded()
        return taken(words, codes[places])


def taken(words: pa.Array, codes: np.ndarray) -> pd.Series:
    """Texts by place, -1 for none (dtype ``string``)."""
    places = pa.array(codes, mask=codes < 0)
    return pd.Series(pd.array(words.take(places), dtype="string"), copy=False)


def texts_of(values: Iterable[str]) -> pa.Array:
    """Python texts for Arrow; half a character, which no file can hold, becomes ``?``."""
    values = list(values)
    try:
        return pa.array(values, pa.large_string())
    except UnicodeEncodeError:
        safe = [value.encode("utf-8", "replace").decode("utf-8") for value in values]
        return pa.array(safe, pa.large_string())


def number_text(value: float) -> str:
    """A number as a person would write it: no ``.0``.

    >>> number_text(7.0), number_text(0.1)
    ('7', '0.1')
    """
    whole = math.isfinite(value) and value == int(value) and abs(value) < EXACT
    return str(int(value)) if whole else repr(float(value))


_SHOW: dict[int, Any] = {
    NUMBER: number_text,
    TRUTH: lambda value: "true" if value else "false",
    DAY: str,
}


def _blank(size: int) -> dict[str, Any]:
    return {
        "kinds": np.zeros(size, dtype=np.int8),
        "codes": np.full(size, -1, dtype=np.int64),
        "words": pa.array([], pa.large_string()),
        "numbers": np.full(size, np.nan),
        "days": np.full(size, "NaT", dtype="datetime64[D]"),
    }


def _from_texts(column: pd.Series) -> Cells:
    texts = pa.array(column, pa.large_string())
    parts = _blank(len(column))
    parts["codes"], parts["words"] = _words(texts)
    parts["kinds"][parts["codes"] >= 0] = TEXT
    return Cells(**parts)


def _words(texts: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """Places and different texts, trimmed, where the words that mean nothing have the place -1."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    coded = texts.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    words = pc.utf8_trim_whitespace(coded.dictionary)
    nothing = pc.is_in(pc.utf8_lower(words), pa.array(MISSING_WORDS, pa.large_string()))
    nothing = nothing.to_numpy(zero_copy_only=False)
    if nothing.any():
        codes[(codes >= 0) & nothing[codes]] = -1
    return codes, words


def _from_numbers(column: pd.Series, kind: int) -> Cells:
    parts = _blank(len(column))
    parts["numbers"] = column.to_numpy(dtype=np.float64, na_value=np.nan)
    parts["kinds"][~np.isnan(parts["numbers"])] = kind
    return Cells(**parts)


def _from_dates(column: pd.Series) -> Cells:
    parts = _blank(len(column))
    # The day that the clock on the wall showed, not the day in Greenwich.
    local = column.dt.tz_localize(None) if isinstance(column.dtype, pd.DatetimeTZDtype) else column
    parts["days"] = local.to_numpy().astype("datetime64[D]")
    parts["kinds"][~np.isnat(parts["days"])] = DAY
    return Cells(**parts)


def _from_objects(values: np.ndarray) -> Cells:
    parts = _blank(len(values))
    types = list(map(type, values))
    kind_of = {cell_type: _kind(cell_type) for cell_type in set(types)}
    kinds = np.fromiter(map(kind_of.__getitem__, types), np.int8, len(values))
    numeric = np.flatnonzero((kinds == NUMBER) | (kinds == TRUTH))
    parts["numbers"][numeric], huge = _floats(values[numeric])
    kinds[numeric[huge]] = OTHER
    kinds[(kinds == NUMBER) & np.isnan(parts["numbers"])] = MISSING
    daily = np.flatnonzero(kinds == DAY)
    if len(daily):
        naive = [_naive(value) for value in values[daily]]
        parts["days"][daily] = np.array(naive, dtype="datetime64[us]").astype("datetime64[D]")
        kinds[daily[np.isnat(parts["days"][daily])]] = MISSING
    worded = np.flatnonzero((kinds == TEXT) | (kinds == OTHER))
    if len(worded):
        texts = values[worded] if not np.any(kinds == OTHER) else [str(value) for value in values[worded]]
        codes, parts["words"] = _words(texts_of(texts))
        parts["codes"][worded] = codes
        kinds[worded[codes < 0]] = MISSING
    parts["kinds"] = kinds
    return Cells(**parts)


def _kind(cell_type: type) -> int:
    if cell_type in (type(None), type(pd.NA), type(pd.NaT)):
        return MISSING
    for kind, types in (
        (TEXT, str),
        (TRUTH, (bool, np.bool_)),
        (NUMBER, (int, float, np.integer, np.floating, Decimal)),
        (DAY, (dt.date, np.datetime64)),
    ):
        if issubclass(cell_type, types):
            return kind
    return OTHER


def _floats(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers as floats, and which are whole numbers that a float cannot hold."""
    try:
        floats = values.astype(np.float64)
    except (OverflowError, ValueError, TypeError):
        floats = np.array([_float(value) for value in values])
    huge = np.abs(floats) >= EXACT
    huge &= (
        np.array([not isinstance(value, float | np.floating) for value in values]) if huge.any() else False
    )
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
