"""One partner's page: its frames are the measures' own rows, and its questions follow from the record."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from functools import cache
from typing import Any

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.profile import Profile, partner_profile
from partnership_analysis.metrics.profile_words import (
    before_the_lunch,
    conflict_line,
    contact_line,
    how_it_began,
    money_line,
    what_both_got,
    where_it_stands,
)
from partnership_analysis.sample import sample

QUARTER, DAY = "2025Q3", dt.date(2025, 9, 30)
DECLINER = "Merrow Tallis Accountants"


@cache
def portfolio() -> pa.Portfolio:
    made = sample()
    return pa.Portfolio.from_frames(**made.tables, settings=made.settings)


@cache
def page_of(name: str, quarter: str = QUARTER) -> Profile:
    return partner_profile(portfolio(), name, quarter)


def small(rows: list[tuple[Any, ...]], **tables: pd.DataFrame | dict[str, Any]) -> pa.Portfolio:
    """A portfolio of rows (date, partner, kind, direction, count, status), and a meeting with Zed at the end."""
    rows = [*rows, ("2025-09-30", "Zed", "meeting", None, 1, None)]
    frame = pd.DataFrame(rows, columns=["date", "partner", "kind", "direction", "count", "status"])
    return pa.Portfolio.from_frames(interactions=frame, **tables)  # type: ignore[arg-type]


def topics(portfolio: pa.Portfolio, name: str = "Ann") -> list[str]:
    return list(partner_profile(portfolio, name, QUARTER).questions["topic"])


FIVE = [
    ("2025-05-02", "Ann", "meeting", None, 1, None),
    ("2025-07-02", "Ann", "referral", "received", 2, "won"),
    ("2025-07-20", "Ann", "referral", "given", 1, "lost"),
    ("2025-08-12", "Ann", "strategic_referral", "received", 1, None),
    ("2025-10-04", "Ann", "event", None, 1, None),
]
"""The last is after the quarter."""

# ---------------------------------------------------------------- five rows by hand


def test_five_rows_by_hand() -> None:
    page = partner_profile(small(FIVE), "Ann", QUARTER)
    facts = page.facts.iloc[0]
    assert facts[["state", "first_kind", "last_kind", "months", "interactions"]].tolist() == [
        *("current", "meeting", "strategic_referral", 5, 5)
    ]
    assert page.counts.iloc[:, :4].values.tolist() == [
        ["referral", 2, 1, 0],
        ["strategic_referral", 1, 0, 0],
        ["meeting", 0, 0, 1],
    ]
    assert page.events[["kind", "way", "count"]].values.tolist() == [
        ["referral", "given", 1],
        ["referral", "received", 2],
        ["strategic_referral", "received", 1],
        ["meeting", "mutual", 1],
    ]
    assert page.balance[["received_so_far", "given_so_far"]].values.tolist() == [[2, 1], [3, 1], [3, 1]]
    given = page.outcomes.set_index("way").loc["given"]
    assert given[["won", "lost"]].tolist() == [0, 1]
    assert page.outcomes.set_index("way").loc["received", "won"] == 2


def test_sentences_by_hand() -> None:
    page = partner_profile(small(FIVE), "Ann", QUARTER)
    assert where_it_stands(page) == (
        "0.6 interactions a month over 12 months, nobody rated trust, and it is too early to say how it goes."
    )
    assert how_it_began(page) == (
        "The first thing on record is a meeting on 2 May 2025, the last an introduction by them on 12 August 2025."
    )
    assert what_both_got(page) == (
        "On record they sent 3 referrals and we sent 1 referral; in the last 12 months 3 and 1, too few to say."
    )
    assert contact_line(page).startswith("Last together on 2 May 2025")
    assert money_line(page) == "No hours and no money are on record in 12 months."
    assert conflict_line(page) == ""


# ---------------------------------------------------------------- the measures' own rows


@pytest.mark.parametrize(
    ("field", "measure"),
    [
        ("exchange", "reciprocity"),
        ("giver", "first_giver"),
        ("both", "wiifm"),
        ("foundations", "foundations"),
        ("gaps", "foundation_gaps"),
        ("ratings", "foundation_history"),
        ("actions", "action_board"),
        ("late", "late_commitments"),
        ("cadence", "cadence"),
    ],
)
def test_frames_are_the_measures_rows(field: str, measure: str) -> None:
    whole = getattr(pa, measure)(portfolio(), as_of=DAY)
    wanted = whole[whole["partner"] == DECLINER].reset_index(drop=True)
    pd.testing.assert_frame_equal(getattr(page_of(DECLINER), field), wanted)


def test_both_indices_are_there() -> None:
    page = page_of(DECLINER)
    for side in ("ours", "theirs"):
        whole = pa.rvi(portfolio(), perspective=side, as_of=DAY)
        mine = page.indices[page.indices["perspective"] == side].drop(columns="perspective")
        pd.testing.assert_frame_equal(
            mine.reset_index(drop=True), whole[whole["partner"] == DECLINER].reset_index(drop=True)
        )
    assert page.state.set_index("perspective").loc["ours", "state"] == "weakening"
    assert page.lunch["date"].tolist() == [pd.Timestamp("2025-12-05")]
    assert page.money["returned"].item() == pytest.approx(
        pa.returns(portfolio(), as_of=DAY).set_index("partner").loc[DECLINER, "returned"]
    )


def test_who_gave_first_is_said_where_the_record_begins_with_it() -> None:
    about = pd.DataFrame({"partner": ["Ann"], "started": ["2025-05-02"]})
    page = partner_profile(small(FIVE, partners=about), "Ann", QUARTER)
    assert what_both_got(page).startswith("They gave first. On record they sent 3 referrals")


def test_pages_do_not_disturb_each_other() -> None:
    before = page_of(DECLINER).indices.copy()
    page_of("Harcourt Legal").indices["rvi"] = 0.0
    pd.testing.assert_frame_equal(partner_profile(portfolio(), DECLINER, QUARTER).indices, before)


@pytest.mark.batch
def test_a_page_of_thousands_is_that_of_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where partners are many, some measures see only one partner's rows: that must not show."""
    names = portfolio().names
    pages = [partner_profile(portfolio(), name, QUARTER) for name in names]
    monkeypatch.setattr("partnership_analysis.metrics.profile.MANY", 3)
    for name, page in zip(names, pages, strict=True):
        many = partner_profile(portfolio(), name, QUARTER)
        for field in fields(Profile):
            one, other = getattr(page, field.name), getattr(many, field.name)
            if isinstance(one, pd.DataFrame):
                pd.testing.assert_frame_equal(one, other, obj=f"{name}: {field.name}")
        pd.testing.assert_frame_equal(page.questions, many.questions)


