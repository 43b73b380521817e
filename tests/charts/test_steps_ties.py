"""What to do because of who does what for whom in a group: the sentences, branch by branch."""

from __future__ import annotations

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.charts.steps.members import after_members, after_missing_connections, go_betweens
from partnership_analysis.charts.steps.ties import after_combinations, after_referral_matrix
from partnership_analysis.metrics.exchange.reciprocity import BALANCED, TOO_FEW
from partnership_analysis.metrics.network.members import GIVES, RECEIVES


def matrix(*cells: tuple[int | None, ...], names: str = "ABCD") -> pd.DataFrame:
    members = list(names[: len(cells)])
    return pd.DataFrame(cells, index=members, columns=members, dtype="Int64")


def test_who_gives_and_gets_nothing() -> None:
    some = matrix((None, 5, 0, 0), (0, None, 2, 0), (0, 0, None, 0), (0, 0, 0, None))
    assert after_referral_matrix(some) == (
        "refer somebody to A (5), who gave so many but got none (empty column); ask C (2), who got so many but gave none (empty "
        "row), which clients they could send to other members."
    )
    idle = matrix((None, 5, 0), (2, None, 0), (0, 0, None))
    assert after_referral_matrix(idle) == "bring in C: no referral either way in the pair table."
    few = matrix((None, 4), (1, None))
    assert after_referral_matrix(few).startswith(
        "nothing yet; only five referrals are on record. Write each into"
    )


def test_where_everybody_gives_and_gets_the_largest_one_way_tie() -> None:
    def round_about(one: int, other: int) -> str:
        return after_referral_matrix(matrix((None, one, 0), (0, None, other), (1, 0, None)))

    assert round_about(7, 2) == "ask B to look for a client for A, who sent 7 and got none back."
    assert round_about(4, 2) == (
        "nothing; everybody gives and gets. The largest tie without return, A to B (4), may be chance."
    )
    assert "A to B (4; 1 other is as large), may be chance" in round_about(4, 4)
    # Of two ties of six or more, one of six to none is likely; of one alone it is not.
    assert round_about(6, 2).startswith("ask B to look")
    assert "A to B (6; 1 other is as large), may be chance" in round_about(6, 6)
    assert round_about(9, 9).endswith("who sent 9 and got none back (1 other tie is as large).")
    assert after_referral_matrix(matrix((None, 4), (2, None))).startswith("nothing; everybody gives and gets")
    assert after_referral_matrix(matrix((None, 0), (0, None))).startswith("ask everybody for one referral")


def test_who_should_meet() -> None:
    def words(*cells: tuple[int | None, ...]) -> str:
        return after_referral_matrix(matrix(*cells), what="meetings")

    assert words((None, 1, 0), (1, None, 2), (0, 2, None)) == (
        "going by meetings, bring together A and C first, so that they can send each other clients: no meeting of the two is "
        "on record, and both met the same 1 member."
    )
    assert words((None, 1, 0), (1, None, 0), (0, 0, None)).startswith("arrange a first meeting for C")
    assert words((None, 1), (1, None)) == "nothing; everybody has met everybody."
    assert words((None, 0), (0, None)).startswith("arrange one meeting of two members")
    apart = words((None, 1, 0, 0), (1, None, 0, 0), (0, 0, None, 1), (0, 0, 1, None))
    assert apart.endswith("send each other clients: no meeting of the two is on record.")


