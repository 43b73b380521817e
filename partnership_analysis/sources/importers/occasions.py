"""The events of an iCalendar file, each time that it takes place: zones, repeats, exceptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import rrule
from icalendar import Calendar, Component
from icalendar.prop import vRecur

from partnership_analysis.errors import SourceError
from partnership_analysis.sources.values import clean

_MOST = 5_000
"""Times that one event may repeat; a rule that gives more is a mistake or a trap."""


@dataclass(frozen=True)
class Occasion:
    """One time that an event takes place."""

    reference: str
    day: dt.date | None
    hours: float | None
    summary: str
    people: tuple[tuple[str, str], ...]
    cancelled: bool


def parsed(path: Path, limit_mb: float) -> Calendar:
    try:
        size = path.stat().st_size
        if size > limit_mb * 1e6:
            raise SourceError(f"{path.name} has {size / 1e6:,.0f} MB, more than `limits.file_mb` allows.")
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path.name} cannot be opened: {error.strerror}.") from None
    try:
        calendars = Calendar.from_ical(data, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise SourceError(
            f"{path.name} is no calendar that can be read ({str(error)[:80]}): export it as iCalendar (.ics)."
        ) from None
    calendars = [part for part in calendars if part.name == "VCALENDAR"]
    if not calendars:
        raise SourceError(f"{path.name} is no calendar: export it as iCalendar (.ics).")
    whole = calendars[0]
    for more in calendars[1:]:
        whole.subcomponents.extend(more.subcomponents)
    return whole


def known_until(calendar: Calendar) -> dt.date | None:
    """The last day of which the calendar can know what took place: its newest stamp."""
    stamps = [
        moment.date()
        for event in calendar.walk("VEVENT")
        for name in ("DTSTAMP", "LAST-MODIFIED", "CREATED")
        if isinstance(moment := _value(event, name), dt.datetime)
    ]
    return max(stamps, default=None)


def occasions_of(calendar: Calendar, until: dt.date | None, file: str) -> Iterator[Occasion]:
    """Every time that an event takes place, repeated ones up to a day; one moved alone stands in its own place."""
    home = str(calendar.get("X-WR-TIMEZONE", ""))
    events = []
    for event in calendar.walk("VEVENT"):
        if isinstance(_value(event, "DTSTART"), dt.date):
            events.append(event)
        else:
            # Without a day it cannot be a meeting; the row says so.
            yield _occasion(event, str(event.get("UID", "")), None, None)
    starts = {id(event): _local(_value(event, "DTSTART"), home) for event in events}
    last = until or max((_day(start) for start in starts.values()), default=None)
    moved = {
        (str(event.get("UID", "")), _local(again, home))
        for event in events
        if isinstance(again := _value(event, "RECURRENCE-ID"), dt.date)
    }
    for event in events:
        uid, start = str(event.get("UID", "")), starts[id(event)]
        again = _value(event, "RECURRENCE-ID")
        if isinstance(again, dt.date):
            yield _occasion(event, f"{uid} {_day(_local(again, home))}", start, start)
        elif event.get("RRULE") or event.get("RDATE"):
            for when in _repeated(event, start, last, home, file):
                if (uid, when) not in moved:
                    yield _occasion(event, f"{uid} {_day(when)}", start, when)
        else:
            yield _occasion(event, uid or f"{event.get('SUMMARY', '')} {start}", start, start)


def _repeated(event: Component, start: dt.date, last: dt.date | None, home: str, file: str) -> list[dt.date]:
    """Starts of a repeated event on its own clock, without those taken out."""
    first = start if isinstance(start, dt.datetime) else dt.datetime.combine(start, dt.time())
    rules = rrule.rruleset()
    stated = event.get("RRULE", [])
    try:
        for rule in stated if isinstance(stated, list) else [stated]:
            _check(rule)
            rules.rrule(rrule.rrulestr(_on_own_clock(rule, event, home), dtstart=first))
    except (ValueError, TypeError, KeyError) as error:
        raise SourceError(
            f"{file}: {event.get('SUMMARY', 'an event')!s} repeats by a rule that cannot be read ({error})."
        ) from None
    rules.rdate(first)
    for name, add in (("RDATE", rules.rdate), ("EXDATE", rules.exdate)):
        for moment in _dates(event.get(name)):
            local = _local(moment, home)
            add(local if isinstance(local, dt.datetime) else dt.datetime.combine(local, first.time()))
    end = dt.datetime.combine(max(last or first.date(), first.date()), dt.time.max)
    times = list(islice(_up_to(rules, end), _MOST + 1))
    if len(times) > _MOST:
        raise SourceError(
            f"{file}: {event.get('SUMMARY', 'an event')!s} repeats more than {_MOST:,} times: delete it from the export."
        )
    return [time if isinstance(start, dt.datetime) else time.date() for time in times]


def _check(rule: Any) -> None:
    """Refuse rules that no meeting has, and over which the library would count for ever."""
    frequency = str((rule.get("FREQ") or [""])[0]).upper()
    if frequency not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise ValueError(f"FREQ={frequency}")
    odd = [part for part in ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS") if rule.get(part)]
    if frequency in ("DAILY", "WEEKLY") and odd:
        raise ValueError(f"FREQ={frequency} with {odd[0]}")
    if any(int(number) < 1 for number in rule.get("INTERVAL") or [1]):
        raise ValueError("INTERVAL is under 1")


def _up_to(times: Any, end: dt.datetime) -> Iterator[dt.datetime]:
    for time in times:
        if time > end:
            return
        yield time


def _on_own_clock(rule: Any, event: Component, home: str) -> str:
    """The rule as text, its end on the event's clock, as its start is."""
    parts = {name: values for name, values in rule.items() if name.upper() != "UNTIL"}
    text = vRecur(parts).to_ical().decode()
    until = rule.get("UNTIL")
    if until:
        zone = getattr(_value(event, "DTSTART"), "tzinfo", None)
        moment = until[0] if isinstance(until, list) else until
        if isinstance(moment, dt.datetime):
            moment = (
                moment.astimezone(zone).replace(tzinfo=None)
                if moment.tzinfo and zone
                else _local(moment, home)
            )
        else:
            moment = dt.datetime.combine(moment, dt.time.max.replace(microsecond=0))
        text += f";UNTIL={moment:%Y%m%dT%H%M%S}"
    return text


