"""The order of a matrix: circles stand together, nothing is lost, and the names' order does not matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from partnership_analysis.metrics.network.order import in_order


def matrix(cells: list[list[int]], names: str) -> pd.DataFrame:
    table = pd.DataFrame(cells, index=list(names), columns=list(names)).astype("Int64")
    for name in names:
        table.loc[name, name] = pd.NA
    return table


def circles(names: str, seed: int = 3) -> pd.DataFrame:
    """Two circles that refer inside only, their members taken in turn."""
    chance = np.random.default_rng(seed)
    inside = np.arange(len(names)) % 2
    cells = chance.integers(1, 5, (len(names), len(names))) * (inside[:, None] == inside[None, :])
    return matrix(cells.tolist(), names)


def test_circles_stand_together() -> None:
    order = in_order(circles("abcdefgh")).index.tolist()
    assert {frozenset(order[:4]), frozenset(order[4:])} == {frozenset("aceg"), frozenset("bdfh")}


def test_cells_stay_what_they_are() -> None:
    table = circles("abcdefgh")
    ordered = in_order(table)
    assert ordered.index.tolist() == ordered.columns.tolist()
    pd.testing.assert_frame_equal(ordered.reindex(index=table.index, columns=table.columns), table)


def test_the_given_order_does_not_matter() -> None:
    table = circles("abcdefgh")
    turned = table.iloc[::-1, ::-1]
    assert in_order(turned).index.tolist() == in_order(table).index.tolist()


def test_who_has_nobody_comes_last_by_name() -> None:
    table = matrix([[0, 0, 0, 0], [0, 0, 2, 0], [0, 1, 0, 0], [0, 0, 0, 0]], "dcba")
    assert in_order(table).index.tolist() == ["b", "c", "a", "d"]


@pytest.mark.parametrize("names", ["", "a", "ab"])
def test_few_members(names: str) -> None:
    assert in_order(matrix([[0] * len(names)] * len(names), names)).index.tolist() == list(names)


def test_a_matrix_of_two_different_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="same members"):
        in_order(pd.DataFrame([[1]], index=["a"], columns=["b"]))


def test_a_large_group_is_ordered_soon() -> None:
    chance = np.random.default_rng(0)
    names = [f"m{place:03}" for place in range(320)]
    table = pd.DataFrame(chance.poisson(0.02, (320, 320)), index=names, columns=names)
    assert sorted(in_order(table).index) == names
