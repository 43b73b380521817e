"""The signals board: a row a partner, its months as bars, its state with a mark and a word, the evidence."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from partnership_analysis.charts.beside import settle
from partnership_analysis.charts.lettering import fitted, width_of, wrapped
from partnership_analysis.charts.panels import spanned
from partnership_analysis.charts.ranking import COUNTED
from partnership_analysis.charts.steps.rvi import MOST, after_signals
from partnership_analysis.charts.theme import (
    BAND_TEXT,
    GREY,
    INK,
    NARROW,
    PALE,
    RULE,
    WIDE,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.metrics.signals.board import NEWS, SHOWN
from partnership_analysis.metrics.signals.detection import BEFORE, LEAST
from partnership_analysis.schema import TOO_EARLY
from partnership_analysis.wording import count_of, day, joined, spelled

MARKS = {"weakening": "▼", "silent": "○", "strengthening": "▲", "steady": "●", TOO_EARLY: "·"}
TEXTS = {
    "weakening": BAND_TEXT["weak"],
    "silent": BAND_TEXT["weak"],
    "strengthening": BAND_TEXT["strong"],
    "steady": GREY,
    TOO_EARLY: GREY,
}
HEADS = {
    "steady": ("no clear change", "no alarm: chance may explain it"),
    TOO_EARLY: ("too early", f"under {spelled(LEAST)} months on record"),
}
"""What a state without news is called, and what that means."""
HEAD, ROW, CALM, SHORT, LAST = 0.3, 0.44, 0.29, 0.16, 0.3
"""Inches: a state's heading, a row with news, another row, the line below news on a phone, the line of those left out."""

NOTHING, LOW = 0.016, 0.035
"""Inches of the stroke for nothing, and of the lowest bar, which must not be taken for it."""

Line = tuple[str, float, Any]
"""What stands there (head, row, more), at which depth in inches, and what it is made of."""


def _partners(data: pd.DataFrame) -> pd.DataFrame:
    return data.drop_duplicates("partner")


def _subtitle(data: pd.DataFrame, as_of: dt.date | str | None = None, **_: Any) -> str:
    first, last, months = data["month"].min(), data["month"].max(), data["month"].nunique()
    # A record of fewer months is drawn as a whole.
    longer = months >= SHOWN
    drawn = f"{f'the last {months} months, ' if longer else ''}{spanned(f'{first:%b %Y}', f'{last:%b %Y}')}"
    words = f" The state compares with up to {BEFORE} months before." if longer else ""
    flat = "; a flat stroke: nothing" if _still(data).any() else ""
    coloured = f" Coloured: since the rate changed{flat}." if data["state"].isin(NEWS).any() else ""
    part = _part(data, as_of)
    hollow = "" if part is None else f" Hollow: a part of a month, to {day(pd.Timestamp(as_of))}."  # type: ignore[arg-type]
    return (
        f"Interactions a month, {COUNTED}; every row has a scale of its own. "
        f"Bars: {drawn}.{words}{coloured}{hollow}{_not_counted(data)}"
    )


def _not_counted(data: pd.DataFrame) -> str:
    """Why a younger partner's words may name a month less than its bars."""
    begun = data.groupby("partner", sort=False)["month"].min().head(MOST)
    some = begun.gt(data["month"].min()).any() or data["month"].nunique() < SHOWN
    return " Not judged: the first month of a partner whose start is not on record." if some else ""


def _still(data: pd.DataFrame) -> pd.Series:
    """Months of nothing since a change, of those who are drawn."""
    drawn = data["partner"].isin(_partners(data)["partner"].head(MOST))
    return drawn & data["state"].isin(NEWS) & (data["month"] >= data["since"]) & data["count"].eq(0)


def _part(data: pd.DataFrame, as_of: dt.date | str | None) -> pd.Timestamp | None:
    """The last month, if the day is not its end."""
    last: pd.Timestamp = data["month"].max()
    return last if as_of is not None and pd.Timestamp(as_of) < last + pd.offsets.MonthEnd(0) else None


def _told(data: pd.DataFrame) -> set[str]:
    """Whose evidence a phone has room for: those with news, and who brought nothing for long without being an alarm."""
    recent = data["month"] > data["month"].max() - pd.DateOffset(months=LEAST)
    some = data.loc[recent & data["count"].gt(0), "partner"]
    quiet = data["state"].eq("steady") & ~data["partner"].isin(some)
    return set(data.loc[data["state"].isin(NEWS) | quiet, "partner"])


def _deep(state: str, *, told: bool, narrow: bool) -> float:
    """Inches of a partner's row."""
    if narrow:
        return CALM + SHORT if told else CALM
    return ROW if state in NEWS else CALM


