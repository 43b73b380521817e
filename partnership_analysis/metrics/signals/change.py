"""What changed since last quarter, and whether chance explains it.

Source: article 001 ("see which ones are growing with strength or possibly weakening over time", weak,
weakening and non-producing partnerships). What is more than chance comes from
:func:`partnership_analysis.metrics.signals.states.signals`.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pandas as pd

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.about import ended_by, vertical_of
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.grid import directions, last_day, seen
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.rvi import indexed, latest
from partnership_analysis.metrics.signals.states import signalled
from partnership_analysis.panel import panel_of
from partnership_analysis.periods import Quarter, month_index, month_start
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS, RVI_KINDS

RECENT = 6
"""Months before which a year's value is what a partner who weakens puts at risk."""
_SIGNALS = ["state", "weakening", "strengthening", "silence", "since", "recent", "recent_months", "earlier", "earlier_months",
            "chance", "evidence"]  # fmt: skip


def quarter_change(
    portfolio: Portfolio,
    quarter: Quarter,
    *,
    perspective: str = "ours",
    method: str = "trailing",
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """Every partnership at a quarter's end beside the quarter before.

    Parameters
    ----------
    portfolio : Portfolio
    quarter : Quarter
        Nothing after its last day is counted.
    perspective, method
        As in :func:`partnership_analysis.rvi`.
    as_of : date or ISO text, optional
        Day of the quarter up to which it is on record, if it is not over. Default: its last day.

    Returns
    -------
    DataFrame
        One row a partnership alive in the last month, and not ended by then, sorted by ``rvi`` (highest
        first), then ``count``, then name. The columns of :func:`partnership_analysis.rvi` (without ``month``), and

        ``vertical``, ``relationship`` (string); ``rvi_before``, ``band_before``: a quarter ago (``NA`` if
        the partnership had not begun); ``rvi_change`` (Float64);
        ``quarter_count``, ``previous_count`` (Int64): RVI interactions in this quarter and the one before;
        ``last_date``: last RVI interaction; ``gap_days`` (Int64) since;
        ``last_contact``: last interaction of any kind;
        ``won`` (Float64, currency): won from its referrals in the last twelve months; ``won_before``: in the
        twelve months before the last six, which is what a partner who weakens puts at risk;
        ``state``, ``weakening``, ``strengthening``, ``silence``, ``since``, ``recent``, ``recent_months``, ``earlier``,
        ``earlier_months``, ``chance``, ``evidence``: as :func:`partnership_analysis.signals` has them on that day.

    Raises
    ------
    ParameterError
        If ``as_of`` is not in the quarter.
    PeriodError
        If there is no interaction by the day.

    Notes
    -----
    A month that is not over counts for its share of days, so that it does not look like a fall.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-05-02", "2025-08-12", "2025-09-01"], "partner": "Ann", "kind": "referral",
    ...                      "direction": "received"})
    >>> table = quarter_change(pa.Portfolio.from_frames(rows), pa.Quarter(2025, 3))
    >>> table[["partner", "quarter_count", "previous_count", "state"]].values.tolist()
    [['Ann', 2, 1, 'too early']]
    """
    day = last_day(portfolio, as_of or quarter.end)
    if not quarter.start <= day <= quarter.end:
        raise ParameterError([f"as_of {day} is not in {quarter} ({quarter.start} to {quarter.end})."])
    ends = [pd.Timestamp(month_start(index)) for index in (quarter.first_index - 1, month_index(day))]
    monthly = indexed(
        portfolio,
        perspective=perspective,
        method=method,
        as_of=day,
        take=lambda table: table[table["month"].isin(ends)].drop(columns="squared"),
    )
    return standing_of(portfolio, quarter, monthly, day, perspective=perspective)


def standing_of(
    portfolio: Portfolio, quarter: Quarter, monthly: pd.DataFrame, day: dt.date, *, perspective: str = "ours"
) -> pd.DataFrame:
    """:func:`quarter_change` from an RVI frame, up to the same day, that is already there."""
    now = latest(monthly, day).drop(columns="month")
    now = now[~now["partner"].isin(ended_by(portfolio, day))]
    ago = latest(monthly, month_start(quarter.first_index - 1))
    ago = ago.set_index("partner")[["rvi", "band"]].add_suffix("_before")
    table = now.merge(ago, left_on="partner", right_index=True, how="left")
    table["rvi_change"] = table["rvi"] - table["rvi_before"]
    about = portfolio.described().set_index("partner")["relationship"]
    table["relationship"] = texts(about.reindex(table["partner"]))
    table["vertical"] = vertical_of(portfolio, table["partner"])
    table = _recorded(table, portfolio, quarter, day, perspective)
    table["won"] = won_of(portfolio, table["partner"], day, ago=0)
    table["won_before"] = won_of(portfolio, table["partner"], day, ago=RECENT)
    on = partial(latest, month=day)
    found = signalled(portfolio, perspective=perspective, as_of=day, take=on).set_index("partner")
    table = table.merge(found[_SIGNALS], left_on="partner", right_index=True, how="left")
    return table.sort_values(
        ["rvi", "count", "partner"],
        ascending=[False, False, True],
        key=by_name,
        kind="stable",
        ignore_index=True,
    )


def _recorded(
    table: pd.DataFrame, portfolio: Portfolio, quarter: Quarter, day: dt.date, perspective: str
) -> pd.DataFrame:
    """Counts of the quarter and the one before, the last interaction and the last contact."""
    reduced = panel_of(portfolio, until=day)
    ours = directions(perspective)
    mine = reduced[reduced["direction"].isin(ours) & reduced["kind"].isin(RVI_KINDS)]
    for name, chosen in (("quarter_count", quarter), ("previous_count", quarter.shift(-1))):
        inside = mine["month"].between(pd.Timestamp(chosen.start), pd.Timestamp(chosen.end))
        table[name] = wholes(
            mine[inside].groupby("partner")["count"].sum().reindex(table["partner"]).fillna(0)
        )
    rows = seen(portfolio, day)[["partner", "date", "kind", "direction"]]
    counted = rows.loc[rows["direction"].isin(ours) & rows["kind"].isin(RVI_KINDS), ["partner", "date"]]
    last = counted.groupby("partner")["date"].max().reindex(table["partner"])
    contact = rows.groupby("partner")["date"].max().reindex(table["partner"])
    return table.assign(
        last_date=last.to_numpy(),
        gap_days=wholes((pd.Timestamp(day) - last).dt.days),
        last_contact=contact.to_numpy(),
    )


def won_of(portfolio: Portfolio, partners: pd.Series, day: dt.date, *, ago: int) -> Any:
    """Value won from received referrals in the twelve months up to one, so many months ``ago`` before the day's, by partner."""
    reduced, last = panel_of(portfolio, until=day), month_index(day) - ago
    year = reduced["month"].between(pd.Timestamp(month_start(last - 11)), pd.Timestamp(month_start(last)))
    chosen = reduced[year & reduced["kind"].isin(REFERRAL_KINDS) & (reduced["direction"] == "received")]
    return floats(chosen.groupby("partner")["value"].sum(min_count=1).reindex(partners))
