"""The focus plan row by row: who is kept, who is not, and where the hours end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from partnership_analysis.charts.beside import column
from partnership_analysis.charts.focus import (
    MARKS,
    basis_of,
    describe_plan,
    draw_key,
    draw_points,
    room_words,
    source_of,
    top_of,
    unit_of,
    worth_words,
)
from partnership_analysis.charts.rows import Rows, count_rows, name_rows, rows_for
from partnership_analysis.charts.theme import GREY, INK, PALE, chart, is_narrow, subtitle_height
from partnership_analysis.charts.time_spent import hours
from partnership_analysis.metrics.focus.worth import WON_VALUE


def _subtitle(data: pd.DataFrame, currency: str = "", capacity: float | None = None, **options: Any) -> str:
    return (
        f"Who is kept (filled) and who is not (hollow), by worth: {unit_of(data, currency)}, with its interval. "
        f"{source_of(data)}."
    )


def _height(data: pd.DataFrame, width: float) -> float:
    return 0.95 + 0.245 * count_rows(data) + subtitle_height(_subtitle(data, "GBP"), width)


@chart(
    describe=describe_plan,
    height=_height,
    empty="Nobody's worth is known: there is neither money on record nor a rating of trust.",
    needs="worth",
    subtitle=_subtitle,
    above=12.0,
)
def plot_focus_plan(
    data: pd.DataFrame, ax: Axes, currency: str = "", capacity: float | None = None, most: int = 30
) -> None:
    """A row a partner, those kept over the line at which our hours end.

    Parameters
    ----------
    data : DataFrame
        The ``plan`` of :func:`partnership_analysis.focus_plan`, in its order.
    ax : Axes, optional
    currency : str
        ISO code.
    capacity : float, optional
        Hours a quarter.
    most : int
        Rows that are named; of more both ends are.
    """
    rows = _parted(rows_for(data, most), int(data["kept"].fillna(False).sum()))
    table, y = rows.table, rows.y
    worth, low, high = (table[name].to_numpy("float64", na_value=np.nan) for name in ("worth", "low", "high"))
    right = top_of(data[data["worth"].notna()])
    ax.hlines(y, low, np.minimum(high, right), color=PALE, lw=2.2, zorder=1)
    for verdict, mark in MARKS.items():
        mine = table["verdict"].eq(verdict).fillna(False).to_numpy(dtype=bool)
        draw_points(ax, worth[mine], y[mine], mark)
    name_rows(ax, rows, table["partner"].tolist(), wide=30, narrow=20)
    ax.set_ylim(y.min() - 0.7, y.max() + 0.7)
    ax.set_xlim(0, right)
    basis = basis_of(data)
    # Money is written without its pennies: ticks between would repeat themselves.
    whole = basis == WON_VALUE
    ax.xaxis.set_major_locator(MaxNLocator(2 if is_narrow(ax) else 6, steps=[1, 2, 5, 10], integer=whole))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: worth_words(value, basis, currency)))
    ax.grid(axis="x")
    ax.tick_params(axis="y", pad=8)
    column(
        ax,
        y,
        [
            f"{hours(value)} h" if is_narrow(ax) and pd.notna(value) else hours(value)
            for value in table["hours"]
        ],
        30,
        head="" if is_narrow(ax) else "hours",
        colours=INK,
    )
    if is_narrow(ax):
        draw_key(ax, data)
    else:
        words = ["unknown" if pd.isna(name) else f"{MARKS[name].glyph} {name}" for name in table["verdict"]]
        tones = [GREY if pd.isna(name) else MARKS[name].text for name in table["verdict"]]
        column(ax, y, words, 116, colours=tones, bold=True)
    _line(ax, rows, data, capacity)


def _parted(rows: Rows, kept_in_all: int) -> Rows:
    """The rows with a gap between who is kept and who is not, for the line."""
    kept = _kept(rows)
    if kept.all() or not kept.any():
        return rows
    gap = rows.gap
    if gap is not None and kept.sum() < kept_in_all:
        # Some of those left out are kept: they lie above the line.
        gap += 1
    return Rows(rows.table, rows.y + kept, gap, rows.left_out)


def _kept(rows: Rows) -> np.ndarray:
    return rows.table["kept"].fillna(False).to_numpy(dtype=bool)


def _line(ax: Axes, rows: Rows, data: pd.DataFrame, capacity: float | None) -> None:
    kept = _kept(rows)
    if kept.all() or not kept.any():
        return
    y = rows.y[kept].min() - 1
    if rows.gap == y:
        y -= 1
    ax.axhline(y + 0.05, color=INK, lw=1.1)
    ax.annotate(
        room_words(data, capacity, short=is_narrow(ax)),
        (1, y + 0.05),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=INK,
        size=8.5,
        gid="line",
    )
