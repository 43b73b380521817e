"""How far a small count can be trusted: intervals and exact chances, in closed form.

All functions take and return numpy arrays (or scalars), work elementwise, and never sample.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, betaincinv, gammaincinv

Floats = NDArray[np.float64]


def rate_limits(
    weighted: ArrayLike, squared: ArrayLike, months: ArrayLike, *, level: float = 0.9, unit: float = 1.0
) -> tuple[Floats, Floats]:
    """Jeffreys limits of a monthly rate of Poisson counts, weighted or not.

    Parameters
    ----------
    weighted : array
        Sum of weight x count, 0 or more.
    squared : array
        Sum of weight^2 x count. For unweighted counts both are the count itself.
    months : array
        Months of observation, above 0.
    level : float
        Probability that the interval covers, split evenly between the tails.
    unit : float
        Weight of one interaction where none was counted, so that the upper limit has a scale.

    Returns
    -------
    low, high : arrays
        In weighted interactions a month. Where nothing was counted ``low`` is 0.

    Notes
    -----
    With n counts in m months the posterior of the rate under Jeffreys' prior is Gamma(n + 1/2) / m. A
    weighted sum has the Gamma with the same mean and variance: shape N^2 / sum w^2 n, scale sum w^2 n / N.

    Examples
    --------
    >>> low, high = rate_limits(12, 12, 12)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.609 to 1.569
    """
    total, squares = np.asarray(weighted, dtype=float), np.asarray(squared, dtype=float)
    some = total > 0
    scale = np.divide(squares, total, out=np.full(total.shape, float(unit)), where=some)
    shape = np.divide(total, scale, out=np.zeros(total.shape), where=some) + 0.5
    distinct, inverse = np.unique(shape, return_inverse=True)
    tail = (1 - level) / 2
    per_month = scale / np.asarray(months, dtype=float)
    low = gammaincinv(distinct, tail)[inverse].reshape(shape.shape) * per_month
    high = gammaincinv(distinct, 1 - tail)[inverse].reshape(shape.shape) * per_month
    return np.where(some, low, 0.0), np.asarray(high)


def share_limits(ours: ArrayLike, theirs: ArrayLike, *, level: float = 0.9) -> tuple[Floats, Floats]:
    """Jeffreys limits of a share ours / (ours + theirs).

    The posterior is Beta(ours + 1/2, theirs + 1/2); the limit is 0 or 1 where one side counted nothing.

    >>> low, high = share_limits(3, 9)
    >>> print(f"{low:.2f} to {high:.2f}")
    0.10 to 0.48
    """
    a, b = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    tail = (1 - level) / 2
    low = np.where(a > 0, betaincinv(a + 0.5, b + 0.5, tail), 0.0)
    high = np.where(b > 0, betaincinv(a + 0.5, b + 0.5, 1 - tail), 1.0)
    return low, high


def even_split_chance(ours: ArrayLike, theirs: ArrayLike, share: ArrayLike = 0.5) -> Floats:
    """Exact two-sided chance that an even exchange is at least so uneven (binomial test).

    ``share`` is what is to be expected of ours: of counts in two periods, the part of their days.

    >>> print(f"{even_split_chance(1, 7):.4f} {even_split_chance(1, 7, 1 / 8):.1f}")
    0.0703 1.0
    """
    a, b = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    whole, even = (a + b).astype(int), np.asarray(share, dtype=float)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(bdtr(a, whole, even), bdtr(b, whole, 1 - even))))


def silence_chance(count: ArrayLike, span_days: ArrayLike, gap_days: ArrayLike) -> Floats:
    """Chance that a steady partner with ``count`` events in ``span_days`` and the gap is silent so long.

    Given their number, the events of a steady rate fall anywhere in the span and the gap with equal chance;
    that all fall before the gap has the chance (span / (span + gap)) ** count.

    >>> print(f"{silence_chance(10, 270, 90):.4f}")
    0.0563
    """
    span, gap = np.asarray(span_days, dtype=float), np.asarray(gap_days, dtype=float)
    share = np.divide(span, span + gap, out=np.ones(np.broadcast(span, gap).shape), where=(span + gap) > 0)
    return np.asarray(share ** np.asarray(count, dtype=float))
