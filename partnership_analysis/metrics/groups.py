"""Partners in groups: who is there on a day, and how the partners of a group stand together."""

from __future__ import annotations

import datetime as dt
from functools import partial

import numpy as np
import pandas as pd

from partnership_analysis.metrics.about import NOT_DESCRIBED, ended_by, group_of, window_start
from partnership_analysis.metrics.columns import floats
from partnership_analysis.metrics.grid import day_given, last_day
from partnership_analysis.metrics.intervals import rate_limits
from partnership_analysis.metrics.rvi import average_weight, indexed, latest
from partnership_analysis.panel import panel_of
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS, TOO_EARLY
from partnership_analysis.settings import Settings


def day_if_known(portfolio: Portfolio, as_of: dt.date | str | None = None) -> dt.date | None:
    """As :func:`last_day`, and no day where nothing tells one: no interaction and no ``as_of``."""
    if portfolio.first_date is not None:
        return last_day(portfolio, as_of)
    return None if as_of is None else day_given(as_of)


def begun(portfolio: Portfolio, day: dt.date | None) -> pd.DataFrame:
    """Everybody who is on record by a day, also those whom only other tables than ``partners`` name.

    Returns
    -------
    DataFrame
        The columns of ``partners``, sorted by ``partner``, and ``there`` (bool): not ended by the day. A
        partnership begins with ``started`` or with the first sign of it; without either it is taken as begun.
        Without a day everybody has begun, and who has an ``ended`` is not there.
    """
    return portfolio.kept(("begun", day), lambda: _begun(portfolio, day)).copy(deep=False)


def _begun(portfolio: Portfolio, day: dt.date | None) -> pd.DataFrame:
    dated = ((portfolio.interactions, "date"), (portfolio.ratings, "date"), (portfolio.actions, "created"))
    signs = pd.concat([table.groupby("partner")[column].min() for table, column in dated])
    first = signs.groupby(level=0).min()
    about = portfolio.partners.set_index("partner")
    about = about.reindex(about.index.union(first.index).sort_values())
    since = pd.concat([about["started"], first.reindex(about.index)], axis=1).min(axis=1)
    gone = about["ended"].notna()
    if day is not None:
        gone, about = about["ended"] <= pd.Timestamp(day), about[~(since > pd.Timestamp(day))]
    about = about.assign(there=~gone.reindex(about.index)).rename_axis("partner").reset_index()
    return about.astype({"partner": "string"})


def mean_rvi(table: pd.DataFrame, keys: list[str], settings: Settings) -> pd.DataFrame:
    """Mean RVI of the partners of each group, with its interval.

    Parameters
    ----------
    table : DataFrame
        Rows of :func:`partnership_analysis.metrics.rvi.indexed`, one a partner in each group, and the keys.
    keys : list of str
    settings : Settings

    Returns
    -------
    DataFrame
        Index: the keys, sorted. ``partners``, ``rated`` (Int64: those with an RVI), ``too_early`` (Int64: those of
        them of whom too little is on record for a band); ``partial`` (bool: of any partner); ``rvi``, ``low``,
        ``high`` (Float64, ``NA`` where nobody is rated).

    Notes
    -----
    The interval matches a Gamma to the weighted sum of the partners' counts, each weighing trust / months /
    number of partners. It speaks of these partners' rates, not of partners not yet met.

    Who is too early for a band is in the mean all the same: left out, a vertical of newcomers would have none, and the
    interval is as wide as their few months make it. How many they are must be said beside it.
    """
    table = table.assign(
        rated=table["rvi"].notna().astype("Int64"), too_early=(table["band"] == TOO_EARLY).astype("Int64")
    )
    # What one interaction of a partner adds to the mean of the rated.
    table["unit"] = table["trust"] / table["months"] / table.groupby(keys)["rated"].transform("sum")
    table["mean"] = table["unit"] * table["weighted"]
    table["spread"] = table["unit"] * table["unit"] * table["squared"]
    groups = table.groupby(keys, sort=True)
    result = groups.agg(
        partners=("partner", "size"),
        rated=("rated", "sum"),
        too_early=("too_early", "sum"),
        partial=("partial", "any"),
        unit=("unit", "mean"),
        spread=("spread", "sum"),
    )
    result["rvi"] = groups["mean"].sum(min_count=1)
    result["unit"] *= average_weight(settings)
    result["partners"] = result["partners"].astype("Int64")
    return _with_limits(result, settings.interval)


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


