"""The process that has imported everything and forks what it is asked for.

It runs no thread of Python, no kernel and no event loop, so that what it forks begins clean.
"""

from __future__ import annotations

import gc
import os
import pickle
import select
import signal
import socket
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from partnership_analysis.reports.engines.wire import receive, send

GRACE = 4.0
"""Seconds that forks have to clean up when whoever asked for them is gone."""


def main(handle: int) -> None:
    """Import everything, then serve at the socket with this number."""
    preload()
    with socket.socket(fileno=handle) as control:
        serve(control)


def preload() -> None:
    """Import what notebooks need.

    pyplot stays out: it must find the kernel's shell when it is imported.
    """
    gc.disable()
    import faulthandler
    import sqlite3

    import ipykernel.debugger
    import IPython.core.completerlib
    import IPython.core.debugger
    import IPython.core.logger
    import IPython.core.oinspect
    import IPython.extensions.storemagic
    import pandas
    import tornado.platform.asyncio

    import partnership_analysis as package
    from partnership_analysis import charts, tables
    from partnership_analysis.reports.engines import kernel, shared

    for module in (package, charts, tables):
        for name in module.__all__:
            getattr(module, name)
    # What pandas imports only to write a frame as text.
    pandas.DataFrame().to_string()
    shared.remembering()
    del faulthandler, sqlite3, ipykernel, IPython, pandas, tornado, kernel
    _settled()


def preload_work() -> None:
    """Import what whole reports need, cut the fonts to size, and compile what a page is made with, once for all."""
    global _rehearsed
    if _rehearsed:
        return
    from partnership_analysis.reports import batch, fingerprint, rehearsal
    from partnership_analysis.reports.engines import client

    rehearsal.rehearse()
    fingerprint.code()
    del batch, client
    _rehearsed = True


def _settled() -> None:
    """What is there now never becomes garbage: forks need not look at it, nor copy it."""
    gc.freeze()
    gc.enable()


def serve(control: socket.socket) -> None:
    """Fork what is asked for, until the other end is gone; then end it all."""
    server = _Server(control)
    try:
        server.run()
    finally:
        server.end_all()


def _prepare(wanted: dict[str, Any]) -> None:
    """Do what saves a fork time. What goes wrong here goes wrong in the fork, too, which can say so."""
    with suppress(Exception):
        preload_work()
        from partnership_analysis.reports.engines.shared import remember

        if wanted:
            remember(**wanted)
        _settled()


def _ready(notebooks: Iterable[str]) -> Iterator[None]:
    """Load what notebooks name, a step at a time. One that cannot be read says so when it is opened."""
    from partnership_analysis.reports.engines.shared import remember_named_in

    for notebook in notebooks:
        with suppress(Exception):
            for _ in remember_named_in(Path(notebook)):
                _settled()
                yield


_rehearsed = False


class _Server:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._forks: dict[int, int] = {}  # process id to number
        # What to do, a step at a time, while nobody asks for anything.
        self._idle: deque[Iterator[None]] = deque()
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)

    def run(self) -> None:
        while True:
            ready, _, _ = select.select([self._control, self._woken], [], [], 0 if self._idle else None)
            if not ready and next(self._idle[0], self) is self:
                self._idle.popleft()
            if self._woken in ready:
                self._woken.recv(1 << 12)
                self._reap(tell=True)
            if self._control in ready:
                try:
                    (what, number, *rest), enclosed = receive(self._control)
                except (EOFError, OSError):
                    return
                if what == "end":
                    self._signal(number, *rest)
                elif what == "prepare":
                    _prepare(*rest)
                elif what == "ready":
                    self._idle.append(_ready(*rest))
                elif enclosed is not None:
                    self._fork(number, enclosed, *rest)

    def end_all(self) -> None:
        for kind, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, GRACE)):
            for number in set(self._forks.values()):
                self._signal(number, kind)
            until = time.monotonic() + patience
            while self._forks and time.monotonic() < until:
                select.select([self._woken], [], [], 0.05)
                self._reap(tell=False)

    def _fork(
        self,
        number: int,
        link: socket.socket,
        role: str,
        arguments: bytes,
        shared: dict[str, Any],
        environment: dict[str, str],
        folder: str,
    ) -> None:
        if role == "work":
            _prepare(shared)
        with warnings.catch_warnings(), link:
            # Python 3.12 warns of every thread; those of OpenBLAS and Arrow expect forks and begin anew.
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                process = os.fork()
            except OSError as error:
                # No memory, or too many processes: it is said of this one, and the others go on.
                send(self._control, (number, error.errno or 1))
                return
            if process == 0:
                self._begin(link, role, arguments, environment, folder)
        self._forks[process] = number

    def _begin(
        self,
        link: socket.socket,
        role: str,
        arguments: bytes,
        environment: dict[str, str],
        folder: str,
    ) -> None:
        """The life of a fork: nothing of the server's is left in it, and it never returns."""
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            for kind in (signal.SIGCHLD, signal.SIGTERM):
                signal.signal(kind, signal.SIG_DFL)
            for ours in (self._control, self._woken, self._waker):
                ours.close()
            os.environ.clear()
            os.environ.update(environment)
            time.tzset()
            os.chdir(folder)
            # As in a process of its own, unseeded chance differs from fork to fork; Python reseeds its own generator.
            if numpy := sys.modules.get("numpy"):
                numpy.random.seed()
            from partnership_analysis.reports.engines import kernel, network, work

            roles: dict[str, Callable[..., None]] = {
                "kernel": kernel.run,
                "network": network.run,
                "work": work.run,
            }
            roles[role](link, **pickle.loads(arguments))
            code = 0
        finally:
            os._exit(code)

    def _signal(self, number: int, kind: int) -> None:
        for process, known in self._forks.items():
            if known == number:
                with suppress(ProcessLookupError):
                    # Its session is its own: what it started ends with it. It may not have come to that yet.
                    (os.killpg if os.getpgid(process) == process else os.kill)(process, kind)

    def _reap(self, *, tell: bool) -> None:
        while self._forks:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                return
            number = self._forks.pop(process)
            if tell:
                with suppress(OSError):
                    send(self._control, (number, os.waitstatus_to_exitcode(status)))
