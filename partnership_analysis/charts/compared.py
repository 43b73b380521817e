"""What rows are compared with: all together, and who differs from the others by more than chance explains."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

APART = {"per_meeting": "per_meeting_apart", "won_share": "won_apart"}
"""Which rows the metric finds further from the others than chance explains."""


def whole_of(data: pd.DataFrame, overall: pd.DataFrame | None) -> pd.Series | None:
    """What all together come to, without what would be one row again."""
    if overall is None or overall.empty or len(data) == 1:
        return None
    whole = overall.iloc[0]
    # Who has too few meetings counts in the whole, so that one row alone differs from it; of those decided nobody else has any.
    return whole.drop("won_share") if data["won_share"].notna().sum() == 1 else whole


def apart(table: pd.DataFrame, name: str, whole: pd.Series | None) -> NDArray[np.bool_]:
    """Which rows differ from the others beyond chance; nobody does where there is no line to differ from."""
    if whole is None or pd.isna(whole.get(name)):
        return np.zeros(len(table), dtype=bool)
    return table[APART[name]].fillna(False).to_numpy(dtype=bool)


def apart_ways(
    table: pd.DataFrame, name: str, whole: pd.Series | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows lie above, and which below, the line of all together by more than chance explains."""
    found = apart(table, name, whole)
    if whole is None or not found.any():
        return found, found.copy()
    above = table[name].to_numpy("float64", na_value=np.nan) > float(whole[name])
    return found & above, found & ~above
