"""Small portfolios and notebooks of the reports' own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

INTERACTIONS = """date,partner,kind,direction,count
2025-01-15,Harcourt Legal,referral,received,2
2025-02-20,Bell & Finch,referral,given,1
2025-07-14,Harcourt Legal,event,mutual,1
2025-08-01,Bell & Finch,referral,received,3
"""
PARTNERS = """partner,vertical
Harcourt Legal,Legal
Bell & Finch,Accounting
"""
PARAMETERS = """portfolio: str = ""
mapping: str = ""
settings: str = ""
quarter: str = "2025Q3"
vertical: str = ""
limit: int = 3  # how many
"""

Notebook = Callable[..., Path]


@pytest.fixture(autouse=True)
def _paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF takes seconds, and is looked at in test_pdf."""
    monkeypatch.setattr("partnership_analysis.reports.parts.to_pdf", lambda html: b"%PDF-1.7\n")


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """A folder with CSV files: two partners, data in 2025Q1 and 2025Q3."""
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "interactions.csv").write_text(INTERACTIONS, encoding="utf-8")
    (folder / "partners.csv").write_text(PARTNERS, encoding="utf-8")
    return folder


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    """Writes a notebook from a parameters cell and further cells; a text that begins with # is Markdown."""

    def write(*cells: str | nbformat.NotebookNode, parameters: str = PARAMETERS) -> Path:
        made = nbformat.v4.new_notebook()
        made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        made.cells = [nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})]
        for cell in cells:
            if isinstance(cell, str):
                new = nbformat.v4.new_markdown_cell if cell.startswith("#") else nbformat.v4.new_code_cell
                cell = new(cell)
            made.cells.append(cell)
        for number, cell in enumerate(made.cells):
            cell.id = f"cell-{number}"
        path = tmp_path / "small.ipynb"
        nbformat.write(made, path)
        return path

    return write
