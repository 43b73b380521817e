"""Many calls at once, each in a process of its own, never more than a number of them."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from partnership_analysis.reports.engines import forks, work
from partnership_analysis.reports.engines.wire import receive
from partnership_analysis.reports.engines.work import Outcome

Told = Callable[[int, str, int, int], None]
"""Called with a task's place, the step it is at, how much of that is done and of how much."""


DYING = 0.2
"""Seconds from a process's last word to its exit code."""


@dataclass(frozen=True)
class Task:
    """A function to call in a process of its own."""

    call: str
    """``package.module:function``; it takes a ``progress`` beside the values."""
    values: Mapping[str, Any]
    shared: Mapping[str, Any] = field(default_factory=dict)
    """What :func:`shared.remember` is given before the process is forked; empty: nothing."""
    after: frozenset[int] = frozenset()
    """Places of tasks that must be over before this one starts."""


@dataclass(frozen=True)
class Done:
    """A task that is over."""

    place: int
    outcome: Outcome
    seconds: float


class _Process(Protocol):
    link: socket.socket

    def end(self, *, gently: bool = False) -> int | None: ...


def cores() -> int:
    """Processors that this process may use.

    >>> cores() > 0
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_all(
    tasks: Sequence[Task],
    *,
    processes: int | None = None,
    told: Told = lambda place, step, done, total: None,
    spared: Callable[[int], Outcome | None] = lambda place: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Generator[Done, None, None]:
    """Run tasks, and give each as it is over; leaving the loop ends those that run.

    Parameters
    ----------
    tasks : sequence of Task
        Started in this order, as far as ``after`` lets them.
    processes : int, optional
        How many at once; none: as many as there are cores.
    told : callable, optional
        Told about every step of every task.
    spared : callable, optional
        Asked before a task starts; an outcome spares it.
    meanwhile : callable, optional
        Called once, when the first tasks are on their way: what this process does itself.

    Yields
    ------
    Done
        In the order in which they end. A process that dies is an outcome like another.
    """
    waiting, over = dict(enumerate(tasks)), set[int]()
    running: dict[socket.socket, tuple[int, _Process, float]] = {}
    ending: list[_Process] = []
    own = iter([meanwhile])
    try:
        while waiting or running:
            free = [place for place, task in waiting.items() if task.after <= over]
            if free and len(running) < (processes or cores()):
                task, start = waiting.pop(free[0]), time.monotonic()
                outcome = spared(free[0])
                if outcome is None:
                    process = _started(task)
                    running[process.link] = (free[0], process, start)
                else:
                    over.add(free[0])
                    yield Done(free[0], outcome, time.monotonic() - start)
                continue
            for ended in ending:  # The next ones run already.
                ended.end()
            ending.clear()
            for work_of_its_own in own:
                work_of_its_own()
            for link in select.select(list(running), [], [])[0]:
                place, process, start = running[link]
                outcome = _heard(process, place, told)
                if outcome is not None:
                    del running[link]
                    ending.append(process)
                    over.add(place)
                    yield Done(place, outcome, time.monotonic() - start)
        for work_of_its_own in own:
            work_of_its_own()
    finally:
        for process in ending:
            process.end()
        for _, process, _ in running.values():
            process.end(gently=True)


def _heard(process: _Process, place: int, told: Told) -> Outcome | None:
    try:
        (what, said), _ = receive(process.link)
    except (EOFError, OSError):
        time.sleep(DYING)
        return Outcome(error=f"the process that made it died{_how(process.end())}")
    if what == "progress":
        told(place, *said)
        return None
    return said


def _how(code: int | None) -> str:
    if code is None:
        return ", and the one that forked it"
    if code == -signal.SIGKILL:
        return f" (signal {-code}); perhaps memory ran out"
    return f" (signal {-code})" if code < 0 else f" (code {code})"


def _started(task: Task) -> _Process:
    if forks.supported():
        arguments = {"call": task.call, "values": dict(task.values)}
        return forks.server().fork("work", arguments, os.environ, str(Path.cwd()), task.shared)
    return _Spawned(task)


class _Spawned:
    """A process of a new interpreter, where none can be forked."""

    def __init__(self, task: Task) -> None:
        from multiprocessing import get_context

        self.link, theirs = socket.socketpair()
        with theirs:
            self._process = get_context("spawn").Process(
                target=work.run, args=(theirs, task.call, dict(task.values)), daemon=False
            )
            self._process.start()

    def end(self, *, gently: bool = False) -> int | None:
        self.link.close()
        if gently:
            self._process.terminate()
            self._process.join(forks.PATIENCE)
        self._process.kill()
        self._process.join()
        return self._process.exitcode
