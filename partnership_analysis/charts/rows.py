"""Charts of one row a partner: of a long table both ends are drawn, and a line says how many lie between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from partnership_analysis.charts.lettering import cut
from partnership_analysis.charts.theme import GREY, is_narrow

MOST = 30
"""Rows that one chart names; of a longer table it names so many of both ends."""


@dataclass(frozen=True)
class Rows:
    """The rows that a chart draws and where each stands, top first.

    Attributes
    ----------
    table : DataFrame
        The rows drawn, in the order of the data.
    y : array of float
        The height of each.
    gap : float or None
        Where rows are left out, the height of the line that says so.
    left_out : int
        How many.
    """

    table: pd.DataFrame
    y: NDArray[np.float64]
    gap: float | None
    left_out: int


def rows_for(data: pd.DataFrame, most: int = MOST) -> Rows:
    """Choose the rows to draw: all of them, or both ends of the table.

    Examples
    --------
    >>> rows_for(pd.DataFrame({"partner": list("ABCDE")}), most=3)
    Rows(table=  partner
    0       A
    1       B
    4       E, y=array([3., 2., 0.]), gap=1.0, left_out=2)
    """
    if len(data) <= most:
        return Rows(data, np.arange(len(data))[::-1].astype(float), None, 0)
    head = (most + 1) // 2
    table = pd.concat([data.head(head), data.tail(most - head)])
    y = np.array([*range(most, most - head, -1), *range(most - head - 1, -1, -1)], dtype=float)
    return Rows(table, y, float(most - head), len(data) - most)


def count_rows(data: pd.DataFrame, most: int = MOST) -> int:
    """Lines that the chart of a table has, for its height."""
    return len(data) if len(data) <= most else most + 1


def name_rows(ax: Axes, rows: Rows, names: Sequence[object], *, wide: int = 34, narrow: int = 20) -> None:
    """Write the names at the left, each in the room of so many letters, and where rows are left out how many; set the limits of y."""
    limit = narrow if is_narrow(ax) else wide
    ax.set_yticks(rows.y, [cut(str(name), limit) for name in names])
    lines = len(rows.y) + (rows.gap is not None)
    ax.set_ylim(-0.7, lines - 0.3)
    if rows.gap is not None:
        say_left_out(ax, rows.gap, f"{rows.left_out:,} more lie between")


def say_left_out(ax: Axes, y: float, words: str) -> None:
    """Who is not drawn, on a line of its own among the rows."""
    ax.annotate(
        f"· · ·  {words}  · · ·",
        (0.5, y),
        xycoords=("axes fraction", "data"),
        ha="center",
        va="center",
        size=8.5,
        color=GREY,
        gid="left out",
    )
