"""Lines to be copied into a terminal: right for a shell, and nothing that the notebook has no parameter for."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest
from notebooks.rules import ROOT

from partnership_analysis.explore.commands import (
    PROFILE,
    REPORT,
    Source,
    left_out,
    papermill_line,
    parameters_of,
    report_line,
)
from partnership_analysis.explore.selection import Selection
from partnership_analysis.reports.jupyter import papermill
from partnership_analysis.settings import Settings

AWKWARD = [
    "O'Neill & Sons",
    "Wealth; rm -rf /",
    "$HOME",
    'He said "yes"',
    "-dash",
    "Müller `id`",
    "two  spaces",
]


@pytest.mark.parametrize("notebook", [REPORT, PROFILE])
def test_parameters_are_those_that_papermill_finds(notebook: str) -> None:
    path = ROOT / "notebooks" / f"{notebook}.ipynb"
    if not path.exists():
        pytest.skip(f"{notebook} is not written yet")
    assert set(parameters_of(notebook)) == set(papermill.inspect_notebook(str(path)))


def test_where_there_is_no_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parameters_of(REPORT) == ("portfolio", "mapping", "settings", "quarter", "vertical")


def test_a_notebook_that_was_written_anew_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "notebooks" / f"{REPORT}.ipynb"
    path.parent.mkdir()
    for second, name in enumerate(("quarter", "vertical")):
        cell = {"metadata": {"tags": ["parameters"]}, "source": [f'{name}: str = ""']}
        path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
        os.utime(path, (second, second))
        assert parameters_of(REPORT) == (name,)


@pytest.mark.parametrize("name", AWKWARD)
def test_a_shell_reads_back_what_was_meant(name: str) -> None:
    chosen = Selection("2025-08", vertical=name, partner=name)
    words = shlex.split(papermill_line(REPORT, chosen, Source(name), Settings()))
    given = {words[at + 1]: words[at + 2] for at in range(3, len(words), 3)}
    assert words[:3] == ["papermill", "notebooks/quarterly_report.ipynb", "out.ipynb"]
    assert given == {"portfolio": name, "quarter": "2025Q3", "vertical": name}
    assert name in shlex.split(papermill_line(PROFILE, chosen, Source(), Settings()))
    assert any(name in word for word in shlex.split(report_line(chosen, Source(), Settings())))


@pytest.mark.parametrize("name", ["365", "1e3", "nan", "True", "None"])
def test_a_name_that_looks_like_a_number_stays_a_text(name: str) -> None:
    line = papermill_line(REPORT, Selection("2025-08", vertical=name), Source(), Settings())
    assert line.endswith(f"-r vertical {name}")


def test_mapping_and_settings_go_along() -> None:
    line = report_line(Selection("2025-09"), Source("a.xlsx", "b.toml", "c.toml"), Settings())
    assert line == (
        "partnership-analysis report --portfolio a.xlsx --mapping b.toml --settings c.toml --quarter 2025Q3"
    )


def test_fiscal_quarters() -> None:
    assert "--quarter 2026Q2" in report_line(Selection("2025-09"), Source(), Settings(fiscal_year_start=4))


def test_what_the_report_cannot_show_is_said() -> None:
    assert left_out(Selection("2025-09"), Settings()) == ""
    said = left_out(
        Selection("2025-08", "Ann", "", "mentor", 6, "published", "theirs"), Settings(fiscal_year_start=1)
    )
    for word in (
        "one partner",
        "mentors only",
        "6 months",
        "published method",
        "their side",
        "within the quarter",
    ):
        assert word in said
