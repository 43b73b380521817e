"""Numbers and lists as people read them."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_analysis.wording import count_of, joined, money, number, one_time_in, shortened, spelled


@pytest.mark.parametrize("unknown", [None, math.nan, pd.NA, pd.NaT])
def test_unknown_is_a_dash(unknown: object) -> None:
    assert number(unknown) == money(unknown, "GBP") == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "£0"), (0.4, "£0"), (999, "£999"), (9999, "£9,999"), (9999.6, "£10k"), (12_430, "£12.4k"),
     (999_949, "£999.9k"), (999_950, "£1m"), (1_234_567, "£1.2m"), (2_500_000_000, "£2.5bn"), (-420, "−£420"),
     (-9_999.6, "−£10k")],
)  # fmt: skip
def test_money(value: float, text: str) -> None:
    assert money(value, "GBP") == text


def test_other_currencies() -> None:
    assert money(5, "CHF") == "CHF 5"
    assert money(5) == "5"


@given(st.floats(-1e11, 1e11))
def test_money_is_never_far_off(value: float) -> None:
    text = money(value).replace(",", "").replace("−", "-")
    scale = {"k": 1e3, "m": 1e6, "n": 1e9}.get(text[-1], 1)
    assert float(text.rstrip("kmbn")) * scale == pytest.approx(value, rel=0.06, abs=0.51)
    assert len(text) <= 10


@given(st.floats(0.001, 1))
def test_chances_as_people_picture_them(chance: float) -> None:
    count = int(one_time_in(chance).removeprefix("one time in ").replace(",", ""))
    assert 1 / (count + 0.51) <= chance <= 1 / (count - 0.51)


def test_lists() -> None:
    assert joined([]) == "none"
    assert joined(["A"]) == "A"
    assert joined(["A", "B"]) == "A and B"
    assert joined(list("ABCDE")) == "A, B, C, D and E"  # "and 1 others" would be wrong
    assert joined(list("ABCDEF")) == "A, B, C, D and 2 others"


def test_counts() -> None:
    assert count_of(0, "day") == "0 days"
    assert count_of(1, "entry", "entries") == "1 entry"
    assert spelled(0) == "no"
    assert spelled(11) == "11"
    assert spelled(-1) == "-1"


@given(st.text(), st.integers(2, 40))
def test_shortened_names_fit(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@pytest.mark.parametrize(
    ("value", "digits", "text"), [(2.04, 1, "2.0"), (1240, 0, "1,240"), (-0.06, 1, "-0.1")]
)
def test_numbers(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text
