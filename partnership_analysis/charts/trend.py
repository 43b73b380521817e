"""RVI over time: one small panel a partner, all on one scale.

All panels are drawn in the one axes, as a few collections: axes for each would take ten times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from partnership_analysis.charts.lettering import fitted, width_of
from partnership_analysis.charts.panels import PAD, Floats, Tile, date_marks, rows_of, spanned, tiles
from partnership_analysis.charts.ranking import COUNTED, LIMITS, chosen, told_apart, within_reach
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GREY,
    INK,
    PALE,
    RECEIVED,
    RULE,
    WIDENS,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.schema import BANDS, TOO_EARLY
from partnership_analysis.wording import count_of, joined, number

MOST = 32
"""Panels; of a longer table the first so many are drawn, and the subtitle says how many there are."""
TICKS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
SIZE = 9.5
MONTHLY = 0.6
"""Interactions a month to which the scale of activity goes at least."""


def _names(data: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(data["partner"]))


def _more(data: pd.DataFrame, of: int | None) -> str:
    names = data["partner"].nunique()
    return f" The first {MOST} of {names:,} are drawn." if names > MOST else chosen(data, of)


def _drawn(data: pd.DataFrame) -> pd.DataFrame:
    return data[data["rvi"].notna() & (data["band"] != TOO_EARLY)]


def _why(data: pd.DataFrame, **_: object) -> str:
    if len(data) and data["rvi"].notna().any():
        return "Too little is on record for a band: the lines begin when some months more are written down."
    return "No partner has an RVI: it needs at least one rating of trust in the ratings table."


def _subtitle(data: pd.DataFrame, limits: Sequence[float] = LIMITS, of: int | None = None) -> str:
    far = _beyond(_drawn(data), "rvi", "high", at_least=limits[-1] * 1.2)
    cut = _cut(_drawn(data), "rvi", "high", at_least=limits[-1] * 1.2)
    average, promising, strong = (f"{limit:g}" for limit in limits)
    return (
        f"Relationship Value Index by month, from interactions and ratings{_shaded(_drawn(data), 'it')}. Zones: weak under "
        f"{average}, average to {promising}, promising under {strong}, strong from there.{_dotted(data)}{far}{cut}{_more(data, of)}"
    )


def _shaded(data: pd.DataFrame, what: str) -> str:
    """What a ribbon means, where a whole window has one."""
    return "" if data["partial"].all() else f"; shaded: where {what} probably lies"


def _cut(data: pd.DataFrame, value: str, high: str, *, at_least: float) -> str:
    """That a range goes on over the scale, where the line itself does not."""
    whole = data[~data["partial"].astype(bool)]
    top = _top(data, value, high, at_least=at_least)
    cut = (whole[high] > top).any() and not (data[value] > top).any()
    return " At a panel's upper edge: the range goes on." if cut else ""


def _dotted(data: pd.DataFrame) -> str:
    """What a dotted line, or of one month a dot without a range, means, where there is one."""
    mark = "Dotted" if data["month"].nunique() > 1 else "Without a range"
    return f" {mark}: its window begins before the record." if data["partial"].any() else ""


def _subtitle_activity(data: pd.DataFrame, of: int | None = None) -> str:
    far = _beyond(data, "rate", "rate_high", at_least=MONTHLY)
    cut = _cut(data, "rate", "rate_high", at_least=MONTHLY)
    order = " The busiest now stand first." if data["partner"].nunique() > 1 else ""
    return (
        f"Interactions a month over the window, {COUNTED}, from interactions alone{_shaded(data, 'the rate')}. {WIDENS}{order}"
        f"{_dotted(data)}{far}{cut}{_more(data, of)}"
    )


def _tall(data: pd.DataFrame, width: float, words: str) -> float:
    return 0.3 + 1.12 * rows_of(min(MOST, data["partner"].nunique()), width) + subtitle_height(words, width)


def _describe(data: pd.DataFrame, limits: Sequence[float] = LIMITS, of: int | None = None) -> str:
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
)
def plot_rvi_trend(
    data: pd.DataFrame, ax: Axes, limits: Sequence[float] = LIMITS, of: int | None = None
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
    """
    drawn = _drawn(data)
    grid = Grid(ax, data, _top(drawn, "rvi", "high", at_least=limits[-1] * 1.2))
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
        grid.title(tile, name, number(rows["rvi"].iloc[-1]), BAND_TEXT[band])
        grid.line(tile, rows, ("rvi", "low", "high"), BAND_COLOURS[band])
    grid.finish([limits[0], limits[-1]])


