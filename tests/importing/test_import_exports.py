"""Imports into a portfolio: again, later, beside what is written by hand; what is refused; the command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sources.importers.exports import (
    CALENDAR,
    HUBSPOT,
    MESSAGES,
    PALMS,
    PARTNERS,
    SLIPS,
    TOGGL,
    separated,
    spreadsheetml,
)
from sources.importers.helpers import cells
from typer.testing import CliRunner

import partnership_analysis as pa
from partnership_analysis.cli import app
from partnership_analysis.errors import ParameterError, PartnershipError, RejectedRows, SourceError
from partnership_analysis.export import write_template, write_workbook
from partnership_analysis.schema import ALIASES

AUGUST, JULY = "slips-audit-report_2025-08-31.xls", "slips-audit-report_2025-07-31.xls"


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "portfolio.xlsx"


def deals(folder: Path, changes: dict[tuple[int, int], str] | None = None) -> Path:
    rows = [list(row) for row in HUBSPOT]
    for (row, column), value in (changes or {}).items():
        rows[row][column] = value
    return separated(folder / "deals.csv", rows, quoted=True)


def changes(done: pa.Imported) -> dict[str, int]:
    return {name: count for name, count in done.changes.items() if count}


@pytest.mark.parametrize("kind", ["bni", "hubspot", "linkedin", "toggl", "calendar"])
def test_the_same_export_again_changes_nothing(tmp_path: Path, to: Path, kind: str) -> None:
    path = {
        "bni": lambda: spreadsheetml(tmp_path / AUGUST, SLIPS),
        "hubspot": lambda: deals(tmp_path),
        "linkedin": lambda: separated(tmp_path / "messages.csv", MESSAGES),
        "toggl": lambda: separated(tmp_path / "toggl.csv", TOGGL),
        "calendar": lambda: _written(tmp_path / "c.ics", CALENDAR),
    }[kind]()
    how: dict[str, Any] = {"us": "Ada Birch"} if kind == "bni" else {"partners": PARTNERS}
    first = pa.import_exports(path, kind, to=to, **how)
    before, loaded = to.read_bytes(), pa.load(to)
    again = pa.import_exports(path, kind, to=to, **how)
    assert changes(first) == {"added": len(loaded.interactions)}
    assert changes(again) == {"unchanged": len(loaded.interactions)}
    assert to.read_bytes() == before
    for name, frame in again.tables.items():
        pd.testing.assert_frame_equal(frame, getattr(loaded, name))


def _written(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def test_months_given_together_or_one_by_one_are_the_same(tmp_path: Path, to: Path) -> None:
    august = spreadsheetml(tmp_path / AUGUST, SLIPS)
    july = spreadsheetml(tmp_path / JULY, SLIPS[:4])
    together = pa.import_exports([july, august], "bni", us="Ada Birch")
    for path in (july, august, july):
        alone = pa.import_exports(path, "bni", us="Ada Birch", to=to)
    pd.testing.assert_frame_equal(together.tables["interactions"], alone.tables["interactions"])
    rows = together.tables["interactions"]
    assert rows.groupby("date")["count"].sum().tolist() == [3, 5]
    assert pa.load(to).settings.us == "Ada Birch"


def test_one_report_in_two_forms_is_read_once_and_two_that_differ_are_refused(tmp_path: Path) -> None:
    one = spreadsheetml(tmp_path / AUGUST, SLIPS)
    copy = separated(tmp_path / "slips_2025-08-31.csv", SLIPS)
    done = pa.import_exports([one, copy], "bni")
    assert done.pairs["count"].sum() == 6
    assert f"{copy.name} holds the same as {one.name}: read once." in done.remarks
    other = separated(tmp_path / "other_2025-08-31.csv", SLIPS[:5])
    with pytest.raises(SourceError, match="are both BNI 2025-08-31 and differ"):
        pa.import_exports([one, other], "bni")


def test_a_corrected_report_replaces_its_month_and_no_other(tmp_path: Path, to: Path) -> None:
    spreadsheetml(tmp_path / JULY, SLIPS)
    spreadsheetml(tmp_path / AUGUST, SLIPS)
    pa.import_exports([tmp_path / JULY, tmp_path / AUGUST], "bni", us="Ada Birch", to=to)
    spreadsheetml(tmp_path / AUGUST, [SLIPS[0], *SLIPS[2:4], *SLIPS[5:]])
    done = pa.import_exports(tmp_path / AUGUST, "bni", us="Ada Birch", to=to)
    assert changes(done) == {"updated": 1, "unchanged": 2, "withdrawn": 1}
    rows = done.tables["interactions"]
    assert rows.groupby("date")["count"].sum().tolist() == [5, 3]
    assert len(done.unassigned) == 2


def test_a_deal_that_is_won_later_is_updated_and_hand_work_stays(tmp_path: Path, to: Path) -> None:
    pa.import_exports(deals(tmp_path), "hubspot", to=to)
    tables = {name: getattr(pa.load(to), name) for name in ("interactions", "partners", "ratings", "actions")}
    rows = tables["interactions"]
    rows.loc[1, ["hours", "note"]] = [2.5, "Called twice"]
    byhand = rows.iloc[[0]].assign(
        kind="event", direction="mutual", reference=pd.NA, status=pd.NA, value=pd.NA
    )
    tables["interactions"] = pd.concat([rows, byhand], ignore_index=True)
    write_workbook(to, tables, pa.Settings(us="Northgate", hour_rate=100))
    done = pa.import_exports(deals(tmp_path, {(2, 2): "Closed Won", (1, 2): "Closed Lost"}), "hubspot", to=to)
    assert changes(done) == {"updated": 2, "unchanged": 1}
    loaded = pa.load(to)
    assert cells(loaded.interactions, "partner", "kind", "status", "value", "hours", "note") == [
        # What is lost is worth nothing, whatever was written when it was won.
        ["Harcourt Legal", "referral", "lost", None, None, "Roof for Elm"],
        ["Bell & Finch", "referral", "won", 900.0, 2.5, "Called twice"],
        ["Harcourt Legal", "referral", "lost", None, None, "Gate for Ash"],
        ["Harcourt Legal", "event", None, None, None, "Roof for Elm"],
    ]
    assert (loaded.settings.us, loaded.settings.hour_rate) == ("Northgate", 100)


def test_a_deal_that_moves_to_another_partner_moves_its_row(tmp_path: Path, to: Path) -> None:
    pa.import_exports(deals(tmp_path), "hubspot", to=to)
    done = pa.import_exports(deals(tmp_path, {(3, 10): "Bell & Finch"}), "hubspot", to=to)
    assert changes(done) == {"updated": 1, "unchanged": 2}
    assert cells(done.tables["interactions"], "partner") == [
        ["Harcourt Legal"],
        ["Bell & Finch"],
        ["Bell & Finch"],
    ]


def test_partners_given_beside_go_into_the_portfolio_with_their_aliases(tmp_path: Path, to: Path) -> None:
    partners = tmp_path / "partners.csv"
    PARTNERS.to_csv(partners, index=False)
    pa.import_exports(_written(tmp_path / "c.ics", CALENDAR), "calendar", partners=partners, to=to)
    # The next import knows them from there.
    done = pa.import_exports(separated(tmp_path / "m.csv", MESSAGES), "linkedin", to=to)
    assert len(done.tables["interactions"]) == 10
    assert (
        cells(pa.load(to).partners, "partner", "aliases")
        == PARTNERS.astype(object).where(PARTNERS.notna(), None).to_numpy().tolist()
    )


def test_an_alias_of_the_portfolio_names_its_partner(tmp_path: Path, to: Path) -> None:
    write_workbook(
        to,
        {"partners": pa.Portfolio.from_frames(_no_rows(), PARTNERS).partners, "interactions": _no_rows()},
        pa.Settings(),
        [(ALIASES, pd.DataFrame({"alias": ["B&F"], "partner": ["Bell & Finch"]}))],
    )
    path = deals(tmp_path, {(2, 10): "b&f"})
    for _ in range(2):
        done = pa.import_exports(path, "hubspot", to=to)
        assert cells(done.tables["interactions"], "partner") == [
            ["Harcourt Legal"],
            ["Bell & Finch"],
            ["Harcourt Legal"],
        ]
    assert changes(done) == {"unchanged": 3}


def _no_rows() -> pd.DataFrame:
    return pd.DataFrame({"date": [], "partner": [], "kind": []})


def test_the_template_can_be_imported_into(tmp_path: Path, to: Path) -> None:
    write_template(to)
    done = pa.import_exports(deals(tmp_path), "hubspot", to=to)
    assert changes(done) == {"added": 3}
    assert len(pa.load(to).interactions) == 3


def test_a_mapping_makes_a_portfolio_and_again_changes_nothing(tmp_path: Path, to: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "log.csv").write_text(
        "when,who,firm\n2025-01-02,Acme,7\n2025-02-03,Acme,7\n2025-02-03,Bell,\n2025-02-03,Bell,\n,x,\n"
    )
    mapping = tmp_path / "log.toml"
    mapping.write_text(
        '[settings]\nus = "Northgate"\n[[tables]]\nto = "interactions"\nfile = "log.csv"\n[tables.columns]\n'
        'date = "when"\npartner = "who"\nkind = { constant = "referral" }\ndirection = { constant = "given" }\n'
        'reference = "firm"\n'
    )
    first = pa.import_exports(folder, mapping, to=to, settings={"rejected_limit": 1})
    # One firm referred twice is two referrals: a mapping's reference need not be a key.
    assert cells(first.tables["interactions"], "date", "partner", "reference") == [
        ["2025-01-02", "Acme", "7"],
        ["2025-02-03", "Acme", "7"],
        ["2025-02-03", "Bell", None],
    ]
    before = to.read_bytes()
    again = pa.import_exports(folder, str(mapping), to=to, settings={"rejected_limit": 1})
    assert changes(again) == {"unchanged": 3}
    assert to.read_bytes() == before
    assert pa.load(to).settings.us == "Northgate"


def _log(folder: Path, rows: str) -> tuple[Path, Path]:
    """Somebody else's table without references, and its mapping."""
    (folder / "log.csv").write_text(f"when,who\n{rows}")
    (folder / "log.toml").write_text(
        'date_order = "day"\n[[tables]]\nto = "interactions"\n[tables.columns]\n'
        'date = "when"\npartner = "who"\nkind = { constant = "meeting" }\n'
    )
    return folder / "log.csv", folder / "log.toml"


