"""Who changed band: the bands of two quarters beside each other, with a flow from one to the other."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from partnership_analysis.charts.beside import settle
from partnership_analysis.charts.lettering import fitted, width_of
from partnership_analysis.charts.steps.people import marks_of
from partnership_analysis.charts.steps.rvi import after_band_moves
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GREY,
    INK,
    PALE,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.schema import BANDS, TOO_EARLY
from partnership_analysis.wording import count_of, joined

NEW = "not on record"
"""Where somebody comes from of whom nothing was on record a quarter before: a new partner, or a record that begins later."""
ORDER = (*reversed(BANDS), TOO_EARLY, NEW)
UP, DOWN, OTHER = "▲", "▼", "•"
COLOURS = {UP: BAND_COLOURS["strong"], DOWN: BAND_COLOURS["weak"], OTHER: GREY}
TEXTS = {UP: BAND_TEXT["strong"], DOWN: BAND_TEXT["weak"], OTHER: GREY}
NAMED = 5
"""Movers that are named in a band; of more it says how many."""
LINE, GAP, BAR = 0.19, 0.16, 0.1
"""Inches: a line of names, the room between two bands, the width of a band's bar."""
SUBTITLE = (
    "Partners by band of the Relationship Value Index, from interactions and ratings: a quarter before at the left, now at "
    "the right."
)
MARKED = {UP: "▲\u00a0rose", DOWN: "▼\u00a0fell", OTHER: "•\u00a0no band before"}


@dataclass(frozen=True)
class Slot:
    """One band in both quarters, in inches from the top."""

    band: str
    top: float
    before: int
    now: int
    words: list[tuple[str, str, str]]


def _moves(data: pd.DataFrame) -> pd.DataFrame:
    """Partners with a band now, and where each comes from."""
    rows = data[data["band"].notna()]
    before = rows["band_before"].astype(object).where(rows["band_before"].notna(), NEW)
    return pd.DataFrame(
        {
            "partner": rows["partner"].astype(object),
            "before": before,
            "now": rows["band"].astype(object),
            "news": [bool(mark) for mark in marks_of(rows)],
        }
    )


def _way(before: object, now: object) -> str:
    if before not in BANDS or now not in BANDS:
        return OTHER
    return UP if BANDS.index(str(now)) > BANDS.index(str(before)) else DOWN


def _unit(rows: pd.DataFrame) -> float:
    """Inches that one partner takes."""
    before, now = rows["before"].value_counts(), rows["now"].value_counts()
    tall = before.combine(now, max, fill_value=0).sum()
    return float(min(0.19, 4.6 / max(tall, 1)))


def _slots(rows: pd.DataFrame) -> list[Slot]:
    unit, top, slots = _unit(rows), 0.0, []
    for band in ORDER:
        before, now = int((rows["before"] == band).sum()), int((rows["now"] == band).sum())
        if not before and not now:
            continue
        came = rows[(rows["now"] == band) & (rows["before"] != band)]
        # Who moved beyond chance is named before the others.
        came = came.sort_values("news", ascending=False, kind="stable")
        words = [
            (_way(row.before, band), str(row.partner), f", {_from(row.before)}")
            for row in came.head(NAMED).itertuples()
        ]
        words += (
            [_more([_way(before, band) for before in came["before"][NAMED:]])] if len(came) > NAMED else []
        )
        slots.append(Slot(band, top, before, now, words))
        top += _deep(slots[-1], unit) + GAP
    return slots


def _more(ways: Sequence[str]) -> tuple[str, str, str]:
    """How many are not named, with their mark; where they came by several ways how many by each."""
    counts = [f"{way}\u00a0{ways.count(way):,}" for way in MARKED if way in ways]
    words = f"and {len(ways):,} more"
    return (ways[0], words, "") if len(counts) == 1 else ("", f"{words}: {', '.join(counts)}", "")


def _deep(slot: Slot, unit: float) -> float:
    """Inches that a band takes: its bars, or the words beside them."""
    lines = max(1 + len(slot.words), 1 + len(_named(slot.band)) if slot.before else 1)
    return max(slot.before * unit, slot.now * unit, lines * LINE)


def _named(band: str) -> list[str]:
    """The name in lines that fit at the left of a phone's chart."""
    return textwrap.wrap(band, 10)


def _from(before: object) -> str:
    return f"was {before}"


def _subtitle(data: pd.DataFrame, **_: object) -> str:
    rows = _moves(data)
    moved = rows[rows["before"] != rows["now"]]
    ways = {_way(row.before, row.now) for row in moved.itertuples()}
    key = ", ".join(words for way, words in MARKED.items() if way in ways)
    parts = [f"{key}."] if key else []
    if len(moved) < len(rows):
        parts.insert(0, "Pale: no change.")
    if TOO_EARLY in {*rows["before"], *rows["now"]}:
        parts.append("Too early: too little on record for a band.")
    return " ".join([SUBTITLE, *parts])


def _height(data: pd.DataFrame, width: float) -> float:
    rows = _moves(data)
    last = _slots(rows)[-1]
    deep = last.top + max(_deep(last, _unit(rows)), 2 * LINE)
    return 0.42 + deep + subtitle_height(_subtitle(data), width)


