"""Portfolios at the edges: what real workbooks hold on the day somebody opens one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import partnership_analysis as pa
from partnership_analysis.sample import sample
from partnership_analysis.settings import Settings

ROOT = Path(__file__).parents[2]
GETGROUND = ROOT.parent / "shared" / "data" / "getground"
DAY = dt.date(2025, 9, 30)

LONG = "The Extraordinarily Long-Winded Association of Chartered Intermediaries and Introducers, Limited Liability Partnership"
WORLD = (
    "Müller & Søn", "Ærøskøbing Bådværft", "Żółć Kancelaria", "Ελληνική Τράπεζα", "Юрист и партнёры", "東京法律事務所",
    "北京咨询公司", "서울 회계법인", "شركة النور", "משרד עורכי דין", "बैंगलोर टेक", "สำนักงานกฎหมาย", "Rocket 🚀 Ventures", "A$AP $x^2$ Co",
    "Under_score %d {x}", "<b>Bold & Co</b>",
)  # fmt: skip


def made(**arguments: Any) -> pa.Portfolio:
    """A sample as a portfolio."""
    found = sample(**arguments)
    return pa.Portfolio.from_frames(**found.tables, settings=found.settings)


def renamed(portfolio: pa.Portfolio, names: dict[str, str]) -> pa.Portfolio:
    """The portfolio with other names of partners, in every table."""
    tables = {}
    for table in ("interactions", "partners", "ratings", "actions"):
        frame: pd.DataFrame = getattr(portfolio, table).copy()
        for column in frame.columns.intersection(["partner", "competes_with"]):
            lists = frame[column].astype("string").str.split("; *", regex=True)
            frame[column] = lists.map(
                lambda parts: ";".join(names.get(part, part) for part in parts), na_action="ignore"
            )
        tables[table] = frame
    return pa.Portfolio.from_frames(**tables, settings=portfolio.settings)


def _long_names() -> pa.Portfolio:
    whole = made()
    return renamed(whole, {name: f"{name} of {LONG}" for name in whole.names})


def _world_names() -> pa.Portfolio:
    whole = made()
    return renamed(whole, dict(zip(whole.names, WORLD, strict=False)))


def _interactions_alone() -> pa.Portfolio:
    """No more than the four columns without which nothing can be said."""
    rows = made().interactions[["date", "partner", "kind", "direction"]]
    return pa.Portfolio.from_frames(interactions=rows)


def _nothing_given() -> pa.Portfolio:
    """One row a month: no value, no hours, no trust."""
    days = pd.date_range("2025-01-07", "2025-09-07", freq="MS") + pd.Timedelta(days=6)
    rows = pd.DataFrame({"date": days, "partner": "Ann", "kind": "event", "direction": "mutual"})
    return pa.Portfolio.from_frames(interactions=rows)


def _huge() -> pa.Portfolio:
    """Amounts of billions beside nothing, and one partner with hundreds of interactions a month."""
    whole = made()
    rows = whole.interactions.copy()
    rows["value"] = rows["value"] * 1_000_000
    # Who is there to the end: of a partnership that is over, many charts show nothing.
    busiest = rows["partner"].mode()[0]
    rows["count"] = rows["count"].mask(rows["partner"] == busiest, rows["count"] * 400)
    tables = {name: getattr(whole, name) for name in ("partners", "ratings", "actions")}
    return pa.Portfolio.from_frames(interactions=rows, **tables, settings=whole.settings)


def _zero() -> pa.Portfolio:
    """Everything on record is 0: hours, values, ratings are missing."""
    rows = made().interactions.copy()
    rows["value"] = rows["value"] * 0
    rows["hours"] = 0.0
    return pa.Portfolio.from_frames(interactions=rows, settings=Settings())


EDGES: dict[str, Callable[[], pa.Portfolio]] = {
    "sample": made,
    "one partner": lambda: made(partners=1),
    "two partners": lambda: made(partners=2),
    "200 partners": lambda: made(partners=200),
    "one month": lambda: made(months=1),
    "ten years": lambda: made(months=120),
    "interactions alone": _interactions_alone,
    "nothing but events": _nothing_given,
    "long names": _long_names,
    "names of the world": _world_names,
    "huge": _huge,
    "zero": _zero,
}
"""Portfolios by what is odd about them; all end on :data:`DAY`."""


@cache
def edge(name: str) -> pa.Portfolio:
    """One of them, made once."""
    return EDGES[name]()
