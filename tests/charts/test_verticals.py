"""Verticals over time and their change: lines, dots, slopes and labels are the frame's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

import partnership_analysis as pa
from partnership_analysis.charts.picture import picture
from partnership_analysis.charts.theme import NARROW, WIDE
from partnership_analysis.charts.verticals import MOST, plot_vertical_performance


@pytest.fixture(scope="module")
def performance() -> pd.DataFrame:
    rows = [
        ("2025-01-10", "Ann", 3, 900.0),
        ("2025-04-10", "Ann", 5, None),
        ("2025-08-10", "Ann", 9, 12_000.0),
        ("2025-02-10", "Bo", 2, 400.0),
        ("2025-05-10", "Bo", 2, 500.0),
        ("2025-09-10", "Bo", 2, None),
    ]
    interactions = pd.DataFrame(rows, columns=["date", "partner", "count", "value"])
    interactions = interactions.assign(kind="referral", direction="received")
    about = pd.DataFrame({"partner": ["Ann", "Bo"], "vertical": ["Legal", "IT"]})
    rated = pd.DataFrame(
        {"date": "2025-01-01", "partner": ["Ann", "Bo"], "rater": "us", "factor": "trust", "score": 4}
    )
    return pa.vertical_performance(pa.Portfolio.from_frames(interactions, about, rated), as_of="2025-09-30")


def inner(ax: Axes) -> dict[str, Axes]:
    """Panels by their titles."""
    return {panel.get_title(loc="left"): panel for panel in ax.child_axes}


def end_of(panel: Axes) -> tuple[pd.Timestamp, float]:
    """The dot at a line's end."""
    (dot,) = [line for line in panel.lines if line.get_marker() == "o"]
    return pd.Timestamp(dot.get_xdata()[0]), float(dot.get_ydata()[0])


@pytest.mark.parametrize("measure", ["rvi", "received", "given"])
def test_lines_end_at_the_last_value(performance: pd.DataFrame, measure: str) -> None:
    ax = plot_vertical_performance(performance, measure=measure, currency="GBP")
    assert set(inner(ax)) == {"Legal", "IT"}
    for name, panel in inner(ax).items():
        rows = performance[(performance["vertical"] == name) & performance[measure].notna()]
        assert end_of(panel) == (rows["end"].iloc[-1], pytest.approx(float(rows[measure].iloc[-1])))
        assert panel.get_ylim()[1] >= rows[measure].max()
        assert panel.get_ylim() == ax.child_axes[0].get_ylim()


def test_a_count_alone_is_a_dot(performance: pd.DataFrame) -> None:
    gap = (performance["vertical"] == "Legal") & (performance["period"] == "2025Q2")
    panels = inner(plot_vertical_performance(performance.assign(rvi=performance["rvi"].mask(gap))))
    (alone,) = [line for line in panels["Legal"].lines if line.get_marker() == "."]
    known = performance[(performance["vertical"] == "Legal") & ~gap]["rvi"]
    assert alone.get_ydata().tolist() == known.tolist()


def test_value_is_bars_and_an_old_one_is_not_this_quarters(performance: pd.DataFrame) -> None:
    panels = inner(plot_vertical_performance(performance, measure="value", currency="GBP"))
    for name, panel in panels.items():
        rows = performance[performance["vertical"] == name]
        bars = [patch for patch in panel.patches if isinstance(patch, Rectangle)]
        assert [bar.get_height() for bar in bars] == rows["value"].fillna(0).tolist()
        first, last = panel.get_xlim()
        assert all(first <= bar.get_x() and bar.get_x() + bar.get_width() <= last for bar in bars)
        assert not panel.lines
    assert [text.get_text() for text in panels["Legal"].texts] == ["£12k"]
    assert [text.get_text() for text in panels["IT"].texts] == ["none now"]
    words = plot_vertical_performance.describe(performance, measure="value", currency="GBP")
    assert "IT from £400 to £500 in 2025 Q2, none since" in words


def test_ticks_are_round_in_the_unit_of_the_subtitle(performance: pd.DataFrame) -> None:
    ax = plot_vertical_performance(performance, measure="value", currency="GBP")
    ticks = ax.child_axes[0].get_yticks().tolist()
    labels = [label.get_text() for label in ax.child_axes[0].get_yticklabels()]
    assert [float(label) * 1000 for label in labels] == ticks
    assert any("£ thousand" in text.get_text() for text in ax.texts)
    counts = plot_vertical_performance(performance, measure="received").child_axes[0].get_yticks()
    assert all(float(tick).is_integer() for tick in counts)


