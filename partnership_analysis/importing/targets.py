"""The file that an import writes: what it holds already, whether all of that can be kept, and writing it whole."""

from __future__ import annotations

import re
from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from partnership_analysis.errors import SourceError, listed
from partnership_analysis.export import EXAMPLE, unguarded, write_table, write_workbook
from partnership_analysis.importing.losses import lost_parts
from partnership_analysis.portfolio import Portfolio, load
from partnership_analysis.schema import ALIASES, PAIRS, PARTNERS, READ_ME, READABLE, TABLES, UNASSIGNED, Table
from partnership_analysis.settings import Settings
from partnership_analysis.sources import layout
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.gather import toml_beside
from partnership_analysis.sources.given import Given, settings_of, sheet_settings
from partnership_analysis.sources.mapping import Mapping
from partnership_analysis.sources.paths import resolved
from partnership_analysis.sources.raw import Book, RawTable
from partnership_analysis.sources.readers import files
from partnership_analysis.sources.validate import empty, validate
from partnership_analysis.sources.values import Reading, folded, text
from partnership_analysis.wording import count_of

_SUFFIXES = {False: (".xlsx",), True: (".xlsx", ".csv", ".parquet")}
_DAILY = re.compile(r"((?:BNI|PALMS) \d{4}-\d{2})-\d{2}(, .*)?")
"""The reference of a report of one day: the month's, the day, and perhaps whose slips they are."""

_OURS = (*READABLE, "settings", READ_ME, UNASSIGNED.name)


@dataclass(eq=False)
class Target:
    """Where an import goes.

    Parameters
    ----------
    path : Path, optional
        The file; nothing is written without it.
    group : bool
        Whether it holds the pair table of a group rather than a portfolio.
    portfolio : Portfolio, optional
        What is there already.
    settings : Settings
        Its settings.
    tables : dict of str to DataFrame
        Its four tables, empty where there are none.
    pairs, unassigned, aliases : DataFrame
        The other tables that are there.
    partners : DataFrame
        Its partners, and those that a caller names beside them.
    """

    path: Path | None = None
    group: bool = False
    portfolio: Portfolio | None = None
    settings: Settings = field(default_factory=Settings)
    tables: dict[str, pd.DataFrame] = field(
        default_factory=lambda: {name: empty(table) for name, table in TABLES.items()}
    )
    pairs: pd.DataFrame = field(default_factory=lambda: empty(PAIRS))
    unassigned: pd.DataFrame = field(default_factory=lambda: empty(UNASSIGNED))
    aliases: pd.DataFrame = field(default_factory=lambda: empty(ALIASES))
    partners: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        """Start with the partners that are there."""
        self.partners = self.tables["partners"]

    @classmethod
    def of(cls, to: str | Path | None, given: Given, *, group: bool) -> Target:
        """What is at a path; nothing if there is no file yet.

        Raises
        ------
        SourceError
            If the file is of another kind, or holds what would be lost when it is written again.
        """
        if to is None:
            return cls(group=group)
        path = Path(to).expanduser()
        if path.suffix.casefold() not in _SUFFIXES[group]:
            what = "A pair table" if group else "A portfolio that exports are imported into"
            raise SourceError(
                f"--to {path}: {what} is written as {listed(_SUFFIXES[group])}. Name such a file."
            )
        if not path.parent.is_dir():
            raise SourceError(f"--to {path}: there is no folder {path.parent}. Make it first.")
        if not path.exists():
            return cls(path, group)
        return _group_at(path) if group else _portfolio_at(path, given)

    def differs(
        self,
        tables: Named[str, pd.DataFrame],
        pairs: pd.DataFrame,
        unassigned: pd.DataFrame,
        settings: Settings,
    ) -> bool:
        """Whether there is something to write: what is not new leaves a file as it is."""
        if self.path is None:
            return False
        there = [*self.tables.values(), self.pairs, self.unassigned]
        made = [*(tables[name] for name in self.tables), pairs, unassigned]
        same = all(one.equals(other) for one, other in zip(there, made, strict=True))
        return not same or (self.portfolio is not None and settings != self.settings)

    def write(
        self,
        tables: Named[str, pd.DataFrame],
        pairs: pd.DataFrame,
        unassigned: pd.DataFrame,
        settings: Settings,
    ) -> Path:
        """Write it whole, or leave it as it is.

        A pair table as ``.csv`` or ``.parquet`` has ``NAME-unassigned`` beside it.

        Raises
        ------
        SourceError
            If it cannot be written, or would hold a report of a month and one of a day in it.
        """
        if self.path is None:
            raise ValueError("a target without a path is not written")
        there = (self.tables["interactions"], self.pairs, self.unassigned)
        twice = _twice(tables["interactions"], pairs, unassigned) - _twice(*there)
        if twice:
            whole, part = min(twice)
            raise SourceError(
                f"--to {self.path}: {whole} is a report of the whole month and {part} of a day in it, so that rows "
                f"would count twice. Import the second with --period, as the month that it is, or leave it out."
            )
        others = [(UNASSIGNED, unassigned)] if len(unassigned) else []
        others += [(ALIASES, self.aliases)] if len(self.aliases) else []
        if not self.group:
            return write_workbook(self.path, tables, settings, others)
        if self.path.suffix.casefold() == ".xlsx":
            return write_workbook(self.path, {}, None, [(PAIRS, pairs), *others])
        if others:
            write_table(beside(self.path), unassigned)
        return write_table(self.path, pairs)


