"""Which groups of stakeholders are covered, and who could introduce us to the others.

Source: article 001 ("Could your stakeholders make great strategic partners, or could they be great
introducers to strategic partners that you would like to access?").
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from partnership_analysis.metrics.about import NOT_DESCRIBED
from partnership_analysis.metrics.columns import texts, wholes
from partnership_analysis.metrics.grid import last_day
from partnership_analysis.metrics.groups import begun, day_if_known, group_standing
from partnership_analysis.metrics.leverage import in_order
from partnership_analysis.metrics.market import joined_by, shared_counts, tag_rows
from partnership_analysis.metrics.names import by_name, people_key
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.sources.names import name_key

NAMED = 3
"""Possible introducers that are named."""


def stakeholder_map(
    portfolio: Portfolio, *, window: int | None = None, as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """Partners, RVI and referrals of each stakeholder group, and who introduced or could introduce us.

    Parameters
    ----------
    portfolio : Portfolio
    window : int, optional
        Months up to the month of ``as_of``, of RVI and referrals. Default: the settings' (12).
    as_of : date or ISO text, optional
        Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a group that anybody on record by the day is in, by name, and ``not described`` last, if anybody
        is:
        ``stakeholder`` (string); ``partners``, ``ended`` (Int64): who is there on the day, and who is no more;
        ``rated`` (Int64), ``rvi``, ``low``, ``high`` (Float64): mean RVI of those there who have one, with its
        interval (settings: 90%), ``NA`` where nobody is rated; ``too_early`` (Int64): those of the rated of whom too
        little is on record for a band; ``received``, ``given`` (Int64): referrals of
        the window; ``value`` (Float64, currency), ``hours`` (Float64, ours), ``NA`` where none is on record;

        ``introduced`` (Int64): introductions to possible partners (strategic referrals) that the group ever
        gave us; ``introducers`` (Int64): those there who ever gave one; ``could_introduce`` (Int64): partners
        of other groups who serve a market of this group's partners, and ``through`` (string): up to three of
        them, those first who introduced us most often, then by markets shared, then by name; ``NA`` where the
        group's markets are not on record; ``covered`` (boolean): somebody is there.

    Raises
    ------
    ParameterError
        If ``window`` is no number of months.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    Source: article 001, "Look at the different verticals of stakeholders". A group's markets are those of its
    partners who are there, or, where nobody is, of those who were.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-01"], "partner": ["Ann"], "kind": ["strategic_referral"],
    ...                      "direction": ["received"]})
    >>> about = pd.DataFrame({"partner": ["Ann", "Bo"], "stakeholder": ["adviser", "supplier"],
    ...                       "market": ["start-ups", "Start-ups; landlords"]})
    >>> table = stakeholder_map(pa.Portfolio.from_frames(rows, about))
    >>> table[["stakeholder", "introduced", "through"]].values.tolist()
    [['adviser', 1, 'Bo'], ['supplier', 0, 'Ann']]
    """
    day = last_day(portfolio, as_of)
    found = group_standing(portfolio, "stakeholder", window=window, day=day)
    groups = [name for name in found.index if name != NOT_DESCRIBED]
    order = _last(set(found.index))
    table = in_order(found, order, "stakeholder")
    people = begun(portfolio, day)
    people["group"] = people["stakeholder"].fillna(NOT_DESCRIBED)
    people["introduced"] = (
        _introductions(portfolio, day).reindex(people["partner"]).fillna(0).to_numpy("int64")
    )
    sums = people.groupby("group")["introduced"].sum().reindex(order)
    active = people[people["there"] & (people["introduced"] > 0)].groupby("group").size().reindex(order)
    routes = _routes(people, groups).reindex(order)
    return table.assign(
        introduced=wholes(sums),
        introducers=wholes(active.fillna(0)),
        could_introduce=wholes(routes["count"]),
        through=texts(routes["through"]),
        covered=(table["partners"] > 0).astype("boolean"),
    )


def stakeholder_matrix(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Who is there in each vertical and group of stakeholders, also where nobody is.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Default: the last interaction's day. Without interactions every partner who has not ended is there.

    Returns
    -------
    DataFrame
        One row a vertical and group of stakeholders, by both, ``not described`` last: ``vertical``, ``stakeholder``
        (string): those of anybody on record by the day, and the verticals that the settings want; ``partners``
        (Int64): who is there; ``names`` (string): up to three of them, ``;`` between, ``NA`` for nobody;
        ``ended`` (Int64): who is no more; ``wanted`` (boolean): the settings name the vertical, ``NA`` where they
        name none.

    Raises
    ------
    PeriodError
        If ``as_of`` is no date or before the first interaction.

    Notes
    -----
    Case and white space in names of verticals do not matter.

    Source: article 001 ("Look at the different verticals of stakeholders").

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-01"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> about = pd.DataFrame({"partner": ["Ann"], "vertical": ["Legal"], "stakeholder": ["adviser"]})
    >>> portfolio = pa.Portfolio.from_frames(rows, about, settings={"verticals": "Legal; Banking"})
    >>> stakeholder_matrix(portfolio)[["vertical", "stakeholder", "partners", "wanted"]].values.tolist()
    [['Banking', 'adviser', 0, True], ['Legal', 'adviser', 1, True]]
    """
    people = begun(portfolio, day_if_known(portfolio, as_of))
    wanted = {name_key(name): name for name in reversed(portfolio.settings.verticals)}
    known = people["vertical"].dropna().unique()
    spelled = {name_key(name): name for name in sorted(known, reverse=True)} | wanted
    people["vertical"] = people["vertical"].map({name: spelled[name_key(name)] for name in known})
    keys = ["vertical", "stakeholder"]
    people[keys] = people[keys].astype("string").fillna(NOT_DESCRIBED)
    levels = [_last(set(people["vertical"]) | set(wanted.values())), _last(set(people["stakeholder"]))]
    every = pd.MultiIndex.from_product(levels, names=keys)
    there = people[people["there"]].sort_values("partner", key=by_name)
    counts = there.groupby(keys).size().reindex(every, fill_value=0)
    ended = people[~people["there"]].groupby(keys).size().reindex(every, fill_value=0)
    named = there.groupby(keys).head(NAMED).groupby(keys)["partner"].agg("; ".join).reindex(every)
    table = every.to_frame(index=False).astype("string")
    asked = table["vertical"].isin(list(wanted.values())).astype("boolean")
    return table.assign(
        partners=wholes(counts),
        names=texts(named),
        ended=wholes(ended),
        wanted=asked if wanted else pd.array([pd.NA] * len(table), dtype="boolean"),
    )


