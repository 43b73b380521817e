"""Tables of the index: who moved and why, months as small drawings, and the sentences about what to do."""

from __future__ import annotations

import pandas as pd
import pytest
from metrics.helpers import act, made

import partnership_analysis as pa
from partnership_analysis import tables
from partnership_analysis.metrics.signals.advice import rvi_advice
from partnership_analysis.sample import sample
from partnership_analysis.tables.sparks import months, whisker


@pytest.fixture(scope="module")
def review() -> pa.metrics.review.Review:  # type: ignore[name-defined]
    data = sample()
    return pa.quarter_review(pa.Portfolio.from_frames(**data.tables, settings=data.settings), "2025Q3")


def test_movers_stand_with_their_signal(review) -> None:
    shown = tables.band_moves_table(review.standing)
    standing = review.standing.set_index("partner")
    for row in shown.frame.itertuples():
        now = standing.loc[row.partner]
        assert now["band"] != now["band_before"]
        assert row.state.endswith(now["state"])
        assert row.change == pytest.approx(now["rvi"] - now["rvi_before"])
    assert shown.frame["change"].is_monotonic_increasing
    still = review.standing.assign(band_before=review.standing["band"])
    assert "Nobody's band differs" in tables.band_moves_table(still)._repr_html_()


def test_a_board_is_the_same_twice_and_says_its_months(review) -> None:
    board = pa.signals_board(review.portfolio, as_of=review.day)
    one, two = (tables.signals_board_table(board, rows=5) for _ in range(2))
    assert one._repr_html_() == two._repr_html_()
    first = board[board["partner"] == board["partner"].iloc[0]]
    assert one.frame["months"].iloc[0] == ", ".join(map(str, first["count"]))
    assert f"and {board['partner'].nunique() - 5} more" in one._repr_html_()
    assert one._repr_html_().count("<svg") == 5


def test_standings_are_drawn_on_one_scale(review) -> None:
    html = tables.standing_table(review.standing)._repr_html_()
    assert html.count("<svg") == review.standing["rvi"].notna().sum()
    assert "&lt;svg" not in html


def test_small_drawings() -> None:
    assert whisker(pd.NA, pd.NA, pd.NA, top=4.0) == ""
    drawn = whisker(1.0, 0.0, 9.0, top=4.0, limits=(1.0, 9.0))
    # 4 + 102 * sqrt(1 / 4): the middle; the interval ends at the top.
    assert 'cx="55.0"' in drawn
    assert "M4.0 8H106.0" in drawn
    assert drawn.count("V15") == 1
    bars = months([2, 0, 1], 2, rising=False, slots=4)
    assert bars.count("<rect") == 3
    assert bars.count("#a0421f") == 2
    assert 'aria-label="interactions a month: 2, 0, 1"' in bars


def test_what_to_do_names_those_who_fall_first(review) -> None:
    found = rvi_advice(review)
    alarmed = review.flagged[review.flagged["state"].isin(["silent", "weakening"])]
    for row, sentence in zip(alarmed.itertuples(), found, strict=False):
        assert sentence == f"{row.partner} is {row.state}. {row.advice}"
    assert all(sentence.endswith(".") for sentence in found)
    assert repr(tables.rvi_advice(review)) == "\n".join(found)


def test_nothing_to_do_is_said() -> None:
    quiet = pa.quarter_review(made([act("2025-04-02"), act("2025-08-12")]), "2025Q3")
    assert rvi_advice(quiet) == [
        "Nothing stands out this quarter: keep the rhythm, and rate trust where it is missing."
    ]
