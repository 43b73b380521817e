"""Small drawings inside the cells of a table: inline SVG, the same every time, with their words for a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd

from partnership_analysis.wording import number

INK, GREY, PALE, RULE, ALARM, GOOD = "#1c2733", "#5b6770", "#b7c3cb", "#e6eaed", "#a0421f", "#1f5f5b"
WIDTH, HEIGHT = 110, 16


def whisker(value: Any, low: Any, high: Any, *, top: float, limits: Sequence[float] = ()) -> str:
    """A dot with its interval on a root scale that ends at ``top``; thin lines at the limits.

    Parameters
    ----------
    value, low, high : number or NA
    top : float
        Above 0.
    limits : sequence of numbers
    """
    if pd.isna(value):
        return ""

    def x(at: float) -> float:
        return round(4 + (WIDTH - 8) * (min(max(float(at), 0.0), top) / top) ** 0.5, 1)

    marks = "".join(f'<path d="M{x(at)} 1V15" stroke="{RULE}"/>' for at in limits if at < top)
    bar = "" if pd.isna(low) else f'<path d="M{x(low)} 8H{x(high)}" stroke="{PALE}" stroke-width="4"/>'
    words = number(value) + ("" if pd.isna(low) else f", interval {number(low)} to {number(high)}")
    return _svg(f'{marks}{bar}<circle cx="{x(value)}" cy="8" r="3.5" fill="{INK}"/>', words)


def months(counts: Sequence[int], changed: int, *, rising: bool, slots: int) -> str:
    """A bar a month, ending now; the last ``changed`` of them in the colour of the change.

    Parameters
    ----------
    counts : sequence of int
        Oldest first.
    changed : int
        Months since the rate changed; 0 where it did not.
    rising : bool
        The change is a rise.
    slots : int
        Months that the drawing has room for.
    """
    step, most = WIDTH / max(slots, 1), max([2, *counts])
    first = slots - len(counts)
    parts = []
    for place, count in enumerate(counts):
        since = place >= len(counts) - changed
        colour = (GOOD if rising else ALARM) if since else PALE
        tall = round(14 * count / most, 1) if count else (1 if since else 0)
        if tall:
            x, y = round((first + place) * step, 1), round(15 - tall, 1)
            parts.append(
                f'<rect x="{x}" y="{y}" width="{round(step * 0.76, 1)}" height="{tall}" fill="{colour}"/>'
            )
    base = f'<path d="M{round(first * step, 1)} 15.5H{WIDTH}" stroke="{RULE}"/>'
    return _svg(base + "".join(parts), f"interactions a month: {', '.join(map(str, counts))}")


def _svg(inner: str, words: str) -> str:
    return (
        f'<svg role="img" aria-label="{escape(words)}" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" style="vertical-align:middle">{inner}</svg>'
    )
