"""What may be next, made in a process beside the kernel: a move finds it there, and never waits for it to be made."""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import signal
import stat
import struct
import sys
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

SUPPORTED = sys.platform.startswith("linux") and hasattr(os, "fork")
"""Libraries of macOS do not survive a fork, and Windows has none."""
_AFTER = 5
"""How much a process that works ahead steps back behind who is waited for."""
_AT_ONCE = 1 << 20
"""Bytes that are read at a time."""
_LENGTH = struct.Struct("!Q")


class Apart:
    """Makes things in a forked process, and takes each over when it is there; what fails there fails when it is asked for.

    Parameters
    ----------
    make : callable
        Called in the fork: gives what can be pickled, one after the other.
    take : callable
        Called with each, in the loop of this process.
    loop : asyncio loop
        One that can watch a pipe.
    """

    def __init__(
        self,
        make: Callable[[], Iterable[object]],
        take: Callable[[object], None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._take, self._loop, self._heard = take, loop, bytearray()
        self._pipe, written = os.pipe()
        with warnings.catch_warnings():
            # Of a fork beside threads: theirs are zmq's, and the fork has nothing to do with them.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process = os.fork()
        if not self._process:
            os.close(self._pipe)  # With the reader gone, writing fails, and the fork ends.
            _work(make, written)
        os.close(written)
        loop.add_reader(self._pipe, self._hear)

    @property
    def works(self) -> bool:
        """Is there more to come?"""
        return bool(self._process)

    def end(self) -> None:
        """End the process, if it still works; safe to call again."""
        if self._process:
            self._loop.remove_reader(self._pipe)
            os.close(self._pipe)
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(self._process, 0)
            self._process = 0

    def _hear(self) -> None:
        heard = os.read(self._pipe, _AT_ONCE)
        self._heard += heard
        while len(self._heard) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._heard)[0]
            if len(self._heard) < end:
                break
            parcel = bytes(self._heard[_LENGTH.size : end])
            del self._heard[:end]
            self._take(pickle.loads(parcel))
        if not heard:
            self.end()


def _work(make: Callable[[], Iterable[object]], pipe: int) -> None:
    """Be the fork, until everything is made; nothing returns from here."""
    try:
        for kind in (signal.SIGINT, signal.SIGTERM):
            signal.signal(kind, signal.SIG_DFL)
        os.nice(_AFTER)
        gc.freeze()
        _leave_the_sockets(pipe)
        # A kernel's own would want to be heard by the page.
        sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
        with open(pipe, "wb") as written:
            for made in make():
                parcel = pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
                written.write(_LENGTH.pack(len(parcel)) + parcel)
                written.flush()
    finally:
        os._exit(0)


def _leave_the_sockets(pipe: int) -> None:
    """Close what a kernel talks through: its successor, after a restart, listens in the same places."""
    for place in list(Path("/proc/self/fd").iterdir()):
        number = int(place.name)
        with suppress(OSError):
            if number != pipe and stat.S_ISSOCK(os.fstat(number).st_mode):
                os.close(number)
