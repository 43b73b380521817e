"""A report from beginning to end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from partnership_analysis.errors import ParameterError, ReportError
from partnership_analysis.metrics.review import Review, counted_to, quarter_review
from partnership_analysis.metrics.since import said
from partnership_analysis.metrics.story import headline
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.reports.earlier import earlier_report
from partnership_analysis.reports.engines import forks
from partnership_analysis.reports.execute import Engine, Progress
from partnership_analysis.reports.folder import check_target, default_folder, published
from partnership_analysis.reports.fonts import font_lack
from partnership_analysis.reports.jupyter import nbformat
from partnership_analysis.reports.lock import locked
from partnership_analysis.reports.manifest import Output, as_text, index_page, manifest
from partnership_analysis.reports.pages import (
    FOLDER,
    Page,
    chosen,
    left_out,
    make_pages,
    outputs,
    page_files,
    partner_pages,
    shared,
)
from partnership_analysis.reports.parameters import ReportParameters, Request, checked, relative, whole
from partnership_analysis.reports.parts import calendar, scorecard
from partnership_analysis.reports.private import private
from partnership_analysis.sharing.anonymous import anonymised
from partnership_analysis.sharing.folder import key_file, read_key, write_key
from partnership_analysis.sharing.partner import for_partner

NOTEBOOK = "quarterly_report.ipynb"
HANDOUT = "partner_handout.ipynb"
PROFILE = "08_partner_profile.ipynb"
PATIENCE = 60.0
"""Seconds to wait for another report that takes its aliases, which takes about one."""


def make_report(
    parameters: ReportParameters,
    *,
    notebook: Path | None = None,
    progress: Progress = lambda step, done, total: None,
    made: dt.datetime | None = None,
    engine: Engine = "auto",
    processes: int | None = None,
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
    engine : {"auto", "fork", "kernel"}
        Where the notebooks' kernels come from: :func:`~partnership_analysis.reports.execute.run_notebook`.
    processes : int, optional
        How many notebooks run at once; none: as many as there are cores.

    Returns
    -------
    Path
        The folder: ``index.html``, the report as HTML and PDF, the executed notebook and ``manifest.json``; of the
        quarterly report also partners' pages, the scorecard and the lunches.

    Raises
    ------
    ParameterError
        If the parameters do not fit; no kernel was started.
    ReportError
        If the notebook fails (it is kept beside the folder, which stays as it was) or the disk refuses.
    """
    notebook = find_notebook(notebook, HANDOUT if parameters.audience else NOTEBOOK)
    if parameters.out is not None:
        check_target(parameters.out)
    forks.prepare()
    request = _requested(parameters, notebook, progress)
    asked = parameters.out or _default_folder(request)
    check_target(asked)
    target = whole(asked)
    request = _compared(request, target)
    failed = target.with_name(f"{target.name}.failed.ipynb")
    made = made or dt.datetime.now(dt.UTC)
    with published(target) as folder, _shown(request, target) as what:
        if engine != "kernel" and what.parameters.partners and what.notebook.name == NOTEBOOK:
            forks.prepare(shared(what))
        review = _reviewed(what)
        files = page_files(chosen(review, what.parameters.partners)) if review else {}
        progress("Starting kernel", 0, 0)
        pages, parts = _pages(folder, what, files), list[Output]()
        pdf = make_pages(
            pages,
            what,
            failed,
            progress,
            engine=engine,
            processes=processes,
            meanwhile=lambda: parts.extend(_beside(folder, what, review)),
        )
        _fill(folder, what, target.name, review, [pdf, *parts, *outputs(files)], made)
    failed.unlink(missing_ok=True)
    return target


def find_notebook(notebook: Path | None = None, name: str = NOTEBOOK) -> Path:
    """The notebook asked for, or the one of a name (the quarterly report) beside the package or inside it.

    Raises
    ------
    ParameterError
        If the one asked for does not exist.
    ReportError
        If there is none of that name; says where it was looked for.
    """
    if notebook is not None:
        if not notebook.is_file():
            raise ParameterError([f"There is no notebook {notebook}."])
        return notebook
    package = Path(__file__).parent.parent
    places = [package.parent / "notebooks" / name, package / "reports" / "templates" / name]
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
    if portfolio.reduced and (parameters.audience or parameters.anonymise):
        raise ParameterError(
            [
                "A ready panel keeps no single interactions to hand out: give the portfolio that it was made of."
            ]
        )
    if parameters.audience:
        parameters = parameters.model_copy(
            update={"others": {**parameters.others, "partner": parameters.audience}}
        )
    return checked(parameters, notebook, portfolio)


