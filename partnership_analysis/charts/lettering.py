"""How wide words are, so that names fit where they stand."""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties

from partnership_analysis.charts.canvas import measured
from partnership_analysis.charts.letters import drawable

POINTS = 72
AVERAGE = 0.0068
"""Inches that a letter of a name takes for each point of its size; an average with a little to spare."""


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """Inches that words take in the theme's typeface; call it within the theme.

    Parameters
    ----------
    words : str
        One line.
    size : float
        In points.
    bold : bool
    """
    letters = FontProperties(size=size, weight="bold" if bold else "normal")
    width, _, _ = measured(drawable(words), letters, POINTS)
    # Drawn at another resolution, letters are set a little wider.
    return 1.02 * float(width) / POINTS


def fitted(words: str, inches: float, size: float, *, bold: bool = False) -> str:
    """The words, or as many of their letters as fit, with an ellipsis."""
    if width_of(words, size, bold=bold) <= inches:
        return words
    least, most = 0, len(words)
    while least < most:
        middle = (least + most + 1) // 2
        if width_of(words[:middle].rstrip() + "…", size, bold=bold) <= inches:
            least = middle
        else:
            most = middle - 1
    return words[:least].rstrip() + "…"


def cut(words: str, letters: float, size: float = 9.5, *, bold: bool = False) -> str:
    """The words as far as they fit where so many letters of usual width have room: narrow ones longer, wide ones less."""
    return fitted(words, letters * AVERAGE * size, size, bold=bold)


def beside_value(panel: Axes, name: str, value: str, size: float = 9.5) -> str:
    """A panel's name, as far as the value at the right edge leaves it room."""
    figure = panel.get_figure(root=True)
    assert figure is not None
    wide = panel.get_position().width * figure.get_figwidth()
    return fitted(name, wide - (width_of(value, size, bold=True) + 0.08 if value else 0), size)


def wrapped(words: str, inches: float, size: float, *, lines: int) -> list[str]:
    """Words in at most so many lines of a width; what does not fit ends in an ellipsis."""
    letters = max(8, int(inches / width_of("referrals in 36 months against", size) * 30))
    found = textwrap.wrap(words, letters)
    while letters > 8 and any(width_of(line, size) > inches for line in found):
        letters -= 1
        found = textwrap.wrap(words, letters)
    if len(found) > lines:
        found = [*found[: lines - 1], " ".join(found[lines - 1 :])]
    return [fitted(line, inches, size) for line in found]
