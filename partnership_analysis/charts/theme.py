"""One look for every chart: type, colours, sizes, and the wrapper that makes a drawing a chart.

A colour means one thing everywhere. Bands have one ordered, colour-blind safe palette, and always a word
beside the colour. The theme is a context: nothing is set at import.
"""

from __future__ import annotations

import functools
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from partnership_analysis.charts.layout import OnePass, leave_no_room_for_labels
from partnership_analysis.charts.letters import EXPLAINED, UNDRAWN, drawable, families, only_drawable, undrawn
from partnership_analysis.schema import BANDS, TOO_EARLY

INK, GREY, RULE, PALE = "#1c2733", "#5b6770", "#dde2e6", "#b7c3cb"
RECEIVED, GIVEN = "#1f5f5b", "#8e9ba4"
BAND_COLOURS = dict(zip(BANDS, ("#b5502b", "#c79a1e", "#4a8db7", "#1f5f5b"), strict=True)) | {TOO_EARLY: GREY}
"""Marks and fills. Neighbours differ in lightness, so that they are told apart in grey print, too."""
BAND_TEXT = dict(zip(BANDS, ("#a0421f", "#7a5c00", "#2b658c", "#1f5f5b"), strict=True)) | {TOO_EARLY: GREY}
"""The same hues, dark enough for text: at least 4.5 to 1 on white."""

WIDE, NARROW = 8.6, 3.5
"""Widths in inches. An inch is 100 CSS pixels: a page column and a phone."""
DOTS = 200
"""Dots an inch in the file: twice what a page shows, so that it is crisp on paper and on dense screens."""

EMPTY = "An empty chart. "
"""How the alternative text of a chart with nothing to draw begins; a page says the rest as text."""
LETTERS = 17.0
"""Letters of a subtitle that an inch holds."""
LINE = 0.15
"""Inches of a line of a subtitle."""
NEXT = "Next: "
"""How the sentence begins that says what to do because of a chart."""
APART = 0.05
"""Inches between a subtitle and what to do next."""

_RC: dict[str, Any] = {
    "font.size": 9.5,
    "text.color": INK,
    "text.parse_math": False,
    "text.hinting": "none",  # it is for letters of fewer dots, and takes a third of the drawing
    "axes.titley": 1.0,  # a title with a place of its own need not look for what it could cover
    "axes.edgecolor": RULE,
    "axes.labelcolor": GREY,
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "xtick.color": GREY,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9.5,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.solid_capstyle": "round",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "partnership-analysis",
}


@contextmanager
def theme() -> Iterator[None]:
    """The suite's look, for as long as the context lasts."""
    with mpl.rc_context(_RC | {"font.family": families()}):  # type: ignore[arg-type]
        yield


WIDENS = "The scale widens towards 0."
"""What a subtitle says of an axis of square roots."""
_SECOND = "\0"
"""Stands for the second half of a wide letter while lines are counted."""
_GLUED = re.compile(f"([▲▼◀▶○●◆]|{UNDRAWN}(?= [A-Z])) ")
"""Marks and the space after them."""
_BLANK: list[Axes] = []
"""Axes that wait to be drawn in."""
TICKS = (8, 30)
"""Ticks that waiting axes have ready, of x and y: as many as most charts need, and those that a chart does not need it does not see."""


def new_axes(width: float, height: float) -> Axes:
    """Axes on a figure of their own, outside pyplot's state. Sizes in inches; call it within the theme."""
    if not _BLANK:
        return _blank(width, height)
    axes = _BLANK.pop()
    figure_of(axes).set_size_inches(width, height)
    return axes


def make_ahead(count: int) -> None:
    """See that so many axes wait, for processes forked from this one: to make them with their ticks is a fifth of a chart."""
    with theme():
        for _ in range(count - len(_BLANK)):
            axes = _blank(WIDE, WIDE)
            for axis, ticks in zip((axes.xaxis, axes.yaxis), TICKS, strict=True):
                axis.get_major_ticks(ticks)
            _BLANK.append(axes)


def _blank(width: float, height: float) -> Axes:
    figure = Figure(figsize=(width, height), layout=OnePass())
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def is_narrow(ax: Axes) -> bool:
    """Is this drawn for a phone?"""
    return figure_of(ax).get_figwidth() < (WIDE + NARROW) / 2


