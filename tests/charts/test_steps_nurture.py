"""What to do because of whom to meet, what is promised, and whom nobody knows."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.charts.steps.nurture import (
    after_cadence,
    after_lunches,
    after_rhythm,
    after_stakeholders,
)
from partnership_analysis.charts.steps.promised import after_board, after_burn_down, after_workload
from partnership_analysis.metrics.about import NOT_DESCRIBED
from partnership_analysis.metrics.nurture.momentum import open_work
from partnership_analysis.metrics.nurture.steps import next_steps
from partnership_analysis.metrics.stakeholders import stakeholder_matrix
from partnership_analysis.sample import sample


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    made = sample()
    return pa.Portfolio.from_frames(**made.tables, settings=made.settings)


@pytest.fixture(scope="module")
def closing(portfolio: pa.Portfolio) -> list[str]:
    return next_steps(portfolio)["step"].tolist()


def due(late: list[int | None]) -> pd.DataFrame:
    """Partners by how many days they are overdue; without a number no interval is known."""
    days = pd.array(late, dtype="Int64")
    when = [pd.NaT if one is None else pd.Timestamp("2025-10-23") for one in late]
    names = [f"P{place}" for place in range(len(late))]
    return pd.DataFrame(
        {"partner": names, "overdue_days": days, "overdue": days > 0, "due": pd.to_datetime(when)}
    )


def test_who_is_overdue_is_rung() -> None:
    assert after_cadence(due([9, 0])) == "ring P0 this week: 9 days overdue."
    many = after_cadence(due([9, 8, 7, 6, 5]))
    assert (
        many
        == "this week ring those who are overdue: P0 (9 days), P1 (8 days) and P2 (7 days); 2 more are overdue."
    )


def test_nobody_is_overdue() -> None:
    words = "nothing is overdue; meet P0 by 23 October 2025, "
    assert after_cadence(due([0])) == f"{words}when it falls due."
    assert (
        after_cadence(due([0, 0, None]))
        == "nothing is overdue; meet P0 and P1 by 23 October 2025, the first to fall due. Agree with P2 how often to meet."
    )
    later = due([0, 0]).assign(due=pd.date_range("2025-10-23", periods=2))
    assert after_cadence(later) == f"{words}the first to fall due."


def test_beside_the_overdue_stand_few_without_an_interval_and_who_may_have_ended() -> None:
    assert after_cadence(due([9, None])).endswith("9 days overdue. Agree with P1 how often to meet.")
    assert after_cadence(due([9, None, None, None])).endswith("9 days overdue.")
    assert after_cadence(due([366, 8])).endswith(
        ". Or write the end of P0 into the column ended of the partners table."
    )


def test_the_sample_is_rung_as_the_closing_says(portfolio: pa.Portfolio, closing: list[str]) -> None:
    words = after_cadence(pa.cadence(portfolio))
    assert words.split(": ")[1] == closing[0].split(": ")[1]


def lunches(calls: list[bool]) -> pd.DataFrame:
    dates = pd.date_range("2025-10-03", periods=len(calls), freq="35D")
    return pd.DataFrame({"partner": list("ABC")[: len(calls)], "date": dates, "call_first": calls})


def test_the_first_lunch_is_booked_and_who_waits_is_rung() -> None:
    assert after_lunches(lunches([False])) == "invite A for Friday 3 October now."
    assert after_lunches(lunches([True])).endswith("now, and ring before: a contact is due earlier.")
    words = after_lunches(lunches([False, True, True]))
    assert words == "book all three now, first A for Friday 3 October; ring B and C before theirs."
    bare = lunches([False, False]).drop(columns="call_first")
    assert after_lunches(bare) == "book both now, first A for Friday 3 October."


def cells(found: dict[str, str], everybody: str, own: str) -> pd.DataFrame:
    rows = [{"partner": name, "cell": cell, "share": 0.5, "stands_out": True} for name, cell in found.items()]
    rows += [{"partner": everybody, "cell": own, "share": 0.2, "stands_out": pd.NA}]
    return pd.DataFrame(rows).astype({"stands_out": "boolean"})


@pytest.mark.parametrize(
    ("found", "own", "words"),
    [
        ({}, "Monday", "nothing to plan for; nobody has a day of their own"),
        ({}, "January", "nothing to plan for; nobody has a month of their own"),
        ({}, "week 1", "nothing to plan for; nobody has a week of their own"),
        ({"Ann": "week 3"}, "week 1", "plan with each for the week in its frame: Ann in week 3."),
        ({"Ann": "March"}, "January", "plan with each for the month in its frame: Ann in March."),
        (
            {"Ann": "Monday", "Bo": "Monday", "Cy": "Friday"},
            "Sunday",
            "ring or meet each on the day in its frame: Ann on Mondays, Cy on Fridays and Bo on Mondays.",
        ),
    ],
)
def test_a_frame_is_when_to_ring(found: dict[str, str], own: str, words: str) -> None:
    assert after_rhythm(cells(found, "Zoe", own)).startswith(words)


def test_of_many_frames_a_day_each_is_named() -> None:
    days = ["Monday", "Monday", "Tuesday", "Wednesday", "Thursday"]
    words = after_rhythm(cells(dict(zip("ABCDE", days, strict=True)), "Z", "Sunday"))
    assert words.endswith(": A on Mondays, C on Tuesdays, D on Wednesdays; 2 more frames below.")


def grid(**columns: Any) -> pd.DataFrame:
    table = pd.DataFrame(
        {"vertical": ["Banking", "Legal"], "stakeholder": "adviser", "partners": [0, 4]} | columns
    )
    return table.astype({"wanted": "boolean"})


def test_a_gap_is_asked_for() -> None:
    matrix = grid(names=[None, "Ann; Bo; Cy"], wanted=True)
    assert after_stakeholders(matrix).startswith(
        "ask everybody whom you meet this month for one contact in Banking"
    )
    few = grid(names=[None, "Ann; Bo"], partners=[0, 2], wanted=True)
    assert after_stakeholders(few).startswith("ask Ann and Bo for one contact in Banking")
    routes = pd.DataFrame(
        {"stakeholder": ["a", "b", "c", NOT_DESCRIBED], "through": ["Cy; Ann", None, "Ann", None]}
    )
    assert after_stakeholders(matrix, routes) == (
        "ask Ann and Cy for one contact in Banking: they know somebody in 2 and 1 of the 3 groups at the top."
    )


def test_without_a_gap_it_says_what_is_missing() -> None:
    known = {"names": ["Di", "Ann"], "partners": [1, 1]}
    assert after_stakeholders(grid(**known, wanted=True)).startswith("nothing; in every vertical")
    assert after_stakeholders(grid(**known, wanted=pd.NA)).startswith("decide which verticals you want")
    blank = grid(**known, wanted=True, stakeholder=["adviser", NOT_DESCRIBED])
    assert after_stakeholders(blank).startswith("write the group of Ann into the column stakeholder")


def test_the_sample_lacks_what_the_closing_says(portfolio: pa.Portfolio, closing: list[str]) -> None:
    words = after_stakeholders(stakeholder_matrix(portfolio), pa.stakeholder_map(portfolio))
    (lacking,) = [step for step in closing if step.startswith("Look for a partner in ")]
    assert f"contact in {lacking.removeprefix('Look for a partner in ').split(':')[0]}" in words


def state(**columns: Any) -> pd.DataFrame:
    table = pd.DataFrame({"partner": ["Ann", "Bo"], "past_due": [2, 0]} | columns)
    return table.astype({"stalled": "boolean"})


WORK = pd.DataFrame({"partner": ["Ann"], "open": [3]})


@pytest.mark.parametrize(
    ("stalled", "words"),
    [
        (None, "ask how the 3 open actions with Ann get on."),
        (state(stalled=[True, True]), "restart the work with Ann and Bo, or close it: agree one first step"),
        (state(stalled=[False, None]), "write the day of agreement (created) of the open actions with Bo"),
        (
            state(stalled=False),
            "nothing has stalled; agree a new day, or an end, for what is past due with Ann (2).",
        ),
        (state(stalled=False, past_due=0), "nothing; no work has stalled"),
    ],
)
def test_stalled_work_is_restarted(stalled: pd.DataFrame | None, words: str) -> None:
    assert after_burn_down(WORK, stalled).startswith(words)


def test_the_first_step_is_the_one_that_was_due_first(portfolio: pa.Portfolio, closing: list[str]) -> None:
    board, stuck = pa.action_board(portfolio), pa.stalled(portfolio)
    words = after_burn_down(open_work(portfolio), stuck, board)
    name = stuck.loc[stuck["stalled"].fillna(False), "partner"].item()
    assert f"Restart the work with {name}, or close it:" in " ".join(closing)
    mine = board[board["partner"] == name].sort_values("due")
    assert words.startswith(f"restart the work with {name}, or close it: ")
    assert words.endswith(f"such as “{mine['action'].iloc[0]}”, and its day.")
    assert all(owner in words for owner in mine["owner"])


def tiles(owners: list[str | None], late: list[bool | None], now: list[bool]) -> pd.DataFrame:
    table = pd.DataFrame({"owner": owners, "partner": "Fay", "past_due": late, "now": now})
    table["action"] = [f"act {place}" for place in range(len(owners))]
    return table.astype({"owner": "string", "past_due": "boolean"})


def test_what_is_late_is_named_by_owner() -> None:
    board = tiles(["Ben", "Eve", "Ben", None, "Ben"], [True, True, True, True, None], [True] * 5)
    assert after_board(board) == (
        "agree a new day, or an end, for what is past due (!): Ben’s two for Fay; Eve’s one for Fay; and nobody’s one for Fay."
    )
    many = tiles(list("ABCDE"), [True] * 5, [True] * 5)
    assert after_board(many).endswith("C’s one for Fay; and 2 more owners.")


def test_what_waits_or_has_nobody() -> None:
    assert after_board(tiles([None, None], [None, False], [True, False])).startswith(
        "find an owner for “act 0” and 1 other"
    )
    waits = tiles(["Ben", "Ben", "Eve"], [False] * 3, [False, False, False])
    assert (
        after_board(waits)
        == "let the hollow tiles wait, or give them to somebody else: 2 of Ben and 1 of Eve."
    )
    calm = tiles(["Ben", "Eve"], [False, False], [True, True])
    assert after_board(calm) == "nothing is late; Ben begins with “act 0” and Eve with “act 1”."
    assert after_board(tiles(["Ben", "Ben"], [False, False], [True, True])).startswith(
        "nothing is late and nobody has too much"
    )


def load(
    owners: list[str | None], due_hours: list[float | None], levels: list[str], counts: list[int]
) -> pd.DataFrame:
    table = pd.DataFrame({"owner": owners, "owner_level": levels, "actions": counts, "hours_due": due_hours})
    return table.astype({"owner": "string", "owner_level": "string", "hours_due": "Float64"})


def test_who_has_room_takes_one_over() -> None:
    table = load(
        ["Ben", "Eve", "Luc", "Max"],
        [40, 2, 10.5, 4],
        ["manager", "executive", "manager", "manager"],
        [5, 1, 2, 3],
    )
    # An executive is no place for more, nor is who has as many as one commits to.
    ask = "ask Ben whether 40 hours can be done within 91 days; if not, give one action to Luc, who has 10.5 hours"
    assert after_workload(table) == after_workload(table, 100) == f"{ask}."
    # Without Max he is the least of those who are asked, and a reader sees that Eve has less.
    assert after_workload(table.head(3)) == f"{ask}, the least of those who are no executives."
    assert after_workload(table, 10) == (
        "decide with each owner, Ben first, what waits: 56.5 hours are due, 10 are there."
    )
    assert after_workload(table, 50).startswith("decide with Ben what waits")
    assert after_workload(table.head(1)).endswith("if not, let the last action wait.")
    little = "nothing; the most is 40 hours within 91 days, with Ben."
    assert after_workload(table, 500) == after_workload(table.head(1).assign(actions=1)) == little


def test_no_hours_or_nobody() -> None:
    assert after_workload(load(["Ben"], [None], ["manager"], [1])).startswith("nothing; no hours are due")
    assert after_workload(load([None], [3], ["manager"], [1])).startswith("find an owner")
