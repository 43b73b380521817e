"""The dependence curve: points, the place of half, and words are the frame's."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes

import partnership_analysis as pa
from partnership_analysis.charts.concentration import halfway, plot_dependence
from partnership_analysis.charts.picture import picture


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
    return [text.get_text() for text in ax.texts if text.get_gid() != "subtitle"]


def test_points_are_the_cumulative_shares() -> None:
    data = curve(600, 300, 100)
    ax = plot_dependence(data, currency="GBP", effective=2.17)
    (dots,) = [line for line in ax.lines if line.get_marker() == "o"]
    assert dots.get_xdata().tolist() == [1, 2, 3]
    assert dots.get_ydata().tolist() == pytest.approx([0.6, 0.9, 1.0])
    assert set(texts(ax)) == {
        "One of 3 partners brings half",
        "as if 2 partners brought equal parts",
        "1  P0  60%, £600",
        "2  P1  30%, £300",
        "3  P2  10%, £100",
    }


@pytest.mark.parametrize(
    ("amounts", "count"), [((1,), 1), ((1, 1), 1), ((1, 1, 1), 2), ((5, 1, 1), 1), ((1,) * 10, 5)]
)
def test_how_few_bring_half(amounts: tuple[float, ...], count: int) -> None:
    data = curve(*amounts)
    assert halfway(data) == count
    marks = [line for line in plot_dependence(data).lines if line.get_linestyle() == "--"]
    assert marks[0].get_xdata().tolist() == [0, count, count]


def test_the_largest_are_named_and_no_more() -> None:
    ax = plot_dependence(curve(*range(1, 41)), currency="GBP")
    assert len(texts(ax)) == 6


def test_what_it_says() -> None:
    words = plot_dependence.describe(curve(600, 300, 100), currency="GBP")
    assert words == (
        "Won from referrals received by partner, the largest first: one of 3 partners brings half. "
        "The largest: P0 60% (£600), P1 30% (£300) and P2 10% (£100)."
    )
    assert picture(plot_dependence, curve(600, 300, 100), currency="GBP").alt == words
    assert "No amount is on record" in plot_dependence.describe(pd.DataFrame())
