"""Small multiples inside one axes: a grid of panels that share their scales."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from numpy.typing import NDArray

from partnership_analysis.charts.theme import NARROW, WIDE, figure_of, head_of, is_narrow
from partnership_analysis.wording import shortened

Floats = NDArray[np.float64]
PAD = pd.Timedelta(days=10)
"""Room before the first month and after the last."""


def columns_at(width: float) -> int:
    """Panels beside each other at a width in inches."""
    return 4 if width > (WIDE + NARROW) / 2 else 2


def rows_of(count: int, width: float) -> int:
    """Rows that so many panels need."""
    return max(1, math.ceil(count / columns_at(width)))


@dataclass(frozen=True)
class Tile:
    """Where one panel of a grid stands, in fractions of the axes that hold it.

    Attributes
    ----------
    x, y, width, height : float
    left, bottom : bool
        It stands at the grid's left, or nothing stands below it.
    """

    x: float
    y: float
    width: float
    height: float
    left: bool
    bottom: bool


def tiles(ax: Axes, count: int) -> list[Tile]:
    """Places for so many panels inside ``ax``, row by row, with room for a title above each."""
    ax.set_axis_off()
    figure_of(ax).set_layout_engine("none")
    width, height = figure_of(ax).get_size_inches()
    # A subtitle, if there is one, stands above the axes.
    taken = head_of(ax)
    head = taken + 0.08 if taken else 0.0
    ax.set_position((0, 0, 1, 1 - head / height))
    height -= head
    columns = columns_at(width)
    rows = rows_of(count, width)
    left, gap = 0.24 / width, 0.16 / width
    above, below, bottom = 0.3 / height, 0.04 / height, 0.24 / height
    wide = (1 - left - 0.06 / width - gap * (columns - 1)) / columns
    high = (1 - bottom - (above + below) * rows) / rows
    found = []
    for position in range(count):
        row, column = divmod(position, columns)
        x = left + column * (wide + gap)
        y = bottom + (rows - 1 - row) * (high + above + below) + below
        found.append(Tile(x, y, wide, high, column == 0, position + columns >= count))
    return found


def panels(ax: Axes, names: Sequence[str]) -> Iterator[tuple[Axes, str]]:
    """Lay a panel for each name inside ``ax``, row by row; tick labels only at the outer edge."""
    for tile, name in zip(tiles(ax, len(names)), names, strict=True):
        panel = ax.inset_axes((tile.x, tile.y, tile.width, tile.height))
        yield panel, name
        panel.tick_params(labelleft=tile.left, labelbottom=tile.bottom)


def spanned(first: str, last: str) -> str:
    """From when to when, in words; once where both are the same.

    >>> spanned("2024 Q4", "2025 Q3"), spanned("Sep 2025", "Sep 2025")
    ('2024 Q4 to 2025 Q3', 'Sep 2025')
    """
    return first if first == last else f"{first} to {last}"


def opened(name: str, words: str) -> str:
    """A subtitle that opens with whom it is about, where that is known.

    >>> opened("Ann", "interactions a month."), opened("", "interactions a month.")
    ('Ann: interactions a month.', 'Interactions a month.')
    """
    return f"{shortened(name, 30)}: {words}" if name else words[:1].upper() + words[1:]


def date_marks(first: pd.Timestamp, last: pd.Timestamp, *, narrow: bool) -> list[tuple[pd.Timestamp, str]]:
    """Years (or, under eighteen months, quarters) between two months, each with its label."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if months >= 18:
        years = [pd.Timestamp(year, 1, 1) for year in range(first.year, last.year + 1)]
        years = [year for year in years if first <= year <= last]
        ticks = years[::-1][:: max(1, math.ceil(len(years) / (2 if narrow else 3)))][::-1]
        labels = [str(tick.year) for tick in ticks]
    else:
        ticks = list(pd.date_range(first, last, freq="QS"))[:: 2 if months > 9 else 1]
        labels = [f"Q{tick.quarter} {tick:%y}" for tick in ticks]
    inside = [(tick, label) for tick, label in zip(ticks, labels, strict=True) if first <= tick <= last]
    # A month or two may hold no beginning of a quarter.
    return inside or [(last, f"{last:%b %y}")]


