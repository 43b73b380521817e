"""Tables of contacts, promises and work: what stands on top, and what is said where there is nothing."""

from __future__ import annotations

import pandas as pd
import pytest
from metrics.helpers import act, made, rate

import partnership_analysis as pa
from partnership_analysis import tables

DAY = "2025-09-30"


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    rows = pd.DataFrame(
        {
            "date": ["2025-06-02", "2025-09-29", "2025-09-30"],
            "partner": ["Ann", "Bo", "Cy"],
            "kind": "meeting",
        }
    )
    about = pd.DataFrame({"partner": ["Ann", "Bo"], "cadence_days": [30, 60], "vertical": "Legal"})
    tasks = pd.DataFrame(
        {
            "partner": "Ann",
            "action": ["Letter", "Page", "Call"],
            "owner": ["Ben", "Ben", "Eve"],
            "owner_level": ["executive", "executive", "specialist"],
            "horizon": "tactical",
            "due": ["2025-09-01", None, "2025-12-01"],
            "created": "2025-08-15",
            "hours": [4.0, 6.0, 5.0],
            "delegate_to": [None, None, "Studio"],
        }
    )
    return pa.Portfolio.from_frames(rows, about, actions=tasks, settings={"verticals": "Legal; Banking"})


def test_overdue_stands_on_top_with_a_mark(portfolio: pa.Portfolio) -> None:
    frame = tables.cadence_table(pa.cadence(portfolio, as_of=DAY)).frame
    assert frame["partner"].tolist() == ["Ann", "Bo"]
    assert frame["overdue"].str.replace("\N{NO-BREAK SPACE}", " ").tolist() == ["▲ 90 days", "–"]
    assert frame["due"].str.replace("\N{NO-BREAK SPACE}", " ").tolist() == ["2 Jul 2025", "28 Nov 2025"]
    none = tables.cadence_table(pa.cadence(portfolio, as_of=DAY).tail(1))
    assert "No interval is known" in none._repr_html_()


def test_lunches_name_the_day(portfolio: pa.Portfolio) -> None:
    plan = pa.lunch_plan(portfolio, "2025Q4", as_of=DAY)
    shown = tables.lunch_table(plan, currency="GBP").frame
    assert shown[["date", "partner"]].head(1).to_numpy().tolist() == [
        ["Friday\N{NO-BREAK SPACE}3\N{NO-BREAK SPACE}October", "Ann"]
    ]
    assert "first" not in shown
    later = pa.lunch_plan(portfolio, "2025Q4", as_of=DAY, dates=["2025-11-07"])
    assert tables.lunch_table(later).frame["first"].tolist() == ["call"]


def test_work_that_is_late_stalled_or_somebody_elses(portfolio: pa.Portfolio) -> None:
    late = tables.late_table(pa.late_commitments(portfolio, as_of=DAY)).frame
    assert late[["action", "days_late"]].to_numpy().tolist() == [["Letter", 29]]
    assert late["due"].tolist() == ["1\N{NO-BREAK SPACE}Sep\N{NO-BREAK SPACE}2025"]
    idle = tables.stalled_table(pa.stalled(portfolio, as_of=DAY)).frame
    assert idle[["partner", "state", "open"]].to_numpy().tolist() == [["Ann", "–", 3]]
    given = tables.delegation_table(pa.delegation(portfolio, as_of=DAY)).frame
    assert given["action"].tolist() == ["Page", "Call", "Letter"]
    load = tables.workload_table(pa.workload(portfolio, as_of=DAY)).frame
    assert load[["owner", "hours_due"]].to_numpy().tolist() == [["Ben", 10.0], ["Eve", 5.0]]


def test_a_rhythm_is_shown_where_it_stands_out(portfolio: pa.Portfolio) -> None:
    assert (
        "differs by more than chance"
        in tables.rhythm_table(pa.rhythm_match(portfolio, as_of=DAY))._repr_html_()
    )
    match = pd.DataFrame(
        {
            "partner": ["Ann", "Bo"],
            "busiest": ["Monday", "Friday"],
            "share": [0.5, 0.4],
            "ours": [0.2, 0.2],
            "days": [40, 30],
            "chance": [0.02, 0.001],
            "stands_out": pd.array([True, True], dtype="boolean"),
        }
    )
    assert tables.rhythm_table(match).frame["partner"].tolist() == ["Bo", "Ann"]


