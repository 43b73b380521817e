"""From the first hour to the first business and beyond: the J-curve of every partnership, and how long each took to pay back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.ticker import MaxNLocator

from partnership_analysis.charts.beside import name_points, name_size, note_below, settle
from partnership_analysis.charts.panels import opened
from partnership_analysis.charts.returns import LOST
from partnership_analysis.charts.rows import rows_for
from partnership_analysis.charts.steps.jcurve import after_j_curve, with_beginning
from partnership_analysis.charts.strips import stroke
from partnership_analysis.charts.theme import (
    BAND_TEXT,
    GREY,
    INK,
    PALE,
    RECEIVED,
    RULE,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.charts.ticks import Amounts
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.returns.jcurve import GROUPS, PAID_BACK
from partnership_analysis.wording import count_of, joined, shortened, signed_money

_BEGAN = dict(zip(GROUPS, ("the partnership", "its first partnership", "the first partnership"), strict=True))
_TINT = 0.12
"""How much red the ground under zero has: with less, a picture's palette makes it the white of the paper."""
DOTTED = (0, (1, 1.6))
"""Of a curve that began before the record."""
IN_ALL = "in all"
"""The name of the whole portfolio's curve, which may be of one partner."""


def group_of(data: pd.DataFrame) -> str:
    """Whether the curves are of partners, verticals or the portfolio."""
    return next(name for name in GROUPS if name in data.columns)


def _ends(drawn: pd.DataFrame) -> pd.DataFrame:
    """The last row of each curve, the highest sum first."""
    by = group_of(drawn)
    last = drawn.drop_duplicates(by, keep="last")
    return last.sort_values(
        ["cumulative", by], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )


def _subtitle(data: pd.DataFrame, currency: str = "", highlight: str = "", **options: Any) -> str:
    unit = f", {currency}" if currency else ""
    by, drawn = group_of(data), with_beginning(data, highlight)
    words = f"what came back less what we put in, summed month by month{unit}. From interactions."
    chosen, several = highlight in set(drawn[by]), drawn[by].nunique() > 1
    words = opened(highlight if chosen and not several else "", words)
    cut = drawn["partial"].astype(bool)
    if chosen and several:
        words += f" In colour: {shortened(highlight, 40)}."
        words += " Dotted: it began before the record." * bool(cut.any() and not cut.all())
    if len(drawn) and cut.all():
        return f"{words} {_without_beginning(drawn)}"
    rest = data[by].nunique() - drawn[by].nunique()
    if not rest:
        return words
    return f"{words} Left out: {count_of(rest, by)} whose beginning lies before the record, or whose amounts are missing."


def _without_beginning(drawn: pd.DataFrame) -> str:
    """What is to be known of curves that all began before the record."""
    by = group_of(drawn)
    if drawn[by].nunique() > 1:
        every = "Both" if drawn[by].nunique() == 2 else "All"
        return f"{every} began before the record, so that the sums lack their beginnings."
    what = "the first partnership" if by == "portfolio" else "it"
    # A single month is a dot, whatever its line would be.
    said = f"Dotted: {what}" if drawn.duplicated(by).any() else what[0].upper() + what[1:]
    return f"{said} began before the record, so that the sum lacks its beginning."


def _height(data: pd.DataFrame, width: float) -> float:
    return (3.7 if width > 5 else 4.25) + subtitle_height(_subtitle(data, "GBP"), width)


def _aged(months: int) -> str:
    return f"after {count_of(months, 'month')}" if months else "in the first month"


def _describe(
    data: pd.DataFrame,
    currency: str = "",
    highlight: str = "",
    paid: pd.DataFrame | None = None,
    most: int = 12,
) -> str:
    by, drawn = group_of(data), with_beginning(data, highlight)
    ends = _ends(drawn)
    whole = by == "portfolio"
    words = [
        f"{'' if whole else f'{name} '}{signed_money(value, currency)} {_aged(age)}"
        for name, value, age in zip(ends[by], ends["cumulative"], ends["number"].astype(int), strict=True)
    ]
    lacking = bool(drawn["partial"].all())
    back = ""
    # Of whom the beginning is unknown nobody can say it, whatever the sum.
    if paid is not None and not lacking:
        back = f" {count_of(int((paid['state'] == PAID_BACK).sum()), by)} paid back."
    since = "where the record begins" if lacking else "the beginning"
    of = "the whole portfolio" if whole else count_of(len(ends), by)
    return f"Return less investment, summed from {since}, of {of}: {joined(words, limit=8)}.{back}"


