"""What each partnership costs and brings: what we put in, what came back, and the difference."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from partnership_analysis.charts.beside import column, cut_ends
from partnership_analysis.charts.rows import Rows, count_rows, name_rows, rows_for
from partnership_analysis.charts.steps.returns import after_returns, may_turn
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
from partnership_analysis.charts.ticks import Amounts
from partnership_analysis.charts.verticals import ALL_ZERO, undescribed
from partnership_analysis.wording import count_of, joined, money, shortened, signed_money

GROUPS = ("partner", "vertical", "owner")
LOST = BAND_COLOURS["weak"]
_HEAD = 12.0


def group_of(data: pd.DataFrame) -> str:
    """Whether the rows are partners, verticals or owners."""
    return next(name for name in GROUPS if name in data.columns)


def _subtitle(
    data: pd.DataFrame, currency: str = "", period: str = "", most: int = 30, **options: Any
) -> str:
    unit = f", {currency}" if currency else ""
    when = f", {period}" if period else ""
    table = rows_for(data, most).table
    hollow = "hollow: " if table["investment"].notna().any() else ""
    red = "; red: less came back" if (table["net"] < 0).fillna(False).any() else ""
    words = (
        f"What we put in ({hollow}hours, costs, commission) and what came back (filled: won referrals{red}){unit}{when}. "
        "From interactions."
    )
    return f"{words}{_nothing(data)}{_range_words(table)}{_shared_reason(data)}{undescribed(data)}"


def _nothing(data: pd.DataFrame) -> str:
    """Why nothing came back from anybody: nothing was won, or what was won has a value of 0, and so it may be of hours."""
    if not data["returned"].notna().any() or (data["returned"] > 0).any():
        return ""
    words = f" {ALL_ZERO}" if (data["won"] > 0).any() else " Nothing was won from referrals."
    idle = bool(data["hours"].notna().any() and data["hours"].dropna().eq(0).all())
    return words + " All hours are 0: correct the column hours." * idle


def _range_words(data: pd.DataFrame) -> str:
    """What the thin lines say, and what it means where there is none."""
    some = data["returned_low"].notna()
    if not some.any():
        return " Too few were won for a range: chance may turn any net." if may_turn(data).any() else ""
    parts = ["thin line: range that chance leaves"]
    if (data["returned_high"] > _edge_of(data)).fillna(False).any():
        parts.append("▸: it goes on")
    if ((data["returned"] >= 0) & ~some).fillna(False).any():
        parts.append("no line: too few won")
    if may_turn(data).any():
        parts.append("plain net: chance may turn it")
    words = "; ".join(parts)
    return f" {words[0].upper()}{words[1:]}."


def _edge_of(data: pd.DataFrame) -> float:
    """The right end of the axis: the farthest dot, and as much of the ranges as does not dwarf the rest."""
    most = max(
        [0.0, *(float(data[name].max()) for name in ("investment", "returned") if data[name].notna().any())]
    )
    far = float(data["returned_high"].max()) if data["returned_high"].notna().any() else 0.0
    return max(most, min(far, 1.5 * most), 1.0) * 1.03


def _shared_reason(data: pd.DataFrame) -> str:
    """Why nobody's difference is known, where it is the same for all: said once, not in every row."""
    reasons = data["unknown"].unique()
    if len(data) < 2 or data["net"].notna().any() or len(reasons) != 1 or pd.isna(reasons[0]):
        return ""
    return f" Nobody's net is known: {_reason(reasons[0])}."


def _reason(unknown: object) -> str:
    """Why a net is not known, with the setting's own name."""
    return str(unknown).replace("no hour rate in settings", "no hour rate in settings (set hour_rate)")


def _height(data: pd.DataFrame, width: float) -> float:
    return (
        0.72
        + 0.245 * count_rows(data)
        + subtitle_height(_subtitle(data, "GBP", "12 months to May 2025"), width)
    )


def _describe(
    data: pd.DataFrame, currency: str = "", period: str = "", most: int = 30, **options: Any
) -> str:
    by = group_of(data)
    known = data[data["net"].notna()]
    more, less = known[known["net"] > 0], known[known["net"] < 0].iloc[::-1]
    parts = [
        f"{word}: {joined([f'{getattr(row, by)} {signed_money(row.net, currency)}' for row in rows.itertuples()], limit=5)}"
        for word, rows in (("brought more than was put in", more), ("brought less", less))
        if len(rows)
    ]
    blank = len(data) - len(known)
    parts += [f"unknown of {count_of(blank, by)}"] if blank else []
    when = f" over {period}" if period else ""
    return f"Return less investment of {count_of(len(data), by)}{when}: {'; '.join(parts)}."


