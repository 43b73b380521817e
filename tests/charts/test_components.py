"""What the index is made of, read back from the bars."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from partnership_analysis.charts.components import LEAST, plot_components
from partnership_analysis.charts.theme import NARROW, WIDE, figure_of, new_axes
from partnership_analysis.metrics.kinds import SHORT
from partnership_analysis.schema import RVI_KINDS

COUNTS = {"Ann": (2, 0, 0, 1, 0), "Bo": (4, 0, 3, 0, 0)}


@pytest.fixture
def data() -> pd.DataFrame:
    rows = [
        (name, kind, count, 0.5 * count)
        for name, counts in COUNTS.items()
        for kind, count in zip(RVI_KINDS, counts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["partner", "kind", "count", "rvi"]).astype({"rvi": "Float64"})


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def bars(ax: Axes) -> list[tuple[float, float, float]]:
    found = [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_width() > 0]
    return sorted(
        (patch.get_y() + patch.get_height() / 2, patch.get_x(), patch.get_width()) for patch in found
    )


def test_parts_follow_each_other(data: pd.DataFrame) -> None:
    ax = plot_components(data)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Bo", "Ann"]
    assert [tuple(round(value, 6) for value in bar) for bar in bars(ax)] == [
        (0.0, 0.0, 1.0),
        (0.0, 1.0, 0.5),
        (1.0, 0.0, 2.0),
        (1.0, 2.0, 1.5),
    ]
    assert {"3.5", "1.5"} <= set(words(ax))
    assert {"4", "3", "2", "1"} <= set(words(ax))


def test_kinds_that_occur_are_named_in_the_order_of_the_parts(data: pd.DataFrame) -> None:
    shown = [text for text in words(plot_components(data)) if text in SHORT.values()]
    assert shown == ["referrals", "online", "events"]


def test_without_trust_it_counts(data: pd.DataFrame) -> None:
    unrated = data.assign(rvi=pd.array([pd.NA] * len(data), dtype="Float64"))
    ax = plot_components(unrated)
    assert {"7", "3"} <= set(words(ax))
    assert "Interactions of 2 partners" in plot_components.describe(unrated)


def test_one_beside_hundreds_is_seen_and_nothing_is_said_twice(data: pd.DataFrame) -> None:
    alone = data[data["kind"] == RVI_KINDS[0]].assign(
        count=[1, 900], rvi=pd.array([pd.NA] * 2, dtype="Float64")
    )
    ax = plot_components(alone, ax=new_axes(NARROW, 2))
    inches = ax.get_position().width * NARROW
    assert min(width for *_, width in bars(ax)) / 900 * inches == pytest.approx(LEAST)
    assert words(ax).count("900") == 1


def test_what_it_says(data: pd.DataFrame) -> None:
    assert plot_components.describe(data).split(" Next: ")[0] == (
        "The index of 2 partners by kind, the largest first: Bo 3.5, most from referrals; Ann 1.5, most from referrals."
    )


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_giant_total_is_not_cut_off(data: pd.DataFrame, width: float) -> None:
    giant = data.assign(rvi=data["rvi"].mask(data["partner"] == "Bo", data["rvi"] * 300_000))
    ax = plot_components(giant, ax=new_axes(width, plot_components.height(giant, width)))
    figure = figure_of(ax)
    figure.draw_without_rendering()
    (total,) = [text for text in ax.texts if text.get_text() == "1,050,000.0"]
    assert total.get_window_extent().x1 <= figure.bbox.x1


def test_a_bar_far_beyond_the_others_ends_with_the_scale(data: pd.DataFrame) -> None:
    rest = [pd.DataFrame({"partner": f"P{n}", "kind": RVI_KINDS, "count": 1, "rvi": 0.5}) for n in range(4)]
    much = data.assign(rvi=data["rvi"].mask(data["partner"] == "Bo", data["rvi"] * 400))
    many = pd.concat([much, *rest], ignore_index=True).astype({"rvi": "Float64"})
    ax = plot_components(many)
    right = ax.get_xlim()[1]
    assert right < 20
    ends = {round(y): max(x + width for place, x, width in bars(ax) if place == y) for y, _, _ in bars(ax)}
    assert max(ends.values()) == pytest.approx(right)
    # The others are as long as their numbers say.
    assert sorted(round(end, 6) for end in ends.values())[:2] == [1.5, 2.5]
    assert [list(line.get_ydata()) for line in ax.lines if line.get_gid() == "cut"] == [[5.0]]
    assert "1,400.0" in words(ax)
    assert any("▸: beyond the scale." in text.replace("\n", " ") for text in words(ax))
    assert not any("▸" in text for text in words(plot_components(data)))


def test_who_is_too_early_for_a_band_has_a_star(data: pd.DataFrame) -> None:
    bands = pd.DataFrame({"partner": ["Bo", "Ann"], "band": ["too early", "weak"]})
    ax = plot_components(data, bands=bands)
    assert {"3.5 *", "1.5"} <= set(words(ax))
    assert any(
        "* too early for a band." in text.replace("\u00a0", " ").replace("\n", " ") for text in words(ax)
    )
    assert "Bo 3.5, most from referrals, too early for a band; Ann 1.5" in plot_components.describe(
        data, bands=bands
    )
    for other in (bands.assign(band="weak"), None):
        assert not any("*" in text for text in words(plot_components(data, bands=other)))
    # Counts are what they are, however short the record is.
    unrated = data.assign(rvi=pd.array([pd.NA] * len(data), dtype="Float64"))
    assert not any("*" in text for text in words(plot_components(unrated, bands=bands)))


def test_many_without_anything_do_not_end_the_scale(data: pd.DataFrame) -> None:
    none = [pd.DataFrame({"partner": f"P{n}", "kind": RVI_KINDS, "count": 0, "rvi": 0.0}) for n in range(4)]
    ax = plot_components(pd.concat([data, *none], ignore_index=True).astype({"rvi": "Float64"}))
    assert ax.get_xlim()[1] == pytest.approx(3.5)
    assert not any("beyond" in text for text in words(ax))


def test_of_many_who_has_nothing_is_counted(data: pd.DataFrame) -> None:
    some = [pd.DataFrame({"partner": f"P{n}", "kind": RVI_KINDS, "count": 1, "rvi": 0.5}) for n in range(22)]
    none = pd.DataFrame({"partner": "Zoe", "kind": RVI_KINDS, "count": 0, "rvi": 0.0})
    many = pd.concat([data, *some, none], ignore_index=True).astype({"rvi": "Float64"})
    (said,) = [text for text in words(plot_components(many)) if text.startswith("Whole bar")]
    assert "Without any, not drawn: 1." in said.replace("\n", " ")
    few = many[many["partner"] != "P0"]
    assert not any("not drawn" in text for text in words(plot_components(few)))


def test_a_phone_has_no_line_of_a_key_for_nothing(data: pd.DataFrame) -> None:
    few = data[data["kind"] == "referral"]
    every = data.assign(rvi=1.0).astype({"rvi": "Float64"})
    # What to do next takes its own room.
    tall = [plot_components._height(rows, NARROW) for rows in (few, every)]
    assert tall[1] - tall[0] == pytest.approx(0.19 * 0.9)


def test_the_window_is_said(data: pd.DataFrame) -> None:
    dated = data.assign(month=pd.Timestamp("2025-09-01"))
    about = pd.DataFrame({"partner": ["Ann", "Bo"], "band": ["weak", "strong"], "months": [5, 12]})
    unrated = dated.assign(rvi=pd.array([pd.NA] * len(dated), dtype="Float64"))
    for rows in (dated, unrated):
        assert "up to 12 months to September 2025," in " ".join(words(plot_components(rows, bands=about)))
        assert "the window to September 2025," in " ".join(words(plot_components(rows)))


def test_what_is_all_of_a_bar_beyond_the_scale_is_said_once(data: pd.DataFrame) -> None:
    nothing = pd.array([pd.NA] * 2, dtype="Float64")
    rows = [
        pd.DataFrame({"partner": f"P{n}", "kind": RVI_KINDS[:2], "count": [count, 0], "rvi": nothing})
        for n, count in enumerate((900, 3, 2, 2, 1))
    ]
    ax = plot_components(pd.concat(rows, ignore_index=True))
    assert ax.get_xlim()[1] < 900
    assert words(ax).count("900") == 1
