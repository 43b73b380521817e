"""What passed between a partner and us, for the partner's own eyes: quarter by quarter, as much above as below."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from partnership_analysis.charts.panels import opened, spanned
from partnership_analysis.charts.steps.profile import after_handout
from partnership_analysis.charts.strips import dodged
from partnership_analysis.charts.theme import GIVEN, GREY, INK, RECEIVED, chart, is_narrow, subtitle_height
from partnership_analysis.wording import joined

PLOT = 2.3
"""Inches of the drawing, its ticks included."""
ROOM = 8
"""Quarters for which there is always room."""
WHAT = "referrals, events and the like between us a quarter, meetings aside"
SIDES = "Above the line what you sent us, below it what we sent you; what we did together counts for both"


def _subtitle(data: pd.DataFrame, partner: str = "", **_: object) -> str:
    """Also over what time, and why the left is blank, where it is."""
    first, last = data["quarter"].iloc[0], data["quarter"].iloc[-1]
    if len(data) >= ROOM:
        return opened(partner, f"{WHAT}, {spanned(first, last)}. {SIDES}")
    return opened(partner, f"{WHAT}. {SIDES}. The record begins in {first}")


def _height(data: pd.DataFrame, width: float) -> float:
    # With room for the name, which the options alone hold.
    return PLOT + subtitle_height(_subtitle(data, partner="M" * 20), width)


def _describe(data: pd.DataFrame, **_: object) -> str:
    sums = [int(data[way].sum()) for way in ("received", "given", "mutual")]
    first, last = data["quarter"].iloc[0], data["quarter"].iloc[-1]
    words = [f"{sums[0]:,} from you to us", f"{sums[1]:,} from us to you", f"{sums[2]:,} together"]
    return f"What passed between us by quarter, {spanned(first, last)}: {joined(words)}."


@chart(
    describe=_describe,
    height=_height,
    empty="Nothing but meetings, or nothing at all, is on record between us: write what you and we did for each other into the interactions table.",
    subtitle=_subtitle,
    next_step=after_handout,
)
def plot_handout(
    data: pd.DataFrame, ax: Axes, actions: pd.DataFrame | None = None, partner: str = ""
) -> None:
    """Bars up for what a partner sent us, down for what we sent, and nearest the line what we did together.

    Parameters
    ----------
    data : DataFrame
        ``quarter``, ``received``, ``given``, ``mutual``; as ``quarters`` of
        :func:`partnership_analysis.metrics.handout.partner_handout`.
    ax : Axes, optional
    actions : DataFrame, optional
        ``actions`` of the same, for what to talk about.
    partner : str, optional
        The name, for the subtitle.
    """
    got, gave, both = (data[name].to_numpy("float64") for name in ("received", "given", "mutual"))
    x = np.arange(len(data))
    ax.bar(x, got, bottom=both, width=0.66, color=RECEIVED, lw=0, gid="received")
    ax.bar(x, -gave, bottom=-both, width=0.66, color=GIVEN, lw=0, gid="given")
    ax.bar(x, 2 * both, bottom=-both, width=0.66, color=INK, lw=0, gid="mutual")
    ax.axhline(0, color=GREY, lw=1, gid="zero")
    high, low = max((got + both).max(), 1.0), max((gave + both).max(), 1.0)
    ax.set_ylim(-low * 1.08, high * 1.08)
    # What has just begun stands at the right, with room for what came before in others.
    ax.set_xlim(min(len(data) - ROOM, 0) - 0.6, len(data) - 0.4)
    _name(ax, high, low, [bool(values.any()) for values in (got, gave, both)])
    _quarters(ax, data["quarter"].tolist())
    ax.spines["bottom"].set_visible(False)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    ax.yaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    ax.tick_params(axis="y", labelsize=8.5, colors=GREY)
    ax.grid(axis="y")


def _name(ax: Axes, high: float, low: float, drawn: list[bool]) -> None:
    """What the colours stand for, of those that there are, at the right of what they stand for."""
    inches = PLOT - 0.4
    names = {"from you": (high * 0.55, RECEIVED), "from us": (-low * 0.55, GREY), "together": (0.0, INK)}
    wanted = {word: names[word] for word, there in zip(names, drawn, strict=True) if there}
    places = np.array([(value + low * 1.08) / ((high + low) * 1.08) * inches for value, _ in wanted.values()])
    moved = dodged(places, gap=0.2, low=0.08, high=inches)
    for (word, (_, colour)), place in zip(wanted.items(), moved, strict=True):
        ax.annotate(
            word,
            (1, place / inches),
            xycoords="axes fraction",
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            weight="bold",
            gid="name",
        )


def _quarters(ax: Axes, names: list[str]) -> None:
    """As many quarters as there is room for, the last always."""
    step = -(-max(len(names), ROOM) // (4 if is_narrow(ax) else 8))
    places = list(range(len(names) - 1, -1, -step))[::-1]
    ax.set_xticks(places, [names[place] for place in places])
    ax.tick_params(axis="x", labelsize=8.5)
