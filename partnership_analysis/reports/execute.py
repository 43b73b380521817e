"""Running a notebook through papermill, in a kernel of this very interpreter."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

from partnership_analysis.charts.picture import FOR_PHONES
from partnership_analysis.errors import ReportError
from partnership_analysis.reports.jupyter import CellTimeoutError, DeadKernelError, nbformat, papermill
from partnership_analysis.wording import shortened

Progress = Callable[[str, int, int], None]
"""Called with a step, how much of it is done and of how much (0 of 0: it cannot be counted)."""

ENGINE = "partnership_analysis"


class QuietEngine(papermill.engines.NBClientEngine):
    """papermill's engine, saving once at the end or at a failure instead of twice a cell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Run the cells; papermill saves when this returns or raises."""
        path, nb_man.output_path = nb_man.output_path, None
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **options)
        finally:
            nb_man.output_path = path


papermill.engines.papermill_engines.register(ENGINE, QuietEngine)


def run_notebook(
    notebook: Path,
    target: Path,
    parameters: Mapping[str, Any],
    *,
    folder: Path,
    failed: Path,
    progress: Progress,
    timeout: int | None = None,
    for_phones: bool = True,
) -> Any:
    """Run a notebook with parameters and write it, executed, to ``target``.

    Parameters
    ----------
    notebook : Path
        Notebook to run; it is not changed.
    target : Path
        Where the executed notebook goes; without times, so that equal inputs give equal bytes.
    parameters : mapping
        JSON values by name, injected after the cell tagged ``parameters``.
    folder : Path
        Working directory of the kernel, to which paths among the parameters are relative.
    failed : Path
        Where the notebook is kept, as far as it came, if a cell fails.
    progress : callable
        Told about every code cell.
    timeout : int, optional
        Seconds that one cell may take; None for no limit.
    for_phones : bool
        Whether its pictures are drawn at a phone's width too.

    Returns
    -------
    nbformat.NotebookNode
        The executed notebook.

    Raises
    ------
    ReportError
        If a cell fails, takes too long or ends the kernel: names the cell, the error and ``failed``.
    """
    source = nbformat.read(notebook, as_version=4)
    cells = [cell for cell in source.cells if cell.cell_type == "code" and cell.source.strip()]
    total, started = len(cells) + bool(parameters), list[Any]()

    def on_cell_start(cell: Any, cell_index: int) -> None:
        if cell.cell_type == "code" and cell.source.strip():
            started.append(cell)
            progress("Running notebook", len(started), total)

    with tempfile.TemporaryDirectory(prefix="partnership-analysis-") as ipython:
        try:
            papermill.execute_notebook(
                str(notebook),
                str(target),
                dict(parameters),
                engine_name=ENGINE,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                log_output=False,
                shutdown_kernel="immediate",
                record_timing=False,
                execution_timeout=timeout,
                kernel_manager_class=_kernel_manager(Path(ipython), for_phones=for_phones),
                resources={"metadata": {"path": str(folder)}},
                on_cell_start=on_cell_start,
            )
        except papermill.PapermillExecutionError as error:
            what = f"{error.ename}: {error.evalue}" if error.evalue else error.ename
            raise _kept(target, failed, _place(target, error.cell_index), what) from None
        except (DeadKernelError, CellTimeoutError) as error:
            what = "the kernel died" if isinstance(error, DeadKernelError) else f"took over {timeout} s"
            cell = _line(started[-1]) if started else "before the first cell"
            raise _kept(target, failed, cell, what) from None
    executed = _without_times(nbformat.read(target, as_version=4))
    nbformat.write(executed, target)
    return executed


def _kernel_manager(ipython: Path, *, for_phones: bool) -> type[AsyncKernelManager]:
    """A manager of kernels of the running interpreter, whatever kernels are registered on the machine.

    The user's IPython start-up files, the working directory's modules, colours and the hash seed must not
    change a report.
    """
    spec = KernelSpec(
        **get_kernel_dict(extra_arguments=["--IPKernelApp.ignore_cwd=True"]),
        env={
            "IPYTHONDIR": str(ipython),
            "NO_COLOR": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONSAFEPATH": "1",
            "PYTHONUTF8": "1",
            FOR_PHONES: "1" if for_phones else "",
        },
    )

    class ThisInterpreter(AsyncKernelManager):
        @default("transport_encryption")
        def _encrypted(self) -> str:
            return "auto" if zmq.has("curve") else "disabled"

        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

    return ThisInterpreter


def _without_times(notebook: Any) -> Any:
    """The notebook without papermill's times and paths and with one id for the injected cell."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []) and "id" in cell:
            cell.id = "injected-parameters"
    return notebook


def _kept(target: Path, failed: Path, cell: str, what: str) -> ReportError:
    failed.unlink(missing_ok=True)
    shutil.move(target, failed)
    return ReportError(f"the notebook failed in {cell}\n  {what}\nIt is kept, as far as it came, in {failed}")


def _place(executed: Path, index: int) -> str:
    """The failed cell for the message: its number, the heading above it and its first line."""
    notebook = nbformat.read(executed, as_version=4)
    cells = [
        cell for cell in notebook.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]
    headings = [
        line.lstrip("#").strip()
        for cell in cells[:index]
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    under = f" under “{headings[-1]}”" if headings else ""
    return f"cell [{cells[index].execution_count}]{under}: {_line(cells[index])}"


def _line(cell: Any) -> str:
    lines = [line for line in cell.source.splitlines() if line.strip()]
    code = [line for line in lines if not line.lstrip().startswith("#")] or lines or [""]
    return f"`{shortened(code[0].strip(), 100)}`"
