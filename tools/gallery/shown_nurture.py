"""The charts of whom to meet, what is promised, and what a partnership rests on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

import partnership_analysis as pa
from partnership_analysis.charts.board import plot_board, plot_workload
from partnership_analysis.charts.cadence import plot_cadence
from partnership_analysis.charts.foundations import (
    plot_foundation_history,
    plot_foundation_summary,
    plot_foundations,
)
from partnership_analysis.charts.lunches import plot_lunches
from partnership_analysis.charts.momentum import plot_burn_down
from partnership_analysis.charts.relationships import plot_relationships
from partnership_analysis.charts.rhythm import plot_rhythm
from partnership_analysis.charts.stakeholders import plot_stakeholders
from partnership_analysis.charts.theme import Chart
from partnership_analysis.metrics.about import window_words
from partnership_analysis.metrics.nurture.cadence import contact_days
from partnership_analysis.metrics.nurture.momentum import open_work
from partnership_analysis.metrics.nurture.rhythm_match import rhythm_cells
from partnership_analysis.metrics.stakeholders import stakeholder_matrix
from partnership_analysis.periods import Quarter
from partnership_analysis.portfolio import Portfolio
from tools.gallery.drawings import Frames
from tools.gallery.shown_review import review_of

Drawn = tuple[pd.DataFrame, dict[str, Any]]


def _cadence(portfolio: Portfolio, day: dt.date) -> Drawn:
    return pa.cadence(portfolio, as_of=day), {"contacts": contact_days(portfolio, day), "as_of": day}


def _rhythm(pattern: str) -> Frames:
    def frames(portfolio: Portfolio, day: dt.date) -> Drawn:
        told = rhythm_cells(portfolio, pattern, as_of=day).dropna(subset="share")
        return rhythm_cells(portfolio, pattern, most=20, as_of=day), {"of": told["partner"].nunique()}

    return frames


def _lunches(portfolio: Portfolio, day: dt.date) -> Drawn:
    return pa.lunch_plan(portfolio, Quarter.containing(day).shift(1), as_of=day), {}


def _apart(portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    """Those with whom we differ most first."""
    summary = pa.foundation_summary(portfolio, as_of=day)
    return summary.sort_values("mean_gap", key=abs, ascending=False, kind="stable")


def _foundations(portfolio: Portfolio, day: dt.date) -> Drawn:
    rows = pa.foundations(portfolio, as_of=day)
    return rows[rows["partner"] == _apart(portfolio, day)["partner"].iloc[0]], {}


def _summary(portfolio: Portfolio, day: dt.date) -> Drawn:
    return _apart(portfolio, day), {}


def _history(portfolio: Portfolio, day: dt.date) -> Drawn:
    rows = pa.foundation_history(portfolio, as_of=day)
    return rows[rows["partner"] == _apart(portfolio, day)["partner"].iloc[0]], {}


def _burn_down(portfolio: Portfolio, day: dt.date) -> Drawn:
    options = {"stalled": pa.stalled(portfolio, as_of=day), "actions": pa.action_board(portfolio, as_of=day)}
    return open_work(portfolio, as_of=day), options


def _workload(portfolio: Portfolio, day: dt.date) -> Drawn:
    return pa.workload(portfolio, as_of=day), {"capacity": portfolio.settings.capacity_hours}


def _relationships(portfolio: Portfolio, day: dt.date) -> Drawn:
    return pa.relationship_map(portfolio, as_of=day), {
        "currency": portfolio.settings.currency,
        "period": window_words(portfolio, day),
        "partners": review_of(portfolio, day).standing,
    }


DRAWINGS: dict[str, tuple[Chart, Frames]] = {
    "cadence": (plot_cadence, _cadence),
    "rhythm, weekdays": (plot_rhythm, _rhythm("weekday")),
    "rhythm, months": (plot_rhythm, _rhythm("month")),
    "rhythm, weeks": (plot_rhythm, _rhythm("week of quarter")),
    "lunches": (plot_lunches, _lunches),
    "foundations": (plot_foundations, _foundations),
    "foundation summary": (plot_foundation_summary, _summary),
    "foundation history": (plot_foundation_history, _history),
    "burn-down": (plot_burn_down, _burn_down),
    "workload": (plot_workload, _workload),
    "action board": (plot_board, lambda portfolio, day: (pa.action_board(portfolio, as_of=day), {})),
    "stakeholders": (
        plot_stakeholders,
        lambda portfolio, day: (
            stakeholder_matrix(portfolio, as_of=day),
            {"routes": pa.stakeholder_map(portfolio, as_of=day)},
        ),
    ),
    "relationships": (plot_relationships, _relationships),
}
