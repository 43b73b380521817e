"""The J-curve and payback by hand, against plain Python, and where the beginning is not on record."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference import World, month, month_start, spans
from worlds import days, plain, portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import Made, act, at, made
from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.returns.jcurve import j_curve, payback
from partnership_analysis.metrics.returns.returns import returns

quick = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def spent(date: str, hours: float, partner: str = "Ann") -> Made:
    return act(date, partner, "meeting", "mutual", hours=hours)


def won(date: str, value: float, partner: str = "Ann") -> Made:
    return act(date, partner, value=value, status="won")


def test_by_hand() -> None:
    # At 10 an hour: -40, -40, +20 (60 won), -10 (3 hours), +90 (100 won). At 0 or above for good from May.
    rows = [spent("2025-01-10", 4), won("2025-03-01", 60), spent("2025-04-30", 3), won("2025-05-02", 100)]
    portfolio = made(rows, hour_rate=10)
    curve = j_curve(portfolio)
    assert curve["number"].tolist() == [0, 1, 2, 3, 4]
    assert curve["net"].tolist() == [-40.0, 0.0, 60.0, -30.0, 100.0]
    assert curve["cumulative"].tolist() == [-40.0, -40.0, 20.0, -10.0, 90.0]
    row = at(payback(portfolio))
    names = ["state", "began", "first_business", "months_to_first", "payback", "months_to_payback"]
    assert row[names].tolist() == [
        "paid back", pd.Timestamp("2025-01-01"), pd.Timestamp("2025-03-01"), 2, pd.Timestamp("2025-05-01"), 4,
    ]  # fmt: skip
    assert row[["to_recover", "low_point", "cumulative"]].tolist() == [0.0, -40.0, 90.0]


def test_states_as_the_months_go_by() -> None:
    rows = [spent("2025-01-10", 4), won("2025-03-01", 60), spent("2025-04-30", 3), won("2025-05-02", 100)]
    # Another partner's value, so that values are kept from the beginning.
    portfolio = made([*rows, won("2025-01-02", 1, "Bo")], hour_rate=10)
    found = {
        day: at(payback(portfolio, as_of=day))[["state", "payback", "to_recover"]].map(plain).tolist()
        for day in ("2025-02-15", "2025-03-31", "2025-04-30")
    }
    assert found["2025-02-15"] == ["no business yet", None, 40.0]
    assert found["2025-03-31"] == ["paid back", pd.Timestamp("2025-03-01").date(), 0.0]
    # What had paid back and went under again has not paid back.
    assert found["2025-04-30"] == ["not yet", None, 10.0]


def test_business_before_any_hour_is_paid_back_at_once() -> None:
    rows = [won("2025-01-05", 100), spent("2025-02-05", 2)]
    row = at(payback(made(rows, hour_rate=10)))
    assert row[["months_to_first", "months_to_payback", "low_point", "cumulative"]].tolist() == [
        0,
        0,
        0.0,
        80.0,
    ]


def test_what_began_before_the_record() -> None:
    rows = [spent("2025-01-10", 4), won("2025-03-01", 60), spent("2025-01-10", 1, "Bo")]
    about = [
        {"partner": "Ann", "started": "2024-11-20"},
        {"partner": "Bo", "started": "2025-01-01"},
        {"partner": "Old", "started": "2020-01-01", "ended": "2024-12-31"},
    ]
    portfolio = made(rows, partners=about, hour_rate=10)
    ann, bo = (at(payback(portfolio), name) for name in ("Ann", "Bo"))
    assert (ann["state"], bo["state"]) == ("began before the record", "no business yet")
    assert (
        ann[["first_business", "months_to_first", "payback", "months_to_payback", "to_recover"]].isna().all()
    )
    assert ann[["low_point", "cumulative", "partial"]].tolist() == [-40.0, 20.0, True]
    old = at(payback(portfolio), "Old")
    assert (old["state"], plain(old["cumulative"])) == ("began before the record", None)
    assert j_curve(portfolio, partners="Old").empty
    assert j_curve(portfolio, partners="Ann")["number"].tolist() == [2, 3, 4]
    assert payback(portfolio, by="portfolio")["partial"].tolist() == [True]
    # A part of a portfolio knows that the record began earlier than its own first interaction.
    later = made(
        [*rows, spent("2025-02-01", 1, "Cy")], partners=[*about, {"partner": "Cy", "started": "2025-01-15"}]
    )
    assert payback(later.select(partners="Cy"))["partial"].tolist() == [False]


def test_what_is_not_on_record_is_unknown() -> None:
    rows = [act("2025-01-05"), act("2025-02-05", "Bo", direction="given")]
    portfolio = made(rows, hour_rate=10)
    table = payback(portfolio)
    assert table["state"].tolist() == ["unknown", "unknown"]
    assert table[["first_business", "payback", "to_recover", "low_point", "cumulative"]].isna().all(axis=None)
    assert j_curve(portfolio)[["net", "cumulative"]].isna().all(axis=None)
    # A value, and no hours: the business is known, what it cost is not.
    row = at(payback(made([won("2025-01-05", 5)], hour_rate=10)))
    assert row[["state", "months_to_first"]].tolist() == ["unknown", 0]
    with pytest.raises(ParameterError, match="'partner', 'vertical' or 'portfolio'"):
        payback(made(rows), by="owner")
    with pytest.raises(ParameterError, match="there is no partner 'Zoe'"):
        j_curve(made(rows), partners="Zoe")


@quick
@given(worlds(max_rows=40), st.sampled_from(["partner", "vertical", "portfolio"]), st.data())
def test_the_curve_ends_where_the_returns_are(world: World, by: str, data: st.DataObject) -> None:
    day = data.draw(days().filter(lambda day: day >= world.first) | st.just(world.last))
    portfolio = portfolio_of(world)
    curve = j_curve(portfolio, by=by, hour_rate=95, as_of=day)
    group = dict.fromkeys(world_names(world), "all partners")
    if by != "portfolio":
        total = returns(portfolio, by=by, whole=True, hour_rate=95, as_of=day).set_index(by)
        last = curve.groupby(by).tail(1).set_index(by)["cumulative"]
        found, wanted = (
            {name: plain(value) for name, value in column.items()} for column in (last, total["net"])
        )
        assert {name: value for name, value in found.items() if name in wanted} == pytest.approx(wanted)
        group = {name: world.vertical(name) if by == "vertical" else name for name in group}
    # Every month of the group's life inside the record has its row.
    alive: dict[str, set[int]] = defaultdict(set)
    for name, (first, last_month) in spans(world, day).items():
        alive[group[name]] |= {first, last_month}
    rows = [
        (name, month_start(index), index - min(ends))
        for name, ends in sorted(alive.items())
        for index in range(max(min(ends), month(world.first)), max(ends) + 1)
    ]
    stamps = [(row[by], row["month"].date(), row["number"]) for row in curve.to_dict("records")]
    assert stamps == rows


@quick
@given(worlds(max_rows=40), st.data())
def test_payback_against_plain_python(world: World, data: st.DataObject) -> None:
    day = data.draw(days().filter(lambda day: day >= world.first) | st.just(world.last))
    portfolio = portfolio_of(world)
    table = payback(portfolio, hour_rate=95, as_of=day)
    curve = j_curve(portfolio, hour_rate=95, as_of=day)
    for row in table.to_dict("records"):
        mine = [each for each in curve.to_dict("records") if each["partner"] == row["partner"]]
        if not mine:
            # It had ended before the record begins.
            assert (row["state"], plain(row["cumulative"])) == ("began before the record", None)
            continue
        found = {name: plain(value) for name, value in row.items() if name not in ("partner", "began")}
        assert found == pytest.approx(walked(mine))


def walked(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Payback from the months of one curve, walked one after the other."""
    partial = bool(rows[0]["partial"])
    first = back = None
    for row in rows:
        if first is None and plain(row["returned"]) is not None and row["returned"] > 0:
            first = row
        if plain(row["cumulative"]) is None or row["cumulative"] < 0:
            back = None
        elif back is None and first is not None:
            back = row
    now = plain(rows[-1]["cumulative"])
    known, first = now is not None and not partial, None if partial else first
    back = back if known else None
    state = (
        "began before the record"
        if partial
        else "unknown"
        if not known
        else "paid back"
        if back
        else "not yet"
    )
    if state == "not yet" and first is None:
        state = "no business yet"
    return {
        "state": state,
        "first_business": plain(first["month"]) if first else None,
        "months_to_first": first["number"] if first else None,
        "payback": plain(back["month"]) if back else None,
        "months_to_payback": back["number"] if back else None,
        "to_recover": max(-now, 0.0) if now is not None and known else None,
        "low_point": None if now is None else min(0.0, *(row["cumulative"] for row in rows)),
        "cumulative": now,
        "partial": partial,
    }


