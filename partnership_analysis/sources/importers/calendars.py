"""A calendar (``.ics``): events with a known partner in the summary or among the people are meetings.

The day is the one on the clock of the event's own time zone. A repeated event is one meeting each time, up to the
last day that the calendar itself knows: its newest stamp, where that can be the day of the export (see
``occasions.listed_until``), else its last event, with a remark that planned meetings may count. What lies after the
stamp is planned and left out by name, as are events that were cancelled or that we declined. A caller who names a
month gets that month and nothing else; a day, that month up to the day.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from icalendar import Calendar

from partnership_analysis.errors import SourceError, listed
from partnership_analysis.schema import INTERACTIONS
from partnership_analysis.sources.importers.found import Found, Request
from partnership_analysis.sources.importers.occasions import (
    Occasion,
    Reach,
    listed_until,
    occasions_of,
    parsed,
)
from partnership_analysis.sources.importers.reports import Period
from partnership_analysis.sources.names import name_key
from partnership_analysis.sources.raw import RawTable, from_frame
from partnership_analysis.sources.values import Findings
from partnership_analysis.wording import count_of


def read(path: Path, request: Request) -> Found:
    """Read the events of a calendar as meetings.

    Raises
    ------
    SourceError
        If the file is no calendar, no partner is known, or an event repeats without end.
    """
    if not request.people:
        raise SourceError(
            f"{path.name}: a calendar names everybody you meet: say who the partners are with --partners FILE (names, "
            f"and people or mail addresses as aliases), or import into a portfolio that has them."
        )
    calendar = parsed(path, request.settings.limits.file_mb)
    if request.period is not None:
        day = request.period.last_day
        occasions, reach = list(occasions_of(calendar, day, day, path.name)), None
    else:
        occasions, reach = listed_until(calendar, path.name)
    found = Found()
    ours = _ourselves(request, calendar)
    partners = [_partners(occasion, request) for occasion in occasions]
    left_out = _left_out(occasions, partners, request.period, reach, ours)
    for occasion, known in zip(occasions, partners, strict=True):
        if not known and not occasion.cancelled:
            others = (person for person in occasion.people if not ours.intersection(map(name_key, person)))
            found.strangers.update(name or mail for name, mail in others)
    raw = _raw(path, occasions, partners)
    done = found.take(INTERACTIONS, raw, request.reading, left_out)
    shared = [partners[row - 1] for row in done.places["row"]]
    rows = done.frame.assign(partner=pd.Series(shared, dtype=object))
    # Hours with two partners at once are ours only once.
    rows["hours"] = rows["hours"] / pd.array([len(known) for known in shared], dtype="Float64")
    found.add("interactions", rows.explode("partner").astype(INTERACTIONS.dtypes))
    found.note(raw, _notes(calendar, reach))
    counted = [occasions[row - 1] for row in done.places["row"]]
    found.remarks += _remarks(path.name, occasions, reach)
    found.remarks += _by_one_word(path.name, counted, request)
    return found


def _ourselves(request: Request, calendar: Calendar) -> set[str]:
    """Keys of our name and mail address: as asked, as in the settings, and whose calendar it is."""
    stated = (request.us, request.settings.us, str(calendar.get("X-WR-CALNAME", "")))
    return set(map(name_key, stated)) - {""}


def _partners(occasion: Occasion, request: Request) -> list[str]:
    people = request.people
    named = [people.named(text) for person in occasion.people for text in person if text]
    return list(dict.fromkeys([*filter(None, named), *people.within(occasion.summary)]))


def _left_out(
    occasions: list[Occasion],
    partners: list[list[str]],
    period: Period | None,
    reach: Reach | None,
    ours: set[str],
) -> Findings:
    found = Findings(len(occasions))
    days = [occasion.day for occasion in occasions]
    found.mark(np.array([occasion.cancelled for occasion in occasions], dtype=bool), "cancelled event")
    declined = [
        any(ours.intersection(map(name_key, person)) for person in occasion.declined)
        for occasion in occasions
    ]
    found.mark(np.array(declined, dtype=bool), "event that we declined")
    if period is not None:
        outside = [day is not None and (day.year, day.month) != (period.year, period.month) for day in days]
        found.mark(np.array(outside, dtype=bool), f"event outside {period.month_text}")
        later = [day is not None and day > period.last_day for day in days]
        found.mark(np.array(later, dtype=bool), f"event after {period.last_day}")
    elif reach is not None and reach.stamp is not None and reach.believed:
        planned = np.array([_after(day, reach) for day in occasions], dtype=bool)
        found.mark(planned, f"event planned for after {reach.stamp}, the day of the calendar")
    found.mark(np.array([not known for known in partners], dtype=bool), "not with a known partner")
    return found


def _after(occasion: Occasion, reach: Reach) -> bool:
    return occasion.day is not None and reach.stamp is not None and occasion.day > reach.stamp


def _raw(path: Path, occasions: list[Occasion], partners: list[list[str]]) -> RawTable:
    """Occasions as rows, numbered in the order of the file."""
    frame = pd.DataFrame(
        {
            "date": pd.Series([occasion.day for occasion in occasions], dtype=object),
            "partner": pd.Series([known[0] if known else None for known in partners], dtype=object),
            "kind": "meeting",
            "direction": "mutual",
            "hours": pd.Series([occasion.hours for occasion in occasions], dtype="Float64"),
            "reference": pd.Series([occasion.reference for occasion in occasions], dtype="string"),
            "note": pd.Series([occasion.summary for occasion in occasions], dtype="string"),
        }
    )
    return from_frame(frame, path.name)


def _notes(calendar: Calendar, reach: Reach | None) -> list[str]:
    notes = ["rows are the times that events take place, in the order of the file"]
    if reach is not None and reach.stamp is not None and reach.believed:
        notes.append(f"the calendar is of {reach.stamp}, its newest stamp")
    others = [name for name in ("VTODO", "VJOURNAL") if calendar.walk(name)]
    return [*notes, *(f"components that are not read: {name}" for name in others)]


def _remarks(name: str, occasions: list[Occasion], reach: Reach | None) -> list[str]:
    """Up to which day meetings count, and what to do where that is another day."""
    days = [occasion.day for occasion in occasions if occasion.day is not None]
    if reach is None or not days:
        return []
    if reach.stamp is not None and reach.believed:
        planned = sum(_after(occasion, reach) for occasion in occasions)
        left = f"; {count_of(planned, 'later event')} left out as planned" if planned else ""
        return [
            f"{name}: events count up to {reach.stamp}, the newest stamp in the calendar{left}. If it was exported "
            f"later, take one month at a time, for example --period {reach.stamp:%Y-%m}."
        ]
    why = (
        "no event has a stamp"
        if reach.stamp is None
        else f"the newest stamp, {reach.stamp}, is before most of the events, so it is no day of an export"
    )
    return [
        f"{name}: {why}. All events count, up to {max(days)}, and planned ones may be among them: to leave those "
        f"out, take one month at a time, for example --period {min(days):%Y-%m}."
    ]


def _by_one_word(name: str, counted: list[Occasion], request: Request) -> list[str]:
    """Partners who are known by no more than one word of a summary, which may mean something else there."""
    sizes: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for occasion in counted:
        named = {request.people.named(text) for person in occasion.people for text in person if text}
        if not request.people.named(occasion.summary):
            for partner in set(request.people.by_one_word(occasion.summary)) - named:
                sizes[partner] += 1
                examples.setdefault(partner, occasion.summary)
    if not sizes:
        return []
    shown = listed(
        f"{partner} ({size:,}, for example {examples[partner]!r})" for partner, size in sorted(sizes.items())
    )
    return [
        f"{name}: known by one word of the summary alone: {shown}. Where that word means something else, delete the "
        f"event from the export, or write the partner's name in full and in `partners` too."
    ]
