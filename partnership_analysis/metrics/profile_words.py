"""A partner's page in sentences: where it stands, how it began, what both got, what to do before the lunch.

They compute nothing that a frame of the page does not hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from partnership_analysis.metrics.profile_facts import AHEAD, CURRENT, ENDED
from partnership_analysis.schema import TOO_EARLY
from partnership_analysis.wording import count_of, day, joined, money, number, shortened

if TYPE_CHECKING:
    from partnership_analysis.metrics.profile import Profile

MOST_STEPS = 4
OLD_RATING = 180
"""Days after which it is time to rate again: the article rates by quarter, people manage twice a year."""


def only(table: pd.DataFrame) -> Any:
    """The one row of a table, or nothing."""
    return next(table.itertuples(index=False), None)


def clients(count: int) -> str:
    """Referrals in a sentence."""
    return count_of(int(count), "referral") if count else "none"


def where_it_stands(page: Profile) -> str:
    """Where the partnership stands, in one sentence; of a quarter in which it had not begun, or had ended, that.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-02", "2025-09-30"], "partner": ["Ann", "Bo"], "kind": "meeting"})
    >>> where_it_stands(pa.partner_profile(pa.Portfolio.from_frames(interactions=rows), "Ann", "2025Q3"))
    'Nothing that the index counts came to us in 12 months, nobody rated trust, and it is too early to say how it goes.'
    """
    facts = only(page.facts)
    if facts.state == ENDED:
        after = "" if pd.isna(facts.months) else f", after {_months(facts.months)}"
        return f"The partnership ended on {day(facts.ended, year=True)}{after}."
    now = only(page.indices[page.indices["perspective"] == "ours"].tail(1))
    if facts.state == AHEAD or now is None:
        return f"Nothing is on record with them up to {day(page.day, year=True)}."
    parts = [_standing(page, now), _moving(page)]
    if pd.isna(now.rvi):
        parts.insert(1, "nobody rated trust")
    return f"{_listed([part for part in parts if part])}."


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, and {parts[-1]}"


def _standing(page: Profile, now: Any) -> str:
    if pd.isna(now.rvi):
        window = count_of(page.portfolio.settings.window, "month")
        if now.count == 0:
            return f"Nothing that the index counts came to us in {window}"
        return f"{number(now.rate)} interactions a month over {window}"
    theirs = only(page.indices[page.indices["perspective"] == "theirs"].tail(1))
    other = (
        f" for us and {number(theirs.rvi)} for them" if theirs is not None and pd.notna(theirs.rvi) else ""
    )
    mine = page.indices[page.indices["perspective"] == "ours"]["rvi"]
    before = mine.iloc[-4] if len(mine) >= 4 else pd.NA
    moved = "" if pd.isna(before) else f" (a quarter ago {number(before)})"
    band = "An RVI" if now.band == TOO_EARLY else f"{str(now.band).capitalize()} with an RVI"
    return f"{band} of {number(now.rvi)}{moved}{other}"


def _moving(page: Profile) -> str:
    row = only(page.state[page.state["perspective"] == "ours"])
    if row is None:
        return ""
    fact = "" if pd.isna(row.evidence) else str(row.evidence).split("; ")[0]
    if row.state == TOO_EARLY:
        return "it is too early to say how it goes"
    words = str(row.state) if row.state == "steady" else f"{row.state}: {fact}"
    return words if page.rated else f"it is {words}"


def how_it_began(page: Profile) -> str:
    """Since when, what came first, what came last."""
    facts = only(page.facts)
    if pd.isna(facts.first):
        began = "begins" if facts.state == AHEAD else "began"
        started = "" if pd.isna(facts.started) else f"It {began} on {day(facts.started, year=True)}. "
        return f"{started}Nothing is on record with them up to {day(page.day, year=True)}."
    parts = []
    record = page.portfolio.first_date

    def when(date: pd.Timestamp) -> str:
        return f"in {date:%B %Y}" if page.portfolio.reduced else f"on {day(date, year=True)}"

    if pd.notna(facts.started) and facts.started < facts.first:
        older = ", before the record begins" if pd.notna(record) and facts.started < record else ""
        parts.append(f"Partners since {facts.started:%B %Y}{older}")
    parts.append(
        f"{'The' if not parts else 'the'} first thing on record is {_thing(facts.first_kind, facts.first_direction)} "
        f"{when(facts.first)}"
    )
    note = "" if pd.isna(facts.first_note) else f" (“{shortened(facts.first_note, 60)}”)"
    last = f", the last {_thing(facts.last_kind, facts.last_direction)} {when(facts.last)}"
    return f"{'; '.join(parts)}{note}{last if facts.last > facts.first else ''}."


def _thing(kind: str, direction: str) -> str:
    nouns = {
        "referral": "a client passed on",
        "strategic_referral": "an introduction",
        "online_collaboration": "an online collaboration",
        "event": "an event",
        "cross_promotion": "a cross promotion",
        "meeting": "a meeting",
        "trade": "a trade of services",
    }
    ways = {"received": " by them", "given": " by us", "mutual": ""}
    return f"{nouns[kind]}{ways[direction]}"


def _months(months: int) -> str:
    years = months // 12
    return count_of(years, "year") if years >= 2 else count_of(int(months), "month")


def what_both_got(page: Profile) -> str:
    """The exchange since the record began and in the window, in a sentence or two."""
    row, window = only(page.exchange), count_of(page.portfolio.settings.window, "month")
    if page.balance.empty:
        return "No referral is on record between us, in either direction."
    sums = page.balance.iloc[-1]
    giver = only(page.giver)
    first = {"us": "We gave first", "them": "They gave first", "same day": "Both gave on the same day"}
    who = (
        ""
        if giver is None or pd.isna(giver.first) or bool(pd.isna(giver.partial) or giver.partial)
        else f"{first[giver.first]}. "
    )
    whole = (
        f"{who}On record they sent {clients(sums.received_so_far)} and we sent {clients(sums.given_so_far)}"
    )
    if row is None:
        return f"{whole}; in the last {window} none either way."
    currency = page.portfolio.settings.currency
    won = [
        f"{money(value, currency)} won by {who}"
        for value, who in ((row.value_received, "us"), (row.value_given, "them"))
        if pd.notna(value)
    ]
    amounts = f" ({joined(won)})" if won else ""
    return f"{whole}; in the last {window} {row.received} and {row.given}{amounts}, {row.label}."


def contact_line(page: Profile) -> str:
    """When we last met, when the next contact is due, and whether a lunch is planned; empty if it has ended."""
    row = only(page.cadence)
    if page.facts["state"].item() != CURRENT:
        return ""
    if page.portfolio.reduced:
        return (
            "A ready panel keeps no days: when you last met, and when the next contact is due, is not known."
        )
    if row is None or pd.isna(row.last_contact):
        return "No meeting or joint work is on record; nothing tells when a contact is due."
    parts = [f"Last together on {day(row.last_contact, year=True)}"]
    if pd.notna(row.due):
        basis = f"{row.acceptable} days " + ("agreed" if row.basis == "agreed" else "are usual")
        late = f", {count_of(int(row.overdue_days), 'day')} overdue" if row.overdue_days else ""
        is_due = "was due" if row.overdue_days else "is due"
        parts.append(f"the next {is_due} by {day(row.due, year=True)} ({basis}){late}")
    lunch = only(page.lunch)
    if lunch is not None:
        parts.append(f"the plan has lunch on {lunch.date:%A} {day(lunch.date, year=True)}")
    return f"{'; '.join(parts)}."


def money_line(page: Profile) -> str:
    """What went in and what came back over the window, and the quarter's hours beside those meant."""
    row, currency = only(page.money), page.portfolio.settings.currency
    window = count_of(page.portfolio.settings.window, "month")
    hours = only(page.hours)
    if row is None:
        return f"Nothing was done in {window}."
    spent = "" if pd.isna(row.hours) else f"{_hours(row.hours)} went in"
    if pd.notna(row.investment):
        worth = f"{money(row.investment, currency)} with all costs"
        spent = f"{spent}, {worth}" if spent else f"{worth} went in"
    if not spent and pd.isna(row.returned):
        return f"No hours and no money are on record in {window}."
    came = "no value is on record" if pd.isna(row.returned) else f"{money(row.returned, currency)} came back"
    words = f"In {window} {spent or 'no hours are on record'}; {came}."
    if hours is None or pd.isna(hours.hours):
        return words
    meant = "" if pd.isna(hours.planned) else f" of {number(hours.planned, 0)} meant"
    return f"{words} This quarter {_hours(hours.hours)}{meant}."


