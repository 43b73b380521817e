"""How much hangs on few: shares of partners or verticals, and what is left without the largest.

Sources: article 001 (verticals: "how will you measure them?"); article 004 (the contractor who failed three
days before the launch).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.about import NOT_DESCRIBED
from partnership_analysis.metrics.columns import floats, numbers, texts, wholes
from partnership_analysis.metrics.grid import last_day
from partnership_analysis.metrics.groups import begun, current, day_if_known, passed, recent
from partnership_analysis.metrics.intervals import share_limits
from partnership_analysis.metrics.names import by_name
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS

MEASURES = ("value", "received", "rvi", "commitments")
GROUPS = ("partner", "vertical", "stakeholder", "relationship", "owner")
EVERYTHING = "all"


def concentration(
    portfolio: Portfolio,
    *,
    by: str = "partner",
    measure: str = "value",
    within: str | None = None,
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """How much of a measure the largest has, and what is left without it.

    Parameters
    ----------
    portfolio : Portfolio
    by : {"partner", "vertical", "stakeholder", "relationship", "owner"}
        Whose shares.
    measure : {"value", "received", "rvi", "commitments"}
        Won value of received referrals (currency); referrals received, strategic ones too; RVI on the day;
        open actions agreed with the partner.
    within : {"vertical", "stakeholder", "relationship", "owner"}, optional
        Shares inside each of these. Default: of all.
    window : int, optional
        Months up to the month of ``as_of``, of value, referrals and RVI. Default: the settings' (12).
    as_of : date or ISO text, optional
        Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a group (one row, ``all``, without ``within``), the largest ``top_share`` first, ties by name,
        unknown last. Only partners who are there count: who has ended cannot leave.

        ``group`` (string); ``total`` (Float64, the measure's unit); ``names`` (Int64): who has some of it;
        ``unknown`` (Int64): partners of whom the measure is not on record, who are in no share;
        ``unassigned`` (Float64): amount of partners of whom ``by`` is not on record, not in ``total``;
        ``top`` (string), ``top_amount``, ``top_share`` (Float64, 0 to 1): the largest, which is what is lost if
        it leaves; ``low``, ``high`` (Float64): limits of its share (settings: 90%), ``NA`` for commitments,
        which are not drawn by chance; ``hhi`` (Float64, above 0 to 1: Herfindahl-Hirschman index);
        ``effective`` (Float64, 1 and up): so many equal ones would be as concentrated;
        ``next`` (string): the second largest; ``rest``: the total without the largest, ``rest_share``: the
        share that the next has of it; ``rest_hhi``, ``rest_effective`` (Float64), ``NA`` where nobody is left.

    Raises
    ------
    ParameterError
        If ``by``, ``measure``, ``within`` or ``window`` is not one of the above.
    PeriodError
        If there is no interaction (but for commitments), or ``as_of`` is before the first.

    Notes
    -----
    hhi = sum of squared shares; effective = 1 / hhi. An amount under 0 (a correction) has no share. Interval: of
    amounts a, made of single contributions c, the largest's share is Beta(a1 k + 1/2, rest k + 1/2), with
    k = sum of c / sum of c^2: Jeffreys' for counts, its matched Gammas else. Few large contracts make it wide.
    As the largest of many is also the luckiest, the lower tail is divided by ``names``: of the largest's true
    shares 92 to 98% lie inside, measured on 3, 8 and 20 partners with 3 and 10 wins each; without it 68 to 89%.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-06-01", "partner": ["Ann", "Bo", "Cy"], "kind": "referral",
    ...                      "direction": "received", "count": [6, 3, 1]})
    >>> table = concentration(pa.Portfolio.from_frames(rows), measure="received")
    >>> table[["top", "top_share", "hhi", "next", "rest_share"]].round(2).values.tolist()
    [['Ann', 0.6, 0.46, 'Bo', 0.75]]
    """
    _checked(by, measure, within)
    day = day_if_known(portfolio, as_of) if measure == "commitments" else last_day(portfolio, as_of)
    people = begun(portfolio, day)
    people = people[people["there"]].reset_index(drop=True)
    found = _amounts(portfolio, measure, window, day).reindex(people["partner"])
    table = pd.DataFrame(
        {
            "group": people[within].fillna(NOT_DESCRIBED) if within else EVERYTHING,
            "name": people[by],
            "amount": numbers(found["amount"]),
            "squared": numbers(found["squared"]),
        }
    )
    return _concentrated(table, portfolio.settings.interval, [] if within else [EVERYTHING])


def dependence_curve(
    portfolio: Portfolio,
    *,
    by: str = "partner",
    measure: str | None = None,
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """Who brings how much, the largest first, and how much they bring together: what :func:`concentration` sums up.

    Parameters
    ----------
    portfolio : Portfolio
    measure : {"value", "received", "rvi", "commitments"}, optional
        Default: value, where any is on record; else referrals received.
    by, window, as_of
        As in :func:`concentration`.

    Returns
    -------
    DataFrame
        One row a partner (or group) with some of the measure, the largest first, ties by name: ``measure``,
        ``name`` (string);
        ``rank`` (Int64, from 1); ``amount`` (Float64, above 0, the measure's unit); ``share`` (Float64, 0 to 1)
        of all; ``together`` (Float64, 0 to 1): of this and all before. Only partners who are there count.

    Raises
    ------
    ParameterError
        If ``by``, ``measure`` or ``window`` is not one of the above.
    PeriodError
        If there is no interaction (but for commitments), or ``as_of`` is before the first.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-06-01", "partner": ["Ann", "Bo", "Cy"], "kind": "referral",
    ...                      "direction": "received", "count": [6, 3, 1]})
    >>> curve = dependence_curve(pa.Portfolio.from_frames(rows), measure="received")
    >>> curve[["name", "share", "together"]].round(2).values.tolist()
    [['Ann', 0.6, 0.6], ['Bo', 0.3, 0.9], ['Cy', 0.1, 1.0]]
    """
    if measure is None:
        found = dependence_curve(portfolio, by=by, measure="value", window=window, as_of=as_of)
        if len(found):
            return found
        measure = "received"
    _checked(by, measure, None)
    day = day_if_known(portfolio, as_of) if measure == "commitments" else last_day(portfolio, as_of)
    people = begun(portfolio, day)
    people = people[people["there"]].reset_index(drop=True)
    amount = _amounts(portfolio, measure, window, day)["amount"].reindex(people["partner"])
    sums = pd.DataFrame({"name": people[by], "amount": np.maximum(numbers(amount), 0)})
    table = sums.dropna().groupby("name", sort=True)["amount"].sum().reset_index()
    table = table[table["amount"] > 0].sort_values(
        ["amount", "name"], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )
    share = table["amount"] / table["amount"].sum()
    return pd.DataFrame(
        {
            "measure": texts([measure] * len(table)),
            "name": texts(table["name"]),
            "rank": wholes(np.arange(1, len(table) + 1)),
            "amount": floats(table["amount"]),
            "share": floats(share),
            "together": floats(share.cumsum().clip(upper=1)),
        }
    )


def open_actions(portfolio: Portfolio, day: dt.date | None) -> pd.DataFrame:
    """Rows of ``actions`` that were agreed by a day and not done by then; without a day, those not done."""
    actions = portfolio.actions
    if day is None:
        return actions[actions["done"].isna()]
    stop = pd.Timestamp(day)
    return actions[~(actions["done"] <= stop) & ~(actions["created"] > stop)]


def _amounts(portfolio: Portfolio, measure: str, window: int | None, day: dt.date | None) -> pd.DataFrame:
    """``amount`` of each partner and ``squared``: the sum of its squared single contributions."""
    if measure == "commitments" or day is None:
        return _commitments(portfolio, day)
    if measure == "rvi":
        now = current(portfolio, window, day).set_index("partner")
        unit = now["trust"] / now["months"]
        return pd.DataFrame({"amount": now["rvi"], "squared": unit * unit * now["squared"]})
    if measure == "value":
        return _values(portfolio, window, day)
    reduced = passed(portfolio, window, day)
    mine = reduced[reduced["kind"].isin(REFERRAL_KINDS) & (reduced["direction"] == "received")]
    names = pd.Index(portfolio.interactions["partner"].unique()).union(portfolio.partners["partner"])
    # The record is there for all, so that no referral in it is none received.
    count = mine.groupby("partner")["count"].sum().reindex(names).fillna(0)
    return pd.DataFrame({"amount": count, "squared": count})


def _values(portfolio: Portfolio, window: int | None, day: dt.date) -> pd.DataFrame:
    rows = recent(portfolio, window, day)
    mine = rows[
        rows["value"].notna()
        & (rows["direction"] == "received")
        & rows["kind"].isin(REFERRAL_KINDS)
        & (rows["status"].isna() | (rows["status"] == "won"))
    ]
    squared = mine["value"] * mine["value"] / mine["count"]
    grouped = mine.assign(squared=squared).groupby("partner")[["value", "squared"]].sum()
    return grouped.rename(columns={"value": "amount"})


def _commitments(portfolio: Portfolio, day: dt.date | None) -> pd.DataFrame:
    names = begun(portfolio, day)["partner"]
    held = open_actions(portfolio, day).groupby("partner").size().reindex(names)
    known = not portfolio.actions.empty
    amount = pd.Series(floats(held.fillna(0) if known else [None] * len(names)), index=names)
    return pd.DataFrame({"amount": amount, "squared": floats([None] * len(names))}, index=names)


def _concentrated(table: pd.DataFrame, level: float, always: list[str]) -> pd.DataFrame:
    """One row a group of ``group``, ``name``, ``amount``, ``squared``; ``always`` are there also when empty."""
    table = table.assign(amount=table["amount"].clip(lower=0))
    known, nameless = table["amount"].notna(), table["name"].isna()
    named = table[known & ~nameless].groupby(["group", "name"], sort=True)[["amount", "squared"]]
    sums = named.sum(min_count=1).reset_index()
    ranked = sums[sums["amount"] > 0].sort_values(
        ["group", "amount", "name"], ascending=[True, False, True], key=by_name, kind="stable"
    )
    place = ranked.groupby("group").cumcount()
    first, second = (ranked[place == turn].set_index("group") for turn in (0, 1))
    every = table["group"].drop_duplicates()
    index = pd.Index(every).union(always).sort_values()
    whole, rest = (_unevenness(part).reindex(index) for part in (ranked, ranked[place > 0]))
    top = first["amount"].reindex(index)
    low, high = _limits(top, rest["total"].fillna(0), whole, level)
    lacking = [
        (~known).groupby(table["group"]).sum(),
        table["amount"].where(nameless).groupby(table["group"]).sum(),
    ]
    some = known.groupby(table["group"]).any().reindex(index).eq(True)
    unknown, unassigned = (part.reindex(index).fillna(0) for part in lacking)
    # Nobody left is a rest of nothing; no largest is no rest.
    left = rest["total"].fillna(0).where(top.notna())
    result = pd.DataFrame(
        {
            "group": texts(index),
            "total": floats(sums.groupby("group")["amount"].sum().reindex(index)),
            "names": wholes(whole["names"].fillna(0)),
            "unknown": wholes(unknown),
            "unassigned": floats(unassigned.where(some)),
            "top": texts(first["name"].reindex(index)),
            "top_amount": floats(top),
            "top_share": floats(top / whole["total"]),
            "low": floats(low),
            "high": floats(high),
            "hhi": floats(whole["hhi"]),
            "effective": floats(1 / whole["hhi"]),
            "next": texts(second["name"].reindex(index)),
            "rest": floats(left),
            "rest_share": floats(second["amount"].reindex(index) / rest["total"]),
            "rest_hhi": floats(rest["hhi"]),
            "rest_effective": floats(1 / rest["hhi"]),
        }
    )
    return result.sort_values(
        ["top_share", "group"], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )


def _unevenness(ranked: pd.DataFrame) -> pd.DataFrame:
    """Total, number of names, squared contributions and Herfindahl-Hirschman index of each group."""
    squares = ranked.assign(square=ranked["amount"] * ranked["amount"])
    sums = squares.groupby("group").agg(
        total=("amount", "sum"), names=("amount", "size"), square=("square", "sum")
    )
    sums["squared"] = ranked.groupby("group")["squared"].sum(min_count=1)
    return sums.assign(hhi=sums["square"] / (sums["total"] * sums["total"]))


def _limits(top: pd.Series, rest: pd.Series, whole: pd.DataFrame, level: float) -> tuple[Any, Any]:
    """Limits of the largest's share, not known where single contributions are not."""
    scale = (whole["total"] / whole["squared"]).to_numpy("float64")
    ours, others = (part.to_numpy("float64") * scale for part in (top, rest))
    _, high = share_limits(ours, others, level=level)
    # The largest of many is also the luckiest: its lower tail is shared among all (Bonferroni).
    names = np.maximum(whole["names"].to_numpy("float64"), 1)
    low = np.asarray(betaincinv(ours + 0.5, others + 0.5, (1 - level) / 2 / names))
    share = (top / whole["total"]).to_numpy("float64")
    # One contract of nearly all leaves so little to the rest that the Beta would shut out the share itself.
    return (
        np.where(np.isnan(scale), np.nan, np.minimum(low, share)),
        np.where(np.isnan(scale), np.nan, np.maximum(high, share)),
    )


def _checked(by: str, measure: str, within: str | None) -> None:
    groups = GROUPS[1:]
    findings = [
        f"{name} {value!r} is not known; choose {', '.join(known[:-1])} or {known[-1]}."
        for name, value, known in (
            ("by", by, GROUPS),
            ("measure", measure, MEASURES),
            ("within", groups[0] if within is None else within, groups),
        )
        if value not in known
    ]
    if findings:
        raise ParameterError(findings)
