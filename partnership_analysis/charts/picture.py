"""A chart as a notebook shows it: a page-wide and a phone-wide PNG with one alternative text."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from partnership_analysis.charts.theme import DOTS, NARROW, WIDE, Chart, figure_of, new_axes, theme

COLOURS = 256
NEARLY_WHITE = 250
"""The palette rounds; paper stays white."""


@dataclass(frozen=True)
class Picture:
    """Two drawings of one chart, and what they show in words.

    In a notebook the page-wide one is displayed, with ``alt`` as its text, which is what nbval compares. The
    narrow one travels in the output's metadata, and the report lets the reader's screen choose.
    """

    wide: bytes
    narrow: bytes
    alt: str
    size: tuple[int, int]

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        width, height = self.size
        own = {"alt": self.alt, "narrow_png": _text(self.narrow), "narrow_width": round(NARROW * 100)}
        return (
            {"image/png": _text(self.wide), "text/plain": self.alt},
            {"image/png": {"width": width, "height": height, "alt": self.alt}, "partnership_analysis": own},
        )


def picture(plot: Chart, data: pd.DataFrame, **options: Any) -> Picture:
    """Draw a chart at page and at phone width.

    Examples
    --------
    >>> from partnership_analysis.charts import plot_rvi_ranking
    >>> picture(plot_rvi_ranking, pd.DataFrame()).alt
    'An empty chart. No partner has an RVI: it needs at least one rating of trust.'
    """
    height = plot.height(data, WIDE)
    return Picture(
        wide=_png(plot, data, WIDE, height, options),
        narrow=_png(plot, data, NARROW, plot.height(data, NARROW), options),
        alt=plot.describe(data, **options),
        size=(round(WIDE * 100), round(height * 100)),
    )


def _png(plot: Chart, data: pd.DataFrame, width: float, height: float, options: dict[str, Any]) -> bytes:
    with theme():
        axes = plot(data, ax=new_axes(width, height), **options)
        figure = figure_of(axes)
        figure.set_dpi(DOTS)
        # Drawn once: savefig would draw a figure with a layout engine twice.
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    return encoded(canvas, dpi=(DOTS, DOTS))


def encoded(canvas: FigureCanvasAgg, **saving: Any) -> bytes:
    """What is drawn on a canvas, as a PNG with a palette; ``saving`` is Pillow's.

    A chart has few colours: a palette makes the file a third, and the report light enough for a phone.
    """
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    image = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    image.putpalette([255 if level >= NEARLY_WHITE else level for level in image.getpalette() or []])
    file = io.BytesIO()
    image.save(file, format="png", **saving)
    return file.getvalue()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
