"""What goes wrong on the way to a report is said clearly, and leaves an earlier report byte for byte."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pandas as pd
import pytest
from typer.testing import CliRunner

import partnership_analysis as pa
from partnership_analysis.cli import app
from partnership_analysis.errors import ReportError
from partnership_analysis.reports import execute, fonts, make, pages
from partnership_analysis.reports.engines import forks
from partnership_analysis.reports.folder import published
from partnership_analysis.reports.html import to_html
from partnership_analysis.reports.lock import locked
from partnership_analysis.reports.make import make_report
from partnership_analysis.reports.manifest import MAKER, Output
from partnership_analysis.reports.pages import Page, page_files
from partnership_analysis.reports.parameters import ReportParameters, Request, checked
from partnership_analysis.reports.parts import paper
from partnership_analysis.sharing.folder import key_file, read_key

# A disk of half a megabyte in a name space of its own: made by root, and by whoever may have one.
OWN_DISK = ["unshare", "--user", "--map-root-user", "--mount"]
ON_A_DISK = """
import subprocess, sys
from contextlib import suppress
from pathlib import Path
from partnership_analysis.errors import ReportError
from partnership_analysis.reports import parts
from partnership_analysis.reports.engines import forks
from partnership_analysis.reports.make import make_report
from partnership_analysis.reports.parameters import ReportParameters

disk, portfolio, notebook = map(Path, sys.argv[1:])
parts.to_pdf = lambda html: b"%PDF"
forks.supported = lambda: False

def mount(*options):
    subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(disk)], check=True)

def made():
    parameters = ReportParameters.of(portfolio=portfolio, quarter="2025Q3", out=disk / "reports" / "out")
    return make_report(parameters, notebook=notebook)

def refused():
    try:
        made()
    except ReportError as error:
        print(error, flush=True)
    assert {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()} == before

mount("-o", "size=512k")
folder = made()
with (disk / "filled").open("wb", 0) as filled:
    with suppress(OSError):
        while filled.write(bytes(4096)):
            pass
    filled.truncate(filled.tell() - 40_000)
before = {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()}
assert folder / "index.html" in before
refused()
mount("-o", "remount,ro")
refused()
"""
CELLS = ("# Nothing", "import partnership_analysis as pa\nbook = pa.load(portfolio)")
NAMES = (
    "CON",
    "a/b",
    "..",
    "../../up",
    "Ann & Bo",
    "Ann, Bo",
    "'\"<b>&amp;",
    "100% #1?",
    "x" * 300,
    "\N{ROCKET}",
    "\N{ROCKET}\N{ROCKET}",
    "شركة النور",
    "東京商事",
    "Acme.",
    "=1+1",
    "{quarter}",
)


def own_disks() -> bool:
    try:
        return not subprocess.run(
            [*OWN_DISK, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True
        ).returncode
    except FileNotFoundError:
        return False


def asked(portfolio: Path, out: Path, **values: Any) -> ReportParameters:
    return ReportParameters.of(**{"portfolio": portfolio, "quarter": "2025Q3", "out": out, **values})


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def out(tmp_path: Path) -> Iterator[Path]:
    """An earlier report; it is afterwards as it was, and beside it lies at most the notebook that failed."""
    folder = tmp_path / "reports" / "out"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"made_by": MAKER}), encoding="utf-8")
    (folder / "index.html").write_text("earlier", encoding="utf-8")
    before = contents(folder)
    yield folder
    assert contents(folder) == before
    assert {path.name for path in folder.parent.iterdir()} <= {"out", "out.failed.ipynb"}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Reports without a kernel: every notebook has a heading for each partner. Gives what would have run."""
    ran: list[str] = []

    def made(
        asked: Sequence[Page], request: Request, *_: Any, meanwhile: Callable[[], None], **__: Any
    ) -> Output:
        for page in asked:
            ran.append(page.notebook.name)
            cell = nbformat.v4.new_code_cell(id="one")
            if page.links or len(asked) == 1:
                heads = "".join(f"<h3>{escape(name)}</h3>" for name in request.portfolio.names)
                cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": heads})]
            notebook = nbformat.v4.new_notebook(cells=[cell])
            nbformat.write(notebook, page.place)
            html = to_html(notebook, title=page.title, links=page.links) if cell.outputs else page.title
            page.place.with_suffix(".html").write_text(html, encoding="utf-8")
        meanwhile()
        return paper(asked[0].place.with_suffix(".html"))

    monkeypatch.setattr(make, "make_pages", made)
    monkeypatch.setattr(forks, "prepare", lambda *_: None)
    return ran


