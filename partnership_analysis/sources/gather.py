"""From a path to raw tables: which file or sheet is which table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
from rapidfuzz import process

from partnership_analysis.errors import SettingsError, SourceError, listed
from partnership_analysis.schema import READ_ME, READABLE, TABLES, UNASSIGNED
from partnership_analysis.settings import Limits, read_toml
from partnership_analysis.sources import layout
from partnership_analysis.sources.given import sheet_settings
from partnership_analysis.sources.ledger import NOTE, entries_frame
from partnership_analysis.sources.mapping import Join, Mapping, TableRule
from partnership_analysis.sources.progress import Steps, silent
from partnership_analysis.sources.raw import Book, Labels, RawTable
from partnership_analysis.sources.readers import files
from partnership_analysis.sources.rewrite import rewrite
from partnership_analysis.sources.values import Reading, folded


@dataclass(eq=False)
class Gathered:
    """Raw tables by the schema's table, how each is read, the settings found, and notes."""

    raws: dict[str, list[RawTable]] = field(default_factory=lambda: {name: [] for name in READABLE})
    readings: dict[str, list[Reading]] = field(default_factory=lambda: {name: [] for name in READABLE})
    sheet_settings: dict[str, Any] = field(default_factory=dict)
    toml: Path | None = None
    notes: list[pd.DataFrame] = field(default_factory=list)

    def add(self, table: str, raw: RawTable, reading: Reading) -> None:
        """One more source of a table."""
        times = sum((other.file, other.sheet) == (raw.file, raw.sheet) for other in self.raws[table])
        if times:
            # Two rules may read one sheet; the ledger tells their rows apart by the place.
            raw = replace(
                raw, sheet=f"{raw.sheet} (read again)".strip() if times == 1 else f"{raw.sheet} ({times + 1})"
            )
        self.raws[table].append(raw)
        self.readings[table].append(reading)

    def note(self, table: str, file: str, reason: str) -> None:
        """A finding about a file."""
        self.notes.append(entries_frame(NOTE, table, file, "", reasons=[reason]))


def gather(
    path: str | Path, mapping: Mapping, limits: Limits, tell: Steps = silent, *, ready: Path | None = None
) -> Gathered:
    """Find the tables of a portfolio.

    Parameters
    ----------
    path : str or Path
        A workbook, a folder of files named as the tables, or one CSV or Parquet file of interactions.
    mapping : Mapping
        How somebody else's tables become ours; one without tables changes nothing here.
    limits : Limits
        What a file may ask of the machine.
    tell : callable
        Told which file is being read.
    ready : Path, optional
        A ready panel there, which stands for the interactions and is not read here.

    Raises
    ------
    SourceError
        If there is nothing at the path, no interactions in it, or a panel beside them.
    MappingError
        If the mapping does not describe what is there.
    """
    path = Path(path)
    if not path.exists():
        raise SourceError(nothing_at(path))
    home = _Home(path, limits, tell, ready)
    found = Gathered(toml=toml_beside(path))
    if ready == path:
        return found
    if mapping.tables:
        _mapped(home, mapping, found)
    else:
        _native(home, Reading(mapping.date_order, mapping.decimal), found)
    if ready is not None:
        if found.raws["interactions"]:
            raise SourceError(f"{path} has {ready.name} and interactions: which is meant? Keep one of them.")
        return found
    if not found.raws["interactions"]:
        raise SourceError(f"{path} has no table `interactions`. {home.described()}")
    return found


def nothing_at(path: Path) -> str:
    """That there is nothing at a path, and what is there instead."""
    folder = path.parent
    if not folder.is_dir():
        return f"there is no {path}, nor a folder {folder}."
    names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    near = [name for name, _, _ in process.extract(path.name, names, score_cutoff=60, limit=3)]
    hint = f" Did you mean {listed(near)}?" if near else f" {folder} holds: {listed(names) or 'nothing'}."
    return f"there is no {path}.{hint}"


