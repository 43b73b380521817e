"""The running balance: lines, names and who gave first are the frame's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

import partnership_analysis as pa
from partnership_analysis.charts.balance import NAMED, plot_running_balance
from partnership_analysis.charts.picture import picture
from partnership_analysis.charts.theme import NARROW, PALE, WIDE, figure_of, new_axes, theme


def balance(pairs: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """One referral a month from January, received or given."""
    rows = [
        {"date": f"2025-{month:02}-10", "partner": name, "kind": "referral", "direction": way}
        for name, ways in pairs.items()
        for month, way in enumerate(ways, start=1)
    ]
    return pa.balance_and_first(pa.Portfolio.from_frames(pd.DataFrame(rows)), as_of="2025-06-30")


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return balance(
        {
            "Ann": ("given", "received", "received", "received"),
            "Bo": ("given",) * 5,
            "Cy": ("received", "given"),
        }
    )


def named(ax: Axes) -> list[list[float]]:
    return [line.get_ydata().tolist() for line in ax.lines if line.get_linewidth() == 1.9]


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_gid() not in ("subtitle", "next")]


def test_lines_are_the_balance(data: pd.DataFrame) -> None:
    ax = plot_running_balance(data)
    assert named(ax) == [[-1, 0, 1, 2, 2, 2], [-1, -2, -3, -4, -5, -5]]
    pale = [line for line in ax.lines if line.get_color() == PALE and len(line.get_xdata()) == 6]
    assert len(pale) == 1
    assert texts(ax) == ["+2  Ann, we gave first", "−5  Bo, we gave first"]


def test_few_are_named_of_many() -> None:
    many = {f"P{place:02}": ("received",) * (place % 6 + 1) for place in range(20)} | {"Q": ("given",)}
    ax = plot_running_balance(balance(many))
    assert len(texts(ax)) == NAMED + 1
    assert texts(ax)[-1] == "−1  Q, we gave first"


def test_all_even_is_said() -> None:
    ax = plot_running_balance(balance({"Ann": ("given", "received")}))
    assert texts(ax) == ["all even"]


def test_on_a_phone_the_first_giver_stands_below(data: pd.DataFrame) -> None:
    with theme():
        ax = plot_running_balance(data, ax=new_axes(NARROW, 3.5))
    assert "+2  Ann\nwe gave first" in texts(ax)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_thread_ends_before_the_number(data: pd.DataFrame, width: float) -> None:
    with theme():
        ax = plot_running_balance(data, ax=new_axes(width, 3.5))
    figure = figure_of(ax)
    figure.draw_without_rendering()
    ends = [
        ax.transData.transform((line.get_xdata()[-1], 0))[0]
        for line in ax.lines
        if line.get_linewidth() == 0.7
    ]
    starts = [text.get_window_extent().x0 for text in ax.texts if text.get_gid() not in ("subtitle", "next")]
    assert len(ends) == 2
    assert min(starts) - max(ends) > 3 * figure.dpi / 72


def test_what_it_says(data: pd.DataFrame) -> None:
    words = plot_running_balance.describe(data)
    assert "the farthest from even: Ann +2, we gave first and Bo −5, we gave first. Next: " in words
    assert picture(plot_running_balance, data).alt == words
    assert "No referral is on record, in either direction" in plot_running_balance.describe(data.iloc[:0])


def test_one_month_is_dots_with_their_date() -> None:
    one = balance({"Ann": ("received",), "Bo": ("given",)}).groupby("partner").tail(1)
    ax = plot_running_balance(one)
    marked = [line.get_ydata().tolist() for line in ax.lines if line.get_marker() == "o"]
    assert marked == [[1.0], [-1.0]]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["Jun 25"]
    assert "2 partners, June 2025; the farthest" in plot_running_balance.describe(one)


def subtitle(ax: Axes) -> str:
    (words,) = [text.get_text() for text in ax.texts if text.get_gid() == "subtitle"]
    return words.replace("\n", " ")


def test_only_who_is_there_is_called_everybody_else(data: pd.DataFrame) -> None:
    assert "Pale: everybody else." in subtitle(plot_running_balance(data))
    assert "Pale" not in subtitle(plot_running_balance(data[data["partner"] != "Cy"]))
    tied = balance(dict.fromkeys("ABCDE", ("received",)))
    assert "Pale: everybody else, 2 more as far from even" in subtitle(plot_running_balance(tied))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_names_stand_on_their_side_of_zero_which_is_drawn(width: float) -> None:
    ways = {"A": ("received",) * 4, "B": ("given",), "C": ("given",), "D": ("given",)}
    one = balance(ways).groupby("partner").tail(1)
    with theme():
        ax = plot_running_balance(one, ax=new_axes(width, 3.5))
    heights = {
        text.get_text()[0]: text.xy[1] for text in ax.texts if text.get_gid() not in ("subtitle", "next")
    }  # type: ignore[attr-defined]
    assert heights["+"] > 0 > heights["−"]
    zero = [line for line in ax.lines if set(line.get_ydata()) == {0}]
    assert len(zero) == 1
    assert np.ptp(zero[0].get_xdata(orig=False)) > 0


def test_of_one_month_the_pale_are_dots_too() -> None:
    one = balance(dict.fromkeys("ABCDE", ("received",)) | {"F": ("given",)}).groupby("partner").tail(1)
    pale = [line for line in plot_running_balance(one).lines if line.get_marker() == "."]
    assert [line.get_ydata().tolist() for line in pale].count([1.0]) == 2


def test_lines_of_one_colour_have_strokes_of_their_own() -> None:
    counts = [*[("received", count) for count in (30, 20, 10)], *[("given", count) for count in (30, 20, 10)]]
    rows = [
        {"date": date, "partner": f"P{place}", "kind": "referral", "direction": way, "count": count}
        for place, (way, count) in enumerate(counts)
        for date in ("2025-01-06", "2025-05-06")
    ]
    data = pa.balance_and_first(pa.Portfolio.from_frames(pd.DataFrame(rows)))
    strokes: dict[str, list[str]] = {}
    for line in plot_running_balance(data).lines:
        if line.get_linewidth() > 1.5:
            strokes.setdefault(str(line.get_color()), []).append(str(line._dash_pattern))  # type: ignore[attr-defined]
    assert [len(set(found)) for found in strokes.values()] == [3, 3]
