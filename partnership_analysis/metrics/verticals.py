"""Strategic partnership verticals (SPV): which perform, over time.

Source: article 001, "What are your SPVs and how will you measure them?".
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.about import group_of
from partnership_analysis.metrics.columns import texts, wholes
from partnership_analysis.metrics.grid import last_day, record_start
from partnership_analysis.metrics.groups import begun, day_if_known, flows, mean_rvi
from partnership_analysis.metrics.intervals import even_split_chance
from partnership_analysis.metrics.names import by_name, people_key
from partnership_analysis.metrics.rvi import indexed
from partnership_analysis.panel import panel_of
from partnership_analysis.periods import month_index, month_indices, month_stamps, quarter_labels
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.sources.names import name_key

FREQUENCIES = ("quarter", "month")
MEASURES = ("rvi", "received", "given", "value")
CHANCE = 0.05
"""Of equal rates so few pairs of counts are as uneven as those that are called a change."""
ALIKE = 3
"""Days by which whole quarters differ."""


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
        ``2025-09``), ``end`` (first day of the period's last month, datetime64[us]), ``days`` (Int64): of the period,
        from the first interaction on record to the day;
        ``partners`` (Int64): partnerships alive at the end; ``rated`` (Int64): those with an RVI; ``too_early`` (Int64):
        those of the rated of whom too little is on record for a band;
        ``rvi`` (Float64): mean RVI of the rated at the end, with ``low`` and ``high`` (settings: 90%);
        ``partial`` (boolean): some window reaches back before the record;
        ``received``, ``given`` (Int64): referrals in the period; ``value`` (Float64, currency): what we won
        from received referrals, ``NA`` if none is on record; ``hours`` (Float64): ours.

    Raises
    ------
    ParameterError
        If ``freq``, ``perspective``, ``method`` or ``window`` is not one of the above.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    The mean's interval matches a Gamma to the weighted sum of the partners' counts, each weighing trust /
    months / number of partners. It speaks of these partners' rates, not of partners not yet met.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-03-10", "2025-06-20"], "partner": ["Ann", "Bo"], "kind": "referral",
    ...                      "direction": "received", "value": [None, 900]})
    >>> about = pd.DataFrame({"partner": ["Ann", "Bo"], "vertical": "Legal"})
    >>> table = vertical_performance(pa.Portfolio.from_frames(rows, about))
    >>> table[["vertical", "period", "partners", "received", "value"]]
      vertical  period  partners  received  value
    0    Legal  2025Q1         1         1   <NA>
    1    Legal  2025Q2         2         1  900.0
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
    order = ["vertical", "period", "end", "days", "partners", "rated", "too_early"]
    return table[[*order, "rvi", "low", "high", "partial", "received", "given", "value", "hours"]]


def vertical_change(performance: pd.DataFrame, *, measure: str = "rvi") -> pd.DataFrame:
    """Each vertical in the last period beside the one before, and whether chance explains the change.

    Parameters
    ----------
    performance : DataFrame
        As :func:`vertical_performance` gives it.
    measure : {"rvi", "received", "given", "value"}

    Returns
    -------
    DataFrame
        One row a vertical with the measure in either period, the highest now first, unknown last, ties by name:
        ``vertical``, ``before_period``, ``period`` (string); ``before_days``, ``days`` (Int64): of either period,
        on record; ``before``, ``now``, ``change`` (Float64, the
        measure's unit), ``NA`` where either is not on record; ``before_rated``, ``before_too_early``, ``rated``,
        ``too_early`` (Int64): as :func:`vertical_performance` has them of either period, if it is given; ``beyond`` (boolean): of referrals, equal rates
        a day give so uneven counts less than one time in twenty (exact binomial test); of RVI, the value before
        lies outside the interval now, ``NA`` if its window reaches back before the record; of value ``NA``: it is not judged. No row where there is one period alone.

    Raises
    ------
    ParameterError
        If ``measure`` is not one of the above.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-01-10", "2025-06-20"], "partner": "Ann", "kind": "referral",
    ...                      "direction": "received", "count": [1, 9]})
    >>> about = pd.DataFrame({"partner": ["Ann"], "vertical": ["Legal"]})
    >>> quarters = vertical_performance(pa.Portfolio.from_frames(rows, about))
    >>> vertical_change(quarters, measure="received")[["vertical", "before", "now", "beyond"]].values.tolist()
    [['Legal', 1.0, 9.0, True]]
    """
    if measure not in MEASURES:
        raise ParameterError([f"measure {measure!r} is not known; choose {', '.join(MEASURES)}."])
    ends = sorted(performance["end"].unique())[-2:]
    parts = [performance[performance["end"] == end].set_index("vertical") for end in ends]
    ago, now = parts if len(parts) == 2 else (performance.iloc[:0].set_index("vertical"),) * 2
    names = now.index.union(ago.index).sort_values()
    before, value = (part[measure].reindex(names).astype("Float64") for part in (ago, now))
    table = pd.DataFrame(
        {
            "vertical": texts(names),
            "before_period": texts([ago["period"].iloc[0]] * len(names) if len(ago) else []),
            "period": texts([now["period"].iloc[0]] * len(names) if len(now) else []),
            "before_days": wholes(np.full(len(names), ago["days"].max())),
            "days": wholes(np.full(len(names), now["days"].max())),
            "before": before.array,
            "now": value.array,
            "change": (value - before).array,
            **_weight(ago.reindex(names), "before_"),
            **_weight(now.reindex(names), ""),
            "beyond": _beyond(before, value, ago, now.reindex(names), measure),
        }
    )
    known = table[table["before"].notna() | table["now"].notna()]
    return known.sort_values(
        ["now", "vertical"], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )


def rise(before: float, now: float, days: tuple[float, float]) -> float:
    """Up or down of counts: the rate a day, because the record may begin in the period before, and the last may not be over.

    >>> rise(56, 44, (90, 35)) > 0, rise(5, 4, (92, 90)), rise(5, 4, (92, 92)) < 0
    (True, -1.0, True)
    """
    # Quarters as long as each other, near enough, are compared as they are.
    first, second = (1.0, 1.0) if alike(days) else days
    return float(now / second - before / first)


def alike(days: tuple[float, float]) -> bool:
    """Are two periods as long as each other, near enough that their counts may be compared as they are?"""
    return bool(abs(days[1] - days[0]) <= ALIKE)


def _weight(part: pd.DataFrame, before: str) -> dict[str, Any]:
    """On how many partners each mean rests, as far as the performance says so."""
    known = [name for name in ("rated", "too_early") if name in part.columns]
    return {f"{before}{name}": part[name].astype("Int64").array for name in known}


def _beyond(before: pd.Series, value: pd.Series, ago: pd.DataFrame, now: pd.DataFrame, measure: str) -> Any:
    """Is each change more than chance explains? Not known without both values, and of money."""
    if measure == "rvi":
        # A window that begins before the record holds less than it should: it is no yardstick.
        whole = ~ago["partial"].reindex(before.index).astype("boolean").fillna(True)
        outside = ((before < now["low"]) | (before > now["high"])).where(whole)
    elif measure == "value":
        outside = pd.Series(pd.NA, index=before.index, dtype="boolean")
    else:
        first, second = (part.fillna(0).to_numpy("int64") for part in (before, value))
        # The record may begin within the period before, and end within the last one.
        days = [part["days"].max() for part in (ago, now)]
        share = 0.5 if pd.isna(days).any() else days[0] / sum(days)
        uneven = even_split_chance(first, second, share) < CHANCE
        outside = pd.Series(uneven, index=before.index, dtype="boolean")
    return outside.astype("boolean").where((before.notna() & value.notna()).to_numpy(dtype=bool)).array


def vertical_gaps(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Verticals that the settings want and where nobody is, and verticals that the settings do not name.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Default: the last interaction's day. Without interactions every partner who has not ended is there.

    Returns
    -------
    DataFrame
        Those wanted first, then by name: ``vertical`` (string, as the settings write it, else as the partners
        table does); ``wanted`` (boolean: the settings name it); ``partners``, ``ended`` (Int64: who is there,
        and who is no more); ``since`` (datetime64[us]: when the last one ended; ``NaT`` if there was none),
        ``last_partner`` (string: who that was); ``finding`` (string): ``nobody yet``, ``nobody any more`` or
        ``not in the settings``. Without `verticals` in the settings nothing is wanted and nothing is found.

    Raises
    ------
    PeriodError
        If ``as_of`` is no date or before the first interaction.

    Notes
    -----
    Source: article 001 ("What are your SPVs and how will you measure them?"). Case and white space in names
    do not matter. A partner who is not described belongs to no vertical.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-01"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> about = pd.DataFrame({"partner": ["Ann"], "vertical": ["Legal"]})
    >>> portfolio = pa.Portfolio.from_frames(rows, about, settings={"verticals": "Legal; Banking"})
    >>> vertical_gaps(portfolio)[["vertical", "finding"]].values.tolist()
    [['Banking', 'nobody yet']]
    """
    wanted = {name_key(name): name for name in reversed(portfolio.settings.verticals)}
    people = begun(portfolio, day_if_known(portfolio, as_of)).dropna(subset="vertical")
    people["key"] = people["vertical"].map({name: name_key(name) for name in people["vertical"].unique()})
    people = people.sort_values(["key", "ended", "partner"], kind="stable")
    groups, over = people.groupby("key"), people[~people["there"]].groupby("key")
    table = pd.DataFrame(
        {"there": groups["there"].sum(), "size": groups.size(), "name": groups["vertical"].first()}
    )
    table = table.join(over.agg(since=("ended", "last"), last_partner=("partner", "last")))
    table = table.reindex(table.index.union(list(wanted)))
    named, there = table.index.isin(list(wanted)), table["there"].fillna(0).to_numpy("int64")
    size = table["size"].fillna(0).to_numpy("int64")
    finding = np.select([~named, size > 0], ["not in the settings", "nobody any more"], default="nobody yet")
    result = pd.DataFrame(
        {
            "vertical": texts([wanted.get(str(key), name) for key, name in table["name"].items()]),
            "wanted": pd.array(named, dtype="boolean"),
            "partners": wholes(there),
            "ended": wholes(size - there),
            "since": table["since"].to_numpy("datetime64[us]"),
            "last_partner": texts(table["last_partner"]),
            "finding": texts(finding),
        }
    )
    found = result[(there > 0) != named] if wanted else result.iloc[:0]
    return found.sort_values(
        ["wanted", "vertical"], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )


