"""The blocks of the report's first screen, as HTML.

All text that comes from data is escaped. Each block carries the class ``pa``; :func:`page_style` gives the
one style sheet that they share, in a notebook as on a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import pandas as pd

from partnership_analysis.metrics.about import window_words as window_words
from partnership_analysis.metrics.exchange.reciprocity import THEY_GIVE, WE_GIVE, reciprocity
from partnership_analysis.metrics.measured import false_alarms
from partnership_analysis.metrics.review import Review
from partnership_analysis.metrics.story import (
    headline,
    late_start,
    lead,
    no_trust_note,
    rest_note,
    trust_note,
)
from partnership_analysis.wording import count_of, day, joined, money, number

STATE_MARKS = {
    "silent": ("○", "bad"),
    "weakening": ("▼", "bad"),
    WE_GIVE: ("⇄", "watch"),
    THEY_GIVE: ("⇄", "watch"),
    "strengthening": ("▲", "good"),
}
"""Mark and tone of each state: never colour alone."""


class Block:
    """A piece of HTML that a notebook displays as it is. Its text form is the same, for nbval to compare."""

    def __init__(self, html: str) -> None:
        self.html = html

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.html):,} characters>"


class Sentences(Block):
    """What follows from the data, one thing to do a line; as text the sentences themselves."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = list(sentences)
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in self.sentences)
        super().__init__(f'<div class="pa"><ul>{items}</ul></div>')

    def __repr__(self) -> str:
        return "\n".join(self.sentences)


@cache
def page_style() -> Block:
    """The style sheet of all blocks; once a notebook, before the first block."""
    css = files("partnership_analysis.tables").joinpath("page.css").read_text(encoding="utf-8")
    return Block(f"<style>\n{css}</style>")


def first_screen(review: Review) -> Block:
    """Kicker, headline and lead: what changed, what to do; a warning where trust is missing or assumed."""
    settings, quarter = review.portfolio.settings, review.quarter
    verticals = review.portfolio.verticals
    only = f" · {verticals[0]} only" if len(verticals) == 1 else ""
    us = "" if settings.us == "us" else f" · {settings.us}"
    kicker = f"Partnership review · {quarter.label}{us}{only} · data to {day(review.day, year=True)}"
    return Block(
        f'<div class="pa"><p class="pa-kicker">{escape(kicker)}</p>'
        f'<h1 class="pa-headline">{escape(headline(review))}</h1>'
        f'<p class="pa-lead">{escape(lead(review))}</p>{_warning(no_trust_note(review))}</div>'
    )


def number_strip(review: Review) -> Block:
    """At most four numbers, each with last quarter's beside it."""
    rows: dict[str, Any] = {str(row.measure): row for row in review.numbers.itertuples()}
    currency = review.portfolio.settings.currency
    cells = []
    if "median_rvi" in rows:
        row = rows["median_rvi"]
        cells.append((number(row.value), f"median RVI{_from(number(row.before), row.before)}"))
    if "received" in rows:
        got, gave = rows["received"], rows["given"]
        before = f"{number(got.before, 0)} / {number(gave.before, 0)}"
        cells.append(
            (
                f"{number(got.value, 0)} / {number(gave.value, 0)}",
                f"referrals received / given{_from(before, got.before)}",
            )
        )
    if "won" in rows:
        row = rows["won"]
        still = f", {number(row.pending, 0)} still open" if row.pending else ""
        before = _from(money(row.before, currency), row.before)
        cells.append((money(row.value, currency), f"won so far{still}{before}"))
    if "hours" in rows:
        row = rows["hours"]
        limit = "" if pd.isna(row.limit) else f" of {number(row.limit, 0)}"
        cells.append(
            (
                f"{number(row.value, 0)}{limit} h",
                f"partner hours{_from(f'{number(row.before, 0)} h', row.before)}",
            )
        )
    if "active" in rows and len(cells) < 4:
        row = rows["active"]
        cells.append((number(row.value, 0), f"partners active{_from(number(row.before, 0), row.before)}"))
    inner = "".join(
        f'<div class="pa-number"><b>{escape(big)}</b><span>{escape(small)}</span></div>'
        for big, small in cells[:4]
    )
    return Block(f'<div class="pa pa-numbers">{inner}</div>')


def call_cards(review: Review) -> Block:
    """The three to call: state, evidence in counts, chance, one thing to do."""
    calls = review.calls
    if calls.empty:
        todo = " Use the time for those who are ready for more." if len(review.ready) else ""
        return Block(
            '<div class="pa"><p>No partner is silent, weakening or one-sided by more than chance explains.'
            f"{todo}</p></div>"
        )
    currency = review.portfolio.settings.currency
    cards = "".join(_card(row, currency) for row in calls.itertuples())
    return Block(f'<div class="pa pa-cards">{cards}</div>')


