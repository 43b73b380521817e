"""What the trends say over their panels, and in them: only of what is drawn."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.dates import date2num, num2date

from partnership_analysis.charts.history import plot_history
from partnership_analysis.charts.panels import date_marks
from partnership_analysis.charts.review import with_states
from partnership_analysis.charts.trend import plot_activity_trend, plot_rvi_trend

from .test_charts import monthly_of


def words_over(ax: Axes) -> str:
    return next(text.get_text() for text in ax.texts if text.get_gid() == "subtitle").replace("\n", " ")


@pytest.mark.parametrize("chart", [plot_rvi_trend, plot_activity_trend])
def test_of_one_month_nothing_is_said_that_is_not_drawn(chart) -> None:  # type: ignore[no-untyped-def]
    months = monthly_of(months=6, band="weak").assign(partial=[True] * 5 + [False])
    early = months.assign(partial=True)
    alone, whole = words_over(chart(early.tail(1))), words_over(chart(months))
    assert not any(word in alone for word in ("shaded", "Dotted", "stand first"))
    # No range is drawn of a window that begins before the record.
    assert "Without a range: its window begins before the record, so it may be too low." in alone
    assert "shaded" not in words_over(chart(early))
    assert "shaded" in whole
    assert "Dotted" in whole


def test_of_several_the_busiest_stand_first() -> None:
    three = pd.concat(
        [monthly_of(months=3).assign(partner=name) for name in ("Ann", "Bo", "Cy")], ignore_index=True
    )
    assert "The busiest now stand first." in words_over(plot_activity_trend(three))
    two = three[three["partner"] != "Cy"]
    assert "The busier now stands first." in words_over(plot_activity_trend(two))


def test_a_short_record_has_its_star() -> None:
    rows = monthly_of(months=3, rate=2.0, band=pd.NA, state="too early")
    for short in (rows, rows.assign(band="too early", state=pd.NA), rows.drop(columns="band")):
        ax = plot_activity_trend(short)
        assert "2.0 *" in [text.get_text() for text in ax.texts]
        assert "*\u00a0a short record." in words_over(ax)
    for settled in (rows.assign(state="steady"), rows.drop(columns=["band", "state"])):
        ax = plot_activity_trend(settled)
        assert "2.0" in [text.get_text() for text in ax.texts]
        assert "*" not in words_over(ax)


@pytest.mark.parametrize("chart", [plot_rvi_trend, plot_activity_trend])
def test_the_months_that_a_figure_counts_are_said(chart) -> None:  # type: ignore[no-untyped-def]
    rows = monthly_of(months=3, band="weak").assign(months=[7, 8, 9])
    assert "by month, each counting up to 9 months to its end" in words_over(chart(rows))
    assert "by month, each counting the 6 months to its end" in words_over(chart(rows, window=6))
    assert "The scale widens towards 0." in words_over(chart(rows))


def test_months_that_are_not_drawn_are_not_explained() -> None:
    early = monthly_of(months=2, band="too early", partial=True)
    later = monthly_of("Bo", months=2, band="weak", partial=False)
    assert "Dotted" not in words_over(plot_rvi_trend(pd.concat([early, later], ignore_index=True)))


def test_a_range_that_is_cut_is_said() -> None:
    rows = monthly_of(months=3, rate=2.0, rate_low=1.0)
    assert "the range goes on" in words_over(plot_activity_trend(rows.assign(rate_high=9.0)))
    assert "the range goes on" not in words_over(plot_activity_trend(rows.assign(rate_high=2.2)))


def test_a_range_that_is_cut_is_said_beside_a_giant() -> None:
    usual = monthly_of(months=6, rate=1.0, rate_low=0.5, rate_high=2.0)
    names = [usual.assign(partner=name) for name in ("Ann", "Bo", "Cy")]
    giant = usual.assign(partner="Di", rate=900.0, rate_low=800.0, rate_high=1000.0)
    wide = usual.assign(partner="Ed", rate_high=500.0)
    assert "the range goes on" not in words_over(plot_activity_trend(pd.concat([*names, giant])))
    assert "the range goes on" in words_over(plot_activity_trend(pd.concat([*names, giant, wide])))


def test_a_range_of_the_index_that_is_cut_is_said() -> None:
    rows = monthly_of(months=3, rvi=4.0, low=2.0, band="strong", partial=False)
    assert "the range goes on" in words_over(plot_rvi_trend(rows.assign(high=9.0)))
    assert "the range goes on" not in words_over(plot_rvi_trend(rows.assign(high=5.5)))


def test_where_everybody_is_too_early_no_panel_is_drawn() -> None:
    early = monthly_of(months=2, band="too early")
    assert plot_rvi_trend.describe(early).startswith("An empty chart. Too little is on record for a band")
    assert plot_rvi_trend.height(early, 3.5) == 1.0
    unrated = early.assign(rvi=pd.NA)
    assert "No partner has an RVI" in plot_rvi_trend.describe(unrated)


@pytest.mark.parametrize("chart", [plot_rvi_trend, plot_activity_trend])
def test_the_range_of_one_month_alone_is_a_bar(chart) -> None:  # type: ignore[no-untyped-def]
    longer = monthly_of("Ann", months=6, band="weak")
    alone = monthly_of("Bo", months=6, band="weak").tail(1)
    ax = chart(pd.concat([longer, alone], ignore_index=True))
    (ribbons,) = [part for part in ax.collections if part.get_gid() == "ribbon"]
    (ends,) = [part for part in ax.collections if part.get_gid() == "end"]
    *_, last = ribbons.get_paths()
    *_, dot = ends.get_offsets()
    box = last.get_extents()
    assert box.x0 < dot[0] < box.x1
    assert box.y0 < dot[1] < box.y1
    assert "shaded" in words_over(chart(alone))
    assert "shaded" not in words_over(chart(alone.assign(partial=True)))


def test_of_one_month_no_line_is_described() -> None:
    rows = monthly_of(months=2, band="weak", rvi=0.5, rate=0.25)
    for chart, both, one in (
        (plot_rvi_trend, "Ann from 0.5 to 0.5", ": Ann 0.5."),
        (plot_activity_trend, "Ann from 0.2 to 0.2", ": Ann 0.2."),
    ):
        assert both in chart.describe(rows)
        assert one in chart.describe(rows.tail(1))


def test_too_early_is_not_struck_through() -> None:
    two = [monthly_of("Ann", band="too early"), monthly_of("Bo", band="weak")]
    (words,) = [
        text for text in plot_rvi_trend(pd.concat(two)).texts if text.get_text().startswith("too early")
    ]
    box = words.get_bbox_patch()
    assert box is not None
    assert box.get_facecolor()[:3] == (1, 1, 1)


def test_large_ticks_have_their_commas() -> None:
    rows = monthly_of(months=3, rate=1500.0, rate_low=1400.0, rate_high=1600.0)
    shown = [text.get_text() for text in plot_activity_trend(rows).texts]
    assert "1,000" in shown
    assert "1000" not in shown


def test_one_month_of_history_is_dated_under_its_marks() -> None:
    events = pd.DataFrame(
        {"kind": ["referral"], "way": ["given"], "month": [pd.Timestamp("2025-09-01")], "count": [2]}
    )
    ax = plot_history(events)
    (mark,) = [part for part in ax.collections if part.get_gid() == "v"]
    (tick,) = ax.get_xticks()
    assert [label.get_text() for label in ax.get_xticklabels()] == ["Sep 2025"]
    assert tick == mark.get_offsets()[0][0]  # type: ignore[index]
    assert num2date(tick).month == 9


@pytest.mark.parametrize(("narrow", "years"), [(False, ["2017", "2021", "2025"]), (True, ["2020", "2025"])])
def test_the_last_year_is_named_and_no_label_runs_into_the_next_panel(narrow: bool, years: list[str]) -> None:
    marks = date_marks(pd.Timestamp("2015-10-01"), pd.Timestamp("2025-09-01"), narrow=narrow)
    assert [label for _, label in marks] == years


@pytest.mark.parametrize(("months", "marks", "word"), [(60, 60, "by month"), (67, 23, "by quarter")])
def test_a_long_history_is_summed_by_quarter(months: int, marks: int, word: str) -> None:
    every = pd.date_range("2020-01-01", periods=months, freq="MS")
    events = pd.DataFrame({"kind": "meeting", "way": "mutual", "month": every, "count": 1})
    ax = plot_history(events)
    (dots,) = [part for part in ax.collections if part.get_gid() == "o"]
    assert len(dots.get_offsets()) == marks  # type: ignore[arg-type]
    assert word in words_over(ax)
    first, *_ = dots.get_offsets()  # type: ignore[misc]
    assert num2date(first[0]).date().isoformat() == ("2020-01-15" if marks == 60 else "2020-02-15")
    # The last quarter may not be over, nor the first begun with its first month.
    late = plot_history(events.iloc[2:])
    (dots,) = [part for part in late.collections if part.get_gid() == "o"]
    places = [float(place[0]) for place in dots.get_offsets()]  # type: ignore[union-attr]
    assert late.get_xlim()[0] < min(places) < max(places) < late.get_xlim()[1]


def test_an_end_within_the_only_month_is_inside() -> None:
    events = pd.DataFrame(
        {"kind": ["rating"], "way": ["us"], "month": [pd.Timestamp("2024-06-01")], "count": [1]}
    )
    ax = plot_history(events, ended=dt.date(2024, 6, 30))
    (line,) = [line for line in ax.lines if len(set(line.get_xdata())) == 1]
    left, right = ax.get_xlim()
    assert left < date2num(pd.Timestamp("2024-06-30")) < right
    assert float(line.get_xdata()[0]) == date2num(pd.Timestamp("2024-06-30"))


def test_the_state_of_each_partner_is_that_of_now() -> None:
    months = pd.concat([monthly_of(name, months=2) for name in ("Ann", "Bo")], ignore_index=True)
    standing = pd.DataFrame({"partner": ["Bo", "Ann"], "state": ["too early", "steady"]})
    told = with_states(months, standing)
    assert told["state"].tolist() == ["steady", "steady", "too early", "too early"]
    shown = [text.get_text() for text in plot_activity_trend(told.assign(band=pd.NA)).texts]
    assert sum(text.endswith(" *") for text in shown) == 1
