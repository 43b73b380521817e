"""RVI over time: one small panel a partner, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.panels import date_ticks, line, panel_title, panels, ribbon, rows_of
from partnership_analysis.charts.ranking import LIMITS
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GREY,
    INK,
    RECEIVED,
    RULE,
    chart,
    is_narrow,
    root_scale,
)
from partnership_analysis.schema import TOO_EARLY
from partnership_analysis.wording import count_of, joined, number, shortened


def _height(data: pd.DataFrame, width: float) -> float:
    return 0.3 + 1.12 * rows_of(data["partner"].nunique(), width)


def _describe(data: pd.DataFrame, limits: Sequence[float] = LIMITS) -> str:
    words = []
    for partner, rows in data[data["rvi"].notna()].groupby("partner", sort=False):
        words.append(f"{partner} from {number(rows['rvi'].iloc[0])} to {number(rows['rvi'].iloc[-1])}")
    first, last = data["month"].min(), data["month"].max()
    return (
        f"RVI of {count_of(len(words), 'partner')} by month, {first:%B %Y} to {last:%B %Y}, on one scale: "
        f"{joined(words, limit=12)}."
    )


@chart(
    describe=_describe, height=_height, empty="No partner has an RVI: it needs at least one rating of trust."
)
def plot_rvi_trend(data: pd.DataFrame, ax: Axes, limits: Sequence[float] = LIMITS) -> None:
    """Small multiples with interval ribbons; band limits are the only grid.

    Parameters
    ----------
    data : DataFrame
        ``partner`` (in the order to show), ``month``, ``rvi``, ``low``, ``high``, ``band``, as
        :func:`partnership_analysis.rvi` gives them. Months that are too early for a band are not drawn;
        those whose window reaches back before the record (``partial``) are dotted.
    ax : Axes, optional
        The panels are laid out inside these.
    limits : three numbers
        Band limits, rising.
    """
    drawn = data[data["rvi"].notna() & (data["band"] != TOO_EARLY)]
    names = list(dict.fromkeys(data["partner"]))
    whole = drawn[~drawn["partial"].astype(bool)] if len(drawn) else drawn
    top = max(limits[-1] * 1.2, float((whole if len(whole) else drawn)["high"].max()) if len(drawn) else 0.0)
    span = (data["month"].min(), data["month"].max())
    for panel, name in panels(ax, names):
        rows = drawn[drawn["partner"] == name]
        root_scale(panel, "y")
        _panel(panel, rows, name, limits, narrow=is_narrow(ax))
        panel.set_ylim(0, top * 1.02)
        date_ticks(panel, *span)


def _describe_activity(data: pd.DataFrame) -> str:
    words = [
        f"{partner} from {number(rows['rate'].iloc[0])} to {number(rows['rate'].iloc[-1])}"
        for partner, rows in data.groupby("partner", sort=False)
    ]
    first, last = data["month"].min(), data["month"].max()
    return (
        f"Interactions a month of {count_of(len(words), 'partner')}, {first:%B %Y} to {last:%B %Y}, on one scale: "
        f"{joined(words, limit=12)}."
    )


@chart(describe=_describe_activity, height=_height, empty="No partner has an interaction on record.")
def plot_activity_trend(data: pd.DataFrame, ax: Axes) -> None:
    """The rates behind the index as small multiples, where nobody rated trust.

    Parameters
    ----------
    data : DataFrame
        ``partner`` (in the order to show), ``month``, ``rate``, ``rate_low``, ``rate_high``, ``partial``.
    ax : Axes, optional
        The panels are laid out inside these.
    """
    top = float(data["rate"].max()) * 1.25 + 0.2
    span = (data["month"].min(), data["month"].max())
    ticks = [tick for tick in (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if tick <= top][-3:]
    for panel, name in panels(ax, list(dict.fromkeys(data["partner"]))):
        root_scale(panel, "y")
        rows = data[data["partner"] == name]
        panel_title(panel, _short(name, narrow=is_narrow(ax)), number(rows["rate"].iloc[-1]), INK)
        _line(panel, rows, ("rate", "rate_low", "rate_high"), RECEIVED)
        _grid(panel, ticks, labelled=ticks[-1:])
        panel.set_ylim(0, top)
        date_ticks(panel, *span)


def _panel(panel: Axes, rows: pd.DataFrame, name: str, limits: Sequence[float], *, narrow: bool) -> None:
    _grid(panel, limits, labelled=(limits[0], limits[-1]))
    if rows.empty:
        panel_title(panel, _short(name, narrow=narrow), "", GREY)
        panel.text(0.5, 0.4, "too early", transform=panel.transAxes, ha="center", color=GREY, size=8.5)
        return
    band = rows["band"].iloc[-1]
    panel_title(panel, _short(name, narrow=narrow), number(rows["rvi"].iloc[-1]), BAND_TEXT[band])
    _line(panel, rows, ("rvi", "low", "high"), BAND_COLOURS[band])


def _line(panel: Axes, rows: pd.DataFrame, names: tuple[str, str, str], colour: str) -> None:
    values, low, high = (rows[name].to_numpy("float64") for name in names)
    cut = rows["partial"].to_numpy(dtype=bool)
    ribbon(panel, rows["month"], low, high, colour, cut)
    line(panel, rows["month"], values, colour, cut)


def _grid(panel: Axes, ticks: Sequence[float], labelled: Sequence[float]) -> None:
    """Rules at the ticks; numbers only where they do not touch."""
    panel.set_yticks(list(ticks), [f"{tick:g}" if tick in labelled else "" for tick in ticks])
    panel.tick_params(axis="y", labelsize=8, colors=GREY)
    panel.grid(axis="y", color=RULE, lw=0.7)


def _short(name: str, *, narrow: bool) -> str:
    return shortened(name, 21 if narrow else 26)