def ready_list(review: Review) -> Block:
    """Who is flagged beyond the three, and who is ready for more, in two sentences."""
    others = list(review.flagged["partner"].iloc[len(review.calls) :])
    parts = [f"Also flagged: {joined(others, limit=8)}."] if others else []
    ready = [_near(row) for row in review.ready.head(5).itertuples()]
    if ready:
        parts.append(f"Ready for more: {'; '.join(ready)}.")
    parts.append(_false_alarms(review))
    inner = "".join(f"<p>{escape(part)}</p>" for part in parts if part)
    return Block(f'<div class="pa pa-note">{inner}</div>')


def note(review: Review, *, warned: bool = False) -> Block:
    """The footnote of trust; a warning before it where the index is missing or rests on an assumption.

    ``warned`` where :func:`first_screen` stands on the same page and has said so.
    """
    warning = "" if warned else _warning(no_trust_note(review))
    return Block(f'{warning}<p class="pa pa-note">{escape(trust_note(review))}</p>')


def band_key(review: Review) -> Block:
    """How to read the picture of standings: the bands, the bars, and whom it leaves out."""
    settings = review.portfolio.settings
    average, promising, strong = (f"{limit:g}" for limit in settings.bands.limits)
    if review.trusted:
        text = (
            f"Bands: weak under {average}, average to {promising}, promising to {strong}, strong from {strong}. "
            f"A wide bar means few interactions: read it before you judge. It covers the true rate with "
            f"{settings.interval:.0%} probability."
        )
    else:
        text = (
            f"Interactions a month over {count_of(settings.window, 'month')}. A wide bar means few interactions: read it "
            f"before you judge. It covers the true rate with {settings.interval:.0%} probability."
        )
    text = f"{text} {rest_note(review)}".strip()
    return Block(f'<p class="pa pa-note pa-key">{escape(text)}</p>')


def gaps(months: pd.DataFrame) -> Block:
    """Months without any interaction, in a sentence."""
    names = [f"{month:%B %Y}" for month in months["month"]]
    text = (
        f"Nothing is on record for {joined(names, limit=12)}." if names else "Every month has interactions."
    )
    return Block(f'<p class="pa">{escape(text)}</p>')


def whole_record(review: Review) -> Block:
    """The largest surpluses on the whole record, which may reach beyond the quarter; a warning if one direction
    of referrals seems not to have been recorded from the start.
    """
    table = reciprocity(review.portfolio, whole=True)
    since, until = review.portfolio.first_date, review.portfolio.last_date
    if table.empty or since is None or until is None:
        return Block("")
    first, last = table.iloc[0], table.iloc[-1]
    text = (
        f"On the whole record, {day(since, year=True)} to {day(until, year=True)}: most received over given from "
        f"{first['partner']} ({first['received']:,} received, {first['given']:,} given); most given over received to "
        f"{last['partner']} ({last['given']:,} given, {last['received']:,} received)."
    )
    return Block(f'{_warning(late_start(review))}<p class="pa pa-note">{escape(text)}</p>')


def _warning(text: str) -> str:
    return f'<div class="pa pa-warn"><p>{escape(text)}</p></div>' if text else ""


def _from(text: str, before: Any) -> str:
    return "" if pd.isna(before) else f", from {text}"


def brought(at_risk: float, currency: str) -> str:
    """What was won before a change, as :func:`partnership_analysis.metrics.review.call_list` counts it."""
    return (
        ""
        if pd.isna(at_risk)
        else f" It brought {money(at_risk, currency)} in the twelve months before the last six."
    )


def _card(row, currency: str) -> str:  # type: ignore[no-untyped-def]
    mark, tone = STATE_MARKS[row.state]
    band = "" if pd.isna(row.band) else f" · {row.band}"
    was = (
        ""
        if pd.isna(row.band_before) or pd.isna(row.band) or row.band_before == row.band
        else f", was {row.band_before}"
    )
    risk = brought(row.at_risk, currency) if tone == "bad" else ""
    return (
        f'<div class="pa-card" data-tone="{tone}"><h3>{escape(row.partner)}</h3>'
        f'<p class="pa-state">{mark} {escape(row.state + band + was)}</p>'
        f'<p class="pa-why">{escape(row.evidence)}{escape(risk)}</p>'
        f'<p class="pa-do">{escape(row.advice)}</p></div>'
    )


def _near(row) -> str:  # type: ignore[no-untyped-def]
    if row.state == "strengthening":
        return f"{row.partner} (▲ strengthening)"
    return f"{row.partner} ({count_of(int(row.lift), 'more interaction')} to the next band)"


def _false_alarms(review: Review) -> str:
    tested = int((review.standing["state"] != "too early").sum())
    return (
        f"{count_of(tested, 'partner')} tested. A steady partner is called silent or weakening by mistake in "
        f"{false_alarms():.0%} of years (simulated), and in more where rates drift for all."
        if tested
        else ""
    )
