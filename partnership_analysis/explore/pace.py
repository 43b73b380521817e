"""What lets a panel keep up with a hand: nothing else is done within a move, and what may be next is made in the pauses."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

REST = 0.4
"""Seconds without a move after which something is made ahead."""
AT_FIRST = 8.0
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


class Ahead:
    """Makes one thing after another while nothing moves, in the loop that a kernel runs in; without a loop nothing."""

    def __init__(self) -> None:
        self._waits: asyncio.TimerHandle | None = None

    def begin(self, pieces: Iterable[Callable[[], object]], rest: float | None = None) -> None:
        """Make these after a rest (in seconds; default: ``REST``), in place of what was still to be made."""
        self.stop()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._waits = loop.call_later(REST if rest is None else rest, self._make, loop, iter(pieces))

    def stop(self) -> None:
        """Make nothing more."""
        if self._waits is not None:
            self._waits.cancel()

    def _make(self, loop: asyncio.AbstractEventLoop, pieces: Iterator[Callable[[], object]]) -> None:
        piece = next(pieces, None)
        if piece is not None:
            self._waits = loop.call_later(BETWEEN, self._make, loop, pieces)
            piece()
