"""Names in the order in which people look for them."""

from __future__ import annotations

from random import Random

import pandas as pd

from partnership_analysis.metrics.names import by_name, people_key

NAMES = ["Zoe", "émile", "Emile", "emile", "IT", "Insurance", "Øre", "ore", "Ärger", "arger", "北京", "Юрист"]


def test_case_and_accents_come_after_letters() -> None:
    wanted = ["arger", "Ärger", "Emile", "emile", "émile", "Insurance", "IT", "ore", "Zoe"]
    for seed in range(20):
        mixed = Random(seed).sample(wanted, len(wanted))
        assert sorted(mixed, key=people_key) == wanted


def test_names_that_differ_are_never_a_tie() -> None:
    assert len({people_key(name) for name in NAMES}) == len(NAMES)


def test_only_text_is_put_in_the_order_of_names() -> None:
    table = pd.DataFrame({"size": [2.0, 1.0, 1.0, 1.0], "partner": ["Ann", "Zoe", "émile", None]})
    table["band"] = pd.Categorical(["b", "a", "b", "a"], categories=["b", "a"], ordered=True)
    order = table.sort_values(["size", "partner"], ascending=[False, True], key=by_name)
    assert order["partner"].tolist()[:3] == ["Ann", "émile", "Zoe"]
    assert order["partner"].isna().tolist() == [False, False, False, True]
    assert by_name(table["band"]).equals(table["band"])
    assert (
        table.astype({"partner": "string"}).sort_values("partner", key=by_name)["partner"].tolist()[0]
        == "Ann"
    )
