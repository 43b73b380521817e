"""The lunches of the coming quarter as a calendar file: whom, why, and three things to talk about.

Source: article 000 ("Schedule at least one lunch with a strategic partner every single month. … Reserve the first
Friday as your day to go out to lunch").
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd
from icalendar import Calendar, Event

from partnership_analysis.errors import harmless
from partnership_analysis.metrics.grid import last_day
from partnership_analysis.metrics.nurture.lunches import lunch_days
from partnership_analysis.metrics.profile import partner_profile
from partnership_analysis.periods import Quarter
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.wording import day

BEGINS = dt.time(12, 30)
LASTS = dt.timedelta(hours=1)
EPOCH = dt.date(2000, 1, 1)


def lunch_calendar(
    plan: pd.DataFrame,
    portfolio: Portfolio,
    quarter: Quarter | str,
    *,
    vertical: str = "",
) -> bytes | None:
    """``lunches.ics``: an event a lunch, that a later plan of the same quarter replaces.

    Parameters
    ----------
    plan : DataFrame
        As ``partnership_analysis.lunch_plan`` gives it for the quarter after ``quarter``.
    portfolio : Portfolio
        What the plan was made from.
    quarter : Quarter or text
        The quarter under review: what to talk about is as it was at its end.
    vertical : str
        The vertical to which the portfolio is limited. Its lunches do not replace those of another, or of all.

    Returns
    -------
    bytes or None
        An iCalendar file (RFC 5545), the same for the same input; None where no lunch is planned, since a calendar
        without an event is none.

    Notes
    -----
    An event is the lunch of a month, not of a partner: its UID is made of us, the vertical and the month for which it
    stands (with a number, where a month has several). A plan made again may name another partner, or another day
    after a holiday is entered, and the import changes the event that is there. A UID by partner would leave the old
    partner's lunch beside the new one. ``SEQUENCE`` and the stamps follow the last day on record, so that a plan
    from later data counts as the newer.

    Half past twelve to half past one, without a time zone (what RFC 5545 calls floating): the hour is kept free in
    the reader's own calendar wherever that is, which an event of the whole day does not do. There is no alarm, since
    calendars have the reader's own. The class is private: in a shared calendar others see that the hour is taken.
    """
    if not isinstance(quarter, Quarter):
        quarter = Quarter.parse(quarter, portfolio.settings.fiscal_year_start)
    if plan.empty:
        return None
    moved = lunch_days(quarter.shift(1), portfolio.settings.holidays)
    known = last_day(portfolio)
    calendar = Calendar()
    calendar.add("prodid", "-//partnership-analysis//lunches//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    months: Counter[str] = Counter()
    lunch: Any
    for lunch in plan.itertuples():
        date = lunch.date.date()
        first = moved.get(date, date)
        month = f"{first:%Y-%m}"
        months[month] += 1
        event = _event(lunch.partner, date, known)
        event.add("uid", _uid(portfolio.settings.us, vertical, month, months[month]))
        event.add("description", harmless("\n".join(_words(lunch, portfolio, quarter, first))))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(partner: str, date: dt.date, known: dt.date) -> Event:
    """All of an event but who it is and what it says."""
    begins = dt.datetime.combine(date, BEGINS)
    stamp = dt.datetime.combine(known, dt.time(), dt.UTC)
    event = Event()
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", max((known - EPOCH).days, 0))
    event.add("dtstart", begins)
    event.add("dtend", begins + LASTS)
    event.add("summary", f"Lunch with {_line(partner)}")
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event


def _uid(us: str, vertical: str, month: str, number: int) -> str:
    """Who we are and which lunch of which month; a digest, since a name may be no part of an address."""
    whose = hashlib.sha256(f"{us}\n{vertical}".encode()).hexdigest()[:16]
    return f"lunch-{month}-{number}-{whose}@partnership-analysis"


def _words(lunch: Any, portfolio: Portfolio, quarter: Quarter, first: dt.date) -> Iterator[str]:
    date = lunch.date.date()
    yield f"Why {_line(lunch.partner)}: {_line(lunch.reasons)}"
    yield ""
    yield "To talk about:"
    asked: Any
    for number, asked in enumerate(
        partner_profile(portfolio, lunch.partner, quarter).questions.itertuples(), 1
    ):
        yield f"{number}. {_line(asked.question)} {_line(asked.reason)}".rstrip()
    yield ""
    if first != date:
        yield f"The first Friday, {day(first, year=True)}, is a holiday: this is the next that is free."
    if pd.notna(lunch.owner):
        yield f"Looked after by {_line(lunch.owner)}."
    yield (
        f"From the partnership review of {quarter.label}. These notes are for us: clear them before you invite anybody."
    )


def _line(text: str) -> str:
    """A text on one line, and nothing in it that a calendar file may not hold."""
    return harmless(" ".join(text.split()))