def _hours(hours: float) -> str:
    return count_of(round(hours), "hour")


def conflict_line(page: Profile) -> str:
    """Whom they compete with, and whether they serve our competitors; empty if nothing is on record."""
    parts = []
    row: Any
    for row in page.conflicts.itertuples():
        if row.conflict == "serves our competitors":
            parts.append("they send work to our competitors too")
        elif row.conflict == "compete with each other":
            parts.append(f"they compete with {row.other if row.partner == page.partner else row.partner}")
        else:
            parts.append(f"they are said to compete with {row.other}, whom no table knows")
    words = joined(parts)
    return f"{words[0].upper()}{words[1:]}." if parts else ""


def before_the_lunch(page: Profile) -> list[str]:
    """What to do before the lunch, the most pressing first: at most four sentences, at least one.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-02"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> tasks = pd.DataFrame({"partner": ["Ann"], "action": ["Letter"], "due": ["2025-08-01"]})
    >>> page = pa.partner_profile(pa.Portfolio.from_frames(interactions=rows, actions=tasks), "Ann", "2025Q3")
    >>> before_the_lunch(page)[0]
    'Finish “Letter”, due on 1 August, or say when it will be.'
    """
    state = page.facts["state"].item()
    if state == ENDED:
        return ["The partnership has ended: call when there is something to give, and ask what is below."]
    if state == AHEAD:
        return ["Write down what is in it for both before the first meeting."]
    steps = [*_promised(page), *_owed(page), *_dated(page), *_rating(page)]
    return steps[:MOST_STEPS] or ["Nothing is open between us: bring the three questions."]


