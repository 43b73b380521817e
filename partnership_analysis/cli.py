"""The command line: reports, checks, imports, samples and templates.

Everything heavy is imported inside the command that needs it, so that ``--help`` answers at once.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from partnership_analysis import __version__
from partnership_analysis.errors import (
    ParameterError,
    PartnershipError,
    RejectedRows,
    ReportError,
    harmless,
)
from partnership_analysis.scale.command import panel


class _Commands(TyperGroup):
    """Commands whose foreseeable errors are one message and an exit code, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except PartnershipError as error:
            typer.echo(f"Error: {error}", err=True)
            raise typer.Exit(1 if isinstance(error, ReportError) else 2) from None


app = typer.Typer(
    name="partnership-analysis",
    cls=_Commands,
    help="Quarterly partnership reviews from interaction spreadsheets.",
    epilog="For example: partnership-analysis report --portfolio portfolio.xlsx --quarter 2025Q3",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Portfolio = Annotated[
    Path,
    typer.Option(
        metavar="PATH", help="Workbook (xlsx, ods) or folder (CSV, Parquet) with your interactions."
    ),
]
Mapping = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="TOML file that says which column is which, for other tables."),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="TOML file with settings; otherwise the portfolio's own."),
]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"partnership-analysis {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@app.command(short_help="Make the quarterly report.")
def report(
    portfolio: Portfolio,
    quarter: Annotated[str, typer.Option(metavar="YEARQn", help="Quarter to report on, such as 2025Q3.")],
    mapping: Mapping = None,
    settings: SettingsFile = None,
    vertical: Annotated[
        str, typer.Option(metavar="NAME", help="Limit the report to one vertical, such as Legal.")
    ] = "",
    partners: Annotated[
        list[str] | None,
        typer.Option(
            metavar="all|flagged|NAME",
            help="Whose pages to make (flagged: the first 100); a name may be repeated.",
        ),
    ] = None,
    audience: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Make one page for this partner, of what it may see, and nothing else."
        ),
    ] = "",
    anonymise: Annotated[
        bool,
        typer.Option(
            "--anonymise", help="Replace every name by an alias; the key stays beside the portfolio."
        ),
    ] = False,
    previous: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Earlier report to compare with; otherwise the latest beside this one."
        ),
    ] = None,
    compare: Annotated[bool, typer.Option(help="Say what changed since an earlier report.")] = True,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Report folder; otherwise reports/PORTFOLIO-QUARTER."),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Another parameter of the notebook; may be repeated."),
    ] = None,
    notebook: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Another notebook to run instead of the quarterly report."),
    ] = None,
    engine: Annotated[
        Literal["auto", "fork", "kernel"],
        typer.Option(
            metavar="auto|fork|kernel",
            help="Fork the notebooks' kernels from one process (fast, Linux), or start each.",
        ),
    ] = "auto",
) -> None:
    """Make the quarterly report: a folder with the page, its PDF, partners' pages, the lunches and what made them.

    Everything is checked before the notebook runs. The folder appears whole or not at all, and an earlier
    report of the same name stays until the new one is finished.

    Exit code: 0 made, 1 the notebook failed (it is kept beside the folder), 2 the request does not fit.
    """
    from partnership_analysis.reports.parameters import ReportParameters

    parameters = ReportParameters.of(
        portfolio=portfolio,
        quarter=quarter,
        mapping=mapping,
        settings=settings,
        vertical=vertical,
        partners=tuple(partners or ["flagged"]),
        audience=audience,
        anonymise=anonymise,
        previous=previous,
        compare=compare,
        out=out,
        others=_pairs(parameter or []),
    )
    from partnership_analysis.reports.bars import Steps
    from partnership_analysis.reports.make import make_report

    with Steps() as steps:
        folder = make_report(parameters, notebook=notebook, progress=steps, engine=engine)
    for missing in _not_made(folder):
        typer.echo(f"Not made: {missing}", err=True)
    if audience:
        _say_what_is_kept_back(portfolio, mapping, settings, audience)
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    typer.echo(f"The report is in {shown / 'index.html'}")


