"""The focus plan: what each partner is worth against the hours that it takes, and who is kept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator

from partnership_analysis.charts.beside import cut_ends, name_points, name_size, note_below, settle
from partnership_analysis.charts.focus_marks import (
    CROWDED,
    KEPT_OUT,
    MARKS,
    SMALL,
    draw_key,
    draw_points,
    kept_in,
    kept_out,
    near,
    nurture_words,
    spread,
    stacked,
)
from partnership_analysis.charts.hour_words import hours
from partnership_analysis.charts.steps.focus import after_focus, named_first
from partnership_analysis.charts.theme import (
    GREY,
    PALE,
    RULE,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.charts.ticks import Amounts
from partnership_analysis.charts.ties import tie
from partnership_analysis.metrics.focus.verdicts import KEEP
from partnership_analysis.metrics.focus.worth import WON_VALUE
from partnership_analysis.wording import count_of, joined, money, number, shortened

_HEAD = 16.0
_GUIDES = (1, 2, 5)
NEARLY = 5
"""Of a crowd, so many are named who are not kept."""
FILL_WORTH = "write referrals into the interactions table, and what was won into its column value (0 counts as nothing won); or rate trust in the ratings table"
"""What to do where nobody's worth is known."""


def worth_words(value: object, basis: object, currency: str) -> str:
    """Worth as money a year, or as RVI where no money is on record.

    >>> worth_words(12_430, "won value", "GBP"), worth_words(2.04, "RVI", "GBP")
    ('£12.4k', '2.0')
    """
    return money(value, currency) if basis == WON_VALUE else number(value)


def basis_of(data: pd.DataFrame) -> str:
    """What worth is made of."""
    return str(data["basis"].iloc[0]) if len(data) else WON_VALUE


def worth_named(data: pd.DataFrame) -> str:
    """What worth is called: money is what a year is expected to bring, not what the last one did."""
    return "Expected worth" if basis_of(data) == WON_VALUE else "Worth"


def unit_of(data: pd.DataFrame, currency: str) -> str:
    """In what worth is counted."""
    return f"{currency or 'money'} a year" if basis_of(data) == WON_VALUE else "RVI"


def source_of(data: pd.DataFrame) -> str:
    """The records that worth comes from."""
    return "From won referrals" if basis_of(data) == WON_VALUE else "From interactions and ratings"


def room_words(data: pd.DataFrame, capacity: float | None, *, short: bool = False) -> str:
    """Hours that the kept take, of those that there are."""
    kept = data[kept_in(data)]
    used = (
        f"{hours(kept['hours'].sum())}{'' if capacity is None else f' of {hours(capacity)}'} hours a quarter"
    )
    if short:
        return f"{len(kept):,} kept: {used.removesuffix(' a quarter')}"
    return f"{len(kept):,} of {count_of(len(data), 'partner')} kept: {used}"


def describe_plan(
    data: pd.DataFrame, currency: str = "", capacity: float | None = None, most: int = 30
) -> str:
    """The plan in a sentence, verdict by verdict."""
    parts = []
    for verdict in MARKS:
        rows = data[data["verdict"] == verdict]
        names = [f"{row.partner} {worth_words(row.worth, row.basis, currency)}" for row in rows.itertuples()]
        parts += [f"{verdict}: {joined(names, limit=5)}"] if names else []
    blank = int(data["verdict"].isna().sum())
    parts += [f"worth unknown: {count_of(blank, 'partner')}"] if blank else []
    return (
        f"Focus plan, {room_words(data, capacity)}. By worth ({unit_of(data, currency)}), {'; '.join(parts)}."
    )


def _subtitle(data: pd.DataFrame, currency: str = "", capacity: float | None = None, **options: Any) -> str:
    drawn = _drawn(data)
    line = "; line: where it probably lies" if len(drawn) <= CROWDED else ""
    notes = [
        f"{worth_named(data)} ({unit_of(data, currency)}{line}) against the hours a quarter that it takes",
        source_of(data),
        room_words(data, capacity),
        "Filled: kept",
        *nurture_words(data),
    ]
    if kept_out(data, capacity):
        notes.append(KEPT_OUT)
    if near(drawn):
        notes.append("Near points are moved sideways a little")
    if len(drawn) <= CROWDED and cut(drawn).any():
        notes.append("▴: the line goes on")
    return f"{'. '.join(notes)}."


