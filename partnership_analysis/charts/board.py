"""Who has how much to do: hours against the capacity of all, and the actions each has in hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from partnership_analysis.charts.hour_words import hours
from partnership_analysis.charts.lettering import cut
from partnership_analysis.charts.rows import count_rows, name_rows, rows_for
from partnership_analysis.charts.steps.promised import after_board, after_workload
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GREY,
    INK,
    NARROW,
    RECEIVED,
    RULE,
    WIDE,
    chart,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.metrics.nurture.board import LIMIT, QUARTER
from partnership_analysis.schema import HORIZONS
from partnership_analysis.wording import count_of, joined, number

MOST = 24
NOBODY = "nobody's"
NO_ACTION = "No action is open: write what you agree with partners into the actions table."
PALER = "#a9c6c3"
TILES = 8
"""Actions of one horizon that an owner's row shows; a number says how many more there are."""


def _owner(name: Any) -> str:
    return NOBODY if pd.isna(name) else str(name)


# ---------------------------------------------------------------- hours


def _load_subtitle(data: pd.DataFrame, capacity: float | None = None) -> str:
    whole = ""
    if capacity:
        due_in_all = float(data["hours_due"].sum())
        due_words = number(due_in_all).removesuffix(".0")
        over = f"; together {due_words} are due" if due_in_all > capacity else ""
        whole = f" Per cent: of the {number(capacity, 0)} hours a quarter that the settings give to all partners{over}."
    due = f"past due, due within {QUARTER} days or without a due day"
    later = bool((data["hours"].fillna(0) > data["hours_due"].fillna(0)).any())
    # Where all is due there is one colour, which needs no key.
    words = f"by owner. Dark: {due}; pale: later" if later else f"by owner: all that is {due}"
    more = " A plus: or more, for some actions lack their hours: fill them in." if _plus(data).any() else ""
    return f"Hours of open actions {words}. From actions.{whole}{more}"


def _plus(data: pd.DataFrame) -> pd.Series:
    """Whose hours are more than is written down?"""
    return (data["untimed"] > 0) & data["hours_due"].notna()


def _load_height(data: pd.DataFrame, width: float) -> float:
    return 0.35 + 0.38 * count_rows(data, MOST) + subtitle_height(_load_subtitle(data, 100), width)


def _describe_load(data: pd.DataFrame, capacity: float | None = None) -> str:
    rows: Any = data[data["hours_due"].notna()]
    words = [f"{_owner(row.owner)} {number(row.hours_due, 0)} hours" for row in rows.itertuples()]
    return f"Hours of open actions that are due within {QUARTER} days, by owner: {joined(words, limit=8)}."


def _why_no_load(data: pd.DataFrame, capacity: float | None = None) -> str:
    if data.empty:
        return NO_ACTION
    return "No open action has its hours on record: fill the column hours of the actions table."


@chart(
    describe=_describe_load,
    height=_load_height,
    empty=_why_no_load,
    needs="hours",
    subtitle=_load_subtitle,
    next_step=after_workload,
)
def plot_workload(data: pd.DataFrame, ax: Axes, capacity: float | None = None) -> None:
    """Bars of hours due and hours later, an owner a row, with the share of the capacity of all.

    Parameters
    ----------
    data : DataFrame
        As :func:`partnership_analysis.workload` gives it.
    ax : Axes, optional
    capacity : float, optional
        The settings' hours a quarter, for the subtitle.
    """
    rows = rows_for(data, MOST)
    table, narrow = rows.table, is_narrow(ax)
    name_rows(ax, rows, [_owner(name) for name in table["owner"]])
    due, whole = (
        np.nan_to_num(table[name].to_numpy("float64", na_value=np.nan)) for name in ("hours_due", "hours")
    )
    ax.barh(rows.y, whole, height=0.5, color=PALER, gid="later")
    ax.barh(rows.y, due, height=0.5, color=RECEIVED, gid="due")
    ax.set_xlim(0, max(whole.max(initial=0), 1) * (2.0 if narrow else 1.5))
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    for y, end, row, more in zip(rows.y, whole, table.itertuples(), _plus(table), strict=True):
        big, small = _load_words(row, more=bool(more), narrow=narrow)
        text = ax.annotate(
            big,
            (end, y),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
            color=INK,
            size=9.5,
        )
        ax.annotate(
            small,
            (1, 0.5),
            xycoords=text,
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=GREY,
            size=9,
        )


