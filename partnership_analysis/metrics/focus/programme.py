"""What the focus plan is solved from: the partners, what binds them, and whether the request can be met.

Sources: articles 002 ("how to decide which ones to keep and which ones to ditch") and 003 ("Keep your
partnerships to a minimum"; "some of what we offered overlapped").
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from partnership_analysis.errors import ParameterError, unknown
from partnership_analysis.metrics.columns import numbers
from partnership_analysis.metrics.focus.choice import Chosen, Problem, best
from partnership_analysis.metrics.focus.conflicts import COMPETITORS, conflicts
from partnership_analysis.metrics.focus.worth import worth
from partnership_analysis.metrics.grid import last_day
from partnership_analysis.metrics.names import by_name
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.sources.names import NameBook, name_key
from partnership_analysis.wording import count_of, joined, number

OVERLAP = 0.25
"""Share by which an offer counts less where a partner who is kept offers the same at more worth (ours)."""


@dataclass(frozen=True)
class Task:
    """What is to be solved: the partners by name, the programme, and its limits."""

    valued: pd.DataFrame
    conflicts: pd.DataFrame
    problem: Problem
    capacity: float | None
    count: int | None
    offers: tuple[str, ...]
    day: dt.date

    @property
    def names(self) -> list[str]:
        """Partners in the programme's order."""
        return [str(name) for name in self.valued["partner"]]


def task(
    portfolio: Portfolio,
    *,
    capacity: float | None = None,
    count: int | None = None,
    must_keep: Sequence[str] = (),
    must_drop: Sequence[str] = (),
    overlap: float = OVERLAP,
    as_of: dt.date | str | None = None,
) -> Task:
    """The programme of a portfolio, checked; the parameters are those of :func:`partnership_analysis.metrics.focus.plan.focus_plan`."""
    day = last_day(portfolio, as_of)
    valued = worth(portfolio, as_of=day).sort_values("partner", key=by_name, kind="stable", ignore_index=True)
    capacity = portfolio.settings.capacity_hours if capacity is None else capacity
    findings = _refused(capacity, count, overlap)
    keep = _found("must_keep", must_keep, portfolio, valued, findings)
    drop = _found("must_drop", must_drop, portfolio, valued, findings)
    if findings:
        raise ParameterError(findings)
    edges = conflicts(portfolio, as_of=day)
    problem, offers = portfolio.kept(
        ("programme", day, float(overlap)), lambda: _problem(portfolio, valued, edges, float(overlap))
    )
    problem = replace(problem, kept=problem.kept.copy(), dropped=problem.dropped.copy())
    problem.kept[keep], problem.dropped[drop] = True, True
    made = Task(valued, edges, problem, capacity, count, offers, day)
    _check_together(made)
    return made


def at_capacity(made: Task, capacity: float) -> Task:
    """The same with other hours, checked."""
    findings = _refused(capacity, made.count, made.problem.overlap)
    if findings:
        raise ParameterError(findings)
    other = replace(made, capacity=capacity)
    _check_together(other)
    return other


def solved(made: Task) -> Chosen:
    """The best set of a checked task."""
    found = best(made.problem, capacity=made.capacity, count=made.count)
    if found is None:
        raise ParameterError(["the partners in must_keep do not fit together; take one out."])
    return found


def _refused(capacity: float | None, count: int | None, overlap: float) -> list[str]:
    findings = []
    if capacity is not None and not (_real(capacity) and 0 <= capacity < math.inf):
        findings.append(f"capacity {capacity!r} is not a number of hours a quarter; choose 0 or more.")
    whole = isinstance(count, (int, np.integer)) and not isinstance(count, bool)
    if count is not None and not (whole and count >= 0):
        findings.append(f"count {count!r} is not a number of partners; choose 0 or more.")
    if not (_real(overlap) and 0 <= overlap <= 1):
        findings.append(f"overlap {overlap!r} is not a share; choose 0 to 1.")
    return findings


def _real(value: object) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _found(
    word: str, wanted: Sequence[str], portfolio: Portfolio, valued: pd.DataFrame, findings: list[str]
) -> list[int]:
    """Places of the partners wanted; a name that is none is added to the findings, with the nearest."""
    wanted = [wanted] if isinstance(wanted, str) else list(wanted)
    if not wanted:
        return []
    book = NameBook.of(portfolio.described())
    places = {name: place for place, name in enumerate(valued["partner"])}
    found = []
    for text in wanted:
        key = name_key(str(text))
        name = book.spelling.get(key) or book.alias.get(key)
        if name in places:
            found.append(places[name])
        elif name is not None:
            findings.append(f"{word}: the partnership with {name!r} has not begun or has ended; take it out.")
        else:
            findings.append(f"{word}: {unknown('partner', str(text), places)}")
    return found


def _check_together(made: Task) -> None:
    """Say which constraint those who must be kept break: without them every limit can be met."""
    problem, names, findings = made.problem, made.names, []
    keep = np.nonzero(problem.kept)[0]
    both = [names[place] for place in np.nonzero(problem.kept & problem.dropped)[0]]
    if both:
        findings.append(f"{joined(both)} cannot be in must_keep and in must_drop; take it out of one.")
    for one, other in problem.pairs[problem.kept[problem.pairs].all(axis=1)].tolist():
        findings.append(
            f"must_keep has {names[one]} and {names[other]}, who compete with each other; keep one."
        )
    needed = float(problem.hours[keep].sum())
    if made.capacity is not None and needed > made.capacity + 1e-9:
        findings.append(
            f"must_keep needs {number(needed)} hours a quarter and the capacity is {number(made.capacity)}; "
            "raise the capacity or keep fewer."
        )
    if made.count is not None and len(keep) > made.count:
        findings.append(
            f"must_keep has {count_of(len(keep), 'partner')} and count is {made.count}; raise count or keep fewer."
        )
    if findings:
        raise ParameterError(findings)


def _problem(
    portfolio: Portfolio, valued: pd.DataFrame, edges: pd.DataFrame, overlap: float
) -> tuple[Problem, tuple[str, ...]]:
    size = len(valued)
    money = np.nan_to_num(np.maximum(numbers(valued["worth"]), 0.0))
    places = pd.Index(valued["partner"])
    pairs = edges[edges["conflict"] == COMPETITORS]
    pairs_at = np.column_stack([places.get_indexer(pairs["partner"]), places.get_indexer(pairs["other"])])
    about = portfolio.partners[["partner", "offer"]].dropna()
    said = about.assign(tag=about["offer"].str.split(";")).explode("tag")
    said["words"] = said["tag"].str.strip()
    said["tag"] = said["words"].str.casefold()
    said["place"] = places.get_indexer(said["partner"])
    said = said[(said["place"] >= 0) & said["tag"].fillna("").ne("")].drop_duplicates(["place", "tag"])
    said = said.sort_values(["place", "tag"], kind="stable")
    codes, offers = pd.factorize(said["tag"], sort=True)
    member = said["place"].to_numpy("int64")
    each = np.bincount(member, minlength=size)
    problem = Problem(
        worth=money,
        hours=np.nan_to_num(numbers(valued["hours"])),
        pairs=pairs_at.astype("int64").reshape(-1, 2),
        member=member,
        tag=np.asarray(codes, dtype="int64"),
        part=money[member] / np.maximum(each[member], 1),
        overlap=overlap,
        kept=np.zeros(size, dtype=bool),
        dropped=np.zeros(size, dtype=bool),
    )
    words = said.drop_duplicates("tag").set_index("tag")["words"]
    return problem, tuple(str(words[offer]) for offer in offers)
