"""Whom we lean on: the types of relationships, dependence on single partners, suppliers without an alternative.

Source: article 004 ("I count five types of relationships"; a department, the sixth, is article 000's). Its
story: "the contractor you hired ... tells you he can't do it. No labels, no launch."
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from partnership_analysis.metrics.about import NOT_DESCRIBED
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.concentration import concentration, open_actions
from partnership_analysis.metrics.grid import last_day
from partnership_analysis.metrics.groups import begun, day_if_known, group_standing
from partnership_analysis.metrics.market import Tags, joined_by, strongest, tag_rows
from partnership_analysis.metrics.names import by_name
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import RELATIONSHIPS
from partnership_analysis.settings import Settings
from partnership_analysis.sources.names import name_key
from partnership_analysis.wording import count_of, number
from partnership_analysis.wording import day as said

SUPPLIERS = ("contractor", "affiliate")
"""Types of partners on whose work our commitments can hang."""
DEPENDENCE = ("value", "received", "commitments")
NO_ALTERNATIVE, IN_PART, ALTERNATIVES, NOT_KNOWN = (
    "no alternative",
    "no alternative in part",
    "alternatives",
    "not known",
)
KNOWN = 0.5
"""Share of the others whose offer is on record, under which nobody is said to have no alternative."""
_NAMED = 3
_COLUMNS = (
    "partner",
    "relationship",
    "commitments",
    "hours",
    "earliest_due",
    "delegated",
    "offer",
    "without_alternative",
    "alternatives",
    "alternative_names",
    "known",
    "label",
    "evidence",
)


def relationship_map(
    portfolio: Portfolio, *, window: int | None = None, as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """Partners, RVI, referrals, value and hours of each type of relationship, also of those with nobody.

    Parameters
    ----------
    portfolio : Portfolio
    window : int, optional
        Months up to the month of ``as_of``. Default: the settings' (12).
    as_of : date or ISO text, optional
        Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a type, in the schema's order, and ``not described`` last, if anybody is: ``relationship``
        (string); ``partners``, ``ended`` (Int64): who is there on the day, and who is no more; ``rated``
        (Int64): those there who have an RVI; ``too_early`` (Int64): those of them of whom too little is on record for a
        band; ``rvi``, ``low``, ``high`` (Float64): the mean RVI of the rated and its interval (settings: 90%), ``NA``
        where nobody is rated; ``received``, ``given`` (Int64): referrals of
        the window, also of those who have ended since; ``value`` (Float64, currency): won from received
        referrals; ``hours`` (Float64): ours, both ``NA`` where none is on record.

    Raises
    ------
    ParameterError
        If ``window`` is no number of months.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    Source: article 004, whose five types are affiliates, contractors, mentors, clients and prospects; article
    000 for departments. The interval is that of
    :func:`partnership_analysis.vertical_performance`.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-01"], "partner": ["Ann"], "kind": ["referral"],
    ...                      "direction": ["received"]})
    >>> about = pd.DataFrame({"partner": ["Ann"], "relationship": ["mentor"]})
    >>> table = relationship_map(pa.Portfolio.from_frames(rows, about))
    >>> table[["relationship", "partners", "received"]].values.tolist()[1:4]
    [['contractor', 0, 0], ['mentor', 1, 1], ['client', 0, 0]]
    """
    day = last_day(portfolio, as_of)
    found = group_standing(portfolio, "relationship", window=window, day=day)
    order = [*RELATIONSHIPS, *([NOT_DESCRIBED] if NOT_DESCRIBED in found.index else [])]
    return in_order(found, order, "relationship")


def in_order(found: pd.DataFrame, order: list[str], name: str) -> pd.DataFrame:
    """Groups as :func:`group_standing` gives them, in an order, also those with nobody."""
    table = found.reindex(order)
    counts = ["partners", "ended", "rated", "too_early", "received", "given"]
    table[counts] = table[counts].fillna(0)
    table = table.reset_index(names=name).astype({name: "string"})
    return table[[name, *counts[:4], "rvi", "low", "high", *counts[4:], "value", "hours"]]


def dependence(
    portfolio: Portfolio, *, window: int | None = None, as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """How much of our value, referrals and commitments hangs on one partner, and what is left without it.

    Parameters
    ----------
    portfolio : Portfolio
    window : int, optional
        Months up to the month of ``as_of``. Default: the settings' (12).
    as_of : date or ISO text, optional
        Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a measure: ``measure`` (string: ``value``, currency won from received referrals; ``received``,
        referrals; ``commitments``, open actions agreed with the partner), then the columns of
        :func:`partnership_analysis.metrics.concentration.concentration` without ``group``.

    Raises
    ------
    ParameterError
        If ``window`` is no number of months.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    Source: article 004 ("the contractor you hired ... tells you he can't do it").

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-06-01", "partner": ["Ann", "Bo"], "kind": "referral",
    ...                      "direction": "received", "value": [300.0, 100.0]})
    >>> table = dependence(pa.Portfolio.from_frames(rows))
    >>> table[["measure", "top", "top_share", "rest"]].values.tolist()[0]
    ['value', 'Ann', 0.75, 100.0]
    """
    parts = [concentration(portfolio, measure=name, window=window, as_of=as_of) for name in DEPENDENCE]
    table = pd.concat(parts, ignore_index=True).drop(columns="group")
    table.insert(0, "measure", texts(DEPENDENCE))
    return table


def sole_suppliers(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Open commitments with suppliers, and who else could do the work.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Default: the last interaction's day. Without interactions every action not done is open.

    Returns
    -------
    DataFrame
        One row a contractor or affiliate (or partner whose type is not on record) who is there and with whom
        actions are open, those without an alternative first, then the most commitments, ties by name:

        ``partner``, ``relationship`` (string); ``commitments`` (Int64): open actions with it; ``hours``
        (Float64): ours in them, ``NA`` if none is on record; ``earliest_due`` (datetime64[us]);
        ``delegated`` (Int64): open actions with others that name it in ``delegate_to``, which we could still
        do ourselves; ``offer`` (string: as recorded); ``without_alternative`` (string): the tags of it that
        nobody else who is there offers, nor we; ``alternatives`` (Int64): others who offer any of it, and
        ``alternative_names`` (string: up to three, the most shared tags first, ties by name);
        ``known`` (Float64, 0 to 1): share of the others there whose offer is on record, ``NA`` without others;
        ``label`` (string): ``no alternative`` (for the whole offer), ``no alternative in part``,
        ``alternatives``, or ``not known`` where its type or offer is not on record, or nobody was found and
        under half of the others' offers are; ``evidence`` (string): why, in words, where there is no alternative.

    Raises
    ------
    PeriodError
        If ``as_of`` is no date or before the first interaction.

    Notes
    -----
    Source: article 004, "No labels, no launch." ``delegate_to`` names who *could* do an action; until it is
    handed over it hangs on nobody but us, so that it is counted and accuses nobody.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-01"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> about = pd.DataFrame({"partner": ["Ann", "Bo"], "relationship": "contractor", "offer": ["print", "web"]})
    >>> agreed = pd.DataFrame({"partner": ["Ann"], "action": ["Labels"], "due": ["2025-06-20"], "hours": [4]})
    >>> sole_suppliers(pa.Portfolio.from_frames(rows, about, actions=agreed))["evidence"].tolist()
    ['1 open commitment with 4 hours of ours, the first due on 20 June 2025; nobody else offers print']
    """
    day = day_if_known(portfolio, as_of)
    people = begun(portfolio, day)
    people = people[people["there"]].reset_index(drop=True)
    held = open_actions(portfolio, day)
    table = _commitments(people, held)
    table["delegated"] = _delegated(held, table["partner"])
    table = _alternatives(table, people, portfolio.settings)
    table["label"] = _labels(table)
    table["evidence"] = _evidence(table, len(people) - 1)
    rank = table["label"].map({NO_ALTERNATIVE: 0, IN_PART: 1, NOT_KNOWN: 2, ALTERNATIVES: 3})
    table = table.assign(rank=rank).sort_values(
        ["rank", "commitments", "partner"],
        ascending=[True, False, True],
        key=by_name,
        kind="stable",
        ignore_index=True,
    )
    return table[list(_COLUMNS)]