def test_a_competitor_is_named_from_either_side() -> None:
    for one, other in (("Harcourt Legal", "Bell & Finch"), ("Bell & Finch", "Harcourt Legal")):
        assert conflict_line(page_of(one)) == f"They compete with {other}."


# ---------------------------------------------------------------- every partner has a page


@pytest.mark.parametrize(("quarter", "every"), [("2022Q4", 3), (QUARTER, 1)])
def test_everybody_has_a_page(quarter: str, every: int) -> None:
    for name in portfolio().names[::every]:
        page = page_of(name, quarter)
        assert len(page.questions) == 3
        assert page.questions["topic"].is_unique
        assert page.questions["question"].str.endswith("?").all()
        assert page.questions["reason"].str.endswith(".").all()
        steps = before_the_lunch(page)
        assert 1 <= len(steps) <= 4
        for words in (
            where_it_stands(page),
            how_it_began(page),
            what_both_got(page),
            money_line(page),
            *steps,
        ):
            assert words.endswith(".")
            assert "nan" not in words.casefold().split()
            assert "<NA>" not in words


def test_who_has_ended() -> None:
    page = page_of("Abernathy Tax")
    assert where_it_stands(page) == "The partnership ended on 28 June 2024, after 6 years."
    assert page.foundations.empty
    assert len(page.indices) > 0
    assert contact_line(page) == ""
    assert page.questions["source"].str.startswith("article").all()


