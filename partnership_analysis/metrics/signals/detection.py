"""The numeric core of the signals: has a rate of small counts changed, and how surely? Arrays in, arrays out.

Nothing samples: the rate before has a Gamma posterior, and the odds of a change of a given size at a given
month are closed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST = 5
"""Partners with anything counted under which a prior cannot be fitted."""
SHAPES = (0.3, 20.0)
"""Limits of a fitted shape; equal counts everywhere would drive it to infinity."""
DEFAULT_SHAPE = 1.0
DEFAULT_MEAN = 0.5
SETTLED = 60.0
"""Pairs of months that the portfolio's dispersion counts for in a partner's own."""


FALLS = (0.5, 0.3, 0.1, 0.01)
"""What is left of the rate after a fall; all four weigh the same."""
RISES = (1.5, 2.0, 3.0, 5.0)
"""What the rate is multiplied by after a rise."""
SPANS = 9
"""A change that began more months ago is no news: the partner is judged by its new rate."""
BEFORE = 36
"""Months, at most, from which the rate before a change is learnt."""
LEAST = 6
"""Months on record under which it is too early to say."""

# Levels are calibrated by tests/benchmarks/early_warning.py on 96,000 steady partners with rates from
# Gamma(2, 0.6 a month), the prior fitted: weakening or silent in 9.9% of partner-years, strengthening in 9.9%.
FALL_LEVEL, RISE_LEVEL = 53.5, 36.0
"""Odds above which a fall or a rise is an alarm."""
SILENT = 0.05
"""Chance of a silence under which an alarm is called silent rather than weakening."""
LONG = 0.002
"""Chance of a silence that is an alarm by itself, however long ago it began."""
MOST_CERTAIN = 700.0
"""Logarithm of the odds above which they are told alike: beyond it lies infinity."""
LEAST_CHANCE = 1e-300
"""Chance of a silence under which all are told alike: beyond it lies 0."""
QUARTER = 3
"""Months without anything before which nobody is called silent."""
STEADY_ODDS = (1, 2, 3, 5, 10, 20, 30, 50, 70, 100, 200, 500, 1000, 3000, 10_000)
STEADY_FALL = (0.754, 0.601, 0.497, 0.349, 0.182, 0.0723, 0.0392, 0.0178, 0.0107, 6.2e-3, 2.2e-3, 6.0e-4, 2.3e-4, 6.2e-5, 1.4e-5)  # fmt: skip
STEADY_RISE = (0.903, 0.695, 0.516, 0.294, 0.114, 0.0416, 0.0232, 0.0113, 0.0070, 4.2e-3, 1.6e-3, 5.0e-4, 2.0e-4, 4.0e-5, 1.3e-5)  # fmt: skip
"""Share of steady partner-months with odds at least so high, from the same simulation."""

STRENGTHENING, STEADY, WEAKENING, QUIET, EARLY = range(5)


@dataclass(frozen=True)
class Prior:
    """Gamma distribution of the monthly rates of a portfolio's partners.

    Attributes
    ----------
    shape, rate : float
        Its mean is shape / rate interactions a month.
    fitted : bool
        Fitted on the portfolio; if not, a weak default about the portfolio's mean.
    """

    shape: float
    rate: float
    fitted: bool


@dataclass(frozen=True)
class History:
    """Counts of partners (rows) by month (columns) and how much of each month was observed.

    Attributes
    ----------
    counts : float array, partners x months
    exposure : float array, one a month
        Share of the month that was observed, 1 for a whole one.
    begun : int array, one a partner
        Column of the first month observed.
    """

    counts: Floats
    exposure: Floats
    begun: Ints

    def part(self, rows: slice) -> History:
        """Some of the partners."""
        return History(self.counts[rows], self.exposure, self.begun[rows])

    def spread(self) -> tuple[Floats, Ints]:
        """Observed months up to the end of each (begin x month), and the row of each partner in it."""
        begins, row = np.unique(self.begun, return_inverse=True)
        total = np.concatenate([[0.0], np.cumsum(self.exposure)])
        return np.maximum(total[None, :] - total[begins][:, None], 0.0), row

    def totals(self) -> Floats:
        """Counts up to the end of each month; a first column of zeros before all. Partners x months + 1."""
        observed = np.arange(self.counts.shape[1])[None, :] >= self.begun[:, None]
        sums = np.cumsum(np.where(observed, self.counts, 0.0), axis=1)
        return np.concatenate([np.zeros((len(sums), 1)), sums], axis=1)


def fit_prior(counts: Floats, months: Floats) -> Prior:
    """Gamma prior of monthly rates: maximum likelihood of the negative binomial.

    Parameters
    ----------
    counts, months : arrays, one a partner
        Interactions, and months (above 0) in which they were counted.

    Examples
    --------
    >>> fit_prior(np.array([3.0]), np.array([12.0]))
    Prior(shape=1.0, rate=4.0, fitted=False)
    >>> prior = fit_prior(np.array([2.0, 9, 14, 20, 31, 3]), np.full(6, 12.0))
    >>> print(f"{prior.shape / prior.rate:.2f} a month, {prior.fitted}")
    1.10 a month, True
    """
    seen = months > 0
    pairs, weight = np.unique(np.column_stack([counts[seen], months[seen]]), axis=0, return_counts=True)
    total, exposure = weight @ pairs if len(pairs) else np.zeros(2)
    mean = total / exposure if total > 0 else DEFAULT_MEAN
    if (counts[seen] > 0).sum() < FEWEST:
        return Prior(DEFAULT_SHAPE, float(DEFAULT_SHAPE / mean), fitted=False)
    n, m = pairs.T

    def loss(theta: Floats) -> tuple[float, Floats]:
        a, mu = np.exp(theta)
        whole = 1 + mu * m / a
        likely = gammaln(a + n) - gammaln(a) - (a + n) * np.log(whole) + n * np.log(mu / a)
        by_a = digamma(a + n) - digamma(a) - np.log(whole) + ((a + n) * mu * m / (a * whole) - n) / a
        by_mean = n / mu - (a + n) * m / (a * whole)
        return -float(weight @ likely), -np.array([a * (weight @ by_a), mu * (weight @ by_mean)])

    bounds = [tuple(np.log(SHAPES)), (np.log(mean) - 3, np.log(mean) + 3)]
    # A quarter of a second to import, which a page without signals need not wait.
    from scipy.optimize import minimize

    found = minimize(loss, [0.0, np.log(mean)], jac=True, method="L-BFGS-B", bounds=bounds).x
    shape = float(np.exp(found[0]))
    return Prior(shape, shape / float(np.exp(found[1])), fitted=True)


def dispersion(history: History, last: Ints) -> Floats:
    """How many times the variance of a partner's counts exceeds a Poisson's; 1 where it does not.

    Of two neighbouring months with s counts together, a steady Poisson rate splits them evenly by chance: the
    squared difference is s on average, whatever the rate, and a change of the rate touches one pair only. The
    partner's mean of (difference^2 / s) is shrunk to the portfolio's.

    Parameters
    ----------
    history : History
    last : int array
        Column of each partner's last month.
    """
    sums = history.counts[:, 1:] + history.counts[:, :-1]
    gaps = history.counts[:, 1:] - history.counts[:, :-1]
    column = np.arange(sums.shape[1])[None, :]
    used = (sums > 0) & (column >= history.begun[:, None]) & (column < last[:, None])
    ratio = np.where(used, gaps**2 / np.where(used, sums, 1.0), 0.0).sum(axis=1)
    pairs = used.sum(axis=1)
    own = np.minimum((ratio + 1) / (pairs + 1), 5.0)
    whole = (own @ pairs + SETTLED) / (pairs.sum() + SETTLED)
    return np.asarray(np.maximum(1.0, (ratio + SETTLED * whole) / (pairs + SETTLED)))


def change_odds(
    history: History, prior: Prior, factors: tuple[float, ...], *, spans: int, before: int, scale: Floats
) -> tuple[Floats, Ints]:
    """Shiryaev-Roberts sum: odds, over all months and sizes of change, that the rate is no longer what it was.

    Parameters
    ----------
    history : History
    prior : Prior
    factors : tuple of float
        Sizes: what the rate is multiplied by; under 1 a fall, above 1 a rise. All weigh the same.
    spans : int
        The change began 1 to so many months ago.
    before : int
        The rate before is learnt from at most so many months.
    scale : array, one a partner
        :func:`dispersion`, by which the logarithm of the odds is divided.

    Returns
    -------
    odds : array, partners x months
        Sum over spans of the mean Bayes factor over sizes; 0 before there is anything to compare.
    span : int array
        The span with the largest factor.
    """
    totals, (observed, row) = history.totals(), history.spread()
    people, width = history.counts.shape
    odds, best = np.zeros((people, width)), np.zeros((people, width))
    chosen = np.ones((people, width), dtype="int64")
    shrink = (1 / scale)[:, None]
    for span in range(1, min(spans, width - 1) + 1):
        start = span - 1
        ends = np.arange(span, width + 1)
        splits = ends - span
        far = np.maximum(splits - before, 0)
        now = (totals[:, ends] - totals[:, splits]) * shrink
        every = (totals[:, ends] - totals[:, far] + prior.shape) * shrink
        months_now = observed[:, ends] - observed[:, splits]
        months_then = observed[:, splits] - observed[:, far] + prior.rate
        comparable = (observed[:, splits] > 0)[row]
        factor = np.zeros(now.shape)
        for size in factors:
            odds_of = np.log((months_then + months_now) / (months_then + months_now * size))[row]
            odds_of *= every
            odds_of += now * np.log(size)
            factor += np.exp(np.minimum(odds_of, MOST_CERTAIN, out=odds_of), out=odds_of)
        factor = np.where(comparable, factor / len(factors), 0.0)
        odds[:, start:] += factor
        better = factor > best[:, start:]
        best[:, start:][better] = factor[better]
        chosen[:, start:][better] = span
    return odds, chosen


def silence(history: History, prior: Prior, *, before: int, scale: Floats) -> tuple[Floats, Ints]:
    """Chance that a partner of this rhythm is silent for so long.

    Returns
    -------
    chance : array, partners x months
        ((b + m) / (b + m + gap)) ** (a + n): n counts in the m months up to the last of them, at most
        ``before``; NaN while nothing was ever counted.
    gap : int array
        Months since the last count, 0 in a month with one.
    """
    totals, (observed, row) = history.totals(), history.spread()
    people, width = history.counts.shape
    column = np.arange(width)[None, :]
    some = np.diff(totals, axis=1) > 0
    last = np.maximum.accumulate(np.where(some, column, -1), axis=1)
    known = last >= 0
    end = np.where(known, last, 0) + 1
    far = np.maximum(end - before, 0)
    who = np.arange(people)[:, None]
    count = (totals[who, end] - totals[who, far]) / scale[:, None]
    months = (observed[row[:, None], end] - observed[row[:, None], far]) + prior.rate * scale[:, None]
    quiet = observed[row[:, None], column + 1] - observed[row[:, None], end]
    chance = np.exp((prior.shape + count) * np.log(months / (months + quiet)))
    return np.where(known, chance, np.nan), np.where(known, column - last, 0)


@dataclass(frozen=True)
class Judged:
    """What :func:`judge` found, all arrays partners x months.

    Attributes
    ----------
    fall, rise : float
        :func:`change_odds` of a fall and of a rise; of a fall as :func:`fall_odds` has them.
    silence : float
        Chance of so long a silence; NaN where nothing was ever counted.
    state : int
        STRENGTHENING, STEADY, WEAKENING, QUIET or EARLY.
    span : int
        Months that the state speaks of: those since the change, or of the silence; for the others the last six,
        or half of what there is, or all since the last count, where these are more.
    recent, earlier, earlier_months : int
        Counts in the span and in at most ``BEFORE`` months before it, and how many those are.
    """

    fall: Floats
    rise: Floats
    silence: Floats
    state: Ints
    span: Ints
    recent: Ints
    earlier: Ints
    earlier_months: Ints


def portfolio_prior(history: History, last: Ints) -> Prior:
    """:func:`fit_prior` on every partner's whole record, up to its ``last`` column."""
    seen, row = history.spread()
    who = np.arange(len(last))
    return fit_prior(history.totals()[who, last + 1], seen[row, last + 1])


