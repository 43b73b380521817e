"""Import exports of other systems into a portfolio: read them, merge them, say what became of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from partnership_analysis.errors import ParameterError, SourceError, listed
from partnership_analysis.importing.merging import (
    merge_interactions,
    merge_partners,
    merge_rows,
    replace_reports,
)
from partnership_analysis.importing.result import COUNTS, Imported
from partnership_analysis.importing.targets import Target, partners_of
from partnership_analysis.portfolio import load
from partnership_analysis.schema import PAIRS, TABLES, UNASSIGNED
from partnership_analysis.settings import Settings
from partnership_analysis.sources.given import Given, settings_of
from partnership_analysis.sources.importers import READERS
from partnership_analysis.sources.importers.activities import deals_first
from partnership_analysis.sources.importers.found import Found, Request
from partnership_analysis.sources.importers.people import People
from partnership_analysis.sources.importers.reports import Period
from partnership_analysis.sources.ledger import Ledger, joined_entries, sources_frame
from partnership_analysis.sources.mapping import Mapping
from partnership_analysis.sources.names import harmonise
from partnership_analysis.sources.paths import resolved
from partnership_analysis.sources.validate import empty
from partnership_analysis.wording import count_of

_GROUP_REPORTS = ("bni", "palms")
"""Kinds that give the pair table of a group where nobody says which member we are."""

_TAKES = {
    "period": ("bni", "palms", "calendar"),
    "partner": ("hubspot", "pipedrive", "salesforce", "dynamics", "toggl"),
}
"""Options that only some kinds of export leave open."""


def import_exports(
    sources: str | Path | Sequence[str | Path],
    kind: str | Path,
    *,
    us: str = "",
    period: str = "",
    partner: str = "",
    partners: str | Path | pd.DataFrame | None = None,
    date_order: str | None = None,
    to: str | Path | None = None,
    settings: Given = None,
) -> Imported:
    """Import exports of another system, and merge them with a portfolio.

    Parameters
    ----------
    sources : str, Path or sequence of them
        Files that the system exported; several are combined.
    kind : str or Path
        ``bni``, ``palms``, ``hubspot``, ``pipedrive``, ``salesforce``, ``dynamics``, ``linkedin``, ``toggl``,
        ``calendar``, or a mapping (TOML) for anything else.
    us : str
        Our name: the member of a slip report whose portfolio is made. Without it a slip report gives the pair
        table of the whole group.
    period : str
        Month (``2025-08``) or day of reports that do not say, or say another; of a calendar, the month wanted.
        Other kinds, whose rows have dates, refuse it.
    partner : str
        The export's column that names the partner, where that is not plain; for sales systems and ``toggl``.
    partners : str, Path or DataFrame, optional
        Who the partners are: a portfolio, or a table with ``partner`` and perhaps ``aliases``.
    date_order : {"day", "month"}, optional
        What comes first in dates such as 03/04/2025.
    to : str or Path, optional
        Portfolio (``.xlsx``) to make or to merge into; a pair table may also be ``.csv`` or ``.parquet``. It is
        replaced whole, or not touched. Without it nothing is written.
    settings : Settings, mapping, str or Path, optional
        As for :func:`partnership_analysis.load`.

    Returns
    -------
    Imported

    Raises
    ------
    SourceError
        If an export cannot be read or is none of its kind, or if ``to`` holds what would be lost.
    ColumnError
        If a column is missing or can be read in two ways.
    ParameterError, PeriodError
        If the request does not fit the export.
    RejectedRows
        If more rows are rejected than the settings allow; nothing is written then.
    """
    mapping = _mapping(kind)
    _check_options(kind, {"period": period, "partner": partner})
    paths = [resolved(path) for path in ([sources] if isinstance(sources, str | Path) else sources)]
    group = kind in _GROUP_REPORTS and (not us or kind == "palms")
    target = Target.of(to, settings, group=group)
    chosen = (
        settings_of(settings, mapping or Mapping(), {}, None) if target.portfolio is None else target.settings
    )
    people = _people(target, partners, chosen)
    request = Request(
        us=us,
        period=Period.parse(period) if period else None,
        partner=partner,
        date_order=_order(date_order) or chosen.date_order,
        settings=chosen,
        people=people,
    )
    _check_paths(paths)
    if mapping:
        # Who we are is said in no export, so that what is asked goes before what was written.
        chosen = chosen.model_copy(update={"us": us}) if us else chosen
        how = _in_order(mapping, _order(date_order))
        founds = [_mapped(path, how, chosen) for path in paths]
    else:
        founds = _found(paths, str(kind), request)
    _check_member(founds, target)
    done = _merged(founds, target, _with_us(chosen, us, founds), dated=mapping is not None)
    done.ledger.check_limit(chosen.rejected_limit)
    if target.differs(done.tables, done.pairs, done.unassigned, done.settings):
        target.write(done.tables, done.pairs, done.unassigned, done.settings)
    done.to = target.path if target.path and target.path.exists() else None
    return done


def _mapping(kind: str | Path) -> Mapping | None:
    if str(kind) in READERS:
        return None
    if str(kind).casefold().endswith(".toml"):
        return Mapping.from_toml(resolved(kind))
    raise ParameterError(
        [
            f"{str(kind)!r} is no kind of export. Known: {listed(READERS, limit=20)}, or a mapping (a .toml file)."
        ]
    )


def _check_options(kind: str | Path, options: dict[str, str]) -> None:
    """Refuse what would be asked in vain."""
    known = str(kind) in READERS
    instead = {
        "period": "its rows have dates of their own" if known else "the mapping says which column is `date`",
        "partner": "its partners stand in no column to be chosen"
        if known
        else "the mapping says which column is `partner`",
    }
    problems = [
        f"--{name} {value}: --as {kind} takes none, since {instead[name]}. Leave it out."
        for name, value in options.items()
        if value and str(kind) not in _TAKES[name]
    ]
    if problems:
        raise ParameterError(problems)


def _in_order(mapping: Mapping, order: str | None) -> Mapping:
    """A mapping with the order of day and month that the caller says, which goes before its own."""
    if order is None:
        return mapping
    rules = tuple(rule.model_copy(update={"date_order": order}) for rule in mapping.tables)
    return mapping.model_copy(update={"date_order": order, "tables": rules})


def _order(date_order: str | None) -> str | None:
    if date_order not in (None, "", "day", "month", "year"):
        raise ParameterError([f"--date-order {date_order}: write day or month."])
    return date_order or None


def _check_paths(paths: Sequence[Path]) -> None:
    absent = [f"there is no file {path}." for path in paths if not path.exists()]
    if absent or not paths:
        raise ParameterError(absent or ["no export is given: name at least one file."])


def _people(target: Target, partners: str | Path | pd.DataFrame | None, settings: Settings) -> People:
    """Partners of the portfolio that is merged into, and of a table of them, which go into it."""
    names = [] if target.portfolio is None else target.portfolio.names
    if partners is not None:
        more, others = partners_of(partners, settings)
        target.partners = merge_partners(target.tables["partners"], more)
        names = [*names, *others]
    return People.of(target.partners, names, target.aliases)


def _found(paths: Sequence[Path], kind: str, request: Request) -> list[Found]:
    read, founds = READERS[kind], []
    if kind == "pipedrive":
        paths = deals_first(paths, request)
    people = request.people
    for path in paths:
        found = read(path, replace(request, people=people))
        founds.append(found)
        if kind == "pipedrive":
            # Who refers a deal is a partner: the activities with them are meetings.
            people = people.joined(
                name for frame in found.tables.get("interactions", []) for name in frame["partner"]
            )
    return _once(founds, paths)


def _once(founds: Sequence[Found], paths: Sequence[Path]) -> list[Found]:
    """Reports of different months; one that is there twice counts once, two that differ are refused."""
    seen: dict[str, tuple[Found, Path]] = {}
    kept = []
    for found, path in zip(founds, paths, strict=True):
        again = next((seen[reference] for reference in found.complete if reference in seen), None)
        if again is None:
            kept.append(found)
            seen |= dict.fromkeys(found.complete, (found, path))
        elif _equal(again[0], found):
            again[0].remarks.append(f"{path.name} holds the same as {again[1].name}: read once.")
        else:
            raise SourceError(
                f"{again[1].name} and {path.name} are both {listed(sorted(found.complete & again[0].complete))} and differ: import one of them, "
                f"or say with --period which month each is, one at a time."
            )
    return kept


def _equal(one: Found, other: Found) -> bool:
    if one.tables.keys() != other.tables.keys():
        return False
    pairs = ((a, b) for name in one.tables for a, b in zip(one.tables[name], other.tables[name], strict=True))
    return all(a.equals(b) for a, b in pairs)


def _mapped(path: Path, mapping: Mapping, settings: Settings) -> Found:
    """Somebody else's tables by a mapping, as an export among others."""
    portfolio = load(path, mapping, settings, strict=False)
    found = Found(sources=[portfolio.ledger.sources], entries=[portfolio.ledger.entries])
    for name in TABLES:
        found.add(name, getattr(portfolio, name))
    unnamed = int(portfolio.interactions["reference"].isna().sum())
    if unnamed:
        found.remarks.append(
            f"{path.name}: {count_of(unnamed, 'row')} without a `reference`: a later export adds such a row again "
            f"where any of its cells has changed, and updates none. Map a column that identifies a row to `reference`."
        )
    return found


