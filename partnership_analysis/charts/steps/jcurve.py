"""What to do because of when partnerships pay back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from partnership_analysis.metrics.names import people_key
from partnership_analysis.metrics.returns.jcurve import GROUPS
from partnership_analysis.wording import count_of, joined, money, shortened, spelled

NAMED = 3
"""Names in a sentence; the rest are counted."""
SOME = 6
"""Months without business after which it is asked what comes next."""
YEAR = 12
"""Months of a record, or of a partnership, within which nothing can be said of its first business."""


def with_beginning(data: pd.DataFrame, highlight: str = "") -> pd.DataFrame:
    """The curves with a beginning, or where there is none those that have one before the record; the highlighted one in any case."""
    by = next(name for name in GROUPS if name in data.columns)
    known = data[data["cumulative"].notna()]
    whole = ~known["partial"].astype(bool)
    return known[whole | (known[by] == highlight)] if whole.any() else known


def after_j_curve(
    data: pd.DataFrame,
    currency: str = "",
    highlight: str = "",
    paid: pd.DataFrame | None = None,
    most: int = 12,
) -> str:
    """Whom to ask when business will come, and with whom to wait; of one, what its curve asks for.

    Examples
    --------
    >>> months = {"number": [0, 1], "returned": [0.0, 0.0], "cumulative": [-50.0, -80.0], "partial": False}
    >>> rows = pd.DataFrame({"partner": "Ann", "month": pd.to_datetime(["2025-01-01", "2025-02-01"]), **months})
    >>> after_j_curve(rows)
    'wait; Ann brought nothing in 1 month, which is too short to judge.'
    """
    by = next(name for name in GROUPS if name in data.columns)
    lives = _lives(data, by)
    known = [life for life in lives if not np.isnan(life.total)]
    shown = [life for life in known if not life.partial or life.name == highlight]
    shown = shown if any(not life.partial for life in known) else known
    longest = max((life.first for life in lives if not life.partial and life.first >= 0), default=0.0)
    months = data["month"].nunique()
    if by == "portfolio":
        return _in_all(shown[0], months, currency)
    chosen = [life for life in shown if life.name == highlight] or (shown if len(shown) == 1 else [])
    if chosen:
        return _of_one(chosen[0], longest, months, currency)
    return _of_several(shown, longest, months, by, currency)


class Life(NamedTuple):
    """A curve: its months, those of its first and last business (or none), its sum now and at best, and whether it is over."""

    name: str
    age: float
    first: float
    last: float
    total: float
    best: float
    partial: bool
    over: bool


def _lives(data: pd.DataFrame, by: str) -> list[Life]:
    """A row a curve, in the order of the data, in which its months stand together."""
    names = data[by].to_numpy(dtype=object)
    ends = np.append(np.flatnonzero(names[1:] != names[:-1]), len(names) - 1)
    number, won, total = (
        data[name].to_numpy("float64", na_value=np.nan) for name in ("number", "returned", "cumulative")
    )
    months, partial = data["month"].to_numpy(), data["partial"].to_numpy(dtype=bool)
    business = np.flatnonzero(won > 0)
    place = np.searchsorted(business, np.append(0, ends[:-1] + 1))
    found = np.append(business, len(names))[place]
    first = np.where(found <= ends, np.append(number, np.nan)[found], np.nan)
    before = np.searchsorted(business, ends, side="right") - 1
    last = np.where(np.isnan(first), np.nan, number[business[before]] if len(business) else np.nan)
    best = np.fmax.reduceat(total, np.append(0, ends[:-1] + 1))
    over = months[ends] < months.max()
    columns = (number[ends], first, last, total[ends], best, partial[ends], over)
    return [
        Life(str(name), *row)
        for name, row in zip(
            names[ends], zip(*(column.tolist() for column in columns), strict=True), strict=True
        )
    ]


def too_short(months: int) -> str:
    """Of a record within which few referrals can have been won, that nothing is to be done.

    >>> too_short(1)
    'nothing yet; 1 month on record is too short to judge: referrals take longer to be won. Look again next quarter.'
    """
    are = "is" if months == 1 else "are"
    return (
        f"nothing yet; {count_of(months, 'month')} on record {are} too short to judge: referrals take longer to be won. "
        "Look again next quarter."
    )


def _in_all(row: Life, months: int, currency: str) -> str:
    since = " since the record began" if row.partial else ""
    if row.total >= 0:
        return f"nothing; in all {money(row.total, currency)} more came back than was put in{since}."
    if months < YEAR:
        return too_short(months)
    return (
        f"look in the returns by partner at the red rows: in all {money(-row.total, currency)} more was put in "
        f"than came back{since}."
    )


def _late(row: Life, longest: float) -> bool:
    """Without business for longer than anybody needed who has some; the rule of the notebook's advice."""
    without = not row.over and not row.partial and bool(np.isnan(row.first))
    return without and (row.age > longest if longest > 0 else row.age >= YEAR)


