"""What to do because of what sets of partners, our hours and conflicts bring and cost."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_analysis.charts.focus_marks import kept_in
from partnership_analysis.charts.frontier_sets import ENOUGH, NOTHING, growing, knee, percent
from partnership_analysis.charts.hour_words import hours
from partnership_analysis.charts.steps.focus import RIVAL, Row, cared_for, left_for, rows_of, too_early
from partnership_analysis.metrics.focus.conflicts import COMPETITORS, SERVES, UNKNOWN
from partnership_analysis.metrics.focus.worth import WON_VALUE
from partnership_analysis.wording import joined, money, number, shortened, spelled

NAMED = 3
"""Names in a sentence; the rest are counted."""
NEAR = 4.0
"""Hours fewer that are named as a wish, as in the notebook's advice."""
FEW = 2
"""Partners who are not kept up to whom they are named."""
MANY = 3
"""Pairs of competitors from which on one begins with the record itself."""


def after_frontier(
    data: pd.DataFrame,
    currency: str = "",
    enough: float = ENOUGH,
    basis: str = WON_VALUE,
    present: int | None = None,
    plan: pd.DataFrame | None = None,
    capacity: float | None = None,
    most: int = 30,
) -> str:
    """How many to keep and who is left out, and with whom to stop if hours must be saved.

    Examples
    --------
    >>> made = {"kept": [1, 2], "value": [95.0, 100.0], "marginal": [95.0, 5.0], "share": [0.95, 1.0]}
    >>> rows = pd.DataFrame(made).assign(hours=[4.0, 9.0], partners=["Ann", "Ann; Bo"], joined=["Ann", "Bo"], left="")
    >>> after_frontier(rows)
    'keep both. Only if hours get short: stopping with Bo (below the line) frees 5 hours a quarter and costs 5 a year.'
    """
    found = growing(data)
    if found.empty:
        return "nothing; nobody adds anything."
    row, last = knee(data, enough), _last(found)
    kept = str(last.partners).split("; ")
    if present == 1 and len(kept) == 1:
        return f"keep {shortened(kept[0])}, your only partner; there is no choice to make yet."
    if plan is not None and too_early(rows_of(plan)):
        return "nothing yet; too little is on record to rank partners."
    if row is None:
        first = [shortened(str(name)) for name in found["joined"].head(NAMED).tolist()]
        return f"begin at the top, with {joined(first)}, and go on as far as your hours reach."
    if int(row.kept) >= int(last.kept):
        return _none_spare(last, enough)
    keep = f"keep {_all(last, present, plan)}"
    saved = float(last.hours) - float(row.hours)
    fewer = _fewer(found, row, last, plan)
    if saved < 0.05 or not fewer:
        return f"{keep}; stopping earlier saves no hours."
    swapped = found.loc[found["kept"] > row.kept, "left"].astype(str).ne("").any()
    below = "" if swapped else " (below the line)"
    instead = f" and changing to the set of {row.kept:,}" if swapped else ""
    gone = float(last.value) - float(row.value)
    cost = (
        f"costs {money(gone, currency)} a year"
        if basis == WON_VALUE
        else f"leaves {percent(row.share, enough)} of it"
    )
    return (
        f"{keep}. Only if hours get short: stopping with {joined([shortened(name) for name in fewer], limit=NAMED)}{below}{instead} "
        f"frees {_hours(saved)} a quarter and {cost}."
    )


def _fewer(found: pd.DataFrame, row: Any, last: Any, plan: pd.DataFrame | None) -> list[str]:
    """Who is in the last row and not in the one that would do, as they join; who wants care last."""
    gone = set(str(last.partners).split("; ")) - set(str(row.partners).split("; "))
    joining = [name for words in found["joined"].astype(str) for name in words.split("; ") if name in gone]
    order = list(dict.fromkeys([*joining, *sorted(gone)]))
    care = set() if plan is None else {each.name for each in cared_for(rows_of(plan))}
    return sorted(order, key=lambda name: name in care)


