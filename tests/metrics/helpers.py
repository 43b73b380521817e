"""Portfolios small enough to work by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

import partnership_analysis as pa

Made = dict[str, Any]


def act(
    date: str, partner: str = "Ann", kind: str = "referral", direction: str = "received", **more: Any
) -> Made:
    """One row of interactions."""
    return {"date": date, "partner": partner, "kind": kind, "direction": direction, **more}


def monthly(first: str, months: int, per_month: int = 1, **more: Any) -> list[Made]:
    """So many interactions on the fifth of each of so many months; ``first`` is the first of one."""
    dates = pd.date_range(first, periods=months, freq="MS") + pd.Timedelta(days=4)
    return [act(f"{date:%Y-%m-%d}", count=per_month, **more) for date in dates]


def rate(date: str, score: float, partner: str = "Ann", rater: str = "us", factor: str = "trust") -> Made:
    """One row of ratings."""
    return {"date": date, "partner": partner, "rater": rater, "factor": factor, "score": score}


def made(
    rows: Iterable[Made], ratings: Sequence[Made] = (), partners: Sequence[Made] = (), **settings: Any
) -> pa.Portfolio:
    """A portfolio of such rows; equal ones are as many as they are."""
    return pa.Portfolio.from_frames(
        interactions=pd.DataFrame(list(rows)),
        ratings=pd.DataFrame(ratings) if ratings else None,
        partners=pd.DataFrame(partners) if partners else None,
        settings={"repeats": "each", **settings},
    )


def at(frame: pd.DataFrame, partner: str = "Ann", month: str | None = None) -> pd.Series:
    """A partner's row of a month, or its last."""
    rows = frame[frame["partner"] == partner]
    return rows.iloc[-1] if month is None else rows[rows["month"] == pd.Timestamp(f"{month}-01")].iloc[0]


def day(text: str) -> dt.date:
    """A date."""
    return dt.date.fromisoformat(text)
