"""The panel: widgets that make a selection, and outputs that follow it. It knows nothing that a view does not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from html import escape
from itertools import count, repeat
from typing import Any

import ipywidgets

from partnership_analysis.charts.theme import make_ahead
from partnership_analysis.explore.cells import rows_of
from partnership_analysis.explore.commands import REPORT, Source, papermill_line
from partnership_analysis.explore.frames import Frames, News
from partnership_analysis.explore.pace import AT_FIRST, Ahead, breathe, undisturbed
from partnership_analysis.explore.pages import (
    lines_html,
    profile_html,
    profile_line_html,
    style,
    summary_html,
)
from partnership_analysis.explore.quick import STEPS, drawing
from partnership_analysis.explore.selection import Selection, months_of, neighbours
from partnership_analysis.explore.view import TOPICS, View, members, view
from partnership_analysis.periods import month_start
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import RELATIONSHIPS

PATIENCE = 2.0
"""Seconds that a move may take for its neighbours to be made ahead: a kernel is not kept busy longer at a time."""
_ALL = "all"
_OWN = {"exchange": Frames.exchange, "signals": Frames.board}
"""Measures that only one topic shows."""
_NUMBERS = count(1)
_SIDES = {"our side": "ours", "their side": "theirs"}
_METHODS = {"over the window": "trailing", "as published": "published"}
_FIELDS = ("partner", "vertical", "relationship", "perspective", "method", "window", "month")


def explore(
    portfolio: Portfolio,
    *,
    source: str = "portfolio.xlsx",
    mapping: str = "",
    settings: str = "",
    **selection: Any,
) -> Explorer:
    """A panel of widgets over a portfolio: what is chosen above, the charts and tables below follow.

    Parameters
    ----------
    portfolio : Portfolio
    source, mapping, settings : str
        Where it was read from: for the command lines that the panel shows.
    **selection
        What is selected at first, as :class:`partnership_analysis.explore.Selection` names it.

    Returns
    -------
    Explorer
        Shown by a notebook; its ``selection`` and ``view`` are those of the moment.

    Raises
    ------
    ParameterError
        If the first selection does not fit the portfolio.

    Examples
    --------
    >>> import pandas as pd, partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-08-12"], "partner": "Ann", "kind": "referral", "direction": "received"})
    >>> panel = explore(pa.Portfolio.from_frames(rows), source="ours.xlsx")
    >>> panel.parameters_line()
    'papermill notebooks/quarterly_report.ipynb out.ipynb -p portfolio ours.xlsx -p quarter 2025Q3'
    """
    return Explorer(portfolio, Selection.of(portfolio, **selection), Source(source, mapping, settings))


class Explorer:
    """Widgets, and what they show. Only the open tab is drawn.

    Attributes
    ----------
    portfolio : Portfolio
    source : Source
    frames : Frames
        What was computed so far.
    view : View
        What is shown now.
    opened : str
        Partner whose profile is open; empty: none.
    seconds : float
        What the last move took until picture and table were sent.
    """

    def __init__(self, portfolio: Portfolio, selection: Selection, source: Source) -> None:
        self.portfolio, self.source = portfolio, source
        self.frames = Frames(portfolio)
        self.view: View = view(portfolio, selection, frames=self.frames)
        self.opened, self.seconds = "", 0.0
        self._quiet, self._ahead = False, Ahead()
        self.inputs = _inputs(portfolio, selection)
        self.reset = ipywidgets.Button(description="Start again", tooltip="All partners, as at first")
        self.summary, self.lines, self.page = (ipywidgets.HTML(layout=_wide()) for _ in range(3))
        self.pictures = {topic: ipywidgets.HTML(layout=_wide()) for topic in TOPICS}
        self.rows = {topic: ipywidgets.HTML() for topic in TOPICS}
        self.names = {topic: _names() for topic in TOPICS}
        self.tabs = ipywidgets.Tab([self._tab(topic) for topic in TOPICS], titles=list(TOPICS.values()))
        self.close = ipywidgets.Button(description="Close the profile")
        self.close.layout.display = "none"
        # A fixed id: a committed notebook is the same at every run.
        self.widget = ipywidgets.VBox(
            [
                ipywidgets.HTML(style()),
                _grid([*self.inputs.values(), self.reset]),
                *(self.summary, self.tabs, self.page, self.close, self.lines),
            ],
            model_id=f"partnership-analysis-explore-{next(_NUMBERS)}",
        )
        self.widget.add_class("pa-explore")
        self._first = selection
        self._show(time.perf_counter())
        self._listen()
        self._make_ahead("month", AT_FIRST)

    @property
    def selection(self) -> Selection:
        """What is selected now."""
        return self.view.selection

    @property
    def topic(self) -> str:
        """The topic whose tab is open."""
        return list(TOPICS)[self.tabs.selected_index or 0]

    def parameters_line(self) -> str:
        """The command of papermill for the quarterly report of what is selected, quoted for a shell."""
        return papermill_line(REPORT, self.selection, self.source, self.portfolio.settings)

    def select(self, **values: Any) -> None:
        """Change the selection, as moving a widget does.

        Raises
        ------
        ParameterError
            If it does not fit the portfolio; nothing changes then.
        """
        chosen = Selection.of(self.portfolio, **{**vars(self.selection), **values})
        with self._still():
            _set(self.inputs, self.portfolio, chosen)
        self._follow(chosen)

    def open(self, partner: str) -> None:
        """Show a partner's profile below; an empty name closes it."""
        self.opened = partner
        self.close.layout.display = "" if partner else "none"
        if not partner:
            self.page.value = ""
            return
        chosen = replace(self.selection, partner=partner)
        key = (partner, chosen.quarter(self.portfolio.settings.fiscal_year_start))
        page = self.frames.kept("page", key, lambda: profile_html(self.portfolio, partner, chosen))
        self._put(self.page, page + profile_line_html(self.portfolio, chosen, self.source))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        shown = self.widget._repr_mimebundle_() or {}
        said = f"{self.view.summary} Run this cell in JupyterLab to move the widgets."
        return {**shown, "text/plain": said, "text/html": f'<p class="pa">{escape(said)}</p>'}

    def _listen(self) -> None:
        for name, widget in self.inputs.items():
            widget.observe(lambda change, name=name: self._moved(name), names="value")
        self.reset.on_click(lambda _: self.select(**vars(self._first)))
        self.close.on_click(lambda _: self._opened(None))
        self.tabs.observe(lambda _: self._follow(self.selection, "tab"), names="selected_index")
        for buttons in self.names.values():
            buttons.observe(lambda change: self._opened(change["new"]), names="value")

    def _moved(self, name: str) -> None:
        if self._quiet:
            return
        values = {field: self.inputs[field].value for field in _FIELDS}
        if name in ("vertical", "relationship"):
            # Whoever is not among them any more cannot stay chosen.
            group = replace(
                self.selection, partner="", vertical=values["vertical"], relationship=values["relationship"]
            )
            there = members(self.portfolio, group)
            values["partner"] = values["partner"] if values["partner"] in there else ""
            with self._still():
                _offer(self.inputs["partner"], there, values["partner"])
        self._follow(Selection(**values), name)

    def _opened(self, partner: str | None) -> None:
        if self._quiet:
            return
        with self._still():
            for buttons in self.names.values():
                buttons.value = partner if partner in buttons.options else None
        self.open(partner or "")

    def _follow(self, selection: Selection, moved: str = "") -> None:
        begun = time.perf_counter()
        self._ahead.stop()
        with undisturbed():
            self.view = self._viewed(selection)
            self._show(begun)
            if self.opened:
                self._opened(selection.partner or self.opened)
        # While the page shows the answer: the next picture finds its axes made.
        make_ahead(1)
        self._make_ahead(moved)

    def _show(self, begun: float) -> None:
        """Bring the open tab and the sentences up to date: the picture first, then the table."""
        topic = self.topic
        self._put(self.pictures[topic], self._picture(topic, self.view))
        self._put(self.summary, summary_html(self.view.summary, self._caption(topic)))
        breathe()
        names, rows = self._rows(topic, self.view)
        with self._still():
            buttons = self.names[topic]
            if buttons.options != tuple(names):
                buttons.options = names
            buttons.value = self.opened if self.opened in names else None
        self._put(self.rows[topic], rows)
        self.seconds = time.perf_counter() - begun
        self._put(self.lines, lines_html(self.portfolio, self.selection, self.source))

    def _make_ahead(self, moved: str, rest: float | None = None) -> None:
        if self.seconds < PATIENCE:
            self._ahead.begin(self._likely(moved), rest, partial(News, self.frames))

    def _likely(self, moved: str) -> Iterator[Callable[[], object]]:
        """What makes the next moves quick: what moved last moves on, another tab, another widget."""
        months = [month for _, month in self.inputs["month"].options]
        beside = neighbours(self.selection, months, self.inputs["window"].max)
        moves = [(self.topic, selection) for selection in beside.pop(moved, ())]
        moves += [(topic, self.selection) for topic in TOPICS if topic != self.topic]
        moves += [(self.topic, selection) for others in beside.values() for selection in others]
        for topic, selection in moves:
            yield from self._pieces(topic, selection)

    def _pieces(self, topic: str, selection: Selection) -> Iterator[Callable[[], object]]:
        """What a topic shows of a selection, in pieces that are each short: nobody waits long for one."""
        yield partial(self._viewed, selection)
        if not self._viewed(selection).trouble:
            yield partial(self.frames.signals, selection)
            if topic in _OWN:
                yield partial(_OWN[topic], self.frames, selection)
            yield from repeat(partial(self._go_on_drawing, topic, selection), STEPS)
            yield lambda: self._rows(topic, self._viewed(selection))

    def _go_on_drawing(self, topic: str, selection: Selection) -> None:
        """Take the next step of a picture; from the first again, if a table changed since."""
        key = (topic, selection)
        next(self.frames.kept("drawing", key, lambda: self._steps(topic, selection)), None)

    def _steps(self, topic: str, selection: Selection) -> Iterator[str]:
        if not self.frames.has("picture", (topic, selection)):
            for html in _drawing(topic, self._viewed(selection)):
                if html:
                    self.frames.kept("picture", (topic, selection), lambda html=html: html)  # type: ignore[misc]
                yield html

    def _viewed(self, selection: Selection) -> View:
        return self.frames.kept(
            "view", selection, lambda: view(self.portfolio, selection, frames=self.frames)
        )

    def _picture(self, topic: str, seen: View) -> str:
        if seen.trouble:
            return ""
        return self.frames.kept("picture", (topic, seen.selection), lambda: [*_drawing(topic, seen)][-1])

    def _rows(self, topic: str, seen: View) -> tuple[list[str], str]:
        return self.frames.kept("rows", (topic, seen.selection), lambda: rows_of(seen, topic))

    def _caption(self, topic: str) -> str:
        return "" if self.view.trouble else self.view.caption(topic)

    def _tab(self, topic: str) -> Any:
        head = ipywidgets.HTML('<div class="pa-head" title="Choose a name to open its profile">partner</div>')
        both = ipywidgets.HBox([ipywidgets.VBox([head, self.names[topic]]), self.rows[topic]])
        both.add_class("pa-together")
        if topic == "signals":
            both.add_class("pa-tall")
        return ipywidgets.VBox([self.pictures[topic], both])

    @staticmethod
    def _put(widget: Any, html: str) -> None:
        if widget.value != html:
            widget.value = html

    @contextmanager
    def _still(self) -> Iterator[None]:
        """Set widgets without following them."""
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before


