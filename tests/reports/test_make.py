"""A report from beginning to end, on a small portfolio and a small notebook."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from pathlib import Path

import pytest

from partnership_analysis.errors import ParameterError, ReportError
from partnership_analysis.reports.make import find_notebook, make_report
from partnership_analysis.reports.parameters import ReportParameters

MADE = dt.datetime(2025, 10, 1, 9, 30, tzinfo=dt.UTC)
CELLS = (
    "# Three relationships need a call",
    "import partnership_analysis as pa\nbook = pa.load(portfolio)\nprint(book.ledger.read, quarter, vertical)",
)


def asked(portfolio: Path, out: Path, **values: object) -> ReportParameters:
    return ReportParameters.of(**{"portfolio": portfolio, "quarter": "2025Q3", "out": out, **values})


@pytest.mark.notebook
def test_folder_holds_page_notebook_manifest_and_index(portfolio: Path, notebook, tmp_path: Path) -> None:
    steps: list[str] = []
    folder = make_report(
        asked(portfolio, tmp_path / "out", vertical="legal"),
        notebook=notebook(*CELLS),
        progress=lambda step, done, total: steps.append(f"{step} {done}/{total}"),
        made=MADE,
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        "index.html",
        "manifest.json",
        "small.html",
        "small.ipynb",
        "small.pdf",
    ]
    assert "6 2025Q3 Legal" in (folder / "small.html").read_text(encoding="utf-8")
    assert steps[:2] == ["Reading portfolio 0/0", "Reading portfolio 6/6"]
    assert steps[-2:] == ["Running notebook 3/3", "Writing 0/0"]
    for path in folder.iterdir():
        assert str(tmp_path) not in path.read_text(encoding="utf-8"), path.name


@pytest.mark.notebook
def test_manifest_says_from_what_and_what(portfolio: Path, notebook, tmp_path: Path) -> None:
    (portfolio / "settings.toml").write_text('us = "Northgate Advisory"\n', encoding="utf-8")
    folder = make_report(asked(portfolio, tmp_path / "out"), notebook=notebook(), made=MADE)
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    content = json.loads(text)
    assert text.endswith("}\n") and list(content) == sorted(content)
    assert [entry["file"] for entry in content["inputs"]] == [
        "book/interactions.csv",
        "book/partners.csv",
        "book/settings.toml",
    ]
    for entry in content["inputs"]:
        assert entry["sha256"] == hashlib.sha256((tmp_path / entry["file"]).read_bytes()).hexdigest()
    for entry in content["outputs"]:
        made = (folder / entry["file"]).read_bytes()
        assert (entry["bytes"], entry["status"]) == (len(made), "made")
        assert entry["sha256"] == hashlib.sha256(made).hexdigest()
    assert content["parameters"]["portfolio"] == "book"
    assert content["settings"]["us"] == "Northgate Advisory"
    assert (content["rows"]["read"], content["rows"]["accepted"], content["rows"]["rejected"]) == (6, 6, 0)
    assert [source["file"] for source in content["rows"]["sources"]] == ["interactions.csv", "partners.csv"]
    assert content["made"] == "2025-10-01T09:30:00+00:00"
    assert content["status"] == "made"
    assert {"python", "pandas", "papermill", "nbconvert"} <= set(content["versions"])


@pytest.mark.notebook
def test_index_is_a_strict_page_with_links_and_sizes(portfolio: Path, notebook, tmp_path: Path) -> None:
    folder = make_report(asked(portfolio, tmp_path / "out"), notebook=notebook(), made=MADE)
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]+)"', html) == [
        "small.html",
        "small.pdf",
        "small.ipynb",
        "manifest.json",
    ]
    assert not re.search(r"https?:|<script|url\((?!data:)", html)
    assert "default-src 'none'" in html
    assert "6 rows read: 6 used, 0 rejected" in html
    assert "2025-10-01 09:30:00 UTC" in html


@pytest.mark.notebook
def test_two_runs_give_the_same_bytes(portfolio: Path, notebook, tmp_path: Path) -> None:
    path = notebook(*CELLS)
    first = make_report(asked(portfolio, tmp_path / "a" / "out"), notebook=path, made=MADE)
    second = make_report(asked(portfolio, tmp_path / "b" / "c" / "out"), notebook=path, made=MADE)
    for made in first.iterdir():
        assert made.read_bytes() == (second / made.name).read_bytes(), made.name


@pytest.mark.notebook
def test_failure_keeps_the_notebook_and_the_earlier_report(portfolio: Path, notebook, tmp_path: Path) -> None:
    out = tmp_path / "reports" / "out"
    make_report(asked(portfolio, out), notebook=notebook(), made=MADE)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(ReportError, match="ValueError: no such thing"):
        make_report(asked(portfolio, out), notebook=notebook("raise ValueError('no such thing')"))
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert sorted(path.name for path in out.parent.iterdir()) == ["out", "out.failed.ipynb"]
    make_report(asked(portfolio, out), notebook=notebook(), made=MADE)
    assert sorted(path.name for path in out.parent.iterdir()) == ["out"]


def test_nothing_is_written_where_the_request_does_not_fit(portfolio: Path, notebook, tmp_path: Path) -> None:
    out = tmp_path / "reports" / "out"
    with pytest.raises(ParameterError, match="2019Q1 holds no interaction"):
        make_report(asked(portfolio, out, quarter="2019Q1"), notebook=notebook())
    with pytest.raises(ParameterError, match="not an earlier report"):
        make_report(asked(portfolio, portfolio), notebook=notebook())
    assert not out.parent.exists()


def test_notebook_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"There is no notebook .*none.ipynb"):
        find_notebook(tmp_path / "none.ipynb")


@pytest.mark.notebook
def test_a_picture_without_words_is_no_report(portfolio: Path, notebook, tmp_path: Path) -> None:
    drawn = "from IPython.display import Image, display\ndisplay(Image(b'\\x89PNG', format='png'))"
    out = tmp_path / "out"
    with pytest.raises(ReportError, match="a picture without alternative text"):
        make_report(asked(portfolio, out), notebook=notebook(drawn), made=MADE)
    assert not out.exists()
    assert (tmp_path / "out.failed.ipynb").exists()
