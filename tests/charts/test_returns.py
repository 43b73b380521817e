"""Costs and returns read back through their artists."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from partnership_analysis.charts.returns import LOST, plot_returns
from partnership_analysis.charts.theme import INK, NARROW, RECEIVED, new_axes

DATA = pd.DataFrame(
    {
        "partner": ["Ann", "Bo", "Cy"],
        "investment": [1000.0, 800.0, None],
        "returned": [5000.0, 300.0, 200.0],
        "returned_low": [1500.0, None, None],
        "returned_high": [30_000.0, None, None],
        "net": [4000.0, -500.0, None],
        "value_per_hour": [500.0, 30.0, None],
        "unknown": [None, None, "no hours on record"],
    }
).convert_dtypes()


def shown(words: str) -> str:
    """Alternative text without the next step, which has its own tests."""
    return words.split(" Next: ")[0]


def dots(ax: Axes) -> list[np.ndarray]:
    """Positions of each scatter: hollow, then filled."""
    found = [part for part in ax.collections if type(part).__name__ == "PathCollection"]
    return [np.ma.filled(part.get_offsets(), np.nan) for part in found]


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_dots_are_what_went_in_and_came_back() -> None:
    ax = plot_returns(DATA, currency="GBP")
    spent, back = dots(ax)
    np.testing.assert_allclose(spent[:, 0], [1000, 800, np.nan])
    np.testing.assert_allclose(back, [[5000, 2], [300, 1], [200, 0]])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Ann", "Bo", "Cy"]
    filled = [part for part in ax.collections if type(part).__name__ == "PathCollection"][1]
    colours = [to_rgb(colour) for colour in filled.get_facecolor()]
    assert colours == [to_rgb(RECEIVED), to_rgb(LOST), to_rgb(RECEIVED)]


def test_the_range_does_not_dwarf_the_rest() -> None:
    ax = plot_returns(DATA)
    right = ax.get_xlim()[1]
    lines = [part for part in ax.collections if type(part).__name__ == "LineCollection"]
    assert right == 5000 * 1.5 * 1.03
    assert lines[0].get_segments()[0][:, 0].tolist() == [1500.0, right]


def test_the_difference_is_written_and_the_unknown_said() -> None:
    wide = texts(plot_returns(DATA, currency="GBP", period="12 months to May 2025"))
    assert [word for word in wide if word in {"+£4,000", "−£500", "–"}] == ["+£4,000", "−£500", "–", "–"]
    assert "£500" in wide
    assert "no hours on record" in wide
    assert "12 months to May 2025" in "\n".join(wide).replace("\n", " ")
    narrow = texts(plot_returns(DATA, ax=new_axes(NARROW, 3), currency="GBP"))
    assert "back an hour" not in narrow


def test_ranges_are_explained_once_and_arrows_say_that_they_go_on() -> None:
    ax = plot_returns(DATA)
    (subtitle,) = [text for text in ax.texts if text.get_gid() == "subtitle"]
    words = subtitle.get_text().replace("\n", " ")
    assert "Thin line: range that chance leaves; ▸: it goes on; no line: too few won; plain net" in words
    assert [list(line.get_ydata()) for line in ax.lines if line.get_gid() == "cut"] == [[2.0]]
    blank = DATA.assign(
        returned_low=pd.array([pd.NA] * 3, dtype="Float64"),
        returned_high=pd.array([pd.NA] * 3, dtype="Float64"),
    )
    assert "line" not in " ".join(texts(plot_returns(blank)))


def test_a_net_that_chance_may_turn_is_plain() -> None:
    open_ = DATA.assign(returned_low=[500.0, None, None]).convert_dtypes()
    for data, bold in ((DATA, True), (open_, False)):
        (net,) = [text for text in plot_returns(data, currency="GBP").texts if text.get_text() == "+£4,000"]
        assert (net.get_weight() == "bold", net.get_color() == RECEIVED) == (bold, bold)


def test_where_no_range_is_known_no_net_looks_sure() -> None:
    unknown = pd.array([pd.NA] * 3, dtype="Float64")
    ax = plot_returns(DATA.assign(returned_low=unknown, returned_high=unknown), currency="GBP")
    nets = [text for text in ax.texts if text.get_text() in ("+£4,000", "−£500")]
    assert [text.get_weight() for text in nets] == ["normal", "normal"]
    assert {text.get_color() for text in nets} == {INK}
    (subtitle,) = [text.get_text() for text in ax.texts if text.get_gid() == "subtitle"]
    assert "Too few were won for a range: chance may turn any net." in subtitle.replace("\n", " ")


def test_one_reason_for_all_is_said_once() -> None:
    same = DATA.assign(net=pd.NA, unknown="no hour rate in settings").convert_dtypes()
    words = texts(plot_returns(same))
    assert sum("no hour rate in settings" in word.replace("\n", " ") for word in words) == 1
    assert "Nobody's net is known: no hour rate in settings (set hour_rate)." in " ".join(words).replace(
        "\n", " "
    )
    other = same.assign(unknown=["no hour rate in settings", "no hours on record", "no hours on record"])
    assert texts(plot_returns(other)).count("no hours on record") == 2
    assert "no hour rate in settings (set hour_rate)" in texts(plot_returns(other))


def test_only_what_is_drawn_is_in_the_key() -> None:
    def key(data: pd.DataFrame) -> str:
        return next(
            iter(text.get_text() for text in plot_returns(data).texts if text.get_gid() == "subtitle")
        ).replace("\n", " ")

    assert "(hollow: hours, costs, commission)" in key(DATA)
    assert "won referrals; red: less came back)" in key(DATA)
    unknown = pd.array([pd.NA] * 3, dtype="Float64")
    blank = DATA.assign(investment=unknown, net=unknown)
    assert not any(word in key(blank) for word in ("hollow", "red:"))


def test_a_dot_that_would_be_hidden_is_a_ring() -> None:
    near = DATA.assign(investment=[5010.0, 800.0, None]).convert_dtypes()
    ax = plot_returns(near)
    hollow, filled = (part for part in ax.collections if type(part).__name__ == "PathCollection")
    ring, dot, *_ = hollow.get_sizes()
    assert ring > 2 * max(filled.get_sizes()) > dot
    assert [face[3] for face in hollow.get_facecolor()][:2] == [0.0, 1.0]
    assert hollow.get_zorder() > filled.get_zorder()


def test_one_vertical_of_those_who_have_none_says_what_to_fill() -> None:
    rows = DATA.head(1).rename(columns={"partner": "vertical"}).assign(vertical="not described")
    assert "fill the column vertical of the partners table" in " ".join(texts(plot_returns(rows))).replace(
        "\n", " "
    )


def test_words() -> None:
    assert shown(plot_returns.describe(DATA, currency="GBP", period="12 months")) == (
        "Return less investment of 3 partners over 12 months: brought more than was put in: Ann +£4,000; "
        "brought less: Bo −£500; unknown of 1 partner."
    )
    nothing = DATA.assign(returned=pd.NA)
    assert plot_returns.describe(nothing).startswith("An empty chart. No value of a won referral")


def test_both_ends_of_many() -> None:
    many = pd.concat([DATA.head(1)] * 50, ignore_index=True).assign(partner=[f"P{n}" for n in range(50)])
    ax = plot_returns(many, most=10)
    assert len(dots(ax)[1]) == 10
    assert any("40 more lie between" in text for text in texts(ax))


def test_values_of_nothing_are_said_to_be_so() -> None:
    def words(**columns: list[float]) -> str:
        none = pd.array([pd.NA] * 3, dtype="Float64")
        data = DATA.assign(returned_low=none, returned_high=none, **columns).convert_dtypes()
        return " ".join(texts(plot_returns(data))[0].split())

    nothing = {"returned": [0.0] * 3, "won": [2, 0, 0], "hours": [3.0, 2.0, 1.0]}
    said = "All values on record are 0: if something was won, correct the column value of the interactions table."
    assert said in words(**nothing)
    assert "All hours" not in words(**nothing)
    assert f"{said} All hours are 0: correct the column hours." in words(
        **nothing | {"hours": [0.0, 0.0, 0.0]}
    )
    lost = words(**nothing | {"won": [0, 0, 0]})
    assert "Nothing was won from referrals." in lost
    assert "All values" not in lost
    assert "All values" not in words()
