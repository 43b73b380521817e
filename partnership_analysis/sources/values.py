"""Cells into values of one kind, or into the reason why they are none. Nothing is guessed or blanked.

Every kind reads a column at once: numbers and days as arrays, texts once per different text. What is in
doubt for a whole column (day or month first, point or comma) is decided on the whole column, or refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process

from partnership_analysis.errors import listed
from partnership_analysis.schema import Column
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.words import spans, taken, that_match

YES, NO = ("yes", "y", "true", "1", "x"), ("no", "n", "false", "0")
_SUGGESTED = 200
"""Different misspellings for which a suggestion is looked for; a column of rubbish gets none."""


@dataclass(frozen=True)
class Reading:
    """How the doubtful is to be read.

    Parameters
    ----------
    date_order : {"day", "month", "year"}, optional
        What comes first in dates such as ``03/04/2025``; by default the column must prove it.
    decimal : {".", ","}, optional
        The decimal separator in texts such as ``1.234``; by default the column must prove it.
    currency : str
        ISO code of the portfolio.
    rates : mapping of str to float
        ISO code of another currency to what one unit of it is worth in the portfolio's; an amount marked with
        a currency that is not here is refused.
    epoch_1904 : bool
        Whether numbers that are days count from 1904, not 1900: the workbook says so.
    """

    date_order: str | None = None
    decimal: str | None = None
    currency: str = "GBP"
    rates: Mapping[str, float] = field(default_factory=dict)
    epoch_1904: bool = False


@dataclass(eq=False)
class Findings:
    """Which cells are bad and why: the first reason of a cell stays."""

    size: int
    codes: np.ndarray = field(init=False)
    reasons: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start with nothing found, which takes no memory."""
        self.codes = np.broadcast_to(np.int32(-1), (self.size,))

    def mark(self, mask: np.ndarray, reason: str) -> None:
        """Give the cells under ``mask`` a reason, unless they have one."""
        if self.reasons:
            mask = mask & (self.codes < 0)
        if mask.any():
            self.codes = np.where(mask, np.int32(len(self.reasons)), self.codes)
            self.reasons.append(reason)

    def mark_words(self, codes: np.ndarray, reason_of: Sequence[str | None]) -> None:
        """Give each cell the reason of its text; ``codes`` are places in ``reason_of``, -1 for none."""
        distinct = list(dict.fromkeys(reason for reason in reason_of if reason is not None))
        if not distinct:
            return
        places = {reason: len(self.reasons) + place for place, reason in enumerate(distinct)}
        self.reasons.extend(distinct)
        # One more entry than texts, which is where -1 finds that there is no reason.
        word_reason = [-1 if reason is None else places[reason] for reason in reason_of]
        found = np.array([*word_reason, -1], dtype=np.int32)[codes]
        self.codes = np.where(self.codes < 0, found, self.codes)

    @property
    def bad(self) -> np.ndarray:
        """Which cells have a reason."""
        return np.asarray(self.codes >= 0)


@dataclass(frozen=True, eq=False)
class Choices:
    """A column of words from a vocabulary, as places in it.

    Parameters
    ----------
    vocabulary : tuple of str
    codes : ndarray of int8, shape (n,)
        -1 where there is none.
    """

    vocabulary: tuple[str, ...]
    codes: np.ndarray

    def series(self) -> pd.Series:
        """The words (dtype ``string``)."""
        return taken(pa.array(self.vocabulary, pa.large_string()), self.codes)


@dataclass(frozen=True, eq=False)
class Converted:
    """A column as values and what is wrong with it.

    Parameters
    ----------
    made : Series or Choices
        One value a cell, missing where the cell is missing or bad.
    findings : Findings
    notes : tuple of str
        What was done to cells that are good, as sentences.
    moments : ndarray of uint64, optional
        Of a column of dates: the second of each cell that shows a time of day, as :func:`dates.read`.
    """

    made: pd.Series | Choices
    findings: Findings
    notes: tuple[str, ...] = ()
    moments: np.ndarray | None = None

    @property
    def values(self) -> pd.Series:
        """The column in the schema's dtype, index 0 to n - 1."""
        return self.made.series() if isinstance(self.made, Choices) else self.made


