"""How high a chart of one partner reaches, and how wide its ribbons are seen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from partnership_analysis.charts.phrases import is_partial

PLOT = 2.5
"""Inches of a chart of one partner, its ticks included."""
THICK = 0.03
"""Inches that a line is thick: a narrower ribbon is hidden by it."""


def inches(low: float, high: float, top: float) -> float:
    """How far apart two values stand on the root scale of a chart of one partner."""
    return float((high**0.5 - low**0.5) / top**0.5 * (PLOT - 0.5))


def top_of(data: pd.DataFrame, value: str, high: str, *, at_least: float) -> float:
    """Where the axis ends: the highest point, and as much of the intervals as does not dwarf the rest."""
    highest, ranges = float(data[value].max()), data.loc[~is_partial(data), high].dropna()
    return max(at_least, max(highest, min(float(ranges.max()) if len(ranges) else 0.0, 1.5 * highest)) * 1.05)


def beyond(data: pd.DataFrame, value: str, high: str, *, at_least: float) -> bool:
    """Is an interval that is drawn cut where the axis ends?"""
    top = top_of(data, value, high, at_least=at_least)
    return bool((data.loc[~is_partial(data), high] > top).fillna(False).any())


def shaded(data: pd.DataFrame, names: tuple[str, str, str], top: float) -> str:
    """What the ribbons say, also where they are too narrow to be seen."""
    whole = data[~is_partial(data)]
    low, high = (whole[name].to_numpy("float64", na_value=np.nan) for name in names[1:])
    known = ~np.isnan(low + high)
    if not known.any():
        return ""
    widest = max(
        inches(max(least, 0.0), min(most, top), top)
        for least, most in zip(low[known], high[known], strict=True)
    )
    return f"shaded: where it probably lies{' (here narrower than the line)' if widest < THICK else ''}"
