"""Stakeholder groups by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import plain

import partnership_analysis as pa
from metrics.helpers import act, made, rate
from partnership_analysis.errors import PeriodError
from partnership_analysis.metrics.stakeholders import stakeholder_map

ABOUT = [
    {"partner": "Ann", "stakeholder": "adviser", "market": "start-ups; landlords", "started": "2024-01-01"},
    {"partner": "Bo", "stakeholder": "adviser", "market": "charities"},
    {"partner": "Cy", "stakeholder": "supplier", "market": "Start-ups"},
    {
        "partner": "Dee",
        "stakeholder": "investor",
        "market": "landlords",
        "started": "2024-01-01",
        "ended": "2025-05-31",
    },
    {"partner": "Eve", "stakeholder": "media"},
]
ROWS = [
    act("2025-04-05", kind="strategic_referral", count=2),
    act("2025-04-05", "Cy"),
    act("2024-01-05", "Cy", kind="strategic_referral"),
    act("2025-04-05", "Dee", kind="strategic_referral", count=4),
    act("2025-06-30", "Bo", kind="meeting", direction="mutual"),
    act("2025-06-30", "Zed", direction="given"),
]


def test_groups_by_hand() -> None:
    # Adviser: start-ups with Cy, landlords with nobody there: Cy. Investor: Dee has ended and nobody is there, so that
    # Dee's market speaks: landlords: Ann. Media: no market on record. Supplier: start-ups: Ann. Cy introduced in 2024,
    # which counts as an introduction and is not in the window.
    table = stakeholder_map(made(ROWS, [rate("2024-01-05", 3, "Cy")], ABOUT)).set_index("stakeholder")
    names = ["partners", "ended", "introduced", "introducers", "could_introduce", "through", "covered"]
    assert {name: [plain(value) for value in row[names]] for name, row in table.iterrows()} == {
        "adviser": [2, 0, 2, 1, 1, "Cy", True],
        "investor": [0, 1, 4, 0, 1, "Ann", False],
        "media": [1, 0, 0, 0, None, None, True],
        "supplier": [1, 0, 1, 1, 1, "Ann", True],
        "not described": [1, 0, 0, 0, None, None, True],
    }
    assert table.index.tolist()[-1] == "not described"
    assert table["received"].tolist() == [2, 4, 0, 1, 0]
    # Cy: 1 in 12 months, trust 3.
    assert table.loc["supplier", "rvi"] == 0.25
    assert table["rated"].tolist() == [0, 0, 0, 1, 0]


def test_nothing_later_than_the_day_counts() -> None:
    table = stakeholder_map(made(ROWS, [], ABOUT), as_of="2025-04-04").set_index("stakeholder")
    assert table["introduced"].tolist() == [0, 0, 0, 1]
    assert table.loc["investor", ["partners", "through"]].tolist() == [1, "Ann"]
    with pytest.raises(PeriodError):
        stakeholder_map(made(ROWS, [], ABOUT), as_of="2024-01-04")


def test_who_introduced_most_often_is_named_first() -> None:
    # All serve x; D introduced twice, C once, A and B never: D, C, then A by name; B is counted, not named. E serves
    # x and y as the group does, and introduced nobody: before A, after C.
    about = [{"partner": name, "stakeholder": f"group {name}", "market": "x"} for name in "ABCD"]
    about += [{"partner": "E", "stakeholder": "group E", "market": "x; y"}]
    about += [{"partner": "Zoe", "stakeholder": "owners", "market": "y; x"}]
    rows = [
        act("2025-06-01", "D", "strategic_referral", count=2),
        act("2025-06-01", "C", "strategic_referral"),
    ]
    owners = stakeholder_map(made(rows, [], about)).iloc[-1]
    assert owners[["stakeholder", "could_introduce", "through"]].tolist() == ["owners", 5, "D; C; E"]


def test_what_cannot_be_said() -> None:
    table = stakeholder_map(made([act("2025-01-05")]))
    assert table["stakeholder"].tolist() == ["not described"]
    assert table[["rvi", "low", "high", "value", "hours", "could_introduce", "through"]].isna().all(axis=None)
    pd.testing.assert_series_equal(table.dtypes, stakeholder_map(made(ROWS, [], ABOUT)).dtypes)


PEOPLE = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), st.frozensets(st.sampled_from("xyz")), st.integers(0, 2), st.booleans()),
    min_size=1,
    max_size=7,
)  # fmt: skip


@settings(max_examples=4)
@given(PEOPLE)
def test_against_plain_python(people: list[tuple[str | None, frozenset[str], int, bool]]) -> None:
    about = [
        {
            "partner": f"P{place}",
            "stakeholder": group,
            "market": "; ".join(sorted(tags)) or None,
            "ended": "2025-06-02" if over else None,
        }
        for place, (group, tags, _, over) in enumerate(people)
    ]
    rows = [act("2025-06-01", f"P{place}", "strategic_referral", count=count)
            for place, (_, _, count, _) in enumerate(people) if count]  # fmt: skip
    rows.append(act("2025-06-03", "P0", "meeting", "mutual"))
    for _, row in stakeholder_map(made(rows, [], about)).iterrows():
        name = row["stakeholder"]
        group = None if name == "not described" else name
        mine = [person for person in people if person[0] == group]
        there = [person for person in mine if not person[3]]
        assert (row["partners"], row["ended"]) == (len(there), len(mine) - len(there))
        assert row["introduced"] == sum(count for _, _, count, _ in mine)
        market = frozenset().union(*(tags for _, tags, _, _ in there or mine))
        if group is None or not market:
            assert pd.isna(row["could_introduce"])
            continue
        able = [
            (-count, -len(tags & market), f"P{place}")
            for place, (other, tags, count, over) in enumerate(people)
            if other != group and tags & market and not over
        ]
        assert row["could_introduce"] == len(able)
        assert plain(row["through"]) == ("; ".join(name for *_, name in sorted(able)[:3]) or None)


def test_the_sample(sample_portfolio: pa.Portfolio) -> None:
    table = stakeholder_map(sample_portfolio)
    assert table["covered"].all()
    assert table["partners"].sum() == len(sample_portfolio.partners) - 1
    strategic = sample_portfolio.interactions.query(
        "kind == 'strategic_referral' and direction == 'received'"
    )
    assert table["introduced"].sum() == strategic["count"].sum()
