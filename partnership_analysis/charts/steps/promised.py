"""What to do because of what is promised: which step comes first, whose it is, and who could take one over."""

from __future__ import annotations

from itertools import compress
from typing import Any

import pandas as pd

from partnership_analysis.charts.hour_words import hours
from partnership_analysis.metrics.nurture.board import LIMIT, QUARTER
from partnership_analysis.metrics.nurture.steps import NAMED
from partnership_analysis.wording import count_of, joined, shortened, spelled

LETTERS = 44
"""Letters of an action."""
LITTLE = 0.1
"""The share of the settings' hours below which even the most that anybody has asks for nothing."""
_LEAST = ", the least of those who are no executives"


def _short(names: pd.Series) -> list[str]:
    return [shortened(str(name)) for name in names]


def _quoted(action: object) -> str:
    return f"“{shortened(str(action), LETTERS)}”"


def after_burn_down(
    data: pd.DataFrame, stalled: pd.DataFrame | None = None, actions: pd.DataFrame | None = None
) -> str:
    """Which work to restart, with which step, and who is to choose it.

    Examples
    --------
    >>> stuck = pd.DataFrame({"partner": ["Ann"], "stalled": [True], "past_due": [3]})
    >>> after_burn_down(pd.DataFrame({"partner": ["Ann"], "open": [3]}), stuck)
    'restart the work with Ann, or close it: agree one first step and its day.'
    """
    if stalled is None:
        last = data.drop_duplicates("partner", keep="last").iloc[0]
        return f"ask how the {count_of(int(last['open']), 'open action')} with {shortened(str(last['partner']))} get on."
    stuck = stalled.loc[stalled["stalled"].fillna(False).astype(bool), "partner"]
    if len(stuck) == 1:
        return f"restart the work with {shortened(str(stuck.iloc[0]))}, or close it: {_first_step(stuck.iloc[0], actions)}."
    if len(stuck):
        return f"restart the work with {joined(_short(stuck), limit=NAMED)}, or close it: agree one first step and its day with each."
    unknown = stalled.loc[stalled["stalled"].isna(), "partner"]
    if len(unknown):
        return f"write the day of agreement (created) of the open actions with {joined(_short(unknown), limit=NAMED)}: they may have stalled."
    late: Any = stalled[stalled["past_due"] > 0]
    if len(late):
        names = [f"{shortened(str(row.partner))} ({row.past_due:,})" for row in late.itertuples()]
        return f"nothing has stalled; agree a new day, or an end, for what is past due with {joined(names, limit=NAMED)}."
    return "nothing; no work has stalled, and no action is past its day."


def _first_step(partner: object, actions: pd.DataFrame | None) -> str:
    """Who agrees on which first step: the action that is due first, and those who have one in hand."""
    plain = "agree one first step and its day"
    rows = pd.DataFrame() if actions is None else actions[actions["partner"] == partner]
    if rows.empty:
        return plain
    first = rows.sort_values("due", kind="stable", na_position="last")["action"].iloc[0]
    who = _short(rows["owner"].dropna().drop_duplicates())
    return f"agree{f' with {joined(who, limit=2)}' if who else ''} one first step, such as {_quoted(first)}, and its day"


