"""The measures behind a view, each computed once for the choices that it depends on, and anew when a table changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from typing import Any

import pandas as pd

from partnership_analysis.explore.recent import Made, Recent
from partnership_analysis.explore.selection import Selection
from partnership_analysis.metrics.exchange.reciprocity import reciprocity
from partnership_analysis.metrics.rvi import latest, rvi
from partnership_analysis.metrics.signals.board import signals_board
from partnership_analysis.metrics.signals.change import standing_of
from partnership_analysis.periods import month_start
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

    def day(self, selection: Selection) -> dt.date:
        """The last day that counts."""
        return self.kept("day", selection.month, lambda: selection.day(self.portfolio))

    def monthly(self, selection: Selection) -> pd.DataFrame:
        """:func:`partnership_analysis.rvi`."""
        how: dict[str, Any] = {
            "perspective": selection.perspective,
            "method": selection.method,
            "window": selection.window,
            "as_of": self.day(selection),
        }
        return self._frame("monthly", tuple(how.values()), lambda: rvi(self.portfolio, **how), most=FEW)

    def standing(self, selection: Selection) -> pd.DataFrame:
        """:func:`partnership_analysis.quarter_change` of the month's quarter, by the selection's window and method."""
        key = (selection.perspective, selection.method, selection.window, selection.month)
        return self._frame("standing", key, lambda: self._standing(selection))

    def _standing(self, selection: Selection) -> pd.DataFrame:
        """Signals, counts of the quarter and value do not depend on window and method: only the index is put anew."""
        side, day = selection.perspective, self.day(selection)
        quarter = selection.quarter(self.portfolio.settings.fiscal_year_start)
        how, base = self.kept(
            "base",
            (side, selection.month),
            lambda: (
                (selection.method, selection.window),
                standing_of(self.portfolio, quarter, self.monthly(selection), day, perspective=side),
            ),
        )
        if how == (selection.method, selection.window):
            return base
        monthly = self.monthly(selection)
        now = latest(monthly, day).set_index("partner").drop(columns="month").reindex(base["partner"])
        ago = latest(monthly, month_start(quarter.first_index - 1)).set_index("partner")[["rvi", "band"]]
        ago = ago.add_suffix("_before").reindex(base["partner"])
        table = base.assign(**{str(name): rows[name].array for rows in (now, ago) for name in rows})
        table["rvi_change"] = table["rvi"] - table["rvi_before"]
        return table.sort_values(
            ["rvi", "count", "partner"], ascending=[False, False, True], kind="stable", ignore_index=True
        )

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
