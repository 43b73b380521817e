"""Whole report folders: of the sample after an earlier report, for one partner, and without names."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from icalendar import Calendar

import partnership_analysis as pa
from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.since import said
from partnership_analysis.reports import pages, parts
from partnership_analysis.reports.earlier import changes_since_report, earlier_report
from partnership_analysis.reports.make import make_report
from partnership_analysis.reports.manifest import MAKER
from partnership_analysis.reports.pages import chosen, page_files
from partnership_analysis.reports.parameters import ReportParameters
from partnership_analysis.reports.pdf import to_pdf

MADE = dt.datetime(2025, 10, 1, 8, 30, tzinfo=dt.UTC)


def unpacked(path: Path) -> bytes:
    """A file's bytes, a workbook's as its parts have them."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


def earlier(folder: Path, ours: pa.Portfolio, quarter: str, **parameters: str) -> Path:
    """A folder with the manifest of an earlier report."""
    folder.mkdir(parents=True)
    content = {
        "made_by": MAKER,
        "parameters": {"portfolio": "portfolio.xlsx", "vertical": ""} | parameters,
        "said": said(pa.quarter_review(ours, quarter)),
    }
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.mark.notebook
def test_the_sample_after_an_earlier_report(
    root: Path, sample_portfolio: pa.Portfolio, tmp_path: Path
) -> None:
    before = earlier(tmp_path / "before", sample_portfolio, "2025Q2")
    book = root / "data" / "sample" / "portfolio.xlsx"
    folder = make_report(
        ReportParameters.of(
            portfolio=book, quarter="2025Q3", partners=("brightwater systems",), out=tmp_path / "out"
        )
    )
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (book.parent / content["parameters"]["previous"]).resolve() == before
    page = (folder / "quarterly_report.html").read_text(encoding="utf-8")
    assert "Since the report of Q2 2025" in page
    assert '<h3><a href="partners/partner-brightwater-systems.html">Brightwater Systems</a></h3>' in page
    assert "narrow" not in page and 'media="screen and (max-width: 600px)"' in page
    assert [output["file"] for output in content["outputs"]] == [
        "quarterly_report.html",
        "quarterly_report.pdf",
        "scorecard.xlsx",
        "lunches.ics",
        "partners/partner-brightwater-systems.html",
        "partners/partner-brightwater-systems.ipynb",
        "quarterly_report.ipynb",
    ]
    own = (folder / "partners" / "partner-brightwater-systems.html").read_text(encoding="utf-8")
    assert "Brightwater Systems · Q3 2025" in own
    assert 'href="../index.html"' in own and 'href="../quarterly_report.html"' in own
    events = Calendar.from_ical((folder / "lunches.ics").read_bytes()).walk("VEVENT")
    plan = pa.lunch_plan(sample_portfolio, "2025Q4", as_of="2025-09-30")
    assert [str(event["summary"]) for event in events] == [f"Lunch with {name}" for name in plan["partner"]]
    assert content["said"] == said(pa.quarter_review(sample_portfolio, "2025Q3"))


