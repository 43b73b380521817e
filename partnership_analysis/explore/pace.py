"""What lets a panel keep up with a hand: nothing else is done within a move, and what may be next is made in the pauses."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from partnership_analysis.explore import apart

REST = 0.25
"""Seconds without a move after which something is made ahead."""
AT_FIRST = 2.0
"""Seconds likewise after a panel is there: the cells below it run first."""
BETWEEN = 0.02
"""Seconds between two things that are made ahead, in which a move is noticed."""
BREATH = 0.002
"""Seconds in which the kernel's other thread sends what was just made, which it cannot while this one computes."""
NEVER = 1_000_000
"""Searches among what is young before one among what is old: more than a move has."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put off the search for garbage among all that a notebook holds: it can take as long as a picture."""
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, NEVER)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)


def breathe() -> None:
    """Let what was made go out before anything else is computed."""
    time.sleep(BREATH)


class Parcels(Protocol):
    """What a process that works ahead tells, piece by piece, and how it is taken."""

    def told(self) -> Any:
        """What is new since the last time, in the process that made it."""

    def take(self, told: Any) -> None:
        """Keep it, in this one."""


class Ahead:
    """Makes one thing after another while nothing moves, beside the loop that a kernel runs in; without a loop nothing.

    Where a process can be forked, that makes it, so that no move waits for the end of a piece; elsewhere the loop does,
    between moves.
    """

    def __init__(self) -> None:
        self._waits: asyncio.TimerHandle | None = None
        self._apart: apart.Apart | None = None

    def begin(
        self,
        pieces: Iterable[Callable[[], object]],
        rest: float | None = None,
        parcels: Callable[[], Parcels] | None = None,
    ) -> None:
        """Make these after a rest, in place of what was still to be made.

        Parameters
        ----------
        pieces : iterable of callable
            Each is called without arguments, and leaves what it made where it is found.
        rest : float, optional
            Seconds; default: ``REST``.
        parcels : callable, optional
            Called when it begins: brings what a forked process makes home. Without it none is forked.
        """
        self.stop()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        later = REST if rest is None else rest
        if parcels is not None and apart.SUPPORTED:
            self._waits = loop.call_later(later, self._fork, loop, pieces, parcels)
        else:
            self._waits = loop.call_later(later, self._make, loop, iter(pieces))

    def stop(self) -> None:
        """Make nothing more."""
        if self._waits is not None:
            self._waits.cancel()
        if self._apart is not None:
            self._apart.end()

    def _fork(
        self,
        loop: asyncio.AbstractEventLoop,
        pieces: Iterable[Callable[[], object]],
        parcels: Callable[[], Parcels],
    ) -> None:
        home = parcels()

        def made() -> Iterator[object]:
            for piece in pieces:
                piece()
                if told := home.told():
                    yield told

        self._apart = apart.Apart(made, home.take, loop)

    def _make(self, loop: asyncio.AbstractEventLoop, pieces: Iterator[Callable[[], object]]) -> None:
        piece = next(pieces, None)
        if piece is not None:
            self._waits = loop.call_later(BETWEEN, self._make, loop, pieces)
            piece()
