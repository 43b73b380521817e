"""The pair table of a group, ready to be measured: names settled, doubtful rows left out with their reasons.

A referral group, the departments of a firm or any slip report names both ends of what was done. The rows are
those that ``import`` writes without ``--us``: ``from, to, kind, count, value, period, date``.

Source: article 001 ("do it again but reverse the roles"): where both ends are named, every member can be asked.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import process

from partnership_analysis.errors import ColumnError, ParameterError, PeriodError, listed
from partnership_analysis.metrics.columns import texts, wholes
from partnership_analysis.metrics.grid import day_given, months_in
from partnership_analysis.metrics.names import people_key
from partnership_analysis.periods import month_index, month_start
from partnership_analysis.schema import DEFAULT_DIRECTION, KINDS, PAIRS
from partnership_analysis.settings import Settings
from partnership_analysis.sources.names import name_key

REASONS = (
    None,
    "to oneself",
    "neither side is named",
    "kind is not known",
    "count is no whole number from 1",
    "value is no number",
    "date cannot be read",
)
MUTUAL_KINDS = tuple(kind for kind, way in DEFAULT_DIRECTION.items() if way == "mutual")
"""Kinds that are done together, so that who stands first does not matter."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """A pair table that can be measured.

    Attributes
    ----------
    frame : DataFrame
        The rows that count, with the columns and dtypes of ``schema.PAIRS``.
    left_out : DataFrame
        The others: ``row`` (Int64, from 1), ``from``, ``to``, ``kind`` (as given), ``reason`` (string).
    """

    frame: pd.DataFrame
    left_out: pd.DataFrame


def pairs_of(frame: pd.DataFrame) -> Pairs:
    """Check a pair table: one spelling a name, a count in every row, and a reason for each row left out.

    Every function of a group does this with the frame that it is given; call it to see what is left out.

    Parameters
    ----------
    frame : DataFrame
        ``from``, ``to``, ``kind``, and where present ``count`` (missing: 1), ``value`` (currency, what the
        receiver won), ``date``, ``period`` (``2025-08``; its last day stands in for a missing date),
        ``reference``, ``note``. Further columns are not kept.

    Returns
    -------
    Pairs
        Names are compared without case, white space and invisible marks, and spelled as most often. A missing
        ``from`` or ``to`` is kept: of such a row only the other side's total is known.

    Raises
    ------
    ColumnError
        If ``from``, ``to`` or ``kind`` is missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"from": ["Ann", "Bo", "Ann"], "to": ["Bo", " ANN", "ann"], "kind": "referral"})
    >>> done = pairs_of(rows)
    >>> done.frame[["from", "to", "count"]].values.tolist()
    [['Ann', 'Bo', 1], ['Bo', 'Ann', 1]]
    >>> done.left_out[["row", "reason"]].values.tolist()
    [[3, 'to oneself']]
    """
    read = _read(frame)
    out = np.flatnonzero(read.wrong)
    kept = np.flatnonzero(read.wrong == 0)
    table = pd.DataFrame(
        {
            "from": texts(read.names).take(read.rows["giver"].to_numpy()[kept], allow_fill=True),
            "to": texts(read.names).take(read.rows["taker"].to_numpy()[kept], allow_fill=True),
            **{name: read.rows[name].to_numpy()[kept] for name in ("kind", "count", "value", "date")},
            **{name: _texts_of(frame, name)[kept] for name in ("period", "reference", "note")},
        }
    )
    left_out = frame.iloc[out][["from", "to", "kind"]].reset_index(drop=True).astype("string")
    left_out.insert(0, "row", wholes(out + 1))
    left_out["reason"] = texts(np.array(REASONS, dtype=object)[read.wrong[out]])
    return Pairs(table[list(PAIRS.names)].astype(PAIRS.dtypes), left_out)


@dataclass(frozen=True)
class _Read:
    """Rows as numbers: places in ``names`` (-1 missing), kind as a category, and what is wrong with each row."""

    names: NDArray[np.object_]
    rows: pd.DataFrame
    wrong: NDArray[np.int64]


def _read(frame: pd.DataFrame) -> _Read:
    missing = [name for name in ("from", "to", "kind") if name not in frame.columns]
    if missing:
        found = [str(name) for name in frame.columns]
        hint = "a pair table is what import writes of a group's reports without --us"
        raise ColumnError.missing("pairs", [f"`{name}`" for name in missing], found, [hint])
    names, giver, taker = _named(frame)
    size = len(frame)
    count, bad_count = _number(frame, "count")
    value, bad_value = _number(frame, "value")
    # A missing count is 1; anything else that is not a whole number from 1 is a mistake.
    unknown = np.isnan(count)
    bad_count |= ~unknown & ~((count >= 1) & (count % 1 == 0))
    date, bad_date = _dates(frame)
    codes, kinds = pd.factorize(frame["kind"].astype("string"))
    codes = np.array([*pd.Index(KINDS).get_indexer(pd.Index(kinds, dtype="str")), -1])[codes]
    kind = pd.Categorical.from_codes(codes.tolist(), dtype=pd.CategoricalDtype(list(KINDS)))
    wrong = np.select(
        [giver == taker, codes < 0, bad_count, bad_value, bad_date],
        [np.where(giver < 0, 2, 1), 3, 4, 5, 6],
        default=0,
    )
    rows = pd.DataFrame(
        {
            "giver": giver,
            "taker": taker,
            "kind": kind,
            "count": np.where(unknown | bad_count, 1, count).astype("int64"),
            "value": value,
            "date": date,
        },
        index=range(size),
    )
    return _Read(names, rows, wrong.astype("int64"))


def _named(frame: pd.DataFrame) -> tuple[NDArray[np.object_], Ints, Ints]:
    """Names, each spelled as most often (ties as the text sorts first), and the places of both sides in them."""
    ends = [pd.factorize(frame[side].astype("string")) for side in ("from", "to")]
    counts: Counter[str] = Counter()
    for codes, names in ends:
        many = np.bincount(codes[codes >= 0], minlength=len(names)).tolist()
        counts.update(dict(zip((name.strip() for name in names), many, strict=True)))
    usual: dict[str, str] = {}
    for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        usual.setdefault(name_key(name), name)
    usual.pop("", None)
    place = {key: number for number, key in enumerate(usual)}
    giver, taker = (
        np.array([*(place.get(name_key(name), -1) for name in names), -1], dtype="int64")[codes]
        for codes, names in ends
    )
    return np.array(list(usual.values()), dtype=object), giver, taker


def _number(frame: pd.DataFrame, name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A column as numbers, and where something stands that is none."""
    if name not in frame:
        return np.full(len(frame), np.nan), np.zeros(len(frame), dtype=bool)
    read = pd.to_numeric(frame[name], errors="coerce").to_numpy("float64", na_value=np.nan)
    return read, np.isnan(read) & frame[name].notna().to_numpy()


