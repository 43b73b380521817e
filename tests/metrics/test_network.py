"""Who to whom: pair tables, matrices, combinations, connections and the group, by hand and by second implementation."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations as choose
from itertools import permutations
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from partnership_analysis.errors import ColumnError, ParameterError, PeriodError
from partnership_analysis.metrics.names import people_key
from partnership_analysis.metrics.network import matrices as network
from partnership_analysis.metrics.network import whole as network_whole
from partnership_analysis.metrics.network.connections import missing_connections
from partnership_analysis.metrics.network.matrices import (
    combination_counts,
    combination_matrix,
    combinations,
    meeting_matrix,
    referral_matrix,
    who_to_whom,
)
from partnership_analysis.metrics.network.pairs import pairs_of
from partnership_analysis.metrics.network.whole import group_concentration, group_reciprocity
from partnership_analysis.schema import PAIRS, REFERRAL_KINDS

NAMES = ("ann", "Bo", "Cy", "Dee", "Éva", "Fay")

# Ann refers Bo twice and Cy once, Bo refers Ann once; Ann and Cy meet, both log it; Dee meets Bo; Fay is alone.
ROWS = [
    ("Ann", "Bo", "referral", 1, "2025-07-31"),
    ("Ann", "Bo", "strategic_referral", 1, "2025-08-31"),
    ("Ann", "Cy", "referral", 1, "2025-08-31"),
    ("Bo", "Ann", "referral", 1, "2025-08-31"),
    ("Ann", "Cy", "meeting", 1, "2025-08-31"),
    ("Cy", "Ann", "meeting", 1, "2025-08-31"),
    ("Dee", "Bo", "meeting", 2, "2025-09-30"),
]


def table(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Such rows as a pair table."""
    return pd.DataFrame(rows, columns=["from", "to", "kind", "count", "date"])


def test_what_cannot_be_counted_is_left_out_with_its_reason() -> None:
    rows = pd.DataFrame(
        {
            "from": ["Ann Lee", "ANN  lee", None, "Ann Lee", "Bo", "Bo", "Bo", "Bo", " "],
            "to": ["Bo", "Ann Lee", None, "bo", "Cy", "Cy", "Cy", "Cy", "Cy"],
            "kind": ["referral"] * 3 + ["referal", "referral", "referral", "meeting", "meeting", "meeting"],
            "count": [None, 1, 1, 1, 0, "two", 1, 1, 1],
            "value": [5, 5, 5, 5, 5, 5, "much", 5, 5],
            "date": ["2025-08-05", None, None, None, None, None, None, "soon", None],
            "period": ["2025-07", *["2025-02"] * 8],
        }
    )
    done = pairs_of(rows)
    assert done.left_out[["row", "reason"]].values.tolist() == [
        [2, "to oneself"],
        [3, "neither side is named"],
        [4, "kind is not known"],
        [5, "count is no whole number from 1"],
        [6, "count is no whole number from 1"],
        [7, "value is no number"],
        [8, "date cannot be read"],
    ]
    assert done.frame["count"].tolist() == [1, 1]
    assert done.frame["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-08-05", "2025-02-28"]
    assert pd.isna(done.frame.loc[1, "from"])
    assert {name: str(dtype) for name, dtype in done.frame.dtypes.items()} == PAIRS.dtypes
    pd.testing.assert_frame_equal(pairs_of(done.frame).frame, done.frame)
    with pytest.raises(ColumnError, match="`kind`"):
        pairs_of(rows.drop(columns="kind"))


def test_matrices_by_hand() -> None:
    rows = table(ROWS)
    assert referral_matrix(rows, members=["Fay"]).fillna(-1).values.tolist() == [
        [-1, 2, 1, 0, 0],
        [1, -1, 0, 0, 0],
        [0, 0, -1, 0, 0],
        [0, 0, 0, -1, 0],
        [0, 0, 0, 0, -1],
    ]
    # The meeting that both logged on one day is one; those of Dee and Bo are two, seen from either.
    assert meeting_matrix(rows).fillna(-1).values.tolist() == [
        [-1, 0, 1, 0],
        [0, -1, 0, 2],
        [1, 0, -1, 0],
        [0, 2, 0, -1],
    ]
    assert meeting_matrix(rows, unique=True).sum(axis=1).tolist() == [1, 1, 1, 1]
    assert referral_matrix(rows, unique=True).sum(axis=1).tolist() == [2, 1, 0, 0]
    assert combination_matrix(rows).fillna(-1).values.tolist() == [
        [-1, 2, 3, 0],
        [2, -1, 0, 1],
        [1, 0, -1, 0],
        [0, 1, 0, -1],
    ]


