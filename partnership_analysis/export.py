"""Tables out: a workbook that a person can keep, an empty one to fill in, or a folder of plain files.

Everything that a sheet shows beside its cells (drop-down lists, comments, formats) comes from the schema.
No clock is read, so the same tables give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import xlsxwriter

from partnership_analysis.errors import SourceError, listed
from partnership_analysis.schema import PARTNERS, READ_ME, TABLES, Column, Table
from partnership_analysis.settings import Settings

EXAMPLE = "EXAMPLE"
"""A row with a cell of exactly this text is the template's example; loading leaves it out."""

AUTHOR = "partnership-analysis"
"""Who wrote the comments at our headings."""

UNKNOWN_COLUMN = Column("", "text", "not a column of the schema")

_CREATED = dt.datetime(2025, 1, 1)
_OLDEST = dt.date(1980, 1, 1)
_MAX_ROWS, _MAX_TEXT = 1_048_575, 32_767
_READY_ROWS = 2_000
_MARK_IN = {"interactions": "note", "partners": "wiifm_them", "ratings": "note", "actions": "delegate_to"}
_WIDTHS = {"date": 12, "whole": 10, "number": 11, "choice": 14, "yesno": 10, "text": 12, "list": 14}
_FORMATS = {"date": "yyyy-mm-dd", "whole": "0", "currency": "#,##0.00", "hours": "0.00", "1 to 5": "0.0"}
_YES_NO = ("yes", "no")
_READ_ME = (
    "How to fill in this workbook",
    "1. One sheet for each table. Only interactions is needed; the others say more when they are filled in.",
    "2. One row in interactions is one thing that happened: a referral, a lunch, a seminar together.",
    "3. Direction is seen from us: received came from the partner, given went to the partner, mutual was done together.",
    "4. Write a partner's name the same way everywhere; other spellings go into partners, column aliases.",
    "5. Columns in bold with a dark heading must be filled in. Leave empty what you do not know: it is never read as 0.",
    "6. Point at a heading to read what the column means; cells with a choice offer it as a list.",
    "7. Lists in a cell have ; between their parts, for example: start-ups; charities.",
    "8. The grey row in each sheet is an example. It is left out because it says EXAMPLE; delete it or keep it.",
    "9. The settings sheet holds your name, your hour's worth and the conventions of the RVI.",
    "10. Check it with: partnership-analysis check --portfolio THIS-FILE.xlsx",
)


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
            _Sheet(book, TABLES[name], tables[name], len(tables.get("partners", ()))).write()
        for table, frame in others:
            _Sheet(book, table, frame, 0).write()
        if settings is not None:
            _write_settings(book, settings)
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
        _write_read_me(book)
        for table in TABLES.values():
            _Sheet(book, table, _example(table), 1, _READY_ROWS, example=True).write()
        _write_settings(book, Settings.from_mapping({}))
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
    book = xlsxwriter.Workbook(str(path), {"default_date_format": _FORMATS["date"]})
    book.set_properties({"created": _CREATED, "author": AUTHOR})
    yield book
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


