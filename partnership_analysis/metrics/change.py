"""What changed since last quarter, and whether chance explains it.

Sources: article 001 ("see which ones are growing with strength or possibly weakening over time", weak,
weakening and non-producing partnerships). Two exact tests, neither of which needs to know the rate: of so
few (or many) interactions in the last six months, given the total with the eighteen before; and of so long
a silence, given the number before it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.grid import directions, record_start, tenure
from partnership_analysis.metrics.intervals import silence_chance, so_few_chance, so_many_chance
from partnership_analysis.metrics.reciprocity import vertical_of
from partnership_analysis.metrics.rvi import latest, rvi
from partnership_analysis.panel import panel
from partnership_analysis.periods import Quarter, month_end, month_index, month_start
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS, RVI_KINDS, TOO_EARLY

RECENT, BEFORE = 6, 18
"""Months of the recent span, and at most so many before it, that the exact test compares."""
CHANCE = 0.0125
"""Two alarms at four quarters a year: a steady partner is falsely alarmed in at most one year of ten."""
GRACE = 10
"""Days that a month may lack at its end and still count as whole."""
STATES = ("silent", "weakening", "strengthening", "steady", TOO_EARLY)


def quarter_change(
    portfolio: Portfolio,
    quarter: Quarter,
    *,
    perspective: str = "ours",
    method: str = "trailing",
    as_of: dt.date | None = None,
) -> pd.DataFrame:
    """Every partnership at a quarter's end beside the quarter before.

    Parameters
    ----------
    portfolio : Portfolio
    quarter : Quarter
        Nothing after its last day is counted.
    perspective, method
        As in :func:`partnership_analysis.rvi`.
    as_of : date, optional
        Day up to which the quarter is on record, if it is not over. Default: its last day.

    Returns
    -------
    DataFrame
        One row a partnership alive in the last month, and not ended by then, sorted by ``rvi`` (highest
        first), then ``count``, then name. The columns of :func:`partnership_analysis.rvi` (without ``month``), and

        ``vertical``, ``relationship`` (string); ``rvi_before``, ``band_before``: a quarter ago (``NA`` if
        the partnership had not begun); ``rvi_change`` (Float64);
        ``quarter_count``, ``previous_count`` (Int64): RVI interactions in this quarter and the one before;
        ``recent``, ``earlier`` (Int64) in ``recent_months``, ``earlier_months`` (Int64): the last six months
        and up to eighteen before, inside the partnership and the record (a younger partnership is halved; a month
        that is not over is left out); ``fewer``, ``more`` (Float64):
        chance that a steady partner shows so few, so many;
        ``last_date``: last RVI interaction; ``gap_days`` (Int64) since; ``silence`` (Float64): chance that a
        steady partner is silent so long, from the distinct days of the 24 months to its last;
        ``last_contact``: last interaction of any kind;
        ``won`` (Float64, currency): won from its referrals in the last twelve months; ``won_before``: in the
        twelve months before the last six, which is what a partner who weakens puts at risk;
        ``state``: silent, weakening, strengthening, steady or (under six months) too early.

    Notes
    -----
    ``silent`` needs ``silence`` < 0.0125, ``weakening`` ``fewer`` < 0.0125, ``strengthening`` ``more`` <
    0.0125. Each exact test errs for at most one steady partner in eighty; the two alarms in four quarters
    together for at most one in ten a year (Bonferroni).
    """
    day = as_of or quarter.end
    monthly = rvi(portfolio, perspective=perspective, method=method, as_of=day)
    return standing_of(portfolio, quarter, monthly, day, perspective=perspective)


def standing_of(
    portfolio: Portfolio, quarter: Quarter, monthly: pd.DataFrame, day: dt.date, *, perspective: str = "ours"
) -> pd.DataFrame:
    """:func:`quarter_change` from an RVI frame, up to the same day, that is already there."""
    now = latest(monthly, day).drop(columns="month")
    over = portfolio.partners.loc[portfolio.partners["ended"] <= pd.Timestamp(day), "partner"]
    now = now[~now["partner"].isin(over)]
    ago = latest(monthly, month_start(quarter.first_index - 1))
    ago = ago.set_index("partner")[["rvi", "band"]].add_suffix("_before")
    table = now.merge(ago, left_on="partner", right_index=True, how="left")
    table["rvi_change"] = table["rvi"] - table["rvi_before"]
    about = portfolio.described().set_index("partner")["relationship"]
    table["relationship"] = texts(about.reindex(table["partner"]))
    table["vertical"] = vertical_of(portfolio, table["partner"])
    table = _compared(table, portfolio, quarter, day, perspective)
    table = _silent_for(table, portfolio, day, perspective)
    table["won"] = _won(portfolio, table["partner"], month_index(day))
    table["won_before"] = _won(portfolio, table["partner"], month_index(day) - RECENT)
    table["state"] = _state(table)
    return table.sort_values(
        ["rvi", "count", "partner"], ascending=[False, False, True], kind="stable", ignore_index=True
    )


def _compared(
    table: pd.DataFrame, portfolio: Portfolio, quarter: Quarter, day: dt.date, perspective: str
) -> pd.DataFrame:
    """Counts of recent spans, and the exact test of six months against those before."""
    reduced = panel(portfolio.interactions, until=day)
    mine = reduced[reduced["direction"].isin(directions(perspective)) & reduced["kind"].isin(RVI_KINDS)]
    index = mine["month"].dt.year * 12 + mine["month"].dt.month - 1
    # A month that lacks more than its last days would look like a fall.
    end = month_index(day + dt.timedelta(days=GRACE)) - 1

    def counted(first: int, last: int) -> np.ndarray:
        sums = mine[(index >= first) & (index <= last)].groupby("partner")["count"].sum()
        return np.asarray(sums.reindex(table["partner"]).fillna(0).astype("int64"))

    months_begun = tenure(portfolio, day).set_index("partner")["first_month"]
    begun = np.maximum(months_begun.reindex(table["partner"]).to_numpy("int64"), record_start(portfolio))
    span = np.maximum(end - begun + 1, 1)
    recent_months = np.minimum(np.maximum(span // 2, 1), RECENT)
    earlier_months = np.minimum(np.maximum(span - recent_months, 0), BEFORE)
    recent, earlier = np.zeros(len(table), dtype="int64"), np.zeros(len(table), dtype="int64")
    for months in np.unique(recent_months):
        chosen = recent_months == months
        recent[chosen] = counted(end - months + 1, end)[chosen]
        earlier[chosen] = counted(end - months - BEFORE + 1, end - months)[chosen]
    spans = (recent, recent_months, earlier, earlier_months)
    named = dict(zip(("recent", "recent_months", "earlier", "earlier_months"), spans, strict=True))
    return table.assign(
        quarter_count=wholes(counted(quarter.first_index, quarter.last_index)),
        previous_count=wholes(counted(quarter.first_index - 3, quarter.first_index - 1)),
        **{name: wholes(values) for name, values in named.items()},
        fewer=floats(so_few_chance(*spans)),
        more=floats(so_many_chance(*spans)),
    )


def _silent_for(table: pd.DataFrame, portfolio: Portfolio, day: dt.date, perspective: str) -> pd.DataFrame:
    """Days since the last RVI interaction, and the chance of so long a silence."""
    end = pd.Timestamp(day)
    seen = portfolio.interactions[portfolio.interactions["date"] <= end]
    contact = seen.groupby("partner")["date"].max().reindex(table["partner"])
    mine = seen[seen["direction"].isin(directions(perspective)) & seen["kind"].isin(RVI_KINDS)]
    latest_of = mine.groupby("partner")["date"].transform("max")
    rhythm = mine[mine["date"] > latest_of - pd.DateOffset(months=RECENT + BEFORE)]
    # Distinct days, not rows: one event that is logged as several is one sign of life.
    days = rhythm.groupby("partner")["date"].nunique().reindex(table["partner"]).fillna(0)
    begun = rhythm.groupby("partner")["date"].min().reindex(table["partner"])
    last = mine.groupby("partner")["date"].max().reindex(table["partner"])
    gap = (end - last).dt.days
    chance = silence_chance(
        np.maximum(days.to_numpy() - 1, 0),
        (last - begun).dt.days.fillna(0).to_numpy(),
        gap.fillna(0).to_numpy(),
    )
    return table.assign(
        last_date=last.to_numpy(),
        gap_days=wholes(gap),
        silence=floats(np.where(days.to_numpy() >= 2, chance, np.nan)),
        last_contact=contact.to_numpy(),
    )


def _won(portfolio: Portfolio, partners: pd.Series, last_month: int) -> Any:
    """Value won from received referrals in the twelve months up to one."""
    reduced = panel(portfolio.interactions, until=month_end(last_month))
    chosen = reduced[
        (reduced["month"] >= pd.Timestamp(month_start(last_month - 11)))
        & reduced["kind"].isin(REFERRAL_KINDS)
        & (reduced["direction"] == "received")
    ]
    return floats(chosen.groupby("partner")["value"].sum(min_count=1).reindex(partners))


def _state(table: pd.DataFrame) -> Any:
    silent = table["silence"].lt(CHANCE).fillna(False).to_numpy(dtype=bool)
    fewer, more = (table[name].lt(CHANCE).to_numpy(dtype=bool) for name in ("fewer", "more"))
    early = (table["recent_months"] + table["earlier_months"] < 6).to_numpy(dtype=bool)
    return texts(np.select([early, silent, fewer, more], [TOO_EARLY, *STATES[:3]], default="steady"))
