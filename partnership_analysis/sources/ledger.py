"""The ledger: what became of every row that was read.

A row is accepted, rejected (with the cell and the reason) or recognised (a blank row, a total, an example,
a count of 0). ``read == accepted + rejected + recognised`` holds for every source, or no ledger is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from partnership_analysis.errors import RejectedRows
from partnership_analysis.sources.words import safe, series

REJECTED, RECOGNISED, NOTE = "rejected", "recognised", "note"

SOURCE_DTYPES = {
    "table": "string",
    "file": "string",
    "sheet": "string",
    "read": "int64",
    "accepted": "int64",
    "rejected": "int64",
    "recognised": "int64",
}
ENTRY_DTYPES = {
    "outcome": "string",
    "table": "string",
    "file": "string",
    "sheet": "string",
    "row": "Int64",
    "column": "string",
    "value": "string",
    "reason": "string",
}
_PLACE = ["table", "file", "sheet"]


def constant(text: str | None, size: int) -> pd.Series:
    """One text, or nothing, in every row (dtype ``string``).

    >>> constant("a", 2).tolist()
    ['a', 'a']
    """
    if text is None:
        return series(pa.nulls(size, pa.large_string()))
    return series(pa.repeat(pa.scalar(safe(text), pa.large_string()), size))


def entries_frame(
    outcome: str,
    table: str,
    file: str,
    sheet: str,
    *,
    reasons: Sequence[str] | pd.Series,
    rows: Sequence[int] | np.ndarray | None = None,
    column: str | None = None,
    values: Sequence[Any] | pd.Series | None = None,
) -> pd.DataFrame:
    """Findings of one kind in one source: one row a reason, typed as the ledger's entries.

    >>> entries_frame("note", "interactions", "a.csv", "", reasons=["odd"])["outcome"].tolist()
    ['note']
    """
    size = len(reasons)
    if not size:
        return _no_entries().copy(deep=False)
    absent = rows is None
    numbers = np.zeros(size, dtype=np.int64) if rows is None else np.array(rows, dtype=np.int64)
    data = {
        "outcome": constant(outcome, size),
        "table": constant(table, size),
        "file": constant(file, size),
        "sheet": constant(sheet, size),
        "row": pd.Series(pd.arrays.IntegerArray(numbers, np.full(size, absent)), copy=False),
        "column": constant(column, size),
        "value": constant(None, size) if values is None else _texts(values),
        "reason": _texts(reasons),
    }
    return pd.DataFrame(data, copy=False)


@cache
def _no_entries() -> pd.DataFrame:
    """Made once, since most tables have nothing to say; what is handed out is a copy on write."""
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in ENTRY_DTYPES.items()})


def _texts(values: Sequence[Any] | pd.Series) -> pd.Series:
    return pd.Series(values, dtype="string", copy=False).reset_index(drop=True)


def joined_entries(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Entries of several sources in one frame (dtypes kept, also where there are none)."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return entries_frame("", "", "", "", reasons=[])
    return filled[0].reset_index(drop=True) if len(filled) == 1 else pd.concat(filled, ignore_index=True)


def sources_frame(records: Sequence[tuple[str, str, str, int, int, int, int]]) -> pd.DataFrame:
    """Sources from (table, file, sheet, read, accepted, rejected, recognised)."""
    columns: Iterable[Sequence[Any]] = zip(*records, strict=True) if records else [()] * len(SOURCE_DTYPES)
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=dtype)
            for (name, dtype), values in zip(SOURCE_DTYPES.items(), columns, strict=True)
        },
        copy=False,
    )


@dataclass(frozen=True, eq=False)
class Ledger:
    """What was read, from where, and what became of it.

    Parameters
    ----------
    sources : DataFrame
        One row a file or sheet: ``table, file, sheet`` (text), ``read, accepted, rejected, recognised``
        (rows).
    entries : DataFrame
        One row a finding: ``outcome`` (``rejected``, ``recognised`` or ``note``), ``table, file, sheet``,
        ``row`` (as a spreadsheet numbers it, the header included; missing for a finding about a whole
        table), ``column`` (its label), ``value`` (text as found), ``reason``. A rejected row has an entry
        for each bad cell and counts once.

    Raises
    ------
    AssertionError
        If rows are unaccounted for, which is a mistake in this package and never in the input.
    """

    sources: pd.DataFrame
    entries: pd.DataFrame

    def __post_init__(self) -> None:
        """Refuse a ledger that does not add up."""
        sources = self.sources
        parts = sources["accepted"] + sources["rejected"] + sources["recognised"]
        if not parts.eq(sources["read"]).all():
            raise AssertionError(f"rows unaccounted for:\n{sources[parts.ne(sources['read'])]}")
        counted = self._distinct_rows(REJECTED) + self._distinct_rows(RECOGNISED)
        stated = int(sources["rejected"].sum() + sources["recognised"].sum())
        if counted != stated:
            raise AssertionError(f"{stated} rows rejected or recognised, but entries for {counted}")

    def _distinct_rows(self, outcome: str) -> int:
        chosen = self.entries["outcome"].eq(outcome)
        if not chosen.any():
            return 0
        rows = self.entries.loc[chosen, [*_PLACE, "row"]]
        return int(rows.groupby(_PLACE, sort=False)["row"].nunique().sum())

    @classmethod
    def empty(cls) -> Ledger:
        """A ledger of nothing read.

        >>> Ledger.empty().read
        0
        """
        return cls(sources_frame([]), joined_entries([]))

    @property
    def read(self) -> int:
        """Rows read, headers aside."""
        return int(self.sources["read"].sum())

    @property
    def accepted(self) -> int:
        """Rows that are in the portfolio."""
        return int(self.sources["accepted"].sum())

    @property
    def rejected(self) -> int:
        """Rows left out because a cell does not fit."""
        return int(self.sources["rejected"].sum())

    @property
    def recognised(self) -> int:
        """Rows that are no data: blank, totals, examples, a count of 0."""
        return int(self.sources["recognised"].sum())

    @property
    def notes(self) -> pd.DataFrame:
        """Findings that left no row out, as ``entries``."""
        return self.entries[self.entries["outcome"].eq(NOTE)].reset_index(drop=True)

    def summary(self) -> pd.DataFrame:
        """Rows by table: ``table, read, accepted, rejected, recognised``, in the order of reading."""
        counts = ["read", "accepted", "rejected", "recognised"]
        return self.sources.groupby("table", sort=False, as_index=False)[counts].sum()

    def reasons(self, outcome: str = REJECTED) -> pd.DataFrame:
        """Why rows were rejected (or recognised, or noted), the commonest reason first.

        Returns
        -------
        DataFrame
            ``reason``, ``rows`` (different rows; findings where the reason is about a table), ``example``
            (the first place). Ties are in the order of the reason's text.
        """
        return _reasons(self.entries[self.entries["outcome"].eq(outcome)])

    def check_limit(self, limit: float) -> None:
        """Refuse a source of which more than ``limit`` (share, 0 to 1) was rejected.

        The share is of the rows that could have been accepted: recognised rows do not dilute it.

        Raises
        ------
        RejectedRows
            Naming the ten commonest reasons of the first such source.
        """
        sources = self.sources
        candidates = sources["read"] - sources["recognised"]
        over = sources.index[sources["rejected"] > limit * candidates]
        if len(over):
            source = sources.loc[over[0]]
            entries = self.entries[self.entries["outcome"].eq(REJECTED)]
            here = entries[entries[_PLACE].eq(source[_PLACE]).all(axis=1)]
            found = _reasons(here)
            reasons = list(zip(found["reason"], found["rows"], found["example"], strict=True))
            raise RejectedRows(int(source["rejected"]), int(candidates[over[0]]), limit, reasons)


def _reasons(entries: pd.DataFrame) -> pd.DataFrame:
    # A finding about a whole table has no row: each is its own place.
    row = entries["row"].fillna(pd.Series(-1 - np.arange(len(entries)), entries.index, dtype="Int64"))
    rows = entries.assign(row=row).drop_duplicates([*_PLACE, "row", "reason"])
    counts = rows.groupby("reason", sort=True).size()
    first = entries.drop_duplicates("reason").set_index("reason")
    frame = pd.DataFrame({"reason": counts.index.astype("string"), "rows": counts.to_numpy(dtype="int64")})
    frame["example"] = pd.array([_place(first.loc[reason]) for reason in frame["reason"]], dtype="string")
    return frame.sort_values(["rows", "reason"], ascending=[False, True], ignore_index=True)


def _place(entry: pd.Series) -> str:
    # What is said of a name in all tables together has no file.
    parts = [str(entry["file"])] if entry["file"] else []
    if entry["sheet"]:
        parts.append(f"sheet {entry['sheet']}")
    if pd.notna(entry["row"]):
        parts.append(f"row {entry['row']}")
    if pd.notna(entry["value"]):
        text = str(entry["value"])
        parts.append(repr(text if len(text) <= 40 else text[:39] + "…"))
    return ", ".join(parts)
