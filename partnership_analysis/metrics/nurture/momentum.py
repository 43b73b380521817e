"""Whether work goes on after the kick-off: what has stalled, and what is left to do.

Source: article 003 ("somewhere between sending out the meeting follow-up notes and your next meeting, things
stall"; "A month goes by and the initial momentum gets lost").
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.columns import floats, numbers, texts, wholes
from partnership_analysis.metrics.intervals import silence_chance
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.nurture.commitments import action_day, agreed_actions
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.wording import count_of, day

QUIET = 60
"""Days without anything finished before work may be called stalled."""
WAITING = 3
"""Open actions that must have waited for so long."""
CHANCE = 0.1
"""Chance of so long a pause at the rhythm before, under which it is no mere pause."""


def stalled(
    portfolio: Portfolio,
    *,
    quiet: int = QUIET,
    waiting: int = WAITING,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """What is open with each partner, how long ago something was finished, and whether work has stalled.

    Parameters
    ----------
    portfolio : Portfolio
    quiet : int, default 60
        Days without anything finished.
    waiting : int, default 3
        Open actions that have waited for that long.
    as_of : date or ISO text, optional
        Nothing after this day is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a partnership that has not ended, with any action; stalled ones first, then those with
        anything open, then the longest idle, ties by name. ``partner`` (string); ``kick_off`` (datetime64[us]): first day on which an action was agreed;
        ``agreed``, ``finished``, ``open`` (Int64, actions); ``past_due`` (Int64): open ones whose due day has
        gone by; ``last_done`` (datetime64[us]); ``idle_days`` (Int64, days): since the last was finished, or
        since the kick-off if none was; ``waiting`` (Int64): open actions agreed ``quiet`` days ago or longer;
        ``chance`` (Float64, 0 to 1): so long a pause at the rhythm before, ``NA`` if nothing was finished;
        ``stalled`` (boolean; ``NA`` where it would be so if undated actions are old enough); ``evidence``
        (string; ``NA`` for others).

    Raises
    ------
    ParameterError
        If ``quiet`` or ``waiting`` is no whole number of 1 or more.
    PeriodError
        If there is no day to count to, or ``as_of`` is no date or before the first interaction.

    Notes
    -----
    Stalled: at least ``waiting`` open actions have waited ``quiet`` days or longer, nothing was finished in
    these days, one of the waiting is past due or has no due day, and ``chance`` < 0.1 (or nothing was ever
    finished). New ideas on an old list, a long project within its time, and a partnership that has always
    finished one thing a season are none.

    ``chance`` = (span / (span + pause)) ^ n with n days on which something was finished in the span from the
    kick-off to the last of them.

    Source: article 003 ("A month goes by and the initial momentum gets lost").

    Examples
    --------
    >>> met = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> tasks = pd.DataFrame({"partner": "Ann", "action": list("abcd"), "created": "2025-03-03", "due": "2025-05-01",
    ...                       "done": ["2025-03-20", None, None, None]})
    >>> table = stalled(Portfolio.from_frames(interactions=met, actions=tasks))
    >>> table[["open", "idle_days", "stalled"]].values.tolist(), table["evidence"].item()
    ([[3, 194, True]], '1 of 4 actions finished since the kick-off on 3 March 2025, none since 20 March 2025; 3 open, 3 past due.')
    """
    findings = [
        f"{name} {value!r} is not a whole number of 1 or more; the default is {default}."
        for name, value, default in (("quiet", quiet, QUIET), ("waiting", waiting, WAITING))
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1
    ]
    if findings:
        raise ParameterError(findings)
    today = action_day(portfolio, as_of)
    table = _progress(agreed_actions(portfolio, today), pd.Timestamp(today), quiet)
    table["stalled"] = _judged(table, quiet, waiting)
    table["order"] = table["stalled"].fillna(False)
    table["busy"] = table["open"] > 0
    flagged = table[table["order"]]
    words = pd.Series([_words(row) for row in flagged.itertuples()], index=flagged.index, dtype="string")
    table["evidence"] = words.reindex(table.index)
    table = table.sort_values(
        ["order", "busy", "idle_days", "partner"],
        ascending=[False, False, False, True],
        key=by_name,
        kind="stable",
        ignore_index=True,
    )
    columns = ["partner", "kick_off", "agreed", "finished", "open", "past_due", "last_done", "idle_days"]
    return table[[*columns, "waiting", "chance", "stalled", "evidence"]]


def burn_down(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Open actions of each partnership from its kick-off to a day.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        As in :func:`stalled`.

    Returns
    -------
    DataFrame
        One row a partnership that has not ended and day on which an action was agreed or finished, and one for the
        last day, sorted by both: ``partner`` (string), ``date`` (datetime64[us]), ``agreed``, ``finished``
        (Int64: since the kick-off, this day included), ``open`` (Int64: agreed - finished). An action without
        a day of agreement is left out.

    Raises
    ------
    PeriodError
        As :func:`stalled`.

    Notes
    -----
    An action that is said to be finished before it was agreed counts as agreed on the day on which it was
    finished.

    Source: article 003 ("things stall").

    Examples
    --------
    >>> met = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> tasks = pd.DataFrame({"partner": "Ann", "action": ["Letter", "Page"], "created": "2025-09-01",
    ...                       "done": ["2025-09-10", None]})
    >>> burn_down(Portfolio.from_frames(interactions=met, actions=tasks))[["date", "open"]]
            date  open
    0 2025-09-01     2
    1 2025-09-10     1
    2 2025-09-30     1
    """
    today = action_day(portfolio, as_of)
    rows = agreed_actions(portfolio, today)
    rows = rows[rows["created"].notna()]
    begun = rows["created"].where(rows["created"].le(rows["done"]) | rows["done"].isna(), rows["done"])
    names = pd.Series(rows["partner"].unique(), dtype="string")
    changes = pd.concat(
        [
            pd.DataFrame({"partner": rows["partner"], "date": begun, "agreed": 1, "finished": 0}),
            pd.DataFrame({"partner": rows["partner"], "date": rows["done"], "agreed": 0, "finished": 1}),
            pd.DataFrame({"partner": names, "date": pd.Timestamp(today), "agreed": 0, "finished": 0}),
        ]
    )
    changes = changes[changes["date"].notna()]
    daily = changes.groupby(["partner", "date"], sort=True)[["agreed", "finished"]].sum()
    table = daily.groupby(level="partner").cumsum().astype("Int64").reset_index()
    table["date"] = table["date"].astype("datetime64[us]")
    return table.assign(partner=texts(table["partner"]), open=table["agreed"] - table["finished"])


