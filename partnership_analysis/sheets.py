"""How one sheet of a portfolio's workbook looks: cells, formats, drop-down lists and comments, all from the schema."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pandas as pd
import xlsxwriter

from partnership_analysis.errors import SourceError
from partnership_analysis.schema import PARTNERS, READ_ME, Column, Table
from partnership_analysis.settings import Settings

AUTHOR = "partnership-analysis"
"""Who wrote the comments at our headings."""

UNKNOWN_COLUMN = Column("", "text", "not a column of the schema")

FORMATS = {"date": "yyyy-mm-dd", "whole": "0", "currency": "#,##0.00", "hours": "0.00", "1 to 5": "0.0"}
READY_ROWS = 2_000
"""Rows below the last that are ready to be filled in, of partners and of a template."""

_OLDEST = dt.date(1980, 1, 1)
_MAX_ROWS, _MAX_TEXT = 1_048_575, 32_767
_WIDTHS = {"date": 12, "whole": 10, "number": 11, "choice": 14, "yesno": 10, "text": 12, "list": 14}
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


class Sheet:
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
        self.partners = max(partners, READY_ROWS) if partners else 0
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
        number = FORMATS.get(column.unit) or FORMATS.get(column.kind)
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


def write_settings(book: xlsxwriter.Workbook, settings: Settings) -> None:
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


def write_read_me(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet(READ_ME)
    sheet.set_column(0, 0, 110)
    sheet.hide_gridlines(2)
    title = book.add_format({"bold": True, "font_size": 16})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    for row, line in enumerate(_READ_ME):
        sheet.write_string(row + (row > 0), 0, line, title if row == 0 else plain)
