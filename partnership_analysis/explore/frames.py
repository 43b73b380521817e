"""The measures behind a view, each computed once for the choices that it depends on, and anew when a table changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from partnership_analysis.explore.recent import Made, Recent
from partnership_analysis.explore.selection import Selection, last_month
from partnership_analysis.metrics.about import ended_by, vertical_of
from partnership_analysis.metrics.exchange.reciprocity import reciprocity
from partnership_analysis.metrics.grid import tenure
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.rvi import latest, rvi
from partnership_analysis.metrics.signals.board import signals_board
from partnership_analysis.metrics.signals.change import RECENT, standing_of, won_of
from partnership_analysis.metrics.signals.states import signalled
from partnership_analysis.periods import month_index, month_start
from partnership_analysis.portfolio import Portfolio

MOST = 60
"""Results of a sort that are kept, what was asked for longest ago forgotten first."""
_OTHERS = {"monthly": 12, "view": 100, "picture": 100, "rows": 100, "drawing": 1}
"""Likewise of sorts with more or fewer: one has a row for every partner and month, a picture takes 40 kB."""
_GIVEN = (
    "foretold",
    "monthly",
    "placed",
    "signals",
    "base",
    "standing",
    "exchange",
    "board",
    "picture",
    "rows",
)
"""Sorts that another process may have made."""


_Kept = tuple[str, Hashable, object]


class Frames:
    """Measures of a whole portfolio. Partners are chosen from them later, so that choosing others costs nothing.

    Whom a view shows changes no number: a signal weighs a partner against the whole portfolio, whoever else is shown.
    """

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio

    @property
    def stores(self) -> dict[str, Recent]:
        """What is kept, by its sort; another one after a table changed."""
        return self.portfolio.kept("explore", dict[str, Recent])

    def kept(self, sort: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, made once for each key of a sort while the portfolio's tables hold the same cells."""
        return self.stores.setdefault(sort, Recent(_OTHERS.get(sort, MOST))).get(key, make)

    def has(self, sort: str, key: Hashable) -> bool:
        """Is that kept?"""
        return key in self.stores.get(sort, ())

    def day(self, selection: Selection) -> dt.date:
        """The last day that counts."""
        return self.kept("day", selection.month, lambda: selection.day(self.portfolio))

    def monthly(self, selection: Selection) -> pd.DataFrame:
        """:func:`partnership_analysis.rvi`."""
        day, last = self.day(selection), self.day(replace(selection, month=last_month(self.portfolio)))
        if month_start(selection.index + 1) > last or not self.kept(
            "foretold", day, lambda: self._foretold(day, last)
        ):
            return self._monthly(selection, day)
        whole = self._monthly(selection, last)
        return whole[whole["month"] <= pd.Timestamp(day)].reset_index(drop=True)

    def _monthly(self, selection: Selection, day: dt.date) -> pd.DataFrame:
        how: dict[str, Any] = {
            "perspective": selection.perspective,
            "method": selection.method,
            "window": selection.window,
            "as_of": day,
        }
        return self._frame("monthly", tuple(how.values()), lambda: rvi(self.portfolio, **how))

    def _foretold(self, day: dt.date, last: dt.date) -> bool:
        """Whether nothing after a month's end changes who was a partner by then, and so no earlier month's index.

        Only somebody who did something after the end on record was a partner for longer than it seemed.
        """
        then, now = (tenure(self.portfolio, until).set_index("partner") for until in (day, last))
        now = now[now["first_month"] <= month_index(day)].clip(upper=month_index(day))
        return then.equals(now)

    def placed(self, selection: Selection) -> pd.DataFrame:
        """What of :meth:`standing` depends on window and method: the index and the quarter before, highest first."""
        key = (selection.perspective, selection.method, selection.window, selection.month)
        return self._frame("placed", key, lambda: self._placed(selection))

    def _placed(self, selection: Selection) -> pd.DataFrame:
        day, monthly = self.day(selection), self.monthly(selection)
        quarter = selection.quarter(self.portfolio.settings.fiscal_year_start)
        now = latest(monthly, day).drop(columns="month")
        now = now[~now["partner"].isin(ended_by(self.portfolio, day))]
        ago = latest(monthly, month_start(quarter.first_index - 1))
        ago = ago.set_index("partner")[["rvi", "band"]].add_suffix("_before").reindex(now["partner"])
        table = now.assign(**{str(name): ago[name].array for name in ago})
        table["rvi_change"] = table["rvi"] - table["rvi_before"]
        order, falls = ["rvi", "count", "partner"], [False, False, True]
        return table.sort_values(order, ascending=falls, key=by_name, kind="stable", ignore_index=True)

    def told(self, selection: Selection) -> pd.DataFrame:
        """:meth:`placed` with each partner's ``vertical``, the value at risk, and what :func:`partnership_analysis.signals` says on the day."""
        placed, day = self.placed(selection), self.day(selection)
        names = placed["partner"]
        return _beside(
            placed.assign(
                vertical=vertical_of(self.portfolio, names),
                won_before=won_of(self.portfolio, names, day, ago=RECENT),
            ),
            self.signals(selection),
        )

    def signals(self, selection: Selection) -> pd.DataFrame:
        """:func:`partnership_analysis.signals` of the day's month."""
        day, side = self.day(selection), selection.perspective
        return self._frame(
            "signals",
            (side, day),
            lambda: signalled(self.portfolio, perspective=side, as_of=day, take=partial(latest, month=day)),
        )

    def standing(self, selection: Selection) -> pd.DataFrame:
        """:func:`partnership_analysis.quarter_change` of the month's quarter, by the selection's window and method."""
        key = (selection.perspective, selection.method, selection.window, selection.month)
        return self._frame("standing", key, lambda: self._standing(selection))

    def _standing(self, selection: Selection) -> pd.DataFrame:
        """Signals, counts of the quarter and value do not depend on window and method: they are computed once."""
        side, day = selection.perspective, self.day(selection)
        quarter = selection.quarter(self.portfolio.settings.fiscal_year_start)
        base = self.kept(
            "base",
            (side, selection.month),
            lambda: standing_of(self.portfolio, quarter, self.monthly(selection), day, perspective=side),
        )
        return _beside(self.placed(selection), base)

    def exchange(self, selection: Selection) -> pd.DataFrame:
        """:func:`partnership_analysis.reciprocity` in the window."""
        day, window = self.day(selection), selection.window
        return self._frame(
            "exchange", (window, day), lambda: reciprocity(self.portfolio, window=window, as_of=day)
        )

    def board(self, selection: Selection) -> pd.DataFrame:
        """:func:`partnership_analysis.metrics.signals.board.signals_board`."""
        day, side = self.day(selection), selection.perspective
        return self._frame(
            "board", (side, day), lambda: signals_board(self.portfolio, perspective=side, as_of=day)
        )

    def _frame(self, sort: str, key: Hashable, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        return self.kept(sort, key, make).copy(deep=False)


class News:
    """What frames hold that they did not when this was made: told by a process that works ahead, taken by the one it left.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-08-12"], "partner": "Ann", "kind": "event"})
    >>> here = Frames(pa.Portfolio.from_frames(rows))
    >>> news = News(here)
    >>> here.kept("rows", "Ann", lambda: "1"), news.told(), news.told()
    ('1', [('rows', 'Ann', '1')], [])
    """

    def __init__(self, frames: Frames) -> None:
        self._frames, self._stores = frames, frames.stores
        self._known = {sort: {key for key, _ in self._stores.get(sort, ())} for sort in _GIVEN}

    def told(self) -> list[_Kept]:
        """Sort, key and result of what is new since the last time."""
        new = [
            (sort, key, result)
            for sort in _GIVEN
            for key, result in self._stores.get(sort, ())
            if key not in self._known[sort]
        ]
        for sort, key, _ in new:
            self._known[sort].add(key)
        return new

    def take(self, told: list[_Kept]) -> None:
        """Keep it, unless a table changed since."""
        if self._frames.stores is self._stores:
            for sort, key, result in told:
                self._frames.kept(sort, key, lambda result=result: result)  # type: ignore[misc]


def _beside(placed: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """A frame with those columns of another that it has not, partner by partner."""
    others = [str(name) for name in rows if name not in (*placed, "month")]
    rest = rows.set_index("partner")[others].reindex(placed["partner"])
    return placed.assign(**{name: rest[name].array for name in others})
