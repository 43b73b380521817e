"""Rows that are no data: blank ones, totals, footers, repeated headers, the template's examples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partnership_analysis.schema import Table
from partnership_analysis.sources.cells import MISSING, NUMBER, SPAN, Cells
from partnership_analysis.sources.raw import RawTable
from partnership_analysis.sources.values import Findings
from partnership_analysis.sources.words import flags, that_match

EXAMPLE = "EXAMPLE"
"""The text by which the template marks its example rows."""

_TOTAL = (
    r"(?i)^((grand|overall)[ -]?totals?|sub[ -]?totals?|totals?|sum|summe|gesamt|gesamtsumme|zwischensumme"
    r"|sous-total|total général|totale|suma|razem|totaal|итого)"
    r"( ?\(.*\)|:? \d+( (rows?|records?))?)? ?:?$"
)
_GROUP_TOTAL = r"(?i)^(\S.* (totals?|count|gesamt|ergebnis)|((grand|overall)[ -]|sub[ -]?)?(totals?|sum|summe|gesamt|zwischensumme)\b.*)$"
"""What the subtotals of a group or a month are called; it may be a name, so that figures must stand beside it."""

_FIGURE = r"^[^A-Za-z]*[0-9][^A-Za-z]*$"
_FOOTER = (
    r"(?i)^(confidential information\b.*|(copyright )?(\(c\)|©) .*|copyright \d{4}.*|.*\ball rights reserved\.?"
    r"|page \d+( (of|/) \d+)?|end of (the )?(report|file|list|data|export)\.?)$"
)
_LIKELY_FOOTER = (
    r"(?i)^((report )?(generated|exported|created|printed|downloaded|run) (by|on|at|from|with)\b.*"
    r"|run (at|by|user)\b.*|\d[\d,.]* (rows?|records?|results?)( (returned|found|exported|in total))?\.?"
    r"|(total|number of) records?:? ?\d+|as of \d.*|last (updated|refreshed)\b.*|data as of .*)$"
)
"""What may be a name, so that it is a footer only in a row that cannot be data."""


def recognised(table: Table, raw: RawTable, cells: Sequence[Cells], lost: np.ndarray) -> Findings:
    """Find the rows that are no data, and say what they are.

    Parameters
    ----------
    table : Table
        What the rows are read as.
    raw : RawTable
        The table as the file holds it.
    cells : sequence of Cells
        Its columns.
    lost : ndarray of bool, shape (n,)
        Rows that lack something required or have a bad cell. A total, a footer or a header always does where
        more than one column is required, so that other rows need no second look.
    """
    findings = Findings(len(raw))
    example = np.zeros(len(raw), dtype=bool)
    for part in cells:
        says = flags(pc.equal(part.words, EXAMPLE))
        if says.any():
            example |= part.where(says)
    sure = sum(column.required for column in table.columns) > 1
    rows = np.flatnonzero(lost) if sure else np.arange(len(raw))
    if len(rows):
        looked = _Looked(cells, rows)
        findings.mark(_scattered(looked.filled == 0, rows, len(raw)), "blank row")
    findings.mark(example, "example row of the template")
    if len(rows):
        for mask, reason in (
            (_totals(looked, sure), "total row"),
            (_footers(looked, sure), "footer"),
            (_headers(looked, raw.labels), "repeated header"),
        ):
            findings.mark(_scattered(mask, rows, len(raw)), reason)
    return findings


def ends_of_groups(cells: Sequence[Cells], size: int) -> np.ndarray:
    """Which rows of a grouped report are totals or footers: what stands above them does not go on below.

    >>> import pandas as pd
    >>> names, values = pd.Series(["Total Wine", "Subtotal", None]), pd.Series([1, 1, 5])
    >>> kinds = pd.Series(["event", None, "event"])
    >>> ends_of_groups([Cells.of(names), Cells.of(kinds), Cells.of(values)], 3).tolist()
    [False, True, False]
    """
    looked = _Looked(cells, np.arange(size))
    return _totals(looked, True) | _footers(looked, True)


def _scattered(mask: np.ndarray, rows: np.ndarray, size: int) -> np.ndarray:
    whole = np.zeros(size, dtype=bool)
    whole[rows[mask]] = True
    return whole


class _Looked:
    """Some rows of a table, seen closely."""

    def __init__(self, cells: Sequence[Cells], rows: np.ndarray) -> None:
        self.rows = rows
        self.kinds = [part.kinds[rows] for part in cells]
        self.words: list[pa.Array] = []
        self.codes: list[np.ndarray] = []
        for part in cells:
            codes = part.codes[rows]
            # Only the texts of these rows are looked at, however many the column has.
            used, inverse = np.unique(codes, return_inverse=True)
            self.words.append(part.words.take(pa.array(np.maximum(used, 0)[used >= 0])))
            self.codes.append(inverse - int(bool(len(used)) and used[0] < 0))
        self.filled = sum((kinds != MISSING).astype(np.int64) for kinds in self.kinds)

    def that(self, place: int, pattern: str) -> np.ndarray:
        """In which rows a column's text holds a pattern."""
        return self.of_words(place, that_match(self.words[place], pattern))

    def of_words(self, place: int, word_is: np.ndarray) -> np.ndarray:
        """In which rows a column has a text for which something holds."""
        return np.append(word_is, False)[self.codes[place]]


def _totals(looked: _Looked, sure: bool) -> np.ndarray:
    """Rows in which the only cell that is no number says total."""
    says, groups = (np.zeros(len(looked.rows), dtype=bool) for _ in range(2))
    for place in range(len(looked.kinds)):
        says |= looked.that(place, _TOTAL)
        groups |= looked.that(place, _GROUP_TOTAL)
    figures = np.zeros(len(looked.rows), dtype=np.int64)
    if (says | groups).any():
        for place, kinds in enumerate(looked.kinds):
            figures += (kinds == NUMBER) | (kinds == SPAN) | looked.that(place, _FIGURE)
    alone = looked.filled - figures == 1
    return alone & (says | (groups & (figures > 0)) if sure else says)


def _footers(looked: _Looked, sure: bool) -> np.ndarray:
    """Rows that say what stands under a report: in their only cell, or in one that was cut at its commas."""
    alone = looked.filled == 1
    says, opens, ends = (np.zeros(len(looked.rows), dtype=bool) for _ in range(3))
    for place in range(len(looked.kinds)):
        if alone.any():
            says |= looked.that(place, _FOOTER)
            if sure:
                says |= looked.that(place, _LIKELY_FOOTER)
        here = looked.that(place, r"(?i)^(copyright )?(\(c\)|©) ")
        opens |= here
        ends |= looked.that(place, r"(?i)\ball rights reserved\.?$") & ~here
    return (alone & says) | (opens & ends & sure)


def _headers(looked: _Looked, labels: Sequence[str]) -> np.ndarray:
    """Rows that hold the labels again."""
    same = np.ones(len(looked.rows), dtype=bool) if any(labels) else np.zeros(len(looked.rows), dtype=bool)
    for place, label in enumerate(labels):
        if label and same.any():
            same &= looked.of_words(place, flags(pc.equal(looked.words[place], label)))
    return same