def test_long_forms_by_hand() -> None:
    long = who_to_whom(table(ROWS))
    assert long[["from", "to", "count"]].values.tolist() == [
        ["Ann", "Bo", 2],
        ["Ann", "Cy", 1],
        ["Bo", "Ann", 1],
    ]
    assert long["last"].dt.month.tolist() == [8, 8, 8]
    assert long["first"].dt.month.tolist() == [7, 8, 8]
    assert long["value"].isna().all()
    assert combinations(table(ROWS))[["from", "to", "meetings", "referrals", "code"]].values.tolist() == [
        ["Ann", "Bo", 0, 2, 2],
        ["Ann", "Cy", 1, 1, 3],
        ["Bo", "Ann", 0, 1, 2],
        ["Bo", "Dee", 2, 0, 1],
        ["Cy", "Ann", 1, 0, 1],
        ["Dee", "Bo", 2, 0, 1],
    ]


def test_counts_of_combinations_add_up_to_the_others() -> None:
    rows = table(ROWS)
    found = combination_counts(rows, members=["Fay"])
    columns = ["both", "referral_only", "meeting_only", "neither"]
    assert found[columns].values.tolist() == [
        [1, 1, 0, 2],
        [0, 1, 1, 2],
        [0, 0, 1, 3],
        [0, 0, 1, 3],
        [0, 0, 0, 4],
    ]
    assert found["share_connected"].tolist() == [0.5, 0.5, 0.25, 0.25, 0.0]
    # Twenty ordered pairs, six of which have something.
    group = combination_counts(rows, by="group", members=["Fay"])
    assert group[columns].values.tolist() == [[1, 2, 3, 14]]
    assert group["share_connected"].tolist() == [0.3]
    alone = combination_counts(rows.iloc[:0], members=["Fay"])
    assert alone["neither"].tolist() == [0]
    assert alone["share_connected"].isna().all()


def test_nothing_later_and_nothing_older_than_the_window() -> None:
    rows = table(ROWS)
    july = referral_matrix(rows, as_of="2025-07-31")
    assert july.columns.tolist() == ["Ann", "Bo"]
    assert july.loc["Ann", "Bo"] == 1
    # Who was there before the window is still a member.
    assert referral_matrix(rows, window=1).columns.tolist() == ["Ann", "Bo", "Cy", "Dee"]
    assert int(referral_matrix(rows, window=1).sum().sum()) == 0
    assert int(meeting_matrix(rows, window=1).loc["Bo", "Dee"]) == 2
    undated = rows.drop(columns="date")
    assert int(referral_matrix(undated).sum().sum()) == 4
    for wrong in ({"window": 3}, {"as_of": "2025-08-31"}):
        with pytest.raises(PeriodError, match="No row"):
            referral_matrix(undated, **wrong)
    for wrong in ("2025-07-30", "soon"):
        with pytest.raises(PeriodError):
            referral_matrix(rows, as_of=wrong)


def test_two_reports_of_a_day_and_logs_of_both_sides() -> None:
    # Ann logged two meetings with Bo on the day, Bo one: two. The next month Bo alone logged one: three in all.
    rows = table(
        [
            ("Ann", "Bo", "meeting", 2, "2025-07-31"),
            ("Bo", "Ann", "meeting", 1, "2025-07-31"),
            ("Bo", "Ann", "meeting", 1, "2025-08-31"),
        ]
    )
    assert meeting_matrix(rows).loc["Ann", "Bo"] == 3
    assert meeting_matrix(rows).loc["Bo", "Ann"] == 3


