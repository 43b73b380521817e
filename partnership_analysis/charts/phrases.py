"""What several subtitles say in the same words: the period, the months behind a figure, a short record.

Rankings, lines and panels stand on one page: the same thing said in two ways reads like two things. That a scale widens is
:data:`partnership_analysis.charts.theme.WIDENS`, and the period itself
:func:`partnership_analysis.metrics.about.window_words`.
"""

from __future__ import annotations

import pandas as pd

from partnership_analysis.schema import TOO_EARLY
from partnership_analysis.wording import count_of

EARLY = " *\u00a0too early for a band."
SHORT = " *\u00a0a short record."
BEFORE = "its window begins before the record"
"""Why a figure has no range: it may be too low, and by how much nobody knows."""
WHOLE = "all that is on record"
"""The period of what is counted over no window."""
PERIOD = "12 months to September 2025"
"""As long as a period is in words, for heights that do not know it."""


def months_behind(data: pd.DataFrame) -> str:
    """The months that figures rest on; empty where the data do not say.

    >>> months_behind(pd.DataFrame({"months": [12, 12]})), months_behind(pd.DataFrame({"months": [3, 12]}))
    ('12 months', 'up to 12 months')
    """
    known = data["months"].dropna() if "months" in data.columns else pd.Series(dtype="Int64")
    if known.empty:
        return ""
    least, most = int(known.min()), int(known.max())
    return f"{'' if least == most else 'up to '}{count_of(most, 'month')}"


def over_period(period: str, data: pd.DataFrame) -> str:
    """Over what time the figures of one day are; to follow what is measured.

    >>> over_period("12 months to May 2025", pd.DataFrame()), over_period("", pd.DataFrame({"months": [6]}))
    (', 12 months to May 2025', ' over 6 months')
    """
    if period:
        return f", {period}"
    months = months_behind(data)
    return f" over {months}" if months else ""


def by_month(data: pd.DataFrame, window: int | None = None) -> str:
    """Over what time each figure of a line is; to follow what is measured.

    Without the window that was chosen, the months of the data are said: fewer where all partnerships are younger.

    >>> by_month(pd.DataFrame(), 12), by_month(pd.DataFrame({"months": [3, 10]}))
    (' by month, each counting the 12 months to its end', ' by month, each counting up to 10 months to its end')
    """
    months = f"the {count_of(window, 'month')}" if window else months_behind(data)
    return f" by month, each counting {months} to its end" if months else " by month"


def to_month(data: pd.DataFrame, about: pd.DataFrame) -> str:
    """Over what time the figures of one month are; the months that they rest on stand in another frame, or nowhere.

    >>> one = pd.DataFrame({"month": [pd.Timestamp("2025-09-01")]})
    >>> to_month(one, pd.DataFrame({"months": [12]})), to_month(one, one), to_month(pd.DataFrame(), one)
    (', 12 months to September 2025', ', the window to September 2025', '')
    """
    last = data["month"].max() if "month" in data.columns else pd.NaT
    return "" if pd.isna(last) else f", {months_behind(about) or 'the window'} to {last:%B %Y}"


def is_early(data: pd.DataFrame) -> pd.Series:
    """Whose record is short: by the band, or where nobody rated trust by the state."""
    found = pd.Series(False, index=data.index)
    for name in ("band", "state"):
        if name in data.columns:
            found |= data[name].astype("string").eq(TOO_EARLY).fillna(False).astype(bool)
    return found


def is_partial(data: pd.DataFrame) -> pd.Series:
    """Whose window begins before the record, where the data say so."""
    if "partial" not in data.columns:
        return pd.Series(False, index=data.index)
    return data["partial"].fillna(False).astype(bool)