def _of_one(row: Life, longest: float, months: int, currency: str) -> str:
    name, sum_ = shortened(str(row.name)), money(abs(row.total), currency)
    if row.over:
        return f"nothing; the partnership with {name} is over."
    if row.partial:
        since = "since the record began"
        if row.total >= 0:
            return f"nothing; {since} {name} brought {sum_} more than was put in."
        if months < YEAR:
            return too_short(months)
        return f"ask {name} what to expect: {since} {sum_} more was put in than came back."
    if np.isnan(row.first):
        if months >= YEAR and _late(row, longest):
            return f"{_asked([row], longest)}."
        if longest <= 0 or months < YEAR:
            when = f"in {_months(row.age)}" if row.age else "in the first month"
            return f"wait; {name} brought nothing {when}, which is too short to judge."
        return f"wait; {name} brought nothing in {_months(row.age)}, and others needed up to {_months(longest)} to the first business."
    if row.total < 0:
        step = f"wait with {name}" if months < YEAR else f"ask {name} what comes next"
        return f"{step}: business has begun, and {sum_} of what was put in is not back yet."
    return f"nothing; {name} has paid back."


def _of_several(shown: list[Life], longest: float, months: int, by: str, currency: str) -> str:
    under = sorted(
        (life for life in shown if life.total < 0 and not life.over),
        key=lambda life: (life.total, people_key(life.name)),
    )
    if under and months < YEAR:
        return too_short(months)
    if all(life.partial for life in shown):
        return _all_before(under)
    late = [life for life in under if _late(life, longest)]
    slid = [life for life in under if life not in late and life.best > 0 and life.age - life.last >= SOME][:1]
    if late:
        rest = [life for life in under if life not in late and life not in slid]
        parts = [f"{_asked(late, longest)}.", *map(_slid, slid), *_time(rest, longest, currency)]
        return " ".join(parts)
    if not under:
        return f"nothing; all {by}s drawn have paid back or are over."
    if longest <= 0:
        return f"give {_some(under)} time: without business for less than a year is too short to judge."
    begun = [life for life in under if not np.isnan(life.first) and life.age > longest]
    if begun:
        others = "; give the others time" if len(begun) < len(under) else ""
        return (
            f"ask {_some(begun)} what comes next: business has begun, but they are still below "
            f"{money(0, currency)} after more than {_months(longest)}{others}."
        )
    return f"give {_some(under)} time: none has been without business for longer than others needed ({_months(longest)})."


def _slid(life: Life) -> str:
    """What to ask who had paid back, and slid below since the last business."""
    return f"Ask {shortened(life.name)} what comes next: paid back once, nothing won since month {life.last:,.0f}."


def _time(rest: list[Life], longest: float, currency: str) -> list[str]:
    """How long to leave the others alone."""
    if not rest:
        return []
    which = f"the other {spelled(len(rest))}" if len(rest) > 1 else shortened(rest[0].name)
    waits = [bool(np.isnan(life.first)) for life in rest]
    until = f": those without business until month {longest:,.0f}" if any(waits) and longest > 0 else ""
    begun = ", the rest until next quarter" if until and not all(waits) else ""
    return [f"Give {which} below {money(0, currency)} time{until}{begun}."]


def _all_before(under: list[Life]) -> str:
    """Without beginnings nobody can say how long it took; the sums since the record began are left."""
    if not under:
        return "nothing; nobody drawn brought less than was put in since the record began."
    verb = "lines end" if len(under) > 1 else "line ends"
    return f"ask {_some(under)}, whose {verb} below zero, what to expect: since the record began less came back than was put in."


def _asked(late: list[Life], longest: float) -> str:
    """What to ask those without business for longer than anybody needed."""
    slowest = f"of those who brought any the slowest took {longest:,.0f}" if longest > 0 else ""
    end = f"; {slowest}" if slowest else ""
    age = _months(min(life.age for life in late)) + (" or more" if len(late) > 1 else "")
    return f"ask {_some(late)} whether and when business will come: none in {age}{end}"


def _months(value: float) -> str:
    return count_of(int(value), "month")


def _some(lives: list[Life]) -> str:
    return joined([shortened(life.name) for life in lives], limit=NAMED)
