"""Who gives and who takes: bars from a common zero, sorted by the difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from partnership_analysis.charts.theme import BAND_TEXT, GIVEN, GREY, RECEIVED, chart, is_narrow
from partnership_analysis.metrics.exchange.reciprocity import THEY_GIVE, WE_GIVE
from partnership_analysis.wording import count_of, joined, shortened

MARKS = {WE_GIVE: "◀ we give", THEY_GIVE: "▶ they give"}
"""Mark and word of a one-sided exchange; on a phone the mark alone, which points to the giver's side."""


def _height(data: pd.DataFrame, width: float) -> float:
    return 0.55 + len(data) * 0.27


def _name(data: pd.DataFrame) -> str:
    return "vertical" if "vertical" in data.columns and "partner" not in data.columns else "partner"


def _describe(data: pd.DataFrame) -> str:
    by = _name(data)
    words = [f"{getattr(row, by)} {row.received} to {row.given}" for row in data.itertuples()]
    return (
        f"Referrals that we received and gave, {count_of(len(data), by)}, the largest surplus first: "
        f"{joined(words, limit=12)}."
    )


@chart(describe=_describe, height=_height, empty="No referral is on record in the window.")
def plot_reciprocity(data: pd.DataFrame, ax: Axes) -> None:
    """Diverging bars: given to the left, received to the right; one-sided exchanges are named.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show, top first: ``partner`` or ``vertical``, ``received``, ``given``, ``label``;
        as :func:`partnership_analysis.reciprocity` gives them.
    ax : Axes, optional
    """
    y = np.arange(len(data))[::-1]
    received, given = (data[name].to_numpy("float64") for name in ("received", "given"))
    ax.barh(y, received, height=0.62, color=RECEIVED)
    ax.barh(y, -given, height=0.62, color=GIVEN)
    most = max(received.max(), given.max(), 1)
    narrow = is_narrow(ax)
    for position, got, gave, label in zip(y, received, given, data["label"], strict=True):
        _beside(ax, -gave, position, f"{gave:,.0f}", GREY, "right")
        own = _beside(ax, got, position, f"{got:,.0f}", RECEIVED, "left")
        if label in MARKS:
            word = MARKS[label][: 1 if narrow else None]
            ax.annotate(
                word,
                (1, 0.5),
                xycoords=own,
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                color=BAND_TEXT["average"],
                weight="bold",
            )
    ax.set_yticks(y, [shortened(str(name), 18 if narrow else 30) for name in data[_name(data)]])
    ax.set_ylim(-0.6, len(data) - 0.2)
    room = most * (0.3 if narrow else 0.12)
    marked = room + most * (0.1 if narrow else 0.22) if data["label"].isin(list(MARKS)).any() else room
    ax.set_xlim(-(given.max() + room), received.max() + marked)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.axvline(0, color="white", lw=1.2)
    for text, offset, align, colour in (("we gave", -5, "right", GREY), ("we received", 5, "left", RECEIVED)):
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
        )


def _beside(ax: Axes, x: float, y: float, text: str, colour: str, align: str) -> Annotation:
    offset = 4 if align == "left" else -4
    return ax.annotate(
        text, (x, y), xytext=(offset, 0), textcoords="offset points", va="center", ha=align, color=colour
    )
