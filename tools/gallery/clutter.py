"""What is wrong with a drawing that a machine can see: text cut off, text over text."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

SLACK = 1.5
"""Points that text may lie outside the figure, or in other text's box: boxes are a little larger than letters."""


def faults(figure: Figure) -> list[str]:
    """Text that lies outside the figure, and pairs of texts that lie over each other, after drawing it."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    slack = SLACK * figure.dpi / 72
    boxes = [(text, _box(text, canvas.get_renderer())) for text in _texts(figure)]
    width, height = figure.bbox.size
    found = []
    for text, box in boxes:
        if box.x0 < -slack or box.y0 < -slack or box.x1 > width + slack or box.y1 > height + slack:
            found.append(
                f"cut off: {text.get_text()!r} {[round(float(side)) for side in box.extents]} of {width:.0f} x {height:.0f}"
            )
    for one, other in _covering([box for _, box in boxes], slack):
        found.append(f"over each other: {boxes[one][0].get_text()!r} and {boxes[other][0].get_text()!r}")
    return found


def _covering(boxes: list[Bbox], slack: float) -> list[tuple[int, int]]:
    """Places of each two boxes that share more than the slack, across and down."""
    # Two hundred names are twenty thousand pairs: all at once.
    x0, y0, x1, y1 = np.array([[*box.min, *box.max] for box in boxes]).reshape(-1, 4).T
    shared = [
        np.minimum.outer(high, high) - np.maximum.outer(low, low) > slack
        for low, high in ((x0, x1), (y0, y1))
    ]
    return [(int(one), int(other)) for one, other in np.argwhere(np.triu(shared[0] & shared[1], 1))]


def _box(text: Text, renderer: Any) -> Bbox:
    # Of an annotation the letters alone, not its arrow.
    return (
        Text.get_window_extent(text, renderer)
        if isinstance(text, Annotation)
        else text.get_window_extent(renderer)
    )


def _texts(figure: Figure) -> list[Text]:
    """What is written, as far as it is drawn: ticks outside the limits of their axis are not."""
    hidden = set()
    for axes in _all_axes(figure):
        for axis in (axes.xaxis, axes.yaxis):
            shown = axis._update_ticks() if axes.axison and axis.get_visible() else []
            drawn = {label for tick in shown for label in (tick.label1, tick.label2)}
            labels = {
                label
                for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
                for label in (tick.label1, tick.label2)
            }
            hidden |= labels - drawn
            if not axes.axison or not axis.get_visible():
                hidden |= {axis.label, axis.offsetText}
    return [
        text
        for text in figure.findobj(Text)
        if isinstance(text, Text)
        and text.get_visible()
        and text.get_text().strip()
        and text not in hidden
        and text.get_alpha() != 0
    ]


def _all_axes(figure: Figure) -> list[Any]:
    found: list[Any] = list(figure.axes)
    for axes in found:
        found.extend(child for child in axes.child_axes if child not in found)
    return found
