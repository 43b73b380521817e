"""Fingerprints of rows: equal rows have equal ones, in whatever order the columns stand and whatever file they are in.

Different rows have different ones but for chance (for a million rows, one in tens of millions).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pyarrow as pa

from partnership_analysis.sources.cells import DAY, MISSING, NUMBER, OTHER, SPAN, TEXT, TRUTH, Cells
from partnership_analysis.sources.words import spans

_ODD = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_FIRST_BYTES = np.array([2 ** (8 * count) - 1 for count in range(9)], dtype=np.uint64)
_KINDS = np.zeros(SPAN + 1, dtype=np.uint64)
_KINDS[[TRUTH, SPAN]] = TRUTH, SPAN
_LONG = 512
"""Bytes of a text over which it is hashed by itself."""


def of_rows(
    labels: Sequence[str], cells: Sequence[Cells], size: int, each: Callable[..., Iterable[np.ndarray]] = map
) -> np.ndarray:
    """One fingerprint a row over all its cells, each with its label; cells that hold nothing do not count.

    Parameters
    ----------
    labels : sequence of str
        The label of each column, compared exactly.
    cells : sequence of Cells
        The columns.
    size : int
        How many rows there are.
    each : callable
        As ``map``: how the columns are gone through.

    Returns
    -------
    ndarray of uint64, shape (size,)
        0 where every cell is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> a, b = Cells.of(pd.Series(["x", "y"])), Cells.of(pd.Series([1, 2]))
    >>> bool((of_rows(["a", "b"], [a, b], 2) == of_rows(["b", "a"], [b, a], 2)).all())
    True
    """
    # A sum, so that the order of columns does not matter; salted, so that it matters under which label.
    salts = of_texts(pa.array(labels, pa.large_string()))
    total = np.zeros(size, dtype=np.uint64)
    for part in each(
        _of_column, [pair for pair in zip(salts, cells, strict=True) if pair[1].has != {MISSING}]
    ):
        total += part
    return total


def _of_column(salted: tuple[np.uint64, Cells]) -> np.ndarray:
    salt, cells = salted
    if cells.has <= {MISSING, TEXT, OTHER}:
        return np.append(_mixed(of_texts(cells.words) + salt), np.uint64(0))[cells.codes]
    return _of_cells(cells, salt)


def _of_cells(cells: Cells, salt: np.uint64) -> np.ndarray:
    """Prints of cells of several kinds; the kind counts, so that ``1`` is not yes."""
    bits = _KINDS[cells.kinds]
    if cells.has & {TEXT, OTHER}:
        bits += np.append(of_texts(cells.words), np.uint64(0))[cells.codes]
    if cells.has & {NUMBER, TRUTH, SPAN}:
        # Adding 0 makes -0.0 the 0 that it equals.
        values = np.where(np.isnan(cells.numbers), 0, cells.numbers) + 0.0
        bits += values.view(np.uint64)
    if DAY in cells.has:
        bits += np.where(cells.kinds == DAY, cells.times.view(np.uint64), np.uint64(0))
    return np.where(cells.missing, np.uint64(0), _mixed(bits + salt))


def _mixed(bits: np.ndarray) -> np.ndarray:
    """Bits spread over the whole number (the finish of splitmix64)."""
    bits = (bits ^ (bits >> np.uint64(30))) * _ODD[1]
    bits = (bits ^ (bits >> np.uint64(27))) * _ODD[2]
    return np.asarray(bits ^ (bits >> np.uint64(31)))


def of_texts(words: pa.Array) -> np.ndarray:
    """A hash of each text, eight bytes at a time for all texts at once."""
    starts, data = spans(words)
    lengths = np.diff(starts)
    state = lengths.astype(np.uint64) * _ODD[0] + _ODD[1]
    # Eight bytes from any place on, also from the last one.
    padded = np.concatenate([data[: starts[-1]], np.zeros(8, np.uint8)])
    eight = np.ndarray((len(padded) - 7,), dtype="<u8", buffer=padded.data, strides=(1,))
    firsts = starts[:-1]
    rows: np.ndarray | slice = slice(None)
    for done in range(0, min(int(lengths.max(initial=0)), _LONG), 8):
        if done:
            rows = np.flatnonzero(lengths > done)
        left = lengths[rows] - done
        piece = eight[firsts[rows] + done] & _FIRST_BYTES[np.clip(left, 0, 8)]
        mixed = (state[rows] ^ piece) * _ODD[0]
        state[rows] = mixed ^ (mixed >> np.uint64(29))
    for row in np.flatnonzero(lengths > _LONG).tolist():
        text = data[starts[row] : starts[row + 1]].tobytes()
        state[row] = np.frombuffer(hashlib.blake2b(text, digest_size=8).digest(), np.uint64)[0]
    return state
