"""A chart as a notebook shows it: a page-wide PNG with its alternative text, and for a report a phone-wide one."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from numpy.typing import NDArray
from PIL import Image

from partnership_analysis.charts.canvas import Canvas
from partnership_analysis.charts.theme import DOTS, NARROW, WIDE, Chart, figure_of, new_axes, theme

COLOURS = 256
NEARLY_WHITE = 250
"""The palette rounds; paper stays white."""
_PAPER = np.uint32(0xFFFFFFFF)
"""A dot on which nothing is drawn."""


FOR_PHONES = "PARTNERSHIP_ANALYSIS_FOR_PHONES"
"""Environment variable: set in a kernel whose notebook becomes a page that phones read too."""


@dataclass(frozen=True)
class Picture:
    """A chart drawn at page width, and what it shows in words; ``narrow`` draws it for a phone.

    In a notebook the page-wide one is displayed, with ``alt`` as its text, which is what nbval compares. In a
    report's kernel (:data:`FOR_PHONES`) the narrow one travels in the output's metadata, and the report lets the
    reader's screen choose; JupyterLab shows only the first, so nobody waits for the second there. Pictures are equal if
    they look the same.
    """

    wide: bytes
    alt: str
    size: tuple[int, int]
    _plot: Chart = field(compare=False)
    _data: pd.DataFrame = field(compare=False)
    _options: Mapping[str, Any] = field(compare=False)

    @cached_property
    def narrow(self) -> bytes:
        """The same chart at a phone's width, drawn when it is first asked for."""
        height = self._plot.height(self._data, NARROW, **self._options)
        return _png(self._plot, self._data, NARROW, height, self._options)

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        width, height = self.size
        own: dict[str, Any] = {"alt": self.alt}
        if os.environ.get(FOR_PHONES):
            own |= {"narrow_png": _text(self.narrow), "narrow_width": round(NARROW * 100)}
        return (
            {"image/png": _text(self.wide), "text/plain": self.alt},
            {"image/png": {"width": width, "height": height, "alt": self.alt}, "partnership_analysis": own},
        )


def picture(plot: Chart, data: pd.DataFrame, **options: Any) -> Picture:
    """Draw a chart at page width, ready to be drawn at a phone's.

    Examples
    --------
    >>> from partnership_analysis.charts import plot_rvi_ranking
    >>> picture(plot_rvi_ranking, pd.DataFrame()).alt
    'An empty chart. No partner has an RVI: it needs at least one rating of trust in the ratings table.'
    """
    height = plot.height(data, WIDE, **options)
    return Picture(
        wide=_png(plot, data, WIDE, height, options),
        alt=plot.describe(data, **options),
        size=(round(WIDE * 100), round(height * 100)),
        _plot=plot,
        _data=data,
        _options=options,
    )


def _png(plot: Chart, data: pd.DataFrame, width: float, height: float, options: Mapping[str, Any]) -> bytes:
    with theme():
        axes = plot(data, ax=new_axes(width, height), **options)
        figure = figure_of(axes)
        figure.set_dpi(DOTS)
        # Drawn once: savefig would draw a figure with a layout engine twice.
        canvas = Canvas(figure)
        canvas.draw()
    return encoded(canvas, dpi=(DOTS, DOTS))


def encoded(canvas: FigureCanvasAgg, **saving: Any) -> bytes:
    """What is drawn on a canvas, as a PNG with a palette; ``saving`` is Pillow's.

    A chart has few colours: a palette makes the file a third, and the report light enough for a phone.
    """
    dots = np.asarray(canvas.buffer_rgba())
    image = _few_coloured(dots)
    image.putpalette([255 if level >= NEARLY_WHITE else level for level in image.getpalette() or []])
    file = io.BytesIO()
    image.save(file, format="png", **saving)
    return file.getvalue()


def _few_coloured(dots: NDArray[np.uint8]) -> Image.Image:
    """Dots (rows x columns x 4) as an image with a palette, which is looked for in what is not paper: mostly little."""
    whole = dots.view(np.uint32)[..., 0]
    inked = np.flatnonzero(whole != _PAPER)
    # With twice as much paper as ink, white stays the commonest colour and its mean NEARLY_WHITE: the same palette.
    enough = 2 * len(inked) + 1
    if whole.size - len(inked) < enough:
        return _quantized(Image.fromarray(dots))
    some = np.full(len(inked) + enough, _PAPER)
    some[: len(inked)] = whole.ravel()[inked]
    few = _quantized(Image.fromarray(some.view(np.uint8).reshape(1, -1, 4)))
    places = np.asarray(few)[0]
    placed = np.full(whole.size, places[-1])
    placed[inked] = places[: len(inked)]
    image = Image.frombytes("P", whole.shape[::-1], placed.tobytes())
    image.putpalette(few.getpalette() or [])
    return image


def _quantized(image: Image.Image) -> Image.Image:
    colours = image.convert("RGB")
    return colours.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
