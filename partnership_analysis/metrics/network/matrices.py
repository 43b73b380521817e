"""Who referred and met whom in a group: sums, matrices, and what each pair has not done yet.

Source: articles 000 ("businesses who can refer clients to you and vice versa") and 001 ("reverse the roles"),
which need both ends; the matrices are those that referral groups keep (totals, different partners, and the
combination of meetings and referrals).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.network.pairs import Network, checked_kinds, everybody_named, network_of
from partnership_analysis.schema import REFERRAL_KINDS

MOST_MEMBERS = 1000
"""Members beyond whom a matrix is refused: a million cells say nothing that the long form does not."""
MEETING_KINDS = ("meeting",)
NEITHER, MEETING_ONLY, REFERRAL_ONLY, BOTH = 0, 1, 2, 3
MEANINGS = ("neither", "meeting only", "referral only", "both")
"""What the codes of the combination matrix say."""


def who_to_whom(
    pairs: pd.DataFrame,
    *,
    kinds: Sequence[str] = REFERRAL_KINDS,
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """What each member gave to each other one, in long form, for a group of any size.

    Parameters
    ----------
    pairs : DataFrame
        The pair table, as :func:`partnership_analysis.metrics.network.pairs.pairs_of` takes it.
    kinds : sequence of str
        Kinds that are counted together. What is mutual (meeting, event, trade) stands once for either side; a
        meeting that both sides logged on a day counts once.
    window : int, optional
        Months up to the month of ``as_of``. Default: the whole record.
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last day on record.

    Returns
    -------
    DataFrame
        One row a giver and receiver with anything between them, the most first, ties by name: ``from``, ``to``
        (string), ``count`` (Int64, 1 and up), ``value`` (Float64, currency; ``NA`` if none is on record),
        ``first``, ``last`` (datetime64[us]).

    Raises
    ------
    ColumnError
        If the table lacks a column.
    ParameterError
        If a kind is not known, or every row gives one side only.
    PeriodError
        If ``as_of`` is no date or before the first row.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Ann", "Bo"], "to": ["Bo", "Cy", "Ann"], "kind": "referral",
    ...                      "count": [1, 3, 2]})
    >>> who_to_whom(rows)[["from", "to", "count"]].values.tolist()
    [['Ann', 'Cy', 3], ['Bo', 'Ann', 2], ['Ann', 'Bo', 1]]
    """
    group = _named(pairs, (), window, as_of)
    groups = group.directed(checked_kinds(kinds)).groupby(["giver", "taker"], sort=True)
    ties = groups.agg(count=("count", "sum"), first=("date", "min"), last=("date", "max")).reset_index()
    table = _of_pairs(group, ties).assign(
        count=wholes(ties["count"]),
        value=floats(groups["value"].sum(min_count=1)),
        first=ties["first"].to_numpy("datetime64[us]"),
        last=ties["last"].to_numpy("datetime64[us]"),
    )
    order = np.argsort(-ties["count"].to_numpy(), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def referral_matrix(
    pairs: pd.DataFrame,
    *,
    kinds: Sequence[str] = REFERRAL_KINDS,
    unique: bool = False,
    members: Sequence[str] = (),
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """Referrals from each member (rows) to each other one (columns).

    Parameters
    ----------
    pairs, kinds, window, as_of
        As in :func:`who_to_whom`.
    unique : bool
        1 where there was any, instead of how many: its sums are numbers of different partners.
    members : sequence of str
        Further members, who may have done nothing.

    Returns
    -------
    DataFrame
        Index ``from``, columns ``to``: every member, sorted without regard to case; Int64, 0 and up. The
        diagonal is ``NA``: nobody refers to themselves. Sums of rows are given, of columns received. Months of
        which only totals are known add nothing; :func:`member_totals` has them.

    Raises
    ------
    ParameterError
        If there are more than 1,000 members, a kind is not known, or every row gives one side only.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Ann", "Bo"], "to": ["Bo", "Cy", "Ann"], "kind": "referral",
    ...                      "count": [1, 3, 2]})
    >>> referral_matrix(rows)
    to     Ann   Bo    Cy
    from
    Ann   <NA>    1     3
    Bo       2 <NA>     0
    Cy       0    0  <NA>
    """
    group = _named(pairs, members, window, as_of)
    ties = group.ties(checked_kinds(kinds))
    return _matrix(group, ties, np.ones(len(ties)) if unique else ties["count"].to_numpy())


def meeting_matrix(
    pairs: pd.DataFrame,
    *,
    unique: bool = False,
    members: Sequence[str] = (),
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """Meetings of each two members.

    Parameters
    ----------
    pairs, unique, members, window, as_of
        As in :func:`referral_matrix`.

    Returns
    -------
    DataFrame
        As :func:`referral_matrix`, and symmetric.

    Notes
    -----
    Where both sides logged meetings of the same day, the log of the more diligent counts.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Bo"], "to": ["Bo", "Ann"], "kind": "meeting",
    ...                      "date": "2025-08-31"})
    >>> int(meeting_matrix(rows).loc["Bo", "Ann"])
    1
    """
    return referral_matrix(
        pairs, kinds=MEETING_KINDS, unique=unique, members=members, window=window, as_of=as_of
    )


def combinations(
    pairs: pd.DataFrame, *, window: int | None = None, as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """Meetings and referrals of each pair beside each other, in long form.

    Parameters
    ----------
    pairs, window, as_of
        As in :func:`who_to_whom`.

    Returns
    -------
    DataFrame
        One row a member and other member with anything between them (the rest is 0, neither), sorted by name:
        ``from``, ``to`` (string), ``meetings`` (Int64, of the two), ``referrals`` (Int64, from the first to the
        second), ``code`` (Int64: 1 meeting only, 2 referral only, 3 both), ``meaning`` (string).

    Notes
    -----
    The code is read from row to column, as groups keep it: the member of the row met the one of the column, and
    referred somebody *to* that one. A referral the other way is in the other member's row, where this one may
    have a meeting only, or nothing: such a row is not listed.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Ann", "Bo"], "to": ["Bo", "Cy", "Ann"],
    ...                      "kind": ["referral", "referral", "meeting"]})
    >>> combinations(rows)[["from", "to", "code", "meaning"]].values.tolist()
    [['Ann', 'Bo', 3, 'both'], ['Ann', 'Cy', 2, 'referral only'], ['Bo', 'Ann', 1, 'meeting only']]
    """
    group = _named(pairs, (), window, as_of)
    both = _combined(group)
    code = both["code"].to_numpy()
    return _of_pairs(group, both).assign(
        meetings=wholes(both["meetings"]),
        referrals=wholes(both["referrals"]),
        code=wholes(code),
        meaning=texts(np.array(MEANINGS, dtype=object)[code]),
    )


def combination_matrix(
    pairs: pd.DataFrame,
    *,
    members: Sequence[str] = (),
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """The code of each member (rows) with each other one (columns): 0 neither, 1 meeting only, 2 referral only, 3 both.

    Parameters
    ----------
    pairs, members, window, as_of
        As in :func:`referral_matrix`.

    Returns
    -------
    DataFrame
        As :func:`referral_matrix`, Int64 from 0 to 3; what a code means is said in :func:`combinations`.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Ann", "Bo"], "to": ["Bo", "Cy", "Ann"],
    ...                      "kind": ["referral", "referral", "meeting"]})
    >>> combination_matrix(rows).loc["Ann"].tolist()
    [<NA>, 3, 2]
    """
    group = _named(pairs, members, window, as_of)
    both = _combined(group)
    return _matrix(group, both, both["code"].to_numpy())


def combination_counts(
    pairs: pd.DataFrame,
    *,
    by: str = "member",
    members: Sequence[str] = (),
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """With how many others each member has both met and referred, only one of these, or neither.

    Parameters
    ----------
    pairs, members, window, as_of
        As in :func:`referral_matrix`.
    by : {"member", "group"}

    Returns
    -------
    DataFrame
        One row a member, sorted by name, or one row for the group: ``member`` (string), ``both``,
        ``referral_only``, ``meeting_only``, ``neither`` (Int64; together the other members, in the group members
        x others), ``share_connected`` (Float64, 0 to 1: those not ``neither``; ``NA`` for a member alone).

    Raises
    ------
    ParameterError
        If ``by`` is neither member nor group, or every row gives one side only.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Bo"], "to": ["Bo", "Cy"], "kind": ["referral", "meeting"]})
    >>> combination_counts(rows)[["member", "referral_only", "meeting_only", "neither"]].values.tolist()
    [['Ann', 1, 0, 1], ['Bo', 0, 1, 1], ['Cy', 0, 1, 1]]
    """
    if by not in ("member", "group"):
        raise ParameterError([f"by {by!r} is not known; choose 'member' or 'group'."])
    group = _named(pairs, members, window, as_of)
    both, size = _combined(group), len(group)
    cells = both["giver"].to_numpy() * 4 + both["code"].to_numpy()
    counts = np.bincount(cells, minlength=size * 4).reshape(size, 4)
    others = np.full(size, max(size - 1, 0))
    table = pd.DataFrame({"member": texts(group.members)})
    if by == "group":
        counts, others = counts.sum(axis=0, keepdims=True), others.sum(keepdims=True)
        table = pd.DataFrame(index=range(1))
    made = counts.sum(axis=1)
    return table.assign(
        both=wholes(counts[:, BOTH]),
        referral_only=wholes(counts[:, REFERRAL_ONLY]),
        meeting_only=wholes(counts[:, MEETING_ONLY]),
        neither=wholes(others - made),
        share_connected=floats(np.where(others > 0, made / np.maximum(others, 1), np.nan)),
    )


def _named(
    pairs: pd.DataFrame, members: Sequence[str], window: int | None, as_of: dt.date | str | None
) -> Network:
    group = network_of(pairs, members=members, window=window, as_of=as_of)
    everybody_named(group, "Who did what with whom")
    return group


def _of_pairs(group: Network, ties: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"from": group.names(ties["giver"]), "to": group.names(ties["taker"])})


def _combined(group: Network) -> pd.DataFrame:
    """Meetings, referrals and code of every giver and taker with either, in order of both."""
    keys = ["giver", "taker"]
    meetings, referrals = (
        group.ties(kinds).set_index(keys)["count"].rename(name)
        for kinds, name in ((MEETING_KINDS, "meetings"), (REFERRAL_KINDS, "referrals"))
    )
    both = pd.concat([meetings, referrals], axis=1).fillna(0).astype("int64").sort_index().reset_index()
    met, referred = (both[name].gt(0).to_numpy() for name in ("meetings", "referrals"))
    return both.assign(code=met * MEETING_ONLY + referred * REFERRAL_ONLY)


def _matrix(group: Network, ties: pd.DataFrame, cells: NDArray[np.float64]) -> pd.DataFrame:
    size = len(group)
    if size > MOST_MEMBERS:
        raise ParameterError(
            [
                f"a matrix of {size:,} members is too large to read (at most {MOST_MEMBERS:,}). Use the long form "
                "(who_to_whom, combinations), or the rows of some members."
            ]
        )
    square = np.zeros((size, size), dtype="int64")
    square[ties["giver"], ties["taker"]] = cells
    names = texts(group.members)
    table = pd.DataFrame(square, index=pd.Index(names, name="from"), columns=pd.Index(names, name="to"))
    return table.astype("Int64").mask(np.eye(size, dtype=bool))
