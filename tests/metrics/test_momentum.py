"""Stalled work and the burn-down."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import partnership_analysis as pa
from metrics.helpers import act, at, made
from metrics.work import Made, agreed, last, plain_actions, task, worked
from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.nurture.momentum import burn_down, stalled
from partnership_analysis.sample import sample, truth


def kick_off(**more: object) -> list[Made]:
    """Five actions of 3 March, one finished on the 20th, four open and due on 1 May."""
    rows = [task(name, created="2025-03-03", due="2025-05-01") for name in "abcde"]
    rows[0]["done"] = "2025-03-20"
    return [row | more for row in rows]


def test_stalled_by_hand() -> None:
    # From 20 March to 30 September: 11 + 30 + 31 + 30 + 31 + 31 + 30 = 194 days. One finished in a span of 17:
    # 17 / (17 + 194) = 0.081 < 0.1.
    row = at(stalled(agreed(kick_off())))
    names = ["agreed", "finished", "open", "past_due", "waiting", "idle_days", "stalled"]
    assert row[names].tolist() == [5, 1, 4, 4, 4, 194, True]
    assert row["chance"] == pytest.approx(17 / 211)
    assert row["kick_off"] == pd.Timestamp("2025-03-03")
    assert row["evidence"] == (
        "1 of 5 actions finished since the kick-off on 3 March 2025, none since 20 March 2025; 4 open, 4 past due."
    )


def test_nothing_was_ever_finished() -> None:
    row = at(stalled(agreed([task(name, created="2025-06-30") for name in "abc"])))
    assert (row["stalled"], row["idle_days"]) == (True, 92)
    assert pd.isna(row["chance"])
    assert (
        row["evidence"]
        == "None of 3 actions finished since the kick-off on 30 June 2025; 3 open, none past due."
    )


@pytest.mark.parametrize(
    "tasks",
    [
        kick_off()[:3],
        kick_off(due="2025-12-01"),
        [*kick_off(), task("f", created="2025-03-03", done="2025-08-15")],
        [task("old", created="2024-01-01", done="2025-03-20"), *kick_off(created="2025-08-10")[1:]],
        [task(f"{year}", created=f"{year}-01-01", done=f"{year + 1}-02-01") for year in range(2019, 2025)]
        + kick_off()[1:],
    ],
    ids=[
        "two open are too few",
        "within its time",
        "something finished 46 days ago",
        "new ideas on an old list",
        "always finished one thing a year",
    ],
)
def test_what_is_not_stalled(tasks: list[Made]) -> None:
    row = at(stalled(agreed(tasks)))
    assert not row["stalled"]
    assert pd.isna(row["evidence"])


def test_unknown_days_decide_nothing() -> None:
    # Two have waited since March; whether the third has, nobody wrote down.
    tasks = [*kick_off()[:3], task("undated")]
    assert pd.isna(at(stalled(agreed(tasks)))["stalled"])
    assert at(stalled(agreed(tasks), waiting=2))["stalled"]
    assert not at(stalled(agreed(tasks), waiting=4))["stalled"]
    for wrong in ({"quiet": 0}, {"waiting": 1.5}, {"quiet": True}):
        with pytest.raises(ParameterError):
            stalled(agreed(tasks), **wrong)


def test_as_of_and_who_has_ended() -> None:
    # On 10 March nothing is finished yet and five are open, for a week only.
    portfolio = made([act("2025-01-01")])
    portfolio = pa.Portfolio.from_frames(
        interactions=portfolio.interactions, actions=pd.DataFrame(kick_off())
    )
    row = at(stalled(portfolio, as_of="2025-03-10"))
    assert row[["finished", "open", "idle_days", "stalled"]].tolist() == [0, 5, 7, False]
    assert stalled(agreed(kick_off(), [{"partner": "Ann", "ended": "2025-09-30"}])).empty
    assert stalled(portfolio, as_of="2025-03-01").empty


def test_burn_down_by_hand() -> None:
    # Five agreed, one finished, two agreed on 1 June, one of them finished before it was agreed: on that day.
    tasks = [
        *kick_off(),
        task("f", created="2025-06-01"),
        task("g", created="2025-06-01", done="2025-04-01"),
        task("undated", done="2025-05-01"),
    ]
    table = burn_down(agreed(tasks))
    assert table[["agreed", "finished", "open"]].values.tolist() == [
        [5, 0, 5], [5, 1, 4], [6, 2, 4], [7, 2, 5], [7, 2, 5],
    ]  # fmt: skip
    days = ["2025-03-03", "2025-03-20", "2025-04-01", "2025-06-01", "2025-09-30"]
    assert table["date"].astype(str).tolist() == days


def test_only_interactions() -> None:
    only, full = made([act("2025-01-01")]), agreed(kick_off())
    for measure in (stalled, burn_down):
        assert measure(only).empty
        assert measure(only).dtypes.equals(measure(full).dtypes)


@given(st.integers(0, 2**32))
@settings(max_examples=5)
def test_against_plain_python(seed: int) -> None:
    portfolio = worked(seed)
    today = last(portfolio)
    rows = plain_actions(portfolio, today)
    ago = today - dt.timedelta(days=60)
    table, lines = stalled(portfolio), burn_down(portfolio)
    assert set(table["partner"]) == {row["partner"] for row in rows}
    for found in table.to_dict("records"):
        mine = [row for row in rows if row["partner"] == found["partner"]]
        left = [row for row in mine if not row["done"]]
        done = [row["done"] for row in mine if row["done"]]
        begun = [row["created"] for row in mine if row["created"]]
        assert (found["agreed"], found["finished"], found["open"]) == (len(mine), len(done), len(left))
        waiting = [row for row in left if row["created"] and row["created"] <= ago]
        assert found["waiting"] == len(waiting)
        assert found["past_due"] == sum(bool(row["due"] and row["due"] < today) for row in left)
        if found["stalled"] is True:
            assert len(waiting) >= 3
            assert not done or max(done) <= ago
        if done and begun:
            span, pause = max((max(done) - min(begun)).days, 0), (today - max(done)).days
            share = span / (span + pause) if span + pause else 1.0
            assert found["chance"] == pytest.approx(share ** len(set(done)))
        dated = [row for row in mine if row["created"]]
        if dated:
            line = lines[lines["partner"] == found["partner"]]
            assert line["open"].iloc[-1] == sum(not row["done"] for row in dated)
            assert (line["open"] >= 0).all()
            assert line["date"].iloc[-1] == pd.Timestamp(today)


def test_the_planted_stall_is_found_and_nobody_else_accused(sample_portfolio: pa.Portfolio) -> None:
    drawn = sample(seed=1)
    other = pa.Portfolio(**drawn.tables, settings=drawn.settings, ledger=sample_portfolio.ledger)
    portfolios = [(sample_portfolio, truth()), (other, drawn.truth)]
    for portfolio, planted in portfolios:
        table = stalled(portfolio, as_of="2025-09-30")
        found = set(table.loc[table["stalled"].fillna(True), "partner"])
        assert found == set(planted.loc[planted["story"] == "stalled kick-off", "partner"])