def periods_of(portfolio: Portfolio, months: pd.Series, freq: str) -> pd.Series:
    """Label of the period of each month: ``2025Q3`` (fiscal as in the settings) or ``2025-09``."""
    place, distinct = pd.factorize(months)
    stamps = pd.Series(distinct, dtype=months.dtype)
    if freq == "month":
        labels = stamps.dt.strftime("%Y-%m").to_numpy()
    else:
        labels = quarter_labels(month_indices(stamps).to_numpy(), portfolio.settings.fiscal_year_start)
    return pd.Series(texts(labels).take(place), index=months.index)


def _standing(portfolio: Portfolio, monthly: pd.DataFrame, freq: str, day: dt.date) -> pd.DataFrame:
    """Mean RVI of each vertical's partners at the last month of each period."""
    periods = _periods(portfolio, freq, day)
    ends = periods["end"]
    # A partner's first month is its first row; of the others only the periods' last ones are needed.
    first = monthly.drop_duplicates("partner")
    begun = first["month"].groupby(group_of(portfolio, first["partner"], "vertical"), sort=True).min()
    table = monthly[monthly["month"].isin(ends)]
    table = table.assign(
        vertical=group_of(portfolio, table["partner"], "vertical"),
        period=periods_of(portfolio, table["month"], freq),
    )
    keys = ["vertical", "period"]
    every = pd.MultiIndex.from_tuples(
        [(name, period) for name, first in begun.items() for period, end in ends.items() if end >= first],
        names=keys,
    )
    result = mean_rvi(table, keys, portfolio.settings)
    # A vertical whose partnerships have all ended goes on, with nobody in it.
    result = result.reindex(every).reset_index().astype(dict.fromkeys(keys, "string"))
    result["end"] = result["period"].map(ends)
    result["days"] = wholes(result["period"].map(periods["days"]))
    result["partial"] = result["partial"].eq(True)
    for name in ("partners", "rated", "too_early"):
        result[name] = result[name].astype("Int64").fillna(0)
    return result


