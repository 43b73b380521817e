"""Who does what next: the action board, levels that do not fit, load against capacity, and what to hand over.

Sources: article 003 ("categorize your thoughts into two groupings—short-term tactical and longer-term
strategic. Assign different owners to each category. List the ideas in priority order and only commit to a few
at a time"), article 004 ("What tasks could you let someone else handle to leverage your productivity?").
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.about import ended_by
from partnership_analysis.metrics.columns import floats, numbers, texts, wholes
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.nurture.commitments import action_day, agreed_actions
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import HORIZONS
from partnership_analysis.wording import count_of, joined

LIMIT = 3
"""Actions of one horizon that one owner commits to at a time."""
MISPLACED = 3
"""Open tactical actions in an executive's hands from which levels do not fit."""
QUARTER = 91
"""Days to come whose work is held against a quarter's capacity."""


def action_board(
    portfolio: Portfolio, *, limit: int = LIMIT, as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """Open actions in two groupings, in order of priority, with the few to commit to now.

    Parameters
    ----------
    portfolio : Portfolio
    limit : int, default 3
        Work in progress: actions of one horizon that one owner commits to at a time. The article says "a few".
    as_of : date or ISO text, optional
        Nothing after this day is counted. Default: the last interaction's day; where there is none, the last
        day on which an action was agreed or finished.

    Returns
    -------
    DataFrame
        One row an open action of a partnership that has not ended; tactical before strategic before neither,
        then by owner, then by ``place``. ``horizon``, ``owner``, ``owner_level`` (string; the level as in
        :func:`level_mismatch`); ``place`` (Int64, from 1: by priority, due day, partner and action; what is
        missing comes last); ``now`` (boolean: ``place`` is within the limit); ``partner``, ``action``
        (string); ``priority`` (Int64), ``due`` (datetime64[us]), ``past_due`` (boolean, ``NA`` without a due day),
        ``hours`` (Float64); ``both_groups`` (boolean): the owner has open tactical and strategic actions with
        this same partner; ``NA`` where the owner or the horizon is not on record.

    Raises
    ------
    ParameterError
        If ``limit`` is no whole number of 1 or more.
    PeriodError
        If there is no day to count to, or ``as_of`` is no date or before the first interaction.

    Notes
    -----
    The limit holds for an owner over all partners, because a person has one week; the two owners that the article
    asks for are those of one partnership. Actions without an owner queue together.

    Source: article 003 ("only commit to a few at a time").

    Examples
    --------
    >>> met = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> tasks = pd.DataFrame({"partner": "Ann", "action": ["Letter", "Page"], "horizon": "tactical",
    ...                       "priority": [2, 1], "owner": "Ben"})
    >>> board = action_board(Portfolio.from_frames(interactions=met, actions=tasks), limit=1)
    >>> board[["place", "action", "now"]].values.tolist()
    [[1, 'Page', True], [2, 'Letter', False]]
    """
    if isinstance(limit, bool) or not isinstance(limit, (int, np.integer)) or limit < 1:
        raise ParameterError([f"limit {limit!r} is not a number of actions; choose 1 or more."])
    day = action_day(portfolio, as_of)
    rows = _open_actions(portfolio, day)
    rows["column"] = rows["horizon"].map({name: place for place, name in enumerate(HORIZONS)})
    order = ["column", "owner", "priority", "due", "partner", "action"]
    rows = rows.sort_values(order, key=by_name, kind="stable", ignore_index=True)
    rows["place"] = wholes(rows.groupby(["horizon", "owner"], dropna=False).cumcount() + 1)
    rows["now"] = rows["place"] <= limit
    rows["past_due"] = (rows["due"] < pd.Timestamp(day)).astype("boolean").mask(rows["due"].isna())
    groups = rows.groupby(["partner", "owner"])["horizon"].transform("nunique")
    unknown = rows["owner"].isna() | rows["horizon"].isna()
    rows["both_groups"] = (groups > 1).astype("boolean").mask(unknown)
    columns = ["horizon", "owner", "owner_level", "place", "now", "partner", "action", "priority", "due"]
    return rows[[*columns, "past_due", "hours", "both_groups"]]


def level_mismatch(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Partnerships whose tactical work lies with an executive.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        As in :func:`action_board`.

    Returns
    -------
    DataFrame
        One row a partnership that has not ended, with open actions; mismatches first, then the most tactical
        actions in an executive's hands, ties by name. ``partner`` (string); ``open``, ``tactical`` (Int64,
        open actions); ``by_executive`` (Int64): tactical ones whose owner is an executive; ``unknown``
        (Int64): tactical ones whose owner's level nobody wrote down; ``hours`` (Float64): of the executive's
        tactical actions, ``NA`` where none is on record; ``executives`` (string): who, ``NA`` for nobody;
        ``mismatch`` (boolean; ``NA`` where it would be one if the unknown were executives); ``evidence``
        (string, ``NA`` for others).

    Raises
    ------
    PeriodError
        As :func:`action_board`.

    Notes
    -----
    A mismatch: at least three open tactical actions in the hands of executives, and these are more than half of all
    open ones. The level is the action's; where it says none, that of its owner elsewhere in the actions or
    partners if it is the same everywhere; an action without an owner is the partner's owner's.

    Source: article 003 ("Don't assign a high-level manager to be the day-to-day person in charge, when the bulk
    of the relationship is more tactical in nature").

    Examples
    --------
    >>> met = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> tasks = pd.DataFrame({"partner": "Ann", "action": list("abc"), "horizon": "tactical", "owner": "Rupert",
    ...                       "owner_level": "executive"})
    >>> table = level_mismatch(Portfolio.from_frames(interactions=met, actions=tasks))
    >>> table["evidence"].item()
    '3 of 3 open actions are tactical and lie with an executive: Rupert.'
    """
    rows = _open_actions(portfolio, action_day(portfolio, as_of))
    tactical = rows["horizon"].eq("tactical").fillna(False)
    executive = rows["owner_level"].eq("executive")
    rows["tactical"], rows["by_executive"] = tactical, tactical & executive.fillna(False)
    rows["unknown"] = tactical & executive.isna()
    groups = rows.groupby("partner", sort=True)
    table = groups[["tactical", "by_executive", "unknown"]].sum().astype("Int64")
    table.insert(0, "open", wholes(groups.size()))
    theirs = rows[rows["by_executive"]]
    table["hours"] = theirs.groupby("partner")["hours"].sum(min_count=1).reindex(table.index)
    named = (
        theirs.dropna(subset=["owner"])
        .drop_duplicates(["partner", "owner"])
        .sort_values("owner", key=by_name)
    )
    table["executives"] = texts(named.groupby("partner")["owner"].agg(list).map(joined).reindex(table.index))
    table["mismatch"] = _most(table["by_executive"], table["open"])
    maybe = _most(table["by_executive"] + table["unknown"], table["open"])
    table["mismatch"] = table["mismatch"].mask(maybe & ~table["mismatch"], pd.NA)
    flagged = table["mismatch"].fillna(False)
    words = [_words(row) for row in table[flagged].itertuples()]
    table["evidence"] = pd.Series(words, index=table.index[flagged], dtype="string").reindex(table.index)
    table = table.reset_index().assign(order=flagged.to_numpy(), partner=texts(table.index))
    table = table.sort_values(
        ["order", "by_executive", "partner"],
        ascending=[False, False, True],
        key=by_name,
        kind="stable",
        ignore_index=True,
    )
    return table.drop(columns="order")


def workload(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Hours of open actions of each owner, against the capacity of all.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        As in :func:`action_board`.

    Returns
    -------
    DataFrame
        One row an owner of open actions (``NA``: nobody's), the most hours due first, then the most hours, then name.
        ``owner``, ``owner_level`` (string; ``NA`` if it differs); ``actions``, ``partners`` (Int64: open actions, and with how many
        partners); ``hours`` (Float64, of all open actions), ``hours_due`` (Float64: of those past due, due in
        the next 91 days, or without a due day); both ``NA`` where none is on record; ``untimed`` (Int64): actions
        whose hours nobody wrote down, which the sums lack; ``of_capacity`` (Float64, 0 or more): ``hours_due`` /
        the settings' hours a quarter for all partners, ``NA`` if those are unknown.

    Raises
    ------
    PeriodError
        As :func:`action_board`.

    Notes
    -----
    Source: article 003 ("Evaluate your resources. Be honest with yourself and ensure that you have the time").

    Examples
    --------
    >>> met = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> tasks = pd.DataFrame({"partner": "Ann", "action": ["Letter", "Page"], "owner": "Ben", "hours": [6, None]})
    >>> made = Portfolio.from_frames(interactions=met, actions=tasks, settings={"capacity_hours": 60})
    >>> workload(made)[["owner", "hours_due", "untimed", "of_capacity"]].values.tolist()
    [['Ben', 6.0, 1, 0.1]]
    """
    day = action_day(portfolio, as_of)
    rows = _open_actions(portfolio, day)
    soon = rows["due"].isna() | (rows["due"] <= pd.Timestamp(day) + pd.Timedelta(days=QUARTER))
    rows = rows.assign(hours_due=rows["hours"].where(soon), untimed=rows["hours"].isna())
    groups = rows.groupby("owner", dropna=False, sort=True)
    sums = groups[["hours", "hours_due"]].sum(min_count=1)
    level = groups["owner_level"].agg(["nunique", "first"])
    capacity = portfolio.settings.capacity_hours
    table = pd.DataFrame(
        {
            "owner": texts(sums.index),
            "owner_level": texts(level["first"].where(level["nunique"] == 1)),
            "actions": wholes(groups.size()),
            "partners": wholes(groups["partner"].nunique()),
            "hours": floats(sums["hours"]),
            "hours_due": floats(sums["hours_due"]),
            "untimed": wholes(groups["untimed"].sum()),
            "of_capacity": floats(numbers(sums["hours_due"]) / (capacity or np.nan)),
        }
    )
    return table.sort_values(
        ["hours_due", "hours", "owner"],
        ascending=[False, False, True],
        key=by_name,
        kind="stable",
        ignore_index=True,
    )


def delegation(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Our open work that somebody else could do, and the hours that this would free.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        As in :func:`action_board`.

    Returns
    -------
    DataFrame
        One row an open action that names somebody else who could do it, or that is tactical and lies with an
        executive; the most hours first (unknown last), ties by partner and action. ``partner``, ``action``,
        ``owner``, ``owner_level``, ``delegate_to`` (string; ``NA`` where nobody is named), ``hours`` (Float64,
        ours), ``freed`` (Float64: hours of this row and those above, the known ones), ``due``
        (datetime64[us]), ``reason`` (string).

    Raises
    ------
    PeriodError
        As :func:`action_board`.

    Notes
    -----
    A partner whose partnership has ended can take nothing.

    Source: article 004 ("What tasks could you let someone else handle to leverage your productivity?").

    Examples
    --------
    >>> met = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> tasks = pd.DataFrame({"partner": "Ann", "action": ["Letter", "Page"], "delegate_to": [None, "Studio"],
    ...                       "hours": [2, 5]})
    >>> delegation(Portfolio.from_frames(interactions=met, actions=tasks))[["action", "freed", "reason"]].values.tolist()
    [['Page', 5.0, 'Studio could do it.']]
    """
    day = action_day(portfolio, as_of)
    rows = _open_actions(portfolio, day)
    rows["delegate_to"] = rows["delegate_to"].mask(rows["delegate_to"].isin(ended_by(portfolio, day)))
    tactical = rows["horizon"].eq("tactical") & rows["owner_level"].eq("executive")
    tactical = tactical.fillna(False)
    rows["reason"] = (rows["delegate_to"] + " could do it.").mask(
        tactical & rows["delegate_to"].isna(), "Tactical work of an executive: a specialist could do it."
    )
    rows["reason"] = rows["reason"].mask(
        tactical & rows["delegate_to"].notna(),
        rows["delegate_to"] + " could do this tactical work of an executive.",
    )
    chosen = rows[rows["reason"].notna()].sort_values(
        ["hours", "partner", "action"],
        ascending=[False, True, True],
        key=by_name,
        kind="stable",
        ignore_index=True,
    )
    chosen["freed"] = chosen["hours"].fillna(0).cumsum()
    return chosen[
        ["partner", "action", "owner", "owner_level", "delegate_to", "hours", "freed", "due", "reason"]
    ]


def _open_actions(portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    """Open actions with owner and level filled from what is known of them elsewhere."""
    rows = agreed_actions(portfolio, day)
    rows = rows[rows["done"].isna()].reset_index(drop=True)
    responsible = portfolio.partners.set_index("partner")[["owner", "owner_level"]]
    nobody = rows["owner"].isna() & rows["owner_level"].isna()
    for name in ("owner", "owner_level"):
        theirs = texts(responsible[name].reindex(rows["partner"]))
        rows[name] = rows[name].mask(nobody, pd.Series(theirs, index=rows.index))
    levels = _levels(portfolio).reindex(rows["owner"])
    return rows.assign(owner_level=rows["owner_level"].fillna(pd.Series(texts(levels), index=rows.index)))


def _levels(portfolio: Portfolio) -> pd.Series:
    """Level of every person for whom only one is on record."""
    said = pd.concat([table[["owner", "owner_level"]] for table in (portfolio.actions, portfolio.partners)])
    said = said.dropna().drop_duplicates()
    return said.drop_duplicates("owner", keep=False).set_index("owner")["owner_level"]


def _most(part: pd.Series, whole: pd.Series) -> pd.Series:
    return ((part >= MISPLACED) & (2 * part > whole)).astype("boolean")


def _words(row) -> str:  # type: ignore[no-untyped-def]
    who = f": {row.executives}" if pd.notna(row.executives) else ""
    several = "executives" if " and " in who else "an executive"
    return (
        f"{row.by_executive} of {count_of(row.open, 'open action')} are tactical and lie with {several}{who}."
    )
