"""Every story that is planted on the sample is found by its measure, and nobody else is accused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from partnership_analysis.sample import END, Sample, sample, truth

from .stories import ALARMS, ALSO, FINDS, alarmed_in_a_year, judged

MEASURED = Path(__file__).parents[2] / "partnership_analysis" / "metrics" / "measured"


@pytest.fixture(scope="module")
def verdicts() -> pd.DataFrame:
    return judged(sample(), END).set_index("story")


def test_every_story_has_a_measure_that_should_find_it() -> None:
    assert set(truth()["story"]) == set(FINDS)
    assert set(ALSO) <= set(FINDS)


@pytest.mark.parametrize("story", FINDS)
def test_a_planted_story_is_found_and_nobody_else_is_accused(verdicts: pd.DataFrame, story: str) -> None:
    row = verdicts.loc[story]
    assert row["found"] == row["planted"] == set(truth().query("story == @story")["partner"])
    assert row["accused"] == set()


def test_a_sample_without_stories_accuses_few() -> None:
    # The first of 24 carry the stories; those beyond are steady. One sample: chance may name a few.
    made = sample(partners=120, seed=3)
    planted = set(made.truth["partner"])
    verdicts = judged(made, END).set_index("story")
    named = {story: len(row["accused"] - planted) for story, row in verdicts.iterrows()}
    for story in (
        "stalled kick-off",
        "executive on tactical work",
        "no alternative",
        "commission only",
        "barter-heavy",
    ):
        assert named[story] == 0
    assert named["one-sided taker"] + named["one-sided giver"] <= 0.05 * 120
    assert named["stopped"] <= 0.05 * 120


@pytest.mark.parametrize(("name", "key"), [("stories", "story"), ("alarms", "alarm")])
def test_the_shares_that_are_stated_were_measured_and_keep_the_promise(name: str, key: str) -> None:
    table = pd.read_csv(MEASURED / f"{name}.csv")
    assert set(table[key]) == set(FINDS if name == "stories" else ALARMS)
    assert (table["samples"] >= 200).all()
    assert (table["accused"] <= table["promised"]).all()


def test_alarms_of_a_year_by_hand() -> None:
    # Two of 24 began within the year or ended, and four carry a change; a sample's year has few false alarms.
    rows = alarmed_in_a_year(sample(), END).set_index("alarm")
    assert (rows["others"] == 24 - 4 - 3).all()
    assert (rows["accused"] <= 4).all()


def test_the_judge_itself_sees_a_missed_story_and_a_false_accusation() -> None:
    # Without interactions of the last year nothing can be one-sided: planted, and not found.
    made = sample()
    early = made.interactions[made.interactions["date"] < "2023-01-01"].reset_index(drop=True)
    blind = Sample(early, made.partners, made.ratings, made.actions, made.settings, made.truth)
    row = judged(blind, END).set_index("story").loc["one-sided taker"]
    assert row["planted"]
    assert not row["found"]
    # With the stories of another partner everybody who is found is accused.
    moved = made.truth.assign(partner="Novák Data")
    wrong = Sample(made.interactions, made.partners, made.ratings, made.actions, made.settings, moved)
    row = judged(wrong, END).set_index("story").loc["no alternative"]
    assert row["accused"] == {"Copper Lane Studio"}