def _periods(portfolio: Portfolio, freq: str, day: dt.date) -> pd.DataFrame:
    """``end``: the last month, and ``days``: those on record, up to a day, of every period of the record."""
    months = pd.Series(month_stamps(np.arange(record_start(portfolio), month_index(day) + 1)))
    days = (months + pd.offsets.MonthBegin(1) - months).dt.days
    days.iloc[-1] = day.day
    if portfolio.first_date is not None:
        days.iloc[0] -= portfolio.first_date.day - 1
    table = pd.DataFrame({"end": months, "days": days})
    return table.groupby(periods_of(portfolio, months, freq).to_numpy()).agg({"end": "max", "days": "sum"})


def _flows(portfolio: Portfolio, freq: str, day: dt.date) -> pd.DataFrame:
    """Referrals, won value and hours of each vertical in each period."""
    reduced = panel_of(portfolio, until=day)
    keys = {
        "vertical": group_of(portfolio, reduced["partner"], "vertical"),
        "period": periods_of(portfolio, reduced["month"], freq),
    }
    return flows(reduced, keys)


def by_standing(table: pd.DataFrame, measure: str = "rvi") -> pd.DataFrame:
    """The same rows with the vertical that stands highest in the last period first, ties by name."""
    last = table[table["end"] == table["end"].max()].set_index("vertical")[measure].astype("Float64")
    names = sorted(
        table["vertical"].unique(), key=lambda name: (-last.fillna(-1).get(name, -1.0), people_key(name))
    )
    rank = {name: position for position, name in enumerate(names)}
    order = table["vertical"].map(rank)
    return (
        table.assign(order=order)
        .sort_values(["order", "end"], kind="stable", ignore_index=True)
        .drop(columns="order")
    )
