"""How early a fall is seen, at how many false alarms: the signals against what people do and the best possible.

Run from the project's root::

    python tests/benchmarks/early_warning.py

Prints its tables and writes ``early_warning.csv`` (detection) and ``worlds.csv`` (false
alarms where the assumptions fail) in ``partnership_analysis/metrics/measured``. Simulated with a fixed seed; takes about two minutes.

Partners have steady rates from Gamma(2, 0.6 a month), in portfolios of 40, on which the prior is fitted as it is in
use; a fifth of them change. After 30 months the rate falls. ``found``: an alarm stands in at least one of the 3
or 6 months after. ``false_alarms``: share of steady partners with an alarm in at least one of 12 months. Rivals with a
threshold are tuned to 10% (between two thresholds of a discrete rule by chance); the rules as people use them are
listed as they are, too. The best possible (CUSUM) is told each partner's true rate and the size of the fall.
"""

from __future__ import annotations

import os

# Threads of the linear algebra only wait for each other in arrays so small.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from partnership_analysis.metrics.signals import detection
from partnership_analysis.metrics.signals.detection import History, Judged

RESULTS = Path(detection.__file__).parents[1] / "measured"
SEED = 20250930
PORTFOLIOS, SIZE = 400, 40
BEFORE, AFTER = 30, 12
WIDTH = BEFORE + AFTER
DROPS, RISES = (0.5, 0.8, 1.0), (2.0, 3.0, 5.0)
WITHIN = (3, 6)
TARGET = 0.10
KNOWN = BEFORE + 6
"""Months after which the prior is fitted."""
Floats = np.ndarray


def rates(rng: np.random.Generator, scale: float = 0.6) -> Floats:
    """Monthly rates of all partners."""
    return rng.gamma(2.0, scale, PORTFOLIOS * SIZE)


def steps(rate: Floats, factor: float) -> Floats:
    """Rates by month that change after the first 30."""
    return rate[:, None] * np.where(np.arange(WIDTH) < BEFORE, 1.0, factor)[None, :]


def judged(counts: Floats, fitted_on: Floats | None = None, size: int = SIZE) -> Iterator[Judged]:
    """The package's judgement, portfolio by portfolio, each with its own prior."""
    width = counts.shape[1]
    for place in range(0, len(counts), size):
        rows = slice(place, place + size)
        history = _history(counts[rows])
        basis = history if fitted_on is None else _history(fitted_on[rows])
        last = np.full(len(history.counts), min(KNOWN, width) - 1)
        prior = detection.portfolio_prior(basis, last)
        yield detection.judge(history, prior, detection.dispersion(history, last))


def _history(counts: Floats) -> History:
    return History(counts.astype(float), np.ones(counts.shape[1]), np.zeros(len(counts), dtype="int64"))


class Alarms(NamedTuple):
    """What the package says in each of the last months, and by how much.

    ``fall`` and ``rise``: odds of a change; infinite where a long silence is the alarm, whatever the odds.
    """

    down: Floats
    up: Floats
    fall: Floats
    rise: Floats


def alarms(counts: Floats, fitted_on: Floats | None = None, size: int = SIZE, months: int = AFTER) -> Alarms:
    """The package's states: weakening or silent, strengthening."""
    parts = [
        (found.state[:, -months:], found.fall[:, -months:], found.rise[:, -months:])
        for found in judged(counts, fitted_on, size)
    ]
    state, fall, rise = (np.concatenate(part) for part in zip(*parts, strict=True))
    down = np.isin(state, [detection.WEAKENING, detection.QUIET])
    long = down & (fall <= detection.FALL_LEVEL)
    return Alarms(down, state == detection.STRENGTHENING, np.where(long, np.inf, fall), rise)


def cusum(counts: Floats, rate: Floats, factor: float) -> Floats:
    """Page's sum of log likelihood ratios, told the rate and what it is multiplied by."""
    total, path = np.zeros(len(counts)), np.zeros((len(counts), AFTER))
    for month in range(WIDTH):
        seen = counts[:, month]
        gain = np.where(seen > 0, -np.inf, 0.0) if factor == 0 else seen * np.log(factor)
        total = np.maximum(0.0, total + rate * (1 - factor) + gain)
        if month >= BEFORE:
            path[:, month - BEFORE] = total
    return path


