"""What to do because of the focus plan: whom to talk to, how few would do, what hours are for, whom to choose."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from partnership_analysis.charts.focus_marks import kept_in
from partnership_analysis.charts.hour_words import hours
from partnership_analysis.metrics.focus.verdicts import LET_GO, NURTURE, RENEGOTIATE
from partnership_analysis.wording import count_of, joined, shortened

NAMED = 3
"""Names in a sentence; the rest are counted."""
PARTS = 2
"""Instructions in a sentence."""
NEAR = 4.0
"""Hours fewer that are named as a wish, as in the notebook's advice."""
RIVAL = "competes with "
"""How the reason begins of whom a kept rival stands against."""
UNSURE = ("too early to judge", "rests on little")
"""Words of the reasons of whom too little is known."""
ABOUT = {
    "we give and little comes back": "little comes back",
    "they give and get little back": "they get little back",
    "a department of our own": "about their hours",
    "sends work to our competitors": "they serve a competitor",
}
"""What a talk is about, by words of the plan's reasons."""
EARLY = "it is too early to tell partners apart: let nobody go yet"


def after_focus(data: pd.DataFrame, currency: str = "", capacity: float | None = None, most: int = 30) -> str:
    """Whom to talk to, and to whom to give time.

    Examples
    --------
    >>> made = {"partner": ["Ann"], "kept": [True], "verdict": [NURTURE], "worth": [900.0], "hours": [4.0]}
    >>> after_focus(pd.DataFrame(made))
    'call or meet Ann this month (nurture).'
    """
    rows = rows_of(data)
    if too_early(rows):
        return _said([_talk(rows), EARLY], rows, capacity)
    care, left = _care(rows), _left(rows, capacity)
    spare = f"use the {_hours(left)} left for them" if care and left >= 1 else _spare(rows, left)
    return _said([_talk(rows), care, _choose(rows), _let_go(rows, capacity), spare], rows, capacity)


def after_focus_plan(
    data: pd.DataFrame, currency: str = "", capacity: float | None = None, most: int = 30
) -> str:
    """Whom to talk to, whom to choose or let go, and what the hours left are for.

    Examples
    --------
    >>> made = {"partner": ["Ann"], "kept": [True], "verdict": ["keep"], "worth": [900.0], "hours": [4.0]}
    >>> after_focus_plan(pd.DataFrame(made), capacity=10)
    'use the 6 hours left for your clients or for a new partner.'
    """
    rows = rows_of(data)
    if too_early(rows):
        return _said([_talk(rows), EARLY], rows, capacity)
    left = _left(rows, capacity)
    found = [_talk(rows), _choose(rows, left), _let_go(rows, capacity), _spare(rows, left) or _care(rows)]
    return _said(found, rows, capacity)


def named_first(data: pd.DataFrame) -> list[str]:
    """Who is named in the sentence on the focus plan's points, so that a crowded picture names them first."""
    rows = rows_of(data)
    groups = [_to_talk(rows), cared_for(rows), [row for row in rows if _rivalled(row)][:1], _gone(rows)]
    said = [group for group in groups if group][: 1 if too_early(rows) else PARTS]
    return [row.name for group in said for row in group[: NAMED + 1]]


class Row(NamedTuple):
    """A partner of the plan; what is not known is no number, and no word."""

    name: str
    kept: bool
    verdict: str
    worth: float
    hours: float
    margin: float
    reasons: str


def rows_of(data: pd.DataFrame) -> list[Row]:
    """The plan's rows, in its order."""
    blank = [""] * len(data), [float("nan")] * len(data)
    words = [
        data[name].fillna("").tolist() if name in data.columns else blank[0]
        for name in ("partner", "verdict", "reasons")
    ]
    figures = [
        data[name].to_numpy("float64", na_value=np.nan).tolist() if name in data.columns else blank[1]
        for name in ("worth", "hours", "hours_margin")
    ]
    kept = kept_in(data).tolist() if "kept" in data.columns else [False] * len(data)
    return [
        Row(str(row[0]), row[1], *row[2:])
        for row in zip(words[0], kept, words[1], *figures, words[2], strict=True)
    ]


def _said(found: list[str], rows: list[Row], capacity: float | None) -> str:
    parts = [part for part in found if part][:PARTS] or [_unknown(rows)]
    if parts != [""]:
        return f"{'; '.join(parts)}."
    enough = ", and the hours are enough" if capacity is not None else ""
    return f"nothing; everybody is kept{enough}."


