"""How much the ranking hangs on our choices: the window, the method, and the weight of each kind.

Source: article 001 gives the RVI's variables; the window, equal weights and the reading of its formula are choices
(`../shared/design/domain.md`, "RVI"). A partner whose band changes with a choice should not be dropped for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.grid import Grid, grid, last_day
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.rvi import bands, counted, months_known, months_within
from partnership_analysis.metrics.trust import trust
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import RVI_KINDS
from partnership_analysis.settings import Settings

WINDOWS = (6, 12, 24)
"""Months of the windows that are tried."""
FACTORS = (2.0, 0.5)
"""What each weight is multiplied by, alone."""
FEWEST = 3
"""Partners under which there is no ranking to compare."""


@dataclass(frozen=True)
class Choice:
    """One way to compute the index."""

    choice: str
    name: str
    method: str
    window: int
    weights: dict[str, float]


def rvi_sensitivity(
    portfolio: Portfolio, *, perspective: str = "ours", as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """What becomes of the ranking and the bands if one choice of ours were another.

    Parameters
    ----------
    portfolio : Portfolio
    perspective, as_of
        As in :func:`partnership_analysis.rvi`.

    Returns
    -------
    DataFrame
        One row a choice, in the order tried: ``choice`` (window, method, weight), ``name`` (such as ``6 months``,
        ``published``, ``referral x 2``); ``partners`` (Int64): those with an RVI; ``correlation`` (Float64, -1 to 1):
        Spearman's rank correlation of their RVI with the settings' own, ties averaged, ``NA`` under three partners or
        where all are equal; ``changed`` (Int64): partners who change band; ``who`` (string): their
        names in order, ``;`` between, empty if none; both ``NA`` where nobody has an RVI. What the settings already say is left out.

    Examples
    --------
    Ann and Bo had four events each in twelve months, but Bo none in the last six: a shorter window calls him weak.

    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2024-10-02"] * 2 + ["2025-02-03"] * 3 + ["2025-08-04"] * 3,
    ...                      "partner": ["Ann", "Bo"] + ["Bo"] * 3 + ["Ann"] * 3, "kind": "event"})
    >>> settings = {"assumed_trust": 4, "repeats": "each"}
    >>> table = rvi_sensitivity(pa.Portfolio.from_frames(rows, settings=settings), as_of="2025-09-30")
    >>> table.loc[table["choice"] == "window", ["name", "changed", "who"]].values.tolist()
    [['6 months', 1, 'Bo'], ['24 months', 0, '']]
    """
    moved = band_moves(portfolio, perspective=perspective, as_of=as_of)
    groups = moved.groupby(["choice", "name"], sort=False)
    table = groups.agg(partners=("rvi", "count")).reset_index()
    table["partners"] = wholes(table["partners"])
    table["correlation"] = floats([_ranked_alike(group) for _, group in groups])
    differs = moved[moved["moves"].fillna(False)].sort_values("partner", key=by_name)
    who = differs.groupby("name")["partner"].agg("; ".join).reindex(table["name"]).fillna("")
    changed = differs.groupby("name").size().reindex(table["name"]).fillna(0)
    table["changed"] = wholes(changed.to_numpy()).astype("Int64")
    table["who"] = texts(who.to_numpy())
    table.loc[table["partners"] == 0, ["changed", "who"]] = pd.NA
    return table


def band_moves(
    portfolio: Portfolio, *, perspective: str = "ours", as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """RVI and band of every partner under every other choice, beside those of the settings.

    Returns
    -------
    DataFrame
        One row a choice and partnership alive in the month of ``as_of``: ``choice``, ``name``, ``partner``
        (string); ``rvi_now``, ``rvi`` (Float64, ``NA`` without trust): by the settings and by the choice;
        ``band_now``, ``band`` (ordered category); ``moves`` (boolean): the bands differ.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-04-02"] * 6, "partner": "Ann", "kind": "event"})
    >>> who = pd.DataFrame({"partner": ["Ann"], "started": ["2023-01-01"]})
    >>> settings = {"assumed_trust": 2, "repeats": "each"}
    >>> table = band_moves(pa.Portfolio.from_frames(rows, who, settings=settings), as_of="2025-09-30")
    >>> table.loc[table["moves"], ["name", "band_now", "band"]].values.tolist()
    [['24 months', 'average', 'weak'], ['published', 'average', 'weak'], ['event x 0.5', 'average', 'weak']]
    """
    day = last_day(portfolio, as_of)
    cells = grid(portfolio, perspective=perspective, as_of=day)
    alive = cells.alive()[:, -1]
    score = trust(portfolio, cells, perspective=perspective, as_of=day).score[alive, -1]
    own = Choice("settings", "", "trailing", portfolio.settings.window, portfolio.settings.weights.by_kind())
    now, band_now = _index(cells, alive, score, own, portfolio.settings)
    parts = []
    for choice in _others(own):
        value, band = _index(cells, alive, score, choice, portfolio.settings)
        part = pd.DataFrame({"partner": texts(cells.partners[alive])})
        part.insert(0, "choice", choice.choice)
        part.insert(1, "name", choice.name)
        part = part.assign(rvi_now=floats(now), rvi=floats(value), band_now=band_now, band=band)
        parts.append(part)
    table = pd.concat(parts, ignore_index=True).astype({"choice": "string", "name": "string"})
    differ = table["band"].cat.codes != table["band_now"].cat.codes
    table["moves"] = differ.astype("boolean").where(table["rvi"].notna())
    return table


def _others(own: Choice) -> Iterator[Choice]:
    """Every choice but those that the settings make."""
    for months in WINDOWS:
        if months != own.window:
            yield Choice("window", f"{months} months", own.method, months, own.weights)
    yield Choice("method", "published", "published", own.window, own.weights)
    for kind in RVI_KINDS:
        for factor in FACTORS:
            weights = own.weights | {kind: own.weights[kind] * factor}
            if weights != own.weights:
                name = f"{kind} x {factor:g}"
                yield Choice("weight", name, own.method, own.window, weights)


def _index(
    cells: Grid, alive: NDArray[np.bool_], score: NDArray[np.float64], how: Choice, settings: Settings
) -> tuple[NDArray[np.float64], pd.Categorical]:
    """RVI and band of the living partners at the last month."""
    sums = sum(
        how.weights[kind] * counted(cells, kind, how.method, how.window)[alive, -1] for kind in RVI_KINDS
    )
    months = months_within(cells, None if how.method == "published" else how.window)[alive, -1]
    value = np.asarray(score * sums / months)
    return value, bands(value, months_known(cells)[alive, -1], settings)


def _ranked_alike(group: pd.DataFrame) -> float:
    # Rounded: equal counts over equal months are a tie, whatever the last binary digit is.
    known = group[["rvi_now", "rvi"]].dropna().round(9).rank()
    if len(known) < FEWEST or (known.nunique() == 1).any():
        return float("nan")
    return float(np.corrcoef(known.to_numpy("float64").T)[0, 1])
