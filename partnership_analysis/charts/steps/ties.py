"""What to do because of who does what for whom in a group."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.charts.steps.members import said_of
from partnership_analysis.metrics.exchange.reciprocity import CHANCE, MINIMUM
from partnership_analysis.metrics.network.matrices import BOTH, MEETING_ONLY, NEITHER, REFERRAL_ONLY
from partnership_analysis.wording import count_of, joined, spelled

NAMED, FEWER = 3, 2
"""Names in a part of a sentence: of one part, and of more."""
NEVER_MET, ONLY_MET = "▲", "○"
"""Marks of who refer and never met, and of who met and never referred."""

Floats = NDArray[np.float64]


def after_referral_matrix(data: pd.DataFrame, what: str = "referrals", period: str = "") -> str:
    """Who gives and gets nothing; of meetings, who should meet next.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"from": ["Ann", "Bo"], "to": ["Bo", "Cy"], "kind": "referral", "count": [4, 2]})
    >>> after_referral_matrix(pa.referral_matrix(rows))
    'refer somebody to Ann (4), who gave so many but got none (empty column); ask Cy (2), who got so many but gave none (empty row), which clients they could send to other members.'
    """
    cells = _cells(data)
    if what == "meetings":
        return _meet(data, cells)
    given, got = cells.sum(axis=1), cells.sum(axis=0)
    if not given.any():
        return "ask everybody for one referral to another member, and write it into the pair table, kind referral."
    if cells.sum() < MINIMUM:
        some = f"{spelled(int(cells.sum()))} {'referral is' if cells.sum() == 1 else 'referrals are'}"
        return f"nothing yet; only {some} on record. Write each into the pair table: from, to and kind."
    unpaid, takers, idle = (given > 0) & (got == 0), (given == 0) & (got > 0), (given == 0) & (got == 0)
    limit = NAMED if sum(map(bool, (unpaid.any(), takers.any(), idle.any()))) == 1 else FEWER
    parts = []
    if unpaid.any():
        parts.append(
            f"refer somebody to {_most(data, given, unpaid, limit)}, who gave so many but got none (empty column)"
        )
    if takers.any():
        parts.append(
            f"ask {_most(data, got, takers, limit)}, who got so many but gave none (empty row), which clients they could send to "
            "other members"
        )
    if idle.any():
        parts.append(
            f"bring in {joined([said_of(name) for name in data.index[idle]], limit=limit)}: no referral either way in the pair table"
        )
    return f"{'; '.join(parts[:FEWER])}." if parts else _one_way(data, cells)


def _one_way(data: pd.DataFrame, cells: Floats) -> str:
    """Where everybody gives and gets: the largest tie that nothing came back in."""
    alone = np.where(cells.T > 0, 0, cells)
    giver, taker = divmod(int(alone.argmax()), len(alone))
    most = int(alone[giver, taker])
    if most < 2:
        return "nothing; everybody gives and gets, and no two are one-sided by more than one."
    one, other = said_of(data.index[taker]), said_of(data.index[giver])
    many = int((alone == most).sum()) - 1
    if _by_chance(cells, most):
        alike = f"; {count_of(many, 'other')} {'is' if many == 1 else 'are'} as large" if many else ""
        return (
            f"nothing; everybody gives and gets. The largest tie without return, {other} to {one} ({most:,}{alike}), "
            "may be chance."
        )
    alike = f" ({count_of(many, 'other tie')} {'is' if many == 1 else 'are'} as large)" if many else ""
    return f"ask {one} to look for a client for {other}, who sent {most:,} and got none back{alike}."


def _by_chance(cells: Floats, most: int) -> bool:
    """Would an even tie be so uneven by chance, of as many as are large enough to say?"""
    tested = int((np.triu(cells + cells.T, 1) >= MINIMUM).sum())
    return most < MINIMUM or 2 * 0.5**most * tested >= CHANCE


def _meet(data: pd.DataFrame, cells: Floats) -> str:
    """Who has met nobody; else which two know the most in common and never met."""
    met = cells > 0
    if not met.any():
        return "arrange one meeting of two members, and write it into the pair table, kind meeting."
    alone = np.flatnonzero(met.sum(axis=1) == 0)
    if len(alone):
        names = [said_of(name) for name in data.index[alone]]
        rows = "an empty row" if len(names) == 1 else "empty rows"
        return f"arrange a first meeting for {joined(names, limit=NAMED)}: {rows}, nobody met."
    between = met.astype("float32")
    shared = np.where(np.triu(~met, 1), between @ between, -1)
    # Of as many, the two who stand first in the matrix.
    one, other = divmod(int(shared.argmax()), len(shared))
    if shared[one, other] < 0:
        return "nothing; everybody has met everybody."
    many = int(shared[one, other])
    never = "so that they can send each other clients: no meeting of the two is on record"
    reason = f", {never}, and both met the same {count_of(many, 'member')}" if many else f", {never}"
    pair = f"{said_of(data.index[one])} and {said_of(data.index[other])}"
    return f"going by meetings, bring together {pair} first{reason}."


def after_combinations(data: pd.DataFrame, period: str = "") -> str:
    """Whom to bring together first: who refer and never met; else who met and never referred.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"from": ["Ann", "Bo"], "to": ["Bo", "Cy"], "kind": ["referral", "meeting"]})
    >>> after_combinations(pa.combination_matrix(rows))
    'going by referrals, bring together Ann and Bo (▲: referred, but never met).'
    """
    cells = data.to_numpy("float64", na_value=np.nan)
    up = cells == REFERRAL_ONLY
    if up.any():
        if (up & up.T).any():
            return f"going by referrals, bring together {_both_ways(data, up)}."
        return (
            f"going by referrals, bring together {_pairs(data, up, f'{NEVER_MET}: referred, but never met')}."
        )
    ring = (cells == MEETING_ONLY) & (cells.T == MEETING_ONLY)
    if ring.any():
        return f"ask for one referral between {_pairs(data, ring, f'{ONLY_MET}: met, but never referred')}."
    if (cells == NEITHER).all(where=~np.eye(len(cells), dtype=bool)):
        return "arrange one meeting of two members, and write it into the pair table, kind meeting."
    blank = (cells == NEITHER) & (cells.T == NEITHER)
    if blank.any():
        return f"introduce {_pairs(data, blank, 'blank: nothing yet')}."
    if (cells == BOTH).all(where=~np.eye(len(cells), dtype=bool)):
        return "nothing; everybody met and referred everybody."
    return "nothing; all met, and in every two one referred."


def _both_ways(data: pd.DataFrame, up: NDArray[np.bool_]) -> str:
    """Those who referred each other and never met; that who did so one way can wait."""
    ones, others = np.nonzero(np.triu(up & up.T, 1))
    names = [
        f"{said_of(data.index[ones[place]])} with {said_of(data.index[others[place]])}"
        for place in range(len(ones))
    ]
    more = len(names) - NAMED
    named = f"{'; '.join(names[:NAMED])}; {count_of(more, 'more pair')}" if more > 1 else "; ".join(names)
    left = int(np.triu(up | up.T, 1).sum()) - len(names)
    wait = (
        f" The {f'other {left:,}' if left > 1 else 'other one'}, referred one way, can wait." if left else ""
    )
    return (
        f"those who referred both ways and never met ({NEVER_MET} in both rows): {named}.{wait}".removesuffix(
            "."
        )
    )


def _pairs(data: pd.DataFrame, chosen: NDArray[np.bool_], why: str) -> str:
    """The first pairs of those chosen, those chosen both ways before the others, and how many more there are."""
    either = np.triu(chosen | chosen.T, 1)
    ones, others = np.nonzero(either)
    order = np.lexsort((others, ones, ~(chosen & chosen.T)[ones, others]))
    named = [
        f"{said_of(data.index[ones[place]])} and {said_of(data.index[others[place]])}"
        for place in order[:FEWER]
    ]
    more = len(ones) - len(named)
    first = " first" if len(ones) > 1 else ""
    then = f", then {named[1]}" if len(named) > 1 else ""
    rest = f"; {count_of(more, 'more pair')}" if more else ""
    # The mark and the reason are of the first pair: of those after it they may differ.
    return f"{named[0]}{first} ({why}){then}{rest}"


def _cells(data: pd.DataFrame) -> Floats:
    return np.nan_to_num(data.to_numpy("float64", na_value=np.nan))


def _most(data: pd.DataFrame, counts: Floats, chosen: NDArray[np.bool_], limit: int) -> str:
    """Names of those chosen with their counts, who has most first."""
    order = np.argsort(-counts, kind="stable")
    return joined(
        [f"{said_of(data.index[place])} ({counts[place]:,.0f})" for place in order if chosen[place]],
        limit=limit,
    )
