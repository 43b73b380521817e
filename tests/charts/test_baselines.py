"""The first page's charts beside their committed pictures: ``make baselines`` after a change that is meant, and look at them."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from partnership_analysis.charts.theme import NARROW, WIDE, figure_of, new_axes, theme
from tools.gallery.drawings import drawings
from tools.gallery.portfolios import DAY, edge

WIDTHS = {"page": WIDE, "phone": NARROW}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["rvi ranking", "rvi trend", "reciprocity"])
@pytest.mark.mpl_image_compare(
    baseline_dir="baseline",
    style="default",
    tolerance=4,  # another build of FreeType moves edges of letters by a shade
    savefig_kwargs={"dpi": 60},
    deterministic=True,
)
def test_first_page(name: str, width: str) -> Figure:
    chart, frames = drawings()[name]
    data, options = frames(edge("sample"), DAY)
    inches = WIDTHS[width]
    with theme():
        figure = figure_of(chart(data, ax=new_axes(inches, chart.height(data, inches)), **options))
        figure.draw_without_rendering()
    return figure
