"""How few would do: what the best one, the best two, and so on bring of all that could be had."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.beside import column
from partnership_analysis.charts.focus import FILL_WORTH
from partnership_analysis.charts.frontier_sets import ENOUGH, NOTHING, growing, knee, percent, percents
from partnership_analysis.charts.hour_words import hours
from partnership_analysis.charts.lettering import fitted, width_of
from partnership_analysis.charts.rows import Rows, count_rows, name_rows, rows_for
from partnership_analysis.charts.steps.hours import after_frontier
from partnership_analysis.charts.strips import room
from partnership_analysis.charts.theme import (
    INK,
    NARROW,
    RECEIVED,
    RULE,
    WIDE,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.metrics.focus.worth import WON_VALUE
from partnership_analysis.wording import count_of, joined, money, number, shortened

_HEAD = 12.0
_SIZES = (34, 20, 14, 10)
"""Letters of each name of those who come and go, the first that fit."""
LEAST = {False: 0.004, True: 0.012}
"""What a dark end takes at least of the width, on a page and on a phone."""
LONG = 0.6
"""Part of the whole from which on a page's bar has room for names."""
MOST_EXCHANGES = 6
"""Rows of whom a phone's chart says under it who comes and goes."""


def _begun(found: pd.DataFrame) -> pd.DataFrame:
    """With the share that one partner fewer brings: where the dark end of each bar begins."""
    return found.assign(before=found["share"].shift(fill_value=0.0))


def _subtitle(
    data: pd.DataFrame,
    enough: float = ENOUGH,
    basis: str = WON_VALUE,
    present: int | None = None,
    capacity: float | None = None,
    **options: Any,
) -> str:
    within = "" if capacity is None else f" in {hours(capacity)} hours a quarter"
    words = (
        f"The best set of so many partners{within}: what it brings (bar) of what the best of any size brings, and what the last "
        f"one adds (dark). {'From won referrals' if basis == WON_VALUE else 'From interactions and ratings'}."
    )
    there = "is" if present == 1 else "are"
    return words if present is None else f"{words} Today there {there} {count_of(present, 'partner')}."


def _enough(row: Any) -> str:
    """How few bring how much, in a sentence."""
    verb = "brings" if row.kept == 1 else "bring"
    return f"{count_of(int(row.kept), 'partner')} {verb} {percent(row.share)}."


def _height(data: pd.DataFrame, width: float) -> float:
    found = growing(data)
    below = 0.15 * len(_exchanges(rows_for(_begun(found)), narrow=width < (WIDE + NARROW) / 2))
    return (
        1.0
        + 0.245 * count_rows(found)
        + below
        + subtitle_height(_subtitle(data, present=1000, capacity=100.0), width)
    )


def _describe(
    data: pd.DataFrame,
    currency: str = "",
    enough: float = ENOUGH,
    basis: str = WON_VALUE,
    present: int | None = None,
    plan: pd.DataFrame | None = None,
    capacity: float | None = None,
    most: int = 30,
) -> str:
    rows = growing(data)
    words = [
        f"{count} {percent(share, enough)}" for count, share in zip(rows["count"], rows["share"], strict=True)
    ]
    found = knee(data, enough)
    who = (
        ""
        if found is None
        else f" {_enough(found)[:-1]}: {joined(str(found.partners).split('; '), limit=8)}."
    )
    within = "" if capacity is None else f" in {hours(capacity)} hours a quarter"
    return (
        f"Share of the whole worth that the best set of so many partners brings{within}: "
        f"{joined(words, limit=10)}.{who}"
    )


