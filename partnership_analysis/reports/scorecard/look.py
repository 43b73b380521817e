"""How the workbook looks: one typeface, the palette of the charts, one number format a kind of number."""

from __future__ import annotations

from typing import Any

from partnership_analysis.charts.theme import BAND_TEXT, GREY, INK, PALE, RULE
from partnership_analysis.schema import BANDS, TOO_EARLY
from partnership_analysis.tables.blocks import STATE_MARKS

FONT, SIZE = "Arial", 10
"""A typeface that is on every machine, or has a twin of the same widths there."""

LINK = BAND_TEXT["promising"]
BAR, BAR_BELOW = "#bcd6d3", "#d5dade"
"""Bars in cells: what is received or above 0, and what is below."""
INPUT = "#f1f4f6"
"""Behind a cell that a reader may change."""
TINTS = dict(zip(BANDS, ("#f7e8e2", "#f9f2dc", "#e4eef6", "#e0eeec"), strict=True)) | {TOO_EARLY: "#eef0f2"}
"""Behind the word of a band: its hue, so light that the word stays readable."""
TONES = {
    "bad": (BAND_TEXT["weak"], TINTS["weak"]),
    "watch": (BAND_TEXT["average"], TINTS["average"]),
    "good": (BAND_TEXT["strong"], TINTS["strong"]),
}
VERDICTS = {"keep": "good", "nurture": "watch", "renegotiate": "watch", "let go": "bad"}

NUMBERS = {
    "text": "@",
    "words": "@",
    "any": "General",
    "whole": "#,##0",
    "count": '#,##0;-#,##0;"·"',
    "one": "#,##0.0",
    "two": "#,##0.00",
    "weight": "0.0#",
    "signed": '+#,##0.0;"−"#,##0.0;0.0',
    "signed whole": '+#,##0;"−"#,##0;0',
    "percent": "0%",
    "signed percent": '+0%;"−"0%;0%',
    "chance": "0.0%",
    "date": "d mmm yyyy",
    "month": "mmm yyyy",
}
LEFT = ("text", "words", "date", "month")


def marked(state: str) -> str:
    """A state with its mark before it, so that it never rests on colour alone.

    >>> marked("silent"), marked("steady")
    ('○ silent', 'steady')
    """
    return f"{STATE_MARKS[state][0]} {state}" if state in STATE_MARKS else state


class Look:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def of(self, **properties: object) -> Any:
        """A format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def cell(self, form: str, *, is_input: bool = False, first: bool = False, **more: object) -> Any:
        """A cell of a table: a thin rule under it, numbers to the right."""
        properties: dict[str, object] = {
            "font_color": INK,
            "num_format": NUMBERS[form],
            "valign": "top",
            "bottom": 1,
            "bottom_color": RULE,
            **_aligned(form, first),
        }
        if form == "words":
            properties["text_wrap"] = True
        if is_input:
            properties |= {"border": 1, "border_color": PALE, "bg_color": INPUT, "bold": True}
        return self.of(**(properties | more))

    def heading(self, form: str, *, is_month: bool = False, first: bool = False) -> Any:
        """The head of a column."""
        return self.of(
            num_format="mmm yy" if is_month else "@",
            bold=True,
            font_size=9,
            font_color=INK,
            text_wrap=True,
            valign="bottom",
            **_aligned(form, first),
            bottom=2,
            bottom_color=INK,
        )

    def title(self) -> Any:
        """The question of a sheet."""
        return self.of(bold=True, font_size=15, font_color=INK)

    def section(self) -> Any:
        """The head of a part of a sheet."""
        return self.of(bold=True, font_size=11, font_color=INK)

    def quiet(self, **more: object) -> Any:
        """What explains: grey."""
        return self.of(**({"font_color": GREY, "valign": "top"} | more))

    def chip(self, band: str) -> Any:
        """The word of a band in a legend."""
        return self.of(font_color=BAND_TEXT[band], bold=True, font_size=9)

    def band(self, band: str) -> Any:
        """A band's word in a cell, by condition."""
        return self.of(font_color=BAND_TEXT[band], bg_color=TINTS[band])

    def tone(self, tone: str) -> Any:
        """Bad, watch or good, by condition."""
        text, tint = TONES[tone]
        return self.of(font_color=text, bg_color=tint)


def _aligned(form: str, first: bool) -> dict[str, object]:
    """Numbers to the right; words to the left, a little apart from the number before them."""
    if form not in LEFT:
        return {"align": "right"}
    return {"align": "left"} if first else {"align": "left", "indent": 1}
