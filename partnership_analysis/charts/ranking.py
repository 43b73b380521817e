"""Where every relationship stands: value, interval, band, and last quarter as a ghost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.phrases import (
    BEFORE,
    EARLY,
    PERIOD,
    SHORT,
    is_early,
    is_partial,
    over_period,
)
from partnership_analysis.charts.rows import Rows, count_rows, name_rows, rows_for
from partnership_analysis.charts.steps.people import marks_of
from partnership_analysis.charts.steps.rvi import after_activity_ranking, after_rvi_ranking
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GREY,
    INK,
    NARROW,
    RULE,
    WIDE,
    WIDENS,
    chart,
    figure_of,
    is_narrow,
    root_scale,
    subtitle_height,
)
from partnership_analysis.schema import BANDS, TOO_EARLY
from partnership_analysis.wording import count_of, joined, number

LIMITS = (1.0, 2.0, 3.0)
NAME_WIDTH = 0.7
"""Inches of the figure that the name of a band needs."""
FEW = 8.0
"""Interactions a month up to which the scale has room for a half and for one."""
ROW = 0.235
"""Inches of a row."""
DOT, RING = 52, 112
"""Sizes of a dot, and of the ring that last quarter's value has."""


FAR, NEAR = 20.0, 4.0
"""A scale that would reach so many times the usual ends at a few times the usual: one giant would make all others dots."""


COUNTED = "received or done together, meetings and trades aside"
"""What the rates behind the index count."""


def _ranged(data: pd.DataFrame, low: str, high: str) -> pd.DataFrame:
    """The rows without the ranges of those whose window begins before the record: nobody knows what it misses."""
    partial = is_partial(data)
    return data.assign(**{name: data[name].mask(partial) for name in (low, high)}) if partial.any() else data


def _withheld(data: pd.DataFrame) -> str:
    """What a dagger means, and how many have one."""
    count, shown = int(is_partial(data).sum()), rows_for(data).table
    if not is_partial(shown).any():
        return ""
    of = f"{count:,} of {count_of(len(data), 'partner')}" if len(data) > 1 else "1 partner"
    return f" †\u00a0without a bar: {BEFORE} ({of}), so the number may be too low."


def _bar(data: pd.DataFrame, high: str, what: str) -> str:
    """What a bar means, where there is one."""
    return f"; bar: where {what} probably lies" if rows_for(data).table[high].notna().any() else ""


def _subtitle(
    data: pd.DataFrame, limits: Sequence[float] = LIMITS, of: int | None = None, period: str = ""
) -> str:
    ranged = _ranged(data, "low", "high")
    early = EARLY if (data["band"] == TOO_EARLY).any() else ""
    early += _withheld(data) + _beyond(ranged, ("rvi", "high", "rvi_before"), limits[-1] * 1.25)
    hollow = "; ring: a quarter before" if data["rvi_before"].notna().any() else ""
    return (
        f"Relationship Value Index{over_period(period, data)}, from interactions and ratings of trust. "
        f"Filled dot: now{hollow}{_bar(ranged, 'high', 'it')}. {WIDENS}{early}{chosen(data, of)}"
    )


def _height(data: pd.DataFrame, width: float) -> float:
    zones = 0.2 if width < (WIDE + NARROW) / 2 else 0.0
    return 0.62 + zones + count_rows(data) * ROW + subtitle_height(_subtitle(data, period=PERIOD), width)


def chosen(data: pd.DataFrame, of: int | None) -> str:
    """How many of all partners are drawn, and which; nothing where it is all of them.

    >>> chosen(pd.DataFrame({"partner": ["Ann", "Bo"]}), of=40)
    ' 2 of 40 partners: those with a warning and the most active.'
    """
    count = data["partner"].nunique()
    return (
        f" {count:,} of {of:,} partners: those with a warning and the most active."
        if of and of > count
        else ""
    )


