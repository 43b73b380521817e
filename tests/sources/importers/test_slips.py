"""Slip reports of a referral group: a member's portfolio, the pair table, value without a pair."""

from __future__ import annotations

from pathlib import Path

import pytest

import partnership_analysis as pa
from partnership_analysis.errors import ParameterError, PeriodError, SourceError
from sources.importers.exports import SLIPS, old_slips, separated, spreadsheetml, workbook
from sources.importers.helpers import account, cells, left_out

NAME = "slips-audit-report_2025-08-31.xls"
OURS = ("date", "partner", "kind", "direction", "count", "value", "reference", "note")
REPORT = "BNI 2025-08-31, Ada Birch"
ADA = [
    ["2025-08-31", "Bo Carr", "referral", "given", 2, None, REPORT, "Tier 1 (inside)"],
    ["2025-08-31", "Cy Dane", "referral", "given", 1, None, REPORT, "Tier 2 (outside)"],
    ["2025-08-31", "Bo Carr", "referral", "received", 1, None, REPORT, "Tier 3"],
    ["2025-08-31", "Cy Dane", "meeting", "mutual", 1, None, REPORT, None],
]


@pytest.mark.parametrize("form", ["new", "old", "xlsx", "csv"])
def test_a_member_gets_a_portfolio_from_every_layout(tmp_path: Path, form: str) -> None:
    path = {
        "new": lambda: spreadsheetml(tmp_path / NAME, SLIPS),
        "old": lambda: spreadsheetml(tmp_path / "august.xls", old_slips()),
        "xlsx": lambda: workbook(tmp_path / "Slips_Audit_Report_08-31-2025_x.xlsx", SLIPS),
        "csv": lambda: separated(tmp_path / "slips 31-08-2025.csv", SLIPS),
    }[form]()
    done = pa.import_exports(path, "bni", us="ada  BIRCH")
    assert cells(done.tables["interactions"], *OURS) == ADA
    assert cells(done.unassigned, "member", "giver", "value", "period", "reference") == [
        ["Ada Birch", None, 1200.5, "2025-08", REPORT]
    ]
    assert done.settings.us == "Ada Birch"
    assert left_out(done) == {
        "slip between other members": 2,
        "CEU slip": 1,
        "visitor slip": 1,
        "one-to-one that the other side logged too": 1,
    }
    assert account(done) == (11, 6, 0, 5)


def test_without_us_the_whole_group_becomes_pairs(tmp_path: Path) -> None:
    done = pa.import_exports(spreadsheetml(tmp_path / NAME, SLIPS), "bni")
    assert cells(done.pairs, "from", "to", "kind", "count", "value", "period", "note") == [
        ["Ada Birch", "Bo Carr", "referral", 2, None, "2025-08", "Tier 1 (inside)"],
        ["Ada Birch", "Cy Dane", "referral", 1, None, "2025-08", "Tier 2 (outside)"],
        ["Bo Carr", "Ada Birch", "referral", 1, None, "2025-08", "Tier 3"],
        ["Ada Birch", "Cy Dane", "meeting", 1, None, "2025-08", None],
        ["Bo Carr", "Cy Dane", "meeting", 1, None, "2025-08", None],
    ]
    assert done.pairs.dtypes.astype(str).to_dict() == {
        "from": "string",
        "to": "string",
        "kind": "string",
        "count": "Int64",
        "value": "Float64",
        "period": "string",
        "date": "datetime64[us]",
        "reference": "string",
        "note": "string",
    }
    assert cells(done.unassigned, "member", "value") == [["Ada Birch", 1200.5], ["Bo Carr", 300.0]]
    assert done.tables["interactions"].empty
    assert account(done) == (11, 8, 0, 3)


def test_value_without_a_giver_is_in_no_interaction(tmp_path: Path) -> None:
    done = pa.import_exports(spreadsheetml(tmp_path / NAME, SLIPS), "bni", us="Bo Carr")
    assert done.tables["interactions"]["value"].isna().all()
    assert done.unassigned["value"].sum() == 300
    assert "1 report of closed business in 2025-08, 300.00 GBP, belongs to no pair" in done.summary()


def test_closed_business_that_names_its_giver_is_kept_with_the_name(tmp_path: Path) -> None:
    rows = [*SLIPS, ("Bo Carr", "Ada Birch", "TYFCB", None, 50, None, None)]
    done = pa.import_exports(spreadsheetml(tmp_path / NAME, rows), "bni", us="Ada Birch")
    assert cells(done.unassigned, "member", "giver", "value") == [
        ["Ada Birch", None, 1200.5],
        ["Ada Birch", "Bo Carr", 50.0],
    ]
    theirs = pa.import_exports(tmp_path / NAME, "bni", us="Bo Carr")
    assert left_out(theirs)["closed business from our referral, won by the other side"] == 1


