"""What changed, and how often it says so of partners who did not change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

import partnership_analysis as pa
from metrics.helpers import act, at, made, monthly, rate
from partnership_analysis.metrics.change import BEFORE, CHANCE, RECENT
from partnership_analysis.metrics.intervals import so_few_chance, so_many_chance

Q3 = pa.Quarter(2025, 3)
ANCHOR = act("2023-01-01", "Anchor", "meeting", "mutual")


def test_a_decline_by_hand() -> None:
    # One a month from October 2023 to March 2025 (18), then 0 in six months: (18/24)^18 = 0.0056.
    # Silence: 18 days, the first 5 October 2023; after 24 months' look 18 of them, 17 after the first;
    # 516 of the 726 days from 5 October 2023 to 5 March 2025: (516 / 726)... to the power 17.
    row = at(pa.quarter_change(made([ANCHOR, *monthly("2023-10-01", 18)], [rate("2023-10-01", 3)]), Q3))
    assert row[["recent", "recent_months", "earlier", "earlier_months"]].tolist() == [0, 6, 18, 18]
    assert row["fewer"] == pytest.approx(0.75**18)
    assert row["more"] == 1
    assert row["silence"] == pytest.approx((517 / 726) ** 17)
    assert (row["last_date"], row["gap_days"]) == (pd.Timestamp("2025-03-05"), 209)
    assert row["state"] == "silent"
    # RVI: window October 2024 to September 2025, 6 interactions: 3 * 6 / 12; a quarter ago 9: 3 * 9 / 12.
    assert row[["rvi", "rvi_before", "rvi_change"]].tolist() == [1.5, 2.25, -0.75]


def test_a_rise_and_a_fall_by_hand() -> None:
    # Bo: 2 a month for 18 months, then 2 in six (the last of them in September): of 38, at most 2 in a
    # quarter of the time: sum of C(38, k) 3^(38 - k) / 4^38 for k = 0..2 = 0.00173.
    rows = [*monthly("2023-10-01", 18, 2, partner="Bo"), act("2025-05-20", "Bo"), act("2025-09-20", "Bo")]
    row = at(pa.quarter_change(made([ANCHOR, *rows]), Q3), "Bo")
    assert row["fewer"] == pytest.approx(sum([3**38, 38 * 3**37, 703 * 3**36]) / 4**38)
    assert row["state"] == "weakening"
    # Cy: 1 in eighteen months, 6 in six: P(6 or 7 of 7 in a quarter of the time) = (7 * 3 + 1) / 4^7.
    rows = [act("2023-11-05", "Cy"), *monthly("2025-04-01", 6, partner="Cy")]
    about = [{"partner": "Cy", "started": "2023-01-01"}]
    row = at(pa.quarter_change(made([ANCHOR, *rows], partners=about), Q3), "Cy")
    assert row["more"] == pytest.approx(22 / 4**7)
    assert row["state"] == "strengthening"


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
    rows = [ANCHOR, *monthly("2025-05-01", 5, partner="Bo"), *monthly("2025-04-01", 6, partner="Cy")]
    table = pa.quarter_change(made(rows), Q3).set_index("partner")
    assert table.loc["Bo", ["recent_months", "earlier_months", "state"]].tolist() == [2, 3, "too early"]
    assert table.loc["Cy", ["recent_months", "earlier_months", "state"]].tolist() == [3, 3, "steady"]


def test_only_who_goes_on_at_the_end() -> None:
    about = [{"partner": "Bo", "ended": "2025-08-31"}, {"partner": "Cy", "ended": "2025-09-01"}]
    rows = [ANCHOR, act("2025-01-05", "Bo"), act("2025-01-05", "Cy"), act("2025-10-01", "Dee")]
    assert set(pa.quarter_change(made(rows, partners=about), Q3)["partner"]) == {"Anchor"}


def test_who_fell_silent_years_ago_is_not_steady() -> None:
    rows = [*monthly("2020-01-01", 24, 2), act("2025-09-01", "Bo")]
    assert at(pa.quarter_change(made(rows), Q3))["state"] == "silent"


@pytest.mark.parametrize("before", [3, 6, 9, 12, BEFORE])
@pytest.mark.parametrize("rate", [0.1, 0.3, 0.6, 1, 2, 4])
def test_a_steady_partner_is_rarely_called_weakening_or_strengthening(rate: float, before: int) -> None:
    # Exact: the sum over both counts of steady Poisson spans. At most one in eighty, whatever the rate.
    recent = min(RECENT, before)
    now, then = np.meshgrid(np.arange(150), np.arange(150), indexing="ij")
    weight = poisson.pmf(now, rate * recent) * poisson.pmf(then, rate * before)
    months = (np.full(now.shape, recent), np.full(now.shape, before))
    for test in (so_few_chance, so_many_chance):
        assert weight[test(now, months[0], then, months[1]) < CHANCE].sum() <= CHANCE


@pytest.mark.parametrize("started", [True, False])
def test_false_alarms_of_steady_partners_in_a_year(started: bool) -> None:
    """Simulated: silence in at most one look of eighty, either alarm in at most one partner-year of ten."""
    rng = np.random.default_rng(20250930)
    first, length, partners = pd.Timestamp("2022-10-01"), 1096, 500
    rates = rng.choice([0.3, 0.6, 1, 2, 4], partners)
    counts = rng.poisson(rates * 36)
    who = np.repeat(np.arange(partners), counts)
    names = pd.Series([f"P{number:04d}" for number in range(partners)])
    rows = pd.DataFrame(
        {
            "date": first + pd.to_timedelta(rng.integers(0, length, len(who)), unit="D"),
            "partner": names.to_numpy()[who],
            "kind": "referral",
            "direction": "received",
        }
    )
    about = pd.DataFrame({"partner": names, "started": first}) if started else None
    portfolio = pa.Portfolio.from_frames(interactions=rows, partners=about)
    looks = pd.concat(
        [
            pa.quarter_change(portfolio, quarter)
            for quarter in (pa.Quarter(2024, 4).shift(n) for n in range(4))
        ]
    )
    error = 3 * np.sqrt(CHANCE / len(looks) * 2)  # the four looks of a partner share most of their months
    for name in ("silence", "fewer", "more"):
        assert looks[name].lt(CHANCE).mean() <= CHANCE + error
    alarmed = looks[looks["state"].isin(["silent", "weakening"])]["partner"].nunique()
    assert alarmed / partners <= 0.10 + 3 * np.sqrt(0.09 / partners)
    # Where it is about right it is not far too careful either.
    assert looks["silence"].lt(CHANCE).mean() >= CHANCE / 3
