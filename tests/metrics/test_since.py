"""What changed since an earlier report, by hand on a few rows and on the sample."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.since import CALL, changes_since, said
from partnership_analysis.tables import since_block

ROWS = [
    ("2024-10-01", "Ann", "referral", "received"),
    ("2025-02-03", "Ann", "referral", "received"),
    ("2025-03-04", "Bo", "referral", "received"),
    ("2025-05-05", "Ann", "referral", "received"),
    ("2025-05-06", "Ann", "referral", "received"),
    ("2025-06-20", "Cy", "referral", "received"),
    ("2025-06-24", "Bo", "meeting", None),
]
ACTIONS = pd.DataFrame(
    {
        "partner": ["Ann", "Bo", "Bo", "Ann"],
        "action": ["Letter", "Page", "Talk", "Later"],
        "created": ["2025-01-10", "2025-02-01", None, "2025-05-01"],
        "due": ["2025-03-20", "2025-04-20", None, "2025-06-01"],
        "done": ["2025-03-10", "2025-06-01", None, None],
    }
)


def portfolio(rows: list[tuple[Any, ...]] = ROWS) -> pa.Portfolio:
    frame = pd.DataFrame(rows, columns=["date", "partner", "kind", "direction"])
    partners = pd.DataFrame(
        {"partner": ["Ann", "Bo", "Cy"], "started": ["2024-10-01", "2024-10-01", "2025-06-01"]}
    )
    ratings = pd.DataFrame(
        {
            "date": ["2024-10-01"] * 2,
            "partner": ["Ann", "Bo"],
            "rater": "us",
            "factor": "trust",
            "score": [4, 4],
        }
    )
    return pa.Portfolio.from_frames(interactions=frame, partners=partners, ratings=ratings, actions=ACTIONS)


def before(ours: pa.Portfolio, quarter: str = "2025Q1") -> dict[str, Any]:
    return json.loads(json.dumps(said(pa.quarter_review(ours, quarter))))


def test_what_a_report_said() -> None:
    content = before(portfolio())
    assert content["quarter"] == "2025Q1"
    # 2 received in 6 months with a trust of 4; Bo 1 in 6.
    assert content["partners"]["Ann"]["rvi"] == pytest.approx(4 * 2 / 6)
    assert content["partners"]["Bo"]["rvi"] == pytest.approx(4 * 1 / 6)
    assert content["actions"] == [
        {"partner": "Bo", "action": "Page", "due": "2025-04-20"},
        {"partner": "Bo", "action": "Talk", "due": None},
    ]


def test_who_moved_and_came() -> None:
    ours = portfolio()
    changes = changes_since(pa.quarter_review(ours, "2025Q2"), before(ours))
    # Ann: 4 in 9 months, 1.8 after 1.3, still average; Bo: 1 in 9 months, still weak.
    assert changes.moved.empty
    assert (changes.came, changes.went) == (["Cy"], [])
    earlier = before(ours)
    earlier["partners"]["Ann"] |= {"band": "strong", "rvi": 3.5}
    earlier["partners"]["Gone"] = {"rvi": None, "band": None, "count": 0, "quarter_count": 0}
    changes = changes_since(pa.quarter_review(ours, "2025Q2"), earlier)
    assert changes.moved[["partner", "before", "now", "up"]].values.tolist() == [
        ["Ann", "strong", "average", False]
    ]
    assert changes.went == ["Gone"]


def test_what_was_promised() -> None:
    ours = portfolio()
    earlier = before(ours) | {"calls": ["Ann", "Bo"]}
    rows = changes_since(pa.quarter_review(ours, "2025Q2"), earlier).promised
    done = rows["done"].dt.strftime("%m-%d").where(rows["done"].notna(), "")
    assert list(zip(rows["partner"], rows["what"], done, strict=True)) == [
        ("Ann", CALL, ""),
        ("Bo", "Talk", ""),
        ("Bo", CALL, "06-24"),
        ("Bo", "Page", "06-01"),
    ]


def test_late_data_is_a_revision() -> None:
    earlier = before(portfolio())
    late = portfolio([*ROWS, ("2025-02-10", "Bo", "referral", "received")])
    table = changes_since(pa.quarter_review(late, "2025Q2"), earlier).revised
    assert table["partner"].tolist() == ["Bo"] * 3
    assert dict(zip(table["measure"], zip(table["said"], table["now"], strict=True), strict=True)) == {
        "RVI": (pytest.approx(4 / 6), pytest.approx(8 / 6)),
        "interactions in the quarter": (1, 2),
        "interactions in the window": (1, 2),
    }
    assert changes_since(pa.quarter_review(portfolio(), "2025Q2"), earlier).revised.empty


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quarter": "2025Q2"}, "not before"),
        ({"partners": 3}, "cannot be read"),
        ({"day": "soon"}, "cannot be read"),
    ],
)
def test_an_earlier_report_that_does_not_fit(change: dict[str, Any], words: str) -> None:
    ours = portfolio()
    with pytest.raises(ParameterError, match=words):
        changes_since(pa.quarter_review(ours, "2025Q2"), before(ours) | change)


def test_in_words(sample_portfolio: pa.Portfolio) -> None:
    changes = changes_since(pa.quarter_review(sample_portfolio, "2025Q3"), before(sample_portfolio, "2025Q2"))
    html = since_block(changes).html
    assert "▼ Brightwater Systems strong to promising" in html
    assert "New: Hartwell Surveyors." in html
    assert "no contact with Castlemere Brokers yet" in html
    assert "gives the same numbers, as counted to 30 June 2025" in html
    assert since_block(None).html == ""
