"""Merging: laws that hold for any two versions of a portfolio."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources.search import tried

from partnership_analysis.importing.merging import merge_interactions, merge_partners, merge_rows
from partnership_analysis.schema import INTERACTIONS, PARTNERS
from partnership_analysis.sources.validate import empty

ROW = st.fixed_dictionaries(
    {
        "date": st.sampled_from(["2025-01-01", "2025-02-02"]),
        "partner": st.sampled_from(["Acme", "ACME", "Bell"]),
        "kind": st.sampled_from(["referral", "strategic_referral", "meeting", "event"]),
        "direction": st.sampled_from(["received", "given"]),
        "count": st.sampled_from([1, 2]),
        "status": st.sampled_from(["open", "won", None]),
        "value": st.sampled_from([None, 5.0]),
        "reference": st.sampled_from(["A 1", "A 2", "B 1", None]),
        "note": st.sampled_from([None, "n"]),
    }
)
ROWS = st.lists(ROW, max_size=6)


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    made = pd.DataFrame(rows).reindex(columns=list(INTERACTIONS.names))
    return made.astype({**INTERACTIONS.dtypes, "date": "datetime64[us]"}) if rows else empty(INTERACTIONS)


@tried(10)
@given(ROWS, ROWS, st.sets(st.sampled_from(["B 1"])), st.booleans())
def test_merging_again_changes_nothing(
    old: list[dict[str, Any]], new: list[dict[str, Any]], complete: set[str], dated: bool
) -> None:
    once = merge_interactions(frame(old), frame(new), complete, dated=dated)
    again = merge_interactions(once.frame, frame(new), complete, dated=dated)
    pd.testing.assert_frame_equal(again.frame, once.frame)
    assert (again.added, again.updated, again.withdrawn) == (0, 0, 0)


@tried(10)
@given(ROWS, ROWS, st.booleans())
def test_every_row_is_added_updated_unchanged_or_left(
    old: list[dict[str, Any]], new: list[dict[str, Any]], dated: bool
) -> None:
    before = frame(old)
    done = merge_interactions(before, frame(new), dated=dated)
    assert done.added + done.updated + done.unchanged == len(new)
    assert len(done.frame) == len(old) + done.added
    assert done.frame.dtypes.astype(str).to_dict() == INTERACTIONS.dtypes
    pd.testing.assert_frame_equal(before, frame(old))


@tried(10)
@given(ROWS, ROWS)
def test_rows_without_a_reference_stay_as_they_are(
    old: list[dict[str, Any]], new: list[dict[str, Any]]
) -> None:
    before = frame(old)
    done = merge_interactions(before, frame(new)).frame.head(len(old))
    byhand = before["reference"].isna().to_numpy()
    # Another way to write a name is the same row.
    columns = [name for name in before if name != "partner"]
    pd.testing.assert_frame_equal(done.loc[byhand, columns], before.loc[byhand, columns])


@pytest.mark.parametrize("complete", [(), ("R",)])
@pytest.mark.parametrize(
    ("exported", "byhand"),
    [
        (("referral", "given"), ("strategic_referral", "given")),
        (("referral", "given"), ("referral", "received")),
        (("meeting", "mutual"), ("event", "given")),
    ],
)
def test_a_kind_and_a_direction_set_by_hand_stay(
    exported: tuple[str, str], byhand: tuple[str, str], complete: tuple[str, ...]
) -> None:
    def row(kind: str, direction: str, **more: Any) -> dict[str, Any]:
        row = {"date": "2025-01-01", "partner": "A", "reference": "R", "count": 1}
        return {**row, "kind": kind, "direction": direction, **more}

    other = row("trade", "mutual")
    old = frame([row(*byhand, status="won", value=9), other])
    done = merge_interactions(old, frame([row(*exported), other]), complete)
    assert (done.added, done.unchanged, done.withdrawn) == (0, 2, 0)
    pd.testing.assert_frame_equal(done.frame, old)
    later = merge_interactions(old, frame([row(*exported, status="won", value=12), other]), complete)
    assert later.frame[["kind", "direction", "value"]].iloc[0].tolist() == [*byhand, 12.0]


def test_of_two_tiers_that_which_was_made_strategic_is_known_by_its_note() -> None:
    def rows(kind: str, note: str) -> pd.DataFrame:
        row = {"date": "2025-01-01", "partner": "A", "direction": "given", "reference": "R"}
        return frame(
            [
                {**row, "kind": kind, "note": "Tier 1", "count": 2},
                {**row, "kind": "referral", "note": note, "count": 1},
            ]
        )

    done = merge_interactions(rows("strategic_referral", "Tier 2, by Bo"), rows("referral", "Tier 2"), {"R"})
    assert done.unchanged == 2
    assert done.frame["count"].tolist() == [2, 1]


def test_a_value_written_by_hand_stays_on_a_deal_that_is_won_without_one() -> None:
    row = {"date": "2025-01-01", "partner": "A", "kind": "referral", "reference": "R", "status": "won"}
    done = merge_interactions(frame([{**row, "value": 9}]), frame([{**row, "value": None}]))
    assert done.frame["value"].tolist() == [9.0]


def test_withdrawn_rows_are_those_of_reports_that_are_complete() -> None:
    old = frame(
        [{"date": "2025-01-01", "partner": "A", "kind": "meeting", "reference": text} for text in ("R", "S")]
    )
    done = merge_interactions(old, empty(INTERACTIONS), {"R"})
    assert (done.withdrawn, done.frame["reference"].tolist()) == (1, ["S"])


def test_what_a_portfolio_says_of_a_partner_stays() -> None:
    def partners(**columns: list[Any]) -> pd.DataFrame:
        return pd.DataFrame(columns).reindex(columns=list(PARTNERS.names)).astype(PARTNERS.dtypes)

    old = partners(partner=["Acme", "Bell"], vertical=["Legal", None], cadence_days=[30, None])
    new = partners(
        partner=["bell", "Cole", "ACME"], vertical=["Tax", "IT", "Food"], cadence_days=[14, None, 7]
    )
    done = merge_partners(old, new)
    assert done[["partner", "vertical"]].to_numpy().tolist() == [
        ["Acme", "Legal"],
        ["Bell", "Tax"],
        ["Cole", "IT"],
    ]
    assert done["cadence_days"].tolist() == [30, 14, pd.NA]
    assert done.dtypes.astype(str).to_dict() == PARTNERS.dtypes


def test_equal_rows_are_there_as_often_as_in_the_version_with_more() -> None:
    one, other = pd.DataFrame({"a": ["x", "x", "y"]}), pd.DataFrame({"a": ["x", "z", "z"]})
    assert merge_rows(one, other)["a"].tolist() == ["x", "x", "y", "z", "z"]
