"""The page for a partner: it says what its frames hold, speaks to the partner, and judges nobody."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.charts.handout import plot_handout
from partnership_analysis.charts.theme import NARROW, WIDE, figure_of, new_axes
from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.handout import Handout, partner_handout
from partnership_analysis.schema import DIRECTIONS
from partnership_analysis.sharing.partner import for_partner
from partnership_analysis.tables.handout import (
    handout_actions_table,
    handout_closing,
    handout_counts_table,
    handout_header,
    handout_ledger,
    handout_results_table,
)
from tools.gallery.clutter import faults

JUDGEMENT = re.compile(
    r"\b(rvi|index|weak\w*|strong|promising|average|silent|steady|trust|rating|score|roi|return|cost|hours?|owe\w*|"
    r"late|overdue|one-sided|balance\w*|let go|keep|nurture|renegotiate|parasit\w*|commission|vertical|competit\w*)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def page(sample_portfolio: pa.Portfolio) -> Handout:
    return partner_handout(sample_portfolio, "2025Q3", partner="Merrow Tallis Accountants")


def handed(rows: dict[str, object], actions: pd.DataFrame | None = None, quarter: str = "2025Q3") -> Handout:
    told = pd.DataFrame({"partner": "Ann", "kind": "referral"} | rows, index=range(len(rows["date"])))  # type: ignore[arg-type]
    return partner_handout(pa.Portfolio.from_frames(interactions=told, actions=actions), quarter)


def words(page: Handout) -> str:
    """Everything that is said on the page."""
    blocks = [handout_header(page), handout_ledger(page), handout_closing(page)]
    tables = [handout_counts_table(page), handout_results_table(page), handout_actions_table(page)]
    html = " ".join(block.html for block in blocks)
    text = " ".join(
        re.sub(r"<[^>]+>", " ", part) for part in (html, *(shown._repr_html_() for shown in tables))
    )
    return f"{re.sub(r'#pa-.*?}', ' ', text)} {plot_handout.describe(page.quarters)}"


def test_of_the_whole_portfolio_or_of_what_was_handed_out_it_is_the_same(
    sample_portfolio: pa.Portfolio, page: Handout
) -> None:
    again = partner_handout(for_partner(sample_portfolio, page.partner), "2025Q3")
    assert (again.partner, again.since) == (page.partner, page.since)
    for name in ("counts", "quarters", "outcomes", "passed", "actions"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(page, name))


def test_the_numbers_are_those_of_the_measures(sample_portfolio: pa.Portfolio, page: Handout) -> None:
    ours = pa.conversion(sample_portfolio).set_index("partner").loc[page.partner]
    assert page.outcomes["passed"].tolist() == [ours["received"], ours["given"]] == [7, 11]
    exchange = pa.reciprocity(sample_portfolio).set_index("partner").loc[page.partner]
    assert page.outcomes["value"].tolist() == [exchange["value_received"], exchange["value_given"]]
    told = sample_portfolio.interactions
    told = told[(told["partner"] == page.partner) & (told["kind"] != "meeting")]
    sums = told.groupby("direction")["count"].sum()
    assert page.quarters[list(DIRECTIONS)].sum().to_dict() == sums.reindex(list(DIRECTIONS)).to_dict()
    assert len(page.quarters) == 12


def test_the_head_speaks_to_the_partner(page: Handout) -> None:
    html = handout_header(page).html
    assert "Merrow Tallis Accountants and Northgate Advisory" in html
    assert "partners since September 2017" in html
    assert "you sent us 7 referrals and introductions, we sent you 11, we did 1 thing together" in html
    assert html.count("Thank you.") == 1
    assert "<b>£21.9k</b><span>won from referrals, both ways</span>" in html


def test_results_add_up(page: Handout) -> None:
    frame = handout_results_table(page).frame.set_index("what")
    parts = frame[~frame.index.isin(["passed on", "won by whom it was passed to"])].astype(int).sum()
    assert parts.tolist() == frame.loc[["passed on"]].astype(int).to_numpy()[0].tolist()


def test_everything_that_passed_is_listed_on_its_side(page: Handout) -> None:
    html = handout_ledger(page).html
    assert html.count("<li>") == len(page.passed)
    assert "<b>16\N{NO-BREAK SPACE}May\N{NO-BREAK SPACE}2025</b> referral: became business, £4,810" in html


def test_a_long_list_says_how_much_it_leaves_out() -> None:
    dates = pd.date_range("2025-07-01", periods=40).astype(str).tolist()
    html = handout_ledger(handed({"date": dates, "direction": "given"})).html
    assert html.count("<li>") == 26
    assert "and 15 earlier" in html


def test_what_is_open_comes_first_and_what_is_long_done_is_gone() -> None:
    acts = pd.DataFrame(
        {
            "partner": "Ann",
            "action": ["Old", "Done", "Later", "Sooner", "Not yet agreed"],
            "created": ["2024-01-01", "2025-01-01", "2025-01-01", "2025-01-01", "2025-11-01"],
            "due": ["2024-02-01", "2025-08-01", None, "2025-10-01", None],
            "done": ["2024-02-01", "2025-08-04", None, "2025-10-05", None],
        }
    )
    frame = handout_actions_table(handed({"date": ["2025-07-02"], "direction": "given"}, acts)).frame
    assert frame["action"].tolist() == ["Sooner", "Later", "Done"]
    assert [state.replace("\N{NO-BREAK SPACE}", " ") for state in frame["state"]] == [
        "open",
        "open",
        "✓ done, 4 Aug 2025",
    ]


def test_no_word_judges(sample_portfolio: pa.Portfolio) -> None:
    for name in sample_portfolio.names:
        page = partner_handout(sample_portfolio, "2025Q3", partner=name)
        # A name and an action are the portfolio's words, not ours.
        said = re.sub("|".join(map(re.escape, [name, *page.actions["action"]])), "", words(page))
        assert not JUDGEMENT.findall(said), name
    assert JUDGEMENT.search("Your RVI is weak"), "the search finds what it looks for"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            {"date": ["2025-07-02"], "direction": "received"},
            "you sent us one referral or introduction. Thank you.",
        ),
        ({"date": ["2025-07-02"], "direction": "given"}, "we sent you one referral or introduction."),
        ({"date": ["2025-07-02"], "kind": "meeting"}, "we met once."),
        ({"date": ["2025-07-02", "2025-07-03"], "kind": "event"}, "we did 2 things together. Thank you."),
        ({"date": ["2020-07-02"], "kind": "event"}, "nothing between us is on record."),
        ({"date": ["2026-07-02"], "kind": "event"}, "nothing between us is on record."),
    ],
)
def test_little_is_said_of_little(rows: dict[str, object], says: str) -> None:
    page = handed(rows)
    assert says in words(page)
    assert "nan" not in words(page).casefold().split()
    assert page.since is None or page.since <= pd.Timestamp("2025-09-30")


def test_nothing_later_than_the_record_is_counted() -> None:
    told = pd.DataFrame({"date": ["2025-07-02", "2025-08-20"], "partner": "Ann", "kind": "meeting"})
    portfolio = pa.Portfolio.from_frames(interactions=told)
    page = partner_handout(portfolio, "2025Q3", until="2025-08-12")
    assert "up to 12 August 2025" in words(page) and "we met once" in words(page)
    assert "up to 30 September 2025" in words(partner_handout(portfolio, "2025Q3", until="2025-11-01"))


def test_a_fiscal_year_has_its_own_quarters() -> None:
    told = pd.DataFrame({"date": ["2025-04-02", "2025-07-20"], "partner": "Ann", "kind": "event"})
    portfolio = pa.Portfolio.from_frames(interactions=told, settings={"fiscal_year_start": 4})
    page = partner_handout(portfolio, "2026Q2")
    assert page.quarters[["quarter", "mutual"]].values.tolist() == [["Q1 FY2026", 1], ["Q2 FY2026", 1]]


def test_what_is_asked_for_must_be_there(sample_portfolio: pa.Portfolio) -> None:
    with pytest.raises(ParameterError, match="Did you mean Ledgerfield"):
        partner_handout(sample_portfolio, "2025Q3", partner="Ledgerfeld")
    with pytest.raises(PeriodError, match="not a quarter"):
        partner_handout(sample_portfolio, "autumn")
    with pytest.raises(PeriodError, match="not a date"):
        partner_handout(sample_portfolio, "2025Q3", until="soon")


def test_texts_do_no_harm() -> None:
    evil = "<script>alert(1)</script>"
    told = pd.DataFrame({"date": ["2025-07-02"], "partner": evil, "kind": "meeting"})
    acts = pd.DataFrame({"partner": evil, "action": [evil], "created": ["2025-07-02"]})
    page = partner_handout(pa.Portfolio.from_frames(interactions=told, actions=acts), "2025Q3")
    html = (
        handout_header(page).html
        + str(handout_actions_table(page)._repr_html_())
        + handout_closing(page, evil).html
    )
    assert "<script" not in html


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_chart_is_drawn_for_everybody(sample_portfolio: pa.Portfolio, width: float) -> None:
    for name in sample_portfolio.names[::5]:
        for quarter in ("2023Q1", "2025Q3"):
            data = partner_handout(sample_portfolio, quarter, partner=name).quarters
            ax = plot_handout(data, ax=new_axes(width, plot_handout.height(data, width)))
            assert not faults(figure_of(ax)), (name, quarter)


def test_the_bars_are_the_counts(page: Handout) -> None:
    ax = plot_handout(page.quarters)
    heights = {way: [0.0] * 12 for way in DIRECTIONS}
    for bar in ax.patches:
        heights[str(bar.get_gid())][round(bar.get_x() + bar.get_width() / 2)] = bar.get_height()  # type: ignore[attr-defined]
    assert heights["received"] == page.quarters["received"].tolist()
    assert heights["given"] == [-count for count in page.quarters["given"]]
    assert heights["mutual"] == [2 * count for count in page.quarters["mutual"]]
    assert (
        plot_handout.describe(page.quarters.head(0))
        == "An empty chart. Nothing but meetings, or nothing at all, is on record between us: write what you and we did for "
        "each other into the interactions table."
    )
