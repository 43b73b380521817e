"""Months, quarters and fiscal years."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

from partnership_analysis.errors import PeriodError
from partnership_analysis.periods import (
    Quarter,
    month_end,
    month_index,
    month_indices,
    month_stamps,
    month_start,
    quarter_labels,
)

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))
FIRST_MONTHS = st.integers(1, 12)


@pytest.mark.parametrize(
    ("text", "first_month", "start", "end"),
    [
        ("2025Q3", 1, "2025-07-01", "2025-09-30"),
        (" fy2026 - q1 ", 4, "2025-04-01", "2025-06-30"),
        ("2026 Q4", 4, "2026-01-01", "2026-03-31"),
        ("2025/Q1", 12, "2024-12-01", "2025-02-28"),
        ("2024Q1", 12, "2023-12-01", "2024-02-29"),
        ("2025q4", 7, "2025-04-01", "2025-06-30"),
    ],
)
def test_quarters_by_hand(text: str, first_month: int, start: str, end: str) -> None:
    quarter = Quarter.parse(text, first_month)
    assert (str(quarter.start), str(quarter.end)) == (start, end)


@pytest.mark.parametrize(
    "text", ["2025", "2025Q5", "2025Q0", "Q3 2025", "0000Q1", "", "25Q3", "2025Q33", None, 2025]
)
def test_what_is_no_quarter(text: object) -> None:
    with pytest.raises(PeriodError, match="2025Q3"):
        Quarter.parse(text)  # type: ignore[arg-type]


@given(DAYS, FIRST_MONTHS)
def test_a_day_is_in_its_quarter(day: dt.date, first_month: int) -> None:
    quarter = Quarter.containing(day, first_month)
    assert quarter.start <= day <= quarter.end
    assert str(quarter) == reference.quarter_label(reference.month(day), first_month)
    assert Quarter.parse(str(quarter), first_month) == quarter
    assert quarter.last_index - quarter.first_index == 2
    assert quarter_labels(np.array([month_index(day)]), first_month).tolist() == [str(quarter)]


@given(DAYS, FIRST_MONTHS, st.integers(-40, 40))
def test_shifting(day: dt.date, first_month: int, count: int) -> None:
    quarter = Quarter.containing(day, first_month)
    moved = quarter.shift(count)
    assert moved.first_index == quarter.first_index + 3 * count
    assert moved.shift(-count) == quarter
    assert (moved > quarter) == (count > 0)


@given(DAYS)
def test_months(day: dt.date) -> None:
    index = month_index(day)
    assert month_start(index) <= day <= month_end(index)
    assert (month_end(index) - month_start(index)).days in (27, 28, 29, 30)
    stamp = pd.Timestamp(day)
    assert month_indices(pd.Series([stamp])).tolist() == [index] == [month_index(stamp)]
    assert pd.Timestamp(month_stamps(np.array([index]))[0]) == stamp.to_period("M").to_timestamp()


def test_labels_for_people() -> None:
    assert Quarter(2025, 3).label == "Q3 2025"
    assert Quarter(2026, 1, 4).label == "Q1 FY2026"
    assert quarter_labels(np.array([], dtype=int)).tolist() == []
