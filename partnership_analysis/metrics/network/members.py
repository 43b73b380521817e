"""Every member of a group as the one who asks: sums, who gives and who takes, and a portfolio of one's own.

Source: articles 000 ("don't forget to be a giver first") and 001 (mistake no. 1, and "reverse the roles").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.errors import ColumnError, ParameterError
from partnership_analysis.metrics.chances import adjusted
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.exchange.reciprocity import BALANCED, CHANCE, MINIMUM, TOO_FEW
from partnership_analysis.metrics.intervals import even_split_chance, share_limits
from partnership_analysis.metrics.network.matrices import MEETING_KINDS
from partnership_analysis.metrics.network.pairs import (
    MUTUAL_KINDS,
    Network,
    checked_level,
    days_of,
    network_of,
)
from partnership_analysis.metrics.network.whole import side_sums
from partnership_analysis.periods import month_index, month_indices
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import DIRECTIONS, FACTORS, RATINGS, REFERRAL_KINDS
from partnership_analysis.sources.given import Given, settings_of
from partnership_analysis.sources.mapping import Mapping
from partnership_analysis.sources.names import name_key
from partnership_analysis.wording import count_of

GIVES, RECEIVES = "gives more", "receives more"
SUMMARY = "PALMS "
"""How the reference of a summary begins; closed business in it repeats that of the month's slips."""


