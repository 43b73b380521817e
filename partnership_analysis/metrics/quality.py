"""What is on record and what is not, before any number is believed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.names import by_name
from partnership_analysis.periods import month_index, month_indices, month_stamps
from partnership_analysis.portfolio import Portfolio

_QUESTIONS = (
    ("partners described", "partners", "partner", "verticals, relationship types, start of a partnership"),
    ("partners rated for trust by us", "ratings", "us", "RVI from our side"),
    ("partners who rated us", "ratings", "them", "RVI from their side; ours stands in"),
    ("interactions with hours", "interactions", "hours", "hours, value per hour, return"),
    ("referrals with an outcome", "interactions", "status", "conversion, open referrals"),
    ("won referrals with a value", "interactions", "value", "value won, return"),
)


def coverage(portfolio: Portfolio) -> pd.DataFrame:
    """How much of the record answers each question.

    Returns
    -------
    DataFrame
        One row a question: ``what`` (string), ``have``, ``of`` (Int64), ``share`` (Float64, 0 to 1; ``NA``
        where there is nothing to ask), ``feeds`` (string: the measures that rest on it).

    Examples
    --------
    >>> rows = pd.DataFrame({"date": ["2025-01-02"], "partner": ["Ann"], "kind": ["meeting"], "hours": [1]})
    >>> coverage(Portfolio.from_frames(interactions=rows))[["what", "have", "of"]].values.tolist()[3]
    ['interactions with hours', 1, 1]
    """
    counts = [_count(portfolio, table, name) for _, table, name, _ in _QUESTIONS]
    have, of = (wholes(values) for values in zip(*counts, strict=True))
    return pd.DataFrame(
        {
            "what": texts([question[0] for question in _QUESTIONS]),
            "have": have,
            "of": of,
            "share": floats([part / whole if whole else None for part, whole in counts]),
            "feeds": texts([question[3] for question in _QUESTIONS]),
        }
    )


def _count(portfolio: Portfolio, table: str, name: str) -> tuple[int, int]:
    names = set(portfolio.names)
    if table == "partners":
        return len(names & set(portfolio.partners["partner"])), len(names)
    if table == "ratings":
        rated = portfolio.ratings[
            (portfolio.ratings["rater"] == name) & (portfolio.ratings["factor"] == "trust")
        ]
        return rated["partner"].nunique(), len(names)
    rows = portfolio.interactions
    if name == "status":
        rows = rows[rows["kind"] == "referral"]
    if name == "value":
        rows = rows[(rows["status"] == "won").fillna(False) & (rows["kind"] == "referral")]
    known = rows[name].isin(["won", "lost"]) if name == "status" else rows[name].notna()
    return int(known.sum()), len(rows)


def undescribed(portfolio: Portfolio) -> pd.DataFrame:
    """Partners who are on record and not in the partners table.

    Returns
    -------
    DataFrame
        ``partner`` (string), ``interactions`` (Int64, rows), ``first``, ``last`` (datetime64[us], NaT without an
        interaction); the most interactions first, ties by name.

    Examples
    --------
    >>> rows = pd.DataFrame({"date": ["2025-01-02"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> undescribed(Portfolio.from_frames(interactions=rows))["partner"].tolist()
    ['Ann']
    """
    described = set(portfolio.partners["partner"].tolist())
    names = [name for name in portfolio.names if name not in described]
    days = portfolio.interactions.groupby("partner")["date"].agg(["size", "min", "max"]).reindex(names)
    found = pd.DataFrame(
        {
            "partner": texts(names),
            "interactions": wholes(days["size"].fillna(0)),
            "first": days["min"].to_numpy(),
            "last": days["max"].to_numpy(),
        }
    )
    return found.sort_values(
        ["interactions", "partner"], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )


def empty_months(portfolio: Portfolio) -> pd.DataFrame:
    """Months between the first and the last interaction in which nothing is on record.

    Returns
    -------
    DataFrame
        ``month`` (first day, datetime64[us]), in order.

    Examples
    --------
    >>> rows = pd.DataFrame({"date": ["2025-01-02", "2025-04-02"], "partner": "Ann", "kind": "meeting"})
    >>> empty_months(Portfolio.from_frames(interactions=rows))["month"].dt.month.tolist()
    [2, 3]
    """
    if portfolio.first_date is None or portfolio.last_date is None:
        return pd.DataFrame({"month": np.array([], dtype="datetime64[us]")})
    every = np.arange(month_index(portfolio.first_date), month_index(portfolio.last_date) + 1)
    missing = np.setdiff1d(every, month_indices(portfolio.interactions["date"]).to_numpy())
    return pd.DataFrame({"month": month_stamps(missing)})
