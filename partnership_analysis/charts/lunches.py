"""Next quarter's lunches as a calendar: a month a card, the day ringed, who and why below."""

from __future__ import annotations

import calendar
import math
import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse

from partnership_analysis.charts.lettering import fitted
from partnership_analysis.charts.signals import MARKS
from partnership_analysis.charts.steps.nurture import after_lunches
from partnership_analysis.charts.theme import (
    BAND_TEXT,
    GREY,
    INK,
    RECEIVED,
    RULE,
    WIDE,
    chart,
    figure_of,
    head_of,
    subtitle_height,
)
from partnership_analysis.wording import count_of, day, joined, spelled

MOST = 12
"""Lunches that are drawn: one a month of a year."""
ALARMS = {"silent": "nothing", "weakening": "less than before"}
"""States of alarm, and how much they mean."""
FRIDAY = 4
MONTHS = 3
"""Months of a quarter, and so its lunches where there are partners enough."""
LINE, WEEK, HEAD, GAP = 0.145, 0.17, 0.66, 0.26
"""Inches: a line of text, a week of the calendar, what stands above the calendar, and between cards."""
LETTERS = 17
"""Letters of a reason that an inch holds."""
LINES = 12


def _subtitle(data: pd.DataFrame) -> str:
    """Also what counts for a state and for being overdue, where both are said: their days may differ."""
    shown = data.head(MOST)
    states = [state for state in ALARMS if shown["state"].eq(state).fillna(False).any()]
    late = bool((shown["overdue_days"] > 0).fillna(False).any())
    counted = (
        f" {joined(states).capitalize()}: {' or '.join(ALARMS[state] for state in states)} was received or done together, meetings "
        "and trades aside. Overdue: too long since the last two-way contact, meetings and trades included."
        if states and late
        else ""
    )
    opening, free = _planned(data)
    return f"{opening}{_order(states, late, len(data))}.{free}{counted} From interactions and partners."


def _planned(data: pd.DataFrame) -> tuple[str, str]:
    """On which days the lunches are, and which others are free where there are fewer partners than months."""
    dates = data["date"]
    lunches = f"{spelled(len(data)).capitalize()} {'lunch' if len(data) == 1 else 'lunches'}"
    if not (dates.dt.day_of_week.eq(FRIDAY) & dates.dt.day.le(7)).all() or len(data) > MONTHS:
        return f"{lunches}{', each with another partner' if len(data) > 1 else ''}", ""
    if len(data) == MONTHS:
        return "Lunch on the first Friday of each month", ""
    months = joined([f"{date:%B}" for date in dates])
    free = " Everybody is invited once: any later first Friday of the quarter is free for somebody new."
    return f"{lunches}, on the first Friday of {months}", free


def _order(states: list[str], late: bool, count: int) -> str:
    """Who comes first, of the kinds of partner that there are."""
    if count < 2:
        return ""
    first = joined(states) if states else "overdue"
    if states and late:
        return f": {first} partners first, then overdue ones"
    if states or late:
        return f": {first} partners first"
    return ": whoever is due for a contact by the quarter's end first, then by value won and by what was received or done together"


def _columns(width: float) -> int:
    return 3 if width > WIDE - 1 else 1


def _card(width: float) -> float:
    columns = _columns(width)
    return (width - 0.1 - GAP * (columns - 1)) / columns


def _why(row: object, width: float) -> list[str]:
    """The reasons in lines that fit a card."""
    lines = textwrap.wrap(str(row.reasons), int(_card(width) * LETTERS))  # type: ignore[attr-defined]
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], lines[LINES - 1] + " …"]


def _weeks(data: pd.DataFrame) -> int:
    """Lines of the longest calendar, with that of its head."""
    dates = data.head(MOST)["date"]
    return 1 + max(len(calendar.Calendar().monthdayscalendar(date.year, date.month)) for date in dates)


def _tall(data: pd.DataFrame, width: float) -> list[float]:
    """Height of each row of cards in inches."""
    columns, shown = _columns(width), list(data.head(MOST).itertuples())
    weeks = _weeks(data)
    each = [HEAD + weeks * WEEK + LINE * (len(_why(row, width)) + 2) for row in shown]
    return [max(each[i : i + columns]) for i in range(0, len(each), columns)]


