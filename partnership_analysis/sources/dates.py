"""Columns of dates. The order of day and month is decided for the whole column, or refused."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from partnership_analysis.errors import ColumnError
from partnership_analysis.schema import Column
from partnership_analysis.sources import epochs
from partnership_analysis.sources.cells import DAY, NUMBER, OTHER, TEXT, TRUTH, Cells
from partnership_analysis.sources.values import Findings, Reading
from partnership_analysis.sources.words import flags, only, that_match

FIRST, LAST = np.datetime64("1970-01-01"), np.datetime64("2100-12-31")
_DAY_SECONDS = 86_400
_EXCEL_ZERO = np.datetime64("1899-12-30", "s")
_SERIALS = (25569, 73416)
"""Excel's numbers of ``FIRST`` and of the day after ``LAST``."""
_EPOCHS_APART = 1462
"""Days from Excel's first day to that of a workbook that counts from 1904."""
_FEW = 2
"""Days and texts from which on a column can look half converted."""

ORDERS = ("day", "month", "year")
_MONTH_NAMES = (
    "jan january januar jänner janvier janv enero ene gennaio gen januari janeiro stycznia styczeń sty",
    "feb february februar février févr febrero febbraio februari fevereiro fev lutego luty lut",
    "mar march märz mär mrz mars marzo maart mrt março marca marzec",
    "apr april avril avr abril abr aprile kwietnia kwiecień kwi",
    "may mai mayo maggio mag mei maio maja maj",
    "jun june juni juin junio giugno giu junho czerwca czerwiec cze",
    "jul july juli juillet juil julio luglio lug julho lipca lipiec lip",
    "aug august août agosto ago augustus sierpnia sierpień sie",
    "sep sept september septembre septiembre setiembre settembre set setembro września wrzesień wrz",
    "oct october oktober okt octobre octubre ottobre ott outubro out października październik paź",
    "nov november novembre noviembre novembro listopada listopad lis",
    "dec december dezember dez décembre déc diciembre dicembre dic dezembro grudnia grudzień gru",
)
"""English, German, French, Spanish, Italian, Dutch, Portuguese and Polish; accents may be left out."""


def _month_numbers() -> dict[str, int]:
    """Names of months to their numbers; one that means two months means none."""
    meant: dict[str, set[int]] = {}
    for number, names in enumerate(_MONTH_NAMES, start=1):
        for name in names.split():
            parts = unicodedata.normalize("NFD", name)
            bare = "".join(part for part in parts if not unicodedata.combining(part))
            for written in {name, bare}:
                meant.setdefault(written, set()).add(number)
    return {name: min(numbers) for name, numbers in meant.items() if len(numbers) == 1}


