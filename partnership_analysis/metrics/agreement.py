"""Do both sides see the same relationship: agreement between what we rate and what they rate.

Source: articles 001 ("An estimate of your mutual level of trust") and 002 (the seven foundations). A level of trust
is mutual only as far as the two sides agree on it; this measures how far.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from partnership_analysis.errors import ColumnError, ParameterError
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.foundations import foundation_gaps
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import FACTORS

MINIMUM = 10
"""Pairs of ratings under which no agreement is computed."""
OVERALL = "overall"
_SIDES = ("us", "them")
_EXACT = 1e-9

Floats = NDArray[np.float64]


def rater_agreement(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Agreement of the two sides on each of the seven factors, over the partners that both have rated.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Ratings of later days are not known yet. Default: the last interaction's day; without interactions the
        last rating's.

    Returns
    -------
    DataFrame
        The seven factors in the schema's order, then ``overall``, in which each partner counts once with the
        means of the factors that both sides rated: ``factor`` (string), then the columns of
        :func:`pair_agreement`, a pair being a partner. Only ratings of the last 365 days count.

    Raises
    ------
    PeriodError
        If there is neither an interaction nor a rating, or ``as_of`` is before the first interaction.

    Notes
    -----
    The interval takes partners for independent. All our scores may come from one person: then it speaks of
    that person.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> rated = pd.DataFrame({"date": ["2025-01-05", "2025-04-10"], "partner": "Ann", "rater": ["us", "them"],
    ...                       "factor": "trust", "score": [4, 2.5]})
    >>> portfolio = pa.Portfolio.from_frames(interactions=rows, ratings=rated)
    >>> rater_agreement(portfolio).loc[[0, 7], ["factor", "pairs", "gap", "kappa"]]
        factor  pairs  gap  kappa
    0    trust      1  1.5   <NA>
    7  overall      1  1.5   <NA>
    """
    gaps = foundation_gaps(portfolio, as_of=as_of)
    rated = gaps.assign(factor=gaps["factor"].astype("string"))[["factor", *_SIDES]]
    means = gaps.groupby("partner", sort=True)[list(_SIDES)].mean().reset_index(drop=True)
    pairs = pd.concat([rated, means.assign(factor=OVERALL).astype({"factor": "string"})], ignore_index=True)
    table = pair_agreement(pairs, by="factor", level=portfolio.settings.interval)
    every = pd.Index([*FACTORS, OVERALL], dtype="string", name="factor")
    table = table.set_index("factor").reindex(every).reset_index()
    table["pairs"] = table["pairs"].fillna(0)
    return table


def pair_agreement(pairs: pd.DataFrame, *, by: str | None = None, level: float = 0.9) -> pd.DataFrame:
    """Agreement between two columns of ratings, ``us`` and ``them``, on the same scale.

    Parameters
    ----------
    pairs : DataFrame
        One row a pair of ratings: ``us``, ``them`` (numbers) and the column ``by``; a row that lacks any of
        them is left out.
    by : str, optional
        Column of groups, each measured apart. Default: all rows together.
    level : float, default 0.9
        Probability that the intervals cover.

    Returns
    -------
    DataFrame
        One row a group, sorted (a single row without ``by``): the group; ``pairs`` (Int64): how many;
        ``us``, ``them`` (Float64): means, ``gap`` (Float64): mean of us - them;
        ``kappa`` (Float64, -1 to 1): agreement beyond chance, by quadratic weights, with ``kappa_low`` and
        ``kappa_high``; ``rank`` (Float64, -1 to 1): Spearman's rank correlation, whether they order the
        partners alike whatever their levels, with ``rank_low`` and ``rank_high``. All six are ``NA`` under 10
        pairs or where a side gives everybody the same score; the limits also where agreement is perfect,
        from which no error can be estimated.

    Raises
    ------
    ColumnError
        If a column is missing.
    ParameterError
        If level is not between 0 and 1.

    Notes
    -----
    ::

        kappa = 2 s_xy / (s_x^2 + s_y^2 + (mean_x - mean_y)^2)

    Cohen's kappa with quadratic weights, which is Lin's concordance: it needs no categories, so that half points
    fit. Its interval is the delta method's, from each pair's influence, on Fisher's z scale with Student's t
    (n - 2) and variance times n / (n - 3). Rank correlation: Fisher's z with the variance
    (1 + r^2 / 2) / (n - 3) of Bonett and Wright. Measured at 90% on whole and half points, agreement from 0 to
    0.87 and 10 to 60 pairs, they cover in 0.89 to 0.92 and 0.90 to 0.93.

    Examples
    --------
    >>> pairs = pd.DataFrame({"us": [1, 2, 2, 3, 3, 3, 4, 4, 5, 5], "them": [2, 2, 1, 3, 4, 3, 4, 3, 5, 4]})
    >>> pair_agreement(pairs)[["pairs", "gap", "kappa", "kappa_low", "kappa_high"]].round(2)
       pairs  gap  kappa  kappa_low  kappa_high
    0     10  0.1   0.83       0.61        0.93
    """
    missing = [name for name in (*_SIDES, *([by] if by else [])) if name not in pairs]
    if missing:
        raise ColumnError.missing("pairs", missing, [str(name) for name in pairs.columns], [])
    if not 0 < level < 1:
        raise ParameterError([f"level {level!r} is no probability; choose one between 0 and 1, such as 0.9."])
    rows = pairs.dropna(subset=[*_SIDES, *([by] if by else [])])
    code, names = pd.factorize(rows[by], sort=True) if by else (np.zeros(len(rows), dtype=int), [0])
    x, y = (rows[name].to_numpy("float64") for name in _SIDES)
    table = _measured(code, x, y, len(names), level)
    if by:
        table.insert(0, by, texts(names) if pd.api.types.is_string_dtype(rows[by]) else names)
    return table


