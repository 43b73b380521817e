"""Deals of four sales systems as referrals received."""

from __future__ import annotations

from pathlib import Path

import pytest

import partnership_analysis as pa
from partnership_analysis.errors import ColumnError, RejectedRows, SourceError
from sources.importers.exports import (
    DYNAMICS,
    HUBSPOT,
    PARTNERS,
    PIPEDRIVE_ACTIVITIES,
    PIPEDRIVE_DEALS,
    SALESFORCE_CSV,
    SALESFORCE_REPORT,
    separated,
    workbook,
)
from sources.importers.helpers import account, cells, left_out

COLUMNS = ("date", "partner", "kind", "direction", "status", "value", "owner", "reference", "note")
DEAL = ["referral", "received"]


def notes(done: pa.Imported) -> str:
    return "\n".join(done.ledger.notes["reason"])


def test_hubspot(tmp_path: Path) -> None:
    done = pa.import_exports(separated(tmp_path / "deals.csv", HUBSPOT, quoted=True), "hubspot")
    harcourt, bell = "Harcourt Legal", "Bell & Finch"
    assert cells(done.tables["interactions"], *COLUMNS) == [
        ["2025-04-18", harcourt, *DEAL, "won", 4200.0, "Ida Fox", "HubSpot 9001", "Roof for Elm"],
        ["2025-04-08", bell, *DEAL, "open", None, "Ida Fox", "HubSpot 9002", "Wall for Oak"],
        ["2025-05-02", harcourt, *DEAL, "lost", None, "Jo Gray", "HubSpot 9003", "Gate for Ash"],
    ]
    assert left_out(done) == {
        "`Web` is a source, not a partner": 1,
        "deal without a partner (`Lead source` is empty)": 1,
    }
    assert account(done) == (5, 3, 0, 2)
    assert "amounts of 2 deals not won are expected, not won: left out" in notes(done)
    assert "stages read as `open`: `Proposal`" in notes(done)
    assert "the partner is read from column `Lead source`" in done.summary()


def test_the_partner_s_column_is_chosen_by_the_caller(tmp_path: Path) -> None:
    path = separated(tmp_path / "deals.csv", HUBSPOT, quoted=True)
    done = pa.import_exports(path, "hubspot", partner="associated company")
    assert len(done.tables["interactions"]) == 5
    with pytest.raises(
        ColumnError, match=r"no column `Lead sauce`, which --partner names. Did you mean `Lead source`"
    ):
        pa.import_exports(path, "hubspot", partner="Lead sauce")


def test_a_column_of_partners_must_be_there_and_be_one(tmp_path: Path) -> None:
    none = [row[:10] for row in HUBSPOT]
    with pytest.raises(
        ColumnError, match=r"no column is known to name the partner.*--partner COLUMN. Found: `Record ID`"
    ):
        pa.import_exports(separated(tmp_path / "a.csv", none), "hubspot")
    two = [[*row, "Gold", "Jo Gray"] for row in none]
    two[0][-2:] = ["Partner tier", "Partner owner"]
    with pytest.raises(ColumnError, match=r"`Partner tier`, `Partner owner` could each name the partner"):
        pa.import_exports(separated(tmp_path / "b.csv", two), "hubspot")


def test_a_deal_without_a_day_of_creation_is_refused(tmp_path: Path) -> None:
    rows = [[*row[:6], *row[7:]] for row in HUBSPOT]
    with pytest.raises(
        ColumnError, match=r"no column gives the day.*add `Create Date` to the export of HubSpot"
    ):
        pa.import_exports(separated(tmp_path / "a.csv", rows), "hubspot")


def test_dates_in_doubt_are_settled_by_the_option_that_the_message_names(tmp_path: Path) -> None:
    rows = [HUBSPOT[0], HUBSPOT[2], HUBSPOT[3]]
    path = separated(tmp_path / "a.csv", rows, quoted=True)
    with pytest.raises(ColumnError, match="--date-order day, or month"):
        pa.import_exports(path, "hubspot")
    done = pa.import_exports(path, "hubspot", date_order="month")
    assert cells(done.tables["interactions"], "date") == [["2025-04-08"], ["2025-05-02"]]


