"""The fork server's handle: asks it for processes, and ends them."""

from __future__ import annotations

import atexit
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from partnership_analysis.errors import ReportError
from partnership_analysis.reports.engines.wire import receive, send

PATIENCE = 5.0
"""Seconds that a process has to clean up after itself before it is killed."""
ENVIRONMENT = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "NO_COLOR": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONSAFEPATH": "1",
    "PYTHONUTF8": "1",
}
"""What must be set before Python or a library starts; the rest is set in each fork."""
_MAIN = "import sys; from partnership_analysis.reports.engines.server import main; main(int(sys.argv[1]))"


class Fork:
    """A process forked by the server; ``link`` leads to it."""

    def __init__(self, owner: ForkServer, number: int, link: socket.socket) -> None:
        self.link = link
        self._owner, self._number = owner, number

    def alive(self) -> bool:
        """Whether it runs."""
        return self._owner.alive(self._number)

    def end(self, *, gently: bool = False) -> int | None:
        """End it and what it started; gently: it is asked first, and has a few seconds to clean up.

        Returns
        -------
        int or None
            Its exit code, negative for a signal; None if the server that knows is gone.
        """
        self.link.close()
        return self._owner.end(self._number, gently=gently)


class ForkServer:
    """A process that has imported everything and forks on request.

    Parameters
    ----------
    control : socket
        Leads to the server; when it closes, the server ends with all that it forked.
    process : Popen, optional
        The server, if this process started it.
    """

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        self._control, self._process, self._owner = control, process, os.getpid()
        self._lock, self._count, self._alive = threading.Lock(), 0, set[int]()
        self._codes: dict[int, int] = {}

    @classmethod
    def started(cls, *, heard: bool = False) -> ForkServer:
        """A server in a new interpreter, in a session of its own: Ctrl-C reaches only who asks.

        What its forks write below Python is lost, unless they are to be ``heard``.
        """
        ours, theirs = socket.socketpair()
        written = None if heard else subprocess.DEVNULL
        with theirs:
            process = subprocess.Popen(
                # Frozen modules hide from the debugger, which would say so in every kernel.
                [sys.executable, "-Xfrozen_modules=off", "-c", _MAIN, str(theirs.fileno())],
                env={**os.environ, **ENVIRONMENT},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                start_new_session=True,
            )
        return cls(ours, process)

    def fork(
        self,
        role: str,
        arguments: dict[str, Any],
        environment: Mapping[str, str],
        folder: str,
        shared: Mapping[str, Any] | None = None,
    ) -> Fork:
        """A new process.

        Parameters
        ----------
        role : str
            What it becomes: ``kernel``, ``network`` or ``work``.
        arguments : dict
            What the role takes, beside its end of the link.
        environment : mapping of str
            All its environment variables.
        folder : str
            Its working directory.
        shared : mapping, optional
            What :func:`~partnership_analysis.reports.engines.shared.remember` is given first, in the server.

        Raises
        ------
        ReportError
            If the server could not start or died.
        """
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            self._count += 1
            # Unpacked in the fork: what cannot be must not harm the server.
            packed = pickle.dumps(arguments)
            asked = (role, packed, dict(shared or {}), dict(environment), folder)
            try:
                send(self._control, ("fork", self._count, *asked), theirs)
            except OSError:
                ours.close()
                raise _gone() from None
            self._alive.add(self._count)
            return Fork(self, self._count, ours)

    def prepare(self, shared: Mapping[str, Any]) -> None:
        """Have it do now what saves the forks to come time; see :meth:`fork` for ``shared``."""
        with self._lock:
            self._tell(("prepare", 0, dict(shared)))

    def make_ready(self, notebooks: Sequence[str]) -> None:
        """Have it load what the parameters of notebooks name, for the forks to come."""
        with self._lock:
            self._tell(("ready", 0, list(notebooks)))

    def alive(self, number: int) -> bool:
        """Whether a fork runs."""
        with self._lock:
            self._hear()
            return number in self._alive

    def end(self, number: int, *, gently: bool) -> int | None:
        """End a fork, see that it is gone, and give its exit code."""
        with self._lock:
            self._hear()
            for kind, patience in ((signal.SIGTERM, PATIENCE), (signal.SIGKILL, PATIENCE))[not gently :]:
                if number in self._alive:
                    self._tell(("end", number, int(kind)))
                    self._wait_for(number, patience)
            return self._codes.pop(number, None)

    def usable(self) -> bool:
        """Whether this process may use it: its own, and there."""
        if self._owner != os.getpid():
            return False
        with self._lock:
            self._hear()
        return self._control.fileno() >= 0

    def close(self) -> None:
        """End the server and all that it forked."""
        if self._owner != os.getpid():
            return
        self._control.close()
        if self._process is not None:
            if not self._count:  # Nothing to clean up: what it was preparing nobody waits for.
                self._process.kill()
            try:
                self._process.wait(3 * PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _wait_for(self, number: int, patience: float) -> None:
        until = time.monotonic() + patience
        while number in self._alive and (left := until - time.monotonic()) > 0:
            select.select([self._control], [], [], left)
            self._hear()

    def _hear(self) -> None:
        """Take note of forks that have ended; without the server none lives."""
        while self._control.fileno() >= 0 and select.select([self._control], [], [], 0)[0]:
            try:
                (number, code), _ = receive(self._control)
                self._alive.discard(number)
                self._codes[number] = code
            except (EOFError, OSError):
                self._control.close()
                self._alive.clear()

    def _tell(self, message: tuple[Any, ...]) -> None:
        try:
            send(self._control, message)
        except OSError:
            self._hear()


_SERVER: ForkServer | None = None


def supported() -> bool:
    """Whether processes may be forked: not on Windows, and not on macOS, whose libraries do not survive it."""
    return sys.platform.startswith("linux") and hasattr(os, "fork")


def server(*, heard: bool = False) -> ForkServer:
    """The server of this process, started when it is first needed; see :meth:`ForkServer.started` for ``heard``.

    Raises
    ------
    ReportError
        If processes cannot be forked here.
    """
    global _SERVER
    if _SERVER is None or not _SERVER.usable():
        if not supported():
            raise ReportError(f"the engine `fork` needs Linux; on {sys.platform} choose `kernel`.")
        if _SERVER is not None:
            _SERVER.close()
        _SERVER = ForkServer.started(heard=heard)
        atexit.register(_SERVER.close)
    return _SERVER


def prepare(shared: Mapping[str, Any] | None = None) -> None:
    """Start the server where it can be used, without waiting for it; with ``shared``, as one that is to fork work."""
    if supported():
        started = server()
        if shared is not None:
            started.prepare(shared)


def adopt(control: socket.socket) -> None:
    """Use the server at the other end of a socket as this process's own."""
    global _SERVER
    _SERVER = ForkServer(control)


def _gone() -> ReportError:
    return ReportError("the process that forks kernels has died. Try again, or choose the engine `kernel`.")
