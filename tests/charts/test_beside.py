"""Names beside points: where they find room."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text

from partnership_analysis.charts.beside import name_points, settle
from partnership_analysis.charts.theme import figure_of, new_axes, theme
from partnership_analysis.charts.ties import SHORT, crosses


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


def lines_to_names(ax: Axes) -> list[np.ndarray]:
    """From each mark to its name, in dots: to the letters that are nearest, or up to the corner that a leader leads to."""
    unit, lines = figure_of(ax).dpi / 72, []
    for text in (text for text in ax.texts if text.get_gid() == "name"):
        assert isinstance(text, Annotation)
        start, offset = ax.transData.transform(text.xy), np.array(text.get_position())
        box = Text.get_window_extent(text)
        inset = np.array([0, 0.15 * box.height])
        beside = np.clip(start, box.min + inset, box.max - inset)
        corner = start + offset * unit * (1 - SHORT / np.hypot(*offset))
        lines.append(np.array([start, beside if np.abs(offset).max() <= 7 else corner]))
    return lines


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("times", [1, 2])
def test_no_two_threads_cross(ax: Axes, seed: int, times: int) -> None:
    points = np.random.default_rng(seed).normal(5, 0.7, (14, 2))
    for chosen in np.array_split(np.arange(14), times):
        words = [f"Number {place} & Daughters" for place in chosen]
        name_points(ax, points[chosen], words, ["black"] * 14, avoid=points)
    lines = lines_to_names(ax)
    assert len(lines) > 6
    for place, line in enumerate(lines):
        assert not crosses(line, np.array(lines[:place]).reshape(-1, 2, 2))


@pytest.mark.parametrize("seed", range(8))
def test_no_thread_runs_through_another_mark(ax: Axes, seed: int) -> None:
    points = np.random.default_rng(seed).normal(5, 0.7, (14, 2))
    name_points(ax, points, [f"Number {n} & Daughters" for n in range(14)], ["black"] * 14)
    marks, half = ax.transData.transform(points), 3.5 * figure_of(ax).dpi / 72
    for start, end in lines_to_names(ax):
        others = marks[np.hypot(*(marks - start).T) > half]
        along = start + np.linspace(0, 0.9, 50)[:, None, None] * (end - start)
        assert np.hypot(*np.moveaxis(along - others, -1, 0)).min() > 0.99 * half
