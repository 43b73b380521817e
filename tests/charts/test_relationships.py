"""Types of relationship, read back: a bar is a share of the longest of its column."""

from __future__ import annotations

import pandas as pd
import pytest

from partnership_analysis.charts.relationships import COLUMNS, LEAST, plot_relationships

from .test_charts import draw, texts


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "relationship": ["affiliate", "mentor", "client"],
            "partners": pd.array([4, 1, 0], dtype="Int64"),
            "rated": pd.array([3, 1, 0], dtype="Int64"),
            "too_early": pd.array([0, 0, 0], dtype="Int64"),
            "rvi": pd.array([1.5, 3.0, None], dtype="Float64"),
            "received": pd.array([10, 0, 0], dtype="Int64"),
            "value": pd.array([12_400.0, None, None], dtype="Float64"),
            "hours": pd.array([20.0, 5.0, None], dtype="Float64"),
        }
    )


def test_bars_are_shares_of_the_longest(found: pd.DataFrame) -> None:
    ax = draw(plot_relationships, found, currency="GBP")
    for place, name in enumerate(COLUMNS):
        (part,) = [part for part in ax.collections if part.get_gid() == name]
        lengths = [line[1, 0] - line[0, 0] for line in part.get_segments()]
        starts = {line[0, 0] for line in part.get_segments()}
        values = found[name].fillna(0).astype(float)
        assert starts == {place}
        assert lengths == pytest.approx(list(0.82 * values / values.max()))


def test_a_little_beside_a_thousand_times_as_much_is_seen(found: pd.DataFrame) -> None:
    much = found.assign(received=pd.array([9000, 3, 0], dtype="Int64"))
    (part,) = [part for part in draw(plot_relationships, much).collections if part.get_gid() == "received"]
    lengths = [line[1, 0] - line[0, 0] for line in part.get_segments()]
    assert lengths == pytest.approx([0.82, LEAST[False], 0.0])


def test_a_dash_is_explained_where_there_is_one(found: pd.DataFrame) -> None:
    assert "–: nothing noted." in texts(draw(plot_relationships, found))[0]
    whole = found.fillna({"rvi": 1.0, "value": 0.0, "hours": 0.0})
    assert "–" not in " ".join(texts(draw(plot_relationships, whole)))


def test_rows_stand_by_what_was_won(found: pd.DataFrame) -> None:
    other = found.assign(value=pd.array([None, 50.0, 900.0], dtype="Float64"))
    labels = [label.get_text() for label in plot_relationships(other).get_yticklabels()]
    assert labels == ["client", "mentor", "affiliate"]
    none = found.assign(relationship=["not described", "mentor", "client"])
    assert [label.get_text() for label in plot_relationships(none).get_yticklabels()][-1] == "not described"


def test_there_is_no_track_under_nothing(found: pd.DataFrame) -> None:
    ax = draw(plot_relationships, found)
    tracks = [part for part in ax.collections if part.get_gid() is None and len(part.get_segments())]
    starts = [line[0, 0] for part in tracks for line in part.get_segments()]
    assert len(starts) == sum(int((found[name].fillna(0) > 0).sum()) for name in COLUMNS)


def test_without_any_type_it_says_what_to_fill(found: pd.DataFrame) -> None:
    none = found.assign(relationship=["not described", "mentor", "client"]).iloc[[0, 2]]
    assert plot_relationships.describe(none) == (
        "An empty chart. No type of relationship is on record: fill the column relationship of the partners table."
    )


def test_numbers_are_said(found: pd.DataFrame) -> None:
    said = texts(plot_relationships(found, currency="GBP"))
    for words in ("4", "1.5", "10", "£12.4k", "20 h", "–", "partners", "mean RVI", "won"):
        assert words in said
    text = plot_relationships.describe(found, currency="GBP", period="12 months to May 2025").split(
        " Next: "
    )[0]
    assert ", 12 months to May 2025: affiliate 4 partners, mean RVI 1.5, 10 referrals and £12.4k won" in text
    assert text.endswith("nobody is there of type client.")


def test_partners_of_a_mean_who_are_too_early_are_starred_and_counted(found: pd.DataFrame) -> None:
    assert not any("*" in text for text in texts(plot_relationships(found)))
    early = found.assign(too_early=pd.array([2, 0, 0], dtype="Int64"))
    said = texts(plot_relationships(early))
    assert "1.5 *" in said
    assert "3.0" in said
    words = "artners too early for a band are in the mean: affiliate 2 of 3."
    assert f"*\u00a0p{words[:-1]}" in said[0].replace("\n", " ")
    assert plot_relationships.describe(early).split(" Next: ")[0].endswith(f" P{words}")


def test_the_window_in_words_says_where_the_record_begins(found: pd.DataFrame) -> None:
    period = "12 months to May 2025, on record since March 2025"
    (subtitle, *_) = texts(plot_relationships(found, period=period))
    assert subtitle.replace("\n", " ").startswith(f"Types of relationship, {period}: partners who are there")
    assert plot_relationships.describe(found, period=period).startswith(f"Types of relationship, {period}: ")


def test_where_all_of_a_mean_are_too_early_the_types_are_named_once(found: pd.DataFrame) -> None:
    early = found.assign(too_early=found["rated"])
    words = "obody in the mean has been on record long enough for a band: affiliate and mentor."
    assert plot_relationships.describe(early).split(" Next: ")[0].endswith(f" N{words}")
    assert f"*\u00a0n{words[:-1]}" in texts(plot_relationships(early))[0].replace("\n", " ")
