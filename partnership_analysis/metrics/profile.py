"""One partner on one page, to take to the lunch: history, both sides' index, exchange, foundations, what is open.

Sources: article 000 (take your partners to lunch, get to know their rhythm), article 001 (what is in it for both, the
index with the roles reversed), article 002 (seven foundations). Nothing is measured here: every frame is the partner's
part of a measure of the whole portfolio.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.metrics.columns import texts
from partnership_analysis.metrics.exchange.balance import first_giver, running_balance
from partnership_analysis.metrics.exchange.conversion import conversion
from partnership_analysis.metrics.exchange.reciprocity import reciprocity
from partnership_analysis.metrics.exchange.wiifm import wiifm
from partnership_analysis.metrics.focus.conflicts import conflicts
from partnership_analysis.metrics.foundations import foundation_gaps, foundation_history, foundations
from partnership_analysis.metrics.grid import PERSPECTIVES
from partnership_analysis.metrics.market import overlap_with_us
from partnership_analysis.metrics.nurture.board import action_board
from partnership_analysis.metrics.nurture.cadence import cadence
from partnership_analysis.metrics.nurture.commitments import late_commitments
from partnership_analysis.metrics.nurture.lunches import lunch_plan
from partnership_analysis.metrics.profile_facts import (
    CURRENT,
    counts_of,
    events_of,
    facts_of,
    introductions_of,
)
from partnership_analysis.metrics.profile_questions import three_questions
from partnership_analysis.metrics.returns.capacity import time_spent
from partnership_analysis.metrics.returns.jcurve import payback
from partnership_analysis.metrics.returns.returns import returns
from partnership_analysis.metrics.review import check_quarter, counted_to
from partnership_analysis.metrics.rvi import indexed
from partnership_analysis.metrics.signals.states import signalled
from partnership_analysis.metrics.stakeholders import stakeholder_map
from partnership_analysis.metrics.verticals import vertical_gaps
from partnership_analysis.periods import Quarter, month_index, month_start
from partnership_analysis.portfolio import Portfolio

MANY = 500
"""Partners above which what depends on one partner's rows alone is measured for that one, not for all at once."""
_COMPARED = ["per_meeting_apart", "won_apart"]
"""Columns of the outcomes that tell a partner from all others: they have a part in them, and the page does not show them."""
_SWAPPED = {"received": "given", "given": "received"}
Places = NDArray[np.intp]
_NOWHERE: Places = np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class Profile:
    """One partner at the end of a quarter. A frame without rows: nothing of that is on record, or it has ended.

    Attributes
    ----------
    portfolio : Portfolio
        The whole one.
    partner : str
    quarter : Quarter
    day : date
        :func:`partnership_analysis.metrics.review.counted_to`: nothing later is counted.
    facts : DataFrame
        One row: :func:`facts_of`.
    counts, events : DataFrame
        :func:`counts_of` and :func:`events_of`.
    indices : DataFrame
        :func:`partnership_analysis.rvi` from both sides, by month; ``perspective`` (ours, theirs) first.
    state : DataFrame
        :func:`partnership_analysis.signals` at the end, one row a ``perspective``.
    exchange : DataFrame
        One row of :func:`partnership_analysis.reciprocity` over the window.
    giver : DataFrame
        One row of :func:`partnership_analysis.first_giver`.
    balance : DataFrame
        :func:`partnership_analysis.running_balance` by month from the first referral, with ``received_so_far`` and
        ``given_so_far`` (Int64).
    outcomes : DataFrame
        :func:`partnership_analysis.conversion` over the window, one row a ``way``: received, given, without what
        compares the partner with others. Of the row ``given`` read the roles as reversed: what they won of ours.
    both : DataFrame
        One row of :func:`partnership_analysis.wiifm`.
    foundations, gaps, ratings : DataFrame
        :func:`partnership_analysis.foundations`, :func:`partnership_analysis.foundation_gaps` and, by quarter,
        :func:`partnership_analysis.foundation_history`.
    actions, late : DataFrame
        :func:`partnership_analysis.action_board` and :func:`partnership_analysis.late_commitments`.
    money : DataFrame
        One row of :func:`partnership_analysis.returns` over the window, with ``state`` and ``to_recover`` of
        :func:`partnership_analysis.payback`.
    hours : DataFrame
        One row of :func:`partnership_analysis.time_spent` in the quarter.
    cadence, lunch : DataFrame
        One row of :func:`partnership_analysis.cadence`, and of next quarter's
        :func:`partnership_analysis.lunch_plan` if it has a lunch with them.
    conflicts : DataFrame
        :func:`partnership_analysis.conflicts` in which they are.
    introductions : DataFrame
        :func:`introductions_of`.
    """

    portfolio: Portfolio
    partner: str
    quarter: Quarter
    day: dt.date
    facts: pd.DataFrame
    counts: pd.DataFrame
    events: pd.DataFrame
    indices: pd.DataFrame
    state: pd.DataFrame
    exchange: pd.DataFrame
    giver: pd.DataFrame
    balance: pd.DataFrame
    outcomes: pd.DataFrame
    both: pd.DataFrame
    foundations: pd.DataFrame
    gaps: pd.DataFrame
    ratings: pd.DataFrame
    actions: pd.DataFrame
    late: pd.DataFrame
    money: pd.DataFrame
    hours: pd.DataFrame
    cadence: pd.DataFrame
    lunch: pd.DataFrame
    conflicts: pd.DataFrame
    introductions: pd.DataFrame

    @cached_property
    def questions(self) -> pd.DataFrame:
        """:func:`partnership_analysis.metrics.profile_questions.three_questions`."""
        return three_questions(self)

    @property
    def rated(self) -> bool:
        """Is there an index from either side?"""
        return bool(self.indices["rvi"].notna().any())


