"""Files made to harm: each is refused in one sentence or read as harmless text, in seconds and little memory."""

from __future__ import annotations

import io
import json
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from partnership_analysis.errors import SourceError, harmless
from partnership_analysis.settings import Limits
from partnership_analysis.sources.readers import files
from sources.readers.makers import (
    cell,
    number,
    ods,
    ods_cell,
    ods_row,
    row,
    sheet,
    spreadsheetml,
    strings,
    xls,
    xlsb,
    xlsx,
)

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def patched(path: Path, change: Callable[[bytearray, zipfile.ZipInfo, int], None]) -> None:
    """Change what the archive's directory says of the sheet."""
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    data = bytearray(path.read_bytes())
    entry = data.rfind(b"xl/worksheets/sheet1.xml") - 46
    change(data, info, entry)
    path.write_bytes(data)


def lying_size(path: Path) -> None:
    xlsx(path, sheet(" " * 20_000_000))
    patched(path, lambda data, info, entry: struct.pack_into("<I", data, entry + 24, 1000))


def overlapping(path: Path) -> None:
    xlsx(path, sheet(row(1, cell("A1"))))
    patched(path, lambda data, info, entry: struct.pack_into("<I", data, entry + 42, 10))


def stray(last: str) -> str:
    """Twelve rows of a table, and one cell far away."""
    table = "".join(
        row(number, *(cell(f"{letter}{number}") for letter in "ABCDEFGH")) for number in range(1, 13)
    )
    return sheet(table + row(1_048_576, cell(last)))


def formatted() -> str:
    """Twelve rows of a table, and a million that are only formatted."""
    rows = [row(number, *(cell(f"{letter}{number}") for letter in "ABCDEFGH")) for number in range(1, 13)]
    rows += [f'<row r="{number}"><c r="A{number}" s="0"/></row>' for number in range(13, 1_048_577)]
    return sheet("".join(rows), '<dimension ref="A1:XFD1048576"/>')


FAR = row(1, cell("A1")) + row(1_048_576, cell("XFD1048576"))
CORNER = sheet(FAR)
LONG = random.Random(0).randbytes(5_000_000).hex()
V = '<Row><Cell><Data ss:Type="String">x</Data></Cell></Row>'

