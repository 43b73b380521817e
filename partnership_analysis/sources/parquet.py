"""Parquet files: columns keep their types."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from partnership_analysis.errors import SourceError
from partnership_analysis.sources.raw import RawTable, from_frame


def read(path: Path) -> RawTable:
    """Read a Parquet file; its first row is row 2, as under a header.

    Raises
    ------
    SourceError
        If it is damaged.
    """
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise SourceError(
            f"{path.name} is a damaged Parquet file ({str(error).splitlines()[0]}): write it again."
        ) from None
    columns = {}
    for place, column in enumerate(table.columns):
        columns[place] = _series(column)
    frame = pd.DataFrame(columns)
    frame.columns = pd.Index(table.column_names, dtype=object)
    return from_frame(frame, path.name, first_row=2)


def _series(column: pa.ChunkedArray) -> pd.Series:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pd.Series(pd.array(column.cast(pa.large_string()), dtype="string"))
    if pa.types.is_integer(kind):
        return pd.Series(
            column.to_pandas(types_mapper=_WHOLE.get), dtype=object if pa.types.is_uint64(kind) else "Int64"
        )
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("s")).to_pandas()
    if pa.types.is_timestamp(kind) or pa.types.is_floating(kind):
        return column.to_pandas()
    return pd.Series(column.to_pylist(), dtype=object)


_WHOLE = {pa.int64(): pd.Int64Dtype()}
