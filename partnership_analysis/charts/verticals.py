"""Which verticals perform, over time: each against all the others, on one scale."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.panels import date_ticks, line, panel_title, panels, ribbon, rows_of
from partnership_analysis.charts.theme import GREY, INK, PALE, RECEIVED, RULE, chart, is_narrow
from partnership_analysis.wording import count_of, joined, money, number, shortened

MEASURES = {
    "rvi": "mean RVI",
    "received": "referrals received a quarter",
    "given": "referrals given a quarter",
    "value": "value won a quarter",
}


def _height(data: pd.DataFrame, width: float) -> float:
    return 0.3 + 1.2 * rows_of(data["vertical"].nunique(), width)


def _figure(value: float, measure: str, currency: str) -> str:
    if measure == "value":
        return money(value, currency)
    return number(value, 1 if measure == "rvi" else 0)


def _describe(data: pd.DataFrame, measure: str = "rvi", currency: str = "") -> str:
    words = []
    for vertical, rows in data.groupby("vertical", sort=False):
        known = rows[rows[measure].notna()]
        if len(known):
            first, last = (_figure(known[measure].iloc[at], measure, currency) for at in (0, -1))
            words.append(f"{vertical} from {first} to {last}")
    periods = list(dict.fromkeys(data.sort_values("end")["period"]))
    return (
        f"{MEASURES[measure].capitalize()} of {count_of(len(words), 'vertical')}, {periods[0]} to {periods[-1]}: "
        f"{joined(words, limit=10)}."
    )


@chart(describe=_describe, height=_height, empty="There is no vertical with data for this measure.")
def plot_vertical_performance(data: pd.DataFrame, ax: Axes, measure: str = "rvi", currency: str = "") -> None:
    """Small multiples: one vertical in colour a panel, the others behind it in grey.

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
    top = _top(data, measure)
    span = (data["end"].min(), data["end"].max())
    for panel, name in panels(ax, names):
        for other in names:
            if other != name:
                rows = data[data["vertical"] == other]
                panel.plot(rows["end"], _numbers(rows[measure]), color=PALE, lw=0.7, alpha=0.7)
        _own(panel, data[data["vertical"] == name], name, measure, currency, narrow=is_narrow(ax))
        panel.set_ylim(0, top * 1.05)
        ticks = [0, top / 2, top] if measure == "value" else _whole_ticks(top)
        panel.set_yticks(
            ticks, [_figure(tick, "given" if measure == "rvi" else measure, "") for tick in ticks]
        )
        panel.tick_params(axis="y", labelsize=8, colors=GREY)
        panel.grid(axis="y", color=RULE, lw=0.7)
        date_ticks(panel, *span)


def _top(data: pd.DataFrame, measure: str) -> float:
    """Where the scale ends: over the highest line and, of whole windows, the highest interval."""
    highest = [data[measure].max()]
    if measure == "rvi":
        highest.append(data.loc[~data["partial"].astype(bool), "high"].max())
    known = [float(value) for value in highest if not pd.isna(value)]
    return max([*known, 1e-9])


def _whole_ticks(top: float) -> list[float]:
    step = max(1, int(np.ceil(top / 3)))
    return [float(tick) for tick in range(0, int(np.floor(top)) + 1, step)]


def _own(panel: Axes, rows: pd.DataFrame, name: str, measure: str, currency: str, *, narrow: bool) -> None:
    known = rows[measure].dropna()
    last = _figure(known.iloc[-1], measure, currency) if len(known) else ""
    panel_title(panel, shortened(name, 16 if narrow else 22), last, INK)
    if known.empty:
        panel.text(0.5, 0.4, "none on record", transform=panel.transAxes, ha="center", color=GREY, size=8.5)
        return
    cut = rows["partial"].to_numpy(dtype=bool) if measure == "rvi" else None
    if cut is not None:
        ribbon(panel, rows["end"], _numbers(rows["low"]), _numbers(rows["high"]), RECEIVED, cut)
    line(panel, rows["end"], _numbers(rows[measure]), RECEIVED, cut)


def _numbers(column: pd.Series) -> np.ndarray:
    return column.to_numpy("float64", na_value=np.nan)
