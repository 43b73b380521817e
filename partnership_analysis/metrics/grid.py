"""Partner x month arrays: the ground on which every monthly measure stands.

A dense array of months makes a trailing sum the difference of two cumulative sums, for all partners and
months at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.columns import places, stacked, texts
from partnership_analysis.panel import panel_of
from partnership_analysis.periods import month_index, month_indices, month_stamps
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import RVI_KINDS
from partnership_analysis.settings import Settings

PERSPECTIVES = {"ours": ("received", "mutual"), "theirs": ("given", "mutual")}
"""Directions that count for each side."""

NOTHING = "The portfolio has no interactions, so there is nothing to measure."

PART = 1_000_000
"""Cells of partner and month above which a table of them is made anew whenever somebody asks, and so many at a time."""

Ints = NDArray[np.int64]
Take = Callable[[pd.DataFrame], pd.DataFrame]
"""What is wanted of a table, row by row, so that it is the same of a part as of the whole."""


def last_day(portfolio: Portfolio, as_of: dt.date | str | None = None) -> dt.date:
    """The day up to which things are counted: ``as_of``, or the last interaction's.

    Raises
    ------
    PeriodError
        If there is no interaction at all, or ``as_of`` is no date or before the first interaction.
    """
    first, last = portfolio.first_date, portfolio.last_date
    if first is None or last is None:
        raise PeriodError(NOTHING)
    if as_of is None:
        return last.date()
    day = day_given(as_of)
    if day < first.date():
        raise PeriodError(f"as_of {day} is before the first interaction ({first.date()}).")
    return day


def day_given(as_of: dt.date | str) -> dt.date:
    """A day as somebody names it.

    Raises
    ------
    PeriodError
        If it is no date.
    """
    stamp: pd.Timestamp | None = None
    with suppress(ValueError, TypeError):
        stamp = pd.Timestamp(as_of)
    if stamp is None or pd.isna(stamp):
        raise PeriodError(f"as_of {as_of!r} is not a date; write it as 2025-09-30.")
    return stamp.date()


def record_start(portfolio: Portfolio) -> int:
    """Index of the month of the first interaction on record."""
    if portfolio.first_date is None:
        raise PeriodError(NOTHING)
    return month_index(portfolio.first_date)


def months_in(window: int | None, settings: Settings) -> int:
    """Months in a window: the one asked for, or the settings'."""
    if window is None:
        return settings.window
    if isinstance(window, bool) or not isinstance(window, (int, np.integer)) or window < 1:
        raise ParameterError([f"window {window!r} is not a number of months; choose 1 or more."])
    return int(window)


def directions(perspective: str) -> tuple[str, ...]:
    """The directions that count for a side, ``ours`` or ``theirs``."""
    if perspective not in PERSPECTIVES:
        raise ParameterError([f"perspective {perspective!r} is not known; choose 'ours' or 'theirs'."])
    return PERSPECTIVES[perspective]