def figure_of(ax: Axes) -> Figure:
    """The figure that the axes are on."""
    figure = ax.get_figure(root=True)
    assert figure is not None, "axes that were removed from their figure"
    return figure


class Chart:
    """A drawing with its alternative text and its size.

    Calling it with a tidy frame draws in ``ax``, or in new axes of page width, and returns the axes.
    """

    def __init__(
        self,
        draw: Callable[..., None],
        describe: Callable[..., str],
        height: Callable[..., float],
        empty: str | Callable[..., str],
        needs: str | Callable[..., bool] | None,
        subtitle: str | Callable[..., str],
        above: float,
        next_step: Callable[..., str] | None,
    ) -> None:
        self._draw, self._describe, self._height = draw, describe, height
        self._next_step = next_step
        self._empty, self._needs = empty, needs
        self._subtitle, self._above = subtitle, above
        functools.update_wrapper(self, draw)

    def __call__(self, data: pd.DataFrame, *, ax: Axes | None = None, **options: Any) -> Axes:
        with theme():
            axes = new_axes(WIDE, self.height(data, WIDE)) if ax is None else ax
            if self._shows(data, options):
                words = self._subtitle if isinstance(self._subtitle, str) else self._subtitle(data, **options)
                note = EXPLAINED if undrawn(data) else ""
                if words:
                    say_above(axes, words, self._above, note, self.next_step(data, **options))
                self._draw(data, axes, **options)
            else:
                note = ""
                say_empty(axes, self._why(data, options))
            if only_drawable(axes) and note:
                _say_too(axes, note)
            leave_no_room_for_labels(figure_of(axes))
            return axes

    def describe(self, data: pd.DataFrame, **options: Any) -> str:
        """Alternative text: what the chart shows, from its data."""
        if self._shows(data, options):
            words = [self._describe(data, **options), self.next_step(data, **options)]
            return " ".join([*filter(None, words), *([EXPLAINED] if undrawn(data) else [])])
        return f"{EMPTY}{self._why(data, options)}"

    def next_step(self, data: pd.DataFrame, **options: Any) -> str:
        """What to do because of the chart, with names from its data; empty where the chart is empty."""
        if self._next_step is None or not self._shows(data, options):
            return ""
        # A name that was cut ends a sentence with its own dots.
        return f"{NEXT}{self._next_step(data, **options)}".replace("….", "…")

    def height(self, data: pd.DataFrame, width: float, **options: Any) -> float:
        """Height in inches at a width; of a chart that may be empty by its options, these too."""
        if not self._shows(data, options):
            return 1.0
        note = LINE * len(subtitle_lines(EXPLAINED, width)) if undrawn(data) else 0
        step = subtitle_lines(self.next_step(data, **options), width)
        return self._height(data, width) + note + (APART + LINE * len(step) if step else 0)

    def _shows(self, data: pd.DataFrame, options: dict[str, Any]) -> bool:
        if len(data) == 0 or self._needs is None:
            return len(data) > 0
        if callable(self._needs):
            return self._needs(data, **options)
        return bool(data[self._needs].notna().any())

    def _why(self, data: pd.DataFrame, options: dict[str, Any]) -> str:
        return self._empty if isinstance(self._empty, str) else self._empty(data, **options)


def chart(
    *,
    describe: Callable[..., str],
    height: Callable[..., float],
    empty: str | Callable[..., str],
    needs: str | Callable[..., bool] | None = None,
    subtitle: str | Callable[..., str] = "",
    above: float = 0.0,
    next_step: Callable[..., str] | None = None,
) -> Callable[[Callable[..., None]], Chart]:
    """Make a drawing ``draw(data, ax, ...)`` a :class:`Chart`.

    ``empty`` says why there may be nothing to draw: no row, or no known value in the column ``needs``. Both may be
    functions of the data and the options; ``needs`` then says whether there is anything to draw.
    ``subtitle`` says what is measured, in which unit, over what time and from which records; it may be a function of
    the data and the options. It stands at the top left, ``above`` points over the axes where something else, such as
    names of zones, stands directly on them. ``height`` must count :func:`subtitle_height` in.
    ``next_step`` says in a sentence with names what to do because of what is drawn, or why nothing; it is a function of
    the data and the options in :mod:`partnership_analysis.charts.steps`, stands under the subtitle and takes its own height.
    """
    return lambda draw: Chart(draw, describe, height, empty, needs, subtitle, above, next_step)


