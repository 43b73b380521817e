"""The matrices of a group, read back through their artists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb

import partnership_analysis as pa
from partnership_analysis.charts.matrices import (
    COLOURS,
    MARKS,
    MOST_DRAWN,
    plot_combinations,
    plot_referral_matrix,
)
from partnership_analysis.charts.theme import INK, NARROW, WIDE, new_axes, theme
from partnership_analysis.metrics.network.order import in_order

PAIRS = pd.DataFrame(
    [
        ("Ann", "Bo", "referral", 9),
        ("Bo", "Ann", "referral", 4),
        ("Ann", "Cy", "referral", 1),
        ("Cy", "Dee", "referral", 2),
        ("Ann", "Bo", "meeting", 3),
        ("Bo", "Cy", "meeting", 1),
    ],
    columns=["from", "to", "kind", "count"],
)


@pytest.fixture(scope="module")
def matrix() -> pd.DataFrame:
    return in_order(pa.referral_matrix(PAIRS))


def drawn(chart: Any, data: pd.DataFrame, width: float = WIDE, **options: Any) -> Axes:
    before = data.copy(deep=True)
    with theme():
        ax: Axes = chart(data, ax=new_axes(width, chart.height(data, width)), **options)
    pd.testing.assert_frame_equal(data, before)
    return ax


def mesh(ax: Axes) -> np.ma.MaskedArray[Any, Any]:
    (found,) = [part for part in ax.collections if isinstance(part, QuadMesh)]
    return np.ma.asarray(found.get_array()).reshape(np.shape(found.get_coordinates())[0] - 1, -1)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_shades_are_the_counts(matrix: pd.DataFrame, width: float) -> None:
    ax = drawn(plot_referral_matrix, matrix, width)
    cells = mesh(ax)
    np.testing.assert_allclose(np.square(cells.filled(0)), matrix.to_numpy("float64", na_value=0))
    assert np.array_equal(np.ma.getmaskarray(cells), np.eye(4, dtype=bool))
    low, high = ax.get_ylim()
    assert low > high, "the first row is at the top"


def test_numbers_stand_in_their_cells(matrix: pd.DataFrame) -> None:
    ax = drawn(plot_referral_matrix, matrix)
    found = {
        (matrix.index[int(text.get_position()[1])], matrix.columns[int(text.get_position()[0])]): text
        for text in ax.texts
        if text.get_gid() == "count"
    }
    assert {pair: int(text.get_text()) for pair, text in found.items()} == {
        ("Ann", "Bo"): 9,
        ("Bo", "Ann"): 4,
        ("Ann", "Cy"): 1,
        ("Cy", "Dee"): 2,
    }
    (part,) = [part for part in ax.collections if isinstance(part, QuadMesh)]
    darkest = part.to_rgba(part.get_array().max())[:3]  # type: ignore[union-attr]
    assert contrast(INK, darkest) >= 4.5


def contrast(one: Any, other: Any) -> float:
    """Of two colours (WCAG 2)."""
    lights = []
    for colour in (one, other):
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)
        ]
        lights.append(float(np.dot([0.2126, 0.7152, 0.0722], linear)) + 0.05)
    return max(lights) / min(lights)


def test_rows_are_named_and_columns_numbered(matrix: pd.DataFrame) -> None:
    ax = drawn(plot_referral_matrix, matrix)
    assert [label.get_text().split()[0] for label in ax.get_yticklabels()] == matrix.index.tolist()
    assert [label.get_text().split()[-1] for label in ax.get_yticklabels()] == list("1234")
    assert [label.get_text() for label in ax.get_xticklabels()] == list("1234")


def below(ax: Axes) -> list[str]:
    """The words under a matrix, in their order."""
    return [text.get_text() for text in ax.texts if text.get_gid() == "below"]


def large(count: int) -> pd.DataFrame:
    chance = np.random.default_rng(1)
    names = [f"Member {place:03}" for place in range(count)]
    table = pd.DataFrame(chance.poisson(0.05, (count, count)), index=names, columns=names).astype("Int64")
    table.iloc[7, 90 % count] = 31
    return table


@pytest.mark.parametrize("count", [25, 120])
def test_many_have_the_strongest_named(count: int) -> None:
    data = large(count)
    ax = drawn(plot_referral_matrix, data)
    assert not [text for text in ax.texts if text.get_gid() == "count"]
    assert below(ax)[below(ax).index("Most:") + 1] == f"Member 007 → Member {90 % count:03}: 31"
    names = [label.get_text().split("  ")[0] for label in ax.get_yticklabels()]
    assert len(names) == min(count, MOST_DRAWN[False])
    assert {"Member 007", f"Member {90 % count:03}"} <= set(names)


def test_ties_that_are_not_named_are_counted() -> None:
    data = large(25)
    cells = data.to_numpy("float64", na_value=0)
    lines = below(drawn(plot_referral_matrix, data))
    least = int(lines[5].rsplit(": ", 1)[1])
    assert lines[6] == f"and {int((cells >= least).sum()) - 5} more with {least}"
    few = pd.DataFrame(0, index=data.index, columns=data.columns)
    few.iloc[0, 1:5] = 2
    assert len(below(drawn(plot_referral_matrix, few))) == 5


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("even", [False, True])
def test_of_many_the_members_of_the_strongest_ties_are_drawn(width: float, even: bool) -> None:
    data = large(60)
    np.fill_diagonal(cells := data.to_numpy("int64"), 0)
    data = pd.DataFrame(cells + cells.T if even else cells, index=data.index, columns=data.index)
    what = "meetings" if even else "referrals"
    ax = drawn(plot_referral_matrix, data, width, what=what)
    rows = len(ax.get_yticklabels())
    assert rows == MOST_DRAWN[width == NARROW]
    cells, either = np.square(mesh(ax).filled(0)).round(), np.maximum(data, data.T).to_numpy("float64")
    assert cells.max() == 31
    # Nobody who is left out has a stronger tie than the weakest of those who are drawn.
    names = [label.get_text().split("  ")[0] for label in ax.get_yticklabels()]
    places = data.index.get_indexer(names)
    assert places.tolist() == sorted(places), "the order is the matrix's"
    np.testing.assert_array_equal(cells, data.to_numpy("float64")[np.ix_(places, places)])
    out = np.setdiff1d(np.arange(60), places)
    weakest = either[places].max(axis=1).min()
    assert either[np.ix_(out, out)].max() <= weakest
    whole = int(data.to_numpy().sum()) // (2 if even else 1)
    inside = int(cells.sum()) // (2 if even else 1)
    words = " ".join(below(ax))
    assert words.startswith(
        f"Drawn: the {rows} members of the strongest ties. Not drawn: {60 - rows} members, and with them "
        f"{whole - inside} of {whole} {what}. Most: "
    )
    named = [line.split(": ")[0] for line in below(ax) if (" – " if even else " → ") in line]
    members = {data.index[place] for place in places}
    assert all(set(pair.split(" – " if even else " → ")) <= members for pair in named)
    few = data.iloc[:rows, :rows]
    assert not any("Drawn" in line for line in below(drawn(plot_referral_matrix, few, width, what=what)))


@pytest.mark.parametrize("chart", [plot_referral_matrix, plot_combinations])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_everybody_who_is_drawn_has_a_tie_that_is_drawn(chart: Any, width: float) -> None:
    # Pairs, each stronger than the next: of an odd number the last one would stand alone.
    data, most = (
        pd.DataFrame(0, index=large(60).index, columns=large(60).columns),
        MOST_DRAWN[width == NARROW],
    )
    for place in range(30):
        data.iloc[place, 59 - place] = 3 if chart is plot_combinations else 90 - place
    data.iloc[0, 1] = 2
    ax = drawn(chart, data.astype("Int64"), width)
    names = [label.get_text().split("  ")[0] for label in ax.get_yticklabels()]
    inside = data.loc[names, names].to_numpy()
    assert ((inside + inside.T).sum(axis=1) > 0).all()
    assert len(names) == most - most % 2
    if chart is plot_referral_matrix:
        kept = [*range(most // 2), *range(60 - most // 2, 60)]
        assert names == [f"Member {place:03}" for place in kept]


def test_where_few_have_a_tie_nobody_else_is_drawn() -> None:
    data = pd.DataFrame(0, index=large(60).index, columns=large(60).columns)
    data.iloc[58, 3] = 2
    ax = drawn(plot_referral_matrix, data)
    names = [label.get_text().split("  ")[0] for label in ax.get_yticklabels()]
    assert names == ["Member 003", "Member 058"]
    assert " ".join(below(ax)).startswith(
        "Drawn: the 2 members who have any referral. Not drawn: 58 members without."
    )


def test_where_nobody_has_a_tie_the_first_are_drawn() -> None:
    data = pd.DataFrame(0, index=large(60).index, columns=large(60).columns)
    ax = drawn(plot_referral_matrix, data)
    assert len(ax.get_yticklabels()) == MOST_DRAWN[False]
    assert below(ax) == ["Drawn: the first 40 members. Not drawn: 20 members; nobody has any referral."]


def test_marks_below_have_their_colours_and_count_everybody() -> None:
    data = large(60).clip(upper=3)
    ax = drawn(plot_combinations, data, NARROW)
    marks = {
        text.get_text(): to_rgb(text.get_color())
        for text in ax.texts
        if text.get_gid() == "below" and len(text.get_text()) == 1
    }
    assert marks == {mark: to_rgb(COLOURS[code]) for code, (mark, _) in MARKS.items()}
    cells = data.to_numpy("float64", na_value=0)
    tally = "; ".join(f"{mark} {word} {int((cells == code).sum())}" for code, (mark, word) in MARKS.items())
    shown = sum(
        len(part.get_offsets()) for part in ax.collections if part.get_gid() in dict(MARKS.values()).values()
    )
    words = " ".join(below(ax))
    assert f"All 60 members, 3,540 pairs, each way counted: {tally}; neither" in words
    whole = int((cells > 0).sum())
    assert f"Not drawn: 35 members, and with them {whole - shown} of {whole} marks." in words


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_mark_its_word_and_its_count_stand_on_one_line(width: float) -> None:
    ax = drawn(plot_combinations, in_order(pa.combination_matrix(PAIRS)), width)
    heights: dict[float, list[str]] = {}
    for text in ax.texts:
        if text.get_gid() == "below":
            heights.setdefault(text.get_position()[1], []).append(text.get_text())
    lines = [" ".join(words) for words in heights.values()]
    for piece in ("● referred and met 2", "▲ referred only 2", "○ met only 2", "neither 6"):
        assert sum(piece in line for line in lines) == 1


@pytest.mark.parametrize("chart", [plot_referral_matrix, plot_combinations])
def test_that_not_everybody_is_drawn_stands_in_the_text(chart: Any) -> None:
    words = "Only the members of the strongest ties are drawn."
    assert f"{words} Next: " in chart.describe(large(41).clip(upper=3))
    assert words not in chart.describe(large(40).clip(upper=3))


def test_a_meeting_is_said_once() -> None:
    words = plot_referral_matrix.describe(in_order(pa.meeting_matrix(PAIRS)), what="meetings")
    assert words.startswith(
        "Matrix of meetings of 4 members: 4 of 12 cells hold any; most Ann with Bo 3 and Bo with Cy 1. Next: "
    )


def test_marks_are_the_codes() -> None:
    data = in_order(pa.combination_matrix(PAIRS))
    ax = drawn(plot_combinations, data)
    for code, (_, word) in MARKS.items():
        (part,) = [part for part in ax.collections if part.get_gid() == word]
        places = {(int(y), int(x)) for x, y in np.asarray(part.get_offsets())}
        wanted = data.to_numpy("float64", na_value=np.nan) == code
        assert places == set(zip(*np.nonzero(wanted), strict=True))
    assert (
        " ".join(below(ax))
        == "Of 12 pairs, each way counted: ● referred and met 2; ▲ referred only 2; ○ met only 2; neither 6"
    )
    assert plot_combinations.describe(data).startswith(
        "Combinations of 4 members: of 12 directed pairs 2 referred and met, 2 referred only and 2 met only, and 6 neither. Next: "
    )


@pytest.mark.parametrize("chart", [plot_referral_matrix, plot_combinations])
def test_nobody_is_said(chart: Any) -> None:
    empty = pd.DataFrame()
    assert (
        chart.describe(empty)
        == "An empty chart. Nobody is on record in this group. Write who referred or met whom into the pair table: columns "
        "from, to and kind."
    )
    assert chart.height(empty, WIDE) == 1.0


@pytest.mark.parametrize("chart", [plot_referral_matrix, plot_combinations])
def test_one_member_has_nobody(chart: Any) -> None:
    alone = pd.DataFrame([[pd.NA]], index=["Ann"], columns=["Ann"], dtype="Int64")
    ax = drawn(chart, alone)
    assert [text.get_text().replace("\n", " ") for text in ax.texts] == [
        "Ann is the only member on record; a matrix needs two or more. Write who referred or met whom into the pair table: "
        "columns from, to and kind."
    ]
    assert chart.height(alone, WIDE) == 1.0


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("chart", [plot_referral_matrix, plot_combinations])
def test_the_record_is_named(chart: Any, matrix: pd.DataFrame, width: float) -> None:
    (words,) = [text.get_text() for text in drawn(chart, matrix, width).texts if text.get_gid() == "subtitle"]
    assert words.replace("\n", " ").endswith("From the pair table.")


@pytest.mark.parametrize("chart", [plot_referral_matrix, plot_combinations])
def test_every_mark_is_in_the_key(chart: Any, matrix: pd.DataFrame) -> None:
    data = matrix if chart is plot_referral_matrix else in_order(pa.combination_matrix(PAIRS))
    ax = drawn(chart, data)
    (words,) = [text.get_text().replace("\n", " ") for text in ax.texts if text.get_gid() == "subtitle"]
    assert ("grey" in words) == bool(np.ma.getmaskarray(mesh(ax)).any())
    for code, (mark, word) in MARKS.items() if chart is plot_combinations else ():
        assert f"{mark} {word}" in words.replace("\N{NO-BREAK SPACE}", " ")
        assert (data == code).to_numpy(dtype=bool, na_value=False).any()
    assert ("darker is more" in words) == (chart is plot_referral_matrix)


def test_a_group_without_any_referral() -> None:
    data = pa.referral_matrix(PAIRS[PAIRS["kind"] == "meeting"])
    assert "0 of 6 cells hold any. Next: ask everybody for one referral" in plot_referral_matrix.describe(
        data
    )
    ax = drawn(plot_referral_matrix, data)
    assert not mesh(ax).filled(0).any()
    words = [text.get_text().replace("\n", " ") for text in ax.texts if text.get_gid() == "subtitle"]
    assert "(none on record: write them into the pair table, kind referral)" in words[0]
    assert "darker" not in words[0]
    assert "stand together" not in words[0]


def test_what_the_darkest_is_stands_in_the_words(matrix: pd.DataFrame) -> None:
    (words,) = [text for text in drawn(plot_referral_matrix, matrix).texts if text.get_gid() == "subtitle"]
    assert "darker is more, up to 9." in words.get_text().replace("\n", " ")


def test_names_are_cut_by_width_not_by_letters() -> None:
    narrow, wide = "illicit illini ii", "WWWWWWWWWWWWWWWWW"
    pairs = pd.DataFrame({"from": [narrow], "to": [wide], "kind": ["referral"], "count": [1]})
    ax = drawn(plot_referral_matrix, pa.referral_matrix(pairs), NARROW)
    words = [label.get_text() for label in ax.get_yticklabels()]
    assert any(word.startswith(f"{narrow}  ") for word in words)
    assert any("W…" in word for word in words)