def _say_what_is_kept_back(
    portfolio: Path, mapping: Path | None, settings: Path | None, partner: str
) -> None:
    """Whoever hands a page out knows which actions are not on it."""
    from partnership_analysis.portfolio import load
    from partnership_analysis.sharing.partner import kept_back

    ours = load(portfolio, mapping=mapping, settings=settings)
    for row in kept_back(ours, partner).itertuples():
        typer.echo(f"Not on the page: “{harmless(str(row.action))}”; {row.reason}.", err=True)


def _not_made(folder: Path) -> list[str]:
    """Parts of a report that could not be made, and why."""
    from partnership_analysis.reports.earlier import content_of

    return [
        f"{one['file']}. {one['failure']}" for one in content_of(folder)["outputs"] if one["status"] != "made"
    ]


@app.command(short_help="Make many reports: of a plan, or of quarters and verticals.")
def batch(
    plan: Annotated[
        Path | None, typer.Argument(metavar="PLAN.toml", help="Reports to make; otherwise from the options.")
    ] = None,
    portfolio: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Workbook or folder with your interactions.")
    ] = None,
    quarters: Annotated[
        str, typer.Option(metavar="FROM..TO", help="Quarters, such as 2024Q1..2025Q3, or 2024Q4, 2025Q3.")
    ] = "",
    verticals: Annotated[
        str, typer.Option(metavar="all|NAME,...", help="A report for each vertical, too.")
    ] = "",
    mapping: Mapping = None,
    settings: SettingsFile = None,
    into: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the reports.")] = Path("reports"),
    processes: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How many at once; otherwise one a core.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Make what has not changed, too.")] = False,
) -> None:
    """Make many reports. One that fails stops no other, and what has not changed is not made again.

    Interrupted at any point it leaves whole reports only; the same command goes on from there.

    Exit code: 0 all made or unchanged, 1 some failed, 2 the request does not fit.
    """
    from partnership_analysis.reports.bars import Bars
    from partnership_analysis.reports.batch import make_reports
    from partnership_analysis.reports.plan import jobs, read_plan

    if (plan is None) == (portfolio is None or not quarters):
        raise ParameterError(["Name a plan, or give --portfolio and --quarters."])
    entry: dict[str, Any] = {"portfolio": portfolio, "quarters": quarters, "into": into}
    optional = {"mapping": mapping, "settings": settings, "verticals": verticals}
    wanted = (
        read_plan(plan)
        if plan
        else jobs([entry | {name: value for name, value in optional.items() if value}])
    )
    with Bars(len(wanted)) as bars:
        results = make_reports(wanted, processes=processes, force=force, progress=bars)
    width = max(len(result.name) for result in results)
    for result in results:
        typer.echo(f"{result.name:<{width}}  {result.status:<9}  {harmless(result.message)}".rstrip())
    raise typer.Exit(1 if any(result.status == "failed" for result in results) else 0)


@app.command(short_help="Say what became of every row.")
def check(
    portfolio: Portfolio,
    mapping: Mapping = None,
    settings: SettingsFile = None,
    json: Annotated[bool, typer.Option("--json", help="Write JSON, for machines.")] = False,
) -> None:
    """Say what became of every row: used, rejected and why, or recognised as blank or total.

    Exit code: 0 every row used, 1 some rejected, 2 the tables could not be read at all.
    """
    from partnership_analysis.checking import checked_text, checked_values
    from partnership_analysis.portfolio import load

    ours = load(portfolio, mapping=mapping, settings=settings, strict=False)
    try:
        ours.ledger.check_limit(ours.settings.rejected_limit)
    except RejectedRows as error:
        typer.echo(f"Error: {error}\n", err=True)
    typer.echo(_json(checked_values(ours)) if json else checked_text(ours))
    raise typer.Exit(1 if ours.ledger.rejected else 0)


