"""What to do because of verticals and types of relationship: the branches on a few rows."""

from __future__ import annotations

import pandas as pd
import pytest

from partnership_analysis.charts.steps.verticals import (
    after_relationships,
    after_vertical_change,
    after_vertical_performance,
)


@pytest.fixture
def quarters() -> pd.DataFrame:
    rows = pd.DataFrame({"vertical": ["IT", "IT", "Legal", "Legal"], "period": ["2024Q3", "2025Q3"] * 2})
    rows["end"] = pd.to_datetime(["2024-09-01", "2025-09-01"] * 2)
    return rows.assign(
        partial=False, rvi=[4.0, 1.0, 2.0, 2.1], low=[3.0, 0.5, 1.0, 1.0], high=[5.0, 2.0, 3.0, 3.0],
        received=[3, 0, 2, 2], given=[1, 1, 2, 0], value=pd.array([10.0, pd.NA, pd.NA, pd.NA], dtype="Float64"),
    )  # fmt: skip


@pytest.fixture
def partners() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "partner": ["Ann", "Bo", "Cy"],
            "vertical": ["IT", "IT", "Legal"],
            "state": ["steady", "silent", "steady"],
        }
    )


def test_who_is_behind_a_fall_is_called(quarters: pd.DataFrame, partners: pd.DataFrame) -> None:
    assert (
        after_vertical_performance(quarters)
        == "ask in IT (4.0 in 2024 Q3, now 1.0) whether it is one partner or all."
    )
    assert after_vertical_performance(quarters, partners=partners) == (
        "call Bo because IT (4.0 in 2024 Q3, now 1.0) fell; their own rate fell, too, beyond chance."
    )
    calm = after_vertical_performance(quarters, partners=partners.assign(state="steady"))
    assert calm.startswith("ask Ann and Bo in IT") and "none of them fell beyond chance alone" in calm
    rose = quarters.assign(low=[3.0, 5.5, 1.0, 1.0], high=[5.0, 9.0, 3.0, 3.0], rvi=[4.0, 7.0, 2.0, 2.1])
    assert after_vertical_performance(rose).startswith("find out what works in IT")


def test_without_a_whole_window_before_nothing_is_compared(quarters: pd.DataFrame) -> None:
    early = "nothing yet; to compare, it takes {} months on record."
    assert after_vertical_performance(quarters, window=24) == early.format(48)
    assert after_vertical_performance(quarters.assign(partial=True)) == early.format(24)
    even = quarters[quarters["vertical"] == "Legal"]
    assert after_vertical_performance(even).startswith(
        "nothing; no vertical lies clear of where it was in 2024 Q3."
    )


def test_of_value_what_is_open_is_asked(quarters: pd.DataFrame, partners: pd.DataFrame) -> None:
    assert after_vertical_performance(quarters, measure="value") == (
        "ask in Legal what became of the referrals of 2025 Q3: nothing is won of them yet."
    )
    chased = after_vertical_performance(quarters, measure="value", partners=partners.assign(open=[1, 3, 0]))
    assert chased == (
        "find out what became of the 4 referrals still open from Bo and Ann (of any quarter): won or lost? Until then judge no vertical, "
        "not even one that falls."
    )
    closed = partners.assign(open=0)
    assert after_vertical_performance(quarters, measure="value", partners=closed).startswith(
        "nothing; no ref"
    )
    fell = closed.assign(state="silent")
    assert after_vertical_performance(quarters, measure="value", partners=fell).startswith("call Cy: nothing")
    won = quarters.assign(value=5.0)
    assert after_vertical_performance(won, measure="value").startswith("nothing yet; 2025 Q3 may still grow.")
    known = after_vertical_performance(won, measure="value", partners=partners.assign(open=[1, 0, 0]))
    assert known == "find out what became of the referral still open from Ann: won or lost?"


def test_where_no_vertical_is_described_it_is_asked_for(quarters: pd.DataFrame) -> None:
    data = quarters.assign(vertical="not described")
    assert after_vertical_performance(data).startswith("write each partner's vertical")


