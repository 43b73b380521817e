"""Agreement between the sides by hand, against other formulas, and as often right as it says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, spearmanr, t

import partnership_analysis as pa
from metrics.helpers import act, made, rate
from partnership_analysis.errors import ColumnError, ParameterError
from partnership_analysis.metrics.agreement import pair_agreement, rater_agreement
from partnership_analysis.schema import FACTORS

US = [1.0, 2, 2, 3, 3, 3, 4, 4, 5, 5]
THEM = [2.0, 2, 1, 3, 4, 3, 4, 3, 5, 4]


def frame(us: Sequence[float], them: Sequence[float]) -> pd.DataFrame:
    return pd.DataFrame({"us": us, "them": them})


def kappa(us: Sequence[float], them: Sequence[float]) -> float:
    """Cohen's weighted kappa from its table: observed against expected squared differences."""
    pairs = list(zip(us, them, strict=True))
    observed = sum((x - y) ** 2 for x, y in pairs) / len(pairs)
    expected = sum((x - y) ** 2 for x in us for y in them) / len(pairs) ** 2
    return 1 - observed / expected


def test_by_hand() -> None:
    # Squared differences: 5 in 10 pairs. All 100 pairs of one with one: means 3.2 and 3.1, variances 1.56 and 1.29:
    # 1.56 + 1.29 + 0.1^2 = 2.86. 1 - 0.5 / 2.86.
    row = pair_agreement(frame(US, THEM)).iloc[0]
    assert row[["pairs", "us", "them"]].tolist() == [10, 3.2, 3.1]
    assert row["gap"] == pytest.approx(0.1)
    assert row["kappa"] == pytest.approx(1 - 0.5 / 2.86)
    assert row["kappa"] == pytest.approx(kappa(US, THEM))
    assert row["rank"] == pytest.approx(spearmanr(US, THEM).statistic)
    width = norm.ppf(0.95) * np.sqrt((1 + row["rank"] ** 2 / 2) / 7)
    assert np.arctanh(row["rank_high"]) - np.arctanh(row["rank"]) == pytest.approx(width)


def test_the_interval_is_the_jackknife_s_in_the_limit() -> None:
    # The delta method's error is what leaving out one pair after the other gives, when they are many.
    rng = np.random.default_rng(3)
    us = np.clip(np.round(rng.normal(3.3, 0.9, 400) * 2) / 2, 1, 5)
    them = np.clip(np.round((us + rng.normal(0.2, 0.7, 400)) * 2) / 2, 1, 5)
    row = pair_agreement(frame(us, them), level=0.8).iloc[0]
    others = np.concatenate([np.delete(np.arange(400), i) for i in range(400)])
    without = frame(us[others], them[others]).assign(of=np.repeat(np.arange(400), 399))
    left_out = pair_agreement(without, by="of")["kappa"].to_numpy("float64")
    error = np.std(left_out) * np.sqrt(399)
    width = (np.arctanh(row["kappa_high"]) - np.arctanh(row["kappa_low"])) / 2
    wanted = t.ppf(0.9, 398) * np.sqrt(400 / 397) * error / (1 - row["kappa"] ** 2)
    assert width == pytest.approx(wanted, rel=0.01)


def test_too_few_and_all_alike() -> None:
    judged = ["kappa", "kappa_low", "kappa_high", "rank", "rank_low", "rank_high"]
    nine = pair_agreement(frame(US[:9], THEM[:9]))
    assert nine[judged].isna().all(axis=None)
    assert nine["gap"][0] == pytest.approx(0.0)
    assert pair_agreement(frame(US, [3.0] * 10))[judged].isna().all(axis=None)
    same = pair_agreement(frame(US, US)).iloc[0]
    assert same[["kappa", "rank"]].tolist() == pytest.approx([1.0, 1.0])
    assert same[["kappa_low", "kappa_high", "rank_low", "rank_high"]].isna().all()
    none = pair_agreement(frame([], [])).iloc[0]
    assert none["pairs"] == 0
    assert none[["us", "them", "gap", *judged]].isna().all()


def test_groups_are_measured_apart_and_gaps_left_out() -> None:
    rows = pd.concat(
        [
            frame(US, THEM).assign(of="b"),
            frame(THEM, US).assign(of="a"),
            frame([1], [np.nan]).assign(of="b"),
            frame([1], [5]).assign(of=None),
        ]
    )
    table = pair_agreement(rows, by="of")
    assert table["of"].tolist() == ["a", "b"]
    assert table["pairs"].tolist() == [10, 10]
    alone = pair_agreement(frame(US, THEM))
    pd.testing.assert_frame_equal(table.iloc[[1]].drop(columns="of").reset_index(drop=True), alone)
    assert table["kappa"].nunique() == 1
    assert table["gap"].tolist() == pytest.approx([-0.1, 0.1])


