"""How far a partner's rhythm is ours, and the days on which it differs by more than chance.

Source: article 000 ("You need to understand their work rhythm. It could be extremely different from your work
rhythm and could cause problems").
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.errors import ParameterError, listed
from partnership_analysis.metrics.chances import adjusted, at_least, hypergeometric
from partnership_analysis.metrics.columns import floats, places, texts, wholes
from partnership_analysis.metrics.grid import last_day, record_start, seen, with_days
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.nurture.cadence import distinct_days, living
from partnership_analysis.metrics.nurture.rhythm import week_of, weekday_of
from partnership_analysis.periods import month_end, month_index, month_indices
from partnership_analysis.portfolio import Portfolio

MINIMUM = 20
"""Days with an interaction under which nothing is said of a rhythm."""
FALSE = 0.05
"""Share of the partners who are said to stand out that may do so by chance."""
YEARS = 2
"""Whole years that a month must come back in before it is called a habit."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WORDS: dict[str, tuple[str, ...]] = {
    "weekday": WEEKDAYS,
    "month": MONTHS,
    "week of quarter": tuple(f"week {number}" for number in range(1, 15)),
}
"""The cells of each pattern."""
PATTERNS = tuple(WORDS)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def rhythm_match(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Each partner's rhythm beside that of everybody else whom we deal with.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Nothing after this day is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        Three rows a partnership that has not ended, by name, in the order of ``pattern`` (string):
        ``weekday``, ``month``, ``week of quarter``. ``partner`` (string); ``days`` (Int64): days with any
        interaction, on which the row rests; ``match`` (Float64, 0 to 1; 1 is the same rhythm as ours);
        ``expected`` (Float64, 0 to 1): match of a partner of our rhythm with as many days; ``place`` (Int64)
        and ``busiest`` (string): weekday (0 Monday), month (1 to 12) or week (1 to 14) that most exceeds ours;
        ``share``, ``ours`` (Float64, 0 to 1): its share of the partner's days, and of everybody else's;
        ``chance`` (Float64, 0 to 1): some weekday (month, week) of a partner of our rhythm exceeds as much;
        ``stands_out`` (boolean). Everything after ``days`` is ``NA`` under 20 days, where nobody else was met, and
        for months under two whole years.

    Raises
    ------
    PeriodError
        If there is no interaction at all, or ``as_of`` is no date or before the first.

    Notes
    -----
    Of a ready panel it is empty: it needs single interactions.

    Ours is what we do with everybody else in the months of the partnership. A day counts once, however much happened
    on it, because what comes together is one sign of a rhythm.

    match = 1 - half the sum of |share - ours| over weekdays (months, weeks). Few days never match exactly:
    ``expected`` is its exact mean if each of all days, theirs and the others', were equally likely theirs (mean absolute
    deviation of the hypergeometric distribution). ``chance`` is the exact test of the same (Fisher), times
    the number of weekdays (months, weeks). ``stands_out`` keeps false ones to one in twenty of all that are
    named (Benjamini and Hochberg), pattern by pattern.

    Months are those of whole years back from ``as_of``. They are tested without the year in which the month stood out
    most, because a partnership that began to thrive in March is not one that thrives every March.

    Source: article 000 ("What works for your department may not work for someone else's").

    Examples
    --------
    >>> fridays = pd.date_range("2025-01-03", periods=26, freq="7D")
    >>> rows = pd.concat([pd.DataFrame({"date": fridays - pd.Timedelta(days=back), "partner": name})
    ...                   for back, name in ((0, "Ann"), (1, "Bo"), (2, "Bo"), (3, "Cy"), (4, "Cy"))])
    >>> table = rhythm_match(Portfolio.from_frames(interactions=rows.assign(kind="meeting")))
    >>> table[["pattern", "match", "busiest", "share", "ours", "stands_out"]].head(1).values.tolist()
    [['weekday', 0.0, 'Friday', 1.0, 0.0, True]]
    """
    names, here = _met(portfolio, last_day(portfolio, as_of))
    parts = []
    for pattern, words in WORDS.items():
        part, _ = _compared(*here.counted(pattern))
        part.insert(0, "pattern", texts([pattern] * len(part)))
        part.insert(0, "partner", texts(names))
        place = part["place"].fillna(-1).to_numpy("int64")
        part.insert(5, "busiest", texts(words).take(place, allow_fill=True))
        part["place"] += pattern != "weekday"
        parts.append(part)
    table = pd.concat(parts).sort_index(kind="stable")
    return with_days(portfolio, table.reset_index(drop=True))


def rhythm_cells(
    portfolio: Portfolio,
    pattern: str = "weekday",
    *,
    most: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """Each partner's days on every weekday, in every month or week of the quarter, beside those of everybody else.

    Parameters
    ----------
    portfolio : Portfolio
    pattern : {"weekday", "month", "week of quarter"}
    most : int, optional
        Only so many partners of those of whom enough is on record: those whose rhythm differs most surely from
        everybody else's; where enough is on record of nobody, so many of all. Default: all partners.
    as_of : date or ISO text, optional
        Nothing after this day is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a partnership that has not ended and cell, those who stand out first, in the order of the cell in which
        they do, then by name, then cells in order: ``partner``, ``cell`` (string: ``Monday``, ``January``,
        ``week 1``), ``place`` (Int64, from 0); ``days`` (Int64): days with an interaction there, ``share`` (Float64,
        0 to 1) of the partner's, ``NA`` under 20 days in all (of months: in whole years, of which there must be two);
        ``ours`` (Float64, 0 to 1): share of everybody else's days, ``NA`` where there is nobody else; ``stands_out``
        (boolean): this is the cell in which the partner stands out by :func:`rhythm_match`, ``NA`` where ``share`` is.

    Raises
    ------
    ParameterError
        If ``pattern`` is not known.
    PeriodError
        If there is no interaction at all, or ``as_of`` is no date or before the first.

    Notes
    -----
    Counted and tested as in :func:`rhythm_match`.

    Source: article 000 ("Get to know their business rhythm").

    Examples
    --------
    >>> fridays = pd.date_range("2025-01-03", periods=26, freq="7D")
    >>> rows = pd.concat([pd.DataFrame({"date": fridays - pd.Timedelta(days=back), "partner": name})
    ...                   for back, name in ((0, "Ann"), (1, "Bo"), (2, "Bo"), (3, "Cy"), (4, "Cy"))])
    >>> table = rhythm_cells(Portfolio.from_frames(interactions=rows.assign(kind="meeting")))
    >>> table.loc[table["stands_out"] & (table["partner"] == "Ann"), ["cell", "days", "share"]].values.tolist()
    [['Friday', 26, 1.0]]
    """
    if pattern not in WORDS:
        raise ParameterError([f"pattern {pattern!r} is not known; choose {listed(PATTERNS)}."])
    names, here = _met(portfolio, last_day(portfolio, as_of))
    own, others = here.counted(pattern)
    told, odds = _compared(own, others)
    x, y = own.sum(axis=1), others.sum(axis=1)
    height, width = x.shape
    place = np.tile(np.arange(width), height)
    known = np.repeat(told["match"].notna().to_numpy(), width)
    share, ours = (
        np.divide(
            part,
            part.sum(axis=1, keepdims=True),
            out=np.full(x.shape, np.nan),
            where=part.sum(axis=1, keepdims=True) > 0,
        ).ravel()
        for part in (x, y)
    )
    stands = np.repeat(told["stands_out"].fillna(False).to_numpy(bool), width)
    peak = np.repeat(told["place"].fillna(-1).to_numpy("int64"), width)
    table = pd.DataFrame(
        {
            "partner": texts(names).take(np.repeat(np.arange(height), width)),
            "cell": texts(WORDS[pattern]).take(place),
            "place": wholes(place),
            "days": wholes(x.ravel()),
            "share": floats(np.where(known, share, np.nan)),
            "ours": floats(ours),
            "stands_out": pd.Series(stands & (place == peak), dtype="boolean").mask(~known),
        }
    )
    if most is not None:
        enough = told["match"].notna().to_numpy()
        ranked = pd.DataFrame({"partner": names, "odds": odds})
        # Without anybody to tell of, a few rows still say of which pattern that is.
        ranked = ranked[enough] if enough.any() else ranked
        ranked = ranked.sort_values(["odds", "partner"], key=by_name, kind="stable")
        kept = table["partner"].isin(ranked["partner"].head(most)).to_numpy(bool)
        table, stands, peak = table[kept], stands[kept], peak[kept]
    order = table.assign(first=np.where(stands, peak, width))
    order = order.sort_values(["first", "partner", "place"], key=by_name, kind="stable", ignore_index=True)
    return with_days(portfolio, order.drop(columns="first"))


def _met(portfolio: Portfolio, day: dt.date) -> tuple[pd.Index, _Met]:
    """Partners who are there, by name, and the days on which there was something with whom."""
    met = distinct_days(seen(portfolio, day))
    spans = living(portfolio, day).sort_values("partner", key=by_name)
    names, opening = pd.Index(spans["partner"]), record_start(portfolio)
    first = np.maximum(spans["first_month"].to_numpy("int64") - opening, 0)
    owner, start = places(met["partner"], names), portfolio.settings.fiscal_year_start
    return names, _Met(owner, met["date"].to_numpy(), first, opening, day, start)


class _Met:
    """Days on which there was something with a partner: whose, when, and since when each is a partner."""

    def __init__(
        self, owner: Ints, dates: np.ndarray, first: Ints, opening: int, day: dt.date, start: int
    ) -> None:
        """``owner`` -1 is somebody who is no partner any more; ``first`` months count from the ``opening`` one."""
        self.owner, self.dates, self.first, self.start = owner, dates, first, start
        self.months = month_indices(pd.Series(dates)).to_numpy("int64") - opening
        self.opening, self.day = opening, day

    def counted(self, pattern: str) -> tuple[Ints, Ints]:
        """Own and others' days in each cell of a pattern (partners x years x cells)."""
        if pattern == "month":
            return self.yearly()
        cell = weekday_of(self.dates) if pattern == "weekday" else week_of(self.dates, self.start)
        return self.spread(cell, len(WORDS[pattern]))

    def spread(self, cell: Ints, width: int) -> tuple[Ints, Ints]:
        """Own and others' days in each cell since the partnership began (partners x 1 year x cells)."""
        own = _counted(self.owner, cell, len(self.first), width)
        monthly = _counted(self.months, cell, int(self.months.max()) + 2, width)
        before = np.cumsum(monthly, axis=0) - monthly
        others = before[-1] - before[np.minimum(self.first, len(before) - 1)] - own
        return own[:, None, :], others[:, None, :]

    def yearly(self) -> tuple[Ints, Ints]:
        """Own and others' days by whole year back from the last whole month (partners x years x months)."""
        last = month_index(self.day) - self.opening - (self.day != month_end(month_index(self.day)))
        years = (last + 1) // 12
        begin = last + 1 - 12 * years
        month = self.months - begin
        kept = (month >= 0) & (self.months <= last)
        own = _counted(self.owner[kept], month[kept], len(self.first), 12 * years)
        total = np.bincount(month[kept], minlength=12 * years)
        inside = np.arange(12 * years) // 12 * 12 + begin >= self.first[:, None]
        shape = (len(self.first), years, 12)
        # The columns begin with the month of the year after that of the last day.
        turn = (self.opening + begin) % 12
        folded = [np.where(inside, part, 0).reshape(shape) for part in (own, total - own)]
        return np.roll(folded[0], turn, axis=2), np.roll(folded[1], turn, axis=2)


