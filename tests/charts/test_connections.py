"""The charts of a group's members, read back through their artists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

import partnership_analysis as pa
from partnership_analysis.charts.connections import PAIRS, plot_members, plot_missing_connections
from partnership_analysis.charts.theme import NARROW, WIDE, new_axes, theme

GROUP = pd.DataFrame(
    [
        ("Ann", "Bo", "referral", 14),
        ("Bo", "Ann", "referral", 1),
        ("Cy", "Bo", "referral", 3),
        ("Bo", "Dee", "meeting", 1),
        ("Eve", "Dee", "meeting", 1),
    ],
    columns=["from", "to", "kind", "count"],
)


def drawn(chart: Any, data: pd.DataFrame, width: float = WIDE, **options: Any) -> Axes:
    before = data.copy(deep=True)
    with theme():
        ax: Axes = chart(data, ax=new_axes(width, chart.height(data, width)), **options)
    pd.testing.assert_frame_equal(data, before)
    return ax


@pytest.fixture(scope="module")
def members() -> pd.DataFrame:
    return pa.member_reciprocity(GROUP)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_dots_are_the_shares(members: pd.DataFrame, width: float) -> None:
    ax = drawn(plot_members, members, width)
    (dots,) = [part for part in ax.collections if type(part).__name__ == "PathCollection"]
    found = np.ma.filled(np.ma.asarray(dots.get_offsets()), np.nan)
    known = members["share"].notna().to_numpy()
    wanted = np.column_stack(
        [members["share"].to_numpy("float64", na_value=np.nan), np.arange(len(members))[::-1]]
    )
    np.testing.assert_allclose(found[known], wanted[known])
    assert np.isnan(found[~known, 0]).all()
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == members["member"].tolist()
    counts = [text for text in ax.texts if text.get_gid() == "count"]
    assert [text.get_text() for text in counts] == [
        f"{value}" for name in ("received", "given") for value in members[name]
    ]


def test_intervals_are_the_bars(members: pd.DataFrame) -> None:
    ax = drawn(plot_members, members)
    bars = [part for part in ax.collections if type(part).__name__ == "LineCollection"][1]
    ends = [segment[:, 0] for segment in bars.get_segments() if len(segment)]  # type: ignore[attr-defined]
    known = members["share"].notna().to_numpy()
    np.testing.assert_allclose(ends, members.loc[known, ["low", "high"]].to_numpy("float64"))


def test_who_is_told_apart_is_filled_and_bold(members: pd.DataFrame) -> None:
    ax = drawn(plot_members, members)
    (dots,) = [part for part in ax.collections if type(part).__name__ == "PathCollection"]
    filled = [tuple(colour[:3]) != (1.0, 1.0, 1.0) for colour in np.asarray(dots.get_facecolor())]
    told = members["label"].isin(["gives more", "receives more"]).tolist()
    assert filled == told
    bold = [text.get_weight() == "bold" for text in ax.texts if text.get_gid() == "count"]
    assert bold == [*told, *told]
    assert plot_members.describe(members) == (
        "Referrals received and given by 5 members: 1 receives more than it gives (Bo 17 to 1); "
        "1 gives more than it receives (Ann 1 to 14). "
        "Next: refer somebody to Ann (gives more than chance explains); ask Bo for a referral (gets more)."
    )


def test_the_words_say_what_filled_means_and_the_order(members: pd.DataFrame) -> None:
    def words(data: pd.DataFrame) -> str:
        found = [text for text in drawn(plot_members, data).texts if text.get_gid() == "subtitle"]
        return found[0].get_text().replace("\n", " ")

    assert "than chance explains (hollow: chance may explain it), 2 members with six" in words(members)
    assert "Sorted by received less given." in words(members)
    assert "from the pair table" in words(members)
    other = members.iloc[::-1].assign(label="balanced")
    assert "Hollow: chance may explain it, 5 members" in words(other)
    assert "Sorted" not in words(other)


def test_of_many_both_ends_are_drawn() -> None:
    names = [f"Member {place:02}" for place in range(50)]
    rows = pd.DataFrame({"from": names, "to": [*names[1:], names[0]], "kind": "referral"})
    data = pa.member_reciprocity(rows)
    ax = drawn(plot_members, data, NARROW)
    assert len(ax.get_yticklabels()) == 30
    assert any("20 more" in text.get_text() for text in ax.texts)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_bars_are_the_promises(width: float) -> None:
    data = pa.missing_connections(GROUP)
    ax = drawn(plot_missing_connections, data, width)
    bars = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    np.testing.assert_allclose([bar.get_width() for bar in bars], data["promise"].to_numpy("float64"))
    names = [label.get_text() for label in ax.get_yticklabels()]
    between = "\n" if width == NARROW else " and "
    assert names == [f"{row.member}{between}{row.other}" for row in data.itertuples()]
    said = [text.get_text() for text in ax.texts if text.get_gid() == "through"]
    assert ("share nobody" in said) is bool((data["shared"] == 0).any())
    assert said[0] == ("1 shared" if width == NARROW else f"through {data['through'].iloc[0]}")


def test_go_betweens_that_do_not_fit_are_counted() -> None:
    names = [f"The very long name of go-between number {place}" for place in range(6)]
    rows = pd.DataFrame({"from": ["Ann"] * 6 + ["Bo"] * 6, "to": [*names, *names], "kind": "meeting"})
    data = pa.missing_connections(rows)
    data = data[(data["member"] == "Ann") & (data["other"] == "Bo")]
    (said,) = [
        text.get_text() for text in drawn(plot_missing_connections, data).texts if text.get_gid() == "through"
    ]
    assert said == f"through {names[0]} and 5 others"
    few = data.assign(shared=2, through="Cy, Dee & Co and Eve")
    (said,) = [
        text.get_text() for text in drawn(plot_missing_connections, few).texts if text.get_gid() == "through"
    ]
    assert said == "through Cy, Dee & Co and Eve", "a name with a comma stays whole"
    long = data.assign(through="Cy, Dee & Co" + " and more" * 20)
    (said,) = [
        text.get_text() for text in drawn(plot_missing_connections, long).texts if text.get_gid() == "through"
    ]
    assert said.startswith("through 6: Cy, Dee & Co and more")
    assert said.endswith("…")


def test_the_first_pairs_are_enough() -> None:
    names = [f"Member {place:02}" for place in range(30)]
    rows = pd.DataFrame({"from": names[:-1], "to": names[1:], "kind": "meeting"})
    data = pa.missing_connections(rows)
    assert len(data) > PAIRS
    ax = drawn(plot_missing_connections, data)
    assert len(ax.patches) == PAIRS

    def said(table: pd.DataFrame) -> str:
        (found,) = [
            text for text in drawn(plot_missing_connections, table).texts if text.get_gid() == "subtitle"
        ]
        return found.get_text().replace("\n", " ")

    assert said(data).startswith(f"Who should meet, the first {PAIRS} of {len(data)} pairs listed: ")
    assert said(data.head(PAIRS)).startswith("Who should meet: nothing is on record")


@pytest.mark.parametrize(
    ("chart", "why"),
    [
        (plot_members, "No member gave or received"),
        (plot_missing_connections, "Nobody is left to introduce"),
    ],
)
def test_nothing_is_said_to_be_nothing_and_what_to_fill(chart: Any, why: str) -> None:
    words = chart.describe(pd.DataFrame(columns=["member", "share"]))
    assert why in words
    assert all(name in words.partition("pair table")[2] for name in ("columns", "from", "to", "kind"))


def test_our_own_firm_without_a_name_is_said_as_a_reader_would() -> None:
    own = GROUP.replace("Ann", "us")
    names = [label.get_text() for label in drawn(plot_members, pa.member_reciprocity(own)).get_yticklabels()]
    assert "we ourselves" in names
    assert "us" not in names
    pairs = pa.missing_connections(own)
    assert "us" in {*pairs["member"], *pairs["other"]}
    shown = [label.get_text() for label in drawn(plot_missing_connections, pairs).get_yticklabels()]
    assert any("we ourselves" in words.replace("\n", " ") for words in shown)


def test_bars_are_explained_where_there_are_any() -> None:
    def words(data: pd.DataFrame) -> str:
        found = [text for text in drawn(plot_missing_connections, data).texts if text.get_gid() == "subtitle"]
        return found[0].get_text().replace("\n", " ")

    data = pa.missing_connections(GROUP)
    assert "The longer the bar" in words(data)
    nobody = words(data.assign(promise=0.0, shared=0))
    assert "bar" not in nobody
    assert nobody.endswith("and nobody in the group works with both.")
    assert "fewer than two members" in plot_missing_connections.describe(data.head(0))
