"""Partners' names across tables."""

from __future__ import annotations

import pandas as pd

from partnership_analysis.portfolio import Portfolio


def portfolio(names: list[str], partners: pd.DataFrame | None = None) -> Portfolio:
    rows = pd.DataFrame({"date": "2025-07-14", "partner": names, "kind": "meeting"})
    return Portfolio.from_frames(rows, partners)


def notes(made: Portfolio) -> list[tuple[str, str]]:
    found = made.ledger.notes
    return list(zip(found["value"], found["reason"], strict=True))


def test_the_partners_table_settles_spelling_and_aliases() -> None:
    partners = pd.DataFrame({"partner": ["Acme Ltd"], "aliases": ["ACME; Acme Limited"]})
    made = portfolio(["acme ltd", "Acme  LIMITED", "acme", "Acme Ltd", "Bell"], partners)
    assert made.interactions["partner"].tolist() == ["Acme Ltd"] * 4 + ["Bell"]
    assert notes(made) == [
        ("Acme LIMITED", "alias merged into Acme Ltd"),
        ("acme", "alias merged into Acme Ltd"),
        ("acme ltd", "written as Acme Ltd"),
        ("Bell", "not described in `partners`"),
    ]


def test_without_a_partners_table_the_commonest_spelling_stands_and_nobody_is_noted() -> None:
    made = portfolio(["ACME", "Acme", "Acme"])
    assert made.interactions["partner"].tolist() == ["Acme"] * 3
    assert notes(made) == [("ACME", "written as Acme")]


def test_an_alias_in_doubt_merges_nothing() -> None:
    partners = pd.DataFrame({"partner": ["A One", "A Two", "Ace"], "aliases": ["a; Ace", "A", None]})
    made = portfolio(["A", "ace"], partners)
    assert made.interactions["partner"].tolist() == ["A", "Ace"]
    assert ("a", "alias of more than one partner, not merged: A One, A Two") in notes(made)
    assert ("ace", "alias of more than one partner, not merged: Ace, A One") in notes(made)


def test_interactions_outside_the_partnership_are_noted_at_their_first_row() -> None:
    rows = pd.DataFrame(
        {
            "date": ["2025-01-01", "2024-12-31", "2024-11-30", "2026-01-01"],
            "partner": "Acme",
            "kind": "meeting",
        }
    )
    partners = pd.DataFrame({"partner": ["Acme"], "started": ["2025-01-01"], "ended": ["2025-12-31"]})
    found = Portfolio.from_frames(rows, partners).ledger.notes
    assert found[["row", "value", "reason"]].to_numpy().tolist() == [
        [2, "Acme", "2 interactions before it started"],
        [4, "Acme", "1 interaction after it ended"],
    ]
