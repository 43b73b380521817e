"""The scorecard as a program reads it that does not calculate: the package's numbers, and formulas on the right cells."""

from __future__ import annotations

import re
import zipfile
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from defusedxml import ElementTree
from python_calamine import CalamineWorkbook
from worlds import portfolio_of, world_of

import partnership_analysis as pa
from partnership_analysis.metrics.review import Review
from partnership_analysis.reports.scorecard import workbook, write_scorecard
from partnership_analysis.reports.scorecard.cells import readable
from partnership_analysis.schema import RVI_KINDS

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEAD, FIRST = 5, 6
INDEX_HEADINGS = {
    "Rank": "rank",
    "Trust 1 to 5": "trust",
    "Trust from": "trust_source",
    "Weighted count": "weighted",
    "Months": "months",
    "A month": "rate",
    "RVI": "rvi",
    "from": "low",
    "to": "high",
    "Band": "band",
    "Still needed": "lift",
}
KIND_HEADINGS = ("Referral", "Introduction", "Online collab.", "Event", "Cross promo.")
ODD = [
    *("=1+1", "+44 20", "-x", "@SUM(A1)", "http://evil.example", "a\x01b\ufffec", "'quoted'", "<b>&amp;", "TRUE"),
    *("1e5", "*?~", "\U0001f600" * 300, "x" * 40_000, "Anne [1]", "{=1}"),
]  # fmt: skip

Grid = list[list[Any]]


@cache
def grids(path: Path) -> dict[str, Grid]:
    """Values of every sheet, from A1 on."""
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@cache
def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_parts(path: Path) -> dict[str, str]:
    """The file of each sheet; they are numbered in their order."""
    names = CalamineWorkbook.from_path(str(path)).sheet_names
    return {name: f"xl/worksheets/sheet{number}.xml" for number, name in enumerate(names, start=1)}


@cache
def formulas(path: Path) -> dict[str, dict[str, str]]:
    """Formula of every cell that has one, by sheet and cell."""
    files = parts(path)
    return {
        name: {
            cell.get("r"): cell.find(f"{MAIN}f").text
            for cell in ElementTree.fromstring(files[file]).iter(f"{MAIN}c")
            if cell.find(f"{MAIN}f") is not None
        }
        for name, file in sheet_parts(path).items()
    }


def defined_names(path: Path) -> dict[str, str]:
    tree = ElementTree.fromstring(parts(path)["xl/workbook.xml"])
    return {name.get("name"): name.text for name in tree.iter(f"{MAIN}definedName")}


def notes(path: Path) -> dict[str, dict[str, str]]:
    """Note of every cell that has one, by sheet and cell."""
    files, found = parts(path), {}
    for name, file in sheet_parts(path).items():
        relations = files.get(file.replace("worksheets/", "worksheets/_rels/") + ".rels", b"").decode()
        target = re.search(r"\.\./(comments\d+\.xml)", relations)
        if target:
            tree = ElementTree.fromstring(files[f"xl/{target[1]}"])
            found[name] = {note.get("ref"): "".join(note.itertext()) for note in tree.iter(f"{MAIN}comment")}
    return found


def table(grid: Grid) -> pd.DataFrame:
    """The table of a sheet; of headings that are there twice the first."""
    heads = grid[HEAD]
    frame = pd.DataFrame(grid[FIRST:], columns=pd.RangeIndex(len(heads)), dtype=object)
    places = {head: place for place, head in reversed(list(enumerate(heads))) if head != ""}
    return frame[list(places.values())].set_axis(list(places), axis=1)


def expected(review: Review, side: str, **options: Any) -> pd.DataFrame:
    """The package's RVI of a side at the day of a review, for those that are partners then."""
    portfolio = options.pop("portfolio", review.portfolio)
    found = pa.latest(pa.rvi(portfolio, perspective=side, as_of=review.day, **options), review.day)
    found = found.set_index("partner").reindex(review.standing["partner"])
    found["rank"] = found["rvi"].rank(method="min", ascending=False)
    return found


