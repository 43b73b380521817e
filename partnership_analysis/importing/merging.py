"""Two versions of a table into one: what an export brings, and what somebody wrote by hand.

An export that is read again changes nothing; one that has moved on (a deal that was open and is won) updates its
own rows; rows that it does not know stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from partnership_analysis.sources.names import name_key

_BY_HAND = ("owner", "note", "kind", "direction")
"""Columns in which what is there stays: an export fills them once."""

_ALIKE = {"strategic_referral": "referral", "event": "meeting"}
"""Kinds that a person makes of what systems only know as another."""

_SIDE = ["kind", "direction", "reference"]
_SORT = ["sort", "direction", "reference"]
_DATED_PASSES = (
    ["partner", *_SIDE, "date", "note"],
    ["partner", *_SORT, "date", "note"],
    ["partner", *_SIDE, "date"],
    ["partner", *_SORT, "date"],
)
_PASSES = (*_DATED_PASSES, ["partner", *_SIDE], ["partner", *_SORT])
"""Keys by which rows of two versions are one and the same, the strictest first."""

_ALONE = (
    ["partner", "sort", "reference"],
    ["partner", "reference"],
    _SIDE,
    _SORT,
    ["reference"],
)
"""Keys of what somebody turned into another kind or direction, or moved to another partner: one on both sides."""


@dataclass(frozen=True, eq=False)
class Merged:
    """A merged table, and how many rows were added, updated, found unchanged and withdrawn."""

    frame: pd.DataFrame
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0


def merge_interactions(
    old: pd.DataFrame, new: pd.DataFrame, complete: Collection[str] = (), *, dated: bool = False
) -> Merged:
    """Interactions of a portfolio and of an export in one table.

    Rows with the same partner, kind, direction and reference are one, and so are those whose kind or direction
    somebody changed by hand. The export's cells go before the portfolio's where they are not missing, but ``kind``,
    ``direction``, ``owner`` and ``note`` stay, and a deal that is no longer won loses its value. A reference that
    moved to another partner moves its row. Rows without a reference are one if all their cells are, each as often
    as in the version that has it more often.

    Parameters
    ----------
    old, new : DataFrame
        Interactions with the schema's columns; neither is changed.
    complete : collection of str
        References of which ``new`` holds every row: others of ``old`` are withdrawn.
    dated : bool
        Whether rows must also agree in their date: the reference is no key of the system that it came from.

    Returns
    -------
    Merged
        Rows of ``old`` in their order, then the added ones in theirs.

    Examples
    --------
    >>> from partnership_analysis.portfolio import Portfolio
    >>> row = {"date": "2025-07-14", "partner": "Acme", "kind": "referral", "direction": "received"}
    >>> first = Portfolio.from_frames(pd.DataFrame([{**row, "reference": "D1", "status": "open"}]))
    >>> later = Portfolio.from_frames(pd.DataFrame([{**row, "reference": "D1", "status": "won", "value": 9}]))
    >>> done = merge_interactions(first.interactions, later.interactions)
    >>> done.updated, done.frame["value"].tolist()
    (1, [9.0])
    """
    old, new = old.reset_index(drop=True), new.reset_index(drop=True)
    pairs = _pairs(old, new, complete, dated)
    ours, theirs = (
        side.iloc[pairs[place]].reset_index(drop=True) for place, side in (("old", old), ("new", new))
    )
    both = pd.DataFrame({name: _chosen(str(name), ours, theirs) for name in old}).set_axis(
        pairs["old"].to_numpy()
    )
    same = _same(both, ours)
    frame = pd.concat([old.drop(both.index), both]).sort_index() if len(both) else old
    withdrawn = old["reference"].isin(list(complete)) & ~old.index.isin(pairs["old"])
    added = new[~new.index.isin(pairs["new"])]
    return Merged(
        _stacked(frame[~withdrawn], added),
        len(added),
        int((~same).sum()),
        int(same.sum()),
        int(withdrawn.sum()),
    )


def merge_partners(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Partners of both: what the portfolio says of one stays, what it leaves open is filled.

    >>> from partnership_analysis.sources.validate import empty
    >>> from partnership_analysis.schema import PARTNERS
    >>> one = pd.DataFrame({"partner": ["Acme"]}).reindex(columns=PARTNERS.names).astype(PARTNERS.dtypes)
    >>> other = one.assign(partner="ACME", vertical="Legal")
    >>> merge_partners(one, other)[["partner", "vertical"]].to_numpy().tolist()
    [['Acme', 'Legal']]
    """
    known = {name_key(name): row for row, name in enumerate(old["partner"])}
    places = np.array([known.get(name_key(name), -1) for name in new["partner"]], dtype=np.int64)
    old = old.reset_index(drop=True)
    more = new[places >= 0].set_axis(places[places >= 0])
    filled = old.fillna(more[~more.index.duplicated()])
    return _stacked(filled.astype(old.dtypes.to_dict()), new[places < 0])


