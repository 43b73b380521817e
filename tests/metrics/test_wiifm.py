"""What each side says and got, and partners of whom commission is all: by hand and against plain Python."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from reference import REFERRALS, World, known_sum, month, spans, won
from worlds import plain, portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import act, made
from partnership_analysis.metrics.exchange.wiifm import THEY_GET, WE_GET, commission_only, wiifm

quick = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
COUNTS = ("received", "given", "other_received", "other_given", "joint", "trades")
AMOUNTS = ("value_received", "value_given", "commission_earned", "commission_paid")


def test_statements_beside_what_was_got() -> None:
    # Ann: 2 referrals received, won 500 for 50 paid, 1 given; nothing is said of what is in it for them.
    # Bo: an event; a blank statement is none. Cy: one newsletter slot that they gave us: nothing reached them.
    # Dee: 30 months ago. Eve has ended; Fay has not begun.
    rows = [
        act("2025-03-01", count=2, status="won", value=500.0, commission=50.0),
        act("2025-03-02", direction="given", status="lost", value=70.0),
        act("2025-03-02", kind="meeting", direction="mutual"),
        act("2025-03-03", "Bo", "event", "mutual"),
        act("2025-03-04", "Cy", "cross_promotion", count=3),
        act("2022-09-01", "Dee", direction="given"),
        act("2025-03-05", "Eve", count=5),
    ]
    about = [
        {"partner": "Ann", "wiifm_us": "Clients", "wiifm_them": None},
        {"partner": "Bo", "wiifm_us": "  ", "wiifm_them": None},
        {"partner": "Cy", "wiifm_us": "Readers", "wiifm_them": "Articles"},
        {"partner": "Dee", "wiifm_us": None, "wiifm_them": "Work"},
        {"partner": "Eve", "ended": "2025-03-06"},
        {"partner": "Fay", "started": "2025-06-01"},
    ]
    table = wiifm(made(rows, partners=about), as_of="2025-03-31")
    assert table[["partner", "missing", "nothing_for"]].values.tolist() == [
        ["Bo", "both", "none"],
        ["Dee", "us", "both"],
        ["Ann", "them", "none"],
        ["Cy", "none", "them"],
    ]
    ann = table.set_index("partner").loc["Ann"]
    assert ann[list(COUNTS)].tolist() == [2, 1, 0, 0, 0, 0]
    assert [plain(ann[name]) for name in AMOUNTS] == [500.0, None, None, 50.0]
    assert table.set_index("partner").loc[["Bo", "Cy"], list(COUNTS)].values.tolist() == [
        [0, 0, 0, 0, 1, 0],
        [0, 0, 3, 0, 0, 0],
    ]
    assert table.set_index("partner").loc["Dee", "given"] == 0
    assert (
        wiifm(made(rows, partners=about), as_of="2025-03-31", window=31)
        .set_index("partner")
        .loc["Dee", "given"]
        == 1
    )


def test_commission_alone_is_something_that_was_got() -> None:
    rows = [act("2025-03-01", direction="given", commission=20.0), act("2025-03-01", "Bo", direction="given")]
    assert wiifm(made(rows))[["partner", "nothing_for"]].values.tolist() == [["Ann", "none"], ["Bo", "us"]]


def commissioned(partner: str, count: int = 6, **more: Any) -> dict[str, Any]:
    """Referrals received for which commission was paid."""
    return act("2025-03-01", partner, count=count, commission=100.0, **more)


def test_commission_only_in_both_directions() -> None:
    # Ann: 8 received, 250 paid, nothing back. Bo: the other way round. Cy: five are too few. Dee: one given back;
    # Eve: one event together; Fay: one trade; Guy: no commission; Hal has ended. Ida: meetings are no return.
    rows = [
        commissioned("Ann", 6, value=1000.0), act("2025-03-02", "Ann", count=2, commission=150.0),
        commissioned("Bo", 7, direction="given"),
        commissioned("Cy", 5),
        commissioned("Dee"), act("2025-03-02", "Dee", "strategic_referral", "given"),
        commissioned("Eve"), act("2025-03-02", "Eve", "event", "mutual"),
        commissioned("Fay"), act("2025-03-02", "Fay", "trade", "mutual"),
        act("2025-03-02", "Guy", count=9, value=500.0),
        commissioned("Hal", 30),
        commissioned("Ida"), act("2025-03-02", "Ida", "meeting", "mutual", count=9),
    ]  # fmt: skip
    table = commission_only(made(rows, partners=[{"partner": "Hal", "ended": "2025-03-01"}]))
    assert [[plain(value) for value in row] for row in table.drop(columns="evidence").to_numpy()] == [
        ["Ann", THEY_GET, 8, 1000.0, 250.0, 2 / 256],
        ["Bo", WE_GET, 7, None, 100.0, 2 / 128],
        ["Ida", THEY_GET, 6, None, 100.0, 2 / 64],
    ]
    assert table["evidence"].tolist() == [
        "8 referrals received in 12 months, nothing given back but £250 in commission",
        "7 referrals given in 12 months, nothing received back but £100 in commission",
        "6 referrals received in 12 months, nothing given back but £100 in commission",
    ]
    # A month later the window of one month is empty; a correction that takes all of it back leaves none.
    assert commission_only(made(rows), window=1, as_of="2025-04-30").empty
    assert commission_only(made([commissioned("Ann"), act("2025-03-02", commission=-100.0)])).empty


def got(world: World, name: str) -> dict[str, Any]:
    """What passed between a partner and us in the window, in plain Python."""
    rows = [row for row in world.interactions if row["partner"] == name
            and month(row["date"]) > month(world.last) - world.window]  # fmt: skip
    found: dict[str, Any] = dict.fromkeys(COUNTS, 0)
    for row in rows:
        kind, way = row["kind"], row["direction"]
        if kind == "trade":
            found["trades"] += row["count"]
        elif kind != "meeting":
            sort = "joint" if way == "mutual" else way if kind in REFERRALS else f"other_{way}"
            found[sort] += row["count"]
    for way, share in (("received", "commission_paid"), ("given", "commission_earned")):
        passed = [row for row in rows if row["kind"] in REFERRALS and row["direction"] == way]
        found[f"value_{way}"] = known_sum(won(row) for row in passed)
        found[share] = known_sum(row["commission"] for row in passed)
    return found


@quick
@given(worlds(max_rows=40))
def test_against_plain_python(world: World) -> None:
    # So many referrals with commission and little else that some get commission only.
    for row in world.interactions[::2]:
        row |= {"kind": "referral", "commission": 50.0, "partner": "Ann", "direction": "received", "count": 5}
    portfolio = portfolio_of(world)
    table, only = (measure(portfolio).set_index("partner") for measure in (wiifm, commission_only))
    over = {row["partner"] for row in world.partners if row["ended"] and row["ended"] <= world.last}
    begun = set(spans(world, world.last))
    assert set(table.index) == begun - over
    named = {}
    for name in table.index:
        wanted = got(world, name)
        assert {key: plain(table.loc[name, key]) for key in wanted} == wanted
        shared = wanted["joint"] + wanted["trades"]
        for out, back, paid, side in (
            ("received", "given", "commission_paid", THEY_GET),
            ("given", "received", "commission_earned", WE_GET),
        ):
            returned = shared + wanted[back] + wanted[f"other_{back}"]
            if wanted[out] >= 6 and not returned and (wanted[paid] or 0) > 0:
                named[name] = (side, wanted[out], wanted[paid])
    assert {
        name: (row["side"], row["referrals"], row["commission"]) for name, row in only.iterrows()
    } == named


def test_sides_swap_with_the_directions() -> None:
    rows = [commissioned("Ann"), act("2025-03-02", "Bo", "online_collaboration", "given")]
    flip = {"received": "given", "given": "received"}
    turned = [row | {"direction": flip[row["direction"]]} for row in rows]
    swapped = {"us": "them", "them": "us", "none": "none", "both": "both"}
    here, there = (wiifm(made(each)).set_index("partner")["nothing_for"] for each in (rows, turned))
    assert here.map(swapped).tolist() == there.tolist()
    assert [commission_only(made(each))["side"].tolist() for each in (rows, turned)] == [[THEY_GET], [WE_GET]]


def test_the_sample(sample_portfolio: pa.Portfolio) -> None:
    table = wiifm(sample_portfolio).set_index("partner")
    missing = table["missing"][table["missing"] != "none"]
    # As the cast has them: nothing said of Hartwell, one side of two others; Abernathy Tax has ended.
    assert missing.to_dict() == {
        "Hartwell Surveyors": "both", "Thistle Talent": "us", "Eleanor Whitcombe": "them",
    }  # fmt: skip
    assert "Abernathy Tax" not in table.index
    assert commission_only(sample_portfolio)["partner"].tolist() == ["Penrose & Daughters"]
    assert isinstance(table["wiifm_us"].dtype, pd.StringDtype)
