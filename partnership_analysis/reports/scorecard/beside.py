"""The two sides beside each other, and the months that led here."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_analysis.reports.scorecard.cells import Cell, Live, cells_of
from partnership_analysis.reports.scorecard.facts import Facts
from partnership_analysis.reports.scorecard.formulas import AT
from partnership_analysis.reports.scorecard.index import trend_sparks, what_if
from partnership_analysis.reports.scorecard.names import (
    BOTH,
    NO_TRUST,
    NOBODY,
    RVI_SHEETS,
    TREND,
    number_of,
    quoted,
)
from partnership_analysis.reports.scorecard.page import Column, Question, partner_column, vertical_column
from partnership_analysis.wording import count_of


def both_question(facts: Facts) -> Question:
    """RVI from our side and theirs beside each other."""
    columns = [partner_column(facts.partners), vertical_column(facts.verticals)]
    for side in ("ours", "theirs"):
        columns += [
            Column(f"RVI {side}", _taken(facts, side, "rvi"), "one", 10, unknown=NO_TRUST),
            Column("from", _taken(facts, side, "low"), "one", 7),
            Column("to", _taken(facts, side, "high"), "one", 7),
            Column(f"Band {side}", _taken(facts, side, "band"), width=13, mark="band"),
        ]
    gaps = facts.sides["ours"].now["rvi"] - facts.sides["theirs"].now["rvi"]
    gap: list[Cell] = [
        Live(f'=IF(AND(ISNUMBER(C{row}),ISNUMBER(G{row})),C{row}-G{row},"")', value)
        for row, value in enumerate(gaps, start=number_of(0))
    ]
    meaning = "Above 0 the relationship is worth more to us than to them."
    columns += [
        Column("Gap (ours − theirs)", gap, "signed", 18, meaning, mark="sides"),
        Column("Their trust from", _taken(facts, "theirs", "trust_source"), width=16),
    ]
    return Question(
        BOTH,
        "Do both sides get something out of it?",
        "RVI with the roles reversed: what we are worth to them, beside what they are worth to us.",
        columns if facts.partners else [],
        NOBODY,
        what_if(facts, "ours"),
        filtered=False,
    )


def _taken(facts: Facts, side: str, key: str) -> list[Cell]:
    """A column of an RVI sheet in the order of the partners."""
    data = facts.sides[side]
    line = {place: at for at, place in enumerate(data.order)}
    values: list[Any] = list(data.now[key])
    return [
        Live(f"={quoted(RVI_SHEETS[side])}{AT[key]}{number_of(line[place])}", value)
        for place, value in enumerate(values)
    ]


def trend_question(facts: Facts) -> Question:
    """RVI at the end of each of the last months; without trust the interactions a month."""
    trusted = facts.review.trusted
    table = facts.history("rvi" if trusted else "rate")
    mark = "month" if trusted else ""
    months = [
        Column(month, cells_of(table[pd.Timestamp(month)]), "one", 7, mark=mark) for month in facts.shown
    ]
    what = "RVI ours" if trusted else "Interactions a month"
    window = count_of(facts.settings.window, "month")
    began = "The partnership's first month: its start, or the first interaction on record."
    columns = [
        partner_column(facts.partners),
        vertical_column(facts.verticals),
        Column("Began", list(facts.began), "month", 11, began),
        Column("Trend", trend_sparks(facts), width=17),
        *months,
    ]
    then, empty = ", with the trust of that time", "before the partnership, or before trust was rated"
    if not trusted:
        then, empty = "", "before the partnership"
    return Question(
        TREND,
        "How has each relationship grown?",
        f"{what} at the end of each month, over {window}{then}. Empty: {empty}.",
        columns if facts.partners else [],
        NOBODY,
        "As reported: past months do not follow what you change." if trusted else f"No RVI: {NO_TRUST}.",
    )
