"""From an executed notebook to one self-contained page: no code, no script, no external address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from partnership_analysis.charts.theme import EMPTY
from partnership_analysis.reports.fonts import font_faces

TEMPLATES = Path(__file__).parent / "templates"
LEFT_OUT = frozenset({"no-report", "parameters", "injected-parameters"})
"""Tags of the cells that a reader of the report does not see."""


_SHOWN_TYPES = [
    "text/html",
    "text/markdown",
    "image/png",
    "image/svg+xml",
    "image/jpeg",
    "text/plain",
]
_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.IGNORECASE | re.DOTALL)
_SCROLLS = re.compile(r"""class=["'][^"']*\bpa-table\b""")
_TABLE = re.compile(r"<table\b.*?</table\s*>", re.IGNORECASE | re.DOTALL)
_UNNAMED = re.compile(r"""(<th\b[^>]*\bid=["'][^"']*?([^"'-]+)["'][^>]*>)\s*(</th\s*>)""", re.IGNORECASE)
_HEADED = re.compile(r"<h[1-4]\b[^>]*>(.*?)</h[1-4]>|aria-label=\"Table\"", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def to_html(
    notebook: Any,
    *,
    title: str,
    links: Mapping[str, str] | None = None,
    back: Mapping[str, str] | None = None,
) -> str:
    """The page of an executed notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        An executed notebook. Cells tagged ``no-report``, ``parameters`` or ``injected-parameters`` and
        whatever went to stderr are left out. A figure's alternative text is
        ``output.metadata["partnership_analysis"]["alt"]``; beside it, ``narrow_png`` (base64) and
        ``narrow_width`` (CSS pixels) give the drawing for narrow screens.
    title : str
        Title of the page.
    links : mapping, optional
        Address of the page of each partner who has one; headings that name the partner lead there.
    back : mapping, optional
        Words and address of the pages of the same folder that this one leads back to; paper has none of them.

    Returns
    -------
    str
        The page; the same bytes for the same notebook and title.
    """
    resources = {"title": title, "font_faces": font_faces(), "back": dict(back or {}), "empty": EMPTY}
    page, _ = _exporter().from_notebook_node(_shown(notebook), resources=resources)
    return _labelled(_linked(str(page), links or {}))


@cache
def _exporter() -> Any:
    """One for all pages of a process: to compile its templates takes longer than to fill them."""
    # First, since it spares nbconvert an import that takes seconds.
    from partnership_analysis.reports import jupyter  # noqa: F401, I001
    from nbconvert.exporters.html import HTMLExporter

    exporter = HTMLExporter(
        template_name="report",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        filters={"reader": _for_readers, "compact": _compact},
        # The notebook was checked when it was read; once more at the end is enough.
        optimistic_validation=True,
    )
    exporter.config.NbConvertBase.display_data_priority = _SHOWN_TYPES
    return exporter


def figures_without_alt(notebook: Any) -> list[str]:
    """First lines of the cells that show a picture without alternative text (there should be none)."""
    return [
        cell.source.strip().partition("\n")[0]
        for cell in _shown(notebook).cells
        for output in cell.get("outputs", [])
        if any(kind.startswith("image/") for kind in output.get("data", {}))
        and not output.metadata.get("partnership_analysis", {}).get("alt")
    ]


def _shown(notebook: Any) -> Any:
    shown = deepcopy(notebook)
    shown.cells = [cell for cell in shown.cells if not LEFT_OUT.intersection(cell.metadata.get("tags", []))]
    return shown


def _linked(page: str, links: Mapping[str, str]) -> str:
    for name, address in links.items():
        # Beautiful Soup writes quotation marks as they are.
        for text in {escape(name), escape(name, quote=False)}:
            page = page.replace(f"<h3>{text}</h3>", f'<h3><a href="{escape(address)}">{text}</a></h3>')
    return page


def _labelled(page: str) -> str:
    """Who listens to the page goes from table to table: each is called by the heading that it stands under."""
    heading, taken = "", Counter[str]()

    def named(found: re.Match[str]) -> str:
        nonlocal heading
        if found[1] is not None:
            heading = " ".join(_TAG.sub("", found[1]).split()).replace('"', "&quot;")
            return found[0]
        words = f"Table: {heading}" if heading else "Table"
        taken[words] += 1
        return f'aria-label="{words}, {taken[words]}"' if taken[words] > 1 else f'aria-label="{words}"'

    return _HEADED.sub(named, page)


def _for_readers(html: str) -> str:
    """HTML without scripts; its tables scroll by themselves on a narrow screen, and each column has a name to hear."""
    html = _UNNAMED.sub(r'\1<span class="said">\2</span>\3', _SCRIPT.sub("", html))
    if _SCROLLS.search(html):
        return html
    return _TABLE.sub(
        lambda table: (
            f'<div class="pa-scroll" role="region" aria-label="Table" tabindex="0">{table[0]}</div>'
        ),
        html,
    )


def _compact(base64: Any) -> str:
    """Base64 as one line; a notebook file may hold it as several."""
    return "".join("".join(base64).split())
