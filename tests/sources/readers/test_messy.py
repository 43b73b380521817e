"""Small spreadsheets that break readers: for each, what it holds or why it is refused.

The values were read from the files' own XML, or follow from what the file's name promises.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from partnership_analysis.errors import SourceError
from partnership_analysis.sources.readers import files

MESSY = Path(__file__).parents[4] / "shared/data/messy"
pytestmark = pytest.mark.skipif(not MESSY.is_dir(), reason="../shared/data is not beside the repository")

DAY = dt.date(2021, 1, 1)
LENGTH = dt.timedelta(days=10, hours=15, minutes=10, seconds=10)
"""255:10:10, which some readers take for a day in January 1900."""


@dataclass(frozen=True)
class Sheet:
    """Rows and columns, the spreadsheet's number of the first row and column, some cells, merged cells."""

    shape: tuple[int, int] = (0, 0)
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    start: tuple[int, int] = (1, 1)
    merged: set[tuple[int, int, int, int]] = field(default_factory=set)
    hidden: bool = False


EMPTY, HIDDEN = Sheet(), Sheet(hidden=True)
FOUR_KINDS = {
    "Visible": Sheet((5, 2), {(0, 0): 1.0, (2, 1): 6.0, (3, 0): "", (4, 1): ""}),
    "Hidden": HIDDEN,
    "VeryHidden": HIDDEN,
}
DATES = {"Sheet1": Sheet((3, 2), {(0, 0): DAY, (1, 0): dt.date(2021, 1, 2), (2, 0): LENGTH, (2, 1): 17.0})}
MERGED = {
    "Sheet1": Sheet(
        (4, 8),
        {(0, 2): "C1", (0, 3): "", (1, 2): "", (3, 7): "H4"},
        merged={
            *((0, column, 1, column) for column in (0, 1, 4, 5, 6, 7)),
            *((0, 2, 1, 3), (2, 2, 2, 3), (3, 2, 3, 3)),
        },
    ),
    "Sheet2": Sheet((4, 6), {(0, 0): "A1", (3, 0): ""}),
}
REPEATED = {(0, 0): "A", (1, 1): "D", (2, 0): "C", (3, 0): "", (4, 1): "", (7, 1): "D"}

