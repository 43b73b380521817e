"""The workbook's sheets and the names that its formulas use, in one place."""

from __future__ import annotations

from partnership_analysis.schema import RVI_KINDS

SUMMARY, OURS, THEIRS, BOTH = "Summary", "RVI ours", "RVI theirs", "Both sides"
TREND, SIGNALS, EXCHANGE, VERTICALS = "Trend", "Signals", "Exchange", "Verticals"
RETURNS, HOURS, FOCUS, FOUNDATIONS = "Returns", "Hours", "Keep or let go", "Foundations"
OVERDUE, LUNCHES, ACTIONS = "Overdue", "Lunches", "Actions"
TRUST, SETTINGS, COUNTS, LEGEND = "Trust", "Settings", "Counts", "Legend"

RVI_SHEETS = {"ours": OURS, "theirs": THEIRS}

AS_OF_MONTH, RECORD_BEGAN = "as_of_month", "record_began"
METHOD, WINDOW, MIN_MONTHS = "rvi_method", "rvi_window", "rvi_min_months"
INTERVAL, ASSUMED, WHAT_IF = "rvi_interval", "assumed_trust", "what_if"
LIMITS = ("band_average", "band_promising", "band_strong")
WEIGHTS = {kind: f"weight_{kind}" for kind in RVI_KINDS}

AS_REPORTED = "As reported. Change a weight or a limit on Settings, a rating on Trust or a count on Counts, and this sheet follows."
NO_TRUST = "nobody rated trust; write a rating on the sheet Trust"
NOBODY = "Nobody: every partnership had ended by this day."

TITLE_ROW, SUBTITLE_ROW, NOTE_ROW, LEGEND_ROW, ABOVE_ROW, HEAD_ROW, FIRST_ROW = range(7)
"""Rows of every sheet, counted from 0: what stands where is the same everywhere, so that formulas know it."""


def quoted(sheet: str) -> str:
    """A sheet's name as a formula has it.

    >>> quoted("RVI ours"), quoted("Trust")
    ("'RVI ours'!", 'Trust!')
    """
    return f"'{sheet}'!" if " " in sheet else f"{sheet}!"


def letter(column: int) -> str:
    """The letters of a column counted from 0.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def number_of(place: int) -> int:
    """The row of the partner in a place (from 0), as a formula counts rows."""
    return FIRST_ROW + place + 1
