"""What the ledger says of one raw table that was read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from partnership_analysis.errors import listed
from partnership_analysis.schema import Table
from partnership_analysis.sources import checked
from partnership_analysis.sources.checked import Checked
from partnership_analysis.sources.ledger import NOTE, RECOGNISED, REJECTED, entries_frame
from partnership_analysis.sources.words import taken, texts_of
from partnership_analysis.wording import count_of


def account(table: Table, part: Checked) -> list[pd.DataFrame]:
    """The ledger's entries for a table that was read: what was rejected, recognised, converted, left out."""
    raw, states = part.raw, part.states
    made = []
    for column in table.columns:
        findings = part.done[column.name].findings
        if findings.reasons:
            rows = np.flatnonzero(findings.bad & (states == checked.REJECTED))
            made.append(
                entries_frame(
                    REJECTED,
                    table.name,
                    raw.file,
                    raw.sheet,
                    reasons=taken(texts_of(findings.reasons), findings.codes[rows]),
                    rows=raw.rows[rows],
                    column=part.labels[column.name],
                    values=part.cells[column.name].texts(rows),
                )
            )
    rows = np.flatnonzero(states == checked.RECOGNISED)
    reasons = taken(texts_of(part.recognised.reasons), part.recognised.codes[rows])
    made.append(
        entries_frame(RECOGNISED, table.name, raw.file, raw.sheet, reasons=reasons, rows=raw.rows[rows])
    )
    made.append(_noted(table, part, part.notes))
    made += [
        _noted(table, part, converted.notes, part.labels[name])
        for name, converted in part.done.items()
        if converted.notes
    ]
    return made + _silent(table, part, states)


def _noted(table: Table, part: Checked, reasons: Sequence[str], column: str | None = None) -> pd.DataFrame:
    return entries_frame(NOTE, table.name, part.raw.file, part.raw.sheet, reasons=reasons, column=column)


def _silent(table: Table, part: Checked, states: np.ndarray) -> list[pd.DataFrame]:
    """A note a column whose cells say in a word that there is nothing; required ones are rejected for it."""
    notes = []
    for column in table.columns:
        counts = [
            (int((states[rows] != checked.RECOGNISED).sum()), word)
            for word, rows in part.cells[column.name].silent
        ]
        said = sorted(
            ((count, word) for count, word in counts if count), key=lambda item: (-item[0], item[1])
        )
        if said and not column.required:
            (most, word), *rest = said
            first = f"{count_of(most, 'cell')} {'says' if most == 1 else 'say'} `{word}`"
            others = [f"{count:,} {'says' if count == 1 else 'say'} `{word}`" for count, word in rest]
            reason = f"{listed([first, *others])}: taken as missing"
            notes.append(_noted(table, part, [reason], part.labels[column.name]))
    return notes