def test_who_is_yet_to_begin() -> None:
    page = page_of("Hartwell Surveyors", "2024Q1")
    assert page.facts["state"].item() == "not yet begun"
    assert page.events.empty
    assert where_it_stands(page) == "Nothing is on record with them up to 31 March 2024."


def test_who_ended_and_of_whom_no_beginning_is_known() -> None:
    gone = pd.DataFrame({"partner": ["Bo"], "ended": ["2025-01-31"]})
    ours = small([("2025-08-03", "Ann", "referral", "received", 1, None)], partners=gone)
    page = partner_profile(ours, "Bo", QUARTER)
    assert page.facts["state"].item() == "ended"
    assert where_it_stands(page) == "The partnership ended on 31 January 2025."


def test_of_one_day_the_referral_is_named_whatever_stands_first() -> None:
    rows = [
        ("2025-08-03", "Ann", kind, way, 1, None) for kind, way in (("meeting", None), ("referral", "given"))
    ]
    for order in (rows, rows[::-1]):
        page = partner_profile(small(order), "Ann", QUARTER)
        assert how_it_began(page) == (
            "The first thing on record is a client passed on by us on 3 August 2025."
        )
        assert page.facts["last_kind"].item() == "referral"


def test_one_interaction_is_a_page() -> None:
    page = partner_profile(small([("2025-02-03", "Ann", "referral", "received", 1, None)]), "Ann", QUARTER)
    assert len(page.questions) == 3
    assert how_it_began(page) == (
        "The first thing on record is a client passed on by them on 3 February 2025."
    )


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    "name", ["merrow tallis accountants", " Merrow Tallis", "MERROW TALLIS ACCOUNTANTS "]
)
def test_case_and_aliases_do_not_matter(name: str) -> None:
    assert page_of(name).partner == DECLINER


def test_an_unknown_partner_is_answered_with_the_nearest() -> None:
    with pytest.raises(
        ParameterError, match=r"no partner 'Merow Talis'. Did you mean Merrow Tallis Accountants"
    ):
        page_of("Merow Talis")


def test_a_quarter_without_anything_is_said() -> None:
    with pytest.raises(PeriodError, match="2031Q1"):
        page_of(DECLINER, "2031Q1")


# ---------------------------------------------------------------- the rules, one by one

QUIET = [("2025-09-02", "Ann", "meeting", None, 1, None)]


def described(**about: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {"partner": ["Ann"], "wiifm_them": ["Clients"], **{key: [value] for key, value in about.items()}}
    )


def test_a_silent_partner_is_asked_what_changed() -> None:
    first = page_of("Brightwater Systems").questions.iloc[0]
    assert first["question"] == "What has changed for you since April 2025?"
    assert first["reason"].startswith("No interaction for 6 months")


def test_a_late_action_comes_before_what_is_in_it() -> None:
    late = pd.DataFrame(
        {"partner": ["Ann", "Ann"], "action": ["Letter", "Page"], "due": ["2025-08-01", "2025-09-01"]}
    )
    asked = partner_profile(small(QUIET, actions=late), "Ann", QUARTER).questions
    assert asked["topic"].tolist()[:2] == ["late", "wiifm"]
    assert asked["question"][0] == "What became of “Letter”: is it still worth doing?"
    assert asked["reason"][0] == "It was due on 1 August 2025 and is 60 days late, and 1 more action with it."


def test_a_statement_that_the_record_does_not_show() -> None:
    asked = partner_profile(small(QUIET, partners=described()), "Ann", QUARTER).questions
    assert asked["question"][0] == "You came for “Clients”: what did you get of it?"
    got = [*QUIET, ("2025-09-03", "Ann", "referral", "given", 1, None)]
    assert "wiifm" not in topics(small(got, partners=described()))[:1]