@chart(
    describe=_describe,
    height=_height,
    empty=(
        "No value of a won referral is on record, so nobody can say what a partnership brings: write referrals into the "
        "interactions table, and what was won into its column value."
    ),
    needs="returned",
    subtitle=_subtitle,
    above=_HEAD,
    next_step=after_returns,
)
def plot_returns(
    data: pd.DataFrame,
    ax: Axes,
    currency: str = "",
    period: str = "",
    most: int = 30,
    partners: pd.DataFrame | None = None,
    about: pd.DataFrame | None = None,
    record: tuple[dt.date | None, dt.date] | None = None,
) -> None:
    """A hollow dot for what went in, a filled one for what came back, and between them the difference.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show, top first, as :func:`partnership_analysis.returns` gives them.
    ax : Axes, optional
    currency : str
        ISO code.
    period : str
        The months that are counted, in words.
    most : int
        Rows that are named; of more both ends are.
    partners : DataFrame, optional
        The same by partner: who is behind a vertical, for the next step.
    about : DataFrame, optional
        The partners table, with each partner's vertical; who has ended is asked nothing.
    record : two dates, optional
        The first day on record and the last that counts: of a short record nothing is asked.
    """
    rows = rows_for(data, most)
    table = rows.table
    spent, back, net, low, high, hourly = (
        table[name].to_numpy("float64", na_value=np.nan)
        for name in ("investment", "returned", "net", "returned_low", "returned_high", "value_per_hour")
    )
    right = _edge_of(table)
    colours = np.where(net < 0, LOST, RECEIVED)
    # Over the bar, or only what may come beyond it would be seen.
    ax.hlines(rows.y, low, np.minimum(high, right), color=GREY, lw=0.9, zorder=2.5)
    cut_ends(ax, rows.y[high > right], right)
    ax.hlines(rows.y, spent, back, color=colours, lw=3.2, alpha=0.5, zorder=2)
    close = np.abs(spent - back) < right * (0.04 if is_narrow(ax) else 0.012)
    # Where the filled dot would hide it, a ring round that one.
    ax.scatter(
        spent, rows.y, s=np.where(close, 105, 34), facecolor=np.where(close, "none", "white").tolist(),
        edgecolor=GREY, lw=1.3, zorder=4.5, clip_on=False,
    )  # fmt: skip
    ax.scatter(back, rows.y, s=44, color=colours, zorder=4, clip_on=False)
    name_rows(ax, rows, table[group_of(data)].tolist(), wide=30, narrow=18)
    _axis(ax, right, currency)
    unsure = may_turn(table)
    sign = np.where(net < 0, BAND_TEXT["weak"], RECEIVED)
    texts = np.where(np.isnan(net), GREY, np.where(unsure, INK, sign)).tolist()
    words = [signed_money(value, currency) for value in net]
    column(ax, rows.y, words, 48, head="net", colours=texts, bold=(~unsure).tolist())
    if not is_narrow(ax):
        column(ax, rows.y, [money(value, currency) for value in hourly], 108, head="back an hour")
    if not _shared_reason(data):
        _say_unknown(ax, rows, right)


def _axis(ax: Axes, right: float, currency: str) -> None:
    ax.set_xlim(0, right)
    ax.xaxis.set_major_locator(MaxNLocator(3 if is_narrow(ax) else 6, steps=[1, 2, 5, 10], integer=True))
    ax.xaxis.set_major_formatter(Amounts(currency))
    ax.grid(axis="x")
    ax.tick_params(axis="y", pad=8)
    ax.spines["bottom"].set_color(RULE)


def _say_unknown(ax: Axes, rows: Rows, right: float) -> None:
    """In rows without a difference the reason, after the dots that there are."""
    limit = 24 if is_narrow(ax) else 70
    known = rows.table[["investment", "returned"]].max(axis=1).fillna(0.0).astype("float64")
    row: Any
    for y, row, after in zip(rows.y, rows.table.itertuples(), known, strict=True):
        if pd.notna(row.net) or pd.isna(row.unknown):
            continue
        if after and is_narrow(ax):
            continue
        left, words = after <= right / 2, _reason(row.unknown)
        ax.annotate(
            # Cut, the setting's name would be lost and the rest with it.
            shortened(words if len(words) <= limit else str(row.unknown), limit),
            (after, y),
            xytext=(9 if left else -9, 0),
            textcoords="offset points",
            ha="left" if left else "right",
            va="center",
            color=GREY,
            size=8.5,
            # A range would strike the words through.
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            gid="unknown",
        )