def _drawing(topic: str, seen: View) -> Iterator[str]:
    chart, data, options = seen.chart(topic)
    return drawing(chart, data, **options)


def _inputs(portfolio: Portfolio, selection: Selection) -> dict[str, Any]:
    """The widgets of a selection, by its fields."""
    months = sorted({*months_of(portfolio), selection.month})
    labels = [(f"{month_start(int(month[:4]) * 12 + int(month[5:]) - 1):%b %Y}", month) for month in months]
    longest = max(36, portfolio.settings.window, selection.window)
    style = {"description_width": "92px"}
    lay = ipywidgets.Layout(width="97%")
    made = {
        "partner": ipywidgets.Dropdown(description="Partner", style=style, layout=lay),
        "vertical": ipywidgets.Dropdown(
            description="Vertical", options=_choices(portfolio.verticals), style=style, layout=lay
        ),
        "relationship": ipywidgets.Dropdown(
            description="Relationship", options=_choices(_relationships(portfolio)), style=style, layout=lay
        ),
        "perspective": ipywidgets.Dropdown(description="Seen from", options=_SIDES, style=style, layout=lay),
        "method": ipywidgets.Dropdown(description="Counted", options=_METHODS, style=style, layout=lay),
        "window": ipywidgets.IntSlider(
            description="Months back", min=1, max=longest, continuous_update=False, style=style, layout=lay
        ),
        "month": ipywidgets.SelectionSlider(
            description="Up to", options=labels, continuous_update=False, style=style, layout=lay
        ),
    }
    _set(made, portfolio, selection)
    return made


