"""nbval does notice: of a notebook with one wrong number in a stored output that one cell fails, and every other passes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from notebooks.rules import ROOT

CHEAPEST = ROOT / "notebooks" / "01_data_check.ipynb"
NUMBER = re.compile(r"(?<=>)(\d)(?=[\d,.]*<)")
"""First digit of a number that is all of an HTML element's text."""

pytestmark = [pytest.mark.notebook, pytest.mark.slow]


def nbval(notebook: Path) -> subprocess.CompletedProcess[str]:
    """The check of `make nbval`, of one notebook."""
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "--color=no"]
    command += ["-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), str(notebook)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy that finds the sample where the project has it: above the notebook."""
    (tmp_path / "data").symlink_to(ROOT / "data", target_is_directory=True)
    copy = tmp_path / "notebooks" / CHEAPEST.name
    copy.parent.mkdir()
    copy.write_bytes(CHEAPEST.read_bytes())
    return copy


def test_one_wrong_digit_fails(copied: Path) -> None:
    stored = nbformat.read(copied, as_version=4)
    tables = [
        output.data
        for cell in stored.cells
        for output in cell.get("outputs", [])
        if NUMBER.search(output.get("data", {}).get("text/html", ""))
    ]
    before = tables[0]["text/html"]
    tables[0]["text/html"] = NUMBER.sub(lambda found: str((int(found[1]) + 1) % 10), before, count=1)
    assert sum(a != b for a, b in zip(before, tables[0]["text/html"], strict=True)) == 1
    nbformat.write(stored, copied)
    checked = nbval(copied)
    assert checked.returncode == 1, checked.stdout[-3000:]
    assert "Cell outputs differ" in checked.stdout
    # As it is committed all of it passes: that is `make nbval`. Here every other cell does.
    cells = sum(cell.cell_type == "code" for cell in stored.cells)
    assert f"1 failed, {cells - 1} passed" in checked.stdout


def test_make_runs_it_strictly_on_all_notebooks() -> None:
    commands = [line for line in (ROOT / "Makefile").read_text().splitlines() if "--nbval" in line]
    assert len(commands) == 1
    assert commands[0].endswith(" notebooks")
    assert not re.search(r"nbval-lax|sanitize|--(?:ignore|deselect)|-k ", commands[0])
