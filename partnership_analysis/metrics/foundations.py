"""The seven things that a partnership rests on, as both sides rate them: now, over time, and where they differ.

Source: article 002 ("Any decent strategic partnership is based on seven things": trust, friendship, opportunity,
credibility, regular communication, shared goals, values alignment).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.columns import floats, numbers, texts, wholes
from partnership_analysis.metrics.grid import last_day, tenure
from partnership_analysis.metrics.groups import day_if_known
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.verticals import FREQUENCIES, periods_of
from partnership_analysis.periods import month_index, month_indices, month_stamps
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import FACTORS, RATERS

STALE_DAYS = 365
"""A rating older than this no longer speaks of today."""

Floats = NDArray[np.float64]
_FACTOR = pd.CategoricalDtype(list(FACTORS), ordered=True)


def foundations(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Every factor of every partnership as each side last rated it.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Ratings of later days are not known yet. Default: the last interaction's day; without interactions the
        last rating's.

    Returns
    -------
    DataFrame
        One row a partner, factor and rater, all seven and both, for partnerships that had begun or were rated
        and have not ended; sorted by ``partner``, then in the schema's order:
        ``partner`` (string), ``factor`` (ordered category), ``rater`` (string: us, them);
        ``score`` (Float64, 1 to 5; the mean of the day's, ``NA`` if never rated), ``date`` (datetime64[us]),
        ``age_days`` (Int64, 0 and up), ``stale`` (boolean: older than 365 days, ``NA`` if never rated);
        ``previous`` (Float64, 1 to 5): score of the rating before, ``change`` (Float64, -4 to 4).

    Raises
    ------
    PeriodError
        If there is neither an interaction nor a rating, or ``as_of`` is before the first interaction.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> rated = pd.DataFrame({"date": ["2023-01-01", "2024-01-01"], "partner": "Ann", "rater": "us",
    ...                       "factor": "values", "score": [3, 4.5]})
    >>> table = foundations(pa.Portfolio.from_frames(interactions=rows, ratings=rated))
    >>> table.loc[table["score"].notna(), ["factor", "rater", "score", "age_days", "stale", "change"]]
        factor rater  score  age_days  stale  change
    12  values    us    4.5       546   True     1.5
    """
    day = rating_day(portfolio, as_of)
    rated = _rated(portfolio, day)
    names = _standing(portfolio, rated, day)
    cells = len(FACTORS) * len(RATERS)
    owner = names.get_indexer(rated.partners)[rated.key // cells]
    place = np.where(owner < 0, -1, owner * cells + rated.key % cells)
    last = np.append(np.diff(rated.key) > 0, True)[: len(place)] & (place >= 0)
    # The rating before the last is the row above, if that is of the same key.
    again = last & np.append(False, np.diff(rated.key) == 0)[: len(place)]
    score, previous = (np.full(len(names) * cells, np.nan) for _ in range(2))
    date = np.full(len(score), np.datetime64("NaT", "us"))
    score[place[last]], date[place[last]] = rated.score[last], rated.date[last]
    previous[place[again]] = rated.score[np.flatnonzero(again) - 1]
    age = (pd.Timestamp(day) - pd.Series(date)).dt.days
    table = _labels(texts(names), np.arange(len(score)))
    return table.assign(
        score=floats(score),
        date=date,
        age_days=wholes(age),
        stale=(age.astype("Int64") > STALE_DAYS).astype("boolean"),
        previous=floats(previous),
        change=floats(score - previous),
    )


def foundation_history(
    portfolio: Portfolio, *, freq: str = "quarter", as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """How every factor stood at the end of every period; a rating holds until the next one.

    Parameters
    ----------
    portfolio : Portfolio
    freq : {"quarter", "month"}
        Quarters are those of the settings' fiscal year.
    as_of : date or ISO text, optional
        As in :func:`foundations`.

    Returns
    -------
    DataFrame
        One row a partner, factor, rater and period, from the period of the first rating of that factor by that
        side, sorted in this order: ``partner`` (string), ``factor`` (ordered category), ``rater`` (string),
        ``period`` (string: ``2025Q3`` or ``2025-09``), ``end`` (first day of the period's last month up to
        ``as_of``, datetime64[us]); ``score`` (Float64, 1 to 5), ``stale`` (boolean: by then rated more than
        365 days ago). Partnerships that have ended stop with the period of their end.

    Raises
    ------
    ParameterError
        If freq is neither quarter nor month.
    PeriodError
        As :func:`foundations`.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> rated = pd.DataFrame({"date": ["2025-01-05", "2025-04-10"], "partner": "Ann", "rater": ["us", "them"],
    ...                       "factor": "trust", "score": [4, 2.5]})
    >>> portfolio = pa.Portfolio.from_frames(interactions=rows, ratings=rated)
    >>> foundation_history(portfolio)[["rater", "period", "score"]].values.tolist()
    [['us', '2025Q1', 4.0], ['us', '2025Q2', 4.0], ['them', '2025Q2', 2.5]]
    """
    if freq not in FREQUENCIES:
        raise ParameterError([f"freq {freq!r} is not known; choose 'quarter' or 'month'."])
    day = rating_day(portfolio, as_of)
    held = _held(portfolio, _rated(portfolio, day), freq, day)
    row, column = np.nonzero(held.known)
    lasting = np.minimum(held.closes[column], np.datetime64(day, "us"))
    age = (lasting - held.date[row, column]).astype("timedelta64[D]").astype("int64")
    return _labels(held.partners, held.series[row]).assign(
        period=texts(held.periods).take(column),
        end=held.ends[column],
        score=floats(held.score[row, column]),
        stale=pd.array(age > STALE_DAYS, dtype="boolean"),
    )


def foundation_gaps(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Factors that both sides rated within a year, and by how much they differ.

    Parameters
    ----------
    portfolio, as_of
        As in :func:`foundations`.

    Returns
    -------
    DataFrame
        One row a partner and factor, the widest gap first, ties by partner and factor: ``partner`` (string),
        ``factor`` (ordered category), ``us``, ``them`` (Float64, 1 to 5), ``gap`` (Float64, -4 to 4) = us -
        them: above 0 we see more in it than they do.

    Raises
    ------
    PeriodError
        As :func:`foundations`.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> rated = pd.DataFrame({"date": ["2025-01-05", "2025-04-10"], "partner": "Ann", "rater": ["us", "them"],
    ...                       "factor": "trust", "score": [4, 2.5]})
    >>> portfolio = pa.Portfolio.from_frames(interactions=rows, ratings=rated)
    >>> foundation_gaps(portfolio)[["partner", "factor", "gap"]].values.tolist()
    [['Ann', 'trust', 1.5]]
    """
    return _gaps(foundations(portfolio, as_of=as_of))


def foundation_summary(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Each partnership's foundations in one row: both sides' means, how far apart they are, what is not rated.

    Parameters
    ----------
    portfolio, as_of
        As in :func:`foundations`.

    Returns
    -------
    DataFrame
        One row a partner, those farthest apart on average first (whichever side rates higher), then who has more
        factors compared, then the widest gap, then more factors rated, then by name: ``partner`` (string); ``us``, ``them`` (Float64, 1 to 5): mean of the
        factors that the side rated within a year, ``us_rated``, ``them_rated`` (Int64, 0 to 7): how many;
        ``compared`` (Int64, 0 to 7): factors rated by both within a year, ``mean_gap`` (Float64, -4 to 4):
        their mean of us - them; ``widest`` (string): the factor with the widest gap, ``widest_gap``
        (Float64), ``NA`` where there is none;
        ``us_missing``, ``them_missing`` (string): factors that the side has not rated within a year, ``;``
        between, ``NA`` if none.

    Raises
    ------
    PeriodError
        As :func:`foundations`.

    Notes
    -----
    The means of the two sides may speak of different factors; ``mean_gap`` never does.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> rated = pd.DataFrame({"date": ["2025-01-05", "2025-04-10"], "partner": "Ann", "rater": ["us", "them"],
    ...                       "factor": "trust", "score": [4, 2.5]})
    >>> portfolio = pa.Portfolio.from_frames(interactions=rows, ratings=rated)
    >>> foundation_summary(portfolio)[["us", "them", "compared", "widest"]].values.tolist()
    [[4.0, 2.5, 1, 'trust']]
    """
    table = foundations(portfolio, as_of=as_of)
    fresh = _fresh(table)
    names = pd.Index(table["partner"].unique())
    result = pd.DataFrame({"partner": texts(names)})
    for rater in RATERS:
        mine = (table["rater"] == rater).to_numpy()
        score = fresh[mine].reshape(len(names), len(FACTORS))
        rated = (~np.isnan(score)).sum(axis=1)
        result[rater] = floats(np.nansum(score, axis=1) / np.where(rated > 0, rated, np.nan))
        result[f"{rater}_rated"] = wholes(rated)
        result[f"{rater}_missing"] = texts(_factor_lists(np.isnan(score)))
    gaps = _gaps(table)
    groups = gaps.groupby("partner")
    result["compared"] = wholes(groups.size().reindex(names, fill_value=0))
    result["mean_gap"] = groups["gap"].mean().reindex(names).array
    first = gaps[gaps["gap"] != 0].drop_duplicates("partner").set_index("partner").reindex(names)
    result["widest"] = first["factor"].astype("string").array
    result["widest_gap"] = first["gap"].array
    order = ["us", "us_rated", "them", "them_rated", "compared", "mean_gap", "widest", "widest_gap"]
    result = result.take(_apart_first(result)).reset_index(drop=True)
    return result[["partner", *order, "us_missing", "them_missing"]]


def _apart_first(summary: pd.DataFrame) -> NDArray[np.int64]:
    """The rows' order: what there is to talk about first, who is not compared last."""
    by_names = by_name(summary["partner"]).argsort(kind="stable").to_numpy()
    rows = summary.take(by_names)
    # Equal means may differ in their last digits.
    mean, widest = (
        -rows[name].abs().astype("float64").round(9).fillna(-1.0) for name in ("mean_gap", "widest_gap")
    )
    rated = -(rows["us_rated"] + rows["them_rated"]).to_numpy("int64")
    return np.asarray(by_names[np.lexsort((rated, widest, -rows["compared"].to_numpy("int64"), mean))])


def rating_day(portfolio: Portfolio, as_of: dt.date | str | None) -> dt.date:
    """The day up to which ratings are known; a portfolio of ratings alone has one too."""
    if portfolio.interactions.empty and not portfolio.ratings.empty:
        return day_if_known(portfolio, as_of) or portfolio.ratings["date"].max().date()
    return last_day(portfolio, as_of)


@dataclass(frozen=True)
class _Rated:
    """One entry a partner, factor, rater and day, in this order; several ratings of one day are averaged.

    ``key`` counts partners, within them factors, within those raters.
    """

    partners: pd.Index
    key: NDArray[np.int64]
    date: NDArray[np.datetime64]
    score: Floats


@dataclass(frozen=True)
class _Held:
    """Series (keys of partner, factor and rater) x periods: what held at the end of each."""

    partners: pd.Index
    series: NDArray[np.int64]
    periods: NDArray[np.object_]
    ends: NDArray[np.datetime64]
    closes: NDArray[np.datetime64]
    score: Floats
    date: NDArray[np.datetime64]
    known: NDArray[np.bool_]


def _rated(portfolio: Portfolio, day: dt.date) -> _Rated:
    """Ratings up to a day; the arrays are shared."""
    return portfolio.kept(("rated", day), lambda: _read(portfolio, day))


def _read(portfolio: Portfolio, day: dt.date) -> _Rated:
    ratings = portfolio.ratings
    seen = ratings.loc[ratings["date"] < pd.Timestamp(day) + pd.Timedelta(days=1)]
    code, partners = pd.factorize(seen["partner"], sort=True)
    factor, rater = _places(seen["factor"], FACTORS), _places(seen["rater"], RATERS)
    key = (code * len(FACTORS) + factor) * len(RATERS) + rater
    days = seen["date"].to_numpy("datetime64[D]").astype("int64")
    first, span = (days.min(), np.ptp(days) + 1) if len(days) else (0, 1)
    distinct, inverse = np.unique(key * span + days - first, return_inverse=True)
    total = np.bincount(inverse, weights=numbers(seen["score"]), minlength=len(distinct))
    date = (distinct % span + first).astype("datetime64[D]").astype("datetime64[us]")
    return _Rated(pd.Index(partners, dtype="string"), distinct // span, date, total / np.bincount(inverse))


def _places(words: pd.Series, known: tuple[str, ...]) -> NDArray[np.int64]:
    """Place of each word among the known ones."""
    code, found = pd.factorize(words)
    return np.array([known.index(word) for word in found], dtype="int64")[code]


def _standing(portfolio: Portfolio, rated: _Rated, day: dt.date) -> pd.Index:
    """Partners who had begun or were rated by a day and have not ended, sorted."""
    begun = pd.Index(tenure(portfolio, day)["partner"], dtype="string")
    ended = portfolio.partners.loc[portfolio.partners["ended"] <= pd.Timestamp(day), "partner"]
    names = begun.union(rated.partners)
    return names[~names.isin(ended)].sort_values()


def _labels(partners: pd.Index, keys: NDArray[np.int64]) -> pd.DataFrame:
    """Partner, factor and rater of each key."""
    raters, factors = len(RATERS), len(FACTORS)
    return pd.DataFrame(
        {
            "partner": texts(partners).take(keys // (raters * factors)),
            "factor": pd.Categorical.from_codes(keys // raters % factors, dtype=_FACTOR),
            "rater": texts(RATERS).take(keys % raters),
        }
    )


def _held(portfolio: Portfolio, rated: _Rated, freq: str, day: dt.date) -> _Held:
    month = month_indices(pd.Series(rated.date)).to_numpy("int64")
    first, stop = int(month.min()) if len(month) else month_index(day), month_index(day) + 1
    months = pd.Series(month_stamps(np.arange(first, stop)))
    periods, labels = pd.factorize(periods_of(portfolio, months, freq))
    ends = months.to_numpy()[np.append(np.diff(periods) > 0, True)]
    closes = (ends.astype("datetime64[M]") + 1).astype("datetime64[us]") - np.timedelta64(1, "D")
    series, row = np.unique(rated.key, return_inverse=True)
    score = np.full((len(series), len(labels)), np.nan)
    date = np.full(score.shape, np.datetime64("NaT", "us"))
    # Later days come later, so the last write of a cell is its latest rating.
    score[row, periods[month - first]] = rated.score
    date[row, periods[month - first]] = rated.date
    filled = np.maximum.accumulate(np.where(np.isnan(score), -1, np.arange(len(labels))), axis=1)
    ended = portfolio.partners.set_index("partner")["ended"].reindex(rated.partners)
    stops = ended.to_numpy("datetime64[us]")
    stops = stops[series // (len(FACTORS) * len(RATERS))]
    opens = np.append(np.datetime64("0001-01-01", "us"), closes[:-1])
    # Who has not ended is NaT, which is never before anything.
    known = (filled >= 0) & ~(stops[:, None] <= opens[None, :])
    pick = np.maximum(filled, 0)
    score, date = np.take_along_axis(score, pick, axis=1), np.take_along_axis(date, pick, axis=1)
    names = np.asarray(labels, dtype=object)
    return _Held(rated.partners, series, names, ends, closes, score, date, known)


def _fresh(table: pd.DataFrame) -> Floats:
    """Scores no older than a year, NaN for the others."""
    old = table["stale"].fillna(True).to_numpy(dtype=bool)
    return np.where(old, np.nan, numbers(table["score"]))


def _gaps(table: pd.DataFrame) -> pd.DataFrame:
    fresh = _fresh(table).reshape(-1, len(RATERS))
    keys = table.loc[:: len(RATERS), ["partner", "factor"]].reset_index(drop=True)
    gaps = keys.assign(
        us=floats(fresh[:, 0]), them=floats(fresh[:, 1]), gap=floats(fresh[:, 0] - fresh[:, 1])
    )
    gaps = gaps[gaps["gap"].notna()].assign(width=lambda rows: rows["gap"].abs())
    order = gaps.sort_values(
        ["width", "partner", "factor"], ascending=[False, True, True], key=by_name, ignore_index=True
    )
    return order.drop(columns="width")


def _factor_lists(chosen: NDArray[np.bool_]) -> NDArray[np.object_]:
    """The factors that are chosen in each row, as one text; nothing where none is."""
    code = chosen @ (1 << np.arange(len(FACTORS)))
    distinct, inverse = np.unique(code, return_inverse=True)
    lists = ["; ".join(name for place, name in enumerate(FACTORS) if mask >> place & 1) for mask in distinct]
    return np.array([text or None for text in lists], dtype=object)[inverse]
