"""What the index is made of: one bar a partner, a part a kind of interaction."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from partnership_analysis.charts.beside import cut_ends, settle
from partnership_analysis.charts.lettering import width_of
from partnership_analysis.charts.phrases import EARLY, to_month
from partnership_analysis.charts.ranking import within_reach
from partnership_analysis.charts.rows import Rows, count_rows, name_rows, rows_for
from partnership_analysis.charts.steps.index import after_components
from partnership_analysis.charts.theme import (
    GREY,
    INK,
    NARROW,
    WIDE,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.metrics.kinds import SHORT
from partnership_analysis.metrics.names import by_name
from partnership_analysis.schema import RVI_KINDS, TOO_EARLY
from partnership_analysis.wording import count_of, number

COLOURS = dict(zip(RVI_KINDS, ("#1f5f5b", "#d08a3c", "#4a8db7", "#8a5a83", "#b7b04a"), strict=True))
"""One for each kind, told apart by the colour-blind; the order of the parts is that of the names above them."""
ON = dict(zip(RVI_KINDS, ("white", INK, "white", "white", INK), strict=True))
"""Colour of a number inside a part."""
MOST, ROW, SIZE, LEAST = 24, 0.25, 8.5, 0.035
"""Bars, inches of a row, points of the words, and inches that a part takes at least."""
LEFT, EDGE = {False: 2.3, True: 1.45}, 0.02
"""Inches of the names on a page and on a phone, and where a phone's key begins, as a share of the width."""


def _measure(data: pd.DataFrame) -> str:
    return "rvi" if data["rvi"].notna().any() else "count"


def _table(data: pd.DataFrame) -> pd.DataFrame:
    """A row a partner and a column a kind, the largest bar first."""
    measure = _measure(data)
    wide = data[data[measure].notna()].pivot(index="partner", columns="kind", values=measure)
    wide = wide.reindex(columns=list(RVI_KINDS)).astype("float64").fillna(0.0)
    ends = wide.cumsum(axis=1).iloc[:, -1]
    table = wide.assign(total=ends).sort_values(["total", "partner"], ascending=[False, True], key=by_name)
    some = table[table["total"] > 0]
    # Of many, those who have nothing would fill half of the chart.
    return some if len(table) > MOST and len(some) else table


def _subtitle(data: pd.DataFrame, bands: pd.DataFrame | None = None) -> str:
    table = _table(data)
    totals = rows_for(table, MOST).table["total"]
    far = " ▸: beyond the scale." if (totals > _right(totals)).any() else ""
    early = EARLY if set(totals.index) & _early(data, bands) else ""
    rest, when = _left_out(data, table), to_month(data, data if bands is None else bands)
    if _measure(data) == "rvi":
        return (
            f"Whole bar: Relationship Value Index{when}, which is interactions a month times trust, from interactions and ratings; "
            f"parts: kinds of interaction, with how many were counted where there is room.{early}{far}{rest}"
        )
    return (
        f"Interactions by kind{when}, received or done together, meetings and trades aside, from interactions alone."
        f"{far}{rest}"
    )


def _early(data: pd.DataFrame, bands: pd.DataFrame | None) -> set[str]:
    """Who has an index, but too little on record for a band."""
    if bands is None or _measure(data) != "rvi":
        return set()
    return set(bands.loc[bands["band"].eq(TOO_EARLY).fillna(False), "partner"])


def _left_out(data: pd.DataFrame, table: pd.DataFrame) -> str:
    """How many have nothing and no row."""
    known = data.loc[data[_measure(data)].notna(), "partner"].nunique()
    return f" Without any, not drawn: {known - len(table):,}." if known > len(table) else ""


def _right(totals: pd.Series) -> float:
    """Where the scale ends: at the longest bar, or before one that would leave nothing of the others."""
    some = totals[totals > 0]
    return within_reach(float(some.max()), some, 1e-9) if len(some) else 1e-9


def _kinds(table: pd.DataFrame) -> list[str]:
    """The kinds that are drawn."""
    return [kind for kind in RVI_KINDS if (table[kind] > 0).any()]


def _height(data: pd.DataFrame, width: float) -> float:
    table, narrow = _table(data), width < (WIDE + NARROW) / 2
    lines = 1 + _places(_kinds(rows_for(table, MOST).table), width, narrow=narrow)[-1][1]
    rows = count_rows(table, MOST) * ROW
    # With room for the words about a short record, which the options alone hold.
    words = _subtitle(data) + EARLY
    return 0.24 + 0.19 * (1 + 0.9 * (lines - 1)) + rows + subtitle_height(words, width)


def _describe(data: pd.DataFrame, bands: pd.DataFrame | None = None) -> str:
    table, rated, early = _table(data), _measure(data) == "rvi", _early(data, bands)
    first = table.head(6)
    kinds = first[list(RVI_KINDS)].to_numpy("float64")
    parts = [
        f"{name} {number(total, 1 if rated else 0)}"
        + (f", most from {SHORT[RVI_KINDS[int(np.argmax(row))]]}" if total > 0 else "")
        + (", too early for a band" if name in early else "")
        for name, total, row in zip(first.index, first["total"], kinds, strict=True)
    ]
    what = "The index" if rated else "Interactions"
    return f"{what} of {count_of(len(table), 'partner')} by kind, the largest first: {'; '.join(parts)}{' and others' if len(table) > len(first) else ''}."


