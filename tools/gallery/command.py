"""The gallery's command line: where to draw, and which portfolios."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from tools.gallery.sheets import FOLDER, cases, main


def parser() -> argparse.ArgumentParser:
    """What the command takes, and what ``--help`` says."""
    made = argparse.ArgumentParser(
        prog="python -m tools.gallery",
        description="Draw every chart, wide and narrow, and run every notebook on portfolios at the edges: a contact sheet.",
        epilog=f"Portfolios: {_listed()}. Put a name of several words in quotes.",
    )
    made.add_argument(
        "folder", nargs="?", type=Path, default=FOLDER,
        help="where index.html and the pictures go (default: reports/gallery)",
    )  # fmt: skip
    made.add_argument(
        "portfolios", nargs="*", metavar="portfolio", help="which to draw, by name (default: all of them)"
    )
    return made


def _listed() -> str:
    return ", ".join(f'"{case}"' for case in cases())


def run(words: Sequence[str] | None = None) -> int:
    """Read the words of the command line and draw; 1 if a portfolio failed."""
    reader = parser()
    given = reader.parse_args(words)
    if unknown := [case for case in given.portfolios if case not in cases()]:
        reader.error(f"no portfolio is called {unknown[0]!r}; there are {_listed()}")
    return main(given.folder, given.portfolios)
