"""The curve of capacity read back through its line and words."""

from __future__ import annotations

import pandas as pd

from partnership_analysis.charts.capacity import plot_capacity

DATA = pd.DataFrame(
    {
        "capacity": [0.0, 10.0, 20.0],
        "value": [0.0, 800.0, 1000.0],
        "hours": [0.0, 9.0, 18.0],
        "kept": pd.array([0, 2, 3], dtype="Int64"),
        "per_hour": [None, 80.0, 20.0],
    }
)


def shown(words: str) -> str:
    """Alternative text without the next step, which has its own tests."""
    return words.split(" Next: ")[0]


def test_the_line_and_the_hours_that_we_have() -> None:
    ax = plot_capacity(DATA, currency="GBP", plan=(10.0, 800.0), one_more=25.0)
    lines = [(list(line.get_xdata()), list(line.get_ydata())) for line in ax.lines]
    # The last plan takes 18 hours: with so many it is there.
    assert ([0.0, 10.0, 18.0], [0.0, 800.0, 1000.0]) in lines
    assert ([10.0], [800.0]) in lines
    words = [text.get_text() for text in ax.texts]
    assert "£1,000 with 18 h, 3 partners" in words
    assert "10 h that we have\nbring £800 a year\none hour more: +£25" in words


def test_nothing_known_of_our_hours() -> None:
    words = [text.get_text() for text in plot_capacity(DATA).texts]
    assert not any("that we have\n" in word for word in words)


def test_hours_beyond_which_nothing_is_to_be_had() -> None:
    ax = plot_capacity(DATA, plan=(20.0, 1000.0), one_more=0.0)
    assert any(text.get_text().endswith("one hour more: nothing") for text in ax.texts)
    assert [0.0, 10.0, 18.0, 20.0] in [list(line.get_xdata()) for line in ax.lines]
    level = pd.concat([DATA, DATA.tail(1).assign(capacity=30.0)], ignore_index=True)
    assert "with 18 hours" in plot_capacity.describe(level)


def test_nothing_for_one_hour_more_and_something_for_many() -> None:
    words = [
        text.get_text()
        for text in plot_capacity(DATA, currency="GBP", plan=(10.0, 800.0), one_more=0.0).texts
    ]
    assert any(word.endswith("one hour more: nothing\n8 hours more: +£200") for word in words)


def test_the_unit_is_that_of_the_basis() -> None:
    words = [text.get_text().replace("\n", " ") for text in plot_capacity(DATA, basis="RVI").texts]
    assert any("(RVI, from interactions and ratings)" in word for word in words)


def test_words() -> None:
    assert shown(plot_capacity.describe(DATA, currency="GBP", plan=(10.0, 800.0), one_more=25.0)) == (
        "Worth of the best plan against our hours: rising to £1,000 a year with 18 hours a quarter, enough for 3 "
        "partners. With the 10 that we have it is £800. One hour more would bring £25 a year."
    )
    assert "rising to 1,000.0 of RVI" in plot_capacity.describe(DATA, basis="RVI")
    assert plot_capacity.describe(DATA.assign(value=None)).startswith("An empty chart.")
    assert "or it is nothing" in plot_capacity.describe(DATA.assign(value=0.0))
