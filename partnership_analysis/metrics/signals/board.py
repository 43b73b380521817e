"""The signals board: what happened with each partner month by month, beside its state.

Source: article 001 ("see which ones are growing with strength or possibly weakening over time").
"""

from __future__ import annotations

import datetime as dt
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.metrics.about import ended_by
from partnership_analysis.metrics.columns import places, wholes
from partnership_analysis.metrics.grid import directions, last_day
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.rvi import indexed, latest
from partnership_analysis.metrics.signals.states import signalled
from partnership_analysis.panel import panel_of
from partnership_analysis.periods import month_index, month_indices, month_start
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import RVI_KINDS, TOO_EARLY

STATES = ("weakening", "silent", "strengthening", "steady", TOO_EARLY)
"""In the order of the board: whom a call can still reach comes first."""
NEWS = STATES[:3]
"""What chance does not explain."""
SHOWN = 24
"""Months of a board."""


def signals_board(
    portfolio: Portfolio,
    *,
    perspective: str = "ours",
    as_of: dt.date | str | None = None,
    months: int = SHOWN,
) -> pd.DataFrame:
    """Interactions a month of every partner, beside what the signals say of it on the day.

    Parameters
    ----------
    portfolio : Portfolio
    perspective, as_of
        As in :func:`partnership_analysis.signals`.
    months : int
        How many are counted, the day's included.

    Returns
    -------
    DataFrame
        One row a partner that has not ended and month, those with news first (weakening, silent, strengthening, steady,
        too early; within a state the surest first, then by name): ``partner`` (string), ``month`` (its first day);
        ``count`` (Int64): interactions of the five kinds in it, 0 where there was none since the partnership began;
        ``state``, ``since``, ``chance``, ``evidence``: of the day, the same in every row of a partner, as
        :func:`partnership_analysis.signals` has them.

    Raises
    ------
    ParameterError, PeriodError
        As :func:`partnership_analysis.signals`.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-02", "2025-09-12", "2025-09-14"], "partner": "Ann", "kind": "referral",
    ...                      "direction": "received"})
    >>> board = signals_board(pa.Portfolio.from_frames(rows, settings={"repeats": "each"}))
    >>> board["count"].tolist(), board["state"].unique().tolist()
    ([1, 0, 2], ['too early'])
    """
    day = last_day(portfolio, as_of)
    first = month_index(day) - months + 1
    since = pd.Timestamp(month_start(first))
    now = signalled(portfolio, perspective=perspective, as_of=day, take=partial(latest, month=day))
    now = now[~now["partner"].isin(ended_by(portfolio, day))]
    now = now.assign(order=now["state"].map({state: place for place, state in enumerate(STATES)}))
    now = now.sort_values(["order", "chance", "partner"], key=by_name, kind="stable", ignore_index=True)
    lived = indexed(
        portfolio,
        perspective=perspective,
        as_of=day,
        take=lambda table: table.loc[table["month"] >= since, ["partner", "month"]],
    )
    row = places(lived["partner"], now["partner"])
    # Sorted by month already; who has ended has no row.
    order = np.argsort(row, kind="stable")[(row < 0).sum() :]
    month, row = lived["month"].iloc[order].reset_index(drop=True), row[order]
    counts = _counts(portfolio, now["partner"], first, months, day, perspective)
    table = now[["partner", "state", "since", "chance", "evidence"]].take(row).reset_index(drop=True)
    table.insert(1, "month", month)
    table.insert(2, "count", wholes(counts[row, month_indices(month).to_numpy("int64") - first]))
    return table


def _counts(
    portfolio: Portfolio, partners: pd.Series, first: int, months: int, day: dt.date, perspective: str
) -> NDArray[np.int64]:
    """Interactions of the five kinds, partners x months."""
    reduced = panel_of(portfolio, until=day)
    chosen = reduced["direction"].isin(directions(perspective)) & reduced["kind"].isin(RVI_KINDS)
    mine = reduced[chosen & (reduced["month"] >= pd.Timestamp(month_start(first)))]
    row = places(mine["partner"], partners)
    cell = row * months + month_indices(mine["month"]).to_numpy("int64") - first
    sums = np.bincount(
        cell[row >= 0], weights=mine["count"].to_numpy("float64")[row >= 0], minlength=len(partners) * months
    )
    return sums.astype("int64").reshape(len(partners), months)


def changed(states: pd.DataFrame) -> pd.DataFrame:
    """Those whose change chance does not explain, in the order of the board.

    Parameters
    ----------
    states : DataFrame
        One row a partner: ``partner``, ``state``, ``weakening``, ``strengthening``, as
        :func:`partnership_analysis.signals` has them, and anything else.

    Returns
    -------
    DataFrame
        The rows that weaken, are silent or strengthen, in this order, within a state the surest first, then by name; and
        ``sure`` (Float64, 0 to 1): the probability that it is so.

    Examples
    --------
    >>> states = pd.DataFrame({"partner": ["Ann", "Bo", "Cy"], "state": ["strengthening", "steady", "weakening"],
    ...                        "weakening": [0.01, 0.4, 0.97], "strengthening": [0.99, 0.6, 0.03]})
    >>> changed(states)[["partner", "sure"]].values.tolist()
    [['Cy', 0.97], ['Ann', 0.99]]
    """
    rows = states[states["state"].isin(NEWS)]
    sure = rows["strengthening"].where(rows["state"] == "strengthening", rows["weakening"])
    rows = rows.assign(sure=sure, order=rows["state"].map({state: place for place, state in enumerate(NEWS)}))
    ranked = rows.sort_values(
        ["order", "sure", "partner"], ascending=[True, False, True], key=by_name, kind="stable"
    )
    return ranked.drop(columns="order").reset_index(drop=True)
