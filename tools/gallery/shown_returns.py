"""The charts of returns and of the focus plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pandas as pd

import partnership_analysis as pa
from partnership_analysis.charts.capacity import plot_capacity
from partnership_analysis.charts.conflicts import plot_conflicts
from partnership_analysis.charts.focus import plot_focus
from partnership_analysis.charts.focus_plan import plot_focus_plan
from partnership_analysis.charts.frontier import plot_frontier
from partnership_analysis.charts.jcurve import plot_j_curve
from partnership_analysis.charts.returns import plot_returns
from partnership_analysis.charts.theme import Chart
from partnership_analysis.charts.time_spent import plot_time_spent
from partnership_analysis.metrics.about import window_words
from partnership_analysis.metrics.focus.worth import WON_VALUE
from tools.gallery.drawings import Frames

Drawn = tuple[pd.DataFrame, dict[str, Any]]


def _returns(by: str) -> Frames:
    def frames(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
        options = {"currency": portfolio.settings.currency, "period": window_words(portfolio, day)}
        who = {
            "partners": pa.returns(portfolio, as_of=day),
            "about": portfolio.partners,
            "record": (portfolio.first_date, day),
        }
        return pa.returns(portfolio, by=by, as_of=day), options | who

    return frames


def _curves(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    options = {"currency": portfolio.settings.currency, "paid": pa.payback(portfolio, as_of=day)}
    return pa.j_curve(portfolio, as_of=day), options


def _one_curve(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    data, options = _curves(portfolio, day)
    return data, options | {"highlight": data["partner"].iloc[-1] if len(data) else ""}


def _all_curves(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    return pa.j_curve(portfolio, by="portfolio", as_of=day), {"currency": portfolio.settings.currency}


def _hours(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    return pa.time_spent(portfolio, as_of=day), {"total": pa.time_total(portfolio, as_of=day)}


HOURS = 60.0
"""A quarter's, where the settings give none."""


def _capacity_of(portfolio: pa.Portfolio) -> float:
    given = portfolio.settings.capacity_hours
    return HOURS if given is None else given


def _plan(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    found = pa.focus_plan(portfolio, capacity=_capacity_of(portfolio), as_of=day)
    return found.plan, {"currency": portfolio.settings.currency, "capacity": found.capacity}


def _basis(frame: pd.DataFrame) -> str:
    return str(frame["basis"].iloc[0]) if len(frame) else WON_VALUE


def _frontier(*, limited: bool) -> Frames:
    def frames(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
        if not limited:
            # Without hours of one's own those of the settings count.
            free = portfolio.settings.model_copy(update={"capacity_hours": None})
            portfolio = replace(portfolio, settings=free)
        hours = _capacity_of(portfolio) if limited else None
        made = pa.frontier(portfolio, capacity=hours, as_of=day)
        valued = pa.worth(portfolio, as_of=day)
        options = {"currency": portfolio.settings.currency, "basis": _basis(valued)}
        plan = pa.focus_plan(portfolio, capacity=hours, as_of=day)
        return made, options | {"present": len(valued), "plan": plan.plan, "capacity": plan.capacity}

    return frames


def _capacity(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    hours = _capacity_of(portfolio)
    plan = pa.focus_plan(portfolio, capacity=hours, as_of=day)
    options = {
        "currency": portfolio.settings.currency,
        "basis": plan.basis,
        "plan": (hours, plan.value),
        "partners": plan.plan,
        "one_more": pa.worth_of_one_more_hour(portfolio, capacity=hours, as_of=day),
    }
    return pa.capacity_curve(portfolio, as_of=day), options


def _conflicts(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    plan = pa.focus_plan(portfolio, capacity=_capacity_of(portfolio), as_of=day).plan
    return pa.conflicts(portfolio, as_of=day), {"currency": portfolio.settings.currency, "plan": plan}


def _many_conflicts(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    """As many as a busy market could have: chains, a slip of spelling, and who serves our competitors."""
    about = portfolio.partners.copy()
    names = about["partner"].tolist()
    about["competes_with"] = [
        f"{names[(place + 3) % len(names)]}; Nobody & Sons" if place % 4 == 0 else pd.NA
        for place in range(len(names))
    ]
    about["serves_our_competitors"] = [place % 5 == 0 for place in range(len(names))]
    tables = {name: getattr(portfolio, name) for name in ("interactions", "ratings", "actions")}
    made = pa.Portfolio.from_frames(partners=about, **tables, settings=portfolio.settings)
    return pa.conflicts(made, as_of=day), {"currency": portfolio.settings.currency}


DRAWINGS: dict[str, tuple[Chart, Frames]] = {
    "returns": (plot_returns, _returns("partner")),
    "returns by vertical": (plot_returns, _returns("vertical")),
    "J-curve": (plot_j_curve, _curves),
    "J-curve of one": (plot_j_curve, _one_curve),
    "J-curve of all": (plot_j_curve, _all_curves),
    "time spent": (plot_time_spent, _hours),
    "focus": (plot_focus, _plan),
    "focus plan": (plot_focus_plan, _plan),
    "frontier": (plot_frontier, _frontier(limited=True)),
    "frontier without a limit": (plot_frontier, _frontier(limited=False)),
    "capacity": (plot_capacity, _capacity),
    "conflicts": (plot_conflicts, _conflicts),
    "many conflicts": (plot_conflicts, _many_conflicts),
}
