"""Months, quarters and fiscal years.

A month is counted as ``year * 12 + month - 1``, a whole number that every engine can compute and that
subtracts to a number of months. A quarter knows its fiscal start; a fiscal year is named by the calendar
year in which it ends, as pandas does.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from partnership_analysis.errors import PeriodError

_QUARTER = re.compile(r"^\s*(?:FY)?(\d{4})\s*[-/ ]?\s*Q([1-4])\s*$", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months, calendar or fiscal.

    Parameters
    ----------
    year : int
        Calendar year, or the fiscal year named by the calendar year in which it ends.
    number : int
        1 to 4.
    first_month : int, default 1
        Calendar month in which the fiscal year begins, 1 to 12.

    Examples
    --------
    >>> Quarter.parse("2025Q3").end
    datetime.date(2025, 9, 30)
    >>> Quarter.parse("2026Q1", first_month=4).start
    datetime.date(2025, 4, 1)
    """

    year: int
    number: int
    first_month: int = 1

    @classmethod
    def parse(cls, text: str, first_month: int = 1) -> Quarter:
        """Read ``2025Q3``, ``2025-Q3``, ``2025 q3`` or ``FY2025Q3``.

        Raises
        ------
        PeriodError
            If the text is no quarter.
        """
        found = _QUARTER.match(text) if isinstance(text, str) else None
        if found is None or found[1] == "0000":
            raise PeriodError.malformed(text)
        return cls(int(found[1]), int(found[2]), first_month)

    @classmethod
    def containing(cls, date: dt.date | pd.Timestamp, first_month: int = 1) -> Quarter:
        """The quarter in which a date falls.

        >>> str(Quarter.containing(dt.date(2025, 3, 31), first_month=4))
        '2025Q4'
        """
        shifted = date.year * 12 + date.month - 1 + (13 - first_month) % 12
        return cls(shifted // 12, shifted % 12 // 3 + 1, first_month)

    @property
    def first_index(self) -> int:
        """Index (``year * 12 + month - 1``) of the first month."""
        return self.year * 12 + (self.number - 1) * 3 - (13 - self.first_month) % 12

    @property
    def last_index(self) -> int:
        """Index of the last month."""
        return self.first_index + 2

    @property
    def start(self) -> dt.date:
        """First day."""
        return month_start(self.first_index)

    @property
    def end(self) -> dt.date:
        """Last day."""
        return month_end(self.last_index)

    def shift(self, quarters: int) -> Quarter:
        """The quarter so many later (earlier if negative).

        >>> str(Quarter(2025, 1).shift(-1))
        '2024Q4'
        """
        count = self.year * 4 + self.number - 1 + quarters
        return Quarter(count // 4, count % 4 + 1, self.first_month)

    @property
    def label(self) -> str:
        """For people: ``Q3 2025``, or ``Q3 FY2025`` where the year is fiscal."""
        return f"Q{self.number} {'FY' if self.first_month != 1 else ''}{self.year}"

    def __str__(self) -> str:
        """For parameters and file names: ``2025Q3``."""
        return f"{self.year}Q{self.number}"


def month_index(date: dt.date | pd.Timestamp) -> int:
    """Index of a date's month.

    >>> month_index(dt.date(2025, 9, 30)) - month_index(dt.date(2024, 9, 1))
    12
    """
    return date.year * 12 + date.month - 1


def month_start(index: int) -> dt.date:
    """First day of the month with this index."""
    return dt.date(index // 12, index % 12 + 1, 1)


def month_end(index: int) -> dt.date:
    """Last day of the month with this index.

    >>> month_end(2024 * 12 + 1)
    datetime.date(2024, 2, 29)
    """
    return month_start(index + 1) - dt.timedelta(days=1)


def first_friday(after: dt.date) -> dt.date:
    """The first Friday of a month that is later than ``after`` (article 000).

    >>> first_friday(dt.date(2025, 9, 30)), first_friday(dt.date(2025, 10, 3))
    (datetime.date(2025, 10, 3), datetime.date(2025, 11, 7))
    """
    month = after.replace(day=1)
    while True:
        friday = month + dt.timedelta(days=(4 - month.weekday()) % 7)
        if friday > after:
            return friday
        month = month_start(month.year * 12 + month.month)


def month_indices(dates: pd.Series) -> pd.Series:
    """Indices of the months of a column of dates (int32; no missing values).

    >>> month_indices(pd.Series(pd.to_datetime(["1970-01-31", "2025-09-30"]))).tolist()
    [23640, 24308]
    """
    return (dates.dt.year * 12 + dates.dt.month - 1).astype("int32")


def month_stamps(indices: np.ndarray) -> np.ndarray:
    """First days (``datetime64[us]``) of the months with these indices.

    >>> month_stamps(np.array([24308])).astype(str).tolist()
    ['2025-09-01T00:00:00.000000']
    """
    months = (np.asarray(indices) - 1970 * 12).astype("datetime64[M]")
    return np.asarray(months.astype("datetime64[us]"))


def quarter_labels(indices: np.ndarray, first_month: int = 1) -> np.ndarray:
    """Quarters (``2025Q3``) of months given by index.

    >>> quarter_labels(np.array([24308, 24309])).tolist()
    ['2025Q3', '2025Q4']
    """
    shifted = np.asarray(indices) + (13 - first_month) % 12
    distinct, inverse = np.unique(shifted // 3, return_inverse=True)
    names = np.array([f"{quarter // 4}Q{quarter % 4 + 1}" for quarter in distinct], dtype=object)
    return names[inverse] if len(names) else np.array([], dtype=object)
