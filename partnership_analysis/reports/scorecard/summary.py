"""The first sheet: the quarter in a few numbers, the bands, whom to call, who stands highest, and what lies behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from partnership_analysis.charts.theme import INK
from partnership_analysis.metrics.review import Review
from partnership_analysis.metrics.story import headline, lead, no_trust_note
from partnership_analysis.reports.scorecard.cells import Cell, Live, cells_of, readable
from partnership_analysis.reports.scorecard.facts import Facts
from partnership_analysis.reports.scorecard.formulas import AT
from partnership_analysis.reports.scorecard.look import LINK, marked
from partnership_analysis.reports.scorecard.marks import mark
from partnership_analysis.reports.scorecard.names import (
    ABOVE_ROW,
    AS_REPORTED,
    LEGEND_ROW,
    NO_TRUST,
    NOTE_ROW,
    OURS,
    SUBTITLE_ROW,
    TITLE_ROW,
    WHAT_IF,
    number_of,
    quoted,
)
from partnership_analysis.reports.scorecard.page import Book, height_of, lines_of
from partnership_analysis.settings import band_names
from partnership_analysis.wording import day

WIDTHS = (30.0, 23.0, 14.0, 16.0, 66.0, 52.0)
HIGHEST = 10
"""Partners in the list of the highest."""
CALLED = 12
"""Partners in the list of whom to call."""

_CONTENTS_AT = 4


def write_summary(book: Book, sheet: Any, facts: Facts, contents: Sequence[tuple[str, str]]) -> None:
    """Fill the first sheet; ``contents`` are the names and questions of the others."""
    review = facts.review
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    _top(book, sheet, review)
    _contents(book, sheet, ABOVE_ROW + 2, contents)
    row = _numbers(book, sheet, ABOVE_ROW + 2, review)
    row = max(_bands(book, sheet, row, facts), ABOVE_ROW + 4 + len(contents))
    row = _calls(book, sheet, row, review)
    row = _highest(book, sheet, row, facts)
    sheet.freeze_panes(LEGEND_ROW + 1, 0)
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row - 1, len(WIDTHS) - 1)


def _top(book: Book, sheet: Any, review: Review) -> None:
    look, us = book.look, review.portfolio.settings.us
    name = "" if us == "us" else f" · {us}"
    verticals = review.portfolio.verticals
    only = f" · {verticals[0]} only" if len(verticals) == 1 else ""
    title = f"Partnership scorecard · {review.quarter.label}{name}{only} · to {day(review.day, year=True)}"
    sheet.set_row(TITLE_ROW, 24)
    sheet.write_string(TITLE_ROW, 0, readable(title), look.title())
    sheet.write_string(
        SUBTITLE_ROW, 0, readable(headline(review)), look.of(bold=True, font_size=12, font_color=INK)
    )
    words = readable(f"{lead(review)} {no_trust_note(review)}".strip())
    sheet.set_row(NOTE_ROW, 13.5 * (1 + len(words) // 190) + 4)
    sheet.merge_range(NOTE_ROW, 0, NOTE_ROW, len(WIDTHS) - 1, "", look.quiet(text_wrap=True))
    sheet.write_string(NOTE_ROW, 0, words, look.quiet(text_wrap=True))
    book.legend(sheet, LEGEND_ROW, WIDTHS)
    book.put(sheet, ABOVE_ROW, 0, Live(f"={WHAT_IF}", AS_REPORTED), look.quiet(italic=True))


def _table(
    book: Book,
    sheet: Any,
    row: int,
    title: str,
    heads: Sequence[tuple[str, str]],
    lines: Sequence[Sequence[Cell]],
) -> int:
    """A part: its title, headings with number formats, lines; gives back the row of the first line."""
    look = book.look
    sheet.write_string(row, 0, title, look.section())
    for place, (head, form) in enumerate(heads):
        sheet.write_string(row + 1, place, head, look.heading(form, first=place == 0))
    for at, line in enumerate(lines, start=row + 2):
        for place, (cell, (_, form)) in enumerate(zip(line, heads, strict=True)):
            book.put(sheet, at, place, cell, look.cell(form, first=place == 0))
    return row + 2


def _numbers(book: Book, sheet: Any, row: int, review: Review) -> int:
    """The quarter's numbers, each beside the quarter before."""
    currency = review.portfolio.settings.currency
    labels = {
        "median_rvi": "Median RVI",
        "received": "Referrals received",
        "given": "Referrals given",
        "won": f"Won so far ({currency})",
        "hours": "Partner hours",
        "active": "Partners active",
    }
    heads = [("Measure", "text"), ("This quarter", "one"), ("Quarter before", "one"), ("Out of", "one")]
    lines = [
        [labels[str(line.measure)], *cells_of([line.value, line.before, line.limit])]
        for line in review.numbers.itertuples()
    ]
    first = _table(book, sheet, row, "The quarter in numbers", heads, lines)
    for at, line in enumerate(lines, start=first):
        form = "one" if line[0] == labels["median_rvi"] else "whole"
        for place in range(1, 4):
            book.put(sheet, at, place, line[place], book.look.cell(form))
    return first + len(lines) + 1


