"""The month of a report: title before file name, what is certain before what is not."""

from __future__ import annotations

import pytest

from partnership_analysis.errors import PeriodError
from partnership_analysis.sources.importers.reports import Period, period_of


@pytest.mark.parametrize(
    ("name", "banner", "period"),
    [
        ("slips-audit-report_2025-08-31.xls", (), "2025-08-31"),
        ("Slips_Audit_Report_08-31-2025_10-11-12.xls", (), "2025-08-31"),
        ("Slips 31-08-2025.xls", (), "2025-08-31"),
        ("Slips 05-05-2025.xls", (), "2025-05-05"),
        ("x.xls", ("Slips Audit Report for 31/08/2025", "02/09/2025 10:11"), "2025-08-31"),
        # The title is what the report says; the file's date may be the day on which it was saved.
        ("slips_2025-09-02.xls", ("Slips Audit Report for 31/08/2025",), "2025-08-31"),
        # A doubtful title is settled by the file name, and the other way round.
        ("slips_2025-04-30.xls", ("Slips Audit Report for 03/04/2025",), "2025-04-03"),
        ("x.xls", ("Summary Report from 01/08/2025 to 31/08/2025",), "2025-08"),
        ("x.xls", ("Report 2025-08-01 - 2025-08-31",), "2025-08"),
    ],
)
def test_periods(name: str, banner: tuple[str, ...], period: str) -> None:
    assert str(period_of(name, banner)[0]) == period


def test_the_caller_goes_before_all() -> None:
    assert period_of("slips_2025-09-02.xls", ("Report for 31/08/2025",), Period.parse("2025-07")) == (
        Period(2025, 7),
        "--period",
    )


@pytest.mark.parametrize("banner", [("Report for 03/04/2025",), ("Report from 01/07/2025 to 31/08/2025",)])
def test_a_month_in_doubt_is_refused(banner: tuple[str, ...]) -> None:
    with pytest.raises(PeriodError, match=r"the month is in doubt.*--period"):
        period_of("x.xls", banner)


def test_no_date_is_refused() -> None:
    with pytest.raises(PeriodError, match="states no date"):
        period_of("x 2025.xls", ("Run At", "02/09/2025 10:11"))


@pytest.mark.parametrize("text", ["2025", "2025-00", "2025-02-30", "08-2025", ""])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(PeriodError, match="is not a month"):
        Period.parse(text)
