"""One step of ten billion interactions a year: rows made on the fly by DuckDB, reduced by our expression within a limit.

Run from the project's root::

    python tests/benchmarks/simulate.py [MILLIONS] [MEMORY] [PARTNERS]

Nothing is held but what the limit allows: the rows are made as they are read, reduced a piece at a time as
the command does with files, and the panel goes to a file. Prints the seconds, the process's peak memory, and what the panel weighs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measuring import code

from partnership_analysis.scale.reduce import bytes_of

MILLIONS, MEMORY, PARTNERS = 1_000, "2GB", 10_000

_SETUP = """
import sys
sys.path.insert(0, {here!r})
from pathlib import Path
import duckdb, narwhals as nw
from partnership_analysis.panel import reduction
from partnership_analysis.scale.pieces import most_rows, reduced
from rows import query_in_parallel

class Made:
    length = {rows}
    def cut(self, first, most):
        return min(first + most, self.length)
    def piece(self, first, end):
        return connection.sql(query_in_parallel(connection, end - first, {partners}, first))

def told(done):
    print(f"{{done:,}} rows reduced", file=sys.stderr, flush=True)

connection = duckdb.connect(config={{"memory_limit": "{memory}B", "temp_directory": "{scratch}/spill",
    "preserve_insertion_order": "false"}})
def reduce(relation):
    return reduction(nw.from_native(relation), tally=True)
"""
_WORK = """
unsorted = reduced(connection, Made(), reduce, Path("{scratch}"), most_rows({memory}), told)
sorted_ = unsorted.project("* exclude (rows, first, last)").order("partner, month, kind, direction")
sorted_.write_parquet("{scratch}/panel.parquet", compression="zstd", row_group_size=65536)
"""


def main(millions: int = MILLIONS, memory: str = MEMORY, partners: int = PARTNERS) -> None:
    """Measure and print."""
    import pyarrow.parquet as pq

    rows = millions * 1_000_000
    with tempfile.TemporaryDirectory() as scratch:
        here = str(Path(__file__).parent)
        setup = _SETUP.format(
            here=here, memory=bytes_of(memory), scratch=scratch, rows=rows, partners=partners
        )
        done = code(setup, _WORK.format(scratch=scratch, memory=bytes_of(memory)))
        file = Path(scratch) / "panel.parquet"
        cells, size = pq.read_metadata(file).num_rows, file.stat().st_size
    print(
        f"{rows:,} rows of {partners:,} partners, memory_limit {memory}: {done.seconds:,.0f} s, {rows / done.seconds:,.0f} rows a second, "
        f"peak {done.peak_mb:,.0f} MB; {cells:,} cells, {size / cells:.1f} bytes each, {size / 1e6:,.0f} MB"
    )


if __name__ == "__main__":
    kinds = (int, str, int)
    main(*(kind(word) for kind, word in zip(kinds, sys.argv[1:], strict=False)))
