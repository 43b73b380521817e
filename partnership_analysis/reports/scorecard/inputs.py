"""The sheets that a reader may change: trust and settings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from partnership_analysis.metrics.grid import record_start
from partnership_analysis.metrics.kinds import ONE
from partnership_analysis.periods import month_index, month_start
from partnership_analysis.reports.scorecard import formulas
from partnership_analysis.reports.scorecard.cells import Cell, Live, cells_of
from partnership_analysis.reports.scorecard.facts import Facts, most_months
from partnership_analysis.reports.scorecard.names import (
    AS_OF_MONTH,
    AS_REPORTED,
    ASSUMED,
    FIRST_ROW,
    INTERVAL,
    LIMITS,
    METHOD,
    MIN_MONTHS,
    NO_TRUST,
    NOBODY,
    NOTE_ROW,
    RECORD_BEGAN,
    SETTINGS,
    TRUST,
    WEIGHTS,
    WHAT_IF,
    WINDOW,
    number_of,
    quoted,
)
from partnership_analysis.reports.scorecard.page import (
    Book,
    Column,
    Question,
    partner_column,
    vertical_column,
    write_question,
)
from partnership_analysis.settings import Settings

METHOD_MEANING = (
    "trailing: all five kinds over the window; published: the letter of the article, referrals over the window and the "
    "others over the whole partnership, divided by all its months"
)
_OTHERS = {
    "us": "Our name",
    "currency": "Currency",
    "fiscal_year_start": "Fiscal year begins in month",
    "hour_rate": "An hour of ours is worth",
    "capacity_hours": "Our hours a quarter",
    "barter_limit": "Barter at most (0 to 1)",
}


def write_trust(book: Book, facts: Facts) -> None:
    """Ratings of trust, which a reader may change, and which of them serves."""
    sheet = write_question(book, _trust_question(facts))
    rule = {"validate": "decimal", "criteria": "between", "minimum": 1, "maximum": 5, "ignore_blank": True}
    rule["error_message"] = "Trust: 1 to 5, or empty where it is unknown."
    if facts.partners:
        for place in (2, 4):
            sheet.data_validation(FIRST_ROW, place, FIRST_ROW + len(facts.partners) - 1, place, rule)


def _trust_question(facts: Facts) -> Question:
    ours, theirs = facts.sides["ours"].now, facts.sides["theirs"].now
    rows = [number_of(place) for place in range(len(facts.partners))]
    made = [formulas.trust_used(row) for row in rows]
    rated = {
        side: table[["trust", "trust_date"]].where(table["trust_source"] == "rated")
        for side, table in (("ours", ours), ("theirs", theirs))
    }

    def live(key: str, values: Any) -> list[Cell]:
        return [Live(formula[key], value) for formula, value in zip(made, values, strict=True)]

    columns = [partner_column(facts.partners), vertical_column(facts.verticals)]
    for heading, side, unknown in (
        ("Our rating (1 to 5)", "ours", "we have not rated trust"),
        ("Their rating (1 to 5)", "theirs", "they have not rated trust"),
    ):
        columns += [
            Column(
                heading,
                cells_of(rated[side]["trust"]),
                "one",
                11,
                "The latest rating of the factor trust. Change it to see RVI move.",
                unknown,
                is_input=True,
            ),
            Column("rated on", cells_of(rated[side]["trust_date"]), "date", 13),
        ]
    for heading, side, table in (("Used for ours", "ours", ours), ("Used for theirs", "theirs", theirs)):
        columns += [
            Column(heading, live(side, table["trust"]), "one", 10, unknown=NO_TRUST),
            Column("from", live(f"{side}_source", table["trust_source"]), width=15),
        ]
    changed = [Live(f'=IF(AND(C{row}=L{row},E{row}=M{row}),"","changed")', None) for row in rows]
    columns += [
        Column("Changed?", changed, width=10),
        Column("Ours as reported", cells_of(rated["ours"]["trust"]), "one", 10, aside=True),
        Column("Theirs as reported", cells_of(rated["theirs"]["trust"]), "one", 10, aside=True),
    ]
    return Question(
        TRUST,
        "How far do we trust each other?",
        "The latest rating of trust by each side. Boxed cells are yours to change: RVI, bands and ranks follow.",
        columns if rows else [],
        NOBODY,
        Live(f"={WHAT_IF}", AS_REPORTED),
        filtered=False,
    )


def write_settings(book: Book, facts: Facts) -> None:
    """Weights, limits and conventions that a reader may change; each has a name that the formulas use."""
    rows = _live_settings(facts.settings)
    values = [value for _, _, value, _ in rows]
    numbers = [FIRST_ROW + 1 + place for place in range(len(rows))]
    columns = [
        Column("Setting", [label for label, _, _, _ in rows], width=30),
        Column("Value", values, "any", 20, is_input=True),
        Column("As reported", values, "any", 20),
        Column("Changed?", [Live(f'=IF(B{row}=C{row},"","changed")', None) for row in numbers], width=20),
        Column("Meaning", [meaning for _, _, _, meaning in rows], "words", 90),
    ]
    sheet = write_question(
        book,
        Question(
            SETTINGS,
            "By which conventions is RVI counted?",
            "Boxed cells are yours to change: RVI, bands and ranks follow. The other sheets keep what was reported.",
            columns,
            filtered=False,
        ),
    )
    changed = f'COUNTIF(D{numbers[0]}:D{numbers[-1]},"changed")'
    if facts.partners:
        changed += f'+COUNTIF({quoted(TRUST)}K{number_of(0)}:K{number_of(len(facts.partners) - 1)},"changed")'
    words = (
        f'"What if: "&({changed})&" changed on Settings or Trust. RVI, bands and ranks show your what-if."'
    )
    book.put(
        sheet,
        NOTE_ROW,
        0,
        Live(f'=IF({changed}=0,"{AS_REPORTED}",{words})', AS_REPORTED),
        book.look.quiet(italic=True),
    )
    book.book.define_name(WHAT_IF, f"={SETTINGS}!$A${NOTE_ROW + 1}")
    for row, (_, name, _, _) in zip(numbers, rows, strict=True):
        book.book.define_name(name, f"={SETTINGS}!$B${row}")
        sheet.data_validation(row - 1, 1, row - 1, 1, _rule(name, most_months(facts.settings)))
    _fixed(book, sheet, facts, numbers[-1] + 2)


def _live_settings(settings: Settings) -> list[tuple[str, str, Cell, str]]:
    """Label, name, value and meaning of what the formulas use."""
    means = Settings.descriptions()
    rows: list[tuple[str, str, Cell, str]] = [
        (f"Weight: {ONE[kind]}", WEIGHTS[kind], weight, means[f"weights.{kind}"])
        for kind, weight in settings.weights.by_kind().items()
    ]
    rows += [
        ("Method", METHOD, "trailing", METHOD_MEANING),
        ("Window (months)", WINDOW, settings.window, means["window"]),
        ("Too early under (months)", MIN_MONTHS, settings.min_months, means["min_months"]),
        ("Interval covers (0 to 1)", INTERVAL, settings.interval, means["interval"]),
        ("Assumed trust (1 to 5)", ASSUMED, settings.assumed_trust, means["assumed_trust"]),
    ]
    names = ("average", "promising", "strong")
    rows += [
        (f"Band limit: {name}", limit_name, limit, means[f"bands.{name}"])
        for name, limit_name, limit in zip(names, LIMITS, settings.bands.limits, strict=True)
    ]
    return rows


def _rule(name: str, longest: int) -> dict[str, Any]:
    """What a setting may be."""
    if name == METHOD:
        return {"validate": "list", "source": ["trailing", "published"]}
    whole, between = {"validate": "integer"}, {"criteria": "between", "ignore_blank": True}
    limits: dict[str, dict[str, Any]] = {
        WINDOW: whole
        | between
        | {"minimum": 1, "maximum": longest, "error_message": f"1 to {longest}: Counts has no more months."},
        MIN_MONTHS: whole | between | {"minimum": 1, "maximum": 36},
        INTERVAL: {"validate": "decimal"} | between | {"minimum": 0.01, "maximum": 0.999},
        ASSUMED: {"validate": "decimal"} | between | {"minimum": 1, "maximum": 5},
    }
    return limits.get(name, {"validate": "decimal", "criteria": ">=", "value": 0})


def _fixed(book: Book, sheet: Any, facts: Facts, row: int) -> None:
    """What the reader cannot change here: the day, and the settings of the other sheets."""
    look, flat, means = book.look, facts.settings.flat(), Settings.descriptions()
    counted_to = facts.review.day
    month = month_start(month_index(counted_to))
    began = month_start(record_start(facts.review.portfolio))
    sheet.write_string(row, 0, "Fixed when this workbook was made", look.section())
    lines: list[tuple[str, Cell, str]] = [
        ("Counted to", counted_to, "nothing later is counted"),
        ("Month counted to", month, "its first day; the window ends with this month"),
        (
            "Record begins",
            began,
            "its first month; months of a partnership before it do not count towards a band",
        ),
        *((label, flat[name], means[name]) for name, label in _OTHERS.items()),
    ]
    for at, (label, value, meaning) in enumerate(lines, start=row + 1):
        book.put(sheet, at, 0, label, look.cell("text", first=True))
        kind = "date" if isinstance(value, dt.date) else "any"
        book.put(sheet, at, 1, value, look.cell(kind, align="left", indent=1))
        for place in (2, 3):
            book.put(sheet, at, place, None, look.cell("text"))
        book.put(sheet, at, 4, meaning, look.cell("words"))
    book.book.define_name(AS_OF_MONTH, f"={SETTINGS}!$B${row + 3}")
    book.book.define_name(RECORD_BEGAN, f"={SETTINGS}!$B${row + 4}")
    sheet.print_area(0, 0, row + len(lines), 4)
