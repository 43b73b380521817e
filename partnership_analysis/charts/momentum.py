"""Whether work goes on after the kick-off: open actions of each partnership, those that have stalled first."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.board import NO_ACTION
from partnership_analysis.charts.lettering import beside_value
from partnership_analysis.charts.panels import date_ticks, panel_title, panels, rows_of
from partnership_analysis.charts.steps.promised import after_burn_down
from partnership_analysis.charts.theme import (
    BAND_TEXT,
    GREY,
    INK,
    RECEIVED,
    RULE,
    chart,
    subtitle_height,
)
from partnership_analysis.wording import count_of, joined

MOST = 12
"""Partnerships that are drawn: the first of the frame."""
MONTHS = 15
"""How far back a panel reaches."""


def _names(data: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(data["partner"].astype(str)))


def _subtitle(data: pd.DataFrame, stalled: pd.DataFrame | None = None, **_: object) -> str:
    more = len(_names(data)) - MOST
    left = f" Not drawn: {count_of(more, 'more partnership')}." if more > 0 else ""
    first = " The stalled first, then the longest idle." if _stuck(stalled) else " The longest idle first."
    several = len(_names(data)) > 1
    order = first if stalled is not None and several else ""
    key = (
        " Stalled: for so long nothing was finished, though actions wait."
        if _stuck(stalled).keys() & set(_names(data)[:MOST])
        else ""
    )
    return (
        f"Open actions, agreed and not yet finished, over the last {MONTHS} months or since the kick-off"
        f"{'; one scale' if several else ''}.{order}{key} From actions.{left}"
    )


def _height(data: pd.DataFrame, width: float) -> float:
    shown = min(len(_names(data)), MOST)
    # Who has stalled is not known here: room for as much as there may be to say.
    words = _subtitle(data, pd.DataFrame({"partner": _names(data), "stalled": True, "idle_days": 0}))
    return 0.3 + 1.05 * rows_of(shown, width) + subtitle_height(words, width)


def _describe(data: pd.DataFrame, stalled: pd.DataFrame | None = None, **_: object) -> str:
    last = data.drop_duplicates("partner", keep="last")
    words = [f"{row.partner} {row.open}" for row in last.itertuples()]
    stuck = _stuck(stalled)
    said = f"stalled: {joined(list(stuck))}" if stuck else "none is stalled"
    return (
        f"Open actions of {count_of(len(last), 'partnership')} over time: now {joined(words, limit=8)}"
        f"{'' if stalled is None else f'; {said}'}."
    )


def _stuck(stalled: pd.DataFrame | None) -> dict[str, Any]:
    """Stalled partnerships with the days since anything was finished."""
    if stalled is None:
        return {}
    rows = stalled[stalled["stalled"].fillna(False)]
    return dict(zip(rows["partner"].astype(str), rows["idle_days"], strict=True))


def _why_empty(data: pd.DataFrame, stalled: pd.DataFrame | None = None, **_: object) -> str:
    if stalled is not None and stalled.empty:
        return NO_ACTION
    return (
        "No action is open whose day of agreement is on record: fill the column created of the actions table."
    )


@chart(
    describe=_describe,
    height=_height,
    empty=_why_empty,
    subtitle=_subtitle,
    next_step=after_burn_down,
)
def plot_burn_down(
    data: pd.DataFrame,
    ax: Axes,
    stalled: pd.DataFrame | None = None,
    actions: pd.DataFrame | None = None,
) -> None:
    """A panel a partnership: its open actions as steps; a stalled one says so.

    Parameters
    ----------
    data : DataFrame
        Rows of :func:`partnership_analysis.burn_down`, partnerships in the order to show; the first twelve are drawn.
    ax : Axes, optional
        The panels are laid out inside these.
    stalled : DataFrame, optional
        As :func:`partnership_analysis.stalled` gives it: who is marked.
    actions : DataFrame, optional
        As :func:`partnership_analysis.action_board` gives it: which step to begin with, and whose it is.
    """
    names, stuck = _names(data)[:MOST], _stuck(stalled)
    shown = data[data["partner"].isin(names)]
    last = shown["date"].max()
    first = max(shown["date"].min(), last - pd.DateOffset(months=MONTHS))
    most = max(3, int(shown.loc[shown["date"] >= first, "open"].max()))
    # Even, so that the rule in the middle is half of it.
    top = most + most % 2
    for panel, name in panels(ax, names):
        rows = data[data["partner"] == name]
        colour = BAND_TEXT["weak"] if name in stuck else RECEIVED
        panel.fill_between(
            rows["date"], rows["open"].to_numpy("float64"), step="post", color=colour, alpha=0.2, lw=0
        )
        panel.plot(
            rows["date"], rows["open"].to_numpy("float64"), color=colour, lw=1.8, drawstyle="steps-post"
        )
        panel.plot(
            rows["date"].iloc[-1:],
            rows["open"].iloc[-1:].to_numpy("float64"),
            "o",
            ms=4.5,
            color=colour,
            clip_on=False,
        )
        now = f"{rows['open'].iloc[-1]} open"
        panel_title(panel, beside_value(panel, name, now), now, colour if name in stuck else INK)
        if name in stuck:
            words = "■ stalled" if pd.isna(stuck[name]) else f"■ stalled, {stuck[name]:,} days"
            panel.text(
                0.03, 0.9, words, transform=panel.transAxes, size=8.5, weight="bold", color=colour, va="top"
            )
        panel.set_ylim(0, top * (1.45 if stuck else 1.12))
        ticks = [0, top // 2, top]
        panel.set_yticks(ticks, [str(tick) for tick in ticks])
        panel.tick_params(axis="y", labelsize=8, colors=GREY)
        panel.grid(axis="y", color=RULE, lw=0.6)
        date_ticks(panel, first, last)
