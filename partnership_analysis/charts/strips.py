"""Strips: a column of dots with intervals inside a chart of one row a partner, sure ones filled, others hollow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from partnership_analysis.charts.lettering import width_of
from partnership_analysis.charts.theme import GREY, INK, PALE, RULE, figure_of, is_narrow

_STROKES = ("-", (0, (4, 1.5)), (0, (7, 1.5, 1.5, 1.5)), (0, (2, 1)))
Floats = NDArray[np.float64]
LETTER = 0.073
"""Inches that a letter of 9.5 points takes, on average."""


def each(table: pd.DataFrame) -> list[Any]:
    """The rows as named tuples."""
    return list(table.itertuples())


def room(ax: Axes, names: Sequence[str]) -> float:
    """Inches of the figure that names at the left leave for the rest."""
    longest = max((width_of(name, 9.5) for name in names), default=0.0)
    return max(1.0, figure_of(ax).get_figwidth() - 1.2 * longest - 0.15)


def strip(
    ax: Axes,
    box: tuple[float, float],
    y: Floats,
    values: Floats,
    limits: tuple[Floats, Floats],
    sure: NDArray[np.bool_],
    colours: Sequence[str] | str = INK,
) -> Axes:
    """Dots with intervals beside the rows of ``ax``, in the part of its width that ``box`` names.

    Parameters
    ----------
    ax : Axes
        Its limits of y are taken over.
    box : two numbers, 0 to 1
        Left edge and width.
    y, values : array of float
        Row and value of each dot; ``NaN`` is not drawn.
    limits : two arrays of float
        Of each interval.
    sure : array of bool
        Filled; the others are hollow.
    colours : sequence of str, or str
        Of each row, where it is sure.

    Returns
    -------
    Axes
        The strip, without ticks.
    """
    inner = ax.inset_axes((box[0], 0.0, box[1], 1.0))
    shade = np.array([colours] * len(y) if isinstance(colours, str) else list(colours), dtype=object)
    for chosen, width in ((~sure, 1.4), (sure, 3.0)):
        shades = shade[chosen] if width > 2 else GREY
        inner.hlines(
            y[chosen], limits[0][chosen], limits[1][chosen], color=shades, lw=width, alpha=0.55, zorder=2
        )
    known = ~np.isnan(values)
    # On a phone a large one would hide its interval.
    small, large = (12, 26) if is_narrow(ax) else (22, 40)
    for chosen, size, filled in ((~sure & known, small, False), (sure & known, large, True)):
        inner.scatter(
            values[chosen],
            y[chosen],
            s=size,
            facecolor=shade[chosen].tolist() if filled else "white",
            edgecolor=shade[chosen].tolist() if filled else GREY,
            lw=1.1,
            zorder=3,
            clip_on=False,
        )
    inner.set_ylim(ax.get_ylim())
    inner.set_yticks([])
    inner.set_facecolor("none")
    inner.spines["bottom"].set_color(RULE)
    inner.tick_params(axis="x", labelsize=8)
    return inner


def reference(inner: Axes, at: float, words: str = "") -> None:
    """A line through a strip to compare with, named above it."""
    inner.axvline(at, color=PALE, lw=1.1, zorder=1)
    if words:
        heading(inner, words, x=at, data=True)


def stroke(place: int) -> Any:
    """The stroke of a line, by its place among those of one colour: where they run together it tells them apart.

    >>> stroke(0) == stroke(4) != stroke(1)
    True
    """
    return _STROKES[place % len(_STROKES)]


def heading(ax: Axes, words: str, *, x: float, data: bool = False, align: str = "center") -> None:
    """What a column shows, directly above it."""
    ax.annotate(
        words,
        (x, 1),
        xycoords=("data" if data else "axes fraction", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha=align,
        va="bottom",
        size=8.5,
        color=GREY,
    )


def dodged(at: Sequence[float] | Floats, gap: float, low: float, high: float) -> Floats:
    """Places of labels near where they belong, each at least ``gap`` from the next, within limits if they fit.

    Examples
    --------
    >>> dodged([5.0, 5.0, 9.0], gap=1.0, low=0.0, high=10.0).tolist()
    [4.5, 5.5, 9.0]
    >>> dodged([10.0, 10.0], gap=1.0, low=0.0, high=10.0).tolist()
    [9.0, 10.0]
    """
    wanted = np.asarray(at, dtype=float)
    order = np.argsort(wanted, kind="stable")
    # Less its turn times the gap, a place may equal the next one but not pass it: pool those that would.
    steps = np.arange(len(wanted)) * gap
    pools: list[list[float]] = []
    for value in wanted[order] - steps:
        pools.append([value, 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (above, count), (below, size) = pools[-1], pools[-2]
            pools[-2:] = [[(above * count + below * size) / (count + size), count + size]]
    found = np.concatenate([np.full(int(size), value) for value, size in pools]) if pools else steps
    found = np.clip(found, low, max(low, high - (len(wanted) - 1) * gap))
    places = np.empty(len(wanted))
    places[order] = found + steps
    return places
