"""SpreadsheetML 2003 and web pages, which both come named ``.xls``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from partnership_analysis.errors import SourceError
from partnership_analysis.sources import layout
from partnership_analysis.sources.raw import Grid
from partnership_analysis.sources.readers import files

HEAD = '<?xml version="1.0"{encoding}?><?mso-application progid="Excel.Sheet"?>'
BOOK = (
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">'
    '<Styles><Style ss:ID="s1"><NumberFormat ss:Format="[h]:mm:ss"/></Style>'
    '<Style ss:ID="s2"><NumberFormat ss:Format="Short Date"/></Style></Styles>'
)


def data(value: object, kind: str = "String", attributes: str = "") -> str:
    return f'<Cell {attributes}><Data ss:Type="{kind}">{value}</Data></Cell>'


def sheet(name: str, *rows: str, options: str = "") -> str:
    return (
        f'<Worksheet ss:Name="{name}"><Table>{"".join(rows)}</Table>'
        f'<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">{options}</WorksheetOptions></Worksheet>'
    )


def write(
    path: Path, *sheets: str, encoding: str = "utf-8", declared: str | None = None, end: str = "\n"
) -> Path:
    declared = encoding if declared is None else declared
    head = HEAD.format(encoding=f' encoding="{declared}"' if declared else "")
    path.write_bytes(end.join([head, BOOK, *sheets, "</Workbook>"]).encode(encoding))
    return path


def rows(grid: Grid) -> list[list[object]]:
    return [list(row) for row in zip(*(column.tolist() for column in grid.columns), strict=True)]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8", ""),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "UTF-16"),
        ("cp1252", "windows-1252"),
        ("latin-1", "ISO-8859-1"),
    ],
)
@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_a_slip_report_of_any_make(tmp_path: Path, encoding: str, declared: str, end: str) -> None:
    header = "<Row>" + "".join(map(data, ["From", "To", "Slip Type", "TYFCB Amount"])) + "</Row>"
    slip = (
        f"<Row>{data('Zoé  Archer')}{data('Sam Field')}{data('Referral')}</Row>"
        f'<Row ss:Index="5">{data("Sam Field", "String", "ss:Index=" + chr(34) + "2" + chr(34))}'
        f"{data('TYFCB')}{data('1250.5', 'Number')}</Row>"
    )
    path = write(
        tmp_path / "a.xls", sheet("Report", header, slip), encoding=encoding, declared=declared, end=end
    )
    book = files.opened(path)
    assert (book.sheets, book.hidden) == (["Report"], [])
    grid = book.grid("Report")
    assert rows(grid) == [
        ["From", "To", "Slip Type", "TYFCB Amount"],
        ["Zoé  Archer", "Sam Field", "Referral", ""],
        ["", "", "", ""],
        ["", "", "", ""],
        ["", "Sam Field", "TYFCB", 1250.5],
    ]
    assert layout.found(grid, frozenset({"from", "to"})).rows.tolist() == [2, 3, 4, 5]


def test_every_cell_keeps_its_type(tmp_path: Path) -> None:
    cells = [
        *(data("3", "Number"), data("1e3", "Number"), data("1", "Boolean"), data("0", "Boolean")),
        data("2024-02-29T00:00:00.000", "DateTime", 'ss:StyleID="s2"'),
        data("2024-02-29T10:30:00.000", "DateTime"),
        data("1899-12-31T10:30:00.000", "DateTime"),
        data("1900-01-01T16:30:00.000", "DateTime", 'ss:StyleID="s1"'),
        *(data("#REF!", "Error"), data("007"), data(" a &amp; b&#10;c ")),
        '<Cell><ss:Data ss:Type="String"><html:B>rich</html:B> text</ss:Data><Comment><ss:Data>no</ss:Data></Comment></Cell>',
        *(data("none", "Number"), "<Cell/>", data("last")),
    ]
    path = write(tmp_path / "a.xml", sheet("a", f"<Row>{''.join(cells)}</Row>"))
    assert rows(files.opened(path).grid("a")) == [
        [
            *(3.0, 1000.0, True, False, dt.datetime(2024, 2, 29), dt.datetime(2024, 2, 29, 10, 30)),
            *(dt.time(10, 30), dt.timedelta(hours=40, minutes=30), "#REF!", "007", " a & b\nc "),
            *("rich text", "none", "", "last"),
        ]
    ]


def test_gaps_merged_cells_and_hidden_sheets(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.xls",
        sheet(
            "Front",
            f'<Row ss:Index="3">{data("Given", "String", "ss:Index=" + chr(34) + "2" + chr(34) + " ss:MergeAcross=" + chr(34) + "1" + chr(34))}{data("x")}</Row>',
            f'<Row ss:Span="2"/><Row>{data("Acme", "String", "ss:Index=" + chr(34) + "2" + chr(34) + " ss:MergeDown=" + chr(34) + "1" + chr(34))}</Row>',
            f"<Row>{data('y', 'String', 'ss:Index=' + chr(34) + '3' + chr(34))}</Row><Row><Cell/></Row>",
        ),
        sheet("Back", f"<Row>{data(1, 'Number')}</Row>", options="<Visible>SheetHidden</Visible>"),
        sheet("Deep", options="<Visible>SheetVeryHidden</Visible>"),
        sheet("Blank"),
    )
    book = files.opened(path)
    assert (book.sheets, book.hidden) == (["Front", "Blank"], ["Back", "Deep"])
    grid = book.grid("Front")
    assert (grid.first_row, grid.first_column) == (3, 2)
    assert rows(grid) == [
        *(["Given", "", "x"], ["", "", ""], ["", "", ""], ["", "", ""]),
        *(["Acme", "", ""], ["", "y", ""]),
    ]
    assert grid.merged == ((0, 0, 0, 1), (4, 0, 5, 0))
    assert rows(book.grid("Back")) == [[1.0]]
    assert len(book.grid("Blank")) == 0
    with pytest.raises(SourceError, match=r"has no sheet 'Other'\. It has: Front, Blank"):
        book.grid("Other")


def test_one_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xls", sheet("a", f"<Row>{data('x')}</Row>"))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(SourceError, match=r"a\.xls is a damaged or incomplete workbook"):
        files.opened(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_web_page_with_one_table_is_read(tmp_path: Path, encoding: str) -> None:
    mark = '<meta charset="windows-1252">' if encoding == "cp1252" else ""
    path = tmp_path / "a.xls"
    path.write_bytes(
        (
            f"<html><head>{mark}<style>td {{}}</style></head><body><table><tr><td>a layout</td></tr></table>"
            "<table><thead><tr><th colspan=2>Deals<th rowspan=2>Stage</tr><tr><th>Name</th><th>Amount</th></tr></thead>"
            "<tr><td>Café<br>Noir</td><td>1&nbsp;200</td><td>&lt;script&gt;</td></tr>"
            "<tr><td></td><td> 7 </td><td>won<script>alert(1)</script></td></tr></table></body></html>"
        ).encode(encoding)
    )
    book = files.opened(path)
    assert (book.sheets, book.hidden, book.typed("", frozenset())) == ([""], [], None)
    grid = book.grid("")
    assert rows(grid) == [
        ["Deals", "", "Stage"],
        ["Name", "Amount", ""],
        ["Café\nNoir", "1 200", "<script>"],
        ["", "7", "won"],
    ]
    assert grid.merged == ((0, 0, 0, 1), (0, 2, 1, 2))


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("<html><p>Please sign in</p></html>", "is a web page without a table"),
        ("<table><tr><td>a<td>b</table>" * 2, "is a web page with 2 tables"),
        ("<table><tr><td>a<td><table><tr><td>b<td>c</table></table>", "is a web page with 2 tables"),
        ("<table><tr><td>a<td><table><tr><td>b</table></table>", "is a web page with a table inside another"),
    ],
)
def test_any_other_web_page_is_refused(tmp_path: Path, page: str, problem: str) -> None:
    (tmp_path / "a.xls").write_text(page)
    with pytest.raises(SourceError, match=problem) as caught:
        files.opened(tmp_path / "a.xls")
    assert "save it as .xlsx" in str(caught.value)