def test_a_mapping_heeds_the_order_of_dates_and_our_name(tmp_path: Path) -> None:
    path, mapping = _log(tmp_path, "04/07/2025,Acme\n")
    done = pa.import_exports(path, mapping, date_order="month", us="Northgate")
    assert cells(done.tables["interactions"], "date") == [["2025-04-07"]]
    assert done.settings.us == "Northgate"
    assert "log.csv: 1 row without a `reference`: a later export adds such a row again" in done.summary()


@pytest.mark.parametrize("option", ["period", "partner"])
def test_options_that_a_kind_does_not_take_are_refused(tmp_path: Path, option: str) -> None:
    path, mapping = _log(tmp_path, "2025-07-04,Acme\n")
    with pytest.raises(
        ParameterError, match=rf"--{option} 2025-08: --as .*log.toml takes none, since the mapping"
    ):
        pa.import_exports(path, mapping, **{option: "2025-08"})
    kind = "hubspot" if option == "period" else "bni"
    with pytest.raises(ParameterError, match=rf"--{option} 2025-08: --as {kind} takes none"):
        pa.import_exports(path, kind, **{option: "2025-08"})


def test_a_referral_that_somebody_made_strategic_stays_so_and_is_updated(tmp_path: Path, to: Path) -> None:
    pa.import_exports(deals(tmp_path), "hubspot", to=to)
    tables = {name: getattr(pa.load(to), name) for name in ("interactions", "partners", "ratings", "actions")}
    tables["interactions"].loc[1, ["kind", "direction"]] = ["strategic_referral", "given"]
    write_workbook(to, tables, pa.Settings())
    assert changes(pa.import_exports(deals(tmp_path), "hubspot", to=to)) == {"unchanged": 3}
    done = pa.import_exports(deals(tmp_path, {(2, 2): "Closed Won"}), "hubspot", to=to)
    assert changes(done) == {"updated": 1, "unchanged": 2}
    assert cells(done.tables["interactions"], "kind", "direction", "status", "value")[1] == [
        *("strategic_referral", "given", "won", 900.0)
    ]


