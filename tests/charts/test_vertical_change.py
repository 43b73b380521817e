"""Slopes between two quarters: ends, labels and colours are the frame's."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from partnership_analysis.charts.strips import dodged
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    GIVEN,
    NARROW,
    RECEIVED,
    WIDE,
    figure_of,
    new_axes,
    theme,
)
from partnership_analysis.charts.vertical_change import MOST, plot_vertical_change
from partnership_analysis.metrics.verticals import vertical_change


def change(
    *rows: tuple[str, float | None, float | None], measure: str = "received", days: int = 91
) -> pd.DataFrame:
    """The metric's frame of so many before and now, of which the last quarter has so many days yet."""
    quarters = [("2025Q2", "2025-06-01", 0), ("2025Q3", "2025-09-01", 1)]
    records = [
        {
            "vertical": name,
            "period": period,
            "end": pd.Timestamp(end),
            "days": (91, days)[place],
            measure: values[place],
            "low": 0,
            "high": 9,
        }
        for name, *values in rows
        for period, end, place in quarters
    ]
    return vertical_change(pd.DataFrame(records), measure=measure)


def slopes(ax: Axes) -> dict[tuple[float, ...], str]:
    return {
        tuple(map(float, line.get_ydata())): line.get_color() for line in ax.lines if line.get_marker() == "o"
    }


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_slopes_are_the_values_and_coloured_beyond_chance() -> None:
    data = change(("Legal", 2, 20), ("IT", 6, 7), ("Property", 15, 1))
    found = slopes(plot_vertical_change(data, measure="received"))
    assert {ends: to_rgb(colour) for ends, colour in found.items()} == {
        (2.0, 20.0): to_rgb(RECEIVED),
        (6.0, 7.0): to_rgb(GIVEN),
        (15.0, 1.0): to_rgb(BAND_COLOURS["weak"]),
    }


def test_a_part_quarter_is_judged_by_its_rate() -> None:
    data = change(("Legal", 30, 28), ("IT", 30, 1), days=30)
    assert data["beyond"].tolist() == [True, True]
    ax = plot_vertical_change(data, measure="received")
    found = {ends: to_rgb(colour) for ends, colour in slopes(ax).items()}
    assert found[30.0, 28.0] == to_rgb(RECEIVED), "fewer, and more a day"
    assert found[30.0, 1.0] == to_rgb(BAND_COLOURS["weak"])
    assert {"28  ▲ Legal", "1  ▼ IT", "2025 Q2, 91 days", "2025 Q3, 30 days"} <= set(texts(ax))
    assert any("arrows the rate a day" in text.replace("\n", " ") for text in texts(ax))


def test_a_day_more_is_no_change() -> None:
    data = change(("Legal", 2, 2), ("IT", 6, 7), days=92)
    shown = texts(plot_vertical_change(data, measure="received"))
    assert {"2  Legal", "7  △ IT", "2025 Q2", "2025 Q3"} <= set(shown)
    assert not any("a day" in text for text in shown)


def test_money_is_grey_because_chance_is_not_judged() -> None:
    data = change(("Legal", 200.0, 9000.0), measure="value")
    ax = plot_vertical_change(data, measure="value", currency="GBP")
    assert [to_rgb(colour) for colour in slopes(ax).values()] == [to_rgb(GIVEN)]
    assert "£9,000  △ Legal" in texts(ax)


def test_both_ends_are_named_and_numbered() -> None:
    data = change(("Legal", 2, 20), ("IT", 6, 6))
    shown = texts(plot_vertical_change(data, measure="received"))
    assert {"Legal  2", "20  ▲ Legal", "IT  6", "6  IT", "2025 Q2", "2025 Q3"} <= set(shown)
    with theme():
        narrow = texts(plot_vertical_change(data, ax=new_axes(NARROW, 3), measure="received"))
    assert {"Legal  2", "20  ▲ Legal", "IT  6", "6  IT"} <= set(narrow)


def test_on_a_phone_both_sides_name_as_much_as_fits() -> None:
    long = "Chartered management company"
    data = change((long, 2.0, 20.0), ("IT", 6.0, None), measure="value")
    with theme():
        ax = plot_vertical_change(data, ax=new_axes(NARROW, 3), measure="value", currency="GBP")
        figure_of(ax).draw_without_rendering()
        boxes = [text.get_window_extent() for text in ax.texts if text.get_gid() != "subtitle"]
        width = figure_of(ax).bbox.x1
    shown = texts(ax)
    assert any(word.startswith("Chart") and word.endswith("…  £2") for word in shown)
    assert any(word.startswith("£20  △ Chart") and word.endswith("…") for word in shown)
    # What has no room beside a name is said above.
    assert "IT  £6" in shown
    assert "A dot alone: none in the other quarter." in shown[0].replace("\n", " ")
    assert "IT  £6, none now" in texts(plot_vertical_change(data, measure="value", currency="GBP"))
    whole = change(("IT", 6.0, 7.0), measure="value")
    assert "dot" not in texts(plot_vertical_change(whole, measure="value"))[0]
    assert min(box.x0 for box in boxes) >= 0
    assert max(box.x1 for box in boxes) <= width


def test_labels_do_not_touch() -> None:
    data = change(*((f"V{place}", 5.0, 5.0) for place in range(9)))
    ax = plot_vertical_change(data, measure="received")
    places = sorted(text.xy[1] for text in ax.texts if text.get_text().startswith("5  "))  # type: ignore[attr-defined]
    gaps = [after - before for before, after in pairwise(places)]
    assert min(gaps) == pytest.approx(max(gaps))
    assert min(gaps) > 0


