"""When things happen: weekdays, months and weeks of the quarter, with each partner and with all.

Source: article 000 ("You need to understand their work rhythm. It could be extremely different from your work
rhythm and could cause problems. Get ahead of that now").
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.columns import floats, places, texts, wholes
from partnership_analysis.metrics.grid import last_day, record_start, seen, with_days
from partnership_analysis.metrics.nurture.cadence import living
from partnership_analysis.periods import month_start
from partnership_analysis.portfolio import Portfolio

OF = ("partner", "us")

Days = NDArray[np.datetime64]
Ints = NDArray[np.int64]


def rhythm(portfolio: Portfolio, *, of: str = "partner", as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Interactions by weekday and month of the year, every cell of the heat map.

    Parameters
    ----------
    portfolio : Portfolio
    of : {"partner", "us"}
        Each partner by itself, or everything that we do with anybody.
    as_of : date or ISO text, optional
        Nothing after this day is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        84 rows a partnership that has not ended (or 84 rows for us), by partner, weekday and month:
        ``partner`` (string; for us our name), ``weekday`` (Int64, 0 Monday to 6 Sunday), ``month`` (Int64, 1 to
        12), ``count`` (Int64, interactions of any kind and direction), ``share`` (Float64, 0 to 1, of the
        partner's; ``NA`` if it has none), ``days`` (Int64): such days of the calendar since the partnership
        or the record began, whichever is later; ``per_day`` (Float64: count / days, ``NA`` without a day).

    Raises
    ------
    ParameterError
        If ``of`` is neither partner nor us.
    PeriodError
        If there is no interaction at all, or ``as_of`` is no date or before the first.

    Notes
    -----
    Of a ready panel it is empty: it needs single interactions.

    ``per_day`` is what to compare: a record of fifteen months has three months twice. What is counted begins with the
    first day of the first month.

    Source: article 000 ("Get to know their business rhythm").

    Examples
    --------
    >>> rows = pd.DataFrame({"date": ["2025-06-02", "2025-06-09"], "partner": "Ann", "kind": "meeting"})
    >>> table = rhythm(Portfolio.from_frames(interactions=rows), as_of="2025-06-30")
    >>> len(table), table[table["count"] > 0].values.tolist()
    (84, [['Ann', 0, 6, 2, 1.0, 5, 0.4]])
    """

    def cells(dates: Days) -> Ints:
        return weekday_of(dates) * 12 + month_of(dates)

    day = last_day(portfolio, as_of)
    table, cell = _heat(portfolio, of, day, cells, 84)
    table.insert(1, "weekday", wholes(cell // 12))
    table.insert(2, "month", wholes(cell % 12 + 1))
    return with_days(portfolio, table)


def quarter_rhythm(
    portfolio: Portfolio, *, of: str = "partner", as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """Interactions by week of the quarter, every week.

    Parameters
    ----------
    portfolio : Portfolio
    of, as_of
        As in :func:`rhythm`.

    Returns
    -------
    DataFrame
        14 rows a partnership that has not ended (or 14 rows for us), by partner and week: ``partner``
        (string), ``week`` (Int64, 1 to 14, from the first day of the settings' fiscal quarter; the last has one
        day or none), and ``count``, ``share``, ``days``, ``per_day`` as in :func:`rhythm`.

    Raises
    ------
    ParameterError, PeriodError
        As :func:`rhythm`.

    Notes
    -----
    Source: article 000 ("You need to understand their work rhythm").

    Examples
    --------
    >>> rows = pd.DataFrame({"date": ["2025-06-02", "2025-06-30"], "partner": "Ann", "kind": "meeting"})
    >>> table = quarter_rhythm(Portfolio.from_frames(interactions=rows))
    >>> table.loc[table["count"] > 0, ["week", "count", "days"]].values.tolist()
    [[9, 1, 2], [13, 1, 7]]
    """
    start = portfolio.settings.fiscal_year_start

    def cells(dates: Days) -> Ints:
        return week_of(dates, start)

    table, cell = _heat(portfolio, of, last_day(portfolio, as_of), cells, 14)
    table.insert(1, "week", wholes(cell + 1))
    return with_days(portfolio, table)


def weekday_of(dates: Days) -> Ints:
    """0 Monday to 6 Sunday.

    >>> weekday_of(np.array(["2025-09-29", "2025-10-05"], dtype="datetime64[D]")).tolist()
    [0, 6]
    """
    return np.asarray((dates.astype("datetime64[D]").astype("int64") + 3) % 7)


def month_of(dates: Days) -> Ints:
    """0 January to 11 December."""
    return np.asarray(dates.astype("datetime64[M]").astype("int64") % 12)


def week_of(dates: Days, first_month: int = 1) -> Ints:
    """0 to 13: week of the quarter, from its first day.

    >>> week_of(np.array(["2025-07-07", "2025-07-08", "2025-09-30"], dtype="datetime64[D]")).tolist()
    [0, 1, 13]
    """
    months = dates.astype("datetime64[M]").astype("int64")
    begun = months - (months + 1 - first_month) % 3
    return np.asarray((dates.astype("datetime64[D]") - begun.astype("datetime64[M]")).astype("int64") // 7)


def _heat(portfolio: Portfolio, of: str, day: dt.date, cells, width: int) -> tuple[pd.DataFrame, Ints]:  # type: ignore[no-untyped-def]
    """Counts, shares and calendar days of every partner (or us) and cell, and the cell of each row."""
    if of not in OF:
        raise ParameterError([f"of {of!r} is not known; choose 'partner' or 'us'."])
    rows = seen(portfolio, day)
    opening = record_start(portfolio)
    if of == "us":
        names, begun = np.array([portfolio.settings.us], dtype=object), np.array([opening])
        owner = np.zeros(len(rows), dtype="int64")
    else:
        spans = living(portfolio, day)
        names = spans["partner"].to_numpy(dtype=object)
        begun = np.maximum(spans["first_month"].to_numpy("int64"), opening)
        owner = places(rows["partner"], names)
    place = owner * width + cells(rows["date"].to_numpy())
    kept = owner >= 0
    counts = np.bincount(
        place[kept], weights=rows["count"].to_numpy("int64")[kept], minlength=len(names) * width
    )
    counts = counts.astype("int64").reshape(len(names), width)
    days = _calendar(opening, begun, day, cells, width)
    total = np.repeat(counts.sum(axis=1), width)
    flat, there = counts.ravel(), days.ravel()
    table = pd.DataFrame(
        {
            "partner": texts(names).take(np.repeat(np.arange(len(names)), width)),
            "count": wholes(flat),
            "share": floats(np.where(total > 0, flat / np.maximum(total, 1), np.nan)),
            "days": wholes(there),
            "per_day": floats(np.where(there > 0, flat / np.maximum(there, 1), np.nan)),
        }
    )
    return table, np.tile(np.arange(width), len(names))


def _calendar(opening: int, begun: Ints, day: dt.date, cells, width: int) -> Ints:  # type: ignore[no-untyped-def]
    """Days of the calendar in each cell, from the first day of each month of beginning to a day."""
    first = np.datetime64(month_start(opening), "D")
    dates = np.arange(first, np.datetime64(day, "D") + 1)
    hits = np.zeros((len(dates) + 1, width), dtype="int64")
    hits[np.arange(len(dates)) + 1, cells(dates)] = 1
    before = np.cumsum(hits, axis=0)
    start = (begun - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray(before[-1] - before[(start - first).astype("int64")])