def _subtitle_activity(data: pd.DataFrame, of: int | None = None, period: str = "") -> str:
    ranged = _ranged(data, "rate_low", "rate_high")
    early = SHORT if is_early(rows_for(data).table).any() else ""
    return (
        f"Interactions a month{over_period(period, data)}, from interactions alone. Dot: {COUNTED}"
        f"{_bar(ranged, 'rate_high', 'the rate')}. {WIDENS}{early}{_withheld(data)}"
        f"{_beyond(ranged, ('rate', 'rate_high'), 0.5)}{chosen(data, of)}"
    )


def _beyond(data: pd.DataFrame, names: Sequence[str], at_least: float) -> str:
    """What stands for a dot, and for a range, that the scale does not reach."""
    table = rows_for(data).table
    right = _right_edge(table, *names, at_least=at_least)
    dots, ranges = ((table[name] > right).fillna(False) for name in names[:2])
    cut = " At the right edge: the range goes on." if (ranges & ~dots).any() else ""
    return (" ▶\u00a0beyond the scale." if dots.any() else "") + cut


def _height_activity(data: pd.DataFrame, width: float) -> float:
    return 0.42 + count_rows(data) * ROW + subtitle_height(_subtitle_activity(data, period=PERIOD), width)


def _describe(data: pd.DataFrame, **_: object) -> str:
    rows = data[data["rvi"].notna()]
    parts = []
    for band in (*reversed(BANDS), TOO_EARLY):
        inside = rows[rows["band"] == band]
        names = [f"{row.partner} {number(row.rvi)}" for row in inside.itertuples()]
        parts += [f"{count_of(len(names), 'partner')} {band} ({joined(names, limit=6)})"] if names else []
    return (
        f"Relationship Value Index of {count_of(len(rows), 'partner')}, highest first: {'; '.join(parts)}."
        f"{_unranged(rows)}"
    )


def _unranged(data: pd.DataFrame) -> str:
    """Of how many no range is drawn, for the alternative text."""
    count = int(is_partial(data).sum())
    return f" Without a range, because {BEFORE}: {count_of(count, 'partner')}." if count else ""


@chart(
    describe=_describe,
    height=_height,
    empty="No partner has an RVI: it needs at least one rating of trust in the ratings table.",
    needs="rvi",
    subtitle=_subtitle,
    above=14,
    next_step=after_rvi_ranking,
)
def plot_rvi_ranking(
    data: pd.DataFrame, ax: Axes, limits: Sequence[float] = LIMITS, of: int | None = None, period: str = ""
) -> None:
    """Dots on band zones, with intervals and last quarter's value hollow.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show, top first: ``partner``, ``rvi``, ``low``, ``high``, ``band``,
        ``rvi_before``; if known ``partial``, of which no range is drawn, and ``state`` with what the signals have, so
        that who changed has a mark and is named; as
        :func:`partnership_analysis.metrics.signals.change.quarter_change` gives them.
    ax : Axes, optional
    limits : three numbers
        Band limits, rising.
    of : int, optional
        How many partners there are, if these are some of them.
    period : str
        The window in words, for the subtitle.
    """
    rows = rows_for(_ranged(data, "low", "high"))
    table = rows.table
    right = _right_edge(table, "rvi", "high", "rvi_before", at_least=limits[-1] * 1.25)
    bands = table["band"].astype(object).to_numpy()
    colours = [BAND_COLOURS.get(band, GREY) for band in bands]
    root_scale(ax, "x")
    _dots(ax, rows, ("rvi", "low", "high", "rvi_before"), colours, right)
    figures = [number(value) for value in table["rvi"]]
    labels = _marked(figures, marks_of(table), bands == TOO_EARLY, is_partial(table))
    _frame(ax, rows, right, labels, [BAND_TEXT.get(band, GREY) for band in bands])
    _zones(ax, limits, right)
    _ticks(ax, limits, right)


