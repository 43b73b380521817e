"""Partners' names across tables."""

from __future__ import annotations

import pandas as pd
import pytest

from partnership_analysis.portfolio import Portfolio


def portfolio(
    names: list[str], partners: pd.DataFrame | None = None, aliases: pd.DataFrame | None = None
) -> Portfolio:
    days = pd.date_range("2025-07-14", periods=len(names))
    rows = pd.DataFrame({"date": days, "partner": names, "kind": "meeting"})
    return Portfolio.from_frames(rows, partners, aliases=aliases)


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


def test_a_table_of_aliases_merges_as_the_column_does() -> None:
    partners = pd.DataFrame({"partner": ["Acme Ltd"]})
    aliases = pd.DataFrame(
        {"alias": ["Acme (London)", "Bel", "ACME UK"], "partner": ["acme ltd", "Bell", "Acme (London)"]}
    )
    made = portfolio(["ACME (LONDON)", "Bel", "Acme UK", "Bell"], partners, aliases)
    assert made.interactions["partner"].tolist() == ["Acme Ltd", "Bell", "Acme Ltd", "Bell"]
    assert ("Bel", "alias merged into Bell") in notes(made)
    assert made.ledger.sources["table"].tolist() == ["interactions", "partners", "aliases"]


def test_aliases_that_lead_in_a_circle_end() -> None:
    aliases = pd.DataFrame({"alias": ["A1", "B1"], "partner": ["B1", "A1"]})
    assert sorted(portfolio(["A1", "B1"], None, aliases).interactions["partner"]) == ["A1", "B1"]


def test_an_alias_twice_in_the_table_is_rejected_the_second_time() -> None:
    rows = pd.DataFrame({"date": ["2025-07-14"], "partner": ["Bel"], "kind": ["event"]})
    aliases = pd.DataFrame({"alias": ["Bel", "bel"], "partner": ["Bell", "Belle"]})
    made = Portfolio.from_frames(rows, aliases=aliases, settings={"rejected_limit": 1})
    assert made.names == ["Bell"]
    assert made.ledger.rejected == 1


@pytest.mark.parametrize(
    "other",
    ["ACME LTD", " Acme\u00a0 Ltd", "Acme Ltd\u200b", "\uff21cme Ltd", "\u202eAcme Ltd", "Acme\u2009Ltd"],
)
def test_unicode_white_space_and_case_make_no_other_partner(other: str) -> None:
    made = portfolio(["Acme Ltd", "Acme Ltd", other])
    assert made.interactions["partner"].tolist() == ["Acme Ltd"] * 3


def test_quotation_marks_and_dashes_are_one_kind() -> None:
    assert portfolio(["O’Neil–Ray", "O'Neil-Ray", "O'Neil-Ray"]).names == ["O'Neil-Ray"]


def test_accents_and_full_stops_make_another_partner() -> None:
    assert len(portfolio(["Cafe", "Café", "Cafe."]).names) == 3


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
