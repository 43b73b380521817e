"""Tables and sentences of the focus plan."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from partnership_analysis.metrics.focus.plan import Focus
from partnership_analysis.tables.focus import (
    conflicts_table,
    focus_advice,
    focus_table,
    focus_words,
    frontier_table,
)

PLAN = pd.DataFrame(
    {
        "partner": ["Ann", "Bo", "Cy", "Di", "Ed"],
        "kept": pd.array([True, True, False, False, None], dtype="boolean"),
        "verdict": ["keep", "nurture", "renegotiate", "let go", None],
        "worth": pd.array([900.0, 500.0, 700.0, 100.0, None], dtype="Float64"),
        "basis": "won value",
        "hours": pd.array([4.0, 4.0, 9.0, 5.0, None], dtype="Float64"),
        "margin": pd.array([300.0, 20.0, -50.0, -400.0, None], dtype="Float64"),
        "hours_margin": pd.array([2.0, 0.0, -1.0, -4.5, None], dtype="Float64"),
        "reasons": pd.array(
            ["part of the best plan", "part of the best plan; too early", "talk", "others", "unknown"],
            dtype="string",
        ),
    }
)
FOCUS = Focus(PLAN, 1400.0, 8.0, 8.0, "won value", 0.0, "2 of 5 partners kept; <proven> best.")
FRONTIER = pd.DataFrame(
    {
        "count": [1, 2, 3],
        "kept": [1, 2, 2],
        "value": [900.0, 1400.0, 1400.0],
        "marginal": [900.0, 500.0, 0.0],
        "share": [0.92, 1.0, 1.0],
        "hours": [4.0, 8.0, 8.0],
        "joined": ["Ann", "Bo", ""],
        "left": ["", "", ""],
    }
).convert_dtypes()
CONFLICTS = pd.DataFrame(
    {
        "partner": ["Ann", "Bo"],
        "other": ["Cy", None],
        "conflict": ["compete with each other", "serves our competitors"],
        "cost": pd.array([700.0, 500.0], dtype="Float64"),
        "at_stake": pd.array([1600.0, 500.0], dtype="Float64"),
        "basis": "won value",
    }
)


def test_the_kept_with_what_would_change_it() -> None:
    shown = focus_table(PLAN, kept=True, currency="GBP")
    assert [str(value).replace("\u00a0", " ") for value in shown.frame.iloc[1]] == [
        *("Bo", "◆ nurture", "£500", "4.0", "£20", "0.0", "too early")
    ]
    assert "would still be kept with" in shown._repr_html_()


def test_the_others_with_the_unknown_last() -> None:
    shown = focus_table(PLAN, kept=False, currency="GBP")
    assert shown.frame["partner"].tolist() == ["Cy", "Di", "Ed"]
    assert shown.frame["margin"].tolist() == ["£50", "£400", "–"]
    assert shown.frame["verdict"].tolist()[-1] == "–"
    assert "and 1 more" in focus_table(PLAN, kept=False, rows=2)._repr_html_()
    assert len(focus_table(PLAN).frame) == 5
    assert repr(focus_table(PLAN.head(0), kept=True)) == "Nobody is kept."


def test_words_are_escaped() -> None:
    assert "&lt;proven&gt; best." in focus_words(FOCUS).html


@pytest.mark.parametrize(("basis", "worth"), [("won value", "£900"), ("RVI", "900.0")])
def test_the_frontier_as_long_as_it_grows(basis: str, worth: str) -> None:
    shown = frontier_table(FRONTIER, basis=basis, currency="GBP").frame
    assert shown["count"].tolist() == [1, 2]
    assert shown["value"].tolist()[0] == worth
    assert shown["left"].isna().all()


def test_conflicts() -> None:
    shown = conflicts_table(CONFLICTS, currency="GBP").frame
    assert shown["cost"].tolist() == ["£700", "£500"]
    assert repr(conflicts_table(CONFLICTS.head(0))) == "No conflict is on record."
    assert "and 1 more" in conflicts_table(CONFLICTS, rows=1)._repr_html_()


def test_what_to_do() -> None:
    assert focus_advice(FOCUS, FRONTIER, CONFLICTS, 25.0, currency="GBP").sentences == [
        "Before you decide, talk to Cy (stays with 1 hour a quarter fewer).",
        "Choose between Ann and Cy, who compete; the plan keeps Ann. Ask Bo what they send to our competitors.",
        "Give time this month to Bo: kept, but not yet sure.",
        "Let go of Di, kindly and in person: 5 hours a quarter come free.",
        "If it must be fewer: 1 partner brings 92% of what these hours can hold.",
        "One hour a quarter more for partners would bring £25 a year: compare it with what else the hour could do.",
        "Rate our trust in 1 partner whose worth is unknown, so that the plan can judge them.",
    ]


def test_between_two_of_whom_neither_is_kept_there_is_no_choice() -> None:
    none = replace(FOCUS, plan=PLAN.assign(kept=pd.array([False] * 5, dtype="boolean")))
    words = " ".join(focus_advice(none, FRONTIER, CONFLICTS, None).sentences)
    assert "Choose between" not in words
    assert "Ask Bo what they send" in words


def test_nobody_parts_with_so_many() -> None:
    many = pd.concat([PLAN.iloc[[3]].assign(partner=f"P{place}") for place in range(5)], ignore_index=True)
    found = focus_advice(replace(FOCUS, plan=many), FRONTIER.head(0), CONFLICTS.head(0), None).sentences
    assert found == [
        "Begin no new work with the 5 marked let go, first P0, P1, P2 and P3: 25 hours a quarter come free."
    ]


def test_nothing_to_do() -> None:
    kept = Focus(PLAN.head(1), 900.0, 4.0, None, "won value", 0.0, "")
    found = focus_advice(kept, FRONTIER.head(0), CONFLICTS.head(0), None)
    assert found.sentences == ["Keep everybody: the hours are enough and nobody stands in another's way."]
    worthless = replace(kept, plan=PLAN.head(1).assign(kept=False, verdict=None, worth=0.0))
    (words,) = focus_advice(worthless, FRONTIER.head(0), CONFLICTS.head(0), None).sentences
    assert words.endswith("until somebody's worth is above 0, nobody is better to keep than another.")
