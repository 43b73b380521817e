"""What to do because of whom to meet, when, and whom nobody knows: names and days."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_analysis.metrics.about import NOT_DESCRIBED
from partnership_analysis.metrics.nurture.steps import NAMED
from partnership_analysis.wording import count_of, day, joined, shortened, spelled

_PLACES = {
    "weekday": ("ring or meet each on the day in its frame", "day"),
    "month": ("plan with each for the month in its frame", "month"),
    "week": ("plan with each for the week in its frame", "week"),
}
YEAR = 365
"""Days overdue after which a partnership may have ended without anybody writing it down."""
FEW = 2
"""Partners without an interval up to whom they are named beside those who are overdue."""


def _short(names: pd.Series) -> list[str]:
    return [shortened(str(name)) for name in names]


def after_cadence(data: pd.DataFrame, **_: object) -> str:
    """Whom to ring this week, or whom to meet next and by when.

    Examples
    --------
    >>> due = pd.DataFrame({"partner": ["Ann"], "overdue": [True], "overdue_days": [170], "due": [pd.Timestamp("2025-04-13")]})
    >>> after_cadence(due)
    'ring Ann this week: 170 days overdue.'
    """
    late: Any = data[data["overdue"].fillna(False)]
    unknown = _short(data.loc[data["due"].isna(), "partner"])
    agree = f" Agree with {joined(unknown, limit=NAMED)} how often to meet." if unknown else ""
    if len(late):
        return f"{_ring(late)}{_or_ended(late.iloc[0])}{agree if len(unknown) <= FEW else ''}"
    due = data.loc[data["due"].notna(), ["partner", "due"]]
    first = due[due["due"] == due["due"].min()]
    when = "when it falls due" if len(due) == len(first) == 1 else "the first to fall due"
    who = joined(_short(first["partner"]), limit=NAMED)
    return f"nothing is overdue; meet {who} by {day(first['due'].iloc[0], year=True)}, {when}.{agree}"


def _ring(late: Any) -> str:
    """Whom to ring, those first who wait longest."""
    if len(late) == 1:
        row = late.iloc[0]
        return f"ring {shortened(str(row['partner']))} this week: {count_of(int(row['overdue_days']), 'day')} overdue."
    names = [
        f"{shortened(str(row.partner))} ({count_of(row.overdue_days, 'day')})"
        for row in late.head(NAMED).itertuples()
    ]
    more = len(late) - NAMED
    others = f"; {count_of(more, 'more is', 'more are')} overdue" if more > 0 else ""
    return f"this week ring those who are overdue: {joined(names)}{others}."


def _or_ended(longest: Any) -> str:
    """Who has waited for more than a year may be a partner no more."""
    if longest["overdue_days"] <= YEAR:
        return ""
    return f" Or write the end of {shortened(str(longest['partner']))} into the column ended of the partners table."


def after_lunches(data: pd.DataFrame) -> str:
    """Whom to invite first and for when, and whom to ring before.

    Examples
    --------
    >>> plan = pd.DataFrame({"partner": ["Ann", "Bo"], "date": pd.to_datetime(["2025-10-03", "2025-11-07"]),
    ...                      "call_first": [False, True]})
    >>> after_lunches(plan)
    'book both now, first Ann for Friday 3 October; ring Bo before the lunch.'
    """
    first = data.iloc[0]
    opening = f"{shortened(str(first['partner']))} for {first['date']:%A} {day(first['date'])}"
    calls = data["call_first"].fillna(False).astype(bool) if "call_first" in data.columns else data.index < 0
    before = _short(data.loc[calls, "partner"])
    if len(data) == 1:
        return f"invite {opening} now{', and ring before: a contact is due earlier' if before else ''}."
    many = "both" if len(data) == 2 else f"all {spelled(len(data))}"
    lunch = "the lunch" if len(before) == 1 else "theirs"
    ring = f"; ring {joined(before, limit=NAMED)} before {lunch}" if before else ""
    return f"book {many} now, first {opening}{ring}."


def after_rhythm(data: pd.DataFrame, **_: object) -> str:
    """On which day to ring whom; where nobody stands out, that any will do.

    Examples
    --------
    >>> cells = pd.DataFrame({"partner": ["Ann", "Bo"], "cell": "Monday", "place": 0, "share": [0.5, 0.2],
    ...                       "stands_out": [True, False]})
    >>> after_rhythm(cells)
    'ring or meet each on the day in its frame: Ann on Mondays.'
    """
    first = str(data["cell"].iloc[0])
    pattern = "week" if first.startswith("week ") else "weekday" if first.endswith("day") else "month"
    stands = data["stands_out"].to_numpy(dtype=bool, na_value=False)
    found = [
        (str(name), str(cell)) for name, cell in data.loc[stands, ["partner", "cell"]].to_numpy(dtype=object)
    ]
    do, own = _PLACES[pattern]
    if not found:
        return f"nothing to plan for; nobody has a {own} of their own beyond chance: any {own} will do."
    # Of each day one before its others, so that the reader sees how the frames are read.
    one_each = list({cell: (name, cell) for name, cell in reversed(found)}.values())[::-1]
    named = [*one_each, *(pair for pair in found if pair not in one_each)][:NAMED]
    words = [f"{shortened(name)} {_when(cell, pattern)}" for name, cell in named]
    more = len(found) - len(named)
    return (
        f"{do}: {', '.join(words)}; {count_of(more, 'more frame')} below."
        if more
        else f"{do}: {joined(words)}."
    )


def _when(cell: str, pattern: str) -> str:
    return f"on {cell}s" if pattern == "weekday" else f"in {cell}"


def after_stakeholders(data: pd.DataFrame, routes: pd.DataFrame | None = None) -> str:
    """Whom to ask for somebody in a vertical that is wanted and where nobody is.

    Examples
    --------
    >>> grid = pd.DataFrame({"vertical": ["Banking", "Legal"], "stakeholder": "adviser", "partners": [0, 1],
    ...                      "names": [None, "Ann"], "wanted": True})
    >>> routes = pd.DataFrame({"stakeholder": ["adviser", "media"], "through": ["Ann; Bo", "Ann"]})
    >>> after_stakeholders(grid, routes)
    'ask Ann and Bo for one contact in Banking: they know somebody in 2 and 1 of the 2 groups at the top.'
    """
    there = data.groupby("vertical", sort=False)["partners"].sum()
    wanted = data.groupby("vertical", sort=False)["wanted"].first().fillna(False).astype(bool)
    empty = [shortened(str(name)) for name in there.index[(there == 0) & wanted]]
    if empty:
        asked = _introducers(routes)
        where = joined(empty, limit=NAMED)
        contact = f"for one contact{' each' if len(empty) > 1 else ''} in {where}"
        if routes is None or not asked:
            return f"ask {_everybody(data)} {contact}."
        reach = joined([f"{count:,}" for count in asked.values()])
        groups = count_of(int((routes["stakeholder"] != NOT_DESCRIBED).sum()), "group")
        return (
            f"ask {joined(list(asked))} {contact}: they know somebody in {reach} of the {groups} at the top."
        )
    blank = data[(data["stakeholder"] == NOT_DESCRIBED) & (data["partners"] > 0)]
    if len(blank):
        names = [shortened(name) for names in blank["names"].dropna() for name in str(names).split("; ")]
        who = joined(names, limit=NAMED) if names else "those without a group"
        return f"write the group of {who} into the column stakeholder of the partners table."
    if data["wanted"].notna().any():
        return "nothing; in every vertical that the settings want there is somebody."
    return "decide which verticals you want, and write them into the settings (verticals): then a row without anybody is marked."


def _everybody(data: pd.DataFrame) -> str:
    """All partners by name where they are few."""
    if data["partners"].sum() > NAMED:
        return "everybody whom you meet this month"
    names = [shortened(name) for names in data["names"].dropna() for name in str(names).split("; ")]
    return joined(names) if names else "everybody whom you meet this month"


def _introducers(routes: pd.DataFrame | None) -> dict[str, int]:
    """Who could introduce us to most groups, and to how many."""
    if routes is None:
        return {}
    names = routes["through"].dropna().str.split("; ").explode()
    counts = names.value_counts(sort=False).sort_values(ascending=False, kind="stable")
    return {shortened(str(name)): int(count) for name, count in counts.head(NAMED).items()}
