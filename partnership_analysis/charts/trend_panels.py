"""Drawing the panels of a trend: lines with their ranges on one root scale, as a few collections in one axes.

Axes for each panel would take ten times as long. Who is drawn, in which order and in which words is
:mod:`partnership_analysis.charts.trend`'s matter: nothing here knows what the values are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from partnership_analysis.charts.lettering import fitted, width_of
from partnership_analysis.charts.panels import PAD, Floats, Tile, date_marks, tiles
from partnership_analysis.charts.theme import GREY, INK, PALE, RULE, figure_of, is_narrow
from partnership_analysis.wording import number

SIZE = 9.5


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
    most : int
        Panels; of more partners the first so many have one.
    """

    ax: Axes
    data: pd.DataFrame
    top: float
    most: int
    tiles: list[Tile] = field(init=False)
    names: list[str] = field(init=False)
    shapes: dict[str, list[tuple[Floats, str]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.names = list(dict.fromkeys(self.data["partner"]))[: self.most]
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
        """Values with their interval; dotted where the window reaches back before the record.

        Between two months that both lie beyond the scale there is no line: along the edge it would look like standing still.
        """
        real = rows[names[0]].to_numpy("float64", na_value=np.nan)
        value, low, high = (self.y(tile, rows[name].to_numpy("float64", na_value=np.nan)) for name in names)
        x, cut = self.x(tile, rows["month"]), rows["partial"].to_numpy(dtype=bool)
        for run in runs(~cut):
            ring = self._ring(tile, rows["month"][run], low[run], high[run])
            self.shapes.setdefault("ribbon", []).append((ring, colour))
            self._strokes("line", x[run], value[run], real[run], colour)
        for run in runs(cut):
            # Up to and including the first whole window, so that the line has no gap.
            on = slice(run.start, run.stop + 1)
            self._strokes("dotted", x[on], value[on], real[on], colour)
        end = "end beyond" if real[-1] > self.top else "end"
        self.shapes.setdefault(end, []).append((np.array([[x[-1], value[-1]]]), colour))
        self._beyond(tile, rows, names[0], x)

    def _strokes(self, kind: str, x: Floats, y: Floats, real: Floats, colour: str) -> None:
        """A line in the pieces that the scale reaches."""
        far = real > self.top
        # Of one month there is a point, which its end marks.
        pieces = runs(~(far[1:] & far[:-1])) if len(x) > 1 else [slice(0, 0)]
        for piece in pieces:
            on = slice(piece.start, piece.stop + 1)
            self.shapes.setdefault(kind, []).append((np.column_stack([x[on], y[on]]), colour))

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
            f"▲ up to {number(values[peak], 0 if values[peak] >= 10 else 1)}",
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
        elif kind in ("end", "end beyond"):
            points = np.concatenate(shapes)
            self.ax.scatter(
                points[:, 0],
                points[:, 1],
                s=22,
                marker="o" if kind == "end" else "^",
                color=colours,
                zorder=4,
                gid=kind,
                clip_on=False,
            )
        else:
            width = {"line": 1.8, "dotted": 1.2, "rule": 0.7, "base": 0.8}[kind]
            style = (0, (1, 2)) if kind == "dotted" else "solid"
            lines = LineCollection(shapes, colors=colours, linewidths=width, linestyles=[style], gid=kind)
            lines.set(zorder=3 if kind in ("line", "dotted") else 1, clip_on=False)
            self.ax.add_collection(lines, autolim=False)


def runs(chosen: np.ndarray) -> list[slice]:
    """The stretches that are chosen, without a break."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], chosen, [False]]).astype(int)))
    return [slice(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
