"""The HTML around a panel's pictures: the sentence above, the profile of a partner, the lines to copy."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from partnership_analysis.errors import PartnershipError
from partnership_analysis.explore.commands import (
    PROFILE,
    REPORT,
    Source,
    left_out,
    papermill_line,
    report_line,
)
from partnership_analysis.explore.selection import Selection
from partnership_analysis.metrics.profile import partner_profile
from partnership_analysis.metrics.profile_words import how_it_began, what_both_got, where_it_stands
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.tables import page_style


def style() -> str:
    """The style sheets of the suite's blocks and of the panel."""
    css = files("partnership_analysis.explore").joinpath("panel.css").read_text(encoding="utf-8")
    return f"{page_style().html}<style>\n{css}</style>"


def summary_html(words: str, caption: str = "") -> str:
    """What is shown, and below it whom the picture leaves out."""
    below = f'<p class="pa-said">{escape(caption)}</p>' if caption else ""
    return f'<div class="pa" role="status"><p class="pa-summary">{escape(words)}</p>{below}</div>'


def profile_html(portfolio: Portfolio, partner: str, selection: Selection) -> str:
    """One partner in sentences, with the three questions to ask; or why there is no page of it."""
    quarter = selection.quarter(portfolio.settings.fiscal_year_start)
    try:
        page = partner_profile(portfolio, partner, quarter)
        parts = [where_it_stands(page), how_it_began(page), what_both_got(page)]
        asked = page.questions
    except PartnershipError as error:
        return f'<div class="pa pa-page"><h3>{escape(partner)}</h3><p>{escape(str(error))}</p></div>'
    said = "".join(f"<p>{escape(part)}</p>" for part in parts if part)
    questions = "".join(f"<li>{escape(str(question))}</li>" for question in asked["question"])
    ask = f"<h4>To ask</h4><ol>{questions}</ol>" if questions else ""
    return f'<div class="pa pa-page"><h3>{escape(page.partner)} · {quarter.label}</h3>{said}{ask}</div>'


def lines_html(portfolio: Portfolio, selection: Selection, source: Source) -> str:
    """The commands that make the quarterly report of a selection, to be copied."""
    settings = portfolio.settings
    said = left_out(selection, settings)
    return (
        '<div class="pa pa-lines">'
        + _line("The quarterly report of this selection", report_line(selection, source, settings))
        + _line("The same notebook, by papermill", papermill_line(REPORT, selection, source, settings))
        + (f'<p class="pa-said">{escape(said)}</p>' if said else "")
        + "</div>"
    )


def profile_line_html(portfolio: Portfolio, selection: Selection, source: Source) -> str:
    """The command that makes the page of the selected partner, to be copied."""
    line = papermill_line(PROFILE, selection, source, portfolio.settings)
    return f'<div class="pa pa-lines">{_line(f"The whole page of {selection.partner}", line)}</div>'


def _line(label: str, line: str) -> str:
    rows = 1 + len(line) // 112
    return (
        f'<label>{escape(label)}<textarea readonly rows="{rows}" spellcheck="false" '
        f'onfocus="this.select()">{escape(line)}</textarea></label>'
    )
