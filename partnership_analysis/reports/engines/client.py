"""A forked kernel as nbclient sees one: a manager and a client in one, over one socket."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from queue import Empty
from typing import Any

from jupyter_client.session import Session

from partnership_analysis.reports.engines.forks import Fork, server
from partnership_analysis.reports.engines.kernel import IOPUB, SHELL
from partnership_analysis.reports.engines.wire import CHUNK, KEY, Frames, framed


class ForkedKernel:
    """What papermill and nbclient ask of a kernel's manager and of its client.

    Parameters
    ----------
    environment : mapping of str
        Environment variables of the kernel, beside this process's.
    """

    allow_stdin = False

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._session = Session(key=KEY)
        self._fork: Fork | None = None
        self._wire: _Wire | None = None

    @property
    def has_kernel(self) -> bool:
        return self._fork is not None

    def start_kernel(self, *, cwd: str, **_: object) -> None:
        self._fork = server().fork("kernel", {}, {**os.environ, **self._environment}, cwd)
        self._wire = _Wire(self._fork.link, self._session)
        self.shell_channel, self.iopub_channel = _Channel(self._wire, SHELL), _Channel(self._wire, IOPUB)

    def client(self) -> ForkedKernel:
        return self

    def start_channels(self) -> None:
        """They are open."""

    def wait_for_ready(self, timeout: float | None = None) -> None:
        """Requests wait in the socket until the kernel reads them."""

    def is_alive(self) -> bool:
        return self._fork is not None and self._fork.alive()

    def kernel_info(self) -> str:
        return self._ask("kernel_info_request", {})

    def execute(self, code: str, *, store_history: bool = True, stop_on_error: bool = True) -> str:
        asked = {"code": code, "silent": False, "store_history": store_history, "user_expressions": {}}
        return self._ask("execute_request", {**asked, "allow_stdin": False, "stop_on_error": stop_on_error})

    def close(self) -> None:
        """End the kernel, whatever it does."""
        if self._wire is not None:
            self._wire.close()
        if self._fork is not None:
            self._fork.end()
        self._wire = self._fork = None

    def _ask(self, kind: str, content: dict[str, Any]) -> str:
        assert self._fork is not None
        message = self._session.msg(kind, content)
        with suppress(OSError):  # Of a dead kernel whoever waits for its answer learns.
            self._fork.link.sendall(framed(self._session.serialize(message)))
        return str(message["header"]["msg_id"])


class _Channel:
    """A queue of one channel's messages."""

    def __init__(self, wire: _Wire, name: bytes) -> None:
        self._wire, self._queue = wire, wire.queues[name]

    async def get_msg(self, timeout: float | None = None) -> Any:
        """The next message.

        Raises
        ------
        Empty
            If none comes within ``timeout`` seconds.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while not self._queue:
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                raise Empty
            await self._wire.more(left)
        return self._queue.popleft()


class _Wire:
    """The socket, read when somebody waits; what arrives is sorted by channel."""

    def __init__(self, link: socket.socket, session: Session) -> None:
        self.queues: dict[bytes, deque[Any]] = {SHELL: deque(), IOPUB: deque()}
        self._link, self._session, self._frames = link, session, Frames()
        self._arrival: asyncio.Future[None] | None = None
        self._waiting = set[asyncio.Task[Any]]()

    async def more(self, timeout: float | None) -> None:
        """Wait until something has arrived, or some time."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        if self._arrival is None or self._arrival.done():
            self._arrival = loop.create_future()
            loop.add_reader(self._link.fileno(), self._read, self._arrival)
        self._waiting.add(task)
        try:
            await asyncio.wait({self._arrival}, timeout=timeout)
        finally:
            self._waiting.discard(task)

    def close(self) -> None:
        """Let nobody wait any longer: the loop outlives the socket, and nbclient forgets whom it left waiting."""
        if self._arrival is not None and not (loop := self._arrival.get_loop()).is_closed():
            loop.remove_reader(self._link.fileno())
            for task in (left := list(self._waiting)):
                task.cancel()
            if left:
                loop.run_until_complete(asyncio.wait(left))

    def _read(self, arrival: asyncio.Future[None]) -> None:
        try:
            data = self._link.recv(CHUNK, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        arrival.get_loop().remove_reader(self._link.fileno())
        if not data:
            return  # The kernel is dead; nbclient looks after it once a second.
        for name, *parts in self._frames.fed(data):
            _, rest = self._session.feed_identities(parts)
            self.queues[name].append(self._session.deserialize(rest))
        arrival.set_result(None)
