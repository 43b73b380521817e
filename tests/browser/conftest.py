"""One JupyterLab and one Chromium for all tests; a table of times at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser.lab import FLAGS, HEIGHT, SHOTS, WIDTH, Lab, chromium, running

_WHOLE = ("JupyterLab loaded", "opened, kernel ready", "all cells run", "opened and run")
TIMES: list[tuple[str, str, float]] = []
"""Notebook, what was done, seconds."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The machine's Chromium, driven by Playwright; without either the tests are skipped, and say why."""
    path = chromium()
    if path is None:
        pytest.skip(
            "No Chromium on this machine: no notebook was run in a browser. Install one (Debian: apt-get install "
            "chromium), or name yours: CHROMIUM=/path/to/chromium make browser"
        )
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: make browser does"
    )
    with sync_api.sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=path, args=FLAGS)
        # One context, so that JupyterLab's own code is fetched once, as it is for a reader.
        yield chrome.new_context(viewport={"width": WIDTH, "height": HEIGHT})
        chrome.close()


@pytest.fixture(scope="session")
def lab(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a copy of the notebooks."""
    with running(tmp_path_factory.mktemp("lab")) as there:
        yield there


@pytest.fixture
def took() -> Any:
    """Note what something took, for the table at the end."""
    return lambda notebook, what, seconds: TIMES.append((notebook, what, round(seconds, 2)))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what everything took, and keep it beside the screenshots."""
    if not TIMES:
        return
    SHOTS.mkdir(parents=True, exist_ok=True)
    Path(SHOTS / "times.json").write_text(json.dumps(TIMES, indent=1), encoding="utf-8")
    terminalreporter.section("seconds in the browser")
    for notebook, what, seconds in TIMES:
        terminalreporter.write_line(f"{notebook:<22} {what:<48} {seconds:6.2f}")
    for word, chosen, aim in (("opened and run", "opened and run", 6.0), ("followed", "", 0.3)):
        of = [seconds for _, what, seconds in TIMES if (what == chosen if chosen else what not in _WHOLE)]
        if of:
            within = sum(seconds < aim for seconds in of)
            terminalreporter.write_line(
                f"{within} of {len(of)} {word} within {aim:g} s, the aim on a quiet machine"
            )
