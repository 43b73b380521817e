"""A page a partner: the profile notebook, run for each, as HTML with the notebook beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from partnership_analysis.errors import ParameterError, ReportError, unknown
from partnership_analysis.metrics.review import Review
from partnership_analysis.reports.execute import Progress, run_notebook
from partnership_analysis.reports.folder import slug
from partnership_analysis.reports.html import figures_without_alt, to_html
from partnership_analysis.reports.jupyter import nbformat
from partnership_analysis.reports.manifest import Output
from partnership_analysis.reports.parameters import Request
from partnership_analysis.reports.private import without_defaults

FOLDER = "partners"
ALL, FLAGGED = "all", "flagged"


def chosen(review: Review, asked: Sequence[str]) -> list[str]:
    """Names of the partners whose pages are made, in the order of the report.

    Parameters
    ----------
    review : Review
    asked : sequence of str
        ``all``, ``flagged`` (who is to be called, and who is flagged beside), or names.

    Raises
    ------
    ParameterError
        If a name is unknown; says which is near.
    """
    known = list(review.portfolio.names)
    if list(asked) == [ALL]:
        ordered = [str(name) for name in review.standing["partner"]]
        return ordered + [name for name in known if name not in set(ordered)]
    if list(asked) == [FLAGGED]:
        return [str(name) for name in review.flagged["partner"]]
    exact = {name.casefold(): name for name in known} | {name: name for name in known}
    findings = [
        unknown("partner", name, known) for name in asked if not (name in exact or name.casefold() in exact)
    ]
    if findings:
        raise ParameterError(findings)
    return [exact.get(name) or exact[name.casefold()] for name in asked]


def page_files(names: Sequence[str]) -> dict[str, str]:
    """A file name for each partner, without its ending: safe on every system, and each another.

    >>> page_files(["Früh & Co", "früh, co", "CON", "☕"])["früh, co"]
    'partner-früh-co-2'
    """
    files: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        # No name of a device begins so, whatever Windows keeps for itself.
        stem = file = f"partner-{slug(name)}"
        number = 1
        while file.casefold() in taken:
            number += 1
            file = f"{stem}-{number}"
        taken.add(file.casefold())
        files[name] = file
    return files


def executed(
    request: Request,
    notebook: Path,
    target: Path,
    values: Mapping[str, Any],
    failed: Path,
    progress: Progress,
) -> Any:
    """Run a notebook of a report and write it, as far as its readers may see it.

    Returns
    -------
    nbformat.NotebookNode
        What was written to ``target``.

    Raises
    ------
    ReportError
        If a cell fails, or a picture has no words; the notebook is kept as ``failed``.
    """
    made = run_notebook(notebook, target, values, folder=request.folder, failed=failed, progress=progress)
    if request.for_others:
        made = without_defaults(made)
        nbformat.write(made, target)
    if bare := figures_without_alt(made):
        target.replace(failed)
        raise ReportError(
            f"a picture without alternative text, made by `{bare[0]}`; give charts.picture a chart.\n"
            f"The notebook is kept in {failed}"
        )
    return made


def partner_pages(
    folder: Path, request: Request, notebook: Path, files: Mapping[str, str], failed: Path, progress: Progress
) -> list[Output]:
    """Run the profile notebook for each partner and write its page.

    Raises
    ------
    ReportError
        If a page's notebook fails: the report is not made, and the notebook is kept as ``failed``.
    """
    (folder / FOLDER).mkdir()
    outputs = []
    for done, (name, file) in enumerate(files.items()):
        progress("Partner pages", done, len(files))
        values = {key: request.values[key] for key in ("portfolio", "mapping", "settings", "quarter")}
        place = folder / FOLDER / f"{file}.ipynb"
        page = executed(request, notebook, place, {**values, "partner": name}, failed, _silent)
        html = to_html(page, title=f"{name} · {request.quarter.label}")
        place.with_suffix(".html").write_text(html, encoding="utf-8", newline="\n")
        outputs.append(Output(f"{FOLDER}/{file}.html", f"{name}: a page to take to the lunch"))
        outputs.append(Output(f"{FOLDER}/{file}.ipynb", f"{name}: the notebook that made the page"))
    progress("Partner pages", len(files), len(files))
    return outputs


def _silent(step: str, done: int, total: int) -> None:
    """A page's own steps would drown the report's."""
