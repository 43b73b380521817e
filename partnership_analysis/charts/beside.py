"""Words beside what they name: columns at the right edge of rows, and names that make room for each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.text import Annotation, Text
from numpy.typing import ArrayLike, NDArray

from partnership_analysis.charts.letters import drawable
from partnership_analysis.charts.theme import GREY, PALE, figure_of, head_of, is_narrow
from partnership_analysis.charts.ties import crosses, thread

Floats = NDArray[np.float64]
_AROUND = ((1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1))
_RINGS = (7, 15, 25, 38, 54, 74)
"""Points between what is named and its name: the first is beside it, the others need a leader."""
_SLACK = 1.0

Offset = tuple[float, float, str, str]
Place = tuple[int, Offset, Floats]


def column(
    ax: Axes,
    y: Iterable[float],
    words: Sequence[str],
    right: float,
    *,
    head: str = "",
    colours: str | Sequence[str] = GREY,
    bold: bool | Sequence[bool] = False,
) -> None:
    """Write a word in every row, its right end so many points beyond the axes, and a heading over them."""
    shades = [colours] * len(words) if isinstance(colours, str) else colours
    heavy = [bold] * len(words) if isinstance(bold, bool) else bold
    for place, word, colour, strong in zip(y, words, shades, heavy, strict=True):
        ax.annotate(
            word,
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(right, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            color=colour,
            weight="bold" if strong else "normal",
            size=9.5,
            annotation_clip=False,
            gid="count",
        )
    if head:
        ax.annotate(
            head,
            (1, 1),
            xycoords="axes fraction",
            xytext=(right, 2),
            textcoords="offset points",
            ha="right",
            va="bottom",
            color=GREY,
            size=8.5,
            gid="head",
        )


def cut_ends(ax: Axes, rows: ArrayLike, at: float, *, up: bool = False, colour: str = GREY) -> None:
    """Mark ends of ranges at the edge of the axes, beyond which they go on: in rows, or ``up`` in columns."""
    places = np.asarray(rows, dtype="float64")
    edge = np.full(len(places), at)
    if len(places):
        x, y = (places, edge) if up else (edge, places)
        ax.plot(x, y, "^" if up else ">", ms=4, mew=0, color=colour, zorder=3, clip_on=False, gid="cut")


def note_below(ax: Axes, words: str, points: float = 20, *, gid: str) -> None:
    """A remark at the right under the axes, where neither points nor names stand."""
    ax.annotate(
        words,
        (1, 0),
        xycoords="axes fraction",
        xytext=(0, -points),
        textcoords="offset points",
        ha="right",
        va="center",
        color=GREY,
        size=8.5,
        annotation_clip=False,
        gid=gid,
    )


def settle(ax: Axes, *, left: float, right: float, bottom: float, above: float = 0.06) -> None:
    """Give axes that are alone in their figure fixed margins, in inches, so that words can be measured before they are drawn."""
    figure = figure_of(ax)
    if len(figure.axes) > 1:
        return
    figure.set_layout_engine("none")
    width, height = figure.get_size_inches()
    taken = head_of(ax)
    head = (taken + 0.1 if taken else 0.04) + above
    ax.set_position((left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + head) / height))


def name_points(
    ax: Axes,
    points: ArrayLike,
    words: Sequence[str],
    colours: Sequence[str],
    *,
    avoid: ArrayLike | None = None,
    most: int | None = None,
    near: bool = False,
    size: float = 8.5,
    clear: float = 3.5,
) -> list[int]:
    """Write names beside points, in the order given, wherever there is room; nobody's name lies over another's.

    Of places that are as near, the one is taken that the fewest lines already in the axes strike through. No name stands
    where a thread from its mark would cross another name's, or run through another mark.

    Parameters
    ----------
    ax : Axes
        With its limits and place settled.
    points : array (names x 2)
        In data units.
    words, colours : sequence of str
    avoid : array (any x 2), optional
        Further places, in data units, that names leave free.
    most : int, optional
        Write only so many.
    near : bool
        Leave out names that have no room close by; lines are no matter.
    size : float
        Of the type, in points.
    clear : float
        Points round every place that no name lies over: half of a mark.

    Returns
    -------
    list of int
        The places, in ``words``, of names that are written.
    """
    figure = figure_of(ax)
    renderer = FigureCanvasAgg(figure).get_renderer()
    unit = figure.dpi / 72
    anchors = np.asarray(points, dtype="float64").reshape(-1, 2)
    spots = np.asarray(ax.transData.transform(anchors))
    others = (
        spots if avoid is None else np.vstack([spots, ax.transData.transform(np.asarray(avoid, "float64"))])
    )
    dots = np.column_stack([others - clear * unit, others + clear * unit])
    frame, written = ax.bbox, list[int]()
    # What is already written inside the axes keeps its room.
    there = [
        text.get_window_extent(renderer).extents
        for text in ax.texts
        if text.get_gid() not in ("subtitle", "next")
    ]
    taken = np.array(there, dtype="float64").reshape(-1, 4)
    threads = _threads(ax, renderer, unit)
    # Of a crowd more would be left without a name if each kept clear of lines, too.
    strokes = np.empty((0, 4)) if near else _strokes(ax)
    for place, word in enumerate(words):
        if most is not None and len(written) >= most:
            break
        text = ax.annotate(
            drawable(word),
            (float(anchors[place, 0]), float(anchors[place, 1])),
            xytext=(0, 0),
            textcoords="offset points",
            color=colours[place],
            size=size,
            gid="name",
        )
        extent = text.get_window_extent(renderer)
        around = _places(spots[place], extent.width, extent.height, unit, near)
        for (dx, dy, ha, va), box in _clearest_first(list(around), strokes):
            inside = box[0] >= frame.x0 and box[2] <= frame.x1 and box[1] >= frame.y0 and box[3] <= frame.y1
            if not inside or _over(box, taken, _SLACK * unit) or _over(box, dots, 0):
                continue
            trail = _trail(spots[place], np.array([dx, dy]) * unit, unit)
            line = thread(spots[place], box, np.array([dx, dy]), unit)
            struck = _through(spots, place, line, clear * unit) or crosses(line, threads)
            if struck or _over_any(trail, taken):
                continue
            text.set(position=(dx, dy), ha=ha, va=va)
            if len(trail):
                _lead(ax, text.xy, dx, dy)
            taken, threads = np.vstack([taken, trail, box]), np.vstack([threads, line[None]])
            written.append(place)
            break
        else:
            text.remove()
    return written


def name_size(ax: Axes) -> int:
    """Letters of a name beside a point."""
    return 18 if is_narrow(ax) else 26


def _places(spot: Floats, width: float, height: float, unit: float, near: bool) -> Iterator[Place]:
    """Where a name may stand round a spot, nearest first: the ring, offset and anchor, and the box in dots that it takes."""
    for ring in _RINGS[: 2 if near else None]:
        # Far off only to the sides: above or below, a name would seem to be of another height.
        for across, up in _AROUND[: 2 if ring == _RINGS[-1] else None]:
            dx = across * (ring if up == 0 else 0.6 * ring)
            dy = up * (ring if across == 0 else 0.8 * ring)
            x, y = spot + np.array([dx, dy]) * unit
            left = x - width * (1 - across) / 2
            low = y - height * (1 - up) / 2
            ha = {1: "left", 0: "center", -1: "right"}[across]
            va = {1: "bottom", 0: "center", -1: "top"}[up]
            yield ring, (dx, dy, ha, va), np.array([left, low, left + width, low + height])


def _clearest_first(places: list[Place], strokes: Floats) -> Iterator[tuple[Offset, Floats]]:
    """The places ring by ring as they come, in each those that fewer strokes run through before the others."""
    struck = _struck(np.array([box for _, _, box in places]), strokes)
    for at in sorted(range(len(places)), key=lambda at: (places[at][0], struck[at])):
        _, offset, box = places[at]
        yield offset, box


def _strokes(ax: Axes) -> Floats:
    """Both ends of every piece of a line that is drawn in the axes, in dots."""
    paths = [
        line.get_transform().transform(line.get_xydata())
        for line in ax.lines
        if line.get_linestyle() != "None"
    ]
    for group in ax.collections:
        if isinstance(group, LineCollection):
            paths += [group.get_transform().transform(path) for path in group.get_segments()]
    pieces = [np.hstack([path[:-1], path[1:]]) for path in paths if len(path) > 1]
    ends = np.vstack(pieces) if pieces else np.empty((0, 4))
    return np.asarray(ends[np.isfinite(ends).all(axis=1)])


def _struck(boxes: Floats, strokes: Floats) -> NDArray[np.int64]:
    """How many strokes run through each box."""
    begin, way = strokes[:, :2], strokes[:, 2:] - strokes[:, :2]
    # An upright stroke runs by or through for ever: a hair's breadth stands for none.
    way = np.where(np.abs(way) < 1e-9, 1e-9, way)
    low, high = ((boxes[:, None, side] - begin) / way for side in (slice(0, 2), slice(2, 4)))
    enter = np.maximum(np.minimum(low, high).max(axis=2), 0)
    leave = np.minimum(np.maximum(low, high).min(axis=2), 1)
    return np.asarray((enter < leave).sum(axis=1))


def _over(box: Floats, boxes: Floats, slack: float) -> bool:
    return bool(
        (
            (box[0] < boxes[:, 2] + slack)
            & (box[2] > boxes[:, 0] - slack)
            & (box[1] < boxes[:, 3] + slack)
            & (box[3] > boxes[:, 1] - slack)
        ).any()
    )


def _over_any(some: Floats, boxes: Floats) -> bool:
    return any(_over(box, boxes, 0) for box in some)


def _threads(ax: Axes, renderer: RendererBase, unit: float) -> Floats:
    """Lines from marks to the names that are written already, whether they are drawn or not."""
    lines = [
        thread(
            ax.transData.transform(text.xy),
            np.array(Text.get_window_extent(text, renderer).extents),
            np.array(text.get_position()),
            unit,
        )
        for text in ax.texts
        if isinstance(text, Annotation) and text.get_gid() == "name"
    ]
    return np.array(lines, dtype="float64").reshape(-1, 2, 2)


def _trail(spot: Floats, way: Floats, unit: float) -> Floats:
    """Small boxes along the thread from a spot to a name; none where the name is beside it."""
    if np.abs(way).max() <= _RINGS[0] * unit:
        return np.empty((0, 4))
    count = max(4, int(np.hypot(*way) / unit))
    middle = spot + np.linspace(0.2, 0.95, count)[:, None] * way
    return np.column_stack([middle - 0.5 * unit, middle + 0.5 * unit])


def _through(spots: Floats, place: int, line: Floats, clear: float) -> bool:
    """Would a thread run through another place's mark?"""
    # The place itself, and whoever lies over it, is where the thread begins.
    others = spots[np.hypot(*(spots - spots[place]).T) > clear]
    way = line[1] - line[0]
    along = np.clip((others - line[0]) @ way / max(float(way @ way), 1e-9), 0, 1)
    return bool((np.hypot(*(others - line[0] - along[:, None] * way).T) < clear).any())


def _lead(ax: Axes, point: tuple[float, float], dx: float, dy: float) -> None:
    ax.annotate(
        "",
        point,
        xytext=(dx, dy),
        textcoords="offset points",
        arrowprops={"arrowstyle": "-", "color": PALE, "lw": 0.8, "shrinkA": 1, "shrinkB": 3},
        zorder=1,
    )
