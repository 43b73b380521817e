"""Columns of numbers. The decimal separator is decided for the whole column, or refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from partnership_analysis.errors import ColumnError
from partnership_analysis.schema import Column
from partnership_analysis.sources.cells import DAY, EXACT, OTHER, TEXT, TRUTH, Cells
from partnership_analysis.sources.values import Findings, Reading
from partnership_analysis.wording import SYMBOLS

_CODES = {symbol: code for code, symbol in SYMBOLS.items()}
_PLAIN = r"^[+-]?(\d+(\.\d+)?([eE][+-]?\d+)?|\.\d+)$"
_OPEN = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
"""Plain, but a thousand in some countries."""

_MONEY = re.compile(r"^([A-Z]{3}|[£€$¥₹])?\s*(.*?)\s*([A-Z]{3}|[£€$¥₹])?$")
_SPACED = re.compile(r"\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?")
_POINT = re.compile(r"(?:\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+")
_COMMA = re.compile(r"(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?(?:[eE][+-]?\d+)?|,\d+")


@dataclass(frozen=True)
class Amount:
    """A text as a number, read with a decimal point and with a decimal comma."""

    point: float | None
    comma: float | None
    currency: str | None = None
    percentage: bool = False

    @property
    def open(self) -> bool:
        """Whether the two readings differ."""
        return self.point is not None and self.comma is not None and self.point != self.comma


def read(
    cells: Cells, column: Column, label: str, where: str, reading: Reading, findings: Findings
) -> pd.Series:
    """Cells as ``Float64`` or, for a whole number, ``Int64``; ``findings`` receives what does not fit.

    Raises
    ------
    ColumnError
        If texts such as ``1.234`` can be read with a decimal point and with a decimal comma.
    """
    name = column.name
    numbers = cells.numbers.copy()
    findings.mark(cells.kinds == TRUTH, f"`{name}` is a yes or no, not a number")
    findings.mark(cells.kinds == DAY, f"`{name}` is a date, not a number")
    worded = (cells.kinds == TEXT) | (cells.kinds == OTHER)
    if worded.any():
        values, reasons = _from_words(cells, column, label, where, reading)
        numbers[worded] = values[cells.codes[worded]]
        findings.mark_words(np.where(worded, cells.codes, -1), reasons)
    findings.mark(worded & np.isnan(numbers), f"`{name}` is not a number")
    findings.mark(np.isinf(numbers), f"`{name}` is not a finite number")
    _check_limits(numbers, column, findings)
    numbers[findings.bad] = np.nan
    absent = np.isnan(numbers)
    if column.kind == "number":
        return pd.Series(pd.arrays.FloatingArray(numbers, absent), copy=False)
    wholes = np.where(absent, 0, numbers).astype(np.int64)
    return pd.Series(pd.arrays.IntegerArray(wholes, absent), copy=False)


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
) -> tuple[np.ndarray, list[str | None]]:
    """The number of each different text (NaN where it is none), and the reason where it is refused."""
    words = cells.words
    used = np.zeros(len(words), dtype=bool)
    used[cells.codes[cells.codes >= 0]] = True
    plain = used & _matches(words, _PLAIN)
    unclear = plain & _matches(words, _OPEN)
    values = np.full(len(words), np.nan)
    simple = pa.array(plain)
    values[plain] = words.filter(simple).cast(pa.float64()).to_numpy(zero_copy_only=False)
    others = np.flatnonzero((used & ~plain) | unclear).tolist()
    if not others:
        return values, [None] * len(words)
    amounts = dict(zip(others, map(parsed, words.take(pa.array(others)).to_pylist()), strict=True))
    proof = plain & ~unclear & _matches(words, r"[.eE]")
    decimal = reading.decimal or _decided(amounts, int(proof.sum()), column, words, label, where)
    reasons: list[str | None] = [None] * len(words)
    if decimal == ",":
        # Plain texts with a point were taken for decimal points.
        values[proof] = np.nan
    for place, amount in amounts.items():
        value, reasons[place] = _settled(amount, decimal, column, reading)
        values[place] = np.nan if value is None else value
    return values, reasons


def _matches(words: pa.Array, pattern: str) -> np.ndarray:
    return np.asarray(pc.match_substring_regex(words, pattern).to_numpy(zero_copy_only=False))


def parsed(text: str) -> Amount:
    """Read one text both ways.

    >>> parsed("1.234,56").comma, parsed("(250)").point, parsed("€ 1 200").currency
    (1234.56, -250.0, 'EUR')
    """
    text = text.replace("−", "-").replace("\u00a0", " ").replace("\u202f", " ").strip()
    if text.endswith("%"):
        return Amount(None, None, percentage=True)
    negative = text.startswith("(") and text.endswith(")")
    text = text[1:-1].strip() if negative else text
    text, signs = _unsigned(text)
    found = _MONEY.match(text)
    before, body, after = found.groups() if found else (None, text, None)
    body, more = _unsigned(body)
    signs += more
    if (negative and signs) or len(signs) > 1 or (before and after):
        return Amount(None, None)
    negative = negative or signs == "-"
    if _SPACED.fullmatch(body):
        body = re.sub(r"[ '’]", "", body)
    sign = -1 if negative else 1
    point = sign * float(body.replace(",", "")) if _POINT.fullmatch(body) else None
    comma = sign * float(body.replace(".", "").replace(",", ".")) if _COMMA.fullmatch(body) else None
    mark = before or after
    return Amount(point, comma, _CODES.get(mark, mark) if mark else None)


def _unsigned(text: str) -> tuple[str, str]:
    """A text without the sign before or after it, and the sign."""
    if text[:1] in ("+", "-"):
        return text[1:].strip(), text[0]
    if text.endswith("-"):
        return text[:-1].strip(), "-"
    return text, ""


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
        f'which it is with `decimal = "."` or `decimal = ","` in a mapping.'
    )


def _whole(amount: Amount) -> Amount:
    point, comma = amount.point, amount.comma
    if not amount.open:
        return amount
    return Amount(
        point if point is not None and point.is_integer() else None,
        comma if comma is not None and comma.is_integer() else None,
        amount.currency,
    )


def _settled(
    amount: Amount, decimal: str, column: Column, reading: Reading
) -> tuple[float | None, str | None]:
    value = amount.point if decimal == "." else amount.comma
    if amount.percentage:
        return None, f"`{column.name}` is a percentage, not a number of {column.unit or 'things'}"
    if value is None:
        return None, f"`{column.name}` is not a number"
    if amount.currency and column.unit != "currency":
        return None, f"`{column.name}` is an amount of money, not a number of {column.unit or 'things'}"
    if amount.currency and amount.currency != reading.currency:
        return None, f"`{column.name}` is in {amount.currency}, but the portfolio is in {reading.currency}"
    return value, None
