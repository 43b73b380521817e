"""From the first hour to the first business and beyond: the J-curve of every partnership, and how long each took to pay back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from partnership_analysis.charts.beside import name_points, name_size, settle
from partnership_analysis.charts.returns import LOST
from partnership_analysis.charts.rows import rows_for
from partnership_analysis.charts.theme import (
    BAND_TEXT,
    GREY,
    INK,
    PALE,
    RECEIVED,
    RULE,
    chart,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.metrics.returns.jcurve import GROUPS, PAID_BACK
from partnership_analysis.wording import count_of, joined, money, shortened, signed_money


def group_of(data: pd.DataFrame) -> str:
    """Whether the curves are of partners, verticals or the portfolio."""
    return next(name for name in GROUPS if name in data.columns)


def _drawn(data: pd.DataFrame, highlight: str) -> pd.DataFrame:
    """The curves with a beginning, or where there is none those that have one before the record."""
    known = data[data["cumulative"].notna()]
    whole = ~known["partial"].astype(bool)
    return known[whole | (known[group_of(data)] == highlight)] if whole.any() else known


def _ends(drawn: pd.DataFrame) -> pd.DataFrame:
    """The last row of each curve, the highest sum first."""
    by = group_of(drawn)
    last = drawn.drop_duplicates(by, keep="last")
    return last.sort_values(["cumulative", by], ascending=[False, True], kind="stable", ignore_index=True)


def _subtitle(data: pd.DataFrame, currency: str = "", highlight: str = "", **options: Any) -> str:
    unit = f", {currency}" if currency else ""
    words = (
        f"What came back less what we put in, summed by month of the partnership{unit}. From interactions."
    )
    by, drawn = group_of(data), _drawn(data, highlight)
    rest = data[by].nunique() - drawn[by].nunique()
    if len(drawn) and drawn["partial"].astype(bool).all():
        return f"{words} Dotted: it began before the record, so that the sum lacks its beginning."
    return f"{words} {count_of(rest, by)} of unknown beginning or amounts left out." if rest else words


def _height(data: pd.DataFrame, width: float) -> float:
    return (3.7 if width > 5 else 4.1) + subtitle_height(_subtitle(data, "GBP"), width)


def _describe(
    data: pd.DataFrame,
    currency: str = "",
    highlight: str = "",
    paid: pd.DataFrame | None = None,
    most: int = 12,
) -> str:
    by, drawn = group_of(data), _drawn(data, highlight)
    ends = _ends(drawn)
    words = [
        f"{name} {signed_money(value, currency)} after {count_of(age, 'month')}"
        for name, value, age in zip(ends[by], ends["cumulative"], ends["number"].astype(int), strict=True)
    ]
    back = "" if paid is None else f" {count_of(int((paid['state'] == PAID_BACK).sum()), by)} paid back."
    return (
        f"Return less investment, summed from the beginning, of {count_of(len(ends), by)}: "
        f"{joined(words, limit=8)}.{back}"
    )


@chart(
    describe=_describe,
    height=_height,
    empty="No partnership has both its investment and its return on record.",
    needs="cumulative",
    subtitle=_subtitle,
)
def plot_j_curve(
    data: pd.DataFrame,
    ax: Axes,
    currency: str = "",
    highlight: str = "",
    paid: pd.DataFrame | None = None,
    most: int = 12,
) -> None:
    """A line for every partnership, named where it ends; a ring where it has paid back.

    Parameters
    ----------
    data : DataFrame
        As :func:`partnership_analysis.j_curve` gives it. Who began before the record is left out, unless everybody
        did or it is the highlighted one; then its line is dotted.
    ax : Axes, optional
    currency : str
        ISO code.
    highlight : str
        Only this one is in colour. Default: all are, up to ``most``.
    paid : DataFrame, optional
        As :func:`partnership_analysis.payback` gives it, for the rings.
    most : int
        So many are named; of more the highest and the lowest.
    """
    by, drawn = group_of(data), _drawn(data, highlight)
    ends = _ends(drawn)
    shown = rows_for(ends, min(most, 6) if is_narrow(ax) else most).table
    if highlight in set(ends[by]):
        shown = ends[ends[by] == highlight]
    settle(ax, left=0.62, right=0.12, bottom=0.42)
    _frame(ax, drawn, currency)
    chosen = set(shown[by])
    # The chosen last, so that they lie on top.
    curves = list(drawn.groupby(by, sort=False))
    for name, rows in sorted(curves, key=lambda curve: curve[0] in chosen):
        _curve(ax, rows, chosen=name in chosen, strong=name == highlight)
    _rings(ax, drawn[drawn[by].isin(chosen)], paid)
    words = [
        f"{shortened(str(getattr(row, by)), name_size(ax))} {signed_money(row.cumulative, currency)}"
        for row in shown.itertuples()
    ]
    spots = shown[["number", "cumulative"]].to_numpy("float64")
    colours = [RECEIVED if value >= 0 else BAND_TEXT["weak"] for value in shown["cumulative"]]
    middle = ends[~ends[by].isin(chosen)]
    if len(middle):
        ax.annotate(
            f"pale: {count_of(len(middle), 'other')}",
            (1, 0),
            xycoords="axes fraction",
            xytext=(0, 4),
            textcoords="offset points",
            ha="right",
            color=GREY,
            size=8.5,
        )
    written = name_points(ax, spots, words, colours, avoid=_along(curves))
    if highlight in chosen and not written:
        _named_above(ax, words[0], colours[0])


def _named_above(ax: Axes, words: str, colour: str) -> None:
    """The one that is in colour, named over the axes where there is no room at its end."""
    ax.annotate(
        words,
        (1, 1),
        xycoords="axes fraction",
        xytext=(0, -3),
        textcoords="offset points",
        ha="right",
        va="top",
        color=colour,
        size=8.5,
        gid="highlight",
    )


def _along(curves: list[tuple[Any, pd.DataFrame]]) -> np.ndarray:
    """Places along the curves, between their months too, that names keep clear of."""
    found = []
    for _, rows in curves:
        x, y = (rows[name].to_numpy("float64") for name in ("number", "cumulative"))
        fine = np.linspace(x[0], x[-1], 24 * len(x))
        found.append(np.column_stack([fine, np.interp(fine, x, y)]))
    points = np.vstack(found)
    points = points[:: max(1, len(points) // 4000)]
    # The line of zero goes on to the right of the last end.
    last = max(rows["number"].max() for _, rows in curves)
    beyond = np.linspace(float(last), 1.62 * float(last) + 6, 200)
    return np.vstack([points, np.column_stack([beyond, np.zeros(200)])])


def _frame(ax: Axes, drawn: pd.DataFrame, currency: str) -> None:
    first, last = float(drawn["number"].min()), float(drawn["number"].max())
    low, high = float(min(drawn["cumulative"].min(), 0)), float(max(drawn["cumulative"].max(), 0))
    room = max(last - first, 6.0)
    span = max(high - low, 1.0)
    # Names stand to the right of the ends.
    ax.set_xlim(first - 0.02 * room, last + room * (0.62 if is_narrow(ax) else 0.3))
    ax.set_ylim(low - 0.12 * span, high + 0.12 * span)
    ax.axhspan(low - 0.12 * span, 0, color=LOST, alpha=0.06, lw=0)
    ax.axhline(0, color=INK, lw=0.9)
    step = next(
        step for step in (1, 3, 6, 12, 24, 60, 120, 240, 1200) if room / step <= (5 if is_narrow(ax) else 9)
    )
    ax.xaxis.set_major_locator(MultipleLocator(step))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: money(value, currency)))
    ax.tick_params(axis="y", labelsize=9, colors=GREY)
    ax.grid(axis="y", color=RULE, lw=0.7)
    ax.set_xlabel("months since the partnership began", loc="left", labelpad=2)
    above, below = (
        ("more came back", "more put in") if drawn["partial"].all() else ("paid back", "still investment")
    )
    for y, va, words, colour in ((1, "top", above, RECEIVED), (0, "bottom", below, BAND_TEXT["weak"])):
        ax.annotate(
            words,
            (0, y),
            xycoords="axes fraction",
            xytext=(4, -3 if y else 4),
            textcoords="offset points",
            va=va,
            color=colour,
            size=8.5,
            weight="bold",
        )


def _curve(ax: Axes, rows: pd.DataFrame, *, chosen: bool, strong: bool) -> None:
    x, y = (rows[name].to_numpy("float64") for name in ("number", "cumulative"))
    partial = bool(rows["partial"].iloc[0])
    colour = (RECEIVED if y[-1] >= 0 else LOST) if chosen else PALE
    style: Any = (0, (1, 1.6)) if partial else "-"
    width = 2.6 if strong else 1.6 if chosen else 0.9
    ax.plot(x, y, color=colour, lw=width, ls=style, zorder=3 if chosen else 2)
    ax.plot(x[-1:], y[-1:], "o", ms=4.5 if chosen else 2.5, color=colour, zorder=3 if chosen else 2)


def _rings(ax: Axes, drawn: pd.DataFrame, paid: pd.DataFrame | None) -> None:
    """Where the sum has come back to zero to stay."""
    if paid is None:
        return
    by = group_of(drawn)
    when = paid.loc[paid["payback"].notna(), [by, "months_to_payback"]]
    found = drawn.merge(when, left_on=[by, "number"], right_on=[by, "months_to_payback"])
    ax.scatter(
        found["number"].to_numpy("float64"),
        found["cumulative"].to_numpy("float64"),
        s=60,
        facecolor="white",
        edgecolor=RECEIVED,
        lw=1.8,
        zorder=5,
        clip_on=False,
    )
