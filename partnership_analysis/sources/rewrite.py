"""Apply a mapping: somebody else's raw table becomes a raw table with the schema's labels."""

from __future__ import annotations

from collections.abc import Callable
from string import Formatter

import numpy as np
import pandas as pd
from rapidfuzz import process

from partnership_analysis.errors import MappingError, listed
from partnership_analysis.sources import epochs
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.ledger import constant
from partnership_analysis.sources.mapping import Join, Rule, TableRule
from partnership_analysis.sources.raw import RawTable
from partnership_analysis.sources.values import folded, text
from partnership_analysis.sources.words import arrow

_PLAUSIBLE = 10**6 * 86_400
"""Seconds from 1970 beyond which a number counts no time."""

Lookup = Callable[[Join], RawTable]


def rewrite(rule: TableRule, raw: RawTable, lookup: Lookup) -> tuple[RawTable, tuple[str, ...]]:
    """A raw table with our labels, its rows numbered as they were, and their columns that no rule reads.

    Parameters
    ----------
    rule : TableRule
        What the mapping says of it.
    raw : RawTable
        Their table.
    lookup : callable
        Gives the raw table that a join names.

    Raises
    ------
    MappingError
        If the mapping names a column that is not there, or a join is not unique.
    """
    used = sorted({name for part in rule.columns.values() for name in part.fields})
    _check_labels(raw, used)
    blank = np.ones(len(raw), dtype=bool)
    for column in raw.columns:
        blank &= Cells.of(column).missing
    columns = tuple(_made(part, raw, lookup) for part in rule.columns.values())
    if blank.any():
        columns = tuple(column.mask(blank) for column in columns)
    read = {_place(raw, name) for name in used}
    unused = tuple(label for place, label in enumerate(raw.labels) if label and place not in read)
    origins = {name: ", ".join(part.fields) or name for name, part in rule.columns.items()}
    labels = tuple(rule.columns)
    return RawTable(raw.file, raw.sheet, labels, columns, raw.rows, origins, raw, raw.notes), unused


def _check_labels(raw: RawTable, wanted: list[str]) -> None:
    absent = [name for name in wanted if not _places(raw, name)]
    if absent:
        hints = []
        for name in absent:
            near = process.extractOne(name, list(raw.labels), score_cutoff=60)
            hints.append(f"`{name}`{f' (nearest: `{near[0]}`)' if near else ''}")
        raise MappingError(
            f"{raw.place}: the mapping names columns that are not there: {listed(hints)}. "
            f"Found: {listed(f'`{label}`' for label in raw.labels)}."
        )
    doubled = [name for name in wanted if len(_places(raw, name)) > 1]
    if doubled:
        raise MappingError(f"{raw.place}: more than one column is called {listed(doubled)}; rename one.")


def _made(rule: Rule, raw: RawTable, lookup: Lookup) -> pd.Series:
    if isinstance(rule.constant, str):
        return constant(rule.constant, len(raw))
    if rule.constant is not None:
        return pd.Series(np.full(len(raw), rule.constant))
    if rule.template is not None:
        return _filled(rule.template, raw)
    column = _column(raw, str(rule.source))
    plain = not (rule.join or rule.values or rule.missing or rule.epoch)
    if plain:
        return column
    values = _said(Cells.of(column))
    if rule.join:
        values = _joined(values, rule.join, lookup(rule.join))
    values = values.mask(values.isin(list(rule.missing)))
    if rule.values:
        values = values.replace(rule.values)
    return _days(values, rule.epoch) if rule.epoch else values


def _column(raw: RawTable, label: str) -> pd.Series:
    return raw.columns[_place(raw, label)]


def _place(raw: RawTable, label: str) -> int:
    return _places(raw, label)[0]


def _places(raw: RawTable, label: str) -> list[int]:
    """Where a label is: exactly so, else with other case, spaces, arrows."""
    exact = [place for place, other in enumerate(raw.labels) if other == label]
    key = folded(label)
    return exact or [place for place, other in enumerate(raw.labels) if key and folded(other) == key]


def _filled(template: str, raw: RawTable) -> pd.Series:
    """Missing where any of the columns in braces is."""
    made = pd.Series([""] * len(raw), dtype="string")
    for literal, name, _, _ in Formatter().parse(template):
        made = made + literal
        if name:
            made = made + text(Cells.of(_column(raw, name)))
    return made


def _joined(keys: pd.Series, join: Join, other: RawTable) -> pd.Series:
    _check_labels(other, [join.on, join.take])
    known = text(Cells.of(_column(other, join.on)))
    taken = text(Cells.of(_column(other, join.take)))
    here = known.notna()
    repeated = known[here & known.duplicated(keep=False)].unique()
    if len(repeated):
        raise MappingError(
            f"{other.place}: `{join.on}` is no key for the mapping's join, since it repeats: {listed(repeated)}."
        )
    return keys.map(pd.Series(taken[here].to_numpy(), index=known[here].to_numpy())).astype("string")


def _said(cells: Cells) -> pd.Series:
    """Cells as text; those that mean nothing too, where they say so in a word, for the ledger to name it."""
    values = text(cells)
    for word, rows in cells.silent:
        values.iloc[rows] = word
    return values


def _days(values: pd.Series, unit: str) -> pd.Series:
    """Times (UTC) counted since 1970 in a unit, exact to the second; what is no number stays as it is."""
    texts = arrow(values)
    coded = texts.dictionary_encode()
    counted, known = epochs.counts(coded.dictionary)
    seconds = counted // epochs.PER_SECOND[unit]
    known &= np.abs(seconds) < _PLAUSIBLE
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    times = np.append(seconds, 0).astype("datetime64[s]")
    times[~np.append(known, False)] = np.datetime64("NaT")
    made = pd.Series(times[codes])
    others = values.notna() & made.isna()
    return made.astype(object).mask(others, values) if others.any() else made
