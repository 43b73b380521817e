"""Names stand where people look for them in every table that is read: whatever their case and accents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.metrics.exchange.advice import vertical_advice
from partnership_analysis.metrics.review import Review, ready_for_more
from partnership_analysis.metrics.signals.board import changed
from partnership_analysis.metrics.since import changes_since, said
from partnership_analysis.metrics.verticals import by_standing

from .helpers import Made, act, made, monthly, rate

PEOPLE = ["Ágnes", "ann", "Bo", "émile", "Zoe"]
"""By code point the first two would be Bo and Zoe."""
QUARTER = pa.Quarter(2025, 3)
FACTORS = ("trust", "communication")


def of_everybody(rows: Callable[[str], list[Made]]) -> list[Made]:
    """The same rows of each, of whom none comes first anywhere else."""
    return [row for name in reversed(PEOPLE) for row in rows(name)]


def done_with(name: str) -> list[Made]:
    """A year in which there is something of everything, most of it one way."""
    received = monthly("2024-10-01", 12, partner=name, status="won", value=100.0, hours=1.0, cost=10.0)
    met = monthly("2024-10-01", 12, partner=name, kind="meeting", direction="mutual", hours=1.0)
    traded = [act("2025-08-11", name, "trade", "mutual", count=3, hours=20.0)]
    return [*received, *met, *traded, act("2025-09-30", name, "strategic_referral")]


def agreed_with(name: str) -> list[Made]:
    """Actions that are late, waiting, and in the wrong hands."""
    held = {"partner": name, "created": "2025-01-07", "hours": 2.0, "owner": name, "owner_level": "executive"}
    tasks = [{"action": f"Task {number}", "due": "2025-03-01", "priority": 1} for number in range(4)]
    return [{**held, **task, "horizon": "tactical"} for task in tasks]


def about(name: str) -> Made:
    told = {"relationship": "contractor", "market": "start-ups", "offer": "print", "cadence_days": 10}
    return {
        **told,
        "partner": name,
        "vertical": name,
        "stakeholder": name,
        "serves_our_competitors": True,
        "hours_per_quarter": 4.0,
    }


@pytest.fixture(scope="module")
def alike() -> pa.Portfolio:
    """Five partners of whom the same is on record."""
    scores = of_everybody(
        lambda name: [
            rate("2025-06-01", score, name, rater, factor)
            for rater, score in (("us", 4), ("them", 2))
            for factor in FACTORS
        ]
    )
    return pa.Portfolio.from_frames(
        interactions=pd.DataFrame(of_everybody(done_with)),
        ratings=pd.DataFrame(scores),
        partners=pd.DataFrame([about(name) for name in reversed(PEOPLE)]),
        actions=pd.DataFrame(of_everybody(agreed_with)),
        settings={"repeats": "each", "market": "start-ups", "hour_rate": 20.0, "capacity_hours": 40.0},
    )


@pytest.fixture(scope="module")
def silent() -> pa.Portfolio:
    """Five who were there every week and are no more; somebody else goes on."""
    busy = of_everybody(lambda name: monthly("2022-01-01", 30, 3, partner=name))
    others = monthly("2022-01-01", 45, partner="Other")
    scores = [rate("2022-01-01", 1, name) for name in [*PEOPLE, "Other"]]
    return made([*busy, *others], scores)


@pytest.fixture(scope="module")
def paid() -> pa.Portfolio:
    """Five to whom commission is all that comes back, and of whom nothing is described."""
    return made(of_everybody(lambda name: [act("2025-06-01", name, count=9, commission=50.0)]))


@pytest.fixture(scope="module")
def rivals() -> pa.Portfolio:
    """Each competes with each."""
    rows = of_everybody(lambda name: [act("2025-06-01", name, status="won", value=500.0)])
    told = [
        {"partner": name, "competes_with": "; ".join(other for other in PEOPLE if other != name)}
        for name in reversed(PEOPLE)
    ]
    return made(rows, partners=told)


@pytest.fixture(scope="module")
def group() -> pd.DataFrame:
    """A group in which each refers to each."""
    pairs = [(one, other) for one in reversed(PEOPLE) for other in PEOPLE if one != other]
    rows = pd.DataFrame(pairs, columns=["from", "to"])
    return rows.assign(kind="referral", date="2025-06-01")


Names = Callable[[pa.Portfolio], "pd.Series[str]"]


@dataclass(frozen=True)
class Asked:
    """What is asked of a portfolio: a column of names."""

    of: str
    names: Names


def column(name: str, table: Callable[[pa.Portfolio], pd.DataFrame]) -> Names:
    return lambda portfolio: table(portfolio)[name]


def review(portfolio: pa.Portfolio) -> Review:
    return pa.quarter_review(portfolio, QUARTER)


def near(portfolio: pa.Portfolio, state: str) -> pd.DataFrame:
    """Those on the way up, if all were in a state and at the same distance from the next band."""
    standing = review(portfolio).standing.iloc[::-1]
    standing = standing.assign(state=state, strengthening=0.9, recent=3, lift=1, band="average")
    standing = standing.assign(quarter_count=3, previous_count=3)
    return ready_for_more(standing, standing.iloc[:0])


def news(portfolio: pa.Portfolio) -> pd.DataFrame:
    states = pa.latest(pa.signals(portfolio, as_of="2025-09-30"), "2025-09-30").iloc[::-1]
    return changed(states[states["partner"].ne("Other")])


def level(portfolio: pa.Portfolio) -> pd.DataFrame:
    """Verticals that stand level."""
    return by_standing(pa.vertical_performance(portfolio).iloc[::-1], "received").drop_duplicates("vertical")


ALIKE: dict[str, Names] = {
    "action_board": column("partner", pa.action_board),
    "barter": column("partner", pa.barter),
    "both_sides": column("partner", pa.both_sides),
    "by_standing": column("vertical", level),
    "cadence": column("partner", pa.cadence),
    "concentration": column("group", lambda portfolio: pa.concentration(portfolio, within="vertical")),
    "conflicts": column("partner", pa.conflicts),
    "conversion": column("partner", pa.conversion),
    "delegation": column("partner", pa.delegation),
    "dependence_curve": column("name", pa.dependence_curve),
    "first_giver": column("partner", pa.first_giver),
    "focus_plan": column("partner", lambda portfolio: pa.focus_plan(portfolio, capacity=500).plan),
    "foundation_gaps": column("partner", pa.foundation_gaps),
    "foundation_summary": column("partner", pa.foundation_summary),
    "late_commitments": column("partner", pa.late_commitments),
    "level_mismatch": column("partner", pa.level_mismatch),
    "lunch_plan": column(
        "partner",
        lambda portfolio: pa.lunch_plan(
            portfolio, "2025Q4", dates=[f"2025-10-{date}" for date in range(10, 15)]
        ),
    ),
    "one_sided": column("partner", pa.one_sided),
    "open_work": column("partner", pa.open_work),
    "overlap_of_partners": column("one", pa.overlap_of_partners),
    "overlap_with_us": column("partner", pa.overlap_with_us),
    "payback": column("partner", pa.payback),
    "punctuality": column("partner", pa.punctuality),
    "punctuality of owners": column("owner", lambda portfolio: pa.punctuality(portfolio, by="owner")),
    "quarter_change": column("partner", lambda portfolio: pa.quarter_change(portfolio, QUARTER)),
    "ready: near": column("partner", lambda portfolio: near(portfolio, "steady")),
    "ready: rising": column("partner", lambda portfolio: near(portfolio, "strengthening")),
    "reciprocity": column("partner", pa.reciprocity),
    "returns": column("partner", pa.returns),
    "review's exchange": lambda portfolio: review(portfolio).flagged["partner"],
    "rhythm_cells": column("partner", pa.rhythm_cells),
    "rhythm_match": column("partner", pa.rhythm_match),
    "signals_board": column("partner", pa.signals_board),
    "sole_suppliers": column("partner", pa.sole_suppliers),
    "stakeholder_map": column("stakeholder", pa.stakeholder_map),
    "stakeholder_matrix": column("vertical", pa.stakeholder_matrix),
    "stalled": column("partner", pa.stalled),
    "time_spent": column("partner", pa.time_spent),
    "vertical_change": column(
        "vertical", lambda portfolio: pa.vertical_change(pa.vertical_performance(portfolio))
    ),
    "wiifm": column("partner", pa.wiifm),
    "workload": column("owner", pa.workload),
    "worth": column("partner", pa.worth),
}
OTHERS = {
    "changed": Asked("silent", column("partner", news)),
    "review's calls": Asked(
        "silent", lambda portfolio: review(portfolio).flagged["partner"].head(len(PEOPLE))
    ),
    "watch_lists": Asked("silent", column("partner", pa.watch_lists)),
    "commission_only": Asked("paid", column("partner", pa.commission_only)),
    "undescribed": Asked("paid", column("partner", pa.undescribed)),
    "conflicts of two": Asked("rivals", column("partner", pa.conflicts)),
}
ASKED = {name: Asked("alike", names) for name, names in ALIKE.items()} | OTHERS


@pytest.mark.parametrize("name", ASKED)
def test_equals_come_in_the_order_of_people(request: pytest.FixtureRequest, name: str) -> None:
    asked = ASKED[name]
    found = asked.names(request.getfixturevalue(asked.of))
    # Of pairs the last is nobody's first.
    wanted = PEOPLE[:-1] if name in ("overlap_of_partners", "conflicts of two") else PEOPLE
    assert found.drop_duplicates().tolist() == wanted


def test_names_within_a_cell_come_in_the_order_of_people(alike: pa.Portfolio) -> None:
    one = pa.Portfolio.from_frames(
        alike.interactions, alike.partners.assign(vertical="Legal", stakeholder="adviser")
    )
    assert pa.stakeholder_matrix(one)["names"].tolist() == ["Ágnes; ann; Bo"]
    through = pa.stakeholder_map(alike).set_index("stakeholder")["through"]
    assert through["Zoe"] == "Ágnes; ann; Bo"
    others = pa.sole_suppliers(alike).set_index("partner")["alternative_names"]
    assert others["Ágnes"] == "ann; Bo; émile"
    actions = alike.actions.assign(partner="Bo")
    executives = pa.level_mismatch(
        pa.Portfolio.from_frames(alike.interactions, alike.partners, actions=actions)
    )
    assert executives["executives"].tolist() == ["Ágnes, ann, Bo, émile and Zoe"]


def test_names_in_a_sentence_come_in_the_order_of_people(alike: pa.Portfolio) -> None:
    told = " ".join(vertical_advice(alike))
    assert "Ágnes, ann, Bo, émile and Zoe are one partner each" in told
    settings = alike.settings.model_copy(update={"verticals": ("Zoe & Co", "ann & Co", "Ágnes & Co")})
    wanted = pa.Portfolio.from_frames(
        alike.interactions, alike.partners, actions=alike.actions, settings=settings
    )
    steps = pa.next_steps(wanted)
    assert any("Look for a partner in Ágnes & Co, ann & Co and Zoe & Co" in text for text in steps["step"])
    moved = pa.rvi_sensitivity(alike)["who"]
    assert moved[moved.ne("")].drop_duplicates().tolist() == ["; ".join(PEOPLE)]


def test_pairs_and_rivals_come_in_the_order_of_people(alike: pa.Portfolio, rivals: pa.Portfolio) -> None:
    wanted = [(one, other) for place, one in enumerate(PEOPLE) for other in PEOPLE[place + 1 :]]
    pairs, rows = pa.overlap_of_partners(alike), pa.conflicts(rivals)
    assert list(zip(pairs["one"], pairs["other"], strict=True)) == wanted
    assert list(zip(rows["partner"], rows["other"], strict=True)) == wanted


def test_missing_verticals_come_in_the_order_of_people(alike: pa.Portfolio) -> None:
    settings = alike.settings.model_copy(update={"verticals": tuple(f"{name} & Co" for name in PEOPLE[::-1])})
    wanted = pa.Portfolio.from_frames(alike.interactions, alike.partners, settings=settings)
    gaps = pa.vertical_gaps(wanted)
    assert gaps["vertical"].tolist() == [*(f"{name} & Co" for name in PEOPLE), *PEOPLE]


def test_what_changed_since_a_report_comes_in_the_order_of_people(alike: pa.Portfolio) -> None:
    now = review(alike)
    story = {**said(now), "quarter": "2025Q2", "day": "2025-06-30", "calls": PEOPLE[::-1]}
    row = {"rvi": 0.1, "band": "weak", "count": 1, "quarter_count": 1}
    with_them = changes_since(now, {**story, "partners": dict.fromkeys(PEOPLE[::-1], row)})
    assert with_them.moved["partner"].tolist() == PEOPLE
    assert with_them.promised["what"].eq("call").sum() == len(PEOPLE)
    for _, promised in with_them.promised.groupby(with_them.promised["what"].eq("call")):
        assert promised["partner"].drop_duplicates().tolist() == PEOPLE
    assert with_them.revised["partner"].drop_duplicates().tolist() == PEOPLE
    assert changes_since(now, {**story, "partners": {}}).came == PEOPLE
    gone = changes_since(now, {**story, "partners": {f"{name} & Co": row for name in PEOPLE[::-1]}})
    assert gone.went == [f"{name} & Co" for name in PEOPLE]


def test_members_of_a_group_come_in_the_order_of_people(group: pd.DataFrame) -> None:
    matrix = pa.referral_matrix(group)
    assert matrix.index.tolist() == matrix.columns.tolist() == PEOPLE
    assert pa.member_totals(group)["member"].tolist() == PEOPLE
    nobody = matrix.iloc[::-1, ::-1] * 0
    assert pa.in_order(nobody).index.tolist() == PEOPLE
