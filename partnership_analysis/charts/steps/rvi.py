"""What to do because of where partners stand, how they got there, and whose rate changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from partnership_analysis.charts.steps.people import (
    DOWN,
    LATER,
    MARKS,
    NAMED,
    RECORD,
    RISES,
    UP,
    Person,
    falling,
    in_state,
    named_of,
    people,
    some_of,
    those_of,
)
from partnership_analysis.schema import BANDS, TOO_EARLY
from partnership_analysis.wording import count_of, joined, shortened

YET = f"nothing yet; nobody has been on record long enough. Meanwhile {RECORD}."
UNJUDGED = "look first whose rate changed beyond chance (the signals say), and call those: the rest moves by chance, too."
MOST = 30
"""Partners that the board of signals draws: the first."""
FEW = 2
"""Weak partners who are named; of more the picture shows who they are."""
YEAR = 12
"""Months from which it is known what is usual."""
LOST, HALF = 3.0, 0.5
"""Of a steady partner so many interactions fewer than usual, and so small a part of them, are worth a question."""


def after_rvi_ranking(data: pd.DataFrame, of: int | None = None, **_: Any) -> str:
    """Whom to call and with whom to plan more, by state; and what is to be decided about those who are merely weak.

    Examples
    --------
    >>> rows = pd.DataFrame({"partner": ["Ann", "Bo"], "band": ["strong", "weak"], "state": ["silent", "steady"]})
    >>> after_rvi_ranking(rows)
    'call Ann (▼ less often than they used to, beyond chance). Decide what you want from the weak, without news: Bo.'
    """
    rows = people(data)
    if not any(row.get("band") in BANDS for row in rows):
        return YET
    if not _judged(rows):
        return UNJUDGED
    parts, weak = _news(rows), [row for row in in_state(rows, "steady") if row.get("band") == "weak"]
    if not weak:
        return _ended(parts, _rest(rows))
    drawn = " drawn here" if of is not None and of > len(rows) else ""
    if len(weak) > FEW:
        return _ended(
            parts, f"Decide what you want from the {len(weak):,} weak ones{drawn} without {DOWN} or {UP}."
        )
    return _ended(parts, f"Decide what you want from the weak{drawn}, without news: {named_of(weak)}.")


def after_activity_ranking(data: pd.DataFrame, **_: Any) -> str:
    """Whom to call and with whom to plan more, where trust says nothing.

    Examples
    --------
    >>> after_activity_ranking(pd.DataFrame({"partner": ["Ann", "Bo"], "state": ["steady", "strengthening"]}))
    'plan a next joint job with Bo (▲ more often). No change of the other is beyond chance: no call for that.'
    """
    rows = people(data)
    unrated = "rvi" in data.columns and not any("rvi" in row for row in rows)
    return _by_state(rows, _news(rows), unrated=unrated)


def _judged(rows: list[Person]) -> bool:
    return any("state" in row for row in rows)


def _by_state(rows: list[Person], parts: list[str], *, unrated: bool = False) -> str:
    """What the states ask for, and what to do about the rest."""
    if not _judged(rows):
        return UNJUDGED
    if all(row.get("state", TOO_EARLY) == TOO_EARLY for row in rows):
        return YET
    first = ", those named first" if parts else ""
    rate = f"Rate how far you trust them in the ratings table{first}: then you see what each is worth."
    return _ended(parts, rate if unrated else _rest(rows))


def _news(rows: list[Person], up: str = f" ({UP} more often)") -> list[str]:
    """Whom to call and with whom to plan more."""
    falls, rises = falling(rows), in_state(rows, *RISES)
    parts = [f"call {named_of(falls)} ({DOWN} less often than they used to, beyond chance)"] if falls else []
    return parts + ([f"plan a next joint job with {named_of(rises)}{up}"] if rises else [])


def _rest(rows: list[Person]) -> str:
    """What to do about those without news, where there is anybody."""
    news = len(in_state(rows, *MARKS))
    left = len(rows) - news
    if not news:
        return _fallow(rows) or LATER
    others = ["", "No change of the other is beyond chance: no call for that.",
              "No change of the others is beyond chance: no call for that."][min(left, 2)]  # fmt: skip
    return f"{others} {_fallow(rows)}".strip()


def _fallow(rows: list[Person]) -> str:
    """Whom to ask for a first referral: nothing ever came, in months that are enough to say so."""
    found = [row for row in in_state(rows, "steady") if row.get("recent") == row.get("earlier") == 0]
    if not found:
        return ""
    months = found[0].get("recent_months", 0) + found[0].get("earlier_months", 0)
    since = f"nothing in {count_of(months, 'month')}" if len(found) == 1 and months else "nothing on record"
    return f"Ask {some_of(row['partner'] for row in found)} for a first referral: {since}."


def _ended(parts: list[str], last: str) -> str:
    """Parts as a sentence, or that no call is due, and what comes last."""
    first = "; ".join(parts) or "no call is due: nobody's rate changed beyond chance"
    return f"{first}. {last}".rstrip()


def after_rvi_trend(data: pd.DataFrame, standing: pd.DataFrame | None = None, **_: Any) -> str:
    """Whom to call and since when, with whom to plan more; by the state in ``standing``.

    Examples
    --------
    >>> lines = pd.DataFrame({"partner": ["Ann", "Bo"], "rvi": 2.0})
    >>> now = pd.DataFrame({"partner": ["Ann", "Bo"], "state": ["steady", "weakening"],
    ...                     "since": [pd.NaT, pd.Timestamp("2025-04-01")]})
    >>> after_rvi_trend(lines, standing=now)
    'call Bo (▼ since Apr 2025) and ask what changed. No change of the other is beyond chance: no call for that.'
    """
    return _along(those_of(data, standing))


def after_activity_trend(data: pd.DataFrame, standing: pd.DataFrame | None = None, **_: Any) -> str:
    """As :func:`after_rvi_trend`; without ``standing`` by the column ``state`` of the lines.

    Examples
    --------
    >>> after_activity_trend(pd.DataFrame({"partner": ["Ann", "Ann", "Bo"], "state": ["silent", "silent", "steady"]}))
    'call Ann (▼) and ask what changed. No change of the other is beyond chance: no call for that.'
    """
    return _along(those_of(data, standing))


def _along(now: list[Person]) -> str:
    """Whom to call, and since when a line goes down."""
    falls = [_dated(row) for row in falling(now)]
    parts = [f"call {joined(falls, limit=NAMED)} and ask what changed"] if falls else []
    return _by_state(now, parts + _news(in_state(now, *RISES), up=f" ({UP})"))


def _dated(row: Person) -> str:
    """A name with its mark, and if known the month since when."""
    since = f" since {row['since']:%b %Y}" if "since" in row else ""
    return f"{shortened(str(row['partner']))} ({DOWN}{since})"


def after_band_moves(data: pd.DataFrame, **_: Any) -> str:
    """Whom to call of those who fell a band, and who fell by no more than chance.

    Examples
    --------
    >>> rows = pd.DataFrame({"partner": ["Ann", "Bo"], "band_before": "strong", "band": "promising",
    ...                      "state": ["silent", "steady"]})
    >>> after_band_moves(rows)
    'call Ann (▼ and beyond chance). Bo fell a band by no more than chance: no call for that alone.'
    """
    both = [row for row in people(data) if row.get("band") in BANDS and row.get("band_before") in BANDS]
    if not both:
        return f"nothing yet; nobody had a band a quarter before. {LATER}"
    up = [BANDS.index(row["band"]) - BANDS.index(row["band_before"]) for row in both]
    fell, rose = ([row for row, by in zip(both, up, strict=True) if side * by > 0] for side in (-1, 1))
    if fell and not _judged(both):
        return f"ask {named_of(fell)} ({DOWN}) how it goes: a band alone also falls by chance."
    calls, more = falling(fell), in_state(rose, *RISES)
    parts = [f"call {named_of(calls)} ({DOWN} and beyond chance)"] if calls else []
    parts += [f"plan a next joint job with {named_of(more)} ({UP} and beyond chance)"] if more else []
    mere = in_state(fell, "steady")
    names = f"{len(mere):,}{' others' * bool(parts)}" if len(mere) > NAMED + 1 else named_of(mere)
    words = f" {names} fell a band by no more than chance: no call for that alone." if mere else ""
    words += _merely_up(in_state(rose, "steady"), ", too" if mere else "")
    return f"{'; '.join(parts)}.{words}" if parts else f"{_same(both)}{words}"


def _merely_up(rose: list[Person], too: str) -> str:
    """Who rose a band, of whom no more is known than that."""
    if not rose:
        return ""
    names = f"{len(rose):,}" if len(rose) > NAMED + 1 else named_of(rose)
    return f" {names} rose a band by no more than chance{too}."


def _same(both: list[Person]) -> str:
    """That no move asks for a call, or who is to be called although the band is the same."""
    calls = falling(both)
    if calls:
        return f"call {named_of(calls)}: the same band, but less than before, beyond chance."
    return f"no call is due: nobody fell a band beyond chance. {LATER}"


def after_signals(
    data: pd.DataFrame, as_of: dt.date | str | None = None, standing: pd.DataFrame | None = None
) -> str:
    """Whom to call first, with whom to plan more, and which steady partner to ask all the same.

    Examples
    --------
    >>> board = pd.DataFrame({"partner": ["Ann", "Bo"], "state": ["weakening", "steady"]})
    >>> now = board.assign(recent=[1, 4], recent_months=6, earlier=[30, 48], earlier_months=30)
    >>> after_signals(board, standing=now)
    'call Ann. Without an alarm, most is missing with Bo (4 in 6 months, about 10 were usual), maybe by chance: ask when you meet.'
    """
    now = those_of(data, standing)
    if all(row.get("state", TOO_EARLY) == TOO_EARLY for row in now):
        return YET
    falls, rises = falling(now), in_state(now, *RISES)
    order = " (who brought most first)" if len(falls) > 1 else ""
    parts = [f"call {named_of(falls)}{order}"] if falls else []
    parts += [f"plan a next joint job with {named_of(rises)}"] if rises else []
    drawn = set(data["partner"].drop_duplicates().head(MOST).tolist())
    asked = _asked([row for row in now if row["partner"] in drawn])
    return _ended(parts, asked or _rest(now))


def _asked(now: list[Person]) -> str:
    """The steady partner of whom most is missing beside what is usual, if that is much: no call, but a question."""
    most, found, rate = LOST, None, 0.0
    for row in in_state(now, "steady"):
        if row.get("earlier_months", 0) < YEAR or not row.get("recent_months"):
            continue
        usual = row["earlier"] * row["recent_months"] / row["earlier_months"]
        if row["recent"] <= HALF * usual and usual - row["recent"] >= most:
            most, found, rate = usual - row["recent"], row, usual
    if found is None:
        return ""
    came = f"{found['recent']:,} in {count_of(found['recent_months'], 'month')}, about {round(rate):,} were usual"
    return f"Without an alarm, most is missing with {shortened(str(found['partner']))} ({came}), maybe by chance: ask when you meet."
