"""The map of stakeholders, read back: a dot with the number where somebody is, a ring where nobody is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

import partnership_analysis as pa
from partnership_analysis.charts.stakeholders import ROWS, plot_stakeholders
from partnership_analysis.charts.theme import NARROW, new_axes, theme

from .test_charts import draw, texts


@pytest.fixture(scope="module")
def matrix() -> pd.DataFrame:
    rows = pd.DataFrame({"date": ["2025-06-01"] * 3, "partner": ["Ann", "Bo", "Cy"], "kind": "meeting"})
    about = pd.DataFrame(
        {
            "partner": ["Ann", "Bo", "Cy", "Di"],
            "vertical": ["Legal", "legal", "IT", "IT"],
            "stakeholder": ["adviser", "adviser", "supplier", "supplier"],
            "ended": [None, None, None, "2025-01-01"],
        }
    )
    return pa.stakeholder_matrix(
        pa.Portfolio.from_frames(rows, about, settings={"verticals": "Legal; Banking"})
    )


def places(ax: Axes, gid: str) -> set[tuple[float, float]]:
    (part,) = [part for part in ax.collections if part.get_gid() == gid]
    return {(float(x), float(y)) for x, y in np.ma.getdata(part.get_offsets())}


def test_the_matrix_by_hand(matrix: pd.DataFrame) -> None:
    assert matrix[["vertical", "stakeholder", "partners", "ended"]].to_numpy().tolist() == [
        ["Banking", "adviser", 0, 0],
        ["Banking", "supplier", 0, 0],
        ["IT", "adviser", 0, 0],
        ["IT", "supplier", 1, 1],
        ["Legal", "adviser", 2, 0],
        ["Legal", "supplier", 0, 0],
    ]
    assert matrix["names"].dropna().tolist() == ["Cy", "Ann; Bo"]
    assert matrix["wanted"].tolist() == [True, True, False, False, True, True]


def test_dots_are_partners_and_rings_gaps(matrix: pd.DataFrame) -> None:
    ax = draw(plot_stakeholders, matrix)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Legal", "IT", "Banking"]
    assert places(ax, "there") == {(1, 1), (0, 0)}
    assert places(ax, "gap") == {(0, 2), (1, 2), (0, 1), (1, 0)}
    said = {text.get_text() for text in ax.texts}
    assert {"adviser", "supplier", "1", "2"} <= said


def test_a_wanted_vertical_without_anybody_is_named(matrix: pd.DataFrame) -> None:
    assert "◀ nobody yet" in texts(plot_stakeholders(matrix))
    assert plot_stakeholders.describe(matrix).startswith(
        "Partners by 3 verticals and 2 groups of stakeholders: adviser 2 and supplier 1; nobody in Banking. Next: "
    )


def test_without_verticals_it_says_what_to_fill(matrix: pd.DataFrame) -> None:
    blank = matrix[matrix["vertical"] == "IT"].assign(vertical="not described")
    for data, said in ((blank, True), (matrix, False)):
        words = " ".join(texts(plot_stakeholders(data))).replace("\n", " ")
        assert ("fill the column vertical of the partners table" in words) is said


def test_who_has_no_group_is_counted(matrix: pd.DataFrame) -> None:
    def words(data: pd.DataFrame) -> str:
        return " ".join(" ".join(texts(plot_stakeholders(data))).split())

    assert "fill the column stakeholder" not in words(matrix)
    some = matrix.assign(stakeholder=matrix["stakeholder"].replace("supplier", "not described"))
    said = "Of 1 partner the group is not on record: fill the column stakeholder of the partners table."
    assert said in words(some)


def test_the_head_is_as_high_as_the_names_of_the_groups(matrix: pd.DataFrame) -> None:
    def named(width: float, *groups: str) -> tuple[float, float]:
        """Height of the chart, and the angle of the groups' names."""
        parts = [matrix[matrix["stakeholder"] == "adviser"].assign(stakeholder=group) for group in groups]
        data = pd.concat(parts, ignore_index=True)
        with theme():
            ax = plot_stakeholders(data, ax=new_axes(width, plot_stakeholders.height(data, width)))
        (angle,) = {text.get_rotation() for text in ax.texts if text.get_text() in groups}
        return plot_stakeholders.height(data, width), angle

    short, upright = named(NARROW, "a", "b", "c")
    tall, _ = named(NARROW, "a", "b", "communities")
    level_height, level = named(NARROW, "a", "communities")
    assert (upright, level) == (90, 0)
    assert level_height < tall
    assert short < tall - 0.3


def test_of_many_verticals_some_are_drawn(matrix: pd.DataFrame) -> None:
    many = pd.concat([matrix.head(1).assign(vertical=f"V{n:02d}") for n in range(ROWS + 4)])
    ax = plot_stakeholders(many)
    assert len(ax.get_yticks()) == ROWS
    words = " ".join(next(text.get_text() for text in ax.texts if text.get_gid() == "subtitle").split())
    assert "Left out: 4 verticals." in words


def test_without_any_group_it_says_so() -> None:
    rows = pd.DataFrame({"date": ["2025-06-01"], "partner": ["Ann"], "kind": "meeting"})
    matrix = pa.stakeholder_matrix(pa.Portfolio.from_frames(rows))
    ax = draw(plot_stakeholders, matrix)
    assert "Nobody's group of stakeholders is on record" in texts(ax)[0]
    assert plot_stakeholders.describe(matrix).startswith("An empty chart.")


def test_names_stand_in_the_order_of_the_alphabet() -> None:
    names = ["IT", "Zoology", "Insurance", "Éducation", "estates"]
    rows = pd.DataFrame({"date": "2025-06-01", "partner": names, "kind": "meeting"})
    about = pd.DataFrame({"partner": names, "vertical": names, "stakeholder": "adviser"})
    matrix = pa.stakeholder_matrix(pa.Portfolio.from_frames(rows, about))
    ax = draw(plot_stakeholders, matrix)
    shown = [label.get_text() for label in ax.get_yticklabels()][::-1]
    assert shown == ["Éducation", "estates", "Insurance", "IT", "Zoology"]
