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
    declined: tuple[tuple[str, str], ...]
    cancelled: bool


@dataclass(frozen=True)
class Reach:
    """The newest stamp of a calendar, and whether it is the day of the export."""

    stamp: dt.date | None
    believed: bool


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


def listed_until(calendar: Calendar, file: str) -> tuple[list[Occasion], Reach]:
    """Every time that an event takes place, planned ones too, and the day up to which the calendar can know.

    No clock is read, so that day is the newest of ``DTSTAMP``, ``LAST-MODIFIED`` and ``CREATED``. Some programs
    (Apple's) stamp the last change of an event rather than the export: where the stamps differ and more than
    half of the events are after the newest, it is not believed. Series with an end are listed up to a year after
    the stamp and the last start; those without end up to the stamp, or to the last of the others.
    """
    stamp = _newest_stamp(calendar)
    starts = [_day(start) for event in calendar.walk("VEVENT") if (start := _date(event, "DTSTART"))]
    if not starts:
        return list(occasions_of(calendar, None, None, file)), Reach(stamp, stamp is not None)
    wide = max([*starts, *filter(None, [stamp])]) + dt.timedelta(days=366)
    occasions = list(occasions_of(calendar, wide, stamp or max(starts), file))
    days = [each.day for each in occasions if each.day is not None and not each.cancelled]
    if stamp is not None and (
        _stamped_at_once(calendar) or 2 * sum(day > stamp for day in days) <= len(days)
    ):
        return occasions, Reach(stamp, True)
    last = max([*days, *starts])
    return list(occasions_of(calendar, wide, last, file)), Reach(stamp, False)


def _newest_stamp(calendar: Calendar) -> dt.date | None:
    stamps = [
        moment.date()
        for event in calendar.walk("VEVENT")
        for name in ("DTSTAMP", "LAST-MODIFIED", "CREATED")
        if isinstance(moment := _value(event, name), dt.datetime)
    ]
    return max(stamps, default=None)


def _stamped_at_once(calendar: Calendar) -> bool:
    """Whether all events, of more than one series, have one stamp, which is then the moment of the export."""
    events = calendar.walk("VEVENT")
    stamps = {_value(event, "DTSTAMP") for event in events}
    return len({str(event.get("UID", "")) for event in events}) > 1 and len(stamps) == 1


def occasions_of(
    calendar: Calendar, until: dt.date | None, endless: dt.date | None, file: str
) -> Iterator[Occasion]:
    """Every time that an event takes place; one moved alone stands in its own place.

    Repeated events are listed up to a day, those without an end up to another.
    """
    home = str(calendar.get("X-WR-TIMEZONE", ""))
    events = []
    for event in calendar.walk("VEVENT"):
        if _date(event, "DTSTART"):
            events.append(event)
        else:
            # Without a day it cannot be a meeting; the row says so.
            yield _occasion(event, str(event.get("UID", "")), None, None)
    # The clock of a series is that of its first event, whatever zone its exceptions are written in.
    clocks = {_uid(event): _zone(event, home) for event in events if not _date(event, "RECURRENCE-ID")}
    moved = {
        (_uid(event), _local(again, home, clocks.get(_uid(event))))
        for event in events
        if (again := _date(event, "RECURRENCE-ID"))
    }
    for event in events:
        uid, start = _uid(event), _local(_value(event, "DTSTART"), home)
        again = _date(event, "RECURRENCE-ID")
        if again:
            yield _occasion(event, f"{uid} {_day(_local(again, home, clocks.get(uid)))}", start, start)
        elif event.get("RRULE") or event.get("RDATE"):
            last = until if _ends(event) else endless
            for when in _repeated(event, start, last, home, file):
                # An exception may name the day alone.
                if (uid, when) not in moved and (uid, _day(when)) not in moved:
                    yield _occasion(event, f"{uid} {_day(when)}", start, when)
        else:
            yield _occasion(event, uid or f"{event.get('SUMMARY', '')} {start}", start, start)


def _uid(event: Component) -> str:
    return str(event.get("UID", ""))