@app.command("import", short_help="Make a portfolio of exports of other systems.")
def import_(
    sources: Annotated[list[Path], typer.Argument(metavar="SOURCE", help="Files that the system exported.")],
    as_: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="KIND",
            help="bni, palms, hubspot, pipedrive, salesforce, dynamics, linkedin, toggl, calendar, or a mapping "
            "(TOML file) for anything else.",
        ),
    ],
    to: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Portfolio (.xlsx) to make, or to merge into; a pair table may also be .csv or .parquet.",
        ),
    ],
    us: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Our name; without it, a slip report gives the pair table of the whole group.",
        ),
    ] = "",
    period: Annotated[
        str,
        typer.Option(
            metavar="YEAR-MM", help="Month of a report that does not say; of a calendar, the month wanted."
        ),
    ] = "",
    partner: Annotated[
        str,
        typer.Option(metavar="COLUMN", help="Their column that names the partner, where that is not plain."),
    ] = "",
    partners: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Who the partners are: a portfolio, or a table with partner and aliases."
        ),
    ] = None,
    date_order: Annotated[
        str, typer.Option(metavar="day|month", help="What comes first in dates such as 03/04/2025.")
    ] = "",
    settings: SettingsFile = None,
) -> None:
    """Make a portfolio of exports of other systems, or add them to one.

    Several files are combined. The same export again changes nothing, a later one updates its own rows, and rows
    written by hand stay. The file is replaced whole, or not touched at all.

    Exit code: 0 imported, 2 the exports or the request do not fit; nothing is written then.
    """
    from partnership_analysis.importing import import_exports

    done = import_exports(
        sources,
        as_,
        us=us,
        period=period,
        partner=partner,
        partners=partners,
        date_order=date_order,
        to=to,
        settings=settings,
    )
    typer.echo(done.summary())


@app.command(short_help="Write a portfolio to try things on.")
def sample(
    to: Annotated[
        Path, typer.Option(metavar="PATH", help="Workbook (.xlsx) or folder (CSV) to write.")
    ] = Path("sample.xlsx"),
    partners: Annotated[int, typer.Option(min=1, metavar="N", help="How many partners.")] = 24,
    months: Annotated[int, typer.Option(min=1, metavar="N", help="How many months.")] = 36,
    rows: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="How many rows of interactions; otherwise as they come."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="The same seed gives the same file.")] = 2025,
    format: Annotated[
        Literal["csv", "parquet"], typer.Option(metavar="csv|parquet", help="Kind of files in a folder.")
    ] = "csv",
) -> None:
    """Write the portfolio of a fictional consultancy, of any size, to try things on."""
    from partnership_analysis.export import write_folder, write_workbook
    from partnership_analysis.sample import sample as made_of

    made = made_of(seed=seed, partners=partners, months=months, rows=rows)
    if to.suffix.casefold() == ".xlsx":
        write_workbook(to, made.tables, made.settings)
    else:
        write_folder(to, made.tables, format, made.settings)
    typer.echo(f"{len(made.tables['interactions']):,} interactions in {to}")


@app.command(short_help="Write an empty workbook to fill in.")
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Workbook to write.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it exists.")] = False,
) -> None:
    """Write an empty workbook to fill in: drop-down lists, a comment on every column, example rows."""
    from partnership_analysis.export import write_template

    write_template(file, overwrite=overwrite)
    typer.echo(f"An empty workbook to fill in is in {file}")


app.command(short_help="Reduce interactions of any size to a panel.")(panel)


def main() -> None:
    """Run the command line; output is UTF-8 on every system."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app(prog_name="partnership-analysis")


def _pairs(texts: list[str]) -> dict[str, str]:
    wrong = [text for text in texts if not text.partition("=")[0].strip().isidentifier() or "=" not in text]
    if wrong:
        raise ParameterError([f"--parameter {text}: write NAME=VALUE." for text in wrong])
    return {name.strip(): value for name, _, value in (text.partition("=") for text in texts)}


def _json(values: Any) -> str:
    import json

    return json.dumps(values, indent=2, ensure_ascii=False)
