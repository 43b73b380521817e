"""Nothing private is in any byte of what is handed out: marks in every private field, and a search that finds them."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

import partnership_analysis as pa
from partnership_analysis.errors import ParameterError
from partnership_analysis.export import write_workbook
from partnership_analysis.reports.execute import run_notebook
from partnership_analysis.reports.html import to_html
from partnership_analysis.reports.make import title
from partnership_analysis.reports.manifest import Output, as_text, index_page, manifest
from partnership_analysis.reports.parameters import ReportParameters, Request, checked
from partnership_analysis.reports.private import private, without_defaults
from partnership_analysis.schema import TABLES, Column
from partnership_analysis.sharing.anonymous import anonymised
from partnership_analysis.sharing.folder import written
from partnership_analysis.sharing.partner import HANDED_OUT, for_partner

ROOT = Path(__file__).parents[2]
MADE = pd.Timestamp("2025-10-01", tz="UTC").to_pydatetime()
PARTNER, OTHER, FIRM = "Ann Hill", "Zqxother Partners", "Zqxfirm"
PRIVATE_DAY = "2031-07-11"
DAYS = {"day": "2031-07", "day in words": " 2031", "day on one line": "\N{NO-BREAK SPACE}2031"}
"""How a page would write a private day. A workbook writes it as a number."""
NUMBERS = iter(range(731_901, 739_999, 7))
"""Amounts that no page makes by chance; whoever writes them may put a separator in."""


# The search


def layers(data: bytes) -> Iterator[bytes]:
    """Bytes, and whatever is packed into them, however deep: base64, zlib, ZIP, Parquet, JSON's and HTML's escapes."""
    yield data
    if data[:4] == b"PAR1":
        yield from _parquet(data)
    elif data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from layers(archive.read(name))
    text = data.decode("utf-8", errors="ignore")
    if text.lstrip()[:1] in ("{", "["):
        yield from _strings(text)
    if "&" in text:
        yield html.unescape(text).encode()
    for found in re.finditer(r"[A-Za-z0-9+/\n]{64,}={0,2}", text.replace("\\n", "\n")):
        packed = re.sub(r"\s", "", found[0])
        yield from layers(base64.b64decode(packed + "=" * (-len(packed) % 4)))
    yield from _inflated(data)


def _strings(text: str) -> Iterator[bytes]:
    try:
        content = json.loads(text)
    except ValueError:
        return
    waiting = [content]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield from layers(part.encode())
        elif isinstance(part, dict):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            waiting += part


def _inflated(data: bytes) -> Iterator[bytes]:
    """Every zlib stream that begins anywhere: pictures, fonts, pages of a PDF."""
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        stream = zlib.decompressobj()
        try:
            plain = stream.decompress(data[found.start() :])
        except zlib.error:
            continue
        if len(plain) > 8:
            yield plain


def _parquet(data: bytes) -> Iterator[bytes]:
    table = parquet.read_table(arrow.BufferReader(data))
    yield str(table.schema.metadata).encode()
    yield table.to_pandas().to_csv().encode()


def found(data: bytes, marks: Mapping[str, str]) -> set[str]:
    """The places whose marks are in the bytes, upper and lower case and separators of thousands aside."""
    hits = set()
    for layer in layers(data):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            text = layer.decode(encoding, errors="ignore").casefold()
            bare = re.sub(r"(?<=\d)[,.\s\u202f\xa0'](?=\d{3})", "", text)
            hits |= {
                place for place, mark in marks.items() if mark.casefold() in text or mark.casefold() in bare
            }
    return hits


PNG_WITH_WORDS = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 12) + b"tEXtAuthor\0Zqxab"


@pytest.mark.parametrize(
    "data",
    [
        b"... ZQXAB ...",
        "zqxab".encode("utf-16-le"),
        b"head" + zlib.compress(b"many words and zqxab"),
        b'<img src="data:image/png;base64,' + base64.b64encode(PNG_WITH_WORDS * 3) + b'">',
        json.dumps(
            {"png": base64.encodebytes(zlib.compress(bytes(range(256)) + b"zqxab")).decode()}
        ).encode(),
        b'{"a": ["\\u007aqxab"]}',
        b"<p>&#122;qxab</p>",
    ],
)
def test_the_search_finds_a_mark_however_it_is_packed(data: bytes) -> None:
    assert found(data, {"there": "zqxab", "elsewhere": "zqxcd"}) == {"there"}


def test_the_search_looks_into_archives_and_tables(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", "zqxab" * 40)
    assert found(packed.getvalue(), {"there": "zqxab"}) == {"there"}
    frame = pd.DataFrame({"a": ["zqxab"] * 9})
    frame.attrs["from"] = "zqxcd"
    frame.to_parquet(tmp_path / "a.parquet")
    marks = {"cell": "zqxab", "attribute": "zqxcd", "none": "zqxef"}
    assert found((tmp_path / "a.parquet").read_bytes(), marks) == {"cell", "attribute"}
    assert found(b"731 901 and 738,101", {"a": "731901", "b": "738101", "c": "738108"}) == {"a", "b"}


# The marks


class Planted:
    """A workbook with a mark in every field, in a folder whose name is one."""

    def __init__(self, folder: Path) -> None:
        self.private: dict[str, str] = {"workbook": "zqxworkbook", "folder": "zqxfolder", "other": "zqxother"}
        self.private["firm"] = FIRM
        self.public = {"partner": PARTNER, "action": "Shared zqxaction", "us": "Zqxus Ltd"}
        rows = {table: [self._row(table, PARTNER), self._row(table, OTHER)] for table in TABLES}
        told = rows["interactions"][0] | {
            "kind": "referral",
            "direction": "received",
            "status": "won",
            "value": 7381,
        }
        rows["interactions"] = [told, *rows["interactions"][1:]]
        act = rows["actions"][0]
        rows["actions"] = [
            act | {"action": self.public["action"]},
            act | {"action": f"Introduce them to {OTHER}"},
            act | {"action": "Dinner with ZQXOTHER"},
            act | {"action": f"Compare with {FIRM}"},
            act | {"action": self._mark("action without a day"), "created": None},
            *rows["actions"][1:],
        ]
        frames = {table: pd.DataFrame(rows[table]) for table in TABLES}
        frames = {table: frame.astype(TABLES[table].dtypes) for table, frame in frames.items()}
        place = folder / "zqxfolder"
        place.mkdir()
        self.path = write_workbook(place / "zqxworkbook.xlsx", frames, self._settings())
        self.portfolio = pa.load(self.path)

    def _row(self, table: str, partner: str) -> dict[str, Any]:
        row = {column.name: self._value(table, column, partner) for column in TABLES[table].columns}
        return row | ({"competes_with": FIRM} if table == "partners" else {})

    def _value(self, table: str, column: Column, partner: str) -> Any:
        if column.name == "partner":
            return partner
        if column.name == "rater":
            return "us"
        public = partner == PARTNER and column.name in HANDED_OUT[table] and column.name != "reference"
        place = f"{table}.{column.name} of {partner}"
        if column.kind == "date":
            return "2025-08-01" if public or column.required or column.name == "created" else PRIVATE_DAY
        if column.kind in ("choice", "yesno"):
            return True if column.kind == "yesno" else column.vocabulary[-1]
        if column.unit == "1 to 5":
            return self._number(place, 4.371)
        if column.kind == "number" and public:
            return 7381
        if column.kind == "number":
            return self._number(place, next(NUMBERS))
        if column.kind == "whole":
            return 1 if public else self._number(place, next(NUMBERS))
        named = public or column.name == "competes_with"
        return "" if named else self._mark(place)

    def _number(self, place: str, value: float) -> float:
        self.private[place] = str(value)
        return value

    def _mark(self, place: str) -> str:
        self.private[place] = f"zqx{len(self.private):04d}k"
        return self.private[place]

    def _settings(self) -> pa.Settings:
        names = {name: (self._mark(f"settings.{name}"),) for name in ("market", "offer", "verticals")}
        numbers = {
            name: self._number(f"settings.{name}", next(NUMBERS)) for name in ("hour_rate", "capacity_hours")
        }
        bands = {"strong": self._number("settings.bands.strong", 71.377)}
        return pa.Settings.from_mapping({"us": self.public["us"], **names, **numbers, "bands": bands})


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return Planted(tmp_path_factory.mktemp("planted"))


def test_marks_are_in_every_private_field(planted: Planted) -> None:
    everything = planted.path.read_bytes()
    names = {"workbook", "folder"}
    assert found(everything, planted.private) == set(planted.private) - names
    assert found(everything, planted.public) == set(planted.public)
    for table, columns in HANDED_OUT.items():
        frame = getattr(planted.portfolio, table)
        for column in TABLES[table].columns:
            if (
                column.name in (*columns, "competes_with")
                or column.kind in ("choice", "yesno")
                or column.required
            ):
                continue  # Handed out, the firm's own mark, or a word that every page has.
            if column.kind == "date":
                assert (frame[column.name] == PRIVATE_DAY).all()
            else:
                assert f"{table}.{column.name} of {PARTNER}" in planted.private
    assert found(b"5 Jul 2031, 2031-07-11", DAYS) == {"day in words", "day"}


# What is made


def made(folder: Path, request: Request) -> bytes:
    """Everything that a report folder would hold of a request, one after the other."""
    executed = run_notebook(
        request.notebook,
        folder / request.notebook.name,
        request.values,
        folder=request.folder,
        failed=folder / "failed.ipynb",
        progress=lambda step, done, total: None,
    )
    shown = without_defaults(executed)
    nbformat.write(shown, folder / request.notebook.name)
    (folder / "page.html").write_text(to_html(shown, title=title(request)), encoding="utf-8")
    outputs = [Output("page.html", "The page"), Output(request.notebook.name, "The notebook")]
    content = manifest(request, folder.name, outputs, folder, MADE)
    (folder / "manifest.json").write_text(as_text(content), encoding="utf-8")
    (folder / "index.html").write_text(index_page(content, title(request)), encoding="utf-8")
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["index.html", "manifest.json", "page.html", request.notebook.name]
    )
    return b"\n".join(path.read_bytes() for path in sorted(folder.iterdir()))


def hits(folder: Path, marks: Mapping[str, str]) -> set[str]:
    return set().union(*(found(path.read_bytes(), marks) for path in folder.rglob("*") if path.is_file()))


def asked(path: Path, portfolio: pa.Portfolio, notebook: str, **others: Any) -> Request:
    parameters = ReportParameters.of(portfolio=path, quarter="2025Q3", others=others)
    return checked(parameters, ROOT / "notebooks" / notebook, portfolio)


@pytest.mark.notebook
def test_no_mark_is_in_any_byte_of_what_a_partner_is_handed(planted: Planted, tmp_path: Path) -> None:
    request = asked(planted.path, planted.portfolio, "partner_handout.ipynb", partner=PARTNER)
    out = tmp_path / "handout"
    out.mkdir()
    with private(request, for_partner(planted.portfolio, PARTNER)) as theirs:
        made(out, theirs)
        assert hits(theirs.folder, planted.private | DAYS) == set()
        assert str(theirs.folder).encode() not in b"".join(path.read_bytes() for path in out.iterdir())
    assert hits(out, planted.private | DAYS) == set()
    assert hits(out, planted.public) == set(planted.public)
    assert "£7,381" in (out / "page.html").read_text(encoding="utf-8")
    assert not theirs.folder.exists()


@pytest.mark.notebook
@pytest.mark.batch
def test_without_the_reduction_the_marks_would_be_found(planted: Planted, tmp_path: Path) -> None:
    """The negative control: the same search of the page that is ours finds what is private."""
    out = tmp_path / "ours"
    out.mkdir()
    made(out, asked(planted.path, planted.portfolio, "08_partner_profile.ipynb", partner=PARTNER))
    there = hits(out, planted.private)
    assert {
        "workbook",
        f"partners.wiifm_us of {PARTNER}",
        "settings.hour_rate",
        "settings.market",
    } <= there


def test_on_disk_there_is_nothing_else(planted: Planted, tmp_path: Path) -> None:
    folder = written(for_partner(planted.portfolio, PARTNER), tmp_path / "portfolio")
    assert hits(folder, planted.private) == set()
    assert hits(folder, {"partner": PARTNER, "value": "7381"}) == {"partner", "value"}


@pytest.mark.notebook
def test_no_original_name_is_in_any_byte_without_names(planted: Planted, tmp_path: Path) -> None:
    marks = {place: mark for place, mark in planted.private.items() if mark.startswith("zqx")}
    marks |= {"partner": PARTNER, "firm": FIRM, "us": planted.public["us"]}
    shown, key = anonymised(planted.portfolio)
    # Words for clients, offers and groups that name nobody are what an outsider may read.
    told = {text for part in ("market", "offer", "vertical", "stakeholder") for text in shown.partners[part]}
    told |= {*shown.settings.verticals, *shown.settings.market, *shown.settings.offer}
    marks = {place: mark for place, mark in marks.items() if mark not in told}
    alias = key.set_index("name").loc[PARTNER, "alias"]
    out = tmp_path / "anonymous"
    out.mkdir()
    request = asked(planted.path, planted.portfolio, "08_partner_profile.ipynb", partner=PARTNER)
    with private(request, shown, {"partner": alias}) as public:
        made(out, public)
        assert hits(public.folder, marks) == set()
    assert hits(out, marks) == set()
    assert hits(out, {"alias": str(alias)}) == {"alias"}


@pytest.mark.notebook
@pytest.mark.batch
def test_the_sample_without_names(sample_portfolio: pa.Portfolio, tmp_path: Path) -> None:
    shown, key = anonymised(sample_portfolio)
    marks = {name: name for name in key.loc[key["what"].isin(["partner", "person"]), "name"]}
    marks |= {
        part: part for cell in sample_portfolio.partners["aliases"].dropna() for part in cell.split("; ")
    }
    marks |= {"us": "Northgate", "workbook": "portfolio.xlsx", "folder": "data/sample"}
    out = tmp_path / "anonymous"
    out.mkdir()
    path = ROOT / "data" / "sample" / "portfolio.xlsx"
    with private(asked(path, sample_portfolio, "quarterly_report.ipynb"), shown) as public:
        made(out, public)
    assert hits(out, marks) == set()


def test_how_the_original_is_read_stays_behind(planted: Planted) -> None:
    request = asked(planted.path, planted.portfolio, "partner_handout.ipynb", partner=PARTNER, contact="Cy")
    request = replace(
        request, values=request.values | {"previous": "../zqxfolder/earlier", "mapping": "zqx.toml"}
    )
    with private(request, for_partner(planted.portfolio, PARTNER), {"until": "2025-09-01"}) as theirs:
        assert theirs.values == {
            "portfolio": "portfolio",
            "mapping": "",
            "settings": "",
            "previous": "",
            "partner": "",
            "contact": "Cy",
            "quarter": "2025Q3",
            "until": "2025-09-01",
        }
        assert theirs.portfolio.names == [PARTNER]


@pytest.mark.notebook
@pytest.mark.batch
def test_twice_the_same_bytes(planted: Planted, tmp_path: Path) -> None:
    bytes_of = []
    for name in ("one", "two"):
        out = tmp_path / name / "handout"
        out.mkdir(parents=True)
        request = asked(planted.path, planted.portfolio, "partner_handout.ipynb", partner=PARTNER)
        with private(request, for_partner(planted.portfolio, PARTNER)) as theirs:
            bytes_of.append(made(out, theirs))
    assert bytes_of[0] == bytes_of[1]


def test_a_vertical_that_has_an_alias_cannot_be_asked_for(tmp_path: Path) -> None:
    rows = pd.DataFrame({"date": ["2025-07-02"], "partner": ["Ann Hill"], "kind": ["meeting"]})
    about = pd.DataFrame({"partner": ["Ann Hill"], "vertical": ["Ann Hill's circle"]})
    portfolio = pa.Portfolio.from_frames(interactions=rows, partners=about)
    path = written(portfolio, tmp_path / "book")
    parameters = ReportParameters.of(portfolio=path, quarter="2025Q3", vertical="Ann Hill's circle")
    request = checked(parameters, ROOT / "notebooks" / "quarterly_report.ipynb", portfolio)
    with (
        pytest.raises(ParameterError, match="Leave the vertical away"),
        private(request, anonymised(portfolio)[0]),
    ):
        pass