def _counted(row: Ints, column: Ints, height: int, width: int) -> Ints:
    known = row >= 0
    return np.bincount((row * width + column)[known], minlength=height * width).reshape(height, width)


def _compared(own: Ints, others: Ints) -> tuple[pd.DataFrame, Floats]:
    """Match, its expectation and the cell that stands out, from counts by partner, year and cell; and the odds.

    Odds are the chance before it is cut at 1, so that they rank those whom chance explains as well.
    """
    x, y = own.sum(axis=1), others.sum(axis=1)
    n, m = x.sum(axis=1), y.sum(axis=1)
    lived = (own + others).any(axis=2).sum(axis=1)
    told = (n >= MINIMUM) & (m > 0) & ((own.shape[1] == 1) | (lived >= YEARS))
    whole, theirs = np.maximum(n, 1)[:, None], np.maximum(m, 1)[:, None]
    match = 1 - np.abs(x / whole - y / theirs).sum(axis=1) / 2
    place, odds = _standing_out(own, others)
    chance = np.clip(odds, 0, 1)
    pick = np.arange(len(x)), place
    stands = np.zeros(len(x), dtype=bool)
    if told.any():
        stands[told] = adjusted(chance[told]) < FALSE
    columns = {
        "match": match,
        "expected": _expected(x, y),
        "share": (x / whole)[pick],
        "ours": (y / theirs)[pick],
        "chance": chance,
    }
    table = pd.DataFrame({name: floats(np.where(told, values, np.nan)) for name, values in columns.items()})
    table.insert(0, "days", wholes(n))
    table.insert(3, "place", pd.Series(wholes(place)).mask(~told))
    return table.assign(stands_out=pd.Series(stands, dtype="boolean").mask(~told)), odds


