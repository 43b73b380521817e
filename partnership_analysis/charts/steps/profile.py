"""What to do because of one partner's page: both sides' lines, the exchange, the timeline, and what the partner is handed."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from partnership_analysis.metrics.exchange.reciprocity import THEY_GIVE, TOO_FEW, WE_GIVE
from partnership_analysis.metrics.handout import OPEN
from partnership_analysis.metrics.kinds import MANY, ONE, SHORT
from partnership_analysis.metrics.profile_facts import AHEAD, ENDED
from partnership_analysis.schema import RVI_KINDS, TOO_EARLY
from partnership_analysis.wording import count_of, day, joined, number, shortened

WHO = "this partner"
"""Who is meant where the frame does not say the name."""
_REFERRALS = ("referral", "strategic_referral")
FALLING = ("silent", "weakening")
_LESS = {"silent": "nothing came for longer than usual", "weakening": "less came than before"}
QUIET, OFTEN = 12, 3
"""Months without a kind of which there were so many that it is worth a question."""
LONG = 6
"""Months without anything from them after which to ask how things stand, where no signal is known."""
_FELL_TOO = "less came, and you gave less, too, by more than chance"


def _whom(data: pd.DataFrame, partner: str = "") -> str:
    names = list(data["partner"].dropna().unique()) if "partner" in data.columns else list[str]()
    return shortened(partner or (str(names[0]) if len(names) == 1 else WHO))


# ---------------------------------------------------------------- both sides


def after_both_rvis(data: pd.DataFrame, state: str = "", **_: object) -> str:
    """To ask what changed, to give back or to ask for something, by the signal and by ranges that do not overlap.

    Examples
    --------
    >>> ends = pd.DataFrame({"partner": "Ann", "perspective": ["ours", "theirs"], "month": pd.Timestamp("2025-09-01"),
    ...                      "rvi": [8.0, 2.0], "low": [6.0, 1.0], "high": [10.0, 3.0], "band": ["strong", "average"]})
    >>> after_both_rvis(ends)
    'give something back to Ann, such as a referral: the line for us ends at 8.0, for them at 2.0, more than chance apart.'
    """
    known = data[data["rvi"].notna()]
    early = bool((known["band"] == TOO_EARLY).all())
    return _both_sides(data, ("rvi", "low", "high"), TOO_EARLY if early and state != ENDED else state)


def after_both_rates(data: pd.DataFrame, state: str = "", **_: object) -> str:
    """As :func:`after_both_rvis`; where nobody rated trust, to rate it."""
    return _both_sides(data, ("rate", "rate_low", "rate_high"), state)


def _both_sides(data: pd.DataFrame, names: tuple[str, str, str], state: str) -> str:
    who, value = _whom(data), names[0]
    if state == ENDED:
        return f"nothing; the partnership with {who} has ended, and its lines are for the record."
    if state in (TOO_EARLY, AHEAD):
        return f"nothing yet; too little is on record with {who}. Write down every referral and event, and look again next quarter."
    if state in FALLING and _fell(data, "theirs"):
        return f"ask {who}, by phone or at lunch, what has changed on both sides: {_FELL_TOO}."
    if state in FALLING:
        less = f"{_LESS[state]} (the line for us), by more than chance"
        return f"ask {who}, by phone or at lunch, what has changed: {less}.{_lower(data, 'theirs', names[0])}"
    ours, theirs = (_last(data, side, value) for side in ("ours", "theirs"))
    if ours is None or theirs is None:
        return f"{_to_rate(who)} one line is missing."
    apart = _apart(who, ours, theirs, names)
    if apart:
        return apart
    if "rvi" in data.columns and not data["rvi"].notna().any():
        return f"{_to_rate(who)} only then can you see what each side gains."
    return _in_peace(who, ours, theirs, value, state)


def _fell(data: pd.DataFrame, side: str) -> bool:
    """Does a side's whole range of interactions a month, without trust, lie below that of a year ago?"""
    if not {"rate", "partial"} <= set(data.columns):
        return False
    rows = data[(data["perspective"] == side) & data["rate"].notna()]
    if rows.empty:
        return False
    now = rows.iloc[-1]
    before = rows[rows["month"] == now["month"] - pd.DateOffset(years=1)]
    if before.empty or bool(now["partial"]) or bool(before["partial"].iloc[0]):
        return False
    return _above(before["rate_low"].iloc[0], now["rate_high"])


def _lower(data: pd.DataFrame, side: str, value: str) -> str:
    """That a side's line, too, ends lower than a year ago, where chance may be why."""
    rows = data[data["perspective"] == side]
    rows = rows[~rows["partial"].astype(bool)] if "partial" in rows.columns else rows
    last = _last(rows, side, value)
    if last is None:
        return ""
    before = rows[rows["month"] == last["month"] - pd.DateOffset(years=1)]
    was = before[value].iloc[0] if len(before) else pd.NA
    if pd.isna(was) or _figure(last[value], value) == _figure(was, value) or last[value] > was:
        return ""
    return f" The line for them fell, too (a year ago {_figure(was, value)}, now {_figure(last[value], value)}), which may be chance."


