"""What to do because of the focus plan, from frames of a few rows and on the sample."""

from __future__ import annotations

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.charts.steps.focus import after_focus, after_focus_plan, named_first
from partnership_analysis.charts.steps.hours import after_capacity, after_conflicts, after_frontier
from partnership_analysis.sample import sample

PLAN = pd.DataFrame(
    {
        "partner": ["Ann", "Bo", "Cy", "Di", "Ed"],
        "kept": pd.array([True, True, False, False, False], dtype="boolean"),
        "verdict": ["keep", "nurture", "renegotiate", "let go", "let go"],
        "worth": [900.0, 500.0, 700.0, 300.0, 100.0],
        "hours": [4.0, 4.0, 9.0, 5.0, 3.0],
        "hours_margin": [2.0, 1.0, -1.0, None, -3.0],
        "reasons": ["", "", "", "competes with Ann, who is kept; x", "others bring more"],
    }
)
SETS = pd.DataFrame(
    {
        "kept": [1, 2, 3, 3],
        "value": [500.0, 900.0, 1000.0, 1000.0],
        "marginal": [500.0, 400.0, 100.0, 0.0],
        "share": [0.5, 0.9, 1.0, 1.0],
        "hours": [4.0, 8.0, 10.0, 10.0],
        "partners": ["Ann", "Ann; Bo", "Ann; Bo; Cy", "Ann; Bo; Cy"],
        "joined": ["Ann", "Bo", "Cy", ""],
        "left": "",
    }
).convert_dtypes()
CURVE = pd.DataFrame({"value": [0.0, 800.0, 1000.0], "hours": [0.0, 9.0, 18.0], "kept": [0, 2, 3]})


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    found = sample()
    return pa.Portfolio.from_frames(**found.tables, settings=found.settings)


def conflict(
    partner: str, other: str | None, kind: str, worth: tuple[float | None, float | None]
) -> dict[str, object]:
    mine, theirs = worth
    cost = None if mine is None or theirs is None else min(mine, theirs)
    return {
        "partner": partner,
        "other": other,
        "conflict": kind,
        "worth": mine,
        "worth_other": theirs,
        "cost": cost,
        "basis": "won value",
    }


def test_talk_comes_first() -> None:
    talk = "talk to Cy (renegotiate; kept with 1 hour fewer) before you decide"
    assert after_focus(PLAN) == f"{talk}; call or meet Bo this month (nurture)."
    rival = "decide whether to let Di go (hollow): they compete with Ann, who is kept"
    assert after_focus_plan(PLAN) == f"{talk}; {rival}."
    room = rival.replace("they", "there are hours, but they")
    assert after_focus_plan(PLAN, capacity=14.0) == f"{talk}; {room}."
    rest = PLAN[PLAN["verdict"] != "renegotiate"]
    assert (
        after_focus_plan(rest) == f"{rival}; let go of Ed, kindly and in person: 3 hours a quarter come free."
    )
    two = pd.concat(
        [PLAN.iloc[[2]], PLAN.iloc[[2]].assign(partner="Di", reasons="competes with Cy, who is kept; x")]
    )
    assert after_focus(two) == (
        "before you decide, talk to those marked renegotiate: Cy (kept with 1 hour fewer) and Di (competes with Cy, who is "
        "kept)."
    )
    rivals = pd.concat([PLAN.iloc[[3]], PLAN.iloc[[3]].assign(partner="Ed")])
    assert after_focus(rivals) == (
        "decide whether to let Di and 1 other go (hollow): they compete with those who are kept."
    )


def test_nobody_parts_with_many() -> None:
    many = pd.concat([PLAN.iloc[[4]]] * 5).assign(partner=list("ABCDE"))
    assert after_focus_plan(many) == "begin no new work with the 5 marked let go."
    assert after_focus_plan(many.head(1), capacity=2.0).startswith("begin no new work with the 1 marked")


def test_too_early_to_tell_partners_apart() -> None:
    early = PLAN.assign(verdict=["nurture", "nurture", "renegotiate", "let go", "let go"])
    early["reasons"] = ["part of the best plan; too early to judge: x"] * 2 + list(PLAN["reasons"].iloc[2:])
    said = (
        "talk to Cy (renegotiate; kept with 1 hour fewer) before you decide; it is too early to tell partners apart: let "
        "nobody go yet."
    )
    assert after_focus(early) == after_focus_plan(early, capacity=50.0) == said
    assert after_frontier(SETS, plan=early) == "nothing yet; too little is on record to rank partners."
    unmet = early.assign(reasons="part of the best plan; no two-way contact for 200 days")
    assert "too early" not in after_focus(unmet)


def test_who_is_named_is_known_to_the_picture() -> None:
    assert named_first(PLAN) == ["Cy", "Bo"]


def test_hours_left_the_unknown_and_nothing() -> None:
    kept = PLAN.head(1)
    assert (
        after_focus_plan(kept, capacity=14.0)
        == "use the 10 hours left for your clients or for a new partner."
    )
    assert after_focus(kept, capacity=14.0) == after_focus_plan(kept, capacity=14.0)
    assert after_focus(kept) == "nothing; everybody is kept."
    assert (
        after_focus(PLAN.iloc[[1]], capacity=14.0)
        == "call or meet Bo this month (nurture); use the 10 hours left for them."
    )
    assert (
        after_focus_plan(PLAN.iloc[[1]], capacity=14.0)
        == "give the 10 hours left first to Bo (nurture: they need your time)."
    )
    two = pd.concat([PLAN.iloc[[1]], PLAN.iloc[[1]].assign(partner="Zoe")])
    assert after_focus_plan(two, capacity=14.0) == (
        "give the 6 hours left first to Bo and Zoe (nurture: they need your time)."
    )
    blank = kept.assign(kept=pd.array([None], dtype="boolean"), verdict=None, worth=float("nan"))
    assert after_focus(blank) == "rate our trust in Ann, so that the plan can judge them."


