"""Which sheet and file is which table, and what is said of those that are not read."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

import partnership_analysis as pa
from partnership_analysis.errors import SettingsError, SourceError

HEADER = ["date", "partner", "kind"]
ROW = ["2025-07-14", "Acme", "event"]


def book(path: Path, sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> Path:
    made = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
        if name in hidden:
            sheet.hide()
    made.close()
    return path


def notes(made: pa.Portfolio) -> list[str]:
    return made.ledger.notes["reason"].tolist()


def test_the_only_sheet_with_the_columns_needed_is_taken_for_interactions(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"Lists": [["a", "b"]], "Log 2025": [["Our log"], HEADER, ROW]})
    made = pa.load(path)
    assert len(made.interactions) == 1
    assert notes(made) == [
        "1 row above the header is not read: Our log",
        "sheet Log 2025 is taken for interactions by its columns",
        "sheets that are not read: Lists",
    ]


def test_two_sheets_that_could_be_it_are_not_chosen_between(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"2024": [HEADER, ROW], "2025": [HEADER, ROW]})
    with pytest.raises(
        SourceError, match=r"has no table `interactions`. The workbook has the sheets: 2024, 2025"
    ):
        pa.load(path)


def test_a_hidden_sheet_is_not_read_and_said_so(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"Log": [HEADER, ROW], "Old": [HEADER, ROW]}, ("Old",))
    made = pa.load(path)
    assert len(made.interactions) == 1
    assert notes(made) == ["hidden sheets that are not read: Old"]


def test_hidden_interactions_are_refused_with_the_reason(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx", {"x": [["a"]], "y": [["a"]], "Interactions": [HEADER, ROW]}, ("Interactions",)
    )
    with pytest.raises(
        SourceError, match=r"Its sheet Interactions is hidden, and hidden sheets are not read: show it"
    ):
        pa.load(path)


def test_a_mapping_may_name_a_hidden_sheet(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"Log": [HEADER, ROW], "Old": [["who"], ["Bell"]]}, ("Old",))
    columns = {"date": {"constant": "2025-07-14"}, "partner": "who", "kind": {"constant": "event"}}
    made = pa.load(path, {"tables": [{"to": "interactions", "sheet": "Old", "columns": columns}]})
    assert made.names == ["Bell"]
    assert notes(made) == ["sheet Old is hidden; it is read because the mapping names it"]


def test_a_mapping_fills_down_the_columns_that_it_names(tmp_path: Path) -> None:
    rows = [["Account", "When", "What"], ["Acme", "2025-07-14", "event"], ["", "2025-07-15", "event"]]
    path = book(tmp_path / "a.xlsx", {"Report": [["Our report"], *rows]})
    rule = {"to": "interactions", "columns": {"date": "When", "partner": "Account", "kind": "What"}}
    made = pa.load(path, {"tables": [{**rule, "fill_down": ["Account"]}]})
    assert made.interactions["partner"].tolist() == ["Acme", "Acme"]
    assert "`Account`: 1 blank cell read as the one above" in notes(made)
    assert pa.load(path, {"tables": [rule]}, strict=False).ledger.rejected == 1


def test_aliases_are_a_sheet_of_their_own(tmp_path: Path) -> None:
    sheets = {
        "interactions": [HEADER, ROW, ["2025-07-15", "ACME Limited", "event"]],
        "aliases": [["alias", "partner"], ["Acme Limited", "Acme"]],
    }
    made = pa.load(book(tmp_path / "a.xlsx", sheets))
    assert made.interactions["partner"].tolist() == ["Acme", "Acme"]
    assert "alias merged into Acme" in notes(made)


def test_a_workbook_does_not_set_its_own_limits(tmp_path: Path) -> None:
    settings = [["setting", "value"], ["limits.cells", 10]]
    path = book(tmp_path / "a.xlsx", {"interactions": [HEADER, ROW], "settings": settings})
    with pytest.raises(SettingsError, match="a file does not say what it may ask of the machine"):
        pa.load(path)


def test_limits_come_from_toml_and_from_python(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"interactions": [HEADER, ROW, ROW, ROW]})
    with pytest.raises(SourceError, match="cells"):
        pa.load(path, settings={"limits.cells": 8})
    (tmp_path / "a.toml").write_text("[limits]\ncells = 8\n")
    with pytest.raises(SourceError, match="cells"):
        pa.load(path)
    assert len(pa.load(path, settings={"limits.cells": 12}).interactions) == 1


@pytest.mark.parametrize("way", ["sheet", "python"])
def test_settings_settle_what_a_column_leaves_open(tmp_path: Path, way: str) -> None:
    rows = [[*HEADER, "value"], ["03/04/2025", "Acme", "trade", "1.234"]]
    stated = [["setting", "value"], ["date_order", "day"], ["decimal", ","]]
    sheets = {"interactions": rows} | ({"settings": stated} if way == "sheet" else {})
    path = book(tmp_path / "a.xlsx", sheets)
    made = pa.load(path, settings=None if way == "sheet" else {"date_order": "day", "decimal": ","})
    assert made.interactions["date"].dt.strftime("%d %B").tolist() == ["03 April"]
    assert made.interactions["value"].tolist() == [1234.0]


def test_a_portfolio_with_too_many_rejected_rows_loads_to_be_looked_at(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"interactions": [HEADER, ["soon", "Acme", "event"]]})
    made = pa.load(path, strict=False)
    assert (made.ledger.rejected, len(made.interactions)) == (1, 0)


def test_a_mapping_called_as_the_portfolio_is_no_settings(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"interactions": [HEADER, ROW]})
    (tmp_path / "a.toml").write_text('[[tables]]\nto = "interactions"\n[tables.columns]\ndate = "x"\n')
    assert len(pa.load(path).interactions) == 1


def test_two_rules_read_one_sheet_each_in_its_way(tmp_path: Path) -> None:
    rows = [["Account", "When ↑", "What"], ["Acme", "2025-07-14", "event"], ["", "2025-07-15", "event"]]
    path = book(tmp_path / "a.xlsx", {"Report": rows})
    rule = {"to": "interactions", "columns": {"date": "when", "partner": "ACCOUNT", "kind": "What"}}
    made = pa.load(path, {"tables": [rule, {**rule, "fill_down": ["Account"]}]}, strict=False)
    assert made.ledger.sources[["accepted", "rejected", "recognised"]].to_numpy().tolist() == [
        [1, 1, 0],
        [1, 0, 1],
    ]
