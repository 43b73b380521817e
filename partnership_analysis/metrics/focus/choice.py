"""The best set of partners, exactly: a mixed-integer linear programme, made small before it is solved.

A relaxation shows which partners no best set can hold or lack; only the few in between are left to search.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from heapq import heappush, heappushpop
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, vstack

from partnership_analysis.metrics.intervals import Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
GAP = 1e-9
"""A set is proven best when none can be worth a billionth more."""
UNHURRIED = 200
"""Partners up to whom a search goes on until the best set is proven, so that no clock decides."""
SECONDS = 5.0
"""With more, a search ends after so long with the best set found, and how far it may be from the best possible."""
_SCALE, _NEAR = 1000.0, 1e-6
_CORE = 40


@dataclass(frozen=True)
class Problem:
    """Partners in order of name, and what binds them.

    Attributes
    ----------
    worth, hours : float arrays, 0 and up
        Unknown hours are 0.
    pairs : int array (pairs x 2)
        Places of competitors.
    member, tag : int arrays
        Each offer of each partner: the partner's place and the offer's number, sorted by place.
    part : float array
        Worth of that offer: the partner's worth divided evenly among its offers.
    overlap : float
        Share by which an offer counts less where another partner who is kept offers the same at more worth.
    kept, dropped : bool arrays
        Who must be in, and who cannot be.
    """

    worth: Floats
    hours: Floats
    pairs: Ints
    member: Ints
    tag: Ints
    part: Floats
    overlap: float
    kept: Bools
    dropped: Bools

    def forced(self, place: int, inside: bool) -> Problem:
        """The same with one partner in, or out."""
        kept, dropped = self.kept.copy(), self.dropped.copy()
        kept[place], dropped[place] = inside, not inside
        return replace(self, kept=kept, dropped=dropped)

    def only(self, some: Bools) -> Problem:
        """The same without the others."""
        place = np.cumsum(some) - 1
        pairs = self.pairs[some[self.pairs].all(axis=1)]
        mine = some[self.member]
        return Problem(
            self.worth[some],
            self.hours[some],
            place[pairs].reshape(-1, 2),
            place[self.member[mine]],
            self.tag[mine],
            self.part[mine],
            self.overlap,
            self.kept[some],
            self.dropped[some],
        )

    def counted(self, chosen: Bools) -> Floats:
        """What each partner of a set counts for: worth, less where another one offers the same."""
        mine = np.nonzero(chosen[self.member])[0]
        # The greatest part of each offer counts in full; of equal ones the first by name.
        order = mine[np.lexsort((self.member[mine], -self.part[mine], self.tag[mine]))]
        further = np.zeros(len(order), dtype=bool)
        further[1:] = self.tag[order][1:] == self.tag[order][:-1]
        less = np.bincount(self.member[order[further]], self.part[order[further]], minlength=len(self.worth))
        return np.asarray(np.where(chosen, self.worth - self.overlap * less, 0.0))


@dataclass(frozen=True)
class Chosen:
    """A best set: who is in, what it is worth, its hours, and at most how far it is from the best possible."""

    kept: Bools
    value: float
    hours: float
    short: float = 0.0


@dataclass(frozen=True)
class _Model:
    """Objective (to be made small) and rows of ``x`` (partners), then ``z`` (which of an offer counts in full)."""

    cost: Floats
    rows: csr_array
    limits: Floats
    low: Floats
    high: Floats


def best(problem: Problem, *, capacity: float | None = None, count: int | None = None) -> Chosen | None:
    """The set of most value; nothing where those who must be in do not fit together.

    Of sets of equal value it is always the same one, unless it is not proven best (``short`` above 0): then a
    busier machine may find another.
    """
    if not possible(problem, capacity, count):
        return None
    some = _candidates(problem, capacity, count)
    small = problem.only(some)
    inside, short = _solved(small, capacity, count)
    kept = np.zeros(len(some), dtype=bool)
    kept[np.nonzero(some)[0][inside]] = True
    return Chosen(kept, float(problem.counted(kept).sum()), float(problem.hours[kept].sum()), short)


def possible(problem: Problem, capacity: float | None, count: int | None) -> bool:
    """Whether those who must be in fit together."""
    fits = capacity is None or problem.hours[problem.kept].sum() <= capacity + 1e-9
    few = count is None or problem.kept.sum() <= count
    return bool(fits and few and not problem.kept[problem.pairs].all(axis=1).any())


def most_hours(
    problem: Problem, place: int, value: float, *, capacity: float, count: int | None
) -> float | None:
    """The most hours that a partner may need so that a set with it is worth at least so much; nothing if none."""
    free = replace(problem.forced(place, True), hours=problem.hours.copy())
    free.hours[place] = 0.0
    if not possible(free, capacity, count):
        return None
    small = free.only(_candidates(free, capacity, count))
    model = _model(small, capacity, count)
    scale = _scale(small)
    rows = LinearConstraint(model.rows, -np.inf, model.limits)
    enough = LinearConstraint(model.cost[None, :], -np.inf, -value * scale + _NEAR)
    hours = np.concatenate([small.hours, np.zeros(len(model.cost) - len(small.hours))])
    whole = _whole(small, model)
    found = _silent(hours, whole, Bounds(model.low, model.high), [rows, enough], GAP)
    return None if found.x is None or found.status != 0 else capacity - float(found.fun)


def _candidates(problem: Problem, capacity: float | None, count: int | None) -> Bools:
    """Partners that a best set may hold.

    Where no more than n fit, one is left out if n others with the same offers and without competitors are worth
    as much and need no more hours: one of them can always stand in.
    """
    able = problem.kept | ((problem.worth > 0) & ~problem.dropped)
    free = np.nonzero(able & ~problem.kept)[0]
    most = len(free) if count is None else min(count - int(problem.kept.sum()), len(free))
    if capacity is not None:
        left = capacity - problem.hours[problem.kept].sum() + 1e-9
        most = min(most, int(np.searchsorted(np.cumsum(np.sort(problem.hours[free])), left, side="right")))
    if most >= len(free):
        return able
    rivals = np.zeros(len(able), dtype=bool)
    rivals[problem.pairs.ravel()] = True
    offers = _offers(problem)
    able[free] = most > 0
    heaps: dict[object, list[float]] = {}
    for place in free[np.lexsort((-problem.worth[free], problem.hours[free]))] if most > 0 else ():
        heap, value = heaps.setdefault(offers.get(place), []), problem.worth[place]
        if len(heap) == most and value <= heap[0]:
            able[place] = False
        elif not rivals[place]:
            (heappush if len(heap) < most else heappushpop)(heap, value)
    return able


def _offers(problem: Problem) -> dict[int, tuple[int, ...]]:
    """The offers of each partner that has any."""
    found: dict[int, tuple[int, ...]] = {}
    for place, offer in zip(problem.member.tolist(), problem.tag.tolist(), strict=True):
        found[place] = (*found.get(place, ()), offer)
    return found


def _solved(problem: Problem, capacity: float | None, count: int | None) -> tuple[Bools, float]:
    size = len(problem.worth)
    if not size:
        return np.zeros(0, dtype=bool), 0.0
    model, scale = _model(problem, capacity, count), _scale(problem)
    bounds = np.column_stack([model.low, model.high])
    # Presolving compares all partners with each other, which takes 30 times as long as solving.
    relaxed = linprog(
        model.cost,
        A_ub=model.rows,
        b_ub=model.limits,
        bounds=bounds,
        method="highs",
        options={"presolve": False},
    )
    x, above = np.clip(relaxed.x[:size], 0.0, 1.0), -float(relaxed.fun)
    if np.abs(x - np.round(x)).max() < 1e-9:
        return x > 0.5, 0.0
    # How much worse the relaxation gets at least if the partner's place is turned round.
    turned = np.maximum(relaxed.lower.marginals, -relaxed.upper.marginals)[:size]
    core = np.argsort(np.argsort(turned, kind="stable"), kind="stable") < _CORE
    core |= np.abs(x - np.round(x)) > 1e-9
    first, proven = _searched(problem, model, ~core, np.round(x), above)
    value = float(problem.counted(first).sum()) * scale
    # Whoever cannot be turned round without falling under a set already found is settled.
    settled = turned > above - value + 1e-4
    if not (proven and (core | settled).all()):
        last, proven = _searched(problem, model, settled, np.round(x), above)
        better = float(problem.counted(last).sum()) * scale
        first, value = (last, better) if better > value else (first, value)
    return first, 0.0 if proven else max(above - value, 0.0) / scale


def _searched(problem: Problem, model: _Model, settled: Bools, x: Floats, above: float) -> tuple[Bools, bool]:
    """The best set in which the settled stand as they do, and whether it is proven to be."""
    low, high = model.low.copy(), model.high.copy()
    places = np.nonzero(settled)[0]
    low[places] = high[places] = x[places]
    free = low < high
    fixed = np.where(free, 0.0, low)
    if not free.any():
        return x > 0.5, True
    columns = model.rows[:, np.nonzero(free)[0]]
    busy = np.diff(columns.indptr) > 0
    left = model.limits - model.rows @ fixed
    # The allowance is a share of the whole value, of which the free make up a part.
    part = max(above + float(model.cost @ fixed), 1e-9)
    found = _silent(
        model.cost[free],
        _whole(problem, model)[free],
        Bounds(low[free], high[free]),
        [LinearConstraint(columns[busy], -np.inf, left[busy])],
        min(GAP * above / part, 1e-3),
        SECONDS if len(x) > UNHURRIED else None,
    )
    if found.x is None:
        return problem.kept, False
    fixed[free] = found.x
    return np.asarray(fixed[: len(x)] > 0.5), bool(found.status == 0)


def _silent(
    cost: Floats,
    whole: Ints,
    bounds: Bounds,
    rows: list[LinearConstraint],
    gap: float,
    seconds: float | None = None,
) -> Any:
    # Of thousands of partners presolving takes longer than the search.
    hurried = {} if seconds is None else {"time_limit": seconds, "presolve": False}
    options = {"mip_rel_gap": gap} | hurried
    with _muted():
        return milp(cost, integrality=whole, bounds=bounds, constraints=rows, options=options)


@contextmanager
def _muted() -> Iterator[None]:
    """Throw away what is written to the process's standard output.

    HiGHS writes lines of its own there whatever its options say ("transformNewIntegerFeasibleSolution
    tmpSolver.run();"), past ``sys.stdout``, so that only the file descriptor can be turned away.
    """
    try:
        kept = os.dup(1)
    except OSError:  # a process without a standard output
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _scale(problem: Problem) -> float:
    """Values are solved with the greatest at 1,000, so that the solver's absolute tolerance is small."""
    return _SCALE / max(float(problem.worth.max(initial=0.0)), 1e-12)


def _whole(problem: Problem, model: _Model) -> Ints:
    return (np.arange(len(model.cost)) < len(problem.worth)).astype("int64")


def _model(problem: Problem, capacity: float | None, count: int | None) -> _Model:
    size = len(problem.worth)
    _, number, sizes = np.unique(problem.tag, return_inverse=True, return_counts=True)
    # An offer that nobody shares counts in full and needs no variable.
    shared = np.nonzero((sizes[number] > 1) & (problem.overlap > 0))[0] if len(number) else np.zeros(0, int)
    member, more = problem.member[shared], problem.overlap * problem.part[shared]
    _, group = np.unique(problem.tag[shared], return_inverse=True)
    extra, each = len(shared), np.arange(len(shared))
    width = size + extra

    def placed(row: Ints, column: Ints, height: int) -> coo_array:
        return coo_array((np.ones(len(row)), (row, column)), shape=(height, width))

    parts, limits = [placed(each, size + each, extra) - placed(each, member, extra)], [np.zeros(extra)]
    groups = int(group.max(initial=-1)) + 1
    parts.append(placed(group, size + each, groups))
    limits.append(np.ones(groups))
    pairs = len(problem.pairs)
    parts.append(placed(np.repeat(np.arange(pairs), 2), problem.pairs.ravel(), pairs))
    limits.append(np.ones(pairs))
    for weights, limit in ((problem.hours, capacity), (np.ones(size), count)):
        if limit is not None:
            parts.append(coo_array(np.concatenate([weights, np.zeros(extra)])[None, :]))
            limits.append(np.array([float(limit)]))
    gain = problem.worth - np.bincount(member, more, minlength=size)
    return _Model(
        cost=-np.concatenate([gain, more]) * _scale(problem),
        rows=vstack(parts, format="csr"),
        limits=np.concatenate(limits),
        low=np.concatenate([problem.kept.astype(float), np.zeros(extra)]),
        high=np.ones(width),
    )