def partner_profile(portfolio: Portfolio, partner: str, quarter: Quarter | str) -> Profile:
    """One partner on one page: all that the record says, and three questions to ask.

    Parameters
    ----------
    portfolio : Portfolio
    partner : str
        Its name or an alias; case does not matter.
    quarter : Quarter or str
        Such as ``2025Q3``, in the settings' fiscal year; the page shows the state at its end.

    Returns
    -------
    Profile
        Also of a partner without anything in the quarter, of one who has ended, and of one who is yet to begin.

    Raises
    ------
    ParameterError
        If there is no such partner; the message names the nearest.
    PeriodError
        If the quarter is malformed, or nothing happened in it with anybody.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-02", "2025-08-12"], "partner": "Ann", "kind": "referral",
    ...                      "direction": ["received", "given"], "status": ["won", "lost"]})
    >>> page = partner_profile(pa.Portfolio.from_frames(interactions=rows), "ann", "2025Q3")
    >>> page.partner, page.facts["interactions"].tolist(), len(page.questions)
    ('Ann', [2], 3)
    """
    if not isinstance(quarter, Quarter):
        quarter = Quarter.parse(quarter, portfolio.settings.fiscal_year_start)
    own = portfolio.select(partners=_meant(portfolio, partner))
    name = own.names[0]
    check_quarter(portfolio, quarter)
    day = counted_to(portfolio, quarter)
    many = len(portfolio.names) > MANY
    whole = dict(
        portfolio.kept(("profiles", quarter, day, many), lambda: _of_all(portfolio, quarter, day, many))
    )
    whole |= _of_each(own, day) if many else {}
    places = {} if many else portfolio.kept(("profiles' rows", quarter, day), lambda: _places(whole))
    mine = _monthly(portfolio, name, day)
    mine |= {key: _of(table, name, places.get(key)) for key, table in whole.items()}
    facts = facts_of(own, day)
    return Profile(
        portfolio,
        name,
        quarter,
        day,
        facts=facts,
        counts=counts_of(own, day),
        events=events_of(own, day),
        indices=_sides(mine, "index"),
        state=_last(_sides(mine, "signals"), facts, day),
        balance=_so_far(mine.pop("balance")),
        outcomes=_sides(mine, "outcome", "way"),
        money=_money(mine.pop("returns"), mine.pop("payback")),
        conflicts=_either(whole["conflicts"], name),
        introductions=introductions_of(facts, whole, mine.pop("overlap"), own, day),
        **{key: mine[key] for key in _AS_THEY_ARE},
    )


_AS_THEY_ARE = (
    "exchange",
    "giver",
    "both",
    "foundations",
    "gaps",
    "ratings",
    "actions",
    "late",
    "hours",
    "cadence",
    "lunch",
)


def _meant(portfolio: Portfolio, partner: str) -> str:
    """The partner whose alias it is; a name as it is."""
    wanted = str(partner).strip().casefold()
    aliases = portfolio.partners.set_index("partner")["aliases"].dropna().str.split(";").explode()
    found = aliases.index[aliases.str.strip().str.casefold() == wanted].unique()
    known = {name.casefold() for name in portfolio.names}
    if len(found) == 1 and wanted not in known:
        return str(found[0])
    return partner


