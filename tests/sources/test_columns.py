"""Finding columns by label."""

from __future__ import annotations

import pytest

from partnership_analysis.errors import ColumnError
from partnership_analysis.schema import INTERACTIONS, PARTNERS
from partnership_analysis.sources.columns import match


def test_labels_are_folded() -> None:
    found = match(PARTNERS, ["PARTNER *", "Owner – Level  ↑", "wiifm (us)", "Fax"], "p.csv")
    assert found.places == {"partner": 0, "owner_level": 1, "wiifm_us": 2}
    assert found.unknown == ("Fax",)


def test_missing_columns_are_all_named_with_the_nearest() -> None:
    with pytest.raises(ColumnError) as caught:
        match(INTERACTIONS, ["When", "Partner name", "Kind"], "a.csv")
    assert str(caught.value) == (
        "a.csv: missing columns `date`, `partner`. Found: `When`, `Partner name`, `Kind`.\n"
        "  - `Partner name` looks like `partner`: rename it or use a mapping"
    )


def test_two_labels_for_one_column_are_refused() -> None:
    with pytest.raises(ColumnError, match="two columns are `owner_level`: `Owner level` and `owner_level`"):
        match(PARTNERS, ["partner", "Owner level", "owner_level"], "p.csv")


def test_two_unknown_labels_may_be_the_same() -> None:
    assert match(PARTNERS, ["partner", "x", "x"], "p.csv").unknown == ("x", "x")


def test_a_label_too_near_to_ignore_is_refused() -> None:
    with pytest.raises(ColumnError, match="`Stauts` looks like `status`"):
        match(INTERACTIONS, ["date", "partner", "kind", "Stauts"], "a.csv")
