"""On whom do we depend: how much the largest bring together, and how few bring half."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from partnership_analysis.charts.lettering import cut, width_of
from partnership_analysis.charts.phrases import PERIOD
from partnership_analysis.charts.steps.dependence import after_dependence, share_said
from partnership_analysis.charts.theme import (
    BAND_TEXT,
    GREY,
    INK,
    PALE,
    RECEIVED,
    RULE,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.wording import count_of, joined, money, number, spelled

WHAT = {
    "value": "Won from referrals received",
    "received": "Referrals received, introductions too",
    "rvi": "RVI",
    "commitments": "Open actions agreed",
}
NOUNS = {"received": "referral", "commitments": "action"}
HALF, FAR_OVER = 0.5, 0.6
"""The share that is asked for, and one from which it is no longer near half: then it is said itself."""
MOST_DOTS = 60
"""Of more, the curve alone is drawn."""


def _measure(data: pd.DataFrame) -> str:
    return str(data["measure"].iloc[0]) if len(data) else "value"


def _subtitle(data: pd.DataFrame, period: str = "", **_: object) -> str:
    measure = _measure(data)
    records = {"rvi": "interactions and ratings", "commitments": "actions"}.get(measure, "interactions")
    dots = ", one dot each" if len(data) <= MOST_DOTS else ""
    pale = " Pale: if all brought the same." if len(data) > 1 else ""
    return (
        f"{WHAT[measure]}{f', {period}' if period else ''}, from {records}: share that the largest bring together, "
        f"of those who have any{dots}.{pale}"
    )


def _height(data: pd.DataFrame, width: float) -> float:
    return 3.2 + subtitle_height(_subtitle(data, PERIOD), width)


def halfway(data: pd.DataFrame) -> int:
    """How many of the largest bring half."""
    return int((data["together"].to_numpy("float64") < HALF - 1e-9).sum()) + 1


def _reached(data: pd.DataFrame) -> float:
    """What those who bring half bring together: half, or their share where that is far more."""
    share = float(data["together"].iloc[halfway(data) - 1])
    return share if share >= FAR_OVER else HALF


def _bring(data: pd.DataFrame, noun: str) -> str:
    """How few bring how much."""
    few, reached = halfway(data), _reached(data)
    verb = "brings" if few == 1 else "bring"
    much = "half" if reached == HALF else share_said(reached)
    return f"{spelled(few)} of {count_of(len(data), noun)} {verb} {much}"


def _describe(data: pd.DataFrame, currency: str = "", noun: str = "partner", **_: object) -> str:
    measure = _measure(data)
    amounts = [money(value, currency) if measure == "value" else "" for value in data["amount"].head(3)]
    words = [
        f"{name} {share_said(share)}{f' ({amount})' if amount else ''}"
        for name, share, amount in zip(data["name"].head(3), data["share"].head(3), amounts, strict=True)
    ]
    return (
        f"{WHAT[measure]} by {noun}, the largest first: {_bring(data, noun)}. The largest: {joined(words)}."
    )


@chart(
    describe=_describe,
    height=_height,
    empty=(
        "There is nothing to share out: no referral is on record or, for amounts, none has an amount above 0. Write referrals into the "
        "interactions table, and what was won into its column value."
    ),
    subtitle=_subtitle,
    next_step=after_dependence,
)
def plot_dependence(
    data: pd.DataFrame,
    ax: Axes,
    currency: str = "",
    period: str = "",
    noun: str = "partner",
    effective: float | None = None,
    limits: pd.DataFrame | None = None,
) -> None:
    """The dependence curve: cumulative share, the largest first, with the place where half is reached.

    Parameters
    ----------
    data : DataFrame
        ``measure``, ``name``, ``rank``, ``amount``, ``share``, ``together``; as
        :func:`partnership_analysis.dependence_curve` gives them.
    ax : Axes, optional
    currency, period, noun : str
        ISO code; the window in words, for the subtitle; whose shares they are.
    effective : float, optional
        So many equal ones would be as concentrated (:func:`partnership_analysis.concentration`); said in words.
    limits : DataFrame, optional
        ``measure`` and ``low``, as :func:`partnership_analysis.dependence` gives them: the least that the share of the
        largest may be, by which a second source is advised or not.
    """
    together = data["together"].to_numpy("float64")
    count, narrow = len(together), is_narrow(ax)
    x = np.arange(count + 1)
    ax.plot(x, x / count, color=PALE, lw=1.1, zorder=1)
    ax.plot(x, [0.0, *together], color=RECEIVED, lw=2, zorder=2)
    if count <= MOST_DOTS:
        ax.plot(x[1:], together, "o", ms=4 if count > 25 else 5, color=RECEIVED, zorder=3)
    half, reached = halfway(data), _reached(data)
    ax.set_xlim(0, count * 1.02)
    ax.set_ylim(0, 1.04)
    ax.set_yticks([0, 0.5, 1], ["0", "50%", "100%"])
    ax.tick_params(axis="y", labelsize=8.5, colors=GREY)
    ax.set_xticks([half, count] if half < count * 0.8 else [half], _places(half, count, noun, narrow=narrow))
    if count > 1:
        ax.plot(
            [0, half, half],
            [reached, reached, 0],
            color=BAND_TEXT["average"],
            lw=1.1,
            ls=(0, (3, 2)),
            zorder=1,
        )
    ax.spines["bottom"].set_color(RULE)
    said = f"all from one {noun}" if count == 1 else _bring(data, noun)
    _names(ax, data, currency, said, effective, noun=noun, narrow=narrow)


def _amount(value: float, measure: str, currency: str) -> str:
    """An amount with its unit."""
    if measure == "value":
        return money(value, currency)
    return count_of(round(value), NOUNS[measure]) if measure in NOUNS else f"RVI {number(value)}"


def _places(half: int, count: int, noun: str, *, narrow: bool) -> list[str]:
    return [f"{half:,}", f"{count:,}" if narrow else f"{count_of(count, noun)}"][
        : 2 if half < count * 0.8 else 1
    ]


def _rest(data: pd.DataFrame, named: int, noun: str) -> str:
    """How many are not named, and what they bring together; nothing where all are named."""
    others = len(data) - named
    if others <= 0:
        return ""
    return f"and {count_of(others, f'more {noun}')}: {share_said(float(data['share'].iloc[named:].sum()))}"


def _names(
    ax: Axes,
    data: pd.DataFrame,
    currency: str,
    said: str,
    effective: float | None,
    *,
    noun: str,
    narrow: bool,
) -> None:
    """Under the curve, in words: how few bring half, how concentrated that is, and the first names, with how many more there are."""
    measure = _measure(data)
    most = min(3 if narrow else 5, len(data))
    lines = [(said[0].upper() + said[1:], BAND_TEXT["average"], "bold")]
    if effective is not None and not pd.isna(effective) and len(data) > 1:
        equal = number(effective, 0)
        words = (
            "almost as if there were one alone"
            if equal == "1"
            else f"{'nearly' if equal == str(len(data)) else f'as if {equal} {noun}s brought'} equal parts"
        )
        lines.append((words, GREY, "normal"))
    row: Any
    for row in data.head(most).itertuples():
        value = _amount(row.amount, measure, currency)
        name = cut(str(row.name), 17 if narrow else 30, 9)
        lines.append((f"{row.rank:.0f}  {name}  {share_said(row.share)}, {value}", INK, "normal"))
    if rest := _rest(data, most, noun):
        lines.append((rest, GREY, "normal"))
    figure = figure_of(ax)
    step = 0.17 / (figure.get_figheight() - 0.8)
    longest = max(width_of(text, 9, bold=weight == "bold") for text, _, weight in lines)
    width = longest / (figure.get_figwidth() - 0.5)
    left = max(0.985 - width, 0.02)
    _clear(ax, left, 0.985, 0.06 + step * (len(lines) - 0.5))
    for turn, (text, colour, weight) in enumerate(reversed(lines)):
        ax.annotate(
            text,
            (left, 0.06 + step * turn),
            xycoords="axes fraction",
            va="center",
            size=9,
            color=colour,
            weight=weight,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
        )


def _clear(ax: Axes, left: float, right: float, top: float) -> None:
    """Paper under the words, over the dashed line and the pale one, which would run through them."""
    ax.add_patch(
        Rectangle(
            (left - 0.01, 0.012),
            right - left + 0.02,
            top - 0.012,
            transform=ax.transAxes,
            facecolor="white",
            edgecolor="none",
            zorder=1.5,
            gid="paper",
        )
    )
