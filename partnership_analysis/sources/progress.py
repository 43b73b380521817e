"""A bar for loading much: from 50,000 rows up, where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

FROM_ROWS = 50_000
"""Rows from which a bar is shown."""

_BYTES_A_ROW = 20
"""What a row takes at least in a file, so that a large one is known before it is read."""

Steps = Callable[[str, int, int], None]
"""Told the step's name, how many steps are done, and how many there are."""


def silent(step: str, done: int, total: int) -> None:
    """Tells nobody."""


def is_much(path: Path) -> bool:
    """Whether a file or the files of a folder may hold 50,000 rows."""
    files = [path] if path.is_file() else [entry for entry in path.iterdir() if entry.is_file()]
    return any(entry.stat().st_size >= FROM_ROWS * _BYTES_A_ROW for entry in files)


@contextmanager
def shown(path: Path, steps: Steps | None = None) -> Iterator[Steps]:
    """Where steps are told: to a caller's function, else as a bar on the terminal or in the notebook.

    The bar goes away at the end. Where the file is small, or nobody watches (a log, a pipe, a test), nothing is
    written.
    """
    if not (path.exists() and is_much(path)):
        yield silent
    elif steps is not None:
        yield steps
    elif sys.stderr.isatty():
        with on_terminal() as tell:
            yield tell
    elif _in_notebook():
        with _in_cell() as tell:
            yield tell
    else:
        yield silent


@contextmanager
def on_terminal() -> Iterator[Steps]:
    """A bar on standard error that goes away; without a total it only moves."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda step, done, total: bar.update(
            task, description=step, completed=done, total=total or None
        )


@contextmanager
def _in_cell() -> Iterator[Steps]:
    from IPython.display import HTML, display

    handle = display(HTML(""), display_id=True)
    try:
        yield lambda step, done, total: handle.update(HTML(_element(step, done, total)))
    finally:
        handle.update(HTML(""))


def _element(step: str, done: int, total: int) -> str:
    """A bar as HTML; without a total it only moves.

    >>> _element("Reading a.xlsx", 1, 4)
    '<progress value="1" max="4"></progress> Reading a.xlsx'
    """
    measure = f' value="{done}" max="{total}"' if total else ""
    return f"<progress{measure}></progress> {escape(step)}"


def _in_notebook() -> bool:
    module = sys.modules.get("IPython")
    return module is not None and type(module.get_ipython()).__name__ == "ZMQInteractiveShell"
