"""From the first hour to the first business and beyond: the J-curve of a partnership, and when it has paid back.

Source: article 002 ("until you have started to generate business from the relationship, everything you do before
that point is investment").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.metrics.columns import floats, numbers, places, texts, wholes
from partnership_analysis.metrics.grid import last_day, record_start, seen, tenure
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.returns.flows import (
    FLOWS,
    check_by,
    evidence,
    flows,
    keys_of,
    known_investment,
    known_return,
    rate_of,
)
from partnership_analysis.periods import month_index, month_indices, month_stamps
from partnership_analysis.portfolio import Portfolio

GROUPS = ("partner", "vertical", "portfolio")
PAID_BACK, NOT_YET, NO_BUSINESS, BEFORE_RECORD, UNKNOWN = (
    "paid back",
    "not yet",
    "no business yet",
    "began before the record",
    "unknown",
)
_CENT = 0.005

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """Groups (rows) x months (columns): what went in and what came out, NaN where that is unknown.

    ``first`` is the index of the first column's month; ``begun`` and ``last`` those of each group's first and
    last month.
    """

    keys: pd.Index
    first: int
    begun: NDArray[np.int64]
    last: NDArray[np.int64]
    investment: Floats
    returned: Floats

    @property
    def months(self) -> NDArray[np.int64]:
        """Index of each column's month."""
        return np.arange(self.first, self.first + self.investment.shape[1])

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Cells from the group's first month to its last."""
        return (self.months >= self.begun[:, None]) & (self.months <= self.last[:, None])

    @property
    def partial(self) -> NDArray[np.bool_]:
        """Groups that began before the record."""
        return self.begun < self.first

    @property
    def cumulative(self) -> Floats:
        """Return less investment since the first month on record."""
        return np.asarray(np.cumsum(self.returned - self.investment, axis=1))


