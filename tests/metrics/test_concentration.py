"""Shares by hand, and against plain Python."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import World
from scipy.stats import beta
from worlds import plain, portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import act, made, rate
from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.concentration import concentration

SHARES = ["top", "top_amount", "top_share", "hhi", "effective", "next", "rest", "rest_share", "rest_hhi"]


def cells(row: pd.Series, names: list[str]) -> list[object]:
    return [round(value, 6) if isinstance(value, float) else plain(value) for value in row[names]]


def test_referrals_by_hand() -> None:
    # 6, 3 and 1 of 10: 0.36 + 0.09 + 0.01 = 0.46, as 2.174 equal ones. Without Ann 3 and 1 of 4: 0.5625 + 0.0625.
    # The share of Ann is Beta(6.5, 4.5), its lower tail a third. Dee gives nothing, which is known; Eve has ended.
    rows = [
        act("2025-06-01", count=4),
        act("2025-06-02", kind="strategic_referral", count=2),
        act("2025-06-03", "Bo", count=3),
        act("2025-06-03", "Cy"),
        act("2025-06-04", "Dee", direction="given", count=9),
        act("2025-01-04", "Eve", count=20),
    ]
    row = concentration(made(rows, [], [{"partner": "Eve", "ended": "2025-02-01"}]), measure="received").iloc[
        0
    ]
    assert cells(row, SHARES) == ["Ann", 6.0, 0.6, 0.46, 2.173913, "Bo", 4.0, 0.75, 0.625]
    assert cells(row, ["group", "total", "names", "unknown", "unassigned"]) == ["all", 10.0, 3, 0, 0.0]
    assert (row["low"], row["high"]) == pytest.approx(tuple(beta(6.5, 4.5).ppf([0.05 / 3, 0.95])))


def test_value_by_hand() -> None:
    # Ann won 2 of 300 together and 1 of 300: 600; Bo 200 and a correction of -100: 100; Cy only -50: no share; Dee's
    # referral was lost and nothing is on record for it. Squares: 300^2 / 2 + 300^2 + 200^2 + 100^2 = 185,000, so that
    # k = 700 / 185,000 and the share of Ann is Beta(600 k + 1/2, 100 k + 1/2), its lower tail a half.
    rows = [
        act("2025-06-01", count=2, value=300.0, status="won"),
        act("2025-06-02", value=300.0),
        act("2025-06-02", "Bo", value=200.0),
        act("2025-06-03", "Bo", value=-100.0),
        act("2025-06-03", "Cy", value=-50.0),
        act("2025-06-04", "Dee", value=900.0, status="lost"),
        act("2025-06-04", "Dee", "event", "mutual", value=900.0),
    ]
    row = concentration(made(rows)).iloc[0]
    assert cells(row, ["total", "names", "unknown", "top", "rest"]) == [700.0, 2, 1, "Ann", 100.0]
    scale = 700 / 185_000
    limits = beta(600 * scale + 0.5, 100 * scale + 0.5).ppf([0.05 / 2, 0.95])
    assert (row["low"], row["high"]) == pytest.approx(tuple(limits))


def test_one_large_contract_says_less_than_many_small() -> None:
    others = [act("2025-06-01", "Bo", value=100.0)] * 5
    one = concentration(made([act("2025-06-01", value=2000.0), *others])).iloc[0]
    many = concentration(made([*[act("2025-06-01", value=100.0)] * 20, *others])).iloc[0]
    assert one["top_share"] == many["top_share"] == 0.8
    assert one["high"] - one["low"] > 2 * (many["high"] - many["low"])


def test_index_by_vertical() -> None:
    # Three months; Ann 6 of trust 4: 8; Bo 3 of trust 2: 2; both Legal: 10. Cy, IT: 2 * 6 / 3 = 4. Dee is rated and
    # in no vertical: 1 * 3 / 3 = 1, unassigned. Eve is not rated.
    rows = [
        act("2025-04-05", name, count=count) for name, count in zip("ABCDE", (6, 3, 6, 3, 9), strict=True)
    ]
    rows.append(act("2025-06-30", "A", kind="meeting", direction="mutual"))
    ratings = [rate("2025-04-05", score, name) for name, score in (("A", 4), ("B", 2), ("C", 2), ("D", 1))]
    about = [{"partner": name, "vertical": "IT" if name == "C" else "Legal"} for name in "ABCE"]
    portfolio = made(rows, ratings, about)
    row = concentration(portfolio, by="vertical", measure="rvi").iloc[0]
    assert cells(row, ["total", "names", "unknown", "unassigned"]) == [14.0, 2, 1, 1.0]
    assert cells(row, ["top", "top_amount", "next", "rest", "rest_hhi"]) == ["Legal", 10.0, "IT", 4.0, 1.0]
    assert row["low"] < 10 / 14 < row["high"]


def test_inside_each_vertical() -> None:
    about = [{"partner": name, "vertical": "IT" if name == "Bo" else "Legal"} for name in ("Ann", "Bo", "Cy")]
    rows = [act("2025-06-01", count=3), act("2025-06-01", "Bo"), act("2025-06-01", "Cy"), act("2025-06-01", "Dee", direction="given")]  # fmt: skip
    table = concentration(made(rows, [], about), measure="received", within="vertical")
    assert table["group"].tolist() == ["IT", "Legal", "not described"]
    assert [cells(row, ["total", "top", "top_share", "rest"]) for _, row in table.iterrows()] == [
        [1.0, "Bo", 1.0, 0.0],
        [4.0, "Ann", 0.75, 1.0],
        [0.0, None, None, None],
    ]


def test_equal_amounts_go_by_name_and_the_day_is_kept() -> None:
    rows = [act("2025-06-01", "Bo"), act("2025-06-01", "Ann"), act("2025-07-01", "Bo", count=5)]
    portfolio = made(rows)
    assert concentration(portfolio, measure="received", as_of="2025-06-30")["top"].tolist() == ["Ann"]
    assert concentration(portfolio, measure="received")["top_share"].tolist() == [6 / 7]
    assert concentration(portfolio, measure="received", window=1)["top_share"].tolist() == [1.0]


def test_commitments_need_no_interactions() -> None:
    # Ann: one open, one agreed after the day, one done after it; Bo: one done.
    actions = pd.DataFrame(
        {
            "partner": ["Ann", "Ann", "Ann", "Bo"],
            "action": list("wxyz"),
            "created": ["2025-01-01", "2025-07-01", "2025-01-01", "2025-01-01"],
            "done": [None, None, "2025-06-15", "2025-02-01"],
        }
    )
    nothing = pd.DataFrame({"date": [], "partner": [], "kind": []})
    portfolio = pa.Portfolio.from_frames(nothing, actions=actions)
    totals = [
        concentration(portfolio, measure="commitments", as_of=day).iloc[0]["total"]
        for day in ("2025-06-14", "2025-06-15", None)
    ]
    assert totals == [2.0, 1.0, 2.0]
    with pytest.raises(PeriodError):
        concentration(portfolio, measure="received")


def test_what_cannot_be_said() -> None:
    portfolio = made([act("2025-01-05"), act("2025-01-05", "Bo", direction="given")])
    full = concentration(made([act("2025-01-05", value=1.0)]))
    for measure in ("value", "rvi", "commitments"):
        table = concentration(portfolio, measure=measure)
        assert cells(table.iloc[0], ["total", "names", "unknown", "unassigned", "top_share", "hhi"]) == [
            None, 0, 2, None, None, None,
        ]  # fmt: skip
        pd.testing.assert_series_equal(table.dtypes, full.dtypes)
    # Nobody is in a vertical: the referral is somebody's, and no vertical's.
    row = concentration(portfolio, by="vertical", measure="received").iloc[0]
    assert cells(row, ["total", "unassigned", "top", "hhi"]) == [None, 1.0, None, None]


def test_what_does_not_fit_is_refused_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        concentration(made([act("2025-01-05")]), by="colour", measure="luck", within="partner")
    assert len(caught.value.findings) == 3


def test_an_interval_holds_its_share() -> None:
    # One contract of 1,000 beside one of 1: k = 1001 / 1,000,001, and Beta(1.5, 0.501) ends before 0.999.
    row = concentration(made([act("2025-06-01", value=1000.0), act("2025-06-01", "Bo", value=1.0)])).iloc[0]
    assert row["high"] == row["top_share"] == 1000 / 1001


@settings(max_examples=10)
@given(worlds(), st.sampled_from([None, "vertical"]))
def test_against_plain_python(world: World, within: str | None) -> None:
    about = {row["partner"]: row for row in world.partners}
    day, months = world.last, world.window
    end = day.year * 12 + day.month
    amounts: dict[str, dict[str, float]] = {}
    for row in world.interactions:
        who = about.get(row["partner"], {})
        if who.get("ended") and who["ended"] <= day:
            continue
        inside = row["date"].year * 12 + row["date"].month > end - months
        kinds = row["kind"] in ("referral", "strategic_referral") and row["direction"] == "received"
        if inside and kinds and row["value"] is not None and row["status"] in (None, "won"):
            group = (who.get("vertical") or "not described") if within else "all"
            of = amounts.setdefault(group, {})
            of[row["partner"]] = of.get(row["partner"], 0) + row["value"]
    table = concentration(portfolio_of(world), within=within).set_index("group")
    for group, row in table.iterrows():
        of = {name: value for name, value in amounts.get(str(group), {}).items() if value > 0}
        if not of:
            assert pd.isna(row["top"])
            continue
        total = sum(of.values())
        top = min(name for name in of if of[name] == max(of.values()))
        rest = {name: value for name, value in of.items() if name != top}
        assert (row["top"], row["total"], row["names"]) == (top, total, len(of))
        assert row["hhi"] == pytest.approx(sum((value / total) ** 2 for value in of.values()))
        assert row["rest"] == sum(rest.values())
        assert row["low"] <= row["top_share"] <= row["high"]
        assert 1 - 1e-9 <= row["effective"] <= len(of) + 1e-9
        if rest:
            share = max(rest.values()) / sum(rest.values())
            assert row["rest_share"] == pytest.approx(share)


def test_the_sample(sample_portfolio: pa.Portfolio) -> None:
    # The largest cannot be smaller than an equal share, and a part holds no more names than the whole.
    whole = concentration(sample_portfolio, measure="received").iloc[0]
    parts = concentration(sample_portfolio, measure="received", within="vertical")
    assert parts["total"].sum() == whole["total"]
    assert parts["names"].sum() == whole["names"]
    assert whole["top_share"] >= 1 / whole["names"]