def rvi_fell(counts: Floats) -> Floats:
    """Fall of the twelve months' count since last quarter, at each quarter's end."""
    return _at_quarters(lambda end: _sum(counts, end - 3, 12) - _sum(counts, end, 12))


def quarter_fell(counts: Floats) -> Floats:
    """Fall of the quarter's count since the one before, at each quarter's end."""
    return _at_quarters(lambda end: _sum(counts, end - 3, 3) - _sum(counts, end, 3))


def no_contact(counts: Floats) -> Floats:
    """Months without any interaction, at each month's end."""
    column = np.arange(WIDTH)[None, :]
    last = np.maximum.accumulate(np.where(counts > 0, column, -1), axis=1)
    return (column - last)[:, BEFORE:].astype(float)


def _sum(counts: Floats, end: int, months: int) -> Floats:
    return counts[:, end - months : end].sum(axis=1)


def _at_quarters(value: Callable[[int], Floats]) -> Floats:
    """The value from each quarter's end until the next."""
    first = np.zeros_like(value(BEFORE), dtype=float) - np.inf
    path = np.repeat(first[:, None], AFTER, axis=1)
    for end in range(BEFORE + 3, WIDTH + 1, 3):
        path[:, end - BEFORE - 1] = value(end)
    return path


def tuned(steady: Floats, changed: Floats, months: int) -> float:
    """Share found where the threshold lets 10% of the steady pass in a year."""
    levels, passing = np.unique(steady.max(axis=1), return_counts=True)
    above = 1 - np.cumsum(passing) / len(steady)
    place = int(np.argmax(above <= TARGET))
    peak = changed[:, :months].max(axis=1)
    strict, loose = (peak > levels[place]).mean(), (peak >= levels[place]).mean()
    wider = above[place] + passing[place] / len(steady)
    part = (TARGET - above[place]) / (wider - above[place])
    return float(strict + part * (loose - strict))


def detection_table(rng: np.random.Generator) -> pd.DataFrame:
    """Every detector, drop (under 0: a rise) and horizon, with its false alarms."""
    rate = rates(rng)
    steady = rng.poisson(steps(rate, 1.0))
    calm = alarms(steady)
    rows: list[tuple[str, float, int, float, float]] = []
    for factor in (*(1 - drop for drop in DROPS), *RISES):
        changed = steady.copy()
        changed[:, BEFORE:] = rng.poisson(steps(rate, factor)[:, BEFORE:])
        mixed = np.where((np.arange(len(rate)) % 5 == 0)[:, None], changed, steady)
        moved = alarms(changed, mixed)
        flags, noise = (moved.down, calm.down) if factor < 1 else (moved.up, calm.up)
        odds = (calm.fall, moved.fall) if factor < 1 else (calm.rise, moved.rise)
        best = cusum(steady, rate, factor), cusum(changed, rate, factor)
        for months in WITHIN:
            key = round(1 - factor, 9), months
            found = float(flags[:, :months].any(axis=1).mean())
            rows.append(("signals", *key, found, float(noise.any(axis=1).mean())))
            rows.append(("signals, tuned", *key, tuned(*odds, months), TARGET))
            rows.append(("best possible", *key, tuned(*best, months), TARGET))
            if factor < 1:
                rows += _rules(steady, changed, *key)
    columns = ["detector", "drop", "months", "found", "false_alarms"]
    table = pd.DataFrame(rows, columns=columns)
    table["standard_error"] = np.sqrt(table["found"] * (1 - table["found"]) / len(rate))
    return table[["detector", "drop", "months", "found", "standard_error", "false_alarms"]]


def _rules(
    steady: Floats, changed: Floats, drop: float, months: int
) -> list[tuple[str, float, int, float, float]]:
    """What people do, as it is and tuned to the same false alarms."""
    rows = []
    for name, rule, limit in (
        ("RVI fell against last quarter", rvi_fell, 1),
        ("quarter against the one before", quarter_fell, 1),
        ("no contact in 90 days", no_contact, 3),
    ):
        calm, moved = rule(steady), rule(changed)
        found, false = (moved[:, :months] >= limit).any(axis=1).mean(), (calm >= limit).any(axis=1).mean()
        rows.append((name, drop, months, float(found), float(false)))
        rows.append((f"{name}, tuned", drop, months, tuned(calm, moved, months), TARGET))
    return rows


