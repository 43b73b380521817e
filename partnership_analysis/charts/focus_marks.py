"""The marks of the focus plan: how a verdict is drawn and said, and where marks that would cover each other go."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.lettering import width_of
from partnership_analysis.charts.theme import BAND_TEXT, figure_of, is_narrow
from partnership_analysis.metrics.focus.verdicts import KEEP, LET_GO, NURTURE, RENEGOTIATE

_GLYPHS = {"o": "●○", "D": "◆◇"}
"""Shapes as text has them: filled, hollow."""


class Mark(NamedTuple):
    """How a verdict is drawn: the colour of its mark and of its words, and its shape."""

    colour: str
    text: str
    shape: str

    def glyph(self, kept: bool) -> str:
        """The shape as text, filled where kept."""
        return _GLYPHS[self.shape][0 if kept else 1]


MARKS = {
    KEEP: Mark("#1f5f5b", BAND_TEXT["strong"], "o"),
    NURTURE: Mark("#4a8db7", BAND_TEXT["promising"], "D"),
    RENEGOTIATE: Mark("#c79a1e", BAND_TEXT["average"], "D"),
    LET_GO: Mark("#b5502b", BAND_TEXT["weak"], "o"),
}
"""A round mark is settled, a diamond wants care or talk; of any verdict, who is kept is filled, and who is not is hollow."""
CROWDED = 40
"""Partners beyond whom points are small and without their intervals, and names only where there is room."""
KEPT_OUT = "Who would fit and is not kept competes with these or offers the same"
"""Why somebody of worth is not kept though there are hours."""
SMALL = 0.45
"""How large a point of a crowd is beside another."""
SIDEWAYS = (0, 1, -1, 2, -2, 3, -3, 4, -4)
"""Where a point may stand beside its hours, in steps, the nearest first."""
STEPS = 70
"""Steps in the most hours."""
CLEAR = 6.5
"""Points between the middles of two marks from which each shows what it is; of a crowd less, as its marks are smaller."""


def nurture_words(data: pd.DataFrame) -> list[str]:
    """What the one verdict means that is no everyday word, where it is drawn."""
    if not data["verdict"].eq(NURTURE).any():
        return []
    return ["Nurture: new, long not met or not sure yet, so give it time"]


def kept_in(data: pd.DataFrame) -> np.ndarray:
    """Which rows are kept; who is unknown is not."""
    return data["kept"].fillna(False).to_numpy(dtype=bool)


def stacked(data: pd.DataFrame) -> list[str]:
    """The verdicts in the order in which they are drawn: the rarest lies on top."""
    found = data["verdict"].value_counts()
    return sorted(MARKS, key=lambda verdict: -int(found.get(verdict, 0)))


def step_of(drawn: pd.DataFrame) -> float:
    """Hours by which a point may be moved at a time."""
    return max(float(drawn["hours"].max()), 1.0) / STEPS


def near(drawn: pd.DataFrame) -> bool:
    """Are there hours so near to each other that points may be moved?"""
    return bool((np.diff(np.sort(drawn["hours"].to_numpy("float64"))) < 2 * step_of(drawn)).any())


def spread(drawn: pd.DataFrame, ax: Axes, wide: float, high: float) -> np.ndarray:
    """Hours, moved a little where one mark would cover another; the highest worth keeps its place.

    Parameters
    ----------
    drawn : DataFrame
        ``hours`` and ``worth``.
    ax : Axes
        Where they are drawn; its place in the figure is settled.
    wide, high : float
        Hours and worth that the axes hold.
    """
    x, y = drawn["hours"].to_numpy("float64").copy(), drawn["worth"].to_numpy("float64")
    box, (across, up) = ax.get_position(), figure_of(ax).get_size_inches() * 72
    # In points, as the marks are.
    scale_x, up_y = box.width * across / wide, y * box.height * up / high
    crowd = len(drawn) > CROWDED
    clear = CLEAR * (SMALL**0.5 if crowd else 1.0)
    order = np.argsort(-y, kind="stable")
    beside = step_of(drawn) * np.array(SIDEWAYS)
    for count, place in enumerate(order):
        before = order[:count]
        # Without a crowd each has its line, which none of the same hours may hide.
        close = before[(up_y[before] - up_y[place] < clear) | (not crowd)]
        tried = x[place] + beside
        apart = np.abs(tried[:, None] - x[close]) * scale_x
        lines = np.zeros(apart.shape, dtype=bool) if crowd else apart < 1.0
        far = np.hypot(apart, up_y[close] - up_y[place])
        room = np.where(lines, 0.0, np.minimum(far, clear)).min(axis=1, initial=clear)
        x[place] = tried[int(room.argmax())]
    return x


def draw_points(
    ax: Axes, x: np.ndarray, y: np.ndarray, mark: Mark, kept: np.ndarray, scale: float = 1.0
) -> None:
    """Points of one verdict, those that are kept filled."""
    if not len(x):
        return
    ax.scatter(
        x,
        y,
        s=scale * (46 if mark.shape == "o" else 38),
        marker=mark.shape,
        facecolor=np.where(kept, mark.colour, "white").tolist(),
        edgecolor=mark.colour,
        lw=1.5 if scale == 1 else 1.0,
        zorder=4,
        clip_on=False,
    )


def draw_key(ax: Axes, data: pd.DataFrame) -> None:
    """The marks with their words and counts, over the axes."""
    found = data["verdict"].value_counts()
    width = figure_of(ax).get_figwidth()
    size = 8.5 if is_narrow(ax) else 9.5
    at = 0.15 / width
    for verdict, mark in MARKS.items():
        count = int(found.get(verdict, 0))
        if not count:
            continue
        mine = kept_in(data[data["verdict"].eq(verdict).fillna(False)])
        glyphs = "".join(mark.glyph(kept) for kept in (True, False) if (mine == kept).any())
        words = f"{glyphs} {verdict} {count:,}"
        ax.annotate(
            words,
            (at, 1),
            xycoords=("figure fraction", "axes fraction"),
            xytext=(0, 5),
            textcoords="offset points",
            color=mark.text,
            size=size,
            weight="bold",
            annotation_clip=False,
            gid="key",
        )
        at += (width_of(words, size, bold=True) + (0.12 if is_narrow(ax) else 0.3)) / width


def kept_out(data: pd.DataFrame, capacity: float | None) -> bool:
    """Is there anybody of worth for whom there are hours, and who is not kept?"""
    kept = kept_in(data)
    others = data[~kept & (data["worth"] > 0).fillna(False).to_numpy(dtype=bool)]
    left = np.inf if capacity is None else capacity - float(data.loc[kept, "hours"].sum())
    return bool((others["hours"].fillna(0.0) <= left).any())
