"""A report folder that appears whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from partnership_analysis.errors import ParameterError, ReportError
from partnership_analysis.reports.lock import locked
from partnership_analysis.reports.manifest import is_report
from partnership_analysis.reports.parameters import whole

LITTLE = 1 << 20
"""Bytes: a disk with fewer is full."""


def slug(text: str) -> str:
    """A text as part of a file name: lower case, words joined by hyphens, at most 60 characters and 90 bytes.

    Two of those, a quarter and what a run puts beside a report stay within the 255 bytes of a name. A text has one
    slug, whether its accents are letters' own or follow them, as macOS writes them.

    >>> slug("IT & Software"), slug("Früh/Spät "), slug("☕") == slug("☕")
    ('it-software', 'früh-spät', True)
    """
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    letters = re.sub(r"[\W_]+", "-", plain).strip("-")[:60]
    words = letters.encode()[:90].decode(errors="ignore").strip("-")
    return words or hashlib.sha256(text.encode()).hexdigest()[:8]


def default_folder(portfolio: Path, quarter: str, vertical: str = "") -> Path:
    """Where a report goes if nobody says.

    >>> default_folder(Path("data/portfolio.xlsx"), "2025Q3", "Legal").as_posix()
    'reports/portfolio-2025Q3-legal'
    """
    stem = portfolio.name if portfolio.is_dir() else portfolio.stem
    parts = [slug(stem), quarter] + ([slug(vertical)] if vertical else [])
    return Path("reports") / "-".join(parts)


def check_target(target: Path) -> None:
    """See that a report may be written to ``target``.

    Raises
    ------
    ParameterError
        If something is there that is no report of ours: it is never replaced. Or if it cannot be looked at.
    """
    try:
        linked = target.is_symlink()
        if not linked and not target.exists():
            return
        if not linked and target.is_dir() and (is_report(target) or not any(target.iterdir())):
            return
    except OSError as error:
        raise ParameterError(
            [f"{target} cannot be used: {error.strerror}. Choose another folder with --out."]
        ) from None
    what = "a link" if linked else "a folder with other things" if target.is_dir() else "a file"
    raise ParameterError([f"{target} is {what}, not an earlier report. Choose another folder with --out."])


@contextmanager
def published(target: Path) -> Iterator[Path]:
    """A folder to fill, which becomes ``target`` when the block ends and vanishes when it fails.

    The folder is made beside the target, so that the last step is a rename. An earlier report of the same
    name stays where it is until then. What an interrupted run left is mended first. No other run writes to the
    target meanwhile.

    Raises
    ------
    ReportError
        If another run writes there (nothing was done yet), or the disk refuses.
    """
    target = whole(target)
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    with ExitStack() as held:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(target, otherwise="choose another folder with --out"))
            mend(target)
            partial.mkdir()
        except OSError as error:
            raise ReportError.refused(target, target.parent, error) from None
        try:
            yield partial
            _swap(partial, target)
        except Exception as error:
            refusal = _refusal(error)
            if refusal is None:
                raise
            raise ReportError.refused(target, _where(refusal, target), refusal) from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def mend(target: Path) -> None:
    """Put right what a killed run left beside ``target``: half-made folders, a report put aside.

    Only who holds the target's lock may do so: then whatever is half made there is nobody's any more.
    """
    previous = _previous(target)
    if previous.exists():
        if target.exists():
            shutil.rmtree(previous)
        else:
            previous.rename(target)
    for partial in target.parent.glob(f".{_literal(target.name)}.partial-*"):
        if partial.name.rpartition(".partial-")[0] == f".{target.name}":
            shutil.rmtree(partial)


def _refusal(error: Exception) -> OSError | None:
    """The disk's error, which a library may have put into one of its own."""
    found = error if isinstance(error, OSError) else next(iter(error.args), None)
    return found if isinstance(found, OSError) else None


def _where(error: OSError, target: Path) -> Path:
    """Where the disk refused: a file that is none of the report's, a disk that is full, or the report's folder."""
    named = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else None
    if named is not None:
        return target.parent if _beside(named, target) else named
    places = (target.parent, Path(tempfile.gettempdir())) if error.errno == errno.ENOSPC else ()
    return next((place for place in places if shutil.disk_usage(place).free < LITTLE), target.parent)


def _beside(path: Path, target: Path) -> bool:
    """Whether a path is of the target, or of what lies hidden beside it for a while."""
    if not path.is_relative_to(target.parent):
        return False
    first = path.relative_to(target.parent).parts[:1]
    return first == (target.name,) or "".join(first).startswith(f".{target.name}.")


def _swap(made: Path, target: Path) -> None:
    previous = _previous(target)
    check_target(target)
    _settled(made)
    if target.exists():
        target.rename(previous)
    try:
        made.rename(target)
    except OSError:
        if previous.exists():
            previous.rename(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def _settled(folder: Path) -> None:
    """See that all is on the disk: after a loss of power, a folder that was renamed could hold empty files."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _previous(target: Path) -> Path:
    return target.with_name(f".{target.name}.previous")


def _literal(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)
