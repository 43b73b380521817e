"""Every member of a group as `us`: sums, who gives and takes, a portfolio of one's own, and RVI for all at once."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources.importers.exports import SLIPS, spreadsheetml
from worlds import plain

import partnership_analysis as pa
from metrics.test_network import ROWS, table
from partnership_analysis.errors import ColumnError, ParameterError, PeriodError
from partnership_analysis.metrics.network.members import member_portfolio, member_reciprocity, member_totals
from partnership_analysis.metrics.network.members_rvi import rvi_of_members
from partnership_analysis.metrics.network.whole import group_reciprocity
from partnership_analysis.metrics.rvi import latest

NAMES = ("ann", "Bo", "Cy", "Dee", "Éva")
KINDS = ("referral", "strategic_referral", "online_collaboration", "event", "meeting", "trade")


def test_totals_by_hand() -> None:
    # ROWS: Ann gives 2 to Bo and 1 to Cy, Bo 1 to Ann; Ann and Cy met once, Dee and Bo twice.
    found = member_totals(table(ROWS), members=["Fay"])
    columns = [
        "member",
        "given",
        "given_partners",
        "received",
        "received_partners",
        "meetings",
        "met",
        "unnamed",
    ]
    assert found[columns].values.tolist() == [
        ["Ann", 3, 2, 1, 1, 1, 1, 0],
        ["Bo", 1, 1, 2, 1, 2, 1, 0],
        ["Cy", 0, 0, 1, 1, 1, 1, 0],
        ["Dee", 0, 0, 0, 0, 2, 1, 0],
        ["Fay", 0, 0, 0, 0, 0, 0, 0],
    ]
    assert found[["value_given", "value_received"]].isna().all(axis=None)
    july = member_totals(table(ROWS), as_of="2025-07-31")
    assert july[["member", "given", "received"]].values.tolist() == [["Ann", 1, 0], ["Bo", 0, 1]]


def test_totals_of_a_summary_count_where_no_slip_tells_more() -> None:
    # July has slips of referrals, so that July's totals of referrals say nothing new; nobody's meetings of July nor
    # anything of August is known but as totals.
    rows = table(
        [
            ("Ann", "Bo", "referral", 2, "2025-07-31"),
            ("Ann", None, "referral", 2, "2025-07-31"),
            (None, "Bo", "referral", 2, "2025-07-31"),
            ("Ann", None, "meeting", 3, "2025-07-31"),
            ("Ann", None, "referral", 4, "2025-08-31"),
            (None, "Cy", "referral", 5, "2025-08-31"),
        ]
    )
    found = member_totals(rows)
    columns = [
        "member",
        "given",
        "given_partners",
        "received",
        "received_partners",
        "meetings",
        "met",
        "unnamed",
    ]
    assert [[plain(cell) for cell in row] for row in found[columns].values.tolist()] == [
        ["Ann", 6, 1, 0, 0, 3, None, 7],
        ["Bo", 0, 0, 2, 1, 0, 0, 0],
        ["Cy", 0, 0, 5, None, 0, 0, 5],
    ]
    assert group_reciprocity(rows)["unnamed"].tolist() == [4]


def test_closed_business_without_a_pair() -> None:
    # August: slips tell 100 of Ann and 50 of Bo, thanks to Ann; the summary of August repeats it. July: summary only.
    closed = pd.DataFrame(
        [
            ("ANN", None, 100.0, "2025-08", "BNI 2025-08-31"),
            ("Bo", "ann", 50.0, "2025-08", "BNI 2025-08-31"),
            ("Ann", None, 100.0, "2025-08", "PALMS 2025-08"),
            ("Gil", None, 30.0, "2025-07", "PALMS 2025-07"),
        ],
        columns=["member", "giver", "value", "period", "reference"],
    )
    rows = table(ROWS).assign(value=[10.0, *[None] * 6])
    found = member_totals(rows, unassigned=closed).set_index("member")
    assert found["value_received"].map(plain).to_dict() == {
        "Ann": 100.0, "Bo": 60.0, "Cy": None, "Dee": None, "Gil": 30.0,
    }  # fmt: skip
    assert found["value_given"].map(plain).to_dict() == {
        "Ann": 60.0, "Bo": None, "Cy": None, "Dee": None, "Gil": None,
    }  # fmt: skip
    # July: only what July tells.
    july = member_totals(rows, unassigned=closed, as_of="2025-07-31").set_index("member")
    assert july["value_received"].map(plain).to_dict() == {"Ann": None, "Bo": 10.0, "Gil": 30.0}
    august = member_totals(rows, unassigned=closed, as_of="2025-08-31", window=1)["value_received"]
    assert august.sum() == 150.0
    with pytest.raises(ColumnError, match="period"):
        member_totals(rows, unassigned=closed.drop(columns="period"))


def test_who_gives_more_by_hand() -> None:
    # Ann gives 12 and gets 1, Bo the reverse: 2 * 14 / 2**13 = 0.0034 each; Cy and Dee exchange 3 and 3: 1. Of four
    # looked at, the two smallest are adjusted to 0.0034 * 4 / 2 = 0.0068. Gil gave 2: too few to be looked at.
    rows = table(
        [
            ("Ann", "Bo", "referral", 12, "2025-08-31"),
            ("Bo", "Ann", "referral", 1, "2025-08-31"),
            ("Cy", "Dee", "referral", 3, "2025-08-31"),
            ("Dee", "Cy", "referral", 3, "2025-08-31"),
            ("Gil", "Hal", "referral", 2, "2025-08-31"),
        ]
    )
    found = member_reciprocity(rows, members=["Ida"])
    assert found[["member", "balance", "label"]].values.tolist() == [
        ["Bo", 11, "receives more"],
        ["Hal", 2, "too few to say"],
        ["Cy", 0, "balanced"],
        ["Dee", 0, "balanced"],
        ["Ida", 0, "too few to say"],
        ["Gil", -2, "too few to say"],
        ["Ann", -11, "gives more"],
    ]
    row = found.set_index("member").loc["Ann"]
    assert row[["chance", "adjusted", "share"]].tolist() == pytest.approx([28 / 2**13, 56 / 2**13, 1 / 13])
    assert found.set_index("member").loc["Ida", ["share", "low", "high", "chance", "adjusted"]].isna().all()


def test_an_even_group_is_hardly_accused() -> None:
    # 400 members who give and receive at the same rate: at 0.05 each, several would be called one-sided.
    random, rows = np.random.default_rng(11), []
    names = [f"M{number:03d}" for number in range(400)]
    for one, two in random.integers(0, 400, (6000, 2)):
        rows.append((names[one], names[two], "referral", 1, "2025-08-31"))
    found = member_reciprocity(table(rows))
    assert (found["chance"] < 0.05).sum() > 3
    assert found["label"].isin(["gives more", "receives more"]).sum() <= 1


def test_a_members_portfolio_by_hand() -> None:
    rows = table(ROWS)
    rating = pd.DataFrame(
        {"date": ["2025-08-01"] * 2, "from": ["bo", "Ann"], "to": ["Ann", "BO"], "score": [4, 2]}
    )
    ann = member_portfolio(rows, "ANN", ratings=rating, settings={"window": 6})
    assert ann.interactions[["partner", "kind", "direction", "count"]].values.tolist() == [
        ["Bo", "referral", "given", 1],
        ["Bo", "referral", "received", 1],
        ["Bo", "strategic_referral", "given", 1],
        ["Cy", "referral", "given", 1],
        ["Cy", "meeting", "mutual", 1],
    ]
    assert ann.ratings[["partner", "rater", "factor", "score"]].values.tolist() == [
        ["Bo", "us", "trust", 2.0],
        ["Bo", "them", "trust", 4.0],
    ]
    assert (ann.settings.us, ann.settings.window) == ("Ann", 6)
    assert (ann.ledger.rejected, ann.missing) == (0, ("partners", "actions"))
    # August's two referrals to Ann's partners are given, Bo's is received; one of two months: 2 * 1 / 2.
    assert latest(pa.rvi(ann, as_of="2025-08-31"))[["partner", "rvi"]].values.tolist()[0] == ["Bo", 1.0]
    assert pa.reciprocity(ann)[["partner", "received", "given"]].values.tolist() == [
        ["Bo", 1, 2],
        ["Cy", 0, 1],
    ]
    with pytest.raises(ParameterError, match="Nearest: Ann"):
        member_portfolio(rows, "Anne")
    for wrong in ({"score": 6}, {"date": "soon"}, {"factor": "luck"}):
        with pytest.raises(ParameterError, match="cannot be read"):
            member_portfolio(rows, "Ann", ratings=rating.assign(**wrong))


@st.composite
def groups(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A small group over two years, with ratings of some about some."""
    random = Random(draw(st.integers(0, 2**40)))

    def day() -> str:
        return f"{random.choice([2024, 2025])}-{random.randint(1, 12):02d}-{random.choice([1, 15, 28])}"

    names = NAMES[: random.randint(2, 4)]
    rows = [
        (*random.sample(names, 2), random.choice(KINDS), random.randint(1, 3), day())
        for _ in range(random.randint(2, 25))
    ]
    ratings = [
        (day(), *random.sample(names, 2), random.randint(1, 5), random.choice(["trust", "trust", "values"]))
        for _ in range(random.randint(0, 8))
    ]
    return table(rows), pd.DataFrame(ratings, columns=["date", "from", "to", "score", "factor"])


