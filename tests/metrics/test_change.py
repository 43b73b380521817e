"""What changed since last quarter; what is more than chance is the signals'."""

from __future__ import annotations

import pandas as pd
import pytest

import partnership_analysis as pa
from metrics.helpers import act, at, made, monthly, rate
from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.signals.states import signals

Q3 = pa.Quarter(2025, 3)
ANCHOR = act("2023-01-01", "Anchor", "meeting", "mutual")
SIGNALS = ["state", "weakening", "strengthening", "silence", "since", "recent", "recent_months", "earlier", "earlier_months",
           "chance", "evidence"]  # fmt: skip


def test_a_decline_by_hand() -> None:
    # One a month from October 2023 to March 2025 (18), then none in six months.
    row = at(pa.quarter_change(made([ANCHOR, *monthly("2023-10-01", 18)], [rate("2023-10-01", 3)]), Q3))
    # Its start is not known, so that its first month says nothing: 17 in 17 months, then a silence of six. With
    # so few partners a = 1 and b = (23 + 32) / 17: Anchor's 32 months without any count, too.
    assert row[["state", "recent", "recent_months", "earlier", "earlier_months"]].tolist() == [
        "silent",
        0,
        6,
        17,
        17,
    ]
    b = 55 / 17
    assert row["silence"] == pytest.approx(((b + 17) / (b + 17 + 6)) ** 18)
    assert (row["last_date"], row["gap_days"]) == (pd.Timestamp("2025-03-05"), 209)
    assert row[["quarter_count", "previous_count"]].tolist() == [0, 0]
    # RVI: window October 2024 to September 2025, 6 interactions: 3 * 6 / 12; a quarter ago 9: 3 * 9 / 12.
    assert row[["rvi", "rvi_before", "rvi_change"]].tolist() == [1.5, 2.25, -0.75]


def test_counts_of_the_quarter_and_the_one_before() -> None:
    rows = [act("2025-03-31", count=16), act("2025-04-01"), act("2025-06-30", count=2), act("2025-07-01", count=4),
            act("2025-09-30", count=8), act("2025-10-01", count=32), act("2025-08-01", kind="meeting", direction="mutual")]  # fmt: skip
    row = at(pa.quarter_change(made([ANCHOR, *rows]), Q3))
    assert row[["quarter_count", "previous_count"]].tolist() == [12, 3]
    assert row["last_date"] == pd.Timestamp("2025-09-30")
    theirs = at(pa.quarter_change(made([ANCHOR, *rows]), Q3, perspective="theirs"))
    assert theirs[["quarter_count", "previous_count"]].tolist() == [0, 0]
    assert theirs["last_contact"] == pd.Timestamp("2025-09-30")
    assert pd.isna(theirs["gap_days"])


@pytest.mark.parametrize("perspective", ["ours", "theirs"])
def test_the_signals_are_those_of_the_day(sample_portfolio: pa.Portfolio, perspective: str) -> None:
    day = pd.Timestamp("2025-08-20").date()
    table = pa.quarter_change(sample_portfolio, Q3, perspective=perspective, as_of=day).set_index("partner")
    last = signals(sample_portfolio, perspective=perspective, as_of=day)
    last = last[last["month"] == "2025-08-01"].set_index("partner").loc[table.index]
    pd.testing.assert_frame_equal(table[SIGNALS], last[SIGNALS])


def test_value_won_and_at_risk() -> None:
    # won: October 2024 to September 2025; won before: April 2024 to March 2025. Lost, given and events do not
    # count.
    rows = [act("2024-04-01", value=1.0, status="won"), act("2024-09-30", value=2.0), act("2024-10-01", value=4.0),
            act("2025-03-31", value=8.0), act("2025-04-01", value=16.0), act("2025-09-30", value=32.0),
            act("2025-09-30", value=64.0, status="lost"), act("2025-09-30", value=64.0, direction="given"),
            act("2025-09-30", kind="event", value=64.0), act("2025-09-30", "Bo")]  # fmt: skip
    table = pa.quarter_change(made(rows), Q3)
    assert at(table)[["won", "won_before"]].tolist() == [4 + 8 + 16 + 32, 1 + 2 + 4 + 8]
    assert pd.isna(at(table, "Bo")[["won", "won_before"]]).all()


def test_few_months_are_too_early() -> None:
    # The first month of a partner without a start says nothing: six on record after it are enough.
    rows = [ANCHOR, *monthly("2025-04-01", 6, partner="Bo"), *monthly("2025-03-01", 7, partner="Cy")]
    table = pa.quarter_change(made(rows), Q3).set_index("partner")
    assert table.loc["Bo", ["recent_months", "earlier_months", "state"]].tolist() == [6, 0, "too early"]
    assert table.loc["Cy", ["recent_months", "earlier_months", "state"]].tolist() == [3, 3, "steady"]


def test_only_who_goes_on_at_the_end() -> None:
    about = [{"partner": "Bo", "ended": "2025-08-31"}, {"partner": "Cy", "ended": "2025-09-01"}]
    rows = [ANCHOR, act("2025-01-05", "Bo"), act("2025-01-05", "Cy"), act("2025-10-01", "Dee")]
    assert set(pa.quarter_change(made(rows, partners=about), Q3)["partner"]) == {"Anchor"}


def test_who_fell_silent_years_ago_is_not_steady() -> None:
    rows = [*monthly("2020-01-01", 24, 2), act("2025-09-01", "Bo")]
    assert at(pa.quarter_change(made(rows), Q3))["state"] == "silent"


def test_nothing_after_the_day_is_won() -> None:
    rows = [act("2025-08-05", value=10.0), act("2025-08-25", value=500.0), act("2024-08-05", value=7.0)]
    row = at(pa.quarter_change(made([ANCHOR, *rows]), Q3, as_of="2025-08-10"))
    # September 2024 to August 2025; March 2024 to February 2025.
    assert (row["won"], row["won_before"]) == (10.0, 7.0)


def test_a_day_outside_the_quarter_is_refused() -> None:
    portfolio = made([ANCHOR, act("2025-08-05")])
    for day in ("2025-06-30", "2025-10-01"):
        with pytest.raises(ParameterError, match=f"as_of {day} is not in 2025Q3"):
            pa.quarter_change(portfolio, Q3, as_of=day)
    with pytest.raises(PeriodError, match="is not a date"):
        pa.quarter_change(portfolio, Q3, as_of="2025-13-01")
