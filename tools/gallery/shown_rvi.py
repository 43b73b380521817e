"""The charts of the index and its signals."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

import partnership_analysis as pa
from partnership_analysis.charts.bands import plot_band_moves
from partnership_analysis.charts.components import plot_components
from partnership_analysis.charts.sensitivity import plot_sensitivity
from partnership_analysis.charts.sides import plot_sides
from partnership_analysis.charts.signals import plot_signals
from partnership_analysis.charts.theme import Chart
from partnership_analysis.metrics.signals.board import signals_board
from tools.gallery.drawings import Frames
from tools.gallery.shown_review import review_of

Drawn = tuple[pd.DataFrame, dict[str, Any]]


def _bands(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    return review_of(portfolio, day).standing, {}


def _components(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    options = {"bands": review_of(portfolio, day).standing}
    return pa.latest(pa.rvi_components(portfolio, as_of=day)), options


def _sensitivity(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    return pa.rvi_sensitivity(portfolio, as_of=day), {"bands": review_of(portfolio, day).standing}


def _signals(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    options = {"as_of": day, "standing": review_of(portfolio, day).standing}
    return signals_board(portfolio, as_of=day), options


DRAWINGS: dict[str, tuple[Chart, Frames]] = {
    "band moves": (plot_band_moves, _bands),
    "components": (plot_components, _components),
    "sides": (plot_sides, lambda portfolio, day: (pa.both_sides(portfolio, as_of=day), {})),
    "signals": (plot_signals, _signals),
    "sensitivity": (plot_sensitivity, _sensitivity),
}
