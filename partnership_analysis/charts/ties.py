"""Thin lines from marks to their names, where one could take a name for a neighbour's."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from numpy.typing import NDArray

from partnership_analysis.charts.theme import figure_of

TELLING = 1.6
"""Another mark must be so many times as far from a name as the name's own, or a line ties them."""
BESIDE = 7
"""Points up to which a name has no thread of its own."""
SHORT = 2
"""Points before its name at which a thread ends."""
_LETTERS = np.array([0.0, 0.15, 0.0, -0.15])
"""Of its height, how far inside its box the letters of a name begin."""

Floats = NDArray[np.float64]


def tie(ax: Axes, points: np.ndarray, named: np.ndarray, tones: list[str]) -> None:
    """A thin line from a mark to its name, in the name's colour, where another mark is nearly as near to the name."""
    renderer = FigureCanvasAgg(figure_of(ax)).get_renderer()
    spots = ax.transData.transform(points)
    texts = [text for text in ax.texts if text.get_gid() == "name"]
    for text, point, tone in zip(texts, named, tones, strict=True):
        box = Text.get_window_extent(text, renderer)
        ends = np.clip(spots, box.min, box.max)
        away = np.sort(np.hypot(*(ends - spots).T))
        own = ax.transData.transform(point)
        near = float(np.hypot(*(np.clip(own, box.min, box.max) - own)))
        if (away < TELLING * near).sum() > 1:
            ends = thread(own, np.array(box.extents), np.array(text.get_position()), figure_of(ax).dpi / 72)
            x, y = ax.transData.inverted().transform(ends).T
            ax.plot(x, y, color=tone, lw=0.8, zorder=3, gid="tie")


def thread(spot: Floats, box: Floats, offset: Floats, unit: float) -> Floats:
    """Both ends, in dots, of a line from a mark to its name: the box of the name, and its offset in points of so many dots."""
    if np.abs(offset).max() > BESIDE:
        return np.array([spot, spot + offset * (1 - SHORT / np.hypot(*offset)) * unit])
    low, high = np.split(box + _LETTERS * (box[3] - box[1]), 2)
    return np.array([spot, np.clip(spot, low, high)])


def crosses(one: Floats, others: Floats) -> bool:
    """Does a line cross one of others? Those from the same mark do not, nor does who only touches."""
    if not len(others):
        return False
    ours = _sides(one[None], others[:, 0]) * _sides(one[None], others[:, 1])
    theirs = _sides(others, one[None, 0]) * _sides(others, one[None, 1])
    return bool(((ours < 0) & (theirs < 0)).any())


def _sides(lines: Floats, points: Floats) -> Floats:
    """On which side of each line a point lies: above 0, below 0, or 0 on it."""
    way, to = lines[:, 1] - lines[:, 0], points - lines[:, 0]
    return np.asarray(way[:, 0] * to[:, 1] - way[:, 1] * to[:, 0])
