"""Which column of a raw table is which column of the schema: by label, never by position."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from partnership_analysis.errors import ColumnError, listed
from partnership_analysis.schema import Table
from partnership_analysis.sources.values import folded

_NEAR, _DOUBTFUL = 60, 80
"""Likeness (0 to 100) from which a label is suggested, and from which ignoring it would be careless."""


@dataclass(frozen=True)
class Match:
    """Places of the schema's columns, the labels that are none of them, and those that stand twice."""

    places: dict[str, int]
    unknown: tuple[str, ...]
    doubled: tuple[str, ...] = ()


def match(
    table: Table,
    labels: Sequence[str],
    where: str,
    same: Callable[[int, int], bool] = lambda one, other: False,
) -> Match:
    """Find a table's columns among labels; case, spaces, punctuation, arrows and ``*`` do not matter.

    Parameters
    ----------
    table : Table
        What the schema expects.
    labels : sequence of str
        The header as found.
    where : str
        The source, for messages.
    same : callable
        Whether the columns at two places hold the same cells: then it does not matter which is read.

    Raises
    ------
    ColumnError
        If a required column is missing, two labels are the same column with different cells, or a label is so near to a column
        that nobody else has that leaving it out would lose data.

    Examples
    --------
    >>> from partnership_analysis.schema import PARTNERS
    >>> match(PARTNERS, ["Partner *", "Owner Level", "Fax"], "a.csv")
    Match(places={'partner': 0, 'owner_level': 1}, unknown=('Fax',), doubled=())
    """
    known = {folded(name): name for name in table.names}
    places: dict[str, int] = {}
    doubled: dict[int, str] = {}
    for place, label in enumerate(labels):
        name = known.get(folded(label))
        if name in places:
            if not same(places[name], place):
                raise ColumnError(
                    f"{where}: two columns are `{name}`: `{labels[places[name]]}` and `{label}`. Rename or delete "
                    f"one."
                )
            doubled[place] = label
        elif name is not None:
            places[name] = place
    taken = {*places.values(), *doubled}
    unknown = tuple(label for place, label in enumerate(labels) if place not in taken and label)
    _check_required(table, places, labels, unknown, where)
    _check_doubtful(table, places, unknown, where)
    return Match(places, unknown, tuple(doubled.values()))


def _check_required(
    table: Table, places: dict[str, int], labels: Sequence[str], unknown: Sequence[str], where: str
) -> None:
    missing = [column.name for column in table.columns if column.required and column.name not in places]
    if missing:
        hints = []
        for name in missing:
            near = process.extractOne(
                name, list(unknown), scorer=fuzz.WRatio, processor=folded, score_cutoff=_NEAR
            )
            if near:
                hints.append(f"`{near[0]}` looks like `{name}`: rename it or use a mapping")
        found = [f"`{label}`" for label in labels if label]
        raise ColumnError.missing(where, [f"`{name}`" for name in missing], found, hints)


def _check_doubtful(table: Table, places: dict[str, int], unknown: Sequence[str], where: str) -> None:
    absent = [name for name in table.names if name not in places]
    doubts = []
    for label in unknown:
        near = process.extractOne(label, absent, scorer=fuzz.ratio, processor=folded, score_cutoff=_DOUBTFUL)
        if near:
            doubts.append(f"`{label}` looks like `{near[0]}`")
    if doubts:
        raise ColumnError(
            f"{where}: {listed(doubts)}. Rename what is meant so, give anything else another name, "
            f"or say which is which in a mapping."
        )
