"""The notebooks in the gallery: each run on a portfolio as somebody would who opens it there, as pages beside the charts."""

from __future__ import annotations

import datetime as dt
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import papermill

import partnership_analysis as pa
from partnership_analysis.errors import PartnershipError
from partnership_analysis.export import write_workbook
from partnership_analysis.periods import Quarter
from partnership_analysis.reports.execute import run_notebook
from partnership_analysis.reports.html import to_html
from tools.notebooks import NOTEBOOKS

TABLES = ("interactions", "partners", "ratings", "actions")


def show_notebooks(
    portfolio: pa.Portfolio, day: dt.date, place: Path, source: dict[str, str] | None = None
) -> tuple[str, int]:
    """Run every notebook on a portfolio into a folder; what to show of them, and how many failed.

    ``source`` names the files that the portfolio came from; without it a workbook is written.
    """
    place.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        source = source or {"portfolio": str(written(portfolio, Path(folder) / "portfolio.xlsx"))}
        shown = [_shown(path, portfolio, day, place, source) for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    return "\n".join(words for words, _ in shown), sum(failed for _, failed in shown)


def written(portfolio: pa.Portfolio, path: Path) -> Path:
    """The portfolio as a workbook, without tables that say nothing but the names."""
    tables = {name: getattr(portfolio, name) for name in TABLES}
    told = {
        name: table for name, table in tables.items() if table.drop(columns="partner").notna().any(axis=None)
    }
    return write_workbook(path, told, portfolio.settings)


def _shown(
    path: Path, portfolio: pa.Portfolio, day: dt.date, place: Path, source: dict[str, str]
) -> tuple[str, bool]:
    """One notebook's page, or what failed."""
    page = place / f"{path.stem}.html"
    try:
        with TemporaryDirectory() as folder:
            executed = run_notebook(
                path,
                Path(folder) / path.name,
                parameters(path, portfolio, day) | source,
                folder=NOTEBOOKS,
                failed=place / f"{path.stem}.failed.ipynb",
                progress=lambda step, done, total: None,
            )
        page.write_text(to_html(executed, title=path.stem), encoding="utf-8")
    except PartnershipError as error:
        return f"<h3>{path.stem}</h3><p class='fault'>{escape(str(error))}</p>", True
    address = f"{place.parent.name}/{place.name}/{page.name}"
    return (
        f'<h3><a href="{address}">{path.stem}</a></h3><iframe src="{address}" loading="lazy"></iframe>',
        False,
    )


def parameters(path: Path, portfolio: pa.Portfolio, day: dt.date) -> dict[str, Any]:
    """What a notebook is to show of a portfolio: the quarter or month of the day, and a partner who is there."""
    own = {name: about["default"] for name, about in papermill.inspect_notebook(str(path)).items()}
    chosen: dict[str, Any] = {}
    if "quarter" in own:
        chosen["quarter"] = str(Quarter.containing(day, portfolio.settings.fiscal_year_start))
    if "month" in own:
        chosen["month"] = f"{day:%Y-%m}"
    named = own.get("partner", "''").strip("\"'")
    if named and named not in portfolio.names:
        chosen["partner"] = str(portfolio.interactions.groupby("partner")["count"].sum().idxmax())
    return chosen