def _last(found: pd.DataFrame) -> Any:
    return next(found.iloc[::-1].itertuples())


def _all(last: Any, present: int | None, plan: pd.DataFrame | None) -> str:
    """How many there are in the last row, and who is not, with the reason where it is a rival."""
    inside = set(str(last.partners).split("; "))
    out = [] if plan is None else [row for row in rows_of(plan) if row.name not in inside]
    count = max(len(out), (present or 0) - int(last.kept))
    if count <= 0:
        return "both" if last.kept == 2 else f"all {last.kept:,}"
    if 0 < len(out) <= FEW:
        return f"{last.kept:,}, all but {joined([_left_out(row, inside) for row in out])}"
    return f"the best {last.kept:,} drawn"


def _left_out(row: Row, inside: set[str]) -> str:
    rivals = row.reasons.split("; ")[0].removeprefix(RIVAL).split(", who ")[0]
    if row.reasons.startswith(RIVAL) and rivals in inside:
        return f"{shortened(row.name)}, who compete with {shortened(rivals)}"
    return shortened(row.name)


def _none_spare(last: Any, enough: float) -> str:
    names = [shortened(name) for name in str(last.partners).split("; ")]
    if len(names) == 1:
        return f"keep {names[0]}: nobody else adds anything."
    return f"keep {joined(names, limit=NAMED)}: fewer would bring less than {enough:.0%} of what they bring together."


def after_capacity(
    data: pd.DataFrame,
    currency: str = "",
    basis: str = WON_VALUE,
    plan: tuple[float, float] | None = None,
    one_more: float | None = None,
    partners: pd.DataFrame | None = None,
) -> str:
    """What hours that are left are for, or what one hour more is worth and to whom it would go.

    Examples
    --------
    >>> curve = pd.DataFrame({"capacity": [0.0, 8.0], "value": [0.0, 900.0], "hours": [0.0, 6.0], "kept": [0, 2]})
    >>> after_capacity(curve, plan=(10.0, 900.0), one_more=0.0)
    'use the 4 hours left for your clients or for a new partner; more hours would add nothing to the 2 kept.'
    """
    known = data[data["value"].notna()]
    last: Any = next(known[known["value"] >= known["value"].max() * (1 - NOTHING)].itertuples())
    if plan is None:
        return f"decide how many hours you give to partners: with more than {hours(last.hours)} a quarter nothing is gained."
    have, value = plan
    if value >= last.value * (1 - NOTHING):
        return _enough_hours(have - float(last.hours), int(last.kept), partners)
    if one_more is not None and one_more > 0:
        much = (
            f"{money(one_more, currency)} a year" if basis == WON_VALUE else f"{number(one_more, 2)} of RVI"
        )
        return f"see whether you can give one hour more a quarter: it would bring {much}{_or_ask(partners)}."
    more: Any = next(
        known[(known["value"] > value * (1 + NOTHING)) & (known["hours"] > have + 1)].itertuples(), None
    )
    if more is None:
        return "nothing; one hour more would bring nothing."
    return f"find {_hours(float(more.hours) - have)} more a quarter, or leave it: one hour more alone brings nothing{_or_ask(partners)}."


def _enough_hours(left: float, kept: int, partners: pd.DataFrame | None) -> str:
    rows = [] if partners is None else rows_of(partners)
    out = _in_plan(rows)
    kept_ = "the one" if kept == 1 else f"the {kept:,}"
    are = f"more hours would add nothing{f': {out}' if out else f' to {kept_} kept'}"
    if left < 0.05:
        return f"nothing; {are}, and no hour is left."
    return f"{left_for(rows, left, '; what that brings is not in the line')}; {are}."


def _in_plan(rows: list[Row]) -> str:
    """Who is not kept, where they are few."""
    out = [row for row in rows if not row.kept]
    if not rows or len(out) > FEW or len(out) == len(rows):
        return ""
    if out:
        inside = {row.name for row in rows if row.kept}
        return f"the focus plan keeps all but {joined([_left_out(row, inside) for row in out])}"
    return "your only partner is in the plan" if len(rows) == 1 else "everybody is in the plan"


