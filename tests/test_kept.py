"""What is computed once: kept while the tables hold the same cells, and never handed out to be changed."""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest
from metrics.helpers import act, made

import partnership_analysis as pa
from partnership_analysis import kept as module
from partnership_analysis.kept import MOST, kept
from partnership_analysis.metrics.grid import grid, tenure


class Owner:
    """Somebody with tables."""


def counted(calls: list[int]) -> object:
    calls.append(1)
    return object()


@pytest.mark.parametrize(
    ("dtype", "cells", "other"),
    [
        ("Int64", [1, None, 3], 4),
        ("Float64", [1.5, None, 3], 4),
        ("string", ["a", None, "c"], "d"),
        ("boolean", [True, None, True], False),
        ("datetime64[us]", ["2025-01-01", None, "2025-01-03"], pd.Timestamp("2024-01-01")),
        ("int64", [1, 2, 3], 4),
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_a_changed_cell_of_any_type_is_seen(
    dtype: str, cells: list[object], other: object, place: int
) -> None:
    owner, calls = Owner(), []  # type: ignore[var-annotated]
    table = pd.DataFrame({"a": pd.Series(cells, dtype=dtype), "b": 1})

    def ask() -> object:
        return kept(owner, [table], "x", lambda: counted(calls))

    assert ask() is ask()
    table.loc[place, "a"] = other
    ask()
    assert len(calls) == 2
    table.iloc[2, 0] = other
    ask()
    assert len(calls) == 3
    table["a"] = table["a"]
    table["b"] = 2
    ask()
    assert len(calls) == 4
    table.pop("b")
    ask()
    assert len(calls) == 5


def test_what_is_missing_is_not_mistaken_for_what_is_not() -> None:
    owner, table = Owner(), pd.DataFrame({"a": pd.array([1, 2], dtype="Int64")})
    assert kept(owner, [table], "sum", lambda: table["a"].sum()) == 3
    table.loc[1, "a"] = pd.NA
    assert kept(owner, [table], "sum", lambda: table["a"].sum()) == 1


def test_a_few_results_are_kept_and_go_with_their_owner() -> None:
    owner, table, calls = Owner(), pd.DataFrame({"a": [1]}), []  # type: ignore[var-annotated]
    for key in [*range(MOST + 1), *range(1, MOST + 1), 0]:
        kept(owner, [table], key, lambda: counted(calls))
    assert len(calls) == MOST + 2
    gc.collect()  # owners that other tests left in a cycle go now, and not between the two counts
    before = len(module._MEMORIES)
    del owner
    gc.collect()
    assert len(module._MEMORIES) == before - 1


def test_what_is_shared_cannot_be_changed() -> None:
    portfolio = made([act("2025-01-01"), act("2025-02-01", "Bo")])
    day = portfolio.last_date.date()
    cells = grid(portfolio, perspective="ours", as_of=day)
    for array in (cells.first_month, cells.last_month, cells.kinds["referral"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9
    spans, about = tenure(portfolio, day), portfolio.described()
    spans["first_month"], about["partner"] = 0, "Nobody"
    assert (tenure(portfolio, day)["first_month"] > 0).all()
    assert portfolio.described()["partner"].tolist() == ["Ann", "Bo"]


def test_measures_see_a_row_that_somebody_changed() -> None:
    portfolio = made([act("2025-01-01"), act("2025-02-01")], assumed_trust=3)
    assert pa.rvi(portfolio)["count"].iloc[-1] == 2
    portfolio.interactions.loc[0, "count"] = 5
    assert pa.rvi(portfolio)["count"].iloc[-1] == 6


@pytest.mark.parametrize("measure", [pa.rvi, pa.cadence])
def test_a_table_handed_out_is_the_callers_own(measure: Callable[[pa.Portfolio], pd.DataFrame]) -> None:
    portfolio = made([act("2025-01-01"), act("2025-02-01", "Bo")], assumed_trust=3)
    first = measure(portfolio)
    asked = first.copy()
    first["partner"] = "Nobody"
    first.loc[0, first.columns[2]] = first.loc[1, first.columns[2]]
    pd.testing.assert_frame_equal(measure(portfolio), asked)


@pytest.mark.parametrize("asked", [{}, {"perspective": "theirs"}, {"method": "published"}])
def test_an_index_too_large_to_keep_is_the_same_in_parts(
    sample_portfolio: pa.Portfolio, asked: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = pa.rvi(sample_portfolio, **asked)
    monkeypatch.setattr("partnership_analysis.metrics.grid.PART", 100)
    pd.testing.assert_frame_equal(pa.rvi(sample_portfolio, **asked), small)


@pytest.mark.parametrize("side", ["ours", "theirs"])
@pytest.mark.parametrize(
    "measure", [pa.signals, pa.rvi_components, pa.signals_board], ids=lambda measure: str(measure.__name__)
)
def test_a_table_too_large_to_keep_is_the_same_in_parts(
    sample_portfolio: pa.Portfolio,
    measure: Callable[..., pd.DataFrame],
    side: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = measure(sample_portfolio, perspective=side)
    monkeypatch.setattr("partnership_analysis.metrics.grid.PART", 100)
    pd.testing.assert_frame_equal(measure(sample_portfolio, perspective=side), whole)


@pytest.mark.parametrize(
    "measure",
    [pa.both_sides, pa.watch_lists, pa.worth, partial(pa.quarter_change, quarter=pa.Quarter(2025, 3))],
    ids=["both_sides", "watch_lists", "worth", "quarter_change"],
)
def test_what_rests_on_a_table_made_in_parts_is_the_same(
    sample_portfolio: pa.Portfolio, measure: Callable[..., pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = measure(sample_portfolio)
    monkeypatch.setattr("partnership_analysis.metrics.grid.PART", 100)
    pd.testing.assert_frame_equal(measure(dataclasses.replace(sample_portfolio)), whole)


def test_a_profile_of_a_portfolio_too_large_to_keep_is_the_same(
    sample_portfolio: pa.Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = sample_portfolio.names[3]
    page = pa.partner_profile(sample_portfolio, name, "2025Q3")
    monkeypatch.setattr("partnership_analysis.metrics.grid.PART", 100)
    again = pa.partner_profile(dataclasses.replace(sample_portfolio), name, "2025Q3")
    pd.testing.assert_frame_equal(again.indices, page.indices)
    pd.testing.assert_frame_equal(again.state, page.state)
