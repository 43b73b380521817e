"""Chances against scipy.stats, which the package does not import."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from partnership_analysis.metrics.chances import adjusted, at_least, hypergeometric


@pytest.fixture
def drawn() -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(1)
    total = random.integers(1, 2000, 4000)
    inside, out = (np.minimum(random.integers(0, most, 4000), total) for most in (200, 60))
    return random.integers(0, 25, 4000), total, inside, out


def test_hypergeometric(drawn: tuple[np.ndarray, ...]) -> None:
    np.testing.assert_allclose(hypergeometric(*drawn), stats.hypergeom.pmf(*drawn), rtol=1e-9, atol=1e-250)


def test_at_least(drawn: tuple[np.ndarray, ...]) -> None:
    hits, *rest = drawn
    expected = stats.hypergeom.sf(hits - 1, *rest)
    np.testing.assert_allclose(at_least(hits, *rest), expected, rtol=1e-9, atol=1e-13)


def test_nobody_and_nothing() -> None:
    assert at_least(np.zeros(0, int), np.zeros(0, int), np.zeros(0, int), np.zeros(0, int)).shape == (0,)
    assert at_least(0, 0, 0, 0) == 1
    assert at_least(1, 0, 0, 0) == 0


def test_adjusted() -> None:
    chance = np.random.default_rng(2).random(50) ** 2
    np.testing.assert_allclose(adjusted(chance), stats.false_discovery_control(chance))
    assert adjusted(np.zeros(0)).shape == (0,)
