"""data/README.md says what the code says, and the schema agrees with itself."""

import re
from pathlib import Path

import pandas as pd
import pytest

from partnership_analysis import schema
from partnership_analysis.settings import Settings

README = Path(__file__).parents[1] / "data" / "README.md"


def settings_table() -> str:
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    defaults = Settings.from_mapping({}).flat()
    for name, meaning in Settings.descriptions().items():
        value = defaults[name]
        shown = (
            "" if value is None or value == "" else f"{value:g}" if isinstance(value, float) else f"{value}"
        )
        lines.append(f"| `{name}` | {shown} | {meaning} |")
    return "\n".join(lines) + "\n"


def between(marker: str) -> str:
    found = re.search(rf"<!-- {marker}:[^>]*-->\n\n(.*?)\n<!-- end -->", README.read_text("utf-8"), re.DOTALL)
    assert found, f"data/README.md has no part `{marker}`"
    return found[1]


def test_readme_holds_the_data_dictionary() -> None:
    assert between("dictionary") == schema.data_dictionary()


def test_readme_holds_the_settings() -> None:
    assert between("settings") == settings_table()


def test_every_column_is_in_the_dictionary() -> None:
    text = schema.data_dictionary()
    for table in schema.TABLES.values():
        part = text.split(f"### `{table.name}`")[1].split("###")[0]
        for column in table.columns:
            starts = (f"| `{column.name}` |", f"| **`{column.name}`** |")
            row = next(line for line in part.splitlines() if line.startswith(starts))
            assert column.meaning in row
            assert all(f"`{word}`" in row for word in column.vocabulary)
            assert ("**" in row) == column.required


@pytest.mark.parametrize("table", schema.TABLES.values(), ids=str)
def test_tables_agree_with_themselves(table: schema.Table) -> None:
    assert len(set(table.names)) == len(table.names)
    assert set(table.key) <= set(table.names)
    assert {column.name: column.dtype for column in table.columns} == table.dtypes
    empty = pd.DataFrame(columns=list(table.names)).astype(table.dtypes)
    assert empty.dtypes.astype(str).to_dict() == table.dtypes


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(column, id=f"{table.name}.{column.name}")
        for table in schema.TABLES.values()
        for column in table.columns
    ],
)
def test_examples_and_defaults_are_allowed(column: schema.Column) -> None:
    assert bool(column.vocabulary) == (column.kind == "choice")
    for value in (column.example, column.default):
        if value is None:
            continue
        if column.vocabulary:
            assert value in column.vocabulary
        if column.minimum is not None:
            assert value >= column.minimum
        if column.maximum is not None:
            assert value <= column.maximum


def test_kinds_and_directions() -> None:
    assert len(schema.RVI_KINDS) == 5
    assert len(schema.FACTORS) == 7
    assert len(schema.RELATIONSHIPS) == 6
    assert set(schema.DEFAULT_DIRECTION) <= set(schema.KINDS)
    assert set(schema.DEFAULT_DIRECTION.values()) <= set(schema.DIRECTIONS)
