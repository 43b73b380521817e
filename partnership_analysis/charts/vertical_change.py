"""What changed in each vertical since last quarter: two columns of numbers and the slopes between them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.lettering import cut, fitted, width_of
from partnership_analysis.charts.steps.verticals import after_vertical_change
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
    subtitle_height,
)
from partnership_analysis.charts.verticals import (
    MEASURES,
    figure_for,
    leaning,
    leaning_words,
    measured,
    period_kind,
    said_period,
    undescribed,
)
from partnership_analysis.metrics.verticals import alike, rise
from partnership_analysis.wording import count_of, joined

MOST = 20
"""Verticals that are drawn: of more, those that changed most."""
LINE = 0.185
"""Inches that a label takes."""
SIZE, BESIDE, SHORTEST = 9.0, 0.3, 0.45
"""Points of a label, inches between it and its end of a line, and inches that a line has at least."""
ALL_ZERO = "All values of both quarters are 0: if something was won, correct the column value of the interactions table."
JUDGED = {
    "rvi": "Coloured, arrow filled: changed by more than its own uncertainty",
    "received": "Coloured, arrow filled: more than chance explains",
    "given": "Coloured, arrow filled: more than chance explains",
}
ARROWS = {True: ("▲", "▼"), False: ("△", "▽")}
"""Up and down, filled where it is more than chance explains: also without colour."""

_PERIODS = {"before": "before_period", "now": "period"}
TAKES = {
    "rvi": ", and ratings of trust in the ratings table",
    "value": ", and in one of the last two a received referral with won in its column status and the amount in its column value",
}
"""What a comparison takes beside two quarters."""


def _shown(data: pd.DataFrame) -> pd.DataFrame:
    known = data[data["before"].notna() | data["now"].notna()]
    if len(known) <= MOST:
        return known
    largest = known["change"].astype("Float64").abs().sort_values(ascending=False, kind="stable").index[:MOST]
    return known.loc[known.index.isin(largest)]


def _subtitle(data: pd.DataFrame, measure: str = "rvi", currency: str = "", **_: Any) -> str:
    some = f" The {MOST} that changed most of {len(data)}." if len(data) > MOST else ""
    none = "" if data.empty or data["beyond"].eq(True).any() else "; here none"
    judged = (
        f"{JUDGED[measure]}{none}."
        if measure in JUDGED
        else "A few contracts make it, so chance is not judged. Only verticals with a value in either quarter."
    )
    shown = _shown(data)
    # On a phone the label has no room to say it.
    alone = bool((shown["before"].isna() | shown["now"].isna()).any())
    dot = f" A dot alone: {'unknown' if measure == 'rvi' else 'none'} in the other quarter." if alone else ""
    alike = data.empty or _alike(data.iloc[0], measure)
    rate = "" if alike else " Lines show counts, arrows the rate a day: one quarter is shorter on record."
    nothing = f" {ALL_ZERO}" if measure == "value" and _nothing(data) else ""
    early = _leaning_words(shown, measure)
    star = f" *\u00a0{early}" if early else ""
    return (
        f"{measured(measure, currency, per=period_kind(data))} {judged}{star}{rate}{dot}{nothing}{some}"
        f"{undescribed(data)}"
    )


def _nothing(data: pd.DataFrame) -> bool:
    """Is all that is on record 0?"""
    ends = data[["before", "now"]]
    return bool(ends.notna().any(axis=None) and not ends.gt(0).any(axis=None))


def _early(data: pd.DataFrame, measure: str) -> dict[str, dict[str, tuple[int, int]]]:
    """In which verticals partners are too early for a band, before and now: how many, and of how many rated."""
    if measure != "rvi":
        return {"before": {}, "now": {}}
    ago = data.drop(columns=["rated", "too_early"], errors="ignore").rename(
        columns={"before_rated": "rated", "before_too_early": "too_early"}
    )
    sides = (("before", ago), ("now", data))
    return {side: leaning(part[part[side].notna()], "vertical") for side, part in sides}


def _leaning_words(data: pd.DataFrame, measure: str) -> str:
    """What the stars mean, of each quarter, or of both where it is the same."""
    found = {side: some for side, some in _early(data, measure).items() if some}
    if not found:
        return ""
    if len(found) == 2 and found["before"] == found["now"]:
        return leaning_words(found["now"])
    period = {side: said_period(str(data[name].iloc[0])) for side, name in _PERIODS.items()}
    return " ".join(f"{period[side]}: {leaning_words(some)}" for side, some in found.items())


def _height(data: pd.DataFrame, width: float) -> float:
    count = len(_shown(data))
    return max(min(2.2, 0.95 + 0.45 * count), 1.0 + 0.26 * count) + subtitle_height(_subtitle(data), width)


def _describe(data: pd.DataFrame, measure: str = "rvi", currency: str = "", **_: Any) -> str:
    moved = data.dropna(subset=["before", "now", "change"])
    words = [
        f"{row.vertical} from {figure_for(row.before, measure, currency)} to {figure_for(row.now, measure, currency)}"
        for row in each(moved)
    ]
    beyond = [str(name) for name in data.loc[data["beyond"].eq(True).fillna(False), "vertical"]]
    judged = data["beyond"].notna().any()
    found = f"Beyond chance: {joined(beyond, limit=6)}" if beyond else "None changed beyond chance"
    first, last = said_period(str(data["before_period"].iloc[0])), said_period(str(data["period"].iloc[0]))
    early = _leaning_words(data, measure)
    return (
        f"{MEASURES[measure][0].upper()}{MEASURES[measure][1:]} of {count_of(len(data), 'vertical')}, {first} beside {last}: "
        f"{joined(words, limit=10)}.{f' {found}.' if judged else ''}{f' {early}' if early else ''}"
    )


def _any_change(data: pd.DataFrame, measure: str = "rvi", **_: Any) -> bool:
    """Is there anything to compare? Counts of nothing in both quarters are not."""
    ends = data[["before", "now"]]
    return bool((ends.gt(0) if measure in ("received", "given") else ends.notna()).any(axis=None))


def _why_empty(data: pd.DataFrame, measure: str = "rvi", **_: Any) -> str:
    if len(data):
        return f"No referral was {measure} in either quarter: write referrals into the interactions table, with {measure} in the column direction."
    return f"Nothing to compare: it takes two quarters in the interactions table{TAKES.get(measure, '')}."


@chart(
    describe=_describe,
    height=_height,
    empty=_why_empty,
    needs=_any_change,
    subtitle=_subtitle,
    above=16.0,
    next_step=after_vertical_change,
)
def plot_vertical_change(
    data: pd.DataFrame,
    ax: Axes,
    measure: str = "rvi",
    currency: str = "",
    partners: pd.DataFrame | None = None,
) -> None:
    """Slopes from last quarter to this one, named and numbered at both ends.

    Parameters
    ----------
    data : DataFrame
        ``vertical``, ``before_period``, ``period``, ``before_days``, ``days``, ``before``, ``now``, ``change``, ``beyond``,
        and of RVI, if known, how many were rated and too early; as :func:`partnership_analysis.vertical_change` gives them.
    ax : Axes, optional
    measure : {"rvi", "received", "given", "value"}
    currency : str
        ISO code, for labels of value.
    partners : DataFrame, optional
        As in :func:`partnership_analysis.charts.plot_vertical_performance`.
    """
    table = _shown(data)
    ax.set_ylim(_limits(table))
    styles = [_style(row, measure) for row in each(table)]
    wide = figure_of(ax).get_figwidth()
    sides = _sides(table, measure, currency, wide - SHORTEST - 2 * BESIDE)
    heads = {side: _headed(table, name, measure) for side, name in _PERIODS.items()}
    widths = [
        max(_widest(words) + BESIDE, width_of(heads[side], SIZE, bold=True) + 0.05)
        for side, words in sides.items()
    ]
    line = max(wide - sum(widths), SHORTEST)
    ax.set_xlim(-widths[0] / line, 1 + widths[1] / line)
    for row, (colour, _, width) in zip(each(table), styles, strict=True):
        ends = [(x, y) for x, y in ((0, row.before), (1, row.now)) if not pd.isna(y)]
        ax.plot(*zip(*ends, strict=True), color=colour, lw=width, marker="o", ms=4.5 if width > 2 else 3.5)
    for side, words in sides.items():
        _labels(ax, side, table[side], words, styles, 0.13 / line)
    for x, side, align in ((0, "before", "right"), (1, "now", "left")):
        ax.annotate(
            heads[side],
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 6),
            textcoords="offset points",
            ha=align,
            size=SIZE,
            color=GREY,
            weight="bold",
        )
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines["bottom"].set_visible(False)


def _headed(table: pd.DataFrame, name: str, measure: str) -> str:
    """The period over a column, with its days where it is not as long as the other."""
    period = said_period(str(table[name].iloc[0]))
    first = table.iloc[0]
    if _alike(first, measure):
        return period
    return f"{period}, {first['days' if name == 'period' else 'before_days']} days"


def _alike(row, measure: str) -> bool:  # type: ignore[no-untyped-def]
    """May both columns be compared as they are: an index, or counts of quarters as long as each other?"""
    return measure == "rvi" or alike((row.before_days, row.days))


def _limits(table: pd.DataFrame) -> tuple[float, float]:
    """From zero where somebody is near it; else only where the slopes are, but never so near that little looks much."""
    ends = table[["before", "now"]]
    top, low = float(ends.max().max()), float(ends.min().min())
    if 0 < low <= top / 3:
        low = 0.0
    middle, span = (top + low) / 2, max(top - low, top / 2) or 1.0
    return middle - 0.56 * span, middle + 0.56 * span


def _rise(row, measure: str) -> float:  # type: ignore[no-untyped-def]
    """Up or down: of an index as it is, of what is counted :func:`partnership_analysis.metrics.verticals.rise`."""
    if pd.isna(row.before) or pd.isna(row.now):
        return 0.0
    return rise(row.before, row.now, (1, 1) if measure == "rvi" else (row.before_days, row.days))


def _style(row, measure: str) -> tuple[str, str, float]:  # type: ignore[no-untyped-def]
    """Colour of the line, of its words, and its width: up green, down red, grey where chance may be all."""
    rise = _rise(row, measure)
    if rise == 0 or pd.isna(row.beyond) or not row.beyond:
        return GIVEN, INK, 1.4
    return (RECEIVED, RECEIVED, 3.0) if rise > 0 else (BAND_COLOURS["weak"], BAND_TEXT["weak"], 3.0)


def _sides(table: pd.DataFrame, measure: str, currency: str, inches: float) -> dict[str, list[str]]:
    """The labels of both columns; where both have no room, names of the wider column give way first."""
    found = {side: _words(table, side, measure, currency) for side in ("before", "now")}
    widths = [_widest(words) for words in found.values()]
    if sum(widths) <= inches:
        return found
    most = max(inches / 2, inches - min(widths))
    return {side: _words(table, side, measure, currency, most) for side in found}


def _widest(words: list[str]) -> float:
    """Inches of the widest label, were it bold."""
    return max((width_of(word, SIZE, bold=True) for word in words), default=0.0)


def _words(
    table: pd.DataFrame, side: str, measure: str, currency: str, inches: float | None = None
) -> list[str]:
    """The label of each end, number and name; of a name as much as fits into the inches, where they are few."""
    found = []
    early = _early(table, measure)[side]
    for row in each(table):
        value = figure_for(getattr(row, side), measure, currency) + " *" * (str(row.vertical) in early)
        name = cut(str(row.vertical), 22, SIZE)
        same = figure_for(row.before, measure, currency) == figure_for(row.now, measure, currency)
        turn = 0.0 if same and _alike(row, measure) else _rise(row, measure)
        up, down = ARROWS[bool(pd.notna(row.beyond) and row.beyond)]
        mark = f"{up} " if turn > 0 else f"{down} " if turn < 0 else ""
        lack = ", unknown" if measure == "rvi" else ", none"
        # Who has no value now is named where the last one stands.
        left, right = (f"{value}  {mark}", "") if side == "now" else ("", f"  {value}")
        if inches is not None:
            name = fitted(name, inches - width_of(f"{left}{right}", SIZE, bold=True), SIZE, bold=True)
        elif pd.isna(row.before) or pd.isna(row.now):
            right += f"{lack} {'before' if side == 'now' else 'now'}"
        found.append(f"{left}{name}{right}")
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
            size=SIZE,
            color=colour,
            weight="bold" if width > 2 else "normal",
        )