@chart(
    describe=_describe,
    height=_height,
    empty="No interaction of the five kinds of the RVI is on record: write them into the interactions table.",
    subtitle=_subtitle,
    above=15,
    next_step=after_components,
)
def plot_components(data: pd.DataFrame, ax: Axes, bands: pd.DataFrame | None = None) -> None:
    """Stacked bars, the largest first; the kinds are named above, in the order of the parts.

    Parameters
    ----------
    data : DataFrame
        One month of :func:`partnership_analysis.rvi_components`: ``partner``, ``kind``, ``count``, ``rvi``. Without
        trust the counts are drawn.
    ax : Axes, optional
    bands : DataFrame, optional
        ``partner``, ``band`` and, if known, ``months`` of the same month, so that who is too early for a band has a star
        and the subtitle says over how many months was counted.
    """
    rows, narrow, rated = rows_for(_table(data), MOST), is_narrow(ax), _measure(data) == "rvi"
    early = _early(data, bands)
    totals = [
        number(total, 1 if rated else 0) + (" *" if name in early else "")
        for name, total in rows.table["total"].items()
    ]
    right = max(0.42, 0.14 + max(width_of(total, 9.5, bold=True) for total in totals))
    settle(ax, left=LEFT[narrow], right=right, bottom=0.06, above=0.28)
    inches = ax.get_position().width * figure_of(ax).get_figwidth()
    highest = _right(rows.table["total"])
    ax.set_xlim(0, highest)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ends = _parts(ax, data, rows, highest / inches)
    name_rows(ax, rows, list(rows.table.index), wide=34, narrow=20)
    kinds = _kinds(rows.table)
    low, high = ax.get_ylim()
    more = _places(kinds, figure_of(ax).get_figwidth(), narrow=narrow)[-1][1]
    ax.set_ylim(low, high + 0.8 * more)
    cut_ends(ax, rows.y[(rows.table["total"] > highest).to_numpy()], highest, colour=INK)
    for y, end, words in zip(rows.y, ends, totals, strict=True):
        ax.annotate(
            words,
            (end, y),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
            color=INK,
            annotation_clip=False,
        )
    _key(ax, kinds, narrow=narrow)


def _parts(ax: Axes, data: pd.DataFrame, rows: Rows, inch: float) -> NDArray[np.float64]:
    """The bars, and the counts in those that have room; ``inch`` is how much of the scale one takes. Gives where they end."""
    counts, rated = data.set_index(["partner", "kind"])["count"], _measure(data) == "rvi"
    left, totals = np.zeros(len(rows.y)), rows.table["total"].to_numpy("float64")
    edge = _right(rows.table["total"])
    for kind in RVI_KINDS:
        # A bar that goes on beyond the scale still shows what it is made of.
        values = rows.table[kind].to_numpy("float64") * np.minimum(edge / np.maximum(totals, edge), 1.0)
        some = values > 0
        # One beside hundreds would vanish between its white edges.
        widths = np.where(some, np.maximum(values, LEAST * inch), 0.0)
        widths = np.minimum(widths, np.where(totals > edge, np.maximum(edge - left, 0.0), np.inf))
        places, starts = np.asarray(rows.y)[some], left[some]
        ax.barh(
            places, widths[some], left=starts, height=0.66, color=COLOURS[kind], ec="white", lw=0.8, gid=kind
        )
        # What is all of a bar is said beside it.
        told = some & (rated | (rows.table[kind].to_numpy("float64") < totals))
        for partner, y, x, wide in zip(
            rows.table.index[told], rows.y[told], left[told], widths[told], strict=True
        ):
            count = f"{counts[partner, kind]:,}"
            if wide / inch > width_of(count, 8) + 0.05:
                ax.text(x + wide / 2, y, count, ha="center", va="center", size=8, color=ON[kind])
        left = left + widths
    return left


def _places(kinds: list[str], wide: float, *, narrow: bool) -> list[tuple[float, int]]:
    """Where each kind stands in the key: inches from its beginning, and the line."""
    found, x, line = [(0.0, 0)], 0.0, 0
    start = EDGE * wide if narrow else LEFT[False]
    for kind in kinds:
        taken = width_of(SHORT[kind], SIZE) + 0.3
        if start + x + taken > wide + 0.1:
            x, line = 0.0, line + 1
        found.append((x, line))
        x += taken
    # Without any kind there is still a line.
    return found[1:] or found


def _key(ax: Axes, kinds: list[str], *, narrow: bool) -> None:
    """The kinds in their order, directly above the first bar; a square in its colour before each."""
    start = EDGE if narrow else ax.get_position().x0
    places = _places(kinds, figure_of(ax).get_figwidth(), narrow=narrow)
    for kind, (x, line) in zip(kinds, places, strict=False):
        shift = (x * 72, 5 - line * 14)
        ax.annotate(
            "■",
            (start, 1),
            xycoords=("figure fraction", "axes fraction"),
            xytext=shift,
            textcoords="offset points",
            color=COLOURS[kind],
            size=SIZE,
        )
        ax.annotate(
            SHORT[kind],
            (start, 1),
            xycoords=("figure fraction", "axes fraction"),
            xytext=(shift[0] + 10, shift[1]),
            textcoords="offset points",
            color=GREY,
            size=SIZE,
            gid="key",
        )
