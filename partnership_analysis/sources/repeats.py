"""Rows that tell of one thing twice: found, counted once, and every one of them listed.

Three ways are sure enough to act on: a row that repeats another in every cell (an export read or pasted twice),
one meeting or event that both sides logged, and one message that became many rows in the same second. What
is only likely (two events with one partner on one day) is noted and left alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from partnership_analysis.schema import REFERRAL_KINDS
from partnership_analysis.sources.ledger import NOTE, RECOGNISED, entries_frame, joined_entries
from partnership_analysis.sources.validate import Validated
from partnership_analysis.sources.words import arrow, series, spans
from partnership_analysis.wording import count_of

JOINT_KINDS = ("event", "meeting")
"""Kinds of which both sides may have a record of the same one."""

SINGLE_KINDS = (*REFERRAL_KINDS, "trade")
"""Kinds that a system may record by the dozen in one second, and each is one."""

EXACT = "repeats another row in every cell: counted once"
BOTH_SIDES = "the same {kind}, logged by the other side: counted once"
SAME_SECOND = "one of many rows of one second: counted once"

_MANY = 3
"""Partners from which one second's rows are one message to a group."""


@dataclass(frozen=True, eq=False)
class Repeats:
    """Which rows of a table stay, and what is said of the others.

    Parameters
    ----------
    kept : ndarray of bool, shape (n,)
    entries : DataFrame
        As in the ledger: each row that is not kept, with the place of the one that stands for it; and notes.
    frame : DataFrame
        The rows kept, as the table has them.
    """

    kept: np.ndarray
    entries: pd.DataFrame
    frame: pd.DataFrame


def counted_once(name: str, frame: pd.DataFrame, read: Validated) -> Repeats:
    """Leave each thing in a table once.

    Parameters
    ----------
    name : str
        The table's name. What both sides logged and what one second holds is looked for in ``interactions``.
    frame : DataFrame
        The accepted rows, partners' names harmonised, a RangeIndex.
    read : Validated
        The same rows as they were read: their places, prints and moments.

    Returns
    -------
    Repeats
        Of rows that repeat one another the first stays. Of two records of one meeting or event the first stays,
        becomes ``mutual``, and takes what only the other says.
    """
    first = _exact(frame, read.prints)
    reasons = np.full(len(frame), "", dtype=object)
    reasons[first >= 0] = EXACT
    notes: list[pd.DataFrame] = []
    if name == "interactions" and len(frame):
        frame, notes = _joint(frame, first, reasons, read.places)
        notes += _same_second(frame, first, reasons, read)
    again = np.flatnonzero(first >= 0)
    if not len(again):
        return Repeats(first < 0, joined_entries(notes), frame)
    places = read.places.iloc[again]
    stands = read.places.iloc[first[again]]
    entries = [
        entries_frame(
            RECOGNISED,
            name,
            file,
            sheet,
            reasons=reasons[again][here].tolist(),
            rows=places["row"].to_numpy()[here],
            values=_where(stands[here], str(file), str(sheet)),
        )
        for (file, sheet), here in _groups(places)
    ]
    kept = first < 0
    return Repeats(kept, joined_entries([*entries, *notes]), frame[kept].reset_index(drop=True))


def _groups(places: pd.DataFrame) -> list[tuple[tuple[str, str], np.ndarray]]:
    keys = list(zip(places["file"], places["sheet"], strict=True))
    return [(key, np.array([other == key for other in keys])) for key in dict.fromkeys(keys)]


def _where(places: pd.DataFrame, file: str, sheet: str) -> list[str]:
    """Places in words, without what is the same as here."""
    return [
        f"as row {row}"
        + (f", sheet {its_sheet}" if its_sheet and (its_file, its_sheet) != (file, sheet) else "")
        + (f" of {its_file}" if its_file != file else "")
        for its_file, its_sheet, row in zip(places["file"], places["sheet"], places["row"], strict=True)
    ]


