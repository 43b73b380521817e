"""Who, from when to when, and how much: the sample before anything is drawn day by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from partnership_analysis.periods import month_index, month_start
from partnership_analysis.sample import cast

CELLS = (
    ("referral", "received"),
    ("referral", "given"),
    ("strategic_referral", "received"),
    ("strategic_referral", "given"),
    ("online_collaboration", "received"),
    ("online_collaboration", "given"),
    ("cross_promotion", "received"),
    ("cross_promotion", "given"),
    ("event", "mutual"),
    ("online_collaboration", "mutual"),
    ("meeting", "mutual"),
    ("trade", "mutual"),
)
"""Kind and direction of everything that is drawn."""
MEETING = 10

_SEASON = {8: 0.7, 12: 0.75}
_FLOOR, _RISE = 0.2, 4.0
_TRADES = {
    "Legal": ("Legal", "Solicitors", "Law"),
    "Accounting": ("Accountants", "Tax", "Audit"),
    "IT": ("Systems", "Software", "Networks"),
    "Insurance": ("Insurance", "Risk", "Cover"),
    "Property": ("Property", "Estates", "Surveyors"),
    "Marketing": ("Marketing", "Media", "Design"),
    "Recruitment": ("Recruitment", "Talent", "People"),
}
_TYPES = ("affiliate", "contractor", "mentor", "client", "prospect", "department")
_TYPE_SHARES = (0.6, 0.1, 0.05, 0.15, 0.08, 0.02)


@dataclass(frozen=True)
class Plan:
    """Partners as arrays, in order; ``first`` and ``last`` are the days between which things happen."""

    names: list[str]
    verticals: list[str]
    relationships: list[str]
    owners: list[str]
    started: np.ndarray
    ended: np.ndarray
    first: np.ndarray
    last: np.ndarray
    months: np.ndarray
    expected: np.ndarray
    trust_us: np.ndarray
    trust_them: np.ndarray
    won: np.ndarray
    commission: np.ndarray
    fee: np.ndarray
    cadence: np.ndarray
    quarter_hours: np.ndarray
    end: dt.date
    hand: int


def days(*dates: dt.date | None) -> np.ndarray:
    """Dates as ``datetime64[D]``; none as NaT."""
    return np.array(dates, dtype="datetime64[D]")


def day_before_end(end: dt.date, months: int, day: int) -> dt.date:
    """A day in the month so long before the end's, never after the end.

    >>> day_before_end(dt.date(2025, 9, 30), 2, 15)
    datetime.date(2025, 7, 15)
    """
    return min(month_start(month_index(end) - months).replace(day=day), end)


def names(count: int) -> list[str]:
    """Names for partners beyond those written by hand; no two alike.

    >>> names(2), names(2000)[-1], len(set(names(20_000)))
    (['Alder Legal', 'Amory Accountants'], 'Yarrow Estates 3', 20000)
    """
    found, trades = [], list(_TRADES.values())
    for index in range(count):
        surname, turn = index % len(cast.SURNAMES), index // len(cast.SURNAMES)
        number = turn // 21
        word = trades[(index + turn) % 7][turn // 7 % 3]
        found.append(f"{cast.SURNAMES[surname]} {word}{f' {number + 1}' if number else ''}")
    return found


def plan(rng: np.random.Generator, partners: int, months: int, end: dt.date) -> Plan:
    """Everything about the partners that interactions, ratings and actions are drawn from."""
    hand = min(partners, len(cast.words()))
    more = partners - hand
    drawn = _drawn(rng, more, months, end)
    figures = cast.figures()[:hand]
    said = cast.words()[:hand]

    def column(name: str) -> np.ndarray:
        return np.concatenate([np.array([row[name] for row in figures], dtype=float), drawn[name]])

    started, ended, last = _bounds(said, drawn["started"], end)
    opening = np.datetime64(month_start(month_index(end) - months + 1), "D")
    first = np.where(np.isnat(started), opening, np.maximum(started, opening))
    rates = _cells(column)
    spans = np.arange(month_index(end) - months + 1, month_index(end) + 1)
    shape = _active(spans, first, last) * _season(spans) * _shapes(said, partners, spans, end)
    return Plan(
        names=[row["partner"] for row in said] + names(more),
        verticals=[row["vertical"] for row in said]
        + [list(_TRADES)[(index + index // len(cast.SURNAMES)) % 7] for index in range(more)],
        relationships=[row["relationship"] for row in said] + list(drawn["relationship"]),
        owners=[row["owner"] for row in said] + list(drawn["owner"]),
        started=started,
        ended=ended,
        first=first,
        last=last,
        months=spans,
        expected=shape[:, :, None] * rates[:, None, :] / 12,
        trust_us=column("trust_us"),
        trust_them=column("trust_them"),
        won=column("won"),
        commission=column("commission"),
        fee=column("fee"),
        cadence=column("cadence").astype("int64"),
        quarter_hours=column("quarter_hours"),
        end=end,
        hand=hand,
    )


def _bounds(
    said: tuple[dict[str, str], ...], more: np.ndarray, end: dt.date
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """When each partnership started and ended, and the last day on which something happens."""
    by_hand = days(*(_start(row, end) for row in cast.figures()[: len(said)]))
    started = np.concatenate([by_hand, more.astype("datetime64[D]")])
    ended = np.full(len(started), np.datetime64("NaT", "D"))
    last = np.full(len(started), np.datetime64(end, "D"))
    for place, row in enumerate(said):
        if row["partner"] in cast.ENDED:
            ended[place] = last[place] = np.datetime64(day_before_end(end, *cast.ENDED[row["partner"]]), "D")
    for place, story in _planted(said, "stopped"):
        last[place] = np.datetime64(day_before_end(end, story.months or 0, story.day or 1), "D")
    return started, ended, last


def _start(row: dict[str, float], end: dt.date) -> dt.date | None:
    return day_before_end(end, int(row["months"]), int(row["day"])) if row["day"] else None


def _planted(said: tuple[dict[str, str], ...], story: str) -> list[tuple[int, cast.Story]]:
    places = {row["partner"]: place for place, row in enumerate(said)}
    return [
        (places[item.partner], item)
        for item in cast.stories()
        if item.story == story and item.partner in places
    ]


def _drawn(rng: np.random.Generator, count: int, months: int, end: dt.date) -> dict[str, Any]:
    """Partners beyond those written by hand: steady, as much out as in, most older than the records."""
    both = np.round(rng.gamma(2.0, 2.2, count), 1)
    other = np.round(rng.gamma(2.0, 0.6, count), 1)
    trust = np.clip(np.round(rng.normal(3.6, 0.6, count) * 2) / 2, 1, 5)
    age = np.where(rng.random(count) < 0.7, months + rng.integers(0, 60, count), rng.integers(3, 400, count))
    age = np.where(age < months, age, np.minimum(age, months + 60))
    starts = (
        np.array(month_index(end) - age - 1970 * 12, dtype="datetime64[M]").astype("datetime64[D]")
        + rng.integers(0, 28, count)
    ).astype("datetime64[D]")
    owners = np.array([*cast.STRATEGIC_OWNERS, *cast.TACTICAL_OWNERS], dtype=object)
    return {
        "started": starts,
        "refer_in": both,
        "refer_out": both,
        "other_in": other,
        "other_out": other,
        "together": np.round(rng.gamma(2.0, 0.6, count), 1),
        "meetings": np.round(rng.uniform(6, 14, count), 1),
        "trade": np.where(rng.random(count) < 0.1, 0.5, 0.0),
        "trust_us": trust,
        "trust_them": np.clip(trust + rng.choice([-0.5, 0, 0.5], count), 1, 5),
        "won": np.round(rng.uniform(0.35, 0.6, count), 2),
        "commission": np.where(rng.random(count) < 0.15, 0.08, 0.0),
        "fee": np.round(rng.uniform(1800, 4800, count), -2),
        "cadence": np.full(count, 60.0),
        "quarter_hours": np.round(rng.uniform(3, 10, count)),
        "relationship": rng.choice(np.array(_TYPES, dtype=object), count, p=_TYPE_SHARES),
        "owner": owners[rng.integers(0, len(owners), count)],
    }


def _cells(column: Any) -> np.ndarray:
    """Yearly rate of each cell: four of five referrals are clients, the rest introductions."""
    return np.column_stack(
        [
            column("refer_in") * 0.8,
            column("refer_out") * 0.8,
            column("refer_in") * 0.2,
            column("refer_out") * 0.2,
            column("other_in") * 0.5,
            column("other_out") * 0.5,
            column("other_in") * 0.5,
            column("other_out") * 0.5,
            column("together") * 0.6,
            column("together") * 0.4,
            column("meetings"),
            column("trade"),
        ]
    )


def month_bounds(spans: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of months given by index."""
    months = (spans - 1970 * 12).astype("datetime64[M]")
    return months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]") - 1


