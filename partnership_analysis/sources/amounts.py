"""One text as an amount: a number with its currency or percent sign, or a duration."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from partnership_analysis.wording import SYMBOLS

CODES = frozenset(
    re.findall(
        r"\w+",
        "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GEL HKD HUF IDR ILS INR ISK JPY KES KRW KZT "
        "MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR",
    )
)
"""Currencies known in small letters too; in capitals any three letters are one."""

_OTHER_MARKS = (
    "EUR euro, EUR euros, PLN zł, CZK kč, HUF ft, CHF fr., CHF sfr., BRL r$, AUD a$, AUD au$, CAD c$, CAD ca$, "
    "NZD nz$, USD us$, HKD hk$, SGD s$, TWD nt$, MXN mx$, TRY ₺, RUB ₽, KRW ₩, UAH ₴, ILS ₪, VND ₫, PHP ₱, NGN ₦, "
    "THB ฿, KZT ₸, GEL ₾"
)
_MARKS = {
    **{symbol: code for code, symbol in SYMBOLS.items()},
    **{code.casefold(): code for code in CODES},
    **{mark: code for code, mark in re.findall(r"(\w+) ([^, ]+)", _OTHER_MARKS)},
}
"""Marks of one currency, in small letters. What several countries share is not here, save for ``$``."""

SHARED = {
    "kr": "SEK, NOK, DKK or ISK",
    "kr.": "SEK, NOK, DKK or ISK",
    "rs": "INR or PKR",
    "rs.": "INR or PKR",
}
"""Marks of several currencies, and what to write instead."""

_MARK = "|".join(sorted(map(re.escape, (*_MARKS, *SHARED)), key=len, reverse=True))
_MONEY = re.compile(rf"^((?i:{_MARK})|[A-Z]{{3}})?\s*(.*?)\s*((?i:{_MARK})|[A-Z]{{3}})?$")
_SPACED = re.compile(r"\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?")
_POINT = re.compile(r"(?:\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?")
_COMMA = re.compile(r"(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?(?:[eE][+-]?\d+)?|,\d+")

_FIGURES = re.compile(r"(\D*)(\d(?:.*\d)?)(\D*)")
_CLOCK = re.compile(r"(?:(\d+) days?,? )?(\d+):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?")
_HOURS = r"(?:h|hr|hrs|hour|hours|std|stunden?)\.?"
_MINUTES = r"(?:m|min|mins|minutes?|minuten)\.?"
_LONG = re.compile(
    rf"(?i:(\d+)\s*{_HOURS}(?:,?\s*(\d+)\s*{_MINUTES})?(?:,?\s*(\d+)\s*(?:s|sec|secs|seconds?)\.?)?)"
)
_SHORT = re.compile(rf"(?i:([\d.,]+)\s*(?:({_HOURS})|{_MINUTES}))")

_LONGEST = 200
"""Letters over which a text is no amount."""

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000\t\n\r"), " ")
_DASHES = dict.fromkeys(map(ord, "−–‐‑﹣－"), "-")
_UNSEEN = dict.fromkeys(
    [0x200B, 0xFEFF, *range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_WIDE = {place: chr(place - 0xFEE0) for place in range(0xFF01, 0xFF5F)}
_PLAIN = {**_WIDE, **_SPACES, **_DASHES, **_UNSEEN, ord("￡"): "£", ord("￥"): "¥", ord("٪"): "%"}


@dataclass(frozen=True)
class Amount:
    """A text as a number, read with a decimal point and with a decimal comma (nothing: it is none).

    Parameters
    ----------
    point, comma : float, optional
        The two readings: of a percentage its share, of a duration its hours.
    currency : str, optional
        ISO code, or a mark that several currencies share.
    kind : {"number", "percentage", "duration"}
    """

    point: float | None
    comma: float | None
    currency: str | None = None
    kind: str = "number"

    @property
    def open(self) -> bool:
        """Whether the two readings differ."""
        return self.point is not None and self.comma is not None and self.point != self.comma


_NONE = Amount(None, None)


def parsed(text: str) -> Amount:
    """Read one text both ways.

    A clock is hours and minutes, as exports of systems that record time mean it: ``1:30`` is an hour and a
    half.

    >>> parsed("1.234,56").comma, parsed("(250)").point, parsed("€ 1 200").currency
    (1234.56, -250.0, 'EUR')
    >>> parsed("12,5 %").comma, parsed("1:30").point, parsed("1h 30m").point
    (0.125, 1.5, 1.5)
    """
    if len(text) > _LONGEST:
        return _NONE
    if not text.isascii():
        text = _ascii_digits(text.translate(_PLAIN))
    text = " ".join(text.split())
    if text.endswith("%") or text.startswith("%"):
        amount = _number(text.strip("%").strip())
        return _NONE if amount.currency else _scaled(amount, 100, "percentage")
    span = _span(text)
    return _number(text) if span is None else span


def _ascii_digits(text: str) -> str:
    """Digits of any script as ours; a raised 2 is no digit."""
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)


def _scaled(amount: Amount, divisor: float, kind: str) -> Amount:
    point, comma = (None if value is None else value / divisor for value in (amount.point, amount.comma))
    return replace(amount, point=point, comma=comma, kind=kind)


def _number(text: str) -> Amount:
    found = _FIGURES.fullmatch(text)
    if not found:
        return _NONE
    sign, body, currency = _around(found[1], found[3])
    if not sign:
        return _NONE
    body = body.replace("0", found[2], 1)
    if _SPACED.fullmatch(body):
        body = re.sub(r"[ '’]", "", body)
    point = sign * float(body.replace(",", "")) if _POINT.fullmatch(body) else None
    comma = sign * float(body.replace(".", "").replace(",", ".")) if _COMMA.fullmatch(body) else None
    return Amount(point, comma, currency)


@lru_cache(4096)
def _around(before: str, after: str) -> tuple[int, str, str | None]:
    """What stands around the figures of a number: the sign (0: it is none), the place of the figures, the currency.

    ``0`` stands for the figures. A column has few such pairs, so that each is looked at once.
    """
    text = f"{before}0{after}"
    negative = text.startswith("(") and text.endswith(")")
    text = text[1:-1].strip() if negative else text
    text, signs = _unsigned(text)
    found = _MONEY.match(text)
    mark, body, other = found.groups() if found else (None, text, None)
    body, more = _unsigned(body)
    signs += more
    if (negative and signs) or len(signs) > 1 or (mark and other):
        return 0, "", None
    mark = mark or other
    return -1 if negative or signs == "-" else 1, body, _currency(mark) if mark else None


def _currency(mark: str) -> str:
    """The code of a mark; a mark of several currencies, and letters that nobody knows, as they are."""
    small = mark.casefold()
    return _MARKS.get(small, small if small in SHARED else mark)


def _span(text: str) -> Amount | None:
    """Hours of a duration, or nothing where the text is none."""
    body, sign = _unsigned(text)
    factor = -1 if sign == "-" else 1
    if found := _CLOCK.fullmatch(body):
        days, hours, minutes, seconds = found.groups()
        total = int(days or 0) * 86_400 + int(hours) * 3600 + int(minutes) * 60 + float(seconds or 0)
        return Amount(factor * total / 3600, factor * total / 3600, kind="duration")
    if found := _LONG.fullmatch(body):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        total = hours * 3600 + minutes * 60 + seconds
        return Amount(factor * total / 3600, factor * total / 3600, kind="duration")
    if found := _SHORT.fullmatch(body):
        amount = _number(found[1])
        return _scaled(amount, factor * (1 if found[2] else 60), "duration")
    return None


def _unsigned(text: str) -> tuple[str, str]:
    """A text without the sign before or after it, and the sign."""
    if text[:1] in ("+", "-"):
        return text[1:].strip(), text[0]
    if text.endswith("-"):
        return text[:-1].strip(), "-"
    return text, ""
