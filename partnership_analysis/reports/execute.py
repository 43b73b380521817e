"""Running a notebook through papermill, in a kernel of this very interpreter."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

from partnership_analysis.charts.picture import FOR_PHONES
from partnership_analysis.errors import ReportError
from partnership_analysis.reports.engines import forks
from partnership_analysis.reports.jupyter import CellTimeoutError, DeadKernelError, nbformat, papermill
from partnership_analysis.wording import shortened

Progress = Callable[[str, int, int], None]
"""Called with a step, how much of it is done and of how much (0 of 0: it cannot be counted)."""

Engine = Literal["auto", "fork", "kernel"]
"""How a kernel comes to be: forked from a process that has imported everything, or started anew."""

NAME = "partnership_analysis"
LIMIT = 900
"""Seconds that a cell may take. Those of a review take a few; one that is at it for so long hangs."""


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


papermill.engines.papermill_engines.register(NAME, QuietEngine)


def run_notebook(
    notebook: Path,
    target: Path,
    parameters: Mapping[str, Any],
    *,
    folder: Path,
    failed: Path,
    progress: Progress,
    timeout: int | None = LIMIT,
    for_phones: bool = True,
    engine: Engine = "auto",
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
    engine : {"auto", "fork", "kernel"}
        ``fork`` takes a kernel forked from a process that has imported everything, ``kernel`` starts one; the
        outputs are the same. ``auto`` forks where it can.

    Returns
    -------
    nbformat.NotebookNode
        The executed notebook.

    Raises
    ------
    ReportError
        If a cell fails, takes too long or ends the kernel: names the cell, the error and ``failed``. Or if no kernel
        can be started.
    """
    source = nbformat.read(notebook, as_version=4)
    cells = [cell for cell in source.cells if cell.cell_type == "code" and cell.source.strip()]
    total, started = len(cells) + bool(parameters), list[Any]()

    def on_cell_start(cell: Any, cell_index: int) -> None:
        if cell.cell_type == "code" and cell.source.strip():
            started.append(cell)
            progress("Running notebook", len(started), total)

    with _kernel(engine, for_phones) as kernel:
        try:
            papermill.execute_notebook(
                _literal(notebook),
                _literal(target),
                dict(parameters),
                engine_name=NAME,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                log_output=False,
                shutdown_kernel="immediate",
                record_timing=False,
                execution_timeout=timeout,
                **kernel,
                resources={"metadata": {"path": str(folder)}},
                on_cell_start=on_cell_start,
            )
        except papermill.PapermillExecutionError as error:
            what = f"{error.ename}: {error.evalue}" if error.evalue else error.ename
            raise _kept(target, failed, _place(target, error.cell_index), what) from None
        except DeadKernelError:
            what = "the kernel died; perhaps memory ran out"
            cell = _line(started[-1]) if started else "before the first cell"
            raise _kept(target, failed, cell, what) from None
        except CellTimeoutError:
            what = f"took over {timeout} s, the limit of a cell"
            raise _kept(target, failed, _line(started[-1]), what) from None
        except RuntimeError as error:
            if started:
                raise
            raise ReportError(f"no kernel could be started for {notebook.name}: {error}.") from None
    executed = _without_times(nbformat.read(target, as_version=4))
    nbformat.write(executed, target)
    return executed


@contextmanager
def _kernel(engine: Engine, for_phones: bool) -> Iterator[dict[str, Any]]:
    """The engine's options that say where its kernel comes from; it is gone at the end.

    The user's IPython start-up files, the working directory's modules, colours and the hash seed must not
    change a report.
    """
    with tempfile.TemporaryDirectory(prefix="partnership-analysis-") as ipython:
        phones = {"IPYTHONDIR": ipython, FOR_PHONES: "1" if for_phones else ""}
        environment = forks.ENVIRONMENT | phones
        if engine == "kernel" or (engine == "auto" and not forks.supported()):
            yield {"kernel_manager_class": _kernel_manager(environment)}
            return
        from partnership_analysis.reports.engines.client import ForkedKernel

        kernel = ForkedKernel(environment)
        try:
            yield {"km": kernel}
        finally:
            kernel.close()


def _kernel_manager(environment: Mapping[str, str]) -> type[AsyncKernelManager]:
    """A manager of kernels of the running interpreter, whatever kernels are registered on the machine."""
    options = ["--IPKernelApp.ignore_cwd=True", "--InteractiveShell.colors=nocolor"]
    spec = KernelSpec(**get_kernel_dict(extra_arguments=options), env=dict(environment))

    class ThisInterpreter(AsyncKernelManager):
        @default("transport_encryption")
        def _encrypted(self) -> str:
            return "auto" if zmq.has("curve") else "disabled"

        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

    return ThisInterpreter


def _literal(path: Path) -> str:
    """A path as papermill takes it: what stands in braces it would replace by a parameter."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _without_times(notebook: Any) -> Any:
    """The notebook without papermill's times and paths, one id for the injected cell, and prints in one piece."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []) and "id" in cell:
            cell.id = "injected-parameters"
        if "outputs" in cell:
            cell.outputs = _joined(cell.outputs)
    return notebook


def _joined(outputs: list[Any]) -> list[Any]:
    """Outputs whose prints do not tell when the kernel flushed: between two others, all of a stream is one."""
    joined: list[Any] = []
    for printed, some in groupby(outputs, lambda output: output.output_type == "stream"):
        if not printed:
            joined += some
            continue
        streams: dict[str, Any] = {}
        for output in some:
            if output.name in streams:
                streams[output.name].text += output.text
            else:
                streams[output.name] = output
        joined += [streams[name] for name in sorted(streams, reverse=True)]
    return joined


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