def _drawn(data: pd.DataFrame) -> pd.DataFrame:
    return data[data["worth"].notna() & data["hours"].notna()]


def _any_worth(data: pd.DataFrame, **options: Any) -> bool:
    return bool((_drawn(data)["worth"] > 0).any())


def _why_empty(data: pd.DataFrame, **options: Any) -> str:
    if data.empty or data["worth"].isna().all():
        return f"Nobody's worth is known: {FILL_WORTH}."
    if not (data["worth"] > 0).any():
        return f"Nobody has brought anything that can be measured: {FILL_WORTH}."
    return (
        "Of those who are worth something no hours are on record: fill the column hours of the interactions table, or "
        "hours_per_quarter of the partners table."
    )


def _height(data: pd.DataFrame, width: float) -> float:
    wide = width > 5
    return (5.0 if wide else 4.5) + subtitle_height(_subtitle(data, "GBP", 1000.0), width)


@chart(
    describe=describe_plan,
    height=_height,
    empty=_why_empty,
    needs=_any_worth,
    subtitle=_subtitle,
    above=_HEAD,
    next_step=after_focus,
)
def plot_focus(
    data: pd.DataFrame, ax: Axes, currency: str = "", capacity: float | None = None, most: int = 30
) -> None:
    """A point a partner, high and left being best; kept ones filled, lines of equal worth an hour behind.

    Parameters
    ----------
    data : DataFrame
        The ``plan`` of :func:`partnership_analysis.focus_plan`. Who has no known worth or hours is not drawn.
    ax : Axes, optional
    currency : str
        ISO code.
    capacity : float, optional
        Hours a quarter.
    most : int
        At most so many are named; on a phone a third of them, where there is room.
    """
    drawn = _drawn(data)
    settle(ax, left=0.62, right=0.1, bottom=0.45, above=0.26)
    kept, top = kept_in(drawn), top_of(drawn)
    right = max(float(drawn["hours"].max()), 1.0) * (1.2 if is_narrow(ax) else 1.1)
    x, y = spread(drawn, ax, 1.03 * right, 1.04 * top), drawn["worth"].to_numpy("float64")
    ax.set_xlim(min(float(x.min()), 0.0) - 0.03 * right, right)
    ax.set_ylim(-0.04 * top, top)
    _frame(ax, data, currency)
    _guides(ax, drawn, (right, top), np.column_stack([x, y]), currency)
    low, high = (drawn[name].to_numpy("float64", na_value=np.nan) for name in ("low", "high"))
    if len(drawn) <= CROWDED:
        ax.vlines(x, low, np.minimum(high, top), color=PALE, lw=1.0, alpha=0.6, zorder=2)
        cut_ends(ax, x[high > top], top, up=True)
    for verdict in stacked(drawn):
        mine = drawn["verdict"].eq(verdict).fillna(False).to_numpy(dtype=bool)
        draw_points(
            ax, x[mine], y[mine], MARKS[verdict], kept[mine], scale=SMALL if len(drawn) > CROWDED else 1.0
        )
    draw_key(ax, data)
    _not_drawn(ax, len(data) - len(drawn))
    order = _most_telling(drawn)
    names = [shortened(str(name), name_size(ax)) for name in drawn["partner"].iloc[order]]
    tones = [MARKS[verdict].text for verdict in drawn["verdict"].iloc[order]]
    points = np.column_stack([x, y])
    narrow = is_narrow(ax)
    written = name_points(
        ax,
        points[order],
        names,
        tones,
        avoid=points,
        most=_named(drawn, most // 3 if narrow else most),
        near=narrow or len(drawn) > CROWDED,
        # Of a diamond the corners, with its edge.
        clear=5.2 if len(drawn) <= CROWDED else 3.5,
    )
    tie(ax, points, points[order][written], [tones[place] for place in written])
    if len(written) < len(drawn):
        note_below(ax, f"{len(written):,} of {len(drawn):,} are named", gid="named")


def cut(drawn: pd.DataFrame) -> np.ndarray:
    """Of which rows the range goes on beyond the highest that is drawn."""
    return (drawn["high"] > top_of(drawn)).fillna(False).to_numpy(dtype=bool)


def _named(drawn: pd.DataFrame, most: int) -> int:
    """How many are named: of a crowd those who are kept, and few of those who nearly are."""
    return most if len(drawn) <= CROWDED else min(most, int(kept_in(drawn).sum()) + NEARLY)


def top_of(drawn: pd.DataFrame) -> float:
    """The highest point, and as much of the intervals as does not dwarf the rest."""
    most = float(drawn["worth"].max())
    far = float(drawn["high"].max()) if drawn["high"].notna().any() else 0.0
    # Of one alone there is nothing to dwarf.
    reach = far if len(drawn) == 1 else min(far, 1.6 * most)
    return (max(most, reach) or 1.0) * 1.04


def _frame(ax: Axes, data: pd.DataFrame, currency: str) -> None:
    basis = basis_of(data)
    ax.xaxis.set_major_locator(MaxNLocator(5 if is_narrow(ax) else 9, integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(Amounts(currency, basis))
    ax.tick_params(axis="y", labelsize=9, colors=GREY)
    ax.set_xlabel("our hours a quarter", loc="left", labelpad=2)


def _guides(
    ax: Axes, drawn: pd.DataFrame, corner: tuple[float, float], points: np.ndarray, currency: str
) -> None:
    """Lines through zero on which an hour brings the same, at round figures."""
    rates = drawn["worth_per_hour"].dropna()
    rates = rates[rates > 0]
    if rates.empty:
        return
    basis, (right, top) = basis_of(drawn), corner
    for rate in _round_figures(float(rates.min()), float(rates.max())):
        # Worth is a year's, hours a quarter's.
        end = min(right, top / (4 * rate))
        ax.plot([0, end], [0, 4 * rate * end], color=RULE, lw=0.9, zorder=1)
        if end < 0.12 * right:
            continue
        steep = end < right
        words = ax.annotate(
            f"{worth_words(rate, basis, currency)} an hour",
            (end, 4 * rate * end),
            xytext=(-3, -2 if steep else 3),
            textcoords="offset points",
            ha="right",
            va="top" if steep else "bottom",
            color=GREY,
            size=8,
            gid="guide",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )
        _clear_of(ax, words, points)


def _clear_of(ax: Axes, words: Annotation, points: np.ndarray) -> None:
    """Move words down their line, which goes through zero, until they cover no point."""
    renderer = FigureCanvasAgg(figure_of(ax)).get_renderer()
    spots = ax.transData.transform(points)
    x, y = words.xy
    for share in (1.0, 0.9, 0.8, 0.7, 0.6):
        words.xy = (share * x, share * y)
        box = words.get_window_extent(renderer).padded(0.05 * figure_of(ax).dpi)
        if not box.count_contains(spots):
            return
    words.xy = (x, y)


def _round_figures(low: float, high: float) -> Iterator[float]:
    """Up to three of 1, 2, 5, 10, ... between two figures, far apart from each other.

    >>> [round(figure, 2) for figure in _round_figures(30, 900)]
    [50.0, 200.0, 500.0]
    """
    steps = [
        figure * 10.0**power
        for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for figure in _GUIDES
        if low <= figure * 10.0**power <= high
    ]
    yield from (steps if len(steps) <= 3 else [steps[0], steps[len(steps) // 2], steps[-1]])


def _not_drawn(ax: Axes, count: int) -> None:
    if count:
        ax.annotate(
            f"not drawn, worth or hours unknown: {count:,}",
            (1, 0),
            xycoords="axes fraction",
            xytext=(0, 3),
            textcoords="offset points",
            ha="right",
            color=GREY,
            size=8.5,
        )


def _most_telling(drawn: pd.DataFrame) -> list[int]:
    """Order in which points are named: who is in the next step, then the highest worth of each verdict in turn; of a crowd the kept."""
    kept = kept_in(drawn)
    if len(drawn) > CROWDED:
        rank, last = drawn["worth"].groupby(kept).rank(method="first", ascending=False), ~kept
    else:
        verdict = drawn["verdict"].astype("string").fillna("")
        rank = drawn["worth"].groupby(verdict).rank(method="first", ascending=False)
        last = verdict.eq(KEEP).to_numpy(dtype=bool)
    place, later = rank.to_numpy(), ~drawn["partner"].isin(named_first(drawn)).to_numpy()
    return list(np.lexsort((place, last, later) if len(drawn) > CROWDED else (last, place, later)))
