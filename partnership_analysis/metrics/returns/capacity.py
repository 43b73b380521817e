"""Our hours: how many went to each partner in a quarter, against what was planned and what there is.

Source: article 002 ("The time that you are talking, meeting, doing things for each other, is time which you could
be billing your clients").
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from partnership_analysis.errors import PeriodError
from partnership_analysis.metrics.columns import floats, numbers, texts, wholes
from partnership_analysis.metrics.grid import last_day, tenure
from partnership_analysis.metrics.names import by_name
from partnership_analysis.panel import panel_of
from partnership_analysis.periods import Quarter
from partnership_analysis.portfolio import Portfolio


def time_spent(
    portfolio: Portfolio, *, quarter: Quarter | str | None = None, as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """Hours that each partner took in a quarter, beside the hours that we meant to give.

    Parameters
    ----------
    portfolio : Portfolio
    quarter : Quarter or text such as ``2025Q3``, optional
        Calendar or fiscal, as the settings have it. Default: the one of ``as_of``.
    as_of : date or ISO text, optional
        Nothing later is counted, so that a running quarter is counted so far. Default: the last
        interaction's day.

    Returns
    -------
    DataFrame
        One row a partnership that was alive in the quarter, most hours first, unknown last, ties by name:
        ``partner`` (string); ``interactions`` (Int64), ``hours_noted`` (Float64, 0 to 1, share of them with
        hours; ``NA`` without any); ``hours`` (Float64): on record, ``NA`` if none are;
        ``planned`` (Float64): hours meant for a whole quarter; ``over_plan`` (Float64): hours - planned;
        ``share`` (Float64, 0 to 1): of all hours noted; ``share_of_capacity`` (Float64, 0 and up): hours /
        the settings' capacity for a quarter.

    Raises
    ------
    PeriodError
        If there is no interaction, ``as_of`` is before the first, or the quarter is none, begins after
        ``as_of`` or ends before the first interaction.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-01", "2025-07-20"], "partner": ["Ann", "Bo"], "kind": "meeting",
    ...                      "hours": [6, 2]})
    >>> about = pd.DataFrame({"partner": ["Ann", "Bo"], "hours_per_quarter": [4, None]})
    >>> table = time_spent(pa.Portfolio.from_frames(interactions=rows, partners=about))
    >>> table[["partner", "hours", "planned", "over_plan", "share"]]
      partner  hours  planned  over_plan  share
    0     Ann    6.0      4.0        2.0   0.75
    1      Bo    2.0     <NA>       <NA>   0.25
    """
    chosen, through = _period(portfolio, quarter, as_of)
    opening = pd.Timestamp(chosen.start)
    spans = tenure(portfolio, through)
    names = pd.Index(spans.loc[spans["last_month"] >= chosen.first_index, "partner"])
    cells = panel_of(portfolio, until=through)
    cells = cells[cells["month"] >= opening]
    rows = portfolio.interactions[["partner", "date", "hours", "count"]]
    rows = rows[(rows["date"] >= opening) & (rows["date"] < pd.Timestamp(through) + pd.Timedelta(days=1))]
    noted = rows[rows["hours"].notna()].groupby("partner")["count"].sum().reindex(names, fill_value=0)
    count = cells.groupby("partner")["count"].sum().reindex(names, fill_value=0)
    hours = numbers(cells.groupby("partner")["hours"].sum(min_count=1).reindex(names))
    planned = numbers(portfolio.partners.set_index("partner")["hours_per_quarter"].reindex(names))
    capacity = np.full(len(names), _capacity(portfolio))
    total = np.full(len(names), np.nansum(hours))
    table = pd.DataFrame(
        {
            "partner": texts(names),
            "interactions": wholes(count),
            "hours_noted": floats(_share(numbers(noted), numbers(count))),
            "hours": floats(hours),
            "planned": floats(planned),
            "over_plan": floats(hours - planned),
            "share": floats(_share(hours, total)),
            "share_of_capacity": floats(_share(hours, capacity)),
        }
    )
    return table.sort_values(
        ["hours", "partner"], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )


def time_total(
    portfolio: Portfolio, *, quarter: Quarter | str | None = None, as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """All partners' hours in a quarter, against what was planned and the hours that there are.

    Parameters
    ----------
    portfolio, quarter, as_of
        As in :func:`time_spent`.

    Returns
    -------
    DataFrame
        One row: ``quarter`` (string), ``elapsed`` (Float64, above 0 to 1): share of its days up to ``as_of``;
        ``days`` (Int64): of the quarter, and ``days_on_record`` (Int64): those of them from the first interaction of all
        to ``as_of``; ``partners`` (Int64): partnerships alive in it; ``interactions`` (Int64); ``hours_noted`` (Float64,
        0 to 1); ``hours`` (Float64, ``NA`` if none are on record); ``planned`` (Float64): sum over the
        ``partners_planned`` (Int64) with planned hours; ``capacity`` (Float64, hours a quarter, ``NA`` if
        not in the settings); ``share_of_capacity`` (Float64): hours / capacity; ``planned_share`` (Float64):
        planned / capacity; ``left`` (Float64): capacity - hours, below 0 when over it.

    Raises
    ------
    PeriodError
        As :func:`time_spent`.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-01", "2025-09-30"], "partner": ["Ann", "Bo"], "kind": "meeting",
    ...                      "hours": [6, 2]})
    >>> portfolio = pa.Portfolio.from_frames(interactions=rows, settings={"capacity_hours": 40})
    >>> time_total(portfolio)[["quarter", "elapsed", "hours", "share_of_capacity", "left"]].values.tolist()
    [['2025Q3', 1.0, 8.0, 0.2, 32.0]]
    """
    chosen, through = _period(portfolio, quarter, as_of)
    table = time_spent(portfolio, quarter=chosen, as_of=as_of)
    capacity = np.array([_capacity(portfolio)])
    hours, planned = (numbers(table[[name]].sum(min_count=1)) for name in ("hours", "planned"))
    count = numbers(table["interactions"])
    noted = np.nansum(numbers(table["hours_noted"]) * count)
    days = (chosen.end - chosen.start).days + 1
    first = chosen.start if portfolio.first_date is None else portfolio.first_date.date()
    return pd.DataFrame(
        {
            "quarter": texts([str(chosen)]),
            "elapsed": floats([((through - chosen.start).days + 1) / days]),
            "days": wholes([days]),
            "days_on_record": wholes([(through - max(first, chosen.start)).days + 1]),
            "partners": wholes([len(table)]),
            "interactions": wholes([np.nansum(count)]),
            "hours_noted": floats(_share(np.array([noted]), np.array([count.sum()]))),
            "hours": floats(hours),
            "planned": floats(planned),
            "partners_planned": wholes([table["planned"].notna().sum()]),
            "capacity": floats(capacity),
            "share_of_capacity": floats(_share(hours, capacity)),
            "planned_share": floats(_share(planned, capacity)),
            "left": floats(capacity - hours),
        }
    )


def _period(
    portfolio: Portfolio, quarter: Quarter | str | None, as_of: dt.date | str | None
) -> tuple[Quarter, dt.date]:
    """The quarter, and the day in it up to which things are counted."""
    day, first_month = last_day(portfolio, as_of), portfolio.settings.fiscal_year_start
    if quarter is None:
        quarter = Quarter.containing(day, first_month)
    chosen = quarter if isinstance(quarter, Quarter) else Quarter.parse(quarter, first_month)
    if chosen.start > day:
        raise PeriodError(f"{chosen} begins on {chosen.start}, after {day}, up to which things are counted.")
    first = portfolio.first_date
    if first is not None and chosen.end < first.date():
        raise PeriodError(f"{chosen} ends on {chosen.end}, before the first interaction ({first.date()}).")
    return chosen, min(day, chosen.end)


def _capacity(portfolio: Portfolio) -> float:
    hours = portfolio.settings.capacity_hours
    return np.nan if hours is None else hours


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
