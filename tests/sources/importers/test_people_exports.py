"""Exports that name people: LinkedIn, Toggl, calendars."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.errors import SourceError
from partnership_analysis.sources.importers.people import People
from sources.importers.exports import CALENDAR, CONNECTIONS, INVITATIONS, MESSAGES, PARTNERS, TOGGL, separated
from sources.importers.helpers import account, cells, left_out

HARCOURT, BELL = "Harcourt Legal", "Bell & Finch"


def calendar(path: Path, text: str = CALENDAR) -> Path:
    path.write_bytes(text.replace("\n", "\r\n").encode())
    return path


def test_messages_are_one_contact_a_day_and_conversation(tmp_path: Path) -> None:
    path = separated(tmp_path / "messages.csv", MESSAGES)
    done = pa.import_exports(path, "linkedin", partners=PARTNERS)
    assert cells(
        done.tables["interactions"], "date", "partner", "kind", "direction", "hours", "reference"
    ) == [
        ["2025-06-03", HARCOURT, "meeting", "mutual", None, "LinkedIn conversation c1 2025-06-03"],
        ["2025-06-10", HARCOURT, "meeting", "mutual", None, "LinkedIn conversation c1 2025-06-10"],
        ["2025-06-12", HARCOURT, "meeting", "mutual", None, "LinkedIn conversation c3 2025-06-12"],
        ["2025-06-12", BELL, "meeting", "mutual", None, "LinkedIn conversation c3 2025-06-12"],
    ]
    assert account(done) == (5, 3, 0, 2)
    assert left_out(done) == {
        "not with a known partner": 1,
        "of the same conversation, partner and day as a row above": 1,
    }
    # Who takes part in every message is us, and no stranger.
    assert dict(done.strangers) == {"Max Moss": 1}


def test_invitations_with_partners_are_contacts(tmp_path: Path) -> None:
    path = separated(tmp_path / "Invitations.csv", INVITATIONS)
    done = pa.import_exports(path, "linkedin", partners=PARTNERS, us="Ida Fox")
    assert cells(done.tables["interactions"], "date", "partner", "note") == [
        ["2024-05-30", HARCOURT, "LinkedIn invitation, received"]
    ]
    assert left_out(done) == {"not with a known partner": 1}


def test_connections_are_no_interactions_but_are_told(tmp_path: Path) -> None:
    path = tmp_path / "Connections.csv"
    path.write_text(CONNECTIONS, encoding="utf-8")
    done = pa.import_exports(path, "linkedin", partners=PARTNERS)
    assert done.tables["interactions"].empty
    assert account(done) == (2, 0, 0, 2)
    assert "Harcourt Legal: Ann Lee connected on 30 May 2024" in done.ledger.notes["reason"].tolist()


def test_linkedin_needs_partners_and_one_of_its_files(tmp_path: Path) -> None:
    path = separated(tmp_path / "messages.csv", MESSAGES)
    with pytest.raises(SourceError, match="say who the partners are with --partners FILE"):
        pa.import_exports(path, "linkedin")
    other = separated(tmp_path / "a.csv", [["date", "partner"], ["2025-01-01", "Acme"]])
    with pytest.raises(
        SourceError, match=r"a.csv is neither Connections.csv, Invitations.csv nor messages.csv"
    ):
        pa.import_exports(other, "linkedin", partners=PARTNERS)


def test_toggl_hours_by_client_and_by_name_in_the_description(tmp_path: Path) -> None:
    done = pa.import_exports(separated(tmp_path / "t.csv", TOGGL), "toggl", partners=PARTNERS)
    columns = ("date", "partner", "kind", "direction", "hours", "owner", "reference", "note")
    assert cells(done.tables["interactions"], *columns) == [
        [
            "2025-08-04",
            HARCOURT,
            "meeting",
            "mutual",
            1.5,
            "Ida Fox",
            "Toggl 2025-08-04 09:00:00 Ida Fox",
            "Prepare slides",
        ],
        [
            "2025-08-05",
            HARCOURT,
            "event",
            "mutual",
            3.0,
            "Ida Fox",
            "Toggl 2025-08-05 18:00:00 Ida Fox",
            "The evening",
        ],
        [
            "2025-08-06",
            BELL,
            "meeting",
            "mutual",
            0.25,
            "Jo Gray",
            "Toggl 2025-08-06 11:00:00 Jo Gray",
            "Call with bell & finch",
        ],
    ]
    assert left_out(done) == {"not with a known partner": 1, "time entry that names no partner": 1}
    assert dict(done.strangers) == {"Elm Ltd": 1}


def test_toggl_without_known_partners_takes_every_client(tmp_path: Path) -> None:
    done = pa.import_exports(separated(tmp_path / "t.csv", TOGGL), "toggl")
    assert cells(done.tables["interactions"], "partner") == [[HARCOURT], [HARCOURT], ["Elm Ltd"]]
    assert "every client is taken for one" in done.summary()


def test_a_calendar_with_zones_repeats_exceptions_and_two_partners(tmp_path: Path) -> None:
    done = pa.import_exports(calendar(tmp_path / "c.ics"), "calendar", partners=PARTNERS)
    assert cells(
        done.tables["interactions"], "date", "partner", "kind", "direction", "hours", "reference"
    ) == [
        # 23:30 in Greenwich is after midnight in London in summer.
        ["2025-08-05", HARCOURT, "meeting", "mutual", 1.0, "one@cal"],
        # Weekly on New York's evenings: the 12th is taken out, the 19th was moved, and the calendar ends on the 31st.
        ["2025-08-05", HARCOURT, "meeting", "mutual", 1.5, "weekly@cal 2025-08-05"],
        ["2025-08-26", HARCOURT, "meeting", "mutual", 1.5, "weekly@cal 2025-08-26"],
        ["2025-08-20", HARCOURT, "meeting", "mutual", 0.5, "weekly@cal 2025-08-19"],
        ["2025-08-07", BELL, "meeting", "mutual", None, "day@cal"],
        ["2025-08-07", HARCOURT, "meeting", "mutual", None, "day@cal"],
    ]
    assert left_out(done) == {
        "cancelled event": 1,
        "event planned for after 2025-08-31, the day of the calendar": 1,
        "not with a known partner": 1,
    }
    assert account(done) == (8, 5, 0, 3)
    assert dict(done.strangers) == {"Max Moss": 1}


def test_a_month_of_a_calendar(tmp_path: Path) -> None:
    done = pa.import_exports(calendar(tmp_path / "c.ics"), "calendar", partners=PARTNERS, period="2025-10")
    assert cells(done.tables["interactions"], "date", "partner", "hours")[-1] == ["2025-10-06", BELL, 1.0]
    assert all(day.startswith("2025-10") for (day,) in cells(done.tables["interactions"], "date"))


def test_hours_with_two_partners_at_once_are_shared(tmp_path: Path) -> None:
    text = CALENDAR.replace("Late call with Harcourt Legal", "Bell & Finch and Harcourt Legal")
    done = pa.import_exports(calendar(tmp_path / "c.ics", text), "calendar", partners=PARTNERS)
    rows = done.tables["interactions"]
    assert cells(rows[rows["reference"].eq("one@cal")], "partner", "hours") == [[BELL, 0.5], [HARCOURT, 0.5]]


EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:a
DTSTAMP:20250831T120000Z
DTSTART:20250801T100000Z
{more}
SUMMARY:Harcourt Legal
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("more", "days"),
    [
        ("RRULE:FREQ=WEEKLY;UNTIL=20250815T100000Z", ["2025-08-01", "2025-08-08", "2025-08-15"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20250814", ["2025-08-01", "2025-08-08"]),
        ("RRULE:FREQ=MONTHLY;COUNT=2", ["2025-08-01"]),
        ("RDATE:20250804T100000Z,20250805T100000Z", ["2025-08-01", "2025-08-04", "2025-08-05"]),
        ("RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20250802T100000Z", ["2025-08-01", "2025-08-03"]),
    ],
)
def test_rules_of_repeats(tmp_path: Path, more: str, days: list[str]) -> None:
    path = calendar(tmp_path / "c.ics", EVENT.format(more=more))
    done = pa.import_exports(path, "calendar", partners=PARTNERS)
    assert [day for (day,) in cells(done.tables["interactions"], "date")] == days


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            EVENT.format(more="RRULE:FREQ=SECONDLY"),
            r"repeats by a rule that cannot be read \(FREQ=SECONDLY\)",
        ),
        (EVENT.format(more="RRULE:FREQ=NEVER"), r"repeats by a rule that cannot be read \(FREQ=NEVER\)"),
        (EVENT.format(more="RRULE:FREQ=DAILY;INTERVAL=0"), "INTERVAL is under 1"),
        (EVENT.format(more="RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), "FREQ=DAILY with BYMONTHDAY"),
        (
            EVENT.format(more="RRULE:FREQ=DAILY").replace("20250801", "19900801"),
            "repeats more than 5,000 times",
        ),
        ("date,partner\n2025-01-01,Acme\n", "is no calendar"),
        ("", "is no calendar"),
    ],
)
def test_what_is_no_calendar_or_a_trap_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        pa.import_exports(calendar(tmp_path / "c.ics", text), "calendar", partners=PARTNERS)


def test_a_calendar_without_partners_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="a calendar names everybody you meet"):
        pa.import_exports(calendar(tmp_path / "c.ics"), "calendar")


def test_names_match_as_whole_words_and_never_by_likeness() -> None:
    frame = pd.DataFrame({"partner": ["Bell & Finch", "Bo"], "aliases": ["B&F; bo@bell.example", None]})
    people = People.of(frame, ["Acme Ltd"])
    assert people.within("Tea with bell & finch, then Acme Ltd.") == ["Bell & Finch", "Acme Ltd"]
    assert people.within("Bella Finchley met Bo") == []
    assert people.within("Write to BO@bell.example") == ["Bell & Finch"]
    assert people.named("bo") == "Bo"
    assert people.named("Bell and Finch") is None


def series(more: str, stamp: str = "20251101", uid: str = "r") -> str:
    return (
        f"BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:{stamp}T000000Z\nDTSTART;TZID=Europe/Berlin:20250801T090000\n"
        f"DTEND;TZID=Europe/Berlin:20250801T100000\nSUMMARY:Harcourt Legal\n{more}\nEND:VEVENT\n"
    )


def whole(*events: str) -> str:
    head = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nX-WR-CALNAME:ida@us.example\n"
    return f"{head}{''.join(events)}END:VCALENDAR\n"


def test_exceptions_in_greenwich_time_are_on_the_clock_of_their_series(tmp_path: Path) -> None:
    moved = series("RECURRENCE-ID:20250815T070000Z").replace("Berlin:20250801", "Berlin:20250816")
    text = whole(series("RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20250808T070000Z"), moved)
    done = pa.import_exports(calendar(tmp_path / "c.ics", text), "calendar", partners=PARTNERS)
    assert cells(done.tables["interactions"], "date", "reference") == [
        ["2025-08-01", "r 2025-08-01"],
        ["2025-08-22", "r 2025-08-22"],
        ["2025-08-16", "r 2025-08-15"],
    ]


def test_planned_times_of_a_series_are_counted_and_left_out(tmp_path: Path) -> None:
    text = whole(series("RRULE:FREQ=WEEKLY;COUNT=4", "20250816"))
    done = pa.import_exports(calendar(tmp_path / "c.ics", text), "calendar", partners=PARTNERS)
    assert account(done) == (4, 3, 0, 1)
    assert left_out(done) == {"event planned for after 2025-08-16, the day of the calendar": 1}
    assert "events count up to 2025-08-16, the newest stamp in the calendar; 1 later event left out" in (
        done.summary()
    )


def test_a_stamp_of_the_last_change_cuts_nothing(tmp_path: Path) -> None:
    events = (series("RRULE:FREQ=WEEKLY;COUNT=4", "20250701"), series("RRULE:FREQ=WEEKLY", "20250702", "s"))
    path = calendar(tmp_path / "c.ics", whole(*events))
    done = pa.import_exports(path, "calendar", partners=PARTNERS)
    assert account(done) == (8, 8, 0, 0)
    assert "2025-07-02, is before most of the events" in done.summary()
    assert "--period 2025-08" in done.summary()
    day = pa.import_exports(path, "calendar", partners=PARTNERS, period="2025-08-10")
    assert account(day) == (4, 4, 0, 0)


def test_one_stamp_on_all_events_is_the_day_of_the_export(tmp_path: Path) -> None:
    events = [series(f"RRULE:FREQ=WEEKLY;COUNT={count}", "20250802", f"u{count}") for count in (4, 5)]
    done = pa.import_exports(calendar(tmp_path / "c.ics", whole(*events)), "calendar", partners=PARTNERS)
    assert account(done) == (9, 2, 0, 7)


def test_an_event_that_we_declined_does_not_count(tmp_path: Path) -> None:
    text = whole(series("ATTENDEE;CN=Ida Fox;PARTSTAT=DECLINED:mailto:ida@us.example"))
    done = pa.import_exports(calendar(tmp_path / "c.ics", text), "calendar", partners=PARTNERS)
    assert left_out(done) == {"event that we declined": 1}
    other = calendar(tmp_path / "d.ics", text.replace("CALNAME:ida@us.example", "CALNAME:Work"))
    assert account(pa.import_exports(other, "calendar", partners=PARTNERS, us="ida fox"))[3] == 1
    assert account(pa.import_exports(other, "calendar", partners=PARTNERS))[1] == 1


def test_one_common_word_counts_with_a_capital_and_is_remarked(tmp_path: Path) -> None:
    events = [series("", uid="a"), series("", uid="b")]
    text = whole(events[0].replace("Harcourt Legal", "Focus time"), events[1]).replace("Legal", "focus")
    partners = pd.DataFrame({"partner": ["Focus"]})
    done = pa.import_exports(calendar(tmp_path / "c.ics", text), "calendar", partners=partners)
    assert account(done) == (2, 1, 0, 1)
    assert "known by one word of the summary alone: Focus (1, for example 'Focus time')" in done.summary()