def flows(reduced: pd.DataFrame, keys: dict[str, pd.Series]) -> pd.DataFrame:
    """Referrals, won value and hours of each group; ``reduced`` is a panel, ``keys`` its rows' groups.

    Returns
    -------
    DataFrame
        Sorted by the keys, which are columns; ``received``, ``given`` (Int64, referrals); ``value`` (Float64,
        currency, won from received referrals), ``hours`` (Float64, ours), ``NA`` where none is on record.
    """
    referral = reduced["kind"].isin(REFERRAL_KINDS)
    received, given = (referral & (reduced["direction"] == way) for way in ("received", "given"))
    table = pd.DataFrame(
        {
            **keys,
            "received": reduced["count"].where(received, 0),
            "given": reduced["count"].where(given, 0),
            "value": reduced["value"].where(received),
            "hours": reduced["hours"],
        }
    )
    return table.groupby(list(keys), sort=True, as_index=False).sum(min_count=1)


def recent(portfolio: Portfolio, window: int | None, day: dt.date) -> pd.DataFrame:
    """The interactions of a window that ends with a day."""
    dates = portfolio.interactions["date"]
    later = dates >= pd.Timestamp(day) + pd.Timedelta(days=1)
    return portfolio.interactions[(dates >= window_start(portfolio, window, day)) & ~later]


def passed(portfolio: Portfolio, window: int | None, day: dt.date) -> pd.DataFrame:
    """The panel of a window that ends with a day."""
    reduced = panel_of(portfolio, until=day)
    return reduced[reduced["month"] >= window_start(portfolio, window, day)]


def current(portfolio: Portfolio, window: int | None, day: dt.date) -> pd.DataFrame:
    """RVI (as :func:`partnership_analysis.metrics.rvi.indexed`) on a day, of those who have not ended."""
    now = indexed(portfolio, window=window, as_of=day, take=partial(latest, month=day))
    return now[~now["partner"].isin(ended_by(portfolio, day))].reset_index(drop=True)


def group_standing(portfolio: Portfolio, by: str, *, window: int | None, day: dt.date) -> pd.DataFrame:
    """How the partners of each group stand on a day, and what passed in the window.

    Parameters
    ----------
    portfolio : Portfolio
    by : str
        A column of ``partners``.
    window : int or None
        Months; default: the settings'.
    day : date

    Returns
    -------
    DataFrame
        Index: the groups that anybody belongs to, sorted. ``partners``, ``ended`` (Int64: there, and no
        more); ``rated``, ``too_early``, ``rvi``, ``low``, ``high`` as :func:`mean_rvi`, of those who are there;
        ``received``, ``given``, ``value``, ``hours`` as :func:`flows`, of everybody.
    """
    people = begun(portfolio, day)
    people["group"] = people[by].fillna(NOT_DESCRIBED)
    counts = people.groupby("group", sort=True)["there"].agg(["sum", "size"]).astype("Int64")
    result = pd.DataFrame({"partners": counts["sum"], "ended": counts["size"] - counts["sum"]})
    now = current(portfolio, window, day)
    rated = mean_rvi(now.assign(group=group_of(portfolio, now["partner"], by)), ["group"], portfolio.settings)
    result = result.join(rated[["rated", "too_early", "rvi", "low", "high"]])
    reduced = passed(portfolio, window, day)
    sums = flows(reduced, {"group": group_of(portfolio, reduced["partner"], by)}).set_index("group")
    result = result.join(sums)
    for name in ("rated", "too_early", "received", "given"):
        result[name] = result[name].astype("Int64").fillna(0)
    return result
