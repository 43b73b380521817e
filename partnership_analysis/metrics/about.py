"""What the partners table says of each row's partner, and which rows a window holds."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from partnership_analysis.metrics.columns import texts
from partnership_analysis.metrics.grid import months_in
from partnership_analysis.periods import month_index, month_start
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.wording import count_of

NOT_DESCRIBED = "not described"
"""The group of those of whom it is not on record."""
EVERYBODY = "all partners"


def group_of(portfolio: Portfolio, partners: pd.Series, by: str) -> pd.Series:
    """What the partners table says of each in a column, ``not described`` where it says nothing."""
    known = portfolio.partners.set_index("partner")[by]
    place, distinct = pd.factorize(partners)
    found = texts(known.reindex(distinct).fillna(NOT_DESCRIBED).to_numpy())
    return pd.Series(found.take(place), index=partners.index)


def vertical_of(portfolio: Portfolio, partners: pd.Series) -> pd.Series:
    """Vertical of each partner named, ``not described`` where none is on record."""
    return group_of(portfolio, partners, "vertical")


def counted_under(portfolio: Portfolio, partners: pd.Series, by: str) -> pd.Series:
    """What each row is counted under: its ``partner``, its partner's ``vertical``, or all partners (``portfolio``)."""
    if by == "partner":
        return partners
    if by == "vertical":
        return vertical_of(portfolio, partners)
    return pd.Series(EVERYBODY, index=partners.index, dtype="string")


def ended_by(portfolio: Portfolio, day: dt.date) -> pd.Series:
    """Partners whose partnership is over by a day: nothing current is said of them."""
    return portfolio.partners.loc[portfolio.partners["ended"] <= pd.Timestamp(day), "partner"]


def window_start(portfolio: Portfolio, window: int | None, day: dt.date) -> pd.Timestamp:
    """First day of the window (default: the settings') that ends with a day."""
    return pd.Timestamp(month_start(month_index(day) - months_in(window, portfolio.settings) + 1))


def window_words(portfolio: Portfolio, day: dt.date, window: int | None = None) -> str:
    """The window that ends with a day, for a subtitle: ``12 months to September 2025``; and where the record begins later."""
    words = f"{count_of(months_in(window, portfolio.settings), 'month')} to {day:%B %Y}"
    first = portfolio.first_date
    # A record that begins within the window's first month is as good as whole.
    if first is None or month_index(first) <= month_index(window_start(portfolio, window, day)):
        return words
    return f"{words}, on record since {first:%B %Y}"
