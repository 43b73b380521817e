"""A portfolio: the four tables, the settings, and the ledger of how they were read."""

from __future__ import annotations

import html
from collections.abc import Callable, Hashable, Sequence
from collections.abc import Mapping as Named
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from partnership_analysis.errors import ParameterError, unknown
from partnership_analysis.kept import Made, kept
from partnership_analysis.schema import READABLE, RELATIONSHIPS, TABLES
from partnership_analysis.settings import Settings
from partnership_analysis.sources.gather import Gathered, gather, toml_beside
from partnership_analysis.sources.given import Given, settings_of
from partnership_analysis.sources.ledger import RECOGNISED, Ledger, joined_entries
from partnership_analysis.sources.mapping import Mapping
from partnership_analysis.sources.names import TABLES_WITH_NAMES, checks, harmonise
from partnership_analysis.sources.paths import resolved
from partnership_analysis.sources.progress import Steps, shown, silent
from partnership_analysis.sources.raw import from_frame
from partnership_analysis.sources.ready import interactions_of, panel_at
from partnership_analysis.sources.repeats import counted_once
from partnership_analysis.sources.spellings import settled
from partnership_analysis.sources.suspects import suspects
from partnership_analysis.sources.validate import Validated, validate
from partnership_analysis.sources.values import Reading
from partnership_analysis.wording import count_of


