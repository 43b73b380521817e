"""The signals board, read back from its bars and words; and the frame that it draws."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from metrics.helpers import act, made

import partnership_analysis as pa
from partnership_analysis.charts.signals import plot_signals
from partnership_analysis.charts.theme import NARROW, new_axes, theme

MONTHS = pd.date_range("2024-10-01", periods=12, freq="MS")


def person(name: str, state: str, counts: list[int], since: str | None = None) -> pd.DataFrame:
    return pd.DataFrame({"partner": name, "month": MONTHS[-len(counts) :], "count": counts}).assign(
        state=state, since=pd.Timestamp(since) if since else pd.NaT, chance=0.1, evidence=f"{name}: words"
    )


@pytest.fixture
def data() -> pd.DataFrame:
    people = [
        person("Ann", "weakening", [4] * 9 + [0, 1, 0], "2025-07-01"),
        person("Bo", "steady", [1, 0, 2]),
    ]
    return pd.concat(people, ignore_index=True)


def bars(ax: Axes, kind: str) -> list[float]:
    """Heights of the bars of a kind."""
    found = [part for part in ax.collections if part.get_gid() == kind]
    paths = [path.vertices[:, 1] for part in found for path in part.get_paths()]
    return [float(y.max() - y.min()) for y in paths]


def test_bars_are_the_months(data: pd.DataFrame) -> None:
    ax = plot_signals(data)
    calm, since = bars(ax, "months"), bars(ax, "since")
    assert len(calm) == 9 + 2
    assert len(since) == 3
    assert calm[0] / max(since) == pytest.approx(4)
    # A month without anything is a thin line in the span of the change, and nothing elsewhere.
    assert since[0] == since[2] < since[1] / 2


def test_states_have_a_mark_and_a_word_and_news_its_evidence(data: pd.DataFrame) -> None:
    words = [text.get_text() for text in plot_signals(data).texts]
    assert (
        words.index("▼ weakening") < words.index("Ann") < words.index("● no clear change") < words.index("Bo")
    )
    assert "(no alarm: chance may explain it)" in words
    assert "Ann: words" in words


def test_a_phone_has_the_counts_of_what_is_news(data: pd.DataFrame) -> None:
    evidence = "1 event in 3 months against 1,200 in the 30 before, nothing since May 2025; a steady partner"
    told = data.assign(evidence=evidence)
    with theme():
        narrow = plot_signals(told, ax=new_axes(NARROW, plot_signals.height(told, NARROW)))
    (words,) = [text.get_text() for text in narrow.texts if text.get_gid() == "evidence"]
    assert words == "1 event in 3 months against 1,200 in the 30 before"


def test_a_phone_says_of_who_long_brought_nothing_since_when() -> None:
    quiet = person("Bo", "steady", [1, *[0] * 11]).assign(
        evidence="no event for 11 months, since November 2024, after 1 in the 20 before: no more change than chance brings"
    )
    table = pd.concat([person("Ann", "steady", [1, 0, 2]), quiet], ignore_index=True)
    with theme():
        ax = plot_signals(table, ax=new_axes(NARROW, plot_signals.height(table, NARROW)))
    assert [text.get_text() for text in ax.texts if text.get_gid() == "evidence"] == [
        "no event for 11 months, since November 2024"
    ]
    # Its bars stand over its words, as the others' do.
    assert plot_signals.height(table, NARROW) == pytest.approx(
        plot_signals.height(table.assign(count=1), NARROW) + 0.16
    )


def test_a_phone_cuts_no_clause() -> None:
    evidence = (
        "50 referrals in 7.2 months against none in the month before, since October 2020; a steady partner"
    )
    table = person("Ann", "strengthening", [1] * 9, "2025-02-01").assign(evidence=evidence)
    with theme():
        ax = plot_signals(table, ax=new_axes(NARROW, plot_signals.height(table, NARROW)))
    (words,) = [text.get_text() for text in ax.texts if text.get_gid() == "evidence"]
    assert words == "50 referrals in 7.2 months against none in the month before"


def test_words_without_room_lose_a_clause_and_no_letter() -> None:
    table = person("Bo", "steady", [1, *[0] * 11]).assign(
        evidence="no referral or introduction for 11 months, since November 2024, after 1,000 in the 36 before: chance"
    )
    words = [text.get_text() for text in plot_signals(table).texts if text.get_gid() == "evidence"]
    assert words == ["no referral or introduction for 11 months, since November 2024"]


@pytest.mark.parametrize(("day", "hollow"), [("2025-09-05", 2), ("2025-09-30", 0), (None, 0)])
def test_a_part_of_a_month_is_hollow(data: pd.DataFrame, day: str | None, hollow: int) -> None:
    told = data.assign(count=data["count"].clip(lower=1))
    ax = plot_signals(told, as_of=day)
    faces = [part.get_facecolor()[0] for part in ax.collections for _ in part.get_paths()]
    assert sum(bool((face[:3] == 1).all()) for face in faces) == hollow
    words = " ".join(text.get_text() for text in ax.texts).replace("\n", " ")
    assert ("Hollow: a part of a month, to 5 September." in words) == bool(hollow)


def test_many_are_counted() -> None:
    many = pd.concat([person(f"P{n:02}", "steady", [1]) for n in range(50)], ignore_index=True)
    words = [text.get_text() for text in plot_signals(many).texts]
    assert "· · ·  20 more: 20 without a clear change" in words
    assert (
        plot_signals.describe(many).split(" Next: ")[0]
        == "Signals of 50 partners, with 1 month of interactions: 50 steady."
    )


def test_the_frame_has_every_month_since_the_beginning() -> None:
    rows = [
        act("2025-02-03", "Bo"),
        act("2025-04-01", "Bo"),
        act("2025-04-09", "Bo"),
        act("2025-05-05", "Ann"),
    ]
    board = pa.signals_board(made(rows), months=3)
    bo = board[board["partner"] == "Bo"]
    assert bo["count"].tolist() == [0, 2, 0]
    assert bo["month"].dt.month.tolist() == [3, 4, 5]
    assert board["state"].unique().tolist() == ["too early"]


def test_those_with_news_come_first() -> None:
    days = pd.date_range("2022-10-05", periods=36, freq="MS")
    rows = [act(str(day.date()), name, count=2) for day in days for name in ("Ann", "Bo", "Cy")]
    rows = [row for row in rows if not (row["partner"] == "Cy" and row["date"] >= "2025-02-01")]
    board = pa.signals_board(made(rows), as_of="2025-09-30")
    assert board["partner"].unique().tolist()[0] == "Cy"
    assert board.groupby("partner").size().tolist() == [24, 24, 24]
    assert board.loc[board["partner"] == "Cy", "since"].notna().all()


def test_one_month_is_said_once() -> None:
    words = " ".join(text.get_text() for text in plot_signals(person("Ann", "too early", [2])).texts)
    assert "Bars: Sep 2025." in words.replace("\n", " ")


def test_what_is_not_drawn_is_not_explained(data: pd.DataFrame) -> None:
    words = " ".join(text.get_text() for text in plot_signals(data[data["partner"] == "Bo"]).texts)
    assert "Coloured" not in words
    assert "Words" not in words


def test_a_flat_stroke_is_said_where_there_is_one(data: pd.DataFrame) -> None:
    def words(table: pd.DataFrame) -> str:
        return " ".join(plot_signals(table).texts[0].get_text().split())

    assert "Coloured: since the rate changed; a flat stroke: nothing." in words(data)
    busy = data.assign(count=data["count"].mask(data["count"] == 0, 1))
    assert "Coloured: since the rate changed." in words(busy)


def test_of_one_month_the_count_is_written() -> None:
    people = [person("Ann", "too early", [4]), person("Bo", "too early", [2])]
    counts = [
        text.get_text()
        for text in plot_signals(pd.concat(people, ignore_index=True)).texts
        if text.get_gid() == "count"
    ]
    assert counts == ["4", "2"]
    longer = plot_signals(person("Ann", "too early", [4, 2]))
    assert not [text for text in longer.texts if text.get_gid() == "count"]


def test_an_empty_board_says_whether_anybody_is_known(data: pd.DataFrame) -> None:
    calm = pd.DataFrame({"partner": ["Ann"], "state": ["steady"]})
    nobody = data.head(0)
    assert "Nobody's rate has changed" in plot_signals.describe(nobody, standing=calm)
    assert "No partner has a signal" in plot_signals.describe(nobody)
    assert "No partner has a signal" in plot_signals.describe(nobody, standing=calm.head(0))
