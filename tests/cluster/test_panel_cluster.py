"""The one expression on Dask and Spark: the same panel as from plain Python, in an environment of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet as pq
import pytest
from adversarial import (
    BY_HAND,
    FORMS,
    ZONE,
    Row,
    expected,
    interactions,
    only_needed,
    row,
    same,
    table,
    to_pandas,
)
from hypothesis import Phase, given, settings

import partnership_analysis as pa
from partnership_analysis.scale import reduce_files

# Engines warn about their own insides.
pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings("ignore")]
Convert = Callable[[pyarrow.Table], Any]


def to_dask(arrow: pyarrow.Table) -> Any:
    """Four partitions, of which some may be empty and each knows its own categories only."""
    dask = pytest.importorskip("dask.dataframe")
    whole, size = to_pandas(arrow), max(1, -(-arrow.num_rows // 4))
    parts = [to_pandas(arrow.slice(start, size)) for start in range(0, arrow.num_rows, size)] or [whole]
    categories = {name for name, dtype in whole.dtypes.items() if dtype == "category"}
    parts = [
        part.astype(whole.dtypes.to_dict() | dict.fromkeys(categories, "str")).astype(
            dict.fromkeys(categories, "category")
        )
        for part in parts
    ]
    meta = dask.utils.clear_known_categories(whole.iloc[:0]) if categories else whole.iloc[:0]
    return dask.from_map(lambda part: part, parts, meta=meta)


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A Spark of two threads, whose clock is that of the rows."""
    sql = pytest.importorskip("pyspark.sql")
    session = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", ZONE)
        .config("spark.sql.shuffle.partitions", "3")
        .config("spark.default.parallelism", "3")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture
def to_spark(spark: Any) -> Convert:
    """Through Arrow, so that types stay what they are."""

    def convert(arrow: pyarrow.Table) -> Any:
        plain = [
            column.cast(column.type.value_type) if pyarrow.types.is_dictionary(column.type) else column
            for column in arrow.columns
        ]
        return spark.createDataFrame(pyarrow.table(dict(zip(arrow.column_names, plain, strict=True))))

    return convert


@pytest.fixture(params=["dask", "spark"])
def convert(request: pytest.FixtureRequest) -> Convert:
    return to_dask if request.param == "dask" else request.getfixturevalue("to_spark")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", BY_HAND)
def test_a_cluster_gives_what_plain_python_gives(convert: Convert, case: str, form: str) -> None:
    rows = BY_HAND[case]
    if form == "floats" and case == "counts over 2^31":
        pytest.skip("a float does not hold these counts")
    same(pa.panel(convert(FORMS[form](table(rows)))), expected(rows))


def test_until_is_a_day_of_the_rows_own_clock(convert: Convert) -> None:
    rows = BY_HAND["edges of months"]
    for form in ("plain", "days", "zone"):
        frame = convert(FORMS[form](table(rows)))
        for until in (dt.date(2024, 2, 29), dt.date(1969, 12, 31), dt.date(2023, 12, 30)):
            same(pa.panel(frame, until=until), expected(rows, until))


def test_no_rows_and_only_the_columns_that_are_needed(convert: Convert) -> None:
    rows = BY_HAND["ties and look-alikes"]
    same(pa.panel(convert(table([]))), expected([]))
    bare = [one | dict.fromkeys(("count", "status", "value", "commission", "hours", "cost")) for one in rows]
    same(pa.panel(convert(only_needed(table(rows)))), expected(bare))


@settings(max_examples=10, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(rows=interactions())
def test_dask_on_whatever_is_found(rows: list[Row]) -> None:
    for form in ("plain", "categories"):
        same(pa.panel(to_dask(FORMS[form](table(rows)))), expected(rows))


@pytest.mark.parametrize("engine", ["dask", "spark"])
def test_files_become_the_same_bytes_as_with_pandas(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if engine == "spark":
        request.getfixturevalue("spark")
    else:
        pytest.importorskip("distributed")
    rows = [row("2025-01-31", partner=f"P{n % 7}", value=0.1 * (n % 13), hours=n / 3) for n in range(300)]
    rows += [
        row("2025-01-01", count=0),
        row("2025-01-01", hours=float("inf")),
        row("2025-01-01", partner=None),
    ]
    sources = [tmp_path / "rows.csv", *(tmp_path / f"{form}.parquet" for form in ("plain", "days", "zone"))]
    to_pandas(table(rows)).to_csv(sources[0], index=False)
    for source in sources[1:]:
        pq.write_table(FORMS[source.stem](table(rows)), source)
    try:
        for source in sources:
            ours = reduce_files(source, tmp_path / engine / "panel.parquet", engine=engine)  # type: ignore[arg-type]
            theirs = reduce_files(source, tmp_path / "pandas" / "panel.parquet", engine="pandas")
            assert ours.panel.read_bytes() == theirs.panel.read_bytes()
            assert ours.about.used == 300
            lost = [pq.read_table(one.rejected)["reason"].to_pylist() for one in (ours, theirs)]
            assert sorted(lost[0]) == sorted(lost[1])
            assert len(lost[0]) == 3
    finally:
        if engine == "spark":
            request.getfixturevalue("spark").conf.set("spark.sql.session.timeZone", ZONE)
