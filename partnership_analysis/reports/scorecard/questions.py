"""The sheets of what was measured: signals, exchange, verticals, and what each relationship rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from partnership_analysis.metrics.about import window_words
from partnership_analysis.metrics.foundations import foundation_summary, foundations
from partnership_analysis.metrics.signals.board import signals_board
from partnership_analysis.metrics.verticals import vertical_gaps
from partnership_analysis.reports.scorecard.cells import Cell, Spark, cells_of
from partnership_analysis.reports.scorecard.facts import Facts
from partnership_analysis.reports.scorecard.index import counts_spark
from partnership_analysis.reports.scorecard.look import marked
from partnership_analysis.reports.scorecard.names import (
    EXCHANGE,
    FOUNDATIONS,
    NO_TRUST,
    NOBODY,
    SIGNALS,
    VERTICALS,
    letter,
    number_of,
    quoted,
)
from partnership_analysis.reports.scorecard.page import (
    Column,
    Question,
    frame_columns,
    partner_column,
    vertical_column,
)
from partnership_analysis.schema import FACTORS
from partnership_analysis.wording import count_of, day, joined

QUARTERS = 8
"""Quarters of a vertical's history."""
_HISTORY_AT = 11
"""Place of the first quarter's column on the sheet of verticals."""


def signals_question(facts: Facts) -> Question:
    """State of every partner, with the evidence, those with news first."""
    review = facts.review
    board = signals_board(review.portfolio, as_of=review.day)
    order = [name for name in board["partner"].unique() if name in set(facts.partners)]
    table = review.standing.set_index("partner", drop=False).reindex(order)
    return Question(
        SIGNALS,
        "Who grows stronger, who weakens, who has gone silent?",
        f"Interactions that we received or did together, to {day(review.day, year=True)}. Those with news come first.",
        _signal_columns(facts, table) if order else [],
        NOBODY,
        "A signal is shown only where chance does not explain the change.",
    )


def _signal_columns(facts: Facts, table: pd.DataFrame) -> list[Column]:
    order = list(table["partner"])
    place = {name: at for at, name in enumerate(facts.partners)}
    pictures: list[Cell] = [counts_spark(facts, "ours", place[name]) for name in order]
    states = [marked(str(state)) for state in table["state"]]
    return [
        partner_column(order),
        vertical_column(table["vertical"]),
        Column("Signal", states, width=16, note=_SIGNAL, mark="state"),
        Column(
            f"Received and joint, {count_of(len(facts.shown), 'month')}",
            pictures,
            width=18,
            note="Interactions a month, from the sheet Counts.",
        ),
        *frame_columns(
            table,
            (
                "since",
                Column("Since", [], "month", 10, "First month of the change or of the silence. Empty: none."),
            ),
            ("recent", Column("Inter-actions lately", [], "count", 8)),
            ("recent_months", Column("in months", [], "whole", 8)),
            ("earlier", Column("Inter-actions before", [], "count", 8)),
            ("earlier_months", Column("in months", [], "whole", 8)),
            (
                "chance",
                Column("By chance", [], "chance", 8, _CHANCE, "too early, or no rhythm to compare with"),
            ),
            (
                "last_date",
                Column(
                    "Last interaction",
                    [],
                    "date",
                    13,
                    "Received or done together, of the five kinds.",
                    "none on record",
                ),
            ),
            ("evidence", Column("Evidence", [], "words", 62)),
        ),
    ]


_SIGNAL = (
    "weakening or strengthening: the rate changed beyond chance. silent: nothing for longer than this partner's rhythm "
    "explains. too early: under six months on record."
)
_CHANCE = "How often a steady partner would look like this."


def exchange_question(facts: Facts) -> Question:
    """Referrals and value in both directions."""
    review = facts.review
    table, code = review.exchange, facts.settings.currency
    none = "no amount on record"
    level = f"{facts.settings.interval:.0%}"
    columns = [
        partner_column(table["partner"]),
        *frame_columns(
            table,
            ("received", Column("Referrals received", [], "count", 10, "By us, from the partner.")),
            ("given", Column("Referrals given", [], "count", 10, "By us, to the partner.")),
            ("balance", Column("Received − given", [], "signed whole", 16, mark="sides")),
            ("share", Column("Share received", [], "percent", 10, "Received ÷ (received + given).", "no referral either way")),
            ("low", Column("from", [], "percent", 7, f"Lower limit of the {level} interval.", "")),
            ("high", Column("to", [], "percent", 7, f"Upper limit of the {level} interval.", "")),
            ("label", Column("Exchange", [], width=22, note=_LABELS, mark="state")),
            ("chance", Column("By chance", [], "chance", 9, "How often an even exchange would look so uneven.", "no referral either way")),
            ("value_received", Column(f"Value received ({code})", [], "whole", 12, "Won by us from their referrals.", none)),
            ("value_given", Column(f"Value given ({code})", [], "whole", 12, "Won by them from ours.", none)),
            ("commission_paid", Column(f"Commission paid ({code})", [], "whole", 12, "By us.", none)),
            ("commission_earned", Column(f"Commission earned ({code})", [], "whole", 12, "By us.", none)),
        ),
    ]  # fmt: skip
    return Question(
        EXCHANGE,
        "Who gives, who takes?",
        f"Referrals and introductions in both directions, {window_words(review.portfolio, review.day)}; the largest surpluses first and last.",
        columns if len(table) else [],
        "No referral in either direction is on record for the window.",
    )


