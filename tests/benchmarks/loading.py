"""How long a million rows take to become a portfolio, against the bare read of the same file.

Run from the project's root on a quiet machine::

    python tests/benchmarks/loading.py [ROWS]

Prints medians and peak memory as a Markdown table. Each measurement is a process of its own, so that the peaks are
its own; imports are not counted. Nothing here is asserted: a timing is a measurement, not a test.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import xlsxwriter

ROWS, REPEATS, PARTNERS = 1_000_000, 3, 200
COLUMNS = ("date", "partner", "kind", "direction", "count", "status", "value", "reference")

_WAYS = ("received", "given")

MEASURE = """
import resource, sys, time
{setup}
start = time.perf_counter()
{work}
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
OURS = (
    "import partnership_analysis as pa; from partnership_analysis import portfolio",
    "made = pa.load({path!r})",
)
WAYS = {
    "xlsx": {
        "fastexcel, bare read into Arrow": (
            "import fastexcel",
            "made = fastexcel.read_excel({path!r}).load_sheet(0).to_arrow()",
        ),
        "portfolio from xlsx": OURS,
    },
    "csv": {
        "pyarrow, bare read": ("import pyarrow.csv as csv", "made = csv.read_csv({path!r})"),
        "portfolio from CSV": OURS,
    },
    "parquet": {
        "pyarrow, bare read of Parquet": (
            "import pyarrow.parquet as pq",
            "made = pq.read_table({path!r})",
        ),
        "portfolio from Parquet": OURS,
    },
}


def frame(rows: int) -> pd.DataFrame:
    """Rows as a referral system has them: few partners, kinds and days, every reference its own."""
    dice = random.Random(7)
    kinds = dice.choices(["referral", "event", "meeting", "cross_promotion"], k=rows)
    days = pd.date_range("2022-10-01", "2025-09-30")
    return pd.DataFrame(
        {
            "date": dice.choices(days, k=rows),
            "partner": dice.choices([f"Partner of ours {place}" for place in range(PARTNERS)], k=rows),
            "kind": kinds,
            "direction": ["mutual" if kind in ("event", "meeting") else dice.choice(_WAYS) for kind in kinds],
            "count": dice.choices([1, 1, 1, 2, 3], k=rows),
            "status": dice.choices(["open", "won", "lost"], k=rows),
            "value": [round(dice.lognormvariate(7, 1), 2) for _ in range(rows)],
            "reference": [f"REF-{place:07d}" for place in range(rows)],
        }
    )


def write(made: pd.DataFrame, folder: Path) -> None:
    """The same rows as xlsx, CSV and Parquet."""
    made.to_csv(folder / "rows.csv", index=False, date_format="%Y-%m-%d")
    made.to_parquet(folder / "rows.parquet", index=False)
    book = xlsxwriter.Workbook(
        str(folder / "rows.xlsx"), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    )
    sheet = book.add_worksheet("interactions")
    sheet.write_row(0, 0, COLUMNS)
    for row, cells in enumerate(made.itertuples(index=False), 1):
        sheet.write_datetime(row, 0, cells.date)
        for column, cell in enumerate(cells[1:], 1):
            (sheet.write_string if isinstance(cell, str) else sheet.write_number)(row, column, cell)
    book.close()


def measured(setup: str, work: str) -> tuple[float, float]:
    """Median seconds and peak MB of a few fresh processes."""
    code = MEASURE.format(setup=setup, work=work)
    runs = []
    for _ in range(REPEATS):
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        runs.append([float(part) for part in done.stdout.split()])
    seconds, memory = zip(*runs, strict=True)
    return statistics.median(seconds), statistics.median(memory)


def main(rows: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(frame(rows), folder)
        print(f"| {rows:,} rows, {len(COLUMNS)} columns | seconds | times the bare read | peak MB |")
        print("|---|---|---|---|")
        for kind, ways in WAYS.items():
            path, bare = str(folder / f"rows.{kind}"), 0.0
            for label, (setup, work) in ways.items():
                seconds, memory = measured(setup, work.format(path=path))
                bare = bare or seconds
                print(f"| {label} | {seconds:.2f} | {seconds / bare:.2f} | {memory:,.0f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
