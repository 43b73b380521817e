"""How many real falls each rule finds in time, at one rate of false alarms."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from partnership_analysis.charts.steps.index import OURS, after_early_warning
from partnership_analysis.charts.theme import (
    GREY,
    INK,
    NARROW,
    PALE,
    RECEIVED,
    RULE,
    WIDE,
    chart,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.wording import joined

BEST = "best possible"
MARKS = {OURS: (RECEIVED, "o"), BEST: (INK, "D")}
"""Colour and mark of a rule; all others are grey squares."""


def _last(data: pd.DataFrame) -> pd.DataFrame:
    return data[data["months"] == data["months"].max()]


def _subtitle(data: pd.DataFrame) -> str:
    *some, last = sorted(data["months"].unique())
    index = " RVI: Relationship Value Index." if data["detector"].str.contains("RVI").any() else ""
    best = (
        " Best possible: a rule that is told the true rate and the fall."
        if data["detector"].eq(BEST).any()
        else ""
    )
    ours = f" In bold: the rule of this suite ({OURS})." if data["detector"].eq(OURS).any() else ""
    hollow = f"hollow: within {joined([str(span) for span in some])} months; " if some else ""
    return (
        f"Of simulated partners whose business fell, the share that each rule finds in time, {_errs(data)}. "
        f"{hollow[:1].upper()}{hollow[1:]}filled: within {last} months.{best}{ours}{index}"
    )


def _errs(data: pd.DataFrame) -> str:
    """At which rate of false alarms, where the frame has it."""
    if "false_alarms" not in data.columns:
        return "all with as many false alarms"
    return (
        f"all with a false alarm in about {data['false_alarms'].mean():.0%} of the years of steady partners"
    )


def _height(data: pd.DataFrame, width: float) -> float:
    row = 0.34 if width < (WIDE + NARROW) / 2 else 0.27
    lines = (data["detector"].nunique() + 1) * data["drop"].nunique()
    return 0.4 + row * lines + subtitle_height(_subtitle(data), width)


def _describe(data: pd.DataFrame) -> str:
    months = int(data["months"].max())
    words = []
    for drop, rows in _last(data).groupby("drop"):
        best = [
            f"{row.detector} {row.found:.0%}"
            for row in rows.sort_values("found", ascending=False).itertuples()
        ]
        words.append(f"of falls by {drop:.0%} {joined(best, limit=8)}")
    return f"Share of real falls that each rule finds within {months} months: {'; '.join(words)}."


@chart(
    describe=_describe,
    height=_height,
    empty="The benchmark has no result.",
    subtitle=_subtitle,
    next_step=after_early_warning,
)
def plot_early_warning(data: pd.DataFrame, ax: Axes) -> None:
    """A row a rule, a group a size of fall: hollow is what is found in the shorter time, filled in the longer.

    Parameters
    ----------
    data : DataFrame
        ``detector``, ``drop`` (0 to 1), ``months``, ``found`` (0 to 1); rules in the order to show.
    ax : Axes, optional
    """
    narrow = is_narrow(ax)
    detectors = list(dict.fromkeys(data["detector"]))
    months = sorted(data["months"].unique())
    found = data.set_index(["drop", "detector", "months"])["found"].astype("float64")
    ticks, labels, y = [], [], 0
    for drop in sorted(data["drop"].unique(), reverse=True):
        head = "rate fell to nothing" if drop == 1 else f"rate fell by {drop:.0%}"
        ax.annotate(
            head, (0.012, y), xycoords=("figure fraction", "data"), va="center", color=INK, weight="bold"
        )
        for detector in detectors:
            y -= 1
            colour, mark = MARKS.get(detector, (GREY, "s"))
            values = [found[drop, detector, span] for span in months]
            ax.plot(values, [y] * len(values), color=colour, lw=1.2, zorder=1)
            # Larger than what is filled and behind it: a ring round it where both are the same.
            ax.plot(values[:-1], [y] * (len(values) - 1), mark, ms=8, mfc="white", mec=colour, mew=0.9)
            ax.plot(values[-1:], [y], mark, ms=5, color=colour, mew=0, zorder=3)
            ax.annotate(
                f"{values[-1]:.0%}",
                (values[-1], y),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                color=colour,
                weight="bold" if detector == OURS else "normal",
                bbox={"fc": "white", "ec": "none", "pad": 0.5},
            )
            ticks.append(y)
            labels.append("\n".join(textwrap.wrap(detector, 20 if narrow else 48)))
        y -= 1
    ax.set_yticks(ticks, labels)
    for label, detector in zip(ax.get_yticklabels(), detectors * data["drop"].nunique(), strict=True):
        label.set_fontweight("bold" if detector == OURS else "normal")
    ax.set_ylim(y + 0.4, 0.7)
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 0.5, 1] if narrow else [0, 0.25, 0.5, 0.75, 1])
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.grid(axis="x", color=RULE)
    ax.spines["bottom"].set_color(PALE)
