"""The review: who is flagged, the headline's numbers, and portfolios that hold little."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import partnership_analysis as pa
from metrics.helpers import act, at, made, monthly, rate
from partnership_analysis import tables
from partnership_analysis.errors import PeriodError
from partnership_analysis.metrics import story
from partnership_analysis.metrics.review import SHOWN, open_tasks
from partnership_analysis.periods import first_friday

ANCHOR = act("2023-01-01", "Anchor", "meeting", "mutual")


def test_flagged_by_what_is_at_risk() -> None:
    # Ann and Bo fell silent after March, Bo with more won; Cy only receives: after those two, whatever it brought.
    rows = [ANCHOR, *monthly("2023-10-01", 18, value=10.0), *monthly("2023-10-01", 18, value=20.0, partner="Bo"),
            *monthly("2025-01-01", 9, partner="Cy", direction="given"), act("2025-09-30", "Dee", value=1e6)]  # fmt: skip
    review = pa.quarter_review(made(rows), "2025Q3")
    assert review.flagged["partner"].tolist() == ["Bo", "Ann", "Cy"]
    assert review.flagged["state"].tolist() == ["silent", "silent", "one-sided: we give"]
    assert review.flagged["at_risk"].tolist()[:2] == [240.0, 120.0]  # April 2024 to March 2025
    assert review.calls["partner"].tolist() == ["Bo", "Ann", "Cy"]
    assert "Bo" not in review.ready["partner"].tolist()
    for sentence in (*review.flagged["evidence"], *review.flagged["advice"]):
        assert sentence[0].isupper()
        assert "nan" not in sentence.lower().split()


def test_the_evidence_of_a_fall_and_of_an_old_silence() -> None:
    # Three a month for two years, then one every third month; Bo fell silent in 2023.
    rows = [ANCHOR, *monthly("2023-01-01", 24, 3), *(act(day) for day in ("2025-02-10", "2025-06-10", "2025-08-10")),
            *monthly("2023-01-01", 12, 2, partner="Bo")]  # fmt: skip
    flagged = pa.quarter_review(made(rows), "2025Q3").flagged.set_index("partner")
    assert flagged.loc["Ann", "state"] == "weakening"
    assert flagged.loc["Ann", "evidence"].startswith(
        "3 referrals in 9 months against 69 in the 23 before, about a tenth as often since January 2025. A steady partner shows this "
    )
    assert flagged.loc["Ann", "advice"].startswith("Lunch on Friday 3 October; ")
    assert flagged.loc["Bo", "evidence"].startswith(
        "Nothing received or done together for 665 days, since 5 December 2023. "
    )


def test_who_grows_comes_first_among_the_ready() -> None:
    events = {"kind": "event", "direction": "mutual"}
    rows = [*monthly("2023-01-01", 33, partner="Cy", **events), act("2023-02-05", "Bo", **events), act("2024-02-05", "Bo", **events),
            *monthly("2025-04-01", 6, 2, partner="Bo", **events)]  # fmt: skip
    ready = pa.quarter_review(
        made([ANCHOR, *rows], [rate("2023-01-01", 1.9, name) for name in ("Bo", "Cy")]), "2025Q3"
    ).ready
    assert ready[["partner", "state"]].values.tolist() == [["Bo", "strengthening"], ["Cy", "steady"]]


def test_headline_numbers_by_hand() -> None:
    rows = [act("2025-05-01", count=2, value=5.0), act("2025-07-01", count=3, hours=1.5, value=7.0),
            act("2025-08-01", direction="given"), act("2025-09-30", "Bo", status="open", count=2),
            act("2025-10-01", count=50, value=50.0)]  # fmt: skip
    review = pa.quarter_review(made(rows, [rate("2025-05-01", 4)], capacity_hours=100), "2025Q3")
    numbers = review.numbers.set_index("measure")
    # Ann: 5 in 5 months * 4; before: 2 in 2 months * 4. The median is of those with an index.
    assert numbers["value"].to_dict() == {"median_rvi": 4.0, "received": 5, "given": 1, "won": 7.0, "hours": 1.5, "active": 2}  # fmt: skip
    # Nothing given is on record until three months after the first received: whether it was none is not known.
    unknown = {"given": None, "hours": None}
    assert numbers["before"].to_dict() | unknown == {"median_rvi": 4.0, "received": 2, "given": None, "won": 5.0, "hours": None, "active": 1}  # fmt: skip
    assert numbers.loc[list(unknown), "before"].isna().all()
    assert (numbers.loc["hours", "limit"], numbers.loc["won", "pending"]) == (100, 2)


def test_an_empty_quarter_inside_the_record_is_zero() -> None:
    numbers = pa.quarter_review(made([act("2025-01-05"), act("2025-07-05")]), "2025Q3").numbers
    assert numbers.set_index("measure").loc["received", "before"] == 0


def test_open_tasks() -> None:
    actions = pd.DataFrame(
        {
            "partner": ["Ann", "Ann", "Ann", "Ann", "Bo"],
            "action": ["later", "first", "done", "not yet agreed", "without a day"],
            "due": ["2025-12-01", "2025-08-01", "2025-07-01", "2025-07-02", None],
            "done": [None, "2025-10-02", "2025-09-30", None, None],
            "created": [None, "2025-06-01", None, "2025-10-01", None],
        }
    )
    rows = pd.DataFrame([act("2025-07-01", status="open", count=3), act("2025-10-01", status="open")])
    portfolio = pa.Portfolio.from_frames(interactions=rows, actions=actions)
    tasks = open_tasks(portfolio, pa.Quarter(2025, 3))
    assert tasks.loc["Ann", ["action", "due", "referrals"]].tolist() == [
        "first",
        pd.Timestamp("2025-08-01"),
        3,
    ]
    assert tasks.loc["Bo", "action"] == "without a day"


@pytest.mark.parametrize(
    ("after", "friday"),
    [("2025-09-30", "2025-10-03"), ("2025-10-03", "2025-11-07"), ("2025-12-31", "2026-01-02")],
)
def test_first_fridays(after: str, friday: str) -> None:
    assert first_friday(dt.date.fromisoformat(after)) == dt.date.fromisoformat(friday)


def test_a_quarter_without_data_names_those_with_some() -> None:
    with pytest.raises(PeriodError, match="2025Q1 to 2025Q3"):
        pa.quarter_review(made([act("2025-01-05"), act("2025-07-05")]), "2025Q2")
    with pytest.raises(PeriodError):
        pa.quarter_review(made([act("2025-01-05")]), "2025 third")


def test_many_partners_are_summarised() -> None:
    rows = [act("2025-09-01", f"P{number:03d}", count=1 + number % 7) for number in range(200)]
    review = pa.quarter_review(made([ANCHOR, *rows]), "2025Q3")
    assert len(review.notable) == SHOWN
    assert len(review.rest) == len(review.standing) - SHOWN
    assert review.notable["count"].min() == 7
    assert set(review.trends["partner"]) == set(review.notable["partner"])
    assert story.rest_note(review)


def test_coverage_by_hand() -> None:
    rows = [
        act("2025-01-05", status="won", value=3.0),
        act("2025-01-06", status="won"),
        act("2025-04-07", "Bo", hours=0.0),
    ]
    portfolio = made(
        rows, [rate("2025-01-05", 3), rate("2025-01-05", 3, "Bo", factor="values")], verticals="Legal; IT"
    )
    table = pa.coverage(portfolio)
    assert table[["have", "of"]].values.tolist() == [[0, 2], [1, 2], [0, 2], [1, 3], [2, 3], [1, 2]]
    assert pa.empty_months(portfolio)["month"].dt.month.tolist() == [2, 3]
    assert list(pa.vertical_gaps(portfolio)["vertical"]) == ["IT", "Legal"]
    meetings = pa.coverage(made([act("2025-01-05", kind="meeting", direction="mutual")]))
    assert pd.isna(at(meetings.assign(partner="x"), "x")["share"])


def cut(portfolio: pa.Portfolio, day: str) -> pa.Portfolio:
    """The portfolio as it was on record on a day."""
    tables = {name: getattr(portfolio, name) for name in ("interactions", "partners", "ratings", "actions")}
    tables["interactions"] = tables["interactions"][tables["interactions"]["date"] <= pd.Timestamp(day)]
    return pa.Portfolio.from_frames(**tables, settings=portfolio.settings)


def test_days_that_nobody_wrote_down_are_no_silence(sample_portfolio: pa.Portfolio) -> None:
    before = pa.quarter_review(sample_portfolio, "2025Q2")
    unfinished = pa.quarter_review(cut(sample_portfolio, "2025-07-10"), "2025Q3")
    assert dt.date(2025, 7, 1) <= unfinished.day <= dt.date(2025, 7, 10)
    assert "the quarter is not over" in story.lead(unfinished)
    called = [
        set(review.flagged.loc[review.flagged["state"].isin(["silent", "weakening"]), "partner"])
        for review in (before, unfinished)
    ]
    # Ten more days add no alarm but what their own evidence adds: at most one.
    assert len(called[1] - called[0]) <= 1


def test_a_part_of_the_portfolio_knows_how_far_the_whole_is_recorded(sample_portfolio: pa.Portfolio) -> None:
    # Brightwater stopped in March: alone, its own last day must not pass for the end of the record.
    alone = sample_portfolio.select(partners="Brightwater Systems")
    assert alone.interactions["date"].max() < pd.Timestamp("2025-09-01")
    assert alone.days is not None
    assert alone.days.iloc[-1] == sample_portfolio.last_date
    part = cut(sample_portfolio, "2025-07-10").select(vertical="Legal")
    assert pa.quarter_review(part, "2025Q3").day < dt.date(2025, 7, 11)
    assert pa.quarter_change(alone, pa.Quarter(2025, 3))["state"].tolist() == ["silent"]


def test_a_whole_quarter_is_whole_though_its_last_days_are_quiet(sample_portfolio: pa.Portfolio) -> None:
    assert pa.quarter_review(cut(sample_portfolio, "2025-09-26"), "2025Q3").day == dt.date(2025, 9, 30)


def test_nobody_who_ended_is_accused() -> None:
    rows = [ANCHOR, *monthly("2025-01-01", 8, direction="given"), *monthly("2025-01-01", 9, partner="Bo")]
    portfolio = made(rows, partners=[{"partner": "Ann", "ended": "2025-09-15"}])
    review = pa.quarter_review(portfolio, "2025Q3")
    assert review.exchange["partner"].tolist() == ["Bo"]
    assert review.flagged["partner"].tolist() == ["Bo"]
    assert review.flagged.loc[0, "evidence"].startswith(
        "We gave no referral and received 9 referrals in 12 months. "
    )


def test_a_rating_of_a_month_ago_reads_well() -> None:
    review = pa.quarter_review(made([act("2025-09-01")], [rate("2025-09-01", 4)]), "2025Q3")
    assert "Trust is our own rating, 1 month old in the middle case." in story.trust_note(review)


def test_the_share_of_the_first_two_is_of_those_who_are_partners_now() -> None:
    rows = [
        act("2025-09-01", name, value=won)
        for name, won in zip("ABCDEF", (40, 30, 20, 10, -50, 99), strict=True)
    ]
    whole, less = (made(rows, partners=[{"partner": "F", "ended": day}]) for day in (None, "2025-09-20"))
    assert "F and A brought 70% of the £199 won in twelve months." in story.lead(
        pa.quarter_review(whole, "2025Q3")
    )
    assert (
        "A and B brought 70% of the £100 won in twelve months from those who are partners now."
        in story.lead(pa.quarter_review(less, "2025Q3"))
    )


def test_what_was_written_down_late_is_not_compared() -> None:
    # Received since 2024; given only from May 2025, inside the quarter before: 0 to 3 would be no rise.
    rows = [act(f"2024-{month:02d}-05") for month in range(1, 13)] + [act("2025-04-20"), act("2025-07-05")]
    late = [act(f"2025-0{month}-10", direction="given") for month in (5, 7, 8, 9)]
    review = pa.quarter_review(made([*rows, *late]), "2025Q3")
    words = story.lead(review)
    assert "We received 1 referral and gave 3; those given are on record only from 10 May 2025" in words
    assert "rose" not in words.partition("before.")[0]
    assert review.numbers.set_index("measure")["before"].isna()[["received", "given"]].tolist() == [
        False,
        True,
    ]
    # Half a year later both quarters have both.
    after = [act("2025-12-05"), act("2025-12-08", direction="given")]
    assert "those that we gave fell from 3 to 1" in story.lead(
        pa.quarter_review(made([*rows, *late, *after]), "2025Q4")
    )


def test_without_trust_all_that_is_missing_is_said_once() -> None:
    bare = pa.quarter_review(made([act("2025-07-05"), act("2025-08-05")]), "2025Q3")
    assert story.no_trust_note(bare).endswith(
        "No money, no hours and no actions are on record either; what rests on them is left out."
    )
    paid = pa.quarter_review(made([act("2025-07-05", value=100.0), act("2025-08-05", hours=2.0)]), "2025Q3")
    assert story.no_trust_note(paid).endswith(
        "No actions are on record either; what rests on them is left out."
    )
    assert "pa-warn" in tables.note(bare).html
    assert "pa-warn" not in tables.note(bare, warned=True).html
