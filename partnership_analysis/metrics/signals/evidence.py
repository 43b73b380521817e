"""Evidence in words: what was counted, since when, and how often chance alone shows it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from partnership_analysis.metrics.columns import numbers, texts
from partnership_analysis.periods import month_start
from partnership_analysis.schema import REFERRAL_KINDS, RVI_KINDS, TOO_EARLY
from partnership_analysis.wording import count_of, one_time_in

MIXED = "interaction"
PASSED = "referral or introduction"
_PLURALS = {PASSED: "referrals and introductions"}
NEVER = "referral or joint work"
"""What to say there was none of, where nothing was ever counted; there may have been meetings."""
CALM = "no more change than chance brings"
RAREST = 1 / 2000
"""Chances under this are told alike."""
_EARLY_WORDS = {TOO_EARLY: ": too early to say"}
_NOUNS = ("referral", "introduction", "online collaboration", "event", "cross promotion", MIXED)
_PARTS = ((0.0, "nothing"), (0.08, "almost nothing"), (0.12, "about a tenth as often"),
          (0.155, "about a seventh as often"), (0.18, "about a sixth as often"), (0.22, "about a fifth as often"), (0.29, "about a quarter as often"), (0.42, "about a third as often"),
          (0.58, "about half as often"), (0.71, "about two thirds as often"), (0.85, "about three quarters as often"),
          (1.0, "slightly less often"))  # fmt: skip


class Facts(NamedTuple):
    """What a sentence is made of; ``since`` is the index of a month, ``odds`` one time in so many.

    Of a span whose last month is not over, ``days`` of its ``length`` days are on record; otherwise both are 0.
    """

    state: str
    noun: str
    recent: int
    span: int
    earlier: int
    before: int
    since: int
    odds: int
    days: int = 0
    length: int = 0


def nouns(kinds: Mapping[str, np.ndarray]) -> np.ndarray:
    """What to call each partner's interactions: their kind's name, or a wider one where kinds are mixed.

    Parameters
    ----------
    kinds : mapping of kind to count array (partners x months)
    """
    some = np.array([kinds[kind].any(axis=1) for kind in RVI_KINDS])
    only = np.where(some.sum(axis=0) == 1, some.argmax(axis=0), len(RVI_KINDS))
    other = some[[kind not in REFERRAL_KINDS for kind in RVI_KINDS]].any(axis=0)
    names = np.array(_NOUNS, dtype=object)[only]
    names = np.where(some.any(axis=0) & ~other & (only == len(RVI_KINDS)), PASSED, names)
    return np.where(some.any(axis=0), names, NEVER)


def sentences(
    table: pd.DataFrame, since: np.ndarray, names: np.ndarray, who: np.ndarray, part: tuple[int, int, int]
) -> Any:
    """One sentence a row; rows with equal facts share it, so that it costs as much as they are distinct.

    Parameters
    ----------
    table : DataFrame
        ``state``, ``recent``, ``recent_months``, ``earlier``, ``earlier_months`` and ``chance``, as of signals.
    since : int array
        Index of the month in which the span begins.
    names, who : arrays
        :func:`nouns` of the partners, and each row's place among them.
    part : tuple of int
        Index of the last month, its days on record, and its length: a span that ends in it is told by days, as the
        alarm counts it.
    """
    state, states = pd.factorize(table["state"])
    noun, words = pd.factorize(names)
    plain = np.isin(states, ["steady", TOO_EARLY])[state]
    odds = np.round(1 / np.clip(numbers(table["chance"]), RAREST, 1))
    last, days, length = part
    cut = (since + table["recent_months"].to_numpy("int64") - 1 == last) & (days < length)
    # Of a steady partner only a silence names its month.
    undated = plain & ~quiet(table)
    facts = [
        state,
        noun[who],
        *(table[name].to_numpy("int64") for name in ("recent", "recent_months", "earlier", "earlier_months")),
        np.where(undated, 0, since),
        np.where(plain, 1, odds).astype("int64"),
        np.where(cut, days, 0),
        np.where(cut, length, 0),
    ]
    distinct, place = _distinct(facts)
    said = list(states)
    made = [_sentence(Facts(said[one], words[two], *rest)) for one, two, *rest in distinct.tolist()]
    return texts(made).take(place)


def _distinct(facts: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The distinct combinations, and which of them each row has."""
    place = np.zeros(len(facts[0]), dtype="int64")
    for fact in facts:
        low = fact.min(initial=0)
        # Renumbered at each step, so that the product cannot overflow.
        place = pd.factorize(place * (fact.max(initial=0) - low + 1) + fact - low)[0]
    first = np.unique(place, return_index=True)[1]
    return np.column_stack([fact[first] for fact in facts]), place


def quiet(table: pd.DataFrame) -> np.ndarray:
    """Those who have been without anything, after something, and whom chance alone may have left so."""
    nothing = table["recent"].eq(0) & table["earlier"].gt(0) & table["state"].eq("steady")
    return np.asarray(nothing.to_numpy("bool"))


def _sentence(row: Facts) -> str:
    if not row.recent and not row.earlier:
        return f"no {row.noun} in {_long(row, row.span + row.before)}{_EARLY_WORDS.get(row.state, '')}"
    if row.state == "silent":
        return f"{_silence(row)}; a partner of this rhythm is silent so long {one_time_in(1 / row.odds)}"
    if row.state == "steady" and not row.recent:
        return f"{_silence(row)}: {CALM}"
    number = count_of(row.recent, row.noun, _PLURALS.get(row.noun)) if row.recent else f"no {row.noun}"
    counts = f"{number} in {_long(row, row.span)}"
    if row.state == TOO_EARLY:
        return f"{counts}{_EARLY_WORDS[row.state]}"
    against = f"{counts} against {f'{row.earlier:,}' if row.earlier else 'none'} in the {_before(row)}"
    if row.state == "steady":
        return f"{against}: {CALM}"
    share = f"{_share(row)} " if row.earlier else ""
    return f"{against}, {share}since {_month(row.since)}; a steady partner shows this {one_time_in(1 / row.odds)}"


def _silence(row: Facts) -> str:
    long = _long(row, row.span)
    return f"no {row.noun} for {long}, since {_month(row.since)}, after {row.earlier:,} in the {_before(row)}"


def _long(row: Facts, months: int) -> str:
    """So many months, of which the last counts for its days on record."""
    if not row.days:
        return count_of(months, "month")
    if months == 1:
        return count_of(row.days, "day")
    words = f"{months - 1 + row.days / row.length:.1f}".removesuffix(".0")
    return f"{words} month{'' if words == '1' else 's'}"


def _before(row: Facts) -> str:
    if row.before == 1:
        return "month before"
    # After days the number alone would be read as days.
    return f"{row.before} {'months ' if row.days and row.span == 1 else ''}before"


@cache
def _month(index: int) -> str:
    return f"{month_start(index):%B %Y}"


def _share(row: Facts) -> str:
    """The rate of the span as a part or multiple of that before, when there was something."""
    span = row.span - 1 + row.days / row.length if row.days else row.span
    ratio = (row.recent / span) / (row.earlier / row.before)
    if ratio > 1:
        return f"{ratio:.1f} times as often" if ratio < 9.95 else f"{ratio:,.0f} times as often"
    return next(word for limit, word in _PARTS if ratio <= limit)
