"""What to do next about contacts, promises, ratings and gaps, in sentences with names.

Sources: articles 000 to 003; each sentence rests on the measure that its ``about`` names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pandas as pd

from partnership_analysis.metrics.columns import texts
from partnership_analysis.metrics.foundations import foundation_gaps, foundation_summary
from partnership_analysis.metrics.grid import last_day
from partnership_analysis.metrics.nurture.board import LIMIT, action_board, delegation, level_mismatch
from partnership_analysis.metrics.nurture.cadence import cadence
from partnership_analysis.metrics.nurture.momentum import stalled
from partnership_analysis.metrics.stakeholders import stakeholder_matrix
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.wording import count_of, day, joined, number, shortened

NAMED = 3
"""Names that a sentence gives; the rest are counted."""
APART = 1.0
"""Points between both sides' ratings from which it is worth a question."""

Steps = Iterator[tuple[str, str | None, str]]


def next_steps(
    portfolio: Portfolio, *, lunches: pd.DataFrame | None = None, as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """What to do, the most urgent first: whom to ring and to feed, what to restart, hand over and ask.

    Parameters
    ----------
    portfolio : Portfolio
    lunches : DataFrame, optional
        As :func:`partnership_analysis.lunch_plan` gives it; without it no lunch is proposed.
    as_of : date or ISO text, optional
        Nothing after this day is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a step: ``about`` (string: ``overdue``, ``lunch``, ``stalled``, ``level``, ``both groups``, ``limit``,
        ``delegation``, ``gap``, ``not rated``, ``vertical``); ``partner`` (string; ``NA`` where it is about several
        or none); ``step`` (string): a sentence or two.

    Raises
    ------
    PeriodError
        If there is no interaction at all, or ``as_of`` is no date or before the first.

    Notes
    -----
    Nothing is weighed here: each step follows from one measure, in the order in which waiting costs most.

    Examples
    --------
    >>> rows = pd.DataFrame({"date": ["2025-06-02", "2025-09-29"], "partner": ["Ann", "Bo"], "kind": "meeting"})
    >>> about = pd.DataFrame({"partner": ["Ann"], "cadence_days": [30]})
    >>> next_steps(Portfolio.from_frames(interactions=rows, partners=about))["step"].tolist()
    ['Ring Ann this week: 89 days overdue.']
    """
    today = last_day(portfolio, as_of)
    board = action_board(portfolio, as_of=today)
    levels = level_mismatch(portfolio, as_of=today)
    found = [
        *_overdue(cadence(portfolio, as_of=today)),
        *_lunches(lunches),
        *_stalled(stalled(portfolio, as_of=today)),
        *_levels(levels),
        *_both_groups(board),
        *_limit(board, levels),
        *_delegation(delegation(portfolio, as_of=today)),
        *_apart(foundation_gaps(portfolio, as_of=today)),
        *_unrated(foundation_summary(portfolio, as_of=today)),
        *_nobody(stakeholder_matrix(portfolio, as_of=today)),
    ]
    return pd.DataFrame(
        {
            name: texts([row[place] for row in found])
            for place, name in enumerate(("about", "partner", "step"))
        }
    )


def _each(table: pd.DataFrame) -> Iterator[Any]:
    """Rows whose values may be anything, as pandas has them."""
    return iter(table.itertuples())


def _overdue(table: pd.DataFrame) -> Steps:
    late = table[table["overdue"].fillna(False)]
    if late.empty:
        return
    names = [f"{row.partner} ({count_of(row.overdue_days, 'day')})" for row in _each(late.head(NAMED))]
    others = len(late) - NAMED
    if len(late) == 1:
        row = late.iloc[0]
        yield (
            "overdue",
            row["partner"],
            f"Ring {row['partner']} this week: {count_of(row['overdue_days'], 'day')} overdue.",
        )
        return
    more = f"; {count_of(others, 'more is', 'more are')} overdue" if others > 0 else ""
    yield "overdue", None, f"Ring those who are overdue this week: {joined(names)}{more}."


def _lunches(plan: pd.DataFrame | None) -> Steps:
    if plan is None or plan.empty:
        return
    names = [f"{row.partner} on {row.date:%A} {day(row.date)}" for row in _each(plan)]
    yield "lunch", None, f"Book the lunches now: {joined(names, limit=6)}."


def _stalled(table: pd.DataFrame) -> Steps:
    for row in _each(table[table["stalled"].fillna(False)].head(NAMED)):
        idle = (
            ""
            if pd.isna(row.idle_days)
            else f", and nothing was finished for {count_of(row.idle_days, 'day')}"
        )
        yield (
            "stalled",
            row.partner,
            f"Restart the work with {row.partner}, or close it: {count_of(row.open, 'action is', 'actions are')} open{idle}. "
            "Agree one first step and its day.",
        )


def _levels(table: pd.DataFrame) -> Steps:
    for row in _each(table[table["mismatch"].fillna(False)].head(NAMED)):
        hours = "" if pd.isna(row.hours) else f" ({number(row.hours, 0)} hours)"
        who = "an executive" if pd.isna(row.executives) else f"{row.executives}, at executive level"
        yield (
            "level",
            row.partner,
            f"Give the {count_of(row.by_executive, 'tactical action')} with {row.partner} to a specialist{hours}: now with {who}.",
        )


def _both_groups(board: pd.DataFrame) -> Steps:
    both = board[board["both_groups"].fillna(False)].drop_duplicates(["partner", "owner"])
    for row in _each(both.head(NAMED)):
        yield (
            "both groups",
            row.partner,
            f"Part the work with {row.partner}: {row.owner} has both the tactical and the strategic actions.",
        )


def _limit(board: pd.DataFrame, levels: pd.DataFrame) -> Steps:
    # Who is told to hand tactical work over is not told to begin with it.
    wrong = levels.loc[levels["mismatch"].fillna(False), "partner"]
    tactical = board["horizon"].eq("tactical")
    handed = board.loc[
        tactical & board["owner_level"].eq("executive") & board["partner"].isin(wrong), "owner"
    ]
    board = board[~(tactical & board["owner"].isin(handed))]
    over = board[~board["now"].astype(bool)].groupby(["owner", "horizon"], sort=False).size()
    waiting = over.sort_values(ascending=False, kind="stable").head(NAMED).rename("waiting").reset_index()
    for row in _each(waiting):
        whole = row.waiting + LIMIT
        yield (
            "limit",
            None,
            f"{row.owner} has {count_of(whole, f'{row.horizon} action')} open: commit to the first {LIMIT}, and let "
            f"{count_of(row.waiting, 'other')} wait or go to somebody else.",
        )


def _delegation(table: pd.DataFrame) -> Steps:
    for row in _each(table[table["delegate_to"].notna()].head(NAMED)):
        hours = "" if pd.isna(row.hours) else f" ({number(row.hours, 1).removesuffix('.0')} hours)"
        yield (
            "delegation",
            row.partner,
            f"Hand “{shortened(row.action, 60)}” with {row.partner} to {row.delegate_to}{hours}.",
        )


def _apart(gaps: pd.DataFrame) -> Steps:
    wide = gaps[gaps["gap"].abs() >= APART].drop_duplicates("partner").head(NAMED)
    names = [
        f"{row.partner} about {str(row.factor).replace('_', ' ')} (we rate it {number(row.us)}, they {number(row.them)})"
        for row in _each(wide)
    ]
    if names:
        yield "gap", None, f"Ask {joined(names)}."


def _unrated(table: pd.DataFrame) -> Steps:
    for side, words in (("us", "Rate {names}: we have rated nothing of them within a year."), (
        "them",
        "Ask {names} how they see the seven foundations: they have rated nothing within a year.",
    )):  # fmt: skip
        other = "them" if side == "us" else "us"
        # Only where the rest has been rated by this side: a rating that nobody asks for is no gap.
        missing = table[(table[f"{side}_rated"] == 0) & (table[f"{other}_rated"] > 0)]
        if not missing.empty and table[f"{side}_rated"].gt(0).any():
            yield "not rated", None, words.format(names=joined(list(missing["partner"]), limit=NAMED))


def _nobody(matrix: pd.DataFrame) -> Steps:
    wanted = matrix[matrix["wanted"].fillna(False)]
    there = wanted.groupby("vertical", sort=False)["partners"].sum()
    empty = [str(name) for name in there.index[there == 0]]
    if empty:
        yield (
            "vertical",
            None,
            f"Look for a partner in {joined(empty)}: the settings want one, and nobody is there.",
        )
