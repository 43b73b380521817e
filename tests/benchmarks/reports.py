"""How much faster the fork engine makes reports and pages than papermill's command, in seconds and in processor time.

Run from the project's root::

    python tests/benchmarks/reports.py [commands] [kernel] [fork] [reports] [pages] [--quarters 8]

``commands``: eight quarterly reports, one ``papermill`` command each; ``kernel``: the same, two at once with a kernel
of its own each; ``fork``: the same, forked; ``reports``: eight whole report folders with everything in them; ``pages``:
a page for each of a hundred partners. All start cold: the fork server's own start is in its time.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from partnership_analysis.reports.batch import make_reports
from partnership_analysis.reports.engines import forks
from partnership_analysis.reports.engines.pool import Task, run_all
from partnership_analysis.reports.plan import jobs, quarter_names

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
SAMPLE = ROOT / "data" / "sample"
QUARTERS = quarter_names("2023Q4..2025Q3")
PARTNERS = 100
PROCESSES = 2


@contextmanager
def measured(what: str) -> Iterator[None]:
    """Print the seconds and the processor time of a block, with all processes that it started and waited for."""
    before, start = _processor_time(), time.perf_counter()
    yield
    if forks.supported():
        forks.server().close()
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    print(f"{what:<42} {time.perf_counter() - start:6.1f} s {_processor_time() - before:6.1f} s of processor")


def _inherit_orphans() -> None:
    """Let kernels whose parents have ended be this process's, which waits for them: only so is their time known."""
    set_child_subreaper = 36
    ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def _processor_time() -> float:
    return sum(
        resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )


def commands(folder: Path) -> None:
    """Eight papermill commands, one after the other."""
    command = [sys.executable, "-m", "papermill", str(NOTEBOOKS / "quarterly_report.ipynb")]
    with measured("eight papermill commands"):
        for quarter in QUARTERS:
            options = ["-p", "quarter", quarter, "-p", "portfolio", str(SAMPLE / "portfolio.xlsx")]
            made = [str(folder / f"{quarter}.ipynb"), *options]
            subprocess.run([*command, *made], check=True, capture_output=True, cwd=SAMPLE)


def kernel(folder: Path) -> None:
    """Eight notebooks, two at once, a kernel each."""
    with measured("eight notebooks, a kernel each"):
        _notebooks(folder, "kernel")


def fork(folder: Path) -> None:
    """Eight notebooks, two at once, forked."""
    with measured("eight notebooks, forked"):
        _notebooks(folder, "fork")


def _notebooks(folder: Path, engine: str) -> None:
    asked = [_run(folder, "quarterly_report", engine, quarter=quarter) for quarter in QUARTERS]
    shared = {"path": str(SAMPLE / "portfolio.xlsx"), "mapping": None, "settings": None}
    _all([Task(call.call, call.values, shared if engine == "fork" else {}) for call in asked])


def _run(folder: Path, notebook: str, engine: str, *, data: Path = SAMPLE, **values: str) -> Task:
    name = "-".join(values.values())
    return Task(
        "partnership_analysis.reports.execute:run_notebook",
        {
            "notebook": NOTEBOOKS / f"{notebook}.ipynb",
            "target": folder / f"{name}.ipynb",
            "parameters": {"portfolio": "portfolio.xlsx", **values},
            "folder": data,
            "failed": folder / f"{name}.failed.ipynb",
            # papermill's command draws nothing for phones either.
            "for_phones": "partner" in values,
            "engine": engine,
        },
    )


def _all(tasks: list[Task]) -> None:
    for done in run_all(tasks, processes=PROCESSES):
        if done.outcome.error:
            sys.exit(done.outcome.traceback or done.outcome.error)


def reports(folder: Path) -> None:
    """Eight report folders: page, PDF, partners' pages, calendar, manifest."""
    entry = {"portfolio": SAMPLE / "portfolio.xlsx", "quarters": QUARTERS, "into": folder, "compare": False}
    asked = jobs([entry])
    with measured("eight report folders"):
        made = make_reports(asked, processes=PROCESSES)
    if any(result.status != "made" for result in made):
        sys.exit("\n".join(result.message for result in made))
    with measured("the same once more, unchanged"):
        make_reports(asked, processes=PROCESSES)


def pages(folder: Path) -> None:
    """A page for each of a hundred partners, drawn for phones, too."""
    made_of = "from partnership_analysis import sample, export; "
    write = "export.write_workbook('portfolio.xlsx', made.tables, made.settings)"
    code = f"{made_of}made = sample.sample(partners={PARTNERS}); {write}; print(*made.tables['partners']['partner'], sep='|')"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True
    )
    names = told.stdout.strip().split("|")
    shared = {"path": str(folder / "portfolio.xlsx"), "mapping": None, "settings": None}
    with measured(f"{len(names)} pages, forked"):
        asked = [
            _run(folder, "08_partner_profile", "fork", data=folder, partner=name, quarter="2025Q3")
            for name in names
        ]
        _all([Task(call.call, call.values, {**shared, "quarters": ["2025Q3"]}) for call in asked])


if __name__ == "__main__":
    parts: list[Callable[[Path], None]] = [commands, kernel, fork, reports, pages]
    asked = sys.argv[1:]
    if "--quarters" in asked:
        place = asked.index("--quarters")
        QUARTERS = QUARTERS[-int(asked[place + 1]) :]
        del asked[place : place + 2]
    wanted = asked or [part.__name__ for part in parts]
    if forks.supported():
        _inherit_orphans()
    print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} busy with other things")
    for part in parts:
        if part.__name__ in wanted:
            with tempfile.TemporaryDirectory() as place:
                part(Path(place))