def _last(names: set[str]) -> list[str]:
    """In order of name, who is not described last."""
    return sorted(names, key=lambda name: (name == NOT_DESCRIBED, people_key(name)))


def _introductions(portfolio: Portfolio, day: dt.date) -> pd.Series:
    """Strategic referrals that each partner ever gave us."""
    rows = portfolio.interactions
    mine = rows[
        (rows["kind"] == "strategic_referral")
        & (rows["direction"] == "received")
        & (rows["date"] < pd.Timestamp(day) + pd.Timedelta(days=1))
    ]
    return mine.groupby("partner")["count"].sum()


def _routes(people: pd.DataFrame, groups: list[str]) -> pd.DataFrame:
    """Index: the groups whose markets are known; ``count`` of possible introducers and ``through`` whom."""
    covered = people.groupby("group")["there"].transform("any")
    rows = tag_rows(people, "market").merge(people[["partner", "group", "there", "introduced"]], on="partner")
    speaks = rows["partner"].isin(people.loc[people["there"] | ~covered, "partner"])
    of_group = rows[speaks & rows["group"].isin(groups)].drop_duplicates(["group", "key"])
    able = rows[rows["there"]]
    names, known = pd.Index(able["partner"].unique()), pd.Index(of_group["group"].unique())
    keys = pd.Index(rows["key"].unique())
    tags = [
        csr_array(
            (np.ones(len(part), dtype="int32"), (of.get_indexer(part[name]), keys.get_indexer(part["key"]))),
            shape=(len(of), len(keys)),
        )
        for part, of, name in ((of_group, known, "group"), (able, names, "partner"))
    ]
    about = able.drop_duplicates("partner").set_index("partner").reindex(names)
    home, given = known.get_indexer(about["group"]), about["introduced"].to_numpy()
    count, parts = np.zeros(len(known), dtype="int64"), []
    for row, column, shared in shared_counts(*tags):
        others = home[column] != row
        row, column, shared = row[others], column[others], shared[others]
        np.add.at(count, row, 1)
        order = np.lexsort((column, -shared, -given[column], row))
        row, column = row[order], column[order]
        kept = np.arange(len(row)) - np.searchsorted(row, row) < NAMED
        parts.append(pd.DataFrame({"group": known[row[kept]], "name": names[column[kept]]}))
    result = pd.DataFrame({"count": count}, index=known)
    through = joined_by(pd.concat(parts), "group", "name") if parts else pd.Series(dtype="string")
    return result.assign(through=through.reindex(known))
