"""The sheets of RVI, ours and theirs: every number a formula, beside what was reported."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_analysis.metrics.kinds import MANY
from partnership_analysis.reports.scorecard import formulas
from partnership_analysis.reports.scorecard.cells import Cell, Live, Spark, cells_of
from partnership_analysis.reports.scorecard.facts import Facts, Side
from partnership_analysis.reports.scorecard.formulas import AT, BLOCK, FIRST_MONTH, KEYS, TREND_AT
from partnership_analysis.reports.scorecard.names import (
    AS_REPORTED,
    COUNTS,
    NO_TRUST,
    NOBODY,
    RVI_SHEETS,
    TREND,
    WEIGHTS,
    WHAT_IF,
    letter,
    number_of,
    quoted,
)
from partnership_analysis.reports.scorecard.page import Column, Question, partner_column, vertical_column
from partnership_analysis.schema import RVI_KINDS
from partnership_analysis.wording import count_of, day

_HEADS: dict[str, tuple[str, str, float, str]] = {
    "rank": ("Rank", "whole", 6, "1 is the highest RVI; equals share a rank."),
    "trust": ("Trust 1 to 5", "one", 7, "From the sheet Trust."),
    "trust_source": ("Trust from", "text", 15, ""),
    "referral": ("Referral", "count", 9, ""),
    "strategic_referral": ("Introduction", "count", 11.5, ""),
    "online_collaboration": ("Online collab.", "count", 9, ""),
    "event": ("Event", "count", 9, ""),
    "cross_promotion": ("Cross promo.", "count", 9, ""),
    "weighted": ("Weighted count", "one", 9, "Weight × count, summed over the five kinds."),
    "months": ("Months", "whole", 8, "Months of the partnership inside the window."),
    "rate": ("A month", "two", 8, "Weighted count ÷ months; known without trust."),
    "rvi": ("RVI", "one", 9, "Trust × weighted count ÷ months."),
    "low": ("from", "one", 6, ""),
    "high": ("to", "one", 6, ""),
    "band": ("Band", "text", 12, ""),
    "goal": ("Next band at RVI", "one", 9, "Limit of the next band. Empty: strong already, or no RVI."),
    "lift": ("Still needed", "whole", 8, "Interactions of average weight still needed in this window for the next band."),
    "before": ("A quarter ago", "one", 8, "RVI as it was then; it does not follow what you change."),
    "change": ("Change", "signed", 8, "RVI now less a quarter ago."),
    "reported": ("RVI as reported", "one", 9, "When this workbook was made."),
    "moved": ("Moved by what if", "signed", 9, "RVI now less RVI as reported."),
    "tenure": ("Months so far", "whole", 9, "Months of the whole partnership, the first and last counted whole."),
    "squared": ("Σ weight² × count", "one", 10, "For the interval."),
    "place": ("Place", "whole", 7, "The rank with equals one after the other, for the list on Summary."),
}  # fmt: skip
"""Heading, number format, width and note of each column."""
_ASIDE = ("reported", "moved", "tenure", "squared", "place")
_INTERVAL = "Counts are taken as Poisson (Jeffreys' Gamma limits), trust as known. A wide interval means few interactions."


def rvi_question(facts: Facts, side: str) -> Question:
    """RVI from one side, each number a formula over counts, trust and settings."""
    mine = side == "ours"
    counted = "what we received and did together" if mine else "what we gave and did together"
    whose = "our rating" if mine else "their rating; ours where they gave none"
    until = day(facts.review.day, year=True)
    return Question(
        RVI_SHEETS[side],
        "What is each relationship worth to us?" if mine else "What are we worth to them?",
        f"RVI = trust × interactions ÷ months, to {until}. Counted: {counted}. Trust: {whose}.",
        _columns(facts, side) if facts.partners else [],
        NOBODY,
        what_if(facts, side),
        frozen=2,
        filtered=False,
    )


def what_if(facts: Facts, side: str) -> Live:
    """What a reader changed; or that there is no RVI, and how to have one."""
    rvi = AT["rvi"]
    span = f"{quoted(RVI_SHEETS[side])}{rvi}{number_of(0)}:{rvi}{number_of(len(facts.partners) - 1)}"
    known = facts.sides[side].now["rvi"].notna().any()
    none = f"No RVI: {NO_TRUST}."
    return Live(f'=IF(COUNT({span})=0,"{none}",{WHAT_IF})', AS_REPORTED if known else none)


def _columns(facts: Facts, side: str) -> list[Column]:
    data = facts.sides[side]
    cells, notes = _cells(facts, side), _notes(facts, data)
    weights = facts.settings.weights.by_kind()
    above: dict[str, Cell] = {"trust_source": "Weight:"}
    above |= {kind: Live(f"={WEIGHTS[kind]}", weights[kind]) for kind in RVI_KINDS}
    columns = []
    for key in KEYS:
        if key == "partner":
            columns.append(partner_column(cells[key]))
        elif key == "vertical":
            columns.append(vertical_column(cells[key]))
        elif key == "spark":
            columns.append(_spark_column(facts, side))
        else:
            heading, form, width, note = _HEADS[key]
            columns.append(
                Column(
                    heading,
                    cells[key],
                    form,
                    width,
                    notes.get(key, note),
                    NO_TRUST if key in ("trust", "rvi") else "",
                    {"rvi": "bar", "band": "band"}.get(key, ""),
                    above.get(key),
                    aside=key in _ASIDE,
                )
            )
    return columns


def _notes(facts: Facts, data: Side) -> dict[str, str]:
    """Notes that depend on the portfolio."""
    level = f"{facts.settings.interval:.0%}"
    notes = {
        kind: f"{MANY[kind].capitalize()} counted, from Counts; over the heading the weight, from Settings."
        for kind in RVI_KINDS
    }
    notes["low"] = f"Lower limit of the {level} interval. {_INTERVAL}"
    notes["high"] = f"Upper limit of the {level} interval. {_INTERVAL}"
    few = int(data.now["partial"].sum())
    if few:
        before = (
            f"For {count_of(few, 'partner')} the window begins before the record: the RVI may be too low."
        )
        notes["rvi"] = f"{_HEADS['rvi'][3]} {before}"
    return notes


def _cells(facts: Facts, side: str) -> dict[str, list[Cell]]:
    """The cells of every column but the pictures, in the order of this side's RVI."""
    data = facts.sides[side]
    now, order = data.now.iloc[data.order], data.order
    rows = [number_of(line) for line in range(len(order))]
    before = data.before.iloc[data.order]
    cells: dict[str, list[Cell]] = {
        "partner": [facts.partners[place] for place in order],
        "vertical": [facts.verticals[place] for place in order],
        "before": cells_of(before),
        "reported": cells_of(now["rvi"]),
        "tenure": cells_of(data.tenure.iloc[data.order]),
    }
    values: dict[str, Any] = {
        key: now[key]
        for key in ("weighted", "squared", "months", "rate", "rvi", "low", "high", "band", "lift")
    }
    values |= {
        "goal": _goals(facts, now["rvi"]),
        "change": now["rvi"] - before,
        "moved": now["rvi"] - now["rvi"],
    }
    made = [formulas.index(row) for row in rows]
    for key, column in values.items():
        cells[key] = [Live(formula[key], value) for formula, value in zip(made, column, strict=True)]
    for key, source in (("trust", False), ("trust_source", True)):
        taken = [formulas.trust_cell(side, number_of(place), source=source) for place in order]
        cells[key] = [Live(formula, value) for formula, value in zip(taken, now[key], strict=True)]
    for at, kind in enumerate(RVI_KINDS):
        cells[kind] = [
            Live(
                f"={quoted(COUNTS)}{formulas.IN_WINDOW}{counts_row(side, place) + at}",
                int(data.inside[place, at]),
            )
            for place in order
        ]
    one_by_one = now["rank"] + now.groupby("rank").cumcount()
    cells["rank"] = [
        Live(formulas.rank(row, rows[0], rows[-1]), value)
        for row, value in zip(rows, now["rank"], strict=True)
    ]
    cells["place"] = [
        Live(formulas.place(row, rows[0]), value) for row, value in zip(rows, one_by_one, strict=True)
    ]
    return cells


