"""Who gives and who takes: referrals in both directions, and whether chance explains the difference.

Source: articles 000 ("refer both ways, be a giver first") and 001 (mistake no. 1). The label is neutral
and never given on fewer than six referrals; the article's term is *parasitic*, in either direction.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.columns import floats, texts, wholes
from partnership_analysis.metrics.grid import last_day, months_in
from partnership_analysis.metrics.intervals import even_split_chance, share_limits
from partnership_analysis.panel import panel
from partnership_analysis.periods import month_index, month_start
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS

MINIMUM = 6
"""Referrals in both directions together under which nobody is called one-sided."""
CHANCE = 0.05
WE_GIVE, THEY_GIVE, BALANCED, TOO_FEW = (
    "one-sided: we give",
    "one-sided: they give",
    "balanced",
    "too few to say",
)
_SUMS = {
    ("count", "received"): "received",
    ("count", "given"): "given",
    ("value", "received"): "value_received",
    ("value", "given"): "value_given",
    ("commission", "received"): "commission_paid",
    ("commission", "given"): "commission_earned",
}


def reciprocity(
    portfolio: Portfolio,
    *,
    by: str = "partner",
    window: int | None = None,
    whole: bool = False,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """Referrals in both directions, with the share that we receive and its interval.

    Parameters
    ----------
    portfolio : Portfolio
    by : {"partner", "vertical"}
    window : int, optional
        Months up to the month of ``as_of``. Default: the settings' window (12).
    whole : bool
        Count the whole record up to ``as_of`` instead of a window.
    as_of : date or ISO text, optional
        Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a partner (or vertical) with any referral, the largest surplus of received over given first,
        ties by name: ``received``, ``given`` (Int64, referrals and strategic referrals; a mutual one is none
        of either); ``balance`` = received - given; ``value_received``, ``value_given`` (Float64, currency,
        won), ``commission_paid``, ``commission_earned`` (Float64, currency), ``NA`` where nothing is on
        record; ``share`` (Float64, 0 to 1: received / both), ``low``, ``high`` (its Jeffreys interval);
        ``chance`` (Float64: an even exchange is so uneven); ``label``: ``one-sided: we give`` or
        ``one-sided: they give`` where both together are at least 6 and chance < 0.05, else ``balanced`` or
        ``too few to say``.

    Raises
    ------
    ParameterError
        If ``by`` is neither partner nor vertical.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-06-01", "partner": ["Ann", "Ann", "Bo"], "kind": "referral",
    ...                      "direction": ["received", "given", "given"], "count": [1, 9, 2]})
    >>> table = reciprocity(pa.Portfolio.from_frames(interactions=rows))
    >>> table[["partner", "received", "given", "label"]].values.tolist()
    [['Bo', 0, 2, 'too few to say'], ['Ann', 1, 9, 'one-sided: we give']]
    """
    if by not in ("partner", "vertical"):
        raise ParameterError([f"by {by!r} is not known; choose 'partner' or 'vertical'."])
    day = last_day(portfolio, as_of)
    reduced = panel(portfolio.interactions, until=day)
    if not whole:
        first = month_index(day) - months_in(window, portfolio.settings) + 1
        reduced = reduced[reduced["month"] >= pd.Timestamp(month_start(first))]
    chosen = reduced[reduced["kind"].isin(REFERRAL_KINDS) & reduced["direction"].isin(["received", "given"])]
    if by == "vertical":
        chosen = chosen.assign(vertical=vertical_of(portfolio, chosen["partner"]))
    table = _both_ways(chosen, by)
    return _judged(table, portfolio.settings.interval).sort_values(
        ["balance", by], ascending=[False, True], kind="stable", ignore_index=True
    )


def vertical_of(portfolio: Portfolio, partners: pd.Series) -> pd.Series:
    """Vertical of each partner named, ``not described`` where none is on record."""
    known = portfolio.partners.set_index("partner")["vertical"]
    found = known.reindex(pd.Index(partners)).fillna("not described")
    return pd.Series(found.to_numpy(), index=partners.index, dtype="string")


def _both_ways(chosen: pd.DataFrame, by: str) -> pd.DataFrame:
    sums = chosen.groupby([by, "direction"], sort=True)[["count", "value", "commission"]].sum(min_count=1)
    wide = sums.unstack("direction")
    table = pd.DataFrame({by: texts(wide.index)})
    for source, name in _SUMS.items():
        column = wide[source] if source in wide.columns else [None] * len(wide)
        table[name] = wholes(column) if source[0] == "count" else floats(column)
    table[["received", "given"]] = table[["received", "given"]].fillna(0)
    table.insert(3, "balance", table["received"] - table["given"])
    return table


def _judged(table: pd.DataFrame, level: float) -> pd.DataFrame:
    received, given = (table[name].to_numpy("int64") for name in ("received", "given"))
    total = received + given
    low, high = share_limits(received, given, level=level)
    chance = even_split_chance(received, given)
    uneven = (total >= MINIMUM) & (chance < CHANCE)
    label = np.select(
        [uneven & (given > received), uneven, total >= MINIMUM],
        [WE_GIVE, THEY_GIVE, BALANCED],
        default=TOO_FEW,
    )
    return table.assign(
        share=floats(received / np.maximum(total, 1)),
        low=floats(low),
        high=floats(high),
        chance=floats(chance),
        label=texts(label),
    )