def test_an_interval_does_not_flatten_the_lines(performance: pd.DataFrame) -> None:
    wide = performance.assign(partial=False, high=performance["high"] * 40)
    for table, room in ((performance.assign(partial=False, high=performance["rvi"]), 1.0), (wide, 1.5)):
        (top,) = {panel.get_ylim()[1] for panel in plot_vertical_performance(table).child_axes}
        assert top == pytest.approx(room * 1.05 * float(table["rvi"].max()))
    nothing = wide.assign(rvi=0.0, high=0.4)
    assert plot_vertical_performance(nothing).child_axes[0].get_ylim()[1] == pytest.approx(0.42)


def test_without_verticals_it_says_what_to_fill(performance: pd.DataFrame) -> None:
    alone = performance[performance["vertical"] == "IT"].assign(vertical="not described")
    for data, said in ((alone, True), (performance, False)):
        words = " ".join(text.get_text() for text in plot_vertical_performance(data).texts).replace("\n", " ")
        assert ("fill the column vertical of the partners table" in words) is said


def test_nothing_on_record_is_said(performance: pd.DataFrame) -> None:
    unknown = performance.assign(value=pd.array([pd.NA] * len(performance), dtype="Float64"))
    ax = plot_vertical_performance(unknown, measure="value")
    assert not ax.child_axes
    (words,) = [text.get_text() for text in ax.texts]
    assert (
        words
        == "No value won is on record: write referrals into the interactions table, and what was won into its column value."
    )
    assert plot_vertical_performance.describe(unknown, measure="value") == f"An empty chart. {words}"
    assert plot_vertical_performance.height(unknown, WIDE, measure="value") == 1
    assert plot_vertical_performance.height(unknown, WIDE, measure="received") > 1
    known = unknown.assign(value=unknown["value"].mask(unknown["vertical"] == "IT", 5.0))
    panels = inner(plot_vertical_performance(known, measure="value"))
    assert panels["Legal"].texts[-1].get_text() == "none on record"
    assert "No vertical has anything on record" in plot_vertical_performance.describe(performance.iloc[:0])


def test_nobody_rated_is_said(performance: pd.DataFrame) -> None:
    blank = pd.array([pd.NA] * len(performance), dtype="Float64")
    unrated = performance.assign(rvi=blank, low=blank, high=blank)
    said = plot_vertical_performance.describe(unrated)
    assert (
        said
        == "An empty chart. No vertical has a mean RVI: it needs at least one rating of trust. Fill the ratings table."
    )
    assert not plot_vertical_performance(unrated).child_axes
    assert picture(plot_vertical_performance, unrated).size[1] == 100
    assert picture(plot_vertical_performance, unrated, measure="received").size[1] > 100


def test_one_period_is_said_once_and_one_vertical_has_no_others(performance: pd.DataFrame) -> None:
    last = performance[performance["period"] == "2025Q3"]
    words = plot_vertical_performance.describe(last, measure="received").split(" Next: ")[0]
    # What is known once has not come from anywhere.
    assert words == "Referrals received of 2 verticals, 2025 Q3: IT 2 and Legal 9."
    alone = plot_vertical_performance(last[last["vertical"] == "IT"], measure="received")
    assert not any("Pale" in text.get_text() for text in alone.texts)


def test_many_verticals_are_some(performance: pd.DataFrame) -> None:
    legal = performance[performance["vertical"] == "Legal"]
    many = pd.concat([legal.assign(vertical=f"V{place:02}") for place in range(40)], ignore_index=True)
    ax = plot_vertical_performance(many, measure="received")
    assert len(ax.child_axes) == MOST
    assert any(f"The first {MOST} of 40" in text.get_text() for text in ax.texts)
    assert plot_vertical_performance.height(many, NARROW) > plot_vertical_performance.height(many, WIDE)


def test_pictures_of_both_widths(performance: pd.DataFrame) -> None:
    made = picture(plot_vertical_performance, performance)
    assert made.alt.startswith("Mean RVI of 2 verticals, 2025 Q1 to 2025 Q3: ")
    assert np.all(np.array(made.size) > 100)


