"""Columns of dates. The order of day and month is decided for the whole column, or refused."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from partnership_analysis.errors import ColumnError
from partnership_analysis.schema import Column
from partnership_analysis.sources.cells import NUMBER, TEXT, TRUTH, Cells
from partnership_analysis.sources.values import Findings, Reading

FIRST, LAST = np.datetime64("1970-01-01"), np.datetime64("2100-12-31")
_EXCEL_ZERO = np.datetime64("1899-12-30")
_SERIALS = (25569, 73415)
"""Excel's numbers of ``FIRST`` and ``LAST``."""

ORDERS = ("day", "month", "year")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july"),
            *("aug august", "sep sept september", "oct october", "nov november", "dec december"),
        ),
        start=1,
    )
    for name in names.split()
}
_CLOCK = r"[T ,]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?)?$"
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_MONTH = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?[ .-]+([a-z]+)[ .,-]+(\d{4}|\d{2})")
_MONTH_DAY = re.compile(r"(?:[a-z]+,? )?([a-z]+)\.?[ -](\d{1,2})(?:st|nd|rd|th)?,?[ -](\d{4})")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")

Parts = tuple[str, str, str]


def read(
    cells: Cells, column: Column, label: str, where: str, reading: Reading, findings: Findings
) -> pd.Series:
    """Cells as days (``datetime64[us]``, midnight); ``findings`` receives what is no date.

    Times of day and zones are dropped: the day is the one that was written down. A number is a day of
    Excel's calendar. Days before 1970 or after 2100 are refused.

    Raises
    ------
    ColumnError
        If texts such as ``03/04/2025`` can be read in two orders, or no order fits all of them.
    """
    days = cells.days.copy()
    numbers = cells.kinds == NUMBER
    days[numbers] = _from_serials(cells.numbers[numbers])
    worded = cells.kinds == TEXT
    if worded.any():
        days[worded] = _from_words(cells, label, where, reading)[cells.codes[worded]]
    findings.mark(
        (cells.kinds == TRUTH) | (~cells.missing & np.isnat(days)), f"`{column.name}` is not a date"
    )
    outside = ~np.isnat(days) & ((days < FIRST) | (days > LAST))
    findings.mark(outside, f"`{column.name}` is before 1970 or after 2100")
    days[outside] = np.datetime64("NaT")
    return pd.Series(days.astype("datetime64[us]"), copy=False)


def _from_serials(numbers: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        fits = (numbers >= _SERIALS[0]) & (numbers < _SERIALS[1] + 1)
    days = np.full(len(numbers), "NaT", dtype="datetime64[D]")
    days[fits] = _EXCEL_ZERO + np.floor(numbers[fits]).astype("timedelta64[D]")
    return days


def _from_words(cells: Cells, label: str, where: str, reading: Reading) -> np.ndarray:
    """The day of each different text, NaT where it is none."""
    used = np.zeros(len(cells.words), dtype=bool)
    used[cells.codes[cells.kinds == TEXT]] = True
    cut = pc.replace_substring_regex(cells.words, _CLOCK, "").dictionary_encode()
    texts = cut.dictionary.to_pylist()
    places = cut.indices.to_numpy(zero_copy_only=False)
    wanted = np.zeros(len(texts), dtype=bool)
    wanted[places[used]] = True
    plain: dict[int, np.datetime64] = {}
    doubtful: dict[int, Parts] = {}
    for place in np.flatnonzero(wanted).tolist():
        found = _parsed(texts[place])
        if isinstance(found, np.datetime64):
            plain[place] = found
        elif found is not None:
            doubtful[place] = found
    ordered = _in_order(doubtful, texts, label, where, reading)
    days = np.full(len(texts), "NaT", dtype="datetime64[D]")
    for place, day in (plain | ordered).items():
        days[place] = day
    return days[places]


def _parsed(text: str) -> np.datetime64 | Parts | None:
    """A day, the three numbers of a day whose order is open, or nothing."""
    text = " ".join(text.casefold().split())
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (found[1], found[3], found[4]) if found[1] else (found[5], found[6], found[7])
        return _day(int(year), int(month), int(day))
    if found := _YEAR_LAST.fullmatch(text):
        return found[1], found[3], found[4]
    if found := _DAY_MONTH.fullmatch(text):
        return _day(_year(found[3]), _MONTHS.get(found[2], 0), int(found[1]))
    if found := _MONTH_DAY.fullmatch(text):
        return _day(_year(found[3]), _MONTHS.get(found[1], 0), int(found[2]))
    if _SERIAL.fullmatch(text):
        day = _from_serials(np.array([float(text)]))[0]
        return None if np.isnat(day) else day
    return None


def _in_order(
    doubtful: dict[int, Parts], texts: list[str], label: str, where: str, reading: Reading
) -> dict[int, np.datetime64]:
    orders = [reading.date_order] if reading.date_order else ORDERS
    ways = {order: {place: _ordered(parts, order) for place, parts in doubtful.items()} for order in orders}
    readable = [place for place in doubtful if any(way[place] is not None for way in ways.values())]
    if not readable:
        return {}
    fitting = {order: way for order, way in ways.items() if all(way[place] is not None for place in readable)}
    distinct = {tuple(way[place] for place in readable): way for way in fitting.values()}
    if len(distinct) != 1 and not reading.date_order:
        raise ColumnError(_in_doubt(list(fitting), ways, readable, texts, label, where))
    way = next(iter(distinct.values())) if distinct else next(iter(ways.values()))
    return {place: day for place, day in way.items() if day is not None}


def _in_doubt(
    fitting: list[str],
    ways: dict[str, dict[int, np.datetime64 | None]],
    readable: list[int],
    texts: list[str],
    label: str,
    where: str,
) -> str:
    if fitting:
        differing = [place for place in readable if len({ways[order][place] for order in fitting}) > 1]
        samples = " and ".join(repr(texts[place]) for place in sorted(differing, key=texts.__getitem__)[:2])
        names = " or ".join(f"{order} first" for order in fitting)
        problem = f"can be read {names} (for example {samples})"
    else:
        pair = []
        for order in ("day", "month"):
            only = [place for place in readable if ways[order][place] is None]
            pair += sorted(repr(texts[place]) for place in only)[:1]
        problem = f"fits no one order of day and month (for example {' and '.join(pair)})"
    return (
        f"{where}: column `{label}` {problem}. Write the dates as 2025-07-14, or say which it is with "
        f'`date_order = "day"` or `date_order = "month"` in a mapping.'
    )


def _ordered(parts: Parts, order: str) -> np.datetime64 | None:
    first, second, last = parts
    if order == "year":
        return _day(_year(first), int(second), int(last)) if len(first) == len(last) == 2 else None
    day, month = (first, second) if order == "day" else (second, first)
    return _day(_year(last), int(month), int(day))


def _year(text: str) -> int:
    """Two digits are 1970 to 2069."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _day(year: int, month: int, day: int) -> np.datetime64 | None:
    try:
        return np.datetime64(dt.date(year, month, day))
    except ValueError:
        return None
