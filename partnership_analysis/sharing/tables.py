"""Tables of which only some columns hold anything."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from partnership_analysis.schema import Table
from partnership_analysis.sources.names import NameBook, name_key


def only(table: Table, frame: pd.DataFrame, columns: Collection[str]) -> pd.DataFrame:
    """A table with the schema's columns, of which those not named are empty.

    It is made anew, cell by cell: nothing that the frame carries beside them (attributes, an index) comes along.

    >>> from partnership_analysis.schema import RATINGS
    >>> frame = pd.DataFrame({"partner": ["Ann"], "score": [4.0]})
    >>> only(RATINGS, frame, ["partner"])[["partner", "score"]].values.tolist()
    [['Ann', <NA>]]
    """
    size = range(len(frame))
    return pd.DataFrame(
        {
            column.name: pd.Series(frame[column.name].tolist(), size, column.dtype)
            if column.name in columns
            else pd.Series(None, size, column.dtype)
            for column in table.columns
        }
    )


def linked(references: pd.Series) -> pd.Series:
    """References as numbers, where several rows share one: what belongs together still does.

    >>> linked(pd.Series(["INV-9", None, "R7", "INV-9"], dtype="string")).tolist()
    ['1', <NA>, <NA>, '1']
    """
    shared = references.where(references.duplicated(keep=False) & references.notna())
    numbers = pd.Series(pd.factorize(shared)[0] + 1, references.index)
    return numbers.astype("string").where(shared.notna())


def meant(book: NameBook, name: str) -> str | None:
    """The partner who has this name or alias."""
    key = name_key(name)
    return book.spelling.get(key) or book.alias.get(key)


def parts(cell: str) -> list[str]:
    """What a list in a cell holds.

    >>> parts("start-ups; ; charities")
    ['start-ups', 'charities']
    """
    return [part.strip() for part in cell.split(";") if part.strip()]
