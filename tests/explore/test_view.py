"""What a selection shows, without any widget."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.explore import TOPICS, Selection, View, frames, view
from partnership_analysis.explore.cells import rows_of
from partnership_analysis.explore.frames import Frames

LOOK = Callable[..., View]


@pytest.fixture(scope="module")
def look(sample_portfolio: pa.Portfolio) -> LOOK:
    frames = Frames(sample_portfolio)
    return lambda **values: view(sample_portfolio, Selection.of(sample_portfolio, **values), frames=frames)


@pytest.mark.parametrize(
    "how", [{}, {"perspective": "theirs"}, {"month": "2025-08"}, {"method": "published"}]
)
def test_standing_is_the_quarters(look: LOOK, sample_portfolio: pa.Portfolio, how: dict[str, str]) -> None:
    found = look(**how)
    chosen = found.selection
    known = {name: getattr(chosen, name) for name in ("perspective", "method")}
    whole = pa.quarter_change(sample_portfolio, chosen.quarter(), as_of=chosen.day(sample_portfolio), **known)
    pd.testing.assert_frame_equal(found.standing, whole)


@pytest.mark.parametrize(
    "how", [{}, {"perspective": "theirs", "window": 6, "vertical": "IT"}, {"month": "2024-05"}]
)
def test_what_a_panel_says_is_what_a_notebook_says(look: LOOK, how: dict[str, object]) -> None:
    found = look(**how)
    for short, whole in (
        (found.placed, found.standing),
        (found.told, found.standing),
        (found.news, found.changed),
    ):
        assert set(short) <= set(whole)
        pd.testing.assert_frame_equal(short, whole[list(short)])


def test_a_window_changes_the_index_and_nothing_else(look: LOOK, sample_portfolio: pa.Portfolio) -> None:
    usual, short = look().standing.set_index("partner"), look(window=6).standing.set_index("partner")
    index = pa.latest(pa.rvi(sample_portfolio, window=6, as_of="2025-09-30")).set_index("partner")
    assert short["rvi"].equals(index["rvi"].reindex(short.index))
    assert short["state"].equals(usual["state"].reindex(short.index))
    assert short["months"].max() == 6


@pytest.mark.parametrize(
    "how", [{"window": 6}, {"method": "published"}, {"window": 30, "perspective": "theirs"}]
)
def test_what_was_looked_at_before_changes_no_number(
    look: LOOK, sample_portfolio: pa.Portfolio, how: dict[str, object]
) -> None:
    ours = replace(sample_portfolio)
    first = view(ours, Selection.of(ours, **how)).standing
    usual = view(ours, replace(Selection.of(ours, **how), window=12, method="trailing")).standing
    look(perspective=how.get("perspective", "ours"))
    pd.testing.assert_frame_equal(first, look(**how).standing)
    pd.testing.assert_frame_equal(usual, look(perspective=how.get("perspective", "ours")).standing)


def test_months_after_the_record_are_not_mixed_up_with_its_last(sample_portfolio: pa.Portfolio) -> None:
    ours = replace(sample_portfolio)
    last, later = (view(ours, Selection.of(ours, month=month)).standing for month in ("2025-09", "2026-05"))
    fresh = replace(sample_portfolio)
    pd.testing.assert_frame_equal(later, view(fresh, Selection.of(fresh, month="2026-05")).standing)
    assert not later["quarter_count"].equals(last["quarter_count"])


@pytest.mark.parametrize("month", ["2023-02", "2024-06", "2025-08"])
@pytest.mark.parametrize(
    "how", [{}, {"perspective": "theirs", "window": 3}, {"method": "published", "window": 30}]
)
def test_an_earlier_month_is_read_from_what_is_known_of_all(
    sample_portfolio: pa.Portfolio, how: dict[str, object], month: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = replace(sample_portfolio)
    kept, chosen = Frames(ours), Selection.of(ours, **how)
    kept.monthly(chosen)
    monkeypatch.setattr(frames, "rvi", None)
    found = kept.monthly(replace(chosen, month=month))
    day = replace(chosen, month=month).day(ours)
    own = {name: getattr(chosen, name) for name in ("perspective", "method", "window")}
    anew = pa.rvi(replace(sample_portfolio), as_of=day, **own)
    pd.testing.assert_frame_equal(found, anew, check_exact=True)


def test_who_came_back_after_the_end_had_not_when_it_was_the_end() -> None:
    days = ["2024-01-10", "2024-05-20", "2025-06-30"]
    rows = pd.DataFrame({"date": days, "partner": ["Ann", "Bo", "Ann"], "kind": "event"})
    who = pd.DataFrame({"partner": ["Ann", "Bo"], "ended": ["2024-03-31", None]})
    ours = pa.Portfolio.from_frames(rows, partners=who)
    kept = Frames(ours)
    kept.monthly(Selection("2025-06"))
    then = kept.monthly(Selection("2024-12"))
    pd.testing.assert_frame_equal(then, pa.rvi(ours, as_of="2024-12-31"))
    assert then.loc[then["partner"] == "Ann", "month"].max() == pd.Timestamp("2024-03-01")


def test_equals_stand_in_peoples_order_whatever_the_window() -> None:
    rows = pd.DataFrame(
        {"date": "2025-06-30", "partner": ["ann", "Zoe", "Émile"], "kind": "event", "direction": "received"}
    )
    for portfolio in (
        pa.Portfolio.from_frames(rows),
        pa.Portfolio.from_frames(rows, settings={"assumed_trust": 3}),
    ):
        kept = Frames(portfolio)
        for window in (12, 6):
            seen = view(portfolio, Selection("2025-06", window=window), frames=kept)
            assert seen.standing["partner"].tolist() == ["ann", "Émile", "Zoe"]
            assert seen.placed["partner"].tolist() == ["ann", "Émile", "Zoe"]


def test_whom_a_view_shows_changes_no_number(look: LOOK) -> None:
    whole, legal = look().standing, look(vertical="Legal").standing
    same = whole[whole["vertical"] == "Legal"].reset_index(drop=True)
    pd.testing.assert_frame_equal(legal, same)


def test_filters_meet(look: LOOK, sample_portfolio: pa.Portfolio) -> None:
    about = sample_portfolio.partners
    fits = about[(about["vertical"] == "IT") & (about["relationship"] == "affiliate")]
    assert set(look(vertical="IT", relationship="affiliate").partners) == set(fits["partner"])


def test_exchange_follows_the_window(look: LOOK, sample_portfolio: pa.Portfolio) -> None:
    found = look(window=3, vertical="IT").exchange.set_index("partner")
    whole = pa.reciprocity(sample_portfolio, window=3, as_of="2025-09-30").set_index("partner")
    pd.testing.assert_frame_equal(found, whole.loc[found.index])


def test_trends_are_two_years_in_the_order_of_standing(look: LOOK) -> None:
    found = look()
    assert found.trends["month"].nunique() == 24
    assert list(found.trends["partner"].unique()) == list(found.standing["partner"])


def test_changed_are_the_alarmed_in_the_order_of_the_board(look: LOOK) -> None:
    found = look()
    alarmed = found.standing[found.standing["state"].isin(["silent", "weakening", "strengthening"])]
    assert set(found.changed["partner"]) == set(alarmed["partner"])
    places = found.changed["state"].map({"weakening": 0, "silent": 1, "strengthening": 2})
    assert places.is_monotonic_increasing
    assert found.changed.groupby("state")["sure"].apply(lambda sure: sure.is_monotonic_decreasing).all()


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_picture_table_and_rows(look: LOOK, topic: str) -> None:
    found = look(vertical="IT")
    assert found.picture(topic).alt.endswith(".")
    names, html = rows_of(found, topic)
    assert html.count("<tr>") == len(names) + 1
    assert "<table" in found.table(topic)._repr_html_()


def test_rows_say_what_the_frame_says(look: LOOK) -> None:
    found = look(vertical="Legal")
    names, html = rows_of(found, "standing")
    first = found.standing.iloc[0]
    assert names == found.standing["partner"].tolist()
    assert f"<td>{first['rvi']:.1f}</td><td>{first['low']:.1f} to {first['high']:.1f}</td>" in html


def test_long_tables_are_named_whole_and_the_picture_says_so(look: LOOK) -> None:
    assert look().caption("standing") == ""
    assert look().caption("trend") == "The picture shows the first 8 of 23 partners; the table names all."
    assert len(look().chart("trend").data["partner"].unique()) == 8


def test_a_summary_says_what_is_shown(look: LOOK) -> None:
    assert look().summary == "23 partners, over 12 months to 30 September 2025."
    shown = look(partner="Kestrel Cloud", perspective="theirs", method="published", month="2025-06")
    assert shown.summary == (
        "1 partner: Kestrel Cloud, as published, over the whole partnership to 30 June 2025, from their side."
    )
    assert look(vertical="IT", relationship="affiliate").summary.startswith(
        "3 partners in IT (affiliate), over"
    )


def test_what_to_do_names_people(look: LOOK) -> None:
    silent = look().changed.loc[look().changed["state"] == "silent", "partner"]
    assert silent.iloc[0] in look().advice[0]
    assert look(partner="Ledgerfield").advice == [
        "Nobody here changed beyond chance or is one-sided: leave them as they are, and look elsewhere."
    ]


# ---------------------------------------------------------------- edges


def firm(**more: object) -> pa.Portfolio:
    days = [*pd.date_range("2024-01-05", "2025-06-30", freq="14D"), pd.Timestamp("2025-06-30")]
    rows = pd.DataFrame({"date": days, "partner": "Ann", "kind": "referral", "direction": "received"})
    return pa.Portfolio.from_frames(rows, **more)  # type: ignore[arg-type]


def everything(found: View) -> str:
    """Whatever a notebook and a panel can show of a view."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parts = [found.summary, *found.advice, found.to_do().html]
        for topic in TOPICS:
            parts += [found.picture(topic).alt, found.table(topic)._repr_html_(), rows_of(found, topic)[1]]
    return " ".join(parts)