def subtitle_lines(words: str, width: float) -> list[str]:
    """The lines of a subtitle at a width in inches, the last one with its stop."""
    if not words:
        return []
    # A mark stays with its words; what stands for letters that no typeface has is one word, however long they are.
    whole = _GLUED.sub("\\1\N{NO-BREAK SPACE}", drawable(words).rstrip("."))
    whole += "" if whole.endswith(("…", "?")) else "."
    # A Han letter is as wide as two of ours.
    spaced = "".join(f"{letter}{_SECOND * _is_wide(letter)}" for letter in whole)
    lines = textwrap.wrap(spaced, max(20, int(width * LETTERS)))
    return [line.replace(_SECOND, "") for line in lines]


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def subtitle_height(words: str, width: float) -> float:
    """Inches that a subtitle takes at a width in inches."""
    return LINE * len(subtitle_lines(words, width)) + (0.1 if words else 0)


def say_above(ax: Axes, words: str, above: float = 0.0, note: str = "", step: str = "") -> None:
    """Write a subtitle over axes, from the figure's left edge where they are its only axes, and under it the next step.

    Room is left for a note.
    """
    lines, steps, notes = (subtitle_lines(text, _width_above(ax)) for text in (words, step, note))
    taken = 72 * (APART + LINE * len(steps)) if steps else 0.0
    # A title takes the room that the layout must leave; what is read stands where the figure begins.
    ax.set_title("\n".join([" "] * (len(lines) + len(notes))), loc="left", size=9, pad=5 + above + taken)
    _write_above(ax, lines, 5 + above + taken, GREY, "subtitle")
    if steps:
        _write_above(ax, steps, 5 + above, INK, "next")


def head_of(ax: Axes) -> float:
    """Inches that the subtitle and what to do next take over axes, for whoever places the axes by hand."""
    words = ax.get_title(loc="left")
    steps = next((text.get_text() for text in ax.texts if text.get_gid() == "next"), "")
    return sum(rest + LINE * len(text.split("\n")) for text, rest in ((words, 0.0), (steps, APART)) if text)


def _write_above(ax: Axes, lines: list[str], above: float, colour: str, gid: str) -> None:
    """Write lines so many points over axes."""
    alone = len(figure_of(ax).axes) == 1
    ax.annotate(
        "\n".join(lines),
        (0.012 if alone else 0, 1),
        xycoords=("figure fraction" if alone else "axes fraction", "axes fraction"),
        xytext=(0, above),
        textcoords="offset points",
        ha="left",
        va="bottom",
        size=9,
        color=colour,
        in_layout=False,
        annotation_clip=False,
        gid=gid,
    )


def _width_above(ax: Axes) -> float:
    """Inches that a subtitle has."""
    figure = figure_of(ax)
    return figure.get_figwidth() * (1 if len(figure.axes) == 1 else ax.get_position().width)


def _say_too(ax: Axes, note: str) -> None:
    """Write a note under the subtitle, in the room that was left for it."""
    for text in ax.texts:
        if text.get_gid() == "subtitle":
            text.set_text("\n".join([text.get_text(), *subtitle_lines(note, _width_above(ax))]))


def say_empty(ax: Axes, reason: str) -> None:
    """Write in empty axes why they are empty."""
    ax.set_axis_off()
    # Narrower than a subtitle, so that the words keep a margin on a phone.
    words = "\n".join(subtitle_lines(reason, 0.84 * figure_of(ax).get_figwidth()))
    ax.text(0.5, 0.5, words, ha="center", va="center", color=GREY, transform=ax.transAxes)


def root_scale(ax: Axes, axis: Literal["x", "y"]) -> None:
    """Square-root scale: it spreads the low bands, and gives equal counts bars of about equal length."""
    setter = ax.set_xscale if axis == "x" else ax.set_yscale
    setter("function", functions=(_root, np.square))


def _root(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(np.maximum(values, 0)))