def _merged(founds: Sequence[Found], target: Target, settings: Settings, *, dated: bool) -> Imported:
    tables, changes = {**target.tables, "partners": target.partners}, Counter[str]()
    pairs, unassigned = target.pairs, target.unassigned
    notes = []
    for found in founds:
        new = {name: _stack(found.tables.get(name, []), empty(table)) for name, table in TABLES.items()}
        tables["partners"] = merge_partners(tables["partners"], new["partners"])
        settled, merged = harmonise({**new, "partners": tables["partners"]}, target.aliases)
        notes.append(merged)
        done = merge_interactions(
            tables["interactions"], settled["interactions"], found.complete, dated=dated
        )
        tables["interactions"] = done.frame
        for name in ("ratings", "actions"):
            tables[name] = merge_rows(tables[name], settled[name])
        made = _stack(found.tables.get("pairs", []), empty(PAIRS))
        changes += _pair_changes(pairs, made, found.complete)
        pairs = replace_reports(pairs, made, found.complete, ["date", "reference"])
        more = _stack(found.tables.get("unassigned", []), empty(UNASSIGNED))
        unassigned = replace_reports(unassigned, more, found.complete, ["period", "reference"])
        changes += Counter({name: getattr(done, name) for name in COUNTS})
    ledger = Ledger(
        pd.concat(
            [sources_frame([]), *(part for found in founds for part in found.sources)], ignore_index=True
        ),
        joined_entries([*(found.all_entries for found in founds), *notes]),
    )
    strangers = sum((found.strangers for found in founds), Counter[str]())
    remarks = [remark for found in founds for remark in found.remarks]
    return Imported(tables, pairs, unassigned, settings, ledger, changes, strangers, remarks)


