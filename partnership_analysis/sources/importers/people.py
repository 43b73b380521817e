"""Who the partners are: names, aliases and mail addresses, matched as whole words and never by likeness."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from partnership_analysis.sources.names import NameBook
from partnership_analysis.sources.values import folded

_SHORT = 3
"""Letters under which a name of one word is not looked for inside a text."""


@dataclass(frozen=True)
class People:
    """Known partners.

    Parameters
    ----------
    names : mapping of str to str
        Folded name or alias to the partner.
    words : mapping of tuple of str to str
        Words of a name or alias to the partner.
    mails : mapping of str to str
        Mail address, case dropped, to the partner; it is given as an alias.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    mails: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, partners: pd.DataFrame, others: Iterable[str] = (), aliases: pd.DataFrame | None = None
    ) -> People:
        """The partners of a partners table, names that other tables hold, and a table of aliases.

        >>> frame = pd.DataFrame({"partner": ["Acme Ltd"], "aliases": ["ann@acme.example; Acme"]})
        >>> people = People.of(frame)
        >>> people.named("ACME"), people.named("Ann@Acme.example"), people.within("Lunch: acme, Bo")
        ('Acme Ltd', 'Acme Ltd', ['Acme Ltd'])
        """
        book = NameBook.of(partners, aliases)
        claims = {**{name: name for name in others}, **book.alias, **{n: n for n in book.spelling.values()}}
        names, words, mails = {}, {}, {}
        for text, partner in claims.items():
            if "@" in text:
                mails[text.strip().casefold()] = partner
            else:
                names[folded(text)] = partner
                words[_words(text)] = partner
        return cls(names, words, mails)

    def __bool__(self) -> bool:
        return bool(self.names or self.mails)

    def joined(self, names: Iterable[str]) -> People:
        """These and more partners, known by their names only."""
        more = [name for name in names if folded(name) not in self.names]
        return People(
            {**self.names, **{folded(name): name for name in more}},
            {**self.words, **{_words(name): name for name in more}},
            self.mails,
        )

    def named(self, text: str) -> str | None:
        """The partner whose name, alias or mail address a text is; nothing if it is none."""
        return self.mails.get(text.strip().casefold()) or self.names.get(folded(text))

    def within(self, text: str) -> list[str]:
        """The partners whose whole names are in a text, in its order; a longer name hides those inside it.

        >>> names = [("Bell", "Bell"), ("Bell Media", "Bell Media")]
        >>> people = People(words={_words(name): partner for name, partner in names})
        >>> people.within("Call with Bell Media"), people.within("Bellini")
        (['Bell Media'], [])
        """
        words = _words(text)
        longest = max(map(len, self.words), default=0)
        found, place = [], 0
        while place < len(words):
            for size in range(min(longest, len(words) - place), 0, -1):
                run = words[place : place + size]
                if run in self.words and (size > 1 or len(run[0]) >= _SHORT):
                    found.append(self.words[run])
                    place += size - 1
                    break
            place += 1
        found += [partner for mail, partner in self.mails.items() if mail in text.casefold()]
        return list(dict.fromkeys(found))


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))
