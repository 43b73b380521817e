"""Why a partner is flagged and what to do about it, in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from partnership_analysis.metrics.exchange.reciprocity import WE_GIVE
from partnership_analysis.periods import Quarter
from partnership_analysis.wording import count_of, day, one_time_in, shortened

SOON = 10
"""Days after the quarter within which a lunch need not wait for a call."""
YEAR = 300
"""Days of silence from which the year of the last interaction is told."""


def advised(
    row: object, tasks: pd.DataFrame, quarter: Quarter, window: int, lunches: Mapping[str, dt.date]
) -> tuple[str, str, str, float]:
    """State, evidence, advice and chance of a flagged partner.

    Parameters
    ----------
    row : named tuple
        A row of what :func:`partnership_analysis.metrics.review.flags` sorts.
    tasks : DataFrame
        As :func:`partnership_analysis.metrics.review.open_tasks` gives it.
    quarter : Quarter
    window : int
        Months over which referrals were counted.
    lunches : mapping of str to date
        The day of each partner with whom the next quarter has a lunch.
    """
    task = tasks.loc[row.partner]  # type: ignore[attr-defined]
    if row.state == "silent":  # type: ignore[attr-defined]
        return ("silent", *_silent(row, task, quarter, lunches))
    if row.state == "weakening":  # type: ignore[attr-defined]
        return ("weakening", *_weakening(row, task, quarter, lunches))
    return (row.label, *_uneven(row, task, window))  # type: ignore[attr-defined]


def _silent(row, task, quarter: Quarter, lunches: Mapping[str, dt.date]) -> tuple[str, str, float]:  # type: ignore[no-untyped-def]
    evidence = (
        _sentences(row.evidence)
        if pd.isna(row.last_date)
        else f"Nothing received or done together for {count_of(row.gap_days, 'day')}, since {day(row.last_date, year=row.gap_days > YEAR)}. "
        f"A partner of this rhythm is silent so long {one_time_in(row.silence)}."
    )
    return evidence, _follow_up(_meeting(row.partner, quarter, lunches), task, quarter), float(row.silence)


def _weakening(row, task, quarter: Quarter, lunches: Mapping[str, dt.date]) -> tuple[str, str, float]:  # type: ignore[no-untyped-def]
    evidence = _sentences(row.evidence)
    return evidence, _follow_up(_meeting(row.partner, quarter, lunches), task, quarter), float(row.chance)


def _sentences(evidence: str) -> str:
    return ". ".join(f"{part[0].upper()}{part[1:]}" for part in evidence.split("; ")) + "."


def _meeting(partner: str, quarter: Quarter, lunches: Mapping[str, dt.date]) -> str:
    """The lunch of the plan where it is near; until a later one, and without any, a call."""
    lunch = lunches.get(partner)
    if lunch is None:
        return "Ring"
    invited = f"unch on {lunch:%A} {day(lunch)}"
    return f"L{invited}" if (lunch - quarter.end).days <= SOON else f"Ring; l{invited}"


def _uneven(row, task, window: int) -> tuple[str, str, float]:  # type: ignore[no-untyped-def]
    evidence = (
        f"We gave {_referrals(row.given)} and received {_referrals(row.received)} in {count_of(window, 'month')}. "
        f"An even exchange is so uneven {one_time_in(row.even_chance)}."
    )
    missing = " Nobody has written down what is in it for them." if task.wiifm_missing else ""
    if row.label == WE_GIVE:
        return evidence + missing, "Agree what each side gets, or let it rest.", float(row.even_chance)
    return evidence + missing, "Give first: bring them a referral or an introduction.", float(row.even_chance)


def _referrals(count: int) -> str:
    return count_of(count, "referral") if count else "no referral"


def _follow_up(opening: str, task, quarter: Quarter) -> str:  # type: ignore[no-untyped-def]
    if pd.notna(task.action) and pd.notna(task.due) and task.due <= pd.Timestamp(quarter.end):
        return f"{opening}; close the open action “{shortened(task.action, 48)}” (due {day(task.due)})."
    if task.referrals > 0:
        many = "referral" if task.referrals == 1 else count_of(int(task.referrals), "referral")
        return f"{opening}; ask about the {many} still open."
    if pd.notna(task.action):
        return f"{opening}; move “{shortened(task.action, 48)}” forward."
    return f"{opening}; ask what changed for them, and bring a referral."
