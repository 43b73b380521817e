"""A process that works ahead: what it makes comes home, and it never outlives its use."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import pytest

from partnership_analysis.explore import apart
from partnership_analysis.explore.apart import Apart

pytestmark = pytest.mark.skipif(not apart.SUPPORTED, reason="needs a fork")


def taken(
    make: Callable[[], Iterable[object]], until: Callable[[list[object]], bool]
) -> tuple[list[object], Apart]:
    """What comes home until that is enough, and the process that made it, ended."""

    async def here() -> tuple[list[object], Apart]:
        home: list[object] = []
        process = Apart(make, home.append, asyncio.get_running_loop())
        while not until(home):
            await asyncio.sleep(0.01)
        process.end()
        return home, process

    return asyncio.run(asyncio.wait_for(here(), 30))


def children() -> list[int]:
    """Processes of this one that have not been waited for."""
    with suppress(ChildProcessError):
        return [os.waitpid(-1, os.WNOHANG)[0]]
    return []


def test_what_is_made_comes_home_in_its_order_however_long() -> None:
    long = "x" * 3_000_000
    home, _ = taken(lambda: [1, long, ("a", None)], lambda home: len(home) == 3)
    assert home == [1, long, ("a", None)]


def test_it_is_made_elsewhere() -> None:
    home, _ = taken(lambda: [os.getpid()], bool)
    assert home != [os.getpid()]


def test_what_fails_there_is_not_heard_of(capfd: pytest.CaptureFixture[str]) -> None:
    def fails() -> Iterator[object]:
        yield "before"
        print("said there")
        raise ValueError("there")

    home, process = taken(fails, lambda home: home == ["before"])
    process.end()
    assert home == ["before"]
    assert capfd.readouterr() == ("", "")


def test_nothing_is_left_of_one_that_is_ended_while_it_works() -> None:
    def works() -> Iterator[object]:
        yield "begun"
        time.sleep(60)

    begun = time.monotonic()
    taken(works, bool)
    assert time.monotonic() - begun < 30
    assert children() == []


def test_nothing_is_left_of_one_that_came_to_its_end() -> None:
    async def here() -> None:
        process = Apart(lambda: ["all"], lambda _: None, asyncio.get_running_loop())
        while process.works:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(here(), 30))
    assert children() == []


def test_it_does_not_listen_where_a_kernel_does() -> None:
    def works() -> Iterator[object]:
        yield "begun"
        time.sleep(60)

    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        first.listen()

        def after_a_restart(home: list[object]) -> bool:
            if home:
                place = first.getsockname()
                first.close()
                second.bind(place)
            return bool(home)

        taken(works, after_a_restart)