def _exact(frame: pd.DataFrame, prints: np.ndarray) -> np.ndarray:
    """For each row the first that it repeats, -1 for none."""
    first = np.full(len(frame), -1, dtype=np.int64)
    ordered = np.sort(prints)
    if not (ordered[1:] == ordered[:-1]).any():
        return first
    stands = _first(pd.factorize(prints)[0])
    again = np.flatnonzero(stands != np.arange(len(stands)))
    if len(again):
        # Prints may coincide by chance, and one row that a mapping reads in two ways has one print.
        ours, theirs = (frame.iloc[rows].reset_index(drop=True) for rows in (again, stands[again]))
        same = np.ones(len(again), dtype=bool)
        for column in frame:
            missing = ours[column].isna() & theirs[column].isna()
            same &= ((ours[column] == theirs[column]).fillna(False) | missing).to_numpy(dtype=bool)
        first[again[same]] = stands[again][same]
    return first


def _first(codes: np.ndarray) -> np.ndarray:
    """For each row the first row of the same code.

    >>> _first(np.array([0, 1, 0, 1])).tolist()
    [0, 1, 0, 1]
    """
    places = np.zeros(codes.max(initial=-1) + 1, dtype=np.int64)
    places[codes[::-1]] = np.arange(len(codes))[::-1]
    return np.asarray(places[codes])


