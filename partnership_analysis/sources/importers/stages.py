"""Stages of deals as won, lost or open, by their words in the languages of the usual systems."""

from __future__ import annotations

import re

import pandas as pd

from partnership_analysis.errors import listed
from partnership_analysis.sources.importers.exported import Exported, mapped
from partnership_analysis.sources.values import NO, YES, folded

_WON_WORDS = (
    r"won|gewonnen|gagnée?s?|ganad[oa]s?|wygran[aey]|wygrano|vint[oaie]|ganh[oa]|vunnen|vundet|vunnet"
)
_LOST_WORDS = (
    r"lost|verloren|perdue?s?|perdid[oa]s?|przegran[aey]|przegrano|utracon[aey]|stracon[aey]|pers[oaie]|perdut[oaie]"
    r"|förlorad|tabt|tapt"
)
_WON = re.compile(rf"(?i)\b(closed)?({_WON_WORDS})\b(?!['’])")
_LOST = re.compile(rf"(?i)\b(closed)?({_LOST_WORDS})\b")
_NOT = r"not|no|never|nicht|nie|non|pas|niet|não|inte|ikke"
_YET = r"yet|noch|encore|todavía|aún|jeszcze|nog|ancora|ainda"
_NOT_WON = re.compile(rf"(?i)\b({_NOT})\s+(\w+\s+)?({_WON_WORDS})\b")
_NOT_LOST = re.compile(rf"(?i)\b({_NOT})\s+(\w+\s+)?({_LOST_WORDS})\b")
_NOT_YET = re.compile(rf"(?i)\b({_YET})\b")

_STANDARD = frozenset(("won", "closedwon", "lost", "closedlost", "open"))
TRUE = (*YES, "ja", "oui", "sí", "si", "tak", "sì", "wahr", "vrai", "verdadero", "prawda", "waar", "vero")
FALSE = (*NO, "nein", "non", "nie", "nee", "falsch", "faux", "falso", "fałsz", "onwaar")


def status_of(stage: str) -> str:
    """``won``, ``lost`` or ``open`` by the words of a stage; a word of loss, or a not, goes before one of success.

    >>> [status_of(stage) for stage in ("Closed Won", "Closed Lost - competitor won", "Not won", "Not yet won")]
    ['won', 'lost', 'lost', 'open']
    """
    if _NOT_WON.search(stage):
        return "open" if _NOT_YET.search(stage) else "lost"
    if _LOST.search(stage) and not _NOT_LOST.search(stage):
        return "lost"
    return "won" if _WON.search(stage) else "open"


def statuses(export: Exported, stage: int | None, won: int | None, lost: int | None) -> pd.Series:
    """How each deal stands: by the system's own columns where they say so, else by the words of its stage."""
    read = mapped(export.texts(stage), status_of)
    for place, status in ((won, "won"), (lost, "lost")):
        if place is None:
            continue
        said = mapped(export.texts(place), str.casefold)
        denied = said.isin(FALSE) & read.eq(status).fillna(False)
        read = read.mask(denied.to_numpy(dtype=bool), "open")
        read = read.mask(said.isin(TRUE).to_numpy(dtype=bool), status)
    return read


def accounts(stages: pd.Series, read: pd.Series) -> list[str]:
    """What stage was read as which status, for somebody to check."""
    found = {
        status: sorted(stages[read.eq(status).fillna(False)].dropna().unique())
        for status in ("won", "lost", "open")
    }
    return [
        f"stages read as `{status}`: {listed(f'`{stage}`' for stage in names)}"
        for status, names in found.items()
        if names
    ]


def own_words(stages: pd.Series, read: pd.Series) -> list[str]:
    """The same of stages that are none of the standard words.

    >>> stages = pd.Series(["Closed Won", "Abgeschlossen und gewonnen"], dtype="string")
    >>> own_words(stages, mapped(stages, status_of))
    ['stages read as `won`: `Abgeschlossen und gewonnen`']
    """
    own = ~mapped(stages, folded).isin(_STANDARD).to_numpy(dtype=bool)
    return accounts(stages[own], read[own])
