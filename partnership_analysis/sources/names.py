"""One name for each partner: spelling and aliases settled, and every merge noted. Likeness merges nothing."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from partnership_analysis.sources.ledger import NOTE, entries_frame, joined_entries

TABLES_WITH_NAMES = ("interactions", "ratings", "actions")

_SAME = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"}
)


def name_key(name: str) -> str:
    r"""A name for comparing: case, white space, invisible marks and Unicode's variants do not matter.

    >>> name_key("  ACME\u00a0Ltd\u200b") == name_key("Acme Ltd"), name_key("Acme Ltd.") == name_key("Acme Ltd")
    (True, False)
    """
    if name.isascii():
        return " ".join(name.casefold().split())
    plain = unicodedata.normalize("NFKC", name.translate(_SAME)).casefold()
    visible = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", " ".join(visible.split()))


@dataclass(frozen=True)
class NameBook:
    """How a name is written: its own spelling, or the partner of which it is an alias.

    Parameters
    ----------
    spelling : dict
        Key of a name (:func:`name_key`) to the name as written.
    alias : dict
        Key of an alias to the partner's name.
    doubtful : dict
        Key of an alias to the names that claim it; such an alias merges nothing.
    """

    spelling: Mapping[str, str]
    alias: Mapping[str, str]
    doubtful: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, partners: pd.DataFrame, aliases: pd.DataFrame | None = None) -> NameBook:
        """The names and aliases of a partners table and of a table of aliases (``alias, partner``).

        >>> frame = pd.DataFrame({"partner": ["Acme Ltd"], "aliases": ["ACME; Acme Limited"]})
        >>> NameBook.of(frame).alias["acme limited"]
        'Acme Ltd'
        """
        spelling = {name_key(name): name for name in partners["partner"]}
        pairs = [
            (alias.strip(), name)
            for name, cell in zip(partners["partner"], partners["aliases"].fillna(""), strict=True)
            for alias in cell.split(";")
        ]
        if aliases is not None:
            pairs += zip(aliases["alias"], aliases["partner"], strict=True)
        claims: dict[str, list[str]] = {}
        for alias, name in pairs:
            known = spelling.get(name_key(name), name)
            if alias and name_key(alias) != name_key(known):
                claims.setdefault(name_key(alias), []).append(known)
        doubtful = {
            alias: tuple(dict.fromkeys([*([spelling[alias]] if alias in spelling else []), *names]))
            for alias, names in claims.items()
            if alias in spelling or len(set(map(name_key, names))) > 1
        }
        alias = {key: names[0] for key, names in claims.items() if key not in doubtful}
        return cls(spelling, {key: _end(name, alias) for key, name in alias.items()}, doubtful)


def _end(name: str, alias: Mapping[str, str]) -> str:
    """The partner at the end of aliases of aliases; a circle ends where it began."""
    seen = {name_key(name)}
    while (further := alias.get(name_key(name))) is not None and name_key(further) not in seen:
        seen.add(name_key(further))
        name = further
    return name


def harmonise(
    tables: Mapping[str, pd.DataFrame], aliases: pd.DataFrame | None = None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Write every partner's name in one way.

    Names are compared by :func:`name_key`. The partners table settles the spelling and its aliases merge, as do
    those of a table of aliases; a partner who is not described there is spelled as most often (ties: as the
    text sorts first).

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The four validated tables.
    aliases : DataFrame, optional
        ``alias, partner``.

    Returns
    -------
    tables : dict of str to DataFrame
        The same with ``partner`` rewritten; the input frames are untouched.
    entries : DataFrame
        A note for each alias merged, each spelling changed and each alias in doubt.
    """
    book = NameBook.of(tables["partners"], aliases)
    coded = {table: pd.factorize(tables[table]["partner"]) for table in TABLES_WITH_NAMES}
    counts: Counter[str] = Counter()
    for codes, names in coded.values():
        counts.update(dict(zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=True)))
    final = _final_names(counts, book)
    done = dict(tables)
    notes = []
    for table, (codes, names) in coded.items():
        changed = sorted(name for name in names if final[name] != name)
        if changed:
            rewritten = pd.array([final[name] for name in names], dtype="string").take(codes)
            done[table] = tables[table].assign(partner=rewritten)
            reasons = [_merged(name, final[name]) for name in changed]
            notes.append(
                entries_frame(NOTE, table, "", "", reasons=reasons, column="partner", values=changed)
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


def _final_names(counts: Mapping[str, int], book: NameBook) -> dict[str, str]:
    keys = {name: name_key(name) for name in counts}
    usual: dict[str, str] = {}
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        usual.setdefault(keys[name], name)
    # An alias may lead to a name that the tables write otherwise.
    spelled = {**usual, **book.spelling}
    ends = {alias: spelled.get(name_key(name), name) for alias, name in book.alias.items()}
    return {name: book.spelling.get(key) or ends.get(key) or usual[key] for name, key in keys.items()}


def _merged(name: str, final: str) -> str:
    return f"written as {final}" if name_key(name) == name_key(final) else f"alias merged into {final}"


def checks(tables: Mapping[str, pd.DataFrame], places: pd.DataFrame | None, described: bool) -> pd.DataFrame:
    """What the tables say about one another: notes, no row is left out.

    Partners not described (only where there is a partners table), interactions before a partnership
    ``started`` or after it ``ended``: a note a partner, at its first such row. Without ``places`` the rows are
    months and not looked at.
    """
    interactions, partners = tables["interactions"], tables["partners"]
    notes = []
    if described:
        known = set(partners["partner"])
        for table in TABLES_WITH_NAMES:
            strangers = sorted(set(tables[table]["partner"].unique()) - known)
            reasons = ["not described in `partners`"] * len(strangers)
            notes.append(
                entries_frame(NOTE, table, "", "", reasons=reasons, column="partner", values=strangers)
            )
    if places is None:
        return joined_entries(notes)
    codes, names = pd.factorize(interactions["partner"])
    days = interactions["date"].to_numpy()
    for bound, word in (("started", "before it started"), ("ended", "after it ended")):
        limits = partners.set_index("partner")[bound].reindex(names).to_numpy()
        if pd.isna(limits).all():
            continue
        limit = limits[codes]
        wrong = days < limit if bound == "started" else days > limit
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
