"""Early warnings: who weakens, who fell silent, who grows, with how surely and why, every partner and month.

Source: article 001 ("identify weak, weakening and non-producing partnerships"; "see which ones are growing with
strength or possibly weakening over time"). The article gives no method; the statistic is ours: the odds that the
rate of a partner's interactions changed, by how much and since when, against that it did not.
"""

from __future__ import annotations

import datetime as dt
from functools import partial, reduce
from typing import NamedTuple

import numpy as np
import pandas as pd

from partnership_analysis.metrics.about import ended_by
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.grid import Grid, Take, grid, last_day, tabled
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.rvi import indexed, latest
from partnership_analysis.metrics.signals.detection import (
    EARLY,
    QUIET,
    STEADY,
    STEADY_FALL,
    STEADY_RISE,
    STRENGTHENING,
    WEAKENING,
    Floats,
    History,
    Ints,
    Judged,
    Prior,
    dispersion,
    judge,
    portfolio_prior,
    steady_share,
)
from partnership_analysis.metrics.signals.evidence import nouns, sentences
from partnership_analysis.periods import month_end, month_index, month_stamps
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import TOO_EARLY
from partnership_analysis.settings import Settings
from partnership_analysis.wording import count_of

HAZARD = 1 / 60
"""Prior odds, a month, that a rate changes: once in five years."""
STATES = ("strengthening", "steady", "weakening", "silent", TOO_EARLY)
"""Names of the states, by the number that :mod:`detection` gives them."""
LISTS = ("weak", "weakening", "non-producing")
"""The article's three lists."""
IDLE = 12
"""Months on record after which a partner with whom nothing ever happened is called non-producing."""


