"""What a selection shows: frames, charts, tables and sentences, without any widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from partnership_analysis import charts, tables
from partnership_analysis.charts.review import with_states
from partnership_analysis.charts.signals import plot_signals
from partnership_analysis.charts.theme import Chart
from partnership_analysis.errors import PartnershipError
from partnership_analysis.explore.frames import Frames
from partnership_analysis.explore.selection import Selection
from partnership_analysis.metrics.exchange.reciprocity import THEY_GIVE, WE_GIVE
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.signals.board import changed
from partnership_analysis.periods import month_start
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.tables.blocks import Block, Sentences
from partnership_analysis.tables.display import Shown
from partnership_analysis.wording import count_of, day, joined

TOPICS = {
    "standing": "Where they stand",
    "trend": "How they got there",
    "exchange": "Who gives, who takes",
    "signals": "Who changed",
}
"""What there is to look at, and its title."""
_TODO = {
    "silent": "Ring {} this week: the silence is longer than their rhythm explains.",
    "weakening": "Have lunch with {} and ask what changed.",
    "strengthening": "Thank {} and bring something back while it grows.",
}

PANELS, SPAN = 8, 24
"""Panels of a trend, and months that it reaches back."""
_STATE = ("state", "won_before", "recent", "earlier")
RANKED = ("partner", "band", "rvi", "low", "high", "rvi_before", "partial", *_STATE)
RANKED_BY_RATE = ("partner", "band", "rate", "rate_low", "rate_high", "partial", *_STATE)
"""What a ranking draws, by the index and where there is none."""
_FEWEST = ("partner", "state", "rvi", "rate", "strengthening", "weakening")


class Drawable(NamedTuple):
    """A chart with its frame and options."""

    chart: Chart
    data: pd.DataFrame
    options: dict[str, Any]


@dataclass(frozen=True, eq=False)
class View:
    """What a selection of a portfolio shows. Frames are computed when they are asked for.

    Attributes
    ----------
    portfolio : Portfolio
        The whole one.
    selection : Selection
    partners : tuple of str
        Who is selected, whether there is anything to say of them or not.
    trouble : str
        Why there is nothing to show; empty where there is.
    frames : Frames
        The measures of the whole portfolio.
    """

    portfolio: Portfolio
    selection: Selection
    partners: tuple[str, ...]
    trouble: str
    frames: Frames

    @cached_property
    def standing(self) -> pd.DataFrame:
        """The selection's rows of :func:`partnership_analysis.quarter_change`; without trust by interactions a month."""
        if self.trouble:
            return pd.DataFrame({name: pd.Series(dtype="string") for name in _FEWEST})
        return self._highest_first(self.frames.standing(self.selection))

    @cached_property
    def placed(self) -> pd.DataFrame:
        """The columns of ``standing`` that are the index or stand in for it: what most pictures draw, and sooner there."""
        return self.standing if self.trouble else self._highest_first(self.frames.placed(self.selection))

    @cached_property
    def told(self) -> pd.DataFrame:
        """``placed`` with vertical and signals: what the panel's tables say, without what only a notebook's say."""
        return self.standing if self.trouble else self._highest_first(self.frames.told(self.selection))

    @cached_property
    def trends(self) -> pd.DataFrame:
        """Two years of :func:`partnership_analysis.rvi`, partners in the order of their standing."""
        if self.trouble:
            return self.standing
        return self._since(list(self.placed["partner"]))

    @cached_property
    def exchange(self) -> pd.DataFrame:
        """The selection's rows of :func:`partnership_analysis.reciprocity`, of those who have not ended."""
        if self.trouble:
            return self.standing
        here = set(self.placed["partner"])
        rows = self._mine(self.frames.exchange(self.selection))
        return rows[rows["partner"].isin(here)].reset_index(drop=True)

    @cached_property
    def changed(self) -> pd.DataFrame:
        """The rows of ``standing`` that chance does not explain: weakening, silent, strengthening, the surest first."""
        return changed(self.standing)

    @cached_property
    def news(self) -> pd.DataFrame:
        """The same of ``told``."""
        return changed(self.told)

    @property
    def rated(self) -> bool:
        """Has anybody who is selected an index?"""
        return not self.trouble and bool(self.placed["rvi"].notna().any())

    @property
    def summary(self) -> str:
        """What is shown, of whom and until when, in a sentence or two; or why there is nothing."""
        if self.trouble:
            return self.trouble
        chosen, until = self.selection, self.frames.day(self.selection)
        side = "" if chosen.perspective == "ours" else ", from their side"
        how = (
            f"over {count_of(chosen.window, 'month')}"
            if chosen.method == "trailing"
            else "as published, over the whole partnership"
        )
        words = (
            f"{count_of(len(self.placed), 'partner')}{self._which()}, {how} to {day(until, year=True)}{side}."
        )
        return words + (
            "" if self.rated else " Nobody rated their trust, so interactions a month stand in for RVI."
        )

    def chart(self, topic: str) -> Drawable:
        """The chart of a topic, with the frame and the options to draw it."""
        if self.trouble:
            return Drawable(charts.plot_rvi_ranking, pd.DataFrame(), {})
        chosen, until = self.selection, self.frames.day(self.selection)
        limits = {"limits": self.portfolio.settings.bands.limits} if self.rated else {}
        period = {"period": tables.window_words(self.portfolio, until, chosen.window)}
        trailing = chosen.method == "trailing"
        if topic == "exchange":
            return Drawable(charts.plot_reciprocity, self.exchange, period)
        if topic == "standing":
            over = period if trailing else {"period": f"the whole partnership to {until:%B %Y}, as published"}
            # A chart that walks over its rows does so in a tenth of the time where they are short.
            if self.rated:
                return Drawable(charts.plot_rvi_ranking, _known(self.told, RANKED, "rvi"), limits | over)
            return Drawable(charts.plot_activity_ranking, _known(self.told, RANKED_BY_RATE, "rate"), over)
        if topic == "signals":
            return Drawable(plot_signals, self._board(), {"as_of": until, "standing": self.told})
        rows = self._since(list(self.placed["partner"].head(PANELS)))
        over_months = {"window": chosen.window} if trailing else {}
        if self.rated:
            return Drawable(charts.plot_rvi_trend, rows, limits | over_months | {"standing": self.told})
        told = over_months | {"standing": self.told}
        return Drawable(charts.plot_activity_trend, with_states(rows, self.told), told)

    def caption(self, topic: str) -> str:
        """What the picture does not say of itself, in a sentence; empty where there is nothing to add."""
        if topic == "signals" and self.news.empty:
            return "Nobody's rate has changed beyond what chance explains."
        if topic == "trend" and len(self.placed) > PANELS:
            return f"The picture shows the first {PANELS} of {count_of(len(self.placed), 'partner')}; the table names all."
        return ""

    def picture(self, topic: str) -> charts.Picture:
        """The chart of a topic at page and phone width, as notebooks show it."""
        drawable = self.chart(topic)
        return charts.picture(drawable.chart, drawable.data, **drawable.options)

    def table(self, topic: str) -> Shown | Block:
        """The table of a topic, as notebooks show it; a sentence where there is nothing to show."""
        if self.trouble:
            return Sentences([self.trouble])
        if topic == "exchange":
            return tables.reciprocity_table(self.exchange, currency=self.portfolio.settings.currency)
        if topic == "signals":
            return tables.signals_table(self.changed)
        return tables.standing_table(self.standing, limits=self.portfolio.settings.bands.limits)

    @property
    def advice(self) -> list[str]:
        """What to do with what is shown, in sentences with names."""
        if self.trouble:
            return [self.trouble]
        said = []
        for state, todo in _TODO.items():
            names = list(self.changed.loc[self.changed["state"] == state, "partner"])
            said += [todo.format(joined(names))] if names else []
        uneven = [
            (WE_GIVE, "Ask {} what they could bring, before you give more."),
            (THEY_GIVE, "Bring {} something first: they give, and get little."),
        ]
        for label, todo in uneven:
            names = list(self.exchange.loc[self.exchange["label"] == label, "partner"])
            said += [todo.format(joined(names))] if names else []
        return said or [
            "Nobody here changed beyond chance or is one-sided: leave them as they are, and look elsewhere."
        ]

    def to_do(self) -> Block:
        """:attr:`advice` as a notebook shows it."""
        return Sentences(self.advice)

    def _mine(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["partner"].isin(list(self.partners))].reset_index(drop=True)

    def _highest_first(self, rows: pd.DataFrame) -> pd.DataFrame:
        mine = self._mine(rows)
        if mine["rvi"].notna().any():
            return mine
        order, falls = ["rate", "partner"], [False, True]
        return mine.sort_values(order, ascending=falls, key=by_name, kind="stable", ignore_index=True)

    def _board(self) -> pd.DataFrame:
        """What happened by month with those who changed."""
        board = self.frames.board(self.selection)
        order = {name: position for position, name in enumerate(self.news["partner"])}
        rows = board[board["partner"].isin(list(order))]
        return (
            rows.assign(order=rows["partner"].map(order))
            .sort_values(["order", "month"], kind="stable", ignore_index=True)
            .drop(columns="order")
        )

    def _since(self, names: list[str]) -> pd.DataFrame:
        order = {name: position for position, name in enumerate(names)}
        first = pd.Timestamp(month_start(self.selection.index - SPAN + 1))
        monthly = self.frames.monthly(self.selection)
        rows = monthly[monthly["partner"].isin(names) & (monthly["month"] >= first)]
        rows = rows.assign(order=rows["partner"].map(order))
        return rows.sort_values(["order", "month"], kind="stable", ignore_index=True).drop(columns="order")

    def _which(self) -> str:
        parts = [f" in {self.selection.vertical}"] if self.selection.vertical else []
        parts += [f" ({self.selection.relationship})"] if self.selection.relationship else []
        return f": {self.selection.partner}" if self.selection.partner else "".join(parts)


