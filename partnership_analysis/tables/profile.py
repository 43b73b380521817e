"""One partner's page: its head, what is in it for both, what is open, and three questions to ask."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from partnership_analysis.metrics.kinds import MANY
from partnership_analysis.metrics.profile_facts import CURRENT
from partnership_analysis.metrics.profile_words import (
    before_the_lunch,
    conflict_line,
    contact_line,
    how_it_began,
    money_line,
    what_both_got,
    where_it_stands,
)
from partnership_analysis.tables.blocks import Block, Sentences
from partnership_analysis.tables.display import DASH, Shown, look
from partnership_analysis.wording import count_of, day, money, number

if TYPE_CHECKING:
    from partnership_analysis.metrics.profile import Profile

MOST_LATE = 3
"""Actions finished late that a page still names."""


def profile_header(page: Profile) -> Block:
    """Who the partner is, where it stands in a sentence, the numbers of the day, and contact, money and conflicts.

    Parameters
    ----------
    page : Profile
        As :func:`partnership_analysis.partner_profile` gives it.
    """
    facts: Any = next(page.facts.itertuples(index=False))
    about = [str(word) for word in (facts.vertical, facts.relationship, facts.stakeholder) if pd.notna(word)]
    owner = [] if pd.isna(facts.owner) else [f"looked after by {facts.owner}"]
    kicker = " · ".join(
        ["Partner profile", page.quarter.label, *about, *owner, f"data to {day(page.day, year=True)}"]
    )
    lines = [how_it_began(page), contact_line(page), money_line(page), conflict_line(page)]
    notes = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    return Block(
        f'<div class="pa"><p class="pa-kicker">{escape(kicker)}</p>'
        f'<h1 class="pa-headline">{escape(page.partner)}</h1>'
        f'<p class="pa-lead">{escape(where_it_stands(page))}</p></div>'
        f'{_strip(page)}<div class="pa pa-note">{notes}</div>'
    )


def _strip(page: Profile) -> str:
    """At most four numbers; none of a partner of whom none is known."""
    cells: list[tuple[str, str]] = []
    sides = {side: rows.iloc[-1] for side, rows in page.indices.groupby("perspective") if len(rows)}
    current = page.facts["state"].item() == CURRENT
    if current and page.rated and sides:
        pair = [number(sides[side]["rvi"]) if side in sides else DASH for side in ("ours", "theirs")]
        cells.append((" / ".join(pair), "RVI for us / for them"))
    elif current and sides:
        pair = [number(sides[side]["rate"]) if side in sides else DASH for side in ("ours", "theirs")]
        cells.append((" / ".join(pair), "interactions a month for us / for them"))
    exchange: Any = next(page.exchange.itertuples(index=False), None)
    window = count_of(page.portfolio.settings.window, "month")
    if exchange is not None:
        cells.append(
            (
                f"{exchange.received:,} / {exchange.given:,}",
                f"referrals received / given in {window}",
            )
        )
        cells.extend(_won(exchange, page.portfolio.settings.currency, window))
    rhythm: Any = next(page.cadence.itertuples(index=False), None)
    if rhythm is not None and pd.notna(rhythm.days_since):
        known = pd.notna(rhythm.last_contact)
        what = (
            "since the last meeting or joint work" if known else "on record without a meeting or joint work"
        )
        cells.append((count_of(int(rhythm.days_since), "day"), what))
    if not cells:
        return ""
    inner = "".join(
        f'<div class="pa-number"><b>{escape(big)}</b><span>{escape(small)}</span></div>'
        for big, small in cells
    )
    return f'<div class="pa pa-numbers">{inner}</div>'


def _won(exchange: Any, currency: str, window: str) -> list[tuple[str, str]]:
    """What came of the referrals for us, and beside it for them; nothing where neither is on record."""
    ours, theirs = exchange.value_received, exchange.value_given
    if pd.isna(ours):
        return [] if pd.isna(theirs) else [(money(theirs, currency), f"won by them in {window}")]
    beside = "" if pd.isna(theirs) else f", {money(theirs, currency)} by them"
    return [(money(ours, currency), f"won by us in {window}{beside}")]


def history_table(page: Profile) -> Shown:
    """What was done with the partner on record, by kind and direction, and when last.

    Parameters
    ----------
    page : Profile
    """
    table = page.counts.copy()
    table["kind"] = table["kind"].map(MANY)
    table["last"] = [f"{when:%b %Y}" for when in page.counts["last"]]
    labels = {"mutual": "together", "kind": ""}
    return Shown(look(table, "history", labels, text=("kind",)), table, "Nothing is on record with them yet.")


def both_table(page: Profile) -> Shown:
    """What each side says is in it for it, beside what it got over the window.

    Parameters
    ----------
    page : Profile
    """
    currency = page.portfolio.settings.currency
    rows = []
    for row in page.both.to_dict("records"):
        for side, label, way, paid in (
            ("us", "for us", "received", "commission_earned"),
            ("them", "for them", "given", "commission_paid"),
        ):
            rows.append(
                {
                    "side": label,
                    "says": row[f"wiifm_{side}"],
                    "referrals": row[way],
                    "won": money(row[f"value_{way}"], currency),
                    "commission": money(row[paid], currency),
                    "other": row[f"other_{way}"],
                    "joint": row["joint"],
                    "trades": row["trades"],
                }
            )
    columns = ["side", "says", "referrals", "won", "commission", "other", "joint", "trades"]
    table = pd.DataFrame(rows, columns=columns)
    # A column in which nothing is known, or nothing was done, takes room.
    idle = [
        name for name in columns[3:] if len(table) and table[name].isin([DASH, 0]).all() and name != "joint"
    ]
    table = table.drop(columns=idle)
    labels = {
        "side": "",
        "says": "what is in it, in words",
        "other": "publicity",
        "joint": "done together",
        "trades": "traded",
    }
    built = look(table, "both", labels, text=("side", "says"))
    return Shown(built, table, "The partnership has ended, or is yet to begin.")


def exchange_note(page: Profile) -> Block:
    """Who sent how many to whom, since the record began and in the window, in a sentence."""
    return Block(f'<p class="pa">{escape(what_both_got(page))}</p>')


def open_actions_table(page: Profile) -> Shown:
    """What is open between us, late first, and what was finished late.

    Parameters
    ----------
    page : Profile
    """
    late = page.late[page.late["status"] == "open"]
    done = page.late[page.late["status"] == "done"].head(MOST_LATE)
    calm = page.actions[~page.actions["past_due"].fillna(False).astype(bool)]
    calm = calm.sort_values(["due", "priority", "action"], kind="stable", na_position="last")
    rows = [
        *((row.action, row.owner, row.horizon, row.due, f"▲ {_late(row)} late") for row in late.itertuples()),
        *((row.action, row.owner, row.horizon, row.due, "open") for row in calm.itertuples()),
        *(
            (row.action, row.owner, row.horizon, row.due, f"done, {_late(row)} late")
            for row in done.itertuples()
        ),
    ]
    table = pd.DataFrame(rows, columns=["action", "owner", "horizon", "due", "state"])
    table["due"] = [DASH if pd.isna(when) else day(when, year=True) for when in table["due"]]
    built = look(table, "open-actions", {}, text=("action", "owner", "horizon", "state"))
    empty = page.portfolio.actions.empty
    words = "No action is on record." if empty else "Nothing is open between us, and nothing was late."
    return Shown(built, table, words)


def _late(row: Any) -> str:
    return count_of(int(row.days_late), "day")


def question_cards(page: Profile) -> Block:
    """The three questions to ask, each with its reason.

    Parameters
    ----------
    page : Profile
    """
    asked = page.questions[["question", "reason"]].astype(object).itertuples(index=False, name=None)
    cards = "".join(
        f'<div class="pa-card" data-tone="good"><p class="pa-state">{place}</p>'
        f'<h3>{escape(question)}</h3><p class="pa-why">{escape(reason)}</p></div>'
        for place, (question, reason) in enumerate(asked, start=1)
    )
    return Block(f'<div class="pa pa-cards">{cards}</div>')


def lunch_steps(page: Profile) -> Sentences:
    """What to do before the lunch.

    Parameters
    ----------
    page : Profile
    """
    return Sentences(before_the_lunch(page))