_LABELS = (
    "one-sided: at least six referrals, and so uneven that chance alone explains it less than one time in twenty. "
    "too few to say: under six."
)


def verticals_question(facts: Facts) -> Question:
    """The last quarter of each vertical, with its history beside it, and the verticals without anybody."""
    review, code = facts.review, facts.settings.currency
    measure = "rvi" if review.trusted else "received"
    ends = sorted(review.verticals["end"].unique())[-QUARTERS:]
    history = review.verticals[review.verticals["end"].isin(ends)]
    now = history[history["end"] == ends[-1]].reset_index(drop=True)
    wide = history.pivot(index="vertical", columns="period", values=measure).reindex(now["vertical"])
    row_span = f"{letter(_HISTORY_AT)}{{row}}:{letter(_HISTORY_AT + len(wide.columns) - 1)}{{row}}"
    sparks = [
        Spark(quoted(VERTICALS) + row_span.format(row=number_of(place)), float(most))
        for place, most in enumerate(wide.max(axis=1).fillna(0))
    ]
    what = "RVI" if review.trusted else "Referrals received"
    columns = [
        partner_column(now["vertical"], "Vertical"),
        Column(f"{what}, {count_of(len(wide.columns), 'quarter')}", sparks, width=18),
        *frame_columns(
            now,
            ("partners", Column("Partners", [], "whole", 9)),
            ("rated", Column("with an RVI", [], "count", 9)),
            ("rvi", Column("Mean RVI", [], "one", 9, "Mean over the partners with an RVI, at the quarter's end.", NO_TRUST, "bar")),
            ("low", Column("from", [], "one", 7)),
            ("high", Column("to", [], "one", 7)),
            ("received", Column("Referrals received", [], "count", 10, "In the quarter.")),
            ("given", Column("Referrals given", [], "count", 10, "In the quarter.")),
            ("value", Column(f"Won ({code})", [], "whole", 11, "From referrals received in the quarter.", "no value on record")),
            ("hours", Column("Our hours", [], "one", 9, "In the quarter.", "no hours on record")),
        ),
        *(Column(f"{what} {period}", cells_of(wide[period]), "one" if review.trusted else "count", 10) for period in wide),
    ]  # fmt: skip
    gaps = list(vertical_gaps(review.portfolio, as_of=review.day)["vertical"])
    return Question(
        VERTICALS,
        "Which verticals perform, and where is nobody?",
        f"{review.quarter.label}, the highest first. Wanted or once there, and nobody now: {joined(gaps, limit=6)}.",
        columns if len(now) else [],
        "No partnership has begun by this day.",
    )


def foundations_question(facts: Facts) -> Question:
    """The seven foundations as both sides rate them."""
    review = facts.review
    summary = foundation_summary(review.portfolio, as_of=review.day)
    table = foundations(review.portfolio, as_of=review.day)
    asked = Question(
        FOUNDATIONS,
        "What does each partnership rest on?",
        "The latest ratings of the seven foundations, 1 to 5, by us and by them. Empty: never rated.",
        empty="Nobody has rated the seven foundations. Add a table “ratings” to the portfolio, and this sheet shows them.",
    )
    if not table["score"].notna().any():
        return asked
    wide = table.pivot(index="partner", columns=["rater", "factor"], values="score").reindex(
        summary["partner"]
    )
    summary = summary.assign(widest=summary["widest"].str.replace("_", " "))
    columns = [
        partner_column(summary["partner"]),
        *frame_columns(
            summary,
            ("us", Column("Mean of ours", [], "one", 8, "Of the factors rated within a year.", "not rated by us within a year", "scale")),
            ("them", Column("Mean of theirs", [], "one", 8, "Of the factors rated within a year.", "not rated by them within a year", "scale")),
            ("mean_gap", Column("Gap (ours − theirs)", [], "signed", 12, "Mean over the factors that both rated.", "not rated by both", "sides")),
            ("widest", Column("Widest at", [], width=16)),
        ),
        *_factor_columns(wide, "us", "Ours"),
        *_factor_columns(wide, "them", "Theirs"),
    ]  # fmt: skip
    return replace(asked, columns=columns)


def _factor_columns(wide: pd.DataFrame, rater: str, whose: str) -> Sequence[Column]:
    return [
        Column(
            f"{whose}: {factor.replace('_', ' ')}", cells_of(wide[rater, factor]), "one", 13.5, mark="scale"
        )
        for factor in FACTORS
    ]
