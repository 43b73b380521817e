"""Who gives and who takes: bars, strip and marks are the frame's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

import partnership_analysis as pa
from partnership_analysis.charts.picture import picture
from partnership_analysis.charts.reciprocity import plot_reciprocity
from partnership_analysis.charts.theme import NARROW, new_axes, theme
from partnership_analysis.metrics.exchange.reciprocity import BALANCED, THEY_GIVE, TOO_FEW, WE_GIVE


def exchange(pairs: list[tuple[str, int, int]], by: str = "partner") -> pd.DataFrame:
    """The metric's frame of so many received and given."""
    rows = [
        {"date": "2025-06-01", "partner": name, "kind": "referral", "direction": way, "count": count}
        for name, *counts in pairs
        for way, count in zip(("received", "given"), counts, strict=True)
        if count
    ]
    about = pd.DataFrame({"partner": [name for name, *_ in pairs]})
    about["vertical"] = about["partner"]
    return pa.reciprocity(pa.Portfolio.from_frames(pd.DataFrame(rows), about), by=by)


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return exchange([("Ann", 12, 0), ("Bo", 5, 4), ("Cy", 1, 1), ("Di", 1, 14)])


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def dots(ax: Axes) -> list[Any]:
    (strip,) = ax.child_axes
    return [part for part in strip.collections if hasattr(part, "get_sizes") and len(part.get_sizes())]


def test_bars_are_the_referrals(data: pd.DataFrame) -> None:
    before = data.copy(deep=True)
    ax = plot_reciprocity(data)
    bars = list(ax.patches)
    right, left = bars[: len(data)], bars[len(data) :]
    assert [bar.get_width() for bar in right] == data["received"].tolist()
    assert [-bar.get_width() for bar in left] == data["given"].tolist()
    assert [bar.get_y() + bar.get_height() / 2 for bar in right] == pytest.approx([3, 2, 1, 0])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Ann", "Bo", "Cy", "Di"]
    assert {"12", "0", "5", "4", "14"} <= set(texts(ax))
    pd.testing.assert_frame_equal(data, before)


def test_only_what_is_beyond_chance_is_solid(data: pd.DataFrame) -> None:
    assert data["label"].tolist() == [THEY_GIVE, BALANCED, TOO_FEW, WE_GIVE]
    ax = plot_reciprocity(data)
    assert [bar.get_alpha() == 1 for bar in ax.patches] == [True, False, False, True] * 2
    hollow, filled = dots(ax)
    assert hollow.get_offsets()[:, 1].tolist() == [2, 1]
    assert filled.get_offsets()[:, 1].tolist() == [3, 0]
    shown = texts(ax)
    assert [text for text in shown if text.endswith(" give")] == ["▶ they give", "◀ we give"]
    assert shown.count("too few to say") == 1


def test_the_strip_is_the_share_with_its_interval(data: pd.DataFrame) -> None:
    ax = plot_reciprocity(data)
    (strip,) = ax.child_axes
    lines = [part for part in strip.collections if type(part).__name__ == "LineCollection"]
    ends = {
        float(segment[0, 1]): (float(segment[0, 0]), float(segment[1, 0]))
        for part in lines
        for segment in part.get_segments()
    }
    for place, row in zip((3.0, 2.0, 1.0, 0.0), data.itertuples(), strict=True):
        assert ends[place] == pytest.approx((row.low, row.high))
    values = {float(y): float(x) for part in dots(ax) for x, y in part.get_offsets()}
    assert [values[place] for place in (3.0, 2.0, 1.0, 0.0)] == pytest.approx(data["share"].tolist())


def test_by_vertical_and_on_a_phone() -> None:
    data = exchange([("Legal", 9, 0), ("IT", 3, 3)], by="vertical")
    with theme():
        ax = plot_reciprocity(data, ax=new_axes(NARROW, 3))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Legal", "IT"]
    assert "▶" in texts(ax)
    assert "2 verticals" in plot_reciprocity.describe(data)


