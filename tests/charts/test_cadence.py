"""The timeline of contacts, read back: bars from the last contact to the due day, and the words beside them."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.dates import date2num

import partnership_analysis as pa
from partnership_analysis.charts.cadence import MOST, plot_cadence
from partnership_analysis.charts.theme import NARROW, figure_of, new_axes, theme

from .test_charts import draw, texts

DAY = "2025-09-30"


def portfolio() -> pa.Portfolio:
    rows = pd.DataFrame(
        {
            "date": ["2025-07-01", "2025-09-10", "2025-09-20", "2025-06-01"],
            "partner": ["Ann", "Bo", "Bo", "Cy"],
            "kind": "meeting",
        }
    )
    about = pd.DataFrame({"partner": ["Ann", "Bo"], "cadence_days": [30, 60]})
    return pa.Portfolio.from_frames(interactions=rows, partners=about)


@pytest.fixture(scope="module")
def ax() -> Axes:
    made = portfolio()
    return draw(plot_cadence, pa.cadence(made, as_of=DAY), contacts=pa.contact_days(made, DAY), as_of=DAY)


def segments(ax: Axes, gid: str) -> list[list[float]]:
    """Ends of the horizontal lines of a group, with their height."""
    (part,) = [part for part in ax.collections if part.get_gid() == gid]
    return [[line[0, 0], line[1, 0], line[0, 1]] for line in part.get_segments()]


def number(text: str) -> float:
    return float(date2num(pd.Timestamp(text).to_pydatetime()))


def test_bars_end_on_the_day_that_is_due(ax: Axes) -> None:
    # Ann: 30 days from 1 July; Bo: 60 days from 20 September; nothing is agreed with Cy.
    assert segments(ax, "in time") == [
        [number("2025-07-01"), number("2025-07-31"), 2],
        [number("2025-09-20"), number("2025-11-19"), 1],
    ]
    assert segments(ax, "overdue") == [[number("2025-07-31"), number(DAY), 2]]


def test_ticks_are_the_contacts(ax: Axes) -> None:
    (part,) = [part for part in ax.collections if part.get_gid() == "contacts"]
    found = sorted((line[0, 0], line[:, 1].mean()) for line in part.get_segments())
    days = (("2025-06-01", 0), ("2025-07-01", 2), ("2025-09-10", 1), ("2025-09-20", 1))
    assert found == [(number(date), pytest.approx(y)) for date, y in days]


def test_what_is_overdue_says_so_in_words(ax: Axes) -> None:
    assert texts(ax)[-3:] == ["61 days overdue", "due in 50 days", "no interval known"]
    weights = {label.get_text(): label.get_weight() for label in ax.get_yticklabels()}
    assert weights == {"Ann": "bold", "Bo": "normal", "Cy": "normal"}


def test_the_text_names_who_is_overdue() -> None:
    table = pa.cadence(portfolio(), as_of=DAY)
    assert "1 partner is overdue, Ann by 61 days. Next: " in plot_cadence.describe(table)
    calm = table[table["partner"] == "Bo"]
    assert "nobody is overdue; the first to fall due is Bo, on 19 November 2025." in plot_cadence.describe(
        calm
    )


def test_a_day_is_found_where_none_is_given() -> None:
    assert number(DAY) in plot_cadence(pa.cadence(portfolio(), as_of=DAY)).get_xticks()


def test_of_many_the_first_are_drawn_and_the_rest_counted() -> None:
    one = pa.cadence(portfolio(), as_of=DAY)
    many = pd.concat([one.head(1)] * (MOST + 3), ignore_index=True)
    many["partner"] = [f"P{place:03d}" for place in range(len(many))]
    ax = plot_cadence(many, ax=new_axes(NARROW, plot_cadence.height(many, NARROW)), as_of=DAY)
    assert len(ax.get_yticks()) == MOST
    assert "3 more, 3 of them overdue" in texts(ax)


def test_a_bar_that_begins_before_the_scale_says_so(ax: Axes) -> None:
    made = portfolio()
    about = pa.cadence(made, as_of="2026-02-28")
    phone = plot_cadence(about, ax=new_axes(NARROW, plot_cadence.height(about, NARROW)), as_of="2026-02-28")
    marks = [part.get_offsets() for part in phone.collections if part.get_gid() == "begins before"]
    # Ann was due in July; Bo was met on 20 September, within six months.
    assert [place.tolist() for part in marks for place in part] == [[phone.get_xlim()[0], 2.0]]  # type: ignore[attr-defined]
    assert sum(len(part.get_offsets()) for part in ax.collections if part.get_gid() == "begins before") == 0
    assert "Oct 2025" in [label.get_text() for label in phone.get_xticklabels()]


def test_without_any_interval_it_says_why() -> None:
    table = pa.cadence(portfolio(), as_of=DAY).tail(1)
    assert "fill the column cadence_days of the partners table" in plot_cadence.describe(table)
    assert len(plot_cadence(table).texts) == 1


def words_over(ax: Axes) -> str:
    (words,) = [text.get_text() for text in ax.texts if text.get_gid() == "subtitle"]
    return words.replace("\n", " ")


def test_the_scale_begins_with_a_short_record() -> None:
    made = portfolio()
    ax = draw(plot_cadence, pa.cadence(made, as_of=DAY), contacts=pa.contact_days(made, DAY), as_of=DAY)
    # The first contact was on 1 June; without the contacts the record's beginning is not known.
    assert number("2025-05-25") < ax.get_xlim()[0] < number("2025-06-01")
    assert plot_cadence(pa.cadence(made, as_of=DAY), as_of=DAY).get_xlim()[0] == number("2024-09-30")
    assert [label.get_text() for label in ax.get_xticklabels()][:2] == ["Jun 2025", "Jul 2025"]


def test_what_only_some_rows_have_is_said() -> None:
    table = pa.cadence(portfolio(), as_of=DAY)
    assert "No interval: agree on one in cadence_days" in words_over(plot_cadence(table, as_of=DAY))
    known = table[table["due"].notna()]
    assert not any(
        word in words_over(plot_cadence(known, as_of=DAY)) for word in ("No interval", "Without a tick")
    )
    waiting = known.assign(last_contact=pd.NaT)
    assert "Without a tick: counted from the beginning" in words_over(plot_cadence(waiting, as_of=DAY))


def test_red_is_explained_where_somebody_is_overdue() -> None:
    table = pa.cadence(portfolio(), as_of=DAY)
    assert "(bar; diamond: the day; red: overdue)" in words_over(plot_cadence(table, as_of=DAY))
    calm = table[~table["overdue"].fillna(False)]
    assert "(bar; diamond: the day)" in words_over(plot_cadence(calm, as_of=DAY))


def test_a_contact_of_today_is_not_covered_by_the_line_of_today() -> None:
    made = portfolio()
    for day, gaps in (("2025-09-20", 1), (DAY, 0)):
        ax = draw(plot_cadence, pa.cadence(made, as_of=day), contacts=pa.contact_days(made, day), as_of=day)
        (part,) = [part for part in ax.collections if part.get_gid() == "gap of today"]
        (line,) = [line for line in ax.lines if set(line.get_xdata()) == {number(day)}]
        (ticks,) = [part for part in ax.collections if part.get_gid() == "contacts"]
        assert [segment[0, 0] for segment in part.get_segments()] == [number(day)] * gaps
        assert line.get_zorder() < part.get_zorder() < ticks.get_zorder()


def test_no_month_is_named_under_the_key_of_an_earlier_beginning() -> None:
    # Cy was met a year and a half ago; Ann is due in a quarter, so that January stands at the right edge.
    rows = pd.DataFrame(
        {"date": ["2024-01-02", "2025-09-20"], "partner": ["Cy", "Ann"], "kind": ["meeting", "meeting"]}
    )
    about = pd.DataFrame({"partner": ["Cy", "Ann"], "cadence_days": [30, 99]})
    made = pa.Portfolio.from_frames(interactions=rows, partners=about)
    ax = draw(plot_cadence, pa.cadence(made, as_of=DAY), contacts=pa.contact_days(made, DAY), as_of=DAY)
    with theme():
        figure_of(ax).draw_without_rendering()
        (key,) = [text.get_window_extent() for text in ax.texts if text.get_gid() == "key"]
        ends = {label.get_text(): label.get_window_extent().x1 for label in ax.get_xticklabels()}
    assert "Jul 2025" in ends
    assert max(ends.values()) < key.x0
    calm = pa.cadence(made, as_of=DAY).query("partner == 'Ann'")
    shown = plot_cadence(calm, contacts=pa.contact_days(made, DAY), as_of=DAY)
    assert "Jan 2026" in [label.get_text() for label in shown.get_xticklabels()]


def test_the_mark_of_an_earlier_beginning_is_explained_where_it_stands(ax: Axes) -> None:
    def keys(axes: Axes) -> list[str]:
        return [text.get_text() for text in axes.texts if text.get_gid() == "key"]

    about = pa.cadence(portfolio(), as_of="2026-02-28")
    assert keys(plot_cadence(about, ax=new_axes(NARROW, 2), as_of="2026-02-28")) == ["◂ earlier"]
    assert keys(ax) == []
