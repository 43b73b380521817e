"""What a report and a batch of them show on the terminal while they run."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from partnership_analysis.errors import harmless

if TYPE_CHECKING:
    from partnership_analysis.reports.batch import Event


class Bars:
    """A bar over all reports of a batch and a line for each at work; its end as a line that stays.

    Told about every step of every report; where nobody watches (a log, a pipe) only the ends are written.

    Parameters
    ----------
    total : int
        Reports of the batch.
    console : Console, optional
        Default: standard error.
    """

    def __init__(self, total: int, console: Console | None = None) -> None:
        self.total, self.ended = total, 0
        self.console = console or Console(stderr=True, highlight=False, soft_wrap=True)
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
        self.bars = Progress(
            *columns,
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self.whole = self.bars.add_task("Reports", total=total)
        self.running: dict[str, TaskID] = {}

    def __enter__(self) -> Bars:
        self.bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bars.stop()

    def __call__(self, event: Event) -> None:
        name = harmless(event.name)
        if event.result is None:
            task = self.running.get(name)
            if task is None:
                task = self.running[name] = self.bars.add_task("", total=None)
            words = f"{name}: {event.step[:1].lower()}{event.step[1:]}"
            self.bars.update(task, description=words, completed=event.done, total=event.total or None)
            return
        self.ended += 1
        if name in self.running:
            self.bars.remove_task(self.running.pop(name))
        self.bars.update(self.whole, completed=self.ended)
        line = f"{self.ended}/{self.total} {name}: {event.result.status}, {event.result.seconds:.0f} s"
        self.console.print(Text(line))


class Steps:
    """Steps of a report on stderr: one line each, counting in place where there is a terminal."""

    def __init__(self) -> None:
        self.current, self.live = "", sys.stderr.isatty()

    def __enter__(self) -> Steps:
        return self

    def __exit__(self, *error: object) -> None:
        self._end_line()

    def __call__(self, step: str, done: int, total: int) -> None:
        count = f" {done:,}/{total:,}" if total else ""
        if step.startswith("Reading") and total:
            count = f" {done:,} of {total:,} rows used"
        if self.live:
            if step != self.current:
                self._end_line()
            typer.echo(f"\r{step}…{count}\x1b[K", nl=False, err=True)
        elif step != self.current or done == total:
            typer.echo(f"{step}…{count}", err=True)
        self.current = step

    def _end_line(self) -> None:
        if self.live and self.current:
            typer.echo("", err=True)
