"""Words are cut by their width: what is measured is what is drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from partnership_analysis.charts.lettering import AVERAGE, cut, fitted, width_of
from partnership_analysis.charts.letters import drawable
from partnership_analysis.charts.rows import name_rows, rows_for
from partnership_analysis.charts.strips import room
from partnership_analysis.charts.theme import NARROW, WIDE, figure_of, new_axes, theme

NAMES = (
    "i" * 60,
    "W" * 60,
    "Merrow Tallis Accountants and Partners of London",
    "東京法律事務所" * 5,
    "משרד עורכי דין " * 5,
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("letters", [15, 30])
def test_a_name_takes_the_room_of_so_many_letters(name: str, letters: int) -> None:
    with theme():
        words = cut(name, letters)
        # A blank before the ellipsis is left out.
        stop = len(words) + (name[len(words) - 1] == " ")
        wide, one_more = width_of(words, 9.5), width_of(name[:stop] + "…", 9.5)
    assert wide <= letters * AVERAGE * 9.5
    assert words.endswith("…")
    # As many letters as fit.
    assert one_more > letters * AVERAGE * 9.5
    assert name.startswith(words[:-1])


def test_what_fits_stays_whole() -> None:
    with theme():
        for name in ("Ann", "Eleanor Whitcombe", "", "i" * 25):
            assert cut(name, 18) == name
            assert cut(cut("W" * 40, 18), 18) == cut("W" * 40, 18)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_names_of_rows_are_no_wider_than_their_room(width: float) -> None:
    rows = rows_for(pd.DataFrame({"partner": NAMES}))
    with theme():
        ax = new_axes(width, 3)
        name_rows(ax, rows, NAMES, wide=34, narrow=20)
        figure_of(ax).draw_without_rendering()
        drawn = [label.get_window_extent().width / figure_of(ax).dpi for label in ax.get_yticklabels()]
        names = [label.get_text() for label in ax.get_yticklabels()]
        left = room(ax, names)
    most = (34 if width == WIDE else 20) * AVERAGE * 9.5
    assert max(drawn) <= most
    assert 0 < left <= width - max(drawn)
    assert np.ptp([len(name) for name in names]) > 5, "by letters all would be cut at one place"


@pytest.mark.parametrize("name", ["משרד עורכי דין ושותפים", "شركة النور للاستشارات المالية"])
@pytest.mark.parametrize(("before", "after"), [("", ""), ("1  ", "  5%"), ("Legal ", "  ▲ 4")])
def test_an_ellipsis_stands_where_a_name_from_the_right_ends(name: str, before: str, after: str) -> None:
    with theme():
        words = fitted(name, 0.8, 9.5)
    assert words.endswith("…")
    shown = drawable(f"{before}{words}{after}")
    assert drawable(shown) == shown
    if not before:
        # All of it is from the right: so is the line.
        assert shown == words
        return
    # Between marks from the right the ellipsis is at the name's left; our own words stay outside.
    assert f"{words}\N{RIGHT-TO-LEFT MARK}\N{LEFT-TO-RIGHT MARK}{after}" in shown
    assert shown.startswith(f"{before}\N{LEFT-TO-RIGHT MARK}")


def test_a_name_from_the_right_is_one_run_with_its_signs() -> None:
    mark = "\N{LEFT-TO-RIGHT MARK}"
    for name in ('כהן בע"מ', "לוי & בניו", "תל-אביב"):
        assert drawable(f"+ {name}  3") == f"+ {mark}{name}{mark}  3"
    # Two names of a list stay two.
    assert drawable("A: כהן, לוי") == f"A: {mark}כהן{mark}, {mark}לוי{mark}"


def test_a_number_inside_a_name_from_the_right_is_the_names() -> None:
    mark, other = "\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}"
    assert drawable("+ משרד 2 עורכי דין  12") == f"+ {mark}משרד 2 עורכי דין{mark}  12"
    assert drawable("A: משרד 24…: 3") == f"A: {mark}משרד 24…{other}{mark}: 3"
    # A number of ours stands after a name.
    assert drawable("משרד 24, £3") == f"{mark}משרד{mark} 24, £3"