def _of_all(portfolio: Portfolio, quarter: Quarter, day: dt.date, many: bool) -> dict[str, pd.DataFrame]:
    """Every measure of all partners once, since a page is asked for of one after the other."""
    compared = {
        "giver": first_giver(portfolio, as_of=day),
        "balance": running_balance(portfolio, as_of=day),
        "actions": action_board(portfolio, as_of=day),
        "returns": returns(portfolio, as_of=day),
        "payback": payback(portfolio, as_of=day),
        "hours": time_spent(portfolio, quarter=quarter, as_of=day),
        "lunch": lunch_plan(portfolio, quarter.shift(1), as_of=day),
        "conflicts": conflicts(portfolio, as_of=day),
        "verticals": vertical_gaps(portfolio, as_of=day),
        "stakeholders": stakeholder_map(portfolio, as_of=day),
    }
    return compared if many else compared | _of_each(portfolio, day)


def _monthly(portfolio: Portfolio, name: str, day: dt.date) -> dict[str, pd.DataFrame]:
    """Index and signals of one partner, as the whole portfolio has them."""
    made = {}
    for side in PERSPECTIVES:
        index = indexed(portfolio, perspective=side, as_of=day, partner=name)
        made[f"index {side}"] = index.drop(columns="squared")
        made[f"signals {side}"] = signalled(portfolio, perspective=side, as_of=day, partner=name)
    return made


def _of_each(portfolio: Portfolio, day: dt.date) -> dict[str, pd.DataFrame]:
    """The measures in which no other partner has a part."""
    reversed_roles = replace(
        portfolio,
        interactions=portfolio.interactions.assign(
            direction=portfolio.interactions["direction"].replace(_SWAPPED)
        ),
    )
    return {
        "outcome received": conversion(portfolio, as_of=day).drop(columns=_COMPARED),
        "outcome given": conversion(reversed_roles, as_of=day).drop(columns=_COMPARED),
        "exchange": reciprocity(portfolio, as_of=day),
        "both": wiifm(portfolio, as_of=day),
        "foundations": foundations(portfolio, as_of=day),
        "gaps": foundation_gaps(portfolio, as_of=day),
        "ratings": foundation_history(portfolio, as_of=day),
        "late": late_commitments(portfolio, as_of=day),
        "cadence": cadence(portfolio, as_of=day),
        "overlap": overlap_with_us(portfolio, as_of=day),
    }


def _places(whole: Mapping[str, pd.DataFrame]) -> dict[str, Mapping[str, Places]]:
    """Where each partner's rows are in every table, found once for all pages."""
    return {
        key: {str(name): np.asarray(rows) for name, rows in table.groupby("partner").indices.items()}
        for key, table in whole.items()
        if "partner" in table.columns
    }


def _of(table: pd.DataFrame, name: str, places: Mapping[str, Places] | None) -> pd.DataFrame:
    """A partner's rows."""
    if "partner" not in table.columns:
        return table
    if places is None:
        return table[table["partner"] == name].reset_index(drop=True)
    return table.take(places.get(name, _NOWHERE)).reset_index(drop=True)


def _sides(mine: Mapping[str, pd.DataFrame], what: str, column: str = "perspective") -> pd.DataFrame:
    """Both sides' rows of a measure below each other, named in the first column."""
    sides = {key.removeprefix(f"{what} "): table for key, table in mine.items() if key.startswith(f"{what} ")}
    named = []
    for side, table in sides.items():
        table.insert(0, column, texts([side] * len(table)))
        named.append(table)
    some = [table for table in named if len(table)] or named[:1]
    return pd.concat(some, ignore_index=True)


def _last(states: pd.DataFrame, facts: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """The states of the last month, of a partnership that goes on."""
    now = states["month"] == pd.Timestamp(month_start(month_index(day)))
    return states[now & (facts["state"].item() == CURRENT)].reset_index(drop=True)


def _so_far(balance: pd.DataFrame) -> pd.DataFrame:
    """From the first referral, with the sums of both ways."""
    table = balance.assign(
        received_so_far=balance["received"].cumsum(), given_so_far=balance["given"].cumsum()
    )
    return table[table["received_so_far"] + table["given_so_far"] > 0].reset_index(drop=True)


def _money(window: pd.DataFrame, back: pd.DataFrame) -> pd.DataFrame:
    return window.merge(back[["partner", "state", "to_recover"]], on="partner", how="left")


def _either(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[(table["partner"] == name) | (table["other"] == name).fillna(False)].reset_index(drop=True)
