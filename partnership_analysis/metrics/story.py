"""Sentences made from a review: the headline, what changed, and how far to trust it.

They compute nothing that a frame does not hold, and state no number by hand, so that they survive another
quarter, another vertical and a portfolio without trust, money or hours.
"""

from __future__ import annotations

import pandas as pd

from partnership_analysis.metrics.about import ended_by
from partnership_analysis.metrics.review import Review, first_referrals
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
    parts = [_unfinished(review), _referrals(review), _bands(review), _concentration(review)]
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
    if review.portfolio.reduced:
        after += " A ready panel keeps whole months: days, weekdays and what became of a single referral are not known."
    formula = f"RVI = trust × interactions ÷ months, over {count_of(settings.window, 'month')}."
    return f"{rows}{after} {_ratings(review)} {formula}"


def no_trust_note(review: Review) -> str:
    """One paragraph where RVI is missing or rests on an assumed trust; empty where all is rated."""
    sources = review.standing["trust_source"]
    assumed = review.portfolio.settings.assumed_trust
    if not review.trusted:
        return (
            "Nobody rated trust in this portfolio, so no RVI is shown: an index without its trust would be a "
            "guess. What can be said from counts alone follows. To see an RVI, add a table “ratings”, or set "
            f"“assumed_trust” in the settings, and every page will say so.{_absent(review)}"
        )
    if assumed is not None and (sources == "assumed").any():
        number = int((sources == "assumed").sum())
        return (
            f"Trust is assumed, not rated, for {count_of(number, 'partner')}: the settings give {assumed:g} of 5. "
            "Their RVI compares how much is exchanged, not how far they are trusted."
        )
    return ""


def _absent(review: Review) -> str:
    """What else nobody wrote down, in a sentence."""
    rows = review.portfolio.interactions
    absent = {
        "money": rows[["value", "commission", "cost"]].isna().all(axis=None),
        "hours": rows["hours"].isna().all(),
        "actions": review.portfolio.actions.empty,
    }
    words = [f"no {word}" for word, missing in absent.items() if missing]
    if not words:
        return ""
    return f" {joined(words).capitalize()} are on record either; what rests on them is left out."


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


def late_start(review: Review) -> str:
    """A warning where one direction of referrals is on record only from long after the other; else empty."""
    first = first_referrals(review.portfolio, review.quarter)
    if first.empty:
        return ""
    way = str(first.idxmax())
    return (
        f"No referral {way} is on record before {day(first[way], year=True)}, although the others begin on "
        f"{day(first.min(), year=True)}. If they were not written down until then, the exchange looks more one-sided "
        "than it was."
    )


def _unfinished(review: Review) -> str:
    if review.day == review.quarter.end:
        return ""
    return (
        f"The record ends on {day(review.day)}: the quarter is not over, and its numbers are still growing."
    )


def _referrals(review: Review) -> str:
    numbers = review.numbers.set_index("measure")
    received, given = (list(numbers.loc[name, ["value", "before"]]) for name in ("received", "given"))
    both = f"We received {count_of(int(received[0]), 'referral')} and gave {int(given[0]):,}"
    if pd.isna(received[1]) and pd.isna(given[1]):
        return f"{both}; there is no quarter before to compare with."
    if pd.isna(received[1]) or pd.isna(given[1]):
        first = first_referrals(review.portfolio, review.quarter)
        return (
            f"{both}; those {first.idxmax()} are on record only from {day(first.max(), year=True)}, too late to "
            "compare with the quarter before."
        )
    return f"Referrals received {_moved(*received)}; those that we gave {_moved(*given)}."


def _moved(now: float, before: float) -> str:
    if now == before:
        return f"stayed at {int(now):,}"
    return f"{'rose' if now > before else 'fell'} from {int(before):,} to {int(now):,}"


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
    """How much hangs on the two largest: of value won, or where none is on record of referrals received."""
    won = review.standing.set_index("partner")["won"].dropna().clip(lower=0)
    window = count_of(review.portfolio.settings.window, "month")
    if (won > 0).sum() >= 4:
        currency, what = review.portfolio.settings.currency, "won in twelve months"
        total = f"the {money(won.sum(), currency)} {what}"
    else:
        won = review.exchange.set_index("partner")["received"]
        total = f"the {won.sum():,} referrals received in {window}"
    if (won > 0).sum() < 4:
        return ""
    first = won.sort_values(ascending=False, kind="stable").iloc[:2]
    whose = "" if ended_by(review.portfolio, review.day).empty else " from those who are partners now"
    return f"{joined(list(first.index))} brought {first.sum() / won.sum():.0%} of {total}{whose}."


def _ratings(review: Review) -> str:
    standing = review.standing[review.standing["trust_source"] == "rated"]
    if standing.empty:
        return "Nobody rated trust."
    age = (pd.Timestamp(review.day) - standing["trust_date"]).dt.days.median() / 30.44
    missing = len(review.standing) - len(standing)
    without = f"; {count_of(missing, 'partner')} not rated by us" if missing else ""
    return f"Trust is our own rating, {count_of(round(age), 'month')} old in the middle case{without}."