@chart(
    describe=_describe,
    height=_height,
    empty=(
        "No partnership has both its investment and its return on record: see that hour_rate is in the settings, and that the "
        "interactions table has the referrals, our hours in its column hours, and in its column value what was won."
    ),
    needs="cumulative",
    subtitle=_subtitle,
    next_step=after_j_curve,
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
        Only this one is in colour. Default: those that are named, up to ``most``.
    paid : DataFrame, optional
        As :func:`partnership_analysis.payback` gives it, for the rings.
    most : int
        So many are named; of more the highest and the lowest.
    """
    by, drawn = group_of(data), with_beginning(data, highlight)
    ends = _ends(drawn)
    shown = rows_for(ends, min(most, 6) if is_narrow(ax) else most).table
    alone = highlight in set(ends[by])
    if alone:
        shown = ends[ends[by] == highlight]
    settle(ax, left=0.62, right=0.12, bottom=0.58 if is_narrow(ax) else 0.42)
    _frame(ax, drawn, currency)
    curves = list(drawn.groupby(by, sort=False))
    chosen = _name_ends(ax, shown, _along(curves), currency, bare=alone)
    if len(shown) == 1 and not chosen:
        chosen = {shown[by].iloc[0]}
        _named_above(ax, shown, currency, bare=alone)
    strokes = _strokes(ends, chosen)
    # The chosen last, so that they lie on top.
    for name, rows in sorted(curves, key=lambda curve: curve[0] in chosen):
        _curve(ax, rows, strokes.get(name), strong=name == highlight)
    ringed = _rings(ax, drawn[drawn[by].isin(chosen)], paid)
    pale = len(ends) - len(chosen)
    notes = ["ring: paid back for good"] * int(ringed) + [
        f"pale: {count_of(pale, 'other')}{', without rings' * ringed}"
    ] * (pale > 0)
    if notes:
        # On a phone below the words of the axis, beside which there is no room.
        note_below(ax, "; ".join(notes), 33 if is_narrow(ax) else 20, gid="key")


def _said(shown: pd.DataFrame, limit: int, currency: str, *, bare: bool) -> list[str]:
    """What stands at the ends: the sum, and before it, unless the subtitle has it, the name."""
    sums = [signed_money(value, currency) for value in shown["cumulative"]]
    if bare:
        return sums
    by = group_of(shown)
    names = [IN_ALL if by == "portfolio" else shortened(str(name), limit) for name in shown[by]]
    return [f"{name} {total}" for name, total in zip(names, sums, strict=True)]


def _name_ends(ax: Axes, shown: pd.DataFrame, along: np.ndarray, currency: str, *, bare: bool) -> set[Any]:
    """Write names at the ends of curves, the highest and the lowest in turn, and say whose have found room."""
    places = list(range(len(shown)))
    turns = [place for pair in zip(places, reversed(places), strict=True) for place in pair]
    rows = shown.iloc[turns[: len(shown)]]
    colours = [RECEIVED if value >= 0 else BAND_TEXT["weak"] for value in rows["cumulative"]]
    spots = rows[["number", "cumulative"]].to_numpy("float64")
    words = _said(rows, name_size(ax), currency, bare=bare)
    written = name_points(ax, spots, words, colours, avoid=along)
    _ground(ax)
    return set(rows[group_of(rows)].iloc[written])


def _ground(ax: Axes) -> None:
    """Keep the lines of the scale from striking names through."""
    renderer = FigureCanvasAgg(figure_of(ax)).get_renderer()
    for text in ax.texts:
        if text.get_gid() == "name":
            box = text.get_window_extent(renderer)
            high = ax.transData.inverted().transform((box.x0, (box.y0 + box.y1) / 2))[1] >= 0
            text.set_bbox({"facecolor": "white" if high else _below(), "edgecolor": "none", "pad": 0.5})


def _below() -> tuple[float, ...]:
    """The ground under zero."""
    return tuple(np.asarray(to_rgb(LOST)) * _TINT + (1 - _TINT))


def _named_above(ax: Axes, shown: pd.DataFrame, currency: str, *, bare: bool) -> None:
    """The only one that is in colour, named over the axes where there is no room at its end."""
    ax.annotate(
        _said(shown, name_size(ax), currency, bare=bare)[0],
        (1, 1),
        xycoords="axes fraction",
        xytext=(0, -3),
        textcoords="offset points",
        ha="right",
        va="top",
        color=RECEIVED if shown["cumulative"].iloc[0] >= 0 else BAND_TEXT["weak"],
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
    numbers = [float(number) for _, rows in curves for number in (rows["number"].min(), rows["number"].max())]
    zero = np.linspace(min(numbers), 1.62 * max(numbers) + 6, 400)
    return np.vstack([points, np.column_stack([zero, np.zeros(len(zero))])])


def _frame(ax: Axes, drawn: pd.DataFrame, currency: str) -> None:
    first, last = float(drawn["number"].min()), float(drawn["number"].max())
    low, high = float(min(drawn["cumulative"].min(), 0)), float(max(drawn["cumulative"].max(), 0))
    room = max(last - first, 6.0)
    span = max(high - low, 1.0)
    # Names stand to the right of the ends.
    ax.set_xlim(first - 0.02 * room, last + room * (0.62 if is_narrow(ax) else 0.3))
    ax.set_ylim(low - 0.12 * span, high + 0.12 * span)
    ax.axhspan(low - 0.12 * span, 0, color=LOST, alpha=_TINT, lw=0)
    ax.axhline(0, color=INK, lw=0.9)
    step = next(
        step for step in (1, 3, 6, 12, 24, 60, 120, 240, 1200) if room / step <= (5 if is_narrow(ax) else 9)
    )
    # Where only names stand there are no months.
    ax.set_xticks(np.arange(math.ceil(first / step) * step, last + 0.5, step))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(Amounts(currency))
    ax.tick_params(axis="y", labelsize=9, colors=GREY)
    ax.grid(axis="y", color=RULE, lw=0.7)
    ax.set_xlabel(f"months since {_BEGAN[group_of(drawn)]} began", loc="left", labelpad=2)
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
            # Over the curves, which would strike the words through.
            zorder=4,
            bbox={"facecolor": "white" if y else _below(), "edgecolor": "none", "pad": 0.5},
            gid="half",
        )


def _strokes(ends: pd.DataFrame, chosen: set[Any]) -> dict[Any, Any]:
    """The stroke of each curve in colour; dots are for a beginning before the record, where not all have that."""
    by, partial = group_of(ends), ends["partial"].astype(bool)
    dotted = set(ends.loc[partial, by]) if len(ends) == 1 or not partial.all() else set()
    found: dict[Any, Any] = dict.fromkeys(dotted & chosen, DOTTED)
    for above in (True, False):
        side = ends.loc[(ends["cumulative"] >= 0) == above, by]
        names = [name for name in side if name in chosen and name not in dotted]
        found |= {name: stroke(place) for place, name in enumerate(names)}
    return found


def _curve(ax: Axes, rows: pd.DataFrame, style: Any, *, strong: bool) -> None:
    """A line with a dot at its end; pale without a stroke."""
    x, y = (rows[name].to_numpy("float64") for name in ("number", "cumulative"))
    chosen = style is not None
    colour = (RECEIVED if y[-1] >= 0 else LOST) if chosen else PALE
    style = style if chosen else "-"
    width = 2.6 if strong else 1.6 if chosen else 0.9
    ax.plot(x, y, color=colour, lw=width, ls=style, zorder=3 if chosen else 2)
    ax.plot(x[-1:], y[-1:], "o", ms=4.5 if chosen else 2.5, color=colour, zorder=3 if chosen else 2)


def _rings(ax: Axes, drawn: pd.DataFrame, paid: pd.DataFrame | None) -> bool:
    """Where the sum has come back to zero to stay; is there any?"""
    if paid is None:
        return False
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
    return len(found) > 0
