"""The action board, levels, load and what to hand over."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import plain

import partnership_analysis as pa
from metrics.helpers import act, at, made
from metrics.work import TODAY, agreed, last, plain_actions, task, worked
from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.nurture.board import action_board, delegation, level_mismatch, workload
from partnership_analysis.sample import sample, truth

MEASURES = (action_board, level_mismatch, workload, delegation)


def rupert(count: int, horizon: str = "tactical", partner: str = "Ann") -> list[dict[str, object]]:
    """So many open actions of an executive."""
    return [
        task(f"{horizon} {n}", partner, horizon=horizon, owner="Rupert", owner_level="executive")
        for n in range(count)
    ]


def test_board_by_hand() -> None:
    tasks = [
        task("third", horizon="tactical", owner="Ben", priority=2, due="2025-12-01"),
        task("second", "Bo", horizon="tactical", owner="Ben", priority=2, due="2025-09-01"),
        task("last", horizon="tactical", owner="Ben"),
        task("first", "Bo", horizon="tactical", owner="Ben", priority=1),
        task("done", horizon="tactical", owner="Ben", priority=1, done="2025-09-01"),
        task("plan", "Bo", horizon="strategic", owner="Ben", priority=3),
        task("whose", horizon="strategic"),
        task("what", owner="Ben"),
    ]
    board = action_board(agreed(tasks), limit=2)
    assert board["action"].tolist() == ["first", "second", "third", "last", "plan", "whose", "what"]
    assert board["place"].tolist() == [1, 2, 3, 4, 1, 1, 1]
    assert board["now"].tolist() == [True, True, False, False, True, True, True]
    assert [plain(value) for value in board["past_due"][:3]] == [None, True, False]
    # Ben has both groups with Bo; with Ann only tactical actions.
    assert [plain(value) for value in board["both_groups"]] == [True, True, False, False, True, None, None]
    with pytest.raises(ParameterError):
        action_board(agreed(tasks), limit=0)


def test_levels_by_hand() -> None:
    # Ann: 3 of 4 tactical and an executive's. Bo: 2 are too few. Cy: 3 of 6 are not the bulk of it.
    # Dee: three tactical of nobody known: it cannot be said.
    tasks = [
        *rupert(3),
        task("plan", horizon="strategic", owner="Luc", owner_level="manager"),
        *rupert(2, partner="Bo"),
        *rupert(3, partner="Cy"),
        *[task(f"c{n}", "Cy", horizon="strategic", owner="Luc") for n in range(3)],
        *[task(f"d{n}", "Dee", horizon="tactical", owner="Kim", hours=n) for n in range(3)],
    ]
    table = level_mismatch(agreed(tasks))
    assert table["partner"].tolist() == ["Ann", "Cy", "Bo", "Dee"]
    assert [plain(value) for value in table["mismatch"]] == [True, False, False, None]
    ann = at(table)
    assert ann[["open", "tactical", "by_executive", "unknown"]].tolist() == [4, 3, 3, 0]
    assert ann["evidence"] == "3 of 4 open actions are tactical and lie with an executive: Rupert."
    assert table["evidence"].notna().sum() == 1
    assert table["hours"].isna().all()


def test_where_a_level_comes_from() -> None:
    # Rupert's level is written once; Kim's differs from row to row, so it stays unknown; nobody's is the partner's
    # owner's, who is Helena.
    tasks = [
        task("a", horizon="tactical", owner="Rupert"),
        task("b", "Bo", owner="Rupert", owner_level="executive", done="2025-09-01"),
        task("c", owner="Kim"),
        task("d", "Bo", owner="Kim", owner_level="manager"),
        task("e", "Bo", owner="Kim", owner_level="specialist"),
        task("f", horizon="tactical"),
    ]
    about = [{"partner": "Ann", "owner": "Helena", "owner_level": "executive"}]
    board = action_board(agreed(tasks, about)).set_index("action")
    assert plain(board.loc["a", "owner_level"]) == "executive"
    assert plain(board.loc["c", "owner_level"]) is None
    assert (board.loc["f", "owner"], board.loc["f", "owner_level"]) == ("Helena", "executive")


def test_load_by_hand() -> None:
    # Ben: 6 past due, 2 within 91 days (30 December is the last), 5 after; 1 nobody timed. 8 of 40 hours: 0.2.
    tasks = [
        task("a", owner="Ben", owner_level="specialist", hours=6, due="2025-09-01"),
        task("b", "Bo", owner="Ben", hours=2, due="2025-12-30"),
        task("c", owner="Ben", hours=5, due="2025-12-31"),
        task("d", owner="Ben"),
        task("e", hours=1),
        task("f", owner="Zoë"),
    ]
    table = workload(agreed(tasks, capacity_hours=40))
    assert [plain(value) for value in table["owner"]] == ["Ben", None, "Zoë"]
    ben = table.iloc[0]
    assert ben[["actions", "partners", "hours", "hours_due", "untimed"]].tolist() == [4, 2, 13.0, 8.0, 1]
    assert (ben["owner_level"], ben["of_capacity"]) == ("specialist", 0.2)
    assert table.loc[2, ["hours", "hours_due", "of_capacity"]].isna().all()
    assert workload(agreed(tasks))["of_capacity"].isna().all()
    assert workload(agreed(tasks, capacity_hours=0))["of_capacity"].isna().all()


def test_delegation_by_hand() -> None:
    tasks = [
        task("small", hours=2, delegate_to="Bo"),
        task("large", hours=5, delegate_to="Studio", horizon="tactical", owner_level="executive"),
        task("no hours", delegate_to="Bo"),
        task("nobody else", hours=9),
        task("gone", hours=7, delegate_to="Cy"),
        task("executive", hours=1, horizon="tactical", owner_level="executive"),
        task("strategic", hours=8, horizon="strategic", owner_level="executive"),
    ]
    table = delegation(agreed(tasks, [{"partner": "Cy", "ended": TODAY}]))
    assert table["action"].tolist() == ["large", "small", "executive", "no hours"]
    assert table["freed"].tolist() == [5.0, 7.0, 8.0, 8.0]
    assert table["reason"].tolist() == [
        "Studio could do this tactical work of an executive.",
        "Bo could do it.",
        "Tactical work of an executive: a specialist could do it.",
        "Bo could do it.",
    ]


def test_as_of_and_who_has_ended() -> None:
    tasks = [
        task("done later", created="2025-01-01", done="2025-08-01", owner="Ben"),
        task("agreed later", created="2025-07-01", owner="Ben"),
        task("with Bo", "Bo", created="2025-01-01", owner="Ben"),
    ]
    portfolio = pa.Portfolio.from_frames(
        interactions=pd.DataFrame([act("2025-01-01")]),
        actions=pd.DataFrame(tasks),
        partners=pd.DataFrame([{"partner": "Bo", "ended": "2025-06-30"}]),
    )
    assert action_board(portfolio, as_of="2025-06-30")["action"].tolist() == ["done later"]
    assert action_board(portfolio, as_of="2025-08-01")["action"].tolist() == ["agreed later"]
    assert workload(portfolio, as_of="2025-06-29")["actions"].tolist() == [2]


def test_only_interactions() -> None:
    only, full = made([act("2025-01-01")]), agreed([*rupert(3), task("a", delegate_to="Bo", hours=1)])
    for measure in MEASURES:
        assert measure(only).empty
        assert measure(only).dtypes.equals(measure(full).dtypes)


@given(st.integers(0, 2**32))
@settings(max_examples=3)
def test_laws(seed: int) -> None:
    portfolio = worked(seed)
    before = portfolio.actions.copy()
    left = [row for row in plain_actions(portfolio, last(portfolio)) if not row["done"]]
    board, levels, hours, others = (measure(portfolio) for measure in MEASURES)
    # Every open action is on the board once, and each owner commits to no more than the limit of a horizon.
    assert sorted(board["action"]) == sorted(row["action"] for row in left)
    assert board[board["now"]].groupby(["horizon", "owner"], dropna=False).size().le(3).all()
    places = board.groupby(["horizon", "owner"], dropna=False)["priority"]
    assert all(group.dropna().is_monotonic_increasing for _, group in places)
    assert hours["actions"].sum() == levels["open"].sum() == len(left)
    assert hours["hours"].sum() == pytest.approx(sum(row["hours"] or 0 for row in left))
    assert (levels["by_executive"] + levels["unknown"] <= levels["tactical"]).all()
    assert set(others["action"]) <= set(board["action"])
    assert others.empty or others["freed"].iloc[-1] == others["hours"].sum()
    # Nothing is changed, and the order of rows does not matter.
    pd.testing.assert_frame_equal(portfolio.actions, before)
    turned = replace(portfolio, actions=before.iloc[::-1].reset_index(drop=True))
    for measure, table in zip(MEASURES, (board, levels, hours, others), strict=True):
        pd.testing.assert_frame_equal(measure(turned), table)


def test_the_planted_mismatch_is_found_and_nobody_else_accused(sample_portfolio: pa.Portfolio) -> None:
    drawn = sample(seed=1)
    other = pa.Portfolio(**drawn.tables, settings=drawn.settings, ledger=sample_portfolio.ledger)
    portfolios = [(sample_portfolio, truth()), (other, drawn.truth)]
    for portfolio, planted in portfolios:
        table = level_mismatch(portfolio, as_of="2025-09-30")
        found = set(table.loc[table["mismatch"].fillna(True), "partner"])
        assert found == set(planted.loc[planted["story"] == "executive on tactical work", "partner"])
        assert not action_board(portfolio, as_of="2025-09-30")["both_groups"].any()
