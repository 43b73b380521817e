"""The charts of verticals and of exchange: who performs, who gives, who takes, on whom we depend."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

import partnership_analysis as pa
from partnership_analysis.charts.balance import plot_running_balance
from partnership_analysis.charts.concentration import plot_dependence
from partnership_analysis.charts.conversion import plot_conversion
from partnership_analysis.charts.overlap import plot_overlap
from partnership_analysis.charts.reciprocity import plot_reciprocity
from partnership_analysis.charts.review import with_open
from partnership_analysis.charts.theme import Chart
from partnership_analysis.charts.vertical_change import plot_vertical_change
from partnership_analysis.charts.verticals import plot_vertical_performance
from partnership_analysis.metrics.about import window_words
from partnership_analysis.metrics.concentration import dependence_curve
from partnership_analysis.metrics.exchange.balance import balance_and_first
from partnership_analysis.metrics.verticals import vertical_change
from tools.gallery.drawings import Frames
from tools.gallery.shown_review import review_of

Drawn = tuple[pd.DataFrame, dict[str, Any]]


def _vertical(measure: str) -> Frames:
    return lambda portfolio, day: (
        review_of(portfolio, day).verticals,
        {
            "measure": measure,
            "currency": portfolio.settings.currency,
            "window": portfolio.settings.window,
            "partners": with_open(review_of(portfolio, day)),
        },
    )


def _change(measure: str) -> Frames:
    return lambda portfolio, day: (
        vertical_change(review_of(portfolio, day).verticals, measure=measure),
        {
            "measure": measure,
            "currency": portfolio.settings.currency,
            "partners": with_open(review_of(portfolio, day)),
        },
    )


def _exchange(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    return review_of(portfolio, day).exchange, {"period": window_words(portfolio, day)}


def _by_vertical(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    behind = review_of(portfolio, day).exchange.merge(portfolio.partners[["partner", "vertical"]], how="left")
    options = {"period": window_words(portfolio, day), "behind": behind}
    return pa.reciprocity(portfolio, by="vertical", as_of=day), options


def _balance(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    options = {"exchange": review_of(portfolio, day).exchange, "period": window_words(portfolio, day)}
    return balance_and_first(portfolio, as_of=day), options


def _dependence(measure: str) -> Frames:
    def frames(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
        whole = pa.concentration(portfolio, measure=measure, as_of=day).iloc[0]
        options = {
            "currency": portfolio.settings.currency,
            "effective": whole["effective"],
            "period": window_words(portfolio, day),
            "limits": pa.dependence(portfolio, as_of=day),
        }
        return dependence_curve(portfolio, measure=measure, as_of=day), options

    return frames


def _conversion(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    overall = pa.conversion(portfolio, by="portfolio", as_of=day)
    options = {"overall": overall, "exchange": review_of(portfolio, day).exchange}
    return pa.conversion(portfolio, as_of=day), options | {"period": window_words(portfolio, day)}


def _overlap(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    options = {
        "ours": portfolio.settings.market,
        "exchange": review_of(portfolio, day).exchange,
        "period": window_words(portfolio, day),
    }
    return pa.overlap_with_us(portfolio, as_of=day), options


DRAWINGS: dict[str, tuple[Chart, Frames]] = {
    "verticals, rvi": (plot_vertical_performance, _vertical("rvi")),
    "verticals, value": (plot_vertical_performance, _vertical("value")),
    "vertical change, rvi": (plot_vertical_change, _change("rvi")),
    "vertical change, value": (plot_vertical_change, _change("value")),
    "vertical change, received": (plot_vertical_change, _change("received")),
    "reciprocity": (plot_reciprocity, _exchange),
    "reciprocity by vertical": (plot_reciprocity, _by_vertical),
    "running balance": (plot_running_balance, _balance),
    "dependence, value": (plot_dependence, _dependence("value")),
    "dependence, referrals": (plot_dependence, _dependence("received")),
    "conversion": (plot_conversion, _conversion),
    "market overlap": (plot_overlap, _overlap),
}