def toml_beside(path: Path) -> Path | None:
    """The settings of a portfolio: of a workbook the TOML file of its name, of a folder ``settings.toml``."""
    beside = path / "settings.toml" if path.is_dir() else path.with_suffix(".toml")
    if not beside.is_file():
        return None
    # A mapping may be called as the portfolio that it made.
    mapping = "tables" in read_toml(beside, "settings", SettingsError)
    return None if mapping else beside


@dataclass(eq=False)
class _Home:
    """The folder or file that is loaded; every file in it is opened once, every sheet read once."""

    path: Path
    limits: Limits
    tell: Steps
    ready: Path | None = None
    _books: dict[Path, Book] = field(default_factory=dict)
    _tables: dict[tuple[Path, str, Labels, tuple[str, ...]], RawTable] = field(default_factory=dict)

    def book(self, path: Path) -> Book:
        if path not in self._books:
            self.tell(f"Reading {path.name}", 0, 0)
            self._books[path] = files.opened(path, self.limits)
        return self._books[path]

    def files(self) -> list[Path]:
        if self.path.is_file():
            return [self.path]
        return sorted(
            entry
            for entry in self.path.iterdir()
            if entry.is_file()
            and entry.suffix.lower() in files.SUFFIXES
            and entry.name[0] not in ".~"
            and entry != self.ready
        )

    def table(self, rule: TableRule | Join, wanted: Labels) -> RawTable:
        """The table that a mapping names by file, sheet or both."""
        path = self._named(rule.file)
        book = self.book(path)
        sheet = rule.sheet if rule.sheet and book.sheets != [""] else self._only(book)
        down = rule.fill_down if isinstance(rule, TableRule) else ()
        key = (path, sheet, wanted, down)
        if key not in self._tables:
            self._tables[key] = layout.table(book, sheet, wanted, down)
        return self._tables[key]

    @staticmethod
    def _only(book: Book) -> str:
        if len(book.sheets) != 1:
            raise SourceError(
                f"{book.path.name} has {len(book.sheets)} sheets ({listed(book.sheets)}): name one."
            )
        return book.sheets[0]

    def hidden_read(self) -> list[tuple[Path, str]]:
        """Hidden sheets that were read."""
        read = dict.fromkeys((path, sheet) for path, sheet, _, _ in self._tables)
        return [(path, sheet) for path, sheet in read if sheet in self.book(path).hidden]

    def _named(self, file: str | None) -> Path:
        if self.path.is_file():
            if file is not None and file.casefold() != self.path.name.casefold():
                beside = self.path.with_name(Path(file).name)
                raise SourceError(
                    f"the mapping reads {file}, and {self.path.name} was given: give the folder {beside.parent}."
                )
            return self.path
        if file is None:
            raise SourceError(f"the mapping names sheets, and {self.path} is a folder: give the workbook.")
        for entry in self.files():
            if entry.name.casefold() == file.casefold():
                return entry
        raise SourceError(f"{self.path} has no {file}, which the mapping reads. {self.described()}")

    def described(self) -> str:
        """What was found, and what would do."""
        if self.path.is_dir():
            names = listed(entry.name for entry in self.files()) or "no table at all"
            return f"The folder holds: {names}. Name the file interactions.csv, or use a mapping."
        book = self.book(self.path)
        hidden = [sheet for sheet in book.hidden if folded(sheet) == "interactions"]
        if hidden:
            return f"Its sheet {hidden[0]} is hidden, and hidden sheets are not read: show it."
        return (
            f"The workbook has the sheets: {listed(book.sheets)}. Name one `interactions`, or use a mapping."
        )


def _native(home: _Home, reading: Reading, found: Gathered) -> None:
    if home.path.is_dir():
        _from_folder(home, reading, found)
    else:
        _from_book(home.book(home.path), reading, found)


def _labels(name: str) -> Labels:
    return frozenset(map(folded, READABLE[name].names))


