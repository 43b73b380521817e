"""What to do because of what the index is made of, of both sides of it, and of how far it can be trusted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from partnership_analysis.charts.steps.people import LATER, NAMED, RECORD, named, some_of
from partnership_analysis.schema import BANDS, REFERRAL_KINDS, RVI_KINDS, TOO_EARLY
from partnership_analysis.wording import joined, number, shortened, spelled

EVEN = 0.5
"""A gap of both sides' index up to which both get about the same."""
FEW = 4
"""Interactions from which it is worth a word that all are of one sort: one a quarter."""
OURS = "signals"
"""The rule of this suite among those that warn."""
EXACT = "Jeffreys"
"""The interval of this suite."""
_ENDS = ("ours_low", "ours_high", "theirs_low", "theirs_high")


def after_components(data: pd.DataFrame, bands: pd.DataFrame | None = None) -> str:
    """Whom to invite because referrals are all there is, and whom to ask for a first one.

    Examples
    --------
    >>> rows = pd.DataFrame({"partner": ["Ann", "Bo"], "kind": ["referral", "event"], "count": [6, 2], "rvi": 1.0})
    >>> after_components(rows)
    'invite Ann to an event: all 6 are referrals or introductions, nothing was done together. Ask Bo for a referral: none came.'
    """
    early = _early(bands)
    sums: dict[str, list[int]] = {}
    direct: Counter[str] = Counter()
    for partner, kind, count in zip(
        *(data[name].tolist() for name in ("partner", "kind", "count")), strict=True
    ):
        if kind in RVI_KINDS and partner not in early and not pd.isna(count):
            sums.setdefault(partner, [0, 0])[kind in REFERRAL_KINDS] += int(count)
            direct[partner] += int(count) * (kind == REFERRAL_KINDS[0])
    lacking = _lacking(sums, direct)
    if lacking:
        return lacking
    # The most interactions first.
    rows = sorted(sums.items(), key=lambda row: -sum(row[1]))
    alone = [(name, referrals) for name, (rest, referrals) in rows if not rest and referrals >= FEW]
    none = [name for name, _ in rows if not direct[name]]
    parts = [f"invite {named(name for name, _ in alone)} to an event: {_all(alone)}."] if alone else []
    parts += [f"{'Ask' if alone else 'ask'} {some_of(none)} for a referral: none came."] if none else []
    return " ".join(parts) or "nothing; everybody sends referrals and does something besides."


def _lacking(sums: dict[str, list[int]], direct: Counter[str]) -> str:
    """What to record first, where a whole sort of interaction is missing: it says nothing of anybody."""
    if not any(map(any, sums.values())):
        return f"nothing yet; too little is on record. Meanwhile {RECORD}."
    if not any(rest for rest, _ in sums.values()):
        return "write events and what is done online into the interactions table, too: so far referrals alone are on record."
    if not any(direct.values()):
        return "ask those you know best for a first referral, and write each into the interactions table: so far none is on record."
    return ""


def _early(bands: pd.DataFrame | None) -> set[str]:
    """Who is too early for a band."""
    if bands is None:
        return set()
    return {
        name
        for name, band in zip(bands["partner"].tolist(), bands["band"].tolist(), strict=True)
        if band == TOO_EARLY
    }


def _all(alone: list[tuple[str, int]]) -> str:
    """That referrals are all there is."""
    if len(alone) > 1:
        return "so far there are only referrals and introductions, nothing was done together"
    return f"all {alone[0][1]:,} are referrals or introductions, nothing was done together"


def after_sides(data: pd.DataFrame) -> str:
    """To whom to give back and with whom to agree: where one side's whole interval lies above the other's.

    Examples
    --------
    >>> rows = pd.DataFrame({"partner": ["Ann"], "ours": [5.0], "theirs": [0.2], "gap": [4.8], "ours_low": [3.0],
    ...                      "ours_high": [8.0], "theirs_low": [0.0], "theirs_high": [0.9]})
    >>> after_sides(rows)
    'send a client to Ann (5.0 to us, 0.2 to them).'
    """
    known = data[data["gap"].notna()]
    if not set(_ENDS) <= set(known.columns):
        return "ask before you act: whether a gap is beyond chance is not known here."
    early = known["too_early"].astype(bool).tolist() if "too_early" in known.columns else [False] * len(known)
    if all(early):
        return f"nothing yet; all are too early for a band. Meanwhile {RECORD}."
    columns = (known[name].tolist() for name in ("partner", "gap", "ours", "theirs", *_ENDS))
    rows = [row for row, new in zip(zip(*columns, strict=True), early, strict=True) if not new]
    rows = sorted((row for row in rows if abs(row[1]) > EVEN), key=lambda row: -row[1])
    owed = [row for row in rows if row[1] > 0 and row[4] > row[7]]
    asked = [row for row in rows[::-1] if row[1] < 0 and row[6] > row[5]]
    # Of many the first with its figures, or there are more figures than one reads.
    told = NAMED if len(owed) + len(asked) <= FEW else 1
    parts = [f"send a client to {joined(_told(owed, told), limit=NAMED)}"] if owed else []
    parts += [f"agree with {joined(_told(asked, told), limit=NAMED)} what each side gets"] if asked else []
    if not parts:
        return f"nothing; no gap is beyond chance. {LATER}"
    left = len(rows) - len(owed) - len(asked)
    others = (
        "other coloured one: that gap" if left == 1 else f"other {spelled(left)} coloured ones: those gaps"
    )
    rest = f" Do nothing yet about the {others} may be chance." if left else ""
    return f"{'; '.join(parts)}.{rest}"


