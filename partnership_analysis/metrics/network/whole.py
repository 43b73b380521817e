"""How a whole group exchanges: whether referrals come back, and whether a few members do all the giving.

Source: articles 000 ("don't forget to be a giver first") and 001 (mistake no. 1), asked of everybody at once.
Both measures stand beside what chance alone would give, because a small or uneven group shows a good deal of
either without anybody meaning it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betainc, chdtrc, gammaln, ive

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.intervals import share_limits
from partnership_analysis.metrics.network.pairs import (
    MUTUAL_KINDS,
    Network,
    checked_kinds,
    checked_level,
    network_of,
)
from partnership_analysis.schema import REFERRAL_KINDS

MINIMUM = 6
"""Connected pairs, or referrals, under which nothing is said of the group."""
CHANCE = 0.05
MORE, LESS, AS_CHANCE, TOO_FEW = (
    "more than by chance",
    "less than by chance",
    "as by chance",
    "too few to say",
)
_CLASSES = 1200
"""Numbers of partners given and received that are told apart; beyond it, near ones count as one."""

Floats = NDArray[np.float64]


def group_reciprocity(
    pairs: pd.DataFrame,
    *,
    kinds: Sequence[str] = REFERRAL_KINDS,
    members: Sequence[str] = (),
    window: int | None = None,
    as_of: dt.date | str | None = None,
    interval: float | None = None,
) -> pd.DataFrame:
    """Share of referral ties that are returned, with what chance alone would give.

    Parameters
    ----------
    pairs : DataFrame
        The pair table, as :func:`partnership_analysis.metrics.network.pairs.pairs_of` takes it.
    kinds : sequence of str
        Kinds that make a tie. What is mutual (meeting, event, trade) always comes back and makes none.
    members : sequence of str
        Further members, who may have done nothing; they lower the density.
    window : int, optional
        Months up to the month of ``as_of``. Default: the whole record.
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last day on record.
    interval : float, optional
        Probability that the intervals cover. Default: the settings' default (0.9).

    Returns
    -------
    DataFrame
        One row: ``members``, ``ties`` (a member who gave another anything), ``mutual_pairs``, ``one_way_pairs``
        (Int64); ``density`` (Float64, 0 to 1: ties / all that could be); ``returned`` (Float64, 0 to 1: share of
        ties that go both ways), ``low``, ``high`` (its interval); ``expected``, ``expected_low``,
        ``expected_high`` (Float64, 0 to 1: what chance gives), ``chance`` (Float64: that chance differs so much);
        ``count`` (Int64: referrals in the ties), ``matched`` (Float64, 0 to 1: share of them that the other side
        matched one for one), ``matched_if_even`` (the same if every pair exchanged evenly);
        ``unnamed`` (Int64: referrals of which only totals are known, not counted here); ``label``: ``more than by
        chance``, ``less than by chance`` where at least 6 pairs are connected and chance < 0.05, else ``as by
        chance`` or ``too few to say``. Shares are ``NA`` without ties.

    Raises
    ------
    ParameterError
        If a kind is not known or is mutual, or the interval is no probability.
    PeriodError
        If ``as_of`` is no date or before the first row.

    Notes
    -----
    With M mutual and S one-way pairs, returned = 2 M / (2 M + S); its interval is that of M / (M + S) (Jeffreys),
    put through the same formula. Chance keeps how many others each member gives to and receives from, since two
    busy members return each other's referrals without meaning it: a tie from i to j has odds x_i y_j, fitted so
    that everybody has their numbers of partners on average. M is then a sum of independent pairs, read off the
    binomial with its mean and variance. Where a pair exchanges t referrals evenly, 2 min / t is known in closed
    form (the mean deviation of a binomial): small pairs cannot match well.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Bo", "Cy"], "to": ["Bo", "Ann", "Ann"], "kind": "referral"})
    >>> row = group_reciprocity(rows).iloc[0]
    >>> print(row["ties"], round(row["returned"], 2), row["label"])
    3 0.67 too few to say
    """
    level, kinds = checked_level(interval), checked_kinds(kinds)
    if both := [kind for kind in kinds if kind in MUTUAL_KINDS]:
        raise ParameterError(
            [f"kind {kind!r} is done together, so that it always comes back." for kind in both]
        )
    group = network_of(pairs, members=members, window=window, as_of=as_of)
    ties = group.ties(kinds)
    size, count = len(group), len(ties)
    mutual = int(_returns(ties, size).gt(0).sum()) // 2
    one_way = count - 2 * mutual
    table = pd.DataFrame({"members": wholes([size]), "ties": wholes([count])})
    table["mutual_pairs"], table["one_way_pairs"] = wholes([mutual]), wholes([one_way])
    table["density"] = floats([count / (size * (size - 1)) if size > 1 else np.nan])
    low, high = (_of_ties(limit) for limit in share_limits([mutual], [one_way], level=level))
    known = count > 0
    table["returned"] = floats([2 * mutual / count if known else np.nan])
    table["low"], table["high"] = (floats(np.where(known, limit, np.nan)) for limit in (low, high))
    by_chance = _mutual_by_chance(ties, size, mutual, level) if known else np.full(4, np.nan)
    for name, value in zip(("expected", "expected_low", "expected_high"), by_chance, strict=False):
        table[name] = floats([2 * value / count if known else np.nan])
    table["chance"] = floats([by_chance[3]])
    table["count"] = wholes([ties["count"].sum()])
    table["matched"], table["matched_if_even"] = (floats([value]) for value in _matched(ties, size))
    totals = group.totals
    table["unnamed"] = wholes([totals["count"][totals["kind"].isin(kinds) & (totals["giver"] >= 0)].sum()])
    judged = mutual + one_way >= MINIMUM
    word = TOO_FEW if not judged else AS_CHANCE
    if judged and by_chance[3] < CHANCE:
        word = MORE if mutual > by_chance[0] else LESS
    return table.assign(label=texts([word]))


def group_concentration(
    pairs: pd.DataFrame,
    *,
    kinds: Sequence[str] = REFERRAL_KINDS,
    members: Sequence[str] = (),
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """Whether a few members do all the giving, or get all of it, beside what an even group would show.

    Parameters
    ----------
    pairs, kinds, members, window, as_of
        As in :func:`group_reciprocity`. Totals without a named other side count, too.

    Returns
    -------
    DataFrame
        Two rows, ``side`` = given, received: ``members``, ``active`` (those with any), ``count`` (Int64);
        ``top`` (string: who has most, ties by name), ``top_share`` (Float64, 0 to 1);
        ``gini`` (Float64, 0 all alike to 1 one member has all), ``gini_if_even`` (what so few referrals show where
        every member has the same rate); ``hhi`` (Float64, 0 to 1: that two referrals are the same member's) and
        ``members_as_if`` = 1 / hhi (as if so many members shared it alike; ``NA`` where no two are the same
        member's); ``chance`` (Float64: an even group is so uneven); ``label``: ``uneven``, ``even``, or ``too few
        to say`` under 6 referrals. ``NA`` where nothing is on record.

    Raises
    ------
    ParameterError
        If a kind is not known.
    PeriodError
        If ``as_of`` is no date or before the first row.

    Notes
    -----
    gini = sum |x_i - x_j| / (2 n (n - 1) mean), which a sample does not bias. For equal Poisson counts of mean m it is
    exp(-2m) (I0(2m) + I1(2m)). hhi = sum x (x - 1) / (N (N - 1)). The chance is that of the index of dispersion,
    chi-square with n - 1 degrees of freedom.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Ann", "Bo"], "to": ["Bo", "Cy", "Cy"], "kind": "referral",
    ...                      "count": [8, 9, 1]})
    >>> group_concentration(rows)[["side", "top", "count", "label"]].values.tolist()
    [['given', 'Ann', 18, 'uneven'], ['received', 'Cy', 18, 'uneven']]
    """
    kinds = checked_kinds(kinds)
    group = network_of(pairs, members=members, window=window, as_of=as_of)
    sides = {"given": "giver", "received": "taker"}
    ties = group.ties(kinds)
    rows = [_uneven(side, group, side_sums(group, ties, kinds, place)) for side, place in sides.items()]
    whole = ["members", "active", "count"]
    table = pd.DataFrame(rows)
    types = {name: "Int64" if name in whole else "string" if name in ("side", "top", "label") else "Float64"
             for name in table.columns}  # fmt: skip
    return table.astype(types)


def side_sums(group: Network, ties: pd.DataFrame, kinds: Sequence[str], side: str) -> NDArray[np.int64]:
    """Count of each member as ``giver`` or ``taker`` in the ties of these kinds, and in totals without a pair."""
    totals = group.totals[group.totals["kind"].isin(kinds) & (group.totals[side] >= 0)]
    place = np.concatenate([ties[side], totals[side]]).astype("int64")
    count = np.concatenate([ties["count"], totals["count"]])
    return np.bincount(place, weights=count, minlength=len(group)).astype("int64")


def _returns(ties: pd.DataFrame, size: int) -> pd.Series:
    """For each tie the count of its return, 0 without one."""
    key = ties["giver"] * size + ties["taker"]
    back = ties["taker"] * size + ties["giver"]
    return back.map(ties["count"].set_axis(key)).fillna(0)


def _of_ties(share: Floats) -> Floats:
    """Share of returned ties where this share of connected pairs is mutual."""
    return 2 * share / (1 + share)


def _matched(ties: pd.DataFrame, size: int) -> tuple[float, float]:
    """Share of the count that the other side matched, and the same if every pair exchanged evenly."""
    if ties.empty:
        return np.nan, np.nan
    back, there = _returns(ties, size).to_numpy(float), ties["count"].to_numpy(float)
    both = there + back
    half = np.ceil(both / 2)
    deviation = half * np.exp(
        gammaln(both + 1) - gammaln(half + 1) - gammaln(both - half + 1) - both * np.log(2)
    )
    # A pair with both ties is two rows, each of which has half of what the pair expects.
    share = np.where(back > 0, 0.5, 1.0)
    even = share * 2 * (both / 2 - deviation)
    return float(np.minimum(there, back).sum() / there.sum()), float(even.sum() / there.sum())


def _mutual_by_chance(ties: pd.DataFrame, size: int, mutual: int, level: float) -> Floats:
    """Mutual pairs that chance gives: mean, both limits, and the chance of a number so far from it."""
    given, taken = (np.bincount(ties[side], minlength=size) for side in ("giver", "taker"))
    out, into, many = _classes(given, taken)
    tie = _fitted(out, into, many)
    both = tie * tie.T
    mean = float(many @ both @ many - many @ np.diag(both)) / 2
    if mean <= 0:
        return np.array([0.0, 0.0, 0.0, 1.0])
    each = float(np.maximum(1 - _spread(tie, both, many) / mean, 1e-6))
    tries = mean / each
    at_most = np.arange(int(min(np.ceil(tries), len(ties) // 2)) + 1, dtype=float)
    spent = at_most >= tries
    upto = np.where(spent, 1.0, betainc(np.maximum(tries - at_most, 1e-9), at_most + 1, 1 - each))
    tail = (1 - level) / 2
    low, high = np.minimum(np.searchsorted(upto, [tail, 1 - tail]), len(upto) - 1)
    under = upto[min(mutual, len(upto) - 1)]
    over = 1 - (upto[min(mutual, len(upto)) - 1] if mutual else 0.0)
    return np.array([mean, low, high, min(1.0, 2 * min(under, over))])


def _classes(given: NDArray[np.int64], taken: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """Members with the same numbers of partners, as mean numbers and how many they are."""
    step = 1
    while True:
        _, place, many = np.unique(
            np.column_stack([given // step, taken // step]), axis=0, return_inverse=True, return_counts=True
        )
        if len(many) <= _CLASSES:
            break
        step += 1
    means = (np.bincount(place.ravel(), weights=side) / many for side in (given, taken))
    out, into = means
    return out, into, many.astype(float)


def _fitted(out: Floats, into: Floats, many: Floats) -> Floats:
    """Chance of a tie between members of each two classes, with everybody's numbers of partners on average."""
    total = float(many @ out)
    x, y = out / np.sqrt(total), into / np.sqrt(total)
    for _ in range(300):
        inverse = 1 / (1 + np.outer(x, y))
        own = np.diag(inverse)
        rows = np.maximum(inverse @ (many * y) - y * own, 1e-300)
        x = np.where(out > 0, out / rows, 0.0)
        inverse = 1 / (1 + np.outer(x, y))
        own = np.diag(inverse)
        columns = np.maximum(inverse.T @ (many * x) - x * own, 1e-300)
        y = np.where(into > 0, into / columns, 0.0)
        tie = np.outer(x, y)
        tie /= 1 + tie
        if np.max(np.abs(tie @ many - np.diag(tie) - out)) < 1e-3:
            break
    return tie


