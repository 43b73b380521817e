"""Which verticals perform, over time: each against all the others, on one scale."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator

from partnership_analysis.charts.lettering import beside_value
from partnership_analysis.charts.panels import date_ticks, line, panel_title, panels, ribbon, rows_of, spanned
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
from partnership_analysis.wording import SYMBOLS, count_of, joined, money, number

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
FEW_DAYS = 89
"""Days of three months at least; a shorter record is too early to judge."""
FLAT = 1 / 30
"""Part of the scale under which a line looks like the zero."""


def undescribed(data: pd.DataFrame) -> str:
    """What to fill in where all are in the one vertical of those who have none; for a subtitle."""
    if "vertical" not in data.columns or len(data) == 0 or data["vertical"].ne(NOT_DESCRIBED).any():
        return ""
    return " No partner's vertical is on record: fill the column vertical of the partners table."


def period_kind(data: pd.DataFrame) -> str:
    """What the periods are called: quarters or, less exactly, periods."""
    quarters = len(data) > 0 and data["period"].astype("string").str.contains("Q").all()
    return "quarter" if quarters else "period"


def measured(measure: str, currency: str = "", unit: str = "", per: str = "period") -> str:
    """What is measured, in which unit, from which records: a subtitle's first sentence."""
    if measure == "rvi":
        return f"Mean RVI of each vertical's partners at each {per}'s end, from interactions and ratings."
    if measure == "value":
        units = f"{SYMBOLS.get(currency, currency)} {unit}".strip()
        return (
            f"Won from referrals received in each {per}{f', {units}' if units else ''}, from interactions. Dated by the referral: "
            "the latest still fill up."
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


def _subtitle(data: pd.DataFrame, measure: str = "rvi", currency: str = "") -> str:
    band = _band(data) if measure == "rvi" else ""
    count = data["vertical"].nunique()
    some = f" The first {MOST} of {count}." if count > MOST else ""
    pale = (
        " Pale: the other verticals."
        if count > 1 and measure != "value" and data["end"].nunique() > 1
        else ""
    )
    flat = " One scale: small ones lie on the zero." if _flat(data, measure) else ""
    last = f" Bold: {said_period(str(data.sort_values('end')['period'].iloc[-1]))}." if len(data) else ""
    first = measured(measure, currency, _unit(data, measure)[1], period_kind(data))
    return f"{first}{last}{pale}{band}{flat}{some}{undescribed(data)}"


def _band(data: pd.DataFrame) -> str:
    """What is drawn beside a line of RVI; of one period nothing is."""
    if data["end"].nunique() < 2:
        short = int(data.drop_duplicates("period")["days"].sum()) < FEW_DAYS
        return " Under three months on record: too early to judge." if short else ""
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


def _describe(data: pd.DataFrame, measure: str = "rvi", currency: str = "") -> str:
    words = []
    end = data["end"].max()
    for vertical, rows in data.groupby("vertical", sort=False):
        known = rows[rows[measure].notna()]
        if len(known):
            first, last = (figure_for(known[measure].iloc[at], measure, currency) for at in (0, -1))
            stale = known["end"].iloc[-1] < end
            when = f" in {said_period(str(known['period'].iloc[-1]))}, none since" if stale else ""
            words.append(f"{vertical} from {first} to {last}{when}")
    periods = list(dict.fromkeys(data.sort_values("end")["period"]))
    return (
        f"{MEASURES[measure][0].upper()}{MEASURES[measure][1:]} of {count_of(len(words), 'vertical')}, "
        f"{spanned(said_period(periods[0]), said_period(periods[-1]))}: {joined(words, limit=10)}."
    )


def _any_known(data: pd.DataFrame, measure: str = "rvi", currency: str = "") -> bool:
    return bool(data[measure].notna().any())


def _why_empty(data: pd.DataFrame, measure: str = "rvi", currency: str = "") -> str:
    if data.empty:
        return "No vertical has anything on record: fill the interactions table, and the column vertical of the partners table."
    return NO_RVI if measure == "rvi" else NO_VALUE


@chart(
    describe=_describe,
    height=_height,
    empty=_why_empty,
    needs=_any_known,
    subtitle=_subtitle,
)
def plot_vertical_performance(data: pd.DataFrame, ax: Axes, measure: str = "rvi", currency: str = "") -> None:
    """Small multiples: one vertical in colour a panel, the others behind it in grey; value won as bars alone.

    Parameters
    ----------
    data : DataFrame
        ``vertical`` (in the order to show), ``period``, ``end``, and the measure; as
        :func:`partnership_analysis.vertical_performance` gives them.
    ax : Axes, optional
        The panels are laid out inside these.
    measure : {"rvi", "received", "given", "value"}
    currency : str
        ISO code, for labels of value.
    """
    names = list(dict.fromkeys(data["vertical"]))
    lines = dict(list(data.groupby("vertical", sort=False)))
    top = _top(data, measure)
    span = (data["end"].min(), data["end"].max())
    ticks, labels = _ticks(top, measure, _unit(data, measure)[0])
    days = _apart(data["end"])
    for panel, name in panels(ax, names[:MOST]):
        if measure != "value":
            _pale(panel, [lines[other] for other in names[:MOST] if other != name], measure)
        _own(panel, lines[name], name, measure, currency, span[1], days)
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
) -> None:
    known = rows[rows[measure].notna()]
    # The number at the top right is this period's; a line that stopped before has none.
    current = len(known) > 0 and known["end"].iloc[-1] == end
    last = (
        figure_for(known[measure].iloc[-1], measure, currency) if current else "none now" * bool(len(known))
    )
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
