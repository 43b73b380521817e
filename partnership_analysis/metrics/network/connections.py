"""Connections of a group that are not yet made, those with the most acquaintances in common first.

Source: article 001, on stakeholders: "could they be great introducers to strategic partners that you would like
to access?"
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.network.matrices import MOST_MEMBERS
from partnership_analysis.metrics.network.pairs import Network, everybody_named, network_of
from partnership_analysis.wording import joined

_AT_ONCE = 512
"""Members whose scores are in memory at once."""

Scores = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def missing_connections(
    pairs: pd.DataFrame,
    *,
    member: str | None = None,
    most: int | None = 100,
    members: Sequence[str] = (),
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """Pairs of members with nothing between them yet, the most promising first.

    Parameters
    ----------
    pairs : DataFrame
        The pair table, as :func:`partnership_analysis.metrics.network.pairs.pairs_of` takes it.
    member : str, optional
        Only this member's. Default: everybody's.
    most : int, optional
        How many at most; ``None`` for all, in a group of at most 1,000.
    members : sequence of str
        Further members, who may have done nothing.
    window : int, optional
        Months up to the month of ``as_of``; what is older does not connect. Default: the whole record.
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last day on record.

    Returns
    -------
    DataFrame
        ``member``, ``other`` (string), ``shared`` (Int64, 0 and up: members with whom both have something),
        ``promise`` (Float64, 0 and up), ``through`` (string: up to four of the shared, those with the fewest
        links first; ``NA`` without any). Sorted by promise, ties by name. In a group of over 1,000 only pairs
        that share somebody are listed.

    Raises
    ------
    ParameterError
        If the member is not known, ``most`` does not fit, or every row gives one side only.

    Notes
    -----
    Two are connected by anything on record, in either direction. promise = sum of 1 / ln(links) over the shared
    members (Adamic and Adar 2003): somebody who works with everybody says little about two of them.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Bo", "Dee"], "to": ["Bo", "Cy", "Ann"], "kind": "meeting"})
    >>> missing_connections(rows)[["member", "other", "shared", "through"]].values.tolist()
    [['Ann', 'Cy', 1, 'Bo'], ['Bo', 'Dee', 1, 'Ann'], ['Cy', 'Dee', 0, <NA>]]
    """
    group = network_of(pairs, members=members, window=window, as_of=as_of)
    everybody_named(group, "Who is not yet connected")
    _check_most(most, len(group))
    links = _links(group)
    chosen = np.arange(len(group)) if member is None else np.array([group.place(member)])
    found = _every(links, chosen) if len(group) <= MOST_MEMBERS else _sharing(links, chosen, most)
    one, other, promise = _best(found, most)
    table = pd.DataFrame({"member": group.names(one), "other": group.names(other)})
    common = links[one].multiply(links[other]).tocsr()
    return table.assign(
        shared=wholes(np.diff(common.indptr)),
        promise=floats(promise),
        through=texts(_through(common, group, np.diff(links.indptr))),
    )


def _check_most(most: int | None, size: int) -> None:
    if most is None and size > MOST_MEMBERS:
        raise ParameterError(
            [f"most=None lists every pair of {size:,} members; choose how many, for example most=1000."]
        )
    if most is not None and (isinstance(most, bool) or not isinstance(most, (int, np.integer)) or most < 1):
        raise ParameterError([f"most {most!r} is not a number of pairs; choose 1 or more."])


def _links(group: Network) -> sparse.csr_array:
    """Who has anything with whom: symmetric, 1 or nothing."""
    giver, taker = (group.rows[side].to_numpy() for side in ("giver", "taker"))
    ends = np.concatenate([giver, taker]), np.concatenate([taker, giver])
    size = len(group)
    links = sparse.coo_array((np.ones(len(ends[0])), ends), (size, size)).tocsr()
    links.data[:] = 1.0
    links.sort_indices()
    return links


def _promise(links: sparse.csr_array, rows: NDArray[np.int64]) -> sparse.csr_array:
    """Promise of each of the rows with everybody, linked or not."""
    degree = np.diff(links.indptr)
    # Who has one link is shared by no two, so that its weight does not matter.
    weight = 1 / np.log(np.maximum(degree, 2))
    return (links[rows] * weight[None, :]).tocsr() @ links


def _every(links: sparse.csr_array, rows: NDArray[np.int64]) -> Scores:
    promise = _promise(links, rows).toarray()
    free = links[rows].toarray() == 0
    free[np.arange(len(rows)), rows] = False
    if len(rows) > 1:
        free = np.triu(free)
    place, other = np.nonzero(free)
    return rows[place], other, promise[place, other]


def _sharing(links: sparse.csr_array, rows: NDArray[np.int64], most: int | None) -> Scores:
    """The best pairs that share somebody, block by block, so that memory does not grow with the square."""
    parts: list[Scores] = []
    for start in range(0, len(rows), _AT_ONCE):
        block = rows[start : start + _AT_ONCE]
        promise = _promise(links, block).tocoo()
        one, other = block[promise.row], promise.col.astype("int64")
        linked = links[block].tocoo()
        known = np.isin(one * len(links.indptr) + other, block[linked.row] * len(links.indptr) + linked.col)
        free = ~known & ((other > one) if len(rows) > 1 else (other != one))
        parts.append(_best((one[free], other[free], promise.data[free]), most))
    one, other, score = (np.concatenate(column) for column in zip(*parts, strict=True))
    return one, other, score


def _best(found: Scores, most: int | None) -> Scores:
    # Sums in another order differ in the last digit, which must not decide between two names.
    one, other, promise = found[0], found[1], np.round(found[2], 9)
    if most is not None and len(promise) > most:
        good = promise >= np.partition(promise, -most)[-most]
        one, other, promise = one[good], other[good], promise[good]
    order = np.lexsort((other, one, -promise))[:most]
    return one[order], other[order], promise[order]


def _through(common: sparse.csr_array, group: Network, degree: NDArray[np.int64]) -> list[str | None]:
    rank = np.lexsort((np.arange(len(degree)), degree)).argsort()
    ranked = [
        row[np.argsort(rank[row])]
        for row in np.split(common.indices, common.indptr[1:-1])
        if len(common.indptr) > 1
    ]
    return [joined(list(group.members[row]), limit=3) if len(row) else None for row in ranked]
