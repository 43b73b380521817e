"""What was made lately, for whoever asks for it again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

Made = TypeVar("Made")


class Recent:
    """Results by what they were made from; of too many that which was asked for longest ago is forgotten.

    Examples
    --------
    >>> recent, calls = Recent(2), []
    >>> for key in "abacab":
    ...     _ = recent.get(key, lambda: calls.append(key))
    >>> calls
    ['a', 'b', 'c', 'b']
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: dict[Hashable, object] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._made

    def __iter__(self) -> Iterator[tuple[Hashable, object]]:
        """Each key and what was made for it, the one that was asked for longest ago first."""
        return iter(self._made.items())

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, or gave when the key was last asked for."""
        result = self._made.pop(key) if key in self._made else make()
        if len(self._made) >= self._most:
            del self._made[next(iter(self._made))]
        self._made[key] = result
        return result  # type: ignore[return-value]
