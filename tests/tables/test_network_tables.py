"""The tables of a group: what they show is what the measures hold, rounded."""

from __future__ import annotations

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.tables.network import (
    combinations_table,
    group_table,
    members_table,
    missing_connections_table,
)

GROUP = pd.DataFrame(
    [
        ("Ann", "Bo", "referral", 14, 800.0),
        ("Bo", "Ann", "referral", 1, None),
        ("Cy", "Bo", "referral", 3, None),
        ("Bo", "Dee", "meeting", 1, None),
        ("Eve", "Dee", "meeting", 1, None),
    ],
    columns=["from", "to", "kind", "count", "value"],
)


def test_members_are_in_the_order_of_their_balance() -> None:
    reciprocity = pa.member_reciprocity(GROUP)
    shown = members_table(pa.member_totals(GROUP), reciprocity, currency="GBP")
    assert shown.frame["member"].tolist() == reciprocity["member"].tolist()
    first = shown.frame.iloc[0]
    assert first[["member", "received", "received_partners", "given", "value", "label"]].tolist() == [
        *("Bo", 17, 2, 1, "£800", "▶ receives more")
    ]
    assert first["interval"].endswith("%")
    assert "94%" in str(shown._repr_html_())


def test_a_long_table_says_how_many_lie_between() -> None:
    reciprocity = pa.member_reciprocity(GROUP)
    shown = members_table(pa.member_totals(GROUP), reciprocity, rows=2)
    assert shown.frame["member"].tolist() == ["Bo", "Ann"]
    assert "and 3 more between" in str(shown._repr_html_())


def test_who_should_meet() -> None:
    missing = pa.missing_connections(GROUP)
    frame = missing_connections_table(missing, rows=3).frame
    assert frame[["member", "other", "shared"]].equals(missing.head(3)[["member", "other", "shared"]])
    empty = missing_connections_table(missing.iloc[:0])
    assert repr(empty) == "Everybody has something with everybody else."


def test_the_most_connected_come_first() -> None:
    counts = pa.combination_counts(GROUP)
    frame = combinations_table(counts).frame
    assert frame["share_connected"].is_monotonic_decreasing
    assert set(frame["member"]) == set(counts["member"])


def test_the_group_as_a_whole() -> None:
    frame = group_table(pa.group_reciprocity(GROUP), pa.group_concentration(GROUP)).frame
    ties = pa.group_reciprocity(GROUP).iloc[0]
    assert frame["share"].tolist()[:2] == [f"{ties['density']:.0%}", f"{ties['returned']:.0%}"]
    assert frame["what"].tolist()[2:] == ["largest share of given, Ann", "largest share of received, Bo"]
    assert frame["finding"].tolist()[2:] == ["uneven", "uneven"]


@pytest.mark.parametrize("kind", ["meeting"])
def test_a_group_that_never_refers(kind: str) -> None:
    only = GROUP[GROUP["kind"] == kind]
    frame = group_table(pa.group_reciprocity(only), pa.group_concentration(only)).frame
    assert frame["share"].iloc[1] == "–"


def test_our_own_firm_without_a_name_is_said_as_a_reader_would() -> None:
    own = GROUP.replace("Ann", "us")
    shown = members_table(pa.member_totals(own), pa.member_reciprocity(own))
    assert "we ourselves" in shown.frame["member"].tolist()
    assert "us" not in shown.frame["member"].tolist()
    pairs = missing_connections_table(pa.missing_connections(own)).frame
    assert "we ourselves" in {*pairs["member"], *pairs["other"]}