@dataclass(frozen=True, eq=False, repr=False)
class Portfolio:
    """Four typed tables of one business and its partners.

    Parameters
    ----------
    interactions, partners, ratings, actions : DataFrame
        Exactly the schema's columns and dtypes, rows in input order, a RangeIndex. An absent table is an
        empty frame.
    settings : Settings
    ledger : Ledger
        What became of every row that was read.
    missing : tuple of str
        Names of the tables that were not there.
    days : Series, optional
        Every day with an interaction with anybody, rising; a part of a portfolio keeps those of the whole,
        which tell how far it is recorded.
    reduced : bool
        Whether its interactions are the cells of a ready panel: months, without days or single interactions.

    Examples
    --------
    >>> rows = pd.DataFrame({"date": ["2025-07-14"], "partner": ["Acme"], "kind": ["meeting"]})
    >>> portfolio = Portfolio.from_frames(interactions=rows)
    >>> portfolio
    Portfolio: 1 partner, 1 interaction, 14 Jul 2025, 0 of 1 row rejected
    >>> portfolio.missing
    ('partners', 'ratings', 'actions')
    """

    interactions: pd.DataFrame
    partners: pd.DataFrame
    ratings: pd.DataFrame
    actions: pd.DataFrame
    settings: Settings
    ledger: Ledger
    missing: tuple[str, ...] = ()
    days: pd.Series | None = None
    reduced: bool = False

    @classmethod
    def from_frames(
        cls,
        interactions: pd.DataFrame,
        partners: pd.DataFrame | None = None,
        ratings: pd.DataFrame | None = None,
        actions: pd.DataFrame | None = None,
        aliases: pd.DataFrame | None = None,
        settings: Given = None,
    ) -> Portfolio:
        """A portfolio from frames in memory, validated as files are; the frames are not changed.

        The ledger calls the file ``<frame>`` and numbers rows from 1, without a header.

        Raises
        ------
        ColumnError, RejectedRows, SettingsError
            As :func:`load`.
        """
        found = Gathered()
        given = {"interactions": interactions, "partners": partners, "ratings": ratings, "actions": actions}
        given["aliases"] = aliases
        for name, frame in given.items():
            if frame is not None:
                found.add(name, from_frame(frame, "<frame>", name), Reading())
        return _assembled(found, settings_of(settings, Mapping(), {}, None))

    @property
    def names(self) -> list[str]:
        """Every partner that any table names, sorted without regard to case."""
        return list(self.kept("names", self._every_name))

    def _every_name(self) -> list[str]:
        tables = self._tables()
        columns = [tables[table]["partner"].unique().tolist() for table in ("partners", *TABLES_WITH_NAMES)]
        names = {name for column in columns for name in column}
        return sorted(names, key=lambda name: (name.casefold(), name))

    @property
    def first_date(self) -> pd.Timestamp | None:
        """Day of the first interaction; nothing without any."""
        return None if self.interactions.empty else self.interactions["date"].min()

    @property
    def last_date(self) -> pd.Timestamp | None:
        """Day of the last interaction; nothing without any."""
        return None if self.interactions.empty else self.interactions["date"].max()

    @property
    def verticals(self) -> list[str]:
        """Verticals of the partners, sorted."""
        return sorted(self.partners["vertical"].dropna().unique())

    def described(self) -> pd.DataFrame:
        """The partners table with a row for every partner.

        Partners who are only in other tables follow the described ones, sorted, all else missing.

        Returns
        -------
        DataFrame
            As ``partners``.
        """
        return self.kept("described", self._described).copy(deep=False)

    def _described(self) -> pd.DataFrame:
        known = set(self.partners["partner"].tolist())
        others = [name for name in self.names if name not in known]
        if not others:
            return self.partners.copy()
        more = pd.DataFrame({"partner": others}).reindex(columns=self.partners.columns)
        more = more.astype(self.partners.dtypes.to_dict())
        return more if self.partners.empty else pd.concat([self.partners, more], ignore_index=True)

    def suspects(self) -> pd.DataFrame:
        """Pairs of partners who may be one under two names; nothing merges them but an alias.

        Returns
        -------
        DataFrame
            ``name, other, likeness`` (0 to 100) as :func:`partnership_analysis.sources.suspects.suspects`, and
            ``interactions, other_interactions`` (Int64): the rows of each.
        """
        found = suspects(self.names)
        rows = self.interactions["partner"].value_counts()
        counts = {
            column: found[name].map(rows).fillna(0).astype("Int64")
            for column, name in (("interactions", "name"), ("other_interactions", "other"))
        }
        return found.assign(**counts)

    def select(
        self,
        *,
        vertical: str | Sequence[str] | None = None,
        relationship: str | Sequence[str] | None = None,
        partners: str | Sequence[str] | None = None,
    ) -> Portfolio:
        """The portfolio of some partners: all four tables restricted, ledger kept, and settings but capacity.

        Where nothing is asked for, it is this portfolio.

        Parameters
        ----------
        vertical, relationship, partners : str or sequence of str, optional
            A partner must fit each that is given; case does not matter.

        Raises
        ------
        ParameterError
            If a name does not exist; every such name, with the nearest that does.
        """
        if vertical is None and relationship is None and partners is None:
            return self
        described = self.described()
        findings: list[str] = []
        kept = pd.Series(True, index=described.index)
        for word, column, wanted, known in (
            ("vertical", "vertical", vertical, self.verticals),
            ("relationship", "relationship", relationship, list(RELATIONSHIPS)),
            ("partner", "partner", partners, self.names),
        ):
            if wanted is not None:
                chosen = _chosen(word, [wanted] if isinstance(wanted, str) else wanted, known, findings)
                kept &= described[column].isin(chosen)
        if findings:
            raise ParameterError(findings)
        names = described.loc[kept, "partner"]
        tables = {
            name: frame[frame["partner"].isin(names)].reset_index(drop=True)
            for name, frame in self._tables().items()
        }
        # Capacity is there for all partners together; it says nothing of a part of them.
        whole = len(names) == len(described)
        settings = self.settings if whole else self.settings.model_copy(update={"capacity_hours": None})
        return Portfolio(
            **tables,
            settings=settings,
            ledger=self.ledger,
            missing=self.missing,
            days=self.days,
            reduced=self.reduced,
        )

    def kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, made once while the tables hold the same cells (:mod:`partnership_analysis.kept`)."""
        return kept(self, list(self._tables().values()), key, make)

    def _tables(self) -> dict[str, pd.DataFrame]:
        return {name: getattr(self, name) for name in TABLES}

    def __repr__(self) -> str:
        parts = [
            count_of(len(self.names), "partner"),
            f"{len(self.interactions):,} cells of a panel"
            if self.reduced
            else count_of(len(self.interactions), "interaction"),
            *([_span(self.first_date, self.last_date)] if self.first_date is not None else []),
            f"{self.ledger.rejected:,} of {count_of(self.ledger.read, 'row')} rejected",
        ]
        return f"Portfolio: {', '.join(parts)}"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}</p>"


def load(
    path: str | Path,
    mapping: Mapping | Named[str, Any] | str | Path | None = None,
    settings: Given = None,
    *,
    strict: bool = True,
    progress: Steps | None = None,
) -> Portfolio:
    """Read a portfolio from spreadsheets.

    Parameters
    ----------
    path : str or Path
        A workbook with sheets named as the tables, a folder of CSV or Parquet files so named, or one CSV or
        Parquet file of interactions. A relative path is looked for in the working directory, then in the
        folders above it; an empty ``mapping`` or ``settings`` is none.
    mapping : Mapping, mapping, str or Path, optional
        How somebody else's tables become ours (a TOML file or its content).
    settings : Settings, mapping, str or Path, optional
        Settings to use as they are, names and values that go before those found, or a TOML file in place of
        the one beside the workbook (same stem) or in the folder (``settings.toml``). Where a name is set in
        several places, Python goes before TOML, TOML before a ``settings`` sheet, and that before the mapping.
    strict : bool
        Refuse tables of which more rows are rejected than the settings allow. Without it they are loaded, for the
        ledger to show why.
    progress : callable, optional
        Told the step's name, how many are done and how many there are, where a file may hold 50,000 rows. Without it
        a terminal or a notebook shows a bar meanwhile.

    Returns
    -------
    Portfolio

    Raises
    ------
    SourceError
        If there is nothing to read, or a file cannot be read.
    ColumnError
        If a column is missing or can be read in two ways.
    MappingError, SettingsError
        If the mapping or the settings do not fit.
    RejectedRows
        If more of a table's rows are rejected than ``settings.rejected_limit``.
    """
    how = Mapping.of(resolved(mapping) if mapping and isinstance(mapping, (str, Path)) else mapping or None)
    chosen = resolved(settings) if settings and isinstance(settings, (str, Path)) else settings or None
    where = resolved(path)
    limits = settings_of(chosen, how, {}, toml_beside(where)).limits
    with shown(where, progress) as tell:
        ready = panel_at(where)
        found = gather(where, how, limits, tell, ready=ready)
        known = settings_of(chosen, how, found.sheet_settings, found.toml)
        return _assembled(found, known, strict, tell, ready)


def _assembled(
    found: Gathered,
    settings: Settings,
    strict: bool = True,
    tell: Steps = silent,
    ready: Path | None = None,
) -> Portfolio:
    read, steps = {}, len(READABLE) + 2
    for done, (name, table) in enumerate(READABLE.items()):
        tell(f"Checking {count_of(sum(map(len, found.raws[name])), 'row')} of {name}", done, steps)
        how = [read_as(one, settings) for one in found.readings[name]]
        read[name] = validate(table, found.raws[name], how)
    tell("Settling names", len(READABLE), steps)
    aliases = read["aliases"].frame
    tables = {name: read[name].frame for name in TABLES}
    parts, entries = [part.sources for part in read.values()], [part.entries for part in read.values()]
    if ready is not None:
        tables["interactions"], line, note = interactions_of(ready)
        parts, entries = [line, *parts], [*entries, note]
    tables, merged = harmonise(tables, aliases)
    tables, spelled = settled(tables)
    about = checks(tables, None if ready else read["interactions"].places, bool(found.raws["partners"]))
    sources = pd.concat(parts, ignore_index=True)
    entries = [*entries, *found.notes, merged, spelled, about]
    if settings.repeats == "once":
        tell("Looking for repeats", len(READABLE) + 1, steps)
        tables, sources, repeated = _once(tables, read, sources)
        entries += repeated
    ledger = Ledger(sources, joined_entries(entries))
    if strict:
        ledger.check_limit(settings.rejected_limit)
    there = {name for name in TABLES if found.raws[name]} | ({"interactions"} if ready else set())
    missing = tuple(name for name in TABLES if name not in there)
    days = tables["interactions"]["date"].drop_duplicates().sort_values(ignore_index=True)
    reduced = ready is not None
    return Portfolio(**tables, settings=settings, ledger=ledger, missing=missing, days=days, reduced=reduced)


def read_as(how: Reading, settings: Settings) -> Reading:
    """How the doubtful is read: as the mapping says of a table, else as the settings say."""
    return replace(
        how,
        date_order=how.date_order or settings.date_order,
        decimal=how.decimal or settings.decimal,
        currency=settings.currency,
        rates=settings.rates,
    )


def _once(
    tables: Named[str, pd.DataFrame], read: Named[str, Validated], sources: pd.DataFrame
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, list[pd.DataFrame]]:
    """The tables with each thing once; what repeats moves from accepted to recognised."""
    kept, entries, sources = {}, [], sources.copy()
    place = ["table", "file", "sheet"]
    for name, frame in tables.items():
        if len(frame) != len(read[name].frame):
            kept[name] = frame  # The cells of a ready panel repeat nothing.
            continue
        found = counted_once(name, frame, read[name])
        kept[name] = found.frame
        entries.append(found.entries)
        if found.kept.all():
            continue
        again = found.entries[found.entries["outcome"].eq(RECOGNISED)].groupby(place).size()
        moved = again.reindex(pd.MultiIndex.from_frame(sources[place]), fill_value=0).to_numpy()
        sources["accepted"] -= moved
        sources["recognised"] += moved
    return kept, sources, entries


def _chosen(word: str, wanted: Sequence[str], known: Sequence[str], findings: list[str]) -> list[str]:
    by_key = {name.casefold(): name for name in known}
    chosen = []
    for name in wanted:
        exact = name if name in known else by_key.get(str(name).strip().casefold())
        if exact is None:
            findings.append(unknown(word, name, known))
        else:
            chosen.append(exact)
    return chosen


def _span(first: pd.Timestamp | None, last: pd.Timestamp | None) -> str:
    days = [f"{day.day} {day:%b %Y}" for day in (first, last) if day is not None]
    return " to ".join(dict.fromkeys(days))