def _set(inputs: dict[str, Any], portfolio: Portfolio, selection: Selection) -> None:
    group = replace(selection, partner="")
    there = members(portfolio, group)
    _offer(inputs["partner"], there, selection.partner)
    if selection.window > inputs["window"].max:
        inputs["window"].max = selection.window
    for name in _FIELDS:
        inputs[name].value = getattr(selection, name)


def _offer(partners: Any, names: tuple[str, ...], chosen: str) -> None:
    there = sorted({*names, *([chosen] if chosen else [])}, key=str.casefold)
    partners.options = _choices(there)
    partners.value = chosen


def _choices(names: list[str]) -> list[tuple[str, str]]:
    return [(_ALL, ""), *((name, name) for name in names)]


def _relationships(portfolio: Portfolio) -> list[str]:
    there = set(portfolio.partners["relationship"].dropna())
    return [name for name in RELATIONSHIPS if name in there] or list(RELATIONSHIPS)


def _wide() -> Any:
    """A layout for each who asks: one that is made on import, before a kernel is forked, no page would hear of."""
    return ipywidgets.Layout(width="98%")


def _names() -> Any:
    buttons = ipywidgets.ToggleButtons(options=[], value=None)
    buttons.add_class("pa-names")
    return buttons


def _grid(widgets: list[Any]) -> Any:
    columns = "repeat(auto-fill, minmax(270px, 1fr))"
    return ipywidgets.GridBox(
        widgets, layout=ipywidgets.Layout(grid_template_columns=columns, grid_gap="2px 12px")
    )
