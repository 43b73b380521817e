"""Verticals, stakeholder groups and owners that are written in several ways are one."""

from __future__ import annotations

import pandas as pd

import partnership_analysis as pa

ROWS = pd.DataFrame(
    {
        "date": "2025-06-01",
        "partner": ["Ann", "Bo", "Cy"],
        "kind": "meeting",
        "owner": ["AMARA OSEI", None, "Amara Osei"],
    }
)


def test_groups_are_one_however_they_are_written() -> None:
    partners = pd.DataFrame(
        {
            "partner": ["Ann", "Bo", "Cy", "Di"],
            "vertical": ["Legal", "legal ", "LEGAL", "Legal"],
            "stakeholder": ["supplier", None, "Supplier", "media"],
            "owner": ["Amara  Osei", "Amara Osei", None, "Ben Ito"],
        }
    )
    made = pa.Portfolio.from_frames(ROWS, partners)
    assert made.partners["vertical"].tolist() == ["Legal"] * 4
    assert made.verticals == ["Legal"]
    # One each: as the text sorts first.
    assert made.partners["stakeholder"].fillna("-").tolist() == ["Supplier", "-", "Supplier", "media"]
    assert made.partners["owner"].fillna("-").tolist() == ["Amara Osei", "Amara Osei", "-", "Ben Ito"]
    assert made.interactions["owner"].fillna("-").tolist() == ["Amara Osei", "-", "Amara Osei"]
    notes = made.ledger.entries
    said = notes[notes["reason"].str.contains("written most often")]
    assert set(zip(said["table"], said["column"], said["value"], strict=True)) >= {
        ("partners", "vertical", "LEGAL"),
        ("partners", "stakeholder", "supplier"),
        ("interactions", "owner", "AMARA OSEI"),
    }
    assert len(pa.vertical_performance(made)["vertical"].unique()) == 1


def test_what_is_written_in_one_way_is_left_alone() -> None:
    made = pa.Portfolio.from_frames(ROWS.assign(owner="Amara Osei"))
    assert made.interactions["owner"].tolist() == ["Amara Osei"] * 3
    assert made.ledger.entries["reason"].str.contains("written most often").sum() == 0


def test_settling_twice_changes_nothing() -> None:
    partners = pd.DataFrame({"partner": ["Ann", "Bo", "Cy"], "vertical": ["it", "IT", "IT"]})
    once = pa.Portfolio.from_frames(ROWS, partners)
    twice = pa.Portfolio.from_frames(once.interactions, once.partners)
    pd.testing.assert_frame_equal(twice.partners, once.partners)
    pd.testing.assert_frame_equal(twice.interactions, once.interactions)
