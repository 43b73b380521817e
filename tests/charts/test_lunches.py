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
    words = "Silent: by what was received or done together, meetings and trades aside; overdue: by two-way contacts"
    assert words in texts(plot_lunches(plan))[0].replace("\n", " ")
    calm = plan.assign(overdue_days=pd.array([0, 0], dtype="Int64"))
    assert "contacts" not in texts(plot_lunches(calm))[0]


def test_who_comes_first_is_said_of_the_kinds_that_there_are(plan: pd.DataFrame) -> None:
    late = plan.assign(state=pd.array([pd.NA, pd.NA], dtype="string"))
    calm = late.assign(overdue_days=pd.array([0, 0], dtype="Int64"))
    for data, words in (
        (plan, "each month: a weakening partner before an overdue one."),
        (late, "each month: an overdue partner before the others."),
        (calm, "each month: whoever is due for a contact by the quarter's end first, then by value won."),
        (calm.head(1), "Lunch on the first Friday of each month. From"),
    ):
        assert words in texts(plot_lunches(data))[0].replace("\n", " ")


def test_the_text_names_whom_and_when(plan: pd.DataFrame) -> None:
    assert plot_lunches.describe(plan) == "2 lunches: Ann on Friday 3 October and Bo on Friday 7 November."
    assert "No lunch is planned" in plot_lunches.describe(plan.head(0))
