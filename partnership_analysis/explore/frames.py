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
from partnership_analysis.metrics.signals.change import standing_of
from partnership_analysis.metrics.signals.states import signalled
from partnership_analysis.periods import month_index, month_start
from partnership_analysis.portfolio import Portfolio

MOST = 60
"""Results of a sort that are kept, what was asked for longest ago forgotten first."""
FEW = 12
"""Likewise of those with a row for every partner and month."""


class Frames:
    """Measures of a whole portfolio. Partners are chosen from them later, so that choosing others costs nothing.

    Whom a view shows changes no number: a signal weighs a partner against the whole portfolio, whoever else is shown.
    """

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio

    def kept(self, sort: str, key: Hashable, make: Callable[[], Made], *, most: int = MOST) -> Made:
        """What ``make`` gives, made once for each key of a sort while the portfolio's tables hold the same cells."""
        stores = self.portfolio.kept("explore", dict[str, Recent])
        return stores.setdefault(sort, Recent(most)).get(key, make)

    def has(self, sort: str, key: Hashable) -> bool:
        """Is that kept?"""
        return key in self.portfolio.kept("explore", dict[str, Recent]).get(sort, ())

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
        return self._frame("monthly", tuple(how.values()), lambda: rvi(self.portfolio, **how), most=FEW)

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
        """:meth:`placed` with each partner's ``vertical`` and what :func:`partnership_analysis.signals` says on the day."""
        placed = self.placed(selection)
        return _beside(
            placed.assign(vertical=vertical_of(self.portfolio, placed["partner"])), self.signals(selection)
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

    def _frame(
        self, sort: str, key: Hashable, make: Callable[[], pd.DataFrame], *, most: int = MOST
    ) -> pd.DataFrame:
        return self.kept(sort, key, make, most=most).copy(deep=False)


def _beside(placed: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """A frame with those columns of another that it has not, partner by partner."""
    others = [str(name) for name in rows if name not in (*placed, "month")]
    rest = rows.set_index("partner")[others].reindex(placed["partner"])
    return placed.assign(**{name: rest[name].array for name in others})
