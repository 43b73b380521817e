"""What can go wrong, said so that a reader knows what, where and what to do.

Every exception of the suite derives from :class:`PartnershipError`, so that ``except PartnershipError``
catches what a user can mend and nothing else. Constructors with several findings list at most ten.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Sequence

from rapidfuzz import process

SHOWN = 10
LIKE = 70
"""Likeness, of 100, from which a name may be meant."""


def listed(items: Iterable[object], *, limit: int = SHOWN) -> str:
    """Join items for a message, naming at most ``limit`` and counting the rest.

    >>> listed(["a", "b", "c"], limit=2)
    'a, b and 1 more'
    """
    texts = [str(item) for item in items]
    if len(texts) <= limit:
        return ", ".join(texts)
    return f"{', '.join(texts[:limit])} and {len(texts) - limit:,} more"


def unknown(word: str, name: object, known: Iterable[str]) -> str:
    """What to say of a name that is none: up to three that are like it, else those that there are.

    >>> unknown("partner", "Castlemere", ["Castlemere Brokers", "Harcourt Legal"])
    "there is no partner 'Castlemere'. Did you mean Castlemere Brokers?"
    """
    names = list(known)
    near = process.extract(str(name), names, processor=str.casefold, limit=3, score_cutoff=LIKE)
    hint = (
        f"Did you mean {listed(found for found, _, _ in near)}?"
        if near
        else f"There are: {listed(names) or 'none'}."
    )
    return f"there is no {word} {name!r}. {hint}"


def harmless(text: str) -> str:
    r"""A text from a file, as it may stand in a message or on a page: what cannot be seen is made visible.

    Control characters could rewrite a terminal, and those that turn the direction of writing make
    ``gpj.exe`` read as ``exe.jpg``. Line breaks stay.

    >>> harmless("Acme \u202etxt\x1b[2J")
    'Acme <U+202E>txt<U+001B>[2J'
    """
    return _UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class PartnershipError(Exception):
    """Something in the input, the settings or the request that the user can mend."""

    def __init__(self, *args: object) -> None:
        """A message may quote a file, so it is made harmless."""
        super().__init__(*(harmless(arg) if isinstance(arg, str) else arg for arg in args))


class SourceError(PartnershipError):
    """A file or sheet cannot be read as a table."""


class ColumnError(PartnershipError):
    """A table lacks a column that it needs, or a column's meaning is in doubt."""

    @classmethod
    def missing(
        cls, where: str, missing: Sequence[str], found: Sequence[str], hints: Sequence[str]
    ) -> ColumnError:
        """Columns that are required and were not found, with the nearest of what was."""
        advice = "".join(f"\n  - {hint}" for hint in hints[:SHOWN])
        return cls(
            f"{where}: missing column{'s' if len(missing) > 1 else ''} {listed(missing)}. "
            f"Found: {listed(found) or 'no columns at all'}.{advice}"
        )


class RejectedRows(PartnershipError):
    """More rows were rejected than the settings allow."""

    def __init__(
        self, rejected: int, read: int, limit: float, reasons: Sequence[tuple[str, int, str]]
    ) -> None:
        """``reasons`` are (reason, rows, example place), the commonest first."""
        lines = "".join(
            f"\n  - {count:,} row{'s' if count != 1 else ''}: {reason} (for example {place})"
            for reason, count, place in reasons[:SHOWN]
        )
        super().__init__(
            f"{rejected:,} of {read:,} rows rejected ({rejected / read:.0%}), more than the {limit:.0%} "
            f"that settings allow.{lines}\nMend the rows, or raise `rejected_limit` in the settings."
        )
        self.rejected, self.read, self.limit, self.reasons = rejected, read, limit, list(reasons)


class SettingsError(PartnershipError):
    """A settings file or table holds a name or a value that is not known."""


class MappingError(PartnershipError):
    """A mapping file does not describe the tables that it is used on."""


class PeriodError(PartnershipError):
    """A month, quarter or date that cannot be read or holds no data."""

    @classmethod
    def malformed(cls, text: object) -> PeriodError:
        """A text that is no quarter."""
        return cls(f"{text!r} is not a quarter. Write the year and the quarter, for example 2025Q3.")


class ParameterError(PartnershipError):
    """A report was asked for with parameters that do not fit; every finding is listed."""

    def __init__(self, findings: Sequence[str]) -> None:
        """``findings`` are whole sentences."""
        more = f"\n  and {len(findings) - SHOWN} more" if len(findings) > SHOWN else ""
        body = (
            findings[0] if len(findings) == 1 else "".join(f"\n  - {finding}" for finding in findings[:SHOWN])
        )
        super().__init__(
            ("" if len(findings) == 1 else f"{len(findings)} parameters do not fit:") + body + more
        )
        self.findings = list(findings)


class ReportError(PartnershipError):
    """A report could not be made; the message names the cell and the error, and where the notebook is."""

    @classmethod
    def held(cls, target: object, holder: str, advice: str) -> ReportError:
        """Another run writes there. ``holder`` is empty where it does not say who it is."""
        who = f" ({holder})" if holder else ""
        return cls(f"{target} is being written by another run{who}. {advice}")

    @classmethod
    def refused(cls, target: object, where: object, error: OSError) -> ReportError:
        """The disk would not take it: what is the matter, where, and what to do."""
        cause, advice = _REFUSALS.get(error.errno or 0, ("{where}: {error}", ""))
        said = cause.format(where=where, error=error.strerror or error)
        return cls(f"{target} could not be written: {said}. Nothing was changed.{advice}")


_ELSEWHERE = "or choose another folder with --out."
_REFUSALS = {
    errno.ENOSPC: ("the disk of {where} is full", f" Make room on it, {_ELSEWHERE}"),
    errno.EDQUOT: ("your share of the disk of {where} is used up", f" Make room on it, {_ELSEWHERE}"),
    errno.EROFS: ("the disk of {where} can only be read", f" Have it made writable, {_ELSEWHERE}"),
    errno.EACCES: ("{where} is closed to this user", f" Have its permissions changed, {_ELSEWHERE}"),
    errno.EPERM: ("{where} is closed to this user", f" Have its permissions changed, {_ELSEWHERE}"),
    errno.ENAMETOOLONG: ("a name is too long for the disk of {where}", " Choose a shorter one with --out."),
}