def _to_rate(who: str) -> str:
    return f"rate your trust in {who} from 1 to 5 in the ratings table, and ask them to rate you:"


def _last(data: pd.DataFrame, side: str, value: str) -> Any:
    """The last known row of a side."""
    rows = data[(data["perspective"] == side) & data[value].notna()]
    return rows.iloc[-1] if len(rows) else None


def _apart(who: str, ours: Any, theirs: Any, names: tuple[str, str, str]) -> str:
    """What to do where one side's whole range lies above the other's; nothing is said of ranges that are not drawn."""
    value, low, high = names
    if any(bool(pd.notna(row.get("partial")) and row["partial"]) for row in (ours, theirs)):
        return f"nothing yet; the record with {who} is shorter than what the lines count (dotted). Look again next quarter."
    us, them = _figure(ours[value], value), _figure(theirs[value], value)
    if _above(ours[low], theirs[high]):
        return f"give something back to {who}, such as a referral: the line for us ends at {us}, for them at {them}, more than chance apart."
    if _above(theirs[low], ours[high]):
        return f"ask {who} for something, such as an introduction: the line for them ends at {them}, for us at {us}, more than chance apart."
    return ""


def _above(low: Any, high: Any) -> bool:
    return bool(pd.notna(low) and pd.notna(high) and low > high)


def _in_peace(who: str, ours: Any, theirs: Any, value: str, state: str) -> str:
    """What to do where neither side surely gains more."""
    us, them = _figure(ours[value], value), _figure(theirs[value], value)
    if state == "strengthening":
        return f"plan a next joint job with {who} now: more came than before, by more than chance explains."
    if state == "steady" and ours.get("band") == "weak":
        return f"decide what you want from {who}: weak ({us}) and steady, which is no news."
    if us == them:
        return f"nothing; {who} and you gain the same ({us}). Keep the rhythm."
    return f"nothing; {us} for us and {them} for them may differ by chance. Keep the rhythm with {who}."


def _figure(value: float, name: str) -> str:
    """As the chart writes it where a line ends."""
    return number(value, 2 if name == "rate" and value < 1 else 1)


# ---------------------------------------------------------------- the exchange


def after_partner_exchange(
    data: pd.DataFrame,
    exchange: pd.DataFrame | None = None,
    state: str = "",
    window: int | None = None,
) -> str:
    """To send a client, to agree or to leave it, by the label of the window; without it, to ask.

    Examples
    --------
    >>> whole = pd.DataFrame({"partner": ["Ann"], "received_so_far": [9], "given_so_far": [1]})
    >>> after_partner_exchange(whole, whole.assign(received=9, given=1, label=THEY_GIVE))
    'send a client to Ann: lately they sent 9 and we sent 1, more uneven than chance makes it.'
    """
    who, last = _whom(data), data.iloc[-1]
    if state == ENDED:
        return f"nothing; the partnership with {who} has ended, and this is for the record."
    if exchange is None:
        got, gave = int(last["received_so_far"]), int(last["given_so_far"])
        if got == gave:
            return f"nothing; {who} and you have sent each other as many so far."
        return f"ask {who} whether the exchange suits both: so far they sent {got:,} and we sent {gave:,}."
    row: Any = next(exchange.itertuples(), None)
    period = "lately" if window is None else f"in the last {count_of(window, 'month')}"
    if row is None:
        return f"bring {who} a referral to begin again: {period} none went either way."
    return _by_label(who, row, period, state)


def _by_label(who: str, row: Any, period: str, state: str) -> str:
    got, gave = (f"{count:,}" if count else "none" for count in (row.received, row.given))
    lately = f"{period} they sent {got} and we sent {gave}"
    if row.label == THEY_GIVE:
        return f"send a client to {who}: {lately}, more uneven than chance makes it."
    if row.label == WE_GIVE:
        return f"agree with {who} what each side gets: {lately}, more uneven than chance makes it."
    chance = "too few to call it one-sided" if row.label == TOO_FEW else "which may be chance"
    if row.received > 2 * row.given:
        return f"bring {who} a referral when you have one: {lately}, {chance}."
    if state in FALLING:
        return f"{lately}, {chance}: nothing to settle, but less comes than before; ask {who} why."
    return f"nothing to settle with {who}; {lately}, {chance}."


# ---------------------------------------------------------------- the timeline


