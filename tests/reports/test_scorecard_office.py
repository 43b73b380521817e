"""The scorecard counted again by LibreOffice: its formulas give the package's numbers, also after a change."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from test_scorecard import FIRST, ODD, Grid, compare, expected, few, grids, reweighed, sheet_parts
from worlds import portfolio_of, world_of

import partnership_analysis as pa
from partnership_analysis.metrics.review import Review
from partnership_analysis.reports.scorecard import write_scorecard
from partnership_analysis.settings import Bands

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
CLOSE = 1e-9
STALE = -1
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
"""Count again whatever is loaded: LibreOffice would otherwise show the values in the file."""

pytestmark = [
    pytest.mark.office,
    pytest.mark.slow,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is missing: apt-get install libreoffice-calc"),
]

Edits = dict[tuple[str, str], float | str]


@dataclass(frozen=True)
class Case:
    """A review, what a reader writes into its workbook, and the portfolio that says the same."""

    review: Review
    edits: Edits
    portfolio: pa.Portfolio
    method: str = "trailing"


def rated(portfolio: pa.Portfolio, day: object, *ratings: tuple[str, str, float]) -> pd.DataFrame:
    """The portfolio's ratings and newer ones of trust: partner, rater, score."""
    more = pd.DataFrame(ratings, columns=["partner", "rater", "score"]).assign(date=day, factor="trust")
    more = more.reindex(columns=portfolio.ratings.columns).astype(portfolio.ratings.dtypes)
    return pd.concat([portfolio.ratings, more], ignore_index=True)


def as_made(portfolio: pa.Portfolio, quarter: str) -> Case:
    return Case(pa.quarter_review(portfolio, quarter), {}, portfolio)


def other_weights_and_trust(sample: pa.Portfolio) -> Case:
    """Two weights, two of our ratings and one of theirs."""
    review = pa.quarter_review(sample, "2025Q3")
    names = review.standing["partner"].tolist()
    weights = sample.settings.weights.model_copy(update={"referral": 2.5, "event": 0.0})
    settings = sample.settings.model_copy(update={"weights": weights})
    lonely = names.index("Hartwell Surveyors")
    trust = [(names[0], "us", 1.5), (names[4], "us", 5.0), (names[lonely], "them", 2.0)]
    edits: Edits = {
        ("Settings", "B7"): 2.5,
        ("Settings", "B10"): 0.0,
        ("Trust", f"C{FIRST + 1}"): 1.5,
        ("Trust", f"C{FIRST + 5}"): 5.0,
        ("Trust", f"E{FIRST + 1 + lonely}"): 2.0,
    }
    ratings = rated(sample, review.day, *trust)
    return Case(review, edits, reweighed(sample, settings, ratings=ratings))


def by_the_letter(sample: pa.Portfolio) -> Case:
    """The published method, another window, limits, interval and months of grace."""
    update = {
        "window": 6,
        "min_months": 10,
        "interval": 0.5,
        "bands": Bands(average=0.5, promising=1.5, strong=4.0),
    }
    edits: Edits = {
        ("Settings", "B12"): "published",
        ("Settings", "B13"): 6,
        ("Settings", "B14"): 10,
        ("Settings", "B15"): 0.5,
        ("Settings", "B17"): 0.5,
        ("Settings", "B18"): 1.5,
        ("Settings", "B19"): 4.0,
    }
    settings = sample.settings.model_copy(update=update)
    return Case(pa.quarter_review(sample, "2025Q3"), edits, reweighed(sample, settings), "published")


def trust_from_nothing() -> Case:
    """Interactions alone, names of any letters; a reader assumes a trust and rates one partner."""
    portfolio = few(ODD)
    review = pa.quarter_review(portfolio, "2025Q3")
    first = review.standing["partner"].iloc[0]
    settings = portfolio.settings.model_copy(update={"assumed_trust": 3.0})
    edits: Edits = {("Settings", "B16"): 3.0, ("Trust", f"C{FIRST + 1}"): 4.5}
    ratings = rated(portfolio, review.day, (first, "us", 4.5))
    return Case(review, edits, reweighed(portfolio, settings, ratings=ratings))


def short_record(sample: pa.Portfolio) -> Case:
    """Two months of partnerships that are years old: the months before are not known, so that nobody has a band."""
    rows = sample.interactions
    months = rows[rows["date"].between("2025-08-01", "2025-09-30")].reset_index(drop=True)
    case = as_made(dataclasses.replace(sample, interactions=months), "2025Q3")
    assert set(case.review.standing["band"].dropna()) == {"too early"}
    return case


def random_world(seed: int) -> Case:
    portfolio = portfolio_of(world_of(Random(seed), 25, False))
    quarter = pa.Quarter.containing(portfolio.last_date, portfolio.settings.fiscal_year_start)
    return as_made(portfolio, str(quarter))