def after_board(data: pd.DataFrame) -> str:
    """Whom to ask about what is past due; else which tiles wait, and which have nobody.

    Examples
    --------
    >>> board = pd.DataFrame({"owner": ["Ben"], "action": ["Letter"], "partner": ["Ann"],
    ...                       "past_due": [True], "now": [True]})
    >>> after_board(board)
    'agree a new day, or an end, for what is past due (!): Ben’s one for Ann.'
    """
    late = data["past_due"].to_numpy(dtype=bool, na_value=False)
    if late.any():
        owners = [None if pd.isna(owner) else str(owner) for owner in data["owner"]]
        actions = list(compress(zip(owners, data["partner"], strict=True), late))
        # As the rows stand: who has most tiles first.
        order = sorted(dict.fromkeys(owner for owner, _ in actions), key=owners.count, reverse=True)
        each = [_of_owner(owner, [name for who, name in actions if who == owner]) for owner in order]
        left = len(each) - NAMED
        each = [*each[:NAMED], count_of(left, "more owner")] if left > 0 else each
        words = f"{'; '.join(each[:-1])}; and {each[-1]}" if len(each) > 1 else each[0]
        return f"agree a new day, or an end, for what is past due (!): {words}."
    nobody = data[data["owner"].isna()]
    if len(nobody):
        more = f" and {count_of(len(nobody) - 1, 'other')}" if len(nobody) > 1 else ""
        return f"find an owner for {_quoted(nobody['action'].iloc[0])}{more}, and write the name into the column owner of the actions table."
    waits = data.loc[~data["now"].astype(bool), "owner"].value_counts(sort=False)
    if len(waits):
        waits = waits.sort_values(ascending=False, kind="stable")
        names = [f"{count} of {shortened(str(name))}" for name, count in waits.items()]
        return f"let the hollow tiles wait, or give them to somebody else: {joined(names, limit=NAMED)}."
    if len(data) <= NAMED and data["owner"].is_unique:
        begins = [
            f"{shortened(str(row.owner))} {'begins ' if place == 0 else ''}with {_quoted(row.action)}"
            for place, row in enumerate(data.itertuples())
        ]
        return f"nothing is late; {joined(begins)}."
    return "nothing is late and nobody has too much: each begins with the first tile at the left."


def _of_owner(owner: str | None, partners: list[object]) -> str:
    """An owner with how many actions are late, and for whom."""
    who = "nobody’s" if owner is None else f"{shortened(owner)}’s"
    names = [shortened(str(name)) for name in dict.fromkeys(partners)]
    return f"{who} {spelled(len(partners))} for {joined(names, limit=2)}"


def after_workload(data: pd.DataFrame, capacity: float | None = None) -> str:
    """Whom to ask whether it can be done, and who could take one action over.

    Examples
    --------
    >>> load = pd.DataFrame({"owner": ["Ben", "Luc"], "owner_level": "manager", "actions": [5, 1], "hours": [40.0, 4.0],
    ...                      "hours_due": [40.0, 4.0]})
    >>> after_workload(load)
    'ask Ben whether 40 hours can be done within 91 days; if not, give one action to Luc, who has 4 hours.'
    """
    due = data[data["hours_due"].gt(0).fillna(False)]
    if due.empty:
        return f"nothing; no hours are due within {QUARTER} days. Look again next quarter."
    known = due[due["owner"].notna()]
    if known.empty:
        return (
            "find an owner for these actions, and write the name into the column owner of the actions table."
        )
    top = known.sort_values("hours_due", ascending=False, kind="stable").iloc[0]
    who = shortened(str(top["owner"]))
    whole, most = float(due["hours_due"].sum()), float(top["hours_due"])
    if capacity and whole - most > capacity:
        return f"decide with each owner, {who} first, what waits: {hours(whole)} hours are due, {hours(capacity)} are there."
    if capacity and whole > capacity:
        return f"decide with {who} what waits: more hours are due than the settings give to all partners."
    if top["actions"] <= 1 or (capacity and most < LITTLE * capacity):
        return f"nothing; the most is {count_of(1, 'hour') if most == 1 else hours(most) + ' hours'} within {QUARTER} days, with {who}."
    ask = f"ask {who} whether {hours(top['hours_due'])} hours can be done within {QUARTER} days"
    free = _with_room(known, top)
    if free is None:
        return f"{ask}; if not, let the last action wait."
    others = known[known["owner_level"].ne("executive").fillna(True)]
    alone = known["hours_due"].min() < free["hours_due"] == others["hours_due"].min()
    least = _LEAST if alone else ""
    return f"{ask}; if not, give one action to {shortened(str(free['owner']))}, who has {hours(free['hours_due'])} hours{least}."


def _with_room(known: pd.DataFrame, top: Any) -> Any:
    """Who has least to do of those who are no executive, and less than half of the most."""
    executive = known["owner_level"].eq("executive").fillna(False).astype(bool)
    rows = known[~executive & (known["hours_due"] < top["hours_due"] / 2) & (known["actions"] < LIMIT)]
    return rows.sort_values("hours_due", kind="stable").iloc[0] if len(rows) else None
