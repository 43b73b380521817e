"""DuckDB's reduction a piece of the rows at a time, so that what it holds does not grow with the rows.

Rows in no order make almost one partial sum each in every thread, however few the cells. So as many rows as the limit
bears are reduced to a file, and then the files are added up, as many partners at a time as the limit bears. Where it
bears less than was thought, pieces become smaller.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Protocol

import narwhals as nw
import pyarrow.parquet as pq

from partnership_analysis.panel import added

ROWS_A_GROUP = 1 << 14
"""Of DuckDB's own files: each thread holds one group while it writes."""
FILE, ROW = "__file", "file_row_number"
"""What DuckDB calls the file of a row and its number there; the second name is DuckDB's own."""
_BYTES_A_ROW, _MOST, _LEAST = 8, 50_000_000, 1_000
"""Bytes of the limit for a row of a piece; rows of a piece at most, and those that a piece is not halved below."""


class Rows(Protocol):
    """Rows that can be had a piece at a time."""

    length: int

    def cut(self, first: int, most: int) -> int:
        """Where a piece of at most so many rows ends that begins at a row."""

    def piece(self, first: int, end: int) -> Any:
        """The rows from one to before another, as a relation of DuckDB."""


class Whole:
    """Rows that can only be had together: they count as one."""

    length = 1

    def __init__(self, relation: Any) -> None:
        self._relation = relation

    def cut(self, first: int, most: int) -> int:
        """After all of them."""
        return self.length

    def piece(self, first: int, end: int) -> Any:
        """All of them."""
        return self._relation


class InFiles:
    """Rows of Parquet files: those of some files, or some of one."""

    def __init__(self, connection: Any, files: Sequence[str], *, hive: bool) -> None:
        names = ", ".join(_quoted(file) for file in files)
        lengths = connection.sql(
            f"select file_name, num_rows from parquet_file_metadata([{names}])"
        ).fetchall()
        self._files = [file for file, _ in lengths]
        self._starts = [0, *accumulate(rows for _, rows in lengths)]
        self.length = self._starts[-1]
        options = f"hive_partitioning = {hive}, filename = '{FILE}', {ROW} = true"
        self._relation = connection.sql(f"from read_parquet([{names}], {options})")

    def cut(self, first: int, most: int) -> int:
        """At a file's end where one is near enough: of several files DuckDB reads only whole ones fast."""
        if not self.length:
            return 0
        here = bisect_right(self._starts, first) - 1
        whole = self._starts[bisect_right(self._starts, first + most) - 1]
        if first == self._starts[here] and whole > first:
            return whole
        return min(first + most, self._starts[here + 1])

    def piece(self, first: int, end: int) -> Any:
        """Files as a list of names, rows of one by their numbers there."""
        relation = (
            self._relation.filter(self._condition(first, end))
            if end - first < self.length
            else self._relation
        )
        return relation.project(f"* exclude ({FILE}, {ROW})")

    def _condition(self, first: int, end: int) -> str:
        spans = list(pairwise(self._starts))
        inside = [
            file for file, (one, other) in zip(self._files, spans, strict=True) if first <= one < other <= end
        ]
        if inside:
            return f"{FILE} in ({', '.join(_quoted(file) for file in inside)})"
        here = bisect_right(self._starts, first) - 1
        start = self._starts[here]
        return (
            f"{FILE} = {_quoted(self._files[here])} and {ROW} between {first - start} and {end - start - 1}"
        )


def most_rows(limit: int) -> int:
    """Rows of a piece that DuckDB bears within so many bytes."""
    return min(limit // _BYTES_A_ROW, _MOST)


def reduced(
    connection: Any,
    rows: Rows,
    reduce: Callable[[Any], Any],
    folder: Path,
    most: int,
    told: Callable[[int], None] = lambda done: None,
) -> Any:
    """Each piece of the rows reduced, and the pieces added up.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    rows : Rows
        Interactions.
    reduce : callable
        A relation of DuckDB to its reduction of Narwhals (:func:`partnership_analysis.panel.reduction`).
    folder : Path
        Where what is reduced so far is kept.
    most : int
        Rows to reduce, and to add up, at a time.
    told : callable
        How many rows are reduced.

    Returns
    -------
    duckdb.DuckDBPyRelation
        The reduction of all rows, in no order, over files in `folder`.

    Raises
    ------
    duckdb.OutOfMemoryException
        If the limit does not even do for a thousand rows, or for rows that can only be had together.
    """
    from duckdb import OutOfMemoryException

    parts: list[Path] = []
    done = 0
    while done < rows.length or not parts:
        end = rows.cut(done, most)
        part = folder / f"part-{len(parts):05d}.parquet"
        try:
            _write(reduce(rows.piece(done, end)), part)
        except OutOfMemoryException:
            most = (end - done) // 2
            if most < _LEAST:
                raise
        else:
            parts.append(part)
            told(done := end)
    if len(parts) > 1:
        parts = list(_added_up(connection, parts, most))
    return connection.read_parquet([str(part) for part in parts])


def _added_up(connection: Any, parts: Sequence[Path], most: int) -> Iterator[Path]:
    """So many partners at a time that the rows of all parts are not too many."""
    cells = sum(pq.read_metadata(part).num_rows for part in parts)
    groups = -(-cells // most) or 1
    everything = connection.read_parquet([str(part) for part in parts])
    for group in range(groups):
        some = everything.filter(f"hash(partner) % {groups} = {group}") if groups > 1 else everything
        total = parts[0].with_name(f"sum-{group:05d}.parquet")
        _write(added(nw.from_native(some)), total)
        yield total
    for part in parts:
        part.unlink()


def _write(frame: Any, file: Path) -> None:
    frame.to_native().write_parquet(str(file), row_group_size=ROWS_A_GROUP)


def _quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
