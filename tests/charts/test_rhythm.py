"""The heat map of rhythm, read back: numbers are shares of days, frames are what stands out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PatchCollection
from matplotlib.colors import to_hex

import partnership_analysis as pa
from partnership_analysis.charts.rhythm import SHADES, plot_rhythm
from partnership_analysis.charts.theme import NARROW, figure_of, new_axes, theme

from .test_charts import draw


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    fridays = pd.date_range("2025-01-03", periods=26, freq="7D")
    rows = [
        pd.DataFrame({"date": fridays - pd.Timedelta(days=back), "partner": name, "kind": "meeting"})
        for back, name in ((0, "Ann"), (1, "Bo"), (2, "Bo"), (3, "Cy"), (4, "Cy"))
    ]
    few = pd.DataFrame({"date": fridays[:3], "partner": "Di", "kind": "meeting"})
    return pa.Portfolio.from_frames(interactions=pd.concat([*rows, few]))


@pytest.fixture(scope="module")
def cells(portfolio: pa.Portfolio) -> pd.DataFrame:
    return pa.rhythm_cells(portfolio)


def group(ax, gid: str) -> PatchCollection:  # type: ignore[no-untyped-def]
    (part,) = [part for part in ax.collections if part.get_gid() == gid]
    return part


def middles(part: PatchCollection) -> list[tuple[float, float]]:
    return [tuple(np.round(path.get_extents().get_points().mean(axis=0), 6)) for path in part.get_paths()]


def test_every_cell_has_its_shade_and_number(cells: pd.DataFrame) -> None:
    ax = draw(plot_rhythm, cells)
    # Those who stand out stand in the order of their day: Cy on Mondays or Tuesdays, Bo, Ann on Fridays.
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Cy", "Bo", "Ann"]
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
    ]  # fmt: skip
    assert len(group(ax, "cells").get_paths()) == 3 * 5
    numbers = {
        text.get_position(): text.get_text()
        for text in ax.texts
        if text.get_gid() not in ("subtitle", "next")
    }
    assert numbers[4, 0] == "100"
    assert numbers[2, 1] == numbers[3, 1] == numbers[0, 2] == numbers[1, 2] == "50"
    assert len(numbers) == 5
    shades = [to_hex(colour) for colour in group(ax, "cells").get_facecolor()]
    assert shades.count(SHADES[-1]) == 1
    assert shades.count(SHADES[0]) == 10


def test_frames_are_what_stands_out(cells: pd.DataFrame) -> None:
    ax = draw(plot_rhythm, cells)
    found = cells[cells["stands_out"].fillna(False)]
    assert set(found["partner"]) == {"Ann", "Bo", "Cy"}
    rows = {label.get_text(): y for y, label in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)}
    wanted = {(float(row.place), rows[row.partner]) for row in found.itertuples()}
    assert set(middles(group(ax, "frames"))) == wanted
    bold = {text.get_position() for text in ax.texts if text.get_weight() == "bold"}
    assert bold == wanted


def test_who_is_left_out_is_counted(cells: pd.DataFrame) -> None:
    words = next(text.get_text() for text in plot_rhythm(cells).texts if text.get_gid() == "subtitle")
    assert "Left out: 1 partner with fewer than 20 days on record." in words.replace("\n", " ")
    assert "Rhythm of 3 partners by weekday: by more than chance" in plot_rhythm.describe(cells)
    assert "Ann on Fridays (100%)" in plot_rhythm.describe(cells)


def test_how_many_of_all_are_shown_is_said(cells: pd.DataFrame) -> None:
    def words(of: int) -> str:
        (said,) = [
            text.get_text() for text in plot_rhythm(cells, of=of).texts if text.get_gid() == "subtitle"
        ]
        return said.replace("\n", " ")

    assert (
        "Shown: 3 of 40 partners with 20 days or more on record, those whose days differ most surely."
        in words(40)
    )
    assert "Shown: the 3 partners with 20 days or more on record." in words(3)
    months = cells.replace({"cell": {"Monday": "January"}})
    assert "Shown" not in plot_rhythm(cells).texts[0].get_text()
    said = " ".join(plot_rhythm(months, of=3).texts[0].get_text().split())
    assert "Shown: the 3 partners with 20 days or more in two whole years on record." in said
    assert plot_rhythm.describe(cells, of=40).startswith("Rhythm of 3 of 40 partners by weekday")


@pytest.mark.parametrize(("first", "count"), [("January", 12), ("week 1", 14)])
def test_on_a_phone_every_number_has_room_in_its_cell(first: str, count: int) -> None:
    table = pd.DataFrame(
        {
            "partner": "The Extraordinarily Long-Winded Association",
            "cell": [first, *[f"week {n}" for n in range(2, count + 1)]],
            "place": pd.array(range(count), dtype="Int64"),
            "days": pd.array([44] * count, dtype="Int64"),
            "share": pd.array([0.44] * count, dtype="Float64"),
            "stands_out": pd.array([n == 3 for n in range(count)], dtype="boolean"),
        }
    )
    with theme():
        ax = plot_rhythm(table, ax=new_axes(NARROW, plot_rhythm.height(table, NARROW)))
        figure_of(ax).draw_without_rendering()
        numbers = [text for text in ax.texts if text.get_gid() not in ("subtitle", "next")]
        assert [text.get_text() for text in numbers] == ["44"] * count
        assert sum(text.get_weight() == "bold" for text in numbers) == 1
        step = ax.transData.transform((1, 0))[0] - ax.transData.transform((0, 0))[0]
        assert max(text.get_window_extent().width for text in numbers) < 0.9 * step
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert names == (list("JFMAMJJASOND") if count == 12 else [str(n + 1) for n in range(count)])


def test_too_little_is_said(cells: pd.DataFrame) -> None:
    alone = cells[cells["partner"] == "Di"]
    assert plot_rhythm.describe(alone).startswith(
        "An empty chart. Nobody has 20 days with an interaction, from"
    )
    assert "Months need two whole years on record" in plot_rhythm.describe(alone.assign(cell="January"))


def test_of_a_short_record_the_months_say_why(portfolio: pa.Portfolio) -> None:
    assert "Nobody has" not in plot_rhythm.describe(pa.rhythm_cells(portfolio, "month", most=2))
    assert "Months need two whole years" in plot_rhythm.describe(pa.rhythm_cells(portfolio, "month", most=2))


def test_without_a_frame_the_shown_are_the_nearest(cells: pd.DataFrame) -> None:
    plain = cells.assign(stands_out=cells["stands_out"].mask(cells["stands_out"].fillna(False), False))
    (said,) = [text.get_text() for text in plot_rhythm(plain, of=40).texts if text.get_gid() == "subtitle"]
    assert (
        "Shown: 3 of 40 partners with 20 days or more on record, those nearest to differing."
        in said.replace("\n", " ")
    )
    # All may have the same best day: what nobody has is one of their own.
    assert "Nobody differs from everybody else by more than chance." in said.replace("\n", " ")


def test_few_is_not_none(cells: pd.DataFrame) -> None:
    mine = cells[cells["partner"] == "Ann"].assign(
        days=[0, 1, 24, 25, 200, 0, 0], share=[0.0, 0.004, 0.096, 0.1, 0.8, 0.0, 0.0]
    )
    ax = draw(plot_rhythm, mine)
    assert "<1" in [text.get_text() for text in ax.texts]
    shades = [to_hex(colour) for colour in group(ax, "cells").get_facecolor()]
    assert shades[:2] == [SHADES[0], SHADES[1]]


def test_one_partner_has_nobody_to_be_set_beside() -> None:
    days = pd.date_range("2025-01-03", periods=26, freq="7D")
    rows = pd.DataFrame({"date": days, "partner": "Ann", "kind": "meeting"})
    alone = pa.Portfolio.from_frames(interactions=rows)
    assert plot_rhythm.describe(pa.rhythm_cells(alone)).endswith(
        "nobody else is on record: it needs a second partner in the interactions table."
    )
    few = pa.Portfolio.from_frames(interactions=rows.head(9))
    assert plot_rhythm.describe(pa.rhythm_cells(few)).endswith(
        "a second partner in the interactions table, and 20 days with an interaction."
    )
    # Of months it is the record that is too short.
    assert "Months need two whole years" in plot_rhythm.describe(pa.rhythm_cells(alone, "month"))


def test_white_and_the_short_week_are_said(cells: pd.DataFrame, portfolio: pa.Portfolio) -> None:
    def words(data: pd.DataFrame) -> str:
        (said,) = [text.get_text() for text in plot_rhythm(data).texts if text.get_gid() == "subtitle"]
        return said.replace("\n", " ")

    assert "fall on each weekday, in per cent; white: none. From interactions." in words(cells)
    assert "white" not in words(cells.assign(days=cells["days"].mask(cells["days"] == 0, 1)))
    weeks = words(pa.rhythm_cells(portfolio, "week of quarter"))
    assert "fall in each week of the quarter" in weeks
    assert "Week 14 has one day, and in some quarters none." in weeks


def test_equal_figures_have_one_shade(cells: pd.DataFrame) -> None:
    # 10.4 and 9.6 are both 10, on either side of a step of shares as they are.
    mine = cells[cells["partner"] == "Ann"].assign(days=30, share=[0.104, 0.096, 0.10, 0.2, 0.3, 0.1, 0.1])
    ax = draw(plot_rhythm, mine)
    shades = [to_hex(colour) for colour in group(ax, "cells").get_facecolor()]
    assert [text.get_text() for text in ax.texts if text.get_gid() not in ("subtitle", "next")][:3] == [
        "10",
        "10",
        "10",
    ]
    assert len(set(shades[:3])) == 1
