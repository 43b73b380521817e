"""What passed between a partner and us, read back: only what there is has a name."""

from __future__ import annotations

import pandas as pd

from partnership_analysis.charts.handout import ROOM, plot_handout


def table(received: int, given: int, mutual: int, quarters: int = 2) -> pd.DataFrame:
    names = [f"Q{n}" for n in range(quarters)]
    return pd.DataFrame({"quarter": names, "received": received, "given": given, "mutual": mutual})


def names(data: pd.DataFrame) -> list[str]:
    return [text.get_text() for text in plot_handout(data).texts if text.get_gid() == "name"]


def test_only_sides_that_are_drawn_are_named() -> None:
    assert names(table(1, 2, 3)) == ["from you", "from us", "together"]
    assert names(table(0, 0, 3)) == ["together"]
    assert names(table(1, 0, 0)) == ["from you"]


def test_a_blank_left_is_explained() -> None:
    def words(quarters: int) -> str:
        found = [
            text for text in plot_handout(table(1, 1, 0, quarters)).texts if text.get_gid() == "subtitle"
        ]
        return found[0].get_text().replace("\n", " ")

    assert words(2).endswith("The record begins in Q0.")
    assert "begins" not in words(ROOM)
    # There may be more on record than is drawn.
    assert "a quarter, meetings aside, Q0 to Q7. Above the line" in words(ROOM)


def test_without_anything_it_says_what_counts_and_what_to_fill() -> None:
    said = plot_handout.describe(table(1, 1, 1).head(0))
    assert "Nothing but meetings, or nothing at all, is on record" in said
    assert "interactions table" in said