def test_types_of_relationship(portfolio: pa.Portfolio) -> None:
    shown = tables.relationship_table(pa.relationship_map(portfolio, as_of=DAY)).frame
    assert shown.loc[shown["partners"] > 0, "relationship"].tolist() == ["not described"]


def test_who_is_quiet_is_told_with_what_it_brought() -> None:
    flagged = pd.DataFrame(
        {
            "partner": ["A & B", "Bo"],
            "state": ["silent", "one-sided: we give"],
            "at_risk": [1200.0, None],
            "evidence": ["Nothing for 90 days.", "We gave 8."],
        }
    )
    html = tables.quiet_note(flagged, currency="GBP")._repr_html_()
    assert "A &amp; B" in html
    assert "It brought £1,200 in the twelve months before the last six." in html
    assert "Bo" not in html
    assert "Nobody is silent" in tables.quiet_note(flagged.tail(1))._repr_html_()


def test_steps_follow_from_the_measures(portfolio: pa.Portfolio) -> None:
    plan = pa.lunch_plan(portfolio, "2025Q4", as_of=DAY)
    steps = pa.next_steps(portfolio, lunches=plan, as_of=DAY)
    assert steps["about"].tolist() == ["overdue", "lunch", "delegation", "vertical"]
    assert steps["step"].iloc[0] == "Ring Ann this week: 90 days overdue."
    assert steps["step"].iloc[1].startswith("Book the lunches now: Ann on Friday 3 October, ")
    assert steps["step"].iloc[2] == "Hand “Call” with Ann to Studio (5 hours)."
    assert steps["step"].iloc[3].startswith("Look for a partner in Banking")
    html = tables.steps_list(steps)._repr_html_()
    assert html.count("<li>") == 4
    assert "Nothing is overdue" in tables.steps_list(steps.head(0))._repr_html_()


def test_steps_of_work_in_wrong_hands() -> None:
    met = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    tasks = pd.DataFrame(
        {
            "partner": "Ann",
            "action": list("abcdef"),
            "owner": "Rupert",
            "owner_level": "executive",
            "horizon": [*["tactical"] * 5, "strategic"],
            "created": "2025-03-01",
            "due": "2025-05-01",
            "hours": 2.0,
        }
    )
    steps = pa.next_steps(pa.Portfolio.from_frames(interactions=met, actions=tasks)).set_index("about")[
        "step"
    ]
    assert steps["stalled"].startswith(
        "Restart the work with Ann, or close it: 6 actions are open, and nothing was"
    )
    assert steps["level"] == (
        "Give the 5 tactical actions with Ann to a specialist (10 hours): now with Rupert, at executive level."
    )
    assert steps["both groups"].startswith("Part the work with Ann: Rupert has both")
    # Who is told to hand it all over is not told to begin with the first three.
    assert "limit" not in steps
    specialist = tasks.assign(owner_level="specialist")
    steps = pa.next_steps(pa.Portfolio.from_frames(interactions=met, actions=specialist)).set_index("about")
    assert steps["step"]["limit"].startswith(
        "Rupert has 5 tactical actions open: commit to the first 3, and let 2 others wait"
    )


def test_steps_about_ratings_name_who_differs_and_who_is_silent() -> None:
    ratings = [
        rate("2025-06-30", 4.5),
        rate("2025-06-30", 3, rater="them"),
        rate("2025-06-30", 4, "Bo"),
        rate("2025-06-30", 3.5, "Cy"),
        rate("2025-06-30", 3.5, "Cy", rater="them"),
    ]
    rows = [act("2025-09-01", name) for name in ("Ann", "Bo", "Cy")]
    steps = pa.next_steps(made(rows, ratings), as_of=DAY).set_index("about")["step"]
    assert steps["gap"] == "Ask Ann about trust (we rate it 4.5, they 3.0)."
    assert steps["not rated"].startswith("Ask Bo how they see the seven foundations")
