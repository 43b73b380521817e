"""Tables and sentences of returns: what partnerships cost and bring, when they pay back, where the hours go."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import Any

import pandas as pd

from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.returns.jcurve import NO_BUSINESS, PAID_BACK
from partnership_analysis.periods import month_index, month_indices
from partnership_analysis.tables.blocks import Block, Sentences
from partnership_analysis.tables.display import DASH, NO_BREAK, Shown, both_ends, look, ranges
from partnership_analysis.wording import count_of, joined, money, number, signed_money

GROUPS = ("partner", "vertical", "owner", "portfolio")
STATE_MARKS = {PAID_BACK: "●", "not yet": "◐", NO_BUSINESS: "○"}
JOINER = "\N{WORD JOINER}"
YEAR = 12
"""Months without business that are nothing to speak of, where nobody's tells how long it takes."""
WEEK = 7
"""Days of a quarter that may be missing before it is said."""
NAMED = 3
"""Partners that a sentence names."""


def returns_table(returns: pd.DataFrame, *, currency: str = "", rows: int | None = None) -> Shown:
    """What went in, what came back, and the return on it, the largest difference first.

    Parameters
    ----------
    returns : DataFrame
        As :func:`partnership_analysis.returns` gives it.
    currency : str
        ISO code.
    rows : int, optional
        Show only so many, of both ends.
    """
    shown = both_ends(returns, rows)
    by = _group(returns)
    table = shown[[by, "hours"]].copy()
    table["investment"] = [money(value, currency) for value in shown["investment"]]
    table["won"] = _of(shown["won"], shown["received"])
    table["returned"] = [money(value, currency) for value in shown["returned"]]
    table["range"] = _range(shown, "returned_low", "returned_high", currency)
    table["net"] = [_signed(value, currency) for value in shown["net"]]
    table["roi"], table["hourly"] = (
        shown["roi"],
        [money(value, currency) for value in shown["value_per_hour"]],
    )
    labels = {
        "hours": "our hours",
        "investment": "with costs",
        "won": "won of received",
        "returned": "value",
        "roi": "ROI",
        "hourly": "back an hour",
    }
    built = look(table, f"returns-{by}", labels, text=(by,))
    built = built.tab_spanner("put in", ["hours", "investment"])
    built = built.tab_spanner("came back", ["won", "returned", "range"])
    built = built.fmt_number("hours", decimals=0).fmt_percent("roi", decimals=0, force_sign=True)
    built = built.tab_source_note("Received: referrals and introductions.")
    return Shown(built, table, "No partnership has an interaction in the window.")


def payback_table(payback: pd.DataFrame, *, currency: str = "", rows: int | None = None) -> Shown:
    """Who has paid back and who has not, what is to recover first; those whose beginning is not on record left out.

    Parameters
    ----------
    payback : DataFrame
        As :func:`partnership_analysis.payback` gives it.
    currency : str
        ISO code.
    rows : int, optional
        Show only so many, of both ends.
    """
    by = _group(payback)
    known = payback[payback["to_recover"].notna()]
    known = known.sort_values(
        ["to_recover", "months_to_payback", by], ascending=[False, False, True], key=by_name, kind="stable"
    )
    shown = both_ends(known, rows)
    table = shown[[by]].copy()
    table["state"] = [f"{STATE_MARKS.get(state, '·')}{NO_BREAK}{state}" for state in shown["state"]]
    table["began"] = [f"{month:%b %Y}" for month in shown["began"]]
    for name in ("months_to_first", "months_to_payback"):
        table[name] = shown[name]
    table["low_point"] = [_signed(value, currency) for value in shown["low_point"]]
    table["to_recover"] = [money(value, currency) for value in shown["to_recover"]]
    labels = {
        "months_to_first": "first business",
        "months_to_payback": "paid back",
        "low_point": "deepest",
        "to_recover": "to recover",
    }
    built = look(table, f"payback-{by}", labels, text=(by, "state", "began"))
    built = built.tab_spanner("months until", ["months_to_first", "months_to_payback"])
    left_out = len(payback) - len(known)
    if left_out:
        built = built.tab_source_note(
            f"{count_of(left_out, by)} left out: the beginning, the hours or the value is not on record."
        )
    return Shown(built, table, "Nobody's beginning is on record together with hours and values.")


