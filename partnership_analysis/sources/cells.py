"""The cells of one column, sorted by what they are, so that each sort is read at once.

A column read from a workbook mixes texts, numbers, dates and empty cells. Reading it cell by cell is what
makes loading slow; comparing it value by value loses the difference between ``1`` and ``True``. So cells are
sorted by type first, and texts are read once each where they repeat.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from partnership_analysis.sources.objects import (
    DAY,
    EXACT,
    HOUR,
    MISSING,
    NUMBER,
    OTHER,
    SPAN,
    TEXT,
    TRUTH,
    numbers_of,
    sorted_by_type,
    times_of,
)
from partnership_analysis.sources.words import arrow, coded, nothing, taken, texts_of

__all__ = ["DAY", "EXACT", "MISSING", "NUMBER", "OTHER", "SPAN", "TEXT", "TRUTH", "Cells", "number_text"]

_YEARS = np.array(["0001-01-01", "9999-12-31"], dtype="datetime64[s]")


@dataclass(frozen=True, eq=False)
class Cells:
    """A column of n cells.

    Parameters
    ----------
    kinds : ndarray of int8, shape (n,)
        ``MISSING``, ``TEXT``, ``NUMBER``, ``TRUTH`` (yes or no), ``DAY`` (a date, with its time of day),
        ``SPAN`` (a duration) or ``OTHER``.
    codes : ndarray of int, shape (n,)
        Place in ``words`` of each ``TEXT`` and ``OTHER`` cell; -1 elsewhere.
    words : pyarrow large_string array
        The texts, trimmed; they may repeat, and some may be those of missing cells.
    numbers : ndarray of float64, shape (n,)
        The ``NUMBER`` and ``TRUTH`` cells (1 is true), and ``SPAN`` cells in hours; NaN elsewhere.
    times : ndarray of datetime64[us], shape (n,)
        The ``DAY`` cells as the clock on the wall showed, zone dropped; NaT elsewhere.
    silent : tuple of (str, ndarray of int)
        Words that mean nothing, as found, and the places of the missing cells that say so.

    Notes
    -----
    Arrays of a kind that does not occur are constants without memory of their own: not to be written to.
    """

    kinds: np.ndarray
    codes: np.ndarray
    words: pa.Array
    numbers: np.ndarray
    times: np.ndarray
    silent: tuple[tuple[str, np.ndarray], ...] = ()
    has: frozenset[int] = field(init=False)
    """The kinds that occur."""

    def __post_init__(self) -> None:
        """See once which kinds there are."""
        has = frozenset(kind for kind in range(SPAN + 1) if (self.kinds == kind).any())
        object.__setattr__(self, "has", has)

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
            return _from_texts(arrow(column))
        if pd.api.types.is_bool_dtype(dtype):
            return _from_numbers(column, TRUTH)
        if pd.api.types.is_integer_dtype(dtype):
            return _from_integers(column)
        if pd.api.types.is_float_dtype(dtype):
            return _from_numbers(column, NUMBER)
        if isinstance(dtype, np.dtype | pd.DatetimeTZDtype) and dtype.kind == "M":
            return _from_dates(column)
        if isinstance(dtype, np.dtype) and dtype.kind == "m":
            return _from_spans(column)
        return _from_objects(column.astype(object).to_numpy(dtype=object))

    @classmethod
    def absent(cls, size: int) -> Cells:
        """A column without a cell that holds anything."""
        return cls(**_blank(size))

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def missing(self) -> np.ndarray:
        """Which cells hold nothing."""
        return np.asarray(self.kinds == MISSING)

    def where(self, word_is: np.ndarray) -> np.ndarray:
        """Which cells have a text for which ``word_is`` (one state a word) is true."""
        return np.append(word_is, False)[self.codes] if len(word_is) else np.zeros(len(self), dtype=bool)

    def coded(self) -> tuple[np.ndarray, pa.Array]:
        """Every cell as text: place in the texts (-1 for none), and the texts, which may repeat."""
        if self.has <= {MISSING, TEXT, OTHER}:
            return self.codes, self.words
        codes, words = self.codes.astype(np.int64), [self.words]
        known = len(self.words)
        for kind, show in _SHOW.items():
            if kind in self.has:
                mask = self.kinds == kind
                values = self.times if kind == DAY else self.numbers
                distinct, inverse = np.unique(values[mask], return_inverse=True)
                codes[mask] = known + inverse
                known += len(distinct)
                words.append(pa.array([show(value) for value in distinct], pa.large_string()))
        return codes, pa.concat_arrays(words)

    def texts(self, places: np.ndarray) -> pd.Series:
        """The cells at some places as text, as the ledger shows them: words that mean nothing too."""
        part = Cells(
            self.kinds[places], self.codes[places], self.words, self.numbers[places], self.times[places]
        )
        codes, words = part.coded()
        said = np.full(len(self) if self.silent else 0, -1, dtype=np.int64)
        for number, (_, rows) in enumerate(self.silent):
            said[rows] = len(words) + number
        if self.silent:
            codes = np.where(codes < 0, said[places], codes)
            words = pa.concat_arrays([words, texts_of(word for word, _ in self.silent)])
        return taken(words, codes)


def number_text(value: float) -> str:
    """A number as a person would write it: no ``.0``.

    >>> number_text(7.0), number_text(0.1)
    ('7', '0.1')
    """
    whole = math.isfinite(value) and value == int(value) and abs(value) < EXACT
    return str(int(value)) if whole else repr(float(value))


def span_text(hours: float) -> str:
    """A duration as a clock shows it.

    >>> span_text(1.5), span_text(100.0), span_text(-0.0025)
    ('1:30', '100:00', '-0:00:09')
    """
    seconds = round(abs(hours) * 3600)
    minutes, rest = divmod(seconds, 60)
    tail = f":{rest:02d}" if rest else ""
    return f"{'-' if hours < 0 else ''}{minutes // 60}:{minutes % 60:02d}{tail}"


def _day_text(time: np.datetime64) -> str:
    return str(time.astype("datetime64[D]"))


_SHOW: dict[int, Any] = {
    NUMBER: number_text,
    TRUTH: lambda value: "true" if value else "false",
    DAY: _day_text,
    SPAN: span_text,
}


def _constant(value: Any, dtype: str, size: int) -> np.ndarray:
    return np.broadcast_to(np.array(value, dtype=dtype), (size,))


def _blank(size: int) -> dict[str, Any]:
    return {
        "kinds": _constant(MISSING, "int8", size),
        "codes": _constant(-1, "int32", size),
        "words": pa.array([], pa.large_string()),
        "numbers": _constant(np.nan, "float64", size),
        "times": _constant("NaT", "datetime64[us]", size),
    }


def _from_texts(texts: pa.Array) -> Cells:
    codes, words, silent = _heard(texts)
    kinds = np.where(codes >= 0, np.int8(TEXT), np.int8(MISSING))
    return Cells(**{**_blank(len(codes)), "codes": codes, "words": words, "kinds": kinds, "silent": silent})


def _heard(texts: pa.Array) -> tuple[np.ndarray, pa.Array, tuple[tuple[str, np.ndarray], ...]]:
    """Places and texts, -1 where a text means nothing, and which cells say so in a word."""
    codes, words = coded(texts)
    empty = nothing(words)
    if not empty.any():
        return codes, words, ()
    spoken = empty & (pc.binary_length(words).to_numpy(zero_copy_only=False) > 0)
    silent = []
    if spoken.any():
        rows = np.flatnonzero(np.append(spoken, False)[codes])
        said = words.take(pa.array(codes[rows])).dictionary_encode()
        which = said.indices.to_numpy(zero_copy_only=False)
        silent = [(word, rows[which == place]) for place, word in enumerate(said.dictionary.to_pylist())]
    return np.where(np.append(empty, False)[codes], np.int32(-1), codes), words, tuple(silent)


def _from_numbers(column: pd.Series, kind: int) -> Cells:
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    kinds = np.where(np.isnan(numbers), np.int8(MISSING), np.int8(kind))
    return Cells(**{**_blank(len(column)), "numbers": numbers, "kinds": kinds})


def _from_integers(column: pd.Series) -> Cells:
    """Whole numbers; those that a float does not hold exactly become texts."""
    cells = _from_numbers(column, NUMBER)
    huge = np.abs(cells.numbers) >= EXACT
    if not huge.any():
        return cells
    places = np.flatnonzero(huge)
    codes = np.full(len(column), -1, dtype=np.int32)
    codes[places] = np.arange(len(places))
    words = pa.array(column.iloc[places]).cast(pa.large_string())
    kinds = np.where(huge, np.int8(OTHER), cells.kinds)
    numbers = np.where(huge, np.nan, cells.numbers)
    return Cells(kinds, codes, words, numbers, cells.times)


def _from_dates(column: pd.Series) -> Cells:
    # The day that the clock on the wall showed, not the day in Greenwich.
    local = column.dt.tz_localize(None) if isinstance(column.dtype, pd.DatetimeTZDtype) else column
    times = local.to_numpy()
    if np.datetime_data(times.dtype)[0] not in ("ns", "us"):
        # Seconds reach years that microseconds do not.
        times = np.clip(times, *_YEARS.astype(times.dtype))
    times = times.astype("datetime64[us]", copy=False)
    kinds = np.where(np.isnat(times), np.int8(MISSING), np.int8(DAY))
    return Cells(**{**_blank(len(column)), "times": times, "kinds": kinds})


def _from_spans(column: pd.Series) -> Cells:
    spans = column.to_numpy()
    hours = spans.astype("timedelta64[us]") / HOUR
    kinds = np.where(np.isnat(spans), np.int8(MISSING), np.int8(SPAN))
    return Cells(**{**_blank(len(column)), "numbers": hours, "kinds": kinds})


def _from_objects(values: np.ndarray) -> Cells:
    kinds = sorted_by_type(values)
    parts = _blank(len(values))
    has = set(np.unique(kinds).tolist())
    if has & {NUMBER, TRUTH, SPAN}:
        parts["numbers"] = numbers_of(values, kinds)
    if DAY in has:
        parts["times"] = times_of(values, kinds)
    worded = np.flatnonzero((kinds == TEXT) | (kinds == OTHER))
    if len(worded):
        plain = bool(np.all(kinds[worded] == TEXT))
        texts = values[worded] if plain else [str(value) for value in values[worded]]
        codes, parts["words"], silent = _heard(texts_of(texts))
        parts["codes"] = np.full(len(values), -1, dtype=np.int32)
        parts["codes"][worded] = codes
        kinds[worded[codes < 0]] = MISSING
        parts["silent"] = tuple((word, worded[rows]) for word, rows in silent)
    return Cells(**{**parts, "kinds": kinds})