def test_of_counts_the_verticals_without_any_are_asked(
    quarters: pd.DataFrame, partners: pd.DataFrame
) -> None:
    assert after_vertical_performance(quarters, measure="received").startswith(
        "ask in IT how it goes: nothing came"
    )
    assert after_vertical_performance(quarters, measure="received", partners=partners).startswith(
        "call Bo: nothing came from IT"
    )
    assert after_vertical_performance(quarters, measure="given").startswith(
        "look for a client who needs Legal"
    )
    some = quarters.assign(received=1, given=1)
    for measure in ("received", "given"):
        assert after_vertical_performance(some, measure=measure).startswith("nothing; ")


def test_changes_beyond_chance(partners: pd.DataFrame) -> None:
    data = pd.DataFrame(
        {"vertical": ["IT", "Legal"], "before": [9.0, 2.0], "now": [1.0, 9.0], "change": [-8.0, 7.0]}
    )
    data = data.assign(
        beyond=pd.array([True, True], dtype="boolean"), before_period="2025Q2", period="2025Q3"
    )
    assert after_vertical_change(data, partners=partners) == (
        "call Bo because IT (▼) fell; their own rate fell, too, beyond chance; find out what works in Legal (▲) and do it again."
    )
    assert after_vertical_change(data.assign(beyond=False)).startswith(
        "nothing; no vertical changed beyond chance since 2025 Q2."
    )
    assert after_vertical_change(data.assign(beyond=pd.NA)).startswith(
        "nothing yet; it is too early to compare"
    )
    # A quarter that is not over: fewer, and more a day.
    part = data.assign(now=[5.0, 9.0], change=[-4.0, 7.0], before_days=90, days=30)
    assert "(▼)" not in after_vertical_change(part, measure="received")
    worth = data.assign(beyond=pd.NA, now=pd.array([pd.NA, 9.0], dtype="Float64"))
    assert after_vertical_change(worth, measure="value").startswith(
        "ask in IT what became of the referrals of 2025 Q3"
    )
    assert after_vertical_change(worth, measure="value", partners=partners.assign(open=[1, 0, 0])) == (
        "find out what became of the referral still open from Ann: won or lost? Until then judge no vertical, not even one that "
        "falls."
    )


def test_types_of_relationship() -> None:
    data = pd.DataFrame(
        {"relationship": ["client", "affiliate", "mentor"], "partners": [2, 9, 1], "hours": [10.0, 50, 7]}
    )
    data = data.assign(
        received=[6, 9, 0], value=pd.array([4000.0, 5000.0, pd.NA], dtype="Float64"), rated=1, too_early=0
    )
    about = pd.DataFrame(
        {
            "partner": ["Ann", "Bo", "Cy"],
            "relationship": ["client", "client", "mentor"],
            "won": [1.0, 9.0, None],
        }
    )
    assert after_relationships(data, "GBP", partners=about) == (
        "ask Bo and Ann for more referrals (client: £400 won an hour, with affiliate partners £100); "
        "decide what you want from Cy (mentor: 7 h)."
    )
    # Of fewer than six referrals nobody knows what an hour wins.
    assert "an hour" not in after_relationships(data.assign(received=[4, 9, 0]), "GBP")
    # What a new partner is for nobody knows yet.
    new = data.assign(too_early=[0, 0, 1])
    assert "mentor" not in after_relationships(new, "GBP")
    assert after_relationships(data.head(2).assign(hours=pd.NA)).startswith(
        "write hours into the interactions table"
    )
    assert after_relationships(data.head(1)).startswith(
        "nothing to compare; all your partners are of one type"
    )
    assert after_relationships(data.head(2).assign(received=1)).startswith("nothing yet; it takes two types")
    many = pd.DataFrame({"partner": [f"P{n}" for n in range(9)], "relationship": "client"})
    poor = pd.concat(
        [
            data,
            pd.DataFrame(
                {
                    "relationship": ["contractor"],
                    "partners": [2],
                    "hours": 54.0,
                    "received": 3,
                    "value": 900.0,
                }
            ),
        ]
    )
    wait = " Wait with contractor partners (£17 won an hour, 54 h): three referrals may be chance."
    assert after_relationships(poor, "GBP").endswith(wait)
    assert "Wait" not in after_relationships(poor.assign(received=9), "GBP")
    assert "Wait" not in after_relationships(poor.assign(value=[4000.0, 5000, None, 90000]), "GBP")
    assert after_relationships(data, "GBP", partners=many).startswith(
        "ask partners such as P0, P1 and P2 for more"
    )
