"""A function run in a process of its own: what it says on the way, what it gives, what it raises."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from partnership_analysis.errors import PartnershipError
from partnership_analysis.reports.engines import forks
from partnership_analysis.reports.engines.wire import send


@dataclass(frozen=True)
class Outcome:
    """What became of a function's call: its value, or what went wrong."""

    value: Any = None
    error: str = ""
    traceback: str = ""
    """Of an error that nobody foresaw."""
    refused: OSError | None = None
    """The disk's error, which whoever asked can say more of."""


def run(link: socket.socket, call: str, values: Mapping[str, Any]) -> None:
    """Call a function and tell the other end of the link.

    Parameters
    ----------
    link : socket
        Takes ``("progress", (step, done, total))`` at any time and ``("outcome", Outcome)`` at the end.
    call : str
        ``package.module:function``.
    values : mapping
        Its arguments by name; it is given a ``progress`` as well.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    if forks.supported():
        _with_a_server_of_its_own(link)
    made = outcome(link, call, values)
    try:
        send(link, ("outcome", made))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        send(link, ("outcome", Outcome(error=f"what {call} gives cannot be sent: {error}")))


def outcome(link: socket.socket, call: str, values: Mapping[str, Any]) -> Outcome:
    """What a call gives or raises."""

    def progress(step: str, done: int, total: int) -> None:
        send(link, ("progress", (step, done, total)))

    try:
        module, _, name = call.partition(":")
        return Outcome(getattr(import_module(module), name)(**values, progress=progress))
    except PartnershipError as error:
        return Outcome(error=str(error))
    except Exception as error:
        refused = OSError(error.errno, error.strerror, error.filename) if isinstance(error, OSError) else None
        return Outcome(
            error=f"{type(error).__name__}: {error}", traceback=traceback.format_exc(), refused=refused
        )


def _with_a_server_of_its_own(link: socket.socket) -> None:
    """Fork a twin that forks this process's kernels, now that nothing has happened here yet."""
    from partnership_analysis.reports.engines.server import serve

    ours, theirs = socket.socketpair()
    if os.fork():
        theirs.close()
        forks.adopt(ours)
        return
    try:
        os.setsid()
        for kind in (signal.SIGINT, signal.SIGTERM):
            signal.signal(kind, signal.SIG_DFL)
        link.close()
        ours.close()
        serve(theirs)
    finally:
        os._exit(0)


def _leave(*_: object) -> None:
    """End by an exception, so that what is half made is removed on the way out."""
    raise SystemExit(1)
