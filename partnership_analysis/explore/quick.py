"""Pictures and tables for a panel that must follow the hand: a screen's dots, plain HTML.

A notebook's own picture is drawn with the dots of paper; here with a third of them.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from partnership_analysis.charts.canvas import Canvas
from partnership_analysis.charts.picture import encoded
from partnership_analysis.charts.theme import WIDE, Chart, figure_of, new_axes, theme

SHARP = 120
"""Dots an inch: somewhat more than a screen's 100, and a third of the work of a page's 200."""


def figure_for_screen(chart: Chart, data: pd.DataFrame, **options: object) -> Figure:
    """A chart on a figure of page width, drawn once."""
    with theme():
        figure = figure_of(chart(data, ax=new_axes(WIDE, chart.height(data, WIDE, **options)), **options))
        figure.set_dpi(SHARP)
        Canvas(figure).draw()
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