def test_what_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = table(ROWS)
    with pytest.raises(ParameterError, match="lunch"):
        referral_matrix(rows, kinds=["lunch"])
    for measure in (group_reciprocity, group_concentration):
        with pytest.raises(ParameterError, match="lunch"):
            measure(rows, kinds=["lunch"])
    with pytest.raises(ParameterError, match="'meeting' is done together"):
        group_reciprocity(rows, kinds="meeting")
    assert group_concentration(rows, kinds="referral")["count"].tolist() == [3, 3]
    for wrong in (90, 0, True):
        with pytest.raises(ParameterError, match="interval"):
            group_reciprocity(rows, interval=wrong)
    with pytest.raises(PeriodError, match="is not a date"):
        referral_matrix(rows, as_of="NaT")
    with pytest.raises(ParameterError, match="owner"):
        combination_counts(rows, by="owner")
    only_totals = rows.assign(to=None)
    for measure in (referral_matrix, who_to_whom, combinations, missing_connections):
        with pytest.raises(ParameterError, match="PALMS"):
            measure(only_totals)
    for wrong in ({"member": "Anna"}, {"most": 0}, {"most": True}):
        with pytest.raises(ParameterError):
            missing_connections(rows, **wrong)
    monkeypatch.setattr(network, "MOST_MEMBERS", 3)
    with pytest.raises(ParameterError, match="4 members is too large"):
        combination_matrix(rows)
    assert len(combinations(rows)) == 6


def test_without_rows_the_columns_are_there() -> None:
    empty = table(ROWS).iloc[:0]
    for measure in (who_to_whom, combinations, combination_counts, missing_connections):
        full = measure(table(ROWS))
        assert measure(empty).dtypes.to_dict() == full.dtypes.to_dict()
        assert measure(empty).empty
    assert referral_matrix(empty).shape == (0, 0)
    row = group_reciprocity(empty).iloc[0]
    assert (row["ties"], row["label"]) == (0, "too few to say")
    assert (
        group_reciprocity(empty)[["returned", "expected", "matched", "density", "low"]].isna().all(axis=None)
    )
    assert group_concentration(empty)["gini"].isna().all()


def test_connections_by_hand() -> None:
    # Links: Ann-Bo, Ann-Cy, Bo-Dee. Bo and Cy share Ann, Ann and Dee share Bo (2 links each: 1 / ln 2), Cy and Dee
    # nobody. Fay is new: nobody shares anything with her.
    found = missing_connections(table(ROWS), members=["Fay"])
    assert found[["member", "other", "shared"]].values.tolist() == [
        ["Ann", "Dee", 1],
        ["Bo", "Cy", 1],
        ["Ann", "Fay", 0],
        ["Bo", "Fay", 0],
        ["Cy", "Dee", 0],
        ["Cy", "Fay", 0],
        ["Dee", "Fay", 0],
    ]
    assert found["promise"].tolist()[:3] == pytest.approx([1 / math.log(2), 1 / math.log(2), 0])
    assert found["through"].tolist()[:2] == ["Bo", "Ann"]
    assert found["through"][2:].isna().all()
    mine = missing_connections(table(ROWS), member="DEE", most=1)
    assert mine[["member", "other"]].values.tolist() == [["Dee", "Ann"]]


@st.composite
def worlds(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    """A small group in random rows, some of one side only."""
    random = Random(draw(st.integers(0, 2**40)))
    names = NAMES[: random.randint(2, 6)]
    rows = []
    for _ in range(random.randint(1, 30)):
        one, two = random.sample(names, 2)
        kind = random.choice(["referral", "referral", "strategic_referral", "meeting", "event"])
        rows.append((one, two, kind, random.randint(1, 4), f"2025-0{random.randint(1, 9)}-28"))
    return rows


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=5)
def test_every_cell_as_plain_python_has_it(rows: list[tuple[Any, ...]], random: Any) -> None:
    given_: Counter[tuple[str, str]] = Counter()
    logged: Counter[tuple[str, str, str]] = Counter()
    anything = set()
    for one, two, kind, count, date in rows:
        anything.add(frozenset((one, two)))
        if kind in REFERRAL_KINDS:
            given_[one, two] += count
        if kind == "meeting":
            logged[one, two, date] += count
    met: Counter[tuple[str, str]] = Counter()
    for one, two, date in {(min(a, b), max(a, b), date) for a, b, date in logged}:
        count = max(logged[one, two, date], logged[two, one, date])
        met[one, two] += count
        met[two, one] += count
    names = sorted({name for row in rows for name in row[:2]}, key=people_key)
    shuffled = list(rows)
    random.shuffle(shuffled)
    frame = table(shuffled)
    matrices = referral_matrix(frame), meeting_matrix(frame), combination_matrix(frame)
    assert all(matrix.columns.tolist() == names for matrix in matrices)
    cells = [matrix.fillna(-1).to_numpy() for matrix in matrices]
    for (row, one), (column, two) in permutations(enumerate(names), 2):
        code = (met[one, two] > 0) + 2 * (given_[one, two] > 0)
        assert [cell[row, column] for cell in cells] == [given_[one, two], met[one, two], code]
    friends = {
        name: {other for pair in anything if name in pair for other in pair} - {name} for name in names
    }
    wanted = {}
    for one, two in choose(names, 2):
        if frozenset((one, two)) not in anything:
            shared = friends[one] & friends[two]
            wanted[one, two] = (len(shared), sum(1 / math.log(len(friends[name])) for name in shared))
    missing = missing_connections(frame)
    found = {
        (row["member"], row["other"]): (row["shared"], row["promise"]) for row in missing.to_dict("records")
    }
    assert {pair: count for pair, (count, _) in found.items()} == {
        pair: count for pair, (count, _) in wanted.items()
    }
    for pair, (_, promise) in wanted.items():
        assert found[pair][1] == pytest.approx(promise)
    assert missing["promise"].is_monotonic_decreasing


