"""Rows accepted, rejected and recognised."""

from __future__ import annotations

import pandas as pd
import pytest

from partnership_analysis.schema import INTERACTIONS, PARTNERS, TABLES
from partnership_analysis.sources.raw import from_frame, from_rows
from partnership_analysis.sources.validate import Validated, empty, validate
from partnership_analysis.sources.values import Reading

HEADER = ["Date", "Partner", "Kind", "Direction", "Count", "Value", "Remark"]


def interactions(*rows: list[object]) -> Validated:
    return validate(INTERACTIONS, [from_rows([HEADER, *rows], "a.xlsx", "interactions")], [Reading()])


def found(done: Validated, outcome: str) -> list[tuple[object, ...]]:
    rows = done.entries[done.entries["outcome"].eq(outcome)]
    return [
        tuple(None if pd.isna(cell) else cell for cell in row)
        for row in rows[["row", "column", "value", "reason"]].itertuples(index=False)
    ]


def test_a_row_is_typed_and_completed() -> None:
    done = interactions(["2025-07-14", " Acme  Ltd", "Meeting", "", "", "1,200.50", ""])
    assert dict(done.frame.dtypes.astype(str)) == INTERACTIONS.dtypes
    row = done.frame.iloc[0]
    assert (row["date"], row["partner"], row["kind"]) == (pd.Timestamp("2025-07-14"), "Acme Ltd", "meeting")
    assert (row["direction"], row["count"], row["value"]) == ("mutual", 1, 1200.5)
    assert row[["status", "commission", "hours", "owner", "note"]].isna().all()
    assert found(done, "note") == [(None, None, None, "columns that are not read: `Remark`")]


def test_rows_that_are_no_data_are_recognised() -> None:
    done = interactions(
        [""] * 7,
        ["2025-07-14", "Acme", "referral", "given", 1, 100, "EXAMPLE"],
        ["2025-07-14", "Acme", "referral", "given", 0, "", ""],
        ["Total", "", "", "", 12, "1,300.00", ""],
        ["", "Grand Total", "", "", 12, "", ""],
        ["Subtotal (3 records):", "", "", "", "", "", ""],
        ["", " - ", "n/a", "", "", "", ""],
    )
    assert done.frame.empty
    assert found(done, "recognised") == [
        (2, None, None, "blank row"),
        (3, None, None, "example row of the template"),
        (4, None, None, "`count` is 0: nothing happened"),
        (5, None, None, "total row"),
        (6, None, None, "total row"),
        (7, None, None, "total row"),
        (8, None, None, "blank row"),
    ]
    assert done.sources[["read", "accepted", "rejected", "recognised"]].to_numpy().tolist() == [[7, 0, 0, 7]]


def test_a_partner_called_total_is_no_total() -> None:
    done = interactions(["2025-07-14", "Total", "meeting", "", 1, "", ""])
    assert done.frame["partner"].tolist() == ["Total"]


def test_each_bad_cell_is_an_entry_and_the_row_counts_once() -> None:
    done = interactions(["soon", "", "referral", "", "2.5", "lots", "kept"])
    direction = (
        "`direction` is empty: a referral, online collaboration or cross promotion must say "
        "`received`, `given` or `mutual`"
    )
    assert found(done, "rejected") == [
        (2, "Date", "soon", "`date` is not a date"),
        (2, "Partner", None, "`partner` is empty"),
        (2, "Direction", None, direction),
        (2, "Count", "2.5", "`count` is not a whole number"),
        (2, "Value", "lots", "`value` is not a number"),
    ]
    assert done.sources["rejected"].tolist() == [1]


def test_a_bad_direction_is_not_filled_with_the_default() -> None:
    done = interactions(["2025-07-14", "Acme", "meeting", "sideways", "", "", ""])
    assert [entry[1:3] for entry in found(done, "rejected")] == [("Direction", "sideways")]


def test_a_repeated_partner_is_rejected_with_the_first_rows_number() -> None:
    rows = [["partner"], ["Acme"], ["Bell"], [" ACME "], [""]]
    done = validate(PARTNERS, [from_rows(rows, "p.csv"), from_rows(rows[:3], "q.csv")], [Reading()] * 2)
    assert done.frame["partner"].tolist() == ["Acme", "Bell"]
    assert found(done, "rejected") == [
        (4, "partner", "ACME", "`partner` is already in row 2 of p.csv"),
        (2, "partner", "Acme", "`partner` is already in row 2 of p.csv"),
        (3, "partner", "Bell", "`partner` is already in row 3 of p.csv"),
    ]


def test_cells_under_no_header_are_noted() -> None:
    done = validate(PARTNERS, [from_rows([["partner"], ["Acme", "stray"]], "p.csv")], [Reading()])
    assert found(done, "note") == [(None, None, None, "cells under no header are not read: column 2")]


def test_order_is_kept_and_places_are_known() -> None:
    done = interactions(
        ["2025-07-14", "B", "meeting", "", "", "", ""],
        ["soon", "X", "meeting", "", "", "", ""],
        ["2024-07-14", "A", "meeting", "", "", "", ""],
    )
    assert done.frame["partner"].tolist() == ["B", "A"]
    assert done.places["row"].tolist() == [2, 4]
    assert isinstance(done.frame.index, pd.RangeIndex)


@pytest.mark.parametrize("name", TABLES)
def test_an_absent_table_has_the_right_types(name: str) -> None:
    assert dict(empty(TABLES[name]).dtypes.astype(str)) == TABLES[name].dtypes
    assert dict(validate(TABLES[name], [], []).frame.dtypes.astype(str)) == TABLES[name].dtypes


@pytest.mark.parametrize("name", TABLES)
def test_a_typed_frame_goes_through_unchanged(name: str) -> None:
    table = TABLES[name]
    example = {column.name: [column.example] for column in table.columns}
    once = validate(table, [from_frame(pd.DataFrame(example), "f")], [Reading()]).frame
    assert len(once) == 1
    again = validate(table, [from_frame(once, "f")], [Reading()]).frame
    pd.testing.assert_frame_equal(once, again)
