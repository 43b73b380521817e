"""The charts of the quarterly review."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

import partnership_analysis as pa
from partnership_analysis import charts
from partnership_analysis.charts.review import with_states
from partnership_analysis.charts.theme import Chart
from partnership_analysis.metrics.about import window_words
from partnership_analysis.metrics.measured import detection_shares
from partnership_analysis.metrics.review import Review
from partnership_analysis.periods import Quarter
from tools.gallery.drawings import Frames

Drawn = tuple[pd.DataFrame, dict[str, Any]]


def review_of(portfolio: pa.Portfolio, day: dt.date) -> Review:
    """The review of the quarter of a day."""
    return pa.quarter_review(portfolio, str(Quarter.containing(day)))


def _standing(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    review = review_of(portfolio, day)
    rows = review.notable
    options = {"limits": portfolio.settings.bands.limits, "of": len(review.standing)}
    return rows[rows["rvi"].notna()], options | {"period": window_words(portfolio, day)}


def _activity(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    review = review_of(portfolio, day)
    rows = review.notable.sort_values(["rate", "partner"], ascending=[False, True])
    return rows, {"of": len(review.standing), "period": window_words(portfolio, day)}


def _trend(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    review = review_of(portfolio, day)
    options = {"limits": portfolio.settings.bands.limits, "of": len(review.standing)}
    return review.trends, options | {"window": portfolio.settings.window, "standing": review.standing}


def _activity_trend(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    review = review_of(portfolio, day)
    rows = with_states(review.trends, review.standing)
    options = {"of": len(review.standing), "window": portfolio.settings.window}
    return rows, options | {"standing": review.standing}


DRAWINGS: dict[str, tuple[Chart, Frames]] = {
    "rvi ranking": (charts.plot_rvi_ranking, _standing),
    "activity ranking": (charts.plot_activity_ranking, _activity),
    "rvi trend": (charts.plot_rvi_trend, _trend),
    "activity trend": (charts.plot_activity_trend, _activity_trend),
    "early warning": (charts.plot_early_warning, lambda portfolio, day: (detection_shares(), {})),
    "interval coverage": (charts.plot_interval_coverage, lambda portfolio, day: (pa.interval_coverage(), {})),
}
