"""A group's pair table: what an import wrote comes back, and a table kept by hand is read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.errors import ColumnError, RejectedRows, SourceError


def by_hand(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_kept_by_hand(tmp_path: Path) -> None:
    path = by_hand(
        tmp_path / "group.csv", "From,To,Kind,Date\nAnn,Bo,referral,2025-07-14\nBo,Ann,meeting,2025-08-01\n"
    )
    group = pa.load_pairs(path)
    assert group.pairs[["from", "to", "kind", "count"]].to_numpy().tolist() == [
        ["Ann", "Bo", "referral", 1],
        ["Bo", "Ann", "meeting", 1],
    ]
    assert group.unassigned.empty
    assert (group.ledger.read, group.ledger.accepted) == (2, 2)


def test_a_row_of_an_unknown_kind_is_in_the_ledger(tmp_path: Path) -> None:
    rows = "".join(f"Ann,Bo,referral,2025-07-{day:02}\n" for day in range(1, 29))
    path = by_hand(tmp_path / "group.csv", f"from,to,kind,date\n{rows}Ann,Bo,hug,2025-07-14\n")
    group = pa.load_pairs(path)
    assert (group.ledger.read, group.ledger.accepted, group.ledger.rejected) == (29, 28, 1)
    with pytest.raises(RejectedRows):
        pa.load_pairs(path, settings=pa.Settings(rejected_limit=0))


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [("from,to\nAnn,Bo\n", ColumnError, "kind"), ("", SourceError, "empty")],
)
def test_what_is_no_pair_table_is_refused(
    tmp_path: Path, text: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        pa.load_pairs(by_hand(tmp_path / "group.csv", text))


def test_a_workbook_without_pairs_names_its_sheets(root: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"has no sheet `pairs`\. It has: interactions"):
        pa.load_pairs(root / "data" / "sample" / "portfolio.xlsx")
    with pytest.raises(SourceError, match="there is no"):
        pa.load_pairs(tmp_path / "nothing.xlsx")


@pytest.mark.parametrize("name", ["group.xlsx", "group.csv", "group.parquet"])
def test_what_an_import_wrote_comes_back(tmp_path: Path, name: str) -> None:
    head = "From,To,Slip Type,Inside/Outside,TYFCB Amount,Qty if CEU,Detail\n"
    rows = "Ann A,Bo B,Referral,Inside,,,\nBo B,Ann A,One to One,,,,\n,Bo B,TYFCB,,900,,\n=Cy C,Ann A,Referral,Outside,,,\n"
    made = pa.import_exports(
        by_hand(tmp_path / "slips.csv", head + rows), "bni", period="2025-08", to=tmp_path / name
    )
    group = pa.load_pairs(tmp_path / name)
    pd.testing.assert_frame_equal(group.pairs, made.pairs)
    pd.testing.assert_frame_equal(group.unassigned, made.unassigned)
    assert len(group.pairs) == 3
    assert group.unassigned["value"].tolist() == [900]
