"""A referral group's slip report (BNI Slips Audit): who referred and met whom in a month.

The report has no date in its rows: see ``reports`` for its month. One of a whole month replaces those of its days
that were imported before; two of different days both count, with a remark. Its slips are

=============  =====================================================================================
Referral       From gave To a referral; the tier goes into the note
One-to-One     a meeting of the two; one that both sides logged counts once
TYFCB          closed business that To reports; the giver is confidential, so it belongs to no pair
CEU, Visitor   no interaction: counted and left out by name
=============  =====================================================================================
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from rapidfuzz import process

from partnership_analysis.errors import ParameterError, listed
from partnership_analysis.schema import INTERACTIONS, PAIRS, UNASSIGNED
from partnership_analysis.sources.importers.exported import Exported, mapped, opened
from partnership_analysis.sources.importers.found import Found, Request
from partnership_analysis.sources.importers.reports import Period, period_of
from partnership_analysis.sources.names import name_key
from partnership_analysis.sources.values import Findings, folded
from partnership_analysis.wording import count_of

_FROM, _TO, _TYPE = ("From",), ("To",), ("Slip Type",)
_TIER = ("Inside/Outside", "Inside / Outside")
_AMOUNT = ("TYFCB Amount", "$ if TYFCB", "TYFCB")
_OTHERS = (("CEU Credits", "Qty if CEU"), ("Detail",))

_KINDS = {"referral": "referral", "onetoone": "meeting", "1to1": "meeting", "121": "meeting"}
_TYFCB = ("tyfcb", "thankyouforclosedbusiness")
_LEFT_OUT = {"ceu": "CEU slip", "chaptereducationunit": "CEU slip", "visitor": "visitor slip"}

_BOTH_SIDES = replace(
    PAIRS,
    columns=tuple(
        replace(part, required=part.required or part.name in ("from", "to")) for part in PAIRS.columns
    ),
)
"""A slip says who gave and who received; only a summary does not."""


def read(path: Path, request: Request) -> Found:
    """Read a slip report: a member's portfolio with ``request.us``, the group's pair table without.

    Raises
    ------
    SourceError
        If the file is no slip report.
    PeriodError
        If its month is not known.
    ParameterError
        If ``request.us`` is no member.
    """
    export = opened(
        path, "BNI (a slip report)", (_FROM, _TO, _TYPE), (_TIER, _AMOUNT, *_OTHERS), request.settings.limits
    )
    period, where = period_of(path.name, export.banner, request.period, request.date_order)
    slips = _Slips(export, period)
    found = Found()
    found.remarks.append(f"{path.name} is of {period} (from {where}).")
    if period.partial:
        found.remarks.append(
            f"{path.name} is of one day, {period}: where another report of {period.month_text} holds the same slips, "
            f"they count twice. A report of the whole month (--period {period.month_text}) replaces those of its days."
        )
    found.note(export.raw, [f"slips of {period}, from {where}"])
    if request.us:
        found.us = slips.member(request.us)
        slips.reference = f"{slips.reference}, {found.us}"
        _of_member(slips, found.us, request, found)
    else:
        _of_group(slips, request, found)
    found.complete = {slips.reference.replace(str(period), str(part), 1) for part in period.covered}
    return found


class _Slips:
    """The slips of a report, row by row."""

    def __init__(self, export: Exported, period: Period) -> None:
        self.export, self.period = export, period
        self.reference = f"BNI {period}"
        self.from_place, self.to_place, self.type_place = (export.find(at) for at in (_FROM, _TO, _TYPE))
        self.tier_place, self.amount_place = export.find(_TIER), export.find(_AMOUNT)
        names = _spellings(export.texts(self.from_place), export.texts(self.to_place))
        self.givers = _spelled(export.texts(self.from_place), names)
        self.takers = _spelled(export.texts(self.to_place), names)
        self.types = export.texts(self.type_place)
        keys = mapped(self.types, folded)
        # An unknown type stays as it is, so that the row is rejected by name.
        self.kinds = keys.map(_KINDS).astype("string").fillna(self.types)
        self.closed = keys.isin(_TYFCB).to_numpy(dtype=bool)
        self.known = (keys.isin(_KINDS) | keys.isna()).to_numpy(dtype=bool)
        self.left_out = export.furniture()
        for key, reason in _LEFT_OUT.items():
            self.left_out.mark(keys.eq(key).fillna(False).to_numpy(dtype=bool), reason)
        self.left_out.mark(self._own(), "slip to oneself")
        self.members = sorted(
            {*self.givers[~self.left_out.bad].dropna(), *self.takers[~self.left_out.bad].dropna()}
        )
        self._twice_logged()

    def member(self, name: str) -> str:
        """The member of this name.

        Raises
        ------
        ParameterError
            If there is none, with the nearest names.
        """
        by_key = {name_key(member): member for member in self.members}
        if name_key(name) not in by_key:
            near = [match for match, _, _ in process.extract(name, self.members, limit=3, score_cutoff=50)]
            hint = f"Nearest: {listed(near)}." if near else f"Members: {listed(self.members)}."
            raise ParameterError([f"--us: {self.export.raw.file} has no member {name!r}. {hint}"])
        return by_key[name_key(name)]

    def side(self, us: str) -> tuple[np.ndarray, np.ndarray]:
        """Which slips are from us, and which to us."""
        sides = (self.givers.eq(us).fillna(False), self.takers.eq(us).fillna(False))
        return sides[0].to_numpy(dtype=bool), sides[1].to_numpy(dtype=bool)

    def shared(self) -> dict[str, tuple[pd.Series, int | None]]:
        """Columns that every table takes."""
        export = self.export
        return {
            "date": (export.constant(self.period.last_day), None),
            "kind": (self.kinds, self.type_place),
            "reference": (export.constant(self.reference), None),
            "note": (export.texts(self.tier_place), self.tier_place),
        }

    def _own(self) -> np.ndarray:
        return self.givers.eq(self.takers).fillna(False).to_numpy(dtype=bool)

    def _twice_logged(self) -> None:
        """Of the meetings of two members, those that the less diligent side logged are the other's again."""
        met = np.flatnonzero(self.kinds.eq("meeting").fillna(False).to_numpy(dtype=bool) & ~self.left_out.bad)
        sides = [(self.givers[row], self.takers[row]) for row in met]
        counts = Counter(pair for pair in sides if not pd.isna(pair[0]) and not pd.isna(pair[1]))
        again = np.zeros(len(self.export), dtype=bool)
        for row, pair in zip(met, sides, strict=True):
            back = counts.get((pair[1], pair[0]), 0) if pair in counts else 0
            again[row] = back > counts[pair] or (back == counts[pair] > 0 and pair[0] > pair[1])
        self.left_out.mark(again, "one-to-one that the other side logged too")