def _height(data: pd.DataFrame, width: float) -> float:
    return (
        sum(_tall(data, width))
        + 0.12 * len(_tall(data, width))
        + subtitle_height(_subtitle(data), width)
        + 0.1
    )


def _describe(data: pd.DataFrame) -> str:
    rows: Any = data
    words = [f"{row.partner} on {row.date:%A} {day(row.date)}" for row in rows.itertuples()]
    return f"{count_of(len(data), 'lunch', 'lunches')}: {joined(words, limit=6)}."


@chart(
    describe=_describe,
    height=_height,
    empty="No lunch is planned: no partner is there (see the column ended of the partners table), or no day is left.",
    subtitle=_subtitle,
    next_step=after_lunches,
)
def plot_lunches(data: pd.DataFrame, ax: Axes) -> None:
    """A card a lunch: the month with the day ringed, the partner, the reasons in words.

    Parameters
    ----------
    data : DataFrame
        As :func:`partnership_analysis.lunch_plan` gives it; the first twelve are drawn.
    ax : Axes, optional
    """
    figure = figure_of(ax)
    figure.set_layout_engine("none")
    width, height = figure.get_size_inches()
    head = head_of(ax) + 0.16
    ax.set_position((0, 0, 1, 1 - head / height))
    # One unit is an inch, counted from the top left.
    ax.set(xlim=(0, width), ylim=(height - head, 0))
    ax.set_axis_off()
    columns, card, weeks, top = _columns(width), _card(width), _weeks(data), 0.1
    rows = list(data.head(MOST).itertuples())
    for line in range(math.ceil(len(rows) / columns)):
        for place, row in enumerate(rows[line * columns : (line + 1) * columns]):
            _draw(ax, row, 0.1 + place * (card + GAP), top, card, weeks, width)
        top += _tall(data, width)[line] + 0.12


def _draw(ax: Axes, row, x: float, y: float, card: float, weeks: int, width: float) -> None:  # type: ignore[no-untyped-def]
    ax.plot([x, x + card - 0.1], [y, y], color=INK, lw=1.2)
    bad = pd.notna(row.state) and row.state in ALARMS
    late = pd.notna(row.overdue_days) and row.overdue_days > 0
    mark = " · ".join([*([f"{MARKS[row.state]} {row.state}"] if bad else []), *(["overdue"] if late else [])])
    ax.text(x, y + 0.19, f"{row.date:%A} {day(row.date)}", size=10, color=GREY, va="center")
    ax.text(
        x,
        y + 0.42,
        fitted(str(row.partner), card - 0.1, 12, bold=True),
        size=12,
        color=INK,
        weight="bold",
        va="center",
    )
    if mark:
        ax.text(
            x + card - 0.1,
            y + 0.19,
            mark,
            size=9,
            color=BAND_TEXT["weak"],
            weight="bold",
            va="center",
            ha="right",
        )
    _month(ax, row.date, x, y + HEAD, min(card - 0.1, 2.5))
    below = y + HEAD + weeks * WEEK + 0.14
    for number, line in enumerate(_why(row, width)):
        ax.text(x, below + LINE * (number + 0.5), line, size=9, color=INK, va="center", gid="reason")


def _month(ax: Axes, date: pd.Timestamp, x: float, y: float, wide: float) -> None:
    """Weeks from Monday on; the day has a ring, and the number in it is bold."""
    step = wide / 7
    for column, name in enumerate(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")):
        ax.text(x + step * (column + 0.4), y + 0.08, name, size=8, color=GREY, ha="center", va="center")
    ax.plot([x, x + wide], [y + WEEK, y + WEEK], color=RULE, lw=0.8)
    for line, week in enumerate(calendar.Calendar().monthdayscalendar(date.year, date.month)):
        for column, number in enumerate(week):
            if not number:
                continue
            here = number == date.day
            at = (x + step * (column + 0.4), y + WEEK * (line + 1.55))
            if here:
                ax.add_patch(Ellipse(at, 0.2, 0.165, facecolor=RECEIVED, lw=0, gid="day"))
            colour = "white" if here else GREY
            ax.text(
                *at,
                str(number),
                size=8,
                color=colour,
                weight="bold" if here else "normal",
                ha="center",
                va="center",
            )
