"""Strategic partnership verticals (SPV): which perform, over time.

Source: article 001, "What are your SPVs and how will you measure them?".
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.columns import floats
from partnership_analysis.metrics.grid import last_day, record_start
from partnership_analysis.metrics.intervals import rate_limits
from partnership_analysis.metrics.reciprocity import vertical_of
from partnership_analysis.metrics.rvi import average_weight, indexed
from partnership_analysis.panel import panel
from partnership_analysis.periods import month_index, month_indices, month_stamps, quarter_labels
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS

FREQUENCIES = ("quarter", "month")


def vertical_performance(
    portfolio: Portfolio,
    *,
    freq: str = "quarter",
    perspective: str = "ours",
    method: str = "trailing",
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """RVI, referrals and value of every vertical, period by period.

    Parameters
    ----------
    portfolio : Portfolio
    freq : {"quarter", "month"}
        Quarters are those of the settings' fiscal year.
    perspective, method, window, as_of
        As in :func:`partnership_analysis.rvi`.

    Returns
    -------
    DataFrame
        One row a vertical and period, sorted by both; every vertical has every period from its first.
        ``vertical`` (string; ``not described`` gathers partners without one), ``period`` (``2025Q3`` or
        ``2025-09``), ``end`` (first day of the period's last month, datetime64[us]);
        ``partners`` (Int64): partnerships alive at the end; ``rated`` (Int64): those with an RVI;
        ``rvi`` (Float64): mean RVI of the rated at the end, with ``low`` and ``high`` (settings: 90%);
        ``partial`` (boolean): some window reaches back before the record;
        ``received``, ``given`` (Int64): referrals in the period; ``value`` (Float64, currency): what we won
        from received referrals, ``NA`` if none is on record; ``hours`` (Float64): ours.

    Notes
    -----
    The mean's interval matches a Gamma to the weighted sum of the partners' counts, each weighing trust /
    months / number of partners. It speaks of these partners' rates, not of partners not yet met.
    """
    if freq not in FREQUENCIES:
        raise ParameterError([f"freq {freq!r} is not known; choose 'quarter' or 'month'."])
    day = last_day(portfolio, as_of)
    monthly = indexed(portfolio, perspective=perspective, method=method, window=window, as_of=day)
    standing = _standing(portfolio, monthly, freq, day)
    flows = _flows(portfolio, freq, day)
    table = standing.merge(flows, on=["vertical", "period"], how="left")
    for name in ("received", "given"):
        table[name] = table[name].astype("Int64").fillna(0)
    order = ["vertical", "period", "end", "partners", "rated", "rvi", "low", "high", "partial"]
    return table[[*order, "received", "given", "value", "hours"]]


def periods_of(portfolio: Portfolio, months: pd.Series, freq: str) -> pd.Series:
    """Label of the period of each month: ``2025Q3`` (fiscal as in the settings) or ``2025-09``."""
    if freq == "month":
        return months.dt.strftime("%Y-%m").astype("string")
    labels = quarter_labels(month_indices(months).to_numpy(), portfolio.settings.fiscal_year_start)
    return pd.Series(labels, index=months.index, dtype="string")


def _standing(portfolio: Portfolio, monthly: pd.DataFrame, freq: str, day: dt.date) -> pd.DataFrame:
    """Mean RVI of each vertical's partners at the last month of each period."""
    table = monthly.assign(
        vertical=vertical_of(portfolio, monthly["partner"]),
        period=periods_of(portfolio, monthly["month"], freq),
    )
    ends = _ends(portfolio, freq, day)
    begun = table.groupby("vertical", sort=True)["month"].min()
    keys = ["vertical", "period"]
    every = pd.MultiIndex.from_tuples(
        [(name, period) for name, first in begun.items() for period, end in ends.items() if end >= first],
        names=keys,
    )
    table["end"] = table["period"].map(ends)
    table = table[table["month"] == table["end"]]
    table["rated"] = table["rvi"].notna().astype("Int64")
    # What one interaction of a partner adds to the mean of the rated.
    table["unit"] = table["trust"] / table["months"] / table.groupby(keys)["rated"].transform("sum")
    table["mean"] = table["unit"] * table["weighted"]
    table["spread"] = table["unit"] * table["unit"] * table["squared"]
    groups = table.groupby(keys, sort=True)
    result = groups.agg(
        partners=("partner", "size"),
        rated=("rated", "sum"),
        partial=("partial", "any"),
        unit=("unit", "mean"),
        spread=("spread", "sum"),
    )
    result["rvi"] = groups["mean"].sum(min_count=1)
    # A vertical whose partnerships have all ended goes on, with nobody in it.
    result = result.reindex(every).reset_index().astype(dict.fromkeys(keys, "string"))
    result["end"] = result["period"].map(ends)
    result["partial"] = result["partial"].eq(True)
    for name in ("partners", "rated"):
        result[name] = result[name].astype("Int64").fillna(0)
    result["unit"] *= average_weight(portfolio.settings)
    return _with_limits(result, portfolio.settings.interval)


def _ends(portfolio: Portfolio, freq: str, day: dt.date) -> pd.Series:
    """Last month, up to a day, of every period of the record."""
    months = pd.Series(month_stamps(np.arange(record_start(portfolio), month_index(day) + 1)))
    return months.groupby(periods_of(portfolio, months, freq).to_numpy()).max()


def _with_limits(result: pd.DataFrame, level: float) -> pd.DataFrame:
    mean, spread, unit = (
        result[name].to_numpy("float64", na_value=np.nan) for name in ("rvi", "spread", "unit")
    )
    low, high = rate_limits(np.nan_to_num(mean), spread, np.ones(len(mean)), level=level)
    # Where nothing was counted the upper limit is in units of one interaction.
    high = np.where(mean == 0, high * unit, high)
    known = ~np.isnan(mean)
    return result.drop(columns=["spread", "unit"]).assign(
        low=floats(np.where(known, low, np.nan)),
        high=floats(np.where(known, high, np.nan)),
    )


def _flows(portfolio: Portfolio, freq: str, day: dt.date) -> pd.DataFrame:
    """Referrals, won value and hours of each vertical in each period."""
    reduced = panel(portfolio.interactions, until=day)
    referral = reduced["kind"].isin(REFERRAL_KINDS)
    received, given = (referral & (reduced["direction"] == way) for way in ("received", "given"))
    table = pd.DataFrame(
        {
            "vertical": vertical_of(portfolio, reduced["partner"]),
            "period": periods_of(portfolio, reduced["month"], freq),
            "received": reduced["count"].where(received, 0),
            "given": reduced["count"].where(given, 0),
            "value": reduced["value"].where(received),
            "hours": reduced["hours"],
        }
    )
    return table.groupby(["vertical", "period"], sort=True, as_index=False).sum(min_count=1)


def by_standing(table: pd.DataFrame, measure: str = "rvi") -> pd.DataFrame:
    """The same rows with the vertical that stands highest in the last period first, ties by name."""
    last = table[table["end"] == table["end"].max()].set_index("vertical")[measure].astype("Float64")
    names = sorted(
        table["vertical"].unique(), key=lambda name: (-last.fillna(-1).get(name, -1.0), name.casefold())
    )
    rank = {name: position for position, name in enumerate(names)}
    order = table["vertical"].map(rank)
    return (
        table.assign(order=order)
        .sort_values(["order", "end"], kind="stable", ignore_index=True)
        .drop(columns="order")
    )
