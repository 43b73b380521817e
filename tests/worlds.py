"""Random small portfolios, and the comparison of a frame with the reference's rows."""

from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from reference import RVI_KINDS, Row, World

import partnership_analysis as pa
from partnership_analysis.schema import DIRECTIONS, FACTORS, KINDS, RELATIONSHIPS, STATUSES

NAMES = ("Ann", "Bo", "Cyrus Ltd", "dee", "Éva", "Fay")
BASE = dt.date(2021, 11, 17)
SPAN = 40 * 30


def days(low: int = 0, high: int = SPAN) -> st.SearchStrategy[dt.date]:
    """A day, with month ends and firsts as often as others."""
    plain = st.integers(low, high).map(lambda offset: BASE + dt.timedelta(days=offset))
    edges = plain.map(lambda day: day.replace(day=1)) | plain.map(
        lambda day: day.replace(day=1) - dt.timedelta(days=1)
    )
    return plain | edges


def amounts() -> st.SearchStrategy[float | None]:
    """An amount that floats hold exactly, or none."""
    return st.none() | st.integers(0, 4000).map(lambda quarters: quarters / 4)


@st.composite
def worlds(draw: st.DrawFn, *, max_rows: int = 25, lasting: bool = False) -> World:
    """A small portfolio: unequal weights, odd windows, ratings and tenures anywhere.

    A ``lasting`` one has equal weights and no partnership that ended.
    """
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    who = st.sampled_from(names)
    interaction = st.fixed_dictionaries(
        {
            "date": days(),
            "partner": who,
            "kind": st.sampled_from(KINDS),
            "direction": st.sampled_from(DIRECTIONS),
            "count": st.integers(1, 5),
            "status": st.none() | st.sampled_from(STATUSES),
            "value": amounts(),
            "commission": amounts(),
            "hours": amounts(),
            "cost": amounts(),
        }
    )
    rating = st.fixed_dictionaries(
        {
            "date": days(-200),
            "partner": who,
            "rater": st.sampled_from(["us", "them"]),
            "factor": st.just("trust") | st.just("trust") | st.sampled_from(FACTORS),
            "score": st.integers(10, 50).map(lambda tenths: tenths / 10),
        }
    )
    partners = [
        {
            "partner": name,
            "vertical": draw(st.sampled_from(["Legal", "IT", None])),
            "relationship": draw(st.none() | st.sampled_from(RELATIONSHIPS)),
            "started": draw(st.none() | days(-500, SPAN + 100)),
            "ended": None if lasting else draw(st.none() | st.none() | days(-500, SPAN + 100)),
        }
        for name in names
        if draw(st.booleans())
    ]
    for row in partners:
        if row["started"] and row["ended"] and row["ended"] < row["started"]:
            row["started"], row["ended"] = row["ended"], row["started"]
    weight = st.sampled_from([1.0, 1.0, 0.0, 0.5, 2.0, 3.0])
    weights = draw(
        st.just(dict.fromkeys(RVI_KINDS, 1.0))
        if lasting
        else st.just(dict.fromkeys(RVI_KINDS, 1.0))
        | st.fixed_dictionaries(dict.fromkeys(RVI_KINDS, weight)).filter(lambda found: any(found.values()))
    )
    return World(
        interactions=draw(st.lists(interaction, min_size=1, max_size=max_rows)),
        partners=partners,
        ratings=draw(st.lists(rating, max_size=10)),
        window=draw(st.sampled_from([12, 12, 1, 5, 24, 60])),
        min_months=draw(st.sampled_from([3, 1, 6])),
        interval=draw(st.sampled_from([0.9, 0.9, 0.5, 0.95])),
        assumed_trust=draw(st.sampled_from([None, None, 3.0])),
        weights=weights,
        bands=draw(st.sampled_from([(1.0, 2.0, 3.0), (0.5, 0.75, 4.0)])),
        fiscal_year_start=draw(st.sampled_from([1, 1, 4, 11])),
    )


def portfolio_of(world: World) -> pa.Portfolio:
    """The same portfolio for the package; nothing may be rejected on the way."""
    frames = {
        name: pd.DataFrame(rows)
        for name in ("interactions", "partners", "ratings")
        if (rows := getattr(world, name))
    }
    average, promising, strong = world.bands
    made = pa.Portfolio.from_frames(
        **frames,
        settings={
            "window": world.window,
            "min_months": world.min_months,
            "interval": world.interval,
            "assumed_trust": world.assumed_trust,
            "weights": world.weights,
            "bands": {"average": average, "promising": promising, "strong": strong},
            "fiscal_year_start": world.fiscal_year_start,
        },
    )
    assert made.ledger.rejected == 0, made.ledger.entries["reason"].tolist()
    return made


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