def _with_us(settings: Settings, us: str, founds: Sequence[Found]) -> Settings:
    """The settings with our name, where they have none."""
    name = next((found.us for found in founds if found.us), us)
    return settings.model_copy(update={"us": name}) if name and settings.us == Settings().us else settings


def _check_member(founds: Sequence[Found], target: Target) -> None:
    """A portfolio is one member's: slips of another are not mixed into it."""
    references = target.tables["interactions"]["reference"].dropna()
    ours = {found.us for found in founds if found.us}
    others = {text.partition(", ")[2] for text in references if text.startswith("BNI ")} - {"", *ours}
    if ours and others:
        raise ParameterError(
            [f"--us {listed(ours)}: {target.path} has the slips of {listed(others)}. Write to another file."]
        )


def _pair_changes(old: pd.DataFrame, new: pd.DataFrame, complete: Iterable[str]) -> Counter[str]:
    before = old[old["reference"].isin(list(complete))]
    both = len(before) + len(new) - len(merge_rows(before, new))
    return Counter({"added": len(new) - both, "unchanged": both, "withdrawn": len(before) - both})


def _stack(frames: Sequence[pd.DataFrame], none: pd.DataFrame) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return (
        pd.concat(filled, ignore_index=True)[list(none.columns)].astype(none.dtypes.to_dict())
        if filled
        else none
    )
