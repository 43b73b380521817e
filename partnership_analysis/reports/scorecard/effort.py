"""The sheets of effort: what partnerships cost and bring, our hours, whom to keep, whom to meet, what is open."""

from __future__ import annotations

from partnership_analysis.metrics.about import window_words
from partnership_analysis.metrics.focus.plan import focus_plan
from partnership_analysis.metrics.nurture.board import action_board
from partnership_analysis.metrics.nurture.cadence import cadence
from partnership_analysis.metrics.returns.capacity import time_spent, time_total
from partnership_analysis.metrics.returns.returns import returns
from partnership_analysis.reports.scorecard.facts import Facts
from partnership_analysis.reports.scorecard.look import marked
from partnership_analysis.reports.scorecard.names import ACTIONS, FOCUS, HOURS, LUNCHES, OVERDUE, RETURNS
from partnership_analysis.reports.scorecard.page import (
    Column,
    Question,
    frame_columns,
    partner_column,
    vertical_column,
)
from partnership_analysis.wording import day, number

NO_HOURS, NO_VALUE = "no hours on record", "no value on record"


def returns_question(facts: Facts) -> Question:
    """Investment and return of each partnership."""
    review, code = facts.review, facts.settings.currency
    table = returns(review.portfolio, as_of=review.day)
    level = f"{facts.settings.interval:.0%}"
    rate = facts.settings.hour_rate
    hourly = "no hour rate in the settings, or no hours on record"
    columns = [
        partner_column(table["partner"]),
        *frame_columns(
            table,
            ("interactions", Column("Inter-actions", [], "count", 8, "Of any kind.")),
            ("hours_noted", Column("with hours noted", [], "percent", 8, "Share of the interactions with hours on record.")),
            ("hours", Column("Our hours", [], "one", 8, unknown=NO_HOURS)),
            ("hour_cost", Column(f"Cost of hours ({code})", [], "whole", 11, "Hours × hour rate.", hourly)),
            ("cost", Column(f"Other cost ({code})", [], "whole", 10, unknown="no cost on record")),
            ("commission", Column(f"Commission ({code})", [], "whole", 12, "Paid by us.", "no commission on record")),
            ("investment", Column(f"Put in ({code})", [], "whole", 10, "Cost of hours + other cost + commission.", hourly)),
            ("received", Column("Referrals received", [], "count", 9)),
            ("won", Column("of them won", [], "count", 8)),
            ("returned", Column(f"Came back ({code})", [], "whole", 11, "Value of received referrals that were won.", NO_VALUE)),
            ("returned_low", Column(f"from ({code})", [], "whole", 10, f"Lower limit of the {level} interval.")),
            ("returned_high", Column(f"to ({code})", [], "whole", 10, f"Upper limit of the {level} interval.")),
            ("net", Column(f"Net ({code})", [], "signed whole", 16, "Came back − put in.", "what went in or came back is not on record", "sides")),
            ("roi", Column("ROI", [], "signed percent", 9, "Net ÷ put in.", "what went in or came back is not on record")),
            ("value_per_hour", Column(f"Back an hour ({code})", [], "whole", 10, unknown="hours or value are not on record")),
            ("value_given", Column(f"Value given ({code})", [], "whole", 11, "Won by them from our referrals; never netted.", NO_VALUE)),
        ),
    ]  # fmt: skip
    worth = f" An hour of ours counts {number(rate, 0)} {code}." if rate is not None else ""
    return Question(
        RETURNS,
        "What does each partnership cost, and what does it bring?",
        f"{window_words(review.portfolio, review.day)}, the largest net first.{worth}",
        columns if len(table) else [],
        "No partnership has an interaction in the window.",
    )


def hours_question(facts: Facts) -> Question:
    """Our hours of the quarter against what was planned and what there is."""
    review = facts.review
    table = time_spent(review.portfolio, quarter=review.quarter, as_of=review.day)
    total = time_total(review.portfolio, quarter=review.quarter, as_of=review.day).iloc[0]
    capacity = "" if total.isna()["capacity"] else f" of the {number(total['capacity'], 0)} that we have"
    sum_words = (
        "no hours on record" if total.isna()["hours"] else f"{number(total['hours'], 0)} hours{capacity}"
    )
    none = "no hours on record in the quarter"
    columns = [
        partner_column(table["partner"]),
        *frame_columns(
            table,
            ("interactions", Column("Interactions", [], "count", 12, "In the quarter, of any kind.")),
            ("hours_noted", Column("with hours noted", [], "percent", 12, "Share of the interactions with hours on record.")),
            ("hours", Column("Our hours", [], "one", 16, unknown=none, mark="bar")),
            ("planned", Column("Planned hours", [], "one", 12, unknown="no hours agreed for a quarter")),
            ("over_plan", Column("Over plan (hours)", [], "signed", 16, "Hours − planned.", "hours or plan are not on record", "sides")),
            ("share", Column("Share of all hours", [], "percent", 12, unknown=none)),
            ("share_of_capacity", Column("Share of capacity", [], "percent", 12, unknown="no capacity in the settings, or no hours on record")),
        ),
    ]  # fmt: skip
    return Question(
        HOURS,
        "Where do our hours go?",
        f"{review.quarter.label}: {sum_words}.",
        columns if len(table) else [],
        "No partnership took part in the quarter.",
    )


