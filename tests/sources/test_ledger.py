"""The ledger adds up, and says why."""

from __future__ import annotations

import pandas as pd
import pytest

from partnership_analysis.errors import RejectedRows
from partnership_analysis.sources.ledger import (
    ENTRY_DTYPES,
    SOURCE_DTYPES,
    Ledger,
    entries_frame,
    joined_entries,
    sources_frame,
)


def rejected(rows: list[int], reasons: list[str]) -> pd.DataFrame:
    return entries_frame(
        "rejected", "actions", "a.csv", "", reasons=reasons, rows=rows, column="due", values=["x"] * len(rows)
    )


def test_an_empty_ledger_is_typed() -> None:
    ledger = Ledger.empty()
    assert dict(ledger.sources.dtypes.astype(str)) == SOURCE_DTYPES
    assert dict(ledger.entries.dtypes.astype(str)) == ENTRY_DTYPES
    assert ledger.reasons().empty
    ledger.check_limit(0)


@pytest.mark.parametrize("counts", [(3, 1, 1, 0), (3, 1, 2, 0), (3, 3, 0, 0)])
def test_a_ledger_that_does_not_add_up_is_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(AssertionError):
        Ledger(sources_frame([("actions", "a.csv", "", *counts)]), rejected([2], ["bad"]))


def test_reasons_count_rows_commonest_first() -> None:
    entries = joined_entries([rejected([2, 2, 3, 4], ["odd", "bad", "bad", "bad"]), rejected([4], ["bad"])])
    ledger = Ledger(sources_frame([("actions", "a.csv", "", 10, 7, 3, 0)]), entries)
    assert ledger.reasons().to_numpy().tolist() == [
        ["bad", 3, "a.csv, row 2, 'x'"],
        ["odd", 1, "a.csv, row 2, 'x'"],
    ]
    assert ledger.summary().to_numpy().tolist() == [["actions", 10, 7, 3, 0]]


def test_notes_about_whole_tables_are_counted_each() -> None:
    notes = entries_frame("note", "actions", "a.csv", "", reasons=["not described"] * 2, values=["A", "B"])
    assert Ledger(sources_frame([]), notes).reasons("note")["rows"].tolist() == [2]


def test_one_table_over_the_limit_fails_though_the_sum_is_under() -> None:
    sources = sources_frame(
        [("interactions", "i.csv", "", 1000, 1000, 0, 0), ("actions", "a.csv", "", 12, 9, 1, 2)]
    )
    recognised = entries_frame("recognised", "actions", "a.csv", "", reasons=["blank row"] * 2, rows=[5, 6])
    ledger = Ledger(sources, joined_entries([rejected([2], ["bad"]), recognised]))
    ledger.check_limit(0.1)
    with pytest.raises(RejectedRows) as caught:
        ledger.check_limit(0.05)
    assert str(caught.value) == (
        "1 of 10 rows rejected (10%), more than the 5% that settings allow.\n"
        "  - 1 row: bad (for example a.csv, row 2, 'x')\n"
        "Mend the rows, or raise `rejected_limit` in the settings."
    )
