"""CSV and its relatives: separator, encoding and quoting are found out; every cell stays a text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from partnership_analysis.errors import SourceError
from partnership_analysis.sources.raw import Grid, Labels, RawTable
from partnership_analysis.sources.readers.encodings import decoded, utf8
from partnership_analysis.sources.words import each, series, spans, texts_of

SEPARATORS = (",", ";", "\t", "|")
_HINT = re.compile(rb'"?sep=(.)"?\r?\n?', re.IGNORECASE)
"""The first line by which Excel is told the separator; Excel does not show it."""

_SNIFFED, _HEAD = 50, 200_000
_BLOCK = 1 << 28
"""Bytes that are parsed at a time; most files are one block, since to join many costs as much as to parse them."""
_FIELD_LIMIT = 1 << 27
_ODD_ROWS = 10_000
"""Rows of another width than most, from which all are read one by one."""

_SWALLOWED, _BREAKS = 1_000_000, 1_000
"""Bytes and line breaks of a cell over which a quote was never closed."""

_LAST = "\ue000end of the file\ue000"
"""Read after the last row: if it is not found there, the file ends inside a quoted cell."""


class Delimited:
    """A file of separated values: a book of one sheet without a name.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sheets = [""]
        self.hidden: list[str] = []

    def grid(self, sheet: str = "") -> Grid:
        """All cells as texts; rows are numbered as a spreadsheet would show them.

        Raises
        ------
        SourceError
            If the file is empty, no text, or a quote is opened and never closed.
        """
        return self._grid

    @cached_property
    def _grid(self) -> Grid:
        name = self.path.name
        data = utf8(self.path.read_bytes(), name)
        if not re.search(rb"\S", data):
            raise SourceError(f"{name} is empty: there is no header row and no row under it.")
        hint = _HINT.match(data)
        if hint:
            data = data[hint.end() :]
        try:
            with _long_fields():
                separator, width = sniffed(decoded(data[:_HEAD])[0])
                columns = _columns(data, hint[1].decode() if hint else separator, width, name)
        except csv.Error as error:
            raise SourceError(
                f"{name} is not a table of separated values ({error}): save it again as CSV."
            ) from None
        columns = _without_blank_end(columns)
        _check_swallowed(columns, name)
        return Grid(name, "", tuple(series(column) for column in columns))

    def typed(self, sheet: str, wanted: Labels) -> RawTable | None:
        """Nothing: all cells are texts, so that :meth:`grid` is the fast way."""
        return None


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(_FIELD_LIMIT)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def sniffed(text: str) -> tuple[str, int]:
    r"""The separator that gives the most rows of one width, above one cell, near the top; and this width.

    >>> sniffed("a;b\n1,5;2\n2,5;3\n")
    (';', 2)
    """
    head = "\n".join(text.lstrip("\r\n").splitlines()[:_SNIFFED])
    scores = []
    for place, separator in enumerate(SEPARATORS):
        widths = [len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=separator) if row]
        width, rows = max(Counter(widths or [1]).items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        # The first row may be a banner, with commas of its own.
        scores.append((rows if width > 1 else 0, width, widths[:1] == [width], -place))
    best = max(scores)
    return SEPARATORS[-best[-1]], best[1]


def _columns(data: bytes, separator: str, width: int, name: str) -> list[pa.Array]:
    columns = _fast(data, separator, width)
    if columns is None:
        text, was_utf8 = decoded(data)
        columns = None if was_utf8 else _fast(text.encode(), separator, width)
        if columns is None:
            columns = _across(_slow(text, separator, name))
    return columns


def _fast(data: bytes, separator: str, width: int) -> list[pa.Array] | None:
    """The cells by Arrow, or nothing where it cannot be sure of them: then they are read one by one."""
    quoted = b'"' in data
    if quoted:
        end = b"" if data.endswith((b"\n", b"\r")) else b"\n"
        data = b"".join([data, end, separator.join([_LAST] * width).encode(), b"\n"])
    odd: list[tuple[int, str]] = []
    try:
        table = _parsed(data, separator, width, quoted)
    except pa.ArrowInvalid:
        # Odd rows are handed over as texts, which bytes of another encoding are not.
        if not _is_utf8(data):
            return None

        def keep(row: Any) -> str:
            odd.append((row.number - 1, row.text))
            return "skip" if len(odd) <= _ODD_ROWS else "error"

        try:
            table = _parsed(data, separator, width, quoted, keep)
        except pa.ArrowInvalid:
            return None
    columns = each(pa.ChunkedArray.combine_chunks, table.columns, len(table))
    if quoted:
        if any(not len(column) or column[-1].as_py() != _LAST for column in columns):
            return None
        columns = [column.slice(0, len(column) - 1) for column in columns]
    return _with_odd_rows(columns, odd, separator) if odd else columns


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parsed(
    data: bytes, separator: str, width: int, quoted: bool, keep: Callable[[Any], str] | None = None
) -> pa.Table:
    names = [f"c{place}" for place in range(width)]
    return pacsv.read_csv(
        pa.BufferReader(pa.py_buffer(data)),
        # Rows have numbers only where they are read in turn.
        pacsv.ReadOptions(column_names=names, use_threads=keep is None, block_size=min(len(data), _BLOCK)),
        pacsv.ParseOptions(
            delimiter=separator, newlines_in_values=quoted, ignore_empty_lines=False, invalid_row_handler=keep
        ),
        pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False),
    )