@pytest.mark.parametrize("count", [1, 10**7])
def test_exchange_of_any_size(count: int) -> None:
    data = exchange([("Ann", count, 0)])
    low, high = plot_reciprocity(data).get_xlim()
    assert low < 0 < count < high


def test_long_tables_say_how_many_lie_between() -> None:
    data = exchange([(f"Partner {place:03}", place + 1, 3) for place in range(80)])
    ax = plot_reciprocity(data)
    assert len(ax.patches) == 60
    assert any("50 more lie between" in text for text in texts(ax))
    assert plot_reciprocity.height(data, NARROW) < 10.5


def test_what_it_says(data: pd.DataFrame) -> None:
    words = plot_reciprocity.describe(data)
    assert "Ann 12 to 0" in words
    assert "Ann surely give more than they get; Di surely get more" in words
    assert "No exchange is one-sided" in plot_reciprocity.describe(data.iloc[1:3])
    made = picture(plot_reciprocity, data, period="12 months to June 2025")
    assert made.alt == words
    ax = plot_reciprocity(data, period="12 months to June 2025")
    assert any("12 months to June 2025" in text for text in texts(ax))


def test_the_words_name_the_rule_and_the_marks_in_use(data: pd.DataFrame) -> None:
    def words(table: pd.DataFrame) -> str:
        return texts(plot_reciprocity(table))[0].replace("-\n", "-").replace("\n", " ")

    firm = "\N{NO-BREAK SPACE}"
    rule = "six or more, split so unevenly by chance less than one time in 20."
    assert "Line: where the share received probably lies." in words(data)
    assert f"Filled: one-sided (◀{firm}we give more, ▶{firm}they give more), that is {rule}" in words(data)
    assert f"Filled: one-sided (▶{firm}they give more), that is {rule}" in words(data.head(3))
    assert f"Hollow: no exchange is one-sided; that takes {rule}" in words(data.iloc[1:3])


def test_of_many_tested_it_says_how_many_chance_would_mark(data: pd.DataFrame) -> None:
    # Only 6 to 0 and 0 to 6 of six are marked: 2 / 64 of each, 0.99 of 32 in all; of three far less than one.
    many = exchange([("Ann", 6, 0), *((f"P{place:02}", 3, 3) for place in range(31))])
    said = "Were all 32 tested even, chance would mark about one."
    assert " ".join(texts(plot_reciprocity(many))[0].split()).endswith(said)
    assert plot_reciprocity.describe(many).endswith(f"{said} Next: send a client to Ann.")
    assert "even" not in texts(plot_reciprocity(data))[0].split() + plot_reciprocity.describe(data).split()


def test_nothing_is_said() -> None:
    ax = plot_reciprocity(pd.DataFrame())
    (words,) = texts(ax)
    assert words.replace("\n", " ") == (
        "No referral is on record in the months counted: write referrals into the interactions table, with received or given "
        "in the column direction."
    )
    assert "No referral" in plot_reciprocity.describe(pd.DataFrame())


def test_names_as_people_have_them() -> None:
    names = [
        "The Long Name of a Partnership of Solicitors " * 4,
        "Łódź Żółw",
        "$x^2$ {b} \\alpha",
        "<b>",
        " ",
    ]
    data = exchange([(name, 3, 1) for name in names[:4]])
    assert picture(plot_reciprocity, data).narrow.startswith(b"\x89PNG")
    assert np.isfinite(plot_reciprocity.height(data, NARROW))


def test_beside_a_giant_little_is_still_seen() -> None:
    ax = plot_reciprocity(exchange([("Ann", 12, 0), ("Giant", 4000, 5000)]))
    bars = {bar.get_width() for bar in ax.patches}
    assert {4000, -5000, 0} < bars
    (little,) = bars - {4000, -5000, 0}
    assert 12 < little < 400
    (label,) = [text for text in ax.texts if text.get_text() == "12"]
    assert label.xy[0] == little  # type: ignore[attr-defined]