@chart(
    describe=_describe,
    height=_height,
    empty=f"Nobody's worth is known, or it is nothing, so that no set of partners is better than another: {FILL_WORTH}.",
    needs="share",
    subtitle=_subtitle,
    above=_HEAD,
    next_step=after_frontier,
)
def plot_frontier(
    data: pd.DataFrame,
    ax: Axes,
    currency: str = "",
    enough: float = ENOUGH,
    basis: str = WON_VALUE,
    present: int | None = None,
    plan: pd.DataFrame | None = None,
    capacity: float | None = None,
    most: int = 30,
) -> None:
    """A row for every number of partners: the bar is what they bring together, its dark end what the last one adds.

    Parameters
    ----------
    data : DataFrame
        As :func:`partnership_analysis.frontier` gives it.
    ax : Axes, optional
    currency : str
        ISO code.
    enough : float
        Share of the whole, 0 to 1, under which a line is drawn: so few would do.
    basis : str
        ``won value``, or ``RVI`` where no money is on record.
    present : int, optional
        Partners that there are today.
    plan : DataFrame, optional
        The ``plan`` of :func:`partnership_analysis.focus_plan`, for the reason why more partners bring no more.
    capacity : float, optional
        Our hours a quarter, by which the sets are limited.
    most : int
        Rows that are named; of more both ends are.
    """
    found = growing(data)
    if found.empty:
        return
    row = knee(data, enough)
    rows = _parted(rows_for(_begun(found), most), row)
    table = rows.table
    share, start = (table[name].to_numpy("float64") for name in ("share", "before"))
    ax.barh(rows.y, start, height=0.62, color=RULE)
    # The little that one more adds to nearly all would vanish.
    last = np.maximum(share - start, LEAST[is_narrow(ax)])
    ax.barh(rows.y, last, left=share - last, height=0.62, color=RECEIVED)
    strong = [row is not None and number == row.kept for number in table["kept"]]
    limit = 23 if is_narrow(ax) else 34
    names = [_shorter(_name(entry), limit) for entry in table.to_dict("records")]
    name_rows(ax, rows, names, wide=60, narrow=60)
    ax.set_ylim(rows.y.min() - 0.6, rows.y.max() + 0.6)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    tones = [RECEIVED if bold else INK for bold in strong]
    column(ax, rows.y, percents(share.tolist(), enough), 34, head="of all", colours=tones, bold=True)
    if not is_narrow(ax):
        worth = [money(value, currency) if basis == WON_VALUE else number(value) for value in table["value"]]
        column(ax, rows.y, worth, 86, head="a year" if basis == WON_VALUE else "RVI")
        column(ax, rows.y, [hours(value) for value in table["hours"]], 134, head="h a quarter")
    _swaps(ax, rows, names)
    _mark(ax, rows, strong, row, enough)
    _rest(ax, data, found, present, _why_no_more(found, plan, capacity))
    _exchanged(ax, _exchanges(rows, narrow=is_narrow(ax)))


def _name(row: dict[Any, Any]) -> str:
    """The number, and before it who joins, or how many come and go."""
    come, gone = _moves(row)
    if len(come) == 1 and not gone:
        return f"+ {come[0]}   {row['count']}"
    out = f", {len(gone)} out" if gone else ""
    return f"{len(come)} in{out}   {row['count']}"


def _shorter(name: str, limit: int) -> str:
    """A row's name, its number whole."""
    words, _, number_ = name.rpartition("   ")
    return f"{shortened(words, limit)}   {number_}"


def _moves(row: dict[Any, Any]) -> tuple[list[str], list[str]]:
    come, gone = (str(row[name]).split("; ") if row[name] else [] for name in ("joined", "left"))
    return come, gone


def _swaps(ax: Axes, rows: Rows, names: list[str]) -> None:
    """Who comes and goes, in the bar, where it is more than one."""
    # At the right stand three columns.
    inches = room(ax, names) - 1.95
    for y, row in zip(rows.y, rows.table.to_dict("records"), strict=True):
        come, gone = _moves(row)
        if (len(come) == 1 and not gone) or row["before"] < LONG or is_narrow(ax):
            continue
        words = _fitting(come, gone, row["before"] * inches - 0.1)
        ax.annotate(
            words,
            (0, y),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            size=8.5,
            gid="swap",
        )


def _exchanges(rows: Rows, *, narrow: bool) -> list[tuple[str, list[str]]]:
    """Who comes and who goes in each row where it is more than one and the bar cannot say it, a line a side; of many the first."""
    table = rows.table if narrow else rows.table[rows.table["before"] < LONG]
    found = [(row["count"], *_moves(row)) for row in table.to_dict("records")]
    several = [(count, come, gone) for count, come, gone in found if len(come) > 1 or gone]
    lines = [
        (f"{count} {side}: ", who)
        for count, come, gone in several[:MOST_EXCHANGES]
        for side, who in (("in", come), ("out", gone))
        if who
    ]
    left = len(several) - MOST_EXCHANGES
    return [*lines, *([(f"and {count_of(left, 'further row')} with more than one", [])] if left > 0 else [])]


def _exchanged(ax: Axes, exchanges: list[tuple[str, list[str]]]) -> None:
    """The same under the picture, where a bar has no room for it; of names that do not fit the count."""
    if not exchanges:
        return
    inches = figure_of(ax).get_figwidth() - 0.2
    rest = ax.get_xlabel()
    ax.annotate(
        "\n".join(f"{head}{_listed(who, inches - width_of(head, 8.5))}" for head, who in exchanges),
        (0.02, 0),
        xycoords=("figure fraction", "axes fraction"),
        xytext=(0, -12 - (13 * (rest.count("\n") + 1) if rest else 0)),
        textcoords="offset points",
        va="top",
        color=INK,
        size=8.5,
        linespacing=1.2,
        gid="swap",
        annotation_clip=False,
    )


