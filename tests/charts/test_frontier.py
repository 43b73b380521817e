"""The frontier read back through its bars."""

from __future__ import annotations

import pandas as pd
import pytest

from partnership_analysis.charts.frontier import LEAST, _fitting, plot_frontier
from partnership_analysis.charts.theme import NARROW, RECEIVED, WIDE, new_axes

DATA = pd.DataFrame(
    {
        "count": [1, 2, 3, 4, 5],
        "kept": [1, 2, 3, 3, 3],
        "value": [500.0, 900.0, 1000.0, 1000.0, 1000.0],
        "marginal": [500.0, 400.0, 100.0, 0.0, 0.0],
        "share": [0.5, 0.9, 1.0, 1.0, 1.0],
        "hours": [4.0, 8.0, 10.0, 10.0, 10.0],
        "partners": ["Ann", "Ann; Bo", "Ann; Cy; Di", "Ann; Cy; Di", "Ann; Cy; Di"],
        "joined": ["Ann", "Bo", "Cy; Di", "", ""],
        "left": ["", "", "Bo", "", ""],
    }
).convert_dtypes()


def shown(words: str) -> str:
    """Alternative text without the next step, which has its own tests."""
    return words.split(" Next: ")[0]


def test_a_bar_a_number_as_long_as_it_grows() -> None:
    ax = plot_frontier(DATA, currency="GBP", present=5)
    dark = [bar for bar in ax.patches if bar.get_facecolor()[:3] == _rgb(RECEIVED)]
    assert [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in dark] == [  # type: ignore[attr-defined]
        pytest.approx((0.0, 0.5)),
        pytest.approx((0.5, 0.9)),
        pytest.approx((0.9, 1.0)),
    ]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["+ Ann   1", "+ Bo   2", "2 in, 1 out   3"]
    assert ax.get_xlabel() == "4 to 5 partners: nothing more to gain"


def _rgb(colour: str) -> tuple[float, ...]:
    from matplotlib.colors import to_rgb

    return to_rgb(colour)


def test_so_few_would_do() -> None:
    ax = plot_frontier(DATA, currency="GBP", present=5)
    words = [text.get_text() for text in ax.texts]
    assert "2 are enough: the first to bring 90%" in words
    assert "out: Bo; in: Cy and Di" in words
    assert {"50%", "90%", "100%", "£900", "8"} <= set(words)
    assert any("Today there are 5 partners." in word.replace("\n", " ") for word in words)
    (line,) = ax.lines
    second, third = ax.get_yticks()[1:]
    assert third < line.get_ydata()[0] < second
    narrow = [text.get_text() for text in plot_frontier(DATA, ax=new_axes(NARROW, 3)).texts]
    assert "2 are enough (90%)" in narrow


def test_a_phone_says_under_the_picture_who_comes_and_goes() -> None:
    def below(data: pd.DataFrame) -> list[str]:
        ax = plot_frontier(data, ax=new_axes(NARROW, plot_frontier.height(data, NARROW)))
        (words,) = [text.get_text() for text in ax.texts if text.get_gid() == "swap"]
        return list(words.split("\n"))

    assert below(DATA) == ["3 in: Cy and Di", "3 out: Bo"]
    crowd = "; ".join(f"Cy and the Younger Brothers {n}" for n in range(5))
    assert below(DATA.assign(joined=["Ann", "Bo", crowd, "", ""]))[0] == (
        "3 in: Cy and the Younger Brothers 0 and 4 others"
    )
    many = pd.concat([DATA.iloc[[2]]] * 9, ignore_index=True)
    assert below(many)[-1] == "and 3 further rows with more than one"


def test_a_page_says_so_too_where_a_bar_has_no_room() -> None:
    short = DATA.assign(share=[0.3, 0.55, 1.0, 1.0, 1.0])
    ax = plot_frontier(short)
    assert [text.get_text() for text in ax.texts if text.get_gid() == "swap"] == [
        "3 in: Cy and Di\n3 out: Bo"
    ]
    assert plot_frontier.height(short, WIDE) > plot_frontier.height(DATA, WIDE)
    inside = [text.get_text() for text in plot_frontier(DATA).texts if text.get_gid() == "swap"]
    assert inside == ["out: Bo; in: Cy and Di"]


def test_a_share_just_short_of_enough_does_not_read_as_enough() -> None:
    ax = plot_frontier(DATA.assign(share=[0.5, 0.897, 1.0, 1.0, 1.0]))
    words = [text.get_text() for text in ax.texts]
    assert "89.7%" in words
    assert "90%" not in words
    assert "bring 90%" in plot_frontier.describe(DATA.assign(share=[0.189, 0.9, 0.9996, 0.9996, 1.0]))
    assert "1 19%, 2 90% and 3 99.9%" in plot_frontier.describe(
        DATA.assign(share=[0.189, 0.9, 0.9996, 0.9996, 1.0])
    )


def test_what_is_not_worked_out_is_said() -> None:
    some = DATA.head(2)
    assert plot_frontier(some, present=200).get_xlabel() == "3 to 200 partners: not worked out"
    assert plot_frontier(some, present=3).get_xlabel() == "3 partners: not worked out"
    assert plot_frontier(some).get_xlabel() == ""
    assert plot_frontier(DATA.head(3), present=200).get_xlabel() == "4 to 200 partners: nothing more to gain"
    assert plot_frontier(DATA, present=200).get_xlabel() == "4 to 200 partners: nothing more to gain"


