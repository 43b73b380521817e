"""Where we know somebody and where nobody: verticals against groups of stakeholders."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.lettering import width_of
from partnership_analysis.charts.steps.nurture import after_stakeholders
from partnership_analysis.charts.theme import (
    BAND_TEXT,
    GIVEN,
    GREY,
    INK,
    RECEIVED,
    RULE,
    WIDE,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
    theme,
)
from partnership_analysis.charts.verticals import undescribed
from partnership_analysis.metrics.about import NOT_DESCRIBED
from partnership_analysis.metrics.names import people_key
from partnership_analysis.wording import count_of, joined, shortened

ROWS, COLUMNS, COLUMNS_NARROW = 24, 12, 9
"""Verticals, and groups on a page and on a phone, that are drawn; a note says how many are not."""
STEP = 0.31
"""Inches of a row."""
LEVEL, LEVEL_NARROW = 8, 2
"""Groups up to which their names stand level, on a page and on a phone."""
GROUP = 13
"""Letters of a group's name."""
NOBODY = "nobody yet"
NO_GROUP = "Nobody's group of stakeholders is on record: fill the column stakeholder of the partners table."


def _levels(data: pd.DataFrame, name: str) -> list[str]:
    """Verticals or groups by name, those that are not described last."""
    return sorted(set(data[name].astype(str)), key=lambda level: (level == NOT_DESCRIBED, people_key(level)))


def _undescribed(data: pd.DataFrame) -> bool:
    """Is nobody's group on record?"""
    return _levels(data, "stakeholder") == [NOT_DESCRIBED]


def _subtitle(data: pd.DataFrame, **_: object) -> str:
    gaps = (
        " Marked: a vertical that the settings want, where nobody is yet."
        if data["wanted"].notna().any()
        else ""
    )
    rows, columns = len(_levels(data, "vertical")), len(_levels(data, "stakeholder"))
    left = [count_of(rows - ROWS, "vertical")] if rows > ROWS else []
    left += [count_of(columns - COLUMNS, "group")] if columns > COLUMNS else []
    more = f" Left out: {joined(left)}." if left else ""
    return (
        "Current partners by vertical and group of stakeholders; a ring: nobody on record. From the partners table."
        f"{gaps}{_blank(data)}{more}{undescribed(data)}"
    )


def _blank(data: pd.DataFrame) -> str:
    """What to fill in where some have no group: a ring may be one of them."""
    count = int(data.loc[data["stakeholder"] == NOT_DESCRIBED, "partners"].sum())
    if not count:
        return ""
    return f" Of {count_of(count, 'partner')} the group is not on record: fill the column stakeholder of the partners table."


def _height(data: pd.DataFrame, width: float) -> float:
    rows = min(len(_levels(data, "vertical")), ROWS) + _head(_levels(data, "stakeholder"), width)
    return 0.2 + STEP * rows + subtitle_height(_subtitle(data), width)


def _slanted(groups: list[str], width: float) -> bool:
    return len(groups) > (LEVEL if width >= WIDE else LEVEL_NARROW)


def _head(groups: list[str], width: float) -> float:
    """Rows that the names of the groups take above the dots."""
    if not _slanted(groups, width):
        return 0.6
    with theme():
        return 0.3 + max(width_of(shortened(name, GROUP), 9) for name in groups) / STEP


def _describe(data: pd.DataFrame, **_: object) -> str:
    verticals, groups = _levels(data, "vertical"), _levels(data, "stakeholder")
    totals = data.groupby("stakeholder")["partners"].sum()
    words = [
        f"{name} {count:,}" for name, count in totals.sort_values(ascending=False, kind="stable").items()
    ]
    empty = _missing(data)
    return (
        f"Partners by {count_of(len(verticals), 'vertical')} and {count_of(len(groups), 'group')} of stakeholders: "
        f"{joined(words, limit=8)}{f'; nobody in {joined(empty)}' if empty else ''}."
    )


