"""What a report is made from, as one short text: the same text, the same report."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from partnership_analysis.reports.earlier import content_of
from partnership_analysis.reports.manifest import as_text, input_files
from partnership_analysis.reports.parameters import ReportParameters, relative, whole

KEY = "fingerprint"
"""Where a manifest keeps it."""
_PACKAGE = Path(__file__).parents[1]


def fingerprint(parameters: ReportParameters, notebooks: Iterable[Path], previous: Path | None = None) -> str:
    """A digest of all that a report depends on, taken without loading the portfolio.

    Parameters
    ----------
    parameters : ReportParameters
        Where the report goes does not matter.
    notebooks : iterable of Path
        The notebook that is the report, and those of its pages.
    previous : Path, optional
        Report folder that it is compared with; of that only what it said.

    Returns
    -------
    str
        64 hexadecimal digits: inputs, settings, parameters, notebooks, this package's code, and the versions of
        Python and of the packages that it needs.
    """
    folder = whole(parameters.portfolio).parent
    asked = {name: value for name, value in parameters if name not in ("out", "previous")}
    parts = {
        "code": code(),
        "inputs": [[relative(path, folder), digest(path)] for path in input_files(parameters)],
        "notebooks": [[notebook.name, digest(notebook)] for notebook in notebooks],
        "parameters": {
            name: relative(value, folder) if isinstance(value, Path) else value
            for name, value in asked.items()
        },
        "previous": [relative(previous, folder), content_of(previous).get("said")] if previous else None,
    }
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def unchanged(folder: Path, expected: str) -> bool:
    """Whether a folder holds a whole report with this fingerprint, byte for byte as it was made."""
    try:
        content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return bool(
            content.get(KEY) == expected
            and content["status"] == "made"
            and (folder / "index.html").is_file()
            and all(digest(folder / output["file"]) == output["sha256"] for output in content["outputs"])
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def stamp(folder: Path, made_from: str) -> dict[str, Any]:
    """Note in a report's manifest what it was made from; the manifest is replaced whole."""
    content = content_of(folder) | {KEY: made_from}
    written = folder / f".manifest-{os.getpid()}.json"
    written.write_text(as_text(content), encoding="utf-8", newline="\n")
    written.replace(folder / "manifest.json")
    return content


def digest(path: Path) -> str:
    """SHA-256 of a file; of one that has not changed since, as it was."""
    found = path.stat()
    return _digest(str(path.absolute()), found.st_mtime_ns, found.st_size, found.st_ino)


@cache
def _digest(path: str, *_: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code() -> str:
    """A digest of this package's files, and of the versions of Python and of what the package needs."""
    whole_code = hashlib.sha256(platform.python_version().encode())
    for path in sorted(_PACKAGE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            whole_code.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0")
            whole_code.update(path.read_bytes() + b"\0")
    for needed in sorted(requires("partnership-analysis") or []):
        name = re.split(r"[^\w.-]", needed, maxsplit=1)[0]
        try:
            whole_code.update(f"{name} {version(name)}\n".encode())
        except PackageNotFoundError:  # of an extra that is not installed
            whole_code.update(f"{name} missing\n".encode())
    return whole_code.hexdigest()
