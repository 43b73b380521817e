"""What charts of verticals and exchange rest on beside the measures, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

import partnership_analysis as pa
from metrics.helpers import act, made
from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.exchange.advice import exchange_advice, vertical_advice


def performance(measure: str, before: dict[str, float | None], now: dict[str, float | None]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"vertical": list(values), measure: list(values.values())}).assign(
            period=period, end=pd.Timestamp(end), days=91, low=1.0, high=3.0, partial=False
        )
        for values, period, end in ((before, "2025Q2", "2025-06-01"), (now, "2025Q3", "2025-09-01"))
    ]
    return pd.concat(parts, ignore_index=True)


def test_change_of_counts_beyond_chance() -> None:
    # 1 against 9: 2 x (1 + 10) / 1024 = 0.02; 2 against 8: 2 x (1 + 10 + 45) / 1024 = 0.11.
    table = pa.vertical_change(
        performance("received", {"A": 1, "B": 2, "C": None}, {"A": 9, "B": 8, "D": 3}), measure="received"
    )
    assert table["vertical"].tolist() == ["A", "B", "D"]
    assert table["change"].tolist()[:2] == [8, 6]
    assert table["beyond"].tolist()[:2] == [True, False]
    assert pd.isna(table.loc[2, "beyond"])
    assert table["before_period"].unique().tolist() == ["2025Q2"]


def test_half_a_quarter_with_half_as_many_is_no_change() -> None:
    # 40 a quarter; of the last one half of the days are on record. Of 60 so uneven as 40 and 20 at 1/2 each: 0.01.
    table = performance("received", {"A": 40}, {"A": 20})
    assert pa.vertical_change(table, measure="received")["beyond"].tolist() == [True]
    table.loc[table["period"] == "2025Q3", "days"] = 46
    assert pa.vertical_change(table, measure="received")["beyond"].tolist() == [False]


def test_days_on_record_begin_and_end_with_it() -> None:
    ours = made([act(day, "A") for day in ("2025-03-10", "2025-07-02", "2025-08-15")])
    table = pa.vertical_performance(ours)
    assert table["days"].tolist() == [22, 91, 46]
    assert pa.vertical_performance(ours, freq="month")["days"].tolist() == [22, 30, 31, 30, 31, 15]


def test_change_of_the_index_against_its_interval() -> None:
    table = pa.vertical_change(performance("rvi", {"A": 0.5, "B": 2.0}, {"A": 2.0, "B": 2.5}))
    assert table.set_index("vertical")["beyond"].to_dict() == {"A": True, "B": False}


def test_change_of_value_is_not_judged() -> None:
    table = pa.vertical_change(performance("value", {"A": 1.0}, {"A": 9e6}), measure="value")
    assert table["beyond"].isna().all()


def test_one_period_is_no_change() -> None:
    one = performance("rvi", {"A": 1.0}, {"A": 2.0}).head(1)
    assert pa.vertical_change(one).empty
    with pytest.raises(ParameterError, match="hours"):
        pa.vertical_change(one, measure="hours")


def test_dependence_curve_adds_up_to_the_concentration() -> None:
    ours = made([act("2025-06-01", name, value=value) for name, value in (("A", 50), ("B", 30), ("C", 20))])
    curve = pa.dependence_curve(ours)
    assert curve["share"].tolist() == pytest.approx([0.5, 0.3, 0.2])
    assert curve["together"].tolist() == pytest.approx([0.5, 0.8, 1.0])
    whole = pa.concentration(ours).iloc[0]
    assert (curve["share"] ** 2).sum() == pytest.approx(whole["hhi"])
    assert curve["name"].iloc[0] == whole["top"]
    assert pa.dependence_curve(made([act("2025-06-01", kind="event", direction="mutual")])).empty


def test_dependence_curve_by_group() -> None:
    partners = [
        {"partner": "A", "vertical": "Legal"},
        {"partner": "B", "vertical": "Legal"},
        {"partner": "C"},
    ]
    rows = [act("2025-06-01", name, count=count) for name, count in (("A", 1), ("B", 2), ("C", 4))]
    curve = pa.dependence_curve(made(rows, partners=partners), by="vertical", measure="received")
    assert curve[["name", "amount", "together"]].values.tolist() == [["Legal", 3.0, 1.0]]


def test_balance_with_the_first_giver() -> None:
    ours = made(
        [
            act("2025-01-05"),
            act("2025-02-05", direction="given"),
            act("2025-02-05", "Bo", "meeting", "mutual"),
        ]
    )
    table = pa.balance_and_first(ours)
    assert table[["partner", "balance", "first"]].values.tolist() == [["Ann", 1, "them"], ["Ann", 0, "them"]]


def test_nothing_to_do_is_said() -> None:
    partners = [{"partner": "Ann", "wiifm_us": "x", "wiifm_them": "y", "vertical": "Legal"}]
    ours = made([act("2025-06-01"), act("2025-06-02", direction="given")], partners=partners)
    assert exchange_advice(ours) == ["Nothing here is one-sided beyond chance: leave the exchange as it is."]
    legal, leaning = vertical_advice(ours)
    assert legal == "Legal is one partner: what it does is what that one does."
    assert leaning.startswith("If Ann left, 100% of the referrals we get would go with it")


def test_a_long_list_is_named_in_part() -> None:
    ours = made([act("2025-06-01", f"P{place}", count=20 - place) for place in range(6)])
    words = exchange_advice(ours)
    assert words[:3] == [
        f"Send a client to P{place}: {20 - place} referrals received, none given." for place in range(3)
    ]
    assert words[3] == "Give also to P3, P4 and P5."


def test_a_large_source_needs_a_second() -> None:
    ours = made([act("2025-06-01", value=100, count=50), act("2025-06-01", "Bo", value=5, count=3)])
    (words,) = [line for line in vertical_advice(ours) if line.startswith("Find a second source")]
    assert "beside Ann: 95% of what we win hangs on it" in words


def test_verticals_that_moved_are_named() -> None:
    partners = [{"partner": "Ann", "vertical": "Legal"}, {"partner": "Bo", "vertical": "Legal"}]
    ours = made([act("2025-02-01", count=20), act("2025-05-01", "Bo", count=2)], partners=partners)
    assert vertical_advice(ours, as_of="2025-06-30")[0].startswith(
        "Legal fell from 20 in 59 days to 2 in 91 days (referrals received): ask"
    )


def test_a_quarter_that_is_not_over_is_judged_by_the_day() -> None:
    """Fewer in all, and far more a day: it rose, as its picture says."""
    partners = [{"partner": "Ann", "vertical": "Legal"}]
    rows = [act("2025-01-01", count=10), act("2025-03-31", count=10), act("2025-04-05", count=16)]
    words = vertical_advice(made(rows, partners=partners), as_of="2025-04-10")
    assert (
        "Legal rose from 20 in 90 days to 16 in 10 days (referrals received): find out what works." in words
    )
    whole = [act("2025-01-01", count=40), act("2025-06-30", count=10)]
    words = vertical_advice(made(whole, partners=partners), as_of="2025-06-30")
    assert "Legal fell from 40 to 10 (referrals received): ask whether it is one partner or all." in words


def test_a_vertical_that_fell_over_a_year_is_named() -> None:
    """Three a month, then one: so slow in a window of a year that no single quarter shows it."""
    months = pd.period_range("2022-01", "2025-06", freq="M")
    rows = [
        act(f"{month}-10", count=3 if month.year < 2024 or (month.year == 2024 and month.month < 4) else 1)
        for month in months
    ]
    partners = [{"partner": "Ann", "vertical": "Legal"}]
    ratings = [{"date": "2022-01-01", "partner": "Ann", "rater": "us", "factor": "trust", "score": 4}]
    ours = pa.Portfolio.from_frames(pd.DataFrame(rows), pd.DataFrame(partners), pd.DataFrame(ratings))
    words = vertical_advice(ours, as_of="2025-06-30")
    # A year before, nine months of three and three of one: 4 x 30 / 12; now 4 x 12 / 12.
    assert "Legal fell from 10.0 in 2024 Q2 to 4.0 (mean RVI): ask whether it is one partner or all." in words


def test_a_window_before_the_record_proves_no_rise() -> None:
    rows = [act(f"{month}-10", count=3) for month in pd.period_range("2022-01", "2022-09", freq="M")]
    partners = [{"partner": "Ann", "vertical": "Legal", "since": "2019-01-01"}]
    ratings = [{"date": "2022-01-01", "partner": "Ann", "rater": "us", "factor": "trust", "score": 4}]
    ours = pa.Portfolio.from_frames(pd.DataFrame(rows), pd.DataFrame(partners), pd.DataFrame(ratings))
    assert not any("rose" in line for line in vertical_advice(ours, as_of="2022-09-30"))


def test_without_verticals_the_column_is_named() -> None:
    assert vertical_advice(made([act("2025-06-01")]))[0].startswith("Nobody's vertical is on record")