READ = "read"
CASES: dict[str, tuple[Callable[[Path], None], str]] = {
    "corner.xlsx": (lambda path: xlsx(path, CORNER), "cells from its first to its last"),
    "quoted.xlsx": (lambda path: xlsx(path, CORNER.replace('"', "'")), "cells from its first to its last"),
    "spaced.xlsx": (
        lambda path: xlsx(path, CORNER.replace("<c r=", "<c\n r =")),
        "cells from its first to its last",
    ),
    "prefixed.xlsx": (
        lambda path: xlsx(
            path,
            sheet(FAR.replace("<c ", "<x:c ").replace("</c>", "</x:c>"), "", "").replace(
                "<worksheet", '<worksheet xmlns:x="y"'
            ),
        ),
        "cells from its first to its last",
    ),
    "lower.xlsx": (lambda path: xlsx(path, CORNER.replace("XFD", "xfd")), "cells from its first to its last"),
    "beyond_rows.xlsx": (
        lambda path: xlsx(path, sheet(row(1, cell("A1")) + row(9, cell("A4294967295")))),
        "damaged",
    ),
    "beyond_columns.xlsx": (lambda path: xlsx(path, sheet(row(1, cell("A1"), cell("ZZZZZZ1")))), "damaged"),
    "implied.xlsx": (
        lambda path: xlsx(
            path, sheet('<row r="1"><c><v>1</v></c></row><row r="4294967290"><c><v>2</v></c></row>')
        ),
        "damaged",
    ),
    "dimension.xlsx": (
        lambda path: xlsx(path, sheet(row(1, cell("A1")), '<dimension ref="A1:XFD1048576"/>')),
        READ,
    ),
    "wide.xlsx": (lambda path: xlsx(path, sheet(row(1, cell("A1"), cell("XFD1")))), READ),
    "stray.xlsx": (lambda path: xlsx(path, stray("A1048576")), READ),
    "formatted.xlsx": (lambda path: xlsx(path, formatted()), READ),
    "laughs_sheet.xlsx": (
        lambda path: xlsx(path, sheet(row(1, cell("A1", "&d;")), prolog=LAUGHS)),
        "declares entities",
    ),
    "laughs_texts.xlsx": (
        lambda path: xlsx(
            path, sheet(row(1, '<c r="A1" t="s"><v>0</v></c>')), shared=strings("&d;", prolog=LAUGHS)
        ),
        "declares entities",
    ),
    "outside.xlsx": (
        lambda path: xlsx(path, sheet(row(1, cell("A1", "&a;")), prolog=OUTSIDE)),
        "declares entities",
    ),
    "bomb.xlsx": (lambda path: xlsx(path, sheet(" " * 120_000_000)), "unpacks to more than settings allow"),
    "lying.xlsx": (lying_size, "larger than it says"),
    "overlapping.xlsx": (overlapping, "its parts overlap"),
    "deep.xlsx": (lambda path: xlsx(path, sheet("<a>" * 500_000 + "</a>" * 500_000)), READ),
    "deep_cells.xlsx": (lambda path: xlsx(path, sheet('<c r="A1">' * 500_000)), "a.xlsx"),
    "long.xlsx": (
        lambda path: xlsx(path, sheet(row(1, f'<c r="A1" t="inlineStr"><is><t>{LONG}</t></is></c>'))),
        READ,
    ),
    "long_often.xlsx": (
        lambda path: xlsx(
            path,
            sheet("".join(row(at, f'<c r="A{at}" t="s"><v>0</v></c>') for at in range(1, 1001))),
            shared=strings(LONG),
        ),
        "unpacks to more than settings allow",
    ),
    "truncated.xlsx": (
        lambda path: (xlsx(path, CORNER), path.write_bytes(path.read_bytes()[:-200]))[0],
        "damaged or incomplete",
    ),
    "corner.ods": (lambda path: ods(path, ods_row(ods_cell("x", 16_384), 1_048_576)), "cells from its first"),
    "far.ods": (
        lambda path: ods(path, ods_row(ods_cell()) + ods_row("", 1_048_000) + ods_row(ods_cell("x", 16_384))),
        "cells from its first",
    ),
    "tail.ods": (
        lambda path: ods(
            path,
            ods_row(ods_cell() + '<table:table-cell table:number-columns-repeated="16383"/>')
            + ods_row('<table:table-cell table:number-columns-repeated="16384"/>', 1_048_575),
        ),
        READ,
    ),
    "laughs.ods": (lambda path: ods(path, ods_row(ods_cell("&d;")), LAUGHS), "declares entities"),
    "long_often.ods": (
        lambda path: ods(path, ods_row(ods_cell(LONG, 1000))),
        "unpacks to more than settings allow",
    ),
    "plain.xls": (lambda path: xls(path, number(0, 0), number(1, 1)), READ),
    "corner.xls": (lambda path: xls(path, number(0, 0), number(65_535, 65_535)), "beyond the last column"),
    "dimensions.xls": (
        lambda path: xls(path, (0x0200, struct.pack("<IIHHH", 0, 0xFFFFFFF0, 0, 0xFFFF, 0)), number(0, 0)),
        "a sheet larger than any",
    ),
    "circle.xls": (lambda path: xls(path, number(0, 0), loop=True), "run in a circle"),
    "corner.xlsb": (lambda path: xlsb(path, (0, 0), (1_048_575, 16_383)), "cells from its first"),
    "beyond.xlsb": (lambda path: xlsb(path, (0, 0), (0, 0xFFFFFFF0)), "damaged"),
    "laughs.xls": (lambda path: spreadsheetml(path, V.replace(">x<", ">&d;<"), LAUGHS), "declares entities"),
    "deep.xls": (lambda path: spreadsheetml(path, "<Row>" * 100_000), "nested deeper"),
    "far.xls": (
        lambda path: spreadsheetml(
            path,
            V + '<Row ss:Index="1048576"><Cell ss:Index="16384"><Data ss:Type="Number">1</Data></Cell></Row>',
        ),
        "cells from its first",
    ),
    "beyond.xls": (
        lambda path: spreadsheetml(path, V.replace("<Row>", '<Row ss:Index="99999999999">')),
        "damaged",
    ),
    "deep.html": (lambda path: path.write_text("<html>" + "<div>" * 50_000), "without a table"),
    "spans.html": (
        lambda path: path.write_text(
            "<table>" + "<tr><td colspan=1000 rowspan=65534>x</td><td>y</td></tr>" * 200 + "</table>"
        ),
        "a.html",
    ),
    "unclosed.html": (lambda path: path.write_text("<table>" + "<tr><td>x<td>y" * 20_000), READ),
    "entities.html": (
        lambda path: path.write_text(
            f"<!DOCTYPE html>{LAUGHS}<table><tr><td>&d;</td><td>b</td></tr></table>"
        ),
        READ,
    ),
}

