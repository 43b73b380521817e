"""The focus plan: which partners to keep with the hours that we have, exactly, and what would change it.

Sources: articles 002 ("how to decide which ones to keep and which ones to ditch") and 003 ("Keep your
partnerships to a minimum"; "The value of what we could mutually offer one another was severely diluted by the
fact that some of what we offered overlapped").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from partnership_analysis.metrics.columns import floats, numbers
from partnership_analysis.metrics.focus.choice import Bools, Chosen, best, most_hours
from partnership_analysis.metrics.focus.programme import OVERLAP, Task, solved, task
from partnership_analysis.metrics.focus.verdicts import judged
from partnership_analysis.metrics.intervals import Floats
from partnership_analysis.metrics.names import by_name
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.wording import count_of, number

EXPLAINED = 60
"""Partners up to whom what would change the verdict is sought for each, by solving the plan again."""
_COLUMNS = [
    *("partner", "vertical", "kept", "verdict", "worth", "low", "high", "basis", "counted", "hours"),
    *("worth_per_hour", "margin", "hours_margin", "reasons", "change"),
]


@dataclass(frozen=True)
class Focus:
    """A plan and its totals.

    Attributes
    ----------
    plan : DataFrame
        As :func:`focus_plan` says.
    value : float
        Sum of ``counted``: currency a year, or sum of RVI (``basis``).
    hours : float
        Known hours a quarter of those kept.
    capacity : float or None
        Hours a quarter; nothing if unknown, and then hours bind nobody.
    basis : str
        ``won value`` or ``RVI``.
    short : float
        At most so much could be gained by searching on; 0 if the plan is proven best.
    status : str
        In words: what was solved, and what is unknown.
    """

    plan: pd.DataFrame
    value: float
    hours: float
    capacity: float | None
    basis: str
    short: float
    status: str


def focus_plan(
    portfolio: Portfolio,
    *,
    capacity: float | None = None,
    count: int | None = None,
    must_keep: Sequence[str] = (),
    must_drop: Sequence[str] = (),
    overlap: float = OVERLAP,
    as_of: dt.date | str | None = None,
) -> Focus:
    """The set of partners of most value that fits our hours, with a verdict and its reasons for each partner.

    Parameters
    ----------
    portfolio : Portfolio
    capacity : float, optional
        Hours a quarter for all partners. Default: the settings'; unknown there: hours bind nobody.
    count : int, optional
        Keep at most so many.
    must_keep, must_drop : sequence of str
        Names or aliases, in any case.
    overlap : float
        Share, 0 to 1, by which an offer counts less where another partner who is kept offers the same at more
        worth. The share is ours: the article gives none.
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    Focus
        ``plan`` has one row a current partnership, those kept first, the highest worth first, ties by name:

        ``partner``, ``vertical`` (string); ``kept`` (boolean; ``NA`` where worth is unknown, or nobody's is above 0,
        and nobody asked);
        ``verdict`` (string): ``keep``, ``nurture``, ``renegotiate``, ``let go``, ``NA`` where ``kept`` is;
        ``worth``, ``low``, ``high`` (Float64), ``basis`` (string), ``hours``, ``worth_per_hour`` (Float64): as
        :func:`partnership_analysis.metrics.worth.worth`;
        ``counted`` (Float64): what it adds to the value, 0 if not kept;
        ``margin`` (Float64, as worth): value of the best plan with the partner less that of the best without; 0 or
        more for who is kept unless it must be; ``NA`` where no plan can hold, or lack, it, or beyond 60 partners;
        ``hours_margin`` (Float64): hours a quarter that it could need more (kept), or would have to need fewer
        (not kept; below 0), for the plans with and without it to be equal; ``NA`` also where no hours would do;
        ``reasons``, ``change`` (string): why, and what would change it, in words.

    Raises
    ------
    ParameterError
        If a name is unknown (with the nearest), a number does not fit, or those who must be kept break a
        limit: which one.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    Maximise the sum of worth * x, less ``overlap`` of each offer (a partner's worth divided evenly among its offers)
    that a kept partner offers at more worth, subject to hours * x <= capacity, x_i + x_j <= 1 for competitors and
    the count. Per offer t one variable z_it <= x_i with sum z_t <= 1 picks the part that counts in full, so that
    the programme stays linear and exact, and as large as the table of offers. Solved with HiGHS to a
    billionth of the value; with up to 200 partners until that is proven, with more for some seconds at most, and ``short``
    says what may be missing. Of proven plans of equal value one is taken, always the same. A partner worth 0 is not kept unless
    it must be. Hours not on record count as none, and the status says so.

    Verdicts. Kept: ``nurture`` where it is too early to judge, where the last two-way contact is more than twice
    the agreed cadence ago, or where the plan made with every worth at its lower limit does not hold it; else ``keep``. Not
    kept: ``let go`` if asked for; ``nurture`` where it is too early to judge and no competitor of it is kept
    (the article: all before the first business is investment); ``renegotiate`` for a department of ours, for who
    serves our competitors, for a one-sided exchange, where three quarters of its hours would do, and where a plan with it
    is worth as much; else ``let go``.

    Examples
    --------
    Two compete, so that one goes.

    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-06-01", "partner": ["Ann", "Bo"], "kind": "referral",
    ...                      "direction": "received", "value": [500, 700]})
    >>> about = pd.DataFrame({"partner": ["Ann", "Bo"], "competes_with": ["Bo", None],
    ...                       "started": "2024-01-01", "hours_per_quarter": 4})
    >>> ours = pa.Portfolio.from_frames(interactions=rows, partners=about)
    >>> made = focus_plan(ours, capacity=20, as_of="2025-09-30")
    >>> made.plan[["partner", "kept", "verdict"]].values.tolist(), made.hours
    ([['Bo', True, 'keep'], ['Ann', False, 'let go']], 4.0)
    """
    made = task(
        portfolio,
        capacity=capacity,
        count=count,
        must_keep=must_keep,
        must_drop=must_drop,
        overlap=overlap,
        as_of=as_of,
    )
    found = solved(made)
    told = made.valued["worth"].notna() & bool((made.valued["worth"] > 0).any())
    known = told.to_numpy(dtype=bool) | made.problem.kept | made.problem.dropped
    margins, hours_margins = _margins(made, found)
    table = made.valued.assign(
        kept=pd.array(found.kept, dtype="boolean"),
        counted=floats(made.problem.counted(found.kept)),
        margin=floats(margins),
        hours_margin=floats(np.where(made.valued["hours"].isna(), np.nan, hours_margins)),
    )
    table.loc[~known, ["kept", "counted"]] = pd.NA
    table = judged(table, portfolio, made, _cautious(made))
    # Kept first, the others next, the unknown last.
    order = np.select([found.kept, known], [0, 1], default=2)
    plan = table.assign(order=order).sort_values(
        ["order", "worth", "partner"],
        ascending=[True, False, True],
        key=by_name,
        kind="stable",
        na_position="last",
        ignore_index=True,
    )[_COLUMNS]
    basis = str(plan["basis"].iloc[0]) if len(plan) else ""
    status = _status(made, found, known)
    return Focus(plan, found.value, found.hours, made.capacity, basis, found.short, status)


def _margins(made: Task, found: Chosen) -> tuple[Floats, Floats]:
    """Value with each partner less without it, and the hours between what it needs and what it could need."""
    size = len(made.valued)
    margins, hours = np.full(size, np.nan), np.full(size, np.nan)
    if size > EXPLAINED:
        return margins, hours
    for place in np.nonzero(made.valued["worth"].notna())[0].tolist():
        inside = bool(found.kept[place])
        other = best(made.problem.forced(place, not inside), capacity=made.capacity, count=made.count)
        if other is None:
            continue
        margins[place] = (found.value - other.value) * (1 if inside else -1)
        without = other.value if inside else found.value
        if made.capacity is not None:
            most = most_hours(made.problem, place, without, capacity=made.capacity, count=made.count)
            hours[place] = np.nan if most is None else most - made.problem.hours[place]
    return margins, hours


def _cautious(made: Task) -> Bools:
    """Who is kept if every worth is at its lower limit."""
    low = np.nan_to_num(numbers(made.valued["low"]))
    each = np.bincount(made.problem.member, minlength=len(low))
    part = low[made.problem.member] / np.maximum(each[made.problem.member], 1)
    found = best(replace(made.problem, worth=low, part=part), capacity=made.capacity, count=made.count)
    return made.problem.kept if found is None else found.kept


def _status(made: Task, found: Chosen, known: Bools) -> str:
    """What was solved, and what is unknown, in words."""
    kept, size = int(found.kept.sum()), len(made.valued)
    if not size:
        return "No partnership is current."
    words = [f"{kept:,} of {count_of(size, 'partner')} kept"]
    if made.capacity is None:
        words.append("our capacity is unknown, so that hours bind nobody")
    else:
        words.append(f"{number(found.hours)} of {number(made.capacity)} hours a quarter used")
    blank = int(made.valued["hours"].isna().to_numpy()[found.kept].sum())
    if blank:
        words.append(f"the hours of {count_of(blank, 'partner')} among them are unknown and counted as none")
    blank = int(made.valued["worth"].isna().to_numpy()[~known].sum())
    if blank:
        words.append(f"the worth of {count_of(blank, 'partner')} is unknown")
    if (~known).sum() > blank:
        words.append("nobody's worth is above 0, so that no partner is better to keep than another")
    words.append("proven best" if found.short == 0 else "the best found, not proven")
    return "; ".join(words) + "."