def merge_rows(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Rows of both, equal ones once for each time that one of them has them.

    >>> merge_rows(pd.DataFrame({"a": [1, 1]}), pd.DataFrame({"a": [1, 2]}))["a"].tolist()
    [1, 1, 2]
    """
    pairs = _matched(_keys(old, list(old.columns)), _keys(new, list(old.columns)))
    return _stacked(old, new.reset_index(drop=True)[~np.isin(np.arange(len(new)), pairs["new"])])


def replace_reports(
    old: pd.DataFrame, new: pd.DataFrame, complete: Collection[str], order: Sequence[str]
) -> pd.DataFrame:
    """Rows of both, where the reports that ``new`` holds in full replace what ``old`` has of them.

    >>> old = pd.DataFrame({"reference": ["BNI 2025-08"], "value": [1]})
    >>> replace_reports(old, old.assign(value=2), {"BNI 2025-08"}, ["reference"])["value"].tolist()
    [2]
    """
    kept = old[~old["reference"].isin(list(complete))]
    return _stacked(kept, new).sort_values(list(order), kind="stable", ignore_index=True)


def _pairs(old: pd.DataFrame, new: pd.DataFrame, complete: Collection[str], dated: bool) -> pd.DataFrame:
    """Places of the rows that are one, in ``old`` and in ``new``."""
    ours, theirs = (
        _keys(frame[frame["reference"].notna()], list(frame.columns)).assign(
            sort=lambda keys: keys["kind"].replace(_ALIKE)
        )
        for frame in (old, new)
    )
    found = []
    for keys in _DATED_PASSES if dated else _PASSES:
        found.append(_matched(ours[keys], theirs[keys]))
        ours, theirs = ours.drop(found[-1]["old"]), theirs.drop(found[-1]["new"])
    for keys in () if dated else _ALONE:
        # A report that is complete has many rows of one reference: another kind, or partner, is another row.
        whole = list(complete) if keys != _ALONE[0] else []
        alone = (
            side[~side["reference"].isin(whole) & ~side.duplicated(keys, keep=False)][keys]
            for side in (ours, theirs)
        )
        found.append(_matched(*alone))
        ours, theirs = ours.drop(found[-1]["old"]), theirs.drop(found[-1]["new"])
    unnamed = (_keys(frame[frame["reference"].isna()], list(frame.columns)) for frame in (old, new))
    found.append(_matched(*unnamed))
    return pd.concat(found, ignore_index=True).astype("int64").sort_values("new", ignore_index=True)


def _keys(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Cells as text for comparing; names without regard to case. The index stays."""
    keys = frame[columns].astype("string").fillna("")
    if "partner" in keys:
        keys["partner"] = keys["partner"].map(name_key).astype("string")
    return keys


def _matched(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Places of equal rows; the n-th of several with the n-th."""
    if old.empty or new.empty:
        return pd.DataFrame({"old": [], "new": []}, dtype="int64")
    names = list(old.columns)
    numbered = [
        side.assign(nth=side.groupby(names, sort=False).cumcount(), **{place: side.index})
        for place, side in (("old", old), ("new", new))
    ]
    return numbered[0].merge(numbered[1], on=[*names, "nth"])[["old", "new"]]


def _chosen(name: str, ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.Series:
    """A column of rows that both have."""
    if name in _BY_HAND:
        return ours[name].fillna(theirs[name])
    if name == "value":
        # An export that knows that a deal is not won also knows that nothing was.
        lacking = theirs["status"].notna() & theirs["status"].ne("won").fillna(False)
        return theirs[name].where(lacking | theirs[name].notna(), ours[name])
    return theirs[name].fillna(ours[name])


def _same(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    texts = (frame.astype("string").fillna("").to_numpy() for frame in (one, other))
    return np.asarray(np.equal(*texts).all(axis=1), dtype=bool)


def _stacked(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    filled = [frame for frame in (one, other) if len(frame)]
    if not filled:
        return one.reset_index(drop=True)
    return pd.concat(filled, ignore_index=True).astype(one.dtypes.to_dict())
