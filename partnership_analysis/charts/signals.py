"""The signals board: a row a partner, its months as bars, its state with a mark and a word, the evidence."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from partnership_analysis.charts.beside import settle
from partnership_analysis.charts.lettering import fitted, wrapped
from partnership_analysis.charts.panels import spanned
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
from partnership_analysis.metrics.signals.board import NEWS
from partnership_analysis.schema import TOO_EARLY
from partnership_analysis.wording import count_of, joined

MARKS = {"weakening": "▼", "silent": "○", "strengthening": "▲", "steady": "●", TOO_EARLY: "·"}
TEXTS = {
    "weakening": BAND_TEXT["weak"],
    "silent": BAND_TEXT["weak"],
    "strengthening": BAND_TEXT["strong"],
    "steady": GREY,
    TOO_EARLY: GREY,
}
MOST = 30
"""Rows; whoever comes after them is counted in a line."""
HEAD, ROW, CALM, LAST = 0.3, 0.44, 0.29, 0.3
"""Inches: a state's heading, a row with news, another row, the line of those left out."""


def _partners(data: pd.DataFrame) -> pd.DataFrame:
    return data.drop_duplicates("partner")


def _subtitle(data: pd.DataFrame) -> str:
    first, last = data["month"].min(), data["month"].max()
    return (
        f"Interactions a month, {spanned(f'{first:%b %Y}', f'{last:%b %Y}')}, from interactions received or done together. Coloured: since "
        "the rate changed."
    )


def _lines(data: pd.DataFrame, width: float) -> tuple[list[tuple[str, float, object]], float]:
    """What stands at which depth in inches: headings, rows, and how many are left out; and the whole depth."""
    people, depth, state = _partners(data), 0.0, ""
    found: list[tuple[str, float, object]] = []
    narrow = width < (WIDE + NARROW) / 2
    for row in people.head(MOST).itertuples():
        if row.state != state:
            state = str(row.state)
            depth += 0.08 if found else 0.0
            found.append(("head", depth, state))
            depth += HEAD
        found.append(("row", depth, row))
        depth += (ROW if state in NEWS and not narrow else CALM) + (0.02 if state in NEWS else 0)
    if len(people) > MOST:
        found.append(("more", depth, people.iloc[MOST:]["state"]))
        depth += LAST
    return found, depth


def _height(data: pd.DataFrame, width: float) -> float:
    return _lines(data, width)[1] + 0.2 + subtitle_height(_subtitle(data), width)


def _describe(data: pd.DataFrame) -> str:
    people = _partners(data)
    words = []
    for state in MARKS:
        names = list(people.loc[people["state"] == state, "partner"])
        named = f" ({joined(names, limit=5)})" if names and state in NEWS else ""
        words += [f"{len(names):,} {state}{named}"] if names else []
    months = data["month"].nunique()
    return f"Signals of {count_of(len(people), 'partner')}, with {count_of(months, 'month')} of interactions: {', '.join(words)}."


@chart(
    describe=_describe,
    height=_height,
    empty="No partner has a signal: there is no interaction on record.",
    subtitle=_subtitle,
)
def plot_signals(data: pd.DataFrame, ax: Axes) -> None:
    """Partners by state, those with news first; bars of their months, coloured since the change.

    Parameters
    ----------
    data : DataFrame
        ``partner``, ``month``, ``count``, ``state``, ``since``, ``evidence``; as
        :func:`partnership_analysis.signals_board` gives them.
    ax : Axes, optional
    """
    narrow, wide = is_narrow(ax), figure_of(ax).get_figwidth()
    lines, _ = _lines(data, wide)
    settle(ax, left=0.0, right=0.0, bottom=0.06, above=0.1)
    deep = ax.get_position().height * figure_of(ax).get_figheight()
    ax.set(xlim=(0, wide), ylim=(deep, 0))
    ax.set_axis_off()
    left, right = (1.62, wide - 0.12) if narrow else (1.95, 4.3)
    bars = Bars(data, left, right)
    rows = dict(list(data.groupby("partner", sort=False)))
    for kind, depth, what in lines:
        if kind == "head":
            _head(ax, str(what), depth, wide, lines)
        elif kind == "row":
            news = what.state in NEWS and not narrow  # type: ignore[attr-defined]
            bars.add(rows[what.partner], what, depth + (ROW if news else CALM) - 0.07)  # type: ignore[attr-defined]
            _row(ax, what, depth, left, right, narrow=narrow)
        else:
            ax.text(0.1, depth + LAST / 2, _left_out(what), va="center", color=GREY, size=9, gid="left out")  # type: ignore[arg-type]
    bars.draw(ax)


