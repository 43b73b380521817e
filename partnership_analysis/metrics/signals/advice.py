"""What to do about the standings of a quarter, in sentences that follow from the data."""

from __future__ import annotations

import pandas as pd

from partnership_analysis.metrics.review import Review
from partnership_analysis.metrics.sides import both_sides
from partnership_analysis.schema import BANDS
from partnership_analysis.wording import count_of, joined, number

CALLS, NAMES = 4, 3
"""Sentences about those who fall, and names in the others."""


def rvi_advice(review: Review) -> list[str]:
    """Whom to call, whom to leave in peace, who is ready for more, and where the exchange lacks a side.

    Parameters
    ----------
    review : Review
        As :func:`partnership_analysis.quarter_review` gives it.

    Returns
    -------
    list of str
        Sentences, the most urgent first; one that says so where nothing follows.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-04-02", "2025-08-12"], "partner": "Ann", "kind": "referral",
    ...                      "direction": "received"})
    >>> rvi_advice(pa.quarter_review(pa.Portfolio.from_frames(interactions=rows), "2025Q3"))
    ['Nothing stands out this quarter: keep the rhythm, and rate trust where it is missing.']
    """
    found = [*_falling(review), *_ready(review), *_one_way(review), *_mere_bands(review), *_weak(review)]
    return found or ["Nothing stands out this quarter: keep the rhythm, and rate trust where it is missing."]


def _falling(review: Review) -> list[str]:
    rows = review.flagged[review.flagged["state"].isin(["silent", "weakening"])]
    found = [f"{row.partner} is {row.state}. {row.advice}" for row in rows.head(CALLS).itertuples()]
    more = list(rows["partner"].iloc[CALLS:])
    return found + ([f"Then call {joined(more, limit=6)}."] if more else [])


def _ready(review: Review) -> list[str]:
    rows = review.ready
    rising = list(rows.loc[rows["state"] == "strengthening", "partner"])
    near = rows[rows["state"] != "strengthening"].head(NAMES)
    found = (
        [f"{joined(rising)} {_is(rising)} strengthening: plan the next thing together now."] if rising else []
    )
    lifts = near["lift"].to_numpy("int64").tolist()
    words = [
        f"{name} ({count_of(lift, 'more interaction')})"
        for name, lift in zip(near["partner"], lifts, strict=True)
    ]
    return found + ([f"Nearest to the next band: {joined(words)}."] if words else [])


def _one_way(review: Review) -> list[str]:
    """Where one side's whole interval lies above the other's."""
    sides = both_sides(review.portfolio, as_of=review.day)
    sides = sides[sides["partner"].isin(review.standing["partner"])]
    owed = sides[(sides["ours_low"] > sides["theirs_high"]).fillna(False)].head(NAMES)
    asked = sides[(sides["theirs_low"] > sides["ours_high"]).fillna(False)].iloc[::-1].head(NAMES)
    found = [f"Give something back to {joined(_both(owed))}: we gain more than they do."] if len(owed) else []
    return found + (
        [f"Ask {joined(_both(asked))} for something: they gain more than we do."] if len(asked) else []
    )


def _both(rows: pd.DataFrame) -> list[str]:
    return [
        f"{row.partner} ({number(row.ours)} to us, {number(row.theirs)} to them)" for row in rows.itertuples()
    ]


def _mere_bands(review: Review) -> list[str]:
    """Those who fell a band while their rate is what it was."""
    table = review.standing
    table = table[table["band"].isin(BANDS) & table["band_before"].isin(BANDS) & (table["state"] == "steady")]
    level = {band: place for place, band in enumerate(BANDS)}
    fell = table["band"].map(level).astype("int64") < table["band_before"].map(level).astype("int64")
    names = list(table.loc[fell, "partner"])
    if not names:
        return []
    return [f"{joined(names)} fell a band by no more than chance: no call for that alone."]


def _weak(review: Review) -> list[str]:
    table = review.standing
    names = list(table.loc[(table["band"] == "weak") & (table["state"] == "steady"), "partner"])
    if not names:
        return []
    return [
        f"{joined(names)} {_is(names)} weak and steady, which is no news: decide once what {'it is' if len(names) == 1 else 'each is'} for."
    ]


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"
