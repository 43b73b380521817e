"""Lines from marks to names, read back."""

from __future__ import annotations

import numpy as np
import pytest

from partnership_analysis.charts.theme import INK, WIDE, new_axes
from partnership_analysis.charts.ties import tie


@pytest.mark.parametrize(("other", "tied"), [((5.1, 4.6), True), ((9.0, 9.0), False)])
def test_a_name_between_two_marks_is_tied_to_its_own(other: tuple[float, float], tied: bool) -> None:
    ax = new_axes(WIDE, 4)
    ax.set(xlim=(0, 10), ylim=(0, 10))
    points = np.array([(5.0, 5.5), other])
    ax.annotate("Castlemere", (5.0, 5.5), xytext=(4, -6), textcoords="offset points", va="top", gid="name")
    tie(ax, points, points[:1], [INK])
    lines = [line for line in ax.lines if line.get_gid() == "tie"]
    assert bool(lines) == tied
    for line in lines:
        assert (line.get_xdata()[0], line.get_ydata()[0]) == pytest.approx((5.0, 5.5))
        assert line.get_color() == INK
