"""The numbers behind the signals: prior, dispersion, odds of a change, silence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.stats import gamma, poisson

from partnership_analysis.metrics.signals.detection import (
    FALL_LEVEL,
    FALLS,
    LONG,
    QUIET,
    RISE_LEVEL,
    RISES,
    SHAPES,
    STEADY,
    STEADY_FALL,
    STEADY_RISE,
    STRENGTHENING,
    WEAKENING,
    History,
    Prior,
    change_odds,
    dispersion,
    fall_odds,
    fit_prior,
    judge,
    portfolio_prior,
    silence,
    steady_share,
)

PRIOR = Prior(2.0, 1.5, fitted=True)


def history(counts: object, exposure: object = None, begun: object = 0) -> History:
    table = np.atleast_2d(np.asarray(counts, dtype=float))
    whole = np.ones(table.shape[1]) if exposure is None else np.asarray(exposure, dtype=float)
    return History(table, whole, np.zeros(len(table), dtype="int64") + np.asarray(begun))


def odds(record: History, sizes: tuple[float, ...] = FALLS, **more: int) -> np.ndarray:
    spans, before = more.get("spans", 9), more.get("before", 36)
    return change_odds(record, PRIOR, sizes, spans=spans, before=before, scale=np.ones(len(record.counts)))[0]


def test_the_closed_form_is_the_integral_over_the_rate() -> None:
    # Eight in the five months before, one in the last three; the third of those only half observed.
    n0, m0, n1, m1, q = 8, 5.0, 1, 2.5, 0.3
    record = history([2, 1, 3, 0, 2, 1, 0, 0], [1, 1, 1, 1, 1, 1, 1, 0.5])

    def likelihood(rate: float, part: float) -> float:
        before = gamma.pdf(rate, PRIOR.shape, scale=1 / PRIOR.rate) * poisson.pmf(n0, rate * m0)
        return float(before * poisson.pmf(n1, rate * part * m1))

    fell, same = (quad(likelihood, 0, 20, args=(part,))[0] for part in (q, 1.0))
    only_three = odds(record, (q,), spans=3)[0, -1] - odds(record, (q,), spans=2)[0, -1]
    assert only_three == pytest.approx(fell / same, rel=1e-6)


def test_odds_and_span_by_hand() -> None:
    # One in the first month, none in the second; after one month: a = 2, b = 1.5, n0 = 1, m0 = 1, k = 1.
    record = history([1, 0])
    factor = sum(((2.5 + 1) / (2.5 + q)) ** 3 for q in FALLS) / 4
    assert odds(record)[0].tolist() == pytest.approx([0.0, factor])
    # With four before and none in two months, both spans count; the longer says more.
    found, span = change_odds(history([4, 0, 0]), PRIOR, FALLS, spans=9, before=36, scale=np.ones(1))
    one = sum(((3.5 + 1) / (3.5 + q)) ** 6 for q in FALLS) / 4
    two = sum(((2.5 + 2) / (2.5 + 2 * q)) ** 6 for q in FALLS) / 4
    assert found[0, 2] == pytest.approx(one + two)
    assert span[0, 2] == 2
    # Twice the variance halves the logarithm of each size's factor.
    tempered, _ = change_odds(record, PRIOR, FALLS, spans=9, before=36, scale=np.array([2.0]))
    assert tempered[0, 1] == pytest.approx(sum(((2.5 + 1) / (2.5 + q)) ** 1.5 for q in FALLS) / 4)


def test_silence_by_hand() -> None:
    # Three in the first two months, then a month and a half: ((1.5 + 2) / (1.5 + 2 + 1.5)) ** (2 + 3).
    chance, gap = silence(history([1, 2, 0, 0], [1, 1, 1, 0.5]), PRIOR, before=36, scale=np.ones(1))
    assert chance[0, -1] == pytest.approx((3.5 / 5) ** 5)
    assert (chance[0, 1], gap[0].tolist()) == (1.0, [0, 0, 1, 2])
    assert np.isnan(silence(history([0, 0]), PRIOR, before=36, scale=np.ones(1))[0]).all()


@settings(max_examples=25, deadline=None)
@given(arrays("int64", (3, 14), elements=st.integers(0, 6)), st.integers(1, 4))
def test_more_in_the_last_month_is_less_of_a_fall_and_more_of_a_rise(counts: np.ndarray, more: int) -> None:
    richer = counts.copy()
    richer[:, -1] += more
    before, after = history(counts), history(richer)
    assert (odds(after)[:, -1] < odds(before)[:, -1]).all()
    assert (odds(after, RISES)[:, -1] > odds(before, RISES)[:, -1]).all()
    # What comes later changes nothing of a month that is over.
    assert np.array_equal(odds(after)[:, :-1], odds(before)[:, :-1])


def test_a_month_of_which_little_was_seen_says_little() -> None:
    steady = [3] * 20
    barely = odds(history([*steady, 0], [1.0] * 20 + [0.1]))[0, -1]
    assert odds(history(steady))[0, -1] < barely < 2
    assert odds(history([*steady, 0]))[0, -1] > 5 * barely


def test_the_prior_is_found_again() -> None:
    rng = np.random.default_rng(7)
    rates = rng.gamma(2.0, 0.6, 4000)
    months = rng.integers(6, 40, 4000).astype(float)
    found = fit_prior(rng.poisson(rates * months).astype(float), months)
    assert found.fitted
    assert found.shape == pytest.approx(2.0, rel=0.1)
    assert found.shape / found.rate == pytest.approx(1.2, rel=0.05)


def test_a_prior_where_nothing_can_be_fitted() -> None:
    assert fit_prior(np.zeros(30), np.full(30, 12.0)) == Prior(1.0, 2.0, fitted=False)
    assert fit_prior(np.array([]), np.array([])) == Prior(1.0, 2.0, fitted=False)
    assert fit_prior(np.array([6.0]), np.array([12.0])) == Prior(1.0, 2.0, fitted=False)
    equal = fit_prior(np.full(30, 12.0), np.full(30, 12.0))
    assert equal.fitted
    assert equal.shape == pytest.approx(SHAPES[1])
    # Months before the partner was known are no months of its record.
    assert portfolio_prior(history([0, 0, 3], begun=2), np.array([2])).rate == pytest.approx(1 / 3)


def test_counts_that_come_in_threes_vary_three_times_as_much() -> None:
    rng = np.random.default_rng(3)
    counts = rng.poisson(np.repeat(rng.gamma(2.0, 0.6, 400)[:, None], 42, axis=1))
    last = np.full(400, 41)
    assert dispersion(history(counts), last).mean() == pytest.approx(1.0, abs=0.06)
    assert dispersion(history(3 * counts), last).mean() == pytest.approx(3.0, abs=0.25)
    assert dispersion(history(counts[:, :1]), np.zeros(400, dtype="int64")).tolist() == [1.0] * 400


@pytest.mark.parametrize("shares", [STEADY_FALL, STEADY_RISE])
def test_the_share_of_steady_partners_falls_with_the_odds(shares: tuple[float, ...]) -> None:
    found = steady_share(np.array([0.0, 0.5, 1, 2, 56, 1e3, 1e12]), shares)
    assert (np.diff(found) < 0).all()
    assert found[0] == 1
    assert steady_share(np.array([FALL_LEVEL]), STEADY_FALL)[0] == pytest.approx(0.0161, abs=0.0005)


def test_steady_partners_are_alarmed_in_at_most_one_year_of_ten() -> None:
    """Simulated; tests/benchmarks/early_warning.py does it on 16,000 partners."""
    rng = np.random.default_rng(20250930)
    down, up = [], []
    for _ in range(20):
        counts = rng.poisson(np.repeat(rng.gamma(2.0, 0.6, 100)[:, None], 42, axis=1))
        record, last = history(counts), np.full(100, 41)
        state = judge(record, portfolio_prior(record, last), dispersion(record, last)).state[:, -12:]
        down.append(np.isin(state, [WEAKENING, QUIET]).any(axis=1))
        up.append((state == STRENGTHENING).any(axis=1))
    # Three standard errors of 2,000 partner-years; where it is right, it is not far too careful either.
    for alarmed in (np.concatenate(down), np.concatenate(up)):
        assert 0.07 < alarmed.mean() < 0.10 + 3 * np.sqrt(0.09 / 2000)


def test_odds_of_a_fall_that_silence_raises_by_hand() -> None:
    # Odds of 40 and 20 in two quiet months, then a silence with a chance of a tenth of LONG; the fifth month has one.
    odds, gap = np.array([[10.0, 40, 20, 5, 3]]), np.array([[0, 1, 2, 3, 0]])
    chance = np.array([[1.0, 0.5, 0.1, LONG / 10, 1.0]])
    assert fall_odds(odds, chance, gap)[0].tolist() == pytest.approx([10, 40, 40, FALL_LEVEL * 10, 3])


@settings(max_examples=25, deadline=None)
@given(arrays("int64", (4, 30), elements=st.integers(0, 4)), st.sampled_from([1.0, 1.7]))
def test_whoever_falls_or_rises_has_the_odds_of_an_alarm_and_no_silence_ends_by_itself(
    counts: np.ndarray, spread: float
) -> None:
    counts[:, 17], counts[:, 18:] = 1, 0
    found = judge(history(counts), PRIOR, np.full(4, spread))
    late = np.arange(30)[None, :] >= 5
    down = np.isin(found.state, [WEAKENING, QUIET])
    assert (found.fall[down] > FALL_LEVEL).all()
    assert (found.fall[(found.state == STEADY) & late] <= FALL_LEVEL).all()
    assert (found.rise[found.state == STRENGTHENING] > RISE_LEVEL).all()
    assert (np.diff(found.fall[:, 18:], axis=1) >= 0).all()
    quiet = (found.state == QUIET)[:, 18:]
    assert (np.maximum.accumulate(quiet, axis=1) == quiet).all()


def test_counts_of_a_million_stay_finite() -> None:
    record = history([[1, 0, 0, 1, 0, 0, 0, 1_000_000], [0, 1_000_000, 0, 0, 1_000_000, 0, 0, 0]])
    for sizes in (FALLS, RISES):
        assert np.isfinite(odds(record, sizes)).all()
    silent = judge(history([[1_000_000] * 12 + [0] * 12]), PRIOR, np.ones(1))
    assert np.isfinite(silent.fall).all()
    assert silent.state[0, -1] == QUIET
