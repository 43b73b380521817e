"""A sheet: a question, what is shown, the legend of the bands, a table that prints; or why it is empty."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import xlsxwriter

from partnership_analysis.charts.theme import PALE, RECEIVED
from partnership_analysis.reports.scorecard.cells import Cell, Live, Spark, cells_of, plain, readable
from partnership_analysis.reports.scorecard.formulas import band_words
from partnership_analysis.reports.scorecard.look import NUMBERS, Look
from partnership_analysis.reports.scorecard.marks import mark
from partnership_analysis.reports.scorecard.names import (
    ABOVE_ROW,
    FIRST_ROW,
    HEAD_ROW,
    LEGEND_ROW,
    NOTE_ROW,
    SUBTITLE_ROW,
    TITLE_ROW,
)
from partnership_analysis.settings import Settings
from partnership_analysis.sheets import AUTHOR
from partnership_analysis.wording import joined

MOST_NOTES = 40
"""Unknown cells of a column that get a note each; of more the heading speaks."""
_ELSE = 9.0
"""Letters of a column whose width is not set."""
_A4 = 9
_HEADROOM = 1.2


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    heading : str or date
        With the unit, if there is one; a month as its first day, so that formulas can compare it.
    cells : sequence of Cell
        From the first row down.
    form : str
        A number format of :mod:`look`.
    width : float
        In letters.
    note : str
        What the column means, as a note at its heading.
    unknown : str
        Why a cell may be unknown, as a note at it; empty: an empty cell is not unknown.
    mark : str
        What is marked by condition, as :func:`partnership_analysis.reports.scorecard.marks.mark` says.
    above : Cell
        A cell over the heading.
    is_input : bool
        A reader may change it.
    aside : bool
        Not printed: for checking. Such columns come last.
    folded : bool
        Folded away, for a reader to open.
    """

    heading: str | dt.date
    cells: Sequence[Cell]
    form: str = "text"
    width: float = 10
    note: str = ""
    unknown: str = ""
    mark: str = ""
    above: Cell = None
    is_input: bool = False
    aside: bool = False
    folded: bool = False


@dataclass(frozen=True)
class Question:
    """A sheet to be: its name, its question, how to read it, its columns, and why it may be empty."""

    name: str
    title: str
    subtitle: str
    columns: Sequence[Column] = field(default_factory=list)
    empty: str = ""
    note: str | Live = ""
    frozen: int = 1
    filtered: bool = True


class Book:
    """The workbook that is being written, and its look."""

    def __init__(self, book: xlsxwriter.Workbook, settings: Settings, footer: str) -> None:
        self.book, self.look, self.settings = book, Look(book), settings
        self._footer = f"&L&8&K5B6770{footer}  ·  &A&R&8&K5B6770Page &P of &N"

    def sheet(self, name: str) -> Any:
        """A new sheet that prints across an A4 page."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(self._footer)
        return sheet

    def put(self, sheet: Any, row: int, place: int, cell: Cell, style: Any) -> None:
        """Write one cell; a text is always a text, whatever it begins with."""
        if cell is None:
            sheet.write_blank(row, place, None, style)
        elif isinstance(cell, Live):
            sheet.write_formula(row, place, cell.formula, style, plain(cell.value))
        elif isinstance(cell, Spark):
            sheet.write_blank(row, place, None, style)
            sheet.add_sparkline(row, place, _sparkline(cell))
        elif isinstance(cell, str):
            sheet.write_string(row, place, readable(cell), style)
        elif isinstance(cell, dt.date):
            sheet.write_datetime(row, place, dt.datetime.combine(cell, dt.time()), style)
        else:
            sheet.write_number(row, place, cell, style)

    def legend(self, sheet: Any, row: int, widths: Sequence[float]) -> int:
        """The bands and their limits, side by side, each in the next column with room; gives back how many they take."""
        place = 0
        for band, live in band_words(self.settings).items():
            self.put(sheet, row, place, live, self.look.chip(band))
            need, free = 0.95 * len(str(live.value)) + 1.0, 0.0
            while free < need:
                free += widths[place] if place < len(widths) else _ELSE
                place += 1
        return place


def write_question(book: Book, asked: Question) -> Any:
    """Write a sheet; gives it back for what only that sheet has."""
    sheet, look = book.sheet(asked.name), book.look
    _set_widths(sheet, asked.columns)
    sheet.set_row(TITLE_ROW, 24)
    sheet.write_string(TITLE_ROW, 0, asked.title, look.title())
    sheet.write_string(SUBTITLE_ROW, 0, readable(asked.subtitle), look.quiet())
    printed = [column for column in asked.columns if not column.aside]
    legend = book.legend(sheet, LEGEND_ROW, [0.0 if column.folded else column.width for column in printed])
    _note_line(book, sheet, asked)
    rows = len(asked.columns[0].cells) if asked.columns else 0
    sheet.print_area(0, 0, HEAD_ROW + rows, max(len(printed), legend) - 1)
    if not rows:
        sheet.write_string(HEAD_ROW, 0, asked.empty, look.of(italic=True))
        sheet.freeze_panes(HEAD_ROW, 0)
        return sheet
    for place, column in enumerate(asked.columns):
        _column(book, sheet, place, column)
    _heights(sheet, asked.columns)
    sheet.freeze_panes(FIRST_ROW, asked.frozen)
    sheet.repeat_rows(HEAD_ROW)
    if asked.filtered:
        sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + rows, len(asked.columns) - 1)
    return sheet


def _set_widths(sheet: Any, columns: Sequence[Column]) -> None:
    """Widths of the columns; what is folded has a sign to open it at the column after it."""
    for place, column in enumerate(columns):
        options: dict[str, Any] = {"level": 1, "hidden": True} if column.folded else {}
        if not column.folded and place and columns[place - 1].folded:
            options = {"collapsed": True}
        sheet.set_column(place, place, column.width, None, options)


def frame_columns(frame: pd.DataFrame, *asked: tuple[str, Column]) -> list[Column]:
    """Columns filled from the frame's of these names."""
    return [replace(column, cells=cells_of(frame[name])) for name, column in asked]


