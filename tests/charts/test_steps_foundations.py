"""What to do because of what partnerships rest on."""

from __future__ import annotations

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.charts.steps.foundations import (
    after_foundation_history,
    after_foundation_summary,
    after_foundations,
)
from partnership_analysis.metrics.nurture.steps import next_steps
from partnership_analysis.sample import sample
from partnership_analysis.schema import FACTORS


def one(
    us: list[float | None], them: list[float | None], *, stale: bool = False, age: int = 30
) -> pd.DataFrame:
    """Ratings of the first factors; the others are not rated."""
    rows = [
        {
            "partner": "Ann",
            "factor": factor,
            "rater": rater,
            "score": scores[place],
            "stale": stale,
            "age_days": age,
        }
        for place, factor in enumerate(FACTORS[: len(us)])
        for rater, scores in (("us", us), ("them", them))
    ]
    kinds = {"score": "Float64", "stale": "boolean", "age_days": "Int64"}
    return pd.DataFrame(rows).astype(kinds)


FULL: list[float | None] = [4.0] * len(FACTORS)


def test_the_widest_gap_is_what_to_ask_about() -> None:
    words = after_foundations(one([4.0, 4.5], [3.0, 2.0]))
    assert (
        words
        == f"ask Ann what would make {FACTORS[1].replace('_', ' ')} a 4.5 for them, as it is for you: they rate it 2.0."
    )
    assert (
        after_foundations(one([2.0], [3.0]))
        == f"ask Ann what you miss about {FACTORS[0]}: they rate it 3.0, we only 2.0."
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (one(FULL, FULL), "nothing to clear up with Ann"),
        (one(FULL, FULL, age=200), "rate all seven with Ann again"),
        (one([4.0, None], [4.5, 4.0]), f"rate {FACTORS[1]}"),
        (one([4.0], [None]), "ask Ann to rate the seven foundations"),
        (one([None], [4.0]), "rate the seven foundations with Ann from 1 to 5"),
        (one([4.0], [2.0], stale=True), "rate the seven foundations with Ann again"),
    ],
)
def test_without_a_gap_it_is_who_is_to_rate(data: pd.DataFrame, words: str) -> None:
    assert after_foundations(data).startswith(words)


def summary(**columns: list[object]) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    return table.astype(dict.fromkeys(("us", "them", "widest_gap"), "Float64"))


def test_the_widest_gaps_come_first_and_the_others_are_counted() -> None:
    table = summary(
        partner=["Ann", "Bo", "Cy", "Di", "Eve"],
        us=[4, 4, 4, 4, 4],
        them=[4, 3, 3, 3, 3],
        widest=["trust", "values", "shared_goals", "trust", "trust"],
        widest_gap=[-0.5, 1.5, -2.0, 1.0, 1.0],
    )
    assert after_foundation_summary(table) == (
        "talk about where you differ: with Cy shared goals, with Bo values, with Di trust, and 1 more in bold."
    )


def test_nobody_is_asked_to_rate_where_no_partner_ever_has() -> None:
    nobody = summary(
        partner=["Ann", "Bo"], us=[4, 3], them=[None, None], widest=[None, None], widest_gap=[None, None]
    )
    assert after_foundation_summary(nobody).startswith("ask one partner, such as Ann, to rate you")
    theirs = nobody.assign(us=nobody["them"], them=nobody["us"])
    assert after_foundation_summary(theirs).startswith("rate Ann on the seven foundations")
    calm = summary(partner=["Ann"], us=[4], them=[4], widest=[None], widest_gap=[None])
    assert after_foundation_summary(calm).startswith("nothing to clear up; nobody")


def test_the_latest_step_is_told_or_asked_about() -> None:
    table = pd.DataFrame(
        {
            "partner": "Ann",
            "factor": ["trust"] * 3 + ["values"] * 3,
            "rater": ["us"] * 3 + ["them"] * 3,
            "period": ["2025Q1", "2025Q2", "2025Q3"] * 2,
            "score": pd.array([4, 3, 3, 4, 4, 5], dtype="Float64"),
        }
    )
    fell = "tell Ann why you lowered your rating of trust from 4.0 to 3.0 in 2025\u00a0Q2"
    # A fall comes before a later rise.
    assert after_foundation_history(table).startswith(fell)
    rose = table[table["factor"] == "values"]
    assert after_foundation_history(rose) == (
        "ask Ann why they raised their rating of values from 4.0 to 5.0 in 2025\u00a0Q3."
    )
    before = table[table["period"] < "2025Q3"]
    assert after_foundation_history(before).startswith(fell)
    flat = table[table["factor"] == "trust"].assign(score=4.0)
    quiet = "nothing new; no rating has changed by a point within a year."
    assert after_foundation_history(flat).startswith(quiet)
    half = flat.assign(score=[4.0, 4.5, 4.0])
    assert after_foundation_history(half).startswith(quiet)
    assert after_foundation_history(flat.head(1)).startswith("nothing yet; ")
    apart = pd.concat([flat, flat.assign(rater="them", score=2.5)])
    assert after_foundation_history(apart) == (
        "nothing has moved by a point within a year, but the gap stays: talk with Ann first about trust (ours 4.0, theirs 2.5)."
    )
    assert after_foundation_history(pd.concat([flat, flat.assign(rater="them", score=3.5)])).startswith(quiet)


def test_the_sample_agrees_with_what_the_closing_says() -> None:
    made = sample()
    portfolio = pa.Portfolio.from_frames(**made.tables, settings=made.settings)
    closing = " ".join(next_steps(portfolio)["step"])
    words = after_foundation_summary(pa.foundation_summary(portfolio))
    first = pa.foundation_summary(portfolio).sort_values("widest_gap", key=abs, ascending=False).iloc[0]
    assert f"{first['partner']} about {first['widest']} (we rate it" in closing
    assert f"with {first['partner']} {first['widest']}" in words
    asked = words.split("; ")[1].removesuffix(" to rate the seven foundations from 1 to 5.")
    assert asked.removeprefix("ask ") in closing
