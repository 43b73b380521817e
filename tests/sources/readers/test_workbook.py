"""Workbooks: the exact way, cell by cell, and the fast way, which may differ in nothing."""

from __future__ import annotations

import datetime as dt
import struct
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from partnership_analysis.errors import SourceError
from partnership_analysis.sources import layout
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.raw import Labels, RawTable
from partnership_analysis.sources.readers.workbook import Workbook
from sources.readers.makers import number, ods, ods_row, xls
from sources.search import tried

FORMATS = {
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm:ss",
    "time": "hh:mm",
    "length": "[h]:mm",
    "percent": "0.0%",
}
WANTED: Labels = frozenset({"partner", "count"})

TEXTS = st.one_of(
    st.text(alphabet="ab _x0D5F\t\n", max_size=8),
    st.sampled_from(
        [
            *(
                "",
                " ",
                "NA",
                "n/a",
                "#N/A",
                "nan",
                "None",
                "null",
                "-",
                "1",
                "1.5",
                "007",
                "1e5",
                "true",
                "FALSE",
            ),
            *(
                "2024-01-31",
                "31/01/2024",
                "_x000D_",
                "a_x000D_b",
                "_x005F_",
                " Acme ",
                "a\r\nb",
                "é\u202e",
                "=1+1",
            ),
            *("Partner", "Count", "<script>", "&amp;", "\u00a0"),
        ]
    ),
)
NUMBERS = st.one_of(
    st.integers(-10, 10).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([2.0**53, 2.0**53 + 2, 1e300, 1e-300, 0.1, -0.0, 1e15 + 0.3]),
)
SERIALS = st.one_of(
    st.integers(1, 80_000).map(float),
    st.floats(0, 80_000, allow_nan=False),
    st.sampled_from([0.0, 0.5, 0.999999999, 1.0, 59.0, 60.0, 61.0, 1462.0, 45000.999999999, 45000.5, 3e6]),
)
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "number": NUMBERS,
    "truth": st.booleans(),
    **{kind: st.tuples(SERIALS, st.just(kind)) for kind in ("day", "moment", "time", "length")},
    "percent": st.tuples(NUMBERS, st.just("percent")),
    "error": st.sampled_from(["#REF!", "#N/A", "#DIV/0!"]).map(lambda text: (text, "error")),
    "formula": st.one_of(TEXTS.filter(bool), NUMBERS).map(lambda value: (value, "formula")),
}
BLANK = st.sampled_from([None, None, (None, "styled")])


@st.composite
def columns(draw: st.DrawFn) -> list[Any]:
    """Cells of one kind with gaps, or now and then of several."""
    kinds = draw(
        st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=draw(st.sampled_from([1, 1, 1, 2])))
    )
    cell = st.one_of(*(CELLS[kind] for kind in kinds), *([BLANK] if draw(st.booleans()) else []))
    return draw(st.lists(cell, max_size=6))


@st.composite
def sheets(draw: st.DrawFn) -> dict[tuple[int, int], Any]:
    """A header and columns under it, mostly where a table should be."""
    bodies = draw(st.lists(columns(), min_size=1, max_size=4))
    labels = draw(
        st.lists(
            st.sampled_from(
                ["Partner", "Count", "Date", "Note *", "x", "x", "x_1", "  sp  ace", None, 2024.0, True]
            ),
            min_size=len(bodies),
            max_size=len(bodies),
        )
    )
    top, left = draw(st.sampled_from([(0, 0), (0, 0), (0, 0), (0, 1), (2, 0)]))
    gap = draw(st.sampled_from([0, 0, 0, 1]))
    cells = {(top, left + place): label for place, label in enumerate(labels)}
    for place, body in enumerate(bodies):
        for row, cell in enumerate(body):
            cells[top + 1 + gap + row, left + place] = cell
    return cells


def write(path: Path, cells: dict[tuple[int, int], Any], options: dict[str, Any]) -> None:
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet("a")
    formats = {name: book.add_format({"num_format": code}) for name, code in FORMATS.items()}
    for (row, column), cell in sorted(cells.items()):
        match cell:
            case None:
                pass
            case (None, "styled"):
                sheet.write_blank(row, column, None, formats["day"])
            case (text, "error"):
                sheet.write_formula(row, column, "=1/0", None, text)
            case (value, "formula"):
                sheet.write_formula(row, column, "=A1", None, value)
            case (value, kind):
                sheet.write_number(row, column, value, formats[kind])
            case bool():
                sheet.write_boolean(row, column, cell)
            case float():
                sheet.write_number(row, column, cell)
            case str():
                sheet.write_string(row, column, cell)
    book.close()