def _date(event: Component, name: str) -> dt.date | None:
    moment = _value(event, name)
    return moment if isinstance(moment, dt.date) else None


def _rules(event: Component) -> list[Any]:
    stated = event.get("RRULE", [])
    return stated if isinstance(stated, list) else [stated]


def _ends(event: Component) -> bool:
    return all(
        isinstance(rule, vRecur) and (rule.get("COUNT") or rule.get("UNTIL")) for rule in _rules(event)
    )


def _zone(event: Component, home: str) -> dt.tzinfo | None:
    """The zone of an event's clock: its own, or the calendar's where it is written in Greenwich time."""
    zone = getattr(_value(event, "DTSTART"), "tzinfo", None)
    return _home(home) or zone if zone is None or _is_greenwich(zone) else zone


def _repeated(event: Component, start: dt.date, last: dt.date | None, home: str, file: str) -> list[dt.date]:
    """Starts of a repeated event on its own clock, without those taken out."""
    first = start if isinstance(start, dt.datetime) else dt.datetime.combine(start, dt.time())
    zone = _zone(event, home)
    rules = rrule.rruleset()
    try:
        for rule in _rules(event):
            _check(rule)
            rules.rrule(rrule.rrulestr(_on_own_clock(rule, zone, home), dtstart=first))
    except (ValueError, TypeError, KeyError) as error:
        raise SourceError(
            f"{file}: {event.get('SUMMARY', 'an event')!s} repeats by a rule that cannot be read ({error})."
        ) from None
    rules.rdate(first)
    for name, add in (("RDATE", rules.rdate), ("EXDATE", rules.exdate)):
        for moment in _dates(event.get(name)):
            local = _local(moment, home, zone)
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
    if not isinstance(rule, vRecur):
        raise TypeError(str(rule)[:80])
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


def _on_own_clock(rule: Any, zone: dt.tzinfo | None, home: str) -> str:
    """The rule as text, its end on the event's clock, as its start is."""
    parts = {name: values for name, values in rule.items() if name.upper() != "UNTIL"}
    text = vRecur(parts).to_ical().decode()
    until = rule.get("UNTIL")
    if until:
        moment = _local(until[0] if isinstance(until, list) else until, home, zone)
        if not isinstance(moment, dt.datetime):
            moment = dt.datetime.combine(moment, dt.time.max.replace(microsecond=0))
        text += f";UNTIL={moment:%Y%m%dT%H%M%S}"
    return text


def _occasion(event: Component, reference: str, start: dt.date | None, when: dt.date | None) -> Occasion:
    people = list(dict.fromkeys(_people(event)))
    return Occasion(
        clean(reference),
        None if when is None else _day(when),
        _hours(event, start),
        clean(str(event.get("SUMMARY", ""))),
        tuple((name, mail) for name, mail, declined in people if not declined),
        tuple((name, mail) for name, mail, declined in people if declined),
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


def _people(event: Component) -> Iterator[tuple[str, str, bool]]:
    """Name and mail of the organiser and those invited, and whether they declined."""
    for name in ("ORGANIZER", "ATTENDEE"):
        stated = event.get(name, [])
        for person in stated if isinstance(stated, list) else [stated]:
            params = getattr(person, "params", {})
            declined = str(params.get("PARTSTAT", "")).upper() == "DECLINED"
            mail = str(person).removeprefix("mailto:").removeprefix("MAILTO:").strip()
            yield clean(str(params.get("CN", ""))), mail if "@" in mail else "", declined


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


def _local(moment: dt.date, home: str, zone: dt.tzinfo | None = None) -> dt.date:
    """A moment without its zone, on the clock of a zone; without one on its own, Greenwich time on the calendar's."""
    if not isinstance(moment, dt.datetime) or moment.tzinfo is None:
        return moment
    if zone is None and _is_greenwich(moment.tzinfo):
        zone = _home(home)
    return (moment if zone is None else moment.astimezone(zone)).replace(tzinfo=None)


def _is_greenwich(zone: dt.tzinfo) -> bool:
    return str(zone) in ("UTC", "UTC+00:00", "tzutc()")


def _home(name: str) -> dt.tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _day(moment: dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment
