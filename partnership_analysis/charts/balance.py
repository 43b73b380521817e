"""The balance of referrals over time: who is ahead with us, with whom we are, and who gave first."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from partnership_analysis.charts.lettering import cut, width_of
from partnership_analysis.charts.panels import date_ticks, spanned, year_ticks
from partnership_analysis.charts.steps.exchange import COLOURED, after_running_balance
from partnership_analysis.charts.strips import dodged, each, stroke
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
from partnership_analysis.wording import count_of, joined, signed

NAMED = COLOURED
"""Partners that are named at either end."""
FIRST = {"us": "we gave first", "them": "they gave first", "same day": "both on one day"}
_LINE = 0.19
SIZE = 9.0
BESIDE, MARGIN = 9, 0.35
"""Points between the last month and the words beside it, and inches left of the axes."""
ALONE = 0.6
"""Days before and after a month that is alone for which the line at zero goes on."""


def _subtitle(data: pd.DataFrame, **_: object) -> str:
    since = f" {data['month'].min():%B %Y}" if len(data) else " the beginning"
    return (
        f"Referrals, introductions too, received less those given, since{since}, from interactions. "
        f"Above zero they gave more, below we did.{_others(data)}"
    )


def _others(data: pd.DataFrame) -> str:
    """Who is drawn without a name, where anybody is."""
    ends = _ends(data)
    named = _named(ends)
    if len(named) == len(ends):
        return ""
    tied = ends["balance"].isin(named["balance"]) & ~ends["partner"].isin(named["partner"])
    some = (
        f", {count_of(int(tied.sum()), 'more', 'more')} as far from even as a named one" if tied.any() else ""
    )
    others = ends.loc[~ends["partner"].isin(named["partner"]), "partner"]
    alone = "; a dot: one month on record" if (data["partner"].value_counts()[others] == 1).any() else ""
    return f" Pale: everybody else{some}{alone}."


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


def _describe(data: pd.DataFrame, **_: object) -> str:
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
    empty=(
        "No referral is on record, in either direction: write referrals and introductions, received and given, into the "
        "interactions table."
    ),
    subtitle=_subtitle,
    next_step=after_running_balance,
)
def plot_running_balance(
    data: pd.DataFrame, ax: Axes, exchange: pd.DataFrame | None = None, period: str = ""
) -> None:
    """One line a partner from the beginning of the record; the farthest from even are named.

    Parameters
    ----------
    data : DataFrame
        ``partner``, ``month``, ``balance``, as :func:`partnership_analysis.running_balance` gives them, and
        ``first`` (``us``, ``them``, ``same day`` or ``NA``), as :func:`partnership_analysis.first_giver` has it.
    ax : Axes, optional
    exchange : DataFrame, optional
        ``partner`` and ``label``, as :func:`partnership_analysis.reciprocity` gives them: who is one-sided lately, so that
        what to do next speaks of those beyond chance.
    period : str
        The window that those are judged by, in words.
    """
    narrow = is_narrow(ax)
    ends = _ends(data)
    named = _named(ends)
    lines = dict(list(data.groupby("partner", sort=False)))
    # Under the strokes of a named one its own pale line would show.
    for name in ends.loc[~ends["partner"].isin(named["partner"]), "partner"]:
        rows = lines[name]
        dot = "." if len(rows) == 1 else ""
        values = rows["balance"].to_numpy("float64")
        ax.plot(rows["month"], values, color=PALE, lw=0.8, alpha=0.8, zorder=1, marker=dot, ms=6)
    first, last = data["month"].min(), data["month"].max()
    low, high = min(int(data["balance"].min()), 0), max(int(data["balance"].max()), 0)
    pad = max(high - low, 1) * 0.06
    words = [_words(row, lines[row.partner], narrow=narrow) for row in each(named)]
    above = int((named["balance"] > 0).sum())
    ax.set_ylim(_stretched(low - pad, high + pad, above, len(named) - above, _gap(ax, words)))
    # One month alone has no width: its line ends where the words begin.
    about = pd.Timedelta(days=0 if first < last else ALONE)
    ax.plot([first - about, last + about], [0, 0], color=GREY, lw=0.9, zorder=2)
    _ticks(ax, low, high)
    (year_ticks if first < last else date_ticks)(ax, first, last)
    _room(ax, first, last, words)
    # From the farthest on, which stands alone and needs no stroke.
    ahead = named["balance"] > 0
    turns = ahead.groupby(ahead).cumcount().where(ahead, ahead.groupby(ahead).cumcount(ascending=False))
    for row, (colour, _), turn in zip(each(named), _colours(named), turns, strict=True):
        rows = lines[row.partner]
        ax.plot(
            rows["month"],
            rows["balance"].to_numpy("float64"),
            color=colour,
            lw=1.9,
            ls=stroke(turn),
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
    return f"{signed(row.balance)}  {cut(str(row.partner), 17 if narrow else 26, SIZE)}{first}"


def _room(ax: Axes, first: pd.Timestamp, last: pd.Timestamp, words: list[str]) -> None:
    """Leave the inches that the labels take at the right."""
    inches = max((width_of(line, SIZE) for word in words for line in word.split("\n")), default=0.5) + 0.25
    figure = figure_of(ax).get_figwidth() - MARGIN
    start, end = date2num([first, last])
    span = max(end - start, 30.0)
    ax.set_xlim(start - span * 0.02, end + span * inches / max(figure - inches, 0.8))


def _gap(ax: Axes, words: list[str]) -> float:
    """The part of the axes' height that a label takes."""
    return (_LINE + 0.15 * any("\n" in word for word in words)) / (figure_of(ax).get_figheight() - 0.9)


def _stretched(low: float, high: float, above: int, below: int, gap: float) -> tuple[float, float]:
    """The limits, farther out where either side of the zero has no room for its labels.

    >>> _stretched(-1.0, 4.0, 3, 1, 0.1), _stretched(-1.0, 4.0, 1, 4, 0.1)
    ((-1.0, 4.0), (-2.666666666666667, 4.0))
    """
    over, under = above * gap, below * gap
    if over + under >= 1:
        return low, high
    return min(low, -high * under / (1 - under)), max(high, -low * over / (1 - over))


def _labels(ax: Axes, named: pd.DataFrame, words: list[str], last: pd.Timestamp) -> None:
    low, high = ax.get_ylim()
    balance = named["balance"].to_numpy("float64")
    gap = _gap(ax, words) * (high - low)
    left, right = ax.get_xlim()
    end = float(date2num(last))
    # The thread ends before the words: beside a number it would be read as a minus.
    thread = end + (right - left) * (BESIDE - 4) / 72 / (figure_of(ax).get_figwidth() - MARGIN)
    # A name stands on its own side of the zero.
    places = [
        *dodged(balance[balance > 0], gap, gap / 2, high - gap / 2),
        *dodged(balance[balance < 0], gap, low + gap / 2, -gap / 2),
    ]
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
            size=SIZE,
            color=colour,
            linespacing=1.05,
        )
    if named.empty:
        ax.annotate("all even", (end, 0), xytext=(7, 7), textcoords="offset points", size=9, color=INK)
