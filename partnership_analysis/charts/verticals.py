"""Which verticals perform, over time: each against all the others, on one scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator

from partnership_analysis.charts.lettering import beside_value
from partnership_analysis.charts.panels import date_ticks, line, panel_title, panels, ribbon, rows_of, spanned
from partnership_analysis.charts.steps.verticals import WINDOW, after_vertical_performance
from partnership_analysis.charts.theme import (
    GREY,
    INK,
    PALE,
    RECEIVED,
    RULE,
    chart,
    subtitle_height,
)
from partnership_analysis.metrics.about import NOT_DESCRIBED
from partnership_analysis.wording import SYMBOLS, count_of, joined, money, number, shortened

MEASURES = {
    "rvi": "mean RVI",
    "received": "referrals received",
    "given": "referrals given",
    "value": "value won",
}
MOST = 24
"""Verticals that get a panel; of more, those that stand first."""
NOTHING = 1e-9
LAST_MONTH = 30
"""Days of a period's last month, whose first day is the period's ``end``."""
TOP = 1.05
"""The scale's end over its highest value."""
ROOM = 1.5
"""How far over the highest line an interval may push the scale: one month of few interactions would flatten all lines."""
UNITS = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
NO_RVI = "No vertical has a mean RVI: it needs at least one rating of trust. Fill the ratings table."
NO_VALUE = "No value won is on record: write referrals into the interactions table, and what was won into its column value."
ALL_ZERO = (
    "All values on record are 0: if something was won, correct the column value of the interactions table."
)
FEW_DAYS = 89
"""Days of three months at least; a shorter record is too early to judge."""
SHORT = "Under three months on record: too early to judge."
FLAT = 1 / 30
"""Part of the scale under which a line looks like the zero."""


def undescribed(data: pd.DataFrame) -> str:
    """What to fill in where all are in the one vertical of those who have none; for a subtitle."""
    if "vertical" not in data.columns or len(data) == 0 or data["vertical"].ne(NOT_DESCRIBED).any():
        return ""
    return " No partner's vertical is on record: fill the column vertical of the partners table."


def leaning(data: pd.DataFrame, name: str) -> dict[str, tuple[int, int]]:
    """In which groups' mean RVI partners are too early for a band: how many, and of how many rated."""
    if not {"rated", "too_early"} <= set(data.columns):
        return {}
    some = data[(data["too_early"] > 0).fillna(False)]
    return {
        str(group): (int(early), int(rated))
        for group, early, rated in zip(some[name], some["too_early"], some["rated"], strict=True)
    }


def leaning_words(found: dict[str, tuple[int, int]]) -> str:
    """The same in words, for a key or an alternative text.

    >>> leaning_words({"IT": (1, 1), "Legal": (2, 5)}), leaning_words({"IT": (1, 1)})
    ('partners too early for a band are in the mean: IT 1 of 1 and Legal 2 of 5.', 'nobody in the mean has been on record long enough for a band: IT.')
    """
    names = [shortened(name, 24) for name in found]
    if all(early == rated for early, rated in found.values()):
        return f"nobody in the mean has been on record long enough for a band: {joined(names, limit=6)}."
    counts = [
        f"{name} {early:,} of {rated:,}" for name, (early, rated) in zip(names, found.values(), strict=True)
    ]
    return f"partners too early for a band are in the mean: {joined(counts, limit=6)}."


def period_kind(data: pd.DataFrame) -> str:
    """What the periods are called: quarters or, less exactly, periods."""
    quarters = len(data) > 0 and data["period"].astype("string").str.contains("Q").all()
    return "quarter" if quarters else "period"


def measured(measure: str, currency: str = "", unit: str = "", per: str = "period") -> str:
    """What is measured, in which unit, from which records: a subtitle's first sentence."""
    if measure == "rvi":
        return f"Mean Relationship Value Index (RVI) of each vertical's partners at each {per}'s end, from interactions and ratings."
    if measure == "value":
        units = f"{SYMBOLS.get(currency, currency)} {unit}".strip()
        return (
            f"Won from referrals received in each {per}{f', {units}' if units else ''}, from interactions. Dated by the referral: "
            "the latest may still grow."
        )
    return f"{MEASURES[measure].capitalize()} in each {per}, introductions too, from interactions."


def figure_for(value: float, measure: str, currency: str) -> str:
    """A value of a measure as it is read."""
    if measure == "value":
        return money(value, currency)
    return number(value, 1 if measure == "rvi" else 0)


def said_period(period: str) -> str:
    """A period as it is said: ``2025 Q3``, or the month as it is."""
    return f"{period[:4]} {period[4:]}" if "Q" in period else period


def _unit(data: pd.DataFrame, measure: str) -> tuple[float, str]:
    top = _top(data, measure) if measure == "value" else 0.0
    return next(((size, word) for size, word in UNITS if top >= size), (1.0, ""))