def _goals(facts: Facts, rvi: pd.Series) -> pd.Series:
    """The next limit above each RVI, as the bands include their limits."""
    average, promising, strong = facts.settings.bands.limits
    value = rvi.round(9)
    goal = (
        value.mask(value < strong, strong).mask(value <= promising, promising).mask(value < average, average)
    )
    return goal.where(value < strong)


def _spark_column(facts: Facts, side: str) -> Column:
    """Two years of RVI where that is known, otherwise of interactions."""
    span, order = count_of(len(facts.shown), "month"), facts.sides[side].order
    if side == "ours" and facts.review.trusted:
        sparks = trend_sparks(facts)
        return Column(
            f"RVI, {span}", [sparks[place] for place in order], width=17, note="From the sheet Trend."
        )
    words = "Received and joint" if side == "ours" else "Given and joint"
    cells = [counts_spark(facts, side, place) for place in order]
    return Column(f"{words}, {span}", cells, width=17, note="Interactions a month, from the sheet Counts.")


def trend_sparks(facts: Facts) -> list[Spark]:
    """A small picture of each partner's months on the sheet of months."""
    most = facts.history("rvi" if facts.review.trusted else "rate").max(axis=1).fillna(0)
    first, last = letter(TREND_AT), letter(TREND_AT + len(facts.shown) - 1)
    return [
        Spark(f"{quoted(TREND)}{first}{row}:{last}{row}", float(value))
        for row, value in enumerate(most, start=number_of(0))
    ]


def counts_row(side: str, place: int) -> int:
    """The first row of a partner and side on the sheet of counts, as formulas count rows."""
    return number_of((place * 2 + (side == "theirs")) * BLOCK)


def counts_spark(facts: Facts, side: str, place: int) -> Spark:
    """A small picture of a partner's interactions in the months shown, on the sheet of counts."""
    row, last = counts_row(side, place) + BLOCK - 1, FIRST_MONTH + len(facts.months) - 1
    months = facts.sides[side].months[place, :, -len(facts.shown) :].sum(axis=0)
    return Spark(
        f"{quoted(COUNTS)}{letter(last - len(facts.shown) + 1)}{row}:{letter(last)}{row}", float(months.max())
    )
