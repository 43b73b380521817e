"""Tables and sentences of returns."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from partnership_analysis.tables.returns import (
    payback_table,
    returns_advice,
    returns_table,
    time_table,
    time_words,
    unknown_table,
)

RETURNS = pd.DataFrame(
    {
        "partner": ["Ann", "Bo", "Cy", "Di"],
        "interactions": [10, 8, 4, 12],
        "hours": [8.0, 10.0, 9.0, None],
        "investment": [1000.0, 800.0, 900.0, None],
        "received": [5, 2, 0, 1],
        "won": [3, 1, 0, None],
        "returned": [5000.0, 300.0, 0.0, None],
        "returned_low": [1500.0, None, None, None],
        "returned_high": [30_000.0, None, None, None],
        "net": [4000.0, -500.0, -900.0, None],
        "roi": [4.0, -0.625, -1.0, None],
        "value_per_hour": [625.0, 30.0, 0.0, None],
        "unknown": [None, None, None, "no hours on record"],
    }
).convert_dtypes()
PAYBACK = pd.DataFrame(
    {
        "partner": ["Ann", "Bo", "Cy", "Di"],
        "state": ["paid back", "not yet", "no business yet", "began before the record"],
        "began": pd.to_datetime(["2024-09-01", "2025-01-01", "2023-09-01", "2019-01-01"]),
        "months_to_first": pd.array([2, 5, None, None], dtype="Int64"),
        "months_to_payback": pd.array([6, None, None, None], dtype="Int64"),
        "to_recover": pd.array([0.0, 500.0, 900.0, None], dtype="Float64"),
        "low_point": [-300.0, -600.0, -900.0, 0.0],
    }
)
SPENT = pd.DataFrame(
    {
        "partner": ["Ann", "Bo"],
        "hours": [9.5, None],
        "planned": [4.0, 3.0],
        "over_plan": [5.5, None],
        "share": [1.0, None],
        "hours_noted": [0.5, 0.0],
    }
).convert_dtypes()


def test_returns_are_rounded_and_signed() -> None:
    shown = returns_table(RETURNS, currency="GBP").frame
    plain = [str(value).replace("\u2060", "").replace("\u00a0", " ") for value in shown.iloc[0]]
    assert plain == ["Ann", "8", "£1,000", "3 of 5", "£5,000", "£1,500 to £30k", "+£4,000", "4.0", "£625"]
    assert [str(value).replace("\u2060", "") for value in shown["net"]][1:] == ["−£500", "−£900", "–"]
    assert shown["won"].str.replace("\u00a0", " ").tolist()[2:] == ["0 of 0", "– of 1"]
    html = returns_table(RETURNS, currency="GBP", rows=2)._repr_html_()
    assert "Ann" in html
    assert "Bo" not in html


def test_what_is_to_recover_comes_first() -> None:
    shown = payback_table(PAYBACK, currency="GBP")
    assert shown.frame["partner"].tolist() == ["Cy", "Bo", "Ann"]
    assert shown.frame["to_recover"].tolist() == ["£900", "£500", "£0"]
    assert "1 partner left out" in shown._repr_html_()
    nobody = payback_table(PAYBACK.tail(1))
    assert repr(nobody).startswith("Nobody's beginning is on record")


def test_hours_of_the_quarter() -> None:
    assert time_table(SPENT).frame["partner"].tolist() == ["Ann"]
    total = {"quarter": "2025Q3", "partners": 2, "hours": 9.5, "capacity": 19.0, "share_of_capacity": 0.5}
    total |= {"days": 92, "days_on_record": 88}
    html = time_words(pd.DataFrame([total | {"planned": 7.0, "hours_noted": 0.5}])).html
    assert "In 2025Q3, 2 partnerships took 10 hours, 50% of the 19 that we have; 7 were planned." in html
    assert "Hours are noted for 50% of interactions" in html
    assert "days are on record" not in html
    begun = {"planned": 7.0, "hours_noted": 1.0, "days_on_record": 30}
    assert (
        "planned. Only 30 of its 92 days are on record.</p>" in time_words(pd.DataFrame([total | begun])).html
    )
    assert "No hours are on record in 2025Q3." in time_words(pd.DataFrame([total | {"hours": None}])).html


def test_what_is_not_on_record() -> None:
    assert unknown_table(RETURNS).frame.to_dict("list") == {
        "partner": ["Di"],
        "interactions": [12],
        "unknown": ["no hours on record"],
    }
    assert repr(unknown_table(RETURNS.head(3))).startswith("Hours, values and outcomes")


def test_what_to_do() -> None:
    found = returns_advice(RETURNS, PAYBACK, SPENT, day=dt.date(2025, 9, 30), currency="GBP").sentences
    assert found == [
        "Say what you need from Bo (put in £800, back £300), or give fewer hours.",
        "Agree on a date for the first business with Cy (24 months, £900 to recover); nobody else needed more than 5 "
        "months to the first business.",
        "Plan again or hold to the plan with Ann (5.5 hours over); 1 partner took more than planned.",
        "Offer the next free hour to Ann (£625 an hour): of all whom we saw this quarter and "
        "who won us three clients or more, theirs brought most.",
        "Note our hours and what was won: without them the return of 1 partner is unknown.",
    ]


def test_nobody_is_judged_by_a_loss_within_the_first_year() -> None:
    def words(since: dt.date, returns: pd.DataFrame = RETURNS) -> list[str]:
        found = returns_advice(returns, PAYBACK, SPENT, day=dt.date(2025, 9, 30), currency="GBP", since=since)
        return found.sentences

    assert words(dt.date(2024, 10, 5))[0].startswith("Say what you need from Bo")
    assert words(dt.date(2025, 9, 1))[0] == (
        "Judge nobody by a loss yet: 1 month on record is too short, as referrals take longer to be won."
    )
    sure = RETURNS.assign(returned_high=RETURNS["returned"])
    assert words(dt.date(2025, 3, 1), sure)[0].startswith("Say what you need from Bo")


@pytest.mark.parametrize("first", [None, 0])
def test_a_year_is_given_where_nobody_tells_how_long_it_takes(first: int | None) -> None:
    waiting = PAYBACK.assign(months_to_first=pd.array([first] * len(PAYBACK), dtype="Int64"))
    began = waiting.loc[waiting["state"] == "no business yet", "began"].iloc[0]
    late = list[bool]()
    for months in (11, 12):
        day = (began + pd.DateOffset(months=months)).date()
        found = returns_advice(RETURNS.head(0), waiting, SPENT.head(0), day=day).sentences
        late.append("Cy" in " ".join(found))
    assert late == [False, True]


@pytest.mark.parametrize("rows", [0, 1])
def test_nothing_stands_out(rows: int) -> None:
    fine = RETURNS.head(rows).assign(returned_low=pd.array([None] * rows, dtype="Float64"))
    found = returns_advice(fine, PAYBACK.head(rows), SPENT.head(0), day=dt.date(2025, 9, 30))
    assert found.sentences == ["Nothing stands out: go on, and note hours and values as before."]