def time_table(spent: pd.DataFrame, *, rows: int | None = 8) -> Shown:
    """Who took most hours, beside the plan.

    Parameters
    ----------
    spent : DataFrame
        As :func:`partnership_analysis.time_spent` gives it.
    rows : int, optional
        Show only so many.
    """
    shown = spent[spent["hours"].notna()].head(rows or len(spent))
    table = shown[["partner", "hours", "planned", "over_plan", "share", "hours_noted"]].copy()
    labels = {"over_plan": "over plan", "share": "of all hours", "hours_noted": "interactions with hours"}
    built = look(table, "time", labels, text=("partner",))
    built = built.fmt_number(["hours", "planned"], decimals=1)
    built = built.fmt_number("over_plan", decimals=1, force_sign=True)
    built = built.fmt_percent(["share", "hours_noted"], decimals=0)
    return Shown(built, table, "No hours are on record in the quarter.")


def time_words(total: pd.DataFrame) -> Block:
    """All hours of a quarter against what was planned and what there is, in a sentence.

    Parameters
    ----------
    total : DataFrame
        As :func:`partnership_analysis.time_total` gives it.
    """
    row: Any = next(total.itertuples())
    if pd.isna(row.hours):
        return Block(f'<p class="pa">No hours are on record in {escape(str(row.quarter))}.</p>')
    words = f"In {row.quarter}, {count_of(row.partners, 'partnership')} took {number(row.hours, 0)} hours"
    if pd.notna(row.capacity):
        words += f", {row.share_of_capacity:.0%} of the {number(row.capacity, 0)} that we have"
    if pd.notna(row.planned):
        words += f"; {number(row.planned, 0)} were planned"
    lacking = row.days - row.days_on_record
    part = f" Only {row.days_on_record} of its {row.days} days are on record." if lacking >= WEEK else ""
    few = f" Hours are noted for {row.hours_noted:.0%} of interactions: the true sum is higher."
    return Block(f'<p class="pa">{escape(words)}.{part}{few if row.hours_noted < 1 else ""}</p>')


def unknown_table(returns: pd.DataFrame, *, rows: int = 12) -> Shown:
    """Whose return is not known, or not wholly, and what is missing.

    Parameters
    ----------
    returns : DataFrame
        As :func:`partnership_analysis.returns` gives it.
    rows : int
        Show only so many, those with the most interactions.
    """
    by = _group(returns)
    lacking = returns[returns["unknown"].notna()].sort_values(
        ["interactions", by], ascending=[False, True], key=by_name, kind="stable"
    )
    table = lacking.head(rows)[[by, "interactions", "unknown"]].copy()
    built = look(table, f"unknown-{by}", {"unknown": "what is not on record"}, text=(by, "unknown"))
    if len(lacking) > rows:
        built = built.tab_source_note(f"and {len(lacking) - rows:,} more")
    return Shown(
        built,
        table,
        "Hours, values and outcomes that the returns need are on record, though single interactions may lack hours.",
    )


def returns_advice(
    returns: pd.DataFrame,
    payback: pd.DataFrame,
    spent: pd.DataFrame,
    *,
    day: dt.date,
    currency: str = "",
    since: dt.date | None = None,
) -> Sentences:
    """What to do about costs, returns and hours, a sentence each.

    Parameters
    ----------
    returns, payback, spent : DataFrame
        By partner, as :func:`partnership_analysis.returns`, :func:`partnership_analysis.payback` and
        :func:`partnership_analysis.time_spent` give them.
    day : date
        Up to which things are counted.
    currency : str
        ISO code.
    since : date, optional
        First day on record: within a year of it a loss that chance may turn is no reason to speak.
    """
    months = YEAR if since is None else month_index(day) - month_index(since) + 1
    words = [
        _losses(returns, payback, currency, months),
        _patience(payback, day, currency),
        _overspent(spent),
        _best_hours(returns, spent, currency),
        _missing(returns),
    ]
    found = [sentence for sentence in words if sentence]
    return Sentences(found or ["Nothing stands out: go on, and note hours and values as before."])


