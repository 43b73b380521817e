"""Random small portfolios, and the comparison of a frame with the reference's rows."""

from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction
from random import Random
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from reference import RVI_KINDS, Row, World

import partnership_analysis as pa
from partnership_analysis.schema import DIRECTIONS, FACTORS, KINDS, RELATIONSHIPS, STATUSES, TABLES
from partnership_analysis.sources.ledger import Ledger, joined_entries, sources_frame

NAMES = ("Ann", "Bo", "Cyrus Ltd", "dee", "Éva", "Fay")
BASE = dt.date(2021, 11, 17)
SPAN = 40 * 30


def days(low: int = 0, high: int = SPAN) -> st.SearchStrategy[dt.date]:
    """A day of the record; ``low`` and ``high`` count from its first."""
    return st.integers(low, high).map(lambda offset: BASE + dt.timedelta(days=offset))


def worlds(*, max_rows: int = 25, lasting: bool = False) -> st.SearchStrategy[World]:
    """A small portfolio: unequal weights, odd windows, ratings and tenures anywhere.

    A ``lasting`` one has equal weights and no partnership that ended. It is made from one number, because
    drawing every cell would take longer than what is tested.
    """
    return st.integers(0, 2**48).map(lambda seed: world_of(Random(seed), max_rows, lasting))


def world_of(random: Random, max_rows: int, lasting: bool) -> World:
    """A portfolio of up to six partners and forty months."""

    def day(low: int = 0, high: int = SPAN) -> dt.date:
        # Firsts and lasts of months as often as other days, because that is where counting goes wrong.
        found = BASE + dt.timedelta(days=random.randint(low, high))
        edge = random.choice(["none", "first", "last"])
        first = found.replace(day=1)
        return found if edge == "none" else first if edge == "first" else first - dt.timedelta(days=1)

    def amount() -> float | None:
        # Quarters, which floats hold exactly, so that no order of adding matters.
        return None if random.random() < 0.5 else random.randint(0, 4000) / 4

    names = NAMES[: random.randint(1, len(NAMES))]
    interactions = [
        {
            "date": day(),
            "partner": random.choice(names),
            "kind": random.choice(KINDS),
            "direction": random.choice(DIRECTIONS),
            "count": random.randint(1, 5),
            "status": random.choice([None, *STATUSES]),
            **{name: amount() for name in ("value", "commission", "hours", "cost")},
        }
        for _ in range(random.randint(1, max_rows))
    ]
    ratings: list[Row] = [
        {
            "date": day(-200),
            "partner": random.choice(names),
            "rater": random.choice(["us", "them"]),
            "factor": random.choice(["trust", "trust", "trust", *FACTORS]),
            "score": random.randint(10, 50) / 10,
        }
        for _ in range(random.randint(0, 10))
    ]
    # Several ratings of one day: their mean counts.
    ratings += [row | {"score": random.randint(10, 50) / 10} for row in ratings if random.random() < 0.2]
    partners = []
    for name in random.sample(names, random.randint(0, len(names))):
        started, ended = (day(-500, SPAN + 100) if random.random() < 0.5 else None for _ in range(2))
        if started and ended and ended < started:
            started, ended = ended, started
        partners.append(
            {
                "partner": name,
                "vertical": random.choice(["Legal", "IT", None]),
                "relationship": random.choice([None, *RELATIONSHIPS]),
                "started": started,
                "ended": None if lasting else ended,
            }
        )
    weights = dict.fromkeys(RVI_KINDS, 1.0)
    if not lasting and random.random() < 0.5:
        weights = {kind: random.choice([1.0, 0.0, 0.5, 2.0, 3.0]) for kind in RVI_KINDS}
        weights["event"] = weights["event"] or 1.0
    return World(
        interactions=interactions,
        partners=partners,
        ratings=ratings,
        window=random.choice([12, 12, 1, 5, 24, 60]),
        min_months=random.choice([3, 1, 6]),
        interval=random.choice([0.9, 0.9, 0.5, 0.95]),
        assumed_trust=random.choice([None, None, 3.0]),
        weights=weights,
        bands=random.choice([(1.0, 2.0, 3.0), (0.5, 0.75, 4.0)]),
        fiscal_year_start=random.choice([1, 1, 4, 11]),
    )


def settings_of(world: World) -> pa.Settings:
    """The world's settings for the package."""
    average, promising, strong = world.bands
    return pa.Settings.from_mapping(
        {
            "window": world.window,
            "min_months": world.min_months,
            "interval": world.interval,
            "assumed_trust": world.assumed_trust,
            "weights": world.weights,
            "bands": {"average": average, "promising": promising, "strong": strong},
            "fiscal_year_start": world.fiscal_year_start,
            # Equal rows of a world are as many as they are.
            "repeats": "each",
        }
    )


def frames_of(world: World) -> dict[str, pd.DataFrame]:
    """The world's tables as somebody has them in memory."""
    names = ("interactions", "partners", "ratings")
    return {name: pd.DataFrame(rows) for name in names if (rows := getattr(world, name))}


def portfolio_of(world: World) -> pa.Portfolio:
    """The same portfolio for the package, typed as the schema has it, without the time that reading takes."""
    tables = {}
    for name, table in TABLES.items():
        frame = pd.DataFrame(getattr(world, name, []), columns=list(table.names))
        if "count" in frame:
            frame["count"] = frame["count"].fillna(1)
        tables[name] = frame.astype(table.dtypes)
    ledger = Ledger(sources_frame([]), joined_entries([]))
    return pa.Portfolio(**tables, settings=settings_of(world), ledger=ledger)


def plain(value: Any) -> Any:
    """A cell as the reference has it: nothing for missing, dates as dates."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.date() if isinstance(value, dt.datetime) else value


def same(frame: pd.DataFrame, rows: list[Row], *, leave_out: tuple[str, ...] = ()) -> None:
    """Every row and every column of the frame equals the reference's."""
    wanted = [{name: row[name] for name in row if name not in leave_out} for row in rows]
    found = [{name: plain(value) for name, value in row.items()} for row in frame.to_dict("records")]
    assert len(found) == len(wanted), f"{len(found)} rows against {len(wanted)} in the reference"
    for here, there in zip(found, wanted, strict=True):
        assert set(here) == set(there)
        for name, value in there.items():
            if isinstance(value, (Fraction, float)):
                close = here[name] is not None and math.isclose(
                    here[name], float(value), rel_tol=1e-8, abs_tol=1e-9
                )
                assert close, (name, here[name], float(value), here)
            else:
                assert here[name] == value, (name, here[name], value, here)
