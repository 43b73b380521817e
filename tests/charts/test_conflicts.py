"""Conflicts read back through arcs, dots and words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Arc

from partnership_analysis.charts.conflicts import MOST, plot_conflicts
from partnership_analysis.charts.theme import GREY, NARROW, WIDE, figure_of, new_axes, theme

DATA = pd.DataFrame(
    {
        "partner": ["Ann", "Bo", "Di", "Di"],
        "other": ["Bo", "Cy", None, "Nobody Ltd"],
        "conflict": [
            "compete with each other",
            "compete with each other",
            "serves our competitors",
            "names nobody we know",
        ],
        "worth": [900.0, 500.0, 100.0, 100.0],
        "worth_other": [500.0, None, None, None],
        "cost": [500.0, None, 100.0, None],
        "at_stake": [1400.0, None, 100.0, None],
        "basis": "won value",
    }
).convert_dtypes()
PLAN = pd.DataFrame({"partner": ["Ann", "Bo"], "kept": pd.array([True, False], dtype="boolean")})


def shown(words: str) -> str:
    """Alternative text without the next step, which has its own tests."""
    return words.split(" Next: ")[0]


def arcs(ax: Axes) -> list[tuple[float, float]]:
    """Upper and lower end of each arc."""
    return [
        (arc.center[1] + arc.height / 2, arc.center[1] - arc.height / 2)
        for arc in ax.patches
        if isinstance(arc, Arc)
    ]


def test_competitors_stand_together_with_an_arc_between() -> None:
    ax = plot_conflicts(DATA, currency="GBP")
    bold = {text.get_text(): text.xy[1] for text in ax.texts if text.get_weight() == "bold"}
    assert bold == {"Ann": 3.0, "Bo": 2.0, "Cy": 1.0, "Di": 0.0}
    assert arcs(ax) == [(3.0, 2.0), (2.0, 1.0)]
    words = [text.get_text() for text in ax.texts]
    assert {"competes with Bo", "competes with Ann and Cy"} <= set(words)
    assert "serves our competitors; competes with Nobody Ltd (no partner of ours)" in words
    assert {"worth £900 a year", "worth £500 a year", "worth unknown", "worth £100 a year"} <= set(words)


def test_filled_where_the_plan_keeps() -> None:
    ax = plot_conflicts(DATA, plan=PLAN)
    filled, hollow = (part for part in ax.collections if type(part).__name__ == "PathCollection")
    assert np.asarray(filled.get_offsets())[:, 1].tolist() == [3.0]
    assert sorted(np.asarray(hollow.get_offsets())[:, 1].tolist()) == [0.0, 1.0, 2.0]


def test_the_key_names_the_dots_that_are_drawn() -> None:
    def words(plan: pd.DataFrame) -> str:
        (found,) = [text for text in plot_conflicts(DATA, plan=plan).texts if text.get_gid() == "subtitle"]
        return found.get_text().replace("\n", " ")

    assert "Filled: the focus plan keeps it." in words(PLAN)
    nobody = words(PLAN.assign(kept=pd.array([False, False], dtype="boolean")))
    assert "Hollow: the focus plan keeps none of them." in nobody
    assert "Filled" not in nobody


def test_without_a_plan_nobody_is_filled() -> None:
    (part,) = [part for part in plot_conflicts(DATA).collections if type(part).__name__ == "PathCollection"]
    assert {tuple(colour) for colour in part.get_facecolor()} == {to_rgba(GREY)}


def test_a_long_conflict_takes_two_lines_on_a_phone() -> None:
    other = "Cy and the Younger Brothers"
    far = DATA.assign(
        partner=["Bo", "Ann", "Ann", "Di"],
        other=[other, other, None, None],
        conflict=["compete with each other"] * 2 + ["serves our competitors"] * 2,
    )
    height = plot_conflicts.height(far, NARROW)
    words = [text.get_text() for text in plot_conflicts(far, ax=new_axes(NARROW, height)).texts]
    assert f"serves our competitors; competes with Cy and\n{other.removeprefix('Cy and ')}" in words
    assert height > plot_conflicts.height(DATA.assign(other=far["other"]).head(2), NARROW)


def test_a_conflict_of_three_lines_is_whole_on_a_phone() -> None:
    kinds = ["serves our competitors", "compete with each other", "names nobody we know"]
    far = pd.concat([DATA.iloc[[2]]] * 3, ignore_index=True).assign(
        partner="Harcourt Legal",
        other=[None, "Brightwater Systems of the North", "Nobody and Daughters"],
        conflict=kinds,
    )
    ax = plot_conflicts(far, ax=new_axes(NARROW, plot_conflicts.height(far, NARROW)))
    (words,) = [text.get_text() for text in ax.texts if text.get_text().startswith("serves")]
    assert words.count("\n") == 2
    assert words.endswith("(no partner of ours)")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_of_long_names_every_conflict_is_said(width: float) -> None:
    tail = " of the Extraordinarily Long-Winded Association of Intermediaries and Introducers, Limited"
    far = pd.concat([DATA.iloc[[2]]] * 3, ignore_index=True).assign(
        partner=f"Harcourt Legal{tail}",
        other=[None, f"Brightwater Systems{tail}", f"Nobody{tail}"],
        conflict=["serves our competitors", "compete with each other", "names nobody we know"],
    )
    ax = plot_conflicts(far, ax=new_axes(width, plot_conflicts.height(far, width)), currency="GBP")
    (words,) = [text.get_text() for text in ax.texts if text.get_text().startswith("serves")]
    said = words.replace("\n", " ")
    assert "; competes with Brightwater Systems of" in said
    assert ", and with Nobody of the" in said
    assert said.endswith(" (no partner of ours)")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_name_is_cut_before_its_worth_and_no_sooner(width: float) -> None:
    name = "Merrow Tallis Accountants" if width == NARROW else "Merrow Tallis Accountants of Lower Wexcombe"
    data = DATA.iloc[[2]].assign(partner=name)
    with theme():
        ax = plot_conflicts(data, ax=new_axes(width, 2), currency="GBP")
        longer = plot_conflicts(data.assign(partner=name * 3), ax=new_axes(width, 2), currency="GBP")
        figure_of(longer).draw_without_rendering()
    assert name in [text.get_text() for text in ax.texts]
    (cut,) = [text for text in longer.texts if text.get_weight() == "bold"]
    (worth,) = [text for text in longer.texts if "£" in text.get_text()]
    assert cut.get_text().endswith("…")
    assert cut.get_window_extent().x1 < worth.get_window_extent().x0


def test_where_no_worth_is_known_the_column_gives_way_to_what_to_fill() -> None:
    blank = DATA.assign(**{name: DATA[name].mask(DATA[name].notna()) for name in ("worth", "worth_other")})
    words = [text.get_text().replace("\n", " ") for text in plot_conflicts(blank).texts]
    assert "worth unknown" not in words
    assert any(
        "Worth unknown: write referrals into the interactions table, and what was won into its column value"
        in word
        for word in words
    )
    assert not any("Worth unknown" in text.get_text() for text in plot_conflicts(DATA).texts)


def test_only_the_most_at_stake_of_many() -> None:
    many = pd.concat([DATA.iloc[[2]]] * 60, ignore_index=True).assign(partner=[f"P{n}" for n in range(60)])
    ax = plot_conflicts(many)
    words = [text.get_text() for text in ax.texts]
    assert f"Not drawn: {60 - MOST} more partners in a conflict, with no more at stake" in words
    assert "P0" in words
    assert "P59" not in words


def test_of_more_at_stake_no_less_is_said() -> None:
    pair = DATA.iloc[[0]].assign(at_stake=50)
    many = pd.concat([pair, *[DATA.iloc[[2]]] * 60], ignore_index=True)
    many["partner"] = ["Ann", *(f"P{n}" for n in range(60))]
    words = [text.get_text() for text in plot_conflicts(many).texts]
    who = f"Not drawn: {62 - MOST} more partners in a conflict"
    assert f"{who}: those who compete with each other stand first" in words
    unknown = many.assign(at_stake=pd.array([pd.NA] * len(many), dtype="Float64"))
    assert who in [text.get_text() for text in plot_conflicts(unknown).texts]


def test_words() -> None:
    assert shown(plot_conflicts.describe(DATA, currency="GBP")) == (
        "4 conflicts: Ann and Bo compete (giving up the lesser costs £500 a year); Bo and Cy compete; Di serves our "
        "competitors; Di competes with Nobody Ltd, no partner of ours."
    )
    assert plot_conflicts.describe(DATA.head(0)).startswith("An empty chart. No conflict is on record")


def test_of_more_conflicts_than_are_said_it_says_of_what() -> None:
    for count, rest in ((9, "; and 1 more conflict."), (12, "; and 4 more conflicts.")):
        many = pd.concat([DATA.iloc[[2]]] * count, ignore_index=True).assign(
            partner=[f"P{n}" for n in range(count)]
        )
        assert shown(plot_conflicts.describe(many)).endswith(rest)


def test_a_name_that_is_no_partners_is_explained() -> None:
    (words,) = [text for text in plot_conflicts(DATA).texts if text.get_gid() == "subtitle"]
    key = "dotted: competes with somebody who is no partner of ours, or misspelt"
    assert key in words.get_text().replace("\n", " ")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_who_is_not_drawn_is_said_inside_the_picture(width: float) -> None:
    pair = DATA.iloc[[0]].assign(at_stake=50)
    many = pd.concat([pair, *[DATA.iloc[[2]]] * 900], ignore_index=True)
    many["partner"] = ["Ann", *(f"P{n}" for n in range(900))]
    with theme():
        ax = plot_conflicts(many, ax=new_axes(width, plot_conflicts.height(many, width)))
        figure_of(ax).draw_without_rendering()
    (said,) = [text for text in ax.texts if text.get_gid() == "left out"]
    whole, box = figure_of(ax).bbox, said.get_window_extent()
    assert whole.x0 <= box.x0
    assert box.x1 <= whole.x1
    assert whole.y0 <= box.y0
    assert "…" not in said.get_text()


def test_stubs_lie_on_the_side_from_which_no_arc_comes() -> None:
    kinds = ["compete with each other", *["serves our competitors"] * 3, *["names nobody we know"] * 3]
    data = DATA.iloc[[0] * 7].assign(
        partner=["Ann", "Ann", "Bo", "Cy", "Ann", "Bo", "Di"],
        other=["Bo", None, None, None, "Nobody", "Nobody", "Nobody"],
        conflict=kinds,
    )
    ax = plot_conflicts(data, ax=new_axes(WIDE, plot_conflicts.height(data, WIDE)))
    dots = {text.get_text(): text.xy[1] for text in ax.texts if text.get_weight() == "bold"}
    (serves,) = [part for part in ax.collections if part.get_gid() == kinds[1]]
    (unknown,) = [part for part in ax.collections if part.get_gid() == kinds[-1]]
    (ann, bo, cy), (ann_too, bo_too, di) = (
        [path[0][1] for path in part.get_segments()] for part in (serves, unknown)
    )
    assert dots["Ann"] < ann < ann_too < dots["Ann"] + 0.3
    assert dots["Bo"] > bo > bo_too > dots["Bo"] - 0.3
    assert (cy, di) == (dots["Cy"], dots["Di"])
