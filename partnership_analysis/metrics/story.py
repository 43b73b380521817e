"""Sentences made from a review: the headline, what changed, and how far to trust it.

They compute nothing that a frame does not hold, and state no number by hand, so that they survive another
quarter, another vertical and a portfolio without trust, money or hours.
"""

from __future__ import annotations

import pandas as pd

from partnership_analysis.metrics.review import Review
from partnership_analysis.schema import BANDS
from partnership_analysis.wording import count_of, day, joined, money, spelled


def headline(review: Review) -> str:
    """The review in one sentence: what to do.

    >>> headline.__name__
    'headline'
    """
    calls, ready = len(review.calls), len(review.ready)
    if calls:
        need = f"{spelled(calls)} relationship{'s need' if calls > 1 else ' needs'} a call this week"
    else:
        need = "no relationship needs a call"
    more = (
        f"{spelled(ready)} {'is' if ready == 1 else 'are'} ready for more"
        if ready
        else "none is ready for more yet"
    )
    return f"{need[0].upper()}{need[1:]}; {more}."


def lead(review: Review) -> str:
    """What changed since last quarter, in two or three sentences."""
    parts = [_referrals(review), _bands(review), _concentration(review)]
    return " ".join(part for part in parts if part)


def trust_note(review: Review) -> str:
    """How the index was made and how far its inputs reach: rows, ratings, formula."""
    ledger, settings = review.portfolio.ledger, review.portfolio.settings
    rows = f"{count_of(ledger.accepted, 'row')} used, {ledger.rejected:,} rejected of {ledger.read:,} read."
    later = int((review.portfolio.interactions["date"] > pd.Timestamp(review.quarter.end)).sum())
    after = (
        f" {count_of(later, 'interaction')} after {day(review.quarter.end, year=True)} not counted."
        if later
        else ""
    )
    formula = f"RVI = trust × interactions ÷ months, over {count_of(settings.window, 'month')}."
    return f"{rows}{after} {_ratings(review)} {formula}"


def no_trust_note(review: Review) -> str:
    """One paragraph where RVI is missing or rests on an assumed trust; empty where all is rated."""
    sources = review.standing["trust_source"]
    assumed = review.portfolio.settings.assumed_trust
    if not review.trusted:
        return (
            "Nobody rated trust in this portfolio, so no RVI is shown: an index without its trust would be a "
            "guess. What can be said from counts alone follows. To see an RVI, add a `ratings` table, or set "
            "`assumed_trust` in the settings, and every page will say so."
        )
    if assumed is not None and (sources == "assumed").any():
        number = int((sources == "assumed").sum())
        return (
            f"Trust is assumed, not rated, for {count_of(number, 'partner')}: the settings give {assumed:g} of 5. "
            "Their RVI compares how much is exchanged, not how far they are trusted."
        )
    return ""


def rest_note(review: Review) -> str:
    """Whom the charts leave out, in a sentence; empty where they show everybody."""
    rest = review.rest
    if rest.empty:
        return ""
    quiet = int((rest["count"] == 0).sum())
    middle = f", median RVI {rest['rvi'].median():.1f}" if rest["rvi"].notna().any() else ""
    return (
        f"Named are the {len(review.notable)} of {count_of(len(review.standing), 'partnership')} that are flagged or most "
        f"active. Of the other {len(rest):,}, {quiet:,} had no interaction in the window{middle}."
    )


def _referrals(review: Review) -> str:
    numbers = review.numbers.set_index("measure")
    received, before = numbers.loc["received", ["value", "before"]]
    if pd.isna(before):
        return (
            f"We received {count_of(int(received), 'referral')}; there is no quarter before to compare with."
        )
    if received == before:
        return f"Referrals received stayed at {int(received):,}."
    verb = "rose" if received > before else "fell"
    return f"Referrals received {verb} from {int(before):,} to {int(received):,}."


def _bands(review: Review) -> str:
    table = review.standing[["partner", "band", "band_before"]].dropna()
    table = table[table["band"].isin(BANDS) & table["band_before"].isin(BANDS)]
    if table.empty:
        return ""
    level = {band: position for position, band in enumerate(BANDS)}
    step = table["band"].map(level).astype(int) - table["band_before"].map(level).astype(int)
    up, down = (list(table.loc[step.gt(0) if rise else step.lt(0), "partner"]) for rise in (True, False))
    words = [f"{joined(down, limit=3)} fell a band"] if down else []
    words += [f"{joined(up, limit=3)} rose"] if up else []
    return f"{'; '.join(words)}." if words else "Nobody changed band."


def _concentration(review: Review) -> str:
    won = review.standing.set_index("partner")["won"].dropna().sort_values(ascending=False)
    won = won[won > 0]
    if len(won) < 4:
        return ""
    share = won.iloc[:2].sum() / won.sum()
    currency = review.portfolio.settings.currency
    return f"{share:.0%} of the {money(won.sum(), currency)} won in twelve months came from two partners."


def _ratings(review: Review) -> str:
    standing = review.standing[review.standing["trust_source"] == "rated"]
    if standing.empty:
        return "Nobody rated trust."
    age = (pd.Timestamp(review.quarter.end) - standing["trust_date"]).dt.days.median() / 30.44
    missing = len(review.standing) - len(standing)
    without = f"; {count_of(missing, 'partner')} not rated by us" if missing else ""
    return f"Trust is our own rating, {age:.0f} months old in the middle case{without}."
