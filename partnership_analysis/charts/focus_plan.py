"""The focus plan row by row: who is kept, who is not, and where the hours end."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from partnership_analysis.charts.beside import column, cut_ends
from partnership_analysis.charts.focus import (
    FILL_WORTH,
    basis_of,
    cut,
    describe_plan,
    room_words,
    source_of,
    top_of,
    unit_of,
    worth_named,
)
from partnership_analysis.charts.focus_marks import (
    KEPT_OUT,
    MARKS,
    draw_key,
    draw_points,
    kept_in,
    kept_out,
    nurture_words,
)
from partnership_analysis.charts.hour_words import hours
from partnership_analysis.charts.rows import MOST, Rows, name_rows, say_left_out
from partnership_analysis.charts.steps.focus import after_focus_plan
from partnership_analysis.charts.theme import GREY, INK, PALE, chart, is_narrow, subtitle_height
from partnership_analysis.charts.ticks import Amounts
from partnership_analysis.metrics.focus.worth import WON_VALUE
from partnership_analysis.wording import count_of

FIRST = 5
"""Of many rows, at least so many are named of those who are not kept: who is next is asked first."""


class Laid(NamedTuple):
    """What is drawn and how high it stands: rows, the line at which our hours end, and words on who is left out."""

    table: pd.DataFrame
    y: np.ndarray
    line: float | None
    left_out: list[tuple[float, str]]
    lines: int


def _laid(data: pd.DataFrame, most: int = MOST) -> Laid:
    """Choose the rows: of those who are kept and of the others the first, which are worth most."""
    kept = int(kept_in(data).sum())
    others = len(data) - kept
    top = kept if len(data) <= most else min(kept, most - min(others, FIRST, most // 2))
    low = min(others, max(most - top, 0)) if len(data) > most else others
    lines = top + (kept > top) + (kept > 0 and others > 0) + low + (others > low)
    left_out = []
    if kept > top:
        left_out.append((float(lines - 1 - top), _more(data.iloc[top:kept], data.iloc[:top], "more kept")))
    if others > low:
        left_out.append((0.0, _more(data.iloc[kept + low :], data.iloc[kept : kept + low], "more")))
    y = np.concatenate([lines - 1.0 - np.arange(top), (others > low) + np.arange(low)[::-1]])
    line = float(low + (others > low)) if kept and others else None
    return Laid(pd.concat([data.iloc[:top], data.iloc[kept : kept + low]]), y, line, left_out, lines)


def _more(rest: pd.DataFrame, shown: pd.DataFrame, words: str) -> str:
    """How many are left out, and what they are worth beside those who are not."""
    less = rest["worth"].max() < shown["worth"].min()
    worth = "less" if pd.notna(less) and less else "no more"
    unknown = " or unknown" if rest["worth"].isna().any() else ""
    return f"{len(rest):,} {words}, worth {worth}{unknown}"


def _subtitle(data: pd.DataFrame, currency: str = "", capacity: float | None = None, **options: Any) -> str:
    chosen = data[kept_in(data)]
    alike = "counted" in data and (chosen["counted"] < chosen["worth"] * (1 - 1e-6)).any()
    notes = [
        f"Kept (filled): who together bring most{'' if capacity is None else f' in {hours(capacity)} hours a quarter'}"
        f"{', less what they offer alike' if alike else ''}{'' if len(chosen) == len(data) else '; then the others (hollow)'}",
        f"Each by {worth_named(data).lower()}, {unit_of(data, currency)}; line: where it probably lies"
        f"{'; ▸: it goes on' if cut(data).any() else ''}",
        source_of(data),
        *nurture_words(data),
    ]
    if kept_out(data, capacity):
        notes.append(KEPT_OUT)
    unknown = int(chosen["hours"].isna().sum())
    if unknown:
        notes.append(f"Hours of {count_of(unknown, 'partner')} kept are unknown, counted as none")
    return f"{'. '.join(notes)}."


def _anybody(data: pd.DataFrame, **options: Any) -> bool:
    return bool((data["worth"] > 0).fillna(False).any())


def _height(data: pd.DataFrame, width: float) -> float:
    return 0.72 + 0.245 * _laid(data).lines + subtitle_height(_subtitle(data, "GBP", 1000.0), width)


@chart(
    describe=describe_plan,
    height=_height,
    empty=f"Nobody's worth is known, or it is nothing, so that nobody is better to keep than another: {FILL_WORTH}.",
    needs=_anybody,
    subtitle=_subtitle,
    above=12.0,
    next_step=after_focus_plan,
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
        Rows that are named; of more the first of those who are kept, and of the others.
    """
    laid = _laid(data, most)
    table, y = laid.table, laid.y
    worth, low, high = (table[name].to_numpy("float64", na_value=np.nan) for name in ("worth", "low", "high"))
    right = top_of(data[data["worth"].notna()])
    ax.hlines(y, low, np.minimum(high, right), color=PALE, lw=2.2, zorder=1)
    cut_ends(ax, y[high > right], right)
    kept = kept_in(table)
    for verdict, mark in MARKS.items():
        mine = table["verdict"].eq(verdict).fillna(False).to_numpy(dtype=bool)
        draw_points(ax, worth[mine], y[mine], mark, kept[mine])
    name_rows(ax, Rows(table, y, None, 0), table["partner"].tolist(), wide=30, narrow=20)
    ax.set_ylim(-0.7, laid.lines - 0.3)
    _axis(ax, data, right, currency)
    _columns(ax, data, laid)
    for place, words in laid.left_out:
        say_left_out(ax, place, words)
    if laid.line is not None:
        _line(ax, laid.line, room_words(data, capacity, short=is_narrow(ax)))


def _axis(ax: Axes, data: pd.DataFrame, right: float, currency: str) -> None:
    ax.set_xlim(0, right)
    basis = basis_of(data)
    # Money is written without its pennies: ticks between would repeat themselves.
    whole = basis == WON_VALUE
    ax.xaxis.set_major_locator(MaxNLocator(2 if is_narrow(ax) else 6, steps=[1, 2, 5, 10], integer=whole))
    ax.xaxis.set_major_formatter(Amounts(currency, basis))
    ax.grid(axis="x")
    ax.tick_params(axis="y", pad=8)


def _columns(ax: Axes, data: pd.DataFrame, laid: Laid) -> None:
    """Hours, and the verdict in words; on a phone its key."""
    table, y = laid.table, laid.y
    narrow = is_narrow(ax)
    spent = [f"{hours(value)} h" if narrow and pd.notna(value) else hours(value) for value in table["hours"]]
    column(ax, y, spent, 30, head="" if narrow else "hours", colours=INK)
    if narrow:
        draw_key(ax, data)
        return
    words = [
        "unknown" if pd.isna(name) else f"{MARKS[name].glyph(kept)} {name}"
        for name, kept in zip(table["verdict"], kept_in(table).tolist(), strict=True)
    ]
    tones = [GREY if pd.isna(name) else MARKS[name].text for name in table["verdict"]]
    column(ax, y, words, 116, colours=tones, bold=True)


def _line(ax: Axes, y: float, words: str) -> None:
    ax.axhline(y + 0.05, color=INK, lw=1.1)
    ax.annotate(
        words,
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
