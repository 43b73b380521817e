"""A calendar (``.ics``): events with a known partner in the summary or among the people are meetings.

The day is the one on the clock of the event's own time zone. A repeated event is one meeting each time, up to the
last day that the calendar itself knows (its newest stamp, else its last event); what lies after that is planned and
left out by name, as are cancelled events. A caller who names a month gets that month and nothing else.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
from icalendar import Calendar

from partnership_analysis.errors import SourceError
from partnership_analysis.schema import INTERACTIONS
from partnership_analysis.sources.importers.found import Found, Request
from partnership_analysis.sources.importers.occasions import Occasion, known_until, occasions_of, parsed
from partnership_analysis.sources.importers.reports import Period
from partnership_analysis.sources.names import name_key
from partnership_analysis.sources.raw import RawTable, from_frame
from partnership_analysis.sources.values import Findings


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
    until = known_until(calendar)
    occasions = list(occasions_of(calendar, _horizon(request.period, until), path.name))
    partners = [_partners(occasion, request) for occasion in occasions]
    found = Found()
    left_out = _left_out(occasions, partners, request.period, until)
    ours = {name_key(request.us), name_key(str(calendar.get("X-WR-CALNAME", "")))}
    for occasion, known in zip(occasions, partners, strict=True):
        if not known and not occasion.cancelled:
            others = (
                person for person in occasion.people if not ours.intersection(map(name_key, person)) - {""}
            )
            found.strangers.update(name or mail for name, mail in others)
    raw = _raw(path, occasions, partners)
    done = found.take(INTERACTIONS, raw, request.reading, left_out)
    shared = [partners[row - 1] for row in done.places["row"]]
    rows = done.frame.assign(partner=pd.Series(shared, dtype=object))
    # Hours with two partners at once are ours only once.
    rows["hours"] = rows["hours"] / pd.array([len(known) for known in shared], dtype="Float64")
    found.add("interactions", rows.explode("partner").astype(INTERACTIONS.dtypes))
    found.note(raw, _notes(calendar, until))
    return found


def _horizon(period: Period | None, until: dt.date | None) -> dt.date | None:
    return period.last_day if period is not None else until


def _partners(occasion: Occasion, request: Request) -> list[str]:
    people = request.people
    named = [people.named(text) for person in occasion.people for text in person if text]
    return list(dict.fromkeys([*filter(None, named), *people.within(occasion.summary)]))


def _left_out(
    occasions: list[Occasion], partners: list[list[str]], period: Period | None, until: dt.date | None
) -> Findings:
    found = Findings(len(occasions))
    days = [occasion.day for occasion in occasions]
    found.mark(np.array([occasion.cancelled for occasion in occasions], dtype=bool), "cancelled event")
    if period is not None:
        outside = [day is not None and (day.year, day.month) != (period.year, period.month) for day in days]
        found.mark(np.array(outside, dtype=bool), f"event outside {period.month_text}")
    elif until is not None:
        later = np.array([day is not None and day > until for day in days], dtype=bool)
        found.mark(later, f"event planned for after {until}, the day of the calendar")
    found.mark(np.array([not known for known in partners], dtype=bool), "not with a known partner")
    return found


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


def _notes(calendar: Calendar, until: dt.date | None) -> list[str]:
    notes = ["rows are the times that events take place, in the order of the file"]
    if until is not None:
        notes.append(f"the calendar is of {until}, its newest stamp")
    others = [name for name in ("VTODO", "VJOURNAL") if calendar.walk(name)]
    return [*notes, *(f"components that are not read: {name}" for name in others)]
