"""Parquet files: every type of column keeps what it holds."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from partnership_analysis.errors import SourceError
from partnership_analysis.sources import layout
from partnership_analysis.sources.cells import DAY, MISSING, NUMBER, OTHER, SPAN, TEXT, TRUTH, Cells
from partnership_analysis.sources.readers.parquet import Parquet

BIG = 2**63 + 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.parquet"


@pytest.mark.parametrize(
    ("column", "kind", "shown"),
    [
        (pa.array(["a", None]), TEXT, "a"),
        (pa.array(["a", None]).dictionary_encode(), TEXT, "a"),
        (pa.array(["a", None], pa.string_view()), TEXT, "a"),
        (pa.array([1, None], pa.int8()), NUMBER, "1"),
        (pa.array([2**53 + 1, None], pa.int64()), OTHER, str(2**53 + 1)),
        (pa.array([BIG, None], pa.uint64()), OTHER, str(BIG)),
        (pa.array([7, None], pa.uint64()), NUMBER, "7"),
        (pa.array([0.5, None]), NUMBER, "0.5"),
        (pa.array([Decimal("0.50"), None]), NUMBER, "0.5"),
        (pa.array([True, None]), TRUTH, "true"),
        (pa.array([dt.date(2025, 7, 14), None]), DAY, "2025-07-14"),
        (pa.array([dt.datetime(2025, 7, 14, 9), None], pa.timestamp("ns")), DAY, "2025-07-14"),
        (pa.array([dt.datetime(2025, 7, 14, 9), None], pa.timestamp("s", "Asia/Tokyo")), DAY, "2025-07-14"),
        (pa.array([dt.timedelta(hours=26.5), None]), SPAN, "26:30"),
        (pa.array([dt.time(1, 30), None]), SPAN, "1:30"),
        (pa.array([[1], None]), OTHER, "[1]"),
        (pa.nulls(2), MISSING, None),
    ],
)
def test_every_type(path: Path, column: pa.Array, kind: int, shown: str | None) -> None:
    pq.write_table(pa.table({"a": column}), path)
    raw = Parquet(path).typed("")
    cells = Cells.of(raw.columns[0])
    assert raw.rows.tolist() == [2, 3]
    assert cells.kinds.tolist() == [kind, MISSING]
    assert cells.texts(raw.rows - 2).fillna("").tolist() == [shown or "", ""]


def test_the_grid_is_the_table_under_its_labels(path: Path) -> None:
    pq.write_table(pa.table({"a": [1, 2], "b": ["x", None]}), path)
    book = Parquet(path)
    found = layout.found(book.grid(""))
    assert (book.sheets, book.hidden, found.labels) == ([""], [], ("a", "b"))
    for one, other in zip(found.columns, book.typed("").columns, strict=True):
        assert Cells.of(one).kinds.tolist() == Cells.of(other).kinds.tolist()
    assert found.rows.tolist() == [2, 3]


def test_a_damaged_file_is_refused(path: Path) -> None:
    path.write_bytes(b"PAR1rubbish")
    with pytest.raises(SourceError, match=r"a\.parquet is a damaged Parquet file"):
        Parquet(path).typed("")
