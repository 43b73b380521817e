"""When things happen with each partner: a heat map in which what is more than chance has a frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from partnership_analysis.charts.rows import count_rows, name_rows, rows_for
from partnership_analysis.charts.steps.nurture import after_rhythm
from partnership_analysis.charts.theme import INK, chart, is_narrow, subtitle_height
from partnership_analysis.metrics.nurture.rhythm_match import MINIMUM, WORDS, YEARS
from partnership_analysis.wording import count_of, joined, spelled

MOST = 24
SHADES = ("#ffffff", "#e6f0ee", "#d6e6e3", "#c4dbd7", "#b0cec9", "#9ac0bb", "#7dada7")
"""White, which is nothing at all, to the theme's green, so light that a number in INK is read on each of them."""
FEW = 8
"""Columns up to which a phone has room for names of three letters and numbers of the usual size."""
_COLUMNS = {"Monday": "weekday", "January": "month", "week 1": "week of quarter"}
_NOUNS = {"weekday": "weekday", "month": "month", "week of quarter": "week of the quarter"}


def _pattern(data: pd.DataFrame) -> str:
    return _COLUMNS[str(data["cell"].iloc[0])]


def _told(data: pd.DataFrame) -> pd.DataFrame:
    """Rows of those of whom enough is on record."""
    return data[data["share"].notna()]


def _subtitle(data: pd.DataFrame, of: int | None = None) -> str:
    untold = data.loc[data["share"].isna(), "partner"].nunique()
    few = (
        f" Left out: {count_of(untold, 'partner')} with fewer than {_enough(data)} on record."
        if untold
        else ""
    )
    years = " in whole years" if _pattern(data) == "month" else ""
    framed = bool(data["stands_out"].fillna(False).any())
    frame = (
        "A frame: more than chance explains, beside everybody else."
        if framed
        else "Nobody differs from everybody else by more than chance."
    )
    place = "on" if _pattern(data) == "weekday" else "in"
    white = "; white: none" if _told(data)["days"].eq(0).any() else ""
    # A quarter has at most 92 days.
    last = " Week 14 has one day, and in some quarters none." if _pattern(data) == "week of quarter" else ""
    return (
        f"Share of the days with an interaction that fall {place} each {_NOUNS[_pattern(data)]}, in per cent{white}. From "
        f"interactions{years}.{last} {frame}{_chosen(data, of)}{few}"
    )


def _chosen(data: pd.DataFrame, of: int | None) -> str:
    """Who the rows are: how many of all of whom enough is on record."""
    shown = _told(data)["partner"].nunique()
    if of is None:
        return ""
    if of <= shown:
        return f" Shown: {'the ' * (shown > 1)}{count_of(shown, 'partner')} with {_enough(data, ' or more')} on record."
    framed = bool(data["stands_out"].fillna(False).any())
    which = "those whose days differ most surely" if framed else "those nearest to differing"
    return (
        f" Shown: {shown:,} of {count_of(of, 'partner')} with {_enough(data, ' or more')} on record, {which}."
    )


def _enough(data: pd.DataFrame, more: str = "") -> str:
    """What must be on record of a partner."""
    return f"{MINIMUM} days{more}{f' in {spelled(YEARS)} whole years' if _pattern(data) == 'month' else ''}"


def _height(data: pd.DataFrame, width: float) -> float:
    rows = count_rows(_told(data).drop_duplicates("partner"), MOST)
    # How many partners there are in all is not known here.
    return 0.45 + 0.26 * rows + subtitle_height(_subtitle(data, 10**4), width)


def _describe(data: pd.DataFrame, of: int | None = None) -> str:
    told = _told(data)
    found: Any = told[told["stands_out"].fillna(False)]
    words = [f"{row.partner} {_named(row.cell)} ({row.share:.0%})" for row in found.itertuples()]
    shown = told["partner"].nunique()
    who = (
        count_of(shown, "partner") if of is None or of <= shown else f"{shown:,} of {count_of(of, 'partner')}"
    )
    whole = f"Rhythm of {who} by {_NOUNS[_pattern(data)]}: "
    if not words:
        return f"{whole}nobody's differs from everybody else's by more than chance."
    return f"{whole}by more than chance {joined(words, limit=8)}."


def _named(cell: str) -> str:
    return f"in {cell}" if not cell.endswith("day") else f"on {cell}s"


def _alone(data: pd.DataFrame, of: int | None) -> bool:
    """Is there one partner alone, with days on record and nobody to set them beside?"""
    if data["partner"].nunique() != 1 or (of or 1) > 1:
        return False
    return bool(data["days"].sum() > 0 and data["ours"].isna().all())


