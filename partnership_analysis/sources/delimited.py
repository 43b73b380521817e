"""CSV and its relatives: separator, encoding and quoting are found out; every cell stays a text."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

from partnership_analysis.errors import SourceError
from partnership_analysis.sources.raw import RawTable, from_columns, from_rows

SEPARATORS = (",", ";", "\t", "|")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SNIFFED = 50
_FIELD_LIMIT = 1 << 27


def read(path: Path) -> RawTable:
    """Read a file of separated values.

    Raises
    ------
    SourceError
        If it is empty or no text.
    """
    data = path.read_bytes()
    text = decoded(data, path.name)
    if not text.strip():
        raise SourceError(f"{path.name} is empty: there is no header row and no row under it.")
    try:
        with _long_fields():
            separator = sniffed(text)
            columns = _fast(text, separator)
            if columns is not None:
                return from_columns(columns, path.name)
            return from_rows(_slow(text, separator), path.name)
    except csv.Error as error:
        raise SourceError(
            f"{path.name} is not a table of separated values ({error}): save it again as CSV."
        ) from None


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(_FIELD_LIMIT)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def decoded(data: bytes, name: str) -> str:
    """Bytes as text: by their mark, else UTF-8, else Windows-1252.

    >>> decoded("Café".encode("cp1252"), "a.csv")
    'Café'

    Raises
    ------
    SourceError
        If the bytes are no text.
    """
    encoding = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)
    if encoding is None and b"\x00" in data[:4096]:
        raise SourceError(
            f"{name} is neither a spreadsheet that can be read here nor text: open it in the program that made "
            f"it and save it as .xlsx or .csv."
        )
    try:
        return data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding is not None:
            raise SourceError(
                f"{name} begins as {encoding} text but is damaged: export it again, as UTF-8."
            ) from None
        # Windows leaves five bytes without a letter; they become a mark that can be seen.
        return data.decode("cp1252", "replace")


def sniffed(text: str) -> str:
    r"""The separator: the one that gives the most rows of one width, above one cell, near the top.

    >>> sniffed("a;b\n1,5;2\n2,5;3\n")
    ';'
    """
    head = "\n".join(text.lstrip("\r\n")[:200_000].splitlines()[:_SNIFFED])
    scores = []
    for place, separator in enumerate(SEPARATORS):
        widths = [len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=separator) if row]
        width, rows = max(Counter(widths).items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        first = widths[0] > 1
        scores.append((first and width > 1, rows if width > 1 else 0, width, -place))
    return SEPARATORS[-max(scores)[-1]]


def _fast(text: str, separator: str) -> list[pd.Series] | None:
    """The grid by Arrow, or nothing if rows differ in width: those are read one by one."""
    data = pa.py_buffer(text.encode("utf-8", "replace"))
    width = len(next(csv.reader(io.StringIO(text, newline=""), delimiter=separator)))
    if width == 0:
        return None
    names = [f"c{place}" for place in range(width)]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            pacsv.ReadOptions(column_names=names),
            pacsv.ParseOptions(delimiter=separator, newlines_in_values='"' in text, ignore_empty_lines=False),
            pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    return [pd.Series(pd.array(column, dtype="string"), copy=False) for column in table.columns]


def _slow(text: str, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
