"""The measures behind a view, each computed once for the choices that it depends on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

import pandas as pd

from partnership_analysis.explore.selection import Selection
from partnership_analysis.metrics.exchange.reciprocity import reciprocity
from partnership_analysis.metrics.rvi import latest, rvi
from partnership_analysis.metrics.signals.board import signals_board
from partnership_analysis.metrics.signals.change import standing_of
from partnership_analysis.periods import month_start
from partnership_analysis.portfolio import Portfolio

MOST = 200
"""Frames that are kept, the oldest forgotten first."""


class Frames:
    """Measures of a whole portfolio. Partners are chosen from them later, so that choosing others costs nothing.

    Whom a view shows changes no number: a signal weighs a partner against the whole portfolio, whoever else is shown.
    """

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio
        self._window = portfolio.settings.window
        self._made: dict[Hashable, Any] = {}

    def day(self, selection: Selection) -> dt.date:
        """The last day that counts."""
        key = ("day", selection.month)
        made: dt.date = self._kept(key, lambda: selection.day(self.portfolio))
        return made

    def monthly(self, selection: Selection) -> pd.DataFrame:
        """:func:`partnership_analysis.rvi`."""
        how: dict[str, Any] = {
            "perspective": selection.perspective,
            "method": selection.method,
            "window": selection.window,
            "as_of": self.day(selection),
        }
        return self._frame(("monthly", *how.values()), lambda: rvi(self.portfolio, **how))

    def standing(self, selection: Selection) -> pd.DataFrame:
        """:func:`partnership_analysis.quarter_change` of the month's quarter, by the selection's window and method."""
        day, side = self.day(selection), selection.perspective
        key = ("standing", side, selection.method, selection.window, day)
        return self._frame(key, lambda: self._standing(selection, day))

    def _standing(self, selection: Selection, day: dt.date) -> pd.DataFrame:
        """Signals, counts of the quarter and value do not depend on window and method: only the index is put anew."""
        side, usual = selection.perspective, replace(selection, window=self._window, method="trailing")
        quarter = selection.quarter(self.portfolio.settings.fiscal_year_start)
        base = self._frame(
            ("standing", side, usual.method, usual.window, day),
            lambda: standing_of(self.portfolio, quarter, self.monthly(usual), day, perspective=side),
        )
        if usual == selection:
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
            ("exchange", window, day), lambda: reciprocity(self.portfolio, window=window, as_of=day)
        )

    def board(self, selection: Selection) -> pd.DataFrame:
        """:func:`partnership_analysis.metrics.signals.board.signals_board`."""
        day, side = self.day(selection), selection.perspective
        return self._frame(
            ("board", side, day), lambda: signals_board(self.portfolio, perspective=side, as_of=day)
        )

    def _frame(self, key: Hashable, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        made: pd.DataFrame = self._kept(key, make)
        return made.copy(deep=False)

    def _kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        if key not in self._made:
            made = make()
            if len(self._made) >= MOST:
                del self._made[next(iter(self._made))]
            self._made[key] = made
        return self._made[key]
