"""Raw tables into one typed table: every row is accepted, rejected or recognised, and the ledger says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from partnership_analysis.errors import listed
from partnership_analysis.schema import DEFAULT_DIRECTION, Table
from partnership_analysis.sources import columns
from partnership_analysis.sources.cells import NUMBER, Cells
from partnership_analysis.sources.ledger import (
    NOTE,
    RECOGNISED,
    REJECTED,
    entries_frame,
    joined_entries,
    sources_frame,
)
from partnership_analysis.sources.raw import RawTable
from partnership_analysis.sources.values import Findings, Reading, convert

EXAMPLE = "EXAMPLE"
"""The text by which the template marks its example rows."""

_TOTAL = r"(?i)^((grand |sub[ -]?)?totals?( ?\(.*\))?|sum) ?:?$"
_FIGURE = r"^[^A-Za-z]*[0-9][^A-Za-z]*$"
_ACCEPTED, _REJECTED, _RECOGNISED = range(3)


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
    """

    frame: pd.DataFrame
    places: pd.DataFrame
    sources: pd.DataFrame
    entries: pd.DataFrame


@dataclass(eq=False)
class _Checked:
    """One raw table, all rows still there."""

    raw: RawTable
    frame: pd.DataFrame
    labels: dict[str, str]
    found: dict[str, tuple[Cells, Findings]]
    recognised: Findings
    notes: list[pd.DataFrame]

    @property
    def states(self) -> np.ndarray:
        states = np.full(len(self.raw), _ACCEPTED)
        for _, findings in self.found.values():
            states[findings.bad] = _REJECTED
        states[self.recognised.bad] = _RECOGNISED
        return states