def test_a_slip_that_somebody_changed_is_not_withdrawn(tmp_path: Path, to: Path) -> None:
    path = spreadsheetml(tmp_path / AUGUST, SLIPS)
    pa.import_exports(path, "bni", us="Ada Birch", to=to)
    tables = {name: getattr(pa.load(to), name) for name in ("interactions", "partners", "ratings", "actions")}
    rows = tables["interactions"]
    rows["kind"] = rows["kind"].replace({"referral": "strategic_referral", "meeting": "event"})
    write_workbook(to, tables, pa.load(to).settings)
    done = pa.import_exports(path, "bni", us="Ada Birch", to=to)
    assert changes(done) == {"unchanged": len(rows)}
    assert done.tables["interactions"]["kind"].tolist() == rows["kind"].tolist()


@pytest.mark.parametrize("name", ["pairs.xlsx", "pairs.csv", "pairs.parquet"])
def test_the_pair_table_of_a_group_grows_month_by_month(tmp_path: Path, name: str) -> None:
    to = tmp_path / name
    for file in (AUGUST, JULY):
        pa.import_exports(spreadsheetml(tmp_path / file, SLIPS), "bni", to=to)
    before = to.read_bytes()
    done = pa.import_exports([tmp_path / AUGUST, tmp_path / JULY], "bni", to=to)
    assert changes(done) == {"unchanged": 10}
    assert to.read_bytes() == before
    assert done.pairs["period"].tolist() == ["2025-07"] * 5 + ["2025-08"] * 5
    assert done.unassigned["value"].sum() == 3001
    beside = to if name == "pairs.xlsx" else tmp_path / name.replace("pairs", "pairs-unassigned")
    assert beside.exists()


