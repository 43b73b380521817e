"""Fingerprints of rows."""

from __future__ import annotations

import datetime as dt
from unittest import mock

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_analysis.sources import prints, words
from partnership_analysis.sources.cells import Cells
from sources.search import tried

CELL = st.one_of(
    st.none(),
    st.sampled_from(["", "a", "b", "ab", "-", "1", "x" * 8, "x" * 9, "é", True, False, 1, 1.0, 2.5, 10**20]),
    st.sampled_from(
        [dt.date(2025, 7, 14), dt.datetime(2025, 7, 14, 10), dt.time(1, 30), dt.timedelta(hours=1.5)]
    ),
)
TABLE = st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6)


def of(rows: list[list[object]], order: tuple[int, ...] = (0, 1, 2)) -> list[int]:
    columns = [pd.Series([row[place] for row in rows], dtype=object) for place in order]
    labels = ["date", "partner", "note"]
    cells = [Cells.of(column) for column in columns]
    return prints.of_rows([labels[place] for place in order], cells, len(rows)).tolist()


def meaning(cell: object) -> object:
    """What makes a cell another: its kind and value; nothing is one thing."""
    if cell is None or cell in ("", "-"):
        return None
    if isinstance(cell, dt.time | dt.timedelta):
        return "span"
    if isinstance(cell, dt.date):
        return "day", str(cell)[:10], str(cell)[11:]
    return type(cell) if isinstance(cell, bool | str) else "number", cell


@tried(40)
@given(TABLE)
def test_rows_have_the_same_print_exactly_if_they_say_the_same(rows: list[list[object]]) -> None:
    made = of(rows)
    meant = [tuple(map(meaning, row)) for row in rows]
    for one, its in zip(made, meant, strict=True):
        assert [one == other for other in made] == [its == theirs for theirs in meant]


@tried(40)
@given(TABLE, st.permutations((0, 1, 2)))
def test_the_order_of_columns_and_the_other_rows_do_not_matter(
    rows: list[list[object]], order: list[int]
) -> None:
    assert of(rows, tuple(order)) == of(rows) == [of([row])[0] for row in rows]


def test_a_column_with_nothing_in_it_does_not_matter_and_another_label_does() -> None:
    cells = Cells.of(pd.Series(["a", "b"]))
    made = prints.of_rows(["x"], [cells], 2)
    assert prints.of_rows(["x", "y"], [cells, Cells.absent(2)], 2).tolist() == made.tolist()
    assert not np.isin(prints.of_rows(["y"], [cells], 2), made).any()


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 16, 17, 511, 512, 513, 5000])
def test_every_byte_of_a_text_counts(size: int) -> None:
    texts = ["x" * size, *("x" * place + "y" + "x" * (size - place - 1) for place in range(min(size, 20)))]
    made = prints.of_texts(pa.array([*texts, texts[0]], pa.large_string()))
    assert len(set(made.tolist())) == len(texts)
    assert made[-1] == made[0]


@given(st.lists(st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace").decode()), max_size=8))
def test_both_codings_of_a_column_give_the_same(texts: list[str]) -> None:
    made = []
    for each in (True, False):
        with mock.patch.object(words, "_mostly_different", lambda texts, each=each: each):
            made.append(
                prints.of_rows(["a"], [Cells.of(pd.Series(texts, dtype="string"))], len(texts)).tolist()
            )
    assert made[0] == made[1]


def test_typed_columns_give_what_mixed_ones_give() -> None:
    for values in (
        [1, 2],
        [1.5, 2.5],
        [True, False],
        pd.to_datetime(["2025-07-14 10:00", "2025-07-15 00:00"]),
    ):
        typed = pd.Series(values)
        made = [
            prints.of_rows(["a"], [Cells.of(column)], 2).tolist() for column in (typed, typed.astype(object))
        ]
        assert made[0] == made[1]
