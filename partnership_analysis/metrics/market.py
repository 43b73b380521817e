"""Who serves whom, and who sells what: tags shared with us, and by partners with each other.

Sources: article 000 (strategic partners are "people who share your ideal client"); article 003 (the value of
many partnerships was "severely diluted by the fact that some of what we offered overlapped").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.columns import floats, texts
from partnership_analysis.metrics.groups import begun, day_if_known
from partnership_analysis.metrics.names import by_name, people_key
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.sources.names import name_key

TAGGED = ("market", "offer")
MOST_PAIRS = 1_000_000
"""Pairs beyond which nobody reads them and memory runs out."""
_BLOCK = 256


def overlap_with_us(
    portfolio: Portfolio, *, of: str = "market", as_of: dt.date | str | None = None
) -> pd.DataFrame:
    """How far each partner serves the clients that we serve, or sells what we sell.

    Parameters
    ----------
    portfolio : Portfolio
    of : {"market", "offer"}
        Tags of the partners table, held against those of the settings.
    as_of : date or ISO text, optional
        Default: the last interaction's day. Who has ended by then is left out.

    Returns
    -------
    DataFrame
        One row a partner, the largest overlap first, ties by name, those unknown last: ``partner`` (string);
        ``tags`` (string: theirs, as recorded), ``shared`` (string: those that are ours too, ``;`` between;
        ``NA`` without any); ``overlap`` (Float64, 0 to 1), ``NA`` where either side's tags are not on record.

    Raises
    ------
    ParameterError
        If ``of`` is neither market nor offer.

    Notes
    -----
    overlap = tags of both / tags of either (Jaccard). Case and white space in tags do not matter.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-01"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> about = pd.DataFrame({"partner": ["Ann"], "market": ["Start-ups; landlords"]})
    >>> portfolio = pa.Portfolio.from_frames(rows, about, settings={"market": "start-ups; charities"})
    >>> overlap_with_us(portfolio)[["shared", "overlap"]].round(2).values.tolist()
    [['start-ups', 0.33]]
    """
    people = _tagged(portfolio, of, as_of)
    ours = {name_key(text): text for text in reversed(getattr(portfolio.settings, of))}
    rows = tag_rows(people, of)
    both = rows[rows["key"].isin(list(ours))]
    both = both.assign(text=both["key"].map(ours))
    size, count = (
        part.groupby("partner").size().reindex(people["partner"]).fillna(0).to_numpy("float64")
        for part in (rows, both)
    )
    known = (size > 0) & bool(ours)
    union = np.where(known, size + len(ours) - count, np.nan)
    table = pd.DataFrame(
        {
            "partner": people["partner"],
            "tags": people[of],
            "shared": texts(joined_by(both, "partner", "text").reindex(people["partner"])),
            "overlap": floats(count / union),
        }
    )
    return table.sort_values(
        ["overlap", "partner"], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )


def overlap_of_partners(
    portfolio: Portfolio,
    *,
    of: str = "market",
    partners: str | Sequence[str] | None = None,
    most: int = 10,
    as_of: dt.date | str | None = None,
) -> pd.DataFrame:
    """Pairs of partners who serve the same clients, or sell the same.

    Parameters
    ----------
    portfolio : Portfolio
    of : {"market", "offer"}
    partners : str or sequence of str, optional
        Only pairs with at least one of these. Default: all partners.
    most : int, default 10
        The strongest pairs of each partner, so that thousands who share a tag do not make millions of pairs. A
        pair is there if it is among the strongest of either of the two.
    as_of : date or ISO text, optional
        Default: the last interaction's day. Who has ended by then is left out.

    Returns
    -------
    DataFrame
        Each pair that shares a tag once, the largest overlap first, ties by name: ``one``, ``other`` (string,
        in order of name); ``shared`` (string: tags of both, ``;`` between); ``overlap`` (Float64, above 0 to
        1). A partner without tags is in no pair.

    Raises
    ------
    ParameterError
        If ``of`` or a partner is not known, ``most`` is no number, or the pairs could be over a million.

    Notes
    -----
    overlap = tags of both / tags of either (Jaccard). Of pairs of equal overlap the first by name are kept.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-06-01"], "partner": ["Ann"], "kind": ["meeting"]})
    >>> about = pd.DataFrame({"partner": ["Ann", "Bo"], "offer": ["tax; audit", "Audit"]})
    >>> overlap_of_partners(pa.Portfolio.from_frames(rows, about), of="offer").values.tolist()
    [['Ann', 'Bo', 'audit', 0.5]]
    """
    people = _tagged(portfolio, of, as_of)
    tags = Tags.of(tag_rows(people, of))
    chosen = np.arange(len(tags.names))
    if partners is not None:
        chosen = np.flatnonzero(np.isin(tags.names, portfolio.select(partners=partners).names))
    _checked(most, len(chosen), len(tags.names))
    pairs = pd.DataFrame({"here": chosen, "alike": tags.alike[chosen]})
    pairs = pairs.merge(strongest(tags, np.unique(pairs["alike"]), most), on="alike")
    pairs = pairs[pairs["here"] != pairs["there"]]
    pairs = pairs[pairs.groupby("here").cumcount() < most]
    ends = np.sort(pairs[["here", "there"]].to_numpy("int64"), axis=1)
    pairs = pd.DataFrame({"one": ends[:, 0], "other": ends[:, 1], "overlap": pairs["overlap"].to_numpy()})
    pairs = pairs.drop_duplicates(["one", "other"])
    pairs = pairs.sort_values(
        ["overlap", "one", "other"], ascending=[False, True, True], kind="stable", ignore_index=True
    )
    return pd.DataFrame(
        {
            "one": texts(tags.names[pairs["one"]]),
            "other": texts(tags.names[pairs["other"]]),
            "shared": _shared(tags, pairs),
            "overlap": floats(pairs["overlap"]),
        }
    )


def tag_rows(people: pd.DataFrame, of: str) -> pd.DataFrame:
    """The tags of a list column, one a row: ``partner``, ``key`` (for comparing), ``text`` (as first written).

    >>> about = pd.DataFrame({"partner": ["Ann", "Bo"], "market": ["Start-ups;  landlords", "start-ups; START-UPS"]})
    >>> tag_rows(about, "market").values.tolist()
    [['Ann', 'landlords', 'landlords'], ['Ann', 'start-ups', 'Start-ups'], ['Bo', 'start-ups', 'Start-ups']]
    """
    rows = people[["partner", of]].dropna()
    rows = rows.assign(text=rows[of].astype("object").str.split(";")).explode("text")
    rows["text"] = rows["text"].astype("string").str.strip()
    rows["key"] = rows["text"].map({text: name_key(text) for text in rows["text"].dropna().unique()})
    rows = rows[rows["text"].notna() & rows["key"].ne("")].drop_duplicates(["partner", "key"])
    rows["text"] = rows.groupby("key")["text"].transform("first")
    rows = rows[["partner", "key", "text"]].astype("string")
    return rows.sort_values(["partner", "key"], key=by_name, kind="stable", ignore_index=True)


def joined_by(rows: pd.DataFrame, by: str, column: str) -> pd.Series:
    """Texts of the rows of each group, in their order, ``;`` between; the groups are the index."""
    place = rows.groupby(by).cumcount()
    parts = (
        [rows[place == turn].set_index(by)[column].astype("string") for turn in range(int(place.max()) + 1)]
        if len(rows)
        else []
    )
    result = parts[0] if parts else pd.Series([], dtype="string")
    for part in parts[1:]:
        result = result + ("; " + part).reindex(result.index, fill_value="")
    return result


class Tags:
    """Partners x tags as a sparse matrix, and which partners have the very same tags.

    Attributes
    ----------
    names : array of str, in order of name
    texts : array of str, one a tag
    has : sparse array (partners x tags) of 0 and 1
    size : array of int, tags of each partner
    alike : array of int, the same for partners with the same tags
    """

    def __init__(self, names: NDArray[Any], words: NDArray[Any], has: csr_array, alike: NDArray[Any]) -> None:
        """As :meth:`of` makes them."""
        self.names, self.texts, self.has, self.alike = names, words, has, alike
        self.size = np.asarray(has.sum(axis=1), dtype="int64")

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Tags:
        """From rows as :func:`tag_rows` makes them."""
        names = pd.Index(rows["partner"].unique())
        keys = pd.Index(sorted(rows["key"].unique(), key=people_key))
        row, column = names.get_indexer(rows["partner"]), keys.get_indexer(rows["key"])
        words = rows.drop_duplicates("key").set_index("key")["text"].reindex(keys)
        has = csr_array((np.ones(len(rows), dtype="int32"), (row, column)), shape=(len(names), len(keys)))
        numbered = pd.DataFrame({"row": row, "code": pd.Series(column).astype("string")})
        alike = pd.factorize(joined_by(numbered, "row", "code").reindex(np.arange(len(names))))[0]
        return cls(names.to_numpy(object), words.to_numpy(object), has, alike)


def shared_counts(left: csr_array, right: csr_array) -> Iterator[tuple[Any, Any, Any]]:
    """Row of ``left``, row of ``right`` and number of tags shared, where any is, a block of rows at a time."""
    turned = right.T.tocsr()
    for first in range(0, left.shape[0], _BLOCK):
        found = (left[first : first + _BLOCK] @ turned).tocoo()
        yield found.row + first, found.col, found.data


def strongest(tags: Tags, wanted: NDArray[np.int64], most: int) -> pd.DataFrame:
    """The strongest partners of each set of tags: ``alike``, ``there``, ``overlap``, ``sharing``.

    Equal sets have equal overlaps, so that each set is compared once. One more than ``most``, since a
    partner is found too. ``sharing`` is how many share a tag with the set, such partners included.
    """
    first = np.unique(tags.alike, return_index=True)[1][wanted]
    types = {"alike": "int64", "there": "int64", "overlap": "float64", "sharing": "int64"}
    parts = [pd.DataFrame(columns=list(types)).astype(types)]
    for row, column, count in shared_counts(tags.has[first], tags.has):
        overlap = count / (tags.size[first][row] + tags.size[column] - count)
        order = np.lexsort((column, -overlap, row))
        row, column, overlap = row[order], column[order], overlap[order]
        begins, ends = (np.searchsorted(row, row, side=side) for side in ("left", "right"))
        kept = np.arange(len(row)) - begins <= most
        found = (wanted[row], column, overlap, ends - begins)
        parts.append(pd.DataFrame({name: part[kept] for name, part in zip(types, found, strict=True)}))
    return pd.concat(parts[1:] or parts, ignore_index=True)


def _shared(tags: Tags, pairs: pd.DataFrame) -> Any:
    """Tags that both of each pair have, as text."""
    both = tags.has[pairs["one"].to_numpy()] * tags.has[pairs["other"].to_numpy()]
    found = both.tocoo()
    order = np.lexsort((found.col, found.row))
    rows = pd.DataFrame({"pair": found.row[order], "text": texts(tags.texts[found.col[order]])})
    return texts(joined_by(rows, "pair", "text").reindex(np.arange(len(pairs))))


def _tagged(portfolio: Portfolio, of: str, as_of: dt.date | str | None) -> pd.DataFrame:
    """Everybody who is there, by name."""
    if of not in TAGGED:
        raise ParameterError([f"of {of!r} is not known; choose 'market' or 'offer'."])
    people = begun(portfolio, day_if_known(portfolio, as_of))
    return people[people["there"]].reset_index(drop=True)


def _checked(most: int, chosen: int, known: int) -> None:
    if isinstance(most, bool) or not isinstance(most, (int, np.integer)) or most < 1:
        raise ParameterError([f"most {most!r} is not a number of pairs; choose 1 or more."])
    pairs = chosen * min(int(most), known)
    if pairs > MOST_PAIRS:
        raise ParameterError(
            [
                f"most {most:,} could give {pairs:,} pairs, over {MOST_PAIRS:,}. Choose fewer pairs of each "
                "partner, or some `partners`."
            ]
        )