def plain(cell: Any) -> Any:
    """A cell without regard to which library's type holds it; days and midnights are one."""
    if (
        cell is None
        or cell is pd.NA
        or cell is pd.NaT
        or cell == ""
        or (isinstance(cell, float) and cell != cell)
    ):
        return None
    if isinstance(cell, pd.Timestamp):
        return "moment", cell.to_pydatetime()
    if isinstance(cell, dt.datetime):
        return "moment", cell
    if isinstance(cell, dt.date):
        return "moment", dt.datetime.combine(cell, dt.time())
    if isinstance(cell, pd.Timedelta | dt.timedelta):
        return "length", pd.Timedelta(cell).to_pytimedelta()
    if isinstance(cell, bool | np.bool_):
        return "truth", bool(cell)
    if isinstance(cell, int | float | np.number):
        return "number", float(cell)
    return type(cell).__name__, cell


def same(quick: RawTable, slow: RawTable) -> None:
    assert quick.labels == slow.labels
    assert quick.rows.tolist() == slow.rows.tolist()
    for one, other in zip(quick.columns, slow.columns, strict=True):
        assert [plain(cell) for cell in one.tolist()] == [plain(cell) for cell in other.tolist()]
        left, right = Cells.of(one), Cells.of(other)
        assert left.kinds.tolist() == right.kinds.tolist()
        assert left.times.astype(str).tolist() == right.times.astype(str).tolist()
        np.testing.assert_array_equal(left.numbers, right.numbers)
        places = np.arange(len(left))
        assert left.texts(places).tolist() == right.texts(places).tolist()


def quick_of(path: Path, wanted: Labels) -> RawTable | None:
    return Workbook(path, fast_bytes=0).typed("a", wanted)


@tried(100)
@given(sheets(), st.booleans(), st.booleans(), st.sampled_from([WANTED, frozenset[str]()]))
def test_the_fast_way_gives_cell_for_cell_what_the_slow_way_gives(
    cells: dict[tuple[int, int], Any], inline: bool, is_1904: bool, wanted: Labels
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        write(path, cells, {"constant_memory": inline, "date_1904": is_1904})
        quick = quick_of(path, wanted)
        if quick is not None:
            same(quick, layout.found(Workbook(path).grid("a"), wanted))


@pytest.mark.parametrize("inline", [False, True])
def test_the_fast_way_is_taken_for_a_plain_table(tmp_path: Path, inline: bool) -> None:
    body = [
        ["Date", (45000.0, "day"), None, (45000.75, "moment")],
        ["Partner", "Acme", " Ädler ", "Acme"],
        ["Count", 1.0, 2.5, None],
        ["Done", True, None, False],
        ["Hours", (1.5, "length"), (0.25, "length"), None],
    ]
    cells = {(row, column): cell for column, part in enumerate(body) for row, cell in enumerate(part)}
    write(tmp_path / "a.xlsx", cells, {"constant_memory": inline})
    quick = quick_of(tmp_path / "a.xlsx", WANTED)
    assert quick is not None
    assert [str(column.dtype) for column in quick.columns] == [
        *("datetime64[ms]", "string", "float64", "boolean", "timedelta64[ms]")
    ]
    assert quick.rows.tolist() == [2, 3, 4]
    same(quick, layout.found(Workbook(tmp_path / "a.xlsx").grid("a"), WANTED))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({(2, 2): "NA"}, id="a text among numbers that a reader takes for nothing"),
        pytest.param({(2, 2): ("#N/A", "error")}, id="an error"),
        pytest.param({(2, 1): ("#N/A", "error")}, id="an error among texts"),
        pytest.param({(2, 2): True}, id="a truth among numbers"),
        pytest.param({(2, 0): 45000.0}, id="a number among days"),
        pytest.param({(2, 0): (0.5, "time")}, id="a time of day"),
        pytest.param({(2, 0): (3e6, "day")}, id="a day that there is not"),
        pytest.param({(2, 1): "a_x000D_b"}, id="a letter written as a number"),
        pytest.param({(0, 2): 2024.0}, id="a number as a label"),
        pytest.param({(0, 0): "Count"}, id="a label twice"),
    ],
)
def test_the_fast_way_is_left_where_it_would_lose_a_cell(tmp_path: Path, change: dict[Any, Any]) -> None:
    cells: dict[tuple[int, int], Any] = {(0, 0): "Date", (0, 1): "Partner", (0, 2): "Count"}
    for row in (1, 2, 3):
        cells |= {(row, 0): (45000.0 + row, "day"), (row, 1): "Acme", (row, 2): float(row)}
    write(tmp_path / "a.xlsx", cells, {})
    assert quick_of(tmp_path / "a.xlsx", WANTED) is not None
    write(tmp_path / "b.xlsx", cells | change, {"constant_memory": False})
    assert quick_of(tmp_path / "b.xlsx", WANTED) is None


