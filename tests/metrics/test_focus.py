"""The focus plan by hand, and against every set of up to twelve partners."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from reference import World
from worlds import portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import act, made
from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.focus import choice
from partnership_analysis.metrics.focus.choice import Problem, best
from partnership_analysis.metrics.focus.plan import focus_plan
from partnership_analysis.metrics.focus.programme import task
from partnership_analysis.metrics.focus.worth import worth

NAMES = ("Ann", "Bo", "Cy", "Dee", "Eve", "Fay", "Gus", "Hal", "Ivy", "Jo", "Kit", "Lou")


def problem(worths: list[float], hours: list[float], **more: Any) -> Problem:
    """A programme without names."""
    size = len(worths)
    offers: list[tuple[int, int]] = more.get("offers", [])
    member, tag = (np.array([pair[i] for pair in offers], dtype="int64") for i in (0, 1))
    value = np.array(worths, dtype=float)
    return Problem(
        worth=value,
        hours=np.array(hours, dtype=float),
        pairs=np.array(more.get("pairs", []), dtype="int64").reshape(-1, 2),
        member=member,
        tag=tag,
        part=value[member] / np.maximum(np.bincount(member, minlength=size)[member], 1),
        overlap=more.get("overlap", 0.25),
        kept=np.zeros(size, dtype=bool),
        dropped=np.zeros(size, dtype=bool),
    )


@pytest.mark.parametrize(
    ("made_of", "limits", "kept", "value"),
    [
        # The best by the hour (6 for 2) is beaten by 5 + 4 in five hours: 6 + 4 = 10 needs 2 + 2, 5 + 4 = 9.
        (problem([6, 5, 4], [2, 3, 2]), {"capacity": 5.0}, [0, 1], 11.0),
        (problem([6, 5, 4], [2, 3, 2]), {"capacity": 4.0}, [0, 2], 10.0),
        (problem([10, 6, 6], [5, 3, 3]), {"capacity": 6.0}, [1, 2], 12.0),
        (problem([10, 6, 6], [5, 3, 3], pairs=[[1, 2]]), {"capacity": 6.0}, [0], 10.0),
        (problem([10, 6, 6], [5, 3, 3]), {"count": 1}, [0], 10.0),
        # Both sell the same: the lesser counts three quarters, 10 + 4.5; at overlap 1 nothing.
        (problem([10, 6], [1, 1], offers=[(0, 0), (1, 0)]), {}, [0, 1], 14.5),
        # Half of what the second sells is the first's: 10 + 6 - 0.25 * 3.
        (problem([10, 6], [1, 1], offers=[(0, 0), (1, 0), (1, 1)]), {}, [0, 1], 15.25),
        # Two of the same for 10 + 6 - 6 are worth less than 10 + 5 of another.
        (
            problem([10, 6, 5], [1, 1, 1], offers=[(0, 0), (1, 0)], overlap=1.0),
            {"count": 2},
            [0, 2],
            15.0,
        ),
    ],
)
def test_sets_by_hand(made_of: Problem, limits: dict, kept: list[int], value: float) -> None:
    found = best(made_of, **limits)
    assert found is not None
    assert np.nonzero(found.kept)[0].tolist() == kept
    assert found.value == pytest.approx(value)
    assert found.short == 0


def test_the_solver_prints_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # HiGHS writes to the process's standard output on some problems; which ones changes with its version.
    solve = choice.milp

    def noisy(*args: Any, **more: Any) -> Any:
        os.write(1, b"tmpSolver.run();")
        return solve(*args, **more)

    monkeypatch.setattr(choice, "milp", noisy)
    found = best(problem([6, 5, 4], [2, 3, 2]), capacity=5.0)
    os.write(1, b"after")
    assert found is not None
    assert found.value == 11
    assert capfd.readouterr().out == "after"


@pytest.mark.parametrize("size", [200, 230])
def test_no_clock_up_to_two_hundred(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # All worth the same by the hour, beside a little: nobody can be left out beforehand.
    random, clocks, solve = Random(7), [], choice.milp
    hours = [random.randint(2, 80) / 2 for _ in range(size)]
    worths = [100 * each + random.randint(1, 50) for each in hours]
    pairs = [[place, place + 1] for place in range(0, size - 1, 2)]

    def timed(*args: Any, **more: Any) -> Any:
        clocks.append("time_limit" in more["options"])
        return solve(*args, **more)

    monkeypatch.setattr(choice, "milp", timed)
    found = best(problem(worths, hours, pairs=pairs), capacity=sum(hours) / 3)
    assert found is not None
    assert found.short == 0
    assert set(clocks) == {size > 200}


def business(seed: int) -> tuple[pa.Portfolio, dict[str, Any], float | None]:
    """A random portfolio of up to twelve, and a random request that can be met."""
    random = Random(seed)
    names = NAMES[: random.randint(1, 12)]
    rows, about = [], []
    for name in names:
        for _ in range(random.randint(1, 3)):
            amount = random.choice([None, random.randint(1, 40) * 25.0])
            rows.append({"date": pd.Timestamp(2025, random.randint(1, 9), 5).date(), "partner": name,
                         "kind": "referral", "direction": "received", "value": amount})  # fmt: skip
        about.append(
            {
                "partner": name,
                "hours_per_quarter": random.choice([None, random.randint(0, 40) / 4]),
                "offer": "; ".join(random.sample(["tax", "audit", "law"], random.randint(0, 2))) or None,
                "competes_with": "; ".join(random.sample(names, min(len(names), random.choice([0, 0, 1]))))
                or None,
                "serves_our_competitors": random.choice([True, False, None]),
                "relationship": random.choice(["department", "affiliate"]),
            }
        )
    rows.append({**rows[0], "date": pd.Timestamp("2025-09-30").date(), "value": 500.0})
    world = World(
        interactions=rows, partners=about, ratings=[], window=12, min_months=3, interval=0.9, assumed_trust=None,
        weights=dict.fromkeys(pa.Settings().weights.by_kind(), 1.0), bands=(1.0, 2.0, 3.0), fiscal_year_start=1,
    )  # fmt: skip
    asked = {
        "count": random.choice([None, random.randint(1, 6)]),
        "must_keep": random.sample(names, min(len(names), random.choice([0, 0, 1, 2]))),
        "overlap": random.choice([0.0, 0.25, 0.6, 1.0]),
    }
    asked["must_drop"] = [name for name in names if random.random() < 0.1 and name not in asked["must_keep"]]
    return portfolio_of(world), asked, random.choice([None, 8.0, 15.5, 30.0])


def every_set(portfolio: pa.Portfolio, asked: dict[str, Any], capacity: float | None) -> dict[int, float]:
    """Value of each set that is allowed, by its bits; the names in order are the bits, the first the lowest."""
    table = worth(portfolio).sort_values("partner", ignore_index=True)
    about = portfolio.partners.set_index("partner").reindex(table["partner"])
    names, money = table["partner"].tolist(), table["worth"].to_numpy("float64")
    hours = table["hours"].fillna(0).to_numpy("float64")
    sets = (np.arange(2 ** len(names))[:, None] >> np.arange(len(names))) & 1 == 1
    good = sets[:, [names.index(name) for name in asked["must_keep"]]].all(axis=1)
    good &= ~sets[:, [names.index(name) for name in asked["must_drop"]]].any(axis=1)
    if asked["count"] is not None:
        good &= sets.sum(axis=1) <= asked["count"]
    if capacity is not None:
        good &= sets @ hours <= capacity
    for one, cell in about["competes_with"].dropna().items():
        for other in cell.split("; "):
            if other != one:
                good &= ~(sets[:, names.index(one)] & sets[:, names.index(other)])
    offers = [set(cell.split("; ")) if isinstance(cell, str) else set() for cell in about["offer"]]
    value = sets @ money
    for offer in set().union(*offers):
        part = np.array([money[i] / len(mine) if offer in mine else 0.0 for i, mine in enumerate(offers)])
        value -= asked["overlap"] * (sets @ part - (sets * part).max(axis=1))
    return {int(bits): float(value[bits]) for bits in np.nonzero(good)[0]}


@settings(max_examples=4, phases=[Phase.generate])
@given(st.integers(0, 2**32))
def test_no_set_is_better(seed: int) -> None:
    portfolio, asked, capacity = business(seed)
    allowed = every_set(portfolio, asked, capacity)
    if not allowed:
        with pytest.raises(ParameterError, match=r"compete with each other|hours a quarter|count is"):
            task(portfolio, capacity=capacity, **asked)
        return
    found = best_of(portfolio, asked, capacity)
    assert found.value == pytest.approx(max(allowed.values()), abs=1e-6)
    bits = sum(1 << int(place) for place in np.nonzero(found.kept)[0])
    assert found.value == pytest.approx(allowed[bits], abs=1e-6)


def best_of(portfolio: pa.Portfolio, asked: dict[str, Any], capacity: float | None) -> Any:
    """The best set, without its words."""
    checked = task(portfolio, capacity=capacity, **asked)
    return best(checked.problem, capacity=capacity, count=asked["count"])


@settings(max_examples=3, phases=[Phase.generate])
@given(st.integers(0, 2**32))
def test_margins_are_those_of_every_set(seed: int) -> None:
    portfolio, asked, capacity = business(seed)
    free = asked | {"must_keep": [], "must_drop": []}
    allowed = every_set(portfolio, free, capacity)
    found = focus_plan(portfolio, capacity=capacity, **free)
    names = sorted(found.plan["partner"])
    assert found.value == pytest.approx(found.plan["counted"].sum())
    for row in found.plan.to_dict("records"):
        bit = 1 << names.index(row["partner"])
        inside = [value for bits, value in allowed.items() if bits & bit]
        outside = max(value for bits, value in allowed.items() if not bits & bit)
        if inside:
            assert row["margin"] == pytest.approx(max(inside) - outside, abs=1e-5)
        else:
            assert pd.isna(row["margin"])


def test_hours_margin_is_where_the_verdict_turns() -> None:
    rows = [
        act("2025-06-05", name, value=value) for name, value in (("Ann", 900.0), ("Bo", 500.0), ("Cy", 450.0))
    ]

    def plan(bo: float) -> pd.DataFrame:
        needed = {"Ann": 6.0, "Bo": bo, "Cy": 4.0}
        about = [{"partner": name, "hours_per_quarter": each} for name, each in needed.items()]
        return focus_plan(made(rows, partners=about), capacity=10, overlap=0).plan.set_index("partner")

    # Cy takes the 4 hours that Ann leaves; Bo is worth more and would fit into 4. With 6, Bo stands in for Ann.
    table = plan(6.0)
    assert table["kept"].to_dict() == {"Ann": True, "Cy": True, "Bo": False}
    assert table.loc["Bo", "hours_margin"] == pytest.approx(-2.0)
    assert table.loc["Bo", "margin"] == pytest.approx(table.loc["Bo", "worth"] - table.loc["Ann", "worth"])
    assert "2 hours a quarter fewer" in table.loc["Bo", "change"]
    assert plan(4.0)["kept"].to_dict()["Bo"]
    assert not plan(4.25)["kept"].to_dict()["Bo"]


def test_verdicts_by_hand() -> None:
    # Capacity for Ann alone. Bo is ours, Cy serves our competitors, Dee came in September, Eve gives 0 to 9.
    rows = [
        act("2024-01-05", value=9000.0), act("2025-06-05", value=9000.0), act("2025-08-05", value=9000.0),
        act("2025-06-05", "Ann", "meeting", "mutual"),
        *(act("2024-01-05", name, "meeting", "mutual") for name in ("Bo", "Cy", "Eve", "Fay")),
        act("2025-09-05", "Dee"), act("2025-06-05", "Eve", direction="given", count=9),
    ]  # fmt: skip
    more: dict[str, dict[str, Any]] = {
        "Ann": {"cadence_days": 30}, "Bo": {"relationship": "department"}, "Cy": {"serves_our_competitors": "yes"},
        "Dee": {}, "Eve": {}, "Fay": {},
    }  # fmt: skip
    about = [{"partner": name, "hours_per_quarter": 10, **each} for name, each in more.items()]
    portfolio = made(rows, partners=about)
    table = focus_plan(portfolio, capacity=10, as_of="2025-09-30", must_keep=["ann"]).plan.set_index(
        "partner"
    )
    # Ann's last meeting is 117 days ago, 30 are agreed; the referral since then came without one.
    assert table["verdict"].to_dict() == {
        "Ann": "nurture", "Bo": "renegotiate", "Cy": "renegotiate", "Dee": "nurture",
        "Eve": "renegotiate", "Fay": "let go",
    }  # fmt: skip
    assert "no two-way contact for 117 days" in table.loc["Ann", "reasons"]
    assert "one-sided: we give" in table.loc["Eve", "reasons"]
    asked = focus_plan(portfolio, capacity=99, must_drop=["Dee"]).plan.set_index("partner")
    assert (asked.loc["Dee", "verdict"], asked.loc["Fay", "verdict"]) == ("let go", "keep")
    assert asked.loc["Dee", "change"].startswith("the wish costs £")


def test_of_equals_the_choice_is_open() -> None:
    rows = [act("2024-01-05", name, "meeting", "mutual") for name in ("Ann", "Bo")]
    rows += [act("2025-06-05", name, value=900.0) for name in ("Ann", "Bo")]
    about = [{"partner": name, "hours_per_quarter": 4} for name in ("Ann", "Bo")]
    table = focus_plan(made(rows, partners=about), capacity=4).plan
    assert table["kept"].tolist() == [True, False]
    assert table["verdict"].tolist()[1] == "renegotiate"
    assert (
        table["reasons"].tolist()[1]
        == "the plan does without it; a plan with it is worth as much: the choice is open"
    )
    assert table["change"].tolist() == [f"a plan {word} it is worth as much" for word in ("without", "with")]
    one = focus_plan(made([*rows, act("2025-06-06", "Bo", value=900.0)], partners=about), count=1).plan
    assert one["reasons"].tolist()[1] == "others bring more, and no more than 1 may be kept"
    assert one["change"].tolist()[1].startswith("would need to be worth at least £")


def test_reasons_are_true_of_who_is_too_large_or_worth_nothing() -> None:
    rows = [act("2024-01-05", name, "meeting", "mutual") for name in ("Ann", "Bo")]
    rows += [
        act("2025-06-05", value=900.0),
        act("2025-06-05", "Bo", value=900.0),
        act("2025-06-06", "Bo", value=-50000.0),
    ]
    about = [
        {"partner": "Ann", "hours_per_quarter": 9},
        {"partner": "Bo", "hours_per_quarter": 1, "vertical": "Law"},
    ]
    table = focus_plan(made(rows, partners=about), capacity=4).plan.set_index("partner")
    assert not table["kept"].any()
    assert table.loc["Ann", "reasons"] == "it needs more hours than we have for it"
    assert pd.isna(table.loc["Ann", "change"])
    assert table.loc["Bo", "worth"] == 0
    assert table.loc["Bo", ["verdict", "reasons", "change"]].tolist() == [
        "let go", "it is worth nothing measurable", "would need to bring something of value",
    ]  # fmt: skip


@settings(max_examples=60, phases=[Phase.generate])
@given(st.integers(0, 2**32))
def test_no_set_is_better_with_everything_mixed(seed: int) -> None:
    # The programme alone: competitors, offers, capacity, count, who must stay and who cannot, up to twelve.
    random = Random(seed)
    size = random.randint(1, 12)
    worths = [random.choice([0.0, random.randint(1, 9) * 100.0, random.uniform(0, 900)]) for _ in range(size)]
    hours = [random.randint(0, 20) / 2 for _ in range(size)]
    pairs = [random.sample(range(size), 2) for _ in range(random.randint(0, size) if size > 1 else 0)]
    offers = [(place, tag) for place in range(size) for tag in range(4) if random.random() < 0.3]
    given_ = problem(worths, hours, pairs=pairs, offers=offers, overlap=random.choice([0.0, 0.25, 1.0]))
    for place in random.sample(range(size), min(size, random.randint(0, 3))):
        (given_.kept if random.random() < 0.5 else given_.dropped)[place] = True
    capacity, count = (
        random.choice([None, random.randint(0, 40) / 2]),
        random.choice([None, random.randint(0, 8)]),
    )
    values = []
    for bits in range(2**size):
        chosen = [bool(bits >> place & 1) for place in range(size)]
        if (
            (count is None or sum(chosen) <= count)
            and (capacity is None or sum(h for h, c in zip(hours, chosen, strict=True) if c) <= capacity)
            and not any(chosen[a] and chosen[b] for a, b in pairs)
            and all(chosen[place] for place in np.nonzero(given_.kept)[0])
            and not any(chosen[place] for place in np.nonzero(given_.dropped)[0])
        ):
            lost = 0.0
            for tag in range(4):
                parts = [
                    value
                    for (place, own), value in zip(offers, given_.part, strict=True)
                    if own == tag and chosen[place]
                ]
                lost += sum(parts) - max(parts, default=0.0)
            values.append(sum(w for w, c in zip(worths, chosen, strict=True) if c) - given_.overlap * lost)
    found = best(given_, capacity=capacity, count=count)
    assert (found is None) == (not values)
    if found is not None:
        assert found.value == pytest.approx(max(values), abs=1e-6)
        assert found.short == 0


def test_what_cannot_be_met_is_explained() -> None:
    about = [{"partner": "Ann", "competes_with": "Bo", "hours_per_quarter": 8},
             {"partner": "Bo", "hours_per_quarter": 8}, {"partner": "Old", "ended": "2025-02-01"}]  # fmt: skip
    rows = [act("2025-06-01", value=10.0), act("2025-06-01", "Bo"), act("2025-01-01", "Old")]
    portfolio = made(rows, partners=about)
    for asked, words in (
        ({"must_keep": ["Ann", "Bo"]}, "Ann and Bo, who compete"),
        ({"must_keep": ["Ann"], "capacity": 5}, r"needs 8.0 hours a quarter and the capacity is 5.0"),
        ({"must_keep": ["Ann"], "count": 0}, "1 partner and count is 0"),
        ({"must_keep": ["Ann"], "must_drop": ["ann"]}, "Ann cannot be in must_keep and in must_drop"),
        ({"must_keep": ["Anne"]}, r"no partner 'Anne'. Did you mean Ann\?"),
        ({"must_drop": ["Old"]}, "has not begun or has ended"),
        ({"capacity": -1}, "capacity -1"),
        ({"count": 1.5}, "count 1.5"),
        ({"overlap": 2}, "overlap 2"),
    ):
        with pytest.raises(ParameterError, match=words):
            focus_plan(portfolio, **asked)
    with pytest.raises(PeriodError):
        focus_plan(portfolio, as_of="2024-01-01")


def test_only_interactions_say_what_cannot_be_said() -> None:
    found = focus_plan(made([act("2025-01-01"), act("2025-06-01", "Bo")]))
    assert found.plan[["kept", "verdict", "worth", "hours", "margin"]].isna().all().all()
    assert found.value == 0
    assert found.capacity is None
    assert "our capacity is unknown" in found.status
    assert "the worth of 2 partners is unknown" in found.status


def test_where_every_partnership_has_ended() -> None:
    portfolio = made([act("2025-01-01", value=5.0)], partners=[{"partner": "Ann", "ended": "2025-02-01"}])
    found = focus_plan(portfolio, as_of="2025-06-30")
    assert found.plan.empty
    assert found.status == "No partnership is current."


def test_later_rows_do_not_count() -> None:
    rows = [act("2025-01-05", value=100.0), act("2025-02-05", "Bo", value=300.0)]
    later = [*rows, act("2025-08-05", value=90000.0), act("2025-08-05", "Cy", value=5.0)]
    here, there = (focus_plan(made(each), capacity=5, as_of="2025-03-31") for each in (rows, later))
    pd.testing.assert_frame_equal(here.plan, there.plan)


@settings(max_examples=2, phases=[Phase.generate])
@given(worlds(max_rows=8))
def test_every_portfolio_has_a_plan(world: World) -> None:
    portfolio = portfolio_of(world)
    found = focus_plan(portfolio, capacity=10.0)
    kept = found.plan["kept"].fillna(False)
    assert found.plan.loc[kept, "hours"].sum() <= 10 + 1e-9
    assert found.plan["verdict"].isna().equals(found.plan["kept"].isna())
    assert found.plan["reasons"].notna().all()


def test_of_the_sample_only_a_competitor_goes(sample_portfolio: pa.Portfolio) -> None:
    plan = focus_plan(sample_portfolio).plan
    gone = set(plan.loc[~plan["kept"], "partner"])
    assert len(gone) == 1
    assert gone < {"Bell & Finch", "Harcourt Legal"}
    assert plan.loc[~plan["kept"], "reasons"].str.startswith("competes with").all()
    tallow = plan.set_index("partner").loc["Tallow Street Software", "reasons"]
    assert "also sends work to our competitors" in tallow


def test_nobody_is_let_go_on_the_ground_of_nothing() -> None:
    rows = [act("2025-01-01", name, value=0, status="won") for name in ("Ann", "Bo")]
    found = pa.focus_plan(made(rows), as_of="2025-09-30", must_drop=["Bo"])
    plan = found.plan.set_index("partner")
    assert plan.loc["Ann", ["kept", "verdict", "change"]].isna().all()
    assert "nobody's worth is above 0" in plan.loc["Ann", "reasons"]
    assert plan.loc["Bo", "verdict"] == "let go"
    assert "nobody's worth is above 0" in found.status and "unknown and" not in found.status