def _commitments(people: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Open actions with those who may be suppliers."""
    may = people[people["relationship"].isna() | people["relationship"].isin(SUPPLIERS)]
    sums = held.groupby("partner").agg(
        commitments=("action", "size"), earliest_due=("due", "min"), any_hours=("hours", "count")
    )
    sums["hours"] = held.groupby("partner")["hours"].sum(min_count=1)
    table = may[["partner", "relationship", "offer"]].merge(sums, left_on="partner", right_index=True)
    return pd.DataFrame(
        {
            "partner": table["partner"],
            "relationship": table["relationship"],
            "commitments": wholes(table["commitments"]),
            "hours": floats(table["hours"]),
            "earliest_due": table["earliest_due"].astype("datetime64[us]"),
            "offer": table["offer"],
        }
    ).reset_index(drop=True)


def _delegated(held: pd.DataFrame, partners: pd.Series) -> pd.Series:
    """Open actions with others that each could take over."""
    others = held[held["delegate_to"].notna()]
    keys = {
        name: name_key(name)
        for name in pd.concat([others["delegate_to"], others["partner"], partners]).unique()
    }
    who = others["delegate_to"].map(keys)
    count = who[who != others["partner"].map(keys)].value_counts()
    return pd.Series(wholes(partners.map(keys).map(count).fillna(0)), index=partners.index)


def _alternatives(table: pd.DataFrame, people: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """What of each offer nobody else has, and who has any of it; what we sell ourselves we can do."""
    ours = pd.DataFrame({"partner": [settings.us], "offer": ["; ".join(settings.offer)]}, dtype="string")
    rows = tag_rows(pd.concat([people[["partner", "offer"]], ours], ignore_index=True), "offer")
    mine = rows[rows["partner"].isin(table["partner"])]
    alone = mine[mine["key"].map(rows["key"].value_counts()) == 1]
    sizes = (part.groupby("partner").size().reindex(table["partner"]).fillna(0) for part in (mine, alone))
    size, without = (part.to_numpy("int64") for part in sizes)
    tags = Tags.of(rows)
    pairs = pd.DataFrame({"partner": mine["partner"].unique()})
    pairs["here"] = pd.Index(tags.names).get_indexer(pairs["partner"])
    pairs["alike"] = tags.alike[pairs["here"]]
    pairs = pairs.merge(strongest(tags, np.unique(pairs["alike"]), _NAMED), on="alike")
    count = pairs.groupby("partner")["sharing"].first().reindex(table["partner"]) - 1
    pairs = pairs[pairs["here"] != pairs["there"]]
    pairs = pairs[pairs.groupby("here").cumcount() < _NAMED]
    names = joined_by(pairs.assign(name=texts(tags.names[pairs["there"]])), "partner", "name")
    others = len(people) - 1
    known = tag_rows(people, "offer")["partner"].nunique() - (size > 0)
    return table.assign(
        size=size,
        without=without,
        without_alternative=texts(joined_by(alone, "partner", "text").reindex(table["partner"])),
        alternatives=wholes(count),
        alternative_names=texts(names.reindex(table["partner"])),
        known=floats(known / others if others else np.full(len(table), np.nan)),
    )


def _labels(table: pd.DataFrame) -> pd.Series:
    """What can be said of each supplier; nothing where too little is on record."""
    size, without = table["size"], table["without"]
    enough = table["known"].isna() | (table["known"] >= KNOWN)
    unknown = table["relationship"].isna() | (size == 0) | ((without == size) & ~enough)
    cases = [unknown, without == size, (without > 0) & enough]
    label = np.select(
        [case.to_numpy(bool) for case in cases], [NOT_KNOWN, NO_ALTERNATIVE, IN_PART], ALTERNATIVES
    )
    return pd.Series(texts(label), index=table.index)


def _evidence(table: pd.DataFrame, others: int) -> pd.Series:
    """Why there is no alternative, in words."""
    flagged = table[table["label"] == NO_ALTERNATIVE]
    words = [_reason(row, others) for row in flagged.to_dict("records")]
    return pd.Series(words, index=flagged.index, dtype="string").reindex(table.index)


def _reason(row: dict[Hashable, Any], others: int) -> str:
    text = count_of(row["commitments"], "open commitment")
    if pd.notna(row["hours"]) and row["hours"] > 0:
        hours = number(row["hours"]).removesuffix(".0")
        text += f" with {hours} {'hour' if hours == '1' else 'hours'} of ours"
    if pd.notna(row["earliest_due"]):
        text += f", the first due on {said(row['earliest_due'], year=True)}"
    known = round(others * row["known"]) if others else 0
    what = " or ".join(row["without_alternative"].split("; "))
    if known == others:
        return f"{text}; nobody else offers {what}"
    if known == 1:
        return f"{text}; the one other whose offer is on record does not offer {what}"
    return f"{text}; none of the {count_of(known, 'other')} whose offer is on record offers {what}"