def _joint(
    frame: pd.DataFrame, first: np.ndarray, reasons: np.ndarray, places: pd.DataFrame
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Two records of one meeting or event: one reference, or directions that mirror each other."""
    keys = _occasions(frame, np.flatnonzero(frame["kind"].isin(JOINT_KINDS).to_numpy() & (first < 0)))
    if keys.empty:
        return frame, []
    named = keys[keys["reference"].notna() & keys["reference"].duplicated(keep=False)]
    stands = named.groupby(["event", "reference"], sort=False)["row"].transform("first")
    pairs = pd.DataFrame({"row": stands, "other": named["row"]})[stands != named["row"]]
    pairs = pairs[_agreeing(frame, pairs)]
    left = keys[~keys["row"].isin([*pairs["row"], *pairs["other"]])]
    pairs = pd.concat([pairs, _mirrored(left)], ignore_index=True).astype("int64")
    other = pairs["other"].to_numpy()
    first[other] = pairs["row"].to_numpy()
    reasons[other] = [BOTH_SIDES.format(kind=kind) for kind in frame.loc[other, "kind"]]
    unsure = keys[(first[keys["row"]] < 0) & ~keys["row"].isin(pairs["row"])]
    doubtful = unsure.loc[unsure["occasion"].duplicated(keep=False), "row"]
    return _completed(frame, pairs), _unsure(frame, doubtful.to_numpy(), places)


def _agreeing(frame: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    """Which pairs tell of one thing: each side logged it, or no amount of one contradicts the other."""
    one, other = (frame.iloc[pairs[side].to_numpy()].reset_index(drop=True) for side in ("row", "other"))
    agree = np.ones(len(pairs), dtype=bool)
    for column in _AMOUNTS:
        agree &= (
            (one[column].eq(other[column]) | one[column].isna() | other[column].isna())
            .fillna(True)
            .to_numpy(dtype=bool)
        )
    return agree | one["direction"].ne(other["direction"]).to_numpy(dtype=bool, na_value=False)


_AMOUNTS = ("value", "commission", "hours", "cost")


def _occasions(frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Rows that share day, partner and kind (an ``occasion``), numbered; an ``event`` shares the count, too."""
    occasion = frame["date"].to_numpy()[rows].astype("datetime64[D]").astype(np.int64)
    for column in ("partner", "kind"):
        codes, words = pd.factorize(frame[column])
        occasion = occasion * max(len(words), 1) + codes[rows]
    codes, distinct = pd.factorize(occasion)
    several = np.bincount(codes, minlength=len(distinct))[codes] > 1
    rows, occasion = rows[several], codes[several]
    counts, words = pd.factorize(frame["count"].to_numpy(dtype=np.int64, na_value=1)[rows])
    told = frame[["direction", "reference"]].iloc[rows].reset_index(drop=True)
    return pd.DataFrame(
        {
            "row": rows,
            "occasion": occasion,
            "event": occasion * max(len(words), 1) + counts,
            "direction": told["direction"],
            "reference": _folded(told["reference"]),
        }
    )


def _folded(texts: pd.Series) -> pd.Series:
    """Case dropped; one by one only where there is more than ASCII, of which there is mostly none."""
    words = arrow(texts)
    starts, data = spans(words)
    plain = not (data[starts[0] : starts[-1]] > 0x7F).any()
    return series(pc.ascii_lower(words)) if plain else texts.str.casefold()


def _mirrored(keys: pd.DataFrame) -> pd.DataFrame:
    """The first record that says given with the first that says received, and so on; but one reference each."""
    keys = keys[keys["direction"].isin(["given", "received"])]
    keys = keys.assign(turn=keys.groupby(["event", "direction"], sort=False).cumcount())
    given, received = (keys[keys["direction"].eq(word).fillna(False)] for word in ("given", "received"))
    both = given.merge(received, on=["event", "turn"])
    both = both[both["reference_x"].isna() | both["reference_y"].isna()]
    return pd.DataFrame(
        {"row": both[["row_x", "row_y"]].min(axis=1), "other": both[["row_x", "row_y"]].max(axis=1)}
    )


def _completed(frame: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """What only other records say goes into the first; if a direction differs, it was mutual."""
    if pairs.empty:
        return frame
    others = frame.loc[pairs["other"]].set_axis(pairs["row"].to_numpy())
    kept = frame.loc[others.index.unique()]
    said = others.groupby(level=0).first().reindex(kept.index).astype(frame.dtypes.to_dict())
    done = kept.fillna(said)
    differs = others["direction"].ne(kept["direction"].reindex(others.index)).groupby(level=0).any()
    done["direction"] = done["direction"].mask(differs.reindex(kept.index).astype(bool), "mutual")
    frame = frame.copy()
    frame.loc[kept.index] = done
    return frame


def _unsure(frame: pd.DataFrame, rows: np.ndarray, places: pd.DataFrame) -> list[pd.DataFrame]:
    """A note for each kind, at the second of its first two."""
    kinds = frame["kind"].iloc[rows]
    notes = []
    for kind in sorted(kinds.unique()):
        here = rows[(kinds == kind).to_numpy(dtype=bool)]
        place = places.iloc[here[1]]
        reason = f"{count_of(len(here), kind)} share their day and partner with another: counted as they are"
        notes.append(
            entries_frame(
                NOTE,
                "interactions",
                place["file"],
                place["sheet"],
                reasons=[reason],
                rows=[place["row"]],
                values=[frame["partner"].iloc[here[1]]],
            )
        )
    return notes


def _same_second(
    frame: pd.DataFrame, first: np.ndarray, reasons: np.ndarray, read: Validated
) -> list[pd.DataFrame]:
    """Rows of one partner, kind and direction in one second are one; those of many partners are noted."""
    able = (read.moments > 0) & (first < 0)
    if not able.any():
        return []
    able &= ~frame["kind"].isin(SINGLE_KINDS).to_numpy()
    if not _told_by_a_clock(read.moments[read.moments > 0]):
        return []
    # Rows that differ in a figure or a reference are no copies of one message.
    columns = ["kind", "direction", "partner", "count", "reference", *_AMOUNTS]
    keys = frame.loc[able, columns].assign(moment=read.moments[able])
    stands = _first(keys.groupby(list(keys), sort=False, dropna=False).ngroup().to_numpy())
    again = stands != np.arange(len(stands))
    rows = keys.index.to_numpy()
    first[rows[again]], reasons[rows[again]] = rows[stands[again]], SAME_SECOND
    kept = keys[~again]
    groups = kept.groupby(["moment", "kind", "direction"], sort=False)["partner"].transform("size")
    notes = []
    for (_, kind, _), group in kept[groups >= _MANY].groupby(["moment", "kind", "direction"], sort=False):
        place = read.places.loc[group.index[0]]
        reason = f"one {kind} with {len(group)} partners in one second: counted once for each"
        notes.append(
            entries_frame(
                NOTE, "interactions", place["file"], place["sheet"], reasons=[reason], rows=[place["row"]]
            )
        )
    return notes


def _told_by_a_clock(moments: np.ndarray) -> bool:
    """Whether times of day are times: one that stands beside every day is how a system writes a day.

    >>> _told_by_a_clock(np.array([36_000, 86_400 + 36_000])), _told_by_a_clock(np.array([36_000, 36_000]))
    (False, True)
    """
    return len(np.unique(moments // 86_400)) < 2 or len(np.unique(moments % 86_400)) > 1
