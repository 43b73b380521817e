"""When each partner was last met and when the next contact is due, the most overdue on top."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from partnership_analysis.charts.lettering import cut
from partnership_analysis.charts.rows import Rows
from partnership_analysis.charts.steps.nurture import after_cadence
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GREY,
    INK,
    RECEIVED,
    RULE,
    chart,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.wording import count_of, day, joined

MOST = 30
"""Partners that the chart names, those who come first; of the others it says how many there are."""
BACK, BACK_NARROW = 12, 6
"""Months that it looks back, on a page and on a phone."""
LEAST_BACK, BEFORE = 1, pd.Timedelta(days=4)
"""Months that it looks back at least, and the room before a record that begins later than it looks back."""
SHORT = 200
"""Days that are drawn of a short record at most."""
AHEAD = 92
"""Days ahead that are drawn at most: a quarter."""
LATE, LATE_TEXT = BAND_COLOURS["weak"], BAND_TEXT["weak"]


def _subtitle(data: pd.DataFrame, contacts: pd.DataFrame | None = None, as_of: Any = None) -> str:
    late = "; red: overdue" if data.head(MOST)["overdue"].fillna(False).any() else ""
    return (
        f"Days until the next two-way contact is due (bar; diamond: the day{late}): the agreed interval, else one that the partner's own rhythm "
        "seldom exceeds. Ticks: meetings and other contacts. From interactions and partners"
        f"{'' if as_of is None else f', to {day(pd.Timestamp(as_of), year=True)}'}.{_marks(data)}"
    )


def _marks(data: pd.DataFrame) -> str:
    """What is drawn or said of some partners only."""
    rows = data.head(MOST)
    words = ""
    if (rows["due"].notna() & rows["last_contact"].isna()).any():
        words += " Without a tick: counted from the beginning of the partnership or the record."
    if rows["due"].isna().any():
        words += " No interval: agree on one in cadence_days of the partners table."
    return words


def _since(rows: pd.DataFrame) -> pd.Series:
    """The day from which each interval is counted."""
    return rows["due"] - pd.to_timedelta(rows["acceptable"].astype("float64"), unit="D")


def _start(rows: pd.DataFrame, contacts: pd.DataFrame | None, today: pd.Timestamp, back: int) -> pd.Timestamp:
    """So many months back, or where the record begins if that is later: months before it say nothing."""
    days = [_since(rows).min(), *([] if contacts is None else [contacts["date"].min()])]
    known = [one for one in days if pd.notna(one)]
    earliest = today - pd.DateOffset(months=back)
    latest = today - pd.DateOffset(months=LEAST_BACK)
    return min(max(earliest, min(known) - BEFORE), latest) if known and contacts is not None else earliest


def _height(data: pd.DataFrame, width: float) -> float:
    lines = min(len(data), MOST) + (len(data) > MOST)
    return 0.55 + 0.27 * lines + subtitle_height(_subtitle(data, as_of=dt.date(2025, 9, 30)), width)


def _describe(data: pd.DataFrame, contacts: pd.DataFrame | None = None, as_of: Any = None) -> str:
    late: Any = data[data["overdue"].fillna(False)]
    words = [f"{row.partner} by {count_of(row.overdue_days, 'day')}" for row in late.itertuples()]
    known = int(data["due"].notna().sum())
    opening = f"Contacts with {count_of(len(data), 'partner')} and when the next is due: "
    if not late.empty:
        return (
            f"{opening}{count_of(len(late), 'partner is', 'partners are')} overdue, {joined(words, limit=8)}."
        )
    first = data[data["due"].notna()].iloc[0] if known else None
    soon = (
        ""
        if first is None
        else f"; the first to fall due is {first['partner']}, on {day(first['due'], year=True)}"
    )
    return f"{opening}nobody is overdue{soon}."


@chart(
    describe=_describe,
    height=_height,
    empty=(
        "No interval is known: fill the column cadence_days of the partners table, or write meetings into the interactions "
        "table, of which a rhythm needs five with one partner."
    ),
    needs="due",
    subtitle=_subtitle,
    next_step=after_cadence,
)
def plot_cadence(
    data: pd.DataFrame, ax: Axes, contacts: pd.DataFrame | None = None, as_of: dt.date | str | None = None
) -> None:
    """A row a partner: ticks for contacts, and a bar from the last one to the day on which the next is due.

    Parameters
    ----------
    data : DataFrame
        As :func:`partnership_analysis.cadence` gives it; the first thirty rows are drawn.
    ax : Axes, optional
    contacts : DataFrame, optional
        ``partner`` and ``date``, as :func:`partnership_analysis.contact_days` gives them: the ticks.
    as_of : date or ISO text, optional
        The day to which was counted. Default: the last contact's and the days since.
    """
    today = _day(data, as_of)
    rows = _first(data)
    narrow = is_narrow(ax)
    start = _start(rows.table, contacts, today, BACK_NARROW if narrow else BACK)
    ahead = (rows.table["due"].max() - today).days
    end = today + pd.Timedelta(days=int(np.clip(ahead, 20, AHEAD)) + 8)
    ax.set_xlim(_number(start), _number(end))
    _names(ax, rows, data)
    if contacts is not None:
        _ticks(ax, rows, contacts[contacts["date"].between(start, today)], today)
    _bars(ax, rows, today, start, end)
    before = bool((_since(rows.table) < start).any())
    _today(ax, today, start, end, before)
    if before:
        _explain_before(ax)
    for y, row in zip(rows.y, rows.table.itertuples(), strict=True):
        text, colour, weight = _said(row, today, narrow=narrow)
        ax.annotate(
            text,
            (1, y),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            weight=weight,
            size=9,
        )


def _first(data: pd.DataFrame) -> Rows:
    table = data.head(MOST)
    left = len(data) - len(table)
    return Rows(table, np.arange(len(table), dtype=float)[::-1] + (left > 0), 0.0 if left else None, left)


def _names(ax: Axes, rows: Rows, data: pd.DataFrame) -> None:
    limit = 20 if is_narrow(ax) else 34
    ax.set_yticks(rows.y, [cut(str(name), limit) for name in rows.table["partner"]])
    for label, late in zip(ax.get_yticklabels(), rows.table["overdue"].fillna(False), strict=True):
        label.set_fontweight("bold" if late else "normal")
    ax.set_ylim(-0.7, len(rows.y) + (rows.gap is not None) - 0.3)
    if rows.gap is not None:
        late = int(data["overdue"].iloc[len(rows.y) :].fillna(False).sum())
        words = f"{rows.left_out:,} more, {late or 'none'} of them overdue"
        ax.annotate(
            words,
            (0, rows.gap),
            xycoords=("axes fraction", "data"),
            va="center",
            size=8.5,
            color=GREY,
            gid="left out",
            bbox={"facecolor": "white", "lw": 0, "pad": 1.5},
        )


def _ticks(ax: Axes, rows: Rows, contacts: pd.DataFrame, today: pd.Timestamp) -> None:
    """Contacts; one of today stands in a gap of today's line, which would cover it."""
    place = contacts["partner"].map(dict(zip(rows.table["partner"], rows.y, strict=True)))
    y = place.dropna().to_numpy("float64")
    x = date2num(contacts.loc[place.notna(), "date"].to_numpy())
    ax.vlines(x, y - 0.24, y + 0.24, color=GREY, lw=1.1, alpha=0.75, gid="contacts")
    now = x == _number(today)
    ax.vlines(x[now], y[now] - 0.28, y[now] + 0.28, color="white", lw=4, zorder=1.5, gid="gap of today")


