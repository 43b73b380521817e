"""The register: for every chart a function that makes its data from a portfolio, as a notebook does.

A family of charts has a module ``shown_FAMILY.py`` beside this one, with ``DRAWINGS``: a dictionary of a drawing's name to
``(chart, frames)``, where ``frames(portfolio, as_of)`` gives the data and the options.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from partnership_analysis.charts.theme import Chart
from partnership_analysis.portfolio import Portfolio

Frames = Callable[[Portfolio, dt.date], tuple[pd.DataFrame, dict[str, Any]]]


class Drawing(NamedTuple):
    """One chart, and how to come by its data."""

    chart: Chart
    frames: Frames


def drawings() -> dict[str, Drawing]:
    """All that is registered, by name."""
    found: dict[str, Drawing] = {}
    for path in sorted(Path(__file__).parent.glob("shown_*.py")):
        module = import_module(f"tools.gallery.{path.stem}")
        twice = found.keys() & module.DRAWINGS.keys()
        assert not twice, f"{path.stem} registers {twice} again"
        found |= {name: Drawing(*drawing) for name, drawing in module.DRAWINGS.items()}
    return found
