"""Small multiples inside one axes: a grid of panels that share their scales."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from numpy.typing import NDArray

from partnership_analysis.charts.theme import NARROW, WIDE, figure_of, is_narrow

Floats = NDArray[np.float64]


def columns_at(width: float) -> int:
    """Panels beside each other at a width in inches."""
    return 4 if width > (WIDE + NARROW) / 2 else 2


def rows_of(count: int, width: float) -> int:
    """Rows that so many panels need."""
    return max(1, math.ceil(count / columns_at(width)))


def panels(ax: Axes, names: Sequence[str]) -> Iterator[tuple[Axes, str]]:
    """Lay a panel for each name inside ``ax``, row by row; tick labels only at the outer edge."""
    ax.set_axis_off()
    figure_of(ax).set_layout_engine("none")
    width, height = figure_of(ax).get_size_inches()
    # A subtitle, if there is one, stands above the axes.
    words = ax.get_title(loc="left")
    head = 0.15 * len(words.split("\n")) + 0.08 if words else 0.0
    ax.set_position((0, 0, 1, 1 - head / height))
    height -= head
    columns = columns_at(width)
    rows = rows_of(len(names), width)
    left, gap = 0.24 / width, 0.16 / width
    above, below, bottom = 0.3 / height, 0.04 / height, 0.24 / height
    wide = (1 - left - 0.06 / width - gap * (columns - 1)) / columns
    high = (1 - bottom - (above + below) * rows) / rows
    for position, name in enumerate(names):
        row, column = divmod(position, columns)
        x = left + column * (wide + gap)
        y = bottom + (rows - 1 - row) * (high + above + below) + below
        panel = ax.inset_axes((x, y, wide, high))
        yield panel, name
        panel.tick_params(labelleft=column == 0, labelbottom=position + columns >= len(names))


def date_ticks(panel: Axes, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """Years (or, under eighteen months, quarters) on the x axis."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if months >= 18:
        step = max(1, math.ceil(months / 12 / (2 if is_narrow(panel) else 4)))
        ticks = [pd.Timestamp(year, 1, 1) for year in range(first.year, last.year + 1, step)]
        labels = [str(tick.year) for tick in ticks]
    else:
        ticks = list(pd.date_range(first, last, freq="QS"))[:: 2 if months > 9 else 1]
        labels = [f"Q{tick.quarter} {tick:%y}" for tick in ticks]
    inside = [(tick, label) for tick, label in zip(ticks, labels, strict=True) if first <= tick <= last]
    pad = pd.Timedelta(days=10)
    panel.set_xlim(first - pad, last + pad)  # type: ignore[arg-type]
    panel.set_xticks(date2num([tick for tick, _ in inside]), [label for _, label in inside])
    panel.tick_params(axis="x", labelsize=8)


def panel_title(panel: Axes, name: str, value: str, colour: str) -> None:
    """A name above a panel, and the last value at its right edge."""
    panel.set_title(name, loc="left", size=9.5, pad=4)
    panel.annotate(
        value,
        (1, 1),
        xycoords="axes fraction",
        xytext=(0, 4),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=colour,
        weight="bold",
        size=9.5,
    )


def line(
    panel: Axes, x: pd.Series, values: Floats, colour: str, cut: NDArray[np.bool_] | None = None
) -> None:
    """A line that ends in a dot; dotted where ``cut``: its window reaches back before the record."""
    if cut is not None:
        # Dotted up to and including the first whole window, so that the line has no gap.
        dotted = np.where(cut | np.roll(cut, 1), values, np.nan)
        panel.plot(x, dotted, color=colour, lw=1.1, ls=(0, (1, 2)))
    panel.plot(x, values if cut is None else np.where(cut, np.nan, values), color=colour, lw=1.8)
    known = np.flatnonzero(~np.isnan(values))
    if len(known):
        last = known[-1:]
        panel.plot(x.to_numpy()[last], values[last], "o", ms=4.5, color=colour, clip_on=False)


def ribbon(panel: Axes, x: pd.Series, low: Floats, high: Floats, colour: str, cut: NDArray[np.bool_]) -> None:
    """The interval of a line, where its window is whole."""
    panel.fill_between(x, low, high, where=(~cut).tolist(), color=colour, alpha=0.17, lw=0)
