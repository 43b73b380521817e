"""What to do because of what a partnership rests on: which foundation to talk about with whom, and who is to rate."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from partnership_analysis.metrics.foundations import STALE_DAYS
from partnership_analysis.metrics.nurture.steps import APART, NAMED
from partnership_analysis.schema import FACTORS, RATERS
from partnership_analysis.wording import joined, number, shortened

PAIRS = 2
"""Partners who are named with a foundation where others are to be asked to rate."""
OLD = 180
"""Days after which it is time to rate again: the article rates by quarter, people manage twice a year."""
YEAR = 4
"""Quarters in which a change is news."""


Scores = dict[str, dict[str, float]]
"""Rater, factor: the score, where it is known and no older than a year."""


def after_foundations(data: pd.DataFrame) -> str:
    """What to ask about the widest gap between fresh ratings; without one, who is to rate what.

    Examples
    --------
    >>> rated = pd.DataFrame({"partner": "Ann", "factor": "trust", "rater": ["us", "them"], "score": [4.5, 3.0],
    ...                       "age_days": 30, "stale": False})
    >>> after_foundations(rated)
    'ask Ann what would make trust a 4.5 for them, as it is for you: they rate it 3.0.'
    """
    who = shortened(str(data["partner"].iloc[0]))
    score, ages = _fresh(data)
    us, them = (score[rater] for rater in RATERS)
    gaps = {factor: us[factor] - them[factor] for factor in FACTORS if factor in us and factor in them}
    widest = max(gaps, key=lambda factor: abs(gaps[factor]), default="")
    if widest and abs(gaps[widest]) >= APART:
        return _about(who, widest, us[widest], them[widest])
    if not us or not them:
        return _to_rate(who, score)
    unrated = [_said(factor) for factor in FACTORS if factor not in us]
    if unrated:
        return f"rate {joined(unrated, limit=NAMED)} with {who}: you have not done so within a year."
    if min(ages) > OLD:
        return f"rate all seven with {who} again, and ask them to: yours are more than {OLD} days old."
    return f"nothing to clear up with {who}; no foundation is a point or more apart. Rate them again next quarter."


def _fresh(data: pd.DataFrame) -> tuple[Scores, list[int]]:
    """Scores no older than a year, and how old ours are in days."""
    score: Scores = {rater: {} for rater in RATERS}
    ages = []
    rows = data[["factor", "rater", "score", "stale", "age_days"]].astype(object)
    for factor, rater, value, stale, age in rows.itertuples(index=False):
        if pd.notna(value) and not (pd.notna(stale) and stale):
            score[rater][str(factor)] = float(value)
            ages += [int(age)] if rater == "us" and pd.notna(age) else []
    return score, ages or [0]


def _about(who: str, factor: str, ours: float, theirs: float) -> str:
    us, them = number(ours), number(theirs)
    if ours > theirs:
        return f"ask {who} what would make {_said(factor)} a {us} for them, as it is for you: they rate it {them}."
    return f"ask {who} what you miss about {_said(factor)}: they rate it {them}, we only {us}."


def _to_rate(who: str, score: Scores) -> str:
    """Who is to rate where a side has rated nothing within a year."""
    if score["them"]:
        return f"rate the seven foundations with {who} from 1 to 5: they did within a year, you did not."
    if score["us"]:
        return f"ask {who} to rate the seven foundations from 1 to 5: they have rated nothing within a year."
    return f"rate the seven foundations with {who} again, and ask them to: all ratings are over {STALE_DAYS} days old."


def _said(factor: object) -> str:
    return str(factor).replace("_", " ")


def after_foundation_summary(data: pd.DataFrame) -> str:
    """With whom to talk about which foundation, the widest gaps first, and whom to ask to rate.

    Examples
    --------
    >>> rated = pd.DataFrame({"partner": ["Ann", "Bo"], "us": [4.0, 3.0], "them": [2.5, None],
    ...                       "widest": ["trust", None], "widest_gap": [1.5, None]})
    >>> after_foundation_summary(rated)
    'talk about where you differ: with Ann trust; ask Bo to rate the seven foundations from 1 to 5.'
    """
    rows = [tuple(values) for values in data[["partner", "widest", "widest_gap"]].astype(object).to_numpy()]
    # Of equal gaps the first that is drawn.
    wide = sorted((row for row in rows if _is_wide(row[2])), key=lambda row: -abs(row[2]))
    pairs = [f"with {shortened(str(name))} {_said(factor)}" for name, factor, _ in wide]
    silent = {side: _silent(data, side) for side in RATERS}
    parts = (
        [f"talk about where you differ: {_listed(pairs, PAIRS if any(silent.values()) else NAMED)}"]
        if pairs
        else []
    )
    parts += [f"rate {joined(silent['us'], limit=NAMED)}"] if silent["us"] else []
    parts += (
        [f"ask {joined(silent['them'], limit=NAMED)} to rate the seven foundations from 1 to 5"]
        if silent["them"]
        else []
    )
    return f"{'; '.join(parts)}." if parts else _nothing_apart(data)


def _is_wide(gap: Any) -> bool:
    return bool(pd.notna(gap) and abs(gap) >= APART)


def _listed(pairs: list[str], limit: int) -> str:
    """Partners, each with a foundation; of the others how many, as bold rows."""
    more = len(pairs) - limit
    if more < 1:
        return joined(pairs, limit=limit)
    return f"{', '.join(pairs[:limit])}, and {more:,} more in bold"


def _silent(data: pd.DataFrame, side: str) -> list[str]:
    """Whom the other side has rated and this one has not, where it has rated anybody: a rating that nobody asks for is no gap."""
    other = "them" if side == "us" else "us"
    rows = data[data[side].isna() & data[other].notna()]
    return [shortened(str(name)) for name in rows["partner"]] if data[side].notna().any() else []


def _nothing_apart(data: pd.DataFrame) -> str:
    both = data["us"].notna() & data["them"].notna()
    if both.any():
        return (
            "nothing to clear up; nobody is a point or more apart on any foundation. Rate again next quarter."
        )
    first = shortened(str(data.loc[data["us"].notna() | data["them"].notna(), "partner"].iloc[0]))
    if data["us"].notna().any():
        return f"ask one partner, such as {first}, to rate you on the seven foundations from 1 to 5: nobody has yet."
    return f"rate {first} on the seven foundations from 1 to 5: only they have rated."


def after_foundation_history(data: pd.DataFrame) -> str:
    r"""What to ask about the latest fall or rise of a point or more within a year; where there is none, to rate again.

    Examples
    --------
    >>> rated = pd.DataFrame({"partner": "Ann", "factor": "trust", "rater": "us", "period": ["2025Q1", "2025Q2"],
    ...                       "score": [4.0, 2.5]})
    >>> after_foundation_history(rated)
    'tell Ann why you lowered your rating of trust from 4.0 to 2.5 in 2025\xa0Q2, and ask how they see it.'
    """
    who = shortened(str(data["partner"].iloc[0]))
    steps, last = list[_Step](), dict[tuple[str, str], float]()
    recent = set(sorted(data["period"].unique())[-YEAR:])
    rows = data[["factor", "rater", "period", "score"]].astype(object)
    for factor, rater, period, score in rows.itertuples(index=False):
        if pd.notna(score):
            before = last.get((factor, rater), score)
            if abs(score - before) >= APART and period in recent:
                steps.append(_Step(period, factor, rater, before, score))
            last[factor, rater] = score
    if not steps:
        return _no_step(who, data["period"], last)
    # A fall before a rise, then the latest, then the largest; of equal ones the first that is drawn.
    top = max(steps, key=lambda step: (step.score < step.before, step.period, abs(step.score - step.before)))
    turned = "raised" if top.score > top.before else "lowered"
    step = f"rating of {_said(top.factor)} from {number(top.before)} to {number(top.score)} in {_period(top.period)}"
    if top.rater == "them":
        return f"ask {who} why they {turned} their {step}."
    return f"tell {who} why you {turned} your {step}, and ask how they see it."


class _Step(NamedTuple):
    """A rating that is a point or more from the one before."""

    period: str
    factor: str
    rater: str
    before: float
    score: float


def _no_step(who: str, periods: pd.Series, last: dict[tuple[str, str], float]) -> str:
    """What to talk about where nothing moved: the widest gap that stays, else nothing."""
    first = periods.min()
    if first == periods.max():
        return f"nothing yet; rate the seven foundations with {who} again next quarter, and a change will show as a step."
    both = {
        factor: (score, last[factor, "them"])
        for (factor, rater), score in last.items()
        if rater == "us" and (factor, "them") in last
    }
    factor = max(both, key=lambda name: abs(both[name][0] - both[name][1]), default="")
    if factor and abs(both[factor][0] - both[factor][1]) >= APART:
        ours, theirs = both[factor]
        return (
            f"nothing has moved by a point within a year, but the gap stays: talk with {who} first about {_said(factor)} "
            f"(ours {number(ours)}, theirs {number(theirs)})."
        )
    return f"nothing new; no rating has changed by a point within a year. Rate the seven foundations with {who} again next quarter."


def _period(period: object) -> str:
    return str(period).replace("Q", "\u00a0Q")
