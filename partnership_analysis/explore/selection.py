"""What somebody looks at: which partners, over which window, by which method, from which side, up to which month."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import pandas as pd

from partnership_analysis.errors import ParameterError, listed, unknown
from partnership_analysis.metrics.grid import PERSPECTIVES
from partnership_analysis.metrics.review import counted_to
from partnership_analysis.metrics.rvi import METHODS
from partnership_analysis.periods import Quarter, month_end, month_index, month_start
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import RELATIONSHIPS

LONGEST = 120
"""Months that a window may have, as in the settings."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Selection:
    """A choice of partners and of a way to count; checked for its form when made, and by :meth:`of` against a portfolio.

    Attributes
    ----------
    partner, vertical, relationship : str
        Only this one; empty: all.
    window : int
        Months that the index counts.
    method : {"trailing", "published"}
    perspective : {"ours", "theirs"}
    month : str
        The last month that is counted, such as ``2025-09``.

    Raises
    ------
    ParameterError
        Names everything that is wrong.

    Examples
    --------
    >>> Selection(month="2025-09", window=6).quarter()
    Quarter(year=2025, number=3, first_month=1)
    >>> Selection(month="2025-13", method="guess")
    Traceback (most recent call last):
    ...
    partnership_analysis.errors.ParameterError: 2 parameters do not fit:
      - month '2025-13' is not a month; write it like 2025-09.
      - method 'guess' is not known; choose trailing or published.
    """

    month: str
    partner: str = ""
    vertical: str = ""
    relationship: str = ""
    window: int = 12
    method: str = "trailing"
    perspective: str = "ours"

    def __post_init__(self) -> None:
        findings = []
        if not isinstance(self.month, str) or not _MONTH.fullmatch(self.month):
            findings.append(f"month {self.month!r} is not a month; write it like 2025-09.")
        if (
            isinstance(self.window, bool)
            or not isinstance(self.window, int)
            or not 1 <= self.window <= LONGEST
        ):
            findings.append(f"window {self.window!r} is not a number of months from 1 to {LONGEST}.")
        for name, known in (("method", METHODS), ("perspective", tuple(PERSPECTIVES))):
            if getattr(self, name) not in known:
                findings.append(f"{name} {getattr(self, name)!r} is not known; choose {' or '.join(known)}.")
        if findings:
            raise ParameterError(findings)

    @classmethod
    def of(cls, portfolio: Portfolio, **values: Any) -> Selection:
        """A selection of a portfolio: what is not given comes from its settings and its record.

        Raises
        ------
        ParameterError
            If a parameter is not known, or a name is not in the portfolio (with the nearest that is).
        """
        known = [field.name for field in fields(cls)]
        if unknown := [name for name in values if name not in known]:
            raise ParameterError(
                [f"`{name}` is no parameter of a selection. Known: {listed(known)}." for name in unknown]
            )
        given: dict[str, Any] = {"window": portfolio.settings.window, "month": last_month(portfolio)} | values
        return cls(**given)._named(portfolio)

    def _named(self, portfolio: Portfolio) -> Selection:
        """The selection with names as the portfolio writes them."""
        findings: list[str] = []
        names: dict[str, Any] = {
            word: _known(word, getattr(self, word), known, findings)
            for word, known in (
                ("partner", portfolio.names),
                ("vertical", portfolio.verticals),
                ("relationship", list(RELATIONSHIPS)),
            )
        }
        if findings:
            raise ParameterError(findings)
        return replace(self, **names)

    @property
    def index(self) -> int:
        """Index of the month (``year * 12 + month - 1``)."""
        return int(self.month[:4]) * 12 + int(self.month[5:]) - 1

    def quarter(self, first_month: int = 1) -> Quarter:
        """The quarter in which the month lies."""
        return Quarter.containing(month_start(self.index), first_month)

    def day(self, portfolio: Portfolio) -> dt.date:
        """The last day that is counted: the month's, or the record's if it plainly stops before."""
        quarter = self.quarter(portfolio.settings.fiscal_year_start)
        return min(month_end(self.index), counted_to(portfolio, quarter))

    def label(self) -> str:
        """The month for people.

        >>> Selection("2025-09").label()
        'September 2025'
        """
        return f"{month_start(self.index):%B %Y}"


def months_of(portfolio: Portfolio) -> list[str]:
    """Every month on record, as a selection writes it."""
    if portfolio.first_date is None or portfolio.last_date is None:
        return []
    first, last = (month_index(day) for day in (portfolio.first_date, portfolio.last_date))
    return [as_month(index) for index in range(first, last + 1)]


def last_month(portfolio: Portfolio) -> str:
    """The last month on record, or where there is none the epoch's first."""
    return as_month(month_index(portfolio.last_date or pd.Timestamp(1970, 1, 1)))


def neighbours(selection: Selection, months: Sequence[str], longest: int) -> dict[str, list[Selection]]:
    """Selections that are one step of a slider or one choice of two away, by what moves: first what has one neighbour only.

    Parameters
    ----------
    selection : Selection
    months : sequence of str
        The months there are, in their order.
    longest : int
        The longest window there is.

    Examples
    --------
    >>> beside = neighbours(Selection("2025-09", window=1), ["2025-07", "2025-08", "2025-09"], 36)
    >>> [one.month for one in beside["month"]], [one.window for one in beside["window"]], list(beside)
    (['2025-08'], [2], ['perspective', 'method', 'month', 'window'])
    """
    place = months.index(selection.month)
    return {
        "perspective": [
            replace(selection, perspective=side) for side in PERSPECTIVES if side != selection.perspective
        ],
        "method": [replace(selection, method=method) for method in METHODS if method != selection.method],
        "month": [
            replace(selection, month=month)
            for month in (*months[place - 1 : place], *months[place + 1 : place + 2])
        ],
        "window": [
            replace(selection, window=window)
            for window in (selection.window - 1, selection.window + 1)
            if 1 <= window <= longest
        ],
    }


def as_month(index: int) -> str:
    """A month as a selection writes it.

    >>> as_month(2025 * 12 + 8)
    '2025-09'
    """
    return f"{index // 12:04}-{index % 12 + 1:02}"


def _known(word: str, name: str, known: list[str], findings: list[str]) -> str:
    if not name or name in known:
        return name
    same = [one for one in known if one.casefold() == str(name).strip().casefold()]
    if same:
        return same[0]
    findings.append(unknown(word, name, known))
    return name
