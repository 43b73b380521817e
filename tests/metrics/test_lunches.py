"""The lunch plan: who comes first, and why."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from reference import World
from worlds import plain, portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import act, made
from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.nurture.lunches import lunch_plan
from partnership_analysis.sample import truth

NAMES = ("Ann", "Bo", "Cy", "Dee", "Eve", "Fay")


def states(**said: str) -> pd.DataFrame:
    """The state of each partner named."""
    return pd.DataFrame({"partner": list(said), "state": list(said.values())})


def portfolio(**more: object) -> pa.Portfolio:
    """Six partners met on 1 September; Bo and Dee every 20 days, the others every 200, Cy every 60."""
    rows = [act("2025-09-01", name, "meeting", "mutual") for name in NAMES]
    rows += [
        act("2025-05-01", "Eve", value=900.0, status="won"),
        act("2025-05-01", "Dee", value=100.0, status="won"),
    ]
    agreed = dict(zip(NAMES, (200, 20, 60, 20, 200, 200), strict=True))
    about = [
        {"partner": name, "cadence_days": days, "owner": "Ben"} | more.get(name, {})  # type: ignore[operator]
        for name, days in agreed.items()
    ]
    return made(rows, partners=about)


def test_the_order_by_hand() -> None:
    # Bo: silent and overdue (29 days since, 20 agreed). Ann: weakening. Dee: overdue. Cy: due on 31 October.
    # Eve before Fay: 900 won against nothing on record.
    said = states(Ann="weakening", Bo="silent", Cy="steady", Dee="strengthening", Fay="steady")
    fridays = [
        "2025-10-03",
        "2025-10-10",
        "2025-10-17",
        "2025-10-24",
        "2025-11-07",
        "2025-11-14",
        "2025-11-21",
    ]
    plan = lunch_plan(portfolio(), "2025Q4", states=said, dates=fridays, as_of="2025-09-30")
    assert plan["partner"].tolist() == ["Bo", "Ann", "Dee", "Cy", "Eve", "Fay"]
    assert plan["date"].astype(str).tolist() == fridays[:6]
    assert plan["reasons"].tolist() == [
        "Silent. Overdue: 29 days since the last meeting or other two-way contact on 1 September 2025, 20 agreed.",
        "Weakening.",
        "Overdue: 29 days since the last meeting or other two-way contact on 1 September 2025, 20 agreed. Call before this lunch. £100 won from its referrals in two years.",
        "A contact is due by 31 October 2025.",
        "£900 won from its referrals in two years.",
        "Nothing received in two years.",
    ]
    # Dee would wait until the 17th; Bo, overdue as well, until the 3rd; of Cy nothing is due by the 24th.
    assert plan["call_first"].tolist() == [False, False, True, False, False, False]
    assert [plain(value) for value in plan["state"]][4:] == [None, "steady"]
    assert plan[["days_since", "overdue_days"]].values.tolist()[:2] == [[29, 9], [29, 0]]
    assert plan.loc[4, ["owner", "vertical", "value", "interactions"]].tolist() == [
        "Ben",
        "not described",
        900.0,
        1,
    ]


def test_what_falls_due_before_the_lunch_is_said() -> None:
    plan = lunch_plan(
        portfolio(), "2025Q4", states=states(), dates=["2025-10-03", "2025-11-07"], as_of="2025-09-30"
    )
    alone = lunch_plan(
        portfolio(), "2025Q4", states=states(Cy="silent"), dates=["2025-11-07"], as_of="2025-09-30"
    )
    assert "call before" not in " ".join(plan["reasons"][:1])
    assert "A contact is due by 31 October 2025: call before this lunch." in " ".join(
        [*plan["reasons"], *alone["reasons"]]
    )


def test_a_quarter_before_the_record_is_explained() -> None:
    with pytest.raises(PeriodError, match="2025Q2 begins before there is any interaction"):
        lunch_plan(portfolio(), "2025Q2", states=states())


def test_a_quarter_has_three_first_fridays() -> None:
    none = states()
    plan = lunch_plan(portfolio(), "2025Q4", states=none)
    assert plan["date"].astype(str).tolist() == ["2025-10-03", "2025-11-07", "2025-12-05"]
    # Planned again on 10 October, one of them is over.
    again = lunch_plan(portfolio(), "2025Q4", states=none, as_of="2025-10-10")
    assert again["date"].astype(str).tolist() == ["2025-11-07", "2025-12-05"]
    assert lunch_plan(portfolio(), "2025Q4", states=none, as_of="2025-12-31").empty


def test_fewer_partners_than_fridays() -> None:
    plan = lunch_plan(made([act("2025-09-01")]), "2025Q4", states=states())
    assert plan[["partner", "interactions"]].values.tolist() == [["Ann", 1]]
    assert plan["reasons"].tolist() == ["1 interaction in two years."]
    assert plan[["state", "owner", "days_since", "overdue_days", "value"]].isna().all().all()


def test_who_is_not_asked() -> None:
    assert lunch_plan(portfolio(), "2025Q4", states=states(), dates=[]).empty
    some = portfolio(
        Bo={"ended": "2025-11-01"}, Dee={"relationship": "department"}, Ann={"ended": "2025-09-15"}
    )
    dates = [f"2025-1{month}-0{day}" for month in (0, 1, 2) for day in (3, 5)]
    plan = lunch_plan(some, "2025Q4", states=states(), dates=dates)
    assert set(plan["partner"]) == {"Cy", "Eve", "Fay"}
    plan = lunch_plan(some, "2025Q4", states=states(), dates=dates, departments=True)
    assert plan["partner"].tolist()[0] == "Dee"


def test_as_of_and_evidence() -> None:
    said = states(Ann="weakening").assign(evidence="3 referrals against 11.")
    plan = lunch_plan(portfolio(), "2025Q4", states=said, as_of="2025-09-02")
    assert (
        plan["reasons"][0]
        == "Weakening in what is received or done together, meetings aside: 3 referrals against 11."
    )
    assert plan["days_since"].tolist() == [1, 1, 1]
    # Nothing after the day before the quarter is counted.
    later = made([act("2025-09-01", kind="meeting"), act("2025-10-02", kind="meeting", direction="given")])
    assert lunch_plan(later, "2025Q4", states=states())["days_since"].tolist() == [29]


def test_what_does_not_fit() -> None:
    with pytest.raises(ParameterError, match="lacks the column state"):
        lunch_plan(portfolio(), "2025Q4", states=pd.DataFrame({"partner": ["Ann"]}))
    with pytest.raises(ParameterError, match="more than once"):
        lunch_plan(portfolio(), "2025Q4", states=pd.concat([states(Ann="steady")] * 2))
    with pytest.raises(ParameterError, match="not a date"):
        lunch_plan(portfolio(), "2025Q4", states=states(), dates=["2025-10-03", "Friday"])
    with pytest.raises(PeriodError):
        lunch_plan(portfolio(), "next", states=states())
    with pytest.raises(PeriodError):
        lunch_plan(portfolio(), "2025Q2", states=states())


@given(worlds())
@settings(max_examples=3)
def test_laws(world: World) -> None:
    some = portfolio_of(world)
    after = pa.Quarter.containing(world.last, world.fiscal_year_start).shift(1)
    said = pd.DataFrame({"partner": some.names, "state": "steady"})
    plan = lunch_plan(some, after, states=said)
    assert plan["partner"].is_unique
    assert (plan["date"].dt.day_of_week == 4).all()
    assert (plan["date"].dt.day <= 7).all()
    assert plan["date"].between(pd.Timestamp(after.start), pd.Timestamp(after.end)).all()
    # Who becomes silent comes no later than before.
    for place, name in list(enumerate(plan["partner"]))[-1:]:
        worse = said.assign(state=said["state"].mask(said["partner"] == name, "silent"))
        assert lunch_plan(some, after, states=worse)["partner"].tolist().index(name) <= place


def test_the_sample_asks_who_stopped_and_who_declines(sample_portfolio: pa.Portfolio) -> None:
    plan = lunch_plan(sample_portfolio, "2025Q4")
    planted = truth().query("story in ('stopped', 'slow decline')")
    assert set(plan["partner"]) == set(planted["partner"])
    assert plan["partner"][0] == "Brightwater Systems"
