"""Where every relationship stands: value, interval, band, and last quarter as a ghost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GREY,
    INK,
    RULE,
    chart,
    figure_of,
    is_narrow,
    root_scale,
)
from partnership_analysis.schema import BANDS, TOO_EARLY
from partnership_analysis.wording import count_of, joined, number, shortened

LIMITS = (1.0, 2.0, 3.0)
NAME_WIDTH = 0.7
"""Inches of the figure that the name of a band needs."""


def _height(data: pd.DataFrame, width: float) -> float:
    return 0.95 + len(data) * 0.235


def _describe(data: pd.DataFrame, limits: Sequence[float] = LIMITS) -> str:
    rows = data[data["rvi"].notna()]
    parts = []
    for band in (*reversed(BANDS), TOO_EARLY):
        inside = rows[rows["band"] == band]
        names = [f"{row.partner} {number(row.rvi)}" for row in inside.itertuples()]
        parts += [f"{count_of(len(names), 'partner')} {band} ({joined(names, limit=6)})"] if names else []
    return f"Relationship Value Index of {count_of(len(rows), 'partner')}, highest first: {'; '.join(parts)}."


@chart(
    describe=_describe,
    height=_height,
    empty="No partner has an RVI: it needs at least one rating of trust.",
    needs="rvi",
)
def plot_rvi_ranking(data: pd.DataFrame, ax: Axes, limits: Sequence[float] = LIMITS) -> None:
    """Dots on band zones, with intervals and last quarter's value hollow.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show, top first: ``partner``, ``rvi``, ``low``, ``high``, ``band``,
        ``rvi_before``; as :func:`partnership_analysis.metrics.signals.change.quarter_change` gives them.
    ax : Axes, optional
    limits : three numbers
        Band limits, rising.
    """
    y = np.arange(len(data))[::-1]
    right = _right_edge(data, "rvi", "high", "rvi_before", at_least=limits[-1] * 1.25)
    root_scale(ax, "x")
    edges = (0.0, *limits, right)
    narrowest = min(np.diff(np.sqrt(edges[1:4]))) / right**0.5 * figure_of(ax).get_figwidth()
    crowded = bool(narrowest < NAME_WIDTH)
    for band, left, end in zip(BANDS, edges, edges[1:], strict=False):
        ax.axvspan(left, end, color=BAND_COLOURS[band], alpha=0.1, lw=0)
        ax.annotate(
            band,
            (((left**0.5 + end**0.5) / 2) ** 2, 1),
            xycoords=("data", "axes fraction"),
            # Where the middle zones are narrower than their names, every other name stands higher.
            xytext=(0, 3 + (10 if crowded and band in BANDS[1::2] else 0)),
            textcoords="offset points",
            ha="center",
            color=BAND_TEXT[band],
            weight="bold",
            size=8.5 if is_narrow(ax) else 9.5,
        )
    bands = data["band"].astype(object).to_numpy()
    colours = [BAND_COLOURS.get(band, GREY) for band in bands]
    _dots(ax, data, y, "rvi", "low", "high", "rvi_before", colours, right)
    texts = [BAND_TEXT.get(band, GREY) for band in bands]
    labels = [
        number(value) + (" *" if band == TOO_EARLY else "")
        for value, band in zip(data["rvi"], bands, strict=True)
    ]
    _frame(ax, data, y, right, labels, texts)
    early = " · * too early" if TOO_EARLY in set(bands) else ""
    words = (
        "filled: now; hollow: before"
        if is_narrow(ax)
        else ("Relationship Value Index: filled = this quarter, hollow = last, bar = interval")
    )
    ax.set_xlabel(words + early, loc="left")
    _ticks(ax, limits, right)


def _ticks(ax: Axes, limits: Sequence[float], right: float) -> None:
    """Zero, the band limits, and round numbers beyond them."""
    beyond = [tick for tick in (5, 10, 20, 50, 100, 200, 500, 1000) if limits[-1] * 1.3 < tick <= right]
    ticks = [0.0, *(limit for limit in limits if limit <= right), *beyond[:3]]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])


def _describe_activity(data: pd.DataFrame) -> str:
    names = [f"{row.partner} {number(row.rate)}" for row in data.itertuples()]
    return (
        f"Interactions a month received from or done with {count_of(len(data), 'partner')}, most first: "
        f"{joined(names, limit=8)}."
    )


@chart(describe=_describe_activity, height=_height, empty="No partner has an interaction in the window.")
def plot_activity_ranking(data: pd.DataFrame, ax: Axes) -> None:
    """The rates behind the index, for portfolios in which nobody rated trust.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show, top first: ``partner``, ``rate``, ``rate_low``, ``rate_high``
        (interactions a month).
    ax : Axes, optional
    """
    y = np.arange(len(data))[::-1]
    root_scale(ax, "x")
    right = _right_edge(data, "rate", "rate_high", at_least=0.5)
    _dots(ax, data, y, "rate", "rate_low", "rate_high", None, [INK] * len(data), right)
    _frame(ax, data, y, right, [number(rate) for rate in data["rate"]], [INK] * len(data))
    _ticks(ax, (0.5, 1, 2), right)
    ax.grid(axis="x")
    ax.set_xlabel("Interactions a month: dot = in the window, bar = interval", loc="left")


def _right_edge(data: pd.DataFrame, *names: str, at_least: float) -> float:
    """Where the axis ends: the highest point, and as much of the intervals as does not dwarf the rest."""
    value, high, *ghosts = (float(data[name].max()) if data[name].notna().any() else 0.0 for name in names)
    return max(at_least, min(max(value, high), 1.8 * value), *ghosts) * 1.04


def _dots(
    ax: Axes,
    data: pd.DataFrame,
    y: np.ndarray,
    value: str,
    low: str,
    high: str,
    before: str | None,
    colours: list[str],
    right: float,
) -> None:
    values, lows, highs = (data[name].to_numpy("float64", na_value=np.nan) for name in (value, low, high))
    ax.hlines(y, lows, np.minimum(highs, right), color=colours, alpha=0.45, lw=3)
    if before is not None:
        ghosts = data[before].to_numpy("float64", na_value=np.nan)
        ax.scatter(ghosts, y, s=26, facecolor="white", edgecolor=GREY, lw=1.1, zorder=3, clip_on=False)
    ax.scatter(values, y, s=52, color=colours, zorder=4, clip_on=False)


def _frame(
    ax: Axes, data: pd.DataFrame, y: np.ndarray, right: float, labels: list[str], colours: list[str]
) -> None:
    limit = 20 if is_narrow(ax) else 34
    ax.set_yticks(y, [shortened(name, limit) for name in data["partner"]])
    # Room for a dot at zero, which is half outside the axes.
    ax.tick_params(axis="y", pad=8)
    ax.set_ylim(-0.7, len(data) - 0.3)
    ax.set_xlim(0, right)
    ax.spines["bottom"].set_color(RULE)
    for position, label, colour in zip(y, labels, colours, strict=True):
        ax.annotate(
            label,
            (1, position),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            weight="bold",
        )
