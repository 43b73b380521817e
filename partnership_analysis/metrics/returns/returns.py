"""Return on what a partnership costs: our hours and money against what its referrals brought.

Source: article 001 ("You need to measure your ROI of each strategic partnership you have. What have been the
results of these partnerships and your investment in them?").
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.metrics.columns import floats, numbers, texts, wholes
from partnership_analysis.metrics.grid import last_day, months_in, seen
from partnership_analysis.metrics.intervals import rate_limits
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.returns.flows import (
    FLOWS,
    check_by,
    evidence,
    flows,
    known_investment,
    known_return,
    rate_of,
    unevenness,
)
from partnership_analysis.periods import month_index, month_start
from partnership_analysis.portfolio import Portfolio

GROUPS = ("partner", "vertical", "owner")
MINIMUM = 3
"""Won referrals with a value under which no interval is given."""
FEW_NOTED = 0.5
"""Share of interactions with hours under which ``unknown`` says so."""


def returns(
    portfolio: Portfolio,
    *,
    by: str = "partner",
    window: int | None = None,
    whole: bool = False,
    hour_rate: float | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """What was put into each partnership, what came out of it, and what is not known.

    Parameters
    ----------
    portfolio : Portfolio
    by : {"partner", "vertical", "owner"}
        The owner is the interaction's; where it has none, the partner's.
    window : int, optional
        Months up to that of ``as_of``. Default: the settings' (12).
    whole : bool
        Count the whole record instead of the window.
    hour_rate : float, optional
        What an hour of ours is worth, in currency. Default: the settings'. With 0 only money counts.
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a group with an interaction, the largest ``net`` first, unknown last, ties by what came back, then by name:

        ``partner``, ``vertical`` or ``owner`` (string; ``not described``, ``no owner``);
        ``interactions`` (Int64); ``hours_noted`` (Float64, 0 to 1): share of them with hours on record, which
        says how far the investment can be trusted;
        ``hours`` (Float64): ours; ``hour_cost``, ``cost``, ``commission`` (Float64, currency; commission that
        we paid); ``investment`` (Float64, currency): their sum, ``NA`` without hours or an hour rate;
        ``received``, ``won`` (Int64): referrals from them, and those won (``NA`` if no outcome is on record);
        ``returned`` (Float64, currency): value of the won, with ``returned_low`` and ``returned_high``, ``NA``
        under 3 won;
        ``net`` = returned - investment; ``roi`` (Float64, -1 and up unless a return is below 0) = net /
        investment, with ``roi_low`` and ``roi_high``; ``value_per_hour`` = returned / hours;
        ``value_given`` (Float64, currency): what they won from our referrals, beside the return and never
        netted; ``commission_earned`` (Float64, currency);
        ``unknown`` (string): what is missing, in words, ``NA`` if nothing.

    Raises
    ------
    ParameterError
        If by, window or hour_rate is not one of the above.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    ::

        investment = hours * hour rate + cost + commission paid
        ROI        = (returned - investment) / investment

    A return of 0 is shown only where values are kept in this portfolio and every client passed on was lost
    or is open. Costs and commissions that are not noted count as not spent; hours do not.

    Interval (settings: 90%): what another such window may bring, as few large clients make the sum. Clients
    come as a Poisson count and their values differ as the won values of the whole portfolio do; the
    compound sum has the Gamma of the same mean and variance. Measured for equal to very uneven values
    (lognormal, sigma 0 to 1.3) and 4 to 50 expected clients it covers in 88 to 96%; with the spread of the
    partner's own few values it would be 74 to 96%.

    Examples
    --------
    10 hours at 100 and a lunch of 50 for 4,200 won: 3,150 / 1,050.

    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-01", "2025-06-20"], "partner": "Ann",
    ...                      "kind": ["meeting", "referral"], "direction": ["mutual", "received"],
    ...                      "hours": [8, 2], "cost": [50, None], "value": [None, 4200]})
    >>> table = returns(pa.Portfolio.from_frames(interactions=rows, settings={"hour_rate": 100}))
    >>> table[["investment", "returned", "net", "roi", "value_per_hour"]]
       investment  returned     net  roi  value_per_hour
    0      1050.0    4200.0  3150.0  3.0           420.0
    """
    check_by(by, GROUPS)
    rate, day = rate_of(hour_rate, portfolio.settings), last_day(portfolio, as_of)
    span = months_in(window, portfolio.settings)
    rows = seen(portfolio, day)
    uneven = unevenness(rows)
    cells = flows(portfolio, by, day)
    kept = bool(cells["returned"].notna().any())
    judged = kept or bool(rows["status"].notna().any())
    if not whole:
        opening = pd.Timestamp(month_start(month_index(day) - span + 1))
        cells, rows = cells[cells["month"] >= opening], rows[rows["date"] >= opening]
    counts = evidence(portfolio, by, rows)
    sums = cells.groupby("key", sort=True)[list(FLOWS)].sum(min_count=1).reindex(counts.index)
    table = _table(by, sums, counts, kept, judged, rate, uneven, portfolio.settings.interval)
    return table.sort_values(
        ["net", "returned", by], ascending=[False, False, True], key=by_name, kind="stable", ignore_index=True
    )


def _table(
    by: str,
    sums: pd.DataFrame,
    counts: pd.DataFrame,
    kept: bool,
    judged: bool,
    rate: float,
    uneven: float,
    level: float,
) -> pd.DataFrame:
    hours = numbers(sums["hours"])
    hour_cost, investment = known_investment(sums, rate)
    returned = known_return(sums, counts, kept)
    low, high = _limits(returned, counts["valued"].to_numpy(), uneven, level)
    spent = np.where(investment > 0, investment, np.nan)
    told = (counts["received"] == 0) | (judged & (counts["received"] > counts["undecided"]))
    columns = {
        by: texts(counts.index),
        "interactions": wholes(counts["interactions"]),
        "hours_noted": floats(counts["noted"] / counts["interactions"]),
        "hours": floats(hours),
        "hour_cost": floats(hour_cost),
        "cost": sums["cost"].array,
        "commission": sums["commission"].array,
        "investment": floats(investment),
        "received": wholes(counts["received"]),
        "won": wholes(counts["won"].where(told)),
        "returned": floats(returned),
        "returned_low": floats(low),
        "returned_high": floats(high),
        "net": floats(returned - investment),
        "roi": floats((returned - investment) / spent),
        "roi_low": floats((low - investment) / spent),
        "roi_high": floats((high - investment) / spent),
        "value_per_hour": floats(returned / np.where(hours > 0, hours, np.nan)),
        "value_given": sums["value_given"].array,
        "commission_earned": sums["commission_earned"].array,
        "unknown": _missing(counts, hours, returned, rate),
    }
    return pd.DataFrame(columns)


def _limits(
    returned: NDArray[np.float64], valued: NDArray[np.int64], uneven: float, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    enough = (valued >= MINIMUM) & (returned > 0)
    total = np.where(enough, returned, 0.0)
    squares = uneven * total**2 / np.maximum(valued, 1)
    low, high = rate_limits(total, squares, np.ones(len(total)), level=level)
    return np.where(enough, low, np.nan), np.where(enough, high, np.nan)


def _missing(
    counts: pd.DataFrame, hours: NDArray[np.float64], returned: NDArray[np.float64], rate: float
) -> Any:
    """What is missing of each group, in words."""
    none, blank, timed = np.isnan(hours), np.isnan(returned), rate != 0
    counts = counts.assign(unvalued=counts["won"] - counts["valued"])
    few = counts["noted"] < FEW_NOTED * counts["interactions"]
    findings: list[tuple[Any, str, list[str]]] = [
        (none & timed, "no hours on record", []),
        (few & ~none & timed, "hours noted for only {:,} of {:,} interactions", ["noted", "interactions"]),
        (np.full(len(counts), np.isnan(rate)), "no hour rate in settings", []),
        (blank, "no value on record", []),
        (~blank & (counts["unvalued"] > 0), "no value noted for {:,} of {:,} won referrals", ["unvalued", "won"]),
        (~blank & (counts["undecided"] > 0), "no outcome noted for {:,} of {:,} received referrals", ["undecided", "received"]),
    ]  # fmt: skip
    words = np.full(len(counts), "", dtype=object)
    for where, text, names in findings:
        place = np.flatnonzero(where)
        for row, figures in zip(place, counts[names].to_numpy()[place], strict=True):
            words[row] += f"; {text.format(*figures)}"
    return texts([text.removeprefix("; ") or None for text in words])
