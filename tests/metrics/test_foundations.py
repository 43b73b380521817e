"""The seven foundations by hand, against plain Python, and against the trust of the RVI."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference import Row, World, month, month_end, quarter_label
from worlds import days, plain, portfolio_of, same, worlds

import partnership_analysis as pa
from metrics.helpers import act, made, rate
from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.foundations import (
    foundation_gaps,
    foundation_history,
    foundation_summary,
    foundations,
)
from partnership_analysis.schema import FACTORS, RATERS

quick = settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
ROWS = [act("2025-01-05"), act("2025-12-31", "Bo")]
RATINGS = [
    rate("2024-06-30", 2, factor="values"),
    rate("2025-03-31", 3, factor="values"),
    rate("2025-06-30", 4, factor="values"),
    rate("2025-06-30", 5, factor="values"),
    rate("2024-12-31", 4, factor="trust"),
    rate("2025-06-30", 2, rater="them", factor="values"),
    rate("2024-12-30", 1, rater="them", factor="trust"),
    rate("2026-01-01", 5, rater="them", factor="friendship"),
]


def test_by_hand() -> None:
    # On the last day of 2025: values, two ratings of one day: 4.5, three before; trust of 31 December a year ago
    # is 365 days old and counts, that of the day before does not; friendship is rated tomorrow.
    table = foundations(made(ROWS, RATINGS))
    assert len(table) == 2 * len(FACTORS) * len(RATERS)
    assert table[["partner", "factor", "rater"]].values.tolist() == [
        [partner, factor, rater] for partner in ("Ann", "Bo") for factor in FACTORS for rater in RATERS
    ]
    names = ["factor", "rater", "score", "age_days", "stale", "previous", "change"]
    rated = table[table["score"].notna()]
    assert [[plain(value) for value in row] for row in rated[names].values.tolist()] == [
        ["trust", "us", 4.0, 365, False, None, None],
        ["trust", "them", 1.0, 366, True, None, None],
        ["values", "us", 4.5, 184, False, 3.0, 1.5],
        ["values", "them", 2.0, 184, False, None, None],
    ]
    assert table.loc[table["score"].isna(), ["date", "age_days", "stale", "change"]].isna().all(axis=None)


def test_gaps_and_summary_by_hand() -> None:
    more = [
        rate("2025-06-30", 2.5, factor="credibility"),
        rate("2025-06-30", 4, rater="them", factor="credibility"),
    ]
    portfolio = made(ROWS, [*RATINGS, *more])
    assert foundation_gaps(portfolio).values.tolist() == [
        ["Ann", "values", 4.5, 2.0, 2.5],
        ["Ann", "credibility", 2.5, 4.0, -1.5],
    ]
    # We: trust 4, credibility 2.5, values 4.5: 11 / 3. They: credibility 4, values 2: 3; their trust is stale.
    ann, bo = (
        {name: plain(value) for name, value in row.items()}
        for row in foundation_summary(portfolio).to_dict("records")
    )
    assert ann == {
        "partner": "Ann",
        "us": pytest.approx(11 / 3),
        "us_rated": 3,
        "them": 3.0,
        "them_rated": 2,
        "compared": 2,
        "mean_gap": 0.5,
        "widest": "values",
        "widest_gap": 2.5,
        "us_missing": "friendship; opportunity; communication; shared_goals",
        "them_missing": "trust; friendship; opportunity; communication; shared_goals",
    }
    assert [bo[name] for name in ("us", "us_rated", "compared", "mean_gap", "widest")] == [
        None,
        0,
        0,
        None,
        None,
    ]
    assert bo["them_missing"] == "; ".join(FACTORS)


def test_history_by_hand() -> None:
    portfolio = made([*ROWS, act("2026-05-05")], RATINGS[:4])
    table = foundation_history(portfolio)
    assert table[["period", "score", "stale"]].values.tolist() == [
        ["2024Q2", 2.0, False],
        ["2024Q3", 2.0, False],
        ["2024Q4", 2.0, False],
        ["2025Q1", 3.0, False],
        ["2025Q2", 4.5, False],
        *([name, 4.5, False] for name in ("2025Q3", "2025Q4", "2026Q1", "2026Q2")),
    ]
    assert table["end"].iloc[-1] == pd.Timestamp("2026-05-01")
    later = foundation_history(portfolio, as_of="2026-07-01")
    assert later["stale"].tolist() == [False] * 9 + [True]
    assert len(foundation_history(portfolio, freq="month", as_of="2025-03-30")) == 10
    with pytest.raises(ParameterError, match="freq 'week'"):
        foundation_history(portfolio, freq="week")


def test_who_has_ended_is_history() -> None:
    portfolio = made(ROWS, RATINGS, [{"partner": "Ann", "ended": "2025-09-30"}])
    assert foundations(portfolio)["partner"].unique().tolist() == ["Bo"]
    assert foundations(portfolio, as_of="2025-09-29")["partner"].unique().tolist() == ["Ann"]
    assert foundation_gaps(portfolio).empty
    assert foundation_history(portfolio)["period"].max() == "2025Q3"


def test_no_ratings_and_nothing_but_ratings() -> None:
    bare = made(ROWS)
    assert foundations(bare)["score"].isna().all()
    assert len(foundations(bare)) == 28
    for frame in (foundation_gaps(bare), foundation_history(bare)):
        assert frame.empty
    assert foundation_summary(bare)["us_missing"].tolist() == ["; ".join(FACTORS)] * 2
    empty = pd.DataFrame({"date": [], "partner": [], "kind": [], "direction": []})
    alone = pa.Portfolio.from_frames(interactions=empty, ratings=pd.DataFrame(RATINGS))
    assert foundations(alone)["score"].notna().sum() == 5
    assert foundations(alone, as_of="2024-12-31")["score"].notna().sum() == 3
    with pytest.raises(PeriodError, match="no interactions"):
        foundations(pa.Portfolio.from_frames(interactions=empty))
    with pytest.raises(PeriodError, match="is not a date"):
        foundations(alone, as_of="someday")


def held(world: World, partner: str, factor: str, rater: str, day: dt.date) -> list[tuple[dt.date, float]]:
    """Scores of each day up to one, oldest first."""
    mine: dict[dt.date, list[float]] = {}
    for row in world.ratings:
        if (row["partner"], row["factor"], row["rater"]) == (partner, factor, rater) and row["date"] <= day:
            mine.setdefault(row["date"], []).append(row["score"])
    return [(date, sum(scores) / len(scores)) for date, scores in sorted(mine.items())]


def some_world(world: World) -> World:
    """More ratings of fewer things, so that they meet."""
    ratings: list[Row] = [
        row | {"factor": ("trust", "values")[place % 2]} for place, row in enumerate(world.ratings)
    ]
    return World(**(vars(world) | {"ratings": ratings}))


@quick
@given(worlds().map(some_world), st.data())
def test_against_plain_python(world: World, data: st.DataObject) -> None:
    day = data.draw(days().filter(lambda day: day >= world.first) | st.just(world.last))
    table = foundations(portfolio_of(world), as_of=day)
    rows = []
    for partner in table["partner"].unique():
        for factor in FACTORS:
            for rater in RATERS:
                scores = held(world, partner, factor, rater, day)
                last = scores[-1] if scores else (None, None)
                before = scores[-2][1] if len(scores) > 1 else None
                age = (day - last[0]).days if last[0] else None
                rows.append(
                    {
                        "partner": partner,
                        "factor": factor,
                        "rater": rater,
                        "score": last[1],
                        "date": last[0],
                        "age_days": age,
                        "stale": None if age is None else age > 365,
                        "previous": before,
                        "change": None if before is None or last[1] is None else last[1] - before,
                    }
                )
    same(table, rows)
    ended = {row["partner"] for row in world.partners if row["ended"] and row["ended"] <= day}
    rated = {row["partner"] for row in world.ratings if row["date"] <= day}
    acted = {row["partner"] for row in world.interactions if row["date"] <= day}
    assert (rated | acted) - ended <= set(table["partner"])
    assert not ended & set(table["partner"])


@quick
@given(worlds().map(some_world), st.sampled_from(["quarter", "month"]), st.data())
def test_history_against_plain_python(world: World, freq: str, data: st.DataObject) -> None:
    day = data.draw(days().filter(lambda day: day >= world.first) | st.just(world.last))
    table = foundation_history(portfolio_of(world), freq=freq, as_of=day)
    ended = {row["partner"]: row["ended"] for row in world.partners if row["ended"]}
    ratings = [row for row in world.ratings if row["date"] <= day]
    first = min((month(row["date"]) for row in ratings), default=month(day))
    ends: dict[str, int] = {}
    for index in range(first, month(day) + 1):
        name = (
            quarter_label(index, world.fiscal_year_start)
            if freq == "quarter"
            else f"{index // 12}-{index % 12 + 1:02}"
        )
        ends[name] = index
    rows: list[dict[str, Any]] = []
    for partner in sorted({row["partner"] for row in ratings}):
        for factor in FACTORS:
            for rater in RATERS:
                before = dt.date.min
                for period, index in ends.items():
                    close = month_end(index)
                    scores = held(world, partner, factor, rater, min(close, day))
                    gone = partner in ended and ended[partner] <= before
                    before = close
                    if scores and not gone:
                        rows.append(
                            {
                                "partner": partner,
                                "factor": factor,
                                "rater": rater,
                                "period": period,
                                "end": dt.date(index // 12, index % 12 + 1, 1),
                                "score": scores[-1][1],
                                "stale": (min(close, day) - scores[-1][0]).days > 365,
                            }
                        )
    same(table, rows)


def test_trust_is_the_trust_of_the_rvi(sample_portfolio: pa.Portfolio) -> None:
    history = foundation_history(sample_portfolio, freq="month")
    ours = history[(history["factor"] == "trust") & (history["rater"] == "us")]
    index = pa.rvi(sample_portfolio)[["partner", "month", "trust"]].dropna()
    both = index.merge(ours, left_on=["partner", "month"], right_on=["partner", "end"])
    assert len(both) == len(index)
    np.testing.assert_array_equal(both["trust"], both["score"])


def test_those_farthest_apart_come_first() -> None:
    # Ann and Di differ by 1 on average; Di on two factors. Bo by 2, they see more. Cy and Ed are not compared, Ed is rated.
    sides = {
        "Ann": [("trust", 4, 3)],
        "Bo": [("trust", 1, 3)],
        "Di": [("trust", 4, 3), ("values", 4, 3)],
        "Ed": [("trust", 4, None)],
    }
    ratings = [
        rate("2025-06-01", score, name, rater, factor)
        for name, factors in sides.items()
        for factor, *both in factors
        for rater, score in zip(("us", "them"), both, strict=True)
        if score is not None
    ]
    rows = [act("2025-06-30", name) for name in ("Ann", "Bo", "Cy", "Di", "Ed")]
    assert foundation_summary(made(rows, ratings))["partner"].tolist() == ["Bo", "Di", "Ann", "Ed", "Cy"]


def test_the_sample(sample_portfolio: pa.Portfolio) -> None:
    summary = foundation_summary(sample_portfolio).set_index("partner")
    # We send them work and hardly any comes back: they rate us higher than we them; the giver rates us lower.
    assert summary.loc["Okafor Chambers", "mean_gap"] < -0.5
    assert summary.loc["Ashgrove Notaries", "mean_gap"] > 0.5
    assert summary.loc["Hartwell Surveyors", "them_rated"] == 0
    assert pd.isna(summary.loc["Hartwell Surveyors", "mean_gap"])
    gaps = foundation_gaps(sample_portfolio)
    assert gaps["gap"].abs().is_monotonic_decreasing
    means = gaps.groupby("partner")["gap"].mean()
    assert summary["mean_gap"].dropna().to_dict() == pytest.approx(means.to_dict())


def test_types() -> None:
    wanted = {
        foundations: "string category string Float64 datetime64[us] Int64 boolean Float64 Float64",
        foundation_history: "string category string string datetime64[us] Float64 boolean",
        foundation_gaps: "string category Float64 Float64 Float64",
        foundation_summary: "string Float64 Int64 Float64 Int64 Int64 Float64 string Float64 string string",
    }
    for portfolio in (made(ROWS, RATINGS), made(ROWS)):
        for measure, types in wanted.items():
            frame = measure(portfolio)
            assert " ".join(frame.dtypes.astype(str)) == types, measure.__name__
            assert frame.index.equals(pd.RangeIndex(len(frame)))
