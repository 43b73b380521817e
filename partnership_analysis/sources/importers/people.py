"""Who the partners are: names, aliases and mail addresses, matched as whole words and never by likeness."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
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
    written : mapping of str to frozenset of str
        A name or alias of one word, case dropped, to the ways in which it is written: many are common words too.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    mails: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, partners: pd.DataFrame, others: Iterable[str] = (), aliases: pd.DataFrame | None = None
    ) -> People:
        """The partners of a partners table, names that other tables hold, and a table of aliases.

        >>> frame = pd.DataFrame({"partner": ["Acme Ltd"], "aliases": ["ann@acme.example; Acme"]})
        >>> people = People.of(frame)
        >>> people.named("ACME"), people.named("Ann@Acme.example"), people.within("Lunch: Acme, Bo")
        ('Acme Ltd', 'Acme Ltd', ['Acme Ltd'])
        """
        book = NameBook.of(partners, aliases)
        claims = {**{name: name for name in others}, **book.alias, **{n: n for n in book.spelling.values()}}
        stated = [text for cell in partners["aliases"].dropna() for text in cell.split(";")]
        stated += [] if aliases is None else aliases["alias"].dropna().tolist()
        names, words, mails = {}, {}, {}
        for text, partner in claims.items():
            if "@" in text:
                mails[text.strip().casefold()] = partner
            else:
                names[folded(text)] = partner
                words[_words(text)] = partner
        return cls(names, words, mails, _written([*others, *book.spelling.values(), *stated]))

    def __bool__(self) -> bool:
        return bool(self.names or self.mails)

    def joined(self, names: Iterable[str]) -> People:
        """These and more partners, known by their names only."""
        more = [name for name in names if folded(name) not in self.names]
        return People(
            {**self.names, **{folded(name): name for name in more}},
            {**self.words, **{_words(name): name for name in more}},
            self.mails,
            {**self.written, **_written(more)},
        )

    def named(self, text: str) -> str | None:
        """The partner whose name, alias or mail address a text is; nothing if it is none."""
        return self.mails.get(text.strip().casefold()) or self.names.get(folded(text))

    def within(self, text: str) -> list[str]:
        """The partners whose whole names are in a text, in its order; a longer name hides those inside it.

        A name of one word must be written as the partner's is, or with a capital: *Focus* is not in "focus on tax".

        >>> names = [("Bell", "Bell"), ("Bell Media", "Bell Media")]
        >>> people = People(words={_words(name): partner for name, partner in names})
        >>> people.within("Call with Bell Media"), people.within("Bellini")
        (['Bell Media'], [])
        """
        found = [partner for partner, _ in self._runs(text)]
        found += [partner for mail, partner in self.mails.items() if mail in text.casefold()]
        return list(dict.fromkeys(found))

    def by_one_word(self, text: str) -> list[str]:
        """Of the partners in a text, those whom nothing but one word names.

        >>> people = People(words={("focus",): "Focus", ("bell", "media"): "Bell Media"})
        >>> people.by_one_word("Focus with Bell Media")
        ['Focus']
        """
        sizes: dict[str, int] = {}
        for partner, size in self._runs(text):
            sizes[partner] = max(size, sizes.get(partner, 0))
        mailed = {partner for mail, partner in self.mails.items() if mail in text.casefold()}
        return [partner for partner, size in sizes.items() if size == 1 and partner not in mailed]

    def _runs(self, text: str) -> Iterator[tuple[str, int]]:
        """Partners and how many words name them."""
        spelled = _spelled(text)
        words = tuple(map(str.casefold, spelled))
        longest = max(map(len, self.words), default=0)
        place = 0
        while place < len(words):
            for size in range(min(longest, len(words) - place), 0, -1):
                run = words[place : place + size]
                if run in self.words and (size > 1 or self._meant(spelled[place])):
                    yield self.words[run], size
                    place += size - 1
                    break
            place += 1

    def _meant(self, word: str) -> bool:
        ways = self.written.get(word.casefold())
        return len(word) >= _SHORT and (ways is None or word in ways or word[0].isupper())


def _written(names: Iterable[str]) -> dict[str, frozenset[str]]:
    """The spellings of names of one word."""
    ways: dict[str, set[str]] = {}
    for name in names:
        spelled = _spelled(name)
        if len(spelled) == 1:
            ways.setdefault(spelled[0].casefold(), set()).add(spelled[0])
    # Who writes a name without a capital does not tell it from other words by one.
    return {key: frozenset(words) for key, words in ways.items() if key not in words}


def _spelled(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text))


def _words(text: str) -> tuple[str, ...]:
    return tuple(map(str.casefold, _spelled(text)))
