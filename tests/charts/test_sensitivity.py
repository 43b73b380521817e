"""What another choice would change, read back from the bars."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from partnership_analysis.charts.sensitivity import HEADS, plot_sensitivity


@pytest.fixture
def data() -> pd.DataFrame:
    rows = [
        ("window", "6 months", 10, 0.82, 3, "Ann; Bo; Cy"),
        ("method", "published", 10, None, 9, "Ann; Bo"),
        ("weight", "strategic_referral x 2", 10, 1.0, 0, ""),
    ]
    table = pd.DataFrame(rows, columns=["choice", "name", "partners", "correlation", "changed", "who"])
    return table.astype({"correlation": "Float64", "changed": "Int64", "partners": "Int64"})


def test_bars_are_the_counts_of_all(data: pd.DataFrame) -> None:
    ax = plot_sensitivity(data)
    widths = [patch.get_width() for patch in ax.patches if isinstance(patch, Rectangle)]
    assert widths == [10, 10, 10, 3, 9, 0]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["6 months", "published formula", "introduction × 2"]


def test_who_they_are_stands_where_there_is_room(data: pd.DataFrame) -> None:
    words = [text.get_text() for text in plot_sensitivity(data).texts]
    # Where a bar leaves no room beside it they stand inside.
    assert {"3  Ann, Bo and Cy", "9  Ann and Bo", "0", "0.82", "–", "1.00"} <= set(words)
    assert set(HEADS.values()) <= set(words)


def test_names_never_lose_how_many_others_there_are(data: pd.DataFrame) -> None:
    names = "; ".join(["The Extraordinarily Long Name of a Partnership"] * 4)
    many = data.assign(partners=100, changed=[4, 70, 90], who=[names, names, "Ann; Bo; Cy; Di"])
    words = [text.get_text() for text in plot_sensitivity(many).texts if text.get_gid() != "next"]
    assert "4  The Extraordinarily Long Name of a Partnership and 3 others" in words
    # Where not even one name has room, the count stands alone.
    assert "70" in words and "90  Ann, Bo, Cy and Di" in words
    assert not any("…" in text for text in words)
    # A name that has no room is shortened before all are left out.
    longer = many.assign(changed=[4, 55, 90])
    words = [text.get_text() for text in plot_sensitivity(longer).texts]
    assert "55  The Extraordinarily… and 3 others" in words


def test_what_it_says(data: pd.DataFrame) -> None:
    assert plot_sensitivity.describe(data).split(" Next: ")[0] == (
        "Of 10 partners so many would change band if one choice were another: published formula 9, 6 months 3 and "
        "introduction × 2 0."
    )
    assert plot_sensitivity.describe(data.assign(changed=pd.NA)).startswith("An empty chart.")


def test_the_whole_is_said_and_who_of_it_has_no_band_yet(data: pd.DataFrame) -> None:
    def words(early: int, rows: pd.DataFrame = data) -> str:
        bands = pd.DataFrame(
            {"partner": list("ABCDEFGHIJ"), "band": ["too early"] * early + ["weak"] * (10 - early)}
        )
        return " ".join(text.get_text() for text in plot_sensitivity(rows, bands=bands).texts).replace(
            "\n", " "
        )

    assert "Whole bar: 10 partners." in words(0)
    assert "Whole bar: 10 partners, 2 of them too early for a band." in words(2)
    # That nothing changes would seem to be good news.
    assert words(10).startswith("Too little is on record for anybody's band")
    assert words(10, data.assign(changed=pd.NA)).startswith("Nobody has an RVI")
    assert "Whole" not in words(0, data.assign(partners=1, changed=1, who="Ann"))


def test_what_cannot_be_compared_has_no_column(data: pd.DataFrame) -> None:
    def words(rows: pd.DataFrame) -> str:
        return " ".join(text.get_text() for text in plot_sensitivity(rows).texts).replace("\n", " ")

    assert "–: too few partners to compare." in words(data)
    two = data.assign(correlation=pd.array([pd.NA] * 3, dtype="Float64"), partners=2, changed=1)
    assert not any(word in words(two) for word in ("order kept", "Order kept", "–"))
