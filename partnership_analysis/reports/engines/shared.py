"""A portfolio loaded once in the server, and found ready by every process that it forks."""

from __future__ import annotations

import os
from ast import literal_eval
from collections.abc import Iterator, Sequence
from contextlib import chdir, suppress
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import partnership_analysis as package
from partnership_analysis import charts, tables
from partnership_analysis import portfolio as home
from partnership_analysis.charts.theme import make_ahead
from partnership_analysis.errors import PartnershipError
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.sources.paths import resolved
from partnership_analysis.sources.progress import shown

MOST = 4
"""Portfolios that are remembered, the oldest forgotten first."""
LARGEST = 50_000_000
"""Bytes of a portfolio that is loaded before anybody asks: it takes some seconds, in which nothing is forked."""
PICTURES = 8
"""Of a partner's page, at both widths: as many axes wait for every fork of a report."""
MOST_PICTURES = 20
"""Of a notebook, at both widths."""
_Place = tuple[str, str, str]


@dataclass
class _Ready:
    portfolio: Portfolio
    state: tuple[object, ...]
    warmed: set[str]
    taken_by: int = 0
    """Process that has it: what a notebook does to its portfolio must not meet it again there."""


_READY: dict[_Place, _Ready] = {}
_WARM: set[bool] = set()
"""Whether this process has drawn."""
_SHOWN_OF_A_REVIEW = (
    charts.standing_picture,
    charts.trend_picture,
    charts.vertical_picture,
    charts.exchange_picture,
    tables.first_screen,
    tables.call_cards,
)
_SHOWN_OF_A_PAGE = (
    charts.both_rvis_picture,
    charts.history_picture,
    lambda page: charts.picture(charts.plot_partner_exchange, page.balance),
    lambda page: charts.picture(charts.plot_foundations, page.foundations),
    tables.profile_header,
    tables.history_table,
    tables.both_table,
    tables.exchange_note,
    lambda page: tables.foundation_table(page.foundations),
    tables.open_actions_table,
    tables.question_cards,
    tables.lunch_steps,
)
_load = home.load


def remember(path: str, mapping: str | None, settings: str | None, quarters: Sequence[str] = ()) -> None:
    """Load a portfolio, and compute what all reports and pages of these quarters rest on.

    What cannot be loaded is not remembered: whoever needs it finds out why.
    """
    with suppress(PartnershipError, OSError):
        place = _place(path, mapping, settings)
        state = _state(place)
        ready = _READY.get(place)
        if ready is None or ready.state != state:
            ready = _Ready(_load(path, mapping, settings), state, set())
            _READY.pop(place, None)
            _READY[place] = ready
            if len(_READY) > MOST:
                del _READY[next(iter(_READY))]
        for quarter in set(quarters) - ready.warmed:
            ready.warmed.add(quarter)
            _warm(ready.portfolio, quarter)


def remember_named_in(notebook: Path) -> Iterator[None]:
    """Load the portfolio that a notebook's parameters name, unless it is large; a step at a time, for others may be asked in between.

    Raises
    ------
    Exception
        If the notebook cannot be read or names none.
    """
    from partnership_analysis.reports.jupyter import papermill

    asked = {name: literal_eval(one["default"]) for name, one in papermill.inspect_notebook(notebook).items()}
    with chdir(notebook.parent):
        place = _place(asked["portfolio"], asked["mapping"], asked["settings"])
    path = Path(place[0])
    size = sum(file.stat().st_size for file in (path.rglob("*") if path.is_dir() else [path]))
    if size > LARGEST:
        return
    remember(*place)
    yield
    remember(*place, [asked["quarter"]] if asked.get("quarter") else [])
    yield
    make_ahead(MOST_PICTURES)


def remembering() -> None:
    """Let ``load`` give what is remembered, in this process and in those forked from it."""
    home.load = package.load = _given


@wraps(_load)
def _given(path: Any, mapping: Any = None, settings: Any = None, **options: Any) -> Portfolio:
    named = all(isinstance(one, (str, Path)) for one in (path, mapping or "", settings or ""))
    ready = _READY.get(_place(path, mapping, settings)) if named and options.get("strict", True) else None
    if (
        ready is None
        or ready.taken_by == os.getpid()
        or ready.state != _state(_place(path, mapping, settings))
    ):
        return _load(path, mapping, settings, **options)
    ready.taken_by = os.getpid()
    # Loading much shows a bar, whose place stays in a notebook's output.
    with shown(resolved(path), options.get("progress")):
        return ready.portfolio


def _warm(portfolio: Portfolio, quarter: str) -> None:
    """Make a review and a page: what measures share stays with the portfolio, what drawing needs with the process."""
    with suppress(PartnershipError, IndexError):
        review = package.quarter_review(portfolio, quarter)
        page = package.partner_profile(portfolio, portfolio.names[0], quarter)
        if not _WARM:
            for show_review in _SHOWN_OF_A_REVIEW:
                show_review(review)
            for show_page in _SHOWN_OF_A_PAGE:
                show_page(page)
        _WARM.add(True)
    make_ahead(PICTURES)


def _place(path: str | Path, mapping: str | Path | None, settings: str | Path | None) -> _Place:
    whole = [str(resolved(one).resolve()) if one else "" for one in (path, mapping, settings)]
    return whole[0], whole[1], whole[2]


def _state(place: _Place) -> tuple[object, ...]:
    """What changes when a file is written: the portfolio's, beside it, the mapping, the settings."""
    path = Path(place[0])
    files = [path, *(path.iterdir() if path.is_dir() else [path.with_suffix(".toml")])]
    files += [Path(one) for one in place[1:] if one]
    return tuple(
        (str(file), found.st_mtime_ns, found.st_size, found.st_ino)
        for file in sorted(files)
        if file.exists()
        for found in [file.stat()]
    )