def seen(portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    """The interactions up to a day; the table itself where there are no later ones, so it must not be changed."""
    rows = portfolio.interactions
    later = rows["date"] >= pd.Timestamp(day) + pd.Timedelta(days=1)
    return rows[~later] if later.any() else rows


def with_days(portfolio: Portfolio, table: pd.DataFrame) -> pd.DataFrame:
    """A table that rests on single interactions and their days: empty of a ready panel, which keeps months only."""
    return table.head(0) if portfolio.reduced else table


def tenure(portfolio: Portfolio, as_of: dt.date) -> pd.DataFrame:
    """First and last month of every partnership that had begun by ``as_of``.

    A partnership begins with ``started`` or with the first interaction on record, whichever is earlier; it
    ends with ``ended`` or the last interaction, whichever is later, or goes on. A partner with neither a
    start nor an interaction has not begun and is not in the result.

    Returns
    -------
    DataFrame
        Sorted by ``partner``; ``first_month``, ``last_month`` (index ``year * 12 + month - 1``, int64).
    """
    return portfolio.kept(("tenure", as_of), lambda: _tenure(portfolio, as_of)).copy(deep=False)


def _tenure(portfolio: Portfolio, as_of: dt.date) -> pd.DataFrame:
    stop = pd.Timestamp(as_of)
    span = seen(portfolio, as_of).groupby("partner", sort=True)["date"].agg(["min", "max"])
    about = portfolio.described().set_index("partner")[["started", "ended"]].sort_index()
    begun = pd.concat([about["started"], span["min"].reindex(about.index)], axis=1).min(axis=1)
    begun = begun[begun.notna() & (begun <= stop)]
    ended = about["ended"].reindex(begun.index)
    final = pd.concat([ended, span["max"].reindex(begun.index)], axis=1).max(axis=1)
    final = final.where(ended.notna() & (ended <= stop), stop)
    return pd.DataFrame(
        {
            "partner": begun.index.astype("string"),
            "first_month": month_indices(begun).to_numpy("int64"),
            "last_month": month_indices(final).to_numpy("int64"),
        }
    )


@dataclass(frozen=True)
class Grid:
    """Partners (rows) x months (columns), with the cells of each kind as counts.

    Attributes
    ----------
    partners : array of str, sorted
    first, width : int
        Index of the first month, which is that of the first interaction on record, and number of months.
    first_month, last_month : int arrays, one a partner
        The partnership's first and last month (indices).
    kinds : dict of kind to int array (partners x months)
    rows : slice, optional
        Which partners of another these are, if it is a part, of which nothing is kept.
    """

    partners: NDArray[np.object_]
    first: int
    width: int
    first_month: Ints
    last_month: Ints
    kinds: dict[str, Ints]
    rows: slice | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Partners, months."""
        return len(self.partners), self.width

    @property
    def months(self) -> Ints:
        """Index of each column's month."""
        return np.arange(self.first, self.first + self.width)

    @property
    def large(self) -> bool:
        """It has more than ``PART`` cells, so that tables of them are made in parts and not kept."""
        return len(self.partners) * self.width > PART

    def parts(self) -> Iterator[Grid]:
        """The grid in parts of at most ``PART`` cells, one after the other."""
        rows = max(PART // self.width, 1)
        for start in range(0, len(self.partners), rows):
            yield self.part(slice(start, start + rows))

    def part(self, rows: slice) -> Grid:
        """Some of the partners; views, not copies."""
        return replace(
            self,
            partners=self.partners[rows],
            first_month=self.first_month[rows],
            last_month=self.last_month[rows],
            kinds={kind: counts[rows] for kind, counts in self.kinds.items()},
            rows=rows,
        )

    def alone(self, partner: str) -> Grid:
        """One of the partners; nobody, if there is no such partner."""
        place = int(np.searchsorted(self.partners, partner))
        return self.part(slice(place, place + int(partner in self.partners[place : place + 1])))

    def alive(self) -> NDArray[np.bool_]:
        """Cells in which the partnership exists."""
        months = self.months[None, :]
        return (months >= self.first_month[:, None]) & (months <= self.last_month[:, None])

    def keys(self, cells: NDArray[np.bool_]) -> dict[str, object]:
        """``partner`` and ``month`` columns of the chosen cells, partner by partner."""
        row, column = np.nonzero(cells)
        return {
            "partner": texts(self.partners).take(row),
            "month": month_stamps(self.months)[column],
        }


def tabled(
    portfolio: Portfolio,
    cells: Grid,
    table: Callable[[Grid], pd.DataFrame],
    *,
    key: Hashable = None,
    take: Take | None = None,
    partner: str | None = None,
) -> pd.DataFrame:
    """A table of all cells, or of one partner's, or what ``take`` gives of it.

    A small one is kept under its key, if it has one. A large one is made in parts, of which only what is taken is held,
    or of the partner's cells alone.
    """
    if cells.large:
        parts = cells.parts() if partner is None else [cells.alone(partner)]
        return stacked([part if take is None else take(part) for part in map(table, parts)])
    whole = table(cells) if key is None else portfolio.kept(key, lambda: table(cells)).copy(deep=False)
    if partner is not None:
        whole = whole[whole["partner"] == partner].reset_index(drop=True)
    return whole if take is None else take(whole)


def grid(portfolio: Portfolio, *, perspective: str, as_of: dt.date) -> Grid:
    """Counts of the five RVI kinds for one side, on partner x month; the arrays are shared and cannot be changed."""
    return portfolio.kept(("grid", perspective, as_of), lambda: _grid(portfolio, perspective, as_of))


def _grid(portfolio: Portfolio, perspective: str, as_of: dt.date) -> Grid:
    reduced = panel_of(portfolio, until=as_of)
    spans = tenure(portfolio, as_of)
    partners = spans["partner"].to_numpy(dtype=object)
    first = record_start(portfolio)
    width = month_index(as_of) - first + 1
    mine = reduced[reduced["direction"].isin(directions(perspective)) & reduced["kind"].isin(RVI_KINDS)]
    rows = places(mine["partner"], partners)
    cells = rows * width + month_indices(mine["month"]).to_numpy("int64") - first
    counts = mine["count"].to_numpy("int64")
    kind_of = mine["kind"].to_numpy(dtype=object)
    kinds = {}
    for kind in RVI_KINDS:
        chosen = kind_of == kind
        sums = np.bincount(cells[chosen], weights=counts[chosen], minlength=len(partners) * width)
        kinds[kind] = sums.astype("int64").reshape(len(partners), width)
    begun, ended = (spans[name].to_numpy(copy=True) for name in ("first_month", "last_month"))
    for array in (begun, ended, *kinds.values()):
        array.flags.writeable = False
    return Grid(partners, first, width, begun, ended, kinds)


def trailing(cells: NDArray[np.int64], window: int | None) -> Ints:
    """Sum over the ``window`` columns up to each (all columns before it if ``None``).

    >>> trailing(np.array([[1, 0, 2, 4]]), 2).tolist()
    [[1, 1, 2, 6]]
    """
    total = np.cumsum(cells, axis=1)
    if window is None or window >= cells.shape[1]:
        return np.asarray(total)
    result = total.copy()
    result[:, window:] -= total[:, :-window]
    return np.asarray(result)
