"""The Relationship Value Index of every partner and month, from both sides, with its interval.

Source: article 001 (`../shared/seeds/001_*.txt`). Its formula was a picture that did not survive; its seven
variables did. The suite's reading::

    RVI(t) = trust(t) * N(t) / M(t)

N(t) is the weighted count of the five RVI kinds in the window up to the end of month t, M(t) the months of
the partnership inside that window, trust(t) the latest rating, 1 to 5.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.grid import Grid, Take, grid, last_day, months_in, tabled, trailing
from partnership_analysis.metrics.intervals import rate_limits
from partnership_analysis.metrics.trust import Trust, trust
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import RVI_KINDS
from partnership_analysis.settings import Bands, Settings, band_names

METHODS = ("trailing", "published")


def rvi(
    portfolio: Portfolio,
    *,
    perspective: str = "ours",
    method: str = "trailing",
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """RVI of every partner at the end of every month of the partnership.

    Parameters
    ----------
    portfolio : Portfolio
    perspective : {"ours", "theirs"}
        *Ours* counts what we received and did together, with our rating. *Theirs* counts what we gave and
        did together, with their rating; where they gave none ours stands in, and ``trust_source`` says so.
    method : {"trailing", "published"}
        *Trailing* counts all five kinds over the window. *Published* is the letter of the article: referrals
        over the window, the other four over the whole partnership, divided by all its months. For a
        partnership no longer than the window both agree.
    window : int, optional
        Months in the window. Default: the settings' (12).
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a partner and month, from the record's first month, sorted by ``partner``, ``month``:

        ``partner`` (string), ``month`` (its first day, datetime64[us]);
        ``rvi``, ``low``, ``high`` (Float64, 0 and up; ``NA`` without trust): index and interval limits;
        ``rate``, ``rate_low``, ``rate_high`` (Float64): N / M and its interval, known without trust;
        ``band`` (ordered category: too early, with under the settings' three months of the partnership on record, weak,
        average, promising, strong; ``NA`` without trust);
        ``trust`` (Float64, 1 to 5), ``trust_source`` (rated, ours stands in, assumed, or ``NA``),
        ``trust_date`` (day of the rating);
        ``count`` (Int64): interactions counted; ``weighted`` (Float64): N; ``months`` (Int64): M;
        ``lift`` (Int64): interactions still needed in this window for the next band, ``NA`` at the top;
        ``partial`` (bool): the window reaches back before the first interaction on record although the
        partnership had begun, so that the index may be too low.

    Raises
    ------
    ParameterError
        If perspective, method or window is not one of the above.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    Interval: counts are Poisson; the monthly rate has the Jeffreys Gamma interval (settings: 90%), times
    trust, which is taken as known. With unequal weights the Gamma is matched to mean and variance.

    Examples
    --------
    Twelve interactions in the last year of 36 months, trust 4: 4 * 12 / 12.

    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": pd.date_range("2022-10-15", periods=36, freq="MS"), "partner": "Ann",
    ...                      "kind": "referral", "direction": "received"})
    >>> rated = pd.DataFrame({"date": ["2023-01-01"], "partner": "Ann", "rater": "us",
    ...                       "factor": "trust", "score": 4})
    >>> table = rvi(pa.Portfolio.from_frames(interactions=rows, ratings=rated))
    >>> table[["rvi", "band", "count", "months"]].tail(1)
        rvi    band  count  months
    35  4.0  strong     12      12
    """
    return indexed(
        portfolio,
        perspective=perspective,
        method=method,
        window=window,
        as_of=as_of,
        take=lambda table: table.drop(columns="squared"),
    )


def indexed(
    portfolio: Portfolio,
    *,
    perspective: str = "ours",
    method: str = "trailing",
    window: int | None = None,
    as_of: dt.date | str | None = None,
    take: Take | None = None,
    partner: str | None = None,
) -> pd.DataFrame:
    """:func:`rvi` with one column more: ``squared`` (Float64), the sum of weight^2 x count.

    It is what the variance of a sum over partners is made of. ``take`` gives of the table what is wanted of it, row by
    row, and ``partner`` is the only one wanted: a large portfolio is computed in parts, of which only that is ever held.
    """
    day, span = last_day(portfolio, as_of), _checked(portfolio.settings, method, window)
    return tabled(
        portfolio,
        grid(portfolio, perspective=perspective, as_of=day),
        lambda cells: _indexed(portfolio, cells, perspective, method, span, day),
        key=("index", perspective, method, span, day),
        take=take,
        partner=partner,
    )


def _indexed(
    portfolio: Portfolio, cells: Grid, perspective: str, method: str, span: int, day: dt.date
) -> pd.DataFrame:
    alive = cells.alive()
    months = months_within(cells, None if method == "published" else span)[alive]
    weights = portfolio.settings.weights.by_kind()
    sums = {kind: counted(cells, kind, method, span)[alive] for kind in RVI_KINDS}
    weighted = sum(weights[kind] * sums[kind] for kind in RVI_KINDS) + np.zeros(len(months))
    squared = sum(weights[kind] ** 2 * sums[kind] for kind in RVI_KINDS) + np.zeros(len(months))
    rated = trust(portfolio, cells, perspective=perspective, as_of=day)
    level, unit = portfolio.settings.interval, average_weight(portfolio.settings)
    low, high = rate_limits(weighted, squared, months, level=level, unit=unit)
    table = pd.DataFrame(cells.keys(alive))
    score = rated.score[alive]
    table["rvi"] = floats(score * weighted / months)
    table["low"], table["high"] = floats(score * low), floats(score * high)
    table["rate"] = floats(weighted / months)
    table["rate_low"], table["rate_high"] = floats(low), floats(high)
    table["band"] = bands(score * weighted / months, months_known(cells)[alive], portfolio.settings)
    _add_trust(table, rated, alive)
    table["count"] = wholes(np.sum(list(sums.values()), axis=0))
    table["weighted"], table["squared"] = floats(weighted), floats(squared)
    table["months"] = wholes(months)
    table["lift"] = _lift(score, weighted, months, unit, portfolio.settings.bands)
    table["partial"] = _partial(cells, None if method == "published" else span)[alive]
    return table


def rvi_components(
    portfolio: Portfolio,
    *,
    perspective: str = "ours",
    method: str = "trailing",
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """RVI split by kind: what each of the five contributes.

    Parameters are those of :func:`rvi`.

    Returns
    -------
    DataFrame
        One row a partner, month and kind (all five, in the schema's order): ``partner``, ``month``, ``kind``,
        ``count`` (Int64), ``weight`` (Float64), ``rvi`` (Float64; ``NA`` without trust). Summed over the
        kinds ``rvi`` is the index.

    Raises
    ------
    ParameterError, PeriodError
        As :func:`rvi`.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-06-01", "partner": "Ann", "kind": ["referral", "event"],
    ...                      "direction": ["received", "mutual"], "count": [3, 1]})
    >>> parts = rvi_components(pa.Portfolio.from_frames(rows, settings={"assumed_trust": 2}))
    >>> parts.loc[parts["count"] > 0, ["kind", "rvi"]].values.tolist()
    [['referral', 6.0], ['event', 2.0]]
    """
    day, span = last_day(portfolio, as_of), _checked(portfolio.settings, method, window)
    return tabled(
        portfolio,
        grid(portfolio, perspective=perspective, as_of=day),
        lambda cells: _components(portfolio, cells, perspective, method, span, day),
    )


def _components(
    portfolio: Portfolio, cells: Grid, perspective: str, method: str, span: int, day: dt.date
) -> pd.DataFrame:
    alive = cells.alive()
    months = months_within(cells, None if method == "published" else span)[alive]
    score = trust(portfolio, cells, perspective=perspective, as_of=day).score[alive]
    weights = np.array(list(portfolio.settings.weights.by_kind().values()))
    counts = np.stack([counted(cells, kind, method, span)[alive] for kind in RVI_KINDS], axis=1)
    rows, kinds = counts.shape
    # The cells come partner by partner and month by month, so that nothing need be sorted.
    table = pd.DataFrame(cells.keys(alive))
    table = table.take(np.repeat(np.arange(rows), kinds)).reset_index(drop=True)
    names = pd.CategoricalDtype(list(RVI_KINDS), ordered=True)
    table["kind"] = pd.Categorical.from_codes(np.tile(np.arange(kinds), rows), dtype=names)
    table["count"] = wholes(counts.ravel())
    table["weight"] = floats(np.tile(weights, rows))
    table["rvi"] = floats(((score / months)[:, None] * weights * counts).ravel())
    return table


def bands(values: NDArray[np.float64], known_months: NDArray[np.int64], settings: Settings) -> Any:
    """Band of each RVI: weak, average, promising, strong; too early where too little of the partnership is on record.

    >>> list(bands(np.array([0.9, 1.0, 2.0, 2.1, 3.0]), np.full(5, 12), Settings()))
    ['weak', 'average', 'average', 'promising', 'strong']
    """
    average, promising, strong = settings.bands.limits
    steady = np.round(values, 9)
    code = np.select([steady < average, steady <= promising, steady < strong], [1, 2, 3], default=4)
    code = np.where(known_months < settings.min_months, 0, code)
    code = np.where(np.isnan(values), -1, code)
    return pd.Categorical.from_codes(
        code.tolist(), dtype=pd.CategoricalDtype(list(band_names()), ordered=True)
    )


def latest(table: pd.DataFrame, month: pd.Timestamp | dt.date | None = None) -> pd.DataFrame:
    """The rows of one month of a monthly table.

    Parameters
    ----------
    table : DataFrame
        With a column ``month`` (first days).
    month : date, optional
        Any day of the month. Default: the last month in the table.

    Returns
    -------
    DataFrame
        Those rows in their order, indexed from 0.

    Examples
    --------
    >>> table = pd.DataFrame({"month": pd.to_datetime(["2025-08-01", "2025-09-01"]), "rvi": [1.0, 2.0]})
    >>> latest(table)["rvi"].tolist(), latest(table, pd.Timestamp("2025-08-31"))["rvi"].tolist()
    ([2.0], [1.0])
    """
    stamp = table["month"].max() if month is None else pd.Timestamp(month).to_period("M").to_timestamp()
    return table[table["month"] == stamp].reset_index(drop=True)


def average_weight(settings: Settings) -> float:
    """Average of the weights above 0: what one more interaction weighs, of a kind not yet known."""
    return float(np.mean([weight for weight in settings.weights.by_kind().values() if weight > 0]))


def _checked(settings: Settings, method: str, window: int | None) -> int:
    if method not in METHODS:
        raise ParameterError([f"method {method!r} is not known; choose 'trailing' or 'published'."])
    return months_in(window, settings)


def months_within(cells: Grid, window: int | None) -> NDArray[np.int64]:
    """M: months of the partnership up to each month, inside the window, at least 1."""
    tenure = np.maximum(cells.months[None, :] - cells.first_month[:, None] + 1, 1)
    return tenure if window is None else np.minimum(tenure, window)


def months_known(cells: Grid) -> NDArray[np.int64]:
    """Months of the partnership that are on record: what it did before is no reason to call it weak."""
    return np.minimum(months_within(cells, None), (cells.months - cells.first + 1)[None, :])


def counted(cells: Grid, kind: str, method: str, window: int) -> NDArray[np.int64]:
    """Count of a kind that enters the index at each month."""
    whole = method == "published" and kind != "referral"
    return trailing(cells.kinds[kind], None if whole else window)


def _partial(cells: Grid, window: int | None) -> NDArray[np.bool_]:
    begins = cells.months[None, :] - months_within(cells, window) + 1
    return np.asarray(begins < cells.first)


def _lift(
    score: NDArray[np.float64],
    weighted: NDArray[np.float64],
    months: NDArray[np.int64],
    unit: float,
    limits: Bands,
) -> Any:
    """Interactions of average weight still needed for the next band."""
    value = np.round(score * weighted / months, 9)
    average, promising, strong = limits.limits
    goal = np.select(
        [value < average, value <= promising, value < strong], [average, promising, strong], default=np.nan
    )
    missing = np.round((goal * months / score - weighted) / unit, 9)
    needed = np.where((value >= average) & (value <= promising), np.floor(missing) + 1, np.ceil(missing))
    return floats(np.where(np.isnan(value), np.nan, needed)).astype("Int64")


def _add_trust(table: pd.DataFrame, rated: Trust, alive: NDArray[np.bool_]) -> None:
    table["trust"] = floats(rated.score[alive])
    # An unknown source is -1: the last of the names.
    table["trust_source"] = texts(np.array([*Trust.SOURCES, None], dtype=object)[rated.source[alive]])
    table["trust_date"] = rated.date[alive].astype("datetime64[us]")