def test_an_unknown_slip_and_an_unreadable_amount_are_rejected_by_name(tmp_path: Path) -> None:
    rows = [
        *SLIPS,
        ("Ada Birch", "Bo Carr", "Testimonial", None, None, None, None),
        (None, "Ada Birch", "TYFCB", None, "soon", None, None),
        (None, "Ada Birch", "Referral", None, None, None, None),
        ("Bo Carr", "Bo Carr", "Referral", None, None, None, None),
    ]
    path = spreadsheetml(tmp_path / NAME, rows)
    done = pa.import_exports(path, "bni", us="Ada Birch", settings={"rejected_limit": 1})
    rejected = done.ledger.entries[done.ledger.entries["outcome"].eq("rejected")]
    assert cells(rejected, "row", "column", "value") == [
        [15, "From", None],
        [13, "Slip Type", "Testimonial"],
        [14, "TYFCB Amount", "soon"],
    ]
    assert left_out(done)["slip to oneself"] == 1
    assert account(done) == (15, 6, 3, 6)
    group = pa.import_exports(path, "bni", settings={"rejected_limit": 1})
    assert account(group) == (15, 8, 3, 4)


def test_who_is_no_member_is_told_who_is_near(tmp_path: Path) -> None:
    path = spreadsheetml(tmp_path / NAME, SLIPS)
    with pytest.raises(ParameterError, match=r"--us: slips.* has no member 'Ada Brich'. Nearest: Ada Birch"):
        pa.import_exports(path, "bni", us="Ada Brich")


def test_a_month_in_doubt_is_refused_with_both_readings_and_settled_by_either_option(tmp_path: Path) -> None:
    path = spreadsheetml(tmp_path / "Slips_Audit_Report_03-04-2025_x.xls", SLIPS)
    with pytest.raises(
        PeriodError, match=r"can be read as 2025-04-03, 2025-03-04. .*--period .*--date-order"
    ):
        pa.import_exports(path, "bni")
    by_order = pa.import_exports(path, "bni", date_order="month")
    assert by_order.pairs["period"].unique().tolist() == ["2025-03"]
    by_period = pa.import_exports(path, "bni", period="2025-04")
    assert by_period.pairs["date"].dt.strftime("%Y-%m-%d").unique().tolist() == ["2025-04-30"]


def test_a_report_without_any_date_asks_for_the_month(tmp_path: Path) -> None:
    with pytest.raises(PeriodError, match=r"report.xls states no date.*--period 2025-08"):
        pa.import_exports(spreadsheetml(tmp_path / "report.xls", SLIPS), "bni")


def test_another_table_is_no_slip_report(tmp_path: Path) -> None:
    path = separated(tmp_path / "a.csv", [["date", "partner"], ["2025-01-01", "Acme"]])
    with pytest.raises(
        SourceError, match=r"a.csv is no export of BNI.*`From`, `To`, `Slip Type`. Found: `date`"
    ):
        pa.import_exports(path, "bni")


def test_a_month_replaces_its_days_and_a_day_is_not_added_to_its_month(tmp_path: Path) -> None:
    path, target = separated(tmp_path / "slips 2025-08-31.csv", SLIPS), tmp_path / "p.xlsx"
    pa.import_exports(path, "bni", us="Ada Birch", to=target)
    done = pa.import_exports(path, "bni", us="Ada Birch", to=target, period="2025-08")
    assert done.tables["interactions"]["reference"].unique().tolist() == ["BNI 2025-08, Ada Birch"]
    assert len(done.tables["interactions"]) == done.changes["withdrawn"] == 4
    assert len(done.unassigned) == 1
    with pytest.raises(
        SourceError, match=r"BNI 2025-08, Ada Birch is a report of the whole month and BNI 2025-08-31"
    ):
        pa.import_exports(path, "bni", us="Ada Birch", to=target)


def test_reports_of_two_days_are_remarked(tmp_path: Path) -> None:
    paths = [separated(tmp_path / f"slips 2025-08-{day}.csv", SLIPS) for day in (15, 31)]
    done = pa.import_exports(paths, "bni", us="Ada Birch")
    assert "is of one day, 2025-08-15: where another report of 2025-08 holds the same slips" in done.summary()
    assert "is of one day, 2025-08-31" not in done.summary()
