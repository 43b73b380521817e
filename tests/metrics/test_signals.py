"""Who weakens, who is silent, who grows; with the evidence in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import partnership_analysis as pa
from metrics.helpers import act, at, made, monthly, rate
from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.signals.evidence import Facts, _sentence
from partnership_analysis.metrics.signals.states import STATES, signal_prior, signals, watch_lists
from partnership_analysis.sample import truth
from partnership_analysis.schema import TOO_EARLY

SINCE = [{"partner": "Ann", "started": "2023-01-01"}]
END = "2025-09-30"


def test_a_silence_by_hand() -> None:
    # Two a month in 2023, none in the first quarter of 2024. One partner: no prior is fitted; a = 1, b = 15 / 24.
    portfolio = made(monthly("2023-01-01", 12, 2), partners=SINCE)
    row = at(signals(portfolio, as_of="2024-03-31"))
    b, q_s = 15 / 24, (0.5, 0.3, 0.1, 0.01)
    total = 0.0
    for k in range(1, 10):
        n1, m0 = 2 * max(0, k - 3), 15 - k
        n0 = 24 - n1
        total += sum(q**n1 * ((b + m0 + k) / (b + m0 + k * q)) ** (1 + n0 + n1) for q in q_s) / 4
    assert row["weakening"] == pytest.approx(total / 60 / (1 + total / 60))
    assert row["silence"] == pytest.approx(((b + 12) / (b + 12 + 3)) ** 25)
    assert row["chance"] == row["silence"]
    assert row[["state", "since", "recent", "recent_months", "earlier", "earlier_months"]].tolist() == ["silent", pd.Timestamp("2024-01-01"), 0, 3, 24, 12]  # fmt: skip
    assert row["evidence"] == (
        "no referral for 3 months, since January 2024, after 24 in the 12 before; a partner of this rhythm is silent "
        "so long one time in 206"
    )


def test_a_fall_and_a_rise_and_neither() -> None:
    quiet = act("2023-01-01", "Anchor", "meeting", "mutual")
    fall = [*monthly("2023-01-01", 24, 3), *(act(day) for day in ("2025-02-10", "2025-06-10", "2025-08-10"))]
    rise = [act(f"{year}-0{month}-05", "Bo", "event", "mutual") for year in (2023, 2024) for month in (2, 8)]
    rise += monthly("2025-05-01", 5, partner="Bo", kind="event", direction="mutual")
    table = signals(made([quiet, *fall, *rise, *monthly("2023-01-01", 33, 2, partner="Cy")]), as_of=END)
    ann, bo, cy = (at(table, name) for name in ("Ann", "Bo", "Cy"))
    assert [ann["state"], bo["state"], cy["state"]] == ["weakening", "strengthening", "steady"]
    assert ann[["recent", "recent_months", "earlier"]].tolist() == [3, 9, 69]
    assert ann["since"] == pd.Timestamp("2025-01-01")
    assert ann["evidence"].startswith(
        "3 referrals in 9 months against 69 in the 23 before, about a tenth as often since January 2025; "
    )
    assert bo["evidence"].startswith(
        "5 events in 5 months against 3 in the 26 before, 8.7 times as often since May 2025; "
    )
    assert (
        cy["evidence"]
        == "12 referrals in 6 months against 52 in the 26 before: no more change than chance brings"
    )
    assert pd.isna(cy["since"])
    assert ann["weakening"] > 0.47 > ann["strengthening"]
    assert bo["strengthening"] > 0.37 > bo["weakening"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Facts(TOO_EARLY, "referral", 1, 1, 0, 0, 0, 1), "1 referral in 1 month: too early to say"),
        (Facts(TOO_EARLY, "event", 0, 2, 0, 0, 0, 1), "no event in 2 months: too early to say"),
        (Facts("steady", "referral", 0, 4, 0, 4, 0, 1), "no referral in 8 months"),
        (Facts("silent", "referral", 0, 5, 1000, 1, 24304, 90), "no referral for 5 months, since May 2025, after 1,000 in the month before; a partner of this rhythm is silent so long one time in 90"),
        (Facts("steady", "referral", 0, 16, 1, 20, 24293, 1), "no referral for 16 months, since June 2024, after 1 in the 20 before: no more change than chance brings"),
        (Facts("steady", "referral or introduction", 1, 6, 4, 30, 0, 1, 12, 30), "1 referral or introduction in 5.4 months against 4 in the 30 before: no more change than chance brings"),
        (Facts("weakening", "referral or introduction", 2, 4, 36, 36, 24304, 100, 15, 30), "2 referrals and introductions in 3.5 months against 36 in the 36 before, about half as often since May 2025; a steady partner shows this one time in 100"),
        (Facts("strengthening", "event", 9, 1, 9, 36, 24308, 100, 12, 30), "9 events in 12 days against 9 in the 36 months before, 90 times as often since September 2025; a steady partner shows this one time in 100"),
        (Facts("silent", "event", 0, 6, 9, 36, 24304, 100, 29, 30), "no event for 6 months, since May 2025, after 9 in the 36 before; a partner of this rhythm is silent so long one time in 100"),
        (Facts(TOO_EARLY, "event", 1, 1, 0, 0, 0, 1, 1, 30), "1 event in 1 day: too early to say"),
        (Facts("strengthening", "interaction", 1500, 5, 0, 1, 24296, 90), "1,500 interactions in 5 months against none in the month before, since September 2024; a steady partner shows this one time in 90"),
        (Facts("weakening", "referral", 0, 2, 40, 36, 24304, 2000), "no referral in 2 months against 40 in the 36 before, nothing since May 2025; a steady partner shows this less than one time in 1,000"),
    ],
)  # fmt: skip
def test_words_survive_any_count(facts: Facts, words: str) -> None:
    assert _sentence(facts) == words


def test_nouns_follow_the_kinds() -> None:
    kinds = {"A": ["referral"], "B": ["strategic_referral"], "C": ["referral", "strategic_referral"], "D": ["event", "referral"],
             "E": ["cross_promotion"], "F": ["online_collaboration"]}  # fmt: skip
    rows = [act("2024-01-05", name, kind) for name, some in kinds.items() for kind in some]
    words = (
        signals(made([act("2023-01-01", "Anchor"), *rows]), as_of="2024-03-31")
        .groupby("partner")["evidence"]
        .last()
    )
    found = [words[name].split(" ", 1)[1].split(" in ")[0] for name in kinds]
    assert found == [
        "referral",
        "introduction",
        "referrals and introductions",
        "interactions",
        "cross promotion",
        "online collaboration",
    ]


def test_one_row_a_living_month_as_the_index_has() -> None:
    about = [{"partner": "Bo", "ended": "2024-05-31"}, {"partner": "Cy", "started": "2022-06-01"}]
    portfolio = made(
        [*monthly("2023-01-01", 20), act("2023-03-01", "Bo"), act("2024-02-01", "Cy")], partners=about
    )
    for side in ("ours", "theirs"):
        table, index = signals(portfolio, perspective=side), pa.rvi(portfolio, perspective=side)
        pd.testing.assert_frame_equal(table[["partner", "month"]], index[["partner", "month"]])
        assert set(table["state"]) <= set(STATES)
        probable = table[["weakening", "strengthening"]].to_numpy(dtype=float)
        assert ((probable >= 0) & (probable <= 1)).all()
    assert (table["recent"] == 0).all()


def test_the_state_is_the_same_whoever_looks_later() -> None:
    rows = [*monthly("2023-01-01", 24, 2), *monthly("2023-01-01", 30, 1, partner="Bo")]
    early, late = made(rows), made([*rows, act("2025-12-05", count=9), act("2025-12-05", "Zed")])
    pd.testing.assert_frame_equal(signals(early, as_of="2025-05-20"), signals(late, as_of="2025-05-20"))
    shuffled = made(reversed(rows))
    pd.testing.assert_frame_equal(signals(early), signals(shuffled))


def test_a_month_that_is_not_over_is_no_fall() -> None:
    portfolio = made(monthly("2023-01-01", 30, 4), partners=SINCE)
    whole, begun = (at(signals(portfolio, as_of=day)) for day in ("2025-06-30", "2025-07-03"))
    assert begun["state"] == "steady"
    assert begun["weakening"] == pytest.approx(whole["weakening"], abs=0.03)
    assert at(signals(portfolio, as_of="2025-07-31"))["weakening"] > begun["weakening"] + 0.2


def test_who_fell_silent_years_ago_stays_silent() -> None:
    table = signals(made([*monthly("2020-01-01", 24, 2), act("2025-09-01", "Bo")]), as_of=END)
    assert set(table.loc[table["month"] >= "2022-06-01", "state"][table["partner"] == "Ann"]) == {"silent"}


def test_few_months_and_no_interaction() -> None:
    rows = [
        act("2023-01-01", "Anchor"),
        *monthly("2025-05-01", 5, partner="Bo"),
        act("2025-05-02", "Cy", "meeting", "mutual"),
    ]
    table = signals(made(rows), as_of=END)
    bo, cy = at(table, "Bo"), at(table, "Cy")
    assert bo[["state", "recent", "recent_months", "earlier_months"]].tolist() == ["too early", 5, 5, 0]
    assert pd.isna(bo["chance"])
    assert (cy["state"], pd.isna(cy["silence"])) == ("too early", True)
    assert bo["evidence"] == "5 referrals in 5 months: too early to say"


def test_the_prior_says_whether_it_is_fitted() -> None:
    few = signal_prior(made(monthly("2024-01-01", 12)), as_of="2024-12-31")
    assert (few.shape, few.rate, few.fitted) == (1.0, 1.0, False)
    rows = [row for name in "ABCDEFG" for row in monthly("2024-01-01", 12, ord(name) - 64, partner=name)]
    assert signal_prior(made(rows)).fitted


def test_what_is_refused() -> None:
    portfolio = made(monthly("2024-01-01", 12))
    with pytest.raises(ParameterError, match="perspective 'both'"):
        signals(portfolio, perspective="both")
    with pytest.raises(PeriodError, match="before the first"):
        signals(portfolio, as_of="2023-12-31")


def test_the_three_lists_by_hand() -> None:
    # Ann weakens with an RVI of 3 * 9 / 12... Bo is silent; Cy is weak, surely; Dee weak, not surely; Ed ended.
    rows = [*monthly("2023-01-01", 24, 3), act("2025-02-10"), act("2025-06-10"), act("2025-08-10"), *monthly("2023-01-01", 24, 2, partner="Bo"),
            act("2023-01-05", "Cy"), act("2025-03-05", "Dee"), act("2023-01-05", "Ed"), act("2023-01-05", "Fay", "meeting", "mutual")]  # fmt: skip
    about = [{"partner": name, "started": "2023-01-01", "ended": "2025-06-01" if name == "Ed" else None} for name in ("Ann", "Bo", "Cy", "Dee", "Ed")]  # fmt: skip
    portfolio = made(rows, [rate("2023-01-01", 3, name) for name in ("Ann", "Bo", "Cy", "Dee", "Ed")], about)
    table = watch_lists(portfolio, as_of=END)
    pairs = table[["list", "partner"]].values.tolist()
    assert pairs == [["weak", "Cy"], ["weak", "Dee"], ["weakening", "Ann"], ["non-producing", "Bo"], ["non-producing", "Fay"]]  # fmt: skip
    by = table.set_index("partner")
    # Nothing in twelve months: 0 to 3 * 1.92 / 12; one: 3 * 0.176 / 12 to 3 * 3.907 / 12.
    assert by.loc["Cy", "evidence"] == "RVI 0.0, trust 3 and 0 interactions in 12 months; its 90% interval, 0.00 to 0.48, is wholly under the limit of 1"  # fmt: skip
    assert by.loc["Dee", "evidence"] == "RVI 0.2, trust 3 and 1 interaction in 12 months; its 90% interval, 0.04 to 0.98, is wholly under the limit of 1"  # fmt: skip
    # Cy's one interaction is 3 * 1 / 3 in March 2023, no longer weak only that month.
    assert by.loc["Cy", "since"] == pd.Timestamp("2023-04-01")
    assert by.loc["Bo", "since"] == pd.Timestamp("2025-01-01")
    assert by.loc["Fay", "evidence"] == "no referral or joint work in 32 months"
    assert pd.isna(by.loc["Fay", "rvi"])


def test_a_long_silence_that_chance_may_explain_is_told_with_its_beginning() -> None:
    # Three in three years, then sixteen months without: that is no alarm, and not nothing either.
    rows = [act(day) for day in ("2021-06-05", "2022-06-05", "2024-05-05")]
    row = at(signals(made([act("2021-01-01", "Anchor"), *rows], partners=[{"partner": "Ann", "started": "2021-01-01"}]), as_of=END))  # fmt: skip
    assert row[["state", "recent", "recent_months", "earlier", "earlier_months"]].tolist() == [
        "steady",
        0,
        16,
        3,
        36,
    ]
    assert pd.isna(row["since"])
    assert row["evidence"] == (
        "no referral for 16 months, since June 2024, after 3 in the 36 before: no more change than chance brings"
    )


def test_a_month_that_is_not_over_counts_for_its_days() -> None:
    rows = [*monthly("2023-01-01", 33, 2), *monthly("2025-07-01", 3, partner="Bo")]
    table = signals(made(rows, partners=SINCE), as_of="2025-09-15")
    ann, bo = at(table, "Ann"), at(table, "Bo")
    assert ann["recent_months"] == 6
    assert ann["evidence"].startswith("12 referrals in 5.5 months against 54 in the 27 before: ")
    assert bo["evidence"] == "3 referrals in 2.5 months: too early to say"
    august = table[(table["partner"] == "Ann") & (table["month"] == "2025-08-01")].iloc[0]
    assert august["evidence"].startswith("12 referrals in 6 months against ")


def test_referrals_and_introductions_together_are_called_both() -> None:
    rows = [*monthly("2025-05-01", 4), act("2025-09-05", kind="strategic_referral")]
    row = at(signals(made(rows), as_of=END))
    assert row["evidence"] == "5 referrals and introductions in 5 months: too early to say"


def test_lists_of_a_calm_portfolio_are_empty_with_their_columns() -> None:
    table = watch_lists(made(monthly("2024-01-01", 12)))
    assert table.empty
    assert list(table) == ["list", "partner", "evidence", "rvi", "band", "since"]
    assert [str(table[name].dtype) for name in ("list", "rvi", "since")] == [
        "string",
        "Float64",
        "datetime64[us]",
    ]


def test_the_planted_stories_are_found_and_nobody_else(sample_portfolio: pa.Portfolio) -> None:
    last = signals(sample_portfolio, as_of=END).groupby("partner").last()["state"]
    planted = truth()[lambda table: table["measure"] == "signals"].set_index("story")["partner"]
    states = {"slow decline": "weakening", "stopped": "silent", "riser": "strengthening"}
    for story, state in states.items():
        assert {*last[last == state].index} == {*np.atleast_1d(planted[story])}
    lists = watch_lists(sample_portfolio, as_of=END)
    assert set(lists.loc[lists["list"] != "weak", "partner"]) == {
        *planted["slow decline"],
        planted["stopped"],
    }


def test_a_window_that_begins_before_the_record_makes_nobody_weak() -> None:
    # Since 2020, on record from July 2025: 3 * 3 / 12 is under 1, for nine months of which nothing is known.
    rows, about = (
        [act(f"2025-0{month}-05") for month in (7, 8, 9)],
        [{"partner": "Ann", "started": "2020-01-01"}],
    )
    portfolio = made(rows, [rate("2025-07-01", 3)], about)
    assert at(pa.rvi(portfolio, as_of=END))["band"] == "weak"
    assert watch_lists(portfolio, as_of=END).empty


def test_of_who_made_contact_once_nothing_is_said_to_be_on_record() -> None:
    table = signals(made([act("2023-01-01", "Anchor"), act("2024-01-05", "Bo")]), as_of=END)
    assert at(table, "Bo")["evidence"] == "no referral in 20 months"


def test_the_frame_is_the_callers_own() -> None:
    portfolio = made(monthly("2024-01-01", 12))
    before = signals(portfolio)
    mine = signals(portfolio)
    mine.loc[0, "state"] = "changed"
    assert mine.loc[0, "state"] == "changed"
    pd.testing.assert_frame_equal(signals(portfolio), before)
