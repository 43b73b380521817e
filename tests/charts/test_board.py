"""Hours and actions of each owner, read back: bars, and tiles that are filled up to the limit."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

import partnership_analysis as pa
from partnership_analysis.charts.board import TILES, plot_board, plot_workload
from partnership_analysis.charts.theme import BAND_COLOURS, NARROW, RECEIVED, figure_of, new_axes, theme

from .test_charts import draw, texts


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    met = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    tasks = pd.DataFrame(
        {
            "partner": "Ann",
            "action": list("abcde"),
            "owner": ["Ben", "Ben", "Ben", "Ben", "Eve"],
            "owner_level": ["executive"] * 4 + [None],
            "horizon": ["tactical"] * 4 + ["strategic"],
            "priority": [1, 2, 3, 4, 1],
            "due": ["2025-09-01", "2025-10-30", "2025-10-30", "2026-06-01", None],
            "hours": [4.0, 6.0, None, 10.0, 5.0],
        }
    )
    return pa.Portfolio.from_frames(interactions=met, actions=tasks, settings={"capacity_hours": 50})


def boxes(ax, gid: str) -> list[Rectangle]:  # type: ignore[no-untyped-def]
    return [patch for patch in ax.patches if patch.get_gid() == gid]


def test_bars_are_hours_due_and_later(portfolio: pa.Portfolio) -> None:
    table = pa.workload(portfolio)
    ax = draw(plot_workload, table, capacity=50)
    assert [bar.get_width() for bar in boxes(ax, "due")] == table["hours_due"].tolist() == [10, 5]
    assert [bar.get_width() for bar in boxes(ax, "later")] == table["hours"].tolist() == [20, 5]
    # Ben has an action of which nobody wrote down the hours.
    assert "10+ h" in texts(ax)
    assert "5 h" in texts(ax)
    assert "20% · 4 actions · 1 without hours · executive" in texts(ax)
    words = plot_workload.describe(table)
    assert words.startswith(
        "Hours of open actions that are due within 91 days, by owner: Ben 10 hours and Eve 5 hours. Next: "
    )


def test_more_than_there_is_time_for_is_said(portfolio: pa.Portfolio) -> None:
    def words(capacity: float) -> str:
        return " ".join(texts(plot_workload(pa.workload(portfolio), capacity=capacity))).replace("\n", " ")

    assert "of the 12 hours a quarter that the settings give to all partners; together 15 are due." in words(
        12
    )
    assert "together" not in words(15)


def test_without_any_action_no_hours_are_asked_for(portfolio: pa.Portfolio) -> None:
    table = pa.workload(portfolio)
    assert "write what you agree" in plot_workload.describe(table.head(0))
    untimed = table.assign(hours=table["hours"].mask(table["hours"].notna()))
    assert "fill the column hours" in plot_workload.describe(untimed)


def test_pale_is_explained_where_something_is_due_later(portfolio: pa.Portfolio) -> None:
    table = pa.workload(portfolio)
    assert any("pale: later" in words.replace("\n", " ") for words in texts(plot_workload(table)))
    now = table.assign(hours=table["hours_due"])
    assert not any("pale" in words or "Dark" in words for words in texts(plot_workload(now)))


def test_hours_that_nobody_wrote_down_are_said_on_a_phone_too(portfolio: pa.Portfolio) -> None:
    table = pa.workload(portfolio)
    for data, said in ((table, True), (table.assign(untimed=0), False)):
        with theme():
            ax = plot_workload(data, ax=new_axes(NARROW, plot_workload.height(data, NARROW)))
        words = texts(ax)[0].replace("\n", " ")
        assert ("10+ h" in texts(ax)) is said
        assert ("A plus: or more, for some actions lack their hours: fill them in." in words) is said


def test_tiles_are_actions(portfolio: pa.Portfolio) -> None:
    board = pa.action_board(portfolio)
    ax = draw(plot_board, board)
    now, waits = boxes(ax, "now"), boxes(ax, "waits")
    assert (len(now), len(waits)) == (int(board["now"].sum()), 1) == (4, 1)
    colours = [to_hex(tile.get_facecolor()) for tile in now]
    assert colours == [BAND_COLOURS["weak"], RECEIVED, RECEIVED, RECEIVED]
    assert to_hex(waits[0].get_facecolor()) == "#ffffff"
    # The strategic one stands in the right half, a row below.
    assert now[3].get_x() > waits[0].get_x() > now[2].get_x()
    assert now[3].get_y() < now[0].get_y()
    assert texts(ax).count("!") == 1
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Ben, executive", "Eve"]
    assert plot_board.describe(board).startswith(
        "5 open actions by owner: Ben 4, 1 past due; Eve 1. 1 of them waits behind the limit. Next: "
    )


def test_more_than_fit_are_counted_with_what_is_late(portfolio: pa.Portfolio) -> None:
    one = pa.action_board(portfolio).iloc[[0]]
    many = pd.concat([one] * (TILES + 3), ignore_index=True)
    assert "3 more,\nall past due" in texts(plot_board(many))
    assert "1 more,\npast due" in texts(plot_board(many.head(TILES + 1)))
    some = many.assign(past_due=pd.array([True] * (TILES + 2) + [False], dtype="boolean"))
    assert "3 more,\n2 past due" in texts(plot_board(some))
    calm = many.assign(past_due=pd.array([False] * len(many), dtype="boolean"))
    assert "3 more" in texts(plot_board(calm))


@pytest.mark.parametrize(
    ("neither", "words"), [(False, "6 more, all past due"), (True, "7 more,\nall past due")]
)
def test_on_a_phone_words_below_the_tiles_say_how_many_more(
    portfolio: pa.Portfolio, neither: bool, words: str
) -> None:
    one = pa.action_board(portfolio).iloc[[0]]
    many = pd.concat([one] * 11, ignore_index=True)
    few = one.assign(owner="Eve", horizon=None if neither else "strategic")
    board = pd.concat([many, few], ignore_index=True)
    with theme():
        ax = plot_board(board, ax=new_axes(NARROW, plot_board.height(board, NARROW)))
        figure_of(ax).draw_without_rendering()
        (rest,) = [text for text in ax.texts if text.get_gid() == "rest"]
        box = rest.get_window_extent()
        tiles = [patch.get_window_extent() for patch in ax.patches]
    assert rest.get_text() == words
    mine, hers = max(tile.y0 for tile in tiles), min(tile.y1 for tile in tiles)
    # Under the tiles of whom they speak, and over the next owner's.
    assert hers < box.y0 < box.y1 < mine
    assert box.x0 == pytest.approx(min(tile.x0 for tile in tiles), abs=1)


def test_one_owner_in_both_groups_is_marked(portfolio: pa.Portfolio) -> None:
    board = pa.action_board(portfolio)
    assert not any("both" in words for words in texts(plot_board(board)))
    both = board.assign(both_groups=pd.array([True] * 5, dtype="boolean"))
    assert texts(plot_board(both)).count("◆ both kinds with one partner") == 2


def test_the_key_names_the_tiles_that_there_are(portfolio: pa.Portfolio) -> None:
    board = pa.action_board(portfolio, as_of="2025-09-30")

    def words(data: pd.DataFrame) -> str:
        return texts(plot_board(data))[0].replace("\n", " ")

    assert "to now; hollow: to wait; with an exclamation mark: past due; a dash: none. From" in words(board)
    calm = board[board["now"].astype(bool) & ~board["past_due"].fillna(False)]
    assert "Filled: to commit to now; a dash: none. From actions." in words(calm)
    # Ben and Eve with both kinds each.
    full = pd.concat([calm.assign(horizon="tactical"), calm.assign(horizon="strategic")], ignore_index=True)
    assert "Filled: to commit to now. From actions." in words(full)
    assert not plot_board(full).lines
    assert plot_board(calm).lines
