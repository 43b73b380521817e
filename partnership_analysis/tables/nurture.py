"""Tables of whom to meet, what has stalled, what is late, and what somebody else could do."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from partnership_analysis.metrics.names import by_name
from partnership_analysis.tables.blocks import Block, brought
from partnership_analysis.tables.display import DASH, NO_BREAK, Shown, look
from partnership_analysis.wording import count_of, money
from partnership_analysis.wording import day as said

OVERDUE = "▲"
"""Mark of what is past its day."""


def cadence_table(cadence: pd.DataFrame, *, rows: int = 8) -> Shown:
    """Who is overdue or next to fall due: interval, last contact, days.

    Parameters
    ----------
    cadence : DataFrame
        As :func:`partnership_analysis.cadence` gives it.
    rows : int
        Show only so many.
    """
    known = cadence[cadence["due"].notna()].head(rows)
    table = pd.DataFrame(
        {
            "partner": known["partner"],
            "interval": known["acceptable"],
            "basis": known["basis"],
            "last": [_short(date) for date in known["last_contact"]],
            "since": known["days_since"],
            "due": [_short(date) for date in known["due"]],
            "overdue": [
                f"{OVERDUE} {count_of(days, 'day')}".replace(" ", NO_BREAK) if days > 0 else DASH
                for days in known["overdue_days"]
            ],
        }
    )
    labels = {"interval": "interval, days", "last": "last contact", "since": "days since", "due": "due by"}
    built = look(table, "cadence", labels, text=("partner", "basis"))
    return Shown(built, table, "No interval is known: none is agreed, and nobody has five two-way contacts.")


def lunch_table(plan: pd.DataFrame, *, currency: str = "") -> Shown:
    """The lunches of a quarter: when, with whom, who goes, what they brought.

    Parameters
    ----------
    plan : DataFrame
        As :func:`partnership_analysis.lunch_plan` gives it.
    currency : str
        ISO code of the values.
    """
    table = pd.DataFrame(
        {
            "date": [f"{date:%A} {said(date)}".replace(" ", NO_BREAK) for date in plan["date"]],
            "partner": plan["partner"],
            "vertical": plan["vertical"],
            "owner": plan["owner"],
            "state": plan["state"],
            "overdue": [
                DASH
                if pd.isna(days) or days <= 0
                else f"{OVERDUE} {count_of(days, 'day')}".replace(" ", NO_BREAK)
                for days in plan["overdue_days"]
            ],
            "value": [money(value, currency) for value in plan["value"]],
        }
    )
    sooner = plan["call_first"].to_numpy(dtype="bool")
    if sooner.any():
        table.insert(len(table.columns) - 1, "first", ["call" if call else DASH for call in sooner])
    labels = {
        "owner": "who goes",
        "state": "signal",
        "first": "before the lunch",
        "value": "won in two years",
    }
    built = look(table, "lunches", labels, text=("date", "partner", "vertical", "owner", "state", "first"))
    return Shown(built, table, "No lunch is planned.")


def rhythm_table(match: pd.DataFrame, *, rows: int = 12) -> Shown:
    """Whose rhythm differs from everybody else's by more than chance, the surest first.

    Parameters
    ----------
    match : DataFrame
        As :func:`partnership_analysis.rhythm_match` gives it.
    rows : int
        Show only so many.
    """
    found = match[match["stands_out"].fillna(False)]
    found = found.sort_values(["chance", "partner"], key=by_name, kind="stable").head(rows)
    table = found[["partner", "busiest", "share", "ours", "days"]].copy()
    labels = {
        "busiest": "most often",
        "share": "of their days",
        "ours": "of all others'",
        "days": "days on record",
    }
    built = look(table, "rhythm", labels, text=("partner", "busiest"))
    return Shown(
        built.fmt_percent(["share", "ours"], decimals=0),
        table,
        "Nobody's rhythm differs by more than chance.",
    )


def stalled_table(stalled: pd.DataFrame, *, rows: int = 8) -> Shown:
    """Partnerships with open work, those that have stalled first.

    Parameters
    ----------
    stalled : DataFrame
        As :func:`partnership_analysis.stalled` gives it.
    rows : int
        Show only so many.
    """
    found = stalled[stalled["open"] > 0].head(rows)
    table = found[["partner", "open", "past_due", "waiting", "idle_days"]].copy()
    table.insert(1, "state", ["■ stalled" if bool(mark) else DASH for mark in found["stalled"].fillna(False)])
    table["evidence"] = found["evidence"]
    labels = {"waiting": "open for 60 days", "idle_days": "days since one was finished", "state": ""}
    built = look(table, "stalled", labels, text=("partner", "state", "evidence"))
    return Shown(built, table, "No action is open.")


def late_table(late: pd.DataFrame, *, rows: int = 8) -> Shown:
    """Actions that are open and past their due day, the latest first.

    Parameters
    ----------
    late : DataFrame
        As :func:`partnership_analysis.late_commitments` gives it.
    rows : int
        Show only so many.
    """
    found = late[late["status"] == "open"]
    table = found.head(rows)[["partner", "action", "owner", "due", "days_late"]].copy()
    table["due"] = [_short(date) for date in table["due"]]
    built = look(table, "late", {"days_late": "days late"}, text=("partner", "action", "owner"))
    if len(found) > rows:
        built = built.tab_source_note(f"and {len(found) - rows:,} more")
    return Shown(built, table, "No open action is past its due day.")


def delegation_table(delegation: pd.DataFrame, *, rows: int = 8) -> Shown:
    """What somebody else could do, the most hours first.

    Parameters
    ----------
    delegation : DataFrame
        As :func:`partnership_analysis.delegation` gives it.
    rows : int
        Show only so many.
    """
    table = delegation.head(rows)[["action", "partner", "owner", "hours", "freed", "reason"]].copy()
    labels = {"freed": "freed so far", "partner": "with", "owner": "now done by", "reason": "who could"}
    built = look(table, "delegation", labels, text=("action", "partner", "owner", "reason"))
    return Shown(
        built.fmt_number(["hours", "freed"], decimals=1), table, "No open action could go to somebody else."
    )


def workload_table(load: pd.DataFrame) -> Shown:
    """Hours and actions of each owner, against the capacity of all.

    Parameters
    ----------
    load : DataFrame
        As :func:`partnership_analysis.workload` gives it.
    """
    table = load[
        ["owner", "owner_level", "actions", "partners", "hours_due", "of_capacity", "untimed"]
    ].copy()
    table["owner"] = table["owner"].fillna("nobody")
    labels = {
        "owner_level": "level",
        "hours_due": "hours due this quarter",
        "of_capacity": "of all capacity",
        "untimed": "without hours",
    }
    built = look(table, "workload", labels, text=("owner", "owner_level"))
    built = built.fmt_number("hours_due", decimals=1).fmt_percent("of_capacity", decimals=0)
    return Shown(built, table, "No action is open.")


def relationship_table(found: pd.DataFrame, *, currency: str = "") -> Shown:
    """Types of relationship: partners, index, referrals, value and hours.

    Parameters
    ----------
    found : DataFrame
        As :func:`partnership_analysis.relationship_map` gives it.
    currency : str
        ISO code of the values.
    """
    table = found[["relationship", "partners", "rvi", "received", "given"]].copy()
    early = found["too_early"] > 0
    if early.any():
        table.insert(3, "too_early", found["too_early"])
    table["value"] = [money(value, currency) for value in found["value"]]
    table["hours"] = found["hours"]
    labels = {"rvi": "mean RVI", "too_early": "of them too early", "value": "won"}
    built = look(table, "relationships", labels, text=("relationship",))
    return Shown(
        built.fmt_number("rvi", decimals=1).fmt_number("hours", decimals=0), table, "Nobody is on record."
    )


def steps_list(steps: pd.DataFrame) -> Block:
    """What to do next, as a numbered list.

    Parameters
    ----------
    steps : DataFrame
        As :func:`partnership_analysis.next_steps` gives it.
    """
    if steps.empty:
        return Block(
            '<p class="pa">Nothing is overdue, stalled, misplaced or unrated. Use the time for a partner.</p>'
        )
    items = "".join(f"<li>{escape(str(step))}</li>" for step in steps["step"])
    return Block(f'<ol class="pa">{items}</ol>')


def quiet_note(flagged: pd.DataFrame, *, currency: str = "") -> Block:
    """Who is silent or weakening, in a sentence each, with what they brought.

    Parameters
    ----------
    flagged : DataFrame
        As :func:`partnership_analysis.metrics.review.flags` gives it.
    currency : str
        ISO code of the values.
    """
    quiet = flagged[flagged["state"].isin(["silent", "weakening"])]
    if quiet.empty:
        return Block('<p class="pa">Nobody is silent or weakening by more than chance explains.</p>')
    parts = "".join(f"<li>{_quiet(row, currency)}</li>" for row in quiet.itertuples())
    return Block(f'<ul class="pa">{parts}</ul>')


def _short(date: Any) -> str:
    """A day that stays on one line."""
    return DASH if pd.isna(date) else f"{date.day} {date:%b %Y}".replace(" ", NO_BREAK)


def _quiet(row: Any, currency: str) -> str:
    mark = {"silent": "○", "weakening": "▼"}[row.state]
    return f"<b>{escape(row.partner)}</b>, {mark} {row.state}: {escape(row.evidence)}{escape(brought(row.at_risk, currency))}"