def _subtitle(data: pd.DataFrame, measure: str = "rvi", currency: str = "", **_: Any) -> str:
    band = _band(data) if measure == "rvi" else ""
    count = data["vertical"].nunique()
    some = f" The first {MOST} of {count}." if count > MOST else ""
    none = f" {ALL_ZERO}" if measure == "value" and not (data["value"] > 0).any() else ""
    pale = (
        f" Pale: the other vertical{'s' * (count > 2)}."
        if count > 1 and measure != "value" and data["end"].nunique() > 1
        else ""
    )
    flat = " One scale: small ones lie on the zero." if _flat(data, measure) else ""
    early = _early(data, measure)
    star = f" *\u00a0{leaning_words(early)}" if early else ""
    last = f" Bold: {said_period(str(data.sort_values('end')['period'].iloc[-1]))}." if len(data) else ""
    first = measured(measure, currency, _unit(data, measure)[1], period_kind(data))
    return f"{first}{last}{pale}{band}{star}{flat}{none}{some}{undescribed(data)}"


def _early(data: pd.DataFrame, measure: str) -> dict[str, tuple[int, int]]:
    """As :func:`leaning`, of the last period's means; where all are too early that is said once."""
    if measure != "rvi" or _short(data):
        return {}
    return leaning(data[(data["end"] == data["end"].max()) & data["rvi"].notna()], "vertical")


def _short(data: pd.DataFrame) -> bool:
    """Is there but one period, and that too short to judge anybody?"""
    days = data.drop_duplicates("period")["days"]
    return len(days) == 1 and int(days.sum()) < FEW_DAYS


def _band(data: pd.DataFrame) -> str:
    """What is drawn beside a line of RVI; of one period nothing is."""
    if data["end"].nunique() < 2:
        return f" {SHORT}" if _short(data) else ""
    cut = data.loc[~data["partial"].astype(bool), "high"].gt(_top(data, "rvi") * TOP).any()
    on = "; at a panel's upper edge it goes on" if cut else ""
    return f" Ribbon: where it probably lies{on}; dotted: its window begins before the record."


def _flat(data: pd.DataFrame, measure: str) -> bool:
    """Does a vertical that has anything never rise visibly over the zero?"""
    highest = data.groupby("vertical")[measure].max().dropna()
    return bool((highest[highest > 0] < FLAT * _top(data, measure)).any())


def _height(data: pd.DataFrame, width: float) -> float:
    shown = min(data["vertical"].nunique(), MOST)
    return 0.3 + subtitle_height(_subtitle(data), width) + 1.2 * rows_of(shown, width)


def _describe(data: pd.DataFrame, measure: str = "rvi", currency: str = "", **_: Any) -> str:
    words = []
    end = data["end"].max()
    for vertical, rows in data.groupby("vertical", sort=False):
        known = rows[rows[measure].notna()]
        if len(known):
            first, last = (figure_for(known[measure].iloc[at], measure, currency) for at in (0, -1))
            stale = known["end"].iloc[-1] < end
            when = f" in {said_period(str(known['period'].iloc[-1]))}, none since" if stale else ""
            change = f"from {first} to {last}" if len(known) > 1 else last
            words.append(f"{vertical} {change}{when}")
    periods = list(dict.fromkeys(data.sort_values("end")["period"]))
    early = _early(data, measure)
    note = f" In the last {period_kind(data)} {leaning_words(early)}" if early else ""
    if measure == "rvi" and _short(data):
        note = f" {SHORT}"
    return (
        f"{MEASURES[measure][0].upper()}{MEASURES[measure][1:]} of {count_of(len(words), 'vertical')}, "
        f"{spanned(said_period(periods[0]), said_period(periods[-1]))}: {joined(words, limit=10)}.{note}"
    )


def _any_known(data: pd.DataFrame, measure: str = "rvi", **_: Any) -> bool:
    return bool(data[measure].notna().any())


def _why_empty(data: pd.DataFrame, measure: str = "rvi", **_: Any) -> str:
    if data.empty:
        return "No vertical has anything on record: fill the interactions table, and the column vertical of the partners table."
    return NO_RVI if measure == "rvi" else NO_VALUE