def empty(table: Table) -> pd.DataFrame:
    """A table without rows, with the schema's columns and dtypes.

    >>> from partnership_analysis.schema import RATINGS
    >>> empty(RATINGS).dtypes["score"]
    Float64Dtype()
    """
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

    Returns
    -------
    Validated

    Raises
    ------
    ColumnError
        If a column is missing, doubled, or can be read in two ways.
    """
    if not raws:
        return Validated(empty(table), _places_of(None), sources_frame([]), joined_entries([]))
    checked = [_check(table, raw, how) for raw, how in zip(raws, reading, strict=True)]
    if table.key:
        _refuse_repeats(table, checked)
    frames, places, records, entries = [empty(table)], [_places_of(None)], [], []
    for part in checked:
        states = part.states
        kept = states == _ACCEPTED
        counts = np.bincount(states, minlength=3)
        frames.append(part.frame[kept])
        places.append(_places_of(part.raw, kept))
        records.append(
            (
                table.name,
                part.raw.file,
                part.raw.sheet,
                len(states),
                int(counts[0]),
                int(counts[1]),
                int(counts[2]),
            )
        )
        entries += [*_entries(table, part, states), *part.notes]
    return Validated(
        _stacked(frames, table),
        pd.concat(places, ignore_index=True),
        sources_frame(records),
        joined_entries(entries),
    )


def _stacked(frames: list[pd.DataFrame], table: Table) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    frame = filled[0].reset_index(drop=True) if len(filled) == 1 else pd.concat(filled, ignore_index=True)
    return frame if frame.dtypes.astype(str).to_dict() == table.dtypes else frame.astype(table.dtypes)


def _places_of(raw: RawTable | None, kept: np.ndarray | None = None) -> pd.DataFrame:
    rows = np.array([], dtype=np.int64) if raw is None else raw.rows[kept]
    size = len(rows)
    return pd.DataFrame(
        {
            "file": pd.array([raw.file if raw else ""] * size, dtype="string"),
            "sheet": pd.array([raw.sheet if raw else ""] * size, dtype="string"),
            "row": rows,
        }
    )


def _check(table: Table, raw: RawTable, reading: Reading) -> _Checked:
    matched = columns.match(table, raw.labels, raw.place)
    cells = [Cells.of(column) for column in raw.columns]
    found: dict[str, tuple[Cells, Findings]] = {}
    labels: dict[str, str] = {}
    data = {}
    absent = Cells.of(pd.Series([None] * len(raw), dtype=object))
    for column in table.columns:
        place = matched.places.get(column.name)
        label = column.name if place is None else raw.labels[place]
        labels[column.name] = raw.origins.get(label, label)
        part = absent if place is None else cells[place]
        done = convert(part, column, labels[column.name], raw.place, reading)
        data[column.name] = done.values
        found[column.name] = (part, done.findings)
    frame = pd.DataFrame(data)
    _fill_defaults(table, frame, found)
    _require(table, frame, found)
    recognised = _recognise(table, frame, cells, found)
    return _Checked(raw, frame, labels, found, recognised, _label_notes(table, raw, matched, cells))


def _fill_defaults(table: Table, frame: pd.DataFrame, found: dict[str, tuple[Cells, Findings]]) -> None:
    for column in table.columns:
        if column.default is not None:
            good = ~found[column.name][1].bad
            frame[column.name] = frame[column.name].mask(frame[column.name].isna() & good, column.default)
    if "direction" in frame:
        good = ~found["direction"][1].bad
        usual = frame["kind"].map(DEFAULT_DIRECTION).astype("string")
        frame["direction"] = frame["direction"].mask(frame["direction"].isna() & good, usual)
        silent = frame["direction"].isna() & frame["kind"].notna()
        found["direction"][1].mark(
            silent.to_numpy(dtype=bool) & good,
            "`direction` is empty: a referral, online collaboration or cross promotion must say "
            "`received`, `given` or `mutual`",
        )


def _require(table: Table, frame: pd.DataFrame, found: dict[str, tuple[Cells, Findings]]) -> None:
    for column in table.columns:
        if column.required:
            found[column.name][1].mark(
                frame[column.name].isna().to_numpy(dtype=bool), f"`{column.name}` is empty"
            )


def _recognise(
    table: Table, frame: pd.DataFrame, cells: list[Cells], found: dict[str, tuple[Cells, Findings]]
) -> Findings:
    size = len(frame)
    recognised = Findings(size)
    blank = np.ones(size, dtype=bool)
    for part in cells:
        blank &= part.missing
    recognised.mark(blank, "blank row")
    example = np.zeros(size, dtype=bool)
    for part in cells:
        example |= _cells_that(part, pc.equal(part.words, EXAMPLE))
    recognised.mark(example, "example row of the template")
    recognised.mark(_totals(cells, size), "total row")
    if "count" in frame:
        nothing = frame["count"].eq(0).fillna(False).to_numpy(dtype=bool)
        recognised.mark(nothing, "`count` is 0: nothing happened")
    return recognised


def _cells_that(cells: Cells, word_is: pa.Array) -> np.ndarray:
    states = np.append(np.asarray(word_is.to_numpy(zero_copy_only=False), dtype=bool), False)
    return np.asarray(states[cells.codes])


def _totals(cells: list[Cells], size: int) -> np.ndarray:
    """Rows in which the only cell that is no number says total."""
    says = np.zeros(size, dtype=bool)
    for part in cells:
        says |= _cells_that(part, pc.match_substring_regex(part.words, _TOTAL))
    if says.any():
        others = np.zeros(size, dtype=np.int64)
        for part in cells:
            numeric = (part.kinds == NUMBER) | _cells_that(
                part, pc.match_substring_regex(part.words, _FIGURE)
            )
            others += ~part.missing & ~numeric
        says &= others == 1
    return says


def _refuse_repeats(table: Table, checked: Sequence[_Checked]) -> None:
    """Reject the later of two rows with one key (case aside), naming the first."""
    (key,) = table.key
    keys = pd.concat(
        [part.frame[key].where(part.states == _ACCEPTED).str.casefold() for part in checked],
        ignore_index=True,
    )
    again = keys[keys.notna() & keys.duplicated()]
    if again.empty:
        return
    places = [f"row {row} of {part.raw.place}" for part in checked for row in part.raw.rows]
    kept = keys.drop_duplicates()
    first = pd.Series(kept.index, index=kept.array)
    reasons = {place: f"`{key}` is already in {places[first[name]]}" for place, name in again.items()}
    start = 0
    for part in checked:
        size = len(part.raw)
        here = [reasons.get(start + place) for place in range(size)]
        part.found[key][1].mark_words(np.arange(size), here)
        start += size


def _entries(table: Table, part: _Checked, states: np.ndarray) -> list[pd.DataFrame]:
    raw = part.raw
    made = []
    for column in table.columns:
        cells, findings = part.found[column.name]
        rows = np.flatnonzero(findings.bad & (states == _REJECTED))
        if len(rows):
            made.append(
                entries_frame(
                    REJECTED,
                    table.name,
                    raw.file,
                    raw.sheet,
                    reasons=[findings.reasons[code] for code in findings.codes[rows]],
                    rows=raw.rows[rows],
                    column=part.labels[column.name],
                    values=cells.texts(rows).array,
                )
            )
    rows = np.flatnonzero(states == _RECOGNISED)
    codes = part.recognised.codes[rows]
    reasons = [part.recognised.reasons[code] for code in codes]
    made.append(
        entries_frame(RECOGNISED, table.name, raw.file, raw.sheet, reasons=reasons, rows=raw.rows[rows])
    )
    return made


def _label_notes(
    table: Table, raw: RawTable, matched: columns.Match, cells: Sequence[Cells]
) -> list[pd.DataFrame]:
    reasons = []
    if matched.unknown:
        reasons.append(f"columns that are not read: {listed(f'`{label}`' for label in matched.unknown)}")
    unnamed = [
        place for place, label in enumerate(raw.labels) if not label and not cells[place].missing.all()
    ]
    if unnamed:
        reasons.append(
            f"cells under no header are not read: {listed(f'column {place + 1}' for place in unnamed)}"
        )
    return [entries_frame(NOTE, table.name, raw.file, raw.sheet, reasons=reasons)]