@given(
    groups(), st.sampled_from(["ours", "theirs"]), st.sampled_from([None, 5]), st.sampled_from([None, 3.0])
)
@settings(max_examples=2)
def test_everybody_at_once_is_everybody_alone(
    group: tuple[pd.DataFrame, pd.DataFrame], perspective: str, window: int | None, trust: float | None
) -> None:
    pairs, ratings = group
    day = pd.to_datetime(pairs["date"]).max() + pd.Timedelta(days=45)
    asked: dict[str, Any] = {"perspective": perspective, "window": window, "as_of": day}
    names, alone = sorted(set(pairs["from"]) | set(pairs["to"]))[-2:], []
    for name in names:
        one = member_portfolio(pairs, name, ratings=ratings, settings={"assumed_trust": trust})
        alone.append(pa.rvi(one, **asked).assign(us=name))
    wanted = pd.concat(alone, ignore_index=True)
    wanted = wanted[["us", *wanted.columns[:-1]]].astype({"us": "string"})
    whole = rvi_of_members(pairs, us=names, whole=True, trust=trust, ratings=ratings, **asked)
    pd.testing.assert_frame_equal(whole, wanted)
    last = rvi_of_members(pairs, trust=trust, ratings=ratings, **asked)
    theirs = last[last["us"].isin(names)].reset_index(drop=True)
    pd.testing.assert_frame_equal(theirs, latest(wanted, day))


