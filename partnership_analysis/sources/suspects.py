"""Names that may be one partner. They are listed with a likeness; only an alias merges them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

import pandas as pd
from rapidfuzz import fuzz, process

from partnership_analysis.sources.names import name_key

LIKE = 88
"""Likeness (0 to 100) from which two names are suspected."""

_PREFIX = 90
"""Likeness of names of which one only adds words to the other: Northgate, Northgate Advisory."""

_SEVERAL = 3_000
"""Names up to which each is compared with every other; above, only with those that share a word."""

_COMMON = 200
"""Names that may share a word before it says nothing."""

_FORM_WORDS = (
    "ab ag aps as asa bv cic co company corp corporation cv eg eirl gbr gmbh group holding "
    "holdings inc incorporated kft kg kgaa limited llc llp lp ltd ltda nv oy oyj plc pllc pty pte "
    "sa sarl sas sasu sl srl spa spzoo ug"
)
_FORMS = frozenset(_FORM_WORDS.split())
"""Legal forms and the like, which people write or leave out. A name of nothing else keeps them."""


def suspects(names: Iterable[str], *, like: float = LIKE) -> pd.DataFrame:
    """Pairs of names that may be one partner.

    Likeness is rapidfuzz's ratio of the names' letters, words sorted, case, accents, punctuation and legal forms
    aside. Names that differ in a number are two partners. Up to 3,000 names every pair is compared, above that
    those that share a word which fewer than 200 names have.

    Parameters
    ----------
    names : iterable of str
        Different names.
    like : float
        Likeness from which a pair is listed, 0 to 100.

    Returns
    -------
    DataFrame
        ``name`` and ``other`` (string, in the order of the text), ``likeness`` (float64, 0 to 100; 100: only
        case, accents, punctuation or a legal form differ), the likest first.

    Examples
    --------
    >>> suspects(["Acme Ltd", "ACME Limited", "Bell & Finch", "Bel and Finch", "Site 1", "Site 2"])
                name         other  likeness
    0   ACME Limited      Acme Ltd     100.0
    1  Bel and Finch  Bell & Finch      96.3
    """
    known = sorted(set(names))
    plain = [plain_name(name) for name in known]
    found: dict[tuple[str, str], float] = {}
    for one, two, score in _pairs(plain, like):
        if _figures(plain[one]) == _figures(plain[two]):
            pair = known[one], known[two]
            found[pair] = max(score, found.get(pair, 0))
    rows = sorted(((*pair, score) for pair, score in found.items()), key=lambda row: (-row[2], row))
    frame = pd.DataFrame(rows, columns=["name", "other", "likeness"])
    return frame.astype({"name": "string", "other": "string", "likeness": "float64"})


def plain_name(name: str) -> str:
    """What is left of a name for comparing: words in the order of the alphabet.

    >>> plain_name("The Café Noir, Ltd."), plain_name("Ltd."), plain_name("A.B.C. & Sons")
    ('cafe noir', 'ltd', 'abc and sons')
    """
    text = unicodedata.normalize("NFKD", name_key(name))
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).replace("&", " and ")
    text = re.sub(r"(?<=\b\w)\.(?=\w\b)|'", "", text)
    words = re.sub(r"[\W_]+", " ", text).split()
    kept = [word for word in words if word not in _FORMS and word != "the"]
    return " ".join(sorted(kept or words))


def _figures(plain: str) -> list[str]:
    return re.findall(r"\d+", plain)


def _pairs(plain: Sequence[str], like: float) -> Iterable[tuple[int, int, float]]:
    if len(plain) <= _SEVERAL:
        yield from _compared(range(len(plain)), plain, like)
        return
    sharing: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(plain):
        for word in set(text.split()):
            sharing[word].append(place)
    for places in sharing.values():
        if 1 < len(places) < _COMMON:
            yield from _compared(places, plain, like)


def _compared(places: Sequence[int], plain: Sequence[str], like: float) -> Iterable[tuple[int, int, float]]:
    texts = [plain[place] for place in places]
    scores = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=like, dtype="float32", workers=1)
    rows, columns = scores.nonzero()
    for one, two in zip(rows.tolist(), columns.tolist(), strict=True):
        if one < two:
            yield places[one], places[two], round(float(scores[one, two]), 1)
    yield from _extended(places, plain, like)


def _extended(places: Sequence[int], plain: Sequence[str], like: float) -> Iterable[tuple[int, int, float]]:
    """Pairs of which one has every word of the other, among them one of five letters or more."""
    if like > _PREFIX:
        return
    by_word: dict[str, list[int]] = defaultdict(list)
    for place in places:
        for word in set(plain[place].split()):
            if len(word) > 4:
                by_word[word].append(place)
    for sharing in by_word.values():
        if len(sharing) >= _COMMON:
            continue
        for one, two in combinations(sharing, 2):
            first, second = set(plain[one].split()), set(plain[two].split())
            if first < second or second < first:
                yield min(one, two), max(one, two), float(_PREFIX)
