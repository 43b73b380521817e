"""From a path to raw tables: which file or sheet is which table, and which settings lie beside it."""

from __future__ import annotations

from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from rapidfuzz import process

from partnership_analysis.errors import SettingsError, SourceError, listed
from partnership_analysis.schema import READ_ME, TABLES
from partnership_analysis.settings import Settings
from partnership_analysis.sources import files
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.ledger import NOTE, entries_frame
from partnership_analysis.sources.mapping import Join, Mapping
from partnership_analysis.sources.raw import RawTable
from partnership_analysis.sources.rewrite import rewrite
from partnership_analysis.sources.values import Reading, folded, text
from partnership_analysis.sources.workbook import Workbook


@dataclass(eq=False)
class Gathered:
    """Raw tables by the schema's table, how each is read, the settings found, and notes."""

    raws: dict[str, list[RawTable]] = field(default_factory=lambda: {name: [] for name in TABLES})
    readings: dict[str, list[Reading]] = field(default_factory=lambda: {name: [] for name in TABLES})
    sheet_settings: dict[str, Any] = field(default_factory=dict)
    toml: Path | None = None
    notes: list[pd.DataFrame] = field(default_factory=list)

    def add(self, table: str, raw: RawTable, reading: Reading) -> None:
        """One more source of a table."""
        self.raws[table].append(raw)
        self.readings[table].append(reading)

    def note(self, table: str, file: str, reason: str) -> None:
        """A finding about a file."""
        self.notes.append(entries_frame(NOTE, table, file, "", reasons=[reason]))


def gather(path: str | Path, mapping: Mapping) -> Gathered:
    """Find the tables of a portfolio.

    Parameters
    ----------
    path : str or Path
        A workbook, a folder of files named as the tables, or one CSV or Parquet file of interactions.
    mapping : Mapping
        How somebody else's tables become ours; one without tables changes nothing here.

    Raises
    ------
    SourceError
        If there is nothing at the path, or no interactions in it.
    MappingError
        If the mapping does not describe what is there.
    """
    path = Path(path)
    if not path.exists():
        raise SourceError(_nothing_at(path))
    home = _Home(path)
    found = Gathered(toml=_toml_beside(path))
    if mapping.tables:
        _mapped(home, mapping, found)
    else:
        _native(home, Reading(mapping.date_order, mapping.decimal), found)
    if not found.raws["interactions"]:
        raise SourceError(f"{path} has no table `interactions`. {home.described()}")
    return found


