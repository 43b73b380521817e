"""PALMS summaries: totals by member, of which one side is unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

import partnership_analysis as pa
from partnership_analysis.errors import ParameterError, PeriodError
from sources.importers.exports import PALMS, spreadsheetml, workbook
from sources.importers.helpers import account, cells, left_out


def test_totals_become_pairs_with_one_side(tmp_path: Path) -> None:
    done = pa.import_exports(spreadsheetml(tmp_path / "summary.xls", PALMS), "palms")
    assert cells(done.pairs, "from", "to", "kind", "count", "period", "note") == [
        ["Ada Birch", None, "referral", 2, "2025-08", "inside"],
        ["Bo Carr", None, "referral", 1, "2025-08", "inside"],
        ["Ada Birch", None, "referral", 1, "2025-08", "outside"],
        [None, "Ada Birch", "referral", 1, "2025-08", "inside"],
        [None, "Bo Carr", "referral", 2, "2025-08", "inside"],
        ["Ada Birch", None, "meeting", 3, "2025-08", None],
        ["Bo Carr", None, "meeting", 1, "2025-08", None],
    ]
    assert cells(done.unassigned, "member", "value", "reference") == [["Ada Birch", 1200.5, "PALMS 2025-08"]]
    assert left_out(done) == {"total of the report, not a member": 2, "total row": 1}
    assert account(done) == (5, 2, 0, 3)


def test_a_member_called_sum_is_one_and_the_settings_decimal_is_heeded(tmp_path: Path) -> None:
    rows = [list(row) for row in PALMS]
    rows[3][:2], rows[3][13] = ["Sum", "Chen"], "1,200"
    path = workbook(tmp_path / "s.xlsx", rows)
    for decimal, value in ((".", 1200.0), (",", 1.2)):
        done = pa.import_exports(path, "palms", settings={"decimal": decimal})
        assert cells(done.unassigned, "member", "value") == [["Sum Chen", value]]


def test_a_member_has_no_portfolio_in_a_summary(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"has each member's totals, not with whom.*--as bni"):
        pa.import_exports(workbook(tmp_path / "s.xlsx", PALMS), "palms", us="Ada Birch")


def test_a_summary_of_two_months_is_refused(tmp_path: Path) -> None:
    rows = [["Summary PALMS Report from 01/07/2025 to 31/08/2025"], *PALMS[1:]]
    with pytest.raises(PeriodError, match="the month is in doubt"):
        pa.import_exports(workbook(tmp_path / "s.xlsx", rows), "palms")
