"""RVI for every member of a group as `us`, about everybody with whom there is anything.

Source: article 001 ("do it again but reverse the roles"): where both ends are named, everybody can. All members are reckoned at once, as one portfolio in which the
partner is the pair of the one who asks and the one who is asked about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.columns import numbers, texts
from partnership_analysis.metrics.grid import directions, months_in
from partnership_analysis.metrics.network.members import both_sides_of, ratings_of
from partnership_analysis.metrics.network.pairs import Network, network_of
from partnership_analysis.metrics.rvi import bands, rvi
from partnership_analysis.periods import month_index, month_indices, month_start
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import ACTIONS, INTERACTIONS, PARTNERS, RATINGS, RVI_KINDS
from partnership_analysis.settings import Settings
from partnership_analysis.sources.given import Given, settings_of
from partnership_analysis.sources.ledger import Ledger, joined_entries, sources_frame
from partnership_analysis.sources.mapping import Mapping

MOST_CELLS = 2_000_000
"""Pairs x months beyond which a whole history is refused; the last month alone has no such limit."""


def rvi_of_members(
    pairs: pd.DataFrame,
    *,
    us: str | Sequence[str] | None = None,
    whole: bool = False,
    perspective: str = "ours",
    trust: float | None = None,
    ratings: pd.DataFrame | None = None,
    settings: Given = None,
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """RVI of every member about every other with whom there is anything, at one date or over time.

    Parameters
    ----------
    pairs : DataFrame
        The pair table, as :func:`partnership_analysis.metrics.network.pairs.pairs_of` takes it.
    us : str or sequence of str, optional
        Only these members as the ones who ask. Default: all.
    whole : bool
        Every month instead of the last.
    perspective : {"ours", "theirs"}
        As in :func:`partnership_analysis.rvi`.
    trust : float, optional
        Trust (1 to 5) where nobody rated. Default: the settings', and without those no RVI is shown.
    ratings : DataFrame, optional
        Who rates whom, as :func:`partnership_analysis.metrics.network.members.member_portfolio` takes it.
    settings : Settings, mapping, str or Path, optional
        As in :func:`partnership_analysis.load`.
    window : int, optional
        Months in the window. Default: the settings' (12).
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last day on record of the group.

    Returns
    -------
    DataFrame
        ``us`` (string), then the columns of :func:`partnership_analysis.rvi`, sorted by ``us``, ``partner``,
        ``month``. Without trust ``rvi``, its limits and ``band`` are ``NA`` and ``rate`` is known. Rows without a
        date or without a named other side are not counted.

    Raises
    ------
    ParameterError
        If a member, the perspective, the window or the trust does not fit, or the history is too large.
    PeriodError
        If no row has a date, or ``as_of`` is before the first.

    Notes
    -----
    Each row equals that of ``rvi(member_portfolio(pairs, us), as_of=...)``. A partnership of two members begins
    with the first thing between them.

    Examples
    --------
    Ann gave Bo twelve referrals in August, their first month: 4 * 12 / 1 for Bo, who gave none.

    >>> rows = pd.DataFrame({"from": ["Ann"], "to": ["Bo"], "kind": "referral", "count": 12, "date": "2025-08-31"})
    >>> rvi_of_members(rows, trust=4)[["us", "partner", "rvi", "count"]].values.tolist()
    [['Ann', 'Bo', 0.0, 0], ['Bo', 'Ann', 48.0, 12]]
    """
    ways, chosen = directions(perspective), settings_of(settings, Mapping(), {}, None)
    if trust is not None:
        chosen = Settings.from_mapping(chosen.model_dump() | {"assumed_trust": trust}, "trust")
    span = months_in(window, chosen)
    group = network_of(pairs, as_of=as_of)
    if group.day is None:
        raise PeriodError("No row of the pairs has a date or a period, so that there is no RVI.")
    asked = np.arange(len(group))
    if us is not None:
        asked = np.array([group.place(name) for name in ([us] if isinstance(us, str) else us)], dtype="int64")
    keyed = _keyed(group, asked)
    if not len(keyed.us):
        return _table(_one_meeting(group), ratings, group, chosen, perspective, span).iloc[:0]
    if not whole:
        keyed = _as_one_month(keyed, span, ways, group.day)
    elif (
        cells := len(keyed.us) * (month_index(group.day) - month_index(keyed.began.min().item()) + 1)
    ) > MOST_CELLS:
        raise ParameterError(
            [
                f"every month of {len(keyed.us):,} pairs is {cells:,} rows (at most {MOST_CELLS:,}). Name the members "
                "(us=...), or leave out `whole`."
            ]
        )
    return _table(keyed, ratings, group, chosen, perspective, span)


@dataclass(frozen=True)
class _Keyed:
    """Rows by pair of the one who asks and the one who is asked about.

    ``us``, ``them`` are the places of the pairs, sorted by both names; ``rows`` has ``key`` (place of the pair),
    ``date``, ``kind``, ``direction``, ``count``; ``began`` is the first day of each pair.
    """

    us: NDArray[np.int64]
    them: NDArray[np.int64]
    rows: pd.DataFrame
    began: NDArray[np.datetime64]

    @property
    def labels(self) -> NDArray[np.object_]:
        """A text for each pair that sorts as the pairs do."""
        return np.array([f"{place:09d}" for place in range(len(self.us))], dtype=object)


def _keyed(group: Network, asked: NDArray[np.int64]) -> _Keyed:
    rows = both_sides_of(group, asked)
    # Rows of a measure are sorted by plain text, members as people look for them.
    plain = np.argsort(group.members, kind="stable")
    rank = np.argsort(plain)
    size = max(len(group), 1)
    pair = rank[rows["us"]] * size + rank[rows["them"]]
    distinct, key = np.unique(pair, return_inverse=True)
    rows = rows.assign(key=key)[["key", "date", "kind", "direction", "count"]]
    began = rows.groupby("key", sort=True)["date"].min().to_numpy("datetime64[us]")
    return _Keyed(plain[distinct // size], plain[distinct % size], rows, began)


def _as_one_month(keyed: _Keyed, window: int, ways: tuple[str, ...], day: dt.date) -> _Keyed:
    """The same pairs with what the last month's window counts, all on the last day: a grid one month wide."""
    first = pd.Timestamp(month_start(month_index(day) - window + 1))
    rows = keyed.rows
    counted = rows["kind"].isin(RVI_KINDS) & rows["direction"].isin(ways) & (rows["date"] >= first)
    keys = ["key", "kind", "direction"]
    kept = rows[counted].groupby(keys, sort=True, observed=True)[["count"]].sum().reset_index()
    # Something must lie in the month for it to be on record; a meeting is not counted.
    sign = pd.DataFrame({"key": [0], "kind": "meeting", "direction": "mutual", "count": 1})
    rows = pd.concat([kept, sign], ignore_index=True).assign(date=pd.Timestamp(day))
    return _Keyed(keyed.us, keyed.them, rows, keyed.began)


