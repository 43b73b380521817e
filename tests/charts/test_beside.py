"""Names beside points: where they find room."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes

from partnership_analysis.charts.beside import name_points, settle
from partnership_analysis.charts.theme import new_axes, theme


@pytest.fixture
def ax() -> Axes:
    with theme():
        made = new_axes(5, 3)
        settle(made, left=0.1, right=0.1, bottom=0.1)
        made.set(xlim=(0, 10), ylim=(0, 10))
        return made


def side_of(ax: Axes) -> str:
    (text,) = [text for text in ax.texts if text.get_gid() == "name"]
    return text.get_horizontalalignment()


def test_a_name_stands_at_the_right_where_nothing_is_in_its_way(ax: Axes) -> None:
    assert name_points(ax, [(5, 5)], ["Ann"], ["black"]) == [0]
    assert side_of(ax) == "left"


@pytest.mark.parametrize("how", ["line", "lines"])
def test_a_name_keeps_clear_of_a_line_where_it_can(ax: Axes, how: str) -> None:
    if how == "line":
        ax.plot([5.5, 5.5], [0, 10])
    else:
        ax.vlines([5.5], 0, 10)
    assert name_points(ax, [(5, 5)], ["Ann Archer"], ["black"]) == [0]
    assert side_of(ax) == "right"


def test_marks_without_a_line_and_what_is_unknown_are_in_nobodys_way(ax: Axes) -> None:
    ax.plot([5.5, 5.5], [0, 10], "o", ls="")
    ax.plot([5.5, 5.5, np.nan], [0, np.nan, 10])
    name_points(ax, [(5, 5)], ["Ann Archer"], ["black"])
    assert side_of(ax) == "left"


def test_a_name_that_every_line_strikes_through_is_written_all_the_same(ax: Axes) -> None:
    ax.vlines(np.linspace(0, 10, 60), 0, 10)
    assert name_points(ax, [(5, 5)], ["Ann Archer"], ["black"]) == [0]
    assert side_of(ax) == "left"


def test_of_a_crowd_lines_are_no_matter(ax: Axes) -> None:
    ax.vlines([5.5], 0, 10)
    name_points(ax, [(5, 5)], ["Ann Archer"], ["black"], near=True)
    assert side_of(ax) == "left"
