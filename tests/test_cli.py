"""The command line: help, messages, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import reduce
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner, Result

import partnership_analysis
from partnership_analysis.cli import app

CSV = """date,partner,kind,direction,count
2025-01-15,Harcourt Legal,referral,received,2
2025-02-20,Bell & Finch,referral,given,1
2025-07-14,Harcourt Legal,event,mutual,1
2025-08-01,Bell & Finch,referral,received,3
"""
PARAMETERS = """portfolio: str = ""
mapping: str = ""
settings: str = ""
quarter: str = ""
vertical: str = ""
limit: int = 3
"""


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """A folder with data in 2025Q1 and 2025Q3."""
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "interactions.csv").write_text(CSV, encoding="utf-8")
    (folder / "partners.csv").write_text(
        "partner,vertical\nHarcourt Legal,Legal\nBell & Finch,Accounting\n", encoding="utf-8"
    )
    return folder


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a notebook with the report's parameters and one further cell."""

    def write(source: str) -> Path:
        made = nbformat.v4.new_notebook()
        made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made.cells = [
            nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(source),
        ]
        path = tmp_path / "small.ipynb"
        nbformat.write(made, path)
        return path

    return write


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("command", ["", "report", "check", "import", "sample", "template", "batch", "panel"])
def test_help_reads_well(command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")
    # What may be repeated is no text that was cut off.
    repeated = ("[ARGS]...", "{SOURCE}...", "{INPUT}...", "all|NAME,...")
    assert "..." not in reduce(lambda text, word: text.replace(word, ""), repeated, result.stdout)


def test_help_imports_nothing_heavy_and_costs_little() -> None:
    code = (
        "import sys; sys.argv = ['partnership-analysis', '--help']\n"
        "from partnership_analysis.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'matplotlib', 'papermill', 'nbconvert', 'nbformat', 'pydantic'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    before = os.times()
    result = python("-c", code)
    after = os.times()
    assert result.returncode == 0, result.stderr
    if sys.platform != "win32":
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        assert cpu < 0.5


def test_module_and_version() -> None:
    result = python("-m", "partnership_analysis", "--version")
    assert result.stdout == f"partnership-analysis {partnership_analysis.__version__}\n"


def test_errors_are_one_message_without_traceback() -> None:
    result = python("-m", "partnership_analysis", "report", "--portfolio", "nöwhere.xlsx", "--quarter", "Q3")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "Error: 2 parameters do not fit:",
        "  - There is no workbook or folder nöwhere.xlsx.",
        "  - 'Q3' is not a quarter. Write the year and the quarter, for example 2025Q3.",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--quarter", "2025-03"], "'2025-03' is not a quarter"),
        (["--quarter", "2025Q2"], "2025Q2 holds no interaction. Quarters with data: 2025Q1, 2025Q3"),
        (["--quarter", "2025Q3", "--vertical", "Leagl"], "Did you mean 'Legal'"),
        (["--quarter", "2025Q3", "--parameter", "limt=3"], "has no parameter `limt`"),
        (["--quarter", "2025Q3", "--parameter", "limit"], "write NAME=VALUE"),
        (["--quarter", "2025Q3", "--mapping", "none.toml"], "There is no file none.toml"),
        (["--quarter", "2025Q3", "--colour", "red"], "No such option: --colour"),
    ],
)
def test_requests_that_do_not_fit_exit_2_before_a_kernel(
    portfolio: Path, notebook, tmp_path: Path, arguments: list[str], message: str
) -> None:
    out = tmp_path / "out"
    path = notebook("raise SystemError('started')")
    result = run("report", "--portfolio", portfolio, "--notebook", path, "--out", out, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not out.exists() and not list(tmp_path.glob("*.failed.ipynb"))


@pytest.mark.notebook
def test_report_says_what_it_does_and_where_it_is(
    portfolio: Path, notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = notebook("print(limit + 1)")
    result = run(
        "report", "--portfolio", "book", "--notebook", path, "--quarter", "2025Q3", "--parameter", "limit=41"
    )
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"The report is in {Path('reports/book-2025Q3/index.html')}\n"
    assert "Reading portfolio… 6 of 6 rows used" in result.stderr
    assert "Running notebook… 3/3" in result.stderr
    assert "<pre>42" in (tmp_path / "reports/book-2025Q3/small.html").read_text(encoding="utf-8")


@pytest.mark.notebook
def test_failing_notebook_exits_1(portfolio: Path, notebook, tmp_path: Path) -> None:
    path, out = notebook("1 / 0"), tmp_path / "out"
    result = run("report", "--portfolio", portfolio, "--notebook", path, "--quarter", "2025Q3", "--out", out)
    assert result.exit_code == 1
    assert "Error: the notebook failed in cell [3]: `1 / 0`\n  ZeroDivisionError" in result.stderr
    assert (tmp_path / "out.failed.ipynb").exists() and not out.exists()


def test_check_of_a_clean_portfolio(portfolio: Path) -> None:
    result = run("check", "--portfolio", portfolio)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(
        "6 rows read: 6 used, 0 rejected, 0 recognised as blank, total or repeated\n"
    )
    assert "Rejected:" not in result.stdout


def spoil(portfolio: Path) -> None:
    rows = portfolio / "interactions.csv"
    rows.write_text(
        rows.read_text(encoding="utf-8") + "someday,Bell & Finch,event,mutual,1\n", encoding="utf-8"
    )


def test_check_shows_every_rejected_row_even_over_the_limit(portfolio: Path, tmp_path: Path) -> None:
    spoil(portfolio)
    settings = tmp_path / "strict.toml"
    settings.write_text("rejected_limit = 0\n", encoding="utf-8")
    for more in ([], ["--settings", settings]):
        result = run("check", "--portfolio", portfolio, *more)
        assert result.exit_code == 1
        assert "more than the" in result.stderr
        assert "7 rows read: 6 used, 1 rejected" in result.stdout
        assert "  1 row: `date` is not a date (interactions.csv, row 6, 'someday')" in result.stdout
        assert "Rows to mend:\n  interactions.csv, row 6, date: 'someday'\n" in result.stdout + "\n"


def test_check_for_machines(portfolio: Path) -> None:
    spoil(portfolio)
    result = run("check", "--portfolio", portfolio, "--json")
    content = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (content["read"], content["accepted"], content["rejected"]) == (7, 6, 1)
    assert content["entries"][0]["value"] == "someday"
    assert {source["table"] for source in content["sources"]} == {"interactions", "partners"}


def test_sample_is_a_portfolio_that_checks(tmp_path: Path) -> None:
    for target, more in ((tmp_path / "s.xlsx", []), (tmp_path / "s", ["--format", "parquet"])):
        result = run("sample", "--to", target, "--partners", 8, "--months", 12, "--rows", 200, *more)
        assert result.exit_code == 0, result.stderr
        assert f"interactions in {target}" in result.stdout
        assert run("check", "--portfolio", target).exit_code == 0


def test_template_is_not_overwritten_unasked(tmp_path: Path) -> None:
    target = tmp_path / "empty.xlsx"
    assert run("template", target).exit_code == 0
    stamp = target.stat().st_mtime_ns
    refused = run("template", target)
    assert refused.exit_code == 2 and "empty.xlsx" in refused.stderr
    assert target.stat().st_mtime_ns == stamp
    time.sleep(0.01)
    assert run("template", target, "--overwrite").exit_code == 0
    assert target.stat().st_mtime_ns > stamp
