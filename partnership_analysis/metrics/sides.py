"""RVI from both sides: what the relationship is worth to us, and to them.

Source: article 001 ("do it again but reverse the roles, so in other words from their perspective about you").
"""

from __future__ import annotations

import datetime as dt
from functools import partial, reduce
from operator import or_

import pandas as pd

from partnership_analysis.metrics.grid import last_day
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.rvi import indexed, latest
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import TOO_EARLY


def both_sides(
    portfolio: Portfolio,
    *,
    method: str = "trailing",
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """RVI of every partner from our side and from theirs, at one date.

    Parameters
    ----------
    portfolio : Portfolio
    method, window, as_of
        As in :func:`partnership_analysis.rvi`.

    Returns
    -------
    DataFrame
        One row a partnership alive in the month of ``as_of``, the largest gap in our favour first, ties by name:
        ``partner``; ``ours``, ``theirs`` (Float64); ``gap`` = ours - theirs; ``ours_low``, ``ours_high``,
        ``theirs_low``, ``theirs_high``; ``trust_source`` of their side; ``months`` (Int64): that both rest on;
        ``too_early`` (boolean): for a band, on either side.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-06-01", "partner": "Ann", "kind": "referral",
    ...                      "direction": ["received", "given"], "count": [3, 1]})
    >>> rated = pd.DataFrame({"date": ["2025-06-01"], "partner": "Ann", "rater": "us", "factor": "trust",
    ...                       "score": 2})
    >>> both_sides(pa.Portfolio.from_frames(interactions=rows, ratings=rated))[["ours", "theirs", "gap"]]
       ours  theirs  gap
    0   6.0     2.0  4.0
    """
    day = last_day(portfolio, as_of)
    index = partial(indexed, portfolio, method=method, window=window, as_of=day)
    now = partial(latest, month=day)
    tables = {side: index(perspective=side, take=now) for side in ("ours", "theirs")}
    columns = {"rvi": "", "low": "_low", "high": "_high"}
    parts = [
        table.set_index("partner")[list(columns)].rename(
            columns={name: side + tail for name, tail in columns.items()}
        )
        for side, table in tables.items()
    ]
    table = parts[0].join(parts[1])
    table["gap"] = table["ours"] - table["theirs"]
    table["trust_source"] = tables["theirs"].set_index("partner")["trust_source"]
    bands = [tables[side].set_index("partner")["band"].reindex(table.index) for side in ("ours", "theirs")]
    table["months"] = tables["ours"].set_index("partner")["months"]
    table["too_early"] = reduce(or_, [band.eq(TOO_EARLY).fillna(False) for band in bands])
    table = table.reset_index().sort_values(
        ["gap", "partner"], ascending=[False, True], key=by_name, ignore_index=True
    )
    order = [
        "partner",
        "ours",
        "theirs",
        "gap",
        "ours_low",
        "ours_high",
        "theirs_low",
        "theirs_high",
        "trust_source",
        "months",
        "too_early",
    ]
    return table[order]