def _one_meeting(group: Network) -> _Keyed:
    nobody = np.zeros(1, dtype="int64")
    day = np.array([group.day], dtype="datetime64[us]")
    rows = pd.DataFrame({"key": nobody, "date": day, "kind": "meeting", "direction": "mutual", "count": 1})
    return _Keyed(nobody, nobody, rows, day)


def _table(
    keyed: _Keyed,
    ratings: pd.DataFrame | None,
    group: Network,
    settings: Settings,
    perspective: str,
    window: int,
) -> pd.DataFrame:
    """RVI of the pairs, each as a partner of one portfolio, with both names."""
    labels = texts(keyed.labels)
    scores = ratings_of(ratings, group)
    pairs = pd.MultiIndex.from_arrays([keyed.us, keyed.them])
    place = pairs.get_indexer(pd.MultiIndex.from_arrays([scores["us"], scores["them"]]))
    known = place >= 0
    interactions = keyed.rows.assign(partner=labels.take(keyed.rows["key"].to_numpy()))
    portfolio = Portfolio(
        interactions=INTERACTIONS.typed(interactions),
        partners=PARTNERS.typed(pd.DataFrame({"partner": labels, "started": keyed.began})),
        ratings=RATINGS.typed(scores[known].assign(partner=labels.take(place[known]))),
        actions=ACTIONS.typed(pd.DataFrame()),
        settings=settings,
        ledger=Ledger(sources_frame([]), joined_entries([])),
    )
    table = rvi(portfolio, perspective=perspective, window=window, as_of=group.day)
    found = table["partner"].astype("int64").to_numpy()
    table["partner"] = group.names(keyed.them[found])
    table.insert(0, "us", group.names(keyed.us[found]))
    # A partnership begins with the first thing on record, so that no window reaches back before the record.
    now, began = (
        month_indices(days).to_numpy("int64") for days in (table["month"], pd.Series(keyed.began[found]))
    )
    return table.assign(band=bands(numbers(table["rvi"]), now - began + 1, settings), partial=False)
