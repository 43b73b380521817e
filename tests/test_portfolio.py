"""Portfolios: from files and frames, with settings from everywhere."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

import partnership_analysis as pa
from partnership_analysis.errors import (
    ColumnError,
    ParameterError,
    RejectedRows,
    SettingsError,
    SourceError,
)
from partnership_analysis.schema import TABLES

INTERACTIONS = pd.DataFrame(
    {
        "date": ["2025-07-14", "2025-07-15", "2025-09-30"],
        "partner": ["Acme", "Bell", "Acme"],
        "kind": ["referral", "meeting", "event"],
        "direction": ["received", None, None],
        "value": [1200.5, None, None],
        "note": ["Café, with a comma", None, "two\nlines"],
    }
)
PARTNERS = pd.DataFrame(
    {"partner": ["Acme", "Carr"], "vertical": ["Legal", "Property"], "relationship": ["affiliate", "mentor"]}
)
RATINGS = pd.DataFrame(
    {"date": ["2025-06-30"], "partner": ["Acme"], "rater": ["us"], "factor": ["trust"], "score": [4]}
)
ACTIONS = pd.DataFrame({"partner": ["Acme", "Dunn"], "action": ["Seminar", "Call"], "hours": [1.5, None]})
FRAMES = {"interactions": INTERACTIONS, "partners": PARTNERS, "ratings": RATINGS, "actions": ACTIONS}


@pytest.fixture
def portfolio() -> pa.Portfolio:
    return pa.Portfolio.from_frames(**FRAMES, settings={"us": "Northgate"})


def write_book(path: Path, frames: dict[str, pd.DataFrame], engine: str) -> Path:
    with pd.ExcelWriter(path, engine=engine) as writer:
        for name, frame in frames.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return path


def write(kind: str, folder: Path, made: pa.Portfolio) -> Path:
    frames = {name: getattr(made, name) for name in TABLES}
    if kind in ("xlsx", "ods"):
        return write_book(folder / f"p.{kind}", frames, {"xlsx": "xlsxwriter", "ods": "odf"}[kind])
    for name, frame in frames.items():
        path = folder / f"{name}.{kind}"
        frame.to_parquet(path) if kind == "parquet" else frame.to_csv(path, index=False)
    return folder


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx", "ods"])
def test_a_round_trip_is_the_same_portfolio(tmp_path: Path, portfolio: pa.Portfolio, kind: str) -> None:
    again = pa.load(write(kind, tmp_path, portfolio))
    for name in TABLES:
        expected = getattr(portfolio, name)
        if name == "interactions":
            expected = expected.assign(note=expected["note"].str.replace("\n", " "))
        pd.testing.assert_frame_equal(getattr(again, name), expected)
    assert (again.ledger.read, again.ledger.rejected, again.missing) == (8, 0, ())


def test_one_file_is_interactions(tmp_path: Path) -> None:
    INTERACTIONS.to_csv(tmp_path / "export.csv", index=False)
    made = pa.load(tmp_path / "export.csv")
    assert len(made.interactions) == 3
    assert made.missing == ("partners", "ratings", "actions")
    assert dict(made.ratings.dtypes.astype(str)) == TABLES["ratings"].dtypes


def test_the_only_sheet_is_interactions_whatever_its_name(tmp_path: Path) -> None:
    made = pa.load(write_book(tmp_path / "p.xlsx", {"Sheet1": INTERACTIONS}, "xlsxwriter"))
    assert made.ledger.sources["sheet"].tolist() == ["Sheet1"]


def test_what_is_not_read_is_noted(tmp_path: Path) -> None:
    frames = {"Interactions": INTERACTIONS, "Ideas": PARTNERS}
    made = pa.load(write_book(tmp_path / "p.xlsx", frames, "xlsxwriter"))
    assert made.ledger.notes["reason"].tolist() == ["sheets that are not read: Ideas"]
    INTERACTIONS.to_csv(tmp_path / "interactions.csv", index=False)
    assert pa.load(tmp_path).ledger.notes["reason"].tolist() == ["files that are not read: p.xlsx"]


@pytest.mark.parametrize(
    ("names", "asked", "message"),
    [
        (["portfolio.xlsx"], "portfolo.xlsx", "Did you mean portfolio.xlsx?"),
        (["a.csv"], "portfolio.xlsx", "holds: a.csv."),
        ([], "no/where.xlsx", "nor a folder"),
        (
            ["a.csv"],
            ".",
            "has no table `interactions`. The folder holds: a.csv. Name the file interactions.csv",
        ),
        (["interactions.csv", "Interactions.tsv"], ".", "more than once: Interactions.tsv, interactions.csv"),
    ],
)
def test_nothing_to_read_says_what_is_there(
    tmp_path: Path, names: list[str], asked: str, message: str
) -> None:
    for name in names:
        (tmp_path / name).write_text("date,partner,kind\n")
    with pytest.raises(SourceError) as caught:
        pa.load(tmp_path / asked)
    assert message in str(caught.value)


def test_a_workbook_without_interactions_names_its_sheets(tmp_path: Path) -> None:
    path = write_book(tmp_path / "p.xlsx", {"partners": PARTNERS, "x": PARTNERS}, "xlsxwriter")
    with pytest.raises(SourceError, match="The workbook has the sheets: partners, x"):
        pa.load(path)
    path = write_book(
        tmp_path / "q.xlsx", {"interactions": INTERACTIONS, "Inter-actions": PARTNERS}, "xlsxwriter"
    )
    with pytest.raises(SourceError, match="two sheets for `interactions`"):
        pa.load(path)


def test_too_many_rejected_rows_fail_the_load() -> None:
    bad = INTERACTIONS.assign(kind=["referral", "meting", "event"])
    with pytest.raises(RejectedRows, match=r"1 of 3 rows rejected \(33%\).*\n.*did you mean `meeting`"):
        pa.Portfolio.from_frames(bad)
    made = pa.Portfolio.from_frames(bad, settings={"rejected_limit": 0.5})
    assert made.ledger.rejected == 1
    entry = made.ledger.entries.iloc[0]
    assert (entry["file"], entry["row"], entry["column"], entry["value"]) == ("<frame>", 2, "kind", "meting")


def settings_book(folder: Path, rows: list[tuple[object, object]]) -> Path:
    path = folder / "p.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("interactions")
    sheet.write_row(0, 0, ["date", "partner", "kind"])
    sheet.write_row(1, 0, ["2025-07-14", "Acme", "meeting"])
    sheet = book.add_worksheet("Settings")
    for number, row in enumerate([("Setting", "Value"), *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def test_settings_come_from_sheet_toml_mapping_and_python_in_order(tmp_path: Path) -> None:
    path = settings_book(
        tmp_path, [("us", "Sheet"), ("window", 6), ("weights.referral", 2), ("hour_rate", "")]
    )
    mapping = {"settings": {"us": "Mapping", "currency": "EUR", "min_months": 1}}
    made = pa.load(path, mapping).settings
    assert (made.us, made.window, made.currency, made.weights.referral) == ("Sheet", 6, "EUR", 2)
    (tmp_path / "p.toml").write_text('us = "File"\n[weights]\nevent = 3\n')
    made = pa.load(path, mapping).settings
    assert (made.us, made.window, made.weights.referral, made.weights.event) == ("File", 6, 2, 3)
    assert pa.load(path, mapping, {"us": "Python", "weights.event": 4}).settings.weights.event == 4
    (tmp_path / "other.toml").write_text('us = "Other"\n')
    made = pa.load(path, settings=tmp_path / "other.toml").settings
    assert (made.us, made.weights.event) == ("Other", 1)
    assert pa.load(path, mapping, pa.Settings(us="Whole")).settings == pa.Settings(us="Whole")


def test_a_folder_has_its_settings_in_settings_toml(tmp_path: Path) -> None:
    INTERACTIONS.to_csv(tmp_path / "interactions.csv", index=False)
    (tmp_path / "settings.toml").write_text('us = "Northgate"\n')
    assert pa.load(tmp_path).settings.us == "Northgate"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("hour_rat", 5)], "Did you mean `hour_rate`"),
        ([("window", "long")], "`window` = 'long'"),
        ([("us", "A"), ("us", "B")], "set more than once: us"),
    ],
)
def test_a_settings_sheet_that_does_not_fit_is_refused(
    tmp_path: Path, rows: list[tuple[object, object]], message: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        pa.load(settings_book(tmp_path, rows))
    assert message in str(caught.value)


def test_a_date_order_can_be_given_without_a_mapping_of_tables(tmp_path: Path) -> None:
    (tmp_path / "interactions.csv").write_text("date,partner,kind\n03/04/2025,Acme,meeting\n")
    with pytest.raises(ColumnError, match=r"interactions.csv: column `date` can be read"):
        pa.load(tmp_path)
    made = pa.load(tmp_path, {"date_order": "day"})
    assert made.first_date == pd.Timestamp("2025-04-03")


def test_names_dates_and_repr(portfolio: pa.Portfolio) -> None:
    assert portfolio.names == ["Acme", "Bell", "Carr", "Dunn"]
    assert (portfolio.first_date, portfolio.last_date) == (
        pd.Timestamp("2025-07-14"),
        pd.Timestamp("2025-09-30"),
    )
    assert portfolio.verticals == ["Legal", "Property"]
    text = "Portfolio: 4 partners, 3 interactions, 14 Jul 2025 to 30 Sep 2025, 0 of 8 rows rejected"
    assert repr(portfolio) == text
    assert portfolio._repr_html_() == f"<p>{text}</p>"


def test_an_empty_portfolio_is_one() -> None:
    made = pa.Portfolio.from_frames(INTERACTIONS.head(0))
    assert (made.names, made.first_date, made.last_date) == ([], None, None)
    assert repr(made) == "Portfolio: 0 partners, 0 interactions, 0 of 0 rows rejected"


def test_described_has_a_row_for_every_partner(portfolio: pa.Portfolio) -> None:
    described = portfolio.described()
    assert described["partner"].tolist() == ["Acme", "Carr", "Bell", "Dunn"]
    assert described["vertical"].tolist() == ["Legal", "Property", pd.NA, pd.NA]
    pd.testing.assert_series_equal(described.dtypes, portfolio.partners.dtypes)
    alone = pa.Portfolio.from_frames(INTERACTIONS).described()
    assert alone["partner"].tolist() == ["Acme", "Bell"]
    pd.testing.assert_series_equal(alone.dtypes, portfolio.partners.dtypes)


def test_select_restricts_all_tables(portfolio: pa.Portfolio) -> None:
    some = portfolio.select(vertical="legal")
    assert [len(getattr(some, name)) for name in TABLES] == [2, 1, 1, 1]
    assert isinstance(some.interactions.index, pd.RangeIndex)
    assert portfolio.select(partners=["Bell", "Dunn"]).names == ["Bell", "Dunn"]
    assert portfolio.select(vertical=["Legal", "Property"], relationship="mentor").names == ["Carr"]
    assert portfolio.select().names == portfolio.names
    assert portfolio.select(partners=[]).names == []
    assert some.settings.us == "Northgate"


def test_select_names_everything_that_does_not_exist(portfolio: pa.Portfolio) -> None:
    with pytest.raises(ParameterError) as caught:
        portfolio.select(vertical="Legl", partners=["Acmee", "Zzz"])
    assert caught.value.findings == [
        "there is no vertical 'Legl'. Did you mean Legal?",
        "there is no partner 'Acmee'. Did you mean Acme?",
        "there is no partner 'Zzz'. There are: Acme, Bell, Carr, Dunn.",
    ]


def test_input_frames_are_not_changed() -> None:
    before = {name: frame.copy(deep=True) for name, frame in FRAMES.items()}
    pa.Portfolio.from_frames(**FRAMES)
    for name, frame in FRAMES.items():
        pd.testing.assert_frame_equal(frame, before[name])
