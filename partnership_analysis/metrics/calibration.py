"""How often the RVI's interval covers, computed exactly, beside the intervals that were not chosen.

A count of interactions is taken as Poisson. An interval that promises 90% should hold the true rate 90 times in
100: on average over the rates that partners have, and not much less at any one rate.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincinv, gammaln, nbdtrik, ndtri, xlogy

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.intervals import rate_limits

SHAPE, SCALE = 2.0, 0.6
"""Rates of partners, in interactions a month: Gamma with mean 1.2, from under 0.3 to over 3."""
MONTHS = range(3, 13)
LEAST = 0.1
"""Interactions expected in all those months, from which on the worst rate is looked for."""

Floats = NDArray[np.float64]


def interval_coverage(
    *,
    level: float = 0.9,
    shape: float = SHAPE,
    scale: float = SCALE,
    months: Iterable[int] = MONTHS,
) -> pd.DataFrame:
    """Share of partners whose true rate lies inside the interval, for three ways to compute one.

    Parameters
    ----------
    level : float
        What the interval promises, 0 to 1.
    shape, scale : float
        Gamma of the partners' rates, in interactions a month.
    months : iterable of int
        Months of partnership inside the window.

    Returns
    -------
    DataFrame
        One row a way and number of months: ``interval`` (``Jeffreys``, which the suite uses; ``Garwood``, exact;
        ``normal``: count plus or minus 1.645 of its root), ``months`` (Int64); ``average`` (Float64, 0 to 1): coverage
        averaged over the rates; ``worst`` (Float64): at the rate where it is least; ``worst_count`` (Float64, 0.1 and up):
        the interactions that a partner of that rate has in those months on average; ``width`` (Float64): average width, in
        interactions a month.

    Raises
    ------
    ParameterError
        If the level is not between 0 and 1, shape or scale is not above 0, or a month is not 1 or more.

    Notes
    -----
    Nothing is sampled. With rates Gamma(a, scale s) and m months the count is negative binomial, and given n the
    rate is Gamma(a + n, scale s / (1 + m s)), so that the average is one sum over n. The worst rate lies
    just beyond a limit of some count, because between limits coverage is smooth and only jumps there.

    Examples
    --------
    >>> table = interval_coverage(months=[12]).round(3)
    >>> table[["interval", "average", "worst"]].values.tolist()
    [['Jeffreys', 0.899, 0.808], ['Garwood', 0.929, 0.9], ['normal', 0.874, 0.095]]
    """
    spans = list(months)
    _check(level, shape, scale, spans)
    ways = _ways(level, _counts(shape, scale, max(spans)))
    rows = [
        (name, span, *_covered(limits, span, shape, scale)) for name, limits in ways.items() for span in spans
    ]
    table = pd.DataFrame(rows, columns=["interval", "months", "average", "worst", "worst_count", "width"])
    table["interval"], table["months"] = texts(table["interval"]), wholes(table["months"])
    for name in ("average", "worst", "worst_count", "width"):
        table[name] = floats(table[name])
    return table


def _check(level: float, shape: float, scale: float, months: list[int]) -> None:
    findings = [] if 0 < level < 1 else [f"level {level!r} is no probability; choose one between 0 and 1."]
    findings += [
        f"{name} {value!r} is not above 0."
        for name, value in (("shape", shape), ("scale", scale))
        if not value > 0
    ]
    if not months or min(months) < 1:
        findings.append(f"months {months!r} are no numbers of months; choose one or more, each 1 or more.")
    if findings:
        raise ParameterError(findings)


def _counts(shape: float, scale: float, months: int) -> NDArray[np.int64]:
    """Every count that has any chance to speak of, and enough for the search of the worst rate."""
    most = int(np.ceil(nbdtrik(1 - 1e-12, shape, 1 / (1 + months * scale))))
    return np.arange(max(most, 60) + 1)


def _ways(level: float, counts: NDArray[np.int64]) -> dict[str, tuple[Floats, Floats]]:
    """Limits of the expected count for each count, each way."""
    tail = (1 - level) / 2
    reach = float(ndtri(1 - tail)) * np.sqrt(counts)
    garwood = np.where(counts > 0, gammaincinv(np.maximum(counts, 1), tail), 0.0)
    return {
        "Jeffreys": rate_limits(counts, counts, np.ones(len(counts)), level=level),
        "Garwood": (garwood, gammaincinv(counts + 1, 1 - tail)),
        "normal": (np.maximum(counts - reach, 0), counts + reach),
    }


def _covered(
    limits: tuple[Floats, Floats], months: int, shape: float, scale: float
) -> tuple[float, float, float, float]:
    """Average and worst coverage, the expected count at the worst, and the average width."""
    low, high = limits
    counts = np.arange(len(low))
    ways = gammaln(counts + shape) - gammaln(shape) - gammaln(counts + 1)
    chance = np.exp(ways + counts * np.log(months * scale) - (counts + shape) * np.log1p(months * scale))
    # A rate, given its count, is Gamma(shape + count) / (months + 1 / scale).
    below_high, below_low = (
        gammainc(shape + counts, end * (1 + 1 / (months * scale))) for end in (high, low)
    )
    average = float(np.sum(chance * (below_high - below_low)))
    edges = np.concatenate([low[:40], high[:40]])
    means = np.concatenate([edges * (1 + 1e-9), edges * (1 - 1e-9), [LEAST]])
    means = means[means >= LEAST]
    inside = (low[None, :] <= means[:, None]) & (means[:, None] <= high[None, :])
    drawn = np.exp(xlogy(counts[None, :], means[:, None]) - means[:, None] - gammaln(counts + 1)[None, :])
    held = np.sum(drawn * inside, axis=1)
    worst = int(np.argmin(held))
    width = float(np.sum(chance * (high - low)) / months)
    return average, float(held[worst]), float(means[worst]), width
