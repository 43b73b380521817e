"""How long a command takes to answer, and a report to be made, against papermill's bare cost.

Run from the project's root on a quiet machine::

    python tests/benchmarks/start_up.py

Prints medians as a Markdown table. Nothing here is asserted: a timing is a measurement, not a test.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

SAMPLE = "data/sample/portfolio.xlsx"
QUARTER = "2025Q3"
REPEATS = 5
DRAW = f"""
import time
import partnership_analysis as pa
review = pa.quarter_review(pa.load({SAMPLE!r}), {QUARTER!r})
review.verticals
start = time.perf_counter()
pa.charts.standing_picture(review)
pa.charts.trend_picture(review)
pa.charts.vertical_picture(review)
pa.charts.exchange_picture(review)
print(time.perf_counter() - start)
"""


def timed(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command and its children."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, cpu


def median(command: list[str], which: int) -> float:
    """Median of the wall (0) or CPU (1) seconds of a few runs."""
    return statistics.median(timed(command)[which] for _ in range(REPEATS))


def main() -> None:
    """Measure and print."""
    ours = [sys.executable, "-m", "partnership_analysis"]
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")]), empty)
        papermill = [
            sys.executable,
            "-m",
            "papermill",
            str(empty),
            str(empty.with_name("out.ipynb")),
            "-k",
            "python3",
        ]
        help_cpu = median([*ours, "--help"], 1)
        bare = median(papermill, 0)
        drawing = statistics.median(
            float(
                subprocess.run(
                    [sys.executable, "-c", DRAW], check=True, capture_output=True, text=True
                ).stdout
            )
            for _ in range(REPEATS)
        )
        out = str(Path(folder) / "report")
        report = median([*ours, "report", "--portfolio", SAMPLE, "--quarter", QUARTER, "--out", out], 0)
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, medians of {REPEATS}\n")
    print("| what | seconds |\n|---|---|")
    print(f"| `partnership-analysis --help`, CPU | {help_cpu:.2f} |")
    print(f"| papermill's command, empty notebook | {bare:.1f} |")
    print(f"| drawing the report's four charts, at page width | {drawing:.1f} |")
    print(f"| the sample's report, from command to folder | {report:.1f} |")
    print(f"| ratio of the last to the sum of the two before | {report / (bare + drawing):.2f} |")


if __name__ == "__main__":
    main()
