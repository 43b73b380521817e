"""Interactions on which engines differ, each engine's frame of them, and the reduction in plain Python.

Shared by the tests of the main environment and those of a cluster, so that all reduce the same rows.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import strategies as st

from partnership_analysis.panels import AMOUNTS, COLUMNS, DTYPES, KEYS
from partnership_analysis.schema import DIRECTIONS, INTERACTIONS, KINDS, STATUSES

Row = dict[str, Any]

SCHEMA = pa.schema(
    {
        "date": pa.timestamp("us"),
        "partner": pa.string(),
        "kind": pa.string(),
        "direction": pa.string(),
        "count": pa.int64(),
        "status": pa.string(),
        **dict.fromkeys(AMOUNTS, pa.float64()),
    }
)
_NAMES = ("Ann", "ann", "Ann ", "Éva", "Zoë", "Łukasz", "Bell & Finch", "𝔘nder", "O'Hara; DROP", "nan", "0")


def row(date: str, partner: str | None = "Ann", kind: str = "referral", **others: Any) -> Row:
    """One interaction; what is not given is missing."""
    full = dict.fromkeys(SCHEMA.names) | {"direction": "received"} | others
    return full | {"date": dt.datetime.fromisoformat(date), "partner": partner, "kind": kind}


BY_HAND: dict[str, list[Row]] = {
    "edges of months": [
        row("2024-02-29T23:59:59.999999", value=1.0),
        row("2024-03-01T00:00:00", value=2.0),
        row("2023-12-31T23:59:59.999999", value=4.0),
        row("2024-01-01", value=8.0),
        row("1970-01-01", value=16.0),
        row("1969-12-31T23:00:00", value=32.0),
        row("2100-02-28T12:00:00", value=64.0),
    ],
    "counts over 2^31": [
        row("2025-01-01", count=2**31 - 1),
        row("2025-01-02", count=2**31 - 1),
        row("2025-01-03", count=2**52),
        row("2025-01-04", count=2**53 + 1),
        row("2025-02-01", count=None),
    ],
    "missing values": [
        row("2025-01-01", value=None, hours=0.0, count=None),
        row("2025-01-02", value=None, cost=-0.5),
        row("2025-01-03", partner="Bo", value=3.0, status="open"),
        row("2025-01-03", partner="Bo", value=5.0, status="lost", commission=1.0),
        row("2025-01-03", partner="Cy", value=5.0, status="open"),
        row("2025-01-03", partner="Cy", value=7.0, status="won"),
        row("2025-01-03", partner="Cy", value=9.0),
        row("2025-01-05", partner=None, value=9.0),
    ],
    "amounts on no row": [row("2025-01-01"), row("2025-01-01"), row("2025-05-01", kind="event")],
    "ties and look-alikes": [
        row("2025-01-01", partner=name, kind=kind, direction=direction, value=0.25)
        for name in _NAMES
        for kind in ("referral", "event")
        for direction in DIRECTIONS
    ]
    * 2,
    # Each partner, kind and direction in one stretch, so that a partition knows none of the others.
    "categories absent in a partition": [
        row(
            f"2025-{month:02}-15",
            partner=f"P{month:02}",
            kind=KINDS[month % 7],
            direction=DIRECTIONS[month % 3],
        )
        for month in range(1, 13)
        for _ in range(3)
    ],
    "one row": [row("2025-06-30T23:30:00", count=3)],
}


def interactions(*, max_size: int = 30) -> st.SearchStrategy[list[Row]]:
    """Rows in which every cell may be at an edge; amounts are quarters, so that no order of adding shows."""
    amount = st.none() | st.integers(-4000, 4000).map(lambda number: number / 4)
    one = st.fixed_dictionaries(
        {
            "date": st.datetimes(dt.datetime(2023, 11, 30), dt.datetime(2025, 3, 2))
            | st.sampled_from([found["date"] for found in BY_HAND["edges of months"]]),
            "partner": st.sampled_from(_NAMES[:4]),
            "kind": st.sampled_from(KINDS[:3]),
            "direction": st.sampled_from(DIRECTIONS),
            "count": st.none() | st.sampled_from([1, 2, 2**31, 2**40]),
            "status": st.none() | st.sampled_from(STATUSES),
            **dict.fromkeys(AMOUNTS, amount),
        }
    )
    return st.lists(one, min_size=1, max_size=max_size)


def reduced(rows: Sequence[Row], until: dt.date | None = None) -> list[tuple[Any, ...]]:
    """The panel's rows in plain Python."""
    cells: dict[tuple[Any, ...], Row] = defaultdict(lambda: {"count": 0})
    for one in rows:
        day = one["date"].date()
        if until is not None and day > until:
            continue
        cell = cells[one["partner"], day.replace(day=1), one["kind"], one["direction"]]
        cell["count"] += 1 if one["count"] is None else one["count"]
        for amount in AMOUNTS:
            counts = amount != "value" or one["status"] in (None, "won")
            if counts and one[amount] is not None:
                cell[amount] = cell.get(amount, 0.0) + one[amount]
    keys = sorted(cells, key=lambda key: (key[0] is None, key[0] or "", *key[1:]))
    return [(*key, cells[key]["count"], *(cells[key].get(amount) for amount in AMOUNTS)) for key in keys]