def open_work(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """:func:`burn_down` of the partnerships in which something is open, in the order of :func:`stalled`.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        As in :func:`stalled`.

    Returns
    -------
    DataFrame
        The columns of :func:`burn_down`: stalled partnerships first, then the longest idle.

    Raises
    ------
    PeriodError
        As :func:`stalled`.

    Examples
    --------
    >>> met = pd.DataFrame({"date": ["2025-09-30"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> tasks = pd.DataFrame({"partner": ["Ann", "Bo"], "action": ["Letter", "Page"], "created": "2025-09-01",
    ...                       "done": ["2025-09-10", None]})
    >>> open_work(Portfolio.from_frames(interactions=met, actions=tasks))["partner"].unique().tolist()
    ['Bo']
    """
    state, table = stalled(portfolio, as_of=as_of), burn_down(portfolio, as_of=as_of)
    place = {name: at for at, name in enumerate(state.loc[state["open"] > 0, "partner"])}
    order = table["partner"].map(place)
    rows = table[order.notna()].assign(order=order)
    return rows.sort_values(["order", "date"], kind="stable", ignore_index=True).drop(columns="order")


def _progress(rows: pd.DataFrame, today: pd.Timestamp, quiet: int) -> pd.DataFrame:
    """Counts and days of each partnership with any action, sorted by name."""
    is_open = rows["done"].isna()
    old = rows["created"] <= today - pd.Timedelta(days=quiet)
    late = rows["due"] < today
    marks = rows[["partner", "created", "done"]].assign(
        finished=~is_open,
        open=is_open,
        past_due=is_open & late,
        waiting=is_open & old,
        undated=is_open & rows["created"].isna(),
        neglected=is_open & (old | rows["created"].isna()) & (late | rows["due"].isna()),
    )
    groups = marks.groupby("partner", sort=True)
    sums = groups[["finished", "open", "past_due", "waiting", "undated", "neglected"]].sum().astype("Int64")
    days = groups.agg(kick_off=("created", "min"), last_done=("done", "max"), done_days=("done", "nunique"))
    since = days["last_done"].fillna(days["kick_off"])
    pause = (today - since).dt.days
    span = (days["last_done"] - days["kick_off"]).dt.days
    chance = silence_chance(days["done_days"], span.clip(lower=0).fillna(0), pause.fillna(0))
    table = sums.assign(
        agreed=wholes(groups.size()),
        kick_off=days["kick_off"],
        last_done=days["last_done"],
        idle_days=wholes(pause),
        chance=floats(np.where(span.notna(), chance, np.nan)),
    ).reset_index()
    return table.assign(partner=texts(table["partner"]))


def _judged(table: pd.DataFrame, quiet: int, waiting: int) -> pd.Series:
    """True where work has stalled, ``NA`` where undated actions would decide it."""
    idle = table["idle_days"].ge(quiet).fillna(True)
    chance = numbers(table["chance"])
    paused = idle & (table["neglected"] > 0) & (np.isnan(chance) | (chance < CHANCE))
    certain = paused & (table["waiting"] >= waiting)
    possible = paused & (table["waiting"] + table["undated"] >= waiting)
    verdict = certain.astype("boolean")
    return verdict.mask((possible & ~certain).to_numpy("bool"), pd.NA)


def _words(row) -> str:  # type: ignore[no-untyped-def]
    done = f"{row.finished or 'None'} of {count_of(row.agreed, 'action')} finished since the kick-off on {day(row.kick_off, year=True)}"
    pause = f", none since {day(row.last_done, year=True)}" if row.finished else ""
    return f"{done}{pause}; {row.open} open, {row.past_due or 'none'} past due."
