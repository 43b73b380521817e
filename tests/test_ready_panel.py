"""A ready panel in place of interactions: months give the same numbers, and what needs days says that it has none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.errors import ParameterError, SourceError
from partnership_analysis.metrics import profile_words, story
from partnership_analysis.panel import panel
from partnership_analysis.panels import About, write_panel
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.reports.make import make_report
from partnership_analysis.reports.parameters import ReportParameters

DAY = dt.date(2025, 9, 30)


def written(folder: Path, cells: pd.DataFrame, name: str = "panel.parquet", **about: Any) -> Path:
    import pyarrow as arrow

    said = {"first_date": dt.date(2022, 10, 3), "last_date": DAY, "used": int(cells["count"].sum())}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    write_panel(path, [arrow.Table.from_pandas(cells, preserve_index=False)], lambda: About(**(said | about)))
    return path


@pytest.fixture(scope="module")
def reduced(sample_portfolio: Portfolio, tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    """The sample, its interactions as a panel; the other tables beside it."""
    folder = tmp_path_factory.mktemp("network")
    written(folder, panel(sample_portfolio.interactions))
    for name in ("partners", "ratings", "actions"):
        getattr(sample_portfolio, name).to_parquet(folder / f"{name}.parquet")
    (folder / "settings.toml").write_text('us = "Northgate Advisory"\nhour_rate = 95\n', encoding="utf-8")
    return pa.load(folder)


@pytest.fixture(scope="module")
def whole(sample_portfolio: Portfolio, reduced: Portfolio) -> Portfolio:
    """The sample with the same settings."""
    tables = {
        name: getattr(sample_portfolio, name) for name in ("interactions", "partners", "ratings", "actions")
    }
    return Portfolio(**tables, settings=reduced.settings, ledger=sample_portfolio.ledger)


MONTHLY: dict[str, Callable[[Portfolio], pd.DataFrame]] = {
    "rvi": lambda ours: pa.rvi(ours, as_of=DAY),
    "theirs": lambda ours: pa.rvi(ours, perspective="theirs", as_of=DAY),
    "components": lambda ours: pa.rvi_components(ours, as_of=DAY),
    "signals": lambda ours: pa.signals(ours, as_of=DAY),
    "reciprocity": lambda ours: pa.reciprocity(ours, as_of=DAY),
    "balance": lambda ours: pa.running_balance(ours, as_of=DAY),
    "verticals": lambda ours: pa.vertical_performance(ours, as_of=DAY),
    "foundations": lambda ours: pa.foundations(ours, as_of=DAY),
}


@pytest.mark.parametrize("name", MONTHLY)
def test_months_give_the_same_numbers(name: str, reduced: Portfolio, whole: Portfolio) -> None:
    pd.testing.assert_frame_equal(MONTHLY[name](reduced), MONTHLY[name](whole))


def test_a_return_is_known_or_unknown_but_never_another(reduced: Portfolio, whole: Portfolio) -> None:
    # That a referral was lost tells that it brought nothing; a panel does not hold the lost.
    ours, theirs = (pa.j_curve(one, as_of=DAY) for one in (reduced, whole))
    assert ours["returned"].isna().sum() > theirs["returned"].isna().sum()
    known = ours["returned"].notna()
    pd.testing.assert_frame_equal(ours[known], theirs[known])


def test_what_needs_days_is_empty_and_says_so(reduced: Portfolio) -> None:
    for measure in (pa.rhythm, pa.quarter_rhythm, pa.rhythm_match, pa.conversion, pa.contact_days):
        assert measure(reduced).empty, measure.__name__
    assert pa.rhythm_cells(reduced, "weekday").empty
    told = pa.cadence(reduced)
    assert len(told) and told[["usual", "last_contact"]].isna().all(axis=None) and not told["overdue"].any()
    assert "A ready panel keeps whole months" in story.trust_note(pa.quarter_review(reduced, "2025Q3"))
    assert "cells of a panel" in repr(reduced)
    assert reduced.select(vertical="Legal").reduced


def test_no_sentence_names_a_day_or_denies_what_was(reduced: Portfolio) -> None:
    silent = (
        pa.quarter_review(reduced, "2025Q3").calls.set_index("partner").loc["Brightwater Systems", "evidence"]
    )
    assert silent.startswith("No ") and "since April 2025" in silent and "day" not in silent
    page = pa.partner_profile(reduced, "Brightwater Systems", "2025Q3")
    assert "in October 2022, the last a" in profile_words.how_it_began(page)
    assert "keeps no days" in profile_words.contact_line(page)


def test_it_is_accounted_for(reduced: Portfolio, tmp_path: Path) -> None:
    line = reduced.ledger.sources.iloc[0]
    assert (line["table"], line["file"], line["read"]) == (
        "interactions",
        "panel.parquet",
        len(reduced.interactions),
    )
    cells = panel(reduced.interactions)
    alone = pa.load(written(tmp_path, cells, "ours.parquet", used=7, rejected={"unknown kind": 3}))
    assert alone.reduced and alone.missing == ("partners", "ratings", "actions")
    note = " ".join(alone.ledger.notes["reason"])
    assert "a ready panel of 7 rows" in note and "3 rows rejected when it was made (unknown kind 3)" in note


def test_the_last_month_ends_where_the_record_does(tmp_path: Path, reduced: Portfolio) -> None:
    path = written(tmp_path, panel(reduced.interactions), last_date=dt.date(2025, 9, 12))
    assert pa.load(path).last_date == pd.Timestamp("2025-09-12")


def test_what_is_no_panel_of_ours_is_refused(tmp_path: Path, reduced: Portfolio) -> None:
    cells = panel(reduced.interactions)
    wrong = cells.assign(kind=cells["kind"].replace("referral", "gossip"))
    with pytest.raises(SourceError, match="gossip"):
        pa.load(written(tmp_path / "words", wrong))
    nobody = cells.assign(partner=cells["partner"].mask(cells.index == 0))
    with pytest.raises(SourceError, match="without a partner"):
        pa.load(written(tmp_path / "nobody", nobody))
    both = written(tmp_path / "both", cells).parent
    (both / "interactions.csv").write_text("date,partner,kind\n2025-01-03,Ann,meeting\n", encoding="utf-8")
    with pytest.raises(SourceError, match="which is meant"):
        pa.load(both)


def test_an_alias_in_the_panel_is_the_partner(tmp_path: Path) -> None:
    rows = pd.DataFrame({"date": pd.to_datetime(["2025-08-01", "2025-09-01"]), "partner": ["Ann", "Annie"],
                         "kind": "referral", "direction": "received"})  # fmt: skip
    folder = written(tmp_path / "book", panel(rows)).parent
    (folder / "partners.csv").write_text("partner,aliases\nAnn,Annie\n", encoding="utf-8")
    assert pa.load(folder).names == ["Ann"]


@pytest.mark.parametrize("wish", [{"audience": "Harcourt Legal"}, {"anonymise": True}])
def test_it_is_not_handed_out(wish: dict[str, Any], reduced: Portfolio, tmp_path: Path) -> None:
    book = written(tmp_path / "book", panel(reduced.interactions)).parent
    asked = ReportParameters.of(portfolio=book, quarter="2025Q3", out=tmp_path / "out", **wish)
    with pytest.raises(ParameterError, match="no single interactions to hand out"):
        make_report(asked)
