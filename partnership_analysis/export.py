"""Tables out: a workbook that a person can keep, an empty one to fill in, or a folder of plain files.

How a sheet looks is in :mod:`partnership_analysis.sheets`. No clock is read, so the same tables give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pandas as pd
import xlsxwriter

from partnership_analysis.errors import SourceError, listed
from partnership_analysis.schema import TABLES, Table
from partnership_analysis.settings import Settings
from partnership_analysis.sheets import AUTHOR, FORMATS, READY_ROWS, Sheet, write_read_me, write_settings

EXAMPLE = "EXAMPLE"
"""A row with a cell of exactly this text is the template's example; loading leaves it out."""

_CREATED = dt.datetime(2025, 1, 1)
_MARK_IN = {"interactions": "note", "partners": "wiifm_them", "ratings": "note", "actions": "delegate_to"}


def write_workbook(
    path: str | Path,
    tables: Mapping[str, pd.DataFrame],
    settings: Settings | None = None,
    others: Sequence[tuple[Table, pd.DataFrame]] = (),
) -> Path:
    """Write tables as a styled workbook, with a ``settings`` sheet if settings are given.

    Parameters
    ----------
    path : str or Path
        An ``.xlsx`` file in a folder that exists; it is replaced whole, or not touched at all.
    tables : mapping of str to DataFrame
        Some or all of the schema's tables. Columns that the schema does not know follow its own.
    settings : Settings, optional
        Written as setting, value and meaning. Where rows of a table are equal, ``repeats`` is written as ``each``,
        so that they are read back as they are.
    others : sequence of (Table, DataFrame)
        Further sheets after those of the portfolio, which loading it does not read.

    Raises
    ------
    SourceError
        If the folder does not exist, a name is no table, or the rows or a text do not fit a sheet.
    """
    path = Path(path)
    _known(tables)
    settings = _counting_each(tables, settings)
    with _whole(path) as part, _workbook(part) as book:
        for name in (name for name in TABLES if name in tables):
            Sheet(book, TABLES[name], tables[name], len(tables.get("partners", ()))).write()
        for table, frame in others:
            Sheet(book, table, frame, 0).write()
        if settings is not None:
            write_settings(book, settings)
    return path


def write_table(path: str | Path, frame: pd.DataFrame) -> Path:
    """Write one table as a ``.csv`` or ``.parquet`` file; it is replaced whole, or not touched at all.

    In a ``.csv`` a text that a spreadsheet program would take for a formula (it begins with ``=``, ``+``, ``-``,
    ``@``, a tab or a return) has an apostrophe before it; :func:`unguarded` takes it away.

    Raises
    ------
    SourceError
        If the folder does not exist.
    """
    path = Path(path)
    with _whole(path) as part:
        plain = path.suffix.casefold().removeprefix(".")
        _write_plain(part, _guarded(frame) if plain == "csv" else frame, plain)
    return path


def unguarded(frame: pd.DataFrame) -> pd.DataFrame:
    """A table that was written with :func:`write_table` as ``.csv``, without the apostrophes before its texts.

    >>> unguarded(pd.DataFrame({"from": ["'=1+1", "'s Hertogenbosch"]}, dtype="string"))["from"].tolist()
    ['=1+1', "'s Hertogenbosch"]
    """
    return _replaced(frame, r"^'('*[=+\-@\t\r])")


def _guarded(frame: pd.DataFrame) -> pd.DataFrame:
    # With apostrophes of its own a text gets one more, so that exactly one can be taken away.
    return _replaced(frame, r"^('*[=+\-@\t\r])", "'")


def _replaced(frame: pd.DataFrame, pattern: str, before: str = "") -> pd.DataFrame:
    done = frame.copy(deep=False)
    for name in frame.columns[frame.dtypes.astype(str) == "string"]:
        done[name] = frame[name].str.replace(pattern, rf"{before}\1", regex=True)
    return done


def write_template(path: str | Path, *, overwrite: bool = False) -> Path:
    """Write an empty workbook to fill in, with a sheet that says how and an example row in each table.

    Raises
    ------
    SourceError
        If the file exists and ``overwrite`` is false, or its folder does not exist.
    """
    path = Path(path)
    if path.exists() and not overwrite:
        raise SourceError(f"{path} exists already. Choose another name, or ask to overwrite it.")
    with _whole(path) as part, _workbook(part) as book:
        write_read_me(book)
        for table in TABLES.values():
            Sheet(book, table, _example(table), 1, READY_ROWS, example=True).write()
        write_settings(book, Settings.from_mapping({}))
    return path