def test_the_hours_that_limit_the_sets_are_said() -> None:
    (subtitle,) = [
        text.get_text() for text in plot_frontier(DATA, capacity=12.0).texts if text.get_gid() == "subtitle"
    ]
    assert subtitle.replace("\n", " ").startswith(
        "The best set of so many partners in 12 hours a quarter: what it brings"
    )
    assert "brings in 12 hours a quarter: 1 50%" in plot_frontier.describe(DATA, capacity=12.0)
    said = [text for text in plot_frontier(DATA).texts if text.get_gid() != "next"]
    assert not any("hours a quarter" in text.get_text() for text in said)


def test_words() -> None:
    assert shown(plot_frontier.describe(DATA)) == (
        "Share of the whole worth that the best set of so many partners brings: 1 50%, 2 90% and 3 100%. 2 partners "
        "bring 90%: Ann and Bo."
    )
    blank = DATA.assign(share=pd.array([pd.NA] * 5, dtype="Float64"))
    assert plot_frontier.describe(blank).startswith("An empty chart.")
    assert "£" not in " ".join(
        text.get_text() for text in plot_frontier(DATA, currency="GBP", basis="RVI").texts
    )


def plan(**worth_and_hours: tuple[float, float]) -> pd.DataFrame:
    worth, hours = zip(*worth_and_hours.values(), strict=True)
    return pd.DataFrame({"partner": list(worth_and_hours), "worth": worth, "hours": hours}).convert_dtypes()


def test_why_more_partners_bring_no_more() -> None:
    """Ann, Cy and Di take 10 of the 12 hours in the last set that adds anything."""
    last = DATA.iloc[2]
    assert set(last["partners"].split("; ")) == {"Ann", "Cy", "Di"}
    spare = 12 - last["hours"]
    there = {"Ann": (500.0, 2.0), "Cy": (300.0, 2.0), "Di": (300.0, 2.0)}

    def said(hours: float | None = 12.0, **others: tuple[float, float]) -> str:
        whole = plan(**there, **others)
        return plot_frontier(DATA, present=5, plan=whole, capacity=hours).get_xlabel()

    nothing = "4 to 5 partners: nothing more to gain"
    several = {"Bo": (400.0, spare), "Ed": (400.0, spare)}
    assert said(Bo=(400.0, spare + 1)) == f"{nothing}, as no other fits into the 12 hours"
    assert (
        said(Bo=(0.0, spare), Ed=(0.0, spare)) == f"{nothing}, as the others have brought nothing on record"
    )
    assert said(Bo=(0.0, spare)) == f"{nothing}, as the other one has brought nothing on record"
    assert said(**several) == f"{nothing}, as the others compete with these or offer the same"
    assert said(Bo=(400.0, spare)) == f"{nothing}, as the other one competes with these or offers the same"
    far = {"Bo": (400.0, 99.0), "Ed": (400.0, 99.0)}
    assert said(hours=None, **far) == f"{nothing}, as the others compete with these or offer the same"


def test_names_give_way_before_who_joins_is_cut_off() -> None:
    come, gone = ["Garrick Marketing", "Maddox Systems"], ["Iveson Property Partners"]
    assert _fitting(come, gone, 9.0) == (
        "out: Iveson Property Partners; in: Garrick Marketing and Maddox Systems"
    )
    tight = _fitting(come, gone, 3.4)
    assert tight.startswith("out: Iveson")
    assert "Maddox" in tight
    assert _fitting(come, gone, 1.0).startswith("out: Iveson")


def test_without_worth_it_says_what_to_fill() -> None:
    assert "what was won into its column value" in plot_frontier.describe(pd.DataFrame())


def test_the_little_that_one_more_adds_is_seen_and_told_apart() -> None:
    close = DATA.assign(share=[0.9912, 0.9948, 1.0, 1.0, 1.0]).convert_dtypes()
    ax = plot_frontier(close, ax=new_axes(NARROW, 3))
    dark = [bar for bar in ax.patches if bar.get_facecolor()[:3] == _rgb(RECEIVED)]
    assert [bar.get_width() for bar in dark] == pytest.approx([0.9912, LEAST[True], LEAST[True]])  # type: ignore[attr-defined]
    assert [bar.get_x() + bar.get_width() for bar in dark] == pytest.approx([0.9912, 0.9948, 1.0])  # type: ignore[attr-defined]
    assert {"99.1%", "99.4%", "100%"} <= {text.get_text() for text in ax.texts}


def test_one_partner_is_one() -> None:
    words = " ".join(text.get_text() for text in plot_frontier(DATA.head(1), present=1).texts)
    assert "Today there is 1 partner." in words.replace("\n", " ")


def test_letters_without_a_typeface_are_explained() -> None:
    thai = DATA.assign(joined=["สำนักงาน", *DATA["joined"].iloc[1:]])
    assert any("no typeface" in text.get_text().replace("\n", " ") for text in plot_frontier(thai).texts)
    assert not any("no typeface" in text.get_text() for text in plot_frontier(DATA).texts)
