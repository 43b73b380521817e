"""Exports that somebody edited, cut or filled with rubbish: refused in one sentence, or every row accounted for."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import partnership_analysis as pa
from partnership_analysis.errors import PartnershipError
from sources.importers.exports import (
    CALENDAR,
    DYNAMICS,
    HUBSPOT,
    INVITATIONS,
    MESSAGES,
    PALMS,
    PARTNERS,
    PIPEDRIVE_ACTIVITIES,
    PIPEDRIVE_DEALS,
    SALESFORCE_CSV,
    SALESFORCE_REPORT,
    SLIPS,
    TOGGL,
    Rows,
    old_slips,
    separated,
)
from sources.search import tried

TABLES: dict[str, tuple[str, Rows, dict[str, Any]]] = {
    "slips": ("bni", SLIPS, {"us": "Ada Birch", "period": "2025-08"}),
    "slips of all": ("bni", SLIPS, {"period": "2025-08"}),
    "old slips": ("bni", old_slips(), {}),
    "palms": ("palms", PALMS, {}),
    "hubspot": ("hubspot", HUBSPOT, {}),
    "pipedrive": ("pipedrive", PIPEDRIVE_DEALS, {}),
    "activities": ("pipedrive", PIPEDRIVE_ACTIVITIES, {"partners": PARTNERS}),
    "salesforce": ("salesforce", SALESFORCE_CSV, {}),
    "salesforce printed": ("salesforce", SALESFORCE_REPORT, {}),
    "dynamics": ("dynamics", DYNAMICS, {}),
    "invitations": ("linkedin", INVITATIONS, {"partners": PARTNERS}),
    "messages": ("linkedin", MESSAGES, {"partners": PARTNERS}),
    "toggl": ("toggl", TOGGL, {"partners": PARTNERS}),
}
RUBBISH = [
    "",
    "Total",
    "n/a",
    "#REF!",
    "=cmd|' /C calc'!A0",
    "31/02/2025",
    "1e400",
    "-",
    "‮abc",
    "0",
    "a\nb",
    "99:99",
]
EDITS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 15), st.sampled_from(RUBBISH)), max_size=6)


def check(path: Path, kind: str, how: dict[str, Any]) -> None:
    try:
        done = pa.import_exports(path, kind, settings={"rejected_limit": 1}, **how)
    except PartnershipError as error:
        assert str(error).strip()
        return
    ledger = done.ledger
    assert ledger.read == ledger.accepted + ledger.rejected + ledger.recognised
    assert done.summary()


@pytest.mark.parametrize("name", TABLES)
def test_an_export_without_rows_has_none(tmp_path: Path, name: str) -> None:
    kind, rows, how = TABLES[name]
    widest = max(map(len, rows))
    head = next(place for place, row in enumerate(rows) if len(row) == widest)
    # Nobody is a member of an empty report.
    how = {option: value for option, value in how.items() if option != "us"}
    done = pa.import_exports(separated(tmp_path / "a.csv", rows[: head + 1]), kind, **how)
    assert done.ledger.read == done.ledger.accepted == 0
    assert done.tables["interactions"].empty
    assert done.pairs.empty


@pytest.mark.parametrize("name", TABLES)
@tried(4)
@given(EDITS, st.sets(st.integers(0, 30), max_size=3))
def test_an_edited_export_is_accounted_for_or_refused(
    name: str, edits: list[tuple[int, int, str]], dropped: set[int]
) -> None:
    kind, rows, how = TABLES[name]
    made = [list(row) for place, row in enumerate(rows) if place not in dropped]
    for row, column, value in edits:
        if row < len(made) and column < len(made[row]):
            made[row][column] = value
    with tempfile.TemporaryDirectory() as folder:
        check(separated(Path(folder) / "a.csv", made), kind, how)


@tried(10)
@given(
    st.lists(
        st.tuples(
            st.integers(0, CALENDAR.count("\n")),
            st.sampled_from(
                [
                    *("", "DTSTART:", "DTSTART:20250230T000000Z", "DTSTART;TZID=No/Where:20250801T100000"),
                    *(
                        "RRULE:FREQ=NEVER",
                        "RRULE:FREQ=DAILY;INTERVAL=0",
                        "DTEND:19990101T000000Z",
                        "DURATION:-PT1H",
                    ),
                    *("END:VEVENT", "BEGIN:VEVENT", "EXDATE:x", "RDATE;VALUE=PERIOD:20250801T100000Z/PT1H"),
                    *("RECURRENCE-ID:20250805", "ATTENDEE:nobody", "UID:", "X-WR-TIMEZONE:Mars/Base"),
                ]
            ),
        ),
        max_size=4,
    )
)
def test_an_edited_calendar_is_accounted_for_or_refused(edits: list[tuple[int, str]]) -> None:
    lines = CALENDAR.split("\n")
    for place, line in edits:
        lines[place] = line
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.ics"
        path.write_text("\r\n".join(lines), encoding="utf-8", newline="")
        check(path, "calendar", {"partners": PARTNERS})