def _twice(*frames: pd.DataFrame) -> set[tuple[str, str]]:
    """References of reports of a month that have one of a day in it beside them."""
    references = {text for frame in frames for text in frame["reference"].dropna().unique()}
    days = {text: found for text in references if (found := _DAILY.fullmatch(text))}
    months = {text: f"{found[1]}{found[2] or ''}" for text, found in days.items()}
    return {(month, day) for day, month in months.items() if month in references}


def beside(path: Path) -> Path:
    """Where a pair table that is no workbook keeps value that belongs to no pair."""
    return path.with_name(f"{path.stem}-{UNASSIGNED.name}{path.suffix}")


def _portfolio_at(path: Path, given: Given) -> Target:
    toml = toml_beside(path)
    book = files.opened(path, settings_of(given, Mapping(), {}, toml).limits)
    sheet = next((sheet for sheet in book.sheets if folded(sheet) == "settings"), None)
    stated = sheet_settings(layout.table(book, sheet)) if sheet is not None else {}
    settings = settings_of(given, Mapping(), stated, toml)
    # Rows that repeat others count once, but they are somebody's rows, and stay in the file.
    portfolio = load(path, settings=settings.model_copy(update={"repeats": "each"}), strict=False)
    _refuse_loss(path, book, portfolio, settings)
    tables = {name: getattr(portfolio, name) for name in TABLES}
    rest, aliases = (_table_in(book, table, settings) for table in (UNASSIGNED, ALIASES))
    return Target(path, False, portfolio, settings, tables, unassigned=rest, aliases=aliases)


def _refuse_loss(path: Path, book: Book, portfolio: Portfolio, settings: Settings) -> None:
    """Refuse a workbook of which something would not come back: only what was read can be written."""
    lost = lost_parts(path, settings.limits)
    if portfolio.ledger.rejected:
        lost.append(f"{count_of(portfolio.ledger.rejected, 'row')} that cannot be read")
    known = {folded(name) for name in _OURS}
    strange = [sheet for sheet in (*book.sheets, *book.hidden) if folded(sheet) not in known]
    if strange:
        lost.append(f"the sheets {listed(strange)}")
    for sheet in book.sheets:
        table = next((table for table in READABLE.values() if folded(table.name) == folded(sheet)), None)
        if table is not None:
            labels = _unknown(raw_table(book, sheet, table), table)
            lost += [f"the columns {listed(labels)} of {sheet}"] if labels else []
    if lost:
        raise SourceError(
            f"--to {path}: writing it again would lose {listed(lost)}. Write to a new file, or take them out of this "
            f"one (partnership-analysis check --portfolio {path} shows rows that cannot be read)."
        )