def _with_odd_rows(
    columns: list[pa.Array], odd: list[tuple[int, str]], separator: str
) -> list[pa.Array] | None:
    """Columns with the rows of another width put where they were."""
    cells = [next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), []) for _, text in odd]
    width = max(len(columns), *map(len, cells))
    regular = len(columns[0])
    # Regular rows and, after them, odd ones: in which order do they stand?
    order = np.arange(regular + len(odd))
    places = np.array([place for place, _ in odd])
    others = np.ones(len(order), dtype=bool)
    others[places] = False
    order[others], order[places] = np.arange(regular), np.arange(regular, len(order))
    made = []
    for place in range(width):
        more = texts_of(row[place] if place < len(row) else "" for row in cells)
        here = (
            columns[place] if place < len(columns) else pa.repeat(pa.scalar("", pa.large_string()), regular)
        )
        made.append(pa.concat_arrays([here, more]).take(pa.array(order)))
    return made


def _slow(text: str, separator: str, name: str) -> list[list[str]]:
    """All rows one by one.

    Raises
    ------
    SourceError
        If the file ends inside a quoted cell.
    """
    end = "" if text.endswith(("\n", "\r")) else "\n"
    rows = list(csv.reader(io.StringIO(f"{text}{end}{_LAST}", newline=""), delimiter=separator))
    if rows.pop() != [_LAST]:
        raise SourceError(_open_quote(name, len(rows) + 1))
    return rows


def _across(rows: list[list[str]]) -> list[pa.Array]:
    """Rows, which may differ in length, as columns."""
    width = max(map(len, rows), default=0)
    return [texts_of(row[place] if place < len(row) else "" for row in rows) for place in range(width)]


def _without_blank_end(columns: list[pa.Array]) -> list[pa.Array]:
    filled = 0
    if any(len(column) and column[-1].as_py() for column in columns):
        return columns
    for column in columns:
        lengths = np.diff(spans(column)[0])
        last = np.flatnonzero(lengths[::-1][: len(lengths) - filled])[:1]
        filled = max(filled, len(lengths) - int(last[0]) if len(last) else 0)
    return [column.slice(0, filled) for column in columns]


def _check_swallowed(columns: list[pa.Array], name: str) -> None:
    for column in columns:
        lengths = pc.binary_length(column)
        if (pc.max(lengths).as_py() or 0) > _SWALLOWED:
            for place in np.flatnonzero(lengths.to_numpy(zero_copy_only=False) > _SWALLOWED).tolist():
                if len(column[place].as_py().splitlines()) > _BREAKS:
                    raise SourceError(_open_quote(name, place + 1))


def _open_quote(name: str, row: int) -> str:
    return (
        f'{name}: a quotation mark (") in row {row} opens a cell that is not closed where it should be, so that the '
        f"rows after it cannot be told apart: delete or double the mark, or export the file again."
    )
