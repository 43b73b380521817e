"""A large sheet into columns of one type each, a quarter of the time that cell by cell takes.

The fast library takes some cells for what they are not: in a column of numbers the text ``NA`` becomes
nothing, and so does an error. It is believed only where the sheet has exactly as many cells that hold
something as its columns do.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from pathlib import Path

import fastexcel
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from partnership_analysis.sources import layout
from partnership_analysis.sources.raw import Grid, Labels, RawTable, label_of

# It warns of every blank column.
logging.getLogger("fastexcel").setLevel(logging.ERROR)

_TOP = 300
"""Rows in which the header is looked for; ``layout`` looks at fewer."""

_DATES = dt.datetime(1904, 1, 3), dt.datetime(9999, 12, 31)
"""Before the second day of either calendar a date may be a time of day; after the last there is none."""

_ESCAPED = "_x"


def table(path: Path, sheet: str, filled: int, wanted: Labels) -> RawTable | None:
    """The table of a sheet whose first row is its header, or nothing where that is in doubt.

    Parameters
    ----------
    path : Path
    sheet : str
    filled : int
        Cells of the sheet that hold something, as its XML has them.
    wanted : frozenset of str
        Folded labels by which the header is known.
    """
    try:
        loaded = fastexcel.read_excel(path).load_sheet(
            sheet, dtype_coercion="strict", schema_sample_rows=None
        )
        batch = loaded.to_arrow()
    except (fastexcel.FastExcelError, ValueError, OverflowError, pa.ArrowException):
        return None
    labels = _labels(loaded)
    if labels is None:
        return None
    columns = batch.columns
    held = sum(map(bool, labels)) + sum(len(column) - column.null_count for column in columns)
    if held != filled or not all(map(_certain, columns)):
        return None
    size = _last_filled(columns)
    series = tuple(_series(column.slice(0, size)) for column in columns)
    if not _header_is_first(labels, columns, wanted, Grid(path.name, sheet, ())):
        return None
    return RawTable(path.name, sheet, labels, series, np.arange(2, 2 + size))


def _labels(loaded: fastexcel.ExcelSheet) -> tuple[str, ...] | None:
    names = [info.name if info.column_name_from == "looked_up" else "" for info in loaded.selected_columns]
    for name in filter(None, names):
        repeated = re.fullmatch(r"(.*)_\d+", name, re.DOTALL)
        if repeated and repeated[1] in names:
            # The library numbers labels that repeat; this one may be one of those.
            return None
        # A number, a date or a truth value as a label is read exactly, or not at all.
        if not name.strip()[:1].isalpha() or name.strip().lower() in ("true", "false", "nan", "inf"):
            return None
    return tuple(map(label_of, names))


def _certain(column: pa.Array) -> bool:
    kind = column.type
    if pa.types.is_timestamp(kind):
        # As numbers: a date after the year 9999 cannot even be looked at.
        ends = pc.min_max(column.cast(pa.int64())).as_py()
        first, last = pa.array(_DATES, kind).cast(pa.int64()).to_pylist()
        return ends["min"] is None or (ends["min"] >= first and ends["max"] <= last)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        # Of letters that are written as numbers the two libraries decode different ones.
        return not pc.any(pc.match_substring(column, _ESCAPED)).as_py()
    return pa.types.is_floating(kind) or pa.types.is_boolean(kind) or pa.types.is_duration(kind)


def _last_filled(columns: list[pa.Array]) -> int:
    """Rows up to the last that is not blank."""
    size = len(columns[0]) if columns else 0
    while size and all(_blank(column[size - 1].as_py()) for column in columns):
        size -= 1
    return size


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _series(column: pa.Array) -> pd.Series:
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pd.Series(pd.array(column.cast(pa.large_string()), dtype="string"), copy=False)
    if pa.types.is_boolean(kind):
        return pd.Series(column.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get), copy=False)
    return column.to_pandas()


def _header_is_first(labels: tuple[str, ...], columns: list[pa.Array], wanted: Labels, like: Grid) -> bool:
    """Whether the exact way, too, would take the first row for the header."""
    if not any(labels):
        return False
    top = tuple(
        pd.Series([label, *column.slice(0, _TOP).to_pylist()], dtype=object)
        for label, column in zip(labels, columns, strict=True)
    )
    head = layout.header(Grid(like.file, like.sheet, top), wanted)
    return (head.first, head.last) == (0, 0) and head.labels == labels