def _unreadable(to: Path) -> None:
    rows = pd.DataFrame({"date": ["2025-01-01", "soon"], "partner": ["A", "B"], "kind": ["event", "event"]})
    rows.to_excel(to, sheet_name="interactions", index=False)


def _column_of_their_own(to: Path) -> None:
    rows = pd.DataFrame({"date": ["2025-01-01"], "partner": ["A"], "kind": ["event"], "Mood": ["good"]})
    rows.to_excel(to, sheet_name="interactions", index=False)


def _sheet_of_their_own(to: Path) -> None:
    with pd.ExcelWriter(to) as book:
        pd.DataFrame({"date": ["2025-01-01"], "partner": ["A"], "kind": ["event"]}).to_excel(
            book, sheet_name="interactions", index=False
        )
        pd.DataFrame({"a": [1]}).to_excel(book, sheet_name="My chart", index=False)


@pytest.mark.parametrize(
    ("make", "lost"),
    [
        (_unreadable, "1 row that cannot be read"),
        (_column_of_their_own, "the columns Mood of interactions"),
        (_sheet_of_their_own, "the sheets My chart"),
    ],
)
def test_a_portfolio_is_not_written_again_where_something_would_be_lost(
    tmp_path: Path, to: Path, make: Any, lost: str
) -> None:
    make(to)
    before = to.read_bytes()
    with pytest.raises(SourceError, match=f"would lose {lost}"):
        pa.import_exports(deals(tmp_path), "hubspot", to=to, settings={"rejected_limit": 1})
    assert to.read_bytes() == before