def _listed(who: list[str], inches: float) -> str:
    """As many names as fit, and how many more; the first is cut if need be."""
    for shown in range(len(who), 0, -1):
        words = joined(who, limit=shown)
        if width_of(words, 8.5) <= inches:
            return words
    more = f" and {len(who) - 1:,} more" if len(who) > 1 else ""
    return fitted(who[0], inches - width_of(more, 8.5), 8.5) + more if who else ""


def _fitting(come: list[str], gone: list[str], inches: float) -> str:
    """Who leaves and who joins in the room there is: each name gives way before the list is cut off."""
    # Who leaves stands first, because a cut takes the end.
    sides = [("out", gone)] * bool(gone) + [("in", come)]
    words = ""
    for size in _SIZES:
        words = "; ".join(
            f"{side}: {joined([shortened(name, size) for name in who], limit=3)}" for side, who in sides
        )
        if fitted(words, inches, 8.5) == words:
            return words
    return fitted(words, inches, 8.5)


def _parted(rows: Rows, row: Any) -> Rows:
    """The rows with a gap under the number that would do, where others follow."""
    within = (rows.table["kept"] <= (0 if row is None else row.kept)).to_numpy(dtype=bool)
    if not within.any() or within.all() or int(row.kept) not in set(rows.table["kept"]):
        return rows
    last = float(rows.y[within].min())
    gap = rows.gap if rows.gap is None or rows.gap < last else rows.gap + 1
    return Rows(rows.table, rows.y + within, gap, rows.left_out)


def _mark(ax: Axes, rows: Rows, strong: list[bool], row: Any, enough: float) -> None:
    """The line under the number that would do."""
    if not any(strong) or strong[-1]:
        return
    y = float(rows.y[strong.index(True)]) - 0.55
    one = row.kept == 1
    words = f"{row.kept:,} {'is' if one else 'are'} enough: the first to bring {enough:.0%}"
    if is_narrow(ax):
        # The columns at the right begin earlier there.
        words = f"{row.kept:,} {'is' if one else 'are'} enough ({enough:.0%})"
    ax.axhline(y, color=INK, lw=1.1)
    ax.annotate(
        words,
        (0, y),
        xycoords=("axes fraction", "data"),
        xytext=(0, -3),
        textcoords="offset points",
        ha="left",
        va="top",
        color=INK,
        size=8.5,
        gid="knee",
    )


def _why_no_more(found: pd.DataFrame, plan: pd.DataFrame | None, capacity: float | None) -> str:
    """Why nobody of those who are left adds anything to the last set."""
    if plan is None:
        return ""
    last = found.iloc[-1]
    left = plan[~plan["partner"].isin(str(last["partners"]).split("; "))]
    worth = left[(left["worth"] > 0).fillna(False)]
    one = len(left) == 1
    if worth.empty:
        return f"{'the other one has' if one else 'the others have'} brought nothing on record"
    if capacity is not None and not (worth["hours"].fillna(0) <= capacity - last["hours"] + NOTHING).any():
        return f"no other fits into the {hours(capacity)} hours"
    same = ("the other one competes", "offers") if one else ("the others compete", "offer")
    return f"{same[0]} with these or {same[1]} the same"


def _rest(ax: Axes, data: pd.DataFrame, found: pd.DataFrame, present: int | None, why: str) -> None:
    """What more partners than the last row's would add: nothing, or what nobody has worked out."""
    last, worked_out = int(found["count"].max()), int(data["count"].max())
    whole = float(found["share"].iloc[-1]) >= 1 - NOTHING
    everybody = max(worked_out, present or 0)
    if worked_out > last or (whole and everybody > last):
        words = f"{_numbers(last + 1, everybody if whole else worked_out)} partners: nothing more to gain"
        if why:
            words += f",{chr(10) if is_narrow(ax) else ' '}as {why}"
    elif everybody > last:
        words = f"{_numbers(last + 1, everybody)} partners: not worked out"
    else:
        return
    ax.set_xlabel(words, loc="right" if is_narrow(ax) else "left", labelpad=2)


def _numbers(first: int, last: int) -> str:
    return f"{first:,} to {last:,}" if last > first else f"{last:,}"
