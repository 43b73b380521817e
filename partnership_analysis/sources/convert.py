"""A column read as its kind."""

from __future__ import annotations

from partnership_analysis.schema import Column
from partnership_analysis.sources import dates, numbers
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.values import Converted, Findings, Reading, text, worded


def convert(cells: Cells, column: Column, label: str, where: str, reading: Reading) -> Converted:
    """Read a column's cells as its kind.

    Parameters
    ----------
    cells : Cells
        The column's cells.
    column : Column
        What the schema expects.
    label, where : str
        The column's header and its source, for messages.
    reading : Reading
        How the doubtful is read.

    Raises
    ------
    ColumnError
        If dates or numbers can be read in two ways.

    Examples
    --------
    >>> import pandas as pd
    >>> from partnership_analysis.schema import INTERACTIONS
    >>> cells = Cells.of(pd.Series(["1", "2.5", ""]))
    >>> done = convert(cells, INTERACTIONS["count"], "Count", "a.csv", Reading())
    >>> done.values.tolist(), done.findings.reasons
    ([1, <NA>, <NA>], ['`count` is not a whole number'])
    """
    findings = Findings(len(cells))
    if column.kind in ("text", "list"):
        return Converted(text(cells), findings)
    if column.kind == "date":
        dates.refuse_half_converted(cells, label, where)
        days, moments = dates.read(cells, column, label, where, reading, findings)
        return Converted(days, findings, moments=moments)
    if column.kind in ("number", "whole"):
        values, notes = numbers.read(cells, column, label, where, reading, findings)
        return Converted(values, findings, notes)
    return Converted(worded(cells, column, findings), findings)
