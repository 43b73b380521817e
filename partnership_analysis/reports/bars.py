"""What a batch shows while it runs: a bar over all reports and a line for each at work; its end as a line that stays."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from partnership_analysis.errors import harmless
from partnership_analysis.reports.batch import Event


class Bars:
    """Told about every step of every report; where nobody watches (a log, a pipe) only the ends are written.

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
