"""The dependence curve: points, the place of half, and words are the frame's."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes

import partnership_analysis as pa
from partnership_analysis.charts.concentration import halfway, plot_dependence
from partnership_analysis.charts.picture import picture
from partnership_analysis.charts.theme import NARROW, PALE, WIDE, figure_of, new_axes, theme


def curve(*amounts: float) -> pd.DataFrame:
    """The metric's frame of so much won from each."""
    rows = pd.DataFrame({"value": amounts})
    rows = rows.assign(
        date="2025-06-01",
        partner=[f"P{place}" for place in range(len(amounts))],
        kind="referral",
        direction="received",
    )
    return pa.dependence_curve(pa.Portfolio.from_frames(rows))


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_gid() not in ("subtitle", "next")]


def test_points_are_the_cumulative_shares() -> None:
    data = curve(600, 300, 100)
    ax = plot_dependence(data, currency="GBP", effective=2.17)
    (dots,) = [line for line in ax.lines if line.get_marker() == "o"]
    assert dots.get_xdata().tolist() == [1, 2, 3]
    assert dots.get_ydata().tolist() == pytest.approx([0.6, 0.9, 1.0])
    assert set(texts(ax)) == {
        "One of 3 partners brings 60%",
        "as if 2 partners brought equal parts",
        "1  P0  60%, £600",
        "2  P1  30%, £300",
        "3  P2  10%, £100",
    }


@pytest.mark.parametrize(("amounts", "count"), [((1, 1), 1), ((1, 1, 1), 2), ((5, 1, 1), 1), ((1,) * 10, 5)])
def test_how_few_bring_half(amounts: tuple[float, ...], count: int) -> None:
    data = curve(*amounts)
    assert halfway(data) == count
    marks = [line for line in plot_dependence(data).lines if line.get_linestyle() == "--"]
    assert marks[0].get_xdata().tolist() == [0, count, count]


def test_the_largest_are_named_and_no_more() -> None:
    ax = plot_dependence(curve(*range(1, 41)), currency="GBP")
    assert len(texts(ax)) == 7


@pytest.mark.parametrize(("width", "named"), [(WIDE, 5), (NARROW, 3)])
def test_those_without_a_name_are_counted_with_their_share(width: float, named: int) -> None:
    def rest(*amounts: int) -> list[str]:
        with theme():
            words = texts(plot_dependence(curve(*amounts), ax=new_axes(width, 3.5), currency="GBP"))
        assert sum(word[0].isdigit() for word in words) == min(named, len(amounts))
        return [word for word in words if word.startswith("and ")]

    assert rest(*[10] * 10) == [f"and {10 - named} more partners: {(10 - named) / 10:.0%}"]
    assert rest(*[10] * (named + 1)) == [f"and 1 more partner: {1 / (named + 1):.0%}"]
    assert rest(*[10] * named) == []


def test_what_it_says() -> None:
    words = plot_dependence.describe(curve(600, 300, 100), currency="GBP")
    assert words.startswith(
        "Won from referrals received by partner, the largest first: one of 3 partners brings 60%. "
        "The largest: P0 60% (£600), P1 30% (£300) and P2 10% (£100)."
    )
    assert " Next: " in words
    assert picture(plot_dependence, curve(600, 300, 100), currency="GBP").alt == words
    assert "There is nothing to share out: no referral is on record" in plot_dependence.describe(
        pd.DataFrame()
    )


def corner(ax: Axes) -> list[float]:
    """Heights of the dashed line to the place of half."""
    (line,) = [line for line in ax.lines if line.get_linestyle() == "--"]
    return [float(y) for y in line.get_ydata()]


@pytest.mark.parametrize(
    ("amounts", "said", "height"),
    [((96, 2, 2), "One of 3 partners brings 96%", 0.96), ((55, 45), "One of 2 partners brings half", 0.5)],
)
def test_far_more_than_half_is_said_and_drawn_as_it_is(
    amounts: tuple[float, ...], said: str, height: float
) -> None:
    ax = plot_dependence(curve(*amounts))
    assert corner(ax) == pytest.approx([height, height, 0])
    assert said in texts(ax)
    assert said[1:] in plot_dependence.describe(curve(*amounts))


def test_little_is_not_nothing() -> None:
    ax = plot_dependence(curve(9_970, 30, 30, 1))
    assert "2  P1  under 1%, 30" in texts(ax)
    assert "P1 under 1%" in plot_dependence.describe(curve(9_970, 30, 30, 1))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_line_runs_through_the_words(width: float) -> None:
    data = curve(55, 45)
    with theme():
        ax = plot_dependence(data, ax=new_axes(width, plot_dependence.height(data, width)), currency="GBP")
        figure_of(ax).draw_without_rendering()
    (paper,) = [patch for patch in ax.patches if patch.get_gid() == "paper"]
    box = paper.get_window_extent()
    written = [text for text in ax.texts if text.get_gid() not in ("subtitle", "next")]
    assert len(written) == 3
    for text in written:
        words = text.get_window_extent()
        assert box.x0 < words.x0 < words.x1 < box.x1
        assert box.y0 < words.y0 < words.y1 < box.y1
    lower = [line for line in ax.lines if line.get_linestyle() == "--" or line.get_color() == PALE]
    assert len(lower) == 2
    assert all(line.get_zorder() < paper.get_zorder() for line in lower)


def test_of_one_there_is_no_place_of_half() -> None:
    ax = plot_dependence(curve(5))
    assert not [line for line in ax.lines if line.get_linestyle() == "--"]
    assert "All from one partner" in texts(ax)


def test_of_one_there_is_nothing_to_compare() -> None:
    def pale(*amounts: float) -> bool:
        return any("Pale" in text.get_text() for text in plot_dependence(curve(*amounts)).texts)

    assert not pale(5)
    assert pale(5, 5)