def test_names_of_any_length() -> None:
    long = f"Ann{' of the Association' * 9}"
    said = after_focus_plan(
        PLAN.replace("Ann", long).replace("competes with Ann", f"competes with {long}", regex=True)
    )
    assert "they compete with Ann of the Association of…, who is kept" in said


def test_where_to_stop_to_save_hours() -> None:
    assert after_frontier(SETS) == (
        "keep all 3. Only if hours get short: stopping with Cy (below the line) frees 2 hours a quarter and costs 100 a year."
    )
    assert after_frontier(SETS, basis="rvi").endswith("frees 2 hours a quarter and leaves 90% of it.")
    swap = SETS.assign(left=["", "", "Zoe", ""])
    assert after_frontier(swap).endswith(
        "stopping with Cy and changing to the set of 2 frees 2 hours a quarter and costs 100 a year."
    )
    free = SETS.assign(hours=8.0)
    assert after_frontier(free, present=200) == "keep the best 3 drawn; stopping earlier saves no hours."
    plan = PLAN.assign(partner=["Ann", "Bo", "Cy", "Di", "Di"]).head(4)
    assert after_frontier(SETS, plan=plan).startswith("keep 3, all but Di, who compete with Ann. Only if")
    assert after_frontier(SETS.head(1).assign(share=1.0), present=1) == (
        "keep Ann, your only partner; there is no choice to make yet."
    )
    assert after_frontier(SETS.head(1)) == "begin at the top, with Ann, and go on as far as your hours reach."
    assert after_frontier(SETS.head(1).assign(share=1.0)) == "keep Ann: nobody else adds anything."
    assert after_frontier(SETS.head(2).assign(share=[0.5, 1.0])).startswith(
        "keep Ann and Bo: fewer would bring less than 90%"
    )
    assert after_frontier(SETS.assign(marginal=0.0)) == "nothing; nobody adds anything."


def test_what_hours_are_for() -> None:
    assert after_capacity(CURVE).startswith(
        "decide how many hours you give to partners: with more than 18 a quarter"
    )
    assert (
        after_capacity(CURVE, plan=(18.0, 1000.0))
        == "nothing; more hours would add nothing to the 3 kept, and no hour is left."
    )
    assert after_capacity(CURVE, plan=(20.0, 1000.0), partners=PLAN.iloc[[0, 1, 3]]) == (
        "give the 2 hours left first to Bo (nurture: they need your time; what that brings is not in the line); more hours would "
        "add nothing: the focus plan keeps all but Di, who compete with Ann."
    )
    assert after_capacity(CURVE, plan=(20.0, 1000.0), partners=PLAN.head(1)).endswith(
        "your only partner is in the plan."
    )
    assert after_capacity(CURVE, "GBP", plan=(9.0, 800.0), one_more=25.0, partners=PLAN) == (
        "see whether you can give one hour more a quarter: it would bring £25 a year; or ask Cy, nearest to being kept, "
        "to take 1 hour fewer."
    )
    assert after_capacity(CURVE, plan=(9.0, 800.0), one_more=0.0) == (
        "find 9 hours more a quarter, or leave it: one hour more alone brings nothing."
    )


def test_one_instruction_a_conflict() -> None:
    pair = conflict("Ann", "Bo", "compete with each other", (900.0, 500.0))
    serves = conflict("Di", None, "serves our competitors", (100.0, None))
    nobody = conflict("Di", "Nobody Ltd", "names nobody we know", (100.0, None))
    choose = "decide who gets your referrals: Ann (£900 a year{}) or Bo (£500 a year){}"
    ask = "agree with Di what they must not pass on: they serve a competitor of yours"
    check = "find out who is meant by Nobody Ltd, with whom a partner competes (misspelt?)"
    assert after_conflicts(pd.DataFrame([pair, serves]), "GBP", PLAN.head(1)) == (
        f"{choose.format(', kept by the plan', '')}; {ask}."
    )
    assert after_conflicts(pd.DataFrame([pair]), "GBP", PLAN.tail(1)) == (
        "no need to choose between Ann (£900 a year) and Bo (£500 a year) yet: the plan keeps neither."
    )
    assert after_conflicts(pd.DataFrame([serves, nobody])) == f"{ask}; {check}."
    many = pd.DataFrame([pair, pair, pair, serves, nobody])
    so = choose.format("", ", and so for two more pairs")
    assert after_conflicts(many, "GBP") == f"{check}; {so}; {ask}."
    twice = pd.DataFrame([serves, nobody, nobody])
    assert after_conflicts(twice).endswith("with whom two partners compete (misspelt?).")
    unknown = conflict("Ann", "Bo", "compete with each other", (None, None))
    assert after_conflicts(pd.DataFrame([unknown])) == "decide who gets your referrals: Ann or Bo."


def test_on_the_sample_the_rival_is_named(portfolio: pa.Portfolio) -> None:
    made = pa.focus_plan(portfolio, capacity=180)
    said = after_focus_plan(made.plan, "GBP", made.capacity)
    assert (
        "decide whether to let Bell & Finch go (hollow): there are hours, but they compete with Harcourt"
        in said
    )
    left = 180 - made.plan.loc[made.plan["kept"], "hours"].sum()
    assert f"give the {left:.0f} hours left first to Brightwater Systems, " in said