def expected(rows: Sequence[Row], until: dt.date | None = None) -> pd.DataFrame:
    """:func:`reduced` as the frame that every engine has to give."""
    return pd.DataFrame(reduced(rows, until), columns=list(COLUMNS)).astype(DTYPES)


def table(rows: Sequence[Row]) -> pa.Table:
    """The rows as an Arrow table."""
    return pa.Table.from_pylist(list(rows), schema=SCHEMA)


def as_days(plain: pa.Table) -> pa.Table:
    """Days instead of moments."""
    return plain.set_column(0, "date", plain["date"].cast(pa.date32(), safe=False))


def in_kathmandu(plain: pa.Table) -> pa.Table:
    """Moments of a zone that is 5:45 hours ahead, whose clock shows what is written."""
    clock = pa.compute.assume_timezone(plain["date"], ZONE)
    return plain.set_column(0, "date", clock)


ZONE = "Asia/Kathmandu"


def as_categories(plain: pa.Table) -> pa.Table:
    """Texts as categories."""
    for place, field in enumerate(plain.schema):
        if field.type == pa.string():
            plain = plain.set_column(place, field.name, plain[field.name].dictionary_encode())
    return plain


def as_floats(plain: pa.Table) -> pa.Table:
    """What is missing is no number, as pandas has it; counts up to 2^53 only."""
    for name in ("count", *AMOUNTS):
        column = plain[name].cast(pa.float64(), safe=False).fill_null(float("nan"))
        plain = plain.set_column(plain.schema.get_field_index(name), name, column)
    return plain


def only_needed(plain: pa.Table) -> pa.Table:
    """No column that may be absent."""
    return plain.select(["date", "partner", "kind", "direction"])


FORMS: dict[str, Callable[[pa.Table], pa.Table]] = {
    "plain": lambda plain: plain,
    "days": as_days,
    "zone": in_kathmandu,
    "categories": as_categories,
    "floats": as_floats,
}


def to_pandas(arrow: pa.Table) -> pd.DataFrame:
    """As pandas reads Parquet: NumPy types, whole numbers with a gap as floats unless they would lose a digit."""
    frame = arrow.to_pandas()
    if "count" in frame and frame["count"].dtype == float and pa.types.is_integer(arrow["count"].type):
        frame["count"] = pd.array(arrow["count"].to_pylist(), dtype="Int64")
    return frame


def to_pandas_nullable(arrow: pa.Table) -> pd.DataFrame:
    """As the suite's own tables are typed."""
    frame = to_pandas(arrow)
    return frame.astype(
        {name: dtype for name, dtype in INTERACTIONS.dtypes.items() if name in frame and name != "date"}
    )


def to_pandas_arrow(arrow: pa.Table) -> pd.DataFrame:
    """Arrow types under pandas."""
    return arrow.to_pandas(types_mapper=pd.ArrowDtype)


def to_polars(arrow: pa.Table) -> Any:
    """A Polars frame."""
    import polars

    return polars.from_arrow(arrow)


def to_duckdb(arrow: pa.Table) -> Any:
    """A DuckDB relation of its own connection, whose clock is that of the rows."""
    import duckdb

    connection = duckdb.connect(config={"threads": 2})
    connection.execute(f"SET TimeZone = '{ZONE}'")
    return connection.from_arrow(arrow)


EAGER: dict[str, Callable[[pa.Table], Any]] = {
    "pandas": to_pandas,
    "pandas nullable": to_pandas_nullable,
    "pandas on Arrow": to_pandas_arrow,
    "polars": to_polars,
    "polars lazy": lambda arrow: to_polars(arrow).lazy(),
    "pyarrow": lambda arrow: arrow,
    "duckdb": to_duckdb,
}
"""Each engine of the main environment and how it takes an Arrow table."""


def same(made: pd.DataFrame, wanted: pd.DataFrame) -> None:
    """Every row, column and dtype of a panel."""
    assert list(made.columns) == list(COLUMNS)
    assert not made.duplicated(list(KEYS)).any()
    pd.testing.assert_frame_equal(made, wanted, check_exact=True)
