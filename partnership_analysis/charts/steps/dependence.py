"""What to do because of what hangs on whom."""

from __future__ import annotations

import pandas as pd

from partnership_analysis.metrics.exchange.advice import LARGE
from partnership_analysis.wording import joined, shortened

_WHAT = {
    "value": "what is won",
    "received": "the referrals",
    "rvi": "all RVI",
    "commitments": "the open actions",
}


def after_dependence(
    data: pd.DataFrame,
    currency: str = "",
    period: str = "",
    noun: str = "partner",
    effective: float | None = None,
    limits: pd.DataFrame | None = None,
) -> str:
    """Whether the largest asks for a second source, by the rule of the closing advice.

    Parameters
    ----------
    data : DataFrame
        As the chart takes it.
    currency, period, noun, effective
        As the chart takes them.
    limits : DataFrame, optional
        ``measure`` and ``low``, the least that the share of the largest may be: as :func:`partnership_analysis.dependence`
        gives them.

    Examples
    --------
    >>> after_dependence(pd.DataFrame({"measure": ["received"] * 2, "name": ["Ann", "Bo"], "share": [0.2, 0.19]}))
    'nothing yet; the largest, Ann, brings 20% of the referrals, under a quarter. If they left, ask Bo (19%) first.'
    """
    measure, share = str(data["measure"].iloc[0]), float(data["share"].iloc[0])
    name, what, part = shortened(str(data["name"].iloc[0])), _WHAT[measure], share_said(share)
    if measure == "commitments":
        return f"begin with {name}: {part} of the open actions. Agree a day for each, or close it."
    if len(data) == 2 and data["share"].iloc[1] >= LARGE:
        return f"look for a third source: {_two(data)} bring all of {what}{_split(share)}."
    low = _least(limits, measure)
    if low is not None and low >= LARGE and len(data) > 1 and data["share"].iloc[1] >= LARGE:
        other = share_said(float(data["share"].iloc[1]))
        return f"find another source beside {_two(data)}: they bring {part} and {other} of {what}."
    if (low is not None and low >= LARGE) or (low is None and len(data) == 1):
        return (
            f"find a second source beside {name}: they bring {'all' if len(data) == 1 else part} of {what}."
        )
    if share < LARGE:
        quarter = "about" if part == share_said(LARGE) else "under"
        return f"nothing yet; the largest, {name}, brings {part} of {what}, {quarter} a quarter.{_next(data)}"
    left = f"write down whom you would ask if {name} left"
    if len(data) == 1:
        few = "few" if measure == "received" else "little"
        return f"{left}: they brought all of {what} so far, but so {few} that it may be chance."
    return f"{left}: they bring {part} of {what}{_at_least(low, share)}. {_second(data)} comes next."


def _two(data: pd.DataFrame) -> str:
    return joined([shortened(str(name)) for name in data["name"].head(2)])


def _split(share: float) -> str:
    """How two share what they bring."""
    return ", about half each" if share < 0.6 else f" ({share_said(share)} and {share_said(1 - share)})"


def _second(data: pd.DataFrame) -> str:
    return f"{shortened(str(data['name'].iloc[1]))} ({share_said(float(data['share'].iloc[1]))})"


def _next(data: pd.DataFrame) -> str:
    """Whom to ask in the largest one's place."""
    return f" If they left, ask {_second(data)} first." if len(data) > 1 else ""


def _at_least(low: float | None, share: float) -> str:
    """What the share may really be; that it rests on few where the range is wide."""
    if low is None:
        return ""
    return f" ({'with so few, ' if low < share / 2 else ''}perhaps only {share_said(low)})"


def _least(limits: pd.DataFrame | None, measure: str) -> float | None:
    """The least that the share of the largest may be, where that is known."""
    if limits is None:
        return None
    known = limits.loc[limits["measure"] == measure, "low"].dropna()
    return float(known.iloc[0]) if len(known) else None


def share_said(share: float) -> str:
    """A share as it is read: of somebody who brought anything never 0%.

    >>> share_said(0.19), share_said(0.001)
    ('19%', 'under 1%')
    """
    return "under 1%" if 0 < share < 0.005 else f"{share:.0%}"