def _told(rows: list[tuple[Any, ...]], most: int) -> list[str]:
    """Names, the first of them with what each side gets."""
    return [
        shortened(str(name)) + f" ({number(ours)} to us, {number(theirs)} to them)" * (place < most)
        for place, (name, _, ours, theirs, *_) in enumerate(rows)
    ]


def after_sensitivity(data: pd.DataFrame, bands: pd.DataFrame | None = None) -> str:
    """Whose band holds whichever way is counted, and what follows; and for whom the band alone decides nothing.

    Examples
    --------
    >>> rows = pd.DataFrame({"name": ["6 months", "published"], "partners": 2, "changed": [1, 0], "who": ["Bo", ""]})
    >>> after_sensitivity(rows, pd.DataFrame({"partner": ["Ann", "Bo"], "band": "weak"}))
    'decide what you want from Ann: weak, whichever way you count. Decide nothing about the other by the band alone: 1 of the 2 ways here puts Bo in another.'
    """
    moved = Counter(name for who in data["who"].dropna() for name in str(who).split("; ") if name)
    if not moved:
        return "nothing; every band stays as it is, whichever way you count."
    # The most often first; what is counted as often, in the order of the names.
    first = max(moved, key=moved.__getitem__)
    often = moved[first]
    ways = f"{often:,} of the {len(data):,} ways here {'puts' if often == 1 else 'put'} {shortened(first)} in another"
    if bands is None or "partner" not in bands.columns:
        return f"decide nothing about {_others(len(moved))} by the band alone: {ways}."
    rows = zip(bands["partner"].tolist(), bands["band"].tolist(), strict=True)
    firm = [(name, band) for name, band in rows if band in BANDS and name not in moved]
    steps = _firm(firm)
    others = f"the other{f' {len(moved):,}' * (len(moved) > 1)}" if steps else _others(len(moved))
    words = f"ecide nothing about {others} by the band alone: {ways}."
    return f"{steps} D{words}" if steps else f"d{words}"


def _others(many: int) -> str:
    return "the partner in the bars" if many == 1 else f"the {many:,} partners in the bars"


def _firm(firm: list[tuple[str, str]]) -> str:
    """What follows of bands that hold: of the weak a decision, of the strong to go on."""
    weak, strong = ([name for name, band in firm if band == end] for end in (BANDS[0], BANDS[-1]))
    parts = [f"decide what you want from {named(weak)}: {BANDS[0]}, whichever way you count"] if weak else []
    parts += [f"keep the rhythm with {named(strong)}: {BANDS[-1]}, whichever way you count"] if strong else []
    return f"{'; '.join(parts)}." if parts else ""


def after_early_warning(data: pd.DataFrame) -> str:
    """To ring everybody all the same, because of the rule's share of the small falls.

    Examples
    --------
    >>> rows = pd.DataFrame({"detector": ["signals"], "drop": [0.5], "months": [6], "found": [0.25]})
    >>> after_early_warning(rows)
    'ring everybody once a quarter, even without a warning: of partners whose business fell by 50% the signals find 25% within 6 months.'
    """
    ours = data[(data["detector"] == OURS) & (data["months"] == data["months"].max())]
    if ours.empty:
        return "nothing; it shows how far warnings may be trusted."
    row: Any = ours.loc[ours["drop"].idxmin()]
    what = "who stop" if row["drop"] == 1 else f"whose business fell by {row['drop']:.0%}"
    return (
        f"ring everybody once a quarter, even without a warning: of partners {what} the {OURS} find {row['found']:.0%} "
        f"within {row['months']} months."
    )


def after_interval_coverage(data: pd.DataFrame, level: float = 0.9) -> str:
    """That nothing is to be done, and what the range of this suite may be taken for.

    Examples
    --------
    >>> rows = pd.DataFrame({"interval": ["Jeffreys"] * 2, "months": [3, 12], "average": [0.897, 0.904]})
    >>> after_interval_coverage(rows)
    'nothing; you may rely on the ranges in all charts: ours hold the true rate of 90 in 100 partners, as promised.'
    """
    ours = data.loc[data["interval"] == EXACT, "average"]
    if ours.empty:
        return "nothing; it shows how far ranges may be trusted."
    held, promised = round(100 * float(ours.mean())), round(100 * level)
    words = f"ours hold the true rate of {held} in 100 partners"
    if held >= promised:
        return f"nothing; you may rely on the ranges in all charts: {words}, as promised."
    return f"nothing; take the ranges in all charts as a little too short: {words}, {promised} are promised."
