"""Texts, choices, yes and no, and the sorting of cells."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from partnership_analysis.schema import INTERACTIONS, PARTNERS, Column
from partnership_analysis.sources.cells import MISSING, NUMBER, TEXT, TRUTH, Cells
from partnership_analysis.sources.convert import convert
from partnership_analysis.sources.values import Converted, Reading


def read(column: Column, cells: object) -> Converted:
    series = cells if isinstance(cells, pd.Series) else pd.Series(cells, dtype=object)
    return convert(Cells.of(series), column, column.name, "a.csv", Reading())


def test_text_is_tidied_and_otherwise_kept() -> None:
    cells = [
        "  Acme \t Ltd\u00a0",
        "Cafe\u0301",
        7.0,
        0.1,
        True,
        dt.date(2025, 1, 2),
        10**20,
        "=cmd|' /C calc'!A0",
    ]
    done = read(INTERACTIONS["note"], cells)
    assert done.values.tolist() == [
        *("Acme Ltd", "Café", "7", "0.1", "true", "2025-01-02"),
        *("100000000000000000000", "=cmd|' /C calc'!A0"),
    ]
    assert done.values.dtype == "string"


def test_half_a_character_is_carried_as_a_question_mark() -> None:
    assert read(INTERACTIONS["note"], ["a\ud800"]).values.tolist() == ["a?"]


@pytest.mark.parametrize(
    "cell", ["strategic_referral", "Strategic Referral", "STRATEGIC-REFERRALS", " strategic  referral "]
)
def test_choices_are_matched_folded(cell: str) -> None:
    assert read(INTERACTIONS["kind"], [cell]).values.tolist() == ["strategic_referral"]


def test_a_choice_that_is_none_gets_the_nearest() -> None:
    done = read(INTERACTIONS["kind"], ["refferal", "zzz", None])
    known = (
        "`kind` is none of `referral`, `strategic_referral`, `online_collaboration`, `event`, "
        "`cross_promotion`, `meeting`, `trade`"
    )
    assert done.findings.reasons == [f"{known}; did you mean `referral`?", known]
    assert done.findings.bad.tolist() == [True, True, False]


def test_yes_and_no() -> None:
    done = read(PARTNERS["serves_our_competitors"], ["Yes", "n", True, 0, "x", 1.0, "perhaps", None, 2])
    assert done.values.tolist() == [True, False, True, False, True, True, pd.NA, pd.NA, pd.NA]
    assert done.findings.reasons == ["`serves_our_competitors` is neither yes nor no"]
    assert done.findings.bad.tolist() == [False] * 6 + [True, False, True]


@pytest.mark.parametrize(
    ("series", "kinds"),
    [
        (
            pd.Series([1, True, "1", None, float("nan")], dtype=object),
            [NUMBER, TRUTH, TEXT, MISSING, MISSING],
        ),
        (pd.Series(["a", None]), [TEXT, MISSING]),
        (pd.Series(["a", "a"], dtype="category"), [TEXT, TEXT]),
        (pd.Series([1, None], dtype="Int64"), [NUMBER, MISSING]),
        (pd.Series([1, 2], dtype="int8"), [NUMBER, NUMBER]),
        (pd.Series([True, None], dtype="boolean"), [TRUTH, MISSING]),
        (pd.Series([1.5, None], dtype="float32"), [NUMBER, MISSING]),
        (pd.Series(["a", None], dtype="string"), [TEXT, MISSING]),
        (pd.Series([], dtype=object), []),
    ],
)
def test_cells_are_sorted_by_type(series: pd.Series, kinds: list[int]) -> None:
    assert Cells.of(series).kinds.tolist() == kinds


def test_whole_numbers_beyond_floats_stay_exact() -> None:
    big = 2**53 + 1
    assert read(INTERACTIONS["reference"], pd.Series([big])).values.tolist() == [str(big)]
