"""Pipedrive: deals, and activities that were done with a partner as meetings with their hours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from partnership_analysis.errors import SourceError
from partnership_analysis.schema import INTERACTIONS
from partnership_analysis.sources.importers.deals import read_deals
from partnership_analysis.sources.importers.exported import Exported, mapped, opened
from partnership_analysis.sources.importers.found import Found, Request, numbered
from partnership_analysis.sources.importers.systems import PIPEDRIVE
from partnership_analysis.sources.names import name_key
from partnership_analysis.sources.values import folded

_TYPE, _SUBJECT, _DUE, _DONE = ("Type",), ("Subject",), ("Due date",), ("Done", "Status")
_HOURS, _PARTNER = ("Duration",), ("Organization", "Organisation")
_OWNER = ("Assigned to user", "Assigned to", "Owner", "User", "Creator")
_REFERENCE = ("ID", "Activity ID")
_LABELS = (
    _TYPE,
    _SUBJECT,
    _DUE,
    _DONE,
    _HOURS,
    _PARTNER,
    _OWNER,
    _REFERENCE,
    ("Deal",),
    ("Person", "Contact person"),
)

_DONE_WORDS = ("done", "yes", "true", "1", "completed", "x")
_NO_MEETINGS = ("email", "mail", "task", "todo", "deadline", "reminder", "sms")
"""Types of activity in which nobody meets or talks."""


def deals_first(paths: Sequence[Path], request: Request) -> list[Path]:
    """Exports of deals before those of activities: who refers a deal is a partner in the activities."""
    return sorted(paths, key=lambda path: _opened(path, request).system != PIPEDRIVE.name)


def read_pipedrive(path: Path, request: Request) -> Found:
    """Read an export of deals or of activities, whichever it is.

    Raises
    ------
    SourceError
        If it is neither, or activities come without any known partner.
    """
    export = _opened(path, request)
    if export.system == PIPEDRIVE.name:
        return read_deals(export, PIPEDRIVE, request)
    return _meetings(export, request)


def _opened(path: Path, request: Request) -> Exported:
    limits = request.settings.limits
    known = (*PIPEDRIVE.labels, *_LABELS, *(((request.partner,),) if request.partner else ()))
    try:
        return opened(path, "Pipedrive (activities)", (_SUBJECT, _DUE), known, limits, prefix="Activity - ")
    except SourceError:
        return opened(path, PIPEDRIVE.name, PIPEDRIVE.needed, known, limits, prefix="Deal - ")


def _meetings(export: Exported, request: Request) -> Found:
    partner = export.asked(request.partner) if request.partner else export.need(_PARTNER, "the partner")
    if not request.people and not request.partner:
        raise SourceError(
            f"{export.raw.file}: activities are with clients and partners alike: say who the partners are with "
            f"--partners FILE, import their deals first, or name a column of partners with --partner COLUMN."
        )
    found = Found()
    places = {
        name: export.find(labels)
        for name, labels in (
            *(("type", _TYPE), ("subject", _SUBJECT), ("due", _DUE), ("done", _DONE), ("hours", _HOURS)),
            *(("owner", _OWNER), ("reference", _REFERENCE)),
        )
    }
    names, types = export.texts(partner), export.texts(places["type"])
    left_out = export.furniture()
    done = mapped(export.texts(places["done"]), folded).isin(_DONE_WORDS).to_numpy(dtype=bool)
    left_out.mark(~done, "activity that is not done")
    keys = mapped(types, folded)
    for kind in sorted(types[keys.isin(_NO_MEETINGS)].unique()):
        left_out.mark(
            types.eq(kind).fillna(False).to_numpy(dtype=bool), f"activity of type {kind}: no meeting"
        )
    left_out.mark(names.isna().to_numpy(dtype=bool), "activity with no organisation")
    known = names if request.partner else mapped(names, request.people.named)
    stranger = (names.notna() & known.isna()).to_numpy(dtype=bool) & ~left_out.bad
    found.strangers.update(names[stranger])
    left_out.mark(stranger, "not with a known partner")
    subject = export.texts(places["subject"])
    identity = export.texts(places["reference"]) if places["reference"] is not None else subject
    raw = export.table(
        {
            "date": (export.cells(places["due"]), places["due"]),
            "partner": (known, partner),
            "kind": (export.constant("meeting"), None),
            "direction": (export.constant("mutual"), None),
            "hours": (export.cells(places["hours"]), places["hours"]),
            "owner": (export.texts(places["owner"]), places["owner"]),
            "reference": ("Pipedrive activity " + identity, places["reference"]),
            "note": (_note(types, subject), places["subject"]),
        }
    )
    rows = found.take(INTERACTIONS, raw, request.reading, left_out).frame
    if places["reference"] is None:
        # Two calls of one day are two calls.
        names = numbered(rows["reference"], rows["partner"].map(name_key), rows["date"])
        rows["reference"] = names + " / " + rows["date"].dt.strftime("%Y-%m-%d").astype("string")
    found.add("interactions", rows)
    found.note(export.raw, [*export.unread([partner, *places.values()])])
    return found


def _note(types: pd.Series, subject: pd.Series) -> pd.Series:
    both = types + ": " + subject
    return both.fillna(subject).fillna(types)
