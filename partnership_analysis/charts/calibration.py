"""How often an interval holds what it promises to hold."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator, PercentFormatter

from partnership_analysis.charts.steps.index import after_interval_coverage
from partnership_analysis.charts.theme import (
    GREY,
    INK,
    PALE,
    RECEIVED,
    RULE,
    chart,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.wording import joined

COLOURS = {"Jeffreys": RECEIVED}
WORDS = {
    "Garwood": "exact, wider (Garwood)",
    "normal": "rule of thumb (count ± 1.645 √count)",
    "Jeffreys": "ours (Jeffreys)",
}
SHORT = {"Garwood": "exact, wider", "normal": "rule of thumb", "Jeffreys": "ours"}
"""What each interval is called on a page and on a phone."""
STYLES = {"Garwood": "--", "normal": ":"}


def _describe(data: pd.DataFrame, level: float = 0.9) -> str:
    spans = [
        f"{name} between {rows['average'].min():.1%} and {rows['average'].max():.1%}"
        for name, rows in data.groupby("interval", sort=False)
    ]
    months = data["months"]
    return (
        f"Share of partners whose rate lies inside the interval that promises {level:.0%}, for {months.min()} to "
        f"{months.max()} months of partnership: {joined(spans)}."
    )


SUBTITLE = (
    "Share of partners whose true rate lies inside the range that each rule gives, by months of partnership; computed "
    "exactly, for rates as partners have them. The nearer to what is promised, the better."
)


@chart(
    describe=_describe,
    height=lambda data, width: 2.5 + subtitle_height(SUBTITLE, width),
    empty="There is no interval to judge.",
    subtitle=SUBTITLE,
    next_step=after_interval_coverage,
)
def plot_interval_coverage(data: pd.DataFrame, ax: Axes, level: float = 0.9) -> None:
    """Coverage of each interval against the months of partnership, beside what it promises.

    Parameters
    ----------
    data : DataFrame
        ``interval``, ``months``, ``average``; as :func:`partnership_analysis.interval_coverage` gives it.
    ax : Axes, optional
    level : float
        What is promised.
    """
    ax.axhline(level, color=INK, lw=0.9)
    first = int(data["months"].min())
    ax.annotate(
        "promised",
        (first, level),
        xytext=(0, -4),
        textcoords="offset points",
        va="top",
        color=INK,
        size=9,
    )
    for name, rows in data.groupby("interval", sort=False):
        colour = COLOURS.get(str(name), GREY)
        ours = name in COLOURS
        ax.plot(
            rows["months"],
            rows["average"],
            color=colour,
            lw=2.2 if ours else 1.3,
            ls=STYLES.get(str(name), "-"),
        )
        word = (SHORT if is_narrow(ax) else WORDS)[str(name)]
        ax.annotate(
            word,
            (rows["months"].iloc[-1], rows["average"].iloc[-1]),
            xytext=(6, 4 if ours else 0),
            textcoords="offset points",
            va="bottom" if ours else "center",
            color=colour,
            weight="bold" if ours else "normal",
            annotation_clip=False,
        )
    last = int(data["months"].max())
    ax.set_xlim(first, last + (last - first) * (0.45 if is_narrow(ax) else 0.24))
    months = [month for month in range(first, last + 1) if (month - first) % 3 == 0]
    ax.set_xticks(months, [f"{month} months" if month == months[0] else f"{month}" for month in months])
    next(iter(ax.get_xticklabels())).set(ha="left")
    ax.yaxis.set_major_locator(MultipleLocator(0.05))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.grid(axis="y", color=RULE)
    ax.spines["bottom"].set_color(PALE)
