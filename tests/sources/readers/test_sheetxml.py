"""The search for cells beyond a sheet's bounds, against the plain reading of each cell's reference."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from partnership_analysis.settings import Limits
from partnership_analysis.sources.readers.sheetxml import cells_beyond, column_number, extent_of


def beyond(reference: str, columns: int, rows: int) -> bool:
    letters, digits = re.fullmatch("([A-Z]+)([0-9]+)", reference).groups()  # type: ignore[union-attr]
    # Zeros in front are written by nobody: such a cell may be called beyond, and is then parsed.
    return column_number(letters.encode()) > columns or len(digits) > len(str(rows)) or int(digits) > rows


@given(
    st.integers(1, 16_384),
    st.integers(1, 1_048_576),
    st.from_regex("[A-Z]{1,4}[1-9][0-9]{0,8}", fullmatch=True),
)
@example(8, 1_000_001, "H1000001")
@example(8, 1_000_001, "I1")
@example(26, 99, "Z100")
@example(27, 99, "AA99")
@example(16_384, 1_048_576, "XFD1048576")
@example(16_384, 1_048_576, "XFE1")
@example(16_384, 1_048_576, "A1048577")
def test_a_cell_is_beyond_if_its_column_or_row_is(columns: int, rows: int, reference: str) -> None:
    found = re.search(cells_beyond(columns, rows), f'<row r="1"><c r="{reference}" t="n"><v>1</v></c>')
    assert bool(found) == beyond(reference, columns, rows)


def sheet(*cells: str, end: str = "") -> list[bytes]:
    return [f'<worksheet><sheetData><row r="1">{"".join(cells)}</row></sheetData>{end}</worksheet>'.encode()]


def test_cells_that_hold_something_are_counted_where_none_is_merged() -> None:
    cells = '<c r="A1"><v>1</v></c>', '<c r="B1" s="1"/>', '<c r="C1" t="inlineStr"><is><t>x</t></is></c>'
    found = extent_of(sheet(*cells), "a.xlsx", Limits())
    assert found is not None
    assert found.filled == 2
    merged = extent_of(
        sheet(*cells, end='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'), "a.xlsx", Limits()
    )
    assert merged is not None
    assert merged.filled is None


def test_cells_that_are_written_in_another_way_are_left_to_the_parser() -> None:
    for cell in (
        '<c  r="A1"><v>1</v></c>',
        "<c r='A1'><v>1</v></c>",
        "<c><v>1</v></c>",
        '<x:c r="A1"/>',
        '<c r="a1"/>',
    ):
        assert extent_of(sheet(cell), "a.xlsx", Limits()) is None
    assert (
        extent_of(sheet('<c r="A1"/>', end="<cols/><conditionalFormatting/>"), "a.xlsx", Limits()) is not None
    )
