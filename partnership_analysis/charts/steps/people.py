"""Partners as plain records: who they are in a sentence, and in which order they are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from partnership_analysis.metrics.names import people_key
from partnership_analysis.wording import joined, shortened

NAMED = 3
"""Names in a sentence; the rest are counted."""
FALLS, RISES = ("silent", "weakening"), ("strengthening",)
DOWN, UP = "▼", "▲"
MARKS = dict.fromkeys(FALLS, DOWN) | dict.fromkeys(RISES, UP)
"""What stands beside the figure of who changed beyond chance."""
RECORD = "write every referral and event into the interactions table, and look again next quarter"
LATER = "Look again next quarter."

Person = dict[str, Any]
"""What is known of a partner, by column; what is not has no key."""
_READ = ("state", "since", "band", "band_before", "rvi", "won", "won_before", "recent", "recent_months", "earlier",
         "earlier_months", "vertical", "relationship", "open")  # fmt: skip


def people(data: pd.DataFrame) -> list[Person]:
    """One record a partner, the last of each, in the order in which they first stand.

    Sentences are made three times a picture: plain records take a tenth of the time that frames do.

    >>> people(pd.DataFrame({"partner": ["Ann", "Bo"], "state": ["silent", None]}))
    [{'partner': 'Ann', 'state': 'silent'}, {'partner': 'Bo'}]
    """
    names = ["partner", *(name for name in _READ if name in data.columns)]
    found: dict[str, Person] = {}
    for values in zip(*(data[name].tolist() for name in names), strict=True):
        found[str(values[0])] = dict(zip(names, values, strict=True))
    return [known(row) for row in found.values()]


def known(row: Person) -> Person:
    """A record without what is missing."""
    return {
        name: value
        for name, value in row.items()
        if value is not None and value is not pd.NA and value == value
    }


def named(names: Iterable[object]) -> str:
    """Names in a sentence.

    >>> named(["Ann", "Bo", "Cy", "Di", "Ed"])
    'Ann, Bo, Cy and 2 others'
    """
    return joined([shortened(str(name)) for name in names], limit=NAMED)


def some_of(names: Iterable[object]) -> str:
    """Names in a sentence, of many the first.

    >>> some_of(["Ann", "Bo", "Cy", "Di"]), some_of("ABCDEFGH")
    ('Ann, Bo, Cy and Di', 'A, B, C and so on (8 in all)')
    """
    all_ = list(names)
    if len(all_) <= 2 * NAMED:
        return named(all_)
    return f"{', '.join(shortened(str(name)) for name in all_[:NAMED])} and so on ({len(all_):,} in all)"


def named_of(rows: Iterable[Person]) -> str:
    """The names of records in a sentence."""
    return named(row["partner"] for row in rows)


def in_state(rows: Iterable[Person], *states: str) -> list[Person]:
    """Those in one of the states."""
    return [row for row in rows if row.get("state") in states]


def falling(rows: Iterable[Person]) -> list[Person]:
    """Who fell silent or weakens, in the order in which the review calls them; as they stand where that is not known.

    That is the order of :func:`partnership_analysis.metrics.review.flags`: most value at risk first.

    >>> rows = [{"partner": "Ann", "state": "silent", "won_before": 5.0}, {"partner": "Bo", "state": "weakening", "won_before": 9.0}]
    >>> [row["partner"] for row in falling(rows)]
    ['Bo', 'Ann']
    """
    found = in_state(rows, *FALLS)
    # No column of values is another thing than no value.
    if not any("won_before" in row or "earlier" in row for row in found):
        return found
    return sorted(found, key=_urgent)


def _urgent(row: Person) -> tuple[bool, float, float, str]:
    size = row.get("recent", 0) + row.get("earlier", 0)
    at_risk = "won_before" in row
    return not at_risk, -row.get("won_before", 0.0), -size, people_key(row["partner"])


def marks_of(data: pd.DataFrame) -> list[str]:
    """The mark of each row: down or up beyond chance, or none.

    >>> marks_of(pd.DataFrame({"state": ["silent", "steady", "strengthening", None]})), marks_of(pd.DataFrame(index=[0]))
    (['▼', '', '▲', ''], [''])
    """
    if "state" not in data.columns:
        return [""] * len(data)
    return ["" if pd.isna(state) else MARKS.get(str(state), "") for state in data["state"].tolist()]


def those_of(data: pd.DataFrame, standing: pd.DataFrame | None) -> list[Person]:
    """The partners of rows by month, with what ``standing`` knows of them, else what the rows know."""
    if standing is None:
        return people(data)
    drawn = set(data["partner"].tolist())
    return [row for row in people(standing) if row["partner"] in drawn]