def world_names(world: World) -> list[str]:
    return sorted(
        {row["partner"] for table in (world.interactions, world.partners, world.ratings) for row in table}
    )


def test_the_sample(sample_portfolio: pa.Portfolio) -> None:
    table = payback(sample_portfolio).set_index("partner")
    # The newcomer of August has brought nothing yet: all of it is investment, as article 002 has it.
    newcomer = table.loc["Hartwell Surveyors"]
    assert newcomer["state"] == "no business yet"
    assert newcomer["to_recover"] == -newcomer["cumulative"] > 0
    started = sample_portfolio.partners.set_index("partner")["started"]
    before = started < sample_portfolio.first_date.replace(day=1)
    assert table["partial"].to_dict() == before.to_dict()
    assert table.loc[before, "payback"].isna().all()
    assert (table.loc[~before, "state"] == "paid back").sum() >= 1


def test_types() -> None:
    nullable = {"string", "Int64", "Float64", "datetime64[us]", "bool"}
    rows = [spent("2025-01-10", 4), won("2025-03-01", 60)]
    for portfolio in (made(rows, hour_rate=10), made([act("2025-01-05")])):
        for frame in (j_curve(portfolio), payback(portfolio), payback(portfolio, by="vertical")):
            assert set(frame.dtypes.astype(str)) <= nullable
            assert frame.index.equals(pd.RangeIndex(len(frame)))
