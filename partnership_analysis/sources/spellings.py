"""Verticals, stakeholder groups and owners written in one way, so that `Legal` and `legal` are one group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from partnership_analysis.sources.ledger import NOTE, entries_frame, joined_entries
from partnership_analysis.sources.names import name_key

_TOGETHER = (
    {"partners": "vertical"},
    {"partners": "stakeholder"},
    {"partners": "owner", "interactions": "owner", "actions": "owner"},
)
"""Columns that name the same things, by table."""


def settled(tables: Mapping[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Write every vertical, stakeholder group and owner as it is written most often (ties: as the text sorts first).

    Spellings are compared by :func:`partnership_analysis.sources.names.name_key`: white space, case and invisible marks
    aside.

    Returns
    -------
    tables : dict of str to DataFrame
        The same with those columns rewritten; the input frames are untouched.
    entries : DataFrame
        A note for each spelling changed.

    Examples
    --------
    >>> partners = pd.DataFrame({name: pd.array(["Legal", "legal", "Legal"], "string")
    ...                          for name in ("vertical", "stakeholder", "owner")})
    >>> others = pd.DataFrame({"owner": pd.array([], "string")})
    >>> done, notes = settled({"partners": partners, "interactions": others, "actions": others})
    >>> done["partners"]["vertical"].tolist(), len(notes)
    (['Legal', 'Legal', 'Legal'], 3)
    """
    done, notes = dict(tables), []
    for columns in _TOGETHER:
        coded = {table: pd.factorize(tables[table][column]) for table, column in columns.items()}
        final = _usual(coded)
        for table, (codes, names) in coded.items():
            changed = sorted(name for name in names if final[name] != name)
            if changed:
                column = columns[table]
                # A missing cell has the code -1: the last.
                rewritten = pd.array([*(final[name] for name in names), pd.NA], dtype="string").take(codes)
                done[table] = done[table].assign(**{column: rewritten})
                reasons = [f"read as {final[name]!r}, as it is written most often" for name in changed]
                notes.append(
                    entries_frame(NOTE, table, "", "", reasons=reasons, column=column, values=changed)
                )
    return done, joined_entries(notes)


def _usual(coded: Mapping[str, tuple[np.ndarray, pd.Index]]) -> dict[str, str]:
    """How each spelling is written most often."""
    counts: Counter[str] = Counter()
    for codes, names in coded.values():
        counts.update(
            dict(zip(names, np.bincount(codes[codes >= 0], minlength=len(names)).tolist(), strict=True))
        )
    usual: dict[str, str] = {}
    keys = {name: name_key(name) for name in counts}
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        usual.setdefault(keys[name], name)
    return {name: usual[key] for name, key in keys.items()}
