"""A report's page on paper: page numbers, a running head, bookmarks, and tags for those who listen to it."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from html import unescape
from types import ModuleType
from typing import Any

from partnership_analysis.errors import ReportError, harmless
from partnership_analysis.reports.html import TEMPLATES
from partnership_analysis.wording import shortened

NEEDED = "weasyprint>=68"
"""The first with a fetcher that refuses whatever is not in the page, redirections too."""
VARIANT = "pdf/ua-1"
"""Accessible PDF (ISO 14289-1): tags, alternative texts, title and language."""
EPOCH = "SOURCE_DATE_EPOCH"
"""The variable of https://reproducible-builds.org/specs/source-date-epoch/."""
HEAD = 120
"""Letters of the running head: a line of ours, two where letters are wide."""
_TITLE = re.compile(r"<title>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_DRAWING = re.compile(r'<svg\b[^>]*\baria-label="([^"]*)"[^>]*>')
_QUOTED = re.compile("'([^']+)'")
_LIBRARIES = {
    "linux": "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "darwin": "brew install pango",
}
_ELSEWHERE = "as https://doc.courtbouillon.org/weasyprint/stable/first_steps.html says"


class PdfUnavailable(ReportError):
    """WeasyPrint, or a system library that it needs, is not on this machine; the message has the install line."""


def to_pdf(html: str) -> bytes:
    """The page of a report as a PDF, on A4.

    Parameters
    ----------
    html : str
        A page as :func:`partnership_analysis.reports.html.to_html` gives it. Its ``<title>`` runs along the head from
        the second page on, its headings become bookmarks. Nothing is fetched: what is not in the page is left out,
        and an alternative text stands in for a picture.

    Returns
    -------
    bytes
        The PDF; the same bytes for the same page, the same WeasyPrint and the same fonts. It names no date.

    Raises
    ------
    PdfUnavailable
        If WeasyPrint or one of its system libraries is missing.
    ReportError
        If WeasyPrint cannot lay the page out.
    """
    weasyprint = _weasyprint()
    try:
        with _no_clock():
            return bytes(_laid_out(weasyprint, html).write_pdf(pdf_variant=VARIANT))
    except Exception as error:
        raise ReportError(
            f"WeasyPrint {weasyprint.VERSION} cannot lay the page out as a PDF: {type(error).__name__}: {error}"
        ) from error


@contextmanager
def _no_clock() -> Iterator[None]:
    """No time in a font: fontTools writes it where WeasyPrint unpacks or cuts one, unless this variable is set."""
    before = os.environ.get(EPOCH)
    os.environ[EPOCH] = "0"
    try:
        yield
    finally:
        os.environ.pop(EPOCH)
        if before is not None:
            os.environ[EPOCH] = before


def _laid_out(weasyprint: ModuleType, html: str) -> Any:
    """The page, laid out on sheets of paper."""
    inside = weasyprint.urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    rules = (TEMPLATES / "report" / "print.css").read_text(encoding="utf-8") + _running_head(html)
    # WeasyPrint takes the alternative text of a drawing from its title, not from its label.
    labelled = _DRAWING.sub(r"\g<0><title>\1</title>", html)
    page = weasyprint.HTML(string=labelled, url_fetcher=inside)
    return page.render(stylesheets=[weasyprint.CSS(string=rules, url_fetcher=inside)], pdf_variant=VARIANT)


def _weasyprint() -> ModuleType:
    """WeasyPrint, which takes a second to import and may be missing."""
    try:
        # Where a system library is missing, it prints a page of advice before it raises.
        with redirect_stdout(io.StringIO()):
            import weasyprint
            from weasyprint.urls import URLFetcher  # noqa: F401
    except ImportError:
        raise PdfUnavailable(
            f'there is no PDF, since WeasyPrint is not installed: pip install "{NEEDED}", and make the report again.'
        ) from None
    except OSError as error:
        named = _QUOTED.search(str(error))
        library = f"the system library {named[1]}" if named else "a system library"
        install = _LIBRARIES.get(sys.platform, _ELSEWHERE)
        raise PdfUnavailable(
            f"there is no PDF, since WeasyPrint lacks {library}: {install}, and make the report again."
        ) from None
    return weasyprint


def _running_head(html: str) -> str:
    """The page's title as a rule for the head of every sheet but the first, which begins with it."""
    found = _TITLE.search(html)
    title = " ".join(unescape(found[1]).split()) if found else ""
    # Every character by its number: no title can end the text or the rule.
    text = "".join(f"\\{ord(letter):06x}" for letter in shortened(harmless(title), HEAD))
    return (
        f'@page {{ @top-left {{ content: "{text}"; }} }}\n@page :first {{ @top-left {{ content: none; }} }}\n'
    )
