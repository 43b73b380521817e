"""What an importer is asked, and what it gives: typed tables, and an account of every row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from partnership_analysis.errors import ColumnError
from partnership_analysis.schema import Table
from partnership_analysis.settings import Settings
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.importers.people import People
from partnership_analysis.sources.importers.reports import Period
from partnership_analysis.sources.ledger import (
    NOTE,
    RECOGNISED,
    entries_frame,
    joined_entries,
    sources_frame,
)
from partnership_analysis.sources.raw import RawTable
from partnership_analysis.sources.validate import Validated, validate
from partnership_analysis.sources.values import Findings, Reading

_DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})([ T,]|$)")


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
        return Reading(date_order=self.date_order, currency=settings.currency, rates=settings.rates)


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

        Raises
        ------
        ColumnError
            If dates or numbers can be read in two ways.
        """
        reading = self._proven(raw, reading, table.name)
        mine = np.ones(len(raw), dtype=bool) if only is None else only
        known = mine & left_out.bad if left_out is not None else np.zeros(len(raw), dtype=bool)
        try:
            done = validate(table, [subset(raw, mine & ~known)], [reading])
        except ColumnError as error:
            hint = " For an import: --date-order day, or month." if "date_order" in str(error) else ""
            raise ColumnError(f"{error}{hint}") from None
        self.entries.append(done.entries)
        if left_out is not None and known.any():
            rows = np.flatnonzero(known)
            reasons = [left_out.reasons[code] for code in left_out.codes[rows]]
            self.entries.append(
                entries_frame(
                    RECOGNISED, table.name, raw.file, raw.sheet, reasons=reasons, rows=raw.rows[rows]
                )
            )
        counts = done.sources.iloc[0]
        size = int(known.sum())
        self.sources.append(
            sources_frame(
                [
                    (
                        table.name,
                        raw.file,
                        raw.sheet,
                        int(counts["read"]) + size,
                        int(counts["accepted"]),
                        int(counts["rejected"]),
                        int(counts["recognised"]) + size,
                    )
                ]
            )
        )
        return done

    def _proven(self, raw: RawTable, reading: Reading, table: str) -> Reading:
        """One system writes all its dates in one way, so that any of them proves it, also in rows left out."""
        order, label = proven_order(raw.source) if raw.source is not None else (None, "")
        if order is None or reading.date_order is not None:
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


def proven_order(raw: RawTable) -> tuple[str | None, str]:
    """Whether day or month comes first in an export, where a column proves it and none says otherwise.

    >>> import pandas as pd
    >>> columns = pd.Series(["4/8/2025 17:19", "5/2/2025 8:00"]), pd.Series(["6/1/2025", "5/20/2025"])
    >>> proven_order(RawTable("a.csv", "", ("Created", "Closed"), columns, np.array([2, 3])))
    ('month', 'Closed')
    """
    proof: dict[str, str] = {}
    for label, column in zip(raw.labels, raw.columns, strict=True):
        for word in Cells.of(column).words.to_pylist():
            found = _DATE.match(word)
            if found and (int(found[1]) > 12) != (int(found[3]) > 12):
                proof.setdefault("day" if int(found[1]) > 12 else "month", label)
    return next(iter(proof.items())) if len(proof) == 1 else (None, "")


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