def test_too_many_rejected_rows_write_nothing(tmp_path: Path, to: Path) -> None:
    with pytest.raises(RejectedRows, match="`date` is not a date"):
        pa.import_exports(deals(tmp_path, {(1, 6): "soon"}), "hubspot", to=to)
    assert not to.exists()


def test_slips_of_another_member_are_not_mixed_in(tmp_path: Path, to: Path) -> None:
    path = spreadsheetml(tmp_path / AUGUST, SLIPS)
    pa.import_exports(path, "bni", us="Ada Birch", to=to)
    with pytest.raises(ParameterError, match=r"--us Bo Carr: .* has the slips of Ada Birch"):
        pa.import_exports(path, "bni", us="Bo Carr", to=to)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"kind": "sap"}, "'sap' is no kind of export. Known: bni, palms, hubspot"),
        ({"kind": "bni", "period": "August"}, "'August' is not a month"),
        ({"kind": "bni", "period": "2025-13"}, "'2025-13' is not a month"),
        ({"kind": "bni", "date_order": "week"}, "--date-order week: write day or month"),
        (
            {"kind": "hubspot", "to": "p.docx"},
            "A portfolio that exports are imported into is written as .xlsx",
        ),
        ({"kind": "bni", "to": "p.ods"}, "A pair table is written as .xlsx, .csv, .parquet"),
        ({"kind": "hubspot", "to": "no/where/p.xlsx"}, "there is no folder no/where"),
        ({"kind": "hubspot", "sources": "absent.csv"}, "there is no file absent.csv"),
        ({"kind": "hubspot", "sources": []}, "no export is given"),
        ({"kind": "toggl", "partners": "absent.csv"}, "--partners absent.csv: there is no such file"),
        ({"kind": "theirs.toml"}, "no mapping file can be read"),
    ],
)
def test_requests_that_do_not_fit(tmp_path: Path, request_: dict[str, Any], message: str) -> None:
    path = spreadsheetml(tmp_path / AUGUST, SLIPS)
    request = {"sources": path, **request_}
    with pytest.raises(PartnershipError, match=message):
        pa.import_exports(request.pop("sources"), request.pop("kind"), **request)


def test_a_summary_and_slips_of_one_month_stay_apart_by_their_reference(tmp_path: Path) -> None:
    to = tmp_path / "pairs.xlsx"
    pa.import_exports(spreadsheetml(tmp_path / AUGUST, SLIPS), "bni", to=to)
    done = pa.import_exports(spreadsheetml(tmp_path / "palms.xls", PALMS), "palms", to=to)
    assert done.pairs["reference"].unique().tolist() == ["BNI 2025-08-31", "PALMS 2025-08"]


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["import", *map(str, arguments)])


def test_the_command_says_what_it_did_and_what_comes_next(tmp_path: Path, to: Path) -> None:
    path = spreadsheetml(tmp_path / AUGUST, SLIPS)
    result = run(path, "--as", "bni", "--us", "Ada Birch", "--to", to)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[:2] == [
        f"{AUGUST}, sheet Report: 11 rows read, 6 used, 5 left out, 0 rejected",
        "  left out: 2 rows: slip between other members",
    ]
    assert result.stdout.splitlines()[-2:] == [
        f"{to}: 4 added, 0 updated, 0 unchanged; 4 interactions in all.",
        f"Next: partnership-analysis check --portfolio {to}",
    ]


def test_the_command_s_errors_are_one_message(tmp_path: Path, to: Path) -> None:
    path = spreadsheetml(tmp_path / "report.xls", SLIPS)
    result = run(path, "--as", "bni", "--to", to)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Error: report.xls states no date")
    assert len(result.stderr.splitlines()) == 1
    assert not to.exists()