def test_a_deal_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    done = pa.import_exports(separated(tmp_path / "a.csv", [*HUBSPOT, HUBSPOT[1]]), "hubspot")
    assert len(done.tables["interactions"]) == 3
    assert left_out(done)["repeats a deal with the same partner: counted once"] == 1
    entries = done.ledger.entries
    assert entries.loc[entries["reason"].str.startswith("repeats"), "row"].tolist() == [7]
    assert account(done) == (6, 3, 0, 3)


def test_pipedrive_deals_in_polish_with_serial_dates_and_two_currencies(tmp_path: Path) -> None:
    path = workbook(tmp_path / "deals.xlsx", PIPEDRIVE_DEALS)
    done = pa.import_exports(path, "pipedrive", settings={"currency": "PLN", "rates": {"EUR": 4.25}})
    lis = "Kancelaria Lis"
    assert cells(done.tables["interactions"], *COLUMNS) == [
        ["2025-03-04", lis, *DEAL, "won", 5000.0, "Ola Nowak", "Pipedrive 11", "Okna"],
        ["2024-12-05", lis, *DEAL, "open", None, "Ola Nowak", "Pipedrive 12", "Drzwi"],
        ["2025-03-06", "Biuro Wilk", *DEAL, "won", 425.0, "Ola Nowak", "Pipedrive 13", "Dach"],
    ]
    assert account(done) == (4, 3, 0, 1)


def test_another_currency_without_a_rate_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "deals.xlsx", PIPEDRIVE_DEALS)
    with pytest.raises(RejectedRows, match="EUR"):
        pa.import_exports(path, "pipedrive", settings={"currency": "PLN"}, to=tmp_path / "p.xlsx")
    assert not (tmp_path / "p.xlsx").exists()


def test_pipedrive_activities_with_those_who_refer_deals(tmp_path: Path) -> None:
    paths = [
        workbook(tmp_path / "activities.xlsx", PIPEDRIVE_ACTIVITIES),
        workbook(tmp_path / "deals.xlsx", PIPEDRIVE_DEALS),
    ]
    done = pa.import_exports(paths, "pipedrive", settings={"currency": "PLN", "rates": {"EUR": 4.25}})
    rows = done.tables["interactions"]
    met = rows[rows["kind"].eq("meeting")]
    assert cells(met, "date", "partner", "direction", "hours", "owner", "reference", "note") == [
        [
            "2025-03-10",
            "Kancelaria Lis",
            "mutual",
            1.5,
            "Ola Nowak",
            "Pipedrive activity 1",
            "Lunch: Spring talk",
        ]
    ]
    assert left_out(done) == {
        "deal without a partner (`Deal - Nazwa Partnera` is empty)": 1,
        "activity that is not done": 1,
        "activity of type Email: no meeting": 1,
        "activity with no organisation": 1,
        "not with a known partner": 1,
    }
    assert account(done) == (9, 4, 0, 5)
    assert "Not known as partners, most often: Sosna (1)" in done.summary()


def test_activities_alone_need_partners(tmp_path: Path) -> None:
    path = workbook(tmp_path / "activities.xlsx", PIPEDRIVE_ACTIVITIES)
    with pytest.raises(SourceError, match="say who the partners are with --partners FILE"):
        pa.import_exports(path, "pipedrive")
    named = pa.import_exports(
        path, "pipedrive", partners=PARTNERS.assign(partner=["Kancelaria Lis", "Sosna"])
    )
    assert len(named.tables["interactions"]) == 2
    by_column = pa.import_exports(path, "pipedrive", partner="Activity - Person")
    assert cells(by_column.tables["interactions"], "partner") == [["A. Lis"], ["P. One"]]