def test_without_trust_the_rate_is_known() -> None:
    found = rvi_of_members(table(ROWS), as_of="2025-08-31")
    assert found[["us", "partner", "rate", "months"]].values.tolist() == [
        ["Ann", "Bo", 0.5, 2],
        ["Ann", "Cy", 0.0, 1],
        ["Bo", "Ann", 1.0, 2],
        ["Cy", "Ann", 1.0, 1],
    ]
    assert found[["rvi", "low", "high", "band", "lift"]].isna().all(axis=None)
    later = rvi_of_members(table(ROWS), trust=4, as_of="2027-01-31", us="Bo")
    assert later[["partner", "rvi", "months", "band"]].values.tolist() == [
        ["Ann", 0.0, 12, "weak"],
        ["Dee", 0.0, 12, "weak"],
    ]


def test_who_has_nobody_has_no_rows() -> None:
    rows = table([*ROWS, ("Fay", None, "referral", 1, "2025-09-30")])
    found, full = rvi_of_members(rows, us="Fay", trust=4), rvi_of_members(rows, trust=4)
    assert found.empty
    assert found.dtypes.to_dict() == full.dtypes.to_dict()


def test_what_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = table(ROWS)
    for wrong in ({"us": "Zed"}, {"perspective": "hers"}, {"window": 0}):
        with pytest.raises(ParameterError):
            rvi_of_members(rows, **wrong)
    with pytest.raises(PeriodError, match="No row"):
        rvi_of_members(rows.drop(columns="date"))
    with pytest.raises(ParameterError, match="interval 90"):
        member_reciprocity(rows, interval=90)
    closed = {"member": ["Ann"], "value": [5.0], "period": ["2025-08"]}
    for unread in ({"period": ["Aug 25"]}, {"period": [None]}, {"value": ["much"]}):
        with pytest.raises(ParameterError, match="1 row of `unassigned` cannot be read, the first of Ann"):
            member_totals(rows, unassigned=pd.DataFrame(closed | unread))
    monkeypatch.setattr("partnership_analysis.metrics.network.members_rvi.MOST_CELLS", 5)
    with pytest.raises(ParameterError, match="6 pairs is 18 rows"):
        rvi_of_members(rows, whole=True)


def test_from_a_groups_slip_report(tmp_path: Path) -> None:
    done = pa.import_exports(spreadsheetml(tmp_path / "slips-audit-report_2025-08-31.xls", SLIPS), "bni")
    found = member_totals(done.pairs, unassigned=done.unassigned)
    columns = ["member", "given", "received", "meetings"]
    assert found[columns].values.tolist() == [
        ["Ada Birch", 3, 1, 1],
        ["Bo Carr", 1, 2, 1],
        ["Cy Dane", 0, 1, 2],
    ]
    assert [plain(value) for value in found["value_received"]] == [1200.5, 300.0, None]
    # The same as what the import makes of one member's slips.
    ada = pa.import_exports(
        spreadsheetml(tmp_path / "slips-audit-report_2025-08-31.xls", SLIPS), "bni", us="Ada Birch"
    )
    keys = ["date", "partner", "kind", "direction"]
    ours = member_portfolio(done.pairs, "Ada Birch").interactions.groupby(keys)["count"].sum()
    pd.testing.assert_series_equal(ours, ada.tables["interactions"].groupby(keys)["count"].sum())
