"""Columns of texts in Arrow: trimmed, coded by what differs, and the words that mean nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

MISSING_WORDS = (
    *("", "-", "--", "–", "—", "n/a", "n.a.", "none", "null", "<na>"),
    *("#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#spill!", "#calc!"),
)
"""Texts that mean that there is nothing, in any case."""

_NOTHING = pa.array(MISSING_WORDS, pa.large_string())
_LONGEST = max(len(word.encode()) for word in MISSING_WORDS)
_OPENINGS = np.isin(np.arange(256), sorted({word.encode()[0] for word in MISSING_WORDS if word} | set(b"nN")))
"""First bytes that a text which means nothing can have."""

_LONG = 50_000
"""Rows from which columns are gone through two at a time."""

_In = TypeVar("_In")
_Out = TypeVar("_Out")

_SAMPLED, _SLICE = 20_000, 1_000
"""Cells from which a column is sampled before it is coded, and the cells of each of three samples."""


def arrow(column: pd.Series) -> pa.Array:
    """A column of texts as one Arrow array; shared where it is one already."""
    made = pa.array(column, pa.large_string())
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def series(texts: pa.Array) -> pd.Series:
    """An Arrow array of texts as a column (dtype ``string``); nothing is copied."""
    return pd.Series(pd.arrays.ArrowStringArray(pa.chunked_array([texts])), copy=False)


def texts_of(values: Iterable[str]) -> pa.Array:
    """Python texts for Arrow; half a character, which no file can hold, becomes ``?``."""
    values = list(values)
    try:
        return pa.array(values, pa.large_string())
    except UnicodeEncodeError:
        return pa.array(map(safe, values), pa.large_string())


def safe(text: str) -> str:
    """A text that can be written to a file: half a character becomes ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


def taken(words: pa.Array, codes: np.ndarray) -> pd.Series:
    """Texts by place, -1 for none (dtype ``string``)."""
    return series(texts_at(words, codes))


def texts_at(words: pa.Array, codes: np.ndarray) -> pa.Array:
    """Texts by place, -1 for none."""
    absent = codes < 0
    none = not absent.any()
    if len(codes) == len(words) and np.array_equal(codes[~absent], np.flatnonzero(~absent)):
        # Every cell has its own text: nothing needs to be moved.
        return words if none else pc.if_else(pa.array(absent), None, words)
    return words.take(pa.array(codes, mask=None if none else absent))


def only(words: pa.Array, used: np.ndarray) -> pa.Array:
    """The texts that are used, and missing values in the place of the others; nothing is copied."""
    if used.all():
        return words
    if words.offset:
        return pc.if_else(pa.array(used), words, None)
    return pa.Array.from_buffers(words.type, len(words), [pa.array(used).buffers()[1], *words.buffers()[1:]])


def coded(texts: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """Places (int32, -1 for none) and texts, trimmed.

    Each different text stands once, unless most differ: then every cell keeps its own, because finding out
    what is the same would cost more than it saves.
    """
    if _mostly_different(texts):
        codes = np.arange(len(texts), dtype=np.int32)
        if texts.null_count:
            codes[~flags(texts.is_valid())] = -1
            texts = texts.fill_null("")
        return codes, _trimmed(texts)
    made = texts.dictionary_encode()
    codes = made.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes, pc.utf8_trim_whitespace(made.dictionary)


def _trimmed(texts: pa.Array) -> pa.Array:
    """Texts without white space around them; not touched where no first or last byte can be one."""
    starts, data = spans(texts)
    filled = starts[1:] > starts[:-1]
    edges = np.concatenate([data[starts[:-1][filled]], data[starts[1:][filled] - 1]])
    return pc.utf8_trim_whitespace(texts) if ((edges <= 0x20) | (edges >= 0x80)).any() else texts


def _mostly_different(texts: pa.Array) -> bool:
    size = len(texts)
    if size < _SAMPLED:
        return False
    parts = [texts.slice(start, _SLICE) for start in (0, (size - _SLICE) // 2, size - _SLICE)]
    filled = pa.concat_arrays(parts)
    filled = filled.filter(pc.greater(pc.binary_length(filled), 0))
    return bool(2 * pc.count_distinct(filled).as_py() > max(len(filled), 1))


def nothing(words: pa.Array) -> np.ndarray:
    """Which trimmed texts mean that there is nothing.

    >>> nothing(pa.array(["", "N/A", "Nadia", "#REF!"], pa.large_string())).tolist()
    [True, True, False, True]
    """
    starts, data = spans(words)
    lengths = np.diff(starts)
    found = lengths == 0
    likely = ~found & (lengths <= _LONGEST)
    likely[likely] = _OPENINGS[data[starts[:-1][likely]]]
    if likely.any():
        found[likely] = flags(pc.is_in(pc.utf8_lower(words.filter(pa.array(likely))), _NOTHING))
    return found


def spans(words: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Where each text begins (and the last ends) in the bytes of all, and these bytes."""
    _, offsets, data = words.buffers()
    if not len(words) or offsets is None:
        return np.zeros(len(words) + 1, np.int64), np.zeros(0, np.uint8)
    starts = np.frombuffer(offsets, np.int64)[words.offset : words.offset + len(words) + 1]
    return starts, np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)


def flags(states: pa.Array) -> np.ndarray:
    """Arrow's yes and no (missing is no) as an array."""
    return np.asarray(states.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def that_match(words: pa.Array, pattern: str) -> np.ndarray:
    """Which texts hold a pattern (RE2)."""
    return flags(pc.match_substring_regex(words, pattern))


def each(function: Callable[[_In], _Out], items: Iterable[_In], size: int) -> list[_Out]:
    """A function of each item; for long columns two at a time, since arrays need no turn of Python's."""
    if size < _LONG:
        return list(map(function, items))
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, items))
