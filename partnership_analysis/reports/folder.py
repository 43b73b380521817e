"""A report folder that appears whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from partnership_analysis.errors import ParameterError, ReportError
from partnership_analysis.reports.manifest import is_report
from partnership_analysis.reports.parameters import whole


def slug(text: str) -> str:
    """A text as part of a file name: lower case, words joined by hyphens, at most 60 characters.

    >>> slug("IT & Software"), slug("Früh/Spät "), slug("☕") == slug("☕")
    ('it-software', 'früh-spät', True)
    """
    words = re.sub(r"[\W_]+", "-", text.casefold()).strip("-")[:60]
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
        If something is there that is no report of ours: it is never replaced.
    """
    linked = target.is_symlink()
    if not linked and not target.exists():
        return
    if not linked and target.is_dir() and (is_report(target) or not any(target.iterdir())):
        return
    what = "a link" if linked else "a folder with other things" if target.is_dir() else "a file"
    raise ParameterError([f"{target} is {what}, not an earlier report. Choose another folder with --out."])


@contextmanager
def published(target: Path) -> Iterator[Path]:
    """A folder to fill, which becomes ``target`` when the block ends and vanishes when it fails.

    The folder is made beside the target, so that the last step is a rename. An earlier report of the same
    name stays where it is until then. What an interrupted run left is mended first.

    Raises
    ------
    ReportError
        If the disk refuses.
    """
    target = whole(target)
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mend(target)
        partial.mkdir()
    except OSError as error:
        raise ReportError(f"cannot write beside {target}: {error.strerror or error}") from None
    try:
        yield partial
        _swap(partial, target)
    except OSError as error:
        raise ReportError(f"{target} could not be written: {error}. Nothing was changed.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def mend(target: Path) -> None:
    """Put right what a killed run left beside ``target``: half-made folders, a report put aside."""
    previous = _previous(target)
    if previous.exists():
        if target.exists():
            shutil.rmtree(previous)
        else:
            previous.rename(target)
    for partial in target.parent.glob(f".{_literal(target.name)}.partial-*"):
        owner = partial.name.rpartition("-")[2]
        if owner == str(os.getpid()) or not (owner.isdigit() and psutil.pid_exists(int(owner))):
            shutil.rmtree(partial)


def _swap(made: Path, target: Path) -> None:
    previous = _previous(target)
    if target.exists():
        target.rename(previous)
    try:
        made.rename(target)
    except OSError:
        if previous.exists():
            previous.rename(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def _previous(target: Path) -> Path:
    return target.with_name(f".{target.name}.previous")


def _literal(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)
