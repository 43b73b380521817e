"""What an importer is asked, and what it gives: typed tables, and an account of every row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from partnership_analysis.errors import ColumnError
from partnership_analysis.schema import INTERACTIONS, Table
from partnership_analysis.settings import Settings
from partnership_analysis.sources import dates
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.importers.people import People
from partnership_analysis.sources.importers.reports import Period
from partnership_analysis.sources.ledger import (
    NOTE,
    RECOGNISED,
    REJECTED,
    entries_frame,
    joined_entries,
    sources_frame,
)
from partnership_analysis.sources.raw import RawTable
from partnership_analysis.sources.validate import Validated, validate
from partnership_analysis.sources.values import Findings, Reading

_DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})([ T,]|$)")


FURNITURE = (
    *("total row", "footer", "blank row", "repeated header", "example row of the template"),
    "row with a single cell, no data",
)
"""Why a row is no data at all, so that it says nothing of a column."""


@dataclass(frozen=True)
class Request:
    """What a caller says about the exports.

    Parameters
    ----------
    us : str
        Our name in the export; empty where it is not needed.
    period : Period, optional
        The month (or day) of reports that state none, or state another.
    partner : str
        Label of the column that names the partner; empty: the importer looks for it.
    date_order : {"day", "month", "year"}, optional
        What comes first in dates that can be read in two ways.
    settings : Settings
        Of the portfolio: its currency, rates and limits.
    people : People
        Partners who are known already.
    """

    us: str = ""
    period: Period | None = None
    partner: str = ""
    date_order: str | None = None
    settings: Settings = field(default_factory=Settings)
    people: People = field(default_factory=People)

    @property
    def reading(self) -> Reading:
        """How the doubtful in the cells is read."""
        settings = self.settings
        order = self.date_order or settings.date_order
        return Reading(order, settings.decimal, settings.currency, settings.rates)


@dataclass(frozen=True, eq=False)
class Refused:
    """Cells of one column that an importer cannot read, and why.

    Parameters
    ----------
    findings : Findings
        Of all rows.
    column : str
        Its label in the export.
    values : Series
        Its cells as text.
    """

    findings: Findings
    column: str
    values: pd.Series

    def entries(self, table: str, raw: RawTable, rows: np.ndarray) -> pd.DataFrame:
        """The ledger's entries for some rows."""
        reasons = [self.findings.reasons[code] for code in self.findings.codes[rows]]
        return entries_frame(
            REJECTED,
            table,
            raw.file,
            raw.sheet,
            reasons=reasons,
            rows=raw.rows[rows],
            column=self.column,
            values=self.values.iloc[rows],
        )