def text(cells: Cells) -> pd.Series:
    """Cells as text: trimmed, white space collapsed, Unicode composed (NFC).

    >>> text(Cells.of(pd.Series(["  Acme   Ltd ", 7.0, None]))).tolist()
    ['Acme Ltd', '7', <NA>]
    """
    codes, words = cells.coded()
    return taken(cleaned(words), codes)


_UNTIDY = r"^\s|\s$|\s\s|[^\x20-\x7E]"


def cleaned(words: pa.Array) -> pa.Array:
    """Trimmed texts collapsed and composed; only those that need it are touched."""
    starts, data = spans(words)
    data = data[starts[0] : starts[-1]]
    spaces = data == 0x20
    # One look at all bytes settles most columns.
    if not ((data < 0x20) | (data > 0x7E)).any() and not (spaces[1:] & spaces[:-1]).any():
        return words
    untidy = that_match(words, _UNTIDY)
    done = [clean(word) for word in words.filter(pa.array(untidy)).to_pylist()]
    return pc.replace_with_mask(words, pa.array(untidy), pa.array(done, words.type))


def clean(word: str) -> str:
    r"""One text trimmed, collapsed and composed.

    >>> clean("  Cafe\u0301   Noir\u00a0")
    'Café Noir'
    """
    return unicodedata.normalize("NFC", " ".join(word.split()))


def folded(word: str) -> str:
    """A text for comparing: only letters and digits, case dropped.

    >>> folded("Strategic Referral *") == folded("strategic_referral")
    True
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", word).casefold())


def worded(cells: Cells, column: Column, findings: Findings) -> pd.Series | Choices:
    """Cells as words of a vocabulary, or as yes and no; ``findings`` receives what is neither."""
    codes, words = cells.coded()
    read = _yes_or_no(column.name) if column.kind == "yesno" else _choice(column)
    results = [read(word) for word in words.to_pylist()]
    findings.mark_words(codes, [reason for _, reason in results])
    vocabulary = column.vocabulary if column.kind == "choice" else (False, True)
    places = {word: place for place, word in enumerate(vocabulary)}
    of_words = [-1 if value is None else places[value] for value, _ in results]
    chosen = np.array([*of_words, -1], dtype=np.int8)[codes]
    if column.kind == "choice":
        return Choices(column.vocabulary, chosen)
    return pd.Series(pd.arrays.BooleanArray(chosen == 1, chosen < 0), copy=False)


def _yes_or_no(name: str) -> Callable[[str], tuple[bool | None, str | None]]:
    def read(word: str) -> tuple[bool | None, str | None]:
        key = word.casefold()
        if key in YES or key in NO:
            return key in YES, None
        return None, f"`{name}` is neither yes nor no"

    return read


def _choice(column: Column) -> Callable[[str], tuple[Any, str | None]]:
    known = {folded(word): word for word in column.vocabulary}
    plurals = {f"{key}s": word for key, word in known.items()} | {
        f"{key[:-1]}ies": word for key, word in known.items() if key.endswith("y")
    }
    known = {**{key: word for key, word in plurals.items() if key not in known}, **known}
    choices = listed(f"`{word}`" for word in column.vocabulary)
    suggested = 0

    def read(word: str) -> tuple[Any, str | None]:
        nonlocal suggested
        key = folded(word)
        if key in known:
            return known[key], None
        near = None
        if key and suggested < _SUGGESTED:
            suggested += 1
            near = process.extractOne(key, list(known), scorer=fuzz.ratio, score_cutoff=70)
        hint = f"; did you mean `{known[near[0]]}`?" if near else ""
        return None, f"`{column.name}` is none of {choices}{hint}"

    return read
