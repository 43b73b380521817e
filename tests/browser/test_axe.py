"""Every page of real reports in Chromium, by axe-core's rules: WCAG 2.2 AA and its own advice, at a desk, on a phone, on paper."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import partnership_analysis as pa
from browser.lab import ROOT
from partnership_analysis.metrics.since import said
from partnership_analysis.reports.manifest import MAKER

BOOK = ROOT / "data" / "sample" / "portfolio.xlsx"
PARTNER = "Merrow Tallis Accountants"
BARE = "date,partner,kind,direction\n" + "".join(
    f"2025-0{month}-15,{partner},referral,received\n" for month in range(1, 10) for partner in ("Ann", "Bob")
)
"""Nobody rated trust, no money, no hours."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """tags => axe.run(document, {
    runOnly: {type: "tag", values: tags}, rules: {"target-size": {enabled: true}}, resultTypes: ["violations"]
})"""
VIEWS = {"desk": (1280, 900, "screen"), "phone": (390, 844, "screen"), "paper": (794, 1123, "print")}
"""Width and height in CSS pixels, and the medium."""
LIMIT = 2_000_000
"""Bytes of a page."""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core itself."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-playwright-python is not installed: make browser does")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All pages of a report of the sample after an earlier one, of one to hand out, and of bare referrals."""
    folder = tmp_path_factory.mktemp("reports")
    before = folder / "before"
    before.mkdir()
    earlier = {
        "made_by": MAKER,
        "parameters": {"portfolio": BOOK.name, "vertical": ""},
        "said": said(pa.quarter_review(pa.load(BOOK), "2025Q2")),
    }
    (before / "manifest.json").write_text(json.dumps(earlier), encoding="utf-8")
    bare = folder / "bare.csv"
    bare.mkdir()
    (bare / "interactions.csv").write_text(BARE, encoding="utf-8")
    _reported(BOOK, folder / "whole", "--partners", PARTNER, "--previous", before)
    _reported(BOOK, folder / "handout", "--audience", PARTNER)
    _reported(bare, folder / "few", "--partners", "Ann")
    found = sorted(folder.rglob("*.html"))
    assert len(found) == 3 + 2 + 3
    return found


def _reported(portfolio: Path, out: Path, *options: str | Path) -> None:
    command = [sys.executable, "-m", "partnership_analysis", "report", "--portfolio", portfolio]
    subprocess.run([*command, "--quarter", "2025Q3", "--out", out, *options], check=True, cwd=ROOT)


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    """A page of a size and a medium."""
    width, height, medium = VIEWS[request.param]
    context = browser.browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.emulate_media(media=medium)
    yield page
    context.close()


def violations(page: Any, axe: str) -> list[str]:
    """What axe-core finds in a page: rule, element, what to do."""
    page.evaluate("document.querySelectorAll('details').forEach(block => block.open = true)")
    page.evaluate(axe)
    return [
        f"{rule['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for rule in page.evaluate(RUN, TAGS)["violations"]
        for node in rule["nodes"]
    ]


def test_pages_have_no_violation(pages: list[Path], view: Any, axe: str) -> None:
    found = {}
    for path in pages:
        view.goto(path.as_uri())
        found[f"{path.parent.name}/{path.name}"] = violations(view, axe)
    assert {name: told for name, told in found.items() if told} == {}


def test_pages_fit_and_ask_for_nothing(pages: list[Path], view: Any) -> None:
    told: list[str] = []
    view.on("console", lambda message: told.append(message.text))
    view.on("request", lambda request: told.append(request.url.partition(",")[0]))
    for path in pages:
        told.clear()
        view.goto(path.as_uri())
        assert path.stat().st_size < LIMIT
        assert view.evaluate("document.documentElement.scrollWidth") <= view.viewport_size["width"], path
        assert [text for text in told if not text.startswith("data:")] == [path.as_uri()]


def test_pages_lead_to_pages_that_are_there(pages: list[Path], view: Any) -> None:
    for path in pages:
        view.goto(path.as_uri())
        addresses = view.evaluate("[...document.querySelectorAll('a')].map(link => link.href)")
        assert all(Path(address.removeprefix("file://")).is_file() for address in addresses), path


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('<p style="color: #bbb">pale</p>', "color-contrast"),
        ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "image-alt"),
        ('<a href="a" style="display: inline-block; font-size: 6px">a</a>' * 2, "target-size"),
    ],
)
def test_a_violation_is_found(tmp_path: Path, view: Any, axe: str, body: str, rule: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(f'<html lang="en"><title>x</title><main><h1>Headline</h1>{body}</main>', encoding="utf-8")
    view.goto(path.as_uri())
    assert [found.partition(":")[0] for found in violations(view, axe)][:1] == [rule]
