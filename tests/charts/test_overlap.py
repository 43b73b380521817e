"""Partners against tags: dots, columns and shares are the frame's."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

import partnership_analysis as pa
from partnership_analysis.charts.overlap import MOST_NARROW, plot_overlap
from partnership_analysis.charts.picture import picture
from partnership_analysis.charts.theme import NARROW, RECEIVED, figure_of, new_axes, theme

OURS = ("landlords", "start-ups")


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rows = pd.DataFrame({"date": ["2025-06-01"], "partner": ["Ann"], "kind": ["meeting"]})
    about = pd.DataFrame(
        {"partner": ["Ann", "Bo", "Cy"], "market": ["Start-ups; landlords", "charities; start-ups", None]}
    )
    portfolio = pa.Portfolio.from_frames(rows, about, settings={"market": "; ".join(OURS)})
    return pa.overlap_with_us(portfolio)


def dots(ax: Axes) -> dict[int, tuple[list[float], bool]]:
    """Rows of each column, and whether it is one of ours."""
    return {
        round(line.get_xdata()[0]): (list(line.get_ydata()), to_rgb(line.get_color()) == to_rgb(RECEIVED))
        for line in ax.lines
        if line.get_marker() == "o" and len(line.get_xdata())
    }


def test_dots_are_the_tags_ours_first(data: pd.DataFrame) -> None:
    ax = plot_overlap(data, ours=OURS)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Ann", "Bo"]
    assert dots(ax) == {0: ([1.0], True), 1: ([1.0, 0.0], True), 2: ([0.0], False)}
    shown = [text.get_text() for text in ax.texts]
    assert [text for text in shown if text in (*OURS, "charities")] == [*OURS, "charities"]
    assert [text for text in shown if text.endswith("%")] == ["100%", "33%"]
    assert any(
        "Not on record: 1 partner; fill the column market." in text.replace("\n", " ") for text in shown
    )


def test_more_tags_than_columns_are_counted() -> None:
    tags = "; ".join(f"tag {place}" for place in range(9))
    data = pd.DataFrame({"partner": ["Ann"], "tags": [tags], "shared": [pd.NA], "overlap": [0.0]})
    with theme():
        ax = plot_overlap(data, ax=new_axes(NARROW, 3))
    assert len(dots(ax)) == MOST_NARROW
    assert f"+{9 - MOST_NARROW}" in [text.get_text() for text in ax.texts]
    assert ax.get_xlabel() == "+: further kinds of client, without a column"
    offers = plot_overlap(data, ax=new_axes(NARROW, 3), of="offer")
    assert offers.get_xlabel() == "+: further services, without a column"
    wide = plot_overlap(data)
    assert not wide.get_xlabel()
    assert plot_overlap.height(data, NARROW) - plot_overlap.height(data.assign(tags="tag 1"), NARROW) > 0.1


def test_on_a_phone_the_share_stands_clear_and_ours_are_named_whole(data: pd.DataFrame) -> None:
    ours = ("owner-managed businesses", *OURS)
    tags = data["tags"].mask(data["partner"] == "Ann", "; ".join(ours))
    with theme():
        whole = data.assign(tags=tags)
        ax = plot_overlap(whole, ax=new_axes(NARROW, plot_overlap.height(whole, NARROW)), ours=ours)
    figure = figure_of(ax)
    figure.draw_without_rendering()
    shares = [text.get_window_extent().x0 for text in ax.texts if text.get_text().endswith("%")]
    last = ax.transData.transform((max(dots(ax)), 0))[0]
    assert min(shares) - last > 6 * figure.dpi / 72
    named = {text.get_text(): text for text in ax.texts}
    (subtitle,) = [text for text in ax.texts if text.get_gid() == "subtitle"]
    assert named[ours[0]].get_window_extent().y1 < subtitle.get_window_extent().y0


def test_what_it_says(data: pd.DataFrame) -> None:
    words = plot_overlap.describe(data, ours=OURS)
    assert words.startswith(
        "2 of 3 partners serve clients that we serve, most of all Ann (100%) and Bo (33%)."
    )
    assert "Of 1 partner nothing is on record. Next: ask Ann (100%) and Bo (33%) for" in words
    assert picture(plot_overlap, data, ours=OURS).alt == words
    assert "No partner's market" in plot_overlap.describe(data[data["tags"].isna()])


@pytest.mark.parametrize("of", ["market", "offer"])
def test_an_empty_one_names_the_column_that_it_is_of(data: pd.DataFrame, of: str) -> None:
    nothing = data.assign(tags=pd.NA)
    assert plot_overlap.describe(nothing, of=of) == (
        f"An empty chart. No partner's {of} is on record: fill the column {of} of the partners table."
    )
