"""Meetings to referrals and referrals to won clients: by hand, against plain Python, and on the sample."""

from __future__ import annotations

import datetime as dt
import statistics
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference import REFERRALS, World, beta_quantile, gamma_quantile
from worlds import plain, portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import Made, act, made
from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.exchange.conversion import conversion


def passed(date: str, status: str | None, reference: str | None = None, **more: Any) -> Made:
    """A referral received from Ann."""
    return act(date, status=status, reference=reference, **more)


def one(*rows: Made, **asked: Any) -> dict[str, Any]:
    """The only row of a conversion table."""
    table = conversion(made(rows), **asked)
    assert len(table) == 1
    return {name: plain(value) for name, value in table.iloc[0].items()}


def test_by_hand() -> None:
    # 8 meetings; 4 received (2 won, 1 lost, 1 of unknown outcome) and 2 given: 6 / 8 = 0.75 a meeting, limits
    # Gamma(6.5) / 8. Won 2 of 3: Beta(2.5, 1.5). Won value 700; the open given one has none.
    row = one(
        act("2025-03-01", kind="meeting", direction="mutual", count=8),
        passed("2025-03-02", "won", count=2, value=700.0),
        passed("2025-03-03", "lost", value=50.0),
        passed("2025-03-04", None, kind="strategic_referral"),
        act("2025-03-05", direction="given", count=2, status="open", value=90.0),
    )
    assert [row[name] for name in ("meetings", "received", "given", "per_meeting")] == [8, 4, 2, 0.75]
    assert row["per_meeting_low"] == pytest.approx(gamma_quantile(6.5, 0.05) / 8)
    assert row["per_meeting_high"] == pytest.approx(gamma_quantile(6.5, 0.95) / 8)
    assert [row[name] for name in ("won", "lost", "open", "unknown")] == [2, 1, 0, 1]
    assert (row["won_share"], row["won_value"]) == (pytest.approx(2 / 3), 700.0)
    assert row["won_low"] == pytest.approx(beta_quantile(2.5, 1.5, 0.05))
    assert row["won_high"] == pytest.approx(beta_quantile(2.5, 1.5, 0.95))
    assert (row["days"], row["timed"], row["open_days"]) == (None, 0, None)


def test_under_six_meetings_nothing_is_said_of_them() -> None:
    for count, known in ((5, False), (6, True)):
        row = one(
            act("2025-03-01", kind="meeting", direction="mutual", count=count), passed("2025-03-02", "open")
        )
        assert [row[name] is not None for name in ("per_meeting", "per_meeting_low", "per_meeting_high")] == [
            known
        ] * 3


def test_an_open_row_and_its_outcome_are_one_referral() -> None:
    # R1: open, again open, won after 31 days, with a second payment. R2: open, then lost after 10. R3: a client
    # with two referrals, won after 4 days each. R4: an outcome before the open row is another. Ten wait.
    row = one(
        passed("2025-03-01", "open", "R1"),
        passed("2025-03-20", "open", "R1"),
        passed("2025-04-01", "won", "R1", value=100.0),
        passed("2025-05-01", "won", "R1", value=30.0),
        passed("2025-03-01", "open", "R2", value=77.0),
        passed("2025-03-11", "lost", "R2"),
        passed("2025-03-01", "open", "R3"),
        passed("2025-03-05", "won", "R3", value=1.0),
        passed("2025-03-06", "open", "R3"),
        passed("2025-03-10", "won", "R3", value=2.0),
        passed("2025-03-01", "won", "R4"),
        passed("2025-05-11", "open", "R4"),
        passed("2025-05-01", "open", count=10),
        passed("2025-05-02", "won", "R9"),
        passed("2025-05-02", "won", "R9"),
        as_of="2025-05-31",
    )
    assert [row[name] for name in ("received", "won", "lost", "open")] == [18, 6, 1, 11]
    # 4, 4, 10 and 31 days: (4 + 10) / 2. Open: once 20 days and ten times 30.
    assert (row["days"], row["timed"], row["open_days"], row["won_value"]) == (7.0, 4, 30.0, 133.0)


