"""One expression, every engine: the same panel from each, on rows on which engines differ."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from adversarial import BY_HAND, EAGER, FORMS, Row, expected, interactions, only_needed, same, table
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import partnership_analysis as pa


@pytest.fixture(params=list(EAGER))
def engine(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    pytest.importorskip({"polars lazy": "polars"}.get(name, name.split()[0]))
    return name


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", BY_HAND)
def test_every_engine_gives_what_plain_python_gives(engine: str, case: str, form: str) -> None:
    rows = BY_HAND[case]
    if form == "floats" and case == "counts over 2^31":
        pytest.skip("a float does not hold these counts")
    given_as = FORMS[form](table(rows))
    same(pa.panel(EAGER[engine](given_as)), expected(rows))


@pytest.mark.parametrize("form", FORMS)
def test_until_is_a_day_of_the_rows_own_clock(engine: str, form: str) -> None:
    rows = BY_HAND["edges of months"]
    frame = EAGER[engine](FORMS[form](table(rows)))
    for until in (dt.date(2024, 2, 29), dt.date(2023, 12, 31), dt.date(1969, 12, 31), dt.date(2023, 12, 30)):
        same(pa.panel(frame, until=until), expected(rows, until))


def test_no_rows_and_only_the_columns_that_are_needed(engine: str) -> None:
    rows = BY_HAND["ties and look-alikes"]
    same(pa.panel(EAGER[engine](table([]))), expected([]))
    bare = [one | dict.fromkeys(("count", "status", "value", "commission", "hours", "cost")) for one in rows]
    same(pa.panel(EAGER[engine](only_needed(table(rows)))), expected(bare))


@settings(max_examples=15, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    rows=interactions(),
    until=st.none() | st.dates(dt.date(2023, 12, 1), dt.date(2025, 2, 28)),
    form=st.sampled_from(["plain", "days", "zone", "categories"]),
)
def test_engines_agree_on_whatever_is_found(rows: list[Row], until: dt.date | None, form: str) -> None:
    wanted, arrow = expected(rows, until), FORMS[form](table(rows))
    for name, convert in EAGER.items():
        try:
            same(pa.panel(convert(arrow), until=until), wanted)
        except AssertionError as difference:
            raise AssertionError(name) from difference


def test_to_duckdb_what_is_no_number_in_a_parquet_file_is_missing(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = table(BY_HAND["ties and look-alikes"][:2])
    numbers = {"value": [math.nan, 2.0], "hours": [math.nan, math.nan], "cost": [math.inf, 1.0]}
    for name, values in numbers.items():
        rows = rows.set_column(rows.schema.get_field_index(name), name, pyarrow.array(values))
    rows = rows.set_column(
        rows.schema.get_field_index("status"), "status", pyarrow.nulls(2, pyarrow.string())
    )
    pyarrow.parquet.write_table(rows, tmp_path / "rows.parquet")
    made = pa.panel(duckdb.read_parquet(str(tmp_path / "rows.parquet")))
    same(made, pa.panel(rows))
    assert made["hours"].isna().all() and made["value"].sum() == 2.0
