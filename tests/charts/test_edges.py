"""Every chart on every odd portfolio, at both widths: it is drawn, says what it shows, and no text is cut off or covered."""

from __future__ import annotations

import pytest

from partnership_analysis import charts
from partnership_analysis.charts.theme import EMPTY, NARROW, NEXT, WIDE, figure_of, new_axes, theme
from tools.gallery.clutter import faults
from tools.gallery.drawings import drawings
from tools.gallery.portfolios import DAY, EDGES, edge

DRAWINGS = drawings()
QUICK = ("200 partners",)
"""What `make test` tries; the others take minutes and have a target of their own, `make edges`."""
ENDS = (".", "?", "…")
LONGEST = 400
"""Letters of what to do next: five lines on a page, with the longest names that there are."""
CASES = [case if case in QUICK else pytest.param(case, marks=pytest.mark.edges) for case in EDGES]


def test_every_chart_is_registered() -> None:
    plots = {getattr(charts, name) for name in charts.__all__ if name.startswith("plot_")}
    assert plots <= {drawing.chart for drawing in DRAWINGS.values()}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_at_the_edges(name: str, case: str) -> None:
    chart, frames = DRAWINGS[name]
    data, options = frames(edge(case), DAY)
    words = chart.describe(data, **options)
    assert words.endswith(ENDS)
    assert "nan" not in words.casefold().split()
    step = chart.next_step(data, **options)
    assert bool(step) != words.startswith(EMPTY), "what is drawn says what to do next"
    assert step in words and len(step) <= LONGEST
    assert not step or (step.endswith(ENDS) and step[len(NEXT)].islower() and "<NA>" not in step), step
    for width in (WIDE, NARROW):
        height = chart.height(data, width, **options)
        assert 0.5 < height < 40
        with theme():
            ax = chart(data, ax=new_axes(width, height), **options)
            found = faults(figure_of(ax))
        assert not found, f"{width} inches: {found[:8]}"
