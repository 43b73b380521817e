"""Tables and blocks: the same HTML twice, escaped, a dash for the unknown, and portfolios that hold little."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from metrics.helpers import act, made, monthly, rate

import partnership_analysis as pa
from partnership_analysis import charts, tables
from partnership_analysis.metrics.review import Review
from partnership_analysis.metrics.story import headline, lead
from partnership_analysis.sample import sample

QUARTER = "2025Q3"
EVIL = "<script>alert('x')</script> & Sons"
REQUIRED = ["date", "partner", "kind", "direction"]


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    data = sample()
    return pa.Portfolio.from_frames(**data.tables, settings=data.settings)


def blocks(review: Review) -> dict[str, str]:
    """Every block of a page."""
    portfolio = review.portfolio
    every = {name: getattr(tables, name) for name in tables.__all__}
    found: dict[str, Any] = {
        name: one(review) for name, one in every.items() if "review" in inspect.signature(one).parameters
    }
    assert len(found) >= 6
    found |= {
        "gaps": tables.gaps(pa.empty_months(portfolio)),
        "style": tables.page_style(),
    }
    return {name: block._repr_html_() for name, block in found.items()}


def shown(review: Review) -> dict[str, str]:
    """Every display table of a page."""
    portfolio, currency = review.portfolio, review.portfolio.settings.currency
    end = review.quarter.end
    found = {
        "standing": tables.standing_table(review.standing),
        "exchange": tables.reciprocity_table(review.exchange, currency=currency, rows=10),
        "exchange of verticals": tables.reciprocity_table(
            pa.reciprocity(portfolio, by="vertical", as_of=end), currency=currency
        ),
        "verticals": tables.vertical_table(review.verticals, currency=currency),
        "moves": tables.band_moves_table(review.standing),
        "sides": tables.both_sides_table(pa.both_sides(portfolio, as_of=end)),
        "components": tables.components_table(pa.rvi_components(portfolio, as_of=end), rows=10),
        "sensitivity": tables.sensitivity_table(pa.rvi_sensitivity(portfolio, as_of=end)),
        "readings": tables.readings_table(pa.band_moves(portfolio, as_of=end)),
        "worked": tables.worked_table(
            pa.rvi(portfolio, as_of=end),
            pa.rvi_components(portfolio, as_of=end),
            str(pa.rvi(portfolio, as_of=end)["partner"].iloc[-1]),
        ),
        "signals": tables.signals_table(pa.latest(pa.signals(portfolio, as_of=end))),
        "worlds": tables.worlds_table(pa.measured("worlds")),
        "stories": tables.stories_table(pa.measured("stories")),
        "intervals": tables.interval_table(pa.interval_coverage(months=[3, 12])),
        "coverage": tables.coverage_table(pa.coverage(portfolio)),
        "ledger": tables.ledger_table(portfolio.ledger.sources),
        "reasons": tables.reasons_table(portfolio.ledger.reasons("note")),
        "suspects": tables.suspects_table(portfolio.suspects()),
        "undescribed": tables.undescribed_table(pa.undescribed(portfolio)),
    }
    found |= {
        f"findings: {word}": tables.findings_table(portfolio.ledger.entries, word)
        for word in ("rejected", "note", "recognised")
    }
    return {name: table._repr_html_() for name, table in found.items()}


def pictures(review: Review) -> list[str]:
    """Every picture of a page, as its alternative text."""
    drawn = [
        charts.standing_picture(review),
        charts.trend_picture(review),
        charts.exchange_picture(review),
    ]
    drawn += [charts.vertical_picture(review, measure) for measure in (None, "received", "given", "value")]
    return [one.alt for one in drawn]


def page(portfolio: pa.Portfolio, quarter: str = QUARTER, *, drawn: bool = True) -> dict[str, str]:
    """All that is said of a portfolio; every text is whole, whatever is unknown."""
    review = pa.quarter_review(portfolio, quarter)
    said = blocks(review) | shown(review)
    if drawn:
        said["alt"] = " ".join(pictures(review))
    for name, text in said.items():
        if name != "style":
            words = set(text.replace(">", " ").replace("<", " ").replace(",", " ").split())
            assert not words & {"nan", "NaN", "None", "NaT", "inf", "<NA>", "NA"}, (name, text[:2000])
    return said


def test_the_sample_twice_is_the_same(portfolio: pa.Portfolio) -> None:
    review = pa.quarter_review(portfolio, QUARTER)
    again = pa.quarter_review(portfolio, QUARTER)
    assert blocks(review) == blocks(again)
    assert repr(tables.standing_table(review.standing)) == repr(tables.standing_table(again.standing))
    assert shown(review) == shown(again)


def test_nobody_is_recommended_where_nobody_is_ready(portfolio: pa.Portfolio) -> None:
    review = pa.quarter_review(portfolio, QUARTER)
    calm = replace(review, flagged=review.flagged.head(0))
    assert "Use the time for those who are ready" in tables.call_cards(calm)._repr_html_()
    nobody = replace(calm, ready=review.ready.head(0))
    assert "chance explains.</p>" in tables.call_cards(nobody)._repr_html_()


def test_the_sample_says_its_numbers(portfolio: pa.Portfolio) -> None:
    review, said = pa.quarter_review(portfolio, QUARTER), page(portfolio, drawn=False)
    assert headline(review) in said["first_screen"].replace("&#x27;", "'")
    assert lead(review)
    received = review.numbers.set_index("measure").loc["received", "value"]
    assert f"{received:,.0f} / " in said["number_strip"]
    for name in review.calls["partner"]:
        assert name.replace("&", "&amp;") in said["call_cards"]
    for name in review.standing["partner"]:
        assert name.replace("&", "&amp;") in said["standing"]
    top = review.standing.iloc[0]
    assert f"{top['rvi']:.1f}" in said["standing"]


def test_a_partners_name_is_text(portfolio: pa.Portfolio) -> None:
    rows = [*monthly("2023-10-01", 18, partner=EVIL, value=10.0), *monthly("2025-04-01", 6, partner="Bo"),
            *monthly("2025-01-01", 9, partner=f"{EVIL} II", direction="given")]  # fmt: skip
    about = [{"partner": EVIL, "vertical": "<b>Legal</b>"}, {"partner": "Bo", "vertical": "<i>IT</i>"}]
    hostile = made(rows, [rate("2023-10-01", 4, EVIL)], about, us="<u>us</u>", verticals="<s>Banking</s>")
    review = pa.quarter_review(hostile, QUARTER)
    assert EVIL in review.flagged["partner"].tolist()
    for name, text in (blocks(review) | shown(review)).items():
        for tag in ("<script>alert", "<b>Legal", "<i>IT", "<u>us", "<s>Banking"):
            assert tag not in text, name


def test_unknown_is_a_dash() -> None:
    portfolio = made([act("2025-08-05"), act("2025-08-05", "Bo")], [rate("2025-08-01", 4)])
    said = shown(pa.quarter_review(portfolio, QUARTER))
    assert "–" in said["standing"]
    assert "–" in said["sides"]


LITTLE = {
    "one referral": [act("2025-08-05")],
    "one given": [act("2025-08-05", direction="given")],
    "one meeting": [act("2025-08-05", kind="meeting", direction="mutual")],
    "one event, counted as many": [act("2025-08-05", kind="event", direction="mutual", count=50)],
}


@pytest.mark.parametrize("name", LITTLE)
@pytest.mark.parametrize("rated", [False, True])
def test_a_portfolio_of_one_row(name: str, rated: bool) -> None:
    said = page(made(LITTLE[name], [rate("2025-08-01", 4)] if rated else []))
    assert "Ann" in said["standing"]


def test_nobody_alive_at_the_end() -> None:
    about = [{"partner": "Ann", "ended": "2025-07-10"}]
    page(made([act("2025-01-05"), act("2025-07-05")], [rate("2025-01-05", 4)], about))


def test_only_the_required_columns(portfolio: pa.Portfolio) -> None:
    bare = pa.Portfolio.from_frames(interactions=portfolio.interactions[REQUIRED])
    said = page(bare)
    review = pa.quarter_review(bare, QUARTER)
    assert not review.trusted
    assert review.standing["rvi"].isna().all()
    assert set(review.numbers["measure"]) == {"received", "given", "active"}
    assert "Nobody rated trust" in said["first_screen"]
    assert "£" not in "".join(said[name] for name in ("exchange", "verticals", "call_cards", "number_strip"))


def test_assumed_trust_is_said(portfolio: pa.Portfolio) -> None:
    bare = pa.Portfolio.from_frames(
        interactions=portfolio.interactions[REQUIRED], settings={"assumed_trust": 3}
    )
    assert "assumed" in page(bare, drawn=False)["first_screen"]


def test_one_vertical(portfolio: pa.Portfolio) -> None:
    said = page(portfolio.select(vertical="Legal"), drawn=False)
    assert "Legal" in said["first_screen"]
    names = set(portfolio.partners.loc[portfolio.partners["vertical"] != "Legal", "partner"])
    assert not any(name in said["standing"] for name in names)


@pytest.mark.parametrize("quarter", ["2022Q4", "2023Q1", "2024Q2"])
def test_other_quarters(portfolio: pa.Portfolio, quarter: str) -> None:
    page(portfolio, quarter, drawn=False)


def test_findings_are_escaped_and_cut() -> None:
    rows = [act("2025-08-05")] * 60 + [act(f"<b>{number}</b>") for number in range(30)]
    portfolio = made(rows, rejected_limit=1)
    html = tables.findings_table(portfolio.ledger.entries, "rejected", rows=5)._repr_html_()
    assert "<b>0" not in html
    assert "&lt;b&gt;0" in html
    assert "25 more" in html


@pytest.mark.parametrize("rows", [1, 2, 5, 1000])
def test_both_ends_of_the_exchange(portfolio: pa.Portfolio, rows: int) -> None:
    exchange = pa.reciprocity(portfolio)
    html = tables.reciprocity_table(exchange, rows=rows)._repr_html_()
    ends = (
        exchange
        if rows >= len(exchange)
        else pd.concat([exchange.head((rows + 1) // 2), exchange.tail(rows // 2)])
    )
    for name in exchange["partner"]:
        assert (name.replace("&", "&amp;") in html) == (name in set(ends["partner"]))


@pytest.mark.parametrize("table", [tables.standing_table, tables.reciprocity_table])
def test_frames_are_not_changed(portfolio: pa.Portfolio, table: Callable[..., Any]) -> None:
    review = pa.quarter_review(portfolio, QUARTER)
    frame = review.standing if table is tables.standing_table else review.exchange
    before = frame.copy(deep=True)
    table(frame)._repr_html_()
    pd.testing.assert_frame_equal(frame, before)
