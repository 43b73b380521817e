"""Who gave first, and how the balance of referrals stood month by month.

Source: article 000 ("businesses who can refer clients to you and vice versa (don't forget to be a giver
first)").
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.metrics.about import ended_by
from partnership_analysis.metrics.columns import floats, places, texts, wholes
from partnership_analysis.metrics.grid import last_day, record_start, tenure
from partnership_analysis.metrics.names import by_name
from partnership_analysis.panel import panel_of
from partnership_analysis.periods import month_indices, month_stamps
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS

US, THEM, SAME_DAY = "us", "them", "same day"

Ints = NDArray[np.int64]


def running_balance(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Referrals received less those given, from the beginning of the record to each month.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a partnership and month on record, sorted by both: ``partner`` (string), ``month`` (first
        day, datetime64[us]); ``received``, ``given`` (Int64): referrals and strategic referrals of the month
        (a mutual one is none of either); ``balance`` (Int64): received - given up to the month's end, above 0
        where we are in their debt; ``value_received``, ``value_given`` (Float64, currency): won so far from
        either, ``NA`` until the first is on record, never netted; ``partial`` (boolean): the partnership is
        older than the record, so that what went before is missing; ``NA`` where its start is not on record.

    Raises
    ------
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-01-09", "2025-03-02", "2025-03-20"], "partner": "Ann",
    ...                      "kind": "referral", "direction": ["given", "given", "received"], "count": [1, 2, 1]})
    >>> running_balance(pa.Portfolio.from_frames(interactions=rows))["balance"].tolist()
    [-1, -1, -2]
    """
    day = last_day(portfolio, as_of)
    return _balances(portfolio, on_record(portfolio, day), day)[0]


def _balances(portfolio: Portfolio, spans: pd.DataFrame, day: dt.date) -> tuple[pd.DataFrame, Ints]:
    """The running balance of the partnerships of :func:`on_record` that are given, and the place in them of each row.

    Whoever is left out of them must have no referral either way.
    """
    row, month = every(spans["first_month"], spans["last_month"])
    reduced = panel_of(portfolio, until=day)
    chosen = reduced[reduced["kind"].isin(REFERRAL_KINDS) & (reduced["direction"] != "mutual")]
    start = np.searchsorted(row, np.arange(len(spans)))
    place = places(chosen["partner"], spans["partner"])
    cell = start[place] + month_indices(chosen["month"]).to_numpy() - spans["first_month"].to_numpy()[place]
    table = pd.DataFrame({"partner": spans["partner"].take(row).array, "month": month_stamps(month)})
    ways = {way: chosen["direction"].eq(way).to_numpy(dtype=bool) for way in ("received", "given")}
    for way, mine in ways.items():
        table[way] = wholes(_sums(cell[mine], chosen.loc[mine, "count"], len(table)))
    table["balance"] = (table["received"] - table["given"]).groupby(row).cumsum()
    for way, mine in ways.items():
        known = mine & chosen["value"].notna().to_numpy()
        so_far = pd.DataFrame(
            {
                "value": _sums(cell[known], chosen.loc[known, "value"], len(table)),
                "known": np.bincount(cell[known], minlength=len(table)),
            }
        )
        so_far = so_far.groupby(row).cumsum()
        table[f"value_{way}"] = floats(so_far["value"].where(so_far["known"] > 0))
    table["partial"] = spans["partial"].take(row).array
    return table, row


