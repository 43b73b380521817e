"""Many reports: a bounded number at once, each in a process of its own, and none that is there already.

What a report was made from is in its manifest. A batch that is interrupted, however hard, leaves whole reports; the
next one makes the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from partnership_analysis.errors import PartnershipError, ReportError
from partnership_analysis.periods import Quarter
from partnership_analysis.reports.earlier import earlier_report
from partnership_analysis.reports.engines.pool import Done, Task, run_all
from partnership_analysis.reports.engines.work import Outcome
from partnership_analysis.reports.execute import Progress
from partnership_analysis.reports.fingerprint import fingerprint, stamp, unchanged
from partnership_analysis.reports.make import HANDOUT, NOTEBOOK, PROFILE, find_notebook, make_report
from partnership_analysis.reports.plan import Job

UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Result:
    """What became of a report."""

    name: str
    status: Literal["made", "unchanged", "failed"]
    seconds: float
    message: str
    """Why it failed, or which of its parts could not be made; else empty."""
    folder: Path


@dataclass(frozen=True)
class Event:
    """A step of a report in a batch, or its end."""

    name: str
    step: str
    done: int
    total: int
    result: Result | None = None
    """At its end."""


def make_reports(
    jobs: Sequence[Job],
    *,
    processes: int | None = None,
    force: bool = False,
    progress: Callable[[Event], None] = lambda event: None,
) -> list[Result]:
    """Make reports; a failure never stops the rest.

    A report that is compared with an earlier one waits for it, where the batch makes both.

    Parameters
    ----------
    jobs : sequence of Job
        From :func:`~partnership_analysis.reports.plan.read_plan` or
        :func:`~partnership_analysis.reports.plan.jobs`.
    processes : int, optional
        How many at once; none: as many as there are cores.
    force : bool
        Make what has not changed, too.
    progress : callable, optional
        Told about every step of every report, and about its end.

    Returns
    -------
    list of Result
        In the order of the jobs.
    """
    results: dict[int, Result] = {}

    def told(place: int, step: str, done: int, total: int) -> None:
        progress(Event(jobs[place].name, step, done, total))

    def spared(place: int) -> Outcome | None:
        return None if force else _spared(jobs[place])

    with closing(run_all(_tasks(jobs), processes=processes, told=told, spared=spared)) as ended:
        for done in ended:
            job = jobs[done.place]
            results[done.place] = result = _result(job, done)
            progress(Event(job.name, result.status, 1, 1, result))
    return [results[place] for place in range(len(jobs))]


def make_one(job: Job, *, progress: Progress) -> list[str]:
    """Make a report in the process that is there for it, and note what it was made from.

    Returns
    -------
    list of str
        Which parts could not be made, and why.
    """
    made_from = _made_from(job)
    # The batch has as many processes as it may have: a report of it has one for all its pages.
    folder = make_report(job.parameters, notebook=job.notebook, progress=progress, processes=1)
    content = stamp(folder, made_from)
    return [f"{part['file']}: {part['failure']}" for part in content["outputs"] if part.get("failure")]


def _tasks(jobs: Sequence[Job]) -> list[Task]:
    return [
        Task(
            f"{__name__}:{make_one.__name__}",
            {"job": job},
            _shared(job),
            frozenset(place for place, other in enumerate(jobs) if _is_compared(job, other)),
        )
        for job in jobs
    ]


def _shared(job: Job) -> dict[str, Any]:
    """The portfolio that the process shares with others, and the quarter of its pages."""
    asked = job.parameters
    optional = {"mapping": asked.mapping, "settings": asked.settings}
    return {"path": str(asked.portfolio.absolute()), "quarters": [asked.quarter]} | {
        name: None if path is None else str(path.absolute()) for name, path in optional.items()
    }


def _spared(job: Job) -> Outcome | None:
    """What there is to say of a report that need not be made, or cannot."""
    try:
        return Outcome(UNCHANGED) if unchanged(job.target, _made_from(job)) else None
    except (PartnershipError, OSError) as error:
        return Outcome(error=str(error))


def _result(job: Job, done: Done) -> Result:
    outcome = done.outcome
    if outcome.error:
        return Result(job.name, "failed", done.seconds, outcome.error, job.target)
    if outcome.value == UNCHANGED:
        return Result(job.name, "unchanged", done.seconds, "", job.target)
    return Result(job.name, "made", done.seconds, "; ".join(outcome.value), job.target)


def _made_from(job: Job) -> str:
    """The fingerprint of a report, together with what it is compared with now."""
    asked, previous = job.parameters, job.parameters.previous
    if previous is None and _compares(job):
        previous = earlier_report(
            job.target, portfolio=asked.portfolio.name, quarter=asked.quarter, vertical=asked.vertical
        )
    return fingerprint(asked, _notebooks(job), previous)


def _notebooks(job: Job) -> list[Path]:
    """The notebook that is the report, and the one of the partners' pages."""
    found = [_notebook(job)]
    with suppress(ReportError):
        found.append(find_notebook(None, PROFILE))
    return found


def _notebook(job: Job) -> Path:
    return find_notebook(job.notebook, HANDOUT if job.parameters.audience else NOTEBOOK)


def _is_compared(job: Job, other: Job) -> bool:
    """Whether a report may be compared with another of the batch, which must then be there first."""
    one, two = job.parameters, other.parameters
    same = all(
        (
            one.portfolio.name == two.portfolio.name,
            one.vertical == two.vertical,
            job.target.parent.absolute() == other.target.parent.absolute(),
        )
    )
    return same and _compares(job) and Quarter.parse(two.quarter) < Quarter.parse(one.quarter)


def _compares(job: Job) -> bool:
    """Whether a report looks for an earlier one."""
    return job.parameters.compare and job.parameters.previous is None and _takes_previous(_notebook(job))


@cache
def _takes_previous(notebook: Path) -> bool:
    """Whether a notebook has the parameter, as far as that shows without Jupyter."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return False  # Making the report says what is wrong with it.
    tagged = [cell for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", [])]
    return any("previous" in "".join(cell.get("source", "")) for cell in tagged)
