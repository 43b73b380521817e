"""Barter's share of hours: by hand, against plain Python, and on the sample."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from reference import World, beta_quantile
from worlds import plain, portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import act, made
from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.exchange.barter import barter


def trade(partner: str, count: int, hours: float | None) -> dict[str, object]:
    """Trades with a partner."""
    return act("2025-06-05", partner, "trade", "mutual", count=count, hours=hours)


def meeting(partner: str, count: int, hours: float | None) -> dict[str, object]:
    """Meetings with a partner."""
    return act("2025-06-06", partner, "meeting", "mutual", count=count, hours=hours)


ROWS = [
    trade("Ann", 3, 6.0), meeting("Ann", 4, 6.0), meeting("Ann", 3, None),
    trade("Bo", 1, 9.0), meeting("Bo", 3, 3.0),
    trade("Cy", 4, 4.0), meeting("Cy", 4, 5.5),
    meeting("Dee", 5, 50.0),
    trade("Eve", 2, None), meeting("Eve", 2, 20.0),
    trade("Fay", 9, 18.0),
    meeting("Guy", 2, None),
]  # fmt: skip


def test_shares_by_hand() -> None:
    # Ann 6 of 12 hours, 7 of 10 interactions noted: over 20%. Bo 9 of 12, but one trade is no habit. Cy has
    # 9.5 hours, under 10. Dee 0 of 50. Eve's trades have no hours on record. Fay's partnership has ended.
    table = barter(made(ROWS, partners=[{"partner": "Fay", "ended": "2025-06-30"}]), as_of="2025-06-30")
    columns = ["partner", "trades", "trade_hours", "hours", "noted", "share", "over"]
    assert [[plain(value) for value in row] for row in table[columns].to_numpy()] == [
        ["Fay", 9, 18.0, 18.0, 1.0, 1.0, None],
        ["Bo", 1, 9.0, 12.0, 1.0, 0.75, None],
        ["Ann", 3, 6.0, 12.0, 0.7, 0.5, True],
        ["Cy", 4, 4.0, 9.5, 1.0, pytest.approx(4 / 9.5), None],
        ["Dee", 0, 0.0, 50.0, 1.0, 0.0, False],
        ["Eve", 2, None, 20.0, 0.5, None, None],
        ["Guy", 0, None, None, 0.0, None, None],
    ]
    assert table["limit"].tolist() == [0.2] * 7


def test_limits_by_hand() -> None:
    # Ann: trades of 2, 2, 2 and meetings of 1.5, four times: 12^2 / (12 + 9) = 6.857 equal ones, half of them
    # trade: Beta(3.929, 3.929), symmetric.
    ann = barter(made(ROWS)).set_index("partner").loc["Ann"]
    half = 144 / 21 / 2 + 0.5
    assert ann["low"] == pytest.approx(beta_quantile(half, half, 0.05))
    assert ann["low"] == pytest.approx(1 - ann["high"])


def test_settings_windows_and_groups() -> None:
    rows = [*ROWS, act("2024-06-30", "Old", "trade", "mutual", count=40, hours=99.0)]
    about = [{"partner": "Ann", "vertical": "Legal"}, {"partner": "Bo", "vertical": "Legal"}]
    strict, loose = (made(rows, partners=about, barter_limit=limit) for limit in (0.5, 0.6))
    assert not barter(strict, as_of="2025-06-30").set_index("partner")["over"]["Ann"]
    verticals = barter(loose, by="vertical", as_of="2025-06-30").set_index("vertical")
    assert verticals.loc["Legal", ["trade_hours", "hours", "share", "over"]].tolist() == [
        15.0,
        24.0,
        0.625,
        True,
    ]
    everybody = barter(loose, by="portfolio", as_of="2025-06-30")
    # 6 + 9 + 4 + 18 hours of 12 + 12 + 9.5 + 50 + 20 + 18.
    assert everybody[["portfolio", "trade_hours", "hours"]].values.tolist() == [["all partners", 37.0, 121.5]]
    assert barter(loose, by="portfolio", window=13, as_of="2025-06-30").loc[0, "trade_hours"] == 136.0
    with pytest.raises(ParameterError, match="'owner' is not known"):
        barter(loose, by="owner")


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(worlds())
def test_against_plain_python(world: World) -> None:
    table = barter(portfolio_of(world), window=60).set_index("partner")
    for name in {row["partner"] for row in world.interactions}:
        rows = [row for row in world.interactions if row["partner"] == name]
        hours = [row["hours"] for row in rows if row["hours"] is not None]
        traded = [row["hours"] for row in rows if row["hours"] is not None and row["kind"] == "trade"]
        trades = sum(row["count"] for row in rows if row["kind"] == "trade")
        found = {key: plain(value) for key, value in table.loc[name].items()}
        assert (found["trades"], found["hours"]) == (trades, math.fsum(hours) if hours else None)
        known = hours and sum(hours) > 0 and (traded or not trades)
        assert found["share"] == (pytest.approx(sum(traded) / sum(hours)) if known else None)
        if known and world.interval >= 0.9:
            assert found["low"] <= found["share"] + 1e-9
            assert found["share"] <= found["high"] + 1e-9
        if found["over"]:
            assert trades >= 3
            assert sum(hours) >= 10
            assert found["share"] > 0.2


def test_the_limits_cover_what_they_promise() -> None:
    # 600 partners, 4 trades of 1 to 3 hours and 10 meetings of 0.5 to 3.5 expected: 8 of 28 hours are trade.
    # By simulation of many more 0.898 are covered; of 600 that comes out within 0.04.
    rng = np.random.default_rng(5)
    rows = [
        {
            "date": dt.date(2025, 6, 5),
            "partner": f"P{number}",
            "kind": kind,
            "direction": "mutual",
            "hours": hours,
        }
        for number in range(600)
        for kind, expected, least, most in (("trade", 4, 1, 3), ("meeting", 10, 0.5, 3.5))
        for hours in rng.uniform(least, most, rng.poisson(expected)).tolist()
    ]
    table = barter(portfolio_of(World(rows)))
    covered = (table["low"] <= 8 / 28) & (table["high"] >= 8 / 28)
    assert covered.mean() == pytest.approx(0.9, abs=0.04)


def test_more_hours_of_trade_raise_the_share() -> None:
    shares = [
        barter(made([*ROWS, trade("Ann", 1, hours)])).set_index("partner").loc["Ann", "share"]
        for hours in (0.5, 2.0, 20.0)
    ]
    assert shares == sorted(shares)
    assert pd.Series(shares).is_unique


def test_the_planted_one_is_clearly_over_and_nobody_else(sample_portfolio: pa.Portfolio) -> None:
    table = barter(sample_portfolio)
    over = table[table["over"].fillna(False)]
    assert over["partner"].tolist() == ["Quayle House Offices"]
    assert (over["low"] > over["limit"]).all()
    assert barter(sample_portfolio, by="portfolio")["over"].tolist() == [False]
