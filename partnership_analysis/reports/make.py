"""A report from beginning to end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

from partnership_analysis.errors import ParameterError, ReportError
from partnership_analysis.metrics.review import quarter_review
from partnership_analysis.metrics.since import said
from partnership_analysis.reports.earlier import earlier_report
from partnership_analysis.reports.execute import Progress, run_notebook
from partnership_analysis.reports.folder import check_target, default_folder, published
from partnership_analysis.reports.fonts import font_faces
from partnership_analysis.reports.html import figures_without_alt, to_html
from partnership_analysis.reports.manifest import Output, as_text, index_page, manifest
from partnership_analysis.reports.parameters import ReportParameters, Request, checked, relative, whole
from partnership_analysis.reports.parts import calendar, paper

NOTEBOOK = "quarterly_report.ipynb"


def make_report(
    parameters: ReportParameters,
    *,
    notebook: Path | None = None,
    progress: Progress = lambda step, done, total: None,
    made: dt.datetime | None = None,
) -> Path:
    """Make a report folder.

    Parameters
    ----------
    parameters : ReportParameters
        What is asked for.
    notebook : Path, optional
        Notebook that is the report; none: ``quarterly_report.ipynb``.
    progress : callable, optional
        Told about every step.
    made : datetime, optional
        Time that the manifest names; none: now, in UTC. The only clock in a report.

    Returns
    -------
    Path
        The folder: ``index.html``, the report as HTML, the executed notebook and ``manifest.json``.

    Raises
    ------
    ParameterError
        If the parameters do not fit; no kernel was started.
    ReportError
        If the notebook fails (it is kept beside the folder, which stays as it was) or the disk refuses.
    """
    notebook = find_notebook(notebook)
    if parameters.out is not None:
        check_target(parameters.out)
    request = _requested(parameters, notebook, progress)
    asked = parameters.out or default_folder(parameters.portfolio, str(request.quarter), request.vertical)
    check_target(asked)
    target = whole(asked)
    request = _compared(request, target)
    failed = target.with_name(f"{target.name}.failed.ipynb")
    with published(target) as folder:
        _fill(folder, request, target.name, failed, progress, made or dt.datetime.now(dt.UTC))
    failed.unlink(missing_ok=True)
    return target


def find_notebook(notebook: Path | None = None) -> Path:
    """The notebook asked for, or the quarterly report beside the package or inside it.

    Raises
    ------
    ParameterError
        If the one asked for does not exist.
    ReportError
        If there is no quarterly report; says where it was looked for.
    """
    if notebook is not None:
        if not notebook.is_file():
            raise ParameterError([f"There is no notebook {notebook}."])
        return notebook
    package = Path(__file__).parent.parent
    places = [package.parent / "notebooks" / NOTEBOOK, package / "reports" / "templates" / NOTEBOOK]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        looked = " nor at ".join(str(place) for place in places)
        raise ReportError(f"no notebook at {looked}. Name one with --notebook FILE.")
    return found


def _requested(parameters: ReportParameters, notebook: Path, progress: Progress) -> Request:
    from partnership_analysis.portfolio import load

    progress("Reading portfolio", 0, 0)
    portfolio = load(parameters.portfolio, mapping=parameters.mapping, settings=parameters.settings)
    progress("Reading portfolio", portfolio.ledger.accepted, portfolio.ledger.read)
    return checked(parameters, notebook, portfolio)


def _compared(request: Request, target: Path) -> Request:
    """The request with the folder of the report before this one, if the notebook compares and there is one."""
    asked = request.parameters
    if "previous" not in request.values or asked.previous is not None or not asked.compare:
        return request
    found = earlier_report(
        target,
        portfolio=asked.portfolio.name,
        quarter=str(request.quarter),
        vertical=request.vertical,
    )
    return replace(request, values=request.values | {"previous": relative(found, request.folder)})


def _fill(
    folder: Path, request: Request, name: str, failed: Path, progress: Progress, made: dt.datetime
) -> None:
    """Everything in the folder. Each further output is a line here."""
    stem = request.notebook.stem
    progress("Starting kernel", 0, 0)
    # The kernel computes in its own process: the second core can prepare the page meanwhile.
    Thread(target=_prepare_page, daemon=True).start()
    executed = run_notebook(
        request.notebook,
        folder / request.notebook.name,
        request.values,
        folder=request.folder,
        failed=failed,
        progress=progress,
    )
    progress("Writing", 0, 0)
    if bare := figures_without_alt(executed):
        raise ReportError(
            f"a picture without alternative text, made by `{bare[0]}`; give charts.picture a chart"
        )
    html = to_html(executed, title=title(request, executed))
    _write(folder / f"{stem}.html", html)
    review = quarter_review(request.portfolio.select(vertical=request.vertical or None), request.quarter)
    outputs = [
        Output(f"{stem}.html", "The report, to read"),
        paper(folder, f"{stem}.pdf", html),
        *calendar(folder, review, request.vertical),
        Output(f"{stem}.ipynb", "The notebook that made it, with code, to check"),
    ]
    content = manifest(request, name, outputs, folder, made) | {"said": said(review)}
    _write(folder / "manifest.json", as_text(content))
    _write(folder / "index.html", index_page(content, title(request, executed)))


def title(request: Request, notebook: Any) -> str:
    """Title of the page: the notebook's own or "Partnership review", the quarter, the vertical, us."""
    us = request.portfolio.settings.us
    parts = [
        notebook.metadata.get("title") or "Partnership review",
        request.quarter.label.replace(" ", "\N{NO-BREAK SPACE}"),
        request.vertical,
        us if us != "us" else "",
    ]
    return " · ".join(part for part in parts if part)


def _prepare_page() -> None:
    import nbconvert.exporters.html  # noqa: F401

    font_faces()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