def _describe_activity(data: pd.DataFrame, of: int | None = None) -> str:
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
)
def plot_activity_trend(data: pd.DataFrame, ax: Axes, of: int | None = None) -> None:
    """The rates behind the index as small multiples, where nobody rated trust.

    Parameters
    ----------
    data : DataFrame
        ``partner``, ``month``, ``rate``, ``rate_low``, ``rate_high``, ``partial``. Who has the highest rate now
        stands first.
    ax : Axes, optional
        The panels are laid out inside these.
    of : int, optional
        How many partners there are, if these are some of them.
    """
    data = _busiest_first(data)
    grid = Grid(ax, data, _top(data, "rate", "rate_high", at_least=MONTHLY))
    rows_of_each = dict(list(data.groupby("partner", sort=False)))
    latest = data.groupby("partner", sort=False)["rate"].last()
    # As the ranking rounds them: both stand on one page.
    told = dict(zip(latest.index, told_apart(latest), strict=True))
    ticks = [tick for tick in TICKS if tick <= grid.top][-3:]
    for tick in ticks:
        grid.rule(tick)
    for name, tile in grid.each():
        rows = rows_of_each[name]
        grid.title(tile, name, told[name], INK)
        grid.line(tile, rows, ("rate", "rate_low", "rate_high"), RECEIVED)
    grid.finish([0, *ticks])


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
    return " At a panel's upper edge: beyond the scale." if far else ""


