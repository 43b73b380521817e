"""The lunches as a calendar: what a reader of the file finds, and what a second import does."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from icalendar import Calendar, Event

import partnership_analysis as pa
from partnership_analysis.metrics.nurture.lunches import lunch_days
from partnership_analysis.periods import Quarter
from partnership_analysis.reports.calendar import lunch_calendar
from partnership_analysis.settings import Settings

REVIEWED, PLANNED = Quarter.parse("2025Q3"), Quarter.parse("2025Q4")
ODD = ["Smith, Sons; \\Co", "Café “Ünï” ☕🚀 東京", "L" * 300]


def book(
    names: list[str], *, last: str = "2025-09-02", us: str = "Northgate", **about: list[str]
) -> pa.Portfolio:
    """Partners whom we met once, the first longest ago."""
    days = pd.date_range(end=last, periods=len(names), freq="14D")
    rows = pd.DataFrame({"date": days, "partner": names, "kind": "meeting"})
    described = pd.DataFrame({"partner": names, **about})
    return pa.Portfolio.from_frames(interactions=rows, partners=described, settings=Settings(us=us))


def written(portfolio: pa.Portfolio, skip: list[dt.date] | None = None, **options: str) -> bytes:
    settings = portfolio.settings.model_copy(update={"holidays": tuple(skip or [])})
    portfolio = replace(portfolio, settings=settings)
    made = lunch_calendar(pa.lunch_plan(portfolio, PLANNED), portfolio, REVIEWED, **options)
    assert made is not None
    return made


@cache
def usual() -> bytes:
    """The calendar of three partners with odd names."""
    return written(book(ODD))


def events(made: bytes) -> list[Event]:
    return list(Calendar.from_ical(made).walk("VEVENT"))


def imported(*files: bytes) -> dict[str, Event]:
    """What a calendar holds after imports: of one UID the event with the highest number (RFC 5546, 2.1.5)."""
    held: dict[str, Event] = {}
    for file in files:
        for event in events(file):
            uid = str(event["UID"])
            if uid not in held or event["SEQUENCE"] >= held[uid]["SEQUENCE"]:
                held[uid] = event
    return held


def test_round_trip_of_every_field() -> None:
    portfolio = book(ODD, owner=["Ann, the first", "Bo; Cy", "Dee\\n"])
    plan = pa.lunch_plan(portfolio, PLANNED)
    made = lunch_calendar(plan, portfolio, REVIEWED)
    assert made is not None
    calendar = Calendar.from_ical(made)
    assert (calendar["VERSION"], calendar["CALSCALE"]) == ("2.0", "GREGORIAN")
    assert calendar["PRODID"] == "-//partnership-analysis//lunches//EN" and "METHOD" not in calendar
    assert sorted(plan["partner"]) == sorted(ODD)
    known = dt.datetime(2025, 9, 2, tzinfo=dt.UTC)
    for event, lunch in zip(events(made), plan.itertuples(), strict=True):
        begins = dt.datetime.combine(lunch.date.date(), dt.time(12, 30))
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (begins, begins + dt.timedelta(hours=1))
        assert event["DTSTART"].dt.tzinfo is None
        assert event["SUMMARY"] == f"Lunch with {lunch.partner}"
        assert (event["DTSTAMP"].dt, event["LAST-MODIFIED"].dt) == (known, known)
        assert event["SEQUENCE"] == (dt.date(2025, 9, 2) - dt.date(2000, 1, 1)).days
        assert (event["CLASS"], event["TRANSP"]) == ("PRIVATE", "OPAQUE")
        assert not event.subcomponents
        asked = pa.partner_profile(portfolio, lunch.partner, REVIEWED).questions
        points = [f"{n}. {row.question} {row.reason}" for n, row in enumerate(asked.itertuples(), 1)]
        assert str(event["DESCRIPTION"]).split("\n") == [
            f"Why {lunch.partner}: {lunch.reasons}",
            "",
            "To talk about:",
            *points,
            "",
            f"Looked after by {lunch.owner}.",
            "From the partnership review of Q3 2025. These notes are for us: clear them before you invite anybody.",
        ]
        assert len(points) == 3


def test_lines_are_as_the_format_wants_them() -> None:
    made = usual()
    assert made.endswith(b"END:VCALENDAR\r\n")
    lines = made.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    for line in lines:
        # A letter of several bytes is not cut in two.
        line.decode("utf-8")
    assert rb"Smith\, Sons\; \\Co" in made


def test_what_no_calendar_may_hold_is_made_visible() -> None:
    portfolio = book(["Ann"])
    plan = pa.lunch_plan(portfolio, PLANNED).assign(
        reasons="One.\r\nTwo\x07 \u202etxt.", owner="Bo\nEND:VEVENT"
    )
    made = lunch_calendar(plan, portfolio, REVIEWED)
    assert made is not None
    (event,) = events(made)
    said = str(event["DESCRIPTION"]).split("\n")
    assert said[0] == "Why Ann: One. Two<U+0007> <U+202E>txt."
    assert "Looked after by Bo END:VEVENT." in said


def test_sample_has_a_lunch_each_first_friday(sample_portfolio: pa.Portfolio) -> None:
    made = events(written(sample_portfolio))
    assert [event["DTSTART"].dt.date().isoformat() for event in made] == [
        "2025-10-03",
        "2025-11-07",
        "2025-12-05",
    ]
    assert len({str(event["SUMMARY"]) for event in made}) == 3
    for event in made:
        said = str(event["DESCRIPTION"])
        assert all(f"\n{number}. " in said for number in (1, 2, 3)) and "holiday" not in said


def test_same_input_same_bytes(sample_portfolio: pa.Portfolio) -> None:
    assert written(sample_portfolio) == written(sample_portfolio)


def test_second_import_of_the_same_file_changes_nothing() -> None:
    made = usual()
    assert imported(made, made) == imported(made) and len(imported(made)) == 3


def test_plan_made_again_replaces_the_lunches_that_are_there() -> None:
    before, after = usual(), written(book([*ODD[1:], "Newcomer"], last="2025-09-20"))
    held = imported(before, after)
    assert set(held) == set(imported(before))
    assert sorted(str(event["SUMMARY"]) for event in held.values()) == sorted(
        f"Lunch with {name}" for name in [*ODD[1:], "Newcomer"]
    )
    # In whatever order they come, the plan from later data stays.
    assert imported(after, before) == held


def test_holiday_moves_a_lunch_to_the_next_friday_and_says_so() -> None:
    holiday = dt.date(2025, 10, 3)
    before, after = usual(), written(book(ODD), skip=[holiday])
    held = imported(before, after)
    assert len(held) == 3
    first, *others = sorted(held.values(), key=lambda event: event["DTSTART"].dt)
    assert first["DTSTART"].dt.date() == dt.date(2025, 10, 10)
    words = "The first Friday, 3 October 2025, is a holiday: this is the next that is free."
    assert words in str(first["DESCRIPTION"]).split("\n")
    assert not any("holiday" in str(event["DESCRIPTION"]) for event in others)


def test_lunches_of_others_are_left_alone() -> None:
    files = [usual(), written(book(ODD), vertical="Legal"), written(book(ODD, us="Southgate"))]
    assert len(imported(*files)) == 9


def test_days_that_somebody_chose_have_their_own_events() -> None:
    portfolio = book(ODD)
    plan = pa.lunch_plan(portfolio, PLANNED, dates=["2025-10-03", "2025-10-17", "2025-11-12"])
    made = lunch_calendar(plan, portfolio, "2025Q3")
    assert made is not None
    assert [str(event["UID"])[:15] for event in events(made)] == [
        "lunch-2025-10-1",
        "lunch-2025-10-2",
        "lunch-2025-11-1",
    ]


def test_without_a_lunch_there_is_no_calendar() -> None:
    portfolio = book(["Ann"], ended=["2025-09-03"])
    plan = pa.lunch_plan(portfolio, PLANNED)
    assert plan.empty
    assert lunch_calendar(plan, portfolio, REVIEWED) is None


def fridays(month: int, year: int = 2025) -> list[dt.date]:
    first = dt.date(year, month, 1)
    days = [first + dt.timedelta(days=n) for n in range(31)]
    return [date for date in days if date.month == month and date.weekday() == 4]


@pytest.mark.parametrize(
    ("skip", "days"),
    [
        ([], ["10-03", "11-07", "12-05"]),
        ([dt.date(2025, 10, 3)], ["10-10", "11-07", "12-05"]),
        ([dt.date(2025, 10, 3), dt.date(2025, 10, 10)], ["10-17", "11-07", "12-05"]),
        ([dt.date(2025, 10, 10), dt.date(2025, 11, 6)], ["10-03", "11-07", "12-05"]),
        # A month without a free Friday: not the first Friday of the next, which has its own lunch.
        (fridays(10), ["11-14", "11-07", "12-05"]),
        # Nor the day to which that month's own was moved.
        ([*fridays(10), dt.date(2025, 11, 7)], ["11-14", "11-21", "12-05"]),
        (fridays(12), ["10-03", "11-07", "01-09"]),
    ],
)
def test_next_free_friday(skip: list[dt.date], days: list[str]) -> None:
    found = lunch_days(PLANNED, skip)
    assert [f"{day:%m-%d}" for day in found] == days
    assert [f"{first:%m-%d}" for first in found.values()] == ["10-03", "11-07", "12-05"]
    assert all(day.weekday() == 4 and day not in skip for day in found)


def test_days_follow_the_fiscal_year() -> None:
    days = lunch_days(Quarter.parse("2026Q1", first_month=4))
    assert [f"{day:%m-%d}" for day in days] == ["04-04", "05-02", "06-06"]
