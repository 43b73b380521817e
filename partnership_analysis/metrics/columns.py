"""Columns of a measure: nullable, so that what is unknown stays ``NA`` and never becomes 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def floats(values: Any) -> Any:
    """A Float64 array; NaN becomes ``NA``.

    >>> floats([1.5, float("nan")])
    <FloatingArray>
    [1.5, <NA>]
    Length: 2, dtype: Float64
    """
    return pd.array(values, dtype="Float64")


def wholes(values: Any) -> Any:
    """An Int64 array; NaN becomes ``NA``."""
    return pd.array(values, dtype="Int64")


def texts(values: Any) -> Any:
    """A string array."""
    return pd.array(values, dtype="string")


def places(words: Any, known: Any) -> NDArray[np.int64]:
    """Where each of some texts stands among the known ones, -1 for what is not there or missing.

    A tenth of the time of ``Index.get_indexer``, which makes an object of every text first.

    >>> places(pd.Series(["Bo", "Cy", None, "Ann"]), ["Ann", "Bo"]).tolist()
    [1, -1, -1, 0]
    """
    found = pc.index_in(_arrow(words), value_set=_arrow(known), skip_nulls=True)
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype="int64")


def _arrow(words: Any) -> pa.Array:
    held = pa.array(texts(words))
    return held.combine_chunks() if isinstance(held, pa.ChunkedArray) else held


def stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables of the same columns below each other; they are used up, so that nothing is in memory twice.

    >>> stacked([pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})])["a"].tolist()
    [1, 2]
    """
    names = list(parts[0].columns)
    columns = {name: pd.concat([part.pop(name) for part in parts], ignore_index=True) for name in names}
    return pd.DataFrame(columns, copy=False)


def numbers(column: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A column as plain floats, ``NA`` as NaN, for arithmetic in numpy."""
    return np.asarray(column.to_numpy("float64", na_value=np.nan))
