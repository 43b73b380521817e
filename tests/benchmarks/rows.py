"""Interactions by the million, made by DuckDB from a hash of their number: the same rows every time, in no time.

Amounts are quarters of a unit, which add up to the same sum in any order, so that engines can be compared exactly.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

FIRST, LAST = dt.date(2022, 10, 1), dt.date(2025, 9, 30)

_ROWS = """
select
    timestamp '{start}' + to_days(((h >> 4) % {days})::integer) as date,
    'Partner ' || ((h >> 20) % {partners}) as partner,
    case h % 12 when 0 then 'event' when 1 then 'meeting' when 2 then 'trade' when 3 then 'trade'
        when 4 then 'strategic_referral' when 5 then 'strategic_referral' when 6 then 'online_collaboration'
        when 7 then 'online_collaboration' when 8 then 'cross_promotion' when 9 then 'cross_promotion'
        else 'referral' end as kind,
    case when h % 12 < 2 then 'mutual' when h % 2 = 0 then 'received' else 'given' end as direction,
    1 + (h >> 9) % 3 as count,
    case (h >> 13) % 3 when 0 then 'open' when 1 then 'won' else 'lost' end as status,
    case when (h >> 17) % 4 = 0 then ((h >> 29) % 40000) / 4.0 end as value,
    case when (h >> 23) % 2 = 0 then ((h >> 41) % 16) / 4.0 end as hours
from (select hash(i) as h from {numbers})
"""
TOGETHER = 50
"""Of :func:`query_in_parallel`: numbers of rows for each row of its table."""


def query(rows: int, partners: int, first: int = 0) -> str:
    """The SELECT that makes the rows from the number `first` on."""
    return _query(partners, f"range({first}, {first + rows}) as numbers(i)")


def query_in_parallel(connection: Any, rows: int, partners: int, first: int) -> str:
    """The same rows, as many as are asked for at most in a piece of 50: DuckDB counts in one thread, and scans in all."""
    connection.execute(
        f"create temp table if not exists fifties as select range * {TOGETHER} as i from range({rows // TOGETHER})"
    )
    pairs = f"select {first} + fifties.i + ones.range as i from fifties, range({TOGETHER}) as ones where fifties.i < {rows}"
    return _query(partners, f"({pairs})")


def _query(partners: int, numbers: str) -> str:
    return _ROWS.format(start=FIRST, days=(LAST - FIRST).days + 1, numbers=numbers, partners=partners)


def written(folder: Path, rows: int, partners: int, files: int) -> Path:
    """The rows as a folder of Parquet files of equal length."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    each = rows // files
    with duckdb.connect() as connection:
        for number in range(files):
            target = folder / f"part-{number:04d}.parquet"
            connection.execute(
                f"copy ({query(each, partners, number * each)}) to '{target}' (format parquet)"
            )
    return folder
