"""What may be selected, and what is said of what may not."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.errors import ParameterError
from partnership_analysis.explore.selection import Selection, months_of


def test_what_is_not_given_comes_from_the_portfolio(sample_portfolio: pa.Portfolio) -> None:
    assert Selection.of(sample_portfolio) == Selection("2025-09", window=sample_portfolio.settings.window)


def test_it_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Selection("2025-09").window = 6  # type: ignore[misc]


def test_names_are_written_as_the_portfolio_writes_them(sample_portfolio: pa.Portfolio) -> None:
    chosen = Selection.of(sample_portfolio, partner=" kestrel cloud", vertical="it", relationship="AFFILIATE")
    assert (chosen.partner, chosen.vertical, chosen.relationship) == ("Kestrel Cloud", "IT", "affiliate")


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"month": "2025-9"}, "month '2025-9' is not a month; write it like 2025-09."),
        ({"month": 202509}, "month 202509 is not a month"),
        ({"window": 0}, "window 0 is not a number of months from 1 to 120."),
        ({"window": True}, "window True is not a number of months"),
        ({"window": 121}, "window 121 is not"),
        ({"method": "mean"}, "method 'mean' is not known; choose trailing or published."),
        ({"perspective": "both"}, "perspective 'both' is not known; choose ours or theirs."),
        ({"partner": "Kestrel"}, "there is no partner 'Kestrel'. Did you mean Kestrel Cloud?"),
        ({"vertical": "Zoology"}, "there is no vertical 'Zoology'."),
        ({"relationship": "friend"}, "there is no relationship 'friend'."),
        ({"windows": 6}, "`windows` is no parameter of a selection. Known: month, partner"),
    ],
)
def test_what_does_not_fit_is_named(
    sample_portfolio: pa.Portfolio, wrong: dict[str, object], said: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        Selection.of(sample_portfolio, **wrong)
    assert said in str(caught.value)


def test_every_finding_at_once(sample_portfolio: pa.Portfolio) -> None:
    with pytest.raises(ParameterError) as caught:
        Selection.of(sample_portfolio, partner="X", vertical="Y")
    assert len(caught.value.findings) == 2


def test_the_day_is_the_months_last_or_the_records() -> None:
    rows = pd.DataFrame(
        {"date": pd.date_range("2024-01-01", "2025-08-14", freq="2D"), "partner": "Ann", "kind": "meeting"}
    )
    ours = pa.Portfolio.from_frames(rows)
    assert Selection("2025-06").day(ours) == dt.date(2025, 6, 30)
    assert Selection("2025-08").day(ours) == rows["date"].max().date()


def test_months_of_a_record() -> None:
    rows = pd.DataFrame({"date": ["2024-12-31", "2025-02-01"], "partner": "Ann", "kind": "meeting"})
    assert months_of(pa.Portfolio.from_frames(rows)) == ["2024-12", "2025-01", "2025-02"]
