"""What kind of exchange each quarter was: working, one way only, meetings alone, or none.

Sources: articles 001 ("a two-way highway of information and prospect flow") and 000 (lunch is for getting to
know a partner, so that meetings without a referral are a pattern, not a fault).
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from partnership_analysis.metrics.columns import floats, places, texts, wholes
from partnership_analysis.metrics.exchange.balance import Ints, every, on_record
from partnership_analysis.metrics.grid import last_day, record_start
from partnership_analysis.metrics.intervals import even_split_chance
from partnership_analysis.panel import panel_of
from partnership_analysis.periods import (
    Quarter,
    month_index,
    month_indices,
    month_stamps,
    quarter_labels,
)
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS

WE_GIVE_ONLY, WE_RECEIVE_ONLY, MEETS_ONLY, DORMANT, WORKING = (
    "we give without receiving",
    "we receive without giving",
    "meets without referring",
    "dormant",
    "working",
)
PATTERNS = (WORKING, WE_GIVE_ONLY, WE_RECEIVE_ONLY, MEETS_ONLY, DORMANT)
ONE_WAY = 3
"""Referrals in a quarter, all one way, from which that is a pattern."""
MEETINGS = 2
"""Meetings a month from which a quarter without a referral is one of meetings."""
_COUNTS = ("received", "given", "meetings", "other")


def exchange_patterns(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """The pattern of exchange with every partner, quarter by quarter, seen from our side.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a partnership and quarter (of the settings' fiscal year) on record, from its first to its
        last or that of ``as_of``, sorted by both: ``partner``, ``quarter`` (string, ``2025Q3``);
        ``end`` (first day of the quarter's last month, up to ``as_of``, datetime64[us]); ``months`` (Int64, 1 to
        3): those of them in the partnership and on record; ``received``, ``given`` (Int64): referrals and
        strategic referrals from and to the partner; ``meetings`` (Int64); ``other`` (Int64): joint work,
        publicity either way, trade and mutual referrals;
        ``pattern`` (string): ``we give without receiving`` or ``we receive without giving``: three or more
        referrals, all one way; ``meets without referring``: no referral and two or more meetings a month;
        ``dormant``: no referral, nothing other, and fewer meetings; else ``working``;
        ``chance`` (Float64, 0 to 1): an even exchange of so many referrals is so uneven, ``NA`` without any;
        ``partial`` (bool): not all of the quarter is on record, because it is not over or began before.

    Raises
    ------
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    A pattern describes a quarter; it accuses nobody. An even exchange shows three or more referrals, all one
    way, in at most 9% of quarters, whatever its rate; with two it would be 20%, which is why one or two are
    none. Who is one-sided is judged over a year (:func:`partnership_analysis.reciprocity`).

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-02-09", "2025-05-02", "2025-08-20"], "partner": "Ann",
    ...                      "kind": ["referral", "meeting", "event"],
    ...                      "direction": ["given", "mutual", "mutual"], "count": [3, 4, 1]})
    >>> exchange_patterns(pa.Portfolio.from_frames(interactions=rows))[["quarter", "pattern"]].values.tolist()
    [['2025Q1', 'we give without receiving'], ['2025Q2', 'dormant'], ['2025Q3', 'working']]
    """
    day = last_day(portfolio, as_of)
    spans = on_record(portfolio, day)
    start = portfolio.settings.fiscal_year_start
    opens = spans["first_month"].to_numpy("int64")
    closes = spans["last_month"].to_numpy("int64")
    row, number = every(*(pd.Series(_quarter(months, start)) for months in (opens, closes)))
    first = number * 3 - _shift(start)
    last = first + 2
    table = pd.DataFrame({"partner": spans["partner"].take(row).array})
    table["quarter"] = texts(quarter_labels(first, start))
    table["end"] = month_stamps(np.minimum(last, month_index(day)))
    table["months"] = wholes(np.minimum(closes[row], last) - np.maximum(opens[row], first) + 1)
    begins = np.searchsorted(row, np.arange(len(spans))) - _quarter(opens, start)
    for name, sums in _counts(portfolio, day, pd.Index(spans["partner"]), begins, len(table)).items():
        table[name] = wholes(sums)
    table["pattern"] = texts(_pattern(table))
    received, given = (table[name].to_numpy("int64") for name in ("received", "given"))
    table["chance"] = floats(np.where(received + given > 0, even_split_chance(received, given), np.nan))
    now = Quarter.containing(day, start)
    table["partial"] = (first < record_start(portfolio)) | ((first == now.first_index) & (day < now.end))
    return table


def _shift(start: int) -> int:
    """Months by which the fiscal year that begins in ``start`` is ahead of the calendar."""
    return (13 - start) % 12


def _quarter(months: Ints, start: int) -> Ints:
    """Running number of the fiscal quarter of months given by index."""
    return np.asarray((months + _shift(start)) // 3)


def _counts(
    portfolio: Portfolio, day: dt.date, partners: pd.Index, begins: Ints, cells: int
) -> dict[str, Ints]:
    """Interactions of each sort in each row; ``begins`` + quarter is a partner's row."""
    reduced = panel_of(portfolio, until=day)
    quarters = _quarter(
        month_indices(reduced["month"]).to_numpy("int64"), portfolio.settings.fiscal_year_start
    )
    cell = begins[places(reduced["partner"], partners)] + quarters
    referral = reduced["kind"].isin(REFERRAL_KINDS).to_numpy()
    received, given = (referral & reduced["direction"].eq(way).to_numpy(bool) for way in _COUNTS[:2])
    meeting = reduced["kind"].eq("meeting").to_numpy(bool)
    counts = reduced["count"].to_numpy("int64")
    sorts = (received, given, meeting, ~(received | given | meeting))
    return {
        name: np.bincount(cell[mine], weights=counts[mine], minlength=cells).astype("int64")
        for name, mine in zip(_COUNTS, sorts, strict=True)
    }


def _pattern(table: pd.DataFrame) -> np.ndarray:
    received, given, meetings, other, months = (
        table[name].to_numpy("int64") for name in (*_COUNTS, "months")
    )
    none = received + given == 0
    return np.select(
        [
            (given >= ONE_WAY) & (received == 0),
            (received >= ONE_WAY) & (given == 0),
            none & (meetings >= MEETINGS * months),
            none & (other == 0),
        ],
        [WE_GIVE_ONLY, WE_RECEIVE_ONLY, MEETS_ONLY, DORMANT],
        default=WORKING,
    )
