"""What to do about the exchange and about verticals, in sentences with names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from partnership_analysis.metrics.about import NOT_DESCRIBED, ended_by
from partnership_analysis.metrics.concentration import concentration
from partnership_analysis.metrics.exchange.balance import first_giver
from partnership_analysis.metrics.exchange.barter import barter
from partnership_analysis.metrics.exchange.reciprocity import (
    MINIMUM,
    THEY_GIVE,
    WE_GIVE,
    expected_false_flags,
    one_sided,
    reciprocity,
)
from partnership_analysis.metrics.exchange.wiifm import commission_only, wiifm
from partnership_analysis.metrics.grid import last_day
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.verticals import (
    alike,
    rise,
    vertical_change,
    vertical_gaps,
    vertical_performance,
)
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.wording import count_of, joined, number

WAITING = 90
"""Days without an answer from which a first gift is worth a word."""
MONTHS = 3
"""Months of a quarter."""
NAMED = 5
EACH = 3
"""One-sided partners that get a sentence of their own, in either direction: those beyond chance the surest."""
_UNANSWERED = {
    "us": "Answer {}: on record they gave first and nothing went back.",
    "them": "Ask {} what they would need to send somebody: on record we gave first and nothing came back.",
}
LARGE = 0.25
"""Share of the largest, at the lower end of its interval, from which a second source is advised."""


def exchange_advice(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> list[str]:
    """What follows from who gives and who takes, the surest first.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    list of str
        Sentences: to whom to give, with whom to agree, whom to answer, with whom to trade less, what to write
        down, and how many of the one-sided chance alone would name. At least one.

    Raises
    ------
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-06-01", "partner": "Ann", "kind": "referral", "direction": "received",
    ...                      "count": [9]})
    >>> exchange_advice(pa.Portfolio.from_frames(interactions=rows))[0]
    'Send a client to Ann: 9 referrals received, none given.'
    """
    day = last_day(portfolio, as_of)
    sided = one_sided(portfolio, as_of=day)
    sentences = _one_sided(portfolio, sided, day)
    firsts = first_giver(portfolio, as_of=day)
    unanswered = firsts[
        (firsts["waiting_days"] >= WAITING).fillna(False) & ~firsts["partner"].isin(sided["partner"])
    ]
    row: Any
    for side, words in _UNANSWERED.items():
        some = unanswered[unanswered["waiting_for"] == side]
        if len(some):
            names = [
                f"{name} ({count_of(int(days), 'day')})"
                for name, days in zip(some["partner"], some["waiting_days"], strict=True)
            ]
            sentences.append(words.format(joined(names, limit=NAMED)))
    traded = barter(portfolio, as_of=day)
    for row in traded[traded["over"].eq(True)].itertuples():
        sentences.append(
            f"Trade less with {row.partner}: {row.share:.0%} of its hours are trade, over the limit of {row.limit:.0%}."
        )
    sentences += _unsaid(portfolio, day)
    return sentences or ["Nothing here is one-sided beyond chance: leave the exchange as it is."]


def _one_sided(portfolio: Portfolio, sided: pd.DataFrame, day: dt.date) -> list[str]:
    """Sentences on those who are one-sided, and how many chance alone would name."""
    paid = set(commission_only(portfolio, as_of=day)["partner"])
    sentences = []
    place = sided.groupby("label").cumcount()
    row: Any
    for row in sided[place < EACH].sort_values("label", kind="stable").itertuples():
        only = " Commission is all that comes back." if row.partner in paid else ""
        if row.label == WE_GIVE:
            counts = f"{count_of(int(row.given), 'referral')} given, {_none(row.received)} received"
            sentences.append(f"Agree with {row.partner} what each side gets: {counts}.{only}")
        else:
            counts = f"{count_of(int(row.received), 'referral')} received, {_none(row.given)} given"
            sentences.append(f"Send a client to {row.partner}: {counts}.{only}")
    for label, words in ((THEY_GIVE, "Give also to"), (WE_GIVE, "Agree also with")):
        others = sided.loc[(place >= EACH) & (sided["label"] == label), "partner"]
        if len(others):
            sentences.append(f"{words} {joined(list(others), limit=NAMED)}.")
    if len(sided):
        exchange = reciprocity(portfolio, as_of=day)
        exchange = exchange[~exchange["partner"].isin(ended_by(portfolio, day))]
        tested = int(((exchange["received"] + exchange["given"]) >= MINIMUM).sum())
        alone = expected_false_flags(exchange)
        sentences.append(
            f"Of {count_of(tested, 'partner')} tested, chance alone would name "
            f"{'fewer than one' if alone < 1 else f'about {number(alone, 0)}'}: ask before you judge."
        )
    return sentences


def _none(count: int) -> str:
    return f"{count:,}" if count else "none"


def _unsaid(portfolio: Portfolio, day: dt.date) -> list[str]:
    """Statements that are missing, and those for whom nothing is on record."""
    table = wiifm(portfolio, as_of=day)
    missing = list(table.loc[table["missing"] != "none", "partner"])
    nothing = list(table.loc[table["nothing_for"] == "both", "partner"])
    sentences = []
    if missing and len(missing) < len(table):
        sentences.append(f"Write down what is in it for both with {joined(missing, limit=NAMED)}.")
    elif missing:
        sentences.append(
            "Nobody has written down what is in it for both: begin with those whom you refer to most."
        )
    if nothing:
        sentences.append(
            f"Decide on {joined(nothing, limit=NAMED)}: in the window nothing reached either side."
        )
    return sentences


def vertical_advice(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> list[str]:
    """What follows from the verticals: gaps, changes beyond chance, such as hang on one partner.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    list of str
        Sentences, at least one.

    Raises
    ------
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-01"], "partner": ["Ann"], "kind": ["referral"], "direction": ["received"]})
    >>> about = pd.DataFrame({"partner": ["Ann"], "vertical": ["Legal"]})
    >>> portfolio = pa.Portfolio.from_frames(rows, about, settings={"verticals": "Legal; Banking"})
    >>> vertical_advice(portfolio)[:2]
    ['Look for a partner in Banking: there is nobody yet.', 'Legal is one partner: what it does is what that one does.']
    """
    day = last_day(portfolio, as_of)
    lacking = vertical_gaps(portfolio, as_of=day)
    lacking = lacking[lacking["wanted"]]
    sentences = [
        f"Look for a partner in {joined(list(rows['vertical']), limit=NAMED)}: there is {finding}."
        for finding, rows in lacking.groupby("finding", sort=False)
    ]
    performance = vertical_performance(portfolio, as_of=day)
    described = performance["vertical"] != NOT_DESCRIBED
    if len(performance) and not described.any():
        sentences.append("Nobody's vertical is on record: fill the column vertical of the partners table.")
    performance = performance[described]
    measure = "rvi" if performance["rvi"].notna().any() else "received"
    sentences += _since(performance, portfolio.settings.window)
    sentences += _changes(vertical_change(performance, measure=measure), measure)
    now = performance[performance["end"] == performance["end"].max()].sort_values("vertical", key=by_name)
    single = list(now.loc[now["partners"] == 1, "vertical"])
    if single:
        verb, its = ("is", "that one does") if len(single) == 1 else ("are", "those do")
        each = "one partner" if len(single) == 1 else "one partner each"
        sentences.append(
            f"{joined(single, limit=NAMED)} {verb} {each}: what {'it does' if len(single) == 1 else 'they do'} is what {its}."
        )
    sentences += _leaning(portfolio, day)
    return sentences or ["Every wanted vertical has partners, and none hangs on one: go on as you are."]


def _since(performance: pd.DataFrame, window: int) -> list[str]:
    """Verticals whose mean RVI lies apart from that of the last window that shares no month with this one."""
    apart = -(-window // MONTHS)
    ends = sorted(performance["end"].unique())
    if len(ends) <= apart:
        return []
    ago, now = (performance[performance["end"] == ends[place]] for place in (-1 - apart, -1))
    both = now.merge(ago[~ago["partial"]], on="vertical", suffixes=("", "_ago"))
    fell, rose = both["high"] < both["low_ago"], both["low"] > both["high_ago"]
    both = both.assign(fell=fell)[(fell | rose).fillna(False)]
    return [
        f"{row.vertical} {'fell' if row.fell else 'rose'} from {number(row.rvi_ago)} in "
        f"{str(row.period_ago).replace('Q', ' Q')} to {number(row.rvi)} (mean RVI): "
        f"{'ask whether it is one partner or all' if row.fell else 'find out what works'}."
        for row in both.sort_values(["fell", "vertical"], ascending=[False, True], key=by_name).itertuples()
    ]


def _changes(change: pd.DataFrame, measure: str) -> list[str]:
    """Verticals that changed beyond chance since the period before, or that none did."""
    name, digits = ("mean RVI", 1) if measure == "rvi" else ("referrals received", 0)
    beyond = change[change["beyond"].eq(True)]
    sentences = []
    row: Any
    for row in beyond.itertuples():
        days = (1, 1) if measure == "rvi" else (row.before_days, row.days)
        way, ask = (
            ("rose", "find out what works")
            if rise(row.before, row.now, days) > 0
            else ("fell", "ask whether it is one partner or all")
        )
        # More a day may be less in all: where one quarter is shorter on record, it is said of how many days each is.
        then, now = ("", "") if alike(days) else (f" in {count_of(day, 'day')}" for day in days)
        sentences.append(
            f"{row.vertical} {way} from {number(row.before, digits)}{then} to {number(row.now, digits)}{now} ({name}): {ask}."
        )
    if beyond.empty and change["beyond"].notna().any():
        sentences.append(
            "No vertical changed beyond chance since the quarter before: read nothing into small moves."
        )
    return sentences


def _leaning(portfolio: Portfolio, day: dt.date) -> list[str]:
    """What hangs on the largest: of value won, or where none is on record of referrals."""
    row, what = concentration(portfolio, as_of=day).iloc[0], "what we win"
    if pd.isna(row["top"]):
        row, what = concentration(portfolio, measure="received", as_of=day).iloc[0], "the referrals we get"
    if pd.isna(row["top"]):
        return []
    span = f"between {row['low']:.0%} and {row['high']:.0%}"
    if row["low"] >= LARGE:
        return [
            f"Find a second source beside {row['top']}: {row['top_share']:.0%} of {what} hangs on it ({span})."
        ]
    return [
        f"If {row['top']} left, {row['top_share']:.0%} of {what} would go with it ({span}): know whom you would ask instead."
    ]
