"""The month of a report that has no column of dates: from its title, its file name or the caller."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from partnership_analysis.errors import PeriodError, listed
from partnership_analysis.periods import month_end

_STATED = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/._])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-/._])(\d{1,2})\2(\d{4})(?!\d)")
_TITLE = re.compile(r"(?i)\breport\b.*\d|\d.*\breport\b")


@dataclass(frozen=True, order=True)
class Period:
    """A month, or a day in it.

    >>> Period(2025, 8).last_day, str(Period(2025, 8, 14)), Period(2025, 8, 14).month_text
    (datetime.date(2025, 8, 31), '2025-08-14', '2025-08')
    """

    year: int
    month: int
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2025-08`` or ``2025-08-14``.

        Raises
        ------
        PeriodError
            If the text is neither.
        """
        found = _STATED.fullmatch(text.strip())
        if found is None or not _days([(found[1], found[2], found[3] or "1")]):
            raise PeriodError(f"{text!r} is not a month. Write the year and the month, for example 2025-08.")
        return cls(int(found[1]), int(found[2]), int(found[3]) if found[3] else None)

    @property
    def last_day(self) -> dt.date:
        """The day itself, or the last of the month."""
        if self.day is not None:
            return dt.date(self.year, self.month, self.day)
        return month_end(self.year * 12 + self.month - 1)

    @property
    def month_text(self) -> str:
        """The month: ``2025-08``."""
        return f"{self.year:04}-{self.month:02}"

    @property
    def covered(self) -> list[Period]:
        """The period, and of a whole month each of its days: their reports are parts of the month's.

        >>> [str(part) for part in Period(2025, 2).covered[:2]], len(Period(2025, 2).covered)
        (['2025-02', '2025-02-01'], 29)
        """
        days = range(1, self.last_day.day + 1) if self.day is None else ()
        return [self, *(Period(self.year, self.month, day) for day in days)]

    @property
    def partial(self) -> bool:
        """Whether it is a day before the last of its month."""
        return self.day is not None and self.last_day != Period(self.year, self.month).last_day

    def __str__(self) -> str:
        return self.month_text if self.day is None else f"{self.month_text}-{self.day:02}"


def period_of(
    name: str, banner: Iterable[str], asked: Period | None = None, date_order: str | None = None
) -> tuple[Period, str]:
    """The period of a report and where it is stated.

    What the caller says goes before the title above the table, and that before the file name. A date that can be
    read in two ways is settled by another that cannot, or not at all.

    Parameters
    ----------
    name : str
        The file's name.
    banner : iterable of str
        Texts above the header.
    asked : Period, optional
        What the caller says.
    date_order : {"day", "month"}, optional
        What comes first in dates such as 03-04-2025.

    Raises
    ------
    PeriodError
        If no date is found, or the dates leave it open which month it is.

    Examples
    --------
    >>> period_of("slips-audit-report_2025-08-31.xls", [])
    (Period(year=2025, month=8, day=31), 'the file name')
    """
    if asked is not None:
        return asked, "--period"
    title = next((text for text in banner if _TITLE.search(text) and _readings(text, date_order)), "")
    in_title, in_name = _readings(title, date_order), _readings(name, date_order)
    for readings, others, where in (
        (in_title, in_name, f"the title {title!r}"),
        (in_name, in_title, "the file name"),
    ):
        settled = _settled(readings, others)
        if settled is not None:
            return settled, where
    if in_title or in_name:
        texts = listed([str(period) for period in in_title or in_name])
        shown = repr(title) if in_title else name
        raise PeriodError(
            f"{name}: the month is in doubt, since {shown} can be read as {texts}. Say which it is with "
            f"--period, for example --period {(in_title or in_name)[0].month_text}, or with --date-order day or month."
        )
    raise PeriodError(
        f"{name} states no date, neither above its table nor in its name. Say which month it is, for example "
        f"--period 2025-08."
    )


def _readings(text: str, date_order: str | None) -> list[Period]:
    """Every period that a text may state; two days of one month state the month."""
    options: list[list[dt.date]] = []
    for year, _, month, day in _YEAR_FIRST.findall(text):
        options.append(_days([(year, month, day)]))
    for first, _, second, year in _YEAR_LAST.findall(text):
        orders = {"day": (year, second, first), "month": (year, first, second)}
        options.append(_days([orders[date_order]] if date_order in orders else list(orders.values())))
    options = [days for days in options if days]
    if not options:
        return []
    if len(options) == 1:
        return [Period(day.year, day.month, day.day) for day in dict.fromkeys(options[0])]
    # From the first to the last day of a month: only readings in one month agree.
    shared = set.intersection(*({(day.year, day.month) for day in days} for days in options))
    spans = {(day.year, day.month) for days in options for day in days}
    return [Period(*month) for month in sorted(shared or spans)]


def _days(parts: list[tuple[str, str, str]]) -> list[dt.date]:
    found = []
    for year, month, day in parts:
        try:
            found.append(dt.date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found


def _settled(readings: list[Period], others: list[Period]) -> Period | None:
    months = {period.month_text for period in readings}
    if len(months) > 1:
        certain = {period.month_text for period in others}
        months &= certain if len(certain) == 1 else set()
    fitting = [period for period in readings if period.month_text in months]
    if len(months) != 1:
        return None
    return fitting[0] if len(fitting) == 1 else Period(fitting[0].year, fitting[0].month)
