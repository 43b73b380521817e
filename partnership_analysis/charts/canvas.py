"""A canvas that remembers how much room words take: charts of one page, and those of the next, say the same words."""

from __future__ import annotations

import functools
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.font_manager import FontProperties

MOST = 4096
"""Words that are remembered."""


class Canvas(FigureCanvasAgg):
    """Agg's canvas with a :class:`Pen`; use it within the theme, which words' sizes depend on."""

    def get_renderer(self) -> RendererAgg:
        """The pen of the figure's size; the same as long as the size is."""
        key = (*self.get_width_height(physical=True), self.figure.dpi)
        if self._lastKey != key:
            self.renderer, self._lastKey = Pen(*key), key
        return self.renderer


class Pen(RendererAgg):
    """Agg's renderer; words are measured once in a process."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Dots that words take: width, height, and how much of it is below the line."""
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        return measured(s, prop.copy(), float(self.dpi))


@functools.lru_cache(MOST)
def measured(words: str, letters: FontProperties, dots: float) -> tuple[float, float, float]:
    """Dots that words take at so many dots an inch: width, height, depth; call it within the theme."""
    return RendererAgg.get_text_width_height_descent(_plain(dots), words, letters, False)


@functools.cache
def _plain(dots: float) -> RendererAgg:
    return RendererAgg(1, 1, dots)