def first_giver(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Which side passed on a client first, and how long the other took to answer.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a partnership that had begun, the longest waiting first, ties by name: ``partner`` (string);
        ``first`` (string): ``us``, ``them``, ``same day``, ``NA`` where neither has referred;
        ``first_received``, ``first_given`` (datetime64[us]): first referral or strategic referral each way;
        ``days`` (Int64, 0 or more): from the first gift to the first the other way, ``NA``: not yet;
        ``waiting_for`` (string): the side that has not answered, ``us`` or ``them``, ``NA`` where both have
        given, neither has, or the partnership has ended; ``waiting_days`` (Int64): since the first gift;
        ``partial`` (boolean): as in :func:`running_balance`: the first on record may not be the first.

    Raises
    ------
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-01-09", "2025-03-10", "2025-03-20"], "partner": ["Ann", "Ann", "Bo"],
    ...                      "kind": "referral", "direction": ["given", "received", "received"]})
    >>> table = first_giver(pa.Portfolio.from_frames(interactions=rows), as_of="2025-03-31")
    >>> table[["partner", "first", "days", "waiting_for", "waiting_days"]].values.tolist()
    [['Bo', 'them', <NA>, 'us', 11], ['Ann', 'us', 60, <NA>, <NA>]]
    """
    day = last_day(portfolio, as_of)
    seen = portfolio.interactions[["date", "partner", "kind", "direction"]]
    seen = seen[seen["kind"].isin(REFERRAL_KINDS) & (seen["date"] <= pd.Timestamp(day))]
    spans = tenure(portfolio, day)
    table = pd.DataFrame({"partner": spans["partner"]})
    for way in ("received", "given"):
        firsts = seen[seen["direction"] == way].groupby("partner")["date"].min()
        table[f"first_{way}"] = firsts.reindex(spans["partner"]).array
    dates = table[["first_received", "first_given"]]
    gap = (table["first_received"] - table["first_given"]).dt.days
    table["first"] = _first(dates["first_received"], dates["first_given"])
    table["days"] = wholes(gap.abs())
    unanswered = dates.notna().sum(axis=1).eq(1) & ~table["partner"].isin(ended_by(portfolio, day))
    waiting_for = table["first"].map({US: THEM, THEM: US}).where(unanswered)
    table["waiting_for"] = texts(waiting_for)
    table["waiting_days"] = wholes((pd.Timestamp(day) - dates.min(axis=1)).dt.days.where(unanswered))
    table["partial"] = _older_than_record(portfolio, spans)
    order = ["partner", "first", "first_received", "first_given", "days", "waiting_for", "waiting_days"]
    return table[[*order, "partial"]].sort_values(
        ["waiting_days", "partner"], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )


def _first(received: pd.Series, given: pd.Series) -> Any:
    """The side that gave first; a side that has not given is later than any day."""
    theirs, ours = (dates.fillna(pd.Timestamp.max.floor("us")) for dates in (received, given))
    sides = np.select([ours < theirs, theirs < ours, received.notna()], [US, THEM, SAME_DAY], default="")
    return texts(pd.Series(sides, index=received.index, dtype="string").replace("", pd.NA))


def balance_and_first(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """The running balance with who gave first in every row, of everybody with whom a referral passed.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        The rows of :func:`running_balance` of partners with a referral either way, and ``first`` (string), as
        :func:`first_giver` has it.

    Raises
    ------
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-01-09", "2025-02-20", "2025-02-21"], "partner": ["Ann", "Ann", "Bo"],
    ...                      "kind": ["referral", "referral", "meeting"], "direction": ["given", "received", "mutual"]})
    >>> table = balance_and_first(pa.Portfolio.from_frames(interactions=rows))
    >>> table[["partner", "balance", "first"]].values.tolist()
    [['Ann', -1, 'us'], ['Ann', 0, 'us']]
    """
    day = last_day(portfolio, as_of)
    first = first_giver(portfolio, as_of=day).set_index("partner")["first"]
    spans = on_record(portfolio, day)
    spans["first"] = first.reindex(spans["partner"]).array
    spans = spans[spans["first"].notna()].reset_index(drop=True)
    table, row = _balances(portfolio, spans, day)
    return table.assign(first=spans["first"].take(row).array)


def on_record(portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    """Partnerships with the months of them that the record covers, and whether it covers all.

    Returns
    -------
    DataFrame
        Sorted by ``partner``; ``first_month``, ``last_month`` (index, int64), ``partial`` (boolean, ``NA``
        where the start is not on record). A partnership that ended before the record is not in it.
    """
    spans = tenure(portfolio, day)
    spans["partial"] = _older_than_record(portfolio, spans)
    spans["first_month"] = spans["first_month"].clip(lower=record_start(portfolio))
    return spans[spans["first_month"] <= spans["last_month"]].reset_index(drop=True)


def every(first: pd.Series, last: pd.Series) -> tuple[Ints, Ints]:
    """Row and value of every whole number from ``first`` to ``last`` of each row.

    >>> row, value = every(pd.Series([5, 7]), pd.Series([6, 7]))
    >>> row.tolist(), value.tolist()
    ([0, 0, 1], [5, 6, 7])
    """
    begin = first.to_numpy("int64")
    sizes = last.to_numpy("int64") - begin + 1
    row = np.repeat(np.arange(len(sizes)), sizes)
    return row, begin[row] + np.arange(len(row)) - (np.cumsum(sizes) - sizes)[row]


def _older_than_record(portfolio: Portfolio, spans: pd.DataFrame) -> Any:
    known = portfolio.partners.set_index("partner")["started"].reindex(spans["partner"]).notna()
    older = pd.Series(spans["first_month"].to_numpy() < record_start(portfolio), dtype="boolean")
    return older.where(known.to_numpy(dtype=bool)).array


def _sums(cell: Ints, amounts: pd.Series, cells: int) -> NDArray[np.float64]:
    return np.asarray(np.bincount(cell, weights=amounts.to_numpy("float64"), minlength=cells), dtype=float)
