"""Quarterly partnership reviews from interaction spreadsheets.

>>> import partnership_analysis as pa
>>> sorted(pa.__all__)[:2]
['Imported', 'Portfolio']

Names are imported when they are first used, so that the command line answers at once.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partnership_analysis import charts, tables
    from partnership_analysis.importing import Imported, import_exports, load_pairs
    from partnership_analysis.metrics.calibration import interval_coverage
    from partnership_analysis.metrics.change import quarter_change
    from partnership_analysis.metrics.quality import coverage, empty_months, undescribed
    from partnership_analysis.metrics.reciprocity import reciprocity
    from partnership_analysis.metrics.review import quarter_review
    from partnership_analysis.metrics.rvi import latest, rvi, rvi_components
    from partnership_analysis.metrics.sensitivity import band_moves, rvi_sensitivity
    from partnership_analysis.metrics.sides import both_sides
    from partnership_analysis.metrics.verticals import vertical_performance
    from partnership_analysis.panel import panel
    from partnership_analysis.periods import Quarter
    from partnership_analysis.portfolio import Portfolio, load
    from partnership_analysis.settings import Settings

__version__ = "0.1.0"

_HOMES = {
    "Imported": "importing",
    "Portfolio": "portfolio",
    "Quarter": "periods",
    "Settings": "settings",
    "band_moves": "metrics.sensitivity",
    "both_sides": "metrics.sides",
    "charts": "charts",
    "coverage": "metrics.quality",
    "empty_months": "metrics.quality",
    "import_exports": "importing",
    "interval_coverage": "metrics.calibration",
    "latest": "metrics.rvi",
    "load": "portfolio",
    "load_pairs": "importing",
    "panel": "panel",
    "quarter_change": "metrics.change",
    "quarter_review": "metrics.review",
    "reciprocity": "metrics.reciprocity",
    "rvi": "metrics.rvi",
    "rvi_components": "metrics.rvi",
    "rvi_sensitivity": "metrics.sensitivity",
    "tables": "tables",
    "undescribed": "metrics.quality",
    "vertical_performance": "metrics.verticals",
}

__all__ = [
    "Imported",
    "Portfolio",
    "Quarter",
    "Settings",
    "band_moves",
    "both_sides",
    "charts",
    "coverage",
    "empty_months",
    "import_exports",
    "interval_coverage",
    "latest",
    "load",
    "load_pairs",
    "panel",
    "quarter_change",
    "quarter_review",
    "reciprocity",
    "rvi",
    "rvi_components",
    "rvi_sensitivity",
    "tables",
    "undescribed",
    "vertical_performance",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOMES[name]}")
    value = globals()[name] = module if name in ("charts", "tables") else getattr(module, name)
    return value


class _Package(ModuleType):
    """Keeps ``pa.panel`` the function: importing a module binds it under its own name in its package."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value.panel if name == "panel" and isinstance(value, ModuleType) else value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