class _Sheet:
    """One table as a sheet."""

    def __init__(
        self,
        book: xlsxwriter.Workbook,
        table: Table,
        frame: pd.DataFrame,
        partners: int,
        spare: int = 500,
        *,
        example: bool = False,
    ) -> None:
        if len(frame) > _MAX_ROWS:
            raise SourceError(
                f"{table.name}: {len(frame):,} rows do not fit a sheet ({_MAX_ROWS:,}). Write a folder instead."
            )
        extra = [replace(UNKNOWN_COLUMN, name=str(name)) for name in frame if name not in table.names]
        self.columns = (*table.columns, *extra)
        self.table, self.frame, self.example = table, frame, example
        self.partners = max(partners, _READY_ROWS) if partners else 0
        self.book, self.sheet = book, book.add_worksheet(table.name)
        self.last = min(len(frame) + spare, _MAX_ROWS)

    def write(self) -> None:
        """Header, cells, lists, widths; printed across one page with its header on each."""
        for place, column in enumerate(self.columns):
            self.sheet.write_string(0, place, column.name, _header(self.book, column))
            _comment(self.sheet, 0, place, column)
            cells = self._cells(column)
            longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
            width = min(max(_WIDTHS[column.kind], len(column.name) + 4, longest + 2), 44)
            if column.kind == "date":
                width = max(_WIDTHS["date"], len(column.name) + 4)
            self.sheet.set_column(place, place, width, self._style(column))
            self._write_cells(place, cells, self._style(column, example=self.example))
            self._offer(place, column)
        self.sheet.autofilter(0, 0, max(len(self.frame), 1), len(self.columns) - 1)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)
        self.sheet.freeze_panes(
            1, min(self.table.names.index("partner") + 1, 2) if "partner" in self.table.names else 0
        )

    def _style(self, column: Column, *, example: bool = False) -> Any:
        form: dict[str, Any] = {"valign": "top"}
        number = _FORMATS.get(column.unit) or _FORMATS.get(column.kind)
        if number:
            form["num_format"] = number
        if example:
            form |= {"italic": True, "font_color": "#767676"}
        return self.book.add_format(form)

    def _cells(self, column: Column) -> list[Any]:
        if column.name not in self.frame:
            return []
        series = self.frame[column.name]
        missing = series.isna().to_numpy()
        if column.kind == "date":
            values: list[Any] = list(pd.to_datetime(series).dt.to_pydatetime())
        elif column.kind == "yesno":
            values = ["" if gap else _YES_NO[not value] for value, gap in zip(series, missing, strict=True)]
        elif column.kind in ("whole", "number"):
            values = series.tolist()
        else:
            values = series.astype("string").tolist()
        return [None if gap else value for value, gap in zip(values, missing, strict=True)]

    def _write_cells(self, place: int, cells: list[Any], style: Any) -> None:
        for row, cell in enumerate(cells, start=1):
            if cell is None:
                continue
            if isinstance(cell, str):
                if len(cell) > _MAX_TEXT:
                    raise SourceError(
                        f"{self.table.name}, row {row + 1}: a text of {len(cell):,} characters does not fit a cell."
                    )
                self.sheet.write_string(row, place, cell, style)
            elif isinstance(cell, dt.datetime):
                self.sheet.write_datetime(row, place, cell, style)
            else:
                self.sheet.write_number(row, place, cell, style)

    def _offer(self, place: int, column: Column) -> None:
        """What a cell may hold; another partner's name is offered, not demanded."""
        rule: dict[str, Any] | None = None
        words = _YES_NO if column.kind == "yesno" else column.vocabulary
        if words:
            rule = {
                "validate": "list",
                "source": list(words),
                "error_message": f"One of: {', '.join(words)}."[:255],
            }
        elif column.name == "partner" and self.table is not PARTNERS and self.partners:
            rule = {
                "validate": "list",
                "source": f"=partners!$A$2:$A${self.partners + 1}",
                "show_error": False,
            }
        elif column.minimum is not None:
            rule = {"validate": "integer" if column.kind == "whole" else "decimal", **_limits(column)}
        elif column.kind == "date":
            rule = {"validate": "date", "criteria": ">=", "value": _OLDEST, "error_type": "warning"}
            rule["error_message"] = f"{column.name}: a date, such as 2025-07-14."
        if rule:
            self.sheet.data_validation(1, place, self.last, place, {"ignore_blank": True, **rule})


def _limits(column: Column) -> dict[str, Any]:
    if column.maximum is None:
        words = f"{column.name}: {column.minimum:g} or more."
        return {"criteria": ">=", "value": column.minimum, "error_message": words}
    words = f"{column.name}: {column.minimum:g} to {column.maximum:g}."
    return {
        "criteria": "between",
        "minimum": column.minimum,
        "maximum": column.maximum,
        "error_message": words,
    }


def _header(book: xlsxwriter.Workbook, column: Column) -> Any:
    """Bold; dark where the column must be filled in."""
    colours = {"bg_color": "#1F3A5F", "font_color": "#FFFFFF"} if column.required else {"bg_color": "#DCE4EE"}
    return book.add_format({"bold": True, "bottom": 1, "valign": "vcenter", **colours})


def heading_comment(column: Column) -> str:
    """What the comment at a column's heading says."""
    lines = [column.meaning.replace("`", "") + "."]
    if column.vocabulary:
        lines.append(f"Values: {', '.join(column.vocabulary)}.")
    if column.kind == "yesno":
        lines.append("Values: yes, no.")
    if column.kind == "list":
        lines.append("Several: ; between.")
    if column.unit:
        lines.append(f"Unit: {column.unit}.")
    if column.default is not None:
        lines.append(f"Empty is {column.default}.")
    if column.required:
        lines.append("Required.")
    return "\n".join(lines)


def _comment(sheet: Any, row: int, place: int, column: Column) -> None:
    text = heading_comment(column)
    height = 22 + 17 * sum(1 + len(line) // 38 for line in text.split("\n"))
    sheet.write_comment(row, place, text, {"author": AUTHOR, "width": 250, "height": height})


def _write_settings(book: xlsxwriter.Workbook, settings: Settings) -> None:
    sheet = book.add_worksheet("settings")
    heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#DCE4EE"})
    quiet = book.add_format({"font_color": "#595959"})
    left = book.add_format({"align": "left"})
    for place, (name, width) in enumerate((("setting", 28), ("value", 44), ("meaning", 80))):
        sheet.write_string(0, place, name, heading)
        sheet.set_column(place, place, width)
    meanings = Settings.descriptions()
    # A file does not say how large it may be.
    values = {name: value for name, value in settings.flat().items() if not name.startswith("limits.")}
    for row, (name, value) in enumerate(values.items(), start=1):
        sheet.write_string(row, 0, name)
        if isinstance(value, int | float):
            sheet.write_number(row, 1, value, left)
        elif value:
            sheet.write_string(row, 1, str(value), left)
        sheet.write_string(row, 2, meanings[name].replace("`", ""), quiet)
    sheet.freeze_panes(1, 1)


def _write_read_me(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet(READ_ME)
    sheet.set_column(0, 0, 110)
    sheet.hide_gridlines(2)
    title = book.add_format({"bold": True, "font_size": 16})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    for row, line in enumerate(_READ_ME):
        sheet.write_string(row + (row > 0), 0, line, title if row == 0 else plain)


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
