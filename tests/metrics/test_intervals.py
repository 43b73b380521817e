"""Intervals: against quantiles of our own, and their coverage summed exactly."""

from __future__ import annotations

import numpy as np
import pytest
from reference import beta_below, beta_quantile, gamma_below, gamma_quantile
from scipy.stats import gamma, nbinom, poisson

from partnership_analysis.metrics.intervals import (
    even_split_chance,
    rate_limits,
    share_limits,
    silence_chance,
)

COUNTS = np.arange(600)


def test_the_reference_knows_its_distributions() -> None:
    # Gamma(1) is exponential: 1 - e^-x; Beta(2, 1) is x squared; Beta(1/2, 1/2) is the arcsine law.
    assert gamma_below(1, 0.7) == pytest.approx(1 - np.exp(-0.7), abs=1e-14)
    assert gamma_below(1, 9.0) == pytest.approx(1 - np.exp(-9.0), abs=1e-14)
    assert beta_below(2, 1, 0.3) == pytest.approx(0.09, abs=1e-14)
    assert beta_below(0.5, 0.5, 0.5) == pytest.approx(0.5, abs=1e-14)


def test_rate_limits_by_hand() -> None:
    # Nothing in 5 months: low 0; high is the 95% quantile of Gamma(1/2), 1.92073, over 5.
    low, high = rate_limits(0, 0, 5)
    assert (float(low), float(high)) == (0.0, pytest.approx(1.92073 / 5, abs=1e-5))
    for count in (1, 2, 12, 57):
        low, high = rate_limits(count, count, 4)
        assert low == pytest.approx(gamma_quantile(count + 0.5, 0.05) / 4)
        assert high == pytest.approx(gamma_quantile(count + 0.5, 0.95) / 4)


def test_equal_weights_scale_the_limits() -> None:
    plain = np.array(rate_limits([3, 0], [3, 0], [2, 2]))
    heavy = np.array(rate_limits([6, 0], [12, 0], [2, 2], unit=2.0))
    np.testing.assert_allclose(heavy, 2 * plain)


def coverage(mean: float) -> float:
    """Chance that the interval of a Poisson count holds its mean: summed over the counts, not simulated."""
    low, high = rate_limits(COUNTS, COUNTS, np.ones(len(COUNTS)))
    return float(poisson.pmf(COUNTS, mean)[(low <= mean) & (mean <= high)].sum())


def test_coverage_at_the_worst_rate_is_at_least_80_percent() -> None:
    # Coverage is piecewise smooth and jumps down only just beyond a limit: these points are its minima, and the
    # grid between them is for those who do not believe it.
    limits = np.concatenate(rate_limits(COUNTS[:60], COUNTS[:60], np.ones(60)))
    points = np.concatenate([limits * (1 + 1e-9), limits * (1 - 1e-9), np.linspace(0.02, 40, 500)])
    worst = min(coverage(mean) for mean in points[points > 0])
    assert 0.80 <= worst <= 0.81


@pytest.mark.parametrize("months", range(3, 13))
def test_coverage_averaged_over_rates_is_about_nominal(months: int) -> None:
    # Rates from Gamma(shape 2, scale 0.6 a month): counts are negative binomial, and given a count the rate is
    # Gamma(2 + n) / (months + 1 / 0.6), so that the average is one sum.
    low, high = rate_limits(COUNTS, COUNTS, np.full(len(COUNTS), months))
    posterior = gamma(2 + COUNTS, scale=1 / (months + 1 / 0.6))
    chance = nbinom.pmf(COUNTS, 2, 1 / (1 + months * 0.6))
    average = float((chance * (posterior.cdf(high) - posterior.cdf(low))).sum())
    assert 0.89 <= average <= 0.91
    assert 0.898 <= average <= 0.905


def test_share_limits_by_hand() -> None:
    low, high = share_limits([3, 0, 7], [9, 4, 0])
    assert low.tolist() == [pytest.approx(beta_quantile(3.5, 9.5, 0.05)), 0.0, pytest.approx(beta_quantile(7.5, 0.5, 0.05))]  # fmt: skip
    assert high.tolist() == [pytest.approx(beta_quantile(3.5, 9.5, 0.95)), pytest.approx(beta_quantile(0.5, 4.5, 0.95)), 1.0]  # fmt: skip


def test_even_split_by_hand() -> None:
    # 1 of 8: 2 * (1 + 8) / 256; 3 of 6 is as even as can be; 0 of 6: 2 / 64; nothing at all: 1.
    assert even_split_chance([1, 3, 0, 0], [7, 3, 6, 0]).tolist() == pytest.approx([18 / 256, 1, 2 / 64, 1])


def test_silence_by_hand() -> None:
    assert silence_chance(2, 30, 90) == pytest.approx(1 / 16)
    assert silence_chance(0, 30, 90) == 1
    assert silence_chance(5, 0, 0) == 1
