"""What a fork becomes to run a notebook: ipykernel's kernel, with one socket in place of its network.

Shell, display hooks, streams and tracebacks are ipykernel's own classes, so that every output is made as in an
ordinary kernel. Only the sockets, the connection file and the heartbeat are left out.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import zmq
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from tornado.ioloop import IOLoop
from traitlets import Any as Anything
from traitlets.config import Config

from partnership_analysis.reports.engines.wire import CHUNK, KEY, Frames, framed

IOPUB, SHELL = b"iopub", b"shell"


def run(wire: socket.socket) -> None:
    """Be a kernel until the other end of the socket is gone."""
    sys.argv = ["ipykernel_launcher.py"]
    app = _App.instance(wire=wire, kernel_class=_Kernel, config=_config())
    app.initialize([])
    app.start()


def _config() -> Config:
    config = Config()
    config.Session.key = KEY
    config.IPKernelApp.ignore_cwd = True
    config.IPKernelApp.log_level = "CRITICAL"
    config.InteractiveShell.colors = "nocolor"
    config.HistoryManager.hist_file = ":memory:"
    return config


class _Channel:
    """A channel of the socket, with as much of a zmq stream as ipykernel uses."""

    def __init__(self, wire: socket.socket, name: bytes, lock: threading.Lock) -> None:
        self.context: zmq.Context[Any] = zmq.Context.instance()
        self.io_loop: IOLoop | None = None
        self._wire, self._name, self._lock = wire, name, lock

    def send_multipart(self, parts: Sequence[Any], *_: object, **__: object) -> None:
        message = framed([self._name, *(bytes(part) for part in parts)])
        with self._lock:
            self._wire.sendall(message)

    def on_recv(self, callback: Callable[[Any], Coroutine[Any, Any, None]], copy: bool = True) -> None:
        loop, frames, tasks = asyncio.get_event_loop(), Frames(), set[asyncio.Task[None]]()
        self.io_loop = IOLoop.current()

        def read() -> None:
            data = self._wire.recv(CHUNK)
            if not data:
                os._exit(0)
            for parts in frames.fed(data):
                task = loop.create_task(callback([zmq.Frame(part) for part in parts]))
                tasks.add(task)
                task.add_done_callback(tasks.discard)

        loop.add_reader(self._wire.fileno(), read)

    def flush(self, *_: object) -> None:
        """Nothing waits to be sent."""


class _NoSubshells:
    """Where ipykernel keeps the thread that reads its requests: here the main thread does."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


class _Kernel(IPythonKernel):
    shell_stream = Anything()
    _supports_kernel_subshells = False

    async def execute_request(self, *request: Any) -> None:
        try:
            await super().execute_request(*request)
        except Exception:
            # ipykernel would log its own fault and never answer; a dead kernel is noticed.
            os._exit(1)


class _App(IPKernelApp):
    """ipykernel's application without its network."""

    wire = Anything()

    def init_connection_file(self) -> None:
        """There is none: the socket was inherited."""

    def init_sockets(self) -> None:
        lock = threading.Lock()
        self.shell_socket = _Channel(self.wire, SHELL, lock)
        self.configure_tornado_logger()
        self.iopub_thread = IOPubThread(_Channel(self.wire, IOPUB, lock), pipe=True, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_heartbeat(self) -> None:
        """There is none: who asks sees the process."""

    def write_connection_file(self, **_: Any) -> None:
        """There is none."""

    def log_connection_info(self) -> None:
        """There is none."""

    def init_kernel(self) -> None:
        kernel = self.kernel_class.instance(
            parent=self,
            session=self.session,
            shell_stream=self.shell_socket,
            shell_channel_thread=_NoSubshells(),
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.kernel = kernel
        self.displayhook.get_execution_count = lambda: kernel.execution_count
