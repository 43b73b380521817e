"""A detailed time report of Toggl: hours that we spent with a partner.

The partner is the known one that Client or Project names, else one whose whole name is in the description or the
tags; without any known partner every client is one. An entry is a ``meeting``, or an ``event`` or ``trade`` where
a tag says so.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from partnership_analysis.schema import DEFAULT_DIRECTION, INTERACTIONS
from partnership_analysis.sources.importers.exported import mapped, opened
from partnership_analysis.sources.importers.found import Found, Request
from partnership_analysis.sources.importers.people import People
from partnership_analysis.sources.values import folded

_CLIENT, _START, _DURATION = ("Client",), ("Start date",), ("Duration",)
_TIME, _USER = ("Start time",), ("User", "Member")
_PROJECT, _TEXT, _TAGS = ("Project",), ("Description",), ("Tags",)
_OTHERS = (("Email",), ("Task",), ("Billable",), ("End date",), ("End time",), ("Amount ()",))


def read(path: Path, request: Request) -> Found:
    """Read time entries as meetings with hours.

    Raises
    ------
    SourceError
        If the file is no detailed report.
    """
    known = (_TIME, _USER, _PROJECT, _TEXT, _TAGS, *_OTHERS)
    export = opened(path, "Toggl (a detailed report)", (_START, _DURATION), known, request.settings.limits)
    asked = export.asked(request.partner) if request.partner else None
    columns = (_CLIENT, _PROJECT, _TEXT, _TAGS, _START, _TIME, _DURATION, _USER)
    client, project, about, tags, start, time, duration, user = (export.find(labels) for labels in columns)
    clients = export.texts(asked if asked is not None else client)
    texts = (export.texts(project), export.texts(about), export.texts(tags))
    partner = pd.Series(
        [
            row[0] if asked is not None else _partner(request.people, *row)
            for row in zip(*(column.fillna("") for column in (clients, *texts)), strict=True)
        ],
        dtype="string",
    ).replace("", pd.NA)
    found = Found()
    left_out = export.furniture()
    stranger = partner.isna().to_numpy(dtype=bool) & ~left_out.bad
    found.strangers = Counter(clients[stranger].dropna())
    left_out.mark(stranger & clients.notna().to_numpy(), "not with a known partner")
    left_out.mark(stranger, "time entry that names no partner")
    raw = export.table(
        {
            "date": (export.cells(start), start),
            "partner": (partner, client),
            "kind": (mapped(export.texts(tags), _kind).fillna("meeting"), tags),
            "direction": (export.constant("mutual"), None),
            "hours": (export.cells(duration), duration),
            "owner": (export.texts(user), user),
            "reference": (export.texts(time).fillna("") + " " + export.texts(user).fillna(""), time),
            "note": (export.texts(about), about),
        }
    )
    rows = found.take(INTERACTIONS, raw, request.reading, left_out).frame
    days = rows["date"].dt.strftime("%Y-%m-%d").astype("string")
    rows["reference"] = ("Toggl " + days + " " + rows["reference"].fillna("")).str.strip()
    found.add("interactions", rows)
    used = [asked, client, project, about, tags, start, time, duration, user]
    found.note(export.raw, [*export.unread(used)])
    if not request.people and asked is None:
        found.remarks.append(f"{path.name}: no partner is known yet, so every client is taken for one.")
    return found


def _partner(people: People, client: str, *texts: str) -> str | None:
    if not people:
        return client or None
    for name in (client, texts[0]):
        if name and (partner := people.named(name)):
            return partner
    within = people.within(" / ".join(filter(None, texts)))
    # Hours with two partners at once cannot be told apart.
    return within[0] if len(within) == 1 else None


def _kind(tags: str) -> str | None:
    """The kind that a tag names, of those that need no direction."""
    keys = {folded(tag) for tag in tags.split(",")}
    return next((kind for kind in DEFAULT_DIRECTION if folded(kind) in keys), None)
