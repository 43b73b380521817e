"""Who gives and who takes: bars from a common zero, and beside them the share that chance leaves open."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from partnership_analysis.charts.lettering import cut
from partnership_analysis.charts.phrases import PERIOD
from partnership_analysis.charts.rows import count_rows, name_rows, rows_for
from partnership_analysis.charts.steps.exchange import after_reciprocity
from partnership_analysis.charts.strips import LETTER, heading, reference, room, strip
from partnership_analysis.charts.theme import (
    BAND_TEXT,
    GIVEN,
    GREY,
    RECEIVED,
    chart,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.charts.verticals import undescribed
from partnership_analysis.metrics.exchange.reciprocity import (
    CHANCE,
    MINIMUM,
    THEY_GIVE,
    TOO_FEW,
    WE_GIVE,
    expected_false_flags,
)
from partnership_analysis.wording import count_of, joined, spelled

MARKS = {WE_GIVE: "◀ we give", THEY_GIVE: "▶ they give"}
"""Mark and word of a one-sided exchange; on a phone the mark alone, which points to the longer bar."""
ABOVE = 13.0
"""Points for the names of the columns."""
_UNSURE = 0.38
LEAST = 0.03
"""Inches of a bar of what is not nothing: shorter, it is not seen."""


def _name(data: pd.DataFrame) -> str:
    return "vertical" if "vertical" in data.columns and "partner" not in data.columns else "partner"


def _subtitle(data: pd.DataFrame, period: str = "", **_: object) -> str:
    return (
        f"Referrals and introductions{f', {period}' if period else ' in the window'}, every row of interactions counted; who has none is not drawn. "
        f"{_key(data)}{undescribed(data)}"
    )


def _key(data: pd.DataFrame) -> str:
    """What line, filled and hollow mean, by the rule of the metric: the interval alone does not decide."""
    # A mark stays with its words.
    marks = [
        f"{mark[0]}\N{NO-BREAK SPACE}{mark[2:]} more"
        for label, mark in MARKS.items()
        if (data["label"] == label).any()
    ]
    rule = f"{spelled(MINIMUM)} or more, split so unevenly by chance less than one time in {1 / CHANCE:.0f}"
    line = "Line: where the share received probably lies."
    if not marks:
        return f"{line} Hollow: no exchange is one-sided; that takes {rule}.{_clear(data)}"
    return f"{line} Filled: one-sided ({', '.join(marks)}), that is {rule}.{_clear(data)}{_by_chance(data)}"


def _clear(data: pd.DataFrame) -> str:
    """That a range on one side of the middle decides nothing, where somebody without a mark has one."""
    clear = (data["low"] > 0.5) | (data["high"] < 0.5)
    some = (clear & ~data["label"].isin(list(MARKS))).fillna(False).any()
    return " A line clear of ½ is not enough." if some else ""


def _by_chance(data: pd.DataFrame) -> str:
    """How many of so many even exchanges would be marked all the same, where that is anybody."""
    alone = expected_false_flags(data)
    tested = int((data["received"] + data["given"] >= MINIMUM).sum())
    return (
        f" Were all {tested:,} tested even, chance would mark about {spelled(round(alone))}."
        if alone >= 0.5
        else ""
    )


def _height(data: pd.DataFrame, width: float) -> float:
    words = subtitle_height(_subtitle(data, PERIOD), width)
    return 0.62 + words + count_rows(data) * 0.27


def _describe(data: pd.DataFrame, period: str = "", **_: object) -> str:
    by = _name(data)
    words = [f"{getattr(row, by)} {row.received:,} to {row.given:,}" for row in data.itertuples()]
    surely = [
        f"{joined([str(name) for name in data.loc[data['label'] == label, by]], limit=6)} {verb}"
        for label, verb in ((THEY_GIVE, "surely give more than they get"), (WE_GIVE, "surely get more"))
        if (data["label"] == label).any()
    ]
    sure = (
        f"Beyond chance: {'; '.join(surely)}.{_by_chance(data)}"
        if surely
        else "No exchange is one-sided beyond chance."
    )
    return (
        f"Referrals that we received and gave, {count_of(len(data), by)}, the largest surplus first: "
        f"{joined(words, limit=12)}. {sure}"
    )


@chart(
    describe=_describe,
    height=_height,
    empty="No referral is on record in the months counted: write referrals into the interactions table, with received or given in the column direction.",
    subtitle=_subtitle,
    above=ABOVE,
    next_step=after_reciprocity,
)
def plot_reciprocity(
    data: pd.DataFrame, ax: Axes, period: str = "", behind: pd.DataFrame | None = None
) -> None:
    """Diverging bars, given to the left and received to the right, with the share received and its interval.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show, top first: ``partner`` or ``vertical``, ``received``, ``given``, ``share``,
        ``low``, ``high``, ``label``; as :func:`partnership_analysis.reciprocity` gives them.
    ax : Axes, optional
    period : str
        The window in words, for the subtitle.
    behind : DataFrame, optional
        By vertical: the same by partner with the column ``vertical``, so that what to do next can name somebody.
    """
    narrow = is_narrow(ax)
    rows = rows_for(data)
    table = rows.table
    names = [cut(str(name), 17 if narrow else 30) for name in table[_name(data)]]
    sure = table["label"].isin(list(MARKS)).to_numpy(dtype=bool)
    name_rows(ax, rows, names)
    part = 0.6 if narrow else 0.55
    _bars(ax, table, rows.y, sure, part * room(ax, names), part)
    colours = [RECEIVED if label == THEY_GIVE else BAND_TEXT["average"] for label in table["label"]]
    share, low, high = (table[name].to_numpy("float64", na_value=np.nan) for name in ("share", "low", "high"))
    beside = (part + 0.05, 0.22 if narrow else 0.25)
    inner = strip(ax, beside, rows.y, share, (low, high), sure, colours)
    inner.set_xlim(-0.02, 1.02)
    inner.set_xticks([0, 0.5, 1], ["0", "½", "all"])
    reference(inner, 0.5)
    heading(inner, "share" if narrow else "share that we received", x=0.5)
    _marks(ax, sum(beside), table["label"], rows.y, colours)


def _bars(
    ax: Axes, table: pd.DataFrame, y: NDArray[np.float64], sure: NDArray[np.bool_], inches: float, part: float
) -> None:
    """Bars from a common zero with their counts, in the left ``part`` of the axes."""
    received, given = (table[name].to_numpy("float64") for name in ("received", "given"))
    # Counts beside the bars take inches, whatever the scale.
    letters = [len(f"{values.max():,.0f}") * LETTER + 0.1 for values in (given, received)]
    left, right = (max(float(values.max()), 0.0) for values in (given, received))
    scale = max(left + right, 1.0) / max(inches - sum(letters), 0.3)
    for side, values, colour, align in ((1, received, RECEIVED, "left"), (-1, given, GIVEN, "right")):
        drawn = side * np.where(values > 0, np.maximum(values, LEAST * scale), 0.0)
        for bar, certain in zip(ax.barh(y, drawn, height=0.62, color=colour), sure, strict=True):
            bar.set_alpha(1.0 if certain else _UNSURE)
        for position, end, count in zip(y, drawn, values, strict=True):
            _beside(ax, end, position, f"{count:,.0f}", RECEIVED if side > 0 else GREY, align)
    low, high = -(left + letters[0] * scale), right + letters[1] * scale
    ax.set_xlim(low, low + (high - low) / part)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.plot([0, 0], ax.get_ylim(), color="white", lw=1.2)
    _columns(ax, low, high, inches)


def _columns(ax: Axes, low: float, high: float, inches: float) -> None:
    """Name both sides of the zero, each where there is room."""
    zero = -low / (high - low) * inches
    rest = inches - zero
    long = zero > 8 * LETTER and rest > 12 * LETTER
    received = "we received" if long else "received" if rest > 8 * LETTER else "got"
    for text, offset, align, colour in (
        ("we gave" if long else "gave", -5, "right", GREY),
        (received, 5, "left", RECEIVED),
    ):
        ax.annotate(
            text,
            (0, 1),
            xycoords=("data", "axes fraction"),
            xytext=(offset, 2),
            textcoords="offset points",
            ha=align,
            va="bottom",
            color=colour,
            weight="bold",
            size=9,
        )


def _marks(ax: Axes, right: float, labels: pd.Series, y: NDArray[np.float64], colours: list[str]) -> None:
    """Beside the strip that ends at ``right`` the verdict: a mark and words, on a phone the mark alone."""
    narrow = is_narrow(ax)
    quiet = "" if narrow else "too few to say"
    for label, position, colour in zip(labels, y, colours, strict=True):
        word = MARKS[label][: 1 if narrow else None] if label in MARKS else quiet * (label == TOO_FEW)
        if word:
            ax.annotate(
                word,
                (right, position),
                xycoords=("axes fraction", "data"),
                xytext=(9, 0),
                textcoords="offset points",
                va="center",
                color=colour if label in MARKS else GREY,
                weight="bold" if label in MARKS else "normal",
                size=9.5 if label in MARKS else 8.5,
            )


def _beside(ax: Axes, x: float, y: float, text: str, colour: str, align: str) -> None:
    ax.annotate(
        text,
        (x, y),
        xytext=(4 if align == "left" else -4, 0),
        textcoords="offset points",
        va="center",
        ha=align,
        color=colour,
        size=9,
    )
