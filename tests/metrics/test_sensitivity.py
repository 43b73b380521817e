"""How the ranking changes with window, method and weights."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from reference import World
from scipy.stats import spearmanr
from worlds import portfolio_of, worlds

import partnership_analysis as pa
from partnership_analysis.metrics.sensitivity import band_moves, rvi_sensitivity
from partnership_analysis.schema import RVI_KINDS
from partnership_analysis.settings import Weights

from .helpers import act, made, monthly, rate


def test_by_hand() -> None:
    # Ann: 6 received over the last 6 months, trust 4. 12 months: 4 * 6 / 12 = 2 average; 6 months: 4 * 6 / 6 = 4
    # strong; 24 months: 4 * 6 / 24 = 1 average. Referrals x 2: 4 strong; x 0.5: 1 average.
    # Bo: 24 events over two years, trust 1: 12/12 = 1 average in every window; events x 0.5: 0.5 weak.
    rows = [
        *monthly("2025-04-01", 6),
        *monthly("2023-10-01", 24, partner="Bo", kind="event", direction="mutual"),
    ]
    rated = [rate("2023-10-01", 4), rate("2023-10-01", 1, "Bo")]
    partners = [{"partner": "Ann", "started": "2023-10-01"}]
    portfolio = made(rows, rated, partners)
    moved = band_moves(portfolio).set_index(["name", "partner"])
    assert moved["rvi_now"].groupby("partner").unique().explode().to_dict() == {"Ann": 2.0, "Bo": 1.0}
    assert moved["rvi"]["6 months"].to_dict() == {"Ann": 4.0, "Bo": 1.0}
    assert moved["rvi"]["24 months"].to_dict() == {"Ann": 1.0, "Bo": 1.0}
    assert moved["rvi"]["referral x 2"].to_dict() == {"Ann": 4.0, "Bo": 1.0}
    assert moved["rvi"]["event x 0.5"].to_dict() == {"Ann": 2.0, "Bo": 0.5}
    table = rvi_sensitivity(portfolio).set_index("name")
    changed = table.loc[table["changed"] > 0, "who"].to_dict()
    assert changed == {"6 months": "Ann", "referral x 2": "Ann", "event x 0.5": "Bo"}
    assert table["correlation"].isna().all()


def test_ranks_are_compared_with_ties_averaged() -> None:
    # Ranks by 12 months: Cy 1, Ann and Bo tie at 2.5, Di 4; by 6 months: Cy and Bo (0) 1.5, Ann 3, Di 4.
    rows = [
        *[act("2025-09-01", "Ann", count=6)],
        *[act("2025-02-01", "Bo", count=6), act("2025-09-30", "Di", count=9), act("2024-10-01", "Cy")],
    ]
    partners = [{"partner": name, "started": "2024-01-01"} for name in ("Ann", "Bo", "Cy", "Di")]
    table = rvi_sensitivity(made(rows, partners=partners, assumed_trust=3)).set_index("name")
    assert table.loc["6 months", "correlation"] == pytest.approx(
        spearmanr([2.5, 2.5, 1, 4], [3, 1.5, 1.5, 4]).statistic
    )
    assert table.loc["referral x 2", "correlation"] == pytest.approx(1)


@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(worlds())
def test_each_choice_is_the_index_with_that_setting(world: World) -> None:
    portfolio = portfolio_of(world)
    own = portfolio.settings
    moved = band_moves(portfolio)
    assert (moved.groupby("partner").size() == moved["name"].nunique()).all()
    for name, rows in moved.groupby("name"):
        how: dict[str, object] = {}
        here = portfolio
        if str(name).endswith("months"):
            how = {"window": int(str(name).split()[0])}
        elif name == "published":
            how = {"method": "published"}
        else:
            kind, _, factor = str(name).partition(" x ")
            assert kind in RVI_KINDS
            weights = own.weights.model_copy(update={kind: getattr(own.weights, kind) * float(factor)})
            here = replace(portfolio, settings=own.model_copy(update={"weights": Weights(**dict(weights))}))
        wanted = pa.rvi(here, **how)
        wanted = wanted[wanted["month"] == wanted["month"].max()].set_index("partner")
        found = rows.set_index("partner")
        pd.testing.assert_series_equal(found["rvi"], wanted["rvi"])
        assert found["band"].astype("string").equals(wanted["band"].astype("string"))


def test_without_trust_nothing_is_compared() -> None:
    table = rvi_sensitivity(made([act("2025-01-01"), act("2025-09-01")]))
    assert (table["partners"] == 0).all()
    assert table[["correlation", "changed", "who"]].isna().all().all()


def test_what_the_settings_say_is_not_tried_again() -> None:
    portfolio = made([act("2025-01-01")], assumed_trust=3, window=24, weights={"event": 0})
    names = list(rvi_sensitivity(portfolio)["name"])
    assert names[:3] == ["6 months", "12 months", "published"]
    assert not any(name.startswith("event") for name in names)


def test_nothing_after_the_day_is_counted() -> None:
    rows = [*monthly("2024-10-01", 12), act("2025-10-02", count=40)]
    early = band_moves(made(rows, assumed_trust=3), as_of="2025-09-30")
    pd.testing.assert_frame_equal(early, band_moves(made(rows[:-1], assumed_trust=3), as_of="2025-09-30"))
