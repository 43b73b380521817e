"""Real data with both ends named: messages of 32 researchers, and what they said of each other at two times."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from partnership_analysis.metrics.network.connections import missing_connections
from partnership_analysis.metrics.network.matrices import combination_counts, referral_matrix, who_to_whom
from partnership_analysis.metrics.network.members import member_reciprocity, member_totals
from partnership_analysis.metrics.network.pairs import pairs_of
from partnership_analysis.metrics.network.whole import group_concentration, group_reciprocity

DATA = Path(__file__).parents[2] / "shared/data/eies"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not beside the repository")

Sent = dict[tuple[str, str], int]


@pytest.fixture(scope="module")
def sent() -> Sent:
    """Messages by sender and receiver, read without the package; notes to oneself left out."""
    with (DATA / "eies_messages.csv").open() as lines:
        rows = [(row["from_id"], row["to_id"], int(float(row["messages"]))) for row in csv.DictReader(lines)]
    return {(one, two): count for one, two, count in rows if one != two}


@pytest.fixture(scope="module")
def pairs() -> pd.DataFrame:
    """The same for the package, a message standing for a referral."""
    frame = pd.read_csv(DATA / "eies_messages.csv")
    return pd.DataFrame(
        {
            "from": frame["from_id"].astype("string"),
            "to": frame["to_id"].astype("string"),
            "kind": "referral",
            "count": frame["messages"],
        }
    )


def test_notes_to_oneself_are_left_out(pairs: pd.DataFrame) -> None:
    done = pairs_of(pairs)
    assert (len(done.frame), done.left_out["reason"].tolist()) == (440, ["to oneself"] * 20)


def test_matrix_and_long_form(pairs: pd.DataFrame, sent: Sent) -> None:
    matrix = referral_matrix(pairs)
    assert matrix.shape == (32, 32)
    cells = {(one, two): matrix.loc[one, two] for one, two in sent}
    assert cells == sent
    assert int(matrix.sum().sum()) == sum(sent.values())
    top = who_to_whom(pairs).iloc[0]
    assert [top["from"], top["to"], top["count"]] == [
        *max(sent, key=lambda tie: sent[tie]),
        max(sent.values()),
    ]


def test_totals(pairs: pd.DataFrame, sent: Sent) -> None:
    given: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for (one, two), count in sent.items():
        given[one] += count
        received[two] += count
    found = member_totals(pairs).set_index("member")
    assert found["given"].to_dict() == {name: given[name] for name in found.index}
    assert found["received"].to_dict() == {name: received[name] for name in found.index}
    assert found["given_partners"].to_dict() == Counter(one for one, _ in sent) | dict.fromkeys(
        set(found.index) - {one for one, _ in sent}, 0
    )


def test_reciprocity_of_the_group(pairs: pd.DataFrame, sent: Sent) -> None:
    # 440 ties, 348 of which are returned: 79%. Who writes to many and hears from many makes for 69% by chance alone.
    returned = sum((two, one) in sent for one, two in sent)
    row = group_reciprocity(pairs).iloc[0]
    assert (row["ties"], row["returned"]) == (len(sent), pytest.approx(returned / len(sent)))
    assert row["returned"] == pytest.approx(348 / 440)
    assert row["expected"] == pytest.approx(0.687, abs=0.002)
    assert row["expected_high"] < row["returned"]
    assert row["label"] == "more than by chance"
    matched = sum(min(count, sent.get((two, one), 0)) for (one, two), count in sent.items())
    assert row["matched"] == pytest.approx(matched / sum(sent.values()))
    counts = combination_counts(pairs, by="group").iloc[0]
    assert (counts["referral_only"], counts["neither"]) == (440, 32 * 31 - 440)


def test_a_few_write_most(pairs: pd.DataFrame, sent: Sent) -> None:
    names = sorted({name for tie in sent for name in tie})
    given = [sum(count for (one, _), count in sent.items() if one == name) for name in names]
    differences = sum(abs(x - y) for x in given for y in given)
    row = group_concentration(pairs).set_index("side").loc["given"]
    assert row["gini"] == pytest.approx(differences / (2 * 32 * 31 * sum(given) / 32))
    assert row["gini"] > 10 * row["gini_if_even"]
    assert (row["top"], row["label"]) == (names[given.index(max(given))], "uneven")
    assert set(member_reciprocity(pairs)["label"]) >= {"gives more", "receives more"}


def test_shared_contacts_foretell_who_gets_acquainted() -> None:
    """Of pairs who did not know of each other at first, those with more promise did eight months later."""
    frame = pd.read_csv(DATA / "eies_acquaintance.csv").astype({"from_id": "string", "to_id": "string"})
    first = frame[frame["rank_1"].notna()]
    names = sorted(set(frame["from_id"]) | set(frame["to_id"]))
    pairs = pd.DataFrame({"from": first["from_id"], "to": first["to_id"], "kind": "meeting"})
    missing = missing_connections(pairs, members=names, most=None)
    later = {frozenset(tie) for tie in zip(frame["from_id"], frame["to_id"], strict=True)}
    came = [frozenset(pair) in later for pair in zip(missing["member"], missing["other"], strict=True)]
    assert 0 < sum(came) < len(came)
    # Chance that one who came stands before one who did not, from the ranks.
    ranks = missing["promise"].rank()
    good, bad = ranks[came], ranks[[not made for made in came]]
    area = (good.sum() - len(good) * (len(good) + 1) / 2) / (len(good) * len(bad))
    assert area > 0.55
