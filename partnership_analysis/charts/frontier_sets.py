"""Of the sets of so many partners: which add anything, how few would do, and what share they bring in words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

ENOUGH = 0.9
"""Share of the whole worth that is marked as enough."""
NOTHING = 1e-6
"""Share of the whole that is no gain."""


def growing(data: pd.DataFrame) -> pd.DataFrame:
    """The rows in which one more partner adds something."""
    adds, value = (data[name].to_numpy("float64", na_value=np.nan) for name in ("marginal", "value"))
    return data[adds > NOTHING * np.nan_to_num(value).max(initial=0.0)]


def knee(data: pd.DataFrame, enough: float = ENOUGH) -> Any:
    """The first row that brings enough, or nothing."""
    found = np.flatnonzero(data["share"].to_numpy("float64", na_value=np.nan) >= enough)
    return next(data.iloc[found[:1]].itertuples(), None)


def percent(share: float, enough: float = ENOUGH) -> str:
    """A share of the whole; to a decimal, rounded down, where it would read as enough, or as all, and is not.

    >>> percent(0.189), percent(0.896), percent(0.9), percent(0.9996), percent(1.0)
    ('19%', '89.6%', '90%', '99.9%', '100%')
    """
    whole = round(100 * share)
    short = any(share < mark - NOTHING and whole >= 100 * mark for mark in (enough, 1.0))
    return f"{math.floor(1000 * share) / 10:.1f}%" if short else f"{whole}%"


def percents(shares: list[float], enough: float = ENOUGH) -> list[str]:
    """Shares of the whole under each other; close to the end to a decimal, where they would else read alike.

    >>> percents([0.5, 0.99, 1.0]), percents([0.5, 0.9912, 0.9948, 1.0])
    (['50%', '99%', '100%'], ['50%', '99.1%', '99.4%', '100%'])
    """
    words = [percent(share, enough) for share in shares]
    return [
        f"{math.floor(1000 * share) / 10:.1f}%" if word == "99%" and words.count(word) > 1 else word
        for share, word in zip(shares, words, strict=True)
    ]
