"""The quarterly review: what changed, whom to call and why, in frames that a page can show.

Sources: article 001 (weak, weakening and non-producing partnerships; nurture; two-way exchange), article 000
(a lunch a month, on the first Friday; be a giver first).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from partnership_analysis.errors import PeriodError
from partnership_analysis.metrics.about import ended_by
from partnership_analysis.metrics.advice import advised
from partnership_analysis.metrics.columns import floats, texts
from partnership_analysis.metrics.exchange.reciprocity import THEY_GIVE, WE_GIVE, reciprocity
from partnership_analysis.metrics.intervals import silence_chance
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.nurture.lunches import lunch_plan
from partnership_analysis.metrics.rvi import rvi
from partnership_analysis.metrics.signals.change import standing_of
from partnership_analysis.metrics.verticals import by_standing, vertical_performance
from partnership_analysis.panel import panel_of
from partnership_analysis.periods import Quarter, month_start
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS
from partnership_analysis.wording import day

CALLS = 3
STOPPED = 0.01
"""Chance of a gap at the record's end under which the quarter is not over, rather than quiet."""
TREND = 24
"""Months that a trend shows."""
READY_LIFT = 2
"""A partner is near the next band if no more interactions than this would lift it."""
LATE = 60
"""Days after which the later direction of referrals looks as if it had not been recorded before."""
SHOWN = 24
"""Partners that a chart names; of a larger portfolio those that matter, the rest summarised."""


