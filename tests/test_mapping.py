"""Mappings: somebody else's tables become ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.errors import MappingError, SourceError
from partnership_analysis.sources.mapping import Mapping

DEALS = """id,who,when,out,stage,sum
1,7,1.59885646632248E+018,1,Won,"1.200,50"
2,8,1598919999999999999,0,Lost,
,,,,,
3,9,1.5989200000000000E+018,2,Won,x
4,,soon,1,Won,3
"""
COLUMNS: dict[str, Any] = {
    "date": {"from": "when", "epoch": "ns"},
    "partner": {"template": "Partner {who}"},
    "kind": {"constant": "referral"},
    "direction": {"from": "out", "values": {"1": "given", "0": "received"}},
    "status": "stage",
    "owner": {
        "from": "who",
        "join": {"file": "people.csv", "on": "code", "take": "name"},
        "missing": ["nobody"],
    },
    "value": "sum",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deals.csv").write_text(DEALS)
    (tmp_path / "people.csv").write_text("code,name\n7,Ann\n8,nobody\n")
    return tmp_path


def mapped(columns: dict[str, Any] = COLUMNS, **table: Any) -> dict[str, Any]:
    return {"tables": [{"to": "interactions", "file": "deals.csv", "columns": columns, **table}]}


def test_every_rule(folder: Path) -> None:
    made = pa.load(folder, mapped(), {"rejected_limit": 1})
    rows = made.interactions
    assert rows["date"].dt.strftime("%Y-%m-%d").tolist() == ["2020-08-31", "2020-09-01"]
    assert rows["partner"].tolist() == ["Partner 7", "Partner 8"]
    assert rows["direction"].tolist() == ["given", "received"]
    assert rows["status"].tolist() == ["won", "lost"]
    assert rows["owner"].tolist() == ["Ann", pd.NA]
    assert rows["value"].tolist() == [1200.5, pd.NA]
    entries = made.ledger.entries
    assert entries[["outcome", "row", "column", "value"]].to_numpy().tolist() == [
        ["rejected", 6, "when", "soon"],
        ["rejected", 6, "who", pd.NA],
        ["rejected", 5, "out", "2"],
        ["rejected", 5, "sum", "x"],
        ["recognised", 4, pd.NA, pd.NA],
        ["note", pd.NA, pd.NA, pd.NA],
    ]
    assert entries["reason"].iloc[-1] == "columns that the mapping does not read: `id`"


def test_midnight_is_exact_in_nanoseconds(folder: Path) -> None:
    (folder / "deals.csv").write_text("when,who\n1598918399999999999,7\n1598918400000000000,7\n")
    columns = {name: COLUMNS[name] for name in ("date", "partner")} | {"kind": {"constant": "meeting"}}
    made = pa.load(folder, mapped(columns))
    assert made.interactions["date"].dt.day.tolist() == [31, 1]


@pytest.mark.parametrize(("unit", "value"), [("s", 1598918400), ("ms", 1598918400e3), ("us", 1598918400e6)])
def test_every_epoch_unit(folder: Path, unit: str, value: float) -> None:
    (folder / "deals.csv").write_text(f"when,who\n{value:.0f},7\n")
    columns = COLUMNS | {"date": {"from": "when", "epoch": unit}, "kind": {"constant": "meeting"}}
    kept = {name: columns[name] for name in ("date", "partner", "kind")}
    assert pa.load(folder, mapped(kept)).first_date == pd.Timestamp("2020-09-01")


def test_a_sheet_of_a_workbook_and_the_decimal_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "crm.xlsx"
    with pd.ExcelWriter(path, engine="xlsxwriter") as writer:
        pd.DataFrame({"when": ["03/04/2025"], "who": [7], "sum": ["1.200"]}).to_excel(
            writer, sheet_name="Deals", index=False
        )
        pd.DataFrame({"x": [1]}).to_excel(writer, sheet_name="Other", index=False)
    columns = {"date": "when", "partner": "who", "kind": {"constant": "meeting"}, "value": "sum"}
    table = {"to": "interactions", "sheet": "Deals", "decimal": ",", "columns": columns}
    made = pa.load(path, {"date_order": "month", "tables": [table]})
    row = made.interactions.iloc[0]
    assert (row["date"], row["partner"], row["value"]) == (pd.Timestamp("2025-03-04"), "7", 1200)
    with pytest.raises(SourceError, match=r"has 2 sheets \(Deals, Other\): name one"):
        pa.load(path, {"date_order": "month", "tables": [{**table, "sheet": None}]})


def test_several_files_feed_one_table(folder: Path) -> None:
    (folder / "more.csv").write_text("who,when\n9,2025-01-01\n")
    columns = {"date": "when", "partner": {"template": "Partner {who}"}, "kind": {"constant": "meeting"}}
    (folder / "deals.csv").write_text("who,when\n7,2025-01-02\n")
    one = mapped(columns)["tables"][0]
    made = pa.load(folder, {"tables": [one, {**one, "file": "more.csv"}]})
    assert made.interactions["partner"].tolist() == ["Partner 7", "Partner 9"]
    assert made.ledger.sources["file"].tolist() == ["deals.csv", "more.csv"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"date": "wen"}, r"columns that are not there: `wen` \(nearest: `when`\)"),
        (
            {"owner": {"from": "who", "join": {"file": "people.csv", "on": "kode", "take": "name"}}},
            "people.csv: the mapping names columns that are not there: `kode`",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_the_files(folder: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(MappingError, match=message):
        pa.load(folder, mapped(COLUMNS | change))


def test_files_and_keys_that_a_mapping_needs(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"has no dials.csv, which the mapping reads. The folder holds"):
        pa.load(folder, mapped(file="dials.csv"))
    with pytest.raises(SourceError, match="give the folder"):
        pa.load(folder / "people.csv", mapped())
    with pytest.raises(SourceError, match="give the workbook"):
        pa.load(folder, mapped(file=None, sheet="Deals"))
    (folder / "people.csv").write_text("code,name\n7,Ann\n7,Ben\n")
    with pytest.raises(MappingError, match="`code` is no key for the mapping's join, since it repeats: 7"):
        pa.load(folder, mapped())
    (folder / "deals.csv").write_text("who,who,when,out,stage,sum\n")
    with pytest.raises(MappingError, match="more than one column is called who"):
        pa.load(folder, mapped())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"tabels": []}, "`tabels` is not a key of a mapping"),
        ({"date_order": "dmy"}, "`date_order` = 'dmy'"),
        (mapped({"date": "when"}), "`partner` is required in interactions and has no rule"),
        (mapped(COLUMNS | {"vlaue": "sum"}), "`vlaue` is not a column of interactions, did you mean `value`"),
        (mapped(COLUMNS | {"note": {}}), "exactly one of `from`, `constant` and `template`"),
        (mapped(COLUMNS | {"note": {"constant": "x", "epoch": "s"}}), "need `from`"),
        (mapped(COLUMNS | {"note": {"template": "x"}}), "at least one of their columns in braces"),
        ({"tables": [{"to": "partners", "columns": {"partner": "id"}}]}, "no table goes to interactions"),
    ],
)
def test_a_mapping_that_is_none_says_everything(values: dict[str, Any], message: str) -> None:
    with pytest.raises(MappingError) as caught:
        Mapping.parse(values, "m.toml")
    assert str(caught.value).startswith("m.toml:\n  - ")
    assert message in str(caught.value)


def test_a_file_that_is_no_mapping(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="no mapping file can be read at"):
        Mapping.from_toml(tmp_path / "m.toml")
    (tmp_path / "m.toml").write_text("a = ")
    with pytest.raises(MappingError, match=r"m.toml is not TOML"):
        Mapping.from_toml(tmp_path / "m.toml")
