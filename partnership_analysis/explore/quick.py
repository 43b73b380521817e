"""Pictures and tables for a panel that must follow the hand: one width, one layout pass, plain HTML.

A notebook's own picture is drawn at two widths with full layout and palette; here each is drawn once, for the screen.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine

from partnership_analysis.charts.picture import encoded
from partnership_analysis.charts.theme import WIDE, Chart, theme

SHARP = 120
"""Dots an inch: somewhat more than a screen's 100, and a third of the work of a page's 200."""
_FASTER: Any = {"text.hinting": "none", "axes.titley": 1.0}
"""Hinting is for letters of fewer dots; a title with a place of its own need not look for what it could cover."""


class OnePass(LayoutEngine):
    """Measures once what stands around each axes and makes room for it, where a constrained layout measures twice."""

    _adjust_compatible = True
    _colorbar_gridspec = False

    def execute(self, fig: Figure) -> None:
        """Move the axes in."""
        renderer = fig._get_renderer()  # type: ignore[attr-defined]
        width, height = fig.bbox.size
        pad = 0.03 * fig.dpi
        for axes in fig.axes:
            around = axes.get_tightbbox(renderer, for_layout_only=True)
            if around is None:
                continue
            box = axes.bbox
            left, bottom = max(0.0, box.x0 - around.x0) + pad, max(0.0, box.y0 - around.y0) + pad
            right, top = max(0.0, around.x1 - box.x1) + pad, max(0.0, around.y1 - box.y1) + 2.5 * pad
            inner = (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
            if inner[2] > 0 and inner[3] > 0:
                axes.set_position(inner)


def figure_for_screen(chart: Chart, data: pd.DataFrame, **options: object) -> Figure:
    """A chart on a figure of page width, drawn once."""
    with theme(), rc_context(_FASTER):
        figure = Figure(figsize=(WIDE, chart.height(data, WIDE)), layout=OnePass())
        canvas = FigureCanvasAgg(figure)
        chart(data, ax=figure.add_axes((0, 0, 1, 1)), **options)
        figure.set_dpi(SHARP)
        for axis in (axis for axes in figure.findobj(Axes) for axis in (axes.xaxis, axes.yaxis)):
            # An axis without a label looks for a place for it all the same, and measures every tick for that.
            if not axis.get_label_text():
                axis.set_label_coords(0, 0)
        canvas.draw()
    return figure


def drawn(chart: Chart, data: pd.DataFrame, **options: object) -> str:
    """A chart as an ``<img>`` with its alternative text, drawn for the screen only."""
    canvas: Any = figure_for_screen(chart, data, **options).canvas
    source = base64.b64encode(encoded(canvas, compress_level=3)).decode("ascii")
    words = escape(chart.describe(data, **options), quote=True)
    return f'<img class="pa-drawn" alt="{words}" width="{round(WIDE * 100)}" src="data:image/png;base64,{source}">'


def rows_html(headings: Sequence[str], rows: Sequence[Sequence[str]], *, text: Sequence[str]) -> str:
    """A plain table with escaped cells; columns named in ``text`` stand left, numbers right.

    >>> rows_html(["RVI"], [["<2"]], text=[])
    '<table class="pa-rows"><thead><tr><th>RVI</th></tr></thead><tbody><tr><td>&lt;2</td></tr></tbody></table>'
    """
    marks = [' class="pa-text"' if name in text else "" for name in headings]
    head = "".join(f"<th{mark}>{escape(name)}</th>" for name, mark in zip(headings, marks, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td{mark}>{escape(cell)}</td>" for cell, mark in zip(row, marks, strict=True))
        + "</tr>"
        for row in rows
    )
    return f'<table class="pa-rows"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
