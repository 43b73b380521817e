"""The page that a partner is handed: what passed between us, what came of it, what we agreed. It speaks to the partner.

Neutral words: no index, no band, no signal, no judgement of who owes whom. What is shown comes from a
:class:`partnership_analysis.metrics.handout.Handout`, which holds nothing private.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from partnership_analysis.metrics.handout import DONE
from partnership_analysis.metrics.kinds import MANY, ONE
from partnership_analysis.schema import REFERRAL_KINDS, RVI_KINDS
from partnership_analysis.settings import Settings
from partnership_analysis.tables.blocks import Block
from partnership_analysis.tables.display import DASH, NO_BREAK, Shown, look
from partnership_analysis.wording import count_of, day, joined, money

if TYPE_CHECKING:
    from partnership_analysis.metrics.handout import Handout

ROWS = 25
"""Things of one side that the page lists one by one; of more, how many there are."""
SIDES = {"received": "from you", "given": "from us", "mutual": "together"}
"""Who did it, as the partner reads it."""
OUTCOMES = {"won": "became business", "open": "still open", "lost": "no business", "unknown": "not recorded"}


def handout_header(page: Handout) -> Block:
    """Who we are, since when, thanks for what came, and the year in at most four numbers.

    Parameters
    ----------
    page : Handout
        As :func:`partnership_analysis.partner_handout` gives it.
    """
    us = page.portfolio.settings.us
    title = page.partner if us == Settings().us else f"{page.partner} and {us}"
    since = [] if page.since is None else [f"partners since {page.since:%B %Y}"]
    kicker = " · ".join(["Working together", page.quarter.label, *since, f"up to {day(page.day, year=True)}"])
    return Block(
        f'<div class="pa"><p class="pa-kicker">{escape(kicker)}</p><h1 class="pa-headline">{escape(title)}</h1>'
        f'<p class="pa-lead">{escape(_thanks(page))}</p></div>{_strip(page)}'
    )


def _thanks(page: Handout) -> str:
    got, gave, both, met = (_total(page, way) for way in ("received", "given", "mutual", "meeting"))
    span = f"In the 12 months to {day(page.day, year=True)}"
    parts = [
        *([f"you sent us {_clients(got)}"] if got else []),
        *([f"we sent you {f'{gave:,}' if got else _clients(gave)}"] if gave else []),
        *([f"we did {count_of(both, 'thing')} together"] if both else []),
        *([f"we met {_times(met)}"] if met else []),
    ]
    if not parts:
        return f"{span} nothing between us is on record. We would be glad to hear from you."
    thanks = " Thank you." if got or both else ""
    return f"{span} {joined(parts)}.{thanks}"


def _clients(count: int) -> str:
    return "one referral or introduction" if count == 1 else f"{count:,} referrals and introductions"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _total(page: Handout, what: str) -> int:
    """Referrals received or given, joint work, or meetings in the year."""
    counts = page.counts
    if what == "meeting":
        return int(counts.loc[counts["kind"] == "meeting", "mutual"].sum())
    kinds = RVI_KINDS if what == "mutual" else REFERRAL_KINDS
    return int(counts.loc[counts["kind"].isin(kinds), what].sum())


def _strip(page: Handout) -> str:
    """The year in numbers; none of a year without anything."""
    cells = [(f"{count:,}", _words(what, count)) for what in SIDES if (count := _total(page, what))]
    won = page.outcomes["value"]
    if won.notna().any():
        cells.append((money(won.sum(), page.portfolio.settings.currency), "won from referrals, both ways"))
    inner = "".join(
        f'<div class="pa-number"><b>{escape(big)}</b><span>{escape(small)}</span></div>'
        for big, small in cells
    )
    return f'<div class="pa pa-numbers">{inner}</div>' if cells else ""


def _words(what: str, count: int) -> str:
    noun = "thing" if what == "mutual" else "referral or introduction"
    nouns = "things" if what == "mutual" else "referrals and introductions"
    return f"{noun if count == 1 else nouns} {SIDES[what]}"


def handout_counts_table(page: Handout) -> Shown:
    """What passed between us in twelve months, by kind, and when last.

    Parameters
    ----------
    page : Handout
    """
    table = page.counts[["kind", "received", "given", "mutual", "last"]].copy()
    table["kind"] = table["kind"].map(MANY)
    table["last"] = [_date(when) for when in page.counts["last"]]
    # A column of nothing takes room.
    table = table.drop(columns=[way for way in SIDES if not page.counts[way].sum()])
    built = look(table, "handout-counts", {"kind": "", **SIDES, "last": "last on"}, text=("kind",))
    built = built.sub_zero(zero_text="")
    return Shown(built, table, "Nothing is on record in these twelve months.")


def handout_results_table(page: Handout) -> Shown:
    """What became of the referrals of twelve months, in either direction.

    Parameters
    ----------
    page : Handout
    """
    currency, sides = page.portfolio.settings.currency, page.outcomes.set_index("way")
    counted = {"passed": "passed on", **OUTCOMES}
    rows = [
        {"what": word, **{way: f"{sides.loc[way, name]:,}" for way in sides.index}}
        for name, word in counted.items()
        if sides[name].sum()
    ]
    if sides["value"].notna().any():
        won = {way: money(sides.loc[way, "value"], currency) for way in sides.index}
        rows.append({"what": "won by whom it was passed to", **won})
    table = pd.DataFrame(rows, columns=["what", *list(SIDES)[:2]])
    labels = {"what": "", "received": "from you to us", "given": "from us to you"}
    built = look(table, "handout-results", labels, text=("what",))
    return Shown(built, table, "No referral or introduction is on record in these twelve months.")


def handout_ledger(page: Handout) -> Block:
    """Everything but meetings, one by one, the latest first: what came from the partner beside what came from us.

    Parameters
    ----------
    page : Handout
    """
    if page.passed.empty:
        return Block('<p class="pa">Nothing but meetings is on record in these twelve months.</p>')
    currency = page.portfolio.settings.currency
    sides = {way: page.passed[page.passed["direction"] == way] for way in SIDES}
    lists = "".join(_side(SIDES[way], rows, currency) for way, rows in sides.items() if len(rows))
    return Block(f'<div class="pa pa-cards">{lists}</div>')


def _side(title: str, rows: pd.DataFrame, currency: str) -> str:
    items = "".join(f"<li>{_item(row, currency)}</li>" for row in rows.head(ROWS).itertuples())
    more = f"<li>and {len(rows) - ROWS:,} earlier</li>" if len(rows) > ROWS else ""
    return f'<div class="pa-card" data-tone="good"><h3>{title.capitalize()}</h3><ul>{items}{more}</ul></div>'


def _item(row: Any, currency: str) -> str:
    thing = ONE[row.kind] if row.count == 1 else f"{row.count:,} {MANY[row.kind]}"
    came = [] if pd.isna(row.status) else [OUTCOMES[row.status]]
    came += [] if pd.isna(row.value) else [money(row.value, currency)]
    return f"<b>{_date(row.date)}</b> {escape(': '.join([thing, *([', '.join(came)] if came else [])]))}"


def _date(when: pd.Timestamp) -> str:
    """A day that stays on one line."""
    return f"{when.day}{NO_BREAK}{when:%b}{NO_BREAK}{when.year}"


def handout_actions_table(page: Handout) -> Shown:
    """What we agreed: what is open, by the day on which it is due, and what was done this quarter.

    Parameters
    ----------
    page : Handout
    """
    acts = page.actions
    table = pd.DataFrame(
        {
            "action": acts["action"],
            "due": [DASH if pd.isna(when) else _date(when) for when in acts["due"]],
            "state": [
                f"✓ done, {_date(when)}" if state == DONE else "open"
                for state, when in zip(acts["state"], acts["done"], strict=True)
            ],
        }
    )
    labels = {"action": "what", "due": "by", "state": ""}
    built = look(table, "handout-actions", labels, text=("action", "state"))
    return Shown(built, table, "Nothing that we agreed is open. Let us find the next thing to do together.")


def handout_closing(page: Handout, contact: str = "") -> Block:
    """Whom to ask, and the request to tell us what is missing.

    Parameters
    ----------
    page : Handout
    contact : str
        Who on our side may be called, as it shall stand on the page; empty: nobody is named.
    """
    who = escape(contact.strip() or "us")
    return Block(
        '<div class="pa pa-note"><p>This page shows what we have on record. If you remember something otherwise, or '
        f"something is missing, please tell {who}: we will put it right.</p></div>"
    )