@given(worlds())
@settings(max_examples=4)
def test_a_large_group_is_searched_in_parts(rows: list[tuple[Any, ...]]) -> None:
    frame = table(rows)
    whole = missing_connections(frame, most=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("partnership_analysis.metrics.network.connections.MOST_MEMBERS", 1)
        patch.setattr("partnership_analysis.metrics.network.connections._AT_ONCE", 2)
        parts = missing_connections(frame, most=4)
        with pytest.raises(ParameterError, match="most=None"):
            missing_connections(frame, most=None)
    pd.testing.assert_frame_equal(parts, whole[whole["shared"] > 0])


def test_a_group_by_hand() -> None:
    # Ties: Ann-Bo both ways (3 and 1), Ann-Cy one way (2): 3 ties, 1 mutual pair, 1 one-way; returned 2 / 3.
    # Matched: min(3, 1) twice of 6 = 1 / 3. If even: 4 between Ann and Bo: 2 * E min = 4 - 2 * E|X - 2| = 4 - 1.5
    # (binomial of 4: E|X - 2| = 2 * 2/16 + 1 * 8/16 = 0.75), 2 between Ann and Cy: 2 - 2 * 0.5 = 1; 3.5 / 6.
    rows = table(
        [
            ("Ann", "Bo", "referral", 3, "2025-08-31"),
            ("Bo", "Ann", "referral", 1, "2025-08-31"),
            ("Ann", "Cy", "referral", 2, "2025-08-31"),
        ]
    )
    row = group_reciprocity(rows, members=["Dee"]).iloc[0]
    assert row[["members", "ties", "mutual_pairs", "one_way_pairs", "count", "unnamed"]].tolist() == [
        4,
        3,
        1,
        1,
        6,
        0,
    ]
    assert (row["density"], row["returned"]) == (pytest.approx(3 / 12), pytest.approx(2 / 3))
    assert (row["matched"], row["matched_if_even"]) == (pytest.approx(1 / 3), pytest.approx(3.5 / 6))
    assert row["low"] < row["returned"] < row["high"]
    assert row["label"] == "too few to say"


def test_chance_of_an_even_group_is_that_of_its_few_members() -> None:
    # Everybody gives to one: of 8 members each tie is returned with chance 1 / 7, so 8 / 14 mutual pairs.
    names = [f"M{number}" for number in range(8)]
    ring = table(
        [(one, names[(place + 1) % 8], "referral", 1, "2025-08-31") for place, one in enumerate(names)]
    )
    row = group_reciprocity(ring).iloc[0]
    assert row["expected"] == pytest.approx(1 / 7, abs=1e-3)
    assert (row["returned"], row["label"]) == (0.0, "as by chance")
    couples = table([(one, names[place ^ 1], "referral", 1, "2025-08-31") for place, one in enumerate(names)])
    assert group_reciprocity(couples).iloc[0][["returned", "label"]].tolist() == [1.0, "too few to say"]
    more = [f"N{number:02d}" for number in range(16)]
    many = table([(one, more[place ^ 1], "referral", 1, "2025-08-31") for place, one in enumerate(more)])
    row = group_reciprocity(many).iloc[0]
    assert row["label"] == "more than by chance"
    assert row["chance"] < 0.001


def test_chance_is_that_of_shuffled_ties() -> None:
    # Ties exchanged two by two keep everybody's numbers of partners: 400 such groups against the closed form.
    random = Random(7)
    names = [f"M{number:02d}" for number in range(18)]
    weights = [random.expovariate(1) + 0.1 for _ in names]
    ties = set()
    while len(ties) < 90:
        one, two = random.choices(names, weights, k=2)
        if one != two:
            ties.add((one, two))
    row = group_reciprocity(table([(*tie, "referral", 1, "2025-08-31") for tie in sorted(ties)])).iloc[0]
    shares = []
    edges = sorted(ties)
    for _ in range(400):
        for _ in range(180):
            i, j = random.randrange(90), random.randrange(90)
            (a, b), (c, d) = edges[i], edges[j]
            if a != d and c != b and (a, d) not in ties and (c, b) not in ties and i != j:
                ties -= {(a, b), (c, d)}
                ties |= {(a, d), (c, b)}
                edges[i], edges[j] = (a, d), (c, b)
        shares.append(sum((two, one) in ties for one, two in edges) / 90)
    assert row["expected"] == pytest.approx(np.mean(shares), abs=0.02)
    inside = np.mean([row["expected_low"] <= share <= row["expected_high"] for share in shares])
    assert 0.87 <= inside <= 0.99


def test_members_of_like_numbers_may_be_taken_together(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(3)
    ties = {(f"M{random.randrange(60)}", f"M{random.randrange(60)}") for _ in range(700)}
    rows = table([(*tie, "referral", 1, "2025-08-31") for tie in sorted(ties)])
    fine = group_reciprocity(rows)["expected"].iloc[0]
    monkeypatch.setattr(network_whole, "_CLASSES", 20)
    assert group_reciprocity(rows)["expected"].iloc[0] == pytest.approx(fine, rel=0.03)


def test_concentration_by_hand() -> None:
    # Given 6, 2, 0, 0: mean 2; differences of pairs 4, 6, 6, 2, 2, 0 = 20 of 6 pairs: 20 / (6 * 2 * 2) = 5 / 6.
    # Two referrals are one member's: (6 * 5 + 2 * 1) / (8 * 7) = 32 / 56.
    rows = table([("Ann", "Bo", "referral", 6, "2025-08-31"), ("Bo", "Cy", "referral", 2, "2025-08-31")])
    found = group_concentration(rows, members=["Dee"]).set_index("side")
    row = found.loc["given"]
    assert row[["members", "active", "count", "top"]].tolist() == [4, 2, 8, "Ann"]
    assert [row["top_share"], row["gini"], row["hhi"]] == pytest.approx([0.75, 5 / 6, 32 / 56])
    assert row["members_as_if"] == pytest.approx(56 / 32)
    # Dispersion: (16 + 0 + 4 + 4) / 2 = 12 on 3 degrees of freedom.
    assert row["chance"] == pytest.approx(0.00738, abs=1e-5)
    assert row["label"] == "uneven"


def test_gini_of_equal_members_is_what_a_simulation_shows() -> None:
    counts = np.random.default_rng(5).poisson(1.5, (4000, 2))
    simulated = np.abs(counts[:, 0] - counts[:, 1]).mean() / 3
    names = [f"M{number}" for number in range(8)]
    rows = table(
        [(names[place % 8], names[(place + 1) % 8], "referral", 1, "2025-08-31") for place in range(12)]
    )
    row = group_concentration(rows).set_index("side").loc["given"]
    assert row["gini_if_even"] == pytest.approx(simulated, abs=0.02)
    assert row["label"] == "even"


def test_matched_if_even_is_the_binomials() -> None:
    rows = table([("Ann", "Bo", "referral", 7, "2025-08-31"), ("Bo", "Ann", "referral", 2, "2025-08-31")])
    wanted = sum(2 * min(k, 9 - k) * binom.pmf(k, 9, 0.5) for k in range(10)) / 9
    assert group_reciprocity(rows).iloc[0]["matched_if_even"] == pytest.approx(wanted)
