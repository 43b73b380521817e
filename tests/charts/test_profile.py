"""The charts of one partner, read back through their artists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.dates import date2num

import partnership_analysis as pa
from partnership_analysis.charts.history import plot_history
from partnership_analysis.charts.profile import (
    plot_both_rates,
    plot_both_rvis,
    plot_partner_exchange,
)
from partnership_analysis.charts.profile_pictures import both_rvis_picture, history_picture
from partnership_analysis.charts.theme import NARROW, WIDE, new_axes, theme
from partnership_analysis.metrics.profile import Profile, partner_profile
from partnership_analysis.sample import sample
from partnership_analysis.schema import BANDS, TOO_EARLY
from partnership_analysis.wording import number


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    made = sample()
    return pa.Portfolio.from_frames(**made.tables, settings=made.settings)


@pytest.fixture(scope="module")
def page(portfolio: pa.Portfolio) -> Profile:
    return partner_profile(portfolio, "Merrow Tallis Accountants", "2025Q3")


def said(ax: Axes, gid: str) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def drawn(chart: Any, data: pd.DataFrame, width: float = WIDE, **options: Any) -> Axes:
    """Draw at a width; the frame stays as it is."""
    before = data.copy(deep=True)
    with theme():
        ax: Axes = chart(data, ax=new_axes(width, chart.height(data, width)), **options)
    pd.testing.assert_frame_equal(data, before)
    return ax


def lines(ax: Axes) -> list[np.ndarray]:
    """The full lines: what they hold where nothing is cut."""
    full = [line for line in ax.lines if line.get_linestyle() == "-" and line.get_linewidth() >= 1.8]
    return [np.asarray(line.get_ydata(), dtype=float) for line in full]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_lines_are_both_indices(page: Profile, width: float) -> None:
    ax = drawn(plot_both_rvis, page.indices, width)
    held = page.indices[page.indices["rvi"].notna() & (page.indices["band"] != TOO_EARLY)]
    for found, side in zip(lines(ax), ("theirs", "ours"), strict=True):
        rows = held[held["perspective"] == side]
        whole = ~rows["partial"].to_numpy(bool)
        np.testing.assert_allclose(found[whole], rows["rvi"].to_numpy("float64")[whole])
        assert np.isnan(found[~whole]).all()
    last = {side: rows["rvi"].iloc[-1] for side, rows in held.groupby("perspective")}
    assert set(said(ax, "end")) == {f"for us {number(last['ours'])}", f"for them {number(last['theirs'])}"}


def test_zones_are_the_bands_and_named(page: Profile) -> None:
    ax = drawn(plot_both_rvis, page.indices, limits=(1.0, 2.0, 3.0))
    edges = [(patch.get_y(), patch.get_y() + patch.get_height()) for patch in ax.patches]  # type: ignore[attr-defined]
    assert [edge for edge, _ in edges] == [0.0, 1.0, 2.0, 3.0]
    assert edges[-1][1] == pytest.approx(ax.get_ylim()[1])
    assert [label.get_text() for label in ax.get_yticklabels(minor=True)] == list(BANDS)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["1", "2", "3", "5", "10"]
    (rules,) = [part for part in ax.collections if part.get_gid() == "limits"]
    assert [segment[0, 1] for segment in rules.get_segments()] == [1.0, 2.0, 3.0]  # type: ignore[attr-defined]


def test_dots_are_explained_where_there_are_any(page: Profile) -> None:
    dotted = page.indices.assign(partial=True)
    for chart in (plot_both_rvis, plot_both_rates):
        words = said(drawn(chart, dotted.assign(partial=False)), "subtitle")[0]
        assert words.startswith("Merrow Tallis Accountants: ")
        assert "dotted" not in words
        # Where no window is whole there is no range, so none is explained.
        alone = said(drawn(chart, dotted), "subtitle")[0]
        assert "Dotted" in alone
        assert "haded" not in alone


def test_a_band_that_the_scale_cuts_is_said(page: Profile) -> None:
    for chart, names in ((plot_both_rvis, ("rvi", "high")), (plot_both_rates, ("rate", "rate_high"))):
        value, high = names
        near = page.indices.assign(**{high: page.indices[value]})
        assert "goes on" not in said(drawn(chart, near), "subtitle")[0].replace("\n", " ")
        far = page.indices.assign(**{high: page.indices[value] * 40 + 40})
        assert "upper edge: the range goes on." in said(drawn(chart, far), "subtitle")[0].replace("\n", " ")


def test_where_all_months_are_too_early_it_is_said(page: Profile) -> None:
    early = page.indices.assign(band=TOO_EARLY)
    assert "Too little is on record for a band." in said(drawn(plot_both_rvis, early), "subtitle")[0].replace(
        "\n", " "
    )
    assert "The band is" not in plot_both_rvis.describe(early)
    assert "Too little is on record for a band." in plot_both_rvis.describe(early)
    assert "Too little" not in said(drawn(plot_both_rvis, page.indices), "subtitle")[0].replace("\n", " ")
    one = early[early["month"] == early["month"].max()]
    assert ": for us 2.6 and for them 4.1." in plot_both_rvis.describe(one)


def test_nobody_is_said_to_have_rated_nothing_who_did(page: Profile) -> None:
    assert "nobody rated trust" not in said(drawn(plot_both_rates, page.indices), "subtitle")[0]
    bare = page.indices.assign(rvi=pd.NA)
    assert "nobody rated trust" in said(drawn(plot_both_rates, bare), "subtitle")[0].replace("\n", " ")


def test_ends_that_meet_are_named_apart(page: Profile) -> None:
    alike = page.indices.copy()
    last = alike["month"] == alike["month"].max()
    alike.loc[last & (alike["perspective"] == "theirs"), ["rvi", "low", "high"]] = alike.loc[
        last & (alike["perspective"] == "ours"), ["rvi", "low", "high"]
    ].to_numpy()
    ax = drawn(plot_both_rvis, alike)
    offsets = [text.xyann[1] for text in ax.texts if text.get_gid() == "end"]  # type: ignore[attr-defined]
    assert abs(offsets[0] - offsets[1]) >= 11


@pytest.mark.parametrize("chart", [plot_both_rvis, plot_both_rates])
def test_a_range_of_one_whole_month_is_a_bar(chart: Any, page: Profile) -> None:
    last = page.indices["month"] == page.indices["month"].max()
    lately = page.indices.assign(partial=~last)
    bars = [part for part in drawn(chart, lately).collections if part.get_gid() == "alone"]
    assert len(bars) == 2
    assert all(len(bar.get_segments()) == 1 for bar in bars)  # type: ignore[attr-defined]
    assert "haded: where it probably lies" in said(drawn(chart, lately), "subtitle")[0].replace("\n", " ")
    calm = drawn(chart, page.indices.assign(partial=False))
    assert not [part for part in calm.collections if part.get_gid() == "alone"]


def test_a_range_that_is_not_drawn_is_not_said_to_go_on(page: Profile) -> None:
    far = page.indices.assign(high=page.indices["rvi"] * 40 + 40)
    assert "goes on" in said(drawn(plot_both_rvis, far), "subtitle")[0].replace("\n", " ")
    unknown = drawn(plot_both_rvis, far.assign(partial=True))
    assert "goes on" not in said(unknown, "subtitle")[0].replace("\n", " ")
    assert unknown.get_ylim()[1] < 1.2 * page.indices["rvi"].max()


def test_the_months_that_an_index_counts_are_said(page: Profile) -> None:
    for chart in (plot_both_rvis, plot_both_rates):
        words = said(drawn(chart, page.indices, window=6), "subtitle")[0].replace("\n", " ")
        assert "by month, each counting the 6 months to its end" in words


@pytest.mark.parametrize("chart", [plot_both_rvis, plot_both_rates, plot_partner_exchange])
def test_a_line_under_another_is_broader(chart: Any, page: Profile) -> None:
    data = page.balance if chart is plot_partner_exchange else page.indices
    full = [
        line for line in drawn(chart, data).lines if len(line.get_xdata()) > 1 and line.get_linestyle() == "-"
    ]  # type: ignore[arg-type]
    under, over = sorted(full, key=lambda line: -line.get_linewidth())
    assert under.get_linewidth() > 1.4 * over.get_linewidth()
    if under.get_zorder() == over.get_zorder():
        assert full.index(under) < full.index(over)
    else:
        assert under.get_zorder() < over.get_zorder()


def test_lines_that_lie_on_each_other_have_one_name(page: Profile) -> None:
    ours = page.indices[page.indices["perspective"] == "ours"]
    (end,) = said(drawn(plot_both_rates, pd.concat([ours, ours.assign(perspective="theirs")])), "end")
    last = ours["rate"].iloc[-1]
    assert end == f"for us and\nfor them {number(last, 2 if last < 1 else 1)}"


def test_a_scale_far_beyond_the_bands_has_figures(page: Profile) -> None:
    much = page.indices.assign(**{name: page.indices[name] * 400 for name in ("rvi", "low", "high")})
    shown = [label.get_text() for label in drawn(plot_both_rvis, much).get_yticklabels()]
    assert shown[-3:] == ["1,000", "2,000", "5,000"]


def test_only_ribbons_that_are_seen_are_explained(page: Profile) -> None:
    def words(data: pd.DataFrame) -> str:
        return said(drawn(plot_both_rvis, data), "subtitle")[0].replace("\n", " ")

    assert "Shaded: where it probably lies" in words(page.indices)
    assert "narrower" not in words(page.indices)
    thin = page.indices.assign(low=page.indices["rvi"], high=page.indices["rvi"])
    assert "(here narrower than the line)" in words(thin)
    one = page.indices[page.indices["month"] == page.indices["month"].max()].assign(partial=True)
    assert not any(word in words(one) for word in ("haded", "otted"))


def test_without_trust_the_rates_are_drawn(portfolio: pa.Portfolio) -> None:
    bare = pa.Portfolio.from_frames(interactions=portfolio.interactions)
    page = partner_profile(bare, "Kestrel Cloud", "2025Q3")
    assert both_rvis_picture(page).alt.startswith("Interactions a month, ")
    ax = drawn(plot_both_rates, page.indices)
    ours = page.indices[page.indices["perspective"] == "ours"]["rate"].iloc[-1]
    assert f"for us {number(ours)}" in said(ax, "end")
    assert drawn(plot_both_rvis, page.indices).texts[0].get_text().startswith("Neither side has an RVI")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_event_has_a_mark_in_its_lane(page: Profile, width: float) -> None:
    ax = drawn(plot_history, page.events, width)
    lanes = dict(zip((label.get_text() for label in ax.get_yticklabels()), ax.get_yticks(), strict=True))
    marks = {str(part.get_gid()): np.asarray(part.get_offsets()) for part in ax.collections if part.get_gid()}
    for kind, way, mark, step in (
        ("referral", "received", "^", 1),
        ("referral", "given", "v", -1),
        ("meeting", "mutual", "o", 0),
        ("action", "done", "^", 1),
        ("rating", "them", "v", -1),
    ):
        rows = page.events[(page.events["kind"] == kind) & (page.events["way"] == way)]
        points = marks[mark][np.abs(marks[mark][:, 1] - lanes[f"{kind}s"]) < 0.5]
        assert len(points) == len(rows)
        months = date2num(rows["month"])
        assert ((points[:, 0] > months) & (points[:, 0] < months + 31)).all()
        assert (np.sign(np.round(points[:, 1] - lanes[f"{kind}s"], 6)) == step).all()
    assert sum(len(points) for points in marks.values()) == len(page.events)


def test_larger_marks_are_more() -> None:
    events = pd.DataFrame(
        {
            "kind": pd.Categorical(["referral", "referral"]),
            "way": "given",
            "month": pd.to_datetime(["2025-01-01", "2025-03-01"]),
            "count": [1, 9],
        }
    )
    (part,) = [part for part in drawn(plot_history, events).collections if part.get_gid()]
    small, large = part.get_sizes()  # type: ignore[attr-defined]
    assert small < large


def test_ratings_are_described_by_who_gave_them() -> None:
    month = pd.Timestamp("2025-09-01")
    rows = [("rating", "us", month, 2), ("rating", "them", month, 1), ("referral", "given", month, 3)]
    told = plot_history.describe(pd.DataFrame(rows, columns=["kind", "way", "month", "count"]))
    assert "referrals 3 given, last" in told
    assert "ratings 2 by us and 1 by them, last" in told


def test_the_end_of_a_partnership_is_a_line(portfolio: pa.Portfolio) -> None:
    page = partner_profile(portfolio, "Abernathy Tax", "2025Q3")
    assert history_picture(page).alt.startswith("Timeline of what both sides did, ")
    ax = drawn(plot_history, page.events, ended=page.facts["ended"].item())
    assert said(ax, "ended") == ["ended 28 June 2024"]
    (word,) = [text for text in ax.texts if text.get_gid() == "ended"]
    marks = [part.get_offsets()[:, 1].max() for part in ax.collections if part.get_gid()]  # type: ignore[attr-defined]
    top = ax.transData.transform((0, max(marks)))[1]
    assert word.get_window_extent().y0 > top


def test_a_silence_up_to_the_day_is_seen(portfolio: pa.Portfolio) -> None:
    page = partner_profile(portfolio, "Brightwater Systems", "2025Q3")
    silent = (pd.Timestamp(page.day) - page.events["month"].max()).days
    assert silent > 150
    ax = drawn(plot_history, page.events, until=page.day)
    assert ax.get_xlim()[1] > date2num(page.day) > date2num(page.events["month"].max()) + 150
    assert drawn(plot_history, page.events).get_xlim()[1] < date2num(page.day)


def test_only_marks_in_use_are_explained(page: Profile) -> None:
    some = page.events[(page.events["kind"] == "referral") & (page.events["way"] == "given")]
    words = said(drawn(plot_history, some, partner="Ann"), "subtitle")
    assert words == ["Ann: everything on record by month, the larger the more: ▼\u00a0given."]
    everything = " ".join(said(drawn(plot_history, page.events), "subtitle")).replace("\n", " ")
    assert (
        "Actions: ▲\u00a0done, ▼\u00a0agreed. Ratings: ▲\u00a0by\u00a0us, ▼\u00a0by\u00a0them." in everything
    )


def test_a_short_timeline_is_dated_at_both_ends() -> None:
    events = pd.DataFrame(
        {
            "kind": pd.Categorical(["referral", "referral"]),
            "way": "received",
            "month": pd.to_datetime(["2020-09-01", "2020-12-01"]),
            "count": [1, 1],
        }
    )
    labels = [label.get_text() for label in drawn(plot_history, events).get_xticklabels()]
    assert labels == ["Sep 2020", "Dec 2020"]


def test_lines_are_the_sums_so_far(page: Profile) -> None:
    ax = drawn(plot_partner_exchange, page.balance)
    steps = [line for line in ax.lines if line.get_drawstyle() == "steps-post"]
    for found, name in zip(steps, ("received_so_far", "given_so_far"), strict=True):
        assert list(found.get_ydata()) == page.balance[name].tolist()
    last = page.balance.iloc[-1]
    assert said(ax, "end") == [f"received {last['received_so_far']}", f"given {last['given_so_far']}"]


def test_every_step_that_is_ahead_is_shaded_to_its_end() -> None:
    months = pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"])
    data = pd.DataFrame({"month": months, "received_so_far": [2, 2, 2, 2], "given_so_far": [0, 2, 3, 3]})
    ax = drawn(plot_partner_exchange, data)
    areas = {}
    for part in ax.collections:
        (path,) = part.get_paths()
        x, y = path.vertices.T
        areas[part.get_gid()] = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    # Two ahead in the 31 days of January, one in those of March.
    assert areas == pytest.approx({"received ahead": 2 * 31, "given ahead": 1 * 31})
    assert "how far it is ahead" in said(ax, "subtitle")[0].replace("\n", " ")
    even = data.assign(given_so_far=data["received_so_far"])
    assert "ahead" not in said(drawn(plot_partner_exchange, even), "subtitle")[0]


def test_the_words_say_who_is_ahead(page: Profile) -> None:
    last = page.balance.iloc[-1]
    ahead = last["given_so_far"] - last["received_so_far"]
    assert f"{ahead} more given. Next: " in plot_partner_exchange.describe(page.balance)
    assert "The band is promising." in plot_both_rvis.describe(page.indices)


@pytest.mark.parametrize("chart", [plot_both_rvis, plot_both_rates, plot_history, plot_partner_exchange])
def test_nothing_is_said_to_be_nothing(chart: Any, page: Profile) -> None:
    empty = (page.indices if chart in (plot_both_rvis, plot_both_rates) else page.balance).iloc[:0]
    assert chart.describe(empty).startswith("An empty chart.")
    assert len(drawn(chart, empty).texts) == 1


def test_without_a_referral_it_says_what_to_write(page: Profile) -> None:
    said_empty = plot_partner_exchange.describe(page.balance.head(0))
    assert "write referrals and introductions into the interactions table" in said_empty
