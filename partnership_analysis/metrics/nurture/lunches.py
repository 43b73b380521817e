"""Whom to take to lunch next quarter: a partner a month, on the first Friday.

Source: article 000 ("Schedule at least one lunch with a strategic partner every single month. … Reserve the first
Friday as your day to go out to lunch").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from functools import partial

import numpy as np
import pandas as pd

from partnership_analysis.errors import ParameterError, PeriodError, listed
from partnership_analysis.metrics.about import vertical_of
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.grid import directions, last_day
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.nurture.cadence import AGREED, cadence
from partnership_analysis.metrics.rvi import latest
from partnership_analysis.metrics.signals.states import signalled
from partnership_analysis.panel import panel
from partnership_analysis.periods import Quarter, first_friday, month_start
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS, RVI_KINDS
from partnership_analysis.wording import count_of, day, money

WEEK = dt.timedelta(days=7)
SOON = 2 * WEEK
"""For a lunch so near whoever is overdue may wait."""
ALARMS = ("weakening", "silent")
YEARS = 2
"""Years whose won value says what a partner is worth: one alone would forget what a weakening one was."""


def lunch_days(quarter: Quarter, skip: Collection[dt.date] = ()) -> dict[dt.date, dt.date]:
    """The day of each month's lunch, and the first Friday that it stands for.

    Parameters
    ----------
    quarter : Quarter
        The quarter that is planned.
    skip : collection of dates, optional
        Holidays. A lunch whose first Friday is one of them goes to the next Friday that is none, nor a first Friday
        itself, nor the day of another lunch.

    Returns
    -------
    dict
        Three days, each with the first Friday of its month; the days are those of :func:`lunch_plan`.

    Examples
    --------
    >>> days = lunch_days(Quarter.parse("2026Q1"), skip=[dt.date(2026, 1, 2)])
    >>> [f"{lunch:%d %b}" for lunch in days], days[dt.date(2026, 1, 9)]
    (['09 Jan', '06 Feb', '06 Mar'], datetime.date(2026, 1, 2))
    """
    found: dict[dt.date, dt.date] = {}
    for index in range(quarter.first_index, quarter.last_index + 1):
        first = lunch = first_friday(month_start(index) - dt.timedelta(days=1))
        while lunch in skip or lunch in found or (lunch != first and lunch.day <= WEEK.days):
            lunch += WEEK
        found[lunch] = first
    return found


def lunch_plan(
    portfolio: Portfolio,
    quarter: Quarter | str,
    *,
    states: pd.DataFrame | None = None,
    dates: Sequence[dt.date | str] | None = None,
    departments: bool = False,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """A lunch on each first Friday of a quarter, each with another partner, the most urgent first.

    Parameters
    ----------
    portfolio : Portfolio
    quarter : Quarter or text
        The quarter that is planned, fiscal as in the settings: ``2025Q4``.
    states : DataFrame, optional
        ``partner``, ``state``, and if known ``evidence`` (a sentence). Default: the latest month of
        :func:`partnership_analysis.metrics.signals.states.signals`.
    dates : sequence of dates or ISO texts, optional
        Days for lunch in place of the first Fridays (or, where one is among ``settings.holidays``, the Friday after),
        when one a month is too few.
    departments : bool
        Have departments of our own house to lunch too.
    as_of : date or ISO text, optional
        Nothing after this day is counted, and nothing is planned up to it. Default: the last interaction's day,
        or the day before the quarter if that is earlier.

    Returns
    -------
    DataFrame
        One row a lunch, by ``date`` (datetime64[us]); fewer than days if there are fewer partners, and a partner
        at most once. ``partner``, ``vertical``, ``owner`` (string); ``state`` (string, ``NA`` if not known);
        ``days_since``, ``overdue_days`` (Int64, days; :func:`partnership_analysis.metrics.cadence.cadence`);
        ``value`` (Float64, currency): won from their referrals in two years, ``NA`` where none is on record;
        ``interactions`` (Int64): RVI interactions received or done together in two years; ``call_first`` (boolean):
        who is overdue and would wait more than a fortnight, or whose contact falls due before, is to be called before
        the lunch; ``reasons`` (string): sentences.

    Raises
    ------
    ParameterError
        If ``states`` lacks a column or names a partner twice, or ``dates`` holds what is no date.
    PeriodError
        If the quarter is malformed, there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    The order, in which nothing is weighed against anything else: weakening or silent and overdue; weakening or silent;
    overdue; a contact falls due by the end of the quarter; everybody else. Among equals, the most value won in
    two years first (unknown last), then the most interactions, then the name. Partners who have ended, or
    will have by the last lunch, are left out.

    Source: article 000 ("Reserve the first Friday as your day to go out to lunch").

    Examples
    --------
    >>> rows = pd.DataFrame({"date": ["2025-06-02", "2025-09-29"], "partner": ["Ann", "Bo"], "kind": "meeting"})
    >>> about = pd.DataFrame({"partner": ["Ann"], "cadence_days": [30]})
    >>> made = Portfolio.from_frames(interactions=rows, partners=about)
    >>> plan = lunch_plan(made, "2025Q4")
    >>> plan["date"].dt.strftime("%d %B").tolist(), plan["partner"].tolist()
    (['03 October', '07 November'], ['Ann', 'Bo'])
    >>> plan["reasons"][0]
    'Overdue: 119 days since the last meeting or other two-way contact on 2 June 2025, 30 agreed.'
    """
    if not isinstance(quarter, Quarter):
        quarter = Quarter.parse(quarter, portfolio.settings.fiscal_year_start)
    today = _today(portfolio, quarter, as_of)
    skip = portfolio.settings.holidays
    asked = list(lunch_days(quarter, skip)) if dates is None else _read(dates)
    days = [date for date in asked if date > today]
    table = cadence(portfolio, as_of=today)
    table = table.merge(_states(portfolio, states, today), on="partner", how="left")
    about = portfolio.partners.set_index("partner").reindex(table["partner"])
    out = about["ended"] <= pd.Timestamp(max(days, default=today))
    if not departments:
        out |= about["relationship"].eq("department").fillna(False)
    table = table[~out.to_numpy(dtype="bool")].merge(_worth(portfolio, today), on="partner", how="left")
    chosen = _first(table, quarter).head(len(days)).reset_index(drop=True)
    currency = portfolio.settings.currency
    sooner = [_sooner(row, date, today) for row, date in zip(chosen.itertuples(), days, strict=False)]
    owners = portfolio.partners.set_index("partner")["owner"].reindex(chosen["partner"])
    return pd.DataFrame(
        {
            "date": pd.Series(days[: len(chosen)], dtype="datetime64[us]"),
            "partner": chosen["partner"],
            "vertical": vertical_of(portfolio, chosen["partner"]),
            "owner": texts(owners),
            "state": chosen["state"],
            "days_since": chosen["days_since"],
            "overdue_days": chosen["overdue_days"],
            "value": floats(chosen["value"]),
            "interactions": wholes(chosen["interactions"].fillna(0)),
            "call_first": pd.array(sooner, dtype="boolean"),
            "reasons": texts(
                [
                    _reasons(row, quarter, currency, first=first)
                    for row, first in zip(chosen.itertuples(), sooner, strict=True)
                ]
            ),
        }
    )


def _today(portfolio: Portfolio, quarter: Quarter, as_of: dt.date | str | None) -> dt.date:
    if as_of is None:
        before, last = quarter.start - dt.timedelta(days=1), last_day(portfolio)
        if portfolio.first_date is not None and before < portfolio.first_date.date():
            raise PeriodError(
                f"The quarter {quarter} begins before there is any interaction ({portfolio.first_date.date()} is the "
                "first); choose a later one, or say with as_of what may be known."
            )
        return min(last, before)
    return last_day(portfolio, as_of)


def _read(dates: Sequence[dt.date | str]) -> list[dt.date]:
    asked = pd.Series([str(date) for date in dates], dtype="string")
    read = pd.to_datetime(asked, errors="coerce", format="ISO8601")
    wrong = [repr(text) for text in asked[read.isna()]]
    if wrong:
        raise ParameterError([f"dates {listed(wrong)}: not a date; write it as 2025-10-03."])
    return sorted(set(read.dt.date))


def _states(portfolio: Portfolio, states: pd.DataFrame | None, today: dt.date) -> pd.DataFrame:
    """State and evidence of each partner, as given or of the latest month."""
    if states is None:
        states = signalled(portfolio, as_of=today, take=partial(latest, month=today))
    missing = [name for name in ("partner", "state") if name not in states]
    if missing:
        raise ParameterError([f"states lacks the column {listed(missing)}; give `partner` and `state`."])
    twice = states.loc[states["partner"].duplicated(), "partner"].unique()
    if len(twice):
        raise ParameterError([f"states names {listed(twice)} more than once; give one state a partner."])
    return states.reindex(columns=["partner", "state", "evidence"]).astype("string")


def _worth(portfolio: Portfolio, today: dt.date) -> pd.DataFrame:
    """Value won and RVI interactions of two years from each partner."""
    rows = portfolio.interactions
    since = pd.Timestamp(today) - pd.DateOffset(years=YEARS)
    ours = rows["direction"].isin(directions("ours")) & rows["kind"].isin(RVI_KINDS)
    reduced = panel(rows[ours & (rows["date"] > since)], until=today)
    won = reduced["kind"].isin(REFERRAL_KINDS) & (reduced["direction"] == "received")
    groups = reduced.assign(value=reduced["value"].where(won)).groupby("partner")
    return pd.DataFrame(
        {"value": groups["value"].sum(min_count=1), "interactions": groups["count"].sum()}
    ).reset_index()


def _first(table: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """The rows, the most urgent first."""
    alarmed = table["state"].isin(ALARMS).to_numpy(dtype="bool")
    overdue = table["overdue"].fillna(False).to_numpy(dtype="bool")
    due = (table["due"] <= pd.Timestamp(quarter.end)).to_numpy(dtype="bool")
    ranked = table.assign(rank=np.select([alarmed & overdue, alarmed, overdue, due], [1, 2, 3, 4], default=5))
    return ranked.sort_values(
        ["rank", "value", "interactions", "partner"],
        ascending=[True, False, False, True],
        key=by_name,
        kind="stable",
    )


def _sooner(row, date: dt.date, today: dt.date) -> bool:  # type: ignore[no-untyped-def]
    """Whether a contact cannot wait for the lunch."""
    if row.rank in (1, 3):
        return date - today > SOON
    return bool(pd.notna(row.due) and row.due < pd.Timestamp(date))


def _reasons(row, quarter: Quarter, currency: str, *, first: bool) -> str:  # type: ignore[no-untyped-def]
    said = []
    if row.rank <= 2:
        evidence = "" if pd.isna(row.evidence) else f": {row.evidence.removesuffix('.')}"
        # A meeting is a contact and no interaction: without its measure the state would contradict the last contact.
        counted = " in what is received or done together, meetings aside" if evidence else ""
        said.append(f"{row.state.capitalize()}{counted}{evidence}.")
    if row.rank in (1, 3):
        said.append(_overdue(row))
        said += ["Call before this lunch."] if first else []
    elif first or (pd.notna(row.due) and row.due <= pd.Timestamp(quarter.end)):
        sooner = ": call before this lunch" if first else ""
        said.append(f"A contact is due by {day(row.due, year=True)}{sooner}.")
    if pd.notna(row.value) and row.value > 0:
        said.append(f"{money(row.value, currency)} won from its referrals in two years.")
    elif not said:
        count = 0 if pd.isna(row.interactions) else int(row.interactions)
        said.append(f"{count_of(count, 'interaction') if count else 'Nothing received'} in two years.")
    return " ".join(said)


def _overdue(row) -> str:  # type: ignore[no-untyped-def]
    basis = "agreed" if row.basis == AGREED else "at most at its usual rhythm"
    days = count_of(row.days_since, "day")
    if pd.isna(row.last_contact):
        return f"Overdue: no meeting or other two-way contact on record for {days}, {row.acceptable} {basis}."
    last = day(row.last_contact, year=True)
    return f"Overdue: {days} since the last meeting or other two-way contact on {last}, {row.acceptable} {basis}."
