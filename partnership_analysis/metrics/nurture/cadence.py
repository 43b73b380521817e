"""How often we are in touch with each partner, how often we mean to be, and who is overdue.

Sources: article 000 ("take your strategic partners out to lunch… regularly"), article 001 ("relationships need
care, attention, and consideration").
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.metrics.about import ended_by
from partnership_analysis.metrics.columns import floats, numbers, texts, wholes
from partnership_analysis.metrics.grid import last_day, seen, tenure, with_days
from partnership_analysis.metrics.names import by_name
from partnership_analysis.portfolio import Portfolio

TWO_WAY_KINDS = ("meeting", "event", "trade")
"""Kinds that need both sides to be there, whoever invited."""
RHYTHM = 24
"""Months up to the last contact that show a partner's rhythm."""
FEW = 5
"""Contacts under which a partner has no rhythm that could be told."""
LONGER = 0.1
"""Chance that a partner who keeps its rhythm stays away for longer than is acceptable."""
AGREED, OWN_RHYTHM = "agreed", "own rhythm"


def cadence(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Days between contacts with every living partner: agreed, usual, acceptable; and who is overdue.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Nothing after this day is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a partnership that has begun and not ended, the most overdue first, then by ``due``, then name.

        ``partner`` (string); ``agreed`` (Int64, days): ``cadence_days`` of the partners table;
        ``usual`` (Float64, days): median between contacts of the 24 months up to the last one, ``NA`` under
        five contacts; ``acceptable`` (Int64, days, 1 or more): longest interval that is no sign of neglect;
        ``basis`` (string): where that comes from, ``agreed`` or ``own rhythm``;
        ``contacts`` (Int64): days with a two-way contact in those 24 months; ``last_contact`` (datetime64[us]);
        ``days_since`` (Int64, days): since the last contact, or since the partnership or the record began where
        there was none; ``overdue_days`` (Int64, 0 or more): beyond the acceptable; ``overdue`` (boolean);
        ``due`` (datetime64[us]): last day on which a contact is in time.

    Raises
    ------
    PeriodError
        If there is no interaction at all, or ``as_of`` is no date or before the first.

    Notes
    -----
    A ready panel keeps no single interactions, so of one no contact is known.

    A contact is two-way: a meeting, an event or a trade, whatever its direction, and anything else that was
    done together (direction ``mutual``). A referral or a mailshot resets nothing, in either direction: nobody
    need have talked. Several contacts on one day are one. Where no two-way contact with anybody is on record,
    contacts are not recorded, and nothing is known.

    Acceptable is what is agreed. Where nothing is agreed, it is an interval that a partner of this rhythm exceeds one
    time in ten: of n gaps between contacts, the (n + 1) x 0.9-th smallest, exact for any rhythm (the next gap
    has every place among them with equal chance). Under nine gaps none of them is so rare; then it is
    T x (0.1^(-1/n) - 1) of the whole span T, exact for contacts at random and generous for regular ones.

    Source: article 000 ("Schedule at least one lunch with a strategic partner every single month").

    Examples
    --------
    >>> rows = pd.DataFrame({"date": ["2025-06-02", "2025-07-28"], "partner": ["Ann", "Bo"], "kind": "meeting"})
    >>> about = pd.DataFrame({"partner": ["Ann"], "cadence_days": [30]})
    >>> table = cadence(Portfolio.from_frames(interactions=rows, partners=about), as_of="2025-07-31")
    >>> table[["partner", "agreed", "days_since", "overdue_days", "overdue"]].values.tolist()
    [['Ann', 30, 59, 29, True], ['Bo', <NA>, 3, <NA>, <NA>]]
    """
    day = last_day(portfolio, as_of)
    return portfolio.kept(("cadence", day), lambda: _cadence(portfolio, day)).copy(deep=False)


def _cadence(portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    stop = pd.Timestamp(day)
    names = pd.Index(living(portfolio, day)["partner"], name="partner")
    contacts = contact_days(portfolio, day)
    last = contacts.groupby("partner")["date"].max().reindex(names)
    since = last.fillna(_waiting_since(portfolio, last.index[last.isna()], bool(len(contacts))))
    rhythm = _rhythm(contacts).reindex(names)
    agreed = portfolio.partners.set_index("partner")["cadence_days"].reindex(names)
    acceptable = agreed.fillna(rhythm["acceptable"].astype("Int64"))
    gap = (stop - since).dt.days.astype("Int64")
    late = (gap - acceptable).clip(lower=0)
    table = pd.DataFrame(
        {
            "partner": texts(names),
            "agreed": wholes(agreed),
            "usual": floats(rhythm["usual"]),
            "acceptable": wholes(acceptable),
            "basis": texts(np.select([agreed.notna(), acceptable.notna()], [AGREED, OWN_RHYTHM], default="")),
            "contacts": wholes(rhythm["contacts"].fillna(0)),
            "last_contact": last.to_numpy(),
            "days_since": wholes(gap),
            "overdue_days": wholes(late),
            "overdue": pd.array(late > 0, dtype="boolean"),
            "due": (since + pd.to_timedelta(numbers(acceptable), unit="D")).to_numpy("datetime64[us]"),
        }
    )
    table["basis"] = table["basis"].replace("", pd.NA)
    order = ["overdue_days", "due", "partner"]
    return table.sort_values(
        order, ascending=[False, True, True], key=by_name, kind="stable", ignore_index=True
    )


def living(portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    """The rows of :func:`partnership_analysis.metrics.grid.tenure` of partnerships that have not ended by a day."""
    spans = tenure(portfolio, day)
    return spans[~spans["partner"].isin(ended_by(portfolio, day))].reset_index(drop=True)


def contact_days(portfolio: Portfolio, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Every day with a two-way contact, with whom.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Nothing after this day is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        ``partner`` (string), ``date`` (datetime64[us]), sorted, each pair once; what a contact is, says
        :func:`cadence`.

    Raises
    ------
    PeriodError
        If there is no interaction at all, or ``as_of`` is no date or before the first.

    Notes
    -----
    Source: article 000 ("take your strategic partners out to lunch… regularly").

    Examples
    --------
    >>> rows = pd.DataFrame({"date": ["2025-06-02", "2025-06-02", "2025-07-28"], "partner": "Ann",
    ...                      "kind": ["meeting", "trade", "referral"], "direction": ["mutual", "mutual", "given"]})
    >>> contact_days(Portfolio.from_frames(interactions=rows))
      partner       date
    0     Ann 2025-06-02
    """
    rows = with_days(portfolio, seen(portfolio, last_day(portfolio, as_of)))
    two_way = rows["kind"].isin(TWO_WAY_KINDS) | rows["direction"].eq("mutual").fillna(False)
    return distinct_days(rows.loc[two_way, ["partner", "date"]])


def distinct_days(rows: pd.DataFrame) -> pd.DataFrame:
    """Every ``partner`` and ``date`` of some interactions, sorted, each once."""
    code, names = pd.factorize(rows["partner"], sort=True)
    days = rows["date"].to_numpy("datetime64[D]").astype("int64")
    first = int(days.min(initial=0))
    width = int(days.max(initial=0)) - first + 1
    # One number a partner and day, sorted: many times faster than dropping doubles of two columns.
    keys = np.sort(code * width + days - first)
    place, since = np.divmod(keys[np.diff(keys, prepend=-1) > 0], width)
    dates = (since + first).astype("datetime64[D]").astype("datetime64[us]")
    return pd.DataFrame({"partner": texts(names).take(place), "date": dates})


def _waiting_since(portfolio: Portfolio, names: pd.Index, recorded: bool) -> pd.Series:
    """Since when partners without any contact wait for one: their beginning, or the record's if later."""
    if not recorded:
        return pd.Series(pd.NaT, index=names, dtype="datetime64[us]")
    rows = portfolio.interactions
    first = rows[rows["partner"].isin(names)].groupby("partner")["date"].min().reindex(names)
    started = portfolio.partners.set_index("partner")["started"].reindex(names)
    begun, opening = pd.concat([first, started], axis=1).min(axis=1), rows["date"].min()
    return begun.where(begun >= opening, opening)


def _rhythm(contacts: pd.DataFrame) -> pd.DataFrame:
    """Contacts, usual and acceptable interval of each partner, from the 24 months up to its last contact."""
    final = contacts.groupby("partner")["date"].transform("max")
    recent = contacts[contacts["date"] > final - pd.DateOffset(months=RHYTHM)]
    counts = recent.groupby("partner").size()
    gaps = recent.groupby("partner")["date"].diff().dt.days
    told = gaps.notna() & recent["partner"].isin(counts.index[counts >= FEW])
    ordered = recent[["partner"]].assign(gap=gaps)[told].sort_values(["partner", "gap"], kind="stable")
    usual = ordered.groupby("partner")["gap"].median()
    sizes = ordered.groupby("partner").size().to_numpy("int64")
    longest = pd.Series(_longest(ordered["gap"].to_numpy("float64"), sizes), index=usual.index)
    return pd.DataFrame({"contacts": counts, "usual": usual, "acceptable": longest})


def _longest(gaps: NDArray[np.float64], sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Interval in whole days that the next gap exceeds with chance 0.1; gaps rise within each partner.

    >>> _longest(np.array([*range(1, 10), 30.0, 30.0, 30.0, 30.0]), np.array([9, 4])).tolist()
    [9.0, 94.0]
    """
    starts = np.cumsum(sizes) - sizes
    total = np.append(0.0, np.cumsum(gaps))
    random = (total[starts + sizes] - total[starts]) * (LONGER ** (-1 / sizes) - 1)
    place = np.minimum((sizes + 1) * (1 - LONGER), sizes) - 1
    low = np.floor(place + 1e-9).astype("int64")
    high = np.minimum(low + 1, sizes - 1)
    below, above = gaps[starts + low], gaps[starts + high]
    ranked = below + (above - below) * np.maximum(place - low, 0)
    return np.asarray(np.ceil(np.where((sizes + 1) * LONGER > 1 - 1e-9, ranked, random) - 1e-9))
