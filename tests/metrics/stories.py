"""Whom each measure accuses of each planted story, on the last day of a sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

import partnership_analysis as pa
from partnership_analysis.metrics.exchange.reciprocity import THEY_GIVE, WE_GIVE
from partnership_analysis.metrics.focus.conflicts import COMPETITORS, SERVES
from partnership_analysis.sample import Sample
from partnership_analysis.sources.ledger import Ledger, joined_entries, sources_frame

Accuses = Callable[[pa.Portfolio, str], set[str]]


def _who(frame: pd.DataFrame, column: str, *values: Any) -> set[str]:
    return set(frame.loc[frame[column].isin(list(values)), "partner"])


def _state(*states: str) -> Accuses:
    return lambda portfolio, day: _who(pa.latest(pa.signals(portfolio, as_of=day)), "state", *states)


def _competitors(portfolio: pa.Portfolio, day: str) -> set[str]:
    edges = pa.conflicts(portfolio, as_of=day)
    rivals = edges[edges["conflict"] == COMPETITORS]
    return set(rivals["partner"]) | set(rivals["other"])


def _newcomers(portfolio: pa.Portfolio, day: str) -> set[str]:
    return _who(pa.latest(pa.rvi(portfolio, as_of=day)), "band", "too early")


FINDS: dict[str, Accuses] = {
    "one-sided taker": lambda portfolio, day: _who(pa.one_sided(portfolio, as_of=day), "label", WE_GIVE),
    "one-sided giver": lambda portfolio, day: _who(pa.one_sided(portfolio, as_of=day), "label", THEY_GIVE),
    "commission only": lambda portfolio, day: set(pa.commission_only(portfolio, as_of=day)["partner"]),
    "barter-heavy": lambda portfolio, day: _who(pa.barter(portfolio, as_of=day), "over", True),
    "slow decline": _state("weakening", "silent"),
    "stopped": _state("silent", "weakening"),
    "riser": _state("strengthening"),
    "competitors": _competitors,
    "serves our competitors": lambda portfolio, day: _who(
        pa.conflicts(portfolio, as_of=day), "conflict", SERVES
    ),
    "stalled kick-off": lambda portfolio, day: _who(pa.stalled(portfolio, as_of=day), "stalled", True),
    "executive on tactical work": lambda portfolio, day: _who(
        pa.level_mismatch(portfolio, as_of=day), "mismatch", True
    ),
    "no alternative": lambda portfolio, day: _who(
        pa.sole_suppliers(portfolio, as_of=day), "label", "no alternative"
    ),
    "newcomer": _newcomers,
}
"""Every planted story, and the measure that should find it."""

ALSO: dict[str, set[str]] = {
    # Who gives us referrals against a commission alone gets none back: both are true.
    "one-sided giver": {"commission only"},
    "slow decline": {"stopped"},
    "stopped": {"slow decline"},
}
"""Stories whose partners a measure may rightly find, too."""


def portfolio_of(made: Sample) -> pa.Portfolio:
    """A sample as a portfolio, without the time that reading takes."""
    return pa.Portfolio(
        **made.tables, settings=made.settings, ledger=Ledger(sources_frame([]), joined_entries([]))
    )


def judged(made: Sample, day: str) -> pd.DataFrame:
    """One row a story: who carries it, whom its measure accuses, and how many of the others could be.

    Returns
    -------
    DataFrame
        ``story``, ``planted``, ``found`` (sets of partners), ``accused`` (set: neither this story nor one of
        ``ALSO`` is planted on them), ``others`` (number of partners of whom that could be said).
    """
    portfolio = portfolio_of(made)
    by_story = {story: set(rows["partner"]) for story, rows in made.truth.groupby("story")}
    rows = []
    for story, accuses in FINDS.items():
        planted = by_story.get(story, set())
        rightly = planted.union(*(by_story.get(other, set()) for other in ALSO.get(story, ())))
        named = accuses(portfolio, day)
        rows.append((story, planted, named & planted, named - rightly, len(made.partners) - len(rightly)))
    return pd.DataFrame(rows, columns=["story", "planted", "found", "accused", "others"])


ALARMS = {"silent or weakening": ("silent", "weakening"), "strengthening": ("strengthening",)}
CHANGES = ("slow decline", "stopped", "riser")


def alarmed_in_a_year(made: Sample, day: str) -> pd.DataFrame:
    """One row an alarm: how many steady partners gave it in the last twelve months, and how many there are.

    Returns
    -------
    DataFrame
        ``alarm``, ``accused``, ``others`` (numbers of partners on whom no change is planted).
    """
    portfolio = portfolio_of(made)
    steady = set(portfolio.names) - set(made.truth.loc[made.truth["story"].isin(list(CHANGES)), "partner"])
    table = pa.signals(portfolio, as_of=day)
    year = table[table["month"] > table["month"].max() - pd.DateOffset(months=12)]
    year = year[year["partner"].isin(list(steady))]
    whole = year.groupby("partner")["month"].transform("size") == 12
    rows = [
        (alarm, len(_who(year[whole], "state", *states)), year.loc[whole, "partner"].nunique())
        for alarm, states in ALARMS.items()
    ]
    return pd.DataFrame(rows, columns=["alarm", "accused", "others"])
