"""What several tests want: the committed sample, loaded once, and settled property tests."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from hypothesis import settings

import partnership_analysis as pa

# Loading a workbook or drawing takes as long as it takes. `make test` tries the same examples every time, so that it
# judges a change and not its luck; `make fuzz` (`--hypothesis-profile search`) looks for new ones.
settings.register_profile("same", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("same")


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, and less often: modules and thousands of tests are none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def sample_portfolio(root: Path) -> pa.Portfolio:
    """The committed sample; nothing in the package may change it."""
    return pa.load(root / "data" / "sample" / "portfolio.xlsx")
