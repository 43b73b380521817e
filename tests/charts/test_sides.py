"""Ours against theirs, read back from the dots."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.text import Annotation

from partnership_analysis.charts.sides import THEIRS, plot_sides
from partnership_analysis.charts.theme import GREY, NARROW, RECEIVED, WIDE, figure_of, new_axes
from partnership_analysis.charts.ties import crosses


@pytest.fixture
def data() -> pd.DataFrame:
    rows = [
        ("Ann", 6.0, 1.0, "rated"),
        ("Bo", 2.0, 2.2, "rated"),
        ("Cy", 0.5, 4.0, "ours stands in"),
        ("Di", None, None, None),
    ]
    table = pd.DataFrame(rows, columns=["partner", "ours", "theirs", "trust_source"])
    table = table.astype({"ours": "Float64", "theirs": "Float64", "trust_source": "string"})
    return table.assign(gap=table["ours"] - table["theirs"])


def test_dots_are_the_two_indices(data: pd.DataFrame) -> None:
    ax = plot_sides(data)
    (dots,) = [part for part in ax.collections if len(part.get_offsets())]
    places = {tuple(round(float(value), 6) for value in place) for place in dots.get_offsets()}
    assert places == {(6.0, 1.0), (2.0, 2.2), (0.5, 4.0)}
    hollow = [bool(np.allclose(face[:3], 1)) for face in dots.get_facecolor()]
    assert sum(hollow) == 1
    assert "Hollow" in " ".join(text.get_text() for text in ax.texts)


def test_colours_are_explained_as_far_as_they_are_drawn(data: pd.DataFrame) -> None:
    for rows, words in (
        (data, "Coloured: the two differ by more than half a point; grey: about the same."),
        (data.iloc[[0, 2]], "Coloured: the two differ by more than half a point. "),
    ):
        assert words in plot_sides(rows).texts[0].get_text().replace("\n", " ")
    assert "Coloured" not in plot_sides(data.iloc[[1]]).texts[0].get_text()


def test_who_is_too_early_for_a_band_is_grey_and_on_neither_side(data: pd.DataFrame) -> None:
    early = data.assign(too_early=[True, False, False, False], months=[2, 12, 12, 12])
    ax = plot_sides(early)
    (dots,) = [part for part in ax.collections if len(part.get_offsets())]
    edges = {
        tuple(float(value) for value in place): tuple(edge)
        for place, edge in zip(dots.get_offsets(), dots.get_edgecolors(), strict=True)
    }
    assert edges[6.0, 1.0] == edges[2.0, 2.2] == to_rgba(GREY)
    words = [text.get_text().replace("\n", " ") for text in ax.texts]
    assert "over up to 12 months, from" in words[0]
    assert "grey: about the same or too early for a band." in words[0]
    assert "▶ more to us: 0" in words
    assert "more to us" not in plot_sides.describe(early)


def test_one_far_beyond_the_others_leaves_them_their_places(data: pd.DataFrame) -> None:
    giant = pd.DataFrame(
        {
            "partner": ["Gus"],
            "ours": [1000.0],
            "theirs": [2000.0],
            "trust_source": ["rated"],
            "gap": [-1000.0],
        }
    )
    ax = plot_sides(pd.concat([data, giant], ignore_index=True))
    assert ax.get_xlim()[1] < 50
    dots, lozenge = [part for part in ax.collections if len(part.get_offsets())]
    assert len(dots.get_offsets()) == 3
    ((x, y),) = lozenge.get_offsets()
    assert y == pytest.approx(2 * x)
    assert y < ax.get_ylim()[1]
    assert "◆: beyond the scale" in ax.texts[0].get_text().replace("\n", " ")
    assert "◆" not in plot_sides(data).texts[0].get_text()


def test_dots_that_lie_on_each_other_are_said_to(data: pd.DataFrame) -> None:
    said = "One dot may stand for several partners."
    assert said not in plot_sides(data).texts[0].get_text().replace("\n", " ")
    twice = pd.concat([data, data.head(1).assign(partner="Al")], ignore_index=True)
    assert said in plot_sides(twice).texts[0].get_text().replace("\n", " ")


def test_coloured_dots_are_named_before_grey_ones() -> None:
    rows = [(f"Even {n}", 1.0 + n / 4, 1.1 + n / 4) for n in range(14)] + [
        (f"Far {n}", 1.0 + n, 9.0 - n) for n in range(4)
    ]
    table = pd.DataFrame(rows, columns=["partner", "ours", "theirs"]).assign(trust_source="rated")
    table["gap"] = table["ours"] - table["theirs"]
    words = {text.get_text() for text in plot_sides(table).texts}
    assert {f"Far {n}" for n in range(4)} <= words


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_name_has_the_colour_of_its_dot(data: pd.DataFrame, width: float) -> None:
    ax = plot_sides(data, ax=new_axes(width, plot_sides.height(data, width)))
    names = {text.get_text(): text.get_color() for text in ax.texts if text.get_gid() == "name"}
    assert names == {"Ann": RECEIVED, "Bo": GREY, "Cy": THEIRS}


def test_those_furthest_from_the_line_lie_over_the_others(data: pd.DataFrame) -> None:
    (dots,) = [part for part in plot_sides(data).collections if len(part.get_offsets())]
    x, y = np.asarray(dots.get_offsets()).T
    far = np.abs(x - y)
    assert far.tolist() == sorted(far)
    colours = [tuple(colour) for colour in np.asarray(dots.get_edgecolor())]
    assert colours == [to_rgba(colour) for colour in (GREY, THEIRS, RECEIVED)]


def test_a_name_between_two_dots_is_tied_to_its_own() -> None:
    rows = [("Ann", 2.0, 5.0), ("Bo", 1.7, 5.1), ("Cy", 2.3, 5.1), ("Di", 2.0, 4.7), ("Ed", 2.0, 5.4)]
    table = pd.DataFrame(rows, columns=["partner", "ours", "theirs"]).assign(trust_source="rated")
    table["gap"] = table["ours"] - table["theirs"]
    table["partner"] += " and the Younger Brothers"
    ax = plot_sides(table, ax=new_axes(NARROW, plot_sides.height(table, NARROW)))
    ties = [line for line in ax.lines if line.get_gid() == "tie"]
    assert ties
    spots = {(ours, theirs) for _, ours, theirs in rows}
    assert all((line.get_xdata()[0].round(6), line.get_ydata()[0].round(6)) in spots for line in ties)
    assert {line.get_color() for line in ties} == {THEIRS}


def test_who_finds_no_room_is_asked_first() -> None:
    # At the foot of the chart the further one takes the left, where alone the other's longer name has room.
    rows = [
        ("Penrose & Co", 2.7, 0.0),
        ("Ashgrove Notaries of Kent", 2.6, 0.0),
        ("Okafor Chambers", 0.0, 8.0),
    ]
    table = pd.DataFrame(rows, columns=["partner", "ours", "theirs"]).assign(trust_source="rated")
    table["gap"] = table["ours"] - table["theirs"]
    ax = plot_sides(table, ax=new_axes(NARROW, plot_sides.height(table, NARROW)))
    tones = {text.get_text(): text.get_color() for text in ax.texts if text.get_gid() == "name"}
    assert tones == {"Okafor Chambers": THEIRS, "Penrose & Co": RECEIVED, "Ashgrove Notaries…": RECEIVED}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_two_threads_cross(width: float, seed: int) -> None:
    chance = np.random.default_rng(seed)
    # Two at the foot of the chart, whose names have room only above and at the left, and a crowd.
    places = [(3.2, 0.0), (3.0, 0.0), *chance.uniform(0.2, 6, (12, 2)).round(1)]
    table = pd.DataFrame(places, columns=["ours", "theirs"]).assign(trust_source="rated")
    table["partner"] = [f"Number {n} & Daughters" for n in range(len(table))]
    table["gap"] = table["ours"] - table["theirs"]
    ax = plot_sides(table, ax=new_axes(width, plot_sides.height(table, width)))
    lines = [ax.transData.transform(line.get_xydata()) for line in ax.lines if line.get_gid() == "tie"]
    lines += [
        np.array([start, start + np.array(text.get_position()) * figure_of(ax).dpi / 72])
        for text in ax.texts
        if isinstance(text, Annotation) and text.arrow_patch is not None
        for start in [ax.transData.transform(text.xy)]
    ]
    assert lines
    for place, line in enumerate(lines):
        assert not crosses(line, np.array(lines[:place]))


def test_scales_are_equal_and_the_line_is_where_both_get_the_same(data: pd.DataFrame) -> None:
    ax = plot_sides(data)
    assert ax.get_xlim() == ax.get_ylim()
    assert list(ax.get_xticks()) == list(ax.get_yticks())
    (line,) = [line for line in ax.lines if line.get_gid() == "equality"]
    assert list(line.get_xdata()) == list(line.get_ydata())


def test_those_with_gaps_are_named_and_counted(data: pd.DataFrame) -> None:
    words = [text.get_text() for text in plot_sides(data).texts]
    assert {"Ann", "Cy", "▲ more to them: 1", "▶ more to us: 1"} <= set(words)
    assert "Di" not in words


def test_what_it_says(data: pd.DataFrame) -> None:
    assert plot_sides.describe(data).split(" Next: ")[0] == (
        "Index from our side and from theirs: worth more to us in the case of 1 partner (Ann 6.0 to 1.0); more to them "
        "in the case of 1 partner (Cy 0.5 to 4.0); about the same to both in the case of 1."
    )
    assert plot_sides.describe(data.iloc[3:]).startswith("An empty chart.")


def test_one_partner_is_named_on_a_phone(data: pd.DataFrame) -> None:
    one = data.head(1).assign(partner="Harcourt Legal", ours=6.0, theirs=4.9).assign(gap=1.1)
    ax = plot_sides(one, ax=new_axes(NARROW, plot_sides.height(one, NARROW)))
    assert "Harcourt Legal" in [text.get_text() for text in ax.texts]


def test_how_many_are_named_is_said_where_not_all_are(data: pd.DataFrame) -> None:
    many = pd.concat([data.head(1)] * 30, ignore_index=True).assign(partner=[f"P{n}" for n in range(30)])
    ax = plot_sides(many, ax=new_axes(NARROW, plot_sides.height(many, NARROW)))
    names = [text for text in ax.texts if text.get_gid() == "name"]
    (said,) = [text for text in ax.texts if text.get_gid() == "named"]
    assert said.get_text() == f"{len(names)} of 30 named, as room allows"
    figure_of(ax).draw_without_rendering()
    assert ax.xaxis.label.get_window_extent().x1 < said.get_window_extent().x0
    ticks = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert said.get_window_extent().y1 < min(tick.y0 for tick in ticks)
    assert not [text for text in plot_sides(data).texts if text.get_gid() == "named"]
