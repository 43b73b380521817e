"""One name for each partner: case and aliases settled by the partners table, and every merge noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from partnership_analysis.sources.ledger import NOTE, entries_frame, joined_entries

TABLES_WITH_NAMES = ("interactions", "ratings", "actions")


@dataclass(frozen=True)
class NameBook:
    """How a name is written: its own spelling, or the partner of which it is an alias.

    Parameters
    ----------
    spelling : dict
        Casefolded name to the name as written.
    alias : dict
        Casefolded alias to the partner's name.
    doubtful : dict
        Alias to the names that claim it; such an alias merges nothing.
    """

    spelling: Mapping[str, str]
    alias: Mapping[str, str]
    doubtful: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, partners: pd.DataFrame) -> NameBook:
        """The names and aliases of a partners table.

        >>> frame = pd.DataFrame({"partner": ["Acme Ltd"], "aliases": ["ACME; Acme Limited"]})
        >>> NameBook.of(frame).alias["acme limited"]
        'Acme Ltd'
        """
        spelling = {name.casefold(): name for name in partners["partner"]}
        claims: dict[str, list[str]] = {}
        for name, aliases in zip(partners["partner"], partners["aliases"].fillna(""), strict=True):
            for alias in dict.fromkeys(part.strip() for part in aliases.split(";")):
                if alias and alias.casefold() != name.casefold():
                    claims.setdefault(alias.casefold(), []).append(name)
        doubtful = {
            alias: tuple(dict.fromkeys([*([spelling[alias]] if alias in spelling else []), *names]))
            for alias, names in claims.items()
            if alias in spelling or len(set(names)) > 1
        }
        alias = {key: names[0] for key, names in claims.items() if key not in doubtful}
        return cls(spelling, alias, doubtful)


def harmonise(tables: Mapping[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Write every partner's name in one way.

    Names are compared without regard to case. The partners table settles the spelling and its aliases
    merge; a partner who is not described there is spelled as most often (ties: first in order).

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The four validated tables.

    Returns
    -------
    tables : dict of str to DataFrame
        The same with ``partner`` rewritten; the input frames are untouched.
    entries : DataFrame
        A note for each alias merged, each spelling changed and each alias in doubt.
    """
    book = NameBook.of(tables["partners"])
    names = pd.concat([tables[name]["partner"] for name in TABLES_WITH_NAMES], ignore_index=True)
    counts = names.value_counts()
    final = _final_names(counts, book)
    done = dict(tables)
    notes = []
    for table in TABLES_WITH_NAMES:
        frame = tables[table]
        changed = [name for name in frame["partner"].unique() if final[name] != name]
        if changed:
            done[table] = frame.assign(
                partner=frame["partner"].replace({name: final[name] for name in changed})
            )
            reasons = [_merged(name, final[name]) for name in sorted(changed)]
            notes.append(
                entries_frame(NOTE, table, "", "", reasons=reasons, column="partner", values=sorted(changed))
            )
    doubtful = [
        f"alias of more than one partner, not merged: {', '.join(names)}" for names in book.doubtful.values()
    ]
    notes.append(
        entries_frame(
            NOTE, "partners", "", "", reasons=doubtful, column="aliases", values=list(book.doubtful)
        )
    )
    return done, joined_entries(notes)


def _final_names(counts: pd.Series, book: NameBook) -> dict[str, str]:
    usual: dict[str, str] = {}
    by_use = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    for name, _ in by_use:
        usual.setdefault(str(name).casefold(), str(name))
    final = {}
    for name in map(str, counts.index):
        key = name.casefold()
        final[name] = book.spelling.get(key) or book.alias.get(key) or usual[key]
    return final


def _merged(name: str, final: str) -> str:
    if name.casefold() == final.casefold():
        return f"written as {final}"
    return f"alias merged into {final}"


def checks(tables: Mapping[str, pd.DataFrame], places: pd.DataFrame, described: bool) -> pd.DataFrame:
    """What the tables say about one another: notes, no row is left out.

    Partners not described (only where there is a partners table), interactions before a partnership
    ``started`` or after it ``ended``: a note a partner, at its first such row.
    """
    interactions, partners = tables["interactions"], tables["partners"]
    notes = []
    if described:
        known = set(partners["partner"])
        for table in TABLES_WITH_NAMES:
            strangers = sorted(set(tables[table]["partner"]) - known)
            reasons = ["not described in `partners`"] * len(strangers)
            notes.append(
                entries_frame(NOTE, table, "", "", reasons=reasons, column="partner", values=strangers)
            )
    for bound, word in (("started", "before it started"), ("ended", "after it ended")):
        limit = partners.set_index("partner")[bound].reindex(interactions["partner"]).to_numpy()
        wrong = interactions["date"] < limit if bound == "started" else interactions["date"] > limit
        notes += _at_first_rows(interactions[wrong], places, word)
    return joined_entries(notes)


def _at_first_rows(rows: pd.DataFrame, places: pd.DataFrame, word: str) -> list[pd.DataFrame]:
    notes = []
    for partner, group in rows.groupby("partner", sort=True):
        place = places.loc[group.index[0]]
        size = len(group)
        reason = f"{size:,} interaction{'s' if size > 1 else ''} {word}"
        notes.append(
            entries_frame(
                NOTE,
                "interactions",
                place["file"],
                place["sheet"],
                reasons=[reason],
                rows=[place["row"]],
                column="date",
                values=[partner],
            )
        )
    return notes
