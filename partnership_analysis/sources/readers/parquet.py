"""Parquet files: columns keep their types."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from partnership_analysis.errors import SourceError
from partnership_analysis.sources.raw import Grid, Labels, RawTable, from_frame
from partnership_analysis.sources.words import series


class Parquet:
    """A Parquet file: a book of one sheet without a name.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sheets = [""]
        self.hidden: list[str] = []

    def typed(self, sheet: str, wanted: Labels = frozenset()) -> RawTable:
        """The table; its first row is row 2, as under a header.

        Raises
        ------
        SourceError
            If the file is damaged.
        """
        return self._table

    def grid(self, sheet: str) -> Grid:
        """The names of the columns as a first row, and the cells under them."""
        raw = self._table
        columns = tuple(
            pd.concat([pd.Series([label], dtype=object), column.astype(object)], ignore_index=True)
            for label, column in zip(raw.labels, raw.columns, strict=True)
        )
        return Grid(raw.file, "", columns)

    @cached_property
    def _table(self) -> RawTable:
        try:
            table = pq.read_table(self.path)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise SourceError(
                f"{self.path.name} is a damaged Parquet file ({str(error).splitlines()[0]}): write it again."
            ) from None
        frame = pd.DataFrame(
            {place: _cells(column) for place, column in enumerate(table.columns)}, copy=False
        )
        frame.columns = pd.Index(table.column_names, dtype=object)
        return from_frame(frame, self.path.name, first_row=2)


def _cells(column: pa.ChunkedArray) -> pd.Series:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return series(column.cast(pa.large_string()).combine_chunks())
    if pa.types.is_integer(kind):
        large = pa.types.is_uint64(kind) and (pc.max(column).as_py() or 0) >= 2**63
        if large:
            return pd.Series(column.to_pylist(), dtype=object)
        return column.cast(pa.int64()).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("s")).to_pandas()
    if pa.types.is_timestamp(kind) or pa.types.is_floating(kind) or pa.types.is_duration(kind):
        return column.to_pandas()
    return pd.Series(column.to_pylist(), dtype=object)
