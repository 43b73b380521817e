"""Pictures and tables for a panel that must follow the hand: a screen's dots, plain HTML.

A notebook's own picture is drawn with the dots of paper; here with a third of them.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from partnership_analysis.charts.canvas import Canvas
from partnership_analysis.charts.picture import encoded
from partnership_analysis.charts.theme import WIDE, Chart, figure_of, new_axes, theme
from partnership_analysis.metrics.columns import numbers

SHARP = 120
"""Dots an inch: somewhat more than a screen's 100, and a third of the work of a page's 200."""
STEPS = 3
"""Of a drawing: what is to be drawn, its dots, its file."""


def figure_for_screen(chart: Chart, data: pd.DataFrame, **options: object) -> Figure:
    """A chart on a figure of page width, drawn once."""
    figure = _sketched(chart, data, options)
    _inked(figure)
    return figure


def drawn(chart: Chart, data: pd.DataFrame, **options: object) -> str:
    """A chart as an ``<img>`` with its alternative text, drawn for the screen only."""
    *_, html = drawing(chart, data, **options)
    return html


def drawing(chart: Chart, data: pd.DataFrame, **options: object) -> Iterator[str]:
    """:func:`drawn` in ``STEPS`` steps, so that something else may happen between them; the last gives the ``<img>``."""
    plain = plainly(data)
    figure = _sketched(chart, plain, options)
    yield ""
    _inked(figure)
    yield ""
    canvas: Any = figure.canvas
    source = base64.b64encode(encoded(canvas, compress_level=3)).decode("ascii")
    words = escape(chart.describe(plain, **options), quote=True)
    yield (
        f'<img class="pa-drawn" alt="{words}" width="{round(WIDE * 100)}" src="data:image/png;base64,{source}">'
    )


def _sketched(chart: Chart, data: pd.DataFrame, options: dict[str, object]) -> Figure:
    with theme():
        return figure_of(chart(data, ax=new_axes(WIDE, chart.height(data, WIDE, **options)), **options))


def _inked(figure: Figure) -> None:
    with theme():
        figure.set_dpi(SHARP)
        Canvas(figure).draw()


def plainly(data: pd.DataFrame) -> pd.DataFrame:
    """A frame with texts and fractions as numpy holds them: charts walk over its rows in a fraction of the time.

    >>> plainly(pd.DataFrame({"partner": pd.array(["Ann", None], "string"), "rvi": pd.array([None, 2], "Float64")}))
      partner  rvi
    0     Ann  NaN
    1    <NA>  2.0
    """
    return pd.DataFrame({name: _plain(column) for name, column in data.items()}, index=data.index)


def _plain(column: pd.Series) -> Any:
    if isinstance(column.dtype, pd.StringDtype):
        return column.astype(object)
    return numbers(column) if isinstance(column.dtype, pd.Float64Dtype) else column


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
