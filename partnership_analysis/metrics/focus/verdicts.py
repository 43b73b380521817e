"""Verdict of the focus plan on each partner, with its reasons and what would change it, in words.

Sources: articles 002 ("which ones to keep and which ones to ditch"; "everything you do before that point is
investment") and 000 (other departments are strategic partners too).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from partnership_analysis.metrics.columns import floats, numbers, texts
from partnership_analysis.metrics.exchange.reciprocity import THEY_GIVE, WE_GIVE, reciprocity
from partnership_analysis.metrics.focus.choice import Bools
from partnership_analysis.metrics.focus.conflicts import COMPETITORS, SERVES
from partnership_analysis.metrics.focus.programme import Task
from partnership_analysis.metrics.focus.worth import WON_VALUE, current
from partnership_analysis.metrics.grid import record_start
from partnership_analysis.metrics.nurture.cadence import cadence
from partnership_analysis.periods import month_index
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.wording import count_of, joined, money, number

KEEP, NURTURE, RENEGOTIATE, LET_GO = ("keep", "nurture", "renegotiate", "let go")
LATE = 2.0
"""So many times the agreed cadence without contact, and a partner who is kept needs care."""
FEWER = 0.75
"""Not kept, but kept at this share of its hours or more: worth talking about the hours."""


def judged(table: pd.DataFrame, portfolio: Portfolio, made: Task, cautious: Bools) -> pd.DataFrame:
    """The plan's rows (by name) with ``verdict``, ``reasons`` and ``change``."""
    facts = _facts(table, portfolio, made, cautious)
    records = facts.to_dict("records")
    rows = [_judged(row) for row in records]
    currency = portfolio.settings.currency
    changes = [_change(row, currency) for row in records]
    return table.assign(
        verdict=texts([verdict for verdict, _ in rows]),
        reasons=texts([reasons for _, reasons in rows]),
        change=texts(changes),
    )


def _facts(table: pd.DataFrame, portfolio: Portfolio, made: Task, cautious: Bools) -> pd.DataFrame:
    """What the rules look at, a row a partner."""
    names, day = table["partner"], made.day
    about = portfolio.described().set_index("partner").reindex(names)
    tenure = current(portfolio, day).set_index("partner")["tenure"].reindex(names)
    on_record = month_index(day) - record_start(portfolio) + 1
    touch = cadence(portfolio, as_of=day).set_index("partner").reindex(names)
    gap, agreed = numbers(touch["days_since"]), numbers(touch["agreed"])
    serving = made.conflicts.loc[made.conflicts["conflict"] == SERVES, "partner"]
    kept = table["kept"].fillna(False).to_numpy(dtype=bool)
    room = np.inf if made.capacity is None else made.capacity - made.problem.hours[made.problem.kept].sum()
    return table.assign(
        young=np.minimum(numbers(tenure), on_record) < portfolio.settings.min_months,
        department=about["relationship"].eq("department").fillna(False).to_numpy(),
        gap=floats(np.where(gap > LATE * agreed, gap, np.nan)),
        agreed=floats(agreed),
        sure=cautious,
        must=made.problem.kept,
        asked=made.problem.dropped,
        serves=names.isin(serving).to_numpy(),
        side=_sides(portfolio, names[~kept], day).reindex(names).to_numpy(),
        rivals=pd.Series(_rivals(table, made, kept), dtype=object),
        shared=pd.Series(_shared(made, kept), dtype=object),
        large=made.problem.hours > room + 1e-9,
        others="others bring more"
        + (
            f", and no more than {made.count} may be kept"
            if kept.sum() == made.count
            else " for the hours that we have"
        ),
    )


def _sides(portfolio: Portfolio, names: pd.Series, day: dt.date) -> pd.Series:
    """One-sided exchanges of the window among those not kept."""
    table = reciprocity(portfolio, as_of=day)
    table = table[table["label"].isin([WE_GIVE, THEY_GIVE])]
    return table[table["partner"].isin(names)].set_index("partner")["label"]


def _rivals(table: pd.DataFrame, made: Task, kept: Bools) -> list[list[str]]:
    """The kept competitors of each partner."""
    found: dict[str, list[str]] = defaultdict(list)
    inside = set(table.loc[kept, "partner"])
    pairs = made.conflicts[made.conflicts["conflict"] == COMPETITORS]
    for one, other in pairs[["partner", "other"]].itertuples(index=False):
        for partner, rival in ((one, other), (other, one)):
            if rival in inside:
                found[partner].append(rival)
    return [found[name] for name in table["partner"]]


def _shared(made: Task, kept: Bools) -> list[tuple[list[str], list[str]]]:
    """Of each partner the offers that others who are kept have too, and those others."""
    names, problem = made.names, made.problem
    holders: dict[int, list[int]] = defaultdict(list)
    pairs = list(zip(problem.member.tolist(), problem.tag.tolist(), strict=True))
    for place, tag in pairs:
        # Six are enough for words: four are named, one may be the partner itself.
        if kept[place] and len(holders[tag]) < 6:
            holders[tag].append(place)
    found: list[tuple[list[str], list[str]]] = [([], []) for _ in names]
    for place, tag in pairs:
        others = [names[other] for other in holders[tag] if other != place]
        if others and problem.overlap > 0:
            offers, partners = found[place]
            offers.append(made.offers[tag])
            partners.extend(other for other in others if other not in partners)
    return found


