"""What to do because of returns, J-curves and hours, from frames of a few rows and on the sample."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.charts.steps.jcurve import after_j_curve, with_beginning
from partnership_analysis.charts.steps.returns import after_returns, may_turn
from partnership_analysis.charts.steps.spent import after_time_spent
from partnership_analysis.metrics.returns.jcurve import NO_BUSINESS
from partnership_analysis.sample import sample

ABOUT = pd.DataFrame(
    {
        "partner": ["Ann", "Bo", "Cy", "Di"],
        "vertical": ["IT", "IT", "Legal", "IT"],
        "ended": [pd.NaT, pd.NaT, pd.NaT, pd.Timestamp("2025-01-31")],
    }
)


def nets(*rows: tuple[str, float | None, float | None, float | None], by: str = "partner") -> pd.DataFrame:
    """Rows of name, net, and the ends of the range of what came back; 1,000 were put in."""
    names, net, low, high = zip(*rows, strict=True)
    table = pd.DataFrame({by: names, "net": net, "returned_low": low, "returned_high": high})
    table[["net", "returned_low", "returned_high"]] = table[["net", "returned_low", "returned_high"]].astype(
        "Float64"
    )
    table["investment"] = pd.array([1000.0] * len(table), dtype="Float64")
    return table.assign(returned=table["net"] + 1000, unknown="no hours on record")


def curve(name: str, won: Sequence[float], *, ended: bool = False, partial: bool = False) -> pd.DataFrame:
    """Months in each of which 10 are put in; the last is that of the record unless it ended."""
    months = pd.date_range(end="2024-01-01" if ended else "2025-09-01", periods=len(won), freq="MS")
    back = pd.Series(won, dtype="Float64")
    return pd.DataFrame(
        {
            "partner": name,
            "month": months,
            "number": pd.array(range(len(won)), dtype="Int64"),
            "returned": back,
            "cumulative": (back - 10).cumsum(),
            "partial": partial,
        }
    )


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    found = sample()
    return pa.Portfolio.from_frames(**found.tables, settings=found.settings)


def test_of_red_rows_that_chance_may_turn_nobody_is_dropped() -> None:
    data = nets(("Ann", 500, 1100, 2000), ("Bo", -200, None, None), ("Di", -300, None, None))
    said = "tell {}, what you need from them; drop nobody yet: one won job may turn a loss into a gain."
    assert after_returns(data) == said.format("Di and Bo, the lowest rows")
    assert after_returns(data, about=ABOUT) == said.format("Bo, in red")


def test_of_a_short_record_nothing_is_asked() -> None:
    data = nets(("Ann", 500, 1100, 2000), ("Bo", -200, None, None))
    month = dt.date(2025, 9, 1), dt.date(2025, 9, 30)
    said = "nothing yet; 1 month on record is too short to judge: referrals take longer to be won. Look again next quarter."
    assert after_returns(data, record=month) == said
    assert after_returns(data.rename(columns={"partner": "vertical"}), record=month) == said
    assert after_returns(data, record=(dt.date(2024, 10, 1), month[1])).startswith("tell Bo")
    assert after_returns(data, record=(None, month[1])).startswith("tell Bo")
    # What chance does not explain is a loss after a month, too.
    assert after_returns(nets(("Bo", -600, 200, 900)), record=month).startswith("agree with Bo")


def test_a_loss_beyond_chance_asks_for_an_agreement() -> None:
    data = nets(("Ann", -100, None, None), ("Bo", -600, 200, 900))
    assert may_turn(data).tolist() == [True, False]
    assert after_returns(data, "GBP") == (
        "agree with Bo (−£600) on more business or fewer hours: chance alone does not explain the loss; wait with "
        "1 red row in plain figures."
    )


def test_without_red_rows_nothing_or_wait() -> None:
    assert after_returns(nets(("Ann", 500, 1100, 2000))) == "nothing; nobody brought less than was put in."
    assert after_returns(nets(("Ann", 500, None, None))) == (
        "wait; Ann brought more than was put in, but it may be chance: look again next quarter."
    )
    assert after_returns(nets(("Ann", 500, None, None), ("Bo", 5, None, None))).startswith("wait; nobody")


def test_of_unknown_nets_it_says_what_to_write_down() -> None:
    data = nets(("Ann", None, None, None))
    assert after_returns(data) == (
        "write our hours into the column hours of the interactions table, Ann first, so that what came back can be set "
        "against it."
    )
    assert "set hour_rate" in after_returns(data.assign(unknown="no hour rate in settings"))
    assert "column value" in after_returns(data.assign(unknown=pd.NA))
    zero = data.assign(unknown="no hour rate in settings", hours=0.0, returned=0.0)
    assert after_returns(zero).startswith("correct the columns hours and value of the interactions table")


def test_who_weighs_on_the_lowest_vertical() -> None:
    data = nets(("Legal", 900, 1500, 3000), ("IT", -50, None, None), by="vertical")
    partners = nets(("Cy", -1, None, None), ("Ann", -100, None, None), ("Di", -900, None, None))
    assert after_returns(data, "GBP", partners=partners, about=ABOUT) == (
        "tell Ann (−£100) what you need from them: they weigh on IT, the lowest row; drop nobody yet: one won job may turn "
        "a loss into a gain."
    )
    surely = nets(("Ann", -600, 200, 900))
    assert after_returns(data, partners=surely, about=ABOUT).startswith(
        "agree with Ann (−600) on more business"
    )
    assert after_returns(data).startswith("look in the returns by partner who is behind IT, the lowest row")
    assert after_returns(data.head(1)).startswith("nothing; every vertical")
    assert after_returns(data, partners=partners.head(1), about=ABOUT) == (
        "leave IT, the lowest row, as it is: none of its partners brought less than was put in, though chance may turn the sum."
    )
    even = nets(("Legal", 900, 1500, 3000), ("IT", 50, None, None), by="vertical")
    assert after_returns(even, "GBP") == (
        "nothing to decide; even the lowest row, IT (+£50), did not lose, though chance may turn it. Look again next quarter."
    )
    assert after_returns(even.tail(1), "GBP").startswith("nothing to decide; IT (+£50) did not lose")
    nobody = data.assign(vertical="not described")
    assert after_returns(nobody).startswith("write each partner's vertical")


def test_who_waits_longer_than_anybody_needed_is_asked() -> None:
    data = pd.concat(
        [curve("Ann", [0, 0, 90]), curve("Bo", [0] * 15), curve("Cy", [0, 0]), curve("Di", [0] * 2)]
    )
    assert after_j_curve(data, "GBP") == (
        "ask Bo whether and when business will come: none in 14 months; of those who brought any the slowest took 2. Give "
        "the other two below £0 time: those without business until month 2."
    )
    assert after_j_curve(pd.concat([data, curve("Ed", [0] * 9)])) == (
        "ask Bo and Ed whether and when business will come: none in 8 months or more; of those who brought any "
        "the slowest took 2. Give the other two below 0 time: those without business until month 2."
    )
    slid = curve("Flo", [0, 90, *[0] * 9])
    assert after_j_curve(pd.concat([data, slid]), "GBP").endswith(
        "the slowest took 2. Ask Flo what comes next: paid back once, nothing won since month 1. Give the other two below £0 time: "
        "those without business until month 2."
    )
    begun = curve("Gus", [0, 5, 0]).assign(cumulative=[-90.0, -85.0, -85.0])
    assert after_j_curve(pd.concat([data, begun]), "GBP").endswith(
        "Give the other three below £0 time: those without business until month 2, the rest until next quarter."
    )
    # Nothing is asked of who won something lately, or was never above zero.
    for other in (curve("Flo", [0] * 9 + [90, 0]), curve("Flo", [0, 5, *[0] * 9])):
        assert "Flo" not in after_j_curve(pd.concat([data, other]), "GBP")
    assert after_j_curve(data, highlight="Cy") == (
        "wait; Cy brought nothing in 1 month, and others needed up to 2 months to the first business."
    )
    assert after_j_curve(data, highlight="Ann") == "nothing; Ann has paid back."
    gone = pd.concat([curve("Ann", [0, 0, 90]), curve("Bo", [0] * 15, ended=True)])
    assert after_j_curve(gone) == "nothing; all partners drawn have paid back or are over."
    assert after_j_curve(gone, highlight="Bo") == "nothing; the partnership with Bo is over."
    within = pd.concat([curve("Ann", [0] * 15 + [900]), curve("Cy", [0, 0])])
    assert after_j_curve(within) == (
        "give Cy time: none has been without business for longer than others needed (15 months)."
    )
    begun = pd.concat([curve("Ann", [0, 90, *[0] * 12]), curve("Bo", [5, *[0] * 13]), curve("Cy", [0])])
    assert after_j_curve(begun) == (
        "ask Bo and Ann what comes next: business has begun, but they are still below 0 after more than 1 month; give the "
        "others time."
    )


def test_business_that_has_begun_and_a_first_month() -> None:
    assert after_j_curve(curve("Ann", [0] * 12 + [5]), "GBP").startswith(
        "ask Ann what comes next: business has begun, and £125"
    )
    assert after_j_curve(curve("Ann", [0, 5]), "GBP").startswith("wait with Ann: business has begun, and £15")
    assert after_j_curve(curve("Ann", [0])) == (
        "wait; Ann brought nothing in the first month, which is too short to judge."
    )
    two = pd.concat([curve("Ann", [0] * 5), curve("Bo", [0])])
    assert after_j_curve(two).startswith("nothing yet; 5 months on record are too short to judge")
    assert (
        after_j_curve(curve("Ann", [0] * 13))
        == "ask Ann whether and when business will come: none in 12 months."
    )


def test_curves_without_a_beginning() -> None:
    new = pd.concat([curve("Ann", [90], partial=True), curve("Bo", [0], partial=True)])
    assert after_j_curve(new).startswith("nothing yet; 1 month on record")
    old = pd.concat([curve("Ann", [90], partial=True), curve("Bo", [0] * 12, partial=True)])
    assert after_j_curve(old).startswith("ask Bo, whose line ends below zero, what to expect")
    assert after_j_curve(old, "GBP", highlight="Ann") == (
        "nothing; since the record began Ann brought £80 more than was put in."
    )
    assert after_j_curve(old.head(1)).startswith("nothing; since the record began")
    assert with_beginning(pd.concat([old, curve("Cy", [0])]))["partner"].tolist() == ["Cy"]


def test_the_whole_portfolio() -> None:
    whole = curve("x", [90]).rename(columns={"partner": "portfolio"})
    assert after_j_curve(whole, "GBP") == "nothing; in all £80 more came back than was put in."
    low = curve("x", [0] * 12).rename(columns={"partner": "portfolio"})
    assert after_j_curve(low, "GBP").endswith("in all £120 more was put in than came back.")
    assert after_j_curve(low.head(1), "GBP").startswith("nothing yet; 1 month on record")


def test_on_the_sample_the_late_are_those_of_the_metric(portfolio: pa.Portfolio) -> None:
    paid = pa.payback(portfolio)
    said = after_j_curve(pa.j_curve(portfolio), "GBP", paid=paid)
    longest = int(paid["months_to_first"].max())
    assert (
        f"of those who brought any the slowest took {longest}. Ask Søndergaard Press what comes next" in said
    )
    waiting = paid[paid["state"] == NO_BUSINESS]
    assert [name for name in waiting["partner"] if name in said] == ["Thistle Talent"]


def test_hours_over_the_plan() -> None:
    data = pd.DataFrame(
        {
            "partner": ["Ann", "Bo", "Cy"],
            "hours": [9.0, 6.5, None],
            "planned": [4.0, 6.0, 3.0],
            "over_plan": [5.0, 0.5, None],
        }
    ).convert_dtypes()
    assert (
        after_time_spent(data)
        == "next quarter spend fewer hours on Ann (5.0 over), or plan more. Most is left with Cy (none noted of 3): write down what is missing, then "
        "decide whether you still want to spend it."
    )
    assert after_time_spent(data.iloc[[1]]) == "nothing; the plan was kept."
    left = data.assign(over_plan=[-5.0, 0.0, None], hours_noted=[1.0, 1.0, None])
    assert after_time_spent(left) == (
        "nobody took an hour more than planned. Most is left with Ann (5 left) and Cy (none noted of 3): write down what is "
        "missing, then decide whether you still want to spend it."
    )
    whole = left.head(2)
    assert after_time_spent(whole).endswith(
        "Most is left with Ann (5 left): decide whether you still want to spend it."
    )
    assert after_time_spent(whole.assign(planned=30.0)) == "nothing; the plan was kept."
    few = whole.assign(planned=30.0, hours_noted=0.5)
    assert after_time_spent(few).startswith("write the missing hours of Ann and Bo into")
    both = whole.assign(over_plan=[5.0, -2.0])
    assert after_time_spent(both).endswith(
        "Most is left with Bo (2 left): decide whether you still want to spend it."
    )
    many = pd.DataFrame(
        {"partner": list("ABCDEF"), "hours": 9.0, "planned": 4.0, "over_plan": [5.0, 5.0, 5.0, 5.0, 5.0, 0.5]}
    )
    assert "C (5.0 over) and 2 others an hour or more over, or plan more." in after_time_spent(many)
    part = pd.DataFrame({"days": [92], "days_on_record": [30], "capacity": [10.0], "hours": [15.5]})
    assert after_time_spent(whole, part).startswith("nothing;")
    assert (
        after_time_spent(data, part)
        == "agree on fewer hours with Ann (5.0 over): 5.5 more were spent than you have."
    )
    unplanned = data.assign(planned=pd.array([None] * 3, dtype="Float64"), over_plan=None)
    assert "hours_per_quarter of the partners table, for Ann and Bo first" in after_time_spent(unplanned)
    assert after_time_spent(unplanned, part).startswith(
        "agree on fewer hours with Ann and Bo, who took most: 5.5 more"
    )
    assert after_time_spent(data.assign(hours=0.0)).startswith("correct the column hours")