def test_a_salesforce_report_as_it_is_printed(tmp_path: Path) -> None:
    done = pa.import_exports(workbook(tmp_path / "report.xlsx", SALESFORCE_REPORT), "salesforce")
    key = "Salesforce Elm Ltd / Elm"
    assert cells(done.tables["interactions"], *COLUMNS) == [
        [
            "2025-04-18",
            "Harcourt Legal",
            *DEAL,
            "won",
            4200.0,
            "Ida Fox",
            f"{key} roof / 2025-04-18",
            "Elm roof",
        ],
        [
            "2025-04-19",
            "Harcourt Legal",
            *DEAL,
            "won",
            300.0,
            "Ida Fox",
            f"{key} wall / 2025-04-19",
            "Elm wall",
        ],
        [
            "2025-05-02",
            "Harcourt Legal",
            *DEAL,
            "open",
            None,
            "Jo Gray",
            "Salesforce Oak Ltd / Oak wall / 2025-05-02",
            "Oak wall",
        ],
    ]
    assert left_out(done) == {"total row": 6, "footer": 1, "`Web` is a source, not a partner": 1}
    assert account(done) == (11, 3, 0, 8)
    assert "`Lead Source ↑`: 2 blank cells read as the one above" in notes(done)


def test_a_salesforce_csv_with_its_footer(tmp_path: Path) -> None:
    path = separated(tmp_path / "report.csv", SALESFORCE_CSV, quoted=True, encoding="cp1252")
    done = pa.import_exports(path, "salesforce")
    assert cells(done.tables["interactions"], "date", "partner", "status", "value") == [
        ["2025-04-18", "Harcourt Legal", "won", 4200.0],
        ["2025-05-02", "Bell & Finch", "open", None],
    ]
    read, accepted, rejected, recognised = account(done)
    assert (accepted, rejected) == (2, 0)
    assert read == accepted + recognised == 8


def test_dynamics_with_its_technical_columns_first(tmp_path: Path) -> None:
    done = pa.import_exports(workbook(tmp_path / "d.xlsx", DYNAMICS), "dynamics")
    assert cells(done.tables["interactions"], *COLUMNS) == [
        ["2025-04-18", "Harcourt Legal", *DEAL, "won", 4200.0, "Ida Fox", "Dynamics a1f0-01", "Elm roof"],
        ["2025-05-02", "Bell & Finch", *DEAL, "open", None, "Jo Gray", "Dynamics a1f0-02", "Oak wall"],
    ]
    assert "columns that are not read: `(Do Not Modify) Row Checksum`" in notes(done)


STAGES = [
    ("Closed Won", "won"),
    ("closedwon", "won"),
    ("Won - signed", "won"),
    ("closedlost", "lost"),
    ("Closed Lost (price)", "lost"),
    ("Wonder", "open"),
    ("Closed Lost - competitor won", "lost"),
    ("Not won", "lost"),
    ("Not yet won", "open"),
    ("Abgeschlossen und gewonnen", "won"),
    ("Nicht gewonnen", "lost"),
    ("Abgeschlossen und verloren", "lost"),
    ("Fermé gagné", "won"),
    ("Perdue", "lost"),
    ("Cierre ganado", "won"),
    ("Cierre perdido", "lost"),
    ("Wygrana", "won"),
    ("Przegrana", "lost"),
    ("Gesloten: gewonnen", "won"),
    ("Chiuso vinto", "won"),
    ("Chiuso perso", "lost"),
    ("Won't do", "open"),
    ("Almost", "open"),
]


def test_stages_by_whole_words(tmp_path: Path) -> None:
    rows = [[str(9000 + place), *HUBSPOT[1][1:]] for place in range(len(STAGES))]
    for row, (stage, _) in zip(rows, STAGES, strict=True):
        row[2] = stage
    done = pa.import_exports(separated(tmp_path / "a.csv", [HUBSPOT[0], *rows]), "hubspot")
    read = done.tables["interactions"]["status"].tolist()
    assert [(stage, status) for (stage, _), status in zip(STAGES, read, strict=True)] == STAGES


