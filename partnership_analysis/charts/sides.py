"""Ours against theirs: who gains more by each relationship."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from partnership_analysis.charts.beside import name_points, name_size, note_below, settle
from partnership_analysis.charts.letters import drawable
from partnership_analysis.charts.phrases import over_period
from partnership_analysis.charts.ranking import within_reach
from partnership_analysis.charts.steps.index import EVEN, after_sides
from partnership_analysis.charts.theme import (
    BAND_TEXT,
    GREY,
    NARROW,
    PALE,
    RECEIVED,
    WIDE,
    WIDENS,
    chart,
    is_narrow,
    root_scale,
    subtitle_height,
)
from partnership_analysis.charts.ties import tie
from partnership_analysis.wording import count_of, joined, number, shortened

THEIRS = BAND_TEXT["weak"]
"""Colour of those who gain more than we do."""
NAMES = {True: 8, False: 14}
"""Names at most, narrow or not."""
TICKS = (0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
BELOW = 24
"""Points under the axes of the line on which the name of the scale stands."""
RATED = "rated"


def _known(data: pd.DataFrame) -> pd.DataFrame:
    return data[data["gap"].notna()]


def _told(rows: pd.DataFrame) -> NDArray[np.float64]:
    """The gaps that say something: of who is too early for a band none."""
    return rows["gap"].mask(_early(rows), 0.0).to_numpy("float64")


def _early(rows: pd.DataFrame) -> pd.Series:
    if "too_early" not in rows.columns:
        return pd.Series(False, index=rows.index)
    return rows["too_early"].astype(bool)


def _subtitle(data: pd.DataFrame) -> str:
    rows = _known(data)
    far = np.abs(_told(rows)) > EVEN
    even = (rows["gap"].abs().to_numpy("float64") <= EVEN).any()
    early = (~far & (rows["gap"].abs().to_numpy("float64") > EVEN)).any()
    reasons = ["about the same"] * bool(even) + ["too early for a band"] * bool(early)
    grey = f"grey: {' or '.join(reasons)}" if reasons else ""
    coloured = (
        f" Coloured: the two differ by more than half a point{f'; {grey}' if grey else ''}."
        if far.any()
        else ""
    )
    coloured += f" G{grey[1:]}." if early and not far.any() else ""
    stands_in = (rows["trust_source"] != RATED).any()
    hollow = " Hollow: they never rated us, so our rating stands in." if stands_in else ""
    far_off = _placed(rows)[2].any()
    moved = " ◆: beyond the scale, moved in with both sides in proportion." if far_off else ""
    over = " One dot may stand for several partners." if rows.duplicated(["ours", "theirs"]).any() else ""
    return (
        f"Relationship Value Index of each partner from both sides{over_period('', rows)}, from interactions and ratings. "
        f"On the line both get the same. {WIDENS}{coloured}{hollow}{moved}{over}"
    )


def _placed(rows: pd.DataFrame) -> tuple[NDArray[np.float64], float, NDArray[np.bool_]]:
    """Where each partner stands, where the scale ends, and who lies beyond it: moved in with the same proportion."""
    values = rows[["ours", "theirs"]].to_numpy("float64")
    larger = values.max(axis=1)
    end = max(1.0, within_reach(float(larger.max()), pd.Series(larger), 1.0))
    beyond = larger > end
    nearer = np.where(beyond, 1.15 * end / np.maximum(larger, 1e-9), 1.0)
    return values * nearer[:, None], end, beyond


def _height(data: pd.DataFrame, width: float) -> float:
    return (4.6 if width > (WIDE + NARROW) / 2 else 3.9) + subtitle_height(_subtitle(data), width)


def _describe(data: pd.DataFrame) -> str:
    rows = _known(data)
    gaps = _told(rows)
    ours, theirs = rows[gaps > EVEN], rows[gaps < -EVEN].iloc[::-1]
    words = [
        f"{word} of {count_of(len(side), 'partner')} ({_pairs(side)})"
        for word, side in (("more to us in the case", ours), ("more to them in the case", theirs))
        if len(side)
    ]
    even = len(rows) - len(ours) - len(theirs)
    early = ", or too early to say," if _early(rows).any() else ""
    words += [f"about the same to both{early} in the case of {even:,}"] if even else []
    return f"Index from our side and from theirs: worth {'; '.join(words)}."


def _pairs(rows: pd.DataFrame) -> str:
    return joined(
        [f"{row.partner} {number(row.ours)} to {number(row.theirs)}" for row in rows.itertuples()], limit=3
    )


@chart(
    describe=_describe,
    height=_height,
    empty="No partner has an index from both sides: it needs at least one rating of trust in the ratings table.",
    needs="gap",
    subtitle=_subtitle,
    next_step=after_sides,
)
def plot_sides(data: pd.DataFrame, ax: Axes) -> None:
    """A dot a partner on two equal scales, with the line of equality; the largest gaps are named.

    Parameters
    ----------
    data : DataFrame
        ``partner``, ``ours``, ``theirs``, ``gap``, ``trust_source``, and if known the intervals of both sides,
        ``months`` and ``too_early``; as
        :func:`partnership_analysis.both_sides` gives them.
    ax : Axes, optional
    """
    rows, narrow = _known(data), is_narrow(ax)
    rows = rows.iloc[np.argsort(-np.abs(_told(rows)), kind="stable")]
    places, end, beyond = _placed(rows)
    ours, theirs = places.T
    top = end * 1.3
    settle(ax, left=0.62 if narrow else 0.75, right=0.12, bottom=0.48)
    for axis in ("x", "y"):
        root_scale(ax, axis)
    ax.set(xlim=(0, top), ylim=(0, top))
    ax.plot([0, top], [0, top], color=PALE, lw=1.2, zorder=1, gid="equality")
    _ticks(ax, top)
    gaps = _told(rows)
    colours = [RECEIVED if gap > EVEN else THEIRS if gap < -EVEN else GREY for gap in gaps]
    rated = (rows["trust_source"] == RATED).to_numpy(dtype=bool)
    faces = [colour if own else "white" for colour, own in zip(colours, rated, strict=True)]
    # Those furthest from the line lie over the others.
    turn = np.arange(len(rows))[::-1]
    for chosen, mark in ((turn[~beyond[turn]], "o"), (turn[beyond[turn]], "D")):
        ax.scatter(
            ours[chosen],
            theirs[chosen],
            s=38,
            marker=mark,
            c=[faces[place] for place in chosen],
            edgecolors=[colours[place] for place in chosen],
            linewidths=1.3,
            zorder=4,
            clip_on=False,
        )
    _corners(ax, gaps)
    far = int((np.abs(gaps) > EVEN).sum())
    _names(ax, rows["partner"], places, colours, far, top)


def _names(
    ax: Axes, partners: pd.Series, points: np.ndarray, colours: list[str], far: int, top: float
) -> None:
    """Names as there is room, those with the largest gaps asked first; of a few coloured ones if need be with a thread.

    A name has its dot's colour: it may stand on the other side of the line. Under the axes stands how many have one, where not
    all do.
    """
    words = [shortened(drawable(str(name)), name_size(ax)) for name in partners]
    line, most = np.linspace(0, np.sqrt(top), 60) ** 2, NAMES[is_narrow(ax)]
    avoid = np.vstack([np.column_stack([line, line]), points])
    named = _furthest(ax, points[:far], words, colours, avoid)
    rest, near = most - len(named), len(words) > most // 2
    others = name_points(ax, points[far:], words[far:], colours[far:], avoid=avoid, most=rest, near=near)
    named += [far + place for place in others]
    tie(ax, points, points[named], [colours[place] for place in named])
    if len(named) < len(words):
        note_below(ax, f"{len(named):,} of {len(words):,} named, as room allows", BELOW, gid="named")


def _furthest(
    ax: Axes, points: np.ndarray, words: list[str], colours: list[str], avoid: np.ndarray
) -> list[int]:
    """Names of those furthest from the line; who finds no room is asked first, if so more of them have one."""
    most = NAMES[is_narrow(ax)]
    first, crowded, before = list(range(len(points))), len(points) > 2 * most, len(ax.texts)

    def ask(order: list[int]) -> list[int]:
        for text in list(ax.texts)[before:]:
            text.remove()
        said, tones = ([column[place] for place in order] for column in (words, colours))
        asked = name_points(ax, points[order], said, tones, avoid=avoid, most=most, near=crowded)
        return [order[place] for place in asked]

    named = ask(first)
    missed = [place for place in first[:most] if place not in named]
    if crowded or not missed:
        return named
    again = ask([*missed, *(place for place in first if place not in missed)])
    return again if len(missed) > sum(place not in again for place in first[:most]) else ask(first)


def _ticks(ax: Axes, top: float) -> None:
    fits: Sequence[int] = [tick for tick in TICKS if tick <= top]
    # On a root scale the low ones crowd where the top is far.
    shown = [tick for tick in fits if tick == 0 or np.sqrt(tick / top) > 0.09]
    for setter in (ax.set_xticks, ax.set_yticks):
        setter(shown, [f"{tick:,}" for tick in shown])
    # At the right stands how many are named.
    ax.set_xlabel("worth to us", loc="left")
    ax.set_ylabel("worth to them", loc="top")
    ax.tick_params(axis="y", labelsize=9, colors=GREY, pad=6)
    ax.tick_params(axis="x", pad=6)
    ax.spines["left"].set_visible(True)


def _corners(ax: Axes, gaps: np.ndarray) -> None:
    """What each side of the line means, and how many stand there."""
    more, less = int((gaps > EVEN).sum()), int((gaps < -EVEN).sum())
    for words, x, y, align, va, colour in (
        (f"▲ more to them: {less:,}", 0.015, 0.985, "left", "top", THEIRS),
        (f"▶ more to us: {more:,}", 0.985, 0.02, "right", "bottom", RECEIVED),
    ):
        ax.text(x, y, words, transform=ax.transAxes, ha=align, va=va, color=colour, weight="bold", size=9)
