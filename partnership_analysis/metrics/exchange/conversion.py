"""From meetings to referrals, and from referrals to won clients.

Source: article 001 ("What have been the results of these partnerships and your investment in them?").
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from partnership_analysis.metrics.about import window_start
from partnership_analysis.metrics.chances import adjusted, at_least
from partnership_analysis.metrics.columns import floats, wholes
from partnership_analysis.metrics.exchange.reciprocity import grouped_by
from partnership_analysis.metrics.grid import last_day, with_days
from partnership_analysis.metrics.intervals import even_split_chance, rate_limits, share_limits
from partnership_analysis.metrics.names import by_name
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS

MEETINGS = 6
"""Meetings under which nothing is said of referrals per meeting."""
CHANCE = 0.05
"""Share of those said to differ from the rest that may do so by chance."""
_OUTCOMES = {"open": 0, "lost": 1, "won": 2}
_KEY = ["partner", "direction", "kind", "reference"]
_COUNTS = ("meetings", "received", "given", "won", "lost", "open", "unknown", "timed")


def conversion(
    portfolio: Portfolio,
    *,
    by: str = "partner",
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """Referrals for each meeting, and what became of the referrals received.

    Parameters
    ----------
    portfolio : Portfolio
    by : {"partner", "vertical", "portfolio"}
        ``portfolio`` gives one row, ``all partners``.
    window : int, optional
        Months up to the month of ``as_of``, in which the meeting was or the referral was made. Default: the
        settings' window (12).
    as_of : date or ISO text, optional
        Outcomes are those known on this day. Default: the last interaction's.

    Returns
    -------
    DataFrame
        One row a partner (vertical, portfolio) with a meeting or a referral in the window, most referrals
        first, ties by name. ``meetings`` (Int64); ``received``, ``given`` (Int64): referrals and strategic
        referrals; ``per_meeting`` (Float64, 0 or more): both together
        for each meeting, with ``per_meeting_low``, ``per_meeting_high`` (settings: 90%), ``NA`` under 6 meetings;
        ``per_meeting_apart`` (boolean): further from that of all the others than chance explains, ``NA`` where the
        ratio is, or where there is nobody to compare with;
        ``won``, ``lost``, ``open``, ``unknown`` (Int64): received referrals by outcome, ``unknown`` without a
        status; ``won_share`` (Float64, 0 to 1) of the decided, with ``won_low``, ``won_high`` and ``won_apart``
        (boolean, as that of meetings), ``NA`` where none is decided; ``won_value`` (Float64, currency), ``NA`` if none is on record;
        ``days`` (Float64): median days from referral to outcome, of ``timed`` (Int64) referrals whose days
        are known, ``NA`` without any; ``open_days`` (Float64): median days that the open ones have waited.

    Raises
    ------
    ParameterError
        If ``by`` or ``window`` does not fit.
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    Of a ready panel it is empty: it needs single interactions.

    A referral has one date and a status, and the tables have no column for the day of its outcome. It is
    known where one ``reference`` is there first as open and later as won or lost; nowhere else. An open row
    and the rows that follow it with the same partner, direction, kind and reference are one referral here, up to
    an open row after an outcome, which is the next. Its outcome is the last one, on the first day that has
    it (of one day: lost, then won); its count is its largest, its value all that was won.

    Referrals of meetings are Poisson: the limits are Jeffreys' Gamma(n + 1/2) / meetings. No referral is
    traced to a meeting: the ratio compares partners and does not say what a meeting causes. The share won is
    of those decided; where the lost stay open for longer, it is too high until they are closed.

    Who is apart is told by an exact test of each row against all the others: of referrals for each meeting the
    binomial one of two Poisson rates, of the share won Fisher's, twice the smaller tail. Of those that differ at most
    one in twenty is expected to do so by chance (Benjamini and Hochberg), however many rows there are.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-01-09", "2025-02-08", "2025-03-02", "2025-03-20"], "partner": "Ann",
    ...                      "kind": "referral", "direction": "received", "reference": ["R1", "R1", "R2", "R3"],
    ...                      "status": ["open", "won", "lost", "open"]})
    >>> table = conversion(pa.Portfolio.from_frames(interactions=rows))
    >>> table[["received", "won", "lost", "open", "days", "timed"]].values.tolist()
    [[3, 1, 1, 1, 30.0, 1]]
    """
    day = last_day(portfolio, as_of)
    start = window_start(portfolio, window, day)
    passed = _referrals(portfolio, day)
    passed = passed[passed["date"] >= start].reset_index(drop=True)
    seen = portfolio.interactions[["date", "partner", "kind", "count"]]
    met = seen[(seen["kind"] == "meeting") & seen["date"].between(start, pd.Timestamp(day))]
    rows = pd.concat([met.rename(columns={"count": "meetings"}), _outcomes(passed)], ignore_index=True)
    groups = rows.groupby(grouped_by(portfolio, rows["partner"], by).rename(by), sort=True)
    table = groups[list(_COUNTS)].sum().astype("Int64").reset_index()
    table["won_value"] = floats(groups["won_value"].sum(min_count=1))
    mine = passed.assign(**{by: grouped_by(portfolio, passed["partner"], by)})
    mine = mine[mine["direction"] == "received"]
    waiting = mine[mine["status"] == "open"]
    waiting = waiting.assign(days=(pd.Timestamp(day) - waiting["date"]).dt.days)
    for name, some in (("days", mine[mine["days"].notna()]), ("open_days", waiting)):
        table[name] = floats(_medians(some, by).reindex(table[by]))
    return with_days(portfolio, _ordered(_with_limits(table, portfolio.settings.interval), by))


def _referrals(portfolio: Portfolio, day: dt.date) -> pd.DataFrame:
    """Every referral once, with its outcome as known on a day: ``days`` from one to the other, where known."""
    columns = ["date", "partner", "kind", "direction", "reference", "count", "status", "value"]
    rows = portfolio.interactions[columns]
    chosen = rows["kind"].isin(REFERRAL_KINDS) & (rows["direction"] != "mutual")
    rows = rows[chosen & (rows["date"] <= pd.Timestamp(day))]
    rows = rows.assign(value=rows["value"].where(rows["status"].fillna("won") == "won"))
    episode = _episode(rows)
    alone = rows[episode == 0].assign(days=pd.array([pd.NA], dtype="Int64").repeat((episode == 0).sum()))
    linked = episode > 0
    return pd.concat([alone, _joined(rows[linked], episode[linked])], ignore_index=True)


def _episode(rows: pd.DataFrame) -> pd.Series:
    """Number of the referral that a row shares with others; 0 for a row that is one of its own."""
    opened = rows.loc[rows["status"] == "open", "reference"].dropna()
    linked = rows[rows["reference"].isin(opened) & rows["status"].notna()]
    linked = linked.assign(place=_place(linked)).sort_values([*_KEY, "date", "place"], kind="stable")
    group, known = linked.groupby(_KEY, sort=False).ngroup(), linked["place"] > 0
    begins = ~known & known.groupby(group).shift(fill_value=True)
    # An outcome before any open row ends nothing that is on record.
    number = begins.cumsum().where(begins.groupby(group).cumsum() > 0, 0)
    return number.reindex(rows.index, fill_value=0)


def _joined(rows: pd.DataFrame, episode: pd.Series) -> pd.DataFrame:
    """One row for all of an episode."""
    rows = rows.assign(episode=episode, place=_place(rows))
    rows = rows.sort_values(["episode", "date", "place"], kind="stable")
    episodes = rows.groupby("episode", sort=True)
    result = rows.drop_duplicates("episode").set_index("episode")
    result["count"] = episodes["count"].max()
    result["status"] = episodes["status"].last()
    outcome = episodes["place"].transform("last")
    result["value"] = (
        rows["value"].where(outcome == _OUTCOMES["won"]).groupby(rows["episode"]).sum(min_count=1)
    )
    decided = rows[(rows["place"] == outcome) & (outcome > 0)].groupby("episode")["date"].min()
    result["days"] = wholes((decided.reindex(result.index) - result["date"]).dt.days)
    return result.drop(columns="place")


def _place(rows: pd.DataFrame) -> pd.Series:
    return rows["status"].map(_OUTCOMES).astype("int64")


def _outcomes(passed: pd.DataFrame) -> pd.DataFrame:
    """Counts of what became of each row's referrals; outcomes of those received."""
    received = passed["direction"] == "received"
    status = passed["status"].fillna("unknown")
    chosen = {"received": received, "given": ~received, "timed": received & passed["days"].notna()}
    chosen |= {name: received & (status == name) for name in ("won", "lost", "open", "unknown")}
    counts = {name: passed["count"].where(mine, 0) for name, mine in chosen.items()}
    return pd.DataFrame(
        {"partner": passed["partner"], **counts, "won_value": passed["value"].where(received)}
    )