def test_one_sided_before_a_gap() -> None:
    rows = [*QUIET, ("2025-09-03", "Ann", "referral", "given", 9, None)]
    rated = pd.DataFrame(
        {"date": "2025-09-01", "partner": "Ann", "rater": ["us", "them"], "factor": "values", "score": [4, 2]}
    )
    asked = partner_profile(small(rows, partners=described(), ratings=rated), "Ann", QUARTER).questions
    assert asked["topic"].tolist()[:2] == ["exchange", "gap"]
    assert asked["question"][0] == "Whom would you send to us, and what keeps you from it?"
    assert asked["question"][1] == "What would make our values a 4 for you, as it is for us?"
    assert "we say 4 and they say 2" in asked["reason"][1]


@pytest.mark.parametrize(("us", "them", "asked"), [(4.0, 3.5, False), (3.0, 4.0, True), (4.0, 3.0, True)])
def test_a_gap_is_asked_about_from_one_point(us: float, them: float, asked: bool) -> None:
    rated = pd.DataFrame(
        {
            "date": "2025-09-01",
            "partner": "Ann",
            "rater": ["us", "them"],
            "factor": "trust",
            "score": [us, them],
        }
    )
    assert ("gap" in topics(small(QUIET, ratings=rated))) is asked


@pytest.mark.parametrize(("lost", "won", "asked"), [(3, 0, True), (2, 0, False), (3, 1, False)])
def test_referrals_that_came_to_nothing(lost: int, won: int, asked: bool) -> None:
    rows = [*QUIET, ("2025-09-03", "Ann", "referral", "given", lost, "lost")]
    rows += [("2025-09-04", "Ann", "referral", "given", won, "won")] if won else []
    assert ("given" in topics(small(rows, partners=described()))) is asked


def test_open_referrals_of_theirs_and_news_before_the_lunch() -> None:
    rows = [*QUIET, ("2025-09-03", "Ann", "referral", "received", 2, "open")]
    page = partner_profile(small(rows, partners=described()), "Ann", QUARTER)
    assert "received" in page.questions["topic"].tolist()
    assert "Look up how their 2 open referrals are getting on." in before_the_lunch(page)


def test_an_introduction_is_asked_of_who_gave_one() -> None:
    rows = [*QUIET, ("2025-09-03", "Ann", "strategic_referral", "received", 1, None)]
    made = small(rows, partners=described(vertical="Legal"), settings={"verticals": "Legal; Banking"})
    page = partner_profile(made, "Ann", QUARTER)
    assert page.introductions[["to", "what", "introduced"]].values.tolist() == [["Banking", "vertical", 1]]
    asked = page.questions.set_index("topic").loc["introduction"]
    assert (
        asked["reason"]
        == "We have nobody in Banking, and they have introduced us to 1 possible partner before."
    )
    silent = small(QUIET, partners=described(vertical="Legal"), settings={"verticals": "Legal; Banking"})
    assert "introduction" not in topics(silent)


def test_who_serves_our_competitors_is_asked() -> None:
    assert "rivals" in topics(small(QUIET, partners=described(serves_our_competitors="yes")))


def test_little_on_record_gives_general_questions() -> None:
    rows = [*QUIET, ("2025-09-03", "Ann", "referral", "given", 1, "won")]
    rated = pd.DataFrame(
        {"date": "2025-09-01", "partner": "Ann", "rater": ["us", "them"], "factor": "trust", "score": 4}
    )
    page = partner_profile(small(rows, partners=described(), ratings=rated), "Ann", QUARTER)
    assert page.questions["source"].tolist() == ["article 000", "article 000", "article 001"]


def test_row_order_does_not_matter() -> None:
    made = sample()
    turned = {name: table.iloc[::-1].reset_index(drop=True) for name, table in made.tables.items()}
    other = partner_profile(pa.Portfolio.from_frames(**turned, settings=made.settings), DECLINER, QUARTER)
    pd.testing.assert_frame_equal(other.questions, page_of(DECLINER).questions)
    pd.testing.assert_frame_equal(other.events, page_of(DECLINER).events)
