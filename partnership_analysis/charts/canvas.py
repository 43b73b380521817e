"""A canvas that remembers how words are set: charts of one page, and those of the next, say the same words."""

from __future__ import annotations

import functools
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg, get_hinting_flag
from matplotlib.font_manager import FontPath, FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font, RenderMode

MOST = 4096
"""Words that are remembered."""
UPRIGHT = ((0x10000, 0), (0, 0x10000))
"""What FreeType does to a letter that stands as it is."""
_TABLES = (
    ("OS/2", "sTypoLineGap", "sTypoAscender", "sTypoDescender"),
    ("hhea", "lineGap", "ascent", "descent"),
)
"""Where a typeface says how high its lines are."""
_Heights = tuple[float, float, float] | tuple[None, None, None]
_BY_LETTERS = all(hasattr(FT2Font, name) for name in ("_layout", "_render_glyph", "_set_transform"))
"""Has matplotlib still what it sets words with, letter by letter? They are private names; without them Agg writes as ever."""


class Canvas(FigureCanvasAgg):
    """Agg's canvas with a :class:`Pen`; use it within the theme, which words' sizes depend on."""

    def get_renderer(self) -> RendererAgg:
        """The pen of the figure's size; the same as long as the size is."""
        key = (*self.get_width_height(physical=True), self.figure.dpi)
        if self._lastKey != key:
            self.renderer, self._lastKey = Pen(*key), key
        return self.renderer


class Pen(RendererAgg):
    """Agg's renderer; words are measured and set once in a process."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Dots that words take: width, height, and how much of it is below the line."""
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        return measured(s, prop.copy(), float(self.dpi))

    def _get_font_height_metrics(self, prop: FontProperties) -> _Heights:
        """What a line of a typeface takes up and down, and leaves to the next; matplotlib asks a renderer that knows."""
        return _heights(prop.copy(), float(self.dpi))

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Write words; those that lie level as Agg does, but without asking again where their letters stand."""
        plain = mtext is None or (mtext.get_fontfeatures() is None and mtext.get_language() is None)
        if ismath or angle or not plain or not _BY_LETTERS or not gc.get_antialiased():
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        size, flags, high = prop.get_size_in_points(), get_hinting_flag(), int(self.height)
        fonts: dict[FontPath, Any] = {}
        for path, letter, right, up in _letters(s, prop.copy(), float(self.dpi)):
            if path not in fonts:
                fonts[path] = get_font(path)
                fonts[path].set_size(size, self.dpi)
            font = fonts[path]
            font._set_transform(UPRIGHT, [round(0x40 * (x + right)), round(0x40 * (self.height - y + up))])
            drawn = font._render_glyph(letter, flags, RenderMode.NORMAL)
            dots = drawn.buffer
            self._renderer.draw_text_image(dots, drawn.left, high - drawn.top + dots.shape[0], 0, gc)


@functools.lru_cache(MOST)
def measured(words: str, letters: FontProperties, dots: float) -> tuple[float, float, float]:
    """Dots that words take at so many dots an inch: width, height, depth; call it within the theme."""
    return RendererAgg.get_text_width_height_descent(_plain(dots), words, letters, False)


@functools.lru_cache(MOST)
def _heights(letters: FontProperties, dots: float) -> _Heights:
    """What matplotlib's ``Text`` finds for itself at every look at a text: nothing where the typeface does not say."""
    font = get_font(fontManager._find_fonts_by_props(letters))
    for name, gap, up, down in _TABLES:
        table: Any = font.get_sfnt_table(name)  # type: ignore[call-overload]
        head: Any = font.get_sfnt_table("head")
        if table is not None and head is not None:
            scale = 1 / head["unitsPerEm"] * letters.get_size_in_points() * dots / 72
            return table[up] * scale, -table[down] * scale, table[gap] * scale
    return None, None, None


@functools.lru_cache(MOST)
def _letters(words: str, letters: FontProperties, dots: float) -> list[tuple[FontPath, Any, float, float]]:
    """Typeface, sign, and dots to the right and up of each letter, in the order in which they are drawn.

    The typeface is its file, which stays open as long as it is used: two processes that read the same open file, as after a
    fork, read nonsense, and matplotlib sees that each opens its own.
    """
    items = _plain(dots)._prepare_font(letters)._layout(words, flags=get_hinting_flag())
    return [(_file(item.ft_object), item.glyph_index, item.x, item.y) for item in items]


def _file(font: Any) -> FontPath:
    return FontPath(str(font.fname), font.face_index)


@functools.cache
def _plain(dots: float) -> RendererAgg:
    return RendererAgg(1, 1, dots)