def _load_words(row: Any, *, more: bool, narrow: bool) -> tuple[str, str]:
    due = f"{hours(row.hours_due)}{'+' if more else ''} h"
    share = "" if pd.isna(row.of_capacity) else f"{row.of_capacity:.0%}"
    level = [] if pd.isna(row.owner_level) else [str(row.owner_level)]
    untimed = [f"{row.untimed:,} without hours"] if row.untimed else []
    if narrow:
        return due, share
    return due, " · ".join(
        [part for part in (share,) if part] + [count_of(row.actions, "action"), *untimed, *level]
    )


# ---------------------------------------------------------------- actions


def _board_subtitle(data: pd.DataFrame) -> str:
    waits = bool((~data["now"].astype(bool)).any())
    late = bool(data["past_due"].fillna(False).any())
    key = [f"filled: {f'the first {LIMIT}, ' if waits else ''}to commit to now"]
    key += ["hollow: to wait"] * waits + ["with an exclamation mark: past due"] * late
    pairs = data["owner"].map(_owner, na_action=None) + data["horizon"].fillna("neither").map(" {}".format)
    key += ["a dash: none"] * (pairs.nunique() < len(_owners(data)) * len(_horizons(data)))
    words = "; ".join(key)
    return (
        "Open actions, a tile each, by owner and in order of priority. Tactical: short-term; strategic: longer-term. "
        f"{words[0].upper()}{words[1:]}. From actions."
    )


def _horizons(data: pd.DataFrame) -> list[str]:
    """The columns; a third where an action has no horizon."""
    return [*HORIZONS, *(["neither"] if data["horizon"].isna().any() else [])]


def _most(horizons: list[str], *, narrow: bool) -> int:
    """Tiles of one horizon that an owner's row has room for."""
    return (4 if len(horizons) > 2 else 5) if narrow else TILES


def _below(data: pd.DataFrame, *, narrow: bool) -> int:
    """Lines under the tiles of a phone's rows, where it is said how many more there are: beside them is no room."""
    horizons = _horizons(data)
    parts = [data["owner"].map(_owner, na_action=None), data["horizon"].fillna("neither")]
    more = data.groupby(parts, observed=True).size().max() > _most(horizons, narrow=True)
    return (2 if len(horizons) > 2 else 1) if narrow and more else 0


def _row(lines: int) -> float:
    """Inches of a row with so many lines under its tiles."""
    return 0.36 + 0.14 * lines


def _board_height(data: pd.DataFrame, width: float) -> float:
    row = _row(_below(data, narrow=width < (WIDE + NARROW) / 2))
    return 0.5 + row * min(len(_owners(data)), MOST) + subtitle_height(_board_subtitle(data), width)


def _owners(data: pd.DataFrame) -> list[str]:
    """Who has most to do first."""
    return list(
        data["owner"]
        .map(_owner, na_action=None)
        .value_counts(sort=False)
        .sort_values(ascending=False, kind="stable")
        .index
    )


def _level(data: pd.DataFrame, owner: str) -> str:
    """An owner's level, if it is one."""
    found = data.loc[data["owner"] == owner, "owner_level"].dropna().unique()
    return f", {found[0]}" if len(found) == 1 else ""


def _describe_board(data: pd.DataFrame) -> str:
    table = data.assign(who=data["owner"].map(_owner, na_action=None))
    words = []
    for name in _owners(data):
        mine = table[table["who"] == name]
        late = int(mine["past_due"].fillna(False).sum())
        words.append(f"{name} {len(mine)}{f', {late} past due' if late else ''}")
    waiting = int((~data["now"].astype(bool)).sum())
    return (
        f"{count_of(len(data), 'open action')} by owner: {'; '.join(words[:8])}. "
        f"{waiting or 'None'} of them {'waits' if waiting == 1 else 'wait'} behind the limit."
    )


