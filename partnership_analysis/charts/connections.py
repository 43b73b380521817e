"""Members of a group: who gives and who receives beyond chance, and who should meet next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.beside import column
from partnership_analysis.charts.rows import Rows, count_rows, name_rows, rows_for
from partnership_analysis.charts.theme import (
    GIVEN,
    GREY,
    INK,
    PALE,
    RECEIVED,
    RULE,
    chart,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.metrics.network.members import GIVES, RECEIVES
from partnership_analysis.wording import count_of, joined, shortened

ROW = 0.25
COLOURS = {RECEIVES: (RECEIVED, RECEIVED), GIVES: (GIVEN, GREY)}
"""Line and text of a member who receives, or gives, more than chance explains."""
PAIRS = 20
"""Pairs that a chart of missing connections shows; those after them promise less."""


def _member_words(data: pd.DataFrame, period: str = "") -> str:
    when = f", {period}" if period else ""
    return (
        f"Referrals received as a share of all received and given{when}. Bar: interval; filled: further from half than "
        "chance explains"
    )


def _describe_members(data: pd.DataFrame, period: str = "") -> str:
    parts = []
    for label, many, one in (
        (RECEIVES, "receive more than they give", "receives more than it gives"),
        (GIVES, "give more than they receive", "gives more than it receives"),
    ):
        rows = data[data["label"] == label]
        names = [
            f"{shortened(str(row.member), 40)} {row.received:,} to {row.given:,}" for row in rows.itertuples()
        ]
        parts += [f"{count_of(len(rows), one, many)} ({joined(names, limit=5)})"] if names else []
    said = "; ".join(parts) or "nobody gives or receives more than chance explains"
    return f"Referrals received and given by {count_of(len(data), 'member')}: {said}."


@chart(
    describe=_describe_members,
    height=lambda data, width: (
        0.62 + ROW * count_rows(data) + subtitle_height(_member_words(data, "x" * 24), width)
    ),
    empty="No member gave or received a referral.",
    needs="share",
    subtitle=_member_words,
    above=11,
)
def plot_members(data: pd.DataFrame, ax: Axes, period: str = "") -> None:
    """The share that each member receives, with its interval, and the counts beside it.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show, top first: ``member``, ``received``, ``given``, ``share``, ``low``, ``high``, ``label``;
        as :func:`partnership_analysis.member_reciprocity` gives them.
    ax : Axes, optional
    period : str
        When, for the subtitle.
    """
    rows = rows_for(data)
    table, y = rows.table, rows.y
    share, low, high = (table[name].to_numpy("float64", na_value=np.nan) for name in ("share", "low", "high"))
    told = table["label"].isin(COLOURS).to_numpy()
    colours = [COLOURS.get(label, (PALE, GREY))[0] for label in table["label"]]
    ends = (-0.7, *(() if rows.gap is None else (rows.gap - 0.5, rows.gap + 0.5)), y[0] + 0.7)
    ax.vlines([0.5] * (len(ends) // 2), ends[::2], ends[1::2], color=INK, lw=1, zorder=1)
    ax.hlines(y, low, high, color=colours, alpha=0.6, lw=3)
    faces = [colour if clear else "white" for colour, clear in zip(colours, told, strict=True)]
    edges = [colour if clear else GREY for colour, clear in zip(colours, told, strict=True)]
    ax.scatter(share, y, s=46, color=faces, edgecolor=edges, lw=1.2, zorder=3, clip_on=False)
    name_rows(ax, rows, table["member"].tolist(), narrow=17)
    ax.tick_params(axis="y", pad=7)
    ax.set_xlim(0, 1)
    narrow = is_narrow(ax)
    words = ("◀ gives", "", "gets ▶") if narrow else ("only gives", "as much as it gives", "only receives")
    ax.set_xticks([0, 0.5, 1], words)
    _align_ends(ax)
    ax.spines["bottom"].set_color(RULE)
    _counts(ax, table, y, narrow=narrow)


def _align_ends(ax: Axes) -> None:
    """The words at both ends of the axis stay inside it."""
    first, _, last = ax.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")


def _counts(ax: Axes, table: pd.DataFrame, y: np.ndarray, *, narrow: bool) -> None:
    """Received and given right of each row, under their headings; who is told apart in bold."""
    step = 30 if narrow else 62
    heads = ("got", "gave") if narrow else ("received", "given")
    colours = [COLOURS[label][1] if label in COLOURS else INK for label in table["label"]]
    told = table["label"].isin(COLOURS).tolist()
    for place, (name, head) in enumerate(zip(("received", "given"), heads, strict=True), start=1):
        words = [f"{value:,}" for value in table[name]]
        column(ax, y, words, step * place, head=head, colours=colours, bold=told)


MISSING_WORDS = (
    "Introduce the first pairs: nothing is on record between them. The longer the bar, the more telling the members "
    "they share: a busy go-between counts less"
)


def _pair(one: object, other: object, limit: int) -> str:
    """Two names in one label, each cut where both would not fit."""
    half = (limit - 5) // 2
    return f"{shortened(str(one), half)} and {shortened(str(other), half)}"


def _describe_missing(data: pd.DataFrame) -> str:
    pairs = []
    row: Any
    for row in data.head(3).itertuples():
        through = "" if pd.isna(row.through) else f" (through {shortened(row.through, 80)})"
        pairs.append(f"{shortened(str(row.member), 40)} and {shortened(str(row.other), 40)}{through}")
    return f"Members who should meet next, of {count_of(len(data), 'pair')} listed: {joined(pairs)}."


@chart(
    describe=_describe_missing,
    height=lambda data, width: 0.35 + ROW * min(len(data), PAIRS) + subtitle_height(MISSING_WORDS, width),
    empty="No two members of this group are without something on record.",
    subtitle=MISSING_WORDS,
)
def plot_missing_connections(data: pd.DataFrame, ax: Axes) -> None:
    """Who should meet next, the most promising pair first, and who could introduce them.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show: ``member``, ``other``, ``shared``, ``promise``, ``through``; as
        :func:`partnership_analysis.missing_connections` gives them. The first twenty are drawn.
    ax : Axes, optional
    """
    table = data.head(PAIRS)
    y = np.arange(len(table))[::-1].astype(float)
    promise = table["promise"].to_numpy("float64")
    ax.barh(y, promise, height=0.45, color=RECEIVED)
    narrow = is_narrow(ax)
    rows = Rows(table, y, None, 0)
    limit = 31 if narrow else 52
    names = [_pair(row.member, row.other, limit) for row in table.itertuples()]
    name_rows(ax, rows, names, wide=limit, narrow=limit)
    most = max(float(promise.max()), 0.1)
    ax.set_xlim(0, most * (2.4 if narrow else 3.0))
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    for position, length, row in zip(y, promise, table.itertuples(), strict=True):
        ax.annotate(
            _through(row, narrow=narrow),
            (length, position),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            size=8.5,
            color=GREY,
            gid="through",
        )


def _through(row: object, *, narrow: bool) -> str:
    """How many they share, and on a page through whom."""
    if row.shared == 0:  # type: ignore[attr-defined]
        return "share nobody"
    if narrow:
        return f"{row.shared} shared"  # type: ignore[attr-defined]
    return f"through {shortened(str(row.through), 52)}"  # type: ignore[attr-defined]