def _missing(data: pd.DataFrame) -> list[str]:
    """Verticals that are wanted and where nobody is."""
    there = data.groupby("vertical", sort=False)["partners"].max()
    wanted = data.drop_duplicates("vertical").set_index("vertical")["wanted"].fillna(False)
    return [str(name) for name in there.index[(there == 0) & wanted.reindex(there.index)]]


@chart(
    describe=_describe,
    height=_height,
    empty=NO_GROUP,
    needs=lambda data, **_: not _undescribed(data),
    subtitle=_subtitle,
    next_step=after_stakeholders,
)
def plot_stakeholders(data: pd.DataFrame, ax: Axes, routes: pd.DataFrame | None = None) -> None:
    """A grid of dots: a row a vertical, a column a group of stakeholders, the number in the dot, a ring where nobody is.

    Parameters
    ----------
    data : DataFrame
        As :func:`partnership_analysis.stakeholder_matrix` gives it.
    ax : Axes, optional
    routes : DataFrame, optional
        As :func:`partnership_analysis.stakeholder_map` gives it: whom to ask where nobody is.
    """
    verticals = _levels(data, "vertical")[:ROWS]
    groups = _levels(data, "stakeholder")[: COLUMNS_NARROW if is_narrow(ax) else COLUMNS]
    missing = set(_missing(data)) & set(verticals)
    _frame(ax, verticals, groups, missing)
    shown = data[data["vertical"].isin(verticals) & data["stakeholder"].isin(groups)]
    rows = {name: float(len(verticals) - 1 - at) for at, name in enumerate(verticals)}
    x = shown["stakeholder"].map({name: float(at) for at, name in enumerate(groups)})
    _dots(ax, shown.assign(x=x, y=shown["vertical"].map(rows)))
    for name in missing:
        ax.annotate(
            "◀ nobody" if is_narrow(ax) else f"◀ {NOBODY}",
            (1, rows[name]),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            size=9,
            weight="bold",
            color=BAND_TEXT["weak"],
        )


def _dots(ax: Axes, shown: pd.DataFrame) -> None:
    """A dot with the number where somebody is, a ring where nobody is."""
    some: Any = shown[shown["partners"] > 0]
    none = shown[shown["partners"] == 0]
    large = bool((some["partners"] >= 100).any())
    ax.scatter(some["x"], some["y"], s=270 if large else 190, color=RECEIVED, zorder=2, gid="there")
    ax.scatter(none["x"], none["y"], s=26, facecolor="white", edgecolor=GIVEN, lw=1.0, zorder=2, gid="gap")
    for row in some.itertuples():
        ax.text(
            row.x, row.y - 0.02, f"{row.partners:,}", size=8 if row.partners >= 100 else 9, weight="bold",
            color="white", ha="center", va="center_baseline", zorder=3,
        )  # fmt: skip


def _frame(ax: Axes, verticals: list[str], groups: list[str], missing: set[str]) -> None:
    narrow = is_narrow(ax)
    ax.set_yticks(
        range(len(verticals)), [shortened(name, 16 if narrow else 30) for name in reversed(verticals)]
    )
    for label, name in zip(ax.get_yticklabels(), reversed(verticals), strict=True):
        label.set(
            weight="bold" if name in missing else "normal",
            color=BAND_TEXT["weak"] if name in missing else INK,
        )
    width = figure_of(ax).get_figwidth()
    ax.set_ylim(-0.6, len(verticals) - 0.5 + _head(groups, width))
    ax.set_xlim(-0.6, len(groups) - 0.4)
    ax.set_xticks(range(len(groups)), [""] * len(groups))
    slant = _slanted(groups, width)
    for at, name in enumerate(groups):
        ax.annotate(
            shortened(name, GROUP),
            (at, len(verticals) - 0.5),
            xytext=(0, 2),
            textcoords="offset points",
            rotation=90 if slant else 0,
            ha="center",
            va="bottom",
            size=9,
            color=GREY,
        )
    for at in range(len(verticals)):
        ax.axhline(at, color=RULE, lw=0.7, zorder=0)
    ax.spines["bottom"].set_visible(False)
