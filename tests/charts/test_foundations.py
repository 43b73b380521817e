"""The foundations, read back: ours filled, theirs hollow, each at its score, old ones faint, differences in words."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from metrics.helpers import act, made, rate

import partnership_analysis as pa
from partnership_analysis.charts.foundations import (
    plot_foundation_history,
    plot_foundation_summary,
    plot_foundations,
)
from partnership_analysis.charts.theme import NARROW, Chart, new_axes, theme
from partnership_analysis.schema import FACTORS

from .test_charts import draw, texts

DAY = "2025-09-30"


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    ratings = [
        rate("2025-06-30", 4.5),
        rate("2025-06-30", 3, rater="them"),
        rate("2024-01-01", 2, factor="values"),
        rate("2025-06-30", 4, factor="values", rater="them"),
        rate("2025-06-30", 3, factor="opportunity"),
        rate("2025-06-30", 3, factor="opportunity", rater="them"),
        rate("2025-06-30", 5, factor="credibility"),
        rate("2025-06-30", 5, "Bo"),
    ]
    return made([act("2025-09-01"), act("2025-09-01", "Bo"), act("2025-09-01", "Cy")], ratings)


def points(ax: Axes, gid: str) -> set[tuple[float, float]]:
    return {
        (float(x), float(y))
        for part in ax.collections
        if part.get_gid() == gid
        for x, y in np.ma.getdata(part.get_offsets())
    }


def test_each_dot_is_a_rating(portfolio: pa.Portfolio) -> None:
    table = pa.foundations(portfolio, as_of=DAY)
    ax = draw(plot_foundations, table[table["partner"] == "Ann"])
    y = {label.get_text(): at for at, label in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)}
    assert list(y) == [name.replace("_", " ") for name in FACTORS]
    assert points(ax, "us") == {(4.5, y["trust"]), (3, y["opportunity"]), (5, y["credibility"])}
    assert points(ax, "them") == {(3, y["trust"]), (4, y["values"]), (3, y["opportunity"])}
    assert points(ax, "us stale") == {(2, y["values"])}
    (lines,) = [part for part in ax.collections if part.get_gid() == "gap"]
    ends = {tuple(sorted(line[:, 0])) for line in lines.get_segments()}
    assert ends == {(3.0, 4.5), (3.0, 3.0), (2.0, 4.0)}


def test_the_difference_is_said(portfolio: pa.Portfolio) -> None:
    table = pa.foundations(portfolio, as_of=DAY)
    ax = plot_foundations(table[table["partner"] == "Ann"])
    said = [text for text in texts(ax) if "rating of each" not in text and "Next: " not in text]
    assert said == [
        "we see 1.5 more", "not rated", "the same", "not rated by them", "not rated", "not rated", "ours out of date",
    ]  # fmt: skip


def test_ours_is_filled_and_theirs_hollow(portfolio: pa.Portfolio) -> None:
    table = pa.foundations(portfolio, as_of=DAY)
    ax = plot_foundations(table[table["partner"] == "Ann"])
    filled = {
        part.get_gid(): tuple(part.get_facecolor()[0][:3])
        for part in ax.collections
        if part.get_gid() in ("us", "them")
    }
    assert filled["them"] == (1, 1, 1)
    assert filled["us"] != (1, 1, 1)


@pytest.mark.parametrize("chart", [plot_foundations, plot_foundation_summary])
def test_the_dot_never_hides_the_ring(portfolio: pa.Portfolio, chart: Chart) -> None:
    """At any distance on any width the dot has room in the ring, so that it covers a part of it at most."""
    measure = pa.foundations if chart is plot_foundations else pa.foundation_summary
    table = measure(portfolio, as_of=DAY)
    ax = chart(table[table["partner"] == "Ann"])
    (dot,) = [part for part in ax.collections if part.get_gid() == "us"]
    (ring,) = [part for part in ax.collections if part.get_gid() == "them"]
    outside = np.sqrt(dot.get_sizes()) + dot.get_linewidths()
    inside = np.sqrt(ring.get_sizes()) - ring.get_linewidths()
    assert outside.max() < inside.min()
    assert ring.get_zorder() < dot.get_zorder()


def test_bold_is_explained_where_something_is_bold(portfolio: pa.Portfolio) -> None:
    rows, means = pa.foundations(portfolio, as_of=DAY), pa.foundation_summary(portfolio, as_of=DAY)
    ann = rows[rows["partner"] == "Ann"]
    for chart, data, said in (
        (plot_foundations, ann, True),
        (plot_foundations, ann[ann["factor"] == "opportunity"], False),
        (plot_foundation_summary, means, True),
        (plot_foundation_summary, means[means["partner"] == "Bo"], False),
    ):
        ax = chart(data)
        bold = [text.get_text() for text in ax.texts if text.get_weight() == "bold"]
        words = texts(ax)[0].replace("\n", " ")
        assert bool(bold) is ("Bold: a point or more apart." in words) is said
    # An old rating is not set against a new one.
    assert not any(
        "values" in text.get_text() for text in plot_foundations(ann).texts if text.get_weight() == "bold"
    )


def test_the_summary_is_the_means(portfolio: pa.Portfolio) -> None:
    table = pa.foundation_summary(portfolio, as_of=DAY)
    ax = draw(plot_foundation_summary, table)
    # Ann: ours (4.5 + 3 + 5) / 3, theirs (3 + 4 + 3) / 3; Bo: ours 5 alone; Cy: nothing.
    assert points(ax, "us") == {(12.5 / 3, 2), (5, 1)}
    assert points(ax, "them") == {(10 / 3, 2)}
    assert texts(ax)[-3:] == ["trust: we see 1.5 more", "not rated by them in a year", "not rated"]
    with theme():
        narrow = plot_foundation_summary(table, ax=new_axes(NARROW, 3))
    assert texts(narrow)[-3:] == ["trust: we +1.5", "not rated by them in a year", "not rated"]
    assert "farthest apart, ours and theirs: Ann 4.2 and 3.3." in plot_foundation_summary.describe(table)


def test_the_order_of_the_summary_is_said_where_it_is_so(portfolio: pa.Portfolio) -> None:
    table = pa.foundation_summary(portfolio, as_of=DAY)
    for data, said in ((table, True), (table.iloc[::-1], False), (table.tail(2), False)):
        words = texts(plot_foundation_summary(data))[0].replace("\n", " ")
        assert ("Farthest apart on average first." in words) is said


def test_the_history_is_steps(portfolio: pa.Portfolio) -> None:
    table = pa.foundation_history(portfolio, as_of=DAY)
    mine = table[table["partner"] == "Ann"]
    ax = draw(plot_foundation_history, mine)
    panels = {panel.get_title(loc="left"): panel for panel in ax.child_axes}
    assert list(panels) == ["trust", "opportunity", "credibility", "values"]
    ours = panels["values"].lines[0]
    assert (
        list(ours.get_ydata())
        == mine.loc[(mine["factor"] == "values") & (mine["rater"] == "us"), "score"].tolist()
    )
    assert "2.0 / 4.0" in texts(panels["values"])
    assert "5.0 / –" in texts(panels["credibility"])
    # Both 3 at the end: ours stands in theirs.
    ours, theirs = (line for line in panels["opportunity"].lines if line.get_gid())
    assert [ours.get_gid(), theirs.get_gid()] == ["us", "them"]
    assert ours.get_markersize() < theirs.get_markersize() - 2
    assert ours.get_zorder() > theirs.get_zorder()
    assert plot_foundation_history.describe(mine).split(" Next: ")[0].endswith(": none changed.")


def test_without_ratings_it_says_so() -> None:
    table = pa.foundations(made([act("2025-09-01")]), as_of=DAY)
    assert plot_foundations.describe(table).endswith("has rated this partnership: fill the ratings table.")
    summary = pa.foundation_summary(made([act("2025-09-01")]), as_of=DAY)
    assert plot_foundation_summary.describe(summary).startswith(
        "An empty chart. Nobody has rated a partnership"
    )
    assert plot_foundation_summary.height(summary, 8.6) == 1
    assert len(draw(plot_foundation_summary, summary).texts) == 1
