"""What several tests want: the committed sample, loaded once, and settled property tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

import partnership_analysis as pa

# Loading a workbook or drawing takes as long as it takes; in CI the same examples every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def sample_portfolio(root: Path) -> pa.Portfolio:
    """The committed sample; nothing in the package may change it."""
    return pa.load(root / "data" / "sample" / "portfolio.xlsx")