@pytest.mark.batch
@pytest.mark.notebook
def test_same_bytes_of_everything_however_it_is_made(
    root: Path, sample_portfolio: pa.Portfolio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kernels forked and side by side, or started one after the other; in another folder; all parts of a report."""
    monkeypatch.setattr("partnership_analysis.reports.parts.to_pdf", to_pdf)
    before = earlier(tmp_path / "before", sample_portfolio, "2025Q2")
    folders = []
    for engine in ("auto", "kernel"):
        asked = ReportParameters.of(
            portfolio=root / "data" / "sample" / "portfolio.xlsx",
            quarter="2025Q3",
            previous=before,
            partners=("Brightwater Systems", "Merrow Tallis Accountants"),
            out=tmp_path / engine / "report",
        )
        folders.append(make_report(asked, made=MADE, engine=engine))
    one, two = ({path.relative_to(at): path for path in at.rglob("*") if path.is_file()} for at in folders)
    assert list(one) == list(two) and len(one) == 11
    assert [str(name) for name in one if one[name].read_bytes() != two[name].read_bytes()] == []


@pytest.mark.notebook
def test_one_partner_sees_its_own(portfolio: Path, tmp_path: Path) -> None:
    folder = make_report(
        ReportParameters.of(
            portfolio=portfolio, quarter="2025Q3", audience="Bell & Finch", out=tmp_path / "bell"
        )
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        "index.html",
        "manifest.json",
        "partner_handout.html",
        "partner_handout.ipynb",
        "partner_handout.pdf",
    ]
    for path in folder.iterdir():
        content = path.read_bytes()
        assert b"Harcourt" not in content and str(portfolio).encode() not in content, path.name


@pytest.mark.batch
@pytest.mark.notebook
def test_a_partner_may_be_quiet_in_the_quarter(portfolio: Path, tmp_path: Path) -> None:
    with (portfolio / "interactions.csv").open("a", encoding="utf-8") as rows:
        rows.write("2025-02-03,Quiet Co,referral,given,1\n")
    folder = make_report(
        ReportParameters.of(portfolio=portfolio, quarter="2025Q3", audience="quiet co", out=tmp_path / "q")
    )
    assert "Quiet Co" in (folder / "partner_handout.html").read_text(encoding="utf-8")


@pytest.mark.batch
@pytest.mark.notebook
def test_nobody_is_named(portfolio: Path, tmp_path: Path) -> None:
    asked = ReportParameters.of(
        portfolio=portfolio, quarter="2025Q3", anonymise=True, partners=("all",), out=tmp_path / "shared"
    )
    folder = make_report(asked)
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = unpacked(path)
        assert b"Harcourt" not in content and b"Bell &" not in content and b"book/" not in content, path.name
        assert b"Merrow" not in content, (
            "the sample's partner, whom the notebook names where it is given nobody"
        )
    key = pd.read_csv(tmp_path / "book.key.csv", dtype="string")
    assert {"Harcourt Legal", "Bell & Finch"} <= set(key.stack())
    assert (folder / "partners" / "partner-partner-01.html").exists()


def test_an_earlier_report_is_found(sample_portfolio: pa.Portfolio, tmp_path: Path) -> None:
    asked = {"portfolio": "portfolio.xlsx", "quarter": "2025Q3", "vertical": ""}
    target = tmp_path / "now"
    assert earlier_report(target, **asked) is None
    earlier(tmp_path / "b", sample_portfolio, "2024Q4")
    wanted = earlier(tmp_path / "a", sample_portfolio, "2025Q2")
    earlier(tmp_path / "other", sample_portfolio, "2025Q2", portfolio="other.xlsx")
    earlier(tmp_path / "legal", sample_portfolio, "2025Q2", vertical="Legal")
    earlier(tmp_path / "same", sample_portfolio, "2025Q3")
    (tmp_path / "none").mkdir()
    assert earlier_report(target, **asked) == wanted
    review = pa.quarter_review(sample_portfolio, "2025Q3")
    assert changes_since_report(review, "") is None
    changes = changes_since_report(review, wanted)
    assert changes is not None and changes.quarter == "2025Q2"
    with pytest.raises(ParameterError, match="no report of ours"):
        changes_since_report(review, tmp_path / "none")


def test_whose_pages(sample_portfolio: pa.Portfolio) -> None:
    review = pa.quarter_review(sample_portfolio, "2025Q3")
    assert chosen(review, ["flagged"]) == review.flagged["partner"].tolist()
    assert set(chosen(review, ["all"])) == set(sample_portfolio.names)
    assert chosen(review, ["LEDGERFIELD", "Kestrel Cloud"]) == ["Ledgerfield", "Kestrel Cloud"]
    with pytest.raises(ParameterError, match="Did you mean Ledgerfield"):
        chosen(review, ["Ledgerfeild"])


def test_a_file_for_every_name() -> None:
    names = ["CON", "a/b", "a\\b", "x" * 300, "☕", "Ann", "ANN", "../up"]
    files = page_files(names)
    assert len({file.casefold() for file in files.values()}) == len(names)
    assert all(file.startswith("partner-") and len(file) < 90 for file in files.values())
    assert not any(mark in "".join(files.values()) for mark in "/\\.")


def test_a_network_has_pages_of_the_first_and_no_scorecard(
    sample_portfolio: pa.Portfolio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = pa.quarter_review(sample_portfolio, "2025Q3")
    monkeypatch.setattr(pages, "MOST", 2)
    assert chosen(review, ["flagged"]) == review.flagged["partner"].tolist()[:2]
    (told,) = pages.left_out(review, ["flagged"])
    assert told.failure.startswith(f"{len(review.flagged) - 2} of {len(review.flagged)} have none")
    assert pages.left_out(review, ["all"]) == []
    monkeypatch.setattr(parts, "MOST", len(review.standing))
    assert parts.scorecard(tmp_path, review).failure == ""
    assert (tmp_path / parts.SCORECARD).exists()
    (tmp_path / parts.SCORECARD).unlink()
    monkeypatch.setattr(parts, "MOST", len(review.standing) - 1)
    assert parts.scorecard(tmp_path, review).failure == (
        "23 partnerships are more than a workbook serves (at most 22): limit the report to one vertical."
    )
    assert not list(tmp_path.iterdir())
