"""What our hours could bring: the worth of the best plan against the hours that there are, and of one hour more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from partnership_analysis.charts.beside import settle
from partnership_analysis.charts.focus import FILL_WORTH
from partnership_analysis.charts.hour_words import hours
from partnership_analysis.charts.steps.hours import after_capacity
from partnership_analysis.charts.theme import GREY, INK, RECEIVED, RULE, chart, is_narrow, subtitle_height
from partnership_analysis.charts.ticks import Amounts
from partnership_analysis.metrics.focus.worth import WON_VALUE
from partnership_analysis.wording import count_of, money, number

_NOTHING = 1e-6
"""Share of the whole that is no gain: the plans are found to a billionth."""


def _worth(value: object, currency: str, basis: str) -> str:
    return money(value, currency) if basis == WON_VALUE else number(value)


def _subtitle(data: pd.DataFrame, currency: str = "", basis: str = WON_VALUE, **options: Any) -> str:
    money_a_year = f"{currency or 'money'} a year, from won referrals"
    unit = money_a_year if basis == WON_VALUE else "RVI, from interactions and ratings"
    return f"What the best plan brings ({unit}) against the hours that we have for partners a quarter."


def _enough(data: pd.DataFrame) -> Any:
    """The first plan that brings all there is to bring."""
    known = data[data["value"].notna()]
    return next(known[known["value"] >= known["value"].max() * (1 - _NOTHING)].itertuples())


def _height(data: pd.DataFrame, width: float) -> float:
    return 3.4 + subtitle_height(_subtitle(data, "GBP"), width)


def _describe(
    data: pd.DataFrame,
    currency: str = "",
    basis: str = WON_VALUE,
    plan: tuple[float, float] | None = None,
    one_more: float | None = None,
    partners: pd.DataFrame | None = None,
) -> str:
    last = _enough(data)
    a_year = " a year" if basis == WON_VALUE else " of RVI"
    words = (
        f"Worth of the best plan against our hours: rising to {_worth(last.value, currency, basis)}{a_year} "
        f"with {hours(last.hours)} hours a quarter, enough for {count_of(int(last.kept), 'partner')}."
    )
    if plan is not None:
        words += f" With the {hours(plan[0])} that we have it is {_worth(plan[1], currency, basis)}."
    if one_more is not None:
        words += f" One hour more would bring {_worth(one_more, currency, basis)}{a_year}."
    return words


@chart(
    describe=_describe,
    height=_height,
    empty=f"Nobody's worth is known, or it is nothing, so that nobody can say what an hour brings: {FILL_WORTH}.",
    needs=lambda data, **options: bool((data["value"] > 0).any()),
    subtitle=_subtitle,
    next_step=after_capacity,
)
def plot_capacity(
    data: pd.DataFrame,
    ax: Axes,
    currency: str = "",
    basis: str = WON_VALUE,
    plan: tuple[float, float] | None = None,
    one_more: float | None = None,
    partners: pd.DataFrame | None = None,
) -> None:
    """A rising line that flattens; the hours that we have, and the worth of one more, written on it.

    Parameters
    ----------
    data : DataFrame
        As :func:`partnership_analysis.capacity_curve` gives it.
    ax : Axes, optional
    currency : str
        ISO code.
    basis : str
        ``won value``, or ``RVI`` where no money is on record.
    plan : two floats, optional
        The hours that we have, and the value of the focus plan with them.
    one_more : float, optional
        As :func:`partnership_analysis.worth_of_one_more_hour` gives it.
    partners : DataFrame, optional
        The ``plan`` of :func:`partnership_analysis.focus_plan` with these hours, for the names in the next step.
    """
    last = _enough(data)
    rising = data[data["capacity"] < last.capacity]
    # With no more than the hours that the last plan takes, it is there already.
    x, y = (
        np.append(rising[name].to_numpy("float64"), end)
        for name, end in (("capacity", last.hours), ("value", last.value))
    )
    if plan is not None and plan[0] > x[-1]:
        # Nothing more is to be had, also with the hours that are left.
        x, y = np.append(x, plan[0]), np.append(y, last.value)
    right = max(float(x.max()), plan[0] if plan else 0.0, 1.0) * 1.06
    top = max(float(y.max()), 1.0 if basis == WON_VALUE else 1e-9) * 1.18
    settle(ax, left=0.62, right=0.12, bottom=0.45)
    ax.set_xlim(0, right)
    ax.set_ylim(0, top)
    if plan is not None:
        inside = x <= plan[0]
        ax.fill_between(
            np.append(x[inside], plan[0]), np.append(y[inside], plan[1]), color=RECEIVED, alpha=0.12, lw=0
        )
    ax.plot(x, y, color=RECEIVED, lw=2.0, zorder=3)
    _axes(ax, currency, basis)
    _end(ax, last, currency, basis)
    if plan is not None:
        _ours(ax, plan, _gain(data, plan, one_more, currency, basis), currency, basis)


def _axes(ax: Axes, currency: str, basis: str) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(4 if is_narrow(ax) else 9, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10], integer=basis == WON_VALUE))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: hours(value)))
    ax.yaxis.set_major_formatter(Amounts(currency, basis))
    ax.tick_params(axis="y", labelsize=9, colors=GREY)
    ax.grid(axis="y", color=RULE, lw=0.7)
    ax.set_xlabel("our hours a quarter", loc="left", labelpad=2)


def _end(ax: Axes, last: Any, currency: str, basis: str) -> None:
    """What all hours that could be used would bring."""
    words = f"{_worth(last.value, currency, basis)} with {hours(last.hours)} h, {count_of(int(last.kept), 'partner')}"
    late = last.hours > 0.55 * ax.get_xlim()[1]
    ax.plot([last.hours], [last.value], "o", ms=5, color=RECEIVED, clip_on=False, zorder=4)
    ax.annotate(
        words,
        (last.hours, last.value),
        xytext=(4 if late else -2, 7),
        textcoords="offset points",
        ha="right" if late else "left",
        va="bottom",
        color=GREY,
        size=9,
        # A line of the scale would strike the words through.
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        gid="end",
    )


def _gain(
    data: pd.DataFrame, plan: tuple[float, float], one_more: float | None, currency: str, basis: str
) -> list[str]:
    """What one hour more would bring, and where that is nothing how many would bring something."""
    if one_more is None:
        return []
    if one_more > 0:
        return [f"one hour more: +{_worth(one_more, currency, basis)}"]
    have, value = plan
    more = data[(data["value"] > value * (1 + _NOTHING)).fillna(False) & (data["hours"] > have + 1)]
    row: Any
    for row in more.head(1).itertuples():
        further = f"{hours(row.hours - have)} hours more: +{_worth(row.value - value, currency, basis)}"
        return ["one hour more: nothing", further]
    return ["one hour more: nothing"]


def _ours(ax: Axes, plan: tuple[float, float], gain: list[str], currency: str, basis: str) -> None:
    """The hours that we have, as a line with its words on the side where there is room."""
    have, value = plan
    left, right = ax.get_xlim()
    ax.vlines(have, 0, value, color=INK, lw=1.1, zorder=3)
    ax.plot([have], [value], "o", ms=8, color=INK, clip_on=False, zorder=5)
    lines = [
        f"{hours(have)} h that we have",
        f"bring {_worth(value, currency, basis)}{' a year' if basis == WON_VALUE else ' of RVI'}",
        *gain,
    ]
    low = ax.transAxes.inverted().transform(ax.transData.transform((have, value)))[1]
    # Beside a short line the words would touch its dot.
    beside = 14 if low < 0.3 else 7
    early = have < (left + right) * (0.45 if is_narrow(ax) else 0.6)
    ax.annotate(
        "\n".join(lines),
        (have, 0),
        xytext=(beside if early else -beside, 8),
        textcoords="offset points",
        ha="left" if early else "right",
        va="bottom",
        color=INK,
        size=9,
        gid="ours",
    )
