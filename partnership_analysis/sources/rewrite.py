"""Apply a mapping: somebody else's raw table becomes a raw table with the schema's labels."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from string import Formatter

import numpy as np
import pandas as pd
from rapidfuzz import process

from partnership_analysis.errors import MappingError, listed
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.mapping import Join, Rule, TableRule
from partnership_analysis.sources.raw import RawTable
from partnership_analysis.sources.values import text

_PER_DAY = {"s": 86_400, "ms": 86_400 * 10**3, "us": 86_400 * 10**6, "ns": 86_400 * 10**9}
_NUMBER = re.compile(r"[+-]?\d{1,25}(\.\d{1,40})?([eE][+-]?\d{1,3})?")
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
    used = {name for part in rule.columns.values() for name in part.fields}
    _check_labels(raw, sorted(used))
    blank = np.ones(len(raw), dtype=bool)
    for column in raw.columns:
        blank &= Cells.of(column).missing
    columns = tuple(_made(part, raw, lookup).mask(blank) for part in rule.columns.values())
    unused = tuple(label for label in raw.labels if label and label not in used)
    origins = {name: ", ".join(part.fields) or name for name, part in rule.columns.items()}
    return RawTable(raw.file, raw.sheet, tuple(rule.columns), columns, raw.rows, origins), unused


def _check_labels(raw: RawTable, wanted: list[str]) -> None:
    absent = [name for name in wanted if name not in raw.labels]
    if absent:
        hints = []
        for name in absent:
            near = process.extractOne(name, list(raw.labels), score_cutoff=60)
            hints.append(f"`{name}`{f' (nearest: `{near[0]}`)' if near else ''}")
        raise MappingError(
            f"{raw.place}: the mapping names columns that are not there: {listed(hints)}. "
            f"Found: {listed(f'`{label}`' for label in raw.labels)}."
        )
    doubled = [name for name in wanted if raw.labels.count(name) > 1]
    if doubled:
        raise MappingError(f"{raw.place}: more than one column is called {listed(doubled)}; rename one.")


def _made(rule: Rule, raw: RawTable, lookup: Lookup) -> pd.Series:
    if rule.constant is not None:
        return pd.Series([rule.constant] * len(raw), dtype=object)
    if rule.template is not None:
        return _filled(rule.template, raw)
    column = _column(raw, str(rule.source))
    plain = not (rule.join or rule.values or rule.missing or rule.epoch)
    if plain:
        return column
    values = text(Cells.of(column))
    if rule.join:
        values = _joined(values, rule.join, lookup(rule.join))
    values = values.mask(values.isin(list(rule.missing)))
    if rule.values:
        values = values.replace(rule.values)
    return _days(values, rule.epoch) if rule.epoch else values


def _column(raw: RawTable, label: str) -> pd.Series:
    return raw.columns[raw.labels.index(label)]


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


def _days(values: pd.Series, unit: str) -> pd.Series:
    """Days (UTC) of times counted since 1970, exact at any size; what is no number stays as it is."""
    distinct = {value: _day(value, _PER_DAY[unit]) for value in values.dropna().unique()}
    days = values.map(distinct)
    if all(isinstance(day, np.datetime64) for day in distinct.values()):
        return pd.Series(days.to_numpy(dtype="datetime64[s]", na_value=np.datetime64("NaT")))
    return days.astype(object)


def _day(value: str, per_day: int) -> np.datetime64 | str:
    if not _NUMBER.fullmatch(value):
        return value
    try:
        day = int(Decimal(value) // per_day)
    except InvalidOperation:
        return value
    return np.datetime64(day, "D") if abs(day) < 10**6 else value
