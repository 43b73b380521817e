"""Shared tags by hand, and against sets in plain Python."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import plain

import partnership_analysis as pa
from metrics.helpers import act, made
from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.market import overlap_of_partners, overlap_with_us

ABOUT = [
    {"partner": "Ann", "market": "Start-ups; landlords", "offer": "tax"},
    {"partner": "Bo", "market": " START-UPS;start-ups ; Charities", "offer": "Tax; audit"},
    {"partner": "Cy", "market": "landlords", "offer": " ; "},
    {"partner": "Dee"},
    {"partner": "Eve", "market": "charities", "ended": "2025-05-31"},
]
ROWS = [act("2025-01-05"), act("2025-06-30")]


def rows(table: pd.DataFrame) -> list[list[object]]:
    found = [[plain(value) for value in row] for row in table.to_dict("split")["data"]]
    return [[round(value, 4) if isinstance(value, float) else value for value in row] for row in found]


def test_with_us_by_hand() -> None:
    # Ours: start-ups, charities. Bo has both of both: 1. Ann 1 of 3. Cy 0 of 3. Dee's are not on record; Eve ended.
    portfolio = made(ROWS, [], ABOUT, market="start-ups; Charities; charities")
    assert rows(overlap_with_us(portfolio)) == [
        ["Bo", "START-UPS;start-ups ; Charities", "Charities; start-ups", 1.0],
        ["Ann", "Start-ups; landlords", "start-ups", 0.3333],
        ["Cy", "landlords", None, 0.0],
        ["Dee", None, None, None],
    ]
    # On 30 May Eve is there: 1 of 2.
    before = overlap_with_us(portfolio, as_of="2025-05-30")
    assert before.loc[before["partner"] == "Eve", "overlap"].tolist() == [0.5]


def test_with_us_is_not_known_without_ours() -> None:
    table = overlap_with_us(made(ROWS, [], ABOUT), of="offer")
    assert table["overlap"].isna().all()
    assert table["partner"].tolist() == ["Ann", "Bo", "Cy", "Dee"]


def test_pairs_by_hand() -> None:
    # Ann and Cy: landlords of start-ups, landlords: 1/2. Ann and Bo: start-ups of three: 1/3. Bo and Cy: nothing.
    portfolio = made(ROWS, [], ABOUT)
    assert rows(overlap_of_partners(portfolio)) == [
        ["Ann", "Cy", "landlords", 0.5],
        ["Ann", "Bo", "Start-ups", 0.3333],
    ]
    assert rows(overlap_of_partners(portfolio, of="offer")) == [["Ann", "Bo", "tax", 0.5]]
    assert rows(overlap_of_partners(portfolio, partners="bo")) == [["Ann", "Bo", "Start-ups", 0.3333]]
    assert rows(overlap_of_partners(portfolio, as_of="2025-05-30"))[1] == ["Bo", "Eve", "Charities", 0.5]


def test_only_the_strongest_pairs_of_each() -> None:
    # Five with one tag and most = 1: each keeps the first other by name; A and B each other, C to E their pair with A.
    about = [{"partner": name, "market": "x"} for name in "EDCBA"]
    table = overlap_of_partners(made(ROWS, [], about), most=1)
    assert rows(table[["one", "other"]]) == [["A", "B"], ["A", "C"], ["A", "D"], ["A", "E"]]
    assert len(overlap_of_partners(made(ROWS, [], about), most=4)) == 10


def test_what_does_not_fit_is_refused() -> None:
    portfolio = made(ROWS, [], ABOUT)
    for wrong in ({"of": "colour"}, {"most": 0}, {"most": 1.5}, {"most": True}, {"partners": "Nobody"}):
        with pytest.raises(ParameterError):
            overlap_of_partners(portfolio, **wrong)
    with pytest.raises(ParameterError):
        overlap_with_us(portfolio, of="colour")


def test_pairs_that_nobody_reads_are_refused() -> None:
    about = pd.DataFrame({"partner": [f"P{place}" for place in range(1001)], "market": "x"})
    portfolio = pa.Portfolio.from_frames(pd.DataFrame(ROWS), about)
    with pytest.raises(ParameterError, match="most 1,000 could give 1,001,000 pairs"):
        overlap_of_partners(portfolio, most=1000)
    assert len(overlap_of_partners(portfolio, most=1000, partners="P7")) == 1000


def test_without_any_tag() -> None:
    portfolio, full = made(ROWS), made(ROWS, [], ABOUT, market="x")
    assert rows(overlap_with_us(portfolio)) == [["Ann", None, None, None]]
    assert overlap_of_partners(portfolio).empty
    for measure in (overlap_with_us, overlap_of_partners):
        pd.testing.assert_series_equal(measure(portfolio).dtypes, measure(full).dtypes)


TAGS = st.frozensets(st.sampled_from("abcdefg"), max_size=4)


@settings(max_examples=7)
@given(st.lists(TAGS, min_size=1, max_size=9), TAGS, st.integers(1, 9))
def test_against_sets(held: list[frozenset[str]], ours: frozenset[str], most: int) -> None:
    tags = {f"P{place}": found for place, found in enumerate(held)}
    about = [{"partner": name, "market": "; ".join(sorted(found)) or None} for name, found in tags.items()]
    portfolio = made(ROWS, [], about, market="; ".join(sorted(ours)))
    every = {
        pair: len(tags[pair[0]] & tags[pair[1]]) / len(tags[pair[0]] | tags[pair[1]])
        for pair in combinations(sorted(tags), 2)
        if tags[pair[0]] & tags[pair[1]]
    }
    kept = set()
    for name in tags:
        mine = [pair for pair in every if name in pair]
        mine.sort(key=lambda pair: (-every[pair], pair[0] if pair[1] == name else pair[1]))
        kept |= set(mine[:most])
    table = overlap_of_partners(portfolio, most=most)
    found = {(row["one"], row["other"]): row for _, row in table.iterrows()}
    assert set(found) == kept
    assert list(found) == sorted(kept, key=lambda pair: (-every[pair], pair))
    for pair, row in found.items():
        assert row["overlap"] == every[pair]
        assert row["shared"] == "; ".join(sorted(tags[pair[0]] & tags[pair[1]]))
    for _, row in overlap_with_us(portfolio).iterrows():
        theirs = tags.get(row["partner"], frozenset())
        known = bool(theirs and ours)
        assert plain(row["overlap"]) == (len(theirs & ours) / len(theirs | ours) if known else None)


def test_the_sample(sample_portfolio: pa.Portfolio) -> None:
    # The planted competitors sell the very same; who has ended is in no pair.
    table = overlap_of_partners(sample_portfolio, of="offer")
    assert table.iloc[0][["one", "other", "overlap"]].tolist() == ["Bell & Finch", "Harcourt Legal", 1.0]
    assert "Abernathy Tax" not in set(table["one"]) | set(table["other"])
