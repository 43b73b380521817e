"""Columns of numbers."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import pandas as pd
import pytest

from partnership_analysis.errors import ColumnError
from partnership_analysis.schema import INTERACTIONS, RATINGS, Column
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.values import Converted, Reading, convert

VALUE, HOURS, COUNT, SCORE = (
    *(INTERACTIONS["value"], INTERACTIONS["hours"], INTERACTIONS["count"]),
    RATINGS["score"],
)


def read(column: Column, cells: list[object], **reading: str) -> Converted:
    return convert(
        Cells.of(pd.Series(cells, dtype=object)), column, column.name.title(), "a.csv", Reading(**reading)
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (4200, 4200),
        (Decimal("0.5"), 0.5),
        ("4200", 4200),
        ("+4.5", 4.5),
        (".5", 0.5),
        ("1e3", 1000),
        ("1,234.56", 1234.56),
        ("1,234,567", 1234567),
        ("1,00,000", 100000),
        ("1.234,56", 1234.56),
        ("1.234.567", 1234567),
        ("12,5", 12.5),
        ("(250)", -250),
        ("-£250", -250),
        ("£-250", -250),
        ("250-", -250),
        ("−250", -250),
        ("£ 1 200", 1200),
        ("1\u00a0200,50 GBP", 1200.5),
        ("1'200.50", 1200.5),
    ],
)
def test_one_number_in_many_writings(cell: object, value: float) -> None:
    done = read(VALUE, [cell])
    assert done.values.tolist() == [value]
    assert not done.findings.bad.any()


@pytest.mark.parametrize(
    "cell", [None, math.nan, pd.NA, pd.NaT, "", "  ", "-", "n/a", "N/A", "#N/A", "#REF!", "none", "NULL"]
)
def test_what_means_nothing_is_missing_and_not_0(cell: object) -> None:
    done = read(VALUE, [cell])
    assert done.values.isna().tolist() == [True]
    assert not done.findings.bad.any()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("lots", "`value` is not a number"),
        ("1.2.3", "`value` is not a number"),
        ("(-5)", "`value` is not a number"),
        ("nan", "`value` is not a number"),
        (math.inf, "`value` is not a finite number"),
        ("1e999", "`value` is not a finite number"),
        (True, "`value` is a yes or no, not a number"),
        (dt.date(2025, 1, 1), "`value` is a date, not a number"),
        ([1], "`value` is not a number"),
        ("12 %", "`value` is a percentage, not a number of currency"),
        ("€ 1 200", "`value` is in EUR, but the portfolio is in GBP"),
        ("CHF 5", "`value` is in CHF, but the portfolio is in GBP"),
    ],
)
def test_what_is_no_amount_is_bad(cell: object, reason: str) -> None:
    done = read(VALUE, [cell])
    assert done.values.isna().tolist() == [True]
    assert done.findings.reasons == [reason]


def test_the_portfolios_own_currency_is_accepted() -> None:
    assert read(VALUE, ["€ 1 200"], currency="EUR").values.tolist() == [1200]


def test_hours_are_no_money() -> None:
    assert read(HOURS, ["£5"]).findings.reasons == ["`hours` is an amount of money, not a number of hours"]


def test_one_cell_that_proves_the_separator_settles_the_column() -> None:
    assert read(VALUE, ["1.234", "0,5"]).values.tolist() == [1234, 0.5]
    assert read(VALUE, ["1.234", "0.5"]).values.tolist() == [1.234, 0.5]
    assert read(VALUE, ["1,234", "1,234.5"]).values.tolist() == [1234, 1234.5]


@pytest.mark.parametrize("cell", ["1.234", "1,234", "£1,200"])
def test_a_separator_in_doubt_is_refused(cell: str) -> None:
    with pytest.raises(ColumnError, match=r"decimal point or a decimal comma.*in a mapping"):
        read(VALUE, [cell, "5"])


def test_the_option_settles_the_separator() -> None:
    assert read(VALUE, ["1,234"], decimal=".").values.tolist() == [1234]
    assert read(VALUE, ["1,234", "2.5"], decimal=",").values.isna().tolist() == [False, True]
    assert read(VALUE, ["1.234", "7"], decimal=",").values.tolist() == [1234, 7]


def test_a_column_that_mixes_separators_in_doubt_is_refused() -> None:
    with pytest.raises(ColumnError, match="mixes decimal point and comma"):
        read(VALUE, ["1,5", "1,234.5", "1,234"])


def test_the_odd_one_out_is_rejected_where_nothing_is_in_doubt() -> None:
    assert read(VALUE, ["1.5", "2.5", "3,5"]).values.isna().tolist() == [False, False, True]
    assert read(VALUE, ["1,5", "2,5", "3.5"]).values.isna().tolist() == [False, False, True]


def test_whole_numbers() -> None:
    done = read(COUNT, [3.0, "3", "3.0", 2.5, "1,200", 0, -1, 2**60, None])
    assert done.values.dtype == "Int64"
    assert done.values.tolist() == [3, 3, 3, pd.NA, 1200, 0, pd.NA, pd.NA, pd.NA]
    bad = {done.findings.reasons[code] for code in done.findings.codes if code >= 0}
    assert bad == {"`count` is not a whole number", "`count` is under 0", "`count` is too large"}


def test_limits_are_inclusive() -> None:
    done = read(SCORE, [1, 5, 0.9, 5.1])
    assert done.values.tolist() == [1, 5, pd.NA, pd.NA]
    assert done.findings.reasons == ["`score` is under 1", "`score` is over 5"]