def _from_folder(home: _Home, reading: Reading, found: Gathered) -> None:
    known = {folded(name): name for name in READABLE}
    by_table: dict[str, list[Path]] = {}
    ignored = []
    for path in home.files():
        name = known.get(folded(path.stem))
        if name is None:
            ignored.append(path.name)
        else:
            by_table.setdefault(name, []).append(path)
    for name, paths in by_table.items():
        if len(paths) > 1:
            raise SourceError(
                f"{home.path} holds `{name}` more than once: {listed(path.name for path in paths)}. Keep one."
            )
        book = home.book(paths[0])
        if len(book.sheets) != 1:
            raise SourceError(
                f"{paths[0].name} has {len(book.sheets)} sheets ({listed(book.sheets)}), and a folder's file holds one "
                f"table: keep one sheet, or load the workbook by itself."
            )
        found.add(name, layout.table(book, book.sheets[0], _labels(name)), reading)
        if book.hidden:
            found.note("", paths[0].name, f"hidden sheets that are not read: {listed(book.hidden)}")
    if ignored:
        found.note("", str(home.path.name), f"files that are not read: {listed(ignored)}")


def _from_book(book: Book, reading: Reading, found: Gathered) -> None:
    known = {folded(name): name for name in (*READABLE, "settings")}
    named: dict[str, str] = {}
    ignored = []
    for sheet in book.sheets:
        name = known.get(folded(sheet))
        if name in named:
            raise SourceError(
                f"{book.path.name} has two sheets for `{name}`: {named[name]} and {sheet}. Keep one."
            )
        if name is None:
            # The template's instructions and value without a partner are no tables that somebody forgot.
            if folded(sheet) not in (folded(READ_ME), UNASSIGNED.name):
                ignored.append(sheet)
        else:
            named[name] = sheet
    if not named and len(book.sheets) == 1:
        named, ignored = {"interactions": book.sheets[0]}, []
    elif "interactions" not in named:
        likely = _like_interactions(book, ignored)
        if likely:
            named["interactions"] = likely
            ignored.remove(likely)
            found.note(
                "interactions", book.path.name, f"sheet {likely} is taken for interactions by its columns"
            )
    for name in READABLE:
        if name in named:
            found.add(name, layout.table(book, named[name], _labels(name)), reading)
    if "settings" in named:
        found.sheet_settings = sheet_settings(layout.table(book, named["settings"]))
    if ignored:
        found.note("", book.path.name, f"sheets that are not read: {listed(ignored)}")
    if book.hidden:
        found.note("", book.path.name, f"hidden sheets that are not read: {listed(book.hidden)}")


def _like_interactions(book: Book, sheets: list[str]) -> str | None:
    """The one sheet that has every column that interactions need; nothing if there is none, or several."""
    needed = {folded(column.name) for column in TABLES["interactions"].columns if column.required}
    likely = []
    for sheet in sheets:
        try:
            head = layout.header(book.grid(sheet), _labels("interactions"))
        except SourceError:
            continue
        if needed <= set(map(folded, head.labels)):
            likely.append(sheet)
    return likely[0] if len(likely) == 1 else None


def _mapped(home: _Home, mapping: Mapping, found: Gathered) -> None:
    def lookup(join: Join) -> RawTable:
        return home.table(join, frozenset(map(folded, (join.on, join.take))))

    for rule in mapping.tables:
        wanted = frozenset(folded(label) for part in rule.columns.values() for label in part.fields)
        raw, unused = rewrite(rule, home.table(rule, wanted), lookup)
        reading = Reading(rule.date_order or mapping.date_order, rule.decimal or mapping.decimal)
        found.add(rule.to, raw, reading)
        if unused:
            reason = f"columns that the mapping does not read: {listed(f'`{label}`' for label in unused)}"
            found.note(rule.to, raw.file, reason)
    for path, sheet in home.hidden_read():
        found.note("", path.name, f"sheet {sheet} is hidden; it is read because the mapping names it")
