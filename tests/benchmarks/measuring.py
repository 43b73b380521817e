"""Seconds and peak memory of a process with all that it starts, measured from a small process that does nothing else."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
EVERY = 0.1
"""Seconds between two looks at a process's memory, at least."""
SHORT, LONG = 1.0, 10.0
"""Seconds below which such looks see too little; from which a measurement is not repeated."""

_CODE = """
import time
{setup}
start = time.perf_counter()
{work}
print("measured", time.perf_counter() - start, flush=True)
with open("/proc/self/status") as status:
    print("peak", next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""
"""A process's own high water mark; ``ru_maxrss`` would begin with that of the process that started it."""


@dataclass(frozen=True)
class Measured:
    """What a run took, in seconds and in megabytes (0: not known), or the medians of several."""

    seconds: float
    peak_mb: float
    output: str = ""
    runs: int = 1


class Failed(RuntimeError):
    """A command ended with an error."""

    def __init__(self, arguments: Sequence[str | Path], code: int, done: Measured) -> None:
        super().__init__(f"{arguments} failed with exit code {code}:\n{done.output[-3000:]}")
        self.done = done


def command(arguments: Sequence[str | Path], *, environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command from the project's root to its end.

    Raises
    ------
    Failed
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(one) for one in arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )
    peaks = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, peaks), daemon=True)
    watcher.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - start
    watcher.join()
    done = Measured(seconds, peaks[0] if seconds > SHORT else 0.0, output)
    if process.returncode:
        raise Failed(arguments, process.returncode, done)
    return done


def code(setup: str, work: str, *, python: str | Path = sys.executable) -> Measured:
    """Run code in a process of its own; `setup`, mostly imports, is not timed."""
    done = command([python, "-c", _CODE.format(setup=setup, work=work)])
    said = dict(line.split() for line in done.output.splitlines() if line.startswith(("measured ", "peak ")))
    return Measured(float(said["measured"]), max(done.peak_mb, int(said["peak"]) / 1024), done.output)


def median(runs: int, measure: Callable[[], Measured]) -> Measured:
    """The medians of several runs; one will do of what takes long."""
    done = [measure()]
    while len(done) < runs and done[0].seconds < LONG:
        done.append(measure())
    return Measured(
        statistics.median(run.seconds for run in done),
        statistics.median(run.peak_mb for run in done),
        done[-1].output,
        len(done),
    )


def _watch(process: subprocess.Popen[str], peaks: list[float]) -> None:
    while process.poll() is None:
        start = time.perf_counter()
        peaks[0] = max(peaks[0], _memory(process.pid))
        # A look at gigabytes takes long, and must not take a core from what is measured.
        time.sleep(max(EVERY, 30 * (time.perf_counter() - start)))


def _memory(pid: int) -> float:
    """Megabytes of a process and all that it started; a page that several share counts once."""
    total = 0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in [process, *process.children(recursive=True)]:
            with suppress(psutil.Error):
                total += one.memory_full_info().pss
    return total / 2**20
