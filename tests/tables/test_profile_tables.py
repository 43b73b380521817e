"""The tables and blocks of one partner's page: what they show is what its frames hold, and names do no harm."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.metrics.profile import Profile, partner_profile
from partnership_analysis.metrics.profile_words import before_the_lunch, where_it_stands
from partnership_analysis.sample import sample
from partnership_analysis.tables.profile import (
    both_table,
    exchange_note,
    history_table,
    lunch_steps,
    open_actions_table,
    profile_header,
    question_cards,
)


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    made = sample()
    return pa.Portfolio.from_frames(**made.tables, settings=made.settings)


@pytest.fixture(scope="module")
def page(portfolio: pa.Portfolio) -> Profile:
    return partner_profile(portfolio, "Merrow Tallis Accountants", "2025Q3")


@pytest.fixture(scope="module")
def ended(portfolio: pa.Portfolio) -> Profile:
    return partner_profile(portfolio, "Abernathy Tax", "2025Q3")


def test_the_head_says_who_and_where_it_stands(page: Profile) -> None:
    html = profile_header(page).html
    assert '<h1 class="pa-headline">Merrow Tallis Accountants</h1>' in html
    assert where_it_stands(page) in html
    assert "Partner profile · Q3 2025 · Accounting · affiliate · adviser" in html
    assert "<b>2.6 / 4.1</b>" in html
    assert "<b>7 / 11</b>" in html
    assert "<b>£3,520</b><span>won by us in 12 months, £18.3k by them</span>" in html


def test_the_head_of_who_has_ended_has_no_number_of_today(ended: Profile) -> None:
    html = profile_header(ended).html
    assert "The partnership ended on 28 June 2024" in html
    assert "RVI for us" not in html


def test_history_is_the_counts(page: Profile) -> None:
    shown = history_table(page)
    assert shown.frame[["received", "given", "mutual"]].equals(page.counts[["received", "given", "mutual"]])
    assert shown.frame["kind"].tolist()[:2] == ["referrals", "introductions"]
    assert shown.frame["last"].iloc[0] == "Sep 2025"


def test_what_is_in_it_for_both_is_beside_what_came(page: Profile) -> None:
    frame = both_table(page).frame
    assert frame["side"].tolist() == ["for us", "for them"]
    assert frame["says"].tolist() == [page.both["wiifm_us"].item(), page.both["wiifm_them"].item()]
    assert frame["referrals"].tolist() == [page.both["received"].item(), page.both["given"].item()]
    assert "commission" not in frame.columns, "nothing is known of it"


def test_who_has_ended_has_reasons_in_place_of_tables(ended: Profile) -> None:
    assert repr(both_table(ended)) == "The partnership has ended, or is yet to begin."
    assert repr(open_actions_table(ended)) == "Nothing is open between us, and nothing was late."


def test_late_actions_come_first() -> None:
    rows = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    tasks = pd.DataFrame(
        {
            "partner": "Ann",
            "action": ["Later", "Late", "Slow"],
            "due": ["2025-11-01", "2025-09-20", "2025-06-01"],
            "done": [None, None, "2025-06-03"],
        }
    )
    page = partner_profile(pa.Portfolio.from_frames(interactions=rows, actions=tasks), "Ann", "2025Q3")
    frame = open_actions_table(page).frame
    assert frame[["action", "state"]].values.tolist() == [
        ["Late", "▲ 10 days late"],
        ["Later", "open"],
        ["Slow", "done, 2 days late"],
    ]
    assert frame["due"].tolist() == ["20 September 2025", "1 November 2025", "1 June 2025"]


def test_three_cards_and_the_steps(page: Profile) -> None:
    html = question_cards(page).html
    assert html.count('<div class="pa-card"') == 3
    assert "What has changed for you since March 2025?" in html
    assert lunch_steps(page).sentences == before_the_lunch(page)
    assert "On record they sent 44 referrals" in exchange_note(page).html


def test_a_name_does_no_harm() -> None:
    rows = pd.DataFrame({"date": ["2025-09-01"], "partner": ["<b>Bold</b> & Co"], "kind": ["meeting"]})
    about = pd.DataFrame({"partner": ["<b>Bold</b> & Co"], "wiifm_them": ["<script>"]})
    page = partner_profile(
        pa.Portfolio.from_frames(interactions=rows, partners=about), "<b>Bold</b> & Co", "2025Q3"
    )
    text = profile_header(page).html + question_cards(page).html + str(both_table(page)._repr_html_())
    assert "<b>Bold</b>" not in text
    assert "<script>" not in text


def test_the_html_is_the_same_every_time(page: Profile) -> None:
    for table in (history_table, both_table, open_actions_table):
        assert table(page)._repr_html_() == table(page)._repr_html_()


def test_whom_we_never_met_has_no_last_meeting(page: Profile) -> None:
    assert "since the last meeting or joint work" in profile_header(page)._repr_html_()
    never = replace(page, cadence=page.cadence.assign(last_contact=pd.NaT, days_since=28))
    said = profile_header(never)._repr_html_()
    assert "<b>28 days</b><span>on record without a meeting or joint work" in said
