"""Panels of a trend read back through their collections."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from partnership_analysis.charts.trend import plot_activity_trend
from partnership_analysis.charts.trend_panels import runs

from .test_charts import monthly_of


def parts(ax: Axes, kind: str) -> list:  # type: ignore[type-arg]
    """The collections of a kind."""
    return [part for part in ax.collections if part.get_gid() == kind]


def lengths(ax: Axes) -> list[int]:
    """How many months each stroke has, whole ones before dotted."""
    return [
        len(line) for kind in ("line", "dotted") for part in parts(ax, kind) for line in part.get_segments()
    ]


def test_runs_are_the_stretches_without_a_break() -> None:
    chosen = np.array([True, True, False, True, False, False])
    assert runs(chosen) == [slice(0, 2), slice(3, 4)]
    assert runs(~chosen) == [slice(2, 3), slice(4, 6)]
    assert runs(np.array([False])) == []


@pytest.mark.parametrize(
    ("rates", "strokes"),
    [
        ([1.0] * 6, [6]),
        ([900.0] * 6, []),
        ([1.0, 1.0, 900.0, 900.0, 900.0, 1.0], [3, 2]),
        ([1.0, 900.0, 1.0, 1.0, 900.0, 900.0], [5]),
    ],
)
@pytest.mark.parametrize("partial", [False, True])
def test_beyond_the_scale_no_line_runs_along_the_edge(
    rates: list[float], strokes: list[int], partial: bool
) -> None:
    usual = [monthly_of(name, 6, rate=1.0, partial=False) for name in ("Ann", "Bo", "Cy")]
    one = monthly_of("Di", 6, rate_low=pd.NA, rate_high=pd.NA, partial=partial).assign(rate=rates)
    ax = plot_activity_trend(pd.concat([*usual, one], ignore_index=True))
    assert sorted(lengths(ax)) == sorted([6, 6, 6, *strokes])
    far = sum(len(part.get_offsets()) for part in parts(ax, "end beyond"))
    near = sum(len(part.get_offsets()) for part in parts(ax, "end"))
    assert (far, near) == ((1, 3) if rates[-1] > 100 else (0, 4))
