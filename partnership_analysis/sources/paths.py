"""Paths as notebooks and the command line mean them."""

from __future__ import annotations

from pathlib import Path


def resolved(path: str | Path) -> Path:
    """A relative path that is not in the working directory is looked for in the folders above it.

    A notebook runs in its own folder, a report in the caller's; so that both may say
    ``data/sample/portfolio.xlsx``, the first folder upwards that has the path is meant, as git means its files.
    Where none has it the path comes back unchanged, for the reader's error to name.
    """
    path = Path(path).expanduser()
    if path.is_absolute() or path.exists():
        return path
    return next((above / path for above in Path.cwd().parents if (above / path).exists()), path)