def _why_empty(data: pd.DataFrame, of: int | None = None) -> str:
    if _alone(data, of):
        few = f", and {MINIMUM} days with an interaction" if data["days"].sum() < MINIMUM else ""
        return (
            "A rhythm is told beside that of everybody else, and nobody else is on record: it needs a second partner in the "
            f"interactions table{few}."
        )
    if len(data) and _pattern(data) == "month":
        return (
            f"Months need {spelled(YEARS)} whole years on record with a partner, and {MINIMUM} days with an interaction "
            "in them: nobody has both yet. Write every interaction into the interactions table, with its day."
        )
    return (
        f"Nobody has {MINIMUM} days with an interaction, from which a rhythm could be told: write every interaction "
        "into the interactions table, with its day."
    )


@chart(
    describe=_describe,
    height=_height,
    empty=_why_empty,
    needs="share",
    subtitle=_subtitle,
    above=15,
    next_step=after_rhythm,
)
def plot_rhythm(data: pd.DataFrame, ax: Axes, of: int | None = None) -> None:
    """Heat map: a row a partner, a column a weekday, month or week of the quarter.

    Parameters
    ----------
    data : DataFrame
        As :func:`partnership_analysis.rhythm_cells` gives it, partners in the order to show, top first. Weekdays on
        which nobody does anything are left out.
    ax : Axes, optional
    of : int, optional
        Partners that there are, where ``data`` holds only some of them.
    """
    told = _told(data)
    rows = rows_for(told.drop_duplicates("partner"), MOST)
    height = dict(zip(rows.table["partner"], rows.y, strict=True))
    name_rows(ax, rows, list(rows.table["partner"]))
    ax.tick_params(axis="y", pad=4)
    column = {place: x for x, place in enumerate(_kept(told, _pattern(data)))}
    shown = told[told["partner"].isin(list(height)) & told["place"].isin(list(column))]
    _cells(
        ax,
        shown,
        shown["place"].map(column),
        shown["partner"].map(height),
        size=8.5 if len(column) <= FEW or not is_narrow(ax) else 7.5,
    )
    _columns(ax, [WORDS[_pattern(data)][place] for place in column])


def _kept(told: pd.DataFrame, pattern: str) -> list[int]:
    """Places of the columns: every month or week that there is, and of the weekend the days that are used."""
    if pattern != "weekday":
        return list(range(int(told["place"].max()) + 1))
    return sorted({int(place) for place in told.loc[told["days"] > 0, "place"]} | set(range(5)))


def _cells(ax: Axes, shown: pd.DataFrame, x: pd.Series, y: pd.Series, *, size: float) -> None:
    """Shades, frames of what stands out, and the number of every cell that is not empty."""
    share, said = shown["share"].to_numpy("float64"), (shown["days"] > 0).to_numpy(bool)
    frames = shown["stands_out"].fillna(False).to_numpy(bool)
    # By the figure that is read, so that equal figures have one shade; whatever is not nothing has some.
    figure = np.where(said, np.maximum([float(f"{100 * value:.0f}") for value in share], 1.0), 0.0)
    depth = np.ceil(figure / max(figure.max(initial=0.0), 1.0) * (len(SHADES) - 1) - 1e-9).astype(int)
    at = np.column_stack([x.to_numpy("float64"), y.to_numpy("float64")])
    cells = [Rectangle((left - 0.48, low - 0.46), 0.96, 0.92) for left, low in at]
    ax.add_collection(PatchCollection(cells, facecolor=[SHADES[step] for step in depth], lw=0, gid="cells"))
    marked = [Rectangle((left - 0.46, low - 0.43), 0.92, 0.86) for left, low in at[frames]]
    ax.add_collection(
        PatchCollection(marked, facecolor="none", edgecolor=INK, lw=1.8, zorder=3, gid="frames")
    )
    for (left, low), value, bold in zip(at[said], share[said], frames[said], strict=True):
        weight = "bold" if bold else "normal"
        ax.text(
            left,
            low,
            "<1" if 100 * value < 0.5 else f"{100 * value:.0f}",
            ha="center",
            va="center",
            size=size,
            weight=weight,
            in_layout=False,
        )


def _columns(ax: Axes, words: list[str]) -> None:
    """Names above the columns, as short as the room asks for."""
    narrow, count = is_narrow(ax), len(words)
    if words[0].startswith("week "):
        names = [word.removeprefix("week ") for word in words]
    elif count > FEW and narrow:
        names = [word[0] for word in words]
    else:
        names = [word[:3] for word in words] if narrow or count > FEW else list(words)
    ax.set_xticks(np.arange(count), names)
    ax.xaxis.tick_top()
    ax.tick_params(axis="x", labelsize=8.5, length=0, pad=1)
    ax.set_xlim(-0.5, count - 0.5)
    ax.spines["bottom"].set_visible(False)
