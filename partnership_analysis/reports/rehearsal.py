"""What every page of a report needs of a process, done once before it forks: compiled checks, templates, patterns."""

from __future__ import annotations

import base64
from typing import Any

from partnership_analysis.reports.html import figures_without_alt, to_html
from partnership_analysis.reports.jupyter import nbformat

_DOT = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode("ascii")


def rehearse() -> None:
    """Make a page of nothing, with all that a page may hold, and throw it away."""
    made = nbformat.reads(nbformat.writes(_notebook()), as_version=4)
    figures_without_alt(made)
    to_html(made, title="Rehearsal", back={"First page": "index.html"})


def _notebook() -> Any:
    new = nbformat.v4
    outputs = [
        new.new_output("stream", text="printed"),
        new.new_output("execute_result", {"text/html": "<table><tr><th>A</th></tr></table>"}),
        new.new_output("display_data", {"image/png": _DOT, "text/plain": "A dot."}, metadata=_words()),
        new.new_output("display_data", {"text/plain": "words"}),
    ]
    cells = [
        new.new_markdown_cell("# Title\n\nA *page*, with a [link](#there) and `code`:\n\n- one\n- two"),
        new.new_code_cell("1 + 1", outputs=outputs, execution_count=1),
    ]
    return new.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})


def _words() -> dict[str, Any]:
    narrow = {"alt": "A dot.", "narrow_png": _DOT, "narrow_width": 350}
    return {"image/png": {"width": 860, "height": 100, "alt": "A dot."}, "partnership_analysis": narrow}
