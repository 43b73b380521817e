"""The timeline of one partner: everything that both sides did, a lane a kind."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from partnership_analysis.charts.panels import opened, spanned, year_ticks
from partnership_analysis.charts.steps.profile import after_history
from partnership_analysis.charts.theme import GIVEN, INK, RECEIVED, RULE, chart, is_narrow, subtitle_height
from partnership_analysis.metrics.kinds import SHORT
from partnership_analysis.wording import day, joined

LANES = SHORT | {"action": "actions", "rating": "ratings"}
_UP, _DOWN = ("received", "done", "us"), ("given", "agreed", "them")
LANE = 0.34
LONG = 60
"""Months of which the marks of each still stand apart; of a longer history they are summed by quarter."""
_KEYS = (
    (": {}", None, {"received": "▲\u00a0received", "given": "▼\u00a0given", "mutual": "●\u00a0together"}),
    (". Actions: {}", "action", {"done": "▲\u00a0done", "agreed": "▼\u00a0agreed"}),
    (". Ratings: {}", "rating", {"us": "▲\u00a0by\u00a0us", "them": "▼\u00a0by\u00a0them"}),
)
"""Of all kinds, of actions and of ratings what their marks mean; a mark and its word stay on one line."""
_OWN_WORDS = frozenset({"action", "rating"})


def _is_long(data: pd.DataFrame) -> bool:
    first, last = data["month"].min(), data["month"].max()
    return bool((last.year - first.year) * 12 + last.month - first.month >= LONG)


def _summed(data: pd.DataFrame) -> tuple[pd.DataFrame, pd.Timedelta]:
    """What is drawn as one mark, a month's or a quarter's, and how long after its first day the mark stands."""
    if not _is_long(data):
        return data, pd.Timedelta(days=14)
    quarters = data["month"].dt.to_period("Q").dt.start_time
    keys = ["kind", "way", "month"]
    sums = data.assign(month=quarters).groupby(keys, sort=False, observed=True)["count"].sum()
    return sums.reset_index(), pd.Timedelta(days=45)


def _history_subtitle(data: pd.DataFrame, partner: str = "", **options: Any) -> str:
    parts = []
    done = set(zip(data["kind"].astype(str), data["way"], strict=True))
    for form, which, marks in _KEYS:
        there = {way for kind, way in done if kind == which or (which is None and kind not in _OWN_WORDS)}
        words = [word for way, word in marks.items() if way in there]
        parts += [form.format(", ".join(words))] if words else []
    every = "quarter" if len(data) and _is_long(data) else "month"
    return opened(partner, f"everything on record by {every}, the larger the more{''.join(parts)}.")


def _lanes(data: pd.DataFrame) -> list[str]:
    there = set(data["kind"].astype(str))
    return [kind for kind in LANES if kind in there]


def _describe_history(data: pd.DataFrame, **options: Any) -> str:
    words = []
    sums = data.groupby(["kind", "way"], sort=False, observed=True, as_index=False)["count"].sum()
    last = data.groupby("kind", observed=True)["month"].max()
    for kind in _lanes(data):
        some = sums[sums["kind"] == kind]
        by = "by " if kind == "rating" else ""
        ways = [f"{int(count):,} {by}{way}" for way, count in zip(some["way"], some["count"], strict=True)]
        words.append(f"{LANES[kind]} {joined(ways)}, last in {last[kind]:%B %Y}")
    span = spanned(f"{data['month'].min():%B %Y}", f"{data['month'].max():%B %Y}")
    return f"Timeline of what both sides did, {span}: {'; '.join(words)}."


def _history_height(data: pd.DataFrame, width: float) -> float:
    # With room for the name, which the options alone hold.
    words = _history_subtitle(data, partner="M" * 20)
    return 0.5 + LANE * len(_lanes(data)) + subtitle_height(words, width)


@chart(
    describe=_describe_history,
    height=_history_height,
    empty="Nothing is on record with this partner yet.",
    subtitle=_history_subtitle,
    next_step=after_history,
)
def plot_history(
    data: pd.DataFrame,
    ax: Axes,
    ended: dt.date | None = None,
    partner: str = "",
    until: dt.date | None = None,
    state: str = "",
) -> None:
    """A timeline of one partner: a lane a kind, what we received above its line, what we gave below.

    Parameters
    ----------
    data : DataFrame
        ``kind``, ``way``, ``month``, ``count``; as ``events`` of :func:`partnership_analysis.partner_profile`.
    ax : Axes, optional
    ended : date, optional
        The day on which the partnership ended, drawn as a line.
    partner : str, optional
        The name, for the subtitle.
    until : date, optional
        The day that the page speaks of, so that a silence up to it is seen. Default: the last event's month.
    state : str, optional
        What the signals say of our side, for what to do next.
    """
    lanes = _lanes(data)
    heights = {kind: float(height) for height, kind in enumerate(reversed(lanes))}
    ax.hlines(list(heights.values()), 0, 1, transform=ax.get_yaxis_transform(), color=RULE, lw=0.8, zorder=0)
    marks, middle = _summed(data)
    at = marks["kind"].astype(str).map(heights).to_numpy("float64")
    when = date2num(marks["month"] + middle)
    counts = marks["count"].to_numpy("float64")
    size = np.sqrt(counts / max(counts.max(), 4.0)) * (24 if is_narrow(ax) else 46) + 8
    # Those together last: their dot may touch the arrows above and below it.
    for ways, step, mark, colour in (
        (_UP, 0.21, "^", RECEIVED),
        (_DOWN, -0.21, "v", GIVEN),
        (("mutual",), 0.0, "o", INK),
    ):
        rows = marks["way"].isin(ways).to_numpy(bool)
        if rows.any():
            ax.scatter(
                when[rows],
                at[rows] + step,
                s=size[rows],
                marker=mark,
                color=colour,
                lw=0,
                clip_on=False,
                gid=mark,
            )
    ax.set_yticks(range(len(lanes) - 1, -1, -1), [LANES[kind] for kind in lanes])
    # Over the lanes there is room for the word beside the line of the end.
    ax.set_ylim(-0.6, len(lanes) - (0.4 if ended is None else 0.05))
    days = [marks["month"].max() + middle, data["month"].max() + pd.offsets.MonthEnd(0)]
    days += [*map(pd.Timestamp, filter(None, [ended or until]))]
    year_ticks(ax, marks["month"].min(), max(days))
    ax.tick_params(axis="x", labelsize=8.5)
    if ended is not None:
        _end_line(ax, pd.Timestamp(ended))


def _end_line(ax: Axes, when: pd.Timestamp) -> None:
    ax.axvline(date2num(when), color=INK, lw=1)
    ax.annotate(
        f"ended {day(when, year=True)}",
        (date2num(when), 1),
        xycoords=("data", "axes fraction"),
        xytext=(-4, -1),
        textcoords="offset points",
        ha="right",
        va="top",
        size=8.5,
        color=INK,
        gid="ended",
    )