def write_folder(
    path: str | Path,
    tables: Mapping[str, pd.DataFrame],
    format: Literal["csv", "parquet"] = "csv",
    settings: Settings | None = None,
) -> Path:
    """Write tables as one file each (``interactions.csv``, ...), settings as ``settings.toml``.

    Texts are written as they are, so that loading the folder gives them back: one that begins with ``=`` is a
    formula to a spreadsheet program that opens the ``.csv``. For such a program write a workbook.

    The folder is made if it does not exist (its parent must); files of the same names are replaced.

    Raises
    ------
    SourceError
        If the parent does not exist, ``path`` is a file, or a name or the format is not known.
    """
    path = Path(path)
    _known(tables)
    if format not in ("csv", "parquet"):
        raise SourceError(f"{format!r} is not a format of a folder. Known: csv, parquet.")
    if path.exists() and not path.is_dir():
        raise SourceError(f"{path} is a file. Name a folder.")
    _parent(path)
    settings = _counting_each(tables, settings)
    path.mkdir(exist_ok=True)
    for name, frame in tables.items():
        with _whole(path / f"{name}.{format}") as part:
            _write_plain(part, frame, format)
    if settings is not None:
        with _whole(path / "settings.toml") as part:
            part.write_text(_toml(settings), encoding="utf-8")
    return path


def _counting_each(tables: Mapping[str, pd.DataFrame], settings: Settings | None) -> Settings | None:
    """Settings by which equal rows are read as what they are here: things that have been told apart already."""
    if not any(frame.duplicated().any() for frame in tables.values()):
        return settings
    return (settings or Settings()).model_copy(update={"repeats": "each"})


def _known(tables: Mapping[str, pd.DataFrame]) -> None:
    unknown = [name for name in tables if name not in TABLES]
    if unknown:
        raise SourceError(f"{listed(unknown)}: no table of a portfolio. Known: {listed(TABLES)}.")
    for name, frame in tables.items():
        repeated = frame.columns[frame.columns.duplicated()]
        if len(repeated):
            raise SourceError(f"{name}: column {listed(repeated)} is there twice.")


def _parent(path: Path) -> None:
    if not path.parent.is_dir():
        raise SourceError(f"{path}: its folder {path.parent} does not exist. Make it first.")


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A name beside the file to write to; it takes the file's place when all went well."""
    _parent(path)
    if path.is_dir():
        raise SourceError(f"{path} is a folder. Name a file.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _workbook(path: Path) -> Iterator[xlsxwriter.Workbook]:
    """Written only if nothing fails; XlsxWriter itself would write what it has when it is left."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": FORMATS["date"]})
    book.set_properties({"created": _CREATED, "author": AUTHOR})
    yield book
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def _example(table: Table) -> pd.DataFrame:
    """The schema's examples as one row, marked."""
    row = {column.name: column.example for column in table.columns}
    row[_MARK_IN[table.name]] = EXAMPLE
    frame = pd.DataFrame([row])
    for column in table.columns:
        if column.kind == "yesno":
            frame[column.name] = frame[column.name].map({"yes": True, "no": False})
    return frame.astype({name: kind for name, kind in table.dtypes.items() if name in frame})


def _write_plain(part: Path, frame: pd.DataFrame, format: str) -> None:
    if format == "parquet":
        frame.to_parquet(part, index=False)
    else:
        _plain(frame).to_csv(part, index=False, date_format="%Y-%m-%d", lineterminator="\n")


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Yes and no as words, as people write them; everything else as it is."""
    plain = frame.copy(deep=False)
    for name in frame.columns[frame.dtypes.astype(str) == "boolean"]:
        plain[name] = frame[name].map({True: "yes", False: "no"})
    return plain


def _toml(settings: Settings) -> str:
    """Settings as TOML; what is not known is left out. A JSON text, number or list is TOML too."""
    lines, tables = [], []
    for name, value in settings.model_dump(mode="json").items():
        if isinstance(value, dict):
            tables += ["", f"[{name}]", *(f"{inner} = {json.dumps(part)}" for inner, part in value.items())]
        elif value is not None:
            lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines + tables) + "\n"
