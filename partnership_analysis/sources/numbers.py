"""Columns of numbers. The decimal separator is decided for the whole column, or refused."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from partnership_analysis.errors import ColumnError
from partnership_analysis.schema import Column
from partnership_analysis.sources.amounts import SHARED, Amount, parsed
from partnership_analysis.sources.cells import DAY, EXACT, OTHER, SPAN, TEXT, TRUTH, Cells, number_text
from partnership_analysis.sources.values import Findings, Reading
from partnership_analysis.sources.words import only, that_match
from partnership_analysis.wording import SYMBOLS, count_of

_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_OPEN = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
"""Plain, but a thousand in some countries."""

_ZERO_HOUR, _FIRST_DAY = np.datetime64("1899-12-30", "us"), np.datetime64("1901-01-01", "us")
"""A duration that a reader took for a date is one of Excel's first year."""

_HOUR = np.timedelta64(3_600_000_000, "us")


def read(
    cells: Cells, column: Column, label: str, where: str, reading: Reading, findings: Findings
) -> tuple[pd.Series, tuple[str, ...]]:
    """Cells as ``Float64`` or, for a whole number, ``Int64``; ``findings`` receives what does not fit.

    Durations are hours in a column whose unit is hours, and refused elsewhere; percentages are refused in a
    column that is no share. An amount in a currency that has a rate is converted.

    Returns
    -------
    values : Series
    notes : tuple of str
        What was converted.

    Raises
    ------
    ColumnError
        If texts such as ``1.234`` can be read with a decimal point and with a decimal comma.
    """
    name, numbers = column.name, cells.numbers
    notes: tuple[str, ...] = ()
    findings.mark(cells.kinds == TRUTH, f"`{name}` is a yes or no, not a number")
    if column.unit != "hours":
        findings.mark(cells.kinds == SPAN, _not_a(column, "duration"))
    if DAY in cells.has:
        short = (cells.times >= _ZERO_HOUR) & (cells.times < _FIRST_DAY) & (column.unit == "hours")
        findings.mark((cells.kinds == DAY) & ~short, f"`{name}` is a date, not a number")
        numbers = np.where(short, (cells.times - _ZERO_HOUR) / _HOUR, numbers)
    if cells.has & {TEXT, OTHER}:
        of_words, reasons, notes = _from_words(cells, column, label, where, reading)
        worded = (cells.kinds == TEXT) | (cells.kinds == OTHER)
        found = np.append(of_words, np.nan)[cells.codes]
        numbers = found if cells.has <= {TEXT, OTHER, 0} else np.where(worded, found, numbers)
        findings.mark_words(cells.codes, reasons)
        findings.mark(worded & np.isnan(numbers), f"`{name}` is not a number")
    findings.mark(np.isinf(numbers), f"`{name}` is not a finite number")
    _check_limits(numbers, column, findings)
    absent = np.isnan(numbers) | findings.bad
    if column.kind == "number":
        return pd.Series(
            pd.arrays.FloatingArray(np.where(absent, np.nan, numbers), absent), copy=False
        ), notes
    wholes = np.where(absent, 0, numbers).astype(np.int64)
    return pd.Series(pd.arrays.IntegerArray(wholes, absent), copy=False), notes


def _not_a(column: Column, what: str) -> str:
    article = "an" if what[0] == "a" else "a"
    return f"`{column.name}` is {article} {what}, not a number of {column.unit or 'things'}"


def _check_limits(numbers: np.ndarray, column: Column, findings: Findings) -> None:
    with np.errstate(invalid="ignore"):
        if column.kind == "whole":
            findings.mark(np.abs(numbers) >= EXACT, f"`{column.name}` is too large")
            findings.mark(
                np.isfinite(numbers) & (numbers != np.floor(numbers)),
                f"`{column.name}` is not a whole number",
            )
        # A count of 0 is a row in which nothing happened; `validate` recognises it.
        low = column.minimum if column.name != "count" else min(column.minimum or 0, 0)
        if low is not None:
            findings.mark(numbers < low, f"`{column.name}` is under {low:g}")
        if column.maximum is not None:
            findings.mark(numbers > column.maximum, f"`{column.name}` is over {column.maximum:g}")


def _from_words(
    cells: Cells, column: Column, label: str, where: str, reading: Reading
) -> tuple[np.ndarray, list[str | None], tuple[str, ...]]:
    """The number of each text (NaN where it is none), the reason where it is refused, and what was converted."""
    words = cells.words
    used = np.zeros(len(words), dtype=bool)
    used[cells.codes[cells.codes >= 0]] = True
    quick = _plain_only(words, used) if reading.decimal != "," else None
    if quick is not None:
        return quick, [], ()
    plain = used & that_match(words, _PLAIN)
    unclear = plain & that_match(words, _OPEN)
    values = np.full(len(words), np.nan)
    values[plain] = words.filter(pa.array(plain)).cast(pa.float64()).to_numpy(zero_copy_only=False)
    grouped = used & ~plain & _grouped(words, column, reading)
    figures = pc.replace_substring_regex(words.filter(pa.array(grouped)), "[^0-9.-]", "")
    values[grouped] = figures.cast(pa.float64()).to_numpy(zero_copy_only=False)
    others = np.flatnonzero((used & ~plain & ~grouped) | unclear).tolist()
    reasons: list[str | None] = [None] * len(words)
    proof = (plain & ~unclear & that_match(words, r"[.eE]")) | grouped
    amounts = dict(
        zip(others, map(parsed, words.take(pa.array(others, pa.int64())).to_pylist()), strict=True)
    )
    decimal = reading.decimal or _decided(amounts, int(proof.sum()), column, words, label, where)
    if decimal == ",":
        # The points of these texts were taken for decimal points.
        values[proof] = np.nan
    converted: dict[str, list[int]] = {}
    for place, amount in amounts.items():
        value, reasons[place] = _settled(amount, decimal, column, reading)
        values[place] = np.nan if value is None else value
        if value is not None and amount.currency in reading.rates:
            converted.setdefault(str(amount.currency), []).append(place)
    return values, reasons, _conversions(converted, cells, reading)