def _active(spans: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Share of each month in which a partner is active."""
    opens, closes = month_bounds(spans)
    days_in = (np.minimum(last[:, None], closes) - np.maximum(first[:, None], opens)).astype("int64") + 1
    return np.clip(days_in, 0, None) / ((closes - opens).astype("int64") + 1)


def _season(spans: np.ndarray) -> np.ndarray:
    """A mild dip in August and December; a whole year averages one."""
    rest = (12 - sum(_SEASON.values())) / (12 - len(_SEASON))
    return np.array([_SEASON.get(span % 12 + 1, rest) for span in spans])


def _shapes(said: tuple[dict[str, str], ...], partners: int, spans: np.ndarray, end: dt.date) -> np.ndarray:
    """What the stories do to the rate of each month; one for everybody else."""
    shapes = np.ones((partners, len(spans)))
    since_end = spans - month_index(end)
    for place, story in _planted(said, "slow decline"):
        fallen = np.clip((since_end + (story.months or 0) + 1) / (story.months or 1), 0, 1)
        shapes[place] = 1 - (1 - _FLOOR) * np.minimum(fallen / 0.7, 1)
    for place, story in _planted(said, "riser"):
        shapes[place] = np.where(since_end >= -(story.months or 0), _RISE, 1.0)
    return shapes
