"""Who is there, and RVI of a day from its window alone."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import World, month, spans, trust_at
from worlds import days, portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import act, day, made, rate
from partnership_analysis.errors import PeriodError
from partnership_analysis.metrics.grid import last_day
from partnership_analysis.metrics.groups import begun, current, day_if_known, group_standing
from partnership_analysis.metrics.rvi import indexed, latest

ABOUT = [
    {"partner": "Cy", "started": "2026-01-01"},
    {"partner": "Ann", "ended": "2025-03-31"},
    {"partner": "Dee"},
    {"partner": "Eve", "started": "2025-08-01"},
]


def test_who_is_there_by_hand() -> None:
    # Ann ends on 31 March; Bo is first seen in May; Cy starts in 2026; Dee has no date at all and is taken as
    # begun; Eve's paper is of August, the first referral of April, and the earlier counts.
    portfolio = made([act("2025-01-05"), act("2025-04-02", "Eve"), act("2025-05-05", "Bo")], [], ABOUT)
    there = {
        text: (lambda people: dict(zip(people["partner"], people["there"], strict=True)))(
            begun(portfolio, day(text))
        )
        for text in ("2025-03-30", "2025-03-31", "2025-05-05")
    }
    assert there == {
        "2025-03-30": {"Ann": True, "Dee": True},
        "2025-03-31": {"Ann": False, "Dee": True},
        "2025-05-05": {"Ann": False, "Bo": True, "Dee": True, "Eve": True},
    }
    assert begun(portfolio, None)["partner"].tolist() == ["Ann", "Bo", "Cy", "Dee", "Eve"]


def test_a_day_where_there_are_no_interactions() -> None:
    empty = pa.Portfolio.from_frames(pd.DataFrame({"date": [], "partner": [], "kind": []}))
    assert day_if_known(empty) is None
    assert day_if_known(empty, "2025-03-31") == dt.date(2025, 3, 31)
    for wrong in ("soon", "NaT"):
        with pytest.raises(PeriodError):
            day_if_known(empty, wrong)
        with pytest.raises(PeriodError):
            last_day(made([act("2025-01-05")]), wrong)
    assert begun(empty, None).empty
    # Kept between calls, but each caller's frame is its own.
    mine = begun(empty, None)
    mine["group"] = "x"
    assert "group" not in begun(empty, None)


@settings(max_examples=3)
@given(worlds(), st.sampled_from([None, 1, 7, 24]), st.data())
def test_rvi_of_a_day_needs_its_window_only(world: World, window: int | None, data: st.DataObject) -> None:
    last = data.draw(days(0, 40 * 30 + 80).filter(lambda day: day >= world.first))
    portfolio = portfolio_of(world)
    whole = latest(indexed(portfolio, window=window, as_of=last), last)
    over = portfolio.partners.loc[portfolio.partners["ended"] <= pd.Timestamp(last), "partner"]
    whole = whole[~whole["partner"].isin(over)].reset_index(drop=True)
    pd.testing.assert_frame_equal(current(portfolio, window, last), whole)


def test_standing_of_groups_by_hand() -> None:
    # Three months, April to June; Ann 6 events, trust 4: 4 * 6 / 3 = 8; Bo 3 referrals, trust 2: 2. Mean 5.
    # Cy has ended: 2 referrals of the window count, the partner is no more. Dee is not described.
    rows = [
        act("2025-04-05", kind="event", direction="mutual", count=6, hours=2.5),
        act("2025-04-05", "Bo", count=3, value=70.0),
        act("2025-04-05", "Cy", count=2),
        act("2025-06-30", "Dee", direction="given"),
    ]
    about = [
        {"partner": name, "owner": "Zoe", "ended": "2025-05-01" if name == "Cy" else None}
        for name in ("Ann", "Bo", "Cy")
    ]
    portfolio = made(rows, [rate("2025-04-05", 4), rate("2025-04-05", 2, "Bo")], about)
    table = group_standing(portfolio, "owner", window=None, day=day("2025-06-30"))
    assert table.index.tolist() == ["Zoe", "not described"]
    zoe = table.loc["Zoe"]
    assert zoe[["partners", "ended", "rated", "rvi", "received", "given", "value", "hours"]].tolist() == [
        2, 1, 2, 5.0, 5, 0, 70.0, 2.5,
    ]  # fmt: skip
    assert zoe["low"] < 5 < zoe["high"]
    assert zoe["too_early"] == 0
    other = table.loc["not described"]
    assert other[["partners", "ended", "rated", "received", "given"]].tolist() == [1, 0, 0, 0, 1]
    assert other["too_early"] == 0
    assert other[["rvi", "low", "high", "value", "hours"]].isna().all()
    before = group_standing(portfolio, "owner", window=1, day=day("2025-06-30"))
    assert before["received"].tolist() == [0, 0]


def test_newcomers_in_a_mean_are_counted() -> None:
    # Three months, April to June, are on record. Ann has all of them; Bo came in May, Cy's paper is of 2019 and has all
    # three; Dee came in June and nobody has rated Dee, who is in no mean. Flo is like Bo, and has ended.
    rows = [
        act("2025-04-05"),
        *(act("2025-05-05", name) for name in ("Bo", "Flo")),
        act("2025-06-05", "Cy"),
        act("2025-06-30", "Dee"),
    ]
    about = [
        {"partner": "Ann", "owner": "Zoe"},
        {"partner": "Bo", "owner": "Zoe"},
        {"partner": "Cy", "owner": "Yan", "started": "2019-01-01"},
        {"partner": "Dee", "owner": "Yan"},
        {"partner": "Flo", "owner": "Zoe", "ended": "2025-06-01"},
    ]
    rated = [rate("2025-04-05", 3, name) for name in ("Ann", "Bo", "Cy", "Flo")]
    table = group_standing(made(rows, rated, about), "owner", window=None, day=day("2025-06-30"))
    assert table.loc["Zoe", ["partners", "rated", "too_early"]].tolist() == [2, 2, 1]
    assert table.loc["Yan", ["partners", "rated", "too_early"]].tolist() == [2, 1, 0]
    assert table["too_early"].dtype == "Int64"
    # Two months more are on record: Bo is settled, whatever the window.
    later = made([*rows, act("2025-08-05")], rated, about)
    assert group_standing(later, "owner", window=1, day=day("2025-08-31")).loc["Zoe", "too_early"] == 0


@settings(max_examples=8)
@given(worlds(), st.integers(0, 200), st.sampled_from([3, 6]))
def test_who_is_too_early_a_second_time(world: World, after: int, least: int) -> None:
    """Counted from the rows: trust on record, and of the partnership fewer months than the settings ask for."""
    world = World(**vars(world) | {"min_months": least})
    last = world.first + dt.timedelta(days=after)
    portfolio = portfolio_of(world)
    over = set(portfolio.partners.loc[portfolio.partners["ended"] <= pd.Timestamp(last), "partner"])
    expected: dict[str, int] = {}
    for partner, (first, until) in spans(world, last).items():
        known = month(last) - max(first, month(world.first)) + 1
        score, *_ = trust_at(world, partner, "ours", month(last), last)
        early = score is not None and known < world.min_months and until == month(last)
        if early and partner not in over:
            group = world.vertical(partner)
            expected[group] = expected.get(group, 0) + 1
    found = group_standing(portfolio, "vertical", window=None, day=last)["too_early"]
    assert {group: count for group, count in found.items() if count} == expected