def test_an_amount_in_brackets_of_another_currency_keeps_its_sign(tmp_path: Path) -> None:
    head, row = [*HUBSPOT[0], "Currency"], [*HUBSPOT[1], "EUR"]
    row[4] = "(1,250.50)"
    done = pa.import_exports(
        separated(tmp_path / "a.csv", [head, row]), "hubspot", settings={"rates": {"EUR": 2}}
    )
    assert cells(done.tables["interactions"], "value") == [[-2501.0]]


def test_deals_and_partners_that_are_called_total_are_kept(tmp_path: Path) -> None:
    rows = [
        HUBSPOT[0],
        [
            "1",
            "Total Wine rebrand",
            "Closed Won",
            "",
            "100",
            "",
            "4/18/2025",
            "",
            "",
            "",
            "Harcourt Legal",
            "",
        ],
        ["2", "x", "Closed Won", "", "50", "", "4/18/2025", "", "", "", "Total Energies", ""],
        ["Total", "", "", "", "150", "", "", "", "", "", "", ""],
    ]
    done = pa.import_exports(separated(tmp_path / "a.csv", rows), "hubspot", date_order="month")
    assert cells(done.tables["interactions"], "partner", "value") == [
        ["Harcourt Legal", 100.0],
        ["Total Energies", 50.0],
    ]
    assert left_out(done) == {"total row": 1}


def test_the_system_s_own_columns_say_what_is_won_and_lost(tmp_path: Path) -> None:
    head = [*HUBSPOT[0], "Is Closed Won", "Is closed lost"]
    stages = [("Chiusa", "true", "false"), ("Sfumata", "false", "true"), ("Closed Won?", "false", "false")]
    rows = [[f"{number}", "x", stage, *HUBSPOT[1][3:], *said] for number, (stage, *said) in enumerate(stages)]
    done = pa.import_exports(separated(tmp_path / "a.csv", [head, *rows]), "hubspot")
    assert cells(done.tables["interactions"], "status") == [["won"], ["lost"], ["open"]]
    assert "a.csv: stages read as `won`: `Chiusa`." in done.summary()
    assert "a.csv: stages read as `lost`: `Sfumata`." in done.summary()


@pytest.mark.parametrize("cell", ["Yes", "FALSE", "12", "x"])
def test_a_column_of_yes_and_no_or_of_numbers_names_no_partner(tmp_path: Path, cell: str) -> None:
    rows = [[*HUBSPOT[0], "Partner Deal?", "Partner"], *([*row, cell, cell] for row in HUBSPOT[1:])]
    done = pa.import_exports(separated(tmp_path / "a.csv", rows), "hubspot")
    assert "the partner is read from column `Lead source`" in done.summary()
    bare = [[*row[:10], *row[12:]] for row in rows]
    with pytest.raises(ColumnError, match="no column is known to name the partner"):
        pa.import_exports(separated(tmp_path / "b.csv", bare), "hubspot")


def test_the_name_of_a_deal_proves_no_order_of_dates(tmp_path: Path) -> None:
    rows = [HUBSPOT[0], ["1", "13/05/2025 kickoff", *HUBSPOT[2][2:]], HUBSPOT[2]]
    path = separated(tmp_path / "a.csv", rows)
    with pytest.raises(ColumnError, match="--date-order day, or month"):
        pa.import_exports(path, "hubspot")
    done = pa.import_exports(path, "hubspot", settings={"date_order": "month"})
    assert cells(done.tables["interactions"], "date") == [["2025-04-08"], ["2025-04-08"]]