def _losses(returns: pd.DataFrame, payback: pd.DataFrame, currency: str, months: int) -> str:
    # Where business has not begun, patience is asked for in another sentence.
    waiting = payback.loc[payback["state"] == NO_BUSINESS, "partner"]
    under = returns[(returns["net"] < 0).fillna(False) & ~returns["partner"].isin(waiting)]
    if months < YEAR and len(under):
        under = under[(under["returned_high"] < under["investment"]).fillna(False)]
        if under.empty:
            are = "is" if months == 1 else "are"
            return (
                f"Judge nobody by a loss yet: {count_of(months, 'month')} on record {are} too short, as referrals take longer "
                "to be won."
            )
    under = under.sort_values(["net", "partner"], key=by_name, kind="stable").head(NAMED)
    if under.empty:
        return ""
    names = [
        f"{row.partner} (put in {money(row.investment, currency)}, back {money(row.returned, currency)})"
        for row in under.itertuples()
    ]
    return f"Say what you need from {joined(names)}, or give fewer hours."


def _patience(payback: pd.DataFrame, day: dt.date, currency: str) -> str:
    waiting = payback[payback["state"] == NO_BUSINESS]
    waited = month_index(day) - month_indices(waiting["began"])
    begun = payback["months_to_first"].dropna()
    if begun.empty or begun.max() == 0:
        # Where nobody's business tells how long it takes, a year is given to each.
        late, than = waiting.assign(waited=waited)[(waited >= YEAR).to_numpy()], ""
    else:
        late = waiting.assign(waited=waited)[(waited > int(begun.max())).to_numpy()]
        than = f"; nobody else needed more than {count_of(int(begun.max()), 'month')} to the first business"
    late = late.sort_values(
        ["to_recover", "partner"], ascending=[False, True], key=by_name, kind="stable"
    ).head(NAMED)
    if late.empty:
        return ""
    names = [
        f"{name} ({count_of(months, 'month')}, {money(sum_, currency)} to recover)"
        for name, months, sum_ in zip(
            late["partner"], late["waited"].astype(int), late["to_recover"], strict=True
        )
    ]
    return f"Agree on a date for the first business with {joined(names)}{than}."


def _overspent(spent: pd.DataFrame) -> str:
    over = spent[(spent["over_plan"] >= 1).fillna(False)]
    if over.empty:
        return ""
    top = over.sort_values(
        ["over_plan", "partner"], ascending=[False, True], key=by_name, kind="stable"
    ).head(NAMED)
    names = [
        f"{row.partner} ({number(row.over_plan).removesuffix('.0')} hours over)" for row in top.itertuples()
    ]
    return f"Plan again or hold to the plan with {joined(names)}; {count_of(len(over), 'partner')} took more than planned."


def _best_hours(returns: pd.DataFrame, spent: pd.DataFrame, currency: str) -> str:
    # One large client makes an hour look golden: an interval is there from three on.
    sure = returns[returns["returned_low"].notna() & returns["value_per_hour"].notna()]
    # Whoever has gone silent needs a call first, as another notebook says.
    met = spent.loc[spent["hours"].notna(), "partner"]
    sure = sure[sure["partner"].isin(met)] if len(met) else sure
    if sure.empty:
        return ""
    top = sure.sort_values(
        ["value_per_hour", "partner"], ascending=[False, True], key=by_name, kind="stable"
    ).head(NAMED)
    names = [f"{row.partner} ({money(row.value_per_hour, currency)} an hour)" for row in top.itertuples()]
    return f"Offer the next free hour to {joined(names)}: of all whom we saw this quarter and who won us three clients or more, theirs brought most."


def _missing(returns: pd.DataFrame) -> str:
    unknown = returns.loc[returns["net"].isna(), "unknown"].fillna("")
    if unknown.empty:
        return ""
    whose = f"the return of {count_of(len(unknown), 'partner')} is unknown."
    if unknown.eq("no hour rate in settings").all():
        return f"Set the hour rate in the settings: without it {whose}"
    return f"Note our hours and what was won: without them {whose}"


def _group(frame: pd.DataFrame) -> str:
    return next(name for name in GROUPS if name in frame.columns)


def _of(part: pd.Series, whole: pd.Series) -> list[str]:
    return [
        DASH if pd.isna(all_) else f"{DASH if pd.isna(some) else some} of {all_}".replace(" ", NO_BREAK)
        for some, all_ in zip(part, whole, strict=True)
    ]


def _range(table: pd.DataFrame, low: str, high: str, currency: str) -> list[str]:
    return ranges(table[low], table[high], lambda value: money(value, currency))


def _signed(value: Any, currency: str) -> str:
    text = signed_money(value, currency)
    # A sign stays with its amount.
    return f"{text[0]}{JOINER}{text[1:]}" if text[0] in "+−" else text