def view(portfolio: Portfolio, selection: Selection, *, frames: Frames | None = None) -> View:
    """What a selection shows.

    Parameters
    ----------
    portfolio : Portfolio
        The whole one; it is not changed.
    selection : Selection
    frames : Frames, optional
        Of the same portfolio: what is computed there already is not computed again.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-05-02", "2025-08-12"], "partner": ["Ann", "Bo"], "kind": "event"})
    >>> ours = pa.Portfolio.from_frames(rows)
    >>> view(ours, Selection.of(ours, partner="ann")).standing["partner"].tolist()
    ['Ann']
    >>> view(ours, Selection.of(ours, month="2019-01")).trouble
    'Nothing is on record by January 2019: the record begins on 2 May 2025. Choose a later month.'
    """
    kept = frames or Frames(portfolio)
    chosen = members(portfolio, selection)
    return View(portfolio, selection, chosen, _trouble(portfolio, selection, chosen, kept), kept)


def members(portfolio: Portfolio, selection: Selection) -> tuple[str, ...]:
    """Names that fit a selection, in the portfolio's order."""
    about = portfolio.described()
    fits = pd.Series(True, index=about.index)
    for name in ("partner", "vertical", "relationship"):
        if wanted := getattr(selection, name):
            fits &= about[name].eq(wanted).fillna(False).astype(bool)
    return tuple(about.loc[fits, "partner"])


def _known(rows: pd.DataFrame, names: Sequence[str], value: str) -> pd.DataFrame:
    return rows.loc[rows[value].notna(), list(names)]


def _trouble(portfolio: Portfolio, selection: Selection, chosen: tuple[str, ...], frames: Frames) -> str:
    if portfolio.first_date is None:
        return "The portfolio has no interactions, so there is nothing to show."
    until = month_start(selection.index + 1)
    if portfolio.first_date >= pd.Timestamp(until):
        return (
            f"Nothing is on record by {selection.label()}: the record begins on "
            f"{day(portfolio.first_date, year=True)}. Choose a later month."
        )
    if not chosen:
        asked = [getattr(selection, name) for name in ("partner", "vertical", "relationship")]
        return f"Nobody is {joined([f'“{word}”' for word in asked if word])}: choose “all” in one of them."
    try:
        here = frames.placed(selection)["partner"].isin(list(chosen)).any()
    except PartnershipError as error:
        return str(error)
    if here:
        return ""
    return (
        f"Nobody of this selection was a partner in {selection.label()}: the partnership had ended, or not begun. "
        "Choose another month."
    )
