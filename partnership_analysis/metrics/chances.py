"""Chances of drawing so, and of so many such findings: what ``scipy.stats`` has, without its second of importing.

``tests/metrics/test_chances.py`` holds each against it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln

Floats = NDArray[np.float64]


def adjusted(chance: Floats) -> Floats:
    """Benjamini and Hochberg's q of each p: the share of false findings if this one and all smaller were called.

    >>> adjusted(np.array([0.5, 0.01, 0.2])).round(3).tolist()
    [0.5, 0.03, 0.3]
    """
    order = np.argsort(chance, kind="stable")
    scaled = chance[order] * len(chance) / np.arange(1, len(chance) + 1)
    found = np.empty(len(chance))
    found[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return found


def hypergeometric(hits: ArrayLike, total: ArrayLike, inside: ArrayLike, drawn: ArrayLike) -> Floats:
    """Chance of exactly so many hits among those drawn, of a total of which so many are inside.

    Parameters
    ----------
    hits, total, inside, drawn : int arrays
        Whole numbers; ``inside`` and ``drawn`` are at most ``total``. They broadcast.

    Returns
    -------
    array
        0 to 1; 0 where so many cannot be drawn.

    >>> hypergeometric([0, 1, 2, 3], 5, 2, 2).round(3).tolist()
    [0.3, 0.6, 0.1, 0.0]
    """
    k, n, inner, out = np.broadcast_arrays(
        *(np.asarray(part, "float64") for part in (hits, total, inside, drawn))
    )
    least, most = np.maximum(0, out - (n - inner)), np.minimum(out, inner)
    at = np.clip(k, least, most)
    chance = np.exp(_ways(inner, at) + _ways(n - inner, out - at) - _ways(n, out))
    return np.where((k >= least) & (k <= most), chance, 0.0)


def at_least(hits: ArrayLike, total: ArrayLike, inside: ArrayLike, drawn: ArrayLike) -> Floats:
    """Chance of so many hits or more, as in :func:`hypergeometric`.

    >>> at_least([0, 1, 2, 3], 5, 2, 2).round(3).tolist()
    [1.0, 0.7, 0.1, 0.0]
    """
    k, n, inner, out = np.broadcast_arrays(
        *(np.asarray(part, "float64") for part in (hits, total, inside, drawn))
    )
    # From the nearer end: terms only fall from there, so that a first one too small to hold leaves nothing out.
    upper = k * n > inner * out
    up = _run(k, n, inner, out, upper)
    down = _run(out - k + 1, n, n - inner, out, ~upper)
    return np.where(upper, up, 1 - np.minimum(down, 1.0))


def _run(k: Floats, n: Floats, inner: Floats, out: Floats, wanted: NDArray[np.bool_]) -> Floats:
    """Sum of the chances of so many hits and of all that are more, where it is wanted."""
    term = np.where(wanted, hypergeometric(k, n, inner, out), 0.0)
    found = term.copy()
    while (term > found * 1e-17).any():
        odds = np.maximum(inner - k, 0) * np.maximum(out - k, 0)
        term = term * odds / np.maximum((k + 1) * (n - inner - out + k + 1), 1.0)
        found, k = found + term, k + 1
    return found


def _ways(of: Floats, choose: Floats) -> Floats:
    """Logarithm of the number of ways to choose."""
    return -np.log1p(of) - betaln(of - choose + 1, choose + 1)
