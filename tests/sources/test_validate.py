"""Rows accepted, rejected and recognised."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from partnership_analysis.errors import ColumnError
from partnership_analysis.schema import INTERACTIONS, PARTNERS, TABLES
from partnership_analysis.sources import prints
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.mapping import TableRule
from partnership_analysis.sources.raw import from_frame
from partnership_analysis.sources.rewrite import rewrite
from partnership_analysis.sources.validate import Validated, empty, validate
from partnership_analysis.sources.values import Reading
from sources.grids import from_rows

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


@pytest.mark.parametrize(
    "label",
    [
        *("Subtotal", "Sub-total", "Grand Total", "Total: 5 records", "Total (12)", "Sum", "Summe", "Gesamt"),
        *("Zwischensumme:", "Total général", "TOTAL", "Totals"),
    ],
)
def test_totals_in_many_words(label: str) -> None:
    done = interactions(["", label, "", "", 12, "1.300,00", ""], ["12", "", label, "", "", "(5)", ""])
    assert [entry[3] for entry in found(done, "recognised")] == ["total row"] * 2


def test_a_subtotal_under_its_group_is_a_total_where_there_are_figures() -> None:
    done = interactions(["", "Acme Total", "", "", 12, "", ""], ["", "Acme Total", "", "", "", "", ""])
    assert [entry[0] for entry in found(done, "recognised")] == [2]
    assert done.sources["rejected"].tolist() == [1]


@pytest.mark.parametrize(
    "text",
    [
        "Confidential Information - Do Not Distribute",
        "Copyright (c) 2000-2025 salesforce.com, inc. All rights reserved.",
        "© 2025 Northgate",
        *(
            "Generated by Northgate on 2025-07-14",
            "Page 1 of 2",
            "End of report",
            "12 records",
            "Run at 9:00",
        ),
    ],
)
def test_a_footer_is_the_only_cell_of_its_row(text: str) -> None:
    done = interactions([text, "", "", "", "", "", ""], [text, "Acme", "", "", "", "", ""])
    assert found(done, "recognised") == [(2, None, None, "footer")]
    assert done.sources["rejected"].tolist() == [1]


def test_a_footer_may_be_cut_at_its_commas() -> None:
    done = interactions(
        ["Copyright (c) 2000-2025 salesforce.com", " inc. All rights reserved.", "", "", "", "", ""]
    )
    assert found(done, "recognised") == [(2, None, None, "footer")]


def test_a_partner_may_be_called_what_a_footer_says_only_if_it_may_be_a_name() -> None:
    rows = [["partner"], ["Created by Design"], ["Confidential Information - Do Not Distribute"], ["partner"]]
    done = validate(PARTNERS, [from_rows(rows, "p.csv")], [Reading()])
    assert done.frame["partner"].tolist() == ["Created by Design"]
    assert [entry[3] for entry in found(done, "recognised")] == ["footer", "repeated header"]


def test_a_header_in_the_middle_is_recognised() -> None:
    done = interactions(["2025-07-14", "A", "meeting", "", "", "", ""], HEADER, [*HEADER[:-1], "other"])
    assert found(done, "recognised") == [(3, None, None, "repeated header")]
    assert done.sources["rejected"].tolist() == [1]


def test_what_is_taken_as_missing_is_said_once_a_column() -> None:
    good = ["2025-07-14", "Acme", "meeting"]
    done = interactions(
        [*good, "n/a", " - ", "", "n/a"], [*good, "n/a", "", "#REF!", ""], [*good, "#REF!", "", None, ""]
    )
    assert found(done, "note") == [
        (None, None, None, "columns that are not read: `Remark`"),
        (None, "Direction", None, "2 cells say `n/a`, 1 says `#REF!`: taken as missing"),
        (None, "Count", None, "1 cell says `-`: taken as missing"),
        (None, "Value", None, "1 cell says `#REF!`: taken as missing"),
    ]
    assert done.frame["direction"].tolist() == ["mutual"] * 3


def test_a_required_cell_that_means_nothing_is_shown() -> None:
    done = interactions(
        ["#REF!", "Acme", "meeting", "", "", "", ""], [None, "Acme", "meeting", "", "", "", ""]
    )
    assert found(done, "rejected") == [
        (2, "Date", "#REF!", "`date` says `#REF!`, which is no value"),
        (3, "Date", None, "`date` is empty"),
    ]
    assert found(done, "note") == [(None, None, None, "columns that are not read: `Remark`")]


def test_two_columns_of_one_label_are_one_if_they_hold_the_same() -> None:
    header = ["date", "partner", "kind", "Partner"]
    rows = [["2025-07-14", "Acme", "meeting", " Acme "], ["2025-07-15", "n/a", "meeting", "n/a"]]
    done = validate(INTERACTIONS, [from_rows([header, *rows], "a.csv")], [Reading()])
    assert done.frame["partner"].tolist() == ["Acme"]
    assert found(done, "note") == [
        (None, None, None, "two columns are `Partner` and hold the same: the first is read")
    ]
    rows[1][3] = "N/A"
    with pytest.raises(ColumnError, match="two columns are `partner`: `partner` and `Partner`"):
        validate(INTERACTIONS, [from_rows([header, *rows], "a.csv")], [Reading()])


def test_how_the_table_was_found_and_what_was_converted_is_noted() -> None:
    rows = [["date", "partner", "kind", "Worth"], ["2025-07-14", "Acme", "trade", "€ 5"]]
    raw = replace(
        from_rows(rows, "a.csv"),
        labels=("date", "partner", "kind", "value"),
        origins={"value": "Worth"},
        notes=("The header is row 1.",),
    )
    done = validate(INTERACTIONS, [raw], [Reading(rates={"EUR": 2})])
    assert found(done, "note") == [
        (None, None, None, "The header is row 1."),
        (None, "Worth", None, "1 cell in EUR converted at 2 GBP"),
    ]
    assert done.frame["value"].tolist() == [10]


def test_prints_are_of_all_cells_and_moments_of_the_date() -> None:
    rows = [
        ["2025-07-14 10:00", "Acme", "meeting", "", "", "", "x"],
        ["soon", "Acme", "meeting", "", "", "", "x"],
        ["2025-07-14 10:00", "Acme", "meeting", "", "", "", "y"],
        ["2025-07-14", "Acme", "meeting", "", "", "", "x"],
    ]
    done = interactions(*rows, rows[0])
    assert (len(done.prints), len(set(done.prints.tolist()))) == (4, 3)
    assert done.prints[3] == done.prints[0]
    ten = int(np.datetime64("2025-07-14T10:00", "s").astype(int))
    assert done.moments.tolist() == [ten, ten, 0, ten]
    turned = from_rows([HEADER[::-1], rows[0][::-1]], "b.csv")
    assert validate(INTERACTIONS, [turned], [Reading()]).prints.tolist() == [done.prints[0]]


def test_prints_of_a_mapped_table_are_of_the_row_in_the_file() -> None:
    source = from_rows(
        [["when", "who", "id"], ["2025-07-14 10:00", "Acme", "1"], ["2025-07-15", "Acme", "2"]], "a"
    )
    columns = {"date": "when", "partner": "who", "kind": {"constant": "meeting"}}
    rule = TableRule.model_validate({"to": "interactions", "columns": columns})
    raw, unused = rewrite(rule, source, lambda join: source)
    done = validate(INTERACTIONS, [raw], [Reading()])
    cells = [Cells.of(column) for column in source.columns]
    assert unused == ("id",)
    assert done.prints.tolist() == prints.of_rows(source.labels, cells, 2).tolist()
    assert (done.moments > 0).tolist() == [True, False]


def test_a_million_blank_rows_are_a_small_ledger_soon() -> None:
    started = time.monotonic()
    cells = pd.Series([None] * 1_000_000, dtype="string")
    frame = pd.DataFrame({"date": cells, "partner": cells, "kind": cells})
    done = validate(INTERACTIONS, [from_frame(frame, "a.xlsx", "interactions", 2)], [Reading()])
    assert done.sources["recognised"].tolist() == [1_000_000]
    assert done.entries["row"].iloc[[0, -1]].tolist() == [2, 1_000_001]
    assert done.entries.memory_usage(deep=True).sum() < 150e6
    assert time.monotonic() - started < 10
