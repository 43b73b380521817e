"""J-curves read back through their lines."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from PIL import Image

from partnership_analysis.charts.jcurve import plot_j_curve
from partnership_analysis.charts.picture import picture
from partnership_analysis.charts.theme import NARROW, PALE, new_axes


def shown(words: str) -> str:
    """Alternative text without the next step, which has its own tests."""
    return words.split(" Next: ")[0]


def curve(name: str, sums: list[float], first: int = 0, *, partial: bool = False) -> pd.DataFrame:
    months = pd.date_range("2025-01-01", periods=len(sums), freq="MS")
    return pd.DataFrame(
        {
            "partner": name,
            "month": months,
            "number": pd.array(range(first, first + len(sums)), dtype="Int64"),
            "returned": pd.array(np.diff(sums, prepend=0.0).clip(min=0), dtype="Float64"),
            "cumulative": pd.array(sums, dtype="Float64"),
            "partial": partial,
        }
    )


ANN = curve("Ann", [-100, -200, 50, 300])
BO = curve("Bo", [-50, -80])
OLD = curve("Old", [500, 700], first=40, partial=True)
DATA = pd.concat([ANN, BO, OLD], ignore_index=True)
PAID = pd.DataFrame(
    {
        "partner": ["Ann", "Bo"],
        "state": ["paid back", "no business yet"],
        "payback": [pd.Timestamp("2025-03-01"), pd.NaT],
        "months_to_payback": pd.array([2, None], dtype="Int64"),
    }
)


def lines(ax: Axes) -> list[list[tuple[float, float]]]:
    """Curves drawn, each as its points; not their end dots and not the zero line."""
    return [
        list(zip(line.get_xdata(), line.get_ydata(), strict=True))
        for line in ax.lines
        if line.get_marker() == "None" and len(line.get_xdata()) > 1 and list(line.get_xdata()) != [0, 1]
    ]


def test_a_line_for_each_with_a_beginning() -> None:
    ax = plot_j_curve(DATA, currency="GBP", paid=PAID)
    drawn = lines(ax)
    assert [(0, -100), (1, -200), (2, 50), (3, 300)] in drawn
    assert [(40, 500), (41, 700)] not in drawn
    words = [text.get_text() for text in ax.texts]
    assert {"Ann +£300", "Bo −£80", "paid back", "still investment"} <= set(words)
    assert any(
        "Left out: 1 partner whose beginning lies before the record" in word.replace("\n", " ")
        for word in words
    )


def test_a_ring_where_it_is_paid_back() -> None:
    ax = plot_j_curve(DATA, paid=PAID)
    rings = [part for part in ax.collections if type(part).__name__ == "PathCollection"]
    np.testing.assert_allclose(rings[0].get_offsets(), [[2, 50]])
    assert "ring: paid back for good" in {text.get_text() for text in ax.texts}
    assert not any("ring" in text.get_text() for text in plot_j_curve(DATA).texts)


def test_whoever_is_not_named_is_pale_and_counted() -> None:
    """Twenty ends on one spot: few names fit round it."""
    many = pd.concat([curve(f"P{n:02}", [-100, -200 - n / 100]) for n in range(20)], ignore_index=True)
    ax = plot_j_curve(many, ax=new_axes(NARROW, 4))
    names = [text.get_text() for text in ax.texts if text.get_gid() == "name"]
    assert 0 < len(names) <= 6
    # The highest and the lowest come first.
    assert any(name.startswith("P00") for name in names)
    pale = [line for line in ax.lines if line.get_color() == PALE and len(line.get_xdata()) == 2]
    assert len(pale) == 20 - len(names)
    assert f"pale: {len(pale)} others" in {text.get_text() for text in ax.texts}


def test_no_month_stands_where_only_names_do() -> None:
    ax = plot_j_curve(curve("Ann", [-100.0] * 121), ax=new_axes(NARROW, 4))
    assert max(ax.get_xticks()) == 120
    assert ax.get_xlabel() == "months since the partnership began"
    whole = curve("all partners", [1.0, 2.0], first=80).rename(columns={"partner": "portfolio"})
    assert plot_j_curve(whole).get_xlabel() == "months since the first partnership began"


def test_the_highlighted_stands_out_even_if_its_beginning_is_unknown() -> None:
    ax = plot_j_curve(DATA, highlight="Old")
    styles = {tuple(line.get_xdata()): line for line in ax.lines}
    assert styles[(40, 41)].is_dashed()
    assert styles[(0, 1, 2, 3)].get_color() == PALE
    words = [text.get_text() for text in ax.texts]
    assert any(
        "In colour: Old. Dotted: it began before the record." in word.replace("\n", " ") for word in words
    )
    assert not any("Dotted" in text.get_text() for text in plot_j_curve(DATA).texts)
    assert "+700" in words


def test_all_of_unknown_beginning_are_dotted() -> None:
    ax = plot_j_curve(OLD)
    assert [(40, 500), (41, 700)] in lines(ax)
    words = " ".join(text.get_text() for text in ax.texts).replace("\n", " ")
    assert "Dotted: it began before the record" in words
    assert "paid back" not in words


def test_words() -> None:
    assert shown(plot_j_curve.describe(DATA, currency="GBP", paid=PAID)) == (
        "Return less investment, summed from the beginning, of 2 partners: Ann +£300 after 3 months and Bo −£80 after "
        "1 month. 1 partner paid back."
    )
    older = PAID.assign(partner=["Old", "Older"], state="began before the record", payback=pd.NaT)
    assert shown(plot_j_curve.describe(OLD, currency="GBP", paid=older)).endswith(
        "of 1 partner: Old +£700 after 41 months."
    )
    blank = DATA.assign(cumulative=pd.array([pd.NA] * len(DATA), dtype="Float64"))
    assert plot_j_curve.describe(blank).startswith("An empty chart.")


def subtitle(ax: Axes) -> str:
    (words,) = [text.get_text() for text in ax.texts if text.get_gid() == "subtitle"]
    return str(words).replace("\n", " ")


def test_one_and_several_are_said_as_such() -> None:
    """Nobody stands out where there is nobody else, and several curves have several beginnings."""
    alone = subtitle(plot_j_curve(OLD, highlight="Old"))
    assert alone.startswith("Old: what came back")
    assert "In colour" not in alone
    assert "it began before the record, so that the sum lacks its beginning" in alone
    both = pd.concat([OLD, curve("Older", [1, 2], first=60, partial=True)], ignore_index=True)
    ax = plot_j_curve(both)
    assert subtitle(ax).endswith("Both began before the record, so that the sums lack their beginnings.")
    # Dots of all tell nobody from anybody: their strokes do.
    assert len({str(line._dash_pattern) for line in ax.lines if line.get_xdata()[0] >= 40}) > 1  # type: ignore[attr-defined]
    assert "In colour: Old. Both began" in subtitle(plot_j_curve(both, highlight="Old"))
    long = "The Association of Chartered Intermediaries and Introducers"
    assert f"In colour: {long[:39]}…." in subtitle(plot_j_curve(both.replace("Old", long), highlight=long))


def test_the_ground_under_zero_is_not_the_papers() -> None:
    """Neither white as the rest, nor the rest as red as it."""
    for sums in ([-100.0], [-100.0, 9000.0]):
        image = Image.open(io.BytesIO(picture(plot_j_curve, curve("Ann", sums)).wide)).convert("RGB")
        colours = sorted(image.getcolors(2**24) or [], reverse=True)
        assert image.getpixel((0, 0)) == (255, 255, 255)
        assert {colour for _, colour in colours[:2]} == {(255, 255, 255), (245, 233, 229)}


def test_a_first_month_is_no_age() -> None:
    assert "of 1 partner: Ann −£100 in the first month." in plot_j_curve.describe(
        curve("Ann", [-100.0]), currency="GBP"
    )


def test_the_whole_is_no_number_of_partners() -> None:
    """It may be of one."""
    whole = curve("all partners", [1000.0, 2000.0], first=80, partial=True).rename(
        columns={"partner": "portfolio"}
    )
    words = [text.get_text() for text in plot_j_curve(whole).texts]
    assert "in all +2,000" in words
    assert not any("all partners" in word for word in words)
    assert shown(plot_j_curve.describe(whole, currency="GBP")) == (
        "Return less investment, summed from where the record begins, of the whole portfolio: +£2,000 after 81 months."
    )


def test_amounts_at_the_axis_have_one_form() -> None:
    ax = plot_j_curve(curve("Ann", [-4_000, 5_000, 14_000]), currency="GBP")
    ax.get_figure().canvas.draw()  # type: ignore[union-attr]
    words = {label.get_text() for label in ax.get_yticklabels()}
    assert {"£5k", "£10k"} <= words
    assert "£5,000" not in words


def test_a_single_month_is_no_dotted_line() -> None:
    one = curve("Ann", [100.0], 40, partial=True)
    assert any(
        "It began before the record" in text.get_text().replace("\n", " ") for text in plot_j_curve(one).texts
    )
    assert not any("otted" in text.get_text() for text in plot_j_curve(one).texts)
    two = curve("Ann", [100.0, 200.0], 40, partial=True)
    assert any("Dotted: it began" in text.get_text().replace("\n", " ") for text in plot_j_curve(two).texts)


def test_curves_do_not_strike_the_halves_names_through() -> None:
    ax = plot_j_curve(DATA)
    halves = [text for text in ax.texts if text.get_gid() == "half"]
    assert len(halves) == 2
    highest = max(line.get_zorder() for line in ax.lines)
    assert all(text.get_zorder() > highest and text.get_bbox_patch() is not None for text in halves)


def test_lines_of_one_colour_have_strokes_of_their_own() -> None:
    many = pd.concat(
        [
            curve(f"P{n}", [-100, value, 3 * value])
            for n, value in enumerate((900, 500, 200, -300, -600, -900))
        ],
        ignore_index=True,
    )
    ax = plot_j_curve(many)
    strokes: dict[str, list[str]] = {}
    for line in ax.lines:
        if line.get_marker() == "None" and len(line.get_xdata()) == 3:
            strokes.setdefault(str(line.get_color()), []).append(str(line._dash_pattern))  # type: ignore[attr-defined]
    assert {colour: len(set(found)) for colour, found in strokes.items()} == dict.fromkeys(strokes, 3)
    assert len(strokes) == 2
    # Who stands out alone needs no stroke, and dots stay those of a beginning before the record.
    ax = plot_j_curve(pd.concat([many, OLD], ignore_index=True), highlight="P0")
    assert {str(line._dash_pattern) for line in ax.lines if line.get_lw() > 2} == {"(0.0, None)"}  # type: ignore[attr-defined]
