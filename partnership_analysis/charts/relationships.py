"""Which types of relationship we live on: partners, index, referrals, value and hours beside each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.lettering import cut
from partnership_analysis.charts.phrases import PERIOD, over_period
from partnership_analysis.charts.steps.verticals import after_relationships
from partnership_analysis.charts.theme import GREY, INK, RECEIVED, RULE, chart, is_narrow, subtitle_height
from partnership_analysis.charts.verticals import leaning, leaning_words
from partnership_analysis.metrics.about import NOT_DESCRIBED
from partnership_analysis.wording import count_of, joined, money, number

COLUMNS = {
    "partners": "partners",
    "rvi": "mean RVI",
    "received": "referrals",
    "value": "won",
    "hours": "our hours",
}
LEAST = {False: 0.015, True: 0.03}
"""What a bar takes at least of the width of a column, on a page and on a phone."""
_NARROW = {"partners": "partners", "rvi": "RVI", "received": "referrals", "value": "won", "hours": "hours"}


def _subtitle(data: pd.DataFrame, currency: str = "", period: str = "", **_: Any) -> str:
    none = " –: nothing noted." if data[list(COLUMNS)].isna().any(axis=None) else ""
    early = _early(data)
    star = f" *\u00a0{leaning_words(early)}" if early else ""
    return (
        f"Types of relationship{over_period(period, data)}: partners who are there, their mean Relationship Value Index (RVI), referrals received "
        "(introductions too) and what was won from them, our hours. Bars compare within a column. "
        f"From partners, interactions and ratings.{none}{star}"
    )


def _early(data: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """As :func:`leaning`, in the order of the rows."""
    return leaning(_sorted(data), _name(data))


def _height(data: pd.DataFrame, width: float) -> float:
    words = _subtitle(data, period=PERIOD)
    return 0.5 + 0.4 * len(data) + subtitle_height(words, width)


def _name(data: pd.DataFrame) -> str:
    return str(data.columns[0])


def _describe(data: pd.DataFrame, currency: str = "", period: str = "", **_: Any) -> str:
    by = "value" if data["value"].notna().any() else "received"
    rows: Any = data.sort_values(by, ascending=False, kind="stable", na_position="last")
    words = []
    for row in rows.itertuples(index=False):
        if not row.partners and not row.received:
            continue
        won = "" if pd.isna(row.value) else f" and {money(row.value, currency)} won"
        rvi = "" if pd.isna(row.rvi) else f"mean RVI {number(row.rvi)}, "
        words.append(
            f"{row[0]} {count_of(row.partners, 'partner')}, {rvi}{count_of(row.received, 'referral')}{won}"
        )
    nobody = [str(row[0]) for row in data.itertuples(index=False) if not row.partners]
    early = _early(data)
    note = leaning_words(early) if early else ""
    return (
        f"Types of relationship{over_period(period, data)}: {'; '.join(words) or 'nobody is there'}"
        f"{f'; nobody is there of type {joined(nobody)}' if nobody else ''}."
        f"{f' {note[0].upper()}{note[1:]}' if note else ''}"
    )


def _sorted(data: pd.DataFrame) -> pd.DataFrame:
    """Types by what was won from them, then by referrals and partners; those of no type last."""
    order = [(data[_name(data)] == NOT_DESCRIBED).to_numpy(int)]
    order += [-data[name].to_numpy("float64", na_value=-1) for name in ("value", "received", "partners")]
    return data.iloc[np.lexsort(order[::-1])]


def _any_type(data: pd.DataFrame, **options: Any) -> bool:
    """Is somebody of a type that is on record?"""
    known = data[data[_name(data)] != NOT_DESCRIBED]
    return bool((known["partners"] > 0).any() or (known["received"] > 0).any())


@chart(
    describe=_describe,
    height=_height,
    empty="No type of relationship is on record: fill the column relationship of the partners table.",
    needs=_any_type,
    subtitle=_subtitle,
    above=16,
    next_step=after_relationships,
)
def plot_relationships(
    data: pd.DataFrame,
    ax: Axes,
    currency: str = "",
    period: str = "",
    partners: pd.DataFrame | None = None,
) -> None:
    """A row a type of relationship, a column a measure: the number, and a bar below it.

    Parameters
    ----------
    data : DataFrame
        As :func:`partnership_analysis.relationship_map` gives it.
    ax : Axes, optional
    currency : str
        ISO code of the values.
    period : str
        The window in words, with its end and, if it lies inside, the record's beginning.
    partners : DataFrame, optional
        ``partner``, ``relationship`` and, if known, ``won``, as :func:`partnership_analysis.quarter_change` gives them,
        so that those behind a type are named.
    """
    narrow = is_narrow(ax)
    data = _sorted(data)
    early = leaning(data, _name(data))
    stars = [" *" if str(name) in early else "" for name in data[_name(data)]]
    y = np.arange(len(data))[::-1].astype(float)
    ax.set_yticks(y + 0.06, [cut(str(name), 14 if narrow else 30) for name in data[_name(data)]])
    for label, there in zip(ax.get_yticklabels(), data["partners"] > 0, strict=True):
        label.set_color(INK if there else GREY)
    ax.tick_params(axis="y", pad=10)
    ax.set_ylim(-0.55, len(data) - 0.35)
    ax.set_xlim(0, len(COLUMNS))
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    for place, name in enumerate(COLUMNS):
        _column(ax, data, name, place, y, currency, stars if name == "rvi" else [""] * len(data))
        ax.annotate(
            (_NARROW if narrow else COLUMNS)[name],
            (place, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            va="bottom",
            size=8.5 if narrow else 9,
            color=GREY,
        )
    for line in y:
        ax.axhline(line - 0.46, color=RULE, lw=0.6, zorder=0)


def _column(
    ax: Axes, data: pd.DataFrame, name: str, place: int, y: np.ndarray, currency: str, marks: list[str]
) -> None:
    values = data[name].to_numpy("float64", na_value=np.nan)
    known = np.nan_to_num(values)
    top = known.max(initial=0)
    if top > 0:
        left = np.full(len(y), float(place))
        # A track under nothing would itself look like a full bar.
        there = known > 0
        ax.hlines(
            y[there] - 0.2, left[there], left[there] + 0.82, color=RULE, lw=3.2, zorder=1, capstyle="butt"
        )
        # A little beside a thousand times as much would vanish.
        wide = np.where(there, np.maximum(0.82 * known / top, LEAST[is_narrow(ax)]), 0.0)
        ax.hlines(
            y - 0.2,
            left,
            left + wide,
            color=RECEIVED,
            lw=3.2,
            zorder=2,
            capstyle="butt",
            gid=name,
        )
    for at, value, mark in zip(y, values, marks, strict=True):
        most = bool(top > 0 and value == top)
        colour = INK if value > 0 else GREY
        words = _said(name, value, currency) + mark
        # A column of a phone holds seven letters of the usual size.
        size = 7.5 if is_narrow(ax) and len(words) > 7 else 9
        ax.text(
            place, at + 0.12, words, size=size, color=colour, va="center",
            weight="bold" if most else "normal",
        )  # fmt: skip


def _said(name: str, value: Any, currency: str) -> str:
    value = None if np.isnan(value) else value
    if name == "value":
        return money(value, currency)
    if name == "hours":
        return number(value, 0) + ("" if value is None else " h")
    return number(value, 1 if name == "rvi" else 0)
