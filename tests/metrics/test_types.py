"""The types that the docstrings promise, also of portfolios that hold next to nothing."""

from __future__ import annotations

import pandas as pd
import pytest

import partnership_analysis as pa
from metrics.helpers import act, made, rate

MANY = made(
    [act("2025-01-05", value=3.0, hours=1.0), act("2025-02-05", "Bo", direction="given"), act("2025-03-31")],
    [rate("2025-01-01", 4)],
    [{"partner": "Ann", "vertical": "Legal", "relationship": "client", "started": "2024-01-01"}],
)
ONE = made([act("2025-01-05", kind="meeting", direction="mutual")])
Q1 = pa.Quarter(2025, 1)


def frames(portfolio: pa.Portfolio) -> dict[str, pd.DataFrame]:
    """Every frame that a page shows."""
    review = pa.quarter_review(portfolio, Q1)
    return {
        "rvi": pa.rvi(portfolio),
        "components": pa.rvi_components(portfolio),
        "sides": pa.both_sides(portfolio),
        "reciprocity": pa.reciprocity(portfolio),
        "exchange of verticals": pa.reciprocity(portfolio, by="vertical"),
        "verticals": pa.vertical_performance(portfolio),
        "change": pa.quarter_change(portfolio, Q1),
        "coverage": pa.coverage(portfolio),
        "empty months": pa.empty_months(portfolio),
        "numbers": review.numbers,
        "flagged": review.flagged,
        "ready": review.ready,
    }


@pytest.mark.parametrize("portfolio", [MANY, ONE], ids=["some", "one meeting"])
def test_unknown_has_a_type_that_says_so(portfolio: pa.Portfolio) -> None:
    nullable = {"string", "Int64", "Float64", "category", "datetime64[us]", "boolean", "bool"}
    for name, frame in frames(portfolio).items():
        types = frame.dtypes.astype(str)
        assert set(types) <= nullable, (name, types[~types.isin(nullable)].to_dict())
        assert frame.index.equals(pd.RangeIndex(len(frame))), name


def test_types_do_not_depend_on_the_data() -> None:
    some, one = frames(MANY), frames(ONE)
    for name, frame in some.items():
        pd.testing.assert_series_equal(frame.dtypes, one[name].dtypes)