def test_no_trust_on_record() -> None:
    found = view(firm(), Selection("2025-06"))
    assert "interactions a month stand in for RVI" in found.summary
    assert "Interactions a month of 1 partner" in everything(found)


def test_before_the_record() -> None:
    found = view(firm(), Selection("2023-11"))
    assert found.trouble.startswith(
        "Nothing is on record by November 2023: the record begins on 5 January 2024."
    )
    assert found.trouble in everything(found)


def test_after_the_record() -> None:
    assert "30 June 2025" in view(firm(), Selection("2026-02")).summary or everything(
        view(firm(), Selection("2026-02"))
    )


def test_nobody_fits() -> None:
    who = pd.DataFrame(
        {"partner": ["Ann", "Bo"], "vertical": ["Law", "Tax"], "relationship": ["mentor", "client"]}
    )
    found = view(firm(partners=who), Selection("2025-06", vertical="Law", relationship="client"))
    assert found.trouble == "Nobody is “Law” and “client”: choose “all” in one of them."
    assert found.trouble in everything(found)


def test_only_on_paper() -> None:
    who = pd.DataFrame({"partner": ["Ann", "Bo"], "vertical": ["Law", "Tax"]})
    found = view(firm(partners=who), Selection("2025-06", vertical="Tax"))
    assert found.trouble.startswith("Nobody of this selection was a partner in June 2025")
    assert found.trouble in everything(found)


def test_no_interaction_at_all() -> None:
    rows = pd.DataFrame({"date": pd.to_datetime([]), "partner": [], "kind": []})
    ours = pa.Portfolio.from_frames(rows, partners=pd.DataFrame({"partner": ["Ann"]}))
    found = view(ours, Selection.of(ours))
    assert found.trouble == "The portfolio has no interactions, so there is nothing to show."
    assert found.trouble in everything(found)