def _unknown(raw: RawTable, table: Table) -> list[str]:
    """Labels of columns with cells that the table does not know; the mark of the template's example is none."""
    names = {folded(name) for name in table.names}
    return [
        label
        for label, column in zip(raw.labels, raw.columns, strict=True)
        if label and folded(label) not in names and not text(Cells.of(column)).dropna().isin([EXAMPLE]).all()
    ]


def _group_at(path: Path) -> Target:
    book = files.opened(path, Settings().limits)
    lost = lost_parts(path, Settings().limits)
    if lost:
        raise SourceError(f"--to {path}: writing it again would lose {listed(lost)}. Write to a new file.")
    pairs = _table_in(book, PAIRS, Settings(), alone=True)
    near = beside(path)
    if path.suffix.casefold() == ".xlsx":
        rest = _table_in(book, UNASSIGNED, Settings())
    elif near.exists():
        rest = _table_in(files.opened(near, Settings().limits), UNASSIGNED, Settings(), alone=True)
    else:
        rest = empty(UNASSIGNED)
    return Target(path, True, pairs=pairs, unassigned=rest)


def _table_in(book: Book, table: Table, settings: Settings, *, alone: bool = False) -> pd.DataFrame:
    """A table of a book, empty where it has none; ``alone``: it must have it.

    Raises
    ------
    SourceError
        If rows cannot be read, or the table is not there but must be.
    """
    sheet = next((sheet for sheet in book.sheets if folded(sheet) in ("", folded(table.name))), None)
    if sheet is None:
        if alone:
            raise SourceError(f"--to {book.path} exists and is no {table.name} table. Name another file.")
        return empty(table)
    done = validate(table, [raw_table(book, sheet, table)], [Reading(currency=settings.currency)])
    if done.sources["rejected"].sum():
        place = done.entries.iloc[0]
        raise SourceError(
            f"--to {book.path}, {table.name}: row {place['row']} cannot be read ({place['reason']}). Mend it first."
        )
    return unguarded(done.frame) if book.path.suffix.casefold() == ".csv" else done.frame


def raw_table(book: Book, sheet: str, table: Table) -> RawTable:
    """A sheet whose header is known by the columns of a table."""
    return layout.table(book, sheet, frozenset(map(folded, table.names)))


def partners_of(source: str | Path | pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, list[str]]:
    """Partners and further names of a portfolio, or of a table of partners.

    Parameters
    ----------
    source : str, Path or DataFrame
        A portfolio, a workbook with a sheet ``partners``, a file with that one table, or the table.
    settings : Settings
        Limits and currency.

    Raises
    ------
    SourceError
        If there is no file, or no partner in it.
    """
    if isinstance(source, pd.DataFrame):
        portfolio = Portfolio.from_frames(
            pd.DataFrame({"date": [], "partner": [], "kind": []}), partners=source
        )
        return portfolio.partners, []
    path = resolved(source)
    if not path.exists():
        raise SourceError(f"--partners {path}: there is no such file.")
    if path.is_dir():
        portfolio = load(path, settings=settings, strict=False)
        return portfolio.partners, portfolio.names
    book = files.opened(path, settings.limits)
    names = [folded(sheet) for sheet in book.sheets]
    if "interactions" in names:
        portfolio = load(path, settings=settings, strict=False)
        return portfolio.partners, portfolio.names
    sheet = book.sheets[names.index("partners")] if "partners" in names else book.sheets[0]
    done = validate(PARTNERS, [raw_table(book, sheet, PARTNERS)], [Reading()])
    if done.frame.empty:
        raise SourceError(
            f"--partners {path} names no partner: it needs a column `partner` with names under it."
        )
    return done.frame, []