def test_merged_cells_and_banners_are_read_exactly(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("a")
    sheet.merge_range(0, 0, 0, 1, "Report")
    sheet.write_row(1, 0, ["Partner", "Count"])
    sheet.merge_range(2, 0, 3, 0, "Acme")
    sheet.write_column(2, 1, [1, 2])
    book.close()
    opened = Workbook(tmp_path / "a.xlsx", fast_bytes=0)
    assert opened.typed("a", WANTED) is None
    assert set(opened.grid("a").merged) == {(0, 0, 0, 1), (2, 0, 3, 0)}


def test_a_table_in_the_middle_keeps_its_places(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("a")
    sheet.write_row(3, 2, ["Partner", "Count"])
    sheet.merge_range(4, 2, 5, 2, "Acme")
    sheet.write_formula(5, 3, "=1/0", None, "#DIV/0!")
    sheet.write_blank(40, 9, None, book.add_format({"bold": True}))
    book.close()
    grid = Workbook(tmp_path / "a.xlsx").grid("a")
    assert (grid.first_row, grid.first_column, len(grid), len(grid.columns)) == (4, 3, 3, 2)
    assert grid.merged == ((1, 0, 2, 0),)
    assert grid.columns[1].tolist() == ["Count", "", "#DIV/0!"]


def test_an_error_is_found_however_it_is_written(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", {(0, 0): "x", (1, 0): ("#REF!", "error")}, {})
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if "sheet1" in info.filename:
                data = data.replace(b'<c r="A2" t="e">', b"<c t = 'e'\n r='A2' >")
            new.writestr(info, data)
    assert Workbook(tmp_path / "b.xlsx").grid("a").columns[0].tolist() == ["x", "#REF!"]


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", {(0, 0): "x"}, {})
    with pytest.raises(SourceError, match=r"has no sheet 'b'\. It has: a"):
        Workbook(tmp_path / "a.xlsx").grid("b")


def test_errors_of_the_binary_format_have_their_text(tmp_path: Path) -> None:
    formula = struct.pack("<HHHBBBBHHHIH", 2, 0, 0, 2, 0, 0x17, 0, 0, 0xFFFF, 0, 0, 0)
    xls(
        tmp_path / "a.xls", number(0, 0), (0x0205, struct.pack("<HHHBB", 1, 0, 0, 0x2A, 1)), (0x0006, formula)
    )
    assert Workbook(tmp_path / "a.xls").grid("a").columns[0].tolist() == [1.0, "#N/A", "#REF!"]


def test_what_the_library_loses_of_open_documents_is_found(tmp_path: Path) -> None:
    cells = (
        '<table:table-cell office:value-type="string" office:string-value="" table:formula="of:=1/0">'
        "<text:p>#DIV/0!</text:p></table:table-cell>"
        '<table:table-cell office:value-type="time" office:time-value="PT40H30M00S"><text:p>40:30</text:p>'
        '</table:table-cell><table:table-cell table:number-columns-repeated="2"><text:p>typeless</text:p>'
        '</table:table-cell><table:table-cell office:value-type="float" office:value="7"><text:p>7</text:p>'
        "</table:table-cell>"
    )
    ods(tmp_path / "a.ods", ods_row(cells, 2))
    grid = Workbook(tmp_path / "a.ods").grid("a")
    assert [column.tolist() for column in grid.columns] == [
        [each, each] for each in ("#DIV/0!", dt.timedelta(hours=40, minutes=30), "typeless", "typeless", 7.0)
    ]
