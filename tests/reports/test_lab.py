"""JupyterLab's forked kernels are ordinary kernels that are there at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import psutil
import pytest
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

from partnership_analysis.reports.engines import forks, lab, shared

pytestmark = pytest.mark.skipif(not forks.supported(), reason="processes cannot be forked here")

# What is written below Python comes back through a pipe and a thread, in any kernel: a cell that ends at once may be over before.
CELLS = (
    "1 + 1",
    "print('one'); import sys; print('two', file=sys.stderr)",
    "import os, time; _ = os.system('echo from below'); time.sleep(1)",
    "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))",
    "import pandas as pd\npd.DataFrame({'a': [1.5, None]}, index=['x', 'y'])",
    "import matplotlib.pyplot as plt\nfigure = plt.figure(figsize=(2, 1)); _ = plt.plot([0, 1])",
    "print(os.path.basename(os.getcwd()), sys.path, os.environ.get('NO_COLOR'), os.environ['MARK'])",
    "import asyncio\nawait asyncio.sleep(0.01)\nget_ipython().__class__.__name__, __name__",
    "%%bash\necho magic",
    "import ipywidgets; print(sorted(get_ipython().kernel.comm_manager.targets), ipywidgets.IntSlider().comm is None)",
    "def divide(a, b):\n    return a / b\n\n\ndivide(1, 0)",
)

_STATE = lab._state


class Kernel:
    """A kernel and somebody who talks to it."""

    def __init__(self, folder: Path) -> None:
        self.manager = KernelManager()
        # ipykernel does not capture what is written below Python where it sees pytest.
        environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        self.manager.start_kernel(cwd=str(folder), env=environment | {"MARK": "given"})
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(60)

    @property
    def pid(self) -> int:
        return self.manager.provisioner.pid

    @property
    def forked(self) -> bool:
        return isinstance(self.manager.provisioner.process, lab._Process)

    def says(self, code: str, begun: Callable[[], None] = lambda: None) -> list[Any]:
        """What a cell shows; ``begun`` is called when it has written something, and so surely runs."""
        shown: list[Any] = []

        def note(message: dict[str, Any]) -> None:
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                begun()
            if kind in ("stream", "display_data", "execute_result", "error"):
                shown.append((kind, {name: what for name, what in content.items() if name != "transient"}))

        self.client.execute_interactive(code, timeout=60, output_hook=note, allow_stdin=False)
        return shown

    def end(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module", autouse=True)
def _served() -> Iterator[None]:
    """The provisioner as JupyterLab's own, as the extension makes it."""
    factory = KernelProvisionerFactory.instance()
    before = factory.default_provisioner_name
    with pytest.MonkeyPatch.context() as patch:
        # Whoever edits the package while its tests run is not what they are about.
        patch.setattr(lab, "_state", lambda: ())
        lab._load_jupyter_server_extension(SimpleNamespace(root_dir=os.devnull))
        yield
    factory.default_provisioner_name = before
    forks.server().close()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[[], Kernel]]:
    kernels: list[Kernel] = []

    def start() -> Kernel:
        kernels.append(Kernel(tmp_path))
        return kernels[-1]

    yield start
    for kernel in kernels:
        with suppress(RuntimeError):
            kernel.end()