def j_curve(
    portfolio: Portfolio,
    *,
    by: str = "partner",
    partners: str | Sequence[str] | None = None,
    hour_rate: float | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """What went in and what came out, month by month of the partnership, and the sum so far.

    Parameters
    ----------
    portfolio : Portfolio
    by : {"partner", "vertical", "portfolio"}
        A vertical begins with its first partnership.
    partners : str or sequence of str, optional
        Only these. Default: all.
    hour_rate : float, optional
        What an hour of ours is worth, in currency. Default: the settings'. With 0 only money counts.
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a group and month, from its first month (or the record's, if that is later) to its last or that
        of ``as_of``, sorted by both: ``partner``, ``vertical`` or ``portfolio`` (string), ``month`` (its first
        day, datetime64[us]), ``number`` (Int64, 0 and up): of the month in the partnership;
        ``investment``, ``returned``, ``net``, ``cumulative`` (Float64, currency; ``NA`` where the group's
        investment or return is unknown, as in :func:`partnership_analysis.metrics.returns.returns.returns`);
        ``partial`` (bool): it began before the first interaction on record, so that the curve lacks its
        beginning.

    Raises
    ------
    ParameterError
        If by, partners or hour_rate is not one of the above.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-04-01", "2025-06-20"], "partner": "Ann",
    ...                      "kind": ["meeting", "referral"], "direction": ["mutual", "received"],
    ...                      "hours": [8, 2], "value": [None, 4200]})
    >>> table = j_curve(pa.Portfolio.from_frames(interactions=rows, settings={"hour_rate": 100}))
    >>> table[["number", "investment", "returned", "cumulative"]]
       number  investment  returned  cumulative
    0       0       800.0       0.0      -800.0
    1       1         0.0       0.0      -800.0
    2       2       200.0    4200.0      3200.0
    """
    curve = _curve(portfolio, by, partners, hour_rate, last_day(portfolio, as_of))
    row, column = np.nonzero(curve.alive)
    spent, won = curve.investment[row, column], curve.returned[row, column]
    return pd.DataFrame(
        {
            by: texts(curve.keys).take(row),
            "month": month_stamps(curve.months)[column],
            "number": wholes(curve.months[column] - curve.begun[row]),
            "investment": floats(spent),
            "returned": floats(won),
            "net": floats(won - spent),
            "cumulative": floats(curve.cumulative[row, column]),
            "partial": curve.partial[row],
        }
    )


def payback(
    portfolio: Portfolio,
    *,
    by: str = "partner",
    hour_rate: float | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """When the first business came, whether what was put in has come back, and what is still to recover.

    Parameters
    ----------
    portfolio, by, hour_rate, as_of
        As in :func:`j_curve`.

    Returns
    -------
    DataFrame
        One row a group that had begun, sorted by name: ``partner``, ``vertical`` or ``portfolio`` (string);
        ``state`` (string): ``paid back``, ``not yet``, ``no business yet``, ``began before the record`` or
        ``unknown``;
        ``began`` (month of its first day, datetime64[us]);
        ``first_business`` (datetime64[us]): first month with a won value, ``months_to_first`` (Int64): months
        from the first, which is 0;
        ``payback`` (datetime64[us]): month from which the sum has stayed at 0 or above until now,
        ``months_to_payback`` (Int64);
        ``to_recover`` (Float64, currency): what is still missing, 0 when paid back;
        ``low_point`` (Float64, currency, 0 or below): deepest sum on record; ``cumulative`` (Float64): sum now;
        ``partial`` (bool): it began before the record. Then the beginning is unknown and so are first
        business, payback and what is to recover; sum and low point are those on record.

    Raises
    ------
    ParameterError, PeriodError
        As :func:`j_curve`.

    Notes
    -----
    A partnership that paid back and went under again has not paid back: ``to_recover`` above 0 and a
    ``payback`` month exclude each other. Months of won value are those in which the referral is dated.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-04-01", "2025-06-20"], "partner": "Ann",
    ...                      "kind": ["meeting", "referral"], "direction": ["mutual", "received"],
    ...                      "hours": [8, 2], "value": [None, 700]})
    >>> table = payback(pa.Portfolio.from_frames(interactions=rows, settings={"hour_rate": 100}))
    >>> table[["state", "months_to_first", "to_recover", "low_point"]]
         state  months_to_first  to_recover  low_point
    0  not yet                2       300.0     -800.0
    """
    curve = _curve(portfolio, by, None, hour_rate, last_day(portfolio, as_of))
    total = curve.cumulative
    now = total[:, -1]
    business = curve.returned > 0
    some = business.any(axis=1) & ~curve.partial
    first = curve.months[np.argmax(business, axis=1)]
    known = ~np.isnan(now) & ~curve.partial
    paid = known & some & (now > -_CENT)
    from_then = np.maximum(_stays(total, curve.first), first)
    state = np.select(
        [curve.partial, ~known, paid, some], [BEFORE_RECORD, UNKNOWN, PAID_BACK, NOT_YET], default=NO_BUSINESS
    )
    table = pd.DataFrame(
        {
            by: texts(curve.keys),
            "state": texts(state),
            "began": month_stamps(curve.begun),
            "first_business": np.where(some, month_stamps(first), np.datetime64("NaT")),
            "months_to_first": wholes(np.where(some, first - curve.begun, np.nan)),
            "payback": np.where(paid, month_stamps(from_then), np.datetime64("NaT")),
            "months_to_payback": wholes(np.where(paid, from_then - curve.begun, np.nan)),
            "to_recover": floats(np.where(known, np.where(paid, 0.0, np.maximum(-now, 0.0)), np.nan)),
            "low_point": floats(np.minimum(total.min(axis=1), 0.0)),
            "cumulative": floats(now),
            "partial": curve.partial,
        }
    )
    return table.sort_values(by, key=by_name, kind="stable", ignore_index=True)


def _stays(total: Floats, first: int) -> NDArray[np.int64]:
    """Index of the month from which each row's sum has stayed at 0 or above."""
    under = total[:, ::-1] <= -_CENT
    held = np.where(under.any(axis=1), np.argmax(under, axis=1), total.shape[1])
    return np.asarray(first + total.shape[1] - held)


def _curve(
    portfolio: Portfolio,
    by: str,
    partners: str | Sequence[str] | None,
    hour_rate: float | None,
    day: dt.date,
) -> Curve:
    check_by(by, GROUPS)
    rate = rate_of(hour_rate, portfolio.settings)
    cells, spans = flows(portfolio, by, day), tenure(portfolio, day)
    rows = seen(portfolio, day)
    kept = bool(cells["returned"].notna().any())
    if partners is not None:
        names = portfolio.select(partners=partners).names
        cells, spans, rows = (each[each["partner"].isin(names)] for each in (cells, spans, rows))
    lives = spans.assign(key=keys_of(portfolio, by, spans)).groupby("key", sort=True)
    begun, last = lives["first_month"].min(), lives["last_month"].max()
    first = _opening(portfolio)
    width = month_index(day) - first + 1
    sums = cells.groupby("key", sort=True)[list(FLOWS)].sum(min_count=1).reindex(begun.index)
    counts = evidence(portfolio, by, rows).reindex(begun.index, fill_value=0)
    place = places(cells["key"], begun.index) * width
    place += month_indices(cells["month"]).to_numpy("int64") - first

    def monthly(name: str) -> Floats:
        added = np.bincount(place, np.nan_to_num(numbers(cells[name])), minlength=len(begun) * width)
        return np.asarray(added, dtype="float64").reshape(len(begun), width)

    _, investment = known_investment(sums, rate)
    # Adding NaN makes every month of a group unknown whose sum is unknown.
    blank = np.where(np.isnan(investment), np.nan, 0.0)[:, None]
    hourly = np.nan_to_num(rate) * monthly("hours")
    returned = np.where(np.isnan(known_return(sums, counts, kept)), np.nan, 0.0)[:, None]
    return Curve(
        begun.index,
        first,
        begun.to_numpy("int64"),
        last.to_numpy("int64"),
        hourly + monthly("cost") + monthly("commission") + blank,
        monthly("returned") + returned,
    )


def _opening(portfolio: Portfolio) -> int:
    """Index of the record's first month; a part of a portfolio knows how far the whole is recorded."""
    days = portfolio.days
    return record_start(portfolio) if days is None or days.empty else month_index(days.iloc[0])
