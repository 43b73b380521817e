"""A referral group's PALMS summary: what each member gave, received and met in a month, without the other side.

It gives rows of the pair table of which one side is missing, and closed business that belongs to no pair. The
columns of attendance, visitors and training are not read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from partnership_analysis.errors import ParameterError
from partnership_analysis.schema import PAIRS, UNASSIGNED, Column, Table
from partnership_analysis.sources.importers.exported import mapped, opened
from partnership_analysis.sources.importers.found import Found, Request
from partnership_analysis.sources.importers.reports import period_of
from partnership_analysis.sources.values import folded

_FIRST, _LAST = ("First Name",), ("Last Name",)
_TYFCB = ("TYFCB",)
_COUNTS = {
    "RGI": ("from", "referral", "inside"),
    "RGO": ("from", "referral", "outside"),
    "RRI": ("to", "referral", "inside"),
    "RRO": ("to", "referral", "outside"),
    "1-2-1": ("from", "meeting", None),
}
"""Side on which the member stands, kind and note of each column of counts."""

_PSEUDO = ("visitors", "bni", "total", "totals", "visitor")

SUMMARY = Table(
    "palms",
    "the totals of a member",
    (
        Column("member", "text", "first and last name", required=True),
        *(Column(label, "whole", f"{label} of the summary", minimum=0) for label in _COUNTS),
        Column("TYFCB", "number", "closed business reported", unit="currency"),
    ),
)


def read(path: Path, request: Request) -> Found:
    """Read a PALMS summary as rows of the pair table.

    Raises
    ------
    ParameterError
        If ``request.us`` is given: the summary does not say with whom.
    PeriodError
        If its month is not known, or it covers several.
    """
    if request.us:
        raise ParameterError(
            [
                f"{path.name}: a PALMS summary has each member's totals, not with whom, so it gives no portfolio of "
                f"{request.us}. Import the slip report (--as bni) with --us, or the summary without --us."
            ]
        )
    counts = [(label,) for label in _COUNTS]
    known = (*counts, _TYFCB, ("P",), ("A",), ("L",), ("M",), ("S",), ("V",), ("CEU",))
    export = opened(
        path, "PALMS (a summary)", (_FIRST, _LAST, ("RGI",), ("RGO",)), known, request.settings.limits
    )
    period, where = period_of(path.name, export.banner, request.period, request.date_order)
    first, last = export.find(_FIRST), export.find(_LAST)
    names = (export.texts(first).fillna("") + " " + export.texts(last).fillna("")).str.strip()
    member = names.mask(names.eq(""))
    # A member may be called Sum: whoever has both names is one.
    left_out = export.furniture(export.holds([first, last]))
    pseudo = mapped(member, folded).isin(_PSEUDO).to_numpy(dtype=bool)
    left_out.mark(pseudo, "total of the report, not a member")
    columns = {
        label: (export.cells(export.find((label,))), export.find((label,))) for label in (*_COUNTS, "TYFCB")
    }
    raw = export.table({"member": (member, first), **columns})
    reference = f"PALMS {period}"
    found = Found(complete={f"PALMS {part}" for part in period.covered})
    done = found.take(SUMMARY, raw, request.reading, left_out).frame
    found.note(export.raw, [f"totals of {period}, from {where}"], "palms")
    found.remarks.append(f"{path.name} is of {period} (from {where}).")
    shared = {"period": period.month_text, "date": pd.Timestamp(period.last_day), "reference": reference}
    for label, (side, kind, note) in _COUNTS.items():
        rows = done[done[label].fillna(0) > 0]
        found.add(
            "pairs",
            _made(PAIRS, {side: rows["member"], "count": rows[label], "kind": kind, "note": note, **shared}),
        )
    closed = done[done["TYFCB"].fillna(0) != 0]
    found.add(
        "unassigned", _made(UNASSIGNED, {"member": closed["member"], "value": closed["TYFCB"], **shared})
    )
    return found


def _made(table: Table, columns: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(columns).reindex(columns=list(table.names)).astype(table.dtypes)