def _zones(ax: Axes, limits: Sequence[float], right: float) -> None:
    """The bands behind the rows, each named; where the middle ones are narrow, every other name stands in its zone."""
    edges = (0.0, *limits, right)
    narrowest = min(np.diff(np.sqrt(edges[1:4]))) / right**0.5 * figure_of(ax).get_figwidth()
    crowded = bool(narrowest < NAME_WIDTH)
    if crowded:
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.75)
    squeezed = _inches(ax, 0.0, limits[-1], right) < 0.94 * NAME_WIDTH
    for band, left, end in zip(BANDS, edges, edges[1:], strict=False):
        ax.axvspan(left, end, color=BAND_COLOURS[band], alpha=0.1, lw=0)
        if squeezed and band != BANDS[-1]:
            continue
        inside = crowded and band in BANDS[::2]
        ax.annotate(
            band,
            (((left**0.5 + end**0.5) / 2) ** 2, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, -3 if inside else 3),
            textcoords="offset points",
            ha="center",
            va="top" if inside else "bottom",
            color=BAND_TEXT[band],
            weight="bold",
            size=8.5 if is_narrow(ax) else 9.5,
        )


def _ticks(ax: Axes, limits: Sequence[float], right: float) -> None:
    """Zero, the band limits, and round numbers beyond them."""
    beyond = [tick for tick in (5, 10, 20, 50, 100, 200, 500, 1000) if limits[-1] * 1.3 < tick <= right]
    ticks = [0.0]
    for tick in (*(limit for limit in limits if limit <= right), *(beyond if right > 100 else beyond[:3])):
        if _inches(ax, ticks[-1], tick, right) > 0.08:
            ticks.append(tick)
    ax.set_xticks(ticks, [f"{tick:,g}" for tick in ticks])


def _inches(ax: Axes, low: float, high: float, right: float) -> float:
    """How far apart two values stand at least: half of a figure or more is the scale."""
    return float(figure_of(ax).get_figwidth() / 2 * (high**0.5 - low**0.5) / right**0.5)


def _describe_activity(data: pd.DataFrame, **_: object) -> str:
    told = zip(data["partner"], told_apart(data["rate"]), strict=True)
    names = [f"{partner} {rate}" for partner, rate in told]
    return (
        f"Interactions a month received from or done with {count_of(len(data), 'partner')}, most first: "
        f"{joined(names, limit=8)}.{_unranged(data)}"
    )


@chart(
    describe=_describe_activity,
    height=_height_activity,
    empty="No partner has an interaction in the window: write them into the interactions table.",
    subtitle=_subtitle_activity,
    next_step=after_activity_ranking,
)
def plot_activity_ranking(data: pd.DataFrame, ax: Axes, of: int | None = None, period: str = "") -> None:
    """The rates behind the index, for portfolios in which nobody rated trust.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show, top first: ``partner``, ``rate``, ``rate_low``, ``rate_high``
        (interactions a month); if known ``band`` or ``state``, of which too early and a change have a mark, and
        ``partial``, of which no range is drawn.
    ax : Axes, optional
    of : int, optional
        How many partners there are, if these are some of them.
    period : str
        The window in words, for the subtitle.
    """
    rows = rows_for(_ranged(data, "rate_low", "rate_high"))
    right = _right_edge(rows.table, "rate", "rate_high", at_least=0.5)
    root_scale(ax, "x")
    _dots(ax, rows, ("rate", "rate_low", "rate_high"), [INK] * len(rows.table), right)
    figures, marks = told_apart(rows.table["rate"]), marks_of(rows.table)
    labels = _marked(figures, marks, is_early(rows.table), is_partial(rows.table))
    _frame(ax, rows, right, labels, [INK] * len(rows.table))
    _ticks(ax, (0.5, 1, 2) if right < FEW else (2,), right)
    ax.grid(axis="x")