def test_the_last_outcome_counts_on_its_first_day() -> None:
    # Won, then lost after all (20 days): nothing won. Of one day, won goes after lost. Counts: the largest.
    row = one(
        passed("2025-03-01", "open", "R1", count=2),
        passed("2025-03-05", "won", "R1", value=90.0),
        passed("2025-03-21", "lost", "R1"),
        passed("2025-03-01", "open", "R2"),
        passed("2025-03-01", "won", "R2", value=8.0),
        passed("2025-03-01", "lost", "R2"),
    )
    assert [row[name] for name in ("received", "won", "lost", "open", "won_value")] == [3, 1, 2, 0, 8.0]
    assert (row["days"], row["timed"]) == (20.0, 3)


def test_outcomes_are_those_known_on_the_day_and_windows_go_by_the_referral() -> None:
    rows = [passed("2025-03-01", "open", "R1"), passed("2025-04-01", "won", "R1", value=100.0)]
    before, after = one(*rows, as_of="2025-03-31"), one(*rows)
    assert [before[name] for name in ("open", "won", "open_days", "won_value")] == [1, 0, 30.0, None]
    assert [after[name] for name in ("open", "won", "days", "won_value")] == [0, 1, 31.0, 100.0]
    # Made in March, won in April: not one of April's.
    assert conversion(made(rows), window=1).empty
    with pytest.raises(ParameterError):
        conversion(made(rows), by="owner")


def test_order_and_groups() -> None:
    rows = [
        passed("2025-03-01", "won"),
        act("2025-03-01", "Bo", status="lost"),
        act("2025-03-01", "Cy", direction="given", count=2),
        act("2025-03-01", "Dee", kind="meeting", direction="mutual", count=7),
    ]
    about = [{"partner": "Ann", "vertical": "Legal"}, {"partner": "Bo", "vertical": "Legal"}]
    portfolio = made(rows, partners=about)
    assert conversion(portfolio)["partner"].tolist() == ["Cy", "Ann", "Bo", "Dee"]
    verticals = conversion(portfolio, by="vertical")
    assert verticals[["vertical", "meetings", "won", "lost", "given"]].values.tolist() == [
        ["Legal", 0, 1, 1, 0],
        ["not described", 7, 0, 0, 2],
    ]
    assert conversion(portfolio, by="portfolio")["won_share"].tolist() == [0.5]


def plainly(rows: list[Made], last: dt.date) -> dict[str, Any]:
    """Referrals received of one partner, walked through day by day."""
    rank = {None: 3, "open": 0, "lost": 1, "won": 2}
    ordered = sorted(rows, key=lambda row: (row["date"], rank[row["status"]]))
    running: dict[Any, list[Made]] = {}
    found: list[list[Made]] = []
    for row in ordered:
        key = (row["kind"], row["reference"])
        now = running.get(key)
        if row["status"] is None or row["reference"] is None:
            found.append([row])
        elif row["status"] == "open" and (now is None or now[-1]["status"] != "open"):
            running[key] = [row]
            found.append(running[key])
        elif now is None:
            found.append([row])
        else:
            now.append(row)
    counts = dict.fromkeys(("won", "lost", "open", None), 0)
    days, waits = [], []
    for group in found:
        status, count = group[-1]["status"], max(row["count"] for row in group)
        counts[status] += count
        if status == "open":
            waits += [(last - group[0]["date"]).days] * count
        elif len(group) > 1:
            first = next(row["date"] for row in group if row["status"] == status)
            days += [(first - group[0]["date"]).days] * count
    return {
        "received": sum(counts.values()), "won": counts["won"], "lost": counts["lost"], "open": counts["open"],
        "unknown": counts[None], "timed": len(days),
        "days": statistics.median(days) if days else None,
        "open_days": statistics.median(waits) if waits else None,
    }  # fmt: skip


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(worlds(max_rows=60), st.integers(0, 2**32))
def test_against_plain_python(world: World, seed: int) -> None:
    random = Random(seed)
    for row in world.interactions:
        # Few partners, kinds and references, so that rows meet.
        row |= {"reference": random.choice([None, "R1", "R2"]), "partner": random.choice(["Ann", "Bo"])}
        row["kind"] = random.choice(["referral", "referral", row["kind"]])
    table = conversion(portfolio_of(world), window=60).set_index("partner")
    for name in table.index:
        mine = [
            row for row in world.interactions if row["partner"] == name and row["direction"] == "received"
        ]
        wanted = plainly([row for row in mine if row["kind"] in REFERRALS], world.last)
        assert {key: plain(table.loc[name, key]) for key in wanted} == wanted