def _lines(data: pd.DataFrame, width: float) -> tuple[list[Line], float]:
    """What stands at which depth in inches: headings, rows, and how many are left out; and the whole depth."""
    people, depth, state = _partners(data), 0.0, ""
    found: list[Line] = []
    narrow, told = width < (WIDE + NARROW) / 2, _told(data)
    for row in people.head(MOST).itertuples():
        if row.state != state:
            state = str(row.state)
            depth += 0.08 if found else 0.0
            found.append(("head", depth, state))
            depth += HEAD
        found.append(("row", depth, row))
        depth += _deep(state, told=row.partner in told, narrow=narrow) + (0.02 if state in NEWS else 0)
    if len(people) > MOST:
        found.append(("more", depth, people.iloc[MOST:]["state"]))
        depth += LAST
    return found, depth


def _height(data: pd.DataFrame, width: float) -> float:
    # With room for the words about a part of a month, which the day alone decides.
    words = _subtitle(data, data["month"].max())
    return _lines(data, width)[1] + 0.2 + subtitle_height(words, width)


def _describe(data: pd.DataFrame, **_: Any) -> str:
    people = _partners(data)
    words = []
    for state in MARKS:
        names = list(people.loc[people["state"] == state, "partner"])
        named = f" ({joined(names, limit=5)})" if names and state in NEWS else ""
        words += [f"{len(names):,} {state}{named}"] if names else []
    months = data["month"].nunique()
    return f"Signals of {count_of(len(people), 'partner')}, with {count_of(months, 'month')} of interactions: {', '.join(words)}."


def _why_empty(data: pd.DataFrame, standing: pd.DataFrame | None = None, **_: Any) -> str:
    """No board: because nobody who is known changed, or because nobody is known."""
    if standing is not None and "state" in standing.columns and standing["state"].isin(list(MARKS)).any():
        return "Nobody's rate has changed by more than chance explains."
    return "No partner has a signal: write what is received and done together into the interactions table."


@chart(
    describe=_describe,
    height=_height,
    empty=_why_empty,
    subtitle=_subtitle,
    next_step=after_signals,
)
def plot_signals(
    data: pd.DataFrame, ax: Axes, as_of: dt.date | str | None = None, standing: pd.DataFrame | None = None
) -> None:
    """Partners by state, those with news first; bars of their months, coloured since the change.

    Parameters
    ----------
    data : DataFrame
        ``partner``, ``month``, ``count``, ``state``, ``since``, ``evidence``; as
        :func:`partnership_analysis.signals_board` gives them.
    ax : Axes, optional
    as_of : date or ISO text, optional
        The day to which was counted: the bars of a month that is not over are hollow.
    standing : DataFrame, optional
        As :func:`partnership_analysis.quarter_change` gives it, on the same day: what is at risk orders the calls, and
        counts say which steady partner deserves a question.
    """
    narrow, wide = is_narrow(ax), figure_of(ax).get_figwidth()
    lines, _ = _lines(data, wide)
    settle(ax, left=0.0, right=0.0, bottom=0.06, above=0.1)
    deep = ax.get_position().height * figure_of(ax).get_figheight()
    ax.set(xlim=(0, wide), ylim=(deep, 0))
    ax.set_axis_off()
    left, right = (1.62, wide - 0.12) if narrow else (1.95, 4.3)
    bars = Bars(data, left, right, _part(data, as_of))
    rows, told = dict(list(data.groupby("partner", sort=False))), _told(data)
    for kind, depth, what in lines:
        if kind == "head":
            _head(ax, str(what), depth, wide)
        elif kind == "row":
            base = depth + (CALM if narrow else _deep(str(what.state), told=True, narrow=False)) - 0.07
            bars.add(rows[what.partner], what, base)
            if narrow:
                _short_row(ax, what, depth, left, right, told=what.partner in told)
            else:
                _row(ax, what, depth, left, right)
        else:
            ax.text(0.1, depth + LAST / 2, _left_out(what), va="center", color=GREY, size=9, gid="left out")
    bars.draw(ax)


def _head(ax: Axes, state: str, depth: float, wide: float) -> None:
    if depth > 0:
        ax.plot([0.1, wide - 0.1], [depth + 0.01] * 2, color=RULE, lw=0.8, zorder=1)
    y = depth + HEAD * 0.62
    name, means = HEADS.get(state, (state, ""))
    words = f"{MARKS[state]} {name}"
    text = ax.text(0.1, y, words, va="center", color=TEXTS[state], weight="bold", size=9.5)
    if means:
        ax.annotate(
            f"({means})", (1, 0.5), xycoords=text, xytext=(4, 0), textcoords="offset points", va="center",
            color=GREY, size=8.5, gid="means",
        )  # fmt: skip


def _name(ax: Axes, row: Any, y: float, left: float) -> None:
    ax.text(0.1, y, fitted(str(row.partner), left - 0.22, 9.5), va="center", color=INK, size=9.5)


