"""Real ratings of both sides: how well 32 researchers knew each other, at two times (Freeman & Freeman 1979)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import spearmanr

import partnership_analysis as pa
from partnership_analysis.metrics.agreement import pair_agreement, rater_agreement
from partnership_analysis.metrics.foundations import foundation_gaps, foundation_summary, foundations

DATA = Path(__file__).parents[2] / "shared/data/eies"
WAVES = {"rank_1": "1978-01-31", "rank_2": "1978-09-30"}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not beside the repository")


@pytest.fixture(scope="module")
def rated() -> pd.DataFrame:
    """One row a rating: who, whom, when, 1 (heard of) to 4 (close friend)."""
    wide = pd.read_csv(DATA / "eies_acquaintance.csv")
    long = wide.melt(id_vars=["from_id", "to_id"], value_vars=list(WAVES), value_name="score").dropna()
    return long.assign(date=long["variable"].map(WAVES))


def as_us(rated: pd.DataFrame, member: int) -> pa.Portfolio:
    """A member's portfolio: the others are partners, and acquaintance is friendship."""
    sides = {"us": ("from_id", "to_id"), "them": ("to_id", "from_id")}
    rows = [
        rated[rated[own] == member].assign(
            rater=rater, partner=lambda rows, other=other: "P" + rows[other].astype(str)
        )
        for rater, (own, other) in sides.items()
    ]
    ratings = pd.concat(rows)[["date", "partner", "rater", "score"]].assign(factor="friendship")
    nothing = pd.DataFrame({"date": [], "partner": [], "kind": [], "direction": []})
    return pa.Portfolio.from_frames(interactions=nothing, ratings=ratings)


def both_ways(rated: pd.DataFrame, wave: str) -> dict[tuple[int, int], tuple[float, float]]:
    """What the two of each pair said of each other, by plain look-up."""
    said = {
        (row["from_id"], row["to_id"]): row["score"]
        for row in rated[rated["variable"] == wave].to_dict("records")
    }
    return {(a, b): (score, said[b, a]) for (a, b), score in said.items() if (b, a) in said}


@pytest.mark.parametrize("member", [1, 8, 20, 7])
def test_a_member_as_us(rated: pd.DataFrame, member: int) -> None:
    portfolio = as_us(rated, member)
    for wave, day in WAVES.items():
        mine = {b: pair for (a, b), pair in both_ways(rated, wave).items() if a == member}
        us, them = zip(*mine.values(), strict=True)
        row = rater_agreement(portfolio, as_of=day).set_index("factor").loc["friendship"]
        if wave == "rank_1":
            assert row["pairs"] == len(mine)
            assert row["gap"] == pytest.approx(sum(us) / len(us) - sum(them) / len(them))
            if len(mine) < 10:
                assert pd.isna(row["kappa"])
            else:
                assert row["kappa"] == pytest.approx(weighted_kappa(us, them))
                assert row["rank"] == pytest.approx(spearmanr(us, them).statistic)
                assert row["kappa_low"] < row["kappa"] < row["kappa_high"]
        else:
            # A rating holds until the next one: pairs of the first time are still pairs.
            assert row["pairs"] >= len(mine)


def test_change_and_gaps_of_a_member(rated: pd.DataFrame) -> None:
    portfolio = as_us(rated, 8)
    table = foundations(portfolio)
    ours = table[(table["factor"] == "friendship") & (table["rater"] == "us")].set_index("partner")
    said = {
        wave: {f"P{row['to_id']}": row["score"] for row in rows.to_dict("records")}
        for wave, rows in rated[rated["from_id"] == 8].groupby("variable")
    }
    later = {name: score for name, score in said["rank_2"].items() if name in said["rank_1"]}
    found = ours["change"].dropna().to_dict()
    assert found == {name: score - said["rank_1"][name] for name, score in later.items()}
    # They know researcher 8 better than 8 says to know them.
    summary = foundation_summary(portfolio)
    gaps = foundation_gaps(portfolio)
    assert summary["mean_gap"].mean() == pytest.approx(gaps["gap"].mean())
    assert gaps["gap"].mean() < -0.4


def test_agreement_of_all(rated: pd.DataFrame) -> None:
    # Every pair once, the lower number as us.
    found = {}
    for wave in WAVES:
        pairs = {key: pair for key, pair in both_ways(rated, wave).items() if key[0] < key[1]}
        us, them = zip(*pairs.values(), strict=True)
        row = pair_agreement(pd.DataFrame({"us": us, "them": them})).iloc[0]
        assert row["kappa"] == pytest.approx(weighted_kappa(us, them))
        assert row["rank"] == pytest.approx(spearmanr(us, them).statistic)
        found[wave] = (row["pairs"], *row[["kappa", "kappa_low", "kappa_high"]].round(2))
    assert found == {"rank_1": (265, 0.61, 0.53, 0.69), "rank_2": (329, 0.58, 0.50, 0.65)}


def test_people_agree_with_themselves_more_than_with_each_other(rated: pd.DataFrame) -> None:
    wide = rated.pivot(index=["from_id", "to_id"], columns="variable", values="score").dropna()
    stable = pair_agreement(wide.rename(columns={"rank_1": "us", "rank_2": "them"})).iloc[0]
    assert (stable["pairs"], round(stable["kappa"], 2)) == (641, 0.81)
    assert stable["kappa_low"] > 0.69


def weighted_kappa(us: tuple[float, ...], them: tuple[float, ...]) -> float:
    """Cohen's kappa with quadratic weights, from the definition."""
    observed = sum((x - y) ** 2 for x, y in zip(us, them, strict=True)) / len(us)
    expected = sum((x - y) ** 2 for x in us for y in them) / len(us) ** 2
    return 1 - observed / expected
