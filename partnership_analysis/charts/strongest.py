"""The strongest ties of a group's matrix: whom of a large group it draws, and what is said of the rest."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.metrics.names import member_said
from partnership_analysis.wording import count_of

STRONGEST = 5
"""Ties that are named."""

Floats = NDArray[np.float64]


def drawn_part(data: pd.DataFrame, most: int) -> pd.DataFrame:
    """The part of a matrix that is drawn: of many members those of the strongest ties, in the order that they have.

    Everybody who is drawn has a tie that is drawn, unless nobody has any. Of ties as strong as each other those of whoever has
    more ties come first.
    """
    if len(data) <= most:
        return data
    cells = _counts(data)
    either = np.triu(np.maximum(cells, cells.T), 1)
    ties = np.argwhere(either > 0)
    held = np.bincount(ties.ravel(), minlength=len(data))
    strength = either[tuple(ties.T)]
    order = np.lexsort((-held[ties].sum(axis=1), -strength))
    places = np.sort(_of_ties(ties[order], strength[order], most)) if len(ties) else np.arange(most)
    return data.iloc[places, places]


def _of_ties(ties: NDArray[np.int64], strength: Floats, most: int) -> NDArray[np.int64]:
    """Who is in the ties, both ends of each, as many as there is room for; nobody for a weaker tie than one that has none."""
    kept: set[int] = set()
    parted = 0.0
    for pair, value in zip(ties.tolist(), strength.tolist(), strict=True):
        if len(kept) == most or value < parted:
            break
        if len(kept.union(pair)) > most:
            parted = value
        else:
            kept.update(pair)
    return np.array(list(kept), dtype="int64")


def left_out_lines(data: pd.DataFrame, most: int, noun: str, counts: Floats, letters: int) -> list[str]:
    """How many members are not drawn, and how much of what is counted runs to and from them, as lines of so many letters."""
    shown = data.index.isin(drawn_part(data, most).index)
    if shown.all():
        return []
    whole, members = int(counts.sum()), count_of(int((~shown).sum()), "member")
    rest = whole - int(counts[np.ix_(shown, shown)].sum())
    if not whole:
        words = f"Drawn: the first {most:,} members. Not drawn: {members}; nobody has any {noun}."
    elif not rest:
        words = f"Drawn: the {int(shown.sum()):,} members who have any {noun}. Not drawn: {members} without."
    else:
        words = (
            f"Drawn: the {int(shown.sum()):,} members of the strongest ties. Not drawn: {members}, and with them "
            f"{rest:,} of {count_of(whole, noun)}."
        )
    return textwrap.wrap(words, letters)


def strongest(data: pd.DataFrame, *, even: bool) -> list[tuple[str, str, int]]:
    """The largest cells, ties in the order of the matrix; where it is even, of each two once."""
    cells = once(data, even=even)
    flat = np.argsort(-cells, axis=None, kind="stable")[:STRONGEST]
    places = [divmod(int(place), len(data)) for place in flat]
    return [
        (member_said(data.index[row]), member_said(data.columns[column]), int(cells[row, column]))
        for row, column in places
        if cells[row, column] > 0
    ]


def once(data: pd.DataFrame, *, even: bool) -> Floats:
    """The counts, 0 where there is none; of what goes both ways those above the diagonal."""
    cells = _counts(data)
    return np.triu(cells) if even else cells


def is_even(data: pd.DataFrame) -> bool:
    """Is what goes one way what goes the other, as of meetings? A height knows no more of a matrix than its cells."""
    cells = _counts(data)
    return bool(np.array_equal(cells, cells.T))


def as_strong(counts: Floats, named: list[tuple[str, str, int]]) -> list[str]:
    """How many cells hold as much as the last that is named, and are not."""
    least = named[-1][2] if named else 0
    more = int((counts >= least).sum()) - len(named) if least else 0
    return [f"and {more:,} more with {least:,}"] if more else []


def numbers(data: pd.DataFrame) -> Floats:
    """The cells, unknown ones not a number."""
    return data.to_numpy("float64", na_value=np.nan)


def _counts(data: pd.DataFrame) -> Floats:
    return np.nan_to_num(numbers(data), nan=0)
