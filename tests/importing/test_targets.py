"""What an import would lose of the file that it writes again."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from sources.importers.exports import SLIPS, separated

import partnership_analysis as pa
from partnership_analysis.errors import SourceError
from partnership_analysis.export import write_template
from partnership_analysis.importing.losses import lost_parts
from partnership_analysis.settings import Limits

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


def made(path: Path, change: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("interactions")
        sheet.write_row(0, 0, ["date", "partner", "kind", "direction", "value"])
        sheet.write_row(1, 0, ["2025-01-08", "Acme", "referral", "received", 200])
        change(book, sheet)
    return path


def chart(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    line = book.add_chart({"type": "line"})
    line.add_series({"values": "=interactions!$E$2:$E$2"})
    sheet.insert_chart("H2", line)


def picture(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    path = Path(book.filename).with_suffix(".png")
    path.write_bytes(PIXEL)
    sheet.insert_image("H2", str(path))


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (
            lambda book, sheet: sheet.write_formula(1, 4, "=100*2", None, 200),
            r"formulas \(for example in cell E2\)",
        ),
        (lambda book, sheet: sheet.write_comment("B2", "call her"), r"comments \(for example at cell B2\)"),
        (lambda book, sheet: sheet.write_comment("B1", "mine"), r"comments \(for example at cell B1\)"),
        (lambda book, sheet: sheet.insert_textbox("H2", "mine"), "shapes"),
        (chart, "charts"),
        (picture, "pictures"),
    ],
)
def test_what_no_table_holds_is_not_lost_without_a_word(
    tmp_path: Path, change: Callable[..., object], lost: str
) -> None:
    to = made(tmp_path / "p.xlsx", change)
    before = to.read_bytes()
    slips = separated(tmp_path / "slips 2025-08-31.csv", SLIPS)
    with pytest.raises(SourceError, match=f"would lose {lost}"):
        pa.import_exports(slips, "bni", us="Ada Birch", to=to)
    assert to.read_bytes() == before


def test_our_own_workbook_has_nothing_to_lose(tmp_path: Path) -> None:
    to = write_template(tmp_path / "p.xlsx")
    slips = separated(tmp_path / "slips 2025-08-31.csv", SLIPS)
    for _ in range(2):
        done = pa.import_exports(slips, "bni", us="Ada Birch", to=to)
    assert done.changes["unchanged"] == 4


def test_our_headings_are_known_without_their_author(tmp_path: Path) -> None:
    to = write_template(tmp_path / "p.xlsx")
    with zipfile.ZipFile(to) as old, zipfile.ZipFile(tmp_path / "q.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<author>partnership-analysis<", b"<author> <"))
    assert lost_parts(tmp_path / "q.xlsx", Limits()) == []


def test_a_text_like_a_formula_is_none_in_a_pair_table_and_comes_back(tmp_path: Path) -> None:
    names = [
        ["From", "To", "Slip Type"],
        ["=cmd|' /C calc'!A0", "'=Bo", "Referral"],
        ["-Di", "Cy", "Referral"],
    ]
    to = tmp_path / "pairs.csv"
    slips = separated(tmp_path / "slips 2025-08-31.csv", names)
    first = pa.import_exports(slips, "bni", to=to)
    assert "'=cmd|' /C calc'!A0,''=Bo," in to.read_text(encoding="utf-8")
    again = pa.import_exports(slips, "bni", to=to)
    assert again.pairs.equals(first.pairs)
    assert again.changes["added"] == 0
