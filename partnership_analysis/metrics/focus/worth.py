"""What each partner is worth for the year: won value, drawn towards its vertical as far as little is known.

Sources: articles 002 ("until you have started to generate business from the relationship, everything you do
before that point is investment") and 001 (the index, where no money is on record). A few won referrals a year
say little of a partner alone; what they lack the vertical lends (empirical Bayes, in closed form).
"""

from __future__ import annotations

import datetime as dt
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from partnership_analysis.metrics.about import vertical_of, window_start
from partnership_analysis.metrics.columns import floats, numbers, texts, wholes
from partnership_analysis.metrics.grid import last_day, record_start
from partnership_analysis.metrics.intervals import Floats
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.nurture.cadence import living
from partnership_analysis.metrics.rvi import indexed, latest
from partnership_analysis.panel import panel_of
from partnership_analysis.periods import month_index
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS

WON_VALUE, INDEX = "won value", "RVI"
AGREED, SPENT = "agreed", "spent"
YEAR, QUARTER = 12, 3
SHAPES = (0.25, 3.0)
"""Least and greatest shape of the prior of rates: as many won referrals as a vertical lends a partner."""
LENT = (1.0, 20.0)
"""Least and greatest number of won referrals with which the vertical's mean value enters a partner's."""
USUAL = 5.0
"""The same where too few values are on record to tell."""


