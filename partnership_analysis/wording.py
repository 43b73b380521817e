"""Numbers and lists as people read them. Nothing here computes a measure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "INR": "₹"}
WORD = 8
"""Letters that a cut name may lose more to end with a whole word."""
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(value: Any, digits: int = 1) -> str:
    """A figure for reading; a dash where it is unknown.

    >>> number(2.04), number(1240, 0), number(None)
    ('2.0', '1,240', '–')
    """
    return "–" if value is None or pd.isna(value) else f"{value:,.{digits}f}"


def money(value: Any, currency: str = "") -> str:
    """An amount, short: ``£420``, ``£12.4k``, ``£1.2m``; a dash where it is unknown.

    >>> money(12_430, "GBP"), money(999_999, "EUR"), money(-250, "CHF"), money(pd.NA)
    ('£12.4k', '€1m', '−CHF 250', '–')
    """
    if value is None or pd.isna(value):
        return "–"
    symbol = SYMBOLS.get(currency, f"{currency} " if currency else "")
    size = abs(float(value))
    for limit, divisor, unit in ((999_950_000, 1e9, "bn"), (999_950, 1e6, "m"), (9_999.5, 1e3, "k")):
        if size >= limit:
            text = f"{size / divisor:.1f}".removesuffix(".0") + unit
            break
    else:
        text = f"{size:,.0f}"
    return f"{'−' if value < 0 else ''}{symbol}{text}"


def signed_money(value: Any, currency: str = "") -> str:
    """An amount with its sign; a dash where it is unknown.

    >>> signed_money(12_430, "GBP"), signed_money(-250, "GBP"), signed_money(0, "GBP"), signed_money(None)
    ('+£12.4k', '−£250', '£0', '–')
    """
    text = money(value, currency)
    return f"+{text}" if text != "–" and round(float(value)) > 0 else text


def signed(value: float, digits: int = 0) -> str:
    """A figure with its sign, and a true minus.

    >>> signed(1240), signed(-2.04, 1)
    ('+1,240', '−2.0')
    """
    return f"{value:+,.{digits}f}".replace("-", "−")


def count_of(count: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun.

    >>> count_of(1, "referral"), count_of(1200, "referral"), count_of(0, "entry", "entries")
    ('1 referral', '1,200 referrals', '0 entries')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def spelled(count: int) -> str:
    """Up to ten in words.

    >>> spelled(3), spelled(12)
    ('three', '12')
    """
    return _WORDS[count] if 0 <= count < len(_WORDS) else f"{count:,}"


def joined(items: Sequence[str], *, limit: int = 4) -> str:
    """A list in a sentence.

    >>> joined(["A"]), joined(["A", "B", "C"]), joined(list("ABCDEF"), limit=3)
    ('A', 'A, B and C', 'A, B, C and 3 others')
    """
    items = [str(item) for item in items]
    if len(items) > limit + 1:
        return f"{', '.join(items[:limit])} and {len(items) - limit} others"
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else "none"


def one_time_in(chance: float) -> str:
    """A small chance as people picture it.

    >>> one_time_in(0.5), one_time_in(0.024), one_time_in(0.00001)
    ('one time in 2', 'one time in 42', 'less than one time in 1,000')
    """
    return "less than one time in 1,000" if chance < 0.001 else f"one time in {round(1 / chance):,}"


def day(date: dt.date, *, year: bool = False) -> str:
    """A day as it is said.

    >>> day(dt.date(2025, 10, 3)), day(dt.date(2025, 10, 3), year=True)
    ('3 October', '3 October 2025')
    """
    return f"{date.day} {date:%B}{f' {date.year}' if year else ''}"


def shortened(text: str, limit: int = 28) -> str:
    """A name that fits beside a chart.

    >>> shortened("The Extraordinarily Long Name of a Partnership LLP", 20)
    'The Extraordinarily…'

    It ends with a whole word where one ends near.

    >>> shortened("Hargreaves Lansdowne & Partners LLP")
    'Hargreaves Lansdowne…'
    """
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    # Not within a word, if that costs little.
    space = cut.rfind(" ") if text[limit - 1] != " " else -1
    return (cut[:space] if space >= limit - 1 - WORD else cut).rstrip(" &,-") + "…"