def _measured(code: NDArray[np.int64], x: Floats, y: Floats, groups: int, level: float) -> pd.DataFrame:
    """All the columns, each group's pairs being those of its code."""

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(code, weights=values, minlength=groups), dtype="float64")

    count = total(np.ones(len(x)))
    some = np.where(count > 0, count, np.nan)
    mean_x, mean_y = total(x) / some, total(y) / some
    dx, dy = x - mean_x[code], y - mean_y[code]
    varied = (total(dx**2) > _EXACT) & (total(dy**2) > _EXACT) & (count >= MINIMUM)
    some = np.where(varied, count, np.nan)
    shift = mean_x - mean_y
    both, spread = 2 * total(dx * dy) / some, (total(dx**2) + total(dy**2)) / some + shift**2
    kappa = both / spread
    influence = (
        2 * dx * dy
        - both[code]
        - kappa[code] * (dx**2 + dy**2 - (spread - shift**2)[code] + 2 * shift[code] * (dx - dy))
    )
    error = np.sqrt(total((influence / spread[code]) ** 2) / (some * (some - 1)))
    rank = _rank_correlation(code, x, y, groups, varied)
    tail = (1 + level) / 2
    kappa_error = stdtrit(some - 2, tail) * error / _slack(kappa) * np.sqrt(some / (some - 3))
    rank_error = ndtri(tail) * np.sqrt((1 + rank**2 / 2) / (some - 3))
    columns: dict[str, object] = {"pairs": wholes(count)}
    columns |= {"us": floats(mean_x), "them": floats(mean_y), "gap": floats(shift)}
    for name, value, width in (("kappa", kappa, kappa_error), ("rank", rank, rank_error)):
        middle = np.arctanh(np.where(_slack(value) > 0, value, np.nan))
        columns[name] = floats(value)
        columns[f"{name}_low"], columns[f"{name}_high"] = (
            floats(np.tanh(middle + side * width)) for side in (-1, 1)
        )
    return pd.DataFrame(columns)


def _slack(value: Floats) -> Floats:
    """1 - value^2, NaN where the agreement is perfect."""
    slack = 1 - value**2
    return np.where(slack > _EXACT, slack, np.nan)


def _rank_correlation(
    code: NDArray[np.int64], x: Floats, y: Floats, groups: int, varied: NDArray[np.bool_]
) -> Floats:
    ranks = pd.DataFrame({"x": x, "y": y}).groupby(code).rank()
    count = np.bincount(code, minlength=groups)
    dx, dy = (ranks[name].to_numpy("float64") - (count[code] + 1) / 2 for name in ("x", "y"))
    sums = [np.bincount(code, weights=product, minlength=groups) for product in (dx * dy, dx * dx, dy * dy)]
    spread = np.where(varied, np.sqrt(sums[1] * sums[2]), np.nan)
    return np.asarray(np.clip(sums[0] / spread, -1, 1))