def compare(grid: Grid, wanted: pd.DataFrame, *, within: float = 0.0) -> None:
    """Every number and word of an RVI sheet is the package's; what is unknown is empty."""
    found = table(grid).set_index("Partner")
    assert sorted(found.index) == sorted(readable(name) for name in wanted.index)
    for heading, name in INDEX_HEADINGS.items():
        for partner, value in wanted[name].items():
            cell = found.loc[readable(partner), heading]
            where = f"{heading} of {partner}"
            if pd.isna(value):
                assert cell == "", where
            elif isinstance(value, str):
                assert cell == value, where
            else:
                assert abs(cell - float(value)) <= within, f"{where}: {cell} against {value}"


@pytest.fixture(scope="module")
def review(sample_portfolio: pa.Portfolio) -> Review:
    return pa.quarter_review(sample_portfolio, "2025Q3")


@pytest.fixture(scope="module")
def card(review: Review, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("card") / "scorecard.xlsx"
    write_scorecard(review, path)
    return path


def written(portfolio: pa.Portfolio, path: Path, quarter: str = "2025Q3") -> Path:
    write_scorecard(pa.quarter_review(portfolio, quarter), path)
    return path


def few(names: list[str], **tables: Any) -> pa.Portfolio:
    rows = pd.DataFrame({"date": "2025-08-01", "partner": names, "kind": "referral", "direction": "received"})
    return pa.Portfolio.from_frames(interactions=rows, **tables)


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_values_without_calculating_are_the_packages(card: Path, review: Review, side: str) -> None:
    compare(grids(card)[f"RVI {side}"], expected(review, side))


def test_rows_stand_in_the_order_of_their_rank(card: Path) -> None:
    for side in ("ours", "theirs"):
        ranks = table(grids(card)[f"RVI {side}"])["Rank"].tolist()
        assert ranks == sorted(ranks)


def test_formulas_take_trust_and_counts_of_the_same_partner(card: Path) -> None:
    values, made = grids(card), formulas(card)
    words = {"ours": "received or joint", "theirs": "given or joint"}
    kinds = ["referral", "introduction", "online collaboration", "event", "cross promotion"]
    for side, direction in words.items():
        sheet = f"RVI {side}"
        for row in range(FIRST + 1, len(values[sheet]) + 1):
            partner = values[sheet][row - 1][1]
            trust = re.fullmatch(r"Trust!([GI])(\d+)", made[sheet][f"D{row}"])
            assert values["Trust"][int(trust[2]) - 1][0] == partner
            assert trust[1] == ("G" if side == "ours" else "I")
            for column, kind in zip("FGHIJ", kinds, strict=True):
                count = int(re.fullmatch(r"Counts!D(\d+)", made[sheet][f"{column}{row}"])[1])
                assert values["Counts"][count - 1][:3] == [partner, direction, kind]


def test_a_reader_meets_the_words_of_the_pages(card: Path) -> None:
    cells = [cell for grid in grids(card).values() for line in grid for cell in line]
    words = [cell for cell in cells if isinstance(cell, str)]
    words += [note for sheet in notes(card).values() for note in sheet.values()]
    assert {"Introduction", "introduction", "Weight: introduction"} <= set(words)
    assert not [text for text in words if re.search("strategic.referral", text, re.IGNORECASE)]


def test_names_of_the_formulas_stand_for_the_right_settings(card: Path) -> None:
    labels = {f"Settings!$B${row}": line[0] for row, line in enumerate(grids(card)["Settings"], start=1)}
    found = {name: labels[cell] for name, cell in defined_names(card).items() if cell in labels}
    assert found == {
        "as_of_month": "Month counted to",
        "record_began": "Record begins",
        "assumed_trust": "Assumed trust (1 to 5)",
        "band_average": "Band limit: average",
        "band_promising": "Band limit: promising",
        "band_strong": "Band limit: strong",
        "rvi_interval": "Interval covers (0 to 1)",
        "rvi_method": "Method",
        "rvi_min_months": "Too early under (months)",
        "rvi_window": "Window (months)",
        "weight_cross_promotion": "Weight: cross promotion",
        "weight_event": "Weight: event",
        "weight_online_collaboration": "Weight: online collaboration",
        "weight_referral": "Weight: referral",
        "weight_strategic_referral": "Weight: introduction",
    }
    weights = [formulas(card)["RVI ours"][f"{column}5"] for column in "FGHIJ"]
    assert weights == [f"weight_{kind}" for kind in RVI_KINDS]


@pytest.mark.parametrize("weights", [{}, {"referral": 2.5, "event": 0.0}])
def test_the_sheets_inputs_give_the_packages_rvi(
    card: Path, review: Review, weights: dict[str, float]
) -> None:
    """A second implementation: months of counts, trust and weights as the sheets hold them, also with another weight."""
    values = grids(card)
    settings = review.portfolio.settings
    weighing = settings.weights.by_kind() | weights
    other = settings.model_copy(update={"weights": settings.weights.model_copy(update=weights)})
    wanted = expected(review, "ours", portfolio=reweighed(review.portfolio, other))["rvi"]
    window = int(values["Settings"][FIRST + 6][1])
    for place, line in enumerate(values["RVI ours"][FIRST:]):
        block = [row for row in values["Counts"] if row[:2] == [line[1], "received or joint"]]
        counts = [sum(row[-window:]) for row in block[:5]]
        total = sum(weight * count for weight, count in zip(weighing.values(), counts, strict=True))
        trust = values["Trust"][FIRST + place][2]
        assert trust * total / line[11] == pytest.approx(wanted[line[1]], abs=1e-12)


def reweighed(portfolio: pa.Portfolio, settings: pa.Settings, **tables: pd.DataFrame) -> pa.Portfolio:
    """The same portfolio under other settings."""
    names = ("interactions", "partners", "ratings", "actions")
    given = {name: getattr(portfolio, name) for name in names} | tables
    return pa.Portfolio(**given, settings=settings, ledger=portfolio.ledger)


def test_inputs_may_be_changed_within_limits(card: Path) -> None:
    files, sheets = parts(card), sheet_parts(card)
    settings, trust = (files[sheets[name]].decode() for name in ("Settings", "Trust"))
    assert settings.count("<dataValidation ") == 13
    assert "trailing,published" in settings
    assert trust.count("<dataValidation ") == 2
    assert "sheetProtection" not in settings + trust


def test_a_change_is_said_on_every_live_sheet(card: Path) -> None:
    made, names = formulas(card), defined_names(card)
    assert names["what_if"] == "Settings!$A$3"
    text = made["Settings"]["A3"]
    assert 'COUNTIF(D7:D19,"changed")+COUNTIF(Trust!K7:K29,"changed")' in text
    for name in ("RVI ours", "RVI theirs", "Both sides", "Trust", "Counts"):
        assert made[name]["A3"].endswith(("what_if", "what_if)"))
    assert made["Summary"]["A5"] == "what_if"


def test_summary_counts_bands_and_ranks_live(card: Path, review: Review) -> None:
    grid, made = grids(card)["Summary"], formulas(card)["Summary"]
    rows = {line[0]: number for number, line in enumerate(grid)}
    for band, count in review.standing["band"].value_counts().items():
        line = rows[band]
        assert (grid[line][1], grid[line][2]) == (count, count)
        assert made[f"B{line + 1}"] == f"COUNTIF('RVI ours'!$Q$7:$Q$29,\"{band}\")"
    first = rows["Highest RVI"] + 2
    wanted = review.standing[["partner", "rvi", "band"]].head(10)
    assert [line[:3] for line in grid[first : first + 10]] == wanted.astype(object).to_numpy().tolist()
    assert "MATCH(1," in made[f"A{first + 1}"]


def test_every_sheet_has_the_limits_of_the_bands(card: Path) -> None:
    wanted = {
        "weak: under 1",
        "average: 1 to 2",
        "promising: over 2",
        "strong: from 3",
        "too early: under 3 months",
    }
    for name, grid in grids(card).items():
        words = {str(cell).removeprefix("■ ") for line in grid for cell in line if str(cell).startswith("■ ")}
        assert words == wanted, name
        assert sum("band_" in formula for formula in formulas(card)[name].values()) >= 4, name


def test_every_sheet_prints_and_scrolls(card: Path) -> None:
    files, tree = parts(card), ElementTree.fromstring(parts(card)["xl/workbook.xml"])
    areas: dict[str, list[int]] = {"_xlnm.Print_Area": [], "_xlnm.Print_Titles": []}
    for name in tree.iter(f"{MAIN}definedName"):
        if name.get("name") in areas:
            areas[name.get("name")].append(int(name.get("localSheetId")))
    sheets = sheet_parts(card)
    everywhere = list(range(len(sheets)))
    assert sorted(areas["_xlnm.Print_Area"]) == everywhere
    assert sorted(areas["_xlnm.Print_Titles"]) == everywhere[1:]
    for name, file in sheets.items():
        xml = files[file].decode()
        assert 'orientation="landscape"' in xml and 'fitToPage="1"' in xml and 'state="frozen"' in xml, name


def test_checking_columns_are_not_printed_and_the_legend_is(card: Path) -> None:
    tree = ElementTree.fromstring(parts(card)["xl/workbook.xml"])
    areas = {
        int(name.get("localSheetId")): name.text
        for name in tree.iter(f"{MAIN}definedName")
        if name.get("name") == "_xlnm.Print_Area"
    }
    for place, (name, grid) in enumerate(grids(card).items()):
        last = re.search(r":\$([A-Z]+)\$", areas[place])[1]
        columns = sum((ord(letter) - 64) * 26**power for power, letter in enumerate(reversed(last)))
        chips = [at for line in grid[:5] for at, cell in enumerate(line) if str(cell).startswith("■ ")]
        assert max(chips, default=0) < columns, name
        if name.startswith("RVI"):
            assert grid[HEAD][columns] == "RVI as reported"


def test_words_have_colours_by_condition_and_months_pictures(card: Path, review: Review) -> None:
    files, sheets = parts(card), sheet_parts(card)
    ours = files[sheets["RVI ours"]].decode()
    for band in ("too early", "weak", "average", "promising", "strong"):
        assert f'<formula>"{band}"</formula>' in ours
    assert ours.count("<x14:sparkline>") == len(review.standing)
    assert "Trend!E7:AB7" in ours
    assert "dataBar" in ours
    for word in ("silent", "weakening", "strengthening"):
        assert f'text="{word}"' in files[sheets["Signals"]].decode()
    trend = files[sheets["Trend"]].decode()
    assert "band_strong" in trend and "rvi_min_months" in trend


def test_unknown_cells_are_empty_with_a_note(card: Path, review: Review) -> None:
    grid = grids(card)["Trust"]
    said = notes(card)["Trust"]
    place = next(row for row, line in enumerate(grid) if line[0] == "Hartwell Surveyors")
    assert grid[place][4] == ""
    assert said[f"E{place + 1}"] == "Unknown: they have not rated trust."
    returned = table(grids(card)["Returns"]).set_index("Partner")["Value given (GBP)"]
    known = pa.returns(review.portfolio, as_of=review.day).set_index("partner")["value_given"]
    assert (returned.eq("") == known.isna()).all()
    assert known.isna().any()


def test_numbers_of_the_other_sheets_are_the_packages(card: Path, review: Review) -> None:
    values, portfolio, day = grids(card), review.portfolio, review.day
    wanted = {
        ("Exchange", "Referrals received"): review.exchange["received"],
        ("Exchange", "Exchange"): review.exchange["label"],
        ("Returns", "Net (GBP)"): pa.returns(portfolio, as_of=day)["net"],
        ("Hours", "Our hours"): pa.time_spent(portfolio, quarter=review.quarter, as_of=day)["hours"],
        ("Keep or let go", "Verdict"): pa.focus_plan(portfolio, as_of=day).plan["verdict"],
        ("Foundations", "Mean of ours"): pa.foundation_summary(portfolio, as_of=day)["us"],
        ("Overdue", "by days"): pa.cadence(portfolio, as_of=day)["overdue_days"],
        ("Overdue", "Overdue"): pa.cadence(portfolio, as_of=day)["overdue"].map({True: "yes", False: "no"}),
        ("Lunches", "Partner"): pa.lunch_plan(portfolio, "2025Q4", states=review.standing, as_of=day)["partner"],
        ("Actions", "Action"): pa.action_board(portfolio, as_of=day)["action"],
    }  # fmt: skip
    for (sheet, heading), column in wanted.items():
        found = table(values[sheet])[heading].tolist()
        wanted_cells = ["" if pd.isna(value) else value for value in column]
        assert len(found) == len(wanted_cells) > 0
        for cell, value in zip(found, wanted_cells, strict=True):
            assert cell == (value if isinstance(value, str) else pytest.approx(value, rel=1e-12)), (
                sheet,
                heading,
            )


def test_signals_have_a_mark_beside_the_colour(card: Path, review: Review) -> None:
    shown = table(grids(card)["Signals"]).set_index("Partner")["Signal"]
    states = review.standing.set_index("partner")["state"]
    marks = {"silent": "○ silent", "weakening": "▼ weakening", "strengthening": "▲ strengthening"}
    assert shown.to_dict() == {partner: marks.get(state, state) for partner, state in states.items()}


def test_same_review_gives_the_same_bytes(review: Review, card: Path, tmp_path: Path) -> None:
    write_scorecard(review, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == card.read_bytes()


def test_one_typeface(card: Path) -> None:
    styles = ElementTree.fromstring(parts(card)["xl/styles.xml"])
    fonts = list(styles.find(f"{MAIN}fonts"))
    used = {int(style.get("fontId")) for style in styles.find(f"{MAIN}cellXfs")}
    assert {fonts[number].find(f"{MAIN}name").get("val") for number in used} == {"Arial"}
    assert [number for number in used if fonts[number].find(f"{MAIN}scheme") is not None] == []
    said = [content.decode() for name, content in parts(card).items() if "comments" in name]
    assert {font for text in said for font in re.findall(r'<rFont val="([^"]*)"', text)} == {"Arial"}


def test_text_stays_text_whatever_it_begins_with(tmp_path: Path) -> None:
    card = written(few(ODD), tmp_path / "odd.xlsx")
    shown = [line[1] for line in grids(card)["RVI ours"][FIRST:]]
    assert sorted(shown) == sorted(readable(name) for name in ODD)
    assert max(map(len, shown)) == 32_767
    files = parts(card)
    for name, content in files.items():
        if name.endswith((".xml", ".rels", ".vml")):
            ElementTree.fromstring(content)
        assert b'TargetMode="External"' not in content
    said = {formula for sheet in formulas(card).values() for formula in sheet.values()}
    assert not [
        formula for formula in said if any(name in formula for name in ("SUM(A1)", "1+1", "evil", "44 20"))
    ]


def test_names_of_the_same_letters_are_two_partners(tmp_path: Path) -> None:
    names = ["Ann & Co", "ann & co ltd", "Ann"]
    rated = pd.DataFrame(
        {"date": "2025-07-01", "partner": names, "rater": "us", "factor": "trust", "score": [1, 3, 5]}
    )
    portfolio = few(names, ratings=rated)
    card = written(portfolio, tmp_path / "two.xlsx")
    compare(grids(card)["RVI ours"], expected(pa.quarter_review(portfolio, "2025Q3"), "ours"))


def test_interactions_alone_give_counts_and_say_what_is_missing(tmp_path: Path) -> None:
    portfolio = few(["Ann", "Bo", "Bo"])
    card = written(portfolio, tmp_path / "few.xlsx")
    values = grids(card)
    compare(values["RVI ours"], expected(pa.quarter_review(portfolio, "2025Q3"), "ours"))
    assert values["RVI ours"][2][0] == "No RVI: nobody rated trust; write a rating on the sheet Trust."
    assert values["Foundations"][HEAD][0].startswith("Nobody has rated the seven foundations.")
    assert values["Actions"][HEAD][0].startswith("No action is open.")
    assert values["Returns"][2][0].startswith("Not on record for anybody: Our hours, Cost of hours (GBP)")
    assert "Empty: unknown; nobody rated trust" in notes(card)["RVI ours"]["N6"]
    for sheet, heading in (("Returns", "Net (GBP)"), ("Hours", "Our hours"), ("Both sides", "RVI ours")):
        assert set(table(values[sheet])[heading]) == {""}, (sheet, heading)


def test_one_partner_and_nobody_left(tmp_path: Path) -> None:
    one = grids(written(few(["Ann"]), tmp_path / "one.xlsx"))
    assert [line[1] for line in one["RVI ours"][FIRST:]] == ["Ann"]
    over = pd.DataFrame({"partner": ["Ann"], "started": ["2020-01-01"], "ended": ["2025-08-05"]})
    none = grids(written(few(["Ann"], partners=over), tmp_path / "none.xlsx"))
    for name in ("RVI ours", "RVI theirs", "Both sides", "Trend", "Signals", "Trust", "Counts"):
        assert none[name][HEAD][0] == "Nobody: every partnership had ended by this day.", name


@pytest.mark.parametrize("seed", range(8))
def test_any_portfolio_has_a_scorecard_with_its_numbers(seed: int, tmp_path: Path) -> None:
    portfolio = portfolio_of(world_of(Random(seed), 25, False))
    last = portfolio.last_date
    quarter = pa.Quarter.containing(last, portfolio.settings.fiscal_year_start)
    review = pa.quarter_review(portfolio, str(quarter))
    write_scorecard(review, tmp_path / "any.xlsx")
    values = grids(tmp_path / "any.xlsx")
    for side in ("ours", "theirs"):
        if len(review.standing):
            compare(values[f"RVI {side}"], expected(review, side))


@pytest.mark.slow
@pytest.mark.batch
def test_two_hundred_partners(tmp_path: Path) -> None:
    random = np.random.default_rng(6)
    names = [f"Partner {number:03d}" for number in range(200)]
    days = pd.Timestamp("2022-01-01") + pd.to_timedelta(random.integers(0, 1360, 4000), unit="D")
    rows = pd.DataFrame({"date": [*days, *[pd.Timestamp("2025-09-30")] * 200], "direction": "received"})
    rows["partner"], rows["kind"] = [*random.choice(names, 4000), *names], "referral"
    rated = pd.DataFrame(
        {"date": "2025-01-01", "partner": names, "rater": "us", "factor": "trust", "score": 4}
    )
    portfolio = pa.Portfolio.from_frames(interactions=rows, ratings=rated, settings={"repeats": "each"})
    review = pa.quarter_review(portfolio, "2025Q3")
    write_scorecard(review, tmp_path / "many.xlsx")
    values = grids(tmp_path / "many.xlsx")
    compare(values["RVI ours"], expected(review, "ours"))
    # Of 45 months on record 36 have a column; what came before is summed.
    assert values["Counts"][HEAD][6:8] != [] and len(values["Counts"][HEAD]) == 6 + 36
    assert (
        sum(line[5] for line in values["Counts"][FIRST:] if line[2] == "referral" and line[1][0] == "r") > 0
    )


def test_nothing_is_left_where_a_sheet_fails(
    review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(workbook, "write_legend", broken)
    with pytest.raises(ZeroDivisionError):
        write_scorecard(review, tmp_path / "scorecard.xlsx")
    assert list(tmp_path.iterdir()) == []
