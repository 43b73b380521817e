"""Columns of dates."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from partnership_analysis.errors import ColumnError
from partnership_analysis.schema import INTERACTIONS
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.values import Converted, Reading, convert

DATE = INTERACTIONS["date"]


def read(cells: object, **reading: str) -> Converted:
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
        '`date_order = "month"` in a mapping.'
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
