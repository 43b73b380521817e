"""Three questions to ask a partner at the lunch, made from the record by rules.

Sources: article 000 (be a giver first; learn their rhythm), article 001 (what is in it for both; nurture; introducers; the
partner's view of us), article 002 (seven foundations; who also serves our competitors), article 003 (finish what was
begun), article 004 (what could someone else handle).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from partnership_analysis.metrics.columns import texts
from partnership_analysis.metrics.exchange.reciprocity import THEY_GIVE, WE_GIVE
from partnership_analysis.metrics.profile_facts import AHEAD, CURRENT, ENDED
from partnership_analysis.metrics.profile_words import clients, only
from partnership_analysis.wording import count_of, day, joined, shortened

if TYPE_CHECKING:
    from partnership_analysis.metrics.profile import Profile

ASKED = 3
WIDE_GAP = 1.0
"""Points by which two ratings differ so that it is worth a question."""
NOTHING_CAME = 3
"""Referrals given and lost, none won, from which the question is whether they were the right ones."""


class Asked(NamedTuple):
    """A question, why it is asked, and what it is about: of one topic only the first is asked."""

    topic: str
    question: str
    reason: str


def three_questions(page: Profile) -> pd.DataFrame:
    """Three questions to ask, the most important first.

    Parameters
    ----------
    page : Profile

    Returns
    -------
    DataFrame
        Three rows: ``question``, ``reason`` (string, sentences), ``topic`` (string), ``source`` (string: ``the record`` or
        the article of a question that is good for everybody).

    Notes
    -----
    The rules, in this order: they fell silent or weaken; an action is late; what is in it for them is not on record,
    or nothing on record reached them; the exchange is one-sided; a foundation that the two sides rate a point or more
    apart; three or more clients that we sent, all lost; referrals of theirs are open with us; a vertical or a group
    where we know nobody; they serve our competitors; contact is overdue; they never rated us. Where fewer than three
    apply, questions from the articles follow.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-02"], "partner": "Ann", "kind": ["meeting"]})
    >>> tasks = pd.DataFrame({"partner": ["Ann"], "action": ["Letter"], "due": ["2025-08-01"]})
    >>> page = pa.partner_profile(pa.Portfolio.from_frames(interactions=rows, actions=tasks), "Ann", "2025Q3")
    >>> page.questions["topic"].tolist(), page.questions["source"].tolist()[-1]
    (['late', 'wiifm', 'them'], 'the record')
    """
    state = page.facts["state"].item()
    rules = _RULES if state == CURRENT else ()
    found: dict[str, tuple[Asked, str]] = {}
    for rule in rules:
        for asked in rule(page):
            found.setdefault(asked.topic, (asked, "the record"))
    for asked, source in _GENERAL[state]:
        found.setdefault(asked.topic, (asked, source))
    chosen = list(found.values())[:ASKED]
    return pd.DataFrame(
        {
            "question": texts([asked.question for asked, _ in chosen]),
            "reason": texts([asked.reason for asked, _ in chosen]),
            "topic": texts([asked.topic for asked, _ in chosen]),
            "source": texts([source for _, source in chosen]),
        }
    )


def _quiet(page: Profile) -> Iterator[Asked]:
    row = only(page.state[page.state["perspective"] == "ours"])
    if row is None or row.state not in ("silent", "weakening"):
        return
    month = f" since {row.since:%B %Y}" if pd.notna(row.since) else " lately"
    yield Asked("change", f"What has changed for you{month}?", _sentence(row.evidence))


def _late(page: Profile) -> Iterator[Asked]:
    waiting = page.late[page.late["status"] == "open"]
    row = only(waiting)
    if row is None:
        return
    who = "" if pd.isna(row.owner) else f" ({row.owner})"
    more = f", and {count_of(len(waiting) - 1, 'more action')} with it" if len(waiting) > 1 else ""
    yield Asked(
        "late",
        f"What became of “{shortened(row.action, 60)}”: is it still worth doing?",
        f"It was due on {day(row.due, year=True)}{who} and is {count_of(int(row.days_late), 'day')} late{more}.",
    )


def _unrewarded(page: Profile) -> Iterator[Asked]:
    row = only(page.both)
    if row is None:
        return
    window = count_of(page.portfolio.settings.window, "month")
    if pd.isna(row.wiifm_them):
        yield Asked("wiifm", "What is in it for you?", "Nobody has written down what they get out of this.")
    elif row.nothing_for in ("them", "both"):
        yield Asked(
            "wiifm",
            f"You came for “{shortened(row.wiifm_them, 70)}”: what did you get of it?",
            f"In {window} nothing on record reached them: no referral, no publicity, nothing done together.",
        )


def _apart(page: Profile) -> Iterator[Asked]:
    row = only(page.gaps[page.gaps["gap"].abs() >= WIDE_GAP])
    if row is None:
        return
    factor = str(row.factor).replace("_", " ")
    reason = f"Of {factor} we say {row.us:g} and they say {row.them:g}: no other foundation is rated further apart."
    if row.gap > 0:
        yield Asked(
            "gap", f"What would make {_of_ours(factor)} a {row.us:g} for you, as it is for us?", reason
        )
    else:
        yield Asked("gap", f"You see more in {_of_ours(factor)} than we do: what do we miss?", reason)


def _of_ours(factor: str) -> str:
    return {"opportunity": "the opportunity between us", "trust": "the trust between us"}.get(
        factor, f"our {factor}"
    )


def _uneven(page: Profile) -> Iterator[Asked]:
    row = only(page.exchange)
    if row is None or row.label not in (WE_GIVE, THEY_GIVE):
        return
    reason = (
        f"In {count_of(page.portfolio.settings.window, 'month')} they sent {clients(row.received)} and we sent "
        f"{clients(row.given)}: more than chance makes uneven."
    )
    if row.label == WE_GIVE:
        yield Asked("exchange", "Whom would you send to us, and what keeps you from it?", reason)
    else:
        yield Asked("exchange", "Which client could we bring you that would help you most?", reason)


def _in_vain(page: Profile) -> Iterator[Asked]:
    row = only(page.outcomes[page.outcomes["way"] == "given"])
    if row is None or row.lost < NOTHING_CAME or row.won > 0:
        return
    yield Asked(
        "given",
        "Were the clients that we sent you the wrong ones, or badly prepared?",
        f"Of the referrals that we gave them in {count_of(page.portfolio.settings.window, 'month')}, "
        f"{row.lost} were lost and none won.",
    )


def _unanswered(page: Profile) -> Iterator[Asked]:
    row = only(page.outcomes[page.outcomes["way"] == "received"])
    if row is None:
        return
    if row.open > 0:
        yield Asked(
            "received",
            f"May we tell you how the {_of_theirs(row.open)} getting on?",
            f"{count_of(int(row.open), 'referral')} of theirs {'is' if row.open == 1 else 'are'} still open with us; "
            "whoever sends a client wants to hear of it.",
        )
    elif row.lost >= NOTHING_CAME and row.lost > row.won:
        yield Asked(
            "received",
            "Shall we say plainly which clients are right for us, and which are not?",
            f"Of the referrals that they sent, {row.lost} were lost and {row.won} won.",
        )


def _of_theirs(count: int) -> str:
    return "client whom you sent us is" if count == 1 else f"{count} clients whom you sent us are"


def _introducing(page: Profile) -> Iterator[Asked]:
    row = only(page.introductions)
    if row is None:
        return
    lacking = page.introductions.loc[page.introductions["what"] == row.what, "to"].tolist()
    where = (
        f"in {joined(lacking, limit=2)}" if row.what == "vertical" else f"among {joined(lacking, limit=2)}"
    )
    why = (
        f"they have introduced us to {count_of(int(row.introduced), 'possible partner')} before"
        if row.introduced
        else f"they serve the same clients as we do ({row.shared})"
    )
    yield Asked(
        "introduction",
        f"Whom do you know {where} that we should meet?",
        f"We have nobody {where}, and {why}.",
    )


def _rivals(page: Profile) -> Iterator[Asked]:
    rows = page.conflicts[page.conflicts["conflict"] == "serves our competitors"]
    if len(rows):
        yield Asked(
            "rivals",
            "When you pass a client on, what decides between us and others?",
            "They send work to our competitors too; it is better said than left to niggle.",
        )


def _overdue(page: Profile) -> Iterator[Asked]:
    row = only(page.cadence)
    if row is None or not bool(pd.notna(row.overdue) and row.overdue):
        return
    agreed = f"{row.acceptable} days were agreed" if row.basis == "agreed" else f"{row.acceptable} are usual"
    yield Asked(
        "rhythm",
        "How often should we meet, and when does it suit you?",
        f"We have not talked for {count_of(int(row.days_since), 'day')}; {agreed}.",
    )


def _unrated(page: Profile) -> Iterator[Asked]:
    theirs = page.foundations[page.foundations["rater"] == "them"]
    if len(theirs) and not theirs["score"].notna().any():
        rests = "rests on our own rating" if page.rated else "is not known"
        yield Asked(
            "them",
            "From 1 to 5, how far do you trust us with your clients, and why not one more?",
            f"They have never rated us; their side of the index {rests}.",
        )


_RULES: tuple[Callable[[Profile], Iterator[Asked]], ...] = (
    _quiet,
    _late,
    _unrewarded,
    _uneven,
    _apart,
    _in_vain,
    _unanswered,
    _introducing,
    _rivals,
    _overdue,
    _unrated,
)
_GIVE = (
    Asked(
        "exchange",
        "Which client could we bring you that would help you most?",
        "Be a giver first: it is the one question that always does something for them.",
    ),
    "article 000",
)
_RHYTHM = (
    Asked(
        "rhythm",
        "When in the quarter are you busiest, and when is it good to ask you for something?",
        "Know their rhythm before a deadline is missed.",
    ),
    "article 000",
)
_WIIFM = (
    Asked(
        "wiifm",
        "A year from now, how would you know that this was worth your time?",
        "What is in it for both must be clear, and it changes.",
    ),
    "article 001",
)
_GENERAL: dict[str, tuple[tuple[Asked, str], ...]] = {
    CURRENT: (_GIVE, _RHYTHM, _WIIFM),
    AHEAD: (_WIIFM, _GIVE, _RHYTHM),
    ENDED: (
        (
            Asked(
                "change",
                "What would have had to be different for us to go on?",
                "The partnership has ended; the next one can be better for it.",
            ),
            "article 001",
        ),
        (
            Asked(
                "given", "Whom may we still send to you?", "Trust outlasts an agreement; be a giver first."
            ),
            "article 000",
        ),
        (
            Asked(
                "introduction",
                "Who does now what you did for us, that we should know?",
                "A partner may still be a great introducer to others.",
            ),
            "article 001",
        ),
    ),
}


def _sentence(words: Any) -> str:
    """Evidence of a signal as sentences."""
    if pd.isna(words):
        return ""
    return ". ".join(f"{part[:1].upper()}{part[1:]}" for part in str(words).split("; ")) + "."
