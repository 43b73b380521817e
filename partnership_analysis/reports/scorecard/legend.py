"""The last sheet: what the words, colours and numbers mean, and how to check an RVI by hand."""

from __future__ import annotations

from typing import Any

from partnership_analysis.charts.theme import BAND_TEXT, PALE
from partnership_analysis.reports.scorecard.facts import Facts
from partnership_analysis.reports.scorecard.formulas import band_words
from partnership_analysis.reports.scorecard.look import INPUT, TINTS, TONES, VERDICTS
from partnership_analysis.reports.scorecard.names import LEGEND
from partnership_analysis.reports.scorecard.page import Book, height_of, lines_of
from partnership_analysis.settings import band_names

_RVI = (
    ("RVI", "Relationship Value Index = trust × weighted count ÷ months of the partnership in the window (source: article 001)."),
    ("Trust", "Our latest rating, 1 to 5; for theirs their rating of us, and ours where they gave none. Sheet Trust."),
    ("Weighted count", "Weight × count, summed over the five kinds, in the window. Ours: received and joint. Theirs: given and joint. Sheet Counts."),
    ("Months", "Months of the partnership inside the window, the first and last counted whole, at least 1."),
    ("Published", "On Settings, the method “published” is the letter of the article: referrals over the window, the other kinds over the whole partnership, divided by all its months."),
    ("Interval", "“from” and “to”: counts are taken as Poisson (Jeffreys' Gamma limits), trust as known. A wide interval means few interactions: read it before you judge."),
)  # fmt: skip
_CHECK = (
    ("By hand", "On RVI ours, multiply each count by the weight over its heading, add up, divide by the months, multiply by trust. That is the RVI."),
    ("What if", "Change a boxed cell on Settings or Trust, or a count on Counts. RVI, bands, ranks, Both sides and Summary follow; “RVI as reported” stays beside."),
    ("As reported", "Signals, Exchange, Returns and the other sheets keep what was measured. To count them anew, change the portfolio and make the report again."),
    ("Empty", "An empty cell is unknown, never 0; its note, or the note at its heading, says why. A dot is a count of none."),
)  # fmt: skip
_SIGNALS = (
    ("▲ strengthening", "good", "The rate of interactions rose, beyond what chance explains."),
    ("▼ weakening", "bad", "The rate fell, beyond what chance explains."),
    ("○ silent", "bad", "Nothing for so long that this partner's rhythm does not explain it."),
    ("steady", "", "No change that chance would not explain."),
    (
        "one-sided",
        "watch",
        "Six referrals or more, and so uneven that chance explains it less than one time in twenty.",
    ),
)
_VERDICTS = {
    "keep": "Part of the best plan for our hours.",
    "nurture": "Kept, but too early to judge, overdue, or not part of a careful plan.",
    "renegotiate": "Not kept as it stands: the exchange or the hours must change.",
    "let go": "The hours bring more elsewhere.",
}
_BANDS = {
    "weak": "Little is exchanged, or trust is low.",
    "average": "Limits included.",
    "promising": "Between the article's bands; the word is ours.",
    "strong": "Limit included.",
    "too early": "Too little of the partnership is on record for a band.",
}


_WIDTH = 120.0


def write_legend(book: Book, facts: Facts) -> None:
    """What everything means."""
    sheet, look = book.sheet(LEGEND), book.look
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, _WIDTH)
    sheet.set_row(0, 24)
    sheet.write_string(0, 0, "How to read this workbook", look.title())
    row = _lines(book, sheet, 2, "How RVI is counted", _RVI)
    row = _lines(book, sheet, row, "How to check it, and try things out", _CHECK)
    sheet.write_string(row, 0, "Bands", look.section())
    for band in band_names()[1:] + band_names()[:1]:
        row += 1
        live = band_words(facts.settings)[band]
        book.put(
            sheet,
            row,
            0,
            live,
            look.cell("text", first=True, font_color=BAND_TEXT[band], bg_color=TINTS[band]),
        )
        book.put(sheet, row, 1, _BANDS[band], look.cell("words"))
    toned = [(word, tone, _VERDICTS[word]) for word, tone in VERDICTS.items()]
    row = _toned(book, sheet, row + 2, "Signals and exchange", _SIGNALS)
    row = _toned(book, sheet, row, "Verdicts", toned)
    sheet.write_string(row, 0, "Cells", look.section())
    book.put(
        sheet,
        row + 1,
        0,
        "a boxed cell",
        look.cell("text", first=True, bg_color=INPUT, border=1, border_color=PALE, bold=True),
    )
    book.put(sheet, row + 1, 1, "Yours to change.", look.cell("words"))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, row + 1, 1)


def _lines(book: Book, sheet: Any, row: int, head: str, lines: tuple[tuple[str, str], ...]) -> int:
    """A part of words and their meanings; gives back the row of the next part."""
    sheet.write_string(row, 0, head, book.look.section())
    for at, (word, meaning) in enumerate(lines, start=row + 1):
        book.put(sheet, at, 0, word, book.look.cell("text", bold=True, first=True))
        sheet.set_row(at, height_of(lines_of(meaning, _WIDTH)))
        book.put(sheet, at, 1, meaning, book.look.cell("words"))
    return row + len(lines) + 2


def _toned(book: Book, sheet: Any, row: int, head: str, lines: Any) -> int:
    """A part whose words have the colours that they have on the sheets."""
    sheet.write_string(row, 0, head, book.look.section())
    for at, (word, tone, meaning) in enumerate(lines, start=row + 1):
        colours: dict[str, Any] = (
            dict(zip(("font_color", "bg_color"), TONES[tone], strict=True)) if tone else {}
        )
        book.put(sheet, at, 0, word, book.look.cell("text", first=True, **colours))
        book.put(sheet, at, 1, meaning, book.look.cell("words"))
    return row + len(lines) + 2