def _spread(tie: Floats, both: Floats, many: Floats) -> float:
    """Variance of the number of mutual pairs, once everybody's numbers of partners are held fast.

    What those numbers explain is a regression of mutual pairs on ties with an effect of each giver and receiver.
    """
    apart = both - both**2
    free = (many @ apart @ many - many @ np.diag(apart)) / 2
    weight, moves = tie * (1 - tie), both * (1 - tie)
    sums = [
        (np.maximum(cells @ many - np.diag(cells), 1e-12), joint @ many - np.diag(joint))
        for cells, joint in ((weight, moves), (weight.T, moves.T))
    ]
    taker = np.zeros(len(many))
    for _ in range(60):
        giver = (sums[0][1] - weight @ (many * taker) + np.diag(weight) * taker) / sums[0][0]
        taker = (sums[1][1] - weight.T @ (many * giver) + np.diag(weight) * giver) / sums[1][0]
    explained = many @ (giver * sums[0][1] + taker * sums[1][1])
    return float(np.maximum(free - explained, 0.0))


def _uneven(side: str, group: Network, counts: NDArray[np.int64]) -> dict[str, object]:
    size, total = len(counts), int(counts.sum())
    row: dict[str, object] = {
        "side": side,
        "members": size,
        "active": int((counts > 0).sum()),
        "count": total,
    }
    unknown = dict.fromkeys(
        ("top", "top_share", "gini", "gini_if_even", "hhi", "members_as_if", "chance"), None
    )
    if total == 0 or size < 2:
        return row | unknown | {"label": TOO_FEW}
    mean = total / size
    rank = np.arange(1, size + 1)
    gini = float(((2 * rank - size - 1) * np.sort(counts)).sum() / (size * (size - 1) * mean))
    same = float((counts * (counts - 1)).sum() / (total * (total - 1))) if total > 1 else None
    chance = float(chdtrc(size - 1, ((counts - mean) ** 2).sum() / mean))
    judged = total >= MINIMUM
    return row | {
        "top": group.members[int(counts.argmax())],
        "top_share": float(counts.max() / total),
        "gini": gini,
        "gini_if_even": float(ive(0, 2 * mean) + ive(1, 2 * mean)),
        "hhi": same,
        "members_as_if": 1 / same if same else None,
        "chance": chance,
        "label": (("uneven" if chance < CHANCE else "even") if judged else TOO_FEW),
    }
