"""One step of ten billion interactions a year: rows made on the fly by DuckDB, reduced by our expression within a limit.

Run from the project's root::

    python tests/benchmarks/simulate.py [MILLIONS] [MEMORY]

Nothing is held but what the limit allows: the rows are made as they are read, and the panel goes to a file. Prints the
seconds, the process's peak memory, and what the panel weighs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measuring import code
from rows import query

MILLIONS, MEMORY = 1_000, "2GB"
A_PARTNER = 10_000
"""Interactions of each partner in three years: a cell of the panel holds 23 on average."""

_SETUP = """
import duckdb, narwhals as nw
from partnership_analysis.panel import reduction
connection = duckdb.connect(config={{"memory_limit": "{memory}", "temp_directory": "{scratch}/spill",
    "preserve_insertion_order": "false"}})
rows = connection.sql('''{query}''')
"""
_WORK = """
reduced = nw.to_native(reduction(nw.from_native(rows))).order("partner, month, kind, direction")
reduced.write_parquet("{scratch}/panel.parquet", compression="zstd")
"""


def main(millions: int, memory: str) -> None:
    """Measure and print."""
    import pyarrow.parquet as pq

    rows = millions * 1_000_000
    with tempfile.TemporaryDirectory() as scratch:
        setup = _SETUP.format(memory=memory, scratch=scratch, query=query(rows, rows // A_PARTNER))
        done = code(setup, _WORK.format(scratch=scratch))
        file = Path(scratch) / "panel.parquet"
        cells, size = pq.read_metadata(file).num_rows, file.stat().st_size
    print(
        f"{rows:,} rows, memory_limit {memory}: {done.seconds:,.0f} s, {rows / done.seconds:,.0f} rows a second, "
        f"peak {done.peak_mb:,.0f} MB; {cells:,} cells, {size / cells:.1f} bytes each, {size / 1e6:,.0f} MB"
    )


if __name__ == "__main__":
    asked = sys.argv[1:]
    main(int(asked[0]) if asked else MILLIONS, asked[1] if len(asked) > 1 else MEMORY)
