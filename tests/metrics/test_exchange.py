"""Reciprocity and verticals by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from worlds import plain

import partnership_analysis as pa
from metrics.helpers import act, at, made, monthly, rate
from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.verticals import by_standing

ROWS = [
    act("2025-06-01", count=1, value=100.0, commission=10.0, status="won"),
    act("2025-06-02", direction="given", count=9, value=50.0),
    act("2025-06-03", "Bo", "strategic_referral", count=6),
    act("2025-06-03", "Cy", count=3),
    act("2025-06-04", "Cy", direction="given", count=3),
    act("2025-06-05", "Dee", count=5),
    act("2025-06-06", "Eve", direction="mutual", count=9),
    act("2025-06-06", "Eve", "event", "mutual", count=9),
]


def test_labels_by_hand() -> None:
    # Ann 1 to 9: 2 * 11 / 1024 = 0.0215: we give. Bo 6 to 0: 2 / 64 = 0.031: they give. Cy 3 to 3: even.
    # Dee 5 to 0: five are too few, though 2 / 32 = 0.0625 would not do either. Eve has only done things together.
    table = pa.reciprocity(made(ROWS))
    assert table[["partner", "received", "given", "balance", "label"]].values.tolist() == [
        ["Bo", 6, 0, 6, "one-sided: they give"],
        ["Dee", 5, 0, 5, "too few to say"],
        ["Cy", 3, 3, 0, "balanced"],
        ["Ann", 1, 9, -8, "one-sided: we give"],
    ]
    assert table["chance"].tolist() == pytest.approx([2 / 64, 2 / 32, 1.0, 22 / 1024])
    ann = at(table)
    money = ["value_received", "value_given", "commission_paid", "commission_earned"]
    assert [plain(value) for value in ann[money]] == [100.0, 50.0, 10.0, None]
    assert ann["share"] == 0.1


def test_five_referrals_are_never_one_sided_and_six_may_be() -> None:
    for count, label in ((5, "too few to say"), (6, "one-sided: they give")):
        assert pa.reciprocity(made([act("2025-06-01", count=count)]))["label"].tolist() == [label]


def test_windows() -> None:
    rows = [act("2024-06-30"), act("2024-07-01"), act("2025-05-31"), act("2025-06-15"), act("2025-07-01")]
    portfolio = made(rows)
    received = {
        name: pa.reciprocity(portfolio, **asked)["received"].sum()
        for name, asked in {
            "year": {"as_of": "2025-06-30"},
            "mid month": {"as_of": "2025-06-14"},
            "month": {"as_of": "2025-06-15", "window": 1},
            "whole": {"whole": True},
        }.items()
    }
    assert received == {"year": 3, "mid month": 2, "month": 1, "whole": 5}
    with pytest.raises(ParameterError):
        pa.reciprocity(portfolio, by="owner")


def test_verticals_by_hand() -> None:
    # Legal in 2025Q2: Ann 6 events in 6 months, trust 4: 4.0; Bo 3 in 3 months, trust 2: 2.0; mean 3.0.
    # Each interaction of Ann weighs 4 / 6 / 2 = 1/3, of Bo 2 / 3 / 2 = 1/3: 9 of 1/3: Gamma(9.5) / 3.
    rows = [
        *monthly("2025-01-01", 6, kind="event", direction="mutual", hours=2.0),
        *monthly("2025-04-01", 3, partner="Bo", value=10.0),
        act("2025-06-30", "Cy", direction="given", count=4),
    ]
    about = [{"partner": "Ann", "vertical": "Legal"}, {"partner": "Bo", "vertical": "Legal"}]
    ratings = [rate("2025-01-01", 4), rate("2025-04-01", 2, "Bo")]
    table = pa.vertical_performance(made(rows, ratings, about))
    assert table[["vertical", "period"]].values.tolist() == [
        ["Legal", "2025Q1"], ["Legal", "2025Q2"], ["not described", "2025Q2"],
    ]  # fmt: skip
    legal, other = table.iloc[1], table.iloc[2]
    low, high = (pytest.approx(limit / 3, abs=1e-4) for limit in (5.0585, 15.0720))
    assert legal[["partners", "rated", "rvi", "received", "given", "value", "hours"]].tolist() == [2, 2, 3.0, 3, 0, 30.0, 6.0]  # fmt: skip
    assert (legal["low"], legal["high"]) == (low, high)
    assert (other["partners"], other["rated"], other["given"]) == (1, 0, 4)
    assert pd.isna(other[["rvi", "low", "high", "value", "hours"]]).all()
    assert by_standing(table)["vertical"].tolist() == ["Legal", "Legal", "not described"]


def test_a_vertical_of_one_has_its_partners_interval() -> None:
    for rows in (monthly("2025-01-01", 6, 3), [act("2025-01-01", kind="meeting", direction="mutual")]):
        portfolio = made(rows, [rate("2025-01-01", 3.5)])
        one = pa.vertical_performance(portfolio, freq="month")[["rvi", "low", "high"]]
        pd.testing.assert_frame_equal(one, pa.rvi(portfolio)[["rvi", "low", "high"]])


def test_a_vertical_of_one_has_its_partners_interval_with_weights() -> None:
    rows = [act("2025-01-01", kind="meeting", direction="mutual")]
    weights = dict.fromkeys(
        ("referral", "strategic_referral", "online_collaboration", "event", "cross_promotion"), 2.0
    )
    portfolio = made(rows, [rate("2025-01-01", 3.5)], weights=weights)
    assert at(pa.rvi(portfolio))["high"] == pytest.approx(pa.vertical_performance(portfolio)["high"].iloc[-1])


def test_every_vertical_has_every_period_from_its_first() -> None:
    # Ann's partnership ends in February: its referrals of the quarter are still referrals of the quarter.
    about = [
        {"partner": "Ann", "vertical": "Legal", "ended": "2025-02-10"},
        {"partner": "Bo", "vertical": "IT"},
    ]
    portfolio = made(
        [act("2025-01-05", count=5), act("2025-01-05", "Bo"), act("2025-06-30", "Bo")], partners=about
    )
    table = pa.vertical_performance(portfolio)
    assert table["received"].sum() == 7
    assert table[table["vertical"] == "Legal"]["period"].tolist() == ["2025Q1", "2025Q2"]


def test_a_period_ends_when_it_ends() -> None:
    portfolio = made([act("2025-01-05")], partners=[{"partner": "Ann", "ended": "2025-01-10"}])
    table = pa.vertical_performance(portfolio, as_of="2025-03-31")
    assert table["partners"].tolist() == [0]
