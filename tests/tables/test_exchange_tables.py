"""Tables of the exchange: what stands in them, and what stands there when there is nothing."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from metrics.helpers import act, made

import partnership_analysis as pa
from partnership_analysis import tables
from partnership_analysis.sample import sample
from partnership_analysis.tables import display, exchange
from partnership_analysis.tables.blocks import Sentences
from partnership_analysis.tables.display import DASH, Shown

DAY = dt.date(2025, 6, 30)


@pytest.fixture(scope="module")
def ours() -> pa.Portfolio:
    """Ann gives and is paid, Bo trades, Cy has given nothing for long, Di is dormant."""
    rows = [
        act("2025-02-01", "Ann", count=8, value=4000.0, commission=400.0, status="won"),
        act("2025-03-01", "Ann", "meeting", "mutual", count=7),
        act("2025-03-01", "Bo", "trade", "mutual", count=4, hours=12.0),
        act("2025-04-01", "Bo", "meeting", "mutual", hours=2.0),
        act("2025-04-02", "Bo", direction="given"),
        act("2025-05-01", "Bo"),
        act("2025-01-10", "Cy", direction="given"),
        act("2025-01-10", "Di", "meeting", "mutual"),
    ]
    partners = [
        {
            "partner": "Ann",
            "vertical": "Legal",
            "market": "start-ups",
            "wiifm_us": "Clients",
            "wiifm_them": "Fees",
        },
        {"partner": "Bo", "vertical": "IT", "market": "start-ups; landlords"},
        {"partner": "Cy", "vertical": "IT"},
        {"partner": "Di", "vertical": "IT"},
    ]
    return made(rows, partners=partners, market="start-ups", verticals="Legal; Banking", currency="GBP")


def first(shown: Shown, **where: object) -> dict[str, object]:
    """The first row with such values."""
    rows = shown.frame
    for name, value in where.items():
        rows = rows[rows[name] == value]
    return dict(rows.iloc[0])


def test_balance(ours: pa.Portfolio) -> None:
    shown = exchange.balance_table(pa.running_balance(ours, as_of=DAY), pa.first_giver(ours, as_of=DAY))
    assert shown.frame["partner"].tolist() == ["Ann", "Bo", "Cy"]
    assert first(shown, partner="Ann")["waits"] == "they wait, 149 days".replace(" ", display.NO_BREAK)
    assert first(shown, partner="Cy")["waits"] == "we wait, 171 days".replace(" ", display.NO_BREAK)
    row = first(shown, partner="Bo")
    assert (row["balance"], row["first"], row["days"], row["waits"]) == (0, "we", 29, DASH)
    assert "+8" in shown._repr_html_()


def test_conversion(ours: pa.Portfolio) -> None:
    shown = exchange.conversion_table(pa.conversion(ours, as_of=DAY), currency="GBP")
    row = first(shown, partner="Ann")
    assert (row["meetings"], row["received"], row["won"], row["won_value"]) == (7, 8, 8, "£4,000")
    assert row["per_meeting"] == pytest.approx(8 / 7)
    assert first(shown, partner="Bo")["per_interval"] == DASH
    assert "what became of those received" in shown._repr_html_()
    assert len(exchange.conversion_table(pa.conversion(ours, as_of=DAY), rows=2).frame) == 2
    whole = exchange.conversion_table(pa.conversion(ours, by="portfolio", as_of=DAY))
    assert whole.frame["portfolio"].tolist() == ["all partners"]


def test_patterns(ours: pa.Portfolio) -> None:
    shown = exchange.patterns_table(pa.exchange_patterns(ours, as_of=DAY))
    assert list(shown.frame.columns) == ["partner", "2025Q1", "2025Q2"]
    assert first(shown, partner="Ann")["2025Q1"] == "▶ they give"
    assert first(shown, partner="Di")["2025Q2"] == "· dormant"
    assert "Bo" not in shown.frame["partner"].tolist()
    assert (
        "and 2 more" in exchange.patterns_table(pa.exchange_patterns(ours, as_of=DAY), rows=1)._repr_html_()
    )


def test_barter(ours: pa.Portfolio) -> None:
    shown = exchange.barter_table(pa.barter(ours, as_of=DAY))
    assert shown.frame["partner"].tolist() == ["Bo"]
    row = first(shown)
    assert (row["trade_hours"], row["hours"], row["verdict"]) == (12, 14, "over the limit")


def test_commission(ours: pa.Portfolio) -> None:
    shown = exchange.commission_table(pa.commission_only(ours, as_of=DAY), currency="GBP")
    assert first(shown)["commission"] == "£400"
    assert "nothing given back but £400" in str(first(shown)["evidence"])


def test_what_is_in_it(ours: pa.Portfolio) -> None:
    shown = exchange.wiifm_table(pa.wiifm(ours, as_of=DAY), currency="GBP")
    row = first(shown, partner="Ann")
    assert (row["said_us"], row["said_them"]) == ("Clients", "Fees")
    assert row["got_us"] == "8 referrals, £4,000 won"
    assert row["got_them"] == "£400 commission"
    assert first(shown, partner="Di")["got_us"] == "nothing on record"
    assert first(shown, partner="Bo")["got_us"] == "1 referral, 4 trades"
    assert shown.frame["partner"].iloc[-1] == "Ann"


def test_concentration(ours: pa.Portfolio) -> None:
    shown = tables.concentration_table(pa.dependence(ours, as_of=DAY), currency="GBP")
    assert shown.frame["measure"].tolist() == ["won", "referrals received"]
    row = first(shown, measure="referrals received")
    assert (row["total"], row["top"], row["next"]) == ("9", "Ann", "Bo")
    assert row["top_share"] == pytest.approx(8 / 9)
    assert "without the largest" in shown._repr_html_()


def test_overlap(ours: pa.Portfolio) -> None:
    overlap = pa.overlap_with_us(ours, as_of=DAY)
    shown = tables.overlap_table(overlap, pa.reciprocity(ours, as_of=DAY), rows=3)
    assert shown.frame["partner"].tolist() == ["Ann", "Bo"]
    assert shown.frame["received"].tolist() == [8, 1]
    pairs = tables.pairs_table(pa.overlap_of_partners(ours, as_of=DAY))
    assert pairs.frame.values.tolist() == [["Ann", "Bo", "start-ups", 0.5]]


def test_gaps(ours: pa.Portfolio) -> None:
    shown = tables.vertical_gaps_table(pa.vertical_gaps(ours, as_of=DAY))
    assert shown.frame[["vertical", "finding"]].values.tolist() == [
        ["Banking", "nobody yet"],
        ["IT", "not in the settings"],
    ]


def test_sentences(ours: pa.Portfolio) -> None:
    words = repr(exchange.exchange_advice(ours, DAY)).split("\n")
    assert (
        words[0]
        == "Send a client to Ann: 8 referrals received, none given. Commission is all that comes back."
    )
    assert any(line.startswith("Ask Cy (171 days)") for line in words)
    assert any(line.startswith("Trade less with Bo: 86% of its hours") for line in words)
    verticals = repr(tables.vertical_advice(ours, DAY))
    assert "Look for a partner in Banking" in verticals
    assert "Legal is one partner" in verticals
    sided = exchange.one_sided_sentences(pa.one_sided(ours, as_of=DAY))
    assert repr(sided).startswith("Ann: 8 referrals received, 0 given")
    assert repr(exchange.one_sided_sentences(pd.DataFrame())) == "Nobody is one-sided beyond chance."


def test_sentences_are_escaped() -> None:
    assert "<script>" not in Sentences(["<script>"])._repr_html_()


def test_the_window_in_words() -> None:
    def words(first: str, window: int | None = None) -> str:
        rows = pd.DataFrame({"date": [first, "2025-06-20"], "partner": "Ann", "kind": "event"})
        return tables.window_words(pa.Portfolio.from_frames(rows), DAY, window)

    assert words("2023-01-10") == "12 months to June 2025"
    # The window's first month is July; a day in it is as good as its first.
    assert words("2024-07-31") == "12 months to June 2025"
    assert words("2024-08-01") == "12 months to June 2025, on record since August 2024"
    assert words("2025-06-02") == "12 months to June 2025, on record since June 2025"
    assert words("2025-04-30", 3) == "3 months to June 2025"


def test_newcomers_in_a_mean_are_counted_where_there_are_any() -> None:
    rows = pd.DataFrame({"date": ["2024-01-10", "2025-06-20"], "partner": ["Ann", "Bo"], "kind": "event"})
    about = pd.DataFrame({"partner": ["Ann", "Bo"], "vertical": ["Legal", "IT"], "relationship": "mentor"})
    portfolio = pa.Portfolio.from_frames(rows, about, settings={"assumed_trust": 3})
    for found, column in (
        (tables.vertical_table(pa.vertical_performance(portfolio, as_of=DAY)), "vertical"),
        (tables.relationship_table(pa.relationship_map(portfolio, as_of=DAY)), "relationship"),
    ):
        counts = found.frame.set_index(column)["too_early"]
        assert counts[counts > 0].to_dict() == {"IT" if column == "vertical" else "mentor": 1}
        assert "of them too early" in found._repr_html_()
    settled = pa.relationship_map(portfolio, as_of="2025-12-31")
    assert "too_early" not in tables.relationship_table(settled).frame.columns


def test_groups_of_columns(ours: pa.Portfolio) -> None:
    quarters = tables.vertical_table(pa.vertical_performance(ours, as_of=DAY), currency="GBP")
    html = quarters._repr_html_()
    assert "referrals received" in html
    assert html.count(">before<") >= 2
    assert "share received" in display.reciprocity_table(pa.reciprocity(ours, as_of=DAY))._repr_html_()


def test_what_is_counted_is_said(ours: pa.Portfolio) -> None:
    """A referral on two rows is two in the exchange and one in the conversion: each table says which it counts."""
    counted = exchange.conversion_table(pa.conversion(ours, as_of=DAY))._repr_html_()
    assert "one that stands on several rows counts once" in counted
    assert "every row counted" in display.reciprocity_table(pa.reciprocity(ours, as_of=DAY))._repr_html_()
    back = tables.returns_table(pa.returns(ours, as_of=DAY), currency="GBP")._repr_html_()
    assert "Received: referrals and introductions." in back


def test_kinds_have_the_words_of_the_charts() -> None:
    rows = [act("2025-05-01", kind="strategic_referral"), act("2025-05-02", kind="online_collaboration")]
    html = tables.components_table(pa.rvi_components(made(rows)))._repr_html_()
    assert "introductions" in html
    assert "strategic referral" not in html


def test_equal_ones_stand_in_the_order_of_the_alphabet() -> None:
    names = ["Zoe", "émile", "IT", "Insurance"]
    portfolio = made([act("2025-05-01", name) for name in names])
    firsts = pa.first_giver(portfolio, as_of=DAY)
    shown = exchange.balance_table(pa.running_balance(portfolio, as_of=DAY), firsts).frame
    assert shown["partner"].tolist() == ["émile", "Insurance", "IT", "Zoe"]


def test_nothing_is_said() -> None:
    bare = made([act("2025-06-01", "Ann", "event", "mutual")])
    shown = [
        exchange.balance_table(pa.running_balance(bare), pa.first_giver(bare)),
        exchange.conversion_table(pa.conversion(bare)),
        exchange.patterns_table(pa.exchange_patterns(bare)),
        exchange.barter_table(pa.barter(bare)),
        exchange.commission_table(pa.commission_only(bare)),
        tables.vertical_gaps_table(pa.vertical_gaps(bare)),
        tables.pairs_table(pa.overlap_of_partners(bare)),
        tables.concentration_table(pa.dependence(bare)),
        display.reciprocity_table(pa.reciprocity(bare)),
    ]
    for table in shown:
        assert table.frame.empty
        assert table._repr_html_().startswith('<p class="pa">')
    assert repr(tables.vertical_advice(bare, DAY))


def test_the_same_twice_on_the_sample() -> None:
    data = sample()
    portfolio = pa.Portfolio.from_frames(**data.tables, settings=data.settings)
    wiifm = pa.wiifm(portfolio, as_of="2025-09-30")
    once, twice = (exchange.wiifm_table(wiifm, currency="GBP", rows=8)._repr_html_() for _ in range(2))
    assert once == twice
    assert f"and {len(wiifm) - 8} more" in once