def season(low: dict[int, float]) -> Floats:
    """Monthly factors that average one; the given calendar months are low."""
    rest = (12 - sum(low.values())) / (12 - len(low))
    return np.array([low.get(month % 12 + 1, rest) for month in range(WIDTH)])


def worlds(rng: np.random.Generator) -> dict[str, tuple[Floats, int, int]]:
    """Steady partners of other kinds: counts, size of a portfolio, months that are looked at."""
    rate = rates(rng)
    flat = np.repeat(rate[:, None], WIDTH, axis=1)
    year = np.arange(WIDTH)[None, :] / 12
    months, batches = rng.poisson(flat), rng.poisson(flat / 3)
    bursts = rng.gamma(1.0, 1.0, flat.shape)
    some = np.repeat(rng.random(len(rate)) < 0.1, WIDTH).reshape(flat.shape)
    return {
        "as assumed: Gamma(2, 0.6 a month), steady": (months, SIZE, AFTER),
        "mild season (August 0.7, December 0.75)": (
            rng.poisson(flat * season({8: 0.7, 12: 0.75})),
            SIZE,
            AFTER,
        ),
        "strong season (July 0.5, August 0.2, December 0.3)": (
            rng.poisson(flat * season({7: 0.5, 8: 0.2, 12: 0.3})),
            SIZE,
            AFTER,
        ),
        "strong season at high rates: Gamma(2, 5)": (
            rng.poisson(flat * 25 / 3 * season({7: 0.5, 8: 0.2, 12: 0.3})),
            SIZE,
            AFTER,
        ),
        "bursty (a month's rate varies as Gamma(3))": (
            rng.poisson(flat * rng.gamma(3, 1 / 3, flat.shape)),
            SIZE,
            AFTER,
        ),
        "very bursty (a month's rate varies as Gamma(1))": (rng.poisson(flat * bursts), SIZE, AFTER),
        "one event counts as three": (batches * 3, SIZE, AFTER),
        "one event counts as 1 to 5, at a tenth of partners": (
            np.where(some, batches + 2 * rng.binomial(batches, 0.5) * 2, months),
            SIZE,
            AFTER,
        ),
        "rates fall 20% a year": (rng.poisson(flat * 0.8**year), SIZE, AFTER),
        "rates rise 20% a year": (rng.poisson(flat * 1.2**year), SIZE, AFTER),
        "very low rates: Gamma(2, 0.05)": (rng.poisson(flat / 12), SIZE, AFTER),
        "high rates: Gamma(2, 5)": (rng.poisson(flat * 25 / 3), SIZE, AFTER),
        "very unequal rates: lognormal, sigma 1.5": (
            rng.poisson(np.repeat(rng.lognormal(-1, 1.5, len(rate))[:, None], WIDTH, axis=1)),
            SIZE,
            AFTER,
        ),
        "short records: months 7 to 18": (months[:, :18], SIZE, AFTER),
        "portfolios of 3 partners (no prior is fitted)": (months[: len(months) // 3 // 10 * 3], 3, AFTER),
    }


def worlds_table(rng: np.random.Generator) -> pd.DataFrame:
    """False alarms a partner-year in every world."""
    rows = []
    for name, (counts, size, months) in worlds(rng).items():
        found = alarms(counts, size=size, months=months)
        for alarm, flags in (("weakening or silent", found.down), ("strengthening", found.up)):
            share = flags.any(axis=1).mean()
            rows.append((name, alarm, share, np.sqrt(share * (1 - share) / len(counts)), flags.mean()))
    return pd.DataFrame(rows, columns=["world", "alarm", "false_alarms", "standard_error", "months_alarmed"])


def main() -> None:
    """Measure, print and write."""
    found, false = detection_table(np.random.default_rng(SEED)), worlds_table(np.random.default_rng(SEED + 1))
    RESULTS.mkdir(exist_ok=True)
    for table, name in ((found, "early_warning.csv"), (false, "worlds.csv")):
        table.to_csv(RESULTS / name, index=False, float_format="%.4f", lineterminator="\n")
    wide = found.pivot_table(index="detector", columns=["drop", "months"], values="found", sort=False)
    print(wide.round(3).to_string())
    print(found.groupby("detector", sort=False)["false_alarms"].first().round(3).to_string())
    print(
        false.pivot_table(index="world", columns="alarm", values="false_alarms", sort=False)
        .round(3)
        .to_string()
    )


if __name__ == "__main__":
    main()