def worth(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Worth of every current partner for a year, with an interval, beside the hours that it needs.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a partnership that has begun and not ended, the highest worth first, unknown last, ties by name:

        ``partner``, ``vertical`` (string; ``not described`` where none is on record);
        ``worth`` (Float64, 0 and up): currency a year, or the RVI; ``low``, ``high`` (Float64): its interval
        (settings: 90%); all three ``NA`` where there is neither money in the portfolio nor trust in the partner;
        ``basis`` (string): ``won value``, or ``RVI`` where no referral in the portfolio ever brought money;
        ``won`` (Int64): won referrals received in the window, ``NA`` with basis RVI; ``months`` (Int64): months of
        the partnership inside the window and the record;
        ``hours`` (Float64): ours a quarter; ``hours_source`` (string): ``agreed`` (the partners table says), else
        ``spent`` (the mean quarter of the last twelve months), else ``NA``;
        ``worth_per_hour`` (Float64): worth / (4 hours), ``NA`` where hours are unknown or 0.

    Raises
    ------
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    worth = 12 * rate * value. With n referrals won in m months of the settings' window::

        rate  = (a + n) / (a / mu + m)
        value = (sum of values + k * vertical's value) / (referrals with a value + k)

    mu is the vertical's rate with one average partner of the portfolio added, so that a small vertical
    borrows from all. The shape a is fitted by moments of the counts about their verticals, within 0.25 to 3 (partners differ by half their mean at least); k is the
    Bühlmann-Straub ratio of the variance of values within partners to that between them, within 1 to 20 (5 where
    it cannot be told). Values come from the whole record, rates from the window. The interval is
    of the Gamma with the product's mean and variance: it speaks of the yearly mean, not of one year's luck.

    A referral is won where its status says so, or where it has no status and a value. Open ones are not
    counted, for any partner. Hours spent are those noted: where some were not, more were needed.

    Examples
    --------
    Bo won nothing yet in its three months, and is not worth nothing.

    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2024-10-01", "2025-02-01", "2025-07-01", "2025-09-30"],
    ...                      "partner": ["Ann", "Ann", "Bo", "Ann"], "kind": "referral", "status": "won",
    ...                      "direction": ["received", "received", "given", "received"],
    ...                      "value": [900, 1100, None, 1000], "hours": [1, 2, 3, 1]})
    >>> table = worth(pa.Portfolio.from_frames(interactions=rows))
    >>> table[["partner", "worth", "won", "hours"]].round(0).values.tolist()
    [['Ann', 2897.0, 3, 1.0], ['Bo', 2270.0, 0, 3.0]]
    """
    day = last_day(portfolio, as_of)
    return portfolio.kept(("worth", day), lambda: _worth(portfolio, day)).copy(deep=False)


def _worth(portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    table = current(portfolio, day)
    table = _valued(table, portfolio, day)
    table = _with_hours(table, portfolio, day)
    columns = ["partner", "vertical", "worth", "low", "high", "basis", "won", "months"]
    return table[[*columns, "hours", "hours_source", "worth_per_hour"]].sort_values(
        ["worth", "partner"],
        ascending=[False, True],
        key=by_name,
        kind="stable",
        na_position="last",
        ignore_index=True,
    )


def current(portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    """Partnerships that have begun and not ended by a day.

    Returns
    -------
    DataFrame
        Sorted by ``partner``: ``vertical`` (string), ``tenure`` (Int64): months since it began, the first and
        last counted whole; ``months`` (Int64): those inside the settings' window and the record.
    """
    spans = living(portfolio, day)
    first, now = spans["first_month"].to_numpy("int64"), month_index(day)
    begun = np.maximum(first, record_start(portfolio))
    return pd.DataFrame(
        {
            "partner": spans["partner"],
            "vertical": vertical_of(portfolio, spans["partner"]),
            "tenure": wholes(now - first + 1),
            "months": wholes(np.minimum(now - begun + 1, portfolio.settings.window)),
        }
    )


def _valued(table: pd.DataFrame, portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    won = _won(portfolio, day)
    if not won["value"].notna().any():
        return _by_index(table, portfolio, day)
    # A negative value corrects an earlier one: it is money, but no further referral.
    recent = won[(won["date"] >= window_start(portfolio, None, day)) & ~(won["value"] < 0).fillna(False)]
    counts = recent.groupby("partner")["count"].sum().reindex(table["partner"]).fillna(0).to_numpy("float64")
    months = table["months"].to_numpy("float64")
    shape, prior = _prior(counts, months, table["vertical"], portfolio.settings.window)
    rate = (shape + counts) / (shape / prior + months)
    value, spread = _values(won, table)
    mean = YEAR * rate * value
    # Both factors are independent, so that their squared coefficients of variation multiply when 1 is added.
    varied = (1 + 1 / (shape + counts)) * (1 + spread) - 1
    low, high = _limits(mean, 1 / varied, portfolio.settings.interval)
    return table.assign(
        worth=floats(mean),
        low=floats(low),
        high=floats(high),
        basis=texts([WON_VALUE] * len(table)),
        won=wholes(counts),
    )


def _won(portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    """Rows of received referrals that were won, up to a day."""
    rows = portfolio.interactions[["date", "partner", "kind", "direction", "count", "status", "value"]]
    settled = rows["status"].eq("won").fillna(False) | (rows["status"].isna() & rows["value"].notna())
    rows = rows[settled & (rows["date"] < pd.Timestamp(day) + pd.Timedelta(days=1))]
    return rows[rows["kind"].isin(REFERRAL_KINDS) & rows["direction"].eq("received")]


def _by_index(table: pd.DataFrame, portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    """No money is on record anywhere: the index stands for it."""
    index = indexed(portfolio, as_of=day, take=partial(latest, month=day)).set_index("partner")[
        ["rvi", "low", "high"]
    ]
    index = index.reindex(table["partner"]).reset_index(drop=True)
    return table.assign(
        worth=index["rvi"],
        low=index["low"],
        high=index["high"],
        basis=texts([INDEX] * len(table)),
        won=wholes([None] * len(table)),
    )


def _prior(counts: Floats, months: Floats, verticals: pd.Series, window: int) -> tuple[float, Floats]:
    """Shape of the rates' prior, and its mean for each partner."""
    overall = (counts.sum() + 0.5) / max(months.sum(), 1.0)
    sums = pd.DataFrame({"counts": counts, "months": months}).groupby(verticals.to_numpy()).transform("sum")
    # One average partner is added to each vertical; who has none is compared with all.
    prior = ((sums["counts"] + overall * window) / (sums["months"] + window)).to_numpy()
    prior = np.where(verticals.eq("not described").to_numpy(), overall, prior)
    expected = prior * months
    # The verticals' means are taken from the same counts, which lie the closer to them.
    freedom = len(counts) / max(len(counts) - verticals.nunique(), 1)
    beyond, scale = np.sum((counts - expected) ** 2) * freedom - expected.sum(), np.sum(expected**2)
    shape = scale / beyond if beyond > 0 else SHAPES[1]
    return float(np.clip(shape, *SHAPES)), prior


