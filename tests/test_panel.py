"""The panel: one reduction, worked by hand on five rows, and its laws."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from reference import World
from worlds import plain, portfolio_of, worlds

import partnership_analysis as pa
from partnership_analysis.panel import AMOUNTS, KEYS, panel_of

FIVE = pd.DataFrame(
    {
        "date": pd.to_datetime(["2025-01-31", "2025-01-01", "2025-02-01", "2025-01-15", "2025-01-15"]),
        "partner": ["Bo", "Ann", "Ann", "Ann", "Ann"],
        "kind": ["event", "referral", "referral", "referral", "referral"],
        "direction": ["mutual", "received", "received", "received", "given"],
        "count": [2, 1, 1, 3, 1],
        "status": [None, "won", "open", "lost", None],
        "value": [None, 100.0, 50.0, 7.0, 40.0],
        "commission": [None, 10.0, None, None, -4.0],
        "hours": [0.0, None, None, 1.5, None],
        "cost": [None] * 5,
    }
)


def test_five_rows_by_hand() -> None:
    # Ann, January, received: 1 + 3 referrals; of 100 won and 7 lost 100 counts; hours: only 1.5 is known.
    # Ann, February: open, so that nothing is won: NA and not 50. Bo: 0 hours are known to be 0.
    frame = pa.panel(FIVE)
    expected = [
        ("Ann", dt.date(2025, 1, 1), "referral", "given", 1, 40.0, -4.0, None, None),
        ("Ann", dt.date(2025, 1, 1), "referral", "received", 4, 100.0, 10.0, 1.5, None),
        ("Ann", dt.date(2025, 2, 1), "referral", "received", 1, None, None, None, None),
        ("Bo", dt.date(2025, 1, 1), "event", "mutual", 2, None, None, 0.0, None),
    ]
    assert [tuple(map(plain, row)) for row in frame.itertuples(index=False)] == expected
    assert list(frame.columns) == [*KEYS, "count", *AMOUNTS]
    assert frame.dtypes.astype(str).to_dict() == {
        "partner": "string",
        "month": "datetime64[us]",
        "kind": "string",
        "direction": "string",
        "count": "Int64",
        **dict.fromkeys(AMOUNTS, "Float64"),
    }


def test_until_keeps_its_whole_day() -> None:
    assert pa.panel(FIVE, until=dt.date(2025, 1, 15))["partner"].unique().tolist() == ["Ann"]
    assert len(pa.panel(FIVE, until=dt.date(2025, 1, 31))) == 3
    assert pa.panel(FIVE, until=dt.date(2024, 12, 31)).empty
    late = FIVE.assign(date=FIVE["date"] + pd.Timedelta(hours=23))
    assert len(pa.panel(late, until=dt.date(2025, 1, 31))) == 3


def test_only_the_required_columns() -> None:
    frame = pa.panel(FIVE[["date", "partner", "kind", "direction"]])
    assert frame["count"].tolist() == [1, 2, 1, 1]
    assert frame[list(AMOUNTS)].isna().all(axis=None)


def test_no_rows_keep_their_types() -> None:
    empty = pa.panel(FIVE.iloc[:0])
    pd.testing.assert_series_equal(empty.dtypes, pa.panel(FIVE).dtypes)


@pytest.mark.parametrize("lazy", [False, True])
def test_another_engine_gives_the_same(lazy: bool) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.from_pandas(FIVE.astype({"cost": "float64"}))
    made = pa.panel(frame.lazy() if lazy else frame, until=dt.date(2025, 1, 31))
    pd.testing.assert_frame_equal(made, pa.panel(FIVE, until=dt.date(2025, 1, 31)))


@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(worlds(), st.integers(0, 2**32 - 1), st.data())
def test_laws(world: World, seed: int, data: st.DataObject) -> None:
    rows = portfolio_of(world).interactions
    before = rows.copy(deep=True)
    whole = pa.panel(rows)
    shuffled = rows.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(whole, pa.panel(shuffled))
    # A split frame summed is the whole: by an arbitrary cut of the rows, and by a day.
    cut = data.draw(st.integers(0, len(rows)))
    parts = pd.concat([pa.panel(rows.iloc[:cut]), pa.panel(rows.iloc[cut:])])
    again = parts.groupby(list(KEYS), as_index=False).sum(min_count=1)
    pd.testing.assert_frame_equal(again[whole.columns], whole)
    day = data.draw(st.sampled_from(world.interactions))["date"]
    early = pa.panel(rows[rows["date"] <= pd.Timestamp(day)])
    pd.testing.assert_frame_equal(pa.panel(rows, until=day), early)
    pd.testing.assert_frame_equal(rows, before)


def test_a_portfolios_panel_is_reduced_once_and_again_when_a_row_changes() -> None:
    portfolio = pa.Portfolio.from_frames(FIVE.drop(columns="cost"))
    first = panel_of(portfolio)
    pd.testing.assert_frame_equal(first, pa.panel(portfolio.interactions))
    first["count"] = 99
    first.loc[0, "partner"] = "Somebody else"
    pd.testing.assert_frame_equal(panel_of(portfolio), pa.panel(portfolio.interactions))
    for column, value in (
        ("count", 7),
        ("partner", "Cy"),
        ("value", 1.5),
        ("status", "lost"),
        ("hours", pd.NA),
    ):
        portfolio.interactions.loc[0, column] = value
        pd.testing.assert_frame_equal(panel_of(portfolio), pa.panel(portfolio.interactions))


def test_a_portfolios_panel_ends_where_it_is_asked_to() -> None:
    portfolio = pa.Portfolio.from_frames(FIVE.drop(columns="cost"))
    for until in [None, *pd.date_range("2025-01-14", "2025-02-02").date, dt.date(2024, 1, 1), None]:
        pd.testing.assert_frame_equal(
            panel_of(portfolio, until=until), pa.panel(portfolio.interactions, until=until)
        )


def test_keys_that_are_missing_come_last() -> None:
    rows = FIVE.assign(partner=["Bo", None, "Ann", "Ann", None])
    assert pa.panel(rows)["partner"].fillna("-").tolist() == ["Ann", "Ann", "Bo", "-", "-"]
