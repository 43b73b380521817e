"""The focus plan read back through its points and rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba

from partnership_analysis.charts.focus import plot_focus
from partnership_analysis.charts.focus_marks import MARKS
from partnership_analysis.charts.focus_plan import plot_focus_plan
from partnership_analysis.charts.theme import NARROW, WIDE, figure_of, new_axes

PLAN = pd.DataFrame(
    {
        "partner": ["Ann", "Bo", "Cy", "Di", "Ed"],
        "kept": pd.array([True, True, False, False, None], dtype="boolean"),
        "verdict": ["keep", "nurture", "renegotiate", "let go", None],
        "worth": [900.0, 500.0, 700.0, 100.0, None],
        "low": [500.0, 100.0, 300.0, 0.0, None],
        "high": [1300.0, 900.0, 1100.0, 200.0, None],
        "basis": "won value",
        "hours": [4.0, 4.0, 9.0, 5.0, None],
        "worth_per_hour": [56.0, 31.0, 19.0, 5.0, None],
    }
).astype({"worth": "Float64", "low": "Float64", "high": "Float64", "hours": "Float64"})


def shown(words: str) -> str:
    """Alternative text without the next step, which has its own tests."""
    return words.split(" Next: ")[0]


def marks(ax: Axes) -> dict[str, tuple[list[list[float]], bool]]:
    """Points of each verdict, and whether they are filled."""
    found = {}
    for part in ax.collections:
        if type(part).__name__ != "PathCollection" or not len(part.get_offsets()):
            continue
        edge = tuple(part.get_edgecolor()[0])
        verdict = next(name for name, mark in MARKS.items() if to_rgba(mark.colour) == edge)
        filled = tuple(part.get_facecolor()[0]) == edge
        found[verdict] = (np.asarray(part.get_offsets()).round(3).tolist(), filled)
    return found


def said_on(ax: Axes) -> str:
    """All words of a chart."""
    return " ".join(text.get_text() for text in ax.texts).replace("\n", " ")


def test_points_are_hours_and_worth() -> None:
    found = marks(plot_focus(PLAN, currency="GBP", capacity=8.0))
    assert found["keep"] == ([[4.0, 900.0]], True)
    # Equal hours are moved a little apart, the highest worth keeps its place.
    ((x, y),), filled = found["nurture"]
    assert (abs(x - 4.0) < 0.2, y, filled) == (True, 500.0, True)
    assert found["renegotiate"] == ([[9.0, 700.0]], False)
    assert found["let go"] == ([[5.0, 100.0]], False)


def test_words_of_the_points() -> None:
    ax = plot_focus(PLAN, currency="GBP", capacity=8.0)
    words = [text.get_text() for text in ax.texts]
    assert {"Ann", "Bo", "Cy", "Di", "● keep 1", "◇ renegotiate 1"} <= set(words)
    assert "not drawn, worth or hours unknown: 1" in words
    assert any("2 of 5 partners kept: 8 of 8 hours a quarter." in word.replace("\n", " ") for word in words)
    assert any(word.endswith("an hour") for word in words)


def test_no_mark_hides_anothers_state() -> None:
    # Forty at the same hours and nearly the same worth: let go by the dozen, one kept, one to be nurtured.
    many = pd.concat([PLAN.iloc[[3]]] * 40, ignore_index=True).assign(partner=[f"P{n}" for n in range(40)])
    many["worth"] = pd.array(100.0 + 3 * np.arange(40), dtype="Float64")
    many.loc[[10, 20], "verdict"] = ["keep", "nurture"]
    many.loc[[10, 20], "kept"] = True
    for data in (many, pd.concat([many, PLAN.iloc[[0]]], ignore_index=True)):
        ax = plot_focus(data, ax=new_axes(WIDE, 5))
        ax.figure.canvas.draw()
        parts = [part for part in ax.collections if isinstance(part, PathCollection)]
        spots = [ax.transData.transform(part.get_offsets()) for part in parts]
        one, rest = np.vstack([spot for spot in spots if len(spot) < 10]), max(spots, key=len)
        apart = np.hypot(*(one[:, None] - rest[None]).T) / ax.figure.dpi * 72
        assert apart.min() > 3
        # The rarest lie on top.
        counts = [len(spot) for spot in spots]
        assert counts == sorted(counts, reverse=True)
        assert "Near points are moved sideways a little." in said_on(ax)


def test_nurture_is_explained_where_it_is_drawn() -> None:
    for plot in (plot_focus, plot_focus_plan):
        for data, said in ((PLAN, True), (PLAN.assign(verdict="keep"), False)):
            words = said_on(plot(data))
            assert ("Nurture: new, long not met or not sure yet, so give it time." in words) is said


def test_names_leave_each_other_room() -> None:
    rng = np.random.default_rng(0)
    many = pd.concat([PLAN.head(4)] * 10, ignore_index=True).assign(
        partner=[f"Partner {n}" for n in range(40)]
    )
    many["hours"], many["worth"] = rng.uniform(1, 9, 40), rng.uniform(100, 900, 40)
    ax = plot_focus(many)
    ax.figure.canvas.draw()
    names = [text for text in ax.texts if text.get_text().startswith("Partner")]
    boxes = [text.get_window_extent() for text in names]
    assert len(boxes) > 10
    over = [
        (a, b) for n, a in enumerate(boxes) for b in boxes[n + 1 :] if a.padded(-1).overlaps(b.padded(-1))
    ]
    assert not over
    assert (
        len(
            [
                text
                for text in plot_focus(many, ax=new_axes(NARROW, 5)).texts
                if text.get_text().startswith("Partner")
            ]
        )
        <= 10
    )


def test_rows_of_the_plan() -> None:
    ax = plot_focus_plan(PLAN, currency="GBP", capacity=8.0)
    found = marks(ax)
    # Two are kept, a line, then the others.
    assert found["keep"] == ([[900.0, 5.0]], True)
    assert found["nurture"] == ([[500.0, 4.0]], True)
    assert found["renegotiate"] == ([[700.0, 2.0]], False)
    (line,) = [each for each in ax.lines if len(set(each.get_ydata())) == 1]
    assert 2.5 < line.get_ydata()[0] < 3.5
    words = [text.get_text() for text in ax.texts]
    assert "2 of 5 partners kept: 8 of 8 hours a quarter" in words
    assert {"● keep", "◆ nurture", "◇ renegotiate", "○ let go", "unknown"} <= set(words)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Ann", "Bo", "Cy", "Di", "Ed"]
    narrow = [text.get_text() for text in plot_focus_plan(PLAN, ax=new_axes(NARROW, 3), capacity=8.0).texts]
    assert {"● keep 1", "2 kept: 8 of 8 hours", "4 h"} <= set(narrow)


@pytest.mark.parametrize(("kept", "above"), [(2, False), (6, True)])
def test_who_is_left_out_lies_on_their_side_of_the_line(kept: int, above: bool) -> None:
    many = pd.concat([PLAN.head(1)] * 12, ignore_index=True).assign(partner=[f"P{n}" for n in range(12)])
    many["kept"] = pd.array([n < kept for n in range(12)], dtype="boolean")
    many.loc[~many["kept"], "verdict"] = "let go"
    ax = plot_focus_plan(many, most=4)
    gaps = [text for text in ax.texts if text.get_gid() == "left out"]
    (line,) = [text for text in ax.texts if text.get_gid() == "line"]
    assert [gap.xy[1] > line.xy[1] for gap in gaps] == [True] * above + [False]
    # The first of those who are not kept are named.
    assert {f"P{kept}", f"P{kept + 1}"} <= {label.get_text() for label in ax.get_yticklabels()}
    low = "· · ·  8 more, worth no more  · · ·" if not above else "· · ·  4 more, worth no more  · · ·"
    assert gaps[-1].get_text() == low


def test_who_is_not_kept_is_hollow_whatever_the_verdict() -> None:
    young = PLAN.assign(verdict=["keep", "nurture", "nurture", "let go", None])
    for plot in (plot_focus, plot_focus_plan):
        ax = plot(young, ax=new_axes(NARROW, 5))
        (part,) = [
            part
            for part in ax.collections
            if isinstance(part, PathCollection)
            and tuple(part.get_edgecolor()[0]) == to_rgba(MARKS["nurture"].colour)
        ]
        filled = {
            round(float(worth)): tuple(face) != to_rgba("white")
            for worth, face in zip(
                np.asarray(part.get_offsets())[:, 1 if plot is plot_focus else 0],
                part.get_facecolor(),
                strict=True,
            )
        }
        assert filled == {500: True, 700: False}
        assert "◆◇ nurture 2" in {text.get_text() for text in ax.texts}
    words = {text.get_text() for text in plot_focus_plan(young).texts}
    assert {"◆ nurture", "◇ nurture"} <= words


def test_a_range_that_is_cut_ends_in_an_arrow() -> None:
    far = PLAN.assign(high=pd.array([9000.0, 900.0, 1100.0, 200.0, None], dtype="Float64"))
    for plot, sign in ((plot_focus, "▴"), (plot_focus_plan, "▸")):
        for data, cut in ((far, True), (PLAN, False)):
            ax = plot(data)
            (subtitle,) = [text for text in ax.texts if text.get_gid() == "subtitle"]
            assert (sign in subtitle.get_text()) == cut
            assert sum(len(line.get_xdata()) for line in ax.lines if line.get_gid() == "cut") == cut


def test_what_the_choice_rests_on_is_said() -> None:
    plan = PLAN.assign(counted=pd.array([900.0, 450.0, 0.0, 0.0, None], dtype="Float64"))
    plan.loc[0, "hours"] = pd.NA
    (subtitle,) = [text for text in plot_focus_plan(plan, capacity=8.0).texts if text.get_gid() == "subtitle"]
    words = subtitle.get_text().replace("\n", " ")
    assert "bring most in 8 hours a quarter, less what they offer alike" in words
    assert "Hours of 1 partner kept are unknown, counted as none." in words
    (subtitle,) = [text for text in plot_focus_plan(PLAN).texts if text.get_gid() == "subtitle"]
    assert not {"alike", "unknown"} & set(subtitle.get_text().replace(",", " ").split())


def test_where_all_is_worth_nothing_nobody_is_let_go() -> None:
    nothing = PLAN.assign(worth=pd.array([0.0] * 5, dtype="Float64"))
    assert plot_focus_plan.describe(nothing).startswith(
        "An empty chart. Nobody's worth is known, or it is nothing"
    )
    ax = plot_focus_plan(nothing)
    assert not ax.collections


def test_the_plan_says_only_what_is_so() -> None:
    def words(plan: pd.DataFrame, capacity: float | None = 8.0) -> str:
        ax = plot_focus_plan(plan, capacity=capacity)
        return next(text.get_text() for text in ax.texts if text.get_gid() == "subtitle").replace("\n", " ")

    assert "then the others (hollow)" in words(PLAN)
    assert "hollow" not in words(PLAN.head(2))
    reason = "Who would fit and is not kept competes with these or offers the same"
    assert reason not in words(PLAN, 12.0)
    assert reason in words(PLAN, 13.0)
    assert reason in words(PLAN, None)
    assert reason not in words(PLAN.head(2), None)


def test_who_is_not_named_is_counted() -> None:
    many = pd.concat([PLAN.head(1)] * 30, ignore_index=True).assign(partner=[f"P{n}" for n in range(30)])
    ax = plot_focus(many, ax=new_axes(NARROW, 5))
    names = [text for text in ax.texts if text.get_gid() == "name"]
    assert len(names) < 30
    assert f"{len(names)} of 30 are named" in {text.get_text() for text in ax.texts}
    assert "are named" not in " ".join(text.get_text() for text in plot_focus(PLAN).texts)


def test_whom_to_act_on_is_named_first() -> None:
    kept = pd.concat([PLAN.head(1)] * 12, ignore_index=True)
    kept = kept.assign(partner=[f"P{n}" for n in range(12)], hours=[4.0 + n for n in range(12)])
    ax = plot_focus(pd.concat([kept, PLAN.iloc[1:4]], ignore_index=True), ax=new_axes(NARROW, 5), most=12)
    names = [text.get_text() for text in ax.texts if text.get_gid() == "name"]
    assert set(names[:3]) == {"Bo", "Cy", "Di"}


def test_words() -> None:
    assert shown(plot_focus.describe(PLAN, currency="GBP", capacity=8.0)) == (
        "Focus plan, 2 of 5 partners kept: 8 of 8 hours a quarter. By worth (GBP a year), keep: Ann £900; nurture: Bo "
        "£500; renegotiate: Cy £700; let go: Di £100; worth unknown: 1 partner."
    )
    blank = PLAN.assign(worth=pd.array([pd.NA] * 5, dtype="Float64"))
    assert plot_focus_plan.describe(blank).startswith("An empty chart. Nobody's worth is known")
    index = PLAN.assign(basis="RVI")
    assert "By worth (RVI), keep: Ann 900.0" in plot_focus_plan.describe(index)


def test_nobody_is_worth_anything() -> None:
    ax = plot_focus(PLAN.assign(worth=PLAN["worth"] * 0))
    assert any("Nobody has brought anything" in text.get_text() for text in ax.texts)
    assert plot_focus.height(PLAN.assign(worth=PLAN["worth"] * 0), NARROW) == 1


def test_no_name_lies_under_a_mark() -> None:
    """Lozenges side by side, as of many with nearly equal hours."""
    many = pd.concat([PLAN.head(1)] * 14, ignore_index=True).assign(
        partner=[f"Partner {place}" for place in range(14)],
        hours=[4 + 0.4 * place for place in range(14)],
        worth=[500.0 + 15 * (place % 3) for place in range(14)],
        verdict="renegotiate",
    )
    ax = plot_focus(many.convert_dtypes(), ax=new_axes(NARROW, plot_focus.height(many, NARROW)))
    figure = figure_of(ax)
    figure.draw_without_rendering()
    half = 4.9 * figure.dpi / 72
    marks = np.vstack([part.get_offsets() for part in ax.collections if isinstance(part, PathCollection)])
    spots = ax.transData.transform(marks)
    names = [text for text in ax.texts if text.get_text().startswith("Partner")]
    assert names
    for name in names:
        box = name.get_window_extent()
        across = (spots[:, 0] > box.x0 - half) & (spots[:, 0] < box.x1 + half)
        assert not (across & (spots[:, 1] > box.y0 - half) & (spots[:, 1] < box.y1 + half)).any()


def test_a_line_or_a_range_does_not_strike_a_guides_words_through() -> None:
    guides = [text for text in plot_focus(PLAN, currency="GBP").texts if text.get_gid() == "guide"]
    assert guides
    for text in guides:
        box = text.get_bbox_patch()
        assert box is not None and tuple(box.get_facecolor()) == to_rgba("white")
        assert text.get_zorder() > 2
