"""DuckDB's reduction a piece of the rows at a time, so that what it holds does not grow with the rows.

Rows in no order make almost one partial sum each in every thread, however few the cells. So as many rows as the limit
bears are reduced to a file, and then the files are added up, as many partners at a time as the limit bears.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow.parquet as pq

from partnership_analysis.panel import added

BYTES_A_ROW = 16
"""Bytes of DuckDB's limit for each row of a piece: with 10, rows of which each is a cell of its own still got through."""
ROWS_A_GROUP = 1 << 14
"""Of DuckDB's own files: each thread holds one group while it writes."""
FILE, ROW = "__file", "file_row_number"
"""What DuckDB calls the file of a row and its number there; the second name is DuckDB's own."""


def read(connection: Any, files: Sequence[str], *, hive: bool) -> Any:
    """Parquet files as a relation that knows each row's file and number."""
    names = ", ".join(quoted(file) for file in files)
    options = f"hive_partitioning = {hive}, filename = '{FILE}', {ROW} = true"
    return connection.sql(f"from read_parquet([{names}], {options})")


def pieces(connection: Any, relation: Any, files: Sequence[str], most: int) -> list[Any]:
    """The rows of :func:`read` as relations of at most so many rows: files together, or a part of one.

    None where all are so few.
    """
    names = ", ".join(quoted(file) for file in files)
    lengths = connection.sql(f"select file_name, num_rows from parquet_file_metadata([{names}])").fetchall()
    conditions = list(_conditions(lengths, most))
    if len(conditions) < 2:
        return []
    return [relation.filter(one).project(f"* exclude ({FILE}, {ROW})") for one in conditions]


def _conditions(lengths: Iterable[tuple[str, int]], most: int) -> Iterator[str]:
    together: list[str] = []
    rows = 0
    for file, length in lengths:
        if together and rows + length > most:
            yield f"{FILE} in ({', '.join(together)})"
            together, rows = [], 0
        if length > most:
            for first in range(0, length, most):
                yield f"{FILE} = {quoted(file)} and {ROW} between {first} and {first + most - 1}"
        else:
            together.append(quoted(file))
            rows += length
    if together:
        yield f"{FILE} in ({', '.join(together)})"


def reduced(
    connection: Any,
    parts: Iterable[Any],
    reduce: Callable[[Any], Any],
    folder: Path,
    most: int,
    told: Callable[[int], None] = lambda done: None,
) -> Any:
    """Each part reduced, and the parts added up.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    parts : iterable of duckdb.DuckDBPyRelation
        Interactions, a piece each.
    reduce : callable
        A frame of Narwhals to its reduction (:func:`partnership_analysis.panel.reduction`).
    folder : Path
        Where what is reduced so far is kept.
    most : int
        Rows to add up at a time.
    told : callable
        How many parts are done.

    Returns
    -------
    duckdb.DuckDBPyRelation
        The reduction of all rows, in no order, over files in `folder`.
    """
    files: list[Path] = []
    for part in parts:
        files.append(_written(reduce(nw.from_native(part)), folder / f"part-{len(files):05d}.parquet"))
        told(len(files))
    if len(files) > 1:
        files = list(_added_up(connection, files, most))
    return connection.read_parquet([str(file) for file in files])


def _added_up(connection: Any, files: list[Path], most: int) -> Iterator[Path]:
    """So many partners at a time that the rows of all parts are not too many."""
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    groups = -(-rows // most) or 1
    everything = connection.read_parquet([str(file) for file in files])
    for group in range(groups):
        some = everything.filter(f"hash(partner) % {groups} = {group}") if groups > 1 else everything
        yield _written(added(nw.from_native(some)), files[0].with_name(f"sum-{group:05d}.parquet"))
    for file in files:
        file.unlink()


def _written(frame: Any, file: Path) -> Path:
    frame.to_native().write_parquet(str(file), row_group_size=ROWS_A_GROUP)
    return file


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
