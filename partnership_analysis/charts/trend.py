"""RVI over time: one small panel a partner, all on one scale.

Who is drawn, in which order, how far the scale reaches and in which words; the panels themselves are drawn by
:mod:`partnership_analysis.charts.trend_panels`, so that each can be read and tried alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.panels import rows_of, spanned
from partnership_analysis.charts.phrases import BEFORE, SHORT, by_month, is_early
from partnership_analysis.charts.ranking import COUNTED, LIMITS, chosen, told_apart, within_reach
from partnership_analysis.charts.steps.people import MARKS, in_state, those_of
from partnership_analysis.charts.steps.rvi import after_activity_trend, after_rvi_trend
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GREY,
    INK,
    PALE,
    RECEIVED,
    WIDENS,
    chart,
    subtitle_height,
)
from partnership_analysis.charts.trend_panels import Grid
from partnership_analysis.schema import BANDS, TOO_EARLY
from partnership_analysis.wording import count_of, joined, number

MOST = 32
"""Panels; of a longer table the first so many are drawn, and the subtitle says how many there are."""
TICKS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
MONTHLY = 0.6
"""Interactions a month to which the scale of activity goes at least."""


def _more(data: pd.DataFrame, of: int | None) -> str:
    names = data["partner"].nunique()
    return f" The first {MOST} of {names:,} are drawn." if names > MOST else chosen(data, of)


def _drawn(data: pd.DataFrame) -> pd.DataFrame:
    return data[data["rvi"].notna() & (data["band"] != TOO_EARLY)]


def _why(data: pd.DataFrame, **_: object) -> str:
    if len(data) and data["rvi"].notna().any():
        return "Too little is on record for a band: the lines begin when some months more are written down."
    return "No partner has an RVI: it needs at least one rating of trust in the ratings table."


def _subtitle(
    data: pd.DataFrame,
    limits: Sequence[float] = LIMITS,
    of: int | None = None,
    window: int | None = None,
    **_: Any,
) -> str:
    drawn = _drawn(data)
    far, cut = (ends(drawn, "rvi", "high", at_least=limits[-1] * 1.2) for ends in (_beyond, _cut))
    average, promising, strong = (f"{limit:g}" for limit in limits)
    return (
        f"Relationship Value Index{by_month(drawn, window)}, from interactions and ratings{_shaded(drawn, 'it')}. {WIDENS} Zones: weak under "
        f"{average}, average to {promising}, promising under {strong}, strong from there.{_dotted(drawn)}{far}{cut}{_more(data, of)}"
    )


def _shaded(data: pd.DataFrame, what: str) -> str:
    """What a ribbon means, where a whole window has one."""
    return "" if data["partial"].all() else f"; shaded: where {what} probably lies"


def _cut(data: pd.DataFrame, value: str, high: str, *, at_least: float) -> str:
    """That a range goes on over the scale, where the line itself does not."""
    whole = data[~data["partial"].astype(bool)]
    top = _top(data, value, high, at_least=at_least)
    cut = ((whole[high] > top) & ~(whole[value] > top)).fillna(False).any()
    return " At a panel's upper edge: the range goes on." if cut else ""


def _dotted(data: pd.DataFrame) -> str:
    """What a dotted line, or of one month a dot without a range, means, where there is one."""
    mark = "Dotted" if data["month"].nunique() > 1 else "Without a range"
    return f" {mark}: {BEFORE}, so it may be too low." if data["partial"].any() else ""


def _subtitle_activity(data: pd.DataFrame, of: int | None = None, window: int | None = None, **_: Any) -> str:
    far = _beyond(data, "rate", "rate_high", at_least=MONTHLY)
    cut = _cut(data, "rate", "rate_high", at_least=MONTHLY)
    count = data["partner"].nunique()
    order = f" The {'busier now stands' if count == 2 else 'busiest now stand'} first." if count > 1 else ""
    return (
        f"Interactions a month,{by_month(data, window)}: {COUNTED}, from interactions alone{_shaded(data, 'the rate')}. {WIDENS}{order}"
        f"{SHORT if is_early(_latest(data)).any() else ''}{_dotted(data)}{far}{cut}{_more(data, of)}"
    )


def _tall(data: pd.DataFrame, width: float, words: str) -> float:
    return 0.3 + 1.12 * rows_of(min(MOST, data["partner"].nunique()), width) + subtitle_height(words, width)


def _describe(data: pd.DataFrame, **_: object) -> str:
    known = data[data["rvi"].notna()].groupby("partner", sort=False)["rvi"]
    words = [_ends(who, number(line.iloc[0]), number(line.iloc[-1]), len(line)) for who, line in known]
    first, last = data["month"].min(), data["month"].max()
    return (
        f"RVI of {count_of(len(words), 'partner')} by month, {spanned(f'{first:%B %Y}', f'{last:%B %Y}')}, on one scale: "
        f"{joined(words, limit=12)}."
    )


def _ends(partner: object, begun: str, now: str, months: int) -> str:
    """From which value a line goes to which; one month has one."""
    return f"{partner} from {begun} to {now}" if months > 1 else f"{partner} {now}"


@chart(
    describe=_describe,
    height=lambda data, width: _tall(data, width, _subtitle(data)),
    empty=_why,
    needs=lambda data, **_: len(_drawn(data)) > 0,
    subtitle=_subtitle,
    next_step=after_rvi_trend,
)
def plot_rvi_trend(
    data: pd.DataFrame,
    ax: Axes,
    limits: Sequence[float] = LIMITS,
    of: int | None = None,
    window: int | None = None,
    standing: pd.DataFrame | None = None,
) -> None:
    """Small multiples with interval ribbons on the zones of the bands.

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
    of : int, optional
        How many partners there are, if these are some of them.
    window : int, optional
        The months that each figure counts, for the subtitle.
    standing : DataFrame, optional
        ``partner``, ``state`` and, if known, ``since`` and ``won_before``, as
        :func:`partnership_analysis.quarter_change` gives them: whose rate changed has a mark and is named.
    """
    drawn, marks = _drawn(data), _marked(data, standing)
    grid = Grid(ax, data, _top(drawn, "rvi", "high", at_least=limits[-1] * 1.2), MOST)
    edges = [0.0, *limits, max(grid.top, limits[-1])]
    for band, low, high in zip(BANDS, edges, edges[1:], strict=False):
        grid.zone(low, high, BAND_COLOURS[band])
    for limit in limits:
        grid.rule(limit, PALE)
    known = dict(list(drawn.groupby("partner", sort=False)))
    for name, tile in grid.each():
        rows = known.get(name)
        if rows is None:
            grid.title(tile, name, "", GREY)
            grid.say(tile, "too early for a band")
            continue
        band = rows["band"].iloc[-1]
        grid.title(tile, name, number(rows["rvi"].iloc[-1]) + marks.get(name, ""), BAND_TEXT[band])
        grid.line(tile, rows, ("rvi", "low", "high"), BAND_COLOURS[band])
    grid.finish([limits[0], limits[-1]])


def _marked(data: pd.DataFrame, standing: pd.DataFrame | None) -> dict[str, str]:
    """The mark of those whose rate changed beyond chance."""
    rows = in_state(those_of(data, standing), *MARKS)
    return {row["partner"]: f" {MARKS[row['state']]}" for row in rows}


def _describe_activity(data: pd.DataFrame, **_: object) -> str:
    rates = _busiest_first(data).groupby("partner", sort=False)["rate"]
    first, last = rates.first(), rates.last()
    words = list(map(_ends, last.index, told_apart(first), told_apart(last), rates.size()))
    begin, end = data["month"].min(), data["month"].max()
    return (
        f"Interactions a month of {count_of(len(words), 'partner')}, {spanned(f'{begin:%B %Y}', f'{end:%B %Y}')}, on one scale: "
        f"{joined(words, limit=12)}."
    )


@chart(
    describe=_describe_activity,
    height=lambda data, width: _tall(data, width, _subtitle_activity(data)),
    empty="No partner has an interaction on record: write them into the interactions table.",
    subtitle=_subtitle_activity,
    next_step=after_activity_trend,
)
def plot_activity_trend(
    data: pd.DataFrame,
    ax: Axes,
    of: int | None = None,
    window: int | None = None,
    standing: pd.DataFrame | None = None,
) -> None:
    """The rates behind the index as small multiples, where nobody rated trust.

    Parameters
    ----------
    data : DataFrame
        ``partner``, ``month``, ``rate``, ``rate_low``, ``rate_high``, ``partial``; if known ``band`` or ``state``, of
        which too early has a mark. Who has the highest rate now stands first.
    ax : Axes, optional
        The panels are laid out inside these.
    of : int, optional
        How many partners there are, if these are some of them.
    window : int, optional
        The months that each figure counts, for the subtitle.
    standing : DataFrame, optional
        As in :func:`plot_rvi_trend`; without it ``state`` says who fell.
    """
    data = _busiest_first(data)
    grid = Grid(ax, data, _top(data, "rate", "rate_high", at_least=MONTHLY), MOST)
    rows_of_each = dict(list(data.groupby("partner", sort=False)))
    latest, marks = _latest(data), _marked(data, standing)
    # As the ranking rounds them, and with its star: both stand on one page.
    told = {
        name: figure + " *" * early
        for name, figure, early in zip(
            latest["partner"], told_apart(latest["rate"]), is_early(latest), strict=True
        )
    }
    ticks = [tick for tick in TICKS if tick <= grid.top][-3:]
    for tick in ticks:
        grid.rule(tick)
    for name, tile in grid.each():
        rows = rows_of_each[name]
        grid.title(tile, name, told[name] + marks.get(name, ""), INK)
        grid.line(tile, rows, ("rate", "rate_low", "rate_high"), RECEIVED)
    grid.finish([0, *ticks])


def _latest(data: pd.DataFrame) -> pd.DataFrame:
    """The last row of each partner, in the order of the data."""
    return data.drop_duplicates("partner", keep="last")


def _busiest_first(data: pd.DataFrame) -> pd.DataFrame:
    latest = data.groupby("partner", sort=False)["rate"].last().sort_values(ascending=False, kind="stable")
    return data.set_index("partner").loc[latest.index].reset_index()


def _top(rows: pd.DataFrame, value: str, high: str, *, at_least: float) -> float:
    """The end of the scale: the highest value with some air, and no more of an interval than has room."""
    if rows.empty:
        return at_least
    whole = rows[~rows["partial"].astype(bool)]
    highest = float((whole if len(whole) else rows)[high].max())
    edge = max(at_least, min(highest, 1.5 * float(rows[value].max()))) * 1.04
    return within_reach(edge, rows[value], at_least)


def _beyond(rows: pd.DataFrame, value: str, high: str, *, at_least: float) -> str:
    """That somebody lies beyond the scale, where somebody does."""
    known = rows[rows[value].notna()]
    far = len(known) > 0 and known[value].max() > _top(known, value, high, at_least=at_least)
    return " ▲\u00a0beyond the scale." if far else ""
