"""One-sided partners in both directions, how many chance flags, and what holds of every measure of exchange."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference import World, binomial_at_most
from worlds import days, portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import act, made
from partnership_analysis.errors import PeriodError
from partnership_analysis.metrics.exchange.balance import first_giver, running_balance
from partnership_analysis.metrics.exchange.barter import barter
from partnership_analysis.metrics.exchange.conversion import conversion
from partnership_analysis.metrics.exchange.patterns import exchange_patterns
from partnership_analysis.metrics.exchange.reciprocity import (
    THEY_GIVE,
    WE_GIVE,
    expected_false_flags,
    one_sided,
)
from partnership_analysis.metrics.exchange.wiifm import commission_only, wiifm
from partnership_analysis.sample import truth

quick = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

MEASURES: dict[str, Callable[..., pd.DataFrame]] = {
    "one-sided": one_sided,
    "running balance": running_balance,
    "first giver": first_giver,
    "patterns": exchange_patterns,
    "conversion": conversion,
    "conversion of verticals": partial(conversion, by="vertical"),
    "barter": barter,
    "barter of all": partial(barter, by="portfolio"),
    "wiifm": wiifm,
    "commission only": commission_only,
}

UNEVEN = [
    act("2025-06-01", count=1),
    act("2025-06-02", direction="given", count=9),
    act("2025-06-03", "Bo", count=7),
    act("2025-06-03", "Cy", count=3),
    act("2025-06-04", "Cy", direction="given", count=3),
    act("2025-06-05", "Dee", count=5),
    act("2025-06-06", "Eve", count=20),
]


def test_both_directions_by_hand() -> None:
    # Judged: Ann (1 to 9, p = 22/1024), Bo (7 to 0, 2/128), Cy (even, 1); Dee has five; Eve has ended.
    # q: Bo 3 * 2/128 = 0.0469, Ann 3/2 * 22/1024 = 0.0322, and no q is above the one after: both 0.0322.
    portfolio = made(UNEVEN, partners=[{"partner": "Eve", "ended": "2025-06-06"}])
    table = one_sided(portfolio)
    assert table[["partner", "label"]].values.tolist() == [["Bo", THEY_GIVE], ["Ann", WE_GIVE]]
    assert table["chance"].tolist() == [2 / 128, 22 / 1024]
    assert table["q"].tolist() == pytest.approx([33 / 1024, 33 / 1024])
    assert table["evidence"].tolist() == [
        "7 referrals received, 0 given in 12 months; an even exchange is so uneven one time in 64",
        "1 referral received, 9 given in 12 months; an even exchange is so uneven one time in 47",
    ]
    assert one_sided(portfolio, as_of="2025-06-05")["partner"].tolist() == ["Bo", "Ann"]
    assert "given on record;" in one_sided(portfolio, whole=True).loc[0, "evidence"]


def test_how_many_chance_flags() -> None:
    # 6: only 0 to 6 is rejected, 2/64; 9: 0 or 1 to 9, 2 * 10/512; 5 is never judged.
    table = pd.DataFrame({"received": [3, 0, 5], "given": [3, 9, 0]})
    assert expected_false_flags(table) == pytest.approx(2 / 64 + 20 / 512)
    assert expected_false_flags(table.iloc[:0]) == 0.0
    for total in (7, 12, 17, 40):
        below = [2 * binomial_at_most(k, total, Fraction(1, 2)) for k in range(total // 2)]
        size = max(chance for chance in below if chance < Fraction(1, 20))
        assert expected_false_flags(pd.DataFrame({"received": [total], "given": [0]})) == pytest.approx(size)


@quick
@given(worlds(max_rows=60), st.booleans())
def test_who_is_named_is_labelled_and_swaps_with_the_directions(world: World, whole: bool) -> None:
    flip = {"received": "given", "given": "received", "mutual": "mutual"}
    rows = [row | {"direction": flip[row["direction"]]} for row in world.interactions]
    swapped = World(**vars(world) | {"interactions": rows})
    ours, theirs = (one_sided(portfolio_of(each), whole=whole) for each in (world, swapped))
    assert ours["partner"].tolist() == theirs["partner"].tolist()
    assert ours["q"].tolist() == theirs["q"].tolist()
    turned = {WE_GIVE: THEY_GIVE, THEY_GIVE: WE_GIVE}
    assert ours["label"].map(turned).tolist() == theirs["label"].tolist()
    exchange = pa.reciprocity(portfolio_of(world), whole=whole)
    ended = {row["partner"] for row in world.partners if row["ended"] and row["ended"] <= world.last}
    labelled = exchange[exchange["label"].isin(list(turned)) & ~exchange["partner"].isin(ended)]
    assert set(ours["partner"]) == set(labelled["partner"])
    assert (ours["q"] >= ours["chance"]).all()
    assert ours["q"].is_monotonic_increasing


def test_planted_partners_are_found_and_nobody_else_is_accused(sample_portfolio: pa.Portfolio) -> None:
    flagged, trades = one_sided(sample_portfolio), barter(sample_portfolio)
    accused = {
        "one-sided taker": flagged.loc[flagged["label"] == WE_GIVE, "partner"],
        "one-sided giver": flagged.loc[flagged["label"] == THEY_GIVE, "partner"],
        "commission only": commission_only(sample_portfolio)["partner"],
        "barter-heavy": trades.loc[trades["over"].fillna(False), "partner"],
    }
    stories = truth()
    for story, found in accused.items():
        assert set(stories.loc[stories["story"] == story, "partner"]) <= set(found), story
        assert set(found) <= set(stories["partner"]), story
    # The partner who gets commission only gives without a return too; nobody else is named twice.
    everybody = pd.concat(accused.values())
    assert everybody[everybody.duplicated()].tolist() == accused["commission only"].tolist()


BARE = pd.DataFrame(
    {
        "date": ["2025-01-05", "2025-02-05", "2025-02-05", "2025-03-31"],
        "partner": ["Ann", "Bo", "Ann", "Bo"],
        "kind": ["referral", "meeting", "event", "trade"],
        "direction": ["received", "mutual", "mutual", "mutual"],
    }
)


@pytest.fixture(scope="module")
def bare_ones() -> list[pa.Portfolio]:
    """Portfolios of those rows, of one, and of none."""
    return [pa.Portfolio.from_frames(interactions=rows) for rows in (BARE, BARE.iloc[[1]], BARE.iloc[:0])]


@pytest.mark.parametrize("name", MEASURES)
def test_a_portfolio_of_bare_interactions(bare_ones: list[pa.Portfolio], name: str) -> None:
    bare, one, none = bare_ones
    table, less = MEASURES[name](bare), MEASURES[name](one)
    pd.testing.assert_series_equal(table.dtypes, less.dtypes)
    assert set(table.dtypes.astype(str)) <= {
        "string",
        "Int64",
        "Float64",
        "boolean",
        "bool",
        "datetime64[us]",
    }
    assert table.index.equals(pd.RangeIndex(len(table)))
    money = [column for column in table if column.split("_")[0] in ("value", "commission", "hours", "share")]
    assert table[money].isna().all(axis=None)
    # Long after the last interaction the window is empty, and so is what is said of it.
    late = MEASURES[name](bare, as_of="2030-01-31")
    pd.testing.assert_series_equal(table.dtypes, late.dtypes)
    with pytest.raises(PeriodError):
        MEASURES[name](none)


def test_what_bare_interactions_cannot_say() -> None:
    bare = pa.Portfolio.from_frames(interactions=BARE)
    assert set(wiifm(bare)["missing"]) == {"both"}
    assert barter(bare)["over"].isna().all()
    row = conversion(bare, by="portfolio").iloc[0]
    assert (row["unknown"], row["timed"]) == (1, 0)
    assert row[["won_share", "won_value", "days", "open_days", "per_meeting"]].isna().all()
    assert commission_only(bare).empty
    assert running_balance(bare)["partial"].isna().all()


@settings(parent=quick, max_examples=3)
@given(worlds(), st.data())
def test_neither_later_rows_nor_their_order_matter(world: World, data: st.DataObject) -> None:
    day = data.draw(days().filter(lambda day: day >= world.first))
    early = [row for row in world.interactions[::-1] if row["date"] <= day]
    whole = portfolio_of(world)
    cut = portfolio_of(World(**vars(world) | {"interactions": early, "partners": world.partners[::-1]}))
    before = whole.interactions.copy(deep=True)
    for measure in MEASURES.values():
        pd.testing.assert_frame_equal(measure(whole, as_of=day), measure(cut, as_of=f"{day}"))
    pd.testing.assert_frame_equal(whole.interactions, before)