def _talk(rows: list[Row]) -> str:
    """Before anything is decided, to whom and about what, the nearest to the line first."""
    talk = _to_talk(rows)
    if not talk:
        return ""
    about = [_about(row, rows) for row in talk]
    if len(talk) == 1:
        what = "; ".join([RENEGOTIATE, *[words for words in about if words]])
        return f"talk to {shortened(talk[0].name)} ({what}) before you decide"
    names = [
        f"{shortened(row.name)}{f' ({words})' if words else ''}"
        for row, words in zip(talk, about, strict=True)
    ]
    return f"before you decide, talk to those marked {RENEGOTIATE}: {joined(names, limit=NAMED)}"


def _to_talk(rows: list[Row]) -> list[Row]:
    talk = [row for row in rows if row.verdict == RENEGOTIATE]
    # Without hours that would do, last.
    return sorted(talk, key=lambda row: -row.margin if row.margin == row.margin else math.inf)


def _about(row: Row, rows: list[Row]) -> str:
    """What the talk is about: a rival, hours, or what the plan says of the exchange."""
    if row.reasons.startswith(RIVAL):
        return _clause(row.reasons, rows)
    if -NEAR <= row.margin < 0:
        return f"kept with {_hours(-row.margin)} fewer"
    return next((words for reason, words in ABOUT.items() if reason in row.reasons), "")


def _choose(rows: list[Row], left: float = 0.0) -> str:
    """Who goes because a rival is kept, and that it is not for lack of hours."""
    gone = [row for row in rows if _rivalled(row)]
    if not gone:
        return ""
    first = gone[0]
    if len(gone) > 1:
        others = count_of(len(gone) - 1, "other")
        return f"decide whether to let {shortened(first.name)} and {others} go (hollow): they compete with those who are kept"
    room = "there are hours, but " if first.hours <= left else ""
    rival = _clause(first.reasons, rows).removeprefix(RIVAL)
    return f"decide whether to let {shortened(first.name)} go (hollow): {room}they compete with {rival}"


def _rivalled(row: Row) -> bool:
    return row.verdict == LET_GO and row.reasons.startswith(RIVAL)


def _clause(reasons: str, rows: list[Row]) -> str:
    """The first reason, with no name longer than beside a chart."""
    words = reasons.split("; ")[0]
    for row in rows:
        words = words.replace(row.name, shortened(row.name))
    return words


def _let_go(rows: list[Row], capacity: float | None) -> str:
    gone = _gone(rows)
    if not gone:
        return ""
    free = sum(row.hours for row in gone if row.hours == row.hours)
    # Nobody parts with so many in a quarter.
    if len(gone) > NAMED + 1 or (capacity is not None and free > capacity):
        return f"begin no new work with the {len(gone):,} marked {LET_GO}"
    come = f": {_hours(free)} a quarter come free" if free > 0 else ""
    return f"let go of {_names(gone)}, kindly and in person{come}"


def _gone(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.verdict == LET_GO and not _rivalled(row)]


def cared_for(rows: list[Row]) -> list[Row]:
    """Who is kept and wants care."""
    return [row for row in rows if row.verdict == NURTURE and row.kept]


def too_early(rows: list[Row]) -> bool:
    """Whether of most of those who are kept too little is known to tell them apart."""
    kept = [row for row in rows if row.kept]
    unsure = [row for row in cared_for(kept) if any(words in row.reasons for words in UNSURE)]
    return len(kept) > 1 and 2 * len(unsure) > len(kept)


def _care(rows: list[Row]) -> str:
    care = cared_for(rows)
    return f"call or meet {_names(care)} this month ({NURTURE})" if care else ""


def _left(rows: list[Row], capacity: float | None) -> float:
    """Hours that the plan leaves."""
    used = sum(row.hours for row in rows if row.kept and row.hours == row.hours)
    return 0.0 if capacity is None else capacity - used


def _spare(rows: list[Row], left: float) -> str:
    return left_for(rows, left) if left >= 1 else ""


def left_for(rows: list[Row], left: float, but: str = "") -> str:
    """What hours that are left are for: first those who are kept and want care; ``but`` is said of these.

    >>> left_for([], 4.0)
    'use the 4 hours left for your clients or for a new partner'
    """
    if too_early(rows):
        return f"give the {_hours(left)} left first to the partners that you have"
    care = cared_for(rows)
    if not care:
        return f"use the {_hours(left)} left for your clients or for a new partner"
    return f"give the {_hours(left)} left first to {_names(care)} ({NURTURE}: they need your time{but})"


def _unknown(rows: list[Row]) -> str:
    blank = [row for row in rows if row.worth != row.worth]
    return f"rate our trust in {_names(blank)}, so that the plan can judge them" if blank else ""


def _hours(value: float) -> str:
    words = hours(value)
    return f"{words} {'hour' if words == '1' else 'hours'}"


def _names(rows: list[Row]) -> str:
    return joined([shortened(row.name) for row in rows], limit=NAMED)
