"""The pictures of a quarterly review: which chart answers a question, given what is on record."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_analysis.charts.early_warning import plot_early_warning
from partnership_analysis.charts.picture import Picture, picture
from partnership_analysis.charts.ranking import plot_activity_ranking, plot_rvi_ranking
from partnership_analysis.charts.reciprocity import plot_reciprocity
from partnership_analysis.charts.trend import plot_activity_trend, plot_rvi_trend
from partnership_analysis.charts.verticals import plot_vertical_performance
from partnership_analysis.metrics.about import window_words
from partnership_analysis.metrics.measured import detection_shares
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.review import Review, open_tasks


def standing_picture(review: Review) -> Picture:
    """Where every relationship stands: RVI on its bands, or without trust the rates behind it."""
    rows, period = review.notable, window_words(review.portfolio, review.day)
    if not review.trusted:
        ranked = rows.sort_values(["rate", "partner"], ascending=[False, True], key=by_name)
        return picture(plot_activity_ranking, ranked, period=period, **_some(review))
    limits = review.portfolio.settings.bands.limits
    return picture(plot_rvi_ranking, rows[rows["rvi"].notna()], limits=limits, period=period, **_some(review))


def trend_picture(review: Review) -> Picture:
    """Two years of each, on one scale: RVI, or without trust the rates behind it."""
    window = review.portfolio.settings.window
    if not review.trusted:
        rows = with_states(review.trends, review.standing)
        return picture(plot_activity_trend, rows, window=window, standing=review.standing, **_some(review))
    limits = review.portfolio.settings.bands.limits
    return picture(
        plot_rvi_trend,
        review.trends,
        limits=limits,
        window=window,
        standing=review.standing,
        **_some(review),
    )


def with_states(trends: pd.DataFrame, standing: pd.DataFrame) -> pd.DataFrame:
    """Rows by month with the ``state`` of each partner now: without trust only that says whose record is short."""
    return trends.assign(state=trends["partner"].map(standing.set_index("partner")["state"]))


def _some(review: Review) -> dict[str, Any]:
    """How many partners there are, where the notable are not all of them."""
    return {} if review.rest.empty else {"of": len(review.standing)}


def vertical_picture(review: Review, measure: str | None = None) -> Picture:
    """Verticals over time by ``rvi`` (without trust ``received``), ``received``, ``given`` or ``value``."""
    chosen = measure or ("rvi" if review.trusted else "received")
    return picture(
        plot_vertical_performance,
        review.verticals,
        measure=chosen,
        currency=review.portfolio.settings.currency,
        window=review.portfolio.settings.window,
        partners=with_open(review),
    )


def with_open(review: Review) -> pd.DataFrame:
    """Who stands where, with ``open``: the number of referrals received that nobody has closed."""
    waiting = open_tasks(review.portfolio, review.quarter)["referrals"]
    return review.standing.assign(open=review.standing["partner"].map(waiting))


def exchange_picture(review: Review) -> Picture:
    """Who gives and who takes in the window that ends with the review's day."""
    return picture(plot_reciprocity, review.exchange, period=window_words(review.portfolio, review.day))


def early_warning_picture() -> Picture:
    """What the signals find of real falls, beside what people do and the best possible."""
    return picture(plot_early_warning, detection_shares())
