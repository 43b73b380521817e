"""Does a text name somebody? A name in full, or a word of it that is written as a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from partnership_analysis.sources.names import name_key

_SAY_NOTHING = {
    "a",
    "an",
    "and",
    "at",
    "by",
    "for",
    "from",
    "in",
    "of",
    "on",
    "or",
    "our",
    "the",
    "their",
    "to",
    "with",
}
_FORMS = {"co", "company", "gmbh", "group", "inc", "limited", "llc", "llp", "ltd", "partners", "plc", "sons"}
"""Words of a name that any text may begin with, or that any firm has."""


class Names:
    """Names to look for in texts.

    Parameters
    ----------
    names : iterable of str
    but : iterable of str
        Names whose words say nothing of the others.

    Examples
    --------
    >>> names = Names(["Harcourt Legal", "Bell & Finch"])
    >>> names.in_full("Lunch with bell and finch"), names.in_full("The bell rings"), names.in_full("Send the bill")
    ('Bell & Finch', None, None)
    >>> names.hinted("Meet Harcourt's board"), names.hinted("Send a legal note")
    ('Harcourt Legal', None)
    """

    def __init__(self, names: Iterable[str], but: Iterable[str] = ()) -> None:
        idle = (_SAY_NOTHING | _FORMS).union(*(_plain(name).split() for name in but))
        self._names = {plain: name for name in names if (plain := _plain(name))}
        self._first: dict[str, list[str]] = {}
        self._words: dict[str, str] = {}
        # Scripts without spaces between words have no ends of words to look for.
        self._unspaced = [plain for plain in self._names if any(map(_caseless, plain))]
        for plain, name in self._names.items():
            words = plain.split()
            self._first.setdefault(words[0], []).append(plain)
            for word in words:
                if word not in idle:
                    self._words.setdefault(word, name)

    def in_full(self, text: str) -> str | None:
        """The first name that the text holds whole; case, accents and punctuation aside."""
        plain = _plain(text)
        padded = f" {plain} "
        for word in plain.split():
            for name in self._first.get(word, ()):
                if f" {name} " in padded:
                    return self._names[name]
        return next((self._names[name] for name in self._unspaced if name in plain), None)

    def hinted(self, text: str) -> str | None:
        """The first name that the text holds whole, or of which it has a word with a capital."""
        capital = (
            word for word in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text)) if word[0].isupper()
        )
        found = (self._words.get(part) for word in capital for part in _plain(word).split())
        return self.in_full(text) or next((name for name in found if name is not None), None)


def _plain(text: str) -> str:
    """A text for comparing: words with a space between.

    >>> _plain("Søndergaard's  Café, Ltd.")
    'søndergaard s cafe ltd'
    """
    text = unicodedata.normalize("NFKD", name_key(text))
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).replace("&", " and ")
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def _caseless(letter: str) -> bool:
    return letter.isalpha() and letter.upper() == letter.lower()