def _head(ax: Axes, state: str, depth: float, wide: float, lines: list[tuple[str, float, object]]) -> None:
    if depth > 0:
        ax.plot([0.1, wide - 0.1], [depth + 0.01] * 2, color=RULE, lw=0.8, zorder=1)
    y = depth + HEAD * 0.62
    ax.text(0.1, y, f"{MARKS[state]} {state}", va="center", color=TEXTS[state], weight="bold", size=9.5)


def _row(ax: Axes, row: object, depth: float, left: float, right: float, *, narrow: bool) -> None:
    """Name at the left, evidence at the right of a page."""
    state, evidence = str(row.state), str(row.evidence)  # type: ignore[attr-defined]
    news = state in NEWS
    y = depth + (ROW / 2 if news and not narrow else CALM / 2)
    name = fitted(str(row.partner), left - 0.22, 9.5)  # type: ignore[attr-defined]
    ax.text(0.1, y, name, va="center", color=INK, size=9.5)
    if narrow:
        return
    # Of a steady partner the counts are enough: what they mean stands in the heading.
    words = evidence if news else evidence.split(":")[0]
    room = figure_of(ax).get_figwidth() - right - 0.35
    said = wrapped(words, room, 8.5, lines=3 if news else 1)
    ax.text(
        right + 0.25,
        y,
        "\n".join(said),
        va="center",
        color=INK if news else GREY,
        size=8.5,
        linespacing=1.15,
        gid="evidence",
    )


def _left_out(states: pd.Series) -> str:
    counts = [f"{(states == state).sum():,} {state}" for state in MARKS if (states == state).any()]
    return f"· · ·  {len(states):,} more: {joined(counts)}"


class Bars:
    """The months of all rows as three collections: calm months, months since a change, and base lines."""

    def __init__(self, data: pd.DataFrame, left: float, right: float) -> None:
        self.left, self.right = left, right
        self.first = data["month"].min()
        last = data["month"].max()
        months = (last.year - self.first.year) * 12 + last.month - self.first.month + 1
        self.count = max(months, 6)
        # A short record ends at the right, as its base line does.
        self.before = self.count - months
        self.boxes: dict[str, list[list[tuple[float, float]]]] = {}

    def add(self, rows: pd.DataFrame, about: object, base: float) -> None:
        """The bars of a partner, whose highest month takes the room there is."""
        step = (self.right - self.left) / self.count
        most = max(int(rows["count"].max()), 2)
        state, since = str(about.state), about.since  # type: ignore[attr-defined]
        for month, count in zip(rows["month"], rows["count"].tolist(), strict=True):
            place = self.before + (month.year - self.first.year) * 12 + month.month - self.first.month
            x = self.left + place * step
            changed = state in NEWS and pd.notna(since) and month >= since
            kind = TEXTS[state] if changed else PALE
            if count:
                self._box(kind, x + 0.12 * step, x + 0.88 * step, base, base - 0.21 * count / most)
            elif changed:
                # A month without anything is what a silence is made of: it must be seen.
                self._box(kind, x + 0.12 * step, x + 0.88 * step, base, base - 0.016)
        start = self.right - step * min(len(rows), self.count)
        self._box(RULE, start, self.right, base + 0.012, base)

    def _box(self, colour: str, x0: float, x1: float, y0: float, y1: float) -> None:
        self.boxes.setdefault(colour, []).append([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])

    def draw(self, ax: Axes) -> None:
        """Add what was gathered."""
        for colour, boxes in self.boxes.items():
            gid = "base" if colour == RULE else "months" if colour == PALE else "since"
            ax.add_collection(PolyCollection(boxes, facecolors=colour, lw=0, gid=gid), autolim=False)