def gone(pid: int) -> bool:
    until = time.monotonic() + 20
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_it_says_what_an_ordinary_kernel_says(started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    forked = started()
    monkeypatch.setattr(lab, "_unchanged", lambda: False)
    ordinary = started()
    assert (forked.forked, ordinary.forked) == (True, False)
    for code in CELLS:
        assert forked.says(code) == ordinary.says(code), code
    assert "from below" in str(forked.says(CELLS[2]))


def test_two_kernels_are_strangers_and_one_starts_anew(started: Any) -> None:
    one, other = started(), started()
    one.says("mark = 1; import numpy; chance = numpy.random.random()")
    assert "NameError" in str(other.says("mark"))
    assert one.says("chance") != other.says("import numpy; numpy.random.random()")
    pid = one.pid
    one.manager.restart_kernel(now=True)
    one.client.wait_for_ready(60)
    assert one.forked and one.pid != pid and gone(pid)
    assert "NameError" in str(one.says("mark"))
    assert other.says("1")[0][1]["data"] == {"text/plain": "1"}


def test_a_cell_is_interrupted_and_the_kernel_lives(started: Any) -> None:
    kernel = started()
    shown = kernel.says(
        "import time; print(1, flush=True); time.sleep(60)", begun=kernel.manager.interrupt_kernel
    )
    assert [one["ename"] for kind, one in shown if kind == "error"] == ["KeyboardInterrupt"]
    assert kernel.manager.is_alive()
    assert kernel.says("2")[0][1]["data"] == {"text/plain": "2"}


def test_a_dead_kernel_is_noticed(started: Any) -> None:
    kernel = started()
    os.kill(kernel.pid, signal.SIGKILL)
    assert gone(kernel.pid)
    until = time.monotonic() + 10
    while kernel.manager.is_alive() and time.monotonic() < until:
        time.sleep(0.05)
    assert not kernel.manager.is_alive()


def test_a_kernel_ends_with_the_one_who_started_it() -> None:
    code = """
import os, signal
from jupyter_client.manager import KernelManager
from traitlets import Unicode
from traitlets.config import Configurable
from partnership_analysis.reports.engines import lab
class Server(Configurable):
    root_dir = Unicode(os.devnull)
lab._state = tuple
lab._load_jupyter_server_extension(Server())
manager = KernelManager()
manager.start_kernel()
print(type(manager.provisioner.process).__name__, manager.provisioner.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    ran = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    kind, pid = ran.stdout.split()[:2]
    assert (kind, ran.returncode) == ("_Process", -signal.SIGKILL)
    assert gone(int(pid))


def test_a_kernel_of_another_environment_or_another_language_is_not_forked() -> None:
    ours = [sys.executable, "-m", "ipykernel_launcher", "-f", "connection.json"]
    assert lab._arguments(ours) == ["-f", "connection.json"]
    assert lab._arguments(["/elsewhere/bin/python", *ours[1:]]) is None
    assert lab._arguments(["ir", "connection.json"]) is None
    assert lab._arguments([]) is None


def test_a_package_that_was_edited_is_imported_anew(tmp_path: Path, started: Any) -> None:
    written = tmp_path / "package" / "module.py"
    written.parent.mkdir()
    written.write_text("mark = 1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lab, "_state", _STATE)
        patch.setattr(lab, "_PACKAGE", tmp_path)
        patch.setattr(lab, "_started_with", [_STATE()])
        assert started().forked
        os.utime(written, ns=(0, 0))
        assert not started().forked


def test_where_the_server_dies_a_kernel_starts_as_ever(started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*_: object) -> None:
        raise forks.ReportError("the process that forks kernels has died.")

    monkeypatch.setattr(forks.ForkServer, "fork", dead)
    kernel = started()
    assert not kernel.forked
    assert kernel.says("1")[0][1]["data"] == {"text/plain": "1"}


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    monkeypatch.setattr(shared, "_READY", {})

    def make(parameters: str) -> Path:
        cell = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
        kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
        book = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
        path = tmp_path / "book.ipynb"
        nbformat.write(book, path)
        return path

    return make


def test_what_a_notebook_names_is_loaded_before_it_asks(
    notebook: Any, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = root / "data" / "sample" / "portfolio.xlsx"
    path = notebook(
        f'portfolio: str = "{sample}"\nmapping: str = ""\nsettings: str = ""\nquarter: str = "2025Q3"'
    )
    monkeypatch.setattr(shared, "LARGEST", sample.stat().st_size - 1)
    list(shared.remember_named_in(path))
    assert not shared._READY
    monkeypatch.setattr(shared, "LARGEST", sample.stat().st_size)
    list(shared.remember_named_in(path))
    ((place, ready),) = shared._READY.items()
    assert (place, ready.warmed) == ((str(sample), "", ""), {"2025Q3"})
    assert shared._given(sample, "", "") is ready.portfolio


def test_a_path_is_the_notebooks_own(notebook: Any, root: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.xlsx").write_bytes((root / "data" / "sample" / "portfolio.xlsx").read_bytes())
    list(
        shared.remember_named_in(
            notebook('portfolio: str = "mine.xlsx"\nmapping: str = ""\nsettings: str = ""')
        )
    )
    assert list(shared._READY) == [(str(tmp_path / "mine.xlsx"), "", "")]


def test_notebooks_of_every_sort_leave_the_server_as_it_was(started: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.ipynb").write_text("{", encoding="utf-8")
    forks.server().make_ready([str(tmp_path / "broken.ipynb"), str(tmp_path / "none.ipynb")])
    assert started().forked