EXPECTED: dict[str, dict[str, Sheet] | str] = {
    "any_sheets.ods": {**FOUR_KINDS, "Chart": EMPTY},
    "any_sheets.xls": FOUR_KINDS,
    "any_sheets.xlsb": FOUR_KINDS,
    "any_sheets.xlsx": FOUR_KINDS,
    "biff5_write.xls": {
        "SheetJS": Sheet(
            (4, 4), {(1, 0): True, (1, 2): "", (2, 2): dt.datetime(2014, 2, 19, 14, 30), (2, 3): "0.3"}
        )
    },
    "capitalized_wbook_stream.xls": {"Sheet1": EMPTY},
    "column_row_ranges.xlsx": {
        "Column ranges": Sheet((5, 3), {(4, 2): 0.0}),
        "Row ranges": Sheet((3, 5), {(2, 4): 0.0}),
    },
    "covered.ods": {
        "sheet1": Sheet((3, 1), {(0, 0): "a1", (1, 0): "a2", (2, 0): "a3"}, merged={(1, 0, 2, 0)})
    },
    "date.ods": {
        "Sheet1": Sheet(
            (4, 2),
            {
                (0, 0): DAY,
                (1, 0): dt.datetime(2021, 1, 1, 10, 10, 10),
                (2, 0): dt.time(10, 10, 10),
                (3, 0): dt.time(10, 10, 10, 123456),
                (3, 1): 18.0,
            },
        )
    },
    "date.xls": DATES,
    "date.xlsb": DATES,
    "date.xlsx": DATES,
    "date_1904.xls": DATES,
    "date_1904.xlsb": DATES,
    "date_1904.xlsx": DATES,
    "date_iso.xlsx": {
        "Sheet": Sheet(
            (6, 1), {(0, 0): DAY, (1, 0): dt.datetime(2021, 1, 1, 10, 10, 10), (2, 0): dt.time(10, 10, 10)}
        )
    },
    "date_quoted_format.xlsx": {"Sheet1": Sheet((4, 1), {(row, 0): DAY for row in range(4)})},
    "empty-string.xls": {"Sheet1": Sheet((1, 2), {(0, 0): "", (0, 1): False})},
    "empty_sheet.xlsx": {"Sheet1": EMPTY},
    "encoded_entities.xlsx": {"Sheet1": Sheet((1, 1), {(0, 0): "&"})},
    "errors.xlsx": {
        "Feuil1": Sheet(
            (7, 1),
            {
                (row, 0): text
                for row, text in enumerate(
                    ["#DIV/0!", "#NAME?", "#VALUE!", "#NULL!", "#REF!", "#NUM!", "#N/A"]
                )
            },
        ),
        "Feuil2": EMPTY,
        "Feuil3": EMPTY,
    },
    "has_x000D_.xlsx": {"Sheet1": Sheet((1, 1), {(0, 0): "ABC\r\nDEF"})},
    "header-row.xlsx": {
        "Sheet1": Sheet((8, 4), {(0, 0): "", (7, 0): "put data here", (7, 3): 3.0}, start=(3, 1))
    },
    "inventory-table.xlsx": {"Sheet1": Sheet((5, 3), {(0, 0): "Item", (4, 1): "Pear", (4, 2): 100.0})},
    # Its directory says 697 bytes where 699 come out.
    "issue252.xlsx": "issue252.xlsx is a damaged or incomplete workbook (a part is larger than it says)",
    "issue_174.xlsx": {"Sheet1": Sheet((2, 11), {(0, 0): "Your Ref #", (1, 0): 123.0, (1, 5): 1.5})},
    "issue_261.xlsx": {
        "Some Sheet": Sheet((66, 7), {(0, 0): "String Value 32", (33, 0): dt.date(2023, 3, 15)})
    },
    "merged_cells.ods": {"Sheet1": Sheet((3, 3), {(1, 0): "A", (2, 0): "", (2, 2): "C"})},
    "merged_range.xls": MERGED,
    "merged_range.xlsx": MERGED,
    "minimal_package.xlsx": {
        "Sheet1": Sheet(
            (196, 36),
            {(0, 0): "ARREST BOOKINGS for 01/30/17", (2, 0): "BKG_NUM", (2, 1): "BKG_DT"},
            merged={(0, 0, 0, 35), (1, 0, 1, 35)},
        )
    },
    "multi-empty.ods": {"Test": Sheet((13, 1), {(0, 0): "StringCol", (5, 0): "", (12, 0): "zzz"})},
    "no-header.xlsx": {"Feuille 1": Sheet((2, 2), {(0, 0): "a", (1, 1): 1.0}, start=(3, 1))},
    "nonstandard-xml-ns-prefix.xlsx": {"Sheet1": Sheet((3, 2), {(0, 1): "b", (1, 0): 1.0, (2, 1): 4.0})},
    "number_rows_repeated.ods": {
        f"Sheet{first}": Sheet((8, 2), REPEATED, start=(first, 1)) for first in (1, 2, 3)
    },
    "pass_protected.ods": "pass_protected.ods is protected by a password: save a copy without one.",
    "pass_protected.xlsb": "pass_protected.xlsb is protected by a password: save a copy without one.",
    "pass_protected.xlsx": "pass_protected.xlsx is protected by a password: save a copy without one.",
    "pivots.xlsx": {
        "PivotSheet1": Sheet((5, 6), {(4, 0): "Grand Total", (4, 3): 3.0}),
        "PivotSheet2": Sheet((11, 4), {(10, 0): "Grand Total"}),
        "PivotSheet3": Sheet((7, 3), {(6, 1): 3.0}),
        "PivotSheet4": Sheet((9, 2), {(8, 1): 125.0}),
        "DataSheet": Sheet((11, 10), {(10, 0): 10.0, (10, 5): dt.date(2024, 1, 1), (10, 7): False}),
        "DataSheet2": Sheet((11, 10), {(10, 1): "j"}),
    },
    "readings.xlsx": {"Sheet1": Sheet((4, 4), {(0, 0): "Station", (2, 1): 18.5, (3, 3): 1017.0})},
    "richtext-namespaced.xlsx": {
        "Sheet1": Sheet(
            (1, 8),
            {(0, 0): "inline string\nLine 2\nLine 3", (0, 7): "shared string\nLine 2\nLine 3"},
            merged={(0, 0, 0, 6)},
        ),
        "Sheet2": EMPTY,
        "Sheet3": EMPTY,
    },
    "special_cells.ods": {
        "sheet1": Sheet(
            (5, 1),
            {
                (0, 0): "Split\nLine",
                (1, 0): "Value  With spaces",
                (3, 0): " Value   With spaces before and after ",
            },
        )
    },
    "strict_iso_paths.xlsx": {"ml_out": Sheet((76, 18), {(0, 0): "Item", (1, 1): 1.5, (2, 0): 1625593500.0})},
    "string-ref.xlsx": {
        name: Sheet((2, 1), {(0, 0): "col1", (1, 0): "-8086931554011838357"}) for name in ("Sheet1", "Sheet2")
    },
    "table-multiple.xlsx": {
        "Sheet1": Sheet((5, 3), {(4, 1): "Pear"}),
        "Sheet2": Sheet((5, 2), {(4, 1): 0.45}),
        "Sheet3": Sheet((11, 2), {(5, 0): "", (10, 1): 70.0}),
    },
    "temperature-in-middle.xlsx": {
        "Sheet1": Sheet((3, 2), {(1, 0): "celsius", (1, 1): 22.2222, (2, 1): 72.0}, start=(4, 2))
    },
    "too_small.xls": "too_small.xls is no workbook, only one line of text (Attachment",
    "vba.xlsm": {f"Sheet{place}": EMPTY for place in (1, 2, 3)},
    # White space that is not marked to be preserved is none (shared texts); marked, it stays.
    "whitespace_trim.xlsx": {
        "inlineStr": Sheet(
            (3, 4), {(0, 0): "trimmed value", (0, 1): "value with tabs", (1, 1): "  line1\nline2  "}
        ),
        "SharedStrings": Sheet(
            (3, 4), {(0, 0): "trimmed value", (0, 1): "  preserved value  ", (2, 0): "日期 时间"}
        ),
    },
    "with-annotation.ods": {"table1": Sheet((1, 1), {(0, 0): "cell a.1"})},
    "xls_wrong_decimals.xls": {"Sheet1": Sheet((1, 1), {(0, 0): 0.525625})},
}


def test_every_file_is_in_the_table() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in MESSY.iterdir())


@pytest.mark.parametrize("name", EXPECTED)
def test_it_holds_what_it_should_or_is_refused(name: str) -> None:
    expected = EXPECTED[name]
    if isinstance(expected, str):
        with pytest.raises(SourceError) as caught:
            files.opened(MESSY / name)
        assert str(caught.value).startswith(expected)
        assert "\n" not in str(caught.value)
        return
    book = files.opened(MESSY / name)
    assert book.sheets == [sheet for sheet, holds in expected.items() if not holds.hidden]
    assert book.hidden == [sheet for sheet, holds in expected.items() if holds.hidden]
    for sheet, holds in expected.items():
        grid = book.grid(sheet)
        assert (len(grid), len(grid.columns)) == holds.shape
        found = {place: grid.columns[place[1]].iloc[place[0]] for place in holds.cells}
        assert {
            place: (type(value), value) for place, value in found.items() if value.__class__ is not int
        } == {
            place: (type(value), value)
            for place, value in holds.cells.items()
            if found[place].__class__ is not int
        }
        assert found == holds.cells
        if holds.shape != (0, 0):
            assert (grid.first_row, grid.first_column) == holds.start
        assert holds.merged <= set(grid.merged)