def focus_question(facts: Facts) -> Question:
    """The best set of partners for our hours, with the reason for each."""
    review = facts.review
    focus = focus_plan(review.portfolio, as_of=review.day)
    unit = f"{facts.settings.currency} a year" if focus.basis == "won value" else "RVI"
    level = f"{facts.settings.interval:.0%}"
    form = "whole" if focus.basis == "won value" else "one"
    none = "neither value nor RVI is known"
    columns = [
        partner_column(focus.plan["partner"]),
        vertical_column(focus.plan["vertical"]),
        *frame_columns(
            focus.plan,
            ("verdict", Column("Verdict", [], width=13, note=_VERDICTS, unknown=none, mark="verdict")),
            ("worth", Column(f"Worth ({unit})", [], form, 13, "Expected, drawn towards its vertical where little is on record.", none, "bar")),
            ("low", Column("from", [], form, 9, f"Lower limit of the {level} interval.")),
            ("high", Column("to", [], form, 9, f"Upper limit of the {level} interval.")),
            ("hours", Column("Hours a quarter", [], "one", 9, unknown="neither agreed nor on record; counted as none")),
            ("worth_per_hour", Column("Worth an hour", [], form, 9)),
            ("reasons", Column("Why", [], "words", 58)),
            ("change", Column("What would change it", [], "words", 46)),
        ),
    ]  # fmt: skip
    return Question(
        FOCUS,
        "Whom to keep with the hours that we have, whom to let go?",
        f"{focus.status[0].upper()}{focus.status[1:]}" if focus.status else "",
        columns if len(focus.plan) else [],
        NO_PARTNERSHIP,
    )


NO_PARTNERSHIP = "No partnership is current on this day."
_VERDICTS = (
    "keep: part of the best plan, also in a bad year. nurture: kept, but too early, overdue or unsure. renegotiate: the "
    "exchange or the hours must change. let go: the hours bring more elsewhere."
)


def overdue_question(facts: Facts) -> Question:
    """Days since the last contact against what is agreed or usual."""
    review = facts.review
    table = cadence(review.portfolio, as_of=review.day)
    rhythm = "too few contacts on record to know a rhythm, and none agreed"
    columns = [
        partner_column(table["partner"]),
        *frame_columns(
            table,
            ("overdue", Column("Overdue", [], width=9, unknown=rhythm, mark="yes")),
            ("overdue_days", Column("by days", [], "count", 9, unknown=rhythm)),
            ("last_contact", Column("Last contact", [], "date", 14, "Two-way: a meeting, an event, a trade, or anything done together.", "no two-way contact on record")),
            ("days_since", Column("Days since", [], "whole", 9, "Since the last contact, or since the partnership or the record began.", "contacts are not recorded")),
            ("acceptable", Column("Acceptable (days)", [], "whole", 11, "What is agreed, or an interval that this partner exceeds one time in ten.", rhythm)),
            ("basis", Column("Basis", [], width=12)),
            ("agreed", Column("Agreed (days)", [], "whole", 9, unknown="nothing agreed")),
            ("usual", Column("Usual (days)", [], "whole", 9, "Median between contacts.", "under five contacts on record")),
            ("contacts", Column("Contacts in 24 months", [], "count", 11)),
            ("due", Column("Next contact due", [], "date", 14, unknown=rhythm)),
        ),
    ]  # fmt: skip
    return Question(
        OVERDUE,
        "Who has waited too long to hear from us?",
        f"Days since the last two-way contact, on {day(review.day, year=True)}; the most overdue first.",
        columns if len(table) else [],
        NO_PARTNERSHIP,
    )


def lunches_question(facts: Facts) -> Question:
    """The first Fridays of the next quarter."""
    review, code = facts.review, facts.settings.currency
    coming = review.quarter.shift(1)
    table = review.lunches
    table = table.assign(state=table["state"].map(marked, na_action="ignore"))
    columns = [
        *frame_columns(table, ("date", Column("Lunch on", [], "date", 14))),
        partner_column(table["partner"]),
        vertical_column(table["vertical"]),
        *frame_columns(
            table,
            ("owner", Column("Owner", [], width=16, unknown="no owner on record")),
            ("state", Column("Signal", [], width=16, mark="state")),
            (
                "days_since",
                Column("Days since contact", [], "whole", 10, unknown="contacts are not recorded"),
            ),
            ("overdue_days", Column("Overdue by days", [], "count", 10, unknown="no rhythm agreed or known")),
            ("value", Column(f"Won in two years ({code})", [], "whole", 12, unknown=NO_VALUE)),
            ("reasons", Column("Why now", [], "words", 66)),
        ),
    ]
    return Question(
        LUNCHES,
        "Whom do we take to lunch?",
        f"The first Friday of each month of {coming.label}: the most urgent first, one partner a month.",
        columns if len(table) else [],
        "Nobody to invite: no partner outside our own house is current.",
        filtered=False,
    )


def actions_question(facts: Facts) -> Question:
    """Open actions in the order of doing."""
    review = facts.review
    table = action_board(review.portfolio, as_of=review.day)
    columns = [
        partner_column(table["partner"]),
        *frame_columns(
            table,
            ("action", Column("Action", [], "words", 48)),
            ("horizon", Column("Horizon", [], width=11, unknown="no horizon on record")),
            ("owner", Column("Owner", [], width=18, unknown="no owner on record")),
            ("place", Column("Place", [], "whole", 7, "In the order of the owner and the horizon.")),
            ("now", Column("Now", [], width=7, note="Within the limit of work in progress.")),
            ("priority", Column("Priority", [], "whole", 8, "1 comes first.", "no priority on record")),
            ("due", Column("Due", [], "date", 14, unknown="no day agreed")),
            ("past_due", Column("Past due", [], width=9, mark="yes", unknown="no day agreed")),
            ("hours", Column("Hours", [], "one", 8, unknown="not estimated")),
        ),
    ]
    return Question(
        ACTIONS,
        "What have we promised?",
        f"Actions open on {day(review.day, year=True)}, by horizon and owner, in the order of doing.",
        columns if len(table) else [],
        "No action is open. Actions come from the table “actions” of the portfolio.",
    )