def _nothing_at(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"there is no {path}, nor a folder {folder}."
    names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    near = [name for name, _, _ in process.extract(path.name, names, score_cutoff=60, limit=3)]
    hint = f" Did you mean {listed(near)}?" if near else f" {folder} holds: {listed(names) or 'nothing'}."
    return f"there is no {path}.{hint}"


def _toml_beside(path: Path) -> Path | None:
    beside = path / "settings.toml" if path.is_dir() else path.with_suffix(".toml")
    return beside if beside.is_file() else None


@dataclass(eq=False)
class _Home:
    """The folder or file that is loaded; every file in it is opened once."""

    path: Path
    _books: dict[Path, Workbook] = field(default_factory=dict)
    _tables: dict[tuple[Path, str | None], RawTable] = field(default_factory=dict)

    def book(self, path: Path) -> Workbook:
        return self._books.setdefault(path, self._books.get(path) or Workbook(path))

    def files(self) -> list[Path]:
        if self.path.is_file():
            return [self.path]
        return sorted(
            entry
            for entry in self.path.iterdir()
            if entry.is_file() and entry.suffix.lower() in files.SUFFIXES and entry.name[0] not in ".~"
        )

    def table(self, file: str | None, sheet: str | None) -> RawTable:
        """The table that a mapping names by file, sheet or both."""
        path = self._named(file)
        key = (path, sheet)
        if key not in self._tables:
            self._tables[key] = self._read(path, sheet)
        return self._tables[key]

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

    def _read(self, path: Path, sheet: str | None) -> RawTable:
        if files.content(path) != "workbook":
            return files.read_single(path)
        book = self.book(path)
        if sheet is None and len(book.sheets) != 1:
            raise SourceError(f"{path.name} has {len(book.sheets)} sheets ({listed(book.sheets)}): name one.")
        return book.read(sheet or book.sheets[0])

    def described(self) -> str:
        """What was found, and what would do."""
        if self.path.is_dir():
            names = listed(entry.name for entry in self.files()) or "no table at all"
            return f"The folder holds: {names}. Name the file interactions.csv, or use a mapping."
        return (
            f"The workbook has the sheets: {listed(self.book(self.path).sheets)}. Name one `interactions`, "
            f"or use a mapping."
        )


def _native(home: _Home, reading: Reading, found: Gathered) -> None:
    if home.path.is_dir():
        _from_folder(home, reading, found)
    elif files.content(home.path) == "workbook":
        _from_workbook(home, reading, found)
    else:
        found.add("interactions", files.read_single(home.path), reading)


def _from_folder(home: _Home, reading: Reading, found: Gathered) -> None:
    known = {folded(name): name for name in TABLES}
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
        found.add(name, home.table(paths[0].name, None), reading)
    if ignored:
        found.note("", str(home.path.name), f"files that are not read: {listed(ignored)}")


def _from_workbook(home: _Home, reading: Reading, found: Gathered) -> None:
    book = home.book(home.path)
    known = {folded(name): name for name in (*TABLES, "settings")}
    named: dict[str, str] = {}
    ignored = []
    for sheet in book.sheets:
        name = known.get(folded(sheet))
        if name in named:
            raise SourceError(
                f"{home.path.name} has two sheets for `{name}`: {named[name]} and {sheet}. Keep one."
            )
        if name is None:
            # The template's instructions are not a table that somebody forgot.
            if folded(sheet) != folded(READ_ME):
                ignored.append(sheet)
        else:
            named[name] = sheet
    if not named and len(book.sheets) == 1:
        named, ignored = {"interactions": book.sheets[0]}, []
    for name in TABLES:
        if name in named:
            found.add(name, book.read(named[name]), reading)
    if "settings" in named:
        found.sheet_settings = _settings_of(book.read(named["settings"]))
    if ignored:
        found.note("", home.path.name, f"sheets that are not read: {listed(ignored)}")
    if book.hidden:
        found.note("", home.path.name, f"hidden sheets that are not read: {listed(book.hidden)}")


def _settings_of(raw: RawTable) -> dict[str, Any]:
    places = {folded(label): place for place, label in enumerate(raw.labels)}
    if not {"setting", "value"} <= places.keys():
        raise SettingsError(
            f"{raw.place}: a settings sheet has the columns `setting` and `value`. Found: {listed(raw.labels)}."
        )
    names = text(Cells.of(raw.columns[places["setting"]]))
    values = text(Cells.of(raw.columns[places["value"]]))
    repeated = names[names.notna() & names.duplicated()].unique()
    if len(repeated):
        raise SettingsError(f"{raw.place}: set more than once: {listed(repeated)}.")
    filled = names.notna() & values.notna()
    return dict(zip(names[filled], values[filled], strict=True))


def _mapped(home: _Home, mapping: Mapping, found: Gathered) -> None:
    def lookup(join: Join) -> RawTable:
        return home.table(join.file, join.sheet)

    for rule in mapping.tables:
        raw, unused = rewrite(rule, home.table(rule.file, rule.sheet), lookup)
        reading = Reading(rule.date_order or mapping.date_order, rule.decimal or mapping.decimal)
        found.add(rule.to, raw, reading)
        if unused:
            reason = f"columns that the mapping does not read: {listed(f'`{label}`' for label in unused)}"
            found.note(rule.to, raw.file, reason)


def settings_of(
    given: Settings | str | Path | Named[str, Any] | None, mapping: Mapping, found: Gathered
) -> Settings:
    """The settings of a portfolio: by name, what is given in Python, else the TOML file, the sheet, the mapping.

    A ``Settings`` object is taken as it is. A path is read in place of the TOML file beside the workbook.

    Raises
    ------
    SettingsError
        If a name is unknown or a value does not fit.
    """
    if isinstance(given, Settings):
        return given
    path = Path(given) if isinstance(given, str | Path) else found.toml
    layers: list[Named[str, Any]] = [
        _checked(mapping.settings, "settings of the mapping"),
        _checked(found.sheet_settings, "sheet settings"),
    ]
    if path is not None:
        layers.append(_stated(Settings.from_toml(path)))
    if isinstance(given, Named):
        layers.append(_checked(given, "settings"))
    merged: dict[str, Any] = {}
    for layer in layers:
        merged |= layer
    return Settings.from_mapping(merged)


def _checked(values: Named[str, Any], where: str) -> dict[str, Any]:
    return _stated(Settings.from_mapping(values, where))


def _stated(settings: Settings) -> dict[str, Any]:
    """The names that were set, dotted, as against those left at their defaults."""
    flat: dict[str, Any] = {}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        if hasattr(value, "model_fields_set"):
            flat |= {f"{name}.{inner}": getattr(value, inner) for inner in value.model_fields_set}
        else:
            flat[name] = value
    return flat
