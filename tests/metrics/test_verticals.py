"""Verticals that are wanted and where nobody is. (Performance is in test_exchange.)"""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import plain

import partnership_analysis as pa
from metrics.helpers import act, made
from partnership_analysis.errors import PeriodError
from partnership_analysis.metrics.verticals import vertical_gaps

ABOUT = [
    {"partner": "Ann", "vertical": "Legal"},
    {"partner": "Bo", "vertical": "IT", "ended": "2025-03-31"},
    {"partner": "Cy", "vertical": "it", "ended": "2025-05-20"},
    {"partner": "Dee", "vertical": "Property"},
    {"partner": "Eve"},
]
WANTED = "legal; Banking;  IT ; banking"
ROWS = [act("2025-01-05", name) for name in ("Ann", "Bo", "Cy", "Dee", "Eve")]


def found(table: pd.DataFrame) -> list[list[object]]:
    columns = ["vertical", "wanted", "partners", "ended", "since", "last_partner", "finding"]
    return [[plain(value) for value in row] for row in table[columns].to_dict("split")["data"]]


def test_gaps_by_hand() -> None:
    # Legal is there under another spelling. Of IT both have ended, Cy last; Banking has nobody yet and is wanted
    # once; Property is there and not wanted.
    last = pd.Timestamp("2025-05-20").date()
    table = vertical_gaps(made(ROWS, [], ABOUT, verticals=WANTED), as_of="2025-06-30")
    assert found(table) == [
        ["Banking", True, 0, 0, None, None, "nobody yet"],
        ["IT", True, 0, 2, last, "Cy", "nobody any more"],
        ["Property", False, 1, 0, None, None, "not in the settings"],
    ]


def test_nothing_later_than_the_day_counts() -> None:
    # On 19 May Cy is still there.
    table = vertical_gaps(made(ROWS, [], ABOUT, verticals="IT"), as_of="2025-05-19")
    assert table["finding"].tolist() == ["not in the settings", "not in the settings"]
    assert table["vertical"].tolist() == ["Legal", "Property"]
    with pytest.raises(PeriodError):
        vertical_gaps(made(ROWS, [], ABOUT), as_of="2025-01-04")


def test_what_cannot_be_said() -> None:
    full = vertical_gaps(made(ROWS, [], ABOUT, verticals=WANTED))
    unwanted = vertical_gaps(made(ROWS, [], ABOUT))
    alone = vertical_gaps(made(ROWS, verticals="Legal"))
    assert unwanted.empty
    assert found(alone) == [["Legal", True, 0, 0, None, None, "nobody yet"]]
    for table in (unwanted, alone):
        pd.testing.assert_series_equal(table.dtypes, full.dtypes)
    nothing = pd.DataFrame({"date": [], "partner": [], "kind": []})
    about = pd.DataFrame(ABOUT)
    without = pa.Portfolio.from_frames(nothing, about, settings={"verticals": "IT; Legal"})
    assert vertical_gaps(without)["vertical"].tolist() == ["IT", "Property"]


NAMES = st.sampled_from(["Legal", "IT", "Banking", "Property", None])


@settings(max_examples=5)
@given(st.lists(st.tuples(NAMES, st.booleans()), max_size=6), st.sets(NAMES.filter(bool), max_size=4))
def test_gaps_are_the_difference_of_two_sets(people: list[tuple[str | None, bool]], wanted: set[str]) -> None:
    about = [
        {"partner": f"P{place}", "vertical": name, "ended": "2025-02-01" if over else None}
        for place, (name, over) in enumerate(people)
    ]
    portfolio = made([act("2025-03-01", "Zed")], [], about, verticals="; ".join(sorted(wanted)))
    there = {name for name, over in people if name and not over}
    table = vertical_gaps(portfolio)
    assert set(table.loc[table["wanted"], "vertical"]) == wanted - there
    assert set(table.loc[~table["wanted"], "vertical"]) == (there - wanted if wanted else set())
    once = {name for name, over in people if name and over}
    assert set(table.loc[table["finding"] == "nobody any more", "vertical"]) == (wanted & once) - there


def test_the_sample_lacks_banking(sample_portfolio: pa.Portfolio) -> None:
    assert found(vertical_gaps(sample_portfolio)) == [["Banking", True, 0, 0, None, None, "nobody yet"]]
