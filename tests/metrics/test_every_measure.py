"""What holds of every measure: nothing is changed, nothing later is seen, order does not matter, unknown has a type."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.sample import sample
from partnership_analysis.schema import TABLES

from .stories import portfolio_of

DAY = "2025-03-31"
REQUIRED = ["date", "partner", "kind", "direction"]


def measures() -> dict[str, Callable[..., Any]]:
    """Every public function of a portfolio and a day, or a quarter."""
    found = {name: getattr(pa, name) for name in pa.__all__}
    return {
        name: measure
        for name, measure in found.items()
        if inspect.isfunction(measure)
        and "portfolio" in inspect.signature(measure).parameters
        and {"as_of", "quarter"} & set(inspect.signature(measure).parameters)
    }


MEASURES = measures()
MORE: dict[str, dict[str, Any]] = {
    "lunch_plan": {"quarter": "2025Q2"},
    "partner_profile": {"partner": "Kestrel Cloud", "quarter": "2025Q1"},
    "quarter_change": {"quarter": pa.Quarter(2025, 1)},
    "quarter_review": {"quarter": "2025Q1"},
    "time_spent": {"quarter": "2025Q1"},
    "time_total": {"quarter": "2025Q1"},
}
SLOW = {"capacity_curve", "frontier"}
"""Each solves a plan many times: their own tests hold the same of them."""
CHOSEN = [name for name in MEASURES if name not in SLOW]


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    return portfolio_of(sample())


def asked(name: str, portfolio: pa.Portfolio, as_of: str | None = DAY) -> Any:
    more = MORE.get(name, {})
    if "as_of" not in inspect.signature(MEASURES[name]).parameters:
        return MEASURES[name](portfolio, **more)
    if name == "quarter_change":
        as_of = pd.Timestamp(as_of).date() if as_of else None  # type: ignore[assignment]
    return MEASURES[name](portfolio, **more, as_of=as_of)


def tables_of(result: Any) -> dict[str, Any]:
    """A result as named parts that can be compared."""
    if is_dataclass(result) and not isinstance(result, type):
        names = [field.name for field in fields(result) if field.name != "portfolio"]
        return {name: getattr(result, name) for name in names}
    return {"": result}


def assert_same(one: Any, other: Any) -> None:
    first, second = tables_of(one), tables_of(other)
    for part, value in first.items():
        if isinstance(value, pd.DataFrame):
            pd.testing.assert_frame_equal(value, second[part])
        elif isinstance(value, float):
            assert value == pytest.approx(second[part]), part
        else:
            assert value == second[part], part


def test_there_are_many() -> None:
    assert len(MEASURES) > 45
    assert set(MEASURES) >= SLOW


@pytest.fixture(scope="module")
def early(portfolio: pa.Portfolio, dated: pa.Portfolio) -> pa.Portfolio:
    """The portfolio as it was on the day."""
    day = pd.Timestamp(DAY)
    tables = {table: getattr(portfolio, table) for table in TABLES}
    for table, column in (("interactions", "date"), ("ratings", "date"), ("actions", "created")):
        tables[table] = tables[table][tables[table][column] <= day].reset_index(drop=True)
    done = tables["actions"]["done"]
    tables["actions"] = tables["actions"].assign(done=done.where(done <= day))
    ended = tables["partners"]["ended"]
    tables["partners"] = tables["partners"].assign(ended=ended.where(ended <= day))
    days = dated.days
    assert days is not None
    return replace(portfolio, **tables, days=days[days <= day])


@pytest.fixture(scope="module")
def dated(portfolio: pa.Portfolio) -> pa.Portfolio:
    """The portfolio with the days on which anything is on record."""
    return replace(
        portfolio, days=portfolio.interactions["date"].drop_duplicates().sort_values(ignore_index=True)
    )


@pytest.fixture(scope="module")
def mixed(portfolio: pa.Portfolio) -> pa.Portfolio:
    """The portfolio with its rows in another order."""
    return replace(
        portfolio,
        **{
            table: getattr(portfolio, table).sample(frac=1, random_state=7).reset_index(drop=True)
            for table in TABLES
        },
    )


@pytest.fixture(scope="module")
def alone(portfolio: pa.Portfolio) -> pa.Portfolio:
    """The required columns of interactions up to the day, and nothing else."""
    rows = portfolio.interactions.loc[portfolio.interactions["date"] <= DAY, REQUIRED]
    return pa.Portfolio.from_frames(rows, settings={"repeats": "each"})


@pytest.fixture(scope="module")
def told(dated: pa.Portfolio) -> Callable[[str], Any]:
    """What each measure says of the portfolio, asked once."""
    return cache(lambda name: asked(name, dated))


@pytest.mark.parametrize("name", CHOSEN, scope="module")
def test_nothing_later_is_seen(early: pa.Portfolio, told: Callable[[str], Any], name: str) -> None:
    assert_same(asked(name, early), told(name))


@pytest.mark.parametrize("name", CHOSEN, scope="module")
def test_the_order_of_rows_does_not_matter_and_nothing_is_changed(
    mixed: pa.Portfolio, told: Callable[[str], Any], name: str
) -> None:
    before = {table: getattr(mixed, table).copy(deep=True) for table in TABLES}
    found = asked(name, mixed)
    for table, frame in before.items():
        pd.testing.assert_frame_equal(getattr(mixed, table), frame)
    assert_same(told(name), found)


@pytest.mark.parametrize("name", [*CHOSEN, *sorted(SLOW)], scope="module")
def test_with_interactions_alone_it_says_what_it_cannot_say(
    alone: pa.Portfolio, told: Callable[[str], Any], name: str
) -> None:
    result, full = tables_of(asked(name, alone)), tables_of(told(name))
    for part, value in full.items():
        if isinstance(value, pd.DataFrame):
            dtypes = result[part].dtypes.astype(str).to_dict()
            assert dtypes == value.dtypes.astype(str).to_dict()
            # A review's ``numbers`` are counts too, one measure a row.
            money = [
                column
                for column in value
                if part != "numbers" and ("value" in str(column) or column in ("cost", "commission"))
            ]
            assert result[part][money].isna().all(axis=None), "money that nobody wrote down"