def _standing_out(own: Ints, others: Ints) -> tuple[Ints, Floats]:
    """The cell that most exceeds the others', and the odds that any cell exceeds so, without its best year."""
    x, n = own, own.sum(axis=2, keepdims=True)
    both = own + others
    whole = np.maximum(both.sum(axis=2, keepdims=True), 1)
    excess = x - n * both / whole
    # How far the total lies above what would be expected, in standard deviations.
    spread = n * both / whole * (1 - both / whole) * (whole - n) / np.maximum(whole - 1, 1)
    score = excess.sum(axis=1) / np.sqrt(np.maximum(spread.sum(axis=1), 1e-12))
    place = score.argmax(axis=1)
    rows = np.arange(len(x))
    if x.shape[1] > 1:
        best = excess[rows, :, place].argmax(axis=1)
        x, both, n = x.copy(), both.copy(), n.copy()
        x[rows, best], both[rows, best], n[rows, best] = 0, 0, 0
    hits, ours = x.sum(axis=1)[rows, place], both.sum(axis=1)[rows, place]
    chance = at_least(hits, both.sum(axis=(1, 2)), ours, n.sum(axis=(1, 2)))
    return place, np.asarray(chance * x.shape[2])


def _expected(x: Ints, y: Ints) -> Floats:
    """Exact mean of the match if all days were dealt out anew.

    With N days of which K are in a cell and n are the partner's, the mean absolute deviation of its number there is
    2 k (N - K - n + k) / N times the chance of k, the first whole number above n K / N.
    """
    total, inside, drawn = (part.astype("int64") for part in (
        np.broadcast_to((x + y).sum(axis=1)[:, None], x.shape), x + y,
        np.broadcast_to(x.sum(axis=1)[:, None], x.shape)))  # fmt: skip
    whole = np.maximum(total, 1)
    first = drawn * inside // whole + 1
    chance = hypergeometric(first, whole, inside, drawn)
    spread = 2 * first * (whole - inside - drawn + first) / whole * chance
    scale = whole / np.maximum(drawn * (whole - drawn), 1)
    return np.asarray(1 - (spread * scale).sum(axis=1) / 2)
