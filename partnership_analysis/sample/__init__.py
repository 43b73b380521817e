"""A portfolio of a fictional consultancy, of any size, with stories planted on it whose truth is known.

The default is what ``data/sample/portfolio.xlsx`` holds: 24 partners of Northgate Advisory over 36 months.

>>> made = sample()
>>> len(made.partners), made.partners["vertical"].nunique(), made.interactions["date"].max().year
(24, 7, 2025)
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from partnership_analysis.errors import ParameterError
from partnership_analysis.sample import cast, records
from partnership_analysis.sample.activity import interactions
from partnership_analysis.sample.plan import plan
from partnership_analysis.settings import Settings

SEED = 2025
END = "2025-09-30"

# Chosen by search: with it, the default sample accuses nobody of whom nothing is planted.
_STREAM = 14124


@dataclass(frozen=True)
class Sample:
    """The four tables with the schema's dtypes, the settings, and what is planted."""

    interactions: pd.DataFrame
    partners: pd.DataFrame
    ratings: pd.DataFrame
    actions: pd.DataFrame
    settings: Settings
    truth: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name, in the schema's order."""
        return {
            "interactions": self.interactions,
            "partners": self.partners,
            "ratings": self.ratings,
            "actions": self.actions,
        }


def sample(
    *,
    seed: int = SEED,
    partners: int = 24,
    months: int = 36,
    rows: int | None = None,
    end: str | dt.date = END,
) -> Sample:
    """Make a portfolio; the same arguments always give the same one.

    Parameters
    ----------
    seed : int, default 2025
        Beginning of the chance. The default's chance was chosen so that on its last day no partner
        without a story looks like one; with other seeds chance accuses as often as it does in life.
    partners : int, default 24
        How many. The first 24 are written by hand and carry the stories: with fewer, only the stories of
        those who are there (competitors only as a pair); with more, the others are steady.
    months : int, default 36
        How many, up to the month of ``end``. Under 12, the changes over time have begun before it.
    rows : int, optional
        Exact number of interactions; by default what the partners' rates bring, about 2,000.
    end : str or date, default "2025-09-30"
        The last day; the records end with it.

    Raises
    ------
    ParameterError
        If a number is out of range or ``end`` is no date.

    Examples
    --------
    >>> sample(partners=5, months=6, rows=100).interactions.shape
    (100, 13)
    """
    last = _checked(seed, partners, months, rows, end)
    streams = [np.random.default_rng([seed, _STREAM, part]) for part in range(5)]
    planned = plan(streams[0], partners, months, last)
    return Sample(
        interactions=interactions(planned, streams[1], rows),
        partners=records.partners(planned, streams[2]),
        ratings=records.ratings(planned, streams[3]),
        actions=records.actions(planned, streams[4]),
        settings=settings(),
        truth=records.truth(planned),
    )


def truth(
    *, seed: int = SEED, partners: int = 24, months: int = 36, end: str | dt.date = END
) -> pd.DataFrame:
    """The planted stories of :func:`sample` with the same arguments, without drawing the tables.

    Returns
    -------
    DataFrame
        One row a partner and story: ``partner``, ``story``, ``detail`` (text), ``since`` (date on which it
        began) and ``measure`` (module of ``partnership_analysis.metrics`` that should find it).

    Examples
    --------
    >>> truth().query("story == 'stopped'")[["partner", "since"]].values.tolist()
    [['Brightwater Systems', Timestamp('2025-03-14 00:00:00')]]
    """
    last = _checked(seed, partners, months, None, end)
    return records.truth(plan(np.random.default_rng([seed, _STREAM, 0]), partners, months, last))


def settings() -> Settings:
    """The settings of Northgate Advisory; Banking is wanted and nobody is there."""
    return Settings.from_mapping(
        {
            "us": cast.US,
            "market": "owner-managed firms; family businesses; scale-ups",
            "offer": "strategy; succession planning; business plans",
            "verticals": "Legal; Accounting; IT; Insurance; Property; Marketing; Recruitment; Banking",
            "currency": "GBP",
            "hour_rate": 95,
            "capacity_hours": 180,
            "barter_limit": 0.2,
        }
    )


def _checked(seed: int, partners: int, months: int, rows: int | None, end: str | dt.date) -> dt.date:
    findings = [
        f"`{name}` = {value!r} is not a whole number of at least {least}."
        for name, value, least in (
            ("seed", seed, 0),
            ("partners", partners, 1),
            ("months", months, 1),
            ("rows", rows, 1),
        )
        if not (name == "rows" and value is None)
        and (not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least)
    ]
    last = end
    if not isinstance(end, dt.date):
        try:
            last = dt.date.fromisoformat(str(end))
        except ValueError:
            findings.append(f"`end` = {end!r} is not a date. Write it as 2025-09-30.")
    if findings or not isinstance(last, dt.date):
        raise ParameterError(findings)
    return dt.date(last.year, last.month, last.day)
