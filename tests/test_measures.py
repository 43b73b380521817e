"""docs/measures.md: every capability of the articles has its function, and every function is in it."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import partnership_analysis as pa

CAPABILITIES = [
    *(f"A{number}" for number in range(1, 7)),
    *(f"B{number}" for number in range(1, 11)),
    *(f"C{number}" for number in range(1, 6)),
    *(f"D{number}" for number in range(1, 5)),
    *(f"E{number}" for number in range(1, 4)),
]
ELSEWHERE = {
    "Imported",
    "Portfolio",
    "Quarter",
    "Settings",
    "charts",
    "explore",
    "import_exports",
    "load",
    "panel",
    "tables",
}


@pytest.fixture(scope="module")
def text(root: Path) -> str:
    return (root / "docs" / "measures.md").read_text(encoding="utf-8")


def test_every_capability_has_a_function(text: str) -> None:
    rows = dict(re.findall(r"^\| ([A-E]\d+) \|(.*)$", text, re.MULTILINE))
    assert list(rows) == CAPABILITIES
    for capability, row in rows.items():
        assert re.search(r"`\w+", row), capability


def test_every_function_is_there_and_in_the_table(text: str) -> None:
    named = set(re.findall(r"`(?:pa\.)?(\w+)(?:\([^`]*\))?`", text))
    assert set(pa.__all__) - ELSEWHERE <= named
    for name in re.findall(r"`pa\.(\w+)", text):
        assert hasattr(pa, name)


def test_the_capabilities_are_those_of_the_design(root: Path) -> None:
    design = root.parent / "shared" / "design" / "domain.md"
    if not design.exists():
        pytest.skip("the design is not beside the checkout")
    assert re.findall(r"^\| ([A-E]\d+) \|", design.read_text(encoding="utf-8"), re.MULTILINE) == CAPABILITIES


@pytest.mark.parametrize("name", sorted(set(pa.__all__) - ELSEWHERE))
def test_every_measure_says_what_it_gives(name: str) -> None:
    documented = inspect.getdoc(getattr(pa, name)) or ""
    assert "Returns\n-------" in documented
    assert ">>>" in documented, "no example"
