"""What one partner may be told of our partnership: what passed between us, what came of it, and what we agreed.

Sources: article 000 (refer both ways, be a giver first), article 001 (two-way exchange; what is in it for both must be
clear to both). Everything is measured on a portfolio that holds nothing else
(:func:`partnership_analysis.sharing.partner.for_partner`), so that no measure of ours can find its way onto the page.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from partnership_analysis.metrics.about import window_start
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.exchange.conversion import conversion
from partnership_analysis.metrics.grid import day_given
from partnership_analysis.metrics.profile_facts import counts_of
from partnership_analysis.periods import Quarter, month_indices
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import DIRECTIONS, KINDS
from partnership_analysis.sharing.partner import for_partner

QUARTERS = 12
"""Quarters that the chart shows at most."""
OPEN, DONE = "open", "done"
_SWAPPED = {"received": "given", "given": "received"}
_OUTCOMES = ("won", "lost", "open", "unknown")


@dataclass(frozen=True)
class Handout:
    """What one partner may read, at the end of a quarter. A frame without rows: nothing of that is on record.

    Attributes
    ----------
    portfolio : Portfolio
        As :func:`partnership_analysis.sharing.partner.for_partner` gives it: this partner's, and nothing private.
    partner : str
    quarter : Quarter
    day : date
        Nothing later is counted.
    since : Timestamp or None
        First day of the partnership: the day on which it ``started``, or the first thing on record.
    counts : DataFrame
        :func:`partnership_analysis.metrics.profile_facts.counts_of` over twelve months.
    quarters, outcomes, passed, actions : DataFrame
        :func:`quarters_of`, :func:`outcomes_of`, :func:`passed_of` and :func:`agreed_of`.
    """

    portfolio: Portfolio
    partner: str
    quarter: Quarter
    day: dt.date
    since: pd.Timestamp | None
    counts: pd.DataFrame
    quarters: pd.DataFrame
    outcomes: pd.DataFrame
    passed: pd.DataFrame
    actions: pd.DataFrame


def partner_handout(
    portfolio: Portfolio, quarter: Quarter | str, *, partner: str = "", until: dt.date | str = ""
) -> Handout:
    """What one partner may be told at the end of a quarter.

    Parameters
    ----------
    portfolio : Portfolio
        A whole one, or one that :func:`partnership_analysis.sharing.partner.for_partner` has made.
    quarter : Quarter or str
        Such as ``2025Q3``, in the settings' fiscal year.
    partner : str
        Its name or an alias; empty: the one with most on record.
    until : date or ISO text
        The last day that has been written down, if it is before the quarter's end; empty: the quarter's end.

    Returns
    -------
    Handout
        Also of a partner with whom nothing happened in the quarter, or ever.

    Raises
    ------
    ParameterError
        If there is no such partner; the message names the nearest.
    PeriodError
        If the quarter or the day is malformed.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-02", "2025-08-12"], "partner": ["Ann", "Bo"], "kind": "referral",
    ...                      "direction": "received", "hours": 2})
    >>> page = partner_handout(pa.Portfolio.from_frames(interactions=rows), "2025Q3", partner="ann")
    >>> page.portfolio.names, page.counts[["kind", "received"]].values.tolist()
    (['Ann'], [['referral', 1]])
    """
    own = for_partner(portfolio, partner)
    if not isinstance(quarter, Quarter):
        quarter = Quarter.parse(quarter, own.settings.fiscal_year_start)
    day = min(quarter.end, day_given(until)) if until else quarter.end
    rows = own.interactions
    first = min([*own.partners["started"].dropna(), *rows["date"]], default=None)
    year = rows[rows["date"].between(window_start(own, None, day), pd.Timestamp(day))].reset_index(drop=True)
    return Handout(
        own,
        next(iter(own.names), partner),
        quarter,
        day,
        since=first if first is not None and first <= pd.Timestamp(day) else None,
        counts=counts_of(replace(own, interactions=year), day),
        quarters=quarters_of(own, quarter, day),
        outcomes=outcomes_of(own, day),
        passed=passed_of(year),
        actions=agreed_of(own, quarter, day),
    )


def quarters_of(own: Portfolio, quarter: Quarter, day: dt.date) -> pd.DataFrame:
    """What passed between us, quarter by quarter.

    Parameters
    ----------
    own : Portfolio
        Of one partner.
    quarter : Quarter
        The last one.
    day : date
        Nothing later is counted.

    Returns
    -------
    DataFrame
        One row a quarter from the first on record, at most twelve: ``quarter`` (string: ``Q3 2025``), ``start``
        (datetime64[us]); ``received``, ``given``, ``mutual`` (Int64): everything but meetings. No rows if there is
        nothing.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-02-02", "2025-08-12"], "partner": "Ann", "kind": "referral",
    ...                      "direction": ["received", "given"], "count": [3, 1]})
    >>> own = pa.Portfolio.from_frames(interactions=rows)
    >>> quarters_of(own, Quarter(2025, 3), dt.date(2025, 9, 30))[["quarter", "received", "given"]].values.tolist()
    [['Q1 2025', 3, 0], ['Q2 2025', 0, 0], ['Q3 2025', 0, 1]]
    """
    rows = own.interactions[own.interactions["date"] <= pd.Timestamp(day)]
    rows = rows[rows["kind"] != "meeting"]
    ago = (quarter.last_index - month_indices(rows["date"])) // 3
    rows = rows.assign(ago=ago)[ago < QUARTERS]
    wide = rows.pivot_table(index="ago", columns="direction", values="count", aggfunc="sum")
    past = range(int(rows["ago"].max()), -1, -1) if len(rows) else range(0)
    shown = [quarter.shift(-back) for back in past]
    table = pd.DataFrame({"quarter": texts([one.label for one in shown])})
    table["start"] = pd.Series([one.start for one in shown], dtype="datetime64[us]")
    for way in DIRECTIONS:
        column = wide[way].reindex(list(past)) if way in wide.columns else np.zeros(len(table))
        table[way] = wholes(pd.Series(column).fillna(0).to_numpy())
    return table


def outcomes_of(own: Portfolio, day: dt.date) -> pd.DataFrame:
    """What became of the referrals of twelve months, in either direction.

    Parameters
    ----------
    own, day
        As in :func:`quarters_of`.

    Returns
    -------
    DataFrame
        ``way`` (string: received, given), ``passed`` (Int64: referrals and introductions), ``won``, ``lost``,
        ``open``, ``unknown`` (Int64, as :func:`partnership_analysis.conversion` has them), ``value`` (Float64,
        currency: what the receiver won, ``NA`` if none is on record). Both rows, or none if nothing was passed on.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-07-02", "partner": "Ann", "kind": "referral", "value": [None, 500],
    ...                      "direction": ["received", "given"], "status": ["open", "won"]})
    >>> outcomes_of(pa.Portfolio.from_frames(interactions=rows), dt.date(2025, 9, 30)).values.tolist()
    [['received', 1, 0, 0, 1, 0, <NA>], ['given', 1, 1, 0, 0, 0, 500.0]]
    """
    told = own.interactions
    swapped = replace(own, interactions=told.assign(direction=told["direction"].replace(_SWAPPED)))
    begun = own.first_date is not None and own.first_date <= pd.Timestamp(day)
    rows = []
    for way, seen in (("received", own), ("given", swapped)) if begun else ():
        row = conversion(seen, as_of=day)
        row = row[row["received"] + row["given"] > 0]
        rows.append(row.assign(way=way, passed=row["received"], value=row["won_value"]))
    table = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()
    columns = {"way": texts, **dict.fromkeys(("passed", *_OUTCOMES), wholes), "value": floats}
    return pd.DataFrame({name: kind(table.get(name, [])) for name, kind in columns.items()})


def passed_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Everything but meetings, one by one, the latest first.

    Parameters
    ----------
    rows : DataFrame
        Interactions of one partner.

    Returns
    -------
    DataFrame
        ``date``, ``kind``, ``direction``, ``count``, ``status``, ``value``, as the interactions have them; of one day
        in the schema's order.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-02", "2025-08-12", "2025-08-13"], "partner": "Ann",
    ...                      "kind": ["referral", "event", "meeting"], "direction": ["given", None, None]})
    >>> passed_of(pa.Portfolio.from_frames(interactions=rows).interactions)["kind"].tolist()
    ['event', 'referral']
    """
    rows = rows[rows["kind"] != "meeting"]
    order = rows["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    rows = rows.assign(order=order).sort_values(["order", "direction", "status", "value"], kind="stable")
    rows = rows.sort_values("date", ascending=False, kind="stable", ignore_index=True)
    return rows[["date", "kind", "direction", "count", "status", "value"]]


def agreed_of(own: Portfolio, quarter: Quarter, day: dt.date) -> pd.DataFrame:
    """What we agreed and is open, and what of it was done in the quarter.

    Parameters
    ----------
    own, quarter, day
        As in :func:`quarters_of`.

    Returns
    -------
    DataFrame
        ``action`` (string), ``created``, ``due``, ``done`` (datetime64[us]), ``state`` (string: open, done): the open
        ones first, by the day on which they are due, then by text; an action without a day comes last.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-02"], "partner": "Ann", "kind": "meeting"})
    >>> tasks = pd.DataFrame({"partner": "Ann", "action": ["Letter", "Seminar", "Old"], "created": "2025-01-02",
    ...                       "done": ["2025-08-01", None, "2025-02-01"]})
    >>> own = pa.Portfolio.from_frames(interactions=rows, actions=tasks)
    >>> agreed_of(own, Quarter(2025, 3), dt.date(2025, 9, 30))[["action", "state"]].values.tolist()
    [['Seminar', 'open'], ['Letter', 'done']]
    """
    rows, today = own.actions, pd.Timestamp(day)
    rows = rows[rows["created"] <= today]
    done = rows["done"].le(today)
    rows = rows.assign(done=rows["done"].where(done), state=texts(np.where(done, DONE, OPEN)))
    rows = rows[~done | (rows["done"] >= pd.Timestamp(quarter.start))]
    rows = rows.sort_values(["due", "action"], kind="stable", na_position="last")
    rows = rows.sort_values("state", key=lambda column: column == DONE, kind="stable", ignore_index=True)
    return rows[["action", "created", "due", "done", "state"]]