def _bars(ax: Axes, rows: Rows, today: pd.Timestamp, start: pd.Timestamp, end: pd.Timestamp) -> None:
    """Thin while there is time, thick from the day on which it was due."""
    known = rows.table["due"].notna().to_numpy()
    table, y = rows.table[known], rows.y[known]
    due, left, right = date2num(table["due"].to_numpy()), _number(start), _number(end)
    since = date2num(_since(table).to_numpy())
    late = table["overdue"].fillna(False).to_numpy(bool)
    ax.hlines(
        y,
        np.clip(since, left, right),
        np.clip(due, left, right),
        color=RECEIVED,
        alpha=0.38,
        lw=4,
        gid="in time",
    )
    ax.hlines(
        y[late], np.maximum(due[late], left), _number(today), color=LATE, lw=7, capstyle="butt", gid="overdue"
    )
    inside = ~late & (due <= right)
    ax.scatter(due[inside], y[inside], marker="D", s=17, color=RECEIVED, zorder=3, clip_on=False, gid="due")
    seen = late & (due >= left)
    ax.scatter(
        due[seen], y[seen], marker="D", s=26, color=LATE, edgecolor="white", lw=0.8, zorder=3, gid="was due"
    )
    for beyond, colour in ((since < left) & ~(late & (due < left)), RECEIVED), (late & (due < left), LATE):
        ax.scatter(
            np.full(int(beyond.sum()), left), y[beyond], marker="<", s=30, color=colour, lw=0, zorder=4, clip_on=False,
            gid="begins before",
        )  # fmt: skip


