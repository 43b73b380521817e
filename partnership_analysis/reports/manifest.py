"""What a report was made from and what was made: ``manifest.json``, and ``index.html`` for people."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from partnership_analysis import __version__
from partnership_analysis.reports.fonts import font_faces
from partnership_analysis.reports.html import TEMPLATES
from partnership_analysis.reports.parameters import ReportParameters, Request, relative
from partnership_analysis.sources.readers.files import SUFFIXES

MAKER = "partnership-analysis"
VERSIONS = ("pandas", "numpy", "scipy", "matplotlib", "papermill", "nbconvert")


@dataclass(frozen=True)
class Output:
    """One file of a report folder: what it is, and why it is missing if it is."""

    file: str
    what: str
    failure: str = ""


def manifest(
    request: Request, name: str, outputs: Sequence[Output], folder: Path, made: dt.datetime
) -> dict[str, Any]:
    """Everything that a reader needs to make the same report again, and to see that it is the same.

    Parameters
    ----------
    request : Request
        What was asked for.
    name : str
        Name of the report.
    outputs : sequence of Output
        What was made in ``folder``, or failed to be.
    folder : Path
        The report folder.
    made : datetime
        When; the only clock in a report folder.

    Returns
    -------
    dict
        JSON values; paths are relative to the portfolio's folder.
    """
    ledger = request.portfolio.ledger
    return {
        "format": 1,
        "inputs": [
            _described(path, relative(path, request.folder)) for path in input_files(request.parameters)
        ],
        "made": made.isoformat(timespec="seconds"),
        "made_by": MAKER,
        "name": name,
        "notebook": _described(request.notebook, request.notebook.name),
        "outputs": [_line(output, folder) for output in outputs],
        "parameters": request.values,
        "quarter": {
            "name": str(request.quarter),
            "label": request.quarter.label,
            "start": request.quarter.start.isoformat(),
            "end": request.quarter.end.isoformat(),
        },
        "rows": {
            **{
                count: int(getattr(ledger, count)) for count in ("read", "accepted", "rejected", "recognised")
            },
            "sources": json.loads(ledger.sources.to_json(orient="records")),
        },
        "settings": request.portfolio.settings.flat(),
        "status": "failed" if any(output.failure for output in outputs) else "made",
        "versions": {
            "python": platform.python_version(),
            MAKER: __version__,
            **{package: version(package) for package in VERSIONS},
        },
    }


def as_text(content: dict[str, Any]) -> str:
    """The manifest as it is written: sorted keys, two spaces, a newline at the end."""
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def is_report(folder: Path) -> bool:
    """Whether a folder is a report of ours, which a new run may replace."""
    try:
        content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("made_by") == MAKER


def index_page(content: dict[str, Any], title: str, headline: str = "") -> str:
    """``index.html``: a manifest as a page, under what the report says in a sentence."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.tests["notebook"] = lambda file: file.endswith(".ipynb")
    css = font_faces() + (TEMPLATES / "report" / "report.css").read_text(encoding="utf-8")
    page = environment.get_template("index.html.j2")
    return page.render(manifest=content, title=title, headline=headline, css=css, size=_size)


def input_files(parameters: ReportParameters) -> list[Path]:
    """Every file that is read, in order of name: the portfolio's, the mapping, the settings.

    Of a folder these are all its tables, since a mapping may join any of them.
    """
    path = parameters.portfolio
    beside = path / "settings.toml" if path.is_dir() else path.with_suffix(".toml")
    named = {file for file in (parameters.mapping, parameters.settings or beside) if file is not None}
    if path.is_dir():
        named |= {
            file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and file.name[0] not in ".~"
        }
    else:
        named.add(path)
    return sorted(file for file in named if file.is_file())


def _described(path: Path, name: str) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "file": name, "sha256": digest}


def _line(output: Output, folder: Path) -> dict[str, Any]:
    if output.failure:
        return {**asdict(output), "status": "failed"}
    described = _described(folder / output.file, output.file)
    return {**described, "what": output.what, "status": "made"}


def _size(count: int) -> str:
    """A file's size for people.

    >>> _size(820), _size(251_000), _size(1_900_000)
    ('820 bytes', '251 kB', '1.9 MB')
    """
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
