"""How axes find their room on a figure: once, and without looking for places that nothing takes."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine


class OnePass(LayoutEngine):
    """Measures once what stands around each axes and makes room for it, where a constrained layout measures twice."""

    _adjust_compatible = True
    _colorbar_gridspec = False

    def execute(self, fig: Figure) -> None:
        """Move the axes in."""
        renderer = fig._get_renderer()  # type: ignore[attr-defined]
        width, height = fig.bbox.size
        pad = 0.03 * fig.dpi
        for axes in fig.axes:
            around = axes.get_tightbbox(renderer, for_layout_only=True)
            if around is None:
                continue
            box = axes.bbox
            left, bottom = max(0.0, box.x0 - around.x0) + pad, max(0.0, box.y0 - around.y0) + pad
            right, top = max(0.0, around.x1 - box.x1) + pad, max(0.0, around.y1 - box.y1) + 2.5 * pad
            inner = (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
            if inner[2] > 0 and inner[3] > 0:
                axes.set_position(inner)


def leave_no_room_for_labels(figure: Figure) -> None:
    """Give the label of every axis that has none a place.

    An axis without a label looks for a place for it all the same, and measures every tick for that.
    """
    for axes in figure.findobj(Axes):
        for axis in (axes.xaxis, axes.yaxis):
            if not axis.get_label_text():
                axis.set_label_coords(0, 0)
