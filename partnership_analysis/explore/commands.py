"""The command that makes a page of what is looked at, with parameters that the notebook has and no others."""

from __future__ import annotations

import ast
import functools
import json
import shlex
from dataclasses import dataclass
from pathlib import Path

from partnership_analysis.explore.selection import Selection
from partnership_analysis.settings import Settings
from partnership_analysis.sources.paths import resolved
from partnership_analysis.wording import count_of, joined

REPORT, PROFILE = "quarterly_report", "08_partner_profile"
_KNOWN = {
    REPORT: ("portfolio", "mapping", "settings", "quarter", "vertical"),
    PROFILE: ("portfolio", "mapping", "settings", "quarter", "partner"),
}
"""Parameters where the notebook itself is not there to be asked."""


@dataclass(frozen=True)
class Source:
    """Where a portfolio was read from, as the notebook's parameters say it."""

    portfolio: str = "portfolio.xlsx"
    mapping: str = ""
    settings: str = ""


def parameters_of(notebook: str) -> tuple[str, ...]:
    """Names in the cell tagged ``parameters`` of one of the suite's notebooks."""
    path = resolved(Path("notebooks") / f"{notebook}.ipynb")
    if not path.is_file():
        return _KNOWN[notebook]
    # A notebook with its pictures takes a while to read, and a panel asks at every move.
    return _parameters_in(path.resolve(), path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=8)
def _parameters_in(path: Path, _written: int) -> tuple[str, ...]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    lines = [line for text in code for line in ast.parse(text).body]
    return tuple(
        line.target.id
        for line in lines
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    )


def papermill_line(notebook: str, selection: Selection, source: Source, settings: Settings) -> str:
    """The command of papermill for a notebook, quoted for a shell.

    Examples
    --------
    >>> asked = Selection("2025-09", vertical="Wealth & Tax", window=6)
    >>> papermill_line("quarterly_report", asked, Source("our partners.xlsx"), Settings())
    "papermill notebooks/quarterly_report.ipynb out.ipynb -p portfolio 'our partners.xlsx' -p quarter 2025Q3 -p vertical 'Wealth & Tax'"
    """
    parts = ["papermill", f"notebooks/{notebook}.ipynb", "out.ipynb"]
    for name, value in _values(notebook, selection, source, settings).items():
        parts += [_flag(value), name, value]
    return shlex.join(parts)


def report_line(selection: Selection, source: Source, settings: Settings) -> str:
    """The suite's own command for the quarterly report, quoted for a shell.

    Examples
    --------
    >>> report_line(Selection("2025-09", vertical="Legal"), Source("ours.xlsx"), Settings())
    'partnership-analysis report --portfolio ours.xlsx --quarter 2025Q3 --vertical Legal'
    """
    parts = ["partnership-analysis", "report"]
    for name, value in _values(REPORT, selection, source, settings).items():
        parts += [f"--{name}={value}"] if value.startswith("-") else [f"--{name}", value]
    return shlex.join(parts)


def left_out(selection: Selection, settings: Settings) -> str:
    """What of a selection the quarterly report has no parameter for, in a sentence; empty if nothing.

    Examples
    --------
    >>> left_out(Selection("2025-09", perspective="theirs"), Settings())
    'The report has no parameter for their side: it goes by the settings, and by the whole quarter.'
    >>> left_out(Selection("2025-08", window=6), Settings())
    'The report has no parameter for a window of 6 months and the month within the quarter: it goes by the settings, and by the whole quarter.'
    """
    words = []
    if selection.partner:
        words.append("one partner (the profile below has)")
    if selection.relationship:
        words.append(f"{selection.relationship}s only")
    if selection.window != settings.window:
        words.append(f"a window of {count_of(selection.window, 'month')}")
    if selection.method != "trailing":
        words.append("the published method")
    if selection.perspective != "ours":
        words.append("their side")
    if selection.index != selection.quarter(settings.fiscal_year_start).last_index:
        words.append("the month within the quarter")
    if not words:
        return ""
    return f"The report has no parameter for {joined(words, limit=6)}: it goes by the settings, and by the whole quarter."


def _values(notebook: str, selection: Selection, source: Source, settings: Settings) -> dict[str, str]:
    """Values by name, of the parameters that the notebook has and that say something."""
    values = {
        "portfolio": source.portfolio,
        "mapping": source.mapping,
        "settings": source.settings,
        "quarter": str(selection.quarter(settings.fiscal_year_start)),
        "vertical": selection.vertical,
        "partner": selection.partner,
    }
    there = parameters_of(notebook)
    return {name: value for name, value in values.items() if value and name in there}


def _flag(value: str) -> str:
    """``-r`` for a text that papermill would take for a number or a truth value.

    >>> _flag("Legal"), _flag("365"), _flag("None")
    ('-p', '-r', '-r')
    """
    if value in ("True", "False", "None"):
        return "-r"
    try:
        float(value)
    except ValueError:
        return "-p"
    return "-r"
