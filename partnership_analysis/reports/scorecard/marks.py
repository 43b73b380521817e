"""What is marked by condition: words in the colours that they have everywhere, bars for sizes."""

from __future__ import annotations

from typing import Any

from partnership_analysis.charts.theme import GIVEN
from partnership_analysis.reports.scorecard.formulas import ALL_FIVE, month_is
from partnership_analysis.reports.scorecard.look import BAR, BAR_BELOW, VERDICTS, Look
from partnership_analysis.reports.scorecard.names import FIRST_ROW, HEAD_ROW, letter
from partnership_analysis.settings import band_names

Area = tuple[int, int, int, int]

_STATES = {"silent": "bad", "weakening": "bad", "strengthening": "good", "one-sided": "watch"}
_SIZES: dict[str, dict[str, Any]] = {
    "bar": {"type": "data_bar", "bar_solid": True, "bar_color": BAR, "min_type": "num", "min_value": 0},
    "sides": {
        "type": "data_bar",
        "bar_solid": True,
        "bar_color": BAR,
        "bar_negative_color": BAR_BELOW,
        "bar_axis_color": GIVEN,
    },
    "scale": {
        "type": "2_color_scale",
        "min_type": "num",
        "max_type": "num",
        "min_value": 1,
        "max_value": 5,
        "min_color": "#ffffff",
        "max_color": BAR,
    },
}


def mark(look: Look, sheet: Any, how: str, area: Area) -> None:
    """Mark an area: band, state, verdict, yes, month, total, bar, sides or scale."""
    if how in _SIZES:
        sheet.conditional_format(*area, _SIZES[how])
        return
    if how == "state":
        for word, tone in _STATES.items():
            rule = {"type": "text", "criteria": "containing", "value": word, "format": look.tone(tone)}
            sheet.conditional_format(*area, rule)
    elif how == "month":
        _months(look, sheet, area)
    elif how == "total":
        rule = {
            "type": "formula",
            "criteria": f'=$C{FIRST_ROW + 1}="{ALL_FIVE}"',
            "format": look.of(bold=True),
        }
        sheet.conditional_format(*area, rule)
    else:
        for word, style in _words(look, how).items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
            sheet.conditional_format(*area, rule)


def _words(look: Look, how: str) -> dict[str, Any]:
    """Words that fill a cell, and how each looks."""
    if how == "band":
        return {band: look.band(band) for band in band_names()}
    if how == "verdict":
        return {word: look.tone(tone) for word, tone in VERDICTS.items()}
    return {"yes": look.tone("bad")}


def _months(look: Look, sheet: Any, area: Area) -> None:
    """Cells with an RVI in the tint of its band; the month stands in the heading, the beginning in the third column."""
    first = f"{letter(area[1])}{FIRST_ROW + 1}"
    began, month = f"$C{FIRST_ROW + 1}", f"{letter(area[1])}${HEAD_ROW + 1}"
    for band in band_names():
        rule = {"type": "formula", "criteria": month_is(band, first, began, month), "format": look.band(band)}
        sheet.conditional_format(*area, rule | {"stop_if_true": True})