def _plain_only(words: pa.Array, used: np.ndarray) -> np.ndarray | None:
    """All texts at once where each that is used is a plain number that has one reading; else nothing."""
    try:
        values = np.asarray(only(words, used).cast(pa.float64()).to_numpy(zero_copy_only=False))
    except pa.ArrowInvalid:
        return None
    sizes = np.abs(values[used])
    if not np.isfinite(sizes).all():
        return None
    # 1.234 is as long as its whole part, a point and three figures.
    lengths = pc.binary_length(words).to_numpy(zero_copy_only=False)[used]
    whole = 1 + (sizes >= 10) + (sizes >= 100)
    maybe = (sizes >= 1) & (sizes < 1000) & ((lengths == whole + 4) | (lengths == whole + 5))
    if maybe.any() and that_match(words.take(pa.array(np.flatnonzero(used)[maybe])), _OPEN).any():
        return None
    return values


def _grouped(words: pa.Array, column: Column, reading: Reading) -> np.ndarray:
    """Texts such as ``£1,234.56`` in the portfolio's currency, whose decimal point is beyond doubt."""
    symbol = SYMBOLS.get(reading.currency, "") if column.unit == "currency" else ""
    mark = f"({re.escape(symbol)})?" if symbol else ""
    return that_match(words, rf"^-?{mark}(\d{{1,3}}(,\d{{3}})+\.\d+|\d+\.\d{{1,2}})$")


def _conversions(converted: dict[str, list[int]], cells: Cells, reading: Reading) -> tuple[str, ...]:
    if not converted:
        return ()
    counts = np.bincount(cells.codes[cells.codes >= 0], minlength=len(cells.words))
    return tuple(
        f"{count_of(int(counts[places].sum()), 'cell')} in {code} converted at "
        f"{number_text(reading.rates[code])} {reading.currency}"
        for code, places in sorted(converted.items())
    )


def _decided(
    amounts: dict[int, Amount], proof: int, column: Column, words: pa.Array, label: str, where: str
) -> str:
    """The separator that fits every text that can be read at all."""
    readable = {
        place: amount
        for place, amount in amounts.items()
        if amount.point is not None or amount.comma is not None
    }
    if column.kind == "whole":
        # A separator that leaves a fraction is none here.
        readable = {place: _whole(amount) for place, amount in readable.items()}
    point = all(amount.point is not None for amount in readable.values())
    comma = not proof and all(amount.comma is not None for amount in readable.values())
    unclear = [place for place, amount in readable.items() if amount.open]
    if point != comma:
        return "," if comma else "."
    if not unclear:
        # Nothing is in doubt: whatever is written the other way is rejected cell by cell.
        points = proof + sum(amount.point is not None for amount in readable.values())
        return "," if sum(amount.comma is not None for amount in readable.values()) > points else "."
    raise ColumnError(_in_doubt(readable, unclear if point else None, words, label, where))


def _in_doubt(
    readable: dict[int, Amount], unclear: list[int] | None, words: pa.Array, label: str, where: str
) -> str:
    """The message for texts that fit both separators or, together, neither (``unclear`` is None)."""
    if unclear is None:
        samples = [place for place, amount in readable.items() if amount.point is None][:1]
        samples += [place for place, amount in readable.items() if amount.comma is None][:1]
        problem = "mixes decimal point and comma"
    else:
        samples = unclear
        problem = "can be read with a decimal point or a decimal comma"
    shown = " and ".join(sorted(repr(words[place].as_py()) for place in samples)[:2])
    return (
        f"{where}: column `{label}` {problem} (for example {shown}). Store the cells as numbers, or say "
        f'which it is with `decimal = "."` or `decimal = ","` in the settings or in a mapping.'
    )


def _whole(amount: Amount) -> Amount:
    point, comma = amount.point, amount.comma
    if not amount.open:
        return amount
    return replace(
        amount,
        point=point if point is not None and point.is_integer() else None,
        comma=comma if comma is not None and comma.is_integer() else None,
    )


def _settled(
    amount: Amount, decimal: str, column: Column, reading: Reading
) -> tuple[float | None, str | None]:
    value = amount.point if decimal == "." else amount.comma
    if value is None:
        return None, f"`{column.name}` is not a number"
    if amount.kind == "percentage" and column.unit != "share":
        return None, _not_a(column, "percentage")
    if amount.kind == "duration" and column.unit != "hours":
        return None, _not_a(column, "duration")
    if amount.currency and column.unit != "currency":
        return None, _not_a(column, "amount of money")
    if amount.currency and amount.currency != reading.currency:
        return _exchanged(value, amount.currency, column, reading)
    return value, None


def _exchanged(
    value: float, currency: str, column: Column, reading: Reading
) -> tuple[float | None, str | None]:
    if currency in SHARED:
        return (
            None,
            f"`{column.name}` is in {currency}, which several countries use: write {SHARED[currency]}",
        )
    if currency not in reading.rates:
        return None, (
            f"`{column.name}` is in {currency}, but the portfolio is in {reading.currency}: "
            f"`rates.{currency}` in the settings would settle it"
        )
    return value * reading.rates[currency], None
