"""Names that may be one: likely pairs are listed, and nothing is merged."""

from __future__ import annotations

import random
import string

import pandas as pd
import pytest

from partnership_analysis.portfolio import Portfolio
from partnership_analysis.sources import suspects as module
from partnership_analysis.sources.suspects import plain_name, suspects


def pairs(*names: str) -> list[tuple[str, str]]:
    found = suspects(names)
    return list(zip(found["name"], found["other"], strict=True))


@pytest.mark.parametrize(
    "one, other",
    [
        ("ACME Limited", "Acme Ltd"),
        ("Acme  Ltd.", "Acme Ltd"),
        ("The Acme Company", "acme"),
        ("Café Noir", "cafe noir"),
        ("St John's", "St Johns"),
        ("A.B.C. Ltd", "ABC"),
        ("Finch & Bell", "Bell and Finch"),
        ("Müller GmbH", "Muller"),
    ],
)
def test_what_differs_only_in_writing_is_wholly_alike(one: str, other: str) -> None:
    found = suspects([one, other])
    assert found["likeness"].tolist() == [100.0]


def test_misspelt_and_lengthened_names_are_suspected() -> None:
    assert pairs("Jon Smith", "John Smith") == [("John Smith", "Jon Smith")]
    assert pairs("Northgate", "Northgate Advisory") == [("Northgate", "Northgate Advisory")]


def test_different_names_and_different_numbers_are_not() -> None:
    assert pairs("Harcourt Legal", "Abernathy Tax", "Partner 19", "Partner 191", "Site 1", "Site 2") == []


def test_short_words_alone_make_no_pair() -> None:
    assert pairs("Red", "Red Kite Studio") == []


def test_nothing_is_merged_and_interactions_are_counted() -> None:
    rows = pd.DataFrame(
        {
            "date": "2025-07-14",
            "partner": ["Acme Ltd", "ACME Limited", "Acme Ltd"],
            "kind": "event",
            "note": list("abc"),
        }
    )
    made = Portfolio.from_frames(rows)
    assert made.names == ["ACME Limited", "Acme Ltd"]
    assert made.suspects().to_numpy().tolist() == [["ACME Limited", "Acme Ltd", 100.0, 1, 2]]


def test_an_alias_settles_it() -> None:
    rows = pd.DataFrame(
        {"date": "2025-07-14", "partner": ["Acme Ltd", "ACME Limited"], "kind": "event", "note": ["a", "b"]}
    )
    partners = pd.DataFrame({"partner": ["Acme Ltd"], "aliases": ["Acme Limited"]})
    assert Portfolio.from_frames(rows, partners).suspects().empty


def test_many_names_are_compared_by_the_words_they_share(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(3)
    words = ["".join(dice.choices(string.ascii_lowercase, k=8)) for _ in range(60)]
    names = {f"{dice.choice(words)} {dice.choice(words)}" for _ in range(150)} | {"Acme Ltd", "ACME Limited"}
    every = suspects(names)
    monkeypatch.setattr(module, "_SEVERAL", 10)
    sharing = suspects(names)
    shared = [
        bool(set(plain_name(a).split()) & set(plain_name(b).split()))
        for a, b in zip(every["name"], every["other"], strict=True)
    ]
    pd.testing.assert_frame_equal(sharing, every[shared].reset_index(drop=True))
    assert "Acme Ltd" in set(sharing["other"])


def test_no_names_no_pairs() -> None:
    assert suspects([]).empty
    assert suspects(["Acme"]).dtypes.astype(str).tolist() == ["string", "string", "float64"]