def fall_odds(odds: Floats, silence: Floats, gap: Ints) -> Floats:
    """Odds of a fall that silence only raises: ``FALL_LEVEL`` is the alarm's limit, of whichever kind.

    The spans end ``SPANS`` months ago, so that the odds of an older fall sink again; a month without anything
    is no reason to take an alarm back. The odds that all ended ``gap`` months ago are 1 / silence; weighed so that
    a chance of ``LONG`` is on the limit.
    """
    quiet = gap >= QUARTER
    held = np.maximum(
        odds,
        np.divide(
            FALL_LEVEL * LONG, np.maximum(silence, LEAST_CHANCE), out=np.zeros(odds.shape), where=quiet
        ),
    )
    for month in range(1, held.shape[1]):
        before = np.where(gap[:, month] > 0, held[:, month - 1], 0.0)
        np.maximum(held[:, month], before, out=held[:, month])
    return held


def judge(history: History, prior: Prior, scale: Floats) -> Judged:
    """Odds, silence, state and the counts behind them, of every partner and month."""
    fall, fell = change_odds(history, prior, FALLS, spans=SPANS, before=BEFORE, scale=scale)
    rise, rose = change_odds(history, prior, RISES, spans=SPANS, before=BEFORE, scale=scale)
    quiet, gap = silence(history, prior, before=BEFORE, scale=scale)
    fall = fall_odds(fall, quiet, gap)
    months = np.cumsum(np.ones(history.counts.shape, dtype="int64"), axis=1) - history.begun[:, None]
    alarmed = fall > FALL_LEVEL
    silent = alarmed & (gap >= QUARTER) & (np.nan_to_num(quiet, nan=1.0) < SILENT)
    weaker = alarmed & (fall / FALL_LEVEL >= rise / RISE_LEVEL)
    stronger = (rise > RISE_LEVEL) & ~weaker
    state = np.select(
        [months < LEAST, silent, weaker, stronger], [EARLY, QUIET, WEAKENING, STRENGTHENING], default=STEADY
    )
    # Of who has long brought nothing, all of it is told.
    usual = np.maximum(np.clip(months // 2, 1, 6), gap)
    span = np.select(
        [state == QUIET, state == WEAKENING, state == STRENGTHENING], [gap, fell, rose], default=usual
    )
    return Judged(fall, rise, quiet, state, span, *_counted(history, span, months))


def _counted(history: History, span: Ints, months: Ints) -> tuple[Ints, Ints, Ints]:
    """Counts in a span up to each month, counts before it, and the months before it."""
    totals = history.totals().astype("int64")
    end = np.arange(1, totals.shape[1])[None, :]
    who = np.arange(len(totals))[:, None]
    split = np.maximum(end - span, 0)
    before = np.clip(months - span, 0, BEFORE)
    middle = totals[who, split]
    return totals[:, 1:] - middle, middle - totals[who, np.maximum(split - before, 0)], before


def steady_share(odds: Floats, shares: tuple[float, ...]) -> Floats:
    """Share of steady partner-months with odds at least so high: ``STEADY_FALL`` or ``STEADY_RISE``.

    >>> steady_share(np.array([0.0, 100.0, 1e9]), STEADY_FALL).round(6).tolist()
    [1.0, 0.0062, 1.4e-05]
    """
    known = np.log(np.concatenate([[0.01], STEADY_ODDS]))
    return np.exp(np.interp(np.log(np.maximum(odds, 0.01)), known, np.log([1.0, *shares])))
