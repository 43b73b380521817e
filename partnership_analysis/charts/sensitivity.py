"""What becomes of the bands and the ranking if one choice of ours were another."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.beside import column, settle
from partnership_analysis.charts.lettering import width_of
from partnership_analysis.charts.steps.index import after_sensitivity
from partnership_analysis.charts.theme import (
    GREY,
    INK,
    PALE,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.metrics.kinds import choice_words
from partnership_analysis.schema import BANDS, TOO_EARLY
from partnership_analysis.wording import count_of, joined, shortened

HEADS = {
    "window": "counted over other months",
    "method": "counted by another formula",
    "weight": "one kind counted double or half",
}
COLOUR = "#a8541f"
ROW = 0.25
NOBODY = (
    "Nobody has an RVI, so no choice changes it: it needs at least one rating of trust in the ratings table."
)
EARLY = "Too little is on record for anybody's band, so no choice changes one: look again when some months more are written down."


def _ranked(data: pd.DataFrame) -> bool:
    """Is there any other ranking to compare ours with?"""
    return bool(data["correlation"].notna().any())


def _too_early(bands: pd.DataFrame | None) -> int:
    """How many have an index, but no band that a choice could change."""
    return 0 if bands is None else int(bands["band"].eq(TOO_EARLY).fillna(False).sum())


def _needs(data: pd.DataFrame, bands: pd.DataFrame | None = None) -> bool:
    known = data["changed"].notna().any()
    return bool(known and _too_early(bands) < data["partners"].max())


def _why(data: pd.DataFrame, bands: pd.DataFrame | None = None) -> str:
    return EARLY if data["changed"].notna().any() else NOBODY


def _subtitle(data: pd.DataFrame, bands: pd.DataFrame | None = None) -> str:
    return _words(data, _too_early(bands))


def _words(data: pd.DataFrame, early: int) -> str:
    words = f"Partners who would stand in another band ({', '.join(BANDS)}) if the index were counted another way."
    if (data["partners"] > 1).fillna(False).any():
        without = f", {early:,} of them too early for a band" * bool(early)
        words += f" Whole bar: {int(data['partners'].max()):,} partners{without}."
    if _ranked(data):
        words += " Order kept: how alike both rankings are; 1.00: the same order."
        words += " –: too few partners to compare." * bool(data["correlation"].isna().any())
    return words


def _height(data: pd.DataFrame, width: float) -> float:
    lines = len(data) + data["choice"].nunique()
    # With room for the words about short records, which the options alone hold.
    words = _words(data, int(data["partners"].max()))
    return 0.36 + lines * ROW + subtitle_height(words, width)


def _describe(data: pd.DataFrame, bands: pd.DataFrame | None = None) -> str:
    total = int(data["partners"].max())
    order = np.argsort(-data["changed"].to_numpy("float64"), kind="stable")
    rows = data.iloc[order]
    counts = rows["changed"].to_numpy("float64", na_value=0.0)
    parts = [
        f"{choice_words(str(name))} {count:.0f}" for name, count in zip(rows["name"], counts, strict=True)
    ]
    return (
        f"Of {count_of(total, 'partner')} so many would change band if one choice were another: "
        f"{joined(parts, limit=6)}."
    )


@chart(
    describe=_describe,
    height=_height,
    empty=_why,
    needs=_needs,
    subtitle=_subtitle,
    above=12,
    next_step=after_sensitivity,
)
def plot_sensitivity(data: pd.DataFrame, ax: Axes, bands: pd.DataFrame | None = None) -> None:
    """A bar a choice: how many change band, who, and how far the order of all is kept.

    Parameters
    ----------
    data : DataFrame
        ``choice``, ``name``, ``partners``, ``correlation``, ``changed``, ``who``; as
        :func:`partnership_analysis.rvi_sensitivity` gives them.
    ax : Axes, optional
    bands : DataFrame, optional
        ``partner`` and ``band`` now, so that it is said how many have none yet, and whose is firm; where nobody has one
        nothing is drawn.
    """
    narrow = is_narrow(ax)
    settle(ax, left=1.62 if narrow else 2.0, right=0.62 if narrow else 0.8, bottom=0.06, above=0.22)
    y, heads, line = [], [], 0
    for choice, rows in data.groupby("choice", sort=False):
        heads.append((line, HEADS.get(str(choice), str(choice))))
        y += [line + place for place in range(1, len(rows) + 1)]
        line += len(rows) + 1
    changed = data["changed"].to_numpy("float64", na_value=0.0)
    total = max(int(data["partners"].max()), 1)
    ax.set(xlim=(0, total), ylim=(line - 0.4, -0.6))
    ax.barh(y, total, height=0.6, color=PALE, alpha=0.28, lw=0, gid="all")
    ax.barh(y, changed, height=0.6, color=COLOUR, lw=0, gid="changed")
    ax.set_yticks(y, [choice_words(str(name)) for name in data["name"]])
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    for place, head in heads:
        ax.annotate(
            head,
            (0.012, place),
            xycoords=("figure fraction", "data"),
            va="center",
            weight="bold",
            color=INK,
            annotation_clip=False,
        )
    _said(ax, data, y, total, narrow=narrow)
    if not _ranked(data):
        return
    alike = ["–" if pd.isna(value) else f"{value:.2f}" for value in data["correlation"]]
    column(ax, y, alike, 42 if narrow else 54, head="order kept", colours=INK)


def _who(count: int, who: str, room: float, *, bold: bool = False) -> str:
    """The count and as many names as have room, if need be short, with how many others there are; else the count alone."""
    names = who.split("; ")
    short = [shortened(name, 22) for name in names]
    choices = [f"{count:,}  {joined(each, limit=limit)}" for each in (names, short) for limit in (3, 2, 1)]
    return next((words for words in choices if width_of(words, 9, bold=bold) <= room), f"{count:,}")


def _said(ax: Axes, data: pd.DataFrame, y: list[int], total: int, *, narrow: bool) -> None:
    """The count beside each bar, and on a page who they are."""
    inch = ax.get_position().width * figure_of(ax).get_figwidth() / total
    changed = data["changed"].to_numpy("float64", na_value=0.0).astype("int64").tolist()
    for place, count, who in zip(y, changed, data["who"], strict=True):
        room = (total - count) * inch - 0.1
        # Where a bar leaves no room beside it, its words stand inside.
        inside = room < (0.3 if narrow else 1.2)
        if inside:
            room = count * inch - 0.15
        words = f"{count:,}" if narrow or not count else _who(count, str(who), room, bold=inside)
        ax.annotate(
            words,
            (count, place),
            xytext=(-5 if inside else 5, 0),
            textcoords="offset points",
            ha="right" if inside else "left",
            va="center",
            size=9,
            color="white" if inside else INK if count else GREY,
            weight="bold" if inside else "normal",
        )
