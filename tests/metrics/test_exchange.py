"""Reciprocity and verticals by hand; the running balance and who gave first."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from reference import REFERRALS, World
from worlds import plain, portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import act, at, day, made, monthly, rate
from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.exchange.balance import first_giver, running_balance
from partnership_analysis.metrics.verticals import by_standing

quick = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

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


GIFTS = [
    act("2025-01-10", direction="given", count=2, value=300.0, status="won"),
    act("2025-03-15", value=500.0, status="won"),
    act("2025-03-20", "Ann", "strategic_referral", count=2),
    act("2025-04-02", direction="given", value=900.0, status="open"),
    act("2025-04-03", direction="mutual", count=9),
    act("2025-02-01", "Bo", direction="given"),
    act("2025-03-01", "Bo", kind="event", direction="received"),
]


def test_the_balance_month_by_month() -> None:
    # Ann: January 0 - 2 = -2, February the same, March + 3 = 1, April - 1 = 0; a mutual referral is neither.
    # Value: 300 given in January; 500 received in March; the open 900 of April is won by nobody yet.
    table = running_balance(made(GIFTS), as_of="2025-04-30")
    ann, bo = (table[table["partner"] == name] for name in ("Ann", "Bo"))
    assert ann[["received", "given", "balance"]].values.tolist() == [
        [0, 2, -2], [0, 0, -2], [3, 0, 1], [0, 1, 0],
    ]  # fmt: skip
    assert [plain(value) for value in ann["value_received"]] == [None, None, 500.0, 500.0]
    assert ann["value_given"].tolist() == [300.0] * 4
    assert bo["month"].dt.month.tolist() == [2, 3, 4]
    assert bo["balance"].tolist() == [-1, -1, -1]
    assert bo[["value_received", "value_given"]].isna().all(axis=None)
    assert table["partial"].isna().all()


def test_what_came_before_the_record_is_marked() -> None:
    about = [{"partner": "Ann", "started": "2024-06-01"}, {"partner": "Bo", "started": "2025-02-01"},
             {"partner": "Cy", "started": "2020-01-01", "ended": "2021-01-01"}]  # fmt: skip
    portfolio = made([*GIFTS, act("2025-04-30", "Dee", kind="meeting", direction="mutual")], partners=about)
    marks = running_balance(portfolio).groupby("partner", sort=True)["partial"].first()
    assert marks.index.tolist() == ["Ann", "Bo", "Dee"]
    assert [plain(mark) for mark in marks] == [True, False, None]
    marks = first_giver(portfolio).set_index("partner")["partial"].sort_index()
    assert [plain(mark) for mark in marks] == [True, False, True, None]


def test_who_gave_first() -> None:
    # Ann: we gave on 10 January, they on 15 March: 64 days. Bo: ours of 1 February waits; to 30 April 88 days.
    # Cy: both on one day. Dee: theirs of 1 April waits for us, 29 days. Eve: nothing but a meeting.
    # Fay gave in March and the partnership ended in April: nobody waits.
    rows = [
        *GIFTS,
        act("2025-03-03", "Cy"),
        act("2025-03-03", "Cy", direction="given"),
        act("2025-04-01", "Dee"),
        act("2025-04-01", "Eve", kind="meeting", direction="mutual"),
        act("2025-03-01", "Fay"),
    ]
    table = first_giver(made(rows, partners=[{"partner": "Fay", "ended": "2025-04-30"}]), as_of="2025-04-30")
    assert [[plain(value) for value in row] for row in table.drop(columns="partial").to_numpy()] == [
        ["Bo", "us", None, day("2025-02-01"), None, "them", 88],
        ["Dee", "them", day("2025-04-01"), None, None, "us", 29],
        ["Ann", "us", day("2025-03-15"), day("2025-01-10"), 64, None, None],
        ["Cy", "same day", day("2025-03-03"), day("2025-03-03"), 0, None, None],
        ["Eve", None, None, None, None, None, None],
        ["Fay", "them", day("2025-03-01"), None, None, None, None],
    ]
    before = first_giver(made(rows), as_of="2025-03-14").set_index("partner")
    assert before.loc["Ann", "waiting_days"] == 63


@quick
@given(worlds())
def test_the_last_balance_is_that_of_the_whole_record(world: World) -> None:
    portfolio = portfolio_of(world)
    table = running_balance(portfolio)
    last = table.drop_duplicates("partner", keep="last").set_index("partner")
    whole = pa.reciprocity(portfolio, whole=True).set_index("partner")
    assert (whole["balance"] == last["balance"].reindex(whole.index)).all()
    for name in ("value_received", "value_given"):
        known = whole[name].notna()
        assert (last.loc[whole.index, name].notna() == known).all()
        assert (last[name].reindex(whole.index) - whole[name]).abs().fillna(0).lt(1e-9).all()
    assert table[["received", "given"]].sum().tolist() == whole[["received", "given"]].sum().tolist()


@quick
@given(worlds())
def test_first_givers_against_plain_python(world: World) -> None:
    table = first_giver(portfolio_of(world)).set_index("partner")
    for name in {row["partner"] for row in world.interactions}:
        mine = [row for row in world.interactions if row["partner"] == name and row["kind"] in REFERRALS]
        theirs, ours = (
            min((row["date"] for row in mine if row["direction"] == way), default=None)
            for way in ("received", "given")
        )
        row = {key: plain(value) for key, value in table.loc[name].items()}
        assert (row["first_received"], row["first_given"]) == (theirs, ours)
        assert row["days"] == (abs((theirs - ours).days) if theirs and ours else None)
        ended = any(one["partner"] == name and one["ended"] and one["ended"] <= world.last
                    for one in world.partners)  # fmt: skip
        if ended or (theirs is None) == (ours is None):
            assert (row["waiting_for"], row["waiting_days"]) == (None, None)
        else:
            assert row["waiting_for"] == ("us" if theirs else "them")
            assert row["waiting_days"] == (world.last - (theirs or ours)).days
