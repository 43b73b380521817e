"""Raw tables into one typed table: every row is accepted, rejected or recognised, and the ledger says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from partnership_analysis.schema import Table
from partnership_analysis.sources.account import account
from partnership_analysis.sources.checked import ACCEPTED, Checked, check
from partnership_analysis.sources.ledger import constant, joined_entries, sources_frame
from partnership_analysis.sources.raw import RawTable
from partnership_analysis.sources.values import Reading


@dataclass(frozen=True, eq=False)
class Validated:
    """A table as the schema has it.

    Parameters
    ----------
    frame : DataFrame
        The accepted rows in input order: exactly the schema's columns and dtypes, a RangeIndex.
    places : DataFrame
        Where each accepted row came from: ``file, sheet, row``, index as ``frame``.
    sources, entries : DataFrame
        As in the ledger.
    prints : ndarray of uint64, one an accepted row
        Fingerprint of all cells of the row in its file, each with its label, also of columns that are not read;
        where a mapping made the table, of the row as the file holds it. Rows that say the same have the same,
        in whatever file and order of columns.
    moments : ndarray of uint64, one an accepted row
        The second (since 1970, as written) that the row's ``date`` shows; 0 where it shows no time of day, or
        midnight.
    """

    frame: pd.DataFrame
    places: pd.DataFrame
    sources: pd.DataFrame
    entries: pd.DataFrame
    prints: np.ndarray
    moments: np.ndarray


def empty(table: Table) -> pd.DataFrame:
    """A table without rows, with the schema's columns and dtypes.

    >>> from partnership_analysis.schema import RATINGS
    >>> empty(RATINGS).dtypes["score"]
    Float64Dtype()
    """
    return _empty(table).copy(deep=False)


@cache
def _empty(table: Table) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in table.dtypes.items()})


def validate(table: Table, raws: Sequence[RawTable], reading: Sequence[Reading]) -> Validated:
    """Read a table from one or more raw tables.

    Parameters
    ----------
    table : Table
        What the schema expects.
    raws : sequence of RawTable
        In the order in which their rows are to stand.
    reading : sequence of Reading
        How the doubtful is read, one for each raw table.

    Raises
    ------
    ColumnError
        If a column is missing, doubled, or can be read in two ways.
    """
    if not raws:
        return replace(_nothing(table), frame=empty(table))
    checked = [check(table, raw, how) for raw, how in zip(raws, reading, strict=True)]
    if table.key:
        _refuse_repeats(table, checked)
    frames, places, records, entries = [empty(table)], [_places_of("", "", np.array([], np.int64))], [], []
    marks, moments = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint64)]
    for part in checked:
        raw, states = part.raw, part.states
        kept = states == ACCEPTED
        accepted, rejected, known = (int(count) for count in np.bincount(states, minlength=3))
        whole = accepted == len(raw)
        frames.append(part.frame if whole else part.frame[kept])
        places.append(_places_of(raw.file, raw.sheet, raw.rows if whole else raw.rows[kept]))
        marks.append(part.prints if whole else part.prints[kept])
        moments.append(part.moments if whole else part.moments[kept])
        records.append((table.name, raw.file, raw.sheet, len(states), accepted, rejected, known))
        entries += [*account(table, part)]
    return Validated(
        _stacked(frames, table),
        _joined(places),
        sources_frame(records),
        joined_entries(entries),
        np.concatenate(marks),
        np.concatenate(moments),
    )


@cache
def _nothing(table: Table) -> Validated:
    """A table that is not there: made once, and never written to."""
    none = np.zeros(0, np.uint64)
    none.flags.writeable = False
    places = _places_of("", "", np.array([], np.int64))
    return Validated(empty(table), places, sources_frame([]), joined_entries([]), none, none)


def _stacked(frames: list[pd.DataFrame], table: Table) -> pd.DataFrame:
    frame = _joined(frames)
    return frame if frame.dtypes.astype(str).to_dict() == table.dtypes else frame.astype(table.dtypes)


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames one under the other; a single one that has rows is not copied."""
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    return filled[0].reset_index(drop=True) if len(filled) == 1 else pd.concat(filled, ignore_index=True)


def _places_of(file: str, sheet: str, rows: np.ndarray) -> pd.DataFrame:
    size = len(rows)
    return pd.DataFrame(
        {"file": constant(file, size), "sheet": constant(sheet, size), "row": pd.Series(rows, copy=False)},
        copy=False,
    )


def _refuse_repeats(table: Table, checked: Sequence[Checked]) -> None:
    """Reject the later of two rows with one key (case aside), naming the first."""
    (key,) = table.key
    keys = (
        pd.concat(
            [part.frame[key].where(part.states == ACCEPTED).str.casefold() for part in checked],
            ignore_index=True,
        )
        if checked
        else pd.Series([], dtype="string")
    )
    again = keys[keys.notna() & keys.duplicated()]
    if again.empty:
        return
    first = pd.Series(keys.index, index=keys.array)[~keys.duplicated().to_numpy()]
    starts = np.cumsum([0, *(len(part.raw) for part in checked)])

    def place_of(place: int) -> str:
        part = int(np.searchsorted(starts, place, side="right")) - 1
        raw = checked[part].raw
        return f"row {raw.rows[place - starts[part]]} of {raw.place}"

    for start, part in zip(starts, checked, strict=False):
        inside = again[(again.index >= start) & (again.index < start + len(part.raw))]
        if len(inside):
            codes = np.full(len(part.raw), -1, dtype=np.int64)
            codes[inside.index.to_numpy() - start] = np.arange(len(inside))
            reasons = [f"`{key}` is already in {place_of(int(first[name]))}" for name in inside]
            part.done[key].findings.mark_words(codes, reasons)
