"""What changed in each vertical since last quarter: two columns of numbers and the slopes between them."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.strips import dodged, each
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GIVEN,
    GREY,
    INK,
    PALE,
    RECEIVED,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.charts.verticals import MEASURES, figure_for, measured, said_period
from partnership_analysis.wording import count_of, joined, shortened

MOST = 20
"""Verticals that are drawn: of more, those that changed most."""
LINE = 0.185
"""Inches that a label takes."""
JUDGED = {
    "rvi": "Coloured: changed by more than its own uncertainty",
    "received": "Coloured: more than chance explains",
    "given": "Coloured: more than chance explains",
}


def _shown(data: pd.DataFrame) -> pd.DataFrame:
    known = data[data["before"].notna() | data["now"].notna()]
    if len(known) <= MOST:
        return known
    largest = known["change"].astype("Float64").abs().sort_values(ascending=False, kind="stable").index[:MOST]
    return known.loc[known.index.isin(largest)]


def _subtitle(data: pd.DataFrame, measure: str = "rvi", currency: str = "") -> str:
    some = f" The {MOST} that changed most of {len(data)}." if len(data) > MOST else ""
    none = "" if data.empty or data["beyond"].eq(True).any() else "; here none"
    judged = (
        f"{JUDGED[measure]}{none}." if measure in JUDGED else "A few contracts make it; chance is not judged."
    )
    return f"{measured(measure, currency)} {judged}{some}"


def _height(data: pd.DataFrame, width: float) -> float:
    count = len(_shown(data))
    return max(min(2.2, 0.95 + 0.45 * count), 1.0 + 0.26 * count) + subtitle_height(_subtitle(data), width)


def _describe(data: pd.DataFrame, measure: str = "rvi", currency: str = "") -> str:
    moved = data.dropna(subset=["before", "now", "change"])
    words = [
        f"{row.vertical} from {figure_for(row.before, measure, currency)} to {figure_for(row.now, measure, currency)}"
        for row in each(moved)
    ]
    beyond = [str(name) for name in data.loc[data["beyond"].eq(True).fillna(False), "vertical"]]
    judged = data["beyond"].notna().any()
    found = f"Beyond chance: {joined(beyond, limit=6)}" if beyond else "None changed beyond chance"
    first, last = said_period(str(data["before_period"].iloc[0])), said_period(str(data["period"].iloc[0]))
    return (
        f"{MEASURES[measure][0].upper()}{MEASURES[measure][1:]} of {count_of(len(data), 'vertical')}, {first} beside {last}: "
        f"{joined(words, limit=10)}.{f' {found}.' if judged else ''}"
    )


@chart(
    describe=_describe,
    height=_height,
    empty="Nothing to compare: there is no quarter before, or neither quarter has this on record.",
    subtitle=_subtitle,
    above=16.0,
)
def plot_vertical_change(data: pd.DataFrame, ax: Axes, measure: str = "rvi", currency: str = "") -> None:
    """Slopes from last quarter to this one, named and numbered at both ends.

    Parameters
    ----------
    data : DataFrame
        ``vertical``, ``before_period``, ``period``, ``before``, ``now``, ``change``, ``beyond``; as
        :func:`partnership_analysis.vertical_change` gives them.
    ax : Axes, optional
    measure : {"rvi", "received", "given", "value"}
    currency : str
        ISO code, for labels of value.
    """
    narrow = is_narrow(ax)
    table = _shown(data)
    ax.set_ylim(_limits(table))
    styles = [_style(row) for row in each(table)]
    sides = {
        "before": _words(table, "before", measure, currency, named=not narrow),
        "now": _words(table, "now", measure, currency, named=not narrow),
    }
    widths = [max(len(word) for word in words) * 0.065 + 0.3 for words in sides.values()]
    line = max(figure_of(ax).get_figwidth() - sum(widths), 0.8)
    ax.set_xlim(-widths[0] / line, 1 + widths[1] / line)
    for row, (colour, _, width) in zip(each(table), styles, strict=True):
        ends = [(x, y) for x, y in ((0, row.before), (1, row.now)) if not pd.isna(y)]
        ax.plot(*zip(*ends, strict=True), color=colour, lw=width, marker="o", ms=4.5 if width > 2 else 3.5)
    for side, words in sides.items():
        _labels(ax, side, table[side], words, styles, 0.13 / line)
    for x, name, align in ((0, "before_period", "right"), (1, "period", "left")):
        ax.annotate(
            said_period(str(table[name].iloc[0])),
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 6),
            textcoords="offset points",
            ha=align,
            size=9,
            color=GREY,
            weight="bold",
        )
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines["bottom"].set_visible(False)


def _limits(table: pd.DataFrame) -> tuple[float, float]:
    """From zero where somebody is near it; else only where the slopes are, but never so near that little looks much."""
    ends = table[["before", "now"]]
    top, low = float(ends.max().max()), float(ends.min().min())
    if 0 < low <= top / 3:
        low = 0.0
    middle, span = (top + low) / 2, max(top - low, top / 2) or 1.0
    return middle - 0.56 * span, middle + 0.56 * span


def _style(row) -> tuple[str, str, float]:  # type: ignore[no-untyped-def]
    """Colour of the line, of its words, and its width: up green, down red, grey where chance may be all."""
    quiet = pd.isna(row.change) or row.change == 0 or (not pd.isna(row.beyond) and not row.beyond)
    if quiet:
        return GIVEN, INK, 1.4
    line, text = (RECEIVED, RECEIVED) if row.change > 0 else (BAND_COLOURS["weak"], BAND_TEXT["weak"])
    return line, text, 1.4 if pd.isna(row.beyond) else 3.0


def _words(table: pd.DataFrame, side: str, measure: str, currency: str, *, named: bool) -> list[str]:
    """The label of each end: its number, and the name where there is room."""
    found = []
    for row in each(table):
        value = figure_for(getattr(row, side), measure, currency)
        # Who has no value now is named where the last one stands.
        name = shortened(str(row.vertical), 22 if named or side == "now" else 12)
        mark = ("▲ " if row.change > 0 else "▼ " if row.change < 0 else "") if not pd.isna(row.change) else ""
        if side == "now":
            found.append(f"{value}  {mark}{name}")
        else:
            found.append(f"{name}  {value}" if named or pd.isna(row.now) else value)
    return found


def _labels(
    ax: Axes, side: str, values: pd.Series, words: list[str], styles: list[tuple[str, str, float]], off: float
) -> None:
    """Labels beside their ends, moved apart where they would touch, and a thread to the end of each."""
    low, high = ax.get_ylim()
    known = values.notna().to_numpy(dtype=bool)
    at = values[known].to_numpy("float64")
    inches = figure_of(ax).get_figheight() - 0.75
    gap = LINE / inches * (high - low)
    places = dodged(at, gap, low + gap / 2, high - gap / 2)
    x, step, align = (0.0, -off, "right") if side == "before" else (1.0, off, "left")
    shown = [(word, style) for word, style, there in zip(words, styles, known, strict=True) if there]
    for (word, (_, colour, width)), place, value in zip(shown, places, at, strict=True):
        ax.plot([x + step * 0.25, x + step], [value, place], color=PALE, lw=0.6)
        ax.annotate(
            word,
            (x + step * 1.2, place),
            ha=align,
            va="center",
            size=9,
            color=colour,
            weight="bold" if width > 2 else "normal",
        )
