"""What to do because of what verticals and types of relationship bring."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_analysis.charts.steps.people import (
    DOWN,
    LATER,
    NAMED,
    UP,
    Person,
    falling,
    known,
    named,
    named_of,
    people,
)
from partnership_analysis.metrics.about import NOT_DESCRIBED
from partnership_analysis.metrics.exchange.reciprocity import MINIMUM
from partnership_analysis.metrics.verticals import rise
from partnership_analysis.wording import count_of, joined, money, number, shortened, spelled

FEWER = 2
"""Names in a part of a sentence that says much of each."""
WINDOW = 12
"""Months that an index counts, where nobody says."""
_DESCRIBE = "write each partner's vertical into the column vertical of the partners table."
CLEAR = 1.5
"""Times as much an hour from which one type is worth more time than another."""
DAYS = 30.4
"""Days of a month."""


def after_vertical_performance(
    data: pd.DataFrame,
    measure: str = "rvi",
    currency: str = "",
    window: int = WINDOW,
    partners: pd.DataFrame | None = None,
) -> str:
    """Which vertical lies apart from a window ago, and whom of it to call; of counts, where to ask.

    Examples
    --------
    >>> rows = pd.DataFrame({"vertical": "Legal", "period": ["2024Q3", "2025Q3"], "partial": False, "rvi": [4.0, 1.0],
    ...                      "end": pd.to_datetime(["2024-09-01", "2025-09-01"]), "low": [3.0, 0.5], "high": [5.0, 2.0]})
    >>> after_vertical_performance(rows)
    'ask in Legal (4.0 in 2024 Q3, now 1.0) whether it is one partner or all.'
    """
    if set(data["vertical"]) == {NOT_DESCRIBED}:
        return _DESCRIBE
    last = data["end"].max()
    now = _records(data[data["end"] == last])
    if measure == "value":
        sent = [row for row in now if row["received"] and not row.get("value")]
        return _open(partners, [row["vertical"] for row in sent], now[0]["period"])
    if measure != "rvi":
        return _without(data, now, measure, partners)
    # The last period whose window shares no month with this one's.
    before = data["end"][data["end"] <= last - pd.Timedelta(days=DAYS * window - 15)].max()
    ago = {row["vertical"]: row for row in _records(data[data["end"] == before]) if not row["partial"]}
    both = [
        (ago[row["vertical"]], row) for row in now if "rvi" in row and "rvi" in ago.get(row["vertical"], {})
    ]
    if not both:
        return f"nothing yet; to compare, it takes {count_of(2 * window, 'month')} on record."
    fell = [(then, row) for then, row in both if row["high"] < then["low"]]
    rose = [(then, row) for then, row in both if row["low"] > then["high"]]
    told = [[_since(then, row) for then, row in rows] for rows in (fell, rose)]
    parts = [*_fell(told[0], [row["vertical"] for _, row in fell], partners), *_rose(told[1])]
    if parts:
        return f"{'; '.join(parts)}."
    return f"nothing; no vertical lies clear of where it was in {_period(both[0][0]['period'])}. {LATER}"


def _records(data: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain records; what is not known has no key."""
    names = list(data.columns)
    columns = (data[name].tolist() for name in names)
    return [known(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]


def _since(then: dict[str, Any], now: dict[str, Any]) -> str:
    """A vertical with its index then and now."""
    figures = f"{number(then['rvi'])} in {_period(then['period'])}, now {number(now['rvi'])}"
    return f"{shortened(str(now['vertical']))} ({figures})"


def _period(period: object) -> str:
    return str(period).replace("Q", " Q")


def _fell(told: list[str], verticals: list[str], partners: pd.DataFrame | None) -> list[str]:
    """Whom to call in verticals that fell: who of it fell, else all of it."""
    if not told:
        return []
    where = joined(told, limit=2)
    one = "whether it is one partner or all"
    if partners is None:
        return [f"ask in {where} {one}"]
    theirs = _of(partners, "vertical", verticals)
    calls = falling(theirs)
    if calls:
        fallen = dict(zip(verticals, told, strict=True))
        where = joined(
            list(dict.fromkeys(fallen[row.get("vertical", NOT_DESCRIBED)] for row in calls)), limit=FEWER
        )
        rate = "their own rate" if len(calls) == 1 else "the rate of each"
        return [f"call {named_of(calls)} because {where} fell; {rate} fell, too, beyond chance"]
    if not theirs:
        return [f"ask in {where} {one}"]
    return [f"ask {named_of(theirs)} in {where} what changed: none of them fell beyond chance alone"]


def _of(partners: pd.DataFrame, by: str, groups: list[str]) -> list[Person]:
    """The partners of some groups."""
    return [row for row in people(partners) if row.get(by, NOT_DESCRIBED) in groups]


def _rose(told: list[str]) -> list[str]:
    """What to do about verticals that rose."""
    return [f"find out what works in {joined(told, limit=2)} and do it again"] if told else []


def _open(partners: pd.DataFrame | None, verticals: list[str], period: str) -> str:
    """Of value: whom to ask about referrals still open, else in which verticals nothing of the period is won yet."""
    rows = [] if partners is None else [row for row in people(partners) if row.get("open")]
    sent = [name for name in verticals if name != NOT_DESCRIBED]
    if rows:
        rows = sorted(rows, key=lambda row: -row["open"])
        count = int(sum(row["open"] for row in rows))
        still = "the referral" if count == 1 else f"the {count:,} referrals"
        any_ = " (of any quarter)" if count > 1 else ""
        judge = " Until then judge no vertical, not even one that falls." if sent else ""
        return f"find out what became of {still} still open from {named_of(rows)}{any_}: won or lost?{judge}"
    if partners is not None:
        return _settled(partners, sent, period)
    if sent:
        return f"ask in {named(sent)} what became of the referrals of {_period(period)}: nothing is won of them yet."
    return f"nothing yet; {_period(period)} may still grow. {LATER}"


def _settled(partners: pd.DataFrame, verticals: list[str], period: str) -> str:
    """Of value, where no referral is open any more."""
    calls = falling(_of(partners, "vertical", verticals))
    if calls:
        return f"call {named_of(calls)}: nothing is won from {named(verticals)} in {_period(period)}, and less came than before, beyond chance."
    return f"nothing; no referral is open. {LATER}"


def _without(
    data: pd.DataFrame, now: list[dict[str, Any]], measure: str, partners: pd.DataFrame | None
) -> str:
    """Of counts, whose chance is judged in the chart of changes: where there was something, and nothing now."""
    some = set(data.loc[(data[measure] > 0).fillna(False), "vertical"])
    none = [
        row["vertical"] for row in now if row["vertical"] in some - {NOT_DESCRIBED} and not row.get(measure)
    ]
    period = _period(now[0]["period"])
    if not none:
        return (
            f"nothing; whoever sent referrals before did so in {period}, too. {LATER}"
            if measure == "received"
            else f"nothing; {period} has referrals to every vertical that had some. {LATER}"
        )
    if measure == "given":
        return f"look for a client who needs {named(none)}: nobody was sent there in {period}."
    calls = falling(_of(partners, "vertical", none)) if partners is not None else []
    if calls:
        return f"call {named_of(calls)}: nothing came from {named(none)} in {period}, and less than before, beyond chance."
    return f"ask in {named(none)} how it goes: nothing came in {period}, which may be chance."


def after_vertical_change(
    data: pd.DataFrame, measure: str = "rvi", currency: str = "", partners: pd.DataFrame | None = None
) -> str:
    """Which vertical changed beyond chance and whom of it to call; of value, whom to ask about what is open.

    Examples
    --------
    >>> rows = pd.DataFrame({"vertical": ["Legal"], "before": [9.0], "now": [1.0], "change": [-8.0], "beyond": [True],
    ...                      "before_period": ["2025Q2"], "period": ["2025Q3"]})
    >>> after_vertical_change(rows, measure="received")
    'ask in Legal (▼) whether it is one partner or all.'
    """
    rows = _records(data)
    if all(row["vertical"] == NOT_DESCRIBED for row in rows):
        return _DESCRIBE
    then, period = rows[0]["before_period"], rows[0]["period"]
    if measure == "value":
        return _open(partners, [row["vertical"] for row in rows if "now" not in row], period)
    beyond = [row for row in rows if row.get("beyond")]
    down, up = (
        [str(row["vertical"]) for row in beyond if side * _rise(row, measure) > 0] for side in (-1, 1)
    )
    parts = _fell([f"{shortened(name)} ({DOWN})" for name in down], down, partners)
    parts += _rose([f"{shortened(name)} ({UP})" for name in up])
    if parts:
        return f"{'; '.join(parts)}."
    if not any("beyond" in row for row in rows):
        return f"nothing yet; it is too early to compare with {_period(then)}. {LATER}"
    return f"nothing; no vertical changed beyond chance since {_period(then)}. {LATER}"


def _rise(row: dict[str, Any], measure: str) -> float:
    """Up or down: of an index as it is, of what is counted :func:`partnership_analysis.metrics.verticals.rise`."""
    if measure == "rvi":
        return float(row["change"])
    return rise(row["before"], row["now"], (row.get("before_days") or 1, row.get("days") or 1))


def after_relationships(
    data: pd.DataFrame, currency: str = "", period: str = "", partners: pd.DataFrame | None = None
) -> str:
    """Whom to ask for more, because an hour with their type won most, and which hours need a reason.

    Examples
    --------
    >>> rows = pd.DataFrame({"relationship": ["client", "affiliate", "mentor"], "partners": [2, 9, 1], "hours": [10.0, 50, 7],
    ...                      "received": [6, 9, 0], "value": [4000.0, 5000, None]})
    >>> after_relationships(rows, "GBP")
    'ask client partners for more referrals (£400 won an hour, with affiliate partners £100); decide what you want from mentor partners (7 h).'
    """
    by = str(data.columns[0])
    rows = [row for row in _records(data) if row[by] != NOT_DESCRIBED and row["partners"] > 0]
    parts = _most_an_hour(rows, by, currency, partners)
    idle = [row for row in rows if row.get("hours") and not row["received"] and not row.get("value")]
    # Of those of whom too little is on record nobody knows yet what they are for.
    idle = [row for row in idle if row.get("too_early", 0) < max(row.get("rated", 1), 1)]
    if idle:
        idle = sorted(idle, key=lambda row: -row["hours"])
        told = [_who(row[by], by, partners, f"{number(row['hours'], 0)} h") for row in idle]
        parts.append(f"decide what you want from {joined(told, limit=NAMED)}")
    if parts:
        return f"{'; '.join(parts)}.{_too_few(rows, by, currency, partners)}"
    if len(rows) == 1:
        return f"nothing to compare; all your partners are of one type ({rows[0][by]})."
    lacking = [name for name in ("hours", "value") if not any(row.get(name) for row in rows)]
    if lacking:
        return f"write {' and '.join(lacking)} into the interactions table: then you see with which type an hour pays."
    return f"nothing yet; it takes two types with hours, value and {spelled(MINIMUM)} referrals each. {LATER}"


def _most_an_hour(
    rows: list[dict[str, Any]], by: str, currency: str, partners: pd.DataFrame | None
) -> list[str]:
    """The type of which an hour won most, beside the one that takes most hours of the others."""
    each = {
        row[by]: row["value"] / row["hours"]
        for row in rows
        if row.get("hours") and row.get("value", 0) > 0 and row["received"] >= MINIMUM
    }
    if len(each) < 2:
        return []
    best = max(each, key=each.__getitem__)
    other = max((row for row in rows if row[by] in each and row[by] != best), key=lambda row: row["hours"])[
        by
    ]
    kind = f"{best}: " if partners is not None else ""
    if each[best] < CLEAR * each[other]:
        return []
    figures = f"{kind}{money(each[best], currency)} won an hour, with {other} partners {money(each[other], currency)}"
    return [f"ask {_names(best, by, partners)} for more referrals ({figures})"]


def _too_few(rows: list[dict[str, Any]], by: str, currency: str, partners: pd.DataFrame | None) -> str:
    """With whom to wait, though an hour with their type won little: so few referrals may be chance."""
    known = [row for row in rows if row.get("hours") and row.get("value", 0) > 0]
    if not known:
        return ""
    usual = sum(row["value"] for row in known) / sum(row["hours"] for row in known)
    found = [
        row for row in known if row["received"] < MINIMUM and CLEAR * row["value"] < usual * row["hours"]
    ]
    if not found:
        return ""
    row = max(found, key=lambda row: row["hours"])
    figures = f"{money(row['value'] / row['hours'], currency)} won an hour, {number(row['hours'], 0)} h"
    count = f"{spelled(row['received'])} referral{'s' * (row['received'] != 1)}"
    return f" Wait with {_who(row[by], by, partners, figures)}: {count} may be chance."


def _who(kind: str, by: str, partners: pd.DataFrame | None, figures: str) -> str:
    """The partners of a type, and what is to be said of them."""
    named_type = "" if partners is None else f"{kind}: "
    return f"{_names(kind, by, partners)} ({named_type}{figures})"


def _names(kind: str, by: str, partners: pd.DataFrame | None) -> str:
    """The partners of a type, who won most first, or all of it where they are not known."""
    rows = [] if partners is None else _of(partners, by, [kind])
    if not rows:
        return f"{kind} partners"
    rows = sorted(rows, key=lambda row: -row.get("won", 0.0))
    return named_of(rows) if len(rows) <= NAMED + 1 else f"partners such as {named_of(rows[:NAMED])}"