def _explain_before(ax: Axes) -> None:
    """The arrow's key in the column of the words, under them: how far back is drawn depends on the width."""
    ax.annotate(
        f"◂ {'' if is_narrow(ax) else 'began '}earlier", (1, 0), xycoords="axes fraction", xytext=(6, -10),
        textcoords="offset points", va="center", color=GREY, size=8.5, annotation_clip=False, gid="key",
    )  # fmt: skip


def _today(ax: Axes, today: pd.Timestamp, start: pd.Timestamp, end: pd.Timestamp, before: bool) -> None:
    """Today's line, and the months; none is named where the key of an earlier beginning stands."""
    ax.axvline(_number(today), color=INK, lw=1, zorder=1)
    narrow = is_narrow(ax)
    firsts = pd.date_range(start, end, freq="MS")
    # Of a short record every month has its name, where there is room beside today's.
    days = (end - start).days
    short = days < SHORT
    clear = days * (0.4 if narrow else 0.15) if short else 120 if narrow else 24
    last = end - pd.Timedelta(days=days * (0.22 if narrow else 0.06) if before else 0)
    apart = [
        tick
        for tick in firsts
        if (short or (tick.month - 1) % 3 == 0) and abs((tick - today).days) > clear and tick <= last
    ]
    ax.set_xticks(
        [_number(tick) for tick in (*apart, today)],
        [
            *(f"{tick:%b %Y}" for tick in apart),
            f"{today.day} {today:%b}" if narrow else f"{today.day} {today:%b %Y}",
        ],
    )
    for label in ax.get_xticklabels()[-1:]:
        label.set(color=INK, weight="bold")
    ax.tick_params(axis="x", labelsize=8.5)
    for tick in firsts:
        ax.axvline(_number(tick), color=RULE, lw=0.6, zorder=0)


def _said(row: Any, today: pd.Timestamp, *, narrow: bool) -> tuple[str, str, str]:
    if pd.isna(row.due):
        return ("no interval" if narrow else "no interval known"), GREY, "normal"
    if row.overdue:
        return f"{count_of(row.overdue_days, 'day')} {'late' if narrow else 'overdue'}", LATE_TEXT, "bold"
    left = (row.due - today).days
    if left == 0:
        return "due today", INK, "bold"
    return (f"in {count_of(left, 'day')}" if narrow else f"due in {count_of(left, 'day')}"), GREY, "normal"


def _day(data: pd.DataFrame, as_of: dt.date | str | None) -> pd.Timestamp:
    if as_of is not None:
        return pd.Timestamp(as_of)
    ends = data["last_contact"] + pd.to_timedelta(data["days_since"].astype("Float64"), unit="D")
    return pd.Timestamp(ends.max() if ends.notna().any() else data["due"].max())


def _number(date: pd.Timestamp) -> float:
    return float(date2num(date.to_pydatetime()))
