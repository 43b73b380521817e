"""What to do because of where the hours of a quarter went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from partnership_analysis.charts.hour_words import against_plan, hours
from partnership_analysis.metrics.names import people_key
from partnership_analysis.wording import joined, shortened

NAMED = 3
"""Names in a sentence; the rest are counted."""
BEHIND = 2
"""Partners named of whom hours are left, where others took more than planned."""
HOUR = 1.0
"""Hours over the plan from which a word about it is worth while, as in the notebook's advice."""
NOTED = 0.95
"""Share of interactions with hours from which hours can be said to be left."""
WEEK = 7
"""Days of a quarter that may be missing before hours are not held against a plan."""
MUCH = 0.25
"""Share of a plan from which hours that are left are worth a word."""
FEW = 0.75
"""Share of a partner's interactions with hours under which nobody can say that the plan was kept."""


def after_time_spent(data: pd.DataFrame, total: pd.DataFrame | None = None, most: int = 30) -> str:
    """On whom to spend fewer hours, on whom those that were planned; without plans, where to write them.

    Examples
    --------
    >>> after_time_spent(pd.DataFrame({"partner": ["Ann"], "hours": [9.0], "planned": [4.0], "over_plan": [5.0]}))
    'next quarter spend fewer hours on Ann (5 over), or plan more.'
    """
    spent, planned, over = (
        data[name].to_numpy("float64", na_value=np.nan) for name in ("hours", "planned", "over_plan")
    )
    names = data["partner"].tolist()
    if not (spent > 0).any():
        return "correct the column hours of the interactions table, where all hours are 0."
    if np.isnan(planned).all():
        return _without_plan([name for name, known in zip(names, spent >= 0, strict=True) if known], total)
    return _against(data, names, planned, over, total)


def _against(
    data: pd.DataFrame, names: list[str], planned: np.ndarray, over: np.ndarray, total: pd.DataFrame | None
) -> str:
    """Who took more than planned, and of whom hours are left."""
    words = [
        f"{shortened(str(name))} ({said})"
        for name, said in zip(names, against_plan(over.tolist()), strict=True)
    ]
    order = sorted(
        range(len(data)), key=lambda place: (-np.nan_to_num(over[place]), people_key(names[place]))
    )
    beyond = [place for place in order if over[place] >= HOUR]
    rests = "" if _running(total) else _rests(data, words, planned, over)
    excess = _beyond_capacity(total)
    most = joined([words[place] for place in beyond], limit=NAMED)
    if len(beyond) > NAMED + 1:
        most += " an hour or more over"
    if beyond and excess:
        return f"agree on fewer hours with {most}: {hours(excess)} more were spent than you have."
    if beyond:
        return f"next quarter spend fewer hours on {most}, or plan more.{f' {rests}' if rests else ''}"
    if rests:
        return f"nobody took an hour more than planned. {rests}"
    lacking = [name for name, gap in zip(names, _lacks(data, planned), strict=True) if gap]
    if lacking:
        return (
            f"write the missing hours of {_names(lacking)} into the column hours of the interactions table, before you judge "
            "the plan."
        )
    return "nothing; the plan was kept."


def _rests(data: pd.DataFrame, words: list[str], planned: np.ndarray, over: np.ndarray) -> str:
    """Of whom most of what was planned is left, and what to do about it; of half a record it may be missing."""
    nothing = (planned > 0) & np.isnan(over)
    left, names = np.where(nothing, planned, -over), data["partner"].tolist()
    much = (planned > 0) & (left >= np.maximum(HOUR, MUCH * planned))
    order = sorted(np.flatnonzero(much).tolist(), key=lambda place: (-left[place], people_key(names[place])))
    # Beside those who took more two names are enough.
    most = order[: BEHIND if (over >= HOUR).any() else NAMED]
    if not most:
        return ""
    blank = "{} (none noted of {})".format
    told = [
        blank(shortened(str(names[place])), hours(planned[place])) if nothing[place] else words[place]
        for place in most
    ]
    missing = any(nothing[place] or not _noted(data)[place] >= NOTED for place in most)
    write = "write down what is missing, then " if missing else ""
    return f"Most is left with {joined(told)}: {write}decide whether you still want to spend it."


def _noted(data: pd.DataFrame) -> np.ndarray:
    """Share of each partner's interactions with hours; where it is not told, all."""
    if "hours_noted" not in data.columns:
        return np.ones(len(data))
    return data["hours_noted"].to_numpy("float64", na_value=np.nan)


def _lacks(data: pd.DataFrame, planned: np.ndarray) -> list[bool]:
    """Who has a plan, but hours for too few interactions to hold them against it."""
    return ((planned > 0) & (_noted(data) < FEW)).tolist()


def _without_plan(spent: list[str], total: pd.DataFrame | None) -> str:
    names = _names(spent)
    excess = _beyond_capacity(total)
    if excess:
        return f"agree on fewer hours with {names}, who took most: {hours(excess)} more were spent than you have."
    first = f", for {names} first" if len(spent) > 1 else f" for {names}"
    return f"decide what you mean to give and write it into hours_per_quarter of the partners table{first}."


def _beyond_capacity(total: pd.DataFrame | None) -> float:
    """How many hours more were spent than there are for partners."""
    row: Any = next(total.itertuples(), None) if total is not None else None
    if row is None or pd.isna(row.capacity):
        return 0.0
    return max(float(row.hours - row.capacity), 0.0)


def _running(total: pd.DataFrame | None) -> bool:
    """Whether the record holds but a part of the quarter."""
    if total is None or total.empty or "days" not in total.columns:
        return False
    return int(total["days"].iloc[0] - total["days_on_record"].iloc[0]) >= WEEK


def _names(names: Sequence[object]) -> str:
    return joined([shortened(str(name)) for name in names], limit=NAMED)