def _values(won: pd.DataFrame, table: pd.DataFrame) -> tuple[Floats, Floats]:
    """Mean value of a won referral of each partner, and its squared coefficient of variation."""
    known = won[won["value"].notna()]
    known = known.assign(counted=known["count"].where(known["value"] >= 0, 0).astype("float64"))
    sums = known.groupby("partner")[["value", "counted"]].sum()
    overall = max(float(sums["value"].sum() / max(sums["counted"].sum(), 1.0)), 0.0)
    sums = sums.reindex(table["partner"]).astype("Float64").fillna(0.0).reset_index(drop=True)
    total, count = sums["value"].to_numpy("float64"), sums["counted"].to_numpy("float64")
    within, lent = _variance(known, total, count, table, overall)
    groups = sums.groupby(table["vertical"].to_numpy()).transform("sum").astype("float64")
    mean = np.maximum(((groups["value"] + lent * overall) / (groups["counted"] + lent)).to_numpy(), 0.0)
    mean = np.where(table["vertical"].eq("not described").to_numpy(), overall, mean)
    value = np.maximum((total + lent * mean) / (count + lent), 0.0)
    spread = np.divide(within / (count + lent), value**2, out=np.zeros(len(value)), where=value > 0)
    return value, spread


def _variance(
    known: pd.DataFrame, total: Floats, count: Floats, table: pd.DataFrame, overall: float
) -> tuple[float, float]:
    """Variance of single values within partners, and its ratio to the variance between partners."""
    own = pd.Series(np.divide(total, count, out=np.zeros(len(count)), where=count > 0), table["partner"])
    mean = own.reindex(known["partner"]).to_numpy()
    there = (known["counted"] > 0).to_numpy() & ~np.isnan(mean)
    value, each = numbers(known["value"])[there], known["counted"].to_numpy()[there]
    apart = value / each - mean[there]
    some = count > 0
    freedom = len(value) - int(some.sum())
    if freedom < 1:
        return overall**2, USUAL
    within = float(np.sum(each * apart**2) / freedom)
    frame = pd.DataFrame({"n": count[some], "sum": total[some]}, index=table["vertical"].to_numpy()[some])
    groups = frame.groupby(level=0).transform("sum")
    spare = int(some.sum()) - frame.index.nunique()
    between = np.sum(frame["n"] * (frame["sum"] / frame["n"] - groups["sum"] / groups["n"]) ** 2)
    scale = float(np.sum(frame["n"] - frame["n"] ** 2 / groups["n"]))
    if spare < 1 or scale <= 0:
        return within, USUAL
    variance = (float(between) - spare * within) / scale
    return within, float(np.clip(within / variance, *LENT)) if variance > 0 else LENT[1]


def _limits(mean: Floats, shape: Floats, level: float) -> tuple[Floats, Floats]:
    """Limits of a Gamma of such mean and shape."""
    tail = (1 - level) / 2
    return mean * gammaincinv(shape, tail) / shape, mean * gammaincinv(shape, 1 - tail) / shape


def _with_hours(table: pd.DataFrame, portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    """Hours a quarter: agreed, else the mean of those spent in the last year."""
    agreed = portfolio.partners.set_index("partner")["hours_per_quarter"].reindex(table["partner"])
    reduced = panel_of(portfolio, until=day)
    year = reduced[reduced["month"] >= window_start(portfolio, YEAR, day)]
    sums = year.groupby("partner")["hours"].sum(min_count=1).reindex(table["partner"])
    months = np.minimum(month_index(day) - record_start(portfolio) + 1, table["tenure"].to_numpy("int64"))
    spent = numbers(sums) * QUARTER / np.minimum(months, YEAR)
    mine = numbers(agreed)
    hours = np.where(np.isnan(mine), spent, mine)
    source = np.select([~np.isnan(mine), ~np.isnan(spent)], [AGREED, SPENT], default="")
    a_year = numbers(table["worth"]) / np.where(hours > 0, hours * YEAR / QUARTER, np.nan)
    return table.assign(
        hours=floats(hours),
        hours_source=texts(pd.Series(source).replace("", pd.NA)),
        worth_per_hour=floats(a_year),
    )
