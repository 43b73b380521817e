"""A bar from 50,000 rows up, where somebody watches, and nothing otherwise."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import partnership_analysis as pa
from partnership_analysis.sources import progress


def rows(path: Path, count: int) -> Path:
    lines = "".join(f"2025-07-14,Acme,event,{place}\n" for place in range(count))
    path.write_text(f"date,partner,kind,reference\n{lines}")
    return path


def test_a_large_file_tells_its_steps(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    path = rows(tmp_path / "a.csv", progress.FROM_ROWS)
    pa.load(path, progress=lambda *step: told.append(step))
    assert told[0] == ("Reading a.csv", 0, 0)
    assert ("Checking 50,000 rows of interactions", 0, 7) in told
    assert [done for _, done, _ in told[1:]] == list(range(7))


def test_a_small_file_is_silent(tmp_path: Path) -> None:
    told: list[str] = []
    pa.load(rows(tmp_path / "a.csv", 10), progress=lambda step, done, total: told.append(step))
    assert told == []


def test_a_terminal_shows_a_bar_that_goes_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = rows(tmp_path / "a.csv", progress.FROM_ROWS)
    with progress.shown(path) as tell:
        tell("Reading", 0, 0)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with progress.shown(path) as tell:
        tell("Reading a.csv", 1, 2)
    assert "Reading a.csv" in capsys.readouterr().err


def test_a_notebook_shows_a_bar_that_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    class Handle:
        def update(self, html: object) -> None:
            shown.append(html.data)  # type: ignore[attr-defined]

    monkeypatch.setattr(progress, "_in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda *given, **named: Handle())
    with progress.shown(rows(tmp_path / "a.csv", progress.FROM_ROWS)) as tell:
        tell("Reading <a>.csv", 0, 0)
    assert shown == ["<progress></progress> Reading &lt;a&gt;.csv", ""]
