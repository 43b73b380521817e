"""JupyterLab whose kernels are forked: a notebook need not wait for what every notebook imports.

A kernel's provisioner, as Jupyter calls what starts its kernels, and a server extension that has it used; ``make lab``
starts JupyterLab with both (``python -m partnership_analysis.reports.engines.lab``). Where nothing can be forked, and for
kernels of another environment, kernels are started as ever.
"""

from __future__ import annotations

import asyncio
import os
import signal
import site
import socket
import sys
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from partnership_analysis.errors import ReportError
from partnership_analysis.reports.engines import forks
from partnership_analysis.reports.engines.network import PROCESS

NAME = "partnership-analysis-fork"
"""Of the provisioner, in pyproject.toml's entry points."""
_LAUNCHER = ["-m", "ipykernel_launcher"]
_PLACES = ("*.ipynb", "notebooks/*.ipynb")
_PACKAGE = Path(__file__).parents[2]


class ForkProvisioner(LocalProvisioner):
    """Starts kernels by forking a process that has imported everything."""

    process: Any = None

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Fork a kernel, or start it as ever where that cannot be.

        Parameters
        ----------
        cmd : list of str
            The kernel's command line.
        **options
            What ``subprocess.Popen`` takes; of it the environment and the working directory.
        """
        arguments = _arguments(cmd)
        if arguments is None or not _unchanged():
            return await super().launch_kernel(cmd, **options)
        environment, folder = dict(options.get("env") or os.environ), str(options.get("cwd") or Path.cwd())
        try:
            self.process = await asyncio.to_thread(_Process.forked, arguments, environment, folder)
        except ReportError as error:
            self.log.warning("%s A kernel of its own is started instead.", error)
            return await super().launch_kernel(cmd, **options)
        self.pid = self.pgid = self.process.pid
        self.cwd = folder
        if (notebook := environment.get("JPY_SESSION_NAME", "")).endswith(".ipynb"):
            forks.server().make_ready([notebook])
        return self.connection_info


class _Process:
    """A forked kernel, with as much of a ``Popen`` as Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, fork: forks.Fork, pid: int) -> None:
        self._fork, self.pid = fork, pid

    @classmethod
    def forked(cls, arguments: list[str], environment: dict[str, str], folder: str) -> _Process:
        fork = forks.server().fork("network", {"arguments": arguments}, environment, folder)
        with fork.link:
            said = fork.link.recv(PROCESS.size, socket.MSG_WAITALL)
        if len(said) < PROCESS.size:
            raise ReportError(f"the forked kernel died at once (code {fork.end()}).")
        return cls(fork, *PROCESS.unpack(said))

    def poll(self) -> int | None:
        return None if self._fork.alive() else 0

    def wait(self) -> int | None:
        return self._fork.end()

    def send_signal(self, number: int) -> None:
        if self._fork.alive():
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _arguments(cmd: list[str]) -> list[str] | None:
    """What the command gives ipykernel, if it is the one of this environment."""
    if not forks.supported() or not cmd or _LAUNCHER[1] not in cmd:
        return None
    if Path(cmd[0]).absolute() != Path(sys.executable).absolute():
        return None
    return cmd[cmd.index(_LAUNCHER[1]) + 1 :]


def _state() -> tuple[int, ...]:
    """What changes when the package is edited, its tables and styles too, or a package is installed."""
    files = [path for path in _PACKAGE.rglob("*.*") if path.suffix != ".pyc"]
    files += map(Path, site.getsitepackages())
    return tuple(path.stat().st_mtime_ns for path in sorted(files) if path.exists())


_started_with: list[tuple[int, ...]] = []


def _unchanged() -> bool:
    """Whether what the server has imported is still what a new kernel would import."""
    return bool(_started_with) and _started_with[0] == _state()


def _load_jupyter_server_extension(app: Any) -> None:
    """Have the kernels of a Jupyter server forked, and get ready what its notebooks load."""
    if not forks.supported():
        return
    KernelProvisionerFactory.instance(parent=app).default_provisioner_name = NAME
    _started_with[:] = [_state()]
    notebooks = {path for place in _PLACES for path in Path(app.root_dir).glob(place)}
    forks.server(heard=True).make_ready(sorted(map(str, notebooks)))


def main(arguments: list[str] | None = None) -> None:
    """JupyterLab with forked kernels; what they are forked from starts beside it."""
    if forks.supported():
        forks.server(heard=True)
    from jupyterlab.labapp import main as lab

    lab(
        [
            f"--ServerApp.jpserver_extensions={{'{__spec__.name}': True}}",
            *(sys.argv[1:] if arguments is None else arguments),
        ]
    )


if __name__ == "__main__":
    main()
