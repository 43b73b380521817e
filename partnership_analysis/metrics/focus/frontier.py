"""Best achievable value for one partner, for two, and so on; and what one more hour is worth.

Source: article 003: "Keep your partnerships to a minimum ... we reduced the number from eight down to two".
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.focus.programme import OVERLAP, Task, at_capacity, solved, task
from partnership_analysis.portfolio import Portfolio

MOST = 30
"""Partners up to whom the frontier is drawn, unless more are asked for."""
STEPS = 24
"""Steps of the curve of capacity, from no hours to those of all partners."""
LARGE, FEW_STEPS = 200, 4
"""Partners beyond which every plan takes a second or more, and the steps that are then made."""


def frontier(
    portfolio: Portfolio,
    *,
    capacity: float | None = None,
    must_keep: Sequence[str] = (),
    must_drop: Sequence[str] = (),
    overlap: float = OVERLAP,
    most: int = MOST,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """The best plan of at most n partners, for every n.

    Parameters
    ----------
    capacity, must_keep, must_drop, overlap, as_of
        As in :func:`partnership_analysis.metrics.focus.plan.focus_plan`.
    most : int
        Greatest n.

    Returns
    -------
    DataFrame
        One row each n, from the number that must be kept (at least 1) to all current partners or ``most``:
        ``count`` (Int64): n; ``kept`` (Int64): partners in the best plan of at most n; ``value`` (Float64,
        currency a year or sum of RVI; ``NA`` where everybody's worth is unknown); ``marginal`` (Float64): more than with one fewer (with none: 0 value);
        ``share`` (Float64, 0 to 1): of the value without a limit to the number, ``NA`` where that is 0;
        ``hours`` (Float64, a quarter, known ones); ``partners`` (string): names, ``;`` between;
        ``joined``, ``left`` (string): who comes in and who goes against one fewer, empty if nobody.
        No rows where no partnership is current.

    Raises
    ------
    ParameterError
        As ``focus_plan``; if ``most`` is no whole number of at least 1.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    Each n is solved exactly. Value never falls with n; the marginal may rise, as two small partners can fit where
    neither fits beside one large.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-06-01", "partner": ["Ann", "Bo"], "kind": "referral",
    ...                      "direction": "received", "value": [500, 700]})
    >>> frontier(pa.Portfolio.from_frames(interactions=rows))[["count", "partners"]].values.tolist()
    [[1, 'Bo'], [2, 'Ann; Bo']]
    """
    if isinstance(most, bool) or not isinstance(most, (int, np.integer)) or most < 1:
        raise ParameterError([f"most {most!r} is not a number of partners; choose 1 or more."])
    made = task(
        portfolio, capacity=capacity, must_keep=must_keep, must_drop=must_drop, overlap=overlap, as_of=as_of
    )
    names = np.array(made.names, dtype=object)
    least = max(int(made.problem.kept.sum()), 1)
    whole, rows, found, before = solved(made), [], None, np.zeros(len(names), dtype=bool)
    for number in range(least, min(len(names), max(int(most), least)) + 1):
        # From the size of the best plan on, it is the best of every size.
        found = whole if number >= whole.kept.sum() else solved(replace(made, count=number))
        parts = (found.kept, found.kept & ~before, before & ~found.kept)
        written = ["; ".join(names[part]) for part in parts]
        rows.append((number, int(found.kept.sum()), found.value, found.hours, *written))
        before = found.kept
    columns = ["count", "kept", "value", "hours", "partners", "joined", "left"]
    table = pd.DataFrame(rows, columns=columns)
    value = np.where(_known(made), table["value"].to_numpy("float64"), np.nan)
    return pd.DataFrame(
        {
            "count": wholes(table["count"]),
            "kept": wholes(table["kept"]),
            "value": floats(value),
            "marginal": floats(np.diff(value, prepend=0.0)),
            "share": floats(value / (whole.value if whole.value > 0 else np.nan)),
            "hours": floats(table["hours"]),
            **{name: texts(table[name]) for name in ("partners", "joined", "left")},
        }
    )


def capacity_curve(
    portfolio: Portfolio,
    *,
    capacities: Sequence[float] | None = None,
    count: int | None = None,
    must_keep: Sequence[str] = (),
    must_drop: Sequence[str] = (),
    overlap: float = OVERLAP,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """Best value against the hours that we have.

    Parameters
    ----------
    capacities : sequence of float, optional
        Hours a quarter. Default: 24 even steps (4 beyond 200 partners) from what must be kept
        (or none) to what all partners need.
    count, must_keep, must_drop, overlap, as_of
        As in :func:`partnership_analysis.metrics.focus.plan.focus_plan`.

    Returns
    -------
    DataFrame
        One row a capacity, rising: ``capacity``, ``value`` (Float64), ``hours`` (Float64: those used), ``kept``
        (Int64), ``per_hour`` (Float64): value gained for each hour more than in the row before, ``NA`` in the first.

    Raises
    ------
    ParameterError
        As ``focus_plan``, for each capacity.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-09-01", "partner": ["Ann", "Bo"], "kind": "referral",
    ...                      "direction": "received", "status": "won", "value": [900.0, 500.0]})
    >>> who = pd.DataFrame({"partner": ["Ann", "Bo"], "hours_per_quarter": [6, 2]})
    >>> made = pa.Portfolio.from_frames(rows, who)
    >>> capacity_curve(made, capacities=[0, 2, 8])["kept"].tolist()
    [0, 1, 2]
    """
    made = task(
        portfolio,
        # No limit yet: the settings' may be less than what must be kept needs, and none of those asked for.
        capacity=sys.float_info.max,
        count=count,
        must_keep=must_keep,
        must_drop=must_drop,
        overlap=overlap,
        as_of=as_of,
    )
    if capacities is None:
        needed = float(made.problem.hours[made.problem.kept].sum())
        number = STEPS if len(made.problem.hours) <= LARGE else FEW_STEPS
        steps = np.unique(np.linspace(needed, max(float(made.problem.hours.sum()), needed), number + 1))
    else:
        steps = np.unique([at_capacity(made, each).capacity for each in capacities])
    found = [solved(at_capacity(made, float(step))) for step in steps]
    value = np.array([each.value if _known(made) else np.nan for each in found], dtype="float64")
    gained = np.diff(value) / np.diff(steps)
    return pd.DataFrame(
        {
            "capacity": floats(steps),
            "value": floats(value),
            "hours": floats([each.hours for each in found]),
            "kept": wholes([int(each.kept.sum()) for each in found]),
            "per_hour": floats(np.concatenate([[np.nan], gained])[: len(steps)]),
        }
    )


def worth_of_one_more_hour(
    portfolio: Portfolio,
    *,
    capacity: float | None = None,
    count: int | None = None,
    must_keep: Sequence[str] = (),
    must_drop: Sequence[str] = (),
    overlap: float = OVERLAP,
    as_of: dt.date | str | None = None,
) -> float | None:
    """Value of the best plan with one hour a quarter more, less that of the best plan.

    Parameters are those of :func:`partnership_analysis.metrics.focus.plan.focus_plan`.

    Returns
    -------
    float or None
        0 and up, in currency a year or RVI; 0 where no plan needs the hour; nothing where capacity, or
        everybody's worth, is unknown.

    Raises
    ------
    ParameterError, PeriodError
        As ``focus_plan``.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-09-01", "partner": ["Ann", "Bo"], "kind": "referral",
    ...                      "direction": "received", "status": "won", "value": [900.0, 500.0]})
    >>> who = pd.DataFrame({"partner": ["Ann", "Bo"], "hours_per_quarter": [6, 2]})
    >>> made = pa.Portfolio.from_frames(rows, who)
    >>> worth_of_one_more_hour(made, capacity=1) > 0
    True
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
    if made.capacity is None or not _known(made):
        return None
    return max(solved(at_capacity(made, made.capacity + 1)).value - solved(made).value, 0.0)


def _known(made: Task) -> bool:
    """Whether the worth of anybody is known."""
    return bool(made.valued["worth"].notna().any())
