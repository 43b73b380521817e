"""One thing told twice is counted once, and listed; what only may be one is left alone."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_analysis.portfolio import Portfolio, load
from partnership_analysis.sources.repeats import EXACT, SAME_SECOND
from sources.search import tried

ROW = {"date": "2025-07-14", "partner": "Acme", "kind": "referral", "direction": "received"}


def portfolio(*rows: dict[str, object], **chosen: object) -> Portfolio:
    return Portfolio.from_frames(pd.DataFrame(list(rows)), settings=chosen)


def listed(made: Portfolio) -> list[tuple[int, str, str]]:
    entries = made.ledger.entries
    found = entries[entries["outcome"].eq("recognised")]
    return list(zip(found["row"], found["value"], found["reason"], strict=True))


def test_a_row_that_repeats_another_in_every_cell_counts_once() -> None:
    made = portfolio(ROW, {**ROW, "partner": "Bell"}, ROW, ROW)
    assert made.interactions["partner"].tolist() == ["Acme", "Bell"]
    assert listed(made) == [(3, "as row 1", EXACT), (4, "as row 1", EXACT)]
    assert (made.ledger.read, made.ledger.accepted, made.ledger.recognised) == (4, 2, 2)


def test_a_cell_that_nobody_reads_tells_two_rows_apart() -> None:
    assert len(portfolio({**ROW, "id": 1}, {**ROW, "id": 2}).interactions) == 2
    assert len(portfolio({**ROW, "id": 1}, {**ROW, "id": 1}).interactions) == 1


def test_settings_may_count_each() -> None:
    made = portfolio(ROW, ROW, repeats="each")
    assert len(made.interactions) == 2
    assert made.ledger.recognised == 0


def test_rejected_and_blank_rows_are_no_repeats() -> None:
    bad = {**ROW, "kind": "lunchtime"}
    made = portfolio(bad, bad, {}, {}, ROW, rejected_limit=1)
    assert (made.ledger.rejected, made.ledger.recognised, made.ledger.accepted) == (2, 2, 1)


def test_a_file_read_twice_changes_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    text = "when,who,id\n2025-07-14,Acme,1\n2025-07-14,Acme,2\n"
    for name in ("june.csv", "again.csv"):
        (tmp_path / name).write_text(text)
    columns = {"date": "when", "partner": "who", "kind": {"constant": "event"}}
    mapping = {
        "tables": [
            {"to": "interactions", "file": name, "columns": columns} for name in ("june.csv", "again.csv")
        ]
    }
    made = load(tmp_path, mapping)
    assert len(made.interactions) == 2
    assert listed(made) == [(2, "as row 2 of june.csv", EXACT), (3, "as row 3 of june.csv", EXACT)]
    assert made.ledger.sources["recognised"].tolist() == [0, 2]


def test_one_row_that_a_mapping_reads_in_two_ways_is_two(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.csv").write_text("when,who,got,gave\n2025-07-14,Acme,2,2\n,,,\n")
    tables = [
        {
            "to": "interactions",
            "file": "a.csv",
            "columns": {
                "date": "when",
                "partner": "who",
                "kind": {"constant": "referral"},
                "direction": {"constant": word},
                "count": column,
            },
        }
        for word, column in (("received", "got"), ("given", "gave"))
    ]
    made = load(tmp_path, {"tables": tables})
    assert made.interactions[["direction", "count"]].to_numpy().tolist() == [["received", 2], ["given", 2]]
    assert made.ledger.sources["sheet"].tolist() == ["", "(read again)"]


EVENT = {"date": "2025-07-14", "partner": "Acme", "kind": "event", "direction": "given", "note": "ours"}


def test_an_event_that_both_sides_logged_is_one_and_mutual_and_keeps_what_either_says() -> None:
    made = portfolio(EVENT, {**EVENT, "direction": "received", "note": "theirs", "hours": 3})
    row = made.interactions.iloc[0]
    assert len(made.interactions) == 1
    assert row[["direction", "note", "hours"]].tolist() == ["mutual", "ours", 3.0]
    assert listed(made) == [(2, "as row 1", "the same event, logged by the other side: counted once")]


def test_one_reference_is_one_meeting_and_two_references_are_two() -> None:
    meeting = {**EVENT, "kind": "meeting", "direction": "mutual"}
    once = portfolio({**meeting, "reference": "M1"}, {**meeting, "reference": "m1", "note": "theirs"})
    assert once.interactions["direction"].tolist() == ["mutual"]
    given = {**EVENT, "reference": "A"}
    received = {**EVENT, "direction": "received", "reference": "B"}
    assert len(portfolio(given, received).interactions) == 2


def test_one_reference_for_two_meetings_of_different_length_is_two() -> None:
    meeting = {**EVENT, "kind": "meeting", "direction": "mutual", "reference": "PRJ-1"}
    assert portfolio({**meeting, "hours": 1}, {**meeting, "hours": 4}).interactions["hours"].tolist() == [
        1,
        4,
    ]
    assert len(portfolio({**meeting, "hours": 1}, {**meeting, "note": "theirs"}).interactions) == 1


def test_three_records_of_one_event_are_one_and_mutual() -> None:
    rows = [{**EVENT, "direction": way, "reference": "E1"} for way in ("given", "given", "received")]
    rows[1] |= {"note": "again", "hours": 2}
    made = portfolio(*rows)
    assert made.interactions[["direction", "note", "hours"]].to_numpy().tolist() == [["mutual", "ours", 2.0]]


def test_pairs_of_given_and_received_are_matched_one_to_one() -> None:
    rows = [
        {**EVENT, "direction": way, "note": str(place)}
        for place, way in enumerate(["given", "given", "received"])
    ]
    assert portfolio(*rows).interactions["direction"].tolist() == ["mutual", "given"]


def test_referrals_in_both_directions_on_one_day_are_two() -> None:
    assert len(portfolio(ROW, {**ROW, "direction": "given"}).interactions) == 2


def test_two_events_on_one_day_are_noted_and_left_alone() -> None:
    mutual = {**EVENT, "direction": "mutual"}
    made = portfolio(mutual, {**mutual, "note": "another"})
    assert len(made.interactions) == 2
    assert made.ledger.notes["reason"].tolist() == [
        "2 events share their day and partner with another: counted as they are"
    ]


MAIL = {"date": "2025-07-14 10:00:07", "partner": "Acme", "kind": "cross_promotion", "direction": "given"}


def test_many_rows_of_one_second_with_one_partner_are_one() -> None:
    rows = [{**MAIL, "note": f"to person {place}"} for place in range(40)]
    made = portfolio(*rows, {**MAIL, "date": "2025-07-14 10:00:08"})
    assert len(made.interactions) == 2
    assert Counter(reason for _, _, reason in listed(made)) == {SAME_SECOND: 39}


def test_one_second_with_many_partners_counts_once_for_each_and_is_noted() -> None:
    made = portfolio(*({**MAIL, "partner": name} for name in "ABCD"))
    assert len(made.interactions) == 4
    assert made.ledger.notes["reason"].tolist() == [
        "one cross_promotion with 4 partners in one second: counted once for each"
    ]


@pytest.mark.parametrize("column, cells", [("reference", ["M1", "M2"]), ("hours", [1, 2]), ("count", [1, 3])])
def test_rows_of_one_second_that_differ_in_a_figure_or_reference_are_two(
    column: str, cells: list[object]
) -> None:
    rows = [{**MAIL, column: cell, "note": str(cell)} for cell in cells]
    assert len(portfolio(*rows, {**MAIL, "date": "2025-07-15 09:00:00"}).interactions) == 3


def test_a_time_that_stands_beside_every_day_is_no_time() -> None:
    rows = [{**MAIL, "date": f"2025-07-{day} 22:00:00", "note": note} for day in (14, 15) for note in "ab"]
    assert len(portfolio(*rows).interactions) == 4


@pytest.mark.parametrize("date", ["2025-07-14", "2025-07-14 00:00:00"])
def test_a_day_without_a_time_is_no_second(date: str) -> None:
    rows = [{**MAIL, "date": date, "note": str(place)} for place in range(3)]
    assert len(portfolio(*rows).interactions) == 3


def test_referrals_that_a_system_wrote_in_one_second_are_as_many_as_they_are() -> None:
    rows = [{**MAIL, "kind": "referral", "reference": str(place)} for place in range(5)]
    assert len(portfolio(*rows).interactions) == 5


CELLS = st.fixed_dictionaries(
    {
        "date": st.sampled_from(["2025-07-14", "2025-07-15"]),
        "partner": st.sampled_from(["Acme", "Bell"]),
        "kind": st.sampled_from(["referral", "trade"]),
        "direction": st.sampled_from(["given", "received"]),
        "value": st.sampled_from([None, 1.5, 2]),
        "id": st.sampled_from(["a", "b"]),
    }
)


@tried(15)
@given(st.lists(CELLS, min_size=1, max_size=12))
def test_exact_repeats_are_those_that_a_set_finds(rows: list[dict[str, object]]) -> None:
    made = portfolio(*rows)
    different = {tuple(sorted(row.items(), key=repr)): row["partner"] for row in rows}
    assert made.interactions["partner"].tolist() == list(different.values())


@tried(8)
@given(st.lists(CELLS, min_size=1, max_size=8))
def test_pasting_all_rows_again_changes_nothing(rows: list[dict[str, object]]) -> None:
    once, twice = portfolio(*rows), portfolio(*rows, *rows)
    pd.testing.assert_frame_equal(once.interactions, twice.interactions)