def test_what_is_asked_wrongly() -> None:
    with pytest.raises(ColumnError, match="missing column them"):
        pair_agreement(frame(US, THEM).rename(columns={"them": "they"}))
    with pytest.raises(ParameterError, match="level 90"):
        pair_agreement(frame(US, THEM), level=90)


scores = st.lists(st.tuples(*[st.integers(2, 10).map(lambda half: half / 2)] * 2), min_size=10, max_size=40)


@settings(max_examples=12, deadline=None)
@given(scores)
def test_laws(pairs: list[tuple[float, float]]) -> None:
    us, them = zip(*pairs, strict=True)
    row, turned = (pair_agreement(frame(*sides)).iloc[0] for sides in ((us, them), (them, us)))
    if len(set(us)) == 1 or len(set(them)) == 1:
        assert pd.isna(row["kappa"])
        assert pd.isna(row["rank"])
        return
    assert row["kappa"] == pytest.approx(kappa(us, them))
    assert row["rank"] == pytest.approx(spearmanr(us, them).statistic)
    # It does not matter who is called us, nor who comes first.
    for name in ("kappa", "rank", "kappa_low", "rank_high"):
        assert row[name] is pd.NA or row[name] == pytest.approx(turned[name])
    assert row["gap"] == pytest.approx(-turned["gap"])
    if pd.notna(row["kappa_low"]):
        assert -1 <= row["kappa_low"] <= row["kappa"] <= row["kappa_high"] <= 1


@pytest.mark.parametrize("shared", [0.0, 0.55, 0.9])
def test_the_intervals_cover(shared: float) -> None:
    rng = np.random.default_rng(11)

    def drawn(groups: int, size: int) -> pd.DataFrame:
        common, own = rng.normal(size=(groups, size, 1)), rng.normal(size=(groups, size, 2))
        level = np.sqrt(shared) * common + np.sqrt(1 - shared) * own + [0, 0.3]
        scores = np.clip(np.round((3.3 + 0.8 * level) * 2) / 2, 1, 5).reshape(-1, 2)
        return frame(scores[:, 0], scores[:, 1]).assign(of=np.repeat(np.arange(groups), size))

    truth = pair_agreement(drawn(1, 200_000)).iloc[0]
    for size in (10, 25):
        table = pair_agreement(drawn(3000, size), by="of").dropna()
        for name in ("kappa", "rank"):
            share = ((table[f"{name}_low"] <= truth[name]) & (truth[name] <= table[f"{name}_high"])).mean()
            assert 0.87 < share < 0.945, (name, size, share)


def test_of_a_portfolio_by_hand() -> None:
    # Ten partners, rated by both on trust; nine of them on values too. P0's second rating by us is of next year.
    rows = [act("2025-06-30", f"P{i}") for i in range(10)]
    rated = [rate("2025-01-01", x, f"P{i}") for i, x in enumerate(US)]
    rated += [rate("2025-01-01", y, f"P{i}", "them") for i, y in enumerate(THEM)]
    rated += [rate("2025-01-01", 5, f"P{i}", side, "values") for i in range(9) for side in ("us", "them")]
    rated += [rate("2026-01-01", 5, "P0")]
    table = rater_agreement(made(rows, rated))
    assert table["factor"].tolist() == [*FACTORS, "overall"]
    assert table["pairs"].tolist() == [10, 0, 0, 0, 0, 0, 9, 10]
    trust = table.iloc[[0]].drop(columns="factor")
    pd.testing.assert_frame_equal(trust, pair_agreement(frame(US, THEM)))
    means = [[(score + 5) / 2 for score in side[:9]] + side[9:] for side in (US, THEM)]
    assert table["kappa"].iloc[-1] == pytest.approx(kappa(*means))
    assert table["kappa"].iloc[1:7].isna().all()
    bare = rater_agreement(made(rows))
    assert bare["pairs"].tolist() == [0] * 8
    assert bare.drop(columns=["factor", "pairs"]).isna().all(axis=None)
    pd.testing.assert_series_equal(bare.dtypes, table.dtypes)


def test_the_sample(sample_portfolio: pa.Portfolio) -> None:
    table = rater_agreement(sample_portfolio)
    assert (table["pairs"] >= 10).all()
    # Both sides of the sample drift around levels that lie close together: they agree, and 20 partners show it.
    overall = table.iloc[-1]
    assert 0 < overall["kappa_low"] < overall["kappa"] < overall["kappa_high"] < 1