RUN = """
import json, resource, sys, time
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from partnership_analysis.errors import SourceError
from partnership_analysis.sources.readers import files
for path in map(Path, sys.argv[1:]):
    print(json.dumps({"begun": path.name}), flush=True)
    start = time.process_time()
    try:
        book = files.opened(path)
        for sheet in book.sheets:
            book.typed(sheet, frozenset({"a", "b"}))
            book.grid(sheet)
        outcome = "read"
    except SourceError as error:
        outcome = str(error)
    # A process begins with its parent's ru_maxrss; VmHWM is its own.
    status = Path("/proc/self/status")
    own = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")] if status.exists() else []
    peak = int(own[0]) if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"name": path.name, "outcome": outcome, "seconds": time.process_time() - start, "mb": peak / 1000}))
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What became of every file, in a process of its own that may not take much (seconds of the processor)."""
    folder = tmp_path_factory.mktemp("harmful")
    for name, (make, _) in CASES.items():
        make(folder / name)
    before = sorted(path.name for path in folder.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", RUN, *(str(folder / name) for name in CASES)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=folder,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, (lines[-1:], done.stderr[-2000:])
    assert done.stderr == ""
    assert sorted(path.name for path in folder.iterdir()) == before
    return {line["name"]: line for line in lines if "name" in line}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_or_read_in_seconds(name: str, outcomes: dict[str, dict[str, object]]) -> None:
    found = outcomes[name]
    assert "\n" not in str(found["outcome"])
    assert CASES[name][1].replace("a.xlsx", name).replace("a.html", name) in str(found["outcome"])
    assert float(str(found["seconds"])) < 10
    assert float(str(found["mb"])) < 1000


def test_names_and_texts_are_only_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    evil = "=cmd|' /C calc'!A0", "&lt;script&gt;alert(1)&lt;/script&gt;", "\u202egpj.exe"
    cells = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{text}</t></is></c>'
        for letter, text in zip("ABC", evil, strict=True)
    )
    xlsx(
        path,
        sheet(row(1, cells)),
        title="../../etc/\u202epasswd",
        more={"../../evil.txt": b"x", "/etc/evil": b"x"},
    )
    book = files.opened(path)
    assert book.sheets == ["../../etc/\u202epasswd"]
    grid = book.grid(book.sheets[0])
    assert [column.iloc[0] for column in grid.columns] == [
        *("=cmd|' /C calc'!A0", "<script>alert(1)</script>", "\u202egpj.exe")
    ]
    assert sorted(tmp_path.rglob("*")) == [path]
    with pytest.raises(SourceError, match=r"It has: ../../etc/<U\+202E>passwd"):
        book.grid("b")


def test_what_cannot_be_seen_is_shown() -> None:
    assert harmless("a\tb\nc\u200fd\x00") == "a\tb\nc<U+200F>d<U+0000>"


def test_limits_are_settings(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    xlsx(path, sheet(row(1, cell("A1"), cell("J1")) + row(10, cell("A10"))))
    assert len(files.opened(path, Limits(cells=100)).grid("a")) == 10
    with pytest.raises(SourceError, match=r"a sheet of 100 cells .* settings allow 99 \(`limits.cells`\)"):
        files.opened(path, Limits(cells=99))
    with pytest.raises(SourceError, match=r"`limits.file_mb`"):
        files.opened(path, Limits(file_mb=0.0001))
    with pytest.raises(SourceError, match=r"`limits.unpacked_mb`"):
        files.opened(path, Limits(unpacked_mb=0.0001))


@pytest.mark.parametrize("at", range(0, 100, 9))
def test_a_file_cut_short_is_refused(tmp_path: Path, at: int) -> None:
    for name, make in (
        ("a.xlsx", lambda path: xlsx(path, sheet(row(1, cell("A1"))))),
        ("a.ods", lambda path: ods(path, ods_row(ods_cell()))),
        ("a.xls", lambda path: xls(path, number(0, 0))),
    ):
        whole = io.BytesIO()
        path = tmp_path / name
        make(path)
        whole.write(path.read_bytes())
        path.write_bytes(whole.getvalue()[: max(1, len(whole.getvalue()) * at // 100)])
        try:
            book = files.opened(path)
            for title in book.sheets:
                book.grid(title)
        except SourceError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("seed", range(30))
def test_a_file_with_a_few_wrong_bytes_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    xls(tmp_path / "a.xls", number(0, 0), number(1, 1))
    xlsx(tmp_path / "a.xlsx", sheet(row(1, cell("A1"), cell("B1"))), shared=strings("x"))
    ods(tmp_path / "a.ods", ods_row(ods_cell(), 3))
    spreadsheetml(tmp_path / "b.xls", V)
    for path in sorted(tmp_path.iterdir()):
        data = bytearray(path.read_bytes())
        for _ in range(chance.choice([1, 3, 10])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        try:
            book = files.opened(path)
            for title in book.sheets:
                book.grid(title)
        except SourceError as error:
            assert "\n" not in str(error)
