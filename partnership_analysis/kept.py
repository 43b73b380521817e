"""What was computed from a portfolio's tables, kept while they hold the same cells: nothing is computed twice.

Measures stay pure functions of a portfolio; only the few steps under all of them (the panel, the grid of months, who
is a partner since when) are kept. The tables are remembered as shallow copies. pandas copies a column before it
changes one that somebody else holds, too, so a column at its old address has its old cells. Only what writes past
pandas, into a column's ``array``, is not noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import pyarrow as pa

Made = TypeVar("Made")

MOST = 32
"""Results that are kept of one portfolio, what was asked for longest ago forgotten first."""


@dataclass(eq=False)
class _Memory:
    tables: list[pd.DataFrame]
    places: list[list[list[tuple[int, ...]]]]
    seen: list[list[object]]
    made: dict[Hashable, object] = field(default_factory=dict)


_MEMORIES: WeakKeyDictionary[object, _Memory] = WeakKeyDictionary()


def kept(owner: object, tables: Sequence[pd.DataFrame], key: Hashable, make: Callable[[], Made]) -> Made:
    """What ``make`` gives, made once for each key while the tables hold the same cells.

    Parameters
    ----------
    owner : object
        Whose tables they are; what is kept goes when it goes.
    tables : sequence of DataFrame
        All that ``make`` reads of the owner, and the same ones for every key.
    key : hashable
        What is made, and from which parameters.
    make : callable
        Its result is shared by all who ask: a frame must be handed out as a copy, an array must not be changed.

    Examples
    --------
    >>> class Firm: pass
    >>> firm, table, calls = Firm(), pd.DataFrame({"a": [1, 2]}), []
    >>> total = lambda: calls.append("once") or int(table["a"].sum())
    >>> kept(firm, [table], "total", total), kept(firm, [table], "total", total), calls
    (3, 3, ['once'])
    >>> table.loc[0, "a"] = 5
    >>> kept(firm, [table], "total", total)
    7
    """
    memory = _MEMORIES.get(owner)
    if memory is None or not _unchanged(memory, tables):
        held = [table.copy(deep=False) for table in tables]
        memory = _MEMORIES[owner] = _Memory(
            held,
            [[_places(table[name]) for name in table] for table in held],
            [_parts(table) for table in tables],
        )
    if key in memory.made:
        result = memory.made[key] = memory.made.pop(key)
        return result  # type: ignore[return-value]
    result = make()
    if len(memory.made) >= MOST:
        del memory.made[next(iter(memory.made))]
    memory.made[key] = result
    return result


def _unchanged(memory: _Memory, now: Sequence[pd.DataFrame]) -> bool:
    parts = [_parts(table) for table in now]
    if all(map(_are, memory.seen, parts)):
        return True
    same = all(
        len(one) == len(other)
        and list(one.columns) == list(other.columns)
        and all(_same(one[name], other[name], place) for name, place in zip(one, places, strict=True))
        for one, other, places in zip(memory.tables, now, memory.places, strict=True)
    )
    if same:
        memory.seen = parts
    return same


def _parts(table: pd.DataFrame) -> list[object]:
    """The objects that hold a table's cells and the names of its columns: pandas writes into none that is shared.

    To compare them takes a hundredth of the time of asking for addresses. Other objects may hold the same cells.
    """
    manager = getattr(table, "_mgr", None)
    blocks = getattr(manager, "blocks", None)
    if blocks is None:
        return [object()]
    return [*getattr(manager, "axes", ()), *blocks, *(block.values for block in blocks)]


def _are(some: list[object], others: list[object]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))


def _same(one: pd.Series, other: pd.Series, place: list[tuple[int, ...]]) -> bool:
    """Whether a column's cells are those that were remembered, which lie at a place."""
    if one.dtype != other.dtype:
        return False
    # Truth values have no address of their own in Arrow's form.
    return one.equals(other) if one.dtype in ("boolean", "bool") else place == _places(other)


def _places(column: pd.Series) -> list[tuple[int, ...]]:
    """Where a column's cells are in memory, without the marks of what is missing, which Arrow writes anew."""
    # Numbers and dates as numpy holds them: Arrow would write the marks of a million rows anew only to be asked where.
    for name in ("_data", "_ndarray"):
        cells = getattr(column.array, name, None)
        if isinstance(cells, np.ndarray):
            return [(cells.ctypes.data, len(cells), *cells.strides)]
    cells = pa.array(column)
    chunks = cells.chunks if isinstance(cells, pa.ChunkedArray) else [cells]
    return [
        (chunk.offset, len(chunk), *(part.address for part in chunk.buffers()[1:] if part is not None))
        for chunk in chunks
    ]
