"""Amounts at an axis, in one form."""

from __future__ import annotations

from typing import Any

import pytest

from partnership_analysis.charts.theme import WIDE, new_axes, theme
from partnership_analysis.charts.ticks import Amounts


def said(top: float, ticks: list[float], **options: Any) -> list[str]:
    """What an axis from 0 to ``top`` writes at the ticks that it shows."""
    with theme():
        ax = new_axes(WIDE, 2)
        ax.set_yticks(ticks)
        ax.set_ylim(0, top)
        ax.yaxis.set_major_formatter(Amounts("GBP", **options))
        figure = ax.get_figure()
        assert figure is not None
        figure.canvas.draw()
        return [label.get_text() for label in ax.get_yticklabels()]


@pytest.mark.parametrize(
    ("top", "ticks", "words"),
    [
        (16_000, [0, 5_000, 10_000, 15_000], ["£0", "£5k", "£10k", "£15k"]),
        (9_000, [0, 2_500, 5_000, 7_500], ["£0", "£2,500", "£5,000", "£7,500"]),
        (1_100_000, [0, 500_000, 1_000_000], ["£0", "£0.5m", "£1m"]),
        (0.5, [0, 0.25, 0.5], ["£0", "£0.25", "£0.5"]),
    ],
)
def test_the_largest_tick_decides(top: float, ticks: list[float], words: list[str]) -> None:
    assert said(top, ticks) == words


def test_a_tick_that_is_not_seen_decides_nothing() -> None:
    assert said(9_000, [0, 5_000, 10_000])[:2] == ["£0", "£5,000"]


def test_an_axis_of_rvi_has_no_currency() -> None:
    assert said(0.2, [0, 0.05, 0.1, 0.15], basis="RVI") == ["0", "0.05", "0.1", "0.15"]
