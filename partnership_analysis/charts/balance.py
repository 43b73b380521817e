"""The balance of referrals over time: who is ahead with us, with whom we are, and who gave first."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from partnership_analysis.charts.panels import date_ticks, spanned
from partnership_analysis.charts.strips import dodged, each
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GREY,
    INK,
    PALE,
    RECEIVED,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.metrics.names import by_name
from partnership_analysis.wording import count_of, joined, shortened, signed

NAMED = 3
"""Partners that are named at either end."""
FIRST = {"us": "we gave first", "them": "they gave first", "same day": "both on one day"}
_LINE = 0.19
BESIDE, MARGIN = 9, 0.35
"""Points between the last month and the words beside it, and inches left of the axes."""


def _subtitle(data: pd.DataFrame) -> str:
    since = f" {data['month'].min():%B %Y}" if len(data) else " the beginning"
    return (
        f"Referrals, introductions too, received less those given, since{since}, from interactions. "
        "Above zero they gave more, below we did. Pale: everybody else."
    )


def _height(data: pd.DataFrame, width: float) -> float:
    return 3.4 + subtitle_height(_subtitle(data), width)


def _ends(data: pd.DataFrame) -> pd.DataFrame:
    """The last row of every partner, the largest balance first."""
    last = data.groupby("partner", sort=True).tail(1)
    return last.sort_values(
        ["balance", "partner"], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )


def _named(ends: pd.DataFrame) -> pd.DataFrame:
    """The few at either end, whose balance is not even."""
    above, below = ends[ends["balance"] > 0].head(NAMED), ends[ends["balance"] < 0].tail(NAMED)
    return pd.concat([above, below])


def _describe(data: pd.DataFrame) -> str:
    ends = _ends(data)
    named = _named(ends)
    firsts = data.dropna(subset=["first"]).groupby("partner")["first"].first()
    words = [
        f"{row.partner} {signed(row.balance)}{f', {FIRST[firsts[row.partner]]}' if row.partner in firsts else ''}"
        for row in each(named)
    ]
    months = spanned(f"{data['month'].min():%B %Y}", f"{data['month'].max():%B %Y}")
    return f"Referrals and introductions received less given with {count_of(len(ends), 'partner')}, {months}; the farthest from even: {joined(words, limit=6)}."


@chart(
    describe=_describe,
    height=_height,
    empty="No partnership is on record: fill the interactions table.",
    subtitle=_subtitle,
)
def plot_running_balance(data: pd.DataFrame, ax: Axes) -> None:
    """One line a partner from the beginning of the record; the farthest from even are named.

    Parameters
    ----------
    data : DataFrame
        ``partner``, ``month``, ``balance``, as :func:`partnership_analysis.running_balance` gives them, and
        ``first`` (``us``, ``them``, ``same day`` or ``NA``), as :func:`partnership_analysis.first_giver` has it.
    ax : Axes, optional
    """
    narrow = is_narrow(ax)
    ends = _ends(data)
    named = _named(ends)
    lines = dict(list(data.groupby("partner", sort=False)))
    for name in ends["partner"]:
        rows = lines[name]
        ax.plot(rows["month"], rows["balance"].to_numpy("float64"), color=PALE, lw=0.8, alpha=0.8, zorder=1)
    first, last = data["month"].min(), data["month"].max()
    low, high = min(int(data["balance"].min()), 0), max(int(data["balance"].max()), 0)
    pad = max(high - low, 1) * 0.06
    ax.set_ylim(low - pad, high + pad)
    ax.plot([first, last], [0, 0], color=GREY, lw=0.9, zorder=2)
    _ticks(ax, low, high)
    date_ticks(ax, first, last)
    words = [_words(row, lines[row.partner], narrow=narrow) for row in each(named)]
    _room(ax, first, last, words)
    for row, (colour, _) in zip(each(named), _colours(named), strict=True):
        rows = lines[row.partner]
        ax.plot(
            rows["month"],
            rows["balance"].to_numpy("float64"),
            color=colour,
            lw=1.9,
            marker="o" if len(rows) == 1 else "",
            ms=5,
            zorder=3,
        )
    _labels(ax, named, words, last)


def _colours(named: pd.DataFrame) -> list[tuple[str, str]]:
    """Line and text: what we received more in green, what we gave more in red."""
    return [
        (RECEIVED, RECEIVED) if balance > 0 else (BAND_COLOURS["weak"], BAND_TEXT["weak"])
        for balance in named["balance"]
    ]


def _ticks(ax: Axes, low: int, high: int) -> None:
    ticks = sorted({low, 0, high})
    if len(ticks) == 3:
        span = high - low
        ticks = [tick for tick in ticks if tick == 0 or abs(tick) > span * 0.08]
    ax.set_yticks(ticks, [signed(tick) if tick else "0" for tick in ticks])
    ax.tick_params(axis="y", labelsize=8.5, colors=GREY)


def _words(row, rows: pd.DataFrame, *, narrow: bool) -> str:  # type: ignore[no-untyped-def]
    who = rows["first"].iloc[0]
    first = "" if pd.isna(who) else f"{chr(10) if narrow else ', '}{FIRST[who]}"
    return f"{signed(row.balance)}  {shortened(str(row.partner), 17 if narrow else 26)}{first}"


def _room(ax: Axes, first: pd.Timestamp, last: pd.Timestamp, words: list[str]) -> None:
    """Leave the inches that the labels take at the right."""
    inches = max((len(line) for word in words for line in word.split("\n")), default=8) * 0.062 + 0.2
    figure = figure_of(ax).get_figwidth() - MARGIN
    start, end = date2num([first, last])
    span = max(end - start, 30.0)
    ax.set_xlim(start - span * 0.02, end + span * inches / max(figure - inches, 0.8))


def _labels(ax: Axes, named: pd.DataFrame, words: list[str], last: pd.Timestamp) -> None:
    low, high = ax.get_ylim()
    inches = figure_of(ax).get_figheight() - 0.9
    balance = named["balance"].to_numpy("float64")
    gap = (_LINE + 0.15 * any("\n" in word for word in words)) / inches * (high - low)
    left, right = ax.get_xlim()
    end = float(date2num(last))
    # The thread ends before the words: beside a number it would be read as a minus.
    thread = end + (right - left) * (BESIDE - 4) / 72 / (figure_of(ax).get_figwidth() - MARGIN)
    places = dodged(balance, gap, low + gap / 2, high - gap / 2)
    for word, place, value, (_, colour), month in zip(
        words, places, balance, _colours(named), named["month"], strict=True
    ):
        ax.plot([date2num(month), thread], [value, place], color=PALE, lw=0.7, zorder=1)
        ax.annotate(
            word,
            (end, place),
            xytext=(BESIDE, 0),
            textcoords="offset points",
            va="center",
            size=9,
            color=colour,
            linespacing=1.05,
        )
    if named.empty:
        ax.annotate("all even", (end, 0), xytext=(7, 7), textcoords="offset points", size=9, color=INK)