def partner_column(names: Iterable[Any], heading: str = "Partner") -> Column:
    """The column of names, as wide as they need, within reason."""
    return _fitting(names, heading, 18, 30)


def vertical_column(names: Iterable[Any]) -> Column:
    """The column of verticals, as wide as they need, within reason."""
    return _fitting(names, "Vertical", 13, 22)


def _fitting(texts: Iterable[Any], heading: str, least: float, most: float) -> Column:
    cells = cells_of(texts)
    longest = max((len(str(cell)) for cell in cells), default=0)
    return Column(heading, cells, width=min(max(longest + 2, least), most))


def _note_line(book: Book, sheet: Any, asked: Question) -> None:
    """The line under the subtitle: given, or what nobody has on record."""
    note: str | Live = asked.note if asked.columns else ""
    missing = [_head(column) for column in asked.columns if column.unknown and _all_unknown(column)]
    if missing and not note:
        note = f"Not on record for anybody: {joined(missing, limit=8)}."
    if note:
        book.put(sheet, NOTE_ROW, 0, note, book.look.quiet(italic=True))


def _column(book: Book, sheet: Any, place: int, column: Column) -> None:
    """Heading, cells, notes and marks of a column."""
    look, last = book.look, HEAD_ROW + len(column.cells)
    is_month = isinstance(column.heading, dt.date)
    head = look.heading(column.form, is_month=is_month, first=place == 0)
    book.put(sheet, HEAD_ROW, place, column.heading, head)
    if column.above is not None:
        book.put(
            sheet,
            ABOVE_ROW,
            place,
            column.above,
            look.quiet(num_format=NUMBERS["weight"], font_size=9, align="right"),
        )
    style = look.cell(column.form, is_input=column.is_input, first=place == 0)
    for row, cell in enumerate(column.cells, start=FIRST_ROW):
        book.put(sheet, row, place, cell, style)
    _notes(sheet, place, column)
    if column.mark:
        mark(look, sheet, column.mark, (FIRST_ROW, place, last, place))


def _heights(sheet: Any, columns: Sequence[Column]) -> None:
    """Rows as high as their longest text and heading: not every program finds that by itself."""
    sheet.set_row(HEAD_ROW, 13 * max(lines_of(_head(column), column.width) for column in columns) + 4)
    wrapped = [column for column in columns if column.form == "words"]
    for row, cells in enumerate(zip(*(column.cells for column in wrapped), strict=True), start=FIRST_ROW):
        lines = max(
            lines_of(str(cell or ""), column.width) for cell, column in zip(cells, wrapped, strict=True)
        )
        sheet.set_row(row, height_of(lines))


def lines_of(text: str, width: float) -> int:
    """Lines that a text takes in a column of a width in letters.

    >>> lines_of("two words", 20), lines_of("two words", 6)
    (1, 2)
    """
    return max(len(textwrap.wrap(text, max(int(width * 1.15), 4))), 1)


def height_of(lines: int) -> float:
    """Height of a row of so many lines; a workbook has none above 409 points."""
    return min(12.75 * lines + 2.25, 409)


def _notes(sheet: Any, place: int, column: Column) -> None:
    unknown = [
        row for row, cell in enumerate(column.cells, start=FIRST_ROW) if column.unknown and _is_unknown(cell)
    ]
    few = len(unknown) <= MOST_NOTES and not _all_unknown(column)
    words = column.note if few or not unknown else f"{column.note} Empty: unknown; {column.unknown}.".strip()
    if words:
        _comment(sheet, HEAD_ROW, place, words)
    for row in unknown if few else ():
        _comment(sheet, row, place, f"Unknown: {column.unknown}.")


def _comment(sheet: Any, row: int, place: int, words: str) -> None:
    size = {"width": 230, "height": 24 + 16 * (len(words) // 34)}
    sheet.write_comment(row, place, words, {"author": AUTHOR, "font_name": "Arial", "font_size": 9, **size})


def _is_unknown(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, Live) and plain(cell.value) == "")


def _all_unknown(column: Column) -> bool:
    return all(_is_unknown(cell) for cell in column.cells)


def _head(column: Column) -> str:
    return column.heading if isinstance(column.heading, str) else f"{column.heading:%b %y}"


def _sparkline(spark: Spark) -> dict[str, Any]:
    # As columns: LibreOffice prints no lines.
    options: dict[str, Any] = {"range": spark.range, "type": "column", "min": 0, "show_hidden": True}
    if spark.most > 0:
        options["max"] = spark.most * _HEADROOM
    return options | {"series_color": PALE, "last_point": True, "last_color": RECEIVED}
