"""What to do because of one partner's page, and of the one that a partner is handed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.charts.profile_pictures import signal_of
from partnership_analysis.charts.steps.profile import (
    after_both_rates,
    after_both_rvis,
    after_handout,
    after_history,
    after_partner_exchange,
)
from partnership_analysis.metrics.exchange.reciprocity import THEY_GIVE, TOO_FEW, WE_GIVE
from partnership_analysis.metrics.profile import partner_profile
from partnership_analysis.metrics.profile_facts import ENDED
from partnership_analysis.sample import sample
from partnership_analysis.schema import TOO_EARLY


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    made = sample()
    return pa.Portfolio.from_frames(**made.tables, settings=made.settings)


def sides(
    ours: tuple[float, float, float], theirs: tuple[float, float, float], **columns: Any
) -> pd.DataFrame:
    """The last month of both sides: low, value, high."""
    table = pd.DataFrame([ours, theirs], columns=["low", "rvi", "high"]).assign(
        rate_low=lambda rows: rows["low"], rate=lambda rows: rows["rvi"], rate_high=lambda rows: rows["high"]
    )
    return table.assign(
        **{
            "partner": "Ann",
            "perspective": ["ours", "theirs"],
            "month": pd.Timestamp("2025-09-01"),
            "band": "strong",
        }
        | columns
    )


OVERLAP = sides((2, 4, 6), (1, 3, 5))


def test_ranges_apart_are_evened_out() -> None:
    assert after_both_rvis(sides((6, 8, 10), (1, 2, 3))).startswith("give something back to Ann")
    asked = after_both_rvis(sides((1, 2, 3), (6, 8, 10)))
    assert asked.startswith("ask Ann for something")
    assert "for them ends at 8.0, for us at 2.0" in asked


@pytest.mark.parametrize(
    ("data", "state", "words"),
    [
        (OVERLAP, "steady", "nothing; 4.0 for us and 3.0 for them may differ by chance."),
        (OVERLAP, "strengthening", "plan a next joint job with Ann now"),
        (OVERLAP, "weakening", "ask Ann, by phone or at lunch, what has changed: less came than before"),
        (OVERLAP, "silent", "ask Ann, by phone or at lunch, what has changed: nothing came"),
        (OVERLAP, TOO_EARLY, "nothing yet; too little is on record with Ann."),
        (OVERLAP, ENDED, "nothing; the partnership with Ann has ended"),
        (OVERLAP.assign(band=TOO_EARLY), "steady", "nothing yet; too little is on record"),
        (OVERLAP.assign(band="weak"), "steady", "decide what you want from Ann: weak (4.0) and steady"),
        (OVERLAP.assign(partial=True), "steady", "nothing yet; the record with Ann is shorter"),
        (sides((2, 4, 6), (2, 4, 6)), "steady", "nothing; Ann and you gain the same (4.0)."),
        (OVERLAP.head(1), "steady", "rate your trust in Ann from 1 to 5"),
        (OVERLAP.drop(columns="partner"), "steady", "nothing; 4.0"),
    ],
)
def test_what_may_be_chance_is_left_alone(data: pd.DataFrame, state: str, words: str) -> None:
    assert after_both_rvis(data, state=state).startswith(words)


def test_without_trust_it_is_to_be_rated() -> None:
    unrated = OVERLAP.assign(rvi=pd.array([pd.NA, pd.NA], dtype="Float64"))
    assert after_both_rates(unrated, state="steady").endswith("only then can you see what each side gains.")
    assert after_both_rates(OVERLAP, state="steady").startswith("nothing; 4.0 for us")
    small = sides((0.1, 0.25, 0.4), (0.2, 0.3, 0.5))
    assert "0.25 for us and 0.30 for them" in after_both_rates(small)


def test_the_sample_acts_as_its_review_does(portfolio: pa.Portfolio) -> None:
    for row in pa.quarter_review(portfolio, "2025Q3").flagged.itertuples():
        page = partner_profile(portfolio, str(row.partner), "2025Q3")
        falls = row.state in ("silent", "weakening")
        assert (
            after_both_rvis(page.indices, state=signal_of(page)).startswith(f"ask {row.partner}, by phone")
            is falls
        )


def test_of_who_has_ended_nothing_is_due(portfolio: pa.Portfolio) -> None:
    name = portfolio.partners.loc[portfolio.partners["ended"].notna(), "partner"].iloc[0]
    page = partner_profile(portfolio, name, "2025Q3")
    assert signal_of(page) == ENDED
    assert after_both_rvis(page.indices, state=signal_of(page)).startswith(
        f"nothing; the partnership with {name}"
    )
    assert after_partner_exchange(page.balance, page.exchange, ENDED).startswith(
        f"nothing; the partnership with {name}"
    )


def window(received: int, given: int, label: str) -> pd.DataFrame:
    return pd.DataFrame({"received": [received], "given": [given], "label": [label]})


WHOLE = pd.DataFrame({"partner": ["Ann"], "received_so_far": [9], "given_so_far": [4]})


@pytest.mark.parametrize(
    ("exchange", "words"),
    [
        (window(9, 1, THEY_GIVE), "send a client to Ann: lately they sent 9 and we sent 1, more uneven"),
        (window(1, 9, WE_GIVE), "agree with Ann what each side gets: lately they sent 1 and we sent 9"),
        (
            window(2, 0, TOO_FEW),
            "bring Ann a referral when you have one: lately they sent 2 and we sent none, too few",
        ),
        (
            window(7, 11, "balanced"),
            "nothing to settle with Ann; lately they sent 7 and we sent 11, which may be chance.",
        ),
        (window(0, 0, TOO_FEW).head(0), "bring Ann a referral to begin again: lately none went either way."),
        (None, "ask Ann whether the exchange suits both: so far they sent 9 and we sent 4."),
    ],
)
def test_the_exchange_follows_the_label(exchange: pd.DataFrame | None, words: str) -> None:
    assert after_partner_exchange(WHOLE, exchange).startswith(words)


def test_an_exchange_that_may_be_chance_is_asked_about_where_less_comes() -> None:
    words = after_partner_exchange(WHOLE, window(7, 11, "balanced"), "weakening", 12)
    assert words == (
        "in the last 12 months they sent 7 and we sent 11, which may be chance: nothing to settle, "
        "but less comes than before; ask Ann why."
    )


def test_that_both_gave_less_is_said_where_both_are_known_to() -> None:
    now = OVERLAP.assign(partial=False)
    long_ago = sides((2, 4, 6), (6, 8, 10), partial=False, month=pd.Timestamp("2024-09-01"))
    assert "you gave less, too" in after_both_rates(pd.concat([long_ago, now]), "weakening")
    same = now.assign(month=pd.Timestamp("2024-09-01"))
    assert "too" not in after_both_rates(pd.concat([same, now]), "weakening")
    assert "too" not in after_both_rates(pd.concat([long_ago.assign(partial=True), now]), "weakening")
    high = sides((2, 4, 6), (2, 8, 10), partial=False, month=pd.Timestamp("2024-09-01"))
    assert after_both_rates(pd.concat([high, now]), "weakening").endswith(
        " The line for them fell, too (a year ago 8.0, now 3.0), which may be chance."
    )


def test_the_rhythm_is_kept_where_there_is_one() -> None:
    once = after_history(events(CAME), partner="Ann", until=DAY, state="steady")
    assert once.endswith("is a referral in August 2025.")
    often = after_history(events((*CAME[:3], 3)), partner="Ann", until=DAY, state="steady")
    assert often.endswith("Keep the rhythm.")


def test_an_even_exchange_is_left_alone() -> None:
    assert after_partner_exchange(WHOLE.assign(given_so_far=9)).startswith("nothing; Ann and you")


def events(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["kind", "way", "month", "count"])
    return table.assign(month=pd.to_datetime(table["month"]))


CAME = ("referral", "received", "2025-08-01", 1)
DAY = dt.date(2025, 9, 30)


@pytest.mark.parametrize(
    ("data", "state", "words"),
    [
        (
            events(CAME),
            "weakening",
            "ask Ann what has changed: less came than before; the last thing from them or together, meetings aside, was a referral in",
        ),
        (
            events(CAME),
            "steady",
            "nothing new to ask Ann; the last thing from them or done together is a referral",
        ),
        (events(("meeting", "mutual", "2025-08-01", 1)), "steady", "bring Ann a first referral"),
        (events(("referral", "given", "2025-08-01", 1)), "steady", "bring Ann a referral"),
        (
            events(("event", "mutual", "2025-01-01", 1)),
            "",
            "ask Ann how things stand: the last thing from them or done together is an event",
        ),
        (
            events(("event", "mutual", "2025-01-01", 1)),
            "steady",
            "ask Ann how things stand: the last thing from them or done together is an event",
        ),
        (events(("event", "mutual", "2025-08-01", 1)), "steady", "ask Ann for a first referral: the last"),
        (events(("meeting", "mutual", "2025-08-01", 1)), TOO_EARLY, "nothing yet; too little is on record"),
        (
            events(CAME, ("cross_promotion", "given", "2024-02-01", 3)),
            "steady",
            "ask Ann whether to take up cross promotions again: the last mark in the row promotions is of February 2024.",
        ),
        (events(CAME, ("cross_promotion", "given", "2024-02-01", 2)), "steady", "nothing new to ask Ann"),
    ],
)
def test_the_timeline_says_what_to_ask(data: pd.DataFrame, state: str, words: str) -> None:
    assert after_history(data, partner="Ann", until=DAY, state=state).startswith(words)


def test_an_end_is_for_the_record() -> None:
    acts = [("action", "agreed", "2024-01-01", 3), ("action", "done", "2024-02-01", 1)]
    words = after_history(events(CAME, *acts), ended=DAY, partner="Ann")
    assert words.startswith(
        "nothing is due; leave Ann out of your plans, and call only when there is something to give."
    )
    assert words.endswith("2 agreed actions were never finished: settle or drop them.")
    assert "finished" not in after_history(events(CAME), ended=DAY, partner="Ann")


QUARTERS = pd.DataFrame(
    {"quarter": ["Q2 2025", "Q3 2025"], "received": [1, 2], "given": [0, 1], "mutual": [0, 3]}
)


def test_the_handout_is_about_both() -> None:
    assert after_handout(QUARTERS).endswith(
        "next; in Q3 2025 you sent us 2, we sent you 1 and we did 3 together."
    )
    quiet = QUARTERS.assign(received=[1, 0], given=0, mutual=0)
    assert (
        after_handout(quiet)
        == "let us talk about what to do together next: the last thing between us is of Q2 2025."
    )


def test_the_handout_names_what_is_agreed_and_open() -> None:
    due = pd.to_datetime(["2025-11-14", None, None, None])
    acts = pd.DataFrame({"action": list("abcd"), "due": due, "state": ["open", "open", "done", "open"]})
    assert after_handout(QUARTERS, acts.head(3)) == (
        "let us talk about “a” (by 14 November 2025) and “b”, which we agreed, and about what to do together next."
    )
    assert after_handout(QUARTERS, acts.iloc[[2]]) == after_handout(QUARTERS)
