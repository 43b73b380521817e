"""Who stands against whom, by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import partnership_analysis as pa
from metrics.helpers import act, made
from partnership_analysis.errors import PeriodError
from partnership_analysis.metrics.focus.conflicts import COMPETITORS, SERVES, UNKNOWN, conflicts
from partnership_analysis.metrics.focus.worth import worth

NAMES = ("Ann", "Bo", "Cy", "Dee")
ROWS = [act("2025-06-01", name, value=100.0 * place, status="won") for place, name in enumerate(NAMES, 1)]


def test_edges_by_hand() -> None:
    # Bo and Ann name each other, Ann by an alias of Bo in other letters: one edge. Cy names somebody unknown, Dee
    # serves our competitors, Eve has ended.
    about = [
        {"partner": "Ann", "competes_with": "THE BO "},
        {"partner": "Bo", "aliases": "The Bo", "competes_with": "ann; Eve"},
        {"partner": "Cy", "competes_with": "Zed; Cy", "serves_our_competitors": "no"},
        {"partner": "Dee", "serves_our_competitors": "yes"},
        {"partner": "Eve", "ended": "2025-05-01", "serves_our_competitors": "yes"},
    ]
    portfolio = made([act("2025-01-01", "Eve"), *ROWS], partners=about)
    table, value = conflicts(portfolio), worth(portfolio).set_index("partner")["worth"]
    assert table[["partner", "other", "conflict"]].fillna("").values.tolist() == [
        ["Ann", "Bo", COMPETITORS], ["Dee", "", SERVES], ["Cy", "Zed", UNKNOWN],
    ]  # fmt: skip
    assert table["cost"].tolist() == [value[["Ann", "Bo"]].min(), value["Dee"], pd.NA]
    assert table["at_stake"].tolist() == [value["Ann"] + value["Bo"], value["Dee"], pd.NA]


def test_only_interactions_have_no_conflicts() -> None:
    table = conflicts(made([act("2025-06-01")]))
    assert table.empty
    assert table.dtypes.astype(str).tolist() == ["string"] * 3 + ["Float64"] * 4 + ["string"]
    with pytest.raises(PeriodError):
        conflicts(made([act("2025-06-01")]), as_of="2025-05-31")


@settings(max_examples=3, phases=[Phase.generate])
@given(st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES))), st.integers(0, 3))
def test_who_names_whom_does_not_matter(said: set[tuple[str, str]], turn: int) -> None:
    def edges(pairs: set[tuple[str, str]]) -> pd.DataFrame:
        named = {name: "; ".join(sorted(b for a, b in pairs if a == name)) for name in NAMES}
        about = [{"partner": name, "competes_with": named[name] or None} for name in NAMES]
        return conflicts(made(ROWS, partners=about[turn:] + about[:turn]))

    table = edges(said)
    pd.testing.assert_frame_equal(table, edges({(b, a) for a, b in said}))
    found = set(zip(table["partner"], table["other"], strict=True))
    assert found == {(min(pair), max(pair)) for pair in said if pair[0] != pair[1]}


def test_the_planted_conflicts_and_no_others(sample_portfolio: pa.Portfolio) -> None:
    table = conflicts(sample_portfolio)
    assert table[["partner", "other", "conflict"]].fillna("").values.tolist() == [
        ["Bell & Finch", "Harcourt Legal", COMPETITORS], ["Tallow Street Software", "", SERVES],
    ]  # fmt: skip