def _or_ask(partners: pd.DataFrame | None) -> str:
    """Who is nearest to being kept, and by how many hours."""
    if partners is None or "hours_margin" not in partners.columns:
        return ""
    margin = partners["hours_margin"]
    out = partners[~kept_in(partners) & ((margin < 0) & (margin >= -NEAR)).fillna(False).to_numpy(dtype=bool)]
    if out.empty:
        return ""
    nearest = out[out["hours_margin"] == out["hours_margin"].max()]
    fewer = _hours(-float(nearest["hours_margin"].iloc[0]))
    return f"; or ask {_names(nearest['partner'])}, nearest to being kept, to take {fewer} fewer"


def after_conflicts(data: pd.DataFrame, currency: str = "", plan: pd.DataFrame | None = None) -> str:
    """Who gets the referrals and what each is worth, with whom to agree, and which name to check.

    Examples
    --------
    >>> row = {"partner": ["Ann"], "other": [None], "conflict": [SERVES], "cost": [100.0], "basis": [WON_VALUE]}
    >>> after_conflicts(pd.DataFrame(row))
    'agree with Ann what they must not pass on: they serve a competitor of yours.'
    """
    kinds = data["conflict"].to_numpy(dtype=object)
    pairs, serving, nobody = (data[kinds == kind] for kind in (COMPETITORS, SERVES, UNKNOWN))
    parts = [_between(pairs, currency, plan)] if len(pairs) else []
    check = [_check(nobody)] if len(nobody) else []
    whom = "a competitor" if len(serving) == 1 else "competitors"
    if len(serving):
        names = _names(serving["partner"], limit=FEW if parts and check else NAMED)
        parts.append(f"agree with {names} what they must not pass on: they serve {whom} of yours")
    # Where much stands against much, a slip of the pen is likelier than so many quarrels.
    parts = [*check, *parts] if len(pairs) >= MANY or len(nobody) >= MANY else [*parts, *check]
    return f"{'; '.join(parts)}."


def _between(pairs: pd.DataFrame, currency: str, plan: pd.DataFrame | None) -> str:
    """The pair with the most at stake: what each is worth, and whom the plan keeps."""
    row: Any = next(pairs.itertuples())
    kept = set() if plan is None else set(plan.loc[kept_in(plan), "partner"])
    names = []
    for name, worth in ((row.partner, row.worth), (row.other, row.worth_other)):
        notes = [_worth(worth, row.basis, currency)] if pd.notna(worth) else []
        notes += ["kept by the plan"] if name in kept else []
        said = f" ({', '.join(notes)})" if notes else ""
        names.append(f"{shortened(str(name))}{said}")
    if plan is not None and not kept & {row.partner, row.other}:
        return f"no need to choose between {names[0]} and {names[1]} yet: the plan keeps neither"
    more = len(pairs) - 1
    rest = f", and so for {spelled(more)} more {'pair' if more == 1 else 'pairs'}" if more else ""
    return f"decide who gets your referrals: {names[0]} or {names[1]}{rest}"


def _check(nobody: pd.DataFrame) -> str:
    written = list(dict.fromkeys(nobody["other"].astype(str)))
    names = joined([shortened(name) for name in written], limit=NAMED)
    who = f"{spelled(len(nobody))} partners compete" if len(nobody) > 1 else "a partner competes"
    return f"find out who is meant by {names}, with whom {who} (misspelt?)"


def _worth(value: float, basis: object, currency: str) -> str:
    return f"{money(value, currency)} a year" if basis == WON_VALUE else f"RVI {number(value)}"


def _hours(value: float) -> str:
    words = hours(value)
    return f"{words} {'hour' if words == '1' else 'hours'}"


def _names(names: pd.Series, limit: int = NAMED) -> str:
    return joined([shortened(str(name)) for name in names], limit=limit)