@chart(
    describe=_describe,
    height=_height,
    empty=_why_empty,
    needs=_any_known,
    subtitle=_subtitle,
    next_step=after_vertical_performance,
)
def plot_vertical_performance(
    data: pd.DataFrame,
    ax: Axes,
    measure: str = "rvi",
    currency: str = "",
    window: int = WINDOW,
    partners: pd.DataFrame | None = None,
) -> None:
    """Small multiples: one vertical in colour a panel, the others behind it in grey; value won as bars alone.

    Parameters
    ----------
    data : DataFrame
        ``vertical`` (in the order to show), ``period``, ``end``, ``days``, and the measure, of RVI with its interval, ``partial``
        and, if known, ``rated`` and ``too_early``; as :func:`partnership_analysis.vertical_performance` gives them.
    ax : Axes, optional
        The panels are laid out inside these.
    measure : {"rvi", "received", "given", "value"}
    currency : str
        ISO code, for labels of value.
    window : int
        The months that an index counts: it is compared with the last one that shares none of them.
    partners : DataFrame, optional
        ``partner``, ``vertical``, ``state``, ``won_before``, as :func:`partnership_analysis.quarter_change` gives them,
        so that who is behind a fall is named; of value ``open``, referrals received that nobody has closed.
    """
    names = list(dict.fromkeys(data["vertical"]))
    lines = dict(list(data.groupby("vertical", sort=False)))
    top = _top(data, measure)
    span = (data["end"].min(), data["end"].max())
    ticks, labels = _ticks(top, measure, _unit(data, measure)[0])
    days = _apart(data["end"])
    early = _early(data, measure)
    for panel, name in panels(ax, names[:MOST]):
        if measure != "value":
            _pale(panel, [lines[other] for other in names[:MOST] if other != name], measure)
        _own(panel, lines[name], name, measure, currency, span[1], days, star=" *" if name in early else "")
        panel.set_ylim(0, top * TOP)
        panel.set_yticks(ticks, labels)
        panel.tick_params(axis="y", labelsize=8, colors=GREY)
        panel.grid(axis="y", color=RULE, lw=0.7)
        date_ticks(panel, *span)
        if measure == "value":
            panel.set_xlim(date2num(span[0]) + LAST_MONTH - days, date2num(span[1]) + LAST_MONTH)
            if span[0] == span[1]:
                label = said_period(str(data["period"].iloc[0]))
                panel.set_xticks([date2num(span[0]) + LAST_MONTH - days / 2], [label])


def _pale(panel: Axes, others: list[pd.DataFrame], measure: str) -> None:
    """The lines of the others, drawn as one with gaps between them."""
    for_all = [(date2num(rows["end"]), _numbers(rows[measure])) for rows in others]
    x, y = (
        np.concatenate([[np.nan], *(np.append(part[place], np.nan) for part in for_all)]) for place in (0, 1)
    )
    panel.plot(x, y, color=PALE, lw=0.7, alpha=0.7)


def _top(data: pd.DataFrame, measure: str) -> float:
    """Where the scale ends: over the highest line and, of whole windows, the highest interval, as far as there is room."""
    highest = data[measure].max()
    top = NOTHING if pd.isna(highest) else max(float(highest), NOTHING)
    if measure != "rvi":
        return top
    widest = data.loc[~data["partial"].astype(bool), "high"].max()
    if pd.isna(widest) or float(widest) <= top:
        return top
    return min(float(widest), ROOM * top) if top > NOTHING else float(widest)


def _ticks(top: float, measure: str, unit: float) -> tuple[list[float], list[str]]:
    """Round numbers, in the unit that the subtitle names; counts have whole ones."""
    if top <= NOTHING:
        return [0.0], ["0"]
    finder = MaxNLocator(nbins=3, steps=[1, 1.5, 2, 2.5, 3, 4, 5, 10], integer=measure != "value")
    ticks = [float(tick) for tick in finder.tick_values(0, top / unit) if 0 <= tick <= top / unit * 1.02]
    return [tick * unit for tick in ticks], [f"{tick:g}" for tick in ticks]


def _own(
    panel: Axes,
    rows: pd.DataFrame,
    name: str,
    measure: str,
    currency: str,
    end: pd.Timestamp,
    days: int,
    star: str = "",
) -> None:
    known = rows[rows[measure].notna()]
    # The number at the top right is this period's; a line that stopped before has none.
    current = len(known) > 0 and known["end"].iloc[-1] == end
    last = (
        figure_for(known[measure].iloc[-1], measure, currency) if current else "none now" * bool(len(known))
    )
    last += star
    panel_title(panel, beside_value(panel, name, last), last, INK)
    if known.empty:
        panel.text(
            0.5,
            0.4,
            "none on record",
            transform=panel.transAxes,
            ha="center",
            color=GREY,
            size=8.5,
            # A line of the scale would strike the words through.
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
        return
    cut = rows["partial"].to_numpy(dtype=bool) if measure == "rvi" else None
    if cut is not None:
        ribbon(panel, rows["end"], _numbers(rows["low"]), _numbers(rows["high"]), RECEIVED, cut)
    values = _numbers(rows[measure])
    if measure == "value":
        _bars(panel, rows["end"], values, days)
        return
    line(panel, rows["end"], values, RECEIVED, cut)
    # A value between two quarters without one has no line to stand on.
    missing = np.isnan(np.concatenate([[np.nan], values, [np.nan]]))
    alone = ~np.isnan(values) & missing[:-2] & missing[2:]
    panel.plot(rows["end"].to_numpy()[alone], values[alone], ".", ms=5, color=RECEIVED, clip_on=False)


def _bars(panel: Axes, ends: pd.Series, values: np.ndarray, days: int) -> None:
    """What was won in each period: sums of few contracts, between which no line has anything to say."""
    panel.bar(
        date2num(ends) + LAST_MONTH - days / 2, np.nan_to_num(values), width=0.72 * days, color=RECEIVED
    )


def _apart(ends: pd.Series) -> int:
    """Days of a period, a quarter's where there is but one."""
    apart = ends.drop_duplicates().sort_values().diff().min()
    return 91 if pd.isna(apart) else int(apart.days)


def _numbers(column: pd.Series) -> np.ndarray:
    return column.to_numpy("float64", na_value=np.nan)
