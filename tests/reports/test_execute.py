"""Notebooks run in this interpreter's kernel, without a trace of the machine or the clock."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest

from partnership_analysis.errors import ReportError
from partnership_analysis.reports.execute import run_notebook

pytestmark = pytest.mark.notebook


def run(notebook: Path, target: Path, parameters: dict[str, object] | None = None, **options: object):
    steps: list[tuple[str, int, int]] = []
    made = run_notebook(
        notebook,
        target,
        {"quarter": "2025Q1"} if parameters is None else parameters,
        folder=notebook.parent,
        failed=target.with_suffix(".failed.ipynb"),
        progress=lambda *step: steps.append(step),
        **options,
    )
    return made, steps


def printed(notebook: nbformat.NotebookNode) -> list[str]:
    return [output.text.strip() for cell in notebook.cells for output in cell.get("outputs", [])]


def test_kernel_is_this_interpreter_and_knows_the_parameters(notebook, tmp_path: Path) -> None:
    (tmp_path / "pandas.py").write_text("raise ImportError('the data folder must not be imported')")
    path = notebook(
        "import os, sys\nprint(sys.executable == %r)" % sys.executable,  # noqa: UP031
        "# ## A heading",
        "print(quarter, os.environ['PYTHONHASHSEED'], os.path.basename(os.getcwd()))",
        "import pandas; print(hasattr(pandas, 'DataFrame'))",
    )
    made, steps = run(path, tmp_path / "out.ipynb")
    assert printed(made) == ["True", f"2025Q1 0 {tmp_path.name}", "True"]
    assert steps == [("Running notebook", done, 5) for done in range(1, 6)]


def test_same_inputs_give_the_same_bytes_in_another_folder(notebook, tmp_path: Path) -> None:
    path = notebook("print(sorted({'a', 'b', 'c'}), {'x', 'y', 'z'})")
    (tmp_path / "elsewhere").mkdir()
    first, second = tmp_path / "out.ipynb", tmp_path / "elsewhere" / "other.ipynb"
    run(path, first)
    run(path, second)
    assert first.read_bytes() == second.read_bytes()
    assert str(tmp_path).encode() not in first.read_bytes()


def test_failing_cell_is_named_and_the_notebook_kept(notebook, tmp_path: Path) -> None:
    path = notebook(
        "print('before')", "# Who gives", "\n# a comment\nvalue = 1 / 0\nprint(value)", "print('no')"
    )
    with pytest.raises(ReportError) as caught:
        run(path, tmp_path / "out.ipynb")
    message = str(caught.value)
    assert "cell [4] under “Who gives”: `value = 1 / 0`" in message
    assert "ZeroDivisionError: division by zero" in message
    assert "out.failed.ipynb" in message
    assert not (tmp_path / "out.ipynb").exists()
    kept = nbformat.read(tmp_path / "out.failed.ipynb", as_version=4)
    assert any(output.output_type == "error" for cell in kept.cells for output in cell.get("outputs", []))


def test_dead_kernel_is_named(notebook, tmp_path: Path) -> None:
    path = notebook("import os; os._exit(3)")
    with pytest.raises(ReportError, match=r"`import os; os._exit\(3\)`\n  the kernel died"):
        run(path, tmp_path / "out.ipynb")
    assert (tmp_path / "out.failed.ipynb").exists()


def test_cell_that_takes_too_long_is_named(notebook, tmp_path: Path) -> None:
    path = notebook("import time; time.sleep(60)")
    with pytest.raises(ReportError, match="took over 1 s"):
        run(path, tmp_path / "out.ipynb", timeout=1)
