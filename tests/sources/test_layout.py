"""Where a table is found in a sheet: sheets small enough to see."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from partnership_analysis.errors import SourceError
from partnership_analysis.schema import INTERACTIONS
from partnership_analysis.sources.layout import banner, found, header
from partnership_analysis.sources.raw import Grid
from partnership_analysis.sources.values import folded

WANTED = frozenset(map(folded, INTERACTIONS.names))


def grid(*rows: list[object], merged: tuple[tuple[int, int, int, int], ...] = (), first_row: int = 1) -> Grid:
    width = max(map(len, rows))
    full = [[*row, *[None] * (width - len(row))] for row in rows]
    columns = tuple(pd.Series(list(cells), dtype=object) for cells in zip(*full, strict=True))
    return Grid("a.xlsx", "Log", columns, first_row=first_row, merged=merged)


def body(raw: object) -> list[list[object]]:
    return [list(row) for row in zip(*(column.tolist() for column in raw.columns), strict=True)]  # type: ignore[attr-defined]


def test_header_under_ten_banner_rows_and_an_empty_first_column() -> None:
    banners = [[None, "Opportunity Report"], [None, "As of 2025-07-01 10:00"], [None], [None, "Filtered By"]]
    banners += [[None, "  Show: All opportunities"], [None, "Currency: GBP"]] + [[None]] * 4
    made = found(
        grid(*banners, [None, "Date ↑", "Partner  ↓", "Kind"], [None, "2025-07-14", "Acme", "event"]), WANTED
    )
    assert made.labels == ("", "Date ↑", "Partner ↓", "Kind")
    assert made.rows.tolist() == [12]
    assert made.notes == (
        "5 rows above the header are not read: Opportunity Report, As of 2025-07-01 10:00, Filtered By and 2 more",
    )


def test_the_row_with_the_most_labels_is_the_header_and_the_first_of_equals() -> None:
    made = found(
        grid(
            ["partner", "the best of 2025"],
            ["date", "partner", "kind"],
            ["x", "y", "z"],
            ["date", "partner", "kind"],
        ),
        WANTED,
    )
    assert made.rows.tolist() == [3, 4]
    assert made.labels == ("date", "partner", "kind")


def test_one_word_alone_makes_no_header() -> None:
    # "Partner" is the title; nothing else is known, so the first row of several cells is taken.
    assert found(grid(["Partner"], ["When", "Who"], ["2025-07-14", "Acme"]), WANTED).labels == ("When", "Who")


def test_without_labels_wanted_the_first_row_of_several_cells_is_the_header() -> None:
    assert found(grid(["A title"], [], ["a", "b"], [1, 2])).labels == ("a", "b")
    assert found(grid(["only"], [1], [2])).rows.tolist() == [2, 3]


def test_header_of_two_rows_is_joined() -> None:
    made = found(
        grid(
            ["Partner", "Deal", None, None],
            [None, "Date", "Kind", "Value"],
            ["Acme", "2025-07-14", "referral", 5],
            merged=((0, 0, 1, 0), (0, 1, 0, 3)),
        ),
        WANTED,
    )
    assert made.labels == ("Partner", "Date", "Kind", "Value")
    assert made.rows.tolist() == [3]


def test_equal_labels_take_the_heading_merged_above_them() -> None:
    made = found(
        grid(
            [None, None, "Given", None, "Received", None],
            ["Date", "Partner", "Count", "Value", "Count", "Value"],
            ["2025-07-14", "Acme", 1, 2, 3, 4],
            merged=((0, 2, 0, 3), (0, 4, 0, 5)),
        ),
        WANTED,
    )
    assert made.labels == (
        "Date",
        "Partner",
        "Given Count",
        "Given Value",
        "Received Count",
        "Received Value",
    )


def test_a_title_over_the_header_is_not_joined_to_it() -> None:
    made = found(
        grid(["Log of 2025", None, "note"], ["Date", "Partner", "Kind"], ["2025-07-14", "Acme", "event"]),
        WANTED,
    )
    # `note` above `Kind` adds no label, since the lower one counts.
    assert made.labels == ("Date", "Partner", "Kind")


def test_a_table_far_down_a_sheet_is_found() -> None:
    rows = [[] for _ in range(5_000)] + [["Date", "Partner", "Kind"], ["2025-07-14", "Acme", "event"]]
    assert found(grid(*rows), WANTED).rows.tolist() == [5_002]


def test_rows_are_numbered_as_the_sheet_numbers_them() -> None:
    assert found(grid(["date", "partner"], ["a", "b"], first_row=7), WANTED).rows.tolist() == [8]


def test_cells_merged_down_a_column_say_what_the_first_says_but_amounts_do_not_multiply() -> None:
    made = found(
        grid(
            ["date", "partner", "value"],
            [dt.datetime(2025, 7, 14), "Acme", 100],
            [None, None, None],
            [dt.datetime(2025, 7, 15), None, 7],
            merged=((1, 0, 2, 0), (1, 1, 3, 1), (1, 2, 2, 2)),
        ),
        WANTED,
    )
    assert body(made) == [
        [dt.datetime(2025, 7, 14), "Acme", 100],
        [dt.datetime(2025, 7, 14), "Acme", None],
        [dt.datetime(2025, 7, 15), "Acme", 7],
    ]
    assert made.notes == (
        "`date`: 1 merged cell read as the one above",
        "`partner`: 2 merged cells read as the one above",
    )


def test_named_columns_are_filled_down_but_not_into_blank_rows_totals_and_footers() -> None:
    made = found(
        grid(
            ["Partner", "Date", "Kind", "Value"],
            ["Acme", "2025-07-14", "event", 1],
            [None, "2025-07-15", "event", 2],
            ["Subtotal", None, None, 3],
            ["Bell", "2025-07-16", "event", 4],
            [],
            [None, "2025-07-17", "event", 5],
            [None, "Total", None, 12],
            [None, "Confidential"],
        ),
        WANTED,
        ["partner"],
    )
    assert [row[0] for row in body(made)] == ["Acme", "Acme", "Subtotal", "Bell", None, "Bell", None, None]
    assert made.notes == ("`Partner`: 2 blank cells read as the one above",)


def test_a_name_with_total_in_it_ends_no_group() -> None:
    rows = (
        ["Partner", "Date", "Kind", "Note"],
        ["Acme", "2025-07-14", "event", "a"],
        [None, "2025-07-15", "event", "b"],
    )
    more = (
        ["Total Wine", "2025-07-16", "event", "c"],
        [None, "2025-07-17", "event", "Total rebrand"],
        ["Bell", "2025-07-18", "event", "d"],
    )
    made = found(grid(*rows, *more), WANTED, ["partner"])
    assert [row[0] for row in body(made)] == ["Acme", "Acme", "Total Wine", "Total Wine", "Bell"]


@pytest.mark.parametrize("total", ["Subtotal", "Summe", "Gesamt", "Acme Total", "Total July"])
def test_a_total_ends_its_group_and_is_not_filled(total: str) -> None:
    rows = ["Partner", "Date", "Kind", "Value"], ["Acme", "2025-07-14", "event", 1]
    made = found(
        grid(*rows, [None, None, total, 1], [None, "2025-07-15", "event", 2]), WANTED, ["partner", "date"]
    )
    assert [row[0] for row in body(made)] == ["Acme", None, None]
    assert body(made)[1][1] is None


@pytest.mark.parametrize(
    "cell",
    [250, "£4,200.00", "1.234,56", "EUR 1200", "1:30", "90 min", "1h 30m", dt.timedelta(hours=3), "(250)"],
)
def test_a_merged_amount_is_there_once(cell: object) -> None:
    made = found(grid(["date", "partner"], [cell, "a"], [None, "b"], merged=((1, 0, 2, 0),)), WANTED)
    assert body(made)[1] == [None, "b"]


@pytest.mark.parametrize(
    "cell", ["Acme", "14/07/2025", "2025-07-14 10:00", dt.datetime(2025, 7, 14), "3 Finches"]
)
def test_a_merged_name_or_day_holds_for_each_row(cell: object) -> None:
    made = found(grid(["date", "partner"], [cell, "a"], [None, "b"], merged=((1, 0, 2, 0),)), WANTED)
    assert body(made)[1] == [cell, "b"]


def test_nothing_is_filled_down_unless_asked() -> None:
    rows = ["Partner", "Date", "Kind"], ["Acme", "2025-07-14", "event"], [None, "2025-07-15", "event"]
    assert body(found(grid(*rows), WANTED))[1][0] is None


def test_a_sheet_without_a_cell_is_refused() -> None:
    with pytest.raises(SourceError, match=r"^a.xlsx, sheet Log is empty: there is no header row"):
        header(grid([None, " "], ["", None]), WANTED)


def test_banner_texts_are_told_once_each() -> None:
    assert banner(grid(["T", "T"], ["U"], ["date"]), 2) == ("T", "U")
