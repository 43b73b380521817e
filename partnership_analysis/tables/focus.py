"""Tables and sentences of the focus plan: whom to keep, how few would do, who stands against whom, what to do."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from partnership_analysis.metrics.focus.conflicts import COMPETITORS, SERVES
from partnership_analysis.metrics.focus.plan import Focus
from partnership_analysis.metrics.focus.verdicts import KEEP, LET_GO, NURTURE, RENEGOTIATE
from partnership_analysis.metrics.focus.worth import WON_VALUE
from partnership_analysis.tables.blocks import Block, Sentences
from partnership_analysis.tables.display import DASH, NO_BREAK, Shown, look
from partnership_analysis.wording import count_of, joined, money, number

VERDICT_MARKS = {KEEP: "●", NURTURE: "◆", RENEGOTIATE: "◇", LET_GO: "○"}
"""Filled is kept, hollow is not: as in the charts."""
PART = "part of the best plan; "
NAMED = 4
ENOUGH = 0.9
"""Share of the whole worth that counts as enough."""


def focus_words(focus: Focus) -> Block:
    """What the plan comes to, and what it does not know, in a sentence.

    Parameters
    ----------
    focus : Focus
        As :func:`partnership_analysis.focus_plan` gives it.
    """
    return Block(f'<p class="pa">{escape(focus.status)}</p>')


def focus_table(
    plan: pd.DataFrame, *, kept: bool | None = None, currency: str = "", rows: int | None = None
) -> Shown:
    """Every partner of the plan: verdict, worth, hours, what would change the verdict, and why.

    Parameters
    ----------
    plan : DataFrame
        The ``plan`` of :func:`partnership_analysis.focus_plan`.
    kept : bool, optional
        Only those who are kept, or those who are not (and who is not known). Default: all.
    currency : str
        ISO code.
    rows : int, optional
        Show only so many.
    """
    inside = plan["kept"].fillna(False).astype(bool)
    found = plan if kept is None else plan[inside == kept]
    shown = found.head(rows or len(found))
    table = shown[["partner"]].copy()
    table["verdict"] = [_verdict(value) for value in shown["verdict"]]
    table["worth"] = [
        _worth(value, basis, currency) for value, basis in zip(shown["worth"], shown["basis"], strict=True)
    ]
    table["hours"] = shown["hours"]
    table["margin"] = [
        _worth(abs(value), basis, currency) if pd.notna(value) else DASH
        for value, basis in zip(shown["margin"], shown["basis"], strict=True)
    ]
    table["hours_margin"] = shown["hours_margin"].abs()
    table["reasons"] = shown["reasons"].str.removeprefix(PART)
    name, spanner, more, empty = _TITLES[kept]
    labels = {
        "worth": "worth a year" if _is_money(plan) else "RVI",
        "hours": "hours a quarter",
        "margin": f"worth {more[0]}",
        "hours_margin": f"hours {more[1]}",
        "reasons": "why",
    }
    built = look(table, name, labels, text=("partner", "verdict", "reasons"))
    built = built.tab_spanner(spanner, ["margin", "hours_margin"])
    if len(found) > len(shown):
        built = built.tab_source_note(f"and {len(found) - len(shown):,} more")
    return Shown(
        built.fmt_number(["hours", "hours_margin"], decimals=1, drop_trailing_zeros=True), table, empty
    )


_TITLES: dict[bool | None, tuple[str, str, tuple[str, str], str]] = {
    None: ("focus", "distance to the other verdict", ("by", "by"), "No partnership is current."),
    True: ("focus-kept", "would still be kept with", ("less by", "more by"), "Nobody is kept."),
    False: ("focus-others", "would be kept with", ("more by", "fewer by"), "Everybody is kept."),
}
"""Of the table: its name, what stands over the margins, which way they go, and what stands in place of no row."""


def frontier_table(
    frontier: pd.DataFrame, *, basis: str = WON_VALUE, currency: str = "", rows: int = 12
) -> Shown:
    """What the best set of so many partners brings, as long as one more adds something.

    Parameters
    ----------
    frontier : DataFrame
        As :func:`partnership_analysis.frontier` gives it.
    basis : str
        ``won value``, or ``RVI`` where no money is on record.
    currency : str
        ISO code.
    rows : int
        Show only so many.
    """
    adds = (frontier["marginal"] > 0).fillna(False).astype(bool)
    shown = frontier[adds].head(rows)
    table = shown[["count", "share"]].copy()
    table["value"] = [_worth(value, basis, currency) for value in shown["value"]]
    table["marginal"] = [_worth(value, basis, currency) for value in shown["marginal"]]
    table["hours"] = shown["hours"]
    table["joined"], table["left"] = shown["joined"].replace("", pd.NA), shown["left"].replace("", pd.NA)
    labels = {
        "count": "partners",
        "share": "of all",
        "value": "worth",
        "marginal": "the last adds",
        "joined": "comes in",
        "left": "goes",
    }
    built = look(table, "frontier", labels, text=("joined", "left"))
    built = built.fmt_percent("share", decimals=0)
    built = built.fmt_number("hours", decimals=1, drop_trailing_zeros=True)
    return Shown(built, table, "Nobody's worth is known.")


def conflicts_table(conflicts: pd.DataFrame, *, currency: str = "", rows: int = 12) -> Shown:
    """Who stands against whom, and what ending it would cost.

    Parameters
    ----------
    conflicts : DataFrame
        As :func:`partnership_analysis.conflicts` gives it.
    currency : str
        ISO code.
    rows : int
        Show only so many, the most at stake first.
    """
    shown = conflicts.head(rows)
    table = shown[["partner", "conflict", "other"]].copy()
    for name in ("cost", "at_stake"):
        table[name] = [
            _worth(value, basis, currency) for value, basis in zip(shown[name], shown["basis"], strict=True)
        ]
    labels = {"other": "whom", "cost": "ending it costs", "at_stake": "at stake"}
    built = look(table, "conflicts", labels, text=("partner", "conflict", "other"))
    if len(conflicts) > rows:
        built = built.tab_source_note(f"and {len(conflicts) - rows:,} more")
    return Shown(built, table, "No conflict is on record.")


def focus_advice(
    focus: Focus,
    frontier: pd.DataFrame,
    conflicts: pd.DataFrame,
    one_more: float | None,
    *,
    currency: str = "",
) -> Sentences:
    """What to do with the hours, a sentence each.

    Parameters
    ----------
    focus : Focus
        As :func:`partnership_analysis.focus_plan` gives it.
    frontier, conflicts : DataFrame
        As :func:`partnership_analysis.frontier` and :func:`partnership_analysis.conflicts` give them.
    one_more : float or None
        As :func:`partnership_analysis.worth_of_one_more_hour` gives it.
    currency : str
        ISO code.
    """
    words = [
        _talking(focus.plan),
        _choosing(conflicts, focus.plan, currency),
        _caring(focus.plan),
        _letting_go(focus.plan),
        _few(frontier),
        _hour(one_more, focus.basis, currency),
        _unknown(focus.plan),
    ]
    found = [sentence for sentence in words if sentence]
    if not found and len(focus.plan) and not focus.plan["kept"].fillna(False).any():
        found = [
            "Keep everybody for now, and write what was won into the column value of the interactions table, or rate trust in the "
            "ratings table: until somebody's worth is above 0, nobody is better to keep than another."
        ]
    return Sentences(found or ["Keep everybody: the hours are enough and nobody stands in another's way."])


def _letting_go(plan: pd.DataFrame) -> str:
    gone = plan[plan["verdict"] == LET_GO]
    if gone.empty:
        return ""
    hours = gone["hours"].sum()
    free = f": {_hours(hours)} a quarter come free" if hours > 0 else ""
    names = gone["partner"].tolist()
    # Nobody parts with so many in a quarter.
    if len(names) > NAMED:
        return (
            f"Begin no new work with the {len(names):,} marked {LET_GO}, first {joined(names[:NAMED])}{free}."
        )
    return f"Let go of {joined(names)}, kindly and in person{free}."


def _talking(plan: pd.DataFrame) -> str:
    talk = plan[plan["verdict"] == RENEGOTIATE]
    talk = talk.sort_values("hours_margin", ascending=False, kind="stable")
    if talk.empty:
        return ""
    names = []
    for name, margin in zip(talk["partner"], talk["hours_margin"], strict=True):
        near = pd.notna(margin) and -4 <= margin < 0
        names.append(f"{name} (stays with {_hours(-margin)} a quarter fewer)" if near else name)
    return f"Before you decide, talk to {joined(names, limit=NAMED)}."


def _caring(plan: pd.DataFrame) -> str:
    care = plan[(plan["verdict"] == NURTURE) & plan["kept"].fillna(False)]
    if care.empty:
        return ""
    return f"Give time this month to {joined(care['partner'].tolist(), limit=NAMED)}: kept, but not yet sure."


def _choosing(conflicts: pd.DataFrame, plan: pd.DataFrame, currency: str) -> str:
    pairs = conflicts[conflicts["conflict"] == COMPETITORS]
    serving = conflicts.loc[conflicts["conflict"] == SERVES, "partner"].tolist()
    words = []
    if len(pairs):
        row: Any = next(pairs.itertuples())
        kept = plan.loc[plan["kept"].fillna(False).astype(bool), "partner"].tolist()
        stays = [name for name in (row.partner, row.other) if name in kept]
        plan_says = f"; the plan keeps {stays[0]}" if len(stays) == 1 else ""
        # Where the plan keeps neither there is nothing to choose.
        if stays:
            words.append(f"Choose between {row.partner} and {row.other}, who compete{plan_says}.")
    if serving:
        words.append(f"Ask {joined(serving, limit=NAMED)} what they send to our competitors.")
    return " ".join(words)


def _few(frontier: pd.DataFrame) -> str:
    enough = frontier[(frontier["share"] >= ENOUGH).fillna(False)]
    if enough.empty:
        return ""
    row: Any = next(enough.itertuples())
    if row.kept >= frontier["kept"].max():
        return ""
    some = f"{count_of(int(row.kept), 'partner')} {'brings' if row.kept == 1 else 'bring'}"
    return f"If it must be fewer: {some} {row.share:.0%} of what these hours can hold."


def _hour(one_more: float | None, basis: str, currency: str) -> str:
    if one_more is None or one_more <= 0:
        return ""
    much = f"{money(one_more, currency)} a year" if basis == WON_VALUE else f"{number(one_more, 2)} of RVI"
    return f"One hour a quarter more for partners would bring {much}: compare it with what else the hour could do."


def _unknown(plan: pd.DataFrame) -> str:
    blank = int((plan["kept"].isna() & plan["worth"].isna()).sum())
    if not blank:
        return ""
    return f"Rate our trust in {count_of(blank, 'partner')} whose worth is unknown, so that the plan can judge them."


def _hours(value: float) -> str:
    text = number(value).removesuffix(".0")
    return f"{text} hour" if text == "1" else f"{text} hours"


def _is_money(plan: pd.DataFrame) -> bool:
    return bool(plan["basis"].eq(WON_VALUE).any())


def _worth(value: object, basis: object, currency: str) -> str:
    return money(value, currency) if basis == WON_VALUE else number(value)


def _verdict(value: Any) -> str:
    return DASH if pd.isna(value) else f"{VERDICT_MARKS[value]} {value}".replace(" ", NO_BREAK)