def _describe(data: pd.DataFrame, **_: object) -> str:
    rows = _moves(data)
    moved = rows[rows["before"] != rows["now"]]
    parts = []
    for mark, word in ((DOWN, "fell"), (UP, "rose"), (OTHER, "first counted")):
        names = [
            f"{row.partner} ({row.now}, {_from(row.before)})"
            for row in moved.itertuples()
            if _way(row.before, row.now) == mark
        ]
        parts += [f"{word}: {joined(names, limit=6)}"] if names else []
    still = len(rows) - len(moved)
    stays = "stays in its band" if still == 1 else "stay in their band"
    stay = f"{still:,} of {count_of(len(rows), 'partner')} {stays}"
    return f"Bands a quarter before and now: {'; '.join([stay, *parts])}."


@chart(
    describe=_describe,
    height=_height,
    empty="No partner has a band: it needs at least one rating of trust in the ratings table.",
    needs="band",
    subtitle=_subtitle,
    above=13,
    next_step=after_band_moves,
)
def plot_band_moves(
    data: pd.DataFrame, ax: Axes, quarters: tuple[str, str] = ("a quarter before", "now")
) -> None:
    """Bars of the bands at both ends, pale flows of those who stay, coloured flows and names of those who move.

    Parameters
    ----------
    data : DataFrame
        ``partner``, ``band_before`` (missing where it was no partner yet), ``band``, if known ``state``; as
        :func:`partnership_analysis.quarter_change` gives them.
    ax : Axes, optional
    quarters : two str
        What stands over the left and the right.
    """
    rows, narrow = _moves(data), is_narrow(ax)
    slots, unit = _slots(rows), _unit(rows)
    settle(ax, left=0.06, right=0.06, bottom=0.08, above=0.26)
    wide = figure_of(ax).get_figwidth() - 0.12
    deep = ax.get_position().height * figure_of(ax).get_figheight()
    ax.set(xlim=(0, wide), ylim=(deep, 0))
    ax.set_axis_off()
    left, right = (0.76, 1.3) if narrow else (1.1, 5.0)
    for slot in slots:
        _band(ax, slot, unit, left, right, wide)
    _flows(ax, rows, slots, unit, left + BAR, right - BAR)
    for words, x, align in ((quarters[0], left + BAR, "right"), (quarters[1], right - BAR, "left")):
        ax.annotate(
            words,
            (x, 0),
            xytext=(0, 5),
            textcoords="offset points",
            ha=align,
            va="bottom",
            size=8.5,
            color=GREY,
        )


def _band(ax: Axes, slot: Slot, unit: float, left: float, right: float, wide: float) -> None:
    """The bars of a band with its name and counts, and at the right those who came."""
    tone = BAND_COLOURS.get(slot.band, PALE)
    for x, count, kind in ((left, slot.before, "before"), (right - BAR, slot.now, "now")):
        if count:
            ax.add_patch(
                Rectangle((x, slot.top), BAR, count * unit, fc=tone, lw=0, gid=f"{kind} {slot.band}")
            )
    colour = BAND_TEXT.get(slot.band, GREY)
    if slot.before:
        words = [*((line, "bold") for line in _named(slot.band)), (f"{slot.before:,}", "normal")]
        for line, (word, weight) in enumerate(words):
            at = (left - 0.08, slot.top + LINE * (line + 0.5) - 0.02)
            ax.text(*at, word, ha="right", va="center", color=colour, weight=weight, size=9.5)
    x = right + 0.08
    if slot.now or slot.words:
        at = (x, slot.top + LINE / 2 - 0.02)
        ax.text(*at, f"{slot.band}  {slot.now:,}", va="center", color=colour, weight="bold", size=9.5)
    for line, (mark, name, was) in enumerate(slot.words, 1):
        y = slot.top + LINE * (line + 0.5) - 0.02
        ax.text(x, y, mark, va="center", color=TEXTS.get(mark, GREY), size=8.5)
        name = fitted(name, wide - x - 0.18 - width_of(was, 9), 9)
        ax.text(x + 0.16, y, name + was, va="center", color=INK, size=9)


def _flows(
    ax: Axes, rows: pd.DataFrame, slots: Sequence[Slot], unit: float, left: float, right: float
) -> None:
    """A ribbon for every pair of bands, in the order of the bands at both ends, so that few cross."""
    counts = rows.groupby(["before", "now"]).size()
    start = {slot.band: slot.top for slot in slots}
    end = dict(start)
    place = {band: position for position, band in enumerate(ORDER)}
    begin = {}
    for before, now in sorted(counts.index, key=lambda pair: (place[pair[0]], place[pair[1]])):
        begin[before, now] = start[before]
        start[before] += counts[before, now] * unit
    for before, now in sorted(counts.index, key=lambda pair: (place[pair[1]], place[pair[0]])):
        thick = counts[before, now] * unit
        stays = before == now
        colour = PALE if stays else COLOURS[_way(before, now)]
        ribbon = _ribbon(left, right, begin[before, now], end[now], thick)
        shown = PathPatch(ribbon, fc=colour, lw=0, alpha=0.3 if stays else 0.55, zorder=1 if stays else 2)
        shown.set_gid(f"{before} to {now}")
        ax.add_patch(shown)
        end[now] += thick


def _ribbon(left: float, right: float, start: float, end: float, thick: float) -> Path:
    """A band of even thickness that leaves and arrives level."""
    middle = (left + right) / 2
    points = np.array(
        [
            *((left, start), (middle, start), (middle, end), (right, end)),
            *((right, end + thick), (middle, end + thick), (middle, start + thick), (left, start + thick)),
            (left, start),
        ]
    )
    curve = [Path.CURVE4] * 3
    return Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])