def date_ticks(panel: Axes, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """Years (or, under eighteen months, quarters) on the x axis."""
    marks = date_marks(first, last, narrow=is_narrow(panel))
    panel.set_xlim(first - PAD, last + PAD)  # type: ignore[arg-type]
    panel.set_xticks(date2num([tick for tick, _ in marks]), [label for _, label in marks])
    # Lower than usual: a label at the left edge stands clear of the 0 beside it.
    panel.tick_params(axis="x", labelsize=8, pad=6)


def year_ticks(ax: Axes, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """As :func:`date_ticks`, with as many years as one wide chart has room for, and never one date alone."""
    date_ticks(ax, first, last)
    years = [pd.Timestamp(year, 1, 1) for year in range(first.year, last.year + 1)]
    inside = [year for year in years if first <= year <= last]
    if len(inside) >= 2 or (inside and (last - first).days > 550):
        step = -(-len(inside) // (5 if is_narrow(ax) else 12))
        shown = inside[::-1][::step][::-1]
        ax.set_xticks(date2num(shown), [str(year.year) for year in shown])
    elif first < last and (first.year, first.month) == (last.year, last.month):
        # Of one month, given with its end, marks stand in its middle.
        middle = first.replace(day=15)
        ax.set_xticks(date2num([middle]), [f"{first:%b %Y}"])
    elif len(ax.get_xticks()) == 1 and first < last:
        ends = [first, last.replace(day=1)]
        ax.set_xticks(date2num(ends), [f"{end:%b %Y}" for end in ends])


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
        va="baseline",
        color=colour,
        weight="bold",
        size=9.5,
    )


def line(
    panel: Axes,
    x: pd.Series,
    values: Floats,
    colour: str,
    cut: NDArray[np.bool_] | None = None,
    *,
    broad: float = 1.0,
) -> None:
    """A line that ends in a dot; dotted where ``cut``: its window reaches back before the record.

    One that is so many times as ``broad`` is seen at both sides of a line that lies on it.
    """
    if cut is not None:
        # Dotted up to and including the first whole window, so that the line has no gap.
        dotted = np.where(cut | np.roll(cut, 1), values, np.nan)
        panel.plot(x, dotted, color=colour, lw=1.1 * broad, ls=(0, (1, 2)), zorder=3)
    # Over the base line: most lines of a scale that one giant sets lie near it.
    panel.plot(
        x, values if cut is None else np.where(cut, np.nan, values), color=colour, lw=1.8 * broad, zorder=3
    )
    known = np.flatnonzero(~np.isnan(values))
    if len(known):
        last = known[-1:]
        size = 4.5 * broad**0.5
        panel.plot(x.to_numpy()[last], values[last], "o", ms=size, color=colour, clip_on=False, zorder=3)


def ribbon(panel: Axes, x: pd.Series, low: Floats, high: Floats, colour: str, cut: NDArray[np.bool_]) -> None:
    """The interval of a line, where its window is whole."""
    panel.fill_between(x, low, high, where=(~cut).tolist(), color=colour, alpha=0.17, lw=0)


def bars_alone(
    panel: Axes, x: pd.Series, low: Floats, high: Floats, colour: str, cut: NDArray[np.bool_]
) -> None:
    """The interval of a month whose neighbours have none: a ribbon has no breadth there."""
    some = np.concatenate([[False], ~cut & ~np.isnan(low + high), [False]])
    alone = some[1:-1] & ~some[:-2] & ~some[2:]
    if alone.any():
        panel.vlines(
            x[alone], low[alone], high[alone], color=colour, alpha=0.3, lw=7, capstyle="butt", gid="alone"
        )