def _bands(book: Book, sheet: Any, row: int, facts: Facts) -> int:
    """Partners in each band, as the formulas find them, and as reported."""
    found = facts.sides["ours"].now["band"].astype("string")
    span = _span(facts, "band")
    bands = band_names()[::-1]
    lines: list[list[Cell]] = []
    for band in bands:
        count = int((found == band).sum())
        lines.append([band, Live(f'=COUNTIF({span},"{band}")', count) if span else 0, count])
    heads = [("Band of RVI ours", "text"), ("Partners now", "count"), ("As reported", "count")]
    first = _table(book, sheet, row, "Partners by band", heads, lines)
    mark(book.look, sheet, "band", (first, 0, first + len(lines) - 1, 0))
    mark(book.look, sheet, "bar", (first, 1, first + len(lines) - 1, 1))
    return first + len(lines) + 1


def _calls(book: Book, sheet: Any, row: int, review: Review) -> int:
    """Whom to call, why, and what to do."""
    table, currency = review.flagged.head(CALLED), review.portfolio.settings.currency
    heads = [
        ("Partner", "text"),
        ("Signal", "text"),
        ("Band", "text"),
        (f"Brought a year ({currency})", "whole"),
        ("Evidence", "words"),
        ("What to do", "words"),
    ]
    if table.empty:
        words = "Nobody is silent, weakening or one-sided by more than chance explains."
        return _sentence(book, sheet, row, "Whom to call", words)
    lines = [
        [
            str(line.partner),
            marked(str(line.state)),
            *cells_of([line.band, line.at_risk, line.evidence, line.advice]),
        ]
        for line in table.itertuples()
    ]
    first = _table(book, sheet, row, "Whom to call", heads, lines)
    last = first + len(lines) - 1
    for at, line in enumerate(lines, start=first):
        tall = max(lines_of(str(line[place] or ""), WIDTHS[place]) for place in (4, 5))
        sheet.set_row(at, height_of(tall))
    mark(book.look, sheet, "state", (first, 1, last, 1))
    mark(book.look, sheet, "band", (first, 2, last, 2))
    return last + 2


def _highest(book: Book, sheet: Any, row: int, facts: Facts) -> int:
    """The highest RVI in order; the list follows what a reader changes."""
    title = "Highest RVI"
    place = _span(facts, "place")
    if not place:
        return _sentence(book, sheet, row, title, "Nobody: every partnership had ended by this day.")
    now = facts.sides["ours"].now
    changes = now["rvi"] - facts.sides["ours"].before
    ranked = [place for place in facts.sides["ours"].order if now["rvi"].notna().iloc[place]]
    values = {
        "partner": facts.partners,
        "rvi": list(now["rvi"]),
        "band": list(now["band"]),
        "change": list(changes),
    }
    lines: list[list[Cell]] = []
    for order in range(min(HIGHEST, len(facts.partners))):
        at = ranked[order] if order < len(ranked) else None
        match = f"MATCH({order + 1},{place},0)"
        lines.append(
            [
                Live(f'=IFERROR(INDEX({_span(facts, key)},{match}),"")', None if at is None else column[at])
                for key, column in values.items()
            ]
        )
    heads = [("Partner", "text"), ("RVI ours", "one"), ("Band", "text"), ("Change in a quarter", "signed")]
    words = title if facts.review.trusted else f"{title}: not known; {NO_TRUST}"
    first = _table(book, sheet, row, words, heads, lines)
    last = first + len(lines) - 1
    mark(book.look, sheet, "bar", (first, 1, last, 1))
    mark(book.look, sheet, "band", (first, 2, last, 2))
    return last + 2


def _contents(book: Book, sheet: Any, row: int, contents: Sequence[tuple[str, str]]) -> None:
    """The other sheets, each a step away, beside the numbers."""
    look = book.look
    sheet.write_string(
        row, _CONTENTS_AT, "Behind it", look.of(bold=True, font_size=11, font_color=INK, indent=1)
    )
    style = look.of(font_color=LINK, indent=1)
    for at, (name, question) in enumerate(contents, start=row + 1):
        sheet.write_url(at, _CONTENTS_AT, f"internal:'{name}'!A1", style, f"{name}: {question}")


def _sentence(book: Book, sheet: Any, row: int, title: str, words: str) -> int:
    sheet.write_string(row, 0, title, book.look.section())
    sheet.write_string(row + 1, 0, words, book.look.quiet())
    return row + 3


def _span(facts: Facts, key: str) -> str:
    """A column of the sheet of RVI ours; nothing where it has no row."""
    if not facts.partners:
        return ""
    column = AT[key]
    return f"{quoted(OURS)}${column}${number_of(0)}:${column}${number_of(len(facts.partners) - 1)}"
