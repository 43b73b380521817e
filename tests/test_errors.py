"""Messages: what, where, what to do; at most ten findings, the rest counted."""

from __future__ import annotations

import inspect

import pytest

from partnership_analysis import errors
from partnership_analysis.errors import (
    ColumnError,
    ParameterError,
    PartnershipError,
    PeriodError,
    RejectedRows,
    listed,
)


def test_all_can_be_caught_together() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]
    assert len(kinds) >= 8
    assert all(issubclass(kind, PartnershipError) for kind in kinds)
    assert not any(issubclass(kind, ValueError) for kind in kinds)


@pytest.mark.parametrize(("count", "text"), [(0, ""), (1, "0"), (10, ", ".join("0123456789"))])
def test_short_lists_are_whole(count: int, text: str) -> None:
    assert listed(range(count)) == text


def test_long_lists_are_counted() -> None:
    assert listed(range(2011)).endswith("8, 9 and 2,001 more")


def test_parameters_that_do_not_fit_are_all_said() -> None:
    assert str(ParameterError(["window 0 is too short."])) == "window 0 is too short."
    many = ParameterError([f"finding {number}." for number in range(12)])
    assert "12 parameters" in str(many)
    assert "finding 9." in str(many)
    assert "finding 10." not in str(many)
    assert "2 more" in str(many)
    assert len(many.findings) == 12


def test_rejected_rows_say_how_many_and_why() -> None:
    error = RejectedRows(30, 200, 0.05, [("`date` is empty", 29, "row 3"), ("`kind` is odd", 1, "row 9")])
    text = str(error)
    for part in (
        "30 of 200",
        "15%",
        "5%",
        "29 rows: `date` is empty",
        "1 row: `kind` is odd",
        "rejected_limit",
    ):
        assert part in text
    assert (error.rejected, error.read, error.limit) == (30, 200, 0.05)


def test_missing_columns_name_what_was_found() -> None:
    text = str(ColumnError.missing("a.csv", ["date", "kind"], [], ["`Day` may be `date`"]))
    for part in ("a.csv", "columns date, kind", "no columns at all", "`Day`"):
        assert part in text
    assert "2025Q3" in str(PeriodError.malformed("Q"))
