"""What is in a report folder beside the page and its notebook: each part is made, or says why it could not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from partnership_analysis.errors import ReportError
from partnership_analysis.metrics.review import Review
from partnership_analysis.reports.calendar import lunch_calendar
from partnership_analysis.reports.execute import Progress
from partnership_analysis.reports.manifest import Output
from partnership_analysis.reports.pdf import to_pdf
from partnership_analysis.reports.scorecard import write_scorecard

CALENDAR = "lunches.ics"
SCORECARD = "scorecard.xlsx"
MOST = 1_000
"""Partnerships up to which there is a scorecard: each takes nineteen sheets some 680 cells."""


def paper(page: Path, progress: Progress = lambda step, done, total: None) -> Output:
    """A page as a PDF, beside it."""
    made = page.with_suffix(".pdf")
    return _tried(
        made.parent, made.name, "The report, on paper", lambda: to_pdf(page.read_text(encoding="utf-8"))
    )


def scorecard(folder: Path, review: Review) -> Output:
    """The scorecard, with RVI as formulas, or why a network has none."""
    what = "The scorecard: RVI as formulas, to check and to try out"
    if (count := len(review.standing)) > MOST:
        return Output(
            SCORECARD,
            what,
            f"{count:,} partnerships are more than a workbook serves (at most {MOST:,}): limit the report to one vertical.",
        )
    write_scorecard(review, folder / SCORECARD)
    return Output(SCORECARD, what)


def calendar(folder: Path, review: Review, vertical: str) -> Iterator[Output]:
    """The lunches of the coming quarter, if there are any."""
    content = lunch_calendar(review.lunches, review.portfolio, review.quarter, vertical=vertical)
    if content is not None:
        (folder / CALENDAR).write_bytes(content)
        yield Output(CALENDAR, f"The lunches of {review.quarter.shift(1).label}, for your calendar")


def _tried(folder: Path, name: str, what: str, make: Callable[[], bytes]) -> Output:
    """A part without which the report is still one."""
    try:
        content = make()
    except ReportError as error:
        return Output(name, what, str(error))
    (folder / name).write_bytes(content)
    return Output(name, what)
