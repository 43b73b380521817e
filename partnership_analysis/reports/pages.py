"""The pages of a report: a notebook run for each, as HTML with the notebook beside it, several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from partnership_analysis.errors import ParameterError, ReportError, unknown
from partnership_analysis.metrics.review import Review
from partnership_analysis.reports.engines import forks
from partnership_analysis.reports.engines.pool import Task, run_all
from partnership_analysis.reports.execute import Engine, Progress, run_notebook
from partnership_analysis.reports.folder import slug
from partnership_analysis.reports.html import figures_without_alt, to_html
from partnership_analysis.reports.jupyter import nbformat
from partnership_analysis.reports.manifest import Output
from partnership_analysis.reports.parameters import Request
from partnership_analysis.reports.parts import paper
from partnership_analysis.reports.private import without_defaults

FOLDER = "partners"
ALL, FLAGGED = "all", "flagged"
MOST = 100
"""Of the flagged so many have a page, the most urgent; of the others the folder says how many have none."""


def chosen(review: Review, asked: Sequence[str]) -> list[str]:
    """Names of the partners whose pages are made, in the order of the report.

    Parameters
    ----------
    review : Review
    asked : sequence of str
        ``all``, ``flagged`` (who is to be called, and who is flagged beside; of a network the first hundred), or names.

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
        return [str(name) for name in review.flagged["partner"].head(MOST)]
    exact = {name.casefold(): name for name in known} | {name: name for name in known}
    findings = [
        unknown("partner", name, known) for name in asked if not (name in exact or name.casefold() in exact)
    ]
    if findings:
        raise ParameterError(findings)
    return list(dict.fromkeys(exact.get(name) or exact[name.casefold()] for name in asked))


def left_out(review: Review, asked: Sequence[str]) -> list[Output]:
    """Why flagged partners of a network have no page, if there are any."""
    count, rest = len(review.flagged), len(review.flagged) - MOST
    if list(asked) != [FLAGGED] or rest <= 0:
        return []
    why = f"{rest:,} of {count:,} have none: name them with --partners, or ask for all."
    return [Output(FOLDER, "Pages of the other flagged partners", why)]


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


@dataclass(frozen=True)
class Page:
    """A notebook to run, and how its page is headed."""

    notebook: Path
    place: Path
    """Where the executed notebook goes; the page goes beside it."""
    values: Mapping[str, Any]
    title: str
    links: Mapping[str, str] = field(default_factory=dict)
    back: Mapping[str, str] = field(default_factory=dict)


def partner_pages(folder: Path, request: Request, notebook: Path, files: Mapping[str, str]) -> list[Page]:
    """The profile notebook for each partner, to be made in a folder of their own."""
    values = {key: request.values[key] for key in ("portfolio", "mapping", "settings", "quarter")}
    back = {
        "Quarterly report": f"../{quote(request.notebook.stem)}.html",
        "All of the report": "../index.html",
    }
    return [
        Page(
            notebook,
            folder / FOLDER / f"{file}.ipynb",
            {**values, "partner": name},
            f"{name} · {request.quarter.label}",
            back=back,
        )
        for name, file in files.items()
    ]


def outputs(files: Mapping[str, str]) -> Iterator[Output]:
    """What the partners' pages are, for the first page and the manifest."""
    for name, file in files.items():
        yield Output(f"{FOLDER}/{file}.html", f"{name}: a page to take to the lunch")
        yield Output(f"{FOLDER}/{file}.ipynb", f"{name}: the notebook that made the page")


def make_pages(
    pages: Sequence[Page],
    request: Request,
    failed: Path,
    progress: Progress,
    *,
    engine: Engine = "auto",
    processes: int | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Output:
    """Run the notebooks and write their pages and the first one's PDF, several at once where processes can be forked.

    Parameters
    ----------
    pages : sequence of Page
    request : Request
    failed : Path
        Where a notebook that fails is kept.
    progress : callable
        Told about every page.
    engine : {"auto", "fork", "kernel"}
    processes : int, optional
        How many at once; none: as many as there are cores.
    meanwhile : callable, optional
        Called once: what else there is to do, while others make the pages.

    Returns
    -------
    Output
        The PDF, or why there is none.

    Raises
    ------
    ReportError
        If a notebook fails: the others are ended, and it is kept as ``failed``.
    """
    options: dict[str, Any] = {
        "folder": request.folder,
        "failed": failed,
        "for_others": request.for_others,
        "engine": engine,
    }
    if len(pages) > 1 and engine != "kernel" and forks.supported():
        return _side_by_side(pages, options, shared(request), progress, processes, meanwhile)
    if len(pages) > 1:
        progress("Running notebooks", 0, len(pages))
    for number, page in enumerate(pages, start=1):
        make_page(page, **options, progress=progress if len(pages) == 1 else _silent)
        if len(pages) > 1:
            progress("Running notebooks", number, len(pages))
    progress("Writing", 0, 0)
    meanwhile()
    return paper(_html(pages[0]))


def _side_by_side(
    pages: Sequence[Page],
    options: Mapping[str, Any],
    shared: Mapping[str, Any],
    progress: Progress,
    processes: int | None,
    meanwhile: Callable[[], None],
) -> Output:
    progress("Running notebooks", 0, len(pages))
    first, *others = (Task(_call(make_page), {"page": page, **options}, shared) for page in pages)
    pdf = Task(_call(paper), {"page": _html(pages[0])}, shared, after=frozenset({0}))
    number = 0
    with closing(run_all([first, pdf, *others], processes=processes, meanwhile=meanwhile)) as ended:
        for done in ended:
            if done.outcome.refused:
                raise done.outcome.refused
            if done.outcome.traceback:
                raise RuntimeError(done.outcome.traceback)
            if done.outcome.error:
                raise ReportError(done.outcome.error)
            if done.place == 1:
                made: Output = done.outcome.value
                continue
            number += 1
            progress("Running notebooks", number, len(pages))
    progress("Writing", 0, 0)
    return made


def _call(function: Callable[..., object]) -> str:
    return f"{function.__module__}:{function.__name__}"


def _html(page: Page) -> Path:
    return page.place.with_suffix(".html")


def make_page(
    page: Page, *, folder: Path, failed: Path, for_others: bool, engine: Engine, progress: Progress
) -> None:
    """Run a notebook and write it and its page, as far as their readers may see them.

    Raises
    ------
    ReportError
        If a cell fails, or a picture has no words; the notebook is kept as ``failed``.
    """
    made = run_notebook(
        page.notebook,
        page.place,
        page.values,
        folder=folder,
        failed=failed,
        progress=progress,
        engine=engine,
    )
    if for_others:
        made = without_defaults(made)
        nbformat.write(made, page.place)
    if bare := figures_without_alt(made):
        page.place.replace(failed)
        raise ReportError(
            f"a picture without alternative text, made by `{bare[0]}`; give charts.picture a chart.\n"
            f"The notebook is kept in {failed}"
        )
    html = to_html(made, title=page.title, links=page.links, back=page.back)
    _html(page).write_text(html, encoding="utf-8", newline="\n")


def shared(request: Request) -> dict[str, Any]:
    """The portfolio that the notebooks share, and the quarter that they are about."""
    given = {name: request.values.get(name) or None for name in ("portfolio", "mapping", "settings")}
    path, mapping, settings = (value and str(request.folder / value) for value in given.values())
    return {"path": path, "mapping": mapping, "settings": settings, "quarters": [str(request.quarter)]}


def _silent(step: str, done: int, total: int) -> None:
    """A page's own steps would drown the report's."""
