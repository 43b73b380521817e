"""What `check` says of a portfolio: every row accounted for, and which names may be one partner."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from partnership_analysis.errors import harmless
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.wording import count_of

ROWS_SHOWN = 50
"""Rows to mend that are listed on a terminal."""


def checked_values(ours: Portfolio) -> dict[str, Any]:
    """The ledger and the suspects as JSON values."""
    ledger = ours.ledger
    counts = {name: getattr(ledger, name) for name in ("read", "accepted", "rejected", "recognised")}
    frames = {"sources": ledger.sources, "entries": ledger.entries, "suspects": ours.suspects()}
    return counts | {name: json.loads(frame.to_json(orient="records")) for name, frame in frames.items()}


def checked_text(ours: Portfolio) -> str:
    """The ledger as a person reads it: what was read, then what was rejected, left out, noted and suspected."""
    ledger = ours.ledger
    lines = [
        f"{count_of(ledger.read, 'row')} read: {ledger.accepted:,} used, {ledger.rejected:,} rejected, "
        f"{ledger.recognised:,} recognised as blank, total or repeated",
        "",
    ]
    columns = ["table", "file", "sheet", "read", "accepted", "rejected", "recognised"]
    lines.append(ledger.sources[columns].fillna("").to_string(index=False))
    for title, outcome in (("Rejected", "rejected"), ("Left out", "recognised"), ("Noted", "note")):
        found = ledger.reasons(outcome)
        if len(found):
            lines += ["", f"{title}:"]
            lines += [f"  {_reason(row, outcome)}" for row in found.itertuples()]
        if outcome == "rejected" and len(found):
            lines += ["", "Rows to mend:", *_rows_to_mend(ledger.entries)]
    pairs = ours.suspects().head(20)
    if len(pairs):
        names = zip(pairs["name"], pairs["other"], pairs["likeness"], strict=True)
        lines += ["", "May be one partner (only an alias merges them):"]
        lines += [f"  {name!s} = {other!s} ({like:.0f} of 100)" for name, other, like in names]
    return harmless("\n".join(lines))


def _reason(row: Any, outcome: str) -> str:
    if outcome == "note":
        return f"{row.reason}{f', {row.rows:,} times' if row.rows > 1 else ''} ({row.example})"
    return f"{count_of(row.rows, 'row')}: {row.reason} ({row.example})"


def _rows_to_mend(entries: pd.DataFrame) -> list[str]:
    found = entries[entries["outcome"].eq("rejected")].sort_values(
        ["table", "file", "sheet", "row"], kind="stable"
    )
    places = (
        found.head(ROWS_SHOWN)[["file", "sheet", "row", "column", "value"]]
        .astype(object)
        .fillna("")
        .to_numpy()
    )
    shown = [
        f"  {file}{f', sheet {sheet}' if sheet else ''}, row {row}, {column}: {str(value)!r}"
        for file, sheet, row, column, value in places
    ]
    more = len(found) - len(shown)
    return [*shown, f"  and {more:,} more: --json shows all"] if more else shown