def _medians(rows: pd.DataFrame, by: str) -> pd.Series:
    """Median of ``days`` in each group, a row as often as its count."""
    rows = rows.sort_values([by, "days"], kind="stable")
    counts = rows["count"].astype("int64").groupby(rows[by])
    up_to, total = counts.cumsum() * 2, counts.transform("sum")
    lower, upper = (
        rows[past].drop_duplicates(by).set_index(by)["days"].astype("Float64")
        for past in (up_to >= total, up_to > total)
    )
    return (lower + upper) / 2


def _with_limits(table: pd.DataFrame, level: float) -> pd.DataFrame:
    """How many referrals a meeting, and what share is won, each with its limits."""
    meetings, won, lost = (table[name].to_numpy("int64") for name in ("meetings", "won", "lost"))
    passed = (table["received"] + table["given"]).to_numpy("int64")
    met, enough = np.maximum(meetings, 1), meetings >= MEETINGS
    decided = won + lost > 0
    columns = {
        "per_meeting": (passed / met, *rate_limits(passed, passed, met, level=level), enough),
        "won": (won / np.maximum(won + lost, 1), *share_limits(won, lost, level=level), decided),
    }
    for name, (value, low, high, known) in columns.items():
        own = "won_share" if name == "won" else name
        for column, values in ((own, value), (f"{name}_low", low), (f"{name}_high", high)):
            table[column] = floats(np.where(known, values, np.nan))
    rest = meetings.sum() - meetings > 0
    share = meetings / max(meetings.sum(), 1)
    table["per_meeting_apart"] = _apart(
        even_split_chance(passed, passed.sum() - passed, share), enough & rest
    )
    others = (won + lost).sum() - won - lost > 0
    table["won_apart"] = _apart(_as_won(won, won + lost), decided & others)
    return table


