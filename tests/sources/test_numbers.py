"""Columns of numbers."""

from __future__ import annotations

import datetime as dt
import math
import re
import time
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_analysis.errors import ColumnError
from partnership_analysis.schema import INTERACTIONS, RATINGS, Column
from partnership_analysis.sources.amounts import parsed
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.convert import convert
from partnership_analysis.sources.values import Converted, Reading

VALUE, HOURS, COUNT, SCORE = (
    *(INTERACTIONS["value"], INTERACTIONS["hours"], INTERACTIONS["count"]),
    RATINGS["score"],
)


def read(column: Column, cells: list[object], **reading: Any) -> Converted:
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
        ("1.", 1),
        (".5e3", 500),
        ("–250", -250),
        ("１２３．５", 123.5),
        ("٣٤", 34),
        ("\u200e1\u2009200", 1200),
        ("￡5", 5),
        ("5 gbp", 5),
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
        ("12,5 %", "`value` is a percentage, not a number of currency"),
        ("1:30", "`value` is a duration, not a number of currency"),
        (dt.timedelta(hours=1), "`value` is a duration, not a number of currency"),
        (dt.time(1, 30), "`value` is a duration, not a number of currency"),
        (
            "€ 1 200",
            "`value` is in EUR, but the portfolio is in GBP: `rates.EUR` in the settings would settle it",
        ),
        (
            "CHF 5",
            "`value` is in CHF, but the portfolio is in GBP: `rates.CHF` in the settings would settle it",
        ),
        ("500 kr", "`value` is in kr, which several countries use: write SEK, NOK, DKK or ISK"),
        ("5²", "`value` is not a number"),
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


RATES = {"EUR": 0.86, "PLN": 0.2}


def test_an_amount_in_a_currency_that_has_a_rate_is_converted_and_said() -> None:
    done = read(VALUE, ["€ 100", "100 eur", "50 zł", "£7", 3, "R$ 5"], rates=RATES)
    assert done.values.tolist() == [86, 86, 10, 7, 3, pd.NA]
    assert done.notes == ("2 cells in EUR converted at 0.86 GBP", "1 cell in PLN converted at 0.2 GBP")
    assert done.findings.reasons == [
        "`value` is in BRL, but the portfolio is in GBP: `rates.BRL` in the settings would settle it"
    ]


def test_repeated_amounts_are_counted_as_cells() -> None:
    assert read(VALUE, ["€1"] * 4, rates=RATES).notes == ("4 cells in EUR converted at 0.86 GBP",)


@pytest.mark.parametrize(
    ("text", "currency"),
    [("A$5", "AUD"), ("5 CA$", "CAD"), ("US$ 5", "USD"), ("$5", "USD"), ("5 Kč", "CZK"), ("Fr. 5", "CHF")],
)
def test_marks_of_one_currency(text: str, currency: str) -> None:
    assert read(VALUE, [text], currency=currency).values.tolist() == [5]


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("1:30", 1.5),
        ("01:30:36", 1.51),
        ("100:00", 100),
        ("1 days 02:30:00", 26.5),
        ("1h 30m", 1.5),
        ("2 hours", 2),
        ("90 min", 1.5),
        ("1,5 h", 1.5),
        ("45m", 0.75),
        (dt.timedelta(hours=26, minutes=30), 26.5),
        (dt.time(1, 30), 1.5),
        (dt.datetime(1899, 12, 31, 2, 30), 26.5),
        (1.5, 1.5),
        ("1.5", 1.5),
    ],
)
def test_durations_are_hours(cell: object, hours: float) -> None:
    done = read(HOURS, [cell])
    assert done.values.tolist() == [pytest.approx(hours)]
    assert not done.findings.bad.any()


@pytest.mark.parametrize("cell", ["1:75", "1:2:3:4", "-1:30", dt.datetime(2025, 7, 14, 1, 30), "£1:30"])
def test_what_is_no_duration_is_bad(cell: object) -> None:
    assert read(HOURS, [cell]).findings.bad.tolist() == [True]


def test_a_column_of_durations_is_read_as_it_is() -> None:
    spans = pd.Series(pd.to_timedelta(["1:30:00", None, "100:00:00"]))
    assert convert(Cells.of(spans), HOURS, "Hours", "a.csv", Reading()).values.tolist() == [1.5, pd.NA, 100]
    assert Cells.of(spans).texts(np.arange(3)).tolist() == ["1:30", pd.NA, "100:00"]


def test_a_percentage_takes_part_in_the_decision() -> None:
    assert parsed("12,5 %").comma == parsed("12.5%").point == 0.125
    with pytest.raises(ColumnError, match="mixes decimal point and comma"):
        read(VALUE, ["1.234,5", "1.5 %", "1,234.5", "1.234"])


def test_a_text_without_end_is_no_amount_at_once() -> None:
    started = time.monotonic()
    for text in ("1" * 10**7, "£" * 10**6 + "1", "1 " * 10**6, "(" * 10**6):
        assert read(VALUE, [text, "x"]).findings.bad.tolist() == [True, True]
    assert time.monotonic() - started < 5


def test_many_different_amounts_are_read_in_time() -> None:
    cells = [f"£{number // 1000},{number % 1000:03d}.25" for number in range(1000, 101_000)]
    started = time.monotonic()
    assert read(VALUE, cells).values.tolist() == [number + 0.25 for number in range(1000, 101_000)]
    assert time.monotonic() - started < 10


WRITTEN = ("{:,.2f}", "£{:,.2f}", "{:.2f}", "£{:.1f}", "{:,.0f}.5", "({:,.2f})", "{:,.3f} GBP", "{:.0f}")


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.sampled_from(WRITTEN)), max_size=10),
    st.sampled_from([".", None]),
)
def test_amounts_of_all_writings_are_read_as_each_alone(
    cells: list[tuple[int, str]], decimal: str | None
) -> None:
    texts = ["0.5", *(form.format(number / 100) for number, form in cells)]
    alone = [read(VALUE, [text], decimal=".").values[0] for text in texts]
    expected = [
        (-1 if text.startswith("(") else 1) * float(re.sub(r"[^\d.]", "", text.replace("GBP", "")))
        for text in texts
    ]
    assert read(VALUE, texts, decimal=decimal).values.tolist() == alone == expected


def test_grouped_amounts_prove_the_point_and_a_comma_forbids_them() -> None:
    assert read(VALUE, ["£1,234.56", "1.234", "5"]).values.tolist() == [1234.56, 1.234, 5]
    assert read(VALUE, ["£1,234.56", "1.234,5"], decimal=",").values.tolist() == [pd.NA, 1234.5]
    with pytest.raises(ColumnError, match="mixes decimal point and comma"):
        read(VALUE, ["£1,234.56", "1.234,5", "1.234"])
    assert read(HOURS, ["£1,234.56"]).findings.bad.tolist() == [True]
