"""What goes into a partnership and what comes out of it: the amounts on record, and how complete they are.

The one place that decides when an amount is known. Returns, the J-curve and payback are all made of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.about import counted_under
from partnership_analysis.metrics.columns import numbers
from partnership_analysis.panel import panel, panel_of
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS
from partnership_analysis.settings import Settings

NO_OWNER = "no owner"
FLOWS = ("hours", "cost", "commission", "returned", "value_given", "commission_earned")
EVIDENCE = ("interactions", "noted", "received", "won", "valued", "undecided")


def check_by(by: str, known: Collection[str]) -> None:
    """Refuse a grouping that is not offered."""
    if by not in known:
        words = [f"'{name}'" for name in known]
        raise ParameterError([f"by {by!r} is not known; choose {', '.join(words[:-1])} or {words[-1]}."])


def rate_of(hour_rate: float | None, settings: Settings) -> float:
    """Currency for an hour of ours: the one asked for, else the settings', else NaN."""
    if hour_rate is None:
        return np.nan if settings.hour_rate is None else float(settings.hour_rate)
    if isinstance(hour_rate, bool) or not isinstance(hour_rate, Real) or not 0 <= hour_rate < np.inf:
        raise ParameterError([f"hour_rate {hour_rate!r} is no amount for an hour; give 0 or more."])
    return float(hour_rate)


def flows(portfolio: Portfolio, by: str, day: dt.date) -> pd.DataFrame:
    """Amounts of every cell of the panel, by what they mean to us, with the group that they belong to.

    Returns
    -------
    DataFrame
        ``key``, ``month`` and, as Float64 and ``NA`` where nothing is on record: ``hours``, ``cost``,
        ``commission`` (we paid), ``returned`` (won from received referrals), ``value_given`` (they won from
        ours), ``commission_earned``.
    """
    cells = panel_of(portfolio, until=day)
    if by == "owner":
        rows = portfolio.interactions
        cells = panel(rows.assign(partner=_owners(portfolio, rows)), until=day)
    received, given = (cells["direction"] == way for way in ("received", "given"))
    referral = cells["kind"].isin(REFERRAL_KINDS)
    return pd.DataFrame(
        {
            "partner": cells["partner"],
            "key": cells["partner"] if by == "owner" else keys_of(portfolio, by, cells),
            "month": cells["month"],
            "hours": cells["hours"],
            "cost": cells["cost"],
            "commission": cells["commission"].where(received),
            "returned": cells["value"].where(referral & received),
            "value_given": cells["value"].where(referral & given),
            "commission_earned": cells["commission"].where(given),
        }
    )


def keys_of(portfolio: Portfolio, by: str, rows: pd.DataFrame) -> pd.Series:
    """The group of each row: its partner, vertical, owner, or all together."""
    return _owners(portfolio, rows) if by == "owner" else counted_under(portfolio, rows["partner"], by)


def evidence(portfolio: Portfolio, by: str, rows: pd.DataFrame) -> pd.DataFrame:
    """How much each group's amounts rest on, from the interactions given.

    Returns
    -------
    DataFrame
        Indexed by group, sorted; int64 counts: ``interactions``; ``noted``: those with hours; ``received``:
        referrals from them; ``won``: those won; ``valued``: won and with a value; ``undecided``: clients
        passed on with neither status nor value.
    """
    count = numbers(rows["count"])
    code, names = pd.factorize(keys_of(portfolio, by, rows), sort=True)
    chances = received_rows(rows)
    there = code[chances["place"]]
    weights: list[tuple[Any, Any]] = [
        (code, count),
        (code, count * rows["hours"].notna().to_numpy()),
        (there, chances["count"]),
        *((there, chances["count"] * chances[name]) for name in EVIDENCE[3:]),
    ]
    sums = {
        name: np.bincount(where, weights=weight, minlength=len(names)).astype("int64")
        for name, (where, weight) in zip(EVIDENCE, weights, strict=True)
    }
    return pd.DataFrame(sums, index=pd.Index(names, name="key", dtype="string"))


def received_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The received referrals among the rows, in plain numbers.

    A referral without a status is won if a value is noted; a value under 0 corrects another row and is no
    referral of its own.

    Returns
    -------
    DataFrame
        ``place`` (position among the rows), ``count``, ``value`` (NaN if not noted), ``won``, ``valued`` (won and
        with a value) and ``undecided`` (a client passed on, with neither status nor value).
    """
    place = np.flatnonzero((rows["direction"] == "received") & rows["kind"].isin(REFERRAL_KINDS))
    found = rows[["kind", "status", "value", "count"]].take(place)
    value, unsaid = numbers(found["value"]), found["status"].isna().to_numpy()
    won = (unsaid & (value > 0)) | found["status"].isin(["won"]).to_numpy()
    client = (found["kind"] == "referral").to_numpy(dtype=bool)
    table = pd.DataFrame(
        {
            "place": place,
            "count": numbers(found["count"]),
            "value": value,
            "won": won,
            "valued": won & ~np.isnan(value),
            "undecided": client & unsaid & np.isnan(value),
        }
    )
    return table[~(value < 0)]


def unevenness(rows: pd.DataFrame) -> float:
    """Mean square over squared mean of the won values: 1 where all are alike, 2.7 where money is uneven."""
    found = received_rows(rows)
    found = found[found["valued"]]
    count, each = found["count"], found["value"] / found["count"]
    total = (each * count).sum()
    return float((each**2 * count).sum() * count.sum() / total**2) if total > 0 else 1.0


def known_return(sums: pd.DataFrame, counts: pd.DataFrame, kept: bool) -> NDArray[np.float64]:
    """Return of each group: the values on record; 0 only where the record says that nothing was won.

    That it does where values are kept in this portfolio and every client passed on has an outcome, none of
    them won.
    """
    returned = numbers(sums["returned"])
    nothing = (counts["won"].to_numpy() == 0) & (counts["undecided"].to_numpy() == 0)
    return np.where(np.isnan(returned) & nothing & kept, 0.0, returned)


def known_investment(sums: pd.DataFrame, rate: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Hour cost and investment of each group; NaN where hours (or their rate) are not on record.

    Money that is not on record was not spent, unless nothing at all is. At a rate of 0 hours do not matter.
    """
    hours, cost, commission = (numbers(sums[name]) for name in FLOWS[:3])
    anything = ~(np.isnan(hours) & np.isnan(cost) & np.isnan(commission))
    hour_cost = np.where(anything, 0.0, np.nan) if rate == 0 else hours * rate
    return hour_cost, hour_cost + np.nan_to_num(cost) + np.nan_to_num(commission)


def _owners(portfolio: Portfolio, rows: pd.DataFrame) -> pd.Series:
    """Who looked after each interaction: its owner, else the partner's."""
    known = portfolio.partners.set_index("partner")["owner"]
    named = rows["owner"]
    missing = named.isna()
    if missing.any():
        stands_in = known.reindex(pd.Index(rows.loc[missing, "partner"])).fillna(NO_OWNER)
        named = named.copy()
        named.loc[missing] = stands_in.to_numpy()
    return named.astype("string")