def signals(
    portfolio: Portfolio, *, perspective: str = "ours", as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """State of every partnership at the end of every month, with its evidence in words.

    Parameters
    ----------
    portfolio : Portfolio
    perspective : {"ours", "theirs"}
        *Ours* counts what we received and did together, *theirs* what we gave and did together.
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a partner and month, those of :func:`partnership_analysis.rvi`, sorted by ``partner``, ``month``:

        ``partner`` (string), ``month`` (its first day, datetime64[us]);
        ``state`` (string): strengthening, steady, weakening, silent or, under six months on record, too early;
        ``weakening``, ``strengthening`` (Float64, 0 to 1): probability that the rate fell, or rose, in the last nine
        months (fell: or since the last interaction), where rates change once in five years; whoever is weakening or
        silent has a ``weakening`` above 0.47, whoever strengthens a ``strengthening`` above 0.37;
        ``silence`` (Float64): chance that a partner of this rhythm is silent for so long; ``NA`` as long as
        nothing tells of a rhythm: there was never anything, or only what made the partner known;
        ``since`` (datetime64[us]): first month of the change or of the silence, ``NaT`` if the state names none;
        ``recent``, ``recent_months``, ``earlier``, ``earlier_months`` (Int64): interactions in the span that the
        state speaks of (of a steady partner the last six months, or half of what is on record, or all since the last
        interaction, where these are more), and in up to 36 months before it; a month that is not over counts as one;
        ``chance`` (Float64): how often this is seen at a steady partner: of a silence ``silence``, otherwise the share
        of steady partner-months with odds so high; ``NA`` if it is too early;
        ``evidence`` (string): all that in words, a month that is not over counted for its share of days.

    Raises
    ------
    ParameterError
        If the perspective is neither.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    `../shared/design/domain.md`, "Signals". With n1 interactions in the last k months, n0 in the up to 36 before, and
    a rate with the Gamma prior (a, b), fitted on the portfolio (:func:`signal_prior`), the Bayes factor of a rate
    that is multiplied by q is ``q**n1 * ((R + k) / (R + k q))**(a + n0 + n1)``, R = b + months before. Its mean over
    q (0.5, 0.3, 0.1, 0.01; for a rise 1.5, 2, 3, 5), summed over k = 1..9, is the Shiryaev-Roberts statistic S;
    the probability is ``h S / (1 + h S)``, h = 1/60. Counts that vary more than Poisson's have the logarithm of their factors
    divided by that :func:`dispersion`. A month that is not over counts for its share of days; the first month of a
    partner whose start is not known is left out, because its first interaction is what made it known.

    ``weakening`` is S above 53.5, ``strengthening`` above 36. A weakening partner without anything for three months and
    more, a silence with a chance under 5%, is ``silent``, and so is everyone whose silence has a chance under 0.2%: S is at least 0.107 / silence, and no month of a silence lowers it. Calibrated by simulation
    (`tests/benchmarks/early_warning.py`): of steady partners with rates from Gamma(2, 0.6 a month) 9.9% are called
    weakening or silent at some time in a year, 9.9% strengthening. That is an average: 12% at 0.5 to 1 a month, under
    8% above 2. The promise fails where rates drift (falling by a fifth a year: 27% weakening; rising so: 39%
    strengthening), at 10 a month in a strong season (13% weakening), and for rises where interactions come in bursts
    or batches (13 to 21% strengthening). Under 0.2 a month almost nothing is found.
    The prior is fitted on all that is known on the day, so that a later ``as_of`` may move a past month's odds a little.

    Examples
    --------
    Three a month for two years, then one every other month.

    >>> import partnership_analysis as pa
    >>> days = [*pd.date_range("2023-01-01", periods=24, freq="MS"), *pd.to_datetime(["2025-02-03", "2025-04-01"])]
    >>> rows = pd.DataFrame({"date": days, "partner": "Ann", "kind": "referral", "direction": "received",
    ...                      "count": [3] * 24 + [1, 1]})
    >>> table = signals(pa.Portfolio.from_frames(interactions=rows), as_of="2025-04-30")
    >>> table[["state", "recent", "recent_months", "since"]].tail(1).values.tolist()
    [['weakening', 2, 4, Timestamp('2025-01-01 00:00:00')]]
    """
    return signalled(portfolio, perspective=perspective, as_of=as_of)


def signalled(
    portfolio: Portfolio,
    *,
    perspective: str = "ours",
    as_of: dt.date | str | None = None,
    take: Take | None = None,
    partner: str | None = None,
) -> pd.DataFrame:
    """:func:`signals`, or what ``take`` gives of it, row by row, or of one partner."""
    day = last_day(portfolio, as_of)
    cells = grid(portfolio, perspective=perspective, as_of=day)
    learnt = ("signals' fit", perspective, day)
    return tabled(
        portfolio,
        cells,
        lambda part: _signals(part, portfolio.kept(learnt, lambda: _fitted(portfolio, cells, day))),
        key=("signals", perspective, day),
        take=take,
        partner=partner,
    )


class _Fit(NamedTuple):
    """What is learnt from all partners before one is judged."""

    history: History
    prior: Prior
    scale: Floats
    day: dt.date


def _fitted(portfolio: Portfolio, cells: Grid, day: dt.date) -> _Fit:
    history, last = _observed(portfolio, cells, day)
    return _Fit(history, portfolio_prior(history, last), dispersion(history, last), day)


def _signals(cells: Grid, fit: _Fit) -> pd.DataFrame:
    rows = cells.rows or slice(None)
    history, alive = fit.history.part(rows), cells.alive()
    found = judge(history, fit.prior, fit.scale[rows])
    state = found.state[alive]
    table = pd.DataFrame(cells.keys(alive))
    table["state"] = texts(STATES).take(state)
    table["weakening"], table["strengthening"] = _probable(found.fall[alive]), _probable(found.rise[alive])
    table["silence"] = floats(found.silence[alive])
    counted = _spans(found, cells, history)
    since = np.broadcast_to(cells.months, cells.shape)[alive] - counted["recent_months"][alive] + 1
    stamps = month_stamps(since)
    stamps[np.isin(state, [STEADY, EARLY])] = np.datetime64("NaT")
    table["since"] = stamps
    for name, values in counted.items():
        table[name] = wholes(values[alive])
    table["chance"] = floats(_chance(found)[alive])
    part = (int(cells.months[-1]), fit.day.day, month_end(month_index(fit.day)).day)
    table["evidence"] = sentences(table, since, nouns(cells.kinds), np.nonzero(alive)[0], part)
    return table


def signal_prior(
    portfolio: Portfolio, *, perspective: str = "ours", as_of: dt.date | str | None = None
) -> Prior:
    """How the portfolio's rates are distributed: the Gamma prior behind :func:`signals`, and whether it is fitted.

    Parameters
    ----------
    portfolio, perspective, as_of
        As in :func:`signals`.

    Returns
    -------
    Prior
        ``shape`` and ``rate`` (its mean, shape / rate, is in interactions a month), and ``fitted``: with fewer than five
        partners who ever did anything it is a weak default, worth one interaction, about the mean.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-01-01", "2025-02-28"], "partner": "Ann", "kind": "referral",
    ...                      "direction": "received"})
    >>> signal_prior(pa.Portfolio.from_frames(interactions=rows))
    Prior(shape=1.0, rate=1.0, fitted=False)
    """
    day = last_day(portfolio, as_of)
    return portfolio_prior(*_observed(portfolio, grid(portfolio, perspective=perspective, as_of=day), day))


def watch_lists(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """The article's three lists: weak, weakening and non-producing partnerships, each with its evidence.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Default: the last interaction's day. Partners who ended by then are on no list.

    Returns
    -------
    DataFrame
        One row a list and partner (a partner may be on two), in the order of the lists, then by ``rvi`` and name:
        ``list`` (string): ``weak`` (the band, on a window that
        is on record as a whole), ``weakening`` or ``non-producing`` (silent, or a year and more on record
        without anything but what made the partner known); ``partner`` (string); ``evidence`` (string);
        ``rvi`` (Float64, ``NA`` without trust), ``band`` (as :func:`partnership_analysis.rvi` gives it);
        ``since`` (datetime64[us]): first month of the band without a break, of the fall or of the silence.

    Notes
    -----
    Source: article 001 ("can help you identify weak, weakening and non-producing partnerships"). Without trust there is no band,
    and nobody is on the list of the weak.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": pd.date_range("2023-01-15", periods=24, freq="MS"), "partner": "Ann",
    ...                      "kind": "referral", "direction": "received"})
    >>> table = watch_lists(pa.Portfolio.from_frames(interactions=rows), as_of="2025-09-30")
    >>> table[["list", "partner", "since"]].values.tolist()
    [['non-producing', 'Ann', Timestamp('2025-02-01 00:00:00')]]
    """
    day = last_day(portfolio, as_of)
    over, on = ended_by(portfolio, day), partial(latest, month=day)
    now, found = (
        part[~part["partner"].isin(over)].reset_index(drop=True)
        for part in (indexed(portfolio, as_of=day, take=on), signalled(portfolio, as_of=day, take=on))
    )
    found["rvi"], found["band"] = now["rvi"].array, now["band"].array
    # What went before the record is not known: it is no reason to call anybody weak.
    weak = found[found["band"].eq("weak").fillna(False) & ~now["partial"]].copy()
    weak["evidence"] = texts([_weak(row, portfolio.settings) for row in now.loc[weak.index].itertuples()])
    history = indexed(portfolio, as_of=day, take=lambda table: table[["partner", "month", "band"]])
    weak["since"] = _weak_since(history, weak["partner"])
    never = found["silence"].isna() & (found["recent_months"] + found["earlier_months"] >= IDLE)
    parts = [weak, found[found["state"] == "weakening"], found[(found["state"] == "silent") | never]]
    table = pd.concat([part.assign(list=name) for name, part in zip(LISTS, parts, strict=True)])
    table["order"], table["list"] = table["list"].map(LISTS.index), texts(table["list"])
    table = table.sort_values(["order", "rvi", "partner"], key=by_name, kind="stable", ignore_index=True)
    return table[["list", "partner", "evidence", "rvi", "band", "since"]]


def _observed(portfolio: Portfolio, cells: Grid, day: dt.date) -> tuple[History, Ints]:
    """Counts of the five kinds with the months that were observed, and each partner's last column."""
    counts = reduce(np.add, cells.kinds.values()).astype("float64")
    exposure = np.ones(cells.width)
    exposure[-1] = day.day / month_end(month_index(day)).day
    unknown = portfolio.described().set_index("partner")["started"].reindex(cells.partners).isna()
    begun = np.maximum(cells.first_month + unknown.to_numpy(dtype="int64"), cells.first) - cells.first
    # Of a partner whose time was over before the record began, nothing was observed.
    last = np.maximum(cells.last_month - cells.first, -1)
    return History(counts, exposure, np.minimum(begun, cells.width)), last


def _spans(found: Judged, cells: Grid, history: History) -> dict[str, Ints]:
    """Counts and months of the span that is named and of that before; where it is too early, all there is."""
    early = found.state == EARLY
    tenure = np.maximum(cells.months - np.maximum(cells.first_month, cells.first)[:, None] + 1, 1)
    whole = np.cumsum(history.counts, axis=1).astype("int64")
    return {
        "recent": np.where(early, whole, found.recent),
        "recent_months": np.where(early, tenure, found.span),
        "earlier": np.where(early, 0, found.earlier),
        "earlier_months": np.where(early, 0, found.earlier_months),
    }


def _probable(odds: Floats) -> pd.api.extensions.ExtensionArray:
    return floats(HAZARD * odds / (1 + HAZARD * odds))


def _chance(found: Judged) -> Floats:
    """How often a steady partner shows this; of one who is steady, the rarer of the two directions."""
    fall, rise = steady_share(found.fall, STEADY_FALL), steady_share(found.rise, STEADY_RISE)
    named = [found.state == code for code in (EARLY, QUIET, WEAKENING, STRENGTHENING)]
    return np.select(named, [np.full(fall.shape, np.nan), found.silence, fall, rise], np.minimum(fall, rise))


def _weak(row, settings: Settings) -> str:  # type: ignore[no-untyped-def]
    limit = settings.bands.average
    sure = "is wholly under" if row.high < limit else "reaches over"
    return (
        f"RVI {row.rvi:.1f}, trust {row.trust:g} and {count_of(row.count, 'interaction')} in "
        f"{count_of(row.months, 'month')}; its {settings.interval:.0%} interval, {row.low:.2f} to {row.high:.2f}, "
        f"{sure} the limit of {limit:g}"
    )


def _weak_since(monthly: pd.DataFrame, partners: pd.Series) -> np.ndarray:
    """First month of the band weak without a break until the last."""
    mine = monthly[monthly["partner"].isin(partners)]
    other = mine[~mine["band"].eq("weak").fillna(False)].groupby("partner")["month"].max()
    first = mine.groupby("partner")["month"].min()
    since = (other + pd.DateOffset(months=1)).reindex(first.index).fillna(first)
    return np.asarray(since.reindex(partners).to_numpy("datetime64[us]"))