# The disk


@pytest.mark.notebook
@pytest.mark.skipif(not own_disks(), reason="no disk may be mounted here, not even for a process of its own")
def test_disk_that_is_full_and_one_that_can_only_be_read(portfolio: Path, notebook, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    ran = subprocess.run(
        [*OWN_DISK, sys.executable, "-c", ON_A_DISK, str(disk), str(portfolio), str(notebook(*CELLS))],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    folder = disk / "reports"
    assert ran.stdout.splitlines() == [
        f"{folder / 'out'} could not be written: the disk of {folder} is full. Nothing was changed. "
        "Make room on it, or choose another folder with --out.",
        f"{folder / 'out'} could not be written: the disk of {folder} can only be read. Nothing was changed. "
        "Have it made writable, or choose another folder with --out.",
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
@pytest.mark.parametrize("part", ["small.html", "small.pdf", "manifest.json", "index.html"])
def test_disk_that_is_full_at_any_part(
    portfolio: Path, notebook, out: Path, quick, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """The system's own error, where no disk can be mounted too."""
    asked_for = make._pages

    def full(folder: Path, *rest: Any) -> list[Page]:
        (folder / part).symlink_to("/dev/full")
        return asked_for(folder, *rest)

    monkeypatch.setattr(make, "_pages", full)
    with pytest.raises(ReportError, match=r"the disk of \S+/reports is full\. Nothing was changed\."):
        make_report(asked(portfolio, out), notebook=notebook())
    assert quick == ["small.ipynb"] or part == "small.html"


@pytest.mark.notebook
@pytest.mark.batch
@pytest.mark.skipif(not forks.supported(), reason="processes cannot be forked here")
def test_disk_that_is_full_at_a_page_of_many(portfolio: Path, notebook, out: Path) -> None:
    """Each page is made in a process of its own."""
    path = notebook()
    request = checked(asked(portfolio, out), path, pa.load(portfolio))
    full = pytest.raises(ReportError, match=r"the disk of \S+/reports is full\. Nothing was changed\.")
    with full, published(out) as folder:
        two = [Page(path, folder / f"{name}.ipynb", request.values, name) for name in ("one", "two")]
        (folder / "two.html").symlink_to("/dev/full")
        pages.make_pages(two, request, out.with_name("out.failed.ipynb"), lambda *step: None)


# Another run


def test_target_of_another_run(portfolio: Path, notebook, out: Path, quick: list[str]) -> None:
    words = ["--portfolio", portfolio, "--quarter", "2025Q3", "--out", out, "--notebook", notebook()]
    with locked(out):
        ended = CliRunner().invoke(app, ["report", *map(str, words)])
    assert ended.exit_code == 1
    who = f"(process {os.getpid()} on this machine, since "
    assert f"Error: {out} is being written by another run {who}" in ended.stderr
    assert "Wait until that has ended, or choose another folder with --out." in ended.stderr
    assert not quick, "it ends before it costs anything"


# The kernel


@pytest.mark.notebook
@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("import os; os._exit(3)", "the kernel died; perhaps memory ran out"),
        ("while True: pass", "took over 2 s, the limit of a cell"),
        ("raise MemoryError", "MemoryError"),
        ("open('/dev/full', 'w', 1).write('x\\n')", "OSError: [Errno 28] No space left on device"),
    ],
)
def test_kernel_that_dies_or_hangs(
    portfolio: Path, notebook, out: Path, monkeypatch: pytest.MonkeyPatch, cell: str, message: str
) -> None:
    # A kernel of its own: a first fork would wait for its server within the limit.
    monkeypatch.setattr(pages, "run_notebook", partial(execute.run_notebook, timeout=2))
    monkeypatch.setattr(forks, "prepare", lambda: None)
    with pytest.raises(ReportError) as caught:
        make_report(asked(portfolio, out), notebook=notebook(cell), engine="kernel")
    failed = out.with_name("out.failed.ipynb")
    assert f"`{cell}`\n  {message}\nIt is kept, as far as it came, in {failed}" in str(caught.value)
    assert nbformat.read(failed, as_version=4).cells[-1].source == cell


@pytest.mark.notebook
def test_kernel_that_does_not_start(
    portfolio: Path, notebook, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forks, "supported", lambda: False)
    monkeypatch.setattr(forks, "ENVIRONMENT", forks.ENVIRONMENT | {"PYTHONHOME": "/nowhere"})
    with pytest.raises(ReportError, match=r"no kernel could be started for small\.ipynb: .*died"):
        make_report(asked(portfolio, out), notebook=notebook())


@pytest.mark.notebook
def test_no_cell_takes_for_ever() -> None:
    assert execute.run_notebook.__kwdefaults__["timeout"] == execute.LIMIT == 900


# What is missing


@pytest.fixture
def without_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    fonts._made.cache_clear()
    yield
    fonts._made.cache_clear()


@pytest.mark.usefixtures("without_font")
@pytest.mark.parametrize("fault", ["no package", "no file", "damaged"])
def test_page_without_the_typeface_is_one_and_says_so(
    portfolio: Path,
    notebook,
    tmp_path: Path,
    quick: list[str],
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    package = tmp_path / "font_source_sans_pro"
    (package / "files").mkdir(parents=True)
    (package / "__init__.py").touch()
    if fault == "damaged":
        for name in fonts.WEIGHTS:
            (package / "files" / f"SourceSansPro-{name}.ttf").write_bytes(b"no font")
    monkeypatch.setattr(fonts, "MODULE", "no_such_font" if fault == "no package" else package.name)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    folder = make_report(asked(portfolio, tmp_path / "out"), notebook=notebook())
    page = (folder / "small.html").read_text(encoding="utf-8")
    assert "@font-face" not in page and "Harcourt Legal" in page
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert "since ours is not installed here: pip install --force-reinstall font-source-sans-pro" in index


@pytest.mark.usefixtures("without_font")
def test_page_with_the_typeface_says_nothing() -> None:
    assert fonts.font_faces().count("@font-face") == 2
    assert fonts.font_lack() == ""
    assert "@font-face" in to_html(nbformat.v4.new_notebook(), title="One")


# Names


@pytest.fixture
def named(tmp_path: Path) -> Callable[[tuple[str, ...]], Path]:
    """A portfolio of partners by these names."""

    def write(names: tuple[str, ...]) -> Path:
        folder = tmp_path / "names"
        folder.mkdir()
        rows = pd.DataFrame(
            {"date": "2025-07-14", "partner": names, "kind": "referral", "direction": "given"}
        )
        rows.to_csv(folder / "interactions.csv", index=False)
        return folder

    return write


def test_partners_whose_names_are_no_file_names(named, tmp_path: Path, quick: list[str]) -> None:
    book = named(NAMES)
    assert sorted(pa.load(book).names) == sorted(NAMES)
    folder = make_report(asked(book, tmp_path / "out", partners=("all",)))
    made = sorted(path.name for path in (folder / "partners").iterdir())
    assert len(made) == 2 * len(NAMES)
    assert len({unicodedata.normalize("NFC", name.casefold()) for name in made}) == len(made)
    for name in made:
        assert re.fullmatch(r"partner-[\w-]+\.(html|ipynb)", name), name
        assert len(name.encode()) <= 120
    assert {path.name for path in tmp_path.iterdir()} == {"names", "out"}, "nothing lies elsewhere"
    page = (folder / "quarterly_report.html").read_text(encoding="utf-8")
    links = {unquote(unescape(link)) for link in re.findall(r'href="(partners/[^"]+)"', page)}
    assert {f"partners/{name}" for name in made if name.endswith(".html")} == links
    assert all((folder / link).is_file() for link in links)
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {part["file"] for part in content["outputs"]} >= links
    for name in NAMES:
        described = [part for part in content["outputs"] if part["what"].startswith(f"{name}: a page")]
        assert len(described) == 1, name


def test_names_that_differ_in_case_or_normal_form_are_one_partner(
    named, tmp_path: Path, quick: list[str]
) -> None:
    café = "Café Søn"
    names = ("Ann Hill", "ANN HILL", "Ann  Hill ", café, unicodedata.normalize("NFD", café), café.upper())
    folder = make_report(asked(named(names), tmp_path / "out", partners=("all",)))
    made = sorted(path.name for path in (folder / "partners").glob("*.html"))
    assert made == ["partner-ann-hill.html", "partner-café-søn.html"]


def test_a_file_for_every_name_on_every_system() -> None:
    """Where names did come to this, a disk that knows neither case nor normal forms keeps them apart."""
    café = "Café"
    names = [
        café,
        unicodedata.normalize("NFD", café),
        café.upper(),
        "Straße",
        "STRASSE",
        "Acme",
        "Acme.",
        "acme ",
    ]
    files = page_files(
        [*names, "\N{CJK UNIFIED IDEOGRAPH-20000}" * 90, "\N{CJK UNIFIED IDEOGRAPH-20000}" * 91]
    )
    assert len({unicodedata.normalize("NFC", file.casefold()) for file in files.values()}) == len(names) + 2
    assert all(len(f"{file}.ipynb".encode()) <= 255 for file in files.values())


@pytest.mark.notebook
def test_real_page_of_such_a_name(named, tmp_path: Path) -> None:
    name = f"../{{quarter}} '<i>شركة \N{ROCKET} {'x' * 300}"
    book = named((name,))
    profile = make.find_notebook(None, make.PROFILE)
    request = checked(asked(book, tmp_path / "out"), profile, pa.load(book))
    (own,) = pages.partner_pages(tmp_path, request, profile, page_files([name]))
    own.place.parent.mkdir()
    pages.make_pages([own], request, tmp_path / "failed.ipynb", lambda *step: None)
    page = own.place.with_suffix(".html").read_text(encoding="utf-8")
    assert escape(name, quote=False) in page.replace("&#x27;", "'").replace("&#39;", "'")
    assert "<i>" not in page


@pytest.mark.notebook
def test_braces_in_a_path_are_braces(portfolio: Path, notebook, tmp_path: Path) -> None:
    """They are parameters to papermill."""
    out = tmp_path / "reports {quarter}" / "o{u}t"
    assert make_report(asked(portfolio, out), notebook=notebook()) == out
    assert (out / "small.ipynb").is_file()


# Aliases


@pytest.mark.parametrize("again", range(3))
def test_two_reports_at_once_give_no_alias_twice(tmp_path: Path, quick: list[str], again: int) -> None:
    """Of two states of a portfolio: each has a partner whom the other does not know."""
    errors: list[BaseException] = []
    books = []
    for place, partner in enumerate(("Ann Hill", "Bo Finch", "Cy Marsh")):
        rows = f"date,partner,kind,direction\n2025-07-0{place + 1},{partner},referral,given\n"
        book = tmp_path / str(place) / "book"
        book.mkdir(parents=True)
        (book / "interactions.csv").write_text(rows, encoding="utf-8")
        books.append(pa.load(book))
    path, barrier = key_file(tmp_path / "book"), threading.Barrier(len(books))

    def alias(book: pa.Portfolio) -> None:
        try:
            barrier.wait(10)
            make._with_aliases(book, path, tmp_path / "out")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=alias, args=[book]) for book in books]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    key = read_key(path)
    assert sorted(key["alias"]) == ["Partner 01", "Partner 02", "Partner 03"]
    assert sorted(key["name"]) == ["Ann Hill", "Bo Finch", "Cy Marsh"]
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["book.key.csv"]