def _promised(page: Profile) -> list[str]:
    """Late actions, or else the one that comes first."""
    late = page.late[page.late["status"] == "open"]
    if len(late):
        row = only(late)
        more = (
            f" {count_of(len(late) - 1, 'more action')} {'is' if len(late) == 2 else 'are'} late."
            if len(late) > 1
            else ""
        )
        return [f"Finish “{shortened(row.action, 60)}”, due on {day(row.due)}, or say when it will be.{more}"]
    row = only(page.actions)
    if row is None:
        return []
    due = "" if pd.isna(row.due) else f" (due on {day(row.due, year=True)})"
    return [f"Know where “{shortened(row.action, 60)}”{due} stands."]


def _owed(page: Profile) -> list[str]:
    """News of their open referrals, and a referral where they gave more than twice as many."""
    steps = []
    row = only(page.outcomes[page.outcomes["way"] == "received"])
    if row is not None and row.open > 0:
        which = "open referral is" if row.open == 1 else f"{row.open} open referrals are"
        steps.append(f"Look up how their {which} getting on.")
    sums = only(page.exchange)
    if sums is not None and sums.balance > sums.given:
        steps.append(
            f"Bring a referral: in {count_of(page.portfolio.settings.window, 'month')} they sent "
            f"{clients(sums.received)} and we sent {clients(sums.given)}."
        )
    return steps


def _dated(page: Profile) -> list[str]:
    """The lunch that is planned, or a day to agree."""
    lunch, row = only(page.lunch), only(page.cadence)
    due = None if row is None or pd.isna(row.due) else row.due
    if lunch is not None:
        before = (
            f"; ring them before, a contact is due by {day(due)}"
            if due is not None and pd.Timestamp(page.day) < due < lunch.date
            else ""
        )
        return [
            f"Invite them for {lunch.date:%A} {day(lunch.date, year=True)}, as the lunch plan has it{before}."
        ]
    if due is None:
        return ["Agree a day, and how often to meet."]
    if row.overdue_days > 0:
        return [f"Agree a day now: the contact is {count_of(int(row.overdue_days), 'day')} overdue."]
    return [f"Agree a day up to {day(due, year=True)}, when the next contact is due."]


def _rating(page: Profile) -> list[str]:
    ours = page.foundations[page.foundations["rater"] == "us"]
    if ours.empty or not ours["score"].notna().any():
        return ["Rate the seven foundations, and ask them to: nobody on our side has."]
    age = int(ours["age_days"].min())
    if age > OLD_RATING:
        return [
            f"Rate the seven foundations again: the last time is {count_of(round(age / 30.44), 'month')} ago."
        ]
    return []
