"""Types of relationships, dependence, and suppliers without an alternative."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import plain

import partnership_analysis as pa
from metrics.helpers import Made, act, made, rate
from partnership_analysis.metrics.concentration import concentration
from partnership_analysis.metrics.leverage import dependence, relationship_map, sole_suppliers
from partnership_analysis.sample import sample
from partnership_analysis.schema import RELATIONSHIPS
from partnership_analysis.sources.ledger import Ledger, joined_entries, sources_frame

ROWS = [act("2025-01-05"), act("2025-06-30", "Zed")]
ABOUT = [
    {"partner": "Ann", "relationship": "contractor", "offer": "Print; web"},
    {"partner": "Bo", "relationship": "contractor", "offer": "web"},
    {"partner": "Cy", "relationship": "affiliate", "offer": "tax", "started": "2025-01-01"},
    {"partner": "Dee", "relationship": "client", "offer": "tax; patents"},
    {"partner": "Eve", "relationship": "contractor", "offer": "print", "ended": "2025-05-31"},
    {"partner": "Fay", "relationship": "contractor", "offer": "drones"},
    {"partner": "Gus", "offer": "lasers"},
    {"partner": "Zed", "relationship": "affiliate"},
]


def agreed(partner: str, **more: Any) -> Made:
    return {"partner": partner, "action": "Labels", **more}


ACTIONS = [
    agreed("Ann", due="2025-08-01", hours=3, delegate_to="fay"),
    agreed("Ann", due="2025-07-20", hours=1.5),
    agreed("Ann", due="2025-06-01", done="2025-06-02"),
    agreed("Bo", due="2025-09-01"),
    agreed("Cy", created="2025-07-01"),
    agreed("Dee"),
    agreed("Eve"),
    agreed("Fay", delegate_to="Fay"),
    agreed("Gus"),
    agreed("Zed"),
]


def supplied(
    actions: list[Made], about: list[Made] = ABOUT, rows: list[Made] = ROWS, **given: Any
) -> pa.Portfolio:
    return pa.Portfolio.from_frames(
        pd.DataFrame(rows),
        pd.DataFrame(about),
        actions=pd.DataFrame(actions),
        settings={"repeats": "each", **given},
    )


def test_suppliers_by_hand() -> None:
    # Ann: web is also Bo's, print was Eve's, who has ended: in part. Bo: Ann has web. Cy's action is agreed later. Dee is
    # a client. Fay: nobody else has drones; Ann's action could go to Fay, and Fay's own is not delegated. Gus' type
    # and Zed's offer are not on record. Of the six others of Fay (Ann, Bo, Cy, Dee, Gus, Zed) five offers are.
    table = sole_suppliers(supplied(ACTIONS)).set_index("partner")
    names = ["commitments", "delegated", "without_alternative", "alternatives", "alternative_names", "label"]
    assert {name: [plain(value) for value in row[names]] for name, row in table.iterrows()} == {
        "Fay": [1, 1, "drones", 0, None, "no alternative"],
        "Ann": [2, 0, "Print", 1, "Bo", "no alternative in part"],
        "Gus": [1, 0, "lasers", 0, None, "not known"],
        "Zed": [1, 0, None, None, None, "not known"],
        "Bo": [1, 0, None, 1, "Ann", "alternatives"],
    }
    assert table.index.tolist() == ["Fay", "Ann", "Gus", "Zed", "Bo"]
    ann = table.loc["Ann"]
    assert (ann["hours"], ann["earliest_due"]) == (4.5, pd.Timestamp("2025-07-20"))
    assert table["known"].round(3).tolist() == [0.833, 0.833, 0.833, 1.0, 0.833]
    assert table.loc["Fay", "evidence"] == (
        "1 open commitment; none of the 5 others whose offer is on record offers drones"
    )
    assert table["evidence"].notna().sum() == 1


def test_nothing_later_than_the_day_counts() -> None:
    # On 1 June Ann's third is still open; on 30 May Eve is there, so that print has an alternative.
    table = sole_suppliers(supplied(ACTIONS), as_of="2025-06-01").set_index("partner")
    assert table.loc["Ann", "commitments"] == 3
    before = sole_suppliers(supplied(ACTIONS), as_of="2025-05-30").set_index("partner")
    assert before.loc["Ann", ["label", "alternative_names"]].tolist() == ["alternatives", "Bo; Eve"]
    assert "Eve" not in table.index
    assert "Cy" in sole_suppliers(supplied(ACTIONS), as_of="2025-07-01")["partner"].tolist()


def test_what_we_sell_ourselves_we_can_do() -> None:
    table = sole_suppliers(supplied([agreed("Fay")], us="Northgate", offer="Drones")).iloc[0]
    assert table[["label", "alternatives", "alternative_names"]].tolist() == ["alternatives", 1, "Northgate"]


def test_nobody_is_without_alternative_where_most_offers_are_unknown() -> None:
    # Fay and one other of whom there is an offer, and three without: a third is too few; with two it is a half.
    some = [{"partner": name} for name in ("P", "Q")]
    about = [ABOUT[5], ABOUT[1], *some, {"partner": "Zed"}]
    assert sole_suppliers(supplied([agreed("Fay")], about, [act("2025-06-01", "Zed")]))["label"].tolist() == [
        "not known"
    ]
    half = [ABOUT[5], ABOUT[1], {"partner": "Zed"}]
    assert sole_suppliers(supplied([agreed("Fay")], half, [act("2025-06-01", "Zed")]))["label"].tolist() == [
        "no alternative"
    ]
    alone = sole_suppliers(supplied([agreed("Fay", hours=1)], [ABOUT[5]], [act("2025-06-01", "Fay")])).iloc[0]
    assert pd.isna(alone["known"])
    assert alone["evidence"] == "1 open commitment with 1 hour of ours; nobody else offers drones"


def test_words_for_one_other_no_hours_and_several_offers() -> None:
    # Neither has both: each tag has nobody. Zed's offer is not on record, so that one other's of two is.
    about = [ABOUT[5] | {"offer": "Drones; Kites"}, ABOUT[1], {"partner": "Zed"}]
    row = sole_suppliers(supplied([agreed("Fay", hours=0)], about, [act("2025-06-01", "Zed")])).iloc[0]
    assert row["evidence"] == (
        "1 open commitment; the one other whose offer is on record does not offer Drones or Kites"
    )


def test_suppliers_need_no_interactions() -> None:
    nothing = pd.DataFrame({"date": [], "partner": [], "kind": []})
    portfolio = pa.Portfolio.from_frames(nothing, pd.DataFrame(ABOUT[:2]), actions=pd.DataFrame(ACTIONS[:3]))
    assert sole_suppliers(portfolio)["commitments"].tolist() == [2]


def test_types_by_hand() -> None:
    # Ann and Bo are contractors: Ann 6 events in 6 months, trust 4: 4; Bo 3 referrals, trust 2: 1; mean 2.5.
    rows = [
        act("2025-01-05", kind="event", direction="mutual", count=6, hours=3.0),
        act("2025-01-05", "Bo", count=3, value=90.0),
        act("2025-01-05", "Eve", count=2, hours=1.0),
        act("2025-06-30", "Zed", direction="given"),
        act("2025-06-30", "Kim", direction="given"),
    ]
    table = relationship_map(made(rows, [rate("2025-01-05", 4), rate("2025-01-05", 2, "Bo")], ABOUT))
    assert table["relationship"].tolist() == [*RELATIONSHIPS, "not described"]
    # Eve has ended: a contractor no more, whose referrals were received all the same.
    assert [plain(value) for value in table.drop(columns=["low", "high"]).iloc[1]] == [
        "contractor", 3, 1, 2, 0, 2.5, 5, 0, 90.0, 4.0,
    ]  # fmt: skip
    assert [plain(value) for value in table.iloc[2]] == [
        "mentor",
        0,
        0,
        0,
        0,
        None,
        None,
        None,
        0,
        0,
        None,
        None,
    ]
    assert table["partners"].tolist() == [2, 3, 0, 1, 0, 0, 2]
    assert table["given"].tolist() == [1, 0, 0, 0, 0, 0, 1]
    early = relationship_map(made(rows, [], ABOUT), as_of="2025-05-30", window=2)
    assert early["partners"].tolist()[1] == 4
    assert early["received"].sum() == 0


def test_dependence_is_concentration_of_partners() -> None:
    portfolio = supplied(ACTIONS, rows=[act("2025-06-01", value=30.0), act("2025-06-01", "Bo", value=10.0)])
    table = dependence(portfolio)
    assert table["measure"].tolist() == ["value", "received", "commitments"]
    assert table["top"].tolist() == ["Ann", "Ann", "Ann"]
    # Ann has 2 of 7 open actions by 1 June with those who are there, and a third that is done on 2 June.
    assert table["top_share"].tolist() == [0.75, 0.5, 3 / 8]
    one = concentration(portfolio, measure="commitments").drop(columns="group")
    pd.testing.assert_frame_equal(table.iloc[[2]].drop(columns="measure").reset_index(drop=True), one)


def test_what_cannot_be_said() -> None:
    alone, full = made([act("2025-01-05")]), supplied(ACTIONS)
    found = [measure(alone) for measure in (sole_suppliers, dependence, relationship_map)]
    assert found[0].empty
    assert found[1]["total"].tolist() == [pd.NA, 1.0, pd.NA]
    assert found[2]["partners"].tolist() == [0, 0, 0, 0, 0, 0, 1]
    for table, measure in zip(found, (sole_suppliers, dependence, relationship_map), strict=True):
        pd.testing.assert_series_equal(table.dtypes, measure(full).dtypes)


OFFERS = st.lists(
    st.tuples(
        st.sampled_from(["contractor", "client", None]), st.frozensets(st.sampled_from("xyz")), st.booleans()
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=5)
@given(OFFERS)
def test_against_sets(people: list[tuple[str | None, frozenset[str], bool]]) -> None:
    about = [
        {
            "partner": f"P{place}",
            "relationship": relationship,
            "offer": "; ".join(sorted(tags)) or None,
            "ended": "2025-05-01" if over else None,
        }
        for place, (relationship, tags, over) in enumerate(people)
    ]
    portfolio = supplied([agreed(row["partner"]) for row in about], about, [act("2025-06-01", "P0")])
    table = sole_suppliers(portfolio).set_index("partner")
    may = {f"P{place}" for place, (what, _, over) in enumerate(people) if what != "client" and not over}
    assert set(table.index) == may
    for place, (relationship, tags, over) in enumerate(people):
        if over or relationship == "client":
            continue
        others = [found for at, (_, found, gone) in enumerate(people) if at != place and not gone]
        alone = tags - frozenset().union(*others)
        enough = not others or sum(map(bool, others)) / len(others) >= 0.5
        expected = "alternatives"
        if not tags or not relationship or (alone == tags and not enough):
            expected = "not known"
        elif alone == tags:
            expected = "no alternative"
        elif alone and enough:
            expected = "no alternative in part"
        row = table.loc[f"P{place}"]
        assert row["label"] == expected
        assert plain(row["without_alternative"]) == ("; ".join(sorted(alone)) or None)
        assert plain(row["alternatives"]) == (sum(bool(tags & found) for found in others) if tags else None)


@pytest.mark.parametrize("seed", [2025, 7])
def test_the_planted_story_is_found_and_nobody_else_accused(seed: int) -> None:
    one = sample(seed=seed)
    portfolio = pa.Portfolio(
        **one.tables, settings=one.settings, ledger=Ledger(sources_frame([]), joined_entries([]))
    )
    table = sole_suppliers(portfolio)
    accused = table.loc[table["label"] == "no alternative", "partner"].tolist()
    assert accused == one.truth.loc[one.truth["story"] == "no alternative", "partner"].tolist()
    assert not table["label"].isin(["not known", "no alternative in part"]).any()


@pytest.mark.parametrize("inside", [True, False])
def test_internal_and_external_partners_apart(sample_portfolio: pa.Portfolio, inside: bool) -> None:
    types = [name for name in RELATIONSHIPS if (name == "department") == inside]
    part = sample_portfolio.select(relationship=types)
    whole = relationship_map(sample_portfolio).set_index("relationship")
    found = relationship_map(part, as_of=sample_portfolio.last_date.date()).set_index("relationship")
    pd.testing.assert_frame_equal(found.loc[types], whole.loc[types])
    assert found.loc[[name for name in RELATIONSHIPS if name not in types], "partners"].sum() == 0
    assert sole_suppliers(part)["partner"].tolist() == (
        [] if inside else sole_suppliers(sample_portfolio)["partner"].tolist()
    )
