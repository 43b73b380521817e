"""Columns of dates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from partnership_analysis.errors import ColumnError
from partnership_analysis.schema import INTERACTIONS
from partnership_analysis.sources import layout
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.convert import convert
from partnership_analysis.sources.dates import _MONTH_NAMES, _MONTHS
from partnership_analysis.sources.readers.workbook import Workbook
from partnership_analysis.sources.validate import validate
from partnership_analysis.sources.values import Converted, Reading

DATE = INTERACTIONS["date"]


def read(cells: object, **reading: Any) -> Converted:
    column = cells if isinstance(cells, pd.Series) else pd.Series(cells, dtype=object)
    return convert(Cells.of(column), DATE, "Date", "a.csv", Reading(**reading))


def days(done: Converted) -> list[str | None]:
    return [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in done.values]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-05-30", "2024-05-30"),
        ("2024/5/3", "2024-05-03"),
        ("20240530", "2024-05-30"),
        ("2024-05-30T23:59:59Z", "2024-05-30"),
        ("2024-05-30 00:30:00.123456+02:00", "2024-05-30"),
        ("30 May 2024", "2024-05-30"),
        ("Thursday, 30th May 2024", "2024-05-30"),
        ("30-May-24", "2024-05-30"),
        ("May 30, 2024", "2024-05-30"),
        ("30/05/2024 17:19", "2024-05-30"),
        ("5/30/2024 5:19 PM", "2024-05-30"),
        ("45442", "2024-05-30"),
        (45442, "2024-05-30"),
        (45442.75, "2024-05-30"),
        ("45442.0", "2024-05-30"),
        ("45442,75", "2024-05-30"),
        (1717027200, "2024-05-30"),
        ("1717113599", "2024-05-30"),
        (1717027200000.0, "2024-05-30"),
        ("1717113599999", "2024-05-30"),
        (1717027200000000, "2024-05-30"),
        ("1717113599999999999", "2024-05-30"),
        (1717113599999999999, "2024-05-30"),
        ("1.7170272E+018", "2024-05-30"),
        ("1,7170272E+09", "2024-05-30"),
        ("2024-05-30T23:59:59+0200", "2024-05-30"),
        ("30. May 2024", "2024-05-30"),
        ("4/30/2024 17:19", "2024-04-30"),
        (dt.date(2024, 5, 30), "2024-05-30"),
        (dt.datetime(2024, 5, 30, 23, 59), "2024-05-30"),
        (dt.datetime(2024, 5, 30, 23, 59, tzinfo=dt.UTC), "2024-05-30"),
        (pd.Timestamp("2024-05-30 23:59", tz="Asia/Tokyo"), "2024-05-30"),
    ],
)
def test_one_day_in_many_writings(cell: object, day: str) -> None:
    done = read([cell])
    assert days(done) == [day]
    assert not done.findings.bad.any()
    assert done.values.dtype == "datetime64[us]"


@pytest.mark.parametrize(
    "cell", ["soon", "2024-13-01", "31/31/2024", 2024, True, dt.time(5, 0), "1.5e3", ["x"]]
)
def test_what_is_no_date_is_bad(cell: object) -> None:
    done = read([cell])
    assert days(done) == [None]
    assert done.findings.reasons == ["`date` is not a date"]


@pytest.mark.parametrize("cell", ["1969-12-31", dt.date(2101, 1, 1), "0001-01-01"])
def test_a_day_outside_the_plausible_is_bad(cell: object) -> None:
    done = read([cell])
    assert days(done) == [None]
    assert done.findings.reasons == ["`date` is before 1970 or after 2100"]


def test_one_cell_that_proves_the_order_settles_the_column() -> None:
    assert days(read(["03/04/2025", "13/04/2025"])) == ["2025-04-03", "2025-04-13"]
    assert days(read(["03/04/2025", "04/13/2025"])) == ["2025-03-04", "2025-04-13"]


def test_an_order_that_changes_nothing_is_not_in_doubt() -> None:
    assert days(read(["05/05/2025"])) == ["2025-05-05"]


def test_rubbish_beside_good_dates_does_not_decide() -> None:
    assert days(read(["99/99/2025", "13/04/2025"])) == [None, "2025-04-13"]


def test_a_column_in_doubt_is_refused_with_two_cells_and_the_option() -> None:
    with pytest.raises(ColumnError) as caught:
        read(["03/04/2025", "05/06/2025", "07/07/2025"])
    assert str(caught.value) == (
        "a.csv: column `Date` can be read day first or month first (for example '03/04/2025' and "
        "'05/06/2025'). Write the dates as 2025-07-14, or say which it is with `date_order = \"day\"` or "
        '`date_order = "month"` in the settings or in a mapping.'
    )


def test_two_digit_years_may_stand_first() -> None:
    with pytest.raises(ColumnError, match="day first or year first"):
        read(["25-07-14"])
    assert days(read(["25-07-14"], date_order="year")) == ["2025-07-14"]


def test_a_column_that_mixes_orders_is_refused() -> None:
    with pytest.raises(ColumnError, match=r"fits no one order.*'04/13/2025' and '13/04/2025'"):
        read(["13/04/2025", "04/13/2025"])


def test_the_option_settles_the_order_and_rejects_the_rest() -> None:
    assert days(read(["03/04/2025", "05/06/2025"], date_order="month")) == ["2025-03-04", "2025-05-06"]
    done = read(["03/04/2025", "13/06/2025"], date_order="month")
    assert days(done) == ["2025-03-04", None]
    assert done.findings.bad.tolist() == [False, True]


@pytest.mark.parametrize("dtype", ["datetime64[s]", "datetime64[ns]", "datetime64[ns, Europe/London]"])
def test_typed_columns_are_read_as_they_are(dtype: str) -> None:
    stamps = pd.Series(pd.to_datetime(["2024-05-30 10:00", None])).astype("datetime64[ns]")
    typed = stamps.dt.tz_localize("Europe/London") if "," in dtype else stamps.astype(dtype)
    assert days(read(typed)) == ["2024-05-30", None]


def moment(cell: object, **reading: str) -> int:
    (found,) = read([cell], **reading).moments
    return int(found)


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("2024-05-30 17:19", "17:19:00"),
        ("2024-05-30T17:19:03.9Z", "17:19:03"),
        ("30 May 2024 5:19 PM", "17:19:00"),
        ("30 May 2024 12:19 a.m.", "00:19:00"),
        (dt.datetime(2024, 5, 30, 17, 19, 3), "17:19:03"),
        (pd.Timestamp("2024-05-30 17:19", tz="Asia/Tokyo"), "17:19:00"),
        (1717089543, "17:19:03"),
        ("1717089543999", "17:19:03"),
        (45442.5, "12:00:00"),
    ],
)
def test_the_second_of_a_cell_that_shows_a_clock(cell: object, clock: str) -> None:
    assert np.datetime64(moment(cell), "s") == np.datetime64(f"2024-05-30T{clock}")


@pytest.mark.parametrize(
    "cell", ["2024-05-30", "2024-05-30 00:00", dt.date(2024, 5, 30), 45442, None, "soon"]
)
def test_midnight_and_no_clock_are_no_moment(cell: object) -> None:
    assert moment(cell) == 0


def test_a_clock_that_no_clock_shows_leaves_the_day() -> None:
    done = read(["2024-05-30 25:99"])
    assert (days(done), done.moments.tolist()) == (["2024-05-30"], [0])


@pytest.mark.parametrize("texts", [True, False])
def test_counts_since_1970_have_one_unit_in_a_column(texts: bool) -> None:
    cells = [1717027200, 1717027200000, 45442, None]
    done = read([None if cell is None else str(cell) for cell in cells] if texts else cells)
    assert days(done) == [None, None, "2024-05-30", None]
    assert done.findings.reasons == [
        "`date` counts since 1970, but the column mixes seconds and milliseconds"
    ]


@pytest.mark.parametrize(
    "cell", [300_000_000, 4_200_000_000, 1e10, "9999999999999999999999", 10**30, -1717027200]
)
def test_a_count_outside_1980_to_2100_is_no_date(cell: object) -> None:
    assert read([cell]).findings.reasons == ["`date` is not a date"]


@pytest.mark.parametrize(("unit", "factor"), [("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)])
def test_counts_are_exact_to_the_edge_of_a_day(unit: str, factor: int) -> None:
    midnight = 1598918400
    done = read([str(midnight * factor - 1), str(midnight * factor)])
    assert days(done) == ["2020-08-31", "2020-09-01"]
    assert done.moments.tolist() == [midnight - 1, 0]


@given(
    st.lists(st.tuples(st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2100, 12, 31)), st.integers(0, 7)))
)
@pytest.mark.parametrize("alike", [True, False])
def test_a_column_is_read_as_its_cells_are(alike: bool, cells: list[tuple[dt.datetime, int]]) -> None:
    writings = (
        "%Y-%m-%d",
        "%Y-%m-%d %H:%M:%S",
        "%Y/%m/%dT%H:%MZ",
        "%d %b %Y",
        "%B %d, %Y %I:%M %p",
        "%Y%m%d",
    )

    def written(time: dt.datetime, way: int) -> object:
        text = time.strftime(writings[way % len(writings)])
        return time if way == 6 else time.date() if way == 7 else text

    column = [written(time, 1 if alike else way) for time, way in cells]
    done = read(column)
    assert days(done) == [f"{time:%Y-%m-%d}" for time, _ in cells]
    alone = [read([cell]) for cell in column]
    assert done.moments.tolist() == [int(one.moments[0]) for one in alone]
    pd.testing.assert_series_equal(
        done.values, pd.concat([one.values for one in [*alone, read([])]], ignore_index=True)
    )


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("1. März 2025", "2025-03-01"),
        ("30 mai 2024", "2024-05-30"),
        ("1er août 2025", "2025-08-01"),
        ("12 sierpnia 2025", "2025-08-12"),
        ("3 de mayo de 2025", "2025-05-03"),
        ("7 set. 2025", "2025-09-07"),
        ("Donnerstag, 5. Dez. 2024", "2024-12-05"),
        ("31 maart 2025", "2025-03-31"),
        ("9 de março de 2025", "2025-03-09"),
        ("2 fevrier 2025", "2025-02-02"),
        (20250714, "2025-07-14"),
        (20240229.0, "2024-02-29"),
    ],
)
def test_months_of_other_languages_and_dates_in_eight_figures(cell: object, day: str) -> None:
    assert days(read([cell])) == [day]


def test_no_name_of_a_month_means_two() -> None:
    meant = [(name, number) for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()]
    assert len(dict(meant)) == len(meant)
    assert {name: _MONTHS.get(name) for name, _ in meant} == dict(meant)


def test_eight_figures_are_dates_only_where_all_numbers_are() -> None:
    assert days(read([20250714, 20250715.0, None])) == ["2025-07-14", "2025-07-15", None]
    assert days(read([20250714, 45442])) == [None, "2024-05-30"]
    assert days(read([20250714.5, float("inf"), -float("inf"), 1e308])) == [None] * 4
    assert days(read([20250231])) == [None]


def test_numbers_of_a_workbook_that_counts_from_1904() -> None:
    assert days(read([44408, 44408.75], epoch_1904=True)) == ["2025-08-01", "2025-08-01"]
    # Nobody knows which calendar a text was written in.
    assert days(read(["44408", dt.date(2025, 8, 1)], epoch_1904=True)) == [None, "2025-08-01"]


@pytest.mark.parametrize("texts", [["13/08/2025", "25/08/2025 10:00"], ["08/13/2025", "08/25/2025"]])
def test_a_half_converted_column_is_refused_whatever_the_order(texts: list[str]) -> None:
    dates = [dt.date(2025, 1, 8), dt.date(2025, 2, 8)]
    for reading in ({}, {"date_order": "day"}):
        with pytest.raises(
            ColumnError, match=r"looks half converted: .*2025-01-08.*write those texts as 2025-07-14"
        ):
            read([*dates, *texts], **reading)


@pytest.mark.parametrize(
    "cells",
    [
        [dt.date(2025, 1, 8), "13/08/2025", "25/08/2025"],
        [dt.date(2025, 1, 8), dt.date(2025, 2, 8), "13/08/2025"],
        [dt.date(2025, 1, 8), dt.date(2025, 2, 18), "13/08/2025", "25/08/2025"],
        [dt.date(2025, 1, 8), dt.date(2025, 2, 8), "13/08/2025", "03/08/2025"],
        [dt.date(2025, 1, 8), dt.date(2025, 2, 8), "2025-08-13", "2025-08-25"],
    ],
)
def test_what_is_not_half_converted_is_read(cells: list[object]) -> None:
    assert None not in days(read(cells))


@pytest.mark.parametrize("fast_bytes", [0, 10**9])
def test_a_workbook_says_from_when_its_days_count(tmp_path: Path, fast_bytes: int) -> None:
    path = tmp_path / "mac.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as book:
        sheet = book.add_worksheet("interactions")
        sheet.write_row(0, 0, ["date", "partner", "kind"])
        sheet.write_row(1, 0, [44408, "Acme", "meeting"])
        sheet.write_row(2, 0, [44409, "Acme", "meeting"])
    raw = layout.table(Workbook(path, fast_bytes=fast_bytes), "interactions", frozenset({"date", "partner"}))
    done = validate(INTERACTIONS, [raw], [Reading()])
    assert done.frame["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-08-01", "2025-08-02"]
