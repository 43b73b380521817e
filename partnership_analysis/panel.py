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

from partnership_analysis.panels import AMOUNTS, COLUMNS, KEYS
from partnership_analysis.periods import month_end, month_index, month_stamps
from partnership_analysis.portfolio import Portfolio

NAMES = ("partner", "kind", "direction")
"""The keys that are texts."""


def panel_of(portfolio: Portfolio, *, until: dt.date | None = None) -> pd.DataFrame:
    """:func:`panel` of a portfolio's interactions, reduced once however many measures ask for it.

    The frame is the caller's own.
    """
    last = portfolio.last_date
    if until is not None and last is not None and until >= last.date():
        until = None
    reduced = portfolio.kept(("panel", until), lambda: _until(portfolio, until))
    return reduced.copy(deep=False)


def _until(portfolio: Portfolio, until: dt.date | None) -> pd.DataFrame:
    if until is None or until != month_end(month_index(until)):
        return panel(portfolio.interactions, until=until)
    # Whole months are rows of the whole panel.
    whole = panel_of(portfolio)
    return whole[whole["month"] <= pd.Timestamp(until)].reset_index(drop=True)


def panel(interactions: Any, *, until: dt.date | None = None) -> pd.DataFrame:
    """Reduce interactions to one row a partner, month, kind and direction.

    Parameters
    ----------
    interactions : DataFrame
        The validated `interactions` table, of pandas, Polars (lazy too), PyArrow, DuckDB, Dask or PySpark: ``date``,
        ``partner``, ``kind``, ``direction``, and where present ``count`` (missing: 1), ``status`` and the amounts.
        A date is a day, or a moment that counts for the day that its own clock shows: where it carries a time
        zone, that zone's day and not UTC's. DuckDB and Spark keep moments without their zone and show them in
        the session's, which is then the one that counts.
    until : date, optional
        Leave out what happened after this day. Default: keep all.

    Returns
    -------
    DataFrame
        Sorted by its keys, missing ones last. Columns: ``partner`` (string), ``month`` (first day, datetime64[us]),
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
    if frame.implementation.is_duckdb():
        frame = nw.from_native(without_nan(interactions))
    reduced = reduction(frame, until=until)
    eager = reduced.collect() if isinstance(reduced, nw.LazyFrame) else reduced
    return tidy(eager.to_pandas())


def reduction(frame: Any, *, until: dt.date | None = None, tally: bool = False) -> Any:
    """The reduction as one expression of Narwhals, which the frame's engine runs.

    Parameters
    ----------
    frame : narwhals.DataFrame or narwhals.LazyFrame
        As :func:`panel` takes them.
    until : date, optional
    tally : bool
        Add ``rows``, and the days of the month of the ``first`` and ``last`` of them: small numbers, because what a
        group carries is what an engine must hold of millions of groups.

    Returns
    -------
    narwhals.DataFrame or narwhals.LazyFrame
        In no order: the keys (``month`` as in :mod:`partnership_analysis.periods`, -1 where the date is missing),
        ``count``, the amounts (0 where none is known), and of each amount ``NAME_known``: on how many rows it is.
    """
    schema = frame.collect_schema()
    if not schema["date"].is_temporal():
        # Days as Python's own objects, which is how pandas reads them from Parquet.
        frame = frame.with_columns(nw.col("date").cast(nw.Datetime("us")))
    if until is not None:
        frame = frame.filter(_day() <= until.year * 10_000 + until.month * 100 + until.day)
    there = [amount for amount in AMOUNTS if amount in schema]
    days = {"day": _part("day").cast(nw.Int8)} if tally else {}
    frame = frame.select(
        *(_name(name, schema) for name in NAMES),
        month=_part("year") * 12 + _part("month") - 1,
        count=_count(schema),
        **{amount: _amount(amount, schema) for amount in there},
        **days,
    )
    sums = {amount: nw.col(amount).sum() for amount in ("count", *there)}
    known = {f"{amount}_known": nw.col(amount).count() for amount in there}
    if tally:
        known |= {"rows": nw.len(), "first": nw.col("day").min(), "last": nw.col("day").max()}
    lacking = [amount for amount in AMOUNTS if amount not in schema]
    return (
        frame.group_by(*KEYS)
        .agg(**sums, **known)
        .with_columns(
            # Some engines add whole numbers in a wider type.
            nw.col("count").cast(nw.Int64),
            *(nw.lit(0.0).alias(amount) for amount in lacking),
            *(nw.lit(0, nw.Int64).alias(f"{amount}_known") for amount in lacking),
        )
    )


def added(parts: Any) -> Any:
    """Reductions of some of the rows each, one below another, as the reduction of all.

    Parameters
    ----------
    parts : narwhals.LazyFrame
        As :func:`reduction` gives them.

    Returns
    -------
    narwhals.LazyFrame
        The same columns, in no order.
    """
    schema = parts.collect_schema()
    extremes = {"first": nw.col("first").min(), "last": nw.col("last").max()} if "first" in schema else {}
    sums = [name for name in schema.names() if name not in KEYS and name not in extremes]
    whole = [nw.col(name).cast(nw.Int64) for name in sums if schema[name].is_integer()]
    summed = parts.group_by(*KEYS).agg(**{name: nw.col(name).sum() for name in sums}, **extremes)
    return summed.with_columns(*whole).select(*schema.names())


def _day() -> nw.Expr:
    """The day of ``date`` as a whole number such as 20250131, which every engine compares alike."""
    return _part("year") * 10_000 + _part("month") * 100 + _part("day")


def _part(name: str) -> nw.Expr:
    part: nw.Expr = getattr(nw.col("date").dt, name)()
    return part.fill_null(0).cast(nw.Int32)


def _name(name: str, schema: Any) -> nw.Expr:
    """A key as text: categories differ from one partition to the next."""
    return nw.col(name) if schema[name] == nw.String else nw.col(name).cast(nw.String)


def _count(schema: Any) -> nw.Expr:
    return _number("count", schema).fill_null(1).cast(nw.Int64) if "count" in schema else nw.lit(1, nw.Int64)


def _amount(name: str, schema: Any) -> nw.Expr:
    amount = _number(name, schema).cast(nw.Float64)
    if name == "value" and "status" in schema:
        return nw.when(nw.col("status").is_null() | (nw.col("status") == "won")).then(amount)
    return amount


def _number(name: str, schema: Any) -> nw.Expr:
    """A column of numbers in which what is no number is missing, as it is to pandas."""
    number = nw.col(name)
    return nw.when(~number.is_nan()).then(number) if schema[name].is_float() else number


def without_nan(relation: Any) -> Any:
    """DuckDB's rows of interactions with what is no number missing.

    Parquet's statistics leave it out, and DuckDB concludes from them that ``isnan`` is false of every row.
    """
    floats = [
        name
        for name, kind in zip(relation.columns, relation.types, strict=True)
        if name in ("count", *AMOUNTS) and str(kind) in ("DOUBLE", "FLOAT")
    ]
    changed = [
        f'case when "{name}" - "{name}" = 0 or isinf("{name}") then "{name}" end as "{name}"'
        for name in floats
    ]
    return relation.project(f"* replace ({', '.join(changed)})") if changed else relation


def tidy(reduced: pd.DataFrame) -> pd.DataFrame:
    """The reduced rows in the panel's order and dtypes, whatever engine made them."""
    ranks, order = ranked(reduced)
    made = reduced.drop(columns=list(KEYS)).take(order).reset_index(drop=True)
    for key in NAMES:
        code, distinct = ranks[key]
        made[key] = pd.Series(distinct, dtype="string").array.take(code[order], allow_fill=True)
    months = reduced["month"].to_numpy()[order]
    made["month"] = np.where(months < 0, np.datetime64("NaT"), month_stamps(months))
    made["count"] = made["count"].astype("Int64")
    for amount in AMOUNTS:
        made[amount] = made[amount].astype("Float64").where(made[f"{amount}_known"].to_numpy() > 0)
    return made[list(COLUMNS)]


def ranked(reduced: pd.DataFrame) -> tuple[dict[str, Any], np.ndarray]:
    """Each key as places in its sorted values, and the order of the rows: missing keys come last."""
    # As numbers, which are sorted several times as fast as texts; the names are written again in their order.
    ranks = {key: pd.factorize(reduced[key], sort=True) for key in KEYS}
    last = [np.where(code < 0, len(distinct), code) for code, distinct in ranks.values()]
    # One number a row, which is sorted in a fifth of the time of four.
    whole = np.ravel_multi_index(last, [len(distinct) + 1 for _, distinct in ranks.values()])
    return ranks, np.argsort(whole)