def test_whom_to_bring_together() -> None:
    both_ways = matrix((None, 2, 0, 2), (0, None, 0, 0), (0, 0, None, 0), (2, 0, 2, None))
    assert after_combinations(both_ways) == (
        "going by referrals, bring together those who referred both ways and never met (▲ in both rows): A with D. The other 2, "
        "referred one way, can wait."
    )
    all_ways = matrix(*(tuple(None if one == other else 2 for one in range(4)) for other in range(4)))
    assert after_combinations(all_ways) == (
        "going by referrals, bring together those who referred both ways and never met (▲ in both rows): A with B; A with C; "
        "A with D; 3 more pairs."
    )
    one_way = matrix((None, 2, 0), (0, None, 0), (0, 0, None))
    assert after_combinations(one_way).startswith(
        "going by referrals, bring together A and B (▲: referred, but never met)"
    )
    met = matrix((None, 1), (1, None))
    assert after_combinations(met) == "ask for one referral between A and B (○: met, but never referred)."
    assert after_combinations(matrix((None, 3), (3, None))).startswith("nothing; everybody met and referred")
    assert after_combinations(matrix((None, 3), (1, None))).startswith("nothing; all met")
    assert after_combinations(matrix((None, 0), (0, None))).startswith("arrange one meeting")
    rest = matrix((None, 3, 0), (3, None, 3), (0, 3, None))
    assert after_combinations(rest) == "introduce A and C (blank: nothing yet)."


def test_members_apart_are_named_and_nobody_else() -> None:
    def words(*labels: str) -> str:
        names = [f"M{place}" for place in range(len(labels))]
        return after_members(pd.DataFrame({"member": names, "label": labels}))

    assert words(RECEIVES, BALANCED, GIVES, GIVES) == (
        "refer somebody to M3 and M2 (give more than chance explains); ask M0 for a referral (gets more)."
    )
    assert words(BALANCED, TOO_FEW).startswith("nothing; nobody gives or gets more")
    assert words(TOO_FEW).startswith("nothing yet; it takes six referrals of one member")


def test_a_line_clear_of_the_middle_is_explained() -> None:
    rows = pd.DataFrame({"from": list("AABBCC"), "to": list("BCACAB"), "kind": "referral"})
    data = pa.member_reciprocity(rows.assign(count=[12, 2, 2, 6, 2, 6]))
    assert not data["label"].isin([GIVES, RECEIVES]).any()
    assert ((data["low"] > 0.5) | (data["high"] < 0.5)).any()
    assert after_members(data) == (
        "decide nothing by one line: with 3 compared at once even A (14 given, 4 received), the least even for so many, may be "
        "chance. When you meet those at both ends, ask whether the exchange suits them."
    )


def missing(**columns: object) -> pd.DataFrame:
    row = {"member": "Ann", "other": "Bo", "shared": 2, "promise": 1.0, "through": "Cy and Dee"}
    return pd.DataFrame([row | columns])


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "going by the members they share, ask Cy to introduce Ann to Bo."),
        ({"through": "us and Dee"}, "going by the members they share, introduce Ann to Bo yourself, as you know both."),
        ({"shared": 1, "through": "us"}, "going by the members they share, introduce Ann to Bo yourself, as you know both."),
        ({"shared": 1, "through": "Cy, Dee & Co"}, "going by the members they share, ask Cy, Dee & Co to introduce Ann to Bo."),
        ({"through": "Cy, Dee & Co and Eve"}, "going by the members they share, introduce Ann to Bo (2 members work with both)."),
        ({"shared": 0, "through": pd.NA}, "introduce Ann to Bo (they share nobody: ask each whom they look for)."),
        ({"member": "us"}, "going by the members they share, ask Cy to introduce your firm to Bo."),
    ],
)  # fmt: skip
def test_whom_to_introduce_and_through_whom(columns: dict[str, object], said: str) -> None:
    assert after_missing_connections(missing(**columns)) == said


def test_the_second_pair_follows() -> None:
    rows = pd.DataFrame({"from": ["Ann", "Bo", "Dee"], "to": ["Bo", "Cy", "Ann"], "kind": "meeting"})
    table = pa.missing_connections(rows)
    assert after_missing_connections(table) == (
        "going by the members they share, ask Bo to introduce Ann to Cy, then ask Ann to introduce Bo to Dee, too."
    )
    assert [go_betweens(row) for row in table.itertuples()] == [["Bo"], ["Ann"], []]
