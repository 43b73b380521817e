"""One raw table read: its cells as values, and which rows do not fit or are no data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import numpy as np
import pandas as pd

from partnership_analysis.errors import listed
from partnership_analysis.schema import DEFAULT_DIRECTION, Column, Table
from partnership_analysis.sources import columns, prints
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.convert import convert
from partnership_analysis.sources.raw import RawTable
from partnership_analysis.sources.recognise import recognised
from partnership_analysis.sources.values import Choices, Converted, Findings, Reading
from partnership_analysis.sources.words import each

ACCEPTED, REJECTED, RECOGNISED = range(3)

_SILENT = (
    "`direction` is empty: a referral, online collaboration or cross promotion must say `received`, `given` or "
    "`mutual`"
)


@dataclass(eq=False)
class Checked:
    """One raw table, all rows still there.

    Parameters
    ----------
    raw : RawTable
    frame : DataFrame
        The schema's columns, one row a row of ``raw``.
    labels : dict of str to str
        What the file calls each of the schema's columns.
    cells, done : dict
        The cells of each of the schema's columns, and how they were read.
    recognised : Findings
        Rows that are no data.
    prints : ndarray of uint64
        Fingerprints of the rows in the file.
    notes : tuple of str
        How the table was found, and what of it is not read.
    """

    raw: RawTable
    frame: pd.DataFrame
    labels: dict[str, str]
    cells: dict[str, Cells]
    done: dict[str, Converted]
    recognised: Findings
    prints: np.ndarray
    notes: tuple[str, ...]

    @property
    def states(self) -> np.ndarray:
        """``ACCEPTED``, ``REJECTED`` or ``RECOGNISED`` for each row."""
        states = np.where(_lost(self.done, len(self.raw)), np.int8(REJECTED), np.int8(ACCEPTED))
        states[self.recognised.bad] = RECOGNISED
        return states

    @property
    def moments(self) -> np.ndarray:
        """The second that each row's ``date`` shows, 0 for none."""
        moments = self.done["date"].moments if "date" in self.done else None
        return np.zeros(len(self.raw), dtype=np.uint64) if moments is None else moments


def check(table: Table, raw: RawTable, reading: Reading) -> Checked:
    """Read a raw table's cells and find which rows do not fit, or are no data.

    Raises
    ------
    ColumnError
        If a column is missing, doubled, or can be read in two ways.
    """
    source, size = raw.source or raw, len(raw)
    reading = replace(reading, epoch_1904=raw.epoch_1904 or source.epoch_1904)
    # A mapping hands columns on as they are: they are sorted once.
    series = {id(column): column for column in (*raw.columns, *source.columns)}
    sorted_cells = dict(zip(series, each(Cells.of, series.values(), size), strict=True))
    here = [sorted_cells[id(column)] for column in raw.columns]
    there = [sorted_cells[id(column)] for column in source.columns]
    matched = columns.match(table, raw.labels, raw.place, lambda one, other: _same(here[one], here[other]))
    found = {column.name: matched.places.get(column.name) for column in table.columns}
    cells = {name: Cells.absent(size) if place is None else here[place] for name, place in found.items()}
    named = {name: name if place is None else raw.labels[place] for name, place in found.items()}
    labels = {name: raw.origins.get(label, label) for name, label in named.items()}

    def read(column: Column) -> Converted:
        return convert(cells[column.name], column, labels[column.name], raw.place, reading)

    done = dict(zip(table.names, each(read, table.columns, size), strict=True))
    _fill_direction(cells, done)
    frame = _frame(table, done, size)
    _require(table, frame, cells, done)
    no_data = recognised(table, source, there, _lost(done, size))
    if "count" in frame:
        nothing = frame["count"].eq(0).to_numpy(dtype=bool, na_value=False)
        no_data.mark(nothing, "`count` is 0: nothing happened")
    marks = prints.of_rows(source.labels, there, size, partial(each, size=size))
    return Checked(raw, frame, labels, cells, done, no_data, marks, _notes(raw, matched, here))


def _frame(table: Table, done: dict[str, Converted], size: int) -> pd.DataFrame:
    values = dict(zip(done, each(lambda part: part.values, done.values(), size), strict=True))
    for column in table.columns:
        if column.default is not None:
            values[column.name] = values[column.name].fillna(cast(Any, column.default))
    return pd.DataFrame(values, copy=False)


def _same(one: Cells, other: Cells) -> bool:
    every = np.arange(len(one))
    return bool(np.array_equal(one.kinds, other.kinds) and one.texts(every).equals(other.texts(every)))


def _lost(done: dict[str, Converted], size: int) -> np.ndarray:
    """Rows with a bad cell."""
    lost = np.zeros(size, dtype=bool)
    for part in done.values():
        if part.findings.reasons:
            lost |= part.findings.bad
    return lost


def _fill_direction(cells: dict[str, Cells], done: dict[str, Converted]) -> None:
    """An empty direction is that of the kind; a kind that has none must say."""
    direction = done["direction"].made if "direction" in done else None
    kind = done["kind"].made if "kind" in done else None
    if isinstance(direction, Choices) and isinstance(kind, Choices):
        words = direction.vocabulary
        usual = [
            words.index(DEFAULT_DIRECTION[name]) if name in DEFAULT_DIRECTION else -1
            for name in kind.vocabulary
        ]
        of_kind = np.array([*usual, -1], dtype=np.int8)[kind.codes]
        missing = cells["direction"].missing
        codes = np.where(missing, of_kind, direction.codes)
        done["direction"].findings.mark(missing & (of_kind < 0) & (kind.codes >= 0), _SILENT)
        done["direction"] = replace(done["direction"], made=Choices(words, codes))


def _require(table: Table, frame: pd.DataFrame, cells: dict[str, Cells], done: dict[str, Converted]) -> None:
    for column in table.columns:
        if column.required:
            findings = done[column.name].findings
            for word, rows in cells[column.name].silent:
                says = np.zeros(len(frame), dtype=bool)
                says[rows] = True
                findings.mark(says, f"`{column.name}` says `{word}`, which is no value")
            findings.mark(frame[column.name].isna().to_numpy(dtype=bool), f"`{column.name}` is empty")


def _notes(raw: RawTable, matched: columns.Match, cells: Sequence[Cells]) -> tuple[str, ...]:
    reasons = list(raw.notes)
    reasons += [
        f"two columns are `{label}` and hold the same: the first is read" for label in matched.doubled
    ]
    if matched.unknown:
        reasons.append(f"columns that are not read: {listed(f'`{label}`' for label in matched.unknown)}")
    unnamed = [
        place for place, label in enumerate(raw.labels) if not label and not cells[place].missing.all()
    ]
    if unnamed:
        reasons.append(
            f"cells under no header are not read: {listed(f'column {place + 1}' for place in unnamed)}"
        )
    return tuple(reasons)
