"""Deals of a sales system that a partner referred: each is a referral received.

Which column names the partner, the caller says, or the first of the usual labels that is there. A deal without a
partner, or whose source is no partner (``Web``, ``Advertisement``), is counted and left out by name. The value is
what was won: the amount of a deal that is still open is expected, and that of a lost one never came, so both are
left out and the ledger says how many.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from partnership_analysis.errors import ColumnError, listed
from partnership_analysis.schema import INTERACTIONS
from partnership_analysis.sources.cells import NUMBER, Cells
from partnership_analysis.sources.importers.exported import Exported, mapped, opened
from partnership_analysis.sources.importers.found import Found, Request
from partnership_analysis.sources.importers.systems import GENERAL, PARTNER, SOURCES, System
from partnership_analysis.sources.names import name_key
from partnership_analysis.sources.values import Findings, folded
from partnership_analysis.wording import count_of

_WON = re.compile(r"(?i)(\b|closed)won\b(?!['’])")
_LOST = re.compile(r"(?i)(\b|closed)lost\b")
_PLAIN_AMOUNT = re.compile(r"[-+(]?[\d.,'’\s]+\)?-?")
_DELETED = ("deleted", "archived")


def reader(system: System) -> Callable[[Path, Request], Found]:
    """What reads the deals of a system."""

    def read(path: Path, request: Request) -> Found:
        limits, partner = request.settings.limits, ((request.partner,),) if request.partner else ()
        known = (*system.labels, *partner)
        export = opened(path, system.name, system.needed, known, limits)
        grouped = _grouped(export)
        if grouped:
            export = opened(path, system.name, system.needed, known, limits, fill_down=grouped)
        return read_deals(export, system, request)

    return read


def read_deals(export: Exported, system: System, request: Request) -> Found:
    """Deals as referrals received.

    Raises
    ------
    ColumnError
        If no column gives the partner or the day of creation.
    """
    found = Found()
    partner = _partner_column(export, request.partner)
    created = export.need(system.created, "the day on which a deal was created")
    places = {
        name: export.find(getattr(system, name))
        for name in ("reference", "title", "account", "value", "status", "owner", "currency")
    }
    names, statuses = export.texts(partner), _statuses(export.texts(places["status"]))
    left_out = _left_out(export, partner, names, places["status"], request)
    value, remarks = _values(export, places, statuses, left_out, request)
    short = system.name.split(" ", 1)[0]
    identity = export.texts(places["reference"])
    if places["reference"] is None:
        identity = (
            export.texts(places["account"]).fillna("") + " / " + export.texts(places["title"]).fillna("")
        )
        remarks.append(
            f"without a column `{system.reference[0]}`, a deal is known again by account, name and day of creation"
        )
    raw = export.table(
        {
            "date": (export.cells(created), created),
            "partner": (names, partner),
            "kind": (export.constant("referral"), None),
            "direction": (export.constant("received"), None),
            "status": (statuses, places["status"]),
            "value": (value, places["value"]),
            "owner": (export.texts(places["owner"]), places["owner"]),
            "reference": (short + " " + identity, places["reference"]),
            "note": (export.texts(places["title"]), places["title"]),
        }
    )
    done = found.take(INTERACTIONS, raw, request.reading, left_out).frame
    if places["reference"] is None:
        done["reference"] = done["reference"] + " / " + done["date"].dt.strftime("%Y-%m-%d").astype("string")
    again = done.duplicated(["partner", "reference"]) & done["reference"].notna()
    if again.any():
        remarks.append(
            f"{count_of(int(again.sum()), 'row')} repeat a deal with the same partner: counted once"
        )
    found.add("interactions", done[~again])
    read_as = f"the partner is read from column `{export.label(partner)}`"
    found.remarks.append(f"{export.raw.file}: {read_as}.")
    stages = _stages(export.texts(places["status"])[~left_out.bad], statuses[~left_out.bad])
    used = [partner, created, *places.values()]
    found.note(export.raw, [read_as, *stages, *remarks, *export.unread(used)])
    return found


def _partner_column(export: Exported, asked: str) -> int:
    if asked:
        return export.asked(asked)
    place = export.find(PARTNER)
    if place is not None:
        return place
    named = [place for place, key in enumerate(export.keys) if "partner" in key]
    place = named[0] if len(named) == 1 else export.find(SOURCES) if not named else None
    if place is None:
        doubt = (
            f"{listed(f'`{export.label(place)}`' for place in named)} could each"
            if named
            else "no column is known to"
        )
        raise ColumnError(
            f"{export.raw.place}: {doubt} name the partner: say which one does with --partner COLUMN. "
            f"Found: {export.described}."
        )
    return place


def _grouped(export: Exported) -> list[str]:
    """Labels of the columns by which a printed report is grouped: from the left, with an arrow, under subtotals."""
    labels: list[str] = []
    for label in export.raw.labels:
        if label and not re.search(r"[↑↓▲▼]", label):
            break
        labels += [label] if label else []
    if not labels:
        return []
    subtotal = any(
        word.casefold().startswith("subtotal")
        for column in export.raw.columns
        for word in Cells.of(column).words.to_pylist()
    )
    return labels if subtotal else []


def _statuses(stages: pd.Series) -> pd.Series:
    """``won``, ``lost`` or ``open`` by the words of a stage; missing without one."""

    def status(stage: str) -> str:
        return "won" if _WON.search(stage) else "lost" if _LOST.search(stage) else "open"

    return mapped(stages, status)


def _stages(stages: pd.Series, statuses: pd.Series) -> list[str]:
    """What stage was read as which status, for somebody to check."""
    return [
        f"stages read as `{status}`: {listed(f'`{stage}`' for stage in sorted(stages[statuses.eq(status)].unique()))}"
        for status in ("won", "lost", "open")
        if statuses.eq(status).any()
    ]


def _left_out(
    export: Exported, partner: int, names: pd.Series, status: int | None, request: Request
) -> Findings:
    left_out = export.furniture()
    label = export.label(partner)
    left_out.mark(names.isna().to_numpy(dtype=bool), f"deal without a partner (`{label}` is empty)")
    if folded(label) in map(folded, SOURCES):
        general = mapped(names, folded).isin(GENERAL).to_numpy(dtype=bool)
        for name in sorted(names[general].unique()):
            left_out.mark(
                names.eq(name).fillna(False).to_numpy(dtype=bool), f"`{name}` is a source, not a partner"
            )
    if request.us:
        ours = mapped(names, name_key).eq(name_key(request.us)).fillna(False)
        left_out.mark(ours.to_numpy(dtype=bool), "the partner named is ourselves")
    deleted = mapped(export.texts(status), folded).isin(_DELETED).to_numpy(dtype=bool)
    left_out.mark(deleted, "deleted deal")
    return left_out


def _values(
    export: Exported,
    places: dict[str, int | None],
    statuses: pd.Series,
    left_out: Findings,
    request: Request,
) -> tuple[pd.Series, list[str]]:
    """Amounts of the deals won, with the currency where it is another than ours, and what was left out."""
    cells = export.cells(places["value"]).astype(object)
    won = statuses.eq("won").fillna(False).to_numpy(dtype=bool)
    sorted_cells = Cells.of(cells)
    expected = int((~sorted_cells.missing & ~won & ~left_out.bad).sum())
    remarks = (
        [f"amounts of {count_of(expected, 'deal')} not won are expected, not won: left out"]
        if expected
        else []
    )
    values = cells.where(won, None)
    codes = export.texts(places["currency"]).str.upper()
    foreign = (
        codes.notna().to_numpy() & codes.ne(request.settings.currency.upper()).fillna(False).to_numpy() & won
    )
    amounts = sorted_cells.texts(np.arange(len(cells)))
    for row in np.flatnonzero(foreign & ~sorted_cells.missing).tolist():
        amount = str(amounts[row])
        # A text that carries its own mark already says its currency.
        if sorted_cells.kinds[row] == NUMBER or _PLAIN_AMOUNT.fullmatch(amount):
            plain = f"-{amount[1:-1]}" if amount.startswith("(") else amount
            values.iloc[row] = f"{codes[row]} {plain}"
    return values, remarks
