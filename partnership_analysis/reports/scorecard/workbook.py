"""The scorecard from a review: every sheet in its order, whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from partnership_analysis.metrics.review import Review
from partnership_analysis.reports.scorecard import effort, questions
from partnership_analysis.reports.scorecard.beside import both_question, trend_question
from partnership_analysis.reports.scorecard.counts import counts_question
from partnership_analysis.reports.scorecard.facts import Facts, facts_of
from partnership_analysis.reports.scorecard.index import rvi_question
from partnership_analysis.reports.scorecard.inputs import write_settings, write_trust
from partnership_analysis.reports.scorecard.legend import write_legend
from partnership_analysis.reports.scorecard.look import FONT, SIZE
from partnership_analysis.reports.scorecard.names import COUNTS, LEGEND, SETTINGS, SUMMARY, TRUST
from partnership_analysis.reports.scorecard.page import Book, Question, write_question
from partnership_analysis.reports.scorecard.summary import write_summary
from partnership_analysis.sheets import AUTHOR

_CREATED = dt.datetime(2025, 1, 1)
"""No clock is read, so the same review gives the same bytes."""
QUESTIONS: Sequence[Callable[[Facts], Question]] = (
    lambda facts: rvi_question(facts, "ours"),
    lambda facts: rvi_question(facts, "theirs"),
    both_question,
    trend_question,
    questions.signals_question,
    questions.exchange_question,
    questions.verticals_question,
    effort.returns_question,
    effort.hours_question,
    effort.focus_question,
    questions.foundations_question,
    effort.overdue_question,
    effort.lunches_question,
    effort.actions_question,
)
"""The sheets between the summary and what the formulas stand on."""


def write_scorecard(review: Review, target: Path) -> None:
    """Write the scorecard of a review: a workbook with a sheet for each question that an owner asks.

    RVI, its interval, band, rank and what is needed for the next band are formulas over the sheets of counts, trust
    and settings; a reader who changes a weight or a rating sees them move. Every formula carries the package's own
    number, so that programs that do not calculate show it.

    Parameters
    ----------
    review : Review
        As :func:`partnership_analysis.quarter_review` gives it.
    target : Path
        An ``.xlsx`` file in a folder that exists; written only when all went well.

    Raises
    ------
    OSError
        If the disk refuses.

    Notes
    -----
    The same review gives the same bytes. Text of the portfolio is never a formula or a link, whatever it begins with.
    """
    content = BytesIO()
    made = xlsxwriter.Workbook(content, _options())
    made.set_properties({"created": _CREATED, "author": AUTHOR, "title": "Partnership scorecard"})
    facts = facts_of(review)
    book = Book(made, facts.settings, f"Partnership scorecard · {review.quarter.label}")
    _write(book, facts)
    made.close()
    target.write_bytes(content.getvalue())


def _options() -> dict[str, Any]:
    """Anew for each workbook: XlsxWriter changes what it is given."""
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        # Of no theme: a theme's typeface would take the place of ours.
        "default_format_properties": {"font_name": FONT, "font_size": SIZE, "font_scheme": "none"},
    }


def _write(book: Book, facts: Facts) -> None:
    summary = book.sheet(SUMMARY)
    contents = []
    for question in QUESTIONS:
        asked = question(facts)
        write_question(book, asked)
        contents.append((asked.name, asked.title))
    write_trust(book, facts)
    write_settings(book, facts)
    write_question(book, counts_question(facts))
    write_legend(book, facts)
    contents += [
        (TRUST, "How far do we trust each other? Yours to change."),
        (SETTINGS, "By which conventions is RVI counted? Yours to change."),
        (COUNTS, "What was counted, month by month?"),
        (LEGEND, "How to read this workbook"),
    ]
    write_summary(book, summary, facts, contents)
    for sheet in book.book.worksheets():
        if sheet.get_name() in (TRUST, SETTINGS):
            sheet.set_tab_color("#c79a1e")
    summary.activate()
