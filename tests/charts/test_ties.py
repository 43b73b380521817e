"""Lines from marks to names, read back."""

from __future__ import annotations

import numpy as np
import pytest

from partnership_analysis.charts.theme import INK, WIDE, figure_of, new_axes
from partnership_analysis.charts.ties import SHORT, crosses, tie


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


@pytest.mark.parametrize("offset", [(25, 0), (0, -38), (9, 12)])
def test_a_thread_ends_before_the_letters(offset: tuple[int, int]) -> None:
    ax = new_axes(WIDE, 4)
    ax.set(xlim=(0, 10), ylim=(0, 10))
    points = np.array([(5.0, 5.5), (5.1, 5.4)])
    ax.annotate("Castlemere", (5.0, 5.5), xytext=offset, textcoords="offset points", gid="name")
    tie(ax, points, points[:1], [INK])
    (line,) = [line for line in ax.lines if line.get_gid() == "tie"]
    start, end = ax.transData.transform(line.get_xydata())
    way = np.array(offset)
    length = np.hypot(*(end - start)) * 72 / figure_of(ax).dpi
    assert length == pytest.approx(np.hypot(*way) - SHORT)
    np.testing.assert_allclose((end - start) / np.hypot(*(end - start)), way / np.hypot(*way), atol=1e-9)


@pytest.mark.parametrize(
    ("other", "crossing"),
    [
        ([(0, 2), (2, 0)], True),
        ([(2, 0), (0, 2)], True),
        ([(0, 0), (0, 2)], False),
        ([(1.5, 1), (3, 0)], False),
        ([(3, 3), (5, 5)], False),
    ],
    ids=["across", "back", "from one mark", "beside", "further on"],
)
def test_lines_that_cross(other: list[tuple[float, float]], crossing: bool) -> None:
    ours = np.array([(0.0, 0.0), (2.0, 2.0)])
    assert crosses(ours, np.array([[(9.0, 9.0), (9.0, 8.0)], other])) == crossing
    assert not crosses(ours, np.empty((0, 2, 2)))
