"""Everything that is measured, each beside its rival in the same run: `make bench`.

Run from the project's root on a quiet machine::

    python tests/benchmarks/bench.py [--quick] [PART ...]

Parts: loading, panel, measures, reports, start_up. Writes ``benchmarks.json``, prints its tables and puts them between the
two marks in README.md; with ``--quick``, which only shows that all of it runs, or with parts, both stay as they are.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import loading
import panels
import psutil
import scaling
from cases import GROWTH, MARK, Case, beside_rivals, growth, insert, table, write
from measuring import ROOT, command, median
from rows import written

RESULTS = ROOT / "tests" / "benchmarks" / "benchmarks.json"
SAMPLE = ROOT / "data" / "sample" / "portfolio.xlsx"
NOTEBOOKS = ROOT / "notebooks"
BENCHMARKS = Path(__file__).parent
QUICK = "--quick" in sys.argv
RUNS = 1 if QUICK else 3
SPREADSHEET = 20_000 if QUICK else 1_000_000
INTERACTIONS = 400_000 if QUICK else 20_000_000
A_PARTNER = 2_000
"""Interactions of each partner in three years: nearly every cell of the panel has one."""
PARTNERS = (100, 1_000, 10_000) if QUICK else (100, 10_000, 1_000_000)
QUARTERS = 2 if QUICK else 8


def load(scratch: Path) -> list[Case]:
    """Rows of a spreadsheet, of CSV and of Parquet to a portfolio."""
    return loading.cases(SPREADSHEET, RUNS)


def panel(scratch: Path) -> list[Case]:
    """Interactions to their panel, and how the seconds grow with the rows."""
    rows, part = INTERACTIONS, INTERACTIONS // 4
    whole = written(scratch / "rows", rows, rows // A_PARTNER, 8)
    quarter = written(scratch / "quarter", part, part // A_PARTNER, 2)
    made = panels.in_memory(f"{rows:,} interactions in Parquet to a panel in memory", whole, scratch, RUNS)
    large = {case.what: case.seconds for case in made}
    group = f"{rows:,} interactions in Parquet to a panel in a file, as a command"
    made += panels.as_command(group, whole, scratch, RUNS)
    group = f"Panel: growth from {part:,} to {rows:,} rows, and as many more cells"
    for engine, ways in panels.ENGINES.items():
        for way, aim in zip(ways, (None, GROWTH), strict=True):
            what = panels.named(way)
            small = panels.seconds(engine, way, quarter, scratch, RUNS)
            made.append(growth(group, what, small, large[what], rows / part, RUNS, aim=aim))
    return made


def measures(scratch: Path) -> list[Case]:
    """Measures as partners become more."""
    return scaling.cases(PARTNERS)


def reports(scratch: Path) -> list[Case]:
    """One quarterly notebook and eight, by papermill's command and by ours."""
    made = []
    for number in (1, QUARTERS):
        group = f"The quarterly notebook, {number} time{'s' * (number > 1)}"
        rival = "papermill's command" + ", one after the other" * (number > 1)
        names = {"commands": rival, "fork": "ours: forked, two at once"}
        for part, what in names.items():
            asked = [sys.executable, BENCHMARKS / "reports.py", part, "--quarters", str(number)]
            done = median(1 if number > 1 else RUNS, partial(command, asked))
            beside = "" if what == rival else rival
            made.append(Case.of(group, what, done, rival=beside))
    return made


def start_up(scratch: Path) -> list[Case]:
    """From the command to its answer: help, imports, the sample's report, all notebooks."""
    ours = [sys.executable, "-m", "partnership_analysis"]
    report = [*ours, "report", "--portfolio", SAMPLE, "--quarter", "2025Q3", "--out", scratch / "report"]
    everything = "import partnership_analysis as pa; [getattr(pa, name) for name in pa.__all__]"
    nbval = [
        "-m",
        "pytest",
        "-q",
        "--nbval",
        "--nbval-current-env",
        "-n",
        "2",
        "--dist",
        "loadfile",
        NOTEBOOKS,
    ]
    kernels = {"IPYTHONDIR": str(scratch / "ipython")}
    asked = {
        "Python alone": [sys.executable, "-c", "pass"],
        "`import pandas`": [sys.executable, "-c", "import pandas"],
        "`import partnership_analysis`": [sys.executable, "-c", "import partnership_analysis"],
        "`import partnership_analysis`, every name of it": [sys.executable, "-c", everything],
        "`partnership-analysis --help`": [*ours, "--help"],
        "the sample's report, from command to folder": report,
    }
    made = []
    for what, arguments in asked.items():
        runs = 1 if QUICK or arguments is report else 5
        done = median(runs, partial(command, arguments))
        made.append(Case.of("From the command to the answer", what, done))
    done = command([sys.executable, *nbval], environment=kernels)
    what = f"all {len(list(NOTEBOOKS.glob('*.ipynb')))} notebooks run again and compared (nbval)"
    return [*made, Case.of("From the command to the answer", what, done)]


PARTS: dict[str, Callable[[Path], list[Case]]] = {
    "panel": panel,
    "reports": reports,
    "start_up": start_up,
    "loading": load,
    "measures": measures,
}


def machine() -> dict[str, str]:
    """What it was measured on."""
    cpu = platform.processor() or platform.machine()
    about = Path("/proc/cpuinfo")
    if about.exists():
        names = [line for line in about.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(": ")[2] if names else cpu
    return {
        "cores": str(os.cpu_count()),
        "processor": cpu,
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GB",
        "system": platform.system(),
        "python": platform.python_version(),
        "busy before": f"{os.getloadavg()[0]:.1f}",
    }


def told(made: list[Case], about: dict[str, str], seconds: float) -> str:
    """The tables, and on what they were measured."""
    words = (
        "Measured in one run of `make bench`, {minutes:.0f} minutes, on {cores} cores of {processor}, {memory}, {system}, "
        "Python {python}; medians of three where it takes under 10 seconds; a peak is that of all processes together."
    )
    return table(made, words.format(**about, minutes=seconds / 60))


def main(wanted: list[str]) -> None:
    """Measure, write, print."""
    made: list[Case] = []
    text = ""
    about, start = machine(), time.monotonic()
    for name, part in PARTS.items():
        if wanted and name not in wanted:
            continue
        print(f"Measuring {name} ({time.monotonic() - start:,.0f} s so far)", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as scratch:
            made = beside_rivals([*made, *part(Path(scratch))])
        # After each part, so that an interrupted run has told what it measured.
        text = told(made, about, time.monotonic() - start)
        if not QUICK and not wanted:
            write(made, about, RESULTS)
            if not insert(ROOT / "README.md", text):
                print(f"README.md has no two marks {MARK}: the table is not put there", file=sys.stderr)
    print(text)
    for case in made:
        if case.missed:
            print(
                f"Missed: {case.group}: {case.what}: not under {' nor '.join(case.missed)}", file=sys.stderr
            )


if __name__ == "__main__":
    main([name for name in sys.argv[1:] if name != "--quick"])
