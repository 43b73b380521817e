"""One step of ten billion interactions a year: rows made on the fly by DuckDB, reduced by our expression within a limit.

Run from the project's root::

    python tests/benchmarks/simulate.py [MILLIONS] [MEMORY] [PARTNERS]

Nothing is held but what the limit allows: the rows are made as they are read, and the panel goes to a file. Prints the
seconds, the process's peak memory, and what the panel weighs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measuring import code
from rows import query

MILLIONS, MEMORY, PARTNERS = 1_000, "2GB", 10_000

_SETUP = """
import duckdb, narwhals as nw
from partnership_analysis.panel import reduction
connection = duckdb.connect(config={{"memory_limit": "{memory}", "temp_directory": "{scratch}/spill",
    "preserve_insertion_order": "false"}})
rows = connection.sql('''{query}''')
"""
_WORK = """
nw.to_native(reduction(nw.from_native(rows))).write_parquet("{scratch}/unsorted.parquet", row_group_size=16384)
unsorted = connection.read_parquet("{scratch}/unsorted.parquet")
sorted_ = unsorted.order("partner, month, kind, direction")
sorted_.write_parquet("{scratch}/panel.parquet", compression="zstd", row_group_size=65536)
"""


def main(millions: int = MILLIONS, memory: str = MEMORY, partners: int = PARTNERS) -> None:
    """Measure and print."""
    import pyarrow.parquet as pq

    rows = millions * 1_000_000
    with tempfile.TemporaryDirectory() as scratch:
        setup = _SETUP.format(memory=memory, scratch=scratch, query=query(rows, partners))
        done = code(setup, _WORK.format(scratch=scratch))
        file = Path(scratch) / "panel.parquet"
        cells, size = pq.read_metadata(file).num_rows, file.stat().st_size
    print(
        f"{rows:,} rows of {partners:,} partners, memory_limit {memory}: {done.seconds:,.0f} s, {rows / done.seconds:,.0f} rows a second, "
        f"peak {done.peak_mb:,.0f} MB; {cells:,} cells, {size / cells:.1f} bytes each, {size / 1e6:,.0f} MB"
    )


if __name__ == "__main__":
    kinds = (int, str, int)
    main(*(kind(word) for kind, word in zip(kinds, sys.argv[1:], strict=False)))
