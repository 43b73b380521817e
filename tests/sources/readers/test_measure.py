"""What is known of a workbook before it is opened agrees with the library that opens it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from partnership_analysis.errors import SourceError
from partnership_analysis.settings import Limits
from partnership_analysis.sources.readers.measure import measured
from partnership_analysis.sources.readers.sheettexts import any_longer
from partnership_analysis.sources.readers.workbook import Workbook

ROOT = Path(__file__).parents[3]
WORKBOOKS = sorted(
    path
    for folder in (ROOT / "data", ROOT.parent / "shared/data/messy")
    for path in folder.rglob("*.xls*")
    if zipfile.is_zipfile(path)
)


def listed_by_the_library(path: Path) -> tuple[list[str], list[str]]:
    sheets = [
        sheet
        for sheet in CalamineWorkbook.from_path(path).sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet
    ]
    visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    return visible, [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]


def listed_here(path: Path) -> tuple[list[str], list[str]]:
    book = Workbook(path)
    return book.sheets, book.hidden


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_sheets_of_real_files_are_those_that_the_library_lists(path: Path) -> None:
    try:
        found = listed_here(path)
    except SourceError:
        return
    assert found == listed_by_the_library(path)


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """Sheets of every state and kind."""
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet("Größe & <Ziel> x").write(0, 0, "a")
    book.add_chartsheet("Chart")
    book.add_worksheet("hidden").hide()
    book.add_worksheet("very").very_hidden()
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "='hidden'!$A$1:$A$2"})
    book.get_worksheet_by_name("Chart").set_chart(chart)
    book.close()
    return tmp_path / "a.xlsx"


def changed(path: Path, part: str, old: str, new: str) -> Path:
    """The same workbook with a text of a part replaced."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            made.writestr(name, content)
    return target


def test_names_states_and_kinds_are_read_from_the_list(several: Path) -> None:
    assert listed_here(several) == (["Größe & <Ziel> x"], ["hidden", "very"])
    assert listed_here(several) == listed_by_the_library(several)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", 'state="hidden"', 'state="visible"'),
        ("xl/workbook.xml", 'name="very"', 'name="a&#10;b"'),
        ("xl/_rels/workbook.xml.rels", 'Target="worksheets/', 'Target="/xl/worksheets/'),
        ("xl/_rels/workbook.xml.rels", 'Target="worksheets/', 'Target="xl/worksheets/'),
        ("xl/_rels/workbook.xml.rels", 'Target="chartsheets/', 'Target="worksheets/../chartsheets/'),
        ("xl/workbook.xml", 'state="hidden"', 'state="shy"'),
        ("xl/workbook.xml", 'r:id="rId1"', 'r:id="rId99"'),
    ],
)
def test_a_list_written_in_another_way_is_read_as_the_library_reads_it(
    several: Path, part: str, old: str, new: str
) -> None:
    path = changed(several, part, old, new)
    try:
        expected = listed_by_the_library(path)
    except Exception:
        with pytest.raises(SourceError):
            listed_here(path)
        return
    assert listed_here(path) == expected


def test_a_workbook_is_listed_without_being_opened(several: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CalamineWorkbook, "from_path", lambda path: pytest.fail("opened"))
    assert listed_here(several)[0]


def test_cells_in_a_part_that_no_sheet_refers_to_are_measured(several: Path) -> None:
    stray = (
        '<worksheet><sheetData><row><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    with zipfile.ZipFile(several, "a") as archive:
        archive.writestr("xl/stray.xml", f"{stray}</worksheet>")
    with pytest.raises(SourceError, match=r"limits\.cells"):
        measured(several, Limits())


@pytest.mark.parametrize("part", ["xl/stray.xml", "xl/sharedStrings.xml"])
def test_a_part_that_is_not_read_declares_no_entities(tmp_path: Path, several: Path, part: str) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(several) as source, zipfile.ZipFile(path, "w") as made:
        for name in source.namelist():
            if name != part:
                made.writestr(name, source.read(name))
        made.writestr(part, '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(SourceError, match="declares entities"):
        measured(path, Limits())


def test_shared_texts_are_no_sheet(tmp_path: Path, several: Path) -> None:
    path = changed(several, "xl/sharedStrings.xml", "<si>", "<x:sheetData/><si>")
    with pytest.raises(SourceError, match="its texts are a sheet"):
        measured(path, Limits())


@pytest.mark.parametrize("size", [7, 64, 1000])
def test_the_longest_shared_text_is_found_however_the_part_is_cut(size: int) -> None:
    texts = [b"<si><t>" + b"x" * (place * 37 % 90) + b"</t></si>" for place in range(200)]
    data = b"<sst>" + b"".join(texts) + b"</sst>"
    longest = max(map(len, texts))
    for most in (*range(longest + 20), 10**6):
        pieces = (data[at : at + size] for at in range(0, len(data), size))
        found = any_longer(pieces, "a.xlsx", most)
        if most < longest:
            assert found
        if most >= 2 * longest:
            assert not found


def test_a_long_shared_text_is_found_wherever_it_stands() -> None:
    short = b"<si><t>abc</t></si>"
    for before in range(0, 60, 7):
        data = (
            b"<sst>" + short * before + b"<si>" + b"<r><t>xy</t></r>" * 30 + b"</si>" + short * 50 + b"</sst>"
        )
        assert any_longer([data], "a.xlsx", 400)
        assert not any_longer([data], "a.xlsx", 1100)
        assert not re.search(rb"</si>.{1100}</si>", data)