def _dates(frame: pd.DataFrame) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """Day of each row, or the last of its period, and where something stands that is no date."""
    date = pd.Series(pd.NaT, index=range(len(frame)), dtype=PAIRS.dtypes["date"])
    bad = np.zeros(len(frame), dtype=bool)
    if "date" in frame:
        date = days_of(frame["date"]).reset_index(drop=True)
        bad = (date.isna() & frame["date"].notna().to_numpy()).to_numpy()
    if "period" in frame and date.isna().any():
        first = pd.to_datetime(frame["period"].astype("string"), format="%Y-%m", errors="coerce")
        last = (first + pd.offsets.MonthEnd(0)).astype("datetime64[us]").reset_index(drop=True)
        date = date.fillna(last)
    return date.to_numpy("datetime64[us]"), bad


def days_of(cells: pd.Series) -> pd.Series:
    """Days written as 2025-08-31, or dates; anything else is missing, since 03/04 is two days."""
    return pd.to_datetime(cells, format="ISO8601", errors="coerce").astype("datetime64[us]")


def _texts_of(frame: pd.DataFrame, name: str) -> Any:
    return texts(frame[name] if name in frame else [None] * len(frame))


@dataclass(frozen=True)
class Network:
    """The members of a group and what they did, as numbers.

    Attributes
    ----------
    members : array of str
        Sorted without regard to case.
    rows : DataFrame
        ``giver``, ``taker`` (place in ``members``), ``kind``, ``count``, ``value``, ``date``: what has both ends.
        A mutual thing stands once, however many of the two logged it.
    totals : DataFrame
        The same columns for months and kinds of which only totals are known; the missing side is -1.
    day : date, optional
        The day up to which was counted, if any row has one.
    """

    members: NDArray[np.object_]
    rows: pd.DataFrame
    totals: pd.DataFrame
    day: dt.date | None

    def __len__(self) -> int:
        """Members."""
        return len(self.members)

    def names(self, places: Any) -> Any:
        """The names at these places (string array)."""
        return texts(self.members).take(np.asarray(places, dtype="int64"))

    @property
    def keys(self) -> pd.Index:
        """The names as they are compared."""
        return pd.Index([name_key(name) for name in self.members], dtype=object)

    def place(self, name: str) -> int:
        """Place of a member by name.

        Raises
        ------
        ParameterError
            If there is none, with the nearest names.
        """
        found = np.flatnonzero(self.keys == name_key(name))
        if len(found):
            return int(found[0])
        near = [match for match, _, _ in process.extract(name, list(self.members), limit=3, score_cutoff=50)]
        hint = f"Nearest: {listed(near)}." if near else f"Members: {listed(self.members) or 'none'}."
        raise ParameterError([f"the pairs have no member {name!r}. {hint}"])

    def directed(self, kinds: Sequence[str]) -> pd.DataFrame:
        """The rows of these kinds from giver to taker; what is mutual stands for either side."""
        rows = self.rows[self.rows["kind"].isin(kinds)]
        back = rows[rows["kind"].isin(MUTUAL_KINDS)].rename(columns={"giver": "taker", "taker": "giver"})
        return pd.concat([rows, back], ignore_index=True) if len(back) else rows

    def ties(self, kinds: Sequence[str]) -> pd.DataFrame:
        """Sums of each giver and taker, in order of both: ``giver``, ``taker``, ``count`` (int64)."""
        rows = self.directed(kinds)
        size = max(len(self), 1)
        place, cells = pd.factorize(rows["giver"].to_numpy() * size + rows["taker"].to_numpy(), sort=True)
        count = np.bincount(place, weights=rows["count"], minlength=len(cells)).astype("int64")
        return pd.DataFrame({"giver": cells // size, "taker": cells % size, "count": count})


def network_of(
    pairs: pd.DataFrame,
    *,
    members: Sequence[str] = (),
    window: int | None = None,
    as_of: dt.date | str | None = None,
) -> Network:
    """A pair table as numbers, up to a day.

    Parameters
    ----------
    pairs : DataFrame
        As :func:`pairs_of` takes it.
    members : sequence of str
        Further members, who may have done nothing.
    window : int, optional
        Months up to the month of ``as_of``. Default: the whole record.
    as_of : date or ISO text, optional
        Nothing later is counted. Default: the last day on record.

    Raises
    ------
    PeriodError
        If ``as_of`` is no date or before the first row, or a period is asked for and no row has a date.
    """
    read = _read(pairs)
    rows = read.rows[read.wrong == 0]
    day = _day_of(rows["date"], as_of)
    if day is None and (as_of is not None or window is not None) and len(rows):
        raise PeriodError(
            "No row of the pairs has a date or a period, so that no part of time can be chosen."
        )
    if as_of is not None and day is not None:
        rows = rows[rows["date"] <= pd.Timestamp(day)]
    names, place = _members(read.names, rows, members)
    if window is not None and day is not None:
        first = month_index(day) - months_in(window, Settings()) + 1
        rows = rows[rows["date"] >= pd.Timestamp(month_start(first))]
    rows = rows.assign(giver=place[rows["giver"]], taker=place[rows["taker"]])
    named = (rows["giver"] >= 0) & (rows["taker"] >= 0)
    return Network(names, _logged_once(rows[named]), _only_totals(rows, named), day)


def checked_kinds(kinds: Sequence[str]) -> list[str]:
    """Kinds that are counted together, each of which is known; one may be given as it is."""
    chosen = [kinds] if isinstance(kinds, str) else list(kinds)
    unknown = [kind for kind in chosen if kind not in KINDS]
    if unknown:
        raise ParameterError(
            [f"kind {kind!r} is not known; there are {', '.join(KINDS)}." for kind in unknown]
        )
    return chosen


def checked_level(interval: float | None) -> float:
    """Probability that intervals cover: the one asked for, or the settings' default."""
    if interval is None:
        return Settings().interval
    if isinstance(interval, bool) or not isinstance(interval, (int, float)) or not 0 < interval < 1:
        raise ParameterError(
            [f"interval {interval!r} is no probability; choose one between 0 and 1, such as 0.9."]
        )
    return float(interval)


def everybody_named(group: Network, what: str) -> None:
    """Refuse a record of totals only, of which no pair is known."""
    if group.rows.empty and len(group.totals):
        raise ParameterError(
            [
                f"{what} needs rows that name both sides, and there are none: a PALMS summary has totals only. "
                "Import the slip reports too (--as bni)."
            ]
        )


def _day_of(dates: pd.Series, as_of: dt.date | str | None) -> dt.date | None:
    first, last = dates.min(), dates.max()
    if pd.isna(last):
        return None
    if as_of is None:
        return pd.Timestamp(last).date()
    day = day_given(as_of)
    if day < first.date():
        raise PeriodError(f"as_of {day} is before the first row of the pairs ({first.date()}).")
    return day


def _members(
    names: NDArray[np.object_], rows: pd.DataFrame, more: Sequence[str]
) -> tuple[NDArray[np.object_], Ints]:
    """Members by name, and the place among them of each name (-1: of none, and at the end for a missing one)."""
    ends = np.concatenate([rows["giver"].to_numpy(), rows["taker"].to_numpy()])
    seen = np.flatnonzero(np.bincount(ends[ends >= 0], minlength=len(names)))
    by_key = {name_key(str(name)): str(name).strip() for name in more}
    by_key |= {name_key(name): name for name in names[seen]}
    by_key.pop("", None)
    members = sorted(by_key.values(), key=people_key)
    places = {name_key(name): place for place, name in enumerate(members)}
    place = np.array([*(places.get(name_key(name), -1) for name in names), -1], dtype="int64")
    return np.array(members, dtype=object), place


def _logged_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Mutual things of two members and a day: those that the more diligent of the two logged.

    An import has done so within one report; a table from elsewhere may hold the log of each side.
    """
    mutual = rows["kind"].isin(MUTUAL_KINDS).to_numpy()
    both = rows[mutual]
    forth = (both["giver"] < both["taker"]).to_numpy()
    low = np.minimum(both["giver"], both["taker"])
    high = np.maximum(both["giver"], both["taker"])
    keys = [low, high, both["kind"], both["date"]]
    thing = both.groupby(keys, observed=True, dropna=False, sort=False).ngroup().to_numpy()
    counts = both["count"].to_numpy()
    sums = [np.bincount(thing, weights=np.where(side, counts, 0))[thing] for side in (forth, ~forth)]
    kept = np.where(forth, sums[0] >= sums[1], sums[1] > sums[0])
    once = both.assign(giver=low, taker=high)[kept]
    return pd.concat([rows[~mutual], once], ignore_index=True)


def _only_totals(rows: pd.DataFrame, named: pd.Series) -> pd.DataFrame:
    """Totals of months and kinds without any row that names both sides: elsewhere the pairs say it already."""
    month = rows["date"].dt.year * 12 + rows["date"].dt.month
    cell = month.fillna(-1).astype("int64") * len(KINDS) + rows["kind"].cat.codes
    return rows[~named & ~cell.isin(cell[named])].reset_index(drop=True)
