"""Portfolios with actions, by hand and at random."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pandas as pd
from worlds import portfolio_of as without_actions
from worlds import world_of

import partnership_analysis as pa
from partnership_analysis.schema import ACTIONS, HORIZONS, LEVELS, TABLES
from partnership_analysis.sources.ledger import Ledger, joined_entries, sources_frame

Made = dict[str, Any]
TODAY = "2025-09-30"
MET = {"date": TODAY, "partner": "Ann", "kind": "meeting", "direction": "mutual", "count": 1}


def task(action: str, partner: str = "Ann", **more: Any) -> Made:
    """One row of actions."""
    return {"partner": partner, "action": action, **more}


def agreed(tasks: Sequence[Made], partners: Sequence[Made] = (), **settings: Any) -> pa.Portfolio:
    """A portfolio of such actions, typed as the schema has it; the only interaction tells the day."""
    rows = {"interactions": [MET], "partners": list(partners), "ratings": [], "actions": list(tasks)}
    tables = {
        name: pd.DataFrame(rows[name], columns=list(table.names)).astype(table.dtypes)
        for name, table in TABLES.items()
    }
    ledger = Ledger(sources_frame([]), joined_entries([]))
    return pa.Portfolio(**tables, settings=pa.Settings.from_mapping(settings), ledger=ledger)


def worked(seed: int) -> pa.Portfolio:
    """A random portfolio with up to thirty actions; anything may be missing."""
    random = Random(seed)
    portfolio = without_actions(world_of(random, 12, False))

    def day() -> dt.date | None:
        return (
            None
            if random.random() < 0.2
            else dt.date(2021, 11, 1) + dt.timedelta(days=random.randint(0, 1300))
        )

    rows = [
        {
            "partner": random.choice(["Ann", "Bo", "dee", "Gus"]),
            "action": f"{random.choice('abc')}{number}",
            "horizon": random.choice([None, *HORIZONS]),
            "priority": random.choice([None, 1, 2, 3]),
            "owner": random.choice([None, "Ben", "Zoë", "Helena"]),
            "owner_level": random.choice([None, None, *LEVELS]),
            "created": day(),
            "due": day(),
            "done": random.choice([None, day()]),
            "hours": random.choice([None, 1.5, 4.0]),
            "delegate_to": random.choice([None, None, "Bo"]),
        }
        for number in range(random.randint(0, 30))
    ]
    frame = pd.DataFrame(rows, columns=list(ACTIONS.names)).astype(ACTIONS.dtypes)
    return replace(portfolio, actions=frame)


def last(portfolio: pa.Portfolio) -> dt.date:
    """The last interaction's day."""
    return portfolio.interactions["date"].max().date()


def ended(portfolio: pa.Portfolio, today: dt.date) -> set[str]:
    """Partners whose partnership has ended by a day."""
    rows = portfolio.partners.to_dict("records")
    return {row["partner"] for row in rows if pd.notna(row["ended"]) and row["ended"].date() <= today}


def plain_actions(portfolio: pa.Portfolio, today: dt.date) -> list[Made]:
    """The actions that count on a day, as dictionaries with None for what is missing."""
    over, found = ended(portfolio, today), []
    for row in portfolio.actions.to_dict("records"):
        made = {name: None if pd.isna(value) else value for name, value in row.items()}
        for name in ("created", "due", "done"):
            made[name] = made[name].date() if made[name] else None
        if made["done"] and made["done"] > today:
            made["done"] = None
        if made["partner"] not in over and not (made["created"] and made["created"] > today):
            found.append(made)
    return found
