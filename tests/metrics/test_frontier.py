"""Value for one partner, for two, and for one more hour: by hand and as laws."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import partnership_analysis as pa
from metrics.helpers import act, made
from metrics.test_focus import business, every_set
from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.focus.frontier import capacity_curve, frontier, worth_of_one_more_hour
from partnership_analysis.metrics.focus.worth import worth


def three() -> pa.Portfolio:
    """Ann is worth most and takes all; Bo and Cy together more."""
    rows = [
        act("2025-06-05", name, value=value) for name, value in (("Ann", 900.0), ("Bo", 800.0), ("Cy", 700.0))
    ]
    hours = {"Ann": 6.0, "Bo": 3.0, "Cy": 3.0}
    return made(rows, partners=[{"partner": name, "hours_per_quarter": each} for name, each in hours.items()])


def test_the_frontier_by_hand() -> None:
    portfolio = three()
    value = worth(portfolio).set_index("partner")["worth"]
    table = frontier(portfolio, capacity=6)
    assert table[["count", "kept", "partners", "hours"]].values.tolist() == [
        [1, 1, "Ann", 6.0], [2, 2, "Bo; Cy", 6.0], [3, 2, "Bo; Cy", 6.0],
    ]  # fmt: skip
    assert table["value"].tolist() == pytest.approx([value["Ann"], *[value["Bo"] + value["Cy"]] * 2])
    assert table.loc[1, ["joined", "left"]].tolist() == ["Bo; Cy", "Ann"]
    assert table["marginal"].sum() == pytest.approx(table["value"].iloc[-1])
    assert table["share"].iloc[-1] == 1.0
    assert len(frontier(portfolio, most=2)) == 2
    with pytest.raises(ParameterError):
        frontier(portfolio, most=0)


def test_one_more_hour_by_hand() -> None:
    # With 8 hours Ann fits, or Bo and Cy (6); the ninth brings Ann and Bo instead of Bo and Cy.
    portfolio = three()
    value = worth(portfolio).set_index("partner")["worth"]
    assert worth_of_one_more_hour(portfolio, capacity=8) == pytest.approx(value["Ann"] - value["Cy"])
    assert worth_of_one_more_hour(portfolio, capacity=12) == 0
    assert worth_of_one_more_hour(portfolio) is None
    curve = capacity_curve(portfolio, capacities=[9, 0, 8])
    assert curve[["capacity", "kept"]].values.tolist() == [[0, 0], [8, 2], [9, 2]]
    assert curve["per_hour"].iloc[-1] == pytest.approx(value["Ann"] - value["Cy"])
    assert pd.isna(curve["per_hour"].iloc[0])
    with pytest.raises(ParameterError):
        capacity_curve(portfolio, capacities=[-1])


def test_a_curve_of_other_hours_than_the_settings() -> None:
    # What must be kept needs 6 hours, the settings know of 4.
    rows = [act("2025-06-05", name, value=value) for name, value in (("Ann", 900.0), ("Bo", 800.0))]
    about = [{"partner": name, "hours_per_quarter": 6} for name in ("Ann", "Bo")]
    portfolio = made(rows, partners=about, capacity_hours=4)
    curve = capacity_curve(portfolio, capacities=[12, 6], must_keep=["Bo"])
    assert curve[["capacity", "kept"]].values.tolist() == [[6, 1], [12, 2]]
    assert capacity_curve(portfolio, must_keep=["Bo"])["capacity"].iloc[0] == 6
    with pytest.raises(ParameterError, match="must_keep needs"):
        capacity_curve(portfolio, capacities=[12, 5], must_keep=["Bo"])


@settings(max_examples=2, phases=[Phase.generate])
@given(st.integers(0, 2**32))
def test_every_size_and_every_hour_is_the_best_of_all_sets(seed: int) -> None:
    portfolio, asked, capacity = business(seed)
    free = {"count": None, "must_keep": [], "must_drop": asked["must_drop"], "overlap": asked["overlap"]}
    allowed = every_set(portfolio, free, capacity)
    table = frontier(portfolio, capacity=capacity, must_drop=free["must_drop"], overlap=free["overlap"])
    for count, value in table[["count", "value"]].values.tolist():
        wanted = max(value for bits, value in allowed.items() if bits.bit_count() <= count)
        assert value == pytest.approx(wanted, abs=1e-6)
    curve = capacity_curve(
        portfolio, capacities=[0, 4, 8, 20], must_drop=free["must_drop"], overlap=free["overlap"]
    )
    assert (curve["value"].diff().dropna() >= -1e-6).all()
    assert (curve["hours"] <= curve["capacity"] + 1e-9).all()


def test_only_interactions_and_nobody() -> None:
    table = frontier(made([act("2025-06-01"), act("2025-06-02", "Bo")]))
    assert table[["value", "marginal"]].isna().all(axis=None)
    unknown = made([act("2025-06-01")])
    assert capacity_curve(unknown, capacities=[1, 2])[["value", "per_hour"]].isna().all(axis=None)
    assert worth_of_one_more_hour(unknown, capacity=1) is None
    assert table["share"].isna().all()
    over = made([act("2025-01-01")], partners=[{"partner": "Ann", "ended": "2025-02-01"}])
    assert frontier(over, as_of="2025-06-30").empty
    with pytest.raises(PeriodError):
        frontier(over, as_of="2024-06-30")


def test_the_sample(sample_portfolio: pa.Portfolio) -> None:
    table = frontier(sample_portfolio)
    assert len(table) == 23
    assert (table["marginal"] >= 0).all()
    assert table["kept"].iloc[-1] == 22
    assert worth_of_one_more_hour(sample_portfolio) == 0
