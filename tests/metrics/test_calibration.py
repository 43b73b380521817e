"""Coverage of the intervals: against a simulation and against sums worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2, poisson

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.calibration import interval_coverage
from partnership_analysis.metrics.intervals import rate_limits


def test_the_promise_holds() -> None:
    # On average between 89 and 91% for 3 to 12 months, and at no rate under 80%.
    table = interval_coverage()
    ours = table[table["interval"] == "Jeffreys"]
    assert list(ours["months"]) == list(range(3, 13))
    assert ours["average"].between(0.89, 0.91).all()
    assert (ours["worst"] >= 0.8).all()
    exact = table[table["interval"] == "Garwood"]
    assert (exact["worst"] >= 0.9 - 1e-9).all()
    assert (exact["width"].to_numpy() > 1.08 * ours["width"].to_numpy()).all()


def test_a_simulation_agrees() -> None:
    dice = np.random.default_rng(4)
    rates = dice.gamma(2, 0.6, 200_000)
    counts = dice.poisson(rates * 7)
    wanted = interval_coverage(months=[7]).set_index("interval")["average"]
    low, high = rate_limits(counts, counts, np.full(len(counts), 7))
    assert np.mean((low <= rates) & (rates <= high)) == pytest.approx(wanted["Jeffreys"], abs=0.003)
    low, high = chi2.ppf(0.05, 2 * counts) / 14, chi2.ppf(0.95, 2 * counts + 2) / 14
    assert np.mean((np.nan_to_num(low) <= rates) & (rates <= high)) == pytest.approx(
        wanted["Garwood"], abs=0.003
    )
    reach = 1.6449 * np.sqrt(counts)
    held = (counts - reach <= rates * 7) & (rates * 7 <= counts + reach)
    assert np.mean(held) == pytest.approx(wanted["normal"], abs=0.003)


def test_the_worst_rate_is_a_sum_over_counts() -> None:
    # Just above the upper limit of a count of 0, which is 1.92: covered by the counts whose limits hold it.
    row = interval_coverage(months=[5]).set_index("interval").loc["Jeffreys"]
    mean = float(row["worst_count"])
    assert mean == pytest.approx(1.92, abs=0.01)
    held = 0.0
    for count in range(60):
        low, high = rate_limits(count, count, 1)
        held += float(poisson.pmf(count, mean)) if low <= mean <= high else 0.0
    assert row["worst"] == pytest.approx(held)
    everywhere = np.linspace(0.1, 30, 400)
    assert min(_held(mean) for mean in everywhere) >= row["worst"]


def _held(mean: float) -> float:
    counts = np.arange(120)
    low, high = rate_limits(counts, counts, np.ones(120))
    return float(poisson.pmf(counts, mean)[(low <= mean) & (mean <= high)].sum())


def test_another_level_is_held_too() -> None:
    table = interval_coverage(level=0.5, months=[12]).set_index("interval")
    assert table.loc["Jeffreys", "average"] == pytest.approx(0.5, abs=0.02)
    assert table.loc["Garwood", "average"] > 0.5


@pytest.mark.parametrize(
    "asked",
    [{"level": 1.0}, {"level": 90}, {"months": []}, {"months": [0, 3]}, {"shape": 0}, {"scale": -1.0}],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        interval_coverage(**asked)