def after_history(
    data: pd.DataFrame,
    ended: dt.date | None = None,
    partner: str = "",
    until: dt.date | None = None,
    state: str = "",
) -> str:
    """To ask what changed, or about what used to be done; of who has ended, that nothing is due.

    Examples
    --------
    >>> event = pd.DataFrame({"kind": ["event"], "way": ["mutual"], "month": [pd.Timestamp("2025-05-01")], "count": [1]})
    >>> after_history(event, partner="Ann", state="silent")
    'ask Ann what has changed: nothing came for longer than usual; the last thing from them or together, meetings aside, was an event in May 2025.'
    """
    who, events = _whom(data, partner), _events(data)
    if ended is not None:
        return f"nothing is due; leave {who} out of your plans, and call only when there is something to give.{_unfinished(events)}"
    if state == TOO_EARLY:
        return f"nothing yet; too little is on record with {who}. Write what you did for each other before into the interactions table."
    came = [event for event in events if event.kind in RVI_KINDS and event.way in ("received", "mutual")]
    if not came:
        first = "a" if any(event.way == "given" for event in events) else "a first"
        return f"bring {who} {first} referral, and ask what they could do for you: nothing has come from them or been done together."
    last = max(came, key=lambda event: event.month)
    thing = ONE[last.kind]
    words = f"{'an' if thing[0] in 'aeiou' else 'a'} {thing} in {last.month:%B %Y}"
    if state in FALLING:
        return f"ask {who} what has changed: {_LESS[state]}; the last thing from them or together, meetings aside, was {words}."
    today = pd.Timestamp(until) if until is not None else max(event.month for event in events)
    if state != "strengthening" and _months_between(last.month, today) >= LONG:
        return f"ask {who} how things stand: the last thing from them or done together is {words}."
    quiet = _gone_quiet(events, today)
    if quiet:
        return f"ask {who} whether to take up {MANY[quiet.kind]} again: the last mark in the row {SHORT[quiet.kind]} is of {quiet.month:%B %Y}."
    if not any(event.kind in _REFERRALS and event.way == "received" for event in events):
        return f"ask {who} for a first referral: the last thing from them or done together is {words}."
    often = sum(event.times for event in came if _months_between(event.month, today) < QUIET) >= OFTEN
    return f"nothing new to ask {who}; the last thing from them or done together is {words}.{' Keep the rhythm.' if often else ''}"


class _Event(NamedTuple):
    """A mark of the timeline."""

    kind: str
    way: str
    month: pd.Timestamp
    times: int


def _events(data: pd.DataFrame) -> list[_Event]:
    columns = (data["kind"].astype(str), data["way"].astype(str), data["month"], data["count"])
    return [_Event(*values) for values in zip(*columns, strict=True)]


def _unfinished(events: list[_Event]) -> str:
    """Actions that were agreed and never done, of who has ended."""
    sums = {
        way: sum(event.times for event in events if event[:2] == ("action", way))
        for way in ("agreed", "done")
    }
    left = sums["agreed"] - sums["done"]
    if left <= 0:
        return ""
    was, it = ("was", "it") if left == 1 else ("were", "them")
    return f" {count_of(left, 'agreed action')} {was} never finished: settle or drop {it}."


def _months_between(first: pd.Timestamp, last: pd.Timestamp) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _gone_quiet(events: list[_Event], today: pd.Timestamp) -> _Event | None:
    """The last mark of the kind that was done most often of those that were not done for a year."""
    found: list[tuple[int, _Event]] = []
    for kind in RVI_KINDS:
        rows = [event for event in events if event.kind == kind]
        count = sum(event.times for event in rows)
        if count >= OFTEN:
            found.append((count, max(rows, key=lambda event: event.month)))
    quiet = [one for one in found if _months_between(one[1].month, today) >= QUIET]
    return max(quiet, key=lambda one: one[0])[1] if quiet else None


# ---------------------------------------------------------------- what the partner is handed


def after_handout(data: pd.DataFrame, actions: pd.DataFrame | None = None, **_: object) -> str:
    """What both could talk about: what is agreed and open, else what to do next. It speaks to the partner.

    Examples
    --------
    >>> quarters = pd.DataFrame({"quarter": ["Q3 2025"], "received": [2], "given": [1], "mutual": [0]})
    >>> after_handout(quarters)
    'let us talk about what to do together next; in Q3 2025 you sent us 2 and we sent you 1.'
    """
    agreed = [] if actions is None else list(actions[actions["state"] == OPEN].itertuples())
    if agreed:
        words = [f"“{shortened(str(row.action), 44)}”{_by(row.due)}" for row in agreed]
        return f"let us talk about {joined(words, limit=2)}, which we agreed, and about what to do together next."
    parts = {"received": "you sent us {:,}", "given": "we sent you {:,}", "mutual": "we did {:,} together"}
    counts = data[list(parts)].to_numpy("int64")
    place = int(np.flatnonzero(counts.sum(axis=1))[-1]) if counts.any() else len(data) - 1
    quarter = data["quarter"].iloc[place]
    if place < len(data) - 1:
        return f"let us talk about what to do together next: the last thing between us is of {quarter}."
    words = [form.format(count) for form, count in zip(parts.values(), counts[place], strict=True) if count]
    return f"let us talk about what to do together next; in {quarter} {joined(words) if words else 'nothing went either way'}."


def _by(due: Any) -> str:
    return "" if pd.isna(due) else f" (by {day(due, year=True)})"