def words_over(ax: Axes) -> str:
    return " ".join(text.get_text() for text in ax.texts if text.get_gid() == "subtitle").replace("\n", " ")


def test_of_one_quarter_nothing_is_said_that_is_not_drawn(performance: pd.DataFrame) -> None:
    last = performance[performance["period"] == "2025Q3"]
    alone, whole = (words_over(plot_vertical_performance(data)) for data in (last, performance))
    assert "each quarter's end" in alone
    assert "Bold: 2025 Q3." in alone
    assert not any(word in alone for word in ("Ribbon", "dotted", "Pale", "too early"))
    assert all(word in whole for word in ("Ribbon", "dotted", "Pale"))
    short = words_over(plot_vertical_performance(last.assign(days=30)))
    assert "Under three months on record: too early to judge." in short


def test_partners_of_a_mean_who_are_too_early_are_starred_and_counted(performance: pd.DataFrame) -> None:
    known = performance.assign(
        rated=pd.array([2] * len(performance), dtype="Int64"),
        too_early=((performance["vertical"] == "IT") & (performance["period"] == "2025Q3")).astype("Int64"),
    )
    words = "partners too early for a band are in the mean: IT 1 of 2."
    ax = plot_vertical_performance(known)
    values = {name: panel.texts[0].get_text() for name, panel in inner(ax).items()}
    last = performance[performance["period"] == "2025Q3"].set_index("vertical")["rvi"]
    assert values == {"Legal": f"{last['Legal']:.1f}", "IT": f"{last['IT']:.1f} *"}
    assert f"*\u00a0{words}" in words_over(ax)
    assert (
        plot_vertical_performance.describe(known)
        .split(" Next: ")[0]
        .endswith(f" In the last quarter {words}")
    )
    # Of counts nothing is too early, nor of means whose newcomers are old by now.
    for data, measure in ((known, "received"), (known.assign(too_early=known["too_early"].shift(1)), "rvi")):
        ax = plot_vertical_performance(data.fillna({"too_early": 0}), measure=measure)
        texts = [text.get_text() for panel in ax.child_axes for text in panel.texts]
        assert "*" not in "".join([words_over(ax), *texts])


def test_of_too_short_a_record_the_words_say_so_too(performance: pd.DataFrame) -> None:
    last = performance[performance["period"] == "2025Q3"].assign(days=30)
    assert (
        plot_vertical_performance.describe(last)
        .split(" Next: ")[0]
        .endswith(" Under three months on record: too early to judge.")
    )
    assert "too early" not in plot_vertical_performance.describe(last, measure="received")


def test_the_bar_of_one_quarter_is_dated_in_its_middle(performance: pd.DataFrame) -> None:
    last = performance[(performance["period"] == "2025Q3") & performance["value"].notna()]
    (panel,) = plot_vertical_performance(last, measure="value").child_axes
    (bar,) = [patch for patch in panel.patches if isinstance(patch, Rectangle)]
    assert panel.get_xticks().tolist() == [pytest.approx(bar.get_x() + bar.get_width() / 2)]
    assert [label.get_text() for label in panel.get_xticklabels()] == ["2025 Q3"]


def test_a_scale_that_a_giant_sets_is_said(performance: pd.DataFrame) -> None:
    giant = performance["rvi"].where(performance["vertical"] != "Legal", 1000.0)
    assert "One scale" in words_over(plot_vertical_performance(performance.assign(rvi=giant)))
    assert "One scale" not in words_over(plot_vertical_performance(performance))


def test_values_of_nothing_say_what_to_correct(performance: pd.DataFrame) -> None:
    words = "All values on record are 0: if something was won, correct the column value of the interactions table."
    nothing = performance.assign(value=performance["value"] * 0)
    assert words in words_over(plot_vertical_performance(nothing, measure="value"))
    assert words not in words_over(plot_vertical_performance(performance, measure="value"))
    assert words not in words_over(plot_vertical_performance(nothing, measure="received"))


def test_lines_lie_over_the_base_line(performance: pd.DataFrame) -> None:
    for panel in plot_vertical_performance(performance).child_axes:
        own = [line for line in panel.lines if line.get_linewidth() == 1.8 or line.get_marker() == "o"]
        assert own
        assert all(line.get_zorder() > panel.spines["bottom"].get_zorder() for line in own)
