"""Thin lines from marks to their names, where one could take a name for a neighbour's."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from partnership_analysis.charts.theme import figure_of

TELLING = 1.6
"""Another mark must be so many times as far from a name as the name's own, or a line ties them."""
BESIDE = 7
"""Points up to which a name has no thread of its own."""
SHORT = 2
"""Points before its name at which a thread ends."""
_UP = np.array([0.0, 1.0])


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
            # Letters do not fill their box.
            end = np.clip(own, box.min + 0.25 * box.height * _UP, box.max - 0.25 * box.height * _UP)
            offset = np.array(text.get_position())
            if np.abs(offset).max() > BESIDE:
                end = own + offset * (1 - SHORT / np.hypot(*offset)) * figure_of(ax).dpi / 72
            x, y = ax.transData.inverted().transform(np.array([own, end])).T
            ax.plot(x, y, color=tone, lw=0.8, zorder=3, gid="tie")
