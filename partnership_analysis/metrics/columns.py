"""Columns of a measure: nullable, so that what is unknown stays ``NA`` and never becomes 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


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


def numbers(column: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A column as plain floats, ``NA`` as NaN, for arithmetic in numpy."""
    return np.asarray(column.to_numpy("float64", na_value=np.nan))
