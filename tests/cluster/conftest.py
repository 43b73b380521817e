"""A folder of interactions, and its panel by pandas."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from benchmarks.rows import written

import partnership_analysis as pa

HERE = Path(__file__).parent
ROWS, PARTNERS, FILES = 2_000_000, 1_000, 40


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the engines warn: of their own insides, and of connections to workers that were killed."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.filterwarnings("ignore"))


@pytest.fixture(scope="session")
def interactions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two million interactions in forty Parquet files: so many tasks that a worker can die among them."""
    return written(tmp_path_factory.mktemp("interactions"), ROWS, PARTNERS, FILES)


@pytest.fixture(scope="session")
def right(interactions: Path) -> pd.DataFrame:
    """What pandas makes of the folder."""
    return pa.panel(pd.read_parquet(interactions))