def _occasion(event: Component, reference: str, start: dt.date | None, when: dt.date | None) -> Occasion:
    return Occasion(
        clean(reference),
        None if when is None else _day(when),
        _hours(event, start),
        clean(str(event.get("SUMMARY", ""))),
        tuple(dict.fromkeys(_people(event))),
        str(event.get("STATUS", "")).upper() == "CANCELLED",
    )


def _hours(event: Component, start: dt.date | None) -> float | None:
    """Length of an event with a time of day; an event of whole days does not say how long it took."""
    begin, end = _value(event, "DTSTART"), _value(event, "DTEND")
    length = _value(event, "DURATION")
    if not isinstance(start, dt.datetime):
        return None
    if (
        length is None
        and isinstance(end, dt.datetime)
        and isinstance(begin, dt.datetime)
        and (end.tzinfo is None) == (begin.tzinfo is None)
    ):
        length = end - begin
    return length.total_seconds() / 3600 if isinstance(length, dt.timedelta) else None


def _people(event: Component) -> Iterator[tuple[str, str]]:
    """Name and mail of the organiser and those invited, but not of those who declined."""
    for name in ("ORGANIZER", "ATTENDEE"):
        stated = event.get(name, [])
        for person in stated if isinstance(stated, list) else [stated]:
            params = getattr(person, "params", {})
            if str(params.get("PARTSTAT", "")).upper() != "DECLINED":
                mail = str(person).removeprefix("mailto:").removeprefix("MAILTO:").strip()
                yield clean(str(params.get("CN", ""))), mail if "@" in mail else ""


def _value(event: Component, name: str) -> Any:
    """A property as a Python value; nothing where it is missing or cannot be read."""
    stated = event.get(name)
    try:
        return getattr(stated[0] if isinstance(stated, list) else stated, "dt", None)
    except ValueError:
        return None


def _dates(stated: Any) -> Iterator[Any]:
    for part in stated if isinstance(stated, list) else [stated] if stated is not None else []:
        try:
            entries = list(getattr(part, "dts", []))
        except ValueError:
            continue
        for entry in entries:
            moment = entry.dt[0] if isinstance(entry.dt, tuple) else entry.dt
            if isinstance(moment, dt.date):
                yield moment


def _local(moment: dt.date, home: str) -> dt.date:
    """A moment on the clock of its own zone, without the zone; Greenwich time on the clock of the calendar."""
    if not isinstance(moment, dt.datetime) or moment.tzinfo is None:
        return moment
    if (
        moment.utcoffset() == dt.timedelta(0)
        and str(moment.tzinfo) in ("UTC", "UTC+00:00", "tzutc()")
        and home
    ):
        try:
            moment = moment.astimezone(ZoneInfo(home))
        except (ZoneInfoNotFoundError, ValueError):
            return moment.replace(tzinfo=None)
    return moment.replace(tzinfo=None)


def _day(moment: dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment
