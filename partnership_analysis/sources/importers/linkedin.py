"""LinkedIn's archive: messages and invitations exchanged with known partners.

A conversation with a partner on one day is one ``meeting`` without hours: it feeds the cadence and never the
index. So is an invitation. A connection is no interaction: it is left out by name, and the ledger says since when
which known partner is connected. What was written is not copied.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from partnership_analysis.errors import SourceError
from partnership_analysis.schema import INTERACTIONS
from partnership_analysis.sources.importers.exported import Exported, opened
from partnership_analysis.sources.importers.found import Found, Request
from partnership_analysis.sources.importers.people import People
from partnership_analysis.sources.names import name_key
from partnership_analysis.sources.raw import RawTable
from partnership_analysis.sources.validate import Validated

_FIRST, _LAST, _SINCE = ("First Name",), ("Last Name",), ("Connected On",)
_COMPANY, _MAIL = ("Company",), ("Email Address",)
_FROM, _TO = ("FROM",), ("TO",)
_SENT, _WAY = ("Sent At",), ("Direction",)
_CONVERSATION, _DATE = ("CONVERSATION ID",), ("DATE",)
_KNOWN = (
    *(_FIRST, _LAST, _SINCE, _COMPANY, _MAIL, _FROM, _TO, _SENT, _WAY, _CONVERSATION, _DATE),
    *(
        ("URL",),
        ("Position",),
        ("Message",),
        ("SUBJECT",),
        ("CONTENT",),
        ("SENDER PROFILE URL",),
        ("FOLDER",),
    ),
)


def read(path: Path, request: Request) -> Found:
    """Read ``Connections.csv``, ``Invitations.csv`` or ``messages.csv``, whichever it is.

    Raises
    ------
    SourceError
        If it is none of them, or no partner is known.
    """
    export = opened(
        path, "LinkedIn (connections, invitations or messages)", (), _KNOWN, request.settings.limits
    )
    if not request.people:
        raise SourceError(
            f"{path.name}: LinkedIn names everybody you know: say who the partners are with --partners FILE (their "
            f"names, with the people's names as aliases), or import into a portfolio that has them."
        )
    has = {name: export.find(labels) is not None for name, labels in (("connected", _SINCE), ("from", _FROM))}
    if has["connected"] and export.find(_FIRST) is not None:
        return _connections(export, request)
    if has["from"] and export.find(_CONVERSATION) is not None:
        return _contacts(export, request, _DATE, _CONVERSATION)
    if has["from"] and export.find(_SENT) is not None:
        return _contacts(export, request, _SENT, None)
    raise SourceError(
        f"{path.name} is neither Connections.csv, Invitations.csv nor messages.csv of LinkedIn. "
        f"Found: {export.described}."
    )


def _contacts(
    export: Exported, request: Request, date: tuple[str, ...], conversation: tuple[str, ...] | None
) -> Found:
    """One meeting a partner, day and conversation (or invitation)."""
    found, day = Found(), export.need(date, "the day")
    sides = [export.texts(export.find(labels)).fillna("") for labels in (_FROM, _TO)]
    people = [_names(one, other, request.people) for one, other in zip(*sides, strict=True)]
    ours = _ourselves(people, request.us)
    partners = [list(dict.fromkeys(filter(None, map(request.people.named, names)))) for names in people]
    left_out = export.furniture()
    stranger = np.array([not known for known in partners], dtype=bool) & ~left_out.bad
    for row in np.flatnonzero(stranger):
        found.strangers.update(name for name in people[row] if name_key(name) != ours)
    left_out.mark(stranger, "not with a known partner")
    what = "conversation" if conversation else "invitation"
    identity = export.texts(export.find(conversation)) if conversation else sides[0] + " > " + sides[1]
    way = export.texts(export.find(_WAY)).str.casefold().map({"incoming": ", received", "outgoing": ", sent"})
    raw = export.table(
        {
            "date": (export.cells(day), day),
            "partner": (pd.Series([known[0] if known else None for known in partners], dtype="string"), None),
            "kind": (export.constant("meeting"), None),
            "direction": (export.constant("mutual"), None),
            "reference": (f"LinkedIn {what} " + identity, export.find(conversation or _FROM)),
            "note": (f"LinkedIn {what}" + way.fillna("").astype("string"), None),
        }
    )
    # Which messages are of one day is known once the days are read.
    contacts = _by_partner(Found().take(INTERACTIONS, raw, request.reading, left_out), raw, partners)
    first = ~contacts.duplicated(["date", "partner", "reference"])
    again = np.isin(raw.rows, contacts["row"]) & ~np.isin(raw.rows, contacts["row"][first])
    left_out.mark(again, f"of the same {what}, partner and day as a row above")
    rows = _by_partner(found.take(INTERACTIONS, raw, request.reading, left_out), raw, partners)
    rows = rows.drop_duplicates(["date", "partner", "reference"])
    found.add("interactions", rows[list(INTERACTIONS.names)].astype(INTERACTIONS.dtypes))
    return found


def _by_partner(done: Validated, raw: RawTable, partners: list[list[str]]) -> pd.DataFrame:
    """Accepted rows, one for each partner, with the day in the reference and the ``row`` they are from."""
    place = {row: at for at, row in enumerate(raw.rows.tolist())}
    shared = pd.Series([partners[place[row]] for row in done.places["row"]], dtype=object)
    rows = done.frame.assign(partner=shared, row=done.places["row"].to_numpy()).explode("partner")
    rows["reference"] = rows["reference"] + " " + rows["date"].dt.strftime("%Y-%m-%d").astype("string")
    return rows


def _names(sender: str, receivers: str, people: People) -> list[str]:
    """Everybody in a message; a receiver's name may hold a comma, and then it is known as it stands."""
    names = [receivers] if people.named(receivers) else receivers.split(",")
    return [name.strip() for name in (sender, *names) if name.strip()]


def _ourselves(people: list[list[str]], us: str) -> str:
    """The key of our name: as asked, else who takes part in every message."""
    if us:
        return name_key(us)
    counts = Counter(name for names in people for name in {name_key(name) for name in names})
    always = [name for name, count in counts.items() if count == sum(map(bool, people)) > 1]
    return always[0] if len(always) == 1 else ""


def _connections(export: Exported, request: Request) -> Found:
    found, people = Found(), request.people
    first, last, company, mail = (
        export.texts(export.find(labels)).fillna("") for labels in (_FIRST, _LAST, _COMPANY, _MAIL)
    )
    since = export.texts(export.find(_SINCE)).fillna("an unknown day")
    left_out = export.furniture()
    notes = []
    known = np.zeros(len(export), dtype=bool)
    for row, (name, firm, address) in enumerate(
        zip((first + " " + last).str.strip(), company, mail, strict=True)
    ):
        partner = next(filter(None, (people.named(text) for text in (name, firm, address) if text)), None)
        if partner and not left_out.bad[row]:
            known[row] = True
            notes.append(f"{partner}: {name} connected on {since[row]}")
    left_out.mark(known, "a connection with a known partner is no interaction")
    left_out.mark(~known, "not with a known partner")
    raw = export.table({name: (export.constant(None), None) for name in ("date", "partner", "kind")})
    found.take(INTERACTIONS, raw, request.reading, left_out)
    found.note(export.raw, [*notes])
    found.remarks.append(
        f"{export.raw.file}: connections are no interactions; {len(notes):,} of them are with a known partner. "
        f"Import messages.csv for the days of contact."
    )
    return found