def _as_won(won: np.ndarray, decided: np.ndarray) -> np.ndarray:
    """Chance that so many are won of those decided, or as few, where all have the same chance (Fisher's exact test)."""
    total, hits = decided.sum(), won.sum()
    more = at_least(won, total, hits, decided)
    fewer = at_least(decided - won, total, total - hits, decided)
    return np.minimum(1.0, 2 * np.minimum(more, fewer))


def _apart(chance: np.ndarray, judged: np.ndarray) -> pd.Series:
    """Which of the judged rows differ by more than chance explains, of so many; ``NA`` of the others."""
    found = np.zeros(len(chance), dtype=bool)
    found[judged] = adjusted(chance[judged]) < CHANCE
    return pd.Series(found, dtype="boolean").mask(~judged)


def _ordered(table: pd.DataFrame, by: str) -> pd.DataFrame:
    order = [by, "meetings", "received", "given", "per_meeting", "per_meeting_low", "per_meeting_high"]
    order += ["per_meeting_apart", "won", "lost", "open", "unknown", "won_share", "won_low", "won_high"]
    order += ["won_apart", "won_value"]
    place = table.assign(passed=table["received"] + table["given"])
    place = place.sort_values(
        ["passed", by], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )
    return place[[*order, "days", "timed", "open_days"]]
