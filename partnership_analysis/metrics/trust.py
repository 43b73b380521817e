"""Level of trust at every month: the latest rating, and where it came from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.metrics.columns import places
from partnership_analysis.metrics.grid import Grid
from partnership_analysis.periods import month_indices
from partnership_analysis.portfolio import Portfolio


@dataclass(frozen=True)
class Trust:
    """Trust on partner x month: ``score`` (NaN unknown), ``source`` (index into SOURCES, -1 unknown), ``date``."""

    SOURCES: ClassVar[tuple[str, ...]] = ("rated", "ours stands in", "assumed")

    score: NDArray[np.float64]
    source: NDArray[np.int8]
    date: NDArray[np.datetime64]


def trust(portfolio: Portfolio, cells: Grid, *, perspective: str, as_of: dt.date) -> Trust:
    """Trust at the end of every month: a rating holds until the next one.

    *Ours* takes what we rated; *theirs* what they rated, and ours where they have not. Where neither is
    known the settings' ``assumed_trust`` serves, if there is one. Several ratings of one day are averaged.
    """
    score, date = _known(portfolio, "us" if perspective == "ours" else "them", cells, as_of)
    source = np.where(np.isnan(score), -1, 0).astype("int8")
    if perspective == "theirs":
        ours, ours_date = _known(portfolio, "us", cells, as_of)
        gap = np.isnan(score) & ~np.isnan(ours)
        score, date = np.where(gap, ours, score), np.where(gap, ours_date, date)
        source[gap] = 1
    assumed = portfolio.settings.assumed_trust
    if assumed is not None:
        gap = np.isnan(score)
        score = np.where(gap, assumed, score)
        source[gap] = 2
    return Trust(score, source, date)


def _known(
    portfolio: Portfolio, rater: str, cells: Grid, as_of: dt.date
) -> tuple[NDArray[np.float64], NDArray[np.datetime64]]:
    """:func:`_held` of a portfolio, made once for the same cells."""
    if cells.rows is not None:
        return _held(portfolio.ratings, rater, cells, as_of)
    key = ("trust", rater, as_of, cells.first, cells.shape)
    return portfolio.kept(key, lambda: _held(portfolio.ratings, rater, cells, as_of))


def _held(
    ratings: pd.DataFrame, rater: str, cells: Grid, as_of: dt.date
) -> tuple[NDArray[np.float64], NDArray[np.datetime64]]:
    """Latest score and its day at the end of each month, on partner x month."""
    score = np.full(cells.shape, np.nan)
    day = np.full(cells.shape, np.datetime64("NaT", "us"))
    mine = ratings[
        (ratings["rater"] == rater)
        & (ratings["factor"] == "trust")
        & (ratings["date"] <= pd.Timestamp(as_of))
    ]
    chosen = mine.groupby(["partner", "date"], sort=True)["score"].mean().reset_index()
    rows = places(chosen["partner"], cells.partners)
    columns = np.maximum(month_indices(chosen["date"]).to_numpy("int64") - cells.first, 0)
    known = rows >= 0
    # Later dates come later in the sort, so the last write of a cell is its latest rating.
    score[rows[known], columns[known]] = chosen["score"].to_numpy("float64")[known]
    day[rows[known], columns[known]] = chosen["date"].to_numpy("datetime64[us]")[known]
    filled = np.maximum.accumulate(np.where(np.isnan(score), -1, np.arange(cells.width)[None, :]), axis=1)
    pick = np.maximum(filled, 0)
    return np.take_along_axis(score, pick, axis=1), np.take_along_axis(day, pick, axis=1)
