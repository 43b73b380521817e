"""What is put off within a move, and what is made in the pauses."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

import pytest

from partnership_analysis.explore import pace
from partnership_analysis.explore.pace import Ahead, undisturbed


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "REST", 0.01)
    monkeypatch.setattr(pace, "BETWEEN", 0.0)


def pieces(made: list[str], words: str) -> list[Callable[[], object]]:
    return [lambda word=word: made.append(word) for word in words]


def test_one_after_another_after_a_rest() -> None:
    made: list[str] = []

    async def kernel() -> None:
        Ahead().begin(pieces(made, "abc"))
        assert made == []
        await asyncio.sleep(0.2)

    asyncio.run(kernel())
    assert made == ["a", "b", "c"]


def test_a_move_goes_before_what_was_still_to_be_made() -> None:
    made: list[str] = []

    async def kernel() -> None:
        ahead = Ahead()
        ahead.begin([*pieces(made, "a"), ahead.stop, *pieces(made, "b")])
        await asyncio.sleep(0.2)
        ahead.begin(pieces(made, "c"))
        ahead.begin(pieces(made, "d"))
        await asyncio.sleep(0.2)

    asyncio.run(kernel())
    assert made == ["a", "d"]


def test_nothing_is_made_where_no_loop_runs() -> None:
    made: list[str] = []
    Ahead().begin(pieces(made, "a"))
    asyncio.run(asyncio.sleep(0.1))
    assert made == []


def test_the_search_for_garbage_is_put_off_and_comes_back() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), undisturbed():
        assert gc.get_threshold() == (*before[:2], pace.NEVER)
        raise KeyError
    assert gc.get_threshold() == before
