"""The sceptic's tables: the index worked step by step, and choices named in words."""

from __future__ import annotations

import pandas as pd
import pytest
from metrics.helpers import act, made, rate

import partnership_analysis as pa
from partnership_analysis import tables
from partnership_analysis.errors import ParameterError


def test_an_index_is_worked_step_by_step() -> None:
    # Ann: 3 referrals x 2 + 1 event x 1 = 7 over 3 months, trust 4: 9.33.
    rows = [act("2025-07-03", count=3), act("2025-09-01", kind="event", direction="mutual")]
    portfolio = made(rows, [rate("2025-08-01", 4)], weights={"referral": 2})
    shown = tables.worked_table(pa.rvi(portfolio), pa.rvi_components(portfolio), "Ann")
    steps = dict(shown.frame.itertuples(index=False, name=None))
    assert steps["referral"] == "3 × weight 2"
    assert steps["event"] == "1 × weight 1"
    assert steps["N, their sum"] == "7"
    assert steps["M, months of the partnership in the window"] == "3"
    assert steps["trust, rated 1 August 2025"] == "4.0"
    assert steps["RVI, trust × N ÷ M"] == "9.33"
    assert steps["to the next band"] == "–"
    assert shown.frame.shape == (13, 2)
    assert "Ann" in shown._repr_html_()
    assert "September 2025" in shown._repr_html_()


def test_what_is_not_rated_is_a_dash() -> None:
    portfolio = made([act("2025-07-03")])
    steps = dict(
        tables.worked_table(pa.rvi(portfolio), pa.rvi_components(portfolio), "Ann").frame.itertuples(
            index=False, name=None
        )
    )
    assert (
        steps["trust, not rated"]
        == steps["RVI, trust × N ÷ M"]
        == steps["its interval"]
        == steps["band"]
        == "–"
    )
    assert steps["rate, N ÷ M"] == "1.00 a month"
    assert (
        tables.readings_table(pa.band_moves(portfolio))._repr_html_()
        == '<p class="pa">Nobody has an RVI.</p>'
    )


def test_choices_are_said_in_words() -> None:
    rows = [act("2025-09-03", "Ann", count=7), act("2024-11-01", "Bo", count=9)]
    partners = [{"partner": name, "started": "2023-01-01"} for name in ("Ann", "Bo")]
    shown = tables.sensitivity_table(pa.rvi_sensitivity(made(rows, partners=partners, assumed_trust=2))).frame
    by_name = shown.set_index("name")
    assert list(by_name.index[:4]) == ["6 months", "24 months", "published formula", "referral × 2"]
    # Ann: 2 x 7 / 12 = 1.2 average, in 6 months 2.3 promising. Bo: 1.5 average, in 6 months nothing, weak.
    assert by_name.loc["6 months", "who"] == "Ann and Bo"
    assert by_name.loc["event × 2", "who"] == "–"


def test_a_partner_who_is_not_there_is_named_with_those_who_are() -> None:
    portfolio = made([act("2025-07-03"), act("2025-07-04", "Bo")])
    with pytest.raises(ParameterError, match=r"there is no index of 'Anne'\. There is one of Ann"):
        tables.worked_table(pa.rvi(portfolio), pa.rvi_components(portfolio), "Anne")


def test_those_whose_rate_changed_stand_in_the_order_of_the_board() -> None:
    states = pd.DataFrame(
        {
            "partner": ["Ann", "Bo", "Cy", "Di"],
            "state": ["steady", "strengthening", "silent", "weakening"],
            "weakening": [0.1, 0.0, 0.9, 0.6],
            "strengthening": [0.1, 0.8, 0.0, 0.0],
            "evidence": ["a", "b", "c", "d"],
        }
    )
    shown = tables.signals_table(states).frame
    assert shown[["partner", "sure"]].to_numpy().tolist() == [["Di", 0.6], ["Cy", 0.9], ["Bo", 0.8]]
    calm = tables.signals_table(states.head(1))
    assert "Nobody's rate has changed" in calm._repr_html_()