def test_one_end_alone_is_a_dot() -> None:
    data = change(("Legal", None, 900.0), ("IT", 400.0, None), ("None", None, None), measure="value")
    assert data["vertical"].tolist() == ["Legal", "IT"]
    assert set(slopes(plot_vertical_change(data, measure="value", currency="GBP"))) == {(900.0,), (400.0,)}


def test_many_verticals_are_those_that_changed_most() -> None:
    data = change(*((f"V{place:02}", 1.0, 1.0 + place) for place in range(30)))
    assert len(slopes(plot_vertical_change(data, measure="received"))) == MOST


@pytest.mark.parametrize("rows", [[("Legal", 28.0, 28.0)], [("Legal", 0.0, 0.0)], [("Legal", 7.1, 6.0)]])
def test_one_vertical_leaves_no_half_blank(rows: list[tuple[str, float, float]]) -> None:
    ax = plot_vertical_change(change(*rows), measure="rvi")
    low, high = ax.get_ylim()
    before, now = rows[0][1:]
    assert (low + high) / 2 == pytest.approx((before + now) / 2)
    assert high - low > 0.1
    # A change looks as large as it is: less than a fifth of the value takes less than half of the height.
    assert abs(before - now) < 0.5 * (high - low)
    assert plot_vertical_change.height(change(*rows), WIDE) < 2


def test_the_scale_begins_at_zero_where_somebody_is_near() -> None:
    low, _ = plot_vertical_change(change(("Legal", 2, 20), ("IT", 6, 7)), measure="received").get_ylim()
    assert low < 0


def test_what_it_says() -> None:
    data = change(("Legal", 2, 20), ("IT", 6, 7))
    words = plot_vertical_change.describe(data, measure="received").split(" Next: ")[0]
    assert words.startswith("Referrals received of 2 verticals, 2025 Q2 beside 2025 Q3: Legal from 2 to 20")
    assert words.endswith("Beyond chance: Legal.")
    assert plot_vertical_change.describe(data.iloc[:0], measure="given").endswith(
        "Nothing to compare: it takes two quarters in the interactions table."
    )
    assert plot_vertical_change.describe(data.iloc[:0]).endswith("ratings of trust in the ratings table.")


def test_places_of_labels() -> None:
    assert dodged([3.0, 1.0, 1.2], 1.0, 0.0, 9.0).tolist() == pytest.approx([3.0, 0.6, 1.6])
    assert dodged([], 1.0, 0.0, 9.0).tolist() == []
    assert dodged([0.0, 0.0, 0.0], 1.0, 0.0, 9.0).tolist() == [0.0, 1.0, 2.0]


def test_counts_of_nothing_are_nothing_to_compare() -> None:
    nothing = change(("Legal", 0, 0), ("IT", 0, 0))
    assert plot_vertical_change.describe(nothing, measure="received") == (
        "An empty chart. No referral was received in either quarter: write referrals into the interactions table, "
        "with received in the column direction."
    )
    assert slopes(plot_vertical_change(change(("Legal", 0, 0), ("IT", 0, 1)), measure="received"))


def test_who_is_too_early_in_a_mean_is_starred_and_counted() -> None:
    records = [
        {"vertical": name, "period": period, "end": pd.Timestamp(end), "days": 91, "rvi": 5.0 + rated, "low": 0, "high": 9,
         "partial": False, "rated": rated, "too_early": early}
        for name, rated, ago, now in (("Legal", 5, 0, 2), ("IT", 2, 1, 0))
        for period, end, early in (("2025Q2", "2025-06-01", ago), ("2025Q3", "2025-09-01", now))
    ]  # fmt: skip
    data = vertical_change(pd.DataFrame(records))
    assert data[["before_rated", "before_too_early", "rated", "too_early"]].values.tolist() == [
        [5, 0, 5, 2],
        [2, 1, 2, 0],
    ]
    words = (
        "2025 Q2: partners too early for a band are in the mean: IT 1 of 2. "
        "2025 Q3: partners too early for a band are in the mean: Legal 2 of 5."
    )
    shown = texts(plot_vertical_change(data))
    assert {"Legal  10.0", "10.0 *  Legal", "IT  7.0 *", "7.0  IT"} <= set(shown)
    assert f"*\u00a0{words}" in shown[0].replace("\n", " ")
    assert plot_vertical_change.describe(data).split(" Next: ")[0].endswith(words)
    same = data.assign(before_too_early=[0, 1], too_early=[0, 1])
    shown = texts(plot_vertical_change(same))
    assert {"IT  7.0 *", "7.0 *  IT"} <= set(shown)
    assert "*\u00a0partners too early for a band are in the mean: IT 1 of 2." in shown[0].replace("\n", " ")
    for none in (
        data.assign(before_too_early=0, too_early=0),
        data.drop(columns=["too_early", "before_too_early"]),
    ):
        assert not any("*" in text for text in texts(plot_vertical_change(none)))


def test_values_of_nothing_are_said_to_be_so() -> None:
    nothing = texts(plot_vertical_change(change(("Legal", 0.0, 0.0), measure="value"), measure="value"))
    assert "All values of both quarters are 0: if something was won, correct the column value" in nothing[
        0
    ].replace("\n", " ")
    some = texts(plot_vertical_change(change(("Legal", 0.0, 1.0), measure="value"), measure="value"))
    assert "All values" not in some[0]
