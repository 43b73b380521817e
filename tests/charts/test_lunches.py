"""The lunch calendar, read back: the day is ringed, and who and why stand below."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.patches import Ellipse

from partnership_analysis.charts.lunches import plot_lunches

from .test_charts import draw, texts


@pytest.fixture(scope="module")
def plan() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": pd.to_datetime(["2025-10-03", "2025-11-07"]),
            "partner": ["Ann", "Bo"],
            "state": pd.array(["silent", None], dtype="string"),
            "overdue_days": pd.array([12, 0], dtype="Int64"),
            "reasons": ["Silent: no interaction for 6 months.", "3 interactions in two years."],
        }
    )


def test_a_card_holds_the_month_the_day_and_the_reason(plan: pd.DataFrame) -> None:
    ax = draw(plot_lunches, plan)
    said = texts(ax)
    for words in ("Friday 3 October", "Friday 7 November", "Ann", "Bo", "○ silent · overdue"):
        assert words in said
    assert sum(text.isdigit() for text in said) == 31 + 30
    assert " ".join(text.get_text() for text in ax.texts if text.get_gid() == "reason") == " ".join(
        plan["reasons"]
    )


def test_the_ring_is_on_the_day(plan: pd.DataFrame) -> None:
    ax = plot_lunches(plan)
    rings = [patch.get_center() for patch in ax.patches if isinstance(patch, Ellipse)]
    bold = [text for text in ax.texts if text.get_weight() == "bold" and text.get_text().isdigit()]
    assert [text.get_text() for text in bold] == ["3", "7"]
    assert [text.get_position() for text in bold] == [pytest.approx(center) for center in rings]
    # Both are Fridays: the fifth column of seven.
    friday = [text.get_position()[0] for text in ax.texts if text.get_text() == "Fr"]
    assert [center[0] for center in rings] == pytest.approx(friday)


def test_what_silent_and_overdue_count_is_said_where_both_are(plan: pd.DataFrame) -> None:
    words = (
        "Silent: nothing was received or done together, meetings and trades aside. Overdue: too long since the last two-way "
        "contact, meetings and trades included."
    )
    assert words in texts(plot_lunches(plan))[0].replace("\n", " ")
    calm = plan.assign(overdue_days=pd.array([0, 0], dtype="Int64"))
    assert "two-way" not in texts(plot_lunches(calm))[0]
    less = plan.assign(state=pd.array(["silent", "weakening"], dtype="string"))
    both = "Silent and weakening: nothing or less than before was received or done together"
    assert both in texts(plot_lunches(less))[0].replace("\n", " ")


def test_who_comes_first_is_said_of_the_kinds_that_there_are(plan: pd.DataFrame) -> None:
    late = plan.assign(state=pd.array([pd.NA, pd.NA], dtype="string"))
    calm = late.assign(overdue_days=pd.array([0, 0], dtype="Int64"))
    both = plan.assign(state=pd.array(["silent", "weakening"], dtype="string"))
    for data, words in (
        (plan, "November: silent partners first, then overdue ones."),
        (both, "November: silent and weakening partners first, then overdue ones."),
        (both.assign(overdue_days=0), "November: silent and weakening partners first."),
        (late, "November: overdue partners first."),
        (
            calm,
            "November: whoever is due for a contact by the quarter's end first, then by value won and by what was received or done together.",
        ),
        (calm.head(1), "One lunch, on the first Friday of October."),
    ):
        assert words in texts(plot_lunches(data))[0].replace("\n", " ")


def test_what_is_planned_and_what_is_free_is_said(plan: pd.DataFrame) -> None:
    def words(data: pd.DataFrame) -> str:
        return texts(plot_lunches(data))[0].replace("\n", " ")

    free = "Everybody is invited once: any later first Friday of the quarter is free for somebody new."
    assert words(plan).startswith("Two lunches, on the first Friday of October and November:")
    assert free in words(plan)
    assert words(plan.head(1)).startswith("One lunch, on the first Friday of October. ")
    assert free in words(plan.head(1))
    whole = pd.concat([plan, plan.tail(1).assign(date=pd.Timestamp("2025-12-05"))], ignore_index=True)
    assert words(whole).startswith("Lunch on the first Friday of each month:")
    assert "free" not in words(whole)
    # Days of one's own, or moved by a holiday, are no first Fridays.
    moved = plan.assign(date=plan["date"] + pd.Timedelta(days=7))
    assert words(moved).startswith("Two lunches, each with another partner:")
    assert "Friday" not in words(moved)
    assert words(moved.head(1)).startswith("One lunch. ")


def test_the_text_names_whom_and_when(plan: pd.DataFrame) -> None:
    assert plot_lunches.describe(plan).startswith(
        "2 lunches: Ann on Friday 3 October and Bo on Friday 7 November. Next: "
    )
    assert "No lunch is planned" in plot_lunches.describe(plan.head(0))
