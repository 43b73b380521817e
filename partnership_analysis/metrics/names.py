"""Names in the order in which people look for them, not in that of code points."""

from __future__ import annotations

import unicodedata

import pandas as pd

from partnership_analysis.settings import Settings

OURSELVES = "we ourselves"
"""How a reader meets our own firm among the members of a group, where the settings do not name it."""
_UNNAMED = str(Settings.model_fields["us"].default)


def people_key(name: object) -> tuple[str, str, str]:
    """What to sort a name by: its letters without case or accents, then with accents, then as it is.

    >>> sorted(["Zoe", "IT", "émile", "Insurance", "Emile", "emile"], key=people_key)
    ['Emile', 'emile', 'émile', 'Insurance', 'IT', 'Zoe']
    """
    text = str(name)
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return plain, folded, text


def by_name(column: pd.Series) -> pd.Series:
    """Key of ``DataFrame.sort_values``: a column of text in the order of :func:`people_key`, any other as it is.

    >>> table = pd.DataFrame({"count": [1, 1, 2], "partner": ["Zoe", "émile", "Ann"]})
    >>> table.sort_values(["count", "partner"], key=by_name)["partner"].tolist()
    ['émile', 'Zoe', 'Ann']
    """
    if isinstance(column.dtype, pd.CategoricalDtype) or not pd.api.types.is_string_dtype(column):
        return column
    place = {name: at for at, name in enumerate(sorted(column.dropna().unique(), key=people_key))}
    return column.map(place).astype("Float64")


def member_said(name: object) -> str:
    """A member of a group as it is read.

    >>> member_said("us"), member_said("Ann")
    ('we ourselves', 'Ann')
    """
    return OURSELVES if name == _UNNAMED else str(name)
