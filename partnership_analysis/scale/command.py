"""The command `panel`: interactions of any size to one file; what is heavy is imported when it runs."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from partnership_analysis.scale.reduce import Reduced


def panel(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT", help="Parquet or CSV files of interactions, folders, or patterns."),
    ],
    to: Annotated[Path, typer.Option(metavar="FILE", help="Panel to write (.parquet).")],
    engine: Annotated[
        Literal["auto", "pandas", "polars", "duckdb", "dask", "spark"],
        typer.Option(
            metavar="auto|pandas|polars|duckdb|dask|spark",
            help="What computes it; auto takes pandas while the rows fit into the memory, else DuckDB.",
        ),
    ] = "auto",
    memory: Annotated[
        str, typer.Option(metavar="SIZE", help="Memory that DuckDB keeps to; it spills to disk beyond.")
    ] = "1GB",
    rejected: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Where rejected rows go; otherwise rejected.parquet beside the panel."
        ),
    ] = None,
    master: Annotated[
        str, typer.Option(metavar="URL", help="Spark cluster; otherwise the cores of this machine.")
    ] = "",
    scheduler: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Dask cluster; otherwise the threads of this machine.")
    ] = "",
) -> None:
    """Reduce interactions to a panel: one row a partner, month, kind and direction, for every measure to start from.

    Every row is checked. Those that do not fit are counted by reason and written beside the panel with all their
    columns, to be mended. The panel is replaced whole, or not touched at all.

    Exit code: 0 every row used, 1 some rejected, 2 nothing can be read.
    """
    from partnership_analysis.scale.reduce import reduce_files
    from partnership_analysis.sources.progress import on_terminal, silent

    with on_terminal() if sys.stderr.isatty() else nullcontext(silent) as progress:
        done = reduce_files(
            inputs,
            to,
            engine=engine,
            memory=memory,
            rejected=rejected,
            master=master,
            scheduler=scheduler,
            progress=progress,
        )
    typer.echo(_said(done))
    raise typer.Exit(1 if done.about.rejected else 0)


def _said(done: Reduced) -> str:
    from partnership_analysis.wording import count_of

    about = done.about
    lost = about.read - about.used
    lines = [f"{count_of(about.read, 'row')} read with {done.engine}: {about.used:,} used, {lost:,} rejected"]
    for reason, rows in sorted(about.rejected.items(), key=lambda item: (-item[1], item[0])):
        lines.append(f"  {count_of(rows, 'row')}: {reason}")
    if lost:
        lines.append(f"The rejected rows are in {done.rejected}")
    span = f", {about.first_date} to {about.last_date}" if about.first_date else ""
    lines.append(f"The panel is in {done.panel}: {count_of(done.rows, 'row')}{span}")
    return "\n".join(lines)
