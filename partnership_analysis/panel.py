"""The one reduction: interactions to *partner x month x kind x direction*.

It is the only step that sees every interaction, so it is the only one that must scale. It is written once,
on Narwhals, in operations that every engine has: ``year * 12 + month`` rather than truncation to months,
sums and counts rather than anything that sorts.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from partnership_analysis.periods import month_stamps
from partnership_analysis.portfolio import Portfolio

KEYS = ("partner", "month", "kind", "direction")
AMOUNTS = ("value", "commission", "hours", "cost")


def panel_of(portfolio: Portfolio, *, until: dt.date | None = None) -> pd.DataFrame:
    """:func:`panel` of a portfolio's interactions, reduced once however many measures ask for it.

    The frame is the caller's own.
    """
    last = portfolio.last_date
    if until is not None and last is not None and until >= last.date():
        until = None
    reduced = portfolio.kept(("panel", until), lambda: panel(portfolio.interactions, until=until))
    return reduced.copy(deep=False)


def panel(interactions: Any, *, until: dt.date | None = None) -> pd.DataFrame:
    """Reduce interactions to one row a partner, month, kind and direction.

    Parameters
    ----------
    interactions : DataFrame
        The validated `interactions` table (any frame that Narwhals reads): ``date``, ``partner``, ``kind``,
        ``direction``, and where present ``count`` (missing: 1), ``status`` and the amounts.
    until : date, optional
        Leave out what happened after this day. Default: keep all.

    Returns
    -------
    DataFrame
        Sorted by its keys. Columns: ``partner`` (string), ``month`` (first day, datetime64[us]),
        ``kind``, ``direction`` (string), ``count`` (Int64), ``value``, ``commission`` (Float64, currency),
        ``hours`` (Float64), ``cost`` (Float64, currency). An amount on no row of its cell is ``NA``, not 0.
        ``value`` is what was won: a row whose ``status`` is open or lost adds nothing to it.

    Notes
    -----
    Source: `../shared/design/domain.md`, "The panel".

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "date": pd.to_datetime(["2025-01-03", "2025-01-29", "2025-02-01"]),
    ...     "partner": ["Ann", "Ann", "Ann"], "kind": "referral", "direction": "received",
    ...     "count": [1, 2, 1], "value": [500.0, None, None]})
    >>> panel(rows)[["month", "count", "value"]]
           month  count  value
    0 2025-01-01      3  500.0
    1 2025-02-01      1   <NA>
    """
    frame = nw.from_native(interactions)
    columns = frame.collect_schema().names()
    if until is not None:
        frame = frame.filter(nw.col("date") < dt.datetime.combine(until, dt.time()) + dt.timedelta(days=1))
    frame = frame.with_columns(
        month=(nw.col("date").dt.year().cast(nw.Int32) * 12 + nw.col("date").dt.month().cast(nw.Int32) - 1),
        count=nw.col("count").fill_null(1).cast(nw.Int64) if "count" in columns else nw.lit(1, nw.Int64),
        **{amount: _amount(amount, columns) for amount in AMOUNTS},
    )
    known = {f"{amount}_known": nw.col(amount).count() for amount in AMOUNTS}
    sums = {amount: nw.col(amount).sum() for amount in ("count", *AMOUNTS)}
    reduced = frame.group_by(*KEYS).agg(**sums, **known)
    eager = reduced.collect() if isinstance(reduced, nw.LazyFrame) else reduced
    return _tidy(eager.to_pandas())


def _amount(name: str, columns: list[str]) -> nw.Expr:
    if name not in columns:
        return nw.lit(None, nw.Float64)
    amount = nw.col(name).cast(nw.Float64)
    if name == "value" and "status" in columns:
        return nw.when(nw.col("status").is_null() | (nw.col("status") == "won")).then(amount)
    return amount


def _tidy(reduced: pd.DataFrame) -> pd.DataFrame:
    """The reduced rows in the panel's order and dtypes, whatever engine made them."""
    # As numbers, which are sorted several times as fast as texts; the names are written again in their order.
    ranks = {key: pd.factorize(reduced[key], sort=True) for key in KEYS}
    last = {key: np.where(code < 0, len(distinct), code) for key, (code, distinct) in ranks.items()}
    order = np.lexsort([last[key] for key in KEYS[::-1]])
    tidy = reduced.drop(columns=list(KEYS)).take(order).reset_index(drop=True)
    for key in ("partner", "kind", "direction"):
        code, distinct = ranks[key]
        tidy[key] = pd.Series(distinct, dtype="string").array.take(code[order], allow_fill=True)
    tidy["month"] = month_stamps(reduced["month"].to_numpy()[order])
    tidy["count"] = tidy["count"].astype("Int64")
    for amount in AMOUNTS:
        tidy[amount] = tidy[amount].astype("Float64").where(tidy[f"{amount}_known"].to_numpy() > 0)
    return tidy[[*KEYS, "count", *AMOUNTS]]
