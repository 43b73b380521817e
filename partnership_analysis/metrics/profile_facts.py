"""Who a partner is, what was done with it and when, and whom it could introduce: the frames of its page that are its own.

Sources: article 000 (get to know those that you rely on), article 001 (stakeholders as "great introducers").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from partnership_analysis.metrics.columns import texts, wholes
from partnership_analysis.periods import month_index
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import DIRECTIONS, KINDS

CURRENT, ENDED, AHEAD = "current", "ended", "not yet begun"
LANES = (*KINDS, "action", "rating")
"""The rows of a timeline."""
_LANE = pd.CategoricalDtype(list(LANES), ordered=True)


def facts_of(own: Portfolio, day: dt.date) -> pd.DataFrame:
    """Who the partner is, when it began, and when it was last heard of.

    Parameters
    ----------
    own : Portfolio
        Of one partner.
    day : date
        Nothing later is counted.

    Returns
    -------
    DataFrame
        One row: ``partner``, ``vertical``, ``stakeholder``, ``relationship``, ``owner``, ``market``, ``offer``
        (string); ``state`` (string: current, ended, not yet begun); ``started``, ``ended`` (datetime64[us]: as the
        partners table says, ``NaT`` if it does not); ``first``, ``last`` (datetime64[us]: first and last interaction on
        record; of several on a day the kind that the schema names first), ``first_kind``, ``first_direction``,
        ``first_note``, ``last_kind``, ``last_direction`` (string);
        ``months`` (Int64: from the first of ``started`` and ``first`` to the day or the end, both months counted);
        ``interactions`` (Int64: on record).

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-02", "2025-08-12"], "partner": "Ann", "kind": ["referral", "meeting"],
    ...                      "direction": ["received", None]})
    >>> facts_of(pa.Portfolio.from_frames(interactions=rows), dt.date(2025, 9, 30))[["first_kind", "months"]]
      first_kind  months
    0   referral       3
    """
    about = own.described().iloc[0]
    rows = own.interactions[own.interactions["date"] <= pd.Timestamp(day)]
    # Of what happened on one day the kind that the schema names first.
    rows = rows.assign(order=rows["kind"].map({kind: place for place, kind in enumerate(KINDS)}))
    rows = rows.sort_values(["order", "direction", "note"], kind="stable")
    ends: dict[str, Any] = {"first": pd.NaT, "last": pd.NaT}
    for name, found in (("first", rows["date"].min()), ("last", rows["date"].max())):
        for _, row in rows[rows["date"] == found].head(1).iterrows():
            ends |= {f"{name}_{column}": row[column] for column in ("kind", "direction", "note")}
            ends[name] = found
    since = pd.Series([about["started"], ends["first"]]).min()
    until = min(pd.Timestamp(day), about["ended"]) if pd.notna(about["ended"]) else pd.Timestamp(day)
    begun: bool = pd.notna(since) and since <= pd.Timestamp(day)
    over: bool = pd.notna(about["ended"]) and about["ended"] <= pd.Timestamp(day)
    words = ("vertical", "stakeholder", "relationship", "owner", "market", "offer")
    told = ("first_kind", "first_direction", "first_note", "last_kind", "last_direction")
    return pd.DataFrame(
        {
            **{name: texts([about[name]]) for name in ("partner", *words)},
            "state": texts([ENDED if over else CURRENT if begun else AHEAD]),
            "started": pd.Series([about["started"]], dtype="datetime64[us]"),
            "ended": pd.Series([about["ended"]], dtype="datetime64[us]"),
            "first": pd.Series([ends["first"]], dtype="datetime64[us]"),
            "last": pd.Series([ends["last"]], dtype="datetime64[us]"),
            **{name: texts([ends.get(name, pd.NA)]) for name in told},
            "months": wholes([month_index(until) - month_index(since) + 1 if begun else pd.NA]),
            "interactions": wholes([int(rows["count"].sum())]),
        }
    )


def counts_of(own: Portfolio, day: dt.date) -> pd.DataFrame:
    """What was done with one partner, by kind and direction.

    Parameters
    ----------
    own, day
        As in :func:`facts_of`.

    Returns
    -------
    DataFrame
        One row a kind on record, in the schema's order: ``kind`` (string); ``received``, ``given``, ``mutual`` (Int64,
        over the whole record up to the day); ``last`` (datetime64[us]: when it last happened).

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-07-02", "partner": "Ann", "kind": ["meeting", "referral"], "count": [1, 3],
    ...                      "direction": [None, "given"]})
    >>> counts_of(pa.Portfolio.from_frames(interactions=rows), dt.date(2025, 9, 30)).iloc[:, :4].values.tolist()
    [['referral', 0, 3, 0], ['meeting', 0, 0, 1]]
    """
    rows = own.interactions[own.interactions["date"] <= pd.Timestamp(day)]
    kinds = rows.groupby("kind")
    wide = rows.pivot_table(index="kind", columns="direction", values="count", aggfunc="sum")
    wide = wide.reindex(columns=list(DIRECTIONS)).reindex([kind for kind in KINDS if kind in wide.index])
    table = pd.DataFrame({"kind": texts(wide.index)})
    for way in DIRECTIONS:
        table[way] = wholes(wide[way].fillna(0))
    table["last"] = kinds["date"].max().reindex(wide.index).astype("datetime64[us]").array
    return table


def events_of(own: Portfolio, day: dt.date) -> pd.DataFrame:
    """Everything that both sides did, month by month, for a timeline.

    Parameters
    ----------
    own, day
        As in :func:`facts_of`.

    Returns
    -------
    DataFrame
        One row a kind, way and month, sorted by kind, month, way: ``kind`` (ordered category: the kinds of the schema,
        ``action``, ``rating``); ``way`` (string: received, given, mutual; of an action agreed, done; of a rating ``us``,
        ``them``: who rated); ``month`` (its first day, datetime64[us]); ``count`` (Int64, 1 and up; of ratings the days
        on which there were any).

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-02", "2025-07-30"], "partner": "Ann", "kind": "referral",
    ...                      "direction": "given"})
    >>> table = events_of(pa.Portfolio.from_frames(interactions=rows), dt.date(2025, 9, 30))
    >>> table[["kind", "way", "count"]].values.tolist()
    [['referral', 'given', 2]]
    """
    done = own.interactions.rename(columns={"direction": "way"})[["date", "kind", "way", "count"]]
    acts = [
        pd.DataFrame({"date": own.actions[column], "kind": "action", "way": way, "count": 1})
        for column, way in (("created", "agreed"), ("done", "done"))
    ]
    rated = own.ratings.drop_duplicates(["date", "rater"]).rename(columns={"rater": "way"})[["date", "way"]]
    rated = rated.assign(kind="rating", count=1)
    rows = pd.concat([part for part in (done, *acts, rated) if len(part)] or [done], ignore_index=True)
    rows = rows[rows["date"] <= pd.Timestamp(day)]
    rows = rows.assign(
        kind=rows["kind"].astype(_LANE), month=rows["date"].dt.to_period("M").dt.to_timestamp()
    )
    table = rows.groupby(["kind", "month", "way"], observed=True, as_index=False)["count"].sum()
    table["month"] = table["month"].astype("datetime64[us]")
    table["count"] = wholes(table["count"])
    return table.assign(way=texts(table["way"]))[["kind", "way", "month", "count"]]


def introductions_of(
    facts: pd.DataFrame,
    whole: Mapping[str, pd.DataFrame],
    overlap: pd.DataFrame,
    own: Portfolio,
    day: dt.date,
) -> pd.DataFrame:
    """Whom the partner could introduce us to: verticals that we want and lack, and stakeholder groups.

    Parameters
    ----------
    facts : DataFrame
        :func:`facts_of`.
    whole : mapping
        ``verticals`` and ``stakeholders``: :func:`partnership_analysis.vertical_gaps` and
        :func:`partnership_analysis.stakeholder_map`.
    overlap : DataFrame
        The partner's row of :func:`partnership_analysis.overlap_with_us`.
    own, day
        As in :func:`facts_of`.

    Returns
    -------
    DataFrame
        Verticals without anybody first, then groups that are not covered and for which the partner is named, by name:
        ``to`` (string: vertical or group), ``what`` (string: vertical, stakeholder), ``introduced`` (Int64: possible
        partners to whom it ever introduced us), ``shared`` (string: clients that both serve, ``;`` between, ``NA``
        if none is on record). Nothing where it has never introduced us and shares no clients, or has ended.
    """
    rows = own.interactions
    known = (rows["kind"] == "strategic_referral") & (rows["direction"] == "received")
    introduced = int(rows.loc[known & (rows["date"] <= pd.Timestamp(day)), "count"].sum())
    shared = overlap["shared"].iloc[0] if len(overlap) else pd.NA
    shared = shared if pd.notna(shared) and shared else pd.NA
    gaps, groups = whole["verticals"], whole["stakeholders"]
    lacking = gaps.loc[gaps["wanted"] & (gaps["partners"] == 0), "vertical"].tolist()
    named = (
        groups["through"]
        .str.split("; ")
        .map(lambda names: facts["partner"].item() in names, na_action="ignore")
    )
    bare = groups.loc[~groups["covered"].astype(bool) & named.eq(True), "stakeholder"].tolist()
    able = facts["state"].item() == CURRENT and (introduced > 0 or pd.notna(shared))
    found = [(name, "vertical") for name in lacking] + [(name, "stakeholder") for name in bare]
    found = found if able else []
    return pd.DataFrame(
        {
            "to": texts([name for name, _ in found]),
            "what": texts([what for _, what in found]),
            "introduced": wholes([introduced] * len(found)),
            "shared": texts([shared] * len(found)),
        }
    )