def _judged(row: dict[Any, Any]) -> tuple[str | None, str]:
    if pd.isna(row["kept"]) and not pd.isna(row["worth"]):
        return None, "nobody's worth is above 0, so that no partner is better to keep than another"
    if pd.isna(row["kept"]):
        return None, "its worth is unknown: no money is on record, and nobody rated our trust in it"
    return _of_kept(row) if row["kept"] else _of_others(row)


def _of_kept(row: dict[Any, Any]) -> tuple[str, str]:
    care = []
    if row["young"]:
        care.append("too early to judge: what we put in is still investment")
    if not pd.isna(row["gap"]):
        days, agreed = count_of(int(row["gap"]), "day"), count_of(int(row["agreed"]), "day")
        care.append(f"no two-way contact for {days}, where one in {agreed} is agreed")
    if not row["sure"] and not row["must"]:
        care.append(
            "its worth rests on little: with every worth at the low end of its range it would not be kept"
        )
    reasons = ["you asked to keep it"] if row["must"] else ["part of the best plan"]
    return NURTURE if care else KEEP, "; ".join([*reasons, *care, *_beside(row)])


def _of_others(row: dict[Any, Any]) -> tuple[str, str]:
    why = _why_not(row)
    if row["asked"]:
        return LET_GO, "; ".join(["you asked to let it go", *_beside(row)])
    if row["young"] and not row["rivals"]:
        return NURTURE, f"too early to judge: what we put in is still investment; {why}"
    talk = []
    if row["department"]:
        talk.append("a department of our own is not let go; agree on its hours")
    if row["serves"]:
        talk.append("it also sends work to our competitors")
    if not pd.isna(row["side"]):
        gives = "we give and little comes back" if row["side"] == WE_GIVE else "they give and get little back"
        talk.append(f"the exchange is one-sided: {gives}")
    enough = not pd.isna(row["hours_margin"]) and row["hours_margin"] < 0 and row["worth"] > 0
    if _equal(row):
        talk.append("a plan with it is worth as much: the choice is open")
    elif enough and row["hours"] + row["hours_margin"] >= max(FEWER * row["hours"], 1e-9):
        talk.append("with fewer hours it would be kept")
    return (RENEGOTIATE if talk else LET_GO), "; ".join([why, *talk])


def _why_not(row: dict[Any, Any]) -> str:
    if row["rivals"]:
        return f"competes with {joined(row['rivals'])}, who {'is' if len(row['rivals']) == 1 else 'are'} kept"
    if pd.isna(row["worth"]) or row["worth"] <= 0:
        return "it is worth nothing measurable"
    if row["large"]:
        return "it needs more hours than we have for it"
    offers, others = row["shared"]
    if offers:
        return f"the plan does without it; {joined(offers)} can also be had from {joined(others)}"
    return "the plan does without it" if _equal(row) else str(row["others"])


def _nothing(row: dict[Any, Any]) -> bool:
    """Whether the margin would be read as 0."""
    return bool(
        not pd.isna(row["margin"]) and abs(row["margin"]) < (0.5 if row["basis"] == WON_VALUE else 0.005)
    )


def _equal(row: dict[Any, Any]) -> bool:
    """Whether another plan, in which the partner's place is turned round, is as good."""
    return _nothing(row) and row["worth"] > 0


def _beside(row: dict[Any, Any]) -> list[str]:
    """What the reader of a verdict should know although it does not make it."""
    notes = []
    offers, others = row["shared"]
    if row["kept"] and offers:
        notes.append(f"{joined(offers)} can also be had from {joined(others)}")
    if row["serves"]:
        notes.append("it also sends work to our competitors")
    if pd.isna(row["hours"]):
        notes.append("its hours are unknown and counted as none")
    return notes


def _change(row: dict[Any, Any], currency: str) -> str | None:
    """What would turn the plan round; nothing where it was not sought."""
    if pd.isna(row["margin"]) or pd.isna(row["kept"]):
        return None
    size, hours = abs(row["margin"]), row["hours_margin"]
    much = f"{money(size, currency)} a year" if row["basis"] == WON_VALUE else f"{number(size, 2)} of RVI"
    if row["must"] or row["asked"]:
        costs = not _nothing(row) and (row["margin"] < 0) == row["must"]
        return f"the wish costs {much}" if costs else "the wish costs nothing"
    if row["worth"] <= 0:
        return "would need to bring something of value"
    if _equal(row):
        return f"a plan {'without' if row['kept'] else 'with'} it is worth as much"
    some = ""
    if not pd.isna(hours) and abs(hours) >= 0.01:
        figure = number(abs(hours), 2).removesuffix(".00")
        some = f"{figure} {'hour' if figure == '1' else 'hours'}"
    if row["kept"]:
        text = f"would still be kept if it were worth up to {much} less"
        return f"{text}, or needed up to {some} a quarter more" if some else text
    text = f"would need to be worth at least {much} more"
    return f"{text}, or to take {some} a quarter fewer" if some else text
