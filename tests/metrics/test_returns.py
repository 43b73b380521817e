"""Returns and hours by hand, against plain Python, and where little is on record."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference import REFERRALS, Row, World, month, month_start
from scipy.stats import gamma
from worlds import days, plain, portfolio_of, same, worlds

import partnership_analysis as pa
from metrics.helpers import act, at, made
from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.returns.capacity import time_spent, time_total
from partnership_analysis.metrics.returns.returns import _limits, returns

quick = settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
ROWS = [
    act("2025-05-01", kind="meeting", direction="mutual", hours=8.0, cost=50.0, owner="Zoe"),
    act("2025-06-01", hours=2.0, value=4200.0, commission=150.0, status="won"),
    act("2025-06-02", direction="given", value=9000.0, commission=900.0, status="won"),
    act("2025-06-03", "Bo", kind="meeting", direction="mutual", hours=3.0),
    act("2025-06-04", "Bo", value=700.0, status="lost"),
    act("2025-06-05", "Cy", value=500.0, status="won"),
]
ABOUT = [
    {"partner": "Ann", "vertical": "Legal", "owner": "Max"},
    {"partner": "Bo", "vertical": "Legal", "owner": "Zoe"},
    {"partner": "Cy"},
]


def test_by_hand() -> None:
    # Ann: 10 hours * 100 + 50 + 150 = 1,200 in; 4,200 out; net 3,000; ROI 2.5; what she won (9,000) is beside it.
    # Bo: 3 * 100 in; its only referral was lost, so 0 out. Cy: 500 out, but no hours, so nothing else is known.
    table = returns(made(ROWS, partners=ABOUT, hour_rate=100))
    names = ["partner", "investment", "returned", "net", "roi", "value_per_hour", "value_given", "won"]
    assert [[plain(value) for value in row] for row in table[names].values.tolist()] == [
        ["Ann", 1200.0, 4200.0, 3000.0, 2.5, 420.0, 9000.0, 1],
        ["Bo", 300.0, 0.0, -300.0, -1.0, 0.0, None, 0],
        ["Cy", None, 500.0, None, None, None, None, 1],
    ]
    ann = at(table)
    assert ann[["interactions", "hours", "hour_cost", "cost", "commission", "commission_earned"]].tolist() == [
        3, 10.0, 1000.0, 50.0, 150.0, 900.0,
    ]  # fmt: skip
    assert ann["hours_noted"] == pytest.approx(2 / 3)
    assert [plain(text) for text in table["unknown"]] == [None, None, "no hours on record"]


def test_verticals_and_owners_by_hand() -> None:
    portfolio = made(ROWS, partners=ABOUT, hour_rate=100)
    verticals = returns(portfolio, by="vertical")
    assert verticals[["vertical", "investment", "returned"]].iloc[0].tolist() == ["Legal", 1500.0, 4200.0]
    # Ann's meeting was Zoe's, her referrals are Max's, who looks after Ann; nobody is named for Cy.
    owners = returns(portfolio, by="owner").set_index("owner")
    assert owners["hours"].map(plain).to_dict() == {"Max": 2.0, "Zoe": 11.0, "no owner": None}
    assert owners["returned"].to_dict() == {"Max": 4200.0, "Zoe": 0.0, "no owner": 500.0}


def test_the_rate_of_an_hour() -> None:
    portfolio = made(ROWS)
    unknown = returns(portfolio)
    assert unknown[["investment", "net", "roi"]].isna().all(axis=None)
    assert at(unknown)["unknown"] == "no hour rate in settings"
    assert at(unknown)["value_per_hour"] == 420.0
    assert at(returns(portfolio, hour_rate=50))["investment"] == 700.0
    assert at(returns(portfolio, hour_rate=np.int64(50)))["investment"] == 700.0  # type: ignore[arg-type]
    # With 0 only money counts; of Bo none is on record, but hours are: nothing was spent.
    money = returns(portfolio, hour_rate=0).set_index("partner")["investment"]
    assert [plain(money[name]) for name in ("Ann", "Bo", "Cy")] == [200.0, 0.0, None]
    for rate in (-1, math.nan, math.inf, "95", True):
        with pytest.raises(ParameterError, match="hour_rate"):
            returns(portfolio, hour_rate=rate)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="'partner', 'vertical' or 'owner'"):
        returns(portfolio, by="kind")


def test_what_is_missing_is_said() -> None:
    rows = [
        act("2025-06-01", "Ann", kind="meeting", direction="mutual", count=3),
        act("2025-06-01", "Ann", hours=1.0, value=100.0),
        act("2025-06-02", "Bo", hours=1.0, status="won", count=2),
        act("2025-06-02", "Bo", hours=1.0, status="won", value=10.0),
        act("2025-06-03", "Cy", hours=1.0, count=4),
        act("2025-06-04", "Dee", hours=1.0, value=5.0),
        act("2025-06-04", "Dee", hours=1.0),
        act("2025-06-05", "Eve", "strategic_referral", hours=1.0),
        act("2025-06-06", "Fay", "event", count=3_000_000, direction="mutual"),
        act("2025-06-06", "Fay", "event", count=1_000, direction="mutual", hours=1.0),
    ]
    words = returns(made(rows, hour_rate=10)).set_index("partner")
    assert words["unknown"].map(plain).to_dict() == {
        "Ann": "hours noted for only 1 of 4 interactions",
        "Bo": "no value noted for 2 of 3 won referrals",
        "Cy": "no value on record",
        "Dee": "no outcome noted for 1 of 2 received referrals",
        # An introduction has no outcome, and no client was passed on.
        "Eve": None,
        "Fay": "hours noted for only 1,000 of 3,001,000 interactions",
    }
    assert plain(words.loc["Cy", "won"]) is None
    assert words["returned"].map(plain).to_dict() == {
        "Ann": 100.0,
        "Bo": 10.0,
        "Cy": None,
        "Dee": 5.0,
        "Eve": 0.0,
        "Fay": 0.0,
    }


def test_only_dates_partners_kinds_and_directions() -> None:
    rows = [
        act("2025-06-01"),
        act("2025-06-02", "Bo", direction="given"),
        act("2025-06-03", "Bo", "event", "mutual"),
        act("2025-06-04", "Cy", "strategic_referral"),
    ]
    for by in ("partner", "vertical", "owner"):
        table = returns(made(rows), by=by)
        numbers = table.drop(columns=[by, "interactions", "hours_noted", "received", "won", "unknown"])
        assert numbers.isna().all(axis=None)
        assert table["won"].isna().tolist() == (table["received"] > 0).tolist()
        assert table["unknown"].str.contains("no hours on record; no hour rate in settings; no value").all()
    assert time_spent(made(rows))["hours"].isna().all()


def test_interval_by_hand() -> None:
    # Values 100, 100, 400: mean 200, mean square 60,000, so 1.5 times the squared mean. Each counts for
    # 200 * 1.5 = 300: Gamma(600 / 300 + 1/2) * 300. Investment 10 * 10.
    rows = [
        act(f"2025-06-0{i}", value=v, hours=h) for i, v, h in ((1, 100, 10), (2, 100, None), (3, 400, None))
    ]
    portfolio = made(rows, hour_rate=10)
    row = at(returns(portfolio))
    low, high = gamma.ppf([0.05, 0.95], 2.5, scale=300)
    assert row[["returned_low", "returned_high"]].tolist() == pytest.approx([low, high])
    assert row[["roi", "roi_low", "roi_high"]].tolist() == pytest.approx([5.0, low / 100 - 1, high / 100 - 1])
    two = at(returns(portfolio, as_of="2025-06-02"))
    assert two["roi"] == 1.0
    assert two[["returned_low", "returned_high", "roi_low", "roi_high"]].isna().all()


def test_a_correction_is_no_referral() -> None:
    rows = [act(f"2025-06-0{i}", value=100.0) for i in range(1, 4)]
    row = at(returns(made([*rows, act("2025-06-09", value=-50.0, status="won")])))
    assert row[["received", "won", "returned"]].tolist() == [3, 3, 250.0]


@pytest.mark.parametrize("sigma", [0.0, 0.6, 1.0, 1.3])
def test_the_interval_covers(sigma: float) -> None:
    rng = np.random.default_rng(7)
    for expected in (5, 12, 40):
        count = rng.poisson(expected, 4000)
        values = rng.lognormal(-(sigma**2) / 2, sigma, count.sum())
        total = np.bincount(np.repeat(np.arange(4000), count), values, 4000)
        low, high = _limits(total, count, math.exp(sigma**2), 0.9)
        judged = ~np.isnan(low)
        share = np.mean((low <= expected)[judged] & (expected <= high)[judged])
        assert 0.87 < share < 0.97, (sigma, expected, share)


def test_later_days_and_windows() -> None:
    portfolio = made(ROWS, hour_rate=100)
    assert at(returns(portfolio, as_of="2025-05-31"))["investment"] == 850.0
    assert at(returns(portfolio, window=1))["investment"] == 350.0
    assert at(returns(portfolio, window=1, whole=True))["investment"] == 1200.0


def reference(world: World, by: str, day: dt.date, rate: float | None, window: int | None) -> dict[str, Row]:
    """Returns from the definitions, row by row."""
    seen = [row for row in world.interactions if row["date"] <= day]
    won = [r for r in seen if _received(r) and r["status"] in (None, "won") and r["value"] is not None]
    first = month_start(month(day) - window + 1) if window else dt.date.min
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in seen:
        if row["date"] >= first:
            groups[world.vertical(row["partner"]) if by == "vertical" else row["partner"]].append(row)
    return {name: _reference_row(rows, rate, bool(won)) for name, rows in groups.items()}


def _received(row: Row) -> bool:
    return row["kind"] in REFERRALS and row["direction"] == "received"


def _total(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _reference_row(rows: list[Row], rate: float | None, kept: bool) -> Row:
    hours, cost = (_total([row[name] for row in rows]) for name in ("hours", "cost"))
    commission = _total([row["commission"] for row in rows if row["direction"] == "received"])
    mine = [row for row in rows if _received(row)]
    paid = [
        row for row in mine if row["status"] == "won" or (row["status"] is None and (row["value"] or 0) > 0)
    ]
    undecided = [r for r in mine if r["kind"] == "referral" and r["status"] is None and r["value"] is None]
    returned = _total([row["value"] for row in mine if row["status"] in (None, "won")])
    if returned is None and kept and not paid and not undecided:
        returned = 0.0
    if rate == 0:
        spent = None if (hours, cost, commission) == (None, None, None) else 0.0
    else:
        spent = None if rate is None or hours is None else hours * rate
    investment = None if spent is None else spent + (cost or 0) + (commission or 0)
    net = None if investment is None or returned is None else returned - investment
    return {
        "interactions": sum(row["count"] for row in rows),
        "hours": hours,
        "cost": cost,
        "commission": commission,
        "investment": investment,
        "received": sum(row["count"] for row in mine),
        "returned": returned,
        "net": net,
        "roi": net / investment if net is not None and investment else None,
        "value_given": _total(
            [
                row["value"]
                for row in rows
                if row["kind"] in REFERRALS and row["direction"] == "given" and row["status"] in (None, "won")
            ]
        ),
        "commission_earned": _total([row["commission"] for row in rows if row["direction"] == "given"]),
    }


@quick
@given(
    worlds(max_rows=40),
    st.sampled_from(["partner", "vertical"]),
    st.sampled_from([None, 0.0, 95.0]),
    st.sampled_from([None, 1, 12]),
    st.data(),
)
def test_against_plain_python(
    world: World, by: str, rate: float | None, window: int | None, data: st.DataObject
) -> None:
    day = data.draw(days().filter(lambda day: day >= world.first) | st.just(world.last))
    asked: dict[str, Any] = {"whole": True} if window is None else {"window": window}
    table = returns(portfolio_of(world), by=by, hour_rate=rate, as_of=day, **asked)
    wanted = reference(world, by, day, rate, window)
    assert set(table[by]) == set(wanted)
    names = [by, *next(iter(wanted.values()), {})]
    same(table[names], [{by: name, **wanted[name]} for name in table[by]])
    net = table["net"].dropna().tolist()
    assert net == sorted(net, reverse=True)
    assert table["net"].iloc[: len(net)].notna().all()


def test_the_sample(sample_portfolio: pa.Portfolio) -> None:
    table = returns(sample_portfolio)
    # A newcomer's return cannot be judged: no interval, whatever the figure.
    newcomer = at(table, "Hartwell Surveyors")
    assert newcomer[["roi_low", "roi_high", "returned_low"]].isna().all()
    assert (table["roi_low"].notna() == (table["won"] >= 3)).all()
    known = table[table["roi_low"].notna()]
    assert (known["roi_low"] < known["roi"]).all()
    assert (known["roi"] < known["roi_high"]).all()
    assert table["unknown"].isna().all()
    # Every interaction is somebody's, whichever way they are gathered.
    for by in ("vertical", "owner"):
        other = returns(sample_portfolio, by=by)
        for name in ("interactions", "hours", "investment", "returned", "value_given"):
            assert other[name].sum() == pytest.approx(table[name].sum())


def test_hours_by_hand() -> None:
    # Of 8 hours in the third quarter Ann had 6, 2 more than planned, and Bo 2; 20 are there. Cy had none.
    rows = [
        act("2025-06-30", hours=50.0),
        act("2025-07-01", hours=5.0),
        act("2025-09-30", hours=1.0, count=3),
        act("2025-09-30", "Bo", hours=2.0),
        act("2025-09-30", "Bo", count=3),
        act("2025-05-01", "Cy", hours=1.0),
    ]
    about = [
        {"partner": "Ann", "hours_per_quarter": 4},
        {"partner": "Bo"},
        {"partner": "Cy", "hours_per_quarter": 8},
        {"partner": "Eve", "started": "2024-01-01", "ended": "2025-06-30"},
    ]
    portfolio = made(rows, partners=about, capacity_hours=20)
    table = time_spent(portfolio, quarter="2025Q3")
    assert [[plain(value) for value in row] for row in table.values.tolist()] == [
        ["Ann", 4, 1.0, 6.0, 4.0, 2.0, 0.75, 0.3],
        ["Bo", 4, 0.25, 2.0, None, None, 0.25, 0.1],
        ["Cy", 0, None, None, 8.0, None, None, None],
    ]
    total = time_total(portfolio, quarter="2025Q3").iloc[0]
    assert [plain(value) for value in total] == [
        "2025Q3", 1.0, 92, 92, 3, 8, 5 / 8, 8.0, 12.0, 2, 20.0, 0.4, 0.6, 12.0,
    ]  # fmt: skip
    running = time_total(portfolio, as_of="2025-07-23").iloc[0]
    assert (running["elapsed"], running["hours"]) == (0.25, 5.0)
    assert running[["days", "days_on_record"]].tolist() == [92, 23]
    begun = time_total(made([act("2025-09-20", hours=2.0)]), as_of="2025-09-28").iloc[0]
    assert begun[["days", "days_on_record"]].tolist() == [92, 9]
    assert (
        time_total(made([act("2025-07-01")])).iloc[0][["hours", "planned", "capacity", "left"]].isna().all()
    )


def test_quarters_that_hold_nothing() -> None:
    portfolio = made([act("2025-05-01"), act("2025-07-01")])
    for quarter, words in (
        ("2025Q4", "begins on 2025-10-01, after 2025-07-01"),
        ("2025Q1", "before the first"),
    ):
        with pytest.raises(PeriodError, match=words):
            time_spent(portfolio, quarter=quarter)
    assert str(time_total(portfolio, quarter=pa.Quarter(2025, 2))["quarter"].iloc[0]) == "2025Q2"


@settings(parent=quick, max_examples=3)
@given(worlds(max_rows=60), st.data())
def test_hours_add_up(world: World, data: st.DataObject) -> None:
    day = data.draw(days().filter(lambda day: day >= world.first) | st.just(world.last))
    portfolio = portfolio_of(world)
    table, total = time_spent(portfolio, as_of=day), time_total(portfolio, as_of=day).iloc[0]
    quarter = pa.Quarter.containing(day, world.fiscal_year_start)
    spent: dict[str, list[float | None]] = defaultdict(list)
    for row in world.interactions:
        if quarter.start <= row["date"] <= day:
            spent[row["partner"]].append(row["hours"])
    wanted = {name: _total(values) for name, values in spent.items()}
    found = {row["partner"]: plain(row["hours"]) for row in table.to_dict("records")}
    assert {name: hours for name, hours in found.items() if name in wanted} == wanted
    assert all(hours is None for name, hours in found.items() if name not in wanted)
    assert plain(total["hours"]) == _total(list(wanted.values()))
    assert table["share"].sum() == pytest.approx(1 if plain(total["hours"]) else 0)


def test_types() -> None:
    nullable = {"string", "Int64", "Float64"}
    for portfolio in (made(ROWS, partners=ABOUT, hour_rate=95), made([act("2025-01-05")])):
        for frame in (returns(portfolio), time_spent(portfolio), time_total(portfolio)):
            assert set(frame.dtypes.astype(str)) <= nullable
            assert frame.index.equals(pd.RangeIndex(len(frame)))
    with pytest.raises(PeriodError):
        returns(made([act("2025-01-05")]), as_of="2024-12-31")
