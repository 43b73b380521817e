"""Partners who stand against each other or against us, and what that costs.

Source: article 002: "these potential partners are competitors of each other. Not so good." and "if you know
that the person you send work to is also sending it to your competitors, it can be a sticking point".
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from partnership_analysis.metrics.columns import floats, numbers, texts
from partnership_analysis.metrics.focus.worth import worth
from partnership_analysis.metrics.grid import last_day
from partnership_analysis.metrics.names import by_name
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.sources.names import NameBook, name_key

COMPETITORS = "compete with each other"
SERVES = "serves our competitors"
UNKNOWN = "names nobody we know"
_COLUMNS = ["partner", "other", "conflict", "worth", "worth_other", "cost", "at_stake", "basis"]


def conflicts(portfolio: Portfolio, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Edges of the conflict graph: who competes with whom, and who serves our competitors.

    Parameters
    ----------
    portfolio : Portfolio
    as_of : date or ISO text, optional
        Worth is taken at this day, and who has ended by it is left out. Default: the last interaction's day.

    Returns
    -------
    DataFrame
        One row a conflict, competitors first, then who serves our competitors, then names that nobody bears; the
        highest ``at_stake`` first within each, ties by name:

        ``partner``, ``other`` (string; of two competitors the first by name is ``partner``; ``NA`` where the
        other side is a competitor of ours); ``conflict`` (string): ``compete with each other``, ``serves our
        competitors`` or ``names nobody we know`` (then ``other`` is the name as it was written: a business that
        is no partner, or a slip of spelling);
        ``worth``, ``worth_other`` (Float64): as :func:`partnership_analysis.metrics.worth.worth`;
        ``cost`` (Float64): what must be given up to end the conflict: the worth of the lesser of two competitors,
        or of the one partner; ``at_stake`` (Float64): the worth of all who are in it; ``basis`` (string).

    Raises
    ------
    PeriodError
        If there is no interaction, or ``as_of`` is before the first.

    Notes
    -----
    Either of two competitors may name the other, by its name or an alias, in any case. A partner of whom nobody
    said whether it serves our competitors is not in the table.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-06-01", "partner": ["Ann", "Bo"], "kind": "referral",
    ...                      "direction": "received", "value": [500, 700]})
    >>> about = pd.DataFrame({"partner": ["Ann", "Bo"], "competes_with": [None, "ANN"]})
    >>> table = conflicts(pa.Portfolio.from_frames(interactions=rows, partners=about))
    >>> table[["partner", "other", "conflict"]].values.tolist()
    [['Ann', 'Bo', 'compete with each other']]
    """
    day = last_day(portfolio, as_of)
    return portfolio.kept(
        ("conflicts", day), lambda: _conflicts(portfolio, worth(portfolio, as_of=day))
    ).copy(deep=False)


def _conflicts(portfolio: Portfolio, valued: pd.DataFrame) -> pd.DataFrame:
    about = portfolio.partners[portfolio.partners["partner"].isin(valued["partner"])]
    table = pd.concat([_named(portfolio, valued, about), _serving(about)], ignore_index=True)
    money = valued.set_index("partner")["worth"]
    mine, theirs = (numbers(money.reindex(table[name])) for name in ("partner", "other"))
    pair = table["conflict"].eq(COMPETITORS).to_numpy()
    table["worth"], table["worth_other"] = floats(mine), floats(theirs)
    real = ~table["conflict"].eq(UNKNOWN).to_numpy()
    table["cost"] = floats(np.where(pair, np.minimum(mine, theirs), np.where(real, mine, np.nan)))
    table["at_stake"] = floats(np.where(pair, mine + theirs, np.where(real, mine, np.nan)))
    basis = valued["basis"].iloc[0] if len(valued) else None
    table["basis"] = texts([basis] * len(table))
    rank = table["conflict"].map({COMPETITORS: 0, SERVES: 1, UNKNOWN: 2})
    table = table.assign(rank=rank).sort_values(
        ["rank", "at_stake", "partner", "other"],
        ascending=[True, False, True, True],
        key=by_name,
        kind="stable",
        ignore_index=True,
    )
    return table[_COLUMNS]


def _named(portfolio: Portfolio, valued: pd.DataFrame, about: pd.DataFrame) -> pd.DataFrame:
    """Who names whom as a competitor, each pair once."""
    said = about[["partner", "competes_with"]].dropna()
    said = said.assign(written=said["competes_with"].str.split(";")).explode("written")
    said["written"] = said["written"].str.strip()
    said = said[said["written"].fillna("").ne("")]
    names = portfolio.described() if len(said) else portfolio.partners
    book = NameBook.of(names)
    keys = [name_key(name) for name in said["written"]]
    found = [book.spelling.get(key) or book.alias.get(key) for key in keys]
    said["other"] = texts(found)
    nobody = said.loc[said["other"].isna(), ["partner", "written"]].rename(columns={"written": "other"})
    nobody["conflict"] = UNKNOWN
    pairs = said[said["other"].isin(valued["partner"]) & said["other"].ne(said["partner"])]
    ends = pairs[["partner", "other"]].to_numpy(object)
    place = by_name(pd.Series(ends.ravel(), dtype="string")).to_numpy("float64").reshape(ends.shape)
    ends = np.take_along_axis(ends, place.argsort(axis=1), axis=1)
    both = pd.DataFrame({"partner": texts(ends[:, 0]), "other": texts(ends[:, 1]), "conflict": COMPETITORS})
    edges = pd.concat([both, nobody], ignore_index=True)
    return edges.drop_duplicates().astype("string")


def _serving(about: pd.DataFrame) -> pd.DataFrame:
    """Who also sends work to our competitors."""
    names = about.loc[about["serves_our_competitors"].fillna(False).astype(bool), "partner"]
    return pd.DataFrame({"partner": texts(names), "other": texts([None] * len(names)), "conflict": SERVES})
