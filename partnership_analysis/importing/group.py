"""A group's pair table from a file: as an import without ``--us`` wrote it, or as somebody keeps it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from partnership_analysis.errors import SourceError, listed
from partnership_analysis.export import unguarded
from partnership_analysis.importing.targets import beside, raw_table
from partnership_analysis.portfolio import read_as
from partnership_analysis.schema import PAIRS, UNASSIGNED, Table
from partnership_analysis.settings import Settings
from partnership_analysis.sources.gather import nothing_at
from partnership_analysis.sources.ledger import Ledger, joined_entries
from partnership_analysis.sources.paths import resolved
from partnership_analysis.sources.raw import Book
from partnership_analysis.sources.readers import files
from partnership_analysis.sources.validate import Validated, empty, validate
from partnership_analysis.sources.values import Reading, folded

_NEEDED = ("from", "to", "kind")
_ANYBODYS = replace(
    PAIRS, columns=tuple(replace(part, required=part.name == "kind") for part in PAIRS.columns)
)
"""A table kept by hand need not say from which report a row came."""


@dataclass(frozen=True, eq=False)
class Group:
    """Who did what for whom in a group.

    Attributes
    ----------
    pairs : DataFrame
        ``from, to, kind, count, value, period, date, reference, note``, in the file's order.
    unassigned : DataFrame
        Value that belongs to no pair: ``member, giver, value, period, reference``.
    ledger : Ledger
        What became of every row.
    """

    pairs: pd.DataFrame
    unassigned: pd.DataFrame
    ledger: Ledger


def load_pairs(path: str | Path, *, settings: Settings | None = None) -> Group:
    r"""Read the pair table of a group, which the functions of ``metrics.network.matrices`` measure.

    Parameters
    ----------
    path : str or Path
        A workbook with a sheet ``pairs`` (or with one sheet), or a ``.csv`` or ``.parquet`` with that one table;
        value that belongs to no pair is in a sheet ``unassigned``, or in ``NAME-unassigned`` beside the file. A
        relative path is looked for in the working directory, then in the folders above it.
    settings : Settings, optional
        How doubtful dates and numbers are read, the currency, and the share of rows that may be rejected.

    Returns
    -------
    Group

    Raises
    ------
    SourceError
        If there is no file, or no pair table in it.
    ColumnError
        If a column is missing or can be read in two ways.
    RejectedRows
        If more rows are rejected than ``settings.rejected_limit``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "group.csv"
    ...     rows = path.write_text("from,to,kind,date\nAnn,Bo,referral,2025-07-14\n")
    ...     load_pairs(path).pairs[["from", "to", "count"]].values.tolist()
    [['Ann', 'Bo', 1]]
    """
    where, how = resolved(path), settings or Settings()
    if not where.is_file():
        raise SourceError(nothing_at(where))
    book = files.opened(where, how.limits)
    pairs = _read(book, _pair_sheet(book), _ANYBODYS, how)
    near = beside(where)
    if "unassigned" in map(folded, book.sheets):
        rest = _read(book, UNASSIGNED.name, UNASSIGNED, how)
    elif near.is_file():
        rest = _read(files.opened(near, how.limits), "", UNASSIGNED, how)
    else:
        rest = None
    parts = [pairs, *filter(None, [rest])]
    ledger = Ledger(
        pd.concat([part.sources for part in parts], ignore_index=True),
        joined_entries([part.entries for part in parts]),
    )
    ledger.check_limit(how.rejected_limit)
    return Group(pairs.frame, empty(UNASSIGNED) if rest is None else rest.frame, ledger)


def _pair_sheet(book: Book) -> str:
    named = [sheet for sheet in book.sheets if folded(sheet) == PAIRS.name]
    if named or len(book.sheets) == 1:
        return (named or book.sheets)[0]
    raise SourceError(
        f"{book.path.name} has no sheet `pairs`. It has: {listed(book.sheets)}. A pair table says who did what for "
        f"whom: columns {listed(_NEEDED)}; `partnership-analysis import ... --to group.xlsx` without --us writes one."
    )


def _read(book: Book, sheet: str, table: Table, settings: Settings) -> Validated:
    name = next((each for each in book.sheets if folded(each) == folded(sheet)), sheet)
    done = validate(table, [raw_table(book, name, table)], [read_as(Reading(), settings)])
    return replace(done, frame=unguarded(done.frame)) if book.path.suffix.casefold() == ".csv" else done