def edited(path: Path, edits: Edits) -> None:
    """Write into cells of a workbook, and spoil the value of every formula."""
    files = sheet_parts(path)
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    for (sheet, cell), value in edits.items():
        xml = content[files[sheet]].decode()
        new = f"<v>{value}</v>" if not isinstance(value, str) else f"<is><t>{value}</t></is>"
        kind = ' t="inlineStr"' if isinstance(value, str) else ""
        pattern = rf'<c r="{cell}"( s="\d+")?[^>]*?(/>|>.*?</c>)'
        xml, count = re.subn(pattern, rf'<c r="{cell}"\g<1>{kind}>{new}</c>', xml, count=1)
        assert count == 1, (sheet, cell)
        content[files[sheet]] = xml.encode()
    for file in files.values():
        content[file] = re.sub(rb"</f><v>[^<]*</v>", b"</f><v>%d</v>" % STALE, content[file])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)


@pytest.fixture(scope="module")
def cases(sample_portfolio: pa.Portfolio) -> dict[str, Case]:
    return {
        "as made": as_made(sample_portfolio, "2025Q3"),
        "weights and trust": other_weights_and_trust(sample_portfolio),
        "published": by_the_letter(sample_portfolio),
        "trust from nothing": trust_from_nothing(),
        "short record": short_record(sample_portfolio),
        **{f"world {seed}": random_world(seed) for seed in (1, 2, 5)},
    }


@pytest.fixture(scope="module")
def counted(cases: dict[str, Case], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Grid]]:
    """Every case's workbook as LibreOffice has it after counting, by the case's name."""
    folder = tmp_path_factory.mktemp("office")
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    files = {name: folder / f"{name.replace(' ', '-')}.xlsx" for name in cases}
    for name, case in cases.items():
        write_scorecard(case.review, files[name])
        edited(files[name], case.edits)
    command = [
        str(OFFICE),
        f"-env:UserInstallation={profile.parent.as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
    ]
    out = folder / "counted"
    subprocess.run([*command, "--outdir", str(out), *map(str, files.values())], check=True, capture_output=True, timeout=300)  # fmt: skip
    return {name: grids(out / file.name) for name, file in files.items()}


CASES = [
    "as made",
    "weights and trust",
    "published",
    "trust from nothing",
    "short record",
    "world 1",
    "world 2",
    "world 5",
]


@pytest.mark.parametrize("side", ["ours", "theirs"])
@pytest.mark.parametrize("name", CASES)
def test_formulas_give_the_packages_numbers(
    counted: dict[str, dict[str, Grid]], cases: dict[str, Case], name: str, side: str
) -> None:
    case = cases[name]
    wanted = expected(case.review, side, portfolio=case.portfolio, method=case.method)
    assert len(wanted) > 0
    compare(counted[name][f"RVI {side}"], wanted, within=CLOSE)


@pytest.mark.parametrize("name", CASES)
def test_no_formula_fails_or_keeps_its_old_value(counted: dict[str, dict[str, Grid]], name: str) -> None:
    for sheet, grid in counted[name].items():
        cells = [cell for line in grid for cell in line]
        assert not [cell for cell in cells if isinstance(cell, str) and re.match(r"#[A-Z/0?]+|Err:", cell)], (
            sheet
        )
        if sheet.startswith("RVI"):
            assert STALE not in cells and str(STALE) not in cells, sheet


def test_what_was_made_is_what_is_counted(
    counted: dict[str, dict[str, Grid]], tmp_path: Path, cases: dict[str, Case]
) -> None:
    """Every cell of every sheet, so that the values in the file are those of its formulas."""
    write_scorecard(cases["as made"].review, tmp_path / "made.xlsx")
    for sheet, grid in grids(tmp_path / "made.xlsx").items():
        again = counted["as made"][sheet]
        for row, line in enumerate(grid):
            for place, cell in enumerate(line):
                found = again[row][place] if row < len(again) and place < len(again[row]) else ""
                number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
                where = f"{sheet}, row {row + 1}, column {place + 1}"
                assert found == (pytest.approx(cell, rel=CLOSE, abs=CLOSE) if number else cell), where


def test_a_change_moves_bands_ranks_and_the_summary(
    counted: dict[str, dict[str, Grid]], cases: dict[str, Case]
) -> None:
    case, values = cases["weights and trust"], counted["weights and trust"]
    wanted = expected(case.review, "ours", portfolio=case.portfolio)
    before = expected(case.review, "ours")
    assert (wanted["band"].astype(str) != before["band"].astype(str)).any()
    summary = values["Summary"]
    shown = {line[0]: line[1:3] for line in summary if line[0]}
    for band, count in wanted["band"].value_counts().items():
        assert shown[band] == [count, int((before["band"] == band).sum())]
    first = next(row for row, line in enumerate(summary) if line[0] == "Highest RVI") + 2
    highest = wanted["rvi"].sort_values(ascending=False, kind="stable").head(10)
    assert [line[1] for line in summary[first : first + 10]] == pytest.approx(highest.tolist(), abs=CLOSE)
    assert summary[4][0].startswith("What if: 5 changed")
    assert values["RVI ours"][2][0] == summary[4][0]


def test_gaps_between_the_sides_follow(counted: dict[str, dict[str, Grid]], cases: dict[str, Case]) -> None:
    case = cases["weights and trust"]
    sides = {
        side: expected(case.review, side, portfolio=case.portfolio)["rvi"] for side in ("ours", "theirs")
    }
    gaps = {line[0]: line[10] for line in counted["weights and trust"]["Both sides"][FIRST:]}
    for partner, gap in (sides["ours"] - sides["theirs"]).items():
        assert gaps[partner] == pytest.approx(float(gap), abs=CLOSE)
