"""Open actions over time, read back: steps are the frame's, a stalled partnership says so."""

from __future__ import annotations

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.charts.momentum import MOST, plot_burn_down
from partnership_analysis.charts.theme import NARROW, WIDE, figure_of, new_axes, theme

from .test_charts import draw, texts


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    met = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    stuck = pd.DataFrame(
        {
            "partner": "Ann",
            "action": list("abcd"),
            "created": "2025-03-03",
            "due": "2025-05-01",
            "done": ["2025-03-20", None, None, None],
        }
    )
    going = pd.DataFrame(
        {
            "partner": "Bo",
            "action": ["x", "y"],
            "created": ["2025-08-01", "2025-09-01"],
            "done": ["2025-08-20", None],
        }
    )
    over = pd.DataFrame({"partner": "Cy", "action": ["z"], "created": ["2025-08-01"], "done": ["2025-08-20"]})
    return pa.Portfolio.from_frames(interactions=met, actions=pd.concat([stuck, going, over]))


def test_without_any_action_no_column_is_asked_for(portfolio: pa.Portfolio) -> None:
    table, stuck = pa.open_work(portfolio), pa.stalled(portfolio)
    assert "write what you agree" in plot_burn_down.describe(table.head(0), stalled=stuck.head(0))
    assert "fill the column created" in plot_burn_down.describe(table.head(0), stalled=stuck)


def test_open_work_is_what_is_open_with_the_stalled_first(portfolio: pa.Portfolio) -> None:
    table = pa.open_work(portfolio)
    assert table["partner"].unique().tolist() == ["Ann", "Bo"]
    assert table.loc[table["partner"] == "Ann", "open"].tolist() == [4, 3, 3]


def test_steps_are_the_open_actions(portfolio: pa.Portfolio) -> None:
    table = pa.open_work(portfolio)
    ax = draw(plot_burn_down, table, stalled=pa.stalled(portfolio))
    panels = {panel.get_title(loc="left"): panel for panel in ax.child_axes}
    for name, panel in panels.items():
        rows = table[table["partner"] == name]
        assert list(panel.lines[0].get_ydata()) == rows["open"].tolist()
        assert panel.lines[0].get_drawstyle() == "steps-post"
        assert f"{rows['open'].iloc[-1]} open" in texts(panel)
    assert "■ stalled, 194 days" in texts(panels["Ann"])
    assert not any("stalled" in words for words in texts(panels["Bo"]))
    words = plot_burn_down.describe(table, stalled=pa.stalled(portfolio))
    assert words.startswith(
        "Open actions of 2 partnerships over time: now Ann 3 and Bo 1; stalled: Ann. Next: "
    )


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_names_end_where_the_number_begins(portfolio: pa.Portfolio, width: float) -> None:
    table = pa.open_work(portfolio)
    names = {"Ann": "i" * 30, "Bo": "W" * 30}
    table = table.assign(partner=table["partner"].map(names))
    with theme():
        ax = plot_burn_down(table, ax=new_axes(width, plot_burn_down.height(table, width)))
        figure_of(ax).draw_without_rendering()
        narrow_letters, wide_letters = (panel.get_title(loc="left") for panel in ax.child_axes)
        for panel in ax.child_axes:
            (number,) = (text for text in panel.texts if text.get_text().endswith(" open"))
            title = panel._left_title  # type: ignore[attr-defined]
            assert title.get_window_extent().x1 <= number.get_window_extent().x0
    # By letters both would be cut at one place.
    assert narrow_letters == names["Ann"]
    assert wide_letters.endswith("…")
    assert 5 <= len(wide_letters) < 20


def test_of_many_the_first_are_drawn() -> None:
    day = pd.Timestamp("2025-09-30")
    table = pd.DataFrame(
        {
            "partner": [f"P{n:02d}" for n in range(MOST + 2)],
            "date": day,
            "open": pd.array([1] * (MOST + 2), dtype="Int64"),
        }
    )
    ax = plot_burn_down(table)
    assert len(ax.child_axes) == MOST
    assert "Not drawn: 2 more partnerships." in ax.texts[0].get_text().replace("\n", " ")


def test_the_order_is_that_of_the_panels_that_there_are(portfolio: pa.Portfolio) -> None:
    table, stuck = pa.open_work(portfolio), pa.stalled(portfolio)
    going = stuck.assign(stalled=False)

    def words(data: pd.DataFrame, stalled: pd.DataFrame) -> str:
        return texts(draw(plot_burn_down, data, stalled=stalled))[0].replace("\n", " ")

    assert "The stalled first, then the longest idle." in words(table, stuck)
    assert "one scale. The longest idle first." in words(table, going)
    alone = words(table[table["partner"] == "Bo"], going)
    assert "first" not in alone
    assert "one scale" not in alone


def test_stalled_is_explained_where_it_stands(portfolio: pa.Portfolio) -> None:
    table, stuck = pa.open_work(portfolio), pa.stalled(portfolio)
    words = "Stalled: for so long nothing was finished, though actions wait."
    for data, said in ((table, True), (table[table["partner"] == "Bo"], False)):
        ax = draw(plot_burn_down, data, stalled=stuck)
        assert (words in texts(ax)[0].replace("\n", " ")) is said
        assert any("■ stalled" in text for panel in ax.child_axes for text in texts(panel)) is said
