"""Hours read back through their bars."""

from __future__ import annotations

import pandas as pd

from partnership_analysis.charts.theme import GIVEN
from partnership_analysis.charts.time_spent import OVER, plot_time_spent

DATA = pd.DataFrame(
    {
        "partner": ["Ann", "Bo", "Cy", "Di"],
        "hours": [10.0, 4.0, 2.0, None],
        "planned": [6.0, 8.0, None, 3.0],
        "over_plan": [4.0, -4.0, None, None],
    }
).convert_dtypes()
TOTAL = pd.DataFrame({"quarter": ["2025Q3"], "hours": [16.0], "capacity": [40.0], "hours_noted": [0.5]})


def shown(words: str) -> str:
    """Alternative text without the next step, which has its own tests."""
    return words.split(" Next: ")[0]


def bars(colour: str) -> list[tuple[float, float]]:
    """Start and length of the bars of a colour, top first."""
    ax = plot_time_spent(DATA)
    return [(bar.get_x(), bar.get_width()) for bar in ax.patches if bar.get_facecolor() == _rgba(colour)]  # type: ignore[attr-defined]


def _rgba(colour: str) -> tuple[float, ...]:
    from matplotlib.colors import to_rgba

    return to_rgba(colour)


def test_hours_up_to_the_plan_and_beyond() -> None:
    assert bars(GIVEN) == [(0, 6), (0, 4), (0, 2), (0, 0)]
    assert bars(OVER) == [(6, 4), (4, 0), (2, 0), (0, 0)]
    assert bars("white") == [(0, 6), (0, 8), (0, 3)]


def test_words() -> None:
    words = [text.get_text() for text in plot_time_spent(DATA, total=TOTAL).texts]
    assert {"10", "4 over", "4 left", "–"} <= set(words)
    said = " ".join(words).replace("\n", " ")
    assert (
        "Spent: 16 hours of the 40 that we have. Noted for 50% of interactions. –: no hours noted, or no interaction."
        in said
    )
    assert "(bar; red: over plan) and what we meant to give (outline)" in said
    under = " ".join(text.get_text() for text in plot_time_spent(DATA.tail(3), total=TOTAL).texts)
    assert "red" not in under
    noted = " ".join(text.get_text() for text in plot_time_spent(DATA.head(3), total=TOTAL).texts)
    assert "no hours noted" not in noted.replace("\n", " ")
    assert shown(plot_time_spent.describe(DATA)) == (
        "Hours in the quarter of 3 partners, most first: Ann 10, Bo 4 and Cy 2. Over plan: Ann by 4."
    )
    unplanned = DATA.assign(planned=pd.NA, over_plan=pd.NA).convert_dtypes()
    words = [text.get_text().replace("\n", " ") for text in plot_time_spent(unplanned, total=TOTAL).texts]
    assert "against plan" not in words
    assert not any("meant to give" in word for word in words)
    empty = DATA.assign(hours=pd.array([pd.NA] * 4, dtype="Float64"))
    assert plot_time_spent.describe(empty) == (
        "An empty chart. No hours are on record in the quarter: fill the column hours of the interactions table."
    )


def test_hours_under_each_other_have_one_form() -> None:
    data = DATA.assign(hours=[10.0, 4.25, 2.0, None], over_plan=[4.0, -3.75, None, None]).convert_dtypes()
    words = {text.get_text() for text in plot_time_spent(data).texts}
    assert {"10.0", "4.2", "2.0", "4.0 over", "3.8 left"} <= words


def test_hours_of_nothing_are_a_fault_of_the_record() -> None:
    def words(data: pd.DataFrame) -> str:
        return " ".join(text.get_text() for text in plot_time_spent(data, total=TOTAL).texts).replace(
            "\n", " "
        )

    nothing = DATA.assign(hours=DATA["hours"].mask(DATA["hours"].notna(), 0.0))
    assert "All hours on record are 0: correct the column hours" in words(nothing)
    assert "All hours" not in words(DATA)


def test_a_plan_of_a_whole_quarter_beside_a_part_of_one_is_said() -> None:
    def words(recorded: int, data: pd.DataFrame = DATA, **changed: object) -> str:
        total = TOTAL.assign(days=92, days_on_record=recorded, **changed)
        return " ".join(plot_time_spent(data, total=total).texts[0].get_text().split())

    only = "Only 23 days of the quarter's 92 are on record:"
    assert f"{only} the plan and the hours that we have are for all of it." in words(23)
    assert f"{only} the plan is for all of it." in words(23, capacity=pd.NA)
    unplanned = DATA.assign(planned=pd.NA, over_plan=pd.NA).convert_dtypes()
    assert f"{only} the hours that we have are for all of it." in words(23, unplanned)
    assert "Only" not in words(23, unplanned, capacity=pd.NA)
    assert "Only" not in words(90)
