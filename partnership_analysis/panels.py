"""A panel on disk: one Parquet file that says of itself what it is, written the same by every engine.

The columns are those of :func:`partnership_analysis.panel`, sorted by the keys, in row groups of one size. The file's
schema carries a JSON text under :data:`METADATA_KEY`: version, first and last day, rows read, used and rejected by
reason. Readers need neither the interactions nor the engine that reduced them.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from partnership_analysis.errors import SourceError, listed

KEYS = ("partner", "month", "kind", "direction")
AMOUNTS = ("value", "commission", "hours", "cost")
COLUMNS = (*KEYS, "count", *AMOUNTS)
DTYPES = {
    "partner": "string",
    "month": "datetime64[us]",
    "kind": "string",
    "direction": "string",
    "count": "Int64",
    **dict.fromkeys(AMOUNTS, "Float64"),
}
"""The panel's columns in order, and their pandas dtypes."""

METADATA_KEY = b"partnership_analysis.panel"
REJECTED_KEY = b"partnership_analysis.rejected"
VERSION = 1
ROWS_A_GROUP = 1 << 16
"""Rows of a row group: what is held in memory while a file is written."""
DECIMALS = 6
"""Decimals that a file keeps of an amount: the order in which an engine adds shows only in later ones."""

_TYPES = {
    "partner": pa.string(),
    "month": pa.timestamp("us"),
    "kind": pa.string(),
    "direction": pa.string(),
    "count": pa.int64(),
    **dict.fromkeys(AMOUNTS, pa.float64()),
}
SCHEMA = pa.schema(list(_TYPES.items()))
_PANDAS = {
    pa.string(): pd.StringDtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
}


@dataclass(frozen=True)
class About:
    """What a panel file says of itself.

    Parameters
    ----------
    first_date, last_date : date or None
        First and last day with an interaction that was used; none without any.
    used : int
        Rows of interactions that the panel is made of.
    rejected : mapping of str to int
        Rows that were left out, by reason.
    """

    first_date: dt.date | None
    last_date: dt.date | None
    used: int
    rejected: Mapping[str, int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """Rows that were read."""
        return self.used + sum(self.rejected.values())

    def to_json(self) -> str:
        """As the file's metadata holds it; the same facts are the same text."""
        facts = {
            "version": VERSION,
            "first_date": self.first_date and self.first_date.isoformat(),
            "last_date": self.last_date and self.last_date.isoformat(),
            "rows_read": self.read,
            "rows_used": self.used,
            "rows_rejected": dict(sorted(self.rejected.items())),
        }
        return json.dumps(facts, ensure_ascii=False)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> About:
        """From the metadata's JSON values."""
        first, last = (
            dt.date.fromisoformat(facts[name]) if facts[name] else None
            for name in ("first_date", "last_date")
        )
        return cls(first, last, facts["rows_used"], facts["rows_rejected"])


def is_panel(path: str | Path) -> bool:
    """Whether a file is a panel that this suite has written; its rows are not read."""
    return _says(Path(path), METADATA_KEY)


def is_rejected(path: str | Path) -> bool:
    """Whether a file holds the rows that were rejected when a panel was made."""
    return _says(Path(path), REJECTED_KEY)


def _says(path: Path, key: bytes) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            if file.read(4) != b"PAR1":
                return False
        return key in (pq.read_metadata(path).metadata or {})
    except (OSError, pa.ArrowException):
        return False


def about_panel(path: str | Path) -> About:
    """What a panel file says of itself, without its rows.

    Raises
    ------
    SourceError
        If it is no panel, or one of a later version.
    """
    path = Path(path)
    if not is_panel(path):
        raise SourceError(
            f"{path} is no panel. `partnership-analysis panel INPUT --to {path.name}` makes one of interactions."
        )
    footer = pq.read_metadata(path)
    facts = json.loads(footer.metadata[METADATA_KEY])
    lacking = [name for name in COLUMNS if name not in footer.schema.names]
    if facts.get("version") != VERSION or lacking:
        what = f"lacks {listed(lacking)}" if lacking else f"is of version {facts.get('version')}"
        raise SourceError(
            f"{path} {what}, and version {VERSION} is read here. Make it again with `partnership-analysis panel`."
        )
    return About.of(facts)


def read_panel(path: str | Path) -> pd.DataFrame:
    """A panel file as :func:`partnership_analysis.panel` gives it: the same columns, order and dtypes.

    Raises
    ------
    SourceError
        If it is no panel, one of a later version, or damaged.
    """
    about_panel(path)
    try:
        table = pq.read_table(path, columns=list(COLUMNS))
    except (OSError, pa.ArrowException) as error:
        raise SourceError(
            f"{path} is damaged ({error}). Make it again with `partnership-analysis panel`."
        ) from None
    frame = table.cast(SCHEMA).to_pandas(types_mapper=_PANDAS.get)
    return frame.astype(DTYPES)


def write_panel(path: Path, parts: Iterable[pa.Table], about: Callable[[], About]) -> int:
    """Write the sorted parts of a panel to a file, and say how many rows it has.

    However the rows were cut into parts, equal panels become equal bytes. The file is there whole or not at all.

    Parameters
    ----------
    path : Path
    parts : iterable of pyarrow.Table
        With at least the panel's columns; none needs to fit the next.
    about : callable
        Asked after the last part.
    """
    rows = 0
    with whole_file(path, SCHEMA, lambda: {METADATA_KEY: about().to_json()}) as add:
        for group in _groups(parts):
            add(group)
            rows += len(group)
    return rows


@contextmanager
def whole_file(
    path: Path, schema: pa.Schema, said: Callable[[], Mapping[bytes, str]]
) -> Iterator[Callable[[pa.Table], None]]:
    """Add tables to a Parquet file, which takes its place when all are written.

    Parameters
    ----------
    path : Path
    schema : pyarrow.Schema
    said : callable
        What the file says of itself; asked at the end.

    Raises
    ------
    SourceError
        If the disk refuses. What goes wrong in the block is the block's own.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = pq.ParquetWriter(unfinished, schema, compression="zstd")

    def add(table: pa.Table) -> None:
        with _writing(path):
            writer.write_table(table, row_group_size=ROWS_A_GROUP)

    try:
        yield add
        with _writing(path):
            writer.add_key_value_metadata(said())
            writer.close()
            unfinished.replace(path)
    finally:
        with suppress(OSError, pa.ArrowException):
            writer.close()
        unfinished.unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(
            f"{path} could not be written: {error.strerror or error}. Nothing was changed."
        ) from None


def _groups(parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The rows again in row groups of one size, whatever the parts' sizes."""
    waiting: list[pa.Table] = []
    size = 0
    for part in parts:
        waiting.append(_typed(part))
        size += len(part)
        while size >= ROWS_A_GROUP:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, ROWS_A_GROUP).combine_chunks()
            waiting = [whole.slice(ROWS_A_GROUP)]
            size -= ROWS_A_GROUP
    if size:
        yield pa.concat_tables(waiting).combine_chunks()


def _typed(part: pa.Table) -> pa.Table:
    table = part.select(list(COLUMNS)).cast(SCHEMA)
    for name in AMOUNTS:
        amounts = table[name].to_numpy()
        # Whole millionths divided are one float and no other. Minus nothing is nothing: which of the two an engine
        # gives depends on the order of adding.
        rounded = pa.array(np.rint(amounts * 10**DECIMALS) / 10**DECIMALS + 0.0, from_pandas=True)
        table = table.set_column(table.schema.get_field_index(name), name, rounded)
    return table
