"""Tables of foundations and stakeholders: both sides beside each other, what is old or missing in words."""

from __future__ import annotations

import pandas as pd
import pytest
from metrics.helpers import act, made, rate

import partnership_analysis as pa
from partnership_analysis import tables

DAY = "2025-09-30"


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    ratings = [
        rate("2025-01-30", 4),
        rate("2025-06-30", 4.5),
        rate("2025-06-30", 3, rater="them"),
        rate("2024-01-01", 2, factor="values"),
    ]
    return made([act("2025-09-01"), act("2025-09-01", "Bo")], ratings)


def test_one_partner(portfolio: pa.Portfolio) -> None:
    rated = pa.foundations(portfolio, as_of=DAY)
    frame = tables.foundation_table(rated[rated["partner"] == "Ann"]).frame.set_index("factor")
    assert frame.loc["trust", ["us", "them", "gap", "us_change"]].tolist() == [4.5, 3.0, 1.5, 0.5]
    assert frame.loc["values", "note"] == "ours out of date"
    assert frame.index[5] == "shared goals"
    fresh = pa.foundations(made([act("2025-09-01")], [rate("2025-08-30", 4)]), as_of=DAY)
    assert "note" not in tables.foundation_table(fresh).frame
    assert tables.foundation_table(rated[rated["partner"] == "Bo"])._repr_html_() == ""


def test_all_partners(portfolio: pa.Portfolio) -> None:
    frame = tables.foundation_summary_table(pa.foundation_summary(portfolio, as_of=DAY)).frame
    assert frame["widest"].str.replace("\N{NO-BREAK SPACE}", " ").tolist() == ["trust +1.5", "–"]
    assert frame["rated"].tolist() == ["1 / 1", "0 / 0"]


def test_agreement_of_few_is_a_dash(portfolio: pa.Portfolio) -> None:
    frame = tables.agreement_table(pa.rater_agreement(portfolio, as_of=DAY)).frame
    assert frame.loc[0, ["factor", "pairs", "interval"]].tolist() == ["trust", 1, "–"]


def test_groups_and_who_could_introduce() -> None:
    rows = pd.DataFrame({"date": ["2025-06-01"], "partner": ["Ann"], "kind": ["meeting"]})
    about = pd.DataFrame(
        {
            "partner": ["Ann", "Bo"],
            "stakeholder": ["adviser", "supplier"],
            "market": "start-ups",
            "ended": [None, "2025-05-01"],
        }
    )
    frame = tables.stakeholder_table(pa.stakeholder_map(pa.Portfolio.from_frames(rows, about))).frame
    assert frame[["stakeholder", "state", "through"]].to_numpy().tolist() == [
        ["adviser", "–", "–"],
        ["supplier", "▲ nobody", "Ann"],
    ]


def test_nobody_rated_is_an_empty_table(portfolio: pa.Portfolio) -> None:
    rated = pa.foundations(portfolio, as_of=DAY)
    assert tables.foundation_table(rated.iloc[:0]).frame.empty
