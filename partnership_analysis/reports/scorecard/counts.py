"""The sheet of counts: by partner, side, kind and month, and what of them is in the window."""

from __future__ import annotations

from partnership_analysis.metrics.kinds import ONE
from partnership_analysis.reports.scorecard import formulas
from partnership_analysis.reports.scorecard.cells import Cell, Live
from partnership_analysis.reports.scorecard.facts import Facts
from partnership_analysis.reports.scorecard.formulas import (
    ALL_FIVE,
    BLOCK,
    EARLIER,
    FIRST_MONTH,
    IN_WINDOW,
    WHOLE,
)
from partnership_analysis.reports.scorecard.names import (
    AS_REPORTED,
    COUNTS,
    NOBODY,
    WHAT_IF,
    letter,
    number_of,
)
from partnership_analysis.reports.scorecard.page import Column, Question, partner_column
from partnership_analysis.schema import RVI_KINDS
from partnership_analysis.wording import count_of, day

SIDES = {"ours": "received or joint", "theirs": "given or joint"}


def counts_question(facts: Facts) -> Question:
    """Counts by partner, side, kind and month; a block of the five kinds and their sum for each side."""
    blocks = [(place, side) for place in range(len(facts.partners)) for side in SIDES]
    names = [facts.partners[place] for place, _ in blocks for _ in range(BLOCK)]
    kinds = [ONE[kind] for kind in RVI_KINDS] + [ALL_FIVE]
    columns = [
        partner_column(names),
        Column("Side", [SIDES[side] for _, side in blocks for _ in range(BLOCK)], width=17, mark="total"),
        Column("Kind", kinds * len(blocks), width=20, mark="total"),
        Column("In the window", _in_window(facts), "count", 9, "What enters the RVI.", mark="total"),
        Column("In all", _whole(facts), "count", 8, "Of the whole partnership on record.", mark="total"),
        Column("Before", _earlier(facts), "count", 8, "Before the first month that has a column."),
        *_months(facts),
    ]
    return Question(
        COUNTS,
        "What was counted?",
        f"Interactions of the five kinds by month, to {day(facts.review.day, year=True)}. A dot is none. "
        f"In the window: the last {count_of(facts.settings.window, 'month')}, as on Settings.",
        columns if facts.partners else [],
        NOBODY,
        Live(f"={WHAT_IF}", AS_REPORTED),
        frozen=3,
        filtered=False,
    )


def _in_window(facts: Facts) -> list[Cell]:
    last = FIRST_MONTH + len(facts.months) - 1
    cells: list[Cell] = []
    for place in range(len(facts.partners)):
        for side in SIDES:
            counts = facts.sides[side].inside[place].tolist()
            for kind, count in zip(RVI_KINDS, counts, strict=True):
                cells.append(Live(formulas.in_window(kind, number_of(len(cells)), last), count))
            cells.append(_total(IN_WINDOW, len(cells), sum(counts)))
    return cells


def _whole(facts: Facts) -> list[Cell]:
    last = FIRST_MONTH + len(facts.months) - 1
    cells: list[Cell] = []
    for place in range(len(facts.partners)):
        for side in SIDES:
            counts = facts.sides[side].whole[place].tolist()
            for count in counts:
                cells.append(Live(formulas.whole(number_of(len(cells)), last), count))
            cells.append(_total(WHOLE, len(cells), sum(counts)))
    return cells


def _earlier(facts: Facts) -> list[Cell]:
    cells: list[Cell] = []
    for place in range(len(facts.partners)):
        for side in SIDES:
            counts = facts.sides[side].earlier[place].tolist()
            cells += counts
            cells.append(_total(EARLIER, len(cells), sum(counts)))
    return cells


def _months(facts: Facts) -> list[Column]:
    """A column a month; what neither the window nor a trend shows is folded away, so that a page holds the rest."""
    older = len(facts.months) - max(len(facts.shown), facts.settings.window)
    columns = []
    for at, month in enumerate(facts.months):
        column = letter(FIRST_MONTH + at)
        cells: list[Cell] = []
        for place in range(len(facts.partners)):
            for side in SIDES:
                counts = facts.sides[side].months[place, :, at].tolist()
                cells += counts
                cells.append(None if at < older else _total(column, len(cells), sum(counts)))
        columns.append(Column(month, cells, "count", 6.5, mark="total", folded=at < older))
    return columns


def _total(column: str, above: int, value: int) -> Live:
    """Sum of the five kinds over a cell that has so many above it."""
    row = number_of(above)
    return Live(f"=SUM({column}{row - BLOCK + 1}:{column}{row - 1})", value)