@dataclass(frozen=True)
class Review:
    """One quarter of one portfolio (or of one vertical of it).

    Attributes
    ----------
    portfolio : Portfolio
    quarter : Quarter
    day : date
        :func:`counted_to`.
    monthly : DataFrame
        :func:`partnership_analysis.rvi` up to that day.
    standing : DataFrame
        :func:`partnership_analysis.metrics.signals.change.quarter_change`.
    exchange : DataFrame
        :func:`partnership_analysis.reciprocity` of the window to that day, of those who have not ended by it.
    numbers : DataFrame
        :func:`headline_numbers`.
    lunches : DataFrame
        :func:`partnership_analysis.lunch_plan` of the quarter that comes, from the states in ``standing``.
    flagged, ready : DataFrame
        :func:`flags` and :func:`ready_for_more`.
    """

    portfolio: Portfolio
    quarter: Quarter
    day: dt.date
    monthly: pd.DataFrame
    standing: pd.DataFrame
    exchange: pd.DataFrame
    numbers: pd.DataFrame
    lunches: pd.DataFrame
    flagged: pd.DataFrame
    ready: pd.DataFrame

    @property
    def calls(self) -> pd.DataFrame:
        """The first of the flagged: whom to call this week."""
        return self.flagged.head(CALLS)

    @property
    def trusted(self) -> bool:
        """Is there an RVI for anyone?"""
        return bool(self.standing["rvi"].notna().any())

    @property
    def notable(self) -> pd.DataFrame:
        """The rows of ``standing`` that a chart names: all, or of many the flagged and the most active."""
        if len(self.standing) <= SHOWN:
            return self.standing
        first = self.standing["partner"].isin(self.flagged["partner"].head(SHOWN // 2))
        busy = self.standing[~first].sort_values(
            ["count", "partner"], ascending=[False, True], key=by_name, kind="stable"
        )
        chosen = first | self.standing["partner"].isin(busy["partner"].head(SHOWN - int(first.sum())))
        return self.standing[chosen].reset_index(drop=True)

    @property
    def trends(self) -> pd.DataFrame:
        """Two years of ``monthly`` for the notable partners, in their order."""
        names = {name: position for position, name in enumerate(self.notable["partner"])}
        since = pd.Timestamp(month_start(self.quarter.last_index - TREND + 1))
        rows = self.monthly[self.monthly["partner"].isin(list(names)) & (self.monthly["month"] >= since)]
        order = rows["partner"].map(names)
        return rows.assign(order=order).sort_values(["order", "month"], kind="stable").drop(columns="order")

    @cached_property
    def verticals(self) -> pd.DataFrame:
        """:func:`partnership_analysis.vertical_performance` by quarter, the highest standing first."""
        table = vertical_performance(self.portfolio, as_of=self.day)
        return by_standing(table, "rvi" if self.trusted else "received")

    @property
    def rest(self) -> pd.DataFrame:
        """The rows of ``standing`` that :attr:`notable` leaves out."""
        return self.standing[~self.standing["partner"].isin(self.notable["partner"])].reset_index(drop=True)


def quarter_review(portfolio: Portfolio, quarter: Quarter | str) -> Review:
    """Review one quarter: what changed, whom to call and why.

    Parameters
    ----------
    portfolio : Portfolio
    quarter : Quarter or str
        Such as ``2025Q3``, in the settings' fiscal year.

    Returns
    -------
    Review
        The frames that a page shows.

    Raises
    ------
    PeriodError
        If the quarter is malformed, or nothing happened in it; the message names the quarters with data.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-04-02", "2025-08-12"], "partner": "Ann", "kind": "referral",
    ...                      "direction": "received"})
    >>> quarter_review(pa.Portfolio.from_frames(interactions=rows), "2025Q3").numbers["value"].tolist()[:2]
    [1.0, 0.0]
    """
    if not isinstance(quarter, Quarter):
        quarter = Quarter.parse(quarter, portfolio.settings.fiscal_year_start)
    check_quarter(portfolio, quarter)
    day = counted_to(portfolio, quarter)
    monthly = rvi(portfolio, as_of=day)
    standing = standing_of(portfolio, quarter, monthly, day)
    exchange = reciprocity(portfolio, as_of=day)
    exchange = exchange[~exchange["partner"].isin(ended_by(portfolio, day))].reset_index(drop=True)
    lunches = lunch_plan(portfolio, quarter.shift(1), states=standing, as_of=day)
    flagged = flags(portfolio, quarter, standing, exchange, lunches)
    return Review(
        portfolio,
        quarter,
        day,
        monthly,
        standing,
        exchange,
        headline_numbers(portfolio, quarter, standing),
        lunches,
        flagged,
        ready_for_more(standing, flagged),
    )


def counted_to(portfolio: Portfolio, quarter: Quarter) -> dt.date:
    """The quarter's last day, or the record's if it plainly stops before.

    It plainly stops if interactions with anybody, at the rhythm of the year before, would leave so long a gap
    less than one time in a hundred. Days that nobody has written down yet are no silence.
    """
    days, end = portfolio.days, pd.Timestamp(quarter.end)
    if days is None or days.empty or days.iloc[-1] >= end:
        return quarter.end
    last = days.iloc[-1]
    year = days[days > last - pd.DateOffset(years=1)]
    chance = silence_chance(len(year) - 1, (last - year.iloc[0]).days, (end - last).days)
    return last.date() if chance < STOPPED else quarter.end


def check_quarter(portfolio: Portfolio, quarter: Quarter) -> None:
    """Raise a :class:`PeriodError` that names the quarters with data if this one has none."""
    dates = portfolio.interactions["date"]
    if dates.between(pd.Timestamp(quarter.start), pd.Timestamp(quarter.end)).any():
        return
    if portfolio.first_date is None or portfolio.last_date is None:
        raise PeriodError(f"{quarter} has no interactions: the portfolio has none at all.")
    first, last = (
        Quarter.containing(day, quarter.first_month) for day in (portfolio.first_date, portfolio.last_date)
    )
    raise PeriodError(
        f"{quarter} ({day(quarter.start)} to {day(quarter.end, year=True)}) has no interactions. "
        f"There are some from {first} to {last}."
    )


def headline_numbers(portfolio: Portfolio, quarter: Quarter, standing: pd.DataFrame) -> pd.DataFrame:
    """The quarter in a few numbers, each beside the quarter before.

    Returns
    -------
    DataFrame
        One row a measure that is known, the most telling first: ``measure`` (median_rvi, received, given,
        won, hours, active), ``value``, ``before`` (Float64; ``NA`` if unknown, as are referrals of a direction
        that is on record only since then: :func:`first_referrals`), ``limit`` (Float64: capacity,
        for hours), ``pending`` (Float64: for won, this quarter's received referrals that are still open).
    """
    now = _totals(portfolio, quarter)
    before = _totals(portfolio, quarter.shift(-1))
    now["median_rvi"] = standing["rvi"].median()
    before["median_rvi"] = standing["rvi_before"].median()
    first = first_referrals(portfolio, quarter)
    if not first.empty and first.max() > pd.Timestamp(quarter.shift(-1).start):
        before[str(first.idxmax())] = pd.NA
    order = ["median_rvi", "received", "given", "won", "hours", "active"]
    table = pd.DataFrame(
        {
            "measure": texts(order),
            "value": floats([now[name] for name in order]),
            "before": floats([before[name] for name in order]),
        }
    )
    table["limit"] = floats(
        [portfolio.settings.capacity_hours if name == "hours" else None for name in order]
    )
    table["pending"] = floats([_pending(portfolio, quarter) if name == "won" else None for name in order])
    return table[table["value"].notna()].reset_index(drop=True)


def first_referrals(portfolio: Portfolio, quarter: Quarter) -> pd.Series:
    """Day of the first referral of each direction until a quarter's end, where one begins long after the other.

    Returns
    -------
    Series
        ``datetime64`` by direction (given, received); empty where both begin within :data:`LATE` days, or one is
        not on record.
    """
    rows = portfolio.interactions
    rows = rows[rows["kind"].isin(REFERRAL_KINDS) & (rows["date"] <= pd.Timestamp(quarter.end))]
    first = rows[rows["direction"].isin(["received", "given"])].groupby("direction")["date"].min()
    if len(first) < 2 or abs(first["given"] - first["received"]) < pd.Timedelta(days=LATE):
        return first.head(0)
    return first


def _pending(portfolio: Portfolio, quarter: Quarter) -> int:
    rows = portfolio.interactions
    inside = rows["date"].between(pd.Timestamp(quarter.start), pd.Timestamp(quarter.end))
    chosen = inside & (rows["direction"] == "received") & (rows["status"] == "open").fillna(False)
    return int(rows.loc[chosen & rows["kind"].isin(REFERRAL_KINDS), "count"].sum())


def _totals(portfolio: Portfolio, quarter: Quarter) -> dict[str, object]:
    reduced = panel_of(portfolio)
    inside = reduced[reduced["month"].between(pd.Timestamp(quarter.start), pd.Timestamp(quarter.end))]
    if portfolio.first_date is None or portfolio.first_date > pd.Timestamp(quarter.end):
        return dict.fromkeys(("received", "given", "won", "hours", "active"), pd.NA)
    referral = inside["kind"].isin(REFERRAL_KINDS)
    ways = {way: inside[referral & (inside["direction"] == way)] for way in ("received", "given")}
    return {
        "received": ways["received"]["count"].sum(),
        "given": ways["given"]["count"].sum(),
        "won": ways["received"]["value"].sum(min_count=1),
        "hours": inside["hours"].sum(min_count=1),
        "active": inside["partner"].nunique(),
    }


def flags(
    portfolio: Portfolio,
    quarter: Quarter,
    standing: pd.DataFrame,
    exchange: pd.DataFrame,
    lunches: pd.DataFrame,
) -> pd.DataFrame:
    """Partners who need a call, those with most at risk first.

    Silent and weakening partners come before one-sided ones; within each, by the value they brought in a
    year, or by interactions where no value is on record.

    Returns
    -------
    DataFrame
        ``partner``, ``vertical``, ``state`` (silent, weakening, or the one-sided label), ``band``,
        ``band_before``, ``at_risk`` (Float64, currency a year: won in the twelve months before the last six),
        ``evidence`` and ``advice``
        (sentences), ``chance`` (Float64: so by chance).
    """
    table = standing.merge(
        exchange[["partner", "received", "given", "label", "chance"]].rename(
            columns={"chance": "even_chance"}
        ),
        on="partner",
        how="left",
    )
    alarmed = table["state"].isin(["silent", "weakening"])
    uneven = table["label"].isin([WE_GIVE, THEY_GIVE]).fillna(False)
    table = table[alarmed | uneven].copy()
    table["order"] = np.where(table["state"].isin(["silent", "weakening"]), 0, 1)
    table["at_risk"] = table["won_before"]
    if portfolio.reduced:
        table["last_date"] = pd.NaT  # Known to the month only, which the evidence says.
    table["size"] = table["recent"] + table["earlier"]
    table = table.sort_values(
        ["order", "at_risk", "size", "partner"],
        ascending=[True, False, False, True],
        key=by_name,
        na_position="last",
        kind="stable",
        ignore_index=True,
    )
    tasks = open_tasks(portfolio, quarter)
    planned = dict(zip(lunches["partner"], lunches["date"].dt.date, strict=True))
    window = portfolio.settings.window
    sentences = [advised(row, tasks, quarter, window, planned) for row in table.itertuples()]
    columns = ["state", "evidence", "advice", "chance"]
    for position, name in enumerate(columns):
        column = [words[position] for words in sentences]
        table[name] = floats(column) if name == "chance" else texts(column)
    return table[
        ["partner", "vertical", "state", "band", "band_before", "at_risk", "evidence", "advice", "chance"]
    ]


def ready_for_more(standing: pd.DataFrame, flagged: pd.DataFrame) -> pd.DataFrame:
    """Partners on the way up: strengthening, or average or better, not falling, and near the next band.

    Returns
    -------
    DataFrame
        ``partner``, ``vertical``, ``band``, ``lift`` (Int64), ``strengthening`` (Float64, 0 to 1), ``state``; those
        who rise first, the surest before the others.
    """
    calm = standing[~standing["partner"].isin(flagged["partner"]) & (standing["recent"] > 0)]
    rising = calm[calm["state"] == "strengthening"]
    near = calm[
        (calm["state"] == "steady")
        & calm["lift"].le(READY_LIFT).fillna(False)
        & calm["band"].isin(["average", "promising"])
        & (calm["quarter_count"] >= calm["previous_count"])
        & (calm["quarter_count"] > 0)
    ]
    table = pd.concat(
        [
            rising.sort_values(["strengthening", "partner"], ascending=[False, True], key=by_name),
            near.sort_values(
                ["lift", "strengthening", "partner"], ascending=[True, False, True], key=by_name
            ),
        ]
    )
    columns = ["partner", "vertical", "band", "lift", "strengthening", "state"]
    return table[columns].reset_index(drop=True)


def open_tasks(portfolio: Portfolio, quarter: Quarter) -> pd.DataFrame:
    """What is open with each partner at the quarter's end.

    Returns
    -------
    DataFrame
        Index ``partner``: ``action`` (the open action that is due first), ``due`` (its day), ``referrals``
        (number of received referrals still open), ``wiifm_missing`` (boolean: nobody wrote what is in it
        for them).
    """
    end = pd.Timestamp(quarter.end)
    actions = portfolio.actions
    live = actions[(actions["created"].isna() | (actions["created"] <= end))]
    live = live[live["done"].isna() | (live["done"] > end)]
    first = live.sort_values(["due", "priority", "action"], kind="stable").groupby("partner").first()
    rows = portfolio.interactions
    waiting = rows[
        rows["kind"].isin(REFERRAL_KINDS)
        & (rows["direction"] == "received")
        & (rows["status"] == "open")
        & (rows["date"] <= end)
    ]
    about = portfolio.described().set_index("partner")
    return pd.DataFrame(
        {
            "action": first["action"].reindex(about.index),
            "due": first["due"].reindex(about.index),
            "referrals": waiting.groupby("partner")["count"].sum().reindex(about.index).fillna(0),
            "wiifm_missing": about["wiifm_them"].isna(),
        }
    )
