"""Late commitments and punctuality."""

from __future__ import annotations

import datetime as dt
import statistics

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import partnership_analysis as pa
from metrics.helpers import act, made
from metrics.work import TODAY, agreed, last, plain_actions, task, worked
from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.nurture.commitments import late_commitments, punctuality

TASKS = [
    task("finished in time", due="2025-09-10", done="2025-09-10", owner="Ben"),
    task("finished late", due="2025-09-10", done="2025-09-14", owner="Ben"),
    task("open and past", due="2025-09-20", owner="Zoë"),
    task("open, today is the day", due=TODAY, owner="Zoë"),
    task("nobody said when", owner="Zoë"),
    task("with Bo, early and not yet due", "Bo", due="2025-12-01", done="2025-08-01"),
    task("with Bo, in time", "Bo", due="2025-09-01", done="2025-08-01"),
]


def test_late_by_hand() -> None:
    # 20 to 30 September: 10 days so far; 10 to 14 September: 4.
    table = late_commitments(agreed(TASKS))
    assert table[["action", "status", "days_late"]].values.tolist() == [
        ["open and past", "open", 10],
        ["finished late", "done", 4],
    ]


def test_punctuality_by_hand() -> None:
    # Ann: in time, late, open and past: 2 of 3 late; lateness 4 and 10, median 7. Bo: 0 of 1.
    # By owner: Ben 1 of 2, Zoë 1 of 1; what nobody owns is nobody's.
    table = punctuality(agreed(TASKS))
    assert table[["partner", "judged", "late"]].values.tolist() == [["Ann", 3, 2], ["Bo", 1, 0]]
    assert table["share"].tolist() == pytest.approx([2 / 3, 0])
    assert table["days_late"].iloc[0] == 7.0
    assert pd.isna(table["days_late"].iloc[1])
    assert (table["low"] <= table["share"]).all()
    assert (table["share"] <= table["high"]).all()
    owners = punctuality(agreed(TASKS), by="owner")
    assert owners[["owner", "judged", "late"]].values.tolist() == [["Zoë", 1, 1], ["Ben", 2, 1]]
    with pytest.raises(ParameterError):
        punctuality(agreed(TASKS), by="vertical")


def test_as_of() -> None:
    # On 12 September the second is still open and two days late; the third is agreed later.
    tasks = [*TASKS[:2], task("agreed later", created="2025-09-20", due="2025-09-01")]
    rows = [act("2025-01-01")]
    portfolio = pa.Portfolio.from_frames(interactions=pd.DataFrame(rows), actions=pd.DataFrame(tasks))
    table = late_commitments(portfolio, as_of="2025-09-12")
    assert table[["action", "status", "days_late"]].values.tolist() == [["finished late", "open", 2]]
    assert table["done"].isna().all()


def test_who_has_ended_owes_nothing() -> None:
    portfolio = agreed(TASKS, [{"partner": "Ann", "ended": "2025-09-30"}])
    assert late_commitments(portfolio).empty
    assert punctuality(portfolio)["partner"].tolist() == ["Bo"]


def test_without_interactions_and_without_actions() -> None:
    empty = pd.DataFrame({"date": [], "partner": [], "kind": []})
    tasks = pd.DataFrame([task("a", created="2025-03-01", due="2025-03-10", done="2025-03-31")])
    portfolio = pa.Portfolio.from_frames(interactions=empty, actions=tasks)
    assert late_commitments(portfolio)["days_late"].tolist() == [21]
    assert late_commitments(portfolio, as_of="2025-03-12")["status"].tolist() == ["open"]
    with pytest.raises(PeriodError):
        late_commitments(portfolio, as_of="soon")
    with pytest.raises(PeriodError):
        late_commitments(pa.Portfolio.from_frames(interactions=empty))
    only = made([act("2025-01-01")])
    for table in (late_commitments(only), punctuality(only), punctuality(only, by="owner")):
        assert table.empty
        assert "object" not in set(table.dtypes.astype(str))
    full = late_commitments(agreed(TASKS)).dtypes
    assert late_commitments(only).dtypes.equals(full)


@given(st.integers(0, 2**32))
@settings(max_examples=6)
def test_against_plain_python(seed: int) -> None:
    portfolio = worked(seed)
    today = last(portfolio)
    late: dict[str, list[int]] = {}
    for row in plain_actions(portfolio, today):
        if row["due"] and (row["due"] < today or (row["due"] == today and row["done"])):
            late.setdefault(row["partner"], []).append(((row["done"] or today) - row["due"]).days)
    table = punctuality(portfolio)
    assert set(table["partner"]) == set(late)
    for row in table.to_dict("records"):
        days = [days for days in late[row["partner"]] if days > 0]
        assert (row["judged"], row["late"]) == (len(late[row["partner"]]), len(days))
        assert (row["days_late"] == statistics.median(days)) if days else pd.isna(row["days_late"])
    # What is late and was due is every late commitment but those finished late with a due day to come: there are none.
    found = late_commitments(portfolio)
    assert len(found) == sum(days > 0 for each in late.values() for days in each)
    assert isinstance(today, dt.date)


def test_the_sample_is_late_where_it_stalled(sample_portfolio: pa.Portfolio) -> None:
    table = late_commitments(sample_portfolio, as_of="2025-09-30")
    assert set(table.loc[table["status"] == "open", "partner"]) == {"Fairweather Mutual"}
