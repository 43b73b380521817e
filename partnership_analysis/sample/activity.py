"""Interactions day by day, drawn from a plan. Every column is drawn for all rows at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from partnership_analysis.sample.plan import CELLS, MEETING, Plan, month_bounds
from partnership_analysis.schema import INTERACTIONS

_KINDS = [kind for kind, _ in CELLS]
_HOURS = {
    "referral": (0.25, 0.5),
    "strategic_referral": (0.25, 0.75),
    "online_collaboration": (1, 3),
    "event": (3, 7),
    "cross_promotion": (0.5, 1.5),
    "meeting": (0.75, 2),
    "trade": (1, 3),
}
_NOTES = {
    "referral": (
        "Asked for by name",
        "Second referral of this client",
        "Client wants to start after the summer",
        "Came out of the spring seminar",
        "Warm: knows our work",
        "+ a sister company later",
    ),
    "strategic_referral": (
        "Introduced by e-mail, both replied",
        "Knows the bank's regional team",
        "Introduction to the chamber's board",
        "Lunch for three",
    ),
    "online_collaboration": ("Guest post, 900 words", "Article swap", "Shared on both pages"),
    "event": ("Workshop, 18 came", "Webinar, 41 signed up", "Breakfast seminar", "Panel at the trade fair"),
    "cross_promotion": ("Slot in the newsletter", "Mailshot to 1,200", "Leaflet at reception"),
    "meeting": (
        "Lunch",
        "Call: next quarter's plan",
        "Coffee at their office",
        "One-to-one",
        "@ the chamber of commerce",
        "- moved twice, worth the wait",
    ),
    "trade": ("Room for the workshop against a pricing review", "Desks for two days", "Advice in kind"),
}
_COVER = ("Amara Osei", "Luc Moreau", "Ben Ito", "Zofia Zielińska")


def interactions(plan: Plan, rng: np.random.Generator, rows: int | None) -> pd.DataFrame:
    """The interactions table, sorted by date, then by partner and kind."""
    partner, month, cell = np.nonzero(counts := _counts(plan, rng, rows))
    repeats = counts[partner, month, cell]
    partner, month, cell = (np.repeat(part, repeats) for part in (partner, month, cell))
    dates = _dates(plan, rng, partner, month, cell)
    order = np.lexsort((cell, partner, dates))
    partner, cell, dates = partner[order], cell[order], dates[order]
    frame = pd.DataFrame(
        {
            "date": dates.astype("datetime64[us]"),
            "partner": texts(plan.names, partner),
            "kind": texts(_KINDS, cell),
            "direction": texts([direction for _, direction in CELLS], cell),
            "count": pd.array(np.where((cell == MEETING) & (rng.random(len(cell)) < 0.04), 2, 1), "Int64"),
        }
    )
    frame = pd.concat([frame, _money(plan, rng, partner, cell, dates), _effort(rng, cell)], axis="columns")
    frame["owner"] = _owners(plan, rng, partner)
    frame["reference"] = _references(cell, dates)
    frame["note"] = _said(rng, cell)
    return _told_apart(frame[list(INTERACTIONS.names)].astype(INTERACTIONS.dtypes))


def _told_apart(frame: pd.DataFrame) -> pd.DataFrame:
    """Two things that happened are not one row pasted twice: the second says that it is another."""
    equal = frame[frame.duplicated(keep=False)]
    if equal.empty:
        return frame
    turn = equal.groupby(list(equal), dropna=False, sort=False).cumcount()
    turn = turn[turn > 0]
    words = [f"No. {place + 1} that day" for place in turn]
    before = frame.loc[turn.index, "note"]
    frame.loc[turn.index, "note"] = (before + ", ").fillna("").astype("string") + words
    return frame


def texts(words: Sequence[str], places: np.ndarray) -> pd.Series:
    """Words by place, as a column of text; a negative place is missing."""
    return pd.Series(pd.array(list(words), dtype="string").take(places, allow_fill=True))


def _counts(plan: Plan, rng: np.random.Generator, rows: int | None) -> np.ndarray:
    """Interactions of each partner, month and cell.

    Meetings keep a rhythm (their expected number is spread evenly, from a chance beginning), everything
    else is Poisson. Where the number of rows is given, all is Poisson on condition of that number.
    """
    if rows is not None:
        shares = plan.expected.ravel() / plan.expected.sum()
        return rng.multinomial(rows, shares).reshape(plan.expected.shape)
    counts = rng.poisson(plan.expected)
    due = np.floor(np.cumsum(plan.expected[:, :, MEETING], axis=1) + rng.random((len(plan.names), 1)))
    counts[:, :, MEETING] = np.diff(due, axis=1, prepend=0)
    return counts


def _dates(
    plan: Plan, rng: np.random.Generator, partner: np.ndarray, month: np.ndarray, cell: np.ndarray
) -> np.ndarray:
    """Working days, evenly; three in a hundred on any day; half of the meetings on the partner's weekday."""
    opens, closes = month_bounds(plan.months)
    low = np.maximum(plan.first[partner], opens[month])
    high = np.minimum(plan.last[partner], closes[month])
    working = np.maximum(np.busday_count(low, high + 1), 1)
    chance, any_day = rng.random(len(partner)), rng.random(len(partner)) < 0.03
    on_working = np.busday_offset(low, (chance * working).astype("int64"), roll="forward")
    on_any = low + (chance * ((high - low).astype("int64") + 1)).astype("int64")
    dates = np.where(any_day, on_any, on_working)
    weekday = (dates.astype("int64") + 3) % 7
    usual = rng.integers(0, 5, len(plan.names))[partner]
    moves = (cell == MEETING) & (rng.random(len(partner)) < 0.5) & (weekday < 5)
    moved = dates + np.where(moves, usual - weekday, 0)
    dates = np.where((moved >= low) & (moved <= high), moved, dates)
    return np.clip(dates, low, high)


