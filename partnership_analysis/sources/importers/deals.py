"""Deals of a sales system that a partner referred: each is a referral received.

Which column names the partner, the caller says, or the first of the usual labels that is there. A deal without a
partner, or whose source is no partner (``Web``, ``Advertisement``), is counted and left out by name. The value is
what was won: the amount of a deal that is still open is expected, and that of a lost one never came, so both are
left out and the ledger says how many.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from partnership_analysis.errors import ColumnError, listed
from partnership_analysis.schema import INTERACTIONS
from partnership_analysis.sources.cells import NUMBER, Cells, number_text
from partnership_analysis.sources.importers.currencies import code_of
from partnership_analysis.sources.importers.exported import Exported, mapped, opened
from partnership_analysis.sources.importers.found import Found, Refused, Request, numbered
from partnership_analysis.sources.importers.stages import FALSE, TRUE, accounts, own_words, statuses
from partnership_analysis.sources.importers.systems import GENERAL, PARTNER, SOURCES, System
from partnership_analysis.sources.names import name_key
from partnership_analysis.sources.validate import Validated
from partnership_analysis.sources.values import Findings, folded
from partnership_analysis.wording import count_of

_PLAIN_AMOUNT = re.compile(r"[-+(]?[\d.,'’\s]+\)?-?")
_FIGURE = re.compile(r"[-+]?[\d.,'’\s]+%?")
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
    names, stages = export.texts(partner), export.texts(places["status"])
    own = (export.find(system.won), export.find(system.lost))
    status = statuses(export, places["status"], *own)
    left_out = _left_out(export, partner, names, places, created, request)
    value, refused, remarks = _values(export, places, status, left_out, request)
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
            "status": (status, places["status"]),
            "value": (value, places["value"]),
            "owner": (export.texts(places["owner"]), places["owner"]),
            "reference": (short + " " + identity, places["reference"]),
            "note": (export.texts(places["title"]), places["title"]),
        }
    )
    done = found.take(INTERACTIONS, raw, request.reading, left_out, refused=refused)
    amounts = export.texts(places["value"]).iloc[pd.Index(raw.rows).get_indexer(done.places["row"])]
    again = _again(done, None if places["reference"] is not None else amounts)
    found.again("interactions", raw, done, again, "repeats a deal with the same partner: counted once")
    rows = done.frame[~again].reset_index(drop=True)
    if places["reference"] is None:
        titles = numbered(rows["reference"], rows["partner"].map(name_key), rows["date"])
        rows["reference"] = titles + " / " + rows["date"].dt.strftime("%Y-%m-%d").astype("string")
    found.add("interactions", rows)
    read_as = f"the partner is read from column `{export.label(partner)}`"
    used = ~left_out.bad
    words = own_words(stages[used], status[used])
    found.remarks += [f"{export.raw.file}: {remark}." for remark in (read_as, *words)]
    unread = export.unread([partner, created, *own, *places.values()])
    found.note(export.raw, [read_as, *accounts(stages[used], status[used]), *remarks, *unread])
    return found


def _again(done: Validated, amounts: pd.Series | None) -> np.ndarray:
    """Rows that say a deal again; where nothing identifies one, those that say all the same of it."""
    frame = done.frame
    key = pd.DataFrame({"partner": frame["partner"].map(name_key), "reference": frame["reference"]})
    if amounts is not None:
        same = frame[["date", "status", "owner"]]
        key = pd.concat([key, same], axis=1).assign(moment=done.moments, amount=amounts.to_numpy())
    return (key.duplicated() & frame["reference"].notna()).to_numpy(dtype=bool)


def _partner_column(export: Exported, asked: str) -> int:
    if asked:
        return export.asked(asked)
    place = next(
        (place for label in PARTNER if _names_somebody(export, place := export.find((label,)))), None
    )
    if place is not None:
        return place
    named = [
        place for place, key in enumerate(export.keys) if "partner" in key and _names_somebody(export, place)
    ]
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


def _names_somebody(export: Exported, place: int | None) -> bool:
    """Whether there is such a column and it holds more than yes and no, or numbers: `Partner Deal?` names nobody."""
    if place is None:
        return False
    words = export.texts(place).dropna().str.casefold().unique()
    return not len(words) or any(
        word not in TRUE and word not in FALSE and not _FIGURE.fullmatch(word) for word in words
    )


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


def _left_out(
    export: Exported,
    partner: int,
    names: pd.Series,
    places: dict[str, int | None],
    created: int,
    request: Request,
) -> Findings:
    identified = [places[name] for name in ("reference", "title") if places[name] is not None]
    one = np.logical_or.reduce([export.holds([place]) for place in identified])
    left_out = export.furniture(
        (one & export.holds([created])) | export.holds([*identified, places["status"]])
    )
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
    deleted = mapped(export.texts(places["status"]), folded).isin(_DELETED).to_numpy(dtype=bool)
    left_out.mark(deleted, "deleted deal")
    return left_out


def _values(
    export: Exported,
    places: dict[str, int | None],
    status: pd.Series,
    left_out: Findings,
    request: Request,
) -> tuple[pd.Series, Refused, list[str]]:
    """Amounts of the deals won in our currency, those that cannot be had in it, and what was left out.

    A text is given its code, so that the whole column settles how it is read; a number is what it is.
    """
    cells = export.cells(places["value"]).astype(object)
    won = status.eq("won").fillna(False).to_numpy(dtype=bool)
    sorted_cells = Cells.of(cells)
    expected = int((~sorted_cells.missing & ~won & ~left_out.bad).sum())
    remarks = (
        [f"amounts of {count_of(expected, 'deal')} not won are expected, not won: left out"]
        if expected
        else []
    )
    values = cells.where(won, None)
    names = export.texts(places["currency"])
    codes = mapped(names, lambda name: code_of(name) or "")
    ours, rates = request.settings.currency.upper(), request.settings.rates
    foreign = (names.notna() & codes.ne(ours).fillna(False)).to_numpy(dtype=bool)
    amounts = sorted_cells.texts(np.arange(len(cells)))
    lost, reasons, converted = np.full(len(cells), -1), list[str](), Counter[str]()
    for row in np.flatnonzero(foreign & won & ~left_out.bad & ~sorted_cells.missing).tolist():
        code, amount, figure = codes[row], str(amounts[row]), sorted_cells.kinds[row] == NUMBER
        if not figure and not _PLAIN_AMOUNT.fullmatch(amount):
            # A text that carries its own mark already says its currency.
            continue
        if not code or (figure and code not in rates):
            lost[row] = len(reasons)
            reasons.append(_no_rate(code, str(names[row]), ours))
        elif figure:
            values.iloc[row] = float(sorted_cells.numbers[row]) * rates[code]
            converted[code] += 1
        else:
            values.iloc[row] = f"{code} {f'-{amount[1:-1]}' if amount.startswith('(') else amount}"
    refused = Findings(len(cells))
    refused.mark_words(lost, reasons)
    remarks += [
        f"{count_of(size, 'number')} in {code} converted at {number_text(rates[code])} {ours}"
        for code, size in sorted(converted.items())
    ]
    return values, Refused(refused, export.label(places["value"]), amounts), remarks


def _no_rate(code: str, name: str, ours: str) -> str:
    if not code:
        return f"`value` is in {name!r}, which is no currency that is known: write its code, such as EUR"
    return f"`value` is in {code}, but the portfolio is in {ours}: `rates.{code}` in the settings would settle it"