def _row(ax: Axes, row: Any, depth: float, left: float, right: float) -> None:
    """Name at the left, evidence at the right of a page."""
    news = row.state in NEWS
    y = depth + _deep(str(row.state), told=True, narrow=False) / 2
    _name(ax, row, y, left)
    # Of a steady partner the counts are enough: what they mean stands in the heading.
    words = str(row.evidence) if news else str(row.evidence).split(":")[0]
    room = figure_of(ax).get_figwidth() - right - 0.35
    if not news and width_of(words, 8.5) > room:
        words = _short(words)
    said = "\n".join(wrapped(words, room, 8.5, lines=3 if news else 1))
    colour = INK if news else GREY
    ax.text(right + 0.25, y, said, va="center", color=colour, size=8.5, linespacing=1.15, gid="evidence")


def _short_row(ax: Axes, row: Any, depth: float, left: float, right: float, *, told: bool) -> None:
    """On a phone the name, and of what is told the counts below it."""
    _name(ax, row, depth + CALM / 2, left)
    if told:
        words, room = _short(str(row.evidence)), right - 0.1
        if width_of(words, 8) > room:
            words = words.split(", ")[0]
        words = fitted(words, room, 8)
        ax.text(0.1, depth + CALM + SHORT / 2 - 0.02, words, va="center", color=GREY, size=8, gid="evidence")


def _short(evidence: str) -> str:
    """The counts, and since when if that follows them, as of a silence.

    >>> _short("no event for 5 months, since May 2025, after 9 in the 30 before; a partner of this rhythm is silent so long one time in 90")
    'no event for 5 months, since May 2025'
    >>> _short("1 event in 3 months against 9 in the 30 before, about half as often since May 2025; a steady partner shows this one time in 90")
    '1 event in 3 months against 9 in the 30 before'
    """
    first, *rest = evidence.split(": ")[0].split("; ")[0].split(", ")
    return ", ".join([first, *rest[:1]]) if rest and rest[0].startswith("since ") else first


def _left_out(states: pd.Series) -> str:
    words = {"steady": "without a clear change"}
    counts = [
        f"{(states == state).sum():,} {words.get(state, state)}" for state in MARKS if (states == state).any()
    ]
    return f"· · ·  {len(states):,} more: {joined(counts)}"


class Bars:
    """The months of all rows as a few collections: calm months, months since a change, and base lines."""

    def __init__(self, data: pd.DataFrame, left: float, right: float, part: pd.Timestamp | None) -> None:
        self.left, self.right, self.part = left, right, part
        self.first = data["month"].min()
        last = data["month"].max()
        months = (last.year - self.first.year) * 12 + last.month - self.first.month + 1
        self.count = max(months, 6)
        # A short record ends at the right, as its base line does.
        self.before = self.count - months
        # Of one month every bar is its own highest: its count stands beside it.
        self.alone: list[tuple[float, float, int]] = []
        self.boxes: dict[tuple[str, bool], list[list[tuple[float, float]]]] = {}

    def add(self, rows: pd.DataFrame, about: Any, base: float) -> None:
        """The bars of a partner, whose highest month takes the room there is."""
        step = (self.right - self.left) / self.count
        most = max(int(rows["count"].max()), 2)
        state, since = str(about.state), about.since
        for month, count in zip(rows["month"], rows["count"].tolist(), strict=True):
            place = self.before + (month.year - self.first.year) * 12 + month.month - self.first.month
            x = self.left + place * step
            changed = state in NEWS and pd.notna(since) and month >= since
            kind = TEXTS[state] if changed else PALE
            if count:
                high, hollow = max(0.21 * count / most, LOW), month == self.part
                self._box(kind, x + 0.12 * step, x + 0.88 * step, base, base - high, hollow=hollow)
            elif changed:
                # A month without anything is what a silence is made of: it must be seen.
                self._box(kind, x + 0.12 * step, x + 0.88 * step, base, base - NOTHING)
        if self.count - self.before == 1 and len(rows):
            self.alone.append((self.left + self.before * step, base, int(rows["count"].iloc[-1])))
        start = self.right - step * min(len(rows), self.count)
        self._box(RULE, start, self.right, base + 0.012, base)

    def _box(self, colour: str, x0: float, x1: float, y0: float, y1: float, *, hollow: bool = False) -> None:
        self.boxes.setdefault((colour, hollow), []).append([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])

    def draw(self, ax: Axes) -> None:
        """Add what was gathered."""
        for x, base, count in self.alone:
            ax.annotate(
                f"{count:,}", (x, base), xytext=(-3, 1), textcoords="offset points", ha="right", va="bottom", color=GREY,
                size=8.5, gid="count",
            )  # fmt: skip
        for (colour, hollow), boxes in self.boxes.items():
            gid = "base" if colour == RULE else "months" if colour == PALE else "since"
            face, line = ("white", 0.9) if hollow else (colour, 0)
            drawn = PolyCollection(boxes, facecolors=face, edgecolors=colour, lw=line, gid=gid)
            ax.add_collection(drawn, autolim=False)