def _money(
    plan: Plan, rng: np.random.Generator, partner: np.ndarray, cell: np.ndarray, dates: np.ndarray
) -> pd.DataFrame:
    """Status, value and commission of referrals; the recent ones are still open."""
    is_referral = np.isin(cell, [0, 1])
    age = (np.datetime64(plan.end, "D") - dates).astype("int64")
    decided = age > 10 + rng.exponential(45, len(cell))
    won = is_referral & decided & (rng.random(len(cell)) < plan.won[partner])
    status = np.where(is_referral, np.where(won, 1, np.where(decided, 2, 0)), -1)
    told = (cell == 0) | (rng.random(len(cell)) < 0.7)
    value = np.round(plan.fee[partner] * rng.lognormal(0, 0.55, len(cell)), -1)
    value = np.where(won & told, np.maximum(value, 50), np.nan)
    commission = np.where(plan.commission[partner] > 0, value * plan.commission[partner], np.nan)
    return pd.DataFrame(
        {
            "status": texts(("open", "won", "lost"), status),
            "value": numbers(value),
            "commission": numbers(np.round(commission, 2)),
        }
    )


def _effort(rng: np.random.Generator, cell: np.ndarray) -> pd.DataFrame:
    """Hours in quarters of an hour, not always noted; costs of events and of some meetings."""
    low, high = (np.array([_HOURS[kind][side] for kind in _KINDS])[cell] for side in (0, 1))
    hours = np.round((low + (high - low) * rng.random(len(cell))) * 4) / 4
    always = np.isin(cell, [8, 10, 11])
    hours = np.where(always | (rng.random(len(cell)) < 0.6), hours, np.nan)
    event_cost = np.round(rng.uniform(80, 420, len(cell)), -1)
    lunch = np.round(rng.uniform(14, 62, len(cell)) * 2) / 2
    paid = rng.random(len(cell)) < 0.5
    cost = np.where(cell == 8, event_cost, np.where((cell == MEETING) & paid, lunch, np.nan))
    return pd.DataFrame({"hours": numbers(hours), "cost": numbers(cost)})


def numbers(values: np.ndarray) -> pd.Series:
    """Numbers with NaN as missing, in the schema's dtype."""
    return pd.Series(pd.array(values, dtype="Float64"))


def _owners(plan: Plan, rng: np.random.Generator, partner: np.ndarray) -> pd.Series:
    people = sorted({*plan.owners, *_COVER})
    places = {name: place for place, name in enumerate(people)}
    own = np.array([places[name] for name in plan.owners], dtype="int64")[partner]
    cover = np.array([places[name] for name in _COVER])[rng.integers(0, len(_COVER), len(partner))]
    return texts(people, np.where(rng.random(len(partner)) < 0.92, own, cover))


def _references(cell: np.ndarray, dates: np.ndarray) -> pd.Series:
    """A running number for what a practice would file; the rest has none."""
    filed = np.isin(cell, [0, 1, 2, 3])
    frame = pd.DataFrame({"year": dates.astype("datetime64[Y]").astype("int64") + 1970, "filed": filed})
    running = frame.groupby("year")["filed"].cumsum()
    labels = "R" + frame["year"].astype("string") + "-" + running.astype("string").str.zfill(4)
    return labels.where(pd.Series(filed))


def _said(rng: np.random.Generator, cell: np.ndarray) -> pd.Series:
    words = [note for kind in _KINDS for note in _NOTES[kind]]
    sizes = np.array([len(_NOTES[kind]) for kind in _KINDS])
    starts = np.cumsum(sizes) - sizes
    chosen = starts[cell] + (rng.random(len(cell)) * sizes[cell]).astype("int64")
    return texts(words, np.where(rng.random(len(cell)) < 0.16, chosen, -1))