def _default_folder(request: Request) -> Path:
    """Nothing of a folder that is handed out names the portfolio."""
    asked, quarter = request.parameters, str(request.quarter)
    if asked.audience:
        return default_folder(Path(asked.audience.replace(".", " ")), quarter)
    if asked.anonymise:
        return default_folder(Path("anonymised"), quarter, request.vertical)
    return default_folder(asked.portfolio, quarter, request.vertical)


@contextmanager
def _shown(request: Request, target: Path) -> Iterator[Request]:
    """The request itself, or the same of what may be shown to others."""
    asked, portfolio = request.parameters, request.portfolio
    if asked.audience:
        until = {"until": str(counted_to(portfolio, request.quarter))}
        with private(request, for_partner(portfolio, asked.audience), until) as theirs:
            yield theirs
    elif asked.anonymise:
        with private(request, _with_aliases(portfolio, key_file(asked.portfolio), target)) as theirs:
            yield theirs
    else:
        yield request


def _with_aliases(portfolio: Portfolio, path: Path, target: Path) -> Portfolio:
    """Aliases are kept before they are used: two reports at once never give one alias to two partners."""
    with locked(path, patience=PATIENCE):
        shared, key = anonymised(portfolio, read_key(path) if path.exists() else None)
        write_key(key, path, report=target)
    return shared


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


def _pages(folder: Path, request: Request, files: Mapping[str, str]) -> list[Page]:
    """The notebook that is the report, and one for each partner who has a page."""
    links = {partner: f"{FOLDER}/{quote(file)}.html" for partner, file in files.items()}
    place = folder / request.notebook.name
    back = {"All of the report": "index.html"}
    pages = [Page(request.notebook, place, request.values, title(request), links, back)]
    if files:
        (folder / FOLDER).mkdir()
        pages += partner_pages(folder, request, find_notebook(None, PROFILE), files)
    return pages


def _beside(folder: Path, request: Request, review: Review | None) -> list[Output]:
    """What is made of the review itself, not of a notebook. Each further output is a line here."""
    font_lack()  # It cuts the fonts, which the first page needs.
    if review is None:
        return []
    lacking = left_out(review, request.parameters.partners)
    return [scorecard(folder, review), *calendar(folder, review, request.vertical), *lacking]


def _fill(
    folder: Path,
    request: Request,
    name: str,
    review: Review | None,
    made_with: Sequence[Output],
    made: dt.datetime,
) -> None:
    """The first page and the manifest, of all that is in the folder."""
    stem = request.notebook.stem
    parts = [
        Output(f"{stem}.html", " ".join(filter(None, ("The report, to read", font_lack())))),
        *made_with,
        Output(f"{stem}.ipynb", "The notebook that made it, with code, to check"),
    ]
    content = manifest(request, name, parts, folder, made) | ({"said": said(review)} if review else {})
    _write(folder / "manifest.json", as_text(content))
    says = headline(review) if review else ""
    _write(folder / "index.html", index_page(content, title(request), says))


def _reviewed(request: Request) -> Review | None:
    """What the quarterly report's further parts are made of; another notebook has none."""
    if request.notebook.name != NOTEBOOK:
        return None
    return quarter_review(request.portfolio.select(vertical=request.vertical or None), request.quarter)


def title(request: Request) -> str:
    """Title of the page: the notebook's own or "Partnership review", the quarter, the vertical, us."""
    us = request.portfolio.settings.us
    parts = [
        nbformat.read(request.notebook, as_version=4).metadata.get("title") or "Partnership review",
        request.quarter.label.replace(" ", "\N{NO-BREAK SPACE}"),
        request.vertical,
        us if us != "us" else "",
    ]
    return " · ".join(part for part in parts if part)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
