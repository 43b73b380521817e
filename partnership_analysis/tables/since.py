"""What changed since the last report, in a few lines under the headline."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from partnership_analysis.metrics.since import CALL, Since
from partnership_analysis.periods import Quarter
from partnership_analysis.tables.blocks import Block
from partnership_analysis.wording import count_of, day, joined, number

MOST = 5
"""Of each sort that are named; the others are counted."""


def since_block(changes: Since | None) -> Block:
    """Bands that moved, who is new or gone, what was promised, and numbers that came out otherwise; empty without one."""
    if changes is None:
        return Block("")
    label = Quarter.parse(changes.quarter).label
    lines = [line for line in (_moved(changes), _people(changes), _kept(changes), _revised(changes)) if line]
    items = "".join(f"<li><b>{escape(head)}</b> {escape(text)}</li>" for head, text in lines)
    return Block(
        f'<div class="pa pa-since"><h2>Since the report of {escape(label)}</h2><ul>{items}</ul></div>'
    )


def _moved(changes: Since) -> tuple[str, str]:
    if changes.moved.empty:
        return "Bands.", "Nobody has moved to another."
    rows = [
        f"{'▲' if row.up else '▼'} {row.partner} {row.before} to {row.now}"
        for row in changes.moved.itertuples()
    ]
    return "Bands.", f"{_some(rows)}."


def _people(changes: Since) -> tuple[str, str] | None:
    parts = [f"New: {joined(changes.came, limit=MOST)}."] if changes.came else []
    parts += [f"No longer there: {joined(changes.went, limit=MOST)}."] if changes.went else []
    return ("Partners.", " ".join(parts)) if parts else None


def _kept(changes: Since) -> tuple[str, str] | None:
    """Calls first: the report asked for them itself."""
    table = changes.promised
    if table.empty:
        return None
    done = table["done"].notna()
    rest = table[~done]
    calls = [f"no contact with {name} yet" for name in rest.loc[rest["what"] == CALL, "partner"]]
    tasks = rest[rest["what"] != CALL]
    late = [
        f"{count_of(int(number_), 'action')} with {name}"
        for name, number_ in tasks["partner"].value_counts(sort=True).items()
    ]
    open_ = _some(calls + late)
    said = f"{int(done.sum())} of {count_of(len(table), 'call or action', 'calls and actions')} done"
    return "What was planned.", f"{said}; still open: {open_}." if open_ else f"{said}."


def _revised(changes: Since) -> tuple[str, str]:
    table = changes.revised
    until = f"as counted to {day(changes.day, year=True)}"
    if table.empty:
        return "Revisions.", f"None: today's data gives the same numbers, {until}."
    rows = [
        f"{row.partner}, {row.measure} {_shown(row.said)}, now {_shown(row.now)}"
        for row in table.itertuples()
    ]
    return (
        "Revisions.",
        f"Data that came late changes {count_of(len(table), 'number')}, {until}: {_some(rows)}.",
    )


def _shown(value: Any) -> str:
    if pd.isna(value):
        return "unknown"
    return number(value, 0 if float(value) == int(float(value)) else 1)


def _some(rows: list[str]) -> str:
    more = len(rows) - MOST
    return "; ".join(rows[:MOST]) + (f"; and {more} more" if more > 0 else "")
