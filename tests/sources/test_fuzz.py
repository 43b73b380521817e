"""Thousands of made and mutated files: each loads, with every row accounted for, or is refused by us.

A few hundred in ``make test``; ``make fuzz`` makes more than 20,000.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import random
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import partnership_analysis as pa
from partnership_analysis.errors import PartnershipError
from partnership_analysis.export import write_workbook
from partnership_analysis.schema import DIRECTIONS, INTERACTIONS, KINDS, TABLES

pytestmark = pytest.mark.fuzz

EACH = int(os.environ.get("FUZZ_EXAMPLES", "75"))
"""Files of each of the four sorts."""

MESSY = Path(__file__).parents[3] / "shared/data/messy"

fuzzed = settings(max_examples=EACH, deadline=None, suppress_health_check=list(HealthCheck))

ODD = (
    *("", " ", "-", "n/a", "#REF!", "Total", "Grand Total", "Subtotal", "EXAMPLE", "date", "partner", "yes"),
    *("1.234", "1.234,56", "1,234.56", "(250)", "€ 1 200", "12,5 %", "1e999", "NaN", "-0", "1:30", "25:61"),
    *(
        "2025-07-14",
        "13/04/2025",
        "04/13/2025",
        "03/04/2025",
        "30 May 2024",
        "45631.0",
        "1598956463000000000",
    ),
    *(
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "a\nb",
        'say "hi"',
        "a;b,c\td|e",
        "\u202eevil",
        "é\u0301",
    ),
    *("Confidential Information - Do Not Distribute", "\x00", "\x1f", "\ufeff", "𝔘", "x" * 3000, "_x000D_"),
)
TEXTS = st.one_of(
    st.sampled_from(ODD),
    st.sampled_from((*KINDS, *DIRECTIONS, "Acme Ltd", "ACME Limited", "Bell & Finch")),
    st.dates(dt.date(1960, 1, 1), dt.date(2110, 1, 1)).map(str),
    st.text(max_size=6),
)
LABELS = st.one_of(
    st.sampled_from(
        (*INTERACTIONS.names, *INTERACTIONS.names, "Partner ↑", "Market", "", "Date *", "amount")
    ),
    st.text(max_size=4),
)


def headers() -> st.SearchStrategy[list[str]]:
    needed = st.permutations(["date", "partner", "kind", "direction", "value", "hours"])
    return st.one_of(needed.map(list), needed.map(list), st.lists(LABELS, min_size=1, max_size=8))


@st.composite
def sheets(draw: st.DrawFn, cells: st.SearchStrategy[object]) -> tuple[int, list[list[object]]]:
    """Banner rows, a header, rows of any width, blank ones between; and how many rows stand above the header."""
    header = draw(headers())
    banner = draw(st.integers(0, 3))
    rows = draw(st.lists(st.lists(cells, max_size=len(header) + 1), max_size=8))
    return banner, [*([[f"Report {place}"] for place in range(banner)]), list(header), *rows]


def loaded(path: Path) -> pa.Portfolio | None:
    """The portfolio, checked, or nothing where it was refused in words."""
    try:
        made = pa.load(path, settings={"rejected_limit": 1})
    except PartnershipError as error:
        assert str(error).strip()
        return None
    ledger = made.ledger
    assert ledger.read == ledger.accepted + ledger.rejected + ledger.recognised
    accepted = ledger.sources.groupby("table")["accepted"].sum()
    for name in TABLES:
        assert len(getattr(made, name)) == accepted.get(name, 0)
    assert dict(made.interactions.dtypes.astype(str)) == INTERACTIONS.dtypes
    return made


@fuzzed
@given(
    made=sheets(TEXTS),
    separator=st.sampled_from(",;\t|"),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_separated_values(
    tmp_path_factory: pytest.TempPathFactory,
    made: tuple[int, list[list[object]]],
    separator: str,
    ending: str,
    encoding: str,
    quoting: int,
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=ending, quoting=quoting).writerows(made[1])
    path = tmp_path_factory.mktemp("fuzz") / "interactions.csv"
    path.write_bytes(out.getvalue().encode(encoding, "replace"))
    loaded(path)


CELLS = st.one_of(
    TEXTS.filter(lambda text: len(text) < 2000),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.integers(-(2**60), 2**60),
    st.booleans(),
    st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2110, 1, 1)),
    st.dates(dt.date(1901, 1, 1), dt.date(2110, 1, 1)),
    st.times(),
    st.timedeltas(dt.timedelta(0), dt.timedelta(days=9)),
    st.none(),
)


@fuzzed
@given(made=sheets(CELLS), start=st.tuples(st.integers(0, 3), st.integers(0, 2)), old=st.booleans())
def test_workbooks(
    tmp_path_factory: pytest.TempPathFactory,
    made: tuple[int, list[list[object]]],
    start: tuple[int, int],
    old: bool,
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "p.xlsx"
    book = xlsxwriter.Workbook(
        str(path),
        {"date_1904": old, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True},
    )
    forms = {
        dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
        dt.time: book.add_format({"num_format": "hh:mm"}),
        dt.timedelta: book.add_format({"num_format": "[h]:mm"}),
    }
    sheet = book.add_worksheet("interactions")
    for row, cells in enumerate(made[1], start[0]):
        for column, cell in enumerate(cells, start[1]):
            if type(cell) in forms:
                try:
                    sheet.write_datetime(row, column, cell, forms[type(cell)])
                except ValueError:
                    sheet.write_blank(row, column, None)
            else:
                sheet.write(row, column, cell)
    book.close()
    loaded(path)


def seeds(folder: Path) -> list[Path]:
    """Files of every kind to mutate: the messy ones, and some of ours."""
    rows = pd.DataFrame(
        {"date": ["2025-07-14", "2025-07-15"], "partner": ["Acme", "Bell"], "kind": ["event", "meeting"]}
    ).astype({"date": "datetime64[us]"})
    ours = write_workbook(folder / "seed.xlsx", {"interactions": rows})
    rows.to_csv(folder / "seed.csv", index=False)
    rows.to_parquet(folder / "seed.parquet")
    (folder / "seed.xls").write_text(SPREADSHEETML, encoding="utf-8")
    messy = sorted(MESSY.iterdir()) if MESSY.is_dir() else []
    return [ours, *(folder / f"seed.{kind}" for kind in ("csv", "parquet", "xls")), *messy]


SPREADSHEETML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Report"><Table>
<Row><Cell><Data ss:Type="String">date</Data></Cell><Cell><Data ss:Type="String">partner</Data></Cell>
<Cell><Data ss:Type="String">kind</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="DateTime">2025-07-14T00:00:00.000</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="String">event</Data></Cell></Row>
</Table></Worksheet></Workbook>""".replace("\n", "\r")


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Bytes with a few of them changed, cut, doubled or put in."""
    out = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        if not out:
            break
        at = dice.randrange(len(out))
        size = dice.choice([1, 1, 2, 8, 64, 1024])
        match dice.randrange(6):
            case 0:
                out[at] ^= 1 << dice.randrange(8)
            case 1:
                out[at : at + size] = b""
            case 2:
                out[at:at] = out[at : at + size]
            case 3:
                out[at:at] = dice.choice(
                    [b"\x00", b"\xff\xff\xff\xff", b'"', b"<", b"&", b"999999999", b"\r", b"\xed\xa0"]
                )
            case 4:
                del out[at:]
            case 5:
                out[at : at + size] = dice.randbytes(size)
    return bytes(out)


def mutated_inside(data: bytes, dice: random.Random) -> bytes:
    """A ZIP archive with the content of one of its parts mutated, and everything else in order."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        names = source.namelist()
        chosen = dice.choice(
            [name for name in names if "sheet" in name or "content" in name or "shared" in name] or names
        )
        for name in names:
            content = source.read(name)
            target.writestr(name, mutated(content, dice) if name == chosen else content)
    return out.getvalue()


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in seeds(tmp_path_factory.mktemp("seeds"))]


@pytest.mark.parametrize("inside", [False, True])
def test_mutated_files(tmp_path: Path, originals: list[tuple[str, bytes]], inside: bool) -> None:
    archives = [one for one in originals if zipfile.is_zipfile(io.BytesIO(one[1]))]
    start = int(os.environ.get("FUZZ_SEED", "1"))
    for seed in range(start, start + EACH):
        dice = random.Random(seed)
        name, data = dice.choice(archives if inside else originals)
        path = tmp_path / name
        try:
            path.write_bytes(mutated_inside(data, dice) if inside else mutated(data, dice))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
            continue
        try:
            loaded(path)
        except BaseException as error:
            error.add_note(f"seed {seed}, made of {name}, inside {inside}")
            raise
        path.unlink()
