"""Ask ad hoc: a selection of partners, months and method, what it shows, and a panel of widgets that moves it.

``selection`` says what is looked at, ``view`` what is there to see, ``commands`` how to make a report of it;
``widgets`` is the only module that knows ipywidgets.
"""

from __future__ import annotations

from typing import Any

from partnership_analysis.explore.selection import Selection
from partnership_analysis.explore.view import TOPICS, View, view

__all__ = ["TOPICS", "Selection", "View", "explore", "view"]


def __getattr__(name: str) -> Any:
    if name != "explore":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from partnership_analysis.explore.widgets import explore

    return explore
