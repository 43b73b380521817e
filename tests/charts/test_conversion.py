"""From meetings to business won: dots, intervals and counts are the frame's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

import partnership_analysis as pa
from partnership_analysis.charts.conversion import plot_conversion
from partnership_analysis.charts.picture import picture
from partnership_analysis.charts.theme import NARROW, WIDE, new_axes, theme


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    rows = [
        ("Ann", "meeting", "mutual", 10, None),
        ("Ann", "referral", "received", 20, "won"),
        ("Bo", "meeting", "mutual", 40, None),
        ("Bo", "referral", "given", 3, None),
        ("Bo", "referral", "received", 2, "lost"),
        ("Cy", "meeting", "mutual", 2, None),
    ]
    frame = pd.DataFrame(rows, columns=["partner", "kind", "direction", "count", "status"])
    return pa.Portfolio.from_frames(frame.assign(date="2025-06-01"))


@pytest.fixture(scope="module")
def data(portfolio: pa.Portfolio) -> pd.DataFrame:
    return pa.conversion(portfolio)


@pytest.fixture(scope="module")
def overall(portfolio: pa.Portfolio) -> pd.DataFrame:
    return pa.conversion(portfolio, by="portfolio")


def dots(inner: Axes) -> tuple[dict[float, float], dict[float, float]]:
    """Hollow and filled dots of a strip: value by row."""
    hollow, filled = [
        part for part in inner.collections if hasattr(part, "get_sizes") and len(part.get_sizes())
    ]
    return tuple({float(y): float(x) for x, y in part.get_offsets()} for part in (hollow, filled))  # type: ignore[return-value]


def test_dots_are_the_shares(data: pd.DataFrame, overall: pd.DataFrame) -> None:
    assert data["partner"].tolist() == ["Ann", "Bo", "Cy"]
    per, won = plot_conversion(data, overall=overall).child_axes
    hollow, filled = dots(per)
    assert filled == {2.0: 2.0, 1.0: 0.125}
    assert hollow == {}
    hollow, filled = dots(won)
    assert hollow | filled == {2.0: 1.0, 1.0: 0.0}
    lines = [line.get_xdata()[0] for line in per.lines if line.get_gid() != "cut"]
    assert lines == pytest.approx([float(overall["per_meeting"].iloc[0])])


def test_without_the_whole_nobody_is_apart(data: pd.DataFrame) -> None:
    per, _ = plot_conversion(data).child_axes
    assert dots(per)[1] == {}
    assert [line.get_gid() for line in per.lines] == ["cut"]


def test_lines_words_arrows_and_order_are_explained(data: pd.DataFrame, overall: pd.DataFrame) -> None:
    (subtitle,) = [
        text for text in plot_conversion(data, overall=overall).texts if text.get_gid() == "subtitle"
    ]
    words = subtitle.get_text().replace("\n", " ")
    assert (
        "Most referrals first. Upright line: all together, 0.5 for each meeting and 91% won. Bar: where it probably lies. Filled: further from"
        in words
    )
    assert words.endswith("▸:\N{NO-BREAK SPACE}the range goes on. Too few meetings: under 6.")
    hollow = plot_conversion(data.tail(1), overall=overall).texts
    assert not any("Filled" in text.get_text() for text in hollow)
    known = data[data["partner"] == "Bo"]
    (subtitle,) = [text for text in plot_conversion(known).texts if text.get_gid() == "subtitle"]
    assert (
        subtitle.get_text()
        .replace("\n", " ")
        .endswith("counts once; who has neither is not drawn. Bar: where it probably lies.")
    )


def test_all_together_is_not_one_row_again(data: pd.DataFrame, overall: pd.DataFrame) -> None:
    def words(rows: pd.DataFrame) -> str:
        return next(
            text.get_text()
            for text in plot_conversion(rows, overall=overall).texts
            if text.get_gid() == "subtitle"
        )

    assert "for each meeting and 91% won." in words(data).replace("\n", " ")
    one = data.assign(won_share=data["won_share"].where(data["partner"] == "Ann"))
    assert "all together, 0.5 for each meeting." in words(one).replace("\n", " ")
    _, won = plot_conversion(one, overall=overall).child_axes
    assert not won.lines
    assert "all together" not in words(data.head(1))


def test_counts_stand_beside(data: pd.DataFrame) -> None:
    shown = [text.get_text() for text in plot_conversion(data).texts]
    assert {"meetings", "received", "given", "10", "40", "20", "3"} <= set(shown)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_what_is_not_known_says_why_without_a_dash(data: pd.DataFrame, width: float) -> None:
    with theme():
        ax = plot_conversion(data, ax=new_axes(width, 3))
    for inner, words in zip(ax.child_axes, ("too few meetings", "none decided"), strict=True):
        assert [text.xy[1] for text in inner.texts if text.get_text() == words] == [0.0]  # type: ignore[attr-defined]
    # Beside a scale it would be read as a minus.
    assert not any("–" in text.get_text() for part in (ax, *ax.child_axes) for text in part.findobj(Text))


@pytest.mark.parametrize("with_overall", [True, False])
def test_a_strip_without_a_value_says_why(
    portfolio: pa.Portfolio, overall: pd.DataFrame, with_overall: bool
) -> None:
    rows = portfolio.interactions[portfolio.interactions["kind"] == "referral"].assign(status=pd.NA)
    alone = pa.Portfolio.from_frames(rows)
    whole = overall if with_overall else pa.conversion(alone, by="portfolio")
    per, won = plot_conversion(pa.conversion(alone), overall=whole).child_axes
    assert {text.get_text() for text in per.texts} == {
        "referrals for each meeting",
        "of nobody is a\nmeeting on record",
    }
    assert {text.get_text() for text in won.texts} == {
        "share won of those decided",
        "none is decided:\nfill column status",
    }
    # The line of all together still needs its scale.
    assert (per.axison, won.axison) == (with_overall, with_overall)


def test_what_it_says(data: pd.DataFrame, overall: pd.DataFrame) -> None:
    words = plot_conversion.describe(data, overall=overall)
    assert (
        "All together 52 meetings and 25 referrals: 0.5 for each meeting, and 91% of the decided were won."
        in words
    )
    assert "Most for each meeting: Ann 2.0 and Bo 0.1. Next: " in words
    assert picture(plot_conversion, data, overall=overall).alt == words
    assert "no meeting" in plot_conversion.describe(data.iloc[:0])
    assert np.isfinite(plot_conversion.height(data, 3.5))


def test_a_bar_is_explained_only_where_one_is_drawn(data: pd.DataFrame) -> None:
    nothing = data.assign(per_meeting=pd.NA, won_share=pd.NA).astype(
        {"per_meeting": "Float64", "won_share": "Float64"}
    )
    assert not any("Bar:" in text.get_text() for text in plot_conversion(nothing).texts)
    assert any("Bar:" in text.get_text() for text in plot_conversion(data).texts)


def test_a_dot_is_filled_only_where_the_metric_can_tell(data: pd.DataFrame, overall: pd.DataFrame) -> None:
    # Bars of so few lie clear of the line, and an exact test sees nothing in them.
    unsure = data.assign(per_meeting_apart=False, won_apart=False).astype(
        {"per_meeting_apart": "boolean", "won_apart": "boolean"}
    )
    ax = plot_conversion(unsure, overall=overall)
    assert [dots(inner)[1] for inner in ax.child_axes] == [{}, {}]
    assert not any("Filled" in text.get_text() for text in ax.texts)