@dataclass(eq=False)
class Found:
    """What one export holds.

    Parameters
    ----------
    tables : dict of str to list of DataFrame
        Typed rows by table: ``interactions``, and ``pairs`` and ``unassigned`` of a group's reports.
    sources, entries : list of DataFrame
        As in the ledger.
    strangers : Counter
        Names of people and firms who are no known partner, with the rows that name them.
    complete : set of str
        References of which the export holds every row: rows of an earlier import that it lacks are withdrawn.
    remarks : list of str
        Whole sentences for the one who imports.
    us : str
        Our name as the export writes it, where it names us.
    """

    tables: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    sources: list[pd.DataFrame] = field(default_factory=list)
    entries: list[pd.DataFrame] = field(default_factory=list)
    strangers: Counter[str] = field(default_factory=Counter)
    complete: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    us: str = ""

    def take(
        self,
        table: Table,
        raw: RawTable,
        reading: Reading,
        left_out: Findings | None = None,
        only: np.ndarray | None = None,
        refused: Refused | None = None,
    ) -> Validated:
        """Read rows as a table and account for them; what to do with the rows is the importer's.

        Parameters
        ----------
        table : Table
            What the rows are to be.
        raw : RawTable
            The export with the table's labels.
        reading : Reading
            How the doubtful is read.
        left_out : Findings, optional
            Rows that the importer knows and leaves out, with the reason; of all rows of ``raw``.
        only : ndarray of bool, optional
            The rows that are of this table at all; by default every one.
        refused : Refused, optional
            Rows of which the importer cannot read a cell.

        Raises
        ------
        ColumnError
            If dates or numbers can be read in two ways.
        """
        reading = self._proven(raw, reading, table.name, left_out)
        mine = np.ones(len(raw), dtype=bool) if only is None else only
        nobody = np.zeros(len(raw), dtype=bool)
        known = mine & left_out.bad if left_out is not None else nobody
        bad = mine & ~known & refused.findings.bad if refused is not None else nobody
        try:
            done = validate(table, [subset(raw, mine & ~known & ~bad)], [reading])
        except ColumnError as error:
            hint = " For an import: --date-order day, or month." if "date_order" in str(error) else ""
            raise ColumnError(f"{error}{hint}") from None
        self.entries.append(done.entries)
        if refused is not None and bad.any():
            self.entries.append(refused.entries(table.name, raw, np.flatnonzero(bad)))
        if left_out is not None and known.any():
            rows = np.flatnonzero(known)
            reasons = [left_out.reasons[code] for code in left_out.codes[rows]]
            self.entries.append(
                entries_frame(
                    RECOGNISED, table.name, raw.file, raw.sheet, reasons=reasons, rows=raw.rows[rows]
                )
            )
        read, accepted, rejected, recognised = (
            int(done.sources.iloc[0][name]) for name in ("read", "accepted", "rejected", "recognised")
        )
        size, lost = int(known.sum()), int(bad.sum())
        counts = (read + size + lost, accepted, rejected + lost, recognised + size)
        self.sources.append(sources_frame([(table.name, raw.file, raw.sheet, *counts)]))
        return done

    def again(self, table: str, raw: RawTable, done: Validated, mask: np.ndarray, reason: str) -> None:
        """Of the rows that the last ``take`` accepted, those that say nothing new: recognised, for a reason."""
        size = int(mask.sum())
        if not size:
            return
        rows = done.places["row"].to_numpy()[mask]
        self.entries.append(
            entries_frame(RECOGNISED, table, raw.file, raw.sheet, reasons=[reason] * size, rows=rows)
        )
        counts = self.sources[-1]
        self.sources[-1] = counts.assign(
            accepted=counts["accepted"] - size, recognised=counts["recognised"] + size
        )

    def _proven(self, raw: RawTable, reading: Reading, table: str, left_out: Findings | None) -> Reading:
        """One system writes all its dates in one way, so that any of them proves it, also in rows left out."""
        if reading.date_order is not None or raw.source is None:
            return reading
        data = np.ones(len(raw), dtype=bool)
        if left_out is not None:
            furniture = [code for code, reason in enumerate(left_out.reasons) if reason in FURNITURE]
            data = ~np.isin(left_out.codes, furniture)
        order, label = proven_order(subset(raw.source, data))
        if order is None:
            return reading
        self.note(raw, [f"dates are read {order} first, since `{label}` can be read in no other way"], table)
        return replace(reading, date_order=order)

    def add(self, table: str, frame: pd.DataFrame) -> None:
        """Rows that are done."""
        self.tables.setdefault(table, []).append(frame.reset_index(drop=True))

    def note(self, raw: RawTable, reasons: Iterable[str], table: str = "interactions") -> None:
        """Findings about the export as a whole."""
        self.entries.append(entries_frame(NOTE, table, raw.file, raw.sheet, reasons=list(reasons)))

    @property
    def all_entries(self) -> pd.DataFrame:
        """The ledger's entries in one frame."""
        return joined_entries(self.entries)


def numbered(names: pd.Series, *keys: pd.Series) -> pd.Series:
    """Names with a number from the second of those that are equal, and have equal keys, on.

    >>> numbered(pd.Series(["Call", "Call", "Plan"]), pd.Series([1, 1, 1])).tolist()
    ['Call', 'Call (2)', 'Plan']
    """
    parts = pd.DataFrame({place: key.to_numpy() for place, key in enumerate((names, *keys))})
    nth = parts.groupby(list(parts), sort=False, dropna=False).cumcount().to_numpy() + 1
    return names.where(
        nth == 1, names + pd.Series(nth, index=names.index).map(" ({})".format).astype("string")
    )


def proven_order(raw: RawTable) -> tuple[str | None, str]:
    """Whether day or month comes first in an export, where a column of dates proves it and none says otherwise.

    >>> import pandas as pd
    >>> columns = pd.Series(["4/8/2025 17:19", "5/2/2025 8:00"]), pd.Series(["6/1/2025", "5/20/2025"])
    >>> proven_order(RawTable("a.csv", "", ("Created", "Closed"), columns, np.array([2, 3])))
    ('month', 'Closed')
    """
    proof: dict[str, str] = {}
    for label, column in zip(raw.labels, raw.columns, strict=True):
        cells = Cells.of(column)
        for word in cells.words.to_pylist():
            found = _DATE.match(word)
            if found and (int(found[1]) > 12) != (int(found[3]) > 12):
                order = "day" if int(found[1]) > 12 else "month"
                if order not in proof and _all_dates(cells, order):
                    proof[order] = label
                break
    return next(iter(proof.items())) if len(proof) == 1 else (None, "")


def _all_dates(cells: Cells, order: str) -> bool:
    """Whether every cell that holds anything is a date: the name of a deal may begin with one."""
    bad = Findings(len(cells))
    dates.read(cells, INTERACTIONS["date"], "", "", Reading(date_order=order), bad)
    return not bad.bad.any()


def subset(raw: RawTable, mask: np.ndarray) -> RawTable:
    """Some rows of a raw table.

    >>> import pandas as pd
    >>> raw = RawTable("a.csv", "", ("a",), (pd.Series([1, 2]),), np.array([2, 3]))
    >>> subset(raw, np.array([False, True])).rows.tolist()
    [3]
    """
    if mask.all():
        return raw
    columns = tuple(column[mask].reset_index(drop=True) for column in raw.columns)
    source = None if raw.source is None else subset(raw.source, mask)
    return replace(raw, columns=columns, rows=raw.rows[mask], source=source)
