"""Quarterly partnership reviews from interaction spreadsheets.

>>> import partnership_analysis as pa
>>> sorted(pa.__all__)[:2]
['Portfolio', 'Quarter']

Names are imported when they are first used, so that the command line answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partnership_analysis.periods import Quarter
    from partnership_analysis.portfolio import Portfolio, load
    from partnership_analysis.settings import Settings

__version__ = "0.1.0"

_HOMES = {
    "Portfolio": "portfolio",
    "Quarter": "periods",
    "Settings": "settings",
    "load": "portfolio",
}

__all__ = [
    "Portfolio",
    "Quarter",
    "Settings",
    "load",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
