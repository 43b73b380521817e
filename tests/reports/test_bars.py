"""What a batch shows: bars where somebody watches, lines of what ended everywhere."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from partnership_analysis.reports.bars import Bars
from partnership_analysis.reports.batch import Event, Result


def told(console: Console) -> Bars:
    with Bars(2, console) as bars:
        for name in ("[red]one", "two"):
            bars(Event(name, "Running notebooks", 3, 7))
            bars.bars.refresh()
            ended = Result(name, "made" if name == "two" else "failed", 12.4, "", Path("reports") / name)
            bars(Event(name, ended.status, 1, 1, ended))
    return bars


def test_a_log_has_one_line_a_report() -> None:
    file = io.StringIO()
    told(Console(file=file, width=80))
    assert file.getvalue() == "1/2 [red]one: failed, 12 s\n2/2 two: made, 12 s\n"


def test_a_terminal_has_bars_too() -> None:
    file = io.StringIO()
    bars = told(Console(file=file, width=100, force_terminal=True, color_system=None))
    shown = file.getvalue()
    assert "[red]one: running notebooks" in shown and "3/7" in shown
    assert "Reports" in shown and "1/2 [red]one: failed, 12 s" in shown
    assert [task.description for task in bars.bars.tasks] == ["Reports"]
    assert bars.bars.tasks[0].completed == 2