@chart(
    describe=_describe_board,
    height=_board_height,
    empty=NO_ACTION,
    subtitle=_board_subtitle,
    above=16,
    next_step=after_board,
)
def plot_board(data: pd.DataFrame, ax: Axes) -> None:
    """Tiles of open actions, an owner a row: tactical at the left, strategic at the right, those beyond the limit hollow.

    Parameters
    ----------
    data : DataFrame
        As :func:`partnership_analysis.action_board` gives it.
    ax : Axes, optional
    """
    owners = _owners(data)[:MOST]
    horizons, narrow = _horizons(data), is_narrow(ax)
    most, below = _most(horizons, narrow=narrow), _below(data, narrow=narrow)
    # Words below take the lower part of a row.
    lift = (1 - _row(0) / _row(below)) / 2
    y = {name: len(owners) - 1 - at + lift for at, name in enumerate(owners)}
    names = [cut(name, 17 if narrow else 30) + ("" if narrow else _level(data, name)) for name in owners]
    ax.set_yticks(list(y.values()), names)
    ax.set_ylim(-0.6, len(owners) - 0.4)
    widest = most + (0.9 if narrow else 3.4)
    ax.set_xlim(0, widest * len(horizons))
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    table = data.assign(who=data["owner"].map(_owner, na_action=None), part=data["horizon"].fillna("neither"))
    both = set(table.loc[table["both_groups"].fillna(False), "who"])
    for at, horizon in enumerate(horizons):
        ax.annotate(
            horizon, (at * widest, 1), xycoords=("data", "axes fraction"), xytext=(0, 3), textcoords="offset points",
            va="bottom", size=9, color=GREY,
        )  # fmt: skip
        for name in owners:
            mine = table[(table["who"] == name) & (table["part"] == horizon)]
            _tiles(ax, mine, at * widest, y[name], most, below)
    for name in both & set(y):
        ax.annotate(
            "◆ both" if narrow else "◆ both kinds with one partner", (1, y[name]), xycoords=("axes fraction", "data"),
            xytext=(2, 0), textcoords="offset points", va="center", size=8.5, weight="bold", color=BAND_TEXT["average"],
        )  # fmt: skip


def _tiles(ax: Axes, rows: pd.DataFrame, left: float, y: float, most: int, below: int) -> None:
    # In units of a row: as high as without words below.
    high = 0.6 * _row(0) / _row(below)
    shown: Any = rows.head(most).assign(late=rows["past_due"].fillna(False).astype(bool))
    for place, row in enumerate(shown.itertuples()):
        late = row.late
        colour = BAND_COLOURS["weak"] if late else RECEIVED
        filled = bool(row.now)
        ax.add_patch(
            Rectangle(
                (left + place + 0.06, y - high / 2), 0.84, high, facecolor=colour if filled else "white", edgecolor=colour, lw=1.4,
                gid="now" if filled else "waits",
            )
        )  # fmt: skip
        if late:
            ax.text(
                left + place + 0.48, y, "!", size=9.5, weight="bold", ha="center", va="center",
                color="white" if filled else BAND_TEXT["weak"],
            )  # fmt: skip
    if len(rows) > most:
        spot = (left + 0.06, y - high / 2 - 0.03 / _row(below)) if below else (left + most + 0.12, y)
        _rest(ax, rows.iloc[most:], spot, below)
    if rows.empty:
        ax.plot([left + 0.1, left + 0.5], [y, y], color=RULE, lw=1.4)


def _rest(ax: Axes, rows: pd.DataFrame, at: tuple[float, float], below: int) -> None:
    """How many more actions there are, and how many of them are past due: beside the tiles, or in lines below them."""
    late = int(rows["past_due"].fillna(False).sum())
    # Of a single one, or of all, a number would read as further ones.
    how_many = f"{late:,} " if late < len(rows) else "all " if late > 1 else ""
    words = f"{len(rows):,} more" + (f",{' ' if below == 1 else chr(10)}{how_many}past due" if late else "")
    ax.text(
        *at,
        words,
        size=8 if below else 9,
        linespacing=1.0,
        color=BAND_TEXT["weak"] if late else GREY,
        weight="bold" if late else "normal",
        va="top" if below else "center",
        gid="rest",
    )