def member_totals(
    pairs: pd.DataFrame,
    *,
    unassigned: pd.DataFrame | None = None,
    members: Sequence[str] = (),
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """What each member gave, received and met, and with how many different others.

    Parameters
    ----------
    pairs : DataFrame
        The pair table, as :func:`partnership_analysis.metrics.network.pairs.pairs_of` takes it.
    unassigned : DataFrame, optional
        Closed business that belongs to no pair, as an import writes it: ``member`` (who received it), ``giver``
        (where known), ``value``, ``period``, ``reference``. In a month of which slips tell of closed business, a
        summary's is not counted again.
    members : sequence of str
        Further members, who may have done nothing.
    window : int, optional
        Months up to the month of ``as_of``. Default: the whole record.
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last day on record.

    Returns
    -------
    DataFrame
        One row a member, sorted by name: ``member`` (string); ``given``, ``received`` (Int64, referrals of both
        kinds), ``given_partners``, ``received_partners`` (Int64: how many different others); ``meetings``, ``met``
        (Int64: meetings, and with how many others); ``value_given``, ``value_received`` (Float64, currency: what
        the receiver won; ``NA`` where nothing is on record); ``unnamed`` (Int64: of given, received and meetings
        those of which the other side is not known). A number of others is at least that where ``unnamed`` is
        above 0, and ``NA`` where nobody is named.

    Raises
    ------
    ColumnError
        If the pairs or `unassigned` lack a column.
    ParameterError
        If ``window`` is no number of months, or a row of `unassigned` has no month or no amount.
    PeriodError
        If ``as_of`` is no date or before the first row.

    Notes
    -----
    Totals of a summary count in months and kinds of which no row names both sides. Given and received of a
    referral are one thing seen from both ends, so that the columns are never added up.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Ann"], "to": ["Bo", "Cy"], "kind": ["referral", "meeting"],
    ...                      "count": [3, 1]})
    >>> member_totals(rows, members=["Dee"])[["member", "given", "received", "meetings"]].values.tolist()
    [['Ann', 3, 0, 1], ['Bo', 0, 3, 0], ['Cy', 0, 0, 1], ['Dee', 0, 0, 0]]
    """
    closed = pd.DataFrame() if unassigned is None else _closed(unassigned)
    group = _with_closed(pairs, closed, members, window, as_of)
    if len(closed):
        closed = _inside(closed, group.day, window)
    table = pd.DataFrame({"member": texts(group.members)})
    unnamed = np.zeros(len(group), dtype="int64")
    referrals, meetings = group.ties(REFERRAL_KINDS), group.ties(MEETING_KINDS)
    for side, count, others, kinds, named in (
        ("giver", "given", "given_partners", REFERRAL_KINDS, referrals),
        ("taker", "received", "received_partners", REFERRAL_KINDS, referrals),
        ("giver", "meetings", "met", MEETING_KINDS, meetings),
    ):
        sums = side_sums(group, named, kinds, side)
        known = np.bincount(named[side], weights=named["count"], minlength=len(group)).astype("int64")
        different = np.bincount(named[side], minlength=len(group)).astype(float)
        different[(known == 0) & (sums > 0)] = np.nan
        table[count], table[others] = wholes(sums), wholes(different)
        unnamed += sums - known
    for side, column, name in (("giver", "value_given", "giver"), ("taker", "value_received", "member")):
        table[column] = _values(group, side, closed, name)
    return table.assign(unnamed=wholes(unnamed))


def member_reciprocity(
    pairs: pd.DataFrame,
    *,
    members: Sequence[str] = (),
    window: int | None = None,
    as_of: dt.date | str | None = None,
    interval: float | None = None,
) -> pd.DataFrame:
    """Whether each member gives the group more than it receives, beyond what chance explains.

    Parameters
    ----------
    pairs, members, window, as_of
        As in :func:`member_totals`.
    interval : float, optional
        Probability that ``low`` to ``high`` covers. Default: the settings' default (0.9).

    Returns
    -------
    DataFrame
        One row a member, the largest surplus of received over given first, ties by name: ``member`` (string),
        ``given``, ``received``, ``balance`` = received - given (Int64); ``share`` (Float64, 0 to 1: received /
        both; ``NA`` without any), ``low``, ``high``; ``chance`` (Float64: an even exchange is so uneven),
        ``adjusted`` (Float64: chance, given that so many members were looked at); ``label``: ``gives more``,
        ``receives more`` where both together are at least 6 and adjusted < 0.05, else ``balanced`` or ``too few
        to say``.

    Raises
    ------
    ParameterError
        If ``window`` is no number of months, or ``interval`` no probability.
    PeriodError
        If ``as_of`` is no date or before the first row.

    Notes
    -----
    Of 300 members who all exchange evenly, fifteen would differ at 0.05 by chance alone. ``adjusted`` holds the
    expected share of wrong labels among those given under 5% (Benjamini and Hochberg 1995), over members with 6
    referrals or more; for the others it is ``NA``.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Bo"], "to": ["Bo", "Ann"], "kind": "referral", "count": [12, 1]})
    >>> member_reciprocity(rows)[["member", "balance", "label"]].values.tolist()
    [['Bo', 11, 'receives more'], ['Ann', -11, 'gives more']]
    """
    group = network_of(pairs, members=members, window=window, as_of=as_of)
    ties = group.ties(REFERRAL_KINDS)
    given, received = (side_sums(group, ties, REFERRAL_KINDS, side) for side in ("giver", "taker"))
    both = given + received
    low, high = share_limits(received, given, level=checked_level(interval))
    chance = even_split_chance(received, given)
    enough = both >= MINIMUM
    likely = np.full(len(group), np.nan)
    if enough.any():
        likely[enough] = adjusted(chance[enough])
    uneven = enough & (np.nan_to_num(likely, nan=1.0) < CHANCE)
    label = np.select(
        [uneven & (given > received), uneven, enough], [GIVES, RECEIVES, BALANCED], default=TOO_FEW
    )
    some = both > 0
    table = pd.DataFrame(
        {
            "member": texts(group.members),
            "given": wholes(given),
            "received": wholes(received),
            "balance": wholes(received - given),
            "share": floats(np.where(some, received / np.maximum(both, 1), np.nan)),
            "low": floats(np.where(some, low, np.nan)),
            "high": floats(np.where(some, high, np.nan)),
            "chance": floats(np.where(some, chance, np.nan)),
            "adjusted": floats(likely),
            "label": texts(label),
        }
    )
    return table.iloc[np.argsort(given - received, kind="stable")].reset_index(drop=True)


def member_portfolio(
    pairs: pd.DataFrame,
    us: str,
    *,
    ratings: pd.DataFrame | None = None,
    settings: Given = None,
) -> Portfolio:
    """The portfolio of one member, for every measure that takes one.

    Parameters
    ----------
    pairs : DataFrame
        The pair table, as :func:`partnership_analysis.metrics.network.pairs.pairs_of` takes it.
    us : str
        The member who asks.
    ratings : DataFrame, optional
        ``date``, ``from`` (who rates), ``to`` (who is rated), ``score`` (1 to 5), and where present ``factor``
        (missing: trust).
    settings : Settings, mapping, str or Path, optional
        As in :func:`partnership_analysis.load`; ``us`` goes before theirs, and equal rows are as many as they are.

    Returns
    -------
    Portfolio
        What others did for us is ``received``, what we did for them ``given``; event, meeting and trade are
        ``mutual`` and stand once, however many sides logged them. Rows without a date or without a named other
        side are not in it.

    Raises
    ------
    ParameterError
        If there is no such member, with the nearest names.
    ColumnError
        If the pairs or ratings lack a column.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Bo"], "to": ["Bo", "Ann"], "kind": ["referral", "meeting"],
    ...                      "date": "2025-08-31"})
    >>> member_portfolio(rows, "bo").interactions[["partner", "kind", "direction"]].values.tolist()
    [['Ann', 'referral', 'received'], ['Ann', 'meeting', 'mutual']]
    """
    group = network_of(pairs)
    place = group.place(us)
    mine = both_sides_of(group, np.array([place])).sort_values("date", kind="stable")
    mine = mine.astype({"kind": "string", "direction": "string", "value": "Float64"})
    interactions = mine.assign(partner=group.names(mine["them"])).drop(columns=["us", "them"])
    scores = ratings_of(ratings, group)
    scores = scores[scores["us"] == place]
    known = scores.assign(partner=group.names(scores["them"])).drop(columns=["us", "them"])
    chosen = settings_of(settings, Mapping(), {}, None)
    chosen = chosen.model_copy(update={"us": str(group.members[place]), "repeats": "each"})
    return Portfolio.from_frames(
        interactions=interactions, ratings=known if len(known) else None, settings=chosen
    )


def both_sides_of(group: Network, asked: NDArray[np.int64] | None = None) -> pd.DataFrame:
    """Every dated row as each of its two sides has it, of those who are asked (default: everybody).

    ``us``, ``them`` (places), ``date``, ``kind``, ``direction`` (categories), ``count``, ``value``.
    """
    rows = group.rows[group.rows["date"].notna()]
    chosen = np.ones(len(group), dtype=bool)
    if asked is not None:
        chosen = np.isin(np.arange(len(group)), asked)
    parts = []
    for ours, theirs, way in (("taker", "giver", 0), ("giver", "taker", 1)):
        mine = rows[chosen[rows[ours]]].rename(columns={ours: "us", theirs: "them"})
        code = np.where(mine["kind"].isin(MUTUAL_KINDS), 2, way)
        parts.append(
            mine.assign(
                direction=pd.Categorical.from_codes(
                    code.tolist(), dtype=pd.CategoricalDtype(list(DIRECTIONS))
                )
            )
        )
    return pd.concat(parts, ignore_index=True)


def ratings_of(ratings: pd.DataFrame | None, group: Network) -> pd.DataFrame:
    """Ratings within the group as each side has them: ``us``, ``them`` (places), and the columns of a portfolio's."""
    columns = ["us", "them", "date", "rater", "factor", "score"]
    if ratings is None:
        return pd.DataFrame(columns=columns)
    missing = [name for name in ("date", "from", "to", "score") if name not in ratings.columns]
    if missing:
        raise ColumnError.missing(
            "ratings of a group", missing, [str(name) for name in ratings.columns], ["`from` rates `to`"]
        )
    table = pd.DataFrame(
        {
            "date": days_of(ratings["date"]).to_numpy(),
            "score": pd.to_numeric(ratings["score"], errors="coerce").to_numpy(float, na_value=np.nan),
        }
    )
    table["factor"] = ratings["factor"].fillna("trust").to_numpy() if "factor" in ratings else "trust"
    wrong = np.flatnonzero(
        table["date"].isna() | ~table["score"].between(1, 5) | ~table["factor"].isin(FACTORS)
    )
    if len(wrong):
        row = ratings.iloc[wrong[0]]
        raise ParameterError(
            [
                f"{count_of(len(wrong), 'rating')} of the group cannot be read, the first of {row['from']} about "
                f"{row['to']}: date {row['date']}, score {row['score']}. A date, a score of 1 to 5 and a known "
                "factor are needed."
            ]
        )
    ends = {side: group.keys.get_indexer(pd.Index(_keys(ratings[side]))) for side in ("from", "to")}
    inside = (ends["from"] >= 0) & (ends["to"] >= 0) & (ends["from"] != ends["to"])
    parts = [
        table.assign(us=ends[ours], them=ends[theirs], rater=rater)[inside]
        for rater, ours, theirs in (("us", "from", "to"), ("them", "to", "from"))
    ]
    return pd.concat(parts, ignore_index=True)[columns].astype(
        {name: RATINGS.dtypes[name] for name in ("date", "rater", "factor", "score")}
    )


def _keys(names: pd.Series) -> list[str]:
    return ["" if pd.isna(name) else name_key(str(name)) for name in names]


def _closed(unassigned: pd.DataFrame) -> pd.DataFrame:
    """Closed business with its month; a summary's left out where the month's slips tell of it."""
    missing = [name for name in ("member", "value", "period") if name not in unassigned.columns]
    if missing:
        found = [str(name) for name in unassigned.columns]
        raise ColumnError.missing("unassigned", missing, found, ["import writes this table beside the pairs"])
    table = unassigned.reindex(columns=["member", "giver", "value", "period", "reference"])
    table = table.astype({"member": "string", "giver": "string", "reference": "string"})
    month = pd.to_datetime(table["period"].astype("string").str[:7], format="%Y-%m", errors="coerce")
    value = pd.to_numeric(table["value"], errors="coerce").to_numpy("float64", na_value=np.nan)
    wrong = np.flatnonzero(month.isna() | np.isnan(value))
    if len(wrong):
        row = table.iloc[wrong[0]]
        raise ParameterError(
            [
                f"{count_of(len(wrong), 'row')} of `unassigned` cannot be read, the first of {row['member']}: period "
                f"{row['period']}, value {row['value']}. A month such as 2025-08 and an amount are needed."
            ]
        )
    table["month"], table["value"] = month_indices(month), value
    summary = table["reference"].fillna("").str.startswith(SUMMARY)
    return table[~summary | ~table["month"].isin(table.loc[~summary, "month"])]


def _with_closed(
    pairs: pd.DataFrame,
    closed: pd.DataFrame,
    members: Sequence[str],
    window: int | None,
    as_of: dt.date | str | None,
) -> Network:
    """The group, in which whoever closed business is a member, too."""
    group = network_of(pairs, members=members, window=window, as_of=as_of)
    if closed.empty:
        return group
    names = pd.concat([closed[side] for side in ("member", "giver")])
    if group.day is not None:
        names = names[np.tile(closed["month"] <= month_index(group.day), 2)]
    return network_of(pairs, members=[*names.dropna(), *members], window=window, as_of=as_of)


def _inside(closed: pd.DataFrame, day: dt.date | None, window: int | None) -> pd.DataFrame:
    """Closed business of the months that are counted."""
    if day is None:
        return closed
    last = month_index(day)
    first = closed["month"].min() if window is None else last - window + 1
    return closed[closed["month"].between(first, last)]


def _values(group: Network, side: str, closed: pd.DataFrame, name: str) -> NDArray[np.float64] | Any:
    """Closed business of each member on one side, ``NA`` where nothing is on record."""
    rows = [pd.concat([group.rows, group.totals])[[side, "value"]].set_axis(["place", "value"], axis=1)]
    if len(closed):
        place = group.keys.get_indexer(pd.Index(_keys(closed[name])))
        rows.append(pd.DataFrame({"place": place, "value": closed["value"]}))
    sums = pd.concat(rows).groupby("place")["value"].sum(min_count=1)
    return floats(sums.reindex(range(len(group))))