_MONTHS = _month_numbers()
_CLOCK = (
    r"^(?P<day>.*?)(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>(?:[AaPp]\.?[Mm]\.?)?)\s*(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$"
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_LETTERS = r"[^\W\d_]+"
_DAY_MONTH = re.compile(
    rf"(?:{_LETTERS}[.,]*(?: the| den| le)? )?(\d{{1,2}})(?:st|nd|rd|th|er|[ºª°])?[ .-]+(?:de )?({_LETTERS})"
    r"[ .,-]+(?:del? )?(\d{4}|\d{2})"
)
_MONTH_DAY = re.compile(rf"(?:{_LETTERS},? )?({_LETTERS})\.?[ -](\d{{1,2}})(?:st|nd|rd|th)?,?[ -](\d{{4}})")
_EITHER = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_SERIAL = r"^\d{5}([.,]\d+)?$"

Parts = tuple[str, str, str]


def read(
    cells: Cells, column: Column, label: str, where: str, reading: Reading, findings: Findings
) -> tuple[pd.Series, np.ndarray]:
    """Cells as days (``datetime64[us]``, midnight); ``findings`` receives what is no date.

    Times of day and zones are dropped: the day is the one that was written down. A number is a day of
    Excel's calendar, or a time since 1970 in seconds, milli-, micro- or nanoseconds, one unit in the whole
    column; where all numbers are such as 20250714, they are dates so written. Days before 1970 or after 2100 are
    refused. Of a workbook that counts from 1904, a text of digits is no day, since nobody knows from when it counts.

    Returns
    -------
    days : Series
    moments : ndarray of uint64
        The second of each cell that shows a time of day other than midnight (since 1970, as written), else 0.

    Raises
    ------
    ColumnError
        If texts such as ``03/04/2025`` can be read in two orders, or no order fits all of them.
    """
    times, units = _times(cells, label, where, reading)
    present = sorted(set(np.unique(units).tolist()) - {-1})
    if len(present) > 1:
        names = " and ".join(list(epochs.UNIT_WORDS.values())[unit] for unit in present)
        findings.mark(units >= 0, f"`{column.name}` counts since 1970, but the column mixes {names}")
        times[units >= 0] = np.datetime64("NaT")
    days = times.astype("datetime64[D]")
    lost = np.isnat(days) & ~cells.missing
    if TRUTH in cells.has:
        lost |= cells.kinds == TRUTH
    findings.mark(lost, f"`{column.name}` is not a date")
    outside = (days < FIRST) | (days > LAST)
    if outside.any():
        findings.mark(outside, f"`{column.name}` is before 1970 or after 2100")
        days[outside] = times[outside] = np.datetime64("NaT")
    seconds = times.view(np.int64)
    clocked = ~np.isnat(days) & (seconds % _DAY_SECONDS != 0)
    moments = np.where(clocked, seconds, 0).astype(np.uint64)
    return pd.Series(days.astype("datetime64[us]"), copy=False), moments


def _times(cells: Cells, label: str, where: str, reading: Reading) -> tuple[np.ndarray, np.ndarray]:
    """The time of each cell (``datetime64[s]``, NaT where it is none), and its unit if it counts since 1970."""
    units = np.full(len(cells), -1, dtype=np.int8)
    if cells.has & {TEXT, OTHER}:
        of_words, word_units = _from_words(cells, label, where, reading)
        times = np.append(of_words, np.datetime64("NaT"))[cells.codes]
        if np.any(word_units >= 0):
            units = np.append(word_units, np.int8(-1))[cells.codes]
    else:
        times = np.full(len(cells), "NaT", dtype="datetime64[s]")
    if DAY in cells.has:
        daily = cells.kinds == DAY
        times[daily] = cells.times[daily].astype("datetime64[s]")
    if NUMBER in cells.has:
        numeric = cells.kinds == NUMBER
        values = cells.numbers[numeric]
        units[numeric] = epochs.unit_of(values)
        since = epochs.stamps(values, units[numeric])
        written = _from_figures(values)
        if np.isnat(written).any():
            serials = _from_serials(values + _EPOCHS_APART * reading.epoch_1904)
            times[numeric] = np.where(np.isnat(since), serials, since)
        else:
            times[numeric] = written
    return times, units


def _from_figures(numbers: np.ndarray) -> np.ndarray:
    """Numbers such as 20250714 as days, NaT where one is none."""
    within = np.where((numbers >= 19700101) & (numbers <= 21001231), numbers, 0)
    figures = np.where(within == np.floor(within), within, 0).astype(np.int64)
    year, month, day = figures // 10_000, figures // 100 % 100, figures % 100
    sensible = (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(sensible, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(sensible, day - 1, 0).astype("timedelta64[D]")
    sensible &= days.astype("datetime64[M]") == months
    return np.where(sensible, days.astype("datetime64[s]"), np.datetime64("NaT"))


def refuse_half_converted(cells: Cells, label: str, where: str) -> None:
    """Refuse a column of which a spreadsheet program read every date that it could, day and month swapped.

    It takes ``03/08/2025`` for a date in its own order and leaves ``25/08/2025`` a text: then every date has a day
    up to 12, and every text a number over 12, in the same place.

    Raises
    ------
    ColumnError
        If there are two such days and two such texts, and nothing else; a setting does not make them right.
    """
    if not {DAY, TEXT} <= cells.has:
        return
    days = np.unique(cells.times[cells.kinds == DAY].astype("datetime64[D]"))
    if len(days) < _FEW or (days - days.astype("datetime64[M]")).astype(np.int64).max() >= 12:
        return
    places = np.unique(cells.codes[cells.kinds == TEXT])
    texts = sorted({text for text in cells.words.take(pa.array(places)).to_pylist() if _EITHER.match(text)})
    found = [_EITHER.match(text) for text in texts]
    over = {(int(each[1]) > 12, int(each[3]) > 12) for each in found if each}
    if len(texts) >= _FEW and over in ({(True, False)}, {(False, True)}):
        raise ColumnError(
            f"{where}: column `{label}` looks half converted: every date has a day up to 12 (for example {days[0]}), "
            f"and texts such as {texts[0]!r} and {texts[1]!r} stayed texts, so that day and month of the dates may be "
            f"swapped. Import the original text file again with the right order of day and month; if the dates are "
            f"right, write those texts as 2025-07-14."
        )


def _from_serials(numbers: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        fits = (numbers >= _SERIALS[0]) & (numbers < _SERIALS[1])
    times = np.full(len(numbers), "NaT", dtype="datetime64[s]")
    whole = np.floor(numbers[fits])
    # The second nearest to the fraction, which a float only approaches, but of the same day.
    seconds = np.minimum(np.rint((numbers[fits] - whole) * _DAY_SECONDS), _DAY_SECONDS - 1)
    times[fits] = _EXCEL_ZERO + (whole * _DAY_SECONDS + seconds).astype("timedelta64[s]")
    return times


def _from_words(cells: Cells, label: str, where: str, reading: Reading) -> tuple[np.ndarray, np.ndarray]:
    """The time of each text, NaT where it is none, and its unit if it counts since 1970."""
    words, units = cells.words, np.full(len(cells.words), -1, dtype=np.int8)
    used = np.zeros(len(words), dtype=bool)
    used[cells.codes[cells.codes >= 0]] = True
    quick = _iso(words, used)
    if quick is not None:
        return quick, units
    numeric = used & _mostly_digits(words)
    times = np.full(len(words), "NaT", dtype="datetime64[s]")
    if numeric.any():
        times[numeric], units[numeric] = _from_numeric(words.filter(pa.array(numeric)), reading)
    others = used & np.isnat(times)
    if others.any():
        times[others] = _from_writings(words.filter(pa.array(others)), label, where, reading)
    return times, units


def _iso(words: pa.Array, used: np.ndarray) -> np.ndarray | None:
    """All texts at once where each is ``2025-07-14``, with ``17:19:03`` or without; else nothing."""
    lengths = pc.binary_length(words).to_numpy(zero_copy_only=False)[used]
    if not np.isin(lengths, (10, 19)).all():
        return None
    try:
        return np.asarray(only(words, used).cast(pa.timestamp("s")).to_numpy(zero_copy_only=False))
    except pa.ArrowInvalid:
        return None


def _mostly_digits(words: pa.Array) -> np.ndarray:
    return that_match(words, r"^[0-9][0-9.,eE+]{3,}$")


def _from_numeric(words: pa.Array, reading: Reading) -> tuple[np.ndarray, np.ndarray]:
    """Times of texts of digits: since 1970, or days of Excel's calendar."""
    values, known = epochs.counts(words)
    units = np.where(known, epochs.unit_of(values), np.int8(-1))
    times = epochs.stamps(values, units)
    serial = that_match(words, _SERIAL)
    if serial.any() and not reading.epoch_1904:
        figures = pc.replace_substring(words.filter(pa.array(serial)), ",", ".").cast(pa.float64())
        times[serial] = _from_serials(figures.to_numpy(zero_copy_only=False))
    return times, units


def _from_writings(words: pa.Array, label: str, where: str, reading: Reading) -> np.ndarray:
    """Times of texts that name a day, with a clock after it or without."""
    parts = pc.extract_regex(words, _CLOCK)
    days = pc.struct_field(parts, "day").dictionary_encode()
    codes = days.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    texts = days.dictionary.to_pylist()
    plain: dict[int, np.datetime64] = {}
    doubtful: dict[int, Parts] = {}
    for place, text in enumerate(texts):
        found = _parsed(text)
        if isinstance(found, np.datetime64):
            plain[place] = found
        elif found is not None:
            doubtful[place] = found
    known = np.full(len(texts) + 1, "NaT", dtype="datetime64[s]")
    for place, day in (plain | _in_order(doubtful, texts, label, where, reading)).items():
        known[place] = day
    return np.asarray(known[codes] + _clock(parts))


def _clock(parts: pa.Array) -> np.ndarray:
    """Time of day of each text; midnight where there is none, or none that a clock shows."""
    hour, minute, second = (_figures(parts, name) for name in ("hour", "minute", "second"))
    half = pc.utf8_lower(pc.utf8_slice_codeunits(pc.struct_field(parts, "half"), 0, 1))
    for letter, noon in (("a", 0), ("p", 12)):
        chosen = flags(pc.equal(half, letter)) & (hour <= 12)
        hour[chosen] = hour[chosen] % 12 + noon
    shown = (hour < 24) & (minute < 60) & (second < 60)
    return np.where(shown, hour * 3600 + minute * 60 + second, 0).astype("timedelta64[s]")


def _figures(parts: pa.Array, name: str) -> np.ndarray:
    texts = pc.struct_field(parts, name)
    filled = pc.if_else(pc.equal(texts, ""), "0", texts).fill_null("0")
    return np.array(filled.cast(pa.int64()).to_numpy(zero_copy_only=False))


def _parsed(text: str | None) -> np.datetime64 | Parts | None:
    """A day, the three numbers of a day whose order is open, or nothing."""
    text = " ".join(unicodedata.normalize("NFC", text or "").casefold().split())
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (found[1], found[3], found[4]) if found[1] else (found[5], found[6], found[7])
        return _day(int(year), int(month), int(day))
    if found := _YEAR_LAST.fullmatch(text):
        return found[1], found[3], found[4]
    if found := _DAY_MONTH.fullmatch(text):
        return _day(_year(found[3]), _MONTHS.get(found[2], 0), int(found[1]))
    if found := _MONTH_DAY.fullmatch(text):
        return _day(_year(found[3]), _MONTHS.get(found[1], 0), int(found[2]))
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
        f'`date_order = "day"` or `date_order = "month"` in the settings or in a mapping.'
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
