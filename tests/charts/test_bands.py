"""Who changed band, read back from the drawing."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from partnership_analysis.charts.bands import plot_band_moves
from partnership_analysis.charts.theme import NARROW, new_axes, theme

ROWS = [
    ("Ann", "strong", "strong"),
    ("Bo", "strong", "promising"),
    ("Cy", "weak", "average"),
    ("Di", "weak", "weak"),
    ("Ed", None, "too early"),
    ("Flo", "weak", None),
]


@pytest.fixture
def data() -> pd.DataFrame:
    return pd.DataFrame(ROWS, columns=["partner", "band_before", "band"])


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def bars(ax: Axes) -> dict[str, float]:
    return {
        str(patch.get_gid()): round(patch.get_height(), 6)
        for patch in ax.patches
        if isinstance(patch, Rectangle)
    }


def test_bars_are_the_counts(data: pd.DataFrame) -> None:
    tall = bars(plot_band_moves(data))
    one = tall["now weak"]
    assert {name: round(height / one) for name, height in tall.items()} == {
        "before strong": 2,
        "now strong": 1,
        "now promising": 1,
        "now average": 1,
        "before weak": 2,
        "now weak": 1,
        "now too early": 1,
        "before not on record": 1,
    }


def test_flows_are_the_moves(data: pd.DataFrame) -> None:
    flows = {patch.get_gid() for patch in plot_band_moves(data).patches if " to " in str(patch.get_gid())}
    assert flows == {
        "strong to strong",
        "strong to promising",
        "weak to average",
        "weak to weak",
        "not on record to too early",
    }


def test_movers_are_named_with_a_mark_and_a_word(data: pd.DataFrame) -> None:
    shown = words(plot_band_moves(data))
    assert shown[shown.index("Bo, was strong") - 1] == "▼"
    assert shown[shown.index("Cy, was weak") - 1] == "▲"
    assert shown[shown.index("Ed, was not on record") - 1] == "•"
    assert not any(text.startswith(("Ann", "Di", "Flo")) for text in shown)
    assert "weak  1" in shown
    # Who was not on record may have been a partner for years: nobody is said to be new.
    assert not any("new" in text for text in shown)
    assert shown[shown.index("not on") + 1 : shown.index("not on") + 3] == ["record", "1"]


def test_marks_are_explained_where_there_are_any(data: pd.DataFrame) -> None:
    def subtitle(rows: pd.DataFrame) -> str:
        (said,) = [text for text in plot_band_moves(rows).texts if text.get_gid() == "subtitle"]
        return said.get_text().replace("\n", " ").replace("\u00a0", " ")

    assert (
        "now at the right. Pale: no change. ▲ rose, ▼ fell, • no band before. Too early: too little"
        in subtitle(data)
    )
    assert "Pale: no change. ▼ fell, • no band before." in subtitle(data.drop(index=2))
    still = subtitle(data[data["partner"].isin(["Ann", "Di"])])
    assert "Pale: no change." in still
    assert not any(word in still for word in ("rose", "fell", "before.", "Too early"))
    assert "Pale" not in subtitle(data[data["partner"].isin(["Bo", "Cy"])])


def test_many_movers_are_counted() -> None:
    many = pd.DataFrame({"partner": [f"P{n}" for n in range(40)], "band_before": "weak", "band": "strong"})
    with theme():
        ax = plot_band_moves(many, ax=new_axes(NARROW, plot_band_moves.height(many, NARROW)))
    assert words(ax)[words(ax).index("and 35 more") - 1] == "▲"
    assert plot_band_moves.height(many, NARROW) < 7


def test_of_movers_who_are_not_named_it_says_which_way_they_went() -> None:
    ways = ["weak"] * 6 + ["strong"] * 4
    many = pd.DataFrame({"partner": [f"P{n}" for n in range(10)], "band_before": ways, "band": "promising"})
    assert "and 5 more: ▲ 1, ▼ 4" in [word.replace("\u00a0", " ") for word in words(plot_band_moves(many))]


def test_what_it_says(data: pd.DataFrame) -> None:
    assert plot_band_moves.describe(data).split(" Next: ")[0] == (
        "Bands a quarter before and now: 2 of 5 partners stay in their band; fell: Bo (promising, was strong); rose: "
        "Cy (average, was weak); first counted: Ed (too early, was not on record)."
    )
    assert "1 of 1 partner stays in its band." in plot_band_moves.describe(data.head(1))
    nothing = data.assign(band=None)
    assert words(plot_band_moves(nothing)) == [
        "No partner has a band: it needs at least one rating of trust in the ratings table."
    ]
