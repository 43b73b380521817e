"""The package against the plain-Python reference, on random portfolios: every row and every column."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import reference
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference import World
from worlds import days, frames_of, portfolio_of, same, settings_of, worlds

import partnership_analysis as pa
from partnership_analysis.metrics.grid import tenure
from partnership_analysis.metrics.signals.states import signal_prior, signals

# Shrinking is left out: it takes minutes, and a failing portfolio is small as it is.
quick = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def as_of_for(world: World, data: st.DataObject) -> dt.date | None:
    """No date, or one from the first interaction on, also mid month and after the record."""
    return data.draw(st.none() | days(0, 40 * 30 + 80).filter(lambda day: day >= world.first), label="as_of")


@quick
@given(worlds())
def test_the_portfolio_is_the_one_that_reading_makes(world: World) -> None:
    made, typed = (
        pa.Portfolio.from_frames(**frames_of(world), settings=settings_of(world)),
        portfolio_of(world),
    )
    assert made.ledger.rejected == 0
    assert made.settings == typed.settings
    for name in ("interactions", "partners", "ratings"):
        pd.testing.assert_frame_equal(getattr(made, name), getattr(typed, name))


@quick
@given(worlds(), st.none() | days(), st.data())
def test_panel_and_tenure(world: World, until: dt.date | None, data: st.DataObject) -> None:
    portfolio = portfolio_of(world)
    same(pa.panel(portfolio.interactions, until=until), reference.panel(world.interactions, until))
    day = as_of_for(world, data) or world.last
    rows = [
        {"partner": name, "first_month": first, "last_month": last}
        for name, (first, last) in reference.spans(world, day).items()
    ]
    same(tenure(portfolio, day), rows)


@quick
@given(worlds(), st.sampled_from(["ours", "theirs"]), st.sampled_from([None, None, 1, 7, 24]), st.data())
def test_rvi_and_components(world: World, side: str, window: int | None, data: st.DataObject) -> None:
    as_of, portfolio = as_of_for(world, data), portfolio_of(world)
    for method in ("trailing", "published"):
        asked = {"method": method, "window": window, "as_of": as_of}
        frame = pa.rvi(portfolio, perspective=side, **asked)
        same(frame, reference.rvi(world, side, **asked), leave_out=("kinds", "squared"))
        parts = pa.rvi_components(portfolio, perspective=side, **asked)
        same(parts, reference.components(world, side=side, **asked))


@quick
@given(worlds(), st.sampled_from([None, 1, 6]), st.booleans(), st.data())
def test_reciprocity(world: World, window: int | None, whole: bool, data: st.DataObject) -> None:
    as_of, portfolio = as_of_for(world, data), portfolio_of(world)
    for by in ("partner", "vertical"):
        frame = pa.reciprocity(portfolio, by=by, window=window, whole=whole, as_of=as_of)
        same(frame, reference.reciprocity(world, by, window, whole, as_of))


@quick
@given(worlds(), st.data())
def test_both_sides(world: World, data: st.DataObject) -> None:
    as_of = as_of_for(world, data)
    same(pa.both_sides(portfolio_of(world), as_of=as_of), reference.both_sides(world, as_of))


@quick
@given(worlds(), st.sampled_from(["ours", "theirs"]), st.data())
def test_vertical_performance(world: World, side: str, data: st.DataObject) -> None:
    as_of, portfolio = as_of_for(world, data), portfolio_of(world)
    for freq in ("quarter", "month"):
        frame = pa.vertical_performance(portfolio, freq=freq, perspective=side, as_of=as_of)
        same(frame, reference.verticals(world, freq, as_of, side=side))


def prior_of(world: World, side: str, day: dt.date) -> tuple[float, float]:
    """The package's prior, held against the reference's likelihood: near it, none is more likely."""
    found = signal_prior(portfolio_of(world), perspective=side, as_of=day)
    record = list(reference.records(world, side, day).values())
    default = reference.default_prior(record)
    assert found.fitted == (default is None)
    if default is not None:
        assert (found.shape, found.rate) == pytest.approx(default)
        return found.shape, found.rate
    best = reference.likelihood(record, found.shape, found.rate)
    for shape in (found.shape * 0.98, found.shape, found.shape * 1.02):
        for mean in (0.98, 1.0, 1.02):
            inside = min(max(shape, 0.3), 20.0)
            assert (
                reference.likelihood(record, inside, inside / (found.shape / found.rate * mean))
                <= best + 1e-6
            )
    return found.shape, found.rate


@quick
@given(worlds(max_rows=90), st.sampled_from(["ours", "theirs"]), st.data())
def test_signals(world: World, side: str, data: st.DataObject) -> None:
    as_of = as_of_for(world, data) or world.last
    frame = signals(portfolio_of(world), perspective=side, as_of=as_of)
    same(frame.drop(columns="evidence"), reference.signals(world, side, as_of, prior_of(world, side, as_of)))


@settings(quick, max_examples=3)
@given(worlds(max_rows=60), st.sampled_from(["ours", "theirs"]), st.data())
def test_quarter_change(world: World, side: str, data: st.DataObject) -> None:
    day = data.draw(days(0, 40 * 30 + 80).filter(lambda day: day >= world.first), label="day")
    quarter = pa.Quarter.containing(day, world.fiscal_year_start)
    frame = pa.quarter_change(portfolio_of(world), quarter, perspective=side).drop(columns="evidence")
    prior = prior_of(world, side, quarter.end)
    same(frame, reference.quarter_change(world, quarter.last_index, prior, side))