def test_without_shared_references_counts_are_those_of_reciprocity(sample_portfolio: pa.Portfolio) -> None:
    table = conversion(sample_portfolio).set_index("partner")
    exchange = pa.reciprocity(sample_portfolio).set_index("partner")
    same = table.loc[exchange.index]
    assert (same[["received", "given"]] == exchange[["received", "given"]]).all(axis=None)
    known = exchange["value_received"].dropna()
    assert (same["won_value"].dropna() - known).abs().max() < 1e-6
    assert (table["won"] + table["lost"] + table["open"] + table["unknown"] == table["received"]).all()
    assert table["timed"].sum() == 0


def decided(partner: str, won: int, lost: int) -> list[Made]:
    """Referrals received from a partner, so many won and lost."""
    outcomes = (("won", won), ("lost", lost))
    return [passed("2025-03-02", status, partner=partner, count=count) for status, count in outcomes if count]


def test_three_decided_are_not_apart_and_thirty_are() -> None:
    # 3 of 3 beside 10 of 20 of the others: Fisher's tail C(13, 3) / C(23, 3) = 286 / 1771 = 0.16.
    few = conversion(made([*decided("Ann", 3, 0), *decided("Bo", 10, 10)])).set_index("partner")
    assert few.loc["Ann", "won_low"] > 0.5
    assert few["won_apart"].to_dict() == {"Bo": False, "Ann": False}
    many = conversion(made([*decided("Ann", 30, 0), *decided("Bo", 10, 10), *decided("Cy", 0, 1)]))
    assert many.set_index("partner")["won_apart"].to_dict() == {"Ann": True, "Bo": True, "Cy": False}
    # Nobody to compare with, and nothing decided.
    alone = conversion(made([*decided("Ann", 3, 0), act("2025-03-02", "Bo")])).set_index("partner")
    assert alone["won_apart"].isna().all()


def test_who_is_apart_in_referrals_of_meetings() -> None:
    # Each half of the meetings: 1 of 9 referrals is 2 * 10 / 512 = 0.04, 2 of 9 is 0.18.
    for count, apart in ((1, True), (2, False)):
        rows = [act("2025-03-01", name, "meeting", "mutual", count=6) for name in ("Ann", "Bo")]
        rows += [act("2025-03-02", "Ann", count=count), act("2025-03-02", "Bo", count=9 - count)]
        assert conversion(made(rows))["per_meeting_apart"].tolist() == [apart, apart]
    # Of five meetings nothing is said, and whoever else there is has none.
    rows = [act("2025-03-01", kind="meeting", direction="mutual", count=9), act("2025-03-02", "Bo", count=5)]
    assert conversion(made(rows))["per_meeting_apart"].isna().all()


def test_of_many_alike_hardly_one_is_apart() -> None:
    seeds = np.random.default_rng(15)
    won, passed_on = seeds.binomial(20, 0.4, 200), seeds.poisson(6, 200)
    rows = [act("2025-03-01", f"P{place:03}", "meeting", "mutual", count=20) for place in range(200)]
    rows += [row for place, count in enumerate(won) for row in decided(f"P{place:03}", count, 20 - count)]
    rows += [
        act("2025-03-02", f"P{place:03}", direction="given", count=n)
        for place, n in enumerate(passed_on)
        if n
    ]
    table = conversion(made(rows))
    # The intervals of 90% alone would set a tenth of them apart.
    assert ((table["won_low"] > 0.4) | (table["won_high"] < 0.4)).sum() > 10
    assert table[["won_apart", "per_meeting_apart"]].sum().tolist() == [0, 0]
