"""What was promised by when: open commitments, late ones, and how punctual a partnership or a person is.

Sources: article 000 ("Don't wait for a missed deadline to learn how others are working"), article 003 ("things
stall").
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.about import ended_by
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.grid import last_day
from partnership_analysis.metrics.intervals import share_limits
from partnership_analysis.metrics.names import by_name
from partnership_analysis.portfolio import Portfolio

OPEN, DONE = "open", "done"
_KEYS = ("partner", "owner")


def late_commitments(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Every action that is open and past due, or was finished after its due day.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Nothing after this day is counted: what was finished later is still open. Default: the last
        interaction's day; where there is none, the last day on which an action was agreed or finished.

    Returns
    -------
    DataFrame
        One row a late action of a partnership that has not ended; open ones first, the latest first, ties by
        partner and action: ``partner``, ``action``, ``owner``, ``horizon``, ``status`` (string; ``open`` or
        ``done``), ``due``, ``done`` (datetime64[us]), ``days_late`` (Int64, 1 or more). An action without a
        due day is never late.

    Raises
    ------
    PeriodError
        If there is no day to count to, or ``as_of`` is no date or before the first interaction.

    Notes
    -----
    Source: article 000 ("Don't wait for a missed deadline to learn how others are working").

    Examples
    --------
    >>> met = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> tasks = pd.DataFrame({"partner": "Ann", "action": ["Letter", "Page"], "due": ["2025-09-01", "2025-09-20"],
    ...                       "done": ["2025-09-04", None]})
    >>> table = late_commitments(Portfolio.from_frames(interactions=met, actions=tasks))
    >>> table[["action", "status", "days_late"]].values.tolist()
    [['Page', 'open', 10], ['Letter', 'done', 3]]
    """
    day = action_day(portfolio, as_of)
    table = agreed_actions(portfolio, day)
    finished = table["done"].fillna(pd.Timestamp(day))
    table["days_late"] = wholes((finished - table["due"]).dt.days)
    table["status"] = texts(np.where(table["done"].isna(), OPEN, DONE))
    table = table[(table["days_late"] > 0).fillna(False)]
    columns = ["partner", "action", "owner", "horizon", "status", "due", "done", "days_late"]
    order = ["status", "days_late", "partner", "action"]
    return table.sort_values(order, ascending=[False, False, True, True], key=by_name, kind="stable")[
        columns
    ].reset_index(drop=True)


def punctuality(
    portfolio: Portfolio, *, by: str = "partner", as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """How many of the commitments that fell due were kept in time, by partner or by owner.

    Parameters
    ----------
    portfolio : Portfolio
    by : {"partner", "owner"}
    as_of : date or ISO text, optional
        As in :func:`late_commitments`.

    Returns
    -------
    DataFrame
        One row a partner whose partnership has not ended (or an owner; without one, an action is left out) with
        any action that fell due, the largest share late first, then the most judged, then name: the key
        (string); ``judged`` (Int64): actions due before that day or on it, but those of the day itself that
        are still open; ``late`` (Int64): of these, finished late or still open; ``share`` (Float64, 0 to 1: late /
        judged), ``low``, ``high`` (its Jeffreys interval at the settings' level); ``days_late`` (Float64):
        median lateness in days of the late ones, so far for the open, ``NA`` if none is late.

    Raises
    ------
    ParameterError
        If ``by`` is neither partner nor owner.
    PeriodError
        As :func:`late_commitments`.

    Notes
    -----
    An action that is finished before it falls due is judged only when its due day has come; those still running
    would otherwise be missing from the late ones alone.

    Source: article 000 ("Don't wait for a missed deadline to learn how others are working").

    Examples
    --------
    >>> met = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> tasks = pd.DataFrame({"partner": "Ann", "action": ["Letter", "Page"], "due": ["2025-09-01", "2025-09-20"],
    ...                       "done": ["2025-09-01", None]})
    >>> punctuality(Portfolio.from_frames(interactions=met, actions=tasks))[["judged", "late", "share"]]
       judged  late  share
    0       2     1    0.5
    """
    if by not in _KEYS:
        raise ParameterError([f"by {by!r} is not known; choose 'partner' or 'owner'."])
    day = action_day(portfolio, as_of)
    rows = agreed_actions(portfolio, day)
    stop = pd.Timestamp(day)
    judged = rows[(rows["due"] < stop) | ((rows["due"] == stop) & rows["done"].notna())]
    lateness = (judged["done"].fillna(stop) - judged["due"]).dt.days
    judged = judged.assign(late=lateness > 0, days_late=lateness.where(lateness > 0))
    groups = judged.groupby(by, sort=True)
    counts, late = groups.size().to_numpy("int64"), groups["late"].sum().to_numpy("int64")
    low, high = share_limits(late, counts - late, level=portfolio.settings.interval)
    table = pd.DataFrame(
        {
            by: texts(groups.size().index),
            "judged": wholes(counts),
            "late": wholes(late),
            "share": floats(late / np.maximum(counts, 1)),
            "low": floats(low),
            "high": floats(high),
            "days_late": floats(groups["days_late"].median()),
        }
    )
    order = ["share", "judged", by]
    return table.sort_values(
        order, ascending=[False, False, True], key=by_name, kind="stable", ignore_index=True
    )


def action_day(portfolio: Portfolio, as_of: dt.date | str | None = None) -> dt.date:
    """The day up to which actions are counted; they need no interactions.

    Raises
    ------
    PeriodError
        If ``as_of`` is no date or before the first interaction, or there is neither an interaction nor a dated
        action.
    """
    if portfolio.first_date is not None:
        return last_day(portfolio, as_of)
    try:
        known = pd.Timestamp(as_of) if as_of else portfolio.actions[["created", "done"]].max().max()
    except (ValueError, TypeError):
        raise PeriodError(f"as_of {as_of!r} is not a date; write it as 2025-09-30.") from None
    if pd.isna(known):
        raise PeriodError(
            "The portfolio has no interactions and no dated actions; say up to which day with as_of."
        )
    return known.date()


def agreed_actions(portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    """Actions agreed by a day, of partnerships that have not ended by it; done later is not done.

    An action without a day of agreement counts as agreed: it is on the list.
    """
    stop = pd.Timestamp(day)
    rows = portfolio.actions
    agreed = rows["created"].isna() | (rows["created"] <= stop)
    chosen = rows[agreed & ~rows["partner"].isin(ended_by(portfolio, day))].reset_index(drop=True)
    return chosen.assign(done=chosen["done"].where(chosen["done"] <= stop))
