"""One run at a time: who writes to a report's folder holds a lock beside it.

The lock is the operating system's, on a hidden file that says who holds it. So it ends with its process, however that
ends: what a killed run or a machine without power left behind is a file and no lock, and a process that happens to have
the dead one's number holds nothing. Only where the disk knows no locks (some network shares) does the file itself
count, while the process that it names runs.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from partnership_analysis.errors import ReportError

PAUSE = 0.05
"""Seconds between two looks at a lock that is waited for."""
SAME = 2.0
"""Seconds by which two readings of a process's start may differ: the clock may be set meanwhile."""
_TAKEN = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK})
_OURS: set[int] = set()
"""Files whose locks this process holds."""


@dataclass(frozen=True)
class Holder:
    """Who holds a lock, as its file says."""

    process: int
    host: str
    started: float
    """When the process began: another one may have its number later."""
    since: str

    @classmethod
    def here(cls) -> Holder:
        """The process that asks, now."""
        own = psutil.Process()
        now = dt.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S")
        return cls(own.pid, socket.gethostname(), own.create_time(), now)

    @classmethod
    def read(cls, file: Path) -> Holder | None:
        """The one whom a file names; None if it names nobody, or not yet."""
        try:
            found = cls(**json.loads(file.read_text(encoding="utf-8")))
            return cls(int(found.process), str(found.host), float(found.started), str(found.since))
        except (OSError, ValueError, TypeError):
            return None

    def lives(self) -> bool:
        """Whether the process runs; of another machine's nobody can tell, so it does."""
        if self.host != socket.gethostname():
            return True
        try:
            return abs(psutil.Process(self.process).create_time() - self.started) < SAME
        except psutil.Error:
            return False

    def __str__(self) -> str:
        """For a message."""
        where = "this machine" if self.host == socket.gethostname() else self.host
        return f"process {self.process} on {where}, since {self.since}"


def lock_file(path: Path) -> Path:
    """The file whose lock stands for a path, beside it.

    >>> lock_file(Path("reports/book-2025Q3")).as_posix()
    'reports/.book-2025Q3.lock'
    """
    return path.with_name(f".{path.name}.lock")


@contextmanager
def locked(path: Path, *, patience: float = 0.0, otherwise: str = "") -> Iterator[None]:
    """Be the only one who writes to ``path`` while the block runs; the lock is gone at its end, whatever happens.

    A process that is forked meanwhile has no part in it.

    Parameters
    ----------
    path : Path
        A file or folder, there or not; its own folder is.
    patience : float
        Seconds to wait for another who holds it.
    otherwise : str
        What can be done beside waiting, for the message.

    Raises
    ------
    ReportError
        If another run holds it; says who, since when and what to do.
    OSError
        If the lock's file cannot be written.
    """
    file, until = lock_file(path), time.monotonic() + patience
    while (handle := _taken(file)) is None:
        if time.monotonic() >= until:
            raise _held(path, otherwise)
        time.sleep(PAUSE)
    owner = os.getpid()
    try:
        yield
    finally:
        if os.getpid() == owner:
            _given_back(handle, file)


def _held(path: Path, otherwise: str) -> ReportError:
    file = lock_file(path)
    holder = Holder.read(file)
    advice = f"Wait until that has ended{f', or {otherwise}' if otherwise else ''}."
    if holder is not None and holder.host != socket.gethostname():
        advice += f" If it runs no more, remove {file}."
    return ReportError.held(path, str(holder or ""), advice)


def _taken(file: Path) -> int | None:
    """A handle that holds the lock; None if another does."""
    while True:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        _OURS.add(handle)
        if not _lock(handle, file):
            _closed(handle)
            return None
        if _is(handle, file):
            break
        # Whoever held it has removed the file since it was opened here: it is no longer the one that counts.
        _closed(handle)
    try:
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps(asdict(Holder.here()), sort_keys=True).encode())
    except OSError:
        _given_back(handle, file)
        raise
    return handle


def _is(handle: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), file.stat())
    except FileNotFoundError:
        return False


def _given_back(handle: int, file: Path) -> None:
    """Remove the file, then let go of it: the other way round, somebody could already hold it."""
    with suppress(OSError):  # Windows removes no open file.
        file.unlink()
    with suppress(OSError):
        _system_unlock(handle)
    _closed(handle)
    if sys.platform == "win32":
        with suppress(OSError):  # It is another's by now.
            file.unlink()


def _closed(handle: int) -> None:
    _OURS.discard(handle)
    os.close(handle)


def _lock(handle: int, file: Path) -> bool:
    """Whether the lock is ours now."""
    try:
        _system_lock(handle)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        holder = Holder.read(file)
        return holder is None or not holder.lives()
    return True


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30
    """A byte that is locked cannot be read by others, so it is one behind all that the file says."""

    def _system_lock(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)

    def _system_unlock(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _system_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _system_unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)

    def _forget() -> None:
        """A forked process would hold the locks on after the end of the one that took them."""
        for handle in _OURS:
            with suppress(OSError):
                os.close(handle)
        _OURS.clear()

    os.register_at_fork(after_in_child=_forget)
