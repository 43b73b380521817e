"""Charts read back through their artists: what is drawn is what the frame holds."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

import partnership_analysis as pa
from partnership_analysis import charts
from partnership_analysis.charts.ranking import told_apart
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GREY,
    INK,
    NARROW,
    WIDE,
    new_axes,
    theme,
)
from partnership_analysis.sample import sample
from partnership_analysis.schema import BANDS
from partnership_analysis.wording import number

QUARTER = "2025Q3"
NA_RVI = ["rvi", "low", "high", "rvi_before", "band", "band_before", "trust"]


@pytest.fixture(scope="module")
def review() -> pa.metrics.review.Review:  # type: ignore[name-defined]
    made = sample()
    return pa.quarter_review(pa.Portfolio.from_frames(**made.tables, settings=made.settings), QUARTER)


@pytest.fixture
def standing(review) -> pd.DataFrame:
    return review.standing[review.standing["rvi"].notna()].reset_index(drop=True)


def dots(ax: Axes) -> list[np.ndarray]:
    """Positions of each scatter, hollow before filled."""
    return [
        np.ma.filled(part.get_offsets(), np.nan)
        for part in ax.collections
        if hasattr(part, "get_sizes") and len(part.get_sizes())
    ]


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def floats(column: pd.Series) -> np.ndarray:
    return column.to_numpy("float64", na_value=np.nan)


def draw(chart: Callable[..., Axes], data: pd.DataFrame, **options: object) -> Axes:
    """Draw as a reader gets it, at both widths; the frame stays as it is."""
    before = data.copy(deep=True)
    made = charts.picture(chart, data, **options)
    assert made.wide.startswith(b"\x89PNG")
    assert made.narrow.startswith(b"\x89PNG")
    assert made.alt == chart.describe(data, **options)
    ax = chart(data, **options)
    pd.testing.assert_frame_equal(data, before)
    return ax


# ---------------------------------------------------------------- what is drawn


def test_ranking_dots_are_the_values(standing: pd.DataFrame) -> None:
    ax = draw(charts.plot_rvi_ranking, standing)
    ghosts, filled = dots(ax)
    y = np.arange(len(standing))[::-1]
    np.testing.assert_allclose(filled, np.column_stack([floats(standing["rvi"]), y]))
    known = standing["rvi_before"].notna().to_numpy()
    before = np.column_stack([floats(standing["rvi_before"]), y])
    np.testing.assert_allclose(ghosts[known], before[known])
    assert np.isnan(ghosts[~known, 0]).all()
    (rings,) = [part for part in ax.collections if part.get_gid() == "before"]
    points = next(
        part for part in ax.collections if len(part.get_facecolor()) and len(part.get_offsets()) == len(y)
    )
    assert rings.get_sizes()[0] > points.get_sizes()[0]
    assert rings.get_zorder() > points.get_zorder()
    assert not len(rings.get_facecolor())
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert dict(zip(ax.get_yticks(), names, strict=True)) == dict(zip(y, standing["partner"], strict=True))
    right = ax.get_xlim()[1]
    bars = next(part for part in ax.collections if type(part).__name__ == "LineCollection")
    ends = np.array([segment[:, 0] for segment in bars.get_segments()])
    np.testing.assert_allclose(ends[:, 0], floats(standing["low"]))
    np.testing.assert_allclose(ends[:, 1], np.minimum(floats(standing["high"]), right))
    assert (filled[:, 0] <= right).all()
    values = [
        text for text in texts(ax) if text not in BANDS and not text.startswith(("Relationship", "Next"))
    ]
    assert [text.split(" ")[0] for text in values] == [number(value) for value in standing["rvi"]]


@pytest.mark.parametrize("limits", [(1.0, 2.0, 3.0), (0.5, 0.75, 4.0)])
def test_ranking_zones_are_the_bands(standing: pd.DataFrame, limits: tuple[float, ...]) -> None:
    ax = draw(charts.plot_rvi_ranking, standing, limits=limits)
    zones = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    edges = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in zones]
    assert edges == [(0.0, limits[0]), *pairwise(limits), (limits[2], ax.get_xlim()[1])]
    assert [to_rgb(patch.get_facecolor()) for patch in zones] == [
        to_rgb(BAND_COLOURS[band]) for band in BANDS
    ]
    assert [text for text in texts(ax) if text in BANDS] == list(BANDS)
    assert set(limits) <= set(ax.get_xticks())


@pytest.mark.parametrize(
    ("chart", "high"), [(charts.plot_rvi_ranking, "high"), (charts.plot_activity_ranking, "rate_high")]
)
def test_a_range_that_the_edge_cuts_is_said(chart: Callable[..., Axes], high: str) -> None:
    wide = one_partner(rvi=4.5, rate=1.5, low=1.0, rate_low=0.5, high=30.0, rate_high=9.0, band="strong")
    assert "At the right edge: the range goes on." in " ".join(texts(chart(wide))).replace("\n", " ")
    near = wide.assign(**{high: wide[high] / 5})
    assert "goes on" not in " ".join(texts(chart(near)))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_one_giant_leaves_the_others_their_room(standing: pd.DataFrame, width: float) -> None:
    giant = standing.copy()
    giant.loc[giant.index[0], ["rvi", "low", "high", "rvi_before"]] = [1050.0, 1000.0, 1100.0, 1500.0]
    with theme():
        height = charts.plot_rvi_ranking.height(giant, width)
        ax = charts.plot_rvi_ranking(giant, ax=new_axes(width, height))
    ghosts, filled, beyond = dots(ax)
    right = ax.get_xlim()[1]
    assert right < 30
    assert beyond.tolist() == [[right, len(giant) - 1]]
    assert len(filled) == len(giant) - 1
    assert np.isnan(ghosts[0, 0])
    assert any(text.startswith("1,050") for text in texts(ax))
    assert "beyond the scale" in " ".join(texts(ax)).replace("\n", " ")
    assert "beyond the scale" not in " ".join(texts(charts.plot_rvi_ranking(standing))).replace("\n", " ")


def test_one_giant_leaves_the_other_panels_their_room() -> None:
    usual = [monthly_of(months=6, band="weak").assign(partner=name) for name in ("Ann", "Bo", "Cy")]
    giant = usual[0].assign(partner="Di")
    for name in ("rvi", "low", "high", "rate", "rate_low", "rate_high"):
        giant[name] = giant[name] + 900
    for chart in (charts.plot_rvi_trend, charts.plot_activity_trend):
        ax = chart(pd.concat([*usual, giant], ignore_index=True))
        assert "▲\u00a0beyond the scale" in " ".join(texts(ax)).replace("\n", " ")
        assert "901.0" in texts(ax) or any(text.startswith("90") for text in texts(ax))
        assert "beyond the scale" not in " ".join(texts(chart(pd.concat(usual, ignore_index=True)))).replace(
            "\n", " "
        )


def test_ranking_colours_are_the_bands(standing: pd.DataFrame) -> None:
    ax = draw(charts.plot_rvi_ranking, standing)
    filled = [part for part in ax.collections if hasattr(part, "get_sizes") and len(part.get_sizes())][1]
    wanted = [to_rgb(BAND_COLOURS[band]) for band in standing["band"]]
    assert [to_rgb(colour) for colour in filled.get_facecolor()] == wanted


def test_activity_dots_are_the_rates(review) -> None:
    data = review.standing.sort_values("rate", ascending=False)
    ax = draw(charts.plot_activity_ranking, data)
    (filled,) = dots(ax)
    np.testing.assert_allclose(filled[:, 0], floats(data["rate"]))


def drawn(ax: Axes, kind: str) -> Any:
    """What a trend draws of one kind: lines, their ends, zones."""
    found = [part for part in ax.collections if part.get_gid() == kind]
    return found[0] if found else None


def floors(ax: Axes) -> list[tuple[float, float]]:
    """Of every panel where 0 stands, and the height of 1 on its root scale, read from the zone of the weak."""
    paths = [path.vertices for path in drawn(ax, "zone").get_paths()]
    weak = paths[: len(paths) // len(BANDS)]
    return [(float(box[:, 1].min()), float(np.ptp(box[:, 1]))) for box in weak]


def test_trends_are_the_months(review) -> None:
    data = review.trends
    ax = charts.plot_rvi_trend(data)
    names = list(dict.fromkeys(data["partner"]))
    assert [text for text in texts(ax) if text in names] == names
    ends, lines = drawn(ax, "end").get_offsets(), drawn(ax, "line").get_segments()
    scale = dict(zip(names, floors(ax), strict=True))
    place = 0
    for name in names:
        rows = data[(data["partner"] == name) & (data["band"] != "too early") & data["rvi"].notna()]
        if rows.empty:
            continue
        floor, one = scale[name]
        np.testing.assert_allclose(
            ((lines[place][:, 1] - floor) / one) ** 2, floats(rows["rvi"])[-len(lines[place]) :], atol=1e-9
        )
        assert ((ends[place][1] - floor) / one) ** 2 == pytest.approx(rows["rvi"].iloc[-1])
        assert ends[place].tolist() == pytest.approx(lines[place][-1].tolist())
        assert number(rows["rvi"].iloc[-1]) in texts(ax)
        place += 1
    assert place == len(ends) == len(lines)
    assert "too early for a band" in texts(ax)


def test_months_before_the_record_are_dotted() -> None:
    data = monthly_of(months=5, band="weak").assign(partial=[True, True, False, False, False])
    ax = charts.plot_rvi_trend(data)
    (dotted,), (line,) = (drawn(ax, kind).get_segments() for kind in ("dotted", "line"))
    assert (len(dotted), len(line)) == (3, 3)
    assert dotted[-1].tolist() == line[0].tolist()
    assert "Dotted" in next(text for text in texts(ax) if "Index" in text)


def test_activity_trends_end_at_the_rate(review) -> None:
    data = review.trends
    ax = charts.plot_activity_trend(data)
    last = data.drop_duplicates("partner", keep="last")
    stars = [" *" * (band == "too early") for band in last["band"]]
    wanted = [word + star for word, star in zip(told_apart(last["rate"]), stars, strict=True)]
    assert [word in texts(ax) for word in wanted] == [True] * len(last)
    assert len(drawn(ax, "end").get_offsets()) == len(last)


def test_a_rate_reads_alike_over_its_panel_and_in_the_ranking() -> None:
    rates = {"Ann": 2.04, "Bo": 0.25, "Cy": 0.22}
    rows = [monthly_of(name, 3, rate=rate, state="steady") for name, rate in rates.items()]
    data = pd.concat(rows, ignore_index=True).assign(band=pd.NA)
    ranked = texts(charts.plot_activity_ranking(data.drop_duplicates("partner")))
    wanted = [text for text in ranked if text[0].isdigit()]
    assert wanted == ["2.0", "0.25", "0.22"]
    assert [text for text in texts(charts.plot_activity_trend(data)) if text in wanted] == wanted
    assert "Bo from 0.25 to 0.25" in charts.plot_activity_trend.describe(data)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_line_beyond_the_scale_says_how_far_it_goes(width: float) -> None:
    usual = [monthly_of(months=6, band="weak").assign(partner=name) for name in ("Ann", "Bo", "Cy")]
    giant = usual[0].assign(partner="Di")
    for place, name in enumerate(("rvi", "rate")):
        giant[name] = [3.0, 3.0, 3.0, 941.4, 900.0, 3.0]
        chart = TRENDS[place]
        data = pd.concat([*usual, giant], ignore_index=True)
        with theme():
            ax = chart(data, ax=new_axes(width, chart.height(data, width)))
        (said,) = [text for text in ax.texts if text.get_gid() == "beyond"]
        assert said.get_text() == "▲ up to 941"
        (title,) = [text for text in ax.texts if text.get_text() == "Di"]
        # In the panel of whom it speaks, under its upper edge.
        assert said.xy[1] == title.xy[1]  # type: ignore[attr-defined]
        calm = chart(pd.concat(usual, ignore_index=True))
        assert not [text for text in calm.texts if text.get_gid() == "beyond"]


def test_trends_of_many_are_cut_and_say_so() -> None:
    one = monthly_of("P", 2)
    many = pd.concat([one.assign(partner=f"P{place:03}") for place in range(50)], ignore_index=True)
    ax = charts.plot_activity_trend(many)
    assert sum(text.startswith("P0") for text in texts(ax)) == 32
    assert "The first 32 of 50 are drawn." in " ".join(texts(ax)).replace("\n", " ")


@pytest.mark.parametrize("name", ["rvi_ranking", "activity_ranking", "rvi_trend", "activity_trend"])
def test_some_of_all_are_counted(name: str) -> None:
    chart = getattr(charts, f"plot_{name}")
    data = pd.concat([monthly_of(who, 2, band="weak") for who in ("Ann", "Bo")], ignore_index=True)
    data = data if "trend" in name else data.drop_duplicates("partner")
    words = "2 of 40 partners: those with a warning and the most active."
    assert words in " ".join(texts(chart(data, of=40))).replace("\n", " ")
    assert "partners" not in " ".join(texts(chart(data, of=2)))
    assert chart.describe(data, of=40) == chart.describe(data)


def test_rates_that_read_alike_have_two_decimals_and_short_records_a_star() -> None:
    rows = [
        one_partner(partner=name, rate=rate, state=state)
        for name, rate, state in (("Ann", 2.04, "steady"), ("Bo", 0.25, "too early"), ("Cy", 0.22, "steady"))
    ]
    data = pd.concat(rows, ignore_index=True).assign(band=pd.NA)
    ax = charts.plot_activity_ranking(data)
    assert [text for text in texts(ax) if text[0].isdigit()] == ["2.0", "0.25 *", "0.22"]
    assert "*\u00a0a short record." in " ".join(texts(ax)).replace("\n", " ")
    settled = charts.plot_activity_ranking(data.assign(state="steady", rate=[2.0, 0.3, 0.2]))
    assert [text for text in texts(settled) if text[0].isdigit()] == ["2.0", "0.3", "0.2"]
    assert "*" not in " ".join(texts(settled))


@pytest.mark.parametrize(
    ("chart", "low", "high"),
    [(charts.plot_rvi_ranking, "low", "high"), (charts.plot_activity_ranking, "rate_low", "rate_high")],
)
def test_a_window_that_begins_before_the_record_has_no_range(
    chart: Callable[..., Axes], low: str, high: str
) -> None:
    names = [monthly_of(name, rvi=4.0, rate=1.0, band="strong", state="steady") for name in ("Ann", "Bo")]
    data = pd.concat(names, ignore_index=True).assign(**{low: 0.5, high: 5.0}, partial=[True, False])
    ax = draw(chart, data)
    bars = next(part for part in ax.collections if not len(getattr(part, "get_sizes", list)()))
    spans = [segment for segment in bars.get_segments() if len(segment)]  # type: ignore[attr-defined]
    assert [span[0][1] for span in spans] == [0.0]
    words = " ".join(texts(ax)).replace("\n", " ")
    assert "†\u00a0without a bar: its window begins before the record (1 of 2 partners)" in words
    assert [text[-1] == "†" for text in texts(ax) if text[0].isdigit()] == [True, False]
    assert "Without a range, because its window begins before the record: 1 partner." in chart.describe(data)
    # Who does not say is taken as whole.
    for calm in (data.assign(partial=False), data.drop(columns="partial")):
        assert "†" not in " ".join(texts(chart(calm)))
        assert "Without a range" not in chart.describe(calm)
    alone = " ".join(texts(chart(data.head(1)))).replace("\n", " ")
    assert "probably lies" not in alone


def test_an_unknown_range_does_not_stretch_the_scale() -> None:
    names = [monthly_of(name, rate=rate, band="strong") for name, rate in (("Ann", 2.0), ("Bo", 1.0))]
    data = pd.concat(names, ignore_index=True).assign(rate_low=0.5, rate_high=[3.5, 2.0])
    whole = charts.plot_activity_ranking(data.assign(partial=False)).get_xlim()[1]
    assert charts.plot_activity_ranking(data.assign(partial=[True, False])).get_xlim()[1] < whole


def test_the_months_of_the_data_are_said_where_no_period_is_given() -> None:
    data = one_partner(months=8)
    for chart in RANKINGS:
        assert " over 8 months, from" in " ".join(texts(chart(data))).replace("\n", " ")
        said = " ".join(texts(chart(data, period="8 months to May 2025"))).replace("\n", " ")
        assert ", 8 months to May 2025, from" in said


def test_rules_of_trends_are_labelled() -> None:
    ax = charts.plot_activity_trend(monthly_of(rate=2.0, rate_low=1.0, rate_high=3.0))
    assert {"0", "0.5", "1", "2"} <= set(texts(ax))
    limits = charts.plot_rvi_trend(monthly_of(band="weak"), limits=(1.0, 2.0, 3.0))
    assert len(drawn(limits, "rule").get_segments()) == 3


def test_rankings_of_many_name_both_ends() -> None:
    one = one_partner()
    many = pd.concat([one.assign(partner=f"P{place:03}") for place in range(200)], ignore_index=True)
    for chart in RANKINGS:
        ax = draw(chart, many)
        names = [label.get_text() for label in ax.get_yticklabels()]
        assert (len(names), names[0], names[-1]) == (30, "P000", "P199")
        assert any("170 more" in text for text in texts(ax))


# ---------------------------------------------------------------- what is said


def test_alternative_text_says_the_numbers(review, standing: pd.DataFrame) -> None:
    text = charts.plot_rvi_ranking.describe(standing)
    assert f"{len(standing)} partners" in text
    top = standing.iloc[0]
    assert f"{top['partner']} {number(top['rvi'])}" in text
    for band, count in standing["band"].value_counts().items():
        if count:
            assert f"{count} partner{'s' if count != 1 else ''} {band}" in text
    trend = charts.plot_rvi_trend.describe(review.trends)
    assert "October 2023" in trend
    assert "September 2025" in trend


def test_pictures_of_a_review(review) -> None:
    for made in (
        charts.standing_picture(review),
        charts.trend_picture(review),
        charts.vertical_picture(review),
        charts.exchange_picture(review),
    ):
        data, meta = made._repr_mimebundle_()
        assert data["text/plain"] == made.alt == meta["image/png"]["alt"]
        assert len(made.alt) > 40


def test_the_same_bytes_twice(standing: pd.DataFrame, review) -> None:
    assert charts.picture(charts.plot_rvi_ranking, standing) == charts.picture(
        charts.plot_rvi_ranking, standing
    )
    assert charts.vertical_picture(review) == charts.vertical_picture(review)


# ---------------------------------------------------------------- edges


def one_partner(**values: object) -> pd.DataFrame:
    return _one_partner().assign(**values)


@functools.cache
def _one_partner() -> pd.DataFrame:
    rows = pd.DataFrame(
        {"date": ["2025-08-05"], "partner": ["Ann"], "kind": ["referral"], "direction": ["received"]}
    )
    rated = pd.DataFrame(
        {"date": ["2025-08-05"], "partner": ["Ann"], "rater": ["us"], "factor": ["trust"], "score": [4]}
    )
    portfolio = pa.Portfolio.from_frames(interactions=rows, ratings=rated)
    return pa.quarter_change(portfolio, pa.Quarter(2025, 3))


def monthly_of(name: str = "Ann", months: int = 1, **values: object) -> pd.DataFrame:
    frame = pd.concat([one_partner(partner=name, **values)] * months, ignore_index=True)
    return frame.assign(month=pd.date_range("2025-08-01", periods=months, freq="MS"))


RANKINGS = [charts.plot_rvi_ranking, charts.plot_activity_ranking]
TRENDS = [charts.plot_rvi_trend, charts.plot_activity_trend]


@pytest.mark.parametrize("chart", [*RANKINGS, *TRENDS])
def test_no_rows_are_said(chart: Callable[..., Axes], standing: pd.DataFrame) -> None:
    for frame in (pd.DataFrame(), standing.iloc[:0]):
        ax = draw(chart, frame)
        assert len(ax.texts) == 1
        assert ax.texts[0].get_text() in chart.describe(frame)


@pytest.mark.parametrize("value", [0.0, 1e-9, 0.5, 1e6])
def test_one_partner_of_any_size(value: float) -> None:
    high = value * 2 + 0.1
    data = one_partner(rvi=value, low=0.0, high=high, rate=value, rate_low=0.0, rate_high=high, band="strong")
    for chart in RANKINGS:
        *_, filled = dots(draw(chart, data))
        assert filled.tolist() == [[value, 0.0]]
    known = {"rate": value, "rate_low": 0.0, "rate_high": high, "band": "strong", "state": "steady"}
    months = monthly_of(rvi=value, low=0.0, high=high, **known)
    for chart in TRENDS:
        ax = draw(chart, months)
        ((_, y),) = drawn(ax, "end").get_offsets()
        assert 0 < y < 1
        assert number(value) in texts(ax)


@pytest.mark.parametrize("chart", RANKINGS)
def test_a_partner_without_last_quarter(chart: Callable[..., Axes]) -> None:
    draw(chart, one_partner(rvi_before=pd.array([pd.NA], dtype="Float64")))


def test_all_unknown_trends_say_so() -> None:
    nothing = monthly_of(months=3, **{name: pd.NA for name in NA_RVI if not name.endswith("before")})
    draw(charts.plot_rvi_trend, nothing.astype({"rvi": "Float64", "low": "Float64", "high": "Float64"}))


def test_all_unknown_rankings_say_so() -> None:
    nothing = one_partner(**dict.fromkeys(NA_RVI, pd.NA))
    draw(charts.plot_rvi_ranking, nothing.astype(dict.fromkeys(NA_RVI[:4], "Float64")))


NAMES = [
    "The Extraordinarily Long Name of a Partnership of Solicitors and Notaries Public LLP " * 4,
    "Ωμέγα Σύμβουλοι", "Дружба и партнёры", "Łódź Żółw & Œuvre", "شركة النور", "$x^2$ _and_ {braces} \\alpha", " ", "<script>alert(1)</script>",
]  # fmt: skip


def test_names_as_people_have_them() -> None:
    many = pd.concat([one_partner(partner=name) for name in NAMES], ignore_index=True)
    for chart in RANKINGS:
        draw(chart, many)
    draw(charts.plot_rvi_trend, pd.concat([monthly_of(name, 4) for name in NAMES], ignore_index=True))


@pytest.mark.parametrize("name", ["株式会社山田", "한국 파트너", "🚀 Rocket"])
def test_names_in_letters_that_the_typeface_lacks(name: str) -> None:
    draw(charts.plot_activity_ranking, one_partner(partner=name))


def test_two_hundred_partners_are_charted_by_the_notable() -> None:
    made = sample(partners=200, months=12, rows=2000)
    review = pa.quarter_review(pa.Portfolio.from_frames(**made.tables, settings=made.settings), QUARTER)
    assert len(review.standing) > 150
    assert charts.standing_picture(review).size[1] < 1000
    assert charts.plot_rvi_trend.height(review.trends, WIDE) < 20


# ---------------------------------------------------------------- house


def test_charts_draw_in_the_axes_that_they_are_given(standing: pd.DataFrame) -> None:
    with theme():
        ax = new_axes(NARROW, 5)
    assert charts.plot_rvi_ranking(standing, ax=ax) is ax


def test_nothing_of_pyplot(standing: pd.DataFrame) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    draw(charts.plot_rvi_ranking, standing.head(3))
    assert dict(mpl.rcParams) == before
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


@pytest.mark.parametrize("colour", [*BAND_TEXT.values(), GREY, INK])
def test_text_stands_out_from_white(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_bands_are_ordered_without_colour() -> None:
    assert WIDE > NARROW
    assert len({round(luminance(BAND_COLOURS[band]), 2) for band in BANDS}) == len(BANDS)


# ---------------------------------------------------------------- how far to trust it


def test_coverage_lines_are_the_values_and_named() -> None:
    data = pa.interval_coverage(months=[3, 6, 12])
    ax = draw(charts.plot_interval_coverage, data)
    lines = {tuple(line.get_ydata()) for line in ax.lines if len(line.get_xdata()) == 3}
    assert lines == {tuple(rows["average"]) for _, rows in data.groupby("interval")}
    assert {"ours (Jeffreys)", "exact, wider (Garwood)", "promised"} <= set(texts(ax))
    assert "promises 90%" in charts.plot_interval_coverage.describe(data)
    with theme():
        phone = charts.plot_interval_coverage(data, ax=new_axes(NARROW, 3))
    assert {"ours", "exact, wider", "rule of thumb"} <= set(texts(phone))


def test_early_warning_dots_are_the_values() -> None:
    rows = [
        (name, drop, months, share * drop * months / 6)
        for drop in (0.5, 1.0)
        for name, share in (("best possible", 0.8), ("signals", 0.7), ("no contact", 0.2))
        for months in (3, 6)
    ]
    data = pd.DataFrame(rows, columns=["detector", "drop", "months", "found"])
    ax = draw(charts.plot_early_warning, data)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["best possible", "signals", "no contact"] * 2
    filled = {
        (labels[list(ax.get_yticks()).index(line.get_ydata()[0])], line.get_xdata()[0])
        for line in ax.lines
        if line.get_marker() in "Dos" and line.get_markerfacecolor() != "white"
    }
    assert filled == {(name, share) for name, _, months, share in rows if months == 6}
    hollow = [line for line in ax.lines if line.get_markerfacecolor() == "white"]
    assert len(hollow) == len(filled)
    # Where the shorter time finds as many, a ring is seen round what is filled: larger, and behind it.
    full = [line for line in ax.lines if line.get_marker() in "Dos" and line not in hollow]
    assert min(line.get_markersize() for line in hollow) >= max(line.get_markersize() for line in full) + 2
    assert max(line.get_zorder() for line in hollow) < min(line.get_zorder() for line in full)
    heads = [text for text in texts(ax) if text.startswith("rate fell")]
    assert heads == ["rate fell to nothing", "rate fell by 50%"]
    assert (
        "of falls by 100% best possible 80%, signals 70% and no contact 20%"
        in charts.plot_early_warning.describe(data)
    )


@pytest.mark.parametrize("chart", [charts.plot_interval_coverage, charts.plot_early_warning])
def test_nothing_to_judge_is_said(chart: Callable[..., Axes]) -> None:
    assert any("There is no" in text or "no result" in text for text in texts(chart(pd.DataFrame())))