def _marked(
    figures: list[str], marks: list[str], early: Iterable[bool], partial: Iterable[bool]
) -> list[str]:
    """Figures with a triangle for a change beyond chance, a star for a short record, a dagger where the range is unknown."""
    rows = zip(figures, marks, early, partial, strict=True)
    return [
        f"{figure} {mark}{'*' * bool(star)}{'†' * bool(dagger)}".rstrip()
        for figure, mark, star, dagger in rows
    ]


def told_apart(values: pd.Series) -> list[str]:
    """Figures to one decimal; those under 1 to two, if two that differ would else read alike.

    >>> told_apart(pd.Series([2.04, 0.31, 0.17])), told_apart(pd.Series([2.04, 0.25, 0.22]))
    (['2.0', '0.3', '0.2'], ['2.0', '0.25', '0.22'])
    """
    small = values[values < 1].dropna()
    alike = small.map(number).nunique() < small.nunique()
    return [number(value, 2 if alike and pd.notna(value) and value < 1 else 1) for value in values]


def _right_edge(data: pd.DataFrame, *names: str, at_least: float) -> float:
    """Where the axis ends: the highest point, and as much of the intervals as does not dwarf the rest."""
    value, high, *ghosts = (float(data[name].max()) if data[name].notna().any() else 0.0 for name in names)
    edge = max(at_least, min(max(value, high), 1.8 * value), *ghosts) * 1.04
    return within_reach(edge, data[names[0]], at_least)


def within_reach(edge: float, values: pd.Series, at_least: float) -> float:
    """The end of a scale; nearer where somebody lies far beyond all others, who keep their places.

    >>> within_reach(6.2, pd.Series([6.0, 2.0, 0.5]), 3.0), within_reach(1100.0, pd.Series([1050.0, 2.0, 0.5]), 3.0)
    (6.2, 12.0)
    >>> within_reach(1100.0, pd.Series([1050.0, 50.0, 2.0, 2.0, 0.5]), 3.0)
    52.0
    """
    usual = max(float(values.median()) if values.notna().any() else 0.0, at_least)
    if edge <= FAR * usual:
        return edge
    near = values[(values <= FAR * usual).fillna(False)]
    return max(NEAR * usual, 1.04 * float(near.max()) if len(near) else 0.0)


def _dots(ax: Axes, rows: Rows, names: Sequence[str], colours: list[str], right: float) -> None:
    values, lows, highs, *before = (rows.table[name].to_numpy("float64", na_value=np.nan) for name in names)
    ax.hlines(rows.y, np.minimum(lows, right), np.minimum(highs, right), color=colours, alpha=0.45, lw=3)
    for ghosts in before:
        ghosts = np.where(ghosts > right, np.nan, ghosts)
        # Larger than the dot and over it: where nothing changed, the dot stands in its ring.
        ax.scatter(
            ghosts,
            rows.y,
            s=RING,
            facecolor="none",
            edgecolor=INK,
            lw=1.0,
            zorder=5,
            clip_on=False,
            gid="before",
        )
    inside = ~(values > right)
    shades = np.array(colours, dtype=object)
    for chosen, shape in ((inside, "o"), (~inside, ">")):
        if chosen.any():
            places = np.minimum(values[chosen], right)
            ax.scatter(
                places,
                rows.y[chosen],
                s=DOT,
                marker=shape,
                color=shades[chosen].tolist(),
                zorder=4,
                clip_on=False,
            )


def _frame(ax: Axes, rows: Rows, right: float, labels: list[str], colours: list[str]) -> None:
    name_rows(ax, rows, list(rows.table["partner"]))
    # Room for a dot at zero, which is half outside the axes.
    ax.tick_params(axis="y", pad=8)
    ax.set_xlim(0, right)
    ax.spines["bottom"].set_color(RULE)
    for position, label, colour in zip(rows.y, labels, colours, strict=True):
        ax.annotate(
            label,
            (1, position),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            weight="bold",
        )
