"""Where our hours went: what each partner took in a quarter, beside what we meant to give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.beside import column
from partnership_analysis.charts.hour_words import against_plan, hours, hours_column
from partnership_analysis.charts.rows import count_rows, name_rows, rows_for
from partnership_analysis.charts.steps.spent import after_time_spent
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GIVEN,
    GREY,
    INK,
    PALE,
    chart,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.charts.verticals import said_period
from partnership_analysis.wording import count_of, joined

OVER = BAND_COLOURS["weak"]
_HEAD = 12.0
WEEK = 7
"""Days of a quarter that may be missing before it is said."""


def _planned(data: pd.DataFrame) -> bool:
    """Is anybody's plan on record?"""
    return bool(data["planned"].notna().any())


def _subtitle(data: pd.DataFrame, total: pd.DataFrame | None = None, **options: Any) -> str:
    over = "; red: over plan" if (data["over_plan"] > 0).fillna(False).any() else ""
    meant = f" (bar{over}) and what we meant to give (outline)" if _planned(data) else ""
    none = " –: no hours noted, or no interaction." if data["hours"].isna().any() else ""
    if data["hours"].eq(0).fillna(False)[data["hours"].notna()].all():
        none += " All hours on record are 0: correct the column hours of the interactions table."
    if total is None or total.empty:
        return f"Our hours by partner in the quarter{meant}. From interactions.{none}"
    row: Any = next(total.itertuples())
    limit = ""
    if not pd.isna(row.capacity):
        limit = (
            f"{', more than' if row.hours > row.capacity else ' of'} the {hours(row.capacity)} that we have"
        )
    words = (
        f"Our hours by partner in {said_period(row.quarter)}{meant}. Spent: {hours(row.hours)} hours{limit}."
    )
    part = _part_on_record(row, [*["the plan"] * _planned(data), *["the hours that we have"] * bool(limit)])
    noted = "" if pd.isna(row.hours_noted) else f" Noted for {row.hours_noted:.0%} of interactions."
    return f"{words}{part}{noted}{none}"


def _part_on_record(row: Any, against: Sequence[str]) -> str:
    """What is to be known before hours are set against those of a whole quarter, where the record holds but a part of it."""
    lacking = getattr(row, "days", 0) - getattr(row, "days_on_record", 0)
    if lacking < WEEK or not against:
        return ""
    verb = "is" if list(against) == ["the plan"] else "are"
    days = count_of(int(row.days_on_record), "day")
    return f" Only {days} of the quarter's {row.days} {'is' if row.days_on_record == 1 else 'are'} on record: {joined(against)} {verb} for all of it."


def _height(data: pd.DataFrame, width: float) -> float:
    longest = _subtitle(data) + " Noted for 100% of interactions. of the 1,000"
    if _planned(data):
        longest += " Only 30 days of the quarter's 92 are on record: the plan and the hours that we have are for all of it."
    return 0.45 + 0.245 * count_rows(data) + subtitle_height(longest, width)


def _describe(data: pd.DataFrame, total: pd.DataFrame | None = None, most: int = 30) -> str:
    known = data[data["hours"].notna()]
    words = [f"{row.partner} {hours(row.hours)}" for row in known.itertuples()]
    over = known[known["over_plan"] >= 0.05].sort_values(
        ["over_plan", "partner"], ascending=[False, True], kind="stable"
    )
    more = [f"{row.partner} by {hours(row.over_plan)}" for row in over.itertuples()]
    beyond = f" Over plan: {joined(more, limit=5)}." if more else ""
    return f"Hours in the quarter of {count_of(len(known), 'partner')}, most first: {joined(words, limit=6)}.{beyond}"


@chart(
    describe=_describe,
    height=_height,
    empty="No hours are on record in the quarter: fill the column hours of the interactions table.",
    needs="hours",
    subtitle=_subtitle,
    above=_HEAD,
    next_step=after_time_spent,
)
def plot_time_spent(data: pd.DataFrame, ax: Axes, total: pd.DataFrame | None = None, most: int = 30) -> None:
    """A bar of hours a partner, its part beyond the plan in another colour, and the plan as an outline.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show, top first, as :func:`partnership_analysis.time_spent` gives them.
    ax : Axes, optional
    total : DataFrame, optional
        The one row of :func:`partnership_analysis.time_total`, for the subtitle.
    most : int
        Rows that are named; of more both ends are.
    """
    rows = rows_for(data, most)
    table = rows.table
    spent, planned, over = (
        table[name].to_numpy("float64", na_value=np.nan) for name in ("hours", "planned", "over_plan")
    )
    within = np.nan_to_num(np.fmin(spent, planned) if len(spent) else spent)
    # Without hours on record there is a plan and no bar.
    within = np.where(np.isnan(spent), 0.0, within)
    # Of a plan of nothing the outline would be a stroke.
    some = planned > 0
    ax.barh(rows.y[some], planned[some], height=0.6, facecolor="white", edgecolor=PALE, lw=0.9, zorder=1)
    ax.barh(rows.y, within, height=0.6, color=GIVEN, zorder=2)
    beyond = np.where(over > 0, over, 0.0)
    ax.barh(rows.y, beyond, left=within, height=0.6, color=OVER, zorder=2)
    name_rows(ax, rows, table["partner"].tolist(), wide=30, narrow=18)
    ax.set_xlim(0, max(float(np.nanmax(np.concatenate([spent, planned, [0.0]]))), 1.0) * 1.02)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    column(ax, rows.y, hours_column(spent.tolist()), 28, head="hours", colours=INK, bold=True)
    if not _planned(data):
        return
    words = against_plan(over.tolist())
    tones = [BAND_TEXT["weak"] if value > 0 else GREY for value in over]
    narrow = is_narrow(ax)
    column(ax, rows.y, words, 78 if narrow else 90, head="plan" if narrow else "against plan", colours=tones)