def test_deals_of_one_name_and_day_without_an_id_are_numbered(tmp_path: Path) -> None:
    head = ["Deal Name", "Deal Stage", "Amount", "Create Date", "Partner"]
    rows = [["New deal", "Closed Won", amount, "2025-04-08", "Acme"] for amount in ("100", "900", "100")]
    done = pa.import_exports(separated(tmp_path / "a.csv", [head, *rows]), "hubspot")
    assert cells(done.tables["interactions"], "value", "reference") == [
        [100.0, "HubSpot / New deal / 2025-04-08"],
        [900.0, "HubSpot / New deal (2) / 2025-04-08"],
    ]
    assert account(done) == (3, 2, 0, 1)


def test_the_settings_decimal_is_heeded(tmp_path: Path) -> None:
    rows = [HUBSPOT[0], [*HUBSPOT[1][:4], "1.250", *HUBSPOT[1][5:]]]
    path = separated(tmp_path / "a.csv", rows)
    for decimal, value in ((",", 1250.0), (".", 1.25)):
        done = pa.import_exports(path, "hubspot", settings={"decimal": decimal})
        assert cells(done.tables["interactions"], "value") == [[value]]


def test_currencies_by_their_names(tmp_path: Path) -> None:
    names = ("Pound Sterling", "£", "US Dollar", "Swiss Franc (CHF)", "Euro")
    rows = [
        [*HUBSPOT[0], "Currency"],
        *([name, *HUBSPOT[1][1:4], "100", *HUBSPOT[1][5:], name] for name in names),
    ]
    path = separated(tmp_path / "a.csv", rows)
    rates = {"USD": 0.5, "CHF": 0.75, "EUR": 0.25}
    done = pa.import_exports(path, "hubspot", settings={"rates": rates})
    assert done.tables["interactions"]["value"].tolist() == [100, 100, 50, 75, 25]
    rows[1][-1] = "Doubloon"
    path = separated(tmp_path / "b.csv", rows)
    with pytest.raises(RejectedRows, match="`value` is in 'Doubloon', which is no currency that is known"):
        pa.import_exports(path, "hubspot", settings={"rates": rates})


def test_a_number_in_another_currency_stays_a_number(tmp_path: Path) -> None:
    head = ["Record ID", "Deal Name", "Deal Stage", "Amount", "Create Date", "Partner", "Currency"]
    rows = [[1, "a", "Closed Won", 250.125, "2025-01-01", "Acme", "USD"]]
    path = workbook(tmp_path / "a.xlsx", [head, *rows])
    done = pa.import_exports(path, "hubspot", settings={"rates": {"USD": 2}})
    assert done.tables["interactions"]["value"].tolist() == [500.25]
    assert "1 number in USD converted at 2 GBP" in notes(done)
    done = pa.import_exports(path, "hubspot", settings={"rejected_limit": 1})
    rejected = done.ledger.entries.query("outcome == 'rejected'")
    assert cells(rejected, "row", "column", "value") == [[2, "Amount", "250.125"]]
    assert "`value` is in USD, but the portfolio is in GBP: `rates.USD`" in rejected["reason"].iloc[0]
    assert account(done) == (1, 0, 1, 0)


def test_activities_of_one_name_and_day_without_an_id_are_numbered(tmp_path: Path) -> None:
    head = [
        f"Activity - {label}" for label in ("Type", "Subject", "Due date", "Done", "Duration", "Organization")
    ]
    rows = [["Call", "Call", "2025-08-01", "Done", hours, "Kancelaria Lis"] for hours in ("00:30", "01:00")]
    path = separated(tmp_path / "a.csv", [head, *rows])
    for _ in range(2):
        done = pa.import_exports(path, "pipedrive", partner="Activity - Organization", to=tmp_path / "p.xlsx")
        assert cells(done.tables["interactions"], "hours", "reference") == [
            [0.5, "Pipedrive activity Call / 2025-08-01"],
            [1.0, "Pipedrive activity Call (2) / 2025-08-01"],
        ]
    assert done.changes["unchanged"] == 2