@dataclass
class Grid:
    """Small multiples as collections in one axes, whose units are fractions of it.

    Attributes
    ----------
    ax : Axes
    data : DataFrame
        With ``partner`` and ``month``.
    top : float
        The end of the root scale of all.
    """

    ax: Axes
    data: pd.DataFrame
    top: float
    tiles: list[Tile] = field(init=False)
    names: list[str] = field(init=False)
    shapes: dict[str, list[tuple[Floats, str]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.names = _names(self.data)[:MOST]
        self.tiles = tiles(self.ax, len(self.names))
        self.ax.set(xlim=(0, 1), ylim=(0, 1))
        self.first, self.last = self.data["month"].min(), self.data["month"].max()

    def each(self) -> Iterator[tuple[str, Tile]]:
        """The partners with their places."""
        yield from zip(self.names, self.tiles, strict=True)

    def x(self, tile: Tile, months: pd.Series | Sequence[pd.Timestamp]) -> Floats:
        """Where months stand in a panel."""
        since = (pd.DatetimeIndex(list(months)) - (self.first - PAD)) / (self.last - self.first + 2 * PAD)
        return np.asarray(tile.x + tile.width * since.to_numpy("float64"))

    def y(self, tile: Tile, values: Floats | Sequence[float]) -> Floats:
        """Where values stand in a panel, on a root scale that ends at the top."""
        inside = np.clip(np.asarray(values, dtype="float64"), 0, self.top)
        return np.asarray(tile.y + tile.height * np.sqrt(inside / self.top))

    def zone(self, low: float, high: float, colour: str) -> None:
        """A band behind every panel."""
        for tile in self.tiles:
            (bottom, end), left, right = self.y(tile, [low, high]), tile.x, tile.x + tile.width
            box = np.array([(left, bottom), (right, bottom), (right, end), (left, end)])
            self.shapes.setdefault("zone", []).append((box, colour))

    def rule(self, value: float, colour: str = RULE) -> None:
        """A line across every panel."""
        for tile in self.tiles:
            (y,) = self.y(tile, [value])
            ends = np.array([(tile.x, y), (tile.x + tile.width, y)])
            self.shapes.setdefault("rule", []).append((ends, colour))

    def line(self, tile: Tile, rows: pd.DataFrame, names: tuple[str, str, str], colour: str) -> None:
        """Values with their interval; dotted where the window reaches back before the record."""
        value, low, high = (self.y(tile, rows[name].to_numpy("float64", na_value=np.nan)) for name in names)
        x, cut = self.x(tile, rows["month"]), rows["partial"].to_numpy(dtype=bool)
        for run in _runs(~cut):
            ring = self._ring(tile, rows["month"][run], low[run], high[run])
            self.shapes.setdefault("ribbon", []).append((ring, colour))
            self.shapes.setdefault("line", []).append((np.column_stack([x[run], value[run]]), colour))
        for run in _runs(cut):
            # Up to and including the first whole window, so that the line has no gap.
            on = slice(run.start, run.stop + 1)
            self.shapes.setdefault("dotted", []).append((np.column_stack([x[on], value[on]]), colour))
        self.shapes.setdefault("end", []).append((np.array([[x[-1], value[-1]]]), colour))
        self._beyond(tile, rows, names[0], x)

    def _ring(self, tile: Tile, months: pd.Series, low: Floats, high: Floats) -> Floats:
        """Round an interval; of one month, which has no breadth, a bar."""
        breadth = np.array([-0.015, 0.015]) * tile.width if len(months) == 1 else 0.0
        x = self.x(tile, months) + breadth
        low, high = (np.broadcast_to(side, len(x)) for side in (low, high))
        return np.concatenate([np.column_stack([x, low]), np.column_stack([x, high])[::-1]])

    def _beyond(self, tile: Tile, rows: pd.DataFrame, name: str, x: Floats) -> None:
        """How far a line goes that the scale does not reach, in words under its highest place."""
        values = rows[name].to_numpy("float64", na_value=np.nan)
        if len(values) == 0 or not np.nanmax(values) > self.top:
            return
        peak = int(np.nanargmax(values))
        across = (x[peak] - tile.x) / tile.width
        align, side = (
            ("left", 0.02) if across < 1 / 3 else ("right", 0.98) if across > 2 / 3 else ("center", across)
        )
        self.ax.annotate(
            f"up to {number(values[peak], 0 if values[peak] >= 10 else 1)}",
            (tile.x + tile.width * side, tile.y + tile.height),
            xytext=(0, -6),
            textcoords="offset points",
            ha=align,
            va="top",
            color=GREY,
            size=8.5,
            zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
            gid="beyond",
        )

    def title(self, tile: Tile, name: str, value: str, colour: str) -> None:
        """The name above a panel, and its last value at the right edge."""
        wide = tile.width * figure_of(self.ax).get_figwidth()
        room = wide - (width_of(value, SIZE, bold=True) + 0.08 if value else 0)
        for words, x, align, tone, weight in (
            (fitted(name, room, SIZE), tile.x, "left", INK, "normal"),
            (value, tile.x + tile.width, "right", colour, "bold"),
        ):
            self.ax.annotate(
                words,
                (x, tile.y + tile.height),
                xytext=(0, 4),
                textcoords="offset points",
                ha=align,
                va="bottom",
                color=tone,
                weight=weight,
                size=SIZE,
            )

    def say(self, tile: Tile, words: str) -> None:
        """A word in an empty panel."""
        middle = (tile.x + tile.width / 2, tile.y + tile.height / 2)
        # A line of the scale would strike the words through.
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        self.ax.text(*middle, words, ha="center", va="center", color=GREY, size=8.5, bbox=box)

    def finish(self, ticks: Sequence[float]) -> None:
        """Draw what was gathered, the base lines, and the scales at the outer edges."""
        for tile in self.tiles:
            base = np.array([(tile.x, tile.y), (tile.x + tile.width, tile.y)])
            self.shapes.setdefault("base", []).append((base, PALE))
            for value in ticks if tile.left else []:
                self._label(f"{value:,g}", (tile.x, float(self.y(tile, [value])[0])), (-4, 0), "right")
            marks = date_marks(self.first, self.last, narrow=is_narrow(self.ax)) if tile.bottom else []
            for month, label in marks:
                self._label(label, (float(self.x(tile, [month])[0]), tile.y), (0, -9), "center")
        for kind, shapes in self.shapes.items():
            self._collect(kind, [shape for shape, _ in shapes], [colour for _, colour in shapes])

    def _label(self, words: str, at: tuple[float, float], by: tuple[float, float], align: str) -> None:
        self.ax.annotate(
            words, at, xytext=by, textcoords="offset points", ha=align, va="center", size=8, color=GREY
        )

    def _collect(self, kind: str, shapes: list[Floats], colours: list[str]) -> None:
        if kind in ("zone", "ribbon"):
            alpha, order = (0.1, 0.5) if kind == "zone" else (0.22, 1.5)
            made = PolyCollection(shapes, facecolors=colours, alpha=alpha, lw=0, zorder=order, gid=kind)
            self.ax.add_collection(made, autolim=False)
        elif kind == "end":
            points = np.concatenate(shapes)
            self.ax.scatter(
                points[:, 0], points[:, 1], s=22, color=colours, zorder=4, gid=kind, clip_on=False
            )
        else:
            width = {"line": 1.8, "dotted": 1.2, "rule": 0.7, "base": 0.8}[kind]
            style = (0, (1, 2)) if kind == "dotted" else "solid"
            lines = LineCollection(shapes, colors=colours, linewidths=width, linestyles=[style], gid=kind)
            lines.set(zorder=3 if kind in ("line", "dotted") else 1, clip_on=False)
            self.ax.add_collection(lines, autolim=False)


def _runs(chosen: np.ndarray) -> list[slice]:
    """The stretches that are chosen, without a break."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], chosen, [False]]).astype(int)))
    return [slice(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
