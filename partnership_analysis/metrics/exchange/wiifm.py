"""What is in it for each side: what they say, and what they measurably got.

Source: article 001 ("You must clearly define 'what's in it for both parties'. A commission or pay away is not
enough").
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from partnership_analysis.metrics.about import ended_by, window_start
from partnership_analysis.metrics.columns import floats, texts
from partnership_analysis.metrics.exchange.reciprocity import MINIMUM
from partnership_analysis.metrics.grid import last_day, months_in, tenure
from partnership_analysis.metrics.intervals import even_split_chance
from partnership_analysis.metrics.names import by_name
from partnership_analysis.panel import panel_of
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS
from partnership_analysis.wording import count_of, money

THEY_GET = "all that they get from us is commission"
WE_GET = "all that we get from them is commission"
SIDES = ("both", "us", "them", "none")
"""Of whom a thing is said, in the order in which rows are shown."""

_COUNTS = ("received", "given", "other_received", "other_given", "joint", "trades")
_AMOUNTS = {
    "value_received": ("value", "received"),
    "value_given": ("value", "given"),
    "commission_earned": ("commission", "given"),
    "commission_paid": ("commission", "received"),
}


def wiifm(
    portfolio: Portfolio, *, window: int | None = None, as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """What each side says it gets, beside what it measurably got.

    Parameters
    ----------
    portfolio : Portfolio
    window : int, optional
        Months up to the month of ``as_of``. Default: the settings' window (12).
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a partnership that has begun and not ended, those with a statement missing first (of both
        sides, ours, theirs), ties by name: ``partner``; ``wiifm_us``, ``wiifm_them`` (string): the
        statements; ``missing`` (string): whose is, ``us``, ``them``, ``both`` or ``none``;
        ``received``, ``given`` (Int64): referrals and strategic referrals: what we got, what they got;
        ``other_received``, ``other_given`` (Int64): collaborations, promotions and events that one side did
        for the other; ``joint`` (Int64): what they did together (mutual referrals too) and ``trades`` (Int64),
        which count for both;
        ``value_received``, ``value_given`` (Float64, currency): won by us from their referrals and by them
        from ours; ``commission_earned``, ``commission_paid`` (Float64, currency): by us; amounts are ``NA``
        where none is on record; ``nothing_for`` (string): whom nothing of all this reached, as ``missing``.

    Raises
    ------
    ParameterError
        If ``window`` is no number of months.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    Statements have no date: they are those on record, whatever ``as_of``. Meetings are contact, not a return.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-06-01", "partner": ["Ann", "Bo"], "kind": "referral",
    ...                      "direction": ["received", "given"]})
    >>> about = pd.DataFrame({"partner": ["Ann", "Bo"], "wiifm_us": ["Clients", "Clients"], "wiifm_them": [None, "Fees"]})
    >>> table = wiifm(pa.Portfolio.from_frames(interactions=rows, partners=about))
    >>> table[["partner", "missing", "nothing_for"]].values.tolist()
    [['Ann', 'them', 'them'], ['Bo', 'none', 'us']]
    """
    day = last_day(portfolio, as_of)
    partners = tenure(portfolio, day)["partner"]
    partners = partners[~partners.isin(ended_by(portfolio, day))]
    got = _measured(portfolio, window, day).reindex(partners)
    got[list(_COUNTS)] = got[list(_COUNTS)].fillna(0)
    said = portfolio.partners.set_index("partner")[["wiifm_us", "wiifm_them"]].reindex(partners)
    unsaid = [said[name].isna().to_numpy() for name in said]
    shared = got["joint"] + got["trades"]
    ours, theirs = ("received", "earned"), ("given", "paid")
    nothing = [
        (shared + got[way] + got[f"other_{way}"]).eq(0)
        & ~got[f"value_{way}"].gt(0).fillna(False)
        & ~got[f"commission_{commission}"].gt(0).fillna(False)
        for way, commission in (ours, theirs)
    ]
    table = pd.concat([said, got], axis=1)
    table.insert(2, "missing", _whose(*unsaid))
    table["nothing_for"] = _whose(*(mine.to_numpy(dtype=bool) for mine in nothing))
    table = table.reset_index()
    place = table["missing"].map({side: place for place, side in enumerate(SIDES)})
    return (
        table.assign(place=place)
        .sort_values(["place", "partner"], key=by_name, kind="stable", ignore_index=True)
        .drop(columns="place")
    )


def commission_only(
    portfolio: Portfolio, *, window: int | None = None, as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """Partners to whom, or from whom, commission is all that comes back for referrals.

    Parameters
    ----------
    portfolio : Portfolio
    window, as_of
        As in :func:`wiifm`.

    Returns
    -------
    DataFrame
        One row a partnership that has not ended and of which it holds, most referrals first, ties by name:
        ``partner``; ``side`` (string): ``all that they get from us is commission`` or ``all that we get from
        them is commission``; ``referrals`` (Int64, 6 or more): those that one side passed on;
        ``value`` (Float64, currency): won from them, ``NA`` where none is on record; ``commission`` (Float64,
        currency, above 0): what came back; ``chance`` (Float64, 0 to 1): an even exchange of referrals is so
        uneven; ``evidence`` (string): the same in words. No row can be there where no commission is on record.

    Raises
    ------
    ParameterError
        If ``window`` is no number of months.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    Six referrals or more one way, and the other way no referral, no collaboration or promotion, nothing done
    together and no trade. Of such a partner the exchange is one-sided at p < 0.05 as well. Meetings are no return.
    In 200 made samples the planted partner is named in 96% (else there were under six referrals), nobody else.

    Source: article 001 ("Do not think for one minute that paying someone a commission or pay away is reward
    enough").

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-06-01", "partner": "Ann", "kind": "referral", "direction": "received",
    ...                      "count": [6, 2], "commission": [None, 150]})
    >>> commission_only(pa.Portfolio.from_frames(interactions=rows)).loc[0, "evidence"]
    '8 referrals received in 12 months, nothing given back but £150 in commission'
    """
    day = last_day(portfolio, as_of)
    got = _measured(portfolio, window, day)
    got = got[~got.index.isin(ended_by(portfolio, day))]
    parts = [
        _only(got, *side)
        for side in ((THEY_GET, "received", "given", "paid"), (WE_GET, "given", "received", "earned"))
    ]
    table = pd.concat(parts).sort_values(
        ["referrals", "partner"], ascending=[False, True], key=by_name, kind="stable"
    )
    span, currency = count_of(months_in(window, portfolio.settings), "month"), portfolio.settings.currency
    words = [
        f"{count_of(count, 'referral')} {'received' if side == THEY_GET else 'given'} in {span}, "
        f"nothing {'given' if side == THEY_GET else 'received'} back but {money(commission, currency)} "
        "in commission"
        for count, side, commission in zip(
            table["referrals"], table["side"], table["commission"], strict=True
        )
    ]
    return table.assign(evidence=texts(words)).reset_index(drop=True)


def _only(got: pd.DataFrame, side: str, out: str, back: str, commission: str) -> pd.DataFrame:
    """Partners of whom ``side`` holds: referrals go ``out``, and ``back`` comes commission alone."""
    returned = got[back] + got[f"other_{back}"] + got["joint"] + got["trades"]
    paid = got[f"commission_{commission}"]
    found = got[(got[out] >= MINIMUM) & (returned == 0) & paid.gt(0).fillna(False)]
    return pd.DataFrame(
        {
            "partner": texts(found.index),
            "side": texts([side] * len(found)),
            "referrals": found[out].array,
            "value": found[f"value_{out}"].array,
            "commission": found[f"commission_{commission}"].array,
            "chance": floats(even_split_chance(found[out].to_numpy("int64"), np.zeros(len(found)))),
        }
    )


def _measured(portfolio: Portfolio, window: int | None, day: dt.date) -> pd.DataFrame:
    """What passed between each partner and us in the window, by partner."""
    reduced = panel_of(portfolio, until=day)
    reduced = reduced[reduced["month"] >= window_start(portfolio, window, day)]
    referral, trade = reduced["kind"].isin(REFERRAL_KINDS), reduced["kind"] == "trade"
    mutual = reduced["direction"] == "mutual"
    work = ~trade & (reduced["kind"] != "meeting")
    ways = {way: reduced["direction"] == way for way in ("received", "given")}
    chosen = {way: referral & mine for way, mine in ways.items()}
    chosen |= {f"other_{way}": work & ~referral & mine for way, mine in ways.items()}
    chosen |= {"joint": work & mutual, "trades": trade}
    sums = {name: reduced["count"].where(mine, 0) for name, mine in chosen.items()}
    sums |= {name: reduced[what].where(chosen[way]) for name, (what, way) in _AMOUNTS.items()}
    return pd.DataFrame(sums).groupby(reduced["partner"], sort=True).sum(min_count=1)


def _whose(us: np.ndarray, them: np.ndarray) -> Any:
    return texts(np.select([us & them, us, them], SIDES[:3], default=SIDES[3]))