def _of_member(slips: _Slips, us: str, request: Request, found: Found) -> None:
    export = slips.export
    ours, theirs = slips.side(us)
    left_out = slips.left_out
    left_out.mark(~ours & ~theirs & (slips.closed | slips.known), "slip between other members")
    left_out.mark(slips.closed & ours, "closed business from our referral, won by the other side")
    met = slips.kinds.eq("meeting").fillna(False)
    direction = pd.Series(np.where(ours, "given", "received"), dtype="string").mask(met, "mutual")
    raw = export.table(
        {
            **slips.shared(),
            "partner": (slips.givers.mask(ours, slips.takers), slips.from_place),
            "direction": (direction, None),
        }
    )
    done = found.take(INTERACTIONS, raw, request.reading, left_out, ~slips.closed | left_out.bad)
    found.add("interactions", _counted(done.frame))
    _unassigned(slips, request, found, left_out)


def _of_group(slips: _Slips, request: Request, found: Found) -> None:
    period = slips.export.constant(slips.period.month_text)
    raw = slips.export.table(
        {
            "from": (slips.givers, slips.from_place),
            "to": (slips.takers, slips.to_place),
            **slips.shared(),
            "period": (period, None),
        }
    )
    done = found.take(_BOTH_SIDES, raw, request.reading, slips.left_out, ~slips.closed | slips.left_out.bad)
    found.add("pairs", _counted(done.frame))
    _unassigned(slips, request, found, slips.left_out)


def _unassigned(slips: _Slips, request: Request, found: Found, left_out: Findings) -> None:
    export = slips.export
    rows = slips.closed & ~left_out.bad
    if not rows.any():
        return
    raw = export.table(
        {
            "member": (slips.takers, slips.to_place),
            "giver": (slips.givers, slips.from_place),
            "value": (export.cells(slips.amount_place), slips.amount_place),
            "period": (export.constant(slips.period.month_text), None),
            "reference": (export.constant(slips.reference), None),
        }
    )
    done = found.take(UNASSIGNED, replace(raw, notes=()), request.reading, only=rows)
    found.add("unassigned", done.frame)
    total = done.frame["value"].sum()
    found.remarks.append(
        f"{count_of(len(done.frame), 'report')} of closed business in {slips.period.month_text}, {total:,.2f} "
        f"{request.settings.currency}, {'belongs' if len(done.frame) == 1 else 'belong'} to no pair, since the "
        f"giver is confidential: kept as `unassigned`, given to no partner."
    )


def _counted(frame: pd.DataFrame) -> pd.DataFrame:
    """Equal slips as one row that counts them, in the order of the first."""
    keys = [name for name in frame.columns if name != "count"]
    counts = frame.groupby(keys, sort=False, dropna=False)["count"].transform("sum")
    return frame.assign(count=counts).drop_duplicates(keys, ignore_index=True)


def _spellings(*columns: pd.Series) -> dict[str, str]:
    """Key of a name to the way in which it is mostly written; of equals, the one that is not all capitals."""
    counts = pd.concat(columns).value_counts()
    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0]).isupper(), str(item[0])))
    usual: dict[str, str] = {}
    for name, _ in ranked:
        usual.setdefault(name_key(str(name)), str(name))
    return usual


def _spelled(names: pd.Series, usual: dict[str, str]) -> pd.Series:
    return mapped(names, lambda name: usual[name_key(name)])
