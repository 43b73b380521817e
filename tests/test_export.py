"""Workbooks read back as XML, so that what a spreadsheet program sees is tested, not what we meant."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from partnership_analysis import export
from partnership_analysis.errors import SourceError
from partnership_analysis.portfolio import load
from partnership_analysis.schema import TABLES
from partnership_analysis.settings import Settings

NS = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def interactions(**columns: list[object]) -> pd.DataFrame:
    table = TABLES["interactions"]
    size = len(next(iter(columns.values())))
    frame = pd.DataFrame({name: columns.get(name, [None] * size) for name in table.names})
    return frame.astype(table.dtypes)


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    partners = TABLES["partners"]
    return {
        "interactions": interactions(
            date=pd.to_datetime(["2025-01-31", "2025-02-03"]),
            partner=["=1+1", "Novák & Søn"],
            kind=["referral", "meeting"],
            count=[1, 2],
            value=[4200.5, None],
            note=["+44 20", "@home"],
        ),
        "partners": pd.DataFrame(
            [
                {"partner": "-Dash", "serves_our_competitors": True},
                {"partner": "B", "serves_our_competitors": False},
            ],
            columns=list(partners.names),
        ).astype(partners.dtypes),
    }


def sheets(path: Path) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(path) as parts:
        names = re.findall(r'<sheet name="([^"]+)"', parts.read("xl/workbook.xml").decode())
        return {
            name: ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{place}.xml"))
            for place, name in enumerate(names, start=1)
        }


def lists(sheet: ElementTree.Element) -> dict[str, str]:
    return {
        rule.attrib["sqref"]: rule.findtext("s:formula1", "", NS)
        for rule in sheet.iterfind(".//s:dataValidation[@type='list']", NS)
    }


def letter(table: str, column: str) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[TABLES[table].names.index(column)]


def test_cells_keep_their_types(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    path = export.write_workbook(tmp_path / "a.xlsx", tables)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("interactions").to_python()
    first = dict(zip(rows[0], rows[1], strict=True))
    second = dict(zip(rows[0], rows[2], strict=True))
    assert first["partner"] == "=1+1"
    assert first["note"] == "+44 20"
    assert first["value"] == 4200.5
    assert str(first["date"]) == "2025-01-31"
    assert second["partner"] == "Novák & Søn"
    assert second["value"] == ""
    partners = CalamineWorkbook.from_path(path).get_sheet_by_name("partners").to_python()
    assert partners[1][0] == "-Dash"
    place = partners[0].index("serves_our_competitors")
    assert [row[place] for row in partners[1:]] == ["yes", "no"]


def test_text_is_never_a_formula(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    path = export.write_workbook(tmp_path / "a.xlsx", tables)
    assert all(sheet.find(".//s:sheetData//s:f", NS) is None for sheet in sheets(path).values())


def test_missing_cells_are_not_there(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    sheet = sheets(export.write_workbook(tmp_path / "a.xlsx", tables))["interactions"]
    cells = {cell.attrib["r"] for cell in sheet.iterfind(".//s:c", NS)}
    assert f"{letter('interactions', 'value')}2" in cells
    assert f"{letter('interactions', 'value')}3" not in cells


@pytest.mark.parametrize("write", ["workbook", "template"])
def test_every_vocabulary_is_offered(tmp_path: Path, tables: dict[str, pd.DataFrame], write: str) -> None:
    path = tmp_path / "a.xlsx"
    whole = {
        name: tables.get(name, pd.DataFrame(columns=list(TABLES[name].names)).astype(TABLES[name].dtypes))
        for name in TABLES
    }
    export.write_workbook(path, whole) if write == "workbook" else export.write_template(path)
    for name, table in TABLES.items():
        offered = {area[0]: (area, words) for area, words in lists(sheets(path)[name]).items()}
        for column in table.columns:
            words = ("yes", "no") if column.kind == "yesno" else column.vocabulary
            if words:
                area, formula = offered[letter(name, column.name)]
                assert formula == f'"{",".join(words)}"'
                assert int(area.rsplit(letter(name, column.name), 1)[1]) >= (
                    2001 if write == "template" else 500
                )


def test_partner_names_are_offered_from_their_sheet(tmp_path: Path) -> None:
    path = export.write_template(tmp_path / "a.xlsx")
    assert lists(sheets(path)["interactions"])["B2:B2002"] == "partners!$A$2:$A$2001"


def test_headers_are_bold_frozen_filtered_and_explained(
    tmp_path: Path, tables: dict[str, pd.DataFrame]
) -> None:
    path = export.write_workbook(tmp_path / "a.xlsx", tables)
    sheet = sheets(path)["interactions"]
    pane = sheet.find(".//s:pane", NS)
    assert pane is not None and (pane.attrib["ySplit"], pane.attrib["state"]) == ("1", "frozen")
    assert sheet.find("s:autoFilter", NS).attrib["ref"] == "A1:M3"
    widths = [float(column.attrib["width"]) for column in sheet.iterfind(".//s:col", NS)]
    assert len(widths) == 13 and min(widths) > 9 and max(widths) < 46
    with zipfile.ZipFile(path) as parts:
        comments = ElementTree.fromstring(parts.read("xl/comments1.xml"))
        styles = ElementTree.fromstring(parts.read("xl/styles.xml"))
    said = {item.attrib["ref"]: "".join(item.itertext()) for item in comments.iterfind(".//s:comment", NS)}
    assert len(said) == 13
    assert "Values: open, won, lost." in said[f"{letter('interactions', 'status')}1"]
    assert "Unit: currency." in said[f"{letter('interactions', 'value')}1"]
    assert "Required." in said["A1"] and "`" not in "".join(said.values())
    header = sheet.find(".//s:c[@r='A1']", NS)
    form = styles.findall("s:cellXfs/s:xf", NS)[int(header.attrib["s"])]
    assert styles.findall("s:fonts/s:font", NS)[int(form.attrib["fontId"])].find("s:b", NS) is not None


def test_settings_sheet_reads_back(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    settings = Settings.from_mapping({"us": "A & B", "market": "x; y", "hour_rate": 95, "weights.event": 2})
    path = export.write_workbook(tmp_path / "a.xlsx", tables, settings)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("settings").to_python()
    assert rows[0] == ["setting", "value", "meaning"]
    assert {row[0]: row[2].replace("`", "") for row in rows[1:]} == {
        name: text.replace("`", "")
        for name, text in Settings.descriptions().items()
        # A file does not say what it may ask of the machine.
        if not name.startswith("limits.")
    }
    stated = {row[0]: row[1] for row in rows[1:] if row[1] != ""}
    assert "capacity_hours" not in stated
    whole = {
        name: int(value) if name in ("window", "min_months", "fiscal_year_start") else value
        for name, value in stated.items()
    }
    assert Settings.from_mapping(whole) == settings


def test_same_tables_same_bytes(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    first = export.write_workbook(tmp_path / "a.xlsx", tables, Settings.from_mapping({}))
    second = export.write_workbook(tmp_path / "b.xlsx", tables, Settings.from_mapping({}))
    assert first.read_bytes() == second.read_bytes()
    assert (
        export.write_template(tmp_path / "c.xlsx").read_bytes()
        == export.write_template(tmp_path / "d.xlsx").read_bytes()
    )


def test_input_is_untouched(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    before = {name: frame.copy(deep=True) for name, frame in tables.items()}
    export.write_workbook(tmp_path / "a.xlsx", tables)
    export.write_folder(tmp_path / "folder", tables)
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_template_has_one_marked_row_a_table(tmp_path: Path) -> None:
    book = CalamineWorkbook.from_path(export.write_template(tmp_path / "a.xlsx"))
    assert book.sheet_names == ["read me", *TABLES, "settings"]
    for name, table in TABLES.items():
        head, *rows = book.get_sheet_by_name(name).to_python()
        assert head[: len(table.names)] == list(table.names)
        assert len(rows) == 1 and rows[0].count("EXAMPLE") == 1
        filled = dict(zip(head, rows[0], strict=True))
        assert all(filled[column.name] != "" for column in table.columns if column.required)
    assert 10 <= len([row for row in book.get_sheet_by_name("read me").to_python() if row[0]]) <= 12


def test_template_example_is_italic(tmp_path: Path) -> None:
    path = export.write_template(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as parts:
        styles = ElementTree.fromstring(parts.read("xl/styles.xml"))
    cell = sheets(path)["interactions"].find(".//s:c[@r='B2']", NS)
    form = styles.findall("s:cellXfs/s:xf", NS)[int(cell.attrib["s"])]
    assert styles.findall("s:fonts/s:font", NS)[int(form.attrib["fontId"])].find("s:i", NS) is not None


def test_template_is_not_overwritten_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("mine")
    with pytest.raises(SourceError, match="exists already"):
        export.write_template(path)
    assert path.read_text() == "mine"
    assert export.write_template(path, overwrite=True).read_bytes()[:2] == b"PK"


def test_failure_leaves_the_old_file_and_no_other(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("old")
    tables["interactions"] = interactions(date=pd.to_datetime(["2025-01-01"]), note=["x" * 40_000])
    with pytest.raises(SourceError, match=r"interactions, row 2: a text of 40,000 characters"):
        export.write_workbook(path, tables)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.xlsx"]


def test_clear_errors(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        export.write_workbook(tmp_path / "no" / "a.xlsx", tables)
    with pytest.raises(SourceError, match="does not exist"):
        export.write_folder(tmp_path / "no" / "a", tables)
    with pytest.raises(SourceError, match=r"visits: no table of a portfolio\. Known: interactions"):
        export.write_workbook(tmp_path / "a.xlsx", {"visits": tables["partners"]})
    with pytest.raises(SourceError, match="is a folder"):
        export.write_workbook(tmp_path, tables)
    with pytest.raises(SourceError, match="not a format"):
        export.write_folder(tmp_path / "a", tables, "json")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_extra_columns_follow_the_schema(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    frame = tables["interactions"].assign(mood=["good", "=bad"]).iloc[:, ::-1]
    path = export.write_workbook(tmp_path / "a.xlsx", {"interactions": frame})
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("interactions").to_python()
    assert rows[0] == [*TABLES["interactions"].names, "mood"]
    assert [row[-1] for row in rows[1:]] == ["good", "=bad"]


def test_folder(tmp_path: Path, tables: dict[str, pd.DataFrame]) -> None:
    settings = Settings.from_mapping({"us": 'A "quoted" Å', "market": "x; y", "weights.event": 2})
    folder = export.write_folder(tmp_path / "csv", tables, settings=settings)
    assert (folder / "partners.csv").read_text("utf-8").splitlines()[1].startswith("-Dash,")
    assert ",yes," in (folder / "partners.csv").read_text("utf-8")
    assert (
        (folder / "interactions.csv")
        .read_text("utf-8")
        .splitlines()[1]
        .startswith("2025-01-31,=1+1,referral,")
    )
    assert Settings.from_toml(folder / "settings.toml") == settings
    folder = export.write_folder(tmp_path / "parquet", tables, "parquet")
    back = pd.read_parquet(folder / "interactions.parquet", dtype_backend="numpy_nullable")
    assert back["partner"].tolist() == ["=1+1", "Novák & Søn"]


def test_equal_rows_are_read_back_as_they_are(tmp_path: Path) -> None:
    twice = interactions(date=pd.to_datetime(["2025-01-31"] * 2), partner=["Acme"] * 2, kind=["meeting"] * 2)
    book = export.write_workbook(tmp_path / "a.xlsx", {"interactions": twice})
    folder = export.write_folder(tmp_path / "folder", {"interactions": twice}, settings=Settings(us="Us"))
    for path in (book, folder):
        assert len(load(path).interactions) == 2
    assert load(folder).settings == Settings(us="Us", repeats="each")
