"""Who serves the clients that we serve: partners against tags, ours first."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from partnership_analysis.charts.rows import count_rows, name_rows, rows_for
from partnership_analysis.charts.steps.clients import after_overlap
from partnership_analysis.charts.theme import (
    GIVEN,
    GREY,
    INK,
    NARROW,
    RECEIVED,
    RULE,
    WIDE,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.metrics.names import people_key
from partnership_analysis.sources.names import name_key
from partnership_analysis.wording import count_of, joined, shortened

MOST_WIDE, MOST_NARROW = 14, 6
ROW, LEVEL = 0.25, 7
"""Inches of a row, and columns up to which their names are written level."""
UPRIGHT, LETTERS = 0.28, 26
"""Rows that a letter of a name written upwards takes, and letters of it at most."""
KINDS = {"market": "kinds of client", "offer": "services"}
"""What a tag is, in words."""
BEYOND = {True: 2.0, False: 1.2}
"""Columns from the last one to where the shares end, narrow or not."""


def _subtitle(data: pd.DataFrame, ours: Sequence[str] = (), of: str = "market", **_: object) -> str:
    what = "Clients that each partner serves" if of == "market" else "What each partner offers"
    missing = int(data["tags"].isna().sum()) if len(data) else 0
    rest = f" Not on record: {count_of(missing, 'partner')}; fill the column {of}." if missing else ""
    return f"{what}, from the partners table; ours are green and stand first. Right: what we have in common, of all that either serves.{rest}"


def _without_column(data: pd.DataFrame, width: float) -> bool:
    """Has somebody tags beyond the columns that there is room for?"""
    known = {key for value in data["tags"] for key in _tags(value)}
    return len(known) > (MOST_WIDE if width > (WIDE + NARROW) / 2 else MOST_NARROW)


def _height(data: pd.DataFrame, width: float) -> float:
    return (
        0.34
        + subtitle_height(_subtitle(data), width)
        + ROW * (count_rows(data[data["tags"].notna()]) + _head(data, width))
        + 0.16 * _without_column(data, width)
    )


def _is_level(data: pd.DataFrame, width: float) -> bool:
    return width > (WIDE + NARROW) / 2 and len(_columns(data["tags"], (), MOST_WIDE)) <= LEVEL


def _head(data: pd.DataFrame, width: float) -> float:
    """Rows that the names of the columns take: few where they are written level, else as many as the longest asks for."""
    if _is_level(data, width):
        return 2.6
    # Of all that may be ours: a height does not know which are.
    longest = max((len(name) for name in _columns(data["tags"], (), MOST_WIDE).values()), default=0)
    return 0.6 + UPRIGHT * min(max(longest, 10), LETTERS)


def _describe(data: pd.DataFrame, ours: Sequence[str] = (), of: str = "market", **_: object) -> str:
    known = data[data["tags"].notna()]
    sharing = data[data["shared"].notna()]
    missing = len(data) - len(known)
    most = [f"{row.partner} ({row.overlap:.0%})" for row in sharing.head(5).itertuples()]
    what = "serve clients that we serve" if of == "market" else "offer what we offer"
    tail = f", most of all {joined(most, limit=5)}" if most else ""
    unknown = f" Of {count_of(missing, 'partner')} nothing is on record." if missing else ""
    return f"{len(sharing):,} of {count_of(len(data), 'partner')} {what}{tail}.{unknown}"


def _why_empty(data: pd.DataFrame, ours: Sequence[str] = (), of: str = "market", **_: object) -> str:
    return f"No partner's {of} is on record: fill the column {of} of the partners table."


@chart(
    describe=_describe,
    height=_height,
    empty=_why_empty,
    needs="tags",
    subtitle=_subtitle,
    next_step=after_overlap,
)
def plot_overlap(
    data: pd.DataFrame,
    ax: Axes,
    ours: Sequence[str] = (),
    of: str = "market",
    exchange: pd.DataFrame | None = None,
    period: str = "",
) -> None:
    """A dot where a partner has a tag: columns in the order of ours, then of how many have them.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show: ``partner``, ``tags``, ``shared``, ``overlap``; as
        :func:`partnership_analysis.overlap_with_us` gives them.
    ax : Axes, optional
    ours : sequence of str
        Our own tags, as the settings have them.
    of : {"market", "offer"}
    exchange : DataFrame, optional
        ``partner`` and ``received``, as :func:`partnership_analysis.reciprocity` gives them: who has sent nobody in the
        window is asked first.
    period : str
        That window in words.
    """
    rows = rows_for(data[data["tags"].notna()])
    names = [str(name) for name in rows.table["partner"]]
    name_rows(ax, rows, names, wide=30, narrow=17)
    tags = [_tags(value) for value in rows.table["tags"]]
    columns = _columns(data["tags"], ours, MOST_NARROW if is_narrow(ax) else MOST_WIDE)
    mine = {name_key(tag) for tag in ours}
    keys = list(columns)
    top = rows.y.max() + 1
    head = _head(data, figure_of(ax).get_figwidth())
    ax.set_ylim(-0.7, top + head - 0.7)
    level = _is_level(data, figure_of(ax).get_figwidth()) and len(keys) <= LEVEL
    for place, key in enumerate(keys):
        colour = RECEIVED if key in mine else GIVEN
        ax.plot([place, place], [-0.6, top - 0.5], color=RULE, lw=0.7, zorder=0)
        there = [y for y, own in zip(rows.y, tags, strict=True) if key in own]
        ax.plot([place] * len(there), there, "o", ms=8 if key in mine else 5.5, color=colour, clip_on=False)
        ax.annotate(
            "\n".join(textwrap.wrap(columns[key], 13)[:3])
            if level
            else shortened(columns[key], int((head - 0.6) / UPRIGHT + 0.5)),
            (place, top - 0.3),
            xytext=(0 if level else 4, 0),
            textcoords="offset points",
            ha="center" if level else "right",
            va="bottom",
            rotation=0 if level else 90,
            size=8.5,
            color=RECEIVED if key in mine else GREY,
            weight="bold" if key in mine else "normal",
        )
    _shares(ax, rows.table, rows.y, tags, set(keys), of)


def _tags(value: object) -> dict[str, str]:
    parts = [] if pd.isna(value) else [part.strip() for part in str(value).split(";")]  # type: ignore[call-overload]
    return {name_key(part): part for part in parts if part}


def _columns(tags: pd.Series, ours: Sequence[str], most: int) -> dict[str, str]:
    """The tags that get a column, ours first, then those that most have; of each how it is written."""
    written: dict[str, str] = {name_key(tag): tag for tag in ours}
    counts: Counter[str] = Counter()
    for value in tags:
        own = _tags(value)
        counts.update(own.keys())
        for key, text in own.items():
            written.setdefault(key, text)
    mine = [name_key(tag) for tag in ours]
    others = sorted(
        (key for key in counts if key not in mine), key=lambda key: (-counts[key], people_key(written[key]))
    )
    return {key: written[key] for key in [*mine, *others][:most]}


def _shares(
    ax: Axes,
    table: pd.DataFrame,
    y: NDArray[np.float64],
    tags: list[dict[str, str]],
    shown: set[str],
    of: str,
) -> None:
    """At the right the overlap, and how many tags have no column."""
    count = len(shown)
    # A few columns stand together, near the names.
    right = max(count - 1, 1) + BEYOND[is_narrow(ax)]
    ax.set_xlim(-0.6, right + 1.0 if is_narrow(ax) else max(count + 1.2, 8.0))
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    further = 0
    for place, value, own in zip(y, table["overlap"], tags, strict=True):
        more = len(own.keys() - shown)
        text = "–" if pd.isna(value) else f"{value:.0%}"
        ax.annotate(text, (right, place), ha="right", va="center", size=9, color=INK, weight="bold")
        further += more
        if more:
            ax.annotate(f"+{more}", (right + 0.25, place), ha="left", va="center", size=8, color=GREY)
    if further:
        ax.set_xlabel(f"+: further {KINDS[of]}, without a column", loc="right", labelpad=2)
